/* Modes of the chat with events in an order that the network is free to choose. With a simulated Twitch: test_core_modes. */
#include "stage.h"

#include <util/dstr.h>

#include "moderation/chat_modes.h"

/* --- Helix as this part sees it: stands in for helix.c, which the linker then leaves out ----------------------------- */

static size_t calls;

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	(void)helix;
	calls++;
	const struct lx_helix_result result = {.error = LX_HELIX_CONFLICT, .message = "Not now."};
	call->done(&result, call->data);
	return calls;
}

bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing)
{
	(void)helix;
	(void)endpoint;
	(void)missing;
	return true;
}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

static struct stage stage;
static struct lx_chat_mode_switch *modes;
static struct dstr said;

static void on_modes(const struct lx_event *event, void *data)
{
	(void)data;
	dstr_catf(&said, "%s slow %d %d;", event->channel, (int)event->chat_modes.slow, (int)event->chat_modes.slow_s);
}

static void on_notice(const struct lx_event *event, void *data)
{
	(void)data;
	dstr_catf(&said, "%s: %s;", event->notice.id, event->notice.text);
}

static int setup(void **state)
{
	lx_leak_setup(state);
	calls = 0;
	dstr_init(&said);
	stage_open(&stage);
	lx_bus_connect(stage.bus, LX_EVENT_CHAT_MODES, on_modes, NULL);
	lx_bus_connect(stage.bus, LX_EVENT_NOTICE, on_notice, NULL);
	modes = lx_chat_mode_switch_create(
		&(struct lx_chat_mode_config){.loop = stage.loop, .bus = stage.bus, .text = stage.text});
	return 0;
}

static int teardown(void **state)
{
	lx_chat_mode_switch_destroy(modes);
	stage_close(&stage);
	dstr_free(&said);
	return lx_leak_teardown(state);
}

static void assert_said(const char *what)
{
	stage_turn(&stage);
	assert_string_equal(said.array ? said.array : "", what);
	dstr_copy(&said, "");
}

static void room_state(const char *channel, const char *room_id, int slow_s)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ROOM_STATE);
	event.channel = channel;
	event.room_id = room_id;
	event.room.slow_s = slow_s;
	event.room.followers_min = -1;
	lx_bus_emit(stage.bus, &event);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

/* The chat's state is the first that names the channel's id: it must not be missed because nobody knew the id before. */
static void what_the_chat_says_first_is_heard(void **state)
{
	(void)state;
	lx_chat_mode_set_channel(modes, "streamer", "");
	assert_said("streamer slow -1 0;");
	room_state("streamer", "100", 30);
	assert_said("streamer slow 1 30;");
	/* The id is told to all parts then; what is known stays known. */
	lx_chat_mode_set_channel(modes, "streamer", "100");
	assert_said("");
	room_state("streamer", "100", 0);
	assert_said("streamer slow 0 0;");
}

static void other_channels_do_not_matter(void **state)
{
	(void)state;
	lx_chat_mode_set_channel(modes, "streamer", "");
	assert_said("streamer slow -1 0;");
	room_state("another", "200", 30);
	assert_said("");
	room_state("streamer", "100", 0);
	assert_said("streamer slow 0 0;");
	room_state("another", "200", 30);
	assert_said("");
	lx_chat_mode_set_channel(modes, "another", "");
	assert_said("another slow -1 0;");
}

static void on_told(const struct lx_outcome *outcome, void *data)
{
	dstr_catf(data, "told %d %s;", (int)outcome->error, outcome->sentence);
}

static void a_refusal_is_told_to_who_asked_or_to_all(void **state)
{
	(void)state;
	struct dstr error = {0};
	lx_chat_mode_set_channel(modes, "streamer", "100");
	assert_said("streamer slow -1 0;");
	assert_true(
		lx_chat_mode_set(modes, &(struct lx_chat_mode_wish){.mode = LX_CHAT_MODE_EMOTES, .on = true}, &error));
	assert_said("livextrem_mode_failed: Emotes only was not changed: Not now.;");
	assert_true(lx_chat_mode_set(
		modes, &(struct lx_chat_mode_wish){.mode = LX_CHAT_MODE_EMOTES, .told = on_told, .data = &said},
		&error));
	struct dstr wanted = {0};
	dstr_printf(&wanted, "told %d Not now.;", (int)LX_HELIX_CONFLICT);
	assert_said(wanted.array);
	dstr_free(&wanted);
	/* What is refused at once is not told a second time. */
	assert_false(lx_chat_mode_set(
		modes,
		&(struct lx_chat_mode_wish){.mode = LX_CHAT_MODE_SLOW, .on = true, .told = on_told, .data = &said},
		&error));
	assert_false(dstr_is_empty(&error));
	assert_said("");
	dstr_free(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_chat_says_first_is_heard, setup, teardown),
		cmocka_unit_test_setup_teardown(other_channels_do_not_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refusal_is_told_to_who_asked_or_to_all, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
