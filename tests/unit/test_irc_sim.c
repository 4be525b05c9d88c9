/* The client over real sockets against the simulator: TLS, faults, and a restart of the server in a busy chat. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "platform/memory.h"
#include "twitch/irc_client.h"
#include "twitchsim.h"

#define PATIENCE_NS 20000000000u

struct world {
	struct lx_sim *sim;
	struct lx_loop *loop;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_irc_client *client;
	const char *token; /* NULL = no account */
	enum lx_link_state state;
	char reason[32];
	unsigned online, lost; /* how often */
	DARRAY(char *) ids;    /* of messages and notices of users, in order of arrival */
	char own[64];          /* text of our own last message */
};

static void on_event(const struct lx_event *event, void *data)
{
	struct world *world = data;

	if (event->type == LX_EVENT_CONNECTION) {
		world->state = event->connection.state;
		snprintf(world->reason, sizeof(world->reason), "%s", event->connection.reason);
		world->online += event->connection.state == LX_LINK_ONLINE;
		world->lost += event->connection.state == LX_LINK_WAITING;
		return;
	}
	if (event->chat.flags & LX_CHAT_OWN)
		snprintf(world->own, sizeof(world->own), "%s", event->chat.text);
	char *id = bstrdup(event->chat.id);
	da_push_back(world->ids, &id);
}

static bool get_credentials(struct lx_credentials *out, void *data)
{
	const struct world *world = data;
	if (!world->token)
		return false;
	*out = (struct lx_credentials){NULL, bstrdup(world->token), bstrdup("100000004"), bstrdup("modi")};
	return true;
}

static void control(struct world *world, const char *command, const char *json)
{
	char *answer = lx_sim_control(world->sim, command, json);
	assert_null(strstr(answer, "\"error\""));
	bfree(answer);
}

static void start(struct world *world, struct lx_sim_config config, const char *url, bool own_ca, const char *token)
{
	memset(world, 0, sizeof(*world));
	world->sim = lx_sim_start(&config);
	assert_non_null(world->sim);
	world->token = token;
	world->loop = lx_loop_create("test", lx_clock_system());
	world->signals = signal_handler_create();
	world->procs = proc_handler_create();
	world->bus = lx_bus_create(world->signals, world->procs);
	lx_bus_connect(world->bus, LX_EVENT_CONNECTION, on_event, world);
	lx_bus_connect(world->bus, LX_EVENT_CHAT_MESSAGE, on_event, world);
	lx_bus_connect(world->bus, LX_EVENT_CHAT_NOTICE, on_event, world);
	struct lx_irc_client_config client = {
		.loop = world->loop,
		.bus = world->bus,
		.random = &lx_test_random,
		.url = lx_sim_url(world->sim, url),
		.ca_file = own_ca ? lx_sim_url(world->sim, "ca_file") : NULL,
		.credentials = {.get = get_credentials, .data = world},
	};
	world->client = lx_irc_client_create(&client);
}

static void stop(struct world *world)
{
	lx_irc_client_destroy(world->client);
	lx_bus_destroy(world->bus);
	signal_handler_destroy(world->signals);
	proc_handler_destroy(world->procs);
	lx_loop_destroy(world->loop);
	lx_sim_stop(world->sim);
	for (size_t i = 0; i < world->ids.num; i++)
		bfree(world->ids.array[i]);
	da_free(world->ids);
}

/* Runs the loop until the condition holds; fails when it never does. */
#define run_until(world, condition)                                   \
	do {                                                          \
		uint64_t begin = os_gettime_ns();                     \
		while (!(condition)) {                                \
			lx_loop_run_once((world)->loop, 20);          \
			if (os_gettime_ns() - begin > PATIENCE_NS)    \
				fail_msg("never: %s", #condition);    \
		}                                                     \
	} while (0)

static void run_for(struct world *world, uint64_t ms)
{
	uint64_t end = os_gettime_ns() + ms * 1000000;
	while (os_gettime_ns() < end)
		lx_loop_run_once(world->loop, 10);
}

static void reads_over_tls_and_plain(void **state)
{
	static const char *const urls[] = {"ircs", "irc"};
	for (size_t i = 0; i < 2; i++) {
		struct world world;
		start(&world, (struct lx_sim_config){.seed = 1}, urls[i], true, NULL);
		lx_irc_client_join(world.client, "streamer");
		run_until(&world, world.state == LX_LINK_ONLINE);
		control(&world, "chat.message", "{\"user\":\"anna_b\",\"text\":\"hello\"}");
		run_until(&world, world.ids.num == 1);
		stop(&world);
	}
}

static void sends_with_an_account(void **state)
{
	struct world world;
	start(&world, (struct lx_sim_config){.seed = 1}, "ircs", true, "moderatortoken0000000000000001");
	lx_irc_client_join(world.client, "streamer");
	run_until(&world, world.state == LX_LINK_ONLINE);
	lx_irc_client_send(world.client, "", "/me says \xC3\xA4", "");
	run_until(&world, *world.own);
	assert_string_equal(world.own, "says \xC3\xA4");
	stop(&world);
}

static void a_refused_token_reads_without_account(void **state)
{
	struct world world;
	start(&world, (struct lx_sim_config){.seed = 1}, "irc", true, "expiredtoken000000000000000001");
	lx_irc_client_join(world.client, "streamer");
	run_until(&world, world.state == LX_LINK_ONLINE);
	assert_string_equal(world.reason, "auth");
	stop(&world);
}

static void certificates_are_checked(void **state)
{
	static const char *const faults[] = {
		"{\"where\":\"accept\",\"kind\":\"expired_certificate\",\"target\":\"ircs\"}",
		"{\"where\":\"accept\",\"kind\":\"wrong_host\",\"target\":\"ircs\"}",
		"{\"where\":\"accept\",\"kind\":\"unknown_ca\",\"target\":\"ircs\"}",
		NULL, /* a good one, of an authority that we were not told of */
	};
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct world world;
		start(&world, (struct lx_sim_config){.seed = 1}, "ircs", faults[i] != NULL, NULL);
		if (faults[i])
			control(&world, "fault", faults[i]);
		lx_irc_client_join(world.client, "streamer");
		run_until(&world, world.state == LX_LINK_WAITING);
		assert_string_equal(world.reason, "tls");
		assert_int_equal(world.online, 0);
		stop(&world);
	}
}

