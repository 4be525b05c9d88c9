#include "twitch/helix_internal.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "platform/secret_store.h"

#define REQUEST_TIMEOUT_MS 10000
#define MIN_REQUEST_TIMEOUT_MS 1000

const struct helix_policy lx_helix_policies[LX_HELIX_PRIORITIES] = {
	[LX_HELIX_MODERATION] = {30000, 0, 0, 32, 20000},
	[LX_HELIX_USER] = {15000, 4, 20, 12, 2000},
	[LX_HELIX_BACKGROUND] = {90000, 3, 4, 4, 200},
};

/* --- sending ------------------------------------------------------------------------------------------------------ */

static uint32_t timeout_of(const struct lx_helix *helix, const struct helix_call *call)
{
	uint64_t now = lx_loop_now_ms(helix->loop);
	uint64_t left = call->deadline_ms > now ? call->deadline_ms - now : 0;

	if (left < MIN_REQUEST_TIMEOUT_MS)
		return MIN_REQUEST_TIMEOUT_MS;
	return left < REQUEST_TIMEOUT_MS ? (uint32_t)left : REQUEST_TIMEOUT_MS;
}

static void send_request(struct lx_helix *helix, struct helix_call *call, const struct lx_credentials *credentials)
{
	struct dstr bearer = {0};
	struct lx_http_header headers[3];
	struct lx_http_request request = {
		.method = call->method,
		.url = call->url,
		.headers = headers,
		.timeout_ms = timeout_of(helix, call),
		.once = !lx_helix_call_repeatable(call),
	};

	if (credentials) {
		dstr_printf(&bearer, "Bearer %s", credentials->token);
		headers[request.header_count++] = (struct lx_http_header){"Authorization", bearer.array};
		headers[request.header_count++] = (struct lx_http_header){"Client-Id", credentials->client_id};
	}
	/* only a request with a body can be kept from being sent twice by the transport */
	const char *body = call->body ? call->body : request.once ? "{}" : NULL;
	if (body) {
		headers[request.header_count++] = (struct lx_http_header){"Content-Type", "application/json"};
		request.body = body;
		request.body_size = strlen(body);
	}

	struct helix_flight *flight = bzalloc(sizeof(*flight));
	flight->helix = helix;
	flight->call = call;
	flight->cost = lx_helix_call_cost(call);
	call->flight = flight;
	da_push_back(helix->flights, &flight);
	helix->budget.in_flight += flight->cost;
	flight->http_id = lx_http_send(helix->http, &request, lx_helix_on_response, flight);
	if (bearer.array)
		lx_secret_wipe(bearer.array, bearer.len);
	dstr_free(&bearer);

	if (!flight->http_id) { /* it is being destroyed */
		da_erase_item(helix->flights, &flight);
		bfree(flight);
		call->flight = NULL;
		lx_helix_fail_with(helix, call, LX_HELIX_CANCELLED);
	}
}

static void start(struct lx_helix *helix, struct helix_call *call)
{
	struct lx_credentials credentials = {0};

	call->waits_for_network = false;
	if (lx_helix_call_has(call, LX_HELIX_NO_TOKEN)) {
		send_request(helix, call, NULL);
		return;
	}
	if (helix->credentials.get(&credentials, helix->credentials.data)) {
		lx_helix_wipe(call->token);
		call->token = bstrdup(credentials.token);
		if (helix->state == LX_LINK_OFFLINE)
			lx_helix_set_state(helix, LX_LINK_CONNECTING, "", "", 0);
		send_request(helix, call, &credentials);
	} else {
		const struct lx_helix_failure failure = {.error = LX_HELIX_SIGNED_OUT, .twitch = ""};
		lx_helix_set_trouble(helix, LX_LINK_OFFLINE, "auth", &failure, 0);
		lx_helix_fail(helix, call, &failure, NULL, "");
	}
	lx_credentials_finish(&credentials);
}

/* When the call may be sent, whatever else is under way. */
static uint64_t ready_at(const struct lx_helix *helix, const struct helix_call *call, uint64_t now)
{
	uint64_t at = lx_helix_budget_when(&helix->budget, lx_helix_call_cost(call),
					   lx_helix_policies[call->priority].reserve, now);

	if (call->not_before_ms > at)
		at = call->not_before_ms;
	if (helix->endpoint_until_ms[call->endpoint] > at)
		at = helix->endpoint_until_ms[call->endpoint];
	return at;
}

/* Does one thing that is due: ends a call whose patience is over, or starts one. False when there was nothing to do;
 * `wake_ms` is then when there may be. */
