/*
 * A stream of bytes to a server on a loop, by libcurl: name, proxy from the environment, connection, TLS with the
 * certificate checked. Plain text goes to loopback addresses only.
 *
 * Threads: everything on the loop's thread. No callback comes from inside lx_stream_open() or lx_stream_send().
 *
 * Ownership: the caller owns the stream and destroys it, also after on_end; inside any of its own callbacks is fine.
 * Bytes handed to on_bytes are borrowed.
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

struct lx_stream_handler {
	void (*on_open)(void *data); /* connected, TLS done */
	void (*on_bytes)(const char *bytes, size_t size, void *data);
	void (*on_end)(enum lx_http_error error, void *data); /* once, the last call; LX_HTTP_OK: the server closed */
	void *data;
};

struct lx_stream_config {
	struct lx_loop *loop;
	const char *url;          /* ircs://host:port, or irc://host:port to loopback addresses (lx_url_allowed) */
	const char *ca_file;      /* trusted certificates (PEM) instead of the system's, NULL = the system's */
	uint32_t open_timeout_ms; /* name, connection and TLS together; 0 = 10 s */
	struct lx_stream_handler handler;
};

struct lx_stream;

/* Starts to connect. Never NULL: what cannot be tried at all ends with on_end, too. */
struct lx_stream *lx_stream_open(const struct lx_stream_config *config);

/*
 * Sends all of it in order, now or as soon as the server takes it. False, and nothing of it is sent, while the stream is
 * not open or more than 64 KiB wait already.
 */
bool lx_stream_send(struct lx_stream *stream, const char *bytes, size_t size);

/* Closes and frees at once; what still waits is not sent. NULL is accepted. */
void lx_stream_destroy(struct lx_stream *stream);

#ifdef __cplusplus
}
#endif
