#include "twitch/login_code.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "platform/secret_store.h"
#include "twitch/login_listener.h"

#define DEADLINE_MS (10 * 60 * 1000)
#define RETRY_MS 2000
#define LINGER_MS 2000
#define STATE_BYTES 32

struct lx_login_code {
	struct lx_loop *loop;
	struct lx_oauth_client *oauth;
	struct lx_login_way_callbacks callbacks;
	char *client_id, *client_secret;
	char *url, *redirect_uri, *code;
	struct lx_login_listener *listener; /* NULL when no port was free */
	uint64_t request, timer, deadline;
};

static void stop(struct lx_login_code *login)
{
	lx_oauth_cancel(login->oauth, login->request);
	lx_loop_cancel(login->loop, login->timer);
	lx_loop_cancel(login->loop, login->deadline);
	login->request = login->timer = login->deadline = 0;
}

static void fail(struct lx_login_code *login, enum lx_login_failure failure)
{
	stop(login);
	login->callbacks.failed(failure, login->callbacks.data);
}

static void on_deadline(void *data)
{
	struct lx_login_code *login = data;
	login->deadline = 0;
	fail(login, login->code ? LX_LOGIN_FAILURE_NETWORK : LX_LOGIN_FAILURE_EXPIRED);
}

static void exchange(void *data);

static void on_exchanged(struct lx_oauth_answer *answer, void *data)
{
	struct lx_login_code *login = data;
	login->request = 0;
	if (answer->error == LX_OAUTH_OK) {
		stop(login);
		login->callbacks.got_token(&answer->token, login->callbacks.data);
	} else if (answer->error == LX_OAUTH_NETWORK && !answer->sent) {
		/* Twitch did not see the code, so it is still good. */
		login->timer = lx_loop_after(login->loop, RETRY_MS, exchange, login);
	} else {
		fail(login, lx_login_failure_of(answer->error));
	}
}

static void exchange(void *data)
{
	struct lx_login_code *login = data;
	login->timer = 0;
	login->request = lx_oauth_send(login->oauth, LX_OAUTH_TOKEN,
				       lx_oauth_code_form(login->client_id, login->client_secret, login->code,
							  login->redirect_uri),
				       on_exchanged, login);
}

static void on_taken(const char *code, const char *error, void *data)
{
	struct lx_login_code *login = data;
	if (!login->deadline) /* failed already */
		return;
	if (!*code) {
		bool denied = strcmp(error, "access_denied") == 0;
		fail(login, denied ? LX_LOGIN_FAILURE_DENIED : LX_LOGIN_FAILURE_SERVER);
		return;
	}
	login->code = bstrdup(code);
	exchange(login);
}

static void on_closed(void *data)
{
	struct lx_login_code *login = data;
	stop(login);
	login->callbacks.closed(login->callbacks.data);
}

static void announce(void *data)
{
	struct lx_login_code *login = data;
	login->timer = 0;
	if (!login->listener) {
		fail(login, LX_LOGIN_FAILURE_PORT);
		return;
	}
	const struct lx_login_prompt prompt = {.url = login->url, .expires_in_ms = DEADLINE_MS};
	login->callbacks.waiting(&prompt, login->callbacks.data);
}

static void make_state(const struct lx_random *random, char state[2 * STATE_BYTES + 1])
{
	unsigned char bytes[STATE_BYTES];
	random->fill(bytes, sizeof(bytes), random->data);
	for (size_t i = 0; i < STATE_BYTES; i++)
		snprintf(state + 2 * i, 3, "%02x", bytes[i]);
}

static struct lx_login_listener *listen_somewhere(const struct lx_login_code_config *config,
						  const struct lx_login_listener_config *listener_config)
{
	struct lx_login_listener *listener = NULL;
	int count = config->any_port ? LX_LOGIN_CODE_PORTS : 1;
	for (int i = 0; i < count && !listener && config->port + i <= UINT16_MAX; i++)
		listener = lx_login_listener_create(listener_config, (uint16_t)(config->port + i));
	return listener;
}

struct lx_login_code *lx_login_code_create(const struct lx_login_code_config *config,
					   const struct lx_login_way_callbacks *callbacks)
{
	struct lx_login_code *login = bzalloc(sizeof(*login));
	login->loop = config->loop;
	login->oauth = config->oauth;
	login->callbacks = *callbacks;
	login->client_id = bstrdup(config->client_id);
	login->client_secret = bstrdup(config->client_secret);

	char state[2 * STATE_BYTES + 1];
	make_state(config->random, state);
	const struct lx_login_listener_config listener_config = {
		.loop = config->loop,
		.text = config->text,
		.path = LX_LOGIN_CODE_PATH,
		.state = state,
		.taken = on_taken,
		.delivered = on_closed,
		.data = login,
	};
	login->listener = listen_somewhere(config, &listener_config);
	if (login->listener) {
		struct dstr redirect_uri = {0};
		dstr_printf(&redirect_uri, "http://localhost:%u" LX_LOGIN_CODE_PATH,
			    (unsigned int)lx_login_listener_port(login->listener));
		login->redirect_uri = redirect_uri.array;
		login->url = lx_oauth_authorize_url(config->id_url, config->client_id, login->redirect_uri,
						    config->scopes, state);
	}
	lx_secret_wipe(state, sizeof(state));
	login->deadline = lx_loop_after(config->loop, DEADLINE_MS, on_deadline, login);
	login->timer = lx_loop_after(config->loop, 0, announce, login);
	return login;
}

void lx_login_code_answer(struct lx_login_code *login, enum lx_login_failure failure)
{
	stop(login);
	bool ok = failure == LX_LOGIN_FAILURE_NONE;
	bool waits = login->listener &&
		     lx_login_listener_answer(login->listener, ok ? "Login.Page.Done" : "Login.Page.Failed",
					      ok ? "Login.Page.Done.Text" : lx_login_failure_key(failure));
	login->timer = lx_loop_after(login->loop, waits ? LINGER_MS : 0, on_closed, login);
}

void lx_login_code_destroy(struct lx_login_code *login)
{
	if (!login)
		return;
	stop(login);
	lx_login_listener_destroy(login->listener);
	bfree(login->client_id);
	lx_secret_free(login->client_secret);
	lx_secret_free(login->url);
	bfree(login->redirect_uri);
	lx_secret_free(login->code);
	bfree(login);
}
