#include "chat/extra.h"

#include <string.h>

#include <util/bmem.h>

#include "twitch/irc_text.h"

enum {
	FIELD_EMOTES = 1,
	FIELD_COUNT = 2,
	FIELD_BITS = 3,
	FIELD_ID = 4, /* of the message, where it is no UUID */
	FIRST_TEXT = 5,
	PACKED = 0x80, /* the text is a UUID */
};

/* Never reorder: the place is what a field is stored under. */
static const size_t texts[] = {
	offsetof(struct lx_chat, notice),        offsetof(struct lx_chat, notice_text),
	offsetof(struct lx_chat, sub_plan),      offsetof(struct lx_chat, announcement_color),
	offsetof(struct lx_chat, gift_id),       offsetof(struct lx_chat, recipient_name),
	offsetof(struct lx_chat, reward_id),     offsetof(struct lx_chat, reply_id),
	offsetof(struct lx_chat, reply_user_id), offsetof(struct lx_chat, reply_login),
	offsetof(struct lx_chat, reply_name),    offsetof(struct lx_chat, reply_text),
	offsetof(struct lx_chat, thread_id),     offsetof(struct lx_chat, source_room_id),
	offsetof(struct lx_chat, source_id),     offsetof(struct lx_chat, effect),
};
#define TEXT_COUNT (sizeof(texts) / sizeof(*texts))

static const char **text_at(struct lx_chat *chat, size_t field)
{
	return (const char **)((char *)chat + texts[field]);
}

/* --- UUIDs ------------------------------------------------------------------------------------------------------- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_dash(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

bool lx_uuid_pack(const char *text, uint8_t out[16])
{
	size_t digits = 0;
	for (size_t at = 0; at < 36; at++) {
		if (is_dash(at)) {
			if (text[at] != '-')
				return false;
			continue;
		}
		const int value = hex(text[at]);
		if (value < 0)
			return false;
		out[digits / 2] = (uint8_t)(digits % 2 ? out[digits / 2] << 4 | value : value);
		digits++;
	}
	return text[36] == 0;
}

void lx_uuid_unpack(const uint8_t bytes[16], char out[37])
{
	static const char digits[] = "0123456789abcdef";
	size_t digit = 0;
	for (size_t at = 0; at < 36; at++) {
		if (is_dash(at)) {
			out[at] = '-';
			continue;
		}
		out[at] = digits[digit % 2 ? bytes[digit / 2] & 15 : bytes[digit / 2] >> 4];
		digit++;
	}
	out[36] = 0;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

static void put_number(lx_bytes_t *out, uint64_t number)
{
	do {
		uint8_t byte = (uint8_t)(number & 127) | (number > 127 ? 128 : 0);
		da_push_back(*out, &byte);
		number >>= 7;
	} while (number);
}

static size_t number_size(uint64_t number)
{
	size_t size = 1;
	for (; number > 127; number >>= 7)
		size++;
	return size;
}

static void put_field(lx_bytes_t *out, uint8_t field, const void *bytes, size_t size)
{
	da_push_back(*out, &field);
	put_number(out, size);
	da_push_back_array(*out, bytes, size);
}

static void put_text(lx_bytes_t *out, uint8_t field, const char *text)
{
	uint8_t packed[16];
	if (lx_uuid_pack(text, packed))
		put_field(out, field | PACKED, packed, sizeof(packed));
	else if (*text)
		put_field(out, field, text, strlen(text));
}

static void put_count(lx_bytes_t *out, uint8_t field, uint64_t number)
{
	if (!number)
		return;
	da_push_back(*out, &field);
	put_number(out, number_size(number));
	put_number(out, number);
}

static bool put_emotes(lx_bytes_t *out, const struct lx_chat *chat, lx_extra_emote_number number, void *data)
{
	lx_bytes_t list = {0};
	uint32_t at = 0;
	bool ok = true;
	for (size_t i = 0; ok && i < chat->emote_count; i++) {
		const struct lx_emote *emote = &chat->emotes[i];
		const int64_t id = number(emote->id, data);
		ok = id >= 0;
		put_number(&list, (uint64_t)id);
		put_number(&list, emote->first - at);
		put_number(&list, emote->last - emote->first);
		at = emote->last;
	}
	if (ok && list.num)
		put_field(out, FIELD_EMOTES, list.array, list.num);
	da_free(list);
	return ok;
}

bool lx_extra_encode(const struct lx_chat *chat, lx_extra_emote_number emote, void *data, lx_bytes_t *out)
{
	uint8_t packed[16];
	if (!put_emotes(out, chat, emote, data))
		return false;
	put_count(out, FIELD_COUNT, chat->notice_count > 0 ? (uint64_t)chat->notice_count : 0);
	put_count(out, FIELD_BITS, chat->bits);
	if (!lx_uuid_pack(chat->id, packed))
		put_text(out, FIELD_ID, chat->id);
	for (size_t i = 0; i < TEXT_COUNT; i++)
		put_text(out, (uint8_t)(FIRST_TEXT + i), *text_at((struct lx_chat *)chat, i));
	return true;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

static bool get_number(struct reader *reader, uint64_t *number)
{
	*number = 0;
	for (unsigned shift = 0; reader->at < reader->end && shift < 64; shift += 7) {
		const uint8_t byte = *reader->at++;
		*number |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return true;
	}
	return false;
}

void lx_extra_arena_free(struct lx_extra_arena *arena)
{
	bfree(arena->text);
	bfree(arena->emotes);
	memset(arena, 0, sizeof(*arena));
}

/* Byte positions of the code points that emotes begin and end at; they come in order. */
static void locate_emotes(struct lx_chat *chat, struct lx_emote *emotes, size_t count)
{
	const size_t size = strlen(chat->text);
	size_t at = 0, kept = 0;
	uint32_t point = 0, c;
	for (size_t i = 0; i < count; i++) {
		struct lx_emote emote = emotes[i];
		if (point > emote.first)
			continue;
		for (; at < size && point < emote.first; point++)
			at += lx_irc_text_next(chat->text + at, size - at, &c);
		if (at >= size)
			break;
		emote.byte_begin = (uint32_t)at;
		for (; at < size && point <= emote.last; point++)
			at += lx_irc_text_next(chat->text + at, size - at, &c);
		emote.last = point - 1;
		emote.byte_end = (uint32_t)at;
		emotes[kept++] = emote;
	}
	chat->emotes = emotes;
	chat->emote_count = kept;
}

