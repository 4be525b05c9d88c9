/*
 * Inside of the simulator: the state that all parts share. Everything here belongs to the simulator's thread.
 */
#pragma once

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libwebsockets.h>
#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/darray.h>

#include "twitchsim.h"
#include "buf.h"
#include "map.h"
#include "rng.h"

#define SIM_ID_SIZE 37 /* UUID and NUL */

/* --- people ------------------------------------------------------------------------------------------------------ */

enum sim_temper { /* how a person writes */
		  SIM_CHATTER,
		  SIM_LURKER,
		  SIM_TROLL,
		  SIM_SPAMMER,
		  SIM_SCAMMER,
};

struct sim_user {
	char id[16];
	char login[26];
	char name[64]; /* display name, may be in another script */
	char color[8]; /* "" when never chosen */
	char type[12]; /* "", staff, admin, global_mod */
	char broadcaster_type[12];
	char description[304];
	int64_t created_ms;
	size_t index; /* in lx_sim.users */
	uint8_t language;
	uint8_t temper;
	bool turbo, prime, bot, left; /* left: withdrawn, may not be found any more */
	/* limits of chat, counted over all connections (twitch.md 1.5) */
	int64_t join_times[20], login_times[20], send_times[100];
	uint32_t join_next, login_next, send_next;
	int64_t muted_until_ms;
	/* account-wide lists */
	DARRAY(size_t) blocked;
};

enum sim_ban { SIM_NOT_BANNED, SIM_TIMED_OUT, SIM_BANNED };

struct sim_member { /* a person in one channel */
	bool mod, lead_mod, vip, editor, founder, present, seen, warned, artist;
	uint8_t ban;
	int64_t ban_until_ms, ban_created_ms;
	char ban_reason[504], ban_moderator[16];
	int tier; /* 0, 1000, 2000, 3000 */
	bool prime, is_gift;
	int months, streak, gift_months;
	char gifter[16];
	int gifts_total, bits_total, watch_streak;
	int64_t followed_ms; /* 0 = no follower */
	int64_t vip_since_ms, editor_since_ms;
	int suspicious; /* 0 none, 1 monitored, 2 restricted */
	int64_t last_message_ms, last_text_ms;
	uint64_t last_text_hash;
	uint32_t rate_count;
	uint64_t messages;
};

/* --- channels ---------------------------------------------------------------------------------------------------- */

struct sim_settings {
	bool emote_only, subs_only, unique, delay_on;
	int followers; /* -1 off, else minutes */
	int slow;      /* seconds, 0 off */
	int delay;
};

struct sim_stored { /* a message that was sent */
	char id[SIM_ID_SIZE];
	char thread[SIM_ID_SIZE]; /* root of its thread */
	size_t user;
	int64_t sent_ms;
	char *text;
	bool action, deleted;
};

struct sim_sent {             /* what every connection in the channel was sent, in order */
	char id[SIM_ID_SIZE]; /* empty for lines without an id */
	char kind[24];        /* command, or msg-id of a USERNOTICE */
	char user[16];
	uint64_t sequence;
	int64_t ms;
};

struct sim_channel {
	struct sim_user *user;
	struct sim_member **members; /* by index of user */
	size_t member_capacity;
	char title[144 * 4], game_id[16], language[8];
	char tags[10][26 * 4];
	size_t tag_count;
	uint32_t ccl; /* bits, see helix_channels.c */
	bool branded, live, shield, suspended;
	int delay;
	char stream_id[24];
	int64_t started_ms;
	int viewers;
	uint64_t follower_base, subscriber_base; /* beyond the people we know */
	struct sim_settings settings;
	struct sim_channel *shared_with; /* shared chat session, NULL = none */
	char shared_session[SIM_ID_SIZE];
	int64_t shared_since_ms;
	int64_t last_announcement_ms;
	struct sim_stored *history; /* ring */
	size_t history_next, history_capacity;
	struct sim_map history_by_id;
	struct sim_sent *sent; /* ring */
	size_t sent_capacity;
	uint64_t sent_count;   /* all ever; the next sequence number is one more */
	struct sim_area *area; /* everything that only the web API knows */
};

