#include "support.h"
#include "folder.h"

#include "chat/filter.h"
#include "chat/query.h"

#define NOW 1790000000000

static const struct lx_text *no_texts; /* keys */

static struct lx_event message(const char *text, uint32_t roles)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.chat.user.login = event.chat.user.name = "anna";
	event.chat.user.roles = roles;
	event.chat.text = text;
	return event;
}

static struct lx_rules *rules_of(const char *json)
{
	struct dstr trouble = {0};
	struct lx_rules *rules = lx_rules_parse(json, no_texts, &trouble);
	if (!rules)
		fail_msg("%s", trouble.array);
	dstr_free(&trouble);
	return rules;
}

static struct lx_filter *filter_of(const char *json)
{
	struct lx_rules *rules = rules_of(json);
	struct lx_filter *filter = lx_filter_create(rules, "ilse", no_texts, NOW);
	lx_rules_destroy(rules);
	return filter;
}

static struct lx_filter_verdict judge(struct lx_filter *filter, const char *text, uint32_t roles)
{
	struct lx_filter_verdict verdict;
	const struct lx_event event = message(text, roles);
	lx_filter_judge(filter, &event, &verdict);
	return verdict;
}

static void the_first_rule_that_fits_gives_the_color(void **state)
{
	struct lx_filter *filter = filter_of("{\"version\":1,\"rules\":["
					     "{\"query\":\"off\",\"color\":\"#111111\",\"enabled\":false},"
					     "{\"query\":\"loud\",\"sound\":\"ping\"},"
					     "{\"query\":\"gg\",\"color\":\"#22aaFF\"},"
					     "{\"query\":\"gg wp\",\"color\":\"#333333\",\"sound\":\"drop\"}]}");
	struct lx_filter_verdict verdict = judge(filter, "gg wp", 0);
	assert_int_equal(verdict.rule, 2);
	assert_int_equal(verdict.color, 0x22AAFF);
	assert_int_equal(verdict.sound_rule, 3);
	verdict = judge(filter, "off", 0);
	assert_int_equal(verdict.rule, -1);
	assert_int_equal(verdict.color, LX_COLOR_NONE);
	assert_int_equal(judge(filter, "so loud", 0).sound_rule, 1);
	lx_filter_destroy(filter);
}

static void moderators_are_hidden_only_where_the_user_says_so(void **state)
{
	struct lx_filter *filter = filter_of("{\"rules\":[{\"query\":\"bad\",\"hide\":true,\"sound\":\"ping\"}]}");
	assert_true(judge(filter, "bad", 0).hidden);
	assert_int_equal(judge(filter, "bad", 0).sound_rule, -1);
	assert_false(judge(filter, "good", 0).hidden);
	assert_false(judge(filter, "bad", LX_ROLE_MODERATOR).hidden);
	assert_false(judge(filter, "bad", LX_ROLE_BROADCASTER).hidden);
	assert_true(judge(filter, "bad", LX_ROLE_VIP).hidden);
	lx_filter_destroy(filter);

	filter = filter_of("{\"never_hide_moderators\":false,\"rules\":[{\"query\":\"bad\",\"hide\":true}]}");
	assert_true(judge(filter, "bad", LX_ROLE_MODERATOR).hidden);
	struct lx_event own = message("bad", 0);
	struct lx_filter_verdict verdict;
	own.chat.flags = LX_CHAT_OWN;
	lx_filter_judge(filter, &own, &verdict);
	assert_false(verdict.hidden);
	lx_filter_destroy(filter);
}

static void what_was_typed_in_other_channels_is_hidden_where_wanted(void **state)
{
	struct lx_filter *filter = filter_of("{\"rules\":[{\"query\":\"hi\",\"sound\":\"ping\"}]}");
	struct lx_event event = message("hi", LX_ROLE_MODERATOR);
	struct lx_filter_verdict verdict;
	event.chat.flags = LX_CHAT_SHARED;
	lx_filter_judge(filter, &event, &verdict);
	assert_false(verdict.hidden);
	lx_filter_destroy(filter);
	filter = filter_of("{\"hide_shared\":true,\"rules\":[{\"query\":\"hi\",\"sound\":\"ping\"}]}");
	lx_filter_judge(filter, &event, &verdict);
	assert_true(verdict.hidden); /* moderators of another channel are guests here */
	assert_int_equal(verdict.sound_rule, -1);
	assert_false(judge(filter, "hi", 0).hidden);
	lx_filter_destroy(filter);
}

