#include "events.h"

#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "catalog.h"
#include "eventsub.h"
#include "json.h"
#include "world.h"

/* --- building ---------------------------------------------------------------------------------------------------- */

/* <prefix>user_id, _login, _name */
static void put_user(cJSON *json, const char *prefix, const struct sim_user *user)
{
	static const char *const names[] = {"user_id", "user_login", "user_name"};
	const char *values[] = {user ? user->id : NULL, user ? user->login : NULL, user ? user->name : NULL};
	for (int i = 0; i < 3; i++) {
		char name[64];
		snprintf(name, sizeof(name), "%s%s", prefix, names[i]);
		sim_json_put(json, name, values[i]);
	}
}

static cJSON *with_channel(const struct sim_channel *channel)
{
	cJSON *json = cJSON_CreateObject();
	put_user(json, "broadcaster_", channel->user);
	return json;
}

static bool wanted(struct lx_sim *sim, const char *type, const struct sim_channel *channel)
{
	return sim_eventsub_wants(sim, type, channel);
}

static void emit(struct lx_sim *sim, const char *type, const struct sim_channel *channel, cJSON *event)
{
	sim_eventsub_emit(sim, type, &(struct sim_about){.broadcaster = channel->user}, event);
}

static const char *tier_text(int tier)
{
	return tier == 3000 ? "3000" : tier == 2000 ? "2000" : "1000";
}

/* --- chat -------------------------------------------------------------------------------------------------------- */

static cJSON *add_fragment(cJSON *list, const char *type, const char *text, size_t size)
{
	cJSON *fragment = cJSON_CreateObject();
	char *copy = bstrdup_n(text, size);
	sim_json_put(fragment, "type", type);
	sim_json_put(fragment, "text", copy);
	bfree(copy);
	cJSON *detail = cJSON_CreateObject();
	static const char *const details[] = {"cheermote", "emote", "mention"};
	bool used = false;
	for (int i = 0; i < 3; i++) {
		bool own = strcmp(details[i], type) == 0;
		cJSON_AddItemToObject(fragment, details[i], own ? detail : cJSON_CreateNull());
		used = used || own;
	}
	cJSON_AddItemToArray(list, fragment);
	if (!used) {
		cJSON_Delete(detail);
		return NULL;
	}
	return detail;
}

static const struct sim_emote *emote_named(const char *word, size_t size)
{
	size_t count;
	const struct sim_emote *emotes = sim_emote_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (strlen(emotes[i].name) == size && strncmp(emotes[i].name, word, size) == 0)
			return &emotes[i];
	}
	return NULL;
}

