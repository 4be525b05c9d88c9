#include "support.h"

#include <string.h>

#include "stats/format.h"

static struct lx_format *open_format(enum lx_value_kind kind, const char *language, const char *spec, bool upper)
{
	const struct lx_format_options options = {kind, upper, language, "Europe/Prague"};
	return lx_format_create(spec, strlen(spec), &options);
}

static void check_number(enum lx_value_kind kind, const char *language, const char *spec, int64_t value,
			 const char *expected)
{
	struct lx_format *format = open_format(kind, language, spec, false);
	struct dstr out = {0};
	assert_non_null(format);
	lx_format_append_number(format, &out, value);
	assert_string_equal(out.array, expected);
	/* The second time goes the way without growing buffers. */
	lx_format_append_number(format, &out, value);
	assert_int_equal(out.len, 2 * strlen(expected));
	dstr_free(&out);
	lx_format_destroy(format);
}

static void check_text(const char *language, const char *spec, bool upper, const char *text, const char *expected)
{
	struct lx_format *format = open_format(LX_VALUE_TEXT, language, spec, upper);
	struct dstr out = {0};
	assert_non_null(format);
	dstr_copy(&out, "|");
	lx_format_append_text(format, &out, text);
	assert_string_equal(out.array + 1, expected);
	dstr_free(&out);
	lx_format_destroy(format);
}

static void check_refused(enum lx_value_kind kind, const char *spec)
{
	struct lx_format *format = open_format(kind, "en-US", spec, false);
	if (format)
		print_error("\"%s\" was understood\n", spec);
	assert_null(format);
}

static void numbers_are_written_in_the_language(void **state)
{
	check_number(LX_VALUE_NUMBER, "en-US", "", 1234567, "1234567");
	check_number(LX_VALUE_NUMBER, "en-US", "n0", 1234567, "1,234,567");
	check_number(LX_VALUE_NUMBER, "en-US", "n", 0, "0");
	check_number(LX_VALUE_NUMBER, "de-DE", "n0", 1234567, "1.234.567");
	check_number(LX_VALUE_NUMBER, "cs-CZ", "n0", 1234567, "1\u00a0234\u00a0567");
	check_number(LX_VALUE_NUMBER, "en-US", "n2", 1234, "1,234.00");
	check_number(LX_VALUE_NUMBER, "de-DE", "n1", -5, "-5,0");
	check_number(LX_VALUE_NUMBER, "no such language", "n0", 5, "5");
	check_number(LX_VALUE_NUMBER, "", "n0", 5, "5");
	check_number(LX_VALUE_NUMBER, "en-US", "n0", INT64_MAX, "9,223,372,036,854,775,807");
}

static void signs_and_digits_are_added(void **state)
{
	check_number(LX_VALUE_NUMBER, "en-US", "+n0", 12, "+12");
	check_number(LX_VALUE_NUMBER, "en-US", "+n0", -1200, "-1,200");
	check_number(LX_VALUE_NUMBER, "en-US", "+", 0, "0");
	check_number(LX_VALUE_NUMBER, "en-US", "02", 7, "07");
	check_number(LX_VALUE_NUMBER, "en-US", "02", 123, "123");
	check_number(LX_VALUE_NUMBER, "en-US", "+k", 1500, "+1.5K");
}

static void short_numbers_never_round_up(void **state)
{
	check_number(LX_VALUE_NUMBER, "en-US", "k", 999, "999");
	check_number(LX_VALUE_NUMBER, "en-US", "k", 1000, "1K");
	check_number(LX_VALUE_NUMBER, "en-US", "k", 1234, "1.2K");
	check_number(LX_VALUE_NUMBER, "en-US", "k", 1299, "1.2K");
	check_number(LX_VALUE_NUMBER, "en-US", "k", 999950, "999.9K");
	check_number(LX_VALUE_NUMBER, "en-US", "k", 1000000, "1M");
	check_number(LX_VALUE_NUMBER, "cs-CZ", "k", 1299, "1,2\u00a0tis.");
	/* German has no short word for a thousand, but who asks for it shall get it. */
	check_number(LX_VALUE_NUMBER, "de-DE", "k", 999, "999");
	check_number(LX_VALUE_NUMBER, "de-DE", "k", 1299, "1,2K");
	check_number(LX_VALUE_NUMBER, "de-DE", "k", 999950, "999,9K");
	check_number(LX_VALUE_NUMBER, "de-DE", "k", 1200000, "1,2\u00a0Mio.");
}

