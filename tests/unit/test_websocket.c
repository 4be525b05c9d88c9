/* WebSocket client against a server that sends every frame, the wrong ones too. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "net/websocket.h"
#include "websocket_server.h"

enum { STALL_CONNECT = 1, REFUSE = 2, CLOSE_AFTER = 4, LOOPBACK_6 = 8 };

struct server {
	struct websocket_server *server;
	unsigned int flags;
	const char *frames; /* sent right behind the handshake */
	size_t size;
	unsigned char got[1024]; /* what the client sent behind the handshake */
	size_t got_size;
	volatile bool closed;
};

static void serve(int peer, int number, void *data)
{
	struct server *server = data;
	(void)number;
	if (server->flags & REFUSE) {
		static const char answer[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
		websocket_send_bytes(peer, answer, sizeof(answer) - 1);
	} else if (!(server->flags & STALL_CONNECT) && websocket_shake_hands(peer)) {
		websocket_send_bytes(peer, server->frames, server->size);
		if (server->flags & CLOSE_AFTER)
			shutdown(peer, SHUT_WR);
	}
	ssize_t got;
	while ((got = recv(peer, server->got + server->got_size, sizeof(server->got) - server->got_size, 0)) > 0)
		server->got_size += (size_t)got;
	os_atomic_set_bool(&server->closed, true);
}

static void start(struct server *server, const char *frames, size_t size, unsigned int flags)
{
	memset(server, 0, sizeof(*server));
	server->frames = frames;
	server->size = size;
	server->flags = flags;
	server->server = websocket_server_start(flags & LOOPBACK_6, serve, server);
}

static void stop(struct server *server)
{
	websocket_server_stop(server->server);
}

struct client {
	struct lx_loop *loop;
	struct lx_websocket *socket;
	int opens, ends, messages;
	struct dstr text; /* all messages, each followed by '|' */
	struct lx_websocket_end end;
	char reason[128];
	int destroy_at; /* destroys itself at this message; -1: when opened; -2: at the end */
};

static void destroy_socket(struct client *client)
{
	lx_websocket_destroy(client->socket);
	client->socket = NULL;
}

static void on_open(void *data)
{
	struct client *client = data;
	client->opens++;
	if (client->destroy_at == -1)
		destroy_socket(client);
}

static void on_message(const char *text, size_t size, void *data)
{
	struct client *client = data;
	assert_int_equal(text[size], 0);
	if (client->text.len < 65536) {
		dstr_ncat(&client->text, text, size);
		dstr_cat_ch(&client->text, '|');
	}
	if (++client->messages == client->destroy_at)
		destroy_socket(client);
}

static void on_end(const struct lx_websocket_end *end, void *data)
{
	struct client *client = data;
	client->ends++;
	client->end = *end;
	snprintf(client->reason, sizeof(client->reason), "%s", end->reason);
	if (client->destroy_at == -2)
		destroy_socket(client);
}

static void open_url(struct client *client, const char *url, uint32_t timeout_ms, size_t max_message)
{
	int destroy_at = client->destroy_at;
	memset(client, 0, sizeof(*client));
	client->destroy_at = destroy_at;
	client->loop = lx_loop_create("livextrem: test", lx_clock_system());
	client->socket = lx_websocket_open(&(struct lx_websocket_config){
		.loop = client->loop,
		.url = url,
		.user_agent = "test/1",
		.open_timeout_ms = timeout_ms,
		.max_message = max_message,
		.handler = {on_open, on_message, on_end, client},
	});
}

static void open_server(struct client *client, const struct server *server, size_t max_message)
{
	char url[64];
	snprintf(url, sizeof(url), server->flags & LOOPBACK_6 ? "ws://[::1]:%d/ws?a=1" : "ws://127.0.0.1:%d/ws?a=1",
		 websocket_server_port(server->server));
	open_url(client, url, server->flags & STALL_CONNECT ? 50 : 5000, max_message);
}

static void run_until(struct client *client, const int *counter, int wanted)
{
	for (int i = 0; i < 500 && *counter < wanted; i++)
		lx_loop_run_once(client->loop, 20);
	assert_int_equal(*counter, wanted);
}

static void finish(struct client *client)
{
	lx_websocket_destroy(client->socket);
	lx_loop_destroy(client->loop);
	dstr_free(&client->text);
}

/* The client's frame with this opcode, unmasked: its payload's size, or -1. */
static int find_frame(const struct server *server, unsigned char opcode, char *payload)
{
	for (size_t at = 0; at + 6 <= server->got_size;) {
		const unsigned char *frame = server->got + at;
		size_t size = frame[1] & 0x7f;
		assert_true(frame[1] & 0x80);
		assert_true(size < 126);
		if ((frame[0] & 0x0f) == opcode) {
			for (size_t i = 0; i < size; i++)
				payload[i] = (char)(frame[6 + i] ^ frame[2 + i % 4]);
			payload[size] = 0;
			return (int)size;
		}
		at += 6 + size;
	}
	return -1;
}

/* --- tests ------------------------------------------------------------------------------------------------------- */

static void libcurl_here_speaks_websocket(void **state)
{
	(void)state;
	assert_true(lx_websocket_available());
}

static void messages_arrive_whole_in_order(void **state)
{
	(void)state;
	/* one frame, an empty one, three fragments with a ping between them, one that follows in the same packet */
	static const char frames[] = "\x81\x05hello"
				     "\x81\x00"
				     "\x01\x02"
				     "ab"
				     "\x89\x04ping"
				     "\x00\x01"
				     "c"
				     "\x80\x01"
				     "d"
				     "\x81\x03"
				     "end";
	struct server server;
	struct client client = {0};
	char payload[128];
	start(&server, frames, sizeof(frames) - 1, 0);
	open_server(&client, &server, 0);
	run_until(&client, &client.messages, 4);
	assert_int_equal(client.opens, 1);
	assert_string_equal(client.text.array, "hello||abcd|end|");
	finish(&client);
	stop(&server);
	assert_int_equal(find_frame(&server, 0xA, payload), 4);
	assert_string_equal(payload, "ping");
	assert_int_equal(find_frame(&server, 0x1, payload), -1); /* nothing but control frames */
	assert_int_equal(find_frame(&server, 0x8, payload), 2);  /* and a goodbye */
	assert_memory_equal(payload, "\x03\xe8", 2);
}

static void close_codes_are_told_and_answered(void **state)
{
	(void)state;
	static const char frames[] = "\x81\x02hi\x88\x0a\x0f\xa3unused!!";
	struct server server;
	struct client client = {0};
	char payload[128];
	start(&server, frames, sizeof(frames) - 1, 0);
	open_server(&client, &server, 0);
	run_until(&client, &client.ends, 1);
	assert_string_equal(client.text.array, "hi|");
	assert_true(client.end.opened);
	assert_int_equal(client.end.error, LX_HTTP_OK);
	assert_int_equal(client.end.code, 4003);
	assert_string_equal(client.reason, "unused!!");
	finish(&client);
	stop(&server);
	assert_int_equal(find_frame(&server, 0x8, payload), 2);
	assert_memory_equal(payload, "\x0f\xa3", 2);
}

static void a_close_without_code_is_one(void **state)
{
	(void)state;
	struct server server;
	struct client client = {.destroy_at = -2};
	start(&server, "\x88\x00", 2, 0);
	open_server(&client, &server, 0);
	run_until(&client, &client.ends, 1);
	assert_int_equal(client.end.code, LX_WEBSOCKET_NO_CODE);
	finish(&client);
	stop(&server);
}

static void a_lost_line_is_1006(void **state)
{
	(void)state;
	struct server server;
	struct client client = {0};
	start(&server, "\x81\x05hel", 5, CLOSE_AFTER); /* in the middle of a frame */
	open_server(&client, &server, 0);
	run_until(&client, &client.ends, 1);
	assert_int_equal(client.messages, 0);
	assert_int_equal(client.end.code, LX_WEBSOCKET_ABNORMAL);
	assert_int_equal(client.end.error, LX_HTTP_CONNECT);
	finish(&client);
	stop(&server);
}

static void check_rejected(const char *frames, size_t size, uint16_t code)
{
	struct server server;
	struct client client = {0};
	char payload[128];
	start(&server, frames, size, 0);
	open_server(&client, &server, 200);
	run_until(&client, &client.ends, 1);
	assert_int_equal(client.messages, 0);
	assert_int_equal(client.end.code, code);
	finish(&client);
	stop(&server);
	assert_int_equal(find_frame(&server, 0x8, payload), 2);
	assert_int_equal((unsigned char)payload[0] << 8 | (unsigned char)payload[1], code);
}

static void what_is_too_large_or_binary_ends_it(void **state)
{
	(void)state;
	char large[256] = "\x81\x7e\x00\xc9", fragments[512];
	memset(large + 4, 'x', 201);
	check_rejected(large, 4 + 201, LX_WEBSOCKET_TOO_LARGE);
	/* the length alone tells: nothing else needs to come */
	check_rejected("\x81\x7f\x00\x00\x00\x00\x7f\xff\xff\xff\x78", 11, LX_WEBSOCKET_TOO_LARGE);
	/* two fragments that are too large together */
	memset(fragments, 'x', sizeof(fragments));
	memcpy(fragments, "\x01\x7d", 2);
	memcpy(fragments + 2 + 125, "\x80\x7d", 2);
	check_rejected(fragments, 2 * (2 + 125), LX_WEBSOCKET_TOO_LARGE);
	check_rejected("\x82\x01x", 3, LX_WEBSOCKET_UNSUPPORTED);
}

static void a_refused_handshake_tells_the_status(void **state)
{
	(void)state;
	struct server server;
	struct client client = {0};
	start(&server, "", 0, REFUSE);
	open_server(&client, &server, 0);
	run_until(&client, &client.ends, 1);
	assert_false(client.end.opened);
	assert_int_equal(client.opens, 0);
	assert_int_equal(client.end.status, 403);
	assert_int_not_equal(client.end.error, LX_HTTP_OK);
	finish(&client);
	stop(&server);
}

static void a_silent_server_has_a_deadline(void **state)
{
	(void)state;
	struct server server;
	struct client client = {0};
	start(&server, "", 0, STALL_CONNECT);
	open_server(&client, &server, 0);
	run_until(&client, &client.ends, 1);
	assert_int_equal(client.end.error, LX_HTTP_TIMEOUT);
	assert_int_equal(client.end.code, LX_WEBSOCKET_ABNORMAL);
	finish(&client);
	stop(&server);
}

static void what_may_not_be_tried_ends_later(void **state)
{
	(void)state;
	static const char *const urls[] = {"ws://example.com/ws", "http://127.0.0.1/", "", "nonsense",
					   "file:///etc/passwd"};
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct client client = {0};
		open_url(&client, urls[i], 0, 0);
		assert_int_equal(client.ends, 0);
		run_until(&client, &client.ends, 1);
		assert_int_not_equal(client.end.error, LX_HTTP_OK);
		finish(&client);
	}
}

