#include "support.h"

#include "net/rate.h"

static void allows_so_many_in_a_window(void **state)
{
	struct lx_rate rate = {0};
	for (int i = 0; i < 20; i++) {
		assert_int_equal(lx_rate_wait(&rate, 20, 30000, 1000 + i), 0);
		lx_rate_note(&rate, 1000 + i);
	}
	assert_int_equal(lx_rate_wait(&rate, 20, 30000, 1020), 29980);
	assert_int_equal(lx_rate_wait(&rate, 20, 30000, 30999), 1);
	assert_int_equal(lx_rate_wait(&rate, 20, 30000, 31000), 0);
	lx_rate_note(&rate, 31000);
	/* The next place comes free a millisecond later, as they were taken. */
	assert_int_equal(lx_rate_wait(&rate, 20, 30000, 31000), 1);
	/* Other limits over the same history. */
	assert_int_equal(lx_rate_wait(&rate, 1, 1000, 31400), 600);
	assert_int_equal(lx_rate_wait(&rate, 100, 30000, 31000), 0);
}

/* Whatever the pattern, no window ever holds more than the limit. */
static void never_more_in_any_window(void **state)
{
	struct lx_rate rate = {0};
	uint64_t at[2000];
	size_t count = 0;
	uint32_t seed = 3;

	for (uint64_t now = 0; count < 2000; now += (seed >> 24) % 40) {
		seed = seed * 1664525u + 1013904223u;
		if (lx_rate_wait(&rate, 100, 1000, now) == 0) {
			lx_rate_note(&rate, now);
			at[count++] = now;
		}
	}
	for (size_t i = 100; i < count; i++)
		assert_true(at[i] - at[i - 100] >= 1000 || at[i - 100] == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(allows_so_many_in_a_window),
		lx_unit_test(never_more_in_any_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
