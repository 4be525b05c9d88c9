#include "twitch/irc_link.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "net/lines.h"
#include "platform/secret_store.h"
#include "twitch/irc_event.h"

#define OPEN_TIMEOUT_MS 10000
#define WELCOME_TIMEOUT_MS 10000
#define PING_AFTER_MS 5000
#define PONG_WITHIN_MS 3000
#define MAX_LINE 65536
#define CAPABILITIES "CAP REQ :twitch.tv/membership twitch.tv/tags twitch.tv/commands"

_Static_assert(LX_LINE_PADDING >= LX_IRC_PADDING, "the parser reads blocks behind a line");

struct lx_irc_link {
	struct lx_loop *loop;
	const struct lx_irc_transport *transport;
	struct lx_irc_link_handler handler;
	void *stream;
	char *nick, *token;

	struct lx_lines *lines;
	struct lx_irc_message message;
	uint64_t skipped;

	bool ready, ended;
	bool asked; /* a PING of ours waits for its answer */
	uint64_t heard_ms;
	uint64_t timer; /* the deadline of the login, later the next look at the silence */
	bool busy, destroyed;
};

/* --- transport by net/stream ----------------------------------------------------------------------------------- */

static void *stream_open(const struct lx_stream_config *config, void *data)
{
	(void)data;
	return lx_stream_open(config);
}

static bool stream_send(void *stream, const char *bytes, size_t size)
{
	return lx_stream_send(stream, bytes, size);
}

static void stream_close(void *stream)
{
	lx_stream_destroy(stream);
}

static const struct lx_irc_transport stream_transport = {stream_open, stream_send, stream_close, NULL};

/* --- life ------------------------------------------------------------------------------------------------------ */

static void wipe_token(struct lx_irc_link *link)
{
	lx_secret_free(link->token);
	link->token = NULL;
}

static void disconnect(struct lx_irc_link *link)
{
	lx_loop_cancel(link->loop, link->timer);
	link->timer = 0;
	if (link->stream)
		link->transport->close(link->stream);
	link->stream = NULL;
}

static void release(struct lx_irc_link *link)
{
	disconnect(link);
	wipe_token(link);
	lx_lines_destroy(link->lines);
	lx_irc_message_finish(&link->message);
	bfree(link->nick);
	bfree(link);
}

static void end(struct lx_irc_link *link, enum lx_irc_end how, enum lx_http_error error)
{
	link->ended = true;
	disconnect(link);
	link->handler.on_end(link, how, error, link->handler.data);
}

/* Around every entry from outside: what the callbacks destroy is freed behind them. */
static void enter(struct lx_irc_link *link)
{
	link->busy = true;
}

static void leave(struct lx_irc_link *link)
{
	link->busy = false;
	if (link->destroyed)
		release(link);
}

bool lx_irc_link_send(struct lx_irc_link *link, const char *line)
{
	struct dstr bytes = {0};

	if (!link->stream)
		return false;
	dstr_copy(&bytes, line);
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.array[i] == '\r' || bytes.array[i] == '\n')
			bytes.array[i] = ' ';
	}
	dstr_cat(&bytes, "\r\n");
	bool sent = link->transport->send(link->stream, bytes.array, bytes.len);
	/* It may have been the login. */
	lx_secret_wipe(bytes.array, bytes.len);
	dstr_free(&bytes);
	return sent;
}

/* --- keeping alive --------------------------------------------------------------------------------------------- */

static void on_timer(void *data);

static void wait(struct lx_irc_link *link, uint64_t delay_ms)
{
	lx_loop_cancel(link->loop, link->timer);
	link->timer = lx_loop_after(link->loop, delay_ms, on_timer, link);
}

/*
 * One timer, which is not moved with every byte: it looks when the silence would be long enough if nothing came since, and
 * goes on from there. A busy chat costs one look in five seconds.
 */
static void watch_silence(struct lx_irc_link *link)
{
	uint64_t silent_ms = lx_loop_now_ms(link->loop) - link->heard_ms;

	if (silent_ms < PING_AFTER_MS) {
		link->asked = false;
		wait(link, PING_AFTER_MS - silent_ms);
	} else if (!link->asked) {
		link->asked = true;
		lx_irc_link_send(link, "PING :livextrem");
		wait(link, PONG_WITHIN_MS);
	} else {
		end(link, LX_IRC_END_SILENT, LX_HTTP_TIMEOUT);
	}
}

static void on_timer(void *data)
{
	struct lx_irc_link *link = data;

	enter(link);
	link->timer = 0;
	if (link->ready)
		watch_silence(link);
	else
		end(link, LX_IRC_END_SILENT, LX_HTTP_TIMEOUT);
	leave(link);
}

static void answer_ping(struct lx_irc_link *link)
{
	struct dstr pong = {0};
	dstr_printf(&pong, "PONG :%s", lx_irc_param(&link->message, 0));
	lx_irc_link_send(link, pong.array);
	dstr_free(&pong);
}

/* --- logging in ------------------------------------------------------------------------------------------------ */

