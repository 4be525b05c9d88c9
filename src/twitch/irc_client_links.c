#include "twitch/irc_client_internal.h"

#include <util/base.h>

#define REFRESH_TIMEOUT_MS 15000
#define MAX_NAME 64

static void on_retry(void *data)
{
	struct lx_irc_client *client = data;
	client->retry_timer = 0;
	irc_connect(client);
}

static void retry_after(struct lx_irc_client *client, uint64_t delay_ms)
{
	client->retry_at_ms = irc_now_ms(client) + delay_ms;
	irc_restart(client, &client->retry_timer, delay_ms, on_retry, client);
	irc_announce(client);
}

static void on_ready(struct lx_irc_link *link, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;

	(void)link;
	slot->ready = true;
	lx_secret_free(slot->token);
	slot->token = NULL;
	if (*slot->login)
		client->refreshed = false;
	client->trouble = irc_no_trouble;
	irc_join_more(client);
	irc_promote_if_complete(client);
	irc_announce(client);
}

/* Back to reading without an account, and the user is told why. */
static void give_up_account(struct lx_irc_client *client)
{
	client->refreshing = client->refreshed = false;
	client->without_account = true;
	client->trouble = irc_trouble_auth;
	client->refused = true;
	irc_announce(client);
	client->refused = false;
	if (!irc_active(client)->link)
		irc_connect(client);
	else
		irc_begin_standby(client);
}

void irc_after_refresh(struct lx_irc_client *client, bool ok)
{
	if (!client->refreshing)
		return;
	irc_cancel(client, &client->refresh_timer);
	client->refreshing = false;
	if (!ok) {
		give_up_account(client);
		return;
	}
	client->refreshed = true;
	if (!irc_active(client)->link)
		irc_connect(client);
	else
		irc_begin_standby(client);
}

static void on_refresh_timeout(void *data)
{
	struct lx_irc_client *client = data;
	client->refresh_timer = 0;
	irc_after_refresh(client, false);
}

/* Twitch does not take the token: the account may have a newer one, or be able to get it; once. */
static void account_refused(struct lx_irc_client *client, const char *token)
{
	client->refused_token = lx_seen_key(LX_SEEN_KEY, token, strlen(token));
	if (client->refreshing)
		return;
	if (client->refreshed || !client->config.credentials.rejected) {
		give_up_account(client);
		return;
	}
	client->refreshing = true;
	irc_restart(client, &client->refresh_timer, REFRESH_TIMEOUT_MS, on_refresh_timeout, client);
	irc_ask_refresh(client, token);
	irc_announce(client);
}

static void on_end(struct lx_irc_link *link, enum lx_irc_end end, enum lx_http_error error, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;
	bool was_active = slot == irc_active(client), was_draining = slot->draining;
	char *token = slot->token;

	if (lx_irc_link_skipped(link))
		blog(LOG_WARNING, "[liveXtrem] %llu chat lines were longer than allowed and skipped",
		     (unsigned long long)lx_irc_link_skipped(link));
	slot->token = NULL;
	client->silent_ms = was_active ? irc_now_ms(client) - lx_irc_link_heard_ms(link) : 0;
	irc_close_slot(slot);

	if (was_draining) {
		/* Its work was done. */
	} else if (end == LX_IRC_END_AUTH && token) {
		if (was_active)
			irc_lose_outbox(client);
		account_refused(client, token);
	} else if (was_active) {
		irc_cancel(client, &client->stable_timer);
		irc_lose_outbox(client);
		client->trouble = irc_trouble_of(end, error);
		client->refused = end == LX_IRC_END_MALFORMED || error == LX_HTTP_REFUSED;
		if (irc_other(client)->link && !irc_other(client)->draining)
			client->active = !client->active;
		else if (!client->refused)
			retry_after(client, lx_backoff_next(&client->backoff, client->config.random));
		irc_announce(client);
	} else if (end != LX_IRC_END_MALFORMED && error != LX_HTTP_REFUSED) {
		irc_restart(client, &client->standby_timer, lx_backoff_next(&client->backoff, client->config.random),
			    irc_on_standby_timer, client);
	}
	client->silent_ms = 0;
	lx_secret_free(token);
}

bool irc_is_name(const char *name)
{
	size_t size = strlen(name);
	return size > 0 && size <= MAX_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static void open_slot(struct slot *slot)
{
	struct lx_irc_client *client = slot->client;
	const struct lx_credentials_provider *provider = &client->config.credentials;
	struct lx_credentials credentials = {0};
	bool account = !client->without_account && provider->get && provider->get(&credentials, provider->data) &&
		       credentials.login && credentials.token && irc_is_name(credentials.login);
	struct lx_irc_link_config config = {
		.loop = client->config.loop,
		.transport = client->config.transport,
		.random = client->config.random,
		.url = client->url,
		.ca_file = client->ca_file,
		.login = account ? credentials.login : "",
		.token = account ? credentials.token : "",
		.handler = {on_ready, irc_on_message, on_end, slot},
	};

	slot->opened_ms = irc_now_ms(client);
	lx_rate_note(&client->logins, slot->opened_ms);
	irc_set(&slot->login, config.login);
	irc_set(&client->user_id, account && credentials.user_id ? credentials.user_id : "");
	slot->token = account ? bstrdup(credentials.token) : NULL;
	slot->account_refused = client->without_account;
	slot->link = lx_irc_link_open(&config);
	lx_credentials_finish(&credentials);
}

static uint64_t login_wait_ms(const struct lx_irc_client *client)
{
	return lx_rate_wait(&client->logins, ACCOUNT_LIMIT, ACCOUNT_WINDOW_MS, irc_now_ms(client));
}

void irc_connect(struct lx_irc_client *client)
{
	irc_cancel(client, &client->retry_timer);
	client->refused = false;
	if (!client->channels.num || irc_active(client)->link || client->refreshing)
		return;
	uint64_t wait_ms = login_wait_ms(client);
	if (wait_ms) {
		retry_after(client, wait_ms);
		return;
	}
	open_slot(irc_active(client));
	irc_announce(client);
}

/* A second link beside the one in use, which stays until the second one reads the same. */
void irc_begin_standby(struct lx_irc_client *client)
{
	struct slot *slot = irc_other(client);

	irc_cancel(client, &client->standby_timer);
	if (!irc_active(client)->link || (slot->link && !slot->draining))
		return;
	uint64_t wait_ms = login_wait_ms(client);
	if (wait_ms) {
		irc_restart(client, &client->standby_timer, wait_ms, irc_on_standby_timer, client);
		return;
	}
	irc_close_slot(slot);
	open_slot(slot);
}

void irc_on_standby_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->standby_timer = 0;
	irc_begin_standby(client);
}

void irc_disconnect(struct lx_irc_client *client)
{
	irc_close_slot(&client->slots[0]);
	irc_close_slot(&client->slots[1]);
	irc_cancel(client, &client->retry_timer);
	irc_cancel(client, &client->standby_timer);
	irc_cancel(client, &client->stable_timer);
	irc_cancel(client, &client->join_timer);
	irc_cancel(client, &client->refresh_timer);
	irc_cancel(client, &client->send_timer);
	irc_cancel(client, &client->confirm_timer);
	client->refused = client->refreshing = client->refreshed = false;
	client->trouble = irc_no_trouble;
}
