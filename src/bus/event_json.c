#include "bus/event_json.h"

#include <stdio.h>
#include <string.h>

#include "bus/bus.h"
#include "bus/event_fields.h"

struct bit_word {
	uint32_t bit;
	const char *word;
};

static void text(cJSON *json, const char *name, const char *value)
{
	cJSON_AddItemToObjectCS(json, name, cJSON_CreateString(value));
}

static void text_if_any(cJSON *json, const char *name, const char *value)
{
	if (*value)
		text(json, name, value);
}

/* cJSON's numbers are doubles: exact up to 2^53, which ids (texts) and times do not reach. */
static void number(cJSON *json, const char *name, int64_t value)
{
	cJSON_AddItemToObjectCS(json, name, cJSON_CreateNumber((double)value));
}

static void number_if_any(cJSON *json, const char *name, int64_t value)
{
	if (value)
		number(json, name, value);
}

static void truth(cJSON *json, const char *name, bool value)
{
	cJSON_AddItemToObjectCS(json, name, cJSON_CreateBool(value));
}

static cJSON *child(cJSON *json, const char *name, cJSON *item)
{
	cJSON_AddItemToObjectCS(json, name, item);
	return item;
}

static void words(cJSON *json, const char *name, uint32_t bits, const struct bit_word *table, size_t count)
{
	cJSON *list = child(json, name, cJSON_CreateArray());
	for (size_t i = 0; i < count; i++) {
		if (bits & table[i].bit)
			cJSON_AddItemToArray(list, cJSON_CreateStringReference(table[i].word));
	}
}
#define WORDS(json, name, bits, table) words(json, name, bits, table, sizeof(table) / sizeof(*(table)))

static cJSON *person(cJSON *json, const char *name, const char *id, const char *login, const char *display_name)
{
	cJSON *user = child(json, name, cJSON_CreateObject());
	text(user, "id", id);
	text(user, "login", login);
	text(user, "name", display_name);
	return user;
}

static void add_user(cJSON *json, const struct lx_user *user)
{
	static const struct bit_word roles[] = {
		{LX_ROLE_BROADCASTER, "broadcaster"}, {LX_ROLE_MODERATOR, "moderator"}, {LX_ROLE_VIP, "vip"},
		{LX_ROLE_SUBSCRIBER, "subscriber"},   {LX_ROLE_STAFF, "staff"},
	};
	cJSON *object = person(json, "user", user->id, user->login, user->name);

	text(object, "badges", user->badges);
	text(object, "badge_info", user->badge_info);
	if (user->color == LX_COLOR_NONE) {
		text(object, "color", "");
	} else {
		char color[8];
		snprintf(color, sizeof(color), "#%06X", (unsigned)(user->color & 0xFFFFFF));
		text(object, "color", color);
	}
	WORDS(object, "roles", user->roles, roles);
}

static void add_emotes(cJSON *json, const struct lx_chat *chat)
{
	cJSON *list = child(json, "emotes", cJSON_CreateArray());
	for (size_t i = 0; i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		cJSON *object = cJSON_CreateObject();
		text(object, "id", emote->id);
		number(object, "first", emote->first);
		number(object, "last", emote->last);
		cJSON_AddItemToArray(list, object);
	}
}

static void add_notice_of_user(cJSON *json, const struct lx_chat *chat)
{
	cJSON *notice = child(json, "notice", cJSON_CreateObject());
	text(notice, "kind", chat->notice);
	text(notice, "text", chat->notice_text);
	number_if_any(notice, "count", chat->notice_count);
	text_if_any(notice, "sub_plan", chat->sub_plan);
	text_if_any(notice, "gift_id", chat->gift_id);
	text_if_any(notice, "recipient_name", chat->recipient_name);
	text_if_any(notice, "announcement_color", chat->announcement_color);
}