/* Twitch tells a refused login by the words of a notice, and nothing else. */
static bool refused(struct lx_irc_link *link)
{
	static const struct {
		const char *text;
		enum lx_irc_end end;
	} refusals[] = {
		{"Login authentication failed", LX_IRC_END_AUTH},
		{"Login unsuccessful", LX_IRC_END_AUTH},
		{"Improperly formatted auth", LX_IRC_END_MALFORMED},
		{"Invalid NICK", LX_IRC_END_MALFORMED},
		{"Error logging in", LX_IRC_END_SERVER},
	};
	const char *text = lx_irc_param(&link->message, 1);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (strcmp(text, refusals[i].text) == 0) {
			end(link, refusals[i].end, LX_HTTP_OK);
			return true;
		}
	}
	return false;
}

static void welcome(struct lx_irc_link *link)
{
	/* The server may have given us another name than we asked for. */
	if (link->message.param_count && *link->message.params[0].text && *link->message.params[0].text != '*') {
		bfree(link->nick);
		link->nick = bstrdup(link->message.params[0].text);
	}
	link->ready = true;
	wipe_token(link);
	wait(link, PING_AFTER_MS);
	link->handler.on_ready(link, link->handler.data);
}

static void take_line(struct lx_irc_link *link, char *line, size_t size)
{
	unsigned numeric;

	if (lx_irc_parse(&link->message, line, size) != LX_IRC_OK)
		return;
	switch (lx_irc_command(&link->message, &numeric)) {
	case LX_IRC_PING:
		answer_ping(link);
		return;
	case LX_IRC_PONG:
		return;
	case LX_IRC_CAP:
		if (strcmp(lx_irc_param(&link->message, 1), "NAK") == 0)
			blog(LOG_WARNING, "[liveXtrem] The chat server refuses a capability; chat will lack details");
		return;
	case LX_IRC_NUMERIC:
		if (numeric == 1 && !link->ready) {
			welcome(link);
			return;
		}
		break;
	case LX_IRC_NOTICE:
		if (!link->ready && refused(link))
			return;
		break;
	default:
		break;
	}
	link->handler.on_message(link, &link->message, link->handler.data);
}

static void on_open(void *data)
{
	struct lx_irc_link *link = data;
	struct dstr line = {0};

	enter(link);
	link->heard_ms = lx_loop_now_ms(link->loop);
	wait(link, WELCOME_TIMEOUT_MS);
	lx_irc_link_send(link, CAPABILITIES);
	if (link->token) {
		dstr_printf(&line, "PASS oauth:%s", link->token);
		lx_irc_link_send(link, line.array);
		lx_secret_wipe(line.array, line.len);
	}
	dstr_printf(&line, "NICK %s", link->nick);
	lx_irc_link_send(link, line.array);
	dstr_free(&line);
	leave(link);
}

static void on_bytes(const char *bytes, size_t size, void *data)
{
	struct lx_irc_link *link = data;
	enum lx_line state;
	size_t length;
	char *line;

	enter(link);
	link->heard_ms = lx_loop_now_ms(link->loop);
	lx_lines_add(link->lines, bytes, size);
	while (!link->ended && !link->destroyed &&
	       (state = lx_lines_next(link->lines, &line, &length)) != LX_LINE_NONE) {
		if (state == LX_LINE_TOO_LONG)
			link->skipped++;
		else
			take_line(link, line, length);
	}
	leave(link);
}

static void on_end(enum lx_http_error error, void *data)
{
	struct lx_irc_link *link = data;

	enter(link);
	end(link, error == LX_HTTP_TIMEOUT ? LX_IRC_END_SILENT : LX_IRC_END_NETWORK, error);
	leave(link);
}

struct lx_irc_link *lx_irc_link_open(const struct lx_irc_link_config *config)
{
	struct lx_irc_link *link = bzalloc(sizeof(*link));
	struct lx_stream_config stream = {
		.loop = config->loop,
		.url = config->url,
		.ca_file = config->ca_file,
		.open_timeout_ms = OPEN_TIMEOUT_MS,
		.handler = {on_open, on_bytes, on_end, link},
	};

	link->loop = config->loop;
	link->transport = config->transport ? config->transport : &stream_transport;
	link->handler = config->handler;
	link->lines = lx_lines_create(MAX_LINE);
	lx_irc_message_init(&link->message);
	if (config->login && *config->login) {
		link->nick = bstrdup(config->login);
		link->token = bstrdup(config->token);
	} else {
		struct dstr nick = {0};
		dstr_printf(&nick, "justinfan%u", 10000 + lx_random_below(config->random, 90000));
		link->nick = nick.array;
	}
	link->stream = link->transport->open(&stream, link->transport->data);
	return link;
}

void lx_irc_link_destroy(struct lx_irc_link *link)
{
	if (!link || link->destroyed)
		return;
	link->destroyed = true;
	if (!link->busy)
		release(link);
}

const char *lx_irc_link_nick(const struct lx_irc_link *link)
{
	return link->nick;
}

uint64_t lx_irc_link_heard_ms(const struct lx_irc_link *link)
{
	return link->heard_ms;
}

uint64_t lx_irc_link_skipped(const struct lx_irc_link *link)
{
	return link->skipped;
}
