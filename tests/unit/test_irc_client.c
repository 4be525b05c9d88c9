/* The client against a server of this file's own, without sockets and with a clock that is moved by hand. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "net/lines.h"
#include "twitch/irc_client.h"

/* The server's end of one connection. */
struct peer {
	struct lx_stream_handler handler;
	struct dstr received;
	bool closed; /* by the client */
};

struct world {
	struct lx_test_clock clock;
	struct lx_loop *loop;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_text *text;
	struct lx_irc_client *client;
	struct lx_irc_transport transport;
	DARRAY(struct peer *) peers;
	int64_t missed_from_ms; /* as the last state of the link told it */
	struct dstr log;        /* what the bus told, one line each, since it was looked at last */

	const char *login, *token;
	unsigned rejections;
	void (*rejected_done)(bool ok, void *data);
	void *rejected_data;
};

/* --- transport ------------------------------------------------------------------------------------------------- */

static void *peer_open(const struct lx_stream_config *config, void *data)
{
	struct world *world = data;
	struct peer *peer = bzalloc(sizeof(*peer));
	peer->handler = config->handler;
	da_push_back(world->peers, &peer);
	return peer;
}

static bool peer_send(void *stream, const char *bytes, size_t size)
{
	struct peer *peer = stream;
	dstr_ncat(&peer->received, bytes, size);
	return true;
}

static void peer_close(void *stream)
{
	((struct peer *)stream)->closed = true;
}

/* --- account --------------------------------------------------------------------------------------------------- */

static bool get_credentials(struct lx_credentials *out, void *data)
{
	struct world *world = data;
	if (!world->login)
		return false;
	*out = (struct lx_credentials){NULL, bstrdup(world->token), bstrdup("100000001"), bstrdup(world->login)};
	return true;
}

static void reject(const char *token, void (*done)(bool ok, void *data), void *done_data, void *data)
{
	struct world *world = data;
	assert_string_equal(token, world->token);
	world->rejections++;
	world->rejected_done = done;
	world->rejected_data = done_data;
}

/* --- what is told ---------------------------------------------------------------------------------------------- */

static void note(const struct lx_event *event, void *data)
{
	struct dstr *log = &((struct world *)data)->log;

	switch (event->type) {
	case LX_EVENT_CONNECTION:
		((struct world *)data)->missed_from_ms = event->connection.missed_from_ms;
		assert_true(event->connection.state != LX_LINK_ONLINE || !*event->connection.reason ||
			    *event->connection.detail);
		dstr_catf(log, "%s%s%s%s\n", lx_link_state_word(event->connection.state),
			  event->connection.anonymous ? " anonymous" : "", *event->connection.reason ? " " : "",
			  event->connection.reason);
		break;
	case LX_EVENT_CHAT_MESSAGE:
		dstr_catf(log, "%s%s: %s%s\n", event->chat.flags & LX_CHAT_OWN ? "own " : "", event->chat.user.login,
			  event->chat.flags & LX_CHAT_ACTION ? "* " : "", event->chat.text);
		break;
	case LX_EVENT_WHISPER:
		dstr_catf(log, "whisper of %s: %s\n", event->chat.user.login, event->chat.text);
		break;
	case LX_EVENT_USER_BANNED:
		dstr_catf(log, "banned %s\n", event->moderation.user_login);
		break;
	case LX_EVENT_NOTICE:
		assert_true(*event->notice.text);
		dstr_catf(log, "notice %s\n", event->notice.id);
		break;
	default:
		break;
	}
}

/* Compares what was told since the last call. */
#define check_log(world, expected)                                                        \
	do {                                                                              \
		assert_string_equal((world)->log.array ? (world)->log.array : "", expected); \
		dstr_resize(&(world)->log, 0);                                            \
	} while (0)

static const enum lx_event_type heard[] = {LX_EVENT_CONNECTION, LX_EVENT_CHAT_MESSAGE, LX_EVENT_USER_BANNED,
					   LX_EVENT_NOTICE, LX_EVENT_WHISPER};

/* --- driving --------------------------------------------------------------------------------------------------- */

static void turn(struct world *world)
{
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(world->loop, 0);
}

static void pass(struct world *world, uint64_t ms)
{
	/* In steps, as timers that set further timers need their turn in between. */
	for (; ms >= 100; ms -= 100) {
		lx_test_clock_advance(&world->clock, 100);
		lx_loop_run_once(world->loop, 0);
	}
	lx_test_clock_advance(&world->clock, ms);
	turn(world);
}

static struct peer *peer(struct world *world, size_t index)
{
	assert_true(index < world->peers.num);
	return world->peers.array[index];
}

static void say(struct world *world, size_t index, const char *lines)
{
	struct peer *from = peer(world, index);
	assert_false(from->closed);
	from->handler.on_bytes(lines, strlen(lines), from->handler.data);
	turn(world);
}

#define check_received(world, index, expected)                                                                       \
	do {                                                                                                         \
		assert_string_equal(peer(world, index)->received.array ? peer(world, index)->received.array : "",    \
				    expected);                                                                       \
		dstr_resize(&peer(world, index)->received, 0);                                                       \
	} while (0)

static void accept_link(struct world *world, size_t index)
{
	struct peer *to = peer(world, index);
	to->handler.on_open(to->handler.data);
	turn(world);
}

