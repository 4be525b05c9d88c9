/* The simulator refuses what Twitch refuses, and tells the same story on all interfaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "helix.h"
#include "test_client.h"

#ifdef SIM_HTTP2
#define SIM_HTTP_VERSION 20
#else
#define SIM_HTTP_VERSION 11
#endif

#define ROOM "broadcaster_id=100000002"
#define AS_MOD ROOM "&moderator_id=100000004"

static long allocations;

static int setup(void **state)
{
	allocations = bnum_allocs();
	*state = lx_sim_start(&(struct lx_sim_config){.seed = 7, .people = 100, .history = 20000});
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	lx_sim_stop(*state);
	long left = bnum_allocs() - allocations;
	if (left)
		print_error("%ld allocations were not freed\n", left);
	return left ? -1 : 0;
}

/* Subscribes to follows over a new session; its id is the caller's. */
static char *subscribe_follow(struct lx_sim *sim, struct stream *events)
{
	cJSON *welcome = cJSON_Parse(stream_expect(events, "session_welcome"));
	const cJSON *session = cJSON_GetObjectItem(cJSON_GetObjectItem(welcome, "payload"), "session");
	char *id = bstrdup(cJSON_GetObjectItem(session, "id")->valuestring);
	struct dstr body = {0};
	dstr_printf(
		&body,
		"{\"type\":\"channel.follow\",\"version\":\"2\",\"condition\":{\"broadcaster_user_id\":\"100000002\","
		"\"moderator_user_id\":\"100000002\"},\"transport\":{\"method\":\"websocket\",\"session_id\":\"%s\"}}",
		id);
	struct answer answer = request(sim, "helix", "POST", "/eventsub/subscriptions", BROADCASTER, body.array, false);
	assert_int_equal(answer.status, 202);
	answer_finish(&answer);
	dstr_free(&body);
	cJSON_Delete(welcome);
	return id;
}

/* --- IRC --------------------------------------------------------------------------------------------------------- */

static void login_failures_are_told_apart(void **state)
{
	static const struct {
		const char *sent, *answer;
	} cases[] = {
		{"PASS oauth:nonsense\r\nNICK viewer\r\n", ":tmi.twitch.tv NOTICE * :Login authentication failed"},
		{"PASS oauth:" EXPIRED "\r\nNICK viewer\r\n", ":tmi.twitch.tv NOTICE * :Login authentication failed"},
		{"PASS oauth:" NO_SCOPES "\r\nNICK viewer\r\n", ":tmi.twitch.tv NOTICE * :Login authentication failed"},
		{"PASS " VIEWER "\r\nNICK viewer\r\n", ":tmi.twitch.tv NOTICE * :Improperly formatted auth"},
		{"PASS :\r\nNICK viewer\r\n", ":tmi.twitch.tv NOTICE * :Improperly formatted auth"},
		{"NICK viewer\r\nPASS oauth:" VIEWER "\r\n", ":tmi.twitch.tv NOTICE * :Improperly formatted auth"},
		{"PASS oauth:" VIEWER "\r\nNICK no-such-nick\r\n", ":tmi.twitch.tv NOTICE * :Invalid NICK"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stream *stream = stream_open(*state, lx_sim_url(*state, i % 2 ? "irc" : "ircs"));
		assert_non_null(stream);
		stream_send(stream, cases[i].sent);
		const char *line = stream_next(stream, 2000);
		assert_non_null(line);
		assert_string_equal(line, cases[i].answer);
		assert_null(stream_next(stream, 2000));
		assert_true(stream_closed(stream));
		stream_close(stream);
	}
}

static void capabilities_are_granted_or_refused_as_a_whole(void **state)
{
	struct stream *stream = stream_open(*state, lx_sim_url(*state, "irc"));
	stream_send(
		stream,
		"CAP REQ :twitch.tv/tags twitch.tv/nonsense\r\nCAP REQ :twitch.tv/tags\r\nNICK justinfan1\r\nFOO\r\n");
	assert_string_equal(stream_next(stream, 2000), ":tmi.twitch.tv CAP * NAK :twitch.tv/tags twitch.tv/nonsense");
	assert_string_equal(stream_next(stream, 2000), ":tmi.twitch.tv CAP * ACK :twitch.tv/tags");
	assert_string_equal(stream_next(stream, 2000), ":tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!");
	stream_expect(stream, " 421 justinfan1 FOO ");
	stream_send(stream, "JOIN #nobody_has_this_name\r\nJOIN #suspended_one\r\n");
	assert_string_equal(stream_next(stream, 2000), "@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE "
						       "#suspended_one :This channel has been suspended.");
	stream_close(stream);
}

static void own_messages_are_answered_with_userstate_only(void **state)
{
	struct stream *viewer = join(*state, VIEWER), *reader = join(*state, NULL);
	stream_send(viewer, "PRIVMSG #streamer :Kappa \xf0\x9f\x98\x82 Kappa\r\n");
	const char *line = stream_expect(viewer, " USERSTATE #streamer");
	char id[37];
	memcpy(id, strstr(line, ";id=") + 4, 36);
	id[36] = '\0';
	line = stream_expect(reader, " PRIVMSG #streamer ");
	assert_non_null(strstr(line, id));
	assert_non_null(strstr(line, ";emotes=25:0-4,8-12;"));
	assert_non_null(strstr(line, ":viewer!viewer@viewer.tmi.twitch.tv PRIVMSG #streamer :Kappa "));
	stream_expect_none(viewer, "PRIVMSG");
	/* The same again within 30 seconds; a command; an anonymous attempt. */
	tell(*state, "clock", "{\"advance_ms\":2000}");
	stream_send(viewer, "PRIVMSG #streamer :Kappa \xf0\x9f\x98\x82 Kappa\r\n");
	stream_expect(viewer, "@msg-id=msg_duplicate ");
	stream_send(viewer, "PRIVMSG #streamer :/ban bert\r\n");
	stream_expect(viewer, "@msg-id=unrecognized_cmd ");
	stream_send(reader, "PRIVMSG #streamer :hello\r\n");
	stream_expect_none(viewer, "PRIVMSG");
	stream_close(viewer);
	stream_close(reader);
}

static void over_the_limit_messages_are_swallowed(void **state)
{
	struct stream *viewer = join(*state, VIEWER), *mod = join(*state, MODERATOR);
	for (int i = 0; i < 25; i++) {
		char text[64];
		snprintf(text, sizeof(text), "PRIVMSG #streamer :number %d\r\n", i);
		stream_send(viewer, text);
		stream_send(mod, text);
		stream_expect_none(viewer, "NOTICE");
		tell(*state, "clock", "{\"advance_ms\":1100}");
	}
	cJSON *sent = control(*state, "sent", "{\"kind\":\"PRIVMSG\"}");
	int of_viewer = 0, of_mod = 0;
	const cJSON *entry;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(sent, "entries")) {
		const char *user = cJSON_GetObjectItem(entry, "user_id")->valuestring;
		of_viewer += strcmp(user, "100000005") == 0;
		of_mod += strcmp(user, "100000004") == 0;
	}
	assert_int_equal(of_viewer, 20);
	assert_int_equal(of_mod, 25);
	cJSON_Delete(sent);
	stream_close(viewer);
	stream_close(mod);
}

