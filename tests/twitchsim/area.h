/*
 * What a channel has that only the web API knows: terms, polls, rewards, schedule … Lists hold objects in the very form in which
 * Helix shows them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

struct sim_channel;
struct lx_sim;

#define SIM_AUTOMOD_CATEGORIES 8

struct sim_area {
	cJSON *terms; /* blocked terms */
	cJSON *held;  /* AutoMod queue: EventSub form and "status" */
	cJSON *unban_requests;
	cJSON *polls, *predictions; /* newest first */
	cJSON *rewards, *redemptions;
	cJSON *power_ups;
	cJSON *segments; /* schedule, with "series" and "weekly" of our own */
	cJSON *vacation; /* NULL = none */
	cJSON *videos, *clips, *markers;
	cJSON *goals;
	cJSON *campaign, *donations; /* charity; campaign NULL = none */
	cJSON *hype_train;           /* current, NULL = none */
	cJSON *pin;                  /* NULL = none */
	cJSON *bits;                 /* {user_id: amount} */
	int overall_level;           /* AutoMod; -1 = individual */
	int automod[SIM_AUTOMOD_CATEGORIES];
	bool shield;
	char shield_by[16];
	int64_t shield_ms;
	struct {
		char to[16];
		int64_t ends_ms; /* 0 = none */
	} raid;
	int64_t raid_times[10], mod_times[10], vip_times[10];
	uint32_t raid_next, mod_next, vip_next;
	int64_t shoutout_ms;
	cJSON *shoutouts; /* {user_id: ms} */
	int64_t last_ad_ms, next_ad_ms;
	int ad_seconds, snoozes;
	int64_t snooze_refresh_ms;
	bool has_schedule;
	int hype_record_level, hype_record_total;
	int64_t hype_record_ms;
};

struct sim_area *sim_area_create(void);
void sim_area_destroy(struct sim_area *area);
extern const char *const sim_automod_names[SIM_AUTOMOD_CATEGORIES];

/* The object with this "id", or NULL. */
cJSON *sim_find_id(const cJSON *list, const char *id);
struct sim_user;
/* Counts towards a goal and tells. */
void sim_goal_add(struct lx_sim *sim, struct sim_channel *channel, cJSON *goal, int amount);
/* Points into the hype train, which starts by itself when enough comes together. `type` bits, subscription, other. */
void sim_hype_add(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, const char *type,
		  int points);
void sim_campaign_start(struct lx_sim *sim, struct sim_channel *channel);

/* Once a second: polls, predictions, ads, trains run out. In helix_engage.c and its neighbours. */
void sim_engage_second(struct lx_sim *sim, struct sim_channel *channel);
