/* The three ways to sign in, and everything that can come between. */
#include "account_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/platform.h>

#include "twitch/login_code.h"
#include "twitch/login_listener.h"
#include "twitch/scopes.h"

#define MINUTE 60000

#define ASSERT_LOGIN(world, expected_state, expected_reason) \
	do { \
		assert_int_equal((world)->logins[0].state, expected_state); \
		assert_string_equal((world)->logins[0].reason, expected_reason); \
	} while (0)

/* --- device code --------------------------------------------------------------------------------------------------------- */

static void begin_device(struct world *world)
{
	lx_account_login(world->account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(world, world->logins[0].state == LX_LOGIN_WAITING);
}

static int polls(struct world *world)
{
	return fake_id_count(world->fake, "/token", "device_code=");
}

static void device_code_from_begin_to_end(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].count == 1);
	ASSERT_LOGIN(&world, LX_LOGIN_STARTING, "");
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_WAITING);
	assert_string_equal(world.logins[0].user_code, "ABCDEFGH");
	assert_string_equal(world.logins[0].url, "https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH");
	assert_string_equal(world.logins[0].short_url, "https://www.twitch.tv/activate");
	assert_int_equal(world.logins[0].expires_ms, world.clock.unix_ms + 1800000);
	assert_non_null(
		strstr(fake_id_last(world.fake, "/device"), "client_id=client&scopes=chat%3Aread%20chat%3Aedit"));

	/* Asked every five seconds, not sooner. */
	world_pass(&world, 4900, 4900);
	assert_int_equal(polls(&world), 0);
	world_pass(&world, 200, 200);
	assert_int_equal(polls(&world), 1);
	world_pass(&world, 20000, 1000);
	assert_int_equal(polls(&world), 5);
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");

	fake_id_device_says(world.fake, NULL);
	world_pass(&world, 5000, 1000);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	assert_int_equal(world.accounts[1].count, 0);
	world_assert_token(&world, fake_id_token(world.fake));
	world_pass(&world, 5 * MINUTE, MINUTE);
	assert_int_equal(polls(&world), 6);
	world_finish(&world);
}

static void slow_down_is_heeded(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_device_says(world.fake, "slow_down");
	begin_device(&world);
	world_pass(&world, 5000, 1000);
	assert_int_equal(polls(&world), 1);
	fake_id_device_says(world.fake, "authorization_pending");
	world_pass(&world, 9000, 1000);
	assert_int_equal(polls(&world), 1);
	world_pass(&world, 1000, 1000);
	assert_int_equal(polls(&world), 2);
	world_pass(&world, 9000, 1000);
	assert_int_equal(polls(&world), 2);
	world_finish(&world);
}

static void device_code_can_fail(void **state)
{
	(void)state;
	static const struct {
		const char *message, *reason, *key;
	} cases[] = {
		{"access_denied", "denied", "Login.Error.Denied"},
		{"invalid device code", "denied", "Login.Error.Code"},
		{"invalid client", "client", "Login.Error.Client"},
		{"something new", "server", "Login.Error.Server"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world world;
		world_init(&world, NULL, NULL);
		begin_device(&world);
		fake_id_device_says(world.fake, cases[i].message);
		world_pass(&world, 5000, 5000);
		WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_FAILED);
		assert_string_equal(world.logins[0].reason, cases[i].reason);
		assert_string_equal(world.logins[0].detail, lx_text_get(world.text, cases[i].key));
		assert_string_not_equal(world.logins[0].detail, cases[i].key);
		world_pass(&world, MINUTE, 5000);
		assert_int_equal(polls(&world), 1);
		world_finish(&world);
	}
}

static void nobody_confirms_in_time(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_device_expires(world.fake, 60);
	begin_device(&world);
	world_pass(&world, MINUTE + 1000, 5000);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "expired");
	int count = polls(&world);
	world_pass(&world, MINUTE, 5000);
	assert_int_equal(polls(&world), count);
	world_finish(&world);
}

