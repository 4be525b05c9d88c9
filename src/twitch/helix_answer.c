#include "twitch/helix_internal.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

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

static const char *network_word(enum lx_http_error error)
{
	return error == LX_HTTP_TLS ? "tls" : error == LX_HTTP_TIMEOUT ? "timeout" : "network";
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
static void try_again(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_failure *failure,
		      uint64_t delay_ms)
{
	lx_helix_call_set_failure(call, failure);
	call->not_before_ms = lx_loop_now_ms(helix->loop) + delay_ms;
	if (call->not_before_ms >= call->deadline_ms)
		lx_helix_give_up(helix, call);
}

/* The answer is lost, or says that Twitch failed. */
static void on_trouble(struct lx_helix *helix, struct helix_call *call, struct lx_helix_failure *failure,
		       bool surely_not_done, const struct backoff *backoff, const cJSON *json, const char *body)
{
	const struct helix_policy *policy = &lx_helix_policies[call->priority];

	if (!surely_not_done) {
		call->maybe_done = true;
		if (!lx_helix_call_repeatable(call)) {
			failure->maybe_done = true;
			lx_helix_fail(helix, call, failure, json, body);
			return;
		}
	}
	call->failures++;
	if (policy->tries && call->failures >= policy->tries) {
		failure->maybe_done = lx_helix_call_uncertain(call);
		lx_helix_fail(helix, call, failure, json, body);
		return;
	}
	call->waits_for_network = failure->error == LX_HELIX_NETWORK;
	try_again(helix, call, failure, delay_of(helix, backoff, call->failures));
}

static void on_no_answer(struct lx_helix *helix, struct helix_call *call, const struct lx_http_response *response)
{
	struct lx_helix_failure failure = {.error = LX_HELIX_NETWORK, .network = response->error, .twitch = ""};

	if (response->error == LX_HTTP_CANCELLED) {
		lx_helix_fail_with(helix, call, LX_HELIX_CANCELLED);
		return;
	}
	if (response->error == LX_HTTP_REFUSED) {
		lx_helix_set_trouble(helix, LX_LINK_REFUSED, "network", &failure, 0);
		lx_helix_fail(helix, call, &failure, NULL, "");
		return;
	}
	if (response->error == LX_HTTP_TOO_LARGE) {
		failure = (struct lx_helix_failure){.error = LX_HELIX_SERVER, .not_json = true, .twitch = ""};
		lx_helix_fail(helix, call, &failure, NULL, "");
		return;
	}
	lx_helix_set_trouble(helix, LX_LINK_WAITING, network_word(response->error), &failure, network_backoff.first_ms);
	on_trouble(helix, call, &failure, !response->sent, &network_backoff, NULL, "");
}

static void on_server_trouble(struct lx_helix *helix, struct helix_call *call, struct lx_helix_failure *failure,
			      const cJSON *json, const char *body)
{
	if (++helix->server_failures >= SERVER_FAILURES_TO_WORRY)
		lx_helix_set_trouble(helix, LX_LINK_WAITING, "server", failure, server_backoff.first_ms);
	on_trouble(helix, call, failure, false, &server_backoff, json, body);
}

static uint64_t retry_after_ms(const struct lx_http_response *response)
{
	const char *text = lx_http_header(response, "retry-after");
	long seconds = text ? strtol(text, NULL, 10) : 0;

	return seconds > 0 && seconds < 3600 ? (uint64_t)seconds * 1000 : 0;
}

void lx_helix_extend_patience(const struct lx_helix *helix, struct helix_call *call)
{
	uint64_t wanted = helix->budget.blocked_until_ms + AFTER_RESET_MS;

	if (call->priority == LX_HELIX_MODERATION && helix->budget.blocked_until_ms > lx_loop_now_ms(helix->loop) &&
	    wanted <= call->created_ms + MAX_MODERATION_PATIENCE_MS && wanted > call->deadline_ms)
		call->deadline_ms = wanted;
}

/* 429 was surely not carried out. With an empty bucket everybody waits for Twitch's time, else only this endpoint does. */
static void on_too_many(struct lx_helix *helix, struct helix_call *call, struct lx_helix_failure *failure,
			const struct lx_http_response *response, const cJSON *json)
{
	uint64_t now = lx_loop_now_ms(helix->loop);
	const char *remaining = lx_http_header(response, "ratelimit-remaining");

	if (remaining && strtol(remaining, NULL, 10) <= 0) {
		lx_helix_budget_block(&helix->budget, now);
		lx_helix_extend_patience(helix, call);
		try_again(helix, call, failure, helix->budget.blocked_until_ms - now);
		return;
	}
	if (lx_helix_call_has(call, LX_HELIX_COOLDOWN)) {
		lx_helix_fail(helix, call, failure, json, response->body);
		return;
	}
	/* Those that were on their way when the first was refused are no further sign. */
	if (now < helix->endpoint_until_ms[call->endpoint]) {
		try_again(helix, call, failure, helix->endpoint_until_ms[call->endpoint] - now);
		return;
	}
	uint64_t told = retry_after_ms(response);
	uint64_t delay = told ? told : delay_of(helix, &endpoint_backoff, ++helix->endpoint_strikes[call->endpoint]);
	helix->endpoint_until_ms[call->endpoint] = now + delay;
	try_again(helix, call, failure, delay);
}

/* --- a newer token ------------------------------------------------------------------------------------------------ */

void lx_helix_refuse_login(struct lx_helix *helix)
{
	const struct lx_helix_failure failure = {.error = LX_HELIX_SIGNED_OUT, .status = 401, .twitch = ""};

	lx_helix_set_trouble(helix, LX_LINK_REFUSED, "auth", &failure, 0);
	/* delivering can queue new calls behind those that are looked at: begin again after each */
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num;) {
			struct helix_call *call = helix->queues[priority].array[i];
			if (call->wants_token) {
				lx_helix_fail(helix, call, &call->failure, NULL, "");
				i = 0;
			} else {
				i++;
			}
		}
	}
}

