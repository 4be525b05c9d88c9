/* Nothing secret leaves: all ways to sign in, an evening with trouble, and then a search through all that was written and told. */
#include "core_world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curl/curl.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/memory.h"

#define CLIENT "simsecretclient000000000000001"
#define CLIENT_SECRET "simclientsecret000000000000001"
#define TROUBLE_NS 700000000u
#define PASTED "moderatortoken0000000000000001"

/* --- everything that got out -------------------------------------------------------------------------------------------- */

struct traces {
	pthread_mutex_t mutex;
	struct dstr text;
};

static void note(struct traces *traces, const char *where, const char *text)
{
	pthread_mutex_lock(&traces->mutex);
	dstr_catf(&traces->text, "\n[%s] ", where);
	dstr_cat(&traces->text, text); /* no format: it may be long */
	pthread_mutex_unlock(&traces->mutex);
}

static void note_bytes(struct traces *traces, const char *path)
{
	FILE *file = fopen(path, "rb");
	char bytes[4096];
	struct dstr text = {0};
	for (size_t got; file && (got = fread(bytes, 1, sizeof(bytes), file)) > 0;) {
		for (size_t i = 0; i < got; i++)
			dstr_cat_ch(&text, bytes[i] ? bytes[i] : ' ');
	}
	if (file)
		fclose(file);
	if (text.array)
		note(traces, path, text.array);
	dstr_free(&text);
}

static void note_folder(struct traces *traces, const struct core_world *world, const char *but)
{
	DIR *list = opendir(world->folder);
	for (struct dirent *entry; list && (entry = readdir(list)) != NULL;) {
		struct dstr path = {0};
		dstr_printf(&path, "%s/%s", world->folder, entry->d_name);
		if (*entry->d_name != '.' && (!but || strcmp(path.array, but) != 0))
			note_bytes(traces, path.array);
		dstr_free(&path);
	}
	if (list)
		closedir(list);
}

/* What scripts and other plugins get to see, beside the events: the parameters of every signal as text. */
static void on_signal(void *data, const char *signal, calldata_t *params)
{
	static const char *const names[] = {"detail", "reason", "text", "url", "scopes", "user_login", "id", "storage"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value;
		if (calldata_get_string(params, names[i], &value) && value)
			note(data, signal, value);
	}
}

/* --- everything that must not ---------------------------------------------------------------------------------------------- */

typedef DARRAY(char *) secret_list;

static void add_secret(secret_list *secrets, const cJSON *item)
{
	if (cJSON_IsString(item) && strlen(item->valuestring) > 8) {
		char *copy = bstrdup(item->valuestring);
		da_push_back(*secrets, &copy);
	}
}

static void collect(struct core_world *world, secret_list *secrets)
{
	cJSON *list = core_world_ask(world, "oauth", "{\"action\":\"list\"}");
	const cJSON *item;
	cJSON_ArrayForEach (item, cJSON_GetObjectItem(list, "tokens")) {
		add_secret(secrets, cJSON_GetObjectItem(item, "access_token"));
		add_secret(secrets, cJSON_GetObjectItem(item, "refresh_token"));
	}
	cJSON_ArrayForEach (item, cJSON_GetObjectItem(list, "devices"))
		add_secret(secrets, cJSON_GetObjectItem(item, "device_code"));
	char *client_secret = bstrdup(CLIENT_SECRET);
	da_push_back(*secrets, &client_secret);
	cJSON_Delete(list);
}

static void search(const struct traces *traces, const secret_list *secrets)
{
	assert_true(secrets->num > 10);
	for (size_t i = 0; i < secrets->num; i++) {
		const char *found = traces->text.array ? strstr(traces->text.array, secrets->array[i]) : NULL;
		if (!found)
			continue;
		size_t from = (size_t)(found - traces->text.array);
		fail_msg("a secret got out: …%.200s", traces->text.array + (from > 80 ? from - 80 : 0));
	}
}

