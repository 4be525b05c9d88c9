#include "core_world.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "bus/event_json.h"
#include "platform/secret_store.h"
#include "twitch/account_record.h"

#define EXIT_NS 2000000000u
#define PASS_NS 20000000u
#define TOLD 40

/* --- time -------------------------------------------------------------------------------------------------------- */

static uint64_t moved_monotonic(void *data)
{
	struct core_clock *clock = data;
	return os_gettime_ns() + (uint64_t)os_atomic_load_long(&clock->offset_s) * 1000000000u;
}

static int64_t moved_unix(void *data)
{
	struct core_clock *clock = data;
	return lx_clock_unix_ms(lx_clock_system()) + os_atomic_load_long(&clock->offset_s) * 1000;
}

void core_world_advance(struct core_world *world, long seconds)
{
	char json[64];
	snprintf(json, sizeof(json), "{\"advance_ms\":%ld000}", seconds);
	core_world_control(world, "clock", json);
	os_atomic_set_long(&world->clock.offset_s, os_atomic_load_long(&world->clock.offset_s) + seconds);
	/* Reaches every loop: the account's, and by its event those of the chat and of EventSub. */
	lx_account_announce(lx_core_account(world->core));
}

bool core_world_pass(struct core_world *world, long seconds)
{
	if (os_gettime_ns() - world->clock.moved_ns < PASS_NS)
		return true;
	core_world_advance(world, seconds);
	world->clock.moved_ns = os_gettime_ns();
	return true;
}

/* --- what is seen ------------------------------------------------------------------------------------------------ */

static void on_event(const struct lx_event *event, void *data)
{
	struct core_world *world = data;
	char *json = lx_event_to_json_text(event);
	pthread_mutex_lock(&world->mutex);
	struct core_seen *seen = da_push_back_new(world->seen);
	seen->type = event->type;
	seen->json = json;
	pthread_mutex_unlock(&world->mutex);
	os_event_signal(world->news);
}

static bool holds(const struct core_seen *seen, const char *type, va_list texts)
{
	bool all = !type || strcmp(lx_event_type_word(seen->type), type) == 0;
	va_list rest;
	va_copy(rest, texts);
	for (const char *text; all && (text = va_arg(rest, const char *)) != NULL;)
		all = strstr(seen->json, text) != NULL;
	va_end(rest);
	return all;
}

int core_seen(struct core_world *world, const char *type, ...)
{
	int count = 0;
	va_list texts;
	va_start(texts, type);
	pthread_mutex_lock(&world->mutex);
	for (size_t i = 0; i < world->seen.num; i++)
		count += holds(&world->seen.array[i], type, texts);
	pthread_mutex_unlock(&world->mutex);
	va_end(texts);
	return count;
}

char *core_seen_last(struct core_world *world, const char *type, ...)
{
	char *json = NULL;
	va_list texts;
	va_start(texts, type);
	pthread_mutex_lock(&world->mutex);
	for (size_t i = world->seen.num; i-- > 0 && !json;)
		if (holds(&world->seen.array[i], type, texts))
			json = bstrdup(world->seen.array[i].json);
	pthread_mutex_unlock(&world->mutex);
	va_end(texts);
	return json ? json : bstrdup("");
}

void core_seen_clear(struct core_world *world)
{
	pthread_mutex_lock(&world->mutex);
	for (size_t i = 0; i < world->seen.num; i++)
		cJSON_free(world->seen.array[i].json);
	da_resize(world->seen, 0);
	pthread_mutex_unlock(&world->mutex);
}

bool core_link_is(struct core_world *world, const char *link, const char *state)
{
	calldata_t call;
	calldata_init(&call);
	proc_handler_call(world->procs, lx_bus_proc_name(LX_PROC_GET_STATE), &call);
	const char *now = calldata_string(&call, link);
	bool is = now && strcmp(now, state) == 0;
	calldata_free(&call);
	return is;
}

int core_link_seen(struct core_world *world, const char *link, const char *state)
{
	char link_text[32], state_text[32];
	snprintf(link_text, sizeof(link_text), "\"link\":\"%s\"", link);
	snprintf(state_text, sizeof(state_text), "\"state\":\"%s\"", state);
	return core_seen(world, "connection", link_text, state_text, NULL);
}

char *core_seen_chat(struct core_world *world)
{
	struct dstr ids = {0};
	dstr_copy(&ids, "");
	pthread_mutex_lock(&world->mutex);
	for (size_t i = 0; i < world->seen.num; i++) {
		const struct core_seen *seen = &world->seen.array[i];
		if (seen->type != LX_EVENT_CHAT_MESSAGE && seen->type != LX_EVENT_CHAT_NOTICE)
			continue;
		cJSON *json = cJSON_Parse(seen->json);
		dstr_catf(&ids, "%s\n", cJSON_GetStringValue(cJSON_GetObjectItem(json, "id")));
		cJSON_Delete(json);
	}
	pthread_mutex_unlock(&world->mutex);
	return ids.array ? ids.array : bstrdup("");
}

