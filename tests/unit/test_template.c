#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "stats/template.h"

#define NOW INT64_C(1790000000000) /* 2026-09-21 16:13:20 in Prague */

static struct lx_live_snapshot nothing(void)
{
	struct lx_live_snapshot values = {0};
	values.viewers = values.followers = values.subs = values.sub_points = LX_STAT_UNKNOWN;
	values.started_ms = values.chat_rate = values.chatters = values.messages = LX_STAT_UNKNOWN;
	return values;
}

static struct lx_live_snapshot on_air(void)
{
	struct lx_live_snapshot values = nothing();
	values.live = true;
	values.viewers = 1234;
	values.followers = 56789;
	values.subs = 42;
	values.sub_points = 50;
	values.started_ms = NOW - (2 * 3600 + 7 * 60 + 9) * 1000;
	strcpy(values.channel, "ilse");
	strcpy(values.title, "Castle speedrun");
	strcpy(values.category, "Art");
	strcpy(values.latest_chatter, "Bob");
	values.chat_rate = 17;
	values.chatters = 0;
	values.messages = 99;
	return values;
}

static struct lx_template *compile_as(const char *source, bool preview)
{
	const struct lx_template_options options = {.language = "en-US",
						    .time_zone = "Europe/Prague",
						    .live_text = "live",
						    .preview = preview};
	return lx_template_create(source, &options);
}

static struct lx_template *compile(const char *source)
{
	return compile_as(source, false);
}

static void check_with(const struct lx_live_snapshot *values, bool preview, const char *source, const char *expected)
{
	struct lx_template *text = compile_as(source, preview);
	assert_true(lx_template_update(text, values, NOW));
	if (strcmp(lx_template_text(text), expected) != 0)
		print_error("template: %s\n", source);
	assert_string_equal(lx_template_text(text), expected);
	lx_template_destroy(text);
}

static void check(const char *source, const char *expected)
{
	const struct lx_live_snapshot values = on_air();
	check_with(&values, false, source, expected);
}

static void check_offline(const char *source, const char *expected)
{
	const struct lx_live_snapshot values = nothing();
	check_with(&values, false, source, expected);
}

static void every_name_has_its_value(void **state)
{
	check("{viewers} {followers} {subs} {sub_points}", "1234 56789 42 50");
	check("{uptime} {title} {category} {channel}", "2:07:09 Castle speedrun Art ilse");
	check("{chat_rate} {chatters} {messages} {latest_chatter}", "17 0 99 Bob");
	check("{live} {time:HH:mm}", "live 16:13");
	for (int which = 0; which < LX_PLACEHOLDER_COUNT; which++) {
		char source[64];
		snprintf(source, sizeof(source), "{%s}", lx_placeholder_name(which));
		struct lx_template *text = compile(source);
		assert_int_equal(lx_template_problem_count(text), 0);
		assert_int_equal(lx_template_uses(text), 1u << which);
		lx_template_destroy(text);
	}
}

static void without_account_or_stream_names_are_empty(void **state)
{
	check_offline("", "");
	check_offline("a{viewers}{followers}{subs}{sub_points}{uptime}{title}{category}b", "ab");
	check_offline("a{chat_rate}{chatters}{messages}{latest_chatter}{live}{channel}b", "ab");
	check_offline("{viewers|–} viewers[ · {uptime}]", "– viewers");
}

static void formats_and_upper_case(void **state)
{
	check("{viewers:n0} {viewers:k} {uptime:m:ss} {title:6}", "1,234 1.2K 127:09 Castle…");
	check("{TITLE} {LATEST_CHATTER:2} {LIVE}", "CASTLE SPEEDRUN BO… LIVE");
	check("[{subs:>4}][{latest_chatter:<5}|]", "  42Bob  |");
	check("{viewers:n0|none}", "1,234");
}

static void fallbacks_stand_in_for_nothing(void **state)
{
	check("{latest_chatter|nobody}", "Bob");
	check_offline("{latest_chatter|nobody}", "nobody");
	check_offline("{latest_chatter|}", "");
	check_offline("{viewers:n0|{followers|{title|none}}}!", "none!");
	check("{chatters|none}", "0");
	check_offline("{viewers|a|b}", "a|b");
	check_offline("{viewers|\\}}", "}");
	struct lx_live_snapshot values = nothing();
	values.viewers = 5;
	check_with(&values, false, "{subs|{viewers}}y", "5y");
	check_with(&values, false, "{subs|x}y", "xy");
	check_with(&values, false, "{viewers|x}y", "5y");
}

