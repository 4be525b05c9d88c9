#include "stats/template.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "stats/format.h"

enum {
	MAX_SOURCE = 16 * 1024,
	MAX_DEPTH = 32,
	NO_MATCH = UINT32_MAX,
};

#define USE_BIT(which) (UINT32_C(1) << (which))

static const struct {
	const char *name;
	enum lx_value_kind kind;
	size_t offset; /* in the snapshot, of an int64_t or of a string */
} placeholders[LX_PLACEHOLDER_COUNT] = {
	[LX_PLACEHOLDER_VIEWERS] = {"viewers", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, viewers)},
	[LX_PLACEHOLDER_FOLLOWERS] = {"followers", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, followers)},
	[LX_PLACEHOLDER_SUBS] = {"subs", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, subs)},
	[LX_PLACEHOLDER_SUB_POINTS] = {"sub_points", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, sub_points)},
	[LX_PLACEHOLDER_UPTIME] = {"uptime", LX_VALUE_DURATION, 0},
	[LX_PLACEHOLDER_TITLE] = {"title", LX_VALUE_TEXT, offsetof(struct lx_live_snapshot, title)},
	[LX_PLACEHOLDER_CATEGORY] = {"category", LX_VALUE_TEXT, offsetof(struct lx_live_snapshot, category)},
	[LX_PLACEHOLDER_CHAT_RATE] = {"chat_rate", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, chat_rate)},
	[LX_PLACEHOLDER_CHATTERS] = {"chatters", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, chatters)},
	[LX_PLACEHOLDER_LATEST_CHATTER] = {"latest_chatter", LX_VALUE_TEXT,
					   offsetof(struct lx_live_snapshot, latest_chatter)},
	[LX_PLACEHOLDER_LIVE] = {"live", LX_VALUE_TEXT, 0},
	[LX_PLACEHOLDER_CHANNEL] = {"channel", LX_VALUE_TEXT, offsetof(struct lx_live_snapshot, channel)},
	[LX_PLACEHOLDER_MESSAGES] = {"messages", LX_VALUE_NUMBER, offsetof(struct lx_live_snapshot, messages)},
	[LX_PLACEHOLDER_TIME] = {"time", LX_VALUE_TIME, 0},
};

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

const char *lx_placeholder_name(enum lx_placeholder which)
{
	return placeholders[which].name;
}

/* Unlike dstr_resize() this keeps the memory. */
static void make_empty(struct dstr *text)
{
	dstr_ensure_capacity(text, 1);
	text->len = 0;
	text->array[0] = 0;
}

/* --- compiling ---------------------------------------------------------------------------------------------------- */

struct compiler {
	struct lx_template *text;
	const struct lx_template_options *options;
	const char *source;
	uint32_t length;
	uint32_t *match; /* for each { and [ where it is closed, else NO_MATCH */
	bool landing;    /* the next step is the target of another: texts before and behind it stay apart */
};

static void add_problem(struct compiler *compiler, enum lx_template_problem kind, uint32_t begin, uint32_t end)
{
	/* Hundreds of the same mistake tell no more than a few of them. */
	if (compiler->text->problems.num >= 32)
		return;
	struct problem *problem = da_push_back_new(compiler->text->problems);
	problem->kind = kind;
	problem->typed = bstrdup_n(compiler->source + begin, end - begin);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.';
}

static uint32_t name_end(const struct compiler *compiler, uint32_t at, uint32_t end)
{
	while (at < end && is_name_char(compiler->source[at]))
		at++;
	return at;
}

/* Finds out in one go which brackets belong together, so that reading them needs no second try. */
static void match_brackets(struct compiler *compiler)
{
	uint32_t open[MAX_DEPTH];
	uint32_t depth = 0;

	for (uint32_t i = 0; i < compiler->length; i++) {
		const char c = compiler->source[i];
		compiler->match[i] = NO_MATCH;
		if (c == '\\') {
			if (++i < compiler->length)
				compiler->match[i] = NO_MATCH;
		} else if (c == '{' || c == '[') {
			if (depth == MAX_DEPTH) {
				for (uint32_t j = 0; j < compiler->length; j++)
					compiler->match[j] = NO_MATCH;
				add_problem(compiler, LX_PROBLEM_TOO_DEEP, i, i + 1);
				return;
			}
			open[depth++] = i;
		} else if (c == ']' && depth && compiler->source[open[depth - 1]] == '[') {
			compiler->match[open[--depth]] = i;
		} else if (c == '}') {
			uint32_t level = depth;
			while (level && compiler->source[open[level - 1]] != '{')
				level--;
			if (level) {
				compiler->match[open[level - 1]] = i;
				depth = level - 1;
			}
		}
	}
	for (uint32_t i = 0; i < depth; i++)
		if (compiler->source[open[i]] == '{')
			add_problem(compiler, LX_PROBLEM_UNCLOSED, open[i],
				    name_end(compiler, open[i] + 1, compiler->length));
}

