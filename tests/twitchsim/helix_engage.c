/* Polls, predictions, raids; goals, hype trains and charity as far as they live by themselves. */
#include "helix.h"

#include <stdio.h>

#include "area.h"
#include "engage.h"
#include "events.h"
#include "happenings.h"

#define RAID_MS 90000
#define TRAIN_MS 300000
#define KEPT 90 /* polls and predictions remembered */

static void set_time(cJSON *json, const char *name, int64_t ms)
{
	char text[40];
	sim_json_set(json, name, cJSON_CreateString(sim_time_text(ms, 0, text)));
}

static void set_int(cJSON *json, const char *name, int64_t value)
{
	sim_json_set(json, name, cJSON_CreateNumber((double)value));
}

static bool has_status(const cJSON *json, const char *status)
{
	return strcmp(sim_json_text(json, "status", ""), status) == 0;
}

static void remember(cJSON *list, cJSON *item)
{
	cJSON_InsertItemInArray(list, 0, item);
	while (cJSON_GetArraySize(list) > KEPT)
		cJSON_DeleteItemFromArray(list, cJSON_GetArraySize(list) - 1);
}

/* A list of {"title":…} with between `min` and `max` entries of at most `length` characters. */
static bool good_titles(struct sim_call *call, const char *name, int min, int max, size_t length)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(call->body, name), *item;
	int count = cJSON_GetArraySize(list);
	if (!cJSON_IsArray(list) || count < min || count > max) {
		sim_fail(call, 400, "The %s field must contain %d to %d entries.", name, min, max);
		return false;
	}
	cJSON_ArrayForEach (item, list) {
		const char *title = sim_json_text(item, "title", "");
		if (!*title || sim_code_points(title) > length) {
			sim_fail(call, 400, "The title in the %s field must have 1 to %zu characters.", name, length);
			return false;
		}
	}
	return true;
}

static bool good_number(struct sim_call *call, const char *name, int64_t min, int64_t max, int64_t *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->body, name);
	*value = cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
	if (cJSON_IsNumber(item) && *value >= min && *value <= max)
		return true;
	sim_fail(call, 400, "The value in the %s field must be %" PRId64 " to %" PRId64 ".", name, min, max);
	return false;
}

static bool good_title(struct sim_call *call, size_t length)
{
	const char *title = sim_need_text(call, "title");
	if (title && sim_code_points(title) > length)
		sim_fail(call, 400, "The title is too long: the maximum length is %zu characters.", length);
	return !sim_failed(call);
}

/* Page of a list, or the ones named by "id"; 404 when none of those exists. */
static void reply_list(struct sim_call *call, const cJSON *list, size_t max_ids, int max_page)
{
	const char *ids[50];
	size_t count = sim_params(call, "id", ids, max_ids);
	if (sim_failed(call))
		return;
	cJSON *all = cJSON_CreateArray();
	const cJSON *item;
	cJSON_ArrayForEach (item, list) {
		bool wanted = count == 0;
		for (size_t i = 0; i < count; i++)
			wanted = wanted || strcmp(ids[i], sim_json_text(item, "id", "")) == 0;
		if (wanted)
			cJSON_AddItemToArray(all, cJSON_Duplicate(item, true));
	}
	if (count && !cJSON_GetArraySize(all)) {
		cJSON_Delete(all);
		sim_fail(call, 404, "The ID was not found.");
		return;
	}
	cJSON *json = sim_page(call, all, max_page < 20 ? max_page : 20, max_page);
	if (json)
		sim_reply(call, 200, json);
}

/* --- polls ------------------------------------------------------------------------------------------------------- */

static void get_polls(struct sim_call *call)
{
	reply_list(call, call->channel->area->polls, 20, 20);
}

static cJSON *running(const cJSON *list, const char *status)
{
	cJSON *item;
	cJSON_ArrayForEach (item, list) {
		if (has_status(item, status))
			return item;
	}
	return NULL;
}

