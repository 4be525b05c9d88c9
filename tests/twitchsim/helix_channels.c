#include "helix.h"

const struct sim_endpoint sim_helix_channels[] = {
	{NULL, NULL, NULL, 0, NULL},
};
