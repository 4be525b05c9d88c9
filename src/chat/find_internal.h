/*
 * What the files of find share.
 *
 *	find.c       what a query asks of the index, and what has to be looked at in each row
 *	find_walk.c  goes through the rows: newest first, best first, all of them, counting
 */
#pragma once

#include <util/bmem.h>
#include <util/darray.h>

#include "chat/find.h"
#include "chat/match.h"

struct find_check {
	bool negated;
	int64_t flag; /* of the row */
};

/* A word that may be a part of others. */
struct find_part {
	char *text;  /* folded */
	size_t term; /* of the query */
	bool negated;
};

struct lx_find {
	struct lx_log_reader *reader;
	const struct lx_query *query;
	struct dstr match;    /* for the index; "" = everything */
	struct dstr excluded; /* the same, must not hold */
	/* What of that the index need not be asked for where it is asked for nothing else: */
	struct dstr condition;         /* columns of the row tell: in SQL, each with AND in front */
	struct dstr unwanted;          /* words, which texts can be asked for, */
	DARRAY(size_t) unwanted_terms; /* as these terms of the query */
	struct dstr hidden;            /* nothing else tells */
	int64_t from, to;              /* rows [from, to) */
	bool nothing;                  /* cannot have hits */
	bool newer;                    /* asked for what came since */
	bool oldest_first;
	DARRAY(struct find_part) parts; /* not in the expressions yet */
	DARRAY(struct find_check) checks;
	DARRAY(size_t) in_text; /* terms that the text of a row answers, and no index */
	struct lx_match *rest;  /* terms that need all of a row; NULL = none */

	/* For the walk that is under way. */
	struct lx_match *text;      /* of what is looked for in texts; NULL = nothing */
	struct dstr needle, folded; /* stands in every folded text that is a hit, unless "" or a notice */
	struct lx_event lean;       /* a message that has nothing but its text */
};

/* Puts what parts stand for into the expressions, or else (too many words) among what is looked at. A result code of SQLite. */
int find_expand_parts(struct lx_find *find);
/* For these terms of the query. */
struct lx_match *find_match_of(const struct lx_find *find, const size_t *terms, size_t count);
