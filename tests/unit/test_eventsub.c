/* The life of an EventSub session: sockets, Helix and time are the test's, so every turn of it can be taken. */
#include "support.h"

#include <stdio.h>
#include <time.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "twitch/eventsub.h"

#define OWN_ID "100000002"
#define ALL_SCOPES                                                                                               \
	"user:read:chat moderator:manage:automod moderator:read:automod_settings moderator:manage:blocked_terms " \
	"moderator:manage:chat_settings moderator:manage:unban_requests moderator:manage:banned_users "           \
	"moderator:manage:chat_messages moderator:manage:warnings moderator:read:moderators moderator:read:vips " \
	"moderator:read:followers channel:read:subscriptions bits:read moderator:read:suspicious_users "          \
	"moderator:manage:shield_mode channel:read:ads channel:manage:redemptions channel:manage:polls "          \
	"channel:manage:predictions channel:read:hype_train channel:read:goals channel:read:charity "             \
	"moderator:manage:shoutouts moderation:read channel:manage:vips channel:moderate user:read:whispers"

enum { MAX_SOCKETS = 256, MAX_CALLS = 8192 };

struct fake_socket {
	struct lx_websocket_handler handler;
	char url[256];
	bool open;
};

struct fake_call {
	lx_helix_done done;
	void *data;
	char type[96], session[64];
	char *body;
	bool answered, cancelled;
};

struct fixture {
	struct lx_test_clock clock;
	struct lx_loop *loop;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_twins *twins;
	struct lx_eventsub *eventsub;

	struct fake_socket sockets[MAX_SOCKETS];
	int socket_count;
	struct fake_call calls[MAX_CALLS];
	int call_count;
	const char *scopes, *user_id; /* user_id NULL = signed out */
	bool available;

	struct dstr states; /* "connecting online …" */
	char reason[32];
	int64_t retry_ms;
	int follows, bans, updates;
};

/* --- what stands in for the world ---------------------------------------------------------------------------------- */

static bool fake_available(void *data)
{
	return ((struct fixture *)data)->available;
}

static void *fake_open(const struct lx_websocket_config *config, void *data)
{
	struct fixture *f = data;
	assert_true(f->socket_count < MAX_SOCKETS);
	struct fake_socket *socket = &f->sockets[f->socket_count++];
	socket->handler = config->handler;
	socket->open = true;
	snprintf(socket->url, sizeof(socket->url), "%s", config->url);
	return socket;
}

static void fake_close(void *data, void *fixture)
{
	(void)fixture;
	struct fake_socket *socket = data;
	if (socket)
		socket->open = false;
}

static uint64_t fake_send(const struct lx_helix_call *call, void *data)
{
	struct fixture *f = data;
	assert_true(f->call_count < MAX_CALLS);
	assert_int_equal(call->endpoint, LX_HELIX_CREATE_EVENTSUB_SUBSCRIPTION);
	struct fake_call *fake = &f->calls[f->call_count++];
	cJSON *body = cJSON_Parse(call->body);
	const cJSON *transport = cJSON_GetObjectItem(body, "transport");
	assert_string_equal(cJSON_GetObjectItem(transport, "method")->valuestring, "websocket");
	snprintf(fake->type, sizeof(fake->type), "%s", cJSON_GetObjectItem(body, "type")->valuestring);
	snprintf(fake->session, sizeof(fake->session), "%s", cJSON_GetObjectItem(transport, "session_id")->valuestring);
	fake->body = bstrdup(call->body);
	fake->done = call->done;
	fake->data = call->data;
	cJSON_Delete(body);
	return (uint64_t)f->call_count;
}

static void fake_cancel(uint64_t id, void *data)
{
	((struct fixture *)data)->calls[id - 1].cancelled = true;
}

static bool fake_get(struct lx_credentials *out, void *data)
{
	struct fixture *f = data;
	if (!f->user_id)
		return false;
	out->client_id = bstrdup("client");
	out->token = bstrdup("token");
	out->user_id = bstrdup(f->user_id);
	out->login = bstrdup("streamer");
	return true;
}

static bool fake_has_scope(const char *scope, void *data)
{
	const char *scopes = ((struct fixture *)data)->scopes;
	size_t size = strlen(scope);
	for (const char *at = strstr(scopes, scope); at; at = strstr(at + 1, scope)) {
		if ((at == scopes || at[-1] == ' ') && (at[size] == ' ' || !at[size]))
			return true;
	}
	return false;
}

static void on_connection(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	if (event->connection.link != LX_LINK_EVENTSUB)
		return;
	dstr_catf(&f->states, "%s ", lx_link_state_word(event->connection.state));
	snprintf(f->reason, sizeof(f->reason), "%s", event->connection.reason);
	f->retry_ms = event->connection.retry_in_ms;
	if (event->connection.state == LX_LINK_WAITING || event->connection.state == LX_LINK_REFUSED)
		assert_non_null(strchr(event->connection.detail, ' ')); /* a sentence, not a key */
}

static void on_follow(const struct lx_event *event, void *data)
{
	(void)event;
	((struct fixture *)data)->follows++;
}

static void on_ban(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	if (event->update)
		f->updates++;
	else
		f->bans++;
}

static struct lx_text *text;

static struct fixture *make(const char *const *types, size_t type_count, bool read_chat)
{
	struct fixture *f = bzalloc(sizeof(*f));
	lx_test_clock_init(&f->clock);
	f->clock.unix_ms = 1795169472634;
	f->scopes = ALL_SCOPES;
	f->user_id = OWN_ID;
	f->available = true;
	f->loop = lx_loop_create("livextrem: test", &f->clock.clock);
	f->signals = signal_handler_create();
	f->procs = proc_handler_create();
	f->bus = lx_bus_create(f->signals, f->procs);
	f->twins = lx_twins_create(f->bus, &f->clock.clock);
	lx_bus_connect(f->bus, LX_EVENT_CONNECTION, on_connection, f);
	lx_bus_connect(f->bus, LX_EVENT_FOLLOW, on_follow, f);
	lx_bus_connect(f->bus, LX_EVENT_USER_BANNED, on_ban, f);
	text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	const struct lx_eventsub_transport transport = {fake_available, fake_open, fake_close, f};
	f->eventsub = lx_eventsub_create(&(struct lx_eventsub_config){
		.loop = f->loop,
		.twins = f->twins,
		.text = text,
		.random = &lx_test_random,
		.credentials = {fake_get, NULL, fake_has_scope, f},
		.api = {fake_send, fake_cancel, f},
		.url = "wss://eventsub.wss.twitch.tv/ws",
		.read_chat = read_chat,
		.types = types,
		.type_count = type_count,
		.transport = &transport,
	});
	return f;
}