static const struct sim_user *mentioned(struct lx_sim *sim, const char *word, size_t size)
{
	char login[32];
	if (size < 2 || size > 26 || *word != '@')
		return NULL;
	for (size_t i = 1; i < size; i++) {
		char c = word[i];
		login[i - 1] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	login[size - 1] = '\0';
	return sim_user_by_login(sim, login);
}

static cJSON *fragments(struct lx_sim *sim, struct sim_channel *channel, const char *text, bool cheer)
{
	cJSON *list = cJSON_CreateArray();
	const char *plain = text; /* beginning of text not yet put out */
	for (const char *at = text; *at;) {
		size_t size = strcspn(at, " "), prefix = 0;
		int bits = 0;
		const struct sim_emote *emote = size ? emote_named(at, size) : NULL;
		const struct sim_user *user = size && !emote ? mentioned(sim, at, size) : NULL;
		bool is_cheer = cheer && size && sim_cheermote(at, size, &prefix, &bits);
		if (emote || user || is_cheer) {
			if (at > plain)
				add_fragment(list, "text", plain, (size_t)(at - plain));
			plain = at + size;
		}
		if (is_cheer) {
			cJSON *detail = add_fragment(list, "cheermote", at, size);
			char name[16];
			snprintf(name, sizeof(name), "%.*s", (int)prefix, at);
			for (char *c = name; *c; c++)
				*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
			sim_json_put(detail, "prefix", name);
			sim_json_put_int(detail, "bits", bits);
			sim_json_put_int(detail, "tier",
					 bits >= 10000  ? 10000
					 : bits >= 5000 ? 5000
					 : bits >= 1000 ? 1000
					 : bits >= 100  ? 100
							: 1);
		} else if (emote) {
			cJSON *detail = add_fragment(list, "emote", at, size);
			sim_json_put(detail, "id", emote->id);
			sim_json_put(detail, "emote_set_id", emote->channel ? "300374282" : "0");
			sim_json_put(detail, "owner_id", emote->channel ? channel->user->id : "0");
			cJSON *formats = cJSON_AddArrayToObject(detail, "format");
			cJSON_AddItemToArray(formats, cJSON_CreateString("static"));
			if (emote->animated)
				cJSON_AddItemToArray(formats, cJSON_CreateString("animated"));
		} else if (user) {
			put_user(add_fragment(list, "mention", at, size), "", user);
		}
		at += size;
		at += strspn(at, " ");
	}
	if (*plain)
		add_fragment(list, "text", plain, strlen(plain));
	return list;
}

cJSON *sim_event_fragments(struct lx_sim *sim, struct sim_channel *channel, const char *text)
{
	return fragments(sim, channel, text, false);
}

static void put_message(struct lx_sim *sim, struct sim_channel *channel, cJSON *json, const char *text, bool action,
			bool cheer)
{
	cJSON *message = cJSON_AddObjectToObject(json, "message");
	if (action) {
		struct sim_buf whole = {0};
		sim_buf_printf(&whole,
			       "\x01"
			       "ACTION %s\x01",
			       text);
		sim_json_put(message, "text", sim_buf_text(&whole));
		sim_buf_finish(&whole);
	} else {
		sim_json_put(message, "text", text);
	}
	cJSON_AddItemToObject(message, "fragments", fragments(sim, channel, text, cheer));
}

static void put_badges(cJSON *json, const char *name, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *list = cJSON_AddArrayToObject(json, name);
	char badges[192], info[64];
	sim_badges(channel, user, badges, info);
	const char *months = strchr(info, '/');
	for (char *at = badges; *at;) {
		char *end = at + strcspn(at, ","), *slash = strchr(at, '/');
		bool more = *end == ',';
		*end = '\0';
		*slash = '\0';
		cJSON *badge = cJSON_CreateObject();
		sim_json_put(badge, "set_id", at);
		sim_json_put(badge, "id", slash + 1);
		bool sub = strcmp(at, "subscriber") == 0 || strcmp(at, "founder") == 0;
		sim_json_put(badge, "info", sub && months ? months + 1 : "");
		cJSON_AddItemToArray(list, badge);
		at = more ? end + 1 : end;
	}
}

static void put_source(cJSON *json, struct sim_channel *source, const struct sim_channel *channel,
		       const struct sim_user *user, const char *source_id)
{
	bool foreign = source && source != channel;
	put_user(json, "source_broadcaster_", foreign ? source->user : NULL);
	sim_json_put(json, "source_message_id", foreign ? source_id : NULL);
	if (foreign) {
		put_badges(json, "source_badges", source, user);
		sim_json_put_bool(json, "is_source_only", false);
	} else {
		sim_json_put_null(json, "source_badges");
		sim_json_put_null(json, "is_source_only");
	}
}

void sim_event_message(struct lx_sim *sim, const struct sim_message *m)
{
	if (wanted(sim, "channel.suspicious_user.message", m->channel)) {
		const struct sim_member *member = sim_member_find(m->channel, m->user);
		if (member && member->suspicious) {
			cJSON *json = with_channel(m->channel);
			put_user(json, "", m->user);
			sim_json_put(json, "low_trust_status",
				     member->suspicious == 2 ? "restricted" : "active_monitoring");
			sim_json_put_null(json, "shared_ban_channel_ids");
			cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "types"),
					     cJSON_CreateString("manually_added"));
			sim_json_put(json, "ban_evasion_evaluation", "unknown");
			put_message(sim, m->channel, json, m->text, m->action, false);
			sim_json_put(cJSON_GetObjectItemCaseSensitive(json, "message"), "message_id", m->id);
			emit(sim, "channel.suspicious_user.message", m->channel, json);
		}
	}
	if (!wanted(sim, "channel.chat.message", m->channel))
		return;
	cJSON *json = with_channel(m->channel);
	put_user(json, "chatter_", m->user);
	sim_json_put(json, "message_id", m->id);
	put_message(sim, m->channel, json, m->text, m->action, m->bits > 0);
	sim_json_put(json, "color", m->user->color);
	put_badges(json, "badges", m->channel, m->user);
	const char *kind = m->kind ? m->kind : "";
	sim_json_put(json, "message_type",
		     strcmp(kind, "highlighted-message") == 0         ? "channel_points_highlighted"
		     : strcmp(kind, "skip-subs-mode-message") == 0    ? "channel_points_sub_only"
		     : strcmp(kind, "user-intro") == 0                ? "user_intro"
		     : strcmp(kind, "gigantified-emote-message") == 0 ? "power_ups_gigantified_emote"
		     : strcmp(kind, "animated-message") == 0          ? "power_ups_message_effect"
								      : "text");
	if (m->bits)
		sim_json_put_int(cJSON_AddObjectToObject(json, "cheer"), "bits", m->bits);
	else
		sim_json_put_null(json, "cheer");
	if (m->reply_to) {
		cJSON *reply = cJSON_AddObjectToObject(json, "reply");
		const struct sim_stored *root = sim_message_find(m->channel, m->reply_to->thread);
		sim_json_put(reply, "parent_message_id", m->reply_to->id);
		sim_json_put(reply, "parent_message_body", m->reply_to->text);
		put_user(reply, "parent_", sim->users[m->reply_to->user]);
		sim_json_put(reply, "thread_message_id", m->reply_to->thread);
		put_user(reply, "thread_", sim->users[root ? root->user : m->reply_to->user]);
	} else {
		sim_json_put_null(json, "reply");
	}
	sim_json_put(json, "channel_points_custom_reward_id", m->reward_id);
	sim_json_put_null(json, "channel_points_animation_id");
	put_source(json, m->source, m->channel, m->user, m->source_id);
	emit(sim, "channel.chat.message", m->channel, json);
}

void sim_event_notice(struct lx_sim *sim, const struct sim_notice *n)
{
	static const char *const kinds[] = {"sub",
					    "resub",
					    "sub_gift",
					    "community_sub_gift",
					    "gift_paid_upgrade",
					    "prime_paid_upgrade",
					    "pay_it_forward",
					    "raid",
					    "unraid",
					    "announcement",
					    "bits_badge_tier",
					    "charity_donation",
					    "watch_streak",
					    "modiversary"};
	if (!n->notice_type || !wanted(sim, "channel.chat.notification", n->channel))
		return;
	bool foreign = n->source && n->source != n->channel;
	cJSON *json = with_channel(n->channel);
	put_user(json, "chatter_", n->anonymous ? NULL : n->user);
	sim_json_put_bool(json, "chatter_is_anonymous", n->anonymous);
	sim_json_put(json, "color", n->user->color);
	put_badges(json, "badges", n->channel, n->user);
	sim_json_put(json, "system_message", n->system_msg);
	sim_json_put(json, "message_id", n->id);
	put_message(sim, n->channel, json, n->text ? n->text : "", false, false);
	char name[64];
	snprintf(name, sizeof(name), "%s%s", foreign ? "shared_chat_" : "", n->notice_type);
	sim_json_put(json, "notice_type", name);
	for (int shared = 0; shared < 2; shared++) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			snprintf(name, sizeof(name), "%s%s", shared ? "shared_chat_" : "", kinds[i]);
			bool own = shared == foreign && strcmp(kinds[i], n->notice_type) == 0;
			cJSON_AddItemToObject(json, name,
					      own && n->object ? cJSON_Duplicate(n->object, true) : cJSON_CreateNull());
		}
	}
	put_source(json, n->source, n->channel, n->user, n->source_id);
	emit(sim, "channel.chat.notification", n->channel, json);
}

