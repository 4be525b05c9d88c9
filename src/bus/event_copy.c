#include "bus/event_copy.h"

#include <string.h>

#include <util/bmem.h>

#include "bus/event_fields.h"

#define CHAT(member) offsetof(struct lx_event, chat.member)
#define MODERATION(member) offsetof(struct lx_event, moderation.member)
#define END SIZE_MAX

static const size_t common_texts[] = {offsetof(struct lx_event, channel), offsetof(struct lx_event, room_id), END};

static const size_t chat_texts[] = {
	CHAT(id),          CHAT(user.id),         CHAT(user.login),    CHAT(user.name),      CHAT(user.badges),
	CHAT(text),        CHAT(user.badge_info), CHAT(notice),        CHAT(notice_text),    CHAT(announcement_color),
	CHAT(sub_plan),    CHAT(gift_id),         CHAT(reward_id),     CHAT(recipient_name), CHAT(reply_id),
	CHAT(reply_login), CHAT(reply_user_id),   CHAT(reply_name),    CHAT(reply_text),     CHAT(thread_id),
	CHAT(source_id),   CHAT(source_room_id),  CHAT(source_badges), CHAT(effect),         END,
};

static const size_t moderation_texts[] = {
	MODERATION(user_id),
	MODERATION(user_login),
	MODERATION(user_name),
	MODERATION(message_id),
	MODERATION(text),
	MODERATION(moderator_id),
	MODERATION(moderator_login),
	MODERATION(moderator_name),
	MODERATION(reason),
	END,
};

static const size_t notice_texts[] = {offsetof(struct lx_event, notice.id), offsetof(struct lx_event, notice.text),
				      END};

static const size_t connection_texts[] = {offsetof(struct lx_event, connection.detail),
					  offsetof(struct lx_event, connection.reason), END};

static const size_t *texts_of(enum lx_event_type type)
{
	static const size_t none[] = {END};
	switch (type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		return chat_texts;
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
		return moderation_texts;
	case LX_EVENT_NOTICE:
		return notice_texts;
	case LX_EVENT_CONNECTION:
		return connection_texts;
	default:
		return none;
	}
}

/* Measures with `out` NULL, else moves the texts of `event` into the block. */
struct packer {
	char *out;
	size_t size;
};

static void pack(struct packer *packer, const char **text)
{
	const size_t size = strlen(*text) + 1;
	if (packer->out) {
		char *to = packer->out + packer->size;
		memcpy(to, *text, size);
		*text = to;
	}
	packer->size += size;
}

static void pack_at(struct packer *packer, struct lx_event *event, const size_t *offsets)
{
	for (; *offsets != END; offsets++)
		pack(packer, (const char **)((char *)event + *offsets));
}

static void pack_fields(struct packer *packer, struct lx_event *event)
{
	const struct lx_field *field = lx_event_fields(event->type);
	for (; field && field->kind != LX_FIELD_END; field++) {
		char *at = (char *)event + field->offset;
		if (field->kind == LX_FIELD_TEXT) {
			pack(packer, (const char **)at);
		} else if (field->kind == LX_FIELD_MONEY) {
			pack(packer, &((struct lx_money *)at)->currency);
		} else if (field->kind == LX_FIELD_PERSON) {
			struct lx_person *person = (struct lx_person *)at;
			pack(packer, &person->id);
			pack(packer, &person->login);
			pack(packer, &person->name);
		} else if (field->kind == LX_FIELD_LIST && packer->out) {
			*(const void **)at = NULL;
			*(size_t *)((char *)event + field->count_offset) = 0;
		}
	}
}

static void pack_all(struct packer *packer, struct lx_event *event, struct lx_emote *emotes, size_t emote_count)
{
	pack_at(packer, event, common_texts);
	pack_at(packer, event, texts_of(event->type));
	pack_fields(packer, event);
	for (size_t i = 0; i < emote_count; i++) {
		struct lx_emote measured = event->chat.emotes[i];
		if (packer->out)
			emotes[i] = measured;
		pack(packer, packer->out ? &emotes[i].id : &measured.id);
	}
}

struct lx_event *lx_event_copy(const struct lx_event *event, size_t *size)
{
	const bool chat = texts_of(event->type) == chat_texts;
	const size_t emote_count = chat ? event->chat.emote_count : 0;
	const size_t head = sizeof(*event) + emote_count * sizeof(struct lx_emote);
	struct packer packer = {0};
	struct lx_event measured = *event;
	pack_all(&packer, &measured, NULL, emote_count);

	char *block = bmalloc(head + packer.size);
	struct lx_event *copy = (struct lx_event *)block;
	struct lx_emote *emotes = (struct lx_emote *)(block + sizeof(*event));
	if (size)
		*size = head + packer.size;
	*copy = *event;
	packer = (struct packer){block + head, 0};
	pack_all(&packer, copy, emotes, emote_count);
	if (chat)
		copy->chat.emotes = emotes;
	return copy;
}
