#include "twitch/oauth_client.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/secret_store.h"

#define TIMEOUT_MS 15000
#define MAX_ANSWER (256 * 1024)

/* Lives until lx_http calls back, which it does for cancelled requests too. */
struct pending {
	struct pending *next;
	struct lx_oauth_client *client; /* NULL once nobody wants the answer */
	enum lx_oauth_request request;
	uint64_t id;
	lx_oauth_done done;
	void *data;
};

struct lx_oauth_client {
	struct lx_http *http;
	char *id_url;
	struct pending *pending;
};

struct lx_oauth_client *lx_oauth_client_create(struct lx_http *http, const char *id_url)
{
	struct lx_oauth_client *client = bzalloc(sizeof(*client));
	client->http = http;
	client->id_url = bstrdup(id_url);
	/* "https://host/oauth2/" is the same place. */
	for (size_t size = strlen(client->id_url); size && client->id_url[size - 1] == '/';)
		client->id_url[--size] = 0;
	return client;
}

static void unlink_pending(struct pending *pending)
{
	struct pending **at = &pending->client->pending;
	while (*at != pending)
		at = &(*at)->next;
	*at = pending->next;
	pending->client = NULL;
}

static void cancel_pending(struct pending *pending)
{
	struct lx_http *http = pending->client->http;
	unlink_pending(pending);
	lx_http_cancel(http, pending->id);
}

void lx_oauth_client_destroy(struct lx_oauth_client *client)
{
	if (!client)
		return;
	while (client->pending)
		cancel_pending(client->pending);
	bfree(client->id_url);
	bfree(client);
}

void lx_oauth_cancel(struct lx_oauth_client *client, uint64_t id)
{
	struct pending *pending = client->pending;
	while (pending && pending->id != id)
		pending = pending->next;
	if (pending)
		cancel_pending(pending);
}

bool lx_oauth_client_busy(const struct lx_oauth_client *client)
{
	return client->pending != NULL;
}

static enum lx_oauth_error decode(enum lx_oauth_request request, const struct lx_http_response *response,
				  struct lx_oauth_answer *answer)
{
	switch (request) {
	case LX_OAUTH_DEVICE:
		return lx_oauth_decode_device(response->status, response->body, &answer->device);
	case LX_OAUTH_TOKEN:
		return lx_oauth_decode_token(response->status, response->body, &answer->token);
	case LX_OAUTH_VALIDATE:
		return lx_oauth_decode_validate(response->status, response->body, &answer->identity);
	default:
		return lx_oauth_decode_revoke(response->status, response->body);
	}
}

static void on_response(const struct lx_http_response *response, void *data)
{
	struct pending *pending = data;
	if (pending->client) {
		unlink_pending(pending);
		struct lx_oauth_answer answer = {.error = LX_OAUTH_NETWORK, .sent = response->sent};
		if (response->error == LX_HTTP_OK)
			answer.error = decode(pending->request, response, &answer);
		pending->done(&answer, pending->data);
		lx_oauth_device_finish(&answer.device);
		lx_oauth_token_finish(&answer.token);
		lx_oauth_identity_finish(&answer.identity);
	}
	bfree(pending);
}

uint64_t lx_oauth_send(struct lx_oauth_client *client, enum lx_oauth_request request, char *secret, lx_oauth_done done,
		       void *data)
{
	static const char *const paths[] = {"device", "token", "validate", "revoke"};
	bool validate = request == LX_OAUTH_VALIDATE;

	struct dstr url = {0};
	dstr_printf(&url, "%s/%s", client->id_url, paths[request]);
	char *authorization = NULL;
	struct lx_http_header header = {"Content-Type", "application/x-www-form-urlencoded"};
	if (validate) {
		size_t size = strlen(secret) + sizeof("OAuth ");
		authorization = bmalloc(size);
		snprintf(authorization, size, "OAuth %s", secret);
		header = (struct lx_http_header){"Authorization", authorization};
	}

	struct pending *pending = bzalloc(sizeof(*pending));
	pending->client = client;
	pending->request = request;
	pending->done = done;
	pending->data = data;
	pending->next = client->pending;
	client->pending = pending;
	const struct lx_http_request http_request = {
		.method = validate ? "GET" : "POST",
		.url = url.array,
		.headers = &header,
		.header_count = 1,
		.body = validate ? NULL : secret,
		.body_size = validate ? 0 : strlen(secret),
		.timeout_ms = TIMEOUT_MS,
		.max_size = MAX_ANSWER,
		/* Codes and refresh tokens work once: a second try, unseen, would find them used up. */
		.once = request == LX_OAUTH_TOKEN,
	};
	uint64_t id = pending->id = lx_http_send(client->http, &http_request, on_response, pending);
	lx_secret_free(authorization);
	lx_secret_free(secret);
	dstr_free(&url);
	if (!id) { /* HTTP is being torn down and will not call back */
		unlink_pending(pending);
		bfree(pending);
	}
	return id;
}
