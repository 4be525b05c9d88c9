#include "helix.h"

const struct sim_endpoint sim_helix_users[] = {
	{NULL, NULL, NULL, 0, NULL},
};
