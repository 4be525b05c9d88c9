/* Each thing that EventSub tells, by its cause: it happens on Twitch, and one typed event tells of it. */
#include "core_causes.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define STREAMER "100000002"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NEIGHBOUR_TOKEN "neighbourtoken0000000000000001"

static void start(struct core_world *world, const char *user, const char *channel)
{
	core_world_start(world, &(struct core_world_config){.user = user, .channel = channel});
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_world_subscribed(world, "user.whisper.message") == 1); /* the last of the table */
}

/* What was told by now was told once: what happens behind it has arrived on both ways. */
static void settle(struct core_world *world)
{
	static const char *const marks[] = {"mark_a", "mark_b"};
	for (size_t i = 0; i < 2; i++) {
		char json[96];
		snprintf(json, sizeof(json), "{\"type\":\"follow\",\"user\":\"%s\"}", marks[i]);
		core_world_control(world, "event", json);
		snprintf(json, sizeof(json), "{\"text\":\"%s\"}", marks[i]);
		core_world_control(world, "chat.message", json);
		wait_until(world, core_seen(world, "follow", marks[i], NULL) == 1);
		wait_until(world, core_seen(world, "chat_message", marks[i], NULL) == 1);
	}
}

#define told(world, type, ...) wait_until(world, core_seen(world, type, __VA_ARGS__, NULL) == 1)

/* --- by the simulator's own means -------------------------------------------------------------------------------------- */

static const struct core_cause own_causes[] = {
	{"event",
	 "{\"type\":\"sub\",\"user\":\"carla\",\"tier\":2000}",
	 "subscription",
	 {"\"kind\":\"new\"", "\"login\":\"carla\"", "\"tier\":\"2000\"", "\"is_gift\":false"}},
	{"event",
	 "{\"type\":\"resub\",\"user\":\"emil\",\"amount\":7,\"text\":\"seven\"}",
	 "subscription",
	 {"\"kind\":\"resub\"", "\"login\":\"emil\"", "\"months\":7", "\"text\":\"seven\""}},
	{"event",
	 "{\"type\":\"gift\",\"user\":\"dora\",\"amount\":3}",
	 "subscription",
	 {"\"kind\":\"gift\"", "\"login\":\"dora\"", "\"total\":3"}},
	{"event",
	 "{\"type\":\"sub_end\",\"user\":\"carla\"}",
	 "subscription",
	 {"\"kind\":\"end\"", "\"login\":\"carla\""}},
	{"event",
	 "{\"type\":\"raid\",\"user\":\"raider\",\"amount\":42}",
	 "raid",
	 {"\"kind\":\"in\"", "\"login\":\"raider\"", "\"viewers\":42"}},
	{"event",
	 "{\"type\":\"shared_chat\",\"on\":true}",
	 "shared_chat",
	 {"\"phase\":\"begin\"", "\"login\":\"neighbour\""}},
	{"automod",
	 "{\"action\":\"hold\",\"user\":\"bert\",\"text\":\"rude\"}",
	 "automod_message",
	 {"\"phase\":\"begin\"", "\"login\":\"bert\"", "\"text\":\"rude\"", "\"category\":\"swearing\""}},
	{"engage", "{\"action\":\"ad\",\"seconds\":90}", "ad_break", {"\"duration_s\":90", "\"automatic\":true"}},
	{"engage",
	 "{\"action\":\"highlight\",\"user\":\"bert\",\"text\":\"see me\"}",
	 "redemption",
	 {"\"kind\":\"automatic\"", "send_highlighted_message", "\"login\":\"bert\""}},
	{"engage", "{\"action\":\"power_up\"}", "redemption", {"\"kind\":\"power_up\""}},
};

static void cause(struct core_world *world, const struct core_cause *causes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		core_world_control(world, causes[i].command, causes[i].json);
		wait_until(world, core_cause_seen(world, &causes[i]) > 0);
	}
}