static void on_refreshed(bool ok, void *data)
{
	struct helix_link *link = data;
	struct lx_helix *helix = link->helix;

	lx_helix_link_release(link);
	if (!helix || !helix->refreshing)
		return;
	helix->refreshing = false;
	if (!ok) {
		lx_helix_refuse_login(helix);
	} else {
		for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++)
			for (size_t i = 0; i < helix->queues[priority].num; i++)
				helix->queues[priority].array[i]->wants_token = false;
	}
	lx_helix_pump(helix);
}

static void on_token_refused(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_failure *failure,
			     const cJSON *json, const char *body)
{
	struct lx_credentials now = {0};

	if (call->refreshed || !helix->credentials.rejected) {
		lx_helix_set_trouble(helix, LX_LINK_REFUSED, "auth", failure, 0);
		lx_helix_fail(helix, call, failure, json, body);
		return;
	}
	call->refreshed = true;
	bool newer = helix->credentials.get(&now, helix->credentials.data) && now.token && call->token &&
		     strcmp(now.token, call->token) != 0;
	lx_credentials_finish(&now);
	if (newer) /* somebody was faster */
		return;
	call->wants_token = true;
	lx_helix_call_set_failure(call, failure);
	if (helix->refreshing)
		return;
	helix->refreshing = true;
	helix->refresh_deadline_ms = lx_loop_now_ms(helix->loop) + LX_HELIX_REFRESH_PATIENCE_MS;
	helix->credentials.rejected(call->token, on_refreshed, lx_helix_link_hold(helix->link),
				    helix->credentials.data);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static const char *string_member(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
	return text ? text : "";
}

static void succeed(struct lx_helix *helix, struct helix_call *call, const struct lx_http_response *response,
		    const cJSON *json)
{
	struct lx_helix_result result = lx_helix_empty_result;

	result.status = response->status;
	result.json = json;
	result.data = cJSON_GetObjectItemCaseSensitive(json, "data");
	result.cursor = string_member(cJSON_GetObjectItemCaseSensitive(json, "pagination"), "cursor");
	result.repeated = call->maybe_done;
	result.body = response->body;
	helix->endpoint_strikes[call->endpoint] = 0;
	helix->last_error[0] = 0;
	lx_helix_deliver(helix, call, &result);
}

static void on_good_answer(struct lx_helix *helix, struct helix_call *call, const struct lx_http_response *response,
			   const cJSON *json)
{
	bool readable = json || response->body_size == 0 || lx_helix_call_has(call, LX_HELIX_NOT_JSON);

	/* a write with a garbled answer was carried out; a read with one told nothing */
	if (readable || strcmp(call->method, "GET") != 0) {
		lx_helix_set_online(helix);
		succeed(helix, call, response, json);
		return;
	}
	struct lx_helix_failure failure = {.error = LX_HELIX_SERVER,
					   .status = response->status,
					   .not_json = true,
					   .twitch = ""};
	on_server_trouble(helix, call, &failure, NULL, response->body);
}

static void on_bad_answer(struct lx_helix *helix, struct helix_call *call, const struct lx_http_response *response,
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
		lx_helix_set_trouble(helix, LX_LINK_REFUSED, "auth", &failure, 0);
	else
		lx_helix_set_online(helix);

	if (failure.error == LX_HELIX_RATE)
		on_too_many(helix, call, &failure, response, json);
	else if (failure.error == LX_HELIX_NOT_FOUND && lx_helix_call_has(call, LX_HELIX_NOT_FOUND_IS_EMPTY))
		succeed(helix, call, response, NULL);
	else if (failure.error == LX_HELIX_CONFLICT && lx_helix_call_has(call, LX_HELIX_RETRY_409) &&
		 ++call->conflicts < MAX_CONFLICTS)
		try_again(helix, call, &failure, delay_of(helix, &conflict_backoff, call->conflicts));
	else
		lx_helix_fail(helix, call, &failure, json, response->body);
}

/* The network is back: who waits only for that need not wait any longer. */
static void on_reached(struct lx_helix *helix)
{
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		for (size_t i = 0; i < helix->queues[priority].num; i++) {
			struct helix_call *call = helix->queues[priority].array[i];
			if (call->waits_for_network) {
				call->waits_for_network = false;
				call->not_before_ms = 0;
			}
		}
	}
}