static void nothing_is_lost_or_doubled(void **state)
{
	struct stream *reader = join(*state, NULL);
	tell(*state, "chat.rate", "{\"rate\":5000}");
	size_t count = 0;
	struct dstr ids = {0};
	while (count < 2000) {
		const char *line = stream_next(reader, 2000);
		assert_non_null(line);
		const char *id = strstr(line, ";id=");
		if (id && strstr(line, " PRIVMSG #")) {
			dstr_ncat(&ids, id + 4, 36);
			count++;
		}
	}
	tell(*state, "chat.rate", "{\"rate\":0}");
	cJSON *sent = control(*state, "sent", "{\"kind\":\"PRIVMSG\",\"limit\":2000}");
	const cJSON *entry;
	size_t i = 0;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(sent, "entries"))
		assert_memory_equal(cJSON_GetObjectItem(entry, "id")->valuestring, ids.array + 36 * i++, 36);
	assert_int_equal(i, 2000);
	cJSON_Delete(sent);
	dstr_free(&ids);
	stream_close(reader);
}

#define RECORDED 600

/*
 * Ids, names and texts of the next `count` lines, without what depends on the clock. `rate` makes no difference to what is
 * written, only to when.
 */
static void record(struct lx_sim *sim, struct stream *reader, int rate, size_t count, struct dstr *lines)
{
	char json[64];
	snprintf(json, sizeof(json), "{\"rate\":%d,\"events\":false}", rate);
	tell(sim, "chat.rate", json);
	for (size_t i = 0; i < count;) {
		const char *line = stream_next(reader, 10000);
		if (!line)
			fail_msg("the chat ended after %zu lines", i);
		const char *id = strstr(line, ";id="), *prefix = strstr(line, " :");
		if (!id || !strstr(line, " PRIVMSG #"))
			continue;
		dstr_ncopy(&lines[i], id, 40);
		dstr_cat(&lines[i++], prefix);
	}
}

