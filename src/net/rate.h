/*
 * Rate: at most `limit` times within any `window_ms`, exactly: it remembers when each of the last ones happened. (A bucket
 * that refills steadily would let nearly twice as many through in one window, which Twitch punishes with an hour of silence.)
 *
 * Plain data without allocations, one thread at a time; zero-initialise. Times are of the monotonic clock, in milliseconds.
 */
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LX_RATE_MOST 100

struct lx_rate {
	uint64_t at_ms[LX_RATE_MOST]; /* ring; 0 = never */
	uint32_t next;
};

/* Milliseconds until one more is allowed, 0 = now. `limit` is 1 … LX_RATE_MOST. */
uint64_t lx_rate_wait(const struct lx_rate *rate, uint32_t limit, uint64_t window_ms, uint64_t now_ms);
/* One more happened. */
void lx_rate_note(struct lx_rate *rate, uint64_t now_ms);

#ifdef __cplusplus
}
#endif