static struct step *add_step(struct compiler *compiler, enum code code)
{
	compiler->landing = false;
	struct step *step = da_push_back_new(compiler->text->steps);
	step->code = code;
	return step;
}

static uint32_t next_step(const struct compiler *compiler)
{
	return (uint32_t)compiler->text->steps.num;
}

static void set_target(struct compiler *compiler, uint32_t step)
{
	compiler->text->steps.array[step].target = next_step(compiler);
	compiler->landing = true;
}

static void add_char(struct compiler *compiler, char c)
{
	struct lx_template *const text = compiler->text;
	struct step *step = text->steps.num ? da_end(text->steps) : NULL;

	if (!step || compiler->landing || step->code != STEP_TEXT || step->end != text->texts.len) {
		step = add_step(compiler, STEP_TEXT);
		step->begin = (uint32_t)text->texts.len;
	}
	dstr_ncat(&text->texts, &c, 1);
	step->end = (uint32_t)text->texts.len;
}

/* What a backslash and `c` stand for; 0 when the backslash is just one. */
static char unescape(char c)
{
	if (c == 'n')
		return '\n';
	return c && strchr("{}[]|:\\", c) ? c : 0;
}

/* Finds the first `wanted` in [at, end) that is not escaped and not inside brackets; `end` when there is none. */
static uint32_t find_outside(const struct compiler *compiler, char wanted, uint32_t at, uint32_t end)
{
	while (at < end) {
		if (compiler->source[at] == wanted)
			return at;
		if (compiler->source[at] == '\\')
			at++;
		else if (compiler->match[at] != NO_MATCH && compiler->match[at] < end)
			at = compiler->match[at];
		at++;
	}
	return end;
}

/* The value called source[begin, end); `upper` when the name is written in upper case. LX_PLACEHOLDER_COUNT = no such value. */
static enum lx_placeholder find_placeholder(const struct compiler *compiler, uint32_t begin, uint32_t end, bool *upper)
{
	char name[32];
	bool any_upper = false, any_lower = false;

	if (end - begin >= sizeof(name))
		return LX_PLACEHOLDER_COUNT;
	for (uint32_t i = begin; i < end; i++) {
		const char c = compiler->source[i];
		const bool is_upper = c >= 'A' && c <= 'Z';
		any_upper |= is_upper;
		any_lower |= c >= 'a' && c <= 'z';
		name[i - begin] = is_upper ? (char)(c - 'A' + 'a') : c;
	}
	name[end - begin] = 0;
	*upper = any_upper;
	for (int which = 0; which < LX_PLACEHOLDER_COUNT; which++)
		if (strcmp(name, placeholders[which].name) == 0 && !(any_upper && any_lower))
			return which;
	return LX_PLACEHOLDER_COUNT;
}

static bool compile_range(struct compiler *compiler, uint32_t begin, uint32_t end);

static uint32_t add_value(struct compiler *compiler, enum lx_placeholder which, bool upper, uint32_t format,
			  uint32_t format_end, uint32_t begin, uint32_t end)
{
	const struct lx_format_options options = {
		.kind = placeholders[which].kind,
		.upper = upper,
		.language = compiler->options->language ? compiler->options->language : "",
		.time_zone = compiler->options->time_zone,
	};
	const uint32_t index = next_step(compiler);
	struct step *step = add_step(compiler, STEP_VALUE);

	step->which = which;
	step->format = lx_format_create(compiler->source + format, format_end - format, &options);
	if (!step->format) {
		add_problem(compiler, LX_PROBLEM_FORMAT, begin, end);
		step->format = lx_format_create("", 0, &options);
	}
	compiler->text->uses |= USE_BIT(which);
	if (which == LX_PLACEHOLDER_TIME && lx_format_step_s(step->format, 0) < compiler->text->time_step_s)
		compiler->text->time_step_s = lx_format_step_s(step->format, 0);
	return index;
}

