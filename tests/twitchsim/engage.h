/* Control of what an audience does: votes, predictions, goals, trains, redemptions, ads. */
#pragma once

#include "sim.h"

/* Control "engage": {"action":…,…}, see README.md. */
cJSON *sim_engage_control(struct lx_sim *sim, const cJSON *json);
/* The part about channel points and power-ups. */
cJSON *sim_points_control(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json);
