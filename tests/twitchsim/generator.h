/*
 * Chat generator: makes the people of `streamer` write, at a settable rate, the way a real channel does. Runs only while somebody
 * reads. What the n-th message says, who writes it and its id
 * follow from the seed and n alone (as long as nobody is banned or added), however slow the machine is.
 */
#pragma once

#include "sim.h"

struct sim_generator *sim_generator_create(struct lx_sim *sim);
void sim_generator_destroy(struct sim_generator *generator);

/* Control "chat.rate": {"rate":n,"steady":bool,"events":bool,"newcomers":share,"trouble":share}; without members only tells. */
cJSON *sim_generator_control(struct lx_sim *sim, const cJSON *json);
/* Somebody new reads: wakes the generator up. */
void sim_generator_wake(struct lx_sim *sim);
/* Writes what is due; called whenever the loop was woken. */
void sim_generator_tick(struct lx_sim *sim);
/* Something great happened: a burst follows (not when steady). */
void sim_generator_excite(struct lx_sim *sim, double seconds);