static void sections_vanish_with_their_values(void **state)
{
	check("[Last: {latest_chatter}]!", "Last: Bob!");
	check_offline("[Last: {latest_chatter}]!", "!");
	check_offline("a[b{viewers}c[d{subs}]e]f", "af");
	check_offline("a[b{viewers|0}c[d{subs}]e]f", "ab0cef");
	check("[LIVE] [] {viewers}", "[LIVE] [] 1234");
	check("[[{viewers}]]", "1234");
	check("[a[b]c]", "[a[b]c]");
	check("\\[{viewers}\\]", "[1234]");
	check_offline("[{live|offline}]", "offline");
	check_offline("x[{nonsense} y]z", "xz");
}

static void conditions(void **state)
{
	check("{?live:ON AIR|off}", "ON AIR");
	check_offline("{?live:ON AIR|off}", "off");
	check_offline("a{?live:ON AIR}b", "ab");
	check("{?!live:off|on}", "on");
	check("{?viewers>=1234:full|not}{?viewers>1234:x|y}", "fully");
	check("{?viewers<1235:a}{?viewers<=1233:b}{?viewers=1234:c}{?viewers==1234:d}{?viewers!=1234:e}", "acd");
	check("{?viewers >= 1000 : yes | no }", " yes ");
	check("{?chatters:some|none}", "none");
	check_offline("{?viewers<5:few|?}{?viewers!=5:x|?}{?viewers:x|?}", "???");
	check("{?category=art:painting}", "painting");
	check("{?category!=Just Chatting:game {title}|talk}", "game Castle speedrun");
	check("{?title:{?live:[{viewers} see ]{title}|off}|none}", "1234 see Castle speedrun");
	check("{?uptime>=3600:long}{?uptime>=2:07:09:now}{?uptime>2:07:09:late|.}{?uptime<2:30:short|!}", "longnow.!");
	/* Longer than any number. */
	check("{?uptime<9999999999999999999:00:00:x|y}{?uptime>-9999999999999999999:00:00:x|y}", "xx");
	check("{?uptime<9223372036854775807:59:x|y}{?viewers<99999999999999999999:x|y}", "xx");
	check("{?category=a\\:b:x|y}", "y");
	struct lx_live_snapshot values = on_air();
	strcpy(values.category, "a:b");
	check_with(&values, false, "{?category=a\\:b:x|y}", "x");
}

static void escapes(void **state)
{
	check("\\{viewers\\} \\\\ a\\nb \\: \\| \\x", "{viewers} \\ a\nb : | \\x");
	check("C:\\games\\", "C:\\games\\");
	check("a\r\nb", "a\nb");
}

static void broken_text_never_eats_the_rest(void **state)
{
	check("{viewers {title}!", "{viewers Castle speedrun!");
	check("{", "{");
	check("}{", "}{");
	check("a } b ] c [ d", "a } b ] c [ d");
	check("{} {:} {|} {?} {?:} {??live:x} { viewers }", "{} {:} {|} {?} {?:} {??live:x} { viewers }");
	check("[{title]", "[{title]");
	check("{[title}]", "{[title}]");
	check("{hello world} {viewers}", "{hello world} 1234");
	check("{?viewers>=many:x|y}", "{?viewers>=many:x|y}");
	check("{?viewers>:x}", "{?viewers>:x}");
	check("{?live}", "{?live}");
	check("{?category>Art:x}", "{?category>Art:x}");
	check("{?time>5:x}", "{?time>5:x}");
	check("{viewers}\\", "1234\\");
}

static void unknown_names_are_empty_on_program_and_visible_in_a_preview(void **state)
{
	const struct lx_live_snapshot values = on_air();
	check("a{vewers}b{Viewers:n0}c{nope|x}d{?nope=5:y|z}e", "abcxde");
	check_with(&values, true, "a{vewers}b{Viewers:n0}c{nope|x}d{?nope=5:y|z}e",
		   "a{vewers}b{Viewers:n0}c{nope|x}d{?nope=5:y|z}e");
	check_with(&values, true, "[{nope}] {viewers}", "{nope} 1234");
}

static void problems_are_listed(void **state)
{
	static const struct {
		enum lx_template_problem kind;
		const char *typed;
	} expected[] = {
		{LX_PROBLEM_UNCLOSED, "{followers"},   {LX_PROBLEM_NAME, "{vewers}"},
		{LX_PROBLEM_NAME, "{no.pe:n0|x}"},     {LX_PROBLEM_FORMAT, "{viewers:x}"},
		{LX_PROBLEM_FORMAT, "{?subs>many:a}"},
	};
	struct lx_template *text = compile("{vewers} {viewers} {no.pe:n0|x} {viewers:x} {?subs>many:a} [a {followers");
	assert_int_equal(lx_template_problem_count(text), 5);
	for (size_t i = 0; i < 5; i++) {
		const char *typed;
		assert_int_equal(lx_template_problem(text, i, &typed), expected[i].kind);
		assert_string_equal(typed, expected[i].typed);
	}
	/* A format that does not exist costs the format, not the number. */
	const struct lx_live_snapshot values = on_air();
	lx_template_update(text, &values, NOW);
	assert_string_equal(lx_template_text(text), " 1234 x 1234 {?subs>many:a} [a {followers");
	lx_template_destroy(text);
}

