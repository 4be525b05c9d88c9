#include "twitch/eventsub.h"

#include <stdio.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "net/backoff.h"
#include "twitch/eventsub_decode.h"
#include "twitch/eventsub_subscriptions.h"
#include "twitch/seen.h"

#define KEEPALIVE_S 10       /* what we ask for; Twitch's least */
#define KEEPALIVE_MAX_S 600  /* what we believe; Twitch's most */
#define KEEPALIVE_SLACK_MS 5000
#define WELCOME_MS 20000     /* from the first packet to the welcome */
#define HANDOVER_MS 25000    /* Twitch closes the old socket 30 s after session_reconnect */
#define HANDOVER_RETRY_MS 1000
#define FAREWELL_MS 1000 /* the old socket is read for as long after the new one's welcome */
#define TRANSPORTS_RETRY_MS 10000 /* sockets that were just lost have to time out at Twitch */
#define BUG_RETRY_MS 60000
#define RENEW_AFTER_MS 10000 /* a younger session is no better made anew */
#define IMPATIENCE_MS 1000   /* between tries, however often the user asks */
#define MAX_AGE_MS 600000

/* One socket. Two of them during a handover. */
struct link {
	struct lx_eventsub *eventsub;
	void *socket;
	bool carries; /* opened on Twitch's wish: the subscriptions move along */
	bool welcomed;
	uint64_t opened_ms;
	uint64_t timer; /* welcome, then silence */
	uint64_t heard_ms, keepalive_ms;
	int64_t server_ms; /* Twitch's clock at the welcome, 0 unknown */
	uint64_t server_at_ms;
};

struct lx_eventsub {
	struct lx_eventsub_config config;
	struct lx_eventsub_transport transport;
	struct lx_mailbox *mailbox;
	struct lx_subscriptions *subscriptions;
	struct lx_eventsub_reader *reader;
	struct lx_seen *repeats;
	char *url, *user_agent, *ca_file;

	bool started, read_chat;
	char *wanted_id; /* broadcaster; "" = our own */
	char *user_id;   /* whose session it is, "" = none */

	struct link *link; /* that is read from */
	struct link *next; /* that takes over */
	struct link *last; /* that was taken over from: what is still on its way there is told nowhere else */
	char *handover_url;
	uint64_t handover_ends_ms;
	uint64_t timer;                      /* next try, of `link` or of `next` */
	uint64_t tried_ms, limited_until_ms; /* the last try began; before that, Twitch would refuse any */
	struct lx_backoff backoff;

	enum lx_link_state state;
	volatile bool online;
	bool unreadable; /* said so in the log */
};

static void connect_now(struct lx_eventsub *e);
static void on_topics_changed(void *data);

/* --- what the user sees ------------------------------------------------------------------------------------------ */

static void announce(struct lx_eventsub *e, enum lx_link_state state, const char *key, const char *reason,
		     int64_t retry_ms)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CONNECTION);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(e->config.loop));
	event.connection.link = LX_LINK_EVENTSUB;
	event.connection.state = state;
	event.connection.detail = *key ? lx_text_get(e->config.text, key) : "";
	event.connection.reason = reason;
	event.connection.retry_in_ms = retry_ms;
	e->state = state;
	os_atomic_set_bool(&e->online, state == LX_LINK_ONLINE);
	lx_twins_offer(e->config.twins, LX_TWIN_TOPIC, &event);
}

bool lx_eventsub_polling_needed(struct lx_eventsub *e)
{
	return !os_atomic_load_bool(&e->online);
}

void lx_eventsub_visit_topics(struct lx_eventsub *e, lx_topic_visitor visit, void *data)
{
	lx_subscriptions_visit(e->subscriptions, visit, data);
}

/* --- sockets ----------------------------------------------------------------------------------------------------- */

static void close_link(struct link **slot)
{
	struct link *link = *slot;
	*slot = NULL;
	if (!link)
		return;
	struct lx_eventsub *e = link->eventsub;
	lx_loop_cancel(e->config.loop, link->timer);
	e->transport.close(link->socket, e->transport.data);
	bfree(link);
}

