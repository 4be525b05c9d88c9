#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "stats/poller.h"

/* --- Helix as the poller sees it: these three stand in for helix.c, which the linker then leaves out ---------------- */

struct pending {
	uint64_t id;
	enum lx_helix_endpoint endpoint;
	char who[64]; /* "user_id=100" */
	lx_helix_done done;
	lx_helix_user_done user_done;
	void *data;
};

static struct pending pending[16];
static size_t pending_count;
static uint64_t last_id;
static int asked; /* calls since it was last set to 0 */

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	struct pending *slot = pending + pending_count++;
	*slot = (struct pending){++last_id, call->endpoint, "", call->done, NULL, call->data};
	assert_int_equal(call->query_count, 1);
	assert_int_equal(call->priority, LX_HELIX_BACKGROUND);
	snprintf(slot->who, sizeof(slot->who), "%s=%s", call->query[0].name, call->query[0].value);
	asked++;
	return last_id;
}

uint64_t lx_helix_find_user(struct lx_helix *helix, const char *login, enum lx_helix_priority priority,
			    lx_helix_user_done done, void *data)
{
	struct pending *slot = pending + pending_count++;
	*slot = (struct pending){++last_id, LX_HELIX_GET_USERS, "", NULL, done, data};
	snprintf(slot->who, sizeof(slot->who), "login=%s", login);
	asked++;
	return last_id;
}

void lx_helix_cancel(struct lx_helix *helix, uint64_t id) {}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

struct stage {
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_loop *loop;
	struct lx_live_stats *stats;
	struct lx_poller *poller;
	bool signed_in;
	const char *user_id;
};

static bool get_credentials(struct lx_credentials *out, void *data)
{
	struct stage *const stage = data;
	*out = (struct lx_credentials){0};
	if (stage->signed_in)
		out->user_id = bstrdup(stage->user_id);
	return stage->signed_in;
}

static void open_stage(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	pending_count = 0;
	asked = 0;
	lx_test_clock_init(&stage->clock);
	stage->signed_in = true;
	stage->user_id = "100";
	stage->signals = signal_handler_create();
	stage->procs = proc_handler_create();
	stage->bus = lx_bus_create(stage->signals, stage->procs);
	stage->loop = lx_loop_create("test", &stage->clock.clock);
	stage->stats = lx_live_stats_create(stage->bus, &stage->clock.clock);
	const struct lx_poller_config config = {
		.loop = stage->loop,
		.bus = stage->bus,
		.stats = stage->stats,
		.random = &lx_test_random,
		.credentials = {.get = get_credentials, .data = stage},
	};
	stage->poller = lx_poller_create(&config);
}

/* Does what is due, and what that causes. */
static void turn(struct stage *stage)
{
	for (int i = 0; i < 5; i++)
		lx_loop_run_once(stage->loop, 0);
}

static void pass(struct stage *stage, uint64_t ms)
{
	for (uint64_t gone = 0; gone < ms; gone += 500) {
		lx_test_clock_advance(&stage->clock, 500);
		turn(stage);
	}
}

static struct pending *find(enum lx_helix_endpoint endpoint)
{
	for (size_t i = 0; i < pending_count; i++)
		if (pending[i].endpoint == endpoint)
			return pending + i;
	return NULL;
}

static void answer(struct stage *stage, enum lx_helix_endpoint endpoint, enum lx_helix_error error, const char *json)
{
	struct pending *const slot = find(endpoint);
	assert_non_null(slot);
	const struct pending call = *slot;
	*slot = pending[--pending_count];
	cJSON *body = json ? cJSON_Parse(json) : NULL;
	const struct lx_helix_result result = {.error = error,
					       .message = "",
					       .twitch_message = "",
					       .json = body,
					       .data = cJSON_GetObjectItem(body, "data"),
					       .cursor = ""};
	if (call.done) {
		call.done(&result, call.data);
	} else {
		const struct lx_helix_user user = {.id = "100", .login = "ilse"};
		call.user_done(error == LX_HELIX_OK ? &user : NULL, &result, call.data);
	}
	cJSON_Delete(body);
	turn(stage);
}

#define STREAM(viewers, started) \
	"{\"data\":[{\"type\":\"live\",\"viewer_count\":" #viewers ",\"started_at\":\"" started "\"}]}"
#define OFFLINE "{\"data\":[]}"
#define CHANNEL "{\"data\":[{\"broadcaster_id\":\"100\",\"title\":\"Castle\",\"game_name\":\"Art\"}]}"

