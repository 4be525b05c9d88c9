#include "test_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

cJSON *control(struct lx_sim *sim, const char *command, const char *json)
{
	char *text = lx_sim_control(sim, command, json);
	cJSON *answer = cJSON_Parse(text);
	if (!answer || cJSON_HasObjectItem(answer, "error"))
		fail_msg("%s %s: %s", command, json ? json : "", text);
	bfree(text);
	return answer;
}

void tell(struct lx_sim *sim, const char *command, const char *json)
{
	cJSON_Delete(control(sim, command, json));
}

static size_t collect(char *data, size_t size, size_t count, void *to)
{
	dstr_ncat(to, data, size * count);
	return size * count;
}

struct answer request(struct lx_sim *sim, const char *base, const char *method, const char *path, const char *token,
		      const char *body, bool form)
{
	struct answer answer = {0};
	struct dstr url = {0}, text = {0}, headers = {0}, authorization = {0};
	CURL *easy = curl_easy_init();
	struct curl_slist *list = NULL;
	dstr_printf(&url, "%s%s", lx_sim_url(sim, base), path);
	curl_easy_setopt(easy, CURLOPT_URL, url.array);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &text);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, collect);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &headers);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 3000L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_CAINFO, lx_sim_url(sim, "ca_file"));
	if (token) {
		dstr_printf(&authorization, "Authorization: Bearer %s", token);
		list = curl_slist_append(list, authorization.array);
		list = curl_slist_append(list, strcmp(token, APP) == 0 ? "Client-Id: " SECRET_CLIENT
								       : "Client-Id: " PUBLIC_CLIENT);
	}
	if (body) {
		curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
		if (!form)
			list = curl_slist_append(list, "Content-Type: application/json");
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	if (curl_easy_perform(easy) == CURLE_OK) {
		long version = 0;
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
		curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
		answer.version = version == CURL_HTTP_VERSION_2_0 ? 20 : 11;
	}
	answer.json = text.array ? cJSON_Parse(text.array) : NULL;
	answer.body = text.array;
	answer.headers = headers.array;
	curl_slist_free_all(list);
	curl_easy_cleanup(easy);
	dstr_free(&url);
	dstr_free(&authorization);
	return answer;
}

void answer_finish(struct answer *answer)
{
	cJSON_Delete(answer->json);
	bfree(answer->body);
	bfree(answer->headers);
}

const char *message_of(const struct answer *answer)
{
	const cJSON *message = cJSON_GetObjectItemCaseSensitive(answer->json, "message");
	return cJSON_IsString(message) ? message->valuestring : "";
}

/* --- streams ----------------------------------------------------------------------------------------------------- */

struct stream {
	CURL *easy;
	bool websocket, closed;
	int close_code;
	struct dstr in, line;
};

