/*
 * Export job: writes the chat of a stream or a recording into files, on a thread of its own ("livextrem: export") with a reader
 * of its own, so that nobody waits for it and it keeps nobody waiting. A file appears whole or not at all.
 *
 * A recording of several files gives several: each beside the recorded file and with its name, times counted from its beginning.
 *
 * Threads: create and destroy on one thread; callbacks on the job's.
 */
#pragma once

#include "chat/export.h"
#include "chat/replay.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_export_job;
struct lx_log;

enum lx_export_outcome {
	LX_EXPORT_DONE,
	LX_EXPORT_CANCELLED,
	LX_EXPORT_LOG,   /* the log cannot be read: trouble tells why */
	LX_EXPORT_GONE,  /* it is not in the log any more */
	LX_EXPORT_WRITE, /* the file could not be written: path tells which */
};

struct lx_export_result {
	enum lx_export_outcome outcome;
	enum lx_database_trouble trouble;
	int files;        /* written */
	size_t messages;  /* in them */
	const char *path; /* of the first file written, or of the one that could not be; lent for the call */
};

struct lx_export_job_config {
	const char *log_path;
	struct lx_log *log; /* what it has yet to write is waited for; NULL: nothing is. Outlives the job */
	enum lx_replay_kind kind;
	int64_t id; /* 0: the newest of its kind */
	enum lx_export_format format;
	uint32_t more_formats; /* bits, 1 << enum lx_export_format: those as well; only without `path` */
	/*
	 * Where to: of the (first) file; others stand beside the recorded files that they belong to. NULL: all do, and what is there
	 * is replaced.
	 */
	const char *path;
	bool deleted;
	const struct lx_clock *clock;
	/* Called at most some hundred times; from 0 to 1. May be NULL. */
	void (*progress)(double part, void *data);
	void (*finished)(const struct lx_export_result *result, void *data); /* once */
	void *data;
};

/* NULL when there is no thread to be had: `finished` was called then. All of the config is copied. */
struct lx_export_job *lx_export_job_start(const struct lx_export_job_config *config);
/* Cancels what is not finished, within milliseconds. NULL is accepted. */
void lx_export_job_destroy(struct lx_export_job *job);

/*
 * What a file beside a recorded one is called: its path with another ending ("/v/a.mkv" → "/v/a.srt"). Appended to `out`.
 */
void lx_export_beside(const char *recording, const char *suffix, struct dstr *out);

#ifdef __cplusplus
}
#endif