static void answer_all(struct stage *stage)
{
	if (find(LX_HELIX_GET_STREAMS))
		answer(stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	if (find(LX_HELIX_GET_CHANNELS))
		answer(stage, LX_HELIX_GET_CHANNELS, LX_HELIX_OK, CHANNEL);
	if (find(LX_HELIX_GET_CHANNEL_FOLLOWERS))
		answer(stage, LX_HELIX_GET_CHANNEL_FOLLOWERS, LX_HELIX_OK, "{\"total\":1234,\"data\":[]}");
	if (find(LX_HELIX_GET_SUBSCRIPTIONS))
		answer(stage, LX_HELIX_GET_SUBSCRIPTIONS, LX_HELIX_OK, "{\"total\":\"56\",\"points\":60,\"data\":[]}");
}

static void close_stage(struct stage *stage)
{
	lx_poller_destroy(stage->poller);
	/* What was under way comes back to nobody. */
	while (pending_count)
		answer(stage, pending[0].endpoint, LX_HELIX_CANCELLED, NULL);
	lx_loop_destroy(stage->loop);
	lx_live_stats_destroy(stage->stats);
	lx_bus_destroy(stage->bus);
	proc_handler_destroy(stage->procs);
	signal_handler_destroy(stage->signals);
}

static struct lx_live_snapshot now(struct stage *stage)
{
	struct lx_live_snapshot values;
	assert_true(lx_live_stats_read(stage->stats, 0, &values));
	return values;
}

static void emit_account(struct stage *stage, enum lx_account_state state)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.account.role = LX_ACCOUNT_MAIN;
	event.account.state = state;
	lx_bus_emit(stage->bus, &event);
	turn(stage);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void everything_is_asked_once_for_a_new_channel(void **state)
{
	struct stage stage;
	open_stage(&stage);
	turn(&stage);
	assert_int_equal(asked, 0);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	assert_string_equal(now(&stage).channel, "ilse");
	turn(&stage);
	assert_int_equal(asked, 4);
	assert_string_equal(find(LX_HELIX_GET_STREAMS)->who, "user_id=100");
	assert_string_equal(find(LX_HELIX_GET_CHANNELS)->who, "broadcaster_id=100");
	answer_all(&stage);
	struct lx_live_snapshot values = now(&stage);
	assert_true(values.live);
	assert_int_equal(values.viewers, 7);
	assert_int_equal(values.started_ms, 1789999200000);
	assert_int_equal(values.followers, 1234);
	assert_int_equal(values.subs, 56);
	assert_int_equal(values.sub_points, 60);
	assert_string_equal(values.title, "Castle");
	assert_string_equal(values.category, "Art");
	/* Nobody looks, nothing is asked. */
	pass(&stage, 3600000);
	assert_int_equal(asked, 4);
	close_stage(&stage);
}

static void only_what_is_looked_at_is_asked_again(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer_all(&stage);
	asked = 0;
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	turn(&stage);
	assert_int_equal(asked, 0); /* what we have is fresh */
	pass(&stage, 40000);
	assert_int_equal(asked, 0);
	pass(&stage, 10000);
	assert_int_equal(asked, 1);
	assert_non_null(find(LX_HELIX_GET_STREAMS));
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(8, "2026-09-21T14:00:00Z"));
	assert_int_equal(now(&stage).viewers, 8);
	for (int i = 0; i < 3600; i++) {
		pass(&stage, 1000);
		answer_all(&stage);
	}
	assert_in_range(asked, 3600 / 50, 3600 / 40 + 1);
	/* Hidden: it stops. Shown again after a while: at once, as what we have is old. */
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, false);
	pass(&stage, 600000);
	answer_all(&stage);
	asked = 0;
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM | LX_DEMAND_SUBS, true);
	turn(&stage);
	assert_int_equal(asked, 2);
	close_stage(&stage);
}

static void subscribers_are_asked_for_by_the_broadcaster_only(void **state)
{
	struct stage stage;
	open_stage(&stage);
	stage.user_id = "555";
	lx_live_stats_want(stage.stats, LX_DEMAND_ALL, true);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	assert_int_equal(asked, 3);
	assert_null(find(LX_HELIX_GET_SUBSCRIPTIONS));
	close_stage(&stage);
}

