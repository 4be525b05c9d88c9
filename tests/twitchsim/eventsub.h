/*
 * EventSub over WebSocket (twitch.md 5): sessions, subscriptions, delivery. What may be subscribed is decided in
 * helix_eventsub.c; what the events hold in events.c.
 */
#pragma once

#include "http.h"
#include "oauth.h"

struct sim_session;

struct sim_subscription {
	char id[SIM_ID_SIZE];
	const char *type, *version; /* of the table in helix_eventsub.c */
	const char *status;
	cJSON *condition;
	char session_id[32];
	struct sim_session *session; /* NULL = disconnected */
	struct sim_user *user;       /* who created it */
	const struct sim_client *client;
	int64_t created_ms, connected_ms, disconnected_ms;
	int cost;
};

/* What an event is about; conditions are compared with what is set. */
struct sim_about {
	const struct sim_user *broadcaster, *user, *from, *to;
	const char *reward_id;
};

int sim_eventsub_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

struct sim_eventsub *sim_eventsub_create(struct lx_sim *sim);
void sim_eventsub_destroy(struct sim_eventsub *eventsub);

/* Whether anybody subscribed to this type for this channel. */
bool sim_eventsub_wants(struct lx_sim *sim, const char *type, const struct sim_channel *channel);
bool sim_eventsub_wants_about(struct lx_sim *sim, const char *type, const struct sim_about *about);
/* To everybody who subscribed. Takes `event` over. */
void sim_eventsub_emit(struct lx_sim *sim, const char *type, const struct sim_about *about, cJSON *event);

/* The user's subscriptions end with this status ("authorization_revoked", …), each with a revocation message. */
void sim_eventsub_revoke_user(struct lx_sim *sim, const struct sim_user *user, const char *status);

/* --- for helix_eventsub.c ---------------------------------------------------------------------------------------- */

struct sim_session *sim_session_find(struct lx_sim *sim, const char *id);
/* The user whose subscriptions it carries, NULL while there are none. */
struct sim_user *sim_session_user(const struct sim_session *session);
size_t sim_subscription_count(struct lx_sim *sim);
struct sim_subscription *sim_subscription_at(struct lx_sim *sim, size_t index);
struct sim_subscription *sim_subscription_add(struct lx_sim *sim, struct sim_session *session, const char *type,
					      const char *version, const cJSON *condition, struct sim_user *user,
					      const struct sim_client *client, int cost);
void sim_subscription_remove(struct lx_sim *sim, struct sim_subscription *subscription);
/* As in answers of the API. */
cJSON *sim_subscription_json(const struct sim_subscription *subscription);

/* Control "eventsub" (see README.md), and all sessions with their subscriptions. */
cJSON *sim_eventsub_control(struct lx_sim *sim, const cJSON *json);
cJSON *sim_eventsub_list(struct lx_sim *sim);
/* Adds every fault of a session to the list. */
void sim_eventsub_offer_faults(cJSON *list);