static void nobody_listening_is_an_end(void **state)
{
	(void)state;
	struct server server;
	struct client client = {0};
	char url[64];
	start(&server, "", 0, 0);
	snprintf(url, sizeof(url), "ws://127.0.0.1:%d/", websocket_server_port(server.server));
	stop(&server);
	open_url(&client, url, 5000, 0);
	run_until(&client, &client.ends, 1);
	assert_int_equal(client.end.error, LX_HTTP_CONNECT);
	finish(&client);
}

static void it_may_be_destroyed_anywhere(void **state)
{
	(void)state;
	static const char frames[] = "\x81\x01"
				     "a\x81\x01"
				     "b\x81\x01"
				     "c";
	for (int when = -1; when <= 2; when++) {
		struct server server;
		struct client client = {.destroy_at = when};
		start(&server, frames, sizeof(frames) - 1, 0);
		open_server(&client, &server, 0);
		if (when == 0)
			destroy_socket(&client); /* while it connects */
		for (int i = 0; i < 500 && !os_atomic_load_bool(&server.closed) && when; i++)
			lx_loop_run_once(client.loop, 20);
		assert_int_equal(client.messages, when > 0 ? when : 0);
		assert_int_equal(client.ends, 0);
		assert_null(client.socket);
		finish(&client);
		stop(&server);
	}
}

