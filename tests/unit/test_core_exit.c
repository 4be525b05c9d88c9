/* OBS ends when it ends: at any of these moments the core is gone at once and leaves nothing behind (core_world checks both). */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "platform/memory.h"

static const char token_path[] = "/oauth2/token";

static void is_online(struct core_world *world)
{
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_link_is(world, "eventsub", "online"));
	wait_until(world, core_link_is(world, "helix", "online"));
}

static void at_once(struct core_world *world)
{
	(void)world;
}

static void while_connecting(struct core_world *world)
{
	wait_until(world, core_link_is(world, "chat", "connecting") || core_link_is(world, "chat", "online"));
}

static void online(struct core_world *world)
{
	is_online(world);
}

static void in_a_flood(struct core_world *world)
{
	is_online(world);
	wait_until(world, core_world_subscribed(world, "channel.follow") == 1);
	core_world_control(world, "chat.rate", "{\"rate\":2000}");
	core_world_control(world, "eventsub", "{\"action\":\"storm\",\"rate\":2000}");
	/* Both have begun; more of it would only be waited for where sanitizers make it slow. */
	wait_until(world, core_seen(world, "chat_message", NULL) > 50 && core_seen(world, "follow", NULL) > 0);
}

static void with_a_code_on_screen(struct core_world *world)
{
	is_online(world);
	assert_true(core_world_call(world, LX_PROC_LOGIN, "role", "bot", "way", "device", NULL));
	wait_until(world, core_seen(world, "login", "\"state\":\"waiting\"", NULL) == 1);
}

static void while_signing_in(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"http\",\"kind\":\"stall\",\"path\":\"/device\",\"count\":-1}");
	assert_true(core_world_call(world, LX_PROC_LOGIN, "role", "main", "way", "device", NULL));
	wait_until(world, core_world_requests(world, "POST", "/oauth2/device", 0) == 1);
}

static void while_renewing(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"http\",\"kind\":\"stall\",\"path\":\"/token\",\"count\":-1}");
	core_world_control(world, "oauth", "{\"action\":\"expire_tokens\"}");
	lx_helix_send(lx_core_helix(world->core),
		      &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_USER});
	wait_until(world, core_world_requests(world, "POST", token_path, 0) == 1);
}

static void while_banning(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault",
			   "{\"where\":\"http\",\"kind\":\"stall\",\"path\":\"/moderation\",\"count\":-1}");
	for (int i = 0; i < 50; i++)
		core_world_call(world, LX_PROC_BAN, "user_id", "200000003", "reason", "", "origin", "test", NULL);
	core_world_call(world, LX_PROC_BAN, "user_login", "anna_b", "reason", "", "origin", "test", NULL);
	wait_until(world, core_world_requests(world, "POST", "/moderation/bans", 0) >= 1);
}

static void while_subscribing(struct core_world *world)
{
	core_world_control(world, "fault",
			   "{\"where\":\"http\",\"kind\":\"slow\",\"ms\":400,\"path\":\"/eventsub\",\"count\":-1}");
	wait_until(world, core_world_requests(world, "POST", "/eventsub/subscriptions", 0) > 0);
}

static void in_a_handover(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"accept\",\"kind\":\"stall\",\"target\":\"wss\",\"count\":-1}");
	core_world_control(world, "fault",
			   "{\"where\":\"accept\",\"kind\":\"stall\",\"target\":\"ircs\",\"count\":-1}");
	core_world_control(world, "eventsub", "{\"action\":\"reconnect\"}");
	core_world_control(world, "irc", "{\"action\":\"reconnect\"}");
	core_world_control(world, "chat.message", "{\"text\":\"behind it\"}");
	wait_until(world, core_seen(world, "chat_message", "behind it", NULL) == 1);
}

static void without_network(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"accept\",\"kind\":\"refuse\"}");
	core_world_control(world, "irc", "{\"action\":\"reset\"}");
	core_world_control(world, "eventsub", "{\"action\":\"drop\"}");
	wait_until(world, core_link_is(world, "chat", "waiting") && core_link_is(world, "eventsub", "waiting"));
}

/* Connections are taken, and never answered. */
static void with_a_dead_network(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"accept\",\"kind\":\"stall\",\"count\":-1}");
	core_world_control(world, "irc", "{\"action\":\"reset\"}");
	core_world_control(world, "eventsub", "{\"action\":\"drop\"}");
	wait_until(world, core_link_is(world, "chat", "waiting"));
	core_world_advance(world, 2);
	wait_until(world, core_link_is(world, "chat", "connecting"));
}

static void signed_out_just_now(struct core_world *world)
{
	is_online(world);
	core_world_control(world, "fault", "{\"where\":\"http\",\"kind\":\"stall\",\"path\":\"/revoke\",\"count\":-1}");
	assert_true(core_world_call(world, LX_PROC_LOGOUT, "role", "main", NULL));
	wait_until(world, core_world_requests(world, "POST", "/oauth2/revoke", 0) == 1);
}

static void (*const moments[])(struct core_world *) = {
	at_once,
	while_connecting,
	online,
	in_a_flood,
	with_a_code_on_screen,
	while_signing_in,
	while_renewing,
	while_banning,
	while_subscribing,
	in_a_handover,
	without_network,
	with_a_dead_network,
	signed_out_just_now,
};

static void it_ends_at_any_moment(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		struct core_world world;
		core_world_start(&world, &(struct core_world_config){.user = "streamer"});
		moments[i](&world);
		core_world_close(&world);
		/* And begins again as if nothing had been. */
		core_world_control(&world, "fault.clear", NULL);
		core_world_open(&world);
		core_world_stop(&world);
	}
}

/* A sign-in that was there before is there afterwards, whatever was cut short. */
static void the_sign_in_outlives_it(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	for (int i = 0; i < 10; i++) {
		core_world_close(&world);
		core_world_open(&world);
	}
	is_online(&world);
	while_renewing(&world);
	core_world_close(&world);
	core_world_control(&world, "fault.clear", NULL);
	core_seen_clear(&world);
	core_world_open(&world);
	is_online(&world);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(it_ends_at_any_moment),
		lx_unit_test(the_sign_in_outlives_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
