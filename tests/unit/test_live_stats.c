#include "support.h"

#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "stats/live_stats.h"

struct stage {
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_live_stats *stats;
	int announced, wanted;
	volatile long torn;
};

static void on_stats(const struct lx_event *event, void *data)
{
	((struct stage *)data)->announced++;
}

static void open_stage(struct stage *stage)
{
	memset(stage, 0, sizeof(*stage));
	lx_test_clock_init(&stage->clock);
	stage->clock.ms = 1000000;
	stage->signals = signal_handler_create();
	stage->procs = proc_handler_create();
	stage->bus = lx_bus_create(stage->signals, stage->procs);
	stage->stats = lx_live_stats_create(stage->bus, &stage->clock.clock);
	lx_bus_connect(stage->bus, LX_EVENT_STATS, on_stats, stage);
}

static void close_stage(struct stage *stage)
{
	lx_bus_disconnect(stage->bus, LX_EVENT_STATS, on_stats, stage);
	lx_bus_unbind_all(stage->bus);
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

static void say(struct stage *stage, const char *channel, const char *id, const char *name, uint32_t flags)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.channel = channel;
	event.chat.user.id = id;
	event.chat.user.name = name;
	event.chat.text = "hi";
	event.chat.flags = flags;
	lx_bus_emit(stage->bus, &event);
}

static void nothing_is_known_without_a_channel(void **state)
{
	struct stage stage;
	open_stage(&stage);
	struct lx_live_snapshot values = now(&stage);
	assert_string_equal(values.channel, "");
	assert_false(values.live);
	assert_int_equal(values.viewers, LX_STAT_UNKNOWN);
	assert_int_equal(values.chat_rate, LX_STAT_UNKNOWN);
	assert_int_equal(values.messages, LX_STAT_UNKNOWN);
	assert_true(lx_live_stats_age(stage.stats) == UINT64_MAX);
	lx_live_stats_set_channel(stage.stats, "ilse");
	values = now(&stage);
	assert_string_equal(values.channel, "ilse");
	assert_int_equal(values.chat_rate, 0);
	assert_int_equal(values.chatters, 0);
	assert_int_equal(values.messages, 0);
	assert_int_equal(values.followers, LX_STAT_UNKNOWN);
	close_stage(&stage);
}

/* Chat and the ageing look at the clock before they get the lock, so they may come in the other order. */
static void a_look_at_the_clock_that_comes_late_loses_nothing(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	for (int i = 0; i < 5; i++)
		say(&stage, "ilse", "1", "Bob", 0);
	stage.clock.ms -= 1000;
	lx_live_stats_age(stage.stats);
	say(&stage, "ilse", "2", "Eva", 0);
	stage.clock.ms += 1000;
	say(&stage, "ilse", "1", "Bob", 0);
	assert_int_equal(now(&stage).chat_rate, 7);
	assert_int_equal(now(&stage).chatters, 2);
	close_stage(&stage);
}

static void chat_is_counted(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	for (int i = 0; i < 30; i++)
		say(&stage, "ilse", "1", "Bob", 0);
	lx_test_clock_advance(&stage.clock, 30000);
	say(&stage, "ilse", "2", "Eva", 0);
	struct lx_live_snapshot values = now(&stage);
	assert_int_equal(values.messages, 31);
	assert_int_equal(values.chat_rate, 31);
	assert_int_equal(values.chatters, 2);
	assert_string_equal(values.latest_chatter, "Eva");

	/* The rate looks back a minute, the chatters ten. */
	lx_test_clock_advance(&stage.clock, 29999);
	lx_live_stats_age(stage.stats);
	assert_int_equal(now(&stage).chat_rate, 31);
	lx_test_clock_advance(&stage.clock, 1);
	lx_live_stats_age(stage.stats);
	assert_int_equal(now(&stage).chat_rate, 1);
	lx_test_clock_advance(&stage.clock, 540000);
	lx_live_stats_age(stage.stats);
	values = now(&stage);
	assert_int_equal(values.chat_rate, 0);
	assert_int_equal(values.chatters, 1);
	lx_test_clock_advance(&stage.clock, 3600000);
	lx_live_stats_age(stage.stats);
	values = now(&stage);
	assert_int_equal(values.chatters, 0);
	assert_int_equal(values.messages, 31);
	close_stage(&stage);
}

