#include "chat.h"

#include <stdio.h>

#include "events.h"
#include "irc.h"
#include "moderation.h"
#include "world.h"

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 1469598103934665603u;
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash;
}

static void refuse(struct sim_send_result *result, const char *code, const char *message)
{
	result->code = code;
	snprintf(result->message, sizeof(result->message), "%s", message);
}

static bool only_emotes_found(const char *text);

/* Mode and ban checks in the order Twitch answers them. True when refused. */
static bool refused(struct lx_sim *sim, const struct sim_send *send, struct sim_member *member,
		    struct sim_send_result *result)
{
	struct sim_channel *channel = send->channel;
	const struct sim_settings *settings = &channel->settings;
	const char *login = channel->user->login;
	int64_t now = sim_now_ms(sim);
	bool privileged = sim_can_moderate(channel, send->user) || member->vip;
	char text[300];
	enum sim_ban ban = sim_ban_state(sim, member);
	if (channel->suspended) {
		refuse(result, "msg_channel_suspended", "This channel does not exist or has been suspended.");
	} else if (ban == SIM_BANNED) {
		snprintf(text, sizeof(text), "You are permanently banned from talking in %s.", login);
		refuse(result, "msg_banned", text);
	} else if (ban == SIM_TIMED_OUT) {
		snprintf(text, sizeof(text), "You are timed out for %d more seconds.",
			 (int)((member->ban_until_ms - now + 999) / 1000));
		refuse(result, "msg_timedout", text);
	} else if (member->warned) {
		refuse(result, "msg_warned",
		       "You have been warned by a moderator. Please acknowledge it to chat again.");
	} else if (privileged) {
		return false;
	} else if (settings->subs_only && !member->tier) {
		snprintf(text, sizeof(text),
			 "This room is in subscribers only mode. To talk, purchase a channel subscription at "
			 "https://www.twitch.tv/products/%s/ticket?ref=subscriber_only_mode_chat.",
			 login);
		refuse(result, "msg_subsonly", text);
	} else if (settings->followers >= 0 && !member->tier && !member->followed_ms) {
		if (settings->followers)
			snprintf(text, sizeof(text),
				 "This room is in %d minutes followers-only mode. Follow %s to join the community!",
				 settings->followers, login);
		else
			snprintf(text, sizeof(text),
				 "This room is in followers-only mode. Follow %s to join the community!", login);
		refuse(result, settings->followers ? "msg_followersonly" : "msg_followersonly_zero", text);
	} else if (settings->followers > 0 && !member->tier &&
		   now - member->followed_ms < settings->followers * 60000LL) {
		int minutes = (int)((now - member->followed_ms) / 60000);
		snprintf(text, sizeof(text),
			 "This room is in %d minutes followers-only mode. You have been following for %d minutes. "
			 "Continue following to chat!",
			 settings->followers, minutes);
		refuse(result, "msg_followersonly_followed", text);
	} else if (settings->emote_only && !only_emotes_found(send->text)) {
		refuse(result, "msg_emoteonly",
		       "This room is in emote-only mode. You can find your currently available emoticons using the "
		       "smiley in the chat text area.");
	} else if (settings->slow && now - member->last_message_ms < settings->slow * 1000LL) {
		snprintf(text, sizeof(text),
			 "This room is in slow mode and you are sending messages too quickly. You will be able to talk "
			 "again in %d seconds.",
			 (int)((member->last_message_ms + settings->slow * 1000LL - now + 999) / 1000));
		refuse(result, "msg_slowmode", text);
	} else if (settings->unique && sim_code_points(send->text) > 9 && member->last_text_hash &&
		   member->last_text_hash == hash_text(send->text)) {
		refuse(result, "msg_r9k",
		       "This room is in unique-chat mode and the message you attempted to send is not unique.");
	} else if (now - member->last_text_ms < 30000 && member->last_text_hash == hash_text(send->text)) {
		refuse(result, "msg_duplicate",
		       "Your message is identical to the one you sent less than 30 seconds ago.");
	} else {
		return false;
	}
	return true;
}

struct emote_sum {
	size_t bytes;
};

static void add_emote(const struct sim_emote *emote, size_t first, size_t last, size_t byte, size_t bytes, void *data)
{
	(void)emote;
	(void)first;
	(void)last;
	(void)byte;
	((struct emote_sum *)data)->bytes += bytes;
}