static size_t count_equal(const struct dstr *a, const struct dstr *b)
{
	size_t count = 0;
	for (size_t i = 0; i < RECORDED; i++)
		count += dstr_cmp(&a[i], b[i].array) == 0;
	return count;
}

static void same_seed_same_chat(void **state)
{
	struct lx_sim *twin = lx_sim_start(&(struct lx_sim_config){.seed = 7, .people = 100, .history = 20000});
	struct lx_sim *other = lx_sim_start(&(struct lx_sim_config){.seed = 8, .people = 100, .history = 20000});
	struct stream *reader = join(*state, NULL), *of_twin = join(twin, NULL), *of_other = join(other, NULL);
	struct dstr a[RECORDED] = {0}, b[RECORDED] = {0}, c[RECORDED] = {0};
	record(*state, reader, 1000, RECORDED, a);
	record(other, of_other, 1000, RECORDED, c);
	/* The twin is slower, then faster, has other things to do in between, and its clock jumps. */
	static const int rates[] = {400, 5000, 700};
	struct stream *watcher = stream_open(twin, lx_sim_url(twin, "eventsub"));
	bfree(subscribe_follow(twin, watcher));
	for (size_t part = 0; part < 3; part++) {
		record(twin, of_twin, rates[part], RECORDED / 3, b + part * (RECORDED / 3));
		tell(twin, "token", "{\"user\":\"modi\"}");
		tell(twin, "event", "{\"type\":\"follow\",\"user\":\"emil\"}");
		tell(twin, "clock", "{\"advance_ms\":700}");
	}
	size_t twins = count_equal(a, b), others = count_equal(a, c);
	for (size_t i = 0, told = 0; i < RECORDED; i++) {
		if (dstr_cmp(&a[i], b[i].array) != 0 && !told++)
			print_error("line %zu: \"%s\" and \"%s\"\n", i, a[i].array, b[i].array);
		dstr_free(&a[i]);
		dstr_free(&b[i]);
		dstr_free(&c[i]);
	}
	stream_close(watcher);
	stream_close(reader);
	stream_close(of_twin);
	stream_close(of_other);
	lx_sim_stop(twin);
	lx_sim_stop(other);
	assert_int_equal(twins, RECORDED);
	assert_int_equal(others, 0);
}

static void connections_break_as_told(void **state)
{
	struct stream *reader = join(*state, NULL);
	tell(*state, "irc", "{\"action\":\"raw\",\"line\":\":tmi.twitch.tv RECONNECT\"}");
	assert_string_equal(stream_next(reader, 2000), ":tmi.twitch.tv RECONNECT");
	tell(*state, "irc", "{\"action\":\"half_line\",\"line\":\":anna_b PRIVMSG #str\"}");
	assert_null(stream_next(reader, 2000));
	assert_true(stream_closed(reader));
	stream_close(reader);

	reader = join(*state, NULL);
	tell(*state, "irc", "{\"action\":\"silent\"}");
	tell(*state, "chat.message", "{\"text\":\"nobody hears this\"}");
	assert_null(stream_next(reader, 100));
	assert_false(stream_closed(reader));
	stream_close(reader);

	tell(*state, "fault", "{\"where\":\"accept\",\"kind\":\"refuse\",\"target\":\"irc\"}");
	assert_null(stream_open(*state, lx_sim_url(*state, "irc")));
	tell(*state, "fault.clear", NULL);
	static const char *const certificates[] = {"expired_certificate", "wrong_host", "unknown_ca"};
	for (int i = 0; i < 3; i++) {
		char fault[96];
		snprintf(fault, sizeof(fault), "{\"where\":\"accept\",\"kind\":\"%s\",\"target\":\"ircs\"}",
			 certificates[i]);
		tell(*state, "fault", fault);
		assert_null(stream_open(*state, lx_sim_url(*state, "ircs")));
	}
	struct stream *good = stream_open(*state, lx_sim_url(*state, "ircs"));
	assert_non_null(good);
	stream_close(good);
}

/* --- Helix ------------------------------------------------------------------------------------------------------- */

/* Nothing is offered that would be refused, and no link survives all of it. */
static void every_fault_that_is_offered_happens(void **state)
{
	static const char *const commands[] = {"irc", "eventsub", "fault"};
	struct stream *reader = join(*state, NULL), *events = stream_open(*state, lx_sim_url(*state, "eventsub"));
	bfree(subscribe_follow(*state, events));
	cJSON *offer = control(*state, "faults", NULL);
	cJSON *fault;
	int counts[3] = {0};
	cJSON_ArrayForEach (fault, cJSON_GetObjectItem(offer, "faults")) {
		const char *command = cJSON_GetObjectItem(fault, "command")->valuestring;
		char *json = cJSON_PrintUnformatted(fault);
		for (size_t i = 0; i < 3; i++)
			counts[i] += strcmp(command, commands[i]) == 0;
		tell(*state, command, json);
		cJSON_free(json);
	}
	cJSON_Delete(offer);
	assert_true(counts[0] >= 12 && counts[1] >= 20 && counts[2] >= 58);
	while (stream_next(reader, 5000))
		;
	assert_true(stream_closed(reader));
	tell(*state, "fault.clear", NULL);
	stream_close(reader);
	stream_close(events);
	stream_close(join(*state, NULL));
}

