#include "support.h"

#include <stdio.h>
#include <string.h>

#include "chat/clip_words.h"

#define NOW 1790000000000

static struct lx_clip_words *words_of(const char *list)
{
	struct lx_clip_words *words = lx_clip_words_create();
	lx_clip_words_set(words, list, 3, 10000);
	return words;
}

/* Three people say it; whether that was a call. */
static bool calls(struct lx_clip_words *words, const char *text)
{
	struct lx_clip_call call;
	lx_clip_words_reset(words);
	const bool first = lx_clip_words_add(words, "1", text, NOW, &call);
	const bool second = lx_clip_words_add(words, "2", text, NOW + 1000, &call);
	assert_false(first || second);
	return lx_clip_words_add(words, "3", text, NOW + 2000, &call);
}

static void whole_words_in_any_script_and_case(void **state)
{
	struct lx_clip_words *words = words_of("clip, clip it\nKlipněte;  クリップ , клип");
	assert_true(calls(words, "CLIP"));
	assert_true(calls(words, "please clip  it\xF0\x9F\x98\x82 now"));
	assert_true(calls(words, "!clip"));
	assert_true(calls(words, "klipnete!!"));
	assert_true(calls(
		words,
		"\xE3\x81\x93\xE3\x82\x8C\xE3\x82\xAF\xE3\x83\xAA\xE3\x83\x83\xE3\x83\x97\xE3\x81\x97\xE3\x81\xA6"));
	assert_true(calls(words, "\xD0\x9A\xD0\x9B\xD0\x98\xD0\x9F"));
	assert_false(calls(words, "clippy"));
	assert_false(calls(words, "eclipse"));
	assert_false(calls(words, ""));
	lx_clip_words_destroy(words);
	(void)state;
}

static void only_different_people_within_seconds_count(void **state)
{
	struct lx_clip_words *words = words_of("clip");
	struct lx_clip_call call;
	for (int i = 0; i < 10; i++)
		assert_false(lx_clip_words_add(words, "1", "clip", NOW + i * 100, &call));
	assert_false(lx_clip_words_add(words, "2", "clip", NOW + 8000, &call));
	assert_false(lx_clip_words_add(words, "3", "clip", NOW + 15000, &call));
	assert_true(lx_clip_words_add(words, "4", "clip!", NOW + 16000, &call));
	assert_int_equal(call.people, 3);
	assert_int_equal(call.begin_ms, NOW + 8000);
	assert_string_equal(call.word, "clip");
	lx_clip_words_destroy(words);
	(void)state;
}

static void one_call_is_told_once(void **state)
{
	struct lx_clip_words *words = words_of("clip, clip it");
	struct lx_clip_call call;
	int told = 0;
	char id[16];
	/* A hundred people go on for a minute and a half. */
	for (int i = 0; i < 100; i++) {
		snprintf(id, sizeof(id), "%d", i);
		told += lx_clip_words_add(words, id, "clip it", NOW + i * 900, &call);
	}
	assert_int_equal(told, 1);
	assert_string_equal(call.word, "clip it");
	assert_false(lx_clip_words_add(words, "a", "clip", NOW + 200000, &call));
	assert_false(lx_clip_words_add(words, "b", "clip", NOW + 201000, &call));
	assert_true(lx_clip_words_add(words, "c", "clip", NOW + 202000, &call));
	lx_clip_words_destroy(words);
	(void)state;
}

static void an_odd_list_does_no_harm(void **state)
{
	char longest[400];
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	struct lx_clip_words *words = words_of("");
	assert_false(calls(words, "clip"));
	lx_clip_words_set(words, " ,, ; \n !!! ,", 3, 10000);
	assert_false(calls(words, "!!!"));
	lx_clip_words_set(words, longest, 3, 10000);
	assert_false(calls(words, longest));
	lx_clip_words_set(words,
			  "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,"
			  "r,s,t,u,v,w,x,y,z,a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z",
			  3, 10000);
	assert_true(calls(words, "z"));
	lx_clip_words_destroy(words);
	lx_clip_words_destroy(NULL);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(whole_words_in_any_script_and_case),
		lx_unit_test(only_different_people_within_seconds_count),
		lx_unit_test(one_call_is_told_once),
		lx_unit_test(an_odd_list_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
