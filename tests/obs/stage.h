/*
 * A libobs without OBS around it: graphics thread, OBS's own text source, our source with numbers that a test sets.
 *
 * Threads: the test's thread. The clock stands still until the test moves it; frames go on by themselves.
 */
#pragma once

#include "support.h"

#include <obs.h>

#include "bus/bus.h"
#include "locale/text.h"
#include "stats/live_stats.h"

struct stage {
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_live_stats *stats;
	struct lx_text *text;
	struct lx_text_source_type *text_source;
};

/* Starts libobs with our source, not yet with OBS's. `clock` NULL = the one in the stage, that stands still. */
bool stage_open(struct stage *stage, const struct lx_clock *clock);
bool stage_load_text_module(void);
/* What unloading the module does: numbers and texts go, whoever still holds a source of ours. Done by stage_close() at the latest. */
void stage_unload(struct stage *stage);
/* Shuts libobs down; returns how many allocations are left. */
long stage_close(struct stage *stage);

/* Waits until `count` whole frames have been ticked. Returns false after ten seconds. */
bool stage_wait_frames(int count);

/* How many pixels of a source are not transparent. */
size_t stage_count_drawn(obs_source_t *source);
/* The text source inside ours, borrowed. NULL when there is none. */
obs_source_t *stage_inner(obs_source_t *source);
