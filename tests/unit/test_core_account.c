/* One evening of a streamer: signs in with a code, chat runs, bans, takes it back, signs out; all of it on the wire. */
#include "core_world.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define MODERATE_SCOPES                                                                                       \
	"moderator:read:blocked_terms moderator:read:unban_requests moderator:manage:warnings "               \
	"moderator:read:moderators moderator:read:vips"

/* The code that the user would type in the browser is approved there. */
static void sign_in(struct core_world *world)
{
	core_world_control(world, "oauth", "{\"action\":\"settings\",\"interval\":1}");
	assert_true(core_world_call(world, LX_PROC_LOGIN, "role", "main", "way", "device", NULL));
	wait_until(world, core_seen(world, "login", "\"state\":\"waiting\"", "\"user_code\":\"", NULL) == 1);
	core_world_control(world, "oauth", "{\"action\":\"approve\",\"user\":\"streamer\"}");
	wait_until(world, core_seen(world, "login", "\"state\":\"done\"", NULL) == 1);
}

static int64_t stat(struct core_world *world, const char *name)
{
	calldata_t call;
	calldata_init(&call);
	proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_GET_STATS), &call);
	int64_t value = calldata_int(&call, name);
	calldata_free(&call);
	return value;
}

static int count_banned(struct core_world *world, bool updates)
{
	int told_more = core_seen(world, "user_banned", "\"update\":true", NULL);
	return updates ? told_more : core_seen(world, "user_banned", NULL) - told_more;
}

static bool file_holds(const char *path, const char *text)
{
	char *content = os_quick_read_utf8_file(path);
	bool holds = content && strstr(content, text);
	bfree(content);
	return holds;
}

static void a_first_evening(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.channel = NULL});
	assert_false(core_world_call(&world, LX_PROC_CONNECT, "channel", "", NULL)); /* whose? */

	/* With what it takes to be told who moderated, beside the basic set. */
	struct dstr scopes = {0};
	dstr_printf(&scopes, "%s %s", lx_account_basic_scopes(LX_ACCOUNT_MAIN), MODERATE_SCOPES);
	lx_account_want_scopes(lx_core_account(world.core), LX_ACCOUNT_MAIN, scopes.array);
	dstr_free(&scopes);
	sign_in(&world);
	wait_until(&world, core_link_is(&world, "chat", "online"));
	wait_until(&world, core_link_is(&world, "eventsub", "online"));
	assert_int_equal(core_seen(&world, "connection", "\"state\":\"online\"", "\"anonymous\":true", NULL), 0);
	core_world_control(&world, "channel", "{\"viewers\":1234}");
	wait_until(&world, stat(&world, "followers") > 0 && stat(&world, "subs") > 0 && stat(&world, "uptime_s") >= 0);

	/* Chat, and a ban by the id that came with a message. */
	core_world_control(&world, "chat.message", "{\"user\":\"bert\",\"text\":\"buy followers\"}");
	wait_until(&world, core_seen(&world, "chat_message", "buy followers", NULL) == 1);
	wait_until(&world, core_world_subscribed(&world, "channel.moderate") == 1);
	char *bert = core_world_user(&world, "bert");
	assert_true(core_world_call(&world, LX_PROC_BAN, "user_id", bert, "reason", "spam", "origin", "dock", NULL));
	wait_until(&world, core_seen(&world, "action", "\"kind\":\"ban\"", "\"state\":\"done\"", NULL) == 1);
	/* IRC tells that, EventSub who and why: one ban, told more of at most once. */
	wait_until(&world, core_seen(&world, "user_banned", bert, "\"moderator\":{", "\"reason\":\"spam\"", NULL) == 1);
	wait_until(&world, count_banned(&world, false) == 1);

	assert_true(core_world_call(&world, LX_PROC_UNDO, "origin", "dock", NULL));
	wait_until(&world, core_seen(&world, "action", "\"kind\":\"ban\"", "\"state\":\"undone\"", NULL) == 1);
	wait_until(&world, core_seen(&world, "user_unbanned", bert, NULL) >= 1);

	/* Whatever came twice has come by now: what is told after it is here. */
	core_world_control(&world, "chat.message", "{\"text\":\"and another\"}");
	wait_until(&world, core_seen(&world, "chat_message", "and another", NULL) == 1);
	assert_int_equal(count_banned(&world, false), 1);
	assert_in_range(count_banned(&world, true), 0, 1);
	assert_int_equal(core_seen(&world, "user_unbanned", NULL) -
				 core_seen(&world, "user_unbanned", "\"update\":true", NULL),
			 1);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 0), 1);
	assert_int_equal(core_world_requests(&world, "DELETE", "/moderation/bans", 0), 1);

	/* Signed out: the token is taken back at Twitch, chat is read on. */
	assert_true(core_world_call(&world, LX_PROC_LOGOUT, "role", "main", NULL));
	wait_until(&world, core_seen(&world, "account", "\"state\":\"signed_out\"", NULL) > 0);
	wait_until(&world, core_seen(&world, "connection", "\"link\":\"chat\"", "\"state\":\"online\"",
				     "\"anonymous\":true", NULL) > 0);
	wait_until(&world, core_link_is(&world, "eventsub", "offline"));
	wait_until(&world, core_world_requests(&world, "POST", "/oauth2/revoke", 200) == 1);
	core_world_control(&world, "chat.message", "{\"text\":\"still here\"}");
	wait_until(&world, core_seen(&world, "chat_message", "still here", NULL) == 1);
	wait_until(&world, !file_holds(world.token_path, "refresh_token"));
	bfree(bert);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_first_evening),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
