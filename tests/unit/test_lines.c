#include "support.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "net/lines.h"

/* Feeds `input` in pieces of `step` bytes and writes what comes out, one line behind another in brackets. */
static void check(const char *input, size_t size, size_t step, size_t max_size, const char *expected)
{
	struct lx_lines *lines = lx_lines_create(max_size);
	struct dstr out = {0};
	char *line;
	size_t length;
	enum lx_line state;

	for (size_t at = 0; at < size; at += step) {
		lx_lines_add(lines, input + at, size - at < step ? size - at : step);
		while ((state = lx_lines_next(lines, &line, &length)) != LX_LINE_NONE) {
			if (state == LX_LINE_TOO_LONG) {
				dstr_cat(&out, "[too long]");
				continue;
			}
			dstr_cat_ch(&out, '[');
			dstr_ncat(&out, line, length);
			dstr_cat_ch(&out, ']');
			/* What the parsers do with it. */
			line[length] = '\0';
		}
	}
	state = lx_lines_rest(lines, &line, &length);
	if (state == LX_LINE_TOO_LONG) {
		dstr_cat(&out, "rest[too long]");
	} else if (state == LX_LINE_OK) {
		dstr_cat(&out, "rest[");
		dstr_ncat(&out, line, length);
		dstr_cat_ch(&out, ']');
	}
	assert_string_equal(out.array ? out.array : "", expected);
	dstr_free(&out);
	lx_lines_destroy(lines);
}

static void finds_lines_however_they_arrive(void **state)
{
	static const char input[] = "one\r\ntwo\n\r\n\nthree\r\r\nfo\rur\nrest";
	for (size_t step = 1; step <= sizeof(input); step++)
		check(input, sizeof(input) - 1, step, 100, "[one][two][][][three][fo\rur]rest[rest]");
}

static void ends_with_or_without_a_line_end(void **state)
{
	check("", 0, 1, 100, "");
	check("\n", 1, 1, 100, "[]");
	check("a\n", 2, 1, 100, "[a]");
	check("a\r", 2, 1, 100, "rest[a]");
}

static void skips_lines_that_are_too_long(void **state)
{
	static const char input[] = "12345\n123456\r\n1234567\n1\n12345678901234567890\n2\n1234567890";
	for (size_t step = 1; step <= sizeof(input); step++)
		check(input, sizeof(input) - 1, step, 6, "[12345][123456][too long][1][too long][2]rest[too long]");
}

static void grows_with_the_line_and_is_used_again(void **state)
{
	struct lx_lines *lines = lx_lines_create(200000);
	char piece[1000], *line;
	size_t size;

	memset(piece, 'x', sizeof(piece));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			lx_lines_add(lines, piece, sizeof(piece));
			assert_int_equal(lx_lines_next(lines, &line, &size), LX_LINE_NONE);
		}
		lx_lines_add(lines, "\r\nnext", 6);
		assert_int_equal(lx_lines_next(lines, &line, &size), LX_LINE_OK);
		assert_int_equal(size, 100000);
		assert_int_equal(strspn(line, "x"), size);
		assert_int_equal(lx_lines_next(lines, &line, &size), LX_LINE_NONE);
		lx_lines_reset(lines);
		assert_int_equal(lx_lines_rest(lines, &line, &size), LX_LINE_NONE);
	}
	lx_lines_destroy(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(finds_lines_however_they_arrive),
		lx_unit_test(ends_with_or_without_a_line_end),
		lx_unit_test(skips_lines_that_are_too_long),
		lx_unit_test(grows_with_the_line_and_is_used_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
