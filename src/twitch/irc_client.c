#include "twitch/irc_client.h"

#include <ctype.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>

#include "net/backoff.h"
#include "net/rate.h"
#include "platform/secret_store.h"
#include "twitch/irc_event.h"
#include "twitch/irc_outbox.h"
#include "twitch/irc_recent.h"

/* Twitch allows 20 joins and 20 logins in 10 s for each account. */
#define ACCOUNT_LIMIT 18
#define ACCOUNT_WINDOW_MS 10500
#define JOIN_TIMEOUT_MS 10000
#define JOIN_AGAIN_MS 60000
/* A link that has stood this long is sound: the next trouble begins with a short wait again. */
#define STABLE_MS 20000
/* How long the old link goes on delivering what was under way when the new one took over. */
#define DRAIN_MS 2000
#define REFRESH_TIMEOUT_MS 15000
#define MAX_CODE_POINTS 500
#define MAX_NAME 64

struct trouble {
	const char *reason; /* word for programs */
	const char *key;    /* of the sentence */
};

static const struct trouble no_trouble = {"", NULL};
static const struct trouble trouble_auth = {"auth", "Irc.Error.Auth"};

/* --- structures ------------------------------------------------------------------------------------------------ */

enum seat_state {
	SEAT_NONE,
	SEAT_JOINING,
	SEAT_JOINED,
	SEAT_SILENT,  /* no answer: there is no such channel, or Twitch is slow; tried again later */
	SEAT_REFUSED, /* not tried again */
};

/* A channel on one of the two links. */
struct seat {
	struct channel *channel;
	struct slot *slot;
	enum seat_state state;
	struct trouble trouble;
	uint64_t timer;
};

struct channel {
	char *name, *room_id;
	struct seat seats[2];
	/* Ourselves in it, from USERSTATE. */
	char *own_name, *own_badges, *own_badge_info;
	uint32_t own_color, own_roles;
};

/* One of the two links: the one in use, and one that takes over from it or is about to end. */
struct slot {
	struct lx_irc_client *client;
	struct lx_irc_link *link; /* NULL = none */
	char *login;              /* "" = without an account */
	char *token;              /* until logged in */
	bool account_refused;     /* without, because Twitch did not take it */
	bool ready, draining;
	uint64_t timer; /* draining: when to close */
};

/* What outlives the client in tasks and answers that are still under way. */
struct anchor {
	volatile long references;
	pthread_mutex_t mutex; /* guards client against being posted to while it goes */
	struct lx_irc_client *client;
	struct lx_loop *loop;
};

struct lx_irc_client {
	struct lx_irc_client_config config;
	char *url, *ca_file;
	struct anchor *anchor;

	DARRAY(struct channel *) channels;
	struct slot slots[2];
	unsigned active;

	struct lx_irc_decoder *decoder;
	struct lx_irc_recent *recent;
	struct lx_irc_outbox *outbox;
	struct lx_rate joins, logins;
	struct lx_backoff backoff;
	char *user_id, *user_name; /* of the account, from GLOBALUSERSTATE */

	uint64_t retry_timer, retry_at_ms;
	uint64_t standby_timer, stable_timer, join_timer, send_timer, confirm_timer, refresh_timer;
	struct trouble trouble; /* why there is no link */
	bool refused;           /* trying again is of no use */
	bool refreshing;        /* the account was asked for a newer token */
	bool refreshed;         /* and gave one, which has not logged in yet */
	bool without_account;   /* Twitch does not take the account: reading without one */
	uint64_t refused_token; /* key of the token it did not take */

	bool announced; /* what was told last */
	enum lx_link_state told_state;
	struct trouble told_trouble;
	bool told_anonymous;
};

static void connect_now(struct lx_irc_client *client);
static void begin_standby(struct lx_irc_client *client);
static void on_standby_timer(void *data);
static void join_more(struct lx_irc_client *client);
static void flush_outbox(struct lx_irc_client *client);

static struct slot *active_slot(struct lx_irc_client *client)
{
	return &client->slots[client->active];
}

static struct slot *other_slot(struct lx_irc_client *client)
{
	return &client->slots[!client->active];
}

static unsigned slot_index(const struct slot *slot)
{
	return (unsigned)(slot - slot->client->slots);
}

static void set_string(char **target, const char *value)
{
	bfree(*target);
	*target = bstrdup(value);
}

static void cancel(struct lx_irc_client *client, uint64_t *timer)
{
	lx_loop_cancel(client->config.loop, *timer);
	*timer = 0;
}

static void restart(struct lx_irc_client *client, uint64_t *timer, uint64_t delay_ms, lx_loop_task task, void *data)
{
	lx_loop_cancel(client->config.loop, *timer);
	*timer = lx_loop_after(client->config.loop, delay_ms, task, data);
}

static uint64_t now_ms(const struct lx_irc_client *client)
{
	return lx_loop_now_ms(client->config.loop);
}

static int64_t unix_ms(const struct lx_irc_client *client)
{
	return lx_clock_unix_ms(lx_loop_clock(client->config.loop));
}

