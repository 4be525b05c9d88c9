/* The life of an EventSub session on the wire: every way in which it ends, moves on, or is flooded. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "platform/memory.h"

#define STORM 5000
#define FLOW 1200

/* With every topic that the account can have. */
static void start(struct core_world *world, const char *user)
{
	core_world_start(world, &(struct core_world_config){.user = user});
	wait_until(world, core_link_is(world, "eventsub", "online"));
	wait_until(world, core_world_subscribed(world, "user.whisper.message") == 1); /* the last of the table */
	core_seen_clear(world);
}

static int follows(struct core_world *world)
{
	return core_seen(world, "follow", NULL);
}

static int journal(struct core_world *world, const char *begin)
{
	return core_world_received(world, "eventsub", begin);
}

static void follow(struct core_world *world, const char *login)
{
	char json[96];
	snprintf(json, sizeof(json), "{\"type\":\"follow\",\"user\":\"%s\"}", login);
	core_world_control(world, "event", json);
}

/* The session works: something that happens now is told. */
static void is_told(struct core_world *world, const char *login)
{
	char text[64];
	wait_until(world, core_world_subscribed(world, "channel.follow") == 1);
	follow(world, login);
	snprintf(text, sizeof(text), "\"login\":\"%s\"", login);
	wait_until(world, core_seen(world, "follow", text, NULL) == 1);
}

/* The same where a session of our own replaces another: what happens in between is told by neither. */
static bool is_told_by_now(struct core_world *world, const char *login, int *number)
{
	char numbered[32], text[64];
	snprintf(numbered, sizeof(numbered), "%s_%d", login, ++*number);
	follow(world, numbered);
	snprintf(text, sizeof(text), "\"login\":\"%s_", login);
	return core_seen(world, "follow", text, NULL) > 0;
}

static void is_told_in_the_end(struct core_world *world, const char *login)
{
	int number = 0;
	wait_until(world, is_told_by_now(world, login, &number));
}

/* --- floods ---------------------------------------------------------------------------------------------------------- */

static void a_storm_arrives_whole(void **state)
{
	(void)state;
	struct core_world world;
	char storm[96];
	start(&world, "streamer");
	snprintf(storm, sizeof(storm), "{\"action\":\"storm\",\"rate\":2000,\"count\":%d}", STORM);
	core_world_control(&world, "eventsub", storm);
	wait_until(&world, follows(&world) >= STORM);
	is_told(&world, "after_the_storm"); /* what was doubled would have come before this */
	assert_int_equal(follows(&world), STORM + 1);
	assert_int_equal(core_link_seen(&world, "eventsub", "waiting"), 0);
	core_world_stop(&world);
}

static void a_handover_loses_and_doubles_nothing(void **state)
{
	(void)state;
	struct core_world world;
	char storm[96];
	start(&world, "streamer");
	int requests = core_world_requests(&world, "POST", "/eventsub/subscriptions", 0);
	snprintf(storm, sizeof(storm), "{\"action\":\"storm\",\"rate\":600,\"count\":%d}", FLOW);
	core_world_control(&world, "eventsub", storm);
	for (int i = 1; i <= 3; i++) {
		wait_until(&world, follows(&world) >= i * FLOW / 4);
		core_world_control(&world, "eventsub", "{\"action\":\"reconnect\"}");
		wait_until(&world, journal(&world, "connect") == 1 + i);
	}
	wait_until(&world, follows(&world) >= FLOW);
	is_told(&world, "after_the_handover");
	assert_int_equal(follows(&world), FLOW + 1);
	assert_int_equal(
		core_link_seen(&world, "eventsub", "waiting") + core_link_seen(&world, "eventsub", "connecting"), 0);
	/* The subscriptions moved along. */
	assert_int_equal(core_world_requests(&world, "POST", "/eventsub/subscriptions", 0), requests);
	core_world_stop(&world);
}

static void what_is_told_twice_counts_once(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer");
	is_told(&world, "once");
	for (int i = 0; i < 3; i++)
		core_world_control(&world, "eventsub", "{\"action\":\"duplicate\"}");
	is_told(&world, "afterwards");
	assert_int_equal(follows(&world), 2);
	core_world_stop(&world);
}

/* --- ends ------------------------------------------------------------------------------------------------------------ */

