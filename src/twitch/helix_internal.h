/*
 * What the parts of the Helix client share; for helix*.c only. Everything on the loop's thread.
 *
 *	helix.c         life, orders from other threads, what stands on top
 *	helix_queue.c   calls in, requests out: limits, priorities, budget
 *	helix_answer.c  requests back: success, another try, a newer token, failure
 *	helix_call.c    one call and how it ends
 *	helix_health.c  how the link stands
 *	helix_pages.c   reads that take several requests
 */
#pragma once

#include <util/darray.h>
#include <util/threading.h>

#include "twitch/helix.h"
#include "twitch/helix_budget.h"
#include "twitch/helix_check.h"
#include "twitch/helix_message.h"

#define LX_HELIX_PRIORITIES (LX_HELIX_BACKGROUND + 1)
#define LX_HELIX_LATENCIES 32

/* How long a call of each priority is tried, and how much it leaves to those before it. */
struct helix_policy {
	uint64_t patience_ms;
	uint32_t tries;   /* after failures; 0 = as long as patience lasts */
	uint32_t reserve; /* leaves 1/reserve of the rate budget; 0 = nothing */
	size_t running;   /* starts only while fewer requests are under way */
	size_t waiting;   /* at most so many calls */
};
extern const struct helix_policy lx_helix_policies[LX_HELIX_PRIORITIES];

struct helix_waiter {
	uint64_t id;
	lx_helix_done done;
	void *data;
};

struct helix_flight;

struct helix_call {
	DARRAY(struct helix_waiter) waiters; /* more than one where equal reads were joined */
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
	char *token;                 /* that the last try was sent with */
	struct helix_flight *flight; /* NULL unless a request is under way */

	/* why it was not finished by the last try */
	struct lx_helix_failure failure;
	char *failure_words;
};

/* A request under way; outlives the call that is cancelled or destroyed. */
struct helix_flight {
	struct lx_helix *helix;  /* NULL once that is gone */
	struct helix_call *call; /* NULL once nobody waits for it */
	uint64_t http_id;
	uint32_t cost;
};

/* What is handed to others for later outlives the helix. */
struct helix_link {
	struct lx_helix *helix;
	long references;
};

struct helix_order;

struct lx_helix {
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_random *random;
	char *base_url;
	struct lx_credentials_provider credentials;
	struct helix_link *link;

	pthread_mutex_t mutex; /* guards the next five */
	DARRAY(struct helix_order *) inbox;
	size_t inbox_counts[LX_HELIX_PRIORITIES]; /* of those that were not refused */
	bool posted;
	uint64_t last_id;
	struct lx_helix_health health;

	/* the loop's thread only */
	DARRAY(struct helix_call *) queues[LX_HELIX_PRIORITIES];
	DARRAY(struct helix_flight *) flights;
	struct lx_helix_budget budget;
	uint64_t endpoint_until_ms[LX_HELIX_ENDPOINT_COUNT];
	uint32_t endpoint_strikes[LX_HELIX_ENDPOINT_COUNT];
	bool refreshing;
	uint64_t refresh_deadline_ms;
	uint64_t timer;
	bool pumping, pump_again, closing;

	uint32_t latencies[LX_HELIX_LATENCIES];
	size_t latency_count;
	uint32_t server_failures;
	enum lx_link_state state;
	const char *reason; /* stable word */
	char last_error[LX_HELIX_HEALTH_TEXT];
};

struct helix_link *lx_helix_link_hold(struct helix_link *link);
void lx_helix_link_release(void *link);

/* --- helix_call.c ------------------------------------------------------------------------------------------------- */

extern const struct lx_helix_result lx_helix_empty_result;

void lx_helix_wipe(char *secret); /* and frees it */
void lx_helix_call_free(struct helix_call *call);
bool lx_helix_call_repeatable(const struct helix_call *call);
bool lx_helix_call_uncertain(const struct helix_call *call);
bool lx_helix_call_has(const struct helix_call *call, uint32_t flag);
uint32_t lx_helix_call_cost(const struct helix_call *call);
void lx_helix_call_set_failure(struct helix_call *call, const struct lx_helix_failure *failure);

/* Each ends the call: takes it out of its queue, tells everybody who waits for it, frees it. */
void lx_helix_deliver(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_result *result);
void lx_helix_fail(struct lx_helix *helix, struct helix_call *call, const struct lx_helix_failure *failure,
		   const cJSON *json, const char *body);
void lx_helix_fail_with(struct lx_helix *helix, struct helix_call *call, enum lx_helix_error error);
void lx_helix_give_up(struct lx_helix *helix, struct helix_call *call);

/* Fills in error, status and sentence (unless there is one already). */
void lx_helix_describe(struct lx_helix *helix, const struct lx_helix_row *row, const struct lx_helix_failure *failure,
		       struct lx_helix_result *result, struct dstr *sentence);

/* --- helix_health.c ----------------------------------------------------------------------------------------------- */

void lx_helix_publish_health(struct lx_helix *helix);
/* Announces the state when it is another one, or has another reason. */
void lx_helix_set_state(struct lx_helix *helix, enum lx_link_state state, const char *reason, const char *detail,
			uint64_t retry_in_ms);
/* The same with the failure's sentence. */
void lx_helix_set_trouble(struct lx_helix *helix, enum lx_link_state state, const char *reason,
			  const struct lx_helix_failure *failure, uint64_t retry_in_ms);
void lx_helix_set_online(struct lx_helix *helix);

/* --- helix_answer.c ----------------------------------------------------------------------------------------------- */

#define LX_HELIX_REFRESH_PATIENCE_MS 30000

/* `data` is a flight. */
void lx_helix_on_response(const struct lx_http_response *response, void *data);
/* No newer token is to be had: ends the calls that wait for one. */
void lx_helix_refuse_login(struct lx_helix *helix);
/* A moderator's call may outlast its patience while Twitch itself told how long to wait. */
void lx_helix_extend_patience(const struct lx_helix *helix, struct helix_call *call);

/* --- helix_queue.c ------------------------------------------------------------------------------------------------ */

/* Does all that is due. Fine from inside callbacks. */
void lx_helix_pump(struct lx_helix *helix);
/* As lx_helix_send(), at once: `done` may be called from inside. */
void lx_helix_enqueue(struct lx_helix *helix, const struct lx_helix_call *call, uint64_t id);
/* Answers a call that is not even queued. */
void lx_helix_refuse(struct lx_helix *helix, const struct lx_helix_call *call, enum lx_helix_error error);
/* Ends what carries this id, if there is such a call. */
void lx_helix_drop(struct lx_helix *helix, uint64_t id);

/* --- helix_pages.c ------------------------------------------------------------------------------------------------ */

/* A read that takes several requests: lists cut to what one request carries, and pages where `max_items` > 0. */
void lx_helix_gather(struct lx_helix *helix, const struct lx_helix_call *call, uint64_t id, size_t max_items);
