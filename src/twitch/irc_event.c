#include "twitch/irc_event.h"

#include <string.h>

#include <util/bmem.h>

/* Tags that carry something into an event. */
enum tag {
	TAG_ANIMATION_ID,
	TAG_BADGE_INFO,
	TAG_BADGES,
	TAG_BAN_DURATION,
	TAG_BITS,
	TAG_COLOR,
	TAG_CUSTOM_REWARD_ID,
	TAG_DISPLAY_NAME,
	TAG_EMOTE_ONLY,
	TAG_EMOTES,
	TAG_FIRST_MSG,
	TAG_FOLLOWERS_ONLY,
	TAG_ID,
	TAG_LOGIN,
	TAG_MESSAGE_ID,
	TAG_MOD,
	TAG_MSG_ID,
	TAG_PARAM_COLOR,
	TAG_PARAM_COMMUNITY_GIFT_ID,
	TAG_PARAM_CUMULATIVE_MONTHS,
	TAG_PARAM_GIFT_MONTHS,
	TAG_PARAM_MASS_GIFT_COUNT,
	TAG_PARAM_MONTHS,
	TAG_PARAM_ORIGIN_ID,
	TAG_PARAM_RECIPIENT_DISPLAY_NAME,
	TAG_PARAM_RECIPIENT_USER_NAME,
	TAG_PARAM_SUB_PLAN,
	TAG_PARAM_THRESHOLD,
	TAG_PARAM_VALUE,
	TAG_PARAM_VIEWER_COUNT,
	TAG_R9K,
	TAG_REPLY_DISPLAY_NAME,
	TAG_REPLY_MSG_BODY,
	TAG_REPLY_MSG_ID,
	TAG_REPLY_USER_ID,
	TAG_REPLY_USER_LOGIN,
	TAG_RETURNING_CHATTER,
	TAG_ROOM_ID,
	TAG_SLOW,
	TAG_SOURCE_BADGES,
	TAG_SOURCE_ID,
	TAG_SOURCE_MSG_ID,
	TAG_SOURCE_ROOM_ID,
	TAG_SUBS_ONLY,
	TAG_SUBSCRIBER,
	TAG_SYSTEM_MSG,
	TAG_TARGET_MSG_ID,
	TAG_TARGET_USER_ID,
	TAG_THREAD_ID,
	TAG_THREAD_PARENT_MSG_ID,
	TAG_TMI_SENT_TS,
	TAG_USER_ID,
	TAG_USER_TYPE,
	TAG_VIP,
	TAG_COUNT,
	TAG_NONE = TAG_COUNT,
};

struct lx_irc_decoder {
	const struct lx_irc_message *message;
	const struct lx_irc_part *tags[TAG_COUNT]; /* NULL where the line has none */
	struct lx_irc_emotes emotes;
	/* Safe copies of what was not safe, and of what must be cut out of a longer part. */
	char *scratch;
	size_t used, capacity;
};

#define IS(literal) (memcmp(key, literal, sizeof(literal) - 1) == 0)