struct stream *stream_open(struct lx_sim *sim, const char *url)
{
	struct stream *stream = bzalloc(sizeof(*stream));
	struct dstr address = {0};
	stream->websocket = url[0] == 'w';
	dstr_copy(&address, url);
	if (strncmp(url, "ircs", 4) == 0)
		dstr_replace(&address, "ircs:", "https:");
	else if (strncmp(url, "irc", 3) == 0)
		dstr_replace(&address, "irc:", "http:");
	stream->easy = curl_easy_init();
	curl_easy_setopt(stream->easy, CURLOPT_URL, address.array);
	curl_easy_setopt(stream->easy, CURLOPT_CONNECT_ONLY, stream->websocket ? 2L : 1L);
	curl_easy_setopt(stream->easy, CURLOPT_TIMEOUT_MS, 3000L);
	curl_easy_setopt(stream->easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(stream->easy, CURLOPT_CAINFO, lx_sim_url(sim, "ca_file"));
	CURLcode code = curl_easy_perform(stream->easy);
	dstr_free(&address);
	if (code != CURLE_OK) {
		stream_close(stream);
		return NULL;
	}
	return stream;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	curl_easy_cleanup(stream->easy);
	dstr_free(&stream->in);
	dstr_free(&stream->line);
	bfree(stream);
}

void stream_send(struct stream *stream, const char *text)
{
	size_t sent;
	if (stream->websocket)
		curl_ws_send(stream->easy, text, strlen(text), &sent, 0, CURLWS_TEXT);
	else
		curl_easy_send(stream->easy, text, strlen(text), &sent);
}

/* True when `line` holds something. */
static bool receive(struct stream *stream)
{
	char data[16384];
	size_t size = 0;
	if (stream->websocket) {
		const struct curl_ws_frame *meta = NULL;
		CURLcode code = curl_ws_recv(stream->easy, data, sizeof(data), &size, &meta);
		if (code != CURLE_OK) {
			stream->closed = code != CURLE_AGAIN;
			return false;
		}
		if (meta->flags & CURLWS_CLOSE) {
			stream->closed = true;
			if (size >= 2)
				stream->close_code = (unsigned char)data[0] << 8 | (unsigned char)data[1];
			return false;
		}
		dstr_ncat(&stream->in, data, size);
		if (meta->bytesleft || !size)
			return false;
		dstr_copy_dstr(&stream->line, &stream->in);
		dstr_resize(&stream->in, 0);
		return true;
	}
	for (;;) {
		char *end = stream->in.array ? strstr(stream->in.array, "\r\n") : NULL;
		if (end) {
			size_t length = (size_t)(end - stream->in.array);
			dstr_ncopy(&stream->line, stream->in.array, length);
			dstr_remove(&stream->in, 0, length + 2);
			return true;
		}
		CURLcode code = curl_easy_recv(stream->easy, data, sizeof(data), &size);
		if (code != CURLE_OK || !size) {
			stream->closed = code != CURLE_AGAIN;
			return false;
		}
		dstr_ncat(&stream->in, data, size);
	}
}

const char *stream_next(struct stream *stream, int ms)
{
	uint64_t deadline = os_gettime_ns() + (uint64_t)ms * 1000000;
	for (;;) {
		if (receive(stream))
			return stream->line.array ? stream->line.array : "";
		if (stream->closed || os_gettime_ns() > deadline)
			return NULL;
		CURLM *multi = curl_multi_init(); /* waits for the socket without knowing select or poll */
		curl_socket_t socket;
		curl_easy_getinfo(stream->easy, CURLINFO_ACTIVESOCKET, &socket);
		struct curl_waitfd wait = {socket, CURL_WAIT_POLLIN, 0};
		curl_multi_poll(multi, &wait, 1, 20, NULL);
		curl_multi_cleanup(multi);
	}
}

bool stream_closed(const struct stream *stream)
{
	return stream->closed;
}

int stream_close_code(const struct stream *stream)
{
	return stream->close_code;
}

const char *stream_expect(struct stream *stream, const char *part)
{
	uint64_t deadline = os_gettime_ns() + 2000000000u;
	while (os_gettime_ns() < deadline) {
		const char *line = stream_next(stream, 2000);
		if (!line)
			break;
		if (strstr(line, part))
			return line;
	}
	fail_msg("\"%s\" did not come", part);
	return NULL;
}

void stream_expect_none(struct stream *stream, const char *part)
{
	const char *line;
	stream_send(stream, "PING :barrier\r\n");
	while ((line = stream_next(stream, 2000)) != NULL && !strstr(line, ":barrier")) {
		if (strstr(line, part))
			fail_msg("unexpected: %s", line);
	}
	assert_non_null(line);
}

struct stream *join(struct lx_sim *sim, const char *token)
{
	struct stream *stream = stream_open(sim, lx_sim_url(sim, "irc"));
	struct dstr text = {0};
	assert_non_null(stream);
	dstr_printf(&text, "CAP REQ :twitch.tv/tags twitch.tv/commands\r\n");
	if (token)
		dstr_catf(&text, "PASS oauth:%s\r\nNICK somebody\r\n", token);
	else
		dstr_cat(&text, "NICK justinfan123\r\n");
	dstr_cat(&text, "JOIN #streamer\r\n");
	stream_send(stream, text.array);
	dstr_free(&text);
	stream_expect(stream, "ROOMSTATE #streamer");
	return stream;
}
