/* A client's IRC session: shared by irc.c (what clients say), irc_write.c (what they are told), irc_control.c (faults). */
#pragma once

#include "irc.h"

#define HOST ":tmi.twitch.tv "
#define EMOTE_SETS "0,300374282"
#define PING_MS 300000

struct sim_irc_joined {
	struct sim_channel *channel;
	uint64_t sent_before; /* number of things the channel was sent before */
};

struct sim_irc {
	struct sim_conn *conn;
	struct sim_irc *next, **link;
	struct sim_buf in;
	bool tags, commands, membership;
	bool has_pass, mute_pong, waiting_pong;
	char *pass;
	char nick[32]; /* "" before NICK */
	bool logged_in, anonymous;
	struct sim_user *user; /* NULL when anonymous */
	bool may_send;
	DARRAY(struct sim_irc_joined) joined;
	uint64_t lines_in, lines_out;
	lws_sorted_usec_list_t timer;
};

struct sim_irc_server {
	struct sim_irc *first;
	struct sim_buf tags, body; /* the line being built */
	uint32_t ping_ms;
};

/* One line to one client, formatted. */
void sim_irc_line(struct sim_irc *irc, const char *format, ...);
const struct sim_irc_joined *sim_irc_joined(const struct sim_irc *irc, const struct sim_channel *channel);
/* Builds a line with tags in the server's buffers: begin, tags, end_tags, then the body; put sends it to one client. */
void sim_irc_begin(struct lx_sim *sim);
void sim_irc_tag(struct lx_sim *sim, const char *name, const char *value);
void sim_irc_end_tags(struct lx_sim *sim);
void sim_irc_put(struct sim_irc *irc);
/* `id` of the message just sent, NULL = none. */
void sim_irc_send_userstate(struct sim_irc *irc, const struct sim_channel *channel, const char *id);
/* Sends a PING, or closes when the last one was not answered. */
void sim_irc_ping_due(lws_sorted_usec_list_t *timer);
