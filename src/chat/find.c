#define PCRE2_CODE_UNIT_WIDTH 8
#include "chat/find.h"

#include <stdio.h>
#include <string.h>

#include <pcre2.h>
#include <util/bmem.h>
#include <util/darray.h>

#include "chat/match.h"
#include "chat/words.h"

#define WORDS_MAX 2000 /* that a part of a word may stand for; with more, rows are looked at one by one */
#define WORDS_FEW 110   /* with more, the newest messages are looked through before the index is asked for so many lists */
#define SCAN_ROWS 3000 /* so many of them: a millisecond */
#define BEST_ROWS 2000 /* of sort:best, before what no index answers is looked at */
#define MATCH_LIMIT 20000 /* of PCRE2, for one text */
#define DEPTH_LIMIT 500

struct check {
	bool negated;
	int64_t flags, wanted; /* of the row, where `text` and `regex` are NULL */
	char *text;            /* folded, to be in the folded text */
	bool emote;            /* has any */
	pcre2_code *regex;
};

/* A part of words that stands for many. */
struct part {
	char *text;
	bool negated;
};

struct lx_find {
	struct lx_log_reader *reader;
	const struct lx_query *query;
	DARRAY(struct part) parts;   /* not in the expressions yet */
	struct dstr match, excluded; /* for the index; "" = everything */
	int64_t from, to;            /* rows [from, to) */
	bool nothing;                /* cannot have hits */
	bool newer;                  /* asked for what came since */
	bool oldest_first;
	DARRAY(struct check) checks;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	struct dstr folded;
	struct lx_match *rest; /* what no index answers; NULL = nothing */
};

/* --- the index --------------------------------------------------------------------------------------------------- */

/* Adds an expression that must (or must not) hold. */
static void add_match(struct lx_find *find, const char *expression, bool negated)
{
	struct dstr *to = negated ? &find->excluded : &find->match;
	if (to->len)
		dstr_cat(to, negated ? " OR " : " AND ");
	dstr_catf(to, "(%s)", expression);
}

static void add_check(struct lx_find *find, const struct check *check)
{
	da_push_back(find->checks, check);
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

/* Words that have `part` in them, or begin with it, as one expression. False: more than `limit`. */
static bool expand(struct lx_find *find, const char *part, size_t limit, struct dstr *out, int *result)
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
		sqlite3_bind_int64(statement, 3, (int64_t)limit);
		while (sqlite3_step(statement) == SQLITE_ROW && ++count <= limit)
			dstr_catf(out, "%s\"%s\"", out->len ? " OR " : "",
				  (const char *)sqlite3_column_text(statement, 0));
		*result = count > limit ? SQLITE_OK : sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	dstr_free(&argument);
	dstr_free(&end);
	return count <= limit;
}

static bool add_part(struct lx_find *find, const char *part, bool negated, size_t limit, int *result)
{
	struct dstr expression = {0};
	const bool fits = expand(find, part, limit, &expression, result);
	if (fits && expression.len)
		add_match(find, expression.array, negated);
	else if (fits && !negated)
		find->nothing = true;
	dstr_free(&expression);
	return fits;
}

/* What stands for many words gets into the expressions, or else into what is looked at row by row. */
static int expand_parts(struct lx_find *find)
{
	int result = SQLITE_OK;
	for (size_t i = 0; i < find->parts.num; i++) {
		struct part *part = &find->parts.array[i];
		if (result == SQLITE_OK && !add_part(find, part->text, part->negated, WORDS_MAX, &result)) {
			struct check check = {.negated = part->negated, .text = bstrdup(part->text)};
			add_check(find, &check);
		}
		bfree(part->text);
	}
	da_resize(find->parts, 0);
	return result;
}

static void add_text(struct lx_find *find, const char *text, bool exact, bool negated, int *result)
{
	struct cutting cutting = {0};
	struct dstr expression = {0};
	const size_t size = strlen(text);
	lx_words_cut(text, size, false, cut_one, &cutting);
	if (!cutting.words) {
		/* Nothing but signs: they are in no index. */
		struct check check = {.negated = negated};
		struct dstr folded = {0};
		lx_words_fold(text, size, &folded);
		check.text = folded.array;
		if (folded.len)
			add_check(find, &check);
	} else if (!exact && cutting.words == 1 && cutting.first == LX_WORD_SPACED) {
		if (!add_part(find, cutting.phrase.array, negated, WORDS_FEW, result)) {
			struct part part = {bstrdup(cutting.phrase.array), negated};
			da_push_back(find->parts, &part);
		}
	} else {
		/* A row of words, or of pairs; what is typed last may be only the beginning of a word. */
		const bool open = !exact && cutting.last == LX_WORD_SPACED;
		dstr_printf(&expression, "\"%s\"%s", cutting.phrase.array, open ? " *" : "");
		add_match(find, expression.array, negated);
	}
	dstr_free(&expression);
	dstr_free(&cutting.phrase);
}