static void bad_network_does_not_end_it(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	begin_device(&world);
	fake_id_down(world.fake);
	world_pass(&world, MINUTE, 5000);
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	fake_id_up(world.fake);
	fake_id_fault(world.fake, "/token", FAKE_ANSWER, 2, 502, "<html>");
	fake_id_device_says(world.fake, NULL);
	world_pass(&world, 20000, 1000);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	world_finish(&world);
}

static void no_login_server_from_the_start(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_down(world.fake);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	world_settle(&world);
	world_pass(&world, 30000, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "network");
	fake_id_up(world.fake);
	fake_id_fault(world.fake, "/device", FAKE_ANSWER, 100, 503, "");
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	world_settle(&world);
	world_pass(&world, 30000, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "server");
	fake_id_fault(world.fake, "/device", FAKE_ANSWER, 1, 400, "{\"status\":400,\"message\":\"invalid client\"}");
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_FAILED && !strcmp(world.logins[0].reason, "client"));
	world_finish(&world);
}

static void without_client_id_it_says_how_to_get_one(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_set_client(world.account, "", NULL);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_FAILED);
	assert_string_equal(world.logins[0].reason, "client");
	assert_non_null(strstr(world.logins[0].detail, "dev.twitch.tv/console"));
	assert_int_equal(fake_id_count(world.fake, "/device", NULL), 0);
	world_finish(&world);
}

static void cancel_stops_it_anywhere(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN); /* nothing to cancel: nothing said */
	world_settle(&world);
	assert_int_equal(world.logins[0].count, 0);

	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	ASSERT_LOGIN(&world, LX_LOGIN_CANCELLED, "cancelled");

	begin_device(&world);
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_pass(&world, MINUTE, 5000);
	ASSERT_LOGIN(&world, LX_LOGIN_CANCELLED, "cancelled");
	assert_int_equal(polls(&world), 0);

	/* With the token in hand already: it is given back. */
	fake_id_device_says(world.fake, NULL);
	fake_id_fault(world.fake, "/validate", FAKE_ANSWER, 100, 500, "");
	begin_device(&world);
	world_pass(&world, 5000, 5000);
	ASSERT_LOGIN(&world, LX_LOGIN_FINISHING, "");
	char token[64];
	snprintf(token, sizeof(token), "%s", fake_id_token(world.fake));
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	assert_int_equal(fake_id_count(world.fake, "/revoke", token), 1);
	assert_string_equal(fake_id_token(world.fake), "");
	world_assert_token(&world, NULL);
	world_finish(&world);
}

static void checking_the_token_has_a_deadline(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_device_says(world.fake, NULL);
	begin_device(&world);
	fake_id_fault(world.fake, "/validate", FAKE_ANSWER, 1000, 500, "");
	world_pass(&world, 2 * MINUTE, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "network");
	/* A few failures are borne. */
	fake_id_fault(world.fake, "/validate", FAKE_DROP, 3, 0, NULL);
	begin_device(&world);
	world_pass(&world, 20000, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_DONE, "");
	world_finish(&world);
}

static void dialog_that_opens_again_learns_everything(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	begin_device(&world);
	int64_t expires_ms = world.logins[0].expires_ms;
	world_pass(&world, 10000, 1000);
	memset(world.logins, 0, sizeof(world.logins));
	memset(world.accounts, 0, sizeof(world.accounts));
	lx_account_announce(world.account);
	world_settle(&world);
	assert_int_equal(world.accounts[0].count, 1);
	assert_int_equal(world.accounts[1].count, 1);
	assert_int_equal(world.logins[0].count, 1);
	assert_int_equal(world.logins[1].count, 0);
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	assert_string_equal(world.logins[0].user_code, "ABCDEFGH");
	assert_int_equal(world.logins[0].expires_ms, expires_ms);
	world_finish(&world);
}