static void turn(struct fixture *f)
{
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(f->loop, 0);
}

static void pass(struct fixture *f, uint64_t ms)
{
	lx_test_clock_advance(&f->clock, ms);
	turn(f);
}

static void destroy_eventsub(struct fixture *f)
{
	lx_eventsub_destroy(f->eventsub);
	f->eventsub = NULL;
}

static void answer(struct fixture *f, struct fake_call *call, enum lx_helix_error error, long status,
		   const char *twitch_message, const char *json)
{
	assert_false(call->answered);
	call->answered = true;
	cJSON *body = cJSON_Parse(json);
	const struct lx_helix_result result = {
		.error = error,
		.status = status,
		.message = error == LX_HELIX_OK ? "" : "A sentence.",
		.twitch_message = twitch_message,
		.json = body,
		.body = "",
		.cursor = "",
	};
	call->done(&result, call->data);
	cJSON_Delete(body);
	turn(f);
}

static void finish(struct fixture *f)
{
	destroy_eventsub(f);
	for (int i = 0; i < f->call_count; i++) {
		if (!f->calls[i].answered) /* Helix answers everything, also what was cancelled, and also too late */
			answer(f, &f->calls[i], LX_HELIX_CANCELLED, 0, "", "null");
		bfree(f->calls[i].body);
	}
	lx_twins_destroy(f->twins);
	lx_bus_destroy(f->bus);
	signal_handler_destroy(f->signals);
	proc_handler_destroy(f->procs);
	lx_loop_destroy(f->loop);
	lx_text_destroy(text);
	dstr_free(&f->states);
	bfree(f);
}

static void start(struct fixture *f)
{
	lx_eventsub_start(f->eventsub, "");
	turn(f);
}

static struct fake_socket *last_socket(struct fixture *f)
{
	assert_true(f->socket_count > 0);
	return &f->sockets[f->socket_count - 1];
}

static void say(struct fixture *f, struct fake_socket *socket, const char *message)
{
	assert_true(socket->open);
	char *copy = bstrdup(message);
	socket->handler.on_message(copy, strlen(copy), socket->handler.data);
	bfree(copy);
	turn(f);
}

/* RFC 3339 of Twitch's clock. */
static void stamp(char *out, size_t size, int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	char date[32];
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", gmtime(&seconds));
	snprintf(out, size, "%s.%03dZ", date, (int)(unix_ms % 1000));
}

static void welcome_at(struct fixture *f, struct fake_socket *socket, const char *session, int keepalive_s,
		       int64_t server_ms)
{
	char time[40], message[512];
	stamp(time, sizeof(time), server_ms);
	snprintf(
		message, sizeof(message),
		"{\"metadata\":{\"message_id\":\"w-%s\",\"message_type\":\"session_welcome\",\"message_timestamp\":\"%s\"},"
		"\"payload\":{\"session\":{\"id\":\"%s\",\"status\":\"connected\",\"keepalive_timeout_seconds\":%d,"
		"\"reconnect_url\":null}}}",
		session, time, session, keepalive_s);
	socket->handler.on_open(socket->handler.data);
	say(f, socket, message);
}

static void welcome(struct fixture *f, const char *session)
{
	welcome_at(f, last_socket(f), session, 10, f->clock.unix_ms);
}

static void keepalive(struct fixture *f, struct fake_socket *socket)
{
	say(f, socket, "{\"metadata\":{\"message_id\":\"k\",\"message_type\":\"session_keepalive\"},\"payload\":{}}");
}

static void notify_at(struct fixture *f, struct fake_socket *socket, const char *id, int64_t server_ms)
{
	char time[40], message[1024];
	stamp(time, sizeof(time), server_ms);
	snprintf(
		message, sizeof(message),
		"{\"metadata\":{\"message_id\":\"%s\",\"message_type\":\"notification\",\"message_timestamp\":\"%s\","
		"\"subscription_type\":\"channel.follow\",\"subscription_version\":\"2\"},\"payload\":{\"subscription\":{"
		"\"type\":\"channel.follow\",\"version\":\"2\",\"condition\":{}},\"event\":{\"user_id\":\"1\","
		"\"user_login\":\"a\",\"user_name\":\"A\",\"broadcaster_user_id\":\"" OWN_ID "\"}}}",
		id, time);
	say(f, socket, message);
}

static void notify(struct fixture *f, struct fake_socket *socket, const char *id)
{
	notify_at(f, socket, id, f->clock.unix_ms);
}

static void ask_reconnect(struct fixture *f, struct fake_socket *socket, const char *url)
{
	char message[512];
	snprintf(
		message, sizeof(message),
		"{\"metadata\":{\"message_id\":\"r\",\"message_type\":\"session_reconnect\"},\"payload\":{\"session\":{"
		"\"id\":\"s\",\"status\":\"reconnecting\",\"reconnect_url\":\"%s\"}}}",
		url);
	say(f, socket, message);
}

static void lose(struct fixture *f, struct fake_socket *socket, uint16_t code)
{
	const struct lx_websocket_end end = {
		.opened = true,
		.error = code == LX_WEBSOCKET_ABNORMAL ? LX_HTTP_CONNECT : LX_HTTP_OK,
		.code = code,
		.reason = "",
	};
	assert_true(socket->open);
	socket->handler.on_end(&end, socket->handler.data);
	turn(f);
}

static void fail_open(struct fixture *f, struct fake_socket *socket, enum lx_http_error error, long status)
{
	const struct lx_websocket_end end = {.error = error,
					     .code = LX_WEBSOCKET_ABNORMAL,
					     .status = status,
					     .reason = ""};
	assert_true(socket->open);
	socket->handler.on_end(&end, socket->handler.data);
	turn(f);
}

static struct fake_call *pending_call(struct fixture *f)
{
	for (int i = 0; i < f->call_count; i++) {
		if (!f->calls[i].answered && !f->calls[i].cancelled)
			return &f->calls[i];
	}
	return NULL;
}