static void post_polls(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	int64_t duration, per_vote = sim_json_int(call->body, "channel_points_per_vote", 0);
	bool voting = sim_json_bool(call->body, "channel_points_voting_enabled", false);
	if (!good_title(call, 60) || !good_titles(call, "choices", 2, 5, 25) ||
	    !good_number(call, "duration", 15, 1800, &duration))
		return;
	if (voting && (per_vote < 1 || per_vote > 1000000)) {
		sim_fail(call, 400, "The value in the channel_points_per_vote field must be 1 to 1000000.");
		return;
	}
	if (running(area->polls, "ACTIVE")) {
		sim_fail(call, 400, "The broadcaster already has a poll that is running.");
		return;
	}
	char id[SIM_ID_SIZE];
	cJSON *poll = cJSON_CreateObject();
	const cJSON *choice;
	sim_new_id(call->sim, id);
	sim_json_put(poll, "id", id);
	sim_put_b3(poll, call->channel->user);
	sim_json_put(poll, "title", sim_json_text(call->body, "title", ""));
	cJSON *choices = cJSON_AddArrayToObject(poll, "choices");
	cJSON_ArrayForEach (choice, cJSON_GetObjectItemCaseSensitive(call->body, "choices")) {
		cJSON *item = cJSON_CreateObject();
		sim_new_id(call->sim, id);
		sim_json_put(item, "id", id);
		sim_json_put(item, "title", sim_json_text(choice, "title", ""));
		sim_json_put_int(item, "votes", 0);
		sim_json_put_int(item, "channel_points_votes", 0);
		sim_json_put_int(item, "bits_votes", 0);
		cJSON_AddItemToArray(choices, item);
	}
	sim_json_put_bool(poll, "bits_voting_enabled", false);
	sim_json_put_int(poll, "bits_per_vote", 0);
	sim_json_put_bool(poll, "channel_points_voting_enabled", voting);
	sim_json_put_int(poll, "channel_points_per_vote", voting ? per_vote : 0);
	sim_json_put(poll, "status", "ACTIVE");
	sim_json_put_int(poll, "duration", duration);
	sim_json_put_time(poll, "started_at", sim_now_ms(call->sim), 0);
	sim_json_put_null(poll, "ended_at");
	remember(area->polls, poll);
	sim_event_poll(call->sim, call->channel, "begin", poll);
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(poll, true)));
}

static void end_poll(struct lx_sim *sim, struct sim_channel *channel, cJSON *poll, const char *status)
{
	sim_json_set(poll, "status", cJSON_CreateString(status));
	set_time(poll, "ended_at", sim_now_ms(sim));
	sim_event_poll(sim, channel, "end", poll);
}

static void patch_polls(struct sim_call *call)
{
	const char *id = sim_need_text(call, "id"), *status = id ? sim_need_text(call, "status") : NULL;
	if (!status)
		return;
	cJSON *poll = sim_find_id(call->channel->area->polls, id);
	bool terminate = strcmp(status, "TERMINATED") == 0;
	if (!terminate && strcmp(status, "ARCHIVED") != 0)
		sim_fail(call, 400, "The value in the status field is not valid.");
	else if (!poll)
		sim_fail(call, 404, "The poll was not found.");
	else if (terminate && !has_status(poll, "ACTIVE"))
		sim_fail(call, 400, "The poll's status is not ACTIVE.");
	if (sim_failed(call))
		return;
	end_poll(call->sim, call->channel, poll, status);
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(poll, true)));
}

/* --- predictions ------------------------------------------------------------------------------------------------- */

static void get_predictions(struct sim_call *call)
{
	reply_list(call, call->channel->area->predictions, 25, 25);
}

