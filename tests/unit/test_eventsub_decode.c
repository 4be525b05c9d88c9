/*
 * Each file of tests/data/eventsub holds a notification as Twitch sends it ("frame") and what is expected of it ("expect": one
 * object an event, naming those values that matter).
 */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "bus/event_json.h"
#include "twitch/eventsub_decode.h"

static void collect(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data)
{
	assert_non_null(topic);
	cJSON_AddItemToArray(data, lx_event_to_json(event));

	bool chat = event->type == LX_EVENT_CHAT_MESSAGE || event->type == LX_EVENT_CHAT_NOTICE;
	for (size_t i = 0; chat && i < event->chat.emote_count; i++) {
		/* Bytes and code points must tell of the same place: all emotes in the data are called Kappa. */
		const struct lx_emote *emote = &event->chat.emotes[i];
		if (emote->byte_end - emote->byte_begin == 5)
			assert_memory_equal(event->chat.text + emote->byte_begin, "Kappa", 5);
		assert_true(emote->byte_end <= strlen(event->chat.text));
	}
}

/* Everything named in `wanted` must be in `got`; what is null there must be missing. */
static void check(const char *file, const char *name, const cJSON *wanted, const cJSON *got)
{
	const cJSON *item;
	if (cJSON_IsArray(wanted) && (!got || cJSON_GetArraySize(wanted) != cJSON_GetArraySize(got)))
		fail_msg("%s: %d instead of %d %s", file, cJSON_GetArraySize(got), cJSON_GetArraySize(wanted), name);
	if (cJSON_IsArray(wanted)) {
		for (int i = 0; i < cJSON_GetArraySize(wanted); i++)
			check(file, name, cJSON_GetArrayItem(wanted, i), cJSON_GetArrayItem(got, i));
	} else if (cJSON_IsObject(wanted)) {
		cJSON_ArrayForEach (item, wanted)
			check(file, item->string, item, cJSON_GetObjectItemCaseSensitive(got, item->string));
	} else if (cJSON_IsNull(wanted) ? got != NULL : !cJSON_Compare(wanted, got, true)) {
		char *is = got ? cJSON_PrintUnformatted(got) : NULL, *want = cJSON_PrintUnformatted(wanted);
		fail_msg("%s: %s is %s instead of %s", file, name, is ? is : "missing", want);
	}
}

/* --- the data ---------------------------------------------------------------------------------------------------- */

static cJSON *load(const char *name)
{
	struct dstr path = {0};
	dstr_printf(&path, "%s/eventsub/%s", TEST_DATA_DIR, name);
	char *text = os_quick_read_utf8_file(path.array);
	assert_non_null(text);
	cJSON *json = cJSON_Parse(text);
	assert_non_null(json);
	bfree(text);
	dstr_free(&path);
	return json;
}

static bool parse(struct lx_eventsub_message *message, const cJSON *frame)
{
	char *text = cJSON_PrintUnformatted(frame);
	bool ok = lx_eventsub_message_parse(message, text, strlen(text));
	cJSON_free(text);
	return ok;
}

static cJSON *decode(struct lx_eventsub_reader *reader, const cJSON *frame, const struct lx_eventsub_topic **topic)
{
	struct lx_eventsub_message message;
	cJSON *events = cJSON_CreateArray();
	assert_true(parse(&message, frame));
	assert_int_equal(message.type, LX_EVENTSUB_NOTIFICATION);
	*topic = lx_eventsub_topic_find(message.subscription_type, message.subscription_version, message.condition);
	if (*topic)
		lx_eventsub_decode(reader, *topic, &message, collect, events);
	lx_eventsub_message_finish(&message);
	return events;
}

static void every_topic_is_decoded_as_expected(void **state)
{
	(void)state;
	size_t topic_count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&topic_count);
	bool *seen = bzalloc(topic_count * sizeof(*seen));
	struct lx_eventsub_reader *reader = lx_eventsub_reader_create();
	os_dir_t *folder = os_opendir(TEST_DATA_DIR "/eventsub");
	assert_non_null(folder);
	for (struct os_dirent *entry; (entry = os_readdir(folder)) != NULL;) {
		if (!strstr(entry->d_name, ".json"))
			continue;
		const struct lx_eventsub_topic *topic;
		cJSON *json = load(entry->d_name);
		cJSON *events = decode(reader, cJSON_GetObjectItem(json, "frame"), &topic);
		if (!topic)
			fail_msg("%s: no such topic", entry->d_name);
		seen[topic - topics] = true;
		check(entry->d_name, "events", cJSON_GetObjectItem(json, "expect"), events);
		cJSON_Delete(events);
		cJSON_Delete(json);
	}
	os_closedir(folder);
	for (size_t i = 0; i < topic_count; i++) {
		if (!seen[i])
			fail_msg("no data for %s", topics[i].type);
	}
	lx_eventsub_reader_destroy(reader);
	bfree(seen);
}