static void drop(struct world *world, size_t index, enum lx_http_error error)
{
	struct peer *from = peer(world, index);
	assert_false(from->closed);
	from->handler.on_end(error, from->handler.data);
	turn(world);
}

#define WELCOME ":tmi.twitch.tv 001 mybot :Welcome, GLHF!\r\n"
#define JOINED(nick) ":" nick "!" nick "@" nick ".tmi.twitch.tv JOIN #streamer\r\n"
#define STATE(badges) "@badges=" badges ";display-name=MyBot;color=#1E90FF :tmi.twitch.tv USERSTATE #streamer\r\n"
#define CHAT(id, text) "@id=" id ";room-id=7 :anna!anna@anna.tmi.twitch.tv PRIVMSG #streamer :" text "\r\n"
#define LOGIN_FAILED ":tmi.twitch.tv NOTICE * :Login authentication failed\r\n"
#define CAPS "CAP REQ :twitch.tv/membership twitch.tv/tags twitch.tv/commands\r\n"

static void start(struct world *world, const char *login)
{
	memset(world, 0, sizeof(*world));
	world->login = login;
	world->token = "secret1";
	lx_test_clock_init(&world->clock);
	world->loop = lx_loop_create("test", &world->clock.clock);
	world->signals = signal_handler_create();
	world->procs = proc_handler_create();
	world->bus = lx_bus_create(world->signals, world->procs);
	world->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	world->transport = (struct lx_irc_transport){peer_open, peer_send, peer_close, world};
	for (size_t i = 0; i < sizeof(heard) / sizeof(*heard); i++)
		lx_bus_connect(world->bus, heard[i], note, world);
	struct lx_irc_client_config config = {
		.loop = world->loop,
		.bus = world->bus,
		.text = world->text,
		.random = &lx_test_random,
		.url = "ircs://irc.example:6697",
		.credentials = {get_credentials, reject, NULL, world},
		.transport = &world->transport,
	};
	world->client = lx_irc_client_create(&config);
}

static void stop(struct world *world)
{
	lx_irc_client_destroy(world->client);
	for (size_t i = 0; i < world->peers.num; i++) {
		assert_true(world->peers.array[i]->closed);
		dstr_free(&world->peers.array[i]->received);
		bfree(world->peers.array[i]);
	}
	da_free(world->peers);
	for (size_t i = 0; i < sizeof(heard) / sizeof(*heard); i++)
		lx_bus_disconnect(world->bus, heard[i], note, world);
	lx_bus_destroy(world->bus);
	signal_handler_destroy(world->signals);
	proc_handler_destroy(world->procs);
	lx_text_destroy(world->text);
	lx_loop_destroy(world->loop);
	dstr_free(&world->log);
}

/* Up to the channel, with an account. */
static void start_online(struct world *world)
{
	start(world, "mybot");
	lx_irc_client_join(world->client, "#Streamer");
	turn(world);
	accept_link(world, 0);
	say(world, 0, WELCOME JOINED("mybot"));
	check_log(world, "connecting\nonline\n");
	dstr_resize(&peer(world, 0)->received, 0);
}

/* --- tests ----------------------------------------------------------------------------------------------------- */

static void logs_in_and_joins_in_order(void **state)
{
	struct world world;
	start(&world, "mybot");
	turn(&world);
	assert_int_equal(world.peers.num, 0);

	lx_irc_client_join(world.client, "#Streamer");
	turn(&world);
	check_log(&world, "connecting\n");
	check_received(&world, 0, "");
	accept_link(&world, 0);
	check_received(&world, 0, CAPS "PASS oauth:secret1\r\nNICK mybot\r\n");
	say(&world, 0, ":tmi.twitch.tv CAP * ACK :twitch.tv/membership twitch.tv/tags twitch.tv/commands\r\n");
	check_received(&world, 0, "");
	say(&world, 0, WELCOME ":tmi.twitch.tv 376 mybot :>\r\n");
	check_received(&world, 0, "JOIN #streamer\r\n");
	/* Logged in is not yet online: nothing can be read. */
	check_log(&world, "");
	say(&world, 0, JOINED("mybot"));
	check_log(&world, "online\n");
	stop(&world);
}

static void reads_without_an_account(void **state)
{
	struct world world;
	start(&world, NULL);
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	accept_link(&world, 0);
	const char *sent = peer(&world, 0)->received.array;
	assert_int_equal(strncmp(sent, CAPS "NICK justinfan", strlen(CAPS "NICK justinfan")), 0);
	assert_int_equal(strspn(strstr(sent, "justinfan") + 9, "0123456789"), 5);
	assert_null(strstr(sent, "PASS"));

	say(&world, 0, ":tmi.twitch.tv 001 justinfan12345 :Welcome, GLHF!\r\n");
	/* A server that only sends the end of the name list says as much. */
	say(&world, 0, ":justinfan12345.tmi.twitch.tv 366 justinfan12345 #streamer :End of /NAMES list\r\n");
	check_log(&world, "connecting anonymous\nonline anonymous\n");
	lx_irc_client_send(world.client, "", "hello", "");
	turn(&world);
	check_log(&world, "notice livextrem_send_anonymous\n");
	stop(&world);
}

