/* EventSub over real sockets on real threads: a storm, a handover in the middle of it, and an end at any moment. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "twitch/eventsub.h"
#include "websocket_server.h"

#define STORM 10000

struct fixture {
	struct lx_loop *loop;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_twins *twins;
	struct lx_text *text;
	struct lx_eventsub *eventsub;
	struct websocket_server *server;
	volatile long follows, sum, onlines, losses, peers;
	volatile bool subscribed, stop;
};

/* --- Twitch ---------------------------------------------------------------------------------------------------------- */

static void send_session(int peer, const char *type, int port)
{
	char message[512];
	snprintf(
		message, sizeof(message),
		"{\"metadata\":{\"message_id\":\"%s%d\",\"message_type\":\"%s\"},\"payload\":{\"session\":{\"id\":\"s1\","
		"\"keepalive_timeout_seconds\":10,\"reconnect_url\":\"ws://127.0.0.1:%d/again\"}}}",
		type, peer, type, port);
	websocket_send_text(peer, message);
}

static void send_follows(int peer, int first, int last)
{
	char message[512];
	for (int i = first; i < last; i++) {
		snprintf(
			message, sizeof(message),
			"{\"metadata\":{\"message_id\":\"m%d\",\"message_type\":\"notification\"},\"payload\":{\"subscription\":{"
			"\"type\":\"channel.follow\",\"version\":\"2\"},\"event\":{\"user_id\":\"%d\",\"user_login\":\"a\","
			"\"broadcaster_user_id\":\"1\",\"followed_at\":\"2026-11-20T10:11:50Z\"}}}",
			i, i);
		if (!websocket_send_text(peer, message))
			return;
		if (i % 1000 == 0)
			websocket_send_bytes(peer, "\x89\x04ping", 6);
	}
}

static void wait_for_bool(const volatile bool *flag)
{
	for (int i = 0; i < 500 && !os_atomic_load_bool(flag); i++)
		os_sleep_ms(10);
}

/* First a session that hands over half-way, with some more on its way, then the one that takes over and repeats a part. */
static void serve(int peer, int number, void *data)
{
	struct fixture *f = data;
	char rest[256];
	os_atomic_inc_long(&f->peers);
	if (!websocket_shake_hands(peer))
		return;
	send_session(peer, "session_welcome", 0);
	if (number == 0) {
		wait_for_bool(&f->subscribed);
		send_follows(peer, 0, STORM / 2);
		send_session(peer, "session_reconnect", websocket_server_port(f->server));
		send_follows(peer, STORM / 2, STORM / 2 + 100);
	} else {
		send_follows(peer, STORM / 2 + 50, STORM); /* the first fifty are told by the old socket alone */
	}
	while (recv(peer, rest, sizeof(rest), 0) > 0)
		;
}

/* --- us -------------------------------------------------------------------------------------------------------------- */

static void on_follow(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	os_atomic_inc_long(&f->follows);
	for (int i = atoi(event->follow.user.id); i > 0; i /= 10)
		if (i % 10 == 7)
			os_atomic_inc_long(&f->sum);
}

static void on_connection(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	if (event->connection.state == LX_LINK_ONLINE)
		os_atomic_inc_long(&f->onlines);
	else if (event->connection.state == LX_LINK_WAITING)
		os_atomic_inc_long(&f->losses);
}

static bool get(struct lx_credentials *out, void *data)
{
	(void)data;
	*out = (struct lx_credentials){bstrdup("c"), bstrdup("t"), bstrdup("1"), bstrdup("streamer")};
	return true;
}

static bool has_scope(const char *scope, void *data)
{
	(void)scope;
	(void)data;
	return true;
}

struct granted {
	struct fixture *fixture;
	lx_helix_done done;
	void *data;
};

static void *grant(void *data)
{
	struct granted *granted = data;
	const struct lx_helix_result result = {.status = 202, .message = "", .twitch_message = ""};
	granted->done(&result, granted->data);
	os_atomic_set_bool(&granted->fixture->subscribed, true);
	bfree(granted);
	return NULL;
}