static bool step(struct lx_helix *helix, uint64_t now, uint64_t *wake_ms)
{
	*wake_ms = UINT64_MAX;
	if (helix->refreshing) {
		if (helix->refresh_deadline_ms <= now) {
			helix->refreshing = false;
			lx_helix_refuse_login(helix);
			return true;
		}
		*wake_ms = helix->refresh_deadline_ms;
	}
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct helix_call *call = helix->queues[priority].array[i];
			if (call->flight)
				continue;
			lx_helix_extend_patience(helix, call);
			uint64_t at = ready_at(helix, call, now);
			if (call->deadline_ms <= now || (at >= call->deadline_ms && at > now)) {
				lx_helix_give_up(helix, call);
				return true;
			}
			if (call->deadline_ms < *wake_ms)
				*wake_ms = call->deadline_ms;
			if (call->wants_token || (helix->refreshing && !lx_helix_call_has(call, LX_HELIX_NO_TOKEN)))
				continue;
			if (at > now) {
				*wake_ms = at < *wake_ms ? at : *wake_ms;
				continue;
			}
			if (helix->flights.num < lx_helix_policies[priority].running) {
				start(helix, call);
				return true;
			}
		}
	}
	return false;
}

static void on_timer(void *data)
{
	struct lx_helix *helix = data;
	helix->timer = 0;
	lx_helix_pump(helix);
}

void lx_helix_pump(struct lx_helix *helix)
{
	uint64_t wake, now;

	if (helix->closing)
		return;
	if (helix->pumping) {
		helix->pump_again = true;
		return;
	}
	helix->pumping = true;
	do {
		helix->pump_again = false;
		now = lx_loop_now_ms(helix->loop);
		while (step(helix, now, &wake))
			;
	} while (helix->pump_again);
	helix->pumping = false;

	lx_loop_cancel(helix->loop, helix->timer);
	helix->timer = wake == UINT64_MAX ? 0 : lx_loop_after(helix->loop, wake - now, on_timer, helix);
	lx_helix_publish_health(helix);
}

/* --- queueing ----------------------------------------------------------------------------------------------------- */

/* An equal read that the new one may join: it still waits, or the new one is content with an answer that is on its way. */
static struct helix_call *find_equal(struct lx_helix *helix, const char *method, const char *url,
				     enum lx_helix_priority by)
{
	if (strcmp(method, "GET") != 0)
		return NULL;
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct helix_call *call = helix->queues[priority].array[i];
			if (strcmp(call->url, url) == 0 && strcmp(call->method, method) == 0 &&
			    (!call->flight || by == LX_HELIX_BACKGROUND))
				return call;
		}
	}
	return NULL;
}

static void join(struct lx_helix *helix, struct helix_call *call, const struct helix_waiter *waiter,
		 enum lx_helix_priority priority)
{
	uint64_t deadline = lx_loop_now_ms(helix->loop) + lx_helix_policies[priority].patience_ms;

	da_push_back(call->waiters, waiter);
	if (deadline > call->deadline_ms)
		call->deadline_ms = deadline;
	if (priority < call->priority) {
		da_erase_item(helix->queues[call->priority], &call);
		call->priority = priority;
		da_push_back(helix->queues[priority], &call);
	}
}

static void refuse(struct lx_helix *helix, const struct lx_helix_call *call, const struct lx_helix_row *row,
		   enum lx_helix_error error, struct dstr *sentence)
{
	const struct lx_helix_failure failure = {.error = error, .twitch = ""};
	struct lx_helix_result result = lx_helix_empty_result;

	lx_helix_describe(helix, row, &failure, &result, sentence);
	if (call->done)
		call->done(&result, call->data);
}

void lx_helix_refuse(struct lx_helix *helix, const struct lx_helix_call *call, enum lx_helix_error error)
{
	struct dstr sentence = {0};

	refuse(helix, call, lx_helix_row(call->endpoint), error, &sentence);
	dstr_free(&sentence);
}

/* The body as an object, an empty one where the endpoint wants one and the caller gave none. */
static cJSON *parse_body(const struct lx_helix_row *row, const char *body)
{
	if (body)
		return cJSON_Parse(body);
	return row && row->body->name ? cJSON_CreateObject() : NULL;
}

static void copy_query_into(const struct lx_helix_query *query, cJSON *body)
{
	for (size_t i = 0; i < query->pairs.num; i++) {
		const char *name = query->pairs.array[i].name, *value = query->pairs.array[i].value;
		if (strcmp(name, "duration_seconds") == 0)
			cJSON_AddNumberToObject(body, name, (double)strtol(value, NULL, 10));
		else
			cJSON_AddStringToObject(body, name, value);
	}
}

