#include "support.h"

#include <string.h>

#include "chat/chapters.h"

static void check(struct lx_chapter *chapters, size_t count, int64_t length_ms, size_t lines, const char *wanted)
{
	struct dstr out = {0};
	assert_int_equal(lx_chapters_write(chapters, count, length_ms, "Start", &out), lines);
	assert_string_equal(out.array, wanted);
	dstr_free(&out);
}

static void the_first_is_at_the_beginning_and_all_are_in_order(void **state)
{
	struct lx_chapter chapters[] = {{3723000, "Late", false}, {61500, "Early", false}, {599999, "Middle", false}};
	check(chapters, 3, 0, 4, "0:00 Start\n1:01 Early\n9:59 Middle\n1:02:03 Late\n");
	(void)state;
}

static void one_at_the_beginning_takes_its_place(void **state)
{
	struct lx_chapter chapters[] = {{4000, "Hello", false}, {20000, "Game", false}};
	check(chapters, 2, 0, 2, "0:00 Hello\n0:20 Game\n");
	(void)state;
}

static void they_are_ten_seconds_long_and_people_come_first(void **state)
{
	struct lx_chapter chapters[] = {
		{30000, "peak", true},      {36000, "mine", false},  {41000, "another peak", true},
		{45999, "mine too", false}, {46000, "third", false}, {95000, "too near the end", false},
	};
	check(chapters, 6, 100000, 3, "0:00 Start\n0:36 mine\n0:46 third\n");
	(void)state;
}

static void titles_are_clean(void **state)
{
	char longest[300];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	struct lx_chapter chapters[] = {{20000, " <b>bold</b>\n0:00 fake ", false},
					{40000, "\x01\xFF", false},
					{60000, longest, false}};
	struct dstr out = {0};
	assert_int_equal(lx_chapters_write(chapters, 3, 0, "", &out), 4);
	assert_non_null(strstr(out.array, "0:20 (b)bold(/b) 0:00 fake\n"));
	assert_non_null(strstr(out.array, "0:40 \xEF\xBF\xBD\n"));
	assert_true(out.len < 200);
	dstr_free(&out);
	(void)state;
}

static void nothing_gives_the_beginning_alone(void **state)
{
	check(NULL, 0, 0, 1, "0:00 Start\n");
	struct lx_chapter outside[] = {{-5, "before", false}, {99000, "behind", false}};
	check(outside, 2, 60000, 1, "0:00 Start\n");
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(the_first_is_at_the_beginning_and_all_are_in_order),
		lx_unit_test(one_at_the_beginning_takes_its_place),
		lx_unit_test(they_are_ten_seconds_long_and_people_come_first),
		lx_unit_test(titles_are_clean),
		lx_unit_test(nothing_gives_the_beginning_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