/* --- moderation -------------------------------------------------------------------------------------------------- */

/* channel.moderate with all its objects; `object` (taken over) goes under `name`, NULL = none. */
static void moderated(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		      const char *action, const char *name, cJSON *object)
{
	static const char *const objects[] = {"followers",
					      "slow",
					      "vip",
					      "unvip",
					      "mod",
					      "unmod",
					      "ban",
					      "unban",
					      "timeout",
					      "untimeout",
					      "raid",
					      "unraid",
					      "delete",
					      "automod_terms",
					      "unban_request",
					      "warn",
					      "shared_chat_ban",
					      "shared_chat_unban",
					      "shared_chat_timeout",
					      "shared_chat_untimeout",
					      "shared_chat_delete"};
	if (!wanted(sim, "channel.moderate", channel)) {
		cJSON_Delete(object);
		return;
	}
	cJSON *json = with_channel(channel);
	put_user(json, "source_broadcaster_", NULL);
	put_user(json, "moderator_", moderator);
	sim_json_put(json, "action", action);
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		bool own = name && strcmp(objects[i], name) == 0;
		cJSON_AddItemToObject(json, objects[i], own && object ? object : cJSON_CreateNull());
	}
	emit(sim, "channel.moderate", channel, json);
}

static cJSON *user_object(const struct sim_user *user)
{
	cJSON *json = cJSON_CreateObject();
	put_user(json, "", user);
	return json;
}

void sim_event_ban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		   const struct sim_user *user, const struct sim_member *member, int seconds)
{
	if (wanted(sim, "channel.ban", channel)) {
		cJSON *json = with_channel(channel);
		put_user(json, "", user);
		put_user(json, "moderator_", moderator);
		sim_json_put(json, "reason", member->ban_reason);
		sim_json_put_time(json, "banned_at", member->ban_created_ms, 9);
		sim_json_put_time(json, "ends_at", member->ban_until_ms, 9);
		sim_json_put_bool(json, "is_permanent", seconds == 0);
		emit(sim, "channel.ban", channel, json);
	}
	if (wanted(sim, "channel.chat.clear_user_messages", channel)) {
		cJSON *json = with_channel(channel);
		put_user(json, "target_", user);
		emit(sim, "channel.chat.clear_user_messages", channel, json);
	}
	cJSON *object = user_object(user);
	sim_json_put(object, "reason", member->ban_reason);
	if (seconds)
		sim_json_put_time(object, "expires_at", member->ban_until_ms, 9);
	moderated(sim, channel, moderator, seconds ? "timeout" : "ban", seconds ? "timeout" : "ban", object);
}

void sim_event_unban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		     const struct sim_user *user, bool was_timeout)
{
	if (wanted(sim, "channel.unban", channel)) {
		cJSON *json = with_channel(channel);
		put_user(json, "", user);
		put_user(json, "moderator_", moderator);
		emit(sim, "channel.unban", channel, json);
	}
	const char *action = was_timeout ? "untimeout" : "unban";
	moderated(sim, channel, moderator, action, action, user_object(user));
}

void sim_event_delete(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		      const struct sim_stored *stored)
{
	const struct sim_user *user = sim->users[stored->user];
	if (wanted(sim, "channel.chat.message_delete", channel)) {
		cJSON *json = with_channel(channel);
		put_user(json, "target_", user);
		sim_json_put(json, "message_id", stored->id);
		emit(sim, "channel.chat.message_delete", channel, json);
	}
	cJSON *object = user_object(user);
	sim_json_put(object, "message_id", stored->id);
	sim_json_put(object, "message_body", stored->text);
	moderated(sim, channel, moderator, "delete", "delete", object);
}

void sim_event_clear(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator)
{
	emit(sim, "channel.chat.clear", channel, with_channel(channel));
	moderated(sim, channel, moderator, "clear", NULL, NULL);
}

void sim_event_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			const struct sim_settings *before)
{
	const struct sim_settings *now = &channel->settings;
	if (before->emote_only == now->emote_only && before->subs_only == now->subs_only &&
	    before->unique == now->unique && before->slow == now->slow && before->followers == now->followers)
		return;
	if (wanted(sim, "channel.chat_settings.update", channel)) {
		cJSON *json = with_channel(channel);
		sim_json_put_bool(json, "emote_mode", now->emote_only);
		sim_json_put_bool(json, "follower_mode", now->followers >= 0);
		if (now->followers >= 0)
			sim_json_put_int(json, "follower_mode_duration_minutes", now->followers);
		else
			sim_json_put_null(json, "follower_mode_duration_minutes");
		sim_json_put_bool(json, "slow_mode", now->slow > 0);
		if (now->slow)
			sim_json_put_int(json, "slow_mode_wait_time_seconds", now->slow);
		else
			sim_json_put_null(json, "slow_mode_wait_time_seconds");
		sim_json_put_bool(json, "subscriber_mode", now->subs_only);
		sim_json_put_bool(json, "unique_chat_mode", now->unique);
		emit(sim, "channel.chat_settings.update", channel, json);
	}
	if (before->emote_only != now->emote_only)
		moderated(sim, channel, moderator, now->emote_only ? "emoteonly" : "emoteonlyoff", NULL, NULL);
	if (before->subs_only != now->subs_only)
		moderated(sim, channel, moderator, now->subs_only ? "subscribers" : "subscribersoff", NULL, NULL);
	if (before->unique != now->unique)
		moderated(sim, channel, moderator, now->unique ? "uniquechat" : "uniquechatoff", NULL, NULL);
	if (before->slow != now->slow) {
		cJSON *object = now->slow ? cJSON_CreateObject() : NULL;
		if (object)
			sim_json_put_int(object, "wait_time_seconds", now->slow);
		moderated(sim, channel, moderator, now->slow ? "slow" : "slowoff", "slow", object);
	}
	if (before->followers != now->followers) {
		cJSON *object = now->followers >= 0 ? cJSON_CreateObject() : NULL;
		if (object)
			sim_json_put_int(object, "follow_duration_minutes", now->followers);
		moderated(sim, channel, moderator, object ? "followers" : "followersoff", "followers", object);
	}
}

