#include "fake_id.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#define MAX_REQUESTS 4096
#define MAX_BODY 8192

struct request {
	char path[32];
	char body[MAX_BODY];
};

struct fake_id {
	pthread_mutex_t mutex;
	struct MHD_Daemon *daemon;
	int64_t now_ms;
	uint16_t port;
	char url[64];

	struct request *requests;
	int request_count;

	char fault_path[32], fault_body[512];
	enum fake_fault fault;
	int fault_times, fault_status;

	char device_says[64];
	int device_expires, token_lives, serial;
	int64_t ends_ms, old_ends_ms;
	char token[64], old_token[64], refresh[64], device_code[64];
	char scopes[512], user_id[32], login[32];
};

static void issue(struct fake_id *fake)
{
	fake->serial++;
	snprintf(fake->old_token, sizeof(fake->old_token), "%s", fake->token);
	fake->old_ends_ms = fake->ends_ms;
	fake->ends_ms = fake->now_ms + fake->token_lives * (int64_t)1000;
	snprintf(fake->token, sizeof(fake->token), FAKE_SECRET "token%d", fake->serial);
	snprintf(fake->refresh, sizeof(fake->refresh), FAKE_SECRET "refresh%d", fake->serial);
}

/* Value of a field of a form, decoded. */
static void field(const char *form, const char *name, char *out, size_t size)
{
	size_t length = strlen(name), used = 0;
	*out = 0;
	while (form && !(strncmp(form, name, length) == 0 && form[length] == '=')) {
		form = strchr(form, '&');
		form = form ? form + 1 : NULL;
	}
	if (!form)
		return;
	for (form += length + 1; *form && *form != '&' && used + 1 < size; form++) {
		unsigned int byte = (unsigned char)*form;
		if (*form == '%' && sscanf(form + 1, "%2x", &byte) == 1)
			form += 2;
		out[used++] = (char)byte;
	}
	out[used] = 0;
}

static int refuse(char *out, size_t size, int status, const char *message)
{
	snprintf(out, size, "{\"status\":%d,\"message\":\"%s\"}", status, message);
	return status;
}

static int give_pair(struct fake_id *fake, char *out, size_t size)
{
	issue(fake);
	snprintf(
		out, size,
		"{\"access_token\":\"%s\",\"expires_in\":%d,\"refresh_token\":\"%s\",\"scope\":%s,\"token_type\":\"bearer\"}",
		fake->token, fake->token_lives, fake->refresh, fake->scopes);
	return 200;
}

static int answer_token(struct fake_id *fake, const char *form, char *out, size_t size)
{
	char grant[128], value[512], secret[128];
	field(form, "grant_type", grant, sizeof(grant));
	if (strcmp(grant, "refresh_token") == 0) {
		field(form, "refresh_token", value, sizeof(value));
		if (strcmp(value, fake->refresh) != 0)
			return refuse(out, size, 400, "Invalid refresh token");
		return give_pair(fake, out, size);
	}
	if (strcmp(grant, "authorization_code") == 0) {
		field(form, "code", value, sizeof(value));
		field(form, "client_secret", secret, sizeof(secret));
		if (strcmp(secret, FAKE_CLIENT_SECRET) != 0)
			return refuse(out, size, 403, "invalid client secret");
		if (strcmp(value, FAKE_CODE) != 0)
			return refuse(out, size, 400, "Invalid authorization code");
		return give_pair(fake, out, size);
	}
	field(form, "device_code", value, sizeof(value));
	if (strcmp(value, fake->device_code) != 0)
		return refuse(out, size, 400, "invalid device code");
	if (*fake->device_says)
		return refuse(out, size, 400, fake->device_says);
	*fake->device_code = 0;
	return give_pair(fake, out, size);
}

