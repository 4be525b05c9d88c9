#include "twitch/login_listener.h"

#include <string.h>

#include <microhttpd.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "platform/loopback.h"
#include "platform/secret_store.h"
#include "twitch/login_page.h"

#define MAX_CONNECTIONS 16
#define CONNECTION_MEMORY 16384
#define IDLE_TIMEOUT_S 15
#define MAX_WAITING 8
#define MAX_CODE 512

enum phase { PHASE_OPEN, PHASE_TAKEN, PHASE_ANSWERED };

/* What the server's thread touches. Tasks on the loop hold it too, so it goes with the last of them. */
struct shared {
	volatile long references;
	struct lx_loop *loop;
	const struct lx_text *text;
	char *path, *state;
	struct lx_login_listener *listener; /* loop's thread only; NULL once destroyed */

	pthread_mutex_t mutex; /* guards what follows */
	enum phase phase;
	char *code, *error;
	char *page; /* with PHASE_ANSWERED */
	struct MHD_Connection *waiting[MAX_WAITING];
	size_t waiting_count;
};

struct lx_login_listener {
	struct lx_login_listener_config config;
	struct shared *shared;
	struct MHD_Daemon *daemons[2]; /* IPv4, IPv6 (may be NULL) */
	uint16_t port;
};

static void release(struct shared *shared)
{
	if (os_atomic_dec_long(&shared->references) > 0)
		return;
	pthread_mutex_destroy(&shared->mutex);
	bfree(shared->path);
	lx_secret_free(shared->state);
	lx_secret_free(shared->code);
	bfree(shared->error);
	bfree(shared->page);
	bfree(shared);
}

static void drop_task(void *data)
{
	release(data);
}

static void post(struct shared *shared, lx_loop_task task)
{
	os_atomic_inc_long(&shared->references);
	lx_loop_post(shared->loop, task, drop_task, shared);
}

static void on_taken(void *data)
{
	struct shared *shared = data;
	/* Written once, before this was posted. */
	if (shared->listener)
		shared->listener->config.taken(shared->code, shared->error, shared->listener->config.data);
	release(shared);
}

static void on_delivered(void *data)
{
	struct shared *shared = data;
	if (shared->listener)
		shared->listener->config.delivered(shared->listener->config.data);
	release(shared);
}

/* --- the server's thread -------------------------------------------------------------------------------------------- */

static bool same_secret(const char *one, const char *other)
{
	size_t size = strlen(one);
	if (strlen(other) != size)
		return false;
	unsigned char difference = 0;
	for (size_t i = 0; i < size; i++)
		difference |= (unsigned char)(one[i] ^ other[i]);
	return difference == 0;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned int status, const char *page)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(page), (void *)page, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	static const char *const headers[][2] = {
		{"Content-Type", "text/html; charset=utf-8"},
		{"Content-Security-Policy",
		 "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "no-referrer"},
		{"Cache-Control", "no-store"},
		{"Connection", "close"},
	};
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(response, headers[i][0], headers[i][1]);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET");
	enum MHD_Result result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct shared *shared, struct MHD_Connection *connection, unsigned int status)
{
	struct dstr page = {0};
	lx_login_page_write(&page, shared->text, "Login.Page.Strange", "Login.Page.Strange.Text");
	enum MHD_Result result = respond(connection, status, page.array);
	dstr_free(&page);
	return result;
}

static const char *argument(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
	return value ? value : "";
}

/* With the mutex held. */
static enum MHD_Result take(struct shared *shared, struct MHD_Connection *connection)
{
	if (shared->phase == PHASE_ANSWERED)
		return respond(connection, MHD_HTTP_OK, shared->page);