static void post_predictions(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	int64_t window;
	if (!good_title(call, 45) || !good_titles(call, "outcomes", 2, 10, 25) ||
	    !good_number(call, "prediction_window", 30, 1800, &window))
		return;
	if (running(area->predictions, "ACTIVE") || running(area->predictions, "LOCKED")) {
		sim_fail(call, 400, "The broadcaster already has a prediction that is running.");
		return;
	}
	char id[SIM_ID_SIZE];
	cJSON *prediction = cJSON_CreateObject();
	const cJSON *outcome;
	sim_new_id(call->sim, id);
	sim_json_put(prediction, "id", id);
	sim_put_b3(prediction, call->channel->user);
	sim_json_put(prediction, "title", sim_json_text(call->body, "title", ""));
	sim_json_put_null(prediction, "winning_outcome_id");
	cJSON *outcomes = cJSON_AddArrayToObject(prediction, "outcomes");
	const cJSON *given = cJSON_GetObjectItemCaseSensitive(call->body, "outcomes");
	bool two = cJSON_GetArraySize(given) == 2;
	cJSON_ArrayForEach (outcome, given) {
		cJSON *item = cJSON_CreateObject();
		sim_new_id(call->sim, id);
		sim_json_put(item, "id", id);
		sim_json_put(item, "title", sim_json_text(outcome, "title", ""));
		sim_json_put_int(item, "users", 0);
		sim_json_put_int(item, "channel_points", 0);
		sim_json_put_null(item, "top_predictors");
		sim_json_put(item, "color", two && outcome != given->child ? "PINK" : "BLUE");
		cJSON_AddItemToArray(outcomes, item);
	}
	sim_json_put_int(prediction, "prediction_window", window);
	sim_json_put(prediction, "status", "ACTIVE");
	sim_json_put_time(prediction, "created_at", sim_now_ms(call->sim), 0);
	sim_json_put_null(prediction, "ended_at");
	sim_json_put_null(prediction, "locked_at");
	remember(area->predictions, prediction);
	sim_event_prediction(call->sim, call->channel, "begin", prediction);
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(prediction, true)));
}

static void lock_prediction(struct lx_sim *sim, struct sim_channel *channel, cJSON *prediction)
{
	sim_json_set(prediction, "status", cJSON_CreateString("LOCKED"));
	set_time(prediction, "locked_at", sim_now_ms(sim));
	sim_event_prediction(sim, channel, "lock", prediction);
}

static void patch_predictions(struct sim_call *call)
{
	const char *id = sim_need_text(call, "id"), *status = id ? sim_need_text(call, "status") : NULL;
	if (!status)
		return;
	cJSON *prediction = sim_find_id(call->channel->area->predictions, id);
	const char *winner = sim_json_text(call->body, "winning_outcome_id", NULL);
	bool lock = strcmp(status, "LOCKED") == 0, resolve = strcmp(status, "RESOLVED") == 0;
	if (!lock && !resolve && strcmp(status, "CANCELED") != 0)
		sim_fail(call, 400, "The value in the status field is not valid.");
	else if (!prediction)
		sim_fail(call, 404, "The prediction was not found.");
	else if (!has_status(prediction, "ACTIVE") && (lock || !has_status(prediction, "LOCKED")))
		sim_fail(call, 400, "The prediction's status does not allow this change.");
	else if (resolve && !winner)
		sim_fail(call, 400, "The winning_outcome_id field is required when resolving the prediction.");
	else if (resolve && !sim_find_id(cJSON_GetObjectItemCaseSensitive(prediction, "outcomes"), winner))
		sim_fail(call, 400, "The ID in winning_outcome_id is not valid.");
	if (sim_failed(call))
		return;
	if (lock) {
		lock_prediction(call->sim, call->channel, prediction);
	} else {
		sim_json_set(prediction, "status", cJSON_CreateString(status));
		set_time(prediction, "ended_at", sim_now_ms(call->sim));
		if (resolve)
			sim_json_set(prediction, "winning_outcome_id", cJSON_CreateString(winner));
		sim_event_prediction(call->sim, call->channel, "end", prediction);
	}
	sim_reply_data(call, sim_array_of(cJSON_Duplicate(prediction, true)));
}