static void second_sign_in_replaces_the_first(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	begin_device(&world);
	int events = world.logins[0].count;
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[0].count == events + 3); /* cancelled, starting, waiting */
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	fake_id_device_says(world.fake, NULL);
	world_pass(&world, 5000, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_DONE, "");
	assert_int_equal(polls(&world), 1);
	world_finish(&world);
}

static void wider_sign_in_keeps_what_was_granted(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	fake_id_scopes(world.fake, "[\"chat:read\",\"bits:read\"]");
	world_sign_in(&world);
	lx_account_want_scopes(world.account, LX_ACCOUNT_MAIN, "channel:manage:polls");
	begin_device(&world);
	const char *sent = fake_id_last(world.fake, "/device");
	assert_non_null(strstr(sent, "channel%3Amanage%3Apolls"));
	assert_non_null(strstr(sent, "bits%3Aread"));
	assert_non_null(strstr(sent, "moderator%3Amanage%3Abanned_users"));
	assert_null(strstr(strstr(sent, "chat%3Aread") + 1, "%20chat%3Aread"));
	/* The old sign-in serves until the new one is there, and a failed attempt leaves it alone. */
	world_assert_token(&world, fake_id_token(world.fake));
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	world_assert_token(&world, fake_id_token(world.fake));
	assert_int_equal(fake_id_count(world.fake, "/revoke", NULL), 0);
	world_finish(&world);
}

static void two_accounts_side_by_side(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	char main_token[64];
	snprintf(main_token, sizeof(main_token), "%s", fake_id_token(world.fake));
	fake_id_user(world.fake, "200", "helper_bot");
	fake_id_device_says(world.fake, NULL);
	lx_account_login(world.account, LX_ACCOUNT_BOT, LX_LOGIN_DEVICE);
	WORLD_UNTIL(&world, world.logins[1].state == LX_LOGIN_WAITING);
	assert_null(strstr(fake_id_last(world.fake, "/device"), "moderator"));
	world_pass(&world, 5000, 5000);
	WORLD_UNTIL(&world, world.logins[1].state == LX_LOGIN_DONE);
	assert_string_equal(world.accounts[1].login, "helper_bot");
	assert_string_equal(world.accounts[0].login, "streamer");
	world_assert_token(&world, main_token);
	struct lx_credentials_provider bot = lx_account_credentials(world.account, LX_ACCOUNT_BOT);
	struct lx_credentials credentials;
	assert_true(bot.get(&credentials, bot.data));
	assert_string_equal(credentials.token, fake_id_token(world.fake));
	lx_credentials_finish(&credentials);
	lx_account_logout(world.account, LX_ACCOUNT_BOT);
	world_settle(&world);
	assert_int_equal(world.accounts[1].state, LX_ACCOUNT_SIGNED_OUT);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_SIGNED_IN);
	world_finish(&world);
}

static void signing_in_as_somebody_else_gives_the_first_back(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	char first[64];
	snprintf(first, sizeof(first), "%s", fake_id_token(world.fake));
	fake_id_user(world.fake, "300", "other_streamer");
	begin_device(&world);
	world_pass(&world, 5000, 5000);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	world_settle(&world);
	assert_string_equal(world.accounts[0].login, "other_streamer");
	assert_int_equal(fake_id_count(world.fake, "/revoke", first), 1);
	world_finish(&world);
}

/* --- pasted token -------------------------------------------------------------------------------------------------------- */

static void pasted_token_tells_whose_it_is(void **state)
{
	(void)state;
	struct world world;
	world_init(&world, NULL, NULL);
	char pasted[128];
	snprintf(pasted, sizeof(pasted), " oauth:%s\n", fake_id_issue(world.fake));
	lx_account_set_client(world.account, "", NULL);
	lx_account_login_token(world.account, LX_ACCOUNT_MAIN, "", pasted);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE);
	assert_int_equal(world.logins[0].way, LX_LOGIN_TOKEN);
	assert_string_equal(world.accounts[0].login, "streamer");
	assert_string_equal(world.accounts[0].client_id, "client");
	assert_int_equal(world.accounts[0].refresh_ms, 0);
	assert_int_equal(world.accounts[0].expires_ms, world.clock.unix_ms + 14400000);
	world_assert_token(&world, fake_id_token(world.fake));
	/* Nothing renews it, so it ends. */
	world_pass(&world, 14401000, 30 * MINUTE);
	assert_int_equal(world.accounts[0].state, LX_ACCOUNT_EXPIRED);
	assert_int_equal(fake_id_count(world.fake, "/token", NULL), 0);
	world_finish(&world);
}

