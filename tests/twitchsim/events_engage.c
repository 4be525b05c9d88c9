/* Polls, predictions, channel points, goals, hype trains, ads. */
#include "events.h"

#include <stdio.h>

#include "area.h"
#include "catalog.h"
#include "eventsub.h"
#include "events_build.h"
#include "json.h"
#include "world.h"

void sim_event_poll(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *poll)
{
	bool begin = strcmp(what, "begin") == 0, end = strcmp(what, "end") == 0;
	cJSON *json = sim_event_of(channel), *part;
	const cJSON *choice;
	sim_event_copy(json, "id", poll);
	sim_event_copy(json, "title", poll);
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
	sim_event_copy(json, "started_at", poll);
	int64_t started = sim_time_parse(sim_json_text(poll, "started_at", ""));
	if (end) {
		char status[16];
		snprintf(status, sizeof(status), "%s", sim_json_text(poll, "status", "COMPLETED"));
		for (char *c = status; *c; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
		sim_json_put(json, "status", status);
		sim_event_copy(json, "ended_at", poll);
	} else {
		sim_json_put_time(json, "ends_at", started + sim_json_int(poll, "duration", 0) * 1000, 0);
	}
	char type[40];
	snprintf(type, sizeof(type), "channel.poll.%s", what);
	sim_event_emit(sim, type, channel, json);
}

void sim_event_prediction(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *prediction)
{
	cJSON *json = sim_event_of(channel), *outcomes;
	const cJSON *outcome;
	bool begin = strcmp(what, "begin") == 0;
	sim_event_copy(json, "id", prediction);
	sim_event_copy(json, "title", prediction);
	outcomes = cJSON_AddArrayToObject(json, "outcomes");
	cJSON_ArrayForEach (outcome, cJSON_GetObjectItemCaseSensitive(prediction, "outcomes")) {
		cJSON *item = cJSON_CreateObject();
		sim_event_copy(item, "id", outcome);
		sim_event_copy(item, "title", outcome);
		sim_json_put(item, "color", strcmp(sim_json_text(outcome, "color", ""), "PINK") == 0 ? "pink" : "blue");
		if (!begin) {
			sim_event_copy(item, "users", outcome);
			sim_event_copy(item, "channel_points", outcome);
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
		sim_event_copy(json, "locked_at", prediction);
	} else {
		sim_event_copy(json, "winning_outcome_id", prediction);
		sim_json_put(json, "status",
			     strcmp(sim_json_text(prediction, "status", ""), "RESOLVED") == 0 ? "resolved"
											      : "canceled");
		sim_event_copy(json, "ended_at", prediction);
	}
	char type[40];
	snprintf(type, sizeof(type), "channel.prediction.%s", what);
	sim_event_emit(sim, type, channel, json);
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
	cJSON *json = sim_event_of(channel);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sim_event_copy(json, names[i], reward);
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
	cJSON *json = sim_event_of(channel);
	char status[16], type[80];
	sim_event_copy(json, "id", redemption);
	sim_event_put_user(json, "", sim_user_by_id(sim, sim_json_text(redemption, "user_id", "")));
	sim_event_copy(json, "user_input", redemption);
	snprintf(status, sizeof(status), "%s", sim_json_text(redemption, "status", ""));
	for (char *c = status; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	sim_json_put(json, "status", status);
	sim_event_copy(json, "reward", redemption);
	sim_event_copy(json, "redeemed_at", redemption);
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
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
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
		sim_event_put_message(sim, channel, json, text, false, false);
	else
		sim_json_put_null(json, "message");
	sim_json_put_time(json, "redeemed_at", sim_now_ms(sim), 9);
	sim_event_emit(sim, "channel.channel_points_automatic_reward_redemption.add", channel, json);
}

/* --- goals, hype train, ads -------------------------------------------------------------------------------------- */

void sim_event_goal(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *goal)
{
	cJSON *json = sim_event_of(channel);
	char type[40];
	sim_event_copy(json, "id", goal);
	const char *kind = sim_json_text(goal, "type", "");
	sim_json_put(json, "type", strcmp(kind, "follower") == 0 ? "follow" : kind);
	sim_event_copy(json, "description", goal);
	sim_event_copy(json, "current_amount", goal);
	sim_event_copy(json, "target_amount", goal);
	sim_json_put(json, "started_at", sim_json_text(goal, "created_at", ""));
	if (strcmp(what, "end") == 0) {
		sim_json_put_bool(json, "is_achieved",
				  sim_json_int(goal, "current_amount", 0) >= sim_json_int(goal, "target_amount", 0));
		sim_json_put_time(json, "ended_at", sim_now_ms(sim), 9);
	}
	snprintf(type, sizeof(type), "channel.goal.%s", what);
	sim_event_emit(sim, type, channel, json);
}

void sim_event_hype_train(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *train)
{
	static const char *const names[] = {
		"id",         "level", "total",          "top_contributions", "shared_train_participants",
		"started_at", "type",  "is_shared_train"};
	const struct sim_area *area = channel->area;
	bool end = strcmp(what, "end") == 0;
	cJSON *json = sim_event_of(channel);
	char type[40];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sim_event_copy(json, names[i], train);
	if (end) {
		sim_json_put_time(json, "ended_at", sim_now_ms(sim), 9);
		sim_json_put_time(json, "cooldown_ends_at", sim_now_ms(sim) + 3600000, 9);
	} else {
		sim_event_copy(json, "progress", train);
		sim_event_copy(json, "goal", train);
		sim_event_copy(json, "expires_at", train);
	}
	if (strcmp(what, "begin") == 0) {
		sim_json_put_int(json, "all_time_high_level", area->hype_record_level);
		sim_json_put_int(json, "all_time_high_total", area->hype_record_total);
	}
	snprintf(type, sizeof(type), "channel.hype_train.%s", what);
	sim_event_emit(sim, type, channel, json);
}

void sim_event_ad(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *requester, int seconds,
		  bool automatic)
{
	cJSON *json = sim_event_of(channel);
	sim_json_put_int(json, "duration_seconds", seconds);
	sim_json_put_time(json, "started_at", sim_now_ms(sim), 0);
	sim_json_put_bool(json, "is_automatic", automatic);
	sim_event_put_user(json, "requester_", requester);
	sim_event_emit(sim, "channel.ad_break.begin", channel, json);
}
