#define PCRE2_CODE_UNIT_WIDTH 8
#include "chat/query.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <pcre2.h>
#include <util/bmem.h>
#include <util/darray.h>

#include "platform/clock.h"

#define DAY_MS ((int64_t)86400 * 1000)

struct parser {
	const char *text, *at;
	const struct lx_text *texts;
	int64_t now_ms;
	struct lx_query_error *error;
	DARRAY(struct lx_query_term) terms;
	const char *or_at; /* an OR that waits for what comes after it */
	bool best;
	size_t sort_at, sort_size;
};

static bool fail(struct parser *parser, const char *begin, const char *end, const char *key, const char *arg)
{
	struct dstr sentence = {0};
	const char *args[] = {arg};
	lx_text_format(parser->texts, &sentence, key, args, 1);
	parser->error->position = (size_t)(begin - parser->text);
	parser->error->size = (size_t)(end - begin);
	snprintf(parser->error->sentence, sizeof(parser->error->sentence), "%s", sentence.array);
	dstr_free(&sentence);
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool add(struct parser *parser, enum lx_query_kind kind, bool negated, char *text, int64_t number)
{
	struct lx_query_term term = {.kind = kind,
				     .negated = negated,
				     .alternative = parser->or_at,
				     .text = text,
				     .number = number};
	da_push_back(parser->terms, &term);
	return true;
}

/* --- moments ----------------------------------------------------------------------------------------------------- */

static int64_t to_ms(struct tm *time)
{
	time->tm_isdst = -1;
	return (int64_t)mktime(time) * 1000;
}

/* `end`: the first moment that no longer belongs to what was named. */
static bool named_day(const struct parser *parser, int days_ago, int64_t *begin, int64_t *end)
{
	struct tm time;
	if (!lx_clock_local(parser->now_ms, &time))
		return false;
	time.tm_hour = time.tm_min = time.tm_sec = 0;
	time.tm_mday -= days_ago;
	*begin = to_ms(&time);
	time.tm_mday++;
	*end = to_ms(&time);
	return true;
}

static bool ago(const struct parser *parser, const char *text, int64_t *begin, int64_t *end)
{
	long long number;
	char unit, rest;
	if (sscanf(text, "%6lld%c%c", &number, &unit, &rest) != 2 || number < 0)
		return false;
	const int64_t unit_ms = unit == 'd' ? DAY_MS : unit == 'h' ? 3600000 : unit == 'm' ? 60000 : 0;
	*begin = *end = parser->now_ms - number * unit_ms;
	return unit_ms != 0;
}

static bool date(const char *text, int64_t *begin, int64_t *end)
{
	int year, month, day, hour = 0, minute = 0;
	char rest;
	const int parts = sscanf(text, "%4d-%2d-%2d%*1[T_]%2d:%2d%c", &year, &month, &day, &hour, &minute, &rest);
	const bool plain = strlen(text) <= 10 && parts == 3;
	if ((!plain && parts != 5) || year < 1970 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	struct tm time = {.tm_year = year - 1900,
			  .tm_mon = month - 1,
			  .tm_mday = day,
			  .tm_hour = hour,
			  .tm_min = minute};
	*begin = to_ms(&time);
	/* The 31st of a shorter month. */
	if (time.tm_mday != day)
		return false;
	if (plain)
		time.tm_mday++;
	else
		time.tm_min++;
	*end = to_ms(&time);
	return true;
}

static bool moment(const struct parser *parser, const char *text, int64_t *begin, int64_t *end)
{
	if (strcmp(text, "today") == 0)
		return named_day(parser, 0, begin, end);
	if (strcmp(text, "yesterday") == 0)
		return named_day(parser, 1, begin, end);
	return ago(parser, text, begin, end) || date(text, begin, end);
}

/* --- terms ------------------------------------------------------------------------------------------------------- */

static bool is_word(const char *const *words, const char *text)
{
	for (; *words; words++) {
		if (strcmp(*words, text) == 0)
			return true;
	}
	return false;
}

static bool take_regex(struct parser *parser, bool negated, const char *begin)
{
	const char *end = ++parser->at;
	while (*end && *end != '/')
		end += *end == '\\' && end[1] ? 2 : 1;
	if (!*end)
		return fail(parser, begin, end, "Query.Error.RegexEnd", "");
	if (end == parser->at)
		return fail(parser, begin, end + 1, "Query.Error.RegexEmpty", "");

	int code;
	PCRE2_SIZE offset;
	pcre2_code *regex = pcre2_compile((PCRE2_SPTR)parser->at, (PCRE2_SIZE)(end - parser->at),
					  PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, &code,
					  &offset, NULL);
	if (!regex) {
		PCRE2_UCHAR message[200] = "";
		pcre2_get_error_message(code, message, sizeof(message));
		const char *at = parser->at +
				 (offset < (PCRE2_SIZE)(end - parser->at) ? offset : (PCRE2_SIZE)(end - parser->at));
		return fail(parser, at, end, "Query.Error.Regex", (const char *)message);
	}
	pcre2_code_free(regex);
	add(parser, LX_QUERY_REGEX, negated, bstrdup_n(parser->at, (size_t)(end - parser->at)), 0);
	parser->at = end + 1;
	return true;
}

/* What stands in quotes, or up to the next space. NULL where the quote has no end. */
static char *take_value(struct parser *parser, bool *quoted)
{
	*quoted = *parser->at == '"';
	if (!*quoted) {
		const char *begin = parser->at;
		while (*parser->at && !is_space(*parser->at))
			parser->at++;
		return bstrdup_n(begin, (size_t)(parser->at - begin));
	}
	const char *begin = ++parser->at;
	const char *end = strchr(begin, '"');
	if (!end)
		return NULL;
	parser->at = end + 1;
	return bstrdup_n(begin, (size_t)(end - begin));
}

static bool take_stream(struct parser *parser, const char *value, const char *begin, bool negated)
{
	if (parser->or_at)
		return fail(parser, begin, parser->at, "Query.Error.OrDate", value);
	long number = 1;
	char rest;
	if (strcmp(value, "last") != 0 && (sscanf(value, "%4ld%c", &number, &rest) != 1 || number < 1))
		return fail(parser, begin, parser->at, "Query.Error.Stream", value);
	return add(parser, LX_QUERY_STREAM, negated, NULL, number);
}

static bool take_moment(struct parser *parser, const char *key, const char *value, const char *begin, bool negated)
{
	int64_t first, end;
	if (parser->or_at)
		return fail(parser, begin, parser->at, "Query.Error.OrDate", value);
	if (!moment(parser, value, &first, &end))
		return fail(parser, begin, parser->at, "Query.Error.Date", value);
	const bool on = strcmp(key, "on") == 0, after = strcmp(key, "after") == 0;
	/* Not before is from then on, and the other way round; not on a day would be two ranges. */
	if (on && negated)
		return fail(parser, begin, parser->at, "Query.Error.NotOn", value);
	if (on && first == end)
		return fail(parser, begin, parser->at, "Query.Error.Date", value);
	if (on || after != negated)
		add(parser, LX_QUERY_AFTER, false, NULL, first);
	if (on || after == negated)
		add(parser, LX_QUERY_BEFORE, false, NULL, on ? end : first);
	return true;
}

/* 100 and >=100, >99, <=50, <51 */
static bool take_bits(struct parser *parser, const char *value, const char *begin, bool negated)
{
	const char sign = *value == '<' || *value == '>' ? *value : 0;
	const char *digits = value + (sign != 0);
	const bool equal = *digits == '=' && sign;
	long long number;
	char rest;
	digits += equal;
	if (*digits < '0' || *digits > '9' || sscanf(digits, "%9lld%c", &number, &rest) != 1)
		return fail(parser, begin, parser->at, "Query.Error.Bits", value);
	add(parser, LX_QUERY_BITS, negated, NULL, sign == '<' ? 1 : number + (sign == '>' && !equal));
	parser->terms.array[parser->terms.num - 1].most = sign == '<' ? number - !equal : INT64_MAX;
	return true;
}

static bool take_keyed(struct parser *parser, const char *key, char *value, const char *begin, bool negated)
{
	static const char *const has[] = {"link", "reply", "bits", "emote", NULL};
	enum lx_query_kind kind;
	if (!*value)
		return fail(parser, begin, parser->at, "Query.Error.Value", key);
	if (strcmp(key, "sort") == 0) {
		parser->best = strcmp(value, "best") == 0;
		if (negated || parser->or_at || (!parser->best && strcmp(value, "new") != 0))
			return fail(parser, begin, parser->at, "Query.Error.Sort", value);
		parser->sort_at = (size_t)(begin - parser->text);
		parser->sort_size = (size_t)(parser->at - begin);
		return true;
	}
	if (strcmp(key, "stream") == 0)
		return take_stream(parser, value, begin, negated);
	if (strcmp(key, "bits") == 0)
		return take_bits(parser, value, begin, negated);
	if (strcmp(key, "from") == 0) {
		kind = LX_QUERY_FROM;
	} else if (strcmp(key, "id") == 0) {
		kind = LX_QUERY_ID;
		if (strspn(value, "0123456789") != strlen(value))
			return fail(parser, begin, parser->at, "Query.Error.Id", value);
	} else if (strcmp(key, "badge") == 0) {
		kind = LX_QUERY_BADGE;
	} else if (strcmp(key, "in") == 0) {
		kind = LX_QUERY_IN;
	} else if (strcmp(key, "has") == 0) {
		kind = LX_QUERY_HAS;
		if (!is_word(has, value))
			return fail(parser, begin, parser->at, "Query.Error.Has", value);
	} else if (strcmp(key, "is") == 0) {
		kind = LX_QUERY_IS;
		if (strspn(value, "abcdefghijklmnopqrstuvwxyz_") != strlen(value))
			return fail(parser, begin, parser->at, "Query.Error.Is", value);
	} else {
		return take_moment(parser, key, value, begin, negated);
	}
	const char *name = value;
	while ((kind == LX_QUERY_FROM || kind == LX_QUERY_IN) && (*name == '@' || *name == '#'))
		name++;
	return add(parser, kind, negated, bstrdup(name), 0);
}

/* The key of "key:value" that is one of ours; other words with a colon in them are words. */
static const char *key_at(const char *at, size_t *size)
{
	static const char *const keys[] = {"from",   "in", "has", "is",    "stream", "after",
					   "before", "on", "id",  "badge", "bits",   "sort"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		*size = strlen(keys[i]);
		if (astrcmpi_n(at, keys[i], *size) == 0 && at[*size] == ':')
			return keys[i];
	}
	return NULL;
}

/* Either of "OR" and "|", alone between spaces. */
static bool take_or(struct parser *parser)
{
	const size_t size = strncmp(parser->at, "OR", 2) == 0 ? 2 : *parser->at == '|' ? 1 : 0;
	if (!size || (parser->at[size] && !is_space(parser->at[size])))
		return false;
	parser->or_at = parser->at;
	parser->at += size;
	return true;
}

static bool is_date(const struct lx_query_term *term)
{
	return term->kind == LX_QUERY_AFTER || term->kind == LX_QUERY_BEFORE || term->kind == LX_QUERY_STREAM;
}

static bool take_alternative(struct parser *parser)
{
	const char *begin = parser->at;
	if (!take_or(parser))
		return true;
	if (!parser->terms.num)
		return fail(parser, begin, parser->at, "Query.Error.Or", "");
	if (is_date(da_end(parser->terms)))
		return fail(parser, begin, parser->at, "Query.Error.OrDate", "");
	while (is_space(*parser->at))
		parser->at++;
	if (!*parser->at)
		return fail(parser, begin, parser->at, "Query.Error.Or", "");
	return true;
}

static bool take_term(struct parser *parser)
{
	const char *begin = parser->at;
	const bool negated = *begin == '-' && begin[1] && !is_space(begin[1]);
	size_t key_size;
	bool quoted;
	parser->at += negated;
	/* A day makes two. */
	if (parser->terms.num + 2 > LX_QUERY_TERMS)
		return fail(parser, begin, parser->text + strlen(parser->text), "Query.Error.Terms", "");
	if (*parser->at == '/' && parser->at[1] && strchr(parser->at + 1, '/'))
		return take_regex(parser, negated, begin);
	if (*parser->at == '/' && parser->at[1] && !is_space(parser->at[1]))
		return fail(parser, begin, begin + strlen(begin), "Query.Error.RegexEnd", "");

	const char *key = key_at(parser->at, &key_size);
	if (key)
		parser->at += key_size + 1;
	char *value = take_value(parser, &quoted);
	if (!value)
		return fail(parser, begin, begin + strlen(begin), "Query.Error.Quote", "");
	bool ok = true;
	if (key)
		ok = take_keyed(parser, key, value, begin, negated);
	else if (*value)
		return add(parser, quoted ? LX_QUERY_PHRASE : LX_QUERY_WORD, negated, value, 0);
	bfree(value);
	return ok;
}

struct lx_query *lx_query_parse(const char *text, const struct lx_text *texts, int64_t now_ms,
				struct lx_query_error *error)
{
	struct parser parser = {.text = text, .at = text, .texts = texts, .now_ms = now_ms, .error = error};
	bool ok = true;
	while (ok) {
		while (is_space(*parser.at))
			parser.at++;
		if (!*parser.at)
			break;
		parser.or_at = NULL;
		ok = take_alternative(&parser) && take_term(&parser);
	}
	struct lx_query *query = bzalloc(sizeof(*query));
	query->me = bstrdup("");
	query->best = parser.best;
	query->sort_at = parser.sort_at;
	query->sort_size = parser.sort_size;
	query->terms = parser.terms.array;
	query->count = parser.terms.num;
	if (ok)
		return query;
	lx_query_destroy(query);
	return NULL;
}

void lx_query_destroy(struct lx_query *query)
{
	if (!query)
		return;
	for (size_t i = 0; i < query->count; i++)
		bfree(query->terms[i].text);
	bfree(query->terms);
	bfree(query->me);
	bfree(query);
}

void lx_query_set_me(struct lx_query *query, const char *login)
{
	bfree(query->me);
	query->me = bstrdup(login);
}

bool lx_query_is_alternative(const struct lx_query *query, size_t n)
{
	return query->terms[n].alternative || (n + 1 < query->count && query->terms[n + 1].alternative);
}
