#include "support.h"

#include <math.h>
#include <string.h>

#include "platform/memory.h"
#include "twitch/helix_decode.h"

static cJSON *root;
static struct lx_decoded memory;
static size_t count;

static const cJSON *parse(const char *json)
{
	root = cJSON_Parse(json);
	assert_non_null(root);
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(root, "data");
	return data ? data : root;
}

static void done(void)
{
	lx_decoded_finish(&memory);
	cJSON_Delete(root);
	root = NULL;
}

static void a_stream_as_twitch_sends_it(void **state)
{
	const struct lx_helix_stream *stream = lx_helix_decode_stream(
		&memory,
		parse("{\"data\":[{\"id\":\"40952121085\",\"user_id\":\"101051819\",\"user_login\":\"afro\","
		      "\"user_name\":\"Afro\",\"game_id\":\"32982\",\"game_name\":\"Grand Theft Auto V\",\"type\":\"live\","
		      "\"title\":\"Jacob: Digital Den\",\"tags\":[\"English\",\"Česky\"],\"viewer_count\":1490,"
		      "\"started_at\":\"2026-03-10T03:18:11Z\",\"language\":\"en\",\"tag_ids\":[],\"is_mature\":false}]}"),
		&count);
	assert_int_equal(count, 1);
	assert_string_equal(stream->id, "40952121085");
	assert_string_equal(stream->user_name, "Afro");
	assert_string_equal(stream->title, "Jacob: Digital Den");
	assert_int_equal(stream->viewer_count, 1490);
	assert_int_equal(stream->started_ms, 1773112691000);
	assert_int_equal(stream->tag_count, 2);
	assert_string_equal(stream->tags[1], "Česky");
	assert_string_equal(stream->thumbnail_url, "");
	done();
}

static void numbers_and_booleans_may_be_text_and_ids_may_be_numbers(void **state)
{
	const struct lx_helix_stream *stream = lx_helix_decode_stream(
		&memory,
		parse("{\"data\":[{\"id\":40952121085,\"viewer_count\":\"1490\",\"title\":null,\"tags\":null,"
		      "\"started_at\":1773112691}]}"),
		&count);
	assert_string_equal(stream->id, "40952121085");
	assert_int_equal(stream->viewer_count, 1490);
	assert_string_equal(stream->title, "");
	assert_int_equal(stream->tag_count, 0);
	assert_int_equal(stream->started_ms, 1773112691000);
	done();

	const struct lx_helix_subscription *sub = lx_helix_decode_subscription(
		&memory,
		parse("{\"data\":[{\"is_gift\":\"true\",\"tier\":1000},{\"is_gift\":1},{\"is_gift\":\"no\"}]}"),
		&count);
	assert_int_equal(count, 3);
	assert_true(sub[0].is_gift);
	assert_string_equal(sub[0].tier, "1000");
	assert_true(sub[1].is_gift);
	assert_false(sub[2].is_gift);
	done();
}

static void wrong_types_give_unknown_never_a_crash(void **state)
{
	const struct lx_helix_stream *stream = lx_helix_decode_stream(
		&memory,
		parse("{\"data\":[7,\"x\",null,{\"id\":{},\"viewer_count\":[],\"title\":[1],\"tags\":{\"a\":1},"
		      "\"started_at\":{}},{\"viewer_count\":\"12 people\",\"started_at\":\"soon\",\"tags\":[null,5,true]}]}"),
		&count);
	assert_int_equal(count, 2);
	assert_string_equal(stream[0].id, "");
	assert_int_equal(stream[0].viewer_count, LX_HELIX_UNKNOWN);
	assert_int_equal(stream[0].started_ms, LX_HELIX_UNKNOWN);
	assert_int_equal(stream[0].tag_count, 0);
	assert_int_equal(stream[1].viewer_count, LX_HELIX_UNKNOWN);
	assert_int_equal(stream[1].started_ms, LX_HELIX_UNKNOWN);
	assert_int_equal(stream[1].tag_count, 2);
	assert_string_equal(stream[1].tags[0], "5");
	assert_string_equal(stream[1].tags[1], "true");
	done();

	assert_null(lx_helix_decode_stream(&memory, NULL, &count));
	assert_int_equal(count, 0);
	assert_null(lx_helix_decode_stream(&memory, parse("{\"data\":\"nothing\"}"), &count));
	assert_int_equal(count, 0);
	done();
	assert_null(lx_helix_decode_user(&memory, parse("{\"data\":[]}"), &count));
	done();
}

