/*
 * Helix: Twitch's web API. Requests are queued by priority, kept within the rate budget that Twitch's headers tell, retried
 * where that is safe, and answered exactly once.
 *
 * Threads: lx_helix_send() and lx_helix_cancel() from any thread; `done` on the helix loop's thread. Nothing here waits.
 * Ownership: calls are copied; results are borrowed, valid during `done`.
 *
 * A request that may have been carried out is never sent a second time, unless doing it twice is the same as doing it once
 * (reads; ban, unban, delete: Twitch answers "already banned", which counts as success there).
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
	LX_HELIX_FULL, /* queue full (background only) */
};

struct lx_helix_result {
	enum lx_helix_error error;
	long status;                /* HTTP status, 0 without answer */
	const char *message;        /* sentence for the user in the user's language, "" when ok */
	const char *twitch_message; /* Twitch's own words or "" */
	const cJSON *json;          /* whole body, NULL when none (204) */
	const cJSON *data;          /* its "data" member, NULL when none */
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
};

/* Queues a call. Returns an id, never 0; `done` is called exactly once, never from inside this function. */
uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call);
void lx_helix_cancel(struct lx_helix *helix, uint64_t id);

#ifdef __cplusplus
}
#endif