static void depth_and_length_are_bounded(void **state)
{
	struct dstr source = {0};
	struct lx_live_snapshot values = on_air();
	const char *typed;

	for (int i = 0; i < 5000; i++)
		dstr_cat(&source, "[{?live:");
	struct lx_template *text = compile(source.array);
	assert_int_equal(lx_template_problem(text, 0, &typed), LX_PROBLEM_TOO_DEEP);
	lx_template_update(text, &values, NOW);
	assert_memory_equal(lx_template_text(text), source.array, 16 * 1024);
	lx_template_destroy(text);

	dstr_copy(&source, "");
	for (int i = 0; i < 31; i++)
		dstr_cat(&source, "[");
	dstr_cat(&source, "{viewers}");
	for (int i = 0; i < 31; i++)
		dstr_cat(&source, "]");
	text = compile(source.array);
	assert_int_equal(lx_template_problem_count(text), 0);
	lx_template_update(text, &values, NOW);
	assert_string_equal(lx_template_text(text), "1234");
	lx_template_destroy(text);

	dstr_copy(&source, "");
	for (int i = 0; i < 20000; i++)
		dstr_cat(&source, "€");
	text = compile(source.array);
	lx_template_update(text, &values, NOW);
	assert_int_equal(strlen(lx_template_text(text)), 16 * 1024 / 3 * 3);
	lx_template_destroy(text);

	dstr_copy(&source, "");
	for (int i = 0; i < 2000; i++)
		dstr_cat(&source, "{x}");
	text = compile(source.array);
	assert_int_equal(lx_template_problem_count(text), 32);
	lx_template_destroy(text);
	dstr_free(&source);
}

static void what_viewers_type_is_never_read_as_a_template(void **state)
{
	struct lx_live_snapshot values = on_air();
	strcpy(values.latest_chatter, "{viewers}[x]\\n{?live:a|b}%s%n");
	strcpy(values.title, "a\nb\u202ec\u200bd");
	check_with(&values, false, "<{latest_chatter}> <{title}> {LATEST_CHATTER:9}",
		   "<{viewers}[x]\\n{?live:a|b}%s%n> <a bcd> {VIEWERS}…");
	/* Nothing but invisible characters counts as nothing. */
	strcpy(values.latest_chatter, "\u200b\u3164");
	check_with(&values, false, "[{latest_chatter}!]{latest_chatter|nobody}", "nobody");
}

static void the_same_values_change_nothing(void **state)
{
	struct lx_live_snapshot values = on_air();
	struct lx_template *text = compile("{viewers:n0} {latest_chatter} {?subs>10:many|few}");
	assert_true(lx_template_update(text, &values, NOW));
	const char *const first = lx_template_text(text);
	const long allocations = bnum_allocs();

	/* Neither time nor values that are not used matter. */
	values.counter++;
	values.followers++;
	values.chat_rate = 500;
	assert_false(lx_template_update(text, &values, NOW + 3600000));
	assert_ptr_equal(lx_template_text(text), first);
	/* A used value changes, but not the text. */
	values.subs++;
	assert_false(lx_template_update(text, &values, NOW));
	assert_string_equal(lx_template_text(text), "1,234 Bob many");
	values.viewers = 1235;
	assert_true(lx_template_update(text, &values, NOW));
	assert_string_equal(lx_template_text(text), "1,235 Bob many");
	assert_false(lx_template_update(text, &values, NOW));
	assert_int_equal(bnum_allocs(), allocations);
	for (int i = 0; i < 100; i++) {
		values.viewers = 1000 + i;
		assert_true(lx_template_update(text, &values, NOW));
	}
	assert_int_equal(bnum_allocs(), allocations);
	lx_template_destroy(text);
}

static void an_empty_text_is_new_once(void **state)
{
	struct lx_live_snapshot values = on_air();
	struct lx_template *text = compile("");
	assert_string_equal(lx_template_text(text), "");
	assert_true(lx_template_update(text, &values, NOW));
	assert_string_equal(lx_template_text(text), "");
	assert_false(lx_template_update(text, &values, NOW));
	lx_template_destroy(text);
}