static bool only_emotes_found(const char *text)
{
	struct emote_sum sum = {0};
	size_t letters = 0;
	sim_find_emotes(text, add_emote, &sum);
	for (; *text; text++)
		letters += *text != ' ';
	return letters && letters == sum.bytes;
}

/* Limits of IRC (twitch.md 1.5). False = swallowed. */
static bool within_irc_limits(struct lx_sim *sim, const struct sim_send *send, const struct sim_member *member)
{
	struct sim_user *user = send->user;
	int64_t now = sim_now_ms(sim);
	bool privileged = sim_can_moderate(send->channel, user) || member->vip;
	uint32_t recent = 0;
	for (size_t i = 0; i < 100; i++)
		recent += user->send_times[i] && now - user->send_times[i] < 30000;
	user->send_times[user->send_next++ % 100] = now;
	if (privileged)
		return recent < 100;
	if (now < user->muted_until_ms)
		return false;
	if (recent >= 20) {
		user->muted_until_ms = now + 3600000;
		return false;
	}
	return now - member->last_message_ms >= 1000;
}

void sim_chat_send(struct lx_sim *sim, const struct sim_send *send, struct sim_send_result *result)
{
	memset(result, 0, sizeof(*result));
	struct sim_member *member = sim_member(send->channel, send->user);
	if (send->irc && !within_irc_limits(sim, send, member))
		return;
	if (!*send->text || sim_code_points(send->text) > 500)
		return;
	const struct sim_stored *parent = NULL;
	if (send->reply_to && *send->reply_to) {
		parent = sim_message_find(send->channel, send->reply_to);
		if (!parent) {
			result->bad_reply = true;
			return;
		}
	}
	if (refused(sim, send, member, result))
		return;
	struct sim_message message = {.channel = send->channel,
				      .user = send->user,
				      .action = send->action,
				      .client_nonce = send->client_nonce,
				      .reply_to = parent,
				      .not_to = send->not_to ? send->not_to : (const void *)send->user};
	/* A reply begins with the name of the one it answers; that is part of the text and of the counting. */
	struct sim_buf text = {0};
	if (parent)
		sim_buf_printf(&text, "@%s ", sim->users[parent->user]->name);
	sim_buf_str(&text, send->text);
	message.text = sim_buf_text(&text);
	if (sim_moderation_hold(sim, &message)) {
		refuse(result, "msg_rejected", "Your message is being checked by mods and has not been sent.");
	} else {
		member->last_text_hash = hash_text(send->text);
		member->last_text_ms = sim_now_ms(sim);
		sim_chat_publish(sim, &message);
		result->sent = true;
		memcpy(result->id, message.id, sizeof(result->id));
	}
	sim_buf_finish(&text);
}

void sim_chat_publish(struct lx_sim *sim, struct sim_message *message)
{
	struct sim_member *member = sim_member(message->channel, message->user);
	if (!*message->id)
		sim_new_chat_id(sim, message->id);
	message->sent_ms = sim_now_ms(sim);
	if (!member->seen) {
		message->first = true;
		member->seen = true;
	}
	if (message->channel->shared_with && !message->source) {
		message->source = message->channel;
		memcpy(message->source_id, message->id, sizeof(message->source_id));
	}
	member->last_message_ms = message->sent_ms;
	member->messages++;
	if (message->bits)
		member->bits_total += message->bits;
	if (!member->present) {
		member->present = true;
		sim_irc_membership(sim, message->channel, message->user, true);
	}
	sim_message_store(message->channel, message);
	sim_irc_message(sim, message);
	sim_event_message(sim, message);
	/* In a shared chat the other channel gets it too, under an id of its own. */
	if (message->channel->shared_with && message->source == message->channel) {
		struct sim_message copy = *message;
		copy.channel = message->channel->shared_with;
		copy.id[0] = '\0';
		copy.reply_to = NULL;
		copy.first = copy.returning = false;
		sim_member(copy.channel, copy.user)->seen = true;
		sim_chat_publish(sim, &copy);
	}
}

void sim_chat_notice(struct lx_sim *sim, struct sim_notice *notice)
{
	if (!*notice->id)
		sim_new_chat_id(sim, notice->id);
	notice->sent_ms = sim_now_ms(sim);
	if (notice->channel->shared_with && !notice->source) {
		notice->source = notice->channel;
		memcpy(notice->source_id, notice->id, sizeof(notice->source_id));
	}
	sim_irc_notice(sim, notice);
	sim_event_notice(sim, notice);
	if (notice->channel->shared_with && notice->source == notice->channel) {
		struct sim_notice copy = *notice;
		copy.channel = notice->channel->shared_with;
		sim_new_chat_id(sim, copy.id);
		sim_irc_notice(sim, &copy);
		sim_event_notice(sim, &copy);
	}
	cJSON_Delete(notice->object);
	notice->object = NULL;
}