static void who_names_the_user_is_known_without_a_rule(void **state)
{
	struct lx_filter *filter = filter_of("{\"rules\":[]}");
	assert_true(judge(filter, "hello @Ilse!", 0).mention);
	assert_true(judge(filter, "ilse, look", 0).mention);
	assert_false(judge(filter, "nobody", 0).mention);
	struct lx_event own = message("it is me, ilse", 0);
	struct lx_filter_verdict verdict;
	own.chat.flags = LX_CHAT_OWN;
	lx_filter_judge(filter, &own, &verdict);
	assert_false(verdict.mention);
	lx_filter_destroy(filter);
}

static void ready_views_are_added_once(void **state)
{
	struct lx_rules *rules = rules_of("{\"views\":[{\"name\":\"mine\",\"query\":\"is:question\"}]}");
	lx_rules_add_ready_views(rules, no_texts);
	assert_int_equal(rules->view_count, 5);
	assert_string_equal(rules->views[0].name, "mine");
	lx_rules_add_ready_views(rules, no_texts);
	assert_int_equal(rules->view_count, 5);
	for (size_t i = 0; i < rules->view_count; i++) {
		struct lx_query_error error;
		struct lx_query *query = lx_query_parse(rules->views[i].query, no_texts, NOW, &error);
		assert_non_null(query);
		lx_query_destroy(query);
	}
	lx_rules_destroy(rules);
}

static void a_message_is_in_each_view_that_it_answers_to(void **state)
{
	struct lx_filter *filter = filter_of("{\"views\":[{\"query\":\"is:question\",\"open\":true},"
					     "{\"query\":\"is:mod\",\"open\":true},{\"query\":\"is:mod\"}]}");
	assert_int_equal(judge(filter, "why?", 0).views, 1);
	assert_int_equal(judge(filter, "why?", LX_ROLE_MODERATOR).views, 3);
	struct lx_event other;
	struct lx_filter_verdict verdict;
	lx_event_init(&other, LX_EVENT_ROOM_STATE);
	lx_filter_judge(filter, &other, &verdict);
	assert_int_equal(verdict.views, 0);
	lx_filter_destroy(filter);
}

static void a_condition_that_is_not_understood_is_told_and_never_holds(void **state)
{
	struct lx_filter *filter = filter_of("{\"rules\":[{\"query\":\"/(/\",\"hide\":true},{\"query\":\"ok\"}],"
					     "\"views\":[{\"query\":\"is:?\",\"open\":true}]}");
	assert_string_equal(lx_filter_rule_error(filter, 0), "Query.Error.Regex");
	assert_string_equal(lx_filter_rule_error(filter, 1), "");
	assert_string_equal(lx_filter_view_error(filter, 0), "Query.Error.Is");
	assert_false(judge(filter, "(", 0).hidden);
	assert_int_equal(judge(filter, "?", 0).views, 0);
	lx_filter_destroy(filter);
}

static void a_rule_that_was_switched_off_is_told_once(void **state)
{
	struct lx_filter *filter =
		filter_of("{\"rules\":[{\"query\":\"ok\"},{\"query\":\"/(x+x+)+[yz]/\",\"hide\":true}]}");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lx_filter_switched_off(filter), -1);
		judge(filter, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0);
	}
	assert_int_equal(lx_filter_switched_off(filter), 1);
	assert_int_equal(lx_filter_switched_off(filter), -1);
	lx_filter_destroy(filter);
}

static void rules_survive_their_file(void **state)
{
	struct folder folder;
	struct dstr trouble = {0};
	folder_make(&folder);
	struct lx_rules *rules = lx_rules_load(folder.file, no_texts, &trouble);
	assert_null(trouble.array); /* there was none: nothing is wrong */
	assert_true(rules->rule_count > 0);
	const struct lx_rule rule = {"n\xC3\xA4me \"x\"", "from:anna \"a b\"", "/home/me/a.wav", 0x0000FF, false, true};
	const struct lx_saved_view view = {"v", "is:mod", true};
	assert_true(lx_rules_add(rules, &rule));
	assert_true(lx_rules_add_view(rules, &view));
	rules->never_hide_moderators = false;
	rules->hide_shared = true;
	rules->volume = 15;
	assert_true(lx_rules_save(rules, folder.file));

	struct lx_rules *again = lx_rules_load(folder.file, no_texts, &trouble);
	assert_null(trouble.array);
	assert_int_equal(again->rule_count, rules->rule_count);
	assert_int_equal(again->view_count, rules->view_count);
	const struct lx_rule *last = &again->rules[again->rule_count - 1];
	assert_string_equal(last->name, rule.name);
	assert_string_equal(last->query, rule.query);
	assert_string_equal(last->sound, rule.sound);
	assert_int_equal(last->color, rule.color);
	assert_false(last->enabled);
	assert_true(last->hide);
	assert_true(again->views[again->view_count - 1].open);
	assert_false(again->never_hide_moderators);
	assert_true(again->hide_shared);
	assert_int_equal(again->volume, 15);
	lx_rules_destroy(again);
	lx_rules_destroy(rules);
	os_unlink(folder.file);
	os_rmdir(folder.path);
}

