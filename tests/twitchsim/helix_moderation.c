/* Bans, deletions, roles, warnings, suspicious users. */
#include "helix.h"

#include <stdio.h>

#include "area.h"
#include "chat.h"
#include "events.h"
#include "irc.h"
#include "moderation.h"

#define TIMEOUT_MAX 1209600
#define DELETE_WINDOW_MS (6 * 3600000LL)

/* Person named in the body's "data" or in the body itself. */
static struct sim_user *body_user(struct sim_call *call, const cJSON *data)
{
	const char *id = sim_json_text(data, "user_id", NULL);
	if (!id || !*id) {
		sim_fail(call, 400, "The parameter \"user_id\" is required");
		return NULL;
	}
	struct sim_user *user = sim_user_by_id(call->sim, id);
	if (!user)
		sim_fail(call, 400, "The user specified in the user_id field was not found.");
	return user;
}

static bool good_reason(struct sim_call *call, const char *reason)
{
	if (!reason || sim_code_points(reason) <= 500)
		return true;
	sim_fail(call, 400, "The text in the reason field is too long: the maximum length is 500 characters.");
	return false;
}

/* Whether the caller may act against this person. */
static bool may_be_hit(const struct sim_call *call, const struct sim_user *user)
{
	if (user == call->user || sim_is_broadcaster(call->channel, user))
		return false;
	return !sim_can_moderate(call->channel, user) || sim_is_broadcaster(call->channel, call->user);
}

static void post_bans(struct sim_call *call)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(call->body, "data");
	if (!cJSON_IsObject(data)) {
		sim_fail(call, 400, "The parameter \"data\" is required");
		return;
	}
	struct sim_user *user = body_user(call, data);
	const char *reason = sim_json_text(data, "reason", NULL);
	if (!user || !good_reason(call, reason))
		return;
	const cJSON *duration = cJSON_GetObjectItemCaseSensitive(data, "duration");
	if (duration && !cJSON_IsNull(duration) &&
	    (!cJSON_IsNumber(duration) || duration->valuedouble < 1 || duration->valuedouble > TIMEOUT_MAX)) {
		sim_fail(call, 400, "The value in the duration field is not valid: it must be 1 to %d seconds.",
			 TIMEOUT_MAX);
		return;
	}
	int seconds = cJSON_IsNumber(duration) ? (int)duration->valuedouble : 0;
	struct sim_member *member = sim_member(call->channel, user);
	if (!may_be_hit(call, user)) {
		sim_fail(call, 400, "The user specified in the user_id field may not be %s.",
			 seconds ? "put in a timeout" : "banned");
		return;
	}
	if (sim_ban_state(call->sim, member) == SIM_BANNED) {
		sim_fail(call, 400, "user is already banned");
		return;
	}
	sim_chat_ban(call->sim, call->channel, call->user, user, seconds, reason);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "broadcaster_id", call->channel->user->id);
	sim_json_put(json, "moderator_id", call->user->id);
	sim_json_put(json, "user_id", user->id);
	sim_json_put_time(json, "created_at", member->ban_created_ms, 0);
	sim_json_put_time(json, "end_time", member->ban_until_ms, 0);
	sim_reply_data(call, sim_array_of(json));
}

static void delete_bans(struct sim_call *call)
{
	struct sim_user *user = sim_need_user(call, "user_id");
	if (!user)
		return;
	if (sim_ban_state(call->sim, sim_member(call->channel, user)) == SIM_NOT_BANNED) {
		sim_fail(call, 400, "user is not banned");
		return;
	}
	sim_chat_unban(call->sim, call->channel, call->user, user);
	sim_no_content(call);
}

typedef cJSON *(*member_json)(struct sim_call *call, struct sim_user *user, struct sim_member *member);

