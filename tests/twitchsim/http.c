#include "http.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"
#include "http2.h"

#define HEAD_LIMIT 65536
#define BODY_LIMIT (1u << 20)

struct http {
	struct sim_conn *conn;
	struct sim_http2 *http2; /* when the client asked for it; all else is unused then */
	struct sim_buf in;
	bool waiting; /* an answer is being delayed: further requests wait */
	bool keep_alive;
	struct sim_buf delayed;
	bool delayed_close;
	lws_sorted_usec_list_t timer;
};

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void format_answer(struct sim_buf *out, const struct sim_answer *answer, bool keep_alive, size_t length)
{
	sim_buf_printf(out, "HTTP/1.1 %d %s\r\n", answer->status, sim_http_reason(answer->status));
	if (answer->status != 204)
		sim_buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
			       answer->content_type ? answer->content_type : "application/json; charset=utf-8", length);
	if (answer->location)
		sim_buf_printf(out, "Location: %s\r\n", answer->location);
	sim_buf_printf(out, "%sConnection: %s\r\n\r\n", answer->headers, keep_alive ? "keep-alive" : "close");
	if (answer->status != 204 && answer->body)
		sim_buf_add(out, answer->body, answer->body_size < length ? answer->body_size : length);
}

static void serve(struct http *http);

static void deliver(lws_sorted_usec_list_t *timer)
{
	struct http *http = lws_container_of(timer, struct http, timer);
	http->waiting = false;
	sim_buf_add(&http->conn->out, sim_buf_bytes(&http->delayed), http->delayed.size);
	sim_buf_clear(&http->delayed);
	if (http->delayed_close)
		sim_conn_close(http->conn);
	else
		sim_conn_flush(http->conn);
	serve(http);
}

static void answer_request(struct http *http, struct sim_request *request)
{
	struct sim_conn *conn = http->conn;
	struct sim_outcome outcome;
	sim_http_answer(request, &outcome);
	const struct sim_answer *answer = &outcome.answer;
	bool keep = http->keep_alive && answer->status != 0;
	struct sim_buf out = {0};
	format_answer(&out, answer, keep, answer->body_size);
	switch (outcome.fault) {
	case SIM_HTTP_CLOSE:
	case SIM_HTTP_CLOSE_AFTER:
		sim_conn_close(conn);
		break;
	case SIM_HTTP_RESET:
		sim_conn_drop(conn, true);
		break;
	case SIM_HTTP_STALL:
	case SIM_HTTP_STALL_AFTER:
		sim_conn_stall(conn, true);
		break;
	case SIM_HTTP_GARBAGE:
		sim_conn_write(conn, SIM_GARBAGE, strlen(SIM_GARBAGE));
		sim_conn_close(conn);
		break;
	case SIM_HTTP_HALF:
		sim_conn_write(conn, sim_buf_bytes(&out), out.size - answer->body_size / 2 - 1);
		sim_conn_close(conn);
		break;
	case SIM_HTTP_SLOW:
		http->waiting = true;
		http->delayed_close = !keep;
		sim_buf_add(&http->delayed, sim_buf_bytes(&out), out.size);
		lws_sul_schedule(conn->sim->context, 0, &http->timer, deliver, (lws_usec_t)outcome.ms * 1000);
		break;
	case SIM_HTTP_DRIBBLE:
		conn->dribble = true;
		/* fall through */
	default:
		sim_conn_write(conn, sim_buf_bytes(&out), out.size);
		if (!keep)
			sim_conn_close(conn);
	}
	sim_outcome_finish(&outcome);
	sim_buf_finish(&out);
}

/* --- parser ------------------------------------------------------------------------------------------------------ */

static char *header_value(const char *head, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = strstr(head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
		const char *at = line + 2;
		size_t i = 0;
		while (i < length && tolower((unsigned char)at[i]) == name[i])
			i++;
		if (i < length || at[length] != ':')
			continue;
		at += length + 1;
		at += strspn(at, " \t");
		size_t size = strcspn(at, "\r");
		while (size && (at[size - 1] == ' ' || at[size - 1] == '\t'))
			size--;
		return bstrdup_n(at, size);
	}
	return NULL;
}

static void refuse(struct http *http, int status)
{
	struct sim_answer answer = {.status = status};
	struct sim_buf out = {0};
	format_answer(&out, &answer, false, 0);
	sim_conn_write(http->conn, sim_buf_bytes(&out), out.size);
	sim_buf_finish(&out);
	sim_conn_close(http->conn);
}