	if (shared->phase == PHASE_OPEN) {
		const char *code = argument(connection, "code"), *error = argument(connection, "error");
		if ((!*code && !*error) || strlen(code) > MAX_CODE)
			return refuse(shared, connection, MHD_HTTP_BAD_REQUEST);
		shared->phase = PHASE_TAKEN;
		shared->code = bstrdup(*error ? "" : code);
		shared->error = bstrdup(error);
		post(shared, on_taken);
	}
	/* A page that is loaded again meanwhile waits too. */
	if (shared->waiting_count == MAX_WAITING)
		return refuse(shared, connection, MHD_HTTP_SERVICE_UNAVAILABLE);
	shared->waiting[shared->waiting_count++] = connection;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *upload, size_t *upload_size, void **context)
{
	(void)version;
	(void)upload;
	struct shared *shared = data;
	if (!*context) {
		/* Headers only; answering now would break off what is still being sent. */
		*context = shared;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return refuse(shared, connection, MHD_HTTP_METHOD_NOT_ALLOWED);
	if (strcmp(url, shared->path) != 0)
		return refuse(shared, connection, MHD_HTTP_NOT_FOUND);
	if (!same_secret(shared->state, argument(connection, "state")))
		return refuse(shared, connection, MHD_HTTP_BAD_REQUEST);

	pthread_mutex_lock(&shared->mutex);
	enum MHD_Result result = take(shared, connection);
	pthread_mutex_unlock(&shared->mutex);
	return result;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode how)
{
	(void)context;
	(void)how;
	struct shared *shared = data;
	pthread_mutex_lock(&shared->mutex);
	bool waited = false;
	for (size_t i = 0; i < shared->waiting_count && !waited; i++) {
		if (shared->waiting[i] == connection) {
			shared->waiting[i] = shared->waiting[--shared->waiting_count];
			waited = true;
		}
	}
	if (waited && !shared->waiting_count && shared->phase == PHASE_ANSWERED)
		post(shared, on_delivered);
	pthread_mutex_unlock(&shared->mutex);
}

/* --- the loop's thread ---------------------------------------------------------------------------------------------- */

/*
 * Takes `handle` over, also when it fails. It is not left to libmicrohttpd to bind: where it cannot, version 1.0.1 closes its
 * socket twice, and by then the number may belong to a file that another thread of OBS has just opened. What remains are
 * failures for lack of memory or descriptors: some of those close the socket and some do not, so it is left to them.
 */
static struct MHD_Daemon *start(struct shared *shared, bool ipv6, intptr_t handle)
{
	return MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_ALLOW_SUSPEND_RESUME | (ipv6 ? MHD_USE_IPv6 : 0),
		0, NULL, NULL, on_request, shared, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)handle,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, shared, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned int)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_TIMEOUT_S, MHD_OPTION_END);
}

static void stop(struct MHD_Daemon *daemon)
{
	if (daemon)
		MHD_stop_daemon(daemon);
}

/*
 * The address the browser is sent to says "localhost", which may be either loopback address. Were ::1 somebody else's, the
 * code would go there; so both are ours or the port counts as taken.
 */
static bool start_both(struct lx_login_listener *listener, uint16_t port)
{
	intptr_t ipv4, ipv6, elsewhere;
	uint16_t any = 0;
	listener->port = port;
	if (!lx_loopback_listen(false, &listener->port, &ipv4))
		return false;
	bool has_ipv6 = lx_loopback_listen(true, &listener->port, &ipv6);
	if (!has_ipv6 && lx_loopback_listen(true, &any, &elsewhere)) {
		lx_loopback_close(elsewhere);
		lx_loopback_close(ipv4);
		return false;
	}
	listener->daemons[0] = start(listener->shared, false, ipv4);
	listener->daemons[1] = has_ipv6 ? start(listener->shared, true, ipv6) : NULL;
	return listener->daemons[0] && (listener->daemons[1] || !has_ipv6);
}

struct lx_login_listener *lx_login_listener_create(const struct lx_login_listener_config *config, uint16_t port)
{
	struct lx_login_listener *listener = bzalloc(sizeof(*listener));
	struct shared *shared = bzalloc(sizeof(*shared));
	listener->config = *config;
	listener->shared = shared;
	shared->references = 1;
	shared->loop = config->loop;
	shared->text = config->text;
	shared->path = bstrdup(config->path);
	shared->state = bstrdup(config->state);
	shared->listener = listener;
	pthread_mutex_init(&shared->mutex, NULL);
	if (!start_both(listener, port)) {
		lx_login_listener_destroy(listener);
		return NULL;
	}
	return listener;
}

static bool set_page(struct lx_login_listener *listener, const char *title_key, const char *body_key)
{
	struct shared *shared = listener->shared;
	struct dstr page = {0};
	lx_login_page_write(&page, shared->text, title_key, body_key);

	pthread_mutex_lock(&shared->mutex);
	bool wait = shared->waiting_count > 0;
	if (shared->phase != PHASE_ANSWERED) {
		shared->phase = PHASE_ANSWERED;
		shared->page = page.array;
		dstr_init(&page);
		for (size_t i = 0; i < shared->waiting_count; i++)
			MHD_resume_connection(shared->waiting[i]);
	}
	pthread_mutex_unlock(&shared->mutex);
	dstr_free(&page);
	return wait;
}

bool lx_login_listener_answer(struct lx_login_listener *listener, const char *title_key, const char *body_key)
{
	return set_page(listener, title_key, body_key);
}

void lx_login_listener_destroy(struct lx_login_listener *listener)
{
	if (!listener)
		return;
	/* libmicrohttpd cannot stop while a connection is suspended. */
	set_page(listener, "Login.Page.Failed", "Login.Error.Cancelled");
	stop(listener->daemons[0]);
	stop(listener->daemons[1]);
	listener->shared->listener = NULL;
	release(listener->shared);
	bfree(listener);
}

uint16_t lx_login_listener_port(const struct lx_login_listener *listener)
{
	return listener->port;
}
