/*
 * One connection to the chat server, from the first packet to the last: connects, logs in, answers and sends PING, hands
 * over lines. Knows nothing of channels, retries and events; irc_client.h decides what becomes of it.
 *
 * Every state has a deadline: 10 s for name, connection and TLS, 10 s for the welcome. A silent server gets a PING after 5 s
 * and has 3 s to answer, so a dead line is noticed 8 s after its last byte.
 *
 * Threads: everything on the loop's thread. No callback comes from inside lx_irc_link_open() or a send.
 * Ownership: the caller owns the link and destroys it, also after on_end; inside any of its callbacks is fine.
 * Secrets: the token is copied, sent and wiped.
 */
#pragma once

#include "net/stream.h"
#include "platform/random.h"
#include "twitch/irc_parser.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How bytes travel: NULL stands for net/stream, tests bring their own. `open` never returns NULL. */
struct lx_irc_transport {
	void *(*open)(const struct lx_stream_config *config, void *data);
	bool (*send)(void *stream, const char *bytes, size_t size);
	void (*close)(void *stream);
	void *data;
};

enum lx_irc_end {
	LX_IRC_END_NETWORK,   /* `error` tells: could not be reached, or was lost; LX_HTTP_OK = closed by the server */
	LX_IRC_END_SILENT,    /* connected, but no answer any more (or none to the login) */
	LX_IRC_END_AUTH,      /* Twitch refuses the token */
	LX_IRC_END_MALFORMED, /* Twitch finds the login badly formed: trying again is of no use */
	LX_IRC_END_SERVER,    /* trouble at Twitch's end */
};

struct lx_irc_link;

struct lx_irc_link_handler {
	void (*on_ready)(struct lx_irc_link *link, void *data); /* logged in */
	/* All lines but PING, PONG and those that make up the login. Parts are borrowed. */
	void (*on_message)(struct lx_irc_link *link, const struct lx_irc_message *message, void *data);
	void (*on_end)(struct lx_irc_link *link, enum lx_irc_end end, enum lx_http_error error,
		       void *data); /* the last call */
	void *data;
};

struct lx_irc_link_config {
	struct lx_loop *loop;
	const struct lx_irc_transport *transport; /* NULL = net/stream */
	const struct lx_random *random;
	const char *url, *ca_file;
	const char *login; /* NULL or "" = read without an account */
	const char *token; /* without "oauth:" */
	struct lx_irc_link_handler handler;
};

struct lx_irc_link *lx_irc_link_open(const struct lx_irc_link_config *config);
void lx_irc_link_destroy(struct lx_irc_link *link); /* NULL is accepted */

/* The name we go by: the account's login, or justinfan and a number. */
const char *lx_irc_link_nick(const struct lx_irc_link *link);

/* Sends a line; CR, LF and NUL in it are made spaces, so nobody smuggles in a second one. False when it cannot be sent now. */
bool lx_irc_link_send(struct lx_irc_link *link, const char *line);

/* When its last byte came, in the loop's time. */
uint64_t lx_irc_link_heard_ms(const struct lx_irc_link *link);

/* Lines over 64 KiB that were skipped on this link. */
uint64_t lx_irc_link_skipped(const struct lx_irc_link *link);

#ifdef __cplusplus
}
#endif
