/* Subscriptions, bits, goals, charity, hype train, ads. */
#include "helix.h"

#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "catalog.h"
#include "events.h"

static const char *tier_text(int tier)
{
	return tier == 3000 ? "3000" : tier == 2000 ? "2000" : "1000";
}

static cJSON *sub_json(struct sim_call *call, const struct sim_channel *channel, const struct sim_user *user,
		       const struct sim_member *member, bool for_user)
{
	cJSON *json = cJSON_CreateObject();
	const struct sim_user *gifter = member->is_gift ? sim_user_by_id(call->sim, member->gifter) : NULL;
	char plan[96];
	sim_put_b3(json, channel->user);
	if (!for_user || member->is_gift) {
		sim_json_put(json, "gifter_id", gifter ? gifter->id : "");
		sim_json_put(json, "gifter_login", gifter ? gifter->login : "");
		sim_json_put(json, "gifter_name", gifter ? gifter->name : "");
	}
	sim_json_put_bool(json, "is_gift", member->is_gift);
	if (!for_user) {
		snprintf(plan, sizeof(plan), "Channel Subscription (%s)", channel->user->login);
		sim_json_put(json, "plan_name", plan);
	}
	sim_json_put(json, "tier", tier_text(member->tier));
	if (!for_user)
		sim_put_u3(json, user);
	return json;
}

static void get_subscriptions(struct sim_call *call)
{
	const char *ids[100];
	size_t count = sim_params(call, "user_id", ids, 100);
	if (sim_failed(call))
		return;
	cJSON *all = cJSON_CreateArray();
	for (size_t i = 0; i < call->channel->member_capacity && i < call->sim->user_count; i++) {
		const struct sim_member *member = call->channel->members[i];
		bool wanted = count == 0;
		for (size_t k = 0; k < count; k++)
			wanted = wanted || strcmp(ids[k], call->sim->users[i]->id) == 0;
		if (member && member->tier && wanted)
			cJSON_AddItemToArray(all, sub_json(call, call->channel, call->sim->users[i], member, false));
	}
	cJSON *json = sim_page(call, all, 20, 100);
	if (!json)
		return;
	uint64_t points, total = sim_subscriber_total(call->channel, call->sim, &points);
	sim_json_put_int(json, "total", (int64_t)total);
	sim_json_put_int(json, "points", (int64_t)points);
	sim_reply(call, 200, json);
}

static void get_user_subscription(struct sim_call *call)
{
	if (!sim_need_self(call, "user_id"))
		return;
	const struct sim_member *member = sim_member_find(call->channel, call->user);
	if (!member || !member->tier)
		sim_fail(call, 404, "%s has no subscription to %s", call->user->login, call->channel->user->login);
	else
		sim_reply_data(call, sim_array_of(sub_json(call, call->channel, call->user, member, true)));
}

/* --- bits -------------------------------------------------------------------------------------------------------- */

static int more_bits(const void *a, const void *b)
{
	const struct sim_member *const *x = a, *const *y = b;
	return (*y)->bits_total - (*x)->bits_total;
}