static void comes_back_after_every_loss(void **state)
{
	static const char *const faults[] = {
		"{\"action\":\"drop\"}",
		"{\"action\":\"reset\"}",
		"{\"action\":\"half_line\"}",
	};
	struct world world;
	start(&world, (struct lx_sim_config){.seed = 1}, "ircs", true, NULL);
	lx_irc_client_join(world.client, "streamer");
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		run_until(&world, world.state == LX_LINK_ONLINE && world.online == i + 1);
		control(&world, "irc", faults[i]);
		run_until(&world, world.state == LX_LINK_WAITING);
		assert_string_equal(world.reason, "network");
	}
	run_until(&world, world.state == LX_LINK_ONLINE);
	stop(&world);
}

static size_t times_told(const struct world *world, const char *id)
{
	size_t times = 0;
	for (size_t i = 0; i < world->ids.num; i++)
		times += strcmp(world->ids.array[i], id) == 0;
	return times;
}

/* At a thousand messages a second: whatever the server sent since we came arrives, and once. */
static void a_restart_loses_and_doubles_nothing(void **state)
{
	struct world world;
	start(&world, (struct lx_sim_config){.seed = 1, .rate = 1000, .steady = true}, "ircs", true, NULL);
	lx_irc_client_join(world.client, "streamer");
	run_until(&world, world.ids.num > 200);
	control(&world, "irc", "{\"action\":\"reconnect\"}");
	run_for(&world, 3000);
	control(&world, "chat.rate", "{\"rate\":0}");
	run_for(&world, 500);
	assert_int_equal(world.online, 1);
	assert_int_equal(world.lost, 0);
	assert_true(world.ids.num > 500);

	/* What the simulator sent, from our first message on, is what we were told, each once. */
	char *answer = lx_sim_control(world.sim, "sent", "{\"channel\":\"streamer\",\"limit\":100000}");
	cJSON *json = cJSON_Parse(answer);
	const cJSON *entry;
	size_t sent = 0;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(json, "entries")) {
		const char *kind = cJSON_GetObjectItem(entry, "kind")->valuestring;
		const char *id = cJSON_GetObjectItem(entry, "id")->valuestring;
		if (strcmp(kind, "CLEARCHAT") == 0 || strcmp(kind, "CLEARMSG") == 0)
			continue;
		if (sent == 0 && strcmp(id, world.ids.array[0]) != 0)
			continue;
		assert_int_equal(times_told(&world, id), 1);
		sent++;
	}
	assert_int_equal(sent, world.ids.num);
	cJSON_Delete(json);
	bfree(answer);
	stop(&world);
}

/* Any thread may ask for anything at any time, while chat runs and when the loop has ended. */
static void *ask_for_everything(void *data)
{
	struct world *world = data;
	for (int i = 0; i < 200; i++) {
		lx_irc_client_join(world->client, i % 2 ? "streamer" : "neighbour");
		lx_irc_client_send(world->client, "", "hello", "");
		if (i % 20 == 0)
			lx_irc_client_renew(world->client);
		if (i % 30 == 0)
			lx_irc_client_leave(world->client, "neighbour");
		os_sleep_ms(1);
	}
	return NULL;
}

static void can_be_asked_from_any_thread(void **state)
{
	pthread_t threads[3];
	struct world world;

	start(&world, (struct lx_sim_config){.seed = 1, .rate = 500}, "irc", true, "moderatortoken0000000000000001");
	lx_irc_client_join(world.client, "streamer");
	assert_true(lx_loop_start(world.loop));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_for_everything, &world), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	lx_loop_stop(world.loop);
	pthread_join(threads[2], NULL);
	lx_irc_client_send(world.client, "", "too late", "");
	stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(reads_over_tls_and_plain),
		lx_unit_test(sends_with_an_account),
		lx_unit_test(a_refused_token_reads_without_account),
		lx_unit_test(certificates_are_checked),
		lx_unit_test(comes_back_after_every_loss),
		lx_unit_test(can_be_asked_from_any_thread),
		lx_unit_test(a_restart_loses_and_doubles_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
