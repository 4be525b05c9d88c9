#include "twitch/account.h"

#include <stdio.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/secret_json.h"
#include "twitch/account_internal.h"
#include "twitch/scopes.h"

/* --- from other threads to the loop --------------------------------------------------------------------------------- */

/* What tasks on the loop hold of the account: the account may go before they run. */
struct gate {
	volatile long references;
	volatile long commands;     /* posted and not yet run */
	struct lx_account *account; /* loop's thread only; NULL once destroyed */
};

struct command {
	struct gate *gate;
	void (*run)(struct lx_account *account, struct command *command);
	enum lx_account_role role;
	enum lx_login_way way;
	uint16_t port;
	bool any_port;
	enum lx_secret_kind kind;
	char *first, *second;
	struct waiter *waiter;
};

static void release_gate(struct gate *gate)
{
	if (os_atomic_dec_long(&gate->references) == 0)
		bfree(gate);
}

static void free_command(struct command *command)
{
	if (command->waiter) {
		command->waiter->done(false, command->waiter->data);
		bfree(command->waiter);
	}
	lx_secret_free(command->first);
	lx_secret_free(command->second);
	os_atomic_dec_long(&command->gate->commands);
	release_gate(command->gate);
	bfree(command);
}

static void run_command(void *data)
{
	struct command *command = data;
	if (command->gate->account)
		command->run(command->gate->account, command);
	free_command(command);
}

static void drop_command(void *data)
{
	free_command(data);
}

static void post(struct lx_account *account, const struct command *prototype)
{
	struct command *command = bmemdup(prototype, sizeof(*prototype));
	command->gate = account->gate;
	os_atomic_inc_long(&command->gate->references);
	os_atomic_inc_long(&command->gate->commands);
	lx_loop_post(account->config.loop, run_command, drop_command, command);
}

/* --- the secret store ------------------------------------------------------------------------------------------------ */

#define STORE_LOOK_MS 1000

static void watch_store(struct lx_account *account);

struct store_call {
	volatile long references; /* the account's and the callback's */
	struct store_call *next;
	struct session *session; /* loop's thread only; NULL once the account is destroyed */
	struct lx_loop *loop;
	store_done done;
	uint64_t id;
	enum lx_secret_result result;
	char *value;
	volatile bool undelivered; /* answered, but the loop had no room for the answer */
};

static void release_call(struct store_call *call)
{
	if (os_atomic_dec_long(&call->references) > 0)
		return;
	lx_secret_free(call->value);
	bfree(call);
}

static void drop_call(void *data)
{
	struct store_call *call = data;
	os_atomic_set_bool(&call->undelivered, true);
	release_call(call);
}

/* The account's part of it is over. */
static void end_call(struct store_call *call)
{
	struct store_call **at = &call->session->account->store_calls;
	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	if (call->done)
		call->done(call->session, call->result, call->value);
	release_call(call);
}

static void hear_call(void *data)
{
	struct store_call *call = data;
	if (call->session)
		end_call(call);
	release_call(call);
}

static struct store_call *find_undelivered(const struct lx_account *account)
{
	struct store_call *call = account->store_calls;
	while (call && !os_atomic_load_bool(&call->undelivered))
		call = call->next;
	return call;
}

/* While the store is asked: what the loop refused is fetched, or whoever waits for it would do so for ever. */
static void on_store_timer(void *data)
{
	struct lx_account *account = data;
	struct store_call *call;
	account->store_timer = 0;
	while ((call = find_undelivered(account)) != NULL)
		end_call(call);
	watch_store(account);
}

static void watch_store(struct lx_account *account)
{
	if (account->store_calls && !account->store_timer)
		account->store_timer = lx_loop_after(account->config.loop, STORE_LOOK_MS, on_store_timer, account);
}

/* On the store's thread. */
static void on_store_answer(enum lx_secret_result result, const char *value, void *data)
{
	struct store_call *call = data;
	call->result = result;
	call->value = bstrdup(value);
	lx_loop_post(call->loop, hear_call, drop_call, call);
}

static struct store_call *new_call(struct session *session, store_done done)
{
	struct lx_account *account = session->account;
	struct store_call *call = bzalloc(sizeof(*call));
	call->references = 2;
	call->session = session;
	call->loop = account->config.loop;
	call->done = done;
	call->next = account->store_calls;
	account->store_calls = call;
	watch_store(account);
	return call;
}

struct store_call *account_store_get(struct session *session, const char *key, store_done done)
{
	struct store_call *call = new_call(session, done);
	call->id = lx_secret_store_get_async(session->account->config.store, key, on_store_answer, call);
	return call;
}

struct store_call *account_store_set(struct session *session, const char *key, const char *value, store_done done)
{
	struct store_call *call = new_call(session, done);
	call->id = lx_secret_store_set_async(session->account->config.store, key, value, on_store_answer, call);
	return call;
}