static void only_our_channel_counts_and_shared_chat_once(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	say(&stage, "other", "1", "Bob", 0);
	assert_int_equal(now(&stage).messages, 0);
	/* Typed at the other's, read in both channels: two events, one message of ours. */
	say(&stage, "other", "2", "Eva", 0);
	say(&stage, "Ilse", "2", "Eva", LX_CHAT_SHARED);
	struct lx_live_snapshot values = now(&stage);
	assert_int_equal(values.messages, 1);
	assert_int_equal(values.chatters, 1);
	say(&stage, "", "3", "Jan", 0);
	assert_int_equal(now(&stage).messages, 2);
	close_stage(&stage);
}

static void notices_count_when_they_carry_a_message(void **state)
{
	struct stage stage;
	struct lx_event event;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	lx_event_init(&event, LX_EVENT_CHAT_NOTICE);
	event.channel = "ilse";
	event.chat.user.id = "1";
	event.chat.user.login = "bob";
	event.chat.notice = "raid";
	lx_bus_emit(stage.bus, &event);
	assert_int_equal(now(&stage).messages, 0);
	event.chat.notice = "resub";
	event.chat.text = "ten months!";
	lx_bus_emit(stage.bus, &event);
	assert_int_equal(now(&stage).messages, 1);
	assert_string_equal(now(&stage).latest_chatter, "bob");
	close_stage(&stage);
}

static void who_is_banned_leaves_the_screen(void **state)
{
	struct stage stage;
	struct lx_event event;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	say(&stage, "ilse", "1", "Rude", 0);
	lx_event_init(&event, LX_EVENT_USER_BANNED);
	event.moderation.user_id = "2";
	lx_bus_emit(stage.bus, &event);
	assert_string_equal(now(&stage).latest_chatter, "Rude");
	event.moderation.user_id = "1";
	lx_bus_emit(stage.bus, &event);
	assert_string_equal(now(&stage).latest_chatter, "");
	assert_int_equal(now(&stage).messages, 1);
	close_stage(&stage);
}

static void polled_numbers_get_too_old(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	lx_live_stats_set_followers(stage.stats, 200);
	lx_live_stats_set_subs(stage.stats, 300, 400);
	lx_live_stats_set_info(stage.stats, "Title", "Art");
	lx_test_clock_advance(&stage.clock, 500);
	assert_int_equal(lx_live_stats_age(stage.stats), 500); /* announces, and may have to again */
	lx_test_clock_advance(&stage.clock, 500);
	assert_int_equal(lx_live_stats_age(stage.stats), 179000);
	lx_test_clock_advance(&stage.clock, 178999);
	assert_int_equal(lx_live_stats_age(stage.stats), 1);
	assert_int_equal(now(&stage).viewers, 100);
	lx_test_clock_advance(&stage.clock, 1);
	lx_live_stats_age(stage.stats);
	struct lx_live_snapshot values = now(&stage);
	assert_int_equal(values.viewers, LX_STAT_UNKNOWN);
	assert_int_equal(values.started_ms, 5000);
	assert_true(values.live);
	assert_int_equal(values.followers, 200);
	lx_test_clock_advance(&stage.clock, 120000);
	lx_live_stats_age(stage.stats);
	values = now(&stage);
	assert_int_equal(values.followers, LX_STAT_UNKNOWN);
	assert_int_equal(values.subs, 300);
	lx_test_clock_advance(&stage.clock, 600000);
	lx_live_stats_age(stage.stats);
	values = now(&stage);
	assert_int_equal(values.subs, LX_STAT_UNKNOWN);
	assert_int_equal(values.sub_points, LX_STAT_UNKNOWN);
	assert_string_equal(values.title, "Title");
	/* Asked again and found the same: young again. */
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	lx_test_clock_advance(&stage.clock, 179999);
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	lx_test_clock_advance(&stage.clock, 179999);
	lx_live_stats_age(stage.stats);
	assert_int_equal(now(&stage).viewers, 100);
	lx_live_stats_set_stream(stage.stats, false, 100, 5000);
	values = now(&stage);
	assert_int_equal(values.viewers, LX_STAT_UNKNOWN);
	assert_int_equal(values.started_ms, LX_STAT_UNKNOWN);
	close_stage(&stage);
}