static void refusals_have_twitchs_status_and_words(void **state)
{
	static const struct {
		const char *method, *path, *token, *body;
		long status;
		const char *message;
	} cases[] = {
		{"GET", "/users", NULL, NULL, 401, "OAuth token is missing"},
		{"GET", "/users", "nonsense", NULL, 401, "Invalid OAuth token"},
		{"GET", "/users", EXPIRED, NULL, 401, "Invalid OAuth token"},
		{"GET", "/users", APP, NULL, 400, "Must provide an ID, Login or OAuth Token"},
		{"GET", "/nonsense", BROADCASTER, NULL, 404, ""},
		{"GET", "/users/follows", BROADCASTER, NULL, 410, "This API is not available."},
		{"GET", "/channels", BROADCASTER, NULL, 400, "Missing required parameter \"broadcaster_id\""},
		{"POST", "/moderation/bans?" AS_MOD, NO_SCOPES, "{}", 401,
		 "Missing scope: moderator:manage:banned_users"},
		{"POST", "/moderation/bans?" AS_MOD, BROADCASTER, "{\"data\":{\"user_id\":\"200000012\"}}", 401,
		 "The ID in moderator_id must match the user ID found in the request's OAuth token."},
		{"POST", "/moderation/bans?" ROOM "&moderator_id=100000005", VIEWER,
		 "{\"data\":{\"user_id\":\"200000012\"}}", 403,
		 "The user specified in moderator_id is not one of the broadcaster's moderators."},
		{"POST", "/moderation/bans?" AS_MOD, MODERATOR, "{\"data\":{\"user_id\":\"100000002\"}}", 400,
		 "The user specified in the user_id field may not be banned."},
		{"POST", "/moderation/bans?" AS_MOD, MODERATOR, "{\"data\":{\"user_id\":\"200000012\",\"duration\":0}}",
		 400, "The value in the duration field is not valid: it must be 1 to 1209600 seconds."},
		{"DELETE", "/moderation/bans?" AS_MOD "&user_id=200000012", MODERATOR, NULL, 400, "user is not banned"},
		{"DELETE", "/moderation/chat?" AS_MOD "&message_id=none", MODERATOR, NULL, 404,
		 "The message specified in message_id was not found."},
		{"PATCH", "/channels?" ROOM, BROADCASTER, "{\"title\":\"\"}", 400,
		 "The title field may not contain an empty string."},
		{"PATCH", "/channels?" ROOM, MODERATOR, "{\"title\":\"x\"}", 401,
		 "The ID in broadcaster_id must match the user ID found in the request's OAuth token."},
		{"GET", "/moderation/banned?" ROOM, MODERATOR, NULL, 401,
		 "The ID in broadcaster_id must match the user ID found in the request's OAuth token."},
		{"GET", "/schedule?" ROOM, VIEWER, NULL, 404, "segments not found"},
		{"GET", "/subscriptions/user?" ROOM "&user_id=100000005", VIEWER, NULL, 404,
		 "viewer has no subscription to streamer"},
		{"POST", "/polls", SMALLFRY,
		 "{\"broadcaster_id\":\"100000006\",\"title\":\"?\",\"choices\":[{\"title\":\"a\"},{\"title\":\"b\"}],"
		 "\"duration\":60}",
		 403, "The broadcaster must have partner or affiliate status."},
		{"POST", "/eventsub/subscriptions", APP, "{}", 401, "Missing User OAUTH Token"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer =
			request(*state, "helix", cases[i].method, cases[i].path, cases[i].token, cases[i].body, false);
		assert_int_equal(answer.status, cases[i].status);
		assert_string_equal(message_of(&answer), cases[i].message);
		answer_finish(&answer);
	}
}

static void a_ban_is_seen_everywhere(void **state)
{
	struct stream *reader = join(*state, NULL), *victim = join(*state, VIEWER);
	struct stream *events = stream_open(*state, lx_sim_url(*state, "eventsub"));
	assert_non_null(events);
	cJSON *welcome = cJSON_Parse(stream_next(events, 2000));
	const cJSON *session = cJSON_GetObjectItem(cJSON_GetObjectItem(welcome, "payload"), "session");
	char body[400];
	snprintf(body, sizeof(body),
		 "{\"type\":\"channel.ban\",\"version\":\"1\",\"condition\":{\"broadcaster_user_id\":\"100000002\"},"
		 "\"transport\":{\"method\":\"websocket\",\"session_id\":\"%s\"}}",
		 cJSON_GetObjectItem(session, "id")->valuestring);
	struct answer answer = request(*state, "helix", "POST", "/eventsub/subscriptions", BROADCASTER, body, false);
	assert_int_equal(answer.status, 202);
	answer_finish(&answer);
	answer = request(*state, "helix", "POST", "/eventsub/subscriptions", BROADCASTER, body, false);
	assert_int_equal(answer.status, 409);
	answer_finish(&answer);

	answer = request(*state, "helix_tls", "POST", "/moderation/bans?" AS_MOD, MODERATOR,
			 "{\"data\":{\"user_id\":\"100000005\",\"reason\":\"spam\"}}", false);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.headers, "atelimit-"));
	answer_finish(&answer);
	assert_non_null(strstr(stream_expect(reader, "CLEARCHAT #streamer :viewer"), "target-user-id=100000005"));
	stream_expect(victim, "PART #streamer");
	stream_send(victim, "PRIVMSG #streamer :let me in\r\n");
	stream_expect(victim, "@msg-id=msg_banned ");
	const char *event = stream_expect(events, "\"subscription_type\":\"channel.ban\"");
	assert_non_null(strstr(event, "\"user_id\":\"100000005\""));
	assert_non_null(strstr(event, "\"reason\":\"spam\""));
	assert_non_null(strstr(event, "\"ends_at\":null"));

	answer = request(*state, "helix", "POST", "/moderation/bans?" AS_MOD, MODERATOR,
			 "{\"data\":{\"user_id\":\"100000005\",\"duration\":600}}", false);
	assert_int_equal(answer.status, 400);
	assert_string_equal(message_of(&answer), "user is already banned");
	answer_finish(&answer);
	cJSON *received = control(*state, "received", "{\"path\":\"/moderation/bans\"}");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(received, "entries")), 2);
	char *text = cJSON_Print(received);
	assert_null(strstr(text, MODERATOR)); /* no token in the journal */
	cJSON_free(text);
	cJSON_Delete(received);
	cJSON_Delete(welcome);
	stream_close(reader);
	stream_close(victim);
	stream_close(events);
}

