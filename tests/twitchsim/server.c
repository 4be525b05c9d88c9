#include "server.h"

#include <stdio.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#define closesocket close
#endif

#include <util/threading.h>

#include "certificates.h"
#include "eventsub.h"
#include "faults.h"
#include "generator.h"
#include "http.h"
#include "irc.h"
#include "seventv.h"

#define WRITE_SIZE 65536
#define OUT_LIMIT (64u << 20) /* a client that reads nothing for so long is dropped, as Twitch does */

#ifdef SIM_HTTP2
#define HTTP2 true
#else
#define HTTP2 false
#endif

enum { PROTOCOL_BASE, PROTOCOL_STREAM, PROTOCOL_LISTEN };

struct listener {
	enum sim_listener_kind kind;
	const char *name;
	bool tls;
	uint16_t port;
	struct lws *wsi;
	lws_sockfd_type fd;
	struct lx_sim *sim;
};

enum { LISTENERS = 7, URLS = 10 };

struct sim_server {
	struct lx_sim *sim;
	struct listener listeners[LISTENERS];
	struct lws_vhost *plain, *tls[SIM_CERT_COUNT];
	struct sim_secure_context *secure[SIM_CERT_COUNT];
	uint64_t next_connection;
	struct {
		const char *name;
		char text[96];
	} urls[URLS];
	unsigned char scratch[LWS_PRE + WRITE_SIZE];
	/* calls from other threads */
	pthread_mutex_t mutex;
	struct call *first_call;
	bool has_mutex;
};

struct call {
	void (*work)(void *);
	void *data;
	os_event_t *done;
	struct call *next;
};

/* --- byte streams ------------------------------------------------------------------------------------------------ */

struct stream_session {
	struct sim_conn *conn;
};

void sim_conn_flush(struct sim_conn *conn)
{
	if (conn->silent && conn->out.size > conn->keep)
		conn->out.size = conn->keep;
	if (conn->out.size > OUT_LIMIT) {
		sim_conn_drop(conn, true);
		return;
	}
	if (!conn->stalled && !conn->dropping)
		lws_callback_on_writable(conn->wsi);
}

void sim_conn_write(struct sim_conn *conn, const void *data, size_t size)
{
	sim_buf_add(&conn->out, data, size);
	sim_conn_flush(conn);
}

void sim_conn_close(struct sim_conn *conn)
{
	conn->closing = true;
	sim_conn_flush(conn);
	lws_callback_on_writable(conn->wsi);
}

void sim_conn_drop(struct sim_conn *conn, bool reset)
{
	if (conn->dropping)
		return;
	conn->dropping = true;
	conn->want_reset = reset;
	lws_set_timeout(conn->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void sim_conn_silence(struct sim_conn *conn)
{
	conn->silent = true;
	conn->keep = conn->out.size;
}

void sim_conn_stall(struct sim_conn *conn, bool stall)
{
	conn->stalled = stall;
	lws_rx_flow_control(conn->wsi, stall ? 0 : 1);
	if (!stall)
		lws_callback_on_writable(conn->wsi);
}

static int stream_writable(struct sim_conn *conn)
{
	if (conn->stalled)
		return 0;
	if (lws_partial_buffered(conn->wsi)) {
		lws_callback_on_writable(conn->wsi);
		return 0;
	}
	size_t limit = conn->dribble ? 1 : WRITE_SIZE, plain = conn->out.size;
	struct sim_buf *from = &conn->out;
	if (conn->secure) {
		from = &conn->wire;
		if (!from->size) {
			sim_secure_write(conn->secure, &conn->out, conn->dribble ? 1 : 16384, from);
			limit = WRITE_SIZE;
		}
	}
	if (!from->size)
		return conn->closing ? -1 : 0;
	unsigned char *scratch = conn->sim->server->scratch;
	size_t size = from->size < limit ? from->size : limit;
	memcpy(scratch + LWS_PRE, sim_buf_bytes(from), size);
	sim_buf_take(from, size);
	conn->bytes_out += size;
	if (conn->silent)
		conn->keep -= plain - conn->out.size;
	if (lws_write(conn->wsi, scratch + LWS_PRE, size, LWS_WRITE_RAW) < 0)
		return -1;
	if (conn->out.size || conn->wire.size || conn->closing)
		lws_callback_on_writable(conn->wsi);
	return 0;
}

static void stream_received(struct sim_conn *conn, const char *data, size_t size)
{
	if (!conn->secure) {
		conn->ops->received(conn, data, size);
		return;
	}
	char plain[16384];
	if (!sim_secure_feed(conn->secure, data, size)) {
		conn->closing = true; /* after the alert that tells why */
		lws_callback_on_writable(conn->wsi);
		return;
	}
	conn->http2 = sim_secure_ready(conn->secure) && sim_secure_http2(conn->secure);
	while (!conn->dropping && !conn->closing && (size = sim_secure_read(conn->secure, plain, sizeof(plain))) > 0)
		conn->ops->received(conn, plain, size);
	if (!conn->stalled)
		lws_callback_on_writable(conn->wsi);
}

static void set_reset(struct lws *wsi)
{
	struct linger linger = {1, 0};
	setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof(linger));
}

static int stream_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct stream_session *session = user;
	struct sim_conn *conn = session ? session->conn : NULL;
	switch (reason) {
	case LWS_CALLBACK_RAW_RX:
		/* What lws allows for the handshake it would otherwise hold against the whole connection. */
		if (!conn || !conn->dropping)
			lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
		if (conn && !conn->dropping && !conn->closing)
			stream_received(conn, in, size);
		return 0;
	case LWS_CALLBACK_RAW_WRITEABLE:
		return conn ? stream_writable(conn) : 0;
	case LWS_CALLBACK_RAW_CLOSE:
		if (conn) {
			if (conn->want_reset)
				set_reset(wsi);
			session->conn = NULL;
			conn->wsi = NULL;
			if (conn->owner)
				conn->ops->closed(conn);
			sim_secure_destroy(conn->secure);
			sim_buf_finish(&conn->out);
			sim_buf_finish(&conn->wire);
			bfree(conn);
		}
		return 0;
	default:
		return 0;
	}
}

