/* AutoMod, blocked terms, held messages, unban requests: their state and their endpoints. */
#pragma once

#include "helix.h"

/* Whether AutoMod or a blocked term holds this message back; it is then waiting for a moderator. */
bool sim_moderation_hold(struct lx_sim *sim, struct sim_message *message);
/* Held messages expire after five minutes. */
void sim_moderation_second(struct lx_sim *sim, struct sim_channel *channel);

/* Control "automod": {"action":"hold"|"unban_request"|"cancel_unban_request"|"acknowledge_warning",…}. */
cJSON *sim_moderation_control(struct lx_sim *sim, const cJSON *json);

/* Handlers in the table of helix_moderation.c. */
void sim_get_blocked_terms(struct sim_call *call);
void sim_post_blocked_terms(struct sim_call *call);
void sim_delete_blocked_terms(struct sim_call *call);
void sim_get_automod_settings(struct sim_call *call);
void sim_put_automod_settings(struct sim_call *call);
void sim_post_automod_message(struct sim_call *call);
void sim_post_enforcements(struct sim_call *call);
void sim_get_unban_requests(struct sim_call *call);
void sim_patch_unban_requests(struct sim_call *call);
