#include "http2.h"

#include <stdio.h>
#include <stdlib.h>

#include "http.h"

#ifdef SIM_HTTP2

#include <nghttp2/nghttp2.h>

#define BODY_LIMIT (1u << 20)

struct stream {
	struct sim_http2 *http2;
	struct stream *next, **link;
	int32_t id;
	struct sim_request request;
	struct sim_buf body;
	struct sim_outcome outcome;
	size_t sent;
	bool answered;
	lws_sorted_usec_list_t timer; /* a slow answer */
};

struct sim_http2 {
	struct sim_conn *conn;
	nghttp2_session *session;
	struct stream *first;
};

/* Hands what the session wants to send to the connection. */
static void flush(struct sim_http2 *http2)
{
	const uint8_t *data;
	nghttp2_ssize size;
	while ((size = nghttp2_session_mem_send2(http2->session, &data)) > 0)
		sim_buf_add(&http2->conn->out, data, (size_t)size);
	if (!nghttp2_session_want_read(http2->session) && !nghttp2_session_want_write(http2->session))
		sim_conn_close(http2->conn);
	else
		sim_conn_flush(http2->conn);
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static nghttp2_ssize read_body(nghttp2_session *session, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
			       nghttp2_data_source *source, void *data)
{
	struct stream *stream = source->ptr;
	const struct sim_answer *answer = &stream->outcome.answer;
	size_t end = stream->outcome.fault == SIM_HTTP_HALF ? answer->body_size / 2 : answer->body_size;
	size_t size = end - stream->sent < room ? end - stream->sent : room;
	if (size)
		memcpy(to, answer->body + stream->sent, size);
	stream->sent += size;
	if (stream->sent == end) {
		if (stream->outcome.fault == SIM_HTTP_HALF && !size)
			return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; /* the stream is reset */
		if (stream->outcome.fault != SIM_HTTP_HALF)
			*flags |= NGHTTP2_DATA_FLAG_EOF;
	}
	return (nghttp2_ssize)size;
}

static nghttp2_nv header(const char *name, size_t name_size, const char *value, size_t value_size)
{
	return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, name_size, value_size, NGHTTP2_NV_FLAG_NONE};
}

