#include "support.h"

#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "store/settings.h"

#define FILE_NAME "test_settings.json"

static void clean(void)
{
	os_unlink(FILE_NAME);
	os_unlink(FILE_NAME ".broken");
	os_unlink(FILE_NAME ".lock");
}

static void defaults_without_a_file(void **state)
{
	clean();
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	char *channel = lx_settings_string(settings, LX_SETTING_CHANNEL);
	assert_string_equal(channel, "");
	bfree(channel);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_2), 600);
	assert_true(lx_settings_save(settings));
	assert_false(os_file_exists(FILE_NAME)); /* nothing changed, nothing written */
	lx_settings_destroy(settings);
}

static void what_is_set_comes_back(void **state)
{
	clean();
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	lx_settings_set_string(settings, LX_SETTING_CHANNEL, "straße \"x\"");
	lx_settings_set_int(settings, LX_SETTING_TIMEOUT_1, 30);
	lx_settings_set_bool(settings, LX_SETTING_SHOW_BADGES, false);
	lx_settings_set_int(settings, LX_SETTING_TIMEOUT_3, 99999999); /* clamped */
	assert_true(lx_settings_save(settings));
	lx_settings_destroy(settings);

	settings = lx_settings_create(FILE_NAME);
	char *channel = lx_settings_string(settings, LX_SETTING_CHANNEL);
	assert_string_equal(channel, "straße \"x\"");
	bfree(channel);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_1), 30);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_3), 1209600);
	assert_false(lx_settings_bool(settings, LX_SETTING_SHOW_BADGES));
	lx_settings_destroy(settings);
	clean();
}

static void write_file(const char *text)
{
	os_quick_write_utf8_file(FILE_NAME, text, strlen(text), false);
}

static void what_was_a_switch_once_is_understood(void **state)
{
	clean();
	write_file("{\"hold_on_hover\":false}");
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_HOLD_ON_HOVER), 0);
	lx_settings_set_int(settings, LX_SETTING_HOLD_ON_HOVER, 3);
	assert_true(lx_settings_save(settings));
	lx_settings_destroy(settings);
	settings = lx_settings_create(FILE_NAME);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_HOLD_ON_HOVER), 3);
	lx_settings_destroy(settings);
	clean();
}

static void wrong_types_and_ranges_give_defaults(void **state)
{
	clean();
	write_file("{\"channel\":5,\"timeout_1\":\"x\",\"timeout_2\":1e300,\"font_delta\":-99,\"show_badges\":null}");
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	char *channel = lx_settings_string(settings, LX_SETTING_CHANNEL);
	assert_string_equal(channel, "");
	bfree(channel);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_1), 60);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_2), 1209600);
	assert_int_equal(lx_settings_int(settings, LX_SETTING_FONT_DELTA), -4);
	assert_true(lx_settings_bool(settings, LX_SETTING_SHOW_BADGES));
	lx_settings_destroy(settings);
	clean();
}

static void a_broken_file_is_kept_aside(void **state)
{
	clean();
	write_file("{\"channel\": \"a");
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	assert_true(os_file_exists(FILE_NAME ".broken"));
	lx_settings_set_string(settings, LX_SETTING_CHANNEL, "b");
	assert_true(lx_settings_save(settings));
	lx_settings_destroy(settings);
	clean();
}

static void settings_of_a_newer_version_survive(void **state)
{
	clean();
	write_file("{\"from_the_future\":{\"a\":[1,2]}}");
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	lx_settings_set_string(settings, LX_SETTING_CHANNEL, "b");
	assert_true(lx_settings_save(settings));
	lx_settings_destroy(settings);
	char *content = os_quick_read_utf8_file(FILE_NAME);
	assert_non_null(strstr(content, "from_the_future"));
	bfree(content);
	clean();
}

static void assert_text(struct lx_settings *settings, enum lx_setting setting, const char *expected)
{
	char *text = lx_settings_string(settings, setting);
	assert_string_equal(text, expected);
	bfree(text);
}

