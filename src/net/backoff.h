/*
 * Backoff: how long to wait before the next try. The first retry comes within a second, each further one waits about twice
 * as long, up to a minute; a random part keeps thousands of clients from coming back in the same moment.
 *
 * Plain data, one thread at a time.
 */
#pragma once

#include <stdint.h>

#include "platform/random.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_BACKOFF_FIRST_MS 1000
#define LX_BACKOFF_LONGEST_MS 60000

struct lx_backoff {
	uint32_t limit_ms; /* the next wait is somewhere between half of it and all of it; 0 = LX_BACKOFF_FIRST_MS */
};

/* Milliseconds to wait now; the next answer will be about twice as much. */
uint32_t lx_backoff_next(struct lx_backoff *backoff, const struct lx_random *random);
/* What was tried has worked, and has gone on working for a while. */
void lx_backoff_reset(struct lx_backoff *backoff);

#ifdef __cplusplus
}
#endif
