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

#include "bus/bus.h"
#include "bus/event_fields.h"
#include "twitch/eventsub_decode.h"

/* --- events as JSON ---------------------------------------------------------------------------------------------- */

static void add_chat(cJSON *out, const struct lx_chat *chat)
{
	struct dstr text = {0};
	cJSON_AddStringToObject(out, "id", chat->id);
	cJSON_AddStringToObject(out, "user_id", chat->user.id);
	cJSON_AddStringToObject(out, "user_login", chat->user.login);
	cJSON_AddStringToObject(out, "user_name", chat->user.name);
	cJSON_AddStringToObject(out, "badges", chat->user.badges);
	cJSON_AddStringToObject(out, "badge_info", chat->user.badge_info);
	cJSON_AddNumberToObject(out, "color", chat->user.color == LX_COLOR_NONE ? -1 : (double)chat->user.color);
	cJSON_AddNumberToObject(out, "roles", chat->user.roles);
	cJSON_AddStringToObject(out, "text", chat->text);
	cJSON_AddNumberToObject(out, "flags", chat->flags);
	cJSON_AddNumberToObject(out, "bits", chat->bits);
	cJSON_AddStringToObject(out, "kind", chat->notice);
	cJSON_AddStringToObject(out, "system_text", chat->notice_text);
	cJSON_AddStringToObject(out, "announcement_color", chat->announcement_color);
	cJSON_AddNumberToObject(out, "count", (double)chat->notice_count);
	cJSON_AddStringToObject(out, "sub_plan", chat->sub_plan);
	cJSON_AddStringToObject(out, "gift_id", chat->gift_id);
	cJSON_AddStringToObject(out, "recipient", chat->recipient_name);
	cJSON_AddStringToObject(out, "reward_id", chat->reward_id);
	cJSON_AddStringToObject(out, "reply_to", chat->reply_id);
	dstr_printf(&text, "%s/%s/%s/%s/%s", chat->reply_user_id, chat->reply_login, chat->reply_name, chat->reply_text,
		    chat->thread_id);
	cJSON_AddStringToObject(out, "reply", text.array);
	dstr_printf(&text, "%s/%s", chat->source_room_id, chat->source_id);
	cJSON_AddStringToObject(out, "source", text.array);
	dstr_copy(&text, "");
	for (size_t i = 0; i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		dstr_catf(&text, "%s%s:%u-%u", i ? "/" : "", emote->id, emote->first, emote->last);
		/* Bytes and code points must tell of the same place: all emotes in the data are called Kappa. */
		assert_memory_equal(chat->text + emote->byte_begin, "Kappa", 5);
		assert_int_equal(emote->byte_end - emote->byte_begin, 5);
	}
	cJSON_AddStringToObject(out, "emotes", text.len ? text.array : "");
	dstr_free(&text);
}

static void add_moderation(cJSON *out, const struct lx_moderation *m)
{
	cJSON_AddStringToObject(out, "user_id", m->user_id);
	cJSON_AddStringToObject(out, "user_login", m->user_login);
	cJSON_AddStringToObject(out, "user_name", m->user_name);
	cJSON_AddStringToObject(out, "message_id", m->message_id);
	cJSON_AddStringToObject(out, "text", m->text);
	cJSON_AddNumberToObject(out, "duration_s", (double)m->duration_s);
	cJSON_AddStringToObject(out, "moderator_id", m->moderator_id);
	cJSON_AddStringToObject(out, "moderator_login", m->moderator_login);
	cJSON_AddStringToObject(out, "moderator_name", m->moderator_name);
	cJSON_AddStringToObject(out, "reason", m->reason);
}

static void collect(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data)
{
	cJSON *out = cJSON_CreateObject();
	cJSON_AddItemToArray(data, out);
	assert_non_null(topic);
	cJSON_AddStringToObject(out, "signal", lx_bus_signal_name(event->type));
	cJSON_AddStringToObject(out, "channel", event->channel);
	cJSON_AddStringToObject(out, "room_id", event->room_id);
	cJSON_AddNumberToObject(out, "time_ms", (double)event->time_ms);
	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		add_chat(out, &event->chat);
		break;
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
		add_moderation(out, &event->moderation);
		break;
	case LX_EVENT_ROOM_STATE:
		cJSON_AddNumberToObject(out, "emote_only", event->room.emote_only);
		cJSON_AddNumberToObject(out, "subs_only", event->room.subs_only);
		cJSON_AddNumberToObject(out, "unique_chat", event->room.unique_chat);
		cJSON_AddNumberToObject(out, "slow_s", event->room.slow_s);
		cJSON_AddNumberToObject(out, "followers_min", event->room.followers_min);
		break;
	default:
		lx_fields_add_json(lx_event_fields(event->type), event, out);
		break;
	}
}

/* Everything named in `wanted` must be in `got`. */
static void check(const char *file, const cJSON *wanted, const cJSON *got)
{
	const cJSON *item;
	if (cJSON_IsArray(wanted)) {
		if (cJSON_GetArraySize(wanted) != cJSON_GetArraySize(got))
			fail_msg("%s: %d instead of %d in a list", file, cJSON_GetArraySize(got),
				 cJSON_GetArraySize(wanted));
		for (int i = 0; i < cJSON_GetArraySize(wanted); i++)
			check(file, cJSON_GetArrayItem(wanted, i), cJSON_GetArrayItem(got, i));
		return;
	}
	cJSON_ArrayForEach (item, wanted) {
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(got, item->string);
		if (cJSON_IsArray(item)) {
			check(file, item, value);
		} else if (!value || !cJSON_Compare(item, value, true)) {
			char *is = value ? cJSON_PrintUnformatted(value) : NULL, *want = cJSON_PrintUnformatted(item);
			fail_msg("%s: %s is %s instead of %s", file, item->string, is ? is : "missing", want);
		}
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
		check(entry->d_name, cJSON_GetObjectItem(json, "expect"), events);
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
	assert_string_equal(cJSON_GetObjectItem(event, "emotes")->valuestring, "25:3-7");
	cJSON_Delete(events);
	lx_eventsub_message_finish(&message);
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
		lx_unit_test(what_covers_another_topic_exists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