/* What is told again only says more of it. */
static void was_told_once(struct core_world *world, const struct core_cause *causes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct core_cause *one = &causes[i];
		int updates = core_seen(world, one->type, "\"update\":true", one->texts[0], one->texts[1],
					one->texts[2], NULL);
		int times = core_cause_seen(world, one) - updates;
		if (times != 1)
			fail_msg("%s %s: told %d times, %d times more of it", one->command, one->json, times, updates);
	}
}

static void what_happens_is_told_once(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer", NULL);
	cause(&world, own_causes, COUNT(own_causes));
	cause(&world, core_causes, COUNT(core_causes));
	wait_until(&world, core_seen(&world, "charity", "\"kind\":\"progress\"", NULL) == 1);
	settle(&world);
	was_told_once(&world, own_causes, COUNT(own_causes));
	was_told_once(&world, core_causes, COUNT(core_causes));
	/* The bomb is one gift and its three parts, which say that they are. */
	assert_int_equal(core_seen(&world, "subscription", "\"kind\":\"new\"", "\"is_gift\":true", NULL), 3);
	core_world_stop(&world);
}

static void a_hype_train_runs(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer", NULL);
	for (int i = 0; i < 20 && !core_seen(&world, "hype_train", "\"phase\":\"begin\"", NULL); i++) {
		core_world_control(&world, "engage",
				   i % 2 ? "{\"action\":\"hype\",\"user\":\"anna_b\",\"points\":700}"
					 : "{\"action\":\"hype\",\"user\":\"bert\",\"points\":700}");
		os_event_timedwait(world.news, 100);
	}
	told(&world, "hype_train", "\"phase\":\"begin\"", "\"level\":");
	core_world_control(&world, "engage", "{\"action\":\"hype\",\"user\":\"carla\",\"points\":900}");
	wait_until(&world, core_seen(&world, "hype_train", "\"phase\":\"progress\"", "\"login\":\"carla\"", NULL) > 0);
	core_world_control(&world, "engage", "{\"action\":\"hype_end\"}");
	told(&world, "hype_train", "\"phase\":\"end\"", "\"cooldown_ends_ms\":1");
	core_world_stop(&world);
}

/* --- by the web API, as the core asks it -------------------------------------------------------------------------------- */

static char *first_id(const cJSON *json)
{
	const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "data"), 0);
	return bstrdup(cJSON_GetStringValue(cJSON_GetObjectItem(first, "id")));
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

