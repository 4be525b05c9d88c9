#include "helix.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

#define BUCKET 800
#define BUCKET_MS 60000

struct bucket {
	char client[40], user[16];
	double points;
	int64_t filled_ms;
};

struct sim_helix {
	DARRAY(struct bucket) buckets;
	int limit;
};

static const struct sim_endpoint *const areas[] = {sim_helix_users,      sim_helix_channels, sim_helix_chat,
						   sim_helix_moderation, sim_helix_money,    sim_helix_schedule,
						   sim_helix_videos,     sim_helix_engage,   sim_helix_points,
						   sim_helix_eventsub,   sim_helix_gone};

struct sim_helix *sim_helix_create(struct lx_sim *sim)
{
	(void)sim;
	struct sim_helix *helix = bzalloc(sizeof(*helix));
	helix->limit = BUCKET;
	return helix;
}

void sim_helix_destroy(struct sim_helix *helix)
{
	if (!helix)
		return;
	da_free(helix->buckets);
	bfree(helix);
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

bool sim_failed(const struct sim_call *call)
{
	return call->answer->status != 0;
}

void sim_reply(struct sim_call *call, int status, cJSON *json)
{
	bfree(call->answer->body);
	call->answer->status = status;
	call->answer->body = sim_json_print(json);
	call->answer->body_size = strlen(call->answer->body);
}

void sim_fail(struct sim_call *call, int status, const char *format, ...)
{
	char message[512];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "error", sim_http_reason(status));
	sim_json_put_int(json, "status", status);
	sim_json_put(json, "message", message);
	sim_reply(call, status, json);
}

void sim_no_content(struct sim_call *call)
{
	call->answer->status = 204;
}

void sim_reply_data(struct sim_call *call, cJSON *array)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddItemToObject(json, "data", array);
	sim_reply(call, 200, json);
}

cJSON *sim_array_of(cJSON *object)
{
	cJSON *array = cJSON_CreateArray();
	cJSON_AddItemToArray(array, object);
	return array;
}

/* --- parameters -------------------------------------------------------------------------------------------------- */

const char *sim_param(const struct sim_call *call, const char *name)
{
	const char *value = sim_request_param(call->request, name);
	return value && *value ? value : NULL;
}

const char *sim_need_param(struct sim_call *call, const char *name)
{
	const char *value = sim_param(call, name);
	if (!value)
		sim_fail(call, 400, "Missing required parameter \"%s\"", name);
	return value;
}

size_t sim_params(struct sim_call *call, const char *name, const char **values, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < call->request->params.num; i++) {
		const struct sim_query *query = &call->request->params.array[i];
		if (strcmp(query->name, name) != 0)
			continue;
		if (count == max) {
			sim_fail(call, 400,
				 "The parameter \"%s\" was malformed: the value must have a maximum of %zu elements",
				 name, max);
			return 0;
		}
		values[count++] = query->value;
	}
	return count;
}

const char *sim_need_text(struct sim_call *call, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->body, name);
	if (cJSON_IsString(item) && *item->valuestring)
		return item->valuestring;
	sim_fail(call, 400, "The parameter \"%s\" is required", name);
	return NULL;
}

struct sim_user *sim_need_user(struct sim_call *call, const char *param)
{
	const char *id = sim_need_param(call, param);
	struct sim_user *user = id ? sim_user_by_id(call->sim, id) : NULL;
	if (id && !user)
		sim_fail(call, 400, "The user specified in %s was not found", param);
	return user;
}

bool sim_need_self(struct sim_call *call, const char *param)
{
	const char *id = sim_need_param(call, param);
	if (!id)
		return false;
	if (!call->user || strcmp(call->user->id, id) != 0) {
		sim_fail(call, 401, "The ID in %s must match the user ID found in the request's OAuth token.", param);
		return false;
	}
	return true;
}

