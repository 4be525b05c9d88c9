/*
 * Filter: the user's rules and views, compiled; says of each message as it comes how it is to be shown. Fifty rules for words cost
 * about a microsecond a message (tests/bench).
 *
 * Threads: one at a time. Ownership: keeps nothing of what it is made from; the caller destroys it.
 */
#pragma once

#include "bus/event.h"
#include "chat/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_filter;

struct lx_filter_verdict {
	int rule;       /* whose colour it gets, -1 = none */
	uint32_t color; /* 0xRRGGBB or LX_COLOR_NONE */
	int sound_rule; /* whose sound is due, -1 = none */
	bool hidden;
	bool mention;   /* it names the signed-in account */
	uint32_t views; /* bit n: belongs in the n-th view */
};

/* `me`: login of the signed-in account, "" = none. `now_ms`: what today means in the conditions. */
struct lx_filter *lx_filter_create(const struct lx_rules *rules, const char *me, const struct lx_text *texts,
				   int64_t now_ms);
void lx_filter_destroy(struct lx_filter *filter); /* NULL is accepted */

/* A chat message, a notice or a whisper; others get nothing and are in no view. */
void lx_filter_judge(struct lx_filter *filter, const struct lx_event *event, struct lx_filter_verdict *out);

/* What is wrong with the condition of the n-th rule or view, "" = nothing. Such a one never holds. */
const char *lx_filter_rule_error(const struct lx_filter *filter, size_t n);
const char *lx_filter_view_error(const struct lx_filter *filter, size_t n);
/* A rule whose regular expression was switched off since this was asked last, or -1. */
int lx_filter_switched_off(struct lx_filter *filter);

#ifdef __cplusplus
}
#endif