static void the_largest_letter_swallows_the_rest(void **state)
{
	const int64_t seconds = 2 * 3600 + 7 * 60 + 9;
	check_number(LX_VALUE_DURATION, "en-US", "", seconds, "2:07:09");
	check_number(LX_VALUE_DURATION, "en-US", "h:mm:ss", seconds, "2:07:09");
	check_number(LX_VALUE_DURATION, "en-US", "m:ss", seconds, "127:09");
	check_number(LX_VALUE_DURATION, "en-US", "s", seconds, "7629");
	check_number(LX_VALUE_DURATION, "en-US", "HH:mm", seconds, "02:07");
	check_number(LX_VALUE_DURATION, "en-US", "d:hh:mm", 26 * 3600, "1:02:00");
	check_number(LX_VALUE_DURATION, "en-US", "h:mm:ss", 50 * 3600, "50:00:00");
	check_number(LX_VALUE_DURATION, "en-US", "h'h 'm'm'", seconds, "2h 7m");
	check_number(LX_VALUE_DURATION, "en-US", "m ′ ss ″", 61, "1 ′ 01 ″");
	check_number(LX_VALUE_DURATION, "en-US", "", -5, "0:00:00");
}

static void durations_in_words(void **state)
{
	const int64_t seconds = 2 * 3600 + 7 * 60 + 9;
	check_number(LX_VALUE_DURATION, "en-US", "long", seconds, "2 hours 7 minutes");
	check_number(LX_VALUE_DURATION, "en-US", "short", seconds, "2h 7m");
	check_number(LX_VALUE_DURATION, "de-DE", "long", seconds, "2 Stunden 7 Minuten");
	check_number(LX_VALUE_DURATION, "cs-CZ", "long", seconds, "2 hodiny 7 minut");
	check_number(LX_VALUE_DURATION, "en-US", "long", 3600, "1 hour");
	check_number(LX_VALUE_DURATION, "en-US", "long", 61, "1 minute");
	check_number(LX_VALUE_DURATION, "en-US", "long", 59, "59 seconds");
	check_number(LX_VALUE_DURATION, "en-US", "short", 0, "0s");
}

static void durations_tell_when_they_move(void **state)
{
	struct lx_format *format = open_format(LX_VALUE_DURATION, "en-US", "h:mm", false);
	assert_int_equal(lx_format_step_s(format, 5), 60);
	lx_format_destroy(format);
	format = open_format(LX_VALUE_DURATION, "en-US", "", false);
	assert_int_equal(lx_format_step_s(format, 5), 1);
	lx_format_destroy(format);
	format = open_format(LX_VALUE_DURATION, "en-US", "short", false);
	assert_int_equal(lx_format_step_s(format, 59), 1);
	assert_int_equal(lx_format_step_s(format, 60), 60);
	lx_format_destroy(format);
}

static void times_are_local(void **state)
{
	const int64_t evening = 1790000000000; /* 2026-09-21 14:13:20 UTC, Monday */
	check_number(LX_VALUE_TIME, "de-DE", "", evening, "16:13");
	check_number(LX_VALUE_TIME, "en-US", "HH:mm:ss", evening, "16:13:20");
	check_number(LX_VALUE_TIME, "en-US", "h:mm tt", evening, "4:13 PM");
	check_number(LX_VALUE_TIME, "en-US", "h:mm ap", evening, "4:13 PM");
	check_number(LX_VALUE_TIME, "en-US", "ddd dd.MM. HH:mm", evening, "Mon 21.09. 16:13");
	check_number(LX_VALUE_TIME, "de-DE", "dddd, d. MMMM yyyy", evening, "Montag, 21. September 2026");
	check_number(LX_VALUE_TIME, "de-DE", "HH'h'mm", evening, "16h13");
	struct lx_format *format = open_format(LX_VALUE_TIME, "en-US", "HH:mm:ss", false);
	assert_int_equal(lx_format_step_s(format, 0), 1);
	lx_format_destroy(format);
	format = open_format(LX_VALUE_TIME, "en-US", "HH:mm", false);
	assert_int_equal(lx_format_step_s(format, 0), 60);
	lx_format_destroy(format);
}

