/*
 * EventSub: what happens on a channel, told by Twitch over a WebSocket. Keeps one session alive, asks for every topic of the
 * table that the account may read, survives what the network and Twitch do, and offers typed events to the twins.
 *
 * Chat itself (LX_TOPIC_CHAT) is read from IRC by default, which needs no account and costs less; `read_chat` asks for it
 * here instead, for those who cannot or do not want to use IRC. Moderation (channel.moderate) is asked for in either case, for
 * only it tells who did it and why.
 *
 * Without WebSocket in libcurl, and while the session stays lost, eventsub_poll.h asks Helix instead; it goes by the state of the
 * link that is announced here (LX_EVENT_CONNECTION, reason "websocket" where there never will be one).
 *
 * Threads: every function from any thread, none waits, but create and destroy (see there). Events are offered on the loop's
 * thread.
 * Ownership: addresses and names of the config are copied; everything else it points to must outlive the EventSub.
 */
#pragma once

#include "locale/text.h"
#include "net/websocket.h"
#include "platform/random.h"
#include "twitch/eventsub_topics.h"
#include "twitch/helix.h"
#include "twitch/twins.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_eventsub;

/* Who sends our subscriptions: Helix. A table, so that tests need none. */
struct lx_eventsub_api {
	uint64_t (*send)(const struct lx_helix_call *call, void *data); /* as lx_helix_send() */
	void (*cancel)(uint64_t id, void *data);                        /* as lx_helix_cancel() */
	void *data;
};
/* Helix must outlive the EventSub that uses it. */
struct lx_eventsub_api lx_eventsub_api_of(struct lx_helix *helix);

/* Who opens sockets: lx_websocket_*. A table, so that tests need no network. */
struct lx_eventsub_transport {
	bool (*available)(void *data);
	void *(*open)(const struct lx_websocket_config *config, void *data);
	void (*close)(void *socket, void *data); /* NULL is accepted */
	void *data;
};

struct lx_eventsub_config {
	struct lx_loop *loop;
	struct lx_twins *twins;
	const struct lx_text *text;
	const struct lx_random *random;
	struct lx_credentials_provider credentials;
	struct lx_eventsub_api api;
	const char *url; /* "wss://eventsub.wss.twitch.tv/ws" */
	const char *user_agent;
	const char *ca_file; /* NULL = the system's */
	bool read_chat;
	/* Types to ask for instead of all; everything named is asked for, also what is covered by another. NULL = all. */
	const char *const *types;
	size_t type_count;
	const struct lx_eventsub_transport *transport; /* NULL = libcurl's */
};

/* Before the loop starts or on its thread. */
struct lx_eventsub *lx_eventsub_create(const struct lx_eventsub_config *config);
/* On the loop's thread or after it stopped. */
void lx_eventsub_destroy(struct lx_eventsub *eventsub);

/* Reads the channel of this user id from now on; "" = the account's own. */
void lx_eventsub_start(struct lx_eventsub *eventsub, const char *broadcaster_id);
void lx_eventsub_stop(struct lx_eventsub *eventsub);
/* Chat from here (true) or from IRC. */
void lx_eventsub_read_chat(struct lx_eventsub *eventsub, bool wanted);
/* Somebody signed in or out, or may do more or less than before. */
void lx_eventsub_account_changed(struct lx_eventsub *eventsub);
/*
 * The user does not want to wait: tries at once, or replaces a session of some age by a second one. Asked again and again, what is
 * under way is left to get there.
 */
void lx_eventsub_reconnect(struct lx_eventsub *eventsub);

/* Whether others have to ask Helix for what EventSub would tell. Cheap. */
bool lx_eventsub_polling_needed(struct lx_eventsub *eventsub);

enum lx_topic_state {
	LX_TOPIC_OFF,         /* not wanted */
	LX_TOPIC_COVERED,     /* another topic tells the same and more */
	LX_TOPIC_NEEDS_SCOPE, /* the login lacks a permission: detail names it */
	LX_TOPIC_FOREIGN,     /* only on the account's own channel */
	LX_TOPIC_WAITING,     /* will be asked for */
	LX_TOPIC_ENABLED,
	LX_TOPIC_REFUSED, /* detail says why */
	LX_TOPIC_REVOKED, /* Twitch took it back; detail says why */
};

struct lx_topic_status {
	const struct lx_eventsub_topic *topic;
	enum lx_topic_state state;
	const char *missing_scopes; /* separated by spaces */
	const char *detail;         /* sentence for the user, "" when all is well */
};

/* off covered needs_scope foreign waiting enabled refused revoked */
const char *lx_topic_state_word(enum lx_topic_state state);

typedef void (*lx_topic_visitor)(const struct lx_topic_status *status, void *data);
/* For a status view: calls `visit` for each topic, inside the call. Borrowed; must not call back into EventSub. */
void lx_eventsub_visit_topics(struct lx_eventsub *eventsub, lx_topic_visitor visit, void *data);

#ifdef __cplusplus
}
#endif
