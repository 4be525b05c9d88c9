#include "twitch/eventsub_reader.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "twitch/helix_decode.h"
#include "twitch/irc_text.h"

#define CHUNK_SIZE 16384
/* Twitch sends at most ten predictors, five choices, some dozens of fragments; a list beyond this is somebody's joke. */
#define MAX_ITEMS 1000

struct chunk {
	struct chunk *next;
	size_t size, used;
	/* the memory itself follows */
};

/* --- memory ------------------------------------------------------------------------------------------------------ */

void *lx_reader_alloc(struct lx_eventsub_reader *r, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	struct chunk *chunk = r->chunks;
	if (!chunk || chunk->size - chunk->used < size) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
		chunk = bmalloc(sizeof(*chunk) + 16 + room);
		*chunk = (struct chunk){r->chunks, room, 0};
		r->chunks = chunk;
	}
	/* Behind the header, at the next multiple of 16, as bmalloc() itself aligns. */
	char *memory = (char *)chunk + ((sizeof(*chunk) + 15) & ~(size_t)15) + chunk->used;
	chunk->used += size;
	memset(memory, 0, size);
	return memory;
}

/* Keeps the oldest chunk: most events fit into it. */
static void reset(struct lx_eventsub_reader *r)
{
	while (r->chunks && r->chunks->next) {
		struct chunk *next = r->chunks->next;
		bfree(r->chunks);
		r->chunks = next;
	}
	if (r->chunks)
		r->chunks->used = 0;
}

struct lx_eventsub_reader *lx_eventsub_reader_create(void)
{
	return bzalloc(sizeof(struct lx_eventsub_reader));
}

void lx_eventsub_reader_destroy(struct lx_eventsub_reader *r)
{
	if (!r)
		return;
	reset(r);
	bfree(r->chunks);
	bfree(r);
}

/* --- values ------------------------------------------------------------------------------------------------------ */

const cJSON *lx_read(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	return cJSON_IsNull(item) ? NULL : item;
}

const char *lx_read_item_text(struct lx_eventsub_reader *r, const cJSON *item)
{
	if (cJSON_IsNumber(item)) {
		char *digits = lx_reader_alloc(r, 32);
		snprintf(digits, 32, "%lld", (long long)lx_json_int(item));
		return digits;
	}
	if (!cJSON_IsString(item))
		return "";

	bool ascii;
	size_t size = strlen(item->valuestring);
	if (lx_irc_text_is_safe(item->valuestring, size, &ascii))
		return item->valuestring;
	char *safe = lx_reader_alloc(r, 3 * size + 1);
	lx_irc_text_make_safe(safe, item->valuestring, size);
	return safe;
}

const char *lx_read_text(struct lx_eventsub_reader *r, const cJSON *object, const char *key)
{
	return lx_read_item_text(r, lx_read(object, key));
}

