/* Decoders of chat over EventSub: the twins of what IRC tells, in the same shape. */
#include <stdlib.h>
#include <string.h>

#include "twitch/eventsub_reader.h"
#include "twitch/irc_event.h"
#include "twitch/irc_text.h"

/* Anonymous gifts come from this account over IRC. */
#define ANONYMOUS_ID "274598607"
#define ANONYMOUS_LOGIN "ananonymousgifter"
#define ANONYMOUS_NAME "AnAnonymousGifter"

/* --- users ------------------------------------------------------------------------------------------------------- */

static uint32_t read_color(const char *text)
{
	/* strtoul() alone would take signs, blanks and "0x", too. */
	if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
		return LX_COLOR_NONE;
	return (uint32_t)strtoul(text + 1, NULL, 16);
}

/* [{set_id, id, info}] as IRC writes it: "set/id,set/id", and "set/info" of those that have one. */
static void read_badges(struct lx_eventsub_reader *r, const cJSON *badges, struct lx_user *user)
{
	struct dstr versions = {0}, infos = {0};
	const cJSON *badge;
	cJSON_ArrayForEach (badge, badges) {
		const char *set = lx_read_text(r, badge, "set_id"), *id = lx_read_text(r, badge, "id");
		const char *info = lx_read_text(r, badge, "info");
		if (!*set)
			continue;
		user->roles |= lx_irc_badge_role(set, strlen(set));
		dstr_catf(&versions, "%s%s/%s", versions.len ? "," : "", set, id);
		if (*info)
			dstr_catf(&infos, "%s%s/%s", infos.len ? "," : "", set, info);
	}
	struct dstr *const texts[] = {&versions, &infos};
	const char **const out[] = {&user->badges, &user->badge_info};
	for (size_t i = 0; i < 2; i++) {
		char *copy = lx_reader_alloc(r, texts[i]->len + 1);
		if (texts[i]->len)
			memcpy(copy, texts[i]->array, texts[i]->len);
		*out[i] = copy;
		dstr_free(texts[i]);
	}
}

static void read_chatter(struct lx_eventsub_reader *r, const cJSON *event, struct lx_user *user)
{
	struct lx_person person = lx_read_person(r, event, "chatter_");
	if (lx_read_bool(event, "chatter_is_anonymous") && !*person.id)
		person = (struct lx_person){ANONYMOUS_ID, ANONYMOUS_LOGIN, ANONYMOUS_NAME};
	user->id = person.id;
	user->login = person.login;
	user->name = person.name;
	user->color = read_color(lx_read_text(r, event, "color"));
	read_badges(r, lx_read(event, "badges"), user);
}

/* --- text -------------------------------------------------------------------------------------------------------- */