static void tells_messages_once_however_they_arrive(void **state)
{
	struct world world;
	const char *lines = CHAT("m1", "one") CHAT("m2", "two") CHAT("m1", "one") CHAT("m3", "\xC3\xA4");
	start_online(&world);
	for (size_t i = 0; lines[i]; i++) {
		const char byte[2] = {lines[i], 0};
		say(&world, 0, byte);
	}
	check_log(&world, "anna: one\nanna: two\nanna: \xC3\xA4\n");
	/* Without an id there is nothing to tell them apart by. */
	say(&world, 0, ":anna!a@b PRIVMSG #streamer :same\r\n:anna!a@b PRIVMSG #streamer :same\r\n");
	check_log(&world, "anna: same\nanna: same\n");
	stop(&world);
}

/* Twitch numbers them anew with each pair of people. */
static void a_whisper_is_not_known_by_its_number(void **state)
{
	static const char one[] = "@message-id=1;thread-id=7_200 :anna!a@b WHISPER me :hi\r\n";
	static const char other[] = "@message-id=1;thread-id=7_201 :bert!a@b WHISPER me :hi\r\n";
	struct world world;
	start_online(&world);
	say(&world, 0, one);
	say(&world, 0, other);
	check_log(&world, "whisper of anna: hi\nwhisper of bert: hi\n");
	/* While two links stand both tell of it. */
	say(&world, 0, ":tmi.twitch.tv RECONNECT\r\n");
	turn(&world);
	accept_link(&world, 1);
	say(&world, 0, "@message-id=2;thread-id=7_200 :anna!a@b WHISPER me :psst\r\n");
	say(&world, 1, "@message-id=2;thread-id=7_200 :anna!a@b WHISPER me :psst\r\n");
	check_log(&world, "whisper of anna: psst\n");
	stop(&world);
}

static void skips_endless_lines(void **state)
{
	struct world world;
	char piece[4097];
	memset(piece, 'x', sizeof(piece) - 1);
	piece[sizeof(piece) - 1] = '\0';
	start_online(&world);
	for (int i = 0; i < 40; i++)
		say(&world, 0, piece);
	say(&world, 0, "\r\n" CHAT("m1", "one"));
	check_log(&world, "anna: one\n");
	stop(&world);
}

static void answers_ping(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, "PING :tmi.twitch.tv\r\n");
	check_received(&world, 0, "PONG :tmi.twitch.tv\r\n");
	stop(&world);
}

static void notices_a_dead_link(void **state)
{
	struct world world;
	start_online(&world);
	pass(&world, 4900);
	check_received(&world, 0, "");
	pass(&world, 100);
	check_received(&world, 0, "PING :livextrem\r\n");
	say(&world, 0, ":tmi.twitch.tv PONG tmi.twitch.tv :livextrem\r\n");
	pass(&world, 5000);
	check_received(&world, 0, "PING :livextrem\r\n");
	pass(&world, 2900);
	check_log(&world, "");
	assert_false(peer(&world, 0)->closed);
	pass(&world, 100);
	assert_true(peer(&world, 0)->closed);
	check_log(&world, "waiting timeout\n");
	pass(&world, 1000);
	check_log(&world, "connecting\n");
	assert_int_equal(world.peers.num, 2);
	stop(&world);
}

/* What is missed begins with the last byte, not with the moment that somebody notices. */
static void tells_since_when_chat_is_missed(void **state)
{
	struct world world;
	start_online(&world);
	assert_int_equal(world.missed_from_ms, 0);
	pass(&world, 3000);
	say(&world, 0, CHAT("m1", "one"));
	const int64_t heard_ms = lx_clock_unix_ms(&world.clock.clock);
	pass(&world, 20000);
	assert_int_equal(world.missed_from_ms, heard_ms);
	accept_link(&world, world.peers.num - 1);
	world.missed_from_ms = 0;
	say(&world, world.peers.num - 1, WELCOME JOINED("mybot"));
	assert_int_equal(world.missed_from_ms, heard_ms);

	/* Left of one's own accord: from that moment on. The other channel misses nothing. */
	const int64_t left_ms = lx_clock_unix_ms(&world.clock.clock);
	lx_irc_client_leave(world.client, NULL);
	turn(&world);
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	pass(&world, 1000);
	accept_link(&world, world.peers.num - 1);
	say(&world, world.peers.num - 1, WELCOME JOINED("mybot"));
	assert_int_equal(world.missed_from_ms, left_ms);
	lx_irc_client_leave(world.client, NULL);
	lx_irc_client_join(world.client, "second");
	turn(&world);
	accept_link(&world, world.peers.num - 1);
	say(&world, world.peers.num - 1, WELCOME ":mybot!mybot@mybot.tmi.twitch.tv JOIN #second\r\n");
	assert_int_equal(world.missed_from_ms, 0);
	stop(&world);
}

static void a_busy_chat_is_not_asked(void **state)
{
	struct world world;
	start_online(&world);
	for (int i = 0; i < 20; i++) {
		pass(&world, 4000);
		say(&world, 0, ":tmi.twitch.tv 372 mybot :-\r\n");
	}
	check_received(&world, 0, "");
	stop(&world);
}

