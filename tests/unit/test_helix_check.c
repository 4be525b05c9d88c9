#include "support.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <util/dstr.h>

#include "platform/memory.h"
#include "twitch/helix_check.h"

#define ME "100000002"

static struct lx_text *text;
static struct dstr sentence;

static int setup(void **state)
{
	lx_leak_setup(state);
	text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	dstr_init(&sentence);
	return 0;
}

static int teardown(void **state)
{
	lx_text_destroy(text);
	dstr_free(&sentence);
	return lx_leak_teardown(state);
}

/* `query` as "name=value&name=value", nothing encoded. Returns NULL when all is well, else the sentence. */
static const char *check_as(enum lx_helix_endpoint endpoint, const char *query, const char *body, const char *user)
{
	struct lx_helix_query parsed = {0};
	char *copy = bstrdup(query), *at = copy;

	while (*at) {
		char *equals = strchr(at, '='), *end = at + strcspn(at, "&");
		bool last = !*end;
		*equals = *end = 0;
		lx_helix_query_add(&parsed, at, equals + 1);
		at = last ? end : end + 1;
	}
	bfree(copy);

	cJSON *json = body ? cJSON_Parse(body) : cJSON_CreateObject();
	assert_non_null(json);
	dstr_resize(&sentence, 0);
	bool good = lx_helix_check(lx_helix_row(endpoint), &parsed, json, user, text, &sentence);
	cJSON_Delete(json);
	lx_helix_query_finish(&parsed);
	assert_int_equal(good, sentence.len == 0);
	return good ? NULL : sentence.array;
}

#define good(endpoint, query, body) assert_null(check_as(LX_HELIX_##endpoint, query, body, ME))
#define bad(endpoint, query, body, words) assert_string_equal(check_as(LX_HELIX_##endpoint, query, body, ME), words)

static void every_row_is_complete(void **state)
{
	for (int i = LX_HELIX_OTHER + 1; i < LX_HELIX_ENDPOINT_COUNT; i++) {
		const struct lx_helix_row *row = lx_helix_row(i);
		assert_int_equal(row->endpoint, i);
		assert_non_null(strstr(" GET POST PUT PATCH DELETE ", row->method));
		assert_int_equal(row->path[0], '/');
		assert_non_null(row->scopes);
		assert_non_null(row->query);
		assert_non_null(row->body);
		assert_true(row->cost >= 1);
		assert_int_equal(lx_helix_endpoint_find(row->method, row->path), i);
		if (strcmp(row->method, "GET") == 0)
			assert_true(row->flags & LX_HELIX_REPEATABLE);
		bool grouped = false;
		for (int side = 0; side < 2; side++) {
			const struct lx_helix_field *fields = side ? row->body : row->query;
			for (const struct lx_helix_field *field = fields; field->name; field++) {
				if (field->type == LX_HELIX_WORD)
					assert_non_null(field->words);
				if (field->not_below)
					assert_non_null(lx_helix_field(fields, field->not_below));
				if ((field->flags & LX_HELIX_LIST) && !side)
					assert_true(field->max_count > 0);
				grouped = grouped || (field->flags & LX_HELIX_GROUP);
			}
		}
		assert_int_equal(grouped, row->group != LX_HELIX_GROUP_NONE);
	}
	assert_null(lx_helix_row(LX_HELIX_OTHER));
	assert_null(lx_helix_row(LX_HELIX_ENDPOINT_COUNT));
	assert_int_equal(lx_helix_endpoint_find("get", "users"), LX_HELIX_GET_USERS);
	assert_int_equal(lx_helix_endpoint_find("GET", "/nonsense"), LX_HELIX_OTHER);
	assert_int_equal(lx_helix_endpoint_find("GET", ""), LX_HELIX_OTHER);
	assert_int_equal(lx_helix_page_max(LX_HELIX_GET_SCHEDULE), 25);
	assert_int_equal(lx_helix_page_max(LX_HELIX_GET_CHATTERS), 1000);
	assert_int_equal(lx_helix_page_max(LX_HELIX_BAN_USER), 0);
}

