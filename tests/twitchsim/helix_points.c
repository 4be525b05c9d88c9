/* Channel points: rewards and their redemptions; custom power-ups. */
#include "helix.h"

#include <stdio.h>

#include "area.h"
#include "chat.h"
#include "engage.h"
#include "events.h"

#define MAX_REWARDS 50
/* Who made a reward is kept with it, but shown to nobody. */
#define OWNER "sim_client"

static cJSON *shown(const cJSON *item)
{
	cJSON *copy = cJSON_Duplicate(item, true);
	cJSON_DeleteItemFromObjectCaseSensitive(copy, OWNER);
	return copy;
}

static bool own(const struct sim_call *call, const cJSON *reward)
{
	return strcmp(sim_json_text(reward, OWNER, ""), call->token->client->id) == 0;
}

static bool good_color(const char *color)
{
	return color[0] == '#' && strlen(color) == 7 && strspn(color + 1, "0123456789ABCDEFabcdef") == 6;
}

/* A setting {is_enabled, <amount>} from two flat fields of the body. False after an error. */
static bool take_setting(struct sim_call *call, cJSON *reward, const char *setting, const char *flag,
			 const char *amount)
{
	const cJSON *enabled = cJSON_GetObjectItemCaseSensitive(call->body, flag);
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(call->body, amount);
	cJSON *object = cJSON_GetObjectItemCaseSensitive(reward, setting);
	bool on = enabled ? cJSON_IsTrue(enabled) : sim_json_bool(object, "is_enabled", false);
	int64_t number = value ? sim_json_int(call->body, amount, 0) : sim_json_int(object, amount, 0);
	if (on && number < 1) {
		sim_fail(call, 400, "The value in the %s field must be at least 1.", amount);
		return false;
	}
	cJSON *fresh = cJSON_CreateObject();
	sim_json_put_bool(fresh, "is_enabled", on);
	sim_json_put_int(fresh, amount, number);
	sim_json_set(reward, setting, fresh);
	return true;
}

/* Applies the body to a reward. False after an error. */
static bool apply(struct sim_call *call, cJSON *reward, const char *own_id)
{
	static const char *const flags[] = {"is_enabled", "is_paused", "is_user_input_required",
					    "should_redemptions_skip_request_queue"};
	const char *title = sim_json_text(call->body, "title", NULL);
	const char *color = sim_json_text(call->body, "background_color", NULL);
	const char *prompt = sim_json_text(call->body, "prompt", NULL);
	const cJSON *cost = cJSON_GetObjectItemCaseSensitive(call->body, "cost"), *other;
	if (title && (!*title || sim_code_points(title) > 45)) {
		sim_fail(call, 400, "The title must contain a minimum of 1 character and a maximum of 45 characters.");
		return false;
	}
	cJSON_ArrayForEach (other, call->channel->area->rewards) {
		if (title && strcmp(sim_json_text(other, "title", ""), title) == 0 &&
		    (!own_id || strcmp(own_id, sim_json_text(other, "id", "")) != 0)) {
			sim_fail(call, 400, "CREATE_CUSTOM_REWARD_DUPLICATE_REWARD");
			return false;
		}
	}
	if (cost && (!cJSON_IsNumber(cost) || cost->valuedouble < 1 || cost->valuedouble > 1000000000)) {
		sim_fail(call, 400, "The value in the cost field must be 1 to 1000000000.");
		return false;
	}
	if (color && !good_color(color)) {
		sim_fail(call, 400, "The value in the background_color field is not valid.");
		return false;
	}
	if (title)
		sim_json_set(reward, "title", cJSON_CreateString(title));
	if (prompt)
		sim_json_set(reward, "prompt", cJSON_CreateString(prompt));
	if (color)
		sim_json_set(reward, "background_color", cJSON_CreateString(color));
	if (cost)
		sim_json_set(reward, "cost", cJSON_CreateNumber(cost->valuedouble));
	for (int i = 0; i < 4; i++) {
		const cJSON *flag = cJSON_GetObjectItemCaseSensitive(call->body, flags[i]);
		if (cJSON_IsBool(flag))
			sim_json_set(reward, flags[i], cJSON_CreateBool(cJSON_IsTrue(flag)));
	}
	return take_setting(call, reward, "max_per_stream_setting", "is_max_per_stream_enabled", "max_per_stream") &&
	       take_setting(call, reward, "max_per_user_per_stream_setting", "is_max_per_user_per_stream_enabled",
			    "max_per_user_per_stream") &&
	       take_setting(call, reward, "global_cooldown_setting", "is_global_cooldown_enabled",
			    "global_cooldown_seconds");
}

