/*
 * Sending to the chat: through the web API where the login permits it, because that tells whether and why a message was
 * dropped; through IRC otherwise, and for /me, which only works there.
 *
 * What Twitch does not show is told as LX_EVENT_NOTICE with an id that begins with "livextrem_send_" or is Twitch's own.
 *
 * Threads: every function from any thread, none waits, but destroy. Events come on the helix loop's thread.
 * Ownership: what the config points to must outlive the sender; strings are copied.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_send;

/* Sends over IRC: lx_irc_client_send() in a coat. `reply_to` is a message id or "". Any thread, never waits. */
typedef void (*lx_send_irc)(const char *channel, const char *text, const char *reply_to, void *data);

/* The account's own message was taken and has this id: lx_irc_client_sent() in a coat. On the helix loop's thread. */
typedef void (*lx_send_taken)(const char *channel, const char *id, const char *text, const char *reply_to, void *data);

struct lx_send_config {
	struct lx_loop *loop; /* of both helixes */
	struct lx_helix *helix;
	struct lx_helix *bot_helix; /* of a second account, which sends while it is signed in; NULL = there is none */
	struct lx_bus *bus;
	const struct lx_text *text;
	lx_send_irc irc;     /* NULL: the web API only */
	lx_send_taken taken; /* may be NULL */
	void *irc_data;      /* of both */
};

struct lx_send *lx_send_create(const struct lx_send_config *config);
/* On the loop's thread or after it stopped, before the helix. NULL is accepted. */
void lx_send_destroy(struct lx_send *send);

/* Gives the procedure "send" its meaning. */
void lx_send_bind(struct lx_send *send, struct lx_bus *bus);

/* Where to: the channel's user id ("" while it is not known: IRC is used) and login; "" = nowhere. */
void lx_send_set_channel(struct lx_send *send, const char *room_id, const char *login);

/* Sends at most 500 characters; `reply_to` is the id of the message it answers, or "". Returns false, with a sentence for the
 * user appended to `error`, when it is refused at once. */
bool lx_send_message(struct lx_send *send, const char *text, const char *reply_to, struct dstr *error);

#ifdef __cplusplus
}
#endif
