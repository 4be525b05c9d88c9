#include "stage.h"

#include <stdlib.h>
#include <string.h>

#include <util/dstr.h>

#include "fake_http.h"
#include "moderation/actions.h"
#include "platform/memory.h"

#define ME "100000002"
#define ROOM "100000001"

static struct stage stage;
static struct lx_helix *helix;
static struct lx_actions *actions;
static struct dstr error;

static bool get_credentials(struct lx_credentials *out, void *data)
{
	*out = (struct lx_credentials){bstrdup("client"), bstrdup("token"), bstrdup(ME), bstrdup("mod")};
	return true;
}

/* What was announced: "3 ban queued user=5 login=anna dock; 3 ban done …" */
static struct dstr said;

static void on_action(const struct lx_event *event, void *data)
{
	const struct lx_action *action = &event->action;

	dstr_catf(&said, "%llu %s %s", (unsigned long long)action->id, lx_action_kind_word(action->kind),
		  lx_action_state_word(action->state));
	if (action->undoes)
		dstr_catf(&said, " undoes=%llu", (unsigned long long)action->undoes);
	if (*action->error)
		dstr_catf(&said, " %s", action->error);
	if (*action->detail)
		dstr_catf(&said, " (%s)", action->detail);
	dstr_cat(&said, "; ");
}

static int setup(void **state)
{
	lx_leak_setup(state);
	dstr_init(&said);
	dstr_init(&error);
	da_init(fake_http.requests);
	stage_open(&stage);
	lx_bus_connect(stage.bus, LX_EVENT_ACTION, on_action, NULL);
	helix = lx_helix_create(&(const struct lx_helix_config){
		.loop = stage.loop,
		.bus = stage.bus,
		.text = stage.text,
		.random = &lx_test_random,
		.base_url = "https://t",
		.credentials = {get_credentials, NULL, NULL, NULL},
	});
	actions = lx_actions_create(&(const struct lx_actions_config){.helix = helix,
								      .loop = stage.loop,
								      .bus = stage.bus,
								      .text = stage.text});
	lx_actions_bind(actions, stage.bus);
	return 0;
}

static int teardown(void **state)
{
	lx_bus_unbind_all(stage.bus);
	lx_actions_destroy(actions);
	lx_helix_destroy(helix);
	fake_http_finish();
	lx_bus_disconnect(stage.bus, LX_EVENT_ACTION, on_action, NULL);
	stage_close(&stage);
	dstr_free(&said);
	dstr_free(&error);
	return lx_leak_teardown(state);
}

/* A channel whose id is known; its warming request is answered and forgotten. */
static size_t base;
static void in_channel(void)
{
	lx_actions_set_channel(actions, ROOM, "streamer");
	stage_turn(&stage);
	fake_answer(0, 200, "{\"data\":[]}");
	base = 1;
}

static const struct fake_request *request(size_t index)
{
	assert_true(base + index < fake_http.requests.num);
	return &fake_http.requests.array[base + index];
}

static size_t sent(void)
{
	return fake_http.requests.num - base;
}

static void answer(size_t index, long status, const char *body)
{
	fake_answer(base + index, status, body);
	stage_turn(&stage);
}

#define assert_said(words)                                           \
	{                                                            \
		stage_turn(&stage);                                              \
		assert_string_equal(said.array ? said.array : "", words); \
		dstr_free(&said);                                    \
	}

static uint64_t act(enum lx_action_kind kind, const char *user_id, int64_t duration)
{
	const struct lx_wish wish = {.kind = kind, .user_id = user_id, .duration_s = duration, .origin = "dock"};
	return lx_actions_do(actions, &wish, &error);
}

static uint64_t act_by_name(enum lx_action_kind kind, const char *login)
{
	const struct lx_wish wish = {.kind = kind, .user_login = login, .origin = "dock"};
	return lx_actions_do(actions, &wish, &error);
}

static uint64_t undo(uint64_t id)
{
	dstr_free(&error);
	return lx_actions_undo(actions, id, "hotkey", &error);
}

static void one_click_is_one_request_by_user_id(void **state)
{
	in_channel();
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 1);
	stage_turn(&stage);
	assert_int_equal(sent(), 1);
	assert_string_equal(request(0)->method, "POST");
	assert_string_equal(request(0)->url, "https://t/moderation/bans?broadcaster_id=" ROOM "&moderator_id=" ME);
	assert_string_equal(request(0)->body, "{\"data\":{\"user_id\":\"5\"}}");
	assert_said("1 ban queued; ");
	answer(0, 200, "{\"data\":[{}]}");
	assert_said("1 ban done; ");
	assert_int_equal(sent(), 1);
}

