#include "helix.h"

const struct sim_endpoint sim_helix_points[] = {
	{NULL, NULL, NULL, 0, NULL},
};
