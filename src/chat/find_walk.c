/* Goes through the rows that may be hits. */
#include "chat/find_internal.h"

#include <string.h>

#include <util/platform.h>

#include "chat/words.h"

#define BEST_ROWS 2000 /* of sort:best, before what no index answers is looked at */
#define CLOCK_ROWS 256 /* between two looks at the clock */
/*
 * What is part of many words is in many messages, and a page of them is together sooner by reading the newest than by asking the index
 * for the lists of all those words. So many rows take about as long: by the table, and by the list of another word.
 */
#define LOOK_ROWS 12288
#define LOOK_ROWS_LISTED 4096
#define LOOK_FIRST 512 /* then it is clear whether that is enough */

/* Looks at rows one by one. */
struct walk {
	sqlite3_stmt *scan, *get;
	bool lean;      /* the scan has flags and text */
	bool listed;    /* by the index */
	bool excluding; /* what is hidden shows when a row is read */
};

/* --- a row ------------------------------------------------------------------------------------------------------- */

/* dstr_resize() would give the memory back. */
static void empty(struct dstr *text)
{
	text->len = 0;
	if (text->array)
		*text->array = 0;
}

static void keep_word(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct dstr *needle = data;
	(void)kind;
	if (!needle->len)
		dstr_ncopy(needle, word, size);
}

static void choose_needle(struct lx_find *find, const size_t *terms, size_t count)
{
	empty(&find->needle);
	for (size_t i = 0; i < count && !find->needle.len; i++) {
		const struct lx_query_term *term = &find->query->terms[terms[i]];
		if (term->negated || term->kind == LX_QUERY_REGEX)
			continue;
		lx_words_cut(term->text, strlen(term->text), false, keep_word, &find->needle);
		if (!find->needle.len)
			lx_words_fold(term->text, strlen(term->text), &find->needle);
	}
}

/* What is looked for in texts, with parts that are in no expression yet; and `unwanted` words, where the index is not asked for them. */
static void look_for_texts(struct lx_find *find, bool unwanted)
{
	size_t terms[LX_QUERY_TERMS], count = 0;
	for (size_t i = 0; i < find->in_text.num; i++)
		terms[count++] = find->in_text.array[i];
	for (size_t i = 0; unwanted && i < find->unwanted_terms.num; i++)
		terms[count++] = find->unwanted_terms.array[i];
	for (size_t i = 0; i < find->parts.num; i++)
		terms[count++] = find->parts.array[i].term;
	lx_match_destroy(find->text);
	find->text = count ? find_match_of(find, terms, count) : NULL;
	choose_needle(find, terms, count);
	lx_event_init(&find->lean, LX_EVENT_CHAT_MESSAGE);
}

static bool has_texts(struct lx_find *find, const struct lx_event *event)
{
	lx_match_take(find->text, event, false);
	return lx_match_holds(find->text, 0);
}

/* Whether it is worth reading the whole row. */
static bool passes_lean(struct lx_find *find, int64_t flags, const char *text, size_t size)
{
	for (size_t i = 0; i < find->checks.num; i++) {
		const struct find_check *check = &find->checks.array[i];
		if (((flags & check->flag) != 0) == check->negated)
			return false;
	}
	/* Notices have words that are not in the text. */
	if (!find->text || flags & LX_LOG_NOTICE)
		return true;
	if (find->needle.len) {
		empty(&find->folded);
		lx_words_fold(text, size, &find->folded);
		if (!find->folded.len || !strstr(find->folded.array, find->needle.array))
			return false;
	}
	find->lean.chat.text = text;
	return has_texts(find, &find->lean);
}

static bool passes(struct lx_find *find, const struct lx_log_row *row)
{
	if (find->text && row->event.type == LX_EVENT_CHAT_NOTICE && !has_texts(find, &row->event))
		return false;
	if (!find->rest)
		return true;
	lx_match_take(find->rest, &row->event, row->deleted);
	return lx_match_holds(find->rest, 0);
}

static bool is_looked_at(const struct lx_find *find)
{
	return find->checks.num || find->in_text.num || find->rest;
}

/* --- statements -------------------------------------------------------------------------------------------------- */

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

