/*
 * The listener of the authorization code grant: serves one page on the loopback interface, by libmicrohttpd on a thread of
 * its own, and takes one answer of Twitch from the browser that is sent there.
 *
 * Threads: the functions on the loop's thread, or after it stopped; the callbacks come on the loop's thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "locale/text.h"
#include "net/loop.h"

struct lx_login_listener;

struct lx_login_listener_config {
	struct lx_loop *loop;
	const struct lx_text *text;
	const char *path;  /* the only one that is served */
	const char *state; /* what the address must carry; copied */
	/* Once: the browser brought `code` (never NULL) or, with a `code` of "", the `error` that Twitch gave. */
	void (*taken)(const char *code, const char *error, void *data);
	/* After lx_login_listener_answer(): the browsers that waited have their page. */
	void (*delivered)(void *data);
	void *data;
};

/* Listens on `port` (0: any) of 127.0.0.1, and of ::1 where there is IPv6. NULL when the port is taken. */
struct lx_login_listener *lx_login_listener_create(const struct lx_login_listener_config *config, uint16_t port);
/* Takes milliseconds; no callback follows. NULL is accepted. */
void lx_login_listener_destroy(struct lx_login_listener *listener);

uint16_t lx_login_listener_port(const struct lx_login_listener *listener);

/* The page for the browsers that wait and for those that come again. True when one waits. */
bool lx_login_listener_answer(struct lx_login_listener *listener, const char *title_key, const char *body_key);
