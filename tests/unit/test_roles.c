#include "stage.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"
#include "twitch/roles.h"

#define ME "100"
#define ROOM "200"
#define SCOPES "chat:read moderator:manage:banned_users moderator:manage:chat_messages user:read:moderated_channels"

/* --- Helix as the roles see it: these stand in for helix.c, which the linker then leaves out ------------------------ */

static struct {
	uint64_t id;
	lx_helix_done done;
	void *data;
} pending[8];
static size_t pending_count;
static uint64_t last_id;
static int asked;

uint64_t lx_helix_send_all(struct lx_helix *helix, const struct lx_helix_call *call, size_t max_items)
{
	assert_int_equal(call->endpoint, LX_HELIX_GET_MODERATED_CHANNELS);
	assert_int_equal(call->query_count, 1);
	assert_string_equal(call->query[0].name, "user_id");
	assert_string_equal(call->query[0].value, ME);
	assert_true(max_items >= 100);
	pending[pending_count].id = ++last_id;
	pending[pending_count].done = call->done;
	pending[pending_count++].data = call->data;
	asked++;
	return last_id;
}

void lx_helix_cancel(struct lx_helix *helix, uint64_t id) {}

/* --- the stage ---------------------------------------------------------------------------------------------------- */

static struct stage stage;
static struct lx_roles *roles;
static struct dstr said; /* "streamer:moderator(missing scopes); …" */

static void on_permission(const struct lx_event *event, void *data)
{
	dstr_catf(&said, "%s:%s", event->channel, lx_channel_role_word(event->permission.role));
	if (*event->permission.missing_scopes)
		dstr_catf(&said, "(%s)", event->permission.missing_scopes);
	dstr_cat(&said, "; ");
}

static int setup(void **state)
{
	lx_leak_setup(state);
	pending_count = 0;
	asked = 0;
	dstr_init(&said);
	stage_open(&stage);
	lx_bus_connect(stage.bus, LX_EVENT_PERMISSION, on_permission, NULL);
	roles = lx_roles_create(&(struct lx_roles_config){.loop = stage.loop, .bus = stage.bus});
	return 0;
}

static void answer_with(enum lx_helix_error error, const char *json, const char *cursor)
{
	assert_true(pending_count > 0);
	cJSON *body = cJSON_Parse(json);
	const struct lx_helix_result result = {.error = error,
					       .message = "",
					       .twitch_message = "",
					       .json = body,
					       .data = cJSON_GetObjectItem(body, "data"),
					       .cursor = cursor};
	lx_helix_done done = pending[0].done;
	void *data = pending[0].data;
	memmove(pending, pending + 1, --pending_count * sizeof(*pending));
	done(&result, data);
	cJSON_Delete(body);
	stage_turn(&stage);
}

#define MODERATES "{\"data\":[{\"broadcaster_id\":\"7\"},{\"broadcaster_id\":\"" ROOM "\"}]}"
#define MODERATES_OTHERS "{\"data\":[{\"broadcaster_id\":\"7\"}]}"

static void answer(const char *json)
{
	answer_with(LX_HELIX_OK, json, "");
}

static int teardown(void **state)
{
	lx_roles_destroy(roles);
	while (pending_count) /* comes back to nobody */
		answer_with(LX_HELIX_CANCELLED, "{}", "");
	stage_close(&stage);
	dstr_free(&said);
	return lx_leak_teardown(state);
}

#define assert_said(words)                                           \
	{                                                            \
		stage_turn(&stage);                                              \
		assert_string_equal(said.array ? said.array : "", words); \
		dstr_free(&said);                                    \
	}

static void account(enum lx_account_state state, const char *user_id, const char *scopes)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.account.role = LX_ACCOUNT_MAIN;
	event.account.state = state;
	event.account.user_id = user_id;
	event.account.scopes = scopes;
	lx_bus_emit(stage.bus, &event);
	stage_turn(&stage);
}

static void sign_in(void)
{
	account(LX_ACCOUNT_SIGNED_IN, ME, SCOPES);
}