/* What must not be there and no column tells of; false where that is nothing. */
static bool hidden_expression(const struct lx_find *find, struct dstr *out)
{
	const bool both = find->hidden.len && find->unwanted.len;
	dstr_printf(out, "%s%s%s", find->hidden.len ? find->hidden.array : "", both ? " OR " : "",
		    find->unwanted.len ? find->unwanted.array : "");
	return out->len > 0;
}

static bool only_deleted(const struct lx_find *find)
{
	for (size_t i = 0; i < find->checks.num; i++) {
		if (!find->checks.array[i].negated && find->checks.array[i].flag == LX_LOG_DELETED)
			return true;
	}
	return false;
}

/* ?1 the expression, ?2 and ?3 the rows, ?4 what is hidden, where `excluding` asks for that. */
static int prepare(struct lx_find *find, const char *columns, const char *order, bool excluding,
		   sqlite3_stmt **statement)
{
	struct dstr expression = {0}, hidden = {0}, sql = {0};
	const bool indexed = index_expression(find, &expression);
	const bool joined = indexed && strstr(columns, "m.");
	const char *id = indexed ? "w.rowid" : "m.id";
	dstr_printf(&sql, "SELECT %s FROM %s%s WHERE %s%s >= ?2 AND %s < ?3%s", columns,
		    indexed ? "words w" : "message m", joined ? " CROSS JOIN message m ON m.id = w.rowid" : "",
		    indexed ? "words MATCH ?1 AND " : "", id, id,
		    !indexed && only_deleted(find) ? " AND m.flags & 512" : "");
	if (!indexed && find->condition.len)
		dstr_cat(&sql, find->condition.array);
	excluding = excluding && !indexed && hidden_expression(find, &hidden);
	if (excluding)
		dstr_cat(&sql, " AND m.id NOT IN"
			       " (SELECT rowid FROM words WHERE words MATCH ?4 AND rowid >= ?2 AND rowid < ?3)");
	if (*order)
		dstr_catf(&sql, " ORDER BY %s%s", id, order);
	const int result = sqlite3_prepare_v2(lx_log_reader_db(find->reader), sql.array, -1, statement, NULL);
	if (result == SQLITE_OK && indexed)
		sqlite3_bind_text(*statement, 1, expression.array, -1, SQLITE_TRANSIENT);
	if (result == SQLITE_OK && excluding)
		sqlite3_bind_text(*statement, 4, hidden.array, -1, SQLITE_TRANSIENT);
	dstr_free(&expression);
	dstr_free(&hidden);
	dstr_free(&sql);
	return result;
}

static void end_walk(struct walk *walk)
{
	sqlite3_finalize(walk->scan);
	sqlite3_finalize(walk->get);
}

/* `many`: what is hidden is looked up once for all, and not for each hit. */
static int begin_walk(struct lx_find *find, bool many, struct walk *walk)
{
	memset(walk, 0, sizeof(*walk));
	walk->listed = find->match.len > 0;
	look_for_texts(find, !many && !walk->listed);
	walk->lean = !walk->listed || find->text || find->checks.num;
	const char *columns = !walk->lean    ? "w.rowid"
			      : walk->listed ? "w.rowid, m.flags, m.text"
					     : "m.id, m.flags, m.text";
	int result = prepare(find, columns, find->oldest_first ? " " : " DESC", many, &walk->scan);
	walk->excluding = !many && !walk->listed && find->hidden.len;
	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(lx_log_reader_db(find->reader),
					    walk->excluding
						    ? "SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
						      " WHERE m.id = ?1 AND NOT EXISTS"
						      " (SELECT 1 FROM words WHERE words MATCH ?2 AND rowid = m.id)"
						    : "SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
						      " WHERE m.id = ?1",
					    -1, &walk->get, NULL);
	if (result == SQLITE_OK && walk->excluding)
		sqlite3_bind_text(walk->get, 2, find->hidden.array, -1, SQLITE_STATIC);
	if (result != SQLITE_OK)
		end_walk(walk);
	return result;
}

static void set_rows(sqlite3_stmt *statement, int64_t from, int64_t to)
{
	sqlite3_bind_int64(statement, 2, from);
	sqlite3_bind_int64(statement, 3, to);
}