/* --- names, kinds, times ----------------------------------------------------------------------------------------- */

static void add_rows(struct lx_find *find, const char *sql, char mark, const char *text, bool negated, int *result)
{
	sqlite3_stmt *statement = NULL;
	struct dstr expression = {0};
	*result = sqlite3_prepare_v2(lx_log_reader_db(find->reader), sql, -1, &statement, NULL);
	if (*result == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
		while (sqlite3_step(statement) == SQLITE_ROW)
			dstr_catf(&expression, "%s\"=%c%lld\"", expression.len ? " OR " : "", mark,
				  (long long)sqlite3_column_int64(statement, 0));
		*result = sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	if (expression.len)
		add_match(find, expression.array, negated);
	else if (!negated)
		find->nothing = true;
	dstr_free(&expression);
}

static void add_kind(struct lx_find *find, const char *kind, bool negated)
{
	static const struct {
		const char *word, *mark;
		int64_t flag;
	} kinds[] = {
		{"deleted", NULL, LX_LOG_DELETED},
		{"action", NULL, LX_CHAT_ACTION},
		{"shared", NULL, LX_CHAT_SHARED},
		{"first", "\"=f\"", 0},
		{"link", "\"=l\"", 0},
		{"notice", "\"=n\"", 0},
		{"reply", "\"=r\"", 0},
		{"bits", "\"=x\"", 0},
		{"cheer", "\"=x\"", 0},
		{"broadcaster", "\"=b\"", 0},
		{"mod", "\"=m\"", 0},
		{"vip", "\"=v\"", 0},
		{"sub", "\"=s\"", 0},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].word, kind) != 0)
			continue;
		if (kinds[i].mark) {
			add_match(find, kinds[i].mark, negated);
		} else {
			struct check check = {.negated = negated, .flags = kinds[i].flag, .wanted = kinds[i].flag};
			add_check(find, &check);
		}
		return;
	}
	if (strcmp(kind, "emote") == 0) {
		struct check check = {.negated = negated, .emote = true};
		add_check(find, &check);
		return;
	}
	struct dstr mark = {0};
	dstr_printf(&mark, "\"=k%s\"", kind);
	add_match(find, mark.array, negated);
	dstr_free(&mark);
}

static void narrow(struct lx_find *find, int64_t from, int64_t to)
{
	find->from = from > find->from ? from : find->from;
	find->to = to < find->to ? to : find->to;
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

static void add_regex(struct lx_find *find, const char *pattern, bool negated)
{
	int code;
	PCRE2_SIZE offset;
	struct check check = {.negated = negated};
	/* The query was parsed: it compiles. The text of messages is valid UTF-8 always. */
	check.regex = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
				    PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, &code, &offset,
				    NULL);
	if (!check.regex) {
		find->nothing = true;
		return;
	}
	pcre2_jit_compile(check.regex, PCRE2_JIT_COMPLETE);
	if (!find->match_data) {
		find->match_data = pcre2_match_data_create(16, NULL);
		find->match_context = pcre2_match_context_create(NULL);
		pcre2_set_match_limit(find->match_context, MATCH_LIMIT);
		pcre2_set_depth_limit(find->match_context, DEPTH_LIMIT);
	}
	add_check(find, &check);
}

/* Facts that no index has: they are looked at in each row that is left. */
static bool is_rest(const struct lx_query *query, size_t n)
{
	static const char *const kinds[] = {"returning", "highlighted", "reward",    "question",
					    "command",   "mention",     "emoteonly", "support"};
	const struct lx_query_term *term = &query->terms[n];
	if (term->kind == LX_QUERY_BADGE || term->kind == LX_QUERY_BITS || lx_query_is_alternative(query, n))
		return true;
	for (size_t i = 0; term->kind == LX_QUERY_IS && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i], term->text) == 0)
			return true;
	}
	return false;
}

static void add_rest(struct lx_find *find, const struct lx_query *query)
{
	DARRAY(struct lx_query_term) terms = {0};
	for (size_t i = 0; i < query->count; i++) {
		if (is_rest(query, i))
			da_push_back(terms, &query->terms[i]);
		if (query->terms[i].kind == LX_QUERY_BITS && !query->terms[i].negated &&
		    !lx_query_is_alternative(query, i))
			add_match(find, "\"=x\"", false);
	}
	const struct lx_query rest = {.terms = terms.array, .count = terms.num, .me = query->me};
	const struct lx_query *const queries[] = {&rest};
	if (terms.num)
		find->rest = lx_match_create(queries, 1);
	da_free(terms);
}

