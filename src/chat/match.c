#define PCRE2_CODE_UNIT_WIDTH 8
#include "chat/match.h"

#include <string.h>

#include <pcre2.h>
#include <unicode/uchar.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>

#include "chat/needles.h"
#include "chat/rows.h"
#include "chat/words.h"
#include "twitch/irc_text.h"

#define MATCH_LIMIT 20000 /* of PCRE2, for one text: well under a millisecond */
#define DEPTH_LIMIT 500
#define STRIKES_MAX 3
/* Stands between words, in what is looked for and in what it is looked for in. */
#define EDGE '\x01'

enum test_kind {
	TEST_TRUE,
	TEST_NEVER,
	TEST_NEEDLE,  /* number: which */
	TEST_CUT,     /* text, in the words of the message: what the table had no room for */
	TEST_FOLDED,  /* text, in the folded message: signs, which are no words */
	TEST_FLAG,    /* number: bits of chat.flags */
	TEST_ROLE,    /* number: bits of chat.user.roles */
	TEST_KIND,    /* text: Twitch's word for a notice */
	TEST_FACT,    /* number: enum fact */
	TEST_FROM,    /* text */
	TEST_ID,      /* text */
	TEST_IN,      /* text */
	TEST_BADGE,   /* text */
	TEST_BITS,    /* number … most */
	TEST_AFTER,   /* number */
	TEST_BEFORE,  /* number */
	TEST_MENTION, /* number: needle of the name; text: the login */
	TEST_REGEX,
};

enum fact {
	FACT_DELETED,
	FACT_NOTICE,
	FACT_REPLY,
	FACT_LINK,
	FACT_EMOTE,
	FACT_REWARD,
	FACT_QUESTION,
	FACT_COMMAND,
	FACT_SUPPORT,
};

struct test {
	enum test_kind kind;
	bool negated, alternative;
	char *text;
	int64_t number, most;
	pcre2_code *regex;
};

struct entry {
	size_t first, count; /* of the tests */
	int strikes;
};

struct lx_match {
	DARRAY(struct test) tests;
	DARRAY(struct entry) entries;
	struct lx_needles *needles;
	uint64_t *hits;
	size_t hit_words;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	bool perseveres;

	/* The message that was taken. */
	const struct lx_event *event;
	bool deleted;
	size_t text_size;
	struct dstr cut, folded;
	bool is_cut, is_folded; /* made when the first asks */
	uint32_t facts_known, facts;
};

/* --- what is looked for ------------------------------------------------------------------------------------------ */

struct cutting {
	struct dstr out;
	size_t words;
	enum lx_word_kind first, last;
};

/* The words, an edge before each and after the last. */
static void cut_one(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct cutting *cutting = data;
	if (!cutting->words++) {
		cutting->first = kind;
		dstr_cat_ch(&cutting->out, EDGE);
	}
	cutting->last = kind;
	dstr_ncat(&cutting->out, word, size);
	dstr_cat_ch(&cutting->out, EDGE);
}

static size_t characters(const struct dstr *text)
{
	size_t count = 0;
	for (size_t i = 0; i < text->len; i++)
		count += (text->array[i] & 0xC0) != 0x80;
	return count;
}

/* The words of `text` as they stand in a cut message, between edges where they must begin or end there. */
static void find_words(struct lx_match *match, struct test *test, const char *text, bool exact)
{
	struct cutting cutting = {0};
	lx_words_cut(text, strlen(text), false, cut_one, &cutting);
	if (!cutting.words) {
		struct dstr folded = {0};
		lx_words_fold(text, strlen(text), &folded);
		test->kind = folded.len ? TEST_FOLDED : TEST_TRUE;
		test->text = folded.array;
		dstr_free(&cutting.out);
		return;
	}
	const bool one = cutting.words == 1;
	const size_t length = characters(&cutting.out) - 2;
	/* One character of a script without spaces is in pairs, too. */
	const bool dense_one = one && cutting.first == LX_WORD_PAIR && length == 1;
	const bool inside = dense_one || (!exact && one && cutting.first == LX_WORD_SPACED && length >= 3);
	const bool open = inside || (!exact && cutting.last == LX_WORD_SPACED);
	const char *begin = cutting.out.array + inside;
	const size_t size = cutting.out.len - inside - open;
	const uint32_t needle = lx_needles_add(match->needles, begin, size);
	test->kind = needle == LX_NEEDLE_NONE ? TEST_CUT : TEST_NEEDLE;
	test->number = needle;
	if (needle == LX_NEEDLE_NONE)
		test->text = bstrdup_n(begin, size);
	dstr_free(&cutting.out);
}

