/*
 * 7TV's EventAPI (version 3, over WebSocket): who subscribed to the channel's set is told when an emote is added, taken away or
 * renamed. Only what a client of the channel's emotes needs.
 */
#pragma once

#include <libwebsockets.h>

#include "sim.h"

#define SIM_7TV_SET "01HKQT8EWR000ESSWF3625XCS5"
#define SIM_7TV_USER "01HKQT8EWR000ESSWF3625XCS6"

/* Whether this connection is one of ours: the simulator's WebSocket port is EventSub's, too. */
bool sim_seventv_owns(struct lws *wsi, enum lws_callback_reasons reason);
int sim_seventv_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size);

struct sim_seventv *sim_seventv_create(struct lx_sim *sim);
void sim_seventv_destroy(struct sim_seventv *seventv);

/* Whether the channel's set has the emote at this moment. */
bool sim_seventv_has(const struct lx_sim *sim, const char *name);
/* Control "7tv" (see README.md). */
cJSON *sim_seventv_control(struct lx_sim *sim, const cJSON *json);
/* pictures.c: the emote as 7TV describes it, NULL = there is none that may be added. The caller owns it. */
cJSON *sim_picture_7tv_emote(const char *name);
