/* HTTP client against a server of this file's own: raw sockets, so that it can misbehave in every way. */
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "net/http.h"

/* Gives the first answer to the first request, the second one to all others. NULL closes without a word. */
struct server {
	int listener, port;
	pthread_t thread;
	const char *const *answers;
	size_t binary_size; /* of all answers, where they hold zeros; 0 = they are texts */
	volatile long requests;
	char last[4096];
};

static bool read_request(struct server *server, int peer)
{
	size_t size = 0;
	for (;;) {
		ssize_t got = recv(peer, server->last + size, sizeof(server->last) - 1 - size, 0);
		if (got <= 0)
			return false;
		size += (size_t)got;
		server->last[size] = 0;
		char *end = strstr(server->last, "\r\n\r\n");
		if (!end)
			continue;
		const char *length = strstr(server->last, "Content-Length: ");
		size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
		if (size >= (size_t)(end + 4 - server->last) + body)
			return true;
	}
}

static void *serve(void *data)
{
	struct server *server = data;
	int peer;
	while ((peer = accept(server->listener, NULL, NULL)) >= 0) {
		while (read_request(server, peer)) {
			long number = os_atomic_inc_long(&server->requests);
			const char *answer = server->answers[number > 1 ? 1 : 0];
			if (!answer)
				break;
			send(peer, answer, server->binary_size ? server->binary_size : strlen(answer), MSG_NOSIGNAL);
		}
		close(peer);
	}
	return NULL;
}

static void start(struct server *server, const char *const *answers)
{
	memset(server, 0, sizeof(*server));
	server->answers = answers;
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(server->listener, 8), 0);
	getsockname(server->listener, (struct sockaddr *)&address, &size);
	server->port = ntohs(address.sin_port);
	pthread_create(&server->thread, NULL, serve, server);
}

static void stop(struct server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	close(server->listener);
	pthread_join(server->thread, NULL);
}

struct result {
	int calls;
	enum lx_http_error error;
	bool sent;
	long status;
	size_t size;
	char body[256], type[64];
};

static void done(const struct lx_http_response *response, void *data)
{
	struct result *result = data;
	result->calls++;
	result->error = response->error;
	result->sent = response->sent;
	result->status = response->status;
	result->size = response->body_size;
	size_t kept = response->body_size < sizeof(result->body) - 1 ? response->body_size : sizeof(result->body) - 1;
	memcpy(result->body, response->body, kept);
	result->body[kept] = 0;
	const char *type = lx_http_header(response, "content-type");
	snprintf(result->type, sizeof(result->type), "%s", type ? type : "");
}

struct client {
	struct lx_loop *loop;
	struct lx_http *http;
};

static struct client make(void)
{
	struct client c = {lx_loop_create("livextrem: test", lx_clock_system()), NULL};
	c.http = lx_http_create(&(struct lx_http_config){c.loop, "test/1", NULL});
	return c;
}

static void finish(struct client *c)
{
	lx_http_destroy(c->http);
	lx_loop_destroy(c->loop);
}

static void wait_for(struct client *c, const struct result *result)
{
	for (int i = 0; i < 500 && !result->calls; i++)
		lx_loop_run_once(c->loop, 20);
	assert_int_equal(result->calls, 1);
}

static const char *url_of(const struct server *server)
{
	static char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/a", server->port);
	return url;
}

static void an_answer_arrives_with_headers(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 201 Created\r\nContent-TYPE:  application/json \r\nContent-Length: 2\r\n\r\n{}", NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct result result = {0};
	struct lx_http_header headers[] = {{"Client-Id", "abc"}};
	struct lx_http_request request = {.method = "PATCH",
					  .url = url_of(&server),
					  .headers = headers,
					  .header_count = 1,
					  .body = "{\"x\":1}",
					  .body_size = 7};
	assert_int_not_equal(lx_http_send(c.http, &request, done, &result), 0);
	assert_int_equal(result.calls, 0);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_OK);
	assert_int_equal(result.status, 201);
	assert_string_equal(result.body, "{}");
	assert_string_equal(result.type, "application/json");
	assert_non_null(strstr(server.last, "PATCH /a HTTP/1.1"));
	assert_non_null(strstr(server.last, "Client-Id: abc"));
	assert_non_null(strstr(server.last, "{\"x\":1}"));
	finish(&c);
	stop(&server);
}

/* Pictures are no texts. */
static void a_body_may_hold_any_byte(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\0a\0b\0";
	static const char *const answers[] = {answer, NULL};
	struct server server;
	start(&server, answers);
	server.binary_size = sizeof(answer) - 1;
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url_of(&server)}, done, &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_OK);
	assert_int_equal(result.size, 5);
	assert_memory_equal(result.body, "\0a\0b\0", 5);
	finish(&c);
	stop(&server);
}

static void headers_that_are_none_are_left_out(void **state)
{
	static const char *const answers[] = {"HTTP/1.1 200 OK\r\n: nameless\r\nX-Empty:\r\n"
					      "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
					      NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url_of(&server)}, done, &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_OK);
	assert_string_equal(result.type, "text/plain");
	finish(&c);
	stop(&server);
}

/* A token with a line break in it, say: nobody's text becomes a header of its own. */
static void a_header_with_a_line_break_is_not_sent(void **state)
{
	static const char *const values[] = {"a\r\nX-Evil: 1", "a\n", "\ra"};
	static const char *const answers[] = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct result result = {0};
		const struct lx_http_header header = {"Authorization", values[i]};
		const struct lx_http_request request = {.method = "GET",
							.url = url_of(&server),
							.headers = &header,
							.header_count = 1};
		lx_http_send(c.http, &request, done, &result);
		wait_for(&c, &result);
		assert_int_equal(result.error, LX_HTTP_REFUSED);
		assert_false(result.sent);
	}
	assert_int_equal(server.requests, 0);
	finish(&c);
	stop(&server);
}