/* --- raids ------------------------------------------------------------------------------------------------------- */

static void post_raids(struct sim_call *call)
{
	const char *to = NULL;
	if (!sim_need_self(call, "from_broadcaster_id") || !(to = sim_need_param(call, "to_broadcaster_id")))
		return;
	struct sim_channel *from = sim_channel_by_id(call->sim, call->user->id);
	struct sim_user *target = sim_user_by_id(call->sim, to);
	struct sim_area *area = from->area;
	int64_t now = sim_now_ms(call->sim), *slot = &area->raid_times[area->raid_next % 10];
	if (!target)
		sim_fail(call, 404, "The targeted channel was not found.");
	else if (target == call->user)
		sim_fail(call, 400, "The IDs in from_broadcaster_id and to_broadcaster_id cannot be the same.");
	else if (da_find(target->blocked, &call->user->index, 0) != DARRAY_INVALID)
		sim_fail(call, 400, "The settings of the targeted channel do not allow this raid.");
	else if (area->raid.ends_ms)
		sim_fail(call, 409, "The broadcaster is already in the process of raiding another channel.");
	else if (*slot && now - *slot < 600000)
		sim_fail(call, 429, "The broadcaster exceeded the number of raid requests that they may make.");
	if (sim_failed(call))
		return;
	*slot = now;
	area->raid_next++;
	area->raid.ends_ms = now + RAID_MS;
	snprintf(area->raid.to, sizeof(area->raid.to), "%s", target->id);
	sim_event_raid_begin(call->sim, from, call->user, target, true);
	cJSON *json = cJSON_CreateObject();
	sim_json_put_time(json, "created_at", now, 0);
	sim_json_put_bool(json, "is_mature", false);
	sim_reply_data(call, sim_array_of(json));
}

static void delete_raids(struct sim_call *call)
{
	struct sim_area *area = call->channel->area;
	if (!area->raid.ends_ms) {
		sim_fail(call, 404, "The broadcaster does not have a pending raid to cancel.");
		return;
	}
	area->raid.ends_ms = 0;
	sim_event_raid_begin(call->sim, call->channel, call->user, sim_user_by_id(call->sim, area->raid.to), false);
	sim_happen_unraid(call->sim, call->channel);
	sim_no_content(call);
}

/* --- goals, hype train, charity ---------------------------------------------------------------------------------- */

void sim_goal_add(struct lx_sim *sim, struct sim_channel *channel, cJSON *goal, int amount)
{
	set_int(goal, "current_amount", sim_json_int(goal, "current_amount", 0) + amount);
	sim_event_goal(sim, channel, "progress", goal);
}

static int goal_of_level(int level)
{
	static const int goals[] = {1600, 1800, 2100, 2300, 2500};
	return level <= 5 ? goals[level - 1] : 2500 + (level - 5) * 300;
}

static void add_contribution(cJSON *train, const struct sim_user *user, const char *type, int points)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(train, "top_contributions"), *item;
	cJSON_ArrayForEach (item, list) {
		if (strcmp(sim_json_text(item, "user_id", ""), user->id) == 0 &&
		    strcmp(sim_json_text(item, "type", ""), type) == 0) {
			set_int(item, "total", sim_json_int(item, "total", 0) + points);
			return;
		}
	}
	item = cJSON_CreateObject();
	sim_put_u3(item, user);
	sim_json_put(item, "type", type);
	sim_json_put_int(item, "total", points);
	cJSON_AddItemToArray(list, item);
	while (cJSON_GetArraySize(list) > 3)
		cJSON_DeleteItemFromArray(list, 0);
}

