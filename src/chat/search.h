/*
 * Search: what somebody who looks through the chat log wants to know, while they go on typing. One kind of questions to the
 * archive (archive.h): a new one ends the one of its kind that is under way, and a new list of hits everything about the last.
 * What takes long is answered in pieces: hits as they are found, and a number that grows.
 *
 * Threads: all on one thread, without waiting. Answers come on the archive's thread.
 * Ownership: an answer is lent for the call; the archive outlives the search.
 */
#pragma once

#include "chat/archive.h"
#include "chat/export.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_search;

enum lx_search_kind {
	LX_SEARCH_HITS,   /* newest first */
	LX_SEARCH_COUNT,  /* how many there are in all */
	LX_SEARCH_NEWER,  /* hits that came since, newest first */
	LX_SEARCH_NEAR,   /* messages around one, in order of time; no hits */
	LX_SEARCH_NAMES,  /* of people or channels that begin so */
	LX_SEARCH_EXPORT, /* hits are in a file */
	LX_SEARCH_KINDS
};

enum lx_search_state {
	LX_SEARCH_DONE,
	LX_SEARCH_WRONG, /* the query is not understood: sentence, position and size tell */
	LX_SEARCH_ERROR, /* the log cannot be read, or the file not written: the sentence tells */
	LX_SEARCH_NONE,  /* there is no log yet */
};

struct lx_search_hit {
	int64_t row;
	bool deleted;
	const struct lx_event *event;
};

struct lx_search_answer {
	uint64_t id; /* of the question */
	enum lx_search_kind kind;
	enum lx_search_state state;
	bool going_on;  /* more of it follows: hits that are older than these, or a larger number */
	bool continued; /* these hits come after others of the same answer */
	const struct lx_search_hit *hits;
	size_t hit_count;
	int64_t total; /* of LX_SEARCH_COUNT and _EXPORT */
	const char *const *names;
	size_t name_count;
	const struct lx_query_error *error;
};

struct lx_search_config {
	struct lx_archive *archive;
	const struct lx_text *text;
	const struct lx_clock *clock;
	void (*answer)(const struct lx_search_answer *answer, void *data);
	void *data;
	uint32_t piece_ms; /* of an answer that takes longer; 0 = 60 */
};

struct lx_search *lx_search_create(const struct lx_search_config *config);
/* Whom is:mention means from now on; "" = nobody. */
void lx_search_set_me(struct lx_search *search, const char *login);
/* Ends what is under way: no answer comes afterwards. Waits for milliseconds. NULL is accepted. */
void lx_search_destroy(struct lx_search *search);

/* All of these return the question's id, never 0. */

/* `before`: a row, only older ones are wanted (0 = the newest). With `count` a second answer tells the number of all. */
uint64_t lx_search_start(struct lx_search *search, const char *query, int64_t before, size_t limit, bool count);
uint64_t lx_search_newer(struct lx_search *search, const char *query, int64_t after, size_t limit);
/* The row itself is among them. */
uint64_t lx_search_near(struct lx_search *search, int64_t row, int before, int after);
/* `people` or else channels; those who were here last come first. */
uint64_t lx_search_names(struct lx_search *search, bool people, const char *beginning, size_t limit);
/* Writes all hits, also deleted ones, to a file, which appears as a whole or not at all. */
uint64_t lx_search_export(struct lx_search *search, const char *query, enum lx_export_format format, const char *path);

/* No answer of anything asked before comes after the one that may be under way; exports go on. */
void lx_search_cancel(struct lx_search *search);

#ifdef __cplusplus
}
#endif