/* --- listening --------------------------------------------------------------------------------------------------- */

static int family(const struct sim_server *server)
{
	return server->sim->config.ipv6 ? AF_INET6 : AF_INET;
}

static bool open_listener(struct sim_server *server, struct listener *listener)
{
	listener->fd = socket(family(server), SOCK_STREAM, 0);
	if (listener->fd == LWS_SOCK_INVALID)
		return false;
	int one = 1;
	setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, (const char *)&one, sizeof(one));
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	memset(&address, 0, sizeof(address));
	socklen_t size;
	if (family(server) == AF_INET6) {
		address.v6.sin6_family = AF_INET6;
		address.v6.sin6_addr = in6addr_loopback;
		address.v6.sin6_port = htons(listener->port);
		size = sizeof(address.v6);
	} else {
		address.v4.sin_family = AF_INET;
		address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		address.v4.sin_port = htons(listener->port);
		size = sizeof(address.v4);
	}
	if (bind(listener->fd, &address.any, size) || listen(listener->fd, 256) ||
	    getsockname(listener->fd, &address.any, &size)) {
		blog(LOG_ERROR, "[twitchsim] cannot listen on port %u", (unsigned)listener->port);
		closesocket(listener->fd);
		listener->fd = LWS_SOCK_INVALID;
		return false;
	}
	listener->port = ntohs(family(server) == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
	lws_sock_file_fd_type descriptor = {.filefd = (lws_filefd_type)listener->fd};
	listener->wsi = lws_adopt_descriptor_vhost(server->plain, LWS_ADOPT_RAW_FILE_DESC, descriptor, "listen", NULL);
	if (!listener->wsi)
		return false;
	lws_set_opaque_user_data(listener->wsi, listener);
	return true;
}

static void adopt(struct sim_server *server, struct listener *listener, lws_sockfd_type fd)
{
	struct lx_sim *sim = server->sim;
	enum sim_certificate certificate = SIM_CERT_GOOD;
	enum sim_accept_fault fault = listener->kind == SIM_LISTEN_CONTROL ? SIM_ACCEPT_OK
									   : sim_faults_accept(sim, listener->name);
	if (fault == SIM_ACCEPT_EXPIRED)
		certificate = SIM_CERT_EXPIRED;
	else if (fault == SIM_ACCEPT_WRONG_HOST)
		certificate = SIM_CERT_WRONG_HOST;
	else if (fault == SIM_ACCEPT_UNKNOWN_CA)
		certificate = SIM_CERT_UNKNOWN_CA;

	int one = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, (const char *)&one, sizeof(one));
	if (fault == SIM_ACCEPT_RESET) {
		struct linger linger = {1, 0};
		setsockopt(fd, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof(linger));
		closesocket(fd);
		return;
	}
	/* A stalled connection is adopted without TLS: nobody answers its hello. */
	bool tls = listener->tls && fault != SIM_ACCEPT_STALL;
	bool own_tls = tls && listener->kind == SIM_LISTEN_HTTP;
	struct lws_vhost *vhost = tls && !own_tls ? server->tls[certificate] : server->plain;
	lws_adoption_type type = LWS_ADOPT_SOCKET;
	if (tls && !own_tls)
		type |= LWS_ADOPT_ALLOW_SSL;
	lws_sock_file_fd_type descriptor = {.sockfd = fd};
	if (listener->kind == SIM_LISTEN_WS && fault != SIM_ACCEPT_STALL) {
		lws_adopt_descriptor_vhost(vhost, type | LWS_ADOPT_HTTP, descriptor, NULL, NULL);
		return;
	}
	struct lws *wsi = lws_adopt_descriptor_vhost(vhost, type, descriptor, "stream", NULL);
	if (!wsi)
		return;
	struct stream_session *session = lws_wsi_user(wsi);
	struct sim_conn *conn = bzalloc(sizeof(*conn));
	session->conn = conn;
	conn->sim = sim;
	conn->wsi = wsi;
	conn->kind = listener->kind;
	conn->tls = tls;
	if (own_tls)
		conn->secure = sim_secure_create(server->secure[certificate]);
	conn->number = ++server->next_connection;
	conn->ops = listener->kind == SIM_LISTEN_IRC ? &sim_irc_conn_ops : &sim_http_conn_ops;
	if (fault == SIM_ACCEPT_STALL)
		sim_conn_stall(conn, true);
	else
		conn->ops->opened(conn);
}