static void polls_predictions_rewards(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer", NULL);

	cJSON *json = core_world_helix(&world, "POST", "/polls",
				       "{\"broadcaster_id\":\"" STREAMER "\",\"title\":\"Tea?\",\"duration\":60,"
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
				"{\"broadcaster_id\":\"" STREAMER "\",\"title\":\"Win?\",\"prediction_window\":60,"
				"\"outcomes\":[{\"title\":\"yes\"},{\"title\":\"no\"}]}");
	id = first_id(json);
	const cJSON *outcomes =
		cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "data"), 0), "outcomes");
	const char *winner = cJSON_GetObjectItem(cJSON_GetArrayItem(outcomes, 0), "id")->valuestring;
	told(&world, "prediction", "\"phase\":\"begin\"", "\"title\":\"Win?\"");
	core_world_control(&world, "engage", "{\"action\":\"predict\",\"choice\":0,\"points\":700}");
	told(&world, "prediction", "\"phase\":\"progress\"", "\"points\":700");
	do_helix(&world, "PATCH", "/predictions",
		 "{\"broadcaster_id\":\"" STREAMER "\",\"id\":\"%s\",\"status\":\"LOCKED\"}", id);
	told(&world, "prediction", "\"phase\":\"lock\"", id);
	do_helix(&world, "PATCH", "/predictions",
		 "{\"broadcaster_id\":\"" STREAMER
		 "\",\"id\":\"%s\",\"status\":\"RESOLVED\",\"winning_outcome_id\":\"%s\"}",
		 id, winner);
	told(&world, "prediction", "\"phase\":\"end\"", "\"status\":\"resolved\"", winner);
	bfree(id);
	cJSON_Delete(json);

	json = core_world_helix(&world, "POST", "/channel_points/custom_rewards?broadcaster_id=" STREAMER,
				"{\"title\":\"Hydrate\",\"cost\":300}");
	id = first_id(json);
	told(&world, "reward", "\"phase\":\"add\"", "\"title\":\"Hydrate\"", "\"cost\":300");
	struct dstr path = {0};
	dstr_printf(&path, "/channel_points/custom_rewards?broadcaster_id=" STREAMER "&id=%s", id);
	do_helix(&world, "PATCH", path.array, "{\"cost\":350}");
	told(&world, "reward", "\"phase\":\"update\"", "\"cost\":350");
	core_world_control(&world, "engage", "{\"action\":\"redeem\",\"user\":\"bert\",\"title\":\"Hydrate\"}");
	told(&world, "redemption", "\"phase\":\"add\"", "\"reward_title\":\"Hydrate\"", "\"login\":\"bert\"");
	char *seen = core_seen_last(&world, "redemption", "\"phase\":\"add\"", "Hydrate", NULL);
	cJSON *redemption = cJSON_Parse(seen);
	struct dstr redemptions = {0};
	dstr_printf(&redemptions,
		    "/channel_points/custom_rewards/redemptions?broadcaster_id=" STREAMER "&reward_id=%s&id=%s", id,
		    cJSON_GetObjectItem(redemption, "id")->valuestring);
	do_helix(&world, "PATCH", redemptions.array, "{\"status\":\"FULFILLED\"}");
	told(&world, "redemption", "\"phase\":\"update\"", "\"status\":\"fulfilled\"");
	do_helix(&world, "DELETE", path.array, "%s", "");
	told(&world, "reward", "\"phase\":\"remove\"", "\"title\":\"Hydrate\"");
	dstr_free(&redemptions);
	dstr_free(&path);
	cJSON_Delete(redemption);
	cJSON_Delete(json);
	bfree(seen);
	bfree(id);
	core_world_stop(&world);
}

