#include "twitch/irc_client_internal.h"

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
	struct channel *channel = irc_find_channel(client, event->channel);
	struct trouble trouble;

	if (!channel || slot->draining)
		return;
	struct seat *seat = &channel->seats[irc_slot_index(slot)];
	if (seat->state != SEAT_JOINED) {
		if (is_join_refusal(event->notice.id, &trouble))
			irc_refuse_seat(slot, channel, trouble.reason, trouble.key);
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
	struct channel *channel = irc_find_channel(client, event->channel);
	const struct lx_irc_part *id = lx_irc_tag_value(message, "id");
	bool ascii;

	if (!*event->user.login)
		event->user.login = slot->login;
	if (!*event->user.name)
		event->user.name = event->user.login;
	if (!channel) {
		/* GLOBALUSERSTATE is the only one that tells our id. */
		if (!*event->channel)
			irc_set(&client->user_id, event->user.id);
		return;
	}
	if (!*event->user.id)
		event->user.id = client->user_id;
	irc_set(&channel->own_name, event->user.name);
	irc_set(&channel->own_badges, event->user.badges);
	irc_set(&channel->own_badge_info, event->user.badge_info);
	channel->own_color = event->user.color;
	channel->own_roles = event->user.roles;

	if (id && id->size && lx_irc_text_is_safe(id->text, id->size, &ascii)) {
		struct lx_irc_outgoing *sent = lx_irc_outbox_answered(client->outbox, channel->name);
		if (sent)
			irc_tell_own_message(client, channel, sent, id->text);
		lx_irc_outgoing_free(sent);
	}
}

/* A key for lines that have no id: all that they consist of. */
static uint64_t key_of(const struct lx_irc_message *message)
{
	uint64_t key = lx_seen_key(LX_SEEN_KEY, message->command.text, message->command.size + 1);
	for (size_t i = 0; i < message->param_count; i++)
		key = lx_seen_key(key, message->params[i].text, message->params[i].size + 1);
	for (size_t i = 0; i < message->tag_count; i++)
		key = lx_seen_key(key, message->tags[i].value.text, message->tags[i].value.size + 1);
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
		if (*event->chat.id)
			return lx_seen_add(client->seen,
					   lx_seen_key(LX_SEEN_KEY, event->chat.id, strlen(event->chat.id)));
		return alone || lx_seen_add(client->seen, key_of(message));
	case LX_EVENT_WHISPER: /* its id only counts the whispers of one pair of people */
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_CHAT_CLEARED:
	case LX_EVENT_MESSAGE_DELETED:
		return alone || lx_seen_add(client->seen, key_of(message));
	default:
		/* States and the like: those of the link in use are the true ones. */
		return slot == irc_active(client);
	}
}

static void take_event(struct slot *slot, const struct lx_irc_message *message, struct lx_event *event)
{
	struct lx_irc_client *client = slot->client;

	switch (event->type) {
	case LX_EVENT_ROOM_STATE: {
		struct channel *channel = irc_find_channel(client, event->channel);
		if (channel && *event->room_id)
			irc_set(&channel->room_id, event->room_id);
		irc_joined(slot, lx_irc_param(message, 0));
		break;
	}
	case LX_EVENT_MEMBERSHIP:
		if (is_own_nick(slot, message)) {
			if (event->membership.joined)
				irc_joined(slot, lx_irc_param(message, 0));
			else
				irc_parted(slot, lx_irc_param(message, 0));
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
		irc_emit(client, event);
}

void irc_on_message(struct lx_irc_link *link, const struct lx_irc_message *message, void *data)
{
	struct slot *slot = data;
	struct lx_irc_client *client = slot->client;
	struct lx_event event;
	unsigned numeric;

	(void)link;
	switch (lx_irc_command(message, &numeric)) {
	case LX_IRC_RECONNECT:
		if (slot == irc_active(client))
			irc_begin_standby(client);
		return;
	case LX_IRC_NUMERIC:
		if (numeric == 366)
			irc_joined(slot, lx_irc_param(message, 1));
		return;
	default:
		break;
	}
	if (lx_irc_decode(client->decoder, message, irc_unix_ms(client), &event))
		take_event(slot, message, &event);
}
