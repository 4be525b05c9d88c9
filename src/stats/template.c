#include "stats/template_internal.h"

#include <string.h>

#include <util/bmem.h>

const struct lx_template_placeholder lx_template_placeholders[LX_PLACEHOLDER_COUNT] = {
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

const char *lx_placeholder_name(enum lx_placeholder which)
{
	return lx_template_placeholders[which].name;
}

/* Unlike dstr_resize() this keeps the memory. */
static void make_empty(struct dstr *text)
{
	dstr_ensure_capacity(text, 1);
	text->len = 0;
	text->array[0] = 0;
}

struct lx_template *lx_template_create(const char *source, const struct lx_template_options *options)
{
	struct lx_template *text = bzalloc(sizeof(*text));

	text->live_text = bstrdup(options->live_text ? options->live_text : "");
	text->preview = options->preview;
	text->uptime_condition_s = INT64_MAX;
	text->time_step_s = INT64_MAX;
	text->due_ms = INT64_MAX;
	make_empty(&text->texts);
	make_empty(&text->out);
	lx_template_compile(text, source, options);
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
	return (const char *)values + lx_template_placeholders[which].offset;
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
	memcpy(&number, (const char *)values + lx_template_placeholders[which].offset, sizeof(number));
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
		if (lx_template_placeholders[which].kind == LX_VALUE_TEXT)
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
	if (text->uses & LX_TEMPLATE_USE_BIT(LX_PLACEHOLDER_UPTIME) && values->live &&
	    values->started_ms != LX_STAT_UNKNOWN) {
		text->uptime_s = unix_ms > values->started_ms ? (unix_ms - values->started_ms) / 1000 : 0;
		const int64_t step = uptime_step_s(text);
		uptime_s = round_down(text->uptime_s, step);
		text->due_ms = values->started_ms + (uptime_s + step) * 1000;
	}
	if (text->uses & LX_TEMPLATE_USE_BIT(LX_PLACEHOLDER_TIME)) {
		time_s = round_down(round_down(unix_ms, 1000) / 1000, text->time_step_s);
		const int64_t due = (time_s + text->time_step_s) * 1000;
		if (due < text->due_ms)
			text->due_ms = due;
	}
	for (int which = 0; same && which < LX_PLACEHOLDER_COUNT; which++)
		if (text->uses & LX_TEMPLATE_USE_BIT(which))
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

	if (lx_template_placeholders[step->which].kind == LX_VALUE_TEXT) {
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

	if (lx_template_placeholders[step->which].kind == LX_VALUE_TEXT) {
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
	} sections[LX_TEMPLATE_MAX_DEPTH + 1] = {{0}};
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