static void it_works_over_ipv6(void **state)
{
	(void)state;
	struct server server;
	struct client client = {0};
	start(&server, "\x81\x02v6", 4, LOOPBACK_6);
	if (!server.server) /* a machine without IPv6 */
		skip();
	open_server(&client, &server, 0);
	run_until(&client, &client.messages, 1);
	assert_string_equal(client.text.array, "v6|");
	finish(&client);
	stop(&server);
}

static void tick(void *data)
{
	++*(int *)data;
}

static void a_flood_leaves_room_for_others(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	char *frames = bmalloc(COUNT * 12);
	for (int i = 0; i < COUNT; i++)
		memcpy(frames + i * 12,
		       "\x81\x0a"
		       "0123456789",
		       12);
	struct server server;
	struct client client = {0};
	start(&server, frames, COUNT * 12, 0);
	open_server(&client, &server, 0);
	run_until(&client, &client.opens, 1);
	int ticks = 0, seen = client.messages;
	while (client.messages < COUNT) {
		lx_loop_after(client.loop, 0, tick, &ticks);
		lx_loop_run_once(client.loop, 100);
		lx_loop_run_once(client.loop, 0);
		assert_true(client.messages - seen <= 400); /* some turns' worth, never all that has come */
		seen = client.messages;
	}
	assert_true(ticks > COUNT / 400);
	finish(&client);
	stop(&server);
	bfree(frames);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(libcurl_here_speaks_websocket),
		lx_unit_test(messages_arrive_whole_in_order),
		lx_unit_test(close_codes_are_told_and_answered),
		lx_unit_test(a_close_without_code_is_one),
		lx_unit_test(a_lost_line_is_1006),
		lx_unit_test(what_is_too_large_or_binary_ends_it),
		lx_unit_test(a_refused_handshake_tells_the_status),
		lx_unit_test(a_silent_server_has_a_deadline),
		lx_unit_test(what_may_not_be_tried_ends_later),
		lx_unit_test(nobody_listening_is_an_end),
		lx_unit_test(it_may_be_destroyed_anywhere),
		lx_unit_test(it_works_over_ipv6),
		lx_unit_test(a_flood_leaves_room_for_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