static void each_kind_has_its_request(void **state)
{
	in_channel();
	const struct lx_wish timeout = {.kind = LX_ACTION_TIMEOUT,
					.user_id = "5",
					.duration_s = 600,
					.reason = "sp\"am",
					.origin = "dock"};
	const struct lx_wish delete = {.kind = LX_ACTION_DELETE, .message_id = "abc-1", .origin = "dock"};
	const struct lx_wish clear = {.kind = LX_ACTION_CLEAR};
	assert_int_equal(lx_actions_do(actions, &timeout, &error), 1);
	assert_int_equal(act(LX_ACTION_UNBAN, "6", 0), 2);
	assert_int_equal(lx_actions_do(actions, &delete, &error), 3);
	assert_int_equal(lx_actions_do(actions, &clear, &error), 4);
	stage_turn(&stage);
	assert_string_equal(request(0)->body,
			    "{\"data\":{\"user_id\":\"5\",\"duration\":600,\"reason\":\"sp\\\"am\"}}");
	assert_string_equal(request(1)->method, "DELETE");
	assert_string_equal(request(1)->url,
			    "https://t/moderation/bans?broadcaster_id=" ROOM "&user_id=6&moderator_id=" ME);
	assert_string_equal(request(2)->url,
			    "https://t/moderation/chat?broadcaster_id=" ROOM "&message_id=abc-1&moderator_id=" ME);
	assert_string_equal(request(3)->url, "https://t/moderation/chat?broadcaster_id=" ROOM "&moderator_id=" ME);
	for (size_t i = 0; i < 4; i++)
		answer(i, 204, "");
	assert_said("1 timeout queued; 2 unban queued; 3 delete queued; 4 clear queued; "
		    "1 timeout done; 2 unban done; 3 delete done; 4 clear done; ");
}

static void nonsense_is_refused_at_once(void **state)
{
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 0);
	assert_string_equal(error.array, "No channel is connected. Connect to one first.");
	in_channel();
	static const struct {
		struct lx_wish wish;
		const char *words;
	} cases[] = {
		{{.kind = LX_ACTION_BAN}, "Nobody was chosen"},
		{{.kind = LX_ACTION_BAN, .user_login = "@"}, "Nobody was chosen"},
		{{.kind = LX_ACTION_UNBAN, .message_id = "x"}, "Nobody was chosen"},
		{{.kind = LX_ACTION_DELETE, .user_id = "5"}, "No message was chosen"},
		{{.kind = LX_ACTION_TIMEOUT, .user_id = "5"}, "from 1 second"},
		{{.kind = LX_ACTION_TIMEOUT, .user_id = "5", .duration_s = 1209601}, "from 1 second"},
		{{.kind = LX_ACTION_TIMEOUT, .user_id = "5", .duration_s = -1}, "from 1 second"},
		{{.kind = LX_ACTION_BAN, .user_id = ROOM}, "The broadcaster cannot be moderated."},
		{{.kind = LX_ACTION_BAN, .user_login = " Streamer"}, "The broadcaster cannot be moderated."},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dstr_free(&error);
		assert_int_equal(lx_actions_do(actions, &cases[i].wish, &error), 0);
		assert_non_null(strstr(error.array, cases[i].words));
	}
	dstr_free(&error);
	struct dstr reason = {0};
	for (int i = 0; i < 501; i++)
		dstr_cat(&reason, "ř");
	const struct lx_wish longer = {.kind = LX_ACTION_BAN, .user_id = "5", .reason = reason.array};
	assert_int_equal(lx_actions_do(actions, &longer, &error), 0);
	assert_non_null(strstr(error.array, "500"));
	dstr_free(&reason);
	stage_turn(&stage);
	assert_int_equal(sent(), 0);
	assert_said("");
}

static void a_second_click_is_the_first(void **state)
{
	in_channel();
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 1);
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 1);
	stage_turn(&stage);
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 1);
	assert_int_equal(act(LX_ACTION_BAN, "6", 0), 2);
	stage_turn(&stage);
	assert_int_equal(sent(), 2);
	assert_said("1 ban queued; 2 ban queued; ");
	answer(0, 200, "{}");
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 3); /* a new wish: the first is over */
	stage_turn(&stage);
	assert_int_equal(sent(), 3);
	const struct lx_wish delete = {.kind = LX_ACTION_DELETE, .message_id = "m", .user_id = "5"};
	assert_int_equal(lx_actions_do(actions, &delete, &error), 4);
	assert_int_equal(lx_actions_do(actions, &delete, &error), 4);
	stage_turn(&stage);
	assert_int_equal(sent(), 4);
}