/* --- moderation -------------------------------------------------------------------------------------------------- */

void sim_chat_ban(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user,
		  int seconds, const char *reason)
{
	struct sim_member *member = sim_member(channel, user);
	int64_t now = sim_now_ms(sim);
	member->ban = seconds ? SIM_TIMED_OUT : SIM_BANNED;
	member->ban_created_ms = now;
	member->ban_until_ms = seconds ? now + seconds * 1000LL : 0;
	snprintf(member->ban_reason, sizeof(member->ban_reason), "%s", reason ? reason : "");
	snprintf(member->ban_moderator, sizeof(member->ban_moderator), "%s", moderator->id);
	sim_irc_clearchat(sim, channel, user, seconds);
	sim_event_ban(sim, channel, moderator, user, member, seconds);
	if (!seconds)
		sim_irc_part(sim, channel, user);
}

void sim_chat_unban(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user)
{
	struct sim_member *member = sim_member(channel, user);
	bool was_timeout = member->ban == SIM_TIMED_OUT;
	member->ban = SIM_NOT_BANNED;
	sim_event_unban(sim, channel, moderator, user, was_timeout);
}

void sim_chat_delete(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator,
		     struct sim_stored *stored)
{
	stored->deleted = true;
	sim_irc_clearmsg(sim, channel, stored);
	sim_event_delete(sim, channel, moderator, stored);
}

void sim_chat_clear(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator)
{
	sim_irc_clearchat(sim, channel, NULL, 0);
	sim_event_clear(sim, channel, moderator);
}

static void switched(struct lx_sim *sim, struct sim_channel *channel, const char *tag, bool on, const char *name,
		     const char *mode)
{
	char msg_id[32], text[96];
	snprintf(msg_id, sizeof(msg_id), "%s_%s", name, on ? "on" : "off");
	snprintf(text, sizeof(text), "This room is %s in %s mode.", on ? "now" : "no longer", mode);
	sim_irc_roomstate(sim, channel, tag, on, msg_id, text);
}

void sim_chat_settings(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator,
		       const struct sim_settings *settings)
{
	struct sim_settings before = channel->settings;
	channel->settings = *settings;
	char text[160];
	if (before.emote_only != settings->emote_only)
		switched(sim, channel, "emote-only", settings->emote_only, "emote_only", "emote-only");
	if (before.subs_only != settings->subs_only)
		switched(sim, channel, "subs-only", settings->subs_only, "subs", "subscribers-only");
	if (before.unique != settings->unique)
		switched(sim, channel, "r9k", settings->unique, "r9k", "unique-chat");
	if (before.slow != settings->slow) {
		snprintf(text, sizeof(text), "This room is now in slow mode. You may send messages every %d seconds.",
			 settings->slow);
		sim_irc_roomstate(sim, channel, "slow", settings->slow, settings->slow ? "slow_on" : "slow_off",
				  settings->slow ? text : "This room is no longer in slow mode.");
	}
	if (before.followers != settings->followers) {
		snprintf(text, sizeof(text), "This room is now in %d minutes followers-only mode.",
			 settings->followers);
		sim_irc_roomstate(sim, channel, "followers-only", settings->followers,
				  settings->followers < 0    ? "followers_off"
				  : settings->followers == 0 ? "followers_on_zero"
							     : "followers_on",
				  settings->followers < 0    ? "This room is no longer in followers-only mode."
				  : settings->followers == 0 ? "This room is now in followers-only mode."
							     : text);
	}
	sim_event_settings(sim, channel, moderator, &before);
}

void sim_chat_role(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user,
		   const char *role, bool given)
{
	struct sim_member *member = sim_member(channel, user);
	if (strcmp(role, "mod") == 0) {
		member->mod = given;
		if (!given)
			member->lead_mod = false;
	} else {
		member->vip = given;
		member->vip_since_ms = given ? sim_now_ms(sim) : 0;
	}
	sim_irc_userstate(sim, channel, user);
	sim_event_role(sim, channel, moderator, user, role, given);
}