static void many_ids_and_pages(void **state)
{
	struct dstr path = {0};
	dstr_copy(&path, "/users?id=100000002");
	for (int i = 1; i < 100; i++)
		dstr_catf(&path, "&id=2100%05d", i);
	struct answer answer = request(*state, "helix", "GET", path.array, BROADCASTER, NULL, false);
	assert_int_equal(answer.status, 200);
	answer_finish(&answer);
	dstr_cat(&path, "&id=1");
	answer = request(*state, "helix", "GET", path.array, BROADCASTER, NULL, false);
	assert_int_equal(answer.status, 400);
	answer_finish(&answer);

	int seen = 0, total = 0;
	dstr_copy(&path, "/chat/chatters?" AS_MOD "&first=7");
	for (;;) {
		answer = request(*state, "helix", "GET", path.array, MODERATOR, NULL, false);
		assert_int_equal(answer.status, 200);
		seen += cJSON_GetArraySize(cJSON_GetObjectItem(answer.json, "data"));
		total = cJSON_GetObjectItem(answer.json, "total")->valueint;
		const cJSON *cursor = cJSON_GetObjectItem(cJSON_GetObjectItem(answer.json, "pagination"), "cursor");
		if (cursor)
			dstr_printf(&path, "/chat/chatters?" AS_MOD "&first=7&after=%s", cursor->valuestring);
		bool more = cursor != NULL;
		answer_finish(&answer);
		if (!more)
			break;
	}
	assert_true(total > 7);
	assert_int_equal(seen, total);
	dstr_free(&path);
}

static const struct sim_endpoint *const areas[] = {sim_helix_users,      sim_helix_channels, sim_helix_chat,
						   sim_helix_moderation, sim_helix_money,    sim_helix_schedule,
						   sim_helix_videos,     sim_helix_engage,   sim_helix_points,
						   sim_helix_eventsub};