static void close_all(struct lx_eventsub *e)
{
	lx_loop_cancel(e->config.loop, e->timer);
	e->timer = 0;
	close_link(&e->next);
	close_link(&e->link);
	close_link(&e->last);
	lx_subscriptions_end(e->subscriptions);
}

static void on_socket_open(void *data);
static void on_socket_message(const char *text, size_t size, void *data);
static void on_socket_end(const struct lx_websocket_end *end, void *data);
static void on_no_welcome(void *data);

static struct link *open_link(struct lx_eventsub *e, const char *url, bool carries)
{
	struct link *link = bzalloc(sizeof(*link));
	link->eventsub = e;
	link->carries = carries;
	link->opened_ms = e->tried_ms = lx_loop_now_ms(e->config.loop);
	link->timer = lx_loop_after(e->config.loop, WELCOME_MS, on_no_welcome, link);
	const struct lx_websocket_config config = {
		.loop = e->config.loop,
		.url = url,
		.user_agent = e->user_agent,
		.ca_file = e->ca_file,
		.handler = {on_socket_open, on_socket_message, on_socket_end, link},
	};
	link->socket = e->transport.open(&config, e->transport.data);
	return link;
}

static void open_fresh(struct lx_eventsub *e, struct link **slot)
{
	struct dstr url = {0};
	dstr_printf(&url, "%s%ckeepalive_timeout_seconds=%d", e->url, strchr(e->url, '?') ? '&' : '?', KEEPALIVE_S);
	*slot = open_link(e, url.array, false);
	dstr_free(&url);
}

/* --- trying again ------------------------------------------------------------------------------------------------- */

static uint64_t retry_delay(struct lx_eventsub *e, uint64_t least_ms)
{
	uint64_t delay = lx_backoff_next(&e->backoff, e->config.random);
	return delay > least_ms ? delay : least_ms + lx_random_below(e->config.random, (uint32_t)least_ms / 4 + 1);
}

static void on_retry(void *data)
{
	struct lx_eventsub *e = data;
	e->timer = 0;
	connect_now(e);
}

/* Everything is lost: a new session, and all subscriptions again. */
static void start_over(struct lx_eventsub *e, const char *key, const char *reason, uint64_t least_ms)
{
	close_all(e);
	uint64_t delay = retry_delay(e, least_ms);
	e->timer = lx_loop_after(e->config.loop, delay, on_retry, e);
	e->limited_until_ms = least_ms == TRANSPORTS_RETRY_MS ? lx_loop_now_ms(e->config.loop) + delay : 0;
	announce(e, LX_LINK_WAITING, key, reason, (int64_t)delay);
}

/* Nothing that trying again would help: the user must do something, and account_changed() or reconnect() tell that. */
static void give_up(struct lx_eventsub *e, enum lx_link_state state, const char *key, const char *reason)
{
	close_all(e);
	announce(e, state, key, reason, 0);
}

static void connect_now(struct lx_eventsub *e)
{
	close_all(e);
	bfree(e->user_id);
	e->user_id = bstrdup("");
	if (!e->started) {
		announce(e, LX_LINK_OFFLINE, "", "", 0);
		return;
	}
	if (!e->transport.available(e->transport.data)) {
		give_up(e, LX_LINK_REFUSED, "EventSub.NoWebSocket", "websocket");
		return;
	}
	if (!lx_url_allowed(e->url)) {
		give_up(e, LX_LINK_REFUSED, "EventSub.BadAddress", "address");
		return;
	}

	struct lx_credentials credentials = {0};
	if (!e->config.credentials.get(&credentials, e->config.credentials.data)) {
		give_up(e, LX_LINK_OFFLINE, "EventSub.SignedOut", "auth");
		return;
	}
	bfree(e->user_id);
	e->user_id = bstrdup(credentials.user_id ? credentials.user_id : "");
	lx_credentials_finish(&credentials);

	const char *broadcaster = *e->wanted_id ? e->wanted_id : e->user_id;
	if (!lx_subscriptions_plan(e->subscriptions, broadcaster, e->user_id, e->read_chat)) {
		give_up(e, LX_LINK_REFUSED, "EventSub.NothingAllowed", "scope");
		return;
	}
	announce(e, LX_LINK_CONNECTING, "", "", 0);
	open_fresh(e, &e->link);
}

