/* The core's wiring, as far as it can be seen without a server: nobody listens at the addresses it is given. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "bus/bus.h"
#include "core.h"
#include "platform/random.h"
#include "stats/live_stats.h"

struct world {
	char folder[64];
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_text *text;
	struct lx_settings *settings;
	struct lx_core *core;
};

static void set_up(struct world *world)
{
	memset(world, 0, sizeof(*world));
	strcpy(world->folder, "/tmp/livextrem-core-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	world->signals = signal_handler_create();
	world->procs = proc_handler_create();
	world->bus = lx_bus_create(world->signals, world->procs);
	world->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	world->settings = lx_settings_create(NULL);
	/* Not the secret store of whoever runs the tests. */
	lx_settings_set_bool(world->settings, LX_SETTING_TOKEN_FILE, true);
	world->core = lx_core_create(&(struct lx_core_config){
		.bus = world->bus,
		.text = world->text,
		.clock = lx_clock_system(),
		.random = &lx_test_random,
		.settings = world->settings,
		.addresses =
			{
				.irc = "irc://127.0.0.1:9",
				.helix = "http://127.0.0.1:9/helix",
				.id = "http://127.0.0.1:9/oauth2",
				.eventsub = "ws://127.0.0.1:9/ws",
				.client_id = "client",
			},
		.config_dir = world->folder,
	});
	assert_non_null(world->core);
}

static void tear_down(struct world *world)
{
	lx_core_destroy(world->core);
	lx_settings_destroy(world->settings);
	lx_text_destroy(world->text);
	lx_bus_destroy(world->bus);
	proc_handler_destroy(world->procs);
	signal_handler_destroy(world->signals);
	rmdir(world->folder);
}

/* --- what scripts would do ------------------------------------------------------------------------------------------ */

static bool call(struct world *world, enum lx_proc proc, calldata_t *data)
{
	assert_true(proc_handler_call(world->procs, lx_bus_proc_name(proc), data));
	return calldata_bool(data, "ok");
}

static bool call_simply(struct world *world, enum lx_proc proc)
{
	calldata_t data = {0};
	bool ok = call(world, proc, &data);
	calldata_free(&data);
	return ok;
}

static bool connect_to(struct world *world, const char *channel)
{
	calldata_t data = {0};
	calldata_set_string(&data, "channel", channel);
	bool ok = call(world, LX_PROC_CONNECT, &data);
	/* Who is refused is told why, in words. */
	assert_true(ok == !*calldata_string(&data, "error"));
	assert_int_not_equal(strncmp(calldata_string(&data, "error"), "Connect.", 8), 0);
	calldata_free(&data);
	return ok;
}

static void expect_text(struct world *world, enum lx_proc proc, const char *name, const char *expected)
{
	calldata_t data = {0};
	assert_true(call(world, proc, &data));
	assert_string_equal(calldata_string(&data, name), expected);
	calldata_free(&data);
}

/* What is told, and what the parts were told. */
static void expect_channel(struct world *world, const char *expected)
{
	expect_text(world, LX_PROC_GET_STATE, "channel", expected);
	expect_text(world, LX_PROC_GET_STATS, "channel", expected);
}

static void emit_account(struct world *world, enum lx_account_role role, enum lx_account_state state, const char *login,
			 const char *id)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.account.role = role;
	event.account.state = state;
	event.account.login = login;
	event.account.user_id = id;
	lx_bus_emit(world->bus, &event);
}

static void sign_in(struct world *world, const char *login, const char *id)
{
	emit_account(world, LX_ACCOUNT_MAIN, LX_ACCOUNT_SIGNED_IN, login, id);
}

static void emit_room(struct world *world, const char *channel, const char *room_id)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ROOM_STATE);
	event.channel = channel;
	event.room_id = room_id;
	lx_bus_emit(world->bus, &event);
}

/* --- life ----------------------------------------------------------------------------------------------------------- */

static void test_stop_without_start(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_true(connect_to(&world, "somebody"));
	lx_core_stop(world.core);
	tear_down(&world);
}

static void test_destroy_without_stop(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	lx_core_start(world.core);
	assert_true(connect_to(&world, "somebody"));
	tear_down(&world);
}

