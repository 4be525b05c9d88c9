/*
 * Subtitles beside every recording, if the user wants them: when one has ended, its chat is written as SRT and ASS next to each
 * of its files, and the user is told by an LX_EVENT_NOTICE ("livextrem_subtitles").
 *
 * That a recording runs is noted in a small file beside the log, which goes when its subtitles are there: so they are made up for at
 * the next start where OBS ended, or crashed, before.
 *
 * Threads: one; the work is done on a thread of its own (export_job.h).
 * Ownership: what the configuration points to outlives it.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_log;
struct lx_subtitles;

struct lx_subtitles_config {
	const char *log_path; /* copied */
	struct lx_log *log;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_clock *clock;
};

struct lx_subtitles *lx_subtitles_create(const struct lx_subtitles_config *config);
/* Gives up what is not finished. NULL is accepted. */
void lx_subtitles_destroy(struct lx_subtitles *subtitles);

/* A recording began. */
void lx_subtitles_expect(struct lx_subtitles *subtitles);
/* The newest recording has ended, and the log was told so. */
void lx_subtitles_write(struct lx_subtitles *subtitles);
/* Makes up for what an earlier end of the program left undone: once, before a recording begins, when the log was told something. */
void lx_subtitles_make_up(struct lx_subtitles *subtitles);

#ifdef __cplusplus
}
#endif
