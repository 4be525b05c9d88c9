/* Control: commands from tests and people, as HTTP (POST /command with JSON, or GET with a query) or from the same process. */
#pragma once

#include "http.h"

void sim_control_request(struct sim_request *request, struct sim_answer *answer);
/* On the simulator's thread. `args` NULL = none. The answer is the caller's. */
cJSON *sim_control_run(struct lx_sim *sim, const char *command, const cJSON *args);
/* Everything a client needs to connect: the ready line. */
cJSON *sim_control_urls(struct lx_sim *sim);
