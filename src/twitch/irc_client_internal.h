/*
 * What the files of the IRC client share. Everything here happens on the loop's thread.
 *
 *	irc_client.c         what others ask for, from any thread
 *	irc_client_links.c   links: connecting, retrying, the account's token, the second link
 *	irc_client_seats.c   channels on the links: joining, taking over
 *	irc_client_lines.c   what the server says
 *	irc_client_outbox.c  what we say
 *	irc_client_status.c  what is told about all that
 */
#pragma once

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "net/backoff.h"
#include "net/mailbox.h"
#include "net/rate.h"
#include "platform/secret_store.h"
#include "twitch/irc_client.h"
#include "twitch/irc_event.h"
#include "twitch/irc_outbox.h"
#include "twitch/seen.h"

/* Twitch allows 20 joins and 20 logins in 10 s for each account. */
#define ACCOUNT_LIMIT 18
#define ACCOUNT_WINDOW_MS 10500
/* How long a channel that did not answer is left alone. */
#define JOIN_AGAIN_MS 60000

struct trouble {
	const char *reason; /* word for programs, "" = none */
	const char *key;    /* of the sentence, NULL = none */
};

extern const struct trouble irc_no_trouble, irc_trouble_auth;

enum seat_state {
	SEAT_NONE,
	SEAT_JOINING,
	SEAT_JOINED,
	SEAT_SILENT,  /* no answer: there is no such channel, or Twitch is slow; tried again later */
	SEAT_REFUSED, /* not tried again */
};

/* A channel on one of the two links. */
struct seat {
	struct channel *channel;
	struct slot *slot;
	enum seat_state state;
	struct trouble trouble;
	uint64_t timer;
};

struct channel {
	char *name, *room_id;
	struct seat seats[2];
	/* Ourselves in it, from USERSTATE. */
	char *own_name, *own_badges, *own_badge_info;
	uint32_t own_color, own_roles;
};

/* One of the two links: the one in use, and one that takes over from it or is about to end. */
struct slot {
	struct lx_irc_client *client;
	struct lx_irc_link *link; /* NULL = none */
	char *login;              /* "" = without an account */
	char *token;              /* until logged in */
	bool account_refused;     /* without, because Twitch did not take it */
	bool ready, draining;
	uint64_t opened_ms;
	uint64_t timer; /* draining: when to close */
};

/* Sent by the web API: told as our own unless Twitch tells of it. */
struct echo {
	char *id;
	struct lx_irc_outgoing message;
	uint64_t due_ms;
};

struct lx_irc_client {
	struct lx_irc_client_config config;
	char *url, *ca_file;
	struct lx_mailbox *mailbox;

	DARRAY(struct channel *) channels;
	struct slot slots[2];
	unsigned active;

	struct lx_irc_decoder *decoder;
	struct lx_seen *seen;
	struct lx_irc_outbox *outbox;
	DARRAY(struct echo) echoes; /* oldest first */
	struct lx_rate joins, logins;
	struct lx_backoff backoff;
	char *user_id; /* of the account */

	uint64_t retry_timer, retry_at_ms;
	uint64_t standby_timer, stable_timer, join_timer, send_timer, confirm_timer, echo_timer, refresh_timer;
	struct trouble trouble; /* why there is no link */
	bool refused;           /* trying again is of no use */
	bool refreshing;        /* the account was asked for a newer token */
	bool refreshed;         /* and gave one, which has not logged in yet */
	bool without_account;   /* Twitch does not take the account: reading without one */
	uint64_t refused_token; /* key of the token it did not take */

	bool announced; /* what was told last */
	enum lx_link_state told_state;
	struct trouble told_trouble;
	bool told_anonymous;

	uint64_t silent_ms;     /* between the last byte of the link that has just been lost and its end */
	int64_t missed_from_ms; /* Unix; when the channel was heard last, 0 = it is heard, or never was */
	char *missed_channel;
};

static inline struct slot *irc_active(struct lx_irc_client *client)
{
	return &client->slots[client->active];
}

static inline struct slot *irc_other(struct lx_irc_client *client)
{
	return &client->slots[!client->active];
}

static inline unsigned irc_slot_index(const struct slot *slot)
{
	return (unsigned)(slot - slot->client->slots);
}

static inline void irc_set(char **target, const char *value)
{
	bfree(*target);
	*target = bstrdup(value);
}

static inline void irc_cancel(struct lx_irc_client *client, uint64_t *timer)
{
	lx_loop_cancel(client->config.loop, *timer);
	*timer = 0;
}

static inline void irc_restart(struct lx_irc_client *client, uint64_t *timer, uint64_t delay_ms, lx_loop_task task,
			       void *data)
{
	lx_loop_cancel(client->config.loop, *timer);
	*timer = lx_loop_after(client->config.loop, delay_ms, task, data);
}

static inline uint64_t irc_now_ms(const struct lx_irc_client *client)
{
	return lx_loop_now_ms(client->config.loop);
}

static inline int64_t irc_unix_ms(const struct lx_irc_client *client)
{
	return lx_clock_unix_ms(lx_loop_clock(client->config.loop));
}

static inline void irc_emit(const struct lx_irc_client *client, const struct lx_event *event)
{
	if (client->config.twins)
		lx_twins_offer(client->config.twins, LX_TWIN_IRC, event);
	else
		lx_bus_emit(client->config.bus, event);
}

static inline struct channel *irc_find_channel(const struct lx_irc_client *client, const char *name)
{
	for (size_t i = 0; i < client->channels.num; i++) {
		if (strcmp(client->channels.array[i]->name, name) == 0)
			return client->channels.array[i];
	}
	return NULL;
}

/* irc_client_status.c */

/* A sentence of our own, where Twitch would have sent a notice. */
void irc_tell_notice(struct lx_irc_client *client, const char *channel, const char *id, const char *key);
/* Tells how things stand, if that is news. */
void irc_announce(struct lx_irc_client *client);
struct trouble irc_trouble_of(enum lx_irc_end end, enum lx_http_error error);

/* irc_client_outbox.c */

void irc_lose_outbox(struct lx_irc_client *client);
void irc_flush_outbox(struct lx_irc_client *client);
void irc_expect_echo(struct lx_irc_client *client, const char *channel, const char *id, const char *text,
		     const char *reply_id);
void irc_forget_echoes(struct lx_irc_client *client);
void irc_tell_own_message(struct lx_irc_client *client, const struct channel *channel,
			  const struct lx_irc_outgoing *message, const char *id);

/* irc_client_seats.c */

void irc_clear_seat(struct seat *seat);
void irc_close_slot(struct slot *slot);
void irc_promote_if_complete(struct lx_irc_client *client);
void irc_join_more(struct lx_irc_client *client);
void irc_joined(struct slot *slot, const char *name);
void irc_parted(struct slot *slot, const char *name);
void irc_refuse_seat(struct slot *slot, struct channel *channel, const char *reason, const char *key);

/* irc_client_lines.c */

void irc_on_message(struct lx_irc_link *link, const struct lx_irc_message *message, void *data);

/* irc_client_links.c */

void irc_connect(struct lx_irc_client *client);
void irc_begin_standby(struct lx_irc_client *client);
void irc_on_standby_timer(void *data);
void irc_disconnect(struct lx_irc_client *client);
void irc_after_refresh(struct lx_irc_client *client, bool ok);
bool irc_is_name(const char *name);

/* irc_client.c */

void irc_ask_refresh(struct lx_irc_client *client, const char *token);
