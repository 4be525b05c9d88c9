#include "twitch/helix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>

#include "twitch/helix_budget.h"
#include "twitch/helix_internal.h"
#include "twitch/helix_message.h"

#define PRIORITIES (LX_HELIX_BACKGROUND + 1)
#define REQUEST_TIMEOUT_MS 10000
#define MIN_REQUEST_TIMEOUT_MS 1000
#define REFRESH_PATIENCE_MS 30000
#define LATENCIES 32

/* How long a call of each priority is tried, and how much it leaves to those before it. */
static const struct policy {
	uint64_t patience_ms;
	uint32_t tries;   /* after failures; 0 = as long as patience lasts */
	uint32_t reserve; /* leaves 1/reserve of the rate budget; 0 = nothing */
	size_t running;   /* starts only while fewer requests are under way */
	size_t waiting;   /* at most so many calls */
} policies[PRIORITIES] = {
	[LX_HELIX_MODERATION] = {30000, 0, 0, 32, 20000},
	[LX_HELIX_USER] = {15000, 4, 20, 12, 2000},
	[LX_HELIX_BACKGROUND] = {90000, 3, 4, 4, 200},
};

/* A moderator's wish outlasts its patience while Twitch itself told how long to wait, but not for ever. */
#define MAX_MODERATION_PATIENCE_MS 90000
#define AFTER_RESET_MS 10000

/* Delays before the next try: doubled with each, up to the last number; the real one is between half of it and all of it. */
struct backoff {
	uint64_t first_ms, most_ms;
};
static const struct backoff network_backoff = {250, 2000};
static const struct backoff server_backoff = {500, 8000};
static const struct backoff endpoint_backoff = {1000, 16000};
static const struct backoff conflict_backoff = {200, 2000};
#define MAX_CONFLICTS 5

/* 5xx and the like: one alone says little about the link. */
#define SERVER_FAILURES_TO_WORRY 2

struct waiter {
	uint64_t id;
	lx_helix_done done;
	void *data;
};

struct flight;

struct call {
	DARRAY(struct waiter) waiters; /* more than one where equal reads were joined */
	enum lx_helix_endpoint endpoint;
	const struct lx_helix_row *row; /* NULL for LX_HELIX_OTHER */
	char *method, *url, *body;
	enum lx_helix_priority priority;
	uint64_t created_ms, deadline_ms;
	uint64_t not_before_ms;
	bool waits_for_network;
	uint32_t failures, conflicts;
	bool maybe_done; /* an earlier try may have been carried out */
	bool refreshed;  /* one newer token was tried */
	bool wants_token;
	char *token;           /* that the last try was sent with */
	struct flight *flight; /* NULL unless a request is under way */

	/* why it was not finished by the last try */
	struct lx_helix_failure failure;
	char *failure_words;
};

/* A request under way; outlives the call that is cancelled or destroyed. */
struct flight {
	struct lx_helix *helix; /* NULL once that is gone */
	struct call *call;      /* NULL once nobody waits for it */
	uint64_t http_id;
	uint32_t cost;
};

/* What is handed to others for later outlives the helix. */
struct link {
	struct lx_helix *helix;
	long references;
};

struct order {
	bool cancel;
	uint64_t id;
	struct lx_helix_call call; /* points into what follows */
	struct lx_helix_query query;
	struct lx_helix_param *params;
	char *body, *method, *path;
	size_t max_items; /* 0 = one page */
};

struct lx_helix {
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_random *random;
	char *base_url;
	struct lx_credentials_provider credentials;
	struct link *link;

	pthread_mutex_t mutex; /* guards the next four */
	DARRAY(struct order *) inbox;
	bool posted;
	uint64_t last_id;
	struct lx_helix_health health;

	/* the loop's thread only */
	DARRAY(struct call *) queues[PRIORITIES];
	DARRAY(struct flight *) flights;
	struct lx_helix_budget budget;
	uint64_t endpoint_until_ms[LX_HELIX_ENDPOINT_COUNT];
	uint32_t endpoint_strikes[LX_HELIX_ENDPOINT_COUNT];
	bool refreshing;
	uint64_t refresh_deadline_ms;
	uint64_t timer;
	bool pumping, pump_again, closing;

	uint32_t latencies[LATENCIES];
	size_t latency_count;
	uint32_t server_failures;
	enum lx_link_state state;
	const char *reason; /* stable word */
	char last_error[LX_HELIX_HEALTH_TEXT];
};

static void pump(struct lx_helix *helix);

/* --- links that outlive the helix --------------------------------------------------------------------------------- */

