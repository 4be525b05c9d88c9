#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "chat/match.h"
#include "chat/needles.h"

#define NOW 1790000000000

static struct lx_event message(const char *text)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = NOW;
	event.channel = "ilse";
	event.chat.id = "1";
	event.chat.user.id = "77";
	event.chat.user.login = "anna";
	event.chat.user.name = "Anna";
	event.chat.text = text;
	return event;
}

static struct lx_query *parse(const char *text)
{
	struct lx_query_error error;
	struct lx_query *query = lx_query_parse(text, NULL, NOW, &error);
	if (!query)
		fail_msg("%s: %s", text, error.sentence);
	lx_query_set_me(query, "Streamer_Q");
	return query;
}

static bool answers(const char *text, const struct lx_event *event)
{
	struct lx_query *query = parse(text);
	const struct lx_query *const queries[] = {query};
	struct lx_match *match = lx_match_create(queries, 1);
	lx_query_destroy(query);
	lx_match_take(match, event, false);
	const bool holds = lx_match_holds(match, 0);
	lx_match_destroy(match);
	return holds;
}

static void words_are_those_of_the_search(void **state)
{
	static const struct {
		const char *query, *text;
		bool holds;
	} cases[] = {
		{"", "anything", true},
		{"hello", "well, HELLO!", true},
		{"hello", "hell o", false},
		{"ello", "hello", true}, /* three letters and more are found inside */
		{"lo", "hello", false},  /* two begin a word */
		{"lo", "so, lol", true},
		{"\"gg\"", "gg wp", true}, /* in quotes: the whole word */
		{"\"gg\"", "ggez", false},
		{"\"good game\"", "a GOOD, game.", true},
		{"\"good game\"", "good games", false},
		{"\"good game\"", "game good", false},
		{"-hello", "hello", false},
		{"-hello", "bye", true},
		{"strasse",
		 "Stra\xC3\x9F"
		 "e",
		 true},
		{"\"cafe\"", "ein Caf\xC3\xA9 bitte", true},
		{"\"\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\"",
		 "\xD0\x9F\xD0\xA0\xD0\x98\xD0\x92\xD0\x95\xD0\xA2 all", true},
		{"\xE5\xA4\xA9\xE6\xB0\x94", "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xA5\xBD", true},
		{"\xE6\xB0\x94", "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xA5\xBD", true},
		{"\xE9\x9B\xA8", "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94\xE5\xA5\xBD", false},
		{"\xF0\x9F\x98\x82", "no\xF0\x9F\x98\x82way", true},
		{"\":-)\"", "well :-) ok", true},
		{"\":-)\"", "well :-( ok", false},
		{"don't", "I DON'T know", true},
		{"/colou?r/", "my Color", true},
		{"/^colou?r/", "my color", false},
		{"-/colou?r/", "my color", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct lx_event event = message(cases[i].text);
		if (answers(cases[i].query, &event) != cases[i].holds)
			fail_msg("%s in %s", cases[i].query, cases[i].text);
	}
}

static void alternatives_bind_closer_than_what_must_all_hold(void **state)
{
	static const struct {
		const char *query, *text;
		bool holds;
	} cases[] = {
		{"aaa OR bbb", "bbb", true},         {"aaa | bbb", "bbb", true},
		{"aaa OR bbb", "ccc", false},        {"aaa OR bbb ccc", "aaa", false},
		{"aaa OR bbb ccc", "bbb ccc", true}, {"ccc aaa OR bbb", "aaa ccc", true},
		{"ccc aaa OR bbb", "ccc", false},    {"-aaa OR bbb", "aaa bbb", true},
		{"-aaa OR bbb", "aaa", false},       {"aaa OR bbb OR ccc", "ccc", true},
		{"aaa or bbb", "aaa", false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct lx_event event = message(cases[i].text);
		if (answers(cases[i].query, &event) != cases[i].holds)
			fail_msg("%s in %s", cases[i].query, cases[i].text);
	}
}

static void people_are_known_by_name_id_role_and_badge(void **state)
{
	struct lx_event event = message("hello");
	assert_true(answers("from:ANNA", &event));
	assert_false(answers("from:ann", &event));
	assert_true(answers("id:77", &event));
	assert_false(answers("id:7", &event));
	assert_true(answers("in:Ilse", &event));
	assert_false(answers("is:mod", &event));
	event.chat.user.roles = LX_ROLE_MODERATOR | LX_ROLE_SUBSCRIBER;
	assert_true(answers("is:mod is:sub -is:vip", &event));
	event.chat.user.badges = "moderator/1,subscriber/12,bits/1000";
	assert_true(answers("badge:subscriber", &event));
	assert_true(answers("badge:subscriber/12", &event));
	assert_false(answers("badge:subscriber/1", &event));
	assert_false(answers("badge:sub", &event));
	assert_true(answers("badge:bits/1000", &event));
}

static void kinds_of_messages_are_told_apart(void **state)
{
	struct lx_event event = message("!song");
	assert_true(answers("is:command", &event));
	event.chat.text = "!!! wow";
	assert_false(answers("is:command", &event));
	event.chat.text = "see https://twitch.tv/x";
	assert_true(answers("has:link", &event));
	assert_false(answers("is:first", &event));
	event.chat.flags = LX_CHAT_FIRST | LX_CHAT_EMOTE_ONLY;
	assert_true(answers("is:first is:emoteonly -is:returning", &event));
	event.chat.bits = 100;
	assert_true(answers("bits:100", &event));
	assert_true(answers("bits:>99 bits:<101 bits:<=100 bits:>=100", &event));
	assert_false(answers("bits:>100", &event));
	assert_false(answers("bits:<100", &event));
	assert_true(answers("is:support has:bits", &event));
	event.chat.bits = 0;
	assert_false(answers("bits:<100", &event)); /* nothing was cheered */
	assert_false(answers("is:reward", &event));
	event.chat.reward_id = "r";
	event.chat.reply_id = "x";
	assert_true(answers("is:reward is:reply", &event));
	assert_false(answers("is:deleted", &event));

	lx_event_init(&event, LX_EVENT_CHAT_NOTICE);
	event.chat.notice = "subgift";
	assert_true(answers("is:notice is:subgift is:support", &event));
	event.chat.notice = "raid";
	assert_false(answers("is:support", &event));
	assert_true(answers("is:raid", &event));
}

static void questions_are_sentences_with_a_question_mark(void **state)
{
	static const char *const questions[] = {"what is this?",
						"why? because",
						"wie geht's??",
						"\xE4\xBD\xA0\xE5\xA5\xBD"
						"\xEF\xBC\x9F",
						"really ?!?",
						"huh?"};
	static const char *const others[] = {"",    "?", "??? ", "!?", "https://x.com/?", "https://x.com/?a=b",
					     "a?b", "no"};
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		if (!lx_match_is_question(questions[i]))
			fail_msg("%s", questions[i]);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (lx_match_is_question(others[i]))
			fail_msg("%s", others[i]);
	}
}

static void the_own_name_is_a_mention(void **state)
{
	struct lx_event event = message("hey @streamer_q!");
	assert_true(answers("is:mention", &event));
	event.chat.text = "Streamer_Q: hi";
	assert_true(answers("is:mention", &event));
	event.chat.text = "streamer_queen";
	assert_false(answers("is:mention", &event));
	event.chat.reply_login = "streamer_q";
	assert_true(answers("is:mention", &event));
	event.chat.user.login = "streamer_q";
	assert_false(answers("is:mention", &event)); /* of oneself */
}

static void a_pattern_that_runs_away_is_switched_off(void **state)
{
	struct lx_query *query = parse("/(x+x+)+[yz]/");
	struct lx_query *other = parse("xxx");
	const struct lx_query *const queries[] = {query, other};
	struct lx_match *match = lx_match_create(queries, 2);
	const struct lx_event event = message("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	for (int i = 0; i < 3; i++) {
		assert_false(lx_match_is_off(match, 0));
		lx_match_take(match, &event, false);
		assert_false(lx_match_holds(match, 0));
	}
	assert_true(lx_match_is_off(match, 0));
	assert_false(lx_match_is_off(match, 1));
	assert_true(lx_match_holds(match, 1));
	lx_match_destroy(match);
	lx_query_destroy(query);
	lx_query_destroy(other);
}

/* More than the table has room for: the same answers, in another way. */
static void any_number_of_words_is_found(void **state)
{
	enum { COUNT = 2500 };
	struct lx_query *queries[COUNT];
	for (int i = 0; i < COUNT; i++) {
		char text[40];
		snprintf(text, sizeof(text), "\"word%07dnumber\"", i * 7919);
		queries[i] = parse(text);
	}
	struct lx_match *match = lx_match_create((const struct lx_query *const *)queries, COUNT);
	for (int i = 0; i < COUNT; i += 499) {
		char text[60];
		snprintf(text, sizeof(text), "a word%07dnumber b", i * 7919);
		const struct lx_event event = message(text);
		lx_match_take(match, &event, false);
		for (int n = 0; n < COUNT; n++)
			assert_int_equal(lx_match_holds(match, (size_t)n), n == i);
	}
	lx_match_destroy(match);
	for (int i = 0; i < COUNT; i++)
		lx_query_destroy(queries[i]);
}

static void needles_are_found_inside_each_other(void **state)
{
	static const char *const words[] = {"he", "she", "his", "hers", "e", "shers"};
	static const struct {
		const char *text;
		uint64_t hits;
	} cases[] = {{"ushers", 1 | 2 | 8 | 16 | 32}, {"this", 4}, {"", 0}, {"h", 0}, {"xexhisx", 4 | 16}};
	struct lx_needles *needles = lx_needles_create();
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_int_equal(lx_needles_add(needles, words[i], strlen(words[i])), i);
	assert_int_equal(lx_needles_add(needles, "she", 3), 1);
	assert_int_equal(lx_needles_add(needles, "", 0), LX_NEEDLE_NONE);
	lx_needles_build(needles);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t hits = 0;
		lx_needles_search(needles, cases[i].text, strlen(cases[i].text), &hits);
		assert_int_equal(hits, cases[i].hits);
	}
	lx_needles_destroy(needles);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(words_are_those_of_the_search),
		lx_unit_test(alternatives_bind_closer_than_what_must_all_hold),
		lx_unit_test(people_are_known_by_name_id_role_and_badge),
		lx_unit_test(kinds_of_messages_are_told_apart),
		lx_unit_test(questions_are_sentences_with_a_question_mark),
		lx_unit_test(the_own_name_is_a_mention),
		lx_unit_test(a_pattern_that_runs_away_is_switched_off),
		lx_unit_test(any_number_of_words_is_found),
		lx_unit_test(needles_are_found_inside_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
