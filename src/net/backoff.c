#include "net/backoff.h"

uint32_t lx_backoff_next(struct lx_backoff *backoff, const struct lx_random *random)
{
	uint32_t limit = backoff->limit_ms ? backoff->limit_ms : LX_BACKOFF_FIRST_MS;
	backoff->limit_ms = limit < LX_BACKOFF_LONGEST_MS / 2 ? limit * 2 : LX_BACKOFF_LONGEST_MS;
	return limit / 2 + lx_random_below(random, limit / 2 + 1);
}

void lx_backoff_reset(struct lx_backoff *backoff)
{
	backoff->limit_ms = 0;
}