static struct link *hold(struct link *link)
{
	os_atomic_inc_long(&link->references);
	return link;
}

static void release(void *data)
{
	struct link *link = data;
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

static void wipe(char *secret)
{
	if (secret)
		memset(secret, 0, strlen(secret));
	bfree(secret);
}

static void free_call(struct call *call)
{
	da_free(call->waiters);
	bfree(call->method);
	bfree(call->url);
	bfree(call->body);
	bfree(call->failure_words);
	wipe(call->token);
	bfree(call);
}

static bool repeatable(const struct call *call)
{
	return call->row ? (call->row->flags & LX_HELIX_REPEATABLE) != 0 : strcmp(call->method, "GET") == 0;
}

/* Whether something may have been changed without our knowing. */
static bool is_uncertain(const struct call *call)
{
	return call->maybe_done && strcmp(call->method, "GET") != 0;
}

static bool has_flag(const struct call *call, uint32_t flag)
{
	return call->row && (call->row->flags & flag);
}

static uint32_t cost_of(const struct call *call)
{
	return call->row ? call->row->cost : 1;
}

static void forget_flight(struct call *call)
{
	if (call->flight) {
		call->flight->call = NULL;
		call->flight = NULL;
	}
}

static void set_failure(struct call *call, const struct lx_helix_failure *failure)
{
	char *words = bstrdup(failure->twitch ? failure->twitch : "");

	bfree(call->failure_words);
	call->failure = *failure;
	call->failure_words = words;
	call->failure.twitch = words;
}

/* Takes the call out of the queue, tells everyone who waits for it, frees it. */
static void deliver(struct lx_helix *helix, struct call *call, const struct lx_helix_result *result)
{
	da_erase_item(helix->queues[call->priority], &call);
	forget_flight(call);
	for (size_t i = 0; i < call->waiters.num; i++) {
		const struct waiter *waiter = &call->waiters.array[i];
		if (waiter->done)
			waiter->done(result, waiter->data);
	}
	free_call(call);
}

static void tell_failure(struct lx_helix *helix, const struct lx_helix_row *row, const struct lx_helix_failure *failure,
			 struct lx_helix_result *result, struct dstr *sentence)
{
	struct lx_helix_failure known = *failure;

	if (!known.twitch)
		known.twitch = "";
	if (!sentence->len)
		lx_helix_explain(row, &known, helix->text, sentence);
	result->error = known.error;
	result->status = known.status;
	result->message = sentence->array ? sentence->array : "";
	result->twitch_message = known.twitch;
	if (known.error != LX_HELIX_CANCELLED)
		snprintf(helix->last_error, sizeof(helix->last_error), "%s", result->message);
}

static const struct lx_helix_result empty_result = {.message = "", .twitch_message = "", .cursor = "", .body = ""};

static void fail(struct lx_helix *helix, struct call *call, const struct lx_helix_failure *failure, const cJSON *json,
		 const char *body)
{
	struct lx_helix_result result = empty_result;
	struct dstr sentence = {0};

	tell_failure(helix, call->row, failure, &result, &sentence);
	result.json = json;
	result.data = cJSON_GetObjectItemCaseSensitive(json, "data");
	result.repeated = call->maybe_done;
	result.body = body;
	deliver(helix, call, &result);
	dstr_free(&sentence);
}

static void fail_with(struct lx_helix *helix, struct call *call, enum lx_helix_error error)
{
	const struct lx_helix_failure failure = {.error = error, .twitch = ""};
	fail(helix, call, &failure, NULL, "");
}

/* Patience ended: the reason is what kept it from being finished. */
static void give_up(struct lx_helix *helix, struct call *call)
{
	if (call->failure.error != LX_HELIX_OK) {
		call->failure.maybe_done = is_uncertain(call);
		fail(helix, call, &call->failure, NULL, "");
	} else {
		/* it never got out: a newer token did not come, or the budget left it no room */
		fail_with(helix, call, helix->refreshing ? LX_HELIX_SIGNED_OUT : LX_HELIX_RATE);
	}
}

/* --- health ------------------------------------------------------------------------------------------------------- */

static int compare_latency(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

static int64_t median_latency(const struct lx_helix *helix)
{
	uint32_t sorted[LATENCIES];
	size_t count = helix->latency_count < LATENCIES ? helix->latency_count : LATENCIES;

	if (!count)
		return -1;
	memcpy(sorted, helix->latencies, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_latency);
	return sorted[count / 2];
}

static void publish_health(struct lx_helix *helix)
{
	struct lx_helix_health health = {
		.state = helix->state,
		.latency_ms = median_latency(helix),
		.limit = helix->budget.limit,
		.remaining = helix->budget.remaining,
		.reset_ms = helix->budget.reset_unix_ms,
		.running = helix->flights.num,
	};

	for (size_t i = 0; i < PRIORITIES; i++)
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
static void set_state(struct lx_helix *helix, enum lx_link_state state, const char *reason, const char *detail,
		      uint64_t retry_in_ms)
{
	if (helix->closing || (state == helix->state && strcmp(reason, helix->reason) == 0))
		return;
	helix->state = state;
	helix->reason = reason;
	publish_health(helix);
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

static const char *network_word(enum lx_http_error error)
{
	return error == LX_HTTP_TLS ? "tls" : error == LX_HTTP_TIMEOUT ? "timeout" : "network";
}

/* Nothing of the kind "this call may be carried out": here the link is meant. */
static void set_trouble(struct lx_helix *helix, enum lx_link_state state, const char *reason,
			const struct lx_helix_failure *failure, uint64_t retry_in_ms)
{
	struct lx_helix_failure of_link = *failure;
	struct dstr sentence = {0};

	of_link.maybe_done = false;
	of_link.twitch = "";
	lx_helix_explain(NULL, &of_link, helix->text, &sentence);
	set_state(helix, state, reason, sentence.array, retry_in_ms);
	dstr_free(&sentence);
}

static void set_online(struct lx_helix *helix)
{
	helix->server_failures = 0;
	set_state(helix, LX_LINK_ONLINE, "", "", 0);
}

/* --- tries -------------------------------------------------------------------------------------------------------- */

static uint64_t delay_of(struct lx_helix *helix, const struct backoff *backoff, uint32_t failures)
{
	uint64_t delay = backoff->first_ms;

	for (uint32_t i = 1; i < failures && delay < backoff->most_ms; i++)
		delay *= 2;
	if (delay > backoff->most_ms)
		delay = backoff->most_ms;
	return delay / 2 + lx_random_below(helix->random, (uint32_t)(delay / 2) + 1);
}

/* Tries again after a delay, or gives up when that is beyond the call's patience. */
static void try_again(struct lx_helix *helix, struct call *call, const struct lx_helix_failure *failure,
		      uint64_t delay_ms)
{
	set_failure(call, failure);
	call->not_before_ms = lx_loop_now_ms(helix->loop) + delay_ms;
	if (call->not_before_ms >= call->deadline_ms)
		give_up(helix, call);
}

/* The answer is lost, or says that Twitch failed. */
static void on_trouble(struct lx_helix *helix, struct call *call, struct lx_helix_failure *failure,
		       bool surely_not_done, const struct backoff *backoff, const cJSON *json, const char *body)
{
	const struct policy *policy = &policies[call->priority];

	if (!surely_not_done) {
		call->maybe_done = true;
		if (!repeatable(call)) {
			failure->maybe_done = true;
			fail(helix, call, failure, json, body);
			return;
		}
	}
	call->failures++;
	if (policy->tries && call->failures >= policy->tries) {
		failure->maybe_done = is_uncertain(call);
		fail(helix, call, failure, json, body);
		return;
	}
	call->waits_for_network = failure->error == LX_HELIX_NETWORK;
	try_again(helix, call, failure, delay_of(helix, backoff, call->failures));
}

static void on_no_answer(struct lx_helix *helix, struct call *call, const struct lx_http_response *response)
{
	struct lx_helix_failure failure = {.error = LX_HELIX_NETWORK, .network = response->error, .twitch = ""};

	if (response->error == LX_HTTP_CANCELLED) {
		fail_with(helix, call, LX_HELIX_CANCELLED);
		return;
	}
	if (response->error == LX_HTTP_REFUSED) {
		set_trouble(helix, LX_LINK_REFUSED, "network", &failure, 0);
		fail(helix, call, &failure, NULL, "");
		return;
	}
	if (response->error == LX_HTTP_TOO_LARGE) {
		failure = (struct lx_helix_failure){.error = LX_HELIX_SERVER, .not_json = true, .twitch = ""};
		fail(helix, call, &failure, NULL, "");
		return;
	}
	set_trouble(helix, LX_LINK_WAITING, network_word(response->error), &failure, network_backoff.first_ms);
	on_trouble(helix, call, &failure, !response->sent, &network_backoff, NULL, "");
}

static void on_server_trouble(struct lx_helix *helix, struct call *call, struct lx_helix_failure *failure,
			      const cJSON *json, const char *body)
{
	if (++helix->server_failures >= SERVER_FAILURES_TO_WORRY)
		set_trouble(helix, LX_LINK_WAITING, "server", failure, server_backoff.first_ms);
	on_trouble(helix, call, failure, false, &server_backoff, json, body);
}

static uint64_t retry_after_ms(const struct lx_http_response *response)
{
	const char *text = lx_http_header(response, "retry-after");
	long seconds = text ? strtol(text, NULL, 10) : 0;

	return seconds > 0 && seconds < 3600 ? (uint64_t)seconds * 1000 : 0;
}

static void extend_patience(const struct lx_helix *helix, struct call *call)
{
	uint64_t wanted = helix->budget.blocked_until_ms + AFTER_RESET_MS;

	if (call->priority == LX_HELIX_MODERATION && helix->budget.blocked_until_ms > lx_loop_now_ms(helix->loop) &&
	    wanted <= call->created_ms + MAX_MODERATION_PATIENCE_MS && wanted > call->deadline_ms)
		call->deadline_ms = wanted;
}

/* 429 was surely not carried out. With an empty bucket everybody waits for Twitch's time, else only this endpoint does. */
static void on_too_many(struct lx_helix *helix, struct call *call, struct lx_helix_failure *failure,
			const struct lx_http_response *response, const cJSON *json)
{
	uint64_t now = lx_loop_now_ms(helix->loop);
	const char *remaining = lx_http_header(response, "ratelimit-remaining");

	if (remaining && strtol(remaining, NULL, 10) <= 0) {
		lx_helix_budget_block(&helix->budget, now);
		extend_patience(helix, call);
		try_again(helix, call, failure, helix->budget.blocked_until_ms - now);
		return;
	}
	if (has_flag(call, LX_HELIX_COOLDOWN)) {
		fail(helix, call, failure, json, response->body);
		return;
	}
	uint64_t told = retry_after_ms(response);
	uint64_t delay = told ? told : delay_of(helix, &endpoint_backoff, ++helix->endpoint_strikes[call->endpoint]);
	helix->endpoint_until_ms[call->endpoint] = now + delay;
	try_again(helix, call, failure, delay);
}

/* --- a newer token ------------------------------------------------------------------------------------------------ */

static void refuse_login(struct lx_helix *helix)
{
	const struct lx_helix_failure failure = {.error = LX_HELIX_SIGNED_OUT, .status = 401, .twitch = ""};

	set_trouble(helix, LX_LINK_REFUSED, "auth", &failure, 0);
	/* delivering can queue new calls behind those that are looked at: begin again after each */
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num;) {
			struct call *call = helix->queues[priority].array[i];
			if (call->wants_token) {
				fail(helix, call, &call->failure, NULL, "");
				i = 0;
			} else {
				i++;
			}
		}
	}
}

static void on_refreshed(bool ok, void *data)
{
	struct link *link = data;
	struct lx_helix *helix = link->helix;

	release(link);
	if (!helix || !helix->refreshing)
		return;
	helix->refreshing = false;
	if (!ok) {
		refuse_login(helix);
	} else {
		for (size_t priority = 0; priority < PRIORITIES; priority++)
			for (size_t i = 0; i < helix->queues[priority].num; i++)
				helix->queues[priority].array[i]->wants_token = false;
	}
	pump(helix);
}

static void on_token_refused(struct lx_helix *helix, struct call *call, const struct lx_helix_failure *failure,
			     const cJSON *json, const char *body)
{
	struct lx_credentials now = {0};

	if (call->refreshed || !helix->credentials.rejected) {
		set_trouble(helix, LX_LINK_REFUSED, "auth", failure, 0);
		fail(helix, call, failure, json, body);
		return;
	}
	call->refreshed = true;
	bool newer = helix->credentials.get(&now, helix->credentials.data) && now.token && call->token &&
		     strcmp(now.token, call->token) != 0;
	lx_credentials_finish(&now);
	if (newer) /* somebody was faster */
		return;
	call->wants_token = true;
	set_failure(call, failure);
	if (helix->refreshing)
		return;
	helix->refreshing = true;
	helix->refresh_deadline_ms = lx_loop_now_ms(helix->loop) + REFRESH_PATIENCE_MS;
	helix->credentials.rejected(call->token, on_refreshed, hold(helix->link), helix->credentials.data);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static const char *string_member(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
	return text ? text : "";
}

static void succeed(struct lx_helix *helix, struct call *call, const struct lx_http_response *response,
		    const cJSON *json)
{
	struct lx_helix_result result = empty_result;

	result.status = response->status;
	result.json = json;
	result.data = cJSON_GetObjectItemCaseSensitive(json, "data");
	result.cursor = string_member(cJSON_GetObjectItemCaseSensitive(json, "pagination"), "cursor");
	result.repeated = call->maybe_done;
	result.body = response->body;
	helix->endpoint_strikes[call->endpoint] = 0;
	helix->last_error[0] = 0;
	deliver(helix, call, &result);
}

static void on_good_answer(struct lx_helix *helix, struct call *call, const struct lx_http_response *response,
			   const cJSON *json)
{
	bool readable = json || response->body_size == 0 || has_flag(call, LX_HELIX_NOT_JSON);

	/* a write with a garbled answer was carried out; a read with one told nothing */
	if (readable || strcmp(call->method, "GET") != 0) {
		set_online(helix);
		succeed(helix, call, response, json);
		return;
	}
	struct lx_helix_failure failure = {.error = LX_HELIX_SERVER,
					   .status = response->status,
					   .not_json = true,
					   .twitch = ""};
	on_server_trouble(helix, call, &failure, NULL, response->body);
}

static void on_bad_answer(struct lx_helix *helix, struct call *call, const struct lx_http_response *response,
			  const cJSON *json)
{
	const char *words = string_member(json, "message");
	struct lx_helix_failure failure = lx_helix_classify(response->status, words);

	if (failure.error == LX_HELIX_SERVER) {
		on_server_trouble(helix, call, &failure, json, response->body);
		return;
	}
	if (failure.token_invalid) {
		on_token_refused(helix, call, &failure, json, response->body);
		return;
	}
	if (failure.error == LX_HELIX_SIGNED_OUT)
		set_trouble(helix, LX_LINK_REFUSED, "auth", &failure, 0);
	else
		set_online(helix);

	if (failure.error == LX_HELIX_RATE)
		on_too_many(helix, call, &failure, response, json);
	else if (failure.error == LX_HELIX_NOT_FOUND && has_flag(call, LX_HELIX_NOT_FOUND_IS_EMPTY))
		succeed(helix, call, response, NULL);
	else if (failure.error == LX_HELIX_CONFLICT && has_flag(call, LX_HELIX_RETRY_409) &&
		 ++call->conflicts < MAX_CONFLICTS)
		try_again(helix, call, &failure, delay_of(helix, &conflict_backoff, call->conflicts));
	else
		fail(helix, call, &failure, json, response->body);
}

/* The network is back: who waits only for that need not wait any longer. */
static void on_reached(struct lx_helix *helix)
{
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct call *call = helix->queues[priority].array[i];
			if (call->waits_for_network) {
				call->waits_for_network = false;
				call->not_before_ms = 0;
			}
		}
	}
}

static void on_response(const struct lx_http_response *response, void *data)
{
	struct flight *flight = data;
	struct lx_helix *helix = flight->helix;
	struct call *call = flight->call;

	if (helix) {
		da_erase_item(helix->flights, &flight);
		helix->budget.in_flight -= flight->cost;
		if (response->error == LX_HTTP_OK) {
			lx_helix_budget_note(&helix->budget, response, lx_loop_now_ms(helix->loop),
					     lx_clock_unix_ms(lx_loop_clock(helix->loop)));
			helix->latencies[helix->latency_count++ % LATENCIES] = response->elapsed_ms;
			on_reached(helix);
		}
	}
	bfree(flight);
	if (helix && call) {
		call->flight = NULL;
		if (response->error != LX_HTTP_OK) {
			on_no_answer(helix, call, response);
		} else {
			bool text = has_flag(call, LX_HELIX_NOT_JSON);
			cJSON *json = text ? NULL : cJSON_ParseWithLength(response->body, response->body_size);
			if (response->status >= 200 && response->status < 300)
				on_good_answer(helix, call, response, json);
			else
				on_bad_answer(helix, call, response, json);
			cJSON_Delete(json);
		}
	}
	if (helix && !helix->closing)
		pump(helix);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static uint32_t timeout_of(const struct lx_helix *helix, const struct call *call)
{
	uint64_t now = lx_loop_now_ms(helix->loop);
	uint64_t left = call->deadline_ms > now ? call->deadline_ms - now : 0;

	if (left < MIN_REQUEST_TIMEOUT_MS)
		return MIN_REQUEST_TIMEOUT_MS;
	return left < REQUEST_TIMEOUT_MS ? (uint32_t)left : REQUEST_TIMEOUT_MS;
}

static void send_request(struct lx_helix *helix, struct call *call, const struct lx_credentials *credentials)
{
	struct dstr bearer = {0};
	struct lx_http_header headers[3];
	struct lx_http_request request = {
		.method = call->method,
		.url = call->url,
		.headers = headers,
		.timeout_ms = timeout_of(helix, call),
		.once = !repeatable(call),
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

	struct flight *flight = bzalloc(sizeof(*flight));
	flight->helix = helix;
	flight->call = call;
	flight->cost = cost_of(call);
	call->flight = flight;
	da_push_back(helix->flights, &flight);
	helix->budget.in_flight += flight->cost;
	flight->http_id = lx_http_send(helix->http, &request, on_response, flight);
	if (bearer.array)
		memset(bearer.array, 0, bearer.len);
	dstr_free(&bearer);

	if (!flight->http_id) { /* it is being destroyed */
		da_erase_item(helix->flights, &flight);
		bfree(flight);
		call->flight = NULL;
		fail_with(helix, call, LX_HELIX_CANCELLED);
	}
}

static void start(struct lx_helix *helix, struct call *call)
{
	struct lx_credentials credentials = {0};

	call->waits_for_network = false;
	if (has_flag(call, LX_HELIX_NO_TOKEN)) {
		send_request(helix, call, NULL);
		return;
	}
	if (helix->credentials.get(&credentials, helix->credentials.data)) {
		wipe(call->token);
		call->token = bstrdup(credentials.token);
		if (helix->state == LX_LINK_OFFLINE)
			set_state(helix, LX_LINK_CONNECTING, "", "", 0);
		send_request(helix, call, &credentials);
	} else {
		const struct lx_helix_failure failure = {.error = LX_HELIX_SIGNED_OUT, .twitch = ""};
		set_trouble(helix, LX_LINK_OFFLINE, "auth", &failure, 0);
		fail(helix, call, &failure, NULL, "");
	}
	lx_credentials_finish(&credentials);
}

/* When the call may be sent, whatever else is under way. */
static uint64_t ready_at(const struct lx_helix *helix, const struct call *call, uint64_t now)
{
	uint64_t at = lx_helix_budget_when(&helix->budget, cost_of(call), policies[call->priority].reserve, now);

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
			refuse_login(helix);
			return true;
		}
		*wake_ms = helix->refresh_deadline_ms;
	}
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct call *call = helix->queues[priority].array[i];
			if (call->flight)
				continue;
			extend_patience(helix, call);
			uint64_t at = ready_at(helix, call, now);
			if (call->deadline_ms <= now || (at >= call->deadline_ms && at > now)) {
				give_up(helix, call);
				return true;
			}
			if (call->deadline_ms < *wake_ms)
				*wake_ms = call->deadline_ms;
			if (call->wants_token || (helix->refreshing && !has_flag(call, LX_HELIX_NO_TOKEN)))
				continue;
			if (at > now) {
				*wake_ms = at < *wake_ms ? at : *wake_ms;
				continue;
			}
			if (helix->flights.num < policies[priority].running) {
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
	pump(helix);
}

static void pump(struct lx_helix *helix)
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
	publish_health(helix);
}

/* --- queueing ----------------------------------------------------------------------------------------------------- */

/* An equal read that the new one may join: it still waits, or the new one is content with an answer that is on its way. */
static struct call *find_equal(struct lx_helix *helix, const char *method, const char *url, enum lx_helix_priority by)
{
	if (strcmp(method, "GET") != 0)
		return NULL;
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct call *call = helix->queues[priority].array[i];
			if (strcmp(call->url, url) == 0 && strcmp(call->method, method) == 0 &&
			    (!call->flight || by == LX_HELIX_BACKGROUND))
				return call;
		}
	}
	return NULL;
}