/* Page of the members that `json` returns something for; `user_id` narrows it. */
static void list_members(struct sim_call *call, member_json json_of)
{
	const char *ids[100];
	size_t count = sim_params(call, "user_id", ids, 100);
	if (sim_failed(call))
		return;
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->channel->member_capacity && i < call->sim->user_count; i++) {
		struct sim_member *member = call->channel->members[i];
		bool wanted = count == 0;
		for (size_t k = 0; k < count && member; k++)
			wanted = wanted || strcmp(ids[k], call->sim->users[i]->id) == 0;
		cJSON *json = member && wanted ? json_of(call, call->sim->users[i], member) : NULL;
		if (json)
			cJSON_AddItemToArray(all, json);
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

static cJSON *banned_json(struct sim_call *call, struct sim_user *user, struct sim_member *member)
{
	if (sim_ban_state(call->sim, member) == SIM_NOT_BANNED)
		return NULL;
	cJSON *json = cJSON_CreateObject();
	char expires[40];
	sim_put_u3(json, user);
	sim_json_put(json, "expires_at", member->ban_until_ms ? sim_time_text(member->ban_until_ms, 0, expires) : "");
	sim_json_put_time(json, "created_at", member->ban_created_ms, 0);
	sim_json_put(json, "reason", member->ban_reason);
	sim_put_3(json, "moderator_", sim_user_by_id(call->sim, member->ban_moderator));
	return json;
}

static void get_banned(struct sim_call *call)
{
	list_members(call, banned_json);
}

static void delete_chat(struct sim_call *call)
{
	const char *id = sim_param(call, "message_id");
	if (!id) {
		sim_chat_clear(call->sim, call->channel, call->user);
		sim_no_content(call);
		return;
	}
	struct sim_stored *stored = sim_message_find(call->channel, id);
	if (!stored || stored->deleted) {
		sim_fail(call, 404, "The message specified in message_id was not found.");
		return;
	}
	const struct sim_user *author = call->sim->users[stored->user];
	if (sim_now_ms(call->sim) - stored->sent_ms > DELETE_WINDOW_MS)
		sim_fail(call, 400, "The message was created more than 6 hours ago.");
	else if (!sim_is_broadcaster(call->channel, call->user) && author != call->user &&
		 sim_can_moderate(call->channel, author))
		sim_fail(call, 400,
			 sim_is_broadcaster(call->channel, author)
				 ? "You may not delete the broadcaster's messages."
				 : "You may not delete another moderator's messages.");
	else
		sim_chat_delete(call->sim, call->channel, call->user, stored);
	if (!sim_failed(call))
		sim_no_content(call);
}

static void post_warnings(struct sim_call *call)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(call->body, "data");
	struct sim_user *user = body_user(call, data);
	const char *reason = sim_json_text(data, "reason", NULL);
	if (!user)
		return;
	if (!reason || !*reason) {
		sim_fail(call, 400, "The parameter \"reason\" is required");
		return;
	}
	if (!good_reason(call, reason))
		return;
	if (!may_be_hit(call, user)) {
		sim_fail(call, 400, "The user specified in the user_id field may not be warned.");
		return;
	}
	sim_member(call->channel, user)->warned = true;
	sim_event_warning(call->sim, call->channel, call->user, user, reason);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "broadcaster_id", call->channel->user->id);
	sim_json_put(json, "user_id", user->id);
	sim_json_put(json, "moderator_id", call->user->id);
	sim_json_put(json, "reason", reason);
	sim_reply_data(call, sim_array_of(json));
}

/* --- roles ------------------------------------------------------------------------------------------------------- */

static cJSON *moderator_json(struct sim_call *call, struct sim_user *user, struct sim_member *member)
{
	if (!member->mod && !member->lead_mod)
		return NULL;
	cJSON *json = cJSON_CreateObject();
	sim_put_u3(json, user);
	return json;
}

static void get_moderators(struct sim_call *call)
{
	list_members(call, moderator_json);
}

/* Ten in ten seconds. */
static bool within_ten(struct sim_call *call, int64_t times[10], uint32_t *next)
{
	int64_t now = sim_now_ms(call->sim), oldest = times[*next % 10];
	if (oldest && now - oldest < 10000) {
		sim_fail(call, 429, "Too many requests. Limit is 10 within 10 seconds.");
		return false;
	}
	times[(*next)++ % 10] = now;
	return true;
}

static void post_moderators(struct sim_call *call)
{
	struct sim_user *user = sim_need_user(call, "user_id");
	struct sim_area *area = call->channel->area;
	if (!user || !within_ten(call, area->mod_times, &area->mod_next))
		return;
	struct sim_member *member = sim_member(call->channel, user);
	if (member->mod || sim_is_broadcaster(call->channel, user))
		sim_fail(call, 400, "user is already a mod");
	else if (sim_ban_state(call->sim, member) != SIM_NOT_BANNED)
		sim_fail(call, 400, "The user is banned from the channel.");
	else if (member->vip)
		sim_fail(call, 422,
			 "The user is a VIP. To make them a moderator, you must first remove them as a VIP.");
	if (sim_failed(call))
		return;
	sim_chat_role(call->sim, call->channel, call->user, user, "mod", true);
	sim_no_content(call);
}

static void delete_moderators(struct sim_call *call)
{
	struct sim_user *user = sim_need_user(call, "user_id");
	struct sim_area *area = call->channel->area;
	if (!user || !within_ten(call, area->mod_times, &area->mod_next))
		return;
	if (!sim_member(call->channel, user)->mod) {
		sim_fail(call, 400, "user is not a mod");
		return;
	}
	sim_chat_role(call->sim, call->channel, call->user, user, "mod", false);
	sim_no_content(call);
}