static void add_term(struct lx_find *find, const struct lx_query_term *term, int *result)
{
	switch (term->kind) {
	case LX_QUERY_WORD:
		add_text(find, term->text, false, term->negated, result);
		break;
	case LX_QUERY_PHRASE:
		add_text(find, term->text, true, term->negated, result);
		break;
	case LX_QUERY_FROM:
		add_rows(find,
			 "SELECT id FROM user WHERE login = lower(?1) OR name = ?1 UNION"
			 " SELECT user FROM user_name WHERE login = lower(?1)",
			 'u', term->text, term->negated, result);
		break;
	case LX_QUERY_IN:
		add_rows(find, "SELECT id FROM channel WHERE login = lower(?1)", 'c', term->text, term->negated,
			 result);
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
		add_regex(find, term->text, term->negated);
		break;
	case LX_QUERY_ID:
		add_rows(find, "SELECT id FROM user WHERE twitch_id = ?1", 'u', term->text, term->negated, result);
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
			add_term(find, &query->terms[i], result);
	}
	add_rest(find, query);
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
	for (size_t i = 0; i < find->checks.num; i++) {
		bfree(find->checks.array[i].text);
		pcre2_code_free(find->checks.array[i].regex);
	}
	da_free(find->checks);
	for (size_t i = 0; i < find->parts.num; i++)
		bfree(find->parts.array[i].text);
	da_free(find->parts);
	pcre2_match_data_free(find->match_data);
	pcre2_match_context_free(find->match_context);
	dstr_free(&find->match);
	dstr_free(&find->excluded);
	dstr_free(&find->folded);
	lx_match_destroy(find->rest);
	bfree(find);
}

/* --- row by row -------------------------------------------------------------------------------------------------- */

static bool holds(struct lx_find *find, const struct check *check, int64_t flags, const char *text, size_t size)
{
	if (check->regex) {
		const int found =
			pcre2_match(check->regex, (PCRE2_SPTR)text, size, 0, 0, find->match_data, find->match_context);
		return found >= 0;
	}
	if (check->text) {
		dstr_resize(&find->folded, 0);
		lx_words_fold(text, size, &find->folded);
		return find->folded.array && strstr(find->folded.array, check->text);
	}
	return (flags & check->flags) == check->wanted;
}

static bool passes(struct lx_find *find, sqlite3_stmt *statement)
{
	const char *text = (const char *)sqlite3_column_text(statement, 2);
	const size_t size = (size_t)sqlite3_column_bytes(statement, 2);
	const int64_t flags = sqlite3_column_int64(statement, 1);
	for (size_t i = 0; i < find->checks.num; i++) {
		const struct check *check = &find->checks.array[i];
		if (!check->emote && holds(find, check, flags, text ? text : "", size) == check->negated)
			return false;
	}
	return true;
}

static bool passes_read(const struct lx_find *find, const struct lx_log_row *row)
{
	if (find->rest) {
		lx_match_take(find->rest, &row->event, row->deleted);
		if (!lx_match_holds(find->rest, 0))
			return false;
	}
	for (size_t i = 0; i < find->checks.num; i++) {
		const struct check *check = &find->checks.array[i];
		if (check->emote && (row->event.chat.emote_count > 0) == check->negated)
			return false;
	}
	return true;
}

/* What the index is asked; false where it is not needed. */
static bool index_expression(const struct lx_find *find, struct dstr *out)
{
	if (!find->match.len)
		return false;
	/* Not with dstr_insert_ch(): it writes a byte behind its memory. */
	if (find->excluded.len)
		dstr_printf(out, "(%s) NOT (%s)", find->match.array, find->excluded.array);
	else
		dstr_copy_dstr(out, &find->match);
	return true;
}

static bool only_deleted(const struct lx_find *find)
{
	for (size_t i = 0; i < find->checks.num; i++) {
		const struct check *check = &find->checks.array[i];
		if (!check->negated && check->flags == LX_LOG_DELETED && !check->text && !check->regex && !check->emote)
			return true;
	}
	return false;
}