struct store_call *account_store_remove(struct session *session, const char *key, store_done done)
{
	struct store_call *call = new_call(session, done);
	call->id = lx_secret_store_remove_async(session->account->config.store, key, on_store_answer, call);
	return call;
}

static void on_moved(struct session *session, enum lx_secret_result result, const char *value)
{
	struct lx_account *account = session->account;
	(void)value;
	account->stuck = result != LX_SECRET_OK;
	if (account->stuck)
		blog(LOG_WARNING,
		     "[liveXtrem] The place where sign-ins are to be kept took none: they stay where they were");
	if (account->config.secrets_moved)
		account->config.secrets_moved(lx_secret_store_kind(account->config.store), account->config.data);
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++)
		account_announce(&account->sessions[role]);
}

static void run_move(struct lx_account *account, struct command *command)
{
	const char *keys[LX_ACCOUNT_COUNT + 1] = {account->client_key};
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++)
		keys[1 + role] = account->sessions[role].key;
	struct store_call *call = new_call(&account->sessions[LX_ACCOUNT_MAIN], on_moved);
	call->id = lx_secret_store_move_async(account->config.store, command->kind, command->first, keys,
					      LX_ACCOUNT_COUNT + 1, on_store_answer, call);
}

void lx_account_move_secrets(struct lx_account *account, enum lx_secret_kind kind, const char *path)
{
	post(account, &(struct command){.run = run_move, .kind = kind, .first = bstrdup(path)});
}

void account_store_redirect(struct store_call *call, store_done done)
{
	if (call)
		call->done = done;
}

static void finish_store_calls(struct lx_account *account)
{
	while (account->store_calls) {
		struct store_call *call = account->store_calls;
		account->store_calls = call->next;
		call->session = NULL;
		if (lx_secret_store_cancel(account->config.store, call->id))
			release_call(call); /* the callback's reference */
		release_call(call);
	}
}

/* --- life ------------------------------------------------------------------------------------------------------------ */

static char *store_key(const char *what, const char *id_url)
{
	struct dstr key = {0};
	dstr_printf(&key, "%s@%s", what, id_url);
	return key.array;
}

static char *without_slash(const char *url)
{
	size_t size = strlen(url);
	while (size && url[size - 1] == '/')
		size--;
	return bstrdup_n(url, size);
}

static const char *const names[LX_ACCOUNT_COUNT] = {"main", "bot"};

char *lx_account_stored_login(struct lx_secret_store *store, const char *id_url, enum lx_account_role role)
{
	struct lx_account_record record;
	char *url = without_slash(id_url);
	char *key = store_key(names[role], url);
	char *text = lx_secret_store_get(store, key);
	char *login = NULL;
	if (text && lx_account_record_decode(&record, text))
		login = bstrdup(record.login);
	if (text)
		lx_account_record_finish(&record);
	lx_secret_free(text);
	bfree(key);
	bfree(url);
	return login ? login : bstrdup("");
}

struct lx_account *lx_account_create(const struct lx_account_config *config)
{
	struct lx_account *account = bzalloc(sizeof(*account));
	account->config = *config;
	account->id_url = without_slash(config->id_url);
	account->lock_folder = bstrdup(config->lock_folder);
	account->client_id = bstrdup(config->client_id ? config->client_id : "");
	account->secret_client_id = bstrdup("");
	account->client_secret = bstrdup("");
	account->client_key = store_key("client", account->id_url);
	account->config.id_url = account->id_url;
	account->config.lock_folder = account->lock_folder;
	account->config.client_id = NULL; /* may change: account->client_id */
	account->oauth = lx_oauth_client_create(config->http, account->id_url);
	account->gate = bzalloc(sizeof(*account->gate));
	account->gate->references = 1;
	account->gate->account = account;
	pthread_mutex_init(&account->mutex, NULL);
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++) {
		struct session *session = &account->sessions[role];
		session->account = account;
		session->role = role;
		session->key = store_key(names[role], account->id_url);
		session->wanted_scopes = bstrdup(lx_scopes_basic(role));
		lx_account_record_init(&session->record);
	}
	return account;
}

void lx_account_destroy(struct lx_account *account)
{
	if (!account)
		return;
	account->gate->account = NULL;
	release_gate(account->gate);
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++) {
		attempt_finish(&account->sessions[role]);
		session_finish(&account->sessions[role]);
		bfree(account->sessions[role].key);
		bfree(account->sessions[role].wanted_scopes);
	}
	account_revocations_finish(account);
	finish_store_calls(account);
	lx_loop_cancel(account->config.loop, account->store_timer);
	lx_oauth_client_destroy(account->oauth);
	pthread_mutex_destroy(&account->mutex);
	bfree(account->id_url);
	bfree(account->lock_folder);
	bfree(account->client_id);
	bfree(account->secret_client_id);
	lx_secret_free(account->client_secret);
	bfree(account->client_key);
	bfree(account);
}