/* --- chat -------------------------------------------------------------------------------------------------------- */

struct sim_param {
	const char *name, *value;
};

struct sim_message {
	char id[SIM_ID_SIZE];
	struct sim_channel *channel;
	struct sim_user *user;
	const char *text;
	bool action, first, returning, emote_only;
	int bits;
	const char *reward_id;    /* channel points reward with text */
	const char *kind;         /* tag msg-id, NULL = ordinary */
	const char *client_nonce; /* NULL = none */
	const struct sim_stored *reply_to;
	struct sim_channel *source; /* shared chat: where it was written, NULL = no session */
	char source_id[SIM_ID_SIZE];
	int64_t sent_ms;
	const void *not_to; /* struct sim_irc: the connection that sent it */
};

struct sim_notice { /* USERNOTICE and its twin channel.chat.notification */
	char id[SIM_ID_SIZE];
	struct sim_channel *channel;
	struct sim_user *user;
	const char *msg_id;
	const char *system_msg;
	const char *text; /* NULL = none */
	struct sim_param params[24];
	size_t param_count;
	struct sim_channel *source; /* shared chat */
	char source_id[SIM_ID_SIZE];
	int64_t sent_ms;
	const char *notice_type; /* EventSub; NULL = not announced there */
	cJSON *object;           /* its object, taken over */
	bool anonymous;
};

/* --- journal of what was received -------------------------------------------------------------------------------- */

struct sim_received {
	uint64_t sequence;
	const char *kind; /* "http", "irc", "eventsub", "connect", "disconnect" */
	uint64_t connection;
	uint64_t mono_ns;
	int64_t unix_ms;
	char *method, *path, *query, *body, *client_id, *user; /* http */
	char *line;                                            /* irc */
	int status;
};

/* --- the simulator ----------------------------------------------------------------------------------------------- */

struct sim_server;
struct sim_faults;
struct sim_irc_server;
struct sim_generator;
struct sim_helix;
struct sim_oauth;
struct sim_eventsub;
struct sim_seventv;
struct sim_certificates;

struct lx_sim {
	struct lx_sim_config config;
	struct lws_context *context;
	/*
	 * What is written in chat and what happens there. Seeded anew for each message of the generator from the seed and the
	 * message's number, so that neither the clock nor requests nor what was injected in between change the chat.
	 */
	struct sim_rng chat_rng;
	struct sim_rng world_rng; /* everything else: asked in an order that depends on clients and on the clock */
	int64_t clock_offset_ms;
	int64_t monotonic_base_ms; /* wall clock minus monotonic clock at start: time never jumps */

	struct sim_user **users;
	size_t user_count, user_capacity;
	struct sim_map users_by_id, users_by_login;
	uint64_t next_user_id;
	DARRAY(struct sim_channel *) channels;
	struct sim_channel *home; /* the channel `streamer` */

	DARRAY(struct sim_received) received;
	uint64_t received_sequence, received_dropped;

	struct sim_certificates *certificates;
	struct sim_server *server;
	struct sim_faults *faults;
	struct sim_irc_server *irc;
	struct sim_generator *generator;
	struct sim_helix *helix;
	struct sim_oauth *oauth;
	struct sim_eventsub *eventsub;
	struct sim_seventv *seventv;

	lws_sorted_usec_list_t second;
};

/* Wall clock as the simulator sees it, in Unix milliseconds; moved by the control command "clock". */
int64_t sim_now_ms(const struct lx_sim *sim);
uint64_t sim_mono_ns(void);
void sim_new_id(struct lx_sim *sim, char id[SIM_ID_SIZE]);
/* The id of a message or notice of chat. */
void sim_new_chat_id(struct lx_sim *sim, char id[SIM_ID_SIZE]);
/* RFC 3339 with `digits` (0, 3 or 9) fraction digits. */
const char *sim_time_text(int64_t ms, int digits, char text[40]);
/* Milliseconds or -1. */
int64_t sim_time_parse(const char *text);