/* Whatever is missing, empty or of the wrong type is refused in Twitch's form, by every endpoint. */
static void every_endpoint_checks_what_it_is_given(void **state)
{
	static const char *const queries[] = {
		"", "?broadcaster_id=100000002&moderator_id=100000002&user_id=100000002",
		"?broadcaster_id=100000002&moderator_id=100000002&user_id=x&id=%00&first=0&after=zzz&message_id=%F0%9F&status=",
		"?broadcaster_id=9&from_broadcaster_id=100000002&to_broadcaster_id=100000003&query=a&id=743&target_user_id="
		"200000001"};
	static const char *const bodies[] = {
		"{}", "[",
		"{\"data\":5,\"broadcaster_id\":\"100000002\",\"title\":7,\"choices\":{},\"duration\":\"x\"}",
		"{\"broadcaster_id\":\"100000002\",\"user_id\":\"100000002\",\"type\":\"channel.ban\",\"version\":\"1\","
		"\"condition\":[],\"transport\":3,\"message\":\"\",\"length\":-1,\"text\":\"\",\"action\":\"x\"}"};
	tell(*state, "helix", "{\"limit\":100000}");
	for (size_t a = 0; a < sizeof(areas) / sizeof(areas[0]); a++) {
		for (const struct sim_endpoint *endpoint = areas[a]; endpoint->path; endpoint++) {
			bool has_body = endpoint->rules & SIM_BODY;
			for (int i = 0; i < (has_body ? 16 : 4); i++) {
				struct dstr path = {0};
				dstr_printf(&path, "%s%s", endpoint->path, queries[i % 4]);
				struct answer answer = request(*state, "helix", endpoint->method, path.array,
							       BROADCASTER, has_body ? bodies[i / 4] : NULL, false);
				bool good = answer.status == 200 || answer.status == 202 || answer.status == 204;
				bool refused = answer.status >= 400 && answer.status < 500 && *message_of(&answer);
				if (!good && !refused)
					fail_msg("%s %s: %ld %s", endpoint->method, path.array, answer.status,
						 answer.body ? answer.body : "");
				answer_finish(&answer);
				dstr_free(&path);
			}
		}
	}
}

static void every_scope_is_enforced(void **state)
{
	for (size_t a = 0; a < sizeof(areas) / sizeof(areas[0]); a++) {
		for (const struct sim_endpoint *endpoint = areas[a]; endpoint->path; endpoint++) {
			struct answer answer = request(*state, "helix", endpoint->method, endpoint->path, NO_SCOPES,
						       endpoint->rules & SIM_BODY ? "{}" : NULL, false);
			bool missing = answer.status == 401 && strncmp(message_of(&answer), "Missing scope: ", 15) == 0;
			if (missing != (endpoint->scopes != NULL))
				fail_msg("%s %s: %ld %s", endpoint->method, endpoint->path, answer.status,
					 message_of(&answer));
			answer_finish(&answer);
		}
	}
}