static void join(struct lx_helix *helix, struct call *call, const struct waiter *waiter,
		 enum lx_helix_priority priority)
{
	uint64_t deadline = lx_loop_now_ms(helix->loop) + policies[priority].patience_ms;

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
	struct lx_helix_result result = empty_result;

	tell_failure(helix, row, &failure, &result, sentence);
	if (call->done)
		call->done(&result, call->data);
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
	const struct policy *policy = &policies[wanted->priority];
	const struct waiter waiter = {id, wanted->done, wanted->data};
	struct dstr url = {0}, nothing = {0};

	dstr_printf(&url, "%s%s%s", helix->base_url, *path == '/' ? "" : "/", path);
	lx_helix_query_print(query, &url);

	struct call *equal = find_equal(helix, method, url.array, wanted->priority);
	if (equal) {
		join(helix, equal, &waiter, wanted->priority);
	} else if (helix->queues[wanted->priority].num >= policy->waiting) {
		refuse(helix, wanted, row, LX_HELIX_FULL, &nothing);
	} else {
		struct call *call = bzalloc(sizeof(*call));
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
		pump(helix);
	}
	cJSON_Delete(body);
	lx_helix_query_finish(&query);
	dstr_free(&sentence);
}

static void cancel(struct lx_helix *helix, uint64_t id)
{
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct call *call = helix->queues[priority].array[i];
			for (size_t j = 0; j < call->waiters.num; j++) {
				struct waiter waiter = call->waiters.array[j];
				if (waiter.id != id)
					continue;
				const struct lx_helix_row *row = call->row;
				struct lx_helix_call gone = {.done = waiter.done, .data = waiter.data};
				struct dstr sentence = {0};
				da_erase(call->waiters, j);
				if (!call->waiters.num) {
					if (call->flight)
						lx_http_cancel(helix->http, call->flight->http_id);
					deliver(helix, call, &empty_result);
				}
				refuse(helix, &gone, row, LX_HELIX_CANCELLED, &sentence);
				dstr_free(&sentence);
				return;
			}
		}
	}
}

