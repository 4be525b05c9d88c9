#include "support.h"

#include <stdlib.h>
#include <string.h>

#include <util/dstr.h>
#include <util/threading.h>

#include "fake_http.h"
#include "platform/memory.h"
#include "twitch/helix.h"

#define ME "100000002"
#define BASE "http://127.0.0.1:8080/mock"

/* --- surroundings ------------------------------------------------------------------------------------------------ */

static struct lx_test_clock test_clock;
static struct lx_loop *loop;
static struct lx_text *text;
static signal_handler_t *signals;
static proc_handler_t *procs;
static struct lx_bus *bus;
static struct lx_helix *helix;

static struct {
	const char *token; /* NULL = signed out */
	const char *scopes;
	int rejected;
	char rejected_token[32];
	void (*done)(bool ok, void *data);
	void *done_data;
} account;

static bool get_credentials(struct lx_credentials *out, void *data)
{
	if (!account.token)
		return false;
	*out = (struct lx_credentials){bstrdup("client"), bstrdup(account.token), bstrdup(ME), bstrdup("streamer")};
	return true;
}

static void on_rejected(const char *token, void (*done)(bool ok, void *done_data), void *done_data, void *data)
{
	account.rejected++;
	snprintf(account.rejected_token, sizeof(account.rejected_token), "%s", token);
	assert_null(account.done);
	account.done = done;
	account.done_data = done_data;
}

static void refreshed(bool ok)
{
	void (*done)(bool, void *) = account.done;
	assert_non_null(done);
	account.done = NULL;
	done(ok, account.done_data);
}

static bool has_scope(const char *scope, void *data)
{
	const char *at = strstr(account.scopes, scope);
	size_t length = strlen(scope);
	return at && (at == account.scopes || at[-1] == ' ') && (at[length] == 0 || at[length] == ' ');
}

#define MAX_ANSWERS 300
struct answer {
	int calls;
	enum lx_helix_error error;
	long status;
	char message[512], twitch[256], json[4096], cursor[64];
	bool repeated;
	int order;
};
static struct answer answers[MAX_ANSWERS];
static int answered;

static void on_done(const struct lx_helix_result *result, void *data)
{
	struct answer *answer = data;
	char *json = result->json ? cJSON_PrintUnformatted(result->json) : NULL;

	answer->calls++;
	answer->order = ++answered;
	answer->error = result->error;
	answer->status = result->status;
	answer->repeated = result->repeated;
	snprintf(answer->message, sizeof(answer->message), "%s", result->message);
	snprintf(answer->twitch, sizeof(answer->twitch), "%s", result->twitch_message);
	snprintf(answer->json, sizeof(answer->json), "%s", json ? json : "");
	snprintf(answer->cursor, sizeof(answer->cursor), "%s", result->cursor);
	bfree(json);
}

static int connection_events;
static enum lx_link_state link_state;
static char link_reason[32], link_detail[256];

static void on_connection(const struct lx_event *event, void *data)
{
	assert_int_equal(event->connection.link, LX_LINK_HELIX);
	connection_events++;
	link_state = event->connection.state;
	snprintf(link_reason, sizeof(link_reason), "%s", event->connection.reason);
	snprintf(link_detail, sizeof(link_detail), "%s", event->connection.detail);
}

static int setup(void **state)
{
	lx_leak_setup(state);
	memset(answers, 0, sizeof(answers));
	memset(&account, 0, sizeof(account));
	answered = connection_events = 0;
	account.token = "token-1";
	account.scopes = "";
	da_init(fake_http.requests);
	lx_test_clock_init(&test_clock);
	text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	signals = signal_handler_create();
	procs = proc_handler_create();
	bus = lx_bus_create(signals, procs);
	lx_bus_connect(bus, LX_EVENT_CONNECTION, on_connection, NULL);
	loop = lx_loop_create("livextrem: helix", &test_clock.clock);

	const struct lx_helix_config config = {
		.loop = loop,
		.bus = bus,
		.text = text,
		.random = &lx_test_random,
		.base_url = BASE "/",
		.credentials = {get_credentials, on_rejected, has_scope, NULL},
	};
	helix = lx_helix_create(&config);
	return 0;
}

static int teardown(void **state)
{
	lx_helix_destroy(helix);
	fake_http_finish();
	if (account.done)
		refreshed(false);
	lx_loop_destroy(loop);
	lx_bus_disconnect(bus, LX_EVENT_CONNECTION, on_connection, NULL);
	lx_bus_destroy(bus);
	proc_handler_destroy(procs);
	signal_handler_destroy(signals);
	lx_text_destroy(text);
	return lx_leak_teardown(state);
}

static void turn(void)
{
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(loop, 0);
}

static void advance(uint64_t ms)
{
	lx_test_clock_advance(&test_clock, ms);
	turn();
}

static size_t sent(void)
{
	return fake_http.requests.num;
}

static struct fake_request *request(size_t index)
{
	assert_true(index < sent());
	return &fake_http.requests.array[index];
}

static uint64_t send_call(int index, enum lx_helix_endpoint endpoint, enum lx_helix_priority priority, const char *name,
			  const char *value, const char *body)
{
	const struct lx_helix_param param = {name, value};
	const struct lx_helix_call call = {
		.endpoint = endpoint,
		.query = &param,
		.query_count = name != NULL,
		.body = body,
		.priority = priority,
		.done = on_done,
		.data = &answers[index],
	};
	uint64_t id = lx_helix_send(helix, &call);
	assert_true(id != 0);
	assert_int_equal(answers[index].calls, 0);
	return id;
}

static uint64_t send_ban(int index)
{
	return send_call(index, LX_HELIX_BAN_USER, LX_HELIX_MODERATION, "broadcaster_id", "1",
			 "{\"data\":{\"user_id\":\"5\"}}");
}

static uint64_t send_message(int index)
{
	return send_call(index, LX_HELIX_SEND_CHAT_MESSAGE, LX_HELIX_USER, NULL, NULL,
			 "{\"broadcaster_id\":\"1\",\"message\":\"hi\"}");
}

static uint64_t send_read(int index, enum lx_helix_priority priority, const char *login)
{
	return send_call(index, LX_HELIX_GET_USERS, priority, "login", login, NULL);
}

#define FULL_BUCKET "ratelimit-limit: 800\nratelimit-remaining: 799\nratelimit-reset: 1790000001"

/* --- tests ------------------------------------------------------------------------------------------------------- */