static void accept_all(struct fixture *f)
{
	struct fake_call *call;
	while ((call = pending_call(f)) != NULL)
		answer(f, call, LX_HELIX_OK, 202, "",
		       "{\"data\":[{\"id\":\"x\"}],\"total_cost\":0,\"max_total_cost\":10}");
}

static int count_calls(const struct fixture *f, const char *type)
{
	int count = 0;
	for (int i = 0; i < f->call_count; i++)
		count += strcmp(f->calls[i].type, type) == 0;
	return count;
}

struct lookup {
	const char *type;
	enum lx_topic_state state;
	char missing[512], detail[512];
	int enabled;
};

static void look(const struct lx_topic_status *status, void *data)
{
	struct lookup *lookup = data;
	lookup->enabled += status->state == LX_TOPIC_ENABLED;
	if (strcmp(status->topic->type, lookup->type) == 0) {
		lookup->state = status->state;
		snprintf(lookup->missing, sizeof(lookup->missing), "%s", status->missing_scopes);
		snprintf(lookup->detail, sizeof(lookup->detail), "%s", status->detail);
	}
}

static struct lookup state_of(struct fixture *f, const char *type)
{
	struct lookup lookup = {.type = type};
	lx_eventsub_visit_topics(f->eventsub, look, &lookup);
	return lookup;
}

static const char *const follow_only[] = {"channel.follow"};

/* A session that reads follows. */
static struct fixture *make_online(void)
{
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	accept_all(f);
	assert_string_equal(f->states.array, "connecting online ");
	return f;
}

/* --- beginning ----------------------------------------------------------------------------------------------------- */

static void a_session_begins_with_subscriptions(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	assert_true(lx_eventsub_polling_needed(f->eventsub));
	start(f);
	assert_string_equal(last_socket(f)->url, "wss://eventsub.wss.twitch.tv/ws?keepalive_timeout_seconds=10");
	assert_int_equal(f->call_count, 0);
	welcome(f, "session-1");
	assert_int_equal(f->call_count, 4); /* some at a time */
	assert_string_equal(f->calls[0].session, "session-1");
	assert_string_equal(f->calls[0].type, "channel.moderate");
	assert_non_null(strstr(f->calls[0].body, "\"condition\":{\"broadcaster_user_id\":\"" OWN_ID
						 "\",\"moderator_user_id\":\"" OWN_ID "\"}"));
	assert_string_equal(f->states.array, "connecting ");
	answer(f, &f->calls[0], LX_HELIX_OK, 202, "", "{}");
	assert_int_equal(f->call_count, 5);
	assert_string_equal(f->states.array, "connecting online ");
	assert_false(lx_eventsub_polling_needed(f->eventsub));
	accept_all(f);
	assert_string_equal(f->states.array, "connecting online ");

	assert_int_equal(count_calls(f, "channel.raid"), 2); /* both directions */
	assert_int_equal(count_calls(f, "channel.chat.message"), 0);
	assert_int_equal(count_calls(f, "channel.ban"), 0);
	assert_int_equal(count_calls(f, "channel.cheer"), 0);
	assert_int_equal(state_of(f, "channel.ban").state, LX_TOPIC_COVERED);
	assert_int_equal(state_of(f, "channel.chat.message").state, LX_TOPIC_OFF);
	assert_int_equal(state_of(f, "channel.follow").state, LX_TOPIC_ENABLED);
	size_t topics;
	lx_eventsub_topics(&topics);
	assert_int_equal(state_of(f, "").enabled, (int)topics - 6 - 4); /* chat and what is covered */
	finish(f);
}

static void chat_is_read_here_when_wanted(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, true);
	start(f);
	welcome(f, "s1");
	accept_all(f);
	assert_int_equal(count_calls(f, "channel.chat.message"), 1);
	lx_eventsub_read_chat(f->eventsub, false);
	turn(f);
	assert_int_equal(f->socket_count, 2);
	welcome(f, "s2");
	accept_all(f);
	assert_int_equal(count_calls(f, "channel.chat.message"), 1);
	finish(f);
}

static void what_is_named_is_asked_for_and_nothing_else(void **state)
{
	(void)state;
	static const char *const types[] = {"channel.ban", "channel.chat.message", "channel.moderate"};
	struct fixture *f = make(types, 3, false);
	start(f);
	welcome(f, "s1");
	accept_all(f);
	assert_int_equal(f->call_count, 3);
	finish(f);
}

static void missing_permissions_are_named_and_not_asked_for(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	f->scopes = "moderator:read:followers channel:read:polls";
	start(f);
	welcome(f, "s1");
	accept_all(f);
	assert_int_equal(count_calls(f, "channel.follow"), 1);
	assert_int_equal(count_calls(f, "channel.poll.begin"), 1);
	assert_int_equal(count_calls(f, "channel.goal.begin"), 0);
	struct lookup goal = state_of(f, "channel.goal.begin");
	assert_int_equal(goal.state, LX_TOPIC_NEEDS_SCOPE);
	assert_string_equal(goal.missing, "channel:read:goals");
	assert_non_null(strstr(goal.detail, "channel:read:goals"));
	assert_string_equal(f->states.array, "connecting online ");

	/* The same person signs in again with more: the session goes on. */
	f->scopes = "moderator:read:followers channel:read:polls channel:read:goals";
	int before = f->call_count;
	lx_eventsub_account_changed(f->eventsub);
	turn(f);
	accept_all(f);
	assert_int_equal(f->socket_count, 1);
	assert_int_equal(count_calls(f, "channel.goal.begin"), 1);
	assert_int_equal(f->call_count, before + 3); /* begin, progress, end: what was there is not asked for again */
	finish(f);
}

static void other_channels_tell_less(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	lx_eventsub_start(f->eventsub, "777");
	turn(f);
	welcome(f, "s1");
	/* The first one of a foreign channel that costs something uses the budget up. */
	for (struct fake_call *call; (call = pending_call(f)) != NULL;)
		answer(f, call, LX_HELIX_OK, 202, "",
		       strncmp(call->type, "stream.", 7) == 0 ? "{\"total_cost\":\"10\",\"max_total_cost\":10}" : "{}");
	assert_int_equal(count_calls(f, "channel.subscribe"), 0);
	assert_int_equal(state_of(f, "channel.subscribe").state, LX_TOPIC_FOREIGN);
	assert_int_equal(state_of(f, "channel.follow").state, LX_TOPIC_ENABLED);
	assert_int_equal(state_of(f, "stream.online").state, LX_TOPIC_ENABLED);
	assert_int_equal(count_calls(f, "channel.shared_chat.end"), 0);
	assert_int_equal(state_of(f, "channel.shared_chat.end").state, LX_TOPIC_REFUSED);
	finish(f);
}

