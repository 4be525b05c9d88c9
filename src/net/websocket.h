/*
 * WebSocket client on a loop, by libcurl: handshake, TLS with the certificate checked, proxy from the environment, pongs
 * and fragments are curl's; messages, limits and the closing handshake are put together here.
 *
 * Mostly receives: Twitch's EventSub takes anything sent to it but pongs for an offence. Others want to be told what to send.
 *
 * Threads: everything on the loop's thread. No callback comes from inside lx_websocket_open().
 *
 * Ownership: the caller owns the socket and destroys it, also after on_end; inside any of its own callbacks is fine.
 * Texts handed to callbacks are borrowed.
 *
 * Secrets: neither address nor content ever reaches a log or an error from here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/http.h"
#include "net/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Close codes of RFC 6455 7.4.1 that matter here; 4000 and up are the application's. */
enum lx_websocket_code {
	LX_WEBSOCKET_NORMAL = 1000,
	LX_WEBSOCKET_UNSUPPORTED = 1003, /* binary message */
	LX_WEBSOCKET_NO_CODE = 1005,     /* closed without saying why */
	LX_WEBSOCKET_ABNORMAL = 1006,    /* the line was lost without a closing handshake */
	LX_WEBSOCKET_TOO_LARGE = 1009,
};

/* How a connection ended, or why it never came to be. */
struct lx_websocket_end {
	bool opened;              /* on_open had been called */
	enum lx_http_error error; /* LX_HTTP_OK: closed by a close frame, `code` tells; else what the network said */
	uint16_t code;      /* LX_WEBSOCKET_ABNORMAL unless a close frame came (or we gave up: the code we sent) */
	long status;        /* HTTP status that refused the handshake, else 0 */
	const char *reason; /* text of the close frame, hostile, never NULL */
};

struct lx_websocket_handler {
	void (*on_open)(void *data); /* the handshake is done */
	void (*on_message)(const char *text, size_t size,
			   void *data); /* NUL-terminated behind `size` bytes of unchecked UTF-8 */
	void (*on_end)(const struct lx_websocket_end *end, void *data); /* once, the last call */
	void *data;
};

struct lx_websocket_config {
	struct lx_loop *loop;
	const char *url;          /* wss://, or ws:// to loopback addresses (lx_url_allowed) */
	const char *user_agent;   /* NULL = none */
	const char *ca_file;      /* trusted certificates (PEM) instead of the system's, NULL = the system's */
	uint32_t open_timeout_ms; /* name, connection, TLS and handshake together; 0 = 15 s */
	size_t max_message;       /* bytes; longer ones end the connection with 1009; 0 = 1 MiB */
	struct lx_websocket_handler handler;
};

/* Whether the libcurl that is loaded speaks ws and wss (it is optional in curl, and came late). */
bool lx_websocket_available(void);

struct lx_websocket;

/* Starts to connect. Never NULL: what cannot be tried at all ends with on_end, too. */
struct lx_websocket *lx_websocket_open(const struct lx_websocket_config *config);
/* Sends a short text once it is open. False when it cannot be sent at this moment. */
bool lx_websocket_send(struct lx_websocket *socket, const char *text, size_t size);
/* Says goodbye (1000) if it is open, without waiting for the answer, and frees. NULL is accepted. */
void lx_websocket_destroy(struct lx_websocket *socket);

#ifdef __cplusplus
}
#endif