void lx_helix_on_response(const struct lx_http_response *response, void *data)
{
	struct helix_flight *flight = data;
	struct lx_helix *helix = flight->helix;
	struct helix_call *call = flight->call;

	if (helix) {
		da_erase_item(helix->flights, &flight);
		helix->budget.in_flight -= flight->cost;
		if (response->error == LX_HTTP_OK) {
			lx_helix_budget_note(&helix->budget, response, lx_loop_now_ms(helix->loop),
					     lx_clock_unix_ms(lx_loop_clock(helix->loop)));
			helix->latencies[helix->latency_count++ % LX_HELIX_LATENCIES] = response->elapsed_ms;
			on_reached(helix);
		}
	}
	bfree(flight);
	if (helix && call) {
		call->flight = NULL;
		if (response->error != LX_HTTP_OK) {
			on_no_answer(helix, call, response);
		} else {
			bool text = lx_helix_call_has(call, LX_HELIX_NOT_JSON);
			cJSON *json = text ? NULL : cJSON_ParseWithLength(response->body, response->body_size);
			if (response->status >= 200 && response->status < 300)
				on_good_answer(helix, call, response, json);
			else
				on_bad_answer(helix, call, response, json);
			cJSON_Delete(json);
		}
	}
	if (helix && !helix->closing)
		lx_helix_pump(helix);
}
