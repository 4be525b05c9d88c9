#include "stats/format.h"

#include <stdio.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/udat.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>
#include <util/bmem.h>

#include "stats/sanitize.h"

enum {
	MAX_SPEC = 64,
	MAX_WIDTH = 200,
	MAX_DIGITS = 18,
};

enum style {
	STYLE_NUMBER,
	STYLE_COMPACT,
	STYLE_PATTERN, /* of a duration */
	STYLE_WORDS,   /* of a duration */
	STYLE_DATE,
	STYLE_TEXT,
};

enum align { ALIGN_NONE, ALIGN_RIGHT, ALIGN_LEFT, ALIGN_CENTER };

/* UTF-16, as ICU wants it; grows and is never given back before the format is. */
struct wide {
	UChar *chars;
	int32_t length, capacity;
};

struct lx_format {
	enum style style;
	bool upper;
	char language[ULOC_FULLNAME_CAPACITY];

	UNumberFormatter
		*numbers[3]; /* the number; hours, minutes and seconds in words; number behind which K M B stand */
	UFormattedNumber *result;
	UConstrainedFieldPosition *position;
	UDateFormat *date;
	UBreakIterator *clusters;

	UChar pattern[MAX_SPEC]; /* of a duration, quotes resolved: letters in `units`, the rest as it is */
	char units[MAX_SPEC];    /* 'd' 'h' 'm' 's' where the pattern has a unit, 0 where it has text */
	int32_t pattern_length;
	char largest;

	int32_t cut; /* 0 = whole */
	enum align align;
	int32_t width;
	int64_t step_s;

	struct wide text, spare;
	struct dstr line;
};

static void wide_reserve(struct wide *wide, int32_t capacity)
{
	if (capacity <= wide->capacity)
		return;
	wide->capacity = capacity < 64 ? 64 : capacity * 2;
	wide->chars = brealloc(wide->chars, sizeof(UChar) * (size_t)wide->capacity);
}

static void wide_add(struct wide *wide, const UChar *chars, int32_t length)
{
	wide_reserve(wide, wide->length + length);
	memcpy(wide->chars + wide->length, chars, sizeof(UChar) * (size_t)length);
	wide->length += length;
}

static void wide_fill(struct wide *wide, UChar c, int32_t count)
{
	wide_reserve(wide, wide->length + count);
	for (int32_t i = 0; i < count; i++)
		wide->chars[wide->length++] = c;
}

static void wide_add_utf8(struct wide *wide, const char *text, size_t length)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t added = 0;

	/* One byte never becomes more than one UTF-16 unit. */
	wide_reserve(wide, wide->length + (int32_t)length + 1);
	u_strFromUTF8WithSub(wide->chars + wide->length, wide->capacity - wide->length, &added, text, (int32_t)length,
			     0xFFFD, NULL, &error);
	if (U_SUCCESS(error))
		wide->length += added;
}

/* --- reading the specification ------------------------------------------------------------------------------------ */