void core_world_tell(struct core_world *world)
{
	pthread_mutex_lock(&world->mutex);
	size_t from = world->seen.num > TOLD ? world->seen.num - TOLD : 0;
	for (size_t i = from; i < world->seen.num; i++)
		print_error("%.600s\n", world->seen.array[i].json);
	pthread_mutex_unlock(&world->mutex);
}

/* --- log --------------------------------------------------------------------------------------------------------- */

static struct {
	log_handler_t handler;
	void *param;
	pthread_mutex_t mutex;
	struct dstr text;
} captured = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void capture(int level, const char *format, va_list args, void *param)
{
	(void)level;
	(void)param;
	pthread_mutex_lock(&captured.mutex);
	dstr_vcatf(&captured.text, format, args);
	dstr_cat_ch(&captured.text, '\n');
	pthread_mutex_unlock(&captured.mutex);
}

void core_log_start(void)
{
	base_get_log_handler(&captured.handler, &captured.param);
	base_set_log_handler(capture, NULL);
}

char *core_log_stop(void)
{
	base_set_log_handler(captured.handler, captured.param);
	char *text = captured.text.array ? captured.text.array : bstrdup("");
	memset(&captured.text, 0, sizeof(captured.text));
	return text;
}

/* --- the simulator ----------------------------------------------------------------------------------------------- */

cJSON *core_world_ask(struct core_world *world, const char *command, const char *json)
{
	char *answer = lx_sim_control(world->sim, command, json);
	cJSON *parsed = cJSON_Parse(answer);
	if (!parsed || cJSON_GetObjectItem(parsed, "error"))
		fail_msg("the simulator refused %s %s: %s", command, json ? json : "", answer);
	bfree(answer);
	return parsed;
}

void core_world_control(struct core_world *world, const char *command, const char *json)
{
	cJSON_Delete(core_world_ask(world, command, json));
}

int core_world_requests(struct core_world *world, const char *method, const char *path, int status)
{
	char json[256];
	size_t path_length = strcspn(path, "?");
	const char *query = path[path_length] ? path + path_length + 1 : NULL;
	snprintf(json, sizeof(json), "{\"kind\":\"http\",%s%s%s\"path\":\"%.*s\",\"limit\":100000}",
		 method ? "\"method\":\"" : "", method ? method : "", method ? "\"," : "", (int)path_length, path);
	cJSON *answer = core_world_ask(world, "received", json);
	const cJSON *entry;
	int count = 0;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(answer, "entries"))
		count += (!status || cJSON_GetObjectItem(entry, "status")->valueint == status) &&
			 (!query || strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(entry, "query")), query) == 0);
	cJSON_Delete(answer);
	return count;
}

int core_world_received(struct core_world *world, const char *kind, const char *begin)
{
	char json[64];
	snprintf(json, sizeof(json), "{\"kind\":\"%s\"}", kind);
	cJSON *answer = core_world_ask(world, "received", json);
	const cJSON *entry;
	int count = 0;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(answer, "entries"))
		count += strncmp(cJSON_GetObjectItem(entry, "line")->valuestring, begin, strlen(begin)) == 0;
	cJSON_Delete(answer);
	return count;
}

struct answer {
	volatile bool there;
	enum lx_helix_error error;
	char *message;
	cJSON *json;
};

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct answer *answer = data;
	answer->error = result->error;
	answer->message = bstrdup(result->message);
	answer->json = result->json ? cJSON_Duplicate(result->json, true) : NULL;
	os_atomic_set_bool(&answer->there, true);
}

cJSON *core_world_helix(struct core_world *world, const char *method, const char *path, const char *body)
{
	struct answer answer = {0};
	lx_helix_send(lx_core_helix(world->core), &(struct lx_helix_call){
							  .endpoint = LX_HELIX_OTHER,
							  .method = method,
							  .path = path,
							  .body = body,
							  .priority = LX_HELIX_USER,
							  .done = on_answer,
							  .data = &answer,
						  });
	wait_until(world, os_atomic_load_bool(&answer.there));
	if (answer.error != LX_HELIX_OK)
		fail_msg("%s %s: %s", method, path, answer.message);
	bfree(answer.message);
	return answer.json;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	dstr_ncat(data, bytes, size * count);
	return size * count;
}

