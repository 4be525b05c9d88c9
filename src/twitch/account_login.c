#include <string.h>

#include <util/bmem.h>

#include "twitch/account_internal.h"
#include "twitch/scopes.h"

/* For learning whose token it is, after the user has done their part. */
#define FINISH_DEADLINE_MS 60000
#define FINISH_RETRY_MS 2000
/* A store that asks the user to unlock it does not keep the dialog open: the sign-in is used from memory then. */
#define STORE_PATIENCE_MS 3000

static struct lx_loop *loop_of(const struct session *session)
{
	return session->account->config.loop;
}

/* --- telling --------------------------------------------------------------------------------------------------------- */

static void announce(struct session *session, enum lx_login_failure failure)
{
	const struct attempt *attempt = &session->attempt;
	const struct lx_text *text = session->account->config.text;
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_LOGIN);
	event.time_ms = account_now_ms(session->account);
	event.login.role = session->role;
	event.login.way = attempt->way;
	event.login.state = attempt->state;
	if (attempt->state == LX_LOGIN_WAITING) {
		event.login.url = attempt->url ? attempt->url : "";
		event.login.short_url = attempt->short_url ? attempt->short_url : "";
		event.login.user_code = attempt->user_code ? attempt->user_code : "";
		event.login.expires_ms = attempt->expires_ms;
	}
	if (failure != LX_LOGIN_FAILURE_NONE) {
		event.login.detail = lx_text_get(text, lx_login_failure_key(failure));
		event.login.reason = lx_login_failure_reason(failure);
	}
	lx_bus_emit(session->account->config.bus, &event);
}

static void set_state(struct session *session, enum lx_login_state state)
{
	session->attempt.state = state;
	announce(session, LX_LOGIN_FAILURE_NONE);
}

void attempt_announce(struct session *session)
{
	if (session->attempt.running)
		announce(session, LX_LOGIN_FAILURE_NONE);
}

/* --- ending ---------------------------------------------------------------------------------------------------------- */

/* Everything but the page that may still be told how it went. */
static void stop(struct session *session)
{
	struct attempt *attempt = &session->attempt;
	lx_login_device_destroy(attempt->device);
	attempt->device = NULL;
	lx_oauth_cancel(session->account->oauth, attempt->request);
	lx_loop_cancel(loop_of(session), attempt->timer);
	lx_loop_cancel(loop_of(session), attempt->deadline);
	attempt->request = attempt->timer = attempt->deadline = 0;
	account_store_redirect(attempt->store_call, NULL);
	attempt->store_call = NULL;
	lx_account_record_finish(&attempt->record);
	bfree(attempt->scopes);
	bfree(attempt->url);
	bfree(attempt->short_url);
	bfree(attempt->user_code);
	attempt->scopes = attempt->url = attempt->short_url = attempt->user_code = NULL;
	attempt->running = false;
}

void attempt_finish(struct session *session)
{
	stop(session);
	lx_login_code_destroy(session->attempt.code);
	session->attempt.code = NULL;
}

static void end(struct session *session, enum lx_login_state state, enum lx_login_failure failure)
{
	struct attempt *attempt = &session->attempt;
	/* A token that came but is not taken: nobody shall have it. A pasted one is the user's own. */
	if (state != LX_LOGIN_DONE && attempt->record.token && attempt->way != LX_LOGIN_TOKEN)
		session_revoke(session, attempt->record.client_id, attempt->record.token, false);
	bool being_stored = attempt->store_call != NULL;
	stop(session);
	if (being_stored)
		session_store_again(session);
	if (attempt->code)
		lx_login_code_answer(attempt->code, failure);
	attempt->state = state;
	announce(session, failure);
}

static void fail(struct session *session, enum lx_login_failure failure)
{
	end(session, LX_LOGIN_FAILED, failure);
}

void attempt_cancel(struct session *session)
{
	if (session->attempt.running)
		end(session, LX_LOGIN_CANCELLED, LX_LOGIN_FAILURE_CANCELLED);
}

static void on_deadline(void *data)
{
	struct session *session = data;
	session->attempt.deadline = 0;
	fail(session, LX_LOGIN_FAILURE_NETWORK);
}

/* --- finishing: whose token is it, then into the store --------------------------------------------------------------- */

static void take_over(struct session *session)
{
	struct lx_account_record record = session->attempt.record;
	memset(&session->attempt.record, 0, sizeof(record));
	session_replace(session, &record);
	end(session, LX_LOGIN_DONE, LX_LOGIN_FAILURE_NONE);
}

static void on_stored(struct session *session, enum lx_secret_result result, const char *value)
{
	(void)result; /* what the store did not take is kept in memory, and account_announce() says so */
	(void)value;
	session->attempt.store_call = NULL;
	take_over(session);
}

static void on_store_slow(void *data)
{
	struct session *session = data;
	session->attempt.timer = 0;
	session_store_is_slow(session, session->attempt.store_call);
	session->attempt.store_call = NULL;
	take_over(session);
}

static void check(void *data);