/* --- handover ----------------------------------------------------------------------------------------------------- */

/*
 * Twitch's address is taken as it is, but not as a way out of what we were told to talk to: TLS stays TLS, plain text stays
 * on this computer.
 */
static bool is_acceptable(const struct lx_eventsub *e, const char *url)
{
	size_t scheme = strcspn(e->url, ":");
	return strncmp(url, e->url, scheme + 1) == 0 && lx_url_allowed(url);
}

static void on_handover_retry(void *data)
{
	struct lx_eventsub *e = data;
	e->timer = 0;
	if (e->next)
		return;
	if (e->handover_url && lx_loop_now_ms(e->config.loop) < e->handover_ends_ms)
		e->next = open_link(e, e->handover_url, true);
	else
		open_fresh(e, &e->next);
}

static void on_reconnect(struct lx_eventsub *e, const char *url)
{
	close_link(&e->next);
	lx_loop_cancel(e->config.loop, e->timer);
	e->timer = 0;
	bfree(e->handover_url);
	e->handover_url = is_acceptable(e, url) ? bstrdup(url) : NULL;
	e->handover_ends_ms = lx_loop_now_ms(e->config.loop) + HANDOVER_MS;
	if (!e->handover_url)
		blog(LOG_WARNING, "[liveXtrem] EventSub: reconnect address refused, opening a session of our own");
	on_handover_retry(e);
}

/* The successor failed. The old socket still tells what happens, so there is time, but not much. */
static void on_successor_lost(struct lx_eventsub *e, const struct lx_websocket_end *end, bool carries)
{
	bool refused = end->code == 4007 || end->code == 4004 || end->status || end->error == LX_HTTP_REFUSED;
	if (carries && refused) {
		bfree(e->handover_url);
		e->handover_url = NULL;
	}
	lx_loop_cancel(e->config.loop, e->timer);
	uint64_t delay = e->handover_url ? HANDOVER_RETRY_MS : retry_delay(e, 0);
	e->timer = lx_loop_after(e->config.loop, carries && refused ? 0 : delay, on_handover_retry, e);
}

/* --- ends --------------------------------------------------------------------------------------------------------- */

static const struct reaction {
	uint16_t code;
	const char *key, *reason;
	uint64_t least_ms;
} reactions[] = {
	{4000, "EventSub.Lost.Server", "server", 0},
	{4001, "EventSub.Lost.Server", "protocol", BUG_RETRY_MS}, /* we sent something: our fault */
	{4002, "EventSub.Lost.Network", "timeout", 0},            /* our pong came late */
	{4003, "EventSub.Lost.Unused", "unused", 0},
	{4004, "EventSub.Lost.Server", "server", 0},
	{4005, "EventSub.Lost.Network", "timeout", 0},
	{4006, "EventSub.Lost.Network", "network", 0},
	{4007, "EventSub.Lost.Server", "server", 0},
	{LX_WEBSOCKET_TOO_LARGE, "EventSub.Lost.Server", "protocol", BUG_RETRY_MS},
	{LX_WEBSOCKET_UNSUPPORTED, "EventSub.Lost.Server", "protocol", BUG_RETRY_MS},
};

static struct reaction reaction_to(const struct lx_websocket_end *end)
{
	for (size_t i = 0; i < sizeof(reactions) / sizeof(*reactions); i++) {
		if (reactions[i].code == end->code)
			return reactions[i];
	}
	struct reaction reaction = {end->code, "EventSub.Lost.Network", "network", 0};
	if (end->status == 429) {
		reaction = (struct reaction){end->code, "EventSub.Lost.Transports", "limit", TRANSPORTS_RETRY_MS};
	} else if (end->status || end->error == LX_HTTP_OK) {
		reaction.key = "EventSub.Lost.Server";
		reaction.reason = "server";
	} else if (end->error == LX_HTTP_TLS) {
		reaction.key = "EventSub.Lost.Tls";
		reaction.reason = "tls";
	} else if (end->error == LX_HTTP_TIMEOUT) {
		reaction.reason = "timeout";
	}
	return reaction;
}