static cJSON *new_reward(struct lx_sim *sim, const struct sim_channel *channel)
{
	char id[SIM_ID_SIZE];
	cJSON *reward = cJSON_CreateObject();
	sim_new_id(sim, id);
	sim_json_put(reward, "id", id);
	sim_put_b3(reward, channel->user);
	sim_json_put(reward, "title", "");
	sim_json_put(reward, "prompt", "");
	sim_json_put_int(reward, "cost", 1);
	sim_json_put_null(reward, "image");
	cJSON *image = cJSON_AddObjectToObject(reward, "default_image");
	for (int scale = 1; scale <= 4; scale *= 2) {
		char name[24], url[96];
		snprintf(name, sizeof(name), "url_%dx", scale);
		snprintf(url, sizeof(url), "https://static-cdn.jtvnw.net/custom-reward-images/default-%d.png", scale);
		sim_json_put(image, name, url);
	}
	sim_json_put(reward, "background_color", "#00E5CB");
	sim_json_put_bool(reward, "is_enabled", true);
	sim_json_put_bool(reward, "is_user_input_required", false);
	static const char *const settings[][2] = {{"max_per_stream_setting", "max_per_stream"},
						  {"max_per_user_per_stream_setting", "max_per_user_per_stream"},
						  {"global_cooldown_setting", "global_cooldown_seconds"}};
	for (int i = 0; i < 3; i++) {
		cJSON *setting = cJSON_AddObjectToObject(reward, settings[i][0]);
		sim_json_put_bool(setting, "is_enabled", false);
		sim_json_put_int(setting, settings[i][1], 0);
	}
	sim_json_put_bool(reward, "is_paused", false);
	sim_json_put_bool(reward, "is_in_stock", true);
	sim_json_put_bool(reward, "should_redemptions_skip_request_queue", false);
	sim_json_put_null(reward, "redemptions_redeemed_current_stream");
	sim_json_put_null(reward, "cooldown_expires_at");
	return reward;
}

static void get_rewards(struct sim_call *call)
{
	const char *ids[50], *only = sim_param(call, "only_manageable_rewards");
	size_t count = sim_params(call, "id", ids, 50);
	if (sim_failed(call))
		return;
	cJSON *data = cJSON_CreateArray();
	const cJSON *reward;
	cJSON_ArrayForEach (reward, call->channel->area->rewards) {
		bool wanted = count == 0;
		for (size_t i = 0; i < count; i++)
			wanted = wanted || strcmp(ids[i], sim_json_text(reward, "id", "")) == 0;
		if (wanted && (!only || strcmp(only, "true") != 0 || own(call, reward)))
			cJSON_AddItemToArray(data, shown(reward));
	}
	if (count && !cJSON_GetArraySize(data)) {
		cJSON_Delete(data);
		sim_fail(call, 404, "The custom rewards specified in the id query parameter were not found.");
		return;
	}
	sim_reply_data(call, data);
}