/* --- three ways in --------------------------------------------------------------------------------------------------------- */

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	close(fd);
	return ntohs(address.sin_port);
}

static void by_device(struct core_world *world)
{
	lx_account_set_client(lx_core_account(world->core), "simpublicclient000000000000001", "");
	core_world_control(world, "oauth", "{\"action\":\"settings\",\"interval\":1}");
	assert_true(core_world_call(world, LX_PROC_LOGIN, "role", "main", "way", "device", NULL));
	wait_until(world, core_seen(world, "login", "\"way\":\"device\"", "\"state\":\"waiting\"", NULL) == 1);
	core_world_control(world, "oauth", "{\"action\":\"approve\"}");
	wait_until(world, core_seen(world, "login", "\"way\":\"device\"", "\"state\":\"done\"", NULL) == 1);
}

static size_t ignore(char *bytes, size_t size, size_t count, void *data)
{
	(void)bytes;
	(void)data;
	return size * count;
}

struct visit {
	struct core_world *world;
	char *url;
};

/* The browser: goes to Twitch's page, where the user says yes, and from there back to ours. */
static void *browse(void *data)
{
	struct visit *visit = data;
	CURL *easy = curl_easy_init();
	curl_easy_setopt(easy, CURLOPT_URL, visit->url);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, 10L);
	curl_easy_setopt(easy, CURLOPT_CAINFO, lx_sim_url(visit->world->sim, "ca_file"));
	curl_easy_perform(easy);
	curl_easy_cleanup(easy);
	return NULL;
}

static void by_code(struct core_world *world)
{
	char client[256];
	pthread_t browser;
	snprintf(client, sizeof(client),
		 "{\"action\":\"client\",\"id\":\"" CLIENT "\",\"redirects\":[\"http://localhost:%d/callback\"]}",
		 world->config.redirect_port);
	core_world_control(world, "oauth", client);
	lx_account_set_client(lx_core_account(world->core), CLIENT, CLIENT_SECRET);
	assert_true(core_world_call(world, LX_PROC_LOGIN, "role", "main", "way", "code", NULL));
	wait_until(world, core_seen(world, "login", "\"way\":\"code\"", "\"state\":\"waiting\"", NULL) == 1);
	char *seen = core_seen_last(world, "login", "\"way\":\"code\"", "\"state\":\"waiting\"", NULL);
	cJSON *json = cJSON_Parse(seen);
	struct visit visit = {world, bstrdup(cJSON_GetObjectItem(json, "url")->valuestring)};
	assert_int_equal(pthread_create(&browser, NULL, browse, &visit), 0);
	wait_until(world, core_seen(world, "login", "\"way\":\"code\"", "\"state\":\"done\"", NULL) == 1);
	pthread_join(browser, NULL);
	bfree(visit.url);
	cJSON_Delete(json);
	bfree(seen);
}

static void by_pasting(struct core_world *world)
{
	lx_account_login_token(lx_core_account(world->core), LX_ACCOUNT_BOT, "", PASTED);
	wait_until(world, core_seen(world, "login", "\"way\":\"token\"", "\"state\":\"done\"", NULL) == 1);
	lx_account_login_token(lx_core_account(world->core), LX_ACCOUNT_BOT, "", "nosuchtoken0000000000000000001");
	wait_until(world, core_seen(world, "login", "\"way\":\"token\"", "\"state\":\"failed\"", NULL) == 1);
}

static bool ask(struct core_world *world)
{
	lx_helix_send(lx_core_helix(world->core),
		      &(struct lx_helix_call){.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_USER});
	return true;
}

