#include "support.h"

#include <stdio.h>

#include "chat/names.h"

static signal_handler_t *signals;
static proc_handler_t *procs;
static struct lx_bus *bus;
static struct lx_names *names;

static int setup(void **state)
{
	lx_leak_setup(state);
	signals = signal_handler_create();
	procs = proc_handler_create();
	bus = lx_bus_create(signals, procs);
	names = lx_names_create(bus);
	return 0;
}

static int teardown(void **state)
{
	lx_names_destroy(names);
	lx_bus_destroy(bus);
	proc_handler_destroy(procs);
	signal_handler_destroy(signals);
	return lx_leak_teardown(state);
}

static void say(const char *channel, const char *id, const char *login, const char *name, const char *message)
{
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.channel = channel;
	event.chat.user.id = id;
	event.chat.user.login = login;
	event.chat.user.name = name;
	event.chat.id = message;
	event.chat.text = "hello";
	lx_bus_emit(bus, &event);
}

static void assert_matches(const char *prefix, const char *expected)
{
	struct lx_name found[8];
	char list[200] = "";
	size_t count = lx_names_match(names, prefix, found, 8);

	for (size_t i = 0; i < count; i++) {
		snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s ", found[i].login);
		lx_name_free(&found[i]);
	}
	assert_string_equal(list, expected);
}

static void who_wrote_last_comes_first(void **state)
{
	(void)state;
	say("streamer", "1", "anna", "Anna", "m1");
	say("streamer", "2", "anton", "Anton", "m2");
	say("streamer", "3", "kimi", "\xE3\x82\xAD\xE3\x83\x9F", "m3");
	assert_matches("an", "anton anna ");
	say("streamer", "1", "anna", "ANNA", "m4");
	assert_matches("AN", "anna anton ");
	assert_matches("\xE3\x82\xAD", "kimi ");
	assert_matches("", "anna kimi anton ");
	assert_matches("x", "");

	struct lx_name name;
	assert_true(lx_names_find(names, "Anna", &name));
	assert_string_equal(name.id, "1");
	assert_string_equal(name.name, "ANNA");
	assert_string_equal(name.last_message, "m4");
	lx_name_free(&name);
	assert_false(lx_names_find(names, "bert", &name));
	assert_false(lx_names_find(names, "", &name));
}

static void another_channel_begins_empty(void **state)
{
	(void)state;
	say("streamer", "1", "anna", "Anna", "m1");
	say("other", "2", "bert", "Bert", "m2");
	assert_matches("", "bert ");
}

static void the_silent_are_forgotten(void **state)
{
	(void)state;
	char login[32], id[32];
	struct lx_name name;

	for (int i = 0; i < LX_NAMES_MAX + 10; i++) {
		snprintf(login, sizeof(login), "viewer%d", i);
		snprintf(id, sizeof(id), "%d", i + 1);
		say("streamer", id, login, login, "m");
		say("streamer", "9", "always", "Always", "m");
	}
	assert_false(lx_names_find(names, "viewer0", &name));
	assert_false(lx_names_find(names, "viewer10", &name));
	assert_true(lx_names_find(names, "viewer11", &name));
	lx_name_free(&name);
	assert_true(lx_names_find(names, "always", &name));
	lx_name_free(&name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_wrote_last_comes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(another_channel_begins_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(the_silent_are_forgotten, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