static void accept_all(struct listener *listener)
{
	struct sim_server *server = listener->sim->server;
	for (int i = 0; i < 64; i++) {
		lws_sockfd_type fd = accept(listener->fd, NULL, NULL);
		if (fd == LWS_SOCK_INVALID)
			return;
		adopt(server, listener, fd);
	}
}

static int listen_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct listener *listener = lws_get_opaque_user_data(wsi);
	if (!listener)
		return 0;
	if (reason == LWS_CALLBACK_RAW_RX_FILE) {
		if (listener->fd != LWS_SOCK_INVALID)
			accept_all(listener);
	} else if (reason == LWS_CALLBACK_RAW_CLOSE_FILE) {
		if (listener->wsi == wsi) {
			listener->wsi = NULL;
			listener->fd = LWS_SOCK_INVALID;
		}
	}
	return 0;
}

bool sim_server_refuse(struct lx_sim *sim, const char *name, bool refuse)
{
	for (int i = 0; i < LISTENERS; i++) {
		struct listener *listener = &sim->server->listeners[i];
		if (strcmp(listener->name, name) != 0 || listener->kind == SIM_LISTEN_CONTROL)
			continue;
		if (!refuse)
			return listener->wsi || open_listener(sim->server, listener);
		if (listener->wsi) {
			/* Not yet closed when this returns, but it accepts no more from now on. */
			shutdown(listener->fd, 2);
			lws_set_opaque_user_data(listener->wsi, NULL);
			lws_set_timeout(listener->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
			listener->wsi = NULL;
			listener->fd = LWS_SOCK_INVALID;
		}
		return true;
	}
	return false;
}

/* --- calls from other threads ------------------------------------------------------------------------------------ */

void sim_server_call(struct lx_sim *sim, void (*work)(void *data), void *data)
{
	struct sim_server *server = sim->server;
	struct call call = {work, data, NULL, NULL};
	os_event_init(&call.done, OS_EVENT_TYPE_MANUAL);
	pthread_mutex_lock(&server->mutex);
	struct call **end = &server->first_call;
	while (*end)
		end = &(*end)->next;
	*end = &call;
	pthread_mutex_unlock(&server->mutex);
	lws_cancel_service(sim->context);
	os_event_wait(call.done);
	os_event_destroy(call.done);
}

static void run_calls(struct sim_server *server)
{
	pthread_mutex_lock(&server->mutex);
	struct call *call = server->first_call;
	server->first_call = NULL;
	pthread_mutex_unlock(&server->mutex);
	while (call) {
		struct call *next = call->next; /* gone once it is signalled */
		call->work(call->data);
		os_event_signal(call->done);
		call = next;
	}
}

static int base_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
		struct lx_sim *sim = lws_context_user(lws_get_context(wsi));
		if (sim->server)
			run_calls(sim->server);
		sim_generator_tick(sim);
		return 0;
	}
	if (reason == LWS_CALLBACK_HTTP) /* a plain request at the WebSocket port */
		return lws_return_http_status(wsi, HTTP_STATUS_BAD_REQUEST, NULL) ? -1 : 0;
	if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION || reason == LWS_CALLBACK_ESTABLISHED ||
	    reason == LWS_CALLBACK_RECEIVE || reason == LWS_CALLBACK_RECEIVE_PONG ||
	    reason == LWS_CALLBACK_SERVER_WRITEABLE || reason == LWS_CALLBACK_CLOSED)
		return sim_seventv_owns(wsi, reason) ? sim_seventv_callback(wsi, reason, user, in, size)
						     : sim_eventsub_callback(wsi, reason, user, in, size);
	return lws_callback_http_dummy(wsi, reason, user, in, size);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static const struct lws_protocols protocols[] = {
	/* The first one serves clients that name none: EventSub's. */
	[PROTOCOL_BASE] = {.name = "base",
			   .callback = base_callback,
			   .per_session_data_size = sizeof(void *),
			   .rx_buffer_size = 4096},
	[PROTOCOL_STREAM] = {.name = "stream",
			     .callback = stream_callback,
			     .per_session_data_size = sizeof(struct stream_session),
			     .rx_buffer_size = 65536},
	[PROTOCOL_LISTEN] = {.name = "listen", .callback = listen_callback},
	LWS_PROTOCOL_LIST_TERM,
};

