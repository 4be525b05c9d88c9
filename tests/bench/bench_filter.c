/*
 * What the user's rules cost a message: microseconds to judge one, with fifty rules for words and phrases, with fifty of all kinds, and with
 * fifty regular expressions; messages as they come in chat, about 60 characters, a quarter of them not in ASCII.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "chat/filter.h"
#include "report.h"

#define MESSAGES 1000
#define ROUNDS 101
#define RULES 50

static uint32_t seed = 7;

static uint32_t below(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % limit;
}

static char *make_text(void)
{
	static const char *const plain[] = {"that", "was", "close",  "gg",     "no",    "way",       "chat",
					    "lol",  "the", "boss",   "again?", "first", "try",       "KEKW",
					    "clip", "it",  "please", "nice",   "Kappa", "streamer_q"};
	static const char *const other[] = {"\xC3\xBC"
					    "ber",
					    "d\xC4\x9B"
					    "kuji",
					    "\xF0\x9F\x98\x82", "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82",
					    "\xE3\x81\x99\xE3\x81\x94\xE3\x81\x84"};
	struct dstr text = {0};
	const bool foreign = below(4) == 0;
	const uint32_t words = 4 + below(18);
	for (uint32_t i = 0; i < words; i++) {
		dstr_cat(&text, i ? " " : "");
		dstr_cat(&text, foreign && below(3) == 0 ? other[below(5)] : plain[below(20)]);
	}
	return text.array;
}

enum set { WORDS, MIXED, PATTERNS };

static char *make_query(enum set set, uint32_t i)
{
	static const char *const words[] = {
		"giveaway", "\"streamer_q\"", "\"first try\"", "world record", "cz\xC4\x99\xC5\x9B\xC4\x87", "klip"};
	static const char *const facts[] = {"is:mention",    "is:question",      "is:first OR is:returning",
					    "from:somebody", "badge:vip",        "has:link -is:mod",
					    "bits:>100",     "/gift(ed)? subs?/"};
	struct dstr query = {0};
	if (set == PATTERNS)
		dstr_printf(&query, "/\\bsp[ae]m%u\\w*|buy .*followers%u/", i, i);
	else if (set == MIXED && i % 2)
		dstr_copy(&query, facts[i / 2 % 8]);
	else if (i % 7 == 0)
		dstr_copy(&query, words[i / 7 % 6]);
	else
		dstr_printf(&query, "%sword%u thing%s", i % 3 ? "\"" : "", i, i % 3 ? "\"" : "");
	return query.array;
}

static struct lx_filter *make_filter(enum set set)
{
	struct dstr trouble = {0};
	struct lx_rules *rules = lx_rules_parse("{\"rules\":[]}", NULL, &trouble);
	for (uint32_t i = 0; i < RULES; i++) {
		char *query = make_query(set, i);
		const struct lx_rule rule = {.query = query, .color = LX_COLOR_NONE, .enabled = true, .hide = true};
		lx_rules_add(rules, &rule);
		bfree(query);
	}
	struct lx_filter *filter = lx_filter_create(rules, "streamer_q", NULL, 0);
	for (size_t i = 0; i < RULES; i++) {
		if (*lx_filter_rule_error(filter, i))
			abort();
	}
	lx_rules_destroy(rules);
	return filter;
}

static void measure(enum set set, char **texts, const char *key, const char *name)
{
	struct lx_filter *filter = make_filter(set);
	double times[ROUNDS];
	size_t hidden = 0;
	for (int round = 0; round < ROUNDS; round++) {
		const uint64_t begin = os_gettime_ns();
		for (size_t i = 0; i < MESSAGES; i++) {
			struct lx_event event;
			struct lx_filter_verdict verdict;
			lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
			event.chat.user.login = event.chat.user.name = "viewer";
			event.chat.user.badges = "subscriber/12,premium/1";
			event.chat.text = texts[i];
			lx_filter_judge(filter, &event, &verdict);
			hidden += verdict.hidden;
		}
		times[round] = (double)(os_gettime_ns() - begin) / MESSAGES / 1000;
	}
	lx_filter_destroy(filter);
	const double median = bench_part(times, ROUNDS, 0.5);
	printf("%-40s %6.2f us a message, %zu of %d fit\n", name, median, hidden / ROUNDS, MESSAGES);
	bench_report(key, median);
}

int main(void)
{
	char *texts[MESSAGES];
	for (size_t i = 0; i < MESSAGES; i++)
		texts[i] = make_text();
	measure(WORDS, texts, "filter.words", "fifty rules for words and phrases");
	measure(MIXED, texts, "filter.mixed", "fifty rules of all kinds");
	measure(PATTERNS, texts, "filter.patterns", "fifty regular expressions");
	for (size_t i = 0; i < MESSAGES; i++)
		bfree(texts[i]);
	return 0;
}