static void waits_longer_with_each_failure(void **state)
{
	struct world world;
	uint64_t longest = 1000, before = 0;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	for (size_t i = 0; i < 9; i++) {
		drop(&world, i, LX_HTTP_CONNECT);
		uint64_t waited = 0;
		while (world.peers.num == i + 1) {
			pass(&world, 100);
			waited += 100;
			assert_true(waited <= longest + 100);
		}
		assert_true(waited + 100 >= longest / 2);
		longest = longest * 2 < 60000 ? longest * 2 : 60000;
		before = waited;
	}
	assert_true(before >= 30000);

	/* A login that does not last changes nothing; one that does, brings back the short wait. */
	accept_link(&world, 9);
	say(&world, 9, WELCOME JOINED("mybot"));
	pass(&world, 4000);
	drop(&world, 9, LX_HTTP_OK);
	pass(&world, 20000);
	assert_int_equal(world.peers.num, 10);
	pass(&world, 40100);
	accept_link(&world, 10);
	say(&world, 10, WELCOME JOINED("mybot"));
	for (int i = 0; i < 6; i++) {
		pass(&world, 4000);
		say(&world, 10, "PING :x\r\n");
	}
	drop(&world, 10, LX_HTTP_OK);
	pass(&world, 1000);
	assert_int_equal(world.peers.num, 12);
	stop(&world);
}

static void every_state_of_the_login_has_a_deadline(void **state)
{
	struct world world;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	accept_link(&world, 0);
	pass(&world, 9900);
	check_log(&world, "connecting\n");
	pass(&world, 100);
	check_log(&world, "waiting timeout\n");
	assert_true(peer(&world, 0)->closed);
	stop(&world);
}

static void tells_why_it_cannot_connect(void **state)
{
	static const struct {
		enum lx_http_error error;
		const char *log;
	} cases[] = {
		{LX_HTTP_RESOLVE, "connecting\nwaiting network\n"}, {LX_HTTP_CONNECT, "connecting\nwaiting network\n"},
		{LX_HTTP_TLS, "connecting\nwaiting tls\n"},         {LX_HTTP_TIMEOUT, "connecting\nwaiting timeout\n"},
		{LX_HTTP_OK, "connecting\nwaiting network\n"},      {LX_HTTP_REFUSED, "connecting\nrefused address\n"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		start(&world, "mybot");
		lx_irc_client_join(world.client, "streamer");
		turn(&world);
		drop(&world, 0, cases[i].error);
		check_log(&world, cases[i].log);
		pass(&world, 2000);
		assert_int_equal(world.peers.num, cases[i].error == LX_HTTP_REFUSED ? 1 : 2);
		stop(&world);
	}
}

static void a_refused_token_is_refreshed_once(void **state)
{
	struct world world;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	accept_link(&world, 0);
	say(&world, 0, LOGIN_FAILED);
	assert_int_equal(world.rejections, 1);
	pass(&world, 5000);
	assert_int_equal(world.peers.num, 1);
	check_log(&world, "connecting\n");

	world.token = "secret2";
	world.rejected_done(true, world.rejected_data);
	turn(&world);
	accept_link(&world, 1);
	check_received(&world, 1, CAPS "PASS oauth:secret2\r\nNICK mybot\r\n");

	/* The new one is refused as well: that is told, and chat read without it. */
	say(&world, 1, ":tmi.twitch.tv NOTICE * :Login unsuccessful\r\n");
	assert_int_equal(world.rejections, 1);
	check_log(&world, "refused auth\nconnecting anonymous\n");
	accept_link(&world, 2);
	assert_null(strstr(peer(&world, 2)->received.array, "PASS"));
	say(&world, 2, ":tmi.twitch.tv 001 justinfan1 :Welcome\r\n" JOINED("justinfan1"));
	check_log(&world, "online anonymous auth\n");

	/* Nothing new from the account: nothing happens. A new token: a second link takes over. */
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	lx_bus_emit(world.bus, &event);
	turn(&world);
	assert_int_equal(world.peers.num, 3);
	world.token = "secret3";
	lx_bus_emit(world.bus, &event);
	turn(&world);
	assert_int_equal(world.peers.num, 4);
	accept_link(&world, 3);
	check_received(&world, 3, CAPS "PASS oauth:secret3\r\nNICK mybot\r\n");
	check_log(&world, "");
	say(&world, 3, WELCOME JOINED("mybot"));
	check_log(&world, "online\n");
	stop(&world);
}

static void signing_out_ends_the_complaint(void **state)
{
	struct world world;
	struct lx_event event;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	accept_link(&world, 0);
	say(&world, 0, LOGIN_FAILED);
	world.rejected_done(false, world.rejected_data);
	turn(&world);
	accept_link(&world, 1);
	say(&world, 1, ":tmi.twitch.tv 001 justinfan1 :Welcome\r\n" JOINED("justinfan1"));
	check_log(&world, "connecting\nrefused auth\nconnecting anonymous\nonline anonymous auth\n");
	world.login = NULL;
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	lx_bus_emit(world.bus, &event);
	turn(&world);
	check_log(&world, "online anonymous\n");
	assert_int_equal(world.peers.num, 2);
	stop(&world);
}

static void an_account_that_cannot_refresh_is_not_waited_for(void **state)
{
	for (int answered = 0; answered < 2; answered++) {
		struct world world;
		start(&world, "mybot");
		lx_irc_client_join(world.client, "streamer");
		turn(&world);
		accept_link(&world, 0);
		say(&world, 0, LOGIN_FAILED);
		if (answered)
			world.rejected_done(false, world.rejected_data);
		else
			pass(&world, 15000);
		turn(&world);
		check_log(&world, "connecting\nrefused auth\nconnecting anonymous\n");
		assert_int_equal(world.peers.num, 2);
		/* Too late is as good as never, and the client may be gone. */
		if (!answered) {
			stop(&world);
			world.rejected_done(true, world.rejected_data);
		} else {
			stop(&world);
		}
	}
}

static void a_malformed_login_is_not_repeated(void **state)
{
	static const char *const texts[] = {"Improperly formatted auth", "Invalid NICK"};
	for (size_t i = 0; i < 2; i++) {
		struct world world;
		struct dstr line = {0};
		start(&world, "mybot");
		lx_irc_client_join(world.client, "streamer");
		turn(&world);
		accept_link(&world, 0);
		dstr_printf(&line, ":tmi.twitch.tv NOTICE * :%s\r\n", texts[i]);
		say(&world, 0, line.array);
		dstr_free(&line);
		check_log(&world, "connecting\nrefused login\n");
		pass(&world, 120000);
		assert_int_equal(world.peers.num, 1);
		/* Until somebody asks for it. */
		lx_irc_client_renew(world.client);
		turn(&world);
		assert_int_equal(world.peers.num, 2);
		check_log(&world, "connecting\n");
		stop(&world);
	}
}

static void trouble_at_twitch_is_waited_out(void **state)
{
	struct world world;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	accept_link(&world, 0);
	say(&world, 0, ":tmi.twitch.tv NOTICE * :Error logging in\r\n");
	check_log(&world, "connecting\nwaiting server\n");
	pass(&world, 1000);
	assert_int_equal(world.peers.num, 2);
	assert_int_equal(world.rejections, 0);
	stop(&world);
}

static void a_channel_that_does_not_answer(void **state)
{
	struct world world;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "nobody_here");
	turn(&world);
	accept_link(&world, 0);
	say(&world, 0, WELCOME);
	for (int i = 0; i < 10; i++) {
		check_log(&world, i ? "" : "connecting\n");
		pass(&world, 1000);
		say(&world, 0, "PING :x\r\n");
	}
	check_log(&world, "notice livextrem_join_timeout\nwaiting missing\n");
	dstr_resize(&peer(&world, 0)->received, 0);
	for (int i = 0; i < 15; i++) {
		pass(&world, 4000);
		say(&world, 0, ":tmi.twitch.tv 372 mybot :-\r\n");
	}
	check_received(&world, 0, "JOIN #nobody_here\r\n");
	say(&world, 0, "@room-id=9 :tmi.twitch.tv ROOMSTATE #nobody_here\r\n");
	check_log(&world, "online\n");
	stop(&world);
}

