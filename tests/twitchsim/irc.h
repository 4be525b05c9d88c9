/*
 * IRC as Twitch speaks it (twitch.md 1): logins, channels, and lines to everybody in a channel.
 */
#pragma once

#include "server.h"

extern const struct sim_conn_ops sim_irc_conn_ops;

struct sim_irc_server *sim_irc_server_create(struct lx_sim *sim);
void sim_irc_server_destroy(struct sim_irc_server *server);

/* Whether anybody reads this channel. */
bool sim_irc_has_readers(struct lx_sim *sim, const struct sim_channel *channel);

void sim_irc_message(struct lx_sim *sim, const struct sim_message *message);
void sim_irc_notice(struct lx_sim *sim, const struct sim_notice *notice);
/* `user` NULL = whole chat; `seconds` 0 = permanent. */
void sim_irc_clearchat(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, int seconds);
void sim_irc_clearmsg(struct lx_sim *sim, struct sim_channel *channel, const struct sim_stored *stored);
/* One changed ROOMSTATE tag and the NOTICE that goes with it (NULL = none). */
void sim_irc_roomstate(struct lx_sim *sim, struct sim_channel *channel, const char *tag, int value, const char *msg_id,
		       const char *text);
void sim_irc_whisper(struct lx_sim *sim, const struct sim_user *from, const struct sim_user *to, const char *text);
/* The user's connections leave the channel (banned). */
void sim_irc_part(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user);
/* Others come and go, for those who asked for membership. */
void sim_irc_membership(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user, bool joined);
/* The user's role in the channel changed. */
void sim_irc_userstate(struct lx_sim *sim, struct sim_channel *channel, const struct sim_user *user);
/* All connections that are logged in with this account are closed (token revoked). */
void sim_irc_logout(struct lx_sim *sim, const struct sim_user *user);

/*
 * Control: {"action":…} on connections, "connection":n for one (default: all that are logged in):
 * see the table in irc_control.c and README.md.
 */
cJSON *sim_irc_control(struct lx_sim *sim, const cJSON *json);
/* Adds every fault of a connection to the list. */
void sim_irc_offer_faults(cJSON *list);
/* All connections. */
cJSON *sim_irc_list(struct lx_sim *sim);