/* By length first: most lengths have one candidate, so a tag costs one jump and one comparison of known size. */
static enum tag tag_of(const char *key, size_t size)
{
	switch (size) {
	case 2:
		return IS("id") ? TAG_ID : TAG_NONE;
	case 3:
		return IS("mod") ? TAG_MOD : IS("vip") ? TAG_VIP : IS("r9k") ? TAG_R9K : TAG_NONE;
	case 4:
		return IS("bits") ? TAG_BITS : IS("slow") ? TAG_SLOW : TAG_NONE;
	case 5:
		return IS("color") ? TAG_COLOR : IS("login") ? TAG_LOGIN : TAG_NONE;
	case 6:
		return IS("badges") ? TAG_BADGES : IS("emotes") ? TAG_EMOTES : IS("msg-id") ? TAG_MSG_ID : TAG_NONE;
	case 7:
		return IS("room-id") ? TAG_ROOM_ID : IS("user-id") ? TAG_USER_ID : TAG_NONE;
	case 9:
		return IS("user-type")   ? TAG_USER_TYPE
		       : IS("first-msg") ? TAG_FIRST_MSG
		       : IS("source-id") ? TAG_SOURCE_ID
		       : IS("subs-only") ? TAG_SUBS_ONLY
		       : IS("thread-id") ? TAG_THREAD_ID
					 : TAG_NONE;
	case 10:
		return IS("badge-info")   ? TAG_BADGE_INFO
		       : IS("subscriber") ? TAG_SUBSCRIBER
		       : IS("system-msg") ? TAG_SYSTEM_MSG
		       : IS("emote-only") ? TAG_EMOTE_ONLY
		       : IS("message-id") ? TAG_MESSAGE_ID
					  : TAG_NONE;
	case 11:
		return IS("tmi-sent-ts") ? TAG_TMI_SENT_TS : TAG_NONE;
	case 12:
		return IS("display-name")   ? TAG_DISPLAY_NAME
		       : IS("ban-duration") ? TAG_BAN_DURATION
		       : IS("animation-id") ? TAG_ANIMATION_ID
					    : TAG_NONE;
	case 13:
		return IS("source-msg-id")   ? TAG_SOURCE_MSG_ID
		       : IS("target-msg-id") ? TAG_TARGET_MSG_ID
		       : IS("source-badges") ? TAG_SOURCE_BADGES
					     : TAG_NONE;
	case 14:
		return IS("source-room-id")   ? TAG_SOURCE_ROOM_ID
		       : IS("target-user-id") ? TAG_TARGET_USER_ID
		       : IS("followers-only") ? TAG_FOLLOWERS_ONLY
					      : TAG_NONE;
	case 15:
		return IS("msg-param-color") ? TAG_PARAM_COLOR : IS("msg-param-value") ? TAG_PARAM_VALUE : TAG_NONE;
	case 16:
		return IS("custom-reward-id")   ? TAG_CUSTOM_REWARD_ID
		       : IS("msg-param-months") ? TAG_PARAM_MONTHS
						: TAG_NONE;
	case 17:
		return IS("returning-chatter") ? TAG_RETURNING_CHATTER : TAG_NONE;
	case 18:
		return IS("msg-param-sub-plan") ? TAG_PARAM_SUB_PLAN : TAG_NONE;
	case 19:
		return IS("reply-parent-msg-id")   ? TAG_REPLY_MSG_ID
		       : IS("msg-param-origin-id") ? TAG_PARAM_ORIGIN_ID
		       : IS("msg-param-threshold") ? TAG_PARAM_THRESHOLD
						   : TAG_NONE;
	case 20:
		return IS("reply-parent-user-id") ? TAG_REPLY_USER_ID : TAG_NONE;
	case 21:
		return IS("reply-parent-msg-body")   ? TAG_REPLY_MSG_BODY
		       : IS("msg-param-viewerCount") ? TAG_PARAM_VIEWER_COUNT
		       : IS("msg-param-gift-months") ? TAG_PARAM_GIFT_MONTHS
						     : TAG_NONE;
	case 23:
		return IS("reply-parent-user-login") ? TAG_REPLY_USER_LOGIN : TAG_NONE;
	case 25:
		return IS("reply-parent-display-name")   ? TAG_REPLY_DISPLAY_NAME
		       : IS("msg-param-mass-gift-count") ? TAG_PARAM_MASS_GIFT_COUNT
							 : TAG_NONE;
	case 26:
		return IS("reply-thread-parent-msg-id") ? TAG_THREAD_PARENT_MSG_ID : TAG_NONE;
	case 27:
		return IS("msg-param-cumulative-months")   ? TAG_PARAM_CUMULATIVE_MONTHS
		       : IS("msg-param-community-gift-id") ? TAG_PARAM_COMMUNITY_GIFT_ID
							   : TAG_NONE;
	case 29:
		return IS("msg-param-recipient-user-name") ? TAG_PARAM_RECIPIENT_USER_NAME : TAG_NONE;
	case 32:
		return IS("msg-param-recipient-display-name") ? TAG_PARAM_RECIPIENT_DISPLAY_NAME : TAG_NONE;
	default:
		return TAG_NONE;
	}
}

enum lx_irc_command lx_irc_command(const struct lx_irc_message *message, unsigned *numeric)
{
	const char *key = message->command.text;