/* A statement over all candidates, newest first. */
static int prepare(struct lx_find *find, int64_t before, bool counting, sqlite3_stmt **statement)
{
	struct dstr expression = {0}, sql = {0};
	const bool indexed = index_expression(find, &expression);
	const char *id = indexed ? "w.rowid" : "m.id";
	if (counting)
		dstr_copy(&sql, "SELECT count(*) FROM ");
	else
		dstr_copy(&sql, "SELECT " LX_LOG_ROW_COLUMNS " FROM ");
	dstr_cat(&sql, indexed ? "words w" : "message m");
	if (!counting)
		dstr_catf(&sql, "%s" LX_LOG_ROW_JOINS, indexed ? " CROSS JOIN message m ON m.id = w.rowid" : "");
	dstr_catf(&sql, " WHERE %s%s >= ?2 AND %s < ?3", indexed ? "words MATCH ?1 AND " : "", id, id);
	/* One look for each row until there are enough, or one list for all of them. */
	if (!indexed && find->excluded.len)
		dstr_cat(&sql, counting
				       ? " AND m.id NOT IN (SELECT rowid FROM words WHERE words MATCH ?4)"
				       : " AND NOT EXISTS (SELECT 1 FROM words WHERE words MATCH ?4 AND rowid = m.id)");
	if (!indexed && only_deleted(find))
		dstr_cat(&sql, " AND m.flags & 512");
	if (!counting)
		dstr_catf(&sql, " ORDER BY %s%s", id, find->oldest_first ? "" : " DESC");

	int result = sqlite3_prepare_v2(lx_log_reader_db(find->reader), sql.array, -1, statement, NULL);
	if (result == SQLITE_OK) {
		if (indexed)
			sqlite3_bind_text(*statement, 1, expression.array, -1, SQLITE_TRANSIENT);
		sqlite3_bind_int64(*statement, 2, find->from);
		sqlite3_bind_int64(*statement, 3, before && before < find->to ? before : find->to);
		if (!indexed && find->excluded.len)
			sqlite3_bind_text(*statement, 4, find->excluded.array, -1, SQLITE_TRANSIENT);
	}
	dstr_free(&expression);
	dstr_free(&sql);
	return result;
}

