/* libcurl without WebSocket: what EventSub would tell is asked for, and told once all the same. */
#include "core_causes.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define STREAMER "100000002"
#define BOTH "broadcaster_id=" STREAMER "&moderator_id=" STREAMER
#define NEIGHBOUR_TOKEN "neighbourtoken0000000000000001"
#define HELIX "/helix/"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *const own_paths[] = {
	"streams",
	"channels",
	"shared_chat/session",
	"users",
	"channels/followers",
	"moderation/shield_mode",
	"moderation/unban_requests",
	"moderation/automod/settings",
	"moderation/blocked_terms",
	"polls",
	"predictions",
	"hypetrain/status",
	"goals",
	"charity/campaigns",
	"bits/leaderboard",
	"channels/ads",
	"channel_points/custom_rewards",
	"subscriptions",
	"moderation/banned",
	"moderation/moderators",
	"channels/vips",
};

static int asked(struct core_world *world, const char *path)
{
	struct dstr full = {0};
	dstr_printf(&full, HELIX "%s", path);
	int count = core_world_requests(world, "GET", full.array, 200);
	dstr_free(&full);
	return count;
}

/* Streams, so that time that is moved makes one more answer of everything. */
static void start(struct core_world *world, const char *user, const char *channel)
{
	core_world_start(world, &(struct core_world_config){.user = user, .channel = channel, .no_websocket = true});
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_link_is(world, "eventsub", "refused"));
}

static void start_streamer(struct core_world *world)
{
	start(world, "streamer", NULL);
	for (size_t i = 0; i < sizeof(own_paths) / sizeof(*own_paths); i++)
		wait_until(world, core_world_pass(world, 2) && asked(world, own_paths[i]) > 0);
	/* The last one's answer has been read when it is asked again. */
	int vips = asked(world, "channels/vips");
	wait_until(world, core_world_pass(world, 10) && asked(world, "channels/vips") > vips);
}

#define told(world, type, ...) \
	wait_until(world, core_world_pass(world, 5) && core_seen(world, type, __VA_ARGS__, NULL) > 0)

/* Every question once more, and whatever was going to be told twice has been. */
static void settle(struct core_world *world)
{
	int vips = asked(world, "channels/vips"), subscriptions = asked(world, "subscriptions");
	wait_until(world, core_world_pass(world, 10) && asked(world, "channels/vips") > vips + 1 &&
				  asked(world, "subscriptions") > subscriptions);
}

static void do_helix(struct core_world *world, const char *method, const char *path, const char *format, ...)
{
	struct dstr body = {0};
	va_list args;
	va_start(args, format);
	dstr_vprintf(&body, format, args);
	va_end(args);
	cJSON_Delete(core_world_helix(world, method, path, body.len ? body.array : NULL));
	dstr_free(&body);
}

static char *first_id(const cJSON *json)
{
	const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "data"), 0);
	return bstrdup(cJSON_GetStringValue(cJSON_GetObjectItem(first, "id")));
}

/* --- the simulator's own means ------------------------------------------------------------------------------------ */

static const struct core_cause own_causes[] = {
	{"event",
	 "{\"type\":\"sub\",\"user\":\"baduser\",\"tier\":2000}",
	 "subscription",
	 {"\"kind\":\"new\"", "\"login\":\"baduser\"", "\"tier\":\"2000\"", "\"is_gift\":false"}},
	{"event",
	 "{\"type\":\"sub_end\",\"user\":\"baduser\"}",
	 "subscription",
	 {"\"kind\":\"end\"", "\"login\":\"baduser\""}},
	{"event", "{\"type\":\"shared_chat\",\"on\":true}", "shared_chat", {"\"phase\":\"begin\""}},
	{"engage", "{\"action\":\"ad\",\"seconds\":90}", "ad_break", {"\"duration_s\":90"}},
};

static void cause(struct core_world *world, const struct core_cause *causes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		core_world_control(world, causes[i].command, causes[i].json);
		wait_until(world, core_world_pass(world, 5) && core_cause_seen(world, &causes[i]) > 0);
	}
}

