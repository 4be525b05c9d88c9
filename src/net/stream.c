#include "net/stream.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/secret_store.h"

#define OPEN_TIMEOUT_MS 10000
#define CHUNK_SIZE 16384
#define MAX_UNSENT 65536
/* A server that sends faster than we read must not keep the loop from its timers and other sockets. */
#define READS_PER_TURN 64

struct lx_stream {
	struct lx_loop *loop;
	struct lx_stream_handler handler;

	CURL *easy;
	struct lx_loop_watch *watch;
	uint64_t open_timer, again_timer;
	bool opened, ended;
	bool busy, destroyed; /* inside a callback of ours; destroyed there: freed behind it */

	char *unsent;
	size_t unsent_size;
	char chunk[CHUNK_SIZE];
};

static void disconnect(struct lx_stream *stream)
{
	lx_loop_cancel(stream->loop, stream->open_timer);
	lx_loop_cancel(stream->loop, stream->again_timer);
	stream->open_timer = stream->again_timer = 0;
	lx_loop_unwatch(stream->watch);
	stream->watch = NULL;
	if (stream->easy) {
		lx_loop_remove_transfer(stream->loop, stream->easy);
		curl_easy_cleanup(stream->easy);
		stream->easy = NULL;
	}
}

static void release(struct lx_stream *stream)
{
	disconnect(stream);
	/* Logins go through here. */
	if (stream->unsent)
		lx_secret_wipe(stream->unsent, MAX_UNSENT);
	bfree(stream->unsent);
	bfree(stream);
}

/* The last thing that is called for a stream that was not destroyed by its owner. */
static void end(struct lx_stream *stream, enum lx_http_error error)
{
	stream->ended = true;
	disconnect(stream);
	stream->handler.on_end(error, stream->handler.data);
}

/* Calls end() from outside any callback of ours. */
static void fail(struct lx_stream *stream, enum lx_http_error error)
{
	stream->busy = true;
	end(stream, error);
	stream->busy = false;
	if (stream->destroyed)
		release(stream);
}

static void read_bytes(struct lx_stream *stream);

static void on_again(void *data)
{
	struct lx_stream *stream = data;
	stream->again_timer = 0;
	read_bytes(stream);
}

static void read_later(struct lx_stream *stream)
{
	if (!stream->again_timer)
		stream->again_timer = lx_loop_after(stream->loop, 0, on_again, stream);
}

/* Reads until nothing is left: TLS keeps what it read ahead, of which poll() knows nothing. */
static void read_bytes(struct lx_stream *stream)
{
	stream->busy = true;
	for (int i = 0; !stream->ended && !stream->destroyed; i++) {
		if (i == READS_PER_TURN) {
			read_later(stream);
			break;
		}
		size_t size = 0;
		CURLcode result = curl_easy_recv(stream->easy, stream->chunk, sizeof(stream->chunk), &size);
		if (result == CURLE_AGAIN)
			break;
		if (result != CURLE_OK || size == 0)
			end(stream, result == CURLE_OK ? LX_HTTP_OK : lx_http_classify(result));
		else
			stream->handler.on_bytes(stream->chunk, size, stream->handler.data);
	}
	stream->busy = false;
	if (stream->destroyed)
		release(stream);
}

static void write_bytes(struct lx_stream *stream)
{
	CURLcode result = CURLE_OK;
	size_t sent = 0, taken;

	while (sent < stream->unsent_size) {
		result = curl_easy_send(stream->easy, stream->unsent + sent, stream->unsent_size - sent, &taken);
		if (result != CURLE_OK)
			break;
		sent += taken;
	}
	memmove(stream->unsent, stream->unsent + sent, stream->unsent_size - sent);
	stream->unsent_size -= sent;
	if (result != CURLE_OK && result != CURLE_AGAIN) {
		/* The line is dead; reading tells how, and that must not happen inside lx_stream_send(). */
		stream->unsent_size = 0;
		read_later(stream);
	}
	lx_loop_watch_write(stream->watch, stream->unsent_size > 0);
}