static void without_account_there_is_nothing_to_do(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	f->user_id = NULL;
	start(f);
	assert_string_equal(f->states.array, "offline ");
	assert_string_equal(f->reason, "auth");
	assert_int_equal(f->socket_count, 0);
	assert_true(lx_eventsub_polling_needed(f->eventsub));
	pass(f, 3600000);
	assert_int_equal(f->socket_count, 0);

	f->user_id = OWN_ID;
	lx_eventsub_account_changed(f->eventsub);
	turn(f);
	assert_int_equal(f->socket_count, 1);
	welcome(f, "s1");
	accept_all(f);

	/* Somebody else signs in: the socket belongs to the one before. */
	f->user_id = "5";
	lx_eventsub_account_changed(f->eventsub);
	turn(f);
	assert_int_equal(f->socket_count, 2);
	assert_false(f->sockets[0].open);
	finish(f);
}

static void a_login_that_may_read_nothing_is_told_so(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	f->scopes = "";
	start(f);
	assert_string_equal(f->states.array, "refused ");
	assert_string_equal(f->reason, "scope");
	assert_int_equal(f->socket_count, 0);
	finish(f);
}

static void curl_without_websocket_leaves_polling(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	f->available = false;
	start(f);
	assert_string_equal(f->states.array, "refused ");
	assert_string_equal(f->reason, "websocket");
	assert_true(lx_eventsub_polling_needed(f->eventsub));
	assert_int_equal(f->socket_count, 0);
	finish(f);
}

static void stop_closes_everything(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	lx_eventsub_stop(f->eventsub);
	turn(f);
	assert_false(f->sockets[0].open);
	assert_string_equal(f->states.array, "connecting online offline ");
	pass(f, 3600000);
	assert_int_equal(f->socket_count, 1);
	lx_eventsub_start(f->eventsub, "");
	turn(f);
	assert_int_equal(f->socket_count, 2);
	finish(f);
}

/* --- answers to subscriptions ---------------------------------------------------------------------------------------- */

static void one_refusal_does_not_stop_the_rest(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	start(f);
	welcome(f, "s1");
	for (struct fake_call *call; (call = pending_call(f)) != NULL;) {
		if (strncmp(call->type, "channel.poll", 12) == 0)
			answer(f, call, LX_HELIX_FORBIDDEN, 403, "subscription missing proper authorization", "{}");
		else if (strcmp(call->type, "channel.follow") == 0)
			answer(f, call, LX_HELIX_CONFLICT, 409, "subscription already exists", "{}");
		else if (strcmp(call->type, "channel.moderate") == 0 || strcmp(call->type, "channel.bits.use") == 0)
			answer(f, call, LX_HELIX_INVALID, 400, "invalid subscription type and version", "{}");
		else
			answer(f, call, LX_HELIX_OK, 202, "", "{}");
	}
	struct lookup poll = state_of(f, "channel.poll.begin");
	assert_int_equal(poll.state, LX_TOPIC_REFUSED);
	assert_string_equal(poll.detail, "A sentence.");
	assert_int_equal(state_of(f, "channel.follow").state, LX_TOPIC_ENABLED);
	assert_int_equal(state_of(f, "user.whisper.message").state, LX_TOPIC_ENABLED);
	/* What the refused ones covered was asked for instead. */
	assert_int_equal(state_of(f, "channel.ban").state, LX_TOPIC_ENABLED);
	assert_int_equal(state_of(f, "channel.unban").state, LX_TOPIC_ENABLED);
	assert_int_equal(state_of(f, "channel.warning.send").state, LX_TOPIC_ENABLED);
	assert_int_equal(state_of(f, "channel.cheer").state, LX_TOPIC_ENABLED);
	assert_string_equal(f->states.array, "connecting online ");
	finish(f);
}

static void trouble_of_the_moment_is_tried_again(void **state)
{
	(void)state;
	static const struct {
		enum lx_helix_error error;
		long status;
		const char *said;
	} troubles[] = {
		{LX_HELIX_NETWORK, 0, ""},
		{LX_HELIX_SERVER, 503, ""},
		{LX_HELIX_FULL, 0, ""},
		{LX_HELIX_RATE, 429, "too many subscriptions of this type and condition"},
	};
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
		answer(f, pending_call(f), troubles[i].error, troubles[i].status, troubles[i].said, "{}");
		assert_null(pending_call(f));
		keepalive(f, last_socket(f));
		pass(f, (uint64_t)1500 << i);
		assert_non_null(pending_call(f));
	}
	accept_all(f);
	assert_string_equal(f->states.array, "connecting online ");
	assert_int_equal(f->socket_count, 1);
	finish(f);
}

static void a_session_unknown_to_twitch_is_replaced(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	answer(f, pending_call(f), LX_HELIX_INVALID, 400,
	       "websocket transport session does not exist or has already disconnected", "{}");
	assert_false(f->sockets[0].open);
	assert_string_equal(f->states.array, "connecting waiting ");
	pass(f, 1000);
	assert_int_equal(f->socket_count, 2);
	welcome(f, "s2");
	assert_string_equal(pending_call(f)->session, "s2");
	accept_all(f);
	finish(f);
}

static void too_many_sockets_are_waited_for(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	/* It is known to be sent as 400, too. */
	for (int i = 0; i < 2; i++) {
		answer(f, pending_call(f), i ? LX_HELIX_INVALID : LX_HELIX_RATE, i ? 400 : 429,
		       "number of websocket transports limit exceeded", "{}");
		assert_false(last_socket(f)->open);
		assert_string_equal(f->reason, "limit");
		assert_true(f->retry_ms >= 10000);
		pass(f, 9000);
		assert_int_equal(f->socket_count, i + 1);
		pass(f, (uint64_t)f->retry_ms - 9000);
		assert_int_equal(f->socket_count, i + 2);
		welcome(f, "again");
	}
	accept_all(f);
	assert_non_null(strstr(f->states.array, "online"));
	finish(f);
}

