#include "log_fixture.h"

#include <time.h>

#include <util/threading.h>

#include "chat/search.h"

static const struct lx_text *no_texts; /* keys */

static struct lx_query *parse(const char *text)
{
	struct lx_query_error error;
	struct lx_query *query = lx_query_parse(text, no_texts, NOW, &error);
	if (!query)
		fail_msg("%s: %s", text, error.sentence);
	return query;
}

static void every_kind_of_term_is_understood(void **state)
{
	static const struct {
		const char *text;
		enum lx_query_kind kind;
		bool negated;
		const char *value;
	} cases[] = {
		{"hello", LX_QUERY_WORD, false, "hello"},
		{"-hello", LX_QUERY_WORD, true, "hello"},
		{"-", LX_QUERY_WORD, false, "-"},
		{"http://x.com", LX_QUERY_WORD, false, "http://x.com"},
		{"10:30", LX_QUERY_WORD, false, "10:30"},
		{"\"two words\"", LX_QUERY_PHRASE, false, "two words"},
		{"-\"two words\"", LX_QUERY_PHRASE, true, "two words"},
		{"from:@Anna", LX_QUERY_FROM, false, "Anna"},
		{"FROM:anna", LX_QUERY_FROM, false, "anna"},
		{"from:\"\xE4\xBD\xA0 x\"", LX_QUERY_FROM, false, "\xE4\xBD\xA0 x"},
		{"-in:#ilse", LX_QUERY_IN, true, "ilse"},
		{"has:link", LX_QUERY_HAS, false, "link"},
		{"is:deleted", LX_QUERY_IS, false, "deleted"},
		{"is:raid", LX_QUERY_IS, false, "raid"},
		{"/colou?r/", LX_QUERY_REGEX, false, "colou?r"},
		{"-/a\\/b c/", LX_QUERY_REGEX, true, "a\\/b c"},
		{"/", LX_QUERY_WORD, false, "/"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lx_query *query = parse(cases[i].text);
		assert_int_equal(query->count, 1);
		assert_int_equal(query->terms[0].kind, cases[i].kind);
		assert_int_equal(query->terms[0].negated, cases[i].negated);
		assert_string_equal(query->terms[0].text, cases[i].value);
		lx_query_destroy(query);
	}
	struct lx_query *query = parse("  a  \"b c\" from:d -/e/ stream:2 ");
	assert_int_equal(query->count, 5);
	assert_int_equal(query->terms[4].number, 2);
	lx_query_destroy(query);
	query = parse("");
	assert_int_equal(query->count, 0);
	lx_query_destroy(query);
}

static void moments_are_those_of_the_users_clock(void **state)
{
	static const struct {
		const char *text;
		int64_t after, before; /* from NOW in seconds; 1 = none */
	} cases[] = {
		{"after:2h", -7200, 1},
		{"before:3d", 1, -259200},
		{"-after:3d", 1, -259200},
		{"-before:30m", -1800, 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct lx_query *query = parse(cases[i].text);
		const bool after = cases[i].after != 1;
		assert_int_equal(query->count, 1);
		assert_int_equal(query->terms[0].kind, after ? LX_QUERY_AFTER : LX_QUERY_BEFORE);
		assert_int_equal(query->terms[0].number, NOW + (after ? cases[i].after : cases[i].before) * 1000);
		lx_query_destroy(query);
	}
	const char *zone = getenv("TZ");
	char *kept = zone ? bstrdup(zone) : NULL;
	/* A day of 25 hours: clocks go back at night. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	struct lx_query *query = parse("on:2026-10-25");
	assert_int_equal(query->count, 2);
	assert_int_equal(query->terms[0].number, 1792879200000);
	assert_int_equal(query->terms[1].number - query->terms[0].number, 25 * 3600000);
	lx_query_destroy(query);
	query = parse("after:2026-09-21T16:13 on:today");
	assert_int_equal(query->terms[0].number, NOW - 20000);
	assert_int_equal(query->terms[1].number, NOW - (16 * 3600 + 13 * 60 + 20) * 1000);
	lx_query_destroy(query);
	if (kept)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	tzset();
	bfree(kept);
}

static void what_is_not_understood_is_explained_where_it_stands(void **state)
{
	static const struct {
		const char *text, *key;
		size_t position;
	} cases[] = {
		{"OR a", "Query.Error.Or", 0},
		{"a sort:worst", "Query.Error.Sort", 2},
		{"-sort:best", "Query.Error.Sort", 0},
		{"a OR", "Query.Error.Or", 2},
		{"a OR after:7d", "Query.Error.OrDate", 5},
		{"stream:last OR a", "Query.Error.OrDate", 12},
		{"bits:many", "Query.Error.Bits", 0},
		{"id:anna", "Query.Error.Id", 0},
		{"ok \"no end", "Query.Error.Quote", 3},
		{"/no end", "Query.Error.RegexEnd", 0},
		{"a //", "Query.Error.RegexEmpty", 2},
		{"/a(b/", "Query.Error.Regex", 4},
		{"x from:", "Query.Error.Value", 2},
		{"has:money", "Query.Error.Has", 0},
		{"is:\"a b\"", "Query.Error.Is", 0},
		{"stream:first", "Query.Error.Stream", 0},
		{"stream:0", "Query.Error.Stream", 0},
		{"after:2026-13-01", "Query.Error.Date", 0},
		{"on:2026-02-30", "Query.Error.Date", 0},
		{"before:soon", "Query.Error.Date", 0},
		{"-on:2026-02-03", "Query.Error.NotOn", 0},
		{"on:3h", "Query.Error.Date", 0},
		{"after:2026-01-01x", "Query.Error.Date", 0},
	};
	struct lx_query_error error;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_null(lx_query_parse(cases[i].text, no_texts, NOW, &error));
		assert_string_equal(error.sentence, cases[i].key);
		assert_int_equal(error.position, cases[i].position);
		assert_true(error.position + error.size <= strlen(cases[i].text));
	}
	char many[200] = "";
	for (int i = 0; i < 40; i++)
		strcat(many, "a ");
	assert_null(lx_query_parse(many, no_texts, NOW, &error));
	assert_string_equal(error.sentence, "Query.Error.Terms");
}

/* --- on a log ---------------------------------------------------------------------------------------------------- */

static bool add_text(const struct lx_log_row *row, void *data)
{
	struct dstr *out = data;
	dstr_catf(out, "%s|", row->event.chat.text);
	return true;
}

static void check(struct lx_log_reader *reader, const char *text, const char *hits)
{
	struct dstr out = {0};
	int result;
	int64_t total;
	struct lx_query *query = parse(text);
	struct lx_find *find = lx_find_create(reader, query, &result);
	assert_non_null(find);
	assert_int_equal(lx_find_newest(find, 0, 100, add_text, &out), SQLITE_OK);
	if (strcmp(out.array ? out.array : "", hits) != 0)
		fail_msg("%s gives %s, not %s", text, out.array ? out.array : "", hits);
	/* The count is that of the list. */
	assert_int_equal(lx_find_count(find, &total), SQLITE_OK);
	int64_t listed = 0;
	for (const char *at = hits; *at; at++)
		listed += *at == '|';
	if (total != listed)
		fail_msg("%s counts %d", text, (int)total);
	lx_find_destroy(find);
	lx_query_destroy(query);
	dstr_free(&out);
}

static void fill(struct log_fixture *f)
{
	log_fixture_say(f, "anna", "Hello KappaPride world", NOW);
	log_fixture_say(f, "bob", "the Caf\xC3\xA9 is open, see https://x.com", NOW + 1000);
	struct lx_event event = log_fixture_message("other", "anna", "hello from another channel", NOW + 2000);
	event.chat.user.roles = LX_ROLE_MODERATOR;
	log_fixture_add(f, &event);
	event = log_fixture_message("ilse", "carl", "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94", NOW + 3000);
	event.chat.flags = LX_CHAT_FIRST;
	log_fixture_add(f, &event);
	event = log_fixture_message("ilse", "bob", "", NOW + 4000);
	event.type = LX_EVENT_CHAT_NOTICE;
	event.chat.notice = "raid";
	event.chat.notice_text = "9 raiders from Zed";
	log_fixture_add(f, &event);
	event = log_fixture_message("ilse", "bob", "world hello :-) 10%", NOW + 5000);
	const struct lx_emote emote = {"1", 12, 14, 12, 15};
	event.chat.emotes = &emote;
	event.chat.emote_count = 1;
	event.chat.user.roles = LX_ROLE_SUBSCRIBER;
	log_fixture_add(f, &event);
	struct lx_event deleted;
	lx_event_init(&deleted, LX_EVENT_USER_BANNED);
	deleted.time_ms = NOW + 6000;
	deleted.channel = "ilse";
	deleted.room_id = "42";
	deleted.moderation.user_id = "9";
	assert_true(lx_log_add(f->log, &deleted));
	lx_log_stream_online(f->log, "ilse", "42", "1", NOW - 1000);
	lx_log_flush(f->log, 5000);
	lx_test_clock_advance(&f->clock, 1500);
	lx_log_stream_offline(f->log, "ilse");
	lx_log_flush(f->log, 5000);
	lx_test_clock_advance(&f->clock, 1300);
	lx_log_stream_online(f->log, "ilse", "42", "2", NOW + 2800);
}

#define CAFE "the Caf\xC3\xA9 is open, see https://x.com|"
#define CHINESE "\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9\xE6\xB0\x94|"

static void each_query_finds_what_it_should(void **state)
{
	struct log_fixture f;
	log_fixture_open(&f);
	fill(&f);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	static const char *const cases[][2] = {
		{"", "world hello :-) 10%||" CHINESE "hello from another channel|" CAFE "Hello KappaPride world|"},
		{"hello", "world hello :-) 10%|hello from another channel|Hello KappaPride world|"},
		{"HELLO world", "world hello :-) 10%|Hello KappaPride world|"},
		{"\"hello world\"", ""},
		{"\"world hello\"", "world hello :-) 10%|"},
		/* inside words, from three letters on; beginnings with less */
		{"pride", "Hello KappaPride world|"},
		{"app", "Hello KappaPride world|"},
		{"ka", "Hello KappaPride world|"},
		{"pr", ""},
		{"cafe", CAFE},
		{"CAF\xC3\x89", CAFE},
		{"x.co", CAFE},
		{"nowhere", ""},
		{"-nowhere is:first", CHINESE},
		{"hello -world", "hello from another channel|"},
		{"-hello", "|" CHINESE CAFE},
		/* Chinese: one, two, three characters, and two that are not neighbours */
		{"\xE6\xB0\x94", CHINESE},
		{"\xE5\xA4\xA9\xE6\xB0\x94", CHINESE},
		{"\xE4\xBB\x8A\xE5\xA4\xA9\xE5\xA4\xA9", CHINESE},
		{"\xE4\xBB\x8A\xE6\xB0\x94", ""},
		{":-)", "world hello :-) 10%|"},
		{"10%", "world hello :-) 10%|"},
		{"from:anna", "hello from another channel|Hello KappaPride world|"},
		{"from:ANNA in:ilse", "Hello KappaPride world|"},
		{"-from:anna -from:bob", CHINESE},
		{"from:nobody", ""},
		{"-from:nobody in:other", "hello from another channel|"},
		{"in:nowhere", ""},
		{"has:link", CAFE},
		{"has:emote", "world hello :-) 10%|"},
		{"-has:emote hello in:ilse", "Hello KappaPride world|"},
		{"is:mod", "hello from another channel|"},
		{"is:sub", "world hello :-) 10%|"},
		{"is:first", CHINESE},
		{"is:deleted", CHINESE},
		{"-is:deleted is:first", ""},
		{"is:raid", "|"},
		{"raiders", "|"},
		{"is:notice -is:raid", ""},
		{"stream:last", "world hello :-) 10%||" CHINESE},
		{"stream:2", CAFE "Hello KappaPride world|"},
		{"stream:3", ""},
		{"/k.ppa/", "Hello KappaPride world|"},
		{"/^hello/ -/world$/", "hello from another channel|"},
		{"hello /^w/", "world hello :-) 10%|"},
		/* what is looked up row by row */
		{"hello OR cafe", "world hello :-) 10%|hello from another channel|" CAFE "Hello KappaPride world|"},
		{"in:ilse hello | cafe -pride", "world hello :-) 10%|" CAFE},
		{"raiders OR is:mod", "|hello from another channel|"},
		{"is:deleted OR has:link", CHINESE CAFE},
		{"id:8 hello", "world hello :-) 10%|"},
		{"-id:7 -id:8", CHINESE},
		{"is:question", ""},
		{"bits:>0", ""},
		{"badge:vip", ""},
		{"-badge:vip cafe", CAFE},
		/* never ends by itself */
		{"/(a+)+$b/", ""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(reader, cases[i][0], cases[i][1]);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

/* Parts of so many words that the newest messages are looked through first, and the index after them. */
static void what_stands_for_many_words_is_found_in_order(void **state)
{
	struct log_fixture f;
	struct dstr expected = {0}, found = {0};
	char text[64];
	log_fixture_open(&f);
	for (int i = 0; i < 4000; i++) {
		snprintf(text, sizeof(text), i % 20 ? "nothing to see" : "see\xC3\x84%03dquark here", i / 20);
		log_fixture_say(&f, i % 40 ? "anna" : "bob", text, NOW + i);
	}
	struct lx_log_reader *reader = log_fixture_reader(&f);
	static const char *const queries[] = {"quark", "QUARK -nothing", "quark from:bob", "see\xC3\xA4 here"};
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		int result;
		int64_t total;
		const int step = strstr(queries[i], "bob") ? 2 : 1;
		dstr_resize(&expected, 0);
		dstr_resize(&found, 0);
		for (int number = 200 - step; number >= 0; number -= step)
			dstr_catf(&expected, "see\xC3\x84%03dquark here|", number);
		struct lx_query *query = parse(queries[i]);
		struct lx_find *find = lx_find_create(reader, query, &result);
		assert_int_equal(lx_find_newest(find, 0, 1000, add_text, &found), SQLITE_OK);
		assert_string_equal(found.array, expected.array);
		assert_int_equal(lx_find_count(find, &total), SQLITE_OK);
		assert_int_equal(total, 200 / step);
		lx_find_destroy(find);
		lx_query_destroy(query);
	}
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	dstr_free(&expected);
	dstr_free(&found);
}

static void the_best_come_first_where_that_is_asked_for(void **state)
{
	struct log_fixture f;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "pizza pizza pizza", NOW);
	log_fixture_say(&f, "anna", "pizza with a lot of other words and nothing about it", NOW + 1);
	for (int i = 0; i < 20; i++)
		log_fixture_say(&f, "anna", "hello there", NOW + 2 + i);
	log_fixture_say(&f, "bob", "one pizza pizza", NOW + 30);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	check(reader, "pizza",
	      "one pizza pizza|pizza with a lot of other words and nothing about it|pizza pizza pizza|");
	check(reader, "sort:best pizza",
	      "pizza pizza pizza|one pizza pizza|pizza with a lot of other words and nothing about it|");
	check(reader, "sort:best pizza -/^one/",
	      "pizza pizza pizza|pizza with a lot of other words and nothing about it|");
	check(reader, "sort:best pizza from:bob", "one pizza pizza|");
	check(reader, "sort:best /one/", "one pizza pizza|");

	/* There is no second page, and what comes later is told in order of time. */
	int result;
	struct dstr found = {0};
	struct lx_query *query = parse("sort:best pizza");
	struct lx_find *find = lx_find_create(reader, query, &result);
	assert_int_equal(lx_find_newest(find, lx_log_row_of_ms(NOW + 30), 10, add_text, &found), SQLITE_OK);
	assert_int_equal(found.len, 0);
	lx_find_newer_than(find, lx_log_row_of_ms(NOW + 1) + 63);
	assert_int_equal(lx_find_newest(find, 0, 10, add_text, &found), SQLITE_OK);
	assert_string_equal(found.array, "one pizza pizza|");
	dstr_free(&found);
	lx_find_destroy(find);
	lx_query_destroy(query);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static void the_order_is_where_it_was_asked_for(void **state)
{
	static const struct {
		const char *text;
		bool best;
		const char *asked; /* NULL: nowhere */
	} queries[] = {
		{"pizza sort:best", true, "sort:best"},      {"SORT:best \"sort:new\"", true, "SORT:best"},
		{"\"a sort:best b\"", false, NULL},          {"/a sort:best b/", false, NULL},
		{"sort:best x sort:new", false, "sort:new"}, {"pizza", false, NULL},
	};
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		struct lx_query *query = parse(queries[i].text);
		const char *asked = queries[i].asked;
		assert_int_equal(query->best, queries[i].best);
		assert_int_equal(query->sort_size, asked ? strlen(asked) : 0);
		if (asked)
			assert_memory_equal(queries[i].text + query->sort_at, asked, query->sort_size);
		lx_query_destroy(query);
	}
}

static void pages_follow_each_other(void **state)
{
	struct log_fixture f;
	char text[40];
	log_fixture_open(&f);
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "page %d", i);
		log_fixture_say(&f, "anna", text, NOW + i / 3);
	}
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lx_query *query = parse("page");
	int result;
	struct lx_find *find = lx_find_create(reader, query, &result);
	struct dstr first = {0}, all = {0};
	lx_find_newest(find, 0, 2, add_text, &first);
	assert_string_equal(first.array, "page 99|page 98|");
	lx_find_newest(find, lx_log_row_of_ms(NOW + 1), 100, add_text, &all);
	assert_string_equal(all.array, "page 2|page 1|page 0|");
	dstr_free(&first);
	dstr_free(&all);
	lx_find_destroy(find);
	lx_query_destroy(query);

	struct dstr near = {0};
	assert_int_equal(lx_log_reader_context(reader, lx_log_row_of_ms(NOW + 1), 2, 1, add_text, &near), SQLITE_OK);
	assert_string_equal(near.array, "page 1|page 2|page 3|page 4|");
	dstr_free(&near);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static bool count_row(const struct lx_log_row *row, void *data)
{
	int64_t *last = data;
	/* Older and older, none of them twice. */
	assert_true(!*last || row->id < *last);
	*last = row->id;
	return true;
}

/* Whole, and piece by piece with a new find for each, as if each had been cancelled. */
static void check_pieces(struct lx_log_reader *reader, const char *text, int64_t hits, int64_t least_pieces)
{
	struct lx_query *query = parse(text);
	struct lx_find_progress list = {0}, count = {0};
	int64_t last = 0, pieces = 0, so_far = 0;
	int result;
	while (!list.done) {
		struct lx_find *find = lx_find_create(reader, query, &result);
		assert_int_equal(lx_find_newest_for(find, 0, 100000, count_row, &last, &list), SQLITE_OK);
		assert_true(list.found >= so_far);
		so_far = list.found;
		pieces++;
		lx_find_destroy(find);
	}
	assert_int_equal(list.found, hits);
	if (pieces < least_pieces)
		fail_msg("\"%s\": %d pieces", text, (int)pieces);
	pieces = so_far = 0;
	while (!count.done) {
		struct lx_find *find = lx_find_create(reader, query, &result);
		assert_int_equal(lx_find_count_for(find, 0, &count), SQLITE_OK);
		assert_true(count.found >= so_far && count.found <= hits);
		so_far = count.found;
		pieces++;
		lx_find_destroy(find);
	}
	assert_int_equal(count.found, hits);
	if (pieces < 2)
		fail_msg("\"%s\" is counted at once", text);
	/* However slow the machine is, and however much time there is without a row. */
	if (pieces > 300)
		fail_msg("\"%s\" is counted in %d pieces", text, (int)pieces);
	lx_query_destroy(query);
}

static void what_takes_long_comes_in_pieces(void **state)
{
	struct log_fixture f;
	char text[80];
	log_fixture_open(&f);
	for (int i = 0; i < 3000; i++) {
		/* Two thirds of them years before the others. */
		snprintf(text, sizeof(text), "word%d %s and more", i % 700, i % 10 ? "often" : "seldom");
		log_fixture_say(&f, i % 3 ? "anna" : "bob", text, NOW - (i < 2000 ? 100000000000 : 0) + i);
	}
	struct lx_log_reader *reader = log_fixture_reader(&f);
	check_pieces(reader, "/^word/", 3000, 10);
	check_pieces(reader, "/seldom/", 300, 10);
	check_pieces(reader, "/nobody says this/", 0, 10);
	check_pieces(reader, "often", 2700, 5);
	check_pieces(reader, "word", 3000, 2);
	check_pieces(reader, "wor", 3000, 2);
	check_pieces(reader, "word6 \"seldom\"", 45, 1);
	check_pieces(reader, "from:bob seldom", 100, 1);
	check_pieces(reader, "-\"seldom\"", 2700, 5);
	check_pieces(reader, "-seldom -from:bob", 1800, 5);
	check_pieces(reader, "-from:bob -is:sub -is:raid -is:first", 2000, 5);
	check_pieces(reader, "often -from:bob -is:sub", 1800, 1);
	check_pieces(reader, "-in:ilse", 0, 1);
	check_pieces(reader, "-/seldom/ has:emote", 0, 10);
	check_pieces(reader, "before:2025-01-01", 2000, 5);
	check_pieces(reader, "", 3000, 10);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static void ranking_and_counting_can_be_cancelled(void **state)
{
	static const char *const queries[] = {"sort:best wood", "sort:best tree wood", "sort:best /o+/", "/x.y/",
					      "woo"};
	struct log_fixture f;
	log_fixture_open(&f);
	for (int i = 0; i < 5000; i++)
		log_fixture_say(&f, "anna", i % 3 ? "wood of a tree" : "a tree, and a tree, and wood", NOW + i);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		struct lx_query *query = parse(queries[i]);
		int64_t last = 0, count;
		int result;
		struct lx_find *find = lx_find_create(reader, query, &result);
		lx_log_reader_cancel(reader);
		/* Hits of what is ranked come only when all are known. */
		if (query->best && !strchr(queries[i], '/')) {
			assert_int_equal(lx_find_newest(find, 0, 50, count_row, &last) & 0xFF, SQLITE_INTERRUPT);
			assert_int_equal(last, 0);
		}
		assert_int_equal(lx_find_count(find, &count) & 0xFF, SQLITE_INTERRUPT);
		lx_log_reader_resume(reader);
		assert_int_equal(lx_find_count(find, &count), SQLITE_OK);
		lx_find_destroy(find);
		lx_query_destroy(query);
	}
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

/* --- while the user types ---------------------------------------------------------------------------------------- */

struct answers {
	os_event_t *came;
	struct lx_search *search;
	struct lx_archive *archive;
	pthread_mutex_t mutex;
	bool done[256]; /* by id */
	size_t hits;
	int64_t total;
	char sentence[400];
	struct dstr texts; /* of the last hits or names, and the states of other answers */
	enum lx_search_kind kind;
	enum lx_search_state state;
};

static void on_answer(const struct lx_search_answer *answer, void *data)
{
	struct answers *answers = data;
	pthread_mutex_lock(&answers->mutex);
	answers->kind = answer->kind;
	answers->state = answer->state;
	assert_true(answer->id < 256);
	answers->done[answer->id] = !answer->going_on;
	if (answer->kind == LX_SEARCH_HITS)
		answers->hits = (answer->continued ? answers->hits : 0) + answer->hit_count;
	if (answer->kind == LX_SEARCH_COUNT || answer->kind == LX_SEARCH_EXPORT)
		answers->total = answer->total;
	if (answer->error)
		snprintf(answers->sentence, sizeof(answers->sentence), "%s", answer->error->sentence);
	if (!answer->continued)
		dstr_copy(&answers->texts, "");
	for (size_t i = 0; i < answer->hit_count; i++)
		dstr_catf(&answers->texts, "%s|", answer->hits[i].event->chat.text);
	for (size_t i = 0; i < answer->name_count; i++)
		dstr_catf(&answers->texts, "%s|", answer->names[i]);
	pthread_mutex_unlock(&answers->mutex);
	os_event_signal(answers->came);
}

static void answers_open(struct answers *answers, struct log_fixture *f)
{
	memset(answers, 0, sizeof(*answers));
	pthread_mutex_init(&answers->mutex, NULL);
	os_event_init(&answers->came, OS_EVENT_TYPE_AUTO);
	answers->archive = lx_archive_create(f->folder.file);
	answers->search = lx_search_create(&(struct lx_search_config){.archive = answers->archive,
								      .text = f->text,
								      .clock = &f->clock.clock,
								      .answer = on_answer,
								      .data = answers,
								      .piece_ms = 1});
}

static void answers_close(struct answers *answers)
{
	lx_search_destroy(answers->search);
	lx_archive_destroy(answers->archive);
	os_event_destroy(answers->came);
	pthread_mutex_destroy(&answers->mutex);
	dstr_free(&answers->texts);
}

/* Until the question of this id is answered. */
static void await(struct answers *answers, uint64_t id)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&answers->mutex);
		const bool came = answers->done[id];
		pthread_mutex_unlock(&answers->mutex);
		if (came)
			return;
		os_event_timedwait(answers->came, 10);
	}
	fail_msg("no answer");
}

static void only_the_newest_search_is_answered(void **state)
{
	struct log_fixture f;
	struct answers answers;
	log_fixture_open(&f);
	for (int i = 0; i < 5000; i++)
		log_fixture_say(&f, "anna", "something rather long to look through, again and again", NOW + i);
	assert_true(lx_log_flush(f.log, 20000));
	answers_open(&answers, &f);
	uint64_t id = 0;
	for (int i = 0; i < 50; i++)
		lx_search_start(answers.search, "/x.*y.*z/", 0, 50, true);
	id = lx_search_start(answers.search, "again", 0, 50, true);
	await(&answers, id + 1);
	assert_int_equal(answers.kind, LX_SEARCH_COUNT);
	assert_int_equal(answers.total, 5000);
	assert_int_equal(answers.hits, 50);

	await(&answers, lx_search_start(answers.search, "after:never", 0, 50, false));
	assert_int_equal(answers.state, LX_SEARCH_WRONG);
	assert_non_null(strstr(answers.sentence, "never"));
	lx_search_start(answers.search, "/x.*y.*z/", 0, 50, true);
	lx_search_cancel(answers.search);
	lx_search_start(answers.search, "/x.*y.*z/", 0, 50, true);
	answers_close(&answers);
	log_fixture_close(&f);
}

static void a_long_answer_is_whole_in_the_end(void **state)
{
	struct log_fixture f;
	struct answers answers;
	log_fixture_open(&f);
	for (int i = 0; i < 20000; i++)
		log_fixture_say(&f, "anna", i % 1000 ? "something rather long to look through" : "a rare thing",
				NOW + i);
	assert_true(lx_log_flush(f.log, 20000));
	answers_open(&answers, &f);
	/* While somebody asks for other things, which it gives way to. */
	const uint64_t id = lx_search_start(answers.search, "/rare.*g/", 0, 50, true);
	for (int i = 0; i < 20; i++) {
		lx_search_near(answers.search, lx_log_row_of_ms(NOW + 7), 1, 1);
		os_event_timedwait(answers.came, 1);
	}
	await(&answers, id + 1);
	assert_int_equal(answers.total, 20);
	assert_int_equal(answers.hits, 20);
	/* The next page does not wait for the count, and the count is right nevertheless. */
	const uint64_t other = lx_search_start(answers.search, "/some.*g/", 0, 50, true);
	await(&answers, lx_search_start(answers.search, "/some.*g/", lx_log_row_of_ms(NOW + 10), 50, false));
	assert_int_equal(answers.hits, 9);
	await(&answers, other + 1);
	assert_int_equal(answers.total, 19980);
	answers_close(&answers);
	log_fixture_close(&f);
}

static void a_mention_is_of_whoever_asks(void **state)
{
	struct log_fixture f;
	struct answers answers;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello @Streamer_Q", NOW);
	log_fixture_say(&f, "anna", "hello @bob", NOW + 1);
	log_fixture_say(&f, "bob", "is streamer_q there", NOW + 2);
	log_fixture_say(&f, "streamer_q", "I am streamer_q", NOW + 3);
	assert_true(lx_log_flush(f.log, 20000));
	answers_open(&answers, &f);
	await(&answers, lx_search_start(answers.search, "is:mention", 0, 50, false));
	assert_int_equal(answers.hits, 0);
	lx_search_set_me(answers.search, "streamer_q");
	await(&answers, lx_search_start(answers.search, "is:mention", 0, 50, false));
	assert_string_equal(answers.texts.array, "is streamer_q there|hello @Streamer_Q|");
	await(&answers, lx_search_start(answers.search, "is:mention", 0, 50, true) + 1);
	assert_int_equal(answers.total, 2);
	lx_search_set_me(answers.search, "bob");
	await(&answers, lx_search_start(answers.search, "is:mention OR is:reply", 0, 50, false));
	assert_string_equal(answers.texts.array, "hello @bob|");
	answers_close(&answers);
	log_fixture_close(&f);
}

static void somebody_who_looks_around_is_told(void **state)
{
	struct log_fixture f;
	struct answers answers;
	struct dstr path = {0}, bad = {0};
	log_fixture_open(&f);
	answers_open(&answers, &f);
	log_fixture_say(&f, "anna", "one tree", NOW);
	log_fixture_say(&f, "anton", "two stones", NOW + 1);
	log_fixture_say(&f, "bob", "three trees", NOW + 2);
	assert_true(lx_log_flush(f.log, 20000));

	await(&answers, lx_search_newer(answers.search, "tree", lx_log_row_of_ms(NOW), 10));
	assert_string_equal(answers.texts.array, "three trees|");
	await(&answers, lx_search_near(answers.search, lx_log_row_of_ms(NOW + 1), 1, 1));
	assert_string_equal(answers.texts.array, "one tree|two stones|three trees|");
	await(&answers, lx_search_names(answers.search, true, "AN", 10));
	assert_string_equal(answers.texts.array, "anton|anna|");
	await(&answers, lx_search_names(answers.search, false, "", 10));
	assert_string_equal(answers.texts.array, "ilse|");

	dstr_printf(&path, "%s/found.txt", f.folder.path);
	await(&answers, lx_search_export(answers.search, "tree", LX_EXPORT_TEXT, path.array));
	assert_int_equal(answers.kind, LX_SEARCH_EXPORT);
	assert_int_equal(answers.state, LX_SEARCH_DONE);
	assert_int_equal(answers.total, 2);
	char *text = os_quick_read_utf8_file(path.array);
	assert_string_equal(text, "[2026-09-21T14:13:20.000Z] anna: one tree\n"
				  "[2026-09-21T14:13:20.002Z] bob: three trees\n");
	bfree(text);
	assert_int_equal(folder_count(&f.folder, ".part", NULL), 0);
	dstr_printf(&bad, "%s/not/there.txt", f.folder.path);
	await(&answers, lx_search_export(answers.search, "tree", LX_EXPORT_TEXT, bad.array));
	assert_int_equal(answers.state, LX_SEARCH_ERROR);
	assert_non_null(strstr(answers.sentence, "there.txt"));

	answers_close(&answers);
	dstr_free(&path);
	dstr_free(&bad);
	log_fixture_close(&f);
}

static void no_log_is_no_error(void **state)
{
	struct log_fixture f;
	struct answers answers;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, 20000));
	char real[sizeof(f.folder.file)];
	memcpy(real, f.folder.file, sizeof(real));
	strcat(f.folder.file, "-none");
	answers_open(&answers, &f);
	await(&answers, lx_search_start(answers.search, "tree", 0, 50, false));
	assert_int_equal(answers.state, LX_SEARCH_NONE);
	answers_close(&answers);
	memcpy(f.folder.file, real, sizeof(real));
	log_fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(every_kind_of_term_is_understood),
		lx_unit_test(moments_are_those_of_the_users_clock),
		lx_unit_test(what_is_not_understood_is_explained_where_it_stands),
		lx_unit_test(each_query_finds_what_it_should),
		lx_unit_test(what_stands_for_many_words_is_found_in_order),
		lx_unit_test(the_best_come_first_where_that_is_asked_for),
		lx_unit_test(the_order_is_where_it_was_asked_for),
		lx_unit_test(pages_follow_each_other),
		lx_unit_test(what_takes_long_comes_in_pieces),
		lx_unit_test(ranking_and_counting_can_be_cancelled),
		lx_unit_test(only_the_newest_search_is_answered),
		lx_unit_test(a_long_answer_is_whole_in_the_end),
		lx_unit_test(a_mention_is_of_whoever_asks),
		lx_unit_test(somebody_who_looks_around_is_told),
		lx_unit_test(no_log_is_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