static struct channel *find_channel(const struct lx_irc_client *client, const char *name)
{
	for (size_t i = 0; i < client->channels.num; i++) {
		if (strcmp(client->channels.array[i]->name, name) == 0)
			return client->channels.array[i];
	}
	return NULL;
}

/* --- what is told ---------------------------------------------------------------------------------------------- */

static void describe(const struct lx_irc_client *client, struct dstr *out, const char *key, const char *channel)
{
	const char *args[] = {channel};
	lx_text_format(client->config.text, out, key, args, 1);
}

/* A sentence of our own, where Twitch would have sent a notice. */
static void tell_notice(struct lx_irc_client *client, const char *channel, const char *id, const char *key)
{
	struct lx_event event;
	struct dstr text = {0};

	describe(client, &text, key, channel);
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = unix_ms(client);
	event.channel = channel;
	event.notice.id = id;
	event.notice.text = text.array;
	lx_bus_emit(client->config.bus, &event);
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
			status->trouble = client->slots[client->active].account_refused ? trouble_auth : no_trouble;
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
		status->trouble = no_trouble;
}

static struct status judge(struct lx_irc_client *client)
{
	const struct slot *slot = active_slot(client);
	struct status status = {LX_LINK_CONNECTING, no_trouble, "", false};

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
	uint64_t now = now_ms(client);
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
	event.time_ms = unix_ms(client);
	event.channel = status->channel;
	event.connection.link = LX_LINK_CHAT;
	event.connection.state = status->state;
	event.connection.anonymous = status->anonymous;
	event.connection.detail = detail.array ? detail.array : "";
	event.connection.reason = status->trouble.reason;
	if (status->state == LX_LINK_WAITING)
		event.connection.retry_in_ms = (int64_t)next_try_ms(client);
	lx_bus_emit(client->config.bus, &event);
	dstr_free(&detail);
}

/* Tells how things stand, if that is news. */
static void announce(struct lx_irc_client *client)
{
	struct status status = judge(client);

	if (client->announced && client->told_state == status.state && client->told_anonymous == status.anonymous &&
	    client->told_trouble.key == status.trouble.key)
		return;
	client->announced = true;
	client->told_state = status.state;
	client->told_anonymous = status.anonymous;
	client->told_trouble = status.trouble;
	tell_status(client, &status);
}