static void get_leaderboard(struct sim_call *call)
{
	const char *count_text = sim_param(call, "count"), *period = sim_param(call, "period"),
		   *user_id = sim_param(call, "user_id"), *started = sim_param(call, "started_at");
	int count = count_text ? atoi(count_text) : 10;
	static const char *const periods[] = {"day", "week", "month", "year", "all"};
	bool known = !period;
	for (int i = 0; i < 5 && period; i++)
		known = known || strcmp(periods[i], period) == 0;
	if (count < 1 || count > 100 || !known || (started && sim_time_parse(started) < 0)) {
		sim_fail(call, 400, "The value in count, period or started_at is not valid.");
		return;
	}
	struct sim_channel *channel = sim_channel_by_id(call->sim, call->user->id);
	DARRAY(struct sim_member *) cheerers;
	da_init(cheerers);
	for (size_t i = 0; i < channel->member_capacity && i < call->sim->user_count; i++) {
		if (channel->members[i] && channel->members[i]->bits_total)
			da_push_back(cheerers, &channel->members[i]);
	}
	if (cheerers.num)
		qsort(cheerers.array, cheerers.num, sizeof(struct sim_member *), more_bits);
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < cheerers.num && cJSON_GetArraySize(data) < count; i++) {
		size_t index = 0;
		while (channel->members[index] != cheerers.array[i])
			index++;
		const struct sim_user *user = call->sim->users[index];
		if (user_id && strcmp(user_id, user->id) != 0)
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_put_u3(json, user);
		sim_json_put_int(json, "rank", (int64_t)i + 1);
		sim_json_put_int(json, "score", cheerers.array[i]->bits_total);
		cJSON_AddItemToArray(data, json);
	}
	da_free(cheerers);
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "total", cJSON_GetArraySize(data));
	cJSON_AddItemToObject(json, "data", data);
	cJSON *range = cJSON_AddObjectToObject(json, "date_range");
	sim_json_put(range, "started_at", started ? started : "");
	sim_json_put(range, "ended_at", "");
	sim_reply(call, 200, json);
}

static void get_cheermotes(struct sim_call *call)
{
	sim_reply_data(call, sim_cheermotes());
}

static void get_power_ups(struct sim_call *call)
{
	const char *id = sim_param(call, "id");
	const cJSON *item;
	cJSON *data = cJSON_CreateArray();
	cJSON_ArrayForEach (item, call->channel->area->power_ups) {
		if (!id || strcmp(id, sim_json_text(item, "id", "")) == 0)
			cJSON_AddItemToArray(data, cJSON_Duplicate(item, true));
	}
	sim_reply_data(call, data);
}

/* --- goals, hype train, charity ---------------------------------------------------------------------------------- */

static void get_goals(struct sim_call *call)
{
	sim_reply_data(call, cJSON_Duplicate(call->channel->area->goals, true));
}

static void get_hype_train(struct sim_call *call)
{
	const struct sim_area *area = call->channel->area;
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "current",
			      area->hype_train ? cJSON_Duplicate(area->hype_train, true) : cJSON_CreateNull());
	if (area->hype_record_level) {
		cJSON *record = cJSON_AddObjectToObject(json, "all_time_high");
		sim_json_put_int(record, "level", area->hype_record_level);
		sim_json_put_int(record, "total", area->hype_record_total);
		sim_json_put_time(record, "achieved_at", area->hype_record_ms, 0);
	} else {
		sim_json_put_null(json, "all_time_high");
	}
	sim_json_put_null(json, "shared_all_time_high");
	sim_reply_data(call, sim_array_of(json));
}

static void get_campaigns(struct sim_call *call)
{
	const cJSON *campaign = call->channel->area->campaign;
	cJSON *data = cJSON_CreateArray();
	if (campaign)
		cJSON_AddItemToArray(data, cJSON_Duplicate(campaign, true));
	sim_reply_data(call, data);
}

static void get_donations(struct sim_call *call)
{
	cJSON *json = sim_page(call, cJSON_Duplicate(call->channel->area->donations, true), 20, 100);
	if (json)
		sim_reply(call, 200, json);
}

/* --- ads --------------------------------------------------------------------------------------------------------- */

#define AD_COOLDOWN_MS 480000

static void post_commercial(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	const cJSON *length = cJSON_GetObjectItemCaseSensitive(call->body, "length");
	int64_t now = sim_now_ms(call->sim), seconds = cJSON_IsNumber(length) ? (int64_t)length->valuedouble : 0;
	if (!cJSON_IsNumber(length) || seconds < 1) {
		sim_fail(call, 400, "The parameter \"length\" is required");
		return;
	}
	if (!call->channel->live) {
		sim_fail(call, 400, "The channel must be live and streaming to start a commercial.");
		return;
	}
	if (area->last_ad_ms && now - area->last_ad_ms < AD_COOLDOWN_MS) {
		sim_fail(call, 429, "To start an ad break, the broadcaster must wait %d more seconds.",
			 (int)((area->last_ad_ms + AD_COOLDOWN_MS - now + 999) / 1000));
		return;
	}
	if (seconds > 180)
		seconds = 180;
	area->last_ad_ms = now;
	area->ad_seconds = (int)seconds;
	area->next_ad_ms = now + 3600000;
	sim_event_ad(call->sim, call->channel, call->user, (int)seconds, false);
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "length", seconds);
	sim_json_put(json, "message", "");
	sim_json_put_int(json, "retry_after", AD_COOLDOWN_MS / 1000);
	sim_reply_data(call, sim_array_of(json));
}