static void channels_that_refuse_us(void **state)
{
	static const struct {
		const char *id, *log;
	} cases[] = {
		{"msg_channel_suspended", "connecting\nrefused suspended\nnotice msg_channel_suspended\n"},
		{"msg_banned", "connecting\nrefused banned\nnotice msg_banned\n"},
		{"msg_concurrent_channel_limit_reached",
		 "connecting\nrefused limit\nnotice msg_concurrent_channel_limit_reached\n"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world world;
		struct dstr line = {0};
		start(&world, "mybot");
		lx_irc_client_join(world.client, "streamer");
		turn(&world);
		accept_link(&world, 0);
		say(&world, 0, WELCOME);
		dstr_printf(&line, "@msg-id=%s :tmi.twitch.tv NOTICE #streamer :No.\r\n", cases[i].id);
		say(&world, 0, line.array);
		dstr_free(&line);
		check_log(&world, cases[i].log);
		stop(&world);
	}
}

static void a_ban_while_inside(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, ":mybot!mybot@mybot.tmi.twitch.tv PART #streamer\r\n");
	check_log(&world, "connecting\n");
	check_received(&world, 0, "JOIN #streamer\r\n");
	say(&world, 0, "@msg-id=msg_banned :tmi.twitch.tv NOTICE #streamer :You are banned.\r\n");
	check_log(&world, "refused banned\nnotice msg_banned\n");
	stop(&world);
}

