/* Slash commands from the procedure to Twitch and back. */
#include "core_world.h"

#include <string.h>

#include "chat/command.h"

static bool run(struct core_world *world, const char *line)
{
	return core_world_call(world, LX_PROC_COMMAND, "text", line, "origin", "dock", NULL);
}

static void start(struct core_world *world, const struct core_world_config *config)
{
	core_world_start(world, config);
	wait_until(world, core_link_is(world, "chat", "online") && core_link_is(world, "helix", "online"));
	wait_until(world, core_seen(world, "room_state", NULL) > 0);
	core_world_control(world, "chat.message", "{\"user\":\"bert\",\"text\":\"known\"}");
	core_world_control(world, "chat.message", "{\"user\":\"dora\",\"text\":\"second\"}");
	/* Who hears the second has all heard the first. */
	wait_until(world, core_seen(world, "chat_message", "second", NULL) == 1);
	core_world_control(world, "received.clear", NULL);
}

struct step {
	const char *line;
	/* What Twitch must get, once; with the query where the same address is also asked regularly. NULL: what it
	 * gets is the markers' own business. */
	const char *method, *path;
	const char *told; /* in the event */
};

static void walk(struct core_world *world, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		core_seen_clear(world);
		core_world_control(world, "received.clear", NULL);
		/* Over every pause that Twitch asks for; but what the step before has begun would be over by itself then. */
		bool follows = i && step->path && steps[i - 1].path && strcmp(step->path, steps[i - 1].path) == 0 &&
			       strcmp(steps[i - 1].method, "POST") == 0 && strcmp(step->method, "POST") != 0;
		if (!follows)
			core_world_advance(world, 3700);
		if (!run(world, step->line))
			fail_msg("refused: %s", step->line);
		wait_until(world, core_seen(world, "command_result", NULL) == 1);
		if (core_seen(world, "command_result", "\"state\":\"done\"", step->told, NULL) != 1) {
			char *told = core_seen_last(world, "command_result", NULL);
			print_error("%s: %s\n", step->line, told);
			bfree(told);
			fail();
		}
		/* The time that has passed may have ended the token. */
		int sent = !step->path ? 1
				       : core_world_requests(world, step->method, step->path, 0) -
						 core_world_requests(world, step->method, step->path, 401);
		if (sent != 1)
			fail_msg("%s: %d requests", step->line, sent);
	}
}

