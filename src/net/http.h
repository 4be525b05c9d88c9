/*
 * HTTP requests on a loop, by libcurl: HTTP/2 where offered, certificates always checked, no redirects followed, no
 * plain-text HTTP except to loopback addresses.
 *
 * Threads: everything on the loop's thread. `done` is called exactly once for each accepted request, on the loop's thread, never
 * from inside lx_http_send(): with the answer, or with status 0 and an error when there was none (network, timeout, cancelled).
 *
 * Ownership: the request is copied. The response is borrowed, valid during the call of `done`.
 *
 * Secrets: neither headers nor bodies nor URLs ever reach a log or an error text from here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_http;

struct lx_http_config {
	struct lx_loop *loop;
	const char *user_agent;
	const char *ca_file; /* extra trusted certificates (PEM) instead of the system's, NULL = the system's */
};

struct lx_http *lx_http_create(const struct lx_http_config *config);
/* On the loop's thread or after it stopped. Requests under way end with LX_HTTP_CANCELLED. */
void lx_http_destroy(struct lx_http *http);

struct lx_http_header {
	const char *name, *value;
};

struct lx_http_request {
	const char *method; /* GET POST PUT PATCH DELETE */
	const char *url;
	const struct lx_http_header *headers;
	size_t header_count;
	const void *body; /* NULL = none */
	size_t body_size;
	uint32_t timeout_ms; /* whole request; 0 = 15 s */
	size_t max_size;     /* of the answer's body in bytes; 0 = 8 MiB */
	bool once;           /* must not reach the server twice, not even when a kept connection dies (needs a body) */
};

enum lx_http_error {
	LX_HTTP_OK,      /* there is an answer, whatever its status */
	LX_HTTP_RESOLVE, /* name not found */
	LX_HTTP_CONNECT, /* refused, unreachable, reset */
	LX_HTTP_TLS,     /* certificate or handshake */
	LX_HTTP_TIMEOUT,
	LX_HTTP_TOO_LARGE,
	LX_HTTP_CANCELLED,
	LX_HTTP_REFUSED, /* we refuse to send it: plain text to a foreign host, malformed address or header */
	LX_HTTP_FAILED,  /* anything else */
};

struct lx_http_response {
	enum lx_http_error error;
	bool sent;        /* the request may have reached the server: false means it surely did not */
	long status;      /* 0 without an answer */
	const char *body; /* NUL-terminated behind body_size bytes */
	size_t body_size;
	uint32_t elapsed_ms;
	const struct lx_http_header *headers; /* names in lower case */
	size_t header_count;
};

typedef void (*lx_http_done)(const struct lx_http_response *response, void *data);

/* Returns an id; 0, and no call of `done`, only while the client is being destroyed. */
uint64_t lx_http_send(struct lx_http *http, const struct lx_http_request *request, lx_http_done done, void *data);
/* `done` comes later with LX_HTTP_CANCELLED. Accepts ids that are gone. */
void lx_http_cancel(struct lx_http *http, uint64_t id);

/* What a transfer of curl's that ended with `result` failed of; for the other transports in net/. */
enum lx_http_error lx_http_classify(CURLcode result);

/* Value of a header of the answer or NULL; name in lower case. */
const char *lx_http_header(const struct lx_http_response *response, const char *name);

/* Whether `url` may carry secrets: https/wss/ircs anywhere, http/ws/irc on loopback addresses only (127.0.0.0/8, ::1, localhost). */
bool lx_url_allowed(const char *url);

#ifdef __cplusplus
}
#endif
