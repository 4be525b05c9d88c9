#include <stdlib.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "twitch/account_internal.h"
#include "twitch/scopes.h"

#define HOUR_MS (3600 * 1000)
#define MINUTE_MS (60 * 1000)

/* Twitch demands a check at start and every hour: dev.twitch.tv/docs/authentication/validate-tokens */
#define VALIDATE_MS HOUR_MS
/* Refreshed that long before the end, or a tenth of its life, whichever is more; but not before half of it. */
#define REFRESH_LEAD_MS (5 * MINUTE_MS)
/* Tokens that live for seconds only must not keep us busy. */
#define REFRESH_SPACING_MS 10000
/* A token this new was refreshed already: a 401 has another reason, so it is asked before another refresh. */
#define FRESH_MS (30 * 1000)

#define BACKOFF_MS 2000
#define BACKOFF_MAX_MS (5 * MINUTE_MS)
#define LOST_RETRY_MS 1000

#define LOCK_RETRY_MS 250
#define LOCK_PATIENCE_MS MINUTE_MS
/* A store that asks the user to unlock it does not keep everybody waiting: the token is used from memory then. */
#define STORE_PATIENCE_MS 10000
#define READ_PATIENCE_MS 5000

#define MAX_WAITERS 1024

static const char ends_soon[] = "Account.EndsSoon";

static void validate(struct session *session);
static void refresh(struct session *session);
static void tick(void *data);

/* --- those who wait for a newer token -------------------------------------------------------------------------------- */

static void free_waiters(struct waiter *waiter, bool ok)
{
	while (waiter) {
		struct waiter *next = waiter->next;
		waiter->done(ok, waiter->data);
		bfree(waiter);
		waiter = next;
	}
}

static void answer_waiters(struct session *session, bool ok)
{
	/* One of them may complain again at once. */
	struct waiter *waiters = session->waiters;
	session->waiters = NULL;
	session->waiter_count = 0;
	free_waiters(waiters, ok);
}

/* --- small steps ------------------------------------------------------------------------------------------------------- */

static struct lx_loop *loop_of(const struct session *session)
{
	return session->account->config.loop;
}

static void stop_timer(struct session *session, uint64_t *timer)
{
	lx_loop_cancel(loop_of(session), *timer);
	*timer = 0;
}

static void restart_timer(struct session *session, uint64_t *timer, int64_t delay_ms, lx_loop_task task)
{
	stop_timer(session, timer);
	*timer = lx_loop_after(loop_of(session), delay_ms > 0 ? (uint64_t)delay_ms : 0, task, session);
}

static int64_t backoff_ms(const struct session *session)
{
	int64_t delay = BACKOFF_MS;
	for (unsigned i = 1; i < session->failures && delay < BACKOFF_MAX_MS; i++)
		delay *= 2;
	if (delay > BACKOFF_MAX_MS)
		delay = BACKOFF_MAX_MS;
	/* So that not everybody comes back at the same moment after an outage. */
	return delay - delay / 4 + lx_random_below(session->account->config.random, (uint32_t)(delay / 2));
}

static bool is_over(const struct session *session)
{
	return session->record.expires_ms && account_now_ms(session->account) >= session->record.expires_ms;
}

static bool can_refresh(const struct session *session)
{
	return *session->record.refresh_token && !session->dead_key;
}

/* Swaps the record that other threads see; the old one comes back in `record`. */
static void swap_record(struct session *session, struct lx_account_record *record, bool usable)
{
	pthread_mutex_lock(&session->account->mutex);
	struct lx_account_record old = session->record;
	session->record = *record;
	session->usable = usable;
	pthread_mutex_unlock(&session->account->mutex);
	*record = old;
}

static void set_usable(struct session *session, bool usable)
{
	pthread_mutex_lock(&session->account->mutex);
	session->usable = usable;
	pthread_mutex_unlock(&session->account->mutex);
}

void session_set_state(struct session *session, enum lx_account_state state, const char *detail_key)
{
	session->state = state;
	session->detail_key = detail_key;
	account_announce(session);
}

static void release_lock(struct session *session)
{
	lx_file_lock_release(session->lock);
	session->lock = NULL;
}

static void stop_refresh(struct session *session)
{
	lx_oauth_cancel(session->account->oauth, session->refresh_request);
	session->refresh_request = 0;
	stop_timer(session, &session->refresh_timer);
	account_store_redirect(session->store_call, NULL);
	session->store_call = NULL;
	lx_account_record_finish(&session->fresh);
	release_lock(session);
	session->refresh = REFRESH_IDLE;
	session->refresh_ms = 0;
}