static void texts_are_cut_between_characters(void **state)
{
	check_text("en-US", "", false, "Speedrunning Castle", "Speedrunning Castle");
	check_text("en-US", "5", false, "Speed", "Speed");
	check_text("en-US", "5", false, "Speedrun", "Speed…");
	check_text("en-US", "6", false, "Speed run", "Speed…");
	check_text("en-US", "2", false, "👨‍👩‍👧‍👦🇨🇿e\u0301",
		   "👨‍👩‍👧‍👦🇨🇿…");
	check_text("en-US", "3", false, "👨‍👩‍👧‍👦🇨🇿e\u0301",
		   "👨‍👩‍👧‍👦🇨🇿e\u0301");
}

static void upper_case_follows_the_language(void **state)
{
	check_text("en-US", "", true, "title", "TITLE");
	check_text("tr-TR", "", true, "title", "TİTLE");
	check_text("de-DE", "", true, "Straße", "STRASSE");
	check_text("en-US", "3", true, "title", "TIT…");
}

static void values_are_padded(void **state)
{
	check_number(LX_VALUE_NUMBER, "en-US", ">4", 7, "   7");
	check_number(LX_VALUE_NUMBER, "en-US", "n0>8", 1234, "   1,234");
	check_number(LX_VALUE_NUMBER, "en-US", "<4", 7, "7   ");
	check_number(LX_VALUE_NUMBER, "en-US", ">2", 12345, "12345");
	check_text("en-US", "^9", false, "abc", "   abc   ");
	check_text("en-US", "^8", false, "👨‍👩‍👧‍👦", "   👨‍👩‍👧‍👦    ");
	check_text("en-US", "3<6", false, "abcdef", "abc…  ");
	/* Nothing stays nothing, so that a fallback can take its place. */
	check_text("en-US", ">4", false, "\u200b", "");
}

static void nonsense_is_refused(void **state)
{
	static const char *const numbers[] = {"x",
					      "n10",
					      "n-1",
					      "n0x",
					      "k1",
					      "0",
					      "20",
					      "0000000000000000000",
					      "c2",
					      "p0",
					      ">",
					      ">999",
					      "99999999999999999999",
					      "++",
					      "h:mm",
					      " ",
					      "n0>8>"};
	static const char *const durations[] = {"n0", ":", "'h'", "h'", "longer", "q", "yyyy"};
	static const char *const times[] = {"q", "'", "HH'", "zzz", "n0"};
	static const char *const texts[] = {"0", "-3", "abc", "1001", "n0"};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		check_refused(LX_VALUE_NUMBER, numbers[i]);
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++)
		check_refused(LX_VALUE_DURATION, durations[i]);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		check_refused(LX_VALUE_TIME, times[i]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_refused(LX_VALUE_TEXT, texts[i]);
	check_refused(LX_VALUE_DURATION, "h:mm:ss h:mm:ss h:mm:ss h:mm:ss h:mm:ss h:mm:ss h:mm:ss h:mm:ss h:mm:ss");
	check_refused(LX_VALUE_TIME, "\xff\xfe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(numbers_are_written_in_the_language),
		lx_unit_test(signs_and_digits_are_added),
		lx_unit_test(short_numbers_never_round_up),
		lx_unit_test(the_largest_letter_swallows_the_rest),
		lx_unit_test(durations_in_words),
		lx_unit_test(durations_tell_when_they_move),
		lx_unit_test(times_are_local),
		lx_unit_test(texts_are_cut_between_characters),
		lx_unit_test(upper_case_follows_the_language),
		lx_unit_test(values_are_padded),
		lx_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
