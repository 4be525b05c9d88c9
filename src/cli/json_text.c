#include "cli/json_text.h"

#include <string.h>

#include <util/bmem.h>

#include "twitch/irc_text.h"

/* The longest form of a byte: backslash, u and four digits. */
#define LONGEST 6

void lx_json_text_finish(struct lx_json_text *json)
{
	bfree(json->bytes);
	memset(json, 0, sizeof(*json));
}

static char *reserve(struct lx_json_text *json, size_t size)
{
	if (json->capacity - json->size < size) {
		do {
			json->capacity = json->capacity ? json->capacity * 2 : 4096;
		} while (json->capacity - json->size < size);
		json->bytes = brealloc(json->bytes, json->capacity);
	}
	return json->bytes + json->size;
}

void lx_json_text_raw(struct lx_json_text *json, const char *text, size_t size)
{
	memcpy(reserve(json, size), text, size);
	json->size += size;
}

void lx_json_text_number(struct lx_json_text *json, uint32_t number)
{
	char digits[10];
	size_t begin = sizeof(digits);

	do {
		digits[--begin] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	lx_json_text_raw(json, digits + begin, sizeof(digits) - begin);
}

static char *escape(char *out, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";

	*out++ = '\\';
	switch (byte) {
	case '"':
	case '\\':
		*out++ = (char)byte;
		break;
	case '\n':
		*out++ = 'n';
		break;
	case '\r':
		*out++ = 'r';
		break;
	case '\t':
		*out++ = 't';
		break;
	default:
		memcpy(out, "u00", 3);
		out[3] = hex[byte >> 4];
		out[4] = hex[byte & 15];
		out += 5;
		break;
	}
	return out;
}

void lx_json_text_string(struct lx_json_text *json, const char *text, size_t size)
{
	char *out = reserve(json, size * LONGEST + 2);

	*out++ = '"';
	for (size_t at = 0; at < size;) {
		unsigned char byte = (unsigned char)text[at];
		if (byte >= 0x80) {
			uint32_t code_point;
			size_t taken = lx_irc_text_next(text + at, size - at, &code_point);
			/* U+FFFD is written either way: for itself and for what is broken. */
			if (code_point == 0xFFFD)
				memcpy(out, "\xEF\xBF\xBD", 3);
			else
				memcpy(out, text + at, taken);
			out += code_point == 0xFFFD ? 3 : taken;
			at += taken;
			continue;
		}
		if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F)
			out = escape(out, byte);
		else
			*out++ = (char)byte;
		at++;
	}
	*out++ = '"';
	json->size = (size_t)(out - json->bytes);
}