static void was_told_once(struct core_world *world, const struct core_cause *causes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int times = core_cause_seen(world, &causes[i]);
		if (times != 1)
			fail_msg("%s %s: told %d times", causes[i].command, causes[i].json, times);
	}
}

static void what_happens_is_asked_for_and_told_once(void **state)
{
	(void)state;
	struct core_world world;
	start_streamer(&world);
	/* How things stood was no news. */
	assert_int_equal(core_seen(&world, "follow", NULL), 0);
	assert_int_equal(core_seen(&world, "subscription", NULL), 0);
	assert_int_equal(core_seen(&world, "role_change", NULL), 0);
	assert_int_equal(core_seen(&world, "stream", NULL), 0);
	cause(&world, own_causes, COUNT(own_causes));
	cause(&world, core_causes, COUNT(core_causes));
	settle(&world);
	was_told_once(&world, own_causes, COUNT(own_causes));
	was_told_once(&world, core_causes, COUNT(core_causes));
	assert_int_equal(core_seen(&world, "follow", NULL), 2);
	core_world_stop(&world);
}

static void polls_predictions_trains_and_rewards(void **state)
{
	(void)state;
	struct core_world world;
	struct dstr path = {0};
	start_streamer(&world);

	cJSON *json = core_world_helix(&world, "POST", "/polls",
				       "{\"broadcaster_id\":\"" STREAMER "\",\"title\":\"Tea?\",\"duration\":1800,"
				       "\"choices\":[{\"title\":\"yes\"},{\"title\":\"no\"}]}");
	char *id = first_id(json);
	told(&world, "poll", "\"phase\":\"begin\"", "\"title\":\"Tea?\"", "\"title\":\"no\"");
	core_world_control(&world, "engage", "{\"action\":\"vote\",\"choice\":1,\"votes\":3}");
	told(&world, "poll", "\"phase\":\"progress\"", "\"votes\":3");
	do_helix(&world, "PATCH", "/polls",
		 "{\"broadcaster_id\":\"" STREAMER "\",\"id\":\"%s\",\"status\":\"TERMINATED\"}", id);
	told(&world, "poll", "\"phase\":\"end\"", "\"status\":\"terminated\"", id);
	bfree(id);
	cJSON_Delete(json);

	json = core_world_helix(&world, "POST", "/predictions",
				"{\"broadcaster_id\":\"" STREAMER "\",\"title\":\"Win?\",\"prediction_window\":1800,"
				"\"outcomes\":[{\"title\":\"yes\"},{\"title\":\"no\"}]}");
	id = first_id(json);
	told(&world, "prediction", "\"phase\":\"begin\"", "\"title\":\"Win?\"");
	core_world_control(&world, "engage", "{\"action\":\"predict\",\"choice\":0,\"points\":700}");
	told(&world, "prediction", "\"phase\":\"progress\"", "\"points\":700");
	do_helix(&world, "PATCH", "/predictions",
		 "{\"broadcaster_id\":\"" STREAMER "\",\"id\":\"%s\",\"status\":\"LOCKED\"}", id);
	told(&world, "prediction", "\"phase\":\"lock\"", id);
	do_helix(&world, "PATCH", "/predictions",
		 "{\"broadcaster_id\":\"" STREAMER "\",\"id\":\"%s\",\"status\":\"CANCELED\"}", id);
	told(&world, "prediction", "\"phase\":\"end\"", "\"status\":\"canceled\"");
	bfree(id);
	cJSON_Delete(json);

	json = core_world_helix(&world, "POST", "/channel_points/custom_rewards?broadcaster_id=" STREAMER,
				"{\"title\":\"Hydrate\",\"cost\":300}");
	id = first_id(json);
	told(&world, "reward", "\"phase\":\"add\"", "\"title\":\"Hydrate\"", "\"cost\":300");
	int redemptions = asked(&world, "channel_points/custom_rewards/redemptions");
	wait_until(&world, core_world_pass(&world, 5) &&
				   asked(&world, "channel_points/custom_rewards/redemptions") > redemptions + 1);
	core_world_control(&world, "engage", "{\"action\":\"redeem\",\"user\":\"bert\",\"title\":\"Hydrate\"}");
	told(&world, "redemption", "\"phase\":\"add\"", "\"reward_title\":\"Hydrate\"", "\"login\":\"bert\"");
	dstr_printf(&path, "/channel_points/custom_rewards?broadcaster_id=" STREAMER "&id=%s", id);
	do_helix(&world, "PATCH", path.array, "{\"cost\":350}");
	told(&world, "reward", "\"phase\":\"update\"", "\"cost\":350");
	do_helix(&world, "DELETE", path.array, "%s", "");
	told(&world, "reward", "\"phase\":\"remove\"", "\"title\":\"Hydrate\"");
	bfree(id);
	cJSON_Delete(json);

	core_world_control(&world, "engage", "{\"action\":\"hype\",\"user\":\"bert\",\"points\":2500}");
	core_world_control(&world, "engage", "{\"action\":\"hype\",\"user\":\"anna_b\",\"points\":2500}");
	core_world_control(&world, "engage", "{\"action\":\"hype\",\"user\":\"carla\",\"points\":2500}");
	told(&world, "hype_train", "\"phase\":\"begin\"", "\"level\":");
	core_world_control(&world, "engage", "{\"action\":\"hype_end\"}");
	told(&world, "hype_train", "\"phase\":\"end\"");

	settle(&world);
	assert_int_equal(core_seen(&world, "poll", "\"phase\":\"begin\"", NULL), 1);
	assert_int_equal(core_seen(&world, "poll", "\"phase\":\"end\"", NULL), 1);
	assert_int_equal(core_seen(&world, "prediction", "\"phase\":\"begin\"", NULL), 1);
	assert_int_equal(core_seen(&world, "prediction", "\"phase\":\"lock\"", NULL), 1);
	assert_int_equal(core_seen(&world, "redemption", NULL), 1);
	assert_int_equal(core_seen(&world, "hype_train", "\"phase\":\"end\"", NULL), 1);
	dstr_free(&path);
	core_world_stop(&world);
}

