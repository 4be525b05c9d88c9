/*
 * Things that happen in a channel besides plain messages: subscriptions, gifts, raids, cheers … Used by the generator and by
 * the control command "event". Each changes the state and is told on IRC and EventSub.
 */
#pragma once

#include "sim.h"

/* `months` 0 = the next one after what the person has; 1 = a new sub. `text` NULL = none. */
void sim_happen_sub(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int tier, bool prime,
		    int months, const char *text);
/* A gift bomb when `count` > 1. `gifter` NULL = anonymous. `to` NULL = whoever is there. */
void sim_happen_gift(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *gifter, struct sim_user *to,
		     int count, int tier);
void sim_happen_gift_upgrade(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user,
			     struct sim_user *gifter);
void sim_happen_prime_upgrade(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user);
void sim_happen_pay_forward(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user,
			    struct sim_user *gifter);
void sim_happen_sub_end(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user);
void sim_happen_raid(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *from, int viewers);
void sim_happen_unraid(struct lx_sim *sim, struct sim_channel *channel);
void sim_happen_follow(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user);
void sim_happen_cheer(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, const char *text);
/* `color` PRIMARY, BLUE, GREEN, ORANGE, PURPLE. */
void sim_happen_announcement(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, const char *text,
			     const char *color);
void sim_happen_streak(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int streams,
		       const char *text);
void sim_happen_modiversary(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int months);
void sim_happen_bits_badge(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int threshold);
void sim_happen_charity(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *user, int minor_units,
			const char *currency);
/* A foreign message of a shared chat: `neighbour` writes in `neighbour`, whoever is joined sees it. */
void sim_happen_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on);

/* Control: {"type":…,"user":login,"channel":login,…}. */
cJSON *sim_happen_control(struct lx_sim *sim, const cJSON *json);