static void a_ban_and_its_limits(void **state)
{
	good(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\"}}");
	good(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":1,\"reason\":\"\"}}");
	good(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":1209600}}");
	good(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":null,\"new_field\":[1]}}");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":0}}",
	    "“duration” must be from 1 to 1209600.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":1209601}}",
	    "“duration” must be from 1 to 1209600.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":1.5}}",
	    "“duration” must be a whole number.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"5\",\"duration\":\"60\"}}",
	    "“duration” must be a number.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{}}", "“user_id” is missing.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":\"\"}}", "“user_id” is not an identifier of Twitch.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":{\"user_id\":5}}", "“user_id” is not an identifier of Twitch.");
	bad(BAN_USER, "broadcaster_id=1", "{}", "“data” is missing.");
	bad(BAN_USER, "broadcaster_id=1", "{\"data\":[]}", "“data” must be an object.");
	bad(BAN_USER, "", "{\"data\":{\"user_id\":\"5\"}}", "“broadcaster_id” is missing.");
	bad(BAN_USER, "broadcaster_id=1&moderator_id=7", "{\"data\":{\"user_id\":\"5\"}}",
	    "“moderator_id” must be the signed-in user.");
	bad(BAN_USER, "broadcaster_id=1&broadcaster_id=2", "{\"data\":{\"user_id\":\"5\"}}",
	    "“broadcaster_id” may be given only once.");
}

static void lengths_count_characters_not_bytes(void **state)
{
	struct dstr body = {0};

	for (int extra = 0; extra < 2; extra++) {
		dstr_copy(&body, "{\"data\":{\"user_id\":\"5\",\"reason\":\"");
		for (int i = 0; i < 500 + extra; i++)
			dstr_cat(&body, "ř");
		dstr_cat(&body, "\"}}");
		const char *said = check_as(LX_HELIX_BAN_USER, "broadcaster_id=1", body.array, ME);
		if (extra)
			assert_string_equal(said, "“reason” may have at most 500 characters (it has 501).");
		else
			assert_null(said);
	}
	dstr_free(&body);
	bad(MODIFY_CHANNEL, "", "{\"title\":\"\"}", "“title” must not be empty.");
	bad(ADD_BLOCKED_TERM, "broadcaster_id=1", "{\"text\":\"x\"}",
	    "“text” must have at least 2 characters (it has 1).");
}

static void the_tokens_user_is_filled_in(void **state)
{
	struct lx_helix_query query = {0};
	cJSON *body = cJSON_Parse("{\"broadcaster_id\":\"1\",\"message\":\"hi\"}");

	assert_true(lx_helix_check(lx_helix_row(LX_HELIX_SEND_CHAT_MESSAGE), &query, body, ME, text, &sentence));
	assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(body, "sender_id")), ME);
	cJSON_Delete(body);

	lx_helix_query_add(&query, "broadcaster_id", "1");
	lx_helix_query_add(&query, "user_id", "a b&=č");
	struct dstr url = {0};
	assert_false(lx_helix_check(lx_helix_row(LX_HELIX_UNBAN_USER), &query, NULL, ME, text, &sentence));
	lx_helix_query_print(&query, &url);
	assert_string_equal(url.array, "?broadcaster_id=1&user_id=a%20b%26%3D%C4%8D&moderator_id=" ME);
	dstr_free(&url);
	lx_helix_query_finish(&query);

	/* who the token belongs to may not be known yet: then it must be given */
	assert_string_equal(check_as(LX_HELIX_GET_GOALS, "", NULL, ""), "“broadcaster_id” is missing.");
	assert_null(check_as(LX_HELIX_GET_GOALS, "broadcaster_id=5", NULL, ""));
	/* optional ones are left alone */
	good(GET_CHAT_SETTINGS, "broadcaster_id=1", NULL);
}

