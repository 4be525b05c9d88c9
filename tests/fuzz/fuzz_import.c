/* Any bytes as a file to import. What comes out is safe text from a known sender in a known channel, whatever went in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chat/import.h"
#include "platform/memory.h"
#include "twitch/irc_text.h"

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

static bool check_event(const struct lx_event *event, void *data)
{
	CHECK(event->time_ms > 0);
	check_text(event->channel);
	if (event->type == LX_EVENT_CHAT_MESSAGE || event->type == LX_EVENT_CHAT_NOTICE) {
		const struct lx_chat *chat = &event->chat;
		const char *const texts[] = {chat->id,          chat->text,        chat->user.id,  chat->user.login,
					     chat->user.name,   chat->user.badges, chat->notice,   chat->notice_text,
					     chat->reply_login, chat->reply_text,  chat->reward_id};
		const size_t size = strlen(chat->text);
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
			check_text(texts[i]);
		for (size_t i = 0; i < chat->emote_count; i++) {
			const struct lx_emote *emote = &chat->emotes[i];
			check_text(emote->id);
			CHECK(emote->first <= emote->last && emote->byte_begin < emote->byte_end &&
			      emote->byte_end <= size);
		}
	}
	++*(uint64_t *)data;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lx_import_result result;
	uint64_t events = 0;
	lx_memory_init();
	lx_import_bytes((const char *)bytes, size, check_event, &events, &result);
	CHECK(result.events == events && (!events || result.understood));
	return 0;
}
