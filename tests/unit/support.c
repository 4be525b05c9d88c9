#include "support.h"

#include <util/bmem.h>

#include "platform/memory.h"

static long allocations;

int lx_leak_setup(void **state)
{
	(void)state;
	lx_memory_init();
	allocations = bnum_allocs();
	return 0;
}

int lx_leak_teardown(void **state)
{
	(void)state;
	long left = bnum_allocs() - allocations;
	if (left)
		print_error("%ld allocations of bmalloc were not freed\n", left);
	return left ? -1 : 0;
}

static uint64_t clock_monotonic(void *data)
{
	return ((struct lx_test_clock *)data)->ms * 1000000;
}

static int64_t clock_unix(void *data)
{
	return ((struct lx_test_clock *)data)->unix_ms;
}

void lx_test_clock_init(struct lx_test_clock *clock)
{
	clock->ms = 1000;
	clock->unix_ms = 1790000000000;
	clock->clock = (struct lx_clock){clock_monotonic, clock_unix, clock};
}

void lx_test_clock_advance(struct lx_test_clock *clock, uint64_t ms)
{
	clock->ms += ms;
	clock->unix_ms += (int64_t)ms;
}

static void random_fill(void *bytes, size_t size, void *data)
{
	(void)data;
	static uint32_t seed = 1;
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		((unsigned char *)bytes)[i] = (unsigned char)(seed >> 24);
	}
}

const struct lx_random lx_test_random = {random_fill, NULL};
