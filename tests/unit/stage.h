/*
 * The stage for one part of the core: a bus of its own, a loop that the test turns, a clock that the test moves, English texts.
 * What Helix answers is up to the test.
 */
#pragma once

#include "support.h"

#include "bus/bus.h"
#include "locale/text.h"
#include "net/loop.h"

struct stage {
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_loop *loop;
	struct lx_text *text;
};

/* Zeroed before. */
static inline void stage_open(struct stage *stage)
{
	lx_test_clock_init(&stage->clock);
	stage->signals = signal_handler_create();
	stage->procs = proc_handler_create();
	stage->bus = lx_bus_create(stage->signals, stage->procs);
	stage->loop = lx_loop_create("test", &stage->clock.clock);
	stage->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
}

/* After the part is gone. */
static inline void stage_close(struct stage *stage)
{
	lx_loop_destroy(stage->loop);
	lx_bus_destroy(stage->bus);
	lx_text_destroy(stage->text);
	signal_handler_destroy(stage->signals);
	proc_handler_destroy(stage->procs);
}

/* Everything that is due, and what follows from it. */
static inline void stage_turn(struct stage *stage)
{
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(stage->loop, 0);
}

static inline void stage_pass(struct stage *stage, uint64_t ms)
{
	lx_test_clock_advance(&stage->clock, ms);
	stage_turn(stage);
}