const char *lx_read_word(struct lx_eventsub_reader *r, const cJSON *object, const char *key)
{
	const char *text = lx_read_text(r, object, key);
	size_t size = strlen(text);
	char *word = lx_reader_alloc(r, size + 1);
	for (size_t i = 0; i < size; i++)
		word[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
	return word;
}

int64_t lx_read_int(const cJSON *object, const char *key)
{
	int64_t value = lx_json_int(lx_read(object, key));
	return value == LX_HELIX_UNKNOWN ? 0 : value;
}

bool lx_read_bool(const cJSON *object, const char *key)
{
	return lx_json_bool(lx_read(object, key));
}

int64_t lx_read_time(const cJSON *object, const char *key)
{
	int64_t value = lx_json_time_ms(lx_read(object, key));
	return value == LX_HELIX_UNKNOWN ? 0 : value;
}

static const char *read_person_part(struct lx_eventsub_reader *r, const cJSON *object, const char *prefix,
				    const char *part)
{
	char key[64];
	snprintf(key, sizeof(key), "%suser_%s", prefix, part);
	const cJSON *item = lx_read(object, key);
	if (!item && *prefix) {
		snprintf(key, sizeof(key), "%s%s", prefix, part);
		item = lx_read(object, key);
	}
	return lx_read_item_text(r, item);
}

struct lx_person lx_read_person(struct lx_eventsub_reader *r, const cJSON *object, const char *prefix)
{
	struct lx_person person;
	person.id = read_person_part(r, object, prefix, "id");
	person.login = read_person_part(r, object, prefix, "login");
	person.name = read_person_part(r, object, prefix, "name");
	if (!*person.name)
		person.name = person.login;
	return person;
}

const char *lx_read_joined(struct lx_eventsub_reader *r, const cJSON *object, const char *key, char separator)
{
	size_t size = 1;
	const cJSON *item, *array = lx_read(object, key);
	cJSON_ArrayForEach (item, array) {
		if (cJSON_IsString(item))
			size += strlen(lx_read_item_text(r, item)) + 1;
	}
	char *joined = lx_reader_alloc(r, size), *at = joined;
	cJSON_ArrayForEach (item, array) {
		if (!cJSON_IsString(item))
			continue;
		if (at != joined)
			*at++ = separator;
		const char *text = lx_read_item_text(r, item);
		size_t length = strlen(text);
		memcpy(at, text, length);
		at += length;
	}
	return joined;
}

void *lx_read_list(struct lx_eventsub_reader *r, const cJSON *object, const char *key, size_t size, size_t *count,
		   void (*read)(struct lx_eventsub_reader *r, const cJSON *element, void *item))
{
	const cJSON *element, *array = lx_read(object, key);
	if (!cJSON_IsArray(array))
		array = NULL;
	int length = cJSON_GetArraySize(array);
	size_t room = length < MAX_ITEMS ? (size_t)length : MAX_ITEMS, used = 0;
	char *items = lx_reader_alloc(r, room * size);
	cJSON_ArrayForEach (element, array) {
		if (cJSON_IsObject(element) && used < room)
			read(r, element, items + used++ * size);
	}
	*count = used;
	return items;
}

/* --- events ------------------------------------------------------------------------------------------------------ */

void lx_reader_begin(struct lx_eventsub_reader *r, struct lx_event *event, enum lx_event_type type, const cJSON *json,
		     const char *prefix)
{
	lx_event_init(event, type);
	struct lx_person channel = lx_read_person(r, json, prefix);
	event->time_ms = r->time_ms;
	event->channel = channel.login;
	event->room_id = channel.id;
}

void lx_reader_emit(struct lx_eventsub_reader *r, const struct lx_event *event)
{
	r->sink(r->topic, event, r->sink_data);
}

/* The documents show some events wrapped as {"data":[{…}]}. */
static const cJSON *unwrap(const cJSON *event)
{
	const cJSON *data = lx_read(event, "data");
	const cJSON *first = cJSON_IsArray(data) ? cJSON_GetArrayItem(data, 0) : data;
	return cJSON_IsObject(first) ? first : event;
}

void lx_eventsub_decode(struct lx_eventsub_reader *r, const struct lx_eventsub_topic *topic,
			const struct lx_eventsub_message *message, lx_eventsub_sink sink, void *data)
{
	if (!cJSON_IsObject(message->event))
		return;
	reset(r);
	r->topic = topic;
	r->time_ms = message->time_ms;
	r->sink = sink;
	r->sink_data = data;
	topic->decode(r, unwrap(message->event));
}

/* --- the envelope ------------------------------------------------------------------------------------------------ */

static const char *plain_text(const cJSON *object, const char *key)
{
	const cJSON *item = lx_read(object, key);
	return cJSON_IsString(item) ? item->valuestring : "";
}

static enum lx_eventsub_message_type message_type(const char *word)
{
	static const struct {
		const char *word;
		enum lx_eventsub_message_type type;
	} types[] = {
		{"notification", LX_EVENTSUB_NOTIFICATION}, {"session_keepalive", LX_EVENTSUB_KEEPALIVE},
		{"session_welcome", LX_EVENTSUB_WELCOME},   {"session_reconnect", LX_EVENTSUB_RECONNECT},
		{"revocation", LX_EVENTSUB_REVOCATION},
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(word, types[i].word) == 0)
			return types[i].type;
	}
	return LX_EVENTSUB_UNKNOWN;
}

bool lx_eventsub_message_parse(struct lx_eventsub_message *message, const char *text, size_t size)
{
	cJSON *json = cJSON_ParseWithLength(text, size);
	const cJSON *metadata = lx_read(json, "metadata");
	if (!cJSON_IsObject(metadata)) {
		cJSON_Delete(json);
		return false;
	}

	const cJSON *payload = lx_read(json, "payload");
	const cJSON *session = lx_read(payload, "session"), *subscription = lx_read(payload, "subscription");
	*message = (struct lx_eventsub_message){
		.type = message_type(plain_text(metadata, "message_type")),
		.id = plain_text(metadata, "message_id"),
		.time_ms = lx_read_time(metadata, "message_timestamp"),
		.session_id = plain_text(session, "id"),
		.reconnect_url = plain_text(session, "reconnect_url"),
		.keepalive_s = lx_read_int(session, "keepalive_timeout_seconds"),
		.subscription_id = plain_text(subscription, "id"),
		.subscription_type = plain_text(subscription, "type"),
		.subscription_version = plain_text(subscription, "version"),
		.status = plain_text(subscription, "status"),
		.condition = lx_read(subscription, "condition"),
		.event = lx_read(payload, "event"),
		.json = json,
	};
	if (!*message->subscription_type)
		message->subscription_type = plain_text(metadata, "subscription_type");
	if (!*message->subscription_version)
		message->subscription_version = plain_text(metadata, "subscription_version");
	return true;
}

void lx_eventsub_message_finish(struct lx_eventsub_message *message)
{
	cJSON_Delete(message->json);
	message->json = NULL;
}