static void another_channel_begins_with_nothing(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	lx_live_stats_set_info(stage.stats, "Title", "Art");
	say(&stage, "ilse", "1", "Bob", 0);
	const uint64_t counter = now(&stage).counter;
	lx_live_stats_set_channel(stage.stats, "ilse");
	assert_int_equal(now(&stage).counter, counter);
	lx_live_stats_set_channel(stage.stats, "jan");
	struct lx_live_snapshot values = now(&stage);
	assert_false(values.live);
	assert_int_equal(values.viewers, LX_STAT_UNKNOWN);
	assert_string_equal(values.title, "");
	assert_string_equal(values.latest_chatter, "");
	assert_int_equal(values.messages, 0);
	assert_int_equal(values.chatters, 0);
	assert_int_equal(values.chat_rate, 0);
	lx_live_stats_set_channel(stage.stats, "");
	assert_int_equal(now(&stage).messages, LX_STAT_UNKNOWN);
	close_stage(&stage);
}

static void the_counter_moves_with_changes_only(void **state)
{
	struct stage stage;
	struct lx_live_snapshot values;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	const uint64_t counter = now(&stage).counter;
	assert_false(lx_live_stats_read(stage.stats, counter, &values));
	lx_live_stats_set_stream(stage.stats, true, 100, 5000);
	lx_live_stats_set_info(stage.stats, "", "");
	lx_live_stats_age(stage.stats);
	assert_false(lx_live_stats_read(stage.stats, counter, &values));
	lx_live_stats_set_stream(stage.stats, true, 101, 5000);
	assert_true(lx_live_stats_read(stage.stats, counter, &values));
	assert_int_equal(values.viewers, 101);
	close_stage(&stage);
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct stage stage;
	char title[2000] = "";
	open_stage(&stage);
	for (int i = 0; i < 500; i++)
		strcat(title, "€");
	lx_live_stats_set_info(stage.stats, title, "");
	assert_int_equal(strlen(now(&stage).title), 639 / 3 * 3);
	const uint64_t counter = now(&stage).counter;
	lx_live_stats_set_info(stage.stats, title, "");
	assert_int_equal(now(&stage).counter, counter);
	lx_live_stats_set_info(stage.stats, "€", "");
	assert_string_equal(now(&stage).title, "€");
	close_stage(&stage);
}

static void changes_are_announced_at_most_twice_a_second(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	assert_int_equal(stage.announced, 1);
	lx_test_clock_advance(&stage.clock, 1000);
	for (int i = 0; i < 1000; i++) {
		say(&stage, "ilse", "1", "Bob", 0);
		lx_test_clock_advance(&stage.clock, 10);
	}
	assert_int_equal(stage.announced, 1 + 20);
	/* After a pause at once; what comes too soon after that follows by itself. */
	lx_test_clock_advance(&stage.clock, 1000);
	stage.announced = 0;
	lx_live_stats_set_followers(stage.stats, 1);
	assert_int_equal(stage.announced, 1);
	lx_test_clock_advance(&stage.clock, 100);
	lx_live_stats_set_followers(stage.stats, 2);
	const uint64_t wait = lx_live_stats_age(stage.stats);
	assert_in_range(wait, 1, 400);
	assert_int_equal(stage.announced, 1);
	lx_test_clock_advance(&stage.clock, 400);
	lx_live_stats_age(stage.stats);
	assert_int_equal(stage.announced, 2);
	lx_live_stats_age(stage.stats);
	assert_int_equal(stage.announced, 2);
	close_stage(&stage);
}

static void silence_wakes_nobody(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	/* The owner looks as soon as it hears of the change, and another one follows before anything is announced again. */
	assert_int_equal(lx_live_stats_age(stage.stats), 500);
	say(&stage, "ilse", "1", "Bob", 0);
	int wakes = 0;
	for (uint64_t wait; (wait = lx_live_stats_age(stage.stats)) != UINT64_MAX; wakes++) {
		assert_true(wait > 0);
		lx_test_clock_advance(&stage.clock, wait);
		assert_true(wakes < 100);
	}
	assert_int_equal(now(&stage).chat_rate, 0);
	assert_int_equal(now(&stage).chatters, 0);
	close_stage(&stage);
}

