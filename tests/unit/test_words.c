#include "support.h"

#include <string.h>

#include "chat/words.h"

static void join(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct dstr *out = data;
	if (out->len)
		dstr_cat_ch(out, ' ');
	if (kind == LX_WORD_SINGLE)
		dstr_cat_ch(out, '.');
	dstr_ncat(out, word, size);
}

static void check(const char *text, const char *words)
{
	struct dstr out = {0};
	lx_words_cut(text, strlen(text), true, join, &out);
	assert_string_equal(out.array ? out.array : "", words);
	dstr_free(&out);
}

static void words_of_scripts_with_spaces(void **state)
{
	check("", "");
	check("  ... !? ", "");
	check("Hello, WORLD!", "hello world");
	check("don't @Some_Body #1", "don t some_body 1");
	check("Stra\xC3\x9F"
	      "e caf\xC3\xA9 \xC5\x98\xC3\xAD"
	      "dk\xC3\xA9",
	      "strasse cafe ridke");
	/* The same, accent by accent. */
	check("cafe\xCC\x81", "cafe");
	/* Cyrillic, Arabic with a vowel mark, full width. */
	check("\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\x95\xD1\x82", "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82");
	check("\xD9\x85\xD9\x8E\xD8\xB1", "\xD9\x85\xD8\xB1");
	check("\xEF\xBC\xA7\xEF\xBC\xA7", "gg");
}

static void pairs_of_scripts_without_spaces(void **state)
{
	check("\xE4\xBD\xA0", "\xE4\xBD\xA0");
	check("\xE4\xBD\xA0\xE5\xA5\xBD\xE5\x90\x97", "\xE4\xBD\xA0\xE5\xA5\xBD \xE5\xA5\xBD\xE5\x90\x97 "
						      ".\xE4\xBD\xA0 .\xE5\xA5\xBD .\xE5\x90\x97");
	check("gg\xE4\xBD\xA0wp", "gg \xE4\xBD\xA0 wp");
	/* Hangul; voiced kana stay letters of their own. */
	check("\xEC\x95\x88\xEB\x85\x95", "\xEC\x95\x88\xEB\x85\x95 .\xEC\x95\x88 .\xEB\x85\x95");
	check("\xE3\x81\x8C", "\xE3\x81\x8C");
}

static void symbols_are_words(void **state)
{
	check("lol\xF0\x9F\x98\x82\xF0\x9F\x98\x82", "lol \xF0\x9F\x98\x82 \xF0\x9F\x98\x82");
	/* A skin tone and a joiner do not count. */
	check("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", "\xF0\x9F\x91\x8D");
	check("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xF0\x9F\x91\xA9 \xF0\x9F\x92\xBB");
}

static void long_words_are_cut_and_nothing_breaks(void **state)
{
	char text[1000];
	struct dstr out = {0};
	memset(text, 'a', sizeof(text));
	lx_words_cut(text, sizeof(text), true, join, &out);
	assert_int_equal(out.len, 1000 + 1000 / LX_WORD_MAX);
	dstr_free(&out);
	/* Broken bytes separate. */
	check("ab\xFF"
	      "cd\xE4\xBD",
	      "ab cd");
}

static void folding_keeps_what_is_between(void **state)
{
	struct dstr out = {0};
	lx_words_fold("Caf\xC3\xA9 au LAIT!", 14, &out);
	assert_string_equal(out.array, "cafe au lait!");
	dstr_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(words_of_scripts_with_spaces),
		lx_unit_test(pairs_of_scripts_without_spaces),
		lx_unit_test(symbols_are_words),
		lx_unit_test(long_words_are_cut_and_nothing_breaks),
		lx_unit_test(folding_keeps_what_is_between),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
