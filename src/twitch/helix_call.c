#include "twitch/helix_internal.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "platform/secret_store.h"

void lx_helix_wipe(char *secret)
{
	if (secret)
		lx_secret_wipe(secret, strlen(secret));
	bfree(secret);
}

void lx_helix_call_free(struct helix_call *call)
{
	da_free(call->waiters);
	bfree(call->method);
	bfree(call->url);
	bfree(call->body);
	bfree(call->failure_words);
	lx_helix_wipe(call->token);
	bfree(call);
}

bool lx_helix_call_repeatable(const struct helix_call *call)
{
	return call->row ? (call->row->flags & LX_HELIX_REPEATABLE) != 0 : strcmp(call->method, "GET") == 0;
}

/* Whether something may have been changed without our knowing. */
bool lx_helix_call_uncertain(const struct helix_call *call)
{
	return call->maybe_done && strcmp(call->method, "GET") != 0;
}

bool lx_helix_call_has(const struct helix_call *call, uint32_t flag)
{
	return call->row && (call->row->flags & flag);
}

uint32_t lx_helix_call_cost(const struct helix_call *call)
{
	return call->row ? call->row->cost : 1;
}

static void forget_flight(struct helix_call *call)
{
	if (call->flight) {
		call->flight->call = NULL;
		call->flight = NULL;
	}
}

void lx_helix_call_set_failure(struct helix_call *call, const struct lx_helix_failure *failure)
{
	char *words = bstrdup(failure->twitch ? failure->twitch : "");

	bfree(call->failure_words);
	call->failure = *failure;
	call->failure_words = words;
	call->failure.twitch = words;
}

/* Takes the call out of the queue, tells everyone who waits for it, frees it. */
void lx_helix_deliver(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_result *result)
{
	da_erase_item(helix->queues[call->priority], &call);
	forget_flight(call);
	for (size_t i = 0; i < call->waiters.num; i++) {
		const struct helix_waiter *waiter = &call->waiters.array[i];
		if (waiter->done)
			waiter->done(result, waiter->data);
	}
	lx_helix_call_free(call);
}

void lx_helix_describe(struct lx_helix *helix, const struct lx_helix_row *row, const struct lx_helix_failure *failure,
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

const struct lx_helix_result lx_helix_empty_result = {.message = "", .twitch_message = "", .cursor = "", .body = ""};

void lx_helix_fail(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_failure *failure,
		   const cJSON *json, const char *body)
{
	struct lx_helix_result result = lx_helix_empty_result;
	struct dstr sentence = {0};

	lx_helix_describe(helix, call->row, failure, &result, &sentence);
	result.json = json;
	result.data = cJSON_GetObjectItemCaseSensitive(json, "data");
	result.repeated = call->maybe_done;
	result.body = body;
	lx_helix_deliver(helix, call, &result);
	dstr_free(&sentence);
}

void lx_helix_fail_with(struct lx_helix *helix, struct helix_call *call, enum lx_helix_error error)
{
	const struct lx_helix_failure failure = {.error = error, .twitch = ""};
	lx_helix_fail(helix, call, &failure, NULL, "");
}

/* Patience ended: the reason is what kept it from being finished. */
void lx_helix_give_up(struct lx_helix *helix, struct helix_call *call)
{
	if (call->failure.error != LX_HELIX_OK) {
		call->failure.maybe_done = lx_helix_call_uncertain(call);
		lx_helix_fail(helix, call, &call->failure, NULL, "");
	} else {
		/* it never got out: a newer token did not come, or the budget left it no room */
		lx_helix_fail_with(helix, call, helix->refreshing ? LX_HELIX_SIGNED_OUT : LX_HELIX_RATE);
	}
}