static struct trouble trouble_of(enum lx_irc_end end, enum lx_http_error error)
{
	switch (end) {
	case LX_IRC_END_AUTH:
		return trouble_auth;
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

/* --- messages that were sent ----------------------------------------------------------------------------------- */

/* What was under way has no link any more to be confirmed or sent by. */
static void lose_outbox(struct lx_irc_client *client)
{
	struct lx_irc_outgoing *message;

	while ((message = lx_irc_outbox_take(client->outbox, true)) != NULL ||
	       (message = lx_irc_outbox_take(client->outbox, false)) != NULL) {
		tell_notice(client, message->channel, "livextrem_send_lost", "Irc.Send.Lost");
		lx_irc_outgoing_free(message);
	}
	cancel(client, &client->send_timer);
	cancel(client, &client->confirm_timer);
}

static void on_confirm_timer(void *data)
{
	struct lx_irc_client *client = data;
	struct lx_irc_outgoing *message;

	client->confirm_timer = 0;
	while ((message = lx_irc_outbox_overdue(client->outbox, now_ms(client))) != NULL) {
		tell_notice(client, message->channel, "livextrem_send_unconfirmed", "Irc.Send.Unconfirmed");
		lx_irc_outgoing_free(message);
	}
	uint64_t due_ms = lx_irc_outbox_due_ms(client->outbox);
	if (due_ms)
		restart(client, &client->confirm_timer, due_ms - now_ms(client), on_confirm_timer, client);
}

static void on_send_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->send_timer = 0;
	flush_outbox(client);
}

static bool send_front(struct lx_irc_client *client, const struct lx_irc_outgoing *message)
{
	struct dstr line = {0};

	if (*message->reply_id)
		dstr_printf(&line, "@reply-parent-msg-id=%s ", message->reply_id);
	dstr_catf(&line, "PRIVMSG #%s :%s", message->channel, message->text);
	bool sent = lx_irc_link_send(active_slot(client)->link, line.array);
	dstr_free(&line);
	return sent;
}

static void flush_outbox(struct lx_irc_client *client)
{
	const struct lx_irc_outgoing *message;

	while ((message = lx_irc_outbox_front(client->outbox)) != NULL) {
		const struct channel *channel = find_channel(client, message->channel);
		if (!channel || channel->seats[client->active].state != SEAT_JOINED) {
			lose_outbox(client);
			return;
		}
		bool privileged = channel->own_roles & (LX_ROLE_BROADCASTER | LX_ROLE_MODERATOR | LX_ROLE_VIP);
		uint64_t wait_ms = lx_irc_outbox_wait(client->outbox, privileged, now_ms(client));
		if (wait_ms) {
			restart(client, &client->send_timer, wait_ms, on_send_timer, client);
			return;
		}
		if (!send_front(client, message)) {
			lose_outbox(client);
			return;
		}
		lx_irc_outbox_sent(client->outbox, now_ms(client));
		if (!client->confirm_timer)
			restart(client, &client->confirm_timer, LX_IRC_CONFIRM_MS, on_confirm_timer, client);
	}
}

/* Twitch took a message of ours: it is chat now. */
static void tell_own_message(struct lx_irc_client *client, const struct channel *channel,
			     const struct lx_irc_outgoing *message, const char *id)
{
	struct lx_event event;
	struct lx_chat *chat = &event.chat;
	bool action = strncmp(message->text, "/me ", 4) == 0 || strncmp(message->text, ".me ", 4) == 0;

	/* The same account reads elsewhere, too: another link of ours may have had it already. */
	if (*id && !lx_irc_recent_add(client->recent, lx_irc_key(LX_IRC_KEY, id, strlen(id))))
		return;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = unix_ms(client);
	event.channel = channel->name;
	event.room_id = channel->room_id;
	chat->id = id;
	chat->user.id = client->user_id;
	chat->user.login = active_slot(client)->login;
	chat->user.name = *channel->own_name ? channel->own_name : chat->user.login;
	chat->user.badges = channel->own_badges;
	chat->user.badge_info = channel->own_badge_info;
	chat->user.color = channel->own_color;
	chat->user.roles = channel->own_roles;
	chat->text = action ? message->text + 4 : message->text;
	chat->flags = LX_CHAT_OWN | (action ? LX_CHAT_ACTION : 0);
	chat->reply_id = message->reply_id;
	lx_bus_emit(client->config.bus, &event);
}

/* --- channels on a link ---------------------------------------------------------------------------------------- */

static void clear_seat(struct seat *seat)
{
	cancel(seat->slot->client, &seat->timer);
	seat->state = SEAT_NONE;
	seat->trouble = no_trouble;
}

static void clear_seats(struct slot *slot)
{
	for (size_t i = 0; i < slot->client->channels.num; i++)
		clear_seat(&slot->client->channels.array[i]->seats[slot_index(slot)]);
}

static void close_slot(struct slot *slot)
{
	lx_irc_link_destroy(slot->link);
	slot->link = NULL;
	slot->ready = slot->draining = false;
	lx_secret_free(slot->token);
	slot->token = NULL;
	cancel(slot->client, &slot->timer);
	clear_seats(slot);
}

static void on_drained(void *data)
{
	struct slot *slot = data;
	slot->timer = 0;
	close_slot(slot);
}

static void on_stable(void *data)
{
	struct lx_irc_client *client = data;
	client->stable_timer = 0;
	lx_backoff_reset(&client->backoff);
}

/* The second link takes over as soon as it reads all that the first one does. */
static void promote_if_complete(struct lx_irc_client *client)
{
	struct slot *old = active_slot(client), *new = other_slot(client);

	if (!new->link || !new->ready || new->draining)
		return;
	for (size_t i = 0; old->link && i < client->channels.num; i++) {
		const struct channel *channel = client->channels.array[i];
		if (channel->seats[client->active].state == SEAT_JOINED &&
		    channel->seats[!client->active].state != SEAT_JOINED)
			return;
	}
	client->active = !client->active;
	restart(client, &client->stable_timer, STABLE_MS, on_stable, client);
	if (old->link) {
		/* What Twitch had sent before the new link was in is still under way. */
		old->draining = true;
		restart(client, &old->timer, DRAIN_MS, on_drained, old);
	}
	announce(client);
}

static void on_seat_timer(void *data)
{
	struct seat *seat = data;
	struct lx_irc_client *client = seat->slot->client;

	seat->timer = 0;
	if (seat->slot->draining)
		return;
	if (seat->state == SEAT_SILENT) {
		seat->state = SEAT_NONE;
		join_more(client);
		return;
	}
	if (seat->slot != active_slot(client)) {
		/* It would read less than the link in use: not this time. */
		close_slot(seat->slot);
		restart(client, &client->standby_timer, lx_backoff_next(&client->backoff, client->config.random),
			on_standby_timer, client);
		return;
	}
	seat->state = SEAT_SILENT;
	seat->trouble = (struct trouble){"missing", "Irc.Error.NoSuchChannel"};
	restart(client, &seat->timer, JOIN_AGAIN_MS, on_seat_timer, seat);
	tell_notice(client, seat->channel->name, "livextrem_join_timeout", "Irc.Error.NoSuchChannel");
	announce(client);
}

static void on_join_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->join_timer = 0;
	join_more(client);
}