static int answer_request(struct fake_id *fake, const char *path, const char *form, const char *authorization,
			  char *out, size_t size)
{
	char value[512];
	if (strcmp(path, "/token") == 0)
		return answer_token(fake, form, out, size);
	if (strcmp(path, "/device") == 0) {
		snprintf(fake->device_code, sizeof(fake->device_code), FAKE_SECRET "device%d", ++fake->serial);
		snprintf(out, size,
			 "{\"device_code\":\"%s\",\"expires_in\":%d,\"interval\":5,\"user_code\":\"ABCDEFGH\","
			 "\"verification_uri\":\"https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH\"}",
			 fake->device_code, fake->device_expires);
		return 200;
	}
	if (strcmp(path, "/validate") == 0) {
		const char *token = authorization && strncmp(authorization, "OAuth ", 6) == 0 ? authorization + 6 : "";
		bool newest = strcmp(token, fake->token) == 0;
		int64_t left = ((newest ? fake->ends_ms : fake->old_ends_ms) - fake->now_ms) / 1000;
		if (!*token || (!newest && strcmp(token, fake->old_token) != 0) || left <= 0)
			return refuse(out, size, 401, "invalid access token");
		snprintf(
			out, size,
			"{\"client_id\":\"client\",\"login\":\"%s\",\"scopes\":%s,\"user_id\":\"%s\",\"expires_in\":%d}",
			fake->login, fake->scopes, fake->user_id, (int)left);
		return 200;
	}
	if (strcmp(path, "/revoke") == 0) {
		field(form, "token", value, sizeof(value));
		if (strcmp(value, fake->token) != 0 && strcmp(value, fake->old_token) != 0)
			return refuse(out, size, 400, "Invalid token");
		*fake->token = *fake->old_token = *fake->refresh = 0;
		*out = 0;
		return 200;
	}
	return refuse(out, size, 404, "not found");
}

static enum MHD_Result handle(void *data, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_size, void **context)
{
	(void)method;
	(void)version;
	struct fake_id *fake = data;
	char *body = *context;
	if (!body) {
		*context = calloc(1, MAX_BODY);
		return MHD_YES;
	}
	if (*upload_size) {
		strncat(body, upload, *upload_size < MAX_BODY - 1 - strlen(body) ? *upload_size : 0);
		*upload_size = 0;
		return MHD_YES;
	}

	const char *path = strncmp(url, "/oauth2", 7) == 0 ? url + 7 : "";
	char out[4096] = "";
	pthread_mutex_lock(&fake->mutex);
	if (fake->request_count < MAX_REQUESTS) {
		struct request *request = &fake->requests[fake->request_count++];
		snprintf(request->path, sizeof(request->path), "%.31s", path);
		snprintf(request->body, sizeof(request->body), "%s", body);
	}
	bool faulty = fake->fault_times > 0 && strcmp(fake->fault_path, path) == 0;
	fake->fault_times -= faulty;
	int status = 0;
	if (!faulty || fake->fault == FAKE_LOSE_ANSWER)
		status = answer_request(fake, path, body,
					MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"), out,
					sizeof(out));
	if (faulty && fake->fault == FAKE_ANSWER) {
		status = fake->fault_status;
		snprintf(out, sizeof(out), "%s", fake->fault_body);
	}
	bool drop = faulty && fake->fault != FAKE_ANSWER;
	pthread_mutex_unlock(&fake->mutex);
	if (drop)
		return MHD_NO;

	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(out), out, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_queue_response(connection, (unsigned int)status, response);
	MHD_destroy_response(response);
	return result;
}

static void completed(void *data, struct MHD_Connection *connection, void **context,
		      enum MHD_RequestTerminationCode how)
{
	(void)data;
	(void)connection;
	(void)how;
	free(*context);
}

void fake_id_up(struct fake_id *fake)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(fake->port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	fake->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, fake->port, NULL, NULL, handle,
					fake, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, completed,
					fake, MHD_OPTION_END);
	if (!fake->daemon)
		abort();
	fake->port = MHD_get_daemon_info(fake->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	snprintf(fake->url, sizeof(fake->url), "http://127.0.0.1:%u/oauth2", (unsigned int)fake->port);
}

void fake_id_down(struct fake_id *fake)
{
	MHD_stop_daemon(fake->daemon);
	fake->daemon = NULL;
}

