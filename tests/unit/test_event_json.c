#include "support.h"

#include <string.h>

#include "bus/event_json.h"
#include "platform/memory.h"

static void check(const struct lx_event *event, const char *expected)
{
	char *line = lx_event_to_json_text(event);
	assert_string_equal(line, expected);
	cJSON_free(line);
}

static void chat(void **state)
{
	static const struct lx_emote emote = {"25", 0, 4, 0, 5};
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = 1790000000000;
	event.channel = "streamer";
	event.room_id = "7";
	event.chat.id = "abc";
	event.chat.user.id = "1";
	event.chat.user.login = "anna";
	event.chat.user.name = "Anna";
	event.chat.user.badges = "vip/1";
	event.chat.user.color = 0x00FF7F;
	event.chat.user.roles = LX_ROLE_VIP | LX_ROLE_SUBSCRIBER;
	event.chat.text = "Kappa \"hi\" \xC3\xA4";
	event.chat.emotes = &emote;
	event.chat.emote_count = 1;
	event.chat.flags = LX_CHAT_FIRST | LX_CHAT_OWN;
	check(&event,
	      "{\"type\":\"chat_message\",\"time_ms\":1790000000000,\"channel\":\"streamer\",\"room_id\":\"7\",\"id\":\"abc\","
	      "\"user\":{\"id\":\"1\",\"login\":\"anna\",\"name\":\"Anna\",\"badges\":\"vip/1\",\"badge_info\":\"\","
	      "\"color\":\"#00FF7F\",\"roles\":[\"vip\",\"subscriber\"]},\"text\":\"Kappa \\\"hi\\\" \xC3\xA4\","
	      "\"emotes\":[{\"id\":\"25\",\"first\":0,\"last\":4}],\"flags\":[\"first\",\"own\"]}");

	lx_event_init(&event, LX_EVENT_CHAT_NOTICE);
	event.chat.notice = "resub";
	event.chat.notice_text = "6 months";
	event.chat.notice_count = 6;
	event.chat.sub_plan = "Prime";
	event.chat.reply_id = "r";
	event.chat.reply_login = "bert";
	event.chat.source_room_id = "9";
	check(&event,
	      "{\"type\":\"chat_notice\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\",\"id\":\"\","
	      "\"user\":{\"id\":\"\",\"login\":\"\",\"name\":\"\",\"badges\":\"\",\"badge_info\":\"\",\"color\":\"\",\"roles\":[]},"
	      "\"text\":\"\",\"emotes\":[],\"flags\":[],"
	      "\"notice\":{\"kind\":\"resub\",\"text\":\"6 months\",\"count\":6,\"sub_plan\":\"Prime\"},"
	      "\"reply\":{\"id\":\"r\",\"user\":{\"id\":\"\",\"login\":\"bert\",\"name\":\"\"},\"text\":\"\"},"
	      "\"source\":{\"room_id\":\"9\",\"id\":\"\"}}");
}

static void moderation_and_room(void **state)
{
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_USER_BANNED);
	event.update = true;
	event.moderation.user_login = "baduser";
	event.moderation.duration_s = 600;
	event.moderation.moderator_login = "modi";
	event.moderation.reason = "spam";
	check(&event, "{\"type\":\"user_banned\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\",\"update\":true,"
		      "\"user\":{\"id\":\"\",\"login\":\"baduser\",\"name\":\"\"},\"duration_s\":600,"
		      "\"moderator\":{\"id\":\"\",\"login\":\"modi\",\"name\":\"\"},\"reason\":\"spam\"}");
	event.moderation.duration_s = LX_DURATION_UNKNOWN;
	event.moderation.moderator_login = event.moderation.reason = "";
	event.update = false;
	check(&event, "{\"type\":\"user_banned\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\","
		      "\"user\":{\"id\":\"\",\"login\":\"baduser\",\"name\":\"\"}}");

	lx_event_init(&event, LX_EVENT_ROOM_STATE);
	event.room.slow_s = 30;
	event.room.subs_only = 1;
	check(&event,
	      "{\"type\":\"room_state\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\",\"subs_only\":true,\"slow_s\":30}");
}

static void connection(void **state)
{
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_CONNECTION);
	event.connection.state = LX_LINK_WAITING;
	event.connection.retry_in_ms = 900;
	event.connection.reason = "network";
	event.connection.detail = "No answer.";
	check(&event,
	      "{\"type\":\"connection\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\",\"link\":\"chat\",\"state\":\"waiting\","
	      "\"anonymous\":false,\"reason\":\"network\",\"detail\":\"No answer.\",\"retry_in_ms\":900}");
}

static void described_payloads(void **state)
{
	static const struct lx_poll_choice choices[] = {{"1", "yes", 5, 0, 0}, {"2", "no", 3, 0, 0}};
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_POLL);
	event.poll.choices = choices;
	event.poll.choice_count = 2;
	cJSON *json = lx_event_to_json(&event);
	assert_string_equal(cJSON_GetObjectItem(json, "phase")->valuestring, "begin");
	const cJSON *list = cJSON_GetObjectItem(json, "choices");
	assert_int_equal(cJSON_GetArraySize(list), 2);
	assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 1), "title")->valuestring, "no");
	assert_int_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 1), "votes")->valueint, 3);
	cJSON_Delete(json);

	lx_event_init(&event, LX_EVENT_FOLLOW);
	event.follow.user.login = "anna";
	check(&event, "{\"type\":\"follow\",\"time_ms\":0,\"channel\":\"\",\"room_id\":\"\","
		      "\"user\":{\"id\":\"\",\"login\":\"anna\",\"name\":\"\"}}");
}

/* Each type is an object of its own kind, and none trips over an event that says nothing. */
static void every_type(void **state)
{
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++) {
		struct lx_event event;
		lx_event_init(&event, (enum lx_event_type)type);
		cJSON *json = lx_event_to_json(&event);
		const char *word = cJSON_GetObjectItem(json, "type")->valuestring;
		assert_true(*word);
		assert_null(strstr(word, "livextrem"));
		assert_true(type == LX_EVENT_STATS || cJSON_GetArraySize(json) > 4 || type == LX_EVENT_CHAT_CLEARED ||
			    type == LX_EVENT_ROOM_STATE);
		cJSON_Delete(json);
	}
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(chat),       lx_unit_test(moderation_and_room),
		lx_unit_test(connection), lx_unit_test(described_payloads),
		lx_unit_test(every_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
