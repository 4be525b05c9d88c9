/*
 * EventSub events by their cause: builds the payload of every type (twitch.md 5.6 to 5.10) and gives it to eventsub.c, which knows
 * who subscribed. Nothing is built when nobody listens.
 */
#pragma once

#include "sim.h"

void sim_event_message(struct lx_sim *sim, const struct sim_message *message);
void sim_event_notice(struct lx_sim *sim, const struct sim_notice *notice);
void sim_event_ban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		   const struct sim_user *user, const struct sim_member *member, int seconds);
void sim_event_unban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		     const struct sim_user *user, bool was_timeout);
void sim_event_delete(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		      const struct sim_stored *stored);
void sim_event_clear(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator);
void sim_event_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			const struct sim_settings *before);
void sim_event_role(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		    const struct sim_user *user, const char *role, bool given);

/* Money and company. `bits_or_points` goes into the hype train and the goals. */
void sim_event_sub(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		   const struct sim_member *member, bool resub, const char *text);
void sim_event_gift(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *gifter, int count, int tier,
		    int cumulative);
void sim_event_sub_end(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		       const struct sim_member *member);
void sim_event_subscribers_changed(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
				   int points);
void sim_event_cheer(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int bits,
		     const char *text);
void sim_event_raid(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, int viewers);
void sim_event_follow(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user);
void sim_event_charity(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int minor_units,
		       const char *currency);
void sim_event_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on);
void sim_event_channel_update(struct lx_sim *sim, struct sim_channel *channel);
void sim_event_live(struct lx_sim *sim, struct sim_channel *channel);
