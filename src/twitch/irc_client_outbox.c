#include "twitch/irc_client_internal.h"

/* What was under way has no link any more to be confirmed or sent by. */
void irc_lose_outbox(struct lx_irc_client *client)
{
	struct lx_irc_outgoing *message;

	while ((message = lx_irc_outbox_take(client->outbox, true)) != NULL ||
	       (message = lx_irc_outbox_take(client->outbox, false)) != NULL) {
		irc_tell_notice(client, message->channel, "livextrem_send_lost", "Irc.Send.Lost");
		lx_irc_outgoing_free(message);
	}
	irc_cancel(client, &client->send_timer);
	irc_cancel(client, &client->confirm_timer);
}

static void on_confirm_timer(void *data)
{
	struct lx_irc_client *client = data;
	struct lx_irc_outgoing *message;

	client->confirm_timer = 0;
	while ((message = lx_irc_outbox_overdue(client->outbox, irc_now_ms(client))) != NULL) {
		irc_tell_notice(client, message->channel, "livextrem_send_unconfirmed", "Irc.Send.Unconfirmed");
		lx_irc_outgoing_free(message);
	}
	uint64_t due_ms = lx_irc_outbox_due_ms(client->outbox);
	if (due_ms)
		irc_restart(client, &client->confirm_timer, due_ms - irc_now_ms(client), on_confirm_timer, client);
}

static void on_send_timer(void *data)
{
	struct lx_irc_client *client = data;
	client->send_timer = 0;
	irc_flush_outbox(client);
}

static bool send_front(struct lx_irc_client *client, const struct lx_irc_outgoing *message)
{
	struct dstr line = {0};

	if (*message->reply_id)
		dstr_printf(&line, "@reply-parent-msg-id=%s ", message->reply_id);
	dstr_catf(&line, "PRIVMSG #%s :%s", message->channel, message->text);
	bool sent = lx_irc_link_send(irc_active(client)->link, line.array);
	dstr_free(&line);
	return sent;
}

void irc_flush_outbox(struct lx_irc_client *client)
{
	const struct lx_irc_outgoing *message;

	while ((message = lx_irc_outbox_front(client->outbox)) != NULL) {
		const struct channel *channel = irc_find_channel(client, message->channel);
		if (!channel || channel->seats[client->active].state != SEAT_JOINED) {
			irc_lose_outbox(client);
			return;
		}
		bool privileged = channel->own_roles & (LX_ROLE_BROADCASTER | LX_ROLE_MODERATOR | LX_ROLE_VIP);
		uint64_t wait_ms = lx_irc_outbox_wait(client->outbox, privileged, irc_now_ms(client));
		if (wait_ms) {
			irc_restart(client, &client->send_timer, wait_ms, on_send_timer, client);
			return;
		}
		if (!send_front(client, message)) {
			irc_lose_outbox(client);
			return;
		}
		lx_irc_outbox_sent(client->outbox, irc_now_ms(client));
		if (!client->confirm_timer)
			irc_restart(client, &client->confirm_timer, LX_IRC_CONFIRM_MS, on_confirm_timer, client);
	}
}

/* Twitch took a message of ours: it is chat now. */
void irc_tell_own_message(struct lx_irc_client *client, const struct channel *channel,
			  const struct lx_irc_outgoing *message, const char *id)
{
	struct lx_event event;
	struct lx_chat *chat = &event.chat;
	bool action = strncmp(message->text, "/me ", 4) == 0 || strncmp(message->text, ".me ", 4) == 0;

	/* The same account reads elsewhere, too: another link of ours may have had it already. */
	if (*id && !lx_irc_recent_add(client->recent, lx_irc_key(LX_IRC_KEY, id, strlen(id))))
		return;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = irc_unix_ms(client);
	event.channel = channel->name;
	event.room_id = channel->room_id;
	chat->id = id;
	chat->user.id = client->user_id;
	chat->user.login = irc_active(client)->login;
	chat->user.name = *channel->own_name ? channel->own_name : chat->user.login;
	chat->user.badges = channel->own_badges;
	chat->user.badge_info = channel->own_badge_info;
	chat->user.color = channel->own_color;
	chat->user.roles = channel->own_roles;
	chat->text = action ? message->text + 4 : message->text;
	chat->flags = LX_CHAT_OWN | (action ? LX_CHAT_ACTION : 0);
	chat->reply_id = message->reply_id;
	irc_emit(client, &event);
}