static uint32_t count_code_points(const char *text, size_t size)
{
	uint32_t count = 0, code_point;
	for (size_t at = 0; at < size; count++)
		at += lx_irc_text_next(text + at, size - at, &code_point);
	return count;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

/* Ids become part of addresses. */
static bool is_emote_id(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	return *id && !id[strspn(id, letters)];
}

static bool is_type(struct lx_eventsub_reader *r, const cJSON *fragment, const char *type)
{
	return strcmp(lx_read_text(r, fragment, "type"), type) == 0;
}

/* Cuts the text together from its fragments: the only place that tells where the emotes are. */
static void read_fragments(struct lx_eventsub_reader *r, const cJSON *fragments, struct lx_chat *chat)
{
	size_t size = 0, emotes = 0;
	const cJSON *fragment;
	cJSON_ArrayForEach (fragment, fragments) {
		size += strlen(lx_read_text(r, fragment, "text"));
		emotes += is_type(r, fragment, "emote");
	}

	char *text = lx_reader_alloc(r, size + 1), *at = text;
	struct lx_emote *list = lx_reader_alloc(r, emotes * sizeof(*list));
	uint32_t position = 0;
	bool emote_only = true;
	cJSON_ArrayForEach (fragment, fragments) {
		const char *part = lx_read_text(r, fragment, "text");
		size_t length = strlen(part);
		uint32_t code_points = count_code_points(part, length);
		const char *id = lx_read_text(r, lx_read(fragment, "emote"), "id");
		if (is_type(r, fragment, "emote") && length && is_emote_id(id)) {
			list[chat->emote_count++] = (struct lx_emote){
				.id = id,
				.first = position,
				.last = position + code_points - 1,
				.byte_begin = (uint32_t)(at - text),
				.byte_end = (uint32_t)((size_t)(at - text) + length),
			};
		} else {
			emote_only = emote_only && is_blank(part);
		}
		memcpy(at, part, length);
		at += length;
		position += code_points;
	}
	chat->text = text;
	chat->emotes = list;
	if (emote_only && chat->emote_count)
		chat->flags |= LX_CHAT_EMOTE_ONLY;
}

const char *lx_read_unwrapped(struct lx_eventsub_reader *r, const cJSON *item, bool *action)
{
	const char *text = cJSON_IsString(item) ? item->valuestring : "";
	size_t size = strlen(text);
	bool unwrapped = lx_irc_text_unwrap_action(&text, &size);
	if (action)
		*action = unwrapped;
	char *safe = lx_reader_alloc(r, 3 * size + 1);
	lx_irc_text_make_safe(safe, text, size);
	return safe;
}

void lx_read_message(struct lx_eventsub_reader *r, const cJSON *message, struct lx_chat *chat)
{
	const cJSON *fragments = lx_read(message, "fragments");
	bool action;
	chat->text = lx_read_unwrapped(r, lx_read(message, "text"), &action);
	if (action)
		chat->flags |= LX_CHAT_ACTION;
	/* The fragments of a /me come without its wrapping. */
	if (cJSON_IsArray(fragments) && cJSON_GetArraySize(fragments) > 0)
		read_fragments(r, fragments, chat);
}

static void read_source(struct lx_eventsub_reader *r, const cJSON *event, struct lx_event *out)
{
	struct lx_user there = {.badges = ""};
	read_badges(r, lx_read(event, "source_badges"), &there);
	out->chat.source_badges = there.badges;
	out->chat.source_room_id = lx_read_text(r, event, "source_broadcaster_user_id");
	out->chat.source_id = lx_read_text(r, event, "source_message_id");
	if (*out->chat.source_room_id && strcmp(out->chat.source_room_id, out->room_id) != 0)
		out->chat.flags |= LX_CHAT_SHARED;
}

static void read_reply(struct lx_eventsub_reader *r, const cJSON *reply, struct lx_chat *chat)
{
	chat->reply_id = lx_read_text(r, reply, "parent_message_id");
	chat->reply_user_id = lx_read_text(r, reply, "parent_user_id");
	chat->reply_login = lx_read_text(r, reply, "parent_user_login");
	chat->reply_name = lx_read_text(r, reply, "parent_user_name");
	chat->reply_text = lx_read_text(r, reply, "parent_message_body");
	chat->thread_id = lx_read_text(r, reply, "thread_message_id");
}

static const char *effect_of(const char *animation)
{
	return *animation ? animation : LX_EFFECT_UNNAMED;
}

void lx_decode_chat_message(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_CHAT_MESSAGE, event, "broadcaster_");
	out.chat.id = lx_read_text(r, event, "message_id");
	read_chatter(r, event, &out.chat.user);
	lx_read_message(r, lx_read(event, "message"), &out.chat);
	const char *type = lx_read_text(r, event, "message_type");
	if (strcmp(type, "channel_points_highlighted") == 0)
		out.chat.flags |= LX_CHAT_HIGHLIGHTED;
	else if (strcmp(type, "power_ups_gigantified_emote") == 0)
		out.chat.flags |= LX_CHAT_GIGANTIC;
	else if (strcmp(type, "power_ups_message_effect") == 0)
		out.chat.effect = effect_of(lx_read_text(r, event, "channel_points_animation_id"));

	int64_t bits = lx_read_int(lx_read(event, "cheer"), "bits");
	out.chat.bits = bits > 0 && bits <= UINT32_MAX ? (uint32_t)bits : 0;
	out.chat.reward_id = lx_read_text(r, event, "channel_points_custom_reward_id");
	if (lx_read(event, "reply"))
		read_reply(r, lx_read(event, "reply"), &out.chat);
	read_source(r, event, &out);
	lx_reader_emit(r, &out);
}

