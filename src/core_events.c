#include "core_internal.h"

#include <stdio.h>
#include <string.h>

static void on_room_state(const struct lx_event *event, void *data)
{
	lx_core_learn_room(data, event->channel, event->room_id);
}

static void on_connection(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	pthread_mutex_lock(&core->mutex);
	core->links[event->connection.link] = event->connection.state;
	pthread_mutex_unlock(&core->mutex);
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	const struct lx_account_info *info = &event->account;
	if (info->role != LX_ACCOUNT_MAIN)
		return;

	pthread_mutex_lock(&core->mutex);
	bool in = info->state == LX_ACCOUNT_SIGNED_IN;
	bool own_channel = in && core->follow_account && strcmp(core->user_id, info->user_id) != 0;
	bool own_emotes = in && lx_scopes_contain(info->scopes, "user:read:emotes");
	bool arrived = in && (core->account_state != LX_ACCOUNT_SIGNED_IN || (own_emotes && !core->own_emotes));
	core->own_emotes = own_emotes;
	core->account_state = info->state;
	if (in || info->state == LX_ACCOUNT_SIGNED_OUT) {
		snprintf(core->login, sizeof(core->login), "%s", in ? info->login : "");
		snprintf(core->user_id, sizeof(core->user_id), "%s", in ? info->user_id : "");
	}
	pthread_mutex_unlock(&core->mutex);

	/* The chat's link listens to the account itself. */
	lx_eventsub_account_changed(core->eventsub);
	if (arrived)
		lx_emote_loader_signed_in(core->emote_loader);
	if (own_channel)
		lx_core_connect(core, "", false);
}

/* Who has just become a moderator may read more than before. */
static void on_permission(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	enum lx_channel_role role = event->permission.role;
	pthread_mutex_lock(&core->mutex);
	bool promoted = core->channel_role == LX_CHANNEL_ROLE_NONE && role == LX_CHANNEL_ROLE_MODERATOR;
	core->channel_role = role;
	pthread_mutex_unlock(&core->mutex);
	lx_markers_set_role(core->markers, role);
	if (promoted)
		lx_eventsub_account_changed(core->eventsub);
}

static void on_stream(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	const struct lx_stream *stream = &event->stream;
	lx_live_stats_set_stream(core->stats, stream->online, LX_STAT_UNKNOWN,
				 stream->started_ms ? stream->started_ms : LX_STAT_UNKNOWN);
	lx_poller_refresh(core->poller, LX_DEMAND_STREAM | LX_DEMAND_INFO);
}

/* Numbers that no event carries, but that an event moves. */
static void on_counted(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	lx_poller_refresh(core->poller, event->type == LX_EVENT_FOLLOW         ? LX_DEMAND_FOLLOWERS
					: event->type == LX_EVENT_SUBSCRIPTION ? LX_DEMAND_SUBS
									       : LX_DEMAND_STREAM);
}

static void on_channel_update(const struct lx_event *event, void *data)
{
	struct lx_core *core = data;
	lx_live_stats_set_info(core->stats, event->channel_update.title, event->channel_update.category);
}

static const struct lx_bus_wire wires[] = {
	{LX_EVENT_ROOM_STATE, on_room_state}, {LX_EVENT_CONNECTION, on_connection},
	{LX_EVENT_ACCOUNT, on_account},       {LX_EVENT_PERMISSION, on_permission},
	{LX_EVENT_STREAM, on_stream},         {LX_EVENT_CHANNEL_UPDATE, on_channel_update},
	{LX_EVENT_FOLLOW, on_counted},        {LX_EVENT_SUBSCRIPTION, on_counted},
	{LX_EVENT_RAID, on_counted},
};

enum { WIRES = sizeof(wires) / sizeof(*wires) };

void lx_core_listen(struct lx_core *core)
{
	lx_bus_connect_all(core->config.bus, wires, WIRES, core);
}

void lx_core_stop_listening(struct lx_core *core)
{
	lx_bus_disconnect_all(core->config.bus, wires, WIRES, core);
}