static void the_channels_id_is_found(void **state)
{
	struct stage stage;
	struct lx_event event;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "");
	turn(&stage);
	assert_int_equal(asked, 1);
	assert_string_equal(find(LX_HELIX_GET_USERS)->who, "login=ilse");
	/* The room's state may be faster. */
	lx_event_init(&event, LX_EVENT_ROOM_STATE);
	event.channel = "other";
	event.room_id = "999";
	lx_bus_emit(stage.bus, &event);
	turn(&stage);
	assert_int_equal(asked, 1);
	event.channel = "ilse";
	event.room_id = "100";
	lx_bus_emit(stage.bus, &event);
	turn(&stage);
	assert_int_equal(asked, 5);
	assert_string_equal(find(LX_HELIX_GET_STREAMS)->who, "user_id=100");
	answer(&stage, LX_HELIX_GET_USERS, LX_HELIX_OK, NULL);
	assert_int_equal(asked, 5);

	/* Told once more, with and without the id: nothing begins anew. */
	lx_poller_set_channel(stage.poller, "ilse", "100");
	lx_poller_set_channel(stage.poller, "ilse", "");
	turn(&stage);
	assert_int_equal(asked, 5);
	answer_all(&stage);
	assert_int_equal(now(&stage).viewers, 7);
	/* Or told at last, instead of the look-up. */
	lx_poller_set_channel(stage.poller, "jan", "");
	turn(&stage);
	lx_poller_set_channel(stage.poller, "jan", "100");
	turn(&stage);
	assert_int_equal(asked, 10);
	answer(&stage, LX_HELIX_GET_USERS, LX_HELIX_OK, NULL);

	/* Nobody of that name: no further question. */
	answer_all(&stage);
	lx_poller_set_channel(stage.poller, "nobody", "");
	turn(&stage);
	asked = 0;
	answer(&stage, LX_HELIX_GET_USERS, LX_HELIX_NOT_FOUND, NULL);
	pass(&stage, 3600000);
	assert_int_equal(asked, 0);
	lx_poller_set_channel(stage.poller, "", "");
	pass(&stage, 60000);
	assert_int_equal(asked, 0);
	close_stage(&stage);
}

static void answers_for_the_channel_before_are_late(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	lx_poller_set_channel(stage.poller, "jan", "200");
	turn(&stage);
	assert_int_equal(pending_count, 4 + 3); /* not the subscribers of another's channel */
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	assert_false(now(&stage).live);
	assert_string_equal(find(LX_HELIX_GET_STREAMS)->who, "user_id=200");
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(9, "2026-09-21T14:00:00Z"));
	assert_int_equal(now(&stage).viewers, 9);
	close_stage(&stage);
}

static void without_a_login_nothing_is_asked(void **state)
{
	struct stage stage;
	open_stage(&stage);
	stage.signed_in = false;
	lx_live_stats_want(stage.stats, LX_DEMAND_ALL, true);
	lx_poller_set_channel(stage.poller, "ilse", "");
	pass(&stage, 600000);
	assert_int_equal(asked, 0);
	stage.signed_in = true;
	emit_account(&stage, LX_ACCOUNT_SIGNED_IN);
	assert_int_equal(asked, 1);
	answer(&stage, LX_HELIX_GET_USERS, LX_HELIX_OK, NULL);
	answer_all(&stage);
	pass(&stage, 400000);
	/* Twitch wants a new login. */
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_SIGNED_OUT, NULL);
	answer_all(&stage);
	asked = 0;
	pass(&stage, 600000);
	assert_int_equal(asked, 0);
	emit_account(&stage, LX_ACCOUNT_EXPIRED);
	assert_int_equal(asked, 0);
	emit_account(&stage, LX_ACCOUNT_SIGNED_IN);
	assert_int_equal(asked, 4);
	/* The hourly announcement asks for nothing. */
	answer_all(&stage);
	emit_account(&stage, LX_ACCOUNT_SIGNED_IN);
	assert_int_equal(asked, 4);
	close_stage(&stage);
}

static void errors_lengthen_the_pause(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	answer_all(&stage);
	asked = 0;
	int at = 0;
	for (int second = 0; second < 7200; second++) {
		pass(&stage, 1000);
		if (find(LX_HELIX_GET_STREAMS)) {
			answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_NETWORK, NULL);
			at = second;
		}
	}
	/* 45, then 90 180 360 600 600 … seconds, a tenth more or less. */
	assert_in_range(asked, 12, 18);
	assert_int_equal(now(&stage).viewers, LX_STAT_UNKNOWN); /* too old by now */
	assert_in_range(at, 6500, 7199);
	/* Back: the pause is short again. */
	asked = 0;
	for (int second = 0; second < 1800; second++) {
		pass(&stage, 1000);
		answer_all(&stage);
	}
	assert_in_range(asked, 1100 / 50, 1800 / 40);
	assert_int_equal(now(&stage).viewers, 7);
	close_stage(&stage);
}