static void as_moderator(void)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	answer(MODERATES);
	dstr_free(&said);
	asked = 0;
}

static void refuse_action(const char *room_id, const char *error)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACTION);
	event.room_id = room_id;
	event.action.state = LX_ACTION_FAILED;
	event.action.error = error;
	lx_bus_emit(stage.bus, &event);
	stage_turn(&stage);
}

static void change_role(const char *room_id, const char *user_id)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ROLE_CHANGE);
	event.room_id = room_id;
	event.role_change.role = "moderator";
	event.role_change.user.id = user_id;
	lx_bus_emit(stage.bus, &event);
	stage_turn(&stage);
}

static void show_badges(const char *channel, uint32_t badges)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_USER_STATE);
	event.channel = channel;
	event.user.roles = badges;
	lx_bus_emit(stage.bus, &event);
	stage_turn(&stage);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void own_channel_needs_no_question(void **state)
{
	sign_in();
	assert_said(":unknown; ");
	lx_roles_set_channel(roles, "me", ME);
	assert_said("me:broadcaster; ");
	assert_int_equal(asked, 0);
}

static void moderator_is_who_twitch_says(void **state)
{
	lx_roles_set_channel(roles, "streamer", "");
	sign_in();
	assert_said("streamer:unknown; streamer:unknown; ");
	assert_int_equal(asked, 0); /* the channel's id is not known yet */
	lx_roles_set_channel(roles, "streamer", ROOM);
	assert_said("streamer:unknown; ");
	assert_int_equal(asked, 1);
	answer(MODERATES);
	assert_said("streamer:moderator; ");

	lx_roles_set_channel(roles, "other", "300");
	assert_said("other:unknown; ");
	assert_int_equal(asked, 2);
	answer(MODERATES);
	assert_said("other:none; ");
}

static void the_same_channel_again_is_no_news(void **state)
{
	as_moderator();
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	assert_said("");
}

static void badges_prove_nothing(void **state)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	show_badges("streamer", LX_ROLE_MODERATOR);
	assert_said("streamer:unknown; streamer:unknown; ");
	answer(MODERATES_OTHERS);
	assert_said("streamer:none; ");
	/* but they are a reason to ask */
	stage_pass(&stage, 6000);
	asked = 0;
	show_badges("elsewhere", LX_ROLE_MODERATOR);
	show_badges("streamer", LX_ROLE_SUBSCRIBER);
	assert_int_equal(asked, 0);
	show_badges("streamer", LX_ROLE_MODERATOR);
	assert_int_equal(asked, 1);
	answer(MODERATES);
	assert_said("streamer:moderator; ");
}

static void without_the_scope_nothing_is_known(void **state)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	assert_said("streamer:unknown; ");
	account(LX_ACCOUNT_SIGNED_IN, ME, "chat:read moderator:manage:banned_users");
	assert_said("streamer:unknown(moderator:manage:chat_messages); ");
	assert_int_equal(asked, 0);
	sign_in(); /* with more permissions */
	assert_said("streamer:unknown; ");
	assert_int_equal(asked, 1);
	answer_with(LX_HELIX_SCOPE, "{}", "");
	assert_said("");
	stage_pass(&stage, 3600000);
	assert_int_equal(asked, 1);
}

static void who_signs_out_may_nothing_that_is_known(void **state)
{
	as_moderator();
	account(LX_ACCOUNT_SIGNED_OUT, "", "");
	assert_said("streamer:unknown; ");
	account(LX_ACCOUNT_EXPIRED, ME, SCOPES);
	assert_said("");
	assert_int_equal(asked, 0);
}

static void the_bot_does_not_count(void **state)
{
	struct lx_event event;
	lx_roles_set_channel(roles, "streamer", ROOM);
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	event.account.role = LX_ACCOUNT_BOT;
	event.account.state = LX_ACCOUNT_SIGNED_IN;
	event.account.user_id = ME;
	event.account.scopes = SCOPES;
	lx_bus_emit(stage.bus, &event);
	stage_turn(&stage);
	assert_int_equal(asked, 0);
}