/* --- from other threads ------------------------------------------------------------------------------------------- */

static void free_order(struct order *order)
{
	lx_helix_query_finish(&order->query);
	bfree(order->params);
	if (order->body)
		memset(order->body, 0, strlen(order->body));
	bfree(order->body);
	bfree(order->method);
	bfree(order->path);
	bfree(order);
}

static char *copy_text(const char *text)
{
	return text ? bstrdup(text) : NULL;
}

static struct order *copy_call(const struct lx_helix_call *call)
{
	struct order *order = bzalloc(sizeof(*order));

	order->body = copy_text(call->body);
	order->method = copy_text(call->method);
	order->path = copy_text(call->path);
	if (call->query_count)
		order->params = bzalloc(call->query_count * sizeof(*order->params));
	for (size_t i = 0; i < call->query_count; i++) {
		lx_helix_query_add(&order->query, call->query[i].name, call->query[i].value);
		const struct lx_helix_pair *pair = &order->query.pairs.array[i];
		order->params[i] = (struct lx_helix_param){pair->name, pair->value};
	}
	order->call = *call;
	order->call.query = order->params;
	order->call.body = order->body;
	order->call.method = order->method;
	order->call.path = order->path;
	return order;
}

static void carry_out(struct lx_helix *helix, struct order *order)
{
	const struct lx_helix_row *row = lx_helix_row(order->call.endpoint);
	bool is_read = row && strcmp(row->method, "GET") == 0;
	uint32_t most;

	if (order->cancel)
		cancel(helix, order->id);
	else if (!helix->closing && is_read && (order->max_items || lx_helix_oversized_list(row, &order->query, &most)))
		lx_helix_gather(helix, &order->call, order->id, order->max_items);
	else
		lx_helix_enqueue(helix, &order->call, order->id);
	free_order(order);
}