static void a_call_is_sent_once_with_its_headers(void **state)
{
	send_ban(0);
	assert_int_equal(sent(), 0); /* never from inside */
	turn();
	assert_int_equal(sent(), 1);
	assert_string_equal(request(0)->method, "POST");
	assert_string_equal(request(0)->url, BASE "/moderation/bans?broadcaster_id=1&moderator_id=" ME);
	assert_string_equal(request(0)->body, "{\"data\":{\"user_id\":\"5\"}}");
	assert_string_equal(request(0)->authorization, "Bearer token-1");
	assert_string_equal(request(0)->client_id, "client");
	assert_string_equal(request(0)->content_type, "application/json");
	assert_false(request(0)->once);
	fake_answer_with(0, 200, "{\"data\":[{\"user_id\":\"5\"}]}", FULL_BUCKET);
	assert_int_equal(answers[0].calls, 1);
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_int_equal(answers[0].status, 200);
	assert_string_equal(answers[0].message, "");
	assert_string_equal(answers[0].json, "{\"data\":[{\"user_id\":\"5\"}]}");
	advance(100000);
	assert_int_equal(sent(), 1);
	assert_int_equal(answers[0].calls, 1);
}

static void an_empty_answer_is_fine_and_bodies_are_json_or_refused(void **state)
{
	send_call(0, LX_HELIX_DELETE_CHAT_MESSAGES, LX_HELIX_MODERATION, "broadcaster_id", "1", NULL);
	turn();
	assert_string_equal(request(0)->content_type, "");
	fake_answer(0, 204, "");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_string_equal(answers[0].json, "");

	send_call(1, LX_HELIX_BAN_USER, LX_HELIX_USER, "broadcaster_id", "1", "{\"data\":");
	send_call(2, LX_HELIX_BAN_USER, LX_HELIX_USER, "broadcaster_id", "1",
		  "{\"data\":{\"user_id\":\"5\",\"duration\":1209601}}");
	turn();
	assert_int_equal(sent(), 1);
	assert_int_equal(answers[1].error, LX_HELIX_INVALID);
	assert_string_equal(answers[1].message, "The body is not valid JSON.");
	assert_int_equal(answers[2].error, LX_HELIX_INVALID);
	assert_string_equal(answers[2].message, "“duration” must be from 1 to 1209600.");
}