static uint32_t add_unknown(struct compiler *compiler, uint32_t begin, uint32_t end)
{
	const uint32_t index = next_step(compiler);
	struct step *step = add_step(compiler, STEP_UNKNOWN);

	step->begin = (uint32_t)compiler->text->texts.len;
	dstr_ncat(&compiler->text->texts, compiler->source + begin, end - begin);
	step->end = (uint32_t)compiler->text->texts.len;
	add_problem(compiler, LX_PROBLEM_NAME, begin, end);
	return index;
}

/* {name} {name:format} {name|fallback}; `begin` is at the brace, `end` behind its partner. False when it is none. */
static bool compile_value(struct compiler *compiler, uint32_t begin, uint32_t end)
{
	const uint32_t last = end - 1;
	const uint32_t name = begin + 1, name_stop = name_end(compiler, name, last);
	uint32_t format = name_stop;
	bool upper;

	if (name_stop == name || (name_stop < last && !strchr(":|", compiler->source[name_stop])))
		return false;
	const uint32_t bar = find_outside(compiler, '|', name_stop, last);
	if (compiler->source[name_stop] == ':')
		format++;
	const enum lx_placeholder which = find_placeholder(compiler, name, name_stop, &upper);
	const uint32_t index = which == LX_PLACEHOLDER_COUNT
				       ? add_unknown(compiler, begin, end)
				       : add_value(compiler, which, upper, format, bar, begin, end);
	if (bar < last) {
		compiler->text->steps.array[index].fallback = true;
		compile_range(compiler, bar + 1, last);
	}
	set_target(compiler, index);
	return true;
}

static enum compare read_compare(const struct compiler *compiler, uint32_t *at)
{
	const char *const source = compiler->source + *at;
	static const struct {
		const char *sign;
		enum compare compare;
	} signs[] = {
		{"<=", COMPARE_LESS_EQUAL}, {">=", COMPARE_MORE_EQUAL}, {"!=", COMPARE_UNEQUAL}, {"==", COMPARE_EQUAL},
		{"=", COMPARE_EQUAL},       {"<", COMPARE_LESS},        {">", COMPARE_MORE},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (strncmp(source, signs[i].sign, strlen(signs[i].sign)) == 0) {
			*at += (uint32_t)strlen(signs[i].sign);
			return signs[i].compare;
		}
	}
	return COMPARE_TRUE;
}

/* `whole` in the next smaller unit, and `part` of those more; what is too long for a number stays at its end. */
static int64_t next_unit(int64_t whole, int64_t part)
{
	const int64_t most = INT64_MAX / 120;

	if (whole > most || part > most)
		return INT64_MAX;
	if (whole < -most || part < -most)
		return -INT64_MAX;
	return whole * 60 + part;
}

/* A number, or a duration as h:mm:ss or m:ss. */
static bool read_number(const char *typed, int64_t *number)
{
	char *end;

	*number = strtoll(typed, &end, 10);
	if (end == typed)
		return false;
	for (int parts = 0; *end == ':' && parts < 2; parts++) {
		const char *const begin = end + 1;
		*number = next_unit(*number, strtoll(begin, &end, 10));
		if (end == begin)
			return false;
	}
	while (*end == ' ')
		end++;
	return !*end;
}

/* Takes what a value is compared with from [begin, end), without outer spaces and backslashes. */
static bool read_operand(struct compiler *compiler, struct step *step, uint32_t begin, uint32_t end)
{
	struct dstr *const texts = &compiler->text->texts;

	while (begin < end && compiler->source[begin] == ' ')
		begin++;
	while (end > begin && compiler->source[end - 1] == ' ')
		end--;
	step->begin = (uint32_t)texts->len;
	for (uint32_t i = begin; i < end; i++) {
		char c = compiler->source[i];
		const char escaped = c == '\\' && i + 1 < end ? unescape(compiler->source[i + 1]) : 0;
		if (escaped) {
			c = escaped;
			i++;
		}
		dstr_ncat(texts, &c, 1);
	}
	step->end = (uint32_t)texts->len;
	if (step->compare == COMPARE_TRUE)
		return begin == end;
	if (placeholders[step->which].kind == LX_VALUE_TEXT)
		return step->compare == COMPARE_EQUAL || step->compare == COMPARE_UNEQUAL;
	/* The text that was just appended ends the buffer, so it is NUL-terminated. */
	return step->end > step->begin && read_number(texts->array + step->begin, &step->number);
}