	if (numeric)
		*numeric = 0;
	switch (message->command.size) {
	case 3:
		if (IS("CAP"))
			return LX_IRC_CAP;
		for (unsigned i = 0; i < 3; i++) {
			if (key[i] < '0' || key[i] > '9')
				return LX_IRC_OTHER;
		}
		if (numeric)
			*numeric = (unsigned)((key[0] - '0') * 100 + (key[1] - '0') * 10 + (key[2] - '0'));
		return LX_IRC_NUMERIC;
	case 4:
		return IS("JOIN")   ? LX_IRC_JOIN
		       : IS("PART") ? LX_IRC_PART
		       : IS("PING") ? LX_IRC_PING
		       : IS("PONG") ? LX_IRC_PONG
				    : LX_IRC_OTHER;
	case 6:
		return IS("NOTICE") ? LX_IRC_NOTICE : LX_IRC_OTHER;
	case 7:
		return IS("PRIVMSG") ? LX_IRC_PRIVMSG : IS("WHISPER") ? LX_IRC_WHISPER : LX_IRC_OTHER;
	case 8:
		return IS("CLEARMSG") ? LX_IRC_CLEARMSG : LX_IRC_OTHER;
	case 9:
		return IS("CLEARCHAT")   ? LX_IRC_CLEARCHAT
		       : IS("ROOMSTATE") ? LX_IRC_ROOMSTATE
		       : IS("USERSTATE") ? LX_IRC_USERSTATE
		       : IS("RECONNECT") ? LX_IRC_RECONNECT
					 : LX_IRC_OTHER;
	case 10:
		return IS("USERNOTICE") ? LX_IRC_USERNOTICE : LX_IRC_OTHER;
	case 15:
		return IS("GLOBALUSERSTATE") ? LX_IRC_GLOBALUSERSTATE : LX_IRC_OTHER;
	default:
		return LX_IRC_OTHER;
	}
}

struct lx_irc_decoder *lx_irc_decoder_create(void)
{
	return bzalloc(sizeof(struct lx_irc_decoder));
}

void lx_irc_decoder_destroy(struct lx_irc_decoder *decoder)
{
	if (!decoder)
		return;
	lx_irc_emotes_finish(&decoder->emotes);
	bfree(decoder->scratch);
	bfree(decoder);
}

/* --- parts as safe strings ------------------------------------------------------------------------------------- */

/* Safe and terminated copy. prepare() made the room. */
static const char *copy_safe(struct lx_irc_decoder *decoder, const char *bytes, size_t size)
{
	char *copy = decoder->scratch + decoder->used;
	decoder->used += lx_irc_text_make_safe(copy, bytes, size) + 1;
	return copy;
}

static const char *safe_string(struct lx_irc_decoder *decoder, const struct lx_irc_part *part)
{
	bool ascii;
	if (decoder->message->plain || lx_irc_text_is_safe(part->text, part->size, &ascii))
		return part->text;
	return copy_safe(decoder, part->text, part->size);
}

static const char *string(struct lx_irc_decoder *decoder, enum tag tag)
{
	const struct lx_irc_part *part = decoder->tags[tag];
	return part ? safe_string(decoder, part) : "";
}

/* Number of a tag; 0 where there is none or it is no number; clamped to int64_t. */
static int64_t number(const struct lx_irc_decoder *decoder, enum tag tag)
{
	const struct lx_irc_part *part = decoder->tags[tag];
	if (!part || !part->size)
		return 0;

	const char *at = part->text, *end = at + part->size;
	bool negative = *at == '-';
	int64_t value = 0;
	for (at += negative; at < end; at++) {
		if (*at < '0' || *at > '9')
			return 0;
		int digit = *at - '0';
		value = value > (INT64_MAX - digit) / 10 ? INT64_MAX : value * 10 + digit;
	}
	return negative ? -value : value;
}