static void what_moderators_do(void **state)
{
	(void)state;
	struct core_world world;
	start_streamer(&world);

	/* Chat tells that, the list by whom and why. */
	core_world_control(
		&world, "moderate",
		"{\"action\":\"timeout\",\"user\":\"bert\",\"by\":\"modi\",\"seconds\":86400,\"reason\":\"calm down\"}");
	told(&world, "user_banned", "\"login\":\"bert\"", "\"update\":true", "\"login\":\"modi\"", "calm down");
	core_world_control(&world, "moderate", "{\"action\":\"unban\",\"user\":\"bert\",\"by\":\"modi\"}");
	told(&world, "user_unbanned", "\"login\":\"bert\"");

	do_helix(&world, "PUT", "/moderation/shield_mode?" BOTH, "{\"is_active\":true}");
	told(&world, "shield_mode", "\"active\":true", "\"login\":\"streamer\"");
	do_helix(&world, "PUT", "/moderation/automod/settings?" BOTH, "{\"overall_level\":2}");
	told(&world, "automod_settings", "\"overall\":2");
	do_helix(&world, "POST", "/moderation/blocked_terms?" BOTH, "{\"text\":\"buy viewers\"}");
	told(&world, "automod_terms", "\"added\":true", "buy viewers");

	/* Banned, asks to be let in again, is. */
	core_world_control(&world, "moderate", "{\"action\":\"ban\",\"user\":\"baduser\",\"by\":\"modi\"}");
	cJSON *request = core_world_ask(&world, "automod",
					"{\"action\":\"unban_request\",\"user\":\"baduser\",\"text\":\"sorry\"}");
	told(&world, "unban_request", "\"phase\":\"add\"", "\"login\":\"baduser\"", "sorry");
	struct dstr path = {0};
	dstr_printf(&path,
		    "/moderation/unban_requests?" BOTH "&unban_request_id=%s&status=approved&resolution_text=fine",
		    cJSON_GetObjectItem(request, "id")->valuestring);
	do_helix(&world, "PATCH", path.array, "%s", "");
	told(&world, "unban_request", "\"phase\":\"end\"", "\"status\":\"approved\"", "fine");
	cJSON_Delete(request);
	dstr_free(&path);

	settle(&world);
	assert_int_equal(core_seen(&world, "user_banned", "bert", "\"update\":true", NULL), 1);
	assert_int_equal(core_seen(&world, "user_unbanned", "bert", NULL), 1);
	assert_int_equal(core_seen(&world, "shield_mode", NULL), 1);
	assert_int_equal(core_seen(&world, "automod_settings", NULL), 1);
	assert_int_equal(core_seen(&world, "automod_terms", NULL), 1);
	assert_int_equal(core_seen(&world, "unban_request", "\"phase\":\"end\"", NULL), 1);
	core_world_stop(&world);
}