static struct lws_vhost *make_vhost(struct sim_server *server, const char *name, const char *certificate,
				    const char *key)
{
	struct lws_context_creation_info info;
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
	info.protocols = protocols;
	info.vhost_name = name;
	info.keepalive_timeout = 60;
	info.timeout_secs = 30;
	if (certificate) {
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.server_ssl_cert_mem = certificate;
		info.server_ssl_cert_mem_len = (unsigned)strlen(certificate);
		info.server_ssl_private_key_mem = key;
		info.server_ssl_private_key_mem_len = (unsigned)strlen(key);
		info.alpn = "";
	}
	return lws_create_vhost(server->sim->context, &info);
}

static void make_urls(struct sim_server *server)
{
	static const struct {
		const char *name, *scheme, *path;
		int listener;
	} urls[] = {
		{"irc", "irc", "", 0},
		{"ircs", "ircs", "", 1},
		{"helix", "http", "/helix", 2},
		{"helix_tls", "https", "/helix", 3},
		{"id", "http", "/oauth2", 2},
		{"id_tls", "https", "/oauth2", 3},
		{"eventsub", "ws", "/ws", 4},
		{"eventsub_tls", "wss", "/ws", 5},
		{"7tv_events", "wss", "/7tv/v3", 5},
		{"control", "http", "", 6},
	};
	const char *host = server->sim->config.ipv6 ? "[::1]" : "127.0.0.1";
	for (size_t i = 0; i < URLS; i++) {
		server->urls[i].name = urls[i].name;
		snprintf(server->urls[i].text, sizeof(server->urls[i].text), "%s://%s:%u%s", urls[i].scheme, host,
			 (unsigned)server->listeners[urls[i].listener].port, urls[i].path);
	}
}

struct sim_server *sim_server_create(struct lx_sim *sim)
{
	const struct lx_sim_config *config = &sim->config;
	struct sim_server *server = bzalloc(sizeof(*server));
	server->sim = sim;
	server->has_mutex = pthread_mutex_init(&server->mutex, NULL) == 0;
	const struct listener listeners[LISTENERS] = {
		{SIM_LISTEN_IRC, "irc", false, config->irc_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_IRC, "ircs", true, config->ircs_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_HTTP, "http", false, config->http_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_HTTP, "https", true, config->https_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_WS, "ws", false, config->ws_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_WS, "wss", true, config->wss_port, NULL, LWS_SOCK_INVALID, sim},
		{SIM_LISTEN_CONTROL, "control", false, config->control_port, NULL, LWS_SOCK_INVALID, sim},
	};
	memcpy(server->listeners, listeners, sizeof(listeners));
	server->plain = make_vhost(server, "plain", NULL, NULL);
	bool ok = server->plain && server->has_mutex;
	static const char *const names[SIM_CERT_COUNT] = {"good", "expired", "wrong-host", "unknown-ca"};
	for (int i = 0; ok && i < SIM_CERT_COUNT; i++) {
		server->tls[i] =
			make_vhost(server, names[i], sim->certificates->certificate[i], sim->certificates->key[i]);
		server->secure[i] =
			sim_secure_context_create(sim->certificates->certificate[i], sim->certificates->key[i], HTTP2);
		ok = server->tls[i] && server->secure[i];
	}
	for (int i = 0; ok && i < LISTENERS; i++)
		ok = open_listener(server, &server->listeners[i]);
	if (!ok) {
		sim_server_destroy(server);
		return NULL;
	}
	make_urls(server);
	return server;
}

void sim_server_destroy(struct sim_server *server)
{
	if (!server)
		return;
	for (int i = 0; i < LISTENERS; i++) {
		if (server->listeners[i].wsi)
			lws_set_opaque_user_data(server->listeners[i].wsi, NULL);
	}
	for (int i = 0; i < SIM_CERT_COUNT; i++)
		sim_secure_context_destroy(server->secure[i]);
	if (server->has_mutex)
		pthread_mutex_destroy(&server->mutex);
	bfree(server);
}

const char *sim_server_url(const struct sim_server *server, const char *name)
{
	for (int i = 0; i < URLS; i++) {
		if (strcmp(server->urls[i].name, name) == 0)
			return server->urls[i].text;
	}
	return NULL;
}