static void on_ready(bool readable, bool writable, void *data)
{
	struct lx_stream *stream = data;
	if (writable)
		write_bytes(stream);
	if (readable && !stream->again_timer)
		read_bytes(stream);
}

static void on_connected(CURL *easy, CURLcode result, void *data)
{
	struct lx_stream *stream = data;
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (result == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD) {
		fail(stream, result == CURLE_OK ? LX_HTTP_FAILED : lx_http_classify(result));
		return;
	}

	lx_loop_cancel(stream->loop, stream->open_timer);
	stream->open_timer = 0;
	stream->opened = true;
	stream->watch = lx_loop_watch(stream->loop, fd, on_ready, stream);
	stream->busy = true;
	stream->handler.on_open(stream->handler.data);
	if (stream->destroyed)
		release(stream);
	else
		read_bytes(stream);
}

static void on_open_timeout(void *data)
{
	struct lx_stream *stream = data;
	stream->open_timer = 0;
	fail(stream, LX_HTTP_TIMEOUT);
}

static void on_not_tried(void *data)
{
	struct lx_stream *stream = data;
	stream->again_timer = 0;
	fail(stream, LX_HTTP_REFUSED);
}

/* curl makes the connection as it would for a web server and leaves the rest to us. */
static char *web_url(const char *url)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL, *port = NULL, *out = NULL;

	if (parsed && curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
		bool secure = strcmp(scheme, "ircs") == 0;
		if (curl_url_get(parsed, CURLUPART_PORT, &port, 0) != CURLUE_OK)
			curl_url_set(parsed, CURLUPART_PORT, secure ? "6697" : "6667", 0);
		if ((secure || strcmp(scheme, "irc") == 0) &&
		    curl_url_set(parsed, CURLUPART_SCHEME, secure ? "https" : "http", 0) == CURLUE_OK)
			curl_url_get(parsed, CURLUPART_URL, &out, 0);
	}
	curl_free(scheme);
	curl_free(port);
	curl_url_cleanup(parsed);
	return out;
}

static CURL *create_easy(const struct lx_stream_config *config)
{
	char *url = lx_url_allowed(config->url) ? web_url(config->url) : NULL;
	CURL *easy = url ? curl_easy_init() : NULL;

	if (easy) {
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L); /* this is no HTTP */
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
				 1L); /* a name that does not resolve must not hold up the end */
		curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
		curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
		curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
		if (config->ca_file && *config->ca_file)
			curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
	}
	curl_free(url);
	return easy;
}

struct lx_stream *lx_stream_open(const struct lx_stream_config *config)
{
	struct lx_stream *stream = bzalloc(sizeof(*stream));
	stream->loop = config->loop;
	stream->handler = config->handler;

	stream->easy = create_easy(config);
	if (stream->easy && lx_loop_add_transfer(stream->loop, stream->easy, on_connected, stream)) {
		uint32_t timeout = config->open_timeout_ms ? config->open_timeout_ms : OPEN_TIMEOUT_MS;
		stream->open_timer = lx_loop_after(stream->loop, timeout, on_open_timeout, stream);
	} else {
		curl_easy_cleanup(stream->easy);
		stream->easy = NULL;
		stream->again_timer = lx_loop_after(stream->loop, 0, on_not_tried, stream);
	}
	return stream;
}

bool lx_stream_send(struct lx_stream *stream, const char *bytes, size_t size)
{
	if (!stream->opened || stream->ended || size > MAX_UNSENT - stream->unsent_size)
		return false;
	if (!stream->unsent)
		stream->unsent = bmalloc(MAX_UNSENT);
	memcpy(stream->unsent + stream->unsent_size, bytes, size);
	stream->unsent_size += size;
	write_bytes(stream);
	return true;
}

void lx_stream_destroy(struct lx_stream *stream)
{
	if (!stream || stream->destroyed)
		return;
	stream->destroyed = true;
	if (!stream->busy)
		release(stream);
}