static bool is_letter(UChar c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Reads decimal digits at `*at`; -1 when there are none or too many. */
static int32_t read_count(const UChar *spec, int32_t length, int32_t *at, int32_t limit)
{
	int32_t value = 0;
	const int32_t begin = *at;

	for (; *at < length && spec[*at] >= '0' && spec[*at] <= '9'; (*at)++) {
		value = value * 10 + (spec[*at] - '0');
		if (value > limit)
			return -1;
	}
	return *at > begin ? value : -1;
}

/* Takes a padding off the end of the specification. */
static int32_t read_padding(struct lx_format *format, const UChar *spec, int32_t length)
{
	int32_t at = length;

	while (at > 0 && spec[at - 1] >= '0' && spec[at - 1] <= '9')
		at--;
	if (at == length || at == 0)
		return length;
	const UChar mark = spec[at - 1];
	const enum align align = mark == '>'   ? ALIGN_RIGHT
				 : mark == '<' ? ALIGN_LEFT
				 : mark == '^' ? ALIGN_CENTER
					       : ALIGN_NONE;
	const int32_t end = at - 1;
	const int32_t width = align ? read_count(spec, length, &at, MAX_WIDTH) : -1;
	if (width < 0)
		return length;
	format->align = align;
	format->width = width;
	return end;
}

static UNumberFormatter *open_number(const struct lx_format *format, const char *skeleton)
{
	UChar wide[128];
	UErrorCode error = U_ZERO_ERROR;

	u_uastrncpy(wide, skeleton, 128);
	UNumberFormatter *number = unumf_openForSkeletonAndLocale(wide, -1, format->language, &error);
	if (U_FAILURE(error)) {
		unumf_close(number);
		return NULL;
	}
	return number;
}

static bool open_result(struct lx_format *format)
{
	UErrorCode error = U_ZERO_ERROR;

	format->result = unumf_openResult(&error);
	return U_SUCCESS(error);
}

static bool compile_number(struct lx_format *format, const UChar *spec, int32_t length)
{
	const bool sign = length > 0 && spec[0] == '+';
	const char *const signs = sign ? " sign-except-zero" : "";
	char skeleton[128], digits[MAX_DIGITS + 1] = "";
	int32_t at = sign, count;

	format->style = STYLE_NUMBER;
	if (at == length) {
		snprintf(skeleton, sizeof(skeleton), "group-off%s", signs);
	} else if (spec[at] == 'n') {
		at++;
		count = at == length ? 0 : read_count(spec, length, &at, 9);
		if (count < 0 || at != length)
			return false;
		memset(digits, '0', (size_t)count);
		snprintf(skeleton, sizeof(skeleton), "%s%s rounding-mode-half-up%s", count ? "." : "precision-integer",
			 digits, signs);
	} else if (spec[at] == 'k' && at + 1 == length) {
		UErrorCode error = U_ZERO_ERROR;
		format->style = STYLE_COMPACT;
		snprintf(skeleton, sizeof(skeleton), "compact-short .# rounding-mode-down%s", signs);
		format->position = ucfpos_open(&error);
		if (U_FAILURE(error))
			return false;
		char plain[64];
		snprintf(plain, sizeof(plain), ".# rounding-mode-down%s", signs);
		format->numbers[1] = open_number(format, plain);
		if (!format->numbers[1])
			return false;
	} else if (spec[at] == '0' && length - at > 1) {
		count = read_count(spec, length, &at, MAX_DIGITS);
		if (count < 1 || at != length)
			return false;
		memset(digits, '0', (size_t)count);
		snprintf(skeleton, sizeof(skeleton), "group-off integer-width/+%s%s", digits, signs);
	} else {
		return false;
	}
	format->numbers[0] = open_number(format, skeleton);
	return format->numbers[0] && open_result(format);
}

static bool spec_is(const UChar *spec, int32_t length, const char *word)
{
	if (length != (int32_t)strlen(word))
		return false;
	for (int32_t i = 0; i < length; i++)
		if (spec[i] != (UChar)word[i])
			return false;
	return true;
}

static bool compile_words(struct lx_format *format, bool full)
{
	static const char *const units[] = {"hour", "minute", "second"};

	format->style = STYLE_WORDS;
	for (int i = 0; i < 3; i++) {
		char skeleton[64];
		snprintf(skeleton, sizeof(skeleton), "unit/%s unit-width-%s", units[i], full ? "full-name" : "narrow");
		format->numbers[i] = open_number(format, skeleton);
		if (!format->numbers[i])
			return false;
	}
	format->step_s = 60;
	return open_result(format);
}

static int unit_rank(char unit)
{
	return unit ? (int)(strchr("smhd", unit) - "smhd") : -1;
}

static bool compile_pattern(struct lx_format *format, const UChar *spec, int32_t length)
{
	bool quoted = false;
	char smallest = 0;

	format->style = STYLE_PATTERN;
	for (int32_t i = 0; i < length; i++) {
		char unit = 0;
		if (spec[i] == '\'') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && is_letter(spec[i])) {
			if (!strchr("dhHms", (char)spec[i]))
				return false;
			unit = spec[i] == 'H' ? 'h' : (char)spec[i];
			if (!format->largest || unit_rank(unit) > unit_rank(format->largest))
				format->largest = unit;
			if (!smallest || unit_rank(unit) < unit_rank(smallest))
				smallest = unit;
		}
		format->units[format->pattern_length] = unit;
		format->pattern[format->pattern_length++] = spec[i];
	}
	format->step_s = smallest == 's' ? 1 : 60;
	return format->largest && !quoted;
}