int64_t account_now_ms(const struct lx_account *account)
{
	return lx_clock_unix_ms(lx_loop_clock(account->config.loop));
}

bool lx_account_busy(struct lx_account *account)
{
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++) {
		/* Its sign-in is over, only the browser is still told. */
		const struct attempt *attempt = &account->sessions[role].attempt;
		if (attempt->code && !attempt->running)
			return true;
	}
	return os_atomic_load_long(&account->gate->commands) > 0 || account->store_calls || account->revocations ||
	       lx_oauth_client_busy(account->oauth);
}

/* --- telling --------------------------------------------------------------------------------------------------------- */

void account_announce(struct session *session)
{
	struct lx_account *account = session->account;
	const struct lx_account_record *record = &session->record;
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.time_ms = account_now_ms(account);
	event.account.role = session->role;
	event.account.state = session->state;
	event.account.client_id = record->client_id;
	event.account.user_id = record->user_id;
	event.account.login = record->login;
	event.account.name = record->login;
	event.account.scopes = record->scopes;
	event.account.expires_ms = record->expires_ms;
	event.account.refresh_ms = session->refresh_ms;
	event.account.storage = session->store_slow ? "memory" : lx_secret_store_where(account->config.store);

	struct dstr detail = {0};
	if (session->detail_key) {
		dstr_copy(&detail, lx_text_get(account->config.text, session->detail_key));
	} else if (session->state == LX_ACCOUNT_SIGNED_IN) {
		char *missing = lx_scopes_missing(record->scopes, lx_scopes_basic(session->role));
		const char *arguments[] = {missing};
		if (session->store_slow || lx_secret_store_failing(account->config.store))
			dstr_copy(&detail, lx_text_get(account->config.text, "Account.Memory"));
		else if (account->stuck)
			dstr_copy(&detail, lx_text_get(account->config.text, "Account.NotMoved"));
		else if (*missing)
			lx_text_format(account->config.text, &detail, "Account.MissingScopes", arguments, 1);
		bfree(missing);
	}
	if (detail.array)
		event.account.detail = detail.array;
	lx_bus_emit(account->config.bus, &event);
	dstr_free(&detail);
}

static void run_announce(struct lx_account *account, struct command *command)
{
	(void)command;
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++) {
		account_announce(&account->sessions[role]);
		attempt_announce(&account->sessions[role]);
	}
}

void lx_account_announce(struct lx_account *account)
{
	post(account, &(struct command){.run = run_announce});
}

/* --- the application ------------------------------------------------------------------------------------------------- */

const char *account_secret_for(const struct lx_account *account, const char *client_id)
{
	return strcmp(account->secret_client_id, client_id) == 0 ? account->client_secret : "";
}

static void keep_secret(struct lx_account *account, const char *client_id, const char *client_secret)
{
	bfree(account->secret_client_id);
	lx_secret_free(account->client_secret);
	account->secret_client_id = bstrdup(client_id);
	account->client_secret = bstrdup(client_secret);
}

static void on_client_loaded(struct session *session, enum lx_secret_result result, const char *value)
{
	struct lx_account *account = session->account;
	if (result == LX_SECRET_OK && !*account->client_secret) {
		cJSON *json = cJSON_Parse(value);
		const char *client_id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "client_id"));
		const char *secret = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "client_secret"));
		if (client_id && secret)
			keep_secret(account, client_id, secret);
		lx_secret_json_delete(json);
	}
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++)
		session_load(&account->sessions[role]);
}

static void run_start(struct lx_account *account, struct command *command)
{
	(void)command;
	/* Refreshing may need the secret, so it comes first. */
	account_store_get(&account->sessions[LX_ACCOUNT_MAIN], account->client_key, on_client_loaded);
}

void lx_account_start(struct lx_account *account)
{
	post(account, &(struct command){.run = run_start});
}

static void store_secret(struct lx_account *account)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "client_id", account->secret_client_id);
	cJSON_AddStringToObject(json, "client_secret", account->client_secret);
	char *text = cJSON_PrintUnformatted(json);
	account_store_set(&account->sessions[LX_ACCOUNT_MAIN], account->client_key, text, NULL);
	lx_secret_wipe(text, strlen(text));
	cJSON_free(text);
	lx_secret_json_delete(json);
}

