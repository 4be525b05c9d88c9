#include "chat/words.h"

#include <stdint.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "twitch/irc_text.h"

enum kind { CLASS_NONE, CLASS_WORD, CLASS_DENSE, CLASS_SYMBOL, CLASS_MARK };

/* What one code point becomes. */
#define FOLDED_MAX 18 /* U+FDFA, the longest there is */
struct folded {
	uint32_t points[FOLDED_MAX];
	int count;
};

static bool in(uint32_t c, uint32_t first, uint32_t last)
{
	return c >= first && c <= last;
}

/* Marks that people leave out when they type. */
static bool is_optional_mark(uint32_t c)
{
	return in(c, 0x0300, 0x036F) || in(c, 0x0483, 0x0489) || in(c, 0x0591, 0x05BD) || in(c, 0x05BF, 0x05C7) ||
	       in(c, 0x0610, 0x061A) || in(c, 0x064B, 0x065F) || c == 0x0670 || in(c, 0x06D6, 0x06DC) ||
	       in(c, 0x06DF, 0x06E8) || in(c, 0x1AB0, 0x1AFF) || in(c, 0x1DC0, 0x1DFF) || in(c, 0x20D0, 0x20FF) ||
	       in(c, 0xFE20, 0xFE2F) || in(c, 0x1F3FB, 0x1F3FF) || in(c, 0xFE00, 0xFE0F) || c == 0x200D || c == 0x0640;
}

/* Scripts without spaces between words. */
static bool is_dense(uint32_t c)
{
	return in(c, 0x0E00, 0x0EFF) || in(c, 0x1000, 0x109F) || in(c, 0x1780, 0x17FF) || in(c, 0x2E80, 0x2FDF) ||
	       in(c, 0x3005, 0x3007) || in(c, 0x3041, 0x318F) || in(c, 0x31A0, 0x31BF) || in(c, 0x31F0, 0x31FF) ||
	       in(c, 0x3400, 0x4DBF) || in(c, 0x4E00, 0x9FFF) || in(c, 0xAC00, 0xD7AF) || in(c, 0xF900, 0xFAFF) ||
	       in(c, 0x20000, 0x3FFFF);
}

static enum kind classify(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ? CLASS_WORD : CLASS_NONE;
	if (is_optional_mark(c))
		return CLASS_MARK;
	const int8_t type = u_charType((UChar32)c);
	switch (type) {
	case U_UPPERCASE_LETTER:
	case U_LOWERCASE_LETTER:
	case U_TITLECASE_LETTER:
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_COMBINING_SPACING_MARK:
	case U_DECIMAL_DIGIT_NUMBER:
	case U_LETTER_NUMBER:
	case U_OTHER_NUMBER:
	case U_PRIVATE_USE_CHAR:
		return is_dense(c) ? CLASS_DENSE : CLASS_WORD;
	case U_OTHER_SYMBOL:
	case U_CURRENCY_SYMBOL:
		return c == 0xFFFD ? CLASS_NONE : CLASS_SYMBOL;
	default:
		return CLASS_NONE;
	}
}

static void fold_one(uint32_t c, struct folded *out)
{
	out->count = 1;
	out->points[0] = c;
	/* Syllables stay whole; ICU would take them apart. */
	if (c < 0x80) {
		if (c >= 'A' && c <= 'Z')
			out->points[0] = c | 0x20;
		return;
	}
	if (in(c, 0xAC00, 0xD7AF) || in(c, 0x4E00, 0x9FFF))
		return;

	UErrorCode error = U_ZERO_ERROR;
	UChar mapped[FOLDED_MAX * 2];
	const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&error);
	int32_t length =
		U_SUCCESS(error) ? unorm2_getDecomposition(normalizer, (UChar32)c, mapped, FOLDED_MAX * 2, &error) : -1;
	if (length < 0 || U_FAILURE(error))
		return;
	out->count = 0;
	for (int32_t i = 0; i < length && out->count < FOLDED_MAX;) {
		UChar32 point;
		U16_NEXT(mapped, i, length, point);
		/* Voiced kana are letters of their own. */
		if ((point == 0x3099 || point == 0x309A) && c >= 0x3041 && c <= 0x30FF) {
			out->points[0] = c;
			out->count = 1;
			return;
		}
		if (!is_optional_mark((uint32_t)point))
			out->points[out->count++] = (uint32_t)point;
	}
}

