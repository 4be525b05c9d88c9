#include "chat/find_internal.h"

#include <string.h>

#include "chat/words.h"

#define WORDS_MAX 500 /* that a part of a word may stand for; with more, rows are looked at one by one */

/* --- the index --------------------------------------------------------------------------------------------------- */

static void add_to(struct dstr *to, const char *expression, const char *conjunction)
{
	if (to->len)
		dstr_cat(to, conjunction);
	dstr_catf(to, "(%s)", expression);
}

static void add_match(struct lx_find *find, const char *expression)
{
	add_to(&find->match, expression, " AND ");
}

/* An expression that must not hold. `condition`: the same of the row, "" = there is none. */
static void exclude(struct lx_find *find, const char *expression, const char *condition)
{
	add_to(&find->excluded, expression, " OR ");
	if (*condition)
		dstr_catf(&find->condition, " AND NOT (%s)", condition);
	else
		add_to(&find->hidden, expression, " OR ");
}

/* The words of a term. */
static void add_words(struct lx_find *find, const char *expression, size_t term)
{
	if (!find->query->terms[term].negated) {
		add_match(find, expression);
		return;
	}
	add_to(&find->excluded, expression, " OR ");
	add_to(&find->unwanted, expression, " OR ");
	da_push_back(find->unwanted_terms, &term);
}

/* Looked at in the text of each row. */
static void add_in_text(struct lx_find *find, size_t term)
{
	da_push_back(find->in_text, &term);
}

static void add_flag(struct lx_find *find, int64_t flag, bool negated)
{
	const struct find_check check = {negated, flag};
	da_push_back(find->checks, &check);
}

struct cutting {
	struct dstr phrase;
	size_t words;
	enum lx_word_kind first, last;
	size_t size; /* of the first */
};

static void cut_one(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct cutting *cutting = data;
	if (!cutting->words++) {
		cutting->first = kind;
		cutting->size = size;
	} else {
		dstr_cat_ch(&cutting->phrase, ' ');
	}
	cutting->last = kind;
	dstr_ncat(&cutting->phrase, word, size);
}

static size_t characters(const char *text, size_t size)
{
	size_t count = 0;
	for (size_t i = 0; i < size; i++)
		count += (text[i] & 0xC0) != 0x80;
	return count;
}

/* Words that have `part` in them, or begin with it, as one expression. False: too many. */
static bool expand(struct lx_find *find, const char *part, struct dstr *out, int *result)
{
	sqlite3 *db = lx_log_reader_db(find->reader);
	sqlite3_stmt *statement = NULL;
	const bool short_part = characters(part, strlen(part)) < 3;
	struct dstr argument = {0}, end = {0};
	size_t count = 0;
	if (short_part) {
		*result = sqlite3_prepare_v2(db, "SELECT text FROM word WHERE text >= ?1 AND text < ?2 LIMIT ?3 + 1",
					     -1, &statement, NULL);
		dstr_copy(&argument, part);
		dstr_copy(&end, part);
		dstr_cat(&end, "\xF4\x8F\xBF\xBF");
	} else {
		/* Its threes in any order; instr() says whether they stand together. */
		*result = sqlite3_prepare_v2(
			db,
			"SELECT text FROM word WHERE id IN (SELECT rowid FROM word_part WHERE word_part"
			" MATCH ?1) AND instr(text, ?2) LIMIT ?3 + 1",
			-1, &statement, NULL);
		for (const char *at = part; *at; at++) {
			size_t size = 1;
			if ((*at & 0xC0) == 0x80)
				continue;
			for (int points = 0; at[size] && (points += (at[size] & 0xC0) != 0x80) < 3;)
				size++;
			if (characters(at, size) < 3)
				break;
			if (argument.len)
				dstr_cat(&argument, " AND ");
			dstr_cat_ch(&argument, '"');
			dstr_ncat(&argument, at, size);
			dstr_cat_ch(&argument, '"');
		}
		dstr_copy(&end, part);
	}
	if (*result == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, argument.array, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, end.array, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, WORDS_MAX);
		while (sqlite3_step(statement) == SQLITE_ROW && ++count <= WORDS_MAX)
			dstr_catf(out, "%s\"%s\"", out->len ? " OR " : "",
				  (const char *)sqlite3_column_text(statement, 0));
		*result = count > WORDS_MAX ? SQLITE_OK : sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	dstr_free(&argument);
	dstr_free(&end);
	return count <= WORDS_MAX;
}

int find_expand_parts(struct lx_find *find)
{
	int result = SQLITE_OK;
	for (size_t i = 0; i < find->parts.num; i++) {
		struct find_part *part = &find->parts.array[i];
		struct dstr expression = {0};
		const bool fits = result == SQLITE_OK && expand(find, part->text, &expression, &result);
		if (!fits)
			add_in_text(find, part->term);
		else if (expression.len)
			add_words(find, expression.array, part->term);
		else if (!part->negated)
			find->nothing = true;
		dstr_free(&expression);
		bfree(part->text);
	}
	da_resize(find->parts, 0);
	return result;
}

