/*
 * A file of rules, then, behind the first line without anything in it, messages one a line. Whatever is in the file is read or refused with
 * a sentence; what was read is the same when it is written and read again; and judging any text ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "chat/filter.h"
#include "twitch/irc_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(condition)         \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

static void judge_lines(struct lx_filter *filter, const struct lx_rules *rules, char *at)
{
	for (char *line = strtok(at, "\n"); line; line = strtok(NULL, "\n")) {
		struct lx_event event;
		struct lx_filter_verdict verdict;
		lx_event_init(&event, *line == '*' ? LX_EVENT_CHAT_NOTICE : LX_EVENT_CHAT_MESSAGE);
		event.chat.user.login = event.chat.user.name = event.chat.notice = "raid";
		event.chat.user.badges = line;
		event.chat.text = line;
		event.chat.flags = (uint32_t)(unsigned char)line[0] & ~(uint32_t)LX_CHAT_OWN;
		lx_filter_judge(filter, &event, &verdict);
		CHECK(verdict.rule < (int)rules->rule_count && verdict.sound_rule < (int)rules->rule_count);
		CHECK(verdict.rule < 0 || rules->rules[verdict.rule].color == verdict.color);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct dstr trouble = {0};
	char *raw = bzalloc(size + 1);
	memcpy(raw, bytes, size);
	char *messages = strstr(raw, "\n\n");
	if (messages) {
		*messages = 0;
		messages += 2;
	}
	struct lx_rules *rules = lx_rules_parse(raw, NULL, &trouble);
	CHECK(!rules == (trouble.len > 0));
	if (rules) {
		char *json = lx_rules_to_json(rules);
		struct lx_rules *again = lx_rules_parse(json, NULL, &trouble);
		CHECK(again && again->rule_count == rules->rule_count && again->view_count == rules->view_count);
		char *json_again = lx_rules_to_json(again);
		CHECK(strcmp(json, json_again) == 0);
		struct lx_filter *filter = lx_filter_create(rules, "raid", NULL, 1790000000000);
		if (messages) {
			/* As everything that comes in: valid UTF-8. */
			char *safe = bmalloc(strlen(messages) * 3 + 1);
			lx_irc_text_make_safe(safe, messages, strlen(messages));
			judge_lines(filter, rules, safe);
			bfree(safe);
		}
		lx_filter_destroy(filter);
		bfree(json_again);
		bfree(json);
		lx_rules_destroy(again);
		lx_rules_destroy(rules);
	}
	dstr_free(&trouble);
	bfree(raw);
	return 0;
}