static void begin_train(struct lx_sim *sim, struct sim_channel *channel)
{
	char id[SIM_ID_SIZE];
	cJSON *train = channel->area->hype_train = cJSON_CreateObject();
	sim_new_id(sim, id);
	sim_json_put(train, "id", id);
	sim_put_3(train, "broadcaster_user_", channel->user);
	sim_json_put_int(train, "level", 1);
	sim_json_put_int(train, "total", 0);
	sim_json_put_int(train, "progress", 0);
	sim_json_put_int(train, "goal", goal_of_level(1));
	cJSON_AddArrayToObject(train, "top_contributions");
	sim_json_put_null(train, "shared_train_participants");
	sim_json_put_time(train, "started_at", sim_now_ms(sim), 9);
	sim_json_put_time(train, "expires_at", sim_now_ms(sim) + TRAIN_MS, 9);
	sim_json_put(train, "type", "regular");
	sim_json_put_bool(train, "is_shared_train", false);
}

void sim_hype_add(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, const char *type,
		  int points)
{
	struct sim_area *area = channel->area;
	bool begins = !area->hype_train && points >= 500;
	if ((!area->hype_train && !begins) || points <= 0)
		return;
	if (begins)
		begin_train(sim, channel);
	cJSON *train = area->hype_train;
	int level = (int)sim_json_int(train, "level", 1), progress = (int)sim_json_int(train, "progress", 0) + points;
	while (progress >= goal_of_level(level)) {
		progress -= goal_of_level(level++);
		set_time(train, "expires_at", sim_now_ms(sim) + TRAIN_MS);
	}
	set_int(train, "level", level);
	set_int(train, "progress", progress);
	set_int(train, "goal", goal_of_level(level));
	set_int(train, "total", sim_json_int(train, "total", 0) + points);
	if (user)
		add_contribution(train, user, type, points);
	sim_event_hype_train(sim, channel, begins ? "begin" : "progress", train);
}

static void end_train(struct lx_sim *sim, struct sim_channel *channel)
{
	struct sim_area *area = channel->area;
	int level = (int)sim_json_int(area->hype_train, "level", 1);
	int total = (int)sim_json_int(area->hype_train, "total", 0);
	if (total > area->hype_record_total) {
		area->hype_record_level = level;
		area->hype_record_total = total;
		area->hype_record_ms = sim_now_ms(sim);
	}
	sim_event_hype_train(sim, channel, "end", area->hype_train);
	cJSON_Delete(area->hype_train);
	area->hype_train = NULL;
}

static void put_amount(cJSON *json, const char *name, int64_t value)
{
	cJSON *amount = cJSON_AddObjectToObject(json, name);
	sim_json_put_int(amount, "value", value);
	sim_json_put_int(amount, "decimal_places", 2);
	sim_json_put(amount, "currency", "USD");
}

void sim_campaign_start(struct lx_sim *sim, struct sim_channel *channel)
{
	char id[SIM_ID_SIZE];
	cJSON *campaign = cJSON_CreateObject();
	sim_new_id(sim, id);
	sim_json_put(campaign, "id", id);
	sim_put_b3(campaign, channel->user);
	sim_json_put(campaign, "charity_name", "Simulated Rescue");
	sim_json_put(campaign, "charity_description", "Rescues simulated animals.");
	sim_json_put(campaign, "charity_logo", "https://example.com/logo.png");
	sim_json_put(campaign, "charity_website", "https://example.com");
	put_amount(campaign, "current_amount", 0);
	put_amount(campaign, "target_amount", 1500000);
	cJSON_Delete(channel->area->campaign);
	channel->area->campaign = campaign;
	sim_event_campaign(sim, channel, "start");
}

/* --- by themselves ----------------------------------------------------------------------------------------------- */