/* Joins what is wanted and was not asked for yet, as fast as Twitch allows. */
static void join_more(struct lx_irc_client *client)
{
	for (size_t i = 0; i < 2 * client->channels.num; i++) {
		struct channel *channel = client->channels.array[i / 2];
		struct slot *slot = &client->slots[i % 2];
		struct seat *seat = &channel->seats[i % 2];
		if (!slot->ready || slot->draining || seat->state != SEAT_NONE)
			continue;

		uint64_t wait_ms = lx_rate_wait(&client->joins, ACCOUNT_LIMIT, ACCOUNT_WINDOW_MS, now_ms(client));
		if (wait_ms) {
			if (!client->join_timer)
				restart(client, &client->join_timer, wait_ms, on_join_timer, client);
			break;
		}
		struct dstr line = {0};
		dstr_printf(&line, "JOIN #%s", channel->name);
		lx_irc_link_send(slot->link, line.array);
		dstr_free(&line);
		lx_rate_note(&client->joins, now_ms(client));
		seat->state = SEAT_JOINING;
		restart(client, &seat->timer, JOIN_TIMEOUT_MS, on_seat_timer, seat);
	}
}

static void joined(struct slot *slot, const char *name)
{
	struct lx_irc_client *client = slot->client;
	struct channel *channel = *name == '#' ? find_channel(client, name + 1) : NULL;

	if (!channel || slot->draining)
		return;
	struct seat *seat = &channel->seats[slot_index(slot)];
	if (seat->state == SEAT_JOINED)
		return;
	clear_seat(seat);
	seat->state = SEAT_JOINED;
	if (slot == active_slot(client) && !client->stable_timer)
		restart(client, &client->stable_timer, STABLE_MS, on_stable, client);
	promote_if_complete(client);
	announce(client);
}

static void refuse_seat(struct slot *slot, struct channel *channel, const char *reason, const char *key)
{
	struct seat *seat = &channel->seats[slot_index(slot)];
	clear_seat(seat);
	seat->state = SEAT_REFUSED;
	seat->trouble = (struct trouble){reason, key};
	announce(slot->client);
}

/* We are out of a channel without having asked for it: a ban usually, which the next join would tell. */
static void parted(struct slot *slot, const char *name)
{
	struct channel *channel = *name == '#' ? find_channel(slot->client, name + 1) : NULL;
	struct seat *seat = channel ? &channel->seats[slot_index(slot)] : NULL;

	if (!seat || slot->draining || seat->state != SEAT_JOINED)
		return;
	clear_seat(seat);
	join_more(slot->client);
	announce(slot->client);
}

/* --- lines ----------------------------------------------------------------------------------------------------- */

static bool is_own_nick(const struct slot *slot, const struct lx_irc_message *message)
{
	const char *nick = lx_irc_link_nick(slot->link);
	size_t size = lx_irc_nick_size(message);
	return size == strlen(nick) && memcmp(message->source.text, nick, size) == 0;
}

/* A notice that says we do not get into a channel. */
static bool is_join_refusal(const char *id, struct trouble *trouble)
{
	static const struct {
		const char *id;
		struct trouble trouble;
	} refusals[] = {
		{"msg_channel_suspended", {"suspended", "Irc.Error.Suspended"}},
		{"msg_channel_blocked", {"suspended", "Irc.Error.Suspended"}},
		{"tos_ban", {"suspended", "Irc.Error.Suspended"}},
		{"msg_room_not_found", {"missing", "Irc.Error.NoSuchChannel"}},
		{"msg_banned", {"banned", "Irc.Error.Banned"}},
		{"msg_banned_email_alias", {"banned", "Irc.Error.Banned"}},
		{"msg_concurrent_channel_limit_reached", {"limit", "Irc.Error.TooManyChannels"}},
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (strcmp(id, refusals[i].id) == 0) {
			*trouble = refusals[i].trouble;
			return true;
		}
	}
	return false;
}

static void take_notice(struct slot *slot, const struct lx_event *event)
{
	struct lx_irc_client *client = slot->client;
	struct channel *channel = find_channel(client, event->channel);
	struct trouble trouble;

	if (!channel || slot->draining)
		return;
	struct seat *seat = &channel->seats[slot_index(slot)];
	if (seat->state != SEAT_JOINED) {
		if (is_join_refusal(event->notice.id, &trouble))
			refuse_seat(slot, channel, trouble.reason, trouble.key);
		return;
	}
	/* Inside, such a notice answers what we sent there last; the user reads it as it is. */
	if (strncmp(event->notice.id, "msg_", 4) == 0 || strcmp(event->notice.id, "tos_ban") == 0 ||
	    strcmp(event->notice.id, "no_permission") == 0 || strcmp(event->notice.id, "unrecognized_cmd") == 0)
		lx_irc_outgoing_free(lx_irc_outbox_answered(client->outbox, channel->name));
}

static void take_user_state(struct slot *slot, const struct lx_irc_message *message, struct lx_event *event)
{
	struct lx_irc_client *client = slot->client;
	struct channel *channel = find_channel(client, event->channel);
	const struct lx_irc_part *id = lx_irc_tag_value(message, "id");

	if (!*event->user.login)
		event->user.login = slot->login;
	if (!*event->user.name)
		event->user.name = event->user.login;
	if (!channel) {
		/* GLOBALUSERSTATE is the only one that tells our id. */
		if (!*event->channel)
			set_string(&client->user_id, event->user.id);
		return;
	}
	if (!*event->user.id)
		event->user.id = client->user_id;
	set_string(&channel->own_name, event->user.name);
	set_string(&channel->own_badges, event->user.badges);
	set_string(&channel->own_badge_info, event->user.badge_info);
	channel->own_color = event->user.color;
	channel->own_roles = event->user.roles;

	if (id && id->size) {
		struct lx_irc_outgoing *sent = lx_irc_outbox_answered(client->outbox, channel->name);
		if (sent)
			tell_own_message(client, channel, sent, id->text);
		lx_irc_outgoing_free(sent);
	}
}