/* --- notices ----------------------------------------------------------------------------------------------------- */

static const struct notice {
	const char *type, *irc; /* Twitch's two words for the same */
	const char *count;      /* what lx_chat.notice_count is taken from */
} notices[] = {
	{"sub", "sub", NULL},
	{"resub", "resub", "cumulative_months"},
	{"sub_gift", "subgift", "duration_months"},
	{"community_sub_gift", "submysterygift", "total"},
	{"gift_paid_upgrade", "giftpaidupgrade", NULL},
	{"prime_paid_upgrade", "primepaidupgrade", NULL},
	{"pay_it_forward", "communitypayforward", NULL},
	{"raid", "raid", "viewer_count"},
	{"unraid", "unraid", NULL},
	{"announcement", "announcement", NULL},
	{"bits_badge_tier", "bitsbadgetier", "tier"},
	{"charity_donation", "charitydonation", NULL},
	{"watch_streak", "viewermilestone", "streak_count"},
	{"modiversary", "modiversary", "months"},
};

static const char *upper(struct lx_eventsub_reader *r, const char *text)
{
	size_t size = strlen(text);
	char *copy = lx_reader_alloc(r, size + 1);
	for (size_t i = 0; i < size; i++)
		copy[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
	return copy;
}

static const char *sub_plan(struct lx_eventsub_reader *r, const cJSON *details)
{
	if (lx_read_bool(details, "is_prime"))
		return "Prime";
	const char *tier = lx_read_text(r, details, "sub_tier");
	return *tier ? tier : lx_read_text(r, details, "sub_plan");
}

static void read_notice(struct lx_eventsub_reader *r, const cJSON *event, struct lx_chat *chat)
{
	static const char shared[] = "shared_chat_";
	const char *type = lx_read_text(r, event, "notice_type");
	const cJSON *details = *type ? lx_read(event, type) : NULL;
	if (strncmp(type, shared, sizeof(shared) - 1) == 0) {
		type += sizeof(shared) - 1;
		chat->flags |= LX_CHAT_SHARED; /* another channel's, whatever the source fields say */
	}

	chat->notice = type;
	const struct notice *known = NULL;
	for (size_t i = 0; i < sizeof(notices) / sizeof(*notices) && !known; i++) {
		if (strcmp(type, notices[i].type) == 0)
			known = &notices[i];
	}
	if (!known)
		return;

	bool from_nobody = lx_read_bool(details, "gifter_is_anonymous");
	struct lx_person recipient = lx_read_person(r, details, "recipient_");
	chat->notice = known->irc;
	if (strcmp(known->irc, "giftpaidupgrade") == 0 && from_nobody)
		chat->notice = "anongiftpaidupgrade";
	if (strcmp(known->irc, "communitypayforward") == 0 && *recipient.id)
		chat->notice = "standardpayforward";
	chat->recipient_name = recipient.name;
	chat->sub_plan = sub_plan(r, details);
	if (known->count)
		chat->notice_count = lx_read_int(details, known->count);
	else if (strcmp(known->irc, "sub") == 0)
		chat->notice_count = 1; /* IRC says so: the first month */
	if (strcmp(known->irc, "subgift") == 0)
		chat->gift_id = lx_read_text(r, details, "community_gift_id");
	else if (strcmp(known->irc, "submysterygift") == 0)
		chat->gift_id = lx_read_text(r, details, "id");
	else if (strcmp(known->irc, "announcement") == 0)
		chat->announcement_color = upper(r, lx_read_text(r, details, "color"));
}

void lx_decode_chat_notification(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_CHAT_NOTICE, event, "broadcaster_");
	out.chat.id = lx_read_text(r, event, "message_id");
	read_chatter(r, event, &out.chat.user);
	lx_read_message(r, lx_read(event, "message"), &out.chat);
	out.chat.notice_text = lx_read_text(r, event, "system_message");
	read_source(r, event, &out);
	read_notice(r, event, &out.chat);
	lx_reader_emit(r, &out);
}