static void a_refusal_lasts_until_the_login_changes(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_want(stage.stats, LX_DEMAND_SUBS, true);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer(&stage, LX_HELIX_GET_SUBSCRIPTIONS, LX_HELIX_SCOPE, NULL);
	answer_all(&stage);
	asked = 0;
	pass(&stage, 3600000);
	assert_int_equal(asked, 0);
	emit_account(&stage, LX_ACCOUNT_SIGNED_IN);
	assert_int_equal(asked, 1);
	answer_all(&stage);
	assert_int_equal(now(&stage).subs, 56);
	close_stage(&stage);
}

static void events_hurry_a_question_but_not_too_much(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_want(stage.stats, LX_DEMAND_FOLLOWERS, true);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer_all(&stage);
	pass(&stage, 10000);
	asked = 0;
	lx_poller_refresh(stage.poller, LX_DEMAND_FOLLOWERS | LX_DEMAND_SUBS);
	turn(&stage);
	assert_int_equal(asked, 1); /* nobody looks at the subscribers */
	/* What happens while the question is under way is not in its answer. */
	lx_poller_refresh(stage.poller, LX_DEMAND_FOLLOWERS);
	turn(&stage);
	answer_all(&stage);
	assert_int_equal(asked, 1);
	pass(&stage, 5000);
	assert_int_equal(asked, 2);
	answer_all(&stage);
	/* A minute in which somebody follows twenty times a second. */
	asked = 0;
	for (int i = 0; i < 1200; i++) {
		lx_poller_refresh(stage.poller, LX_DEMAND_FOLLOWERS);
		lx_test_clock_advance(&stage.clock, 50);
		turn(&stage);
		answer_all(&stage);
	}
	assert_in_range(asked, 11, 13);
	/* The last one is counted too. */
	asked = 0;
	lx_poller_refresh(stage.poller, LX_DEMAND_FOLLOWERS);
	turn(&stage);
	assert_int_equal(asked, 0);
	pass(&stage, 6000);
	answer_all(&stage);
	assert_int_equal(asked, 1);
	pass(&stage, 40000);
	assert_int_equal(asked, 1);
	close_stage(&stage);
}

static void lists_behind_the_events_are_not_believed(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer_all(&stage);

	/* The stream is over, says an event; the list still has it. */
	lx_live_stats_set_stream(stage.stats, false, LX_STAT_UNKNOWN, LX_STAT_UNKNOWN);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	lx_poller_refresh(stage.poller, LX_DEMAND_STREAM);
	pass(&stage, 5000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	assert_false(now(&stage).live);
	pass(&stage, 60000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, OFFLINE);
	assert_false(now(&stage).live);

	/* A new one began, says an event; the list does not have it yet. */
	const int64_t began = stage.clock.unix_ms;
	lx_live_stats_set_stream(stage.stats, true, LX_STAT_UNKNOWN, began);
	lx_poller_refresh(stage.poller, LX_DEMAND_STREAM);
	pass(&stage, 5000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, OFFLINE);
	assert_true(now(&stage).live);
	assert_int_equal(now(&stage).started_ms, began);
	pass(&stage, 60000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(3, "2026-09-21T14:20:00Z"));
	assert_int_equal(now(&stage).viewers, 3);

	/* But not for ever. */
	lx_live_stats_set_stream(stage.stats, false, LX_STAT_UNKNOWN, LX_STAT_UNKNOWN);
	for (int i = 0; i < 6; i++) {
		pass(&stage, 50000);
		answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(4, "2026-09-21T14:20:00Z"));
	}
	assert_true(now(&stage).live);
	for (int i = 0; i < 5; i++) {
		pass(&stage, 50000);
		answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, OFFLINE);
	}
	assert_false(now(&stage).live);
	close_stage(&stage);
}

/* OBS itself told of begin and end before the list had it even once. */
static void a_stream_that_was_never_listed_is_not_opened_by_a_late_answer(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, OFFLINE);
	answer_all(&stage);
	lx_live_stats_set_stream(stage.stats, true, LX_STAT_UNKNOWN, stage.clock.unix_ms);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	lx_poller_refresh(stage.poller, LX_DEMAND_STREAM);
	pass(&stage, 5000);
	lx_live_stats_set_stream(stage.stats, false, LX_STAT_UNKNOWN, LX_STAT_UNKNOWN);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	assert_false(now(&stage).live);
	close_stage(&stage);
}