static void break_http(struct lx_sim *sim, const char *base)
{
	static const struct {
		const char *fault;
		long status; /* 0 = no answer */
		bool json;
	} cases[] = {
		{"{\"where\":\"http\",\"kind\":\"status\",\"status\":503}", 503, true},
		{"{\"where\":\"http\",\"kind\":\"empty\",\"status\":500}", 500, false},
		{"{\"where\":\"http\",\"kind\":\"bad_json\"}", 200, false},
		{"{\"where\":\"http\",\"kind\":\"wrong_types\"}", 200, true},
		{"{\"where\":\"http\",\"kind\":\"close\"}", 0, false},
		{"{\"where\":\"http\",\"kind\":\"close_after\"}", 0, false},
		{"{\"where\":\"http\",\"kind\":\"half\"}", 0, false},
		{"{\"where\":\"http\",\"kind\":\"reset\"}", 0, false},
		{"{\"where\":\"http\",\"kind\":\"garbage\"}", 0, false},
		{"{\"where\":\"http\",\"kind\":\"slow\",\"ms\":50}", 200, true},
		{"{\"where\":\"http\",\"kind\":\"dribble\"}", 200, true},
		{"{\"where\":\"accept\",\"kind\":\"reset\"}", 0, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tell(sim, "fault", cases[i].fault);
		struct answer answer = request(sim, base, "GET", "/users", BROADCASTER, NULL, false);
		assert_int_equal(answer.status, cases[i].status);
		if (cases[i].status)
			assert_int_equal(answer.json != NULL, cases[i].json);
		answer_finish(&answer);
	}
}

static void https_offers_http_2(void **state)
{
	curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	struct answer answer = request(*state, "helix_tls", "GET", "/users", BROADCASTER, NULL, false);
	assert_int_equal(answer.status, 200);
	if (curl->features & CURL_VERSION_HTTP2)
		assert_int_equal(answer.version, SIM_HTTP_VERSION);
	answer_finish(&answer);
}

static void http_breaks_as_told(void **state)
{
	break_http(*state, "helix");
	break_http(*state, "helix_tls");
	tell(*state, "fault", "{\"where\":\"http\",\"kind\":\"status\",\"status\":429,\"remaining\":12}");
	struct answer answer = request(*state, "helix", "GET", "/users", BROADCASTER, NULL, false);
	assert_int_equal(answer.status, 429);
	assert_non_null(strstr(answer.headers, "Ratelimit-Remaining: 12"));
	answer_finish(&answer);
	tell(*state, "helix", "{\"remaining\":0}");
	answer = request(*state, "helix", "GET", "/users", BROADCASTER, NULL, false);
	assert_int_equal(answer.status, 429);
	answer_finish(&answer);
}

/* --- OAuth ------------------------------------------------------------------------------------------------------- */

#define DEVICE_GRANT "client_id=" PUBLIC_CLIENT "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"

static const char *field(const struct answer *answer, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(answer->json, name);
	return cJSON_IsString(item) ? item->valuestring : "";
}

static void device_code_and_single_use_refresh(void **state)
{
	struct answer device = request(*state, "id", "POST", "/device", NULL,
				       "client_id=" PUBLIC_CLIENT "&scopes=chat%3Aread%20chat%3Aedit", true);
	assert_int_equal(device.status, 200);
	struct dstr form = {0};
	dstr_copy(&form, DEVICE_GRANT "&scopes=chat%3Aread%20chat%3Aedit&device_code=");
	dstr_cat(&form, field(&device, "device_code"));
	struct answer answer = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(answer.status, 400);
	assert_string_equal(message_of(&answer), "authorization_pending");
	answer_finish(&answer);
	tell(*state, "oauth", "{\"action\":\"approve\",\"user\":\"modi\"}");
	struct answer first = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(first.status, 200);
	answer = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_string_equal(message_of(&answer), "invalid device code");
	answer_finish(&answer);

	dstr_printf(&form, "client_id=" PUBLIC_CLIENT "&grant_type=refresh_token&refresh_token=%s",
		    field(&first, "refresh_token"));
	answer = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(answer.status, 200);
	assert_string_not_equal(field(&answer, "refresh_token"), field(&first, "refresh_token"));
	answer_finish(&answer);
	answer = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(answer.status, 400);
	assert_string_equal(message_of(&answer), "Invalid refresh token");
	answer_finish(&answer);

	answer = request(*state, "id", "GET", "/validate", field(&first, "access_token"), NULL, false);
	assert_string_equal(field(&answer, "login"), "modi");
	answer_finish(&answer);
	tell(*state, "clock", "{\"advance_ms\":14125000}");
	answer = request(*state, "id", "GET", "/validate", field(&first, "access_token"), NULL, false);
	assert_int_equal(answer.status, 401);
	assert_string_equal(message_of(&answer), "invalid access token");
	answer_finish(&answer);
	answer_finish(&first);
	answer_finish(&device);
	dstr_free(&form);
}

static void public_clients_get_no_code_grant(void **state)
{
	struct answer answer =
		request(*state, "id", "GET",
			"/authorize?client_id=" SECRET_CLIENT
			"&redirect_uri=http%3A%2F%2Flocalhost%3A8080&response_type=code&scope=chat%3Aread&state=a%26b",
			NULL, NULL, false);
	assert_int_equal(answer.status, 302);
	const char *code = strstr(answer.headers, "?code=");
	assert_non_null(code);
	assert_non_null(strstr(code, "&state=a%26b"));
	struct dstr form = {0};
	dstr_printf(&form,
		    "client_id=" SECRET_CLIENT "&client_secret=" CLIENT_SECRET
		    "&grant_type=authorization_code&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A8080&code=%.30s",
		    code + 6);
	struct answer token = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(token.status, 200);
	answer_finish(&token);
	token = request(*state, "id", "POST", "/token", NULL, form.array, true);
	assert_int_equal(token.status, 400); /* works once */
	answer_finish(&token);
	answer_finish(&answer);
	answer = request(*state, "id", "GET",
			 "/authorize?client_id=" SECRET_CLIENT
			 "&redirect_uri=http%3A%2F%2Flocalhost%3A9999&response_type=code",
			 NULL, NULL, false);
	assert_int_equal(answer.status, 400);
	answer_finish(&answer);
	answer = request(*state, "id", "POST", "/token", NULL,
			 "client_id=" PUBLIC_CLIENT "&grant_type=authorization_code&code=x&redirect_uri=y", true);
	assert_int_equal(answer.status, 400);
	assert_string_equal(message_of(&answer), "missing client secret");
	answer_finish(&answer);
	dstr_free(&form);
}

/* --- EventSub ---------------------------------------------------------------------------------------------------- */

static void close_codes(void **state)
{
	tell(*state, "eventsub", "{\"action\":\"settings\",\"unused_ms\":100}");
	struct stream *events = stream_open(*state, lx_sim_url(*state, "eventsub"));
	stream_expect(events, "session_welcome");
	while (stream_next(events, 2000))
		;
	assert_int_equal(stream_close_code(events), 4003);
	stream_close(events);

	tell(*state, "eventsub", "{\"action\":\"settings\",\"unused_ms\":10000}");
	events = stream_open(*state, lx_sim_url(*state, "eventsub_tls"));
	stream_expect(events, "session_welcome");
	stream_send(events, "hello");
	while (stream_next(events, 2000))
		;
	assert_int_equal(stream_close_code(events), 4001);
	stream_close(events);

	struct dstr url = {0};
	dstr_printf(&url, "%s?id=nonsense", lx_sim_url(*state, "eventsub"));
	events = stream_open(*state, url.array);
	while (stream_next(events, 2000))
		;
	assert_int_equal(stream_close_code(events), 4007);
	stream_close(events);
	dstr_free(&url);
}

static void reconnect_carries_subscriptions_over(void **state)
{
	struct stream *old = stream_open(*state, lx_sim_url(*state, "eventsub"));
	char *id = subscribe_follow(*state, old);
	tell(*state, "event", "{\"type\":\"follow\",\"user\":\"emil\"}");
	stream_expect(old, "\"user_login\":\"emil\"");
	tell(*state, "eventsub", "{\"action\":\"reconnect\"}");
	cJSON *message = cJSON_Parse(stream_expect(old, "session_reconnect"));
	const cJSON *session = cJSON_GetObjectItem(cJSON_GetObjectItem(message, "payload"), "session");
	struct stream *fresh = stream_open(*state, cJSON_GetObjectItem(session, "reconnect_url")->valuestring);
	assert_non_null(fresh);
	stream_expect(fresh, "session_welcome");
	tell(*state, "event", "{\"type\":\"follow\",\"user\":\"dora\"}");
	stream_expect(fresh, "\"user_login\":\"dora\"");
	tell(*state, "eventsub", "{\"action\":\"revoke\",\"status\":\"user_removed\"}");
	assert_non_null(strstr(stream_expect(fresh, "revocation"), "\"status\":\"user_removed\""));
	cJSON_Delete(message);
	bfree(id);
	stream_close(old);
	stream_close(fresh);
}

static void storm_arrives_complete(void **state)
{
	struct stream *events = stream_open(*state, lx_sim_url(*state, "eventsub"));
	bfree(subscribe_follow(*state, events));
	tell(*state, "eventsub", "{\"action\":\"storm\",\"rate\":5000,\"count\":1000}");
	for (int i = 0; i < 1000; i++)
		stream_expect(events, "channel.follow");
	stream_close(events);
}

static void a_gift_bomb_is_one_purchase(void **state)
{
	struct stream *reader = join(*state, NULL);
	tell(*state, "event", "{\"type\":\"gift\",\"user\":\"dora\",\"amount\":5}");
	int bombs = 0, gifts = 0;
	for (int i = 0; i < 6; i++) {
		const char *line = stream_expect(reader, "USERNOTICE #streamer");
		bombs += strstr(line, ";msg-id=submysterygift;") && strstr(line, "msg-param-mass-gift-count=5;");
		gifts += strstr(line, ";msg-id=subgift;") && strstr(line, ";msg-param-sender-count=0;");
	}
	assert_int_equal(bombs, 1);
	assert_int_equal(gifts, 5);
	stream_close(reader);
}

#define sim_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sim_test(login_failures_are_told_apart),
		sim_test(capabilities_are_granted_or_refused_as_a_whole),
		sim_test(own_messages_are_answered_with_userstate_only),
		sim_test(over_the_limit_messages_are_swallowed),
		sim_test(nothing_is_lost_or_doubled),
		sim_test(same_seed_same_chat),
		sim_test(connections_break_as_told),
		sim_test(every_fault_that_is_offered_happens),
		sim_test(refusals_have_twitchs_status_and_words),
		sim_test(a_ban_is_seen_everywhere),
		sim_test(many_ids_and_pages),
		sim_test(every_endpoint_checks_what_it_is_given),
		sim_test(every_scope_is_enforced),
		sim_test(https_offers_http_2),
		sim_test(http_breaks_as_told),
		sim_test(device_code_and_single_use_refresh),
		sim_test(public_clients_get_no_code_grant),
		sim_test(close_codes),
		sim_test(reconnect_carries_subscriptions_over),
		sim_test(storm_arrives_complete),
		sim_test(a_gift_bomb_is_one_purchase),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