static void drain(struct lx_helix *helix)
{
	DARRAY(struct order *) orders;

	da_init(orders);
	pthread_mutex_lock(&helix->mutex);
	da_move(orders, helix->inbox);
	helix->posted = false;
	pthread_mutex_unlock(&helix->mutex);

	/* queue all of them before the first is sent, so that the important ones are first */
	helix->pumping = true;
	for (size_t i = 0; i < orders.num; i++)
		carry_out(helix, orders.array[i]);
	helix->pumping = false;
	da_free(orders);
	pump(helix);
}

static void on_posted(void *data)
{
	struct link *link = data;

	if (link->helix)
		drain(link->helix);
	release(link);
}

static uint64_t post(struct lx_helix *helix, struct order *order)
{
	pthread_mutex_lock(&helix->mutex);
	if (!order->id)
		order->id = ++helix->last_id;
	uint64_t id = order->id;
	da_push_back(helix->inbox, &order);
	bool wake = !helix->posted;
	helix->posted = true;
	pthread_mutex_unlock(&helix->mutex);

	if (wake)
		lx_loop_post(helix->loop, on_posted, release, hold(helix->link));
	return id;
}

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	return post(helix, copy_call(call));
}

uint64_t lx_helix_send_all(struct lx_helix *helix, const struct lx_helix_call *call, size_t max_items)
{
	struct order *order = copy_call(call);
	order->max_items = max_items;
	return post(helix, order);
}