static void pasted_nonsense_is_refused(void **state)
{
	(void)state;
	static const char *const pasted[] = {"", "two words", "a\r\nX: y", "https://example.org/?a=b", "unknown0token"};
	struct world world;
	world_init(&world, NULL, NULL);
	for (size_t i = 0; i < sizeof(pasted) / sizeof(pasted[0]); i++) {
		int count = world.logins[0].count;
		lx_account_login_token(world.account, LX_ACCOUNT_MAIN, "", pasted[i]);
		WORLD_UNTIL(&world, world.logins[0].count > count && world.logins[0].state == LX_LOGIN_FAILED);
		assert_string_equal(world.logins[0].detail, lx_text_get(world.text, "Login.Error.Token"));
	}
	assert_int_equal(fake_id_count(world.fake, "/validate", NULL), 1);
	/* The user's own token is not withdrawn by us. */
	assert_int_equal(fake_id_count(world.fake, "/revoke", NULL), 0);
	world_finish(&world);
}

/* --- authorization code -------------------------------------------------------------------------------------------------- */

static int connect_to(int port)
{
	int peer = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (connect(peer, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(peer);
		return -1;
	}
	return peer;
}

/* Sends raw bytes and gives what comes back until the other side closes; runs the loop meanwhile. */
static const char *exchange(struct world *world, int port, const char *request, size_t size)
{
	static char answer[16384];
	size_t got = 0;
	int peer = connect_to(port);
	assert_true(peer >= 0);
	assert_int_equal(send(peer, request, size, MSG_NOSIGNAL), size);
	fcntl(peer, F_SETFL, O_NONBLOCK);
	uint64_t until = os_gettime_ns() + 5000000000;
	for (;;) {
		ssize_t part = recv(peer, answer + got, sizeof(answer) - 1 - got, 0);
		if (part > 0)
			got += (size_t)part;
		else if (part == 0 || errno != EAGAIN || os_gettime_ns() > until)
			break;
		world_turn(world);
	}
	answer[got] = 0;
	close(peer);
	return answer;
}

static const char *get(struct world *world, int port, const char *target)
{
	char request[4096];
	int size = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost:%d\r\n\r\n", target, port);
	return exchange(world, port, request, (size_t)size);
}

/* The page's port and the state of the attempt, from the address that the user is to open. */
static int parse_url(const struct world *world, char state[128])
{
	const char *redirect = strstr(world->logins[0].url, "redirect_uri=http%3A%2F%2Flocalhost%3A");
	const char *begin = strstr(world->logins[0].url, "&state=");
	assert_non_null(redirect);
	assert_non_null(begin);
	assert_non_null(strstr(redirect, "%2Fcallback&"));
	assert_int_equal(sscanf(begin, "&state=%127[0-9a-f]", state), 1);
	assert_int_equal(strlen(state), 64);
	return atoi(redirect + strlen("redirect_uri=http%3A%2F%2Flocalhost%3A"));
}

static int begin_code(struct world *world, char state[128])
{
	lx_account_set_client(world->account, "client", FAKE_CLIENT_SECRET);
	lx_account_login(world->account, LX_ACCOUNT_MAIN, LX_LOGIN_CODE);
	WORLD_UNTIL(world, world->logins[0].state == LX_LOGIN_WAITING);
	return parse_url(world, state);
}

static bool is_open(int port)
{
	int peer = connect_to(port);
	if (peer >= 0)
		close(peer);
	return peer >= 0;
}

static void authorization_code_from_begin_to_end(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	char state[128], target[512];
	int port = begin_code(&world, state);
	char begin[256];
	snprintf(begin, sizeof(begin), "%s/authorize?client_id=client&", fake_id_url(world.fake));
	assert_memory_equal(world.logins[0].url, begin, strlen(begin));
	assert_int_equal(world.logins[0].expires_ms, world.clock.unix_ms + 10 * MINUTE);
	assert_true(is_open(port));

	snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&scope=a%%20b&state=%s", state);
	const char *page = get(&world, port, target);
	assert_non_null(strstr(page, "HTTP/1.1 200 OK"));
	assert_non_null(strstr(page, lx_text_get(world.text, "Login.Page.Done")));
	assert_non_null(strstr(page, "<html lang=\"en\">"));
	assert_non_null(strstr(page, "Content-Security-Policy: default-src 'none'"));
	assert_non_null(strstr(page, "Referrer-Policy: no-referrer"));
	assert_non_null(strstr(page, "Cache-Control: no-store"));
	assert_non_null(strstr(page, "X-Content-Type-Options: nosniff"));
	assert_non_null(strstr(page, "prefers-color-scheme: dark"));
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, FAKE_SECRET));
	ASSERT_LOGIN(&world, LX_LOGIN_DONE, "");
	world_assert_token(&world, fake_id_token(world.fake));
	char redirect[128];
	snprintf(redirect, sizeof(redirect), "redirect_uri=http%%3A%%2F%%2Flocalhost%%3A%d%%2Fcallback", port);
	assert_non_null(strstr(fake_id_last(world.fake, "/token"), redirect));
	/* The page is gone as soon as it has been delivered. */
	WORLD_UNTIL(&world, !is_open(port));
	world_finish(&world);
}

