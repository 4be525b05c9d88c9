/* AutoMod, blocked terms and held messages. */
#pragma once

#include "sim.h"

/* Whether AutoMod or a blocked term holds this message back; it is then waiting for a moderator. */
bool sim_moderation_hold(struct lx_sim *sim, struct sim_message *message);