/* Reads the whole row. SQLITE_OK with `*hit` false where it is none; reset `get` when the row was used. */
static int read_hit(struct lx_find *find, sqlite3_stmt *get, int64_t id, struct lx_log_row *row, bool *hit)
{
	sqlite3_bind_int64(get, 1, id);
	int result = sqlite3_step(get);
	*hit = false;
	if (result == SQLITE_ROW) {
		lx_log_reader_row(find->reader, get, row);
		*hit = passes(find, row);
	}
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

/* --- newest first ------------------------------------------------------------------------------------------------ */

struct pace {
	uint64_t until_ns;   /* UINT64_MAX: takes all the time it needs */
	size_t wanted;       /* hits; what is found slowly is given up … */
	size_t rows, hits;   /* seen so far */
	size_t rows_at_most; /* … when these would not do. 0: never */
};

/* Whether there would have to be more hits than can be hoped for: two standard deviations beyond those that were found. */
static bool is_too_slow(const struct pace *pace)
{
	const double needed = (double)pace->wanted * (double)pace->rows / (double)pace->rows_at_most;
	const double missing = needed - (double)pace->hits;
	return missing > 0 && missing * missing > 4 * (double)(pace->hits + 1);
}

static bool is_over(const struct pace *pace)
{
	if (pace->rows_at_most && pace->rows % LOOK_FIRST == 0 &&
	    (pace->rows >= pace->rows_at_most || is_too_slow(pace)))
		return true;
	return pace->until_ns != UINT64_MAX && pace->rows % CLOCK_ROWS == 0 && os_gettime_ns() >= pace->until_ns;
}

static uint64_t until(uint32_t ms)
{
	return ms == UINT32_MAX ? UINT64_MAX : os_gettime_ns() + (uint64_t)ms * 1000000;
}

/* One row of the scan. `each` NULL: hits are only counted. */
static int see_row(struct lx_find *find, struct walk *walk, lx_log_row_found each, void *data, bool *hit, bool *ended)
{
	struct lx_log_row row;
	const int64_t flags = walk->lean ? sqlite3_column_int64(walk->scan, 1) : 0;
	const char *text = walk->lean ? (const char *)sqlite3_column_text(walk->scan, 2) : NULL;
	*hit = !walk->lean || passes_lean(find, flags, text ? text : "", text ? strlen(text) : 0);
	if (!*hit || (!each && !find->rest && !walk->excluding && !(find->text && flags & LX_LOG_NOTICE)))
		return SQLITE_OK;
	const int result = read_hit(find, walk->get, sqlite3_column_int64(walk->scan, 0), &row, hit);
	if (*hit && each)
		*ended = !each(&row, data);
	sqlite3_reset(walk->get);
	return result;
}

/* `*last` is the last row that was seen. `*ended`: there are no others, or `each` had enough. */
static int walk_rows(struct lx_find *find, struct walk *walk, struct pace *pace, lx_log_row_found each, void *data,
		     int64_t *last, bool *ended)
{
	int result = SQLITE_OK;
	*ended = false;
	while (result == SQLITE_OK && !*ended) {
		bool hit;
		result = sqlite3_step(walk->scan);
		if (result != SQLITE_ROW)
			break;
		result = see_row(find, walk, each, data, &hit, ended);
		*last = sqlite3_column_int64(walk->scan, 0);
		pace->rows++;
		pace->hits += hit;
		if (is_over(pace))
			break;
	}
	*ended = *ended || result == SQLITE_DONE;
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

static bool has_wanted_part(const struct lx_find *find)
{
	for (size_t i = 0; i < find->parts.num; i++) {
		if (!find->parts.array[i].negated)
			return true;
	}
	return false;
}

/* One walk, from the rows that are not gone through yet. `looking`: only as long as it is quicker than asking the index. */
static int walk_on(struct lx_find *find, bool looking, uint64_t until_ns, struct limited *limited,
		   struct lx_find_progress *progress)
{
	struct walk walk;
	struct pace pace = {.until_ns = until_ns, .wanted = limited->left};
	const int64_t to = progress->before && progress->before < find->to ? progress->before : find->to;
	if (find->nothing || find->from >= to) {
		progress->done = true;
		return SQLITE_OK;
	}
	int result = begin_walk(find, false, &walk);
	if (result != SQLITE_OK)
		return result;
	if (looking)
		pace.rows_at_most = walk.listed ? LOOK_ROWS_LISTED : LOOK_ROWS;
	set_rows(walk.scan, find->from, to);
	result = walk_rows(find, &walk, &pace, limit_hits, limited, &progress->before, &progress->done);
	progress->found += (int64_t)pace.hits;
	end_walk(&walk);
	return result;
}

/* --- best first -------------------------------------------------------------------------------------------------- */

/* What the index says fits best; all hits are looked at for that, which takes its time and can be cancelled. */
static int each_best(struct lx_find *find, const char *expression, struct limited *limited)
{
	sqlite3_stmt *best = NULL;
	struct walk walk;
	struct lx_log_row row;
	bool enough = false;
	int result = begin_walk(find, false, &walk);
	if (result != SQLITE_OK)
		return result;
	result = sqlite3_prepare_v2(lx_log_reader_db(find->reader),
				    "SELECT rowid FROM words WHERE words MATCH ?1 AND rowid >= ?2 AND rowid < ?3"
				    " ORDER BY rank, rowid DESC LIMIT ?4",
				    -1, &best, NULL);
	sqlite3_bind_text(best, 1, expression, -1, SQLITE_STATIC);
	set_rows(best, find->from, find->to);
	sqlite3_bind_int64(best, 4, BEST_ROWS);
	while (result == SQLITE_OK && !enough && (result = sqlite3_step(best)) == SQLITE_ROW) {
		bool hit;
		const int64_t id = sqlite3_column_int64(best, 0);
		result = read_hit(find, walk.get, id, &row, &hit);
		if (hit && passes_lean(find, sqlite3_column_int64(walk.get, 1), row.event.chat.text,
				       strlen(row.event.chat.text)))
			enough = !limit_hits(&row, limited);
		sqlite3_reset(walk.get);
	}
	sqlite3_finalize(best);
	end_walk(&walk);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int find_best(struct lx_find *find, struct limited *limited, struct lx_find_progress *progress)
{
	struct dstr expression = {0};
	int result = find_expand_parts(find);
	/* Without words nothing fits better than anything else. */
	if (result == SQLITE_OK && (find->nothing || find->from >= find->to || !index_expression(find, &expression)))
		result = walk_on(find, false, UINT64_MAX, limited, progress);
	else if (result == SQLITE_OK)
		result = each_best(find, expression.array, limited);
	progress->done = true;
	dstr_free(&expression);
	return result;
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

int lx_find_newest_for(struct lx_find *find, uint32_t ms, size_t limit, lx_log_row_found each, void *data,
		       struct lx_find_progress *progress)
{
	struct limited limited = {each, data, limit};
	const uint64_t until_ns = until(ms);
	int result = SQLITE_OK;
	const bool best = find->query->best && !find->newer;
	/* A list of what fits best has an end. */
	if (!limit || progress->done || (best && progress->before)) {
		progress->done = true;
		return SQLITE_OK;
	}
	if (best)
		return find_best(find, &limited, progress);
	if (has_wanted_part(find))
		result = walk_on(find, true, until_ns, &limited, progress);
	if (result == SQLITE_OK && !progress->done)
		result = find_expand_parts(find);
	if (result == SQLITE_OK && !progress->done)
		result = walk_on(find, false, until_ns, &limited, progress);
	return result;
}

int lx_find_newest(struct lx_find *find, int64_t before, size_t limit, lx_log_row_found each, void *data)
{
	struct lx_find_progress progress = {.before = before};
	return lx_find_newest_for(find, UINT32_MAX, limit, each, data, &progress);
}

int lx_find_all(struct lx_find *find, lx_log_row_found each, void *data)
{
	struct walk walk;
	struct pace pace = {.until_ns = UINT64_MAX};
	int64_t last;
	bool ended;
	int result = find_expand_parts(find);
	if (result != SQLITE_OK || find->nothing || find->from >= find->to)
		return result;
	find->oldest_first = true;
	result = begin_walk(find, true, &walk);
	find->oldest_first = false;
	if (result != SQLITE_OK)
		return result;
	set_rows(walk.scan, find->from, find->to);
	result = walk_rows(find, &walk, &pace, each, data, &last, &ended);
	end_walk(&walk);
	return result;
}

/* --- counting ---------------------------------------------------------------------------------------------------- */

#define COUNT_STEP_NS 10000000 /* between two looks at the clock */
#define COUNT_PARTS 64         /* of the log, to begin with */
/* Asking the index has a price of its own, also for times without a row: many small parts are not quicker, only more. */
#define COUNT_PARTS_MOST 256

struct counter {
	bool seen; /* row by row; or else the index knows */
	struct walk walk;
};

static int begin_count(struct lx_find *find, struct counter *counter)
{
	counter->seen = is_looked_at(find);
	if (counter->seen)
		return begin_walk(find, true, &counter->walk);
	memset(&counter->walk, 0, sizeof(counter->walk));
	return prepare(find, "count(*)", "", true, &counter->walk.scan);
}

/* Rows [from, to). */
static int count_some(struct lx_find *find, struct counter *counter, int64_t from, int64_t to, int64_t *number)
{
	sqlite3_stmt *scan = counter->walk.scan;
	struct pace pace = {.until_ns = UINT64_MAX};
	int64_t last;
	bool ended;
	set_rows(scan, from, to);
	if (counter->seen) {
		const int result = walk_rows(find, &counter->walk, &pace, NULL, NULL, &last, &ended);
		*number = (int64_t)pace.hits;
		sqlite3_reset(scan);
		return result;
	}
	*number = sqlite3_step(scan) == SQLITE_ROW ? sqlite3_column_int64(scan, 0) : 0;
	return sqlite3_reset(scan);
}

/* The newest rows first, as many at once as take a while; `least`: numbers of rows, which are times, that no part is smaller than. */
static int count_on(struct lx_find *find, struct counter *counter, int64_t oldest, int64_t least, uint64_t until_ns,
		    struct lx_find_progress *progress)
{
	int result = SQLITE_OK;
	bool late = false;
	while (progress->before > oldest && !late) {
		const uint64_t begin_ns = os_gettime_ns();
		int64_t number;
		const bool all = until_ns == UINT64_MAX || progress->before - oldest <= progress->width;
		const int64_t from = all ? oldest : progress->before - progress->width;
		result = count_some(find, counter, from, progress->before, &number);
		if (result != SQLITE_OK)
			return result;
		progress->found += number;
		progress->before = from;
		const uint64_t end_ns = os_gettime_ns(), took_ns = end_ns - begin_ns;
		late = end_ns >= until_ns;
		if (took_ns < COUNT_STEP_NS / 4 && progress->width < INT64_MAX / 4)
			progress->width *= 4;
		else if (took_ns > COUNT_STEP_NS * 2)
			progress->width = progress->width / 2 > least ? progress->width / 2 : least;
	}
	progress->done = progress->before <= oldest;
	return result;
}

int lx_find_count_for(struct lx_find *find, uint32_t ms, struct lx_find_progress *progress)
{
	sqlite3 *db = lx_log_reader_db(find->reader);
	struct counter counter;
	int result = find_expand_parts(find);
	if (result != SQLITE_OK || progress->done)
		return result;
	const int64_t oldest = lx_database_number(db, "SELECT coalesce(min(id), 0) FROM message", 0);
	const int64_t newest = lx_database_number(db, "SELECT coalesce(max(id), 0) FROM message", 0);
	const int64_t first = find->from > oldest ? find->from : oldest;
	if (!progress->before)
		progress->before = find->to <= newest ? find->to : newest + 1;
	if (find->nothing || progress->before <= first) {
		progress->done = true;
		return SQLITE_OK;
	}
	if (!progress->width)
		progress->width = (progress->before - first) / COUNT_PARTS + 1;
	result = begin_count(find, &counter);
	if (result == SQLITE_OK) {
		result = count_on(find, &counter, first, (newest - first) / COUNT_PARTS_MOST + 1, until(ms), progress);
		end_walk(&counter.walk);
	}
	return result;
}

int lx_find_count(struct lx_find *find, int64_t *count)
{
	struct lx_find_progress progress = {0};
	const int result = lx_find_count_for(find, UINT32_MAX, &progress);
	*count = progress.found;
	return result;
}
