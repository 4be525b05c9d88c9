#include "cli/session.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

/* How soon an interruption is noticed: a signal handler can do no more than set a variable. */
#define LOOK_MS 100
#define SIGN_IN_MS 30000

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

bool lx_cli_session_turn(struct lx_cli_session *session)
{
	lx_loop_run_once(session->loop, LOOK_MS);
	return !interrupted;
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_cli_session *session = data;
	if (event->account.role != LX_ACCOUNT_MAIN)
		return;
	session->state = event->account.state;
	session->announced = event->account.state != LX_ACCOUNT_CHECKING;
}

static void on_login(const struct lx_event *event, void *data)
{
	struct lx_cli_session *session = data;
	if (event->login.state != LX_LOGIN_FAILED)
		return;
	bfree(session->login_error);
	session->login_error = bstrdup(event->login.detail);
}

/* Where the plugin keeps what it keeps. */
static char *find_config_dir(const struct lx_addresses *addresses)
{
	return addresses->config_dir ? bstrdup(addresses->config_dir)
				     : os_get_config_path_ptr("obs-studio/plugin_config/livextrem");
}

char *lx_cli_config_dir(void)
{
	struct lx_addresses addresses = lx_addresses_from_environment();
	return find_config_dir(&addresses);
}

static struct lx_secret_store *open_store(const char *config_dir, struct lx_settings *settings)
{
	struct dstr path = {0};
	dstr_printf(&path, "%s/tokens.json", config_dir);
	bool file = lx_settings_tokens_in_file(settings);
	struct lx_secret_store *store = lx_secret_store_create(file ? LX_SECRET_FILE : LX_SECRET_SYSTEM, path.array);
	dstr_free(&path);
	return store;
}

char *lx_cli_own_login(void)
{
	struct lx_addresses addresses = lx_addresses_from_environment();
	char *config_dir = find_config_dir(&addresses);
	struct lx_settings *settings = lx_settings_open(config_dir);
	struct lx_secret_store *store = open_store(config_dir, settings);
	char *login = lx_account_stored_login(store, addresses.id, LX_ACCOUNT_MAIN);
	lx_secret_store_destroy(store);
	lx_settings_destroy(settings);
	bfree(config_dir);
	return login;
}

static char *choose_client_id(const struct lx_cli_session *session)
{
	char *own = lx_settings_string(session->settings, LX_SETTING_CLIENT_ID);
	char *chosen = bstrdup(lx_addresses_client_id(&session->addresses, own));
	bfree(own);
	return chosen;
}

static void open_session(struct lx_cli_session *session, const struct lx_cli *cli, bool own_token, bool will_store,
			 bool in_file)
{
	memset(session, 0, sizeof(*session));
	session->cli = cli;
	session->addresses = lx_addresses_from_environment();
	session->config_dir = find_config_dir(&session->addresses);
	if (will_store)
		os_mkdirs(session->config_dir);
	session->settings = lx_settings_open(session->config_dir);
	if (in_file) {
		lx_settings_set_bool(session->settings, LX_SETTING_TOKEN_FILE, true);
		lx_settings_set_int(session->settings, LX_SETTING_TOKENS_IN_FILE, true);
		lx_settings_save(session->settings);
	}
	session->signals = signal_handler_create();
	session->procs = proc_handler_create();
	session->bus = lx_bus_create(session->signals, session->procs);
	session->loop = lx_loop_create("livextrem: cli", lx_clock_system());
	session->http =
		lx_http_create(&(struct lx_http_config){session->loop, LX_CLI_USER_AGENT, session->addresses.ca_file});
	lx_bus_connect(session->bus, LX_EVENT_ACCOUNT, on_account, session);
	lx_bus_connect(session->bus, LX_EVENT_LOGIN, on_login, session);

	session->store = own_token ? lx_secret_store_create(LX_SECRET_MEMORY, NULL)
				   : open_store(session->config_dir, session->settings);
	session->client_id = choose_client_id(session);
	session->account = lx_account_create(&(struct lx_account_config){
		.loop = session->loop,
		.http = session->http,
		.bus = session->bus,
		.text = cli->text,
		.random = lx_random_system(),
		.store = session->store,
		.id_url = session->addresses.id,
		.client_id = session->client_id,
		.redirect_port = (uint16_t)lx_settings_int(session->settings, LX_SETTING_REDIRECT_PORT),
		.redirect_any_port = lx_settings_bool(session->settings, LX_SETTING_REDIRECT_ANY_PORT),
		.lock_folder = !own_token && os_file_exists(session->config_dir) ? session->config_dir : NULL,
	});
	session->helix = lx_helix_create(&(struct lx_helix_config){
		.loop = session->loop,
		.http = session->http,
		.bus = session->bus,
		.text = cli->text,
		.random = lx_random_system(),
		.base_url = session->addresses.helix,
		.credentials = lx_account_credentials(session->account, LX_ACCOUNT_MAIN),
	});
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
}

void lx_cli_session_open(struct lx_cli_session *session, const struct lx_cli *cli)
{
	open_session(session, cli, *lx_cli_environment("LIVEXTREM_TOKEN", "") != 0, false, false);
}

void lx_cli_session_open_stored(struct lx_cli_session *session, const struct lx_cli *cli, bool in_file)
{
	open_session(session, cli, false, true, in_file);
}

void lx_cli_session_close(struct lx_cli_session *session)
{
	lx_bus_disconnect(session->bus, LX_EVENT_LOGIN, on_login, session);
	lx_bus_disconnect(session->bus, LX_EVENT_ACCOUNT, on_account, session);
	lx_helix_destroy(session->helix);
	lx_account_destroy(session->account);
	lx_secret_store_destroy(session->store);
	lx_http_destroy(session->http);
	lx_bus_destroy(session->bus);
	signal_handler_destroy(session->signals);
	proc_handler_destroy(session->procs);
	lx_loop_destroy(session->loop);
	lx_settings_destroy(session->settings);
	bfree(session->client_id);
	bfree(session->config_dir);
	bfree(session->login_error);
}

bool lx_cli_session_sign_in(struct lx_cli_session *session)
{
	const char *token = lx_cli_environment("LIVEXTREM_TOKEN", "");
	uint64_t end_ms = lx_loop_now_ms(session->loop) + SIGN_IN_MS;
	session->announced = false;
	if (*token)
		lx_account_login_token(session->account, LX_ACCOUNT_MAIN, lx_cli_environment("LIVEXTREM_CLIENT_ID", ""),
				       token);
	else
		lx_account_start(session->account);

	while (!(session->announced && session->state == LX_ACCOUNT_SIGNED_IN) && !session->login_error) {
		if (!lx_cli_session_turn(session) || lx_loop_now_ms(session->loop) > end_ms)
			break;
		/* A stored login that is none, or none any more, is said once; a token's refusal comes as a failed login. */
		if (!*token && session->announced && session->state != LX_ACCOUNT_SIGNED_IN)
			break;
	}
	if (session->state == LX_ACCOUNT_SIGNED_IN)
		return true;
	if (session->login_error)
		fprintf(stderr, "%s\n", session->login_error);
	else
		lx_cli_say(session->cli, "Cli.Error.NoToken", NULL, 0);
	return false;
}
