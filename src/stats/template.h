/*
 * Template: the text a streamer writes, with placeholders for live numbers, compiled once into a short list of steps.
 *
 *   {viewers}  {viewers:n0}         a value, and how it is written (format.h)     {TITLE}  in upper case
 *   {latest_chatter|nobody}         what stands there while the value is empty, unknown or too old
 *   [ · {uptime}]                   a part that vanishes when a value in it is empty; [LIVE] without values is plain text
 *   {?live:ON AIR|off}  {?viewers>=100:full}  {?!live:…}  {?category=Art:…}       conditions: = != < <= > >=
 *   \{ \} \[ \] \| \: \\ \n         the character itself; a new line
 *
 * Names: viewers followers subs sub_points uptime title category chat_rate chatters latest_chatter live channel messages
 * time. A value is inserted as it is and never read as a template again. A name that does not exist gives nothing, or,
 * in a preview, stays visible as typed; braces that are no placeholder and brackets that are not closed are plain text.
 *
 * Threads: a template belongs to one thread at a time. Ownership: everything handed out belongs to the template.
 * A template whose values are the same as at the last update formats and allocates nothing.
 */
#pragma once

#include "stats/live_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_template;

struct lx_template_options {
	const char *language;  /* BCP 47, of numbers and words */
	const char *time_zone; /* of {time}; NULL = the machine's */
	const char *live_text; /* what {live} says while live ("LIVE") */
	bool preview;          /* unknown names stay visible */
};

/* What {…} may name. */
enum lx_placeholder {
	LX_PLACEHOLDER_VIEWERS,
	LX_PLACEHOLDER_FOLLOWERS,
	LX_PLACEHOLDER_SUBS,
	LX_PLACEHOLDER_SUB_POINTS,
	LX_PLACEHOLDER_UPTIME,
	LX_PLACEHOLDER_TITLE,
	LX_PLACEHOLDER_CATEGORY,
	LX_PLACEHOLDER_CHAT_RATE,
	LX_PLACEHOLDER_CHATTERS,
	LX_PLACEHOLDER_LATEST_CHATTER,
	LX_PLACEHOLDER_LIVE,
	LX_PLACEHOLDER_CHANNEL,
	LX_PLACEHOLDER_MESSAGES,
	LX_PLACEHOLDER_TIME,
	LX_PLACEHOLDER_COUNT
};
const char *lx_placeholder_name(enum lx_placeholder which);

/* Never fails: what cannot be understood is a problem (below) and the rest goes on. At most 16 KiB are read. */
struct lx_template *lx_template_create(const char *source, const struct lx_template_options *options);
void lx_template_destroy(struct lx_template *text); /* NULL is accepted */

enum lx_template_problem {
	LX_PROBLEM_NAME,     /* no such value */
	LX_PROBLEM_FORMAT,   /* no such way to write it; the usual one is taken */
	LX_PROBLEM_UNCLOSED, /* opens and never ends; plain text */
	LX_PROBLEM_TOO_DEEP, /* too many brackets in each other; everything is plain text */
};
size_t lx_template_problem_count(const struct lx_template *text);
/* What is wrong, and the part of the source it is about. */
enum lx_template_problem lx_template_problem(const struct lx_template *text, size_t index, const char **typed);

/* Bit 1 << which for each value the text depends on. */
uint32_t lx_template_uses(const struct lx_template *text);

/* Brings the text up to date; returns whether it differs from the one before (at first: always). */
bool lx_template_update(struct lx_template *text, const struct lx_live_snapshot *values, int64_t unix_ms);
const char *lx_template_text(const struct lx_template *text);
/* When, in Unix milliseconds, only the passing of time may change the text; INT64_MAX = never. */
int64_t lx_template_due_ms(const struct lx_template *text);

#ifdef __cplusplus
}
#endif