/* A key for lines that have no id: all that they consist of. */
static uint64_t key_of(const struct lx_irc_message *message)
{
	uint64_t key = lx_irc_key(LX_IRC_KEY, message->command.text, message->command.size + 1);
	for (size_t i = 0; i < message->param_count; i++)
		key = lx_irc_key(key, message->params[i].text, message->params[i].size + 1);
	for (size_t i = 0; i < message->tag_count; i++)
		key = lx_irc_key(key, message->tags[i].value.text, message->tags[i].value.size + 1);
	return key;
}

/* Whether the event was not told before, by the other link or in a repetition, and is for this link to tell. */
static bool is_news(struct slot *slot, const struct lx_irc_message *message, const struct lx_event *event)
{
	struct lx_irc_client *client = slot->client;
	bool alone = !client->slots[0].link || !client->slots[1].link;

	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		if (*event->chat.id)
			return lx_irc_recent_add(client->recent,
						 lx_irc_key(LX_IRC_KEY, event->chat.id, strlen(event->chat.id)));
		return alone || lx_irc_recent_add(client->recent, key_of(message));
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_CHAT_CLEARED:
	case LX_EVENT_MESSAGE_DELETED:
		return alone || lx_irc_recent_add(client->recent, key_of(message));
	default:
		/* States and the like: those of the link in use are the true ones. */
		return slot == active_slot(client);
	}
}

static void take_event(struct slot *slot, const struct lx_irc_message *message, struct lx_event *event)
{
	struct lx_irc_client *client = slot->client;

	switch (event->type) {
	case LX_EVENT_ROOM_STATE: {
		struct channel *channel = find_channel(client, event->channel);
		if (channel && *event->room_id)
			set_string(&channel->room_id, event->room_id);
		joined(slot, lx_irc_param(message, 0));
		break;
	}
	case LX_EVENT_MEMBERSHIP:
		if (is_own_nick(slot, message)) {
			if (event->membership.joined)
				joined(slot, lx_irc_param(message, 0));
			else
				parted(slot, lx_irc_param(message, 0));
		}
		break;
	case LX_EVENT_NOTICE:
		take_notice(slot, event);
		break;
	case LX_EVENT_USER_STATE:
		take_user_state(slot, message, event);
		break;
	default:
		break;
	}
	if (slot->link && is_news(slot, message, event))
		lx_bus_emit(client->config.bus, event);
}

static void on_message(struct lx_irc_link *link, const struct lx_irc_message *message, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;
	struct lx_event event;
	unsigned numeric;

	(void)link;
	switch (lx_irc_command(message, &numeric)) {
	case LX_IRC_RECONNECT:
		if (slot == active_slot(client))
			begin_standby(client);
		return;
	case LX_IRC_NUMERIC:
		if (numeric == 366)
			joined(slot, lx_irc_param(message, 1));
		return;
	default:
		break;
	}
	if (lx_irc_decode(client->decoder, message, unix_ms(client), &event))
		take_event(slot, message, &event);
}

/* --- links come and go ----------------------------------------------------------------------------------------- */

static void on_retry(void *data)
{
	struct lx_irc_client *client = data;
	client->retry_timer = 0;
	connect_now(client);
}

static void retry_after(struct lx_irc_client *client, uint64_t delay_ms)
{
	client->retry_at_ms = now_ms(client) + delay_ms;
	restart(client, &client->retry_timer, delay_ms, on_retry, client);
	announce(client);
}

static void on_ready(struct lx_irc_link *link, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;

	(void)link;
	slot->ready = true;
	lx_secret_free(slot->token);
	slot->token = NULL;
	if (*slot->login)
		client->refreshed = false;
	client->trouble = no_trouble;
	join_more(client);
	promote_if_complete(client);
	announce(client);
}

/* Back to reading without an account, and the user is told why. */
static void give_up_account(struct lx_irc_client *client)
{
	client->refreshing = client->refreshed = false;
	client->without_account = true;
	client->trouble = trouble_auth;
	client->refused = true;
	announce(client);
	client->refused = false;
	if (!active_slot(client)->link)
		connect_now(client);
	else
		begin_standby(client);
}

static void after_refresh(struct lx_irc_client *client, bool ok)
{
	if (!client->refreshing)
		return;
	cancel(client, &client->refresh_timer);
	client->refreshing = false;
	if (!ok) {
		give_up_account(client);
		return;
	}
	client->refreshed = true;
	if (!active_slot(client)->link)
		connect_now(client);
	else
		begin_standby(client);
}

