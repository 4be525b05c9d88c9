/*
 * How one value becomes text: the part of a placeholder behind the colon, compiled once.
 *
 *   numbers    n0 n1 n2   grouped, as the language writes it       k   shortened, never rounded up
 *              +n0 +k +   with a sign                              02  at least two digits
 *   durations  h:mm:ss    letters d h m s; the largest one swallows the rest; long short in words
 *   times      HH:mm ddd dd.MM.yyyy   letters as in Qt and .NET
 *   texts      20         cut after 20 visible characters
 *   all        >8 <8 ^8   padded with spaces to 8 visible characters: on the left, on the right, on both sides
 *
 * Numbers, units, names of days and upper case come from ICU in the given language.
 *
 * Threads: a format belongs to one thread at a time. Ownership: strings given are not kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

enum lx_value_kind {
	LX_VALUE_NUMBER,
	LX_VALUE_DURATION, /* seconds */
	LX_VALUE_TIME,     /* Unix milliseconds */
	LX_VALUE_TEXT,     /* of strangers: passes through lx_sanitize_line() */
};

struct lx_format;

struct lx_format_options {
	enum lx_value_kind kind;
	bool upper;            /* upper case, by the rules of the language */
	const char *language;  /* BCP 47 ("de-DE") */
	const char *time_zone; /* IANA name, NULL = the machine's */
};

/* Compiles `spec` (not NUL-terminated, length 0 = as it is). NULL when it means nothing for this kind of value. */
struct lx_format *lx_format_create(const char *spec, size_t length, const struct lx_format_options *options);
void lx_format_destroy(struct lx_format *format);

/* The text of a duration (seconds) stays the same up to the next multiple of this, that of a time (any value) too. */
int64_t lx_format_step_s(const struct lx_format *format, int64_t seconds);

/* Append the text of a value to `out`. The memory used is kept for the next time. */
void lx_format_append_number(struct lx_format *format, struct dstr *out, int64_t value);
void lx_format_append_text(struct lx_format *format, struct dstr *out, const char *text);

#ifdef __cplusplus
}
#endif