void lx_helix_cancel(struct lx_helix *helix, uint64_t id)
{
	struct order *order = bzalloc(sizeof(*order));

	order->cancel = true;
	order->id = id;
	if (id)
		post(helix, order);
	else
		free_order(order);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct lx_helix *lx_helix_create(const struct lx_helix_config *config)
{
	struct lx_helix *helix = bzalloc(sizeof(*helix));

	if (pthread_mutex_init(&helix->mutex, NULL) != 0) {
		bfree(helix);
		return NULL;
	}
	helix->loop = config->loop;
	helix->http = config->http;
	helix->bus = config->bus;
	helix->text = config->text;
	helix->random = config->random;
	helix->credentials = config->credentials;
	helix->base_url = bstrdup(config->base_url);
	for (size_t length = strlen(helix->base_url); length && helix->base_url[length - 1] == '/'; length--)
		helix->base_url[length - 1] = 0;
	helix->link = bzalloc(sizeof(*helix->link));
	helix->link->helix = helix;
	helix->link->references = 1;
	helix->reason = "";
	helix->state = LX_LINK_OFFLINE;
	lx_helix_budget_init(&helix->budget);
	publish_health(helix);
	return helix;
}

void lx_helix_destroy(struct lx_helix *helix)
{
	if (!helix)
		return;
	helix->closing = true;
	helix->link->helix = NULL;
	release(helix->link);
	lx_loop_cancel(helix->loop, helix->timer);

	for (size_t i = 0; i < helix->flights.num; i++) {
		struct flight *flight = helix->flights.array[i];
		flight->helix = NULL;
		flight->call = NULL;
		lx_http_cancel(helix->http, flight->http_id);
	}
	for (size_t priority = 0; priority < PRIORITIES; priority++) {
		while (helix->queues[priority].num) {
			struct call *call = helix->queues[priority].array[0];
			call->flight = NULL;
			fail_with(helix, call, LX_HELIX_CANCELLED);
		}
		da_free(helix->queues[priority]);
	}
	while (helix->inbox.num) {
		struct order *order = helix->inbox.array[0];
		da_erase(helix->inbox, 0);
		carry_out(helix, order);
	}
	da_free(helix->inbox);
	da_free(helix->flights);
	pthread_mutex_destroy(&helix->mutex);
	bfree(helix->base_url);
	bfree(helix);
}

/* --- on top ------------------------------------------------------------------------------------------------------- */

bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing)
{
	const struct lx_helix_row *row = lx_helix_row(endpoint);
	char scope[96];

	if (!row || !*row->scopes || !helix->credentials.has_scope)
		return true;
	for (const char *alternative = row->scopes; *alternative;) {
		size_t length = strcspn(alternative, "|");
		bool complete = true;
		for (const char *at = alternative; at < alternative + length;) {
			size_t one = strcspn(at, " |");
			snprintf(scope, sizeof(scope), "%.*s", (int)one, at);
			complete = complete && helix->credentials.has_scope(scope, helix->credentials.data);
			at += one;
			at += *at == ' ';
		}
		if (complete)
			return true;
		alternative += length;
		alternative += *alternative == '|';
	}
	if (missing)
		lx_helix_print_scopes(row->scopes, missing);
	return false;
}