/* Helix answers on a thread of its own. */
static uint64_t send_call(const struct lx_helix_call *call, void *data)
{
	pthread_t thread;
	struct granted *granted = bmalloc(sizeof(*granted));
	*granted = (struct granted){data, call->done, call->data};
	pthread_create(&thread, NULL, grant, granted);
	pthread_join(thread, NULL);
	return 1;
}

static void cancel_call(uint64_t id, void *data)
{
	(void)id;
	(void)data;
}

static struct fixture *make(void)
{
	static const char *const types[] = {"channel.follow"};
	struct fixture *f = bzalloc(sizeof(*f));
	char url[64];
	f->server = websocket_server_start(false, serve, f);
	assert_non_null(f->server);
	snprintf(url, sizeof(url), "ws://127.0.0.1:%d/ws", websocket_server_port(f->server));
	f->loop = lx_loop_create("livextrem: eventsub", lx_clock_system());
	f->signals = signal_handler_create();
	f->procs = proc_handler_create();
	f->bus = lx_bus_create(f->signals, f->procs);
	f->twins = lx_twins_create(f->bus, lx_clock_system());
	f->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	lx_bus_connect(f->bus, LX_EVENT_FOLLOW, on_follow, f);
	lx_bus_connect(f->bus, LX_EVENT_CONNECTION, on_connection, f);
	f->eventsub = lx_eventsub_create(&(struct lx_eventsub_config){
		.loop = f->loop,
		.twins = f->twins,
		.text = f->text,
		.random = lx_random_system(),
		.credentials = {.get = get, .has_scope = has_scope},
		.api = {send_call, cancel_call, f},
		.url = url,
		.types = types,
		.type_count = 1,
	});
	lx_loop_start(f->loop);
	lx_eventsub_start(f->eventsub, "");
	return f;
}

static void finish(struct fixture *f)
{
	uint64_t begin = os_gettime_ns();
	lx_loop_stop(f->loop);
	assert_true(os_gettime_ns() - begin < 200000000);
	lx_eventsub_destroy(f->eventsub);
	os_atomic_set_bool(&f->subscribed, true); /* whoever still waits for it */
	websocket_server_stop(f->server);
	lx_twins_destroy(f->twins);
	lx_bus_destroy(f->bus);
	signal_handler_destroy(f->signals);
	proc_handler_destroy(f->procs);
	lx_loop_destroy(f->loop);
	lx_text_destroy(f->text);
	bfree(f);
}

static void count_topics(const struct lx_topic_status *status, void *data)
{
	assert_non_null(status->detail);
	++*(int *)data;
}

static void a_storm_goes_through_a_handover(void **state)
{
	(void)state;
	struct fixture *f = make();
	for (int i = 0; i < 2000 && os_atomic_load_long(&f->follows) < STORM; i++) {
		int topics = 0;
		lx_eventsub_visit_topics(f->eventsub, count_topics, &topics); /* a status view looks on */
		assert_true(topics > 60);
		os_sleep_ms(5);
	}
	assert_int_equal(os_atomic_load_long(&f->follows), STORM); /* each once, though some were told twice */
	assert_int_equal(os_atomic_load_long(&f->sum), 4000);      /* as many sevens as there are below 10000 */
	assert_int_equal(os_atomic_load_long(&f->onlines), 1);
	assert_int_equal(os_atomic_load_long(&f->losses), 0);
	assert_int_equal(os_atomic_load_long(&f->peers), 2);
	assert_false(lx_eventsub_polling_needed(f->eventsub));
	finish(f);
}

static void it_ends_at_once_at_any_moment(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct fixture *f = make();
		for (int j = 0; j < 500 && os_atomic_load_long(&f->follows) < i * 1500; j++)
			os_sleep_ms(1);
		finish(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_storm_goes_through_a_handover),
		lx_unit_test(it_ends_at_once_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