/* Checks the limits and fills in the token's user. */
static bool check(struct lx_helix *helix, const struct lx_helix_row *row, struct lx_helix_query *query, cJSON *body,
		  struct dstr *sentence)
{
	struct lx_credentials credentials = {0};

	if (!row)
		return true;
	bool known = helix->credentials.get(&credentials, helix->credentials.data);
	bool good = lx_helix_check(row, query, body, known && credentials.user_id ? credentials.user_id : "",
				   helix->text, sentence);
	lx_credentials_finish(&credentials);
	return good || !known; /* signed out is what the user must hear then, and will */
}

static void insert(struct lx_helix *helix, const struct lx_helix_call *wanted, uint64_t id,
		   const struct lx_helix_row *row, const struct lx_helix_query *query, const cJSON *body)
{
	const char *method = row ? row->method : wanted->method, *path = row ? row->path : wanted->path;
	const struct helix_policy *policy = &lx_helix_policies[wanted->priority];
	const struct helix_waiter waiter = {id, wanted->done, wanted->data};
	struct dstr url = {0}, nothing = {0};

	dstr_printf(&url, "%s%s%s", helix->base_url, *path == '/' ? "" : "/", path);
	lx_helix_query_print(query, &url);

	struct helix_call *equal = find_equal(helix, method, url.array, wanted->priority);
	if (equal) {
		join(helix, equal, &waiter, wanted->priority);
	} else if (helix->queues[wanted->priority].num >= policy->waiting) {
		refuse(helix, wanted, row, LX_HELIX_FULL, &nothing);
	} else {
		struct helix_call *call = bzalloc(sizeof(*call));
		call->endpoint = row ? row->endpoint : LX_HELIX_OTHER;
		call->row = row;
		call->method = bstrdup(method);
		call->url = bstrdup(url.array);
		call->body = body ? cJSON_PrintUnformatted(body) : NULL;
		call->priority = wanted->priority;
		call->created_ms = lx_loop_now_ms(helix->loop);
		call->deadline_ms = call->created_ms + policy->patience_ms;
		da_push_back(call->waiters, &waiter);
		da_push_back(helix->queues[call->priority], &call);
	}
	dstr_free(&url);
	dstr_free(&nothing);
}

void lx_helix_enqueue(struct lx_helix *helix, const struct lx_helix_call *wanted, uint64_t id)
{
	const struct lx_helix_row *row = lx_helix_row(wanted->endpoint);
	struct lx_helix_query query = {0};
	struct dstr sentence = {0};

	for (size_t i = 0; i < wanted->query_count; i++)
		lx_helix_query_add(&query, wanted->query[i].name, wanted->query[i].value);
	cJSON *body = parse_body(row, wanted->body);

	if (helix->closing) {
		refuse(helix, wanted, row, LX_HELIX_CANCELLED, &sentence);
	} else if (wanted->body && !body) {
		lx_text_format(helix->text, &sentence, "Helix.Limit.Body", NULL, 0);
		refuse(helix, wanted, row, LX_HELIX_INVALID, &sentence);
	} else if (!row && (!wanted->method || !wanted->path)) {
		refuse(helix, wanted, row, LX_HELIX_INVALID, &sentence);
	} else if (!check(helix, row, &query, body, &sentence)) {
		refuse(helix, wanted, row, LX_HELIX_INVALID, &sentence);
	} else {
		if (row && (row->flags & LX_HELIX_QUERY_AND_BODY)) {
			cJSON_Delete(body);
			body = cJSON_CreateObject();
			copy_query_into(&query, body);
		}
		insert(helix, wanted, id, row, &query, body);
		lx_helix_pump(helix);
	}
	cJSON_Delete(body);
	lx_helix_query_finish(&query);
	dstr_free(&sentence);
}

void lx_helix_drop(struct lx_helix *helix, uint64_t id)
{
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct helix_call *call = helix->queues[priority].array[i];
			for (size_t j = 0; j < call->waiters.num; j++) {
				struct helix_waiter waiter = call->waiters.array[j];
				if (waiter.id != id)
					continue;
				const struct lx_helix_row *row = call->row;
				struct lx_helix_call gone = {.done = waiter.done, .data = waiter.data};
				struct dstr sentence = {0};
				da_erase(call->waiters, j);
				if (!call->waiters.num) {
					if (call->flight)
						lx_http_cancel(helix->http, call->flight->http_id);
					lx_helix_deliver(helix, call, &lx_helix_empty_result);
				}
				refuse(helix, &gone, row, LX_HELIX_CANCELLED, &sentence);
				dstr_free(&sentence);
				return;
			}
		}
	}
}
