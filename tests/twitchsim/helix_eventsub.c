/* Subscription types and their management (twitch.md 4.9, 5.4 to 5.6). */
#include "helix.h"

#include <stdio.h>

#include "eventsub.h"

#define MAX_COST 10
#define MAX_CONNECTIONS 3
#define MAX_PER_CONNECTION 300
#define MAX_SAME 3

enum who {         /* what the condition names, and who may subscribe */
	   ANYONE, /* broadcaster_user_id; no permission needed */
	   OWNER,  /* broadcaster_user_id is the token's user */
	   REWARD, /* the same, with an optional reward_id */
	   MOD, /* broadcaster_user_id and moderator_user_id, the latter being the token's user and moderating there */
	   READER, /* broadcaster_user_id and user_id, the latter being the token's user, not banned there */
	   SELF,   /* user_id is the token's user */
	   RAID,   /* from_ or to_broadcaster_user_id, one of them */
	   ADS,    /* broadcaster_user_id or broadcaster_id is the token's user */
};

#define RW(what) "moderator:read:" what "|moderator:manage:" what
#define CRW(what) "channel:read:" what "|channel:manage:" what

static const struct type {
	const char *type, *version, *scopes;
	enum who who;
	bool monetized;
} types[] = {
	{"channel.chat.message", "1", "user:read:chat", READER, false},
	{"channel.chat.notification", "1", "user:read:chat", READER, false},
	{"channel.chat.message_delete", "1", "user:read:chat", READER, false},
	{"channel.chat.clear_user_messages", "1", "user:read:chat", READER, false},
	{"channel.chat.clear", "1", "user:read:chat", READER, false},
	{"channel.chat_settings.update", "1", "user:read:chat", READER, false},
	{"channel.chat.user_message_hold", "1", "user:read:chat", READER, false},
	{"channel.chat.user_message_update", "1", "user:read:chat", READER, false},
	{"automod.message.hold", "2", "moderator:manage:automod", MOD, false},
	{"automod.message.update", "2", "moderator:manage:automod", MOD, false},
	{"automod.settings.update", "1", "moderator:read:automod_settings", MOD, false},
	{"automod.terms.update", "1", "moderator:manage:automod", MOD, false},
	{"channel.moderate", "2", "", MOD, false}, /* all of moderate_scopes below */
	{"channel.ban", "1", "channel:moderate", OWNER, false},
	{"channel.unban", "1", "channel:moderate", OWNER, false},
	{"channel.unban_request.create", "1", RW("unban_requests"), MOD, false},
	{"channel.unban_request.resolve", "1", RW("unban_requests"), MOD, false},
	{"channel.moderator.add", "1", "moderation:read", OWNER, false},
	{"channel.moderator.remove", "1", "moderation:read", OWNER, false},
	{"channel.vip.add", "1", CRW("vips"), OWNER, false},
	{"channel.vip.remove", "1", CRW("vips"), OWNER, false},
	{"channel.warning.send", "1", RW("warnings"), MOD, false},
	{"channel.warning.acknowledge", "1", RW("warnings"), MOD, false},
	{"channel.suspicious_user.message", "1", "moderator:read:suspicious_users", MOD, false},
	{"channel.suspicious_user.update", "1", "moderator:read:suspicious_users", MOD, false},
	{"channel.shield_mode.begin", "1", RW("shield_mode"), MOD, false},
	{"channel.shield_mode.end", "1", RW("shield_mode"), MOD, false},
	{"channel.follow", "2", "moderator:read:followers", MOD, false},
	{"channel.subscribe", "1", "channel:read:subscriptions", OWNER, false},
	{"channel.subscription.message", "1", "channel:read:subscriptions", OWNER, false},
	{"channel.subscription.gift", "1", "channel:read:subscriptions", OWNER, false},
	{"channel.subscription.end", "1", "channel:read:subscriptions", OWNER, false},
	{"channel.cheer", "1", "bits:read", OWNER, false},
	{"channel.bits.use", "1", "bits:read", OWNER, false},
	{"channel.custom_power_up_redemption.add", "1", "bits:read", REWARD, false},
	{"channel.raid", "1", NULL, RAID, false},
	{"channel.shoutout.create", "1", RW("shoutouts"), MOD, false},
	{"channel.shoutout.receive", "1", RW("shoutouts"), MOD, false},
	{"channel.update", "2", NULL, ANYONE, false},
	{"stream.online", "1", NULL, ANYONE, false},
	{"stream.offline", "1", NULL, ANYONE, false},
	{"channel.ad_break.begin", "1", "channel:read:ads", ADS, false},
	{"channel.poll.begin", "1", CRW("polls"), OWNER, true},
	{"channel.poll.progress", "1", CRW("polls"), OWNER, true},
	{"channel.poll.end", "1", CRW("polls"), OWNER, true},
	{"channel.prediction.begin", "1", CRW("predictions"), OWNER, true},
	{"channel.prediction.progress", "1", CRW("predictions"), OWNER, true},
	{"channel.prediction.lock", "1", CRW("predictions"), OWNER, true},
	{"channel.prediction.end", "1", CRW("predictions"), OWNER, true},
	{"channel.hype_train.begin", "2", "channel:read:hype_train", OWNER, false},
	{"channel.hype_train.progress", "2", "channel:read:hype_train", OWNER, false},
	{"channel.hype_train.end", "2", "channel:read:hype_train", OWNER, false},
	{"channel.goal.begin", "1", "channel:read:goals", OWNER, false},
	{"channel.goal.progress", "1", "channel:read:goals", OWNER, false},
	{"channel.goal.end", "1", "channel:read:goals", OWNER, false},
	{"channel.charity_campaign.donate", "1", "channel:read:charity", OWNER, false},
	{"channel.charity_campaign.start", "1", "channel:read:charity", OWNER, false},
	{"channel.charity_campaign.progress", "1", "channel:read:charity", OWNER, false},
	{"channel.charity_campaign.stop", "1", "channel:read:charity", OWNER, false},
	{"channel.channel_points_custom_reward.add", "1", CRW("redemptions"), OWNER, true},
	{"channel.channel_points_custom_reward.update", "1", CRW("redemptions"), REWARD, true},
	{"channel.channel_points_custom_reward.remove", "1", CRW("redemptions"), REWARD, true},
	{"channel.channel_points_custom_reward_redemption.add", "1", CRW("redemptions"), REWARD, true},
	{"channel.channel_points_custom_reward_redemption.update", "1", CRW("redemptions"), REWARD, true},
	{"channel.channel_points_automatic_reward_redemption.add", "2", CRW("redemptions"), OWNER, true},
	{"channel.shared_chat.begin", "1", NULL, ANYONE, false},
	{"channel.shared_chat.update", "1", NULL, ANYONE, false},
	{"channel.shared_chat.end", "1", NULL, ANYONE, false},
	{"user.update", "1", NULL, SELF, false},
	{"user.whisper.message", "1", "user:read:whispers|user:manage:whispers", SELF, false},
};