void sim_event_role(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		    const struct sim_user *user, const char *role, bool given)
{
	bool mod = strcmp(role, "mod") == 0;
	const char *type = mod ? (given ? "channel.moderator.add" : "channel.moderator.remove")
			       : (given ? "channel.vip.add" : "channel.vip.remove");
	const char *action = mod ? (given ? "mod" : "unmod") : (given ? "vip" : "unvip");
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	emit(sim, type, channel, json);
	moderated(sim, channel, moderator, action, action, user_object(user));
}

void sim_event_warning(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		       const struct sim_user *user, const char *reason)
{
	cJSON *json = with_channel(channel), *object = user_object(user);
	put_user(json, "moderator_", moderator);
	put_user(json, "", user);
	sim_json_put(json, "reason", reason);
	sim_json_put_null(json, "chat_rules_cited");
	emit(sim, "channel.warning.send", channel, json);
	sim_json_put(object, "reason", reason);
	sim_json_put_null(object, "chat_rules_cited");
	moderated(sim, channel, moderator, "warn", "warn", object);
}

void sim_event_warning_acknowledged(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	emit(sim, "channel.warning.acknowledge", channel, json);
}

void sim_event_suspicious(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *user, int level)
{
	static const char *const names[] = {"none", "active_monitoring", "restricted"};
	cJSON *json = with_channel(channel);
	put_user(json, "moderator_", moderator);
	put_user(json, "", user);
	sim_json_put(json, "low_trust_status", names[level]);
	emit(sim, "channel.suspicious_user.update", channel, json);
}

void sim_event_shield(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, bool on)
{
	cJSON *json = with_channel(channel);
	put_user(json, "moderator_", moderator);
	sim_json_put_time(json, on ? "started_at" : "ended_at", sim_now_ms(sim), 9);
	emit(sim, on ? "channel.shield_mode.begin" : "channel.shield_mode.end", channel, json);
}

static cJSON *hold_json(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held)
{
	cJSON *json = with_channel(channel);
	const char *text = sim_json_text(held, "text", "");
	put_user(json, "", sim_user_by_id(sim, sim_json_text(held, "user_id", "")));
	sim_json_put(json, "message_id", sim_json_text(held, "id", ""));
	put_message(sim, channel, json, text, false, false);
	sim_json_put(json, "reason", sim_json_text(held, "reason", "automod"));
	static const char *const objects[] = {"automod", "blocked_term"};
	for (int i = 0; i < 2; i++)
		cJSON_AddItemToObject(json, objects[i],
				      cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(held, objects[i]), true));
	sim_json_put_time(json, "held_at", sim_json_int(held, "held_ms", 0), 9);
	return json;
}

static void own_hold(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held, const char *status)
{
	const struct sim_user *user = sim_user_by_id(sim, sim_json_text(held, "user_id", ""));
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put(json, "message_id", sim_json_text(held, "id", ""));
	put_message(sim, channel, json, sim_json_text(held, "text", ""), false, false);
	if (status)
		sim_json_put(json, "status", strcmp(status, "expired") == 0 ? "invalid" : status);
	sim_eventsub_emit(sim, status ? "channel.chat.user_message_update" : "channel.chat.user_message_hold",
			  &(struct sim_about){.broadcaster = channel->user, .user = user}, json);
}

void sim_event_hold(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held)
{
	emit(sim, "automod.message.hold", channel, hold_json(sim, channel, held));
	own_hold(sim, channel, held, NULL);
}

void sim_event_hold_update(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			   const cJSON *held, const char *status)
{
	cJSON *json = hold_json(sim, channel, held);
	put_user(json, "moderator_", moderator);
	sim_json_put(json, "status", status);
	emit(sim, "automod.message.update", channel, json);
	own_hold(sim, channel, held, status);
}

void sim_event_term(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, const char *text,
		    bool added)
{
	cJSON *json = with_channel(channel);
	put_user(json, "moderator_", moderator);
	sim_json_put(json, "action", added ? "add_blocked" : "remove_blocked");
	sim_json_put_bool(json, "from_automod", false);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "terms"), cJSON_CreateString(text));
	emit(sim, "automod.terms.update", channel, json);
	cJSON *object = cJSON_CreateObject();
	sim_json_put(object, "action", added ? "add" : "remove");
	sim_json_put(object, "list", "blocked");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "terms"), cJSON_CreateString(text));
	sim_json_put_bool(object, "from_automod", false);
	moderated(sim, channel, moderator, added ? "add_blocked_term" : "remove_blocked_term", "automod_terms", object);
}

void sim_event_automod_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator)
{
	const struct sim_area *area = channel->area;
	cJSON *json = with_channel(channel);
	put_user(json, "moderator_", moderator);
	if (area->overall_level < 0)
		sim_json_put_null(json, "overall_level");
	else
		sim_json_put_int(json, "overall_level", area->overall_level);
	for (int i = 0; i < SIM_AUTOMOD_CATEGORIES; i++)
		sim_json_put_int(json, sim_automod_names[i], area->automod[i]);
	emit(sim, "automod.settings.update", channel, json);
}

void sim_event_unban_request(struct lx_sim *sim, struct sim_channel *channel, const cJSON *request)
{
	cJSON *json = with_channel(channel);
	sim_json_put(json, "id", sim_json_text(request, "id", ""));
	put_user(json, "", sim_user_by_id(sim, sim_json_text(request, "user_id", "")));
	sim_json_put(json, "text", sim_json_text(request, "text", ""));
	sim_json_put(json, "created_at", sim_json_text(request, "created_at", ""));
	emit(sim, "channel.unban_request.create", channel, json);
}

