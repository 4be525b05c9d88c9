/*
 * Account: who is signed in to Twitch, kept signed in. Holds the tokens of the main account and of the optional bot account,
 * validates them at start and hourly, refreshes them ahead of expiry and on 401 (once for all who complain), stores the new
 * pair before anybody uses it, revokes it at log-out; runs the three ways to sign in.
 *
 * Everything that happens is announced as LX_EVENT_ACCOUNT and LX_EVENT_LOGIN on the bus.
 *
 * Threads: every function from any thread unless it says otherwise, none waits; work and events happen on the helix loop's
 * thread.
 * Ownership: strings of the config are copied; everything else it points to must outlive the account.
 * Secrets: tokens and client secrets leave this module only through lx_account_credentials() and into the secret store.
 *
 * What is promised about refreshing, and what cannot be, is in README.md of this folder.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "net/http.h"
#include "platform/random.h"
#include "platform/secret_store.h"
#include "twitch/credentials.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_account;

struct lx_account_config {
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_random *random;
	struct lx_secret_store *store; /* borrowed */
	const char *id_url;            /* "https://id.twitch.tv/oauth2" */
	const char *client_id;         /* application to sign in with (build, settings, environment); "" = none */
	uint16_t redirect_port;        /* code way: loopback port, default 8080 */
	bool redirect_any_port;        /* code way: one of the next nine when it is taken */
	/* Tokens rest elsewhere now, or should but cannot, see lx_account_move_secrets(); on the loop's thread. NULL = nobody cares. */
	void (*secrets_moved)(enum lx_secret_kind now, void *data);
	void *data;
	const char *lock_folder; /* existing, shared by all programs with this store; NULL = there is no other */
};

/*
 * Who signed in last, as it is stored, whether or not Twitch still takes the sign-in; "" = nobody. Waits for the store. The caller
 * frees it with bfree().
 */
char *lx_account_stored_login(struct lx_secret_store *store, const char *id_url, enum lx_account_role role);

struct lx_account *lx_account_create(const struct lx_account_config *config);
/* On the loop's thread or after it stopped. */
void lx_account_destroy(struct lx_account *account);

/* Loads the stored logins and checks them with Twitch. Again later: tries once more for those that are signed out,
 * and checks the others at once. */
void lx_account_start(struct lx_account *account);

/*
 * Application to use from now on; `client_secret` "" for public clients, NULL to keep the one that is stored for this client
 * id. The secret goes to the secret store.
 */
void lx_account_set_client(struct lx_account *account, const char *client_id, const char *client_secret);
void lx_account_set_redirect(struct lx_account *account, uint16_t port, bool any_port);

/* Moves all secrets of both accounts to another place, as lx_secret_store_move_async() does; what comes of it is told by the
 * configuration's secrets_moved() and announced. */
void lx_account_move_secrets(struct lx_account *account, enum lx_secret_kind kind, const char *path);

/* Scopes to ask for at the next sign-in, separated by spaces: the basic set by default; wider when a feature needs it. */
void lx_account_want_scopes(struct lx_account *account, enum lx_account_role role, const char *scopes);
/* The basic set, separated by spaces. */
const char *lx_account_basic_scopes(enum lx_account_role role);

/* Starts a sign-in; one that runs for the same role is cancelled first. Progress comes as LX_EVENT_LOGIN. */
void lx_account_login(struct lx_account *account, enum lx_account_role role, enum lx_login_way way);
/* Third way: a token pasted by the user, with the client id it was made for ("" = asked from Twitch). */
void lx_account_login_token(struct lx_account *account, enum lx_account_role role, const char *client_id,
			    const char *token);
void lx_account_login_cancel(struct lx_account *account, enum lx_account_role role);
/* Revokes at Twitch and forgets here, also when Twitch cannot be reached. */
void lx_account_logout(struct lx_account *account, enum lx_account_role role);

/* Announces the present state of both accounts and of a running sign-in again (for a view that was just opened). */
void lx_account_announce(struct lx_account *account);

/* Whether anything is under way: a request, the secret store, a page that the browser waits for. For a command line tool that
 * wants to end. On the loop's thread. */
bool lx_account_busy(struct lx_account *account);

/* For IRC, Helix and EventSub. Valid as long as the account. */
struct lx_credentials_provider lx_account_credentials(struct lx_account *account, enum lx_account_role role);

#ifdef __cplusplus
}
#endif