bool sim_has_scope(const struct sim_call *call, const char *scopes)
{
	char scope[64];
	for (const char *at = scopes; at && *at;) {
		size_t size = strcspn(at, "|");
		snprintf(scope, sizeof(scope), "%.*s", (int)size, at);
		if (sim_token_has(call->token, scope))
			return true;
		at += size;
		if (*at)
			at++;
	}
	return false;
}

bool sim_monetized(const struct sim_user *user)
{
	return *user->broadcaster_type != '\0';
}

/* A cursor is the base64 of the place it stands for, as Twitch's are; only ours are taken back. */
static void make_cursor(int offset, char text[64])
{
	char plain[40];
	int size = snprintf(plain, sizeof(plain), "{\"b\":null,\"a\":{\"Offset\":%d}}", offset);
	lws_b64_encode_string(plain, size, text, 64);
}

static int read_cursor(const char *text)
{
	char plain[64];
	int offset;
	if (strlen(text) > 60 || lws_b64_decode_string(text, plain, sizeof(plain)) < 0 ||
	    sscanf(plain, "{\"b\":null,\"a\":{\"Offset\":%d}}", &offset) != 1)
		return -1;
	return offset;
}

cJSON *sim_page(struct sim_call *call, cJSON *all, int fallback, int max)
{
	const char *first = sim_param(call, "first"), *after = sim_param(call, "after"),
		   *before = sim_param(call, "before");
	int total = cJSON_GetArraySize(all), from = 0, count = fallback;
	if (first) {
		char *end;
		count = (int)strtol(first, &end, 10);
		if (*end || count < 1 || count > max) {
			sim_fail(call, 400, "The parameter \"first\" was malformed: the value must be %s",
				 count > max ? "less than or equal to the maximum" : "greater than or equal to 1");
			cJSON_Delete(all);
			return NULL;
		}
	}
	if (after || before) {
		from = read_cursor(after ? after : before);
		if (from < 0 || (after && before)) {
			sim_fail(call, 400, "The pagination cursor is not valid.");
			cJSON_Delete(all);
			return NULL;
		}
		if (before)
			from = from - 2 * count < 0 ? 0 : from - 2 * count;
	}
	cJSON *json = cJSON_CreateObject(), *data = cJSON_AddArrayToObject(json, "data");
	for (int i = 0; i < from && all->child; i++)
		cJSON_Delete(cJSON_DetachItemViaPointer(all, all->child));
	for (int i = 0; i < count && all->child; i++)
		cJSON_AddItemToArray(data, cJSON_DetachItemViaPointer(all, all->child));
	cJSON *pagination = cJSON_AddObjectToObject(json, "pagination");
	if (from + count < total) {
		char cursor[64];
		make_cursor(from + count, cursor);
		sim_json_put(pagination, "cursor", cursor);
	}
	cJSON_Delete(all);
	return json;
}

void sim_put_3(cJSON *json, const char *prefix, const struct sim_user *user)
{
	static const char *const names[] = {"id", "login", "name"};
	const char *values[] = {user ? user->id : NULL, user ? user->login : NULL, user ? user->name : NULL};
	for (int i = 0; i < 3; i++) {
		char name[64];
		snprintf(name, sizeof(name), "%s%s", prefix, names[i]);
		sim_json_put(json, name, values[i]);
	}
}

void sim_put_b3(cJSON *json, const struct sim_user *user)
{
	sim_put_3(json, "broadcaster_", user);
}

void sim_put_u3(cJSON *json, const struct sim_user *user)
{
	sim_put_3(json, "user_", user);
}

/* --- checks ------------------------------------------------------------------------------------------------------ */

static bool authenticate(struct sim_call *call)
{
	const char *text = call->request->authorization;
	if (!text || strncmp(text, "Bearer ", 7) != 0) {
		sim_fail(call, 401, "OAuth token is missing");
		return false;
	}
	if (!call->request->client_id || !*call->request->client_id) {
		sim_fail(call, 401, "Must provide valid Client ID or OAuth Token");
		return false;
	}
	call->token = sim_token_find(call->sim, text + 7);
	if (!call->token) {
		sim_fail(call, 401, "Invalid OAuth token");
		return false;
	}
	if (strcmp(call->token->client->id, call->request->client_id) != 0) {
		sim_fail(call, 401, "Client ID and OAuth token do not match");
		return false;
	}
	call->user = call->token->user;
	if (call->user)
		call->answer->user = call->user->login;
	return true;
}

