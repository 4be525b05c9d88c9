/*
 * The authorization code grant, for people with an application and a client secret of their own: the user agrees in the
 * browser, which Twitch then sends to a page on this machine with a code in the address.
 * dev.twitch.tv/docs/authentication/getting-tokens-oauth
 *
 * The page is served on the loopback interface only, and only from lx_login_code_create() until the answer has been
 * delivered. It accepts nothing but GET on one path with the random `state` of this very attempt; whatever else arrives
 * is refused and changes nothing. The browser is kept waiting until lx_login_code_answer() tells how it went.
 *
 * Threads: everything on the loop's thread, or after it stopped. Callbacks come later, on the loop's thread.
 */
#pragma once

#include "locale/text.h"
#include "net/loop.h"
#include "platform/random.h"
#include "twitch/login_way.h"
#include "twitch/oauth_client.h"

/* What has to be registered at Twitch, with the port: "http://localhost:8080/callback". */
#define LX_LOGIN_CODE_PATH "/callback"
/* The ports tried when the first is taken and others are allowed: that many in all. */
#define LX_LOGIN_CODE_PORTS 10

struct lx_login_code_config {
	struct lx_loop *loop;
	struct lx_oauth_client *oauth;
	const struct lx_text *text;
	const struct lx_random *random;
	const char *id_url, *client_id, *client_secret, *scopes; /* copied */
	uint16_t port;
	bool any_port;
};

struct lx_login_code;

struct lx_login_code *lx_login_code_create(const struct lx_login_code_config *config,
					   const struct lx_login_way_callbacks *callbacks);
/*
 * Tells the browser, if one waits, that the sign-in succeeded (`failure` NONE) or why not. `closed` is called once that is
 * delivered, or after two seconds; then the owner destroys `login`.
 */
void lx_login_code_answer(struct lx_login_code *login, enum lx_login_failure failure);
/* Ends it at once wherever it is; no callback follows. Fine inside a callback. NULL is accepted. */
void lx_login_code_destroy(struct lx_login_code *login);
