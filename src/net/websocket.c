#include "net/websocket.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#define OPEN_TIMEOUT_MS 15000
#define MAX_MESSAGE (1024 * 1024)
#define CHUNK_SIZE 16384
/* A server that sends faster than we read must not keep the loop from its timers and other sockets. */
#define READS_PER_TURN 64

struct lx_websocket {
	struct lx_loop *loop;
	struct lx_websocket_handler handler;
	size_t max_message;

	CURL *easy;
	struct lx_loop_watch *watch;
	uint64_t open_timer, again_timer;
	bool opened, ended;
	bool busy, destroyed; /* inside a callback of ours; destroyed there: freed behind it */

	struct dstr message;
	char close_payload[126]; /* a control frame holds at most 125 bytes; NUL-terminated */
	size_t close_size;
	char chunk[CHUNK_SIZE];
};

bool lx_websocket_available(void)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
	bool plain = false, secure = false;
	for (const char *const *protocol = info->protocols; protocol && *protocol; protocol++) {
		plain = plain || strcmp(*protocol, "ws") == 0;
		secure = secure || strcmp(*protocol, "wss") == 0;
	}
	return plain && secure;
}

static void disconnect(struct lx_websocket *socket)
{
	lx_loop_cancel(socket->loop, socket->open_timer);
	lx_loop_cancel(socket->loop, socket->again_timer);
	socket->open_timer = socket->again_timer = 0;
	lx_loop_unwatch(socket->watch);
	socket->watch = NULL;
	if (socket->easy) {
		lx_loop_remove_transfer(socket->loop, socket->easy);
		curl_easy_cleanup(socket->easy);
		socket->easy = NULL;
	}
}

static void release(struct lx_websocket *socket)
{
	disconnect(socket);
	dstr_free(&socket->message);
	bfree(socket);
}

/* Best effort: a goodbye that does not fit into the socket's buffer is not worth waiting for. */
static void send_close(struct lx_websocket *socket, uint16_t code)
{
	char payload[2] = {(char)(code >> 8), (char)(code & 0xff)};
	size_t sent;
	curl_ws_send(socket->easy, payload, sizeof(payload), &sent, 0, CURLWS_CLOSE);
}

/* The last thing that is called for a socket that was not destroyed by its owner. */
static void end(struct lx_websocket *socket, enum lx_http_error error, uint16_t code, long status, const char *reason)
{
	struct lx_websocket_end how = {socket->opened, error, code, status, reason};
	socket->ended = true;
	disconnect(socket);
	socket->handler.on_end(&how, socket->handler.data);
}

static void refuse(struct lx_websocket *socket, uint16_t code, enum lx_http_error error)
{
	send_close(socket, code);
	end(socket, error, code, 0, "");
}

static void take_close(struct lx_websocket *socket)
{
	uint16_t code = LX_WEBSOCKET_NO_CODE;
	const char *reason = "";
	socket->close_payload[socket->close_size] = '\0';
	if (socket->close_size >= 2) {
		const unsigned char *bytes = (const unsigned char *)socket->close_payload;
		code = (uint16_t)(bytes[0] << 8 | bytes[1]);
		reason = socket->close_payload + 2;
	}
	send_close(socket, code == LX_WEBSOCKET_NO_CODE ? LX_WEBSOCKET_NORMAL : code);
	end(socket, LX_HTTP_OK, code, 0, reason);
}

static void take(struct lx_websocket *socket, const struct curl_ws_frame *frame, size_t size)
{
	bool frame_complete = frame->bytesleft == 0;
	if (frame->flags & CURLWS_CLOSE) {
		size_t room = sizeof(socket->close_payload) - 1 - socket->close_size;
		size_t part = size < room ? size : room;
		memcpy(socket->close_payload + socket->close_size, socket->chunk, part);
		socket->close_size += part;
		if (frame_complete)
			take_close(socket);
		return;
	}
	if (frame->flags & (CURLWS_PING | CURLWS_PONG))
		return;
	if (frame->flags & CURLWS_BINARY) {
		refuse(socket, LX_WEBSOCKET_UNSUPPORTED, LX_HTTP_FAILED);
		return;
	}
	/* bytesleft tells early what the frame will grow to: nothing is gathered for a message that cannot fit. */
	if (size > socket->max_message - socket->message.len ||
	    (uint64_t)frame->bytesleft > socket->max_message - socket->message.len - size) {
		refuse(socket, LX_WEBSOCKET_TOO_LARGE, LX_HTTP_TOO_LARGE);
		return;
	}
	dstr_ncat(&socket->message, socket->chunk, size);
	if (!frame_complete || (frame->flags & CURLWS_CONT))
		return;

	const char *text = socket->message.array ? socket->message.array : "";
	socket->handler.on_message(text, socket->message.len, socket->handler.data);
	dstr_resize(&socket->message, 0);
}

static void read_frames(struct lx_websocket *socket);

