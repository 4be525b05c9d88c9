/*
 * Outcome: what became of something that Twitch was asked to do. Who asks with an lx_outcome_told is told there, exactly once, and
 * nobody else is; who asks without it leaves it to a notice for everybody.
 *
 * Threads: told on the helix loop's thread. An outcome is borrowed, valid during the call.
 */
#pragma once

#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_outcome {
	enum lx_helix_error error; /* LX_HELIX_OK: it was done */
	const char *sentence; /* for the user: what was done, "" where an event of its own shows it; else why not */
};

typedef void (*lx_outcome_told)(const struct lx_outcome *outcome, void *data);

#ifdef __cplusplus
}
#endif