/* The colon behind a duration: one that is not followed by two digits and a further colon. */
static uint32_t duration_end(const struct compiler *compiler, uint32_t at, uint32_t end)
{
	uint32_t colon = find_outside(compiler, ':', at, end);

	while (colon > at && colon + 3 < end && compiler->source[colon + 3] == ':' &&
	       is_digit(compiler->source[colon + 1]) && is_digit(compiler->source[colon + 2]))
		colon += 3;
	return colon;
}

/* {?name:then|else} {?name>=number:then}; a condition that makes no sense is plain text. */
static bool compile_condition(struct compiler *compiler, uint32_t begin, uint32_t end)
{
	const uint32_t last = end - 1;
	const bool negate = begin + 2 < last && compiler->source[begin + 2] == '!';
	const uint32_t name = begin + 2 + negate, name_stop = name_end(compiler, name, last);
	uint32_t at = name_stop;
	bool upper;

	if (name_stop == name)
		return false;
	while (at < last && compiler->source[at] == ' ')
		at++;
	struct step condition = {.code = STEP_IF, .negate = negate, .compare = read_compare(compiler, &at)};
	condition.which = find_placeholder(compiler, name, name_stop, &upper);
	const uint32_t colon = condition.which == LX_PLACEHOLDER_UPTIME ? duration_end(compiler, at, last)
									: find_outside(compiler, ':', at, last);
	if (colon == last)
		return false;
	if (condition.which == LX_PLACEHOLDER_COUNT) {
		set_target(compiler, add_unknown(compiler, begin, end));
		return true;
	}
	if (condition.which == LX_PLACEHOLDER_TIME || !read_operand(compiler, &condition, at, colon)) {
		add_problem(compiler, LX_PROBLEM_FORMAT, begin, end);
		return false;
	}
	compiler->text->uses |= USE_BIT(condition.which);
	if (condition.which == LX_PLACEHOLDER_UPTIME)
		compiler->text->uptime_condition_s = 1;

	const uint32_t index = next_step(compiler);
	*add_step(compiler, STEP_IF) = condition;
	const uint32_t bar = find_outside(compiler, '|', colon + 1, last);
	compile_range(compiler, colon + 1, bar);
	if (bar < last) {
		const uint32_t skip = next_step(compiler);
		add_step(compiler, STEP_GO);
		set_target(compiler, index);
		compile_range(compiler, bar + 1, last);
		set_target(compiler, skip);
	} else {
		set_target(compiler, index);
	}
	return true;
}

/* [ … ]: vanishes with its values; without any it is plain text, brackets included. */
static bool compile_section(struct compiler *compiler, uint32_t begin, uint32_t end)
{
	const uint32_t index = next_step(compiler);

	add_step(compiler, STEP_SECTION);
	const bool values = compile_range(compiler, begin + 1, end - 1);
	if (values) {
		add_step(compiler, STEP_END);
		return true;
	}
	struct step *const first = compiler->text->steps.array + index;
	first->code = STEP_TEXT;
	first->begin = (uint32_t)compiler->text->texts.len;
	dstr_ncat(&compiler->text->texts, "[", 1);
	first->end = (uint32_t)compiler->text->texts.len;
	add_char(compiler, ']');
	return false;
}

/* Returns whether there was any placeholder. */
static bool compile_range(struct compiler *compiler, uint32_t begin, uint32_t end)
{
	bool values = false;

	for (uint32_t i = begin; i < end; i++) {
		const char c = compiler->source[i];
		const uint32_t match = compiler->match[i];
		if (c == '\\' && i + 1 < end && unescape(compiler->source[i + 1])) {
			add_char(compiler, unescape(compiler->source[++i]));
		} else if (match == NO_MATCH || match >= end) {
			if (c != '\r')
				add_char(compiler, c);
		} else if (c == '[') {
			values |= compile_section(compiler, i, match + 1);
			i = match;
		} else if (compiler->source[i + 1] == '?' ? compile_condition(compiler, i, match + 1)
							  : compile_value(compiler, i, match + 1)) {
			values = true;
			i = match;
		} else {
			add_char(compiler, c);
		}
	}
	return values;
}

struct lx_template *lx_template_create(const char *source, const struct lx_template_options *options)
{
	struct lx_template *text = bzalloc(sizeof(*text));
	const size_t length = strlen(source);
	struct compiler compiler = {
		.text = text,
		.options = options,
		.source = source,
		.length = (uint32_t)(length < MAX_SOURCE ? length : MAX_SOURCE),
	};