static bool compile_duration(struct lx_format *format, const UChar *spec, int32_t length)
{
	static const UChar usual[] = {'h', ':', 'm', 'm', ':', 's', 's'};

	if (spec_is(spec, length, "long") || spec_is(spec, length, "short"))
		return compile_words(format, spec[0] == 'l');
	return length ? compile_pattern(format, spec, length) : compile_pattern(format, usual, 7);
}

/* Translates letters as in Qt and .NET to those of CLDR. */
static bool compile_time(struct lx_format *format, const UChar *spec, int32_t length, const char *zone)
{
	UErrorCode error = U_ZERO_ERROR;
	struct wide *const pattern = &format->text;
	UChar zone_id[64];
	bool quoted = false;

	format->step_s = 60;
	for (int32_t i = 0, run; i < length; i += run) {
		const UChar c = spec[i];
		for (run = 1; i + run < length && spec[i + run] == c;)
			run++;
		if (c == '\'')
			quoted ^= run & 1;
		if (quoted || !is_letter(c)) {
			wide_add(pattern, spec + i, run);
			continue;
		}
		switch (c) {
		case 'd':
			wide_fill(pattern, run < 3 ? 'd' : 'E', run < 3 ? run : run == 3 ? 3 : 4);
			break;
		case 's':
			format->step_s = 1;
			wide_fill(pattern, c, run);
			break;
		case 'M':
		case 'y':
		case 'H':
		case 'h':
		case 'm':
			wide_fill(pattern, c, run);
			break;
		case 't':
			wide_fill(pattern, 'a', 1);
			break;
		case 'a':
		case 'A':
			/* Qt writes "ap" or "AP". */
			if (i + run < length && (spec[i + run] == 'p' || spec[i + run] == 'P'))
				run++;
			wide_fill(pattern, 'a', 1);
			break;
		default:
			return false;
		}
	}
	if (quoted)
		return false;
	format->style = STYLE_DATE;
	if (zone)
		u_uastrncpy(zone_id, zone, 64);
	const UDateFormatStyle style = length ? UDAT_PATTERN : UDAT_SHORT;
	format->date = udat_open(style, length ? style : UDAT_NONE, format->language, zone ? zone_id : NULL, -1,
				 length ? pattern->chars : NULL, length ? pattern->length : 0, &error);
	return U_SUCCESS(error);
}

static bool compile_text(struct lx_format *format, const UChar *spec, int32_t length)
{
	int32_t at = 0;

	format->style = STYLE_TEXT;
	if (length == 0)
		return true;
	format->cut = read_count(spec, length, &at, 1000);
	return format->cut > 0 && at == length;
}

static bool compile(struct lx_format *format, const char *spec, size_t length, const struct lx_format_options *options)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar wide[MAX_SPEC];
	int32_t wide_length = 0;
	bool ok = false;

	if (length >= MAX_SPEC)
		return false;
	u_strFromUTF8(wide, MAX_SPEC, &wide_length, spec, (int32_t)length, &error);
	if (U_FAILURE(error))
		return false;
	uloc_forLanguageTag(options->language, format->language, sizeof(format->language), NULL, &error);
	format->upper = options->upper;
	format->step_s = 1;
	wide_length = read_padding(format, wide, wide_length);
	switch (options->kind) {
	case LX_VALUE_NUMBER:
		ok = compile_number(format, wide, wide_length);
		break;
	case LX_VALUE_DURATION:
		ok = compile_duration(format, wide, wide_length);
		break;
	case LX_VALUE_TIME:
		ok = compile_time(format, wide, wide_length, options->time_zone);
		break;
	case LX_VALUE_TEXT:
		ok = compile_text(format, wide, wide_length);
		break;
	}
	if (ok && (format->cut || format->width)) {
		error = U_ZERO_ERROR;
		format->clusters = ubrk_open(UBRK_CHARACTER, format->language, NULL, 0, &error);
		ok = U_SUCCESS(error);
	}
	return ok;
}

struct lx_format *lx_format_create(const char *spec, size_t length, const struct lx_format_options *options)
{
	struct lx_format *format = bzalloc(sizeof(*format));

	if (!compile(format, spec, length, options)) {
		lx_format_destroy(format);
		return NULL;
	}
	return format;
}

