#include "helix.h"

const struct sim_endpoint sim_helix_videos[] = {
	{NULL, NULL, NULL, 0, NULL},
};
