/*
 * What happens in a channel, told to all interfaces alike: messages, notices, moderation, settings. Every caller (IRC, Helix,
 * generator, control) takes this way, so that state, IRC and EventSub always agree.
 */
#pragma once

#include "sim.h"

struct sim_send { /* somebody wants to write */
	struct sim_channel *channel;
	struct sim_user *user;
	const char *text;
	bool action;
	bool irc;             /* over IRC: its limits apply */
	const char *reply_to; /* id or NULL */
	const char *client_nonce;
	const void *not_to; /* the IRC connection */
};

struct sim_send_result {
	bool sent;
	bool bad_reply;
	char id[SIM_ID_SIZE];
	const char *code; /* msg-id of the NOTICE, NULL = silently dropped */
	char message[320];
};

/* Checks everything Twitch checks, then publishes. */
void sim_chat_send(struct lx_sim *sim, const struct sim_send *send, struct sim_send_result *result);

/* Publishes without asking: fills id (when empty), time, first, returning, and shared chat. */
void sim_chat_publish(struct lx_sim *sim, struct sim_message *message);
/* Takes notice->object over. */
void sim_chat_notice(struct lx_sim *sim, struct sim_notice *notice);

/* Moderation. `moderator` is who does it. `seconds` 0 = ban. */
void sim_chat_ban(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user,
		  int seconds, const char *reason);
void sim_chat_unban(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user);
void sim_chat_delete(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator,
		     struct sim_stored *stored);
void sim_chat_clear(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator);
/* Applies and announces what differs. */
void sim_chat_settings(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator,
		       const struct sim_settings *settings);
void sim_chat_role(struct lx_sim *sim, struct sim_channel *channel, struct sim_user *moderator, struct sim_user *user,
		   const char *role, bool given); /* "mod" or "vip" */