static cJSON *vip_json(struct sim_call *call, struct sim_user *user, struct sim_member *member)
{
	if (!member->vip)
		return NULL;
	cJSON *json = cJSON_CreateObject();
	sim_put_u3(json, user);
	return json;
}

static void get_vips(struct sim_call *call)
{
	list_members(call, vip_json);
}

static void post_vips(struct sim_call *call)
{
	struct sim_user *user = sim_need_user(call, "user_id");
	struct sim_area *area = call->channel->area;
	if (!user || !within_ten(call, area->vip_times, &area->vip_next))
		return;
	struct sim_member *member = sim_member(call->channel, user);
	size_t vips = 0;
	for (size_t i = 0; i < call->channel->member_capacity; i++)
		vips += call->channel->members[i] && call->channel->members[i]->vip;
	if (!sim_monetized(call->channel->user))
		sim_fail(call, 425, "The broadcaster must complete the Build a Community requirement.");
	else if (member->mod)
		sim_fail(call, 422, "The user is a moderator. Remove them as a moderator first.");
	else if (member->vip)
		sim_fail(call, 422, "The user is already a VIP.");
	else if (vips >= 100)
		sim_fail(call, 409, "The broadcaster doesn't have available VIP slots.");
	if (sim_failed(call))
		return;
	sim_chat_role(call->sim, call->channel, call->user, user, "vip", true);
	sim_no_content(call);
}

static void delete_vips(struct sim_call *call)
{
	struct sim_user *user = sim_need_user(call, "user_id");
	struct sim_area *area = call->channel->area;
	if (!user)
		return;
	if (call->user != user && !sim_is_broadcaster(call->channel, call->user)) {
		sim_fail(call, 401,
			 "The ID in broadcaster_id must match the user ID found in the request's OAuth token.");
		return;
	}
	if (!within_ten(call, area->vip_times, &area->vip_next))
		return;
	if (!sim_member(call->channel, user)->vip) {
		sim_fail(call, 422, "The user is not a VIP in the broadcaster's channel.");
		return;
	}
	sim_chat_role(call->sim, call->channel, call->user, user, "vip", false);
	sim_no_content(call);
}

static void get_moderated_channels(struct sim_call *call)
{
	if (!sim_need_self(call, "user_id"))
		return;
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->sim->channels.num; i++) {
		const struct sim_channel *channel = call->sim->channels.array[i];
		if (sim_is_broadcaster(channel, call->user) || !sim_can_moderate(channel, call->user))
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_put_b3(json, channel->user);
		cJSON_AddItemToArray(all, json);
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

/* --- suspicious users, shield mode ------------------------------------------------------------------------------- */

static void change_suspicious(struct sim_call *call)
{
	bool post = strcmp(call->request->method, "POST") == 0;
	struct sim_user *user = post ? body_user(call, call->body) : sim_need_user(call, "user_id");
	if (!user)
		return;
	int level = 0;
	if (post) {
		const char *status = sim_need_text(call, "status");
		if (!status)
			return;
		level = strcmp(status, "ACTIVE_MONITORING") == 0 ? 1 : strcmp(status, "RESTRICTED") == 0 ? 2 : 0;
		if (!level) {
			sim_fail(call, 400, "The value in the status field is not valid.");
			return;
		}
	}
	if (!may_be_hit(call, user)) {
		sim_fail(call, 400, "The user specified in the user_id field may not be treated as suspicious.");
		return;
	}
	sim_member(call->channel, user)->suspicious = level;
	sim_event_suspicious(call->sim, call->channel, call->user, user, level);
	static const char *const names[] = {"NO_TREATMENT", "ACTIVE_MONITORING", "RESTRICTED"};
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "user_id", user->id);
	sim_json_put(json, "broadcaster_id", call->channel->user->id);
	sim_json_put(json, "moderator_id", call->user->id);
	sim_json_put_time(json, "updated_at", sim_now_ms(call->sim), 0);
	sim_json_put(json, "status", names[level]);
	cJSON *types = cJSON_AddArrayToObject(json, "types");
	if (level)
		cJSON_AddItemToArray(types, cJSON_CreateString("MANUALLY_ADDED"));
	sim_reply_data(call, sim_array_of(json));
}

static void reply_shield(struct sim_call *call)
{
	const struct sim_area *area = call->channel->area;
	const struct sim_user *by = sim_user_by_id(call->sim, area->shield_by);
	char time[40];
	cJSON *json = cJSON_CreateObject();
	sim_json_put_bool(json, "is_active", area->shield);
	sim_json_put(json, "moderator_id", by ? by->id : "");
	sim_json_put(json, "moderator_login", by ? by->login : "");
	sim_json_put(json, "moderator_name", by ? by->name : "");
	sim_json_put(json, "last_activated_at", area->shield_ms ? sim_time_text(area->shield_ms, 0, time) : "");
	sim_reply_data(call, sim_array_of(json));
}

