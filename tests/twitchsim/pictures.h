/*
 * Pictures of Twitch, and BTTV, FFZ and 7TV with their lists: below /pictures, /bttv, /ffz and /7tv of the web API's port.
 */
#pragma once

#include "http.h"

/* Whether the path is one of these; then fills `answer`. */
bool sim_picture_request(const struct sim_request *request, struct sim_answer *answer);

/* Adds the variables that tell a program where these are. */
void sim_picture_environment(struct lx_sim *sim, cJSON *environment);
