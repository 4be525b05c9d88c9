#include "helix.h"

const struct sim_endpoint sim_helix_schedule[] = {
	{NULL, NULL, NULL, 0, NULL},
};