static void on_checked(struct lx_oauth_answer *answer, void *data)
{
	struct session *session = data;
	struct attempt *attempt = &session->attempt;
	struct lx_account_record *record = &attempt->record;
	attempt->request = 0;
	if (answer->error == LX_OAUTH_NETWORK || answer->error == LX_OAUTH_SERVER) {
		attempt->timer = lx_loop_after(loop_of(session), FINISH_RETRY_MS, check, session);
		return;
	}
	if (answer->error != LX_OAUTH_OK) {
		fail(session, LX_LOGIN_FAILURE_TOKEN);
		return;
	}

	struct lx_oauth_identity *identity = &answer->identity;
	bfree(record->client_id);
	bfree(record->user_id);
	bfree(record->login);
	bfree(record->scopes);
	record->client_id = identity->client_id;
	record->user_id = identity->user_id;
	record->login = identity->login;
	record->scopes = identity->scopes;
	if (identity->expires_s)
		record->expires_ms = account_now_ms(session->account) + identity->expires_s * 1000;
	memset(identity, 0, sizeof(*identity));

	lx_loop_cancel(loop_of(session), attempt->deadline);
	attempt->deadline = 0;
	char *text = lx_account_record_encode(record);
	attempt->store_call = account_store_set(session, session->key, text, on_stored);
	lx_secret_free(text);
	attempt->timer = lx_loop_after(loop_of(session), STORE_PATIENCE_MS, on_store_slow, session);
}

static void check(void *data)
{
	struct session *session = data;
	session->attempt.timer = 0;
	session->attempt.request = lx_oauth_send(session->account->oauth, LX_OAUTH_VALIDATE,
						 bstrdup(session->attempt.record.token), on_checked, session);
}

/* Moves `token`. */
static void finish_with(struct session *session, struct lx_oauth_token *token)
{
	struct attempt *attempt = &session->attempt;
	struct lx_account_record *record = &attempt->record;
	lx_account_record_init(record);
	bfree(record->client_id);
	record->client_id = bstrdup(session->account->client_id);
	bfree(record->token);
	record->token = token->token;
	token->token = NULL;
	if (token->refresh_token) {
		bfree(record->refresh_token);
		record->refresh_token = token->refresh_token;
		token->refresh_token = NULL;
	}
	record->obtained_ms = account_now_ms(session->account);
	record->expires_ms = token->expires_s ? record->obtained_ms + token->expires_s * 1000 : 0;
	attempt->deadline = lx_loop_after(loop_of(session), FINISH_DEADLINE_MS, on_deadline, session);
	set_state(session, LX_LOGIN_FINISHING);
	check(session);
}

/* --- the ways -------------------------------------------------------------------------------------------------------- */

static void on_waiting(const struct lx_login_prompt *prompt, void *data)
{
	struct session *session = data;
	struct attempt *attempt = &session->attempt;
	attempt->url = bstrdup(prompt->url);
	attempt->short_url = bstrdup(prompt->short_url);
	attempt->user_code = bstrdup(prompt->user_code);
	attempt->expires_ms = account_now_ms(session->account) + prompt->expires_in_ms;
	set_state(session, LX_LOGIN_WAITING);
}

static void on_token(struct lx_oauth_token *token, void *data)
{
	struct session *session = data;
	lx_login_device_destroy(session->attempt.device);
	session->attempt.device = NULL;
	finish_with(session, token);
}

static void on_failed(enum lx_login_failure failure, void *data)
{
	fail(data, failure);
}

static void on_closed(void *data)
{
	struct session *session = data;
	lx_login_code_destroy(session->attempt.code);
	session->attempt.code = NULL;
}

static void begin(struct session *session, enum lx_login_way way)
{
	attempt_cancel(session);
	attempt_finish(session);
	struct attempt *attempt = &session->attempt;
	attempt->running = true;
	attempt->way = way;
	/* A new sign-in replaces the old one, so it asks for what that has as well. */
	attempt->scopes = lx_scopes_merge(session->wanted_scopes, session->record.scopes);
	set_state(session, LX_LOGIN_STARTING);
}

static void start_code(struct session *session, const struct lx_login_way_callbacks *callbacks)
{
	struct lx_account *account = session->account;
	const struct lx_login_code_config config = {
		.loop = account->config.loop,
		.oauth = account->oauth,
		.text = account->config.text,
		.random = account->config.random,
		.id_url = account->id_url,
		.client_id = account->client_id,
		.client_secret = account_secret_for(account, account->client_id),
		.scopes = session->attempt.scopes,
		.port = account->config.redirect_port,
		.any_port = account->config.redirect_any_port,
	};
	session->attempt.code = lx_login_code_create(&config, callbacks);
}

void attempt_start(struct session *session, enum lx_login_way way)
{
	struct lx_account *account = session->account;
	const struct lx_login_way_callbacks callbacks = {on_waiting, on_token, on_failed, on_closed, session};
	begin(session, way);
	if (!*account->client_id)
		fail(session, LX_LOGIN_FAILURE_NO_CLIENT);
	else if (way == LX_LOGIN_DEVICE)
		session->attempt.device = lx_login_device_create(
			account->config.loop, account->oauth, account->client_id, session->attempt.scopes, &callbacks);
	else if (way != LX_LOGIN_CODE)
		fail(session, LX_LOGIN_FAILURE_TOKEN);
	else if (!*account_secret_for(account, account->client_id))
		fail(session, LX_LOGIN_FAILURE_NO_SECRET);
	else
		start_code(session, &callbacks);
}

void attempt_start_token(struct session *session, const char *pasted)
{
	begin(session, LX_LOGIN_TOKEN);
	struct lx_oauth_token token = {.token = lx_oauth_clean_token(pasted)};
	if (token.token)
		finish_with(session, &token);
	else
		fail(session, LX_LOGIN_FAILURE_TOKEN);
	lx_oauth_token_finish(&token);
}
