/*
 * Sockets: listens, accepts (or refuses, when a fault says so), and hands each connection to the protocol it is for.
 * IRC and HTTP/1.1 are byte streams here, so that every byte, and every fault at any byte, is in our hand; WebSocket
 * framing is libwebsockets'.
 */
#pragma once

#include "secure.h"
#include "sim.h"

enum sim_listener_kind { SIM_LISTEN_IRC, SIM_LISTEN_HTTP, SIM_LISTEN_WS, SIM_LISTEN_CONTROL };

struct sim_conn;

struct sim_conn_ops {
	void (*opened)(struct sim_conn *conn);
	void (*received)(struct sim_conn *conn, const char *data, size_t size);
	void (*closed)(struct sim_conn *conn); /* last call; frees `owner` */
};

struct sim_conn { /* one byte stream */
	struct lx_sim *sim;
	struct lws *wsi;
	const struct sim_conn_ops *ops;
	void *owner;
	enum sim_listener_kind kind;
	uint64_t number;
	struct sim_buf out;
	bool tls;
	bool http2;                /* agreed on with the client */
	struct sim_secure *secure; /* TLS of our own (HTTPS), NULL = plain or libwebsockets' */
	struct sim_buf wire;       /* encrypted bytes to be sent */
	bool stalled;              /* neither read nor written any more, but open */
	bool silent;               /* read, but nothing is sent any more beyond `keep` bytes */
	bool dribble;              /* written one byte at a time */
	bool closing;              /* closed as soon as `out` is written */
	bool dropping;             /* being closed at once */
	bool want_reset;
	size_t keep;
	uint64_t bytes_out;
};

struct sim_server *sim_server_create(struct lx_sim *sim);
/* Before the context goes: stops listening. Connections end with the context. */
void sim_server_destroy(struct sim_server *server);
const char *sim_server_url(const struct sim_server *server, const char *name);

/* Runs `work(data)` on the simulator's thread as soon as possible and returns when it is done. From other threads. */
void sim_server_call(struct lx_sim *sim, void (*work)(void *data), void *data);

/* Listener by name: "irc", "ircs", "http", "https", "ws", "wss". Refusing closes the listening socket, so that connecting fails. */
bool sim_server_refuse(struct lx_sim *sim, const char *name, bool refuse);

void sim_conn_write(struct sim_conn *conn, const void *data, size_t size);
/* Tells the loop that something was appended to `out` directly. */
void sim_conn_flush(struct sim_conn *conn);
void sim_conn_close(struct sim_conn *conn);            /* after what is in `out` */
void sim_conn_drop(struct sim_conn *conn, bool reset); /* at once; `reset` = with RST instead of FIN */
void sim_conn_stall(struct sim_conn *conn, bool stall);
/* From now on nothing is sent any more but what already waits. */
void sim_conn_silence(struct sim_conn *conn);
