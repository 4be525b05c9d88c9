/* Decoders of what moderators do and decide about, with who did it and why, which IRC never tells. */
#include <string.h>

#include "twitch/eventsub_reader.h"

/* --- channel.moderate ------------------------------------------------------------------------------------------- */

static void begin_moderation(struct lx_eventsub_reader *r, struct lx_event *out, enum lx_event_type type,
			     const cJSON *event, const cJSON *target)
{
	lx_reader_begin(r, out, type, event, "broadcaster_");
	struct lx_person user = lx_read_person(r, target, ""), moderator = lx_read_person(r, event, "moderator_");
	out->moderation.user_id = user.id;
	out->moderation.user_login = user.login;
	out->moderation.user_name = user.name;
	out->moderation.moderator_id = moderator.id;
	out->moderation.moderator_login = moderator.login;
	out->moderation.moderator_name = moderator.name;
	out->moderation.reason = lx_read_text(r, target, "reason");
}

/* Seconds between two times, rounded: the message was sent a moment after what it tells of. */
static int64_t seconds_between(int64_t from_ms, int64_t to_ms)
{
	int64_t seconds = (to_ms - from_ms + 500) / 1000;
	return seconds > 0 ? seconds : 1;
}

static void moderate_ban(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	begin_moderation(r, &out, LX_EVENT_USER_BANNED, event, details);
	int64_t expires_ms = lx_read_time(details, "expires_at");
	if (expires_ms)
		out.moderation.duration_s = seconds_between(r->time_ms, expires_ms);
	lx_reader_emit(r, &out);
}

static void moderate_unban(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	begin_moderation(r, &out, LX_EVENT_USER_UNBANNED, event, details);
	lx_reader_emit(r, &out);
}

static void moderate_delete(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	begin_moderation(r, &out, LX_EVENT_MESSAGE_DELETED, event, details);
	out.moderation.message_id = lx_read_text(r, details, "message_id");
	out.moderation.text = lx_read_unwrapped(r, lx_read(details, "message_body"), NULL);
	lx_reader_emit(r, &out);
}

static void moderate_clear(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	begin_moderation(r, &out, LX_EVENT_CHAT_CLEARED, event, details);
	lx_reader_emit(r, &out);
}

static void moderate_room(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	const char *action = lx_read_text(r, event, "action");
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_ROOM_STATE, event, "broadcaster_");
	int64_t minutes = lx_read_int(details, "follow_duration_minutes");
	int64_t seconds = lx_read_int(details, "wait_time_seconds");
	bool off = strlen(action) > 3 && strcmp(action + strlen(action) - 3, "off") == 0;

	if (strncmp(action, "emoteonly", 9) == 0)
		out.room.emote_only = !off;
	else if (strncmp(action, "uniquechat", 10) == 0)
		out.room.unique_chat = !off;
	else if (strncmp(action, "subscribers", 11) == 0)
		out.room.subs_only = !off;
	else if (strncmp(action, "followers", 9) == 0)
		out.room.followers_min = off || minutes < 0 || minutes > INT32_MAX ? -1 : (int32_t)minutes;
	else
		out.room.slow_s = off || seconds < 0 || seconds > INT32_MAX ? 0 : (int32_t)seconds;
	lx_reader_emit(r, &out);
}

static void moderate_role(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	const char *action = lx_read_text(r, event, "action");
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_ROLE_CHANGE, event, "broadcaster_");
	out.role_change.added = strncmp(action, "un", 2) != 0;
	out.role_change.role = strstr(action, "vip") ? "vip" : "moderator";
	out.role_change.user = lx_read_person(r, details, "");
	out.role_change.moderator = lx_read_person(r, event, "moderator_");
	lx_reader_emit(r, &out);
}

