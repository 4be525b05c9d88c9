/* Commands about the chat of a channel. */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>

#include "bus/event_json.h"
#include "net/http.h"
#include "net/loop.h"
#include "platform/random.h"
#include "platform/secret_store.h"
#include "platform/stdio.h"
#include "twitch/addresses.h"
#include "twitch/irc_client.h"

/* How soon an interruption is noticed: a signal handler can do no more than set a variable. */
#define LOOK_MS 100

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

struct watch {
	const struct lx_cli *cli;
	const char *token; /* of the environment, "" = none */
	char *login, *user_id;
	bool checked;         /* the token */
	bool broken, refused; /* standard output is gone; the channel's name is none */
};

static void print_event(const struct lx_event *event, void *data)
{
	struct watch *watch = data;
	char *line = lx_event_to_json_text(event);

	/* A pipe that nobody reads any more ends the program. */
	if (puts(line) == EOF || fflush(stdout) != 0)
		watch->broken = true;
	cJSON_free(line);
	if (event->type == LX_EVENT_NOTICE && strcmp(event->notice.id, "livextrem_channel_name") == 0)
		watch->refused = true;
}

static bool get_credentials(struct lx_credentials *out, void *data)
{
	const struct watch *watch = data;

	if (!watch->login)
		return false;
	*out = (struct lx_credentials){NULL, bstrdup(watch->token), bstrdup(watch->user_id), bstrdup(watch->login)};
	return true;
}

/* Whose token it is: the chat server wants the name, too. */
static void on_validated(const struct lx_http_response *response, void *data)
{
	struct watch *watch = data;
	cJSON *json = response->status == 200 ? cJSON_ParseWithLength(response->body, response->body_size) : NULL;
	const char *login = cJSON_GetStringValue(cJSON_GetObjectItem(json, "login"));
	const char *user_id = cJSON_GetStringValue(cJSON_GetObjectItem(json, "user_id"));

	if (login && user_id) {
		watch->login = bstrdup(login);
		watch->user_id = bstrdup(user_id);
	} else {
		lx_cli_say(watch->cli, "Cli.Chat.TokenRefused", NULL, 0);
	}
	cJSON_Delete(json);
	watch->checked = true;
}

static void check_token(struct watch *watch, struct lx_loop *loop, const struct lx_addresses *addresses)
{
	struct lx_http_config config = {loop, "livextrem-cli", addresses->ca_file};
	struct lx_http *http = lx_http_create(&config);
	struct dstr url = {0}, value = {0};

	dstr_printf(&url, "%s/validate", addresses->id);
	dstr_printf(&value, "OAuth %s", watch->token);
	struct lx_http_header header = {"Authorization", value.array};
	struct lx_http_request request = {.method = "GET", .url = url.array, .headers = &header, .header_count = 1};
	lx_http_send(http, &request, on_validated, watch);
	while (!watch->checked && !interrupted)
		lx_loop_run_once(loop, LOOK_MS);

	lx_http_destroy(http);
	lx_secret_wipe(value.array, value.len);
	dstr_free(&value);
	dstr_free(&url);
}

/* Connects like the plugin and prints every event, until SIGINT or SIGTERM. */
int lx_cli_chat_watch(const struct lx_cli *cli, int argc, char **argv)
{
	struct lx_addresses addresses = lx_addresses_from_environment();
	struct watch watch = {.cli = cli, .token = lx_cli_environment("LIVEXTREM_TOKEN", "")};
	signal_handler_t *signals = signal_handler_create();
	proc_handler_t *procs = proc_handler_create();
	struct lx_bus *bus = lx_bus_create(signals, procs);
	struct lx_loop *loop = lx_loop_create("livextrem: irc", lx_clock_system());

	(void)argc;
	lx_stdio_set_binary();
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++)
		lx_bus_connect(bus, (enum lx_event_type)type, print_event, &watch);
	if (*watch.token)
		check_token(&watch, loop, &addresses);

	struct lx_irc_client_config config = {
		.loop = loop,
		.bus = bus,
		.text = cli->text,
		.random = lx_random_system(),
		.url = addresses.irc,
		.ca_file = addresses.ca_file,
		.credentials = {.get = get_credentials, .data = &watch},
	};
	struct lx_irc_client *client = lx_irc_client_create(&config);
	lx_irc_client_join(client, argv[0]);
	while (!interrupted && !watch.broken && !watch.refused)
		lx_loop_run_once(loop, LOOK_MS);

	if (!watch.refused) {
		lx_irc_client_leave(client, NULL);
		lx_loop_run_once(loop, 0);
	}
	lx_irc_client_destroy(client);
	for (int type = 0; type < LX_EVENT_TYPE_COUNT; type++)
		lx_bus_disconnect(bus, (enum lx_event_type)type, print_event, &watch);
	lx_bus_destroy(bus);
	signal_handler_destroy(signals);
	proc_handler_destroy(procs);
	lx_loop_destroy(loop);
	bfree(watch.login);
	bfree(watch.user_id);
	return watch.refused ? 2 : watch.broken ? 1 : 0;
}
