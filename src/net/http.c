#include "net/http.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "platform/secret_store.h"

#define DEFAULT_TIMEOUT_MS 15000
#define CONNECT_TIMEOUT_MS 10000
#define DEFAULT_MAX_SIZE (8u * 1024 * 1024)
#define MAX_HEADERS 64
#define MAX_HEADER_BYTES 65536

struct request {
	uint64_t id;
	struct lx_http *http;
	CURL *easy; /* NULL for a request that is only waiting to tell its failure */
	struct curl_slist *headers;
	char *body;
	size_t body_size, body_sent, max_size;
	uint64_t started_ms;
	lx_http_done done;
	void *data;
	enum lx_http_error error;
	uint64_t timer;

	struct dstr answer;
	bool too_large, sent;
	struct dstr header_text; /* name\0value\0… in order of arrival */
	size_t header_count;
};

struct lx_http {
	struct lx_loop *loop;
	char *user_agent, *ca_file;
	DARRAY(struct request *) requests;
	uint64_t last_id;
	bool closing;
};

/* --- addresses --------------------------------------------------------------------------------------------------- */

static bool is_loopback(const char *host)
{
	if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	unsigned int a, b, c, d;
	char rest;
	return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127 && b < 256 && c < 256 &&
	       d < 256;
}

bool lx_url_allowed(const char *url)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL, *host = NULL;
	bool allowed = false;

	if (parsed && curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		if (strcmp(scheme, "https") == 0 || strcmp(scheme, "wss") == 0 || strcmp(scheme, "ircs") == 0)
			allowed = true;
		else if (strcmp(scheme, "http") == 0 || strcmp(scheme, "ws") == 0 || strcmp(scheme, "irc") == 0)
			allowed = is_loopback(host);
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parsed);
	return allowed;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct lx_http *lx_http_create(const struct lx_http_config *config)
{
	struct lx_http *http = bzalloc(sizeof(*http));
	http->loop = config->loop;
	http->user_agent = bstrdup(config->user_agent);
	http->ca_file = config->ca_file && *config->ca_file ? bstrdup(config->ca_file) : NULL;
	return http;
}

static void free_request(struct request *request)
{
	if (request->easy) {
		lx_loop_remove_transfer(request->http->loop, request->easy);
		curl_easy_cleanup(request->easy);
	}
	lx_loop_cancel(request->http->loop, request->timer);
	curl_slist_free_all(request->headers);
	if (request->body)
		lx_secret_wipe(request->body, request->body_size);
	bfree(request->body);
	if (request->answer.array) /* answers of the login server hold tokens */
		lx_secret_wipe(request->answer.array, request->answer.len);
	dstr_free(&request->answer);
	dstr_free(&request->header_text);
	bfree(request);
}

/* Counted is what a connection took, tunnels of proxies and HTTP/2 included; the rest of it may still be on its way here. The
 * times that curl also tells are no evidence: newer versions set them for connections that were refused. */
static void note_sent(struct request *request)
{
	long bytes = 0;
	if (request->easy && curl_easy_getinfo(request->easy, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK)
		request->sent = bytes > 0;
}

static void finish(struct request *request, enum lx_http_error error)
{
	struct lx_http_header headers[MAX_HEADERS];
	const char *text = request->header_text.array;
	for (size_t i = 0; i < request->header_count; i++) {
		headers[i].name = text;
		headers[i].value = text + strlen(text) + 1;
		text = headers[i].value + strlen(headers[i].value) + 1;
	}

	struct lx_http_response response = {
		.error = error,
		.body = request->answer.array ? request->answer.array : "",
		.body_size = request->answer.len,
		.elapsed_ms = (uint32_t)(lx_loop_now_ms(request->http->loop) - request->started_ms),
		.headers = headers,
		.header_count = request->header_count,
	};
	note_sent(request);
	response.sent = request->sent;
	if (error == LX_HTTP_OK && request->easy)
		curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &response.status);

	da_erase_item(request->http->requests, &request);
	request->done(&response, request->data);
	free_request(request);
}

void lx_http_destroy(struct lx_http *http)
{
	if (!http)
		return;
	http->closing = true;
	while (http->requests.num)
		finish(http->requests.array[0], LX_HTTP_CANCELLED);
	da_free(http->requests);
	bfree(http->user_agent);
	bfree(http->ca_file);
	bfree(http);
}

/* --- curl's callbacks -------------------------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct request *request = data;
	size *= count;
	if (request->answer.len + size > request->max_size) {
		request->too_large = true;
		return 0;
	}
	/* Not dstr_ncat(): to that, bytes that begin with a zero are an empty text. */
	size_t length = request->answer.len;
	if (size) {
		dstr_resize(&request->answer, length + size);
		memcpy(request->answer.array + length, bytes, size);
	}
	return size;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data)
{
	struct request *request = data;
	size *= count;

	if (size >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
		/* A new answer: what came before was "100 Continue" or a proxy's. */
		dstr_resize(&request->header_text, 0);
		request->header_count = 0;
		return size;
	}
	const char *colon = memchr(bytes, ':', size);
	if (!colon || colon == bytes || memchr(bytes, 0, size) || request->header_count == MAX_HEADERS ||
	    request->header_text.len + size + 2 > MAX_HEADER_BYTES)
		return size;

	const char *value = colon + 1, *end = bytes + size;
	while (value < end && isspace((unsigned char)*value))
		value++;
	while (end > value && isspace((unsigned char)end[-1]))
		end--;

	for (const char *c = bytes; c < colon; c++)
		dstr_cat_ch(&request->header_text, (char)tolower((unsigned char)*c));
	/* dstr keeps a zero behind its end; count it in to separate name and value. */
	dstr_resize(&request->header_text, request->header_text.len + 1);
	dstr_ncat(&request->header_text, value, (size_t)(end - value));
	dstr_resize(&request->header_text, request->header_text.len + 1);
	request->header_count++;
	return size;
}