static void get_shield(struct sim_call *call)
{
	reply_shield(call);
}

static void put_shield(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	const cJSON *active = cJSON_GetObjectItemCaseSensitive(call->body, "is_active");
	if (!cJSON_IsBool(active)) {
		sim_fail(call, 400, "The parameter \"is_active\" is required");
		return;
	}
	if (cJSON_IsTrue(active) != area->shield) {
		area->shield = cJSON_IsTrue(active);
		snprintf(area->shield_by, sizeof(area->shield_by), "%s", call->user->id);
		if (area->shield)
			area->shield_ms = sim_now_ms(call->sim);
		sim_event_shield(call->sim, call->channel, call->user, area->shield);
	}
	reply_shield(call);
}

const struct sim_endpoint sim_helix_moderation[] = {
	{"POST", "/moderation/bans", "moderator:manage:banned_users", SIM_BODY | SIM_MODERATOR, post_bans},
	{"DELETE", "/moderation/bans", "moderator:manage:banned_users", SIM_MODERATOR, delete_bans},
	{"GET", "/moderation/banned", "moderation:read|moderator:manage:banned_users", SIM_BROADCASTER_SELF,
	 get_banned},
	{"DELETE", "/moderation/chat", "moderator:manage:chat_messages", SIM_MODERATOR, delete_chat},
	{"POST", "/moderation/warnings", "moderator:manage:warnings", SIM_BODY | SIM_MODERATOR, post_warnings},
	{"GET", "/moderation/moderators", "moderation:read|channel:manage:moderators", SIM_BROADCASTER_SELF,
	 get_moderators},
	{"POST", "/moderation/moderators", "channel:manage:moderators", SIM_BROADCASTER_SELF, post_moderators},
	{"DELETE", "/moderation/moderators", "channel:manage:moderators", SIM_BROADCASTER_SELF, delete_moderators},
	{"GET", "/channels/vips", "channel:read:vips|channel:manage:vips", SIM_BROADCASTER_SELF, get_vips},
	{"POST", "/channels/vips", "channel:manage:vips", SIM_BROADCASTER_SELF, post_vips},
	{"DELETE", "/channels/vips", "channel:manage:vips", SIM_BROADCASTER, delete_vips},
	{"GET", "/moderation/channels", "user:read:moderated_channels", SIM_USER_TOKEN, get_moderated_channels},
	{"GET", "/moderation/blocked_terms", "moderator:read:blocked_terms|moderator:manage:blocked_terms",
	 SIM_MODERATOR, sim_get_blocked_terms},
	{"POST", "/moderation/blocked_terms", "moderator:manage:blocked_terms", SIM_BODY | SIM_MODERATOR,
	 sim_post_blocked_terms},
	{"DELETE", "/moderation/blocked_terms", "moderator:manage:blocked_terms", SIM_MODERATOR,
	 sim_delete_blocked_terms},
	{"GET", "/moderation/automod/settings", "moderator:read:automod_settings|moderator:manage:automod_settings",
	 SIM_MODERATOR, sim_get_automod_settings},
	{"PUT", "/moderation/automod/settings", "moderator:manage:automod_settings", SIM_BODY | SIM_MODERATOR,
	 sim_put_automod_settings},
	{"POST", "/moderation/automod/message", "moderator:manage:automod", SIM_BODY | SIM_USER_TOKEN,
	 sim_post_automod_message},
	{"POST", "/moderation/enforcements/status", "moderation:read", SIM_BODY | SIM_BROADCASTER_SELF,
	 sim_post_enforcements},
	{"GET", "/moderation/unban_requests", "moderator:read:unban_requests|moderator:manage:unban_requests",
	 SIM_MODERATOR, sim_get_unban_requests},
	{"PATCH", "/moderation/unban_requests", "moderator:manage:unban_requests", SIM_MODERATOR,
	 sim_patch_unban_requests},
	{"GET", "/moderation/shield_mode", "moderator:read:shield_mode|moderator:manage:shield_mode", SIM_MODERATOR,
	 get_shield},
	{"PUT", "/moderation/shield_mode", "moderator:manage:shield_mode", SIM_BODY | SIM_MODERATOR, put_shield},
	{"POST", "/moderation/suspicious_users", "moderator:manage:suspicious_users", SIM_BODY | SIM_MODERATOR,
	 change_suspicious},
	{"DELETE", "/moderation/suspicious_users", "moderator:manage:suspicious_users", SIM_MODERATOR,
	 change_suspicious},
	{NULL, NULL, NULL, 0, NULL},
};
