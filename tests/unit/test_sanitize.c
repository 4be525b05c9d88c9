#include "support.h"

#include <string.h>

#include <util/dstr.h>

#include "stats/sanitize.h"

static void check(const char *text, const char *expected)
{
	struct dstr out = {0};
	dstr_copy(&out, "<");
	lx_sanitize_line(&out, text);
	dstr_cat(&out, ">");
	struct dstr wanted = {0};
	dstr_printf(&wanted, "<%s>", expected);
	assert_string_equal(out.array, wanted.array);
	dstr_free(&out);
	dstr_free(&wanted);
}

static void ordinary_text_stays(void **state)
{
	check("", "");
	check("Ilse_42", "Ilse_42");
	check("Příliš žluťoučký kůň", "Příliš žluťoučký kůň");
	check("名無しさん שלום สวัสดี नमस्ते", "名無しさん שלום สวัสดี नमस्ते");
	check("a < b & \"c\" {d} [e] \\n", "a < b & \"c\" {d} [e] \\n");
}

static void lines_become_one(void **state)
{
	check("one\r\n two\tthree\n\n", "one two three");
	check("  a\u00a0\u2003b\u2028c\u2029d\xc2\x85"
	      "e  ",
	      "a b c d e");
	check(" \n ", "");
}

static void control_and_invisible_characters_go(void **state)
{
	check("a\x01"
	      "b\x1b[31mc\x7f",
	      "ab[31mc");
	check("\u202egnp.exe\u202c", "gnp.exe");
	check("a\u2066b\u2069\u200e\u200f\u061c", "ab");
	check("a\u200bb\u200cc\u2060d\ufeff\u00ad", "abcd");
	check("\u3164\u115f\uffa0", "");
	check("x\U000e0041\U000e007f", "x");
	check("\ufff9a\ufffa b\ufffb", "a b");
}

static void emoji_are_held_together(void **state)
{
	check("👩‍💻", "👩‍💻");
	check("👨‍👩‍👧‍👦!", "👨‍👩‍👧‍👦!");
	check("🏃🏽‍♀️ ❤️ 1️⃣", "🏃🏽‍♀️ ❤️ 1️⃣");
	check("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿");
	check("🇨🇿", "🇨🇿");
	/* A joiner that joins nothing. */
	check("a\u200db", "ab");
	check("👩\u200d", "👩");
	check("👩\u200d\u200d💻", "👩‍💻");
	check("👩\u200dx", "👩x");
	check("x\ufe0f", "x");
}

static void stacks_of_marks_are_capped(void **state)
{
	char text[1 + 2 * 100 + 1] = "e";
	for (int i = 0; i < 100; i++)
		memcpy(text + 1 + 2 * i, "\u0301", 3);
	check(text, "e\u0301\u0301\u0301\u0301");
	check("\u0301a", "a");
	check("a \u0301b", "a b");
	check("a\u0301\u0302b\u0301", "a\u0301\u0302b\u0301");
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
	check("a\xff"
	      "b",
	      "a\ufffd"
	      "b");
	check("\xe2\x82", "\ufffd");
	check("\xc0\x80", "\ufffd\ufffd");
	check("\xed\xa0\x80", "\ufffd\ufffd\ufffd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(ordinary_text_stays),
		lx_unit_test(lines_become_one),
		lx_unit_test(control_and_invisible_characters_go),
		lx_unit_test(emoji_are_held_together),
		lx_unit_test(stacks_of_marks_are_capped),
		lx_unit_test(bytes_that_are_no_text_are_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
