/*
 * The rate budget of Helix: points that Twitch's headers tell, shared by all calls, with a reserve for the more important ones.
 *
 * Threads: the owner's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_helix_budget {
	int64_t limit, remaining;  /* points, -1 = not told yet */
	int64_t reset_unix_ms;     /* when the bucket is full again, 0 = not told */
	uint64_t full_at_ms;       /* the same on the monotonic clock */
	uint64_t blocked_until_ms; /* after a 429 with an empty bucket: nobody sends before */
	int64_t in_flight;         /* points of requests that are under way */
};

void lx_helix_budget_init(struct lx_helix_budget *budget);

/* Takes over Ratelimit-Limit, -Remaining and -Reset (Unix seconds) of an answer. Returns whether it had them. */
bool lx_helix_budget_note(struct lx_helix_budget *budget, const struct lx_http_response *response, uint64_t now_ms,
			  int64_t unix_ms);

/* A 429 with no points left: nothing goes out before the bucket is full again. */
void lx_helix_budget_block(struct lx_helix_budget *budget, uint64_t now_ms);

/*
 * When a call of `cost` points may go out that must leave 1/`reserve` of the limit to others (0 = it may take the last point, and
 * may even try on an empty bucket, because Twitch refills it all the time): `now_ms`, or later.
 */
uint64_t lx_helix_budget_when(const struct lx_helix_budget *budget, uint32_t cost, uint32_t reserve, uint64_t now_ms);

#ifdef __cplusplus
}
#endif