static void every_close_code_is_outlived(void **state)
{
	(void)state;
	static const struct {
		int code;
		const char *reason;
	} ends[] = {
		{4000, "server"}, {4001, "protocol"}, {4002, "timeout"}, {4003, "unused"},
		{4004, "server"}, {4005, "timeout"},  {4006, "network"}, {4007, "server"},
	};
	struct core_world world;
	start(&world, "streamer");
	int subscriptions = core_world_subscribed(&world, NULL);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		char text[64], login[32];
		core_seen_clear(&world);
		snprintf(text, sizeof(text), "{\"action\":\"close\",\"code\":%d}", ends[i].code);
		core_world_control(&world, "eventsub", text);
		wait_until(&world, core_link_is(&world, "eventsub", "waiting"));
		char *last = core_seen_last(&world, "connection", "\"link\":\"eventsub\"", NULL);
		snprintf(text, sizeof(text), "\"reason\":\"%s\"", ends[i].reason);
		assert_non_null(strstr(last, text));
		cJSON *json = cJSON_Parse(last);
		assert_true(*cJSON_GetObjectItem(json, "detail")->valuestring);
		/* At once, but where it is our own mistake. */
		assert_true(cJSON_GetObjectItem(json, "retry_in_ms")->valuedouble <=
			    (ends[i].code == 4001 ? 80000 : 1000));
		cJSON_Delete(json);
		bfree(last);
		core_world_advance(&world, ends[i].code == 4001 ? 80 : 1);
		wait_until(&world, core_link_is(&world, "eventsub", "online"));
		wait_until(&world, core_world_subscribed(&world, NULL) == subscriptions);
		snprintf(login, sizeof(login), "after_%d", ends[i].code);
		is_told(&world, login);
	}
	assert_int_equal(journal(&world, "received"), 0); /* we never say anything there */
	core_world_stop(&world);
}

static void a_silent_or_broken_link_is_noticed(void **state)
{
	(void)state;
	static const struct {
		const char *action, *reason;
		int advance_s;
	} losses[] = {
		{"{\"action\":\"drop\"}", "\"reason\":\"network\"", 0},
		{"{\"action\":\"keepalive\",\"enabled\":false}", "\"reason\":\"timeout\"", 16},
		{"{\"action\":\"silent\"}", "\"reason\":\"timeout\"", 16},
	};
	struct core_world world;
	start(&world, "streamer");
	for (size_t i = 0; i < sizeof(losses) / sizeof(*losses); i++) {
		char login[32];
		core_seen_clear(&world);
		core_world_control(&world, "eventsub", losses[i].action);
		core_world_advance(&world, losses[i].advance_s);
		wait_until(&world,
			   core_seen(&world, "connection", "\"link\":\"eventsub\"", losses[i].reason, NULL) == 1);
		core_world_advance(&world, 1);
		wait_until(&world, core_link_is(&world, "eventsub", "online"));
		snprintf(login, sizeof(login), "after_loss_%d", (int)i);
		is_told(&world, login);
	}
	core_world_stop(&world);
}

/* The address to move to is of no use: the old session tells on until a fresh one has taken over. */
static void a_wrong_address_for_the_handover_does_no_harm(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer");
	core_world_control(&world, "eventsub", "{\"action\":\"reconnect\",\"invalid_url\":true}");
	wait_until(&world, journal(&world, "disconnect 4007") == 1);
	wait_until(&world, journal(&world, "connect") == 3);
	is_told_in_the_end(&world, "on_the_new_one");
	assert_int_equal(core_link_seen(&world, "eventsub", "waiting"), 0);
	core_world_stop(&world);
}

/* --- messages that are no messages ---------------------------------------------------------------------------------- */

static void what_cannot_be_read_is_left_out(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{",
		"[]",
		"null",
		"\"\"",
		"{\"metadata\":{}}",
		"{\"metadata\":{\"message_type\":\"session_dance\",\"message_id\":\"x1\"},\"payload\":{}}",
		"{\"metadata\":{\"message_type\":\"notification\",\"message_id\":7,\"subscription_type\":\"channel.follow\","
		"\"subscription_version\":2},\"payload\":{\"subscription\":null,\"event\":[]}}",
		"{\"metadata\":{\"message_type\":\"revocation\"},\"payload\":{\"subscription\":{}}}",
		"{\"metadata\":{\"message_type\":\"session_reconnect\"},\"payload\":{\"session\":{\"reconnect_url\":"
		"\"http://example.org/steal\"}}}",
	};
	struct core_world world;
	start(&world, "streamer");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cJSON *json = cJSON_CreateObject();
		cJSON_AddStringToObject(json, "action", "raw");
		cJSON_AddStringToObject(json, "text", texts[i]);
		char *command = cJSON_PrintUnformatted(json);
		core_world_control(&world, "eventsub", command);
		cJSON_free(command);
		cJSON_Delete(json);
	}
	is_told_in_the_end(&world, "after_the_nonsense");
	assert_int_equal(core_link_seen(&world, "eventsub", "waiting"), 0);
	core_world_stop(&world);
}

/* --- subscriptions --------------------------------------------------------------------------------------------------- */