/* A row of words, or of pairs; what is typed last may be only the beginning of a word. */
static void add_text(struct lx_find *find, size_t n)
{
	const struct lx_query_term *term = &find->query->terms[n];
	const bool exact = term->kind == LX_QUERY_PHRASE;
	struct cutting cutting = {0};
	lx_words_cut(term->text, strlen(term->text), false, cut_one, &cutting);
	if (!cutting.words) {
		/* Nothing but signs: they are in no index. */
		add_in_text(find, n);
	} else if (!exact && cutting.words == 1 && cutting.first == LX_WORD_SPACED) {
		const struct find_part part = {bstrdup(cutting.phrase.array), n, term->negated};
		da_push_back(find->parts, &part);
	} else {
		struct dstr expression = {0};
		const bool open = !exact && cutting.last == LX_WORD_SPACED;
		dstr_printf(&expression, "\"%s\"%s", cutting.phrase.array, open ? " *" : "");
		add_words(find, expression.array, n);
		dstr_free(&expression);
	}
	dstr_free(&cutting.phrase);
}

/* --- names, kinds, times ----------------------------------------------------------------------------------------- */

/* Rows of what `sql` finds numbers of; they are in this column, and behind this mark in the index. */
static void add_rows(struct lx_find *find, const char *sql, const char *column, char mark, const char *text,
		     bool negated, int *result)
{
	sqlite3_stmt *statement = NULL;
	struct dstr expression = {0}, condition = {0};
	*result = sqlite3_prepare_v2(lx_log_reader_db(find->reader), sql, -1, &statement, NULL);
	if (*result == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
		while (sqlite3_step(statement) == SQLITE_ROW) {
			const long long number = sqlite3_column_int64(statement, 0);
			dstr_catf(&condition, "%s%s = %lld", expression.len ? " OR " : "", column, number);
			dstr_catf(&expression, "%s\"=%c%lld\"", expression.len ? " OR " : "", mark, number);
		}
		*result = sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	if (expression.len && negated)
		exclude(find, expression.array, condition.array);
	else if (expression.len)
		add_match(find, expression.array);
	else if (!negated)
		find->nothing = true;
	dstr_free(&expression);
	dstr_free(&condition);
}

static void add_kind(struct lx_find *find, const char *kind, bool negated)
{
#define ROLE(role) ((int64_t)(role) << LX_LOG_ROLE_SHIFT)
	static const struct {
		const char *word, *mark;
		int64_t flag;
	} kinds[] = {
		{"deleted", NULL, LX_LOG_DELETED},
		{"action", NULL, LX_CHAT_ACTION},
		{"shared", NULL, LX_CHAT_SHARED},
		{"first", "\"=f\"", LX_CHAT_FIRST},
		{"link", "\"=l\"", LX_LOG_LINK},
		{"notice", "\"=n\"", LX_LOG_NOTICE},
		{"reply", "\"=r\"", LX_LOG_REPLY},
		{"bits", "\"=x\"", LX_LOG_CHEER},
		{"cheer", "\"=x\"", LX_LOG_CHEER},
		{"broadcaster", "\"=b\"", ROLE(LX_ROLE_BROADCASTER)},
		{"mod", "\"=m\"", ROLE(LX_ROLE_MODERATOR)},
		{"vip", "\"=v\"", ROLE(LX_ROLE_VIP)},
		{"sub", "\"=s\"", ROLE(LX_ROLE_SUBSCRIBER)},
	};
#undef ROLE
	struct dstr text = {0};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].word, kind) != 0)
			continue;
		dstr_printf(&text, "m.flags & %lld", (long long)kinds[i].flag);
		if (!kinds[i].mark)
			add_flag(find, kinds[i].flag, negated);
		else if (negated)
			exclude(find, kinds[i].mark, text.array);
		else
			add_match(find, kinds[i].mark);
		dstr_free(&text);
		return;
	}
	dstr_printf(&text, "\"=k%s\"", kind);
	if (negated)
		exclude(find, text.array, "");
	else
		add_match(find, text.array);
	dstr_free(&text);
}

static void narrow(struct lx_find *find, int64_t from, int64_t to)
{
	find->from = from > find->from ? from : find->from;
	find->to = to < find->to ? to : find->to;
}

void lx_find_newer_than(struct lx_find *find, int64_t row)
{
	find->newer = true;
	narrow(find, row + 1, INT64_MAX);
}

static void add_stream(struct lx_find *find, int64_t number, int *result)
{
	sqlite3_stmt *statement = NULL;
	*result = sqlite3_prepare_v2(lx_log_reader_db(find->reader),
				     "SELECT begin_ms, end_ms FROM stream ORDER BY begin_ms DESC LIMIT 1 OFFSET ?", -1,
				     &statement, NULL);
	if (*result != SQLITE_OK)
		return;
	sqlite3_bind_int64(statement, 1, number - 1);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		const bool live = sqlite3_column_type(statement, 1) == SQLITE_NULL;
		narrow(find, lx_log_row_of_ms(sqlite3_column_int64(statement, 0)),
		       live ? INT64_MAX : lx_log_row_of_ms(sqlite3_column_int64(statement, 1) + 1));
	} else {
		find->nothing = true;
	}
	sqlite3_finalize(statement);
}