static void find_regex(struct lx_match *match, struct test *test, const char *pattern)
{
	int code;
	PCRE2_SIZE offset;
	test->kind = TEST_REGEX;
	/* The query was parsed: it compiles, unless memory is short. */
	test->regex = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
				    PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, &code, &offset,
				    NULL);
	if (!test->regex) {
		test->kind = TEST_NEVER;
		return;
	}
	pcre2_jit_compile(test->regex, PCRE2_JIT_COMPLETE);
	if (!match->match_data) {
		match->match_data = pcre2_match_data_create(1, NULL);
		match->match_context = pcre2_match_context_create(NULL);
		pcre2_set_match_limit(match->match_context, MATCH_LIMIT);
		pcre2_set_depth_limit(match->match_context, DEPTH_LIMIT);
	}
}

static void find_mention(struct lx_match *match, struct test *test, const char *me)
{
	test->kind = *me ? TEST_MENTION : TEST_NEVER;
	if (!*me)
		return;
	struct test name = {0};
	find_words(match, &name, me, true);
	/* Logins are letters, digits and underscores; anything else is nobody's. */
	test->number = name.kind == TEST_NEEDLE ? name.number : -1;
	bfree(name.text);
	test->text = bstrdup(me);
}

static void find_kind(struct lx_match *match, struct test *test, const char *kind, const char *me)
{
	static const struct {
		const char *word;
		enum test_kind kind;
		int64_t number;
	} kinds[] = {
		{"deleted", TEST_FACT, FACT_DELETED},
		{"notice", TEST_FACT, FACT_NOTICE},
		{"reply", TEST_FACT, FACT_REPLY},
		{"link", TEST_FACT, FACT_LINK},
		{"emote", TEST_FACT, FACT_EMOTE},
		{"reward", TEST_FACT, FACT_REWARD},
		{"question", TEST_FACT, FACT_QUESTION},
		{"command", TEST_FACT, FACT_COMMAND},
		{"support", TEST_FACT, FACT_SUPPORT},
		{"action", TEST_FLAG, LX_CHAT_ACTION},
		{"shared", TEST_FLAG, LX_CHAT_SHARED},
		{"first", TEST_FLAG, LX_CHAT_FIRST},
		{"returning", TEST_FLAG, LX_CHAT_RETURNING},
		{"highlighted", TEST_FLAG, LX_CHAT_HIGHLIGHTED},
		{"emoteonly", TEST_FLAG, LX_CHAT_EMOTE_ONLY},
		{"broadcaster", TEST_ROLE, LX_ROLE_BROADCASTER},
		{"mod", TEST_ROLE, LX_ROLE_MODERATOR},
		{"vip", TEST_ROLE, LX_ROLE_VIP},
		{"sub", TEST_ROLE, LX_ROLE_SUBSCRIBER},
		{"staff", TEST_ROLE, LX_ROLE_STAFF},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].word, kind) == 0) {
			test->kind = kinds[i].kind;
			test->number = kinds[i].number;
			return;
		}
	}
	if (strcmp(kind, "bits") == 0 || strcmp(kind, "cheer") == 0) {
		test->kind = TEST_BITS;
		test->number = 1;
		test->most = INT64_MAX;
	} else if (strcmp(kind, "mention") == 0) {
		find_mention(match, test, me);
	} else {
		test->kind = TEST_KIND;
		test->text = bstrdup(kind);
	}
}

static void add_test(struct lx_match *match, const struct lx_query *query, const struct lx_query_term *term)
{
	struct test test = {.negated = term->negated, .alternative = term->alternative};
	test.number = term->number;
	test.most = term->most;
	switch (term->kind) {
	case LX_QUERY_WORD:
	case LX_QUERY_PHRASE:
		find_words(match, &test, term->text, term->kind == LX_QUERY_PHRASE);
		break;
	case LX_QUERY_HAS:
	case LX_QUERY_IS:
		find_kind(match, &test, term->text, query->me);
		break;
	case LX_QUERY_REGEX:
		find_regex(match, &test, term->text);
		break;
	case LX_QUERY_FROM:
		test.kind = TEST_FROM;
		break;
	case LX_QUERY_ID:
		test.kind = TEST_ID;
		break;
	case LX_QUERY_IN:
		test.kind = TEST_IN;
		break;
	case LX_QUERY_BADGE:
		test.kind = TEST_BADGE;
		break;
	case LX_QUERY_BITS:
		test.kind = TEST_BITS;
		break;
	case LX_QUERY_AFTER:
		test.kind = TEST_AFTER;
		break;
	case LX_QUERY_BEFORE:
		test.kind = TEST_BEFORE;
		break;
	case LX_QUERY_STREAM:
		test.kind = TEST_TRUE;
		test.negated = false;
		break;
	}
	if (!test.text &&
	    (test.kind == TEST_FROM || test.kind == TEST_ID || test.kind == TEST_IN || test.kind == TEST_BADGE))
		test.text = bstrdup(term->text);
	da_push_back(match->tests, &test);
}