void lx_format_destroy(struct lx_format *format)
{
	if (!format)
		return;
	for (int i = 0; i < 3; i++)
		unumf_close(format->numbers[i]);
	unumf_closeResult(format->result);
	ucfpos_close(format->position);
	if (format->date)
		udat_close(format->date);
	if (format->clusters)
		ubrk_close(format->clusters);
	bfree(format->text.chars);
	bfree(format->spare.chars);
	dstr_free(&format->line);
	bfree(format);
}

int64_t lx_format_step_s(const struct lx_format *format, int64_t seconds)
{
	/* In words, seconds are shown in the first minute only. */
	return format->style == STYLE_WORDS && seconds < 60 ? 1 : format->step_s;
}

/* --- writing values ----------------------------------------------------------------------------------------------- */

/* Adds what `result` holds to the text. */
static void add_result(struct lx_format *format)
{
	UErrorCode error = U_ZERO_ERROR;
	struct wide *const text = &format->text;

	const int32_t length = unumf_resultToString(format->result, NULL, 0, &error);
	wide_reserve(text, text->length + length + 1);
	error = U_ZERO_ERROR;
	unumf_resultToString(format->result, text->chars + text->length, text->capacity - text->length, &error);
	if (U_SUCCESS(error))
		text->length += length;
}

static void add_number(struct lx_format *format, int which, int64_t value)
{
	UErrorCode error = U_ZERO_ERROR;

	unumf_formatInt(format->numbers[which], value, format->result, &error);
	if (U_SUCCESS(error))
		add_result(format);
}

/* Whether the language had a short word for the size of the number: German has none for thousands. */
static bool was_shortened(struct lx_format *format)
{
	UErrorCode error = U_ZERO_ERROR;

	ucfpos_reset(format->position, &error);
	ucfpos_constrainField(format->position, UFIELD_CATEGORY_NUMBER, UNUM_COMPACT_FIELD, &error);
	return ufmtval_nextPosition(unumf_resultAsValue(format->result, &error), format->position, &error) &&
	       U_SUCCESS(error);
}

static void add_compact(struct lx_format *format, int64_t value)
{
	UErrorCode error = U_ZERO_ERROR;

	unumf_formatInt(format->numbers[0], value, format->result, &error);
	if ((value >= 1000 || value <= -1000) && !was_shortened(format)) {
		static const UChar kilo = 'K';
		unumf_formatDouble(format->numbers[1], (double)value / 1000.0, format->result, &error);
		add_result(format);
		wide_add(&format->text, &kilo, 1);
	} else if (U_SUCCESS(error)) {
		add_result(format);
	}
}

static int64_t unit_seconds(char unit)
{
	static const int64_t seconds[] = {1, 60, 3600, 86400};
	return seconds[unit_rank(unit)];
}

static void add_pattern(struct lx_format *format, int64_t seconds)
{
	static const int64_t limits[] = {60, 60, 24, INT64_MAX};

	for (int32_t i = 0, run = 1; i < format->pattern_length; i += run) {
		const char unit = format->units[i];
		run = 1;
		if (!unit) {
			wide_add(&format->text, format->pattern + i, 1);
			continue;
		}
		while (i + run < format->pattern_length && format->units[i + run] == unit)
			run++;
		int64_t count = seconds / unit_seconds(unit);
		if (unit != format->largest)
			count %= limits[unit_rank(unit)];
		char digits[32];
		const int length = snprintf(digits, sizeof(digits), "%0*lld", run < MAX_DIGITS ? (int)run : MAX_DIGITS,
					    (long long)count);
		for (int digit = 0; digit < length; digit++)
			wide_fill(&format->text, (UChar)digits[digit], 1);
	}
}

static void add_words(struct lx_format *format, int64_t seconds)
{
	const int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;

	if (seconds < 60) {
		add_number(format, 2, seconds);
		return;
	}
	if (hours)
		add_number(format, 0, hours);
	if (hours && minutes)
		wide_fill(&format->text, ' ', 1);
	if (minutes)
		add_number(format, 1, minutes);
}

static void add_date(struct lx_format *format, int64_t unix_ms)
{
	UErrorCode error = U_ZERO_ERROR;
	struct wide *const text = &format->text;

	int32_t length = udat_format(format->date, (UDate)unix_ms, text->chars, text->capacity, NULL, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR) {
		wide_reserve(text, length + 1);
		error = U_ZERO_ERROR;
		length = udat_format(format->date, (UDate)unix_ms, text->chars, text->capacity, NULL, &error);
	}
	text->length = U_SUCCESS(error) ? length : 0;
}

