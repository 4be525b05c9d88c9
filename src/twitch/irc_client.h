/*
 * IRC client: Twitch's chat as events on the bus. Keeps one link to the chat server while a channel is wanted, brings it back
 * when it is lost, and tells honestly how it stands (LX_EVENT_CONNECTION of LX_LINK_CHAT).
 *
 * - Reads with the account that the provider offers, without one where there is none or where Twitch refuses it.
 * - Before the server restarts (RECONNECT) and when the account changes, a second link logs in and joins before the first
 *   one is given up; what both deliver is told once.
 * - Retries by itself, later and later, up to a minute; not when it would be of no use (state REFUSED tells what to do).
 * - Twitch does not echo what we send: once it confirms a message, that is told as LX_EVENT_CHAT_MESSAGE with LX_CHAT_OWN.
 *   What cannot be sent is told as LX_EVENT_NOTICE with an id that begins with "livextrem_".
 *
 * Threads: join, leave, send and renew from any thread, none waits. Create before the loop starts or on its thread; destroy on
 * its thread or after it stopped. Events happen on the loop's thread.
 * Ownership: everything in the configuration must outlive the client; strings are copied.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "net/loop.h"
#include "platform/random.h"
#include "twitch/credentials.h"
#include "twitch/irc_link.h"
#include "twitch/twins.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_irc_client;

struct lx_irc_client_config {
	struct lx_loop *loop;
	struct lx_bus *bus;
	struct lx_twins *twins; /* between us and the bus, where EventSub tells the same; NULL = straight to the bus */
	const struct lx_text *text;
	const struct lx_random *random;
	const char *url;     /* "ircs://irc.chat.twitch.tv:6697" */
	const char *ca_file; /* trusted certificates instead of the system's, NULL = the system's */
	struct lx_credentials_provider credentials; /* get NULL = always read without an account */
	const struct lx_irc_transport *transport;   /* NULL = net/stream */
};

struct lx_irc_client *lx_irc_client_create(const struct lx_irc_client_config *config);
void lx_irc_client_destroy(struct lx_irc_client *client); /* NULL is accepted */

/* Reads a channel (login, with or without '#'), besides those that are read already. Connects if it is the first. */
void lx_irc_client_join(struct lx_irc_client *client, const char *channel);
/* Stops reading it; NULL or "" = all of them. Without a channel the link is closed. */
void lx_irc_client_leave(struct lx_irc_client *client, const char *channel);

/* Sends to a channel that is read; "" = the first one. `reply_id`: id of the message it answers, or "". */
void lx_irc_client_send(struct lx_irc_client *client, const char *channel, const char *text, const char *reply_id);

/*
 * A message was sent for this account by other means (the web API) and got this id. Whether Twitch echoes it to the account's
 * own link is not documented: if it does not within a second, it is told as LX_CHAT_OWN, as if it had been sent from here.
 */
void lx_irc_client_sent(struct lx_irc_client *client, const char *channel, const char *id, const char *text,
			const char *reply_id);

/*
 * Connects anew: at once if it waits or was refused, otherwise by a second link, so that nothing is missed. What is on its way or
 * has only just been made is left alone.
 */
void lx_irc_client_renew(struct lx_irc_client *client);

#ifdef __cplusplus
}
#endif
