/* What an account may do in a channel, asked from a simulated Twitch by the whole core. */
#include "core_world.h"

#include <string.h>

#include <util/bmem.h>

#include "platform/memory.h"

static bool role_is(struct core_world *world, const char *role)
{
	calldata_t call;
	calldata_init(&call);
	proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_GET_STATE), &call);
	bool is = strcmp(calldata_string(&call, "channel_role"), role) == 0;
	calldata_free(&call);
	return is;
}

static int64_t followers(struct core_world *world)
{
	calldata_t call;
	calldata_init(&call);
	calldata_set_string(&call, "demand", "followers");
	proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_GET_STATS), &call);
	int64_t value = calldata_int(&call, "followers");
	calldata_free(&call);
	return value;
}

static void a_moderator_comes_and_goes(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){
					 .user = "modi",
					 .scopes = lx_account_basic_scopes(LX_ACCOUNT_MAIN),
					 .channel = "streamer",
				 });
	wait_until(&world, role_is(&world, "moderator"));
	wait_until(&world,
		   core_seen(&world, "permission", "\"role\":\"moderator\"", "\"missing_scopes\":\"\"", NULL) == 1);
	assert_int_equal(core_world_requests(&world, "GET", "/moderation/channels", 200), 1);
	core_world_advance(&world, 6);

	/* Nobody tells a moderator without more permissions; the refusal does. */
	core_world_control(&world, "moderate", "{\"action\":\"unmod\",\"user\":\"modi\"}");
	char *bert = core_world_user(&world, "bert");
	assert_true(core_world_call(&world, LX_PROC_BAN, "user_id", bert, "origin", "dock", NULL));
	bfree(bert);
	wait_until(&world, core_seen(&world, "action", "\"state\":\"failed\"", "\"error\":\"forbidden\"", NULL) == 1);
	wait_until(&world, role_is(&world, "none"));

	core_world_control(&world, "moderate", "{\"action\":\"mod\",\"user\":\"modi\"}");
	core_world_advance(&world, 6);
	assert_true(core_world_call(&world, LX_PROC_RECONNECT, NULL));
	wait_until(&world, role_is(&world, "moderator"));
	core_world_stop(&world);
}

static void the_own_channel_is_no_question(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	wait_until(&world, role_is(&world, "broadcaster"));
	wait_until(&world, core_link_is(&world, "eventsub", "online"));
	assert_int_equal(core_world_requests(&world, "GET", "/moderation/channels", 0), 0);
	core_world_stop(&world);
}

static void what_the_login_lacks_is_named(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){
					 .user = "modi",
					 .scopes = "chat:read moderator:manage:banned_users",
					 .channel = "streamer",
				 });
	wait_until(&world, core_seen(&world, "permission", "\"role\":\"unknown\"",
				     "\"missing_scopes\":\"moderator:manage:chat_messages\"", NULL) > 0);
	wait_until(&world, core_link_is(&world, "chat", "online"));
	core_world_control(&world, "chat.message", "{\"user\":\"bert\",\"text\":\"delete me\"}");
	wait_until(&world, core_seen(&world, "chat_message", "delete me", NULL) == 1);
	char *message = core_seen_last(&world, "chat_message", "delete me", NULL);
	cJSON *json = cJSON_Parse(message);
	assert_true(core_world_call(&world, LX_PROC_DELETE, "message_id",
				    cJSON_GetStringValue(cJSON_GetObjectItem(json, "id")), "origin", "dock", NULL));
	cJSON_Delete(json);
	bfree(message);
	wait_until(&world, core_seen(&world, "action", "\"state\":\"failed\"", "\"error\":\"scope\"", NULL) == 1);
	assert_true(role_is(&world, "unknown"));
	core_world_stop(&world);
}

static void reconnecting_opens_every_link_anew(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	wait_until(&world, core_link_is(&world, "chat", "online") && core_link_is(&world, "eventsub", "online"));
	core_world_advance(&world, 11); /* what has only just been made is left alone */
	core_world_control(&world, "received.clear", NULL);
	assert_true(core_world_call(&world, LX_PROC_RECONNECT, NULL));
	wait_until(&world, core_world_received(&world, "connect", "ircs") > 0 &&
				   core_world_received(&world, "eventsub", "connect") > 0);
	wait_until(&world, core_world_subscribed(&world, "channel.follow") == 1);
	wait_until(&world, core_world_requests(&world, "GET", "/oauth2/validate", 200) > 0);
	/* Both went over to a second link without a gap. */
	assert_int_equal(core_link_seen(&world, "chat", "waiting") + core_link_seen(&world, "eventsub", "waiting"), 0);
	core_world_control(&world, "chat.message", "{\"text\":\"still here\"}");
	wait_until(&world, core_seen(&world, "chat_message", "still here", NULL) == 1);
	core_world_stop(&world);
}

static void a_follow_is_counted_at_once(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
	wait_until(&world, core_world_subscribed(&world, "channel.follow") == 1 && followers(&world) > 0);
	int64_t before = followers(&world);
	core_world_control(&world, "event", "{\"type\":\"follow\"}");
	wait_until(&world, core_seen(&world, "follow", NULL) == 1);
	core_world_advance(&world, 6);
	wait_until(&world, followers(&world) == before + 1);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_moderator_comes_and_goes),    lx_unit_test(the_own_channel_is_no_question),
		lx_unit_test(what_the_login_lacks_is_named), lx_unit_test(reconnecting_opens_every_link_anew),
		lx_unit_test(a_follow_is_counted_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