static void a_revoked_topic_is_the_only_one_that_ends(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer");
	int subscriptions = core_world_subscribed(&world, NULL);
	core_world_control(&world, "eventsub",
			   "{\"action\":\"revoke\",\"type\":\"channel.update\",\"status\":\"version_removed\"}");
	core_world_control(&world, "channel", "{\"title\":\"nobody hears of it\"}");
	is_told(&world, "still_told");
	assert_int_equal(core_seen(&world, "channel_update", NULL), 0);
	assert_int_equal(core_world_subscribed(&world, NULL), subscriptions - 1);
	assert_int_equal(core_link_seen(&world, "eventsub", "waiting"), 0);
	assert_int_equal(journal(&world, "connect"), 1);
	core_world_stop(&world);
}

/* What it covered is asked for after all, so that bans by others are still told with who and why. */
static void a_revoked_topic_is_replaced_by_what_it_covered(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer");
	assert_int_equal(core_world_subscribed(&world, "channel.ban"), 0);
	core_world_control(&world, "eventsub",
			   "{\"action\":\"revoke\",\"type\":\"channel.moderate\",\"status\":\"version_removed\"}");
	wait_until(&world, core_world_subscribed(&world, "channel.ban") == 1);
	core_world_control(&world, "moderate",
			   "{\"action\":\"ban\",\"user\":\"bert\",\"by\":\"modi\",\"reason\":\"spam\"}");
	wait_until(&world,
		   core_seen(&world, "user_banned", "\"login\":\"bert\"", "\"login\":\"modi\"", "spam", NULL) == 1);
	core_world_stop(&world);
}

/* What is for affiliates alone is refused to others; the rest is had. */
static void a_small_channel_has_what_it_can_have(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "smallfry");
	assert_int_equal(core_world_subscribed(&world, "channel.poll.begin"), 0);
	assert_true(core_world_requests(&world, "POST", "/eventsub/subscriptions", 403) > 0);
	assert_int_equal(core_world_subscribed(&world, "channel.moderate"), 1);
	core_world_control(&world, "event", "{\"type\":\"follow\",\"channel\":\"smallfry\",\"user\":\"first_fan\"}");
	wait_until(&world, core_seen(&world, "follow", "first_fan", NULL) == 1);
	core_world_stop(&world);
}

/* Sockets that were just lost still count for Twitch: waits, and has everything in the end. */
static void too_many_sockets_are_waited_for(void **state)
{
	(void)state;
	struct core_world world;
	start(&world, "streamer");
	int subscriptions = core_world_subscribed(&world, NULL);
	core_world_control(&world, "fault",
			   "{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"remaining\":700,\"count\":-1,"
			   "\"method\":\"POST\",\"path\":\"/eventsub/subscriptions\","
			   "\"body\":\"{\\\"error\\\":\\\"Too Many Requests\\\",\\\"status\\\":429,"
			   "\\\"message\\\":\\\"number of websocket transports limit exceeded\\\"}\"}");
	core_world_control(&world, "eventsub", "{\"action\":\"drop\"}");
	wait_until(&world, core_link_is(&world, "eventsub", "waiting"));
	core_world_advance(&world, 1);
	wait_until(&world, core_seen(&world, "connection", "\"link\":\"eventsub\"", "\"reason\":\"limit\"", NULL) > 0);
	core_world_control(&world, "fault.clear", NULL);
	core_world_advance(&world, 15);
	wait_until(&world, core_world_subscribed(&world, NULL) == subscriptions);
	is_told(&world, "after_the_limit");
	core_world_stop(&world);
}

/* The session has ten seconds until the first subscription: a slow web API does not cost it. */
static void a_slow_api_is_fast_enough(void **state)
{
	(void)state;
	struct core_world world;
	core_world_start(&world, &(struct core_world_config){.channel = "streamer"});
	core_world_control(&world, "eventsub", "{\"action\":\"settings\",\"unused_ms\":2000}");
	core_world_control(&world, "fault",
			   "{\"where\":\"http\",\"kind\":\"slow\",\"ms\":700,\"count\":4,\"path\":\"/eventsub\"}");
	lx_account_login_token(lx_core_account(world.core), LX_ACCOUNT_MAIN, "", "broadcastertoken00000000000001");
	wait_until(&world, core_world_subscribed(&world, "user.whisper.message") == 1);
	assert_int_equal(journal(&world, "connect"), 1);
	assert_int_equal(journal(&world, "disconnect"), 0);
	core_world_stop(&world);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_storm_arrives_whole),
		lx_unit_test(a_handover_loses_and_doubles_nothing),
		lx_unit_test(what_is_told_twice_counts_once),
		lx_unit_test(every_close_code_is_outlived),
		lx_unit_test(a_silent_or_broken_link_is_noticed),
		lx_unit_test(a_wrong_address_for_the_handover_does_no_harm),
		lx_unit_test(what_cannot_be_read_is_left_out),
		lx_unit_test(a_revoked_topic_is_the_only_one_that_ends),
		lx_unit_test(a_revoked_topic_is_replaced_by_what_it_covered),
		lx_unit_test(a_small_channel_has_what_it_can_have),
		lx_unit_test(too_many_sockets_are_waited_for),
		lx_unit_test(a_slow_api_is_fast_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