static void lists_groups_and_words(void **state)
{
	good(GET_USERS, "", NULL);
	good(GET_VIDEOS, "user_id=1&type=archive&first=100", NULL);
	bad(GET_VIDEOS, "user_id=1&type=movie", NULL, "“type” must be one of: all archive highlight upload.");
	bad(GET_VIDEOS, "user_id=1&type=arch", NULL, "“type” must be one of: all archive highlight upload.");
	bad(GET_VIDEOS, "user_id=1&game_id=2", NULL, "Give exactly one of these: id, user_id, game_id.");
	bad(GET_VIDEOS, "", NULL, "Give exactly one of these: id, user_id, game_id.");
	bad(GET_VIDEOS, "user_id=1&first=101", NULL, "“first” must be from 1 to 100.");
	bad(GET_VIDEOS, "user_id=1&first=many", NULL, "“first” must be a number.");
	bad(GET_EVENTSUB_SUBSCRIPTIONS, "type=x&status=y", NULL,
	    "Give at most one of these: status, type, user_id, subscription_id, conduit_id.");
	bad(GET_GAMES, "", NULL, "Give at least one of these: id, name, igdb_id.");
	bad(DELETE_VIDEOS, "id=1&id=2&id=3&id=4&id=5&id=6", NULL, "“id”: at most 5 are allowed (there are 6).");
	good(MODIFY_CHANNEL, "", "{\"tags\":[]}");
	bad(MODIFY_CHANNEL, "", "{}",
	    "Give at least one of these: game_id, broadcaster_language, title, delay, tags, "
	    "content_classification_labels, is_branded_content.");
	bad(MODIFY_CHANNEL, "", "{\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}",
	    "“tags”: at most 10 are allowed (there are 11).");
	bad(MODIFY_CHANNEL, "", "{\"tags\":\"one\"}", "“tags” must be a list.");
	bad(MODIFY_CHANNEL, "", "{\"tags\":[\"abcdefghijklmnopqrstuvwxyz\"]}",
	    "“tags” may have at most 25 characters (it has 26).");
	bad(MODIFY_CHANNEL, "", "{\"content_classification_labels\":[{\"id\":\"Gambling\"}]}",
	    "“is_enabled” is missing.");
	bad(MODIFY_CHANNEL, "", "{\"content_classification_labels\":[{\"id\":\"MatureGame\",\"is_enabled\":true}]}",
	    "“id” must be one of: DebatedSocialIssuesAndPolitics DrugsIntoxication SexualThemes ViolentGraphic Gambling "
	    "ProfanityVulgarity.");
	bad(UPDATE_SHIELD_MODE, "broadcaster_id=1", "{\"is_active\":\"true\"}", "“is_active” must be true or false.");
	good(SEARCH_CHANNELS, "query=a&live_only=true", NULL);
	bad(SEARCH_CHANNELS, "query=a&live_only=yes", NULL, "“live_only” must be true or false.");
	good(UPDATE_USER_CHAT_COLOR, "color=#9146FF", NULL);
	good(UPDATE_USER_CHAT_COLOR, "color=hot_pink", NULL);
	bad(UPDATE_USER_CHAT_COLOR, "color=#9146F", NULL,
	    "“color” must be a colour like #9146FF or one of Twitch's names.");
	bad(GET_SCHEDULE, "broadcaster_id=1&start_time=tomorrow", NULL,
	    "“start time” must be a time like 2026-11-20T18:00:00Z.");
	bad(CREATE_POLL, "", "{\"title\":\"t\",\"duration\":60,\"choices\":[{\"title\":\"only\"}]}",
	    "“choices”: at least 2 are needed (there are 1).");
	bad(CREATE_POLL, "", "{\"title\":\"t\",\"duration\":60,\"choices\":[{\"title\":\"a\"},{}]}",
	    "“title” is missing.");
	good(CREATE_POLL, "", "{\"title\":\"t\",\"duration\":60,\"choices\":[{\"title\":\"a\"},{\"title\":\"b\"}]}");
	bad(CREATE_SCHEDULE_SEGMENT, "",
	    "{\"start_time\":\"2026-07-01T18:00:00Z\",\"timezone\":\"Europe/Prague\",\"duration\":\"29\"}",
	    "“duration” must be from 30 to 1380.");
	good(CREATE_SCHEDULE_SEGMENT, "",
	     "{\"start_time\":\"2026-07-01T18:00:00+02:00\",\"timezone\":\"Europe/Prague\",\"duration\":\"30\"}");
}