static void what_moderators_do(void **state)
{
	(void)state;
	static const char both[] = "broadcaster_id=" STREAMER "&moderator_id=" STREAMER;
	struct core_world world;
	struct dstr path = {0};
	start(&world, "streamer", NULL);
	char *bert = core_world_user(&world, "bert"), *baduser = core_world_user(&world, "baduser");

	/* By another moderator: IRC tells that, EventSub by whom and why. */
	core_world_control(
		&world, "moderate",
		"{\"action\":\"timeout\",\"user\":\"bert\",\"by\":\"modi\",\"seconds\":300,\"reason\":\"calm down\"}");
	told(&world, "user_banned", "\"login\":\"bert\"", "\"login\":\"modi\"", "calm down");
	core_world_control(&world, "moderate", "{\"action\":\"unban\",\"user\":\"bert\",\"by\":\"modi\"}");
	told(&world, "user_unbanned", "\"login\":\"bert\"", "\"login\":\"modi\"");
	core_world_control(
		&world, "chat.message",
		"{\"user\":\"bert\",\"text\":\"delete me\",\"id\":\"d0000000-0000-4000-8000-000000000001\"}");
	core_world_control(
		&world, "moderate",
		"{\"action\":\"delete\",\"by\":\"modi\",\"message_id\":\"d0000000-0000-4000-8000-000000000001\"}");
	told(&world, "message_deleted", "\"login\":\"bert\"", "\"login\":\"modi\"", "d0000000");
	core_world_control(&world, "moderate", "{\"action\":\"clear\",\"by\":\"modi\"}");
	told(&world, "chat_cleared", "\"login\":\"modi\"");
	core_world_control(&world, "chat.settings", "{\"slow\":30,\"by\":\"modi\"}");
	wait_until(&world, core_seen(&world, "room_state", "\"slow_s\":30", NULL) >= 1);

	dstr_printf(&path, "/moderation/warnings?%s", both);
	do_helix(&world, "POST", path.array, "{\"data\":{\"user_id\":\"%s\",\"reason\":\"last one\"}}", bert);
	told(&world, "warning", "\"acknowledged\":false", "\"login\":\"bert\"", "last one");
	core_world_control(&world, "automod", "{\"action\":\"acknowledge_warning\",\"user\":\"bert\"}");
	told(&world, "warning", "\"acknowledged\":true", "\"login\":\"bert\"");

	dstr_printf(&path, "/moderation/suspicious_users?%s", both);
	do_helix(&world, "POST", path.array, "{\"user_id\":\"%s\",\"status\":\"ACTIVE_MONITORING\"}", bert);
	told(&world, "suspicious_user", "\"message\":false", "\"status\":\"active_monitoring\"");
	core_world_control(&world, "chat.message", "{\"user\":\"bert\",\"text\":\"watch me\"}");
	told(&world, "suspicious_user", "\"message\":true", "watch me");

	dstr_printf(&path, "/moderation/shield_mode?%s", both);
	do_helix(&world, "PUT", path.array, "{\"is_active\":true}");
	told(&world, "shield_mode", "\"active\":true", "\"login\":\"streamer\"");
	do_helix(&world, "PUT", path.array, "{\"is_active\":false}");
	told(&world, "shield_mode", "\"active\":false");

	dstr_printf(&path, "/moderation/automod/settings?%s", both);
	do_helix(&world, "PUT", path.array, "{\"overall_level\":2}");
	told(&world, "automod_settings", "\"overall\":2");
	dstr_printf(&path, "/moderation/blocked_terms?%s", both);
	do_helix(&world, "POST", path.array, "{\"text\":\"buy viewers\"}");
	wait_until(&world, core_seen(&world, "automod_terms", "\"added\":true", "buy viewers", NULL) -
					   core_seen(&world, "automod_terms", "\"update\":true", "buy viewers", NULL) ==
				   1);

	/* Held, and let through. */
	cJSON *held = core_world_ask(&world, "automod", "{\"action\":\"hold\",\"user\":\"bert\",\"text\":\"darn\"}");
	told(&world, "automod_message", "\"phase\":\"begin\"", "\"text\":\"darn\"");
	do_helix(&world, "POST", "/moderation/automod/message",
		 "{\"user_id\":\"" STREAMER "\",\"msg_id\":\"%s\",\"action\":\"ALLOW\"}",
		 cJSON_GetObjectItem(held, "id")->valuestring);
	told(&world, "automod_message", "\"phase\":\"end\"", "\"status\":\"approved\"");
	cJSON_Delete(held);

	/* Banned, asks to be let in again, is. */
	core_world_control(&world, "moderate", "{\"action\":\"ban\",\"user\":\"baduser\",\"by\":\"modi\"}");
	cJSON *request = core_world_ask(&world, "automod",
					"{\"action\":\"unban_request\",\"user\":\"baduser\",\"text\":\"sorry\"}");
	told(&world, "unban_request", "\"phase\":\"add\"", "\"login\":\"baduser\"", "sorry");
	dstr_printf(&path, "/moderation/unban_requests?%s&unban_request_id=%s&status=approved&resolution_text=fine",
		    both, cJSON_GetObjectItem(request, "id")->valuestring);
	do_helix(&world, "PATCH", path.array, "%s", "");
	wait_until(&world,
		   core_seen(&world, "unban_request", "\"phase\":\"end\"", "\"status\":\"approved\"", NULL) >= 1);
	cJSON_Delete(request);

	settle(&world);
	assert_int_equal(core_seen(&world, "user_banned", "bert", NULL) -
				 core_seen(&world, "user_banned", "bert", "\"update\":true", NULL),
			 1);
	assert_int_equal(core_seen(&world, "chat_cleared", NULL) -
				 core_seen(&world, "chat_cleared", "\"update\":true", NULL),
			 1);
	assert_int_equal(core_seen(&world, "message_deleted", NULL) -
				 core_seen(&world, "message_deleted", "\"update\":true", NULL),
			 1);
	dstr_free(&path);
	bfree(bert);
	bfree(baduser);
	core_world_stop(&world);
}