struct user_lookup {
	struct lx_helix *helix;
	lx_helix_user_done done;
	void *data;
};

static void on_user(const struct lx_helix_result *result, void *data)
{
	struct user_lookup *lookup = data;
	struct lx_helix_result missing = *result;
	struct lx_decoded memory = {0};
	struct dstr sentence = {0};
	size_t count;
	const struct lx_helix_user *user = lx_helix_decode_user(&memory, result->data, &count);

	if (result->error == LX_HELIX_OK && !user) {
		missing.error = LX_HELIX_NOT_FOUND;
		lx_text_format(lookup->helix->text, &sentence, "Helix.Error.NoSuchUser", NULL, 0);
		missing.message = sentence.array;
	}
	lookup->done(missing.error == LX_HELIX_OK ? user : NULL, &missing, lookup->data);
	lx_decoded_finish(&memory);
	dstr_free(&sentence);
	bfree(lookup);
}

uint64_t lx_helix_find_user(struct lx_helix *helix, const char *login, enum lx_helix_priority priority,
			    lx_helix_user_done done, void *data)
{
	const struct lx_helix_param param = {"login", login};
	struct user_lookup *lookup = bzalloc(sizeof(*lookup));
	struct lx_helix_call call = {
		.endpoint = LX_HELIX_GET_USERS,
		.query = &param,
		.query_count = *login != 0,
		.priority = priority,
		.done = on_user,
		.data = lookup,
	};

	*lookup = (struct user_lookup){helix, done, data};
	return lx_helix_send(helix, &call);
}

void lx_helix_warm(struct lx_helix *helix)
{
	/* the cheapest read there is: who the token belongs to */
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_BACKGROUND};
	lx_helix_send(helix, &call);
}