static int each_hit(struct lx_find *find, int64_t before, lx_log_row_found each, void *data)
{
	sqlite3_stmt *statement = NULL;
	struct lx_log_row row;
	int result = expand_parts(find);
	if (result != SQLITE_OK || find->nothing || find->from >= find->to)
		return result;
	result = prepare(find, before, false, &statement);
	while (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		result = SQLITE_OK;
		if (!passes(find, statement))
			continue;
		lx_log_reader_row(find->reader, statement, &row);
		if (passes_read(find, &row) && !each(&row, data))
			break;
	}
	sqlite3_finalize(statement);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

struct limited {
	lx_log_row_found each;
	void *data;
	size_t left;
};

static bool limit_hits(const struct lx_log_row *row, void *data)
{
	struct limited *limited = data;
	return limited->each(row, limited->data) && --limited->left;
}

static const char *scanned_part(const struct lx_find *find)
{
	for (size_t i = 0; i < find->parts.num; i++) {
		if (!find->parts.array[i].negated)
			return find->parts.array[i].text;
	}
	return NULL;
}

/* The row with all that belongs to it. */
static int read_row(sqlite3_stmt *statement, struct lx_find *find, int64_t id, struct lx_log_row *row)
{
	sqlite3_bind_int64(statement, 1, id);
	const int result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		lx_log_reader_row(find->reader, statement, row);
	return result;
}

/*
 * Looks through the newest messages by eye: what is in many words is in many messages, and fifty of them are together sooner than the
 * lists of all those words. What is left is older than `*before`; `*ended` when nothing is, or `each` had enough.
 */
static int scan_newest(struct lx_find *find, const char *part, int64_t *before, lx_log_row_found each, void *data,
		       bool *ended)
{
	sqlite3 *db = lx_log_reader_db(find->reader);
	sqlite3_stmt *scan = NULL, *get = NULL;
	struct lx_match *match = lx_match_create(&find->query, 1);
	struct lx_log_row row;
	size_t rows = 0;
	int result = sqlite3_prepare_v2(db,
					"SELECT id, flags, text FROM message WHERE id >= ?1 AND id < ?2"
					" ORDER BY id DESC LIMIT ?3",
					-1, &scan, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(db,
					    "SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
					    " WHERE m.id = ?",
					    -1, &get, NULL);
	sqlite3_bind_int64(scan, 1, find->from);
	sqlite3_bind_int64(scan, 2, *before && *before < find->to ? *before : find->to);
	sqlite3_bind_int64(scan, 3, SCAN_ROWS);
	*ended = false;
	while (result == SQLITE_OK && !*ended && (result = sqlite3_step(scan)) == SQLITE_ROW) {
		result = SQLITE_OK;
		rows++;
		*before = sqlite3_column_int64(scan, 0);
		dstr_resize(&find->folded, 0);
		lx_words_fold((const char *)sqlite3_column_text(scan, 2), (size_t)sqlite3_column_bytes(scan, 2),
			      &find->folded);
		/* Notices have words that are not in the text. */
		if (!(sqlite3_column_int64(scan, 1) & LX_LOG_NOTICE) &&
		    !(find->folded.array && strstr(find->folded.array, part)))
			continue;
		result = read_row(get, find, *before, &row);
		if (result == SQLITE_ROW) {
			lx_match_take(match, &row.event, row.deleted);
			*ended = lx_match_holds(match, 0) && !each(&row, data);
		}
		result = sqlite3_reset(get);
	}
	if (result == SQLITE_DONE) {
		*ended = rows < SCAN_ROWS;
		result = SQLITE_OK;
	}
	sqlite3_finalize(scan);
	sqlite3_finalize(get);
	lx_match_destroy(match);
	return result;
}

/* What the index says fits best; all hits are looked at for that, which takes its time and can be cancelled. */
static int each_best(struct lx_find *find, const char *expression, lx_log_row_found each, void *data)
{
	sqlite3 *db = lx_log_reader_db(find->reader);
	sqlite3_stmt *best = NULL, *get = NULL;
	struct lx_log_row row;
	bool enough = false;
	int result = sqlite3_prepare_v2(db,
					"SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid < ?3"
					" ORDER BY rank, rowid DESC LIMIT ?4",
					-1, &best, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(db,
					    "SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
					    " WHERE m.id = ?",
					    -1, &get, NULL);
	sqlite3_bind_text(best, 1, expression, -1, SQLITE_STATIC);
	sqlite3_bind_int64(best, 2, find->from);
	sqlite3_bind_int64(best, 3, find->to);
	sqlite3_bind_int64(best, 4, BEST_ROWS);
	while (result == SQLITE_OK && !enough && (result = sqlite3_step(best)) == SQLITE_ROW) {
		result = read_row(get, find, sqlite3_column_int64(best, 0), &row);
		if (result == SQLITE_ROW && passes(find, get) && passes_read(find, &row))
			enough = !each(&row, data);
		result = sqlite3_reset(get);
	}
	sqlite3_finalize(best);
	sqlite3_finalize(get);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int find_best(struct lx_find *find, lx_log_row_found each, void *data)
{
	struct dstr expression = {0};
	int result = expand_parts(find);
	if (result == SQLITE_OK && !find->nothing && find->from < find->to)
		/* Without words nothing fits better than anything else. */
		result = index_expression(find, &expression) ? each_best(find, expression.array, each, data)
							     : each_hit(find, 0, each, data);
	dstr_free(&expression);
	return result;
}

int lx_find_newest(struct lx_find *find, int64_t before, size_t limit, lx_log_row_found each, void *data)
{
	struct limited limited = {each, data, limit};
	const char *part = scanned_part(find);
	bool ended = !limit || find->nothing || find->from >= find->to;
	int result = SQLITE_OK;
	if (find->query->best && !find->newer)
		return ended || before ? SQLITE_OK : find_best(find, limit_hits, &limited);
	if (!ended && part)
		result = scan_newest(find, part, &before, limit_hits, &limited, &ended);
	return result == SQLITE_OK && !ended ? each_hit(find, before, limit_hits, &limited) : result;
}

void lx_find_newer_than(struct lx_find *find, int64_t row)
{
	find->newer = true;
	narrow(find, row + 1, INT64_MAX);
}

int lx_find_all(struct lx_find *find, lx_log_row_found each, void *data)
{
	find->oldest_first = true;
	const int result = each_hit(find, 0, each, data);
	find->oldest_first = false;
	return result;
}

static bool count_hit(const struct lx_log_row *row, void *data)
{
	(void)row;
	++*(int64_t *)data;
	return true;
}

int lx_find_count(struct lx_find *find, int64_t *count)
{
	sqlite3_stmt *statement = NULL;
	*count = 0;
	int result = expand_parts(find);
	if (result != SQLITE_OK)
		return result;
	if (find->checks.num || find->rest)
		return each_hit(find, 0, count_hit, count);
	if (find->nothing || find->from >= find->to)
		return SQLITE_OK;
	result = prepare(find, 0, true, &statement);
	if (result == SQLITE_OK) {
		if (sqlite3_step(statement) == SQLITE_ROW)
			*count = sqlite3_column_int64(statement, 0);
		result = sqlite3_reset(statement);
	}
	sqlite3_finalize(statement);
	return result;
}
