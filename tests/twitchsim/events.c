#include "events.h"

void sim_event_message(struct lx_sim *sim, const struct sim_message *message) {}

void sim_event_notice(struct lx_sim *sim, const struct sim_notice *notice) {}

void sim_event_ban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		   const struct sim_user *user, const struct sim_member *member, int seconds)
{
}

void sim_event_unban(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		     const struct sim_user *user, bool was_timeout)
{
}

void sim_event_delete(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		      const struct sim_stored *stored)
{
}

void sim_event_clear(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator) {}

void sim_event_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			const struct sim_settings *before)
{
}

void sim_event_role(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		    const struct sim_user *user, const char *role, bool given)
{
}

void sim_event_sub(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		   const struct sim_member *member, bool resub, const char *text)
{
}

void sim_event_gift(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *gifter, int count, int tier,
		    int cumulative)
{
}

void sim_event_sub_end(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
		       const struct sim_member *member)
{
}

void sim_event_subscribers_changed(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
				   int points)
{
}

void sim_event_cheer(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int bits,
		     const char *text)
{
}

void sim_event_raid(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, int viewers) {}

void sim_event_follow(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user) {}

void sim_event_charity(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int minor_units,
		       const char *currency)
{
}

void sim_event_shared_chat(struct lx_sim *sim, struct sim_channel *a, struct sim_channel *b, bool on) {}

void sim_event_channel_update(struct lx_sim *sim, struct sim_channel *channel) {}

void sim_event_live(struct lx_sim *sim, struct sim_channel *channel) {}

void sim_event_user_update(struct lx_sim *sim, const struct sim_user *user) {}

void sim_event_whisper(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, const char *text) {}

void sim_event_shoutout(struct lx_sim *sim, struct sim_channel *from, const struct sim_user *moderator,
			struct sim_channel *to)
{
}

void sim_event_warning(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
		       const struct sim_user *user, const char *reason)
{
}

void sim_event_warning_acknowledged(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user) {}

void sim_event_suspicious(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *user, int level)
{
}

void sim_event_shield(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, bool on) {}

void sim_event_hold(struct lx_sim *sim, struct sim_channel *channel, const cJSON *held) {}

void sim_event_hold_update(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			   const cJSON *held, const char *status)
{
}

void sim_event_term(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator, const char *text,
		    bool added)
{
}

void sim_event_automod_settings(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator) {}

void sim_event_unban_request(struct lx_sim *sim, struct sim_channel *channel, const cJSON *request) {}

void sim_event_unban_resolve(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			     const cJSON *request)
{
}

void sim_event_poll(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *poll) {}

void sim_event_prediction(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *prediction) {}

void sim_event_reward(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *reward) {}

void sim_event_redemption(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *redemption) {}

void sim_event_automatic_reward(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
				const char *type, int cost, const char *text)
{
}

void sim_event_power_up(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user,
			const cJSON *power_up, const char *input)
{
}

void sim_event_goal(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *goal) {}

void sim_event_hype_train(struct lx_sim *sim, struct sim_channel *channel, const char *what, const cJSON *train) {}

void sim_event_campaign(struct lx_sim *sim, struct sim_channel *channel, const char *what) {}

void sim_event_ad(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *requester, int seconds,
		  bool automatic)
{
}

void sim_event_raid_begin(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *moderator,
			  const struct sim_user *to, bool on)
{
}

cJSON *sim_event_fragments(struct lx_sim *sim, struct sim_channel *channel, const char *text)
{
	return cJSON_CreateArray();
}