/* Everything in which a token could slip into a sentence: answers that are refused, garbled, and never come. */
static void an_evening_with_trouble(struct core_world *world)
{
	wait_until(world, core_link_is(world, "chat", "online"));
	wait_until(world, core_link_is(world, "eventsub", "online"));
	static const char *const faults[] = {
		"{\"where\":\"http\",\"kind\":\"status\",\"status\":400,\"path\":\"/token\"}",
		"{\"where\":\"http\",\"kind\":\"bad_json\",\"path\":\"/validate\"}",
		"{\"where\":\"http\",\"kind\":\"garbage\",\"path\":\"/users\"}",
		"{\"where\":\"http\",\"kind\":\"close\"}",
		"{\"where\":\"login\",\"kind\":\"notice\",\"body\":\"Login authentication failed\"}",
	};
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		core_world_control(world, "fault", faults[i]);
	core_world_control(world, "oauth", "{\"action\":\"expire_tokens\"}");
	core_world_control(world, "irc", "{\"action\":\"drop\"}");
	core_world_control(world, "eventsub", "{\"action\":\"drop\"}");
	ask(world);
	core_world_call(world, LX_PROC_BAN, "user_login", "bert", "reason", "", "origin", "test", NULL);
	uint64_t begin = os_gettime_ns();
	wait_until(world, core_world_pass(world, 3) && os_gettime_ns() - begin > TROUBLE_NS);
	core_world_control(world, "fault.clear", NULL);
}

static void all_ways(bool file)
{
	struct core_world world;
	struct traces traces = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	secret_list secrets = {0};

	core_log_start();
	core_world_start(&world, &(struct core_world_config){.channel = "streamer",
							     .system_store = !file,
							     .redirect_port = free_port()});
	signal_handler_connect_global(world.signals, on_signal, &traces);
	by_device(&world);
	collect(&world, &secrets);
	an_evening_with_trouble(&world);
	by_code(&world);
	by_pasting(&world);
	collect(&world, &secrets);
	an_evening_with_trouble(&world);
	collect(&world, &secrets);
	if (file) {
		struct stat status;
		assert_int_equal(stat(world.token_path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
	note_folder(&traces, &world, file ? world.token_path : NULL);
	assert_true(core_world_call(&world, LX_PROC_LOGOUT, "role", "main", NULL));
	assert_true(core_world_call(&world, LX_PROC_LOGOUT, "role", "bot", NULL));
	wait_until(&world, core_seen(&world, "account", "\"role\":\"bot\"", "\"state\":\"signed_out\"", NULL) > 0);
	note_bytes(&traces, "/proc/self/cmdline");
	note_bytes(&traces, "/proc/self/environ");
	signal_handler_disconnect_global(world.signals, on_signal, &traces);
	core_world_close(&world);
	/* Signed out: not even where they may be, but for the secret of the user's application, which is no sign-in. */
	note_folder(&traces, &world, world.token_path);
	char *left = file ? os_quick_read_utf8_file(world.token_path) : NULL;
	for (size_t i = 0; left && i < secrets.num; i++)
		assert_true(strcmp(secrets.array[i], CLIENT_SECRET) == 0 || !strstr(left, secrets.array[i]));
	bfree(left);

	char *log = core_log_stop();
	note(&traces, "log", log);
	bfree(log);
	pthread_mutex_lock(&world.mutex);
	for (size_t i = 0; i < world.seen.num; i++)
		note(&traces, "event", world.seen.array[i].json);
	pthread_mutex_unlock(&world.mutex);
	search(&traces, &secrets);

	for (size_t i = 0; i < secrets.num; i++)
		bfree(secrets.array[i]);
	da_free(secrets);
	dstr_free(&traces.text);
	core_world_stop(&world);
}

static void nothing_secret_is_written_or_told(void **state)
{
	(void)state;
	all_ways(false);
}

static void only_the_secret_file_holds_secrets(void **state)
{
	(void)state;
	all_ways(true);
}

int main(void)
{
	lx_memory_init();
	/* No session bus, so no secret store of the system: secrets stay in memory. */
	setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", 1);
	const struct CMUnitTest tests[] = {
		lx_unit_test(nothing_secret_is_written_or_told),
		lx_unit_test(only_the_secret_file_holds_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