/* In somebody else's channel only what Twitch gives to everybody is asked for, and what costs nothing to know while offline. */
static void only_what_the_account_may_read(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "viewer", "streamer");
	wait_until(&world, core_world_pass(&world, 5) && asked(&world, "shared_chat/session") > 1);
	assert_int_equal(asked(&world, "channels/followers?broadcaster_id"), 0);
	assert_int_equal(asked(&world, "moderation/shield_mode"), 0);
	assert_int_equal(asked(&world, "polls"), 0);
	assert_int_equal(core_world_requests(&world, NULL, HELIX, 401), 0);

	core_world_control(&world, "channel", "{\"live\":false}");
	told(&world, "stream", "\"online\":false");
	int sessions = asked(&world, "shared_chat/session"), channels = asked(&world, "channels");
	wait_until(&world, core_world_pass(&world, 10) && asked(&world, "channels") > channels + 2);
	assert_int_equal(asked(&world, "shared_chat/session"), sessions);
	core_world_stop(&world);
}

/* With EventSub nothing is polled; a session that stays lost is stood in for, and takes over again. */
static void stands_in_while_the_session_is_lost(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "streamer", .plain = true});
	wait_until(&world, core_link_is(&world, "chat", "online"));
	wait_until(&world, core_link_is(&world, "eventsub", "online"));
	core_world_advance(&world, 200);
	wait_until(&world, core_link_is(&world, "eventsub", "online"));
	assert_int_equal(asked(&world, "goals"), 0);

	core_world_control(&world, "fault", "{\"where\":\"accept\",\"target\":\"ws\",\"kind\":\"refuse\"}");
	core_world_control(&world, "eventsub", "{\"action\":\"drop\"}");
	wait_until(&world, core_world_pass(&world, 5) && asked(&world, "goals") > 1);
	core_world_control(&world, "event", "{\"type\":\"follow\",\"user\":\"new_fan\"}");
	told(&world, "follow", "new_fan");

	core_world_control(&world, "fault", "{\"where\":\"accept\",\"target\":\"ws\",\"kind\":\"allow\"}");
	wait_until(&world, core_world_pass(&world, 5) && core_link_is(&world, "eventsub", "online"));
	wait_until(&world, core_world_subscribed(&world, "channel.follow") == 1);
	int goals = asked(&world, "goals");
	core_world_control(&world, "event", "{\"type\":\"follow\",\"user\":\"another_fan\"}");
	wait_until(&world, core_seen(&world, "follow", "another_fan", NULL) == 1);
	assert_int_equal(asked(&world, "goals"), goals);
	assert_int_equal(core_seen(&world, "follow", NULL), 2);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(what_moderators_do),
		lx_unit_test(what_happens_is_asked_for_and_told_once),
		lx_unit_test(polls_predictions_trains_and_rewards),
		lx_unit_test(only_what_the_account_may_read),
		lx_unit_test(stands_in_while_the_session_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