/* --- what must not harm ------------------------------------------------------------------------------------------ */

/* Replaces every value of a tree by another type, one at a time, and decodes. */
static void maul(struct lx_eventsub_reader *reader, cJSON *frame, cJSON *node)
{
	static const char *const replacements[] = {"null", "7", "-1e300", "\"x\"", "[]", "[{},null,3]", "{}", "true"};
	for (cJSON *child = node->child, *next; child; child = next) {
		next = child->next;
		maul(reader, frame, child);
		for (size_t i = 0; i < sizeof(replacements) / sizeof(*replacements); i++) {
			cJSON *other = cJSON_Parse(replacements[i]), saved = *child;
			child->type = other->type;
			child->child = other->child;
			child->valuestring = other->valuestring;
			child->valuedouble = other->valuedouble;
			child->valueint = other->valueint;

			const struct lx_eventsub_topic *topic;
			struct lx_eventsub_message message;
			if (parse(&message, frame)) {
				cJSON *events = cJSON_CreateArray();
				topic = lx_eventsub_topic_find(message.subscription_type, message.subscription_version,
							       message.condition);
				if (topic)
					lx_eventsub_decode(reader, topic, &message, collect, events);
				lx_eventsub_message_finish(&message);
				cJSON_Delete(events);
			}
			saved.next = child->next;
			saved.prev = child->prev;
			*child = saved;
			cJSON_Delete(other);
		}
	}
}

static void wrong_types_anywhere_are_survived(void **state)
{
	(void)state;
	static const char *const files[] = {
		"channel.chat.message-reply.json",
		"channel.chat.notification-sub_gift.json",
		"channel.moderate-delete.json",
		"automod.message.hold-blocked_term.json",
		"channel.prediction.end.json",
		"channel.hype_train.end.json",
		"channel.charity_campaign.donate.json",
		"channel.shared_chat.begin.json",
		"channel.channel_points_custom_reward.add.json",
	};
	struct lx_eventsub_reader *reader = lx_eventsub_reader_create();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		cJSON *json = load(files[i]);
		cJSON *frame = cJSON_GetObjectItem(json, "frame");
		maul(reader, frame, frame);
		cJSON_Delete(json);
	}
	lx_eventsub_reader_destroy(reader);
}

static void broken_bytes_in_text_are_replaced(void **state)
{
	(void)state;
	static const char text[] =
		"{\"metadata\":{\"message_id\":\"1\",\"message_type\":\"notification\",\"message_timestamp\":\"x\"},"
		"\"payload\":{\"subscription\":{\"type\":\"channel.chat.message\",\"version\":\"1\"},\"event\":{"
		"\"message\":{\"text\":\"a\xff\xf0\x9f\",\"fragments\":[{\"type\":\"text\",\"text\":\"a\xff\xf0\x9f\"},"
		"{\"type\":\"emote\",\"text\":\"Kappa\",\"emote\":{\"id\":25}}]}}}}";
	struct lx_eventsub_message message;
	struct lx_eventsub_reader *reader = lx_eventsub_reader_create();
	cJSON *events = cJSON_CreateArray();
	assert_true(lx_eventsub_message_parse(&message, text, sizeof(text) - 1));
	assert_int_equal(message.time_ms, 0);
	lx_eventsub_decode(reader, lx_eventsub_topic_find("channel.chat.message", "1", NULL), &message, collect,
			   events);
	const cJSON *event = cJSON_GetArrayItem(events, 0);
	assert_string_equal(cJSON_GetObjectItem(event, "text")->valuestring, "a\xef\xbf\xbd\xef\xbf\xbdKappa");
	cJSON *emotes = cJSON_Parse("[{\"id\":\"25\",\"first\":3,\"last\":7}]");
	assert_true(cJSON_Compare(cJSON_GetObjectItem(event, "emotes"), emotes, true));
	cJSON_Delete(emotes);
	cJSON_Delete(events);
	lx_eventsub_message_finish(&message);
	lx_eventsub_reader_destroy(reader);
}

