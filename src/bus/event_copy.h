/*
 * Copies of events, for listeners that need one after the call that brought it.
 *
 * A copy is one block of memory: the event, its emotes and every string it points to. Lists of event_channel.h (choices,
 * contributions …) are left out: their count is 0.
 *
 * Threads: any. Ownership: the caller frees a copy with bfree().
 */
#pragma once

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `size` (may be NULL) gets the bytes of the block. */
struct lx_event *lx_event_copy(const struct lx_event *event, size_t *size);

#ifdef __cplusplus
}
#endif