static void moderate_raid(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_RAID, event, "broadcaster_");
	out.raid.kind = strcmp(lx_read_text(r, event, "action"), "raid") == 0 ? "prepared" : "cancelled";
	out.raid.other = lx_read_person(r, details, "");
	out.raid.moderator = lx_read_person(r, event, "moderator_");
	out.raid.viewers = lx_read_int(details, "viewer_count");
	lx_reader_emit(r, &out);
}

static void moderate_terms(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_AUTOMOD_TERMS, event, "broadcaster_");
	out.automod_terms.moderator = lx_read_person(r, event, "moderator_");
	out.automod_terms.added = strcmp(lx_read_text(r, details, "action"), "add") == 0;
	out.automod_terms.permitted = strcmp(lx_read_text(r, details, "list"), "permitted") == 0;
	out.automod_terms.from_automod = lx_read_bool(details, "from_automod");
	out.automod_terms.terms = lx_read_joined(r, details, "terms", '\n');
	lx_reader_emit(r, &out);
}

static void moderate_unban_request(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_UNBAN_REQUEST, event, "broadcaster_");
	out.unban_request.phase = LX_PHASE_END;
	out.unban_request.user = lx_read_person(r, details, "");
	out.unban_request.moderator = lx_read_person(r, event, "moderator_");
	out.unban_request.text = lx_read_text(r, details, "moderator_message");
	out.unban_request.status = lx_read_bool(details, "is_approved") ? "approved" : "denied";
	lx_reader_emit(r, &out);
}

static void emit_warning(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details, bool acknowledged)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_WARNING, event, "broadcaster_");
	out.warning.acknowledged = acknowledged;
	out.warning.user = lx_read_person(r, details, "");
	out.warning.moderator = lx_read_person(r, event, "moderator_");
	out.warning.reason = lx_read_text(r, details, "reason");
	out.warning.rules = lx_read_joined(r, details, "chat_rules_cited", '\n');
	lx_reader_emit(r, &out);
}

static void moderate_warn(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details)
{
	emit_warning(r, event, details, false);
}

static const struct action {
	const char *name;   /* of the action */
	const char *object; /* that holds its details, NULL = none */
	void (*decode)(struct lx_eventsub_reader *r, const cJSON *event, const cJSON *details);
} actions[] = {
	{"ban", "ban", moderate_ban},
	{"timeout", "timeout", moderate_ban},
	{"shared_chat_ban", "shared_chat_ban", moderate_ban},
	{"shared_chat_timeout", "shared_chat_timeout", moderate_ban},
	{"unban", "unban", moderate_unban},
	{"untimeout", "untimeout", moderate_unban},
	{"shared_chat_unban", "shared_chat_unban", moderate_unban},
	{"shared_chat_untimeout", "shared_chat_untimeout", moderate_unban},
	{"delete", "delete", moderate_delete},
	{"shared_chat_delete", "shared_chat_delete", moderate_delete},
	{"mod", "mod", moderate_role},
	{"unmod", "unmod", moderate_role},
	{"vip", "vip", moderate_role},
	{"unvip", "unvip", moderate_role},
	{"raid", "raid", moderate_raid},
	{"unraid", "unraid", moderate_raid},
	{"warn", "warn", moderate_warn},
	{"add_blocked_term", "automod_terms", moderate_terms},
	{"remove_blocked_term", "automod_terms", moderate_terms},
	{"add_permitted_term", "automod_terms", moderate_terms},
	{"remove_permitted_term", "automod_terms", moderate_terms},
	{"approve_unban_request", "unban_request", moderate_unban_request},
	{"deny_unban_request", "unban_request", moderate_unban_request},
	{"slow", "slow", moderate_room},
	{"followers", "followers", moderate_room},
	{"clear", NULL, moderate_clear},
	{"emoteonly", NULL, moderate_room},
	{"emoteonlyoff", NULL, moderate_room},
	{"followersoff", NULL, moderate_room},
	{"uniquechat", NULL, moderate_room},
	{"uniquechatoff", NULL, moderate_room},
	{"slowoff", NULL, moderate_room},
	{"subscribers", NULL, moderate_room},
	{"subscribersoff", NULL, moderate_room},
};

