#include "twitch/helix_budget.h"

#include <stdlib.h>

/* A clock that is wrong, or a server that is, must not stop us for longer than the bucket takes to fill: a minute. */
#define MAX_RESET_MS 120000
#define USUAL_RESET_MS 60000
#define MIN_RESET_MS 1000

void lx_helix_budget_init(struct lx_helix_budget *budget)
{
	*budget = (struct lx_helix_budget){.limit = -1, .remaining = -1};
}

static bool header_number(const struct lx_http_response *response, const char *name, int64_t *value)
{
	const char *text = lx_http_header(response, name);
	char *end;

	if (!text)
		return false;
	long long number = strtoll(text, &end, 10);
	if (end == text || number < 0)
		return false;
	*value = number;
	return true;
}

bool lx_helix_budget_note(struct lx_helix_budget *budget, const struct lx_http_response *response, uint64_t now_ms,
			  int64_t unix_ms)
{
	int64_t limit, remaining, reset_s;

	if (!header_number(response, "ratelimit-remaining", &remaining))
		return false;
	budget->remaining = remaining;
	if (header_number(response, "ratelimit-limit", &limit))
		budget->limit = limit;
	if (header_number(response, "ratelimit-reset", &reset_s) && reset_s < INT64_MAX / 1000) {
		int64_t left = reset_s * 1000 - unix_ms;
		if (left > MAX_RESET_MS)
			left = USUAL_RESET_MS;
		if (left < MIN_RESET_MS)
			left = MIN_RESET_MS;
		budget->reset_unix_ms = reset_s * 1000;
		budget->full_at_ms = now_ms + (uint64_t)left;
	} else {
		budget->full_at_ms = now_ms + USUAL_RESET_MS;
	}
	return true;
}

void lx_helix_budget_block(struct lx_helix_budget *budget, uint64_t now_ms)
{
	budget->blocked_until_ms = budget->full_at_ms > now_ms ? budget->full_at_ms : now_ms + MIN_RESET_MS;
}

uint64_t lx_helix_budget_when(const struct lx_helix_budget *budget, uint32_t cost, uint32_t reserve, uint64_t now_ms)
{
	if (budget->blocked_until_ms > now_ms)
		return budget->blocked_until_ms;
	if (budget->remaining < 0 || reserve == 0 || budget->full_at_ms <= now_ms)
		return now_ms;

	int64_t keep = budget->limit > 0 ? budget->limit / reserve : 0;
	return budget->remaining - budget->in_flight - (int64_t)cost >= keep ? now_ms : budget->full_at_ms;
}
