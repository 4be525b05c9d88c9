/* The channel, its followers and its money. */
#include "events.h"

#include <stdio.h>

#include "area.h"
#include "catalog.h"
#include "eventsub.h"
#include "events_build.h"
#include "json.h"
#include "world.h"

void sim_event_channel_update(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *json = sim_event_of(channel);
	sim_json_put(json, "title", channel->title);
	sim_json_put(json, "language", channel->language);
	sim_json_put(json, "category_id", channel->game_id);
	sim_json_put(json, "category_name", sim_game_name(channel->game_id));
	cJSON_AddItemToObject(json, "content_classification_labels", sim_channel_labels(channel));
	sim_event_emit(sim, "channel.update", channel, json);
}

void sim_event_live(struct lx_sim *sim, struct sim_channel *channel)
{
	cJSON *json = sim_event_of(channel);
	sim_json_put(json, "id", channel->stream_id);
	if (channel->live) {
		sim_json_put(json, "type", "live");
		sim_json_put_time(json, "started_at", channel->started_ms, 0);
	}
	sim_event_emit(sim, channel->live ? "stream.online" : "stream.offline", channel, json);
}

void sim_event_raid(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, int viewers)
{
	cJSON *json = cJSON_CreateObject();
	sim_event_put_user(json, "from_broadcaster_", from);
	sim_event_put_user(json, "to_broadcaster_", to);
	sim_json_put_int(json, "viewers", viewers);
	sim_eventsub_emit(sim, "channel.raid", &(struct sim_about){.from = from, .to = to}, json);
}

void sim_event_raid_begin(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *to, bool on)
{
	cJSON *object = sim_event_user_object(to);
	if (on)
		sim_json_put_int(object, "viewer_count", channel->viewers);
	sim_event_moderated(sim, channel, moderator, on ? "raid" : "unraid", on ? "raid" : "unraid", object);
}

void sim_event_follow(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user)
{
	cJSON *json = sim_event_of(channel), *goal;
	sim_event_put_user(json, "", user);
	sim_json_put_time(json, "followed_at", sim_now_ms(sim), 9);
	sim_event_emit(sim, "channel.follow", channel, json);
	cJSON_ArrayForEach (goal, channel->area->goals) {
		if (strcmp(sim_json_text(goal, "type", ""), "follower") == 0)
			sim_goal_add(sim, channel, goal, 1);
	}
}

void sim_event_user_update(struct lx_sim *sim, const struct sim_user *user)
{
	cJSON *json = sim_event_user_object(user);
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
	sim_event_put_user(json, "from_", from);
	sim_event_put_user(json, "to_", to);
	sim_json_put(json, "whisper_id", id);
	sim_json_put(cJSON_AddObjectToObject(json, "whisper"), "text", text);
	sim_eventsub_emit(sim, "user.whisper.message", &(struct sim_about){.user = to}, json);
}

void sim_event_shoutout(struct lx_sim *sim, struct sim_channel *from, const struct sim_user *moderator,
			struct sim_channel *to)
{
	int64_t now = sim_now_ms(sim);
	cJSON *json = sim_event_of(from);
	sim_event_put_user(json, "moderator_", moderator);
	sim_event_put_user(json, "to_broadcaster_", to->user);
	sim_json_put_int(json, "viewer_count", from->viewers);
	sim_json_put_time(json, "started_at", now, 9);
	sim_json_put_time(json, "cooldown_ends_at", now + 120000, 9);
	sim_json_put_time(json, "target_cooldown_ends_at", now + 3600000, 9);
	sim_event_emit(sim, "channel.shoutout.create", from, json);
	json = sim_event_of(to);
	sim_event_put_user(json, "from_broadcaster_", from->user);
	sim_json_put_int(json, "viewer_count", from->viewers);
	sim_json_put_time(json, "started_at", now, 9);
	sim_event_emit(sim, "channel.shoutout.receive", to, json);
}

void sim_event_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on)
{
	struct sim_channel *both[] = {a, b};
	for (int i = 0; i < 2; i++) {
		cJSON *json = sim_event_of(both[i]);
		sim_json_put(json, "session_id", both[i]->shared_session);
		sim_event_put_user(json, "host_broadcaster_", a->user);
		if (on) {
			cJSON *participants = cJSON_AddArrayToObject(json, "participants");
			for (int k = 0; k < 2; k++)
				cJSON_AddItemToArray(participants, sim_event_of(both[k]));
		}
		sim_event_emit(sim, on ? "channel.shared_chat.begin" : "channel.shared_chat.end", both[i], json);
	}
}

/* --- money ------------------------------------------------------------------------------------------------------- */

