/*
 * Any bytes through the whole way of a chat line: cut into lines, split, decoded. Whatever comes in, an event holds safe
 * text only, its emotes lie inside the text in order, and the same line gives the same event again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "bus/event_json.h"
#include "net/lines.h"
#include "twitch/irc_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(condition)         \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

static void check_text(const char *text)
{
	bool ascii;
	CHECK(text && lx_irc_text_is_safe(text, strlen(text), &ascii));
}

static void check_chat(const struct lx_chat *chat)
{
	const char *const texts[] = {
		chat->id,
		chat->user.id,
		chat->user.login,
		chat->user.name,
		chat->user.badges,
		chat->text,
		chat->notice,
		chat->notice_text,
		chat->sub_plan,
		chat->gift_id,
		chat->reply_id,
		chat->recipient_name,
		chat->reward_id,
		chat->reply_login,
		chat->reply_name,
		chat->reply_text,
		chat->thread_id,
		chat->source_id,
		chat->reply_user_id,
		chat->source_room_id,
		chat->user.badge_info,
		chat->announcement_color,
	};
	size_t size = strlen(chat->text), end = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_text(texts[i]);
	for (size_t i = 0; i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		check_text(emote->id);
		CHECK(emote->first <= emote->last);
		CHECK(emote->byte_begin >= end && emote->byte_begin < emote->byte_end && emote->byte_end <= size);
		/* Cut at whole characters. */
		CHECK(((unsigned char)chat->text[emote->byte_begin] & 0xC0) != 0x80);
		CHECK(((unsigned char)chat->text[emote->byte_end] & 0xC0) != 0x80);
		end = emote->byte_end;
	}
}

static void check_event(const struct lx_event *event)
{
	check_text(event->channel);
	check_text(event->room_id);
	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_WHISPER:
		check_chat(&event->chat);
		break;
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_MESSAGE_DELETED:
		check_text(event->moderation.user_id);
		check_text(event->moderation.user_login);
		check_text(event->moderation.message_id);
		check_text(event->moderation.text);
		break;
	case LX_EVENT_USER_STATE:
		check_text(event->user.name);
		check_text(event->user.badges);
		break;
	case LX_EVENT_NOTICE:
		check_text(event->notice.id);
		check_text(event->notice.text);
		break;
	case LX_EVENT_MEMBERSHIP:
		check_text(event->membership.login);
		break;
	default:
		break;
	}
}

static char *decode(struct lx_irc_decoder *decoder, struct lx_irc_message *message, const char *line, size_t size)
{
	/* Of its own, so that a step beyond the padding is seen. */
	char *copy = malloc(size + LX_IRC_PADDING);
	struct lx_event event;
	char *json = NULL;

	memcpy(copy, line, size);
	memset(copy + size, ';', LX_IRC_PADDING);
	if (lx_irc_parse(message, copy, size) == LX_IRC_OK) {
		for (size_t i = 0; i < message->tag_count; i++) {
			const struct lx_irc_tag *tag = &message->tags[i];
			CHECK(!tag->key.text[tag->key.size] && !tag->value.text[tag->value.size]);
		}
		for (size_t i = 0; i < message->param_count; i++)
			CHECK(!message->params[i].text[message->params[i].size]);
		if (lx_irc_decode(decoder, message, 1, &event)) {
			check_event(&event);
			json = lx_event_to_json_text(&event);
		}
	}
	free(copy);
	return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lx_irc_decoder *fresh = lx_irc_decoder_create(), *used = lx_irc_decoder_create();
	struct lx_lines *lines = lx_lines_create(4096);
	struct lx_irc_message message;
	enum lx_line state;
	size_t length;
	char *line;

	lx_irc_message_init(&message);
	lx_lines_add(lines, bytes, size);
	while ((state = lx_lines_next(lines, &line, &length)) != LX_LINE_NONE ||
	       (state = lx_lines_rest(lines, &line, &length)) != LX_LINE_NONE) {
		if (state != LX_LINE_OK)
			continue;
		/* A decoder that has seen other lines says the same as one that has seen none. */
		char *first = decode(used, &message, line, length);
		char *second = decode(fresh, &message, line, length);
		CHECK(!first == !second && (!first || strcmp(first, second) == 0));
		cJSON_free(first);
		cJSON_free(second);
		lx_irc_decoder_destroy(fresh);
		fresh = lx_irc_decoder_create();
	}
	lx_irc_message_finish(&message);
	lx_lines_destroy(lines);
	lx_irc_decoder_destroy(fresh);
	lx_irc_decoder_destroy(used);
	return 0;
}