struct lx_match *lx_match_create(const struct lx_query *const *queries, size_t count)
{
	struct lx_match *match = bzalloc(sizeof(*match));
	match->needles = lx_needles_create();
	for (size_t i = 0; i < count; i++) {
		const struct entry entry = {.first = match->tests.num, .count = queries[i]->count};
		da_push_back(match->entries, &entry);
		for (size_t n = 0; n < queries[i]->count; n++)
			add_test(match, queries[i], &queries[i]->terms[n]);
	}
	lx_needles_build(match->needles);
	match->hit_words = lx_needles_count(match->needles) / 64 + 1;
	match->hits = bzalloc(match->hit_words * sizeof(*match->hits));
	return match;
}

void lx_match_destroy(struct lx_match *match)
{
	if (!match)
		return;
	for (size_t i = 0; i < match->tests.num; i++) {
		bfree(match->tests.array[i].text);
		pcre2_code_free(match->tests.array[i].regex);
	}
	da_free(match->tests);
	da_free(match->entries);
	lx_needles_destroy(match->needles);
	bfree(match->hits);
	pcre2_match_data_free(match->match_data);
	pcre2_match_context_free(match->match_context);
	dstr_free(&match->cut);
	dstr_free(&match->folded);
	bfree(match);
}

void lx_match_persevere(struct lx_match *match)
{
	match->perseveres = true;
}

/* --- what is there ----------------------------------------------------------------------------------------------- */

void lx_match_take(struct lx_match *match, const struct lx_event *event, bool deleted)
{
	match->event = event;
	match->deleted = deleted;
	match->text_size = strlen(event->chat.text);
	match->is_cut = match->is_folded = false;
	match->facts_known = match->facts = 0;
}

static void gather(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct dstr *out = data;
	(void)kind;
	dstr_ncat(out, word, size);
	dstr_cat_ch(out, EDGE);
}

/* Empty, and keeping its memory: dstr_resize() would give it back. */
static void empty(struct dstr *text)
{
	text->len = 0;
	if (text->array)
		*text->array = 0;
}

static void cut_message(struct lx_match *match)
{
	if (match->is_cut)
		return;
	match->is_cut = true;
	empty(&match->cut);
	dstr_cat_ch(&match->cut, EDGE);
	lx_words_cut(match->event->chat.text, match->text_size, false, gather, &match->cut);
	/* What Twitch says about it is searched as well; a phrase does not reach across. */
	const char *notice = match->event->chat.notice_text;
	if (*notice) {
		dstr_cat_ch(&match->cut, EDGE);
		lx_words_cut(notice, strlen(notice), false, gather, &match->cut);
	}
	memset(match->hits, 0, match->hit_words * sizeof(*match->hits));
	lx_needles_search(match->needles, match->cut.array, match->cut.len, match->hits);
}

static bool is_hit(struct lx_match *match, int64_t needle)
{
	cut_message(match);
	return needle >= 0 && (match->hits[needle / 64] >> needle % 64 & 1);
}

static bool is_folded_in(struct lx_match *match, const char *text)
{
	if (!match->is_folded) {
		match->is_folded = true;
		empty(&match->folded);
		lx_words_fold(match->event->chat.text, match->text_size, &match->folded);
	}
	return match->folded.array && strstr(match->folded.array, text);
}

static bool is_question_mark(uint32_t c)
{
	return c == '?' || c == 0xFF1F || c == 0x061F || c == 0x037E || c == 0x2047 || c == 0x2048 || c == 0x2049;
}

static bool is_link(const char *word, size_t size)
{
	return (size > 4 && astrcmpi_n(word, "www.", 4) == 0) || (size > 7 && astrcmpi_n(word, "http://", 7) == 0) ||
	       (size > 8 && astrcmpi_n(word, "https://", 8) == 0);
}

bool lx_match_is_question(const char *text)
{
	bool letters = false;
	while (*text) {
		const size_t size = strcspn(text, " ");
		uint32_t last = 0;
		for (size_t at = 0; at < size;) {
			at += lx_irc_text_next(text + at, size - at, &last);
			letters = letters || u_isalnum((UChar32)last);
		}
		if (letters && is_question_mark(last) && !is_link(text, size))
			return true;
		text += size;
		text += *text == ' ';
	}
	return false;
}

static bool is_support(const struct lx_chat *chat)
{
	static const char *const parts[] = {"sub", "gift", "payforward", "paid", "charity", "bits"};
	if (chat->bits)
		return true;
	for (size_t i = 0; *chat->notice && i < sizeof(parts) / sizeof(*parts); i++) {
		if (strstr(chat->notice, parts[i]))
			return true;
	}
	return false;
}

