#include "stage.h"

#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "stats/text_source.h"

static struct stage stage;
static volatile long updates;

static void on_update(void *data, calldata_t *call)
{
	UNUSED_PARAMETER(data);
	UNUSED_PARAMETER(call);
	os_atomic_inc_long(&updates);
}

static obs_source_t *make(const char *template)
{
	obs_data_t *settings = obs_data_create();
	if (template)
		obs_data_set_string(settings, "template", template);
	obs_source_t *source = obs_source_create(LX_TEXT_SOURCE_ID, "stats", settings, NULL);
	obs_data_release(settings);
	assert_non_null(source);
	if (stage_inner(source))
		signal_handler_connect(obs_source_get_signal_handler(stage_inner(source)), "update", on_update, NULL);
	return source;
}

/* Makes it and lets it be seen. */
static obs_source_t *show(const char *template)
{
	obs_source_t *source = make(template);
	obs_source_inc_showing(source);
	assert_true(stage_wait_frames(3));
	os_atomic_set_long(&updates, 0);
	return source;
}

static void drop(obs_source_t *source)
{
	if (obs_source_showing(source))
		obs_source_dec_showing(source);
	if (stage_inner(source))
		signal_handler_disconnect(obs_source_get_signal_handler(stage_inner(source)), "update", on_update,
					  NULL);
	obs_source_release(source);
	obs_wait_for_destroy_queue();
}

static void check_text(obs_source_t *source, const char *expected)
{
	obs_data_t *settings = obs_source_get_settings(stage_inner(source));
	assert_string_equal(obs_data_get_string(settings, "text"), expected);
	obs_data_release(settings);
}

static int setup(void **state)
{
	lx_live_stats_set_channel(stage.stats, "");
	return 0;
}

static void check_told(const char *name, bool ok, const char *expected)
{
	calldata_t call = {0};
	calldata_set_string(&call, "source", name);
	lx_text_source_get_text(stage.text_source, &call);
	assert_int_equal(calldata_bool(&call, "ok"), ok);
	assert_string_equal(calldata_string(&call, "text"), expected);
	assert_int_equal(strchr(calldata_string(&call, "error"), ' ') != NULL, !ok);
	calldata_free(&call);
}

/* Runs first: OBS's text source is not there yet. */
static void without_a_text_source_it_is_empty_and_says_so(void **state)
{
	obs_source_t *source = show(NULL);
	assert_int_equal(obs_source_get_width(source), 0);
	assert_int_equal(obs_source_get_height(source), 0);
	obs_properties_t *properties = obs_source_properties(source);
	assert_non_null(obs_properties_get(properties, "no_drawer"));
	assert_null(obs_properties_get(properties, "font"));
	obs_properties_destroy(properties);
	drop(source);
	assert_true(stage_load_text_module());
}

static void without_account_or_stream_it_shows_something(void **state)
{
	obs_source_t *source = show(NULL);
	check_text(source, "– viewers · – followers");
	assert_true(obs_source_get_width(source) > 100);
	assert_true(obs_source_get_height(source) > 20);
	assert_true(stage_count_drawn(source) > 500);
	assert_string_equal(obs_source_get_display_name(LX_TEXT_SOURCE_ID), "liveXtrem live stats");
	drop(source);
}

static void a_new_number_is_on_screen_within_a_few_frames(void **state)
{
	obs_source_t *source = show("{viewers:n0|nobody}");
	check_text(source, "nobody");
	lx_live_stats_set_stream(stage.stats, true, 1234, stage.clock.unix_ms);
	/* 50 ms at 60 frames a second, of the 100 that are allowed. */
	assert_true(stage_wait_frames(3));
	check_text(source, "1,234");
	assert_int_equal(os_atomic_load_long(&updates), 1);
	drop(source);
}

static void what_it_shows_can_be_asked(void **state)
{
	lx_live_stats_set_stream(stage.stats, true, 5, stage.clock.unix_ms);
	obs_source_t *source = show("{viewers} there");
	check_told("stats", true, "5 there");
	lx_live_stats_set_stream(stage.stats, true, 7, stage.clock.unix_ms);
	assert_true(stage_wait_frames(3));
	check_told("stats", true, "7 there");
	obs_data_t *settings = obs_source_get_settings(source);
	obs_data_set_string(settings, "template", "other");
	obs_source_update(source, settings);
	obs_data_release(settings);
	assert_true(stage_wait_frames(3));
	check_told("stats", true, "other");
	check_told("no such source", false, "");
	drop(source);
	check_told("stats", false, "");
}

static void nothing_happens_while_the_text_is_the_same(void **state)
{
	obs_source_t *source = show("{viewers|nobody} {?chat_rate>1000:busy|quiet}");
	const long allocations = bnum_allocs();
	for (int i = 0; i < 20; i++) {
		lx_live_stats_set_followers(stage.stats, i);
		lx_live_stats_set_info(stage.stats, i % 2 ? "one" : "two", "");
		lx_test_clock_advance(&stage.clock, 1000);
		assert_true(stage_wait_frames(1));
	}
	assert_int_equal(os_atomic_load_long(&updates), 0);
	assert_int_equal(bnum_allocs(), allocations);
	drop(source);
}