static int64_t clamped(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

static bool flag(const struct lx_irc_decoder *decoder, enum tag tag)
{
	const struct lx_irc_part *part = decoder->tags[tag];
	return part && part->size == 1 && part->text[0] == '1';
}

static bool tag_is(const struct lx_irc_decoder *decoder, enum tag tag, const char *word)
{
	const struct lx_irc_part *part = decoder->tags[tag];
	return part && strcmp(part->text, word) == 0;
}

static const char *channel(struct lx_irc_decoder *decoder)
{
	if (!decoder->message->param_count)
		return "";
	const struct lx_irc_part *first = &decoder->message->params[0];
	if (first->text[0] != '#')
		return "";
	return safe_string(decoder, &(struct lx_irc_part){first->text + 1, first->size - 1});
}

static const char *param(struct lx_irc_decoder *decoder, size_t index)
{
	return index < decoder->message->param_count ? safe_string(decoder, &decoder->message->params[index]) : "";
}

/* --- users ----------------------------------------------------------------------------------------------------- */

/* The login in the source. It is cut out of it, so it is always a copy. */
static const char *source_login(struct lx_irc_decoder *decoder)
{
	return copy_safe(decoder, decoder->message->source.text, lx_irc_nick_size(decoder->message));
}

static uint32_t color(const struct lx_irc_decoder *decoder)
{
	const struct lx_irc_part *part = decoder->tags[TAG_COLOR];
	uint32_t value = 0;

	if (!part || part->size != 7 || part->text[0] != '#')
		return LX_COLOR_NONE;
	for (unsigned i = 1; i < 7; i++) {
		char digit = part->text[i];
		if (digit >= '0' && digit <= '9')
			value = value << 4 | (uint32_t)(digit - '0');
		else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
			value = value << 4 | (uint32_t)((digit | 0x20) - 'a' + 10);
		else
			return LX_COLOR_NONE;
	}
	return value;
}

uint32_t lx_irc_badge_role(const char *key, size_t size)
{
	switch (size) {
	case 3:
		return IS("vip") ? LX_ROLE_VIP : 0;
	case 5:
		return IS("staff") || IS("admin") ? LX_ROLE_STAFF : 0;
	case 7:
		return IS("founder") ? LX_ROLE_SUBSCRIBER : 0;
	case 9:
		return IS("moderator") ? LX_ROLE_MODERATOR : 0;
	case 10:
		return IS("subscriber") ? LX_ROLE_SUBSCRIBER : IS("global_mod") ? LX_ROLE_STAFF : 0;
	case 11:
		return IS("broadcaster") ? LX_ROLE_BROADCASTER : 0;
	case 14:
		return IS("lead_moderator") ? LX_ROLE_MODERATOR : 0;
	default:
		return 0;
	}
}

static uint32_t roles(const struct lx_irc_decoder *decoder)
{
	const struct lx_irc_part *badges = decoder->tags[TAG_BADGES];
	uint32_t bits = 0;

	if (badges) {
		for (const char *at = badges->text, *end = at + badges->size; at < end;) {
			const char *set = at;
			while (at < end && *at != '/' && *at != ',')
				at++;
			bits |= lx_irc_badge_role(set, (size_t)(at - set));
			while (at < end && *at != ',')
				at++;
			at++;
		}
	}
	/* People can hide a badge or wear another one; these tags tell the same regardless. */
	if (flag(decoder, TAG_MOD) || tag_is(decoder, TAG_USER_TYPE, "mod"))
		bits |= LX_ROLE_MODERATOR;
	if (flag(decoder, TAG_VIP))
		bits |= LX_ROLE_VIP;
	if (flag(decoder, TAG_SUBSCRIBER))
		bits |= LX_ROLE_SUBSCRIBER;
	if (tag_is(decoder, TAG_USER_TYPE, "staff") || tag_is(decoder, TAG_USER_TYPE, "admin") ||
	    tag_is(decoder, TAG_USER_TYPE, "global_mod"))
		bits |= LX_ROLE_STAFF;
	return bits;
}

static void read_user(struct lx_irc_decoder *decoder, struct lx_user *user, const char *login)
{
	const struct lx_irc_part *name = decoder->tags[TAG_DISPLAY_NAME];

	user->id = string(decoder, TAG_USER_ID);
	user->login = login;
	user->name = name && name->size ? safe_string(decoder, name) : login;
	user->badges = string(decoder, TAG_BADGES);
	user->badge_info = string(decoder, TAG_BADGE_INFO);
	user->color = color(decoder);
	user->roles = roles(decoder);
}

/* --- one function for each kind -------------------------------------------------------------------------------- */

static void read_text(struct lx_irc_decoder *decoder, struct lx_chat *chat)
{
	if (decoder->message->param_count < 2)
		return;

	const struct lx_irc_part *last = &decoder->message->params[decoder->message->param_count - 1];
	const char *text = last->text;
	size_t size = last->size;
	bool ascii = true;

	if (lx_irc_text_unwrap_action(&text, &size))
		chat->flags |= LX_CHAT_ACTION;
	if (!decoder->message->plain) {
		bool terminated = text + size == last->text + last->size;
		if (!lx_irc_text_is_safe(text, size, &ascii) || !terminated) {
			text = copy_safe(decoder, text, size);
			size = strlen(text);
		}
	}
	chat->text = text;

	const struct lx_irc_part *ranges = decoder->tags[TAG_EMOTES];
	if (ranges && ranges->size) {
		lx_irc_emotes_read(&decoder->emotes, ranges->text, ranges->size, text, size);
		lx_irc_emotes_tidy(&decoder->emotes);
		chat->emotes = decoder->emotes.array;
		chat->emote_count = decoder->emotes.count;
	}
}

static void read_chat(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	struct lx_chat *chat = &event->chat;
	const struct lx_irc_part *source_room = decoder->tags[TAG_SOURCE_ROOM_ID];

	chat->id = string(decoder, TAG_ID);
	read_text(decoder, chat);

	if (flag(decoder, TAG_FIRST_MSG))
		chat->flags |= LX_CHAT_FIRST;
	if (flag(decoder, TAG_RETURNING_CHATTER))
		chat->flags |= LX_CHAT_RETURNING;
	if (flag(decoder, TAG_EMOTE_ONLY))
		chat->flags |= LX_CHAT_EMOTE_ONLY;
	if (tag_is(decoder, TAG_MSG_ID, "highlighted-message"))
		chat->flags |= LX_CHAT_HIGHLIGHTED;
	else if (tag_is(decoder, TAG_MSG_ID, "gigantified-emote-message"))
		chat->flags |= LX_CHAT_GIGANTIC;
	else if (tag_is(decoder, TAG_MSG_ID, "animated-message"))
		chat->effect = decoder->tags[TAG_ANIMATION_ID] ? string(decoder, TAG_ANIMATION_ID) : LX_EFFECT_UNNAMED;

	chat->bits = (uint32_t)clamped(number(decoder, TAG_BITS), 0, UINT32_MAX);
	chat->reward_id = string(decoder, TAG_CUSTOM_REWARD_ID);
	if (decoder->tags[TAG_REPLY_MSG_ID]) {
		chat->reply_id = string(decoder, TAG_REPLY_MSG_ID);
		chat->reply_user_id = string(decoder, TAG_REPLY_USER_ID);
		chat->reply_login = string(decoder, TAG_REPLY_USER_LOGIN);
		chat->reply_name = string(decoder, TAG_REPLY_DISPLAY_NAME);
		chat->reply_text = string(decoder, TAG_REPLY_MSG_BODY);
		chat->thread_id = string(decoder, TAG_THREAD_PARENT_MSG_ID);
	}
	if (source_room && source_room->size) {
		chat->source_room_id = safe_string(decoder, source_room);
		chat->source_id = string(decoder, TAG_SOURCE_ID);
		chat->source_badges = string(decoder, TAG_SOURCE_BADGES);
		if (strcmp(chat->source_room_id, event->room_id) != 0)
			chat->flags |= LX_CHAT_SHARED;
	}
}

static void read_privmsg(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	read_user(decoder, &event->chat.user, source_login(decoder));
	read_chat(decoder, event);
}

/* What is counted depends on the kind; see lx_chat.notice_count. */
static int64_t notice_count(const struct lx_irc_decoder *decoder, const char *kind)
{
	static const struct {
		const char *kind;
		enum tag tag;
	} counts[] = {
		{"sub", TAG_PARAM_CUMULATIVE_MONTHS},
		{"resub", TAG_PARAM_CUMULATIVE_MONTHS},
		{"extendsub", TAG_PARAM_CUMULATIVE_MONTHS},
		{"subgift", TAG_PARAM_GIFT_MONTHS},
		{"anonsubgift", TAG_PARAM_GIFT_MONTHS},
		{"submysterygift", TAG_PARAM_MASS_GIFT_COUNT},
		{"anonsubmysterygift", TAG_PARAM_MASS_GIFT_COUNT},
		{"raid", TAG_PARAM_VIEWER_COUNT},
		{"viewermilestone", TAG_PARAM_VALUE},
		{"modiversary", TAG_PARAM_MONTHS},
		{"bitsbadgetier", TAG_PARAM_THRESHOLD},
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (strcmp(kind, counts[i].kind) == 0)
			return clamped(number(decoder, counts[i].tag), 0, INT64_MAX);
	}
	return 0;
}

static void read_usernotice(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	struct lx_chat *chat = &event->chat;
	const struct lx_irc_part *source_kind = decoder->tags[TAG_SOURCE_MSG_ID];
	const struct lx_irc_part *gift = decoder->tags[TAG_PARAM_COMMUNITY_GIFT_ID];
	const struct lx_irc_part *recipient = decoder->tags[TAG_PARAM_RECIPIENT_DISPLAY_NAME];

	read_user(decoder, &chat->user, string(decoder, TAG_LOGIN));
	read_chat(decoder, event);

	bool from_elsewhere = tag_is(decoder, TAG_MSG_ID, "sharedchatnotice") && source_kind && source_kind->size;
	chat->notice = string(decoder, from_elsewhere ? TAG_SOURCE_MSG_ID : TAG_MSG_ID);
	chat->notice_text = string(decoder, TAG_SYSTEM_MSG);
	chat->notice_count = notice_count(decoder, chat->notice);
	chat->sub_plan = string(decoder, TAG_PARAM_SUB_PLAN);
	if (strcmp(chat->notice, "announcement") == 0)
		chat->announcement_color = string(decoder, TAG_PARAM_COLOR);
	/* Older bombs announce themselves by the origin alone; on a single gift the origin says nothing. */
	bool bomb = strcmp(chat->notice, "submysterygift") == 0 || strcmp(chat->notice, "anonsubmysterygift") == 0;
	chat->gift_id =
		string(decoder, bomb && !(gift && gift->size) ? TAG_PARAM_ORIGIN_ID : TAG_PARAM_COMMUNITY_GIFT_ID);
	chat->recipient_name = string(decoder, recipient && recipient->size ? TAG_PARAM_RECIPIENT_DISPLAY_NAME
									    : TAG_PARAM_RECIPIENT_USER_NAME);
}

static void read_whisper(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	read_user(decoder, &event->chat.user, source_login(decoder));
	read_chat(decoder, event);
	event->chat.id = string(decoder, TAG_MESSAGE_ID);
	event->chat.thread_id = string(decoder, TAG_THREAD_ID);
}

static void read_clearchat(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	if (event->type == LX_EVENT_CHAT_CLEARED)
		return;
	event->moderation.user_id = string(decoder, TAG_TARGET_USER_ID);
	event->moderation.user_login = param(decoder, 1);
	event->moderation.user_name = event->moderation.user_login;
	event->moderation.duration_s = clamped(number(decoder, TAG_BAN_DURATION), 0, INT64_MAX);
}

static void read_clearmsg(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	event->moderation.user_login = string(decoder, TAG_LOGIN);
	event->moderation.user_name = event->moderation.user_login;
	event->moderation.message_id = string(decoder, TAG_TARGET_MSG_ID);
	/* The text comes as it was written, with the wrapping of /me. */
	struct lx_chat chat = {.text = ""};
	read_text(decoder, &chat);
	event->moderation.text = chat.text;
}

static int32_t room_value(const struct lx_irc_decoder *decoder, enum tag tag, int64_t low, int64_t high)
{
	const struct lx_irc_part *part = decoder->tags[tag];
	return part && part->size ? (int32_t)clamped(number(decoder, tag), low, high) : LX_ROOM_UNCHANGED;
}

static void read_roomstate(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	event->room.emote_only = room_value(decoder, TAG_EMOTE_ONLY, 0, 1);
	event->room.subs_only = room_value(decoder, TAG_SUBS_ONLY, 0, 1);
	event->room.unique_chat = room_value(decoder, TAG_R9K, 0, 1);
	event->room.slow_s = room_value(decoder, TAG_SLOW, 0, INT32_MAX);
	event->room.followers_min = room_value(decoder, TAG_FOLLOWERS_ONLY, -1, INT32_MAX);
}

static void read_userstate(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	/* Twitch names us here by our display name only. */
	read_user(decoder, &event->user, string(decoder, TAG_LOGIN));
}

static void read_notice(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	event->notice.id = string(decoder, TAG_MSG_ID);
	event->notice.text = param(decoder, 1);
}

static void read_membership(struct lx_irc_decoder *decoder, struct lx_event *event)
{
	event->membership.login = source_login(decoder);
	event->membership.joined = lx_irc_command(decoder->message, NULL) == LX_IRC_JOIN;
}

/* --- decoding -------------------------------------------------------------------------------------------------- */

static void prepare(struct lx_irc_decoder *decoder, const struct lx_irc_message *message)
{
	/*
	 * No part is copied more than twice and a safe copy is at most three times as long, so the room is sized once and
	 * strings never move while an event is being filled.
	 */
	size_t size = 6 * message->size + 64;
	if (size > decoder->capacity) {
		decoder->capacity = size;
		decoder->scratch = brealloc(decoder->scratch, size);
	}

	memset(decoder->tags, 0, sizeof(decoder->tags));
	for (size_t i = 0; i < message->tag_count; i++) {
		const struct lx_irc_tag *tag = &message->tags[i];
		enum tag known = tag_of(tag->key.text, tag->key.size);
		if (known != TAG_NONE)
			decoder->tags[known] = &tag->value;
	}
	decoder->message = message;
	decoder->used = 0;
	decoder->emotes.count = 0;
}

bool lx_irc_decode(struct lx_irc_decoder *decoder, const struct lx_irc_message *message, int64_t now_ms,
		   struct lx_event *event)
{
	static const struct {
		enum lx_event_type type;
		void (*read)(struct lx_irc_decoder *decoder, struct lx_event *event);
	} kinds[] = {
		[LX_IRC_PRIVMSG] = {LX_EVENT_CHAT_MESSAGE, read_privmsg},
		[LX_IRC_USERNOTICE] = {LX_EVENT_CHAT_NOTICE, read_usernotice},
		[LX_IRC_CLEARCHAT] = {LX_EVENT_USER_BANNED, read_clearchat},
		[LX_IRC_CLEARMSG] = {LX_EVENT_MESSAGE_DELETED, read_clearmsg},
		[LX_IRC_ROOMSTATE] = {LX_EVENT_ROOM_STATE, read_roomstate},
		[LX_IRC_GLOBALUSERSTATE] = {LX_EVENT_USER_STATE, read_userstate},
		[LX_IRC_USERSTATE] = {LX_EVENT_USER_STATE, read_userstate},
		[LX_IRC_NOTICE] = {LX_EVENT_NOTICE, read_notice},
		[LX_IRC_WHISPER] = {LX_EVENT_WHISPER, read_whisper},
		[LX_IRC_JOIN] = {LX_EVENT_MEMBERSHIP, read_membership},
		[LX_IRC_PART] = {LX_EVENT_MEMBERSHIP, read_membership},
	};
	enum lx_irc_command command = lx_irc_command(message, NULL);

	if (command == LX_IRC_OTHER || command > LX_IRC_PART)
		return false;

	prepare(decoder, message);
	enum lx_event_type type = kinds[command].type;
	if (command == LX_IRC_CLEARCHAT && message->param_count < 2)
		type = LX_EVENT_CHAT_CLEARED;
	lx_event_init(event, type);
	int64_t sent_ms = number(decoder, TAG_TMI_SENT_TS);
	event->time_ms = sent_ms > 0 ? sent_ms : now_ms;
	event->channel = channel(decoder);
	event->room_id = string(decoder, TAG_ROOM_ID);
	kinds[command].read(decoder, event);
	return true;
}
