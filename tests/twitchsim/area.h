/* What a channel has that only the web API knows: polls, rewards, schedule, terms … */
#pragma once

struct sim_area;

struct sim_area *sim_area_create(void);
void sim_area_destroy(struct sim_area *area);