/* Joins chunks into `body`. Returns bytes used, 0 = more needed, SIZE_MAX = malformed. */
static size_t unchunk(const char *data, size_t size, struct sim_buf *body)
{
	size_t at = 0;
	for (;;) {
		const char *end = NULL;
		for (size_t i = at; i + 1 < size; i++) {
			if (data[i] == '\r' && data[i + 1] == '\n') {
				end = data + i;
				break;
			}
		}
		if (!end)
			return 0;
		char *stop;
		unsigned long chunk = strtoul(data + at, &stop, 16);
		if (stop == data + at || chunk > BODY_LIMIT || body->size > BODY_LIMIT)
			return SIZE_MAX;
		at = (size_t)(end - data) + 2;
		if (size - at < chunk + 2)
			return 0;
		sim_buf_add(body, data + at, chunk);
		at += chunk + 2;
		if (!chunk)
			return at;
	}
}

/* One request from the front of `in`. False when it is not complete yet or the connection ends. */
static bool serve_one(struct http *http)
{
	struct sim_conn *conn = http->conn;
	const char *data = sim_buf_text(&http->in);
	while (http->in.size >= 2 && data[0] == '\r' && data[1] == '\n') {
		sim_buf_take(&http->in, 2);
		data = sim_buf_text(&http->in);
	}
	const char *end = strstr(data, "\r\n\r\n");
	if (!end) {
		if (http->in.size > HEAD_LIMIT || memchr(data, '\0', http->in.size))
			refuse(http, 400);
		return false;
	}
	size_t head_size = (size_t)(end - data) + 4;
	char *head = bstrdup_n(data, head_size - 2);
	struct sim_request request = {.sim = conn->sim,
				      .control = conn->kind == SIM_LISTEN_CONTROL,
				      .connection = conn->number,
				      .mono_ns = sim_mono_ns(),
				      .unix_ms = sim_now_ms(conn->sim)};
	char *length_text = header_value(head, "content-length"), *encoding = header_value(head, "transfer-encoding");
	char *connection = header_value(head, "connection"), *expect = header_value(head, "expect");
	struct sim_buf body = {0};
	size_t used = 0;
	bool ok = true, done = false;
	if (encoding && strcmp(encoding, "chunked") == 0) {
		size_t chunks = unchunk(data + head_size, http->in.size - head_size, &body);
		if (chunks == SIZE_MAX)
			ok = false;
		else if (chunks)
			used = head_size + chunks;
	} else {
		unsigned long length = length_text ? strtoul(length_text, NULL, 10) : 0;
		ok = length <= BODY_LIMIT;
		if (ok && http->in.size - head_size >= length) {
			sim_buf_add(&body, data + head_size, length);
			used = head_size + length;
		}
	}
	if (ok && !used && expect && http->in.size == head_size)
		sim_conn_write(conn, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	char *target = strchr(head, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;
	if (!version || target[1] != '/' || strncmp(version, " HTTP/1.", 8) != 0 ||
	    (size_t)(target - head) >= sizeof(request.method))
		ok = false;
	if (!ok) {
		refuse(http, used ? 400 : 413);
	} else if (used) {
		memcpy(request.method, head, (size_t)(target - head));
		http->keep_alive = version[8] == '1' && !(connection && strstr(connection, "close"));
		request.path = bstrdup_n(target + 1, (size_t)(version - target) - 1);
		char *question = strchr(request.path, '?');
		request.query = bstrdup(question ? question + 1 : "");
		if (question)
			*question = '\0';
		sim_url_decode(request.path);
		sim_request_split(&request);
		request.authorization = header_value(head, "authorization");
		request.client_id = header_value(head, "client-id");
		request.content_type = header_value(head, "content-type");
		request.body_size = body.size;
		request.body = bstrdup(sim_buf_text(&body));
		sim_buf_take(&http->in, used);
		answer_request(http, &request);
		done = true;
	}
	sim_request_finish(&request);
	sim_buf_finish(&body);
	bfree(length_text);
	bfree(encoding);
	bfree(connection);
	bfree(expect);
	bfree(head);
	return done;
}

static void serve(struct http *http)
{
	while (http->in.size && !http->waiting && !http->conn->closing && !http->conn->stalled &&
	       !http->conn->dropping && serve_one(http))
		;
}

static void http_opened(struct sim_conn *conn)
{
	struct http *http = bzalloc(sizeof(*http));
	http->conn = conn;
	conn->owner = http;
}

static void http_received(struct sim_conn *conn, const char *data, size_t size)
{
	struct http *http = conn->owner;
	if (!http->http2 && conn->http2)
		http->http2 = sim_http2_create(conn);
	if (http->http2) {
		sim_http2_received(http->http2, data, size);
		return;
	}
	sim_buf_add(&http->in, data, size);
	serve(http);
}

static void http_closed(struct sim_conn *conn)
{
	struct http *http = conn->owner;
	lws_sul_cancel(&http->timer);
	sim_http2_destroy(http->http2);
	sim_buf_finish(&http->in);
	sim_buf_finish(&http->delayed);
	bfree(http);
}

const struct sim_conn_ops sim_http_conn_ops = {http_opened, http_received, http_closed};