static void get_emotes(struct reader field, lx_extra_emote_id id, void *data, struct lx_extra_arena *arena,
		       struct lx_chat *chat)
{
	uint64_t number, skip, length, at = 0;
	size_t count = 0;
	while (get_number(&field, &number) && get_number(&field, &skip) && get_number(&field, &length)) {
		if (skip > UINT32_MAX || length > UINT32_MAX || at + skip + length > UINT32_MAX)
			break;
		if (count == arena->emote_capacity) {
			arena->emote_capacity = arena->emote_capacity ? arena->emote_capacity * 2 : 16;
			arena->emotes = brealloc(arena->emotes, arena->emote_capacity * sizeof(*arena->emotes));
		}
		arena->emotes[count].id = id((int64_t)number, data);
		arena->emotes[count].first = (uint32_t)(at + skip);
		arena->emotes[count].last = (uint32_t)(at + skip + length);
		at += skip + length;
		count++;
	}
	locate_emotes(chat, arena->emotes, count);
}

static const char *get_text(struct reader field, bool packed, char **free_text)
{
	char *text = *free_text;
	const size_t size = (size_t)(field.end - field.at);
	bool ascii;
	if (packed) {
		if (size != 16)
			return "";
		lx_uuid_unpack(field.at, text);
		*free_text += 37;
		return text;
	}
	/* Written by somebody else's program, perhaps: made safe like everything that comes from outside. */
	if (lx_irc_text_is_safe((const char *)field.at, size, &ascii)) {
		memcpy(text, field.at, size);
		text[size] = 0;
		*free_text += size + 1;
	} else {
		*free_text += lx_irc_text_make_safe(text, (const char *)field.at, size) + 1;
	}
	return text;
}

static void get_field(uint8_t kind, struct reader field, lx_extra_emote_id emote, void *data,
		      struct lx_extra_arena *arena, struct lx_chat *chat, char **free_text)
{
	uint64_t number;
	const bool packed = (kind & PACKED) != 0;
	kind &= PACKED - 1;
	if (kind == FIELD_EMOTES)
		get_emotes(field, emote, data, arena, chat);
	else if (kind == FIELD_COUNT && get_number(&field, &number))
		chat->notice_count = (int64_t)(number & INT64_MAX);
	else if (kind == FIELD_BITS && get_number(&field, &number))
		chat->bits = (uint32_t)number;
	else if (kind == FIELD_ID)
		chat->id = get_text(field, packed, free_text);
	else if (kind >= FIRST_TEXT && (size_t)(kind - FIRST_TEXT) < TEXT_COUNT)
		*text_at(chat, (size_t)(kind - FIRST_TEXT)) = get_text(field, packed, free_text);
}

void lx_extra_decode(const uint8_t *bytes, size_t size, lx_extra_emote_id emote, void *data,
		     struct lx_extra_arena *arena, struct lx_chat *chat)
{
	struct reader reader = {bytes, bytes + size};
	/* Enough for the worst: every byte replaced, every two a field. */
	const size_t room = size * 4 + 40;
	if (arena->text_capacity < room) {
		arena->text = brealloc(arena->text, room);
		arena->text_capacity = room;
	}
	char *free_text = arena->text;
	while (reader.at < reader.end) {
		uint64_t length;
		const uint8_t kind = *reader.at++;
		if (!get_number(&reader, &length) || length > (uint64_t)(reader.end - reader.at))
			return;
		struct reader field = {reader.at, reader.at + length};
		get_field(kind, field, emote, data, arena, chat, &free_text);
		reader.at += length;
	}
}
