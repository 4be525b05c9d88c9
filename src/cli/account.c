/* Signing in and out, and who that is. Progress and result are lines of JSON; what a person has to do is said as well. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "bus/event_json.h"
#include "cli/session.h"
#include "platform/browser.h"
#include "platform/stdio.h"

/* A secret store may ask the user to unlock it. */
#define STORE_MS 65000
#define MAX_TOKEN 4096

struct signing {
	struct lx_cli_session session;
	enum lx_account_role role;
	enum lx_login_state login_state;
	bool login_ended;
	bool show_login;
	bool account_known; /* it has said how it stands, and it is not still being asked */
	enum lx_account_state state;
	char storage[16];
	char *line; /* the last account event as JSON */
	char *detail;
};

static void print_line(const struct lx_event *event)
{
	char *line = lx_event_to_json_text(event);
	puts(line);
	fflush(stdout);
	cJSON_free(line);
}

static void on_account(const struct lx_event *event, void *data)
{
	struct signing *signing = data;
	const struct lx_account_info *account = &event->account;
	if (account->role != signing->role)
		return;
	signing->state = account->state;
	/* Twitch out of reach is an answer, too. */
	signing->account_known = account->state != LX_ACCOUNT_CHECKING || *account->detail;
	snprintf(signing->storage, sizeof(signing->storage), "%s", account->storage);
	cJSON_free(signing->line);
	signing->line = lx_event_to_json_text(event);
	bfree(signing->detail);
	signing->detail = bstrdup(account->detail);
}

static void on_login(const struct lx_event *event, void *data)
{
	struct signing *signing = data;
	const struct lx_cli *cli = signing->session.cli;
	const struct lx_login *login = &event->login;
	if (login->role != signing->role)
		return;
	if (signing->show_login)
		print_line(event);
	signing->login_state = login->state;
	signing->login_ended = login->state == LX_LOGIN_DONE || login->state == LX_LOGIN_FAILED ||
			       login->state == LX_LOGIN_CANCELLED;
	if (login->state == LX_LOGIN_WAITING && login->way == LX_LOGIN_DEVICE) {
		const char *args[] = {login->short_url, login->user_code, login->url};
		lx_cli_say(cli, "Cli.Login.Device", args, 3);
	} else if (login->state == LX_LOGIN_WAITING) {
		const char *args[] = {login->url};
		lx_cli_say(cli, "Cli.Login.Code", args, 1);
		lx_browser_open(login->url);
	} else if (*login->detail) {
		fprintf(stderr, "%s\n", login->detail);
	}
}

static void begin(struct signing *signing)
{
	lx_bus_connect(signing->session.bus, LX_EVENT_ACCOUNT, on_account, signing);
	lx_bus_connect(signing->session.bus, LX_EVENT_LOGIN, on_login, signing);
}

static void end(struct signing *signing)
{
	lx_bus_disconnect(signing->session.bus, LX_EVENT_LOGIN, on_login, signing);
	lx_bus_disconnect(signing->session.bus, LX_EVENT_ACCOUNT, on_account, signing);
	lx_cli_session_close(&signing->session);
	cJSON_free(signing->line);
	bfree(signing->detail);
}

/* Lets what is under way come to its end. False when interrupted. */
static bool settle(struct signing *signing)
{
	struct lx_cli_session *session = &signing->session;
	uint64_t end_ms = lx_loop_now_ms(session->loop) + STORE_MS;
	while (lx_account_busy(session->account) && lx_loop_now_ms(session->loop) < end_ms) {
		if (!lx_cli_session_turn(session))
			return false;
	}
	return true;
}

/* The account's last word; what is wrong is said in a sentence, too. */
static void report(struct signing *signing)
{
	if (signing->line)
		puts(signing->line);
	fflush(stdout);
	if (signing->detail && *signing->detail)
		fprintf(stderr, "%s\n", signing->detail);
}

static bool wait_for_account(struct signing *signing)
{
	struct lx_cli_session *session = &signing->session;
	uint64_t end_ms = lx_loop_now_ms(session->loop) + STORE_MS;
	while (!signing->account_known && !signing->login_ended && lx_loop_now_ms(session->loop) < end_ms) {
		if (!lx_cli_session_turn(session))
			return false;
	}
	return signing->account_known;
}

/* --- login ----------------------------------------------------------------------------------------------------------- */

struct login_options {
	enum lx_login_way way;
	enum lx_account_role role;
	bool file;
};

static bool read_options(struct login_options *options, int argc, char **argv)
{
	bool way_chosen = false;
	for (int i = 0; i < argc; i++) {
		bool way = true;
		if (strcmp(argv[i], "--device") == 0)
			options->way = LX_LOGIN_DEVICE;
		else if (strcmp(argv[i], "--code") == 0)
			options->way = LX_LOGIN_CODE;
		else if (strcmp(argv[i], "--token") == 0)
			options->way = LX_LOGIN_TOKEN;
		else
			way = false;
		if (way && way_chosen)
			return false;
		way_chosen = way_chosen || way;
		if (way)
			continue;
		if (strcmp(argv[i], "--bot") == 0)
			options->role = LX_ACCOUNT_BOT;
		else if (strcmp(argv[i], "--file") == 0)
			options->file = true;
		else
			return false;
	}
	return true;
}

