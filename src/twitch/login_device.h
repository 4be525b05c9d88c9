/*
 * The device code grant: a code is fetched, the user enters it in any browser, meanwhile the token is asked for again and
 * again. For public clients, so without a secret. dev.twitch.tv/docs/authentication/getting-tokens-oauth
 *
 * Trouble with the network does not end it; only its deadline, a refusal or lx_login_device_destroy() does.
 *
 * Threads: everything on the loop's thread, or after it stopped. Callbacks come later, never from inside a function here.
 */
#pragma once

#include "net/loop.h"
#include "twitch/login_way.h"
#include "twitch/oauth_client.h"

struct lx_login_device;

/* `client_id` and `scopes` are copied. */
struct lx_login_device *lx_login_device_create(struct lx_loop *loop, struct lx_oauth_client *oauth,
					       const char *client_id, const char *scopes,
					       const struct lx_login_way_callbacks *callbacks);
/* Ends it wherever it is; no callback follows. Fine inside a callback. NULL is accepted. */
void lx_login_device_destroy(struct lx_login_device *login);