static void post_rewards(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	if (!sim_need_text(call, "title"))
		return;
	if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(call->body, "cost"))) {
		sim_fail(call, 400, "The parameter \"cost\" is required");
		return;
	}
	if (cJSON_GetArraySize(area->rewards) >= MAX_REWARDS) {
		sim_fail(call, 400, "CREATE_CUSTOM_REWARD_TOO_MANY_REWARDS");
		return;
	}
	cJSON *reward = new_reward(call->sim, call->channel);
	sim_json_put(reward, OWNER, call->token->client->id);
	if (!apply(call, reward, NULL)) {
		cJSON_Delete(reward);
		return;
	}
	cJSON_AddItemToArray(area->rewards, reward);
	sim_event_reward(call->sim, call->channel, "add", reward);
	sim_reply_data(call, sim_array_of(shown(reward)));
}

/* The reward named by a parameter, made by this application; NULL after an error. */
static cJSON *own_reward(struct sim_call *call, const char *param)
{
	const char *id = sim_need_param(call, param);
	cJSON *reward = id ? sim_find_id(call->channel->area->rewards, id) : NULL;
	if (id && !reward)
		sim_fail(call, 404, "The custom reward specified in the %s query parameter was not found.", param);
	else if (reward && !own(call, reward)) {
		sim_fail(call, 403,
			 "The ID in the Client-Id header must match the client ID used to create the custom reward.");
		reward = NULL;
	}
	return reward;
}

static void patch_rewards(struct sim_call *call)
{
	cJSON *reward = own_reward(call, "id");
	if (!reward || !apply(call, reward, sim_json_text(reward, "id", "")))
		return;
	sim_event_reward(call->sim, call->channel, "update", reward);
	sim_reply_data(call, sim_array_of(shown(reward)));
}

static void delete_rewards(struct sim_call *call)
{
	cJSON *reward = own_reward(call, "id"), *redemption, *next;
	if (!reward)
		return;
	struct sim_area *area = call->channel->area;
	cJSON_DetachItemViaPointer(area->rewards, reward);
	/* Whatever still waits for it is fulfilled. */
	for (redemption = area->redemptions->child; redemption; redemption = next) {
		next = redemption->next;
		const cJSON *of = cJSON_GetObjectItemCaseSensitive(redemption, "reward");
		if (strcmp(sim_json_text(of, "id", ""), sim_json_text(reward, "id", "")) == 0)
			sim_json_set(redemption, "status", cJSON_CreateString("FULFILLED"));
	}
	sim_event_reward(call->sim, call->channel, "remove", reward);
	cJSON_Delete(reward);
	sim_no_content(call);
}

/* --- redemptions ------------------------------------------------------------------------------------------------- */

static bool known_status(const char *status)
{
	return strcmp(status, "CANCELED") == 0 || strcmp(status, "FULFILLED") == 0 ||
	       strcmp(status, "UNFULFILLED") == 0;
}

static void get_redemptions(struct sim_call *call)
{
	const char *ids[50];
	cJSON *reward = own_reward(call, "reward_id");
	size_t count = reward ? sim_params(call, "id", ids, 50) : 0;
	const char *status = sim_param(call, "status"), *sort = sim_param(call, "sort");
	if (sim_failed(call))
		return;
	if (!count && (!status || !known_status(status))) {
		sim_fail(call, 400,
			 "The status query parameter is required if you don't specify the id query parameter.");
		return;
	}
	if (sort && strcmp(sort, "OLDEST") != 0 && strcmp(sort, "NEWEST") != 0) {
		sim_fail(call, 400, "The value in the sort query parameter is not valid.");
		return;
	}
	cJSON *all = cJSON_CreateArray();
	const cJSON *redemption;
	cJSON_ArrayForEach (redemption, call->channel->area->redemptions) {
		const cJSON *of = cJSON_GetObjectItemCaseSensitive(redemption, "reward");
		bool wanted = count == 0;
		for (size_t i = 0; i < count; i++)
			wanted = wanted || strcmp(ids[i], sim_json_text(redemption, "id", "")) == 0;
		if (!wanted || strcmp(sim_json_text(of, "id", ""), sim_json_text(reward, "id", "")) != 0 ||
		    (!count && strcmp(sim_json_text(redemption, "status", ""), status) != 0))
			continue;
		if (sort && *sort == 'N')
			cJSON_InsertItemInArray(all, 0, cJSON_Duplicate(redemption, true));
		else
			cJSON_AddItemToArray(all, cJSON_Duplicate(redemption, true));
	}
	if (count && !cJSON_GetArraySize(all)) {
		cJSON_Delete(all);
		sim_fail(call, 404, "The redemptions were not found.");
		return;
	}
	cJSON *json = sim_page(call, all, 20, 50);
	if (json)
		sim_reply(call, 200, json);
}

