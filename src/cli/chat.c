/* Commands about the chat of a channel. */
#include <string.h>

#include "chat/log.h"
#include "cli/event_printer.h"
#include "cli/session.h"
#include "twitch/irc_client.h"

static void note_bad_name(const struct lx_event *event, void *data)
{
	if (strcmp(event->notice.id, "livextrem_channel_name") == 0)
		*(bool *)data = true;
}

static struct lx_irc_client *create_client(const struct lx_cli_session *session)
{
	return lx_irc_client_create(&(struct lx_irc_client_config){
		.loop = session->loop,
		.bus = session->bus,
		.text = session->cli->text,
		.random = lx_random_system(),
		.url = session->addresses.irc,
		.ca_file = session->addresses.ca_file,
		.credentials = lx_account_credentials(session->account, LX_ACCOUNT_MAIN),
	});
}

/* NULL where nobody asked for one, or (told) it cannot be written. */
static struct lx_log *open_log(const struct lx_cli_session *session, const char *path)
{
	if (!path)
		return NULL;
	struct lx_log *log = lx_log_create(&(struct lx_log_config){
		.path = path,
		.bus = session->bus,
		.text = session->cli->text,
		.clock = lx_clock_system(),
	});
	lx_log_start(log, true);
	return log;
}

/*
 * Connects like the plugin and prints every event, until SIGINT or SIGTERM. With LIVEXTREM_TOKEN as that account; without it, or
 * when Twitch refuses it, chat is read anonymously. With --log it is kept in a chat log, too.
 */
int lx_cli_chat_watch(const struct lx_cli *cli, int argc, char **argv)
{
	struct lx_cli_session session;
	struct lx_cli_printer printer;
	bool bad_name = false;
	const bool logging = argc == 3 && strcmp(argv[1], "--log") == 0;

	if (argc > 1 && !logging) {
		lx_cli_say(cli, "Cli.Help.ChatWatch", NULL, 0);
		return 2;
	}
	lx_cli_session_open(&session, cli);
	lx_cli_printer_start(&printer, session.bus);
	lx_bus_connect(session.bus, LX_EVENT_NOTICE, note_bad_name, &bad_name);
	if (*lx_cli_environment("LIVEXTREM_TOKEN", ""))
		lx_cli_session_sign_in(&session);

	struct lx_log *log = open_log(&session, logging ? argv[2] : NULL);
	struct lx_irc_client *client = create_client(&session);
	lx_irc_client_join(client, argv[0]);
	while (lx_cli_session_turn(&session) && !printer.broken && !bad_name)
		;
	lx_irc_client_leave(client, NULL);
	lx_loop_run_once(session.loop, 0);
	lx_irc_client_destroy(client);
	lx_log_destroy(log);

	lx_bus_disconnect(session.bus, LX_EVENT_NOTICE, note_bad_name, &bad_name);
	lx_cli_printer_stop(&printer);
	lx_cli_session_close(&session);
	return bad_name ? 2 : printer.broken ? 1 : 0;
}