void sim_event_unban_resolve(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			     const cJSON *request)
{
	const struct sim_user *user = sim_user_by_id(sim, sim_json_text(request, "user_id", ""));
	const char *status = sim_json_text(request, "status", "");
	cJSON *json = with_channel(channel);
	sim_json_put(json, "id", sim_json_text(request, "id", ""));
	put_user(json, "moderator_", moderator);
	put_user(json, "", user);
	sim_json_put(json, "resolution_text", sim_json_text(request, "resolution_text", NULL));
	sim_json_put(json, "status", status);
	emit(sim, "channel.unban_request.resolve", channel, json);
	bool approved = strcmp(status, "approved") == 0;
	if (!approved && strcmp(status, "denied") != 0)
		return;
	cJSON *object = user_object(user);
	sim_json_put_bool(object, "is_approved", approved);
	sim_json_put(object, "moderator_message", sim_json_text(request, "resolution_text", ""));
	moderated(sim, channel, moderator, approved ? "approve_unban_request" : "deny_unban_request", "unban_request",
		  object);
}

/* --- channel ----------------------------------------------------------------------------------------------------- */

void sim_event_channel_update(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *json = with_channel(channel);
	sim_json_put(json, "title", channel->title);
	sim_json_put(json, "language", channel->language);
	sim_json_put(json, "category_id", channel->game_id);
	sim_json_put(json, "category_name", sim_game_name(channel->game_id));
	cJSON_AddItemToObject(json, "content_classification_labels", sim_channel_labels(channel));
	emit(sim, "channel.update", channel, json);
}

void sim_event_live(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *json = with_channel(channel);
	sim_json_put(json, "id", channel->stream_id);
	if (channel->live) {
		sim_json_put(json, "type", "live");
		sim_json_put_time(json, "started_at", channel->started_ms, 0);
	}
	emit(sim, channel->live ? "stream.online" : "stream.offline", channel, json);
}

void sim_event_raid(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, int viewers)
{
	cJSON *json = cJSON_CreateObject();
	put_user(json, "from_broadcaster_", from);
	put_user(json, "to_broadcaster_", to);
	sim_json_put_int(json, "viewers", viewers);
	sim_eventsub_emit(sim, "channel.raid", &(struct sim_about){.from = from, .to = to}, json);
}

void sim_event_raid_begin(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *to, bool on)
{
	cJSON *object = user_object(to);
	if (on)
		sim_json_put_int(object, "viewer_count", channel->viewers);
	moderated(sim, channel, moderator, on ? "raid" : "unraid", on ? "raid" : "unraid", object);
}

void sim_event_follow(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *json = with_channel(channel), *goal;
	put_user(json, "", user);
	sim_json_put_time(json, "followed_at", sim_now_ms(sim), 9);
	emit(sim, "channel.follow", channel, json);
	cJSON_ArrayForEach (goal, channel->area->goals) {
		if (strcmp(sim_json_text(goal, "type", ""), "follower") == 0)
			sim_goal_add(sim, channel, goal, 1);
	}
}

void sim_event_user_update(struct lx_sim *sim, const struct sim_user *user)
{
	cJSON *json = user_object(user);
	char email[64];
	snprintf(email, sizeof(email), "%s@example.com", user->login);
	sim_json_put(json, "email", email);
	sim_json_put_bool(json, "email_verified", true);
	sim_json_put(json, "description", user->description);
	sim_eventsub_emit(sim, "user.update", &(struct sim_about){.user = user}, json);
}

void sim_event_whisper(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, const char *text)
{
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	cJSON *json = cJSON_CreateObject();
	put_user(json, "from_", from);
	put_user(json, "to_", to);
	sim_json_put(json, "whisper_id", id);
	sim_json_put(cJSON_AddObjectToObject(json, "whisper"), "text", text);
	sim_eventsub_emit(sim, "user.whisper.message", &(struct sim_about){.user = to}, json);
}

void sim_event_shoutout(struct lx_sim *sim, struct sim_channel *from, const struct sim_user *moderator,
			struct sim_channel *to)
{
	int64_t now = sim_now_ms(sim);
	cJSON *json = with_channel(from);
	put_user(json, "moderator_", moderator);
	put_user(json, "to_broadcaster_", to->user);
	sim_json_put_int(json, "viewer_count", from->viewers);
	sim_json_put_time(json, "started_at", now, 9);
	sim_json_put_time(json, "cooldown_ends_at", now + 120000, 9);
	sim_json_put_time(json, "target_cooldown_ends_at", now + 3600000, 9);
	emit(sim, "channel.shoutout.create", from, json);
	json = with_channel(to);
	put_user(json, "from_broadcaster_", from->user);
	sim_json_put_int(json, "viewer_count", from->viewers);
	sim_json_put_time(json, "started_at", now, 9);
	emit(sim, "channel.shoutout.receive", to, json);
}

void sim_event_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on)
{
	struct sim_channel *both[] = {a, b};
	for (int i = 0; i < 2; i++) {
		cJSON *json = with_channel(both[i]);
		sim_json_put(json, "session_id", both[i]->shared_session);
		put_user(json, "host_broadcaster_", a->user);
		if (on) {
			cJSON *participants = cJSON_AddArrayToObject(json, "participants");
			for (int k = 0; k < 2; k++)
				cJSON_AddItemToArray(participants, with_channel(both[k]));
		}
		emit(sim, on ? "channel.shared_chat.begin" : "channel.shared_chat.end", both[i], json);
	}
}

/* --- money ------------------------------------------------------------------------------------------------------- */