static void fields_that_depend_on_others(void **state)
{
	good(UPDATE_CHAT_SETTINGS, "broadcaster_id=1", "{\"slow_mode\":true,\"slow_mode_wait_time\":3}");
	good(UPDATE_CHAT_SETTINGS, "broadcaster_id=1", "{\"slow_mode\":false}");
	bad(UPDATE_CHAT_SETTINGS, "broadcaster_id=1", "{\"slow_mode\":false,\"slow_mode_wait_time\":3}",
	    "“slow mode wait time” is only possible with slow_mode=true.");
	bad(UPDATE_CHAT_SETTINGS, "broadcaster_id=1", "{\"slow_mode\":true,\"slow_mode_wait_time\":2}",
	    "“slow mode wait time” must be from 3 to 120.");
	bad(UPDATE_CHAT_SETTINGS, "broadcaster_id=1",
	    "{\"non_moderator_chat_delay\":true,\"non_moderator_chat_delay_duration\":3}",
	    "“non_moderator_chat_delay_duration” must be one of: 2 4 6.");
	bad(UPDATE_CHAT_SETTINGS, "broadcaster_id=1", "{\"non_moderator_chat_delay\":true}",
	    "“non_moderator_chat_delay_duration” is missing.");
	good(UPDATE_AUTOMOD_SETTINGS, "broadcaster_id=1", "{\"overall_level\":2}");
	bad(UPDATE_AUTOMOD_SETTINGS, "broadcaster_id=1", "{\"aggression\":2}", "“disability” is missing.");
	bad(UPDATE_AUTOMOD_SETTINGS, "broadcaster_id=1", "{\"overall_level\":2,\"disability\":1}",
	    "“overall_level” is only possible with !disability.");
	good(UPDATE_SCHEDULE_SETTINGS, "is_vacation_enabled=false", NULL);
	bad(UPDATE_SCHEDULE_SETTINGS, "is_vacation_enabled=true", NULL, "“vacation_start_time” is missing.");
	bad(END_PREDICTION, "", "{\"id\":\"x\",\"status\":\"RESOLVED\"}", "“winning_outcome_id” is missing.");
	good(END_PREDICTION, "", "{\"id\":\"x\",\"status\":\"LOCKED\"}");
	bad(CREATE_CLIP_FROM_VOD, "broadcaster_id=1&vod_id=2&vod_offset=20&duration=30&title=t", NULL,
	    "“vod_offset” must not be smaller than “duration”.");
	good(CREATE_CLIP_FROM_VOD, "broadcaster_id=1&vod_id=2&vod_offset=30&duration=29.9&title=t", NULL);
	bad(GET_REDEMPTIONS, "reward_id=1", NULL, "“status” is missing.");
	good(GET_REDEMPTIONS, "reward_id=1&id=5", NULL);
	bad(CREATE_CUSTOM_REWARD, "", "{\"title\":\"t\",\"cost\":1,\"is_max_per_stream_enabled\":true}",
	    "“max_per_stream” is missing.");
	good(CREATE_CUSTOM_REWARD, "", "{\"title\":\"t\",\"cost\":1000000000,\"background_color\":\"#00ff00\"}");
}

static void long_lists_are_found(void **state)
{
	struct lx_helix_query query = {0};
	uint32_t most = 0;

	for (int i = 0; i < 100; i++)
		lx_helix_query_add(&query, "id", "1");
	assert_null(lx_helix_oversized_list(lx_helix_row(LX_HELIX_GET_USERS), &query, &most));
	lx_helix_query_add(&query, "login", "a"); /* together they are too many */
	assert_string_equal(lx_helix_oversized_list(lx_helix_row(LX_HELIX_GET_USERS), &query, &most), "id");
	assert_int_equal(most, 100);
	lx_helix_query_finish(&query);
}

int main(void)
{
	lx_memory_init();
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_row_is_complete),
		TEST(a_ban_and_its_limits),
		TEST(lengths_count_characters_not_bytes),
		TEST(the_tokens_user_is_filled_in),
		TEST(lists_groups_and_words),
		TEST(fields_that_depend_on_others),
		TEST(long_lists_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