static const char *const moderate_scopes[] = {RW("blocked_terms"),         RW("chat_settings"),  RW("unban_requests"),
					      RW("banned_users"),          RW("chat_messages"),  RW("warnings"),
					      "moderator:read:moderators", "moderator:read:vips"};

static const char *condition_text(const cJSON *condition, const char *name)
{
	const char *value = sim_json_text(condition, name, "");
	return *value ? value : NULL;
}

/* The condition has what it needs; false after a 400. */
static bool good_condition(struct sim_call *call, const struct type *type, const cJSON *condition)
{
	const char *b = condition_text(condition, "broadcaster_user_id"),
		   *m = condition_text(condition, "moderator_user_id");
	const char *u = condition_text(condition, "user_id");
	bool ok = true;
	if (type->who == RAID)
		ok = !condition_text(condition, "from_broadcaster_user_id") !=
		     !condition_text(condition, "to_broadcaster_user_id");
	else if (type->who == ADS)
		ok = b || condition_text(condition, "broadcaster_id");
	else if (type->who == SELF)
		ok = u != NULL;
	else
		ok = b && (type->who != MOD || m) && (type->who != READER || u);
	if (!ok)
		sim_fail(call, 400, "invalid condition");
	return ok;
}

static bool authorized(struct sim_call *call, const struct type *type, const cJSON *condition)
{
	const char *b = condition_text(condition, "broadcaster_user_id");
	if (!b)
		b = condition_text(condition, "broadcaster_id");
	struct sim_channel *channel = b ? sim_channel_by_id(call->sim, b) : NULL;
	const char *me = call->user->id;
	if (type->scopes && *type->scopes && !sim_has_scope(call, type->scopes))
		return false;
	if (type->scopes && !*type->scopes) {
		for (size_t i = 0; i < sizeof(moderate_scopes) / sizeof(moderate_scopes[0]); i++) {
			if (!sim_has_scope(call, moderate_scopes[i]))
				return false;
		}
	}
	if (type->monetized && (!channel || !sim_monetized(channel->user)))
		return false;
	switch (type->who) {
	case ANYONE:
		return channel != NULL;
	case OWNER:
	case REWARD:
	case ADS:
		return channel && channel->user == call->user;
	case MOD:
		return channel && strcmp(condition_text(condition, "moderator_user_id"), me) == 0 &&
		       sim_can_moderate(channel, call->user);
	case READER:
		return channel && strcmp(condition_text(condition, "user_id"), me) == 0 &&
		       sim_ban_state(call->sim, sim_member_find(channel, call->user)) == SIM_NOT_BANNED;
	case SELF:
		return strcmp(condition_text(condition, "user_id"), me) == 0;
	case RAID:
		return true;
	}
	return false;
}