static bool look_up(const struct lx_match *match, enum fact fact)
{
	const struct lx_chat *chat = &match->event->chat;
	switch (fact) {
	case FACT_DELETED:
		return match->deleted;
	case FACT_NOTICE:
		return match->event->type == LX_EVENT_CHAT_NOTICE;
	case FACT_REPLY:
		return *chat->reply_id;
	case FACT_LINK:
		return lx_rows_has_link(chat->text);
	case FACT_EMOTE:
		return chat->emote_count > 0;
	case FACT_REWARD:
		return *chat->reward_id;
	case FACT_QUESTION:
		return lx_match_is_question(chat->text);
	case FACT_COMMAND:
		return *chat->text == '!' && chat->text[1] > ' ' && chat->text[1] != '!' && chat->text[1] != '?';
	case FACT_SUPPORT:
		return is_support(chat);
	}
	return false;
}

/* Many rules ask the same: it is answered once. */
static bool is_fact(struct lx_match *match, int64_t fact)
{
	const uint32_t bit = 1u << fact;
	if (!(match->facts_known & bit)) {
		match->facts_known |= bit;
		if (look_up(match, (enum fact)fact))
			match->facts |= bit;
	}
	return match->facts & bit;
}

/* In "set/version,set/version". */
static bool wears(const char *badges, const char *wanted)
{
	const size_t size = strlen(wanted);
	for (const char *at = badges; *at; at += *at == ',') {
		if (astrcmpi_n(at, wanted, size) == 0 && (!at[size] || at[size] == ',' || at[size] == '/'))
			return true;
		at += strcspn(at, ",");
	}
	return false;
}

static bool matches_regex(struct lx_match *match, struct entry *entry, const struct test *test)
{
	const int found = pcre2_match(test->regex, (PCRE2_SPTR)match->event->chat.text, match->text_size, 0, 0,
				      match->match_data, match->match_context);
	entry->strikes += found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT ||
			  found == PCRE2_ERROR_HEAPLIMIT || found == PCRE2_ERROR_JIT_STACKLIMIT;
	return found >= 0;
}

static bool answer(struct lx_match *match, struct entry *entry, const struct test *test)
{
	const struct lx_event *event = match->event;
	const struct lx_chat *chat = &event->chat;
	switch (test->kind) {
	case TEST_TRUE:
		return true;
	case TEST_NEVER:
		return false;
	case TEST_NEEDLE:
		return is_hit(match, test->number);
	case TEST_CUT:
		cut_message(match);
		return strstr(match->cut.array, test->text);
	case TEST_FOLDED:
		return is_folded_in(match, test->text);
	case TEST_FLAG:
		return chat->flags & (uint32_t)test->number;
	case TEST_ROLE:
		return chat->user.roles & (uint32_t)test->number;
	case TEST_KIND:
		return strcmp(chat->notice, test->text) == 0;
	case TEST_FACT:
		return is_fact(match, test->number);
	case TEST_FROM:
		return astrcmpi(chat->user.login, test->text) == 0 || astrcmpi(chat->user.name, test->text) == 0;
	case TEST_ID:
		return strcmp(chat->user.id, test->text) == 0;
	case TEST_IN:
		return astrcmpi(event->channel, test->text) == 0;
	case TEST_BADGE:
		return wears(chat->user.badges, test->text);
	case TEST_BITS:
		return chat->bits >= test->number && chat->bits <= test->most;
	case TEST_AFTER:
		return event->time_ms >= test->number;
	case TEST_BEFORE:
		return event->time_ms < test->number;
	case TEST_MENTION:
		/* What somebody says of himself calls nobody. */
		return astrcmpi(chat->user.login, test->text) != 0 &&
		       (astrcmpi(chat->reply_login, test->text) == 0 || is_hit(match, test->number));
	case TEST_REGEX:
		return matches_regex(match, entry, test);
	}
	return false;
}

bool lx_match_holds(struct lx_match *match, size_t n)
{
	struct entry *entry = &match->entries.array[n];
	bool holds = true;
	if (entry->strikes >= STRIKES_MAX && !match->perseveres)
		return false;
	for (size_t i = 0; i < entry->count; i++) {
		const struct test *test = &match->tests.array[entry->first + i];
		if (!test->alternative && !holds)
			return false;
		if (test->alternative && holds)
			continue;
		holds = answer(match, entry, test) != test->negated;
	}
	return holds;
}

bool lx_match_is_off(const struct lx_match *match, size_t n)
{
	return match->entries.array[n].strikes >= STRIKES_MAX;
}