#define ACTION_COUNT (sizeof(actions) / sizeof(*actions))

void lx_decode_moderate(struct lx_eventsub_reader *r, const cJSON *event)
{
	const char *name = lx_read_text(r, event, "action");
	const struct action *found = NULL;
	for (size_t i = 0; i < ACTION_COUNT && !found; i++) {
		if (strcmp(name, actions[i].name) == 0)
			found = &actions[i];
	}
	const cJSON *details = found && found->object ? lx_read(event, found->object) : NULL;

	/* Twitch has named one action and filled in the details of another: what is filled in is what happened. */
	if (!found || (found->object && !details)) {
		found = NULL;
		for (size_t i = 0; i < ACTION_COUNT && !found; i++) {
			details = actions[i].object ? lx_read(event, actions[i].object) : NULL;
			if (details)
				found = &actions[i];
		}
	}
	if (found)
		found->decode(r, event, details);
}

/* --- bans, for who may not read channel.moderate --------------------------------------------------------------------- */

void lx_decode_ban(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	begin_moderation(r, &out, LX_EVENT_USER_BANNED, event, event);
	int64_t ends_ms = lx_read_time(event, "ends_at"), banned_ms = lx_read_time(event, "banned_at");
	if (ends_ms && !lx_read_bool(event, "is_permanent"))
		out.moderation.duration_s = seconds_between(banned_ms ? banned_ms : r->time_ms, ends_ms);
	lx_reader_emit(r, &out);
}

void lx_decode_unban(struct lx_eventsub_reader *r, const cJSON *event)
{
	moderate_unban(r, event, event);
}

/* --- the moderators' queue --------------------------------------------------------------------------------------- */

static void read_range(struct lx_eventsub_reader *r, const cJSON *element, void *item)
{
	(void)r;
	struct lx_range *range = item;
	/* blocked_term finds wrap it once more */
	const cJSON *boundary = lx_read(element, "boundary");
	if (!boundary)
		boundary = element;
	int64_t first = lx_read_int(boundary, "start_pos"), last = lx_read_int(boundary, "end_pos");
	range->first = first > 0 && first <= UINT32_MAX ? (uint32_t)first : 0;
	range->last = last > 0 && last <= UINT32_MAX ? (uint32_t)last : 0;
}

void lx_decode_automod_message(struct lx_eventsub_reader *r, const cJSON *event)
{
	const cJSON *automod = lx_read(event, "automod"), *blocked = lx_read(event, "blocked_term");
	struct lx_event out;
	struct lx_chat chat = {.text = ""};
	lx_reader_begin(r, &out, LX_EVENT_AUTOMOD_MESSAGE, event, "broadcaster_");
	lx_read_message(r, lx_read(event, "message"), &chat);

	struct lx_automod_message *held = &out.automod_message;
	held->phase = r->topic->phase;
	held->message_id = lx_read_text(r, event, "message_id");
	held->user = lx_read_person(r, event, "");
	held->moderator = lx_read_person(r, event, "moderator_");
	held->text = chat.text;
	held->reason = lx_read_word(r, event, "reason");
	held->category = lx_read_text(r, automod, "category");
	held->level = lx_read_int(automod, "level");
	held->status = lx_read_word(r, event, "status");
	held->held_ms = lx_read_time(event, "held_at");
	held->ranges = lx_read_list(r, automod ? automod : blocked, automod ? "boundaries" : "terms_found",
				    sizeof(struct lx_range), &held->range_count, read_range);
	lx_reader_emit(r, &out);
}

