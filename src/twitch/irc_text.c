#include "twitch/irc_text.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#define REPLACEMENT 0xFFFD
#define MARK_EVERY 32

size_t lx_irc_text_next(const char *bytes, size_t size, uint32_t *code_point)
{
	const unsigned char *in = (const unsigned char *)bytes;
	/* What the second byte may be depends on the first: no overlong forms, no surrogates, nothing above U+10FFFF. */
	unsigned char low = 0x80, high = 0xBF;
	size_t needed;
	uint32_t value = in[0];

	if (value < 0x80) {
		*code_point = value;
		return 1;
	}
	if (value >= 0xC2 && value <= 0xDF) {
		needed = 2;
		value &= 0x1F;
	} else if (value >= 0xE0 && value <= 0xEF) {
		needed = 3;
		if (value == 0xE0)
			low = 0xA0;
		if (value == 0xED)
			high = 0x9F;
		value &= 0x0F;
	} else if (value >= 0xF0 && value <= 0xF4) {
		needed = 4;
		if (value == 0xF0)
			low = 0x90;
		if (value == 0xF4)
			high = 0x8F;
		value &= 0x07;
	} else {
		*code_point = REPLACEMENT;
		return 1;
	}

	for (size_t i = 1; i < needed; i++) {
		if (i == size || in[i] < low || in[i] > high) {
			*code_point = REPLACEMENT;
			return i;
		}
		value = value << 6 | (in[i] & 0x3F);
		low = 0x80;
		high = 0xBF;
	}
	*code_point = value;
	return needed;
}

/* What stands for a code point in a safe text. */
static uint32_t safe(uint32_t code_point)
{
	if (code_point == '\t' || code_point == '\n' || code_point == '\r' || code_point == 0x2028 ||
	    code_point == 0x2029)
		return ' ';
	if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F))
		return REPLACEMENT;
	return code_point;
}

bool lx_irc_text_is_safe(const char *bytes, size_t size, bool *ascii)
{
	size_t at = 0;

	*ascii = true;
	while (at < size) {
		unsigned char byte = (unsigned char)bytes[at];
		if (byte >= 0x20 && byte < 0x7F) {
			at++;
			continue;
		}
		uint32_t code_point;
		size_t taken = lx_irc_text_next(bytes + at, size - at, &code_point);
		if (byte >= 0x80)
			*ascii = false;
		/* U+FFFD that was sent as such is EF BF BD; broken sequences are shorter or begin otherwise. */
		bool broken = code_point == REPLACEMENT && (byte != 0xEF || taken != 3);
		if (broken || safe(code_point) != code_point)
			return false;
		at += taken;
	}
	return true;
}

static char *put(char *out, uint32_t code_point)
{
	if (code_point < 0x80) {
		*out++ = (char)code_point;
	} else if (code_point < 0x800) {
		*out++ = (char)(0xC0 | code_point >> 6);
		*out++ = (char)(0x80 | (code_point & 0x3F));
	} else if (code_point < 0x10000) {
		*out++ = (char)(0xE0 | code_point >> 12);
		*out++ = (char)(0x80 | (code_point >> 6 & 0x3F));
		*out++ = (char)(0x80 | (code_point & 0x3F));
	} else {
		*out++ = (char)(0xF0 | code_point >> 18);
		*out++ = (char)(0x80 | (code_point >> 12 & 0x3F));
		*out++ = (char)(0x80 | (code_point >> 6 & 0x3F));
		*out++ = (char)(0x80 | (code_point & 0x3F));
	}
	return out;
}

size_t lx_irc_text_make_safe(char *out, const char *bytes, size_t size)
{
	char *begin = out;

	for (size_t at = 0; at < size;) {
		uint32_t code_point;
		at += lx_irc_text_next(bytes + at, size - at, &code_point);
		out = put(out, safe(code_point));
	}
	*out = '\0';
	return (size_t)(out - begin);
}

bool lx_irc_text_unwrap_action(const char **text, size_t *size)
{
	static const char head[] = "\001ACTION ";
	const size_t head_size = sizeof(head) - 1;

	if (*size < head_size || memcmp(*text, head, head_size) != 0)
		return false;
	*text += head_size;
	*size -= head_size;
	if (*size && (*text)[*size - 1] == '\001')
		--*size;
	return true;
}

void lx_irc_emotes_finish(struct lx_irc_emotes *emotes)
{
	bfree(emotes->array);
	bfree(emotes->ids);
	bfree(emotes->marks);
	memset(emotes, 0, sizeof(*emotes));
}

static void *reserve(void *array, size_t *capacity, size_t needed, size_t element)
{
	if (needed <= *capacity)
		return array;
	while (*capacity < needed)
		*capacity = *capacity ? *capacity * 2 : 64;
	return brealloc(array, *capacity * element);
}

