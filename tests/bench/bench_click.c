/*
 * From a click to the wire: milliseconds between asking for a ban and the simulator having read the request, while its chat
 * of 1000 messages a second is read, parsed and counted by the same process.
 *
 * Usage: bench_click
 */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>
#include <util/threading.h>

#include "moderation/actions.h"
#include "net/http.h"
#include "net/loop.h"
#include "report.h"
#include "stats/live_stats.h"
#include "twitch/helix.h"
#include "twitch/irc_client.h"
#include "twitchsim.h"

enum { CLICKS = 41, RATE = 1000 };

struct bench {
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_loop *irc_loop, *helix_loop;
	struct lx_http *http;
	struct lx_helix *helix;
	struct lx_actions *actions;
	struct lx_irc_client *irc;
	struct lx_live_stats *stats;
	struct lx_text *text;
	os_event_t *answered;
	char channel_id[32];
	pthread_mutex_t mutex;
	char writer[32]; /* who wrote last */
	volatile long messages, refused;
};

static bool get_credentials(struct lx_credentials *out, void *data)
{
	const struct bench *const bench = data;
	*out = (struct lx_credentials){bstrdup("simpublicclient000000000000001"),
				       bstrdup("broadcastertoken00000000000001"), bstrdup(bench->channel_id),
				       bstrdup("streamer")};
	return true;
}

static void on_rejected(const char *token, void (*done)(bool ok, void *done_data), void *done_data, void *data)
{
	done(false, done_data);
}

static bool has_scope(const char *scope, void *data)
{
	return true;
}

static void on_action(const struct lx_event *event, void *data)
{
	struct bench *const bench = data;

	if (event->action.state == LX_ACTION_FAILED)
		os_atomic_inc_long(&bench->refused);
	if (event->action.state == LX_ACTION_DONE || event->action.state == LX_ACTION_FAILED)
		os_event_signal(bench->answered);
}

static void on_message(const struct lx_event *event, void *data)
{
	struct bench *const bench = data;

	if (os_atomic_inc_long(&bench->messages) == 1) {
		snprintf(bench->channel_id, sizeof(bench->channel_id), "%s", event->room_id);
		os_event_signal(bench->answered);
	}
	if (event->chat.user.roles & (LX_ROLE_BROADCASTER | LX_ROLE_MODERATOR | LX_ROLE_STAFF))
		return;
	pthread_mutex_lock(&bench->mutex);
	snprintf(bench->writer, sizeof(bench->writer), "%s", event->chat.user.id);
	pthread_mutex_unlock(&bench->mutex);
}

static void open_bench(struct bench *bench, struct lx_sim *sim)
{
	const struct lx_credentials_provider credentials = {get_credentials, on_rejected, has_scope, bench};

	memset(bench, 0, sizeof(*bench));
	pthread_mutex_init(&bench->mutex, NULL);
	os_event_init(&bench->answered, OS_EVENT_TYPE_AUTO);
	bench->signals = signal_handler_create();
	bench->procs = proc_handler_create();
	bench->bus = lx_bus_create(bench->signals, bench->procs);
	bench->text = lx_text_create(NULL, NULL);
	bench->stats = lx_live_stats_create(bench->bus, lx_clock_system());
	bench->irc_loop = lx_loop_create("livextrem: irc", lx_clock_system());
	bench->helix_loop = lx_loop_create("livextrem: helix", lx_clock_system());
	bench->http = lx_http_create(&(struct lx_http_config){.loop = bench->helix_loop,
							      .user_agent = "bench",
							      .ca_file = lx_sim_url(sim, "ca_file")});
	bench->helix = lx_helix_create(&(struct lx_helix_config){.loop = bench->helix_loop,
								 .http = bench->http,
								 .bus = bench->bus,
								 .text = bench->text,
								 .random = lx_random_system(),
								 .base_url = lx_sim_url(sim, "helix_tls"),
								 .credentials = credentials});
	bench->irc = lx_irc_client_create(&(struct lx_irc_client_config){.loop = bench->irc_loop,
									 .bus = bench->bus,
									 .text = bench->text,
									 .random = lx_random_system(),
									 .url = lx_sim_url(sim, "ircs"),
									 .ca_file = lx_sim_url(sim, "ca_file")});
	bench->actions = lx_actions_create(
		&(struct lx_actions_config){bench->helix, bench->helix_loop, bench->bus, bench->text});
	lx_actions_bind(bench->actions, bench->bus);
	lx_bus_connect(bench->bus, LX_EVENT_CHAT_MESSAGE, on_message, bench);
	lx_bus_connect(bench->bus, LX_EVENT_ACTION, on_action, bench);
	lx_loop_start(bench->irc_loop);
	lx_loop_start(bench->helix_loop);
	lx_irc_client_join(bench->irc, "streamer");
}