void lx_decode_automod_settings(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_AUTOMOD_SETTINGS, event, "broadcaster_");
	struct lx_automod_settings *settings = &out.automod_settings;
	settings->moderator = lx_read_person(r, event, "moderator_");
	settings->overall = lx_read(event, "overall_level") ? lx_read_int(event, "overall_level") : -1;
	settings->disability = lx_read_int(event, "disability");
	settings->aggression = lx_read_int(event, "aggression");
	settings->sexuality = lx_read_int(event, "sexuality_sex_or_gender");
	settings->misogyny = lx_read_int(event, "misogyny");
	settings->bullying = lx_read_int(event, "bullying");
	settings->swearing = lx_read_int(event, "swearing");
	settings->racism = lx_read_int(event, "race_ethnicity_or_religion");
	settings->sex_based_terms = lx_read_int(event, "sex_based_terms");
	lx_reader_emit(r, &out);
}

void lx_decode_automod_terms(struct lx_eventsub_reader *r, const cJSON *event)
{
	const char *action = lx_read_word(r, event, "action");
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_AUTOMOD_TERMS, event, "broadcaster_");
	out.automod_terms.moderator = lx_read_person(r, event, "moderator_");
	out.automod_terms.added = strncmp(action, "add", 3) == 0;
	out.automod_terms.permitted = strstr(action, "permitted") != NULL;
	out.automod_terms.from_automod = lx_read_bool(event, "from_automod");
	out.automod_terms.terms = lx_read_joined(r, event, "terms", '\n');
	lx_reader_emit(r, &out);
}

void lx_decode_unban_request(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_UNBAN_REQUEST, event, "broadcaster_");
	bool resolved = r->topic->phase == LX_PHASE_END;
	out.unban_request.phase = r->topic->phase;
	out.unban_request.id = lx_read_text(r, event, "id");
	out.unban_request.user = lx_read_person(r, event, "");
	out.unban_request.moderator = lx_read_person(r, event, "moderator_");
	out.unban_request.text = lx_read_text(r, event, resolved ? "resolution_text" : "text");
	out.unban_request.status = lx_read_word(r, event, "status");
	lx_reader_emit(r, &out);
}

void lx_decode_role(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_ROLE_CHANGE, event, "broadcaster_");
	out.role_change.role = strstr(r->topic->type, ".vip.") ? "vip" : "moderator";
	out.role_change.added = r->topic->phase == LX_PHASE_ADD;
	out.role_change.user = lx_read_person(r, event, "");
	lx_reader_emit(r, &out);
}

void lx_decode_warning(struct lx_eventsub_reader *r, const cJSON *event)
{
	emit_warning(r, event, event, *r->topic->word != '\0');
}

void lx_decode_suspicious_user(struct lx_eventsub_reader *r, const cJSON *event)
{
	const cJSON *message = lx_read(event, "message"), *bans = lx_read(event, "shared_ban_channel_ids");
	struct lx_event out;
	struct lx_chat chat = {.text = ""};
	lx_reader_begin(r, &out, LX_EVENT_SUSPICIOUS_USER, event, "broadcaster_");
	lx_read_message(r, message, &chat);

	struct lx_suspicious_user *suspicious = &out.suspicious_user;
	suspicious->message = message != NULL;
	suspicious->user = lx_read_person(r, event, "");
	suspicious->moderator = lx_read_person(r, event, "moderator_");
	suspicious->status = lx_read_word(r, event, "low_trust_status");
	suspicious->types = lx_read_joined(r, event, "types", ',');
	suspicious->evasion = lx_read_word(r, event, "ban_evasion_evaluation");
	suspicious->shared_bans = cJSON_IsArray(bans) ? cJSON_GetArraySize(bans) : 0;
	suspicious->message_id = lx_read_text(r, message, "message_id");
	suspicious->text = chat.text;
	lx_reader_emit(r, &out);
}

void lx_decode_shield_mode(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_SHIELD_MODE, event, "broadcaster_");
	out.shield_mode.active = r->topic->phase == LX_PHASE_BEGIN;
	out.shield_mode.moderator = lx_read_person(r, event, "moderator_");
	lx_reader_emit(r, &out);
}