static void another_length_is_another_wish(void **state)
{
	in_channel();
	assert_int_equal(act(LX_ACTION_TIMEOUT, "5", 60), 1);
	assert_int_equal(act(LX_ACTION_TIMEOUT, "5", 60), 1);
	assert_int_equal(act(LX_ACTION_TIMEOUT, "5", 600), 2);
	stage_turn(&stage);
	answer(0, 200, "{}");
	assert_string_equal(request(1)->body, "{\"data\":{\"user_id\":\"5\",\"duration\":600}}");
}

static void wishes_for_one_user_keep_their_order(void **state)
{
	in_channel();
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 1);
	assert_int_equal(act(LX_ACTION_UNBAN, "5", 0), 2);
	assert_int_equal(act(LX_ACTION_BAN, "5", 0), 3); /* not the first: something else was wished since */
	assert_int_equal(act(LX_ACTION_TIMEOUT, "6", 60), 4);
	stage_turn(&stage);
	assert_int_equal(sent(), 2);
	answer(0, 503, ""); /* the ban is tried again: the unban must not overtake it */
	assert_int_equal(sent(), 2);
	lx_test_clock_advance(&stage.clock, 1000);
	stage_turn(&stage);
	assert_int_equal(sent(), 3);
	answer(2, 200, "{}");
	assert_int_equal(sent(), 4);
	assert_string_equal(request(3)->method, "DELETE");
	answer(3, 204, "");
	assert_string_equal(request(4)->method, "POST");
	answer(4, 200, "{}");
	assert_said(
		"1 ban queued; 2 unban queued; 3 ban queued; 4 timeout queued; 1 ban done; 2 unban done; 3 ban done; ");
}

static void by_name_looks_up_first(void **state)
{
	in_channel();
	assert_int_equal(act_by_name(LX_ACTION_BAN, "@Anna "), 1);
	assert_int_equal(act_by_name(LX_ACTION_BAN, "anna"), 1);
	stage_turn(&stage);
	assert_string_equal(request(0)->url, "https://t/users?login=anna");
	answer(0, 200, "{\"data\":[{\"id\":\"5\",\"login\":\"anna\",\"display_name\":\"Anna\"}]}");
	assert_string_equal(request(1)->body, "{\"data\":{\"user_id\":\"5\"}}");
	answer(1, 200, "{}");
	assert_said("1 ban queued; 1 ban done; ");

	act_by_name(LX_ACTION_UNBAN, "nobody");
	stage_turn(&stage);
	answer(2, 200, "{\"data\":[]}");
	assert_int_equal(sent(), 3);
	assert_said(
		"2 unban queued; 2 unban failed not_found (Twitch knows no user of this name. Check the spelling; the account may "
		"also be suspended.); ");

	act_by_name(LX_ACTION_BAN, "alias"); /* a former name of the broadcaster, say */
	stage_turn(&stage);
	answer(3, 200, "{\"data\":[{\"id\":\"" ROOM "\",\"login\":\"streamer\"}]}");
	assert_int_equal(sent(), 4);
	assert_said("3 ban queued; 3 ban failed (The broadcaster cannot be moderated.); ");
}

static void the_channels_id_is_looked_up_when_it_is_needed(void **state)
{
	lx_actions_set_channel(actions, "", "streamer");
	stage_turn(&stage);
	fake_answer(0, 200, "{}");
	base = 1;
	act(LX_ACTION_BAN, "5", 0);
	act(LX_ACTION_BAN, "6", 0);
	stage_turn(&stage);
	assert_int_equal(sent(), 1); /* one look-up for both */
	assert_string_equal(request(0)->url, "https://t/users?login=streamer");
	answer(0, 200, "{\"data\":[{\"id\":\"" ROOM "\",\"login\":\"streamer\"}]}");
	assert_int_equal(sent(), 3);
	assert_non_null(strstr(request(1)->url, "broadcaster_id=" ROOM));
	act(LX_ACTION_BAN, "7", 0);
	stage_turn(&stage);
	assert_int_equal(sent(), 4); /* known now */
	act(LX_ACTION_BAN, ROOM, 0);
	assert_non_null(strstr(error.array, "broadcaster"));
}