/* 0 when the person the condition names has authorised the application. */
static int cost_of(struct sim_call *call, const cJSON *condition)
{
	static const char *const names[] = {"broadcaster_user_id",      "broadcaster_id",         "user_id",
					    "from_broadcaster_user_id", "to_broadcaster_user_id", "moderator_user_id"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *id = condition_text(condition, names[i]);
		struct sim_user *user = id ? sim_user_by_id(call->sim, id) : NULL;
		if (!user)
			continue;
		if (user == call->user)
			return 0;
		cJSON *scopes = sim_oauth_scopes_of(call->sim, user, call->token->client);
		cJSON_Delete(scopes);
		if (scopes)
			return 0;
	}
	return 1;
}

static bool mine(const struct sim_call *call, const struct sim_subscription *subscription)
{
	return subscription->user == call->user && subscription->client == call->token->client;
}

static int total_cost(struct sim_call *call)
{
	int sum = 0;
	for (size_t i = 0; i < sim_subscription_count(call->sim); i++) {
		const struct sim_subscription *subscription = sim_subscription_at(call->sim, i);
		if (mine(call, subscription) && subscription->session)
			sum += subscription->cost;
	}
	return sum;
}

static void put_totals(struct sim_call *call, cJSON *json, int total)
{
	sim_json_put_int(json, "total", total);
	sim_json_put_int(json, "total_cost", total_cost(call));
	sim_json_put_int(json, "max_total_cost", MAX_COST);
}

/* Limits of twitch.md 5.4; false after 409 or 429. */
static bool within_limits(struct sim_call *call, const struct type *type, const cJSON *condition,
			  const struct sim_session *session, int cost)
{
	const struct sim_session *others[MAX_CONNECTIONS];
	size_t other_count = 0, here = 0, same = 0;
	for (size_t i = 0; i < sim_subscription_count(call->sim); i++) {
		const struct sim_subscription *subscription = sim_subscription_at(call->sim, i);
		if (!mine(call, subscription) || !subscription->session)
			continue;
		here += subscription->session == session;
		bool known = subscription->session == session;
		for (size_t k = 0; k < other_count; k++)
			known = known || others[k] == subscription->session;
		if (!known && other_count < MAX_CONNECTIONS)
			others[other_count++] = subscription->session;
		if (strcmp(subscription->type, type->type) != 0 ||
		    !cJSON_Compare(subscription->condition, condition, true))
			continue;
		same++;
		if (subscription->session == session) {
			cJSON *json = cJSON_CreateObject();
			sim_json_put(json, "error", "Conflict");
			sim_json_put_int(json, "status", 409);
			sim_json_put(json, "message", "subscription already exists");
			sim_json_put(json, "id", subscription->id);
			sim_reply(call, 409, json);
			return false;
		}
	}
	if (!here && other_count >= MAX_CONNECTIONS)
		sim_fail(call, 429, "number of websocket transports limit exceeded");
	else if (same >= MAX_SAME)
		sim_fail(call, 429, "number of subscriptions with the same type and condition exceeded");
	else if (here >= MAX_PER_CONNECTION)
		sim_fail(call, 429, "number of subscriptions of the websocket transport exceeded");
	else if (cost && total_cost(call) + cost > MAX_COST)
		sim_fail(call, 429, "maximum total cost exceeded");
	return !sim_failed(call);
}

