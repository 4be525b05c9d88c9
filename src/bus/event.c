#include "bus/event.h"

#include <string.h>

#include "bus/event_fields.h"

static void init_user(struct lx_user *user)
{
	user->id = user->login = user->name = user->badges = user->badge_info = "";
	user->color = LX_COLOR_NONE;
}

static void init_chat(struct lx_chat *chat)
{
	init_user(&chat->user);
	chat->id = chat->text = chat->notice = chat->notice_text = chat->announcement_color = "";
	chat->sub_plan = chat->gift_id = chat->recipient_name = chat->reward_id = "";
	chat->reply_id = chat->reply_user_id = chat->reply_login = chat->reply_name = "";
	chat->reply_text = chat->thread_id = chat->source_room_id = chat->source_id = "";
	chat->source_badges = chat->effect = "";
}

static void init_moderation(struct lx_moderation *m)
{
	m->user_id = m->user_login = m->user_name = m->message_id = m->text = "";
	m->moderator_id = m->moderator_login = m->moderator_name = m->reason = "";
}

void lx_event_init(struct lx_event *event, enum lx_event_type type)
{
	memset(event, 0, sizeof(*event));
	event->type = type;
	event->channel = event->room_id = "";

	const struct lx_field *fields = lx_event_fields(type);
	if (fields) {
		lx_fields_init(fields, event);
		return;
	}
	switch (type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		init_chat(&event->chat);
		break;
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
		init_moderation(&event->moderation);
		break;
	case LX_EVENT_ROOM_STATE:
		event->room = (struct lx_room){LX_ROOM_UNCHANGED, LX_ROOM_UNCHANGED, LX_ROOM_UNCHANGED,
					       LX_ROOM_UNCHANGED, LX_ROOM_UNCHANGED};
		break;
	case LX_EVENT_USER_STATE:
		init_user(&event->user);
		break;
	case LX_EVENT_NOTICE:
		event->notice.id = event->notice.text = "";
		break;
	case LX_EVENT_MEMBERSHIP:
		event->membership.login = "";
		break;
	case LX_EVENT_CONNECTION:
		event->connection.detail = event->connection.reason = "";
		break;
	case LX_EVENT_ACTION:
		event->action.user_id = event->action.user_login = event->action.user_name = "";
		event->action.message_id = event->action.reason = event->action.origin = event->action.detail = "";
		event->action.error = "";
		break;
	case LX_EVENT_ACCOUNT:
		event->account.client_id = event->account.user_id = event->account.login = event->account.name = "";
		event->account.scopes = event->account.storage = event->account.detail = "";
		break;
	case LX_EVENT_LOGIN:
		event->login.user_code = event->login.short_url = event->login.url = "";
		event->login.detail = event->login.reason = "";
		break;
	case LX_EVENT_PERMISSION:
		event->permission.missing_scopes = "";
		break;
	default: /* nothing to say, or told by its fields */
		break;
	}
}

#define WORD(names, value) ((size_t)(value) < sizeof(names) / sizeof(*(names)) ? (names)[value] : "")

const char *lx_link_word(enum lx_link link)
{
	static const char *const words[] = {"chat", "eventsub", "helix"};
	return WORD(words, link);
}

const char *lx_link_state_word(enum lx_link_state state)
{
	static const char *const words[] = {"offline", "connecting", "online", "waiting", "refused"};
	return WORD(words, state);
}

const char *lx_action_kind_word(enum lx_action_kind kind)
{
	static const char *const words[] = {"ban", "timeout", "unban", "delete", "clear"};
	return WORD(words, kind);
}

const char *lx_action_state_word(enum lx_action_state state)
{
	static const char *const words[] = {"queued", "done", "failed", "undone"};
	return WORD(words, state);
}

const char *lx_account_role_word(enum lx_account_role role)
{
	static const char *const words[] = {"main", "bot"};
	return WORD(words, role);
}

const char *lx_account_state_word(enum lx_account_state state)
{
	static const char *const words[] = {"signed_out", "checking", "signed_in", "expired"};
	return WORD(words, state);
}

const char *lx_login_way_word(enum lx_login_way way)
{
	static const char *const words[] = {"device", "code", "token"};
	return WORD(words, way);
}

const char *lx_login_state_word(enum lx_login_state state)
{
	static const char *const words[] = {"starting", "waiting", "finishing", "done", "failed", "cancelled"};
	return WORD(words, state);
}

const char *lx_channel_role_word(enum lx_channel_role role)
{
	static const char *const words[] = {"unknown", "none", "moderator", "broadcaster"};
	return WORD(words, role);
}

const char *lx_phase_word(enum lx_phase phase)
{
	static const char *const words[] = {"begin", "progress", "lock", "end", "add", "update", "remove"};
	return WORD(words, phase);
}
