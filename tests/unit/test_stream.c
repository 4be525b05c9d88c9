/* The stream against a server of this file's own that sends everything back. TLS is tested with the simulator. */
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "net/stream.h"

#define PATIENCE_NS 20000000000u

struct server {
	int listener, port;
	pthread_t thread;
};

/* Echoes until a "Q", then closes. */
static void *serve(void *data)
{
	struct server *server = data;
	char bytes[4096];
	int peer;

	while ((peer = accept(server->listener, NULL, NULL)) >= 0) {
		ssize_t got;
		while ((got = recv(peer, bytes, sizeof(bytes), 0)) > 0 && !memchr(bytes, 'Q', (size_t)got)) {
			for (ssize_t sent = 0, part; sent < got; sent += part) {
				part = send(peer, bytes + sent, (size_t)(got - sent), MSG_NOSIGNAL);
				if (part < 0)
					break;
			}
		}
		close(peer);
	}
	return NULL;
}

static void start_listening(struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(server->listener, 8), 0);
	getsockname(server->listener, (struct sockaddr *)&address, &size);
	server->port = ntohs(address.sin_port);
}

static void start(struct server *server)
{
	start_listening(server);
	pthread_create(&server->thread, NULL, serve, server);
}

static void stop(struct server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	close(server->listener);
	pthread_join(server->thread, NULL);
}

struct client {
	struct lx_loop *loop;
	struct lx_stream *stream;
	bool open, ended;
	enum lx_http_error error;
	size_t received;
	uint32_t wrong; /* bytes that are not those we sent */
	bool destroy_on_open, destroy_on_bytes;
};

static void destroy(struct client *client)
{
	lx_stream_destroy(client->stream);
	client->stream = NULL;
}

static void on_open(void *data)
{
	struct client *client = data;
	client->open = true;
	if (client->destroy_on_open)
		destroy(client);
}

/* What is sent: a pattern that repeats with no power of two. */
static char pattern(size_t at)
{
	return (char)('a' + at % 13);
}

static void on_bytes(const char *bytes, size_t size, void *data)
{
	struct client *client = data;
	for (size_t i = 0; i < size; i++)
		client->wrong += bytes[i] != pattern(client->received + i);
	client->received += size;
	if (client->destroy_on_bytes)
		destroy(client);
}

static void on_end(enum lx_http_error error, void *data)
{
	struct client *client = data;
	assert_false(client->ended);
	client->ended = true;
	client->error = error;
}

static void connect_to(struct client *client, const char *url)
{
	struct lx_stream_config config = {.url = url, .handler = {on_open, on_bytes, on_end, client}};
	client->loop = config.loop = lx_loop_create("test", lx_clock_system());
	client->stream = lx_stream_open(&config);
	assert_false(client->open || client->ended);
}

static void connect_to_port(struct client *client, int port)
{
	char url[64];
	snprintf(url, sizeof(url), "irc://127.0.0.1:%d", port);
	connect_to(client, url);
}

static void finish(struct client *client)
{
	lx_stream_destroy(client->stream);
	lx_loop_destroy(client->loop);
}

#define run_until(client, condition)                               \
	do {                                                       \
		uint64_t begin = os_gettime_ns();                  \
		while (!(condition)) {                             \
			lx_loop_run_once((client)->loop, 20);      \
			if (os_gettime_ns() - begin > PATIENCE_NS) \
				fail_msg("never: %s", #condition); \
		}                                                  \
	} while (0)

/* More than fits anywhere at once: the stream takes it in portions, and it comes back whole and in order. */
static void carries_bytes_both_ways(void **state)
{
	struct server server;
	struct client client = {0};
	char piece[5000];
	size_t sent = 0, refused = 0, total = 3000 * sizeof(piece);

	start(&server);
	connect_to_port(&client, server.port);
	assert_false(lx_stream_send(client.stream, "x", 1));
	run_until(&client, client.open);
	while (sent < total) {
		for (size_t i = 0; i < sizeof(piece); i++)
			piece[i] = pattern(sent + i);
		if (lx_stream_send(client.stream, piece, sizeof(piece))) {
			sent += sizeof(piece);
		} else {
			refused++;
			lx_loop_run_once(client.loop, 20);
		}
	}
	run_until(&client, client.received == total);
	assert_int_equal(client.wrong, 0);
	assert_true(refused > 0);

	assert_true(lx_stream_send(client.stream, "Q", 1));
	run_until(&client, client.ended);
	assert_int_equal(client.error, LX_HTTP_OK);
	assert_false(lx_stream_send(client.stream, "x", 1));
	finish(&client);
	stop(&server);
}

static void can_be_destroyed_in_its_callbacks(void **state)
{
	struct server server;
	struct client on_opening = {.destroy_on_open = true}, on_reading = {.destroy_on_bytes = true}, at_once = {0};

	start(&server);
	connect_to_port(&on_opening, server.port);
	run_until(&on_opening, on_opening.open);
	connect_to_port(&on_reading, server.port);
	run_until(&on_reading, on_reading.open);
	lx_stream_send(on_reading.stream, "a", 1);
	run_until(&on_reading, on_reading.received == 1);
	connect_to_port(&at_once, server.port);
	destroy(&at_once);
	lx_loop_run_once(at_once.loop, 0);
	assert_false(on_opening.ended || on_reading.ended || at_once.ended);
	finish(&on_opening);
	finish(&on_reading);
	finish(&at_once);
	stop(&server);
}

static void tells_why_there_is_no_connection(void **state)
{
	static const struct {
		const char *url;
		enum lx_http_error error;
	} cases[] = {
		{"irc://192.0.2.1:6667", LX_HTTP_REFUSED}, /* plain text to a foreign host */
		{"http://127.0.0.1:1", LX_HTTP_REFUSED},   {"irc://", LX_HTTP_REFUSED}, {"", LX_HTTP_REFUSED},
		{"irc://127.0.0.1:1", LX_HTTP_CONNECT},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct client client = {0};
		connect_to(&client, cases[i].url);
		run_until(&client, client.ended);
		assert_int_equal(client.error, cases[i].error);
		finish(&client);
	}
}

/* A server that takes the connection and never says a word of TLS. */
static void gives_up_in_time(void **state)
{
	struct server server;
	struct client client = {0};
	char url[64];

	start_listening(&server);
	snprintf(url, sizeof(url), "ircs://127.0.0.1:%d", server.port);
	struct lx_stream_config config = {.url = url,
					  .open_timeout_ms = 100,
					  .handler = {on_open, on_bytes, on_end, &client}};
	client.loop = config.loop = lx_loop_create("test", lx_clock_system());
	client.stream = lx_stream_open(&config);
	run_until(&client, client.ended);
	assert_false(client.open);
	assert_int_equal(client.error, LX_HTTP_TIMEOUT);
	finish(&client);
	close(server.listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(carries_bytes_both_ways),
		lx_unit_test(can_be_destroyed_in_its_callbacks),
		lx_unit_test(tells_why_there_is_no_connection),
		lx_unit_test(gives_up_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
