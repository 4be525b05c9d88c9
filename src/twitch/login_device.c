#include "twitch/login_device.h"

#include <string.h>

#include <util/bmem.h>

/* Somebody waits for the code to appear; once there is one, its own life time is the deadline. */
#define START_DEADLINE_MS 20000
#define START_RETRY_MS 2000
#define SLOW_DOWN_MS 5000

struct lx_login_device {
	struct lx_loop *loop;
	struct lx_oauth_client *oauth;
	struct lx_login_way_callbacks callbacks;
	char *client_id, *scopes;
	struct lx_oauth_device device;
	uint64_t interval_ms;
	uint64_t request, timer, deadline;
	enum lx_login_failure at_deadline;
};

static void stop(struct lx_login_device *login)
{
	lx_oauth_cancel(login->oauth, login->request);
	lx_loop_cancel(login->loop, login->timer);
	lx_loop_cancel(login->loop, login->deadline);
	login->request = login->timer = login->deadline = 0;
}

static void fail(struct lx_login_device *login, enum lx_login_failure failure)
{
	stop(login);
	login->callbacks.failed(failure, login->callbacks.data);
}

static void on_deadline(void *data)
{
	struct lx_login_device *login = data;
	login->deadline = 0;
	fail(login, login->at_deadline);
}

static void poll(void *data);

static void on_polled(struct lx_oauth_answer *answer, void *data)
{
	struct lx_login_device *login = data;
	login->request = 0;
	switch (answer->error) {
	case LX_OAUTH_OK:
		stop(login);
		login->callbacks.got_token(&answer->token, login->callbacks.data);
		return;
	case LX_OAUTH_SLOW_DOWN:
		login->interval_ms += SLOW_DOWN_MS; /* RFC 8628, 3.5 */
		break;
	case LX_OAUTH_PENDING:
	case LX_OAUTH_NETWORK:
	case LX_OAUTH_SERVER:
		break;
	default:
		fail(login, lx_login_failure_of(answer->error));
		return;
	}
	login->timer = lx_loop_after(login->loop, login->interval_ms, poll, login);
}

static void poll(void *data)
{
	struct lx_login_device *login = data;
	login->timer = 0;
	login->request =
		lx_oauth_send(login->oauth, LX_OAUTH_TOKEN,
			      lx_oauth_device_token_form(login->client_id, login->scopes, login->device.device_code),
			      on_polled, login);
}

static void ask_for_code(void *data);

static void on_code(struct lx_oauth_answer *answer, void *data)
{
	struct lx_login_device *login = data;
	login->request = 0;
	switch (answer->error) {
	case LX_OAUTH_OK:
		break;
	case LX_OAUTH_NETWORK:
	case LX_OAUTH_SERVER:
		login->at_deadline = lx_login_failure_of(answer->error);
		login->timer = lx_loop_after(login->loop, START_RETRY_MS, ask_for_code, login);
		return;
	default:
		fail(login, lx_login_failure_of(answer->error));
		return;
	}

	login->device = answer->device;
	memset(&answer->device, 0, sizeof(answer->device));
	login->interval_ms = (uint64_t)login->device.interval_s * 1000;
	login->at_deadline = LX_LOGIN_FAILURE_EXPIRED;
	lx_loop_cancel(login->loop, login->deadline);
	const struct lx_login_prompt prompt = {
		.url = login->device.url,
		.short_url = login->device.short_url,
		.user_code = login->device.user_code,
		.expires_in_ms = login->device.expires_s * 1000,
	};
	login->deadline = lx_loop_after(login->loop, (uint64_t)prompt.expires_in_ms, on_deadline, login);
	login->timer = lx_loop_after(login->loop, login->interval_ms, poll, login);
	login->callbacks.waiting(&prompt, login->callbacks.data);
}

static void ask_for_code(void *data)
{
	struct lx_login_device *login = data;
	login->timer = 0;
	login->request = lx_oauth_send(login->oauth, LX_OAUTH_DEVICE,
				       lx_oauth_device_form(login->client_id, login->scopes), on_code, login);
}

struct lx_login_device *lx_login_device_create(struct lx_loop *loop, struct lx_oauth_client *oauth,
					       const char *client_id, const char *scopes,
					       const struct lx_login_way_callbacks *callbacks)
{
	struct lx_login_device *login = bzalloc(sizeof(*login));
	login->loop = loop;
	login->oauth = oauth;
	login->callbacks = *callbacks;
	login->client_id = bstrdup(client_id);
	login->scopes = bstrdup(scopes);
	login->at_deadline = LX_LOGIN_FAILURE_NETWORK;
	login->deadline = lx_loop_after(loop, START_DEADLINE_MS, on_deadline, login);
	ask_for_code(login);
	return login;
}

void lx_login_device_destroy(struct lx_login_device *login)
{
	if (!login)
		return;
	stop(login);
	lx_oauth_device_finish(&login->device);
	bfree(login->client_id);
	bfree(login->scopes);
	bfree(login);
}