static void plain_text_leaves_this_machine_never(void **state)
{
	struct client c = make();
	static const char *const urls[] = {"http://example.com/", "ftp://127.0.0.1/", "http://127.0.0.1.example.com/",
					   "file:///etc/passwd",  "nonsense",         "http://user@10.0.0.1/"};
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct result result = {0};
		lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = urls[i]}, done, &result);
		assert_int_equal(result.calls, 0);
		wait_for(&c, &result);
		assert_int_equal(result.error, LX_HTTP_REFUSED);
		assert_false(result.sent);
	}
	assert_true(lx_url_allowed("ircs://irc.chat.twitch.tv:6697"));
	assert_true(lx_url_allowed("wss://eventsub.wss.twitch.tv/ws"));
	assert_true(lx_url_allowed("irc://127.0.0.1:6667"));
	assert_true(lx_url_allowed("http://[::1]:8080/mock"));
	assert_true(lx_url_allowed("http://localhost:1/x"));
	assert_false(lx_url_allowed("irc://irc.chat.twitch.tv:6667"));
	finish(&c);
}

static void a_refused_connection_was_not_sent(void **state)
{
	struct server server;
	static const char *const answers[] = {NULL, NULL};
	start(&server, answers);
	char url[64];
	strcpy(url, url_of(&server));
	stop(&server);
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url}, done, &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_CONNECT);
	assert_false(result.sent);
	finish(&c);
}

/* The connection stands, in the system's queue, but nobody shakes hands: a request that waits for that has not left. */
static void a_request_behind_a_handshake_was_not_sent(void **state)
{
	(void)state;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	getsockname(listener, (struct sockaddr *)&address, &size);
	char url[64];
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/a", ntohs(address.sin_port));
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url, .timeout_ms = 150}, done, &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_TIMEOUT);
	assert_false(result.sent);
	finish(&c);
	close(listener);
}

static void a_silent_server_meets_a_deadline(void **state)
{
	static const char *const answers[] = {"", NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url_of(&server), .timeout_ms = 150},
		     done, &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_TIMEOUT);
	assert_true(result.sent);
	finish(&c);
	stop(&server);
}

static void an_answer_without_end_is_cut(void **state)
{
	static const char *const answers[] = {"HTTP/1.1 200 OK\r\n\r\n0123456789012345678901234567890123456789", NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct result result = {0};
	lx_http_send(c.http, &(struct lx_http_request){.method = "GET", .url = url_of(&server), .max_size = 16}, done,
		     &result);
	wait_for(&c, &result);
	assert_int_equal(result.error, LX_HTTP_TOO_LARGE);
	finish(&c);
	stop(&server);
}

/* A kept connection that dies after it took a request must not make curl send that request again by itself. */
static void what_may_happen_once_is_sent_once(void **state)
{
	static const char *const answers[] = {"HTTP/1.1 204 No Content\r\n\r\n", NULL};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct lx_http_request request = {.method = "POST",
					  .url = url_of(&server),
					  .body = "x",
					  .body_size = 1,
					  .once = true};
	struct result first = {0}, second = {0};
	lx_http_send(c.http, &request, done, &first);
	wait_for(&c, &first);
	assert_int_equal(first.status, 204);
	lx_http_send(c.http, &request, done, &second);
	wait_for(&c, &second);
	assert_true(second.calls == 1);
	assert_int_equal(os_atomic_load_long(&server.requests), 2);
	finish(&c);
	stop(&server);
}

static void cancelled_and_orphaned_requests_end_too(void **state)
{
	/* Silent to both, whichever is heard first. */
	static const char *const answers[] = {"", ""};
	struct server server;
	start(&server, answers);
	struct client c = make();
	struct result one = {0}, two = {0};
	struct lx_http_request request = {.method = "GET", .url = url_of(&server)};
	uint64_t id = lx_http_send(c.http, &request, done, &one);
	lx_http_send(c.http, &request, done, &two);
	lx_loop_run_once(c.loop, 20);
	lx_http_cancel(c.http, id);
	assert_int_equal(one.calls, 0);
	wait_for(&c, &one);
	assert_int_equal(one.error, LX_HTTP_CANCELLED);
	lx_http_cancel(c.http, id);
	finish(&c);
	assert_int_equal(two.calls, 1);
	assert_int_equal(two.error, LX_HTTP_CANCELLED);
	stop(&server);
}

int main(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
	const struct CMUnitTest tests[] = {
		lx_unit_test(an_answer_arrives_with_headers),
		lx_unit_test(a_body_may_hold_any_byte),
		lx_unit_test(headers_that_are_none_are_left_out),
		lx_unit_test(a_header_with_a_line_break_is_not_sent),
		lx_unit_test(plain_text_leaves_this_machine_never),
		lx_unit_test(a_refused_connection_was_not_sent),
		lx_unit_test(a_request_behind_a_handshake_was_not_sent),
		lx_unit_test(a_silent_server_meets_a_deadline),
		lx_unit_test(an_answer_without_end_is_cut),
		lx_unit_test(what_may_happen_once_is_sent_once),
		lx_unit_test(cancelled_and_orphaned_requests_end_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