/* Takes a point; writes the headers either way. */
static bool take_point(struct sim_call *call)
{
	struct sim_helix *helix = call->sim->helix;
	struct bucket *bucket = NULL;
	const char *user = call->user ? call->user->id : "";
	int64_t now = sim_now_ms(call->sim);
	for (size_t i = 0; i < helix->buckets.num && !bucket; i++) {
		struct bucket *candidate = &helix->buckets.array[i];
		if (strcmp(candidate->client, call->token->client->id) == 0 && strcmp(candidate->user, user) == 0)
			bucket = candidate;
	}
	if (!bucket) {
		bucket = da_push_back_new(helix->buckets);
		snprintf(bucket->client, sizeof(bucket->client), "%s", call->token->client->id);
		snprintf(bucket->user, sizeof(bucket->user), "%s", user);
		bucket->points = helix->limit;
		bucket->filled_ms = now;
	}
	bucket->points += (double)(now - bucket->filled_ms) * helix->limit / BUCKET_MS;
	bucket->filled_ms = now;
	if (bucket->points > helix->limit)
		bucket->points = helix->limit;
	bool ok = bucket->points >= 1;
	if (ok)
		bucket->points--;
	int64_t full_ms = now + (int64_t)((helix->limit - bucket->points) * BUCKET_MS / helix->limit);
	snprintf(call->answer->headers, sizeof(call->answer->headers),
		 "Ratelimit-Limit: %d\r\nRatelimit-Remaining: %d\r\nRatelimit-Reset: %" PRId64 "\r\n", helix->limit,
		 (int)bucket->points, (full_ms + 999) / 1000);
	if (!ok)
		sim_fail(call, 429, "Too Many Requests");
	return ok;
}

static bool check_scopes(struct sim_call *call, const char *scopes)
{
	if (!scopes || !call->user || sim_has_scope(call, scopes))
		return true;
	struct sim_buf list = {0};
	for (const char *at = scopes; *at;) {
		size_t size = strcspn(at, "|");
		if (list.size)
			sim_buf_str(&list, " or ");
		sim_buf_add(&list, at, size);
		at += size;
		if (*at)
			at++;
	}
	sim_fail(call, 401, "Missing scope: %s", sim_buf_text(&list));
	sim_buf_finish(&list);
	return false;
}

static bool check_body(struct sim_call *call)
{
	if (call->request->body_size) {
		const char *type = call->request->content_type;
		if (!type || strncmp(type, "application/json", 16) != 0) {
			sim_fail(call, 400, "The Content-Type header must be set to application/json.");
			return false;
		}
		call->body = cJSON_ParseWithLength(call->request->body, call->request->body_size);
	}
	if (cJSON_IsObject(call->body))
		return true;
	sim_fail(call, 400, "The request body is missing or malformed.");
	return false;
}

static bool check_broadcaster(struct sim_call *call, unsigned rules)
{
	if (!(rules & (SIM_BROADCASTER | SIM_BROADCASTER_SELF | SIM_MODERATOR | SIM_BODY_BROADCASTER)))
		return true;
	const char *id = rules & SIM_BODY_BROADCASTER ? sim_need_text(call, "broadcaster_id")
						      : sim_need_param(call, "broadcaster_id");
	if (!id)
		return false;
	if (rules & (SIM_BROADCASTER_SELF | SIM_BODY_BROADCASTER) && (!call->user || strcmp(call->user->id, id) != 0)) {
		sim_fail(call, 401,
			 "The ID in broadcaster_id must match the user ID found in the request's OAuth token.");
		return false;
	}
	call->channel = sim_channel_by_id(call->sim, id);
	if (!call->channel) {
		sim_fail(call, 400, "The broadcaster specified in broadcaster_id was not found");
		return false;
	}
	return true;
}