static void on_again(void *data)
{
	struct lx_websocket *socket = data;
	socket->again_timer = 0;
	read_frames(socket);
}

/* Reads until curl has nothing left: it keeps what it read ahead, of which poll() knows nothing. */
static void read_frames(struct lx_websocket *socket)
{
	socket->busy = true;
	for (int i = 0; !socket->ended && !socket->destroyed; i++) {
		if (i == READS_PER_TURN) {
			if (!socket->again_timer)
				socket->again_timer = lx_loop_after(socket->loop, 0, on_again, socket);
			break;
		}
		const struct curl_ws_frame *frame = NULL;
		size_t size = 0;
		CURLcode result = curl_ws_recv(socket->easy, socket->chunk, sizeof(socket->chunk), &size, &frame);
		if (result == CURLE_AGAIN)
			break;
		if (result != CURLE_OK || !frame)
			end(socket, LX_HTTP_CONNECT, LX_WEBSOCKET_ABNORMAL, 0, "");
		else
			take(socket, frame, size);
	}
	socket->busy = false;
	if (socket->destroyed)
		release(socket);
}

static void on_ready(bool readable, bool writable, void *data)
{
	(void)writable;
	struct lx_websocket *socket = data;
	if (readable && !socket->again_timer)
		read_frames(socket);
}

/* Calls end() from outside any callback of ours. */
static void fail(struct lx_websocket *socket, enum lx_http_error error, long status)
{
	socket->busy = true;
	end(socket, error, LX_WEBSOCKET_ABNORMAL, status, "");
	socket->busy = false;
	if (socket->destroyed)
		release(socket);
}

static void on_connected(CURL *easy, CURLcode result, void *data)
{
	struct lx_websocket *socket = data;
	curl_socket_t fd = CURL_SOCKET_BAD;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (result == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD) {
		fail(socket, result == CURLE_OK ? LX_HTTP_FAILED : lx_http_classify(result),
		     status == 101 ? 0 : status);
		return;
	}

	lx_loop_cancel(socket->loop, socket->open_timer);
	socket->open_timer = 0;
	socket->opened = true;
	socket->busy = true;
	socket->handler.on_open(socket->handler.data);
	if (socket->destroyed) {
		release(socket);
		return;
	}
	/* The first frames may have come in one packet with the end of the handshake. */
	socket->watch = lx_loop_watch(socket->loop, fd, on_ready, socket);
	read_frames(socket);
}

static void on_open_timeout(void *data)
{
	struct lx_websocket *socket = data;
	socket->open_timer = 0;
	fail(socket, LX_HTTP_TIMEOUT, 0);
}

static void on_not_tried(void *data)
{
	struct lx_websocket *socket = data;
	socket->again_timer = 0;
	fail(socket, LX_HTTP_REFUSED, 0);
}

static CURL *create_easy(const struct lx_websocket_config *config)
{
	CURL *easy = curl_easy_init();
	if (!easy)
		return NULL;
	curl_easy_setopt(easy, CURLOPT_URL, config->url);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 2L); /* up to and including the upgrade */
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a name that does not resolve must not hold up the end */
	curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, config->user_agent);
	if (config->ca_file && *config->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
	return easy;
}

struct lx_websocket *lx_websocket_open(const struct lx_websocket_config *config)
{
	struct lx_websocket *socket = bzalloc(sizeof(*socket));
	socket->loop = config->loop;
	socket->handler = config->handler;
	socket->max_message = config->max_message ? config->max_message : MAX_MESSAGE;

	if (lx_websocket_available() && lx_url_allowed(config->url) && (socket->easy = create_easy(config)) != NULL &&
	    curl_easy_setopt(socket->easy, CURLOPT_PROTOCOLS_STR, "ws,wss") == CURLE_OK &&
	    lx_loop_add_transfer(socket->loop, socket->easy, on_connected, socket)) {
		uint32_t timeout = config->open_timeout_ms ? config->open_timeout_ms : OPEN_TIMEOUT_MS;
		socket->open_timer = lx_loop_after(socket->loop, timeout, on_open_timeout, socket);
	} else {
		curl_easy_cleanup(socket->easy);
		socket->easy = NULL;
		socket->again_timer = lx_loop_after(socket->loop, 0, on_not_tried, socket);
	}
	return socket;
}

bool lx_websocket_send(struct lx_websocket *socket, const char *text, size_t size)
{
	size_t sent = 0;
	return socket->opened && !socket->ended && !socket->destroyed &&
	       curl_ws_send(socket->easy, text, size, &sent, 0, CURLWS_TEXT) == CURLE_OK && sent == size;
}

void lx_websocket_destroy(struct lx_websocket *socket)
{
	if (!socket || socket->destroyed)
		return;
	if (socket->opened && !socket->ended)
		send_close(socket, LX_WEBSOCKET_NORMAL);
	socket->destroyed = true;
	if (!socket->busy)
		release(socket);
}
