/* Modes of the chat: known, told, switched; with the simulator's Twitch. */
#include "core_world.h"

#include <string.h>

#include <util/bmem.h>

#include "platform/memory.h"

#define told(world, ...) wait_until(world, core_seen(world, "chat_modes", __VA_ARGS__, NULL) > 0)

static bool set_mode(struct core_world *world, const char *mode, bool on, int64_t value)
{
	calldata_t call;
	calldata_init(&call);
	calldata_set_string(&call, "mode", mode);
	calldata_set_bool(&call, "on", on);
	calldata_set_int(&call, "value", value);
	assert_true(proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_SET_CHAT_MODE), &call));
	bool ok = calldata_bool(&call, "ok");
	assert_int_equal(ok, !*calldata_string(&call, "error"));
	calldata_free(&call);
	return ok;
}

static void start(struct core_world *world, const char *user, const char *channel)
{
	core_world_start(world, &(struct core_world_config){.user = user, .channel = channel});
	wait_until(world, core_link_is(world, "chat", "online"));
	told(world, "\"slow\":0");
}

static void they_are_switched_and_told(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer", NULL);
	told(&world, "\"shield\":0"); /* was asked for */

	assert_true(set_mode(&world, "slow", true, 30));
	told(&world, "\"slow\":1", "\"slow_s\":30", "\"slow_since_ms\":1");
	assert_true(set_mode(&world, "followers", true, 0));
	told(&world, "\"followers\":1", "\"followers_min\":0", "\"slow_s\":30");
	assert_true(set_mode(&world, "followers", true, 10));
	told(&world, "\"followers\":1", "\"followers_min\":10");
	assert_true(set_mode(&world, "subscribers", true, 0));
	told(&world, "\"subscribers\":1");
	assert_true(set_mode(&world, "emotes", true, 0));
	told(&world, "\"emotes\":1");
	assert_true(set_mode(&world, "unique", true, 0));
	told(&world, "\"unique\":1");
	assert_true(set_mode(&world, "shield", true, 0));
	told(&world, "\"shield\":1");
	core_seen_clear(&world);
	assert_true(set_mode(&world, "slow", false, 0));
	told(&world, "\"slow\":0", "\"slow_s\":0", "\"followers\":1");

	/* By somebody else. */
	core_world_control(&world, "chat.settings", "{\"slow\":10,\"by\":\"modi\"}");
	told(&world, "\"slow\":1", "\"slow_s\":10");

	/* Limits are said at once, and nothing is sent. */
	int sent = core_world_requests(&world, "PATCH", "/helix/chat/settings", 0);
	assert_false(set_mode(&world, "slow", true, 2));
	assert_false(set_mode(&world, "slow", true, 121));
	assert_false(set_mode(&world, "followers", true, 129601));
	assert_false(set_mode(&world, "nonsense", true, 0));
	assert_int_equal(core_world_requests(&world, "PATCH", "/helix/chat/settings", 0), sent);
	core_world_stop(&world);
}

/* What was on before we came has no beginning, but for the shield, of which Twitch says it. */
static void what_was_on_before_is_known_too(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = NULL});
	core_world_control(&world, "chat.settings", "{\"slow\":20,\"followers\":60}");
	cJSON_Delete(core_world_helix_as(&world, "broadcastertoken00000000000001", "PUT",
					 "/moderation/shield_mode?broadcaster_id=100000002&moderator_id=100000002",
					 "{\"is_active\":true}"));
	lx_account_login_token(lx_core_account(world.core), LX_ACCOUNT_MAIN, "", "broadcastertoken00000000000001");
	told(&world, "\"slow\":1", "\"slow_s\":20", "\"slow_since_ms\":0", "\"followers_min\":60");
	told(&world, "\"shield\":1", "\"shield_since_ms\":1");
	core_world_stop(&world);
}

static void refusals_are_told_in_words(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "viewer", "streamer");
	assert_true(set_mode(&world, "emotes", true, 0));
	wait_until(&world, core_seen(&world, "notice", "livextrem_mode_failed", "Emotes only", NULL) == 1);
	assert_int_equal(core_seen(&world, "chat_modes", "\"emotes\":1", NULL), 0);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(they_are_switched_and_told),
		lx_unit_test(what_was_on_before_is_known_too),
		lx_unit_test(refusals_are_told_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
