/* Moderation while Twitch is in trouble: every wish is carried out in the end, and none of them twice. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define MANY 30

static void start(struct core_world *world, bool plain)
{
	core_world_start(world, &(struct core_world_config){.user = "streamer", .plain = plain});
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_link_is(world, "helix", "online"));
	wait_until(world, core_world_subscribed(world, "channel.moderate") == 1);
}

/* Somebody who was never seen before. */
static char *newcomer(struct core_world *world, int number)
{
	char login[26];
	snprintf(login, sizeof(login), "troll_%d", number);
	return core_world_user(world, login);
}

static int actions(struct core_world *world, const char *state)
{
	char text[32];
	snprintf(text, sizeof(text), "\"state\":\"%s\"", state);
	return core_seen(world, "action", text, NULL);
}

/* How often chat was told that this person is banned. */
static int banned(struct core_world *world, const char *id)
{
	return core_seen(world, "user_banned", id, NULL) - core_seen(world, "user_banned", id, "\"update\":true", NULL);
}

/* Time passes until all are through; not while requests come in, which take real time. */
static bool are_through(struct core_world *world, int count, int *received)
{
	int now = core_world_requests(world, "POST", "/moderation/bans", 0);
	if (now == *received)
		core_world_pass(world, 1);
	*received = now;
	return actions(world, "done") + actions(world, "failed") >= count;
}

static void ban_many(struct core_world *world)
{
	char *ids[MANY];
	int received = -1;
	for (int i = 0; i < MANY; i++) {
		ids[i] = newcomer(world, i);
		assert_true(
			core_world_call(world, LX_PROC_BAN, "user_id", ids[i], "reason", "", "origin", "test", NULL));
	}
	wait_until(world, are_through(world, MANY, &received));
	assert_int_equal(actions(world, "failed"), 0);
	assert_int_equal(core_world_requests(world, "POST", "/moderation/bans", 200), MANY);
	for (int i = 0; i < MANY; i++) {
		wait_until(world, banned(world, ids[i]) == 1);
		bfree(ids[i]);
	}
}

/* --- too many requests ------------------------------------------------------------------------------------------------- */

static void no_points_are_left(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, false);
	core_world_control(
		&world, "fault",
		"{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"remaining\":0,\"ms\":2000,\"count\":20,"
		"\"path\":\"/moderation/bans\"}");
	ban_many(&world);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 429), 20);
	core_world_stop(&world);
}

static void points_are_left_but_it_is_refused(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, false);
	core_world_control(&world, "fault",
			   "{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"remaining\":700,\"count\":20,"
			   "\"path\":\"/moderation/bans\"}");
	ban_many(&world);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 429), 20);
	core_world_stop(&world);
}

/* Twitch's own limiter, when somebody else used it up with the same account. */
static void the_bucket_is_empty(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, true);
	core_world_control(&world, "helix", "{\"remaining\":0}");
	ban_many(&world);
	core_world_stop(&world);
}

/* --- trouble ------------------------------------------------------------------------------------------------------------ */

static void every_trouble_is_outlived(void **state)
{
	(void)state;
	static const char *const kinds[] = {
		"\"kind\":\"status\",\"status\":500",
		"\"kind\":\"status\",\"status\":503,\"count\":3",
		"\"kind\":\"status\",\"status\":502,\"body\":\"<html><h1>Bad Gateway</h1></html>\"",
		"\"kind\":\"empty\",\"status\":504",
		"\"kind\":\"bad_json\"",
		"\"kind\":\"wrong_types\"",
		"\"kind\":\"slow\",\"ms\":300",
		"\"kind\":\"close\"",
		"\"kind\":\"close_after\"",
		"\"kind\":\"half\"",
		"\"kind\":\"reset\"",
		"\"kind\":\"dribble\"",
		"\"kind\":\"garbage\"",
		"\"kind\":\"large\",\"ms\":64",
		"\"kind\":\"status\",\"status\":401", /* refreshed, and asked again */
	};
	for (int plain = 0; plain < 2; plain++) {
		struct core_world world;
		start(&world, plain != 0);
		for (int i = 0; i < (int)(sizeof(kinds) / sizeof(*kinds)); i++) {
			char *id = newcomer(&world, i), fault[256];
			snprintf(fault, sizeof(fault), "{\"where\":\"http\",\"path\":\"/moderation/bans\",%s}",
				 kinds[i]);
			core_seen_clear(&world);
			core_world_control(&world, "fault", fault);
			assert_true(core_world_call(&world, LX_PROC_BAN, "user_id", id, "reason", "", "origin", "test",
						    NULL));
			wait_until(&world, actions(&world, "done") + actions(&world, "failed") == 1);
			if (actions(&world, "failed"))
				fail_msg("%s: the ban failed", kinds[i]);
			wait_until(&world, banned(&world, id) == 1);
			bfree(id);
		}
		wait_until(&world, core_link_is(&world, "helix", "online"));
		core_world_stop(&world);
	}
}

/* An answer that does not come is waited for, but not for ever: lost before it was carried out, and after. */
static void no_answer_is_outlived(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, false);
	char *ids[2] = {newcomer(&world, 0), newcomer(&world, 1)};
	core_world_control(&world, "fault", "{\"where\":\"http\",\"path\":\"/moderation/bans\",\"kind\":\"stall\"}");
	core_world_control(&world, "fault",
			   "{\"where\":\"http\",\"path\":\"/moderation/bans\",\"kind\":\"stall_after\"}");
	for (int i = 0; i < 2; i++)
		assert_true(
			core_world_call(&world, LX_PROC_BAN, "user_id", ids[i], "reason", "", "origin", "test", NULL));
	wait_until(&world, actions(&world, "done") + actions(&world, "failed") == 2);
	assert_int_equal(actions(&world, "failed"), 0);
	for (int i = 0; i < 2; i++) {
		wait_until(&world, banned(&world, ids[i]) == 1);
		bfree(ids[i]);
	}
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(no_points_are_left),    lx_unit_test(points_are_left_but_it_is_refused),
		lx_unit_test(the_bucket_is_empty),   lx_unit_test(every_trouble_is_outlived),
		lx_unit_test(no_answer_is_outlived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