cJSON *core_world_helix_as(struct core_world *world, const char *token, const char *method, const char *path,
			   const char *body)
{
	CURL *easy = curl_easy_init();
	struct dstr text = {0}, answer = {0};
	long status = 0;
	dstr_printf(&text, "Authorization: Bearer %s", token);
	struct curl_slist *headers = curl_slist_append(NULL, text.array);
	headers = curl_slist_append(headers, "Client-Id: simpublicclient000000000000001");
	headers = curl_slist_append(headers, "Content-Type: application/json");
	dstr_printf(&text, "%s%s", lx_sim_url(world->sim, "helix"), path);
	curl_easy_setopt(easy, CURLOPT_URL, text.array);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body ? body : "");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	assert_int_equal(curl_easy_perform(easy), CURLE_OK);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (status / 100 != 2)
		fail_msg("%s %s: %ld %s", method, path, status, answer.array ? answer.array : "");
	curl_slist_free_all(headers);
	curl_easy_cleanup(easy);
	cJSON *json = answer.array ? cJSON_Parse(answer.array) : NULL;
	dstr_free(&text);
	dstr_free(&answer);
	return json;
}

char *core_world_user(struct core_world *world, const char *login)
{
	char query[64];
	snprintf(query, sizeof(query), "{\"login\":\"%s\"}", login);
	cJSON *answer = core_world_ask(world, "user", query);
	char *id = bstrdup(cJSON_GetStringValue(cJSON_GetObjectItem(answer, "id")));
	cJSON_Delete(answer);
	return id;
}

int core_world_subscribed(struct core_world *world, const char *type)
{
	cJSON *state = core_world_ask(world, "state", NULL);
	const cJSON *eventsub = cJSON_GetObjectItem(state, "eventsub"), *item;
	int count = 0;
	cJSON_ArrayForEach (item, cJSON_GetObjectItem(eventsub, "subscriptions"))
		count += (!type || strcmp(cJSON_GetObjectItem(item, "type")->valuestring, type) == 0) &&
			 strcmp(cJSON_GetObjectItem(item, "status")->valuestring, "enabled") == 0;
	cJSON_Delete(state);
	return count;
}

/* --- procedures -------------------------------------------------------------------------------------------------- */

bool core_world_call(struct core_world *world, enum lx_proc proc, ...)
{
	calldata_t call;
	va_list pairs;
	calldata_init(&call);
	va_start(pairs, proc);
	for (const char *name; (name = va_arg(pairs, const char *)) != NULL;) {
		const char *value = va_arg(pairs, const char *);
		if (strcmp(name, "duration_s") == 0)
			calldata_set_int(&call, name, atoi(value));
		else
			calldata_set_string(&call, name, value);
	}
	va_end(pairs);
	bool called = proc_handler_call(world->procs, lx_bus_proc_name(proc), &call);
	bool ok = called && calldata_bool(&call, "ok");
	calldata_free(&call);
	return ok;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

/* "https://127.0.0.1:1234/helix" with "/mock": "https://127.0.0.1:1234/mock/helix" */
static char *with_path(const char *url, const char *path)
{
	const char *rest = strchr(strstr(url, "://") + 3, '/');
	struct dstr text = {0};
	dstr_ncat(&text, url, (size_t)(rest - url));
	dstr_catf(&text, "%s%s", path ? path : "", rest);
	return text.array;
}

/* A sign-in of an earlier day, in the secret file. */
static void store_login(struct core_world *world)
{
	const struct core_world_config *config = &world->config;
	int seconds = config->expires_in ? config->expires_in : 14124;
	cJSON *wanted = cJSON_CreateObject();
	cJSON_AddStringToObject(wanted, "user", config->user);
	cJSON_AddNumberToObject(wanted, "expires_in", seconds);
	if (config->scopes)
		cJSON_AddStringToObject(wanted, "scopes", config->scopes);
	if (config->client_id)
		cJSON_AddStringToObject(wanted, "client_id", config->client_id);
	char *json = cJSON_PrintUnformatted(wanted), key[160];
	cJSON *token = core_world_ask(world, "token", json);
	cJSON_free(json);
	cJSON_Delete(wanted);

	struct lx_account_record record;
	lx_account_record_init(&record);
	char **const strings[] = {&record.client_id, &record.user_id, &record.login, &record.token,
				  &record.refresh_token};
	static const char *const names[] = {"client_id", "user_id", "login", "access_token", "refresh_token"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		bfree(*strings[i]);
		*strings[i] = bstrdup(cJSON_GetStringValue(cJSON_GetObjectItem(token, names[i])));
	}
	record.obtained_ms = lx_clock_unix_ms(lx_clock_system()) - 3600000;
	record.expires_ms = lx_clock_unix_ms(lx_clock_system()) + seconds * 1000LL;

	snprintf(key, sizeof(key), "main@%s", world->urls[2]);
	char *text = lx_account_record_encode(&record);
	struct lx_secret_store *store = lx_secret_store_create(LX_SECRET_FILE, world->token_path);
	assert_true(lx_secret_store_set(store, key, text));
	lx_secret_store_destroy(store);
	lx_secret_free(text);
	lx_account_record_finish(&record);
	cJSON_Delete(token);
}

void core_world_open(struct core_world *world)
{
	const struct core_world_config *config = &world->config;
	world->signals = signal_handler_create();
	world->procs = proc_handler_create();
	world->bus = lx_bus_create(world->signals, world->procs);
	world->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++)
		lx_bus_connect(world->bus, type, on_event, world);

	char path[160];
	snprintf(path, sizeof(path), "%s/settings.json", world->folder);
	world->settings = lx_settings_create(path);
	lx_settings_set_bool(world->settings, LX_SETTING_TOKEN_FILE, !config->system_store);
	if (config->redirect_port)
		lx_settings_set_int(world->settings, LX_SETTING_REDIRECT_PORT, config->redirect_port);
	lx_settings_set_string(world->settings, LX_SETTING_CHANNEL, config->channel ? config->channel : "");
	assert_true(lx_settings_save(world->settings));

	world->core = lx_core_create(&(struct lx_core_config){
		.bus = world->bus,
		.text = world->text,
		.clock = &world->clock.clock,
		.random = lx_random_system(),
		.settings = world->settings,
		.addresses = {.irc = world->urls[0],
			      .helix = world->urls[1],
			      .id = world->urls[2],
			      .eventsub = world->urls[3],
			      .ca_file = lx_sim_url(world->sim, "ca_file"),
			      .client_id = config->client_id ? config->client_id : "simpublicclient000000000000001"},
		.no_websocket = config->no_websocket,
		.config_dir = world->folder,
	});
	assert_non_null(world->core);
	lx_core_start(world->core);
}