static void test_after_stop(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_non_null(lx_core_account(world.core));
	assert_non_null(lx_core_helix(world.core));
	struct lx_live_stats *stats = lx_core_live_stats(world.core);
	lx_core_start(world.core);
	lx_core_stop(world.core);
	lx_core_stop(world.core);
	lx_core_start(world.core);

	for (int proc = 0; proc < LX_PROC_COUNT; proc++)
		assert_false(call_simply(&world, (enum lx_proc)proc));
	sign_in(&world, "streamer", "1");
	emit_room(&world, "streamer", "1");
	lx_settings_set_string(world.settings, LX_SETTING_CLIENT_ID, "another");
	lx_core_settings_changed(world.core);

	/* What is gone is not handed out; the live numbers stay for the sources. */
	assert_null(lx_core_account(world.core));
	assert_null(lx_core_helix(world.core));
	struct lx_live_snapshot now;
	assert_ptr_equal(lx_core_live_stats(world.core), stats);
	assert_true(lx_live_stats_read(stats, 0, &now));
	tear_down(&world);
}

/* OBS knows of its own stream before anybody else. */
static void test_streaming_is_live(void **state)
{
	(void)state;
	struct world world;
	struct lx_live_snapshot now;
	set_up(&world);
	lx_core_start(world.core);
	struct lx_live_stats *stats = lx_core_live_stats(world.core);
	/* Nobody knows whose it is. */
	lx_core_streaming(world.core, true);
	lx_live_stats_read(stats, 0, &now);
	assert_false(now.live);

	sign_in(&world, "streamer", "1");
	expect_channel(&world, "streamer");
	const int64_t before_ms = lx_clock_unix_ms(lx_clock_system());
	lx_core_streaming(world.core, true);
	lx_live_stats_read(stats, 0, &now);
	assert_true(now.live);
	assert_in_range(now.started_ms, before_ms, lx_clock_unix_ms(lx_clock_system()));
	/* What Twitch told meanwhile is more exact. */
	lx_live_stats_set_stream(stats, true, 12, before_ms - 5000);
	lx_core_streaming(world.core, true);
	lx_live_stats_read(stats, 0, &now);
	assert_int_equal(now.started_ms, before_ms - 5000);
	assert_int_equal(now.viewers, 12);
	lx_core_streaming(world.core, false);
	lx_live_stats_read(stats, 0, &now);
	assert_false(now.live);

	/* In somebody else's channel it is not what is read. */
	assert_true(connect_to(&world, "other"));
	expect_channel(&world, "other");
	lx_core_streaming(world.core, true);
	lx_live_stats_read(stats, 0, &now);
	assert_false(now.live);
	tear_down(&world);
}

static void test_no_core(void **state)
{
	(void)state;
	lx_core_start(NULL);
	lx_core_settings_changed(NULL);
	lx_core_stop(NULL);
	lx_core_destroy(NULL);
}

static void test_settings_changed(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	lx_core_settings_changed(world.core);
	lx_settings_set_string(world.settings, LX_SETTING_CLIENT_ID, "another");
	lx_core_settings_changed(world.core);
	lx_settings_set_string(world.settings, LX_SETTING_CLIENT_ID, "");
	lx_core_settings_changed(world.core);
	tear_down(&world);
}

/* Every procedure there is has somebody who answers it. */
static void test_procedures_are_bound(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_true(connect_to(&world, "somebody"));
	for (int proc = 0; proc < LX_PROC_COUNT; proc++) {
		if (proc == LX_PROC_GET_SOURCE_TEXT) /* by the sources, which need OBS */
			continue;
		calldata_t data = {0};
		calldata_set_string(&data, "text", "hello");
		calldata_set_string(&data, "user_id", "7");
		calldata_set_string(&data, "message_id", "m");
		calldata_set_int(&data, "duration_s", 1);
		calldata_set_string(&data, "channel", "somebody");
		/* Disconnecting comes before most others: whoever refuses for want of a channel says so. */
		bool ok = call(&world, (enum lx_proc)proc, &data);
		assert_true(ok || *calldata_string(&data, "error"));
		calldata_free(&data);
	}
	tear_down(&world);
}

