/*
 * 7TV tells live when the emotes of a channel change: a client of its EventAPI, version 3, over WebSocket
 * (github.com/SevenTV/EventAPI, README: operation codes, close codes, subscriptions).
 *
 * After each connection the set is subscribed anew; what was missed meanwhile is the owner's to ask for. A line that says nothing
 * for three heartbeats is given up; lost ones come back after growing pauses, but not when the service says that we speak wrongly.
 *
 * Threads: everything on the loop's thread. No callback comes from inside a call.
 * Ownership: strings are copied, the rest is borrowed and outlives this.
 */
#pragma once

#include <cjson/cJSON.h>

#include "net/loop.h"
#include "platform/random.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_emote_updates;

struct lx_emote_updates_config {
	struct lx_loop *loop;
	const struct lx_random *random;
	const char *url;        /* "wss://events.7tv.io/v3" */
	const char *user_agent; /* NULL = none */
	const char *ca_file;    /* as in lx_websocket_config */
	/* Emotes of the set were added ("pushed"), taken away ("pulled") or renamed ("updated"): the event's body. */
	void (*changed)(const cJSON *body, void *data);
	/* The channel may have another set now, or changes were missed: ask for its list. */
	void (*stale)(void *data);
	void *data;
};

struct lx_emote_updates *lx_emote_updates_create(const struct lx_emote_updates_config *config);
void lx_emote_updates_destroy(struct lx_emote_updates *updates); /* NULL is accepted */

/* The set to watch and the 7TV user whose it is, both as 7TV calls them; "" = none, and no connection. */
void lx_emote_updates_watch(struct lx_emote_updates *updates, const char *set_id, const char *user_id);

#ifdef __cplusplus
}
#endif