static void stop_validating(struct session *session)
{
	lx_oauth_cancel(session->account->oauth, session->validate_request);
	session->validate_request = 0;
	account_store_redirect(session->tick_call, NULL);
	session->tick_call = NULL;
	stop_timer(session, &session->validate_timer);
}

static void stop_everything(struct session *session)
{
	stop_refresh(session);
	stop_validating(session);
	session->dead_key = NULL;
	session->rejected = false;
	session->failures = session->lost = 0;
}

/* The sign-in is of no use any more; its record stays, to say whose it was and to notice a newer one in the store. */
static void expire(struct session *session, const char *key)
{
	blog(LOG_INFO, "[liveXtrem] Twitch no longer accepts the %s sign-in",
	     session->role == LX_ACCOUNT_BOT ? "bot" : "main");
	stop_everything(session);
	set_usable(session, false);
	restart_timer(session, &session->validate_timer, VALIDATE_MS, tick);
	session_set_state(session, LX_ACCOUNT_EXPIRED, key);
	answer_waiters(session, false);
}

static void on_refresh_due(void *data)
{
	struct session *session = data;
	session->refresh_timer = 0;
	if (can_refresh(session))
		refresh(session);
	else
		expire(session, session->dead_key ? session->dead_key : "Account.Over");
}

static void schedule_refresh(struct session *session)
{
	if (session->refresh != REFRESH_IDLE)
		return;
	const struct lx_account_record *record = &session->record;
	int64_t now = account_now_ms(session->account);
	stop_timer(session, &session->refresh_timer);
	session->refresh_ms = 0;
	if (!record->expires_ms)
		return;
	int64_t due = record->expires_ms;
	if (can_refresh(session)) {
		int64_t begin = record->obtained_ms && record->obtained_ms < due ? record->obtained_ms : now;
		int64_t life = due > begin ? due - begin : 0;
		int64_t lead = life / 10 > REFRESH_LEAD_MS ? life / 10 : REFRESH_LEAD_MS;
		due -= lead < life / 2 ? lead : life / 2;
		if (due < record->obtained_ms + REFRESH_SPACING_MS)
			due = record->obtained_ms + REFRESH_SPACING_MS;
		session->refresh_ms = due;
	}
	restart_timer(session, &session->refresh_timer, due - now, on_refresh_due);
}

static void on_stored_late(struct session *session, enum lx_secret_result result, const char *value)
{
	(void)result;
	(void)value;
	session->store_slow = false;
	account_announce(session);
}

void session_store_is_slow(struct session *session, struct store_call *call)
{
	session->store_slow = true;
	account_store_redirect(call, on_stored_late);
}

static void store_record(struct session *session)
{
	char *text = lx_account_record_encode(&session->record);
	account_store_set(session, session->key, text, NULL);
	lx_secret_free(text);
}

void session_store_again(struct session *session)
{
	if (*session->record.token)
		store_record(session);
	else
		account_store_remove(session, session->key, NULL);
}

/* --- validating ------------------------------------------------------------------------------------------------------ */

static bool replace_string(char **string, const char *value)
{
	if (strcmp(*string, value) == 0)
		return false;
	bfree(*string);
	*string = bstrdup(value);
	return true;
}

/* True when Twitch tells something else than what is known. */
static bool learn(struct session *session, const struct lx_oauth_identity *identity)
{
	struct lx_account_record *record = &session->record;
	pthread_mutex_lock(&session->account->mutex);
	bool news = replace_string(&record->client_id, identity->client_id);
	news = replace_string(&record->user_id, identity->user_id) || news;
	news = replace_string(&record->login, identity->login) || news;
	news = replace_string(&record->scopes, identity->scopes) || news;
	if (identity->expires_s)
		record->expires_ms = account_now_ms(session->account) + identity->expires_s * 1000;
	session->usable = true;
	pthread_mutex_unlock(&session->account->mutex);
	return news;
}

static void on_unreachable(struct session *session)
{
	session->failures++;
	restart_timer(session, &session->validate_timer, backoff_ms(session), tick);
	if (session->state == LX_ACCOUNT_CHECKING && !is_over(session)) {
		/* The login server is not the chat: what was good until now is used. */
		set_usable(session, true);
		schedule_refresh(session);
		session_set_state(session, LX_ACCOUNT_SIGNED_IN, "Account.Unchecked");
	} else if (session->detail_key == NULL) {
		session_set_state(session, session->state, "Account.Unchecked");
	}
	if (session->refresh == REFRESH_IDLE)
		answer_waiters(session, false);
}