void sim_engage_second(struct lx_sim *sim, struct sim_channel *channel)
{
	struct sim_area *area = channel->area;
	int64_t now = sim_now_ms(sim);
	cJSON *poll = running(area->polls, "ACTIVE"), *prediction = running(area->predictions, "ACTIVE");
	if (poll &&
	    now >= sim_time_parse(sim_json_text(poll, "started_at", "")) + sim_json_int(poll, "duration", 0) * 1000)
		end_poll(sim, channel, poll, "COMPLETED");
	if (prediction && now >= sim_time_parse(sim_json_text(prediction, "created_at", "")) +
					  sim_json_int(prediction, "prediction_window", 0) * 1000)
		lock_prediction(sim, channel, prediction);
	if (area->hype_train && now >= sim_time_parse(sim_json_text(area->hype_train, "expires_at", "")))
		end_train(sim, channel);
	if (area->raid.ends_ms && now >= area->raid.ends_ms) {
		struct sim_channel *to = sim_channel_by_id(sim, area->raid.to);
		area->raid.ends_ms = 0;
		if (to)
			sim_happen_raid(sim, to, channel->user, channel->viewers);
	}
	if (channel->live && area->next_ad_ms && now >= area->next_ad_ms) {
		area->last_ad_ms = now;
		area->next_ad_ms = now + 3600000;
		sim_event_ad(sim, channel, channel->user, area->ad_seconds ? area->ad_seconds : 60, true);
	}
	if (area->snoozes < 3 && area->snooze_refresh_ms && now >= area->snooze_refresh_ms) {
		area->snoozes++;
		area->snooze_refresh_ms = area->snoozes < 3 ? now + 3600000 : 0;
	}
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static cJSON *vote(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	cJSON *poll = running(channel->area->polls, "ACTIVE");
	cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(poll, "choices"),
					   (int)sim_json_int(json, "choice", 0));
	if (!choice)
		return sim_json_error("no such running poll or choice");
	set_int(choice, "votes", sim_json_int(choice, "votes", 0) + sim_json_int(json, "votes", 1));
	sim_event_poll(sim, channel, "progress", poll);
	return sim_json_ok();
}

static cJSON *predict(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	cJSON *prediction = running(channel->area->predictions, "ACTIVE");
	cJSON *outcome = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(prediction, "outcomes"),
					    (int)sim_json_int(json, "choice", 0));
	const struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", "anna_b"));
	int64_t points = sim_json_int(json, "points", 500);
	if (!outcome || !user)
		return sim_json_error("no such running prediction, outcome or person");
	set_int(outcome, "users", sim_json_int(outcome, "users", 0) + 1);
	set_int(outcome, "channel_points", sim_json_int(outcome, "channel_points", 0) + points);
	cJSON *top = cJSON_GetObjectItemCaseSensitive(outcome, "top_predictors");
	if (!cJSON_IsArray(top)) {
		top = cJSON_CreateArray();
		sim_json_set(outcome, "top_predictors", top);
	}
	cJSON *item = cJSON_CreateObject();
	sim_put_u3(item, user);
	sim_json_put_int(item, "channel_points_used", points);
	sim_json_put_null(item, "channel_points_won");
	cJSON_AddItemToArray(top, item);
	while (cJSON_GetArraySize(top) > 10)
		cJSON_DeleteItemFromArray(top, 0);
	sim_event_prediction(sim, channel, "progress", prediction);
	return sim_json_ok();
}

static cJSON *start_goal(struct lx_sim *sim, struct sim_channel *channel, const cJSON *json)
{
	char id[SIM_ID_SIZE];
	cJSON *goal = cJSON_CreateObject();
	sim_new_id(sim, id);
	sim_json_put(goal, "id", id);
	sim_put_b3(goal, channel->user);
	sim_json_put(goal, "type", sim_json_text(json, "goal_type", "follower"));
	sim_json_put(goal, "description", sim_json_text(json, "description", "Road to the next one"));
	sim_json_put_int(goal, "current_amount", sim_json_int(json, "current", 0));
	sim_json_put_int(goal, "target_amount", sim_json_int(json, "target", 100));
	sim_json_put_time(goal, "created_at", sim_now_ms(sim), 0);
	cJSON_AddItemToArray(channel->area->goals, goal);
	sim_event_goal(sim, channel, "begin", goal);
	return cJSON_Duplicate(goal, true);
}