static void a_login_that_is_refused_waits_for_another(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	f->user_id = NULL; /* found out while the answer was on its way */
	answer(f, pending_call(f), LX_HELIX_SIGNED_OUT, 401, "Invalid OAuth token", "{}");
	assert_string_equal(f->states.array, "connecting refused ");
	assert_string_equal(f->reason, "auth");
	assert_false(f->sockets[0].open);
	pass(f, 3600000);
	assert_int_equal(f->socket_count, 1);
	f->user_id = OWN_ID;
	lx_eventsub_account_changed(f->eventsub);
	turn(f);
	assert_int_equal(f->socket_count, 2);
	finish(f);
}

/* The login server says that the token is good; the web API will come to see it. */
static void a_good_login_that_is_refused_is_tried_again(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	answer(f, pending_call(f), LX_HELIX_SIGNED_OUT, 401, "Invalid OAuth token", "{}");
	assert_string_equal(f->states.array, "connecting waiting ");
	assert_string_equal(f->reason, "auth");
	assert_true(f->retry_ms >= 60000);
	pass(f, (uint64_t)f->retry_ms);
	welcome(f, "s2");
	accept_all(f);
	assert_string_equal(f->states.array, "connecting waiting connecting online ");
	finish(f);
}

static void nothing_granted_is_an_end(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	answer(f, pending_call(f), LX_HELIX_FORBIDDEN, 403, "subscription missing proper authorization", "{}");
	assert_string_equal(f->states.array, "connecting refused ");
	assert_false(f->sockets[0].open);
	lx_eventsub_reconnect(f->eventsub);
	turn(f);
	assert_int_equal(f->socket_count, 2);
	finish(f);
}

static void late_answers_do_no_harm(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	welcome(f, "s1");
	lose(f, last_socket(f), LX_WEBSOCKET_ABNORMAL);
	assert_true(f->calls[0].cancelled);
	pass(f, 1000);
	welcome(f, "s2");
	answer(f, &f->calls[0], LX_HELIX_OK, 202, "", "{}"); /* of the session before */
	assert_int_equal(state_of(f, "channel.follow").state, LX_TOPIC_WAITING);
	assert_int_equal(f->call_count, 2);
	destroy_eventsub(f);
	answer(f, &f->calls[1], LX_HELIX_OK, 202, "", "{}"); /* of nobody any more */
	finish(f);
}

/* --- keeping it up ---------------------------------------------------------------------------------------------------- */

static void silence_is_noticed(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	for (int i = 0; i < 10; i++) {
		pass(f, 9000);
		if (i % 2)
			keepalive(f, last_socket(f));
		else
			notify(f, last_socket(f), i == 0 ? "a" : i == 2 ? "b" : "c");
	}
	assert_string_equal(f->states.array, "connecting online ");
	pass(f, 14000);
	assert_int_equal(f->socket_count, 1);
	pass(f, 1001);
	assert_string_equal(f->states.array, "connecting online waiting ");
	assert_string_equal(f->reason, "timeout");
	assert_true(f->retry_ms <= 1000);
	assert_false(f->sockets[0].open);
	assert_true(lx_eventsub_polling_needed(f->eventsub));
	pass(f, 1000);
	welcome(f, "s2");
	accept_all(f);
	assert_int_equal(count_calls(f, "channel.follow"), 2); /* asked for again on the new session */
	assert_string_equal(f->calls[1].session, "s2");
	finish(f);
}

static void a_welcome_has_a_deadline(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	f->sockets[0].handler.on_open(f->sockets[0].handler.data);
	pass(f, 19000);
	assert_string_equal(f->states.array, "connecting ");
	pass(f, 1000);
	assert_string_equal(f->states.array, "connecting waiting ");
	assert_string_equal(f->reason, "timeout");
	finish(f);
}

static void each_close_code_has_its_reaction(void **state)
{
	(void)state;
	static const struct {
		uint16_t code;
		const char *reason;
		int64_t least_ms;
	} codes[] = {
		{4000, "server", 0},  {4001, "protocol", 60000}, {4002, "timeout", 0}, {4003, "unused", 0},
		{4004, "server", 0},  {4005, "timeout", 0},      {4006, "network", 0}, {4007, "server", 0},
		{1006, "network", 0}, {1000, "server", 0},       {4999, "server", 0},  {1009, "protocol", 60000},
	};
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct fixture *f = make_online();
		lose(f, last_socket(f), codes[i].code);
		assert_string_equal(f->states.array, "connecting online waiting ");
		assert_string_equal(f->reason, codes[i].reason);
		assert_true(f->retry_ms >= codes[i].least_ms);
		assert_true(f->retry_ms <= codes[i].least_ms * 5 / 4 + 1000);
		pass(f, (uint64_t)f->retry_ms);
		assert_int_equal(f->socket_count, 2);
		welcome(f, "s2");
		accept_all(f);
		assert_string_equal(f->states.array, "connecting online waiting connecting online ");
		finish(f);
	}
}

static void what_keeps_it_from_opening_is_told_apart(void **state)
{
	(void)state;
	static const struct {
		enum lx_http_error error;
		long status;
		const char *reason;
	} ends[] = {
		{LX_HTTP_RESOLVE, 0, "network"}, {LX_HTTP_CONNECT, 0, "network"}, {LX_HTTP_TLS, 0, "tls"},
		{LX_HTTP_TIMEOUT, 0, "timeout"}, {LX_HTTP_FAILED, 503, "server"}, {LX_HTTP_FAILED, 429, "limit"},
	};
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct fixture *f = make(follow_only, 1, false);
		start(f);
		fail_open(f, last_socket(f), ends[i].error, ends[i].status);
		assert_string_equal(f->states.array, "connecting waiting ");
		assert_string_equal(f->reason, ends[i].reason);
		finish(f);
	}
}

