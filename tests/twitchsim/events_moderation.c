/* What moderators do; each is told in its own type and in channel.moderate. */
#include "events.h"

#include <stdio.h>

#include "area.h"
#include "catalog.h"
#include "eventsub.h"
#include "events_build.h"
#include "json.h"
#include "world.h"

/* channel.moderate with all its objects; `object` (taken over) goes under `name`, NULL = none. */
void sim_event_moderated(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
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
	if (!sim_event_wanted(sim, "channel.moderate", channel)) {
		cJSON_Delete(object);
		return;
	}
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "source_broadcaster_", NULL);
	sim_event_put_user(json, "moderator_", moderator);
	sim_json_put(json, "action", action);
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		bool own = name && strcmp(objects[i], name) == 0;
		cJSON_AddItemToObject(json, objects[i], own && object ? object : cJSON_CreateNull());
	}
	sim_event_emit(sim, "channel.moderate", channel, json);
}

void sim_event_ban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		   const struct sim_user *user, const struct sim_member *member, int seconds)
{
	if (sim_event_wanted(sim, "channel.ban", channel)) {
		cJSON *json = sim_event_of(channel);
		sim_event_put_user(json, "", user);
		sim_event_put_user(json, "moderator_", moderator);
		sim_json_put(json, "reason", member->ban_reason);
		sim_json_put_time(json, "banned_at", member->ban_created_ms, 9);
		sim_json_put_time(json, "ends_at", member->ban_until_ms, 9);
		sim_json_put_bool(json, "is_permanent", seconds == 0);
		sim_event_emit(sim, "channel.ban", channel, json);
	}
	if (sim_event_wanted(sim, "channel.chat.clear_user_messages", channel)) {
		cJSON *json = sim_event_of(channel);
		sim_event_put_user(json, "target_", user);
		sim_event_emit(sim, "channel.chat.clear_user_messages", channel, json);
	}
	cJSON *object = sim_event_user_object(user);
	sim_json_put(object, "reason", member->ban_reason);
	if (seconds)
		sim_json_put_time(object, "expires_at", member->ban_until_ms, 9);
	sim_event_moderated(sim, channel, moderator, seconds ? "timeout" : "ban", seconds ? "timeout" : "ban", object);
}

void sim_event_unban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		     const struct sim_user *user, bool was_timeout)
{
	if (sim_event_wanted(sim, "channel.unban", channel)) {
		cJSON *json = sim_event_of(channel);
		sim_event_put_user(json, "", user);
		sim_event_put_user(json, "moderator_", moderator);
		sim_event_emit(sim, "channel.unban", channel, json);
	}
	const char *action = was_timeout ? "untimeout" : "unban";
	sim_event_moderated(sim, channel, moderator, action, action, sim_event_user_object(user));
}

void sim_event_delete(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		      const struct sim_stored *stored)
{
	const struct sim_user *user = sim->users[stored->user];
	if (sim_event_wanted(sim, "channel.chat.message_delete", channel)) {
		cJSON *json = sim_event_of(channel);
		sim_event_put_user(json, "target_", user);
		sim_json_put(json, "message_id", stored->id);
		sim_event_emit(sim, "channel.chat.message_delete", channel, json);
	}
	cJSON *object = sim_event_user_object(user);
	sim_json_put(object, "message_id", stored->id);
	sim_json_put(object, "message_body", stored->text);
	sim_event_moderated(sim, channel, moderator, "delete", "delete", object);
}

void sim_event_clear(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator)
{
	sim_event_emit(sim, "channel.chat.clear", channel, sim_event_of(channel));
	sim_event_moderated(sim, channel, moderator, "clear", NULL, NULL);
}

void sim_event_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			const struct sim_settings *before)
{
	const struct sim_settings *now = &channel->settings;
	if (before->emote_only == now->emote_only && before->subs_only == now->subs_only &&
	    before->unique == now->unique && before->slow == now->slow && before->followers == now->followers)
		return;
	if (sim_event_wanted(sim, "channel.chat_settings.update", channel)) {
		cJSON *json = sim_event_of(channel);
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
		sim_event_emit(sim, "channel.chat_settings.update", channel, json);
	}
	if (before->emote_only != now->emote_only)
		sim_event_moderated(sim, channel, moderator, now->emote_only ? "emoteonly" : "emoteonlyoff", NULL,
				    NULL);
	if (before->subs_only != now->subs_only)
		sim_event_moderated(sim, channel, moderator, now->subs_only ? "subscribers" : "subscribersoff", NULL,
				    NULL);
	if (before->unique != now->unique)
		sim_event_moderated(sim, channel, moderator, now->unique ? "uniquechat" : "uniquechatoff", NULL, NULL);
	if (before->slow != now->slow) {
		cJSON *object = now->slow ? cJSON_CreateObject() : NULL;
		if (object)
			sim_json_put_int(object, "wait_time_seconds", now->slow);
		sim_event_moderated(sim, channel, moderator, now->slow ? "slow" : "slowoff", "slow", object);
	}
	if (before->followers != now->followers) {
		cJSON *object = now->followers >= 0 ? cJSON_CreateObject() : NULL;
		if (object)
			sim_json_put_int(object, "follow_duration_minutes", now->followers);
		sim_event_moderated(sim, channel, moderator, object ? "followers" : "followersoff", "followers",
				    object);
	}
}

void sim_event_role(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		    const struct sim_user *user, const char *role, bool given)
{
	bool mod = strcmp(role, "mod") == 0;
	const char *type = mod ? (given ? "channel.moderator.add" : "channel.moderator.remove")
			       : (given ? "channel.vip.add" : "channel.vip.remove");
	const char *action = mod ? (given ? "mod" : "unmod") : (given ? "vip" : "unvip");
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_event_emit(sim, type, channel, json);
	sim_event_moderated(sim, channel, moderator, action, action, sim_event_user_object(user));
}