static void keep_color(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data)
{
	(void)topic;
	*(uint32_t *)data = event->chat.user.color;
}

static void only_six_digits_are_a_color(void **state)
{
	(void)state;
	static const char *const none[] = {"",        "#",       "#12345",  "#1234567", "123456#",
					   "#-00001", "#+0F0F0", "# F0F0F", "#0x0F0F",  "#GGGGGG"};
	struct lx_eventsub_reader *reader = lx_eventsub_reader_create();
	const struct lx_eventsub_topic *topic = lx_eventsub_topic_find("channel.chat.message", "1", NULL);
	struct lx_eventsub_message message = {.event = NULL};
	uint32_t color;
	for (size_t i = 0; i <= sizeof(none) / sizeof(*none); i++) {
		const bool last = i == sizeof(none) / sizeof(*none);
		cJSON *event = cJSON_CreateObject();
		cJSON_AddStringToObject(event, "color", last ? "#1e90Ff" : none[i]);
		message.event = event;
		color = 0;
		lx_eventsub_decode(reader, topic, &message, keep_color, &color);
		assert_int_equal(color, last ? 0x1E90FF : LX_COLOR_NONE);
		cJSON_Delete(event);
	}
	lx_eventsub_reader_destroy(reader);
}

/* --- the envelope ------------------------------------------------------------------------------------------------ */

static void envelopes_are_told_apart(void **state)
{
	(void)state;
	static const char welcome[] =
		"{\"metadata\":{\"message_id\":\"96a3\",\"message_type\":\"session_welcome\","
		"\"message_timestamp\":\"2026-11-20T10:11:12.634234626Z\"},\"payload\":{\"session\":{\"id\":\"AQo\","
		"\"status\":\"connected\",\"keepalive_timeout_seconds\":30,\"reconnect_url\":null}}}";
	static const char reconnect[] =
		"{\"metadata\":{\"message_id\":\"84c1\",\"message_type\":\"session_reconnect\"},\"payload\":{\"session\":"
		"{\"id\":\"AQo\",\"keepalive_timeout_seconds\":null,\"reconnect_url\":\"wss://h/ws?x=1\"}}}";
	static const char revocation[] =
		"{\"metadata\":{\"message_type\":\"revocation\",\"subscription_type\":\"channel.follow\","
		"\"subscription_version\":\"2\"},\"payload\":{\"subscription\":{\"id\":\"f1\","
		"\"status\":\"user_removed\"}}}";
	struct lx_eventsub_message m;
	assert_true(lx_eventsub_message_parse(&m, welcome, strlen(welcome)));
	assert_int_equal(m.type, LX_EVENTSUB_WELCOME);
	assert_string_equal(m.session_id, "AQo");
	assert_string_equal(m.reconnect_url, "");
	assert_int_equal(m.keepalive_s, 30);
	assert_int_equal(m.time_ms, 1795169472634);
	lx_eventsub_message_finish(&m);

	assert_true(lx_eventsub_message_parse(&m, reconnect, strlen(reconnect)));
	assert_int_equal(m.type, LX_EVENTSUB_RECONNECT);
	assert_string_equal(m.reconnect_url, "wss://h/ws?x=1");
	lx_eventsub_message_finish(&m);

	assert_true(lx_eventsub_message_parse(&m, revocation, strlen(revocation)));
	assert_int_equal(m.type, LX_EVENTSUB_REVOCATION);
	assert_string_equal(m.subscription_type, "channel.follow");
	assert_string_equal(m.subscription_version, "2");
	assert_string_equal(m.status, "user_removed");
	lx_eventsub_message_finish(&m);

	static const char *const not_ours[] = {"", "null", "[]", "{}", "{\"metadata\":3}", "{\"metadata\":{}", "\"x\""};
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(*not_ours); i++)
		assert_false(lx_eventsub_message_parse(&m, not_ours[i], strlen(not_ours[i])));

	assert_true(lx_eventsub_message_parse(&m, "{\"metadata\":{\"message_type\":\"session_party\"}}", 45));
	assert_int_equal(m.type, LX_EVENTSUB_UNKNOWN);
	lx_eventsub_message_finish(&m);
}