static size_t on_read(char *bytes, size_t size, size_t count, void *data)
{
	struct request *request = data;
	size_t room = size * count, left = request->body_size - request->body_sent;
	size_t part = left < room ? left : room;
	memcpy(bytes, request->body + request->body_sent, part);
	request->body_sent += part;
	return part;
}

enum lx_http_error lx_http_classify(CURLcode result)
{
	switch (result) {
	case CURLE_OK:
		return LX_HTTP_OK;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return LX_HTTP_RESOLVE;
	case CURLE_COULDNT_CONNECT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return LX_HTTP_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return LX_HTTP_TLS;
	case CURLE_OPERATION_TIMEDOUT:
		return LX_HTTP_TIMEOUT;
	default:
		return LX_HTTP_FAILED;
	}
}

static void on_done(CURL *easy, CURLcode result, void *data)
{
	(void)easy;
	struct request *request = data;
	finish(request, request->too_large ? LX_HTTP_TOO_LARGE : lx_http_classify(result));
}

static void on_failed_early(void *data)
{
	struct request *request = data;
	request->timer = 0;
	finish(request, request->error);
}

static void fail_later(struct request *request, enum lx_http_error error)
{
	request->error = error;
	if (!request->timer)
		request->timer = lx_loop_after(request->http->loop, 0, on_failed_early, request);
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static bool set_up(struct request *request, const struct lx_http_request *wanted)
{
	struct lx_http *http = request->http;
	CURL *easy = curl_easy_init();
	if (!easy)
		return false;

	struct dstr line = {0};
	for (size_t i = 0; i < wanted->header_count; i++) {
		dstr_printf(&line, "%s: %s", wanted->headers[i].name, wanted->headers[i].value);
		request->headers = curl_slist_append(request->headers, line.array);
	}
	if (line.array)
		lx_secret_wipe(line.array, line.len);
	dstr_free(&line);
	/* curl would wait a second for "100 Continue" with larger bodies. */
	request->headers = curl_slist_append(request->headers, "Expect:");

	if (wanted->body) {
		request->body = bmemdup(wanted->body, wanted->body_size ? wanted->body_size : 1);
		request->body_size = wanted->body_size;
		if (wanted->once) {
			/* Read through a callback that cannot rewind: when a kept connection dies, curl then reports an
			 * error where it would have silently sent the body again over a new one. */
			curl_easy_setopt(easy, CURLOPT_POST, 1L);
			curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
			curl_easy_setopt(easy, CURLOPT_READDATA, request);
		} else {
			curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
		}
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
	} else if (strcmp(wanted->method, "POST") == 0 || strcmp(wanted->method, "PUT") == 0 ||
		   strcmp(wanted->method, "PATCH") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wanted->method);
	curl_easy_setopt(easy, CURLOPT_URL, wanted->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* Wait for a connection that can carry several requests rather than opening another one. */
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a name that does not resolve must not hold up the end */
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, http->user_agent);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
			 (long)(wanted->timeout_ms ? wanted->timeout_ms : DEFAULT_TIMEOUT_MS));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	if (http->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca_file);

	if (!lx_loop_add_transfer(http->loop, easy, on_done, request)) {
		curl_easy_cleanup(easy);
		return false;
	}
	request->easy = easy;
	return true;
}

/* curl takes a line break for the end of a header, and what follows it for another one. */
static bool are_single_lines(const struct lx_http_header *headers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strpbrk(headers[i].value, "\r\n"))
			return false;
	}
	return true;
}

uint64_t lx_http_send(struct lx_http *http, const struct lx_http_request *wanted, lx_http_done done, void *data)
{
	if (http->closing)
		return 0;

	struct request *request = bzalloc(sizeof(*request));
	request->id = ++http->last_id;
	request->http = http;
	request->done = done;
	request->data = data;
	request->max_size = wanted->max_size ? wanted->max_size : DEFAULT_MAX_SIZE;
	request->started_ms = lx_loop_now_ms(http->loop);
	da_push_back(http->requests, &request);

	if (!lx_url_allowed(wanted->url) || !are_single_lines(wanted->headers, wanted->header_count))
		fail_later(request, LX_HTTP_REFUSED);
	else if (!set_up(request, wanted))
		fail_later(request, LX_HTTP_FAILED);
	return request->id;
}

void lx_http_cancel(struct lx_http *http, uint64_t id)
{
	for (size_t i = 0; i < http->requests.num; i++) {
		struct request *request = http->requests.array[i];
		if (request->id != id)
			continue;
		if (request->easy) {
			note_sent(request);
			lx_loop_remove_transfer(http->loop, request->easy);
			curl_easy_cleanup(request->easy);
			request->easy = NULL;
		}
		fail_later(request, LX_HTTP_CANCELLED);
		return;
	}
}

const char *lx_http_header(const struct lx_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->header_count; i++) {
		if (strcmp(response->headers[i].name, name) == 0)
			return response->headers[i].value;
	}
	return NULL;
}
