#include "core_internal.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void answer(struct lx_core *core, calldata_t *call, const char *error_key)
{
	calldata_set_bool(call, "ok", !error_key);
	calldata_set_string(call, "error", error_key ? lx_text_get(core->config.text, error_key) : "");
}

static void proc_connect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	answer(core, call, lx_core_connect(core, calldata_string(call, "channel"), true));
}

static void proc_disconnect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	lx_core_disconnect(core);
	answer(core, call, NULL);
}

/* For people who do not want to wait: everything anew, whether it seems to work or not. */
static void proc_reconnect(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	bool reading = *core->wanted.channel != 0;
	pthread_mutex_unlock(&core->mutex);

	lx_account_start(core->account);
	if (!reading) {
		answer(core, call, lx_core_connect(core, "", true));
		return;
	}
	lx_irc_client_renew(core->irc);
	lx_eventsub_reconnect(core->eventsub);
	lx_roles_refresh(core->roles);
	answer(core, call, NULL);
}

static void proc_get_state(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	calldata_set_string(call, "version", LIVEXTREM_VERSION);
	calldata_set_string(call, "channel", core->wanted.channel);
	calldata_set_string(call, "chat", lx_link_state_word(core->links[LX_LINK_CHAT]));
	calldata_set_string(call, "eventsub", lx_link_state_word(core->links[LX_LINK_EVENTSUB]));
	calldata_set_string(call, "helix", lx_link_state_word(core->links[LX_LINK_HELIX]));
	calldata_set_string(call, "account", lx_account_state_word(core->account_state));
	calldata_set_string(call, "user_login", core->login);
	calldata_set_string(call, "channel_role", lx_channel_role_word(core->channel_role));
	pthread_mutex_unlock(&core->mutex);
	answer(core, call, NULL);
}

static enum lx_account_role role_of(calldata_t *call)
{
	const char *word = calldata_string(call, "role");
	return word && strcmp(word, "bot") == 0 ? LX_ACCOUNT_BOT : LX_ACCOUNT_MAIN;
}

static void proc_login(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	const char *way = calldata_string(call, "way");
	bool code = way && strcmp(way, "code") == 0;
	lx_account_login(core->account, role_of(call), code ? LX_LOGIN_CODE : LX_LOGIN_DEVICE);
	answer(core, call, NULL);
}

static void proc_login_cancel(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	lx_account_login_cancel(core->account, role_of(call));
	answer(core, call, NULL);
}

static void proc_logout(void *data, calldata_t *call)
{
	struct lx_core *core = data;
	lx_account_logout(core->account, role_of(call));
	answer(core, call, NULL);
}

static const struct bind {
	enum lx_proc proc;
	lx_bus_handler handler;
} binds[] = {
	{LX_PROC_CONNECT, proc_connect},           {LX_PROC_DISCONNECT, proc_disconnect},
	{LX_PROC_GET_STATE, proc_get_state},       {LX_PROC_LOGIN, proc_login},
	{LX_PROC_LOGIN_CANCEL, proc_login_cancel}, {LX_PROC_LOGOUT, proc_logout},
	{LX_PROC_RECONNECT, proc_reconnect},
};

void lx_core_bind(struct lx_core *core)
{
	for (size_t i = 0; i < COUNT(binds); i++)
		lx_bus_bind(core->config.bus, binds[i].proc, binds[i].handler, core);
}