static void on_refresh_timeout(void *data)
{
	struct lx_irc_client *client = data;
	client->refresh_timer = 0;
	after_refresh(client, false);
}

static void on_rejected_done(bool ok, void *data);

/* Twitch does not take the token: the account may have a newer one, or be able to get it; once. */
static void account_refused(struct lx_irc_client *client, const char *token)
{
	client->refused_token = lx_irc_key(LX_IRC_KEY, token, strlen(token));
	if (client->refreshing)
		return;
	if (client->refreshed || !client->config.credentials.rejected) {
		give_up_account(client);
		return;
	}
	client->refreshing = true;
	restart(client, &client->refresh_timer, REFRESH_TIMEOUT_MS, on_refresh_timeout, client);
	os_atomic_inc_long(&client->anchor->references);
	client->config.credentials.rejected(token, on_rejected_done, client->anchor, client->config.credentials.data);
	announce(client);
}

static void on_end(struct lx_irc_link *link, enum lx_irc_end end, enum lx_http_error error, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;
	bool was_active = slot == active_slot(client), was_draining = slot->draining;
	char *token = slot->token;

	if (lx_irc_link_skipped(link))
		blog(LOG_WARNING, "[liveXtrem] %llu chat lines were longer than allowed and skipped",
		     (unsigned long long)lx_irc_link_skipped(link));
	slot->token = NULL;
	close_slot(slot);

	if (was_draining) {
		/* Its work was done. */
	} else if (end == LX_IRC_END_AUTH && token) {
		if (was_active)
			lose_outbox(client);
		account_refused(client, token);
	} else if (was_active) {
		cancel(client, &client->stable_timer);
		lose_outbox(client);
		client->trouble = trouble_of(end, error);
		client->refused = end == LX_IRC_END_MALFORMED || error == LX_HTTP_REFUSED;
		if (other_slot(client)->link && !other_slot(client)->draining)
			client->active = !client->active;
		else if (!client->refused)
			retry_after(client, lx_backoff_next(&client->backoff, client->config.random));
		announce(client);
	} else if (end != LX_IRC_END_MALFORMED && error != LX_HTTP_REFUSED) {
		restart(client, &client->standby_timer, lx_backoff_next(&client->backoff, client->config.random),
			on_standby_timer, client);
	}
	lx_secret_free(token);
}

static bool is_name(const char *name)
{
	size_t size = strlen(name);
	return size > 0 && size <= MAX_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static void open_slot(struct slot *slot)
{
	struct lx_irc_client *client = slot->client;
	const struct lx_credentials_provider *provider = &client->config.credentials;
	struct lx_credentials credentials = {0};
	bool account = !client->without_account && provider->get && provider->get(&credentials, provider->data) &&
		       credentials.login && credentials.token && is_name(credentials.login);
	struct lx_irc_link_config config = {
		.loop = client->config.loop,
		.transport = client->config.transport,
		.random = client->config.random,
		.url = client->url,
		.ca_file = client->ca_file,
		.login = account ? credentials.login : "",
		.token = account ? credentials.token : "",
		.handler = {on_ready, on_message, on_end, slot},
	};

	lx_rate_note(&client->logins, now_ms(client));
	set_string(&slot->login, config.login);
	set_string(&client->user_id, account && credentials.user_id ? credentials.user_id : "");
	slot->token = account ? bstrdup(credentials.token) : NULL;
	slot->account_refused = client->without_account;
	slot->link = lx_irc_link_open(&config);
	lx_credentials_finish(&credentials);
}

static uint64_t login_wait_ms(const struct lx_irc_client *client)
{
	return lx_rate_wait(&client->logins, ACCOUNT_LIMIT, ACCOUNT_WINDOW_MS, now_ms(client));
}

static void connect_now(struct lx_irc_client *client)
{
	cancel(client, &client->retry_timer);
	client->refused = false;
	if (!client->channels.num || active_slot(client)->link || client->refreshing)
		return;
	uint64_t wait_ms = login_wait_ms(client);
	if (wait_ms) {
		retry_after(client, wait_ms);
		return;
	}
	open_slot(active_slot(client));
	announce(client);
}

/* A second link beside the one in use, which stays until the second one reads the same. */
static void begin_standby(struct lx_irc_client *client)
{
	struct slot *slot = other_slot(client);

	cancel(client, &client->standby_timer);
	if (!active_slot(client)->link || (slot->link && !slot->draining))
		return;
	uint64_t wait_ms = login_wait_ms(client);
	if (wait_ms) {
		restart(client, &client->standby_timer, wait_ms, on_standby_timer, client);
		return;
	}
	close_slot(slot);
	open_slot(slot);
}

static void on_standby_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->standby_timer = 0;
	begin_standby(client);
}

static void disconnect(struct lx_irc_client *client)
{
	close_slot(&client->slots[0]);
	close_slot(&client->slots[1]);
	cancel(client, &client->retry_timer);
	cancel(client, &client->standby_timer);
	cancel(client, &client->stable_timer);
	cancel(client, &client->join_timer);
	cancel(client, &client->refresh_timer);
	cancel(client, &client->send_timer);
	cancel(client, &client->confirm_timer);
	client->refused = client->refreshing = client->refreshed = false;
	client->trouble = no_trouble;
}

