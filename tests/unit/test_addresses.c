#include "support.h"

#include "twitch/addresses.h"

static const char *choose(const char *environment, const char *setting, const char *build)
{
	const struct lx_addresses addresses = {.client_id = environment, .built_client_id = build};
	return lx_addresses_client_id(&addresses, setting);
}

static void the_environment_comes_before_settings_and_build(void **state)
{
	(void)state;
	assert_string_equal(choose("environment", "setting", "build"), "environment");
	assert_string_equal(choose("environment", "", ""), "environment");
	assert_string_equal(choose(NULL, "setting", "build"), "setting");
	assert_string_equal(choose("", "", "build"), "build");
	assert_string_equal(choose(NULL, NULL, NULL), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(the_environment_comes_before_settings_and_build),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