static void add_chat(cJSON *json, const struct lx_event *event)
{
	static const struct bit_word flags[] = {
		{LX_CHAT_ACTION, "action"},
		{LX_CHAT_FIRST, "first"},
		{LX_CHAT_RETURNING, "returning"},
		{LX_CHAT_HIGHLIGHTED, "highlighted"},
		{LX_CHAT_EMOTE_ONLY, "emote_only"},
		{LX_CHAT_SHARED, "shared"},
		{LX_CHAT_OWN, "own"},
		{LX_CHAT_GIGANTIC, "gigantic"},
	};
	const struct lx_chat *chat = &event->chat;

	text(json, "id", chat->id);
	add_user(json, &chat->user);
	text(json, "text", chat->text);
	add_emotes(json, chat);
	WORDS(json, "flags", chat->flags, flags);
	number_if_any(json, "bits", chat->bits);
	text_if_any(json, "reward_id", chat->reward_id);
	if (*chat->notice)
		add_notice_of_user(json, chat);
	if (*chat->reply_id) {
		cJSON *reply = child(json, "reply", cJSON_CreateObject());
		text(reply, "id", chat->reply_id);
		person(reply, "user", chat->reply_user_id, chat->reply_login, chat->reply_name);
		text(reply, "text", chat->reply_text);
	}
	text_if_any(json, "thread_id", chat->thread_id);
	if (*chat->source_room_id) {
		cJSON *source = child(json, "source", cJSON_CreateObject());
		text(source, "room_id", chat->source_room_id);
		text(source, "id", chat->source_id);
		text_if_any(source, "badges", chat->source_badges);
	}
	text_if_any(json, "effect", chat->effect);
}

static void add_moderation(cJSON *json, const struct lx_event *event)
{
	const struct lx_moderation *moderation = &event->moderation;

	if (event->type != LX_EVENT_CHAT_CLEARED)
		person(json, "user", moderation->user_id, moderation->user_login, moderation->user_name);
	if (event->type == LX_EVENT_MESSAGE_DELETED) {
		text(json, "message_id", moderation->message_id);
		text(json, "text", moderation->text);
	}
	if (event->type == LX_EVENT_USER_BANNED && moderation->duration_s != LX_DURATION_UNKNOWN)
		number(json, "duration_s", moderation->duration_s);
	if (*moderation->moderator_id || *moderation->moderator_login)
		person(json, "moderator", moderation->moderator_id, moderation->moderator_login,
		       moderation->moderator_name);
	text_if_any(json, "reason", moderation->reason);
}

static void add_room(cJSON *json, const struct lx_event *event)
{
	const struct lx_room *room = &event->room;

	if (room->emote_only != LX_ROOM_UNCHANGED)
		truth(json, "emote_only", room->emote_only != 0);
	if (room->subs_only != LX_ROOM_UNCHANGED)
		truth(json, "subs_only", room->subs_only != 0);
	if (room->unique_chat != LX_ROOM_UNCHANGED)
		truth(json, "unique_chat", room->unique_chat != 0);
	if (room->slow_s != LX_ROOM_UNCHANGED)
		number(json, "slow_s", room->slow_s);
	if (room->followers_min != LX_ROOM_UNCHANGED)
		number(json, "followers_min", room->followers_min);
}

static void add_connection(cJSON *json, const struct lx_event *event)
{
	const struct lx_connection *connection = &event->connection;

	text(json, "link", lx_link_word(connection->link));
	text(json, "state", lx_link_state_word(connection->state));
	truth(json, "anonymous", connection->anonymous);
	text(json, "reason", connection->reason);
	text(json, "detail", connection->detail);
	if (connection->state == LX_LINK_WAITING)
		number(json, "retry_in_ms", connection->retry_in_ms);
	if (connection->missed_from_ms)
		number(json, "missed_from_ms", connection->missed_from_ms);
}

static void add_action(cJSON *json, const struct lx_event *event)
{
	const struct lx_action *action = &event->action;

	number(json, "action_id", (int64_t)action->id);
	text(json, "kind", lx_action_kind_word(action->kind));
	text(json, "state", lx_action_state_word(action->state));
	person(json, "user", action->user_id, action->user_login, action->user_name);
	text_if_any(json, "message_id", action->message_id);
	number_if_any(json, "duration_s", action->duration_s);
	text_if_any(json, "reason", action->reason);
	text(json, "origin", action->origin);
	text(json, "detail", action->detail);
	text_if_any(json, "error", action->error);
	number_if_any(json, "undoes", (int64_t)action->undoes);
}

static void add_account(cJSON *json, const struct lx_event *event)
{
	const struct lx_account_info *account = &event->account;

	text(json, "role", lx_account_role_word(account->role));
	text(json, "state", lx_account_state_word(account->state));
	text(json, "client_id", account->client_id);
	person(json, "user", account->user_id, account->login, account->name);
	text(json, "scopes", account->scopes);
	number_if_any(json, "expires_ms", account->expires_ms);
	number_if_any(json, "refresh_ms", account->refresh_ms);
	text(json, "storage", account->storage);
	text(json, "detail", account->detail);
}

