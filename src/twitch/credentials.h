/*
 * Credentials: what a Twitch interface needs to identify itself, and how it learns of new ones. A table of functions, so
 * that IRC, Helix and EventSub know nothing of logins and tests need none.
 *
 * Threads: the provider's functions from any thread, none waits.
 * Ownership: who gets credentials finishes them; the provider outlives whoever was given it.
 * Secrets: the token is wiped by lx_credentials_finish(). Never log it, never put it into an event or an error.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_credentials {
	char *client_id;
	char *token; /* without "oauth:" */
	char *user_id;
	char *login;
};

/* Frees and wipes; `credentials` itself stays the caller's. */
void lx_credentials_finish(struct lx_credentials *credentials);

struct lx_credentials_provider {
	/* Fills `out` (caller finishes it) and returns true when somebody is signed in. Any thread, never waits. */
	bool (*get)(struct lx_credentials *out, void *data);
	/*
	 * Twitch answered 401 to `token`. The provider refreshes it, once for all who complain, and calls done(ok, done_data)
	 * later on the helix loop's thread, exactly once; ok = there is a newer token now. Any thread. What still waits when
	 * the provider goes hears false from there.
	 */
	void (*rejected)(const char *token, void (*done)(bool ok, void *done_data), void *done_data, void *data);
	/* Whether the signed-in token carries a scope. Any thread. */
	bool (*has_scope)(const char *scope, void *data);
	void *data;
};

#ifdef __cplusplus
}
#endif