static void failures_say_why_and_fulfilled_wishes_are_done(void **state)
{
	in_channel();
	act(LX_ACTION_BAN, "5", 0);
	act(LX_ACTION_UNBAN, "6", 0);
	act(LX_ACTION_TIMEOUT, "7", 60);
	act(LX_ACTION_BAN, "8", 0);
	stage_turn(&stage);
	answer(0, 400, "{\"message\":\"The user specified in the user_id field is already banned.\"}");
	answer(1, 400, "{\"message\":\"The user in the user_id query parameter is not banned.\"}");
	answer(2, 400, "{\"message\":\"The user specified in the user_id field is already banned.\"}");
	answer(3, 403, "");
	assert_said(
		"1 ban queued; 2 unban queued; 3 timeout queued; 4 ban queued; 1 ban done; 2 unban done; "
		"3 timeout failed invalid (This user is already banned. (Twitch: The user specified in the user_id field is already "
		"banned.)); 4 ban failed forbidden (Your account is not a moderator of this channel.); ");
	const struct lx_wish delete = {.kind = LX_ACTION_DELETE, .message_id = "m"};
	lx_actions_do(actions, &delete, &error);
	stage_turn(&stage);
	answer(4, 404, "");
	assert_said(
		"5 delete queued; 5 delete failed not_found (This message is already gone, or older than six hours.); ");
	/* but gone because our first try took it away, whose answer was lost, is done */
	lx_actions_do(actions, &delete, &error);
	stage_turn(&stage);
	fake_fail(base + 5, LX_HTTP_TIMEOUT, true);
	lx_test_clock_advance(&stage.clock, 1000);
	stage_turn(&stage);
	answer(6, 404, "");
	assert_said("6 delete queued; 6 delete done; ");
}

static void undo_takes_the_last_back(void **state)
{
	in_channel();
	assert_int_equal(undo(0), 0);
	assert_string_equal(error.array, "There is nothing to undo.");
	act(LX_ACTION_BAN, "5", 0);
	act(LX_ACTION_TIMEOUT, "6", 60);
	stage_turn(&stage);
	answer(0, 200, "{}");
	answer(1, 200, "{}");
	dstr_free(&said);
	assert_int_equal(undo(0), 3);
	assert_int_equal(undo(2), 0); /* under way already */
	stage_turn(&stage);
	assert_non_null(strstr(request(2)->url, "user_id=6"));
	assert_string_equal(request(2)->method, "DELETE");
	answer(2, 204, "");
	assert_said("3 unban queued undoes=2; 3 unban done undoes=2; 2 timeout undone; ");
	assert_int_equal(undo(0), 4); /* the one before, not the undo */
	stage_turn(&stage);
	assert_non_null(strstr(request(3)->url, "user_id=5"));
	answer(3, 400, "{\"message\":\"user is not banned\"}");
	assert_said("4 unban queued undoes=1; 4 unban done undoes=1; 1 ban undone; ");
	assert_int_equal(undo(0), 0);
	assert_int_equal(undo(1), 0);
	assert_int_equal(undo(77), 0);
}

static void what_cannot_be_undone_is_said_once(void **state)
{
	in_channel();
	const struct lx_wish delete = {.kind = LX_ACTION_DELETE, .message_id = "m"};
	const struct lx_wish clear = {.kind = LX_ACTION_CLEAR};
	act(LX_ACTION_BAN, "5", 0);
	lx_actions_do(actions, &delete, &error);
	lx_actions_do(actions, &clear, &error);
	stage_turn(&stage);
	for (size_t i = 0; i < 3; i++)
		answer(i, 204, "");
	assert_int_equal(undo(0), 0);
	assert_non_null(strstr(error.array, "cleared chat cannot"));
	assert_int_equal(undo(0), 0);
	assert_non_null(strstr(error.array, "deleted message cannot"));
	assert_int_equal(undo(0), 4);
	assert_int_equal(undo(2), 0); /* asked by name it is said again */
	assert_non_null(strstr(error.array, "deleted message cannot"));
}

static void an_undo_waits_for_what_it_undoes(void **state)
{
	in_channel();
	act(LX_ACTION_BAN, "5", 0);
	assert_int_equal(undo(0), 2);
	stage_turn(&stage);
	assert_int_equal(sent(), 1);
	answer(0, 200, "{}");
	assert_int_equal(sent(), 2);
	answer(1, 204, "");
	assert_said("1 ban queued; 2 unban queued undoes=1; 1 ban done; 2 unban done undoes=1; 1 ban undone; ");

	act(LX_ACTION_BAN, "6", 0);
	assert_int_equal(undo(0), 4);
	stage_turn(&stage);
	answer(2, 403, ""); /* nothing was done, so nothing is undone */
	assert_int_equal(sent(), 3);
	assert_non_null(strstr(said.array, "4 unban failed undoes=3 (This action was not carried out"));
}