static void make_upper(struct lx_format *format)
{
	UErrorCode error = U_ZERO_ERROR;
	struct wide *const from = &format->text;
	struct wide *const to = &format->spare;

	int32_t length = u_strToUpper(to->chars, to->capacity, from->chars, from->length, format->language, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR) {
		wide_reserve(to, length + 1);
		error = U_ZERO_ERROR;
		length = u_strToUpper(to->chars, to->capacity, from->chars, from->length, format->language, &error);
	}
	if (U_FAILURE(error))
		return;
	to->length = length;
	const struct wide swap = *from;
	*from = *to;
	*to = swap;
}

/* Where visible character number `index` begins; the end when there are not so many. */
static int32_t cluster_at(struct lx_format *format, int32_t index)
{
	UErrorCode error = U_ZERO_ERROR;

	ubrk_setText(format->clusters, format->text.chars, format->text.length, &error);
	if (U_FAILURE(error))
		return format->text.length;
	for (int32_t i = 0; i < index; i++)
		if (ubrk_next(format->clusters) == UBRK_DONE)
			return format->text.length;
	return ubrk_current(format->clusters);
}

static void cut_text(struct lx_format *format)
{
	static const UChar ellipsis = 0x2026;
	struct wide *const text = &format->text;

	const int32_t end = cluster_at(format, format->cut);
	if (end >= text->length)
		return;
	text->length = end;
	while (text->length && text->chars[text->length - 1] == ' ')
		text->length--;
	wide_add(text, &ellipsis, 1);
}

static int32_t count_clusters(struct lx_format *format)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t count = 0;

	ubrk_setText(format->clusters, format->text.chars, format->text.length, &error);
	if (U_SUCCESS(error))
		while (ubrk_next(format->clusters) != UBRK_DONE)
			count++;
	return count;
}

static void pad_text(struct lx_format *format)
{
	struct wide *const text = &format->text;
	const int32_t missing = format->width - count_clusters(format);

	if (missing <= 0)
		return;
	const int32_t before = format->align == ALIGN_RIGHT ? missing : format->align == ALIGN_CENTER ? missing / 2 : 0;
	wide_fill(text, ' ', missing);
	memmove(text->chars + before, text->chars, sizeof(UChar) * (size_t)(text->length - missing));
	for (int32_t i = 0; i < before; i++)
		text->chars[i] = ' ';
}

static void finish(struct lx_format *format, struct dstr *out)
{
	UErrorCode error = U_ZERO_ERROR;
	struct wide *const text = &format->text;
	int32_t length = 0;

	if (format->cut)
		cut_text(format);
	if (format->upper)
		make_upper(format);
	if (format->width)
		pad_text(format);
	/* One UTF-16 unit never becomes more than three bytes. */
	dstr_ensure_capacity(out, out->len + (size_t)text->length * 3 + 1);
	u_strToUTF8WithSub(out->array + out->len, text->length * 3 + 1, &length, text->chars, text->length, 0xFFFD,
			   NULL, &error);
	if (U_SUCCESS(error))
		out->len += (size_t)length;
	out->array[out->len] = 0;
}

void lx_format_append_number(struct lx_format *format, struct dstr *out, int64_t value)
{
	format->text.length = 0;
	switch (format->style) {
	case STYLE_NUMBER:
		add_number(format, 0, value);
		break;
	case STYLE_COMPACT:
		add_compact(format, value);
		break;
	case STYLE_PATTERN:
		add_pattern(format, value > 0 ? value : 0);
		break;
	case STYLE_WORDS:
		add_words(format, value > 0 ? value : 0);
		break;
	case STYLE_DATE:
		add_date(format, value);
		break;
	case STYLE_TEXT:
		break;
	}
	finish(format, out);
}

void lx_format_append_text(struct lx_format *format, struct dstr *out, const char *text)
{
	format->line.len = 0;
	lx_sanitize_line(&format->line, text);
	if (!format->line.len)
		return;
	format->text.length = 0;
	wide_add_utf8(&format->text, format->line.array, format->line.len);
	finish(format, out);
}
