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
	if (*id && !lx_seen_add(client->seen, lx_seen_key(LX_SEEN_KEY, id, strlen(id))))
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

/* --- sent by the web API ----------------------------------------------------------------------------------------- */

#define ECHO_MS 1000
#define MAX_ECHOES 32 /* more than the web API lets through in a second */

static void free_echo(struct echo *echo)
{
	bfree(echo->id);
	bfree(echo->message.channel);
	bfree(echo->message.text);
	bfree(echo->message.reply_id);
}

static void on_echo_timer(void *data)
{
	struct lx_irc_client *client = data;

	client->echo_timer = 0;
	while (client->echoes.num && client->echoes.array[0].due_ms <= irc_now_ms(client)) {
		struct echo echo = client->echoes.array[0];
		da_erase(client->echoes, 0);
		const struct channel *channel = irc_find_channel(client, echo.message.channel);
		if (channel && *irc_active(client)->login)
			irc_tell_own_message(client, channel, &echo.message, echo.id);
		free_echo(&echo);
	}
	if (client->echoes.num)
		irc_restart(client, &client->echo_timer, client->echoes.array[0].due_ms - irc_now_ms(client),
			    on_echo_timer, client);
}

void irc_expect_echo(struct lx_irc_client *client, const char *channel, const char *id, const char *text,
		     const char *reply_id)
{
	if (client->echoes.num == MAX_ECHOES)
		return;
	struct echo echo = {
		.id = bstrdup(id),
		.message = {.channel = bstrdup(channel), .text = bstrdup(text), .reply_id = bstrdup(reply_id)},
		.due_ms = irc_now_ms(client) + ECHO_MS,
	};
	da_push_back(client->echoes, &echo);
	if (!client->echo_timer)
		irc_restart(client, &client->echo_timer, ECHO_MS, on_echo_timer, client);
}

void irc_forget_echoes(struct lx_irc_client *client)
{
	irc_cancel(client, &client->echo_timer);
	for (size_t i = 0; i < client->echoes.num; i++)
		free_echo(&client->echoes.array[i]);
	da_free(client->echoes);
}