/* --- intents, from any thread ---------------------------------------------------------------------------------- */

struct command {
	struct anchor *anchor;
	void (*run)(struct lx_irc_client *client, const struct command *command);
	char *channel, *text, *reply_id;
	bool ok;
};

static void release_anchor(struct anchor *anchor)
{
	if (os_atomic_dec_long(&anchor->references) == 0) {
		pthread_mutex_destroy(&anchor->mutex);
		bfree(anchor);
	}
}

static void free_command(void *data)
{
	struct command *command = data;
	bfree(command->channel);
	bfree(command->text);
	bfree(command->reply_id);
	release_anchor(command->anchor);
	bfree(command);
}

static void run_command(void *data)
{
	struct command *command = data;
	/* The client goes on this thread only, so it stays while the command runs. */
	if (command->anchor->client)
		command->run(command->anchor->client, command);
	free_command(command);
}

static void post(struct anchor *anchor, const struct command *prototype)
{
	struct command *command = bmemdup(prototype, sizeof(*prototype));

	command->anchor = anchor;
	os_atomic_inc_long(&anchor->references);
	pthread_mutex_lock(&anchor->mutex);
	bool posted = anchor->client != NULL;
	if (posted)
		lx_loop_post(anchor->loop, run_command, free_command, command);
	pthread_mutex_unlock(&anchor->mutex);
	if (!posted)
		free_command(command);
}

static void run_refreshed(struct lx_irc_client *client, const struct command *command)
{
	after_refresh(client, command->ok);
}

static void on_rejected_done(bool ok, void *data)
{
	struct anchor *anchor = data;
	post(anchor, &(struct command){.run = run_refreshed, .ok = ok});
	release_anchor(anchor);
}

