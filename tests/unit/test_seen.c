#include "support.h"

#include "twitch/seen.h"

static void remembers_the_last_thousands(void **state)
{
	struct lx_seen *seen = lx_seen_create();
	for (uint64_t key = 0; key < 50000; key++) {
		assert_true(lx_seen_add(seen, key * 0x9E3779B97F4A7C15u));
		uint64_t earlier = key < 4095 ? 0 : key - 4095;
		assert_false(lx_seen_add(seen, earlier * 0x9E3779B97F4A7C15u));
		assert_false(lx_seen_add(seen, key * 0x9E3779B97F4A7C15u));
	}
	/* And forgets in the end, instead of growing. */
	assert_true(lx_seen_add(seen, 0x9E3779B97F4A7C15u));
	lx_seen_destroy(seen);
}

/* Keys that all want the same place. */
static void takes_bad_keys(void **state)
{
	struct lx_seen *seen = lx_seen_create();
	for (uint64_t key = 1; key < 3000; key++)
		assert_true(lx_seen_add(seen, key << 32));
	for (uint64_t key = 1; key < 3000; key++)
		assert_false(lx_seen_add(seen, key << 32));
	lx_seen_destroy(seen);
}

static void keys_tell_parts_apart(void **state)
{
	uint64_t ab_c = lx_seen_key(lx_seen_key(LX_SEEN_KEY, "ab", 3), "c", 2);
	uint64_t a_bc = lx_seen_key(lx_seen_key(LX_SEEN_KEY, "a", 2), "bc", 3);
	assert_true(ab_c != a_bc);
	assert_true(ab_c == lx_seen_key(LX_SEEN_KEY, "ab\0c", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(remembers_the_last_thousands),
		lx_unit_test(takes_bad_keys),
		lx_unit_test(keys_tell_parts_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