static void test_links_are_told(void **state)
{
	(void)state;
	static const char *const names[LX_LINK_COUNT] = {"chat", "eventsub", "helix"};
	struct world world;
	set_up(&world);
	for (int link = 0; link < LX_LINK_COUNT; link++) {
		struct lx_event event;
		expect_text(&world, LX_PROC_GET_STATE, names[link], "offline");
		lx_event_init(&event, LX_EVENT_CONNECTION);
		event.connection.link = (enum lx_link)link;
		event.connection.state = LX_LINK_WAITING;
		lx_bus_emit(world.bus, &event);
		expect_text(&world, LX_PROC_GET_STATE, names[link], "waiting");
	}
	tear_down(&world);
}

/* --- channel -------------------------------------------------------------------------------------------------------- */

static void test_names_of_channels(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *channel; /* NULL = refused */
	} rows[] = {
		{"name", "name"},
		{"#Name", "name"},
		{" @NAME_1 ", "name_1"},
		{"TWITCH", "twitch"},
		{"abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvwxy"},
		{"abcdefghijklmnopqrstuvwxyz", NULL},
		{"https://www.twitch.tv/Name", "name"},
		{"https://www.twitch.tv/name/", "name"},
		{"https://www.twitch.tv/name/videos", "name"},
		{"https://m.twitch.tv/name?lang=de", "name"},
		{"Twitch.tv/name#about", "name"},
		{"https://www.twitch.tv/popout/name/chat?popout=", "name"},
		{"https://www.twitch.tv/moderator/name", "name"},
		{"https://dashboard.twitch.tv/u/name/stream-manager", "name"},
		{"https://www.twitch.tv/", NULL},
		{"https://example.com/name", NULL},
		{"na me", "na"},
		{"na-me", NULL},
		{"n\xC3\xA4me", NULL},
		{"#", NULL},
		{"   ", NULL},
	};
	struct world world;
	set_up(&world);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(connect_to(&world, "before"));
		bool ok = connect_to(&world, rows[i].typed);
		if (ok != (rows[i].channel != NULL))
			print_error("\"%s\"\n", rows[i].typed);
		assert_true(ok == (rows[i].channel != NULL));
		expect_channel(&world, ok ? rows[i].channel : "before");
	}
	tear_down(&world);
}

static void test_setting_names_the_channel(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	lx_settings_set_string(world.settings, LX_SETTING_CHANNEL, "Somebody");
	assert_true(connect_to(&world, ""));
	expect_channel(&world, "somebody");
	assert_true(call_simply(&world, LX_PROC_DISCONNECT));
	expect_channel(&world, "");
	tear_down(&world);
}

static void test_start_connects_if_wished(void **state)
{
	(void)state;
	for (int wished = 0; wished < 2; wished++) {
		struct world world;
		set_up(&world);
		lx_settings_set_string(world.settings, LX_SETTING_CHANNEL, "somebody");
		lx_settings_set_bool(world.settings, LX_SETTING_AUTO_CONNECT, wished);
		lx_core_start(world.core);
		expect_channel(&world, wished ? "somebody" : "");
		tear_down(&world);
	}
}

/* --- the account's own channel ---------------------------------------------------------------------------------------- */

static void test_follows_the_account(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_false(connect_to(&world, "")); /* whose? */
	expect_channel(&world, "");
	emit_account(&world, LX_ACCOUNT_MAIN, LX_ACCOUNT_CHECKING, "streamer", "1");
	expect_channel(&world, "");
	sign_in(&world, "streamer", "1");
	expect_channel(&world, "streamer");
	expect_text(&world, LX_PROC_GET_STATE, "user_login", "streamer");

	/* Reading goes on without the account, and then with another one's channel. */
	emit_account(&world, LX_ACCOUNT_MAIN, LX_ACCOUNT_EXPIRED, "streamer", "1");
	expect_channel(&world, "streamer");
	emit_account(&world, LX_ACCOUNT_MAIN, LX_ACCOUNT_SIGNED_OUT, "", "");
	expect_channel(&world, "streamer");
	expect_text(&world, LX_PROC_GET_STATE, "user_login", "");
	sign_in(&world, "other", "2");
	expect_channel(&world, "other");
	/* Without signing out between. */
	sign_in(&world, "third", "3");
	expect_channel(&world, "third");
	tear_down(&world);
}