struct end_watch {
	struct world *world;
	bool busy;
};

static void on_login_end(const struct lx_event *event, void *data)
{
	struct end_watch *watch = data;
	if (event->login.state == LX_LOGIN_DONE || event->login.state == LX_LOGIN_FAILED)
		watch->busy = lx_account_busy(watch->world->account);
}

/* A program that ends as soon as nothing is under way ends behind the page, not before it. */
static void page_arrives_before_the_account_is_idle(void **test_state)
{
	(void)test_state;
	static const char *const cases[][2] = {{FAKE_CODE, "Login.Page.Done"}, {"stale", "Login.Page.Failed"}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world world;
		world_init(&world, NULL, NULL);
		struct end_watch watch = {.world = &world};
		lx_bus_connect(world.bus, LX_EVENT_LOGIN, on_login_end, &watch);
		char state[128], request[512], page[16384];
		int port = begin_code(&world, state);
		int size = snprintf(request, sizeof(request),
				    "GET /callback?code=%s&state=%s HTTP/1.1\r\nHost: a\r\n\r\n", cases[i][0], state);
		int peer = connect_to(port);
		assert_int_equal(send(peer, request, (size_t)size, MSG_NOSIGNAL), size);
		WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_DONE || world.logins[0].state == LX_LOGIN_FAILED);
		assert_true(watch.busy);
		WORLD_UNTIL(&world, !lx_account_busy(world.account));
		lx_bus_disconnect(world.bus, LX_EVENT_LOGIN, on_login_end, &watch);
		char *title = bstrdup(lx_text_get(world.text, cases[i][1]));
		world_finish(&world);
		ssize_t got = recv(peer, page, sizeof(page) - 1, MSG_WAITALL);
		page[got > 0 ? got : 0] = 0;
		assert_non_null(strstr(page, title));
		assert_non_null(strstr(page, "</html>"));
		close(peer);
		bfree(title);
	}
}

static void note_taken(const char *code, const char *error, void *data)
{
	(void)code;
	(void)error;
	(void)data;
}