static void nothing_is_lost_or_doubled_on_reconnect(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, CHAT("m1", "one") ":tmi.twitch.tv RECONNECT\r\n" CHAT("m2", "two"));
	check_log(&world, "anna: one\nanna: two\n");
	assert_int_equal(world.peers.num, 2);

	accept_link(&world, 1);
	check_received(&world, 1, CAPS "PASS oauth:secret1\r\nNICK mybot\r\n");
	say(&world, 0, CHAT("m3", "three"));
	say(&world, 1, WELCOME);
	check_received(&world, 1, "JOIN #streamer\r\n");
	say(&world, 0, CHAT("m4", "four"));
	/* A second order to come back while one is being followed. */
	say(&world, 0, ":tmi.twitch.tv RECONNECT\r\n");
	assert_int_equal(world.peers.num, 2);
	assert_false(peer(&world, 0)->closed);
	say(&world, 1, JOINED("mybot") CHAT("m5", "five"));
	/* Both are in: what they both deliver is told once, whichever is first. */
	say(&world, 0,
	    CHAT("m5", "five") CHAT(
		    "m6",
		    "six") "@room-id=7;target-user-id=2;tmi-sent-ts=5 :tmi.twitch.tv CLEARCHAT #streamer :baduser\r\n"
			   "@msg-id=slow_on :tmi.twitch.tv NOTICE #streamer :Slow.\r\n");
	say(&world, 1,
	    CHAT("m6",
		 "six") "@room-id=7;target-user-id=2;tmi-sent-ts=5 :tmi.twitch.tv CLEARCHAT #streamer :baduser\r\n"
			"@msg-id=slow_on :tmi.twitch.tv NOTICE #streamer :Slow.\r\n");
	check_log(&world, "anna: three\nanna: four\nanna: five\nanna: six\nbanned baduser\nnotice slow_on\n");
	assert_false(peer(&world, 0)->closed);
	pass(&world, 2000);
	assert_true(peer(&world, 0)->closed);
	/* Alone again: a second ban of the same user later is a second ban. */
	say(&world, 1,
	    "@target-user-id=2 :tmi.twitch.tv CLEARCHAT #streamer :baduser\r\n"
	    "@target-user-id=2 :tmi.twitch.tv CLEARCHAT #streamer :baduser\r\n");
	check_log(&world, "banned baduser\nbanned baduser\n");
	stop(&world);
}

static void press(struct world *world)
{
	lx_irc_client_renew(world->client);
	turn(world);
}

/* Whoever asks again and again does not keep a link from being made, and loses nothing of the one that is there. */
static void impatience_does_no_harm(void **state)
{
	(void)state;
	struct world world;
	start(&world, "mybot");
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	press(&world);
	accept_link(&world, 0);
	press(&world);
	say(&world, 0, WELCOME JOINED("mybot"));
	press(&world);
	assert_int_equal(world.peers.num, 1);
	check_log(&world, "connecting\nonline\n");

	for (int i = 0; i < 3; i++) { /* heard of now and then, as a link is that lives */
		pass(&world, 4000);
		say(&world, 0, "PING :x\r\n");
	}
	press(&world);
	press(&world);
	assert_int_equal(world.peers.num, 2);
	accept_link(&world, 1);
	press(&world);
	say(&world, 0, CHAT("m1", "one"));
	say(&world, 1, WELCOME JOINED("mybot") CHAT("m2", "two"));
	press(&world);
	assert_int_equal(world.peers.num, 2);
	check_log(&world, "anna: one\nanna: two\n");
	stop(&world);
}

static void the_old_link_may_end_first(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, ":tmi.twitch.tv RECONNECT\r\n");
	accept_link(&world, 1);
	drop(&world, 0, LX_HTTP_OK);
	check_log(&world, "connecting\n");
	say(&world, 1, WELCOME JOINED("mybot") CHAT("m1", "one"));
	check_log(&world, "online\nanna: one\n");
	assert_int_equal(world.peers.num, 2);
	stop(&world);
}

static void the_new_link_may_fail(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, ":tmi.twitch.tv RECONNECT\r\n");
	drop(&world, 1, LX_HTTP_CONNECT);
	say(&world, 0, CHAT("m1", "one"));
	pass(&world, 1000);
	assert_int_equal(world.peers.num, 3);
	/* One that does not get into the channel is no better. */
	accept_link(&world, 2);
	say(&world, 2, WELCOME);
	for (int i = 0; i < 10; i++) {
		pass(&world, 1000);
		say(&world, 0, "PING :x\r\n");
		if (!peer(&world, 2)->closed)
			say(&world, 2, "PING :x\r\n");
	}
	assert_true(peer(&world, 2)->closed);
	assert_false(peer(&world, 0)->closed);
	check_log(&world, "anna: one\n");
	say(&world, 0, "PING :x\r\n");
	pass(&world, 2000);
	assert_int_equal(world.peers.num, 4);
	stop(&world);
}

static void sends_and_shows_what_was_sent(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, STATE("moderator/1"));
	lx_irc_client_send(world.client, "", "hello", "");
	lx_irc_client_send(world.client, "#streamer", "/me waves", "abc-1");
	turn(&world);
	check_received(&world, 0,
		       "PRIVMSG #streamer :hello\r\n"
		       "@reply-parent-msg-id=abc-1 PRIVMSG #streamer :/me waves\r\n");
	check_log(&world, "");
	say(&world, 0, "@id=u1;badges=moderator/1;display-name=MyBot :tmi.twitch.tv USERSTATE #streamer\r\n");
	check_log(&world, "own mybot: hello\n");
	say(&world, 0, "@id=u2;badges=moderator/1;display-name=MyBot :tmi.twitch.tv USERSTATE #streamer\r\n");
	check_log(&world, "own mybot: * waves\n");
	pass(&world, 10000);
	stop(&world);
}

