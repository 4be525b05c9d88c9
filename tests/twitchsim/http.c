#include "http.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"
#include "journal.h"
#include "json.h"

#define HEAD_LIMIT 65536
#define BODY_LIMIT (1u << 20)

struct http {
	struct sim_conn *conn;
	struct sim_buf in;
	bool waiting; /* an answer is being delayed: further requests wait */
	bool keep_alive;
	struct sim_buf delayed;
	bool delayed_close;
	lws_sorted_usec_list_t timer;
};

/* --- requests ---------------------------------------------------------------------------------------------------- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void sim_url_decode(char *text)
{
	char *to = text;
	for (; *text; text++) {
		if (*text == '+') {
			*to++ = ' ';
		} else if (*text == '%' && hex(text[1]) >= 0 && hex(text[2]) >= 0) {
			*to++ = (char)(hex(text[1]) * 16 + hex(text[2]));
			text += 2;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

const char *sim_request_param(const struct sim_request *request, const char *name)
{
	for (size_t i = 0; i < request->params.num; i++) {
		if (strcmp(request->params.array[i].name, name) == 0)
			return request->params.array[i].value;
	}
	return NULL;
}

void sim_request_split(struct sim_request *request)
{
	const char *at = request->query;
	while (*at) {
		size_t size = strcspn(at, "&");
		if (size) {
			struct sim_query param;
			param.name = bstrdup_n(at, size);
			char *equals = strchr(param.name, '=');
			param.value = bstrdup(equals ? equals + 1 : "");
			if (equals)
				*equals = '\0';
			sim_url_decode(param.name);
			sim_url_decode(param.value);
			da_push_back(request->params, &param);
		}
		at += size;
		if (*at)
			at++;
	}
}

void sim_request_finish(struct sim_request *request)
{
	for (size_t i = 0; i < request->params.num; i++) {
		bfree(request->params.array[i].name);
		bfree(request->params.array[i].value);
	}
	da_free(request->params);
	bfree(request->path);
	bfree(request->query);
	bfree(request->authorization);
	bfree(request->client_id);
	bfree(request->content_type);
	bfree(request->body);
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

const char *sim_http_reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{200, "OK"},
		{202, "Accepted"},
		{204, "No Content"},
		{302, "Found"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{410, "Gone"},
		{413, "Payload Too Large"},
		{422, "Unprocessable Entity"},
		{425, "Too Early"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].status == status)
			return reasons[i].text;
	}
	return "Status";
}

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

/* Numbers and booleans become text, numeric text becomes numbers; fields nobody knows are added. */
static void confuse(cJSON *json)
{
	cJSON *next;
	for (cJSON *item = json->child; item; item = next) {
		next = item->next;
		char number[32];
		cJSON *other = NULL;
		if (cJSON_IsNumber(item)) {
			snprintf(number, sizeof(number), "%.0f", item->valuedouble);
			other = cJSON_CreateString(number);
		} else if (cJSON_IsBool(item)) {
			other = cJSON_CreateString(cJSON_IsTrue(item) ? "true" : "false");
		} else if (cJSON_IsString(item)) {
			char *end;
			double value = strtod(item->valuestring, &end);
			if (*item->valuestring && !*end && strlen(item->valuestring) < 15)
				other = cJSON_CreateNumber(value);
		} else {
			confuse(item);
		}
		if (other && cJSON_IsArray(json))
			cJSON_ReplaceItemViaPointer(json, item, other);
		else if (other)
			cJSON_ReplaceItemInObjectCaseSensitive(json, item->string, other);
	}
	if (cJSON_IsObject(json) && !cJSON_HasObjectItem(json, "sim_unknown"))
		cJSON_AddItemToObject(json, "sim_unknown", cJSON_CreateObject());
}