void sim_event_sub(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		   const struct sim_member *member, bool resub, const char *text)
{
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put(json, "tier", tier_text(member->tier));
	if (!resub) {
		sim_json_put_bool(json, "is_gift", member->is_gift);
		emit(sim, "channel.subscribe", channel, json);
		return;
	}
	cJSON *message = cJSON_AddObjectToObject(json, "message"), *emotes = NULL;
	sim_json_put(message, "text", text ? text : "");
	emotes = cJSON_AddArrayToObject(message, "emotes");
	size_t count, point = 0;
	const struct sim_emote *table = sim_emote_table(&count);
	for (const char *at = text ? text : ""; *at;) {
		size_t size = strcspn(at, " "), points = 0;
		for (size_t i = 0; i < size; i++)
			points += ((unsigned char)at[i] & 0xc0) != 0x80;
		for (size_t i = 0; i < count; i++) {
			if (!size || strlen(table[i].name) != size || strncmp(table[i].name, at, size) != 0)
				continue;
			cJSON *emote = cJSON_CreateObject();
			sim_json_put_int(emote, "begin", (int64_t)point);
			sim_json_put_int(emote, "end", (int64_t)(point + points) - 1);
			sim_json_put(emote, "id", table[i].id);
			cJSON_AddItemToArray(emotes, emote);
		}
		at += size;
		point += points;
		size_t spaces = strspn(at, " ");
		at += spaces;
		point += spaces;
	}
	sim_json_put_int(json, "cumulative_months", member->months);
	if (member->streak > 1)
		sim_json_put_int(json, "streak_months", member->streak);
	else
		sim_json_put_null(json, "streak_months");
	sim_json_put_int(json, "duration_months", 1);
	emit(sim, "channel.subscription.message", channel, json);
}

void sim_event_gift(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *gifter, int count, int tier,
		    int cumulative)
{
	cJSON *json = with_channel(channel);
	put_user(json, "", gifter);
	sim_json_put_int(json, "total", count);
	sim_json_put(json, "tier", tier_text(tier));
	if (gifter)
		sim_json_put_int(json, "cumulative_total", cumulative);
	else
		sim_json_put_null(json, "cumulative_total");
	sim_json_put_bool(json, "is_anonymous", gifter == NULL);
	emit(sim, "channel.subscription.gift", channel, json);
}

void sim_event_sub_end(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		       const struct sim_member *member)
{
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put(json, "tier", tier_text(member->tier));
	sim_json_put_bool(json, "is_gift", member->is_gift);
	emit(sim, "channel.subscription.end", channel, json);
}

void sim_event_subscribers_changed(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
				   int points)
{
	cJSON *goal;
	cJSON_ArrayForEach (goal, channel->area->goals) {
		if (strstr(sim_json_text(goal, "type", ""), "subscription"))
			sim_goal_add(sim, channel, goal, 1);
	}
	sim_hype_add(sim, channel, user, "subscription", points);
}

void sim_event_cheer(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int bits,
		     const char *text)
{
	cJSON *json = with_channel(channel), *goal;
	sim_json_put_bool(json, "is_anonymous", false);
	put_user(json, "", user);
	sim_json_put(json, "message", text);
	sim_json_put_int(json, "bits", bits);
	emit(sim, "channel.cheer", channel, json);
	json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put_int(json, "bits", bits);
	sim_json_put(json, "type", "cheer");
	sim_json_put_null(json, "power_up");
	sim_json_put_null(json, "custom_power_up");
	put_message(sim, channel, json, text, false, true);
	emit(sim, "channel.bits.use", channel, json);
	cJSON_ArrayForEach (goal, channel->area->goals) {
		if (strcmp(sim_json_text(goal, "type", ""), "new_bit") == 0)
			sim_goal_add(sim, channel, goal, bits);
	}
	sim_hype_add(sim, channel, user, "bits", bits);
}

void sim_event_power_up(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
			const cJSON *power_up, const char *input)
{
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	cJSON *json = with_channel(channel), *short_form = cJSON_CreateObject();
	int64_t bits = sim_json_int(power_up, "bits", 0);
	sim_json_put(short_form, "id", sim_json_text(power_up, "id", ""));
	sim_json_put(short_form, "title", sim_json_text(power_up, "title", ""));
	sim_json_put_int(short_form, "bits", bits);
	sim_json_put(short_form, "prompt", sim_json_text(power_up, "prompt", ""));
	sim_json_put(json, "id", id);
	put_user(json, "", user);
	sim_json_put(json, "user_input", input);
	sim_json_put(json, "status", "unfulfilled");
	cJSON_AddItemToObject(json, "custom_power_up", cJSON_Duplicate(short_form, true));
	sim_json_put_time(json, "redeemed_at", sim_now_ms(sim), 9);
	sim_eventsub_emit(sim, "channel.custom_power_up_redemption.add",
			  &(struct sim_about){.broadcaster = channel->user,
					      .reward_id = sim_json_text(power_up, "id", "")},
			  json);
	json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put_int(json, "bits", bits);
	sim_json_put(json, "type", "custom_power_up");
	sim_json_put_null(json, "power_up");
	cJSON_AddItemToObject(json, "custom_power_up", short_form);
	sim_json_put_null(json, "message");
	emit(sim, "channel.bits.use", channel, json);
	sim_hype_add(sim, channel, user, "bits", (int)bits);
}

static void copy(cJSON *to, const char *name, const cJSON *from)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, name);
	cJSON_AddItemToObject(to, name, item ? cJSON_Duplicate(item, true) : cJSON_CreateNull());
}

