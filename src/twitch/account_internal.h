/*
 * What the files of the account share; for nobody else.
 *
 * account.c          doors for other threads, announcing, the credentials provider
 * account_session.c  one signed-in role: loading, checking, refreshing, storing, signing out
 * account_login.c    one sign-in under way
 * account_revoke.c   tokens that are withdrawn at Twitch
 *
 * Everything here belongs to the loop's thread. Other threads see a session through account.c only, which guards what they
 * read (`record`, `usable`) with the mutex; the loop's thread writes it under the mutex and reads it without.
 */
#pragma once

#include <util/threading.h>

#include "platform/file_lock.h"
#include "twitch/account.h"
#include "twitch/account_record.h"
#include "twitch/login_code.h"
#include "twitch/login_device.h"
#include "twitch/oauth_client.h"

struct session;

/* --- the secret store, asked on its own thread, heard on the loop's ------------------------------------------------------ */

struct store_call;
typedef void (*store_done)(struct session *session, enum lx_secret_result result, const char *value);

/* `value` NULL reads. `done` comes later, or never when the account is destroyed. */
struct store_call *account_store_get(struct session *session, const char *key, store_done done);
struct store_call *account_store_set(struct session *session, const char *key, const char *value, store_done done);
struct store_call *account_store_remove(struct session *session, const char *key, store_done done);
/* Somebody else hears of it; NULL: nobody. Accepts NULL. */
void account_store_redirect(struct store_call *call, store_done done);

/* --- sessions ------------------------------------------------------------------------------------------------------------ */

struct waiter {
	struct waiter *next;
	void (*done)(bool ok, void *data);
	void *data;
};

enum refresh_phase {
	REFRESH_IDLE,
	REFRESH_LOCKING, /* another program may be refreshing */
	REFRESH_READING, /* what it may have stored */
	REFRESH_SENDING,
	REFRESH_STORING,
};

/* A sign-in under way, or the page of one that is being closed. */
struct attempt {
	bool running;
	enum lx_login_way way;
	enum lx_login_state state;
	char *scopes;
	char *url, *short_url, *user_code;
	int64_t expires_ms;
	struct lx_login_device *device;
	struct lx_login_code *code;
	/* FINISHING */
	struct lx_account_record record;
	uint64_t request, timer, deadline;
	struct store_call *store_call;
};

struct session {
	struct lx_account *account;
	enum lx_account_role role;
	char *key; /* in the secret store */

	struct lx_account_record record; /* guarded */
	bool usable;                     /* guarded: may be handed out */

	enum lx_account_state state;
	const char *detail_key; /* text that tells what is wrong, NULL = nothing */
	const char *dead_key;   /* why the refresh token is of no use any more, NULL = it is */
	bool loading;
	bool store_slow;    /* what is used is still on its way into the store */
	bool rejected;      /* somebody got a 401 with the present token */
	unsigned failures;  /* in a row, of reaching Twitch */
	unsigned lost;      /* refreshes whose answer never came, in a row */
	int64_t refresh_ms; /* when it is due, Unix; 0 never */
	char *wanted_scopes;

	uint64_t validate_request, validate_timer;
	struct store_call *tick_call;
	enum refresh_phase refresh;
	uint64_t refresh_request, refresh_timer, refresh_deadline;
	struct lx_account_record fresh; /* REFRESH_STORING */
	struct store_call *store_call;  /* REFRESH_READING, REFRESH_STORING */
	struct lx_file_lock *lock;
	struct waiter *waiters;
	size_t waiter_count;

	struct attempt attempt;
};

/* A token that is to be withdrawn at Twitch. */
struct revocation {
	struct revocation *next;
	struct session *session;
	char *client_id, *token;
	bool tell; /* the user, when it cannot be done */
	int tries;
	uint64_t request, timer;
};

struct lx_account {
	struct lx_account_config config; /* its strings are not ours: see below */
	struct lx_oauth_client *oauth;
	char *id_url, *lock_folder;
	char *client_id;
	char *secret_client_id, *client_secret; /* the secret and the application it belongs to */
	char *client_key;
	struct gate *gate;
	struct store_call *store_calls;
	uint64_t store_timer; /* while there are any */
	bool stuck;           /* secrets could not be moved where they are to be */
	struct revocation *revocations;
	pthread_mutex_t mutex;
	struct session sessions[LX_ACCOUNT_COUNT];
};

int64_t account_now_ms(const struct lx_account *account);
void account_announce(struct session *session);
/* The client secret to send with a client id, "" when there is none. */
const char *account_secret_for(const struct lx_account *account, const char *client_id);

void session_load(struct session *session);
/* The result of a finished sign-in takes the place of what was; moves `record`. */
void session_replace(struct session *session, struct lx_account_record *record);
/* What the store holds, or will, is not what holds: sets it right. */
void session_store_again(struct session *session);
/* The store takes too long: what it was to keep is used from memory; `call` only tells when it is done. */
void session_store_is_slow(struct session *session, struct store_call *call);
void session_rejected(struct session *session, const char *token, struct waiter *waiter);
void session_sign_out(struct session *session);
/* The application's secret has changed: what was refused may work now. */
void session_client_changed(struct session *session);
/* `detail_key` as in the struct; announces it. */
void session_set_state(struct session *session, enum lx_account_state state, const char *detail_key);
/* Stops everything; nothing is announced. */
void session_finish(struct session *session);
/* Withdraws a token at Twitch, trying a few times. */
void session_revoke(struct session *session, const char *client_id, const char *token, bool tell);
void account_revocations_finish(struct lx_account *account);

void attempt_start(struct session *session, enum lx_login_way way);
void attempt_start_token(struct session *session, const char *token);
void attempt_cancel(struct session *session);
void attempt_announce(struct session *session);
/* Stops everything; nothing is announced. */
void attempt_finish(struct session *session);
