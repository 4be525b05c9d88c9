/*
 * Query: the language that the chat log is searched in.
 *
 *	word            messages with a word that has this in it (one or two letters: a word that begins so)
 *	"some words"    exactly these words in this order
 *	from:name       written by somebody who has or had this name
 *	in:channel      in this channel
 *	has:link        also reply, bits, emote
 *	is:deleted      also sub, first, mod, vip, broadcaster, reply, action, notice, and kinds of notices: raid, subgift …
 *	stream:last     the newest stream; stream:2 the one before it
 *	after:2026-05-01 before:… on:…   also with a time (2026-05-01T20:15), today, yesterday, and 7d, 12h, 30m ago
 *	/colou?r/       regular expression on the text, upper and lower case alike
 *	-               before any of these: not
 *
 * All of it must hold. Dates are in the zone of the user's clock.
 *
 * Threads: plain functions; a query is immutable. Ownership: the caller destroys it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <util/dstr.h>

#include "locale/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_query_kind {
	LX_QUERY_WORD,
	LX_QUERY_PHRASE,
	LX_QUERY_FROM,
	LX_QUERY_IN,
	LX_QUERY_HAS,
	LX_QUERY_IS,
	LX_QUERY_STREAM, /* number: 1 = the newest */
	LX_QUERY_AFTER,  /* number: Unix milliseconds, first that counts */
	LX_QUERY_BEFORE, /* number: first that does not */
	LX_QUERY_REGEX,
};

struct lx_query_term {
	enum lx_query_kind kind;
	bool negated;
	char *text;
	int64_t number;
};

struct lx_query {
	struct lx_query_term *terms;
	size_t count;
};

struct lx_query_error {
	size_t position, size; /* bytes of the text that the sentence is about */
	char sentence[400];    /* in the user's language */
};

/* `now_ms` for words like today. NULL with `error` filled in where the text cannot be understood. An empty text asks for everything. */
struct lx_query *lx_query_parse(const char *text, const struct lx_text *texts, int64_t now_ms,
				struct lx_query_error *error);
void lx_query_destroy(struct lx_query *query); /* NULL is accepted */

#ifdef __cplusplus
}
#endif