static void patch_redemptions(struct sim_call *call)
{
	const char *ids[50];
	cJSON *reward = own_reward(call, "reward_id");
	size_t count = reward ? sim_params(call, "id", ids, 50) : 0;
	if (sim_failed(call))
		return;
	const char *status = sim_need_text(call, "status");
	if (!status)
		return;
	if (!count) {
		sim_need_param(call, "id");
		return;
	}
	if (strcmp(status, "FULFILLED") != 0 && strcmp(status, "CANCELED") != 0) {
		sim_fail(call, 400, "The value in the status field is not valid.");
		return;
	}
	cJSON *data = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++) {
		cJSON *redemption = sim_find_id(call->channel->area->redemptions, ids[i]);
		const cJSON *of = cJSON_GetObjectItemCaseSensitive(redemption, "reward");
		if (!redemption || strcmp(sim_json_text(redemption, "status", ""), "UNFULFILLED") != 0 ||
		    strcmp(sim_json_text(of, "id", ""), sim_json_text(reward, "id", "")) != 0)
			continue;
		sim_json_set(redemption, "status", cJSON_CreateString(status));
		sim_event_redemption(call->sim, call->channel, "update", redemption);
		cJSON_AddItemToArray(data, cJSON_Duplicate(redemption, true));
	}
	if (!cJSON_GetArraySize(data)) {
		cJSON_Delete(data);
		sim_fail(call, 404, "The redemptions were not found, or their statuses are not UNFULFILLED.");
		return;
	}
	sim_reply_data(call, data);
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static cJSON *redeem(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	struct sim_area *area = channel->area;
	const char *id = sim_json_text(json, "reward_id", NULL), *title = sim_json_text(json, "title", "Hydrate");
	const char *input = sim_json_text(json, "input", "");
	struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", "bert"));
	cJSON *reward = id ? sim_find_id(area->rewards, id) : NULL, *item;
	cJSON_ArrayForEach (item, area->rewards) {
		if (!id && strcmp(sim_json_text(item, "title", ""), title) == 0)
			reward = item;
	}
	if (!user || (id && !reward))
		return sim_json_error("no such person or reward");
	if (!reward) { /* one that the streamer made on the web site */
		reward = new_reward(sim, channel);
		sim_json_set(reward, "title", cJSON_CreateString(title));
		sim_json_set(reward, "cost", cJSON_CreateNumber((double)sim_json_int(json, "cost", 500)));
		sim_json_set(reward, "is_user_input_required", cJSON_CreateBool(*input != '\0'));
		sim_json_put(reward, OWNER, "");
		cJSON_AddItemToArray(area->rewards, reward);
		sim_event_reward(sim, channel, "add", reward);
	}
	bool skip = sim_json_bool(reward, "should_redemptions_skip_request_queue", false);
	char redemption_id[SIM_ID_SIZE];
	cJSON *redemption = cJSON_CreateObject(), *of;
	sim_new_id(sim, redemption_id);
	sim_json_put(redemption, "id", redemption_id);
	sim_put_b3(redemption, channel->user);
	sim_put_u3(redemption, user);
	sim_json_put(redemption, "user_input", input);
	sim_json_put(redemption, "status", skip ? "FULFILLED" : "UNFULFILLED");
	sim_json_put_time(redemption, "redeemed_at", sim_now_ms(sim), 0);
	of = cJSON_AddObjectToObject(redemption, "reward");
	sim_json_put(of, "id", sim_json_text(reward, "id", ""));
	sim_json_put(of, "title", sim_json_text(reward, "title", ""));
	sim_json_put(of, "prompt", sim_json_text(reward, "prompt", ""));
	sim_json_put_int(of, "cost", sim_json_int(reward, "cost", 1));
	cJSON_AddItemToArray(area->redemptions, redemption);
	sim_event_redemption(sim, channel, "add", redemption);
	if (*input) {
		struct sim_message message = {.channel = channel,
					      .user = user,
					      .text = input,
					      .reward_id = sim_json_text(reward, "id", "")};
		sim_chat_publish(sim, &message);
	}
	return cJSON_Duplicate(redemption, true);
}