static void asked_again_when_twitch_refuses(void **state)
{
	as_moderator();
	stage_pass(&stage, 6000);
	refuse_action(ROOM, "network");
	refuse_action("300", "forbidden");
	assert_int_equal(asked, 0);
	refuse_action(ROOM, "forbidden");
	assert_int_equal(asked, 1);
	assert_said(""); /* what was known holds until the answer */
	answer(MODERATES_OTHERS);
	assert_said("streamer:none; ");
}

static void asked_again_when_the_role_changes(void **state)
{
	as_moderator();
	stage_pass(&stage, 6000);
	change_role("300", ME);
	change_role(ROOM, "300");
	assert_int_equal(asked, 0);
	change_role(ROOM, ME);
	assert_int_equal(asked, 1);
	/* the answer under way may be older than the second change */
	change_role(ROOM, ME);
	answer(MODERATES_OTHERS);
	assert_said("streamer:none; ");
	assert_int_equal(asked, 1);
	stage_pass(&stage, 6000);
	assert_int_equal(asked, 2);
	answer(MODERATES);
	assert_said("streamer:moderator; ");
}

static void a_storm_of_refusals_is_no_storm_of_questions(void **state)
{
	as_moderator();
	for (int i = 0; i < 600; i++) { /* a minute, ten a second */
		refuse_action(ROOM, "forbidden");
		if (pending_count)
			answer(MODERATES);
		stage_pass(&stage, 100);
	}
	assert_in_range(asked, 10, 13);
	assert_said("");
}

static void failures_are_tried_again_later_and_later(void **state)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	dstr_free(&said);
	asked = 0;
	for (int i = 0; i < 3600; i++) {
		if (pending_count)
			answer_with(LX_HELIX_NETWORK, "{}", "");
		stage_pass(&stage, 1000);
	}
	assert_in_range(asked, 7, 11);
	assert_said("");
	while (!pending_count)
		stage_pass(&stage, 1000);
	answer(MODERATES);
	assert_said("streamer:moderator; ");
}

static void what_was_known_survives_a_failure(void **state)
{
	as_moderator();
	stage_pass(&stage, 6000);
	lx_roles_refresh(roles);
	stage_turn(&stage);
	answer_with(LX_HELIX_SERVER, "{}", "");
	assert_said("");
}

static void looked_at_every_hour(void **state)
{
	as_moderator();
	stage_pass(&stage, 3599000);
	assert_int_equal(asked, 0);
	stage_pass(&stage, 2000);
	assert_int_equal(asked, 1);
	answer(MODERATES_OTHERS);
	assert_said("streamer:none; ");
}

static void a_list_without_end_proves_nothing(void **state)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	dstr_free(&said);
	answer_with(LX_HELIX_OK, MODERATES_OTHERS, "more");
	assert_said("");
}

static void late_answers_are_for_nobody(void **state)
{
	lx_roles_set_channel(roles, "streamer", ROOM);
	sign_in();
	lx_roles_set_channel(roles, "other", "300");
	stage_turn(&stage);
	dstr_free(&said);
	answer(MODERATES); /* asked for the first channel */
	assert_said("");
	answer(MODERATES_OTHERS);
	assert_said("other:none; ");
}

#define roles_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		roles_test(own_channel_needs_no_question),
		roles_test(moderator_is_who_twitch_says),
		roles_test(the_same_channel_again_is_no_news),
		roles_test(badges_prove_nothing),
		roles_test(without_the_scope_nothing_is_known),
		roles_test(who_signs_out_may_nothing_that_is_known),
		roles_test(the_bot_does_not_count),
		roles_test(asked_again_when_twitch_refuses),
		roles_test(asked_again_when_the_role_changes),
		roles_test(a_storm_of_refusals_is_no_storm_of_questions),
		roles_test(failures_are_tried_again_later_and_later),
		roles_test(what_was_known_survives_a_failure),
		roles_test(looked_at_every_hour),
		roles_test(a_list_without_end_proves_nothing),
		roles_test(late_answers_are_for_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
