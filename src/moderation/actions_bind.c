/* The public procedures for moderation: what scripts, hotkeys, docks and obs-websocket call. */
#include "moderation/actions.h"

static const char *text_of(calldata_t *call, const char *name, const char *fallback)
{
	const char *text = calldata_string(call, name);
	return text && *text ? text : fallback;
}

static void answer(calldata_t *call, uint64_t id, struct dstr *error)
{
	calldata_set_bool(call, "ok", id != 0);
	calldata_set_string(call, "error", error->array ? error->array : "");
	calldata_set_int(call, "action_id", (long long)id);
	dstr_free(error);
}

static void act(struct lx_actions *actions, calldata_t *call, enum lx_action_kind kind)
{
	struct dstr error = {0};
	const struct lx_wish wish = {
		.kind = kind,
		.user_id = text_of(call, "user_id", ""),
		.user_login = text_of(call, "user_login", ""),
		.message_id = text_of(call, "message_id", ""),
		.duration_s = calldata_int(call, "duration_s"),
		.reason = text_of(call, "reason", ""),
		.origin = text_of(call, "origin", "script"),
	};

	answer(call, lx_actions_do(actions, &wish, &error), &error);
}

static void on_ban(void *data, calldata_t *call)
{
	act(data, call, LX_ACTION_BAN);
}

static void on_timeout(void *data, calldata_t *call)
{
	act(data, call, LX_ACTION_TIMEOUT);
}

static void on_unban(void *data, calldata_t *call)
{
	act(data, call, LX_ACTION_UNBAN);
}

static void on_delete(void *data, calldata_t *call)
{
	act(data, call, LX_ACTION_DELETE);
}

static void on_clear(void *data, calldata_t *call)
{
	act(data, call, LX_ACTION_CLEAR);
}

static void on_undo(void *data, calldata_t *call)
{
	struct dstr error = {0};

	answer(call, lx_actions_undo(data, 0, text_of(call, "origin", "script"), &error), &error);
}

void lx_actions_bind(struct lx_actions *actions, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_BAN, on_ban, actions);
	lx_bus_bind(bus, LX_PROC_TIMEOUT, on_timeout, actions);
	lx_bus_bind(bus, LX_PROC_UNBAN, on_unban, actions);
	lx_bus_bind(bus, LX_PROC_DELETE, on_delete, actions);
	lx_bus_bind(bus, LX_PROC_CLEAR_CHAT, on_clear, actions);
	lx_bus_bind(bus, LX_PROC_UNDO, on_undo, actions);
}