/* Lower case, without '#'. */
static char *channel_name(const char *channel)
{
	char *name = bstrdup(channel && *channel == '#' ? channel + 1 : channel ? channel : "");
	for (char *at = name; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return name;
}

static void run_join(struct lx_irc_client *client, const struct command *command)
{
	if (!is_name(command->channel)) {
		tell_notice(client, command->channel, "livextrem_channel_name", "Irc.Error.ChannelName");
		return;
	}
	if (find_channel(client, command->channel))
		return;

	struct channel *channel = bzalloc(sizeof(*channel));
	channel->name = bstrdup(command->channel);
	channel->room_id = bstrdup("");
	channel->own_name = bstrdup("");
	channel->own_badges = bstrdup("");
	channel->own_badge_info = bstrdup("");
	channel->own_color = LX_COLOR_NONE;
	for (unsigned i = 0; i < 2; i++) {
		channel->seats[i].channel = channel;
		channel->seats[i].slot = &client->slots[i];
		channel->seats[i].trouble = no_trouble;
	}
	da_push_back(client->channels, &channel);
	if (active_slot(client)->link) {
		join_more(client);
		announce(client);
	} else if (!client->retry_timer) {
		connect_now(client);
	}
}

static void free_channel(struct channel *channel)
{
	clear_seat(&channel->seats[0]);
	clear_seat(&channel->seats[1]);
	bfree(channel->name);
	bfree(channel->room_id);
	bfree(channel->own_name);
	bfree(channel->own_badges);
	bfree(channel->own_badge_info);
	bfree(channel);
}

static void run_leave(struct lx_irc_client *client, const struct command *command)
{
	for (size_t i = client->channels.num; i-- > 0;) {
		struct channel *channel = client->channels.array[i];
		if (*command->channel && strcmp(channel->name, command->channel) != 0)
			continue;
		struct dstr line = {0};
		dstr_printf(&line, "PART #%s", channel->name);
		for (unsigned k = 0; k < 2; k++) {
			if (client->slots[k].link && channel->seats[k].state != SEAT_NONE)
				lx_irc_link_send(client->slots[k].link, line.array);
		}
		dstr_free(&line);
		da_erase(client->channels, i);
		free_channel(channel);
	}
	if (!client->channels.num) {
		lose_outbox(client);
		disconnect(client);
	} else {
		promote_if_complete(client);
	}
	announce(client);
}

static size_t code_points(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static bool is_message_id(const char *id)
{
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == strlen(id);
}

static void run_send(struct lx_irc_client *client, const struct command *command)
{
	const char *name = *command->channel || !client->channels.num ? command->channel
								      : client->channels.array[0]->name;
	const struct channel *channel = find_channel(client, name);
	const char *text = command->text;

	text += strspn(text, " ");
	if (!*text)
		return;
	if (!channel || channel->seats[client->active].state != SEAT_JOINED)
		tell_notice(client, name, "livextrem_send_offline", "Irc.Send.Offline");
	else if (!*active_slot(client)->login)
		tell_notice(client, name, "livextrem_send_anonymous", "Irc.Send.Anonymous");
	else if (code_points(text) > MAX_CODE_POINTS)
		tell_notice(client, name, "livextrem_send_too_long", "Irc.Send.TooLong");
	else if (!lx_irc_outbox_push(client->outbox, name, text,
				     is_message_id(command->reply_id) ? command->reply_id : ""))
		tell_notice(client, name, "livextrem_send_too_fast", "Irc.Send.TooFast");
	else
		flush_outbox(client);
}

static void run_renew(struct lx_irc_client *client, const struct command *command)
{
	(void)command;
	client->without_account = false;
	lx_backoff_reset(&client->backoff);
	if (active_slot(client)->ready) {
		close_slot(other_slot(client));
		begin_standby(client);
		return;
	}
	close_slot(active_slot(client));
	connect_now(client);
}

/* Somebody signed in or out, or there is a new token where the last one was refused. */
static void run_account_changed(struct lx_irc_client *client, const struct command *command)
{
	const struct lx_credentials_provider *provider = &client->config.credentials;
	const struct slot *newest = other_slot(client)->link && !other_slot(client)->draining ? other_slot(client)
											      : active_slot(client);
	struct lx_credentials credentials = {0};
	bool signed_in = provider->get && provider->get(&credentials, provider->data) && credentials.login &&
			 credentials.token;
	bool fresh = signed_in && client->without_account &&
		     lx_irc_key(LX_IRC_KEY, credentials.token, strlen(credentials.token)) != client->refused_token;
	bool other_user = !client->without_account && newest->link &&
			  strcmp(newest->login, signed_in ? credentials.login : "") != 0;

	lx_credentials_finish(&credentials);
	if (!client->refreshing && (fresh || other_user || (client->refused && signed_in)))
		run_renew(client, command);
	/* Signed out: that Twitch refused the account is of no interest any more. */
	if (!signed_in && client->without_account) {
		client->without_account = false;
		client->slots[0].account_refused = client->slots[1].account_refused = false;
		announce(client);
	}
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_irc_client *client = data;
	(void)event;
	post(client->anchor, &(struct command){.run = run_account_changed});
}

/* --- public ---------------------------------------------------------------------------------------------------- */

struct lx_irc_client *lx_irc_client_create(const struct lx_irc_client_config *config)
{
	struct lx_irc_client *client = bzalloc(sizeof(*client));

	client->config = *config;
	client->url = bstrdup(config->url);
	client->ca_file = bstrdup(config->ca_file);
	client->user_id = bstrdup("");
	client->decoder = lx_irc_decoder_create();
	client->recent = lx_irc_recent_create();
	client->outbox = lx_irc_outbox_create();
	client->trouble = no_trouble;
	for (unsigned i = 0; i < 2; i++) {
		client->slots[i].client = client;
		client->slots[i].login = bstrdup("");
	}
	client->anchor = bzalloc(sizeof(*client->anchor));
	client->anchor->references = 1;
	client->anchor->client = client;
	client->anchor->loop = config->loop;
	pthread_mutex_init(&client->anchor->mutex, NULL);
	lx_bus_connect(config->bus, LX_EVENT_ACCOUNT, on_account, client);
	return client;
}

void lx_irc_client_destroy(struct lx_irc_client *client)
{
	if (!client)
		return;
	lx_bus_disconnect(client->config.bus, LX_EVENT_ACCOUNT, on_account, client);
	pthread_mutex_lock(&client->anchor->mutex);
	client->anchor->client = NULL;
	pthread_mutex_unlock(&client->anchor->mutex);
	release_anchor(client->anchor);

	disconnect(client);
	for (size_t i = 0; i < client->channels.num; i++)
		free_channel(client->channels.array[i]);
	da_free(client->channels);
	for (unsigned i = 0; i < 2; i++)
		bfree(client->slots[i].login);
	lx_irc_outbox_destroy(client->outbox);
	lx_irc_recent_destroy(client->recent);
	lx_irc_decoder_destroy(client->decoder);
	bfree(client->user_id);
	bfree(client->ca_file);
	bfree(client->url);
	bfree(client);
}

void lx_irc_client_join(struct lx_irc_client *client, const char *channel)
{
	post(client->anchor, &(struct command){.run = run_join, .channel = channel_name(channel)});
}

void lx_irc_client_leave(struct lx_irc_client *client, const char *channel)
{
	post(client->anchor, &(struct command){.run = run_leave, .channel = channel_name(channel)});
}

/* One line of safe text: a message never smuggles in a second command. */
static char *safe_text(const char *text)
{
	size_t size = strlen(text);
	char *safe = bmalloc(3 * size + 1);
	lx_irc_text_make_safe(safe, text, size);
	return safe;
}

void lx_irc_client_send(struct lx_irc_client *client, const char *channel, const char *text, const char *reply_id)
{
	post(client->anchor, &(struct command){
				     .run = run_send,
				     .channel = channel_name(channel),
				     .text = safe_text(text),
				     .reply_id = bstrdup(reply_id ? reply_id : ""),
			     });
}

void lx_irc_client_renew(struct lx_irc_client *client)
{
	post(client->anchor, &(struct command){.run = run_renew});
}