/* Facts that no index has: they are looked at in each row that is left. */
static bool is_rest(const struct lx_query *query, size_t n)
{
	static const char *const kinds[] = {"returning", "highlighted", "reward",  "question", "command",
					    "mention",   "emoteonly",   "support", "emote"};
	const struct lx_query_term *term = &query->terms[n];
	if (term->kind == LX_QUERY_BADGE || term->kind == LX_QUERY_BITS || lx_query_is_alternative(query, n))
		return true;
	for (size_t i = 0;
	     (term->kind == LX_QUERY_IS || term->kind == LX_QUERY_HAS) && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i], term->text) == 0)
			return true;
	}
	return false;
}

struct lx_match *find_match_of(const struct lx_find *find, const size_t *terms, size_t count)
{
	struct lx_query_term chosen[LX_QUERY_TERMS];
	for (size_t i = 0; i < count; i++)
		chosen[i] = find->query->terms[terms[i]];
	const struct lx_query query = {.terms = chosen, .count = count, .me = find->query->me};
	const struct lx_query *const queries[] = {&query};
	struct lx_match *match = lx_match_create(queries, 1);
	lx_match_persevere(match);
	return match;
}

static void add_rest(struct lx_find *find)
{
	const struct lx_query *query = find->query;
	size_t terms[LX_QUERY_TERMS], count = 0;
	for (size_t i = 0; i < query->count; i++) {
		if (is_rest(query, i))
			terms[count++] = i;
		if (query->terms[i].kind == LX_QUERY_BITS && !query->terms[i].negated &&
		    !lx_query_is_alternative(query, i))
			add_match(find, "\"=x\"");
	}
	if (count)
		find->rest = find_match_of(find, terms, count);
}

static void add_term(struct lx_find *find, size_t n, int *result)
{
	const struct lx_query_term *term = &find->query->terms[n];
	switch (term->kind) {
	case LX_QUERY_WORD:
	case LX_QUERY_PHRASE:
		add_text(find, n);
		break;
	case LX_QUERY_FROM:
		add_rows(find,
			 "SELECT id FROM user WHERE login = lower(?1) UNION"
			 " SELECT id FROM user WHERE name = ?1 AND lower(name) <> login UNION"
			 " SELECT user FROM user_name WHERE login = lower(?1)",
			 "m.user", 'u', term->text, term->negated, result);
		break;
	case LX_QUERY_IN:
		add_rows(find, "SELECT id FROM channel WHERE login = lower(?1)", "m.channel", 'c', term->text,
			 term->negated, result);
		break;
	case LX_QUERY_HAS:
	case LX_QUERY_IS:
		add_kind(find, term->text, term->negated);
		break;
	case LX_QUERY_STREAM:
		add_stream(find, term->number, result);
		break;
	case LX_QUERY_AFTER:
		narrow(find, lx_log_row_of_ms(term->number), INT64_MAX);
		break;
	case LX_QUERY_BEFORE:
		narrow(find, INT64_MIN, lx_log_row_of_ms(term->number));
		break;
	case LX_QUERY_REGEX:
		add_in_text(find, n);
		break;
	case LX_QUERY_ID:
		add_rows(find, "SELECT id FROM user WHERE twitch_id = ?1", "m.user", 'u', term->text, term->negated,
			 result);
		break;
	case LX_QUERY_BADGE:
	case LX_QUERY_BITS:
		break; /* among the rest */
	}
}

struct lx_find *lx_find_create(struct lx_log_reader *reader, const struct lx_query *query, int *result)
{
	struct lx_find *find = bzalloc(sizeof(*find));
	find->reader = reader;
	find->query = query;
	find->from = INT64_MIN;
	find->to = INT64_MAX;
	*result = SQLITE_OK;
	for (size_t i = 0; *result == SQLITE_OK && i < query->count; i++) {
		if (!is_rest(query, i))
			add_term(find, i, result);
	}
	add_rest(find);
	if (*result != SQLITE_OK) {
		lx_find_destroy(find);
		return NULL;
	}
	return find;
}

void lx_find_destroy(struct lx_find *find)
{
	if (!find)
		return;
	for (size_t i = 0; i < find->parts.num; i++)
		bfree(find->parts.array[i].text);
	da_free(find->parts);
	da_free(find->checks);
	da_free(find->in_text);
	lx_match_destroy(find->text);
	lx_match_destroy(find->rest);
	dstr_free(&find->match);
	dstr_free(&find->excluded);
	dstr_free(&find->condition);
	dstr_free(&find->unwanted);
	dstr_free(&find->hidden);
	da_free(find->unwanted_terms);
	dstr_free(&find->needle);
	dstr_free(&find->folded);
	bfree(find);
}
