/*
 * Session: the parts of the core that a command needs which talks to Twitch as somebody: bus, loop, account, Helix. The
 * token comes from LIVEXTREM_TOKEN (and LIVEXTREM_CLIENT_ID), is never stored then, or from the login that the plugin or
 * `livextrem-cli login` stored.
 *
 * One thread: the command turns the loop itself with lx_cli_session_turn(). Interruption (SIGINT, SIGTERM) ends it.
 */
#pragma once

#include "bus/bus.h"
#include "cli/cli.h"
#include "net/loop.h"
#include "platform/secret_store.h"
#include "store/settings.h"
#include "twitch/account.h"
#include "twitch/addresses.h"
#include "twitch/helix.h"

struct lx_cli_session {
	const struct lx_cli *cli;
	struct lx_addresses addresses;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_secret_store *store;
	struct lx_account *account;
	struct lx_helix *helix;
	bool announced; /* the account has said how it stands */
	enum lx_account_state state;
	char *config_dir, *client_id, *login_error;
	struct lx_settings *settings; /* the plugin's own */
};

#define LX_CLI_USER_AGENT "livextrem-cli"

/* The folder that the plugin keeps its files in. The caller frees it with bfree(). */
char *lx_cli_config_dir(void);
/* Login of the account that is kept there; "" = none. Asks nobody on the network; the caller frees it with bfree(). */
char *lx_cli_own_login(void);

/* Creates everything; asks nobody yet. */
void lx_cli_session_open(struct lx_cli_session *session, const struct lx_cli *cli);
/* The same with the stored login, whatever LIVEXTREM_TOKEN says; `in_file`: from now on in a file, as the user asks. */
void lx_cli_session_open_stored(struct lx_cli_session *session, const struct lx_cli *cli, bool in_file);
void lx_cli_session_close(struct lx_cli_session *session);

/* Waits until the login is known to be good. False when there is none, and the reason was said. */
bool lx_cli_session_sign_in(struct lx_cli_session *session);

/* Does what is due, waits a moment at most. False once somebody interrupted. */
bool lx_cli_session_turn(struct lx_cli_session *session);