/* One answer without the stream, then it is there again: nobody else said that it was over. */
static void a_gap_in_the_list_is_no_end(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer_all(&stage);
	assert_true(now(&stage).live);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	pass(&stage, 60000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, OFFLINE);
	pass(&stage, 60000);
	answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, STREAM(7, "2026-09-21T14:00:00Z"));
	assert_true(now(&stage).live);
	close_stage(&stage);
}

static void numbers_fade_by_themselves(void **state)
{
	struct stage stage;
	struct lx_event event;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	answer_all(&stage);
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.channel = "ilse";
	event.chat.user.id = "1";
	event.chat.text = "hi";
	lx_bus_emit(stage.bus, &event);
	turn(&stage);
	assert_int_equal(now(&stage).chat_rate, 1);
	pass(&stage, 61000);
	assert_int_equal(now(&stage).chat_rate, 0);
	assert_int_equal(now(&stage).viewers, 7);
	pass(&stage, 120000);
	assert_int_equal(now(&stage).viewers, LX_STAT_UNKNOWN);
	assert_int_equal(now(&stage).chatters, 1);
	pass(&stage, 430000);
	assert_int_equal(now(&stage).chatters, 0);
	assert_int_equal(now(&stage).followers, LX_STAT_UNKNOWN);
	close_stage(&stage);
}

static void strange_answers_are_survived(void **state)
{
	static const char *const bodies[] = {"{}",
					     "[]",
					     "{\"data\":null}",
					     "{\"data\":[null,5,\"x\"],\"total\":{}}",
					     "{\"data\":{},\"total\":\"many\"}",
					     "null"};
	struct stage stage;
	open_stage(&stage);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		lx_poller_set_channel(stage.poller, i % 2 ? "ilse" : "jan", "100");
		turn(&stage);
		answer(&stage, LX_HELIX_GET_STREAMS, LX_HELIX_OK, bodies[i]);
		answer(&stage, LX_HELIX_GET_CHANNELS, LX_HELIX_OK, bodies[i]);
		answer(&stage, LX_HELIX_GET_CHANNEL_FOLLOWERS, LX_HELIX_OK, bodies[i]);
		answer(&stage, LX_HELIX_GET_SUBSCRIPTIONS, LX_HELIX_OK, bodies[i]);
		struct lx_live_snapshot values = now(&stage);
		assert_int_equal(values.followers, LX_STAT_UNKNOWN);
		assert_int_equal(values.subs, LX_STAT_UNKNOWN);
		assert_int_equal(values.viewers, LX_STAT_UNKNOWN);
		assert_string_equal(values.title, "");
	}
	close_stage(&stage);
}

static void it_ends_with_questions_open(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_poller_set_channel(stage.poller, "ilse", "100");
	turn(&stage);
	/* … and with tasks not yet run. */
	lx_live_stats_want(stage.stats, LX_DEMAND_ALL, true);
	lx_poller_refresh(stage.poller, LX_DEMAND_ALL);
	close_stage(&stage);
}

int main(void)
{
	cJSON_Hooks hooks = {bmalloc, bfree};
	cJSON_InitHooks(&hooks);
	const struct CMUnitTest tests[] = {
		lx_unit_test(everything_is_asked_once_for_a_new_channel),
		lx_unit_test(only_what_is_looked_at_is_asked_again),
		lx_unit_test(subscribers_are_asked_for_by_the_broadcaster_only),
		lx_unit_test(the_channels_id_is_found),
		lx_unit_test(answers_for_the_channel_before_are_late),
		lx_unit_test(without_a_login_nothing_is_asked),
		lx_unit_test(errors_lengthen_the_pause),
		lx_unit_test(a_refusal_lasts_until_the_login_changes),
		lx_unit_test(events_hurry_a_question_but_not_too_much),
		lx_unit_test(lists_behind_the_events_are_not_believed),
		lx_unit_test(a_stream_that_was_never_listed_is_not_opened_by_a_late_answer),
		lx_unit_test(a_gap_in_the_list_is_no_end),
		lx_unit_test(numbers_fade_by_themselves),
		lx_unit_test(strange_answers_are_survived),
		lx_unit_test(it_ends_with_questions_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
