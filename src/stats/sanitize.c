#include "stats/sanitize.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum {
	REPLACEMENT = 0xFFFD,
	JOINER = 0x200D,
	TEXT_STYLE = 0xFE0E,
	EMOJI_STYLE = 0xFE0F,
	BLACK_FLAG = 0x1F3F4,
	FIRST_TAG = 0xE0020,
	LAST_TAG = 0xE007F,
};

struct line {
	struct dstr *out;
	UChar32 last;  /* last character kept, 0 at the beginning */
	bool pictured; /* the cluster under way is an emoji */
	bool flagged;  /* … and is a black flag that tags may follow */
	bool space;    /* one is due before the next visible character */
	int marks;     /* kept on the last base */
};

static void keep(struct line *line, UChar32 c)
{
	uint8_t bytes[U8_MAX_LENGTH];
	int32_t length = 0;

	if (line->space && line->last)
		dstr_ncat(line->out, " ", 1);
	line->space = false;
	U8_APPEND_UNSAFE(bytes, length, c);
	dstr_ncat(line->out, (const char *)bytes, (size_t)length);
	line->last = c;
}

static bool is_picture(UChar32 c)
{
	return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) || u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR);
}

/* Whether an invisible character holds the emoji before it together. */
static bool holds_emoji(const struct line *line, UChar32 c, UChar32 next)
{
	if (line->space)
		return false;
	switch (c) {
	case JOINER:
		return line->pictured && line->last != JOINER && next > 0 && is_picture(next);
	case TEXT_STYLE:
	case EMOJI_STYLE:
		return line->last && u_hasBinaryProperty(line->last, UCHAR_EMOJI);
	default:
		return line->flagged && c >= FIRST_TAG && c <= LAST_TAG;
	}
}

static bool is_invisible(UChar32 c)
{
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return true;
	switch (u_charType(c)) {
	case U_CONTROL_CHAR:
	case U_SURROGATE:
		return true;
	case U_FORMAT_CHAR:
		return !u_hasBinaryProperty(c, UCHAR_PREPENDED_CONCATENATION_MARK);
	default:
		return false;
	}
}

static bool is_mark(UChar32 c)
{
	const int8_t type = u_charType(c);
	return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK;
}

static void take(struct line *line, UChar32 c, UChar32 next)
{
	if (u_isUWhiteSpace(c)) {
		line->space = true;
	} else if (is_invisible(c)) {
		if (holds_emoji(line, c, next))
			keep(line, c);
	} else if (is_mark(c)) {
		if (line->last && !line->space && line->marks < LX_SANITIZE_MAX_MARKS) {
			keep(line, c);
			line->marks++;
		}
	} else {
		const bool modifier = line->pictured && !line->space && u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER);
		keep(line, c);
		line->pictured = modifier || is_picture(c);
		line->flagged = c == BLACK_FLAG;
		line->marks = 0;
	}
}

void lx_sanitize_line(struct dstr *out, const char *text)
{
	const uint8_t *const bytes = (const uint8_t *)text;
	const size_t size = strlen(text);
	const int32_t length = size < INT32_MAX ? (int32_t)size : INT32_MAX;
	struct line line = {.out = out};
	UChar32 c, next = 0;
	int32_t i = 0;

	if (i < length)
		U8_NEXT_OR_FFFD(bytes, i, length, next);
	while (next) {
		c = next;
		next = 0;
		if (i < length)
			U8_NEXT_OR_FFFD(bytes, i, length, next);
		take(&line, c, next);
	}
}
