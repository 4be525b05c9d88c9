/*
 * EventSub over WebSocket (twitch.md 5): sessions, subscriptions, delivery.
 */
#pragma once

#include "http.h"

int sim_eventsub_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

struct sim_eventsub *sim_eventsub_create(struct lx_sim *sim);
void sim_eventsub_destroy(struct sim_eventsub *eventsub);

/* The user's subscriptions end with this status ("authorization_revoked", …), each with a revocation message. */
void sim_eventsub_revoke_user(struct lx_sim *sim, const struct sim_user *user, const char *status);

/* Whether anybody subscribed to this type for this channel. */
bool sim_eventsub_wants(struct lx_sim *sim, const char *type, const struct sim_channel *channel);
/* Control "eventsub", and all sessions with their subscriptions. */
cJSON *sim_eventsub_control(struct lx_sim *sim, const cJSON *json);
cJSON *sim_eventsub_list(struct lx_sim *sim);