static void tell_ban(const char *user_id, int64_t duration_s, const char *reason)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_USER_BANNED);
	event.room_id = ROOM;
	event.moderation.user_id = user_id;
	event.moderation.duration_s = duration_s;
	event.moderation.reason = reason;
	lx_bus_emit(stage.bus, &event);
}

static void an_unban_is_taken_back_if_the_ban_is_known(void **state)
{
	in_channel();
	tell_ban("5", 0, "spam"); /* by another moderator */
	tell_ban("6", 600, "");
	tell_ban("7", LX_DURATION_UNKNOWN, "");
	act(LX_ACTION_UNBAN, "5", 0);
	act(LX_ACTION_UNBAN, "6", 0);
	act(LX_ACTION_UNBAN, "7", 0);
	stage_turn(&stage);
	for (size_t i = 0; i < 3; i++)
		answer(i, 204, "");
	lx_test_clock_advance(&stage.clock, 100000);
	assert_int_equal(undo(3), 0);
	assert_non_null(strstr(error.array, "nothing is known of it"));
	assert_int_equal(undo(2), 4);
	assert_int_equal(undo(1), 5);
	stage_turn(&stage);
	assert_string_equal(request(3)->body, "{\"data\":{\"user_id\":\"6\",\"duration\":500}}");
	assert_string_equal(request(4)->body, "{\"data\":{\"user_id\":\"5\",\"reason\":\"spam\"}}");
	answer(3, 200, "{}");
	answer(4, 200, "{}");
	act(LX_ACTION_UNBAN, "6", 0);
	stage_turn(&stage);
	answer(5, 204, "");
	lx_test_clock_advance(&stage.clock, 600000);
	assert_int_equal(undo(6), 0);
	assert_string_equal(error.array, "The timeout is over already.");
}

static void a_lifted_ban_is_forgotten(void **state)
{
	in_channel();
	tell_ban("5", 0, "");
	tell_ban("6", 0, "");
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_USER_UNBANNED); /* by another moderator */
	event.room_id = ROOM;
	event.moderation.user_id = "6";
	lx_bus_emit(stage.bus, &event);
	act(LX_ACTION_UNBAN, "5", 0);
	act(LX_ACTION_UNBAN, "6", 0);
	stage_turn(&stage);
	answer(0, 204, "");
	answer(1, 204, "");
	act(LX_ACTION_UNBAN, "5", 0); /* there is nothing left to lift */
	stage_turn(&stage);
	answer(2, 400, "{\"message\":\"user is not banned\"}");
	assert_int_equal(undo(2), 0);
	assert_int_equal(undo(3), 0);
	assert_non_null(strstr(error.array, "nothing is known of it"));
	assert_int_equal(undo(1), 4);
}

static void an_undo_stays_in_its_channel(void **state)
{
	in_channel();
	act(LX_ACTION_BAN, "5", 0);
	stage_turn(&stage);
	answer(0, 200, "{}");
	lx_actions_set_channel(actions, "777", "other");
	undo(0);
	stage_turn(&stage);
	const struct fake_request *last = &fake_http.requests.array[fake_http.requests.num - 1];
	for (size_t i = 0; i < fake_http.requests.num; i++)
		if (strcmp(fake_http.requests.array[i].method, "DELETE") == 0)
			last = &fake_http.requests.array[i];
	assert_non_null(strstr(last->url, "broadcaster_id=" ROOM));
}

static void history_is_bounded(void **state)
{
	in_channel();
	for (int i = 0; i < 250; i++) {
		char id[16];
		snprintf(id, sizeof(id), "%d", 1000 + i);
		act(LX_ACTION_BAN, id, 0);
		stage_turn(&stage);
		answer((size_t)i, 200, "{}");
	}
	assert_int_equal(undo(1), 0); /* forgotten */
	assert_string_equal(error.array, "There is nothing to undo.");
	assert_int_equal(undo(60), 251);
}

