/*
 * TLS over a byte stream whose bytes we move ourselves, for the HTTPS port: libwebsockets takes every connection away that
 * agrees on "h2", but its HTTP/2 hands over no unknown headers (such as Client-Id) and no more than about 90 parameters.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "certificates.h"

struct sim_secure_context; /* one certificate */
struct sim_secure;         /* one connection */

struct sim_secure_context *sim_secure_context_create(const char *certificate, const char *key, bool offer_http2);
void sim_secure_context_destroy(struct sim_secure_context *context);

struct sim_secure *sim_secure_create(struct sim_secure_context *context);
void sim_secure_destroy(struct sim_secure *secure);

/* Bytes from the network. False when the connection is to be dropped. */
bool sim_secure_feed(struct sim_secure *secure, const void *data, size_t size);
/* Plain bytes for us; 0 = none now. */
size_t sim_secure_read(struct sim_secure *secure, void *data, size_t room);
/* Encrypts as much of `plain` as is possible now and appends everything that is to be sent to `wire`. */
void sim_secure_write(struct sim_secure *secure, struct sim_buf *plain, size_t limit, struct sim_buf *wire);
bool sim_secure_ready(const struct sim_secure *secure); /* the handshake is done */
bool sim_secure_http2(const struct sim_secure *secure); /* … and the client wants HTTP/2 */