static void test_named_channel_stays(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_true(connect_to(&world, "somebody"));
	sign_in(&world, "streamer", "1");
	expect_channel(&world, "somebody");
	/* From here on the account's own, until one is named again. */
	assert_true(connect_to(&world, ""));
	expect_channel(&world, "streamer");
	assert_true(connect_to(&world, "somebody"));
	sign_in(&world, "other", "2");
	expect_channel(&world, "somebody");
	tear_down(&world);
}

static void test_refused_name_changes_nothing(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_false(connect_to(&world, ""));
	assert_false(connect_to(&world, "no-name"));
	sign_in(&world, "streamer", "1");
	expect_channel(&world, "streamer");
	tear_down(&world);
}

static void test_disconnected_stays_so(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_false(connect_to(&world, ""));
	assert_true(call_simply(&world, LX_PROC_DISCONNECT));
	sign_in(&world, "streamer", "1");
	expect_channel(&world, "");
	tear_down(&world);
}

static void test_bot_is_not_the_streamer(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	assert_false(connect_to(&world, ""));
	emit_account(&world, LX_ACCOUNT_BOT, LX_ACCOUNT_SIGNED_IN, "bot", "9");
	expect_channel(&world, "");
	expect_text(&world, LX_PROC_GET_STATE, "account", "signed_out");
	tear_down(&world);
}

/* --- several at once -------------------------------------------------------------------------------------------------- */

/* A listener that connects elsewhere, as a script may: the last wish counts, for all parts. */
static void connect_elsewhere(const struct lx_event *event, void *data)
{
	(void)event;
	struct world *world = data;
	lx_bus_disconnect(world->bus, LX_EVENT_STATS, connect_elsewhere, world);
	assert_true(connect_to(world, "second"));
}

static void test_connect_inside_connect(void **state)
{
	(void)state;
	struct world world;
	set_up(&world);
	lx_bus_connect(world.bus, LX_EVENT_STATS, connect_elsewhere, &world);
	assert_true(connect_to(&world, "first"));
	expect_channel(&world, "second");
	tear_down(&world);
}

#define ROUNDS 30000

struct rooms {
	struct world *world;
	volatile bool done;
};

static void *tell_rooms(void *data)
{
	struct rooms *rooms = data;
	for (unsigned i = 0; !os_atomic_load_bool(&rooms->done); i++) {
		char id[16];
		snprintf(id, sizeof(id), "%u", i);
		emit_room(rooms->world, i % 2 ? "one" : "two", id);
	}
	return NULL;
}

/* What the server tells of a channel that was left in this moment must not bring it back. */
static void test_room_state_does_not_undo_a_wish(void **state)
{
	(void)state;
	struct world world;
	struct rooms rooms = {&world, false};
	pthread_t thread;
	set_up(&world);
	assert_int_equal(pthread_create(&thread, NULL, tell_rooms, &rooms), 0);
	for (int i = 0; i < ROUNDS; i++) {
		assert_true(connect_to(&world, i % 2 ? "one" : "two"));
		expect_text(&world, LX_PROC_GET_STATE, "channel", i % 2 ? "one" : "two");
	}
	assert_true(connect_to(&world, "three"));
	os_atomic_set_bool(&rooms.done, true);
	pthread_join(thread, NULL);
	expect_channel(&world, "three");
	tear_down(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(test_stop_without_start),
		lx_unit_test(test_destroy_without_stop),
		lx_unit_test(test_after_stop),
		lx_unit_test(test_no_core),
		lx_unit_test(test_settings_changed),
		lx_unit_test(test_procedures_are_bound),
		lx_unit_test(test_links_are_told),
		lx_unit_test(test_names_of_channels),
		lx_unit_test(test_setting_names_the_channel),
		lx_unit_test(test_start_connects_if_wished),
		lx_unit_test(test_follows_the_account),
		lx_unit_test(test_named_channel_stays),
		lx_unit_test(test_refused_name_changes_nothing),
		lx_unit_test(test_disconnected_stays_so),
		lx_unit_test(test_bot_is_not_the_streamer),
		lx_unit_test(test_streaming_is_live),
		lx_unit_test(test_connect_inside_connect),
		lx_unit_test(test_room_state_does_not_undo_a_wish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