void sim_event_charity(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int minor_units,
		       const char *currency)
{
	struct sim_area *area = channel->area;
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	if (!area->campaign)
		sim_campaign_start(sim, channel);
	static const char *const names[] = {"charity_name", "charity_description", "charity_logo", "charity_website"};
	cJSON *donation = cJSON_CreateObject(), *json = with_channel(channel);
	const char *campaign = sim_json_text(area->campaign, "id", "");
	sim_json_put(donation, "id", id);
	sim_json_put(donation, "campaign_id", campaign);
	put_user(donation, "", user);
	cJSON *amount = cJSON_AddObjectToObject(donation, "amount");
	sim_json_put_int(amount, "value", minor_units);
	sim_json_put_int(amount, "decimal_places", 2);
	sim_json_put(amount, "currency", currency);
	cJSON_InsertItemInArray(area->donations, 0, donation);
	sim_json_put(json, "id", id);
	sim_json_put(json, "campaign_id", campaign);
	put_user(json, "", user);
	for (int i = 0; i < 4; i++)
		copy(json, names[i], area->campaign);
	copy(json, "amount", donation);
	emit(sim, "channel.charity_campaign.donate", channel, json);
	cJSON *current = cJSON_GetObjectItemCaseSensitive(area->campaign, "current_amount");
	cJSON *value = cJSON_GetObjectItemCaseSensitive(current, "value");
	cJSON_SetNumberValue(value, value->valuedouble + minor_units);
	sim_event_campaign(sim, channel, "progress");
}

void sim_event_campaign(struct lx_sim *sim, struct sim_channel *channel, const char *what)
{
	static const char *const names[] = {"id",           "charity_name",    "charity_description",
					    "charity_logo", "charity_website", "current_amount",
					    "target_amount"};
	char type[64];
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "broadcaster_id", channel->user->id); /* no "user_" in these three */
	sim_json_put(json, "broadcaster_login", channel->user->login);
	sim_json_put(json, "broadcaster_name", channel->user->name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		copy(json, names[i], channel->area->campaign);
	if (strcmp(what, "progress") != 0)
		sim_json_put_time(json, strcmp(what, "start") == 0 ? "started_at" : "stopped_at", sim_now_ms(sim), 9);
	snprintf(type, sizeof(type), "channel.charity_campaign.%s", what);
	emit(sim, type, channel, json);
}

/* --- polls, predictions, points ---------------------------------------------------------------------------------- */