static size_t put(char *out, uint32_t c)
{
	int32_t size = 0;
	if (c < 0x80) {
		*out = (char)c;
		return 1;
	}
	U8_APPEND_UNSAFE((uint8_t *)out, size, (UChar32)c);
	return (size_t)size;
}

static char lower(unsigned char byte)
{
	return (char)(byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte);
}

void lx_words_fold(const char *text, size_t size, struct dstr *out)
{
	struct folded folded;
	size_t at = 0;
	/* Most of chat needs no more than this. */
	dstr_ensure_capacity(out, out->len + size + 1);
	for (; at < size && (unsigned char)text[at] < 0x80; at++)
		out->array[out->len++] = lower((unsigned char)text[at]);
	while (at < size) {
		uint32_t c;
		at += lx_irc_text_next(text + at, size - at, &c);
		if (is_optional_mark(c))
			continue;
		fold_one(c, &folded);
		/* What is left of the text has room behind it. */
		dstr_ensure_capacity(out, out->len + (size_t)folded.count * 4 + size - at + 1);
		for (int i = 0; i < folded.count; i++)
			out->len += put(out->array + out->len, folded.points[i]);
	}
	out->array[out->len] = 0;
}

/* --- cutting ----------------------------------------------------------------------------------------------------- */

struct cutter {
	lx_word_found found;
	void *data;
	bool only_singles;
	char word[LX_WORD_MAX + 8];
	size_t size;
	uint32_t previous; /* of a dense run, 0 = none */
	bool paired;
};

static void end_word(struct cutter *cutter)
{
	if (cutter->size && !cutter->only_singles)
		cutter->found(cutter->word, cutter->size, LX_WORD_SPACED, cutter->data);
	cutter->size = 0;
}

static void end_dense(struct cutter *cutter)
{
	char bytes[8];
	if (cutter->previous && !cutter->paired && !cutter->only_singles)
		cutter->found(bytes, put(bytes, cutter->previous), LX_WORD_PAIR, cutter->data);
	/* A lone character was told as what stands for its pair. */
	else if (cutter->previous && cutter->paired && cutter->only_singles)
		cutter->found(bytes, put(bytes, cutter->previous), LX_WORD_SINGLE, cutter->data);
	cutter->previous = 0;
	cutter->paired = false;
}

static void take_dense(struct cutter *cutter, uint32_t c)
{
	char bytes[8];
	end_word(cutter);
	if (cutter->previous) {
		size_t size = put(bytes, cutter->previous);
		if (cutter->only_singles) {
			cutter->found(bytes, size, LX_WORD_SINGLE, cutter->data);
		} else {
			size += put(bytes + size, c);
			cutter->found(bytes, size, LX_WORD_PAIR, cutter->data);
		}
		cutter->paired = true;
	}
	cutter->previous = c;
}

static void take(struct cutter *cutter, uint32_t c)
{
	switch (classify(c)) {
	case CLASS_WORD:
		end_dense(cutter);
		cutter->size += put(cutter->word + cutter->size, c);
		if (cutter->size >= LX_WORD_MAX)
			end_word(cutter);
		break;
	case CLASS_DENSE:
		take_dense(cutter, c);
		break;
	case CLASS_SYMBOL:
		end_word(cutter);
		end_dense(cutter);
		cutter->size = put(cutter->word, c);
		end_word(cutter);
		break;
	case CLASS_MARK:
		break;
	case CLASS_NONE:
		end_word(cutter);
		end_dense(cutter);
		break;
	}
}

static bool cut(struct cutter *cutter, const char *text, size_t size)
{
	struct folded folded;
	bool dense = false;
	for (size_t at = 0; at < size;) {
		unsigned char byte = (unsigned char)text[at];
		if (byte < 0x80) {
			/* Most of chat. */
			at++;
			take(cutter, byte >= 'A' && byte <= 'Z' ? byte | 0x20u : byte);
			continue;
		}
		uint32_t c;
		at += lx_irc_text_next(text + at, size - at, &c);
		if (is_optional_mark(c))
			continue;
		fold_one(c, &folded);
		for (int i = 0; i < folded.count; i++) {
			dense = dense || is_dense(folded.points[i]);
			take(cutter, folded.points[i]);
		}
	}
	end_word(cutter);
	end_dense(cutter);
	return dense;
}

void lx_words_cut(const char *text, size_t size, bool singles, lx_word_found found, void *data)
{
	struct cutter cutter = {.found = found, .data = data};
	if (cut(&cutter, text, size) && singles) {
		struct cutter again = {.found = found, .data = data, .only_singles = true};
		cut(&again, text, size);
	}
}