void sim_event_sub(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		   const struct sim_member *member, bool resub, const char *text)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "tier", sim_event_tier(member->tier));
	if (!resub) {
		sim_json_put_bool(json, "is_gift", member->is_gift);
		sim_event_emit(sim, "channel.subscribe", channel, json);
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
	sim_event_emit(sim, "channel.subscription.message", channel, json);
}

void sim_event_gift(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *gifter, int count, int tier,
		    int cumulative)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", gifter);
	sim_json_put_int(json, "total", count);
	sim_json_put(json, "tier", sim_event_tier(tier));
	if (gifter)
		sim_json_put_int(json, "cumulative_total", cumulative);
	else
		sim_json_put_null(json, "cumulative_total");
	sim_json_put_bool(json, "is_anonymous", gifter == NULL);
	sim_event_emit(sim, "channel.subscription.gift", channel, json);
}

void sim_event_sub_end(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		       const struct sim_member *member)
{
	cJSON *json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "tier", sim_event_tier(member->tier));
	sim_json_put_bool(json, "is_gift", member->is_gift);
	sim_event_emit(sim, "channel.subscription.end", channel, json);
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
	cJSON *json = sim_event_of(channel), *goal;
	sim_json_put_bool(json, "is_anonymous", false);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "message", text);
	sim_json_put_int(json, "bits", bits);
	sim_event_emit(sim, "channel.cheer", channel, json);
	json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_json_put_int(json, "bits", bits);
	sim_json_put(json, "type", "cheer");
	sim_json_put_null(json, "power_up");
	sim_json_put_null(json, "custom_power_up");
	sim_event_put_message(sim, channel, json, text, false, true);
	sim_event_emit(sim, "channel.bits.use", channel, json);
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
	cJSON *json = sim_event_of(channel), *short_form = cJSON_CreateObject();
	int64_t bits = sim_json_int(power_up, "bits", 0);
	sim_json_put(short_form, "id", sim_json_text(power_up, "id", ""));
	sim_json_put(short_form, "title", sim_json_text(power_up, "title", ""));
	sim_json_put_int(short_form, "bits", bits);
	sim_json_put(short_form, "prompt", sim_json_text(power_up, "prompt", ""));
	sim_json_put(json, "id", id);
	sim_event_put_user(json, "", user);
	sim_json_put(json, "user_input", input);
	sim_json_put(json, "status", "unfulfilled");
	cJSON_AddItemToObject(json, "custom_power_up", cJSON_Duplicate(short_form, true));
	sim_json_put_time(json, "redeemed_at", sim_now_ms(sim), 9);
	sim_eventsub_emit(sim, "channel.custom_power_up_redemption.add",
			  &(struct sim_about){.broadcaster = channel->user,
					      .reward_id = sim_json_text(power_up, "id", "")},
			  json);
	json = sim_event_of(channel);
	sim_event_put_user(json, "", user);
	sim_json_put_int(json, "bits", bits);
	sim_json_put(json, "type", "custom_power_up");
	sim_json_put_null(json, "power_up");
	cJSON_AddItemToObject(json, "custom_power_up", short_form);
	sim_json_put_null(json, "message");
	sim_event_emit(sim, "channel.bits.use", channel, json);
	sim_hype_add(sim, channel, user, "bits", (int)bits);
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
	cJSON *donation = cJSON_CreateObject(), *json = sim_event_of(channel);
	const char *campaign = sim_json_text(area->campaign, "id", "");
	sim_json_put(donation, "id", id);
	sim_json_put(donation, "campaign_id", campaign);
	sim_event_put_user(donation, "", user);
	cJSON *amount = cJSON_AddObjectToObject(donation, "amount");
	sim_json_put_int(amount, "value", minor_units);
	sim_json_put_int(amount, "decimal_places", 2);
	sim_json_put(amount, "currency", currency);
	cJSON_InsertItemInArray(area->donations, 0, donation);
	sim_json_put(json, "id", id);
	sim_json_put(json, "campaign_id", campaign);
	sim_event_put_user(json, "", user);
	for (int i = 0; i < 4; i++)
		sim_event_copy(json, names[i], area->campaign);
	sim_event_copy(json, "amount", donation);
	sim_event_emit(sim, "channel.charity_campaign.donate", channel, json);
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
		sim_event_copy(json, names[i], channel->area->campaign);
	if (strcmp(what, "progress") != 0)
		sim_json_put_time(json, strcmp(what, "start") == 0 ? "started_at" : "stopped_at", sim_now_ms(sim), 9);
	snprintf(type, sizeof(type), "channel.charity_campaign.%s", what);
	sim_event_emit(sim, type, channel, json);
}
