#include "net/rate.h"

uint64_t lx_rate_wait(const struct lx_rate *rate, uint32_t limit, uint64_t window_ms, uint64_t now_ms)
{
	/* The one that was `limit` steps ago has to have left the window. */
	uint64_t at = rate->at_ms[(rate->next + LX_RATE_MOST - limit) % LX_RATE_MOST];
	return at && at + window_ms > now_ms ? at + window_ms - now_ms : 0;
}

void lx_rate_note(struct lx_rate *rate, uint64_t now_ms)
{
	/* 0 means never; a clock that begins at 0 is off by a millisecond, once. */
	rate->at_ms[rate->next] = now_ms ? now_ms : 1;
	rate->next = (rate->next + 1) % LX_RATE_MOST;
}
