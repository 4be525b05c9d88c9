/*
 * What the files of the template share; for nobody else.
 *
 * template.c          life, and the text of the present values
 * template_compile.c  the source as steps
 *
 * Threads and ownership: see template.h.
 */
#pragma once

#include <util/darray.h>

#include "stats/format.h"
#include "stats/template.h"

enum {
	LX_TEMPLATE_MAX_DEPTH = 32, /* of sections and values in each other */
};

#define LX_TEMPLATE_USE_BIT(which) (UINT32_C(1) << (which))

struct lx_template_placeholder {
	const char *name;
	enum lx_value_kind kind;
	size_t offset; /* in the snapshot, of an int64_t or of a string */
};
extern const struct lx_template_placeholder lx_template_placeholders[LX_PLACEHOLDER_COUNT];

enum compare {
	COMPARE_TRUE,
	COMPARE_EQUAL,
	COMPARE_UNEQUAL,
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_MORE,
	COMPARE_MORE_EQUAL
};

enum code {
	STEP_TEXT,    /* writes texts[begin, end) */
	STEP_VALUE,   /* writes a value; goes to `target` unless that was empty and something follows for the case */
	STEP_UNKNOWN, /* a name that does not exist: as STEP_VALUE with an empty value, in a preview texts[begin, end) */
	STEP_SECTION, /* what follows may vanish */
	STEP_END,     /* … up to here */
	STEP_IF,      /* goes to `target` when the condition does not hold */
	STEP_GO,      /* goes to `target` */
};

struct step {
	enum code code;
	enum lx_placeholder which;
	bool fallback; /* STEP_VALUE, STEP_UNKNOWN: the steps up to `target` stand in for an empty value */
	bool negate;   /* STEP_IF */
	enum compare compare;
	int64_t number;
	uint32_t begin, end, target; /* STEP_IF compares texts with texts[begin, end) */
	struct lx_format *format;
};

struct problem {
	enum lx_template_problem kind;
	char *typed;
};

struct lx_template {
	DARRAY(struct step) steps;
	DARRAY(struct problem) problems;
	struct dstr texts;
	char *live_text;
	bool preview;
	uint32_t uses;              /* bits of enum lx_placeholder */
	int64_t uptime_condition_s; /* 1 when a condition looks at the uptime, else INT64_MAX */
	int64_t time_step_s;        /* smallest step of {time}, INT64_MAX without */

	bool updated;
	struct lx_live_snapshot last;       /* values at the last update … */
	int64_t last_uptime_s, last_time_s; /* … brought down to the last step */
	int64_t uptime_s, unix_ms;          /* values of the update under way */
	int64_t due_ms;
	struct dstr out, before;
};

/* Fills `text`, which is empty, with the steps and problems of the source. */
void lx_template_compile(struct lx_template *text, const char *source, const struct lx_template_options *options);
