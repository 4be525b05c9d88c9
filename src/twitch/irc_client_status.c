#include "twitch/irc_client_internal.h"

const struct trouble irc_no_trouble = {"", NULL};
const struct trouble irc_trouble_auth = {"auth", "Irc.Error.Auth"};

static void describe(const struct lx_irc_client *client, struct dstr *out, const char *key, const char *channel)
{
	const char *args[] = {channel};
	lx_text_format(client->config.text, out, key, args, 1);
}

/* A sentence of our own, where Twitch would have sent a notice. */
void irc_tell_notice(struct lx_irc_client *client, const char *channel, const char *id, const char *key)
{
	struct lx_event event;
	struct dstr text = {0};

	describe(client, &text, key, channel);
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = irc_unix_ms(client);
	event.channel = channel;
	event.notice.id = id;
	event.notice.text = text.array;
	irc_emit(client, &event);
	dstr_free(&text);
}

struct status {
	enum lx_link_state state;
	struct trouble trouble;
	const char *channel; /* that the trouble is with */
	bool anonymous;
};

/* With a link that stands: how its channels are. Online is who receives at least one of them. */
static void judge_channels(const struct lx_irc_client *client, struct status *status)
{
	bool joining = false, silent = false;

	for (size_t i = 0; i < client->channels.num; i++) {
		const struct channel *channel = client->channels.array[i];
		const struct seat *seat = &channel->seats[client->active];
		if (seat->state == SEAT_JOINED) {
			status->state = LX_LINK_ONLINE;
			status->channel = channel->name;
			status->trouble = client->slots[client->active].account_refused ? irc_trouble_auth
											: irc_no_trouble;
			return;
		}
		joining = joining || seat->state == SEAT_NONE || seat->state == SEAT_JOINING;
		silent = silent || seat->state == SEAT_SILENT;
		if (!status->trouble.key && seat->trouble.key) {
			status->trouble = seat->trouble;
			status->channel = channel->name;
		}
	}
	status->state = joining ? LX_LINK_CONNECTING : silent ? LX_LINK_WAITING : LX_LINK_REFUSED;
	if (joining)
		status->trouble = irc_no_trouble;
}

static struct status judge(struct lx_irc_client *client)
{
	const struct slot *slot = irc_active(client);
	struct status status = {LX_LINK_CONNECTING, irc_no_trouble, "", false};

	if (client->channels.num)
		status.channel = client->channels.array[0]->name;
	status.anonymous = slot->link && !*slot->login;
	if (!client->channels.num) {
		status.state = LX_LINK_OFFLINE;
		status.anonymous = false;
	} else if (client->refused) {
		status.state = LX_LINK_REFUSED;
		status.trouble = client->trouble;
	} else if (slot->link && slot->ready) {
		judge_channels(client, &status);
	} else if (client->retry_timer) {
		status.state = LX_LINK_WAITING;
		status.trouble = client->trouble;
	}
	return status;
}

static uint64_t next_try_ms(const struct lx_irc_client *client)
{
	uint64_t now = irc_now_ms(client);
	if (!client->retry_timer)
		return JOIN_AGAIN_MS;
	return client->retry_at_ms > now ? client->retry_at_ms - now : 0;
}

static void tell_status(struct lx_irc_client *client, const struct status *status)
{
	struct lx_event event;
	struct dstr detail = {0};

	if (status->trouble.key)
		describe(client, &detail, status->trouble.key, status->channel);
	lx_event_init(&event, LX_EVENT_CONNECTION);
	event.time_ms = irc_unix_ms(client);
	event.channel = status->channel;
	event.connection.link = LX_LINK_CHAT;
	event.connection.state = status->state;
	event.connection.anonymous = status->anonymous;
	event.connection.detail = detail.array ? detail.array : "";
	event.connection.reason = status->trouble.reason;
	if (status->state == LX_LINK_WAITING)
		event.connection.retry_in_ms = (int64_t)next_try_ms(client);
	if (client->missed_from_ms && strcmp(client->missed_channel, status->channel) == 0)
		event.connection.missed_from_ms = client->missed_from_ms;
	irc_emit(client, &event);
	dstr_free(&detail);
}

/* Tells how things stand, if that is news. */
void irc_announce(struct lx_irc_client *client)
{
	struct status status = judge(client);

	if (client->announced && client->told_state == status.state && client->told_anonymous == status.anonymous &&
	    client->told_trouble.key == status.trouble.key)
		return;
	if (client->announced && client->told_state == LX_LINK_ONLINE && status.state != LX_LINK_ONLINE)
		client->missed_from_ms = irc_unix_ms(client) - (int64_t)client->silent_ms;
	client->announced = true;
	client->told_state = status.state;
	client->told_anonymous = status.anonymous;
	client->told_trouble = status.trouble;
	tell_status(client, &status);
	if (status.state == LX_LINK_ONLINE) {
		client->missed_from_ms = 0;
		irc_set(&client->missed_channel, status.channel);
	}
}

struct trouble irc_trouble_of(enum lx_irc_end end, enum lx_http_error error)
{
	switch (end) {
	case LX_IRC_END_AUTH:
		return irc_trouble_auth;
	case LX_IRC_END_MALFORMED:
		return (struct trouble){"login", "Irc.Error.Malformed"};
	case LX_IRC_END_SERVER:
		return (struct trouble){"server", "Irc.Error.Server"};
	case LX_IRC_END_SILENT:
		return (struct trouble){"timeout", "Irc.Error.Silent"};
	case LX_IRC_END_NETWORK:
		break;
	}
	switch (error) {
	case LX_HTTP_OK:
		return (struct trouble){"network", "Irc.Error.Closed"};
	case LX_HTTP_RESOLVE:
		return (struct trouble){"network", "Irc.Error.Resolve"};
	case LX_HTTP_TLS:
		return (struct trouble){"tls", "Irc.Error.Tls"};
	case LX_HTTP_REFUSED:
		return (struct trouble){"address", "Irc.Error.Address"};
	default:
		return (struct trouble){"network", "Irc.Error.Network"};
	}
}
