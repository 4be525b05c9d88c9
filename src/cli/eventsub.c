/* What happens on the signed-in account's channel, or on another one. */
#include <stdio.h>
#include <string.h>

#include "cli/event_printer.h"
#include "cli/session.h"
#include "twitch/eventsub.h"

struct reading {
	struct lx_cli_session session;
	struct lx_cli_printer printer;
	struct lx_eventsub *eventsub;
	bool refused; /* nothing that trying again would help */
};

static void note_connection(const struct lx_event *event, void *data)
{
	struct reading *reading = data;
	if (event->connection.link != LX_LINK_EVENTSUB)
		return;
	reading->refused = event->connection.state == LX_LINK_REFUSED;
	if (*event->connection.detail)
		fprintf(stderr, "%s\n", event->connection.detail);
}

static void say_refusal(const struct lx_topic_status *status, void *data)
{
	(void)data;
	if (*status->detail)
		fprintf(stderr, "%s: %s\n", status->topic->type, status->detail);
}

static void count_waiting(const struct lx_topic_status *status, void *data)
{
	*(size_t *)data += status->state == LX_TOPIC_WAITING;
}

/* Once Twitch has answered to everything: what will not be told, and why. */
static bool say_refusals(struct lx_eventsub *eventsub)
{
	size_t waiting = 0;
	lx_eventsub_visit_topics(eventsub, count_waiting, &waiting);
	if (waiting)
		return false;
	lx_eventsub_visit_topics(eventsub, say_refusal, NULL);
	return true;
}

static const char *unknown_topic(int count, char **types)
{
	size_t topic_count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&topic_count);
	for (int i = 0; i < count; i++) {
		bool known = false;
		for (size_t j = 0; j < topic_count && !known; j++)
			known = strcmp(types[i], topics[j].type) == 0;
		if (!known)
			return types[i];
	}
	return NULL;
}

static int read_until_interrupted(struct reading *reading, int argc, char **argv)
{
	struct lx_cli_session *session = &reading->session;
	struct lx_twins *twins = lx_twins_create(session->bus, lx_clock_system());
	reading->eventsub = lx_eventsub_create(&(struct lx_eventsub_config){
		.loop = session->loop,
		.twins = twins,
		.text = session->cli->text,
		.random = lx_random_system(),
		.credentials = lx_account_credentials(session->account, LX_ACCOUNT_MAIN),
		.api = lx_eventsub_api_of(session->helix),
		.url = session->addresses.eventsub,
		.user_agent = LX_CLI_USER_AGENT,
		.ca_file = session->addresses.ca_file,
		.types = (const char *const *)argv,
		.type_count = (size_t)argc,
	});
	lx_eventsub_start(reading->eventsub, "");
	bool said = false;
	while (lx_cli_session_turn(session) && !reading->printer.broken && !reading->refused)
		said = said || (!lx_eventsub_polling_needed(reading->eventsub) && say_refusals(reading->eventsub));
	if (!said)
		say_refusals(reading->eventsub);
	lx_eventsub_destroy(reading->eventsub);
	lx_twins_destroy(twins);
	return reading->printer.broken || reading->refused;
}

/* Prints each typed event of the topics as a line of JSON, until SIGINT or SIGTERM. */
int lx_cli_eventsub(const struct lx_cli *cli, int argc, char **argv)
{
	const char *unknown = unknown_topic(argc, argv);
	if (unknown) {
		lx_cli_say(cli, "Cli.Error.UnknownTopic", &unknown, 1);
		return 2;
	}

	struct reading reading = {.refused = false};
	lx_cli_session_open(&reading.session, cli);
	lx_cli_printer_start(&reading.printer, reading.session.bus);
	lx_bus_connect(reading.session.bus, LX_EVENT_CONNECTION, note_connection, &reading);
	int status = lx_cli_session_sign_in(&reading.session) ? read_until_interrupted(&reading, argc, argv) : 1;
	lx_bus_disconnect(reading.session.bus, LX_EVENT_CONNECTION, note_connection, &reading);
	lx_cli_printer_stop(&reading.printer);
	lx_cli_session_close(&reading.session);
	return status;
}