static void the_picture_changes_twice_a_second_at_most(void **state)
{
	obs_source_t *source = show("{viewers}");
	lx_test_clock_advance(&stage.clock, 1000);
	for (int i = 0; i < 10; i++) {
		lx_live_stats_set_stream(stage.stats, true, 100 + i, stage.clock.unix_ms);
		assert_true(stage_wait_frames(1));
	}
	assert_true(stage_wait_frames(2));
	assert_int_equal(os_atomic_load_long(&updates), 1);
	check_text(source, "100");
	lx_test_clock_advance(&stage.clock, 499);
	assert_true(stage_wait_frames(2));
	check_text(source, "100");
	lx_test_clock_advance(&stage.clock, 1);
	assert_true(stage_wait_frames(2));
	check_text(source, "109");
	assert_int_equal(os_atomic_load_long(&updates), 2);
	drop(source);
}

static void uptime_runs_by_itself_only_where_it_shows(void **state)
{
	obs_source_t *with = show("{uptime|offline}");
	lx_test_clock_advance(&stage.clock, 1000);
	lx_live_stats_set_stream(stage.stats, true, 5, stage.clock.unix_ms - 59000);
	assert_true(stage_wait_frames(2));
	check_text(with, "0:00:59");
	lx_test_clock_advance(&stage.clock, 1000);
	assert_true(stage_wait_frames(2));
	check_text(with, "0:01:00");
	lx_live_stats_set_stream(stage.stats, false, 0, 0);
	lx_test_clock_advance(&stage.clock, 1000);
	assert_true(stage_wait_frames(2));
	check_text(with, "offline");
	drop(with);
}

static void an_empty_text_is_no_error(void **state)
{
	obs_source_t *source = show("{latest_chatter}");
	assert_int_equal(obs_source_get_width(source), 0);
	assert_int_equal(stage_count_drawn(source), 0);
	lx_live_stats_set_info(stage.stats, "Title", "");
	obs_data_t *settings = obs_data_create();
	obs_data_set_string(settings, "template", "{title}");
	obs_source_update(source, settings);
	assert_true(stage_wait_frames(3));
	assert_true(obs_source_get_width(source) > 0);
	assert_true(stage_count_drawn(source) > 100);
	obs_data_set_string(settings, "template", "");
	obs_source_update(source, settings);
	assert_true(stage_wait_frames(3));
	assert_int_equal(obs_source_get_width(source), 0);
	assert_int_equal(stage_count_drawn(source), 0);
	obs_data_release(settings);
	drop(source);
}

static void only_what_is_seen_is_wanted_and_updated(void **state)
{
	obs_source_t *source = make("{viewers}");
	assert_true(stage_wait_frames(2));
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
	os_atomic_set_long(&updates, 0);
	lx_test_clock_advance(&stage.clock, 1000);
	lx_live_stats_set_stream(stage.stats, true, 5, stage.clock.unix_ms);
	assert_true(stage_wait_frames(3));
	assert_int_equal(os_atomic_load_long(&updates), 0);

	obs_source_inc_showing(source);
	assert_true(stage_wait_frames(2));
	check_text(source, "5");
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_STREAM);

	obs_data_t *settings = obs_data_create();
	obs_data_set_string(settings, "template", "{title} {subs} {chatters}");
	obs_source_update(source, settings);
	assert_true(stage_wait_frames(2));
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_INFO | LX_DEMAND_SUBS);
	obs_data_release(settings);

	obs_source_dec_showing(source);
	assert_true(stage_wait_frames(2));
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
	/* Taken away while it is seen. */
	obs_source_inc_showing(source);
	assert_true(stage_wait_frames(2));
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_INFO | LX_DEMAND_SUBS);
	drop(source);
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
}

static void style_reaches_the_text_source_under_its_names(void **state)
{
	obs_source_t *source = show("Text");
	const uint32_t width = obs_source_get_width(source);
	obs_data_t *settings = obs_data_create(), *font = obs_data_create();
	obs_data_set_string(font, "face", "DejaVu Sans");
	obs_data_set_string(font, "style", "Book");
	obs_data_set_int(font, "size", 100);
	obs_data_set_obj(settings, "font", font);
	obs_data_set_int(settings, "color", 0x800000FF);
	obs_data_set_bool(settings, "outline", true);
	obs_source_update(source, settings);
	assert_true(stage_wait_frames(3));
	assert_true(obs_source_get_width(source) > width);
	obs_data_t *inner = obs_source_get_settings(stage_inner(source));
	obs_data_t *inner_font = obs_data_get_obj(inner, "font");
	assert_string_equal(obs_data_get_string(inner_font, "face"), "DejaVu Sans");
	assert_int_equal(obs_data_get_int(inner, "color1"), 0x800000FF);
	assert_int_equal(obs_data_get_int(inner, "color2"), 0xFFFFFFFF);
	assert_true(obs_data_get_bool(inner, "outline"));
	assert_true(obs_data_get_bool(inner, "antialiasing"));
	obs_data_release(inner_font);
	obs_data_release(inner);
	obs_data_release(font);
	obs_data_release(settings);
	drop(source);
}

