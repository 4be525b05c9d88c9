/*
 * Replay: past streams and recordings, and where every moment of the chat is in them. A stream has one clock of its own; a
 * recording has pauses, and may be split into several files. Both are axes: rows of stretches between the chat's time (Unix
 * milliseconds) and a position.
 *
 * Threads: what takes a reader waits for the disk and belongs to the reader's thread (archive.h); what it gives is plain data that
 * never changes, for any thread.
 * Ownership: lx_replay_open() gives it to the caller, who frees it.
 */
#pragma once

#include "chat/marker.h"
#include "chat/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_replay_kind { LX_REPLAY_STREAM, LX_REPLAY_RECORDING, LX_REPLAY_KINDS };

struct lx_replay_item {
	enum lx_replay_kind kind;
	bool running; /* goes on at this moment */
	int64_t id;
	int64_t begin_ms, end_ms; /* on the chat's clock */
	int64_t length_ms;        /* without pauses */
	int files;                /* of a recording */
	char channel[32];         /* of a stream; "" = chat of all channels */
	char title[640];          /* of a stream; the (first) file's path of a recording */
};

/* The newest first. `now_ms` for what goes on. Returns how many were read. */
size_t lx_replay_list(struct lx_log_reader *reader, int64_t now_ms, struct lx_replay_item *out, size_t capacity);
/* Messages and gaps in it; reads through them. A result code of SQLite. */
int lx_replay_count(struct lx_log_reader *reader, const struct lx_replay_item *item, int64_t *messages, int64_t *gaps);

/* From `from_ms` (chat's time) to `to_ms` the position goes from `at_ms` on. */
struct lx_replay_stretch {
	int64_t from_ms, to_ms;
	int64_t at_ms;   /* in the whole of it */
	int64_t file_ms; /* in the file (of a stream: in the stream) */
	size_t file;     /* which */
};

struct lx_replay_axis {
	struct lx_replay_stretch *stretches; /* in order of time */
	size_t count;
	char **files; /* paths; of streams the titles */
	size_t file_count;
	int64_t length_ms;
};

struct lx_replay_gap {
	int64_t from_ms, to_ms;
	int64_t lost; /* messages, -1 = not known */
};

struct lx_replay_scene {
	int64_t from_ms, to_ms;
	char name[256];
};

#define LX_REPLAY_BARS 240

struct lx_replay {
	struct lx_replay_item item;
	/* By enum lx_replay_kind. The item's own is what its positions are of; the other one is what ran at the same time. */
	struct lx_replay_axis axes[LX_REPLAY_KINDS];
	struct lx_replay_gap *gaps;
	size_t gap_count;
	struct lx_replay_scene *scenes;
	size_t scene_count;
	struct lx_marker_place *markers;
	size_t marker_count;
	uint32_t bars[LX_REPLAY_BARS]; /* messages in each part of its length */
	int64_t messages;
};

/* NULL when there is no such thing any more, or when the reader was cancelled. */
struct lx_replay *lx_replay_open(struct lx_log_reader *reader, enum lx_replay_kind kind, int64_t id, int64_t now_ms);
void lx_replay_free(struct lx_replay *replay); /* NULL is accepted */

const struct lx_replay_axis *lx_replay_own(const struct lx_replay *replay);

/* The stretch that the moment is in; NULL in a pause, before and after. */
const struct lx_replay_stretch *lx_replay_find(const struct lx_replay_axis *axis, int64_t unix_ms);
/* Where the moment is, -1 where it is not. */
int64_t lx_replay_position(const struct lx_replay_axis *axis, int64_t unix_ms);
/* The same, but what is in a pause, before or after, is at the nearest place. */
int64_t lx_replay_nearest(const struct lx_replay_axis *axis, int64_t unix_ms);
/* The moment of a position; the end's, where it lies behind. 0 on an empty axis. */
int64_t lx_replay_moment(const struct lx_replay_axis *axis, int64_t position_ms);
/* The position of a place in a file, -1 where the file is not that long. */
int64_t lx_replay_in_file(const struct lx_replay_axis *axis, size_t file, int64_t file_ms);

/*
 * Up to `before` messages before `unix_ms` and up to `limit` from it on, in order of time: those that are in the replay. Or, with
 * `after_row` set, those that follow that row. `each` returns false to end. A result code of SQLite.
 */
struct lx_replay_window {
	int64_t unix_ms;
	int before;
	int64_t after_row; /* 0: unix_ms and before count */
	int limit;
};
int lx_replay_read(struct lx_log_reader *reader, const struct lx_replay *replay, const struct lx_replay_window *window,
		   lx_log_row_found each, void *data);

#ifdef __cplusplus
}
#endif