static void time_matters_only_where_it_shows(void **state)
{
	struct lx_live_snapshot values = on_air();
	struct lx_template *text = compile("{viewers}");
	lx_template_update(text, &values, NOW);
	assert_int_equal(lx_template_due_ms(text), INT64_MAX);
	lx_template_destroy(text);

	text = compile("{uptime}");
	lx_template_update(text, &values, NOW + 300);
	assert_int_equal(lx_template_due_ms(text), NOW + 1000);
	assert_false(lx_template_update(text, &values, NOW + 999));
	assert_true(lx_template_update(text, &values, NOW + 1000));
	assert_string_equal(lx_template_text(text), "2:07:10");
	values.live = false;
	values.started_ms = LX_STAT_UNKNOWN;
	assert_true(lx_template_update(text, &values, NOW + 2000));
	assert_string_equal(lx_template_text(text), "");
	assert_int_equal(lx_template_due_ms(text), INT64_MAX);
	assert_false(lx_template_update(text, &values, NOW + 9000));
	lx_template_destroy(text);

	values = on_air();
	text = compile("{uptime:h:mm}");
	lx_template_update(text, &values, NOW);
	assert_int_equal(lx_template_due_ms(text), NOW + 51000);
	assert_false(lx_template_update(text, &values, NOW + 50999));
	assert_true(lx_template_update(text, &values, NOW + 51000));
	lx_template_destroy(text);

	text = compile("{time:HH:mm}");
	lx_template_update(text, &values, NOW);
	assert_int_equal(lx_template_due_ms(text), NOW + 40000);
	assert_false(lx_template_update(text, &values, NOW + 39999));
	assert_true(lx_template_update(text, &values, NOW + 40000));
	lx_template_destroy(text);

	text = compile("{?uptime>=2:07:10:late|early}");
	lx_template_update(text, &values, NOW);
	assert_int_equal(lx_template_due_ms(text), NOW + 1000);
	assert_string_equal(lx_template_text(text), "early");
	assert_true(lx_template_update(text, &values, NOW + 1000));
	assert_string_equal(lx_template_text(text), "late");
	lx_template_destroy(text);

	/* A start that lies in the future by our clock. */
	values.started_ms = NOW + 5000;
	text = compile("{uptime}");
	lx_template_update(text, &values, NOW);
	assert_string_equal(lx_template_text(text), "0:00:00");
	lx_template_destroy(text);
}

/* Pieces of the language thrown together: nothing to compare with, but nothing may break, leak or grow without bounds. */
static void random_text_is_survived(void **state)
{
	static const char *const pieces[] = {"{",        "}",           "[",       "]",        "|",      ":",
					     "?",        "!",           "\\",      "viewers",  "uptime", "title",
					     "TITLE",    "time",        "nope",    ">=",       "<",      "=",
					     "100",      "1:00:00",     ":n0",     ":long",    ":HH:mm", ">8",
					     "{viewers", "{?live:",     "{title|", "[{subs}",  "\n",     "\xff",
					     "€",        "👩‍💻", " ",       "{time:s}", "'",      "\0"};
	const struct lx_live_snapshot live = on_air(), quiet = nothing();
	uint32_t seed = 1;
	for (int i = 0; i < 5000; i++) {
		struct dstr source = {0};
		dstr_copy(&source, "x");
		for (uint32_t count = (seed >> 8) % 24; count; count--) {
			seed = seed * 1664525u + 1013904223u;
			dstr_cat(&source, pieces[(seed >> 8) % (sizeof(pieces) / sizeof(*pieces))]);
		}
		seed = seed * 1664525u + 1013904223u;
		struct lx_template *text = compile_as(source.array, i % 2);
		assert_true(lx_template_update(text, &live, NOW));
		assert_true(strlen(lx_template_text(text)) < 2000);
		lx_template_update(text, &quiet, NOW + 1);
		assert_false(lx_template_update(text, &quiet, NOW + 1));
		assert_true(lx_template_problem_count(text) <= 32);
		lx_template_destroy(text);
		dstr_free(&source);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(every_name_has_its_value),
		lx_unit_test(without_account_or_stream_names_are_empty),
		lx_unit_test(formats_and_upper_case),
		lx_unit_test(fallbacks_stand_in_for_nothing),
		lx_unit_test(sections_vanish_with_their_values),
		lx_unit_test(conditions),
		lx_unit_test(escapes),
		lx_unit_test(broken_text_never_eats_the_rest),
		lx_unit_test(unknown_names_are_empty_on_program_and_visible_in_a_preview),
		lx_unit_test(problems_are_listed),
		lx_unit_test(depth_and_length_are_bounded),
		lx_unit_test(what_viewers_type_is_never_read_as_a_template),
		lx_unit_test(the_same_values_change_nothing),
		lx_unit_test(an_empty_text_is_new_once),
		lx_unit_test(time_matters_only_where_it_shows),
		lx_unit_test(random_text_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
