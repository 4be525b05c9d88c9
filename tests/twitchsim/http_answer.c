#include "http.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"
#include "journal.h"
#include "json.h"

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

/* --- answers ------------------------------------------------------------------------------------------------------ */

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

static void pad(struct sim_answer *answer, size_t size)
{
	size_t before = answer->body ? answer->body_size : 0;
	answer->body = brealloc(answer->body, before + size + 1);
	memset(answer->body + before, ' ', size);
	answer->body[before + size] = '\0';
	answer->body_size = before + size;
}

void sim_http_answer(struct sim_request *request, struct sim_outcome *outcome)
{
	struct lx_sim *sim = request->sim;
	const char *path = sim_path_behind(request->path, SIM_BASE_HELIX);
	if (!path)
		path = sim_path_behind(request->path, SIM_BASE_ID);
	if (!path)
		path = request->path;
	memset(outcome, 0, sizeof(*outcome));
	const struct sim_fault *fault = request->control ? NULL : sim_faults_http(sim, request->method, path);
	struct sim_answer *answer = &outcome->answer;
	outcome->fault = fault ? (enum sim_http_fault_kind)fault->kind : SIM_HTTP_NO_FAULT;
	outcome->ms = fault ? fault->ms : 0;
	switch (outcome->fault) {
	case SIM_HTTP_STATUS:
	case SIM_HTTP_EMPTY:
		play_status(fault, answer, sim_now_ms(sim));
		break;
	case SIM_HTTP_CLOSE:
	case SIM_HTTP_STALL:
	case SIM_HTTP_RESET:
	case SIM_HTTP_GARBAGE:
		break; /* not carried out */
	default:
		sim_route(request, answer);
	}
	if (outcome->fault == SIM_HTTP_WRONG_TYPES)
		wrong_types(answer);
	else if (outcome->fault == SIM_HTTP_BAD_JSON)
		answer->body_size /= 2;
	else if (outcome->fault == SIM_HTTP_LARGE)
		pad(answer, (size_t)outcome->ms * 1024);
	if (!request->control)
		sim_journal_http(sim, request, answer->status, answer->user);
}

void sim_outcome_finish(struct sim_outcome *outcome)
{
	bfree(outcome->answer.body);
	bfree(outcome->answer.location);
}
