#include "area.h"

#include <util/bmem.h>

struct sim_area {
	int unused;
};

struct sim_area *sim_area_create(void)
{
	return bzalloc(sizeof(struct sim_area));
}

void sim_area_destroy(struct sim_area *area)
{
	bfree(area);
}