/* Unix seconds, 0 = none (correction of November 2026). */
static void put_seconds(cJSON *json, const char *name, int64_t ms)
{
	sim_json_put_int(json, name, ms / 1000);
}

static void get_ads(struct sim_call *call)
{
	const struct sim_area *area = call->channel->area;
	int64_t since = sim_now_ms(call->sim) - area->last_ad_ms;
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "snooze_count", area->snoozes);
	put_seconds(json, "snooze_refresh_at", area->snooze_refresh_ms);
	put_seconds(json, "next_ad_at", call->channel->live ? area->next_ad_ms : 0);
	sim_json_put_int(json, "duration", area->ad_seconds ? area->ad_seconds : 60);
	put_seconds(json, "last_ad_at", area->last_ad_ms);
	sim_json_put_int(json, "preroll_free_time", area->last_ad_ms && since < 1800000 ? (1800000 - since) / 1000 : 0);
	sim_reply_data(call, sim_array_of(json));
}

static void post_snooze(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	if (!call->channel->live)
		sim_fail(call, 400, "The channel is not live.");
	else if (!area->next_ad_ms)
		sim_fail(call, 400, "The channel does not have an upcoming scheduled ad break.");
	else if (!area->snoozes)
		sim_fail(call, 429, "The channel has no snoozes left.");
	if (sim_failed(call))
		return;
	area->snoozes--;
	area->next_ad_ms += 300000;
	area->snooze_refresh_ms = sim_now_ms(call->sim) + 3600000;
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "snooze_count", area->snoozes);
	put_seconds(json, "snooze_refresh_at", area->snooze_refresh_ms);
	put_seconds(json, "next_ad_at", area->next_ad_ms);
	sim_reply_data(call, sim_array_of(json));
}

const struct sim_endpoint sim_helix_money[] = {
	{"GET", "/subscriptions", "channel:read:subscriptions", SIM_BROADCASTER_SELF, get_subscriptions},
	{"GET", "/subscriptions/user", "user:read:subscriptions", SIM_BROADCASTER, get_user_subscription},
	{"GET", "/bits/leaderboard", "bits:read", SIM_USER_TOKEN, get_leaderboard},
	{"GET", "/bits/cheermotes", NULL, SIM_ANY_TOKEN, get_cheermotes},
	{"GET", "/bits/custom_power_ups", "bits:read", SIM_BROADCASTER_SELF, get_power_ups},
	{"GET", "/goals", "channel:read:goals", SIM_BROADCASTER_SELF, get_goals},
	{"GET", "/hypetrain/status", "channel:read:hype_train", SIM_BROADCASTER_SELF, get_hype_train},
	{"GET", "/charity/campaigns", "channel:read:charity", SIM_BROADCASTER_SELF | SIM_MONETIZED, get_campaigns},
	{"GET", "/charity/donations", "channel:read:charity", SIM_BROADCASTER_SELF | SIM_MONETIZED, get_donations},
	{"POST", "/channels/commercial", "channel:edit:commercial", SIM_BODY | SIM_BODY_BROADCASTER, post_commercial},
	{"GET", "/channels/ads", "channel:read:ads", SIM_BROADCASTER_SELF, get_ads},
	{"POST", "/channels/ads/schedule/snooze", "channel:manage:ads", SIM_BROADCASTER_SELF, post_snooze},
	{NULL, NULL, NULL, 0, NULL},
};