static void wrong_types(struct sim_answer *answer)
{
	cJSON *json = answer->body ? cJSON_Parse(answer->body) : NULL;
	if (!json)
		return;
	confuse(json);
	bfree(answer->body);
	answer->body = sim_json_print(json);
	answer->body_size = strlen(answer->body);
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

static void play_status(const struct sim_fault *fault, struct sim_answer *answer, int64_t now_ms)
{
	answer->status = fault->status;
	bfree(answer->body);
	struct sim_buf body = {0};
	if (fault->body) {
		sim_buf_str(&body, fault->body);
	} else if (fault->kind == SIM_HTTP_STATUS) {
		const char *message = fault->status == 401   ? "Invalid OAuth token"
				      : fault->status == 429 ? "Too Many Requests"
							     : "";
		sim_buf_printf(&body, "{\"error\":\"%s\",\"status\":%d,\"message\":\"%s\"}",
			       sim_http_reason(fault->status), fault->status, message);
	}
	answer->body = bstrdup(sim_buf_text(&body));
	answer->body_size = body.size;
	sim_buf_finish(&body);
	if (fault->status == 429)
		snprintf(answer->headers, sizeof(answer->headers),
			 "Ratelimit-Limit: 800\r\nRatelimit-Remaining: %d\r\nRatelimit-Reset: %" PRId64 "\r\n",
			 fault->remaining, (now_ms + fault->ms + 999) / 1000);
}

static void answer_request(struct http *http, struct sim_request *request)
{
	struct sim_conn *conn = http->conn;
	struct lx_sim *sim = conn->sim;
	const char *path = request->path;
	static const char *const bases[] = {"/helix", "/oauth2"};
	for (int i = 0; i < 2 && path == request->path; i++) {
		if (strncmp(path, bases[i], strlen(bases[i])) == 0)
			path += strlen(bases[i]);
	}
	struct sim_fault fault = {.where = ""};
	if (!request->control) {
		const struct sim_fault *rule = sim_faults_http(sim, request->method, path);
		if (rule)
			fault = *rule;
	}
	bool faulty = *fault.where != '\0';
	bool executed = !faulty || (fault.kind != SIM_HTTP_STATUS && fault.kind != SIM_HTTP_EMPTY &&
				    fault.kind != SIM_HTTP_CLOSE && fault.kind != SIM_HTTP_STALL &&
				    fault.kind != SIM_HTTP_RESET && fault.kind != SIM_HTTP_GARBAGE);
	struct sim_answer answer = {.status = 0};
	if (executed)
		sim_route(request, &answer);
	else if (fault.kind == SIM_HTTP_STATUS || fault.kind == SIM_HTTP_EMPTY)
		play_status(&fault, &answer, sim_now_ms(sim));
	if (!request->control)
		sim_journal_http(sim, request, answer.status, answer.user);

	bool keep = http->keep_alive && answer.status != 0;
	struct sim_buf out = {0};
	size_t length = answer.body_size;
	if (faulty && fault.kind == SIM_HTTP_WRONG_TYPES) {
		wrong_types(&answer);
		length = answer.body_size;
	} else if (faulty && fault.kind == SIM_HTTP_BAD_JSON) {
		length = answer.body_size / 2;
	} else if (faulty && fault.kind == SIM_HTTP_LARGE) {
		length += (size_t)fault.ms * 1024;
	}
	if (faulty && fault.kind == SIM_HTTP_GARBAGE)
		sim_buf_str(&out, "\x16\x03\x01 this is not HTTP\r\n\r\n");
	else
		format_answer(&out, &answer, keep, length);
	for (size_t i = answer.body_size; faulty && fault.kind == SIM_HTTP_LARGE && i < length; i++)
		sim_buf_char(&out, ' ');

	switch (faulty ? fault.kind : -1) {
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
	case SIM_HTTP_HALF:
		sim_conn_write(conn, sim_buf_bytes(&out), out.size - length / 2 - 1);
		sim_conn_close(conn);
		break;
	case SIM_HTTP_SLOW:
		http->waiting = true;
		http->delayed_close = !keep;
		sim_buf_add(&http->delayed, sim_buf_bytes(&out), out.size);
		lws_sul_schedule(sim->context, 0, &http->timer, deliver, (lws_usec_t)fault.ms * 1000);
		break;
	default:
		if (answer.no_answer) {
			sim_conn_close(conn);
			break;
		}
		if (faulty && fault.kind == SIM_HTTP_DRIBBLE)
			conn->dribble = true;
		sim_conn_write(conn, sim_buf_bytes(&out), out.size);
		if (!keep)
			sim_conn_close(conn);
	}
	bfree(answer.body);
	bfree(answer.location);
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
	sim_buf_add(&http->in, data, size);
	serve(http);
}

static void http_closed(struct sim_conn *conn)
{
	struct http *http = conn->owner;
	lws_sul_cancel(&http->timer);
	sim_buf_finish(&http->in);
	sim_buf_finish(&http->delayed);
	bfree(http);
}

const struct sim_conn_ops sim_http_conn_ops = {http_opened, http_received, http_closed};