static void on_demand(void *data)
{
	((struct stage *)data)->wanted++;
}

static void who_asks_says_what_for(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_bind(stage.stats, stage.bus);
	calldata_t call = {0};
	static const struct {
		const char *words;
		uint32_t wanted;
	} cases[] = {
		{"none", 0},
		{"stream", LX_DEMAND_STREAM},
		{" subs  info ", LX_DEMAND_SUBS | LX_DEMAND_INFO},
		{"streams follower", 0},
		{"followers", LX_DEMAND_FOLLOWERS},
		{"", LX_DEMAND_ALL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		calldata_set_string(&call, "demand", cases[i].words);
		assert_true(proc_handler_call(stage.procs, "livextrem_get_stats", &call));
		assert_int_equal(lx_live_stats_wanted(stage.stats), cases[i].wanted);
		lx_test_clock_advance(&stage.clock, 120000);
	}
	/* Each ends in its own time. */
	calldata_set_string(&call, "demand", "stream");
	proc_handler_call(stage.procs, "livextrem_get_stats", &call);
	lx_test_clock_advance(&stage.clock, 60000);
	calldata_set_string(&call, "demand", "subs");
	proc_handler_call(stage.procs, "livextrem_get_stats", &call);
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_STREAM | LX_DEMAND_SUBS);
	lx_test_clock_advance(&stage.clock, 60000);
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_SUBS);
	calldata_free(&call);
	close_stage(&stage);
}

static void what_is_looked_at_is_wanted(void **state)
{
	struct stage stage;
	open_stage(&stage);
	lx_live_stats_listen(stage.stats, on_demand, &stage);
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, true);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM | LX_DEMAND_SUBS, true);
	assert_int_equal(stage.wanted, 2);
	lx_live_stats_want(stage.stats, LX_DEMAND_SUBS, true);
	assert_int_equal(stage.wanted, 2);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM, false);
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_STREAM | LX_DEMAND_SUBS);
	lx_live_stats_want(stage.stats, LX_DEMAND_STREAM | LX_DEMAND_SUBS, false);
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_SUBS);
	lx_live_stats_listen(stage.stats, NULL, NULL);
	lx_live_stats_want(stage.stats, LX_DEMAND_INFO, true);
	assert_int_equal(stage.wanted, 2);
	close_stage(&stage);
}

static void scripts_are_answered(void **state)
{
	struct stage stage;
	calldata_t call = {0};
	open_stage(&stage);
	lx_live_stats_bind(stage.stats, stage.bus);
	lx_live_stats_listen(stage.stats, on_demand, &stage);
	assert_true(proc_handler_call(stage.procs, "livextrem_get_stats", &call));
	assert_true(calldata_bool(&call, "ok"));
	assert_false(calldata_bool(&call, "live"));
	static const char *const numbers[] = {"viewers",  "followers", "subs",     "sub_points",
					      "uptime_s", "chat_rate", "chatters", "messages"};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_int_equal(calldata_int(&call, numbers[i]), -1);
	assert_string_equal(calldata_string(&call, "channel"), "");

	lx_live_stats_set_channel(stage.stats, "ilse");
	lx_live_stats_set_stream(stage.stats, true, 7, stage.clock.unix_ms - 90500);
	lx_live_stats_set_followers(stage.stats, 8);
	lx_live_stats_set_subs(stage.stats, 9, 10);
	lx_live_stats_set_info(stage.stats, "Title", "Art");
	say(&stage, "ilse", "1", "Bob", 0);
	assert_true(proc_handler_call(stage.procs, "livextrem_get_stats", &call));
	assert_true(calldata_bool(&call, "live"));
	static const int64_t expected[] = {7, 8, 9, 10, 90, 1, 1, 1};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_int_equal(calldata_int(&call, numbers[i]), expected[i]);
	assert_string_equal(calldata_string(&call, "channel"), "ilse");
	assert_string_equal(calldata_string(&call, "title"), "Title");
	assert_string_equal(calldata_string(&call, "category"), "Art");
	assert_string_equal(calldata_string(&call, "latest_chatter"), "Bob");

	/* Asking is wanting, for two minutes. Old numbers are not handed out. */
	assert_int_equal(stage.wanted, 1);
	assert_int_equal(lx_live_stats_wanted(stage.stats), LX_DEMAND_ALL);
	lx_test_clock_advance(&stage.clock, 120000);
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
	lx_test_clock_advance(&stage.clock, 120000);
	const int announced = stage.announced;
	assert_true(proc_handler_call(stage.procs, "livextrem_get_stats", &call));
	assert_int_equal(calldata_int(&call, "viewers"), -1);
	assert_int_equal(calldata_int(&call, "chat_rate"), 0);
	assert_int_equal(stage.announced, announced);
	assert_int_equal(stage.wanted, 2);
	calldata_free(&call);
	close_stage(&stage);
}

