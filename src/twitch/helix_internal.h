/* What the parts of the Helix client share; for helix*.c only. The loop's thread. */
#pragma once

#include "twitch/helix.h"
#include "twitch/helix_check.h"

/* As lx_helix_send(), at once: `done` may be called from inside. `id` 0 = a new one. */
void lx_helix_enqueue(struct lx_helix *helix, const struct lx_helix_call *call, uint64_t id);

/* A read that takes several requests (helix_pages.c): lists cut to what one request carries, and pages where `max_items` > 0. */
void lx_helix_gather(struct lx_helix *helix, const struct lx_helix_call *call, uint64_t id, size_t max_items);