static void on_validated(struct lx_oauth_answer *answer, void *data)
{
	struct session *session = data;
	session->validate_request = 0;
	if (answer->error == LX_OAUTH_INVALID_TOKEN) {
		session->rejected = true;
		if (can_refresh(session))
			refresh(session);
		else
			expire(session, session->dead_key ? session->dead_key : "Account.Expired");
		return;
	}
	if (answer->error != LX_OAUTH_OK) {
		on_unreachable(session);
		return;
	}

	bool news = learn(session, &answer->identity);
	session->failures = 0;
	restart_timer(session, &session->validate_timer, VALIDATE_MS, tick);
	schedule_refresh(session);
	if (news)
		store_record(session);
	const char *detail_key = session->dead_key ? ends_soon : NULL;
	if (news || session->state != LX_ACCOUNT_SIGNED_IN || session->detail_key != detail_key)
		session_set_state(session, LX_ACCOUNT_SIGNED_IN, detail_key);
	if (session->refresh == REFRESH_IDLE)
		answer_waiters(session, false); /* the token is good: their trouble is another one */
}

static void validate(struct session *session)
{
	if (!session->validate_request)
		session->validate_request = lx_oauth_send(session->account->oauth, LX_OAUTH_VALIDATE,
							  bstrdup(session->record.token), on_validated, session);
}

/* --- taking over what another program stored -------------------------------------------------------------------------- */

/* Takes the stored sign-in if it is a newer one than ours. */
static bool adopt(struct session *session, const char *text)
{
	struct lx_account_record stored;
	bool newer = lx_account_record_decode(&stored, text) && strcmp(stored.token, session->record.token) != 0 &&
		     stored.obtained_ms > session->record.obtained_ms;
	if (newer)
		swap_record(session, &stored, true);
	lx_account_record_finish(&stored);
	return newer;
}

/* Another program signed out: the stored sign-in is gone though the store is there. */
static void forget(struct session *session, const char *key)
{
	struct lx_account_record empty;
	lx_account_record_init(&empty);
	stop_everything(session);
	swap_record(session, &empty, false);
	lx_account_record_finish(&empty);
	session_set_state(session, LX_ACCOUNT_SIGNED_OUT, key);
	answer_waiters(session, false);
}

static bool gone_from_store(const struct session *session, enum lx_secret_result result)
{
	return result == LX_SECRET_NONE && !lx_secret_store_failing(session->account->config.store);
}

static void on_reread_expired(struct session *session, enum lx_secret_result result, const char *value)
{
	session->tick_call = NULL;
	if (gone_from_store(session, result)) {
		forget(session, NULL);
	} else if (result == LX_SECRET_OK && adopt(session, value)) {
		stop_everything(session);
		session->state = LX_ACCOUNT_CHECKING;
		validate(session);
	} else {
		restart_timer(session, &session->validate_timer, VALIDATE_MS, tick);
	}
}

/*
 * Every hour. Reading the store may ask the user something, so it is left alone as long as all is well: when another program has
 * changed it, Twitch says so.
 */
static void tick(void *data)
{
	struct session *session = data;
	session->validate_timer = 0;
	if (session->state == LX_ACCOUNT_EXPIRED) {
		session->tick_call = account_store_get(session, session->key, on_reread_expired);
		return;
	}
	if (lx_secret_store_failing(session->account->config.store))
		store_record(session); /* perhaps it works by now */
	validate(session);
}

/* --- refreshing ------------------------------------------------------------------------------------------------------ */

static void give_up(struct session *session, const char *key)
{
	bool useless = session->rejected || is_over(session);
	stop_refresh(session);
	session->dead_key = key;
	if (useless) {
		expire(session, key);
		return;
	}
	/* The present token may live on until its end; whether it does, only Twitch knows. */
	schedule_refresh(session);
	validate(session);
	answer_waiters(session, false);
}

static void try_later(struct session *session)
{
	stop_refresh(session);
	session->failures++;
	session->refresh_ms = account_now_ms(session->account) + backoff_ms(session);
	restart_timer(session, &session->refresh_timer, session->refresh_ms - account_now_ms(session->account),
		      on_refresh_due);
	if ((session->rejected || is_over(session)) && !session->detail_key)
		session_set_state(session, session->state, "Account.Unchecked");
	answer_waiters(session, false);
}

/* The new pair is in the store, or the store takes too long. */
static void use_fresh(struct session *session)
{
	/* The hourly check goes on in its own time, unless this refresh came out of one. */
	bool check = session->state != LX_ACCOUNT_SIGNED_IN || !session->validate_timer;
	swap_record(session, &session->fresh, true);
	stop_refresh(session);
	session->rejected = false;
	session->failures = session->lost = 0;
	schedule_refresh(session);
	session_set_state(session, LX_ACCOUNT_SIGNED_IN, NULL);
	if (check) {
		stop_validating(session); /* of the former token */
		validate(session);
	}
	answer_waiters(session, true);
}

