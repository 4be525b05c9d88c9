/*
 * Search: finds messages of the chat log while the user goes on typing; a new search ends the one under way. One kind of
 * question to the archive (archive.h).
 *
 * Threads: start and cancel on one thread, without waiting. Answers come on the archive's thread; create and destroy on the first.
 * Ownership: an answer is lent for the call; the archive outlives the search.
 */
#pragma once

#include "chat/archive.h"
#include "chat/find.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_search;

enum lx_search_state {
	LX_SEARCH_HITS,  /* the newest hits, all of those asked for */
	LX_SEARCH_COUNT, /* how many there are in all; comes after the hits, only if asked for */
	LX_SEARCH_WRONG, /* the query is not understood: sentence, position and size tell */
	LX_SEARCH_ERROR, /* the log cannot be read: the sentence tells */
	LX_SEARCH_NONE,  /* there is no log yet */
};

struct lx_search_hit {
	int64_t row;
	bool deleted;
	const struct lx_event *event;
};

struct lx_search_answer {
	uint64_t id; /* of the search */
	enum lx_search_state state;
	const struct lx_search_hit *hits; /* newest first */
	size_t hit_count;
	int64_t total;
	const struct lx_query_error *error;
};

struct lx_search_config {
	struct lx_archive *archive;
	const struct lx_text *text;
	const struct lx_clock *clock;
	void (*answer)(const struct lx_search_answer *answer, void *data);
	void *data;
};

struct lx_search *lx_search_create(const struct lx_search_config *config);
/* Ends what is under way: no answer comes afterwards. Waits for milliseconds. NULL is accepted. */
void lx_search_destroy(struct lx_search *search);

/* `before`: a row, only older ones are wanted (0 = the newest). Returns the search's id, never 0. */
uint64_t lx_search_start(struct lx_search *search, const char *query, int64_t before, size_t limit, bool count);
/* No answer of any search started before comes after the one that may be under way. */
void lx_search_cancel(struct lx_search *search);

#ifdef __cplusplus
}
#endif