	text->live_text = bstrdup(options->live_text ? options->live_text : "");
	text->preview = options->preview;
	text->uptime_condition_s = INT64_MAX;
	text->time_step_s = INT64_MAX;
	text->due_ms = INT64_MAX;
	make_empty(&text->texts);
	make_empty(&text->out);
	/* No half character at the end. */
	while (compiler.length && (source[compiler.length] & 0xC0) == 0x80)
		compiler.length--;
	compiler.match = bmalloc(sizeof(uint32_t) * (compiler.length + 1));
	match_brackets(&compiler);
	compile_range(&compiler, 0, compiler.length);
	bfree(compiler.match);
	return text;
}

void lx_template_destroy(struct lx_template *text)
{
	if (!text)
		return;
	for (size_t i = 0; i < text->steps.num; i++)
		lx_format_destroy(text->steps.array[i].format);
	for (size_t i = 0; i < text->problems.num; i++)
		bfree(text->problems.array[i].typed);
	da_free(text->steps);
	da_free(text->problems);
	dstr_free(&text->texts);
	dstr_free(&text->out);
	dstr_free(&text->before);
	bfree(text->live_text);
	bfree(text);
}

size_t lx_template_problem_count(const struct lx_template *text)
{
	return text->problems.num;
}

enum lx_template_problem lx_template_problem(const struct lx_template *text, size_t index, const char **typed)
{
	*typed = text->problems.array[index].typed;
	return text->problems.array[index].kind;
}

uint32_t lx_template_uses(const struct lx_template *text)
{
	return text->uses;
}

/* --- updating ----------------------------------------------------------------------------------------------------- */

static const char *text_value(const struct lx_template *text, const struct lx_live_snapshot *values,
			      enum lx_placeholder which)
{
	if (which == LX_PLACEHOLDER_LIVE)
		return values->live ? text->live_text : "";
	return (const char *)values + placeholders[which].offset;
}

/* LX_STAT_UNKNOWN when it is. */
static int64_t number_value(const struct lx_template *text, const struct lx_live_snapshot *values,
			    enum lx_placeholder which)
{
	if (which == LX_PLACEHOLDER_UPTIME)
		return text->uptime_s;
	if (which == LX_PLACEHOLDER_TIME)
		return text->unix_ms;
	int64_t number;
	memcpy(&number, (const char *)values + placeholders[which].offset, sizeof(number));
	return number;
}

static int64_t round_down(int64_t value, int64_t step)
{
	return value - (value % step + step) % step;
}

/* Smallest step in which the uptime can change the text at present. */
static int64_t uptime_step_s(const struct lx_template *text)
{
	int64_t smallest = text->uptime_condition_s;

	for (size_t i = 0; i < text->steps.num; i++) {
		const struct step *step = text->steps.array + i;
		if (step->code != STEP_VALUE || step->which != LX_PLACEHOLDER_UPTIME)
			continue;
		const int64_t seconds = lx_format_step_s(step->format, text->uptime_s);
		if (seconds < smallest)
			smallest = seconds;
	}
	return smallest;
}

static bool same_value(const struct lx_template *text, const struct lx_live_snapshot *values, enum lx_placeholder which)
{
	const struct lx_live_snapshot *const last = &text->last;

	switch (which) {
	case LX_PLACEHOLDER_LIVE:
		return values->live == last->live;
	case LX_PLACEHOLDER_UPTIME:
	case LX_PLACEHOLDER_TIME:
		return true; /* compared in steps */
	default:
		if (placeholders[which].kind == LX_VALUE_TEXT)
			return strcmp(text_value(text, values, which), text_value(text, last, which)) == 0;
		return number_value(text, values, which) == number_value(text, last, which);
	}
}

/* Sets the values that come from the clock; returns whether any value the text uses has changed. */
static bool take_values(struct lx_template *text, const struct lx_live_snapshot *values, int64_t unix_ms)
{
	int64_t uptime_s = LX_STAT_UNKNOWN, time_s = LX_STAT_UNKNOWN;
	bool same = true;

	text->unix_ms = unix_ms;
	text->uptime_s = LX_STAT_UNKNOWN;
	text->due_ms = INT64_MAX;
	if (text->uses & USE_BIT(LX_PLACEHOLDER_UPTIME) && values->live && values->started_ms != LX_STAT_UNKNOWN) {
		text->uptime_s = unix_ms > values->started_ms ? (unix_ms - values->started_ms) / 1000 : 0;
		const int64_t step = uptime_step_s(text);
		uptime_s = round_down(text->uptime_s, step);
		text->due_ms = values->started_ms + (uptime_s + step) * 1000;
	}
	if (text->uses & USE_BIT(LX_PLACEHOLDER_TIME)) {
		time_s = round_down(round_down(unix_ms, 1000) / 1000, text->time_step_s);
		const int64_t due = (time_s + text->time_step_s) * 1000;
		if (due < text->due_ms)
			text->due_ms = due;
	}
	for (int which = 0; same && which < LX_PLACEHOLDER_COUNT; which++)
		if (text->uses & USE_BIT(which))
			same = same_value(text, values, which);
	same = same && uptime_s == text->last_uptime_s && time_s == text->last_time_s;
	if (same && text->updated)
		return false;
	text->last = *values;
	text->last_uptime_s = uptime_s;
	text->last_time_s = time_s;
	return true;
}