void sim_event_warning(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		       const struct sim_user *user, const char *reason)
{
	cJSON *json = sim_event_of(channel), *object = sim_event_user_object(user);
	sim_event_put_user(json, "moderator_", moderator);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "reason", reason);
	sim_json_put_null(json, "chat_rules_cited");
	sim_event_emit(sim, "channel.warning.send", channel, json);
	sim_json_put(object, "reason", reason);
	sim_json_put_null(object, "chat_rules_cited");
	sim_event_moderated(sim, channel, moderator, "warn", "warn", object);
}

void sim_event_warning_acknowledged(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_event_emit(sim, "channel.warning.acknowledge", channel, json);
}

void sim_event_suspicious(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *user, int level)
{
	static const char *const names[] = {"none", "active_monitoring", "restricted"};
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "moderator_", moderator);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "low_trust_status", names[level]);
	sim_event_emit(sim, "channel.suspicious_user.update", channel, json);
}

void sim_event_shield(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, bool on)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "moderator_", moderator);
	sim_json_put_time(json, on ? "started_at" : "ended_at", sim_now_ms(sim), 9);
	sim_event_emit(sim, on ? "channel.shield_mode.begin" : "channel.shield_mode.end", channel, json);
}

static cJSON *hold_json(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held)
{
	cJSON *json = sim_event_of(channel);
	const char *text = sim_json_text(held, "text", "");
	sim_event_put_user(json, "", sim_user_by_id(sim, sim_json_text(held, "user_id", "")));
	sim_json_put(json, "message_id", sim_json_text(held, "id", ""));
	sim_event_put_message(sim, channel, json, text, false, false);
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
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "message_id", sim_json_text(held, "id", ""));
	sim_event_put_message(sim, channel, json, sim_json_text(held, "text", ""), false, false);
	if (status)
		sim_json_put(json, "status", strcmp(status, "expired") == 0 ? "invalid" : status);
	sim_eventsub_emit(sim, status ? "channel.chat.user_message_update" : "channel.chat.user_message_hold",
			  &(struct sim_about){.broadcaster = channel->user, .user = user}, json);
}

void sim_event_hold(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held)
{
	sim_event_emit(sim, "automod.message.hold", channel, hold_json(sim, channel, held));
	own_hold(sim, channel, held, NULL);
}

void sim_event_hold_update(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			   const cJSON *held, const char *status)
{
	cJSON *json = hold_json(sim, channel, held);
	sim_event_put_user(json, "moderator_", moderator);
	sim_json_put(json, "status", status);
	sim_event_emit(sim, "automod.message.update", channel, json);
	own_hold(sim, channel, held, status);
}

void sim_event_term(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, const char *text,
		    bool added)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "moderator_", moderator);
	sim_json_put(json, "action", added ? "add_blocked" : "remove_blocked");
	sim_json_put_bool(json, "from_automod", false);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "terms"), cJSON_CreateString(text));
	sim_event_emit(sim, "automod.terms.update", channel, json);
	cJSON *object = cJSON_CreateObject();
	sim_json_put(object, "action", added ? "add" : "remove");
	sim_json_put(object, "list", "blocked");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "terms"), cJSON_CreateString(text));
	sim_json_put_bool(object, "from_automod", false);
	sim_event_moderated(sim, channel, moderator, added ? "add_blocked_term" : "remove_blocked_term",
			    "automod_terms", object);
}

void sim_event_automod_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator)
{
	const struct sim_area *area = channel->area;
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "moderator_", moderator);
	if (area->overall_level < 0)
		sim_json_put_null(json, "overall_level");
	else
		sim_json_put_int(json, "overall_level", area->overall_level);
	for (int i = 0; i < SIM_AUTOMOD_CATEGORIES; i++)
		sim_json_put_int(json, sim_automod_names[i], area->automod[i]);
	sim_event_emit(sim, "automod.settings.update", channel, json);
}

void sim_event_unban_request(struct lx_sim *sim, struct sim_channel *channel, const cJSON *request)
{
	cJSON *json = sim_event_of(channel);
	sim_json_put(json, "id", sim_json_text(request, "id", ""));
	sim_event_put_user(json, "", sim_user_by_id(sim, sim_json_text(request, "user_id", "")));
	sim_json_put(json, "text", sim_json_text(request, "text", ""));
	sim_json_put(json, "created_at", sim_json_text(request, "created_at", ""));
	sim_event_emit(sim, "channel.unban_request.create", channel, json);
}

void sim_event_unban_resolve(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			     const cJSON *request)
{
	const struct sim_user *user = sim_user_by_id(sim, sim_json_text(request, "user_id", ""));
	const char *status = sim_json_text(request, "status", "");
	cJSON *json = sim_event_of(channel);
	sim_json_put(json, "id", sim_json_text(request, "id", ""));
	sim_event_put_user(json, "moderator_", moderator);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "resolution_text", sim_json_text(request, "resolution_text", NULL));
	sim_json_put(json, "status", status);
	sim_event_emit(sim, "channel.unban_request.resolve", channel, json);
	bool approved = strcmp(status, "approved") == 0;
	if (!approved && strcmp(status, "denied") != 0)
		return;
	cJSON *object = sim_event_user_object(user);
	sim_json_put_bool(object, "is_approved", approved);
	sim_json_put(object, "moderator_message", sim_json_text(request, "resolution_text", ""));
	sim_event_moderated(sim, channel, moderator, approved ? "approve_unban_request" : "deny_unban_request",
			    "unban_request", object);
}