/* --- what moderators did, as chatters see it ------------------------------------------------------------------------ */

static void emit_target(struct lx_eventsub_reader *r, const cJSON *event, enum lx_event_type type, int64_t duration_s)
{
	struct lx_event out;
	lx_reader_begin(r, &out, type, event, "broadcaster_");
	struct lx_person target = lx_read_person(r, event, "target_");
	out.moderation.user_id = target.id;
	out.moderation.user_login = target.login;
	out.moderation.user_name = target.name;
	out.moderation.message_id = lx_read_text(r, event, "message_id");
	out.moderation.duration_s = duration_s;
	lx_reader_emit(r, &out);
}

void lx_decode_message_delete(struct lx_eventsub_reader *r, const cJSON *event)
{
	emit_target(r, event, LX_EVENT_MESSAGE_DELETED, 0);
}

void lx_decode_clear_user(struct lx_eventsub_reader *r, const cJSON *event)
{
	emit_target(r, event, LX_EVENT_USER_BANNED, LX_DURATION_UNKNOWN);
}

void lx_decode_chat_clear(struct lx_eventsub_reader *r, const cJSON *event)
{
	emit_target(r, event, LX_EVENT_CHAT_CLEARED, 0);
}

static int32_t limited(int64_t value)
{
	return value < 0 ? 0 : value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

static int32_t read_mode(const cJSON *event, const char *key)
{
	return lx_read(event, key) ? (int32_t)lx_read_bool(event, key) : LX_ROOM_UNCHANGED;
}

void lx_decode_chat_settings(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_ROOM_STATE, event, "broadcaster_");
	out.room.emote_only = read_mode(event, "emote_mode");
	out.room.subs_only = read_mode(event, "subscriber_mode");
	out.room.unique_chat = read_mode(event, "unique_chat_mode");
	int32_t followers = read_mode(event, "follower_mode"), slow = read_mode(event, "slow_mode");
	if (followers != LX_ROOM_UNCHANGED)
		out.room.followers_min = followers ? limited(lx_read_int(event, "follower_mode_duration_minutes")) : -1;
	if (slow != LX_ROOM_UNCHANGED)
		out.room.slow_s = slow ? limited(lx_read_int(event, "slow_mode_wait_time_seconds")) : 0;
	lx_reader_emit(r, &out);
}

void lx_decode_own_message(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_AUTOMOD_MESSAGE, event, "broadcaster_");
	struct lx_chat chat = {.text = ""};
	lx_read_message(r, lx_read(event, "message"), &chat);
	out.automod_message.phase = r->topic->phase;
	out.automod_message.own = true;
	out.automod_message.message_id = lx_read_text(r, event, "message_id");
	out.automod_message.user = lx_read_person(r, event, "");
	out.automod_message.text = chat.text;
	out.automod_message.status = lx_read_word(r, event, "status");
	lx_reader_emit(r, &out);
}

void lx_decode_whisper(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_event_init(&out, LX_EVENT_WHISPER);
	struct lx_person from = lx_read_person(r, event, "from_");
	out.time_ms = r->time_ms;
	out.chat.id = lx_read_text(r, event, "whisper_id");
	out.chat.user.id = from.id;
	out.chat.user.login = from.login;
	out.chat.user.name = from.name;
	lx_read_message(r, lx_read(event, "whisper"), &out.chat);
	lx_reader_emit(r, &out);
}

static void read_participant(struct lx_eventsub_reader *r, const cJSON *element, void *item)
{
	*(struct lx_person *)item = lx_read_person(r, element, "broadcaster_");
}

void lx_decode_shared_chat(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_SHARED_CHAT, event, "broadcaster_");
	out.shared_chat.phase = r->topic->phase;
	out.shared_chat.session_id = lx_read_text(r, event, "session_id");
	out.shared_chat.host = lx_read_person(r, event, "host_broadcaster_");
	out.shared_chat.participants = lx_read_list(r, event, "participants", sizeof(struct lx_person),
						    &out.shared_chat.participant_count, read_participant);
	lx_reader_emit(r, &out);
}
