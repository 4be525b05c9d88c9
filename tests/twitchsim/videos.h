/* The archive video of a stream. */
#pragma once

#include "sim.h"

/* The stream began or ended. */
void sim_video_of_stream(struct lx_sim *sim, struct sim_channel *channel);
