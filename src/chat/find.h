/*
 * Find: carries a query out on the log. What the index can answer, it answers; the rest (regular expressions, deleted
 * rows, bare substrings of every second word) is looked at row by row, newest first.
 *
 * Threads: those of the reader; lx_log_reader_cancel() ends it from any thread.
 */
#pragma once

#include "chat/query.h"
#include "chat/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_find;

/* Looks up names and words; NULL with a result code of SQLite where that fails. Both outlive it. */
struct lx_find *lx_find_create(struct lx_log_reader *reader, const struct lx_query *query, int *result);
void lx_find_destroy(struct lx_find *find); /* NULL is accepted */

/*
 * Up to `limit` hits, newest first, older than the row `before` (0: the newest of all). `each` false ends. A result code of SQLite.
 * With sort:best the best of all hits, and none after them: a list of what fits best has an end.
 */
int lx_find_newest(struct lx_find *find, int64_t before, size_t limit, lx_log_row_found each, void *data);
/* From now on only rows newer than this one are hits. */
void lx_find_newer_than(struct lx_find *find, int64_t row);
/* Every hit, oldest first. */
int lx_find_all(struct lx_find *find, lx_log_row_found each, void *data);
/* How many there are in all; the index alone answers where it can. */
int lx_find_count(struct lx_find *find, int64_t *count);

/*
 * The same in pieces, for what may have to look at each row of the log: about `ms` milliseconds of it, to be called again, also with a new
 * find for the same query, until it is done.
 */
struct lx_find_progress {
	int64_t before; /* only older rows are left; 0 = all */
	int64_t found;  /* so far */
	int64_t width;  /* find's own; 0 to begin with */
	bool done;
};
int lx_find_newest_for(struct lx_find *find, uint32_t ms, size_t limit, lx_log_row_found each, void *data,
		       struct lx_find_progress *progress);
int lx_find_count_for(struct lx_find *find, uint32_t ms, struct lx_find_progress *progress);

#ifdef __cplusplus
}
#endif