static void an_hour_without_network_is_survived(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	lose(f, last_socket(f), LX_WEBSOCKET_ABNORMAL);
	uint64_t end = f->clock.ms + 3600000;
	int64_t longest = 0;
	while (f->clock.ms < end) {
		longest = f->retry_ms > longest ? f->retry_ms : longest;
		pass(f, (uint64_t)f->retry_ms);
		fail_open(f, last_socket(f), LX_HTTP_RESOLVE, 0);
	}
	assert_true(f->socket_count > 60 && f->socket_count < 140);
	assert_true(longest > 30000 && longest <= 60000);
	pass(f, (uint64_t)f->retry_ms);
	welcome(f, "s2");
	accept_all(f);
	assert_false(lx_eventsub_polling_needed(f->eventsub));
	/* Patience is back. */
	keepalive(f, last_socket(f));
	lose(f, last_socket(f), LX_WEBSOCKET_ABNORMAL);
	assert_true(f->retry_ms <= 1000);
	finish(f);
}

static void waiting_ends_by_time_or_by_the_users_wish(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	lose(f, last_socket(f), 4001);
	assert_true(f->retry_ms >= 60000);
	lx_eventsub_account_changed(f->eventsub); /* the same person: nothing that would help */
	lx_eventsub_start(f->eventsub, "");
	turn(f);
	assert_int_equal(f->socket_count, 1);
	lx_eventsub_reconnect(f->eventsub);
	pass(f, 1000);
	assert_int_equal(f->socket_count, 2);
	finish(f);
}

static void press(struct fixture *f)
{
	lx_eventsub_reconnect(f->eventsub);
	turn(f);
}

/* Whoever presses again and again does not keep it from coming online, nor open more sockets than Twitch allows. */
static void impatience_does_no_harm(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	press(f); /* it is being opened */
	assert_int_equal(f->socket_count, 1);
	welcome(f, "s1");
	press(f); /* it is being subscribed on */
	assert_int_equal(f->socket_count, 1);
	accept_all(f);
	press(f); /* it has only just been made */
	assert_int_equal(f->socket_count, 1);
	assert_string_equal(f->states.array, "connecting online ");

	/* An older one is replaced by a second that comes first. */
	pass(f, 10000);
	press(f);
	press(f);
	assert_int_equal(f->socket_count, 2);
	assert_true(f->sockets[0].open);
	notify(f, &f->sockets[0], "n1");
	assert_int_equal(f->follows, 1);
	welcome(f, "s2");
	accept_all(f);
	press(f);
	assert_int_equal(f->socket_count, 2);
	assert_false(f->sockets[0].open);
	notify(f, &f->sockets[1], "n2");
	assert_int_equal(f->follows, 2);

	/* While nothing can be reached, once a second. */
	lose(f, last_socket(f), LX_WEBSOCKET_ABNORMAL);
	for (int i = 0; i < 100; i++) {
		if (last_socket(f)->open)
			fail_open(f, last_socket(f), LX_HTTP_CONNECT, 0);
		press(f);
		pass(f, 100);
	}
	assert_in_range(f->socket_count, 2 + 8, 2 + 11);
	finish(f);
}

/* Too many sockets: another one before the old ones are forgotten would only make it longer. */
static void impatience_does_not_shorten_a_limit(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	lose(f, last_socket(f), LX_WEBSOCKET_ABNORMAL);
	pass(f, 1000);
	fail_open(f, last_socket(f), LX_HTTP_FAILED, 429);
	assert_string_equal(f->reason, "limit");
	int64_t wait = f->retry_ms;
	for (int64_t passed = 0; passed + 500 < wait; passed += 500) {
		press(f);
		assert_int_equal(f->socket_count, 2);
		pass(f, 500);
	}
	pass(f, 500);
	assert_int_equal(f->socket_count, 3);
	finish(f);
}

static void sessions_that_serve_nothing_do_not_make_it_hurry(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	start(f);
	int64_t wait = 0;
	for (int i = 0; i < 7; i++) {
		welcome(f, "s");
		answer(f, pending_call(f), LX_HELIX_SERVER, 503, "", "{}");
		keepalive(f, last_socket(f));
		lose(f, last_socket(f), 4003);
		wait = f->retry_ms;
		pass(f, (uint64_t)wait);
	}
	assert_true(wait >= 30000);
	finish(f);
}

/* --- handover ---------------------------------------------------------------------------------------------------------- */

static void a_handover_loses_and_doubles_nothing(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	ask_reconnect(f, &f->sockets[0], "wss://edge.eventsub.wss.twitch.tv/ws?id=abc");
	assert_int_equal(f->socket_count, 2);
	assert_string_equal(f->sockets[1].url, "wss://edge.eventsub.wss.twitch.tv/ws?id=abc");
	notify(f, &f->sockets[0], "n1"); /* the old one still tells */
	assert_int_equal(f->follows, 1);
	welcome(f, "s1");
	notify(f, &f->sockets[1], "n1"); /* at least once: told again */
	notify(f, &f->sockets[1], "n2");
	assert_int_equal(f->follows, 2);
	notify(f, &f->sockets[0], "n3"); /* was on its way */
	notify(f, &f->sockets[0], "n2");
	assert_int_equal(f->follows, 3);
	pass(f, 1000);
	assert_false(f->sockets[0].open);
	assert_int_equal(f->call_count, 1); /* subscriptions moved along */
	assert_int_equal(state_of(f, "channel.follow").state, LX_TOPIC_ENABLED);
	assert_string_equal(f->states.array, "connecting online ");
	pass(f, 20000); /* the new one is supervised */
	assert_string_equal(f->states.array, "connecting online waiting ");
	finish(f);
}

static void handovers_follow_one_another(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	for (int i = 0; i < 5; i++) {
		ask_reconnect(f, last_socket(f), "wss://edge/ws");
		welcome(f, "s1");
		int open = 0;
		for (int j = 0; j < f->socket_count; j++)
			open += f->sockets[j].open;
		assert_int_equal(open, 2);
	}
	lose(f, &f->sockets[4], 4004); /* Twitch closes the last but one itself */
	ask_reconnect(f, &f->sockets[5], "wss://edge/ws");
	ask_reconnect(f, &f->sockets[5], "wss://edge2/ws"); /* once more, before it is done */
	assert_false(f->sockets[6].open);
	assert_string_equal(last_socket(f)->url, "wss://edge2/ws");
	assert_string_equal(f->states.array, "connecting online ");
	finish(f);
}

static void a_handover_goes_on_when_the_old_socket_dies(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	ask_reconnect(f, &f->sockets[0], "wss://edge/ws");
	lose(f, &f->sockets[0], 4004);
	assert_int_equal(f->socket_count, 2);
	welcome(f, "s1");
	assert_int_equal(f->call_count, 1);
	assert_string_equal(f->states.array, "connecting online connecting online ");
	finish(f);
}

