#include "stats/template_internal.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

enum {
	MAX_SOURCE = 16 * 1024,
	NO_MATCH = UINT32_MAX,
};

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
	uint32_t open[LX_TEMPLATE_MAX_DEPTH];
	uint32_t depth = 0;

	for (uint32_t i = 0; i < compiler->length; i++) {
		const char c = compiler->source[i];
		compiler->match[i] = NO_MATCH;
		if (c == '\\') {
			if (++i < compiler->length)
				compiler->match[i] = NO_MATCH;
		} else if (c == '{' || c == '[') {
			if (depth == LX_TEMPLATE_MAX_DEPTH) {
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
		if (strcmp(name, lx_template_placeholders[which].name) == 0 && !(any_upper && any_lower))
			return which;
	return LX_PLACEHOLDER_COUNT;
}

static bool compile_range(struct compiler *compiler, uint32_t begin, uint32_t end);

static uint32_t add_value(struct compiler *compiler, enum lx_placeholder which, bool upper, uint32_t format,
			  uint32_t format_end, uint32_t begin, uint32_t end)
{
	const struct lx_format_options options = {
		.kind = lx_template_placeholders[which].kind,
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
	compiler->text->uses |= LX_TEMPLATE_USE_BIT(which);
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
	if (lx_template_placeholders[step->which].kind == LX_VALUE_TEXT)
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
	compiler->text->uses |= LX_TEMPLATE_USE_BIT(condition.which);
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

void lx_template_compile(struct lx_template *text, const char *source, const struct lx_template_options *options)
{
	const size_t length = strlen(source);
	struct compiler compiler = {
		.text = text,
		.options = options,
		.source = source,
		.length = (uint32_t)(length < MAX_SOURCE ? length : MAX_SOURCE),
	};

	/* No half character at the end. */
	while (compiler.length && (source[compiler.length] & 0xC0) == 0x80)
		compiler.length--;
	compiler.match = bmalloc(sizeof(uint32_t) * (compiler.length + 1));
	match_brackets(&compiler);
	compile_range(&compiler, 0, compiler.length);
	bfree(compiler.match);
}