static void write_value(struct lx_template *text, const struct step *step)
{
	const struct lx_live_snapshot *const values = &text->last;

	if (placeholders[step->which].kind == LX_VALUE_TEXT) {
		lx_format_append_text(step->format, &text->out, text_value(text, values, step->which));
		return;
	}
	const int64_t number = number_value(text, values, step->which);
	if (number != LX_STAT_UNKNOWN)
		lx_format_append_number(step->format, &text->out, number);
}

static bool compare_numbers(enum compare compare, int64_t left, int64_t right)
{
	if (left == LX_STAT_UNKNOWN)
		return false;
	switch (compare) {
	case COMPARE_EQUAL:
		return left == right;
	case COMPARE_UNEQUAL:
		return left != right;
	case COMPARE_LESS:
		return left < right;
	case COMPARE_LESS_EQUAL:
		return left <= right;
	case COMPARE_MORE:
		return left > right;
	case COMPARE_MORE_EQUAL:
		return left >= right;
	case COMPARE_TRUE:
		break;
	}
	return left != 0;
}

static bool holds(const struct lx_template *text, const struct step *step)
{
	const struct lx_live_snapshot *const values = &text->last;
	bool result;

	if (placeholders[step->which].kind == LX_VALUE_TEXT) {
		const char *const value = text_value(text, values, step->which);
		const size_t length = step->end - step->begin;
		const bool equal = strlen(value) == length &&
				   astrcmpi_n(value, text->texts.array + step->begin, length) == 0;
		result = step->compare == COMPARE_TRUE      ? *value != 0
			 : step->compare == COMPARE_UNEQUAL ? !equal
							    : equal;
	} else {
		result = compare_numbers(step->compare, number_value(text, values, step->which), step->number);
	}
	return result != step->negate;
}

static void write_texts(struct lx_template *text, const struct step *step)
{
	dstr_ncat(&text->out, text->texts.array + step->begin, step->end - step->begin);
}

static void write_all(struct lx_template *text)
{
	struct {
		size_t begin;
		bool missing;
	} sections[MAX_DEPTH + 1] = {{0}};
	size_t depth = 0;

	for (size_t i = 0; i < text->steps.num;) {
		const struct step *const step = text->steps.array + i++;
		const size_t begin = text->out.len;
		switch (step->code) {
		case STEP_TEXT:
			write_texts(text, step);
			break;
		case STEP_VALUE:
		case STEP_UNKNOWN:
			if (step->code == STEP_VALUE)
				write_value(text, step);
			else if (text->preview)
				write_texts(text, step);
			if (text->out.len > begin)
				i = step->target;
			else if (!step->fallback)
				sections[depth].missing = true;
			break;
		case STEP_SECTION:
			sections[++depth].begin = begin;
			sections[depth].missing = false;
			break;
		case STEP_END:
			if (sections[depth].missing) {
				text->out.len = sections[depth].begin;
				text->out.array[text->out.len] = 0;
			}
			depth--;
			break;
		case STEP_IF:
			if (!holds(text, step))
				i = step->target;
			break;
		case STEP_GO:
			i = step->target;
			break;
		}
	}
}

bool lx_template_update(struct lx_template *text, const struct lx_live_snapshot *values, int64_t unix_ms)
{
	if (!take_values(text, values, unix_ms))
		return false;
	const struct dstr swap = text->before;
	text->before = text->out;
	text->out = swap;
	make_empty(&text->out);
	write_all(text);
	const bool changed = !text->updated || strcmp(text->out.array, text->before.array) != 0;
	text->updated = true;
	return changed;
}

const char *lx_template_text(const struct lx_template *text)
{
	return text->out.array;
}

int64_t lx_template_due_ms(const struct lx_template *text)
{
	return text->due_ms;
}
