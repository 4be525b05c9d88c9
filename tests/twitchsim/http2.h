/*
 * HTTP/2 on a byte stream, by nghttp2. Without that library there is none, and the simulator offers HTTP/1.1 only.
 */
#pragma once

#include "server.h"

struct sim_http2;

/* NULL when there is no HTTP/2. */
struct sim_http2 *sim_http2_create(struct sim_conn *conn);
/* NULL is accepted. */
void sim_http2_destroy(struct sim_http2 *http2);
void sim_http2_received(struct sim_http2 *http2, const char *data, size_t size);