static void count_delivery(void *data)
{
	++*(int *)data;
}

/* Whoever waits gets the page, also when it was loaded more than once. */
static void every_browser_that_waits_is_served(void **test_state)
{
	(void)test_state;
	enum { WAITING = 8, ALL };
	struct world world;
	world_init(&world, NULL, NULL);
	world_sign_in(&world);
	int deliveries = 0;
	struct lx_login_listener *listener =
		lx_login_listener_create(&(struct lx_login_listener_config){world.loop, world.text, "/callback", "0123",
									    note_taken, count_delivery, &deliveries},
					 0);
	assert_non_null(listener);
	static const char request[] = "GET /callback?code=a&state=0123 HTTP/1.1\r\nHost: a\r\n\r\n";
	struct pollfd peers[ALL];
	for (size_t i = 0; i < ALL; i++) {
		peers[i] = (struct pollfd){.fd = connect_to(lx_login_listener_port(listener)), .events = POLLIN};
		assert_int_equal(send(peers[i].fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	}
	/* One is too many and told so; then the others are known to wait. */
	assert_int_equal(poll(peers, ALL, 5000), 1);
	assert_true(lx_login_listener_answer(listener, "Login.Page.Done", "Login.Page.Done.Text"));
	WORLD_UNTIL(&world, deliveries > 0);
	world_settle(&world);
	assert_int_equal(deliveries, 1);
	lx_login_listener_destroy(listener);

	size_t whole = 0;
	for (size_t i = 0; i < ALL; i++) {
		char page[16384];
		ssize_t got = recv(peers[i].fd, page, sizeof(page) - 1, MSG_WAITALL);
		page[got > 0 ? got : 0] = 0;
		whole += strstr(page, lx_text_get(world.text, "Login.Page.Done")) && strstr(page, "</html>");
		close(peers[i].fd);
	}
	assert_int_equal(whole, WAITING);
	world_finish(&world);
}

static void only_the_right_request_counts(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	char state[128], target[2048];
	int port = begin_code(&world, state);

	static const struct {
		const char *target;
		int status;
	} wrong[] = {
		{"/", 404},
		{"/callback/", 404},
		{"/favicon.ico", 404},
		{"/callback", 400},
		{"/callback?code=" FAKE_CODE, 400},
		{"/callback?code=" FAKE_CODE "&state=", 400},
		{"/callback?code=" FAKE_CODE "&state=0123", 400},
		{"/callback?error=access_denied&state=wrong", 400},
		{"/callback?state=%00&code=a", 400},
	};
	char expected[32];
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(expected, sizeof(expected), "HTTP/1.1 %d ", wrong[i].status);
		assert_non_null(strstr(get(&world, port, wrong[i].target), expected));
	}
	/* One character off; the right state, but neither code nor error. */
	char off[128];
	snprintf(off, sizeof(off), "%s", state);
	off[63] = off[63] == '0' ? '1' : '0';
	snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&state=%s", off);
	assert_non_null(strstr(get(&world, port, target), "HTTP/1.1 400 "));
	snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&state=%s0", state);
	assert_non_null(strstr(get(&world, port, target), "HTTP/1.1 400 "));
	snprintf(target, sizeof(target), "/callback?state=%s", state);
	assert_non_null(strstr(get(&world, port, target), "HTTP/1.1 400 "));
	/* Other methods. */
	int size = snprintf(target, sizeof(target),
			    "POST /callback?code=" FAKE_CODE "&state=%s HTTP/1.1\r\nHost: localhost\r\n"
			    "Content-Length: 3\r\n\r\nabc",
			    state);
	assert_non_null(strstr(exchange(&world, port, target, (size_t)size), "HTTP/1.1 405 "));
	/* Noise. */
	static const char noise[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n";
	exchange(&world, port, noise, sizeof(noise));
	static char flood[65536];
	memset(flood, 'A', sizeof(flood));
	int peer = connect_to(port);
	send(peer, flood, sizeof(flood), MSG_NOSIGNAL | MSG_DONTWAIT);
	close(peer);

	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	assert_int_equal(fake_id_count(world.fake, "/token", NULL), 0);
	snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&state=%s", state);
	assert_non_null(strstr(get(&world, port, target), lx_text_get(world.text, "Login.Page.Done")));
	ASSERT_LOGIN(&world, LX_LOGIN_DONE, "");
	world_finish(&world);
}

static void code_way_can_fail(void **test_state)
{
	(void)test_state;
	static const struct {
		const char *query, *reason, *key;
	} cases[] = {
		{"error=access_denied&error_description=The+user+denied+you+access", "denied", "Login.Error.Denied"},
		{"error=server_error", "server", "Login.Error.Server"},
		{"code=stale", "denied", "Login.Error.Code"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world world;
		world_init(&world, NULL, NULL);
		char state[128], target[512];
		int port = begin_code(&world, state);
		snprintf(target, sizeof(target), "/callback?%s&state=%s", cases[i].query, state);
		const char *page = get(&world, port, target);
		assert_non_null(strstr(page, lx_text_get(world.text, "Login.Page.Failed")));
		ASSERT_LOGIN(&world, LX_LOGIN_FAILED, cases[i].reason);
		assert_string_equal(world.logins[0].detail, lx_text_get(world.text, cases[i].key));
		WORLD_UNTIL(&world, !is_open(port));
		world_finish(&world);
	}
}

static void wrong_secret_is_told(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	char state[128], target[512];
	lx_account_set_client(world.account, "client", "guessed");
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_CODE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_WAITING);
	int port = parse_url(&world, state);
	snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&state=%s", state);
	get(&world, port, target);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "client");
	world_finish(&world);
}

static void closed_browser_meets_the_deadline(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	char state[128];
	int port = begin_code(&world, state);
	world_pass(&world, 10 * MINUTE - 1000, MINUTE);
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	world_pass(&world, 2000, 1000);
	ASSERT_LOGIN(&world, LX_LOGIN_FAILED, "expired");
	WORLD_UNTIL(&world, !is_open(port));
	world_finish(&world);
}

static void cancel_closes_the_page(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	char state[128];
	int port = begin_code(&world, state);
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	ASSERT_LOGIN(&world, LX_LOGIN_CANCELLED, "cancelled");
	WORLD_UNTIL(&world, !is_open(port));

	/* Also while Twitch is asked, with the browser waiting. */
	char target[512];
	port = begin_code(&world, state);
	fake_id_down(world.fake);
	int size = snprintf(target, sizeof(target),
			    "GET /callback?code=" FAKE_CODE "&state=%s HTTP/1.1\r\nHost: a\r\n\r\n", state);
	int peer = connect_to(port);
	assert_int_equal(send(peer, target, (size_t)size, 0), size);
	/* The code was not seen by Twitch, so it is tried again until then. */
	for (int i = 0; i < 20; i++) {
		world_turn(&world);
		lx_test_clock_advance(&world.clock, 500);
	}
	ASSERT_LOGIN(&world, LX_LOGIN_WAITING, "");
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_CANCELLED);
	WORLD_UNTIL(&world, !is_open(port));
	char page[8192] = "";
	ssize_t got = recv(peer, page, sizeof(page) - 1, 0);
	assert_true(got > 0);
	assert_non_null(strstr(page, "200 OK"));
	close(peer);
	fake_id_up(world.fake);

	/* And by the end of the program. */
	port = begin_code(&world, state);
	world_finish(&world);
	assert_false(is_open(port));
}