/* Twitch may or may not echo what the web API sent to the account's own link: it is shown once either way. */
static void shows_what_was_sent_elsewhere_once(void **state)
{
	struct world world;
	start_online(&world);
	check_log(&world, "");

	lx_irc_client_sent(world.client, "streamer", "id-1", "not echoed", "");
	lx_irc_client_sent(world.client, "streamer", "id-2", "echoed", "");
	turn(&world);
	say(&world, 0, "@id=id-2 :mybot!mybot@mybot.tmi.twitch.tv PRIVMSG #streamer :echoed\r\n");
	check_log(&world, "mybot: echoed\n");
	pass(&world, 900);
	check_log(&world, "");
	pass(&world, 200);
	check_log(&world, "own mybot: not echoed\n");
	say(&world, 0, "@id=id-1 :mybot!mybot@mybot.tmi.twitch.tv PRIVMSG #streamer :not echoed\r\n");
	check_log(&world, "");

	/* One that is still waited for goes with the client. */
	lx_irc_client_sent(world.client, "streamer", "id-3", "late", "");
	turn(&world);
	stop(&world);
}

static void a_refused_or_unconfirmed_message_is_told(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, STATE("moderator/1"));
	lx_irc_client_send(world.client, "", "one", "");
	lx_irc_client_send(world.client, "", "two", "");
	turn(&world);
	say(&world, 0, "@msg-id=msg_duplicate :tmi.twitch.tv NOTICE #streamer :Same again.\r\n");
	check_log(&world, "notice msg_duplicate\n");
	for (int i = 0; i < 10; i++) {
		pass(&world, 1000);
		say(&world, 0, "PING :x\r\n");
	}
	check_log(&world, "notice livextrem_send_unconfirmed\n");

	lx_irc_client_send(world.client, "", "three", "");
	turn(&world);
	drop(&world, 0, LX_HTTP_CONNECT);
	check_log(&world, "notice livextrem_send_lost\nwaiting network\n");
	lx_irc_client_send(world.client, "", "four", "");
	turn(&world);
	check_log(&world, "notice livextrem_send_offline\n");
	stop(&world);
}

static void nobody_smuggles_in_a_command(void **state)
{
	struct world world;
	start_online(&world);
	say(&world, 0, STATE("moderator/1"));
	lx_irc_client_send(world.client, "", "hi\r\nQUIT\n\001x", "a b\r\nQUIT");
	lx_irc_client_join(world.client, "x\r\nQUIT");
	lx_irc_client_join(world.client, "");
	turn(&world);
	check_received(&world, 0, "PRIVMSG #streamer :hi  QUIT \xEF\xBF\xBDx\r\n");
	check_log(&world, "notice livextrem_channel_name\nnotice livextrem_channel_name\n");
	stop(&world);
}

static size_t count(const struct dstr *text, const char *needle)
{
	size_t found = 0;
	for (const char *at = text->array; at && (at = strstr(at, needle)) != NULL; at++)
		found++;
	return found;
}

static void keeps_the_budget_of_messages(void **state)
{
	struct world world;
	start_online(&world);
	/* Everybody: one a second, ten may wait, the rest is refused. */
	for (int i = 0; i < 14; i++)
		lx_irc_client_send(world.client, "", "x", "");
	turn(&world);
	assert_int_equal(count(&peer(&world, 0)->received, "PRIVMSG"), 1);
	check_log(&world, "notice livextrem_send_too_fast\nnotice livextrem_send_too_fast\n"
			  "notice livextrem_send_too_fast\n");
	for (int i = 0; i < 12; i++) {
		pass(&world, 1100);
		say(&world, 0, "@id= :tmi.twitch.tv USERSTATE #streamer\r\nPING :x\r\n");
	}
	assert_int_equal(count(&peer(&world, 0)->received, "PRIVMSG"), 11);
	dstr_resize(&world.log, 0);

	/* And never more than 20 in 30 seconds. */
	for (int i = 0; i < 20; i++) {
		lx_irc_client_send(world.client, "", "x", "");
		pass(&world, 1100);
		say(&world, 0, "PING :x\r\n");
		if (i == 12)
			assert_int_equal(count(&peer(&world, 0)->received, "PRIVMSG"), 19);
	}
	stop(&world);
}

static void keeps_the_length_of_messages(void **state)
{
	struct world world;
	struct dstr text = {0};
	start_online(&world);
	for (int i = 0; i < 500; i++)
		dstr_cat(&text, "\xC3\xA4");
	lx_irc_client_send(world.client, "", text.array, "");
	turn(&world);
	assert_int_equal(count(&peer(&world, 0)->received, "PRIVMSG"), 1);
	dstr_cat(&text, "x");
	lx_irc_client_send(world.client, "", text.array, "");
	lx_irc_client_send(world.client, "", "   ", "");
	turn(&world);
	assert_int_equal(count(&peer(&world, 0)->received, "PRIVMSG"), 1);
	check_log(&world, "notice livextrem_send_too_long\n");
	dstr_free(&text);
	stop(&world);
}