/* OBS and livextrem-cli have the same file open. */
static void two_who_save_keep_each_others_changes(void **state)
{
	clean();
	struct lx_settings *one = lx_settings_create(FILE_NAME), *other = lx_settings_create(FILE_NAME);
	lx_settings_set_string(one, LX_SETTING_CHANNEL, "mine");
	lx_settings_set_int(one, LX_SETTING_TIMEOUT_1, 30);
	assert_true(lx_settings_save(one));
	lx_settings_set_string(other, LX_SETTING_CLIENT_ID, "theirs");
	lx_settings_set_bool(other, LX_SETTING_SHOW_BADGES, false);
	assert_true(lx_settings_save(other));
	assert_text(other, LX_SETTING_CHANNEL, "mine"); /* as it stands in the file */

	/* The same one: who saved last has it, also when the file says otherwise by now. */
	lx_settings_set_int(one, LX_SETTING_TIMEOUT_1, 31);
	lx_settings_set_int(other, LX_SETTING_TIMEOUT_1, 32);
	assert_true(lx_settings_save(one));
	assert_true(lx_settings_save(other));
	lx_settings_set_string(one, LX_SETTING_LOGIN_WAY, "code");
	assert_true(lx_settings_save(one));
	assert_int_equal(lx_settings_int(one, LX_SETTING_TIMEOUT_1), 32);
	lx_settings_destroy(one);
	lx_settings_destroy(other);

	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	assert_text(settings, LX_SETTING_CHANNEL, "mine");
	assert_text(settings, LX_SETTING_CLIENT_ID, "theirs");
	assert_text(settings, LX_SETTING_LOGIN_WAY, "code");
	assert_int_equal(lx_settings_int(settings, LX_SETTING_TIMEOUT_1), 32);
	assert_false(lx_settings_bool(settings, LX_SETTING_SHOW_BADGES));
	lx_settings_destroy(settings);
	clean();
}

static void *save_often(void *data)
{
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	enum lx_setting setting = *(enum lx_setting *)data;
	bool saved = true;
	for (int i = 1; saved && i <= 20; i++) {
		lx_settings_set_int(settings, setting, i);
		saved = lx_settings_save(settings);
		/* The others may have been faster each time: each save waits a while by itself. */
		for (int tries = 0; !saved && tries < 300; tries++)
			saved = lx_settings_save(settings);
	}
	lx_settings_destroy(settings);
	return saved ? data : NULL;
}

static void at_the_same_moment_too(void **state)
{
	enum lx_setting mine[] = {LX_SETTING_TIMEOUT_1, LX_SETTING_TIMEOUT_2, LX_SETTING_TIMEOUT_3};
	pthread_t threads[3];
	clean();
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, save_often, &mine[i]), 0);
	for (int i = 0; i < 3; i++) {
		void *saved;
		pthread_join(threads[i], &saved);
		assert_non_null(saved);
	}
	struct lx_settings *settings = lx_settings_create(FILE_NAME);
	for (int i = 0; i < 3; i++)
		assert_int_equal(lx_settings_int(settings, mine[i]), 20);
	lx_settings_destroy(settings);
	clean();
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
	struct lx_settings *settings = lx_settings_create("no/such/folder/settings.json");
	lx_settings_set_string(settings, LX_SETTING_CHANNEL, "b");
	assert_false(lx_settings_save(settings));
	lx_settings_destroy(settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(defaults_without_a_file),
		lx_unit_test(what_is_set_comes_back),
		lx_unit_test(what_was_a_switch_once_is_understood),
		lx_unit_test(wrong_types_and_ranges_give_defaults),
		lx_unit_test(a_broken_file_is_kept_aside),
		lx_unit_test(settings_of_a_newer_version_survive),
		lx_unit_test(two_who_save_keep_each_others_changes),
		lx_unit_test(at_the_same_moment_too),
		lx_unit_test(a_folder_that_cannot_be_written_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
