#include "support.h"

#include <stdbool.h>

#include "net/backoff.h"

static void doubles_up_to_a_minute(void **state)
{
	struct lx_backoff backoff = {0};
	uint32_t limit = 1000;
	for (int i = 0; i < 20; i++) {
		uint32_t wait = lx_backoff_next(&backoff, &lx_test_random);
		assert_in_range(wait, limit / 2, limit);
		limit = limit * 2 < 60000 ? limit * 2 : 60000;
	}
	lx_backoff_reset(&backoff);
	assert_in_range(lx_backoff_next(&backoff, &lx_test_random), 500, 1000);
}

static void is_not_the_same_for_everybody(void **state)
{
	uint32_t first = 0;
	bool differs = false;
	for (int i = 0; i < 10; i++) {
		struct lx_backoff backoff = {0};
		uint32_t wait = lx_backoff_next(&backoff, &lx_test_random);
		differs = differs || (i && wait != first);
		first = wait;
	}
	assert_true(differs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(doubles_up_to_a_minute),
		lx_unit_test(is_not_the_same_for_everybody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
