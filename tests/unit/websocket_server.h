/*
 * A WebSocket server of raw sockets on loopback, for tests: it does just what the test says, wrong things too. Each connection
 * has a thread of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct websocket_server;

/* Talks to one peer, on that peer's thread; `number` counts from 0. The peer is closed when it returns. */
typedef void (*websocket_serve)(int peer, int number, void *data);

/* NULL where the address cannot be had. */
struct websocket_server *websocket_server_start(bool ipv6, websocket_serve serve, void *data);
/* Shuts all peers down and waits for their threads. */
void websocket_server_stop(struct websocket_server *server);
int websocket_server_port(const struct websocket_server *server);

/* Reads the request and answers with 101. */
bool websocket_shake_hands(int peer);
bool websocket_send_bytes(int peer, const char *bytes, size_t size);
/* One text frame. */
bool websocket_send_text(int peer, const char *text);