static void on_link_lost(struct lx_eventsub *e, const struct lx_websocket_end *end)
{
	/* The successor may still be welcomed, and bring the subscriptions along. */
	if (e->next) {
		announce(e, LX_LINK_CONNECTING, "", "", 0);
		return;
	}
	struct reaction reaction = reaction_to(end);
	if (!e->backoff.limit_ms) /* a night without network is one line */
		blog(LOG_INFO, "[liveXtrem] EventSub: connection ended with code %d (%s)", end->code, reaction.reason);
	start_over(e, reaction.key, reaction.reason, reaction.least_ms);
}

static void on_socket_end(const struct lx_websocket_end *end, void *data)
{
	struct link *link = data;
	struct lx_eventsub *e = link->eventsub;
	if (link == e->last) {
		close_link(&e->last);
		return;
	}
	bool successor = link == e->next, carries = link->carries;
	close_link(successor ? &e->next : &e->link);
	if (successor && e->link)
		on_successor_lost(e, end, carries);
	else
		on_link_lost(e, end);
}

static void on_no_welcome(void *data)
{
	struct link *link = data;
	link->timer = 0;
	const struct lx_websocket_end end = {.error = LX_HTTP_TIMEOUT, .code = LX_WEBSOCKET_ABNORMAL, .reason = ""};
	on_socket_end(&end, link);
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static void on_silence(void *data)
{
	struct link *link = data;
	struct lx_loop *loop = link->eventsub->config.loop;
	uint64_t now = lx_loop_now_ms(loop), due = link->heard_ms + link->keepalive_ms;
	link->timer = 0;
	if (now < due) { /* heard something since; moving the timer at each message would cost more */
		link->timer = lx_loop_after(loop, due - now, on_silence, link);
		return;
	}
	const struct lx_websocket_end end = {.opened = true,
					     .error = LX_HTTP_TIMEOUT,
					     .code = LX_WEBSOCKET_ABNORMAL,
					     .reason = ""};
	on_socket_end(&end, link);
}

static void on_farewell(void *data)
{
	struct link *link = data;
	link->timer = 0;
	close_link(&link->eventsub->last);
}

static void say_farewell(struct lx_eventsub *e)
{
	if (!e->link)
		return;
	close_link(&e->last);
	e->last = e->link;
	e->link = NULL;
	lx_loop_cancel(e->config.loop, e->last->timer);
	e->last->timer = lx_loop_after(e->config.loop, FAREWELL_MS, on_farewell, e->last);
}

static void on_welcome(struct link *link, const struct lx_eventsub_message *message)
{
	struct lx_eventsub *e = link->eventsub;
	int64_t keepalive_s = message->keepalive_s > 0 ? message->keepalive_s : KEEPALIVE_S;
	if (keepalive_s > KEEPALIVE_MAX_S)
		keepalive_s = KEEPALIVE_MAX_S;
	link->welcomed = true;
	link->keepalive_ms = (uint64_t)keepalive_s * 1000 + KEEPALIVE_SLACK_MS;
	link->server_ms = message->time_ms;
	link->server_at_ms = lx_loop_now_ms(e->config.loop);
	lx_loop_cancel(e->config.loop, link->timer);
	link->timer = lx_loop_after(e->config.loop, link->keepalive_ms, on_silence, link);

	if (link == e->next) {
		/* From here on the new one tells everything. */
		if (link->carries)
			say_farewell(e);
		close_link(&e->link);
		e->link = link;
		e->next = NULL;
		lx_loop_cancel(e->config.loop, e->timer);
		e->timer = 0;
		bfree(e->handover_url);
		e->handover_url = NULL;
		if (!link->carries) {
			const char *broadcaster = *e->wanted_id ? e->wanted_id : e->user_id;
			lx_subscriptions_end(e->subscriptions);
			lx_subscriptions_plan(e->subscriptions, broadcaster, e->user_id, e->read_chat);
		}
	}
	lx_subscriptions_attach(e->subscriptions, message->session_id);
	if (link->carries)
		on_topics_changed(e);
}

/* By Twitch's clock, as the welcome told it: this computer's may be wrong by hours. */
static bool is_old(const struct link *link, int64_t time_ms)
{
	struct lx_loop *loop = link->eventsub->config.loop;
	int64_t now = link->server_ms ? link->server_ms + (int64_t)(lx_loop_now_ms(loop) - link->server_at_ms)
				      : lx_clock_unix_ms(lx_loop_clock(loop));
	return time_ms && now - time_ms > MAX_AGE_MS;
}

static enum lx_twin_source source_of(const struct lx_eventsub_topic *topic)
{
	if (topic->covered_by)
		return LX_TWIN_COVERED;
	if (topic->flags & LX_TOPIC_CHAT)
		return LX_TWIN_CHAT;
	return strcmp(topic->type, "channel.moderate") == 0 ? LX_TWIN_MODERATE : LX_TWIN_TOPIC;
}

static void on_event(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data)
{
	struct lx_eventsub *e = data;
	lx_twins_offer(e->config.twins, source_of(topic), event);
}

static void on_notification(struct link *link, const struct lx_eventsub_message *message)
{
	struct lx_eventsub *e = link->eventsub;
	const struct lx_eventsub_topic *topic =
		lx_eventsub_topic_find(message->subscription_type, message->subscription_version, message->condition);
	bool repeat = *message->id &&
		      !lx_seen_add(e->repeats, lx_seen_key(LX_SEEN_KEY, message->id, strlen(message->id)));
	if (topic && !repeat && !is_old(link, message->time_ms))
		lx_eventsub_decode(e->reader, topic, message, on_event, e);
}

static void on_revocation(struct lx_eventsub *e, const struct lx_eventsub_message *message)
{
	const struct lx_eventsub_topic *topic =
		lx_eventsub_topic_find(message->subscription_type, message->subscription_version, message->condition);
	blog(LOG_WARNING, "[liveXtrem] EventSub: a subscription was revoked (%s)",
	     topic ? topic->type : "unknown topic");
	if (topic)
		lx_subscriptions_revoke(e->subscriptions, topic, message->status);
}

static void on_socket_open(void *data)
{
	(void)data; /* what counts is the welcome */
}

static void on_socket_message(const char *text, size_t size, void *data)
{
	struct link *link = data;
	struct lx_eventsub *e = link->eventsub;
	struct lx_eventsub_message message;
	link->heard_ms = lx_loop_now_ms(e->config.loop);
	if (e->state == LX_LINK_ONLINE) /* a session that serves nothing may not reset the patience with it */
		lx_backoff_reset(&e->backoff);
	if (!lx_eventsub_message_parse(&message, text, size)) {
		if (!e->unreadable)
			blog(LOG_WARNING, "[liveXtrem] EventSub: a message could not be read and was left out");
		e->unreadable = true;
		return;
	}
	switch (message.type) {
	case LX_EVENTSUB_WELCOME:
		if (!link->welcomed && *message.session_id)
			on_welcome(link, &message);
		break;
	case LX_EVENTSUB_NOTIFICATION:
		on_notification(link, &message);
		break;
	case LX_EVENTSUB_RECONNECT:
		if (link == e->link)
			on_reconnect(e, message.reconnect_url);
		break;
	case LX_EVENTSUB_REVOCATION:
		on_revocation(e, &message);
		break;
	case LX_EVENTSUB_KEEPALIVE: /* was heard, that is all */
	case LX_EVENTSUB_UNKNOWN:
		break;
	}
	lx_eventsub_message_finish(&message);
}

/* --- subscriptions ------------------------------------------------------------------------------------------------ */

static void on_topics_changed(void *data)
{
	struct lx_eventsub *e = data;
	size_t enabled = lx_subscriptions_enabled(e->subscriptions);
	if (enabled && e->state != LX_LINK_ONLINE)
		announce(e, LX_LINK_ONLINE, "", "", 0);
	else if (!enabled && !lx_subscriptions_waiting(e->subscriptions))
		give_up(e, LX_LINK_REFUSED, "EventSub.NothingAllowed", "unused");
}

static bool is_signed_in(const struct lx_eventsub *e)
{
	struct lx_credentials credentials = {0};
	bool is = e->config.credentials.get(&credentials, e->config.credentials.data);
	lx_credentials_finish(&credentials);
	return is;
}

static void on_trouble(enum lx_subscriptions_trouble trouble, void *data)
{
	struct lx_eventsub *e = data;
	switch (trouble) {
	case LX_TROUBLE_SESSION:
		/* With a successor on its way the loss is known already. */
		if (e->next)
			lx_subscriptions_end(e->subscriptions);
		else
			start_over(e, "EventSub.Lost.Server", "session", 0);
		break;
	case LX_TROUBLE_TRANSPORTS:
		start_over(e, "EventSub.Lost.Transports", "limit", TRANSPORTS_RETRY_MS);
		break;
	case LX_TROUBLE_SIGNED_OUT:
		/* A token that the login server takes, and the web API does not, is Twitch's trouble and will pass. */
		if (is_signed_in(e))
			start_over(e, "EventSub.Lost.Server", "auth", BUG_RETRY_MS);
		else
			give_up(e, LX_LINK_REFUSED, "EventSub.SignedOut", "auth");
		break;
	}
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

enum command_kind { COMMAND_START, COMMAND_STOP, COMMAND_CHAT, COMMAND_ACCOUNT, COMMAND_RECONNECT };

struct command {
	struct lx_eventsub *eventsub;
	enum command_kind kind;
	bool flag;
	char *text;
};

static void free_command(void *data)
{
	struct command *command = data;
	bfree(command->text);
	bfree(command);
}

/* What was refused, or is to be asked for later, is asked for now, on the running session. */
static void ask_again(struct lx_eventsub *e)
{
	const char *broadcaster = *e->wanted_id ? e->wanted_id : e->user_id;
	lx_subscriptions_plan(e->subscriptions, broadcaster, e->user_id, e->read_chat);
	lx_subscriptions_resume(e->subscriptions);
}

static void account_changed(struct lx_eventsub *e)
{
	struct lx_credentials credentials = {0};
	bool there = e->config.credentials.get(&credentials, e->config.credentials.data);
	bool same = there && *e->user_id && strcmp(credentials.user_id ? credentials.user_id : "", e->user_id) == 0;
	lx_credentials_finish(&credentials);
	if (!same || (!e->link && !e->next && !e->timer)) {
		lx_backoff_reset(&e->backoff);
		connect_now(e);
	} else if (e->link) {
		ask_again(e); /* same person, perhaps with more permissions */
	}
}

/*
 * The user does not want to wait. What is under way has a deadline of its own and is not thrown away, or whoever asks again and again
 * would never get there.
 */
static void reconnect(struct lx_eventsub *e)
{
	uint64_t now = lx_loop_now_ms(e->config.loop);
	uint64_t due = e->tried_ms + IMPATIENCE_MS;
	lx_backoff_reset(&e->backoff);
	if (e->next)
		return;
	if (e->link && e->state == LX_LINK_ONLINE) {
		/* It may be dead without our knowing, or well: so it tells on until another one is there. */
		if (!e->timer && now - e->link->opened_ms >= RENEW_AFTER_MS)
			open_fresh(e, &e->next);
		return;
	}
	if (e->link) {
		if (e->link->welcomed)
			ask_again(e);
		return;
	}
	if (due < e->limited_until_ms)
		due = e->limited_until_ms;
	if (e->timer && due > now) {
		lx_loop_cancel(e->config.loop, e->timer);
		e->timer = lx_loop_after(e->config.loop, due - now, on_retry, e);
		return;
	}
	connect_now(e);
}

static void run_command(void *data)
{
	struct command *command = data;
	struct lx_eventsub *e = command->eventsub;
	switch (command->kind) {
	case COMMAND_START:
		if (!e->started || strcmp(e->wanted_id, command->text) != 0 || e->state == LX_LINK_OFFLINE) {
			char *wanted = bstrdup(command->text);
			bfree(e->wanted_id);
			e->wanted_id = wanted;
			e->started = true;
			lx_backoff_reset(&e->backoff);
			connect_now(e);
		}
		break;
	case COMMAND_STOP:
		e->started = false;
		connect_now(e);
		break;
	case COMMAND_CHAT:
		if (e->read_chat != command->flag) {
			e->read_chat = command->flag;
			if (e->started)
				connect_now(e);
		}
		break;
	case COMMAND_ACCOUNT:
		if (e->started)
			account_changed(e);
		break;
	case COMMAND_RECONNECT:
		if (e->started)
			reconnect(e);
		break;
	}
	free_command(command);
}

static void post(struct lx_eventsub *e, enum command_kind kind, bool flag, const char *text)
{
	struct command *command = bzalloc(sizeof(*command));
	*command = (struct command){e, kind, flag, bstrdup(text)};
	lx_mailbox_post(e->mailbox, run_command, free_command, command);
}

void lx_eventsub_start(struct lx_eventsub *e, const char *broadcaster_id)
{
	post(e, COMMAND_START, false, broadcaster_id);
}

void lx_eventsub_stop(struct lx_eventsub *e)
{
	post(e, COMMAND_STOP, false, "");
}

void lx_eventsub_read_chat(struct lx_eventsub *e, bool wanted)
{
	post(e, COMMAND_CHAT, wanted, "");
}

void lx_eventsub_account_changed(struct lx_eventsub *e)
{
	post(e, COMMAND_ACCOUNT, false, "");
}

void lx_eventsub_reconnect(struct lx_eventsub *e)
{
	post(e, COMMAND_RECONNECT, false, "");
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static bool curl_available(void *data)
{
	(void)data;
	return lx_websocket_available();
}

static void *curl_open(const struct lx_websocket_config *config, void *data)
{
	(void)data;
	return lx_websocket_open(config);
}

static void curl_close(void *socket, void *data)
{
	(void)data;
	lx_websocket_destroy(socket);
}

static uint64_t helix_send(const struct lx_helix_call *call, void *data)
{
	return lx_helix_send(data, call);
}

static void helix_cancel(uint64_t id, void *data)
{
	lx_helix_cancel(data, id);
}

struct lx_eventsub_api lx_eventsub_api_of(struct lx_helix *helix)
{
	return (struct lx_eventsub_api){helix_send, helix_cancel, helix};
}

struct lx_eventsub *lx_eventsub_create(const struct lx_eventsub_config *config)
{
	static const struct lx_eventsub_transport curl = {curl_available, curl_open, curl_close, NULL};
	struct lx_eventsub *e = bzalloc(sizeof(*e));
	e->config = *config;
	e->transport = config->transport ? *config->transport : curl;
	e->read_chat = config->read_chat;
	e->url = bstrdup(config->url);
	e->user_agent = config->user_agent ? bstrdup(config->user_agent) : NULL;
	e->ca_file = config->ca_file ? bstrdup(config->ca_file) : NULL;
	e->wanted_id = bstrdup("");
	e->user_id = bstrdup("");
	e->mailbox = lx_mailbox_create(config->loop);
	e->reader = lx_eventsub_reader_create();
	e->repeats = lx_seen_create();
	e->subscriptions = lx_subscriptions_create(&(struct lx_subscriptions_config){
		.loop = config->loop,
		.mailbox = e->mailbox,
		.text = config->text,
		.random = config->random,
		.credentials = config->credentials,
		.api = config->api,
		.types = config->types,
		.type_count = config->type_count,
		.changed = on_topics_changed,
		.trouble = on_trouble,
		.data = e,
	});
	return e;
}

void lx_eventsub_destroy(struct lx_eventsub *e)
{
	if (!e)
		return;
	close_all(e);
	lx_mailbox_close(e->mailbox);
	lx_subscriptions_destroy(e->subscriptions);
	lx_eventsub_reader_destroy(e->reader);
	lx_seen_destroy(e->repeats);
	bfree(e->handover_url);
	bfree(e->url);
	bfree(e->user_agent);
	bfree(e->ca_file);
	bfree(e->wanted_id);
	bfree(e->user_id);
	bfree(e);
}