static void submit(struct stream *stream)
{
	const struct sim_answer *answer = &stream->outcome.answer;
	nghttp2_nv headers[12];
	char status[8], length[24], lines[sizeof(answer->headers)];
	const char *type = answer->content_type ? answer->content_type : "application/json; charset=utf-8";
	size_t count = 0;
	snprintf(status, sizeof(status), "%d", answer->status);
	snprintf(length, sizeof(length), "%zu", answer->body_size);
	headers[count++] = header(":status", 7, status, strlen(status));
	if (answer->status != 204) {
		headers[count++] = header("content-type", 12, type, strlen(type));
		headers[count++] = header("content-length", 14, length, strlen(length));
	}
	if (answer->location)
		headers[count++] = header("location", 8, answer->location, strlen(answer->location));
	memcpy(lines, answer->headers, sizeof(lines));
	for (char *at = lines; *at && count < 12;) {
		char *colon = strchr(at, ':'), *end = strstr(at, "\r\n");
		if (!colon || !end)
			break;
		for (char *c = at; c < colon; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
		headers[count++] = header(at, (size_t)(colon - at), colon + 2, (size_t)(end - colon) - 2);
		at = end + 2;
	}
	nghttp2_data_provider2 body = {.source = {.ptr = stream}, .read_callback = read_body};
	nghttp2_submit_response2(stream->http2->session, stream->id, headers, count,
				 answer->status == 204 || !answer->body_size ? NULL : &body);
}

static void deliver(lws_sorted_usec_list_t *timer)
{
	struct stream *stream = lws_container_of(timer, struct stream, timer);
	submit(stream);
	flush(stream->http2);
}

static void answer_stream(struct stream *stream)
{
	struct sim_conn *conn = stream->http2->conn;
	struct sim_request *request = &stream->request;
	if (stream->answered || !request->path)
		return;
	stream->answered = true;
	request->sim = conn->sim;
	request->connection = conn->number;
	request->mono_ns = sim_mono_ns();
	request->unix_ms = sim_now_ms(conn->sim);
	char *question = strchr(request->path, '?');
	request->query = bstrdup(question ? question + 1 : "");
	if (question)
		*question = '\0';
	sim_url_decode(request->path);
	sim_request_split(request);
	request->body_size = stream->body.size;
	request->body = bstrdup(sim_buf_text(&stream->body));
	sim_http_answer(request, &stream->outcome);
	switch (stream->outcome.fault) {
	case SIM_HTTP_CLOSE:
	case SIM_HTTP_CLOSE_AFTER:
		sim_conn_drop(conn, false);
		break;
	case SIM_HTTP_RESET:
		sim_conn_drop(conn, true);
		break;
	case SIM_HTTP_STALL:
	case SIM_HTTP_STALL_AFTER:
		break; /* only this stream gets no answer */
	case SIM_HTTP_GARBAGE:
		sim_conn_write(conn, SIM_GARBAGE, strlen(SIM_GARBAGE));
		sim_conn_close(conn);
		break;
	case SIM_HTTP_SLOW:
		lws_sul_schedule(conn->sim->context, 0, &stream->timer, deliver, (lws_usec_t)stream->outcome.ms * 1000);
		break;
	case SIM_HTTP_DRIBBLE:
		conn->dribble = true;
		/* fall through */
	default:
		submit(stream);
	}
}

/* --- requests ---------------------------------------------------------------------------------------------------- */

static void stream_destroy(struct stream *stream)
{
	lws_sul_cancel(&stream->timer);
	*stream->link = stream->next;
	if (stream->next)
		stream->next->link = stream->link;
	sim_request_finish(&stream->request);
	sim_outcome_finish(&stream->outcome);
	sim_buf_finish(&stream->body);
	bfree(stream);
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
	struct sim_http2 *http2 = data;
	if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	struct stream *stream = bzalloc(sizeof(*stream));
	stream->http2 = http2;
	stream->id = frame->hd.stream_id;
	stream->next = http2->first;
	stream->link = &http2->first;
	if (stream->next)
		stream->next->link = &stream->next;
	http2->first = stream;
	nghttp2_session_set_stream_user_data(session, stream->id, stream);
	return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_size,
		     const uint8_t *value, size_t size, uint8_t flags, void *data)
{
	struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (!stream)
		return 0;
	struct sim_request *request = &stream->request;
	char **place = NULL;
	if (strcmp((const char *)name, ":method") == 0)
		snprintf(request->method, sizeof(request->method), "%.*s", (int)size, (const char *)value);
	else if (strcmp((const char *)name, ":path") == 0)
		place = &request->path;
	else if (strcmp((const char *)name, "authorization") == 0)
		place = &request->authorization;
	else if (strcmp((const char *)name, "client-id") == 0)
		place = &request->client_id;
	else if (strcmp((const char *)name, "content-type") == 0)
		place = &request->content_type;
	if (place && !*place)
		*place = bstrdup_n((const char *)value, size);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes, size_t size, void *data)
{
	struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
	if (stream && stream->body.size + size <= BODY_LIMIT)
		sim_buf_add(&stream->body, bytes, size);
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
	struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	bool request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
	if (stream && request && frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		answer_stream(stream);
	return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t error, void *data)
{
	struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
	if (stream)
		stream_destroy(stream);
	return 0;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct sim_http2 *sim_http2_create(struct sim_conn *conn)
{
	struct sim_http2 *http2 = bzalloc(sizeof(*http2));
	nghttp2_session_callbacks *callbacks;
	http2->conn = conn;
	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
	nghttp2_session_server_new(&http2->session, callbacks, http2);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100};
	nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE, &settings, 1);
	return http2;
}

void sim_http2_destroy(struct sim_http2 *http2)
{
	if (!http2)
		return;
	nghttp2_session_del(http2->session);
	while (http2->first)
		stream_destroy(http2->first);
	bfree(http2);
}

void sim_http2_received(struct sim_http2 *http2, const char *data, size_t size)
{
	if (nghttp2_session_mem_recv2(http2->session, (const uint8_t *)data, size) < 0)
		sim_conn_drop(http2->conn, false);
	else if (!http2->conn->dropping && !http2->conn->closing)
		flush(http2);
}

#else

struct sim_http2 *sim_http2_create(struct sim_conn *conn)
{
	return NULL;
}

void sim_http2_destroy(struct sim_http2 *http2) {}

void sim_http2_received(struct sim_http2 *http2, const char *data, size_t size) {}

#endif