struct fake_id *fake_id_start(void)
{
	struct fake_id *fake = calloc(1, sizeof(*fake));
	fake->requests = calloc(MAX_REQUESTS, sizeof(*fake->requests));
	pthread_mutex_init(&fake->mutex, NULL);
	fake->device_expires = 1800;
	fake->token_lives = 14400;
	strcpy(fake->device_says, "authorization_pending");
	fake_id_scopes(fake, "[\"chat:read\",\"chat:edit\"]");
	fake_id_user(fake, "100", "streamer");
	fake_id_up(fake);
	return fake;
}

void fake_id_stop(struct fake_id *fake)
{
	if (fake->daemon)
		fake_id_down(fake);
	pthread_mutex_destroy(&fake->mutex);
	free(fake->requests);
	free(fake);
}

void fake_id_set_now(struct fake_id *fake, int64_t now_ms)
{
	pthread_mutex_lock(&fake->mutex);
	fake->now_ms = now_ms;
	pthread_mutex_unlock(&fake->mutex);
}

const char *fake_id_url(const struct fake_id *fake)
{
	return fake->url;
}

void fake_id_fault(struct fake_id *fake, const char *path, enum fake_fault fault, int times, int status,
		   const char *body)
{
	pthread_mutex_lock(&fake->mutex);
	snprintf(fake->fault_path, sizeof(fake->fault_path), "%s", path);
	snprintf(fake->fault_body, sizeof(fake->fault_body), "%s", body ? body : "");
	fake->fault = fault;
	fake->fault_times = times;
	fake->fault_status = status;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_id_device_says(struct fake_id *fake, const char *message)
{
	pthread_mutex_lock(&fake->mutex);
	snprintf(fake->device_says, sizeof(fake->device_says), "%s", message ? message : "");
	pthread_mutex_unlock(&fake->mutex);
}

void fake_id_device_expires(struct fake_id *fake, int seconds)
{
	pthread_mutex_lock(&fake->mutex);
	fake->device_expires = seconds;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_id_token_lives(struct fake_id *fake, int seconds)
{
	pthread_mutex_lock(&fake->mutex);
	fake->token_lives = seconds;
	pthread_mutex_unlock(&fake->mutex);
}

void fake_id_scopes(struct fake_id *fake, const char *json)
{
	pthread_mutex_lock(&fake->mutex);
	snprintf(fake->scopes, sizeof(fake->scopes), "%s", json);
	pthread_mutex_unlock(&fake->mutex);
}

void fake_id_user(struct fake_id *fake, const char *user_id, const char *login)
{
	pthread_mutex_lock(&fake->mutex);
	snprintf(fake->user_id, sizeof(fake->user_id), "%s", user_id);
	snprintf(fake->login, sizeof(fake->login), "%s", login);
	pthread_mutex_unlock(&fake->mutex);
}

const char *fake_id_issue(struct fake_id *fake)
{
	pthread_mutex_lock(&fake->mutex);
	issue(fake);
	pthread_mutex_unlock(&fake->mutex);
	return fake->token;
}

const char *fake_id_token(struct fake_id *fake)
{
	return fake->token;
}

const char *fake_id_refresh(struct fake_id *fake)
{
	return fake->refresh;
}

void fake_id_withdraw(struct fake_id *fake, bool all)
{
	pthread_mutex_lock(&fake->mutex);
	*fake->token = *fake->old_token = 0;
	if (all)
		*fake->refresh = 0;
	pthread_mutex_unlock(&fake->mutex);
}

int fake_id_count(struct fake_id *fake, const char *path, const char *grant)
{
	pthread_mutex_lock(&fake->mutex);
	int count = 0;
	for (int i = 0; i < fake->request_count; i++) {
		const struct request *request = &fake->requests[i];
		count += strcmp(request->path, path) == 0 && (!grant || strstr(request->body, grant));
	}
	pthread_mutex_unlock(&fake->mutex);
	return count;
}

const char *fake_id_last(struct fake_id *fake, const char *path)
{
	pthread_mutex_lock(&fake->mutex);
	const char *body = "";
	for (int i = 0; i < fake->request_count; i++) {
		if (strcmp(fake->requests[i].path, path) == 0)
			body = fake->requests[i].body;
	}
	pthread_mutex_unlock(&fake->mutex);
	return body;
}
