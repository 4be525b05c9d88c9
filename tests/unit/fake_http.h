/*
 * A network that does what the test says: stands in for net/http.c. Include it in one file of a test program; nothing there may
 * use the real one as well.
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "net/http.h"

struct fake_request {
	char *method, *url, *body, *authorization, *client_id, *content_type;
	uint32_t timeout_ms;
	bool once, cancelled;
	lx_http_done done; /* NULL once answered */
	void *data;
};

static struct {
	DARRAY(struct fake_request) requests; /* all that were ever sent, in order */
} fake_http;

static char *fake_header(const struct lx_http_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i].name, name) == 0)
			return bstrdup(request->headers[i].value);
	return bstrdup("");
}

uint64_t lx_http_send(struct lx_http *http, const struct lx_http_request *request, lx_http_done done, void *data)
{
	struct fake_request seen = {
		.method = bstrdup(request->method),
		.url = bstrdup(request->url),
		.body = request->body ? bstrdup_n(request->body, request->body_size) : bstrdup(""),
		.authorization = fake_header(request, "Authorization"),
		.client_id = fake_header(request, "Client-Id"),
		.content_type = fake_header(request, "Content-Type"),
		.timeout_ms = request->timeout_ms,
		.once = request->once,
		.done = done,
		.data = data,
	};
	(void)http;
	da_push_back(fake_http.requests, &seen);
	return fake_http.requests.num;
}

static void fake_respond(size_t index, const struct lx_http_response *response)
{
	assert_true(index < fake_http.requests.num);
	struct fake_request *request = &fake_http.requests.array[index];
	lx_http_done done = request->done;
	assert_non_null(done);
	request->done = NULL;
	done(response, request->data);
}

/* `headers`: "name: value\n…" in lower case, or NULL. */
static inline void fake_answer_with(size_t index, long status, const char *body, const char *headers)
{
	struct lx_http_header list[8];
	size_t count = 0;
	char *copy = bstrdup(headers ? headers : ""), *at = copy;

	while (*at && count < 8) {
		char *colon = strchr(at, ':'), *end = at + strcspn(at, "\n");
		bool last = !*end;
		*colon = *end = 0;
		list[count++] = (struct lx_http_header){at, colon + 2};
		at = last ? end : end + 1;
	}
	struct lx_http_response response = {
		.sent = true,
		.status = status,
		.body = body,
		.body_size = strlen(body),
		.elapsed_ms = 40,
		.headers = list,
		.header_count = count,
	};
	fake_respond(index, &response);
	bfree(copy);
}

static inline void fake_answer(size_t index, long status, const char *body)
{
	fake_answer_with(index, status, body, NULL);
}

static inline void fake_fail(size_t index, enum lx_http_error error, bool sent)
{
	struct lx_http_response response = {.error = error, .sent = sent, .body = ""};
	fake_respond(index, &response);
}

void lx_http_cancel(struct lx_http *http, uint64_t id)
{
	(void)http;
	if (id && id <= fake_http.requests.num)
		fake_http.requests.array[id - 1].cancelled = true;
}

const char *lx_http_header(const struct lx_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->header_count; i++)
		if (strcmp(response->headers[i].name, name) == 0)
			return response->headers[i].value;
	return NULL;
}

/* What the real one does when it is destroyed: everything under way ends as cancelled. */
static inline void fake_http_finish(void)
{
	for (size_t i = 0; i < fake_http.requests.num; i++) {
		struct fake_request *request = &fake_http.requests.array[i];
		if (request->done)
			fake_fail(i, LX_HTTP_CANCELLED, true);
		request = &fake_http.requests.array[i];
		bfree(request->method);
		bfree(request->url);
		bfree(request->body);
		bfree(request->authorization);
		bfree(request->client_id);
		bfree(request->content_type);
	}
	da_free(fake_http.requests);
}