static void a_broken_file_gives_defaults_and_is_kept(void **state)
{
	static const char *const broken[] = {
		"", "{", "[]", "{}", "{\"rules\":7}", "\x00\xFF", "{\"version\":2,\"rules\":[]}"};
	struct folder folder;
	folder_make(&folder);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		struct dstr trouble = {0};
		assert_true(os_quick_write_utf8_file(folder.file, broken[i], strlen(broken[i]), false));
		struct lx_rules *rules = lx_rules_load(folder.file, no_texts, &trouble);
		assert_string_equal(trouble.array, "Rules.Error.Broken");
		assert_string_equal(rules->rules[0].query, "is:mention");
		assert_int_equal(folder_count(&folder, ".broken", NULL), 1);
		assert_false(os_file_exists(folder.file));
		lx_rules_destroy(rules);
		dstr_free(&trouble);
	}
	char kept[320];
	snprintf(kept, sizeof(kept), "%s.broken", folder.file);
	os_unlink(kept);
	os_rmdir(folder.path);
}

static void odd_values_are_put_right(void **state)
{
	struct lx_rules *rules = rules_of(
		"{\"volume\":900,\"rules\":[7,null,{},{\"query\":\"\"},{\"query\":\"a\",\"color\":\"red\"},"
		"{\"query\":\"b\",\"color\":\"#12345g\",\"name\":5,\"hide\":\"yes\"},{\"query\":\"c\",\"color\":\"#12 456\"}],"
		"\"views\":{\"query\":\"x\"}}");
	assert_int_equal(rules->rule_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(rules->rules[i].color, LX_COLOR_NONE);
	assert_string_equal(rules->rules[1].name, "");
	assert_false(rules->rules[1].hide);
	assert_int_equal(rules->volume, 100);
	lx_rules_destroy(rules);
}

static void there_are_limits(void **state)
{
	struct dstr json = {0};
	dstr_cat(&json, "{\"rules\":[");
	for (int i = 0; i < 300; i++)
		dstr_catf(&json, "%s{\"query\":\"a%d\"}", i ? "," : "", i);
	dstr_cat(&json, "],\"views\":[");
	for (int i = 0; i < 100; i++)
		dstr_catf(&json, "%s{\"query\":\"a%d\",\"open\":true}", i ? "," : "", i);
	dstr_cat(&json, "]}");
	struct lx_rules *rules = rules_of(json.array);
	assert_int_equal(rules->rule_count, LX_RULES_MAX);
	assert_int_equal(rules->view_count, LX_VIEWS_MAX);
	struct lx_filter *filter = lx_filter_create(rules, "", no_texts, NOW);
	/* A word of two letters begins others. */
	assert_int_equal(judge(filter, "a23", 0).views, 1u << 23 | 1u << 2);
	lx_filter_destroy(filter);
	char name[200];
	memset(name, 'x', sizeof(name) - 1);
	memcpy(name + 79, "\xC3\xA4", 2); /* across the limit */
	name[199] = 0;
	lx_rules_destroy(rules);
	dstr_free(&json);

	rules = rules_of("{\"rules\":[]}");
	const struct lx_rule rule = {.name = name, .query = "a"};
	assert_true(lx_rules_add(rules, &rule));
	assert_int_equal(strlen(rules->rules[0].name), 79);
	lx_rules_destroy(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(the_first_rule_that_fits_gives_the_color),
		lx_unit_test(moderators_are_hidden_only_where_the_user_says_so),
		lx_unit_test(what_was_typed_in_other_channels_is_hidden_where_wanted),
		lx_unit_test(who_names_the_user_is_known_without_a_rule),
		lx_unit_test(ready_views_are_added_once),
		lx_unit_test(a_message_is_in_each_view_that_it_answers_to),
		lx_unit_test(a_condition_that_is_not_understood_is_told_and_never_holds),
		lx_unit_test(a_rule_that_was_switched_off_is_told_once),
		lx_unit_test(rules_survive_their_file),
		lx_unit_test(a_broken_file_gives_defaults_and_is_kept),
		lx_unit_test(odd_values_are_put_right),
		lx_unit_test(there_are_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
