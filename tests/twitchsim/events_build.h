/* Pieces of event payloads, shared by the files events_*.c. */
#pragma once

#include "sim.h"

/* <prefix>user_id, _login, _name; NULL gives nulls. */
void sim_event_put_user(cJSON *json, const char *prefix, const struct sim_user *user);
/* An object with user_id, user_login, user_name. */
cJSON *sim_event_user_object(const struct sim_user *user);
/* An object with broadcaster_user_*: the beginning of nearly every event. */
cJSON *sim_event_of(const struct sim_channel *channel);
/* A copy of a member, null when it is missing. */
void sim_event_copy(cJSON *to, const char *name, const cJSON *from);
/* message{text,fragments}; `cheer` = cheermotes count as such. */
void sim_event_put_message(struct lx_sim *sim, struct sim_channel *channel, cJSON *json, const char *text, bool action,
			   bool cheer);
const char *sim_event_tier(int tier);

bool sim_event_wanted(struct lx_sim *sim, const char *type, const struct sim_channel *channel);
/* Takes `event` over. */
void sim_event_emit(struct lx_sim *sim, const char *type, const struct sim_channel *channel, cJSON *event);
/* channel.moderate with all its objects; `object` (taken over) goes under `name`, NULL = none. */
void sim_event_moderated(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			 const char *action, const char *name, cJSON *object);