static void keeps_the_budget_of_joins(void **state)
{
	struct world world;
	start(&world, "mybot");
	for (int i = 0; i < 30; i++) {
		char name[16];
		snprintf(name, sizeof(name), "channel%d", i);
		lx_irc_client_join(world.client, name);
	}
	turn(&world);
	accept_link(&world, 0);
	say(&world, 0, WELCOME);
	assert_int_equal(count(&peer(&world, 0)->received, "JOIN #"), 18);
	for (int i = 0; i < 18; i++) {
		char line[80];
		snprintf(line, sizeof(line), ":tmi.twitch.tv 366 mybot #channel%d :End\r\n", i);
		say(&world, 0, line);
	}
	for (int i = 0; i < 11; i++) {
		pass(&world, 1000);
		say(&world, 0, "PING :x\r\n");
	}
	assert_int_equal(count(&peer(&world, 0)->received, "JOIN #"), 30);
	check_log(&world, "connecting\nonline\n");
	stop(&world);
}

static void leaves(void **state)
{
	struct world world;
	start_online(&world);
	lx_irc_client_join(world.client, "second");
	turn(&world);
	check_received(&world, 0, "JOIN #second\r\n");
	lx_irc_client_leave(world.client, "#STREAMER");
	turn(&world);
	check_received(&world, 0, "PART #streamer\r\n");
	assert_false(peer(&world, 0)->closed);
	check_log(&world, "connecting\n");
	lx_irc_client_leave(world.client, NULL);
	turn(&world);
	assert_true(peer(&world, 0)->closed);
	check_log(&world, "offline\n");
	pass(&world, 60000);
	assert_int_equal(world.peers.num, 1);
	/* While it waits for the next try. */
	lx_irc_client_join(world.client, "streamer");
	turn(&world);
	drop(&world, 1, LX_HTTP_CONNECT);
	lx_irc_client_leave(world.client, "");
	pass(&world, 60000);
	assert_int_equal(world.peers.num, 2);
	check_log(&world, "connecting\nwaiting network\noffline\n");
	stop(&world);
}

static void signing_in_and_out_changes_the_link_without_a_gap(void **state)
{
	struct world world;
	struct lx_event event;
	start_online(&world);
	lx_event_init(&event, LX_EVENT_ACCOUNT);
	/* The hourly check says the same again. */
	lx_bus_emit(world.bus, &event);
	turn(&world);
	assert_int_equal(world.peers.num, 1);

	world.login = NULL;
	lx_bus_emit(world.bus, &event);
	turn(&world);
	accept_link(&world, 1);
	assert_null(strstr(peer(&world, 1)->received.array, "PASS"));
	say(&world, 0, CHAT("m1", "one"));
	say(&world, 1, ":tmi.twitch.tv 001 justinfan1 :Welcome\r\n" JOINED("justinfan1") CHAT("m1", "one"));
	check_log(&world, "anna: one\nonline anonymous\n");
	stop(&world);
}

/* Whatever is under way: nothing leaks, nothing is called afterwards. */
static void can_go_at_any_time(void **state)
{
	for (int step = 0; step < 6; step++) {
		struct world world;
		start(&world, "mybot");
		lx_irc_client_join(world.client, "streamer");
		if (step > 0)
			turn(&world);
		if (step > 1)
			accept_link(&world, 0);
		if (step > 2)
			say(&world, 0, WELCOME);
		if (step > 3)
			say(&world, 0, JOINED("mybot") ":tmi.twitch.tv RECONNECT\r\n");
		if (step > 4)
			drop(&world, 0, LX_HTTP_OK);
		lx_irc_client_send(world.client, "", "x", "");
		lx_irc_client_renew(world.client);
		stop(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(logs_in_and_joins_in_order),
		lx_unit_test(reads_without_an_account),
		lx_unit_test(tells_messages_once_however_they_arrive),
		lx_unit_test(a_whisper_is_not_known_by_its_number),
		lx_unit_test(skips_endless_lines),
		lx_unit_test(answers_ping),
		lx_unit_test(notices_a_dead_link),
		lx_unit_test(tells_since_when_chat_is_missed),
		lx_unit_test(a_busy_chat_is_not_asked),
		lx_unit_test(waits_longer_with_each_failure),
		lx_unit_test(every_state_of_the_login_has_a_deadline),
		lx_unit_test(tells_why_it_cannot_connect),
		lx_unit_test(a_refused_token_is_refreshed_once),
		lx_unit_test(signing_out_ends_the_complaint),
		lx_unit_test(an_account_that_cannot_refresh_is_not_waited_for),
		lx_unit_test(a_malformed_login_is_not_repeated),
		lx_unit_test(trouble_at_twitch_is_waited_out),
		lx_unit_test(a_channel_that_does_not_answer),
		lx_unit_test(channels_that_refuse_us),
		lx_unit_test(a_ban_while_inside),
		lx_unit_test(nothing_is_lost_or_doubled_on_reconnect),
		lx_unit_test(impatience_does_no_harm),
		lx_unit_test(the_old_link_may_end_first),
		lx_unit_test(the_new_link_may_fail),
		lx_unit_test(sends_and_shows_what_was_sent),
		lx_unit_test(shows_what_was_sent_elsewhere_once),
		lx_unit_test(a_refused_or_unconfirmed_message_is_told),
		lx_unit_test(nobody_smuggles_in_a_command),
		lx_unit_test(keeps_the_budget_of_messages),
		lx_unit_test(keeps_the_length_of_messages),
		lx_unit_test(keeps_the_budget_of_joins),
		lx_unit_test(leaves),
		lx_unit_test(signing_in_and_out_changes_the_link_without_a_gap),
		lx_unit_test(can_go_at_any_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