static void post_subscriptions(struct sim_call *call)
{
	const char *name = sim_need_text(call, "type"), *version = name ? sim_need_text(call, "version") : NULL;
	const cJSON *condition = cJSON_GetObjectItemCaseSensitive(call->body, "condition");
	const cJSON *transport = cJSON_GetObjectItemCaseSensitive(call->body, "transport");
	if (!version)
		return;
	const struct type *type = NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && !type; i++) {
		if (strcmp(types[i].type, name) == 0 && strcmp(types[i].version, version) == 0)
			type = &types[i];
	}
	if (!type) {
		sim_fail(call, 400, "invalid subscription type and version");
		return;
	}
	if (strcmp(sim_json_text(transport, "method", ""), "websocket") != 0) {
		sim_fail(call, 400, "invalid transport and auth combination");
		return;
	}
	if (!good_condition(call, type, condition))
		return;
	struct sim_session *session = sim_session_find(call->sim, sim_json_text(transport, "session_id", ""));
	if (!session) {
		sim_fail(call, 400, "websocket transport session does not exist or has already disconnected");
		return;
	}
	if (sim_session_user(session) && sim_session_user(session) != call->user) {
		sim_fail(call, 400, "websocket transport cannot have subscriptions created by different users");
		return;
	}
	if (!authorized(call, type, condition)) {
		sim_fail(call, 403, "subscription missing proper authorization");
		return;
	}
	int cost = cost_of(call, condition);
	if (!within_limits(call, type, condition, session, cost))
		return;
	struct sim_subscription *subscription = sim_subscription_add(call->sim, session, type->type, type->version,
								     condition, call->user, call->token->client, cost);
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "data", sim_array_of(sim_subscription_json(subscription)));
	int total = 0;
	for (size_t i = 0; i < sim_subscription_count(call->sim); i++)
		total += mine(call, sim_subscription_at(call->sim, i));
	put_totals(call, json, total);
	sim_reply(call, 202, json);
}

static void get_subscriptions(struct sim_call *call)
{
	static const char *const names[] = {"status", "type", "user_id", "subscription_id", "conduit_id"};
	const char *values[5];
	int given = 0;
	for (int i = 0; i < 5; i++) {
		values[i] = sim_param(call, names[i]);
		given += values[i] != NULL;
	}
	if (given > 1) {
		sim_fail(call, 400, "Only one filter may be specified");
		return;
	}
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < sim_subscription_count(call->sim); i++) {
		const struct sim_subscription *subscription = sim_subscription_at(call->sim, i);
		const cJSON *item;
		bool named = false;
		cJSON_ArrayForEach (item, subscription->condition)
			named = named ||
				(values[2] && cJSON_IsString(item) && strcmp(item->valuestring, values[2]) == 0);
		if (mine(call, subscription) && (!values[0] || strcmp(values[0], subscription->status) == 0) &&
		    (!values[1] || strcmp(values[1], subscription->type) == 0) && (!values[2] || named) &&
		    (!values[3] || strcmp(values[3], subscription->id) == 0) && !values[4])
			cJSON_AddItemToArray(all, sim_subscription_json(subscription));
	}
	int total = cJSON_GetArraySize(all);
	cJSON *json = sim_page(call, all, 100, 100);
	if (!json)
		return;
	put_totals(call, json, total);
	sim_reply(call, 200, json);
}

static void delete_subscriptions(struct sim_call *call)
{
	const char *id = sim_need_param(call, "id");
	for (size_t i = 0; id && i < sim_subscription_count(call->sim); i++) {
		struct sim_subscription *subscription = sim_subscription_at(call->sim, i);
		if (strcmp(subscription->id, id) != 0 || !mine(call, subscription))
			continue;
		sim_subscription_remove(call->sim, subscription);
		sim_no_content(call);
		return;
	}
	if (id)
		sim_fail(call, 404, "subscription not found");
}

const struct sim_endpoint sim_helix_eventsub[] = {
	{"POST", "/eventsub/subscriptions", NULL, SIM_BODY | SIM_USER_TOKEN, post_subscriptions},
	{"GET", "/eventsub/subscriptions", NULL, SIM_USER_TOKEN, get_subscriptions},
	{"DELETE", "/eventsub/subscriptions", NULL, SIM_USER_TOKEN, delete_subscriptions},
	{NULL, NULL, NULL, 0, NULL},
};