static void on_fresh_stored(struct session *session, enum lx_secret_result result, const char *value)
{
	(void)result; /* what the store did not take is kept in memory, and account_announce() says so */
	(void)value;
	session->store_call = NULL;
	use_fresh(session);
}

static void on_store_slow(void *data)
{
	struct session *session = data;
	session->refresh_timer = 0;
	session_store_is_slow(session, session->store_call);
	session->store_call = NULL;
	use_fresh(session);
}

static void keep_fresh(struct session *session, struct lx_oauth_token *token)
{
	const struct lx_account_record *record = &session->record;
	struct lx_account_record *fresh = &session->fresh;
	lx_account_record_copy(fresh, record);
	lx_secret_free(fresh->token);
	fresh->token = token->token;
	token->token = NULL;
	if (*token->refresh_token) {
		lx_secret_free(fresh->refresh_token);
		fresh->refresh_token = token->refresh_token;
		token->refresh_token = NULL;
	}
	if (token->scopes)
		replace_string(&fresh->scopes, token->scopes);
	fresh->obtained_ms = account_now_ms(session->account);
	fresh->expires_ms = token->expires_s ? fresh->obtained_ms + token->expires_s * 1000 : 0;

	/* The old pair is used up: nothing comes before the new one being written down. */
	session->refresh = REFRESH_STORING;
	char *text = lx_account_record_encode(fresh);
	session->store_call = account_store_set(session, session->key, text, on_fresh_stored);
	lx_secret_free(text);
	restart_timer(session, &session->refresh_timer, STORE_PATIENCE_MS, on_store_slow);
}

static void send_refresh(void *data);

static void on_refreshed(struct lx_oauth_answer *answer, void *data)
{
	struct session *session = data;
	bool public_client = !*account_secret_for(session->account, session->record.client_id);
	session->refresh_request = 0;
	switch (answer->error) {
	case LX_OAUTH_OK:
		keep_fresh(session, &answer->token);
		break;
	case LX_OAUTH_NETWORK:
		if (answer->sent && public_client && ++session->lost > 1) {
			/* Twice sent, never answered: the single-use token is most likely spent. */
			give_up(session, "Account.RefreshLost");
		} else if (answer->sent && public_client) {
			restart_timer(session, &session->refresh_timer, LOST_RETRY_MS, send_refresh);
		} else {
			try_later(session);
		}
		break;
	case LX_OAUTH_SERVER:
		try_later(session);
		break;
	case LX_OAUTH_INVALID_CLIENT:
		give_up(session, "Account.ClientRefused");
		break;
	default:
		give_up(session, session->lost ? "Account.RefreshLost" : "Account.Expired");
	}
}

static void send_refresh(void *data)
{
	struct session *session = data;
	const struct lx_account_record *record = &session->record;
	stop_timer(session, &session->refresh_timer);
	session->refresh = REFRESH_SENDING;
	session->refresh_request = lx_oauth_send(
		session->account->oauth, LX_OAUTH_TOKEN,
		lx_oauth_refresh_form(record->client_id, account_secret_for(session->account, record->client_id),
				      record->refresh_token),
		on_refreshed, session);
}

/* With the lock held: nobody else refreshes, and what they stored before is seen. */
static void on_reread(struct session *session, enum lx_secret_result result, const char *value)
{
	session->store_call = NULL;
	stop_timer(session, &session->refresh_timer);
	if (gone_from_store(session, result)) {
		forget(session, NULL);
		return;
	}
	if (result == LX_SECRET_OK && adopt(session, value)) {
		session->rejected = false;
		if (!is_over(session)) {
			stop_refresh(session);
			stop_validating(session);
			session->failures = session->lost = 0;
			schedule_refresh(session);
			validate(session);
			answer_waiters(session, true);
			return;
		}
		set_usable(session, false);
	}
	send_refresh(session);
}

static void on_read_slow(void *data)
{
	struct session *session = data;
	session->refresh_timer = 0;
	account_store_redirect(session->store_call, NULL);
	session->store_call = NULL;
	send_refresh(session);
}