/* Notes where every 32nd code point begins, and the end, so that each look-up takes a few steps. Returns their number. */
static uint32_t mark_text(struct lx_irc_emotes *emotes, const char *text, size_t size)
{
	uint32_t count = 0;

	emotes->marks = reserve(emotes->marks, &emotes->marks_capacity, size / MARK_EVERY + 2, sizeof(*emotes->marks));
	for (size_t at = 0; at < size; count++) {
		uint32_t code_point;
		if (count % MARK_EVERY == 0)
			emotes->marks[count / MARK_EVERY] = (uint32_t)at;
		at += lx_irc_text_next(text + at, size - at, &code_point);
	}
	return count;
}

static uint32_t byte_of(const struct lx_irc_emotes *emotes, const char *text, size_t size, uint32_t position)
{
	size_t at = emotes->marks[position / MARK_EVERY];
	for (uint32_t left = position % MARK_EVERY; left > 0; left--) {
		uint32_t code_point;
		at += lx_irc_text_next(text + at, size - at, &code_point);
	}
	return (uint32_t)at;
}

static bool is_id(const char *id, const char *end)
{
	if (id == end)
		return false;
	for (; id < end; id++) {
		bool letter = (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z');
		if (!letter && !(*id >= '0' && *id <= '9') && *id != '_' && *id != '-')
			return false;
	}
	return true;
}

/* Reads a number that must end at `stop` (or at the end of the value); too large ones stay at the maximum. */
static bool read_number(const char **at, const char *end, uint32_t *number)
{
	const char *begin = *at;
	uint64_t value = 0;

	for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
		value = value * 10 + (uint64_t)(**at - '0');
		if (value > UINT32_MAX)
			value = UINT32_MAX;
	}
	*number = (uint32_t)value;
	return *at > begin;
}

static void add_range(struct lx_irc_emotes *emotes, const char *id, const char *range, const char *end,
		      const char *text, size_t size, uint32_t code_points, bool ascii)
{
	uint32_t first, last;

	if (!read_number(&range, end, &first) || range == end || *range++ != '-' || !read_number(&range, end, &last) ||
	    range != end)
		return;
	if (last < first || first >= code_points)
		return;
	if (last >= code_points)
		last = code_points - 1;

	emotes->array = reserve(emotes->array, &emotes->capacity, emotes->count + 1, sizeof(*emotes->array));
	struct lx_emote *emote = &emotes->array[emotes->count++];
	emote->id = id;
	emote->first = first;
	emote->last = last;
	emote->byte_begin = ascii ? first : byte_of(emotes, text, size, first);
	emote->byte_end = ascii ? last + 1 : byte_of(emotes, text, size, last);
	if (!ascii) {
		uint32_t code_point;
		emote->byte_end +=
			(uint32_t)lx_irc_text_next(text + emote->byte_end, size - emote->byte_end, &code_point);
	}
}

static bool is_ascii(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

void lx_irc_emotes_read(struct lx_irc_emotes *emotes, const char *value, size_t value_size, const char *text,
			size_t text_size)
{
	emotes->count = 0;
	if (!value_size || !text_size)
		return;

	bool ascii = is_ascii(text, text_size);
	uint32_t code_points = ascii ? (uint32_t)text_size : mark_text(emotes, text, text_size);

	/* The ids are terminated in a copy: the tag itself stays whole for whoever reads it next. */
	emotes->ids = reserve(emotes->ids, &emotes->ids_capacity, value_size + 1, 1);
	memcpy(emotes->ids, value, value_size);
	char *end = emotes->ids + value_size;
	*end = '\0';

	for (char *at = emotes->ids; at < end;) {
		char *stop = memchr(at, '/', (size_t)(end - at));
		if (!stop)
			stop = end;
		char *colon = memchr(at, ':', (size_t)(stop - at));
		if (colon && is_id(at, colon)) {
			*colon = '\0';
			for (char *range = colon + 1; range < stop;) {
				char *comma = memchr(range, ',', (size_t)(stop - range));
				if (!comma)
					comma = stop;
				add_range(emotes, at, range, comma, text, text_size, code_points, ascii);
				range = comma + 1;
			}
		}
		at = stop + 1;
	}
}

static int by_position(const void *left, const void *right)
{
	const struct lx_emote *a = left, *b = right;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return a->last < b->last ? -1 : a->last > b->last;
}

void lx_irc_emotes_tidy(struct lx_irc_emotes *emotes)
{
	size_t sorted = 1;
	while (sorted < emotes->count && emotes->array[sorted - 1].last < emotes->array[sorted].first)
		sorted++;
	if (sorted >= emotes->count)
		return;

	qsort(emotes->array, emotes->count, sizeof(*emotes->array), by_position);
	size_t kept = 1;
	for (size_t i = 1; i < emotes->count; i++) {
		if (emotes->array[i].first > emotes->array[kept - 1].last)
			emotes->array[kept++] = emotes->array[i];
	}
	emotes->count = kept;
}