static cJSON *end_goal(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *goal = cJSON_DetachItemFromArray(channel->area->goals, 0);
	if (!goal)
		return sim_json_error("there is no goal");
	sim_event_goal(sim, channel, "end", goal);
	cJSON_Delete(goal);
	return sim_json_ok();
}

cJSON *sim_engage_control(struct lx_sim *sim, const cJSON *json)
{
	const char *action = sim_json_text(json, "action", "");
	struct sim_channel *channel = sim_channel_by_login(sim, sim_json_text(json, "channel", "streamer"));
	if (!channel)
		return sim_json_error("no such channel");
	struct sim_area *area = channel->area;
	if (strcmp(action, "vote") == 0)
		return vote(sim, channel, json);
	if (strcmp(action, "predict") == 0)
		return predict(sim, channel, json);
	if (strcmp(action, "goal") == 0)
		return start_goal(sim, channel, json);
	if (strcmp(action, "goal_end") == 0)
		return end_goal(sim, channel);
	if (strcmp(action, "campaign") == 0) {
		sim_campaign_start(sim, channel);
	} else if (strcmp(action, "campaign_stop") == 0 && area->campaign) {
		sim_event_campaign(sim, channel, "stop");
		cJSON_Delete(area->campaign);
		area->campaign = NULL;
	} else if (strcmp(action, "hype") == 0) {
		sim_hype_add(sim, channel, sim_user_by_login(sim, sim_json_text(json, "user", "anna_b")),
			     sim_json_text(json, "hype_type", "bits"), (int)sim_json_int(json, "points", 500));
	} else if (strcmp(action, "hype_end") == 0 && area->hype_train) {
		end_train(sim, channel);
	} else if (strcmp(action, "ad") == 0) {
		area->last_ad_ms = sim_now_ms(sim);
		area->ad_seconds = (int)sim_json_int(json, "seconds", 60);
		sim_event_ad(sim, channel, channel->user, area->ad_seconds, sim_json_bool(json, "automatic", true));
	} else if (strcmp(action, "next_ad") == 0) {
		area->next_ad_ms = sim_now_ms(sim) + sim_json_int(json, "seconds", 300) * 1000;
	} else {
		return sim_points_control(sim, channel, json);
	}
	return sim_json_ok();
}

const struct sim_endpoint sim_helix_engage[] = {
	{"GET", "/polls", "channel:read:polls|channel:manage:polls", SIM_BROADCASTER_SELF | SIM_MONETIZED, get_polls},
	{"POST", "/polls", "channel:manage:polls", SIM_BODY | SIM_BODY_BROADCASTER | SIM_MONETIZED, post_polls},
	{"PATCH", "/polls", "channel:manage:polls", SIM_BODY | SIM_BODY_BROADCASTER | SIM_MONETIZED, patch_polls},
	{"GET", "/predictions", "channel:read:predictions|channel:manage:predictions",
	 SIM_BROADCASTER_SELF | SIM_MONETIZED, get_predictions},
	{"POST", "/predictions", "channel:manage:predictions", SIM_BODY | SIM_BODY_BROADCASTER | SIM_MONETIZED,
	 post_predictions},
	{"PATCH", "/predictions", "channel:manage:predictions", SIM_BODY | SIM_BODY_BROADCASTER | SIM_MONETIZED,
	 patch_predictions},
	{"POST", "/raids", "channel:manage:raids", SIM_USER_TOKEN, post_raids},
	{"DELETE", "/raids", "channel:manage:raids", SIM_BROADCASTER_SELF, delete_raids},
	{NULL, NULL, NULL, 0, NULL},
};