static void take_lock(void *data)
{
	struct session *session = data;
	struct lx_account *account = session->account;
	session->refresh_timer = 0;
	if (account->lock_folder) {
		struct dstr path = {0};
		dstr_printf(&path, "%s/%s.lock", account->lock_folder,
			    session->role == LX_ACCOUNT_BOT ? "bot" : "main");
		enum lx_file_lock_result result = lx_file_lock_try(path.array, &session->lock);
		dstr_free(&path);
		if (result == LX_FILE_LOCK_BUSY) {
			if (lx_loop_now_ms(loop_of(session)) < session->refresh_deadline)
				restart_timer(session, &session->refresh_timer, LOCK_RETRY_MS, take_lock);
			else
				try_later(session);
			return;
		}
	}
	session->refresh = REFRESH_READING;
	session->store_call = account_store_get(session, session->key, on_reread);
	restart_timer(session, &session->refresh_timer, READ_PATIENCE_MS, on_read_slow);
}

static void refresh(struct session *session)
{
	if (session->refresh != REFRESH_IDLE)
		return;
	stop_timer(session, &session->refresh_timer);
	session->refresh = REFRESH_LOCKING;
	session->refresh_deadline = lx_loop_now_ms(loop_of(session)) + LOCK_PATIENCE_MS;
	take_lock(session);
}

void session_rejected(struct session *session, const char *token, struct waiter *waiter)
{
	if (!session->usable || session->waiter_count >= MAX_WAITERS) {
		free_waiters(waiter, false);
		return;
	}
	if (strcmp(token, session->record.token) != 0) {
		free_waiters(waiter, true);
		return;
	}
	waiter->next = session->waiters;
	session->waiters = waiter;
	session->waiter_count++;

	bool waiting_to_retry = session->refresh == REFRESH_IDLE && session->failures && session->rejected;
	bool fresh = account_now_ms(session->account) - session->record.obtained_ms < FRESH_MS;
	if (session->refresh != REFRESH_IDLE)
		session->rejected = true;
	else if (waiting_to_retry)
		answer_waiters(session, false);
	else if (fresh || !can_refresh(session))
		validate(session);
	else {
		session->rejected = true;
		refresh(session);
	}
}

/* --- coming and going ------------------------------------------------------------------------------------------------ */

static void on_loaded(struct session *session, enum lx_secret_result result, const char *value)
{
	session->loading = false;
	if (session->state != LX_ACCOUNT_SIGNED_OUT)
		return; /* signed in meanwhile */
	struct lx_account_record record = {0};
	if (result != LX_SECRET_OK) {
		bool unreachable = result == LX_SECRET_UNREACHABLE;
		session_set_state(session, LX_ACCOUNT_SIGNED_OUT, unreachable ? "Account.StoreLocked" : NULL);
	} else if (!lx_account_record_decode(&record, value)) {
		session_set_state(session, LX_ACCOUNT_SIGNED_OUT, "Account.StoreBroken");
	} else {
		swap_record(session, &record, false);
		session_set_state(session, LX_ACCOUNT_CHECKING, NULL);
		if (is_over(session) && can_refresh(session))
			refresh(session);
		else
			validate(session);
	}
	lx_account_record_finish(&record);
}

void session_load(struct session *session)
{
	if (session->state == LX_ACCOUNT_SIGNED_IN || session->state == LX_ACCOUNT_EXPIRED)
		restart_timer(session, &session->validate_timer, 0, tick);
	if (session->loading || session->state != LX_ACCOUNT_SIGNED_OUT)
		return;
	session->loading = true;
	account_store_get(session, session->key, on_loaded);
}

void session_replace(struct session *session, struct lx_account_record *record)
{
	bool overwritten = session->refresh == REFRESH_STORING;
	stop_everything(session);
	/* The former token of the same person ends by itself; Twitch may count both as one, so it is not withdrawn. */
	bool other = *session->record.token && strcmp(session->record.user_id, record->user_id) != 0;
	if (other)
		session_revoke(session, session->record.client_id, session->record.token, false);
	swap_record(session, record, true);
	lx_account_record_finish(record);
	if (overwritten)
		session_store_again(session);
	restart_timer(session, &session->validate_timer, VALIDATE_MS, tick);
	schedule_refresh(session);
	session_set_state(session, LX_ACCOUNT_SIGNED_IN, NULL);
	answer_waiters(session, true);
}

void session_sign_out(struct session *session)
{
	if (*session->record.token)
		session_revoke(session, session->record.client_id, session->record.token, true);
	account_store_remove(session, session->key, on_stored_late);
	forget(session, NULL);
}

void session_client_changed(struct session *session)
{
	if (!session->dead_key)
		return;
	session->dead_key = NULL;
	if (session->state == LX_ACCOUNT_SIGNED_IN)
		schedule_refresh(session);
}

void session_finish(struct session *session)
{
	stop_everything(session);
	answer_waiters(session, false);
	lx_account_record_finish(&session->record);
}