static void each_command_is_one_request(void **state)
{
	(void)state;
	static const struct step steps[] = {
		{"/warn bert \"be kind\"", "POST", "/moderation/warnings", "Bert was warned"},
		{"/slow 45", "PATCH", "/chat/settings", "once in 45 s"},
		{"/slowoff", "PATCH", "/chat/settings", "over"},
		{"/followers 1 week", "PATCH", "/chat/settings", "7 d"},
		{"/followers", "PATCH", "/chat/settings", "Only followers"},
		{"/followersoff", "PATCH", "/chat/settings", "Not only"},
		{"/subscribers", "PATCH", "/chat/settings", "Only subscribers"},
		{"/subscribersoff", "PATCH", "/chat/settings", "Not only"},
		{"/emoteonly", "PATCH", "/chat/settings", "Only emotes"},
		{"/emoteonlyoff", "PATCH", "/chat/settings", "Text"},
		{"/uniquechat", "PATCH", "/chat/settings", "repeat"},
		{"/r9kbetaoff", "PATCH", "/chat/settings", "again"},
		{"/shield", "PUT", "/moderation/shield_mode", "is on"},
		{"/shieldoff", "PUT", "/moderation/shield_mode", "is off"},
		{"/monitor @Bert", "POST", "/moderation/suspicious_users", "is monitored"},
		{"/unmonitor bert", "DELETE", "/moderation/suspicious_users", "as everybody"},
		{"/restrict bert", "POST", "/moderation/suspicious_users", "only moderators"},
		{"/unrestrict bert", "DELETE", "/moderation/suspicious_users", "as everybody"},
		{"/pin @bert", "PUT", "/chat/pins", "pinned"},
		{"/unpin", "DELETE", "/chat/pins", "no longer"},
		{"/pin today at eight", "POST", "/chat/messages", "pinned"},
		{"/announce hello \xF0\x9F\x8E\x89", "POST", "/chat/announcements", "hello"},
		{"/announcepurple hello", "POST", "/chat/announcements", "hello"},
		{"/so neighbour", "POST", "/chat/shoutouts", "Neighbour"},
		{"/mod bert", "POST", "/moderation/moderators", "is a moderator"},
		{"/mods", "GET", "/moderation/moderators?broadcaster_id=100000002", "Bert"},
		{"/unmod bert", "DELETE", "/moderation/moderators", "no longer a moderator"},
		{"/vip bert", "POST", "/channels/vips", "is a VIP"},
		{"/vips", "GET", "/channels/vips?broadcaster_id=100000002", "Bert"},
		{"/unvip bert", "DELETE", "/channels/vips", "no longer a VIP"},
		{"/raid neighbour", "POST", "/raids", "Neighbour"},
		{"/unraid", "DELETE", "/raids", "called off"},
		{"/commercial 60", "POST", "/channels/commercial", "1 min"},
		{"/marker a good moment", NULL, NULL, "marked"},
		{"/clip", "POST", "/clips", "http"},
		{"/title New title", "PATCH", "/channels", "New title"},
		{"/poll Pizza? | yes | no | 2m", "POST", "/polls", "2 min: Pizza?"},
		{"/endpoll", "PATCH", "/polls", "over"},
		{"/deletepoll", "PATCH", "/polls", "hidden"},
		{"/prediction Win? | yes | no | 5m", "POST", "/predictions", "Win?"},
		{"/lockprediction", "PATCH", "/predictions", "locked"},
		{"/endprediction YES", "PATCH", "/predictions", "decided"},
		{"/prediction Again? | yes | no", "POST", "/predictions", "Again?"},
		{"/cancelprediction", "PATCH", "/predictions", "cancelled"},
		{"/w bert psst", "POST", "/whispers", "Bert"},
		{"/color HotPink", "PUT", "/chat/color", "HotPink"},
		{"/block bert", "PUT", "/users/blocks", "blocked"},
		{"/unblock bert", "DELETE", "/users/blocks", "no longer blocked"},
		{"/user bert", "GET", "/users?login=bert", "on Twitch since 20"},
	};
	struct core_world world;

	start(&world, &(struct core_world_config){.user = "streamer"});
	core_world_control(&world, "channel", "{\"live\":true}");
	walk(&world, steps, sizeof(steps) / sizeof(*steps));
	core_seen_clear(&world);
	assert_true(run(&world, "/help timeout"));
	wait_until(&world, core_seen(&world, "command_result", "/timeout <name> [duration] [reason]", NULL) == 1);
	core_world_stop(&world);
}

static bool looked_up(struct core_world *world, const char *login)
{
	cJSON *received =
		core_world_ask(world, "received", "{\"kind\":\"http\",\"method\":\"GET\",\"path\":\"/users\"}");
	char *text = cJSON_PrintUnformatted(received);
	struct dstr query = {0};

	dstr_printf(&query, "login=%s", login);
	bool found = strstr(text, query.array) != NULL;
	dstr_free(&query);
	cJSON_free(text);
	cJSON_Delete(received);
	return found;
}

/* Bans and deletions are moderation's: with undo, and whoever wrote needs no look-up. */
static void moderation_takes_its_usual_way(void **state)
{
	(void)state;
	struct core_world world;

	start(&world, &(struct core_world_config){.user = "streamer"});
	assert_true(run(&world, "/timeout Bert 10m being rude"));
	wait_until(&world, core_seen(&world, "action", "\"kind\":\"timeout\"", "\"state\":\"done\"",
				     "\"duration_s\":600", "\"reason\":\"being rude\"", NULL) == 1);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 200), 1);
	assert_false(looked_up(&world, "bert"));
	assert_true(core_world_call(&world, LX_PROC_UNDO, "origin", "dock", NULL));
	wait_until(&world, core_seen(&world, "action", "\"state\":\"undone\"", NULL) == 1);
	assert_true(run(&world, "/delete bert"));
	wait_until(&world, core_seen(&world, "message_deleted", "known", NULL) > 0);
	/* who never wrote is looked up */
	assert_true(run(&world, "/ban carla"));
	wait_until(&world, core_seen(&world, "action", "\"kind\":\"ban\"", "\"state\":\"done\"", NULL) == 1);
	assert_true(looked_up(&world, "carla"));
	assert_true(run(&world, "/clear"));
	wait_until(&world, core_seen(&world, "chat_cleared", NULL) > 0);
	assert_int_equal(core_seen(&world, "command_result", NULL), 0);
	core_world_stop(&world);
}