static void every_struct_survives_an_empty_object(void **state)
{
	const cJSON *data = parse("[{}]");
#define TRY(name)                                                                     \
	{                                                                             \
		assert_non_null(lx_helix_decode_##name(&memory, data, &count));       \
		assert_int_equal(count, 1);                                           \
	}
	LX_HELIX_STRUCTS(TRY)
#undef TRY
	assert_string_equal(lx_helix_decode_clip(&memory, data, &count)->title, "");
	assert_true(isnan(lx_helix_decode_clip(&memory, data, &count)->duration_s));
	assert_null(lx_helix_decode_hype_train(&memory, data, &count)->current);
	done();
}

static void times_come_in_many_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{"2026-11-20T10:11:12Z", 1795169472000},
		{"2026-11-20T10:11:12.6Z", 1795169472600},
		{"2026-11-20T10:11:12.634234626Z", 1795169472634},
		{"2026-11-20T10:11:12.Z", 1795169472000},
		{"2026-11-20t10:11:12z", 1795169472000},
		{"2026-11-20 10:11:12", 1795169472000},
		{"2026-11-20T12:11:12+02:00", 1795169472000},
		{"2026-11-20T12:11:12+0200", 1795169472000},
		{"2026-11-20T05:41:12-04:30", 1795169472000},
		{"1795169472", 1795169472000},
		{"1795169472634", 1795169472634},
		{"1970-01-01T00:00:01Z", 1000},
		{"2024-02-29T00:00:00Z", 1709164800000},
		{"", LX_HELIX_UNKNOWN},
		{"0", LX_HELIX_UNKNOWN},
		{"0001-01-01T00:00:00Z", LX_HELIX_UNKNOWN},
		{"2026-11-20", LX_HELIX_UNKNOWN},
		{"2026-13-20T10:11:12Z", LX_HELIX_UNKNOWN},
		{"2026-11-20T10:11:12Zebra", LX_HELIX_UNKNOWN},
		{"2026-11-20T10:11:12+2", LX_HELIX_UNKNOWN},
		{"-5", LX_HELIX_UNKNOWN},
		{"nan", LX_HELIX_UNKNOWN},
		{"1e300", LX_HELIX_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (lx_parse_time_ms(cases[i].text) != cases[i].ms)
			fail_msg("%s gives %lld", cases[i].text, (long long)lx_parse_time_ms(cases[i].text));

	const struct lx_helix_ad_schedule *ads = lx_helix_decode_ad_schedule(
		&memory,
		parse("{\"data\":[{\"next_ad_at\":\"1795169472\",\"last_ad_at\":\"\",\"snooze_refresh_at\":0,"
		      "\"duration\":\"60\",\"snooze_count\":\"1\",\"preroll_free_time\":90}]}"),
		&count);
	assert_int_equal(ads->next_ad_ms, 1795169472000);
	assert_int_equal(ads->last_ad_ms, LX_HELIX_UNKNOWN);
	assert_int_equal(ads->snooze_refresh_ms, LX_HELIX_UNKNOWN);
	assert_int_equal(ads->duration_s, 60);
	assert_int_equal(ads->snooze_count, 1);
	assert_int_equal(ads->preroll_free_s, 90);
	done();
}

static void numbers_are_read_to_the_end_or_not_at_all(void **state)
{
	static const struct {
		const char *json;
		int64_t value;
	} cases[] = {
		{"5", 5},
		{"\"5\"", 5},
		{"-7", -7},
		{"\"-7\"", -7},
		{"\"12.0\"", 12},
		{"1e3", 1000},
		{"\"0x10\"", LX_HELIX_UNKNOWN},
		{"\"9223372036854775807\"", INT64_MAX},
		{"\"9223372036854775808\"", LX_HELIX_UNKNOWN},
		{"1e30", LX_HELIX_UNKNOWN},
		{"\"\"", LX_HELIX_UNKNOWN},
		{"\" 5\"", LX_HELIX_UNKNOWN},
		{"\"inf\"", LX_HELIX_UNKNOWN},
		{"true", LX_HELIX_UNKNOWN},
		{"null", LX_HELIX_UNKNOWN},
		{"\"-\"", LX_HELIX_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cJSON *item = cJSON_Parse(cases[i].json);
		if (lx_json_int(item) != cases[i].value)
			fail_msg("%s gives %lld", cases[i].json, (long long)lx_json_int(item));
		cJSON_Delete(item);
	}
}

static void durations_of_videos(void **state)
{
	assert_int_equal(lx_parse_duration_s("3h8m33s"), 3 * 3600 + 8 * 60 + 33);
	assert_int_equal(lx_parse_duration_s("45m10s"), 2710);
	assert_int_equal(lx_parse_duration_s("27s"), 27);
	assert_int_equal(lx_parse_duration_s("2h"), 7200);
	assert_int_equal(lx_parse_duration_s(""), LX_HELIX_UNKNOWN);
	assert_int_equal(lx_parse_duration_s("3s8h"), LX_HELIX_UNKNOWN);
	assert_int_equal(lx_parse_duration_s("h"), LX_HELIX_UNKNOWN);
	assert_int_equal(lx_parse_duration_s("PT3H"), LX_HELIX_UNKNOWN);
	assert_int_equal(lx_parse_duration_s("99999999999999999999h"), LX_HELIX_UNKNOWN);

	const struct lx_helix_video *video = lx_helix_decode_video(
		&memory,
		parse("{\"data\":[{\"id\":\"335921245\",\"stream_id\":null,\"duration\":\"1h2m3s\","
		      "\"muted_segments\":[{\"duration\":30,\"offset\":\"120\"}]},{\"muted_segments\":null,\"duration\":90}]}"),
		&count);
	assert_int_equal(count, 2);
	assert_string_equal(video[0].stream_id, "");
	assert_int_equal(video[0].duration_s, 3723);
	assert_int_equal(video[0].muted_count, 1);
	assert_int_equal(video[0].muted[0].offset_s, 120);
	assert_int_equal(video[1].duration_s, 90);
	assert_int_equal(video[1].muted_count, 0);
	done();
}

static void data_may_be_an_object_and_hold_nulls(void **state)
{
	const struct lx_helix_schedule *schedule = lx_helix_decode_schedule(
		&memory,
		parse("{\"data\":{\"segments\":[{\"id\":\"eyJzZWdtZW50SUQi=\",\"start_time\":\"2026-07-01T18:00:00Z\","
		      "\"title\":\"TwitchDev\",\"canceled_until\":null,\"category\":{\"id\":\"509670\",\"name\":\"Science\"},"
		      "\"is_recurring\":false},{\"category\":null,\"is_recurring\":true}],\"broadcaster_id\":\"141981764\","
		      "\"vacation\":null},\"pagination\":{}}"),
		&count);
	assert_int_equal(count, 1);
	assert_int_equal(schedule->segment_count, 2);
	assert_string_equal(schedule->segments[0].category->name, "Science");
	assert_int_equal(schedule->segments[0].canceled_until_ms, LX_HELIX_UNKNOWN);
	assert_null(schedule->segments[1].category);
	assert_true(schedule->segments[1].is_recurring);
	assert_null(schedule->vacation);
	done();

	schedule = lx_helix_decode_schedule(&memory, parse("{\"data\":{\"segments\":null}}"), &count);
	assert_int_equal(schedule->segment_count, 0);
	done();
}

static void nested_answers(void **state)
{
	const struct lx_helix_hype_train *train = lx_helix_decode_hype_train(
		&memory,
		parse("{\"data\":[{\"current\":{\"id\":\"1b0A\",\"broadcaster_user_id\":\"1337\",\"level\":2,\"total\":\"700\","
		      "\"top_contributions\":[{\"user_id\":\"123\",\"type\":\"bits\",\"total\":50}],\"is_shared_train\":false},"
		      "\"all_time_high\":{\"level\":6,\"total\":2850,\"achieved_at\":\"2026-04-24T20:12:21.003802269Z\"},"
		      "\"shared_all_time_high\":null}]}"),
		&count);
	assert_string_equal(train->current->broadcaster_id, "1337");
	assert_int_equal(train->current->total, 700);
	assert_int_equal(train->current->top_count, 1);
	assert_int_equal(train->record->level, 6);
	assert_null(train->shared_record);
	done();

	const struct lx_helix_cheermote *cheer = lx_helix_decode_cheermote(
		&memory,
		parse("{\"data\":[{\"prefix\":\"Cheer\",\"tiers\":[{\"min_bits\":1,\"images\":{\"dark\":{\"static\":"
		      "{\"1\":\"a\",\"1.5\":\"b\",\"2\":\"c\"}}}}]}]}"),
		&count);
	assert_string_equal(cheer->tiers[0].images->dark->still->url_1_5x, "b");
	assert_null(cheer->tiers[0].images->light);
	done();

	const struct lx_helix_reward *reward = lx_helix_decode_reward(
		&memory,
		parse("{\"data\":[{\"cost\":50000,\"image\":null,\"default_image\":{\"url_1x\":\"x\"},\"max_per_stream_setting\":"
		      "{\"is_enabled\":true,\"max_per_stream\":3},\"global_cooldown_setting\":{\"is_enabled\":false,"
		      "\"global_cooldown_seconds\":0}}]}"),
		&count);
	assert_null(reward->image);
	assert_string_equal(reward->default_image->url_1x, "x");
	assert_true(reward->max_per_stream->is_enabled);
	assert_int_equal(reward->max_per_stream->value, 3);
	assert_int_equal(reward->global_cooldown_s->value, 0);
	assert_null(reward->max_per_user_per_stream);
	done();

	const struct lx_helix_marked_user *marked = lx_helix_decode_marked_user(
		&memory,
		parse("{\"data\":[{\"user_id\":\"1\",\"videos\":[{\"video_id\":\"456\",\"markers\":[{\"id\":\"a\","
		      "\"position_seconds\":244,\"URL\":\"https://x\"},{\"id\":\"b\",\"url\":\"https://y\"}]}]}]}"),
		&count);
	assert_int_equal(marked->videos[0].marker_count, 2);
	assert_string_equal(marked->videos[0].markers[0].url, "https://x");
	assert_string_equal(marked->videos[0].markers[1].url, "https://y");
	done();
}

static void what_stands_beside_the_data(void **state)
{
	parse("{\"total\":\"8\",\"points\":13,\"template\":\"https://t\",\"date_range\":{\"started_at\":\"\",\"ended_at\":null},"
	      "\"data\":[]}");
	const struct lx_helix_summary *summary = lx_helix_decode_summary(&memory, root, &count);
	assert_int_equal(summary->total, 8);
	assert_int_equal(summary->points, 13);
	assert_int_equal(summary->total_cost, LX_HELIX_UNKNOWN);
	assert_string_equal(summary->emote_template, "https://t");
	assert_int_equal(summary->period->started_ms, LX_HELIX_UNKNOWN);
	done();
}

static void lists_of_people_have_several_names_for_the_same(void **state)
{
	const struct lx_helix_person *person = lx_helix_decode_person(
		&memory,
		parse("{\"data\":[{\"user_id\":\"1\",\"user_login\":\"a\",\"display_name\":\"A\"},"
		      "{\"user_id\":\"2\",\"user_name\":\"B\",\"followed_at\":\"2026-11-20T10:11:12Z\"},"
		      "{\"user_id\":\"3\",\"user_name\":\"C\",\"created_at\":\"2026-11-20T10:11:12Z\",\"color\":\"#00FF7F\"}]}"),
		&count);
	assert_int_equal(count, 3);
	assert_string_equal(person[0].user_name, "A");
	assert_int_equal(person[0].since_ms, LX_HELIX_UNKNOWN);
	assert_string_equal(person[1].user_name, "B");
	assert_int_equal(person[1].since_ms, 1795169472000);
	assert_int_equal(person[2].since_ms, 1795169472000);
	assert_string_equal(person[2].color, "#00FF7F");
	done();
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_stream_as_twitch_sends_it),
		lx_unit_test(numbers_and_booleans_may_be_text_and_ids_may_be_numbers),
		lx_unit_test(wrong_types_give_unknown_never_a_crash),
		lx_unit_test(every_struct_survives_an_empty_object),
		lx_unit_test(times_come_in_many_forms),
		lx_unit_test(numbers_are_read_to_the_end_or_not_at_all),
		lx_unit_test(durations_of_videos),
		lx_unit_test(data_may_be_an_object_and_hold_nulls),
		lx_unit_test(nested_answers),
		lx_unit_test(what_stands_beside_the_data),
		lx_unit_test(lists_of_people_have_several_names_for_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
