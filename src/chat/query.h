/*
 * Query: the language that the chat log is searched in.
 *
 *	word            messages with a word that has this in it (one or two letters: a word that begins so)
 *	"some words"    exactly these words in this order
 *	from:name       written by somebody who has or had this name; id:12345 by whoever has this id, whatever the name
 *	in:channel      in this channel
 *	has:link        also reply, bits, emote
 *	is:deleted      also sub, first, returning, mod, vip, broadcaster, reply, action, highlighted, reward, notice, and kinds
 *	                of notices: raid, subgift …; question, command (!…), mention (of the user's own name), emoteonly, support
 *	                (subs, gifts, bits, donations)
 *	badge:founder   wears this badge; badge:subscriber/12 in this version
 *	bits:>100       cheered so much; also bits:100 (or more), bits:<50
 *	stream:last     the newest stream; stream:2 the one before it
 *	after:2026-05-01 before:… on:…   also with a time (2026-05-01T20:15), today, yesterday, and 7d, 12h, 30m ago
 *	/colou?r/       regular expression on the text, upper and lower case alike
 *	sort:best       those first in which the words are rare and many, instead of the newest; sort:new
 *	-               before any of these: not
 *	OR              between two of these: one of them is enough
 *
 * All of it must hold; OR binds closer than that: a OR b c is (a or b) and c. Dates are in the zone of the user's clock.
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
	LX_QUERY_ID,    /* of a user */
	LX_QUERY_BADGE, /* set or set/version */
	LX_QUERY_BITS,  /* number … most */
};

struct lx_query_term {
	enum lx_query_kind kind;
	bool negated;
	bool alternative; /* to the term before it */
	char *text;
	int64_t number, most;
};

#define LX_QUERY_TERMS 33 /* at the most */

struct lx_query {
	struct lx_query_term *terms;
	size_t count;
	bool best;                 /* those that fit best first, not the newest */
	size_t sort_at, sort_size; /* bytes of the text in which the order was last asked for; 0 0 = nowhere */
	char *me;                  /* login that is:mention looks for; "" = none */
};

struct lx_query_error {
	size_t position, size; /* bytes of the text that the sentence is about */
	char sentence[400];    /* in the user's language */
};

/* `now_ms` for words like today. NULL with `error` filled in where the text cannot be understood. An empty text asks for everything. */
struct lx_query *lx_query_parse(const char *text, const struct lx_text *texts, int64_t now_ms,
				struct lx_query_error *error);
void lx_query_destroy(struct lx_query *query); /* NULL is accepted */
void lx_query_set_me(struct lx_query *query, const char *login);

/* Whether the n-th term stands among alternatives. */
bool lx_query_is_alternative(const struct lx_query *query, size_t n);

#ifdef __cplusplus
}
#endif
