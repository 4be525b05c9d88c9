/*
 * Any bytes as a message of EventSub: the envelope, and the event as every topic would read it. Whatever comes in, an event
 * holds safe text only and its emotes lie inside the text in order.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bus/event_json.h"
#include "twitch/eventsub_decode.h"
#include "twitch/irc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static void check_emotes(const struct lx_chat *chat)
{
	size_t size = strlen(chat->text), end = 0;
	for (size_t i = 0; i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		CHECK(emote->first <= emote->last);
		CHECK(emote->byte_begin >= end && emote->byte_begin < emote->byte_end && emote->byte_end <= size);
		end = emote->byte_end;
	}
}

/* Lists of terms and rules are one to a line; apart from that no text holds a line end. */
static void check_text(const char *text)
{
	bool ascii;
	for (size_t size = strcspn(text, "\n"); text[size]; size = strcspn(text, "\n")) {
		CHECK(lx_irc_text_is_safe(text, size, &ascii));
		text += size + 1;
	}
	CHECK(lx_irc_text_is_safe(text, strlen(text), &ascii));
}

/* All texts of an event come out in its JSON. */
static void check_texts(const cJSON *item)
{
	for (; item; item = item->next) {
		if (cJSON_IsString(item))
			check_text(item->valuestring);
		check_texts(item->child);
	}
}

static void check_event(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data)
{
	(void)data;
	CHECK(topic && event->type < LX_EVENT_TYPE_COUNT);
	if (event->type == LX_EVENT_CHAT_MESSAGE || event->type == LX_EVENT_CHAT_NOTICE)
		check_emotes(&event->chat);
	cJSON *json = lx_event_to_json(event);
	check_texts(json);
	cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lx_eventsub_message message;
	if (!lx_eventsub_message_parse(&message, (const char *)bytes, size))
		return 0;

	struct lx_eventsub_reader *reader = lx_eventsub_reader_create();
	size_t count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&count);
	lx_eventsub_topic_find(message.subscription_type, message.subscription_version, message.condition);
	for (size_t i = 0; i < count; i++)
		lx_eventsub_decode(reader, &topics[i], &message, check_event, NULL);
	lx_eventsub_reader_destroy(reader);
	lx_eventsub_message_finish(&message);
	return 0;
}