static void port_that_is_taken(void **test_state)
{
	(void)test_state;
	struct world world;
	world_init(&world, NULL, NULL);
	int other = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	assert_int_equal(bind(other, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(other, 1), 0);
	getsockname(other, (struct sockaddr *)&address, &size);
	int port = ntohs(address.sin_port);

	lx_account_set_client(world.account, "client", FAKE_CLIENT_SECRET);
	lx_account_set_redirect(world.account, (uint16_t)port, false);
	lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_CODE);
	WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_FAILED);
	assert_string_equal(world.logins[0].reason, "port");

	lx_account_set_redirect(world.account, (uint16_t)port, true);
	char state[128];
	int used = begin_code(&world, state);
	assert_true(used > port && used < port + LX_LOGIN_CODE_PORTS);
	lx_account_login_cancel(world.account, LX_ACCOUNT_MAIN);
	world_settle(&world);
	close(other);

	/* Only the IPv6 side is somebody else's: "localhost" could lead there. */
	other = socket(AF_INET6, SOCK_STREAM, 0);
	struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	size = sizeof(address6);
	if (other >= 0 && bind(other, (struct sockaddr *)&address6, size) == 0 && listen(other, 1) == 0) {
		getsockname(other, (struct sockaddr *)&address6, &size);
		lx_account_set_redirect(world.account, ntohs(address6.sin6_port), false);
		lx_account_login(world.account, LX_ACCOUNT_MAIN, LX_LOGIN_CODE);
		WORLD_UNTIL(&world, world.logins[0].state == LX_LOGIN_FAILED);
		assert_string_equal(world.logins[0].reason, "port");
	}
	if (other >= 0)
		close(other);
	world_finish(&world);
}

