/*
 * Match: says at once which of many queries a message answers to, in the words of the search (query.h). What all of them look for in the
 * text is found in one pass; fifty rules cost hardly more than one.
 *
 * A word of up to two letters begins a word, a longer one is anywhere in a word; "in quotes" stands for whole words. is:deleted is false
 * for what has just come; stream: is taken as true.
 *
 * Regular expressions have limits. One that reaches them several times is switched off, and with it its query.
 *
 * Threads: a set is used by one thread at a time. Ownership: queries may go after the call; the caller destroys the set.
 */
#pragma once

#include "bus/event.h"
#include "chat/query.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_match;

struct lx_match *lx_match_create(const struct lx_query *const *queries, size_t count);
void lx_match_destroy(struct lx_match *match); /* NULL is accepted */
/* Expressions that reach their limits are not switched off. */
void lx_match_persevere(struct lx_match *match);

/* Prepares for the questions below; a chat message, notice or whisper, borrowed until the next one. */
void lx_match_take(struct lx_match *match, const struct lx_event *event, bool deleted);
/* Whether the message answers to the n-th query. */
bool lx_match_holds(struct lx_match *match, size_t n);
/* Whether the n-th query was switched off for taking too long. */
bool lx_match_is_off(const struct lx_match *match, size_t n);

/* A sentence that asks something: a question mark after words, not one inside a link. */
bool lx_match_is_question(const char *text);

#ifdef __cplusplus
}
#endif