static bool check_moderator(struct sim_call *call, unsigned rules)
{
	if (!(rules & SIM_MODERATOR))
		return true;
	if (!sim_need_self(call, "moderator_id"))
		return false;
	if (!sim_can_moderate(call->channel, call->user)) {
		sim_fail(call, 403, "The user specified in moderator_id is not one of the broadcaster's moderators.");
		return false;
	}
	return true;
}

static void run(struct sim_call *call, const struct sim_endpoint *endpoint)
{
	unsigned rules = endpoint->rules;
	if (!(rules & SIM_NO_HEADERS)) {
		if (!authenticate(call) || !take_point(call))
			return;
		bool needs_user = endpoint->scopes || rules & (SIM_USER_TOKEN | SIM_MODERATOR | SIM_BROADCASTER_SELF);
		if (needs_user && !call->user) {
			sim_fail(call, 401, "Missing User OAUTH Token");
			return;
		}
		if (rules & SIM_APP_TOKEN && call->user) {
			sim_fail(call, 401, "App Access Token Required");
			return;
		}
	}
	if (!check_scopes(call, endpoint->scopes) || (rules & SIM_BODY && !check_body(call)) ||
	    !check_broadcaster(call, rules) || !check_moderator(call, rules))
		return;
	if (rules & SIM_MONETIZED && !sim_monetized(call->channel->user)) {
		sim_fail(call, 403, "The broadcaster must have partner or affiliate status.");
		return;
	}
	endpoint->handler(call);
}

void sim_helix_request(struct sim_request *request, struct sim_answer *answer)
{
	struct sim_call call = {.sim = request->sim, .request = request, .answer = answer};
	const char *path = sim_path_behind(request->path, SIM_BASE_HELIX);
	bool path_known = false;
	for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]) && !sim_failed(&call); i++) {
		for (const struct sim_endpoint *endpoint = areas[i]; endpoint->path; endpoint++) {
			if (strcmp(endpoint->path, path) != 0)
				continue;
			path_known = true;
			if (strcmp(endpoint->method, request->method) != 0 && *endpoint->method != '*')
				continue;
			run(&call, endpoint);
			break;
		}
	}
	if (!sim_failed(&call))
		sim_fail(&call, 404, path_known ? "Method not supported" : "");
	cJSON_Delete(call.body);
}

cJSON *sim_helix_control(struct lx_sim *sim, const cJSON *json)
{
	struct sim_helix *helix = sim->helix;
	helix->limit = (int)sim_json_int(json, "limit", helix->limit);
	for (size_t i = 0; i < helix->buckets.num; i++) {
		helix->buckets.array[i].points = sim_json_real(json, "remaining", helix->buckets.array[i].points);
		helix->buckets.array[i].filled_ms = sim_now_ms(sim);
	}
	return sim_json_ok();
}

/* --- endpoints that are no more ---------------------------------------------------------------------------------- */

static void gone(struct sim_call *call)
{
	sim_fail(call, 410, "This API is not available.");
}

const struct sim_endpoint sim_helix_gone[] = {
	{"GET", "/users/follows", NULL, SIM_ANY_TOKEN, gone},
	{"*", "/streams/tags", NULL, SIM_ANY_TOKEN, gone},
	{"GET", "/tags/streams", NULL, SIM_ANY_TOKEN, gone},
	{"GET", "/hypetrain/events", NULL, SIM_ANY_TOKEN, gone},
	{"GET", "/moderation/banned/events", NULL, SIM_ANY_TOKEN, gone},
	{"GET", "/moderation/moderators/events", NULL, SIM_ANY_TOKEN, gone},
	{"GET", "/subscriptions/events", NULL, SIM_ANY_TOKEN, gone},
	{"*", "/entitlements/codes", NULL, SIM_ANY_TOKEN, gone},
	{NULL, NULL, NULL, 0, NULL},
};
