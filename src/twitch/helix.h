/*
 * Helix: Twitch's web API. Requests are queued by priority, kept within the rate budget that Twitch's headers tell, retried
 * where that is safe, and answered exactly once.
 *
 * Threads: lx_helix_send() and lx_helix_cancel() from any thread; `done` on the helix loop's thread. Nothing here waits.
 * Ownership: calls are copied; results are borrowed, valid during `done`.
 *
 * A request that may have been carried out is never sent a second time, unless doing it twice is the same as doing it once
 * (reads; ban, unban, delete: Twitch answers "already banned", which counts as success there).
 *
 * The credentials' rejected() must call back exactly once, at its provider's end at the latest, whether this helix still lives
 * or not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "bus/bus.h"
#include "locale/text.h"
#include "net/http.h"
#include "platform/random.h"
#include "twitch/credentials.h"
#include "twitch/helix_decode.h"
#include "twitch/helix_endpoints.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_helix;

struct lx_helix_config {
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_bus *bus; /* LX_EVENT_CONNECTION of LX_LINK_HELIX */
	const struct lx_text *text;
	const struct lx_random *random;
	const char *base_url; /* "https://api.twitch.tv/helix"; any prefix works */
	struct lx_credentials_provider credentials;
};

struct lx_helix *lx_helix_create(const struct lx_helix_config *config);
/* On the loop's thread or after it stopped. Everything queued ends with LX_HELIX_CANCELLED. */
void lx_helix_destroy(struct lx_helix *helix);

enum lx_helix_priority {
	LX_HELIX_MODERATION, /* before everything else */
	LX_HELIX_USER,       /* a person waits for it */
	LX_HELIX_BACKGROUND, /* numbers that are refreshed */
};

struct lx_helix_param {
	const char *name, *value; /* repeat a name for lists */
};

enum lx_helix_error {
	LX_HELIX_OK,
	LX_HELIX_SIGNED_OUT, /* nobody signed in, or Twitch wants a new login */
	LX_HELIX_SCOPE,      /* the login lacks a permission */
	LX_HELIX_FORBIDDEN,  /* role missing: 403 */
	LX_HELIX_INVALID,    /* 400, 422 and the like, and limits checked before sending */
	LX_HELIX_NOT_FOUND,  /* 404 */
	LX_HELIX_CONFLICT,   /* 409 */
	LX_HELIX_RATE,       /* 429 and patience ended */
	LX_HELIX_SERVER,     /* 5xx or an answer that is no JSON */
	LX_HELIX_NETWORK,
	LX_HELIX_CANCELLED,
	LX_HELIX_FULL, /* too many calls are waiting already */
};

struct lx_helix_result {
	enum lx_helix_error error;
	long status;                /* HTTP status, 0 without answer */
	const char *message;        /* sentence for the user in the user's language, "" when ok */
	const char *twitch_message; /* Twitch's own words or "" */
	const cJSON *json;          /* whole body, NULL when none (204) */
	const cJSON *data;          /* its "data" member, NULL when none */
	const char *cursor;         /* where the next page begins ("after"), "" on the last one */
	bool repeated;              /* an earlier try, whose answer was lost, may have been carried out */
	const char *body; /* as it came, "" when none; for the one endpoint that does not answer JSON and for tools */
};

typedef void (*lx_helix_done)(const struct lx_helix_result *result, void *data);

struct lx_helix_call {
	enum lx_helix_endpoint endpoint;
	const struct lx_helix_param *query;
	size_t query_count;
	const char *body; /* JSON or NULL */
	enum lx_helix_priority priority;
	lx_helix_done done; /* may be NULL */
	void *data;
	const char *method, *path; /* of LX_HELIX_OTHER: an endpoint that the table does not know */
};

/*
 * Queues a call. Returns an id, never 0; `done` is called exactly once, never from inside this function. What is asked for while
 * too much waits already (20 000 moderations, 2000 calls of a user, 200 of the background) ends with LX_HELIX_FULL and a sentence.
 *
 * Limits of the endpoint's row are checked first (LX_HELIX_INVALID, the sentence names the field). Parameters that must be the
 * token's user are filled in when they are required and missing. A read with more ids than one request may carry is split, its
 * answers are merged. Equal reads that wait are sent once. Calls of one priority and one endpoint start in the order in which
 * they were queued; who needs an order across answers waits for `done`.
 *
 * Patience from queueing to the last try: moderation 30 s (more only while Twitch itself told how long to wait), a user's
 * call 15 s, background 90 s.
 */
uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call);
void lx_helix_cancel(struct lx_helix *helix, uint64_t id);

/* As lx_helix_send() for a read that comes in pages: follows the cursor until the end or until at least `max_items` are there,
 * and answers once with all of them in result->data; result->cursor is "" unless there would have been more. */
uint64_t lx_helix_send_all(struct lx_helix *helix, const struct lx_helix_call *call, size_t max_items);

/* `user` is NULL unless result->error is LX_HELIX_OK; nobody of that name gives LX_HELIX_NOT_FOUND. Borrowed. */
typedef void (*lx_helix_user_done)(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data);
/* Looks a user up by login (GET /users); "" = the signed-in user. */
uint64_t lx_helix_find_user(struct lx_helix *helix, const char *login, enum lx_helix_priority priority,
			    lx_helix_user_done done, void *data);

/* Opens the connection before it is needed, so that the first click does not pay for the handshake. */
void lx_helix_warm(struct lx_helix *helix);

/* Whether the signed-in token carries what the endpoint needs; if not, the permissions to ask for are appended to `missing`
 * (may be NULL), separated by spaces. Any thread. */
bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing);

#define LX_HELIX_HEALTH_TEXT 256

struct lx_helix_health {
	enum lx_link_state state;
	int64_t latency_ms;                    /* median of the last answers, -1 = none yet */
	int64_t limit, remaining;              /* rate budget in points, -1 = not told yet */
	int64_t reset_ms;                      /* Unix milliseconds when it is full again, 0 = not told */
	size_t waiting, running;               /* calls */
	char last_error[LX_HELIX_HEALTH_TEXT]; /* sentence for the user, "" = none since the last success */
};

/* A snapshot for a status view. Any thread, never waits for the network. */
void lx_helix_get_health(struct lx_helix *helix, struct lx_helix_health *out);

#ifdef __cplusplus
}
#endif