static const char *information(obs_properties_t *properties, const char *name)
{
	obs_property_t *property = obs_properties_get(properties, name);
	return obs_property_visible(property) ? obs_property_long_description(property) : NULL;
}

static void properties_preview_and_list_problems(void **state)
{
	obs_source_t *source = show("{title} {nonsense}");
	lx_live_stats_set_info(stage.stats, "<img src=x> & more", "");
	obs_properties_t *properties = obs_source_properties(source);
	assert_string_equal(information(properties, "preview"), "<span>&lt;img src=x&gt; &amp; more {nonsense}</span>");
	assert_non_null(strstr(information(properties, "problems"), "{nonsense}: there is no such name"));

	/* A name out of the list. */
	obs_data_t *settings = obs_source_get_settings(source);
	obs_data_set_string(settings, "template", "Now ");
	obs_data_set_string(settings, "insert", "viewers");
	assert_true(obs_property_modified(obs_properties_get(properties, "insert"), settings));
	assert_string_equal(obs_data_get_string(settings, "template"), "Now {viewers}");
	assert_string_equal(obs_data_get_string(settings, "insert"), "");
	assert_null(information(properties, "problems"));

	/* The button: typing alone must not rebuild the form under the cursor. */
	obs_data_set_string(settings, "template", "a\nb{");
	assert_false(obs_property_modified(obs_properties_get(properties, "template"), settings));
	assert_true(obs_property_button_clicked(obs_properties_get(properties, "check"), source));
	assert_string_equal(information(properties, "preview"), "<span>a<br>b{</span>");
	assert_non_null(strstr(information(properties, "problems"), "closing brace"));
	obs_data_release(settings);
	obs_properties_destroy(properties);

	/* OBS may ask without a source. */
	properties = obs_get_source_properties(LX_TEXT_SOURCE_ID);
	assert_non_null(obs_properties_get(properties, "template"));
	assert_non_null(obs_properties_get(properties, "font"));
	assert_null(obs_properties_get(properties, "vertical"));
	obs_properties_destroy(properties);
	drop(source);
}

static void sources_come_and_go(void **state)
{
	for (int i = 0; i < 20; i++) {
		obs_source_t *source = make("{viewers} {time}");
		obs_source_inc_showing(source);
		lx_live_stats_set_followers(stage.stats, i);
		drop(source);
	}
}

/* Runs last. */
static void a_source_may_outlive_the_module(void **state)
{
	obs_source_t *source = show("{viewers} viewers");
	lx_live_stats_set_stream(stage.stats, true, 12, stage.clock.unix_ms);
	assert_true(stage_wait_frames(3));
	stage_unload(&stage);
	lx_test_clock_advance(&stage.clock, 1000);
	assert_true(stage_wait_frames(3));
	check_text(source, "12 viewers");

	obs_data_t *settings = obs_data_create();
	obs_data_set_string(settings, "template", "still {viewers}");
	obs_source_update(source, settings);
	obs_data_release(settings);
	assert_true(stage_wait_frames(3));
	check_text(source, "still 12");
	obs_properties_t *properties = obs_source_properties(source);
	assert_non_null(obs_properties_get(properties, "template"));
	obs_properties_destroy(properties);
	drop(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_a_text_source_it_is_empty_and_says_so, setup),
		cmocka_unit_test_setup(without_account_or_stream_it_shows_something, setup),
		cmocka_unit_test_setup(a_new_number_is_on_screen_within_a_few_frames, setup),
		cmocka_unit_test_setup(nothing_happens_while_the_text_is_the_same, setup),
		cmocka_unit_test_setup(the_picture_changes_twice_a_second_at_most, setup),
		cmocka_unit_test_setup(uptime_runs_by_itself_only_where_it_shows, setup),
		cmocka_unit_test_setup(an_empty_text_is_no_error, setup),
		cmocka_unit_test_setup(only_what_is_seen_is_wanted_and_updated, setup),
		cmocka_unit_test_setup(style_reaches_the_text_source_under_its_names, setup),
		cmocka_unit_test_setup(properties_preview_and_list_problems, setup),
		cmocka_unit_test_setup(what_it_shows_can_be_asked, setup),
		cmocka_unit_test_setup(sources_come_and_go, setup),
		cmocka_unit_test_setup(a_source_may_outlive_the_module, setup),
	};

	if (!stage_open(&stage, NULL)) {
		print_error("libobs does not start: is there a display?\n");
		return 1;
	}
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	const long left = stage_close(&stage);
	if (left)
		print_error("%ld allocations of bmalloc were not freed\n", left);
	return failed || left;
}