static void add_login(cJSON *json, const struct lx_event *event)
{
	const struct lx_login *login = &event->login;

	text(json, "role", lx_account_role_word(login->role));
	text(json, "way", lx_login_way_word(login->way));
	text(json, "state", lx_login_state_word(login->state));
	text_if_any(json, "user_code", login->user_code);
	text_if_any(json, "short_url", login->short_url);
	text_if_any(json, "url", login->url);
	number_if_any(json, "expires_ms", login->expires_ms);
	text(json, "reason", login->reason);
	text(json, "detail", login->detail);
}

static void add_permission(cJSON *json, const struct lx_event *event)
{
	text(json, "role", lx_channel_role_word(event->permission.role));
	text(json, "missing_scopes", event->permission.missing_scopes);
}

/* Payloads that are described by a table. */
static void add_fields(cJSON *json, const struct lx_field *fields, const void *base)
{
	for (; fields->kind != LX_FIELD_END; fields++) {
		const void *member = (const char *)base + fields->offset;
		switch (fields->kind) {
		case LX_FIELD_TEXT:
			text(json, fields->name, *(const char *const *)member);
			break;
		case LX_FIELD_INT:
			number(json, fields->name, *(const int64_t *)member);
			break;
		case LX_FIELD_INDEX:
			number(json, fields->name, *(const uint32_t *)member);
			break;
		case LX_FIELD_BOOL:
			truth(json, fields->name, *(const bool *)member);
			break;
		case LX_FIELD_PHASE:
			text(json, fields->name, lx_phase_word(*(const enum lx_phase *)member));
			break;
		case LX_FIELD_PERSON: {
			const struct lx_person *who = member;
			person(json, fields->name, who->id, who->login, who->name);
			break;
		}
		case LX_FIELD_MONEY: {
			const struct lx_money *money = member;
			cJSON *object = child(json, fields->name, cJSON_CreateObject());
			number(object, "value", money->value);
			number(object, "decimals", money->decimals);
			text(object, "currency", money->currency);
			break;
		}
		case LX_FIELD_LIST: {
			cJSON *list = child(json, fields->name, cJSON_CreateArray());
			const char *item = *(const char *const *)member;
			size_t count = *(const size_t *)((const char *)base + fields->count_offset);
			for (size_t i = 0; i < count; i++, item += fields->item_size) {
				cJSON *object = cJSON_CreateObject();
				add_fields(object, fields->items, item);
				cJSON_AddItemToArray(list, object);
			}
			break;
		}
		case LX_FIELD_END:
			break;
		}
	}
}

const char *lx_event_type_word(enum lx_event_type type)
{
	static const char prefix[] = "livextrem_";
	const char *name = lx_bus_signal_name(type);
	return strncmp(name, prefix, sizeof(prefix) - 1) == 0 ? name + sizeof(prefix) - 1 : name;
}

cJSON *lx_event_to_json(const struct lx_event *event)
{
	cJSON *json = cJSON_CreateObject();
	text(json, "type", lx_event_type_word(event->type));
	number(json, "time_ms", event->time_ms);
	text(json, "channel", event->channel);
	text(json, "room_id", event->room_id);
	if (event->update)
		truth(json, "update", true);

	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		add_chat(json, event);
		break;
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
		add_moderation(json, event);
		break;
	case LX_EVENT_ROOM_STATE:
		add_room(json, event);
		break;
	case LX_EVENT_USER_STATE:
		add_user(json, &event->user);
		break;
	case LX_EVENT_NOTICE:
		text(json, "id", event->notice.id);
		text(json, "text", event->notice.text);
		break;
	case LX_EVENT_MEMBERSHIP:
		text(json, "login", event->membership.login);
		truth(json, "joined", event->membership.joined);
		break;
	case LX_EVENT_CONNECTION:
		add_connection(json, event);
		break;
	case LX_EVENT_ACTION:
		add_action(json, event);
		break;
	case LX_EVENT_ACCOUNT:
		add_account(json, event);
		break;
	case LX_EVENT_LOGIN:
		add_login(json, event);
		break;
	case LX_EVENT_PERMISSION:
		add_permission(json, event);
		break;
	default: {
		const struct lx_field *fields = lx_event_fields(event->type);
		if (fields)
			add_fields(json, fields, event);
		break;
	}
	}
	return json;
}

char *lx_event_to_json_text(const struct lx_event *event)
{
	cJSON *json = lx_event_to_json(event);
	char *line = cJSON_PrintUnformatted(json);
	cJSON_Delete(json);
	return line;
}