enum { ROUNDS = 2000 };

static void *chat(void *data)
{
	for (int i = 0; i < ROUNDS; i++)
		say(data, "ilse", i % 2 ? "1" : "2", i % 2 ? "Bob" : "Eva", 0);
	return NULL;
}

static void *poll(void *data)
{
	struct stage *const stage = data;
	for (int i = 0; i < ROUNDS; i++) {
		lx_live_stats_set_stream(stage->stats, true, i, 0);
		lx_live_stats_set_info(stage->stats, i % 2 ? "one" : "two", i % 2 ? "three" : "four");
		lx_live_stats_age(stage->stats);
	}
	return NULL;
}

static void *look(void *data)
{
	struct stage *const stage = data;
	struct lx_live_snapshot values = {0};
	for (int i = 0; i < ROUNDS; i++) {
		lx_live_stats_want(stage->stats, LX_DEMAND_STREAM, true);
		lx_live_stats_read(stage->stats, values.counter, &values);
		/* Never half of one and half of another. */
		if (*values.title && strcmp(values.category, strcmp(values.title, "one") == 0 ? "three" : "four") != 0)
			os_atomic_inc_long(&stage->torn);
		lx_live_stats_want(stage->stats, LX_DEMAND_STREAM, false);
	}
	return NULL;
}

static void many_threads_share_it(void **state)
{
	static void *(*const work[])(void *) = {chat, chat, poll, look, look};
	enum { THREADS = sizeof(work) / sizeof(*work) };
	pthread_t threads[THREADS];
	struct stage stage;

	open_stage(&stage);
	lx_bus_disconnect(stage.bus, LX_EVENT_STATS, on_stats, &stage);
	lx_live_stats_set_channel(stage.stats, "ilse");
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(threads + i, NULL, work[i], &stage), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(stage.torn, 0);
	struct lx_live_snapshot values = now(&stage);
	assert_int_equal(values.messages, 2 * ROUNDS);
	assert_int_equal(values.chatters, 2);
	assert_int_equal(values.viewers, ROUNDS - 1);
	assert_int_equal(lx_live_stats_wanted(stage.stats), 0);
	close_stage(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(nothing_is_known_without_a_channel),
		lx_unit_test(a_look_at_the_clock_that_comes_late_loses_nothing),
		lx_unit_test(chat_is_counted),
		lx_unit_test(only_our_channel_counts_and_shared_chat_once),
		lx_unit_test(notices_count_when_they_carry_a_message),
		lx_unit_test(who_is_banned_leaves_the_screen),
		lx_unit_test(polled_numbers_get_too_old),
		lx_unit_test(another_channel_begins_with_nothing),
		lx_unit_test(the_counter_moves_with_changes_only),
		lx_unit_test(long_texts_are_cut_between_characters),
		lx_unit_test(changes_are_announced_at_most_twice_a_second),
		lx_unit_test(silence_wakes_nobody),
		lx_unit_test(who_asks_says_what_for),
		lx_unit_test(what_is_looked_at_is_wanted),
		lx_unit_test(scripts_are_answered),
		lx_unit_test(many_threads_share_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