static void procedures_answer_at_once(void **state)
{
	in_channel();
	calldata_t call = {0};
	calldata_set_string(&call, "user_id", "5");
	calldata_set_int(&call, "duration_s", 600);
	calldata_set_string(&call, "reason", "spam");
	calldata_set_string(&call, "origin", "vendor");
	assert_true(proc_handler_call(stage.procs, "livextrem_timeout", &call));
	assert_true(calldata_bool(&call, "ok"));
	assert_string_equal(calldata_string(&call, "error"), "");
	assert_int_equal(calldata_int(&call, "action_id"), 1);
	calldata_free(&call);

	call = (calldata_t){0};
	assert_true(proc_handler_call(stage.procs, "livextrem_ban", &call));
	assert_false(calldata_bool(&call, "ok"));
	assert_non_null(strstr(calldata_string(&call, "error"), "Nobody was chosen"));
	assert_int_equal(calldata_int(&call, "action_id"), 0);
	calldata_set_string(&call, "user_login", "anna");
	assert_true(proc_handler_call(stage.procs, "livextrem_ban", &call));
	assert_int_equal(calldata_int(&call, "action_id"), 2);
	calldata_set_string(&call, "user_id", "9");
	assert_true(proc_handler_call(stage.procs, "livextrem_unban", &call));
	assert_int_equal(calldata_int(&call, "action_id"), 3);
	calldata_set_string(&call, "message_id", "m");
	assert_true(proc_handler_call(stage.procs, "livextrem_delete", &call));
	assert_int_equal(calldata_int(&call, "action_id"), 4);
	assert_true(proc_handler_call(stage.procs, "livextrem_clear_chat", &call));
	assert_int_equal(calldata_int(&call, "action_id"), 5);
	assert_true(proc_handler_call(stage.procs, "livextrem_undo", &call));
	assert_false(calldata_bool(&call, "ok"));
	assert_non_null(strstr(calldata_string(&call, "error"), "cannot be brought back"));
	calldata_free(&call);
	stage_turn(&stage);
	assert_string_equal(request(0)->body, "{\"data\":{\"user_id\":\"5\",\"duration\":600,\"reason\":\"spam\"}}");
}

static void closing_leaves_nothing_unsaid(void **state)
{
	in_channel();
	act(LX_ACTION_BAN, "5", 0);
	act(LX_ACTION_UNBAN, "5", 0);
	stage_turn(&stage);
	lx_bus_unbind_all(stage.bus);
	lx_actions_destroy(actions);
	actions = NULL;
	assert_said("1 ban queued; 2 unban queued; 1 ban failed (liveXtrem was closed before Twitch answered.); "
		    "2 unban failed (liveXtrem was closed before Twitch answered.); ");
	fake_answer(base, 200, "{}"); /* nobody is there any more */
}

/* A listener that acts, as a rule or a script would. */
static void on_action_act_again(const struct lx_event *event, void *data)
{
	if (event->action.id < 3 && event->action.state == LX_ACTION_DONE)
		act(LX_ACTION_BAN, event->action.id == 1 ? "21" : "22", 0);
}

static void listeners_may_act(void **state)
{
	in_channel();
	lx_bus_connect(stage.bus, LX_EVENT_ACTION, on_action_act_again, NULL);
	act(LX_ACTION_BAN, "20", 0);
	for (size_t i = 0; i < 3; i++) {
		stage_turn(&stage);
		answer(i, 200, "{}");
	}
	lx_bus_disconnect(stage.bus, LX_EVENT_ACTION, on_action_act_again, NULL);
	assert_said("1 ban queued; 1 ban done; 2 ban queued; 2 ban done; 3 ban queued; 3 ban done; ");
}

int main(void)
{
	lx_memory_init();
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_click_is_one_request_by_user_id),
		TEST(each_kind_has_its_request),
		TEST(nonsense_is_refused_at_once),
		TEST(a_second_click_is_the_first),
		TEST(another_length_is_another_wish),
		TEST(wishes_for_one_user_keep_their_order),
		TEST(by_name_looks_up_first),
		TEST(the_channels_id_is_looked_up_when_it_is_needed),
		TEST(failures_say_why_and_fulfilled_wishes_are_done),
		TEST(undo_takes_the_last_back),
		TEST(what_cannot_be_undone_is_said_once),
		TEST(an_undo_waits_for_what_it_undoes),
		TEST(an_unban_is_taken_back_if_the_ban_is_known),
		TEST(a_lifted_ban_is_forgotten),
		TEST(an_undo_stays_in_its_channel),
		TEST(history_is_bounded),
		TEST(procedures_answer_at_once),
		TEST(closing_leaves_nothing_unsaid),
		TEST(listeners_may_act),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