/* Never as an argument: those show in the list of processes. */
static void paste_token(struct signing *signing)
{
	char typed[MAX_TOKEN] = "";
	const char *token = lx_cli_environment("LIVEXTREM_TOKEN", "");
	if (!*token) {
		lx_cli_say(signing->session.cli, "Cli.Login.Paste", NULL, 0);
		lx_stdio_read_secret(typed, sizeof(typed));
		token = typed;
	}
	lx_account_login_token(signing->session.account, signing->role, "", token);
	lx_secret_wipe(typed, sizeof(typed));
}

static bool sign_in(struct signing *signing, enum lx_login_way way)
{
	struct lx_cli_session *session = &signing->session;
	/* The login there is, its scopes and the client secret, if any. */
	lx_account_start(session->account);
	if (!wait_for_account(signing))
		return false;
	const char *secret = lx_cli_environment("LIVEXTREM_CLIENT_SECRET", "");
	if (*secret)
		lx_account_set_client(session->account, session->client_id, secret);
	if (way == LX_LOGIN_TOKEN)
		paste_token(signing);
	else
		lx_account_login(session->account, signing->role, way);

	while (!signing->login_ended) {
		if (lx_cli_session_turn(session))
			continue;
		lx_account_login_cancel(session->account, signing->role);
		lx_loop_run_once(session->loop, 0);
		break;
	}
	bool settled = settle(signing);
	if (signing->login_state != LX_LOGIN_DONE || !settled)
		return false;
	report(signing);
	/* In memory it ends with this program. */
	return strcmp(signing->storage, "memory") != 0;
}

int lx_cli_login(const struct lx_cli *cli, int argc, char **argv)
{
	struct login_options options = {.way = LX_LOGIN_DEVICE};
	if (!read_options(&options, argc, argv)) {
		lx_cli_say(cli, "Cli.Help.Login", NULL, 0);
		return 2;
	}
	struct signing signing = {.role = options.role, .show_login = true};
	lx_stdio_set_binary();
	lx_cli_session_open_stored(&signing.session, cli, options.file);
	begin(&signing);
	bool signed_in = sign_in(&signing, options.way);
	if (!signed_in && signing.login_state == LX_LOGIN_DONE)
		lx_cli_say(cli, "Cli.Login.NotKept", NULL, 0);
	end(&signing);
	return signed_in ? 0 : 1;
}

/* --- logout, whoami -------------------------------------------------------------------------------------------------- */

/* Brings the stored login, or the environment's, up. Not 0 when the program was called the wrong way. */
static int open_account(struct signing *signing, const struct lx_cli *cli, int argc, char **argv, const char *help)
{
	memset(signing, 0, sizeof(*signing));
	if (argc && strcmp(argv[0], "--bot") != 0) {
		lx_cli_say(cli, help, NULL, 0);
		return 2;
	}
	signing->role = argc ? LX_ACCOUNT_BOT : LX_ACCOUNT_MAIN;
	lx_stdio_set_binary();
	lx_cli_session_open(&signing->session, cli);
	begin(signing);
	const char *token = lx_cli_environment("LIVEXTREM_TOKEN", "");
	if (*token)
		lx_account_login_token(signing->session.account, signing->role, "", token);
	else
		lx_account_start(signing->session.account);
	wait_for_account(signing);
	return 0;
}

int lx_cli_whoami(const struct lx_cli *cli, int argc, char **argv)
{
	struct signing signing;
	int status = open_account(&signing, cli, argc, argv, "Cli.Help.Whoami");
	if (status)
		return status;
	report(&signing);
	bool signed_in = signing.account_known && signing.state == LX_ACCOUNT_SIGNED_IN;
	if (signing.account_known && signing.state == LX_ACCOUNT_SIGNED_OUT && !*signing.detail)
		lx_cli_say(cli, "Cli.Whoami.Nobody", NULL, 0);
	end(&signing);
	return signed_in ? 0 : 1;
}

int lx_cli_logout(const struct lx_cli *cli, int argc, char **argv)
{
	struct signing signing;
	int status = open_account(&signing, cli, argc, argv, "Cli.Help.Logout");
	if (status)
		return status;
	bool nobody = signing.account_known && signing.state == LX_ACCOUNT_SIGNED_OUT;
	if (nobody && !*signing.detail)
		lx_cli_say(cli, "Cli.Whoami.Nobody", NULL, 0);
	bool done = false;
	if (signing.account_known || signing.login_ended) {
		lx_account_logout(signing.session.account, signing.role);
		done = settle(&signing) && signing.state == LX_ACCOUNT_SIGNED_OUT &&
		       (!signing.detail || !*signing.detail);
		report(&signing);
	}
	end(&signing);
	return done ? 0 : 1;
}