/* What comes from, or goes to, another channel. */
static void what_neighbours_do(void **state)
{
	(void)state;
	struct core_world world;
	struct dstr path = {0};
	start(&world, "streamer", NULL);
	char *neighbour = core_world_user(&world, "neighbour");
	core_world_control(&world, "channel", "{\"channel\":\"neighbour\",\"live\":true}");

	dstr_printf(&path,
		    "/chat/shoutouts?from_broadcaster_id=" STREAMER "&to_broadcaster_id=%s&moderator_id=" STREAMER,
		    neighbour);
	do_helix(&world, "POST", path.array, "%s", "");
	told(&world, "shoutout", "\"received\":false", "\"login\":\"neighbour\"");
	dstr_printf(&path, "/chat/shoutouts?from_broadcaster_id=%s&to_broadcaster_id=" STREAMER "&moderator_id=%s",
		    neighbour, neighbour);
	cJSON_Delete(core_world_helix_as(&world, NEIGHBOUR_TOKEN, "POST", path.array, NULL));
	told(&world, "shoutout", "\"received\":true", "\"login\":\"neighbour\"");

	dstr_printf(&path, "/whispers?from_user_id=%s&to_user_id=" STREAMER, neighbour);
	cJSON_Delete(core_world_helix_as(&world, NEIGHBOUR_TOKEN, "POST", path.array, "{\"message\":\"psst\"}"));
	told(&world, "whisper", "psst", "\"login\":\"neighbour\"");

	do_helix(&world, "PUT", "/users?description=simulated", "%s", "");
	told(&world, "user_update", "simulated");

	dstr_printf(&path, "/raids?from_broadcaster_id=" STREAMER "&to_broadcaster_id=%s", neighbour);
	do_helix(&world, "POST", path.array, "%s", "");
	told(&world, "raid", "\"kind\":\"prepared\"", "\"login\":\"neighbour\"");
	core_world_control(&world, "clock", "{\"advance_ms\":120000}");
	told(&world, "raid", "\"kind\":\"out\"", "\"login\":\"neighbour\"");

	settle(&world);
	assert_int_equal(core_seen(&world, "whisper", NULL), 1); /* IRC tells of it as well */
	dstr_free(&path);
	bfree(neighbour);
	core_world_stop(&world);
}

/* A viewer in somebody else's channel, whose own message is held. */
static void own_messages_are_held(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.user = "viewer", .channel = "streamer"});
	wait_until(&world, core_link_is(&world, "chat", "online"));
	wait_until(&world, core_world_subscribed(&world, "channel.chat.user_message_update") == 1);
	cJSON_Delete(core_world_helix_as(&world, "broadcastertoken00000000000001", "POST",
					 "/moderation/blocked_terms?broadcaster_id=" STREAMER "&moderator_id=" STREAMER,
					 "{\"text\":\"forbidden\"}"));
	assert_true(core_world_call(&world, LX_PROC_SEND, "text", "so forbidden", "reply_to", "", NULL));
	told(&world, "automod_message", "\"phase\":\"begin\"", "\"own\":true", "so forbidden");
	char *seen = core_seen_last(&world, "automod_message", NULL);
	cJSON *held = cJSON_Parse(seen);
	struct dstr body = {0};
	dstr_printf(&body, "{\"user_id\":\"" STREAMER "\",\"msg_id\":\"%s\",\"action\":\"DENY\"}",
		    cJSON_GetObjectItem(held, "message_id")->valuestring);
	cJSON_Delete(core_world_helix_as(&world, "broadcastertoken00000000000001", "POST",
					 "/moderation/automod/message", body.array));
	told(&world, "automod_message", "\"phase\":\"end\"", "\"own\":true", "\"status\":\"denied\"");
	dstr_free(&body);
	cJSON_Delete(held);
	bfree(seen);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(what_happens_is_told_once), lx_unit_test(a_hype_train_runs),
		lx_unit_test(polls_predictions_rewards), lx_unit_test(what_moderators_do),
		lx_unit_test(what_neighbours_do),        lx_unit_test(own_messages_are_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