static void page_speaks_the_users_language(void **test_state)
{
	(void)test_state;
	static const char *const languages[][3] = {
		{"de-DE", "<html lang=\"de\">", "Angemeldet"},
		{"cs-CZ", "<html lang=\"cs\">", "Přihlášeno"},
	};
	for (size_t i = 0; i < 2; i++) {
		struct world world;
		world_init(&world, NULL, NULL);
		struct lx_text *text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", languages[i][0]);
		struct lx_text *english = world.text;
		world.text = text;
		world_restart(&world);
		char state[128], target[512];
		int port = begin_code(&world, state);
		snprintf(target, sizeof(target), "/callback?code=" FAKE_CODE "&state=%s", state);
		const char *page = get(&world, port, target);
		assert_non_null(strstr(page, languages[i][1]));
		assert_non_null(strstr(page, languages[i][2]));
		world_settle(&world);
		world_finish(&world);
		lx_text_destroy(english);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(device_code_from_begin_to_end),
		lx_unit_test(slow_down_is_heeded),
		lx_unit_test(device_code_can_fail),
		lx_unit_test(nobody_confirms_in_time),
		lx_unit_test(bad_network_does_not_end_it),
		lx_unit_test(no_login_server_from_the_start),
		lx_unit_test(without_client_id_it_says_how_to_get_one),
		lx_unit_test(cancel_stops_it_anywhere),
		lx_unit_test(checking_the_token_has_a_deadline),
		lx_unit_test(dialog_that_opens_again_learns_everything),
		lx_unit_test(second_sign_in_replaces_the_first),
		lx_unit_test(wider_sign_in_keeps_what_was_granted),
		lx_unit_test(two_accounts_side_by_side),
		lx_unit_test(signing_in_as_somebody_else_gives_the_first_back),
		lx_unit_test(pasted_token_tells_whose_it_is),
		lx_unit_test(pasted_nonsense_is_refused),
		lx_unit_test(authorization_code_from_begin_to_end),
		lx_unit_test(page_arrives_before_the_account_is_idle),
		lx_unit_test(every_browser_that_waits_is_served),
		lx_unit_test(only_the_right_request_counts),
		lx_unit_test(code_way_can_fail),
		lx_unit_test(wrong_secret_is_told),
		lx_unit_test(closed_browser_meets_the_deadline),
		lx_unit_test(cancel_closes_the_page),
		lx_unit_test(port_that_is_taken),
		lx_unit_test(page_speaks_the_users_language),
	};
	return cmocka_run_group_tests(tests, world_group_setup, world_group_teardown);
}