static void close_bench(struct bench *bench)
{
	lx_loop_stop(bench->irc_loop);
	lx_loop_stop(bench->helix_loop);
	lx_bus_unbind_all(bench->bus);
	lx_irc_client_destroy(bench->irc);
	lx_actions_destroy(bench->actions);
	lx_helix_destroy(bench->helix);
	lx_http_destroy(bench->http);
	lx_loop_destroy(bench->irc_loop);
	lx_loop_destroy(bench->helix_loop);
	lx_bus_disconnect(bench->bus, LX_EVENT_ACTION, on_action, bench);
	lx_bus_disconnect(bench->bus, LX_EVENT_CHAT_MESSAGE, on_message, bench);
	lx_live_stats_destroy(bench->stats);
	lx_bus_destroy(bench->bus);
	lx_text_destroy(bench->text);
	proc_handler_destroy(bench->procs);
	signal_handler_destroy(bench->signals);
	os_event_destroy(bench->answered);
	pthread_mutex_destroy(&bench->mutex);
}

/* Asks for a ban of whoever wrote last, as the dock does; returns when, 0 without an answer. */
static uint64_t click(struct bench *bench)
{
	calldata_t call = {0};

	pthread_mutex_lock(&bench->mutex);
	calldata_set_string(&call, "user_id", bench->writer);
	pthread_mutex_unlock(&bench->mutex);
	calldata_set_string(&call, "origin", "dock");
	const uint64_t begin = os_gettime_ns();
	proc_handler_call(bench->procs, "livextrem_ban", &call);
	const bool ok = calldata_bool(&call, "ok") && os_event_timedwait(bench->answered, 5000) == 0;
	calldata_free(&call);
	return ok ? begin : 0;
}

/* When the simulator read the bans, in their order; returns how many. */
static size_t arrivals(struct lx_sim *sim, uint64_t *arrived_ns)
{
	char *answer = lx_sim_control(sim, "received", "{\"method\":\"POST\",\"path\":\"/moderation/bans\"}");
	cJSON *json = cJSON_Parse(answer);
	const cJSON *entry;
	size_t count = 0;

	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(json, "entries")) {
		const cJSON *const time = cJSON_GetObjectItem(entry, "mono_ns");
		if (count < CLICKS)
			arrived_ns[count++] = (uint64_t)cJSON_GetNumberValue(time);
	}
	cJSON_Delete(json);
	bfree(answer);
	return count;
}

int main(void)
{
	uint64_t clicked_ns[CLICKS], arrived_ns[CLICKS];
	double rounds[CLICKS];
	struct bench bench;
	cJSON_Hooks hooks = {bmalloc, bfree};

	cJSON_InitHooks(&hooks);
	struct lx_sim *sim = lx_sim_start(&(struct lx_sim_config){.rate = RATE, .steady = true});
	if (!sim)
		return 1;
	open_bench(&bench, sim);
	/* The channel's id comes with its chat; then the connection for the first click is opened. */
	bool ok = os_event_timedwait(bench.answered, 5000) == 0;
	lx_actions_set_channel(bench.actions, bench.channel_id, "streamer");
	os_sleep_ms(1000);
	const long before = os_atomic_load_long(&bench.messages);
	const uint64_t begin = os_gettime_ns();
	for (int i = 0; ok && i < CLICKS; i++) {
		os_sleep_ms(40 + (uint32_t)(i * 37 % 17));
		clicked_ns[i] = click(&bench);
		ok = clicked_ns[i] != 0;
	}
	const double rate =
		(double)(os_atomic_load_long(&bench.messages) - before) * 1e9 / (double)(os_gettime_ns() - begin);
	ok = ok && arrivals(sim, arrived_ns) == CLICKS;
	close_bench(&bench);
	lx_sim_stop(sim);
	if (!ok) {
		fprintf(stderr, "not every ban arrived\n");
		return 1;
	}
	for (int i = 0; i < CLICKS; i++)
		rounds[i] = (double)(int64_t)(arrived_ns[i] - clicked_ns[i]) / 1e6;
	const double median = bench_part(rounds, CLICKS, 0.5), worst = bench_part(rounds, CLICKS, 1);
	printf("ban asked for -> request read by the server, chat at %.0f messages a second: %.2f ms, at worst %.2f (%ld refused)\n",
	       rate, median, worst, bench.refused);
	bench_report("click.request", median);
	return 0;
}