static void text_is_sent_as_it_stands(void **state)
{
	(void)state;
	struct core_world world;

	start(&world, &(struct core_world_config){.user = "streamer"});
	assert_true(run(&world, "//timeout is a command"));
	wait_until(&world, core_seen(&world, "chat_message", "/timeout is a command", NULL) == 1);
	assert_true(run(&world, " /me too"));
	wait_until(&world, core_seen(&world, "chat_message", "/me too", NULL) == 1);
	assert_true(run(&world, "/me waves"));
	wait_until(&world, core_seen(&world, "chat_message", "\"text\":\"waves\"", NULL) == 1);
	assert_int_equal(core_world_requests(&world, "POST", "/moderation/bans", 0), 0);
	core_world_stop(&world);
}

static char *answer(struct core_world *world, const char *line, const char *name)
{
	calldata_t call = {0};
	calldata_set_string(&call, "text", line);
	proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_COMMAND), &call);
	assert_false(calldata_bool(&call, "ok"));
	const char *text = calldata_string(&call, name);
	char *copy = bstrdup(text ? text : "");
	calldata_free(&call);
	return copy;
}

static void assert_refused(struct core_world *world, const char *line, const char *name, const char *words)
{
	char *text = answer(world, line, name);
	if (!strstr(text, words))
		fail_msg("%s: %s", line, text);
	bfree(text);
}

static void what_cannot_be_is_said_at_once(void **state)
{
	(void)state;
	struct core_world world;

	start(&world, &(struct core_world_config){
			      .user = "modi",
			      .scopes = "chat:read user:write:chat channel:manage:raids moderator:manage:banned_users",
			      .channel = "streamer",
		      });
	assert_refused(&world, "/tiemout bert", "error", "Did you mean /timeout?");
	assert_refused(&world, "/timeout bert 10x", "error",
		       "\xE2\x80\x9C"
		       "10x\xE2\x80\x9D is no duration");
	assert_refused(&world, "/timeout bert 99d", "error", "from 1 s to 14 d");
	assert_refused(&world, "/warn bert", "error", "reason");
	/* /raid would send the moderator's own viewers */
	assert_refused(&world, "/raid neighbour", "error", "Only the broadcaster");
	assert_refused(&world, "/slow", "error", "moderator:manage:chat_settings");
	assert_refused(&world, "/slow", "missing_scopes", "moderator:manage:chat_settings");
	assert_refused(&world, "/delete", "error", "Answer the message");
	assert_refused(&world, "/delete carla", "error", "No message of");
	assert_int_equal(core_world_requests(&world, NULL, "/raids", 0), 0);
	core_world_stop(&world);

	core_world_start(&world, &(struct core_world_config){.channel = "streamer"});
	wait_until(&world, core_link_is(&world, "chat", "online"));
	assert_refused(&world, "/slow", "error", "Sign in");
	core_world_stop(&world);
}

static void refusals_of_twitch_are_told(void **state)
{
	(void)state;
	struct core_world world;

	start(&world, &(struct core_world_config){.user = "streamer"});
	assert_true(run(&world, "/unpin"));
	wait_until(&world,
		   core_seen(&world, "command_result", "\"state\":\"failed\"", "No message is pinned", NULL) == 1);
	assert_true(run(&world, "/endpoll"));
	wait_until(&world, core_seen(&world, "command_result", "\"state\":\"failed\"", "No poll", NULL) == 1);
	assert_true(run(&world, "/unvip carla"));
	wait_until(&world,
		   core_seen(&world, "command_result", "\"state\":\"failed\"", "/unvip did not work", NULL) == 1);
	assert_true(run(&world, "/shoutout nobody_of_that_name"));
	wait_until(&world, core_seen(&world, "command_result", "\"error\":\"not_found\"", NULL) == 1);
	assert_true(run(&world, "/game No such game"));
	wait_until(&world, core_seen(&world, "command_result", "no category", NULL) == 1);
	core_world_stop(&world);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		lx_unit_test(each_command_is_one_request), lx_unit_test(moderation_takes_its_usual_way),
		lx_unit_test(text_is_sent_as_it_stands),   lx_unit_test(what_cannot_be_is_said_at_once),
		lx_unit_test(refusals_of_twitch_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
