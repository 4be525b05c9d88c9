#include "support.h"

#include "locale/utf8.h"

static void code_points_are_counted_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(lx_utf8_length(""), 0);
	assert_int_equal(lx_utf8_length("chat"), 4);
	assert_int_equal(lx_utf8_length("pěkně"), 5);
	assert_int_equal(lx_utf8_length("日本"), 2);
	assert_int_equal(lx_utf8_length("a😀b"), 3);
	assert_int_equal(lx_utf8_length("e\xCC\x81"), 2); /* a letter and its accent */
}

static void what_is_no_utf8_is_counted_all_the_same(void **state)
{
	(void)state;
	assert_int_equal(lx_utf8_length("a\xFF\xC3"), 3);
	assert_int_equal(lx_utf8_length("\x80\x80"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(code_points_are_counted_not_bytes),
		lx_unit_test(what_is_no_utf8_is_counted_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