/* --- the table --------------------------------------------------------------------------------------------------- */

static const char *granted;

static bool has_scope(const char *scope, void *data)
{
	(void)data;
	char padded[2048], wanted[128];
	snprintf(padded, sizeof(padded), " %s ", granted);
	snprintf(wanted, sizeof(wanted), " %s ", scope);
	return strstr(padded, wanted) != NULL;
}

static void check_scopes(const char *type, const char *version, const char *grants, const char *missing)
{
	struct dstr out = {0};
	granted = grants;
	bool allowed = lx_eventsub_topic_allowed(lx_eventsub_topic_find(type, version, NULL), has_scope, NULL, &out);
	assert_string_equal(out.array ? out.array : "", missing);
	assert_int_equal(allowed, *missing == '\0');
	dstr_free(&out);
}

static void scopes_are_alternatives_and_conjunctions(void **state)
{
	(void)state;
	check_scopes("stream.online", "1", "", "");
	check_scopes("channel.poll.begin", "1", "", "channel:read:polls");
	check_scopes("channel.poll.begin", "1", "channel:read:polls", "");
	check_scopes("channel.poll.begin", "1", "channel:manage:polls", "");
	check_scopes("channel.poll.begin", "1", "channel:manage:pollsters", "channel:read:polls");
	check_scopes("channel.moderate", "2",
		     "moderator:manage:blocked_terms moderator:read:chat_settings moderator:manage:unban_requests "
		     "moderator:read:banned_users moderator:manage:chat_messages moderator:read:warnings "
		     "moderator:read:moderators",
		     "moderator:read:vips");
	check_scopes("channel.moderate", "2", "moderator:read:vips",
		     "moderator:read:blocked_terms moderator:read:chat_settings moderator:read:unban_requests "
		     "moderator:read:banned_users moderator:read:chat_messages moderator:read:warnings "
		     "moderator:read:moderators");
}

static void check_condition(const char *type, const char *version, const char *expected)
{
	cJSON *condition = lx_eventsub_topic_condition(lx_eventsub_topic_find(type, version, NULL), "10", "20");
	char *text = cJSON_PrintUnformatted(condition);
	assert_string_equal(text, expected);
	cJSON_free(text);
	cJSON_Delete(condition);
}

static void conditions_name_channel_and_user(void **state)
{
	(void)state;
	check_condition("stream.online", "1", "{\"broadcaster_user_id\":\"10\"}");
	check_condition("channel.follow", "2", "{\"broadcaster_user_id\":\"10\",\"moderator_user_id\":\"20\"}");
	check_condition("channel.chat.message", "1", "{\"broadcaster_user_id\":\"10\",\"user_id\":\"20\"}");
	check_condition("channel.raid", "1", "{\"to_broadcaster_user_id\":\"10\"}");
	check_condition("user.update", "1", "{\"user_id\":\"20\"}");

	cJSON *from = cJSON_Parse("{\"from_broadcaster_user_id\":\"10\",\"to_broadcaster_user_id\":\"\"}");
	const struct lx_eventsub_topic *topic = lx_eventsub_topic_find("channel.raid", "1", from);
	assert_int_equal(topic->condition, LX_CONDITION_RAID_FROM);
	cJSON_Delete(from);
	assert_null(lx_eventsub_topic_find("channel.follow", "1", NULL));
}

static void what_covers_another_topic_exists(void **state)
{
	(void)state;
	size_t count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&count);
	for (size_t i = 0; i < count; i++) {
		bool found = !topics[i].covered_by;
		for (size_t j = 0; j < i && !found; j++)
			found = strcmp(topics[j].type, topics[i].covered_by) == 0;
		if (!found)
			fail_msg("%s is covered by %s, which does not come before it", topics[i].type,
				 topics[i].covered_by);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(every_topic_is_decoded_as_expected),       lx_unit_test(wrong_types_anywhere_are_survived),
		lx_unit_test(broken_bytes_in_text_are_replaced),        lx_unit_test(envelopes_are_told_apart),
		lx_unit_test(scopes_are_alternatives_and_conjunctions), lx_unit_test(conditions_name_channel_and_user),
		lx_unit_test(what_covers_another_topic_exists),         lx_unit_test(only_six_digits_are_a_color),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
