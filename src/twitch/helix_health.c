#include "twitch/helix_internal.h"

#include <stdlib.h>
#include <string.h>

static int compare_latency(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static int64_t median_latency(const struct lx_helix *helix)
{
	uint32_t sorted[LX_HELIX_LATENCIES];
	size_t count = helix->latency_count < LX_HELIX_LATENCIES ? helix->latency_count : LX_HELIX_LATENCIES;

	if (!count)
		return -1;
	memcpy(sorted, helix->latencies, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_latency);
	return sorted[count / 2];
}

void lx_helix_publish_health(struct lx_helix *helix)
{
	struct lx_helix_health health = {
		.state = helix->state,
		.latency_ms = median_latency(helix),
		.limit = helix->budget.limit,
		.remaining = helix->budget.remaining,
		.reset_ms = helix->budget.reset_unix_ms,
		.running = helix->flights.num,
	};

	for (size_t i = 0; i < LX_HELIX_PRIORITIES; i++)
		health.waiting += helix->queues[i].num;
	health.waiting -= health.running < health.waiting ? health.running : health.waiting;
	memcpy(health.last_error, helix->last_error, sizeof(health.last_error));

	pthread_mutex_lock(&helix->mutex);
	helix->health = health;
	pthread_mutex_unlock(&helix->mutex);
}

void lx_helix_get_health(struct lx_helix *helix, struct lx_helix_health *out)
{
	pthread_mutex_lock(&helix->mutex);
	*out = helix->health;
	pthread_mutex_unlock(&helix->mutex);
}

/* Announces the state when it is another one, or has another reason. */
void lx_helix_set_state(struct lx_helix *helix, enum lx_link_state state, const char *reason, const char *detail,
			uint64_t retry_in_ms)
{
	if (helix->closing || (state == helix->state && strcmp(reason, helix->reason) == 0))
		return;
	helix->state = state;
	helix->reason = reason;
	lx_helix_publish_health(helix);
	if (!helix->bus)
		return;

	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CONNECTION);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(helix->loop));
	event.connection.link = LX_LINK_HELIX;
	event.connection.state = state;
	event.connection.reason = reason;
	event.connection.detail = detail;
	event.connection.retry_in_ms = (int64_t)retry_in_ms;
	lx_bus_emit(helix->bus, &event);
}

/* Nothing of the kind "this call may be carried out": here the link is meant. */
void lx_helix_set_trouble(struct lx_helix *helix, enum lx_link_state state, const char *reason,
			  const struct lx_helix_failure *failure, uint64_t retry_in_ms)
{
	struct lx_helix_failure of_link = *failure;
	struct dstr sentence = {0};

	of_link.maybe_done = false;
	of_link.twitch = "";
	lx_helix_explain(NULL, &of_link, helix->text, &sentence);
	lx_helix_set_state(helix, state, reason, sentence.array, retry_in_ms);
	dstr_free(&sentence);
}

void lx_helix_set_online(struct lx_helix *helix)
{
	helix->server_failures = 0;
	lx_helix_set_state(helix, LX_LINK_ONLINE, "", "", 0);
}