static void endpoints_beyond_the_table(void **state)
{
	const struct lx_helix_param param = {"a", "b"};
	struct lx_helix_call call = {.endpoint = LX_HELIX_OTHER,
				     .method = "GET",
				     .path = "brand/new",
				     .query = &param,
				     .query_count = 1,
				     .done = on_done,
				     .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	assert_string_equal(request(0)->url, BASE "/brand/new?a=b");
	assert_false(request(0)->once);
	fake_answer(0, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);

	call.method = "POST";
	call.data = &answers[1];
	lx_helix_send(helix, &call);
	turn();
	assert_true(request(1)->once);
	fake_answer(1, 500, "");
	assert_int_equal(answers[1].error, LX_HELIX_SERVER);

	call.path = NULL;
	call.data = &answers[2];
	lx_helix_send(helix, &call);
	turn();
	assert_int_equal(answers[2].error, LX_HELIX_INVALID);
}

static void a_calendar_is_not_json_and_needs_no_login(void **state)
{
	account.token = NULL;
	send_call(0, LX_HELIX_GET_SCHEDULE_ICALENDAR, LX_HELIX_USER, "broadcaster_id", "1", NULL);
	turn();
	assert_string_equal(request(0)->authorization, "");
	fake_answer(0, 200, "BEGIN:VCALENDAR");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
}

static void signed_out_says_so(void **state)
{
	account.token = NULL;
	send_ban(0);
	turn();
	assert_int_equal(sent(), 0);
	assert_int_equal(answers[0].error, LX_HELIX_SIGNED_OUT);
	assert_string_equal(answers[0].message, "Nobody is signed in to Twitch. Sign in on the connection page.");
}

static void moderation_goes_first_whoever_came_first(void **state)
{
	for (int i = 0; i < 6; i++) {
		char login[16];
		snprintf(login, sizeof(login), "b%d", i);
		send_read(i, LX_HELIX_BACKGROUND, login);
	}
	send_read(6, LX_HELIX_USER, "person");
	send_ban(7);
	turn();
	assert_non_null(strstr(request(0)->url, "/moderation/bans"));
	assert_non_null(strstr(request(1)->url, "login=person"));
	/* background leaves room: two are out besides those two */
	assert_int_equal(sent(), 4);
	fake_answer(0, 200, "{}");
	fake_answer(1, 200, "{}");
	turn();
	assert_int_equal(sent(), 6);
	/* and whatever fills the wires, moderation gets out at once */
	for (int i = 10; i < 40; i++) {
		char login[16];
		snprintf(login, sizeof(login), "u%d", i);
		send_read(i, LX_HELIX_USER, login);
	}
	turn();
	assert_int_equal(sent(), 14); /* 12 under way */
	send_call(50, LX_HELIX_UNBAN_USER, LX_HELIX_MODERATION, "broadcaster_id", "1", NULL);
	assert_int_equal(answers[50].calls, 0);
	turn();
	assert_int_equal(answers[50].error, LX_HELIX_INVALID); /* without user_id */
	send_ban(51);
	turn();
	assert_int_equal(sent(), 15);
	assert_non_null(strstr(request(14)->url, "/moderation/bans"));
}

static void budget_leaves_a_reserve_for_moderation(void **state)
{
	send_read(0, LX_HELIX_BACKGROUND, "a");
	turn();
	/* 800 a minute, a quarter is left to others by the background, a twentieth by people */
	fake_answer_with(0, 200, "{}", "ratelimit-limit: 800\nratelimit-remaining: 200\nratelimit-reset: 1790000030");
	send_read(1, LX_HELIX_BACKGROUND, "b");
	send_read(2, LX_HELIX_USER, "c");
	turn();
	assert_int_equal(sent(), 2);
	assert_non_null(strstr(request(1)->url, "login=c"));
	fake_answer_with(1, 200, "{}", "ratelimit-limit: 800\nratelimit-remaining: 40\nratelimit-reset: 1790000030");
	send_read(3, LX_HELIX_USER, "d");
	turn();
	assert_int_equal(sent(), 2);
	/* full again at a time beyond a user's patience: it is told at once */
	assert_int_equal(answers[3].error, LX_HELIX_RATE);
	assert_non_null(strstr(answers[3].message, "no more requests"));
	send_ban(4);
	turn();
	assert_int_equal(sent(), 3);
	fake_answer_with(2, 200, "{}", "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 1790000030");
	/* an empty bucket refills all the time: a moderator's wish may try */
	send_ban(5);
	turn();
	assert_int_equal(sent(), 4);
	fake_answer_with(3, 200, "{}", "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 1790000030");
	assert_int_equal(answers[1].calls, 0);
	advance(29000);
	assert_int_equal(sent(), 4);
	advance(1500);
	assert_int_equal(sent(), 5); /* the background call, when the bucket is full */
	fake_answer_with(4, 200, "{}", FULL_BUCKET);
	assert_int_equal(answers[1].error, LX_HELIX_OK);

	struct lx_helix_health health;
	lx_helix_get_health(helix, &health);
	assert_int_equal(health.limit, 800);
	assert_int_equal(health.remaining, 799);
	assert_int_equal(health.reset_ms, 1790000001000);
	assert_int_equal(health.latency_ms, 40);
	assert_int_equal(health.state, LX_LINK_ONLINE);
}

static void points_of_requests_under_way_count(void **state)
{
	send_read(0, LX_HELIX_BACKGROUND, "a");
	turn();
	fake_answer_with(0, 200, "{}", "ratelimit-limit: 8\nratelimit-remaining: 4\nratelimit-reset: 1790000030");
	for (int i = 1; i < 5; i++) {
		char login[16];
		snprintf(login, sizeof(login), "b%d", i);
		send_read(i, LX_HELIX_BACKGROUND, login);
	}
	turn();
	assert_int_equal(sent(), 3); /* 4 points, 2 of them in reserve */
}

static void an_empty_bucket_makes_everybody_wait_until_reset(void **state)
{
	send_ban(0);
	turn();
	fake_answer_with(0, 429, "{\"status\":429,\"message\":\"too fast\"}",
			 "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 1790000025");
	send_ban(1);
	send_read(2, LX_HELIX_USER, "c");
	turn();
	assert_int_equal(sent(), 1);
	assert_int_equal(answers[2].error, LX_HELIX_RATE); /* 25 s are more than a person waits */
	advance(24900);
	assert_int_equal(sent(), 1);
	advance(200);
	assert_int_equal(sent(), 3);
	fake_answer(1, 200, "{}");
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_int_equal(answers[1].error, LX_HELIX_OK);
}

static void moderation_outlasts_a_reset_that_twitch_told(void **state)
{
	send_ban(0);
	turn();
	fake_answer_with(0, 429, "", "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 1790000060");
	assert_int_equal(answers[0].calls, 0);
	advance(20000);
	send_ban(1); /* queued meanwhile; its own 30 s would end before the reset, too */
	turn();
	assert_int_equal(answers[1].calls, 0);
	advance(20000);
	assert_int_equal(answers[0].calls, 0);
	advance(20100);
	assert_int_equal(sent(), 3);
	fake_answer(1, 200, "{}");
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_int_equal(answers[1].error, LX_HELIX_OK);
}

static void a_wrong_clock_does_not_stop_us_for_hours(void **state)
{
	send_ban(0);
	turn();
	fake_answer_with(0, 429, "", "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 1790999999");
	advance(60100);
	assert_int_equal(sent(), 2);
	fake_answer_with(1, 429, "", "ratelimit-limit: 800\nratelimit-remaining: 0\nratelimit-reset: 5");
	advance(1100);
	assert_int_equal(sent(), 3);
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
}

static void a_limit_of_one_endpoint_holds_only_that_one(void **state)
{
	send_message(0);
	turn();
	fake_answer_with(0, 429, "{\"message\":\"slow down\"}",
			 "ratelimit-limit: 800\nratelimit-remaining: 500\nratelimit-reset: 1790000025");
	send_message(1);
	send_ban(2);
	turn();
	assert_int_equal(sent(), 2);
	assert_non_null(strstr(request(1)->url, "/moderation/bans"));
	advance(1100);
	assert_int_equal(sent(), 4); /* both messages: the wait is over, in their order */
	fake_answer(2, 200, "{}");
	fake_answer_with(3, 429, "", "ratelimit-remaining: 500\nretry-after: 7");
	advance(6900);
	assert_int_equal(sent(), 4);
	advance(200);
	assert_int_equal(sent(), 5);
	/* patience of a person is 15 s, counted from the beginning */
	fake_answer_with(4, 429, "{\"message\":\"slow down\"}", "ratelimit-remaining: 500\nretry-after: 20");
	assert_int_equal(answers[1].error, LX_HELIX_RATE);
	assert_string_equal(answers[1].twitch, "slow down");
	assert_non_null(strstr(answers[1].message, "(Twitch: slow down)"));
}

static void a_cooldown_is_told_at_once(void **state)
{
	const struct lx_helix_param params[] = {{"from_broadcaster_id", "1"}, {"to_broadcaster_id", "2"}};
	const struct lx_helix_call call = {.endpoint = LX_HELIX_SEND_SHOUTOUT,
					   .query = params,
					   .query_count = 2,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	assert_true(request(0)->once);
	assert_string_equal(request(0)->body, "{}");
	fake_answer_with(0, 429, "", "ratelimit-remaining: 500");
	assert_int_equal(answers[0].error, LX_HELIX_RATE);
	assert_string_equal(answers[0].message,
			    "Shoutouts are possible every two minutes, for the same channel once an hour.");
}

/* Too many sockets, or too dear: EventSub knows what to do, and its session has no time to wait. */
static void a_full_eventsub_is_told_at_once(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_CREATE_EVENTSUB_SUBSCRIPTION,
					   .body = "{\"type\":\"channel.follow\",\"version\":\"2\",\"condition\":{},"
						   "\"transport\":{\"method\":\"websocket\",\"session_id\":\"s\"}}",
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	fake_answer_with(0, 429, "{\"message\":\"number of websocket transports limit exceeded\"}",
			 "ratelimit-remaining: 700");
	assert_int_equal(answers[0].error, LX_HELIX_RATE);
	assert_int_equal(answers[0].status, 429);
}

static void a_server_in_trouble_is_asked_again_where_that_is_safe(void **state)
{
	send_ban(0);
	send_message(1);
	turn();
	fake_answer(0, 503, "<html>oops</html>");
	fake_answer(1, 500, "");
	assert_int_equal(answers[0].calls, 0);
	/* the message may have been written: never twice */
	assert_int_equal(answers[1].error, LX_HELIX_SERVER);
	assert_non_null(strstr(answers[1].message, "may have been carried out"));
	advance(600);
	assert_int_equal(sent(), 3);
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_true(answers[0].repeated);
	advance(60000);
	assert_int_equal(sent(), 3);
}

static void tries_are_limited(void **state)
{
	send_read(0, LX_HELIX_USER, "a");
	turn();
	for (int i = 0; i < 4; i++) {
		assert_int_equal(answers[0].calls, 0);
		assert_int_equal(sent(), i + 1);
		fake_answer((size_t)i, 502, "{\"message\":\"bad gateway\"}");
		advance(i < 3 ? 4001 : 0);
	}
	assert_int_equal(answers[0].error, LX_HELIX_SERVER);
	assert_int_equal(answers[0].status, 502);
	/* nothing can have been changed by a read */
	assert_null(strstr(answers[0].message, "carried out"));
	assert_int_equal(sent(), 4);
}

static void a_read_that_cannot_be_read_is_asked_again_a_write_is_not(void **state)
{
	send_read(0, LX_HELIX_USER, "a");
	send_message(1);
	turn();
	fake_answer(0, 200, "{\"data\":[");
	fake_answer(1, 200, "garbage");
	assert_int_equal(answers[1].error, LX_HELIX_OK); /* it was carried out */
	assert_int_equal(answers[0].calls, 0);
	advance(1000);
	assert_int_equal(sent(), 3);
	fake_answer(2, 200, "{\"data\":[]}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
}

static void the_network_comes_back_within_patience(void **state)
{
	send_ban(0);
	send_message(1);
	send_message(2);
	turn();
	fake_fail(0, LX_HTTP_CONNECT, false);
	fake_fail(1, LX_HTTP_RESOLVE, false); /* surely not sent: may be sent again */
	fake_fail(2, LX_HTTP_TIMEOUT, true);  /* perhaps sent: may not */
	assert_int_equal(answers[2].error, LX_HELIX_NETWORK);
	assert_non_null(strstr(answers[2].message, "may have been carried out"));
	assert_int_equal(link_state, LX_LINK_WAITING);
	assert_string_equal(link_reason, "timeout");
	size_t next = 3;
	for (int seconds = 0; seconds < 20; seconds++) {
		advance(1000);
		while (next < sent())
			fake_fail(next++, LX_HTTP_CONNECT, false);
	}
	/* a person was told after four tries, a moderator's wish is still being tried */
	assert_int_equal(answers[1].error, LX_HELIX_NETWORK);
	assert_string_equal(answers[1].message, "Twitch cannot be reached. Check the connection to the internet.");
	assert_int_equal(answers[0].calls, 0);
	advance(2000);
	assert_int_equal(sent(), next + 1);
	fake_answer(next, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_int_equal(link_state, LX_LINK_ONLINE);
}

static void patience_ends_and_says_why(void **state)
{
	send_ban(0);
	turn();
	for (size_t next = 0; test_clock.ms < 40000;) {
		while (next < sent())
			fake_fail(next++, LX_HTTP_RESOLVE, false);
		advance(500);
	}
	assert_int_equal(answers[0].calls, 1);
	assert_int_equal(answers[0].error, LX_HELIX_NETWORK);
	assert_string_equal(answers[0].message,
			    "The address of Twitch was not found. Check the connection to the internet.");
}

static void a_read_that_runs_out_of_patience_speaks_of_the_network(void **state)
{
	send_read(0, LX_HELIX_USER, "a");
	turn();
	advance(14900);
	fake_fail(0, LX_HTTP_TIMEOUT, true);
	assert_int_equal(answers[0].error, LX_HELIX_NETWORK);
	assert_string_equal(answers[0].message, "Twitch did not answer in time. Try again.");
}

static void one_success_frees_all_who_wait_for_the_network(void **state)
{
	for (int i = 0; i < 3; i++)
		send_call(i, LX_HELIX_WARN_CHAT_USER, LX_HELIX_MODERATION, "broadcaster_id", "1",
			  "{\"data\":{\"user_id\":\"5\",\"reason\":\"x\"}}");
	turn();
	for (size_t i = 0; i < 3; i++)
		fake_fail(i, LX_HTTP_CONNECT, false);
	send_read(4, LX_HELIX_USER, "a");
	turn();
	fake_answer(3, 200, "{}");
	turn();
	assert_int_equal(sent(), 7);
}

static void a_refused_address_is_not_tried_again(void **state)
{
	send_ban(0);
	turn();
	fake_fail(0, LX_HTTP_REFUSED, false);
	assert_int_equal(answers[0].error, LX_HELIX_NETWORK);
	assert_non_null(strstr(answers[0].message, "https"));
	assert_int_equal(link_state, LX_LINK_REFUSED);
}

static void an_answer_too_large_is_not_asked_for_again(void **state)
{
	send_read(0, LX_HELIX_USER, "a");
	turn();
	fake_fail(0, LX_HTTP_TOO_LARGE, true);
	assert_int_equal(answers[0].error, LX_HELIX_SERVER);
}

static void a_conflict_of_bans_is_tried_again(void **state)
{
	send_ban(0);
	send_call(
		1, LX_HELIX_CREATE_EVENTSUB_SUBSCRIPTION, LX_HELIX_USER, NULL, NULL,
		"{\"type\":\"t\",\"version\":\"1\",\"condition\":{},\"transport\":{\"method\":\"websocket\",\"session_id\":\"s\"}}");
	turn();
	fake_answer(0, 409, "{\"message\":\"conflict\"}");
	fake_answer(1, 409, "{\"message\":\"subscription already exists\",\"data\":[{\"id\":\"x\"}]}");
	assert_int_equal(answers[1].error, LX_HELIX_CONFLICT);
	assert_non_null(strstr(answers[1].json, "\"id\":\"x\""));
	advance(300);
	assert_int_equal(sent(), 3);
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);

	send_ban(2);
	turn();
	for (size_t i = 3; i < 8; i++) {
		fake_answer(i, 409, "");
		advance(2100);
	}
	assert_int_equal(answers[2].error, LX_HELIX_CONFLICT);
	assert_int_equal(sent(), 8);
}

static void not_found_can_be_an_answer(void **state)
{
	send_call(0, LX_HELIX_GET_SCHEDULE, LX_HELIX_USER, "broadcaster_id", "1", NULL);
	send_call(1, LX_HELIX_CANCEL_RAID, LX_HELIX_USER, NULL, NULL, NULL);
	turn();
	fake_answer(0, 404, "{\"message\":\"segments were not found\"}");
	fake_answer(1, 404, "{\"message\":\"no raid\"}");
	assert_int_equal(answers[0].error, LX_HELIX_OK);
	assert_int_equal(answers[0].status, 404);
	assert_string_equal(answers[0].json, "");
	assert_int_equal(answers[1].error, LX_HELIX_NOT_FOUND);
}

static void ten_who_meet_a_refused_token_ask_once_for_a_newer_one(void **state)
{
	for (int i = 0; i < 10; i++)
		send_ban(i);
	turn();
	assert_int_equal(sent(), 10);
	for (size_t i = 0; i < 10; i++)
		fake_answer(i, 401, "{\"error\":\"Unauthorized\",\"status\":401,\"message\":\"Invalid OAuth token\"}");
	assert_int_equal(account.rejected, 1);
	assert_string_equal(account.rejected_token, "token-1");
	send_ban(10); /* waits for the newer token instead of burning the old one */
	turn();
	assert_int_equal(sent(), 10);

	account.token = "token-2";
	refreshed(true);
	turn();
	assert_int_equal(sent(), 21);
	for (size_t i = 10; i < 21; i++) {
		assert_string_equal(request(i)->authorization, "Bearer token-2");
		fake_answer(i, 200, "{}");
	}
	for (int i = 0; i <= 10; i++) {
		assert_int_equal(answers[i].calls, 1);
		assert_int_equal(answers[i].error, LX_HELIX_OK);
	}
	assert_int_equal(account.rejected, 1);
}

static void a_late_refusal_of_an_old_token_uses_the_newer_one(void **state)
{
	send_ban(0);
	turn();
	account.token = "token-2"; /* refreshed ahead of expiry, meanwhile */
	fake_answer(0, 401, "{\"message\":\"Invalid OAuth token\"}");
	turn();
	assert_int_equal(account.rejected, 0);
	assert_int_equal(sent(), 2);
	assert_string_equal(request(1)->authorization, "Bearer token-2");
	/* once more and no oftener */
	fake_answer(1, 401, "{\"message\":\"Invalid OAuth token\"}");
	assert_int_equal(account.rejected, 0);
	assert_int_equal(answers[0].error, LX_HELIX_SIGNED_OUT);
	assert_non_null(strstr(answers[0].message, "Sign in again"));
	assert_int_equal(link_state, LX_LINK_REFUSED);
	assert_string_equal(link_reason, "auth");
}

static void no_newer_token_ends_those_who_waited(void **state)
{
	send_ban(0);
	send_message(1);
	turn();
	fake_answer(0, 401, "");
	fake_answer(1, 401, "");
	assert_int_equal(account.rejected, 1);
	refreshed(false);
	assert_int_equal(answers[0].error, LX_HELIX_SIGNED_OUT);
	assert_int_equal(answers[1].error, LX_HELIX_SIGNED_OUT);
	assert_int_equal(link_state, LX_LINK_REFUSED);
}

static void a_refresh_that_never_ends_does_not_hold_us_for_ever(void **state)
{
	send_ban(0);
	turn();
	fake_answer(0, 401, "");
	advance(30100);
	assert_int_equal(answers[0].error, LX_HELIX_SIGNED_OUT);
	send_ban(1);
	turn();
	assert_int_equal(sent(), 2);
	refreshed(true); /* too late: nothing to do, nothing to break */
	fake_answer(1, 200, "{}");
	assert_int_equal(answers[1].error, LX_HELIX_OK);
}

static void the_helix_may_go_while_a_newer_token_is_awaited(void **state)
{
	send_ban(0);
	turn();
	fake_answer(0, 401, "");
	lx_helix_destroy(helix);
	helix = NULL;
	assert_int_equal(answers[0].error, LX_HELIX_CANCELLED);
	refreshed(true);
}

static void a_missing_permission_is_named_and_not_refreshed(void **state)
{
	send_call(0, LX_HELIX_GET_GOALS, LX_HELIX_USER, NULL, NULL, NULL);
	turn();
	fake_answer(0, 401, "{\"message\":\"Missing scope: channel:read:goals\"}");
	assert_int_equal(answers[0].error, LX_HELIX_SCOPE);
	assert_non_null(strstr(answers[0].message, "channel:read:goals"));
	assert_int_equal(account.rejected, 0);
	assert_int_equal(link_state, LX_LINK_ONLINE); /* Twitch answers: the link is well */

	struct dstr missing = {0};
	assert_false(lx_helix_may(helix, LX_HELIX_GET_BANNED_USERS, &missing));
	assert_string_equal(missing.array, "moderation:read");
	account.scopes = "user:edit moderator:manage:banned_users";
	assert_true(lx_helix_may(helix, LX_HELIX_GET_BANNED_USERS, NULL));
	assert_true(lx_helix_may(helix, LX_HELIX_GET_USERS, NULL));
	assert_false(lx_helix_may(helix, LX_HELIX_GET_POLLS, NULL));
	dstr_free(&missing);
}

static void equal_reads_are_one_request(void **state)
{
	send_read(0, LX_HELIX_BACKGROUND, "a");
	send_read(1, LX_HELIX_BACKGROUND, "a");
	send_read(2, LX_HELIX_BACKGROUND, "b");
	turn();
	assert_int_equal(sent(), 2);
	send_read(3, LX_HELIX_BACKGROUND, "a"); /* content with what is on its way */
	send_read(4, LX_HELIX_USER, "a");       /* wants to know how it is now */
	turn();
	assert_int_equal(sent(), 3);
	fake_answer(0, 200, "{\"data\":[1]}");
	assert_int_equal(answers[0].calls, 1);
	assert_int_equal(answers[1].calls, 1);
	assert_int_equal(answers[3].calls, 1);
	assert_int_equal(answers[4].calls, 0);
	/* writes never are */
	send_message(5);
	send_message(6);
	turn();
	assert_int_equal(sent(), 5);
}

static void who_joins_a_waiting_read_lends_it_its_priority(void **state)
{
	send_read(0, LX_HELIX_BACKGROUND, "x");
	turn();
	fake_answer_with(0, 200, "{}", "ratelimit-limit: 800\nratelimit-remaining: 100\nratelimit-reset: 1790000030");
	send_read(1, LX_HELIX_BACKGROUND, "a");
	turn();
	assert_int_equal(sent(), 1);
	send_read(2, LX_HELIX_USER, "a");
	turn();
	assert_int_equal(sent(), 2);
	fake_answer(1, 200, "{}");
	assert_int_equal(answers[1].calls, 1);
	assert_int_equal(answers[2].calls, 1);
}

static void who_joins_late_gets_its_own_patience(void **state)
{
	send_read(0, LX_HELIX_USER, "x");
	turn();
	fake_answer_with(0, 429, "", "ratelimit-remaining: 500\nretry-after: 12");
	advance(10000);
	send_read(1, LX_HELIX_USER, "x");
	turn();
	advance(2100);
	assert_int_equal(sent(), 2);
	fake_answer_with(1, 429, "", "ratelimit-remaining: 500\nretry-after: 10");
	assert_int_equal(answers[1].calls, 0);
	advance(10100);
	assert_int_equal(sent(), 3);
	fake_answer(2, 200, "{}");
	assert_int_equal(answers[1].error, LX_HELIX_OK);
}

static void background_is_bounded(void **state)
{
	for (int i = 0; i < 210; i++) {
		char login[16];
		snprintf(login, sizeof(login), "b%d", i);
		send_read(i, LX_HELIX_BACKGROUND, login);
	}
	turn();
	int full = 0;
	for (int i = 0; i < 210; i++)
		full += answers[i].error == LX_HELIX_FULL && answers[i].calls == 1;
	assert_int_equal(full, 10);
	send_ban(250);
	turn();
	assert_non_null(strstr(request(sent() - 1)->url, "/moderation/bans"));
}

/* What nobody gets round to take from us costs no more than the answer that it was too much. */
static void what_waits_for_the_loop_is_bounded(void **state)
{
	(void)state;
	static const char body[] = "{\"data\":{\"user_id\":\"1\"}}";
	const struct lx_helix_call call = {
		.endpoint = LX_HELIX_OTHER,
		.method = "POST",
		.path = "/somewhere",
		.query = (const struct lx_helix_param[]){{"a", "b"}, {"c", "d"}},
		.query_count = 2,
		.body = body,
		.priority = LX_HELIX_BACKGROUND,
		.done = on_done,
		.data = &answers[0],
	};
	for (int i = 0; i < 200; i++)
		lx_helix_send(helix, &call);
	uint64_t last = lx_helix_send(
		helix, &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .done = on_done, .data = &answers[1]});
	const long before = bnum_allocs();
	for (int i = 0; i < 1000; i++)
		lx_helix_send(helix, &call);
	assert_true(bnum_allocs() - before <= 1000);
	lx_helix_cancel(helix, last);
	lx_helix_cancel(helix, last);
	assert_true(bnum_allocs() - before <= 1000);
	assert_int_equal(answers[0].calls, 0); /* never from inside */
	turn();
	assert_int_equal(answers[0].calls, 1000);
	assert_int_equal(answers[0].error, LX_HELIX_FULL);
	assert_non_null(strchr(answers[0].message, ' '));
	assert_int_equal(answers[1].calls, 1);
	assert_int_equal(answers[1].error, LX_HELIX_CANCELLED);
}

static void cancelling(void **state)
{
	uint64_t running = send_read(0, LX_HELIX_USER, "a");
	uint64_t joined = send_read(1, LX_HELIX_BACKGROUND, "a");
	turn();
	assert_int_equal(sent(), 1);
	lx_helix_cancel(helix, joined);
	turn();
	assert_int_equal(answers[1].error, LX_HELIX_CANCELLED);
	assert_false(request(0)->cancelled);
	lx_helix_cancel(helix, running);
	lx_helix_cancel(helix, running);
	lx_helix_cancel(helix, 0);
	lx_helix_cancel(helix, 999);
	turn();
	assert_true(request(0)->cancelled);
	assert_int_equal(answers[0].calls, 1);
	assert_int_equal(answers[0].error, LX_HELIX_CANCELLED);
	fake_fail(0, LX_HTTP_CANCELLED, true);
	assert_int_equal(answers[0].calls, 1);
	uint64_t waiting = send_read(2, LX_HELIX_USER, "c");
	lx_helix_cancel(helix, waiting);
	turn();
	assert_int_equal(answers[2].error, LX_HELIX_CANCELLED);
}

static void destroying_ends_everything_once(void **state)
{
	send_ban(0);
	turn();
	send_ban(1); /* still in the inbox */
	lx_helix_destroy(helix);
	helix = NULL;
	assert_int_equal(answers[0].error, LX_HELIX_CANCELLED);
	assert_int_equal(answers[1].error, LX_HELIX_CANCELLED);
	turn(); /* the posted task finds nobody */
	fake_fail(0, LX_HTTP_CANCELLED, true);
	assert_int_equal(answers[0].calls, 1);
}

static void a_stopped_loop_loses_nothing(void **state)
{
	assert_true(lx_loop_start(loop));
	lx_loop_stop(loop);
	send_ban(0);
	lx_helix_destroy(helix);
	helix = NULL;
	assert_int_equal(answers[0].error, LX_HELIX_CANCELLED);
	assert_int_equal(answers[0].calls, 1);
}

static void long_lists_are_split_and_merged(void **state)
{
	struct lx_helix_param params[230];
	char ids[230][16];
	for (int i = 0; i < 230; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		params[i] = (struct lx_helix_param){"user_id", ids[i]};
	}
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_STREAMS,
					   .query = params,
					   .query_count = 230,
					   .priority = LX_HELIX_BACKGROUND,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	assert_int_equal(sent(), 1);
	assert_non_null(strstr(request(0)->url, "/streams?first=100&user_id=0&"));
	assert_non_null(strstr(request(0)->url, "user_id=99"));
	assert_null(strstr(request(0)->url, "user_id=100"));
	fake_answer(0, 200, "{\"data\":[{\"id\":\"a\"}],\"pagination\":{\"cursor\":\"more\"}}");
	turn();
	assert_non_null(strstr(request(1)->url, "user_id=0&"));
	assert_non_null(strstr(request(1)->url, "after=more"));
	fake_answer(1, 200, "{\"data\":[{\"id\":\"b\"}],\"pagination\":{}}");
	turn();
	assert_non_null(strstr(request(2)->url, "user_id=100&"));
	assert_null(strstr(request(2)->url, "after="));
	fake_answer(2, 200, "{\"data\":[]}");
	turn();
	assert_null(strstr(request(3)->url, "user_id=199"));
	assert_non_null(strstr(request(3)->url, "user_id=229"));
	assert_int_equal(answers[0].calls, 0);
	fake_answer(3, 200, "{\"data\":[{\"id\":\"c\"}]}");
	assert_int_equal(answers[0].calls, 1);
	assert_non_null(strstr(answers[0].json, "\"data\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}]"));
	assert_string_equal(answers[0].cursor, "");
}

static void what_shares_a_limit_is_cut_together(void **state)
{
	struct lx_helix_param params[101];
	char ids[100][16];
	params[0] = (struct lx_helix_param){"login", "anna"};
	for (int i = 0; i < 100; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%d", i);
		params[i + 1] = (struct lx_helix_param){"id", ids[i]};
	}
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_USERS,
					   .query = params,
					   .query_count = 101,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	assert_non_null(strstr(request(0)->url, "login=anna"));
	assert_non_null(strstr(request(0)->url, "id=98"));
	assert_null(strstr(request(0)->url, "id=99"));
	fake_answer(0, 200, "{\"data\":[]}");
	turn();
	assert_string_equal(request(1)->url, BASE "/users?id=99");
}

static void pages_are_followed_up_to_a_limit(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_CHATTERS,
					   .query = &(const struct lx_helix_param){"broadcaster_id", "1"},
					   .query_count = 1,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send_all(helix, &call, 3);
	turn();
	assert_string_equal(request(0)->url, BASE "/chat/chatters?broadcaster_id=1&first=1000&moderator_id=" ME);
	fake_answer(0, 200, "{\"data\":[{},{}],\"total\":9,\"pagination\":{\"cursor\":\"p2\"}}");
	turn();
	assert_non_null(strstr(request(1)->url, "after=p2"));
	fake_answer(1, 200, "{\"data\":[{},{}],\"total\":9,\"pagination\":{\"cursor\":\"p3\"}}");
	assert_int_equal(answers[0].calls, 1);
	assert_string_equal(answers[0].cursor, "p3");
	assert_non_null(strstr(answers[0].json, "[{},{},{},{}]"));
	assert_non_null(strstr(answers[0].json, "\"total\":9"));
}

static void a_server_that_repeats_its_cursor_does_not_keep_us(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_TOP_GAMES,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send_all(helix, &call, 100);
	turn();
	fake_answer(0, 200, "{\"data\":[{}],\"pagination\":{\"cursor\":\"p\"}}");
	turn();
	fake_answer(1, 200, "{\"data\":[{}],\"pagination\":{\"cursor\":\"p\"}}");
	assert_int_equal(answers[0].calls, 1);
	assert_int_equal(sent(), 2);
}

static void an_object_with_pages_is_merged_inside(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_SCHEDULE,
					   .query = &(const struct lx_helix_param){"broadcaster_id", "1"},
					   .query_count = 1,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send_all(helix, &call, 100);
	turn();
	fake_answer(0, 200, "{\"data\":{\"segments\":[1],\"vacation\":null},\"pagination\":{\"cursor\":\"p\"}}");
	turn();
	fake_answer(1, 200, "{\"data\":{\"segments\":[2]},\"pagination\":{}}");
	assert_string_equal(answers[0].json,
			    "{\"data\":{\"segments\":[1,2],\"vacation\":null},\"pagination\":{\"cursor\":\"p\"}}");
}

static void a_failed_page_fails_the_whole_and_can_be_cancelled(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_TOP_GAMES,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send_all(helix, &call, 100);
	turn();
	fake_answer(0, 200, "{\"data\":[{}],\"pagination\":{\"cursor\":\"p\"}}");
	turn();
	fake_answer(1, 400, "{\"message\":\"invalid cursor\"}");
	assert_int_equal(answers[0].error, LX_HELIX_INVALID);

	struct lx_helix_call second = call;
	second.data = &answers[1];
	uint64_t id = lx_helix_send_all(helix, &second, 100);
	turn();
	fake_answer(2, 200, "{\"data\":[{}],\"pagination\":{\"cursor\":\"p\"}}");
	turn();
	lx_helix_cancel(helix, id);
	turn();
	assert_int_equal(answers[1].error, LX_HELIX_CANCELLED);
	assert_true(request(3)->cancelled);
}

static char found_id[32], found_message[128];
static int found;

static void on_found(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	found++;
	snprintf(found_id, sizeof(found_id), "%s", user ? user->id : "");
	snprintf(found_message, sizeof(found_message), "%s", result->message);
	assert_int_equal(user != NULL, result->error == LX_HELIX_OK);
}

static void users_by_name(void **state)
{
	found = 0;
	lx_helix_find_user(helix, "anna", LX_HELIX_USER, on_found, NULL);
	turn();
	assert_string_equal(request(0)->url, BASE "/users?login=anna");
	fake_answer(0, 200, "{\"data\":[{\"id\":5,\"login\":\"anna\"}]}");
	assert_int_equal(found, 1);
	assert_string_equal(found_id, "5");
	lx_helix_find_user(helix, "nobody", LX_HELIX_USER, on_found, NULL);
	lx_helix_find_user(helix, "", LX_HELIX_USER, on_found, NULL);
	turn();
	assert_string_equal(request(2)->url, BASE "/users");
	fake_answer(1, 200, "{\"data\":[]}");
	assert_string_equal(found_id, "");
	assert_non_null(strstr(found_message, "no user of this name"));
	fake_answer(2, 500, "");
	advance(1000);
	fake_answer(3, 200, "{\"data\":[{\"id\":\"" ME "\"}]}");
	assert_string_equal(found_id, ME);
}

static void health_is_announced_when_it_changes_only(void **state)
{
	for (int i = 0; i < 3; i++) {
		send_ban(i);
		turn();
		fake_answer((size_t)i, 200, "{}");
	}
	assert_int_equal(connection_events, 2); /* connecting, online */
	for (int i = 3; i < 5; i++)
		send_ban(i);
	turn();
	fake_fail(3, LX_HTTP_CONNECT, false);
	fake_fail(4, LX_HTTP_CONNECT, false);
	assert_int_equal(connection_events, 3);
	assert_int_equal(link_state, LX_LINK_WAITING);
	assert_string_equal(link_reason, "network");
	assert_string_equal(link_detail, "Twitch cannot be reached. Check the connection to the internet.");
	advance(300);
	fake_answer(5, 503, ""); /* one failure of the server says little */
	assert_int_equal(connection_events, 3);
	fake_answer(6, 503, "");
	assert_int_equal(connection_events, 4);
	assert_string_equal(link_reason, "server");
	advance(1000);
	fake_answer(7, 200, "{}");
	fake_answer(8, 400, "{\"message\":\"no\"}");
	assert_int_equal(connection_events, 5);
	assert_int_equal(link_state, LX_LINK_ONLINE);
	struct lx_helix_health health;
	lx_helix_get_health(helix, &health);
	assert_string_equal(health.last_error, "Twitch did not accept the request. (Twitch: no)");
	assert_int_equal(health.waiting, 0);
	assert_int_equal(health.running, 0);
}

static void requests_end_within_patience(void **state)
{
	send_ban(0);
	turn();
	assert_int_equal(request(0)->timeout_ms, 10000);
	advance(25000);
	fake_fail(0, LX_HTTP_TIMEOUT, true);
	advance(300);
	assert_int_equal(sent(), 2);
	assert_true(request(1)->timeout_ms < 5000);
	assert_true(request(1)->timeout_ms >= 1000);
}

static void pins_are_sent_both_ways(void **state)
{
	const struct lx_helix_param params[] = {{"broadcaster_id", "1"},
						{"message_id", "abc"},
						{"duration_seconds", "60"}};
	const struct lx_helix_call call = {.endpoint = LX_HELIX_PIN_MESSAGE,
					   .query = params,
					   .query_count = 3,
					   .priority = LX_HELIX_USER,
					   .done = on_done,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	assert_non_null(strstr(request(0)->url, "message_id=abc&duration_seconds=60&moderator_id=" ME));
	assert_string_equal(request(0)->body,
			    "{\"broadcaster_id\":\"1\",\"message_id\":\"abc\",\"duration_seconds\":60,"
			    "\"moderator_id\":\"" ME "\"}");
}

/* Callbacks that call back in. */
static void on_done_send_again(const struct lx_helix_result *result, void *data)
{
	on_done(result, data);
	if (answers[0].calls < 3)
		send_message(1 + answers[0].calls);
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_TOP_GAMES,
					   .done = on_done_send_again,
					   .data = data};
	if (answers[0].calls < 3)
		lx_helix_send(helix, &call);
}

static void callbacks_may_send(void **state)
{
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_TOP_GAMES,
					   .done = on_done_send_again,
					   .data = &answers[0]};
	lx_helix_send(helix, &call);
	turn();
	fake_answer(0, 200, "{}");
	turn();
	assert_int_equal(sent(), 3);
	account.token = NULL;
	fake_answer(1, 200, "{}");
	fake_answer(2, 200, "{}");
	turn();
	assert_int_equal(answers[0].calls, 3);
}

static void *send_from_thread(void *data)
{
	for (int i = 0; i < 20; i++)
		send_ban((int)(intptr_t)data * 20 + i);
	return NULL;
}

static void any_thread_may_send(void **state)
{
	pthread_t threads[4];
	for (intptr_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, send_from_thread, (void *)i), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	turn();
	assert_int_equal(sent(), 32);
	for (size_t i = 0; i < sent(); i++) {
		fake_answer(i, 200, "{}");
		turn();
	}
	assert_int_equal(sent(), 80);
	for (int i = 0; i < 80; i++)
		assert_int_equal(answers[i].calls, 1);
}

int main(void)
{
	lx_memory_init();
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_call_is_sent_once_with_its_headers),
		TEST(an_empty_answer_is_fine_and_bodies_are_json_or_refused),
		TEST(endpoints_beyond_the_table),
		TEST(a_calendar_is_not_json_and_needs_no_login),
		TEST(signed_out_says_so),
		TEST(moderation_goes_first_whoever_came_first),
		TEST(budget_leaves_a_reserve_for_moderation),
		TEST(points_of_requests_under_way_count),
		TEST(an_empty_bucket_makes_everybody_wait_until_reset),
		TEST(moderation_outlasts_a_reset_that_twitch_told),
		TEST(a_wrong_clock_does_not_stop_us_for_hours),
		TEST(a_limit_of_one_endpoint_holds_only_that_one),
		TEST(a_cooldown_is_told_at_once),
		TEST(a_full_eventsub_is_told_at_once),
		TEST(a_server_in_trouble_is_asked_again_where_that_is_safe),
		TEST(tries_are_limited),
		TEST(a_read_that_cannot_be_read_is_asked_again_a_write_is_not),
		TEST(the_network_comes_back_within_patience),
		TEST(patience_ends_and_says_why),
		TEST(a_read_that_runs_out_of_patience_speaks_of_the_network),
		TEST(one_success_frees_all_who_wait_for_the_network),
		TEST(a_refused_address_is_not_tried_again),
		TEST(an_answer_too_large_is_not_asked_for_again),
		TEST(a_conflict_of_bans_is_tried_again),
		TEST(not_found_can_be_an_answer),
		TEST(ten_who_meet_a_refused_token_ask_once_for_a_newer_one),
		TEST(a_late_refusal_of_an_old_token_uses_the_newer_one),
		TEST(no_newer_token_ends_those_who_waited),
		TEST(a_refresh_that_never_ends_does_not_hold_us_for_ever),
		TEST(the_helix_may_go_while_a_newer_token_is_awaited),
		TEST(a_missing_permission_is_named_and_not_refreshed),
		TEST(equal_reads_are_one_request),
		TEST(who_joins_a_waiting_read_lends_it_its_priority),
		TEST(who_joins_late_gets_its_own_patience),
		TEST(background_is_bounded),
		TEST(what_waits_for_the_loop_is_bounded),
		TEST(cancelling),
		TEST(destroying_ends_everything_once),
		TEST(a_stopped_loop_loses_nothing),
		TEST(long_lists_are_split_and_merged),
		TEST(what_shares_a_limit_is_cut_together),
		TEST(pages_are_followed_up_to_a_limit),
		TEST(a_server_that_repeats_its_cursor_does_not_keep_us),
		TEST(an_object_with_pages_is_merged_inside),
		TEST(a_failed_page_fails_the_whole_and_can_be_cancelled),
		TEST(users_by_name),
		TEST(health_is_announced_when_it_changes_only),
		TEST(requests_end_within_patience),
		TEST(pins_are_sent_both_ways),
		TEST(callbacks_may_send),
		TEST(any_thread_may_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