static cJSON *power_up(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", "bert"));
	const char *title = sim_json_text(json, "title", "Confetti");
	cJSON *list = channel->area->power_ups, *item, *found = NULL;
	cJSON_ArrayForEach (item, list) {
		if (strcmp(sim_json_text(item, "title", ""), title) == 0)
			found = item;
	}
	if (!user)
		return sim_json_error("no such person");
	if (!found) { /* the same shape as a reward, with bits for points */
		found = new_reward(sim, channel);
		cJSON_DeleteItemFromObjectCaseSensitive(found, "cost");
		cJSON_DeleteItemFromObjectCaseSensitive(found, "should_redemptions_skip_request_queue");
		static const char *const gone[] = {"broadcaster_id", "broadcaster_login", "broadcaster_name"};
		for (int i = 0; i < 3; i++)
			cJSON_DeleteItemFromObjectCaseSensitive(found, gone[i]);
		sim_json_set(found, "title", cJSON_CreateString(title));
		sim_json_put_int(found, "bits", sim_json_int(json, "bits", 50));
		cJSON_AddItemToArray(list, found);
	}
	sim_member(channel, user)->bits_total += (int)sim_json_int(found, "bits", 0);
	sim_event_power_up(sim, channel, user, found, sim_json_text(json, "input", ""));
	return cJSON_Duplicate(found, true);
}

cJSON *sim_points_control(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	const char *action = sim_json_text(json, "action", "");
	if (strcmp(action, "redeem") == 0)
		return redeem(sim, channel, json);
	if (strcmp(action, "power_up") == 0)
		return power_up(sim, channel, json);
	if (strcmp(action, "highlight") == 0) {
		struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", "bert"));
		const char *text = sim_json_text(json, "text", "look at me");
		if (!user)
			return sim_json_error("no such person");
		struct sim_message message = {.channel = channel,
					      .user = user,
					      .text = text,
					      .kind = "highlighted-message"};
		sim_chat_publish(sim, &message);
		sim_event_automatic_reward(sim, channel, user, "send_highlighted_message", 100, text);
		return sim_json_ok();
	}
	return sim_json_error("no such action");
}

#define REWARDS "/channel_points/custom_rewards"
#define READ "channel:read:redemptions|channel:manage:redemptions"
#define MANAGE "channel:manage:redemptions"
#define HERE (SIM_BROADCASTER_SELF | SIM_MONETIZED)

const struct sim_endpoint sim_helix_points[] = {
	{"GET", REWARDS, READ, HERE, get_rewards},
	{"POST", REWARDS, MANAGE, SIM_BODY | HERE, post_rewards},
	{"PATCH", REWARDS, MANAGE, SIM_BODY | HERE, patch_rewards},
	{"DELETE", REWARDS, MANAGE, HERE, delete_rewards},
	{"GET", REWARDS "/redemptions", READ, HERE, get_redemptions},
	{"PATCH", REWARDS "/redemptions", MANAGE, SIM_BODY | HERE, patch_redemptions},
	{NULL, NULL, NULL, 0, NULL},
};