static void a_handover_that_fails_is_tried_again(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	ask_reconnect(f, &f->sockets[0], "wss://edge/ws");
	fail_open(f, &f->sockets[1], LX_HTTP_CONNECT, 0);
	assert_true(f->sockets[0].open);
	keepalive(f, &f->sockets[0]);
	pass(f, 1000);
	assert_int_equal(f->socket_count, 3);
	assert_string_equal(f->sockets[2].url, "wss://edge/ws");
	/* until the time that Twitch gives is nearly over */
	for (int i = 2; i < 40 && strcmp(last_socket(f)->url, "wss://edge/ws") == 0; i++) {
		fail_open(f, last_socket(f), LX_HTTP_CONNECT, 0);
		keepalive(f, &f->sockets[0]);
		pass(f, 1000);
	}
	assert_non_null(strstr(last_socket(f)->url, "wss://eventsub.wss.twitch.tv/ws?"));
	assert_true(f->sockets[0].open);
	notify(f, &f->sockets[0], "n1");
	assert_int_equal(f->follows, 1);
	welcome(f, "s2"); /* a session of its own */
	assert_false(f->sockets[0].open);
	assert_string_equal(pending_call(f)->session, "s2");
	accept_all(f);
	assert_int_equal(f->call_count, 2);
	assert_string_equal(f->states.array, "connecting online ");
	finish(f);
}

static void a_refused_handover_becomes_a_session_of_its_own(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	ask_reconnect(f, &f->sockets[0], "wss://edge/ws");
	lose(f, &f->sockets[1], 4007);
	assert_int_equal(f->socket_count, 3);
	assert_non_null(strstr(last_socket(f)->url, "wss://eventsub.wss.twitch.tv/ws?"));
	welcome(f, "s2");
	accept_all(f);
	assert_int_equal(f->call_count, 2);
	finish(f);
}

static void a_handover_leads_nowhere_it_should_not(void **state)
{
	(void)state;
	static const char *const urls[] = {"ws://evil.example/ws", "ws://127.0.0.1/ws", "", "http://127.0.0.1/",
					   "wss:"};
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		struct fixture *f = make_online();
		ask_reconnect(f, &f->sockets[0], urls[i]);
		assert_int_equal(f->socket_count, 2);
		assert_non_null(strstr(last_socket(f)->url, "wss://eventsub.wss.twitch.tv/ws?"));
		assert_true(f->sockets[0].open);
		finish(f);
	}
}

static void both_sockets_lost_is_a_loss(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	ask_reconnect(f, &f->sockets[0], "wss://edge/ws");
	lose(f, &f->sockets[0], LX_WEBSOCKET_ABNORMAL);
	fail_open(f, &f->sockets[1], LX_HTTP_CONNECT, 0);
	assert_string_equal(f->states.array, "connecting online connecting waiting ");
	pass(f, (uint64_t)f->retry_ms);
	assert_int_equal(f->socket_count, 3);
	welcome(f, "s2");
	accept_all(f);
	assert_int_equal(f->call_count, 2);
	finish(f);
}

/* --- messages ----------------------------------------------------------------------------------------------------------- */

static void repeats_and_relics_are_dropped(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	char id[16];
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 600; i++) {
			snprintf(id, sizeof(id), "m%d", i);
			notify(f, last_socket(f), id);
		}
		assert_int_equal(f->follows, 600);
	}
	notify_at(f, last_socket(f), "old", f->clock.unix_ms - 601000);
	assert_int_equal(f->follows, 600);
	notify_at(f, last_socket(f), "not old", f->clock.unix_ms - 599000);
	assert_int_equal(f->follows, 601);
	finish(f);
}

static void a_wrong_clock_drops_nothing(void **state)
{
	(void)state;
	struct fixture *f = make(follow_only, 1, false);
	int64_t server_ms = f->clock.unix_ms - 86400000; /* ours is a day ahead */
	start(f);
	welcome_at(f, last_socket(f), "s1", 600, server_ms);
	accept_all(f);
	notify_at(f, last_socket(f), "n1", server_ms);
	assert_int_equal(f->follows, 1);
	pass(f, 500000);
	keepalive(f, last_socket(f));
	pass(f, 200000);
	notify_at(f, last_socket(f), "n2", server_ms); /* 700 s old by Twitch's clock */
	assert_int_equal(f->follows, 1);
	finish(f);
}

static void revocation_ends_one_topic(void **state)
{
	(void)state;
	static const char *const reasons[] = {"authorization_revoked", "user_removed",     "version_removed",
					      "moderator_removed",     "chat_user_banned", "something_new"};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		static const char *const types[] = {"channel.follow", "stream.online"};
		struct fixture *f = make(types, 2, false);
		char message[512];
		start(f);
		welcome(f, "s1");
		accept_all(f);
		snprintf(
			message, sizeof(message),
			"{\"metadata\":{\"message_id\":\"v\",\"message_type\":\"revocation\"},\"payload\":{\"subscription\":{"
			"\"status\":\"%s\",\"type\":\"channel.follow\",\"version\":\"2\"}}}",
			reasons[i]);
		say(f, last_socket(f), message);
		struct lookup follow = state_of(f, "channel.follow");
		assert_int_equal(follow.state, LX_TOPIC_REVOKED);
		assert_non_null(strchr(follow.detail, ' '));
		assert_int_equal(state_of(f, "stream.online").state, LX_TOPIC_ENABLED);
		assert_string_equal(f->states.array, "connecting online ");

		/* The last one gone leaves nothing to keep a socket for. */
		char *type = strstr(message, "channel.follow\",\"version\":\"2");
		memcpy(type, "stream.online\",\"version\" :\"1", 28);
		say(f, last_socket(f), message);
		assert_string_equal(f->states.array, "connecting online refused ");
		finish(f);
	}
}

static void what_covers_no_more_is_replaced(void **state)
{
	(void)state;
	struct fixture *f = make(NULL, 0, false);
	start(f);
	welcome(f, "s1");
	accept_all(f);
	say(f, last_socket(f),
	    "{\"metadata\":{\"message_type\":\"revocation\"},\"payload\":{\"subscription\":{\"status\":"
	    "\"moderator_removed\",\"type\":\"channel.moderate\",\"version\":\"2\"}}}");
	accept_all(f);
	assert_int_equal(state_of(f, "channel.ban").state, LX_TOPIC_ENABLED);
	finish(f);
}