void sim_event_poll(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *poll)
{
	bool begin = strcmp(what, "begin") == 0, end = strcmp(what, "end") == 0;
	cJSON *json = with_channel(channel), *part;
	const cJSON *choice;
	copy(json, "id", poll);
	copy(json, "title", poll);
	cJSON *choices = cJSON_AddArrayToObject(json, "choices");
	cJSON_ArrayForEach (choice, cJSON_GetObjectItemCaseSensitive(poll, "choices")) {
		cJSON *item = cJSON_Duplicate(choice, true);
		static const char *const votes[] = {"votes", "channel_points_votes", "bits_votes"};
		for (int i = 0; begin && i < 3; i++)
			cJSON_DeleteItemFromObjectCaseSensitive(item, votes[i]);
		cJSON_AddItemToArray(choices, item);
	}
	part = cJSON_AddObjectToObject(json, "bits_voting");
	sim_json_put_bool(part, "is_enabled", false);
	sim_json_put_int(part, "amount_per_vote", 0);
	part = cJSON_AddObjectToObject(json, "channel_points_voting");
	sim_json_put_bool(part, "is_enabled", sim_json_bool(poll, "channel_points_voting_enabled", false));
	sim_json_put_int(part, "amount_per_vote", sim_json_int(poll, "channel_points_per_vote", 0));
	copy(json, "started_at", poll);
	int64_t started = sim_time_parse(sim_json_text(poll, "started_at", ""));
	if (end) {
		char status[16];
		snprintf(status, sizeof(status), "%s", sim_json_text(poll, "status", "COMPLETED"));
		for (char *c = status; *c; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
		sim_json_put(json, "status", status);
		copy(json, "ended_at", poll);
	} else {
		sim_json_put_time(json, "ends_at", started + sim_json_int(poll, "duration", 0) * 1000, 0);
	}
	char type[40];
	snprintf(type, sizeof(type), "channel.poll.%s", what);
	emit(sim, type, channel, json);
}

void sim_event_prediction(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *prediction)
{
	cJSON *json = with_channel(channel), *outcomes;
	const cJSON *outcome;
	bool begin = strcmp(what, "begin") == 0;
	copy(json, "id", prediction);
	copy(json, "title", prediction);
	outcomes = cJSON_AddArrayToObject(json, "outcomes");
	cJSON_ArrayForEach (outcome, cJSON_GetObjectItemCaseSensitive(prediction, "outcomes")) {
		cJSON *item = cJSON_CreateObject();
		copy(item, "id", outcome);
		copy(item, "title", outcome);
		sim_json_put(item, "color", strcmp(sim_json_text(outcome, "color", ""), "PINK") == 0 ? "pink" : "blue");
		if (!begin) {
			copy(item, "users", outcome);
			copy(item, "channel_points", outcome);
			const cJSON *top = cJSON_GetObjectItemCaseSensitive(outcome, "top_predictors");
			cJSON_AddItemToObject(item, "top_predictors",
					      cJSON_IsArray(top) ? cJSON_Duplicate(top, true) : cJSON_CreateArray());
		}
		cJSON_AddItemToArray(outcomes, item);
	}
	sim_json_put(json, "started_at", sim_json_text(prediction, "created_at", ""));
	int64_t created = sim_time_parse(sim_json_text(prediction, "created_at", ""));
	if (begin || strcmp(what, "progress") == 0) {
		sim_json_put_time(json, "locks_at", created + sim_json_int(prediction, "prediction_window", 0) * 1000,
				  0);
	} else if (strcmp(what, "lock") == 0) {
		copy(json, "locked_at", prediction);
	} else {
		copy(json, "winning_outcome_id", prediction);
		sim_json_put(json, "status",
			     strcmp(sim_json_text(prediction, "status", ""), "RESOLVED") == 0 ? "resolved"
											      : "canceled");
		copy(json, "ended_at", prediction);
	}
	char type[40];
	snprintf(type, sizeof(type), "channel.prediction.%s", what);
	emit(sim, type, channel, json);
}

/* {is_enabled, value|seconds} out of Helix's differently named settings. */
static void put_limit(cJSON *json, const char *name, const char *unit, const cJSON *reward, const char *setting,
		      const char *amount)
{
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(reward, setting);
	cJSON *limit = cJSON_AddObjectToObject(json, name);
	sim_json_put_bool(limit, "is_enabled", sim_json_bool(from, "is_enabled", false));
	sim_json_put_int(limit, unit, sim_json_int(from, amount, 0));
}

void sim_event_reward(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *reward)
{
	static const char *const names[] = {"id",
					    "is_enabled",
					    "is_paused",
					    "is_in_stock",
					    "title",
					    "cost",
					    "prompt",
					    "is_user_input_required",
					    "should_redemptions_skip_request_queue",
					    "cooldown_expires_at",
					    "redemptions_redeemed_current_stream",
					    "background_color",
					    "image",
					    "default_image"};
	cJSON *json = with_channel(channel);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		copy(json, names[i], reward);
	put_limit(json, "max_per_stream", "value", reward, "max_per_stream_setting", "max_per_stream");
	put_limit(json, "max_per_user_per_stream", "value", reward, "max_per_user_per_stream_setting",
		  "max_per_user_per_stream");
	put_limit(json, "global_cooldown", "seconds", reward, "global_cooldown_setting", "global_cooldown_seconds");
	char type[64];
	snprintf(type, sizeof(type), "channel.channel_points_custom_reward.%s", what);
	sim_eventsub_emit(
		sim, type,
		&(struct sim_about){.broadcaster = channel->user, .reward_id = sim_json_text(reward, "id", "")}, json);
}

void sim_event_redemption(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *redemption)
{
	cJSON *json = with_channel(channel);
	char status[16], type[80];
	copy(json, "id", redemption);
	put_user(json, "", sim_user_by_id(sim, sim_json_text(redemption, "user_id", "")));
	copy(json, "user_input", redemption);
	snprintf(status, sizeof(status), "%s", sim_json_text(redemption, "status", ""));
	for (char *c = status; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	sim_json_put(json, "status", status);
	copy(json, "reward", redemption);
	copy(json, "redeemed_at", redemption);
	const cJSON *reward = cJSON_GetObjectItemCaseSensitive(redemption, "reward");
	snprintf(type, sizeof(type), "channel.channel_points_custom_reward_redemption.%s", what);
	sim_eventsub_emit(
		sim, type,
		&(struct sim_about){.broadcaster = channel->user, .reward_id = sim_json_text(reward, "id", "")}, json);
}

void sim_event_automatic_reward(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
				const char *type, int cost, const char *text)
{
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	cJSON *json = with_channel(channel);
	put_user(json, "", user);
	sim_json_put(json, "id", id);
	cJSON *reward = cJSON_AddObjectToObject(json, "reward");
	sim_json_put(reward, "type", type);
	sim_json_put_int(reward, "channel_points", cost);
	if (strstr(type, "emote")) {
		cJSON *emote = cJSON_AddObjectToObject(reward, "emote");
		sim_json_put(emote, "id", "25");
		sim_json_put(emote, "name", "Kappa");
	} else {
		sim_json_put_null(reward, "emote");
	}
	if (text)
		put_message(sim, channel, json, text, false, false);
	else
		sim_json_put_null(json, "message");
	sim_json_put_time(json, "redeemed_at", sim_now_ms(sim), 9);
	emit(sim, "channel.channel_points_automatic_reward_redemption.add", channel, json);
}

/* --- goals, hype train, ads -------------------------------------------------------------------------------------- */

void sim_event_goal(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *goal)
{
	cJSON *json = with_channel(channel);
	char type[40];
	copy(json, "id", goal);
	const char *kind = sim_json_text(goal, "type", "");
	sim_json_put(json, "type", strcmp(kind, "follower") == 0 ? "follow" : kind);
	copy(json, "description", goal);
	copy(json, "current_amount", goal);
	copy(json, "target_amount", goal);
	sim_json_put(json, "started_at", sim_json_text(goal, "created_at", ""));
	if (strcmp(what, "end") == 0) {
		sim_json_put_bool(json, "is_achieved",
				  sim_json_int(goal, "current_amount", 0) >= sim_json_int(goal, "target_amount", 0));
		sim_json_put_time(json, "ended_at", sim_now_ms(sim), 9);
	}
	snprintf(type, sizeof(type), "channel.goal.%s", what);
	emit(sim, type, channel, json);
}

void sim_event_hype_train(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *train)
{
	static const char *const names[] = {
		"id",         "level", "total",          "top_contributions", "shared_train_participants",
		"started_at", "type",  "is_shared_train"};
	const struct sim_area *area = channel->area;
	bool end = strcmp(what, "end") == 0;
	cJSON *json = with_channel(channel);
	char type[40];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		copy(json, names[i], train);
	if (end) {
		sim_json_put_time(json, "ended_at", sim_now_ms(sim), 9);
		sim_json_put_time(json, "cooldown_ends_at", sim_now_ms(sim) + 3600000, 9);
	} else {
		copy(json, "progress", train);
		copy(json, "goal", train);
		copy(json, "expires_at", train);
	}
	if (strcmp(what, "begin") == 0) {
		sim_json_put_int(json, "all_time_high_level", area->hype_record_level);
		sim_json_put_int(json, "all_time_high_total", area->hype_record_total);
	}
	snprintf(type, sizeof(type), "channel.hype_train.%s", what);
	emit(sim, type, channel, json);
}

void sim_event_ad(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *requester, int seconds,
		  bool automatic)
{
	cJSON *json = with_channel(channel);
	sim_json_put_int(json, "duration_seconds", seconds);
	sim_json_put_time(json, "started_at", sim_now_ms(sim), 0);
	sim_json_put_bool(json, "is_automatic", automatic);
	put_user(json, "requester_", requester);
	emit(sim, "channel.ad_break.begin", channel, json);
}