void core_world_close(struct core_world *world)
{
	if (!world->core)
		return;
	uint64_t begin = os_gettime_ns();
	lx_core_stop(world->core);
	uint64_t took = os_gettime_ns() - begin;
	lx_core_destroy(world->core);
	world->core = NULL;
	lx_settings_destroy(world->settings);
	lx_bus_destroy(world->bus);
	lx_text_destroy(world->text);
	signal_handler_destroy(world->signals);
	proc_handler_destroy(world->procs);
	if (took > EXIT_NS)
		fail_msg("the core took %d ms to stop", (int)(took / 1000000));
}

void core_world_start(struct core_world *world, const struct core_world_config *config)
{
	static const char *const plain[] = {"irc", "helix", "id", "eventsub"};
	static const char *const tls[] = {"ircs", "helix_tls", "id_tls", "eventsub_tls"};
	memset(world, 0, sizeof(*world));
	world->config = *config;
	if (!world->config.sim.seed)
		world->config.sim.seed = 1;
	world->clock.clock = (struct lx_clock){moved_monotonic, moved_unix, &world->clock};
	pthread_mutex_init(&world->mutex, NULL);
	assert_int_equal(os_event_init(&world->news, OS_EVENT_TYPE_AUTO), 0);
	snprintf(world->folder, sizeof(world->folder), "%s/core-XXXXXX",
		 getenv("TMPDIR") && *getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->token_path, sizeof(world->token_path), "%s/tokens.json", world->folder);

	world->sim = lx_sim_start(&world->config.sim);
	assert_non_null(world->sim);
	for (size_t i = 0; i < 4; i++) {
		const char *url = lx_sim_url(world->sim, config->plain ? plain[i] : tls[i]);
		world->urls[i] = i == 1 || i == 2 ? with_path(url, config->path) : bstrdup(url);
	}
	if (config->user)
		store_login(world);
	core_world_open(world);
}

static void remove_folder(const char *folder)
{
	DIR *list = opendir(folder);
	for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
		char path[512];
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && unlink(path) != 0)
			rmdir(path);
	}
	if (list)
		closedir(list);
	rmdir(folder);
}

void core_world_stop(struct core_world *world)
{
	core_world_close(world);
	lx_sim_stop(world->sim);
	core_seen_clear(world);
	da_free(world->seen);
	for (size_t i = 0; i < 4; i++)
		bfree(world->urls[i]);
	os_event_destroy(world->news);
	pthread_mutex_destroy(&world->mutex);
	remove_folder(world->folder);
}
