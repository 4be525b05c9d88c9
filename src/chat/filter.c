#include "chat/filter.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "chat/match.h"

struct compiled {
	bool on;
	bool hide, sound;
	uint32_t color;
	size_t query; /* in the match */
	bool told_off;
	char *error;
};

struct lx_filter {
	DARRAY(struct compiled) rules;
	DARRAY(struct compiled) views;
	struct compiled mention;
	struct lx_match *match;
	bool never_hide_moderators;
	bool hide_shared;
	bool silent;
};

struct compiling {
	DARRAY(const struct lx_query *) queries;
	const struct lx_text *texts;
	const char *me;
	int64_t now_ms;
};

static void compile(struct compiling *compiling, struct compiled *out, const char *text)
{
	struct lx_query_error error = {0};
	struct lx_query *query = lx_query_parse(text, compiling->texts, compiling->now_ms, &error);
	out->on = out->on && query;
	out->error = bstrdup(query ? "" : error.sentence);
	if (!query)
		return;
	lx_query_set_me(query, compiling->me);
	if (out->on) {
		out->query = compiling->queries.num;
		const struct lx_query *kept = query;
		da_push_back(compiling->queries, &kept);
	} else {
		lx_query_destroy(query);
	}
}

struct lx_filter *lx_filter_create(const struct lx_rules *rules, const char *me, const struct lx_text *texts,
				   int64_t now_ms)
{
	struct lx_filter *filter = bzalloc(sizeof(*filter));
	struct compiling compiling = {.texts = texts, .me = me, .now_ms = now_ms};
	filter->never_hide_moderators = rules->never_hide_moderators;
	filter->hide_shared = rules->hide_shared;
	filter->silent = rules->volume == 0;
	for (size_t i = 0; i < rules->rule_count; i++) {
		const struct lx_rule *rule = &rules->rules[i];
		struct compiled compiled = {.on = rule->enabled,
					    .hide = rule->hide,
					    .sound = *rule->sound,
					    .color = rule->color};
		compile(&compiling, &compiled, rule->query);
		da_push_back(filter->rules, &compiled);
	}
	for (size_t i = 0; i < rules->view_count; i++) {
		struct compiled compiled = {.on = rules->views[i].open};
		compile(&compiling, &compiled, rules->views[i].query);
		da_push_back(filter->views, &compiled);
	}
	filter->mention.on = true;
	compile(&compiling, &filter->mention, "is:mention");
	filter->match = lx_match_create(compiling.queries.array, compiling.queries.num);
	for (size_t i = 0; i < compiling.queries.num; i++)
		lx_query_destroy((struct lx_query *)compiling.queries.array[i]);
	da_free(compiling.queries);
	return filter;
}

void lx_filter_destroy(struct lx_filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->rules.num; i++)
		bfree(filter->rules.array[i].error);
	for (size_t i = 0; i < filter->views.num; i++)
		bfree(filter->views.array[i].error);
	bfree(filter->mention.error);
	da_free(filter->rules);
	da_free(filter->views);
	lx_match_destroy(filter->match);
	bfree(filter);
}

static void judge_rules(struct lx_filter *filter, bool may_hide, struct lx_filter_verdict *out)
{
	for (size_t i = 0; i < filter->rules.num; i++) {
		const struct compiled *rule = &filter->rules.array[i];
		const bool colors = out->rule < 0 && rule->color != LX_COLOR_NONE;
		const bool sounds = out->sound_rule < 0 && rule->sound && !filter->silent;
		const bool hides = rule->hide && may_hide && !out->hidden;
		if (!rule->on || (!colors && !sounds && !hides) || !lx_match_holds(filter->match, rule->query))
			continue;
		if (colors) {
			out->rule = (int)i;
			out->color = rule->color;
		}
		if (sounds)
			out->sound_rule = (int)i;
		out->hidden = out->hidden || hides;
	}
}

void lx_filter_judge(struct lx_filter *filter, const struct lx_event *event, struct lx_filter_verdict *out)
{
	*out = (struct lx_filter_verdict){.rule = -1, .color = LX_COLOR_NONE, .sound_rule = -1};
	if (event->type != LX_EVENT_CHAT_MESSAGE && event->type != LX_EVENT_CHAT_NOTICE &&
	    event->type != LX_EVENT_WHISPER)
		return;
	const uint32_t spared = LX_ROLE_BROADCASTER | LX_ROLE_MODERATOR | LX_ROLE_STAFF;
	const bool own = event->chat.flags & LX_CHAT_OWN;
	const bool may_hide = !own && !(filter->never_hide_moderators && event->chat.user.roles & spared);
	lx_match_take(filter->match, event, false);
	out->hidden = filter->hide_shared && event->chat.flags & LX_CHAT_SHARED;
	/* One's own words need no highlight. */
	if (!own) {
		judge_rules(filter, may_hide, out);
		out->mention = lx_match_holds(filter->match, filter->mention.query);
	}
	/* What nobody is to see makes no noise. */
	if (out->hidden)
		out->sound_rule = -1;
	for (size_t i = 0; i < filter->views.num && i < LX_VIEWS_MAX; i++) {
		const struct compiled *view = &filter->views.array[i];
		if (view->on && lx_match_holds(filter->match, view->query))
			out->views |= 1u << i;
	}
}

const char *lx_filter_rule_error(const struct lx_filter *filter, size_t n)
{
	return filter->rules.array[n].error;
}

const char *lx_filter_view_error(const struct lx_filter *filter, size_t n)
{
	return filter->views.array[n].error;
}

int lx_filter_switched_off(struct lx_filter *filter)
{
	for (size_t i = 0; i < filter->rules.num; i++) {
		struct compiled *rule = &filter->rules.array[i];
		if (rule->on && !rule->told_off && lx_match_is_off(filter->match, rule->query)) {
			rule->told_off = true;
			return (int)i;
		}
	}
	return -1;
}
