#include "support.h"

#include <stdio.h>

#include "moderation/known_bans.h"

static void the_latest_of_a_user_counts(void **state)
{
	struct lx_known_bans *bans = lx_known_bans_create();
	struct lx_known_ban ban;

	assert_false(lx_known_bans_find(bans, "1", "5", &ban));
	lx_known_bans_add(bans, "1", "5", 1000, "first");
	lx_known_bans_add(bans, "1", "5", 0, "second");
	lx_known_bans_add(bans, "2", "5", 7, "elsewhere");
	lx_known_bans_add(bans, "", "5", 7, "nowhere");
	lx_known_bans_add(bans, "1", "", 7, "nobody");
	assert_true(lx_known_bans_find(bans, "1", "5", &ban));
	assert_int_equal(ban.until_ms, 0);
	assert_string_equal(ban.reason, "second");
	lx_known_bans_forget(bans, "1", "5");
	lx_known_bans_forget(bans, "1", "5");
	assert_false(lx_known_bans_find(bans, "1", "5", &ban));
	assert_true(lx_known_bans_find(bans, "2", "5", &ban));
	assert_false(lx_known_bans_find(bans, "", "5", &ban));
	lx_known_bans_destroy(bans);
}

static void the_oldest_are_forgotten(void **state)
{
	struct lx_known_bans *bans = lx_known_bans_create();
	struct lx_known_ban ban;
	char id[16];

	for (int i = 0; i < 501; i++) {
		snprintf(id, sizeof(id), "%d", i);
		lx_known_bans_add(bans, "1", id, i, "");
	}
	assert_false(lx_known_bans_find(bans, "1", "0", &ban));
	assert_true(lx_known_bans_find(bans, "1", "1", &ban));
	assert_true(lx_known_bans_find(bans, "1", "500", &ban));
	lx_known_bans_destroy(bans);
	lx_known_bans_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(the_latest_of_a_user_counts),
		lx_unit_test(the_oldest_are_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