static void nonsense_is_left_out(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	static const char *const messages[] = {
		"",
		"nonsense",
		"{}",
		"{\"metadata\":{\"message_type\":\"session_party\"}}",
		"{\"metadata\":{\"message_type\":\"notification\"}}",
		"{\"metadata\":{\"message_type\":\"revocation\"}}",
		"{\"metadata\":{\"message_type\":\"session_welcome\"},\"payload\":{\"session\":{\"id\":\"again\"}}}",
		"{\"metadata\":{\"message_type\":\"notification\",\"subscription_type\":\"channel.follow\","
		"\"subscription_version\":\"9\"},\"payload\":{\"event\":{}}}",
	};
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
		say(f, last_socket(f), messages[i]);
	assert_string_equal(f->states.array, "connecting online ");
	assert_int_equal(f->follows, 0);
	notify(f, last_socket(f), "n1");
	assert_int_equal(f->follows, 1);
	finish(f);
}

static void a_ban_told_by_irc_too_is_one_ban(void **state)
{
	(void)state;
	static const char *const types[] = {"channel.moderate"};
	struct fixture *f = make(types, 1, false);
	start(f);
	welcome(f, "s1");
	accept_all(f);
	struct lx_event irc;
	lx_event_init(&irc, LX_EVENT_USER_BANNED);
	irc.channel = "streamer";
	irc.moderation.user_id = "200000012";
	irc.moderation.duration_s = 600;
	lx_twins_offer(f->twins, LX_TWIN_IRC, &irc);
	assert_int_equal(f->bans, 1);
	say(f, last_socket(f),
	    "{\"metadata\":{\"message_id\":\"b\",\"message_type\":\"notification\",\"message_timestamp\":"
	    "\"2026-11-20T10:11:50.1Z\"},\"payload\":{\"subscription\":{\"type\":\"channel.moderate\",\"version\":\"2\"},"
	    "\"event\":{\"action\":\"timeout\",\"broadcaster_user_login\":\"streamer\",\"moderator_user_id\":\"9\","
	    "\"timeout\":{\"user_id\":\"200000012\",\"reason\":\"r\",\"expires_at\":\"2026-11-20T10:21:49Z\"}}}}");
	assert_int_equal(f->bans, 1);
	assert_int_equal(f->updates, 1);
	finish(f);
}

static void a_storm_is_told_whole(void **state)
{
	(void)state;
	struct fixture *f = make_online();
	char id[16];
	for (int i = 0; i < 20000; i++) { /* ten seconds' worth at 2000 a second */
		snprintf(id, sizeof(id), "s%d", i);
		lx_test_clock_advance(&f->clock, i % 2);
		notify(f, last_socket(f), id);
	}
	assert_int_equal(f->follows, 20000);
	assert_string_equal(f->states.array, "connecting online ");
	finish(f);
}

static void it_may_go_at_any_moment(void **state)
{
	(void)state;
	for (int step = 0; step < 5; step++) {
		struct fixture *f = make(NULL, 0, false);
		if (step > 0)
			lx_eventsub_start(f->eventsub, ""); /* posted, not run */
		if (step > 1)
			turn(f);
		if (step > 2)
			welcome(f, "s1");
		if (step > 3)
			ask_reconnect(f, last_socket(f), "wss://edge/ws");
		destroy_eventsub(f);
		turn(f);
		for (int i = 0; i < f->socket_count; i++)
			assert_false(f->sockets[i].open);
		finish(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_session_begins_with_subscriptions),
		lx_unit_test(chat_is_read_here_when_wanted),
		lx_unit_test(what_is_named_is_asked_for_and_nothing_else),
		lx_unit_test(missing_permissions_are_named_and_not_asked_for),
		lx_unit_test(other_channels_tell_less),
		lx_unit_test(without_account_there_is_nothing_to_do),
		lx_unit_test(a_login_that_may_read_nothing_is_told_so),
		lx_unit_test(curl_without_websocket_leaves_polling),
		lx_unit_test(stop_closes_everything),
		lx_unit_test(one_refusal_does_not_stop_the_rest),
		lx_unit_test(trouble_of_the_moment_is_tried_again),
		lx_unit_test(a_session_unknown_to_twitch_is_replaced),
		lx_unit_test(too_many_sockets_are_waited_for),
		lx_unit_test(a_login_that_is_refused_waits_for_another),
		lx_unit_test(a_good_login_that_is_refused_is_tried_again),
		lx_unit_test(nothing_granted_is_an_end),
		lx_unit_test(late_answers_do_no_harm),
		lx_unit_test(silence_is_noticed),
		lx_unit_test(a_welcome_has_a_deadline),
		lx_unit_test(each_close_code_has_its_reaction),
		lx_unit_test(what_keeps_it_from_opening_is_told_apart),
		lx_unit_test(an_hour_without_network_is_survived),
		lx_unit_test(waiting_ends_by_time_or_by_the_users_wish),
		lx_unit_test(impatience_does_no_harm),
		lx_unit_test(impatience_does_not_shorten_a_limit),
		lx_unit_test(sessions_that_serve_nothing_do_not_make_it_hurry),
		lx_unit_test(a_handover_loses_and_doubles_nothing),
		lx_unit_test(handovers_follow_one_another),
		lx_unit_test(a_handover_goes_on_when_the_old_socket_dies),
		lx_unit_test(a_handover_that_fails_is_tried_again),
		lx_unit_test(a_refused_handover_becomes_a_session_of_its_own),
		lx_unit_test(a_handover_leads_nowhere_it_should_not),
		lx_unit_test(both_sockets_lost_is_a_loss),
		lx_unit_test(repeats_and_relics_are_dropped),
		lx_unit_test(a_wrong_clock_drops_nothing),
		lx_unit_test(revocation_ends_one_topic),
		lx_unit_test(what_covers_no_more_is_replaced),
		lx_unit_test(nonsense_is_left_out),
		lx_unit_test(a_ban_told_by_irc_too_is_one_ban),
		lx_unit_test(a_storm_is_told_whole),
		lx_unit_test(it_may_go_at_any_moment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