static void run_set_client(struct lx_account *account, struct command *command)
{
	bfree(account->client_id);
	account->client_id = bstrdup(command->first);
	if (command->second) {
		keep_secret(account, *command->second ? command->first : "", command->second);
		if (*command->second)
			store_secret(account);
		else
			account_store_remove(&account->sessions[LX_ACCOUNT_MAIN], account->client_key, NULL);
	}
	for (int role = 0; role < LX_ACCOUNT_COUNT; role++)
		session_client_changed(&account->sessions[role]);
}

void lx_account_set_client(struct lx_account *account, const char *client_id, const char *client_secret)
{
	post(account, &(struct command){
			      .run = run_set_client,
			      .first = bstrdup(client_id ? client_id : ""),
			      .second = bstrdup(client_secret),
		      });
}

static void run_set_redirect(struct lx_account *account, struct command *command)
{
	account->config.redirect_port = command->port;
	account->config.redirect_any_port = command->any_port;
}

void lx_account_set_redirect(struct lx_account *account, uint16_t port, bool any_port)
{
	post(account, &(struct command){.run = run_set_redirect, .port = port, .any_port = any_port});
}

static void run_want_scopes(struct lx_account *account, struct command *command)
{
	struct session *session = &account->sessions[command->role];
	char *wanted = lx_scopes_merge(lx_scopes_basic(command->role), command->first);
	bfree(session->wanted_scopes);
	session->wanted_scopes = wanted;
}

void lx_account_want_scopes(struct lx_account *account, enum lx_account_role role, const char *scopes)
{
	post(account, &(struct command){.run = run_want_scopes, .role = role, .first = bstrdup(scopes)});
}

const char *lx_account_basic_scopes(enum lx_account_role role)
{
	return lx_scopes_basic(role);
}

/* --- signing in and out ---------------------------------------------------------------------------------------------- */

static void run_login(struct lx_account *account, struct command *command)
{
	attempt_start(&account->sessions[command->role], command->way);
}

void lx_account_login(struct lx_account *account, enum lx_account_role role, enum lx_login_way way)
{
	post(account, &(struct command){.run = run_login, .role = role, .way = way});
}

static void run_login_token(struct lx_account *account, struct command *command)
{
	attempt_start_token(&account->sessions[command->role], command->first);
}

void lx_account_login_token(struct lx_account *account, enum lx_account_role role, const char *client_id,
			    const char *token)
{
	/* Which application a token was made for is asked from Twitch in any case: with another one nothing would work. */
	(void)client_id;
	post(account, &(struct command){.run = run_login_token, .role = role, .first = bstrdup(token ? token : "")});
}

static void run_login_cancel(struct lx_account *account, struct command *command)
{
	attempt_cancel(&account->sessions[command->role]);
}

void lx_account_login_cancel(struct lx_account *account, enum lx_account_role role)
{
	post(account, &(struct command){.run = run_login_cancel, .role = role});
}

static void run_logout(struct lx_account *account, struct command *command)
{
	attempt_cancel(&account->sessions[command->role]);
	session_sign_out(&account->sessions[command->role]);
}

void lx_account_logout(struct lx_account *account, enum lx_account_role role)
{
	post(account, &(struct command){.run = run_logout, .role = role});
}

/* --- credentials ----------------------------------------------------------------------------------------------------- */

static bool provider_get(struct lx_credentials *out, void *data)
{
	struct session *session = data;
	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&session->account->mutex);
	bool usable = session->usable;
	if (usable) {
		out->client_id = bstrdup(session->record.client_id);
		out->token = bstrdup(session->record.token);
		out->user_id = bstrdup(session->record.user_id);
		out->login = bstrdup(session->record.login);
	}
	pthread_mutex_unlock(&session->account->mutex);
	return usable;
}

static bool provider_has_scope(const char *scope, void *data)
{
	struct session *session = data;
	pthread_mutex_lock(&session->account->mutex);
	bool has = session->usable && lx_scopes_contain(session->record.scopes, scope);
	pthread_mutex_unlock(&session->account->mutex);
	return has;
}

static void run_rejected(struct lx_account *account, struct command *command)
{
	struct waiter *waiter = command->waiter;
	command->waiter = NULL;
	session_rejected(&account->sessions[command->role], command->first, waiter);
}

static void provider_rejected(const char *token, void (*done)(bool ok, void *data), void *done_data, void *data)
{
	struct session *session = data;
	struct waiter *waiter = bzalloc(sizeof(*waiter));
	waiter->done = done;
	waiter->data = done_data;
	post(session->account, &(struct command){
				       .run = run_rejected,
				       .role = session->role,
				       .first = bstrdup(token),
				       .waiter = waiter,
			       });
}

struct lx_credentials_provider lx_account_credentials(struct lx_account *account, enum lx_account_role role)
{
	return (struct lx_credentials_provider){
		.get = provider_get,
		.rejected = provider_rejected,
		.has_scope = provider_has_scope,
		.data = &account->sessions[role],
	};
}
