#include "support.h"

#include <string.h>

#include <util/dstr.h>

#include "chat/command_request.h"

static struct lx_command command;

static bool parse(const char *line)
{
	lx_command_free(&command);
	return lx_command_parse(line, &command);
}

static int finish(void **state)
{
	lx_command_free(&command);
	return lx_leak_teardown(state);
}

static void assert_problem(const char *line, enum lx_command_problem problem, const char *word)
{
	assert_false(parse(line));
	assert_int_equal(command.problem, problem);
	assert_string_equal(command.word, word);
}

static void a_timeout_in_all_its_forms(void **state)
{
	(void)state;
	assert_true(parse("/timeout Anna 10m being rude"));
	assert_int_equal(command.row->id, LX_COMMAND_TIMEOUT);
	assert_string_equal(command.user, "anna");
	assert_int_equal(command.duration_s, 600);
	assert_string_equal(command.text, "being rude");
	assert_true(parse("/TO   @anna_B \t 1h30m   \"two  words\"  "));
	assert_string_equal(command.user, "anna_b");
	assert_int_equal(command.duration_s, 5400);
	assert_string_equal(command.text, "two  words");
	assert_true(parse("/timeout anna"));
	assert_int_equal(command.duration_s, 600);
	assert_string_equal(command.text, "");
	assert_true(parse("/timeout anna rude"));
	assert_int_equal(command.duration_s, 600);
	assert_string_equal(command.text, "rude");
	assert_true(parse("/timeout anna 90"));
	assert_int_equal(command.duration_s, 90);
}

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	assert_problem("/tiemout anna", LX_COMMAND_UNKNOWN, "tiemout");
	assert_problem("/", LX_COMMAND_UNKNOWN, "");
	assert_problem("/timeout", LX_COMMAND_MISSING, "");
	assert_string_equal(command.arg->name_key, "Command.Arg.Name");
	assert_problem("/timeout an-na", LX_COMMAND_NO_NAME, "an-na");
	assert_problem("/timeout @", LX_COMMAND_NO_NAME, "@");
	assert_problem("/ban abcdefghijklmnopqrstuvwxyz", LX_COMMAND_NO_NAME, "abcdefghijklmnopqrstuvwxyz");
	/* not a reason: who begins with a digit means a duration, and ten minutes would be a surprise */
	assert_problem("/timeout anna 10x", LX_COMMAND_NO_DURATION, "10x");
	assert_problem("/timeout anna 15d", LX_COMMAND_OUT_OF_RANGE, "15d");
	assert_problem("/timeout anna 0", LX_COMMAND_OUT_OF_RANGE, "0");
	assert_problem("/slow 2", LX_COMMAND_OUT_OF_RANGE, "2");
	assert_problem("/slow soon", LX_COMMAND_NO_DURATION, "soon");
	assert_problem("/warn anna", LX_COMMAND_MISSING, "");
	assert_problem("/warn anna \"\"", LX_COMMAND_MISSING, "");
	/* nobody is unbanned by a name that was overlooked */
	assert_problem("/unban anna bert", LX_COMMAND_TOO_MUCH, "bert");
	assert_problem("/clear now", LX_COMMAND_TOO_MUCH, "now");

	struct dstr line = {0};
	dstr_copy(&line, "/ban anna ");
	for (int i = 0; i < 500; i++)
		dstr_cat(&line, "\xC3\xA4");
	assert_true(parse(line.array));
	dstr_cat(&line, "x");
	assert_problem(line.array, LX_COMMAND_TOO_LONG, "");
	dstr_free(&line);
}

static void durations(void **state)
{
	(void)state;
	assert_int_equal(lx_command_duration("90", 1), 90);
	assert_int_equal(lx_command_duration("90", 60), 5400);
	assert_int_equal(lx_command_duration(" 1h30m ", 1), 5400);
	assert_int_equal(lx_command_duration("1 Day 12 HOURS", 1), 129600);
	assert_int_equal(lx_command_duration("1 week", 60), 604800);
	assert_int_equal(lx_command_duration("3mo", 1), 7776000);
	assert_int_equal(lx_command_duration("0", 1), 0);
	static const char *const wrong[] = {
		"", " ", "m", "10 5", "-5", "1,5h", "10mm", "1h ago", "99999999999999999999", "10\xC3\xA4"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(lx_command_duration(wrong[i], 1), -1);
	assert_true(parse("/followers 1 week"));
	assert_int_equal(command.duration_s, 604800);
	assert_true(parse("/followers 30"));
	assert_int_equal(command.duration_s, 1800);
	assert_true(parse("/followers"));
	assert_int_equal(command.duration_s, 0);
}

static void polls(void **state)
{
	(void)state;
	assert_true(parse("/poll Pizza or pasta? | Pizza |  Pasta | 90s"));
	assert_string_equal(command.text, "Pizza or pasta?");
	assert_int_equal(command.choices.num, 2);
	assert_string_equal(command.choices.array[1], "Pasta");
	assert_int_equal(command.duration_s, 90);
	assert_true(parse("/poll \"Pizza or pasta?\" Pizza \"No thanks\""));
	assert_string_equal(command.choices.array[1], "No thanks");
	assert_int_equal(command.duration_s, 120);
	/* a number without a unit is something to vote for */
	assert_true(parse("/poll How many? | 1 | 2 | 3"));
	assert_int_equal(command.choices.num, 3);
	assert_problem("/poll Only one? | yes", LX_COMMAND_CHOICES_COUNT, "");
	assert_problem("/poll a | 1 | 2 | 3 | 4 | 5 | 6", LX_COMMAND_CHOICES_COUNT, "");
	assert_problem("/poll a | b | c | 5h", LX_COMMAND_OUT_OF_RANGE, "5h");
	assert_problem("/poll | | |", LX_COMMAND_MISSING, "");
	assert_problem("/poll", LX_COMMAND_MISSING, "");
	assert_true(parse("/prediction Do we win? | yes | no | 5m"));
	assert_int_equal(command.duration_s, 300);
}

static void what_is_a_command(void **state)
{
	(void)state;
	assert_true(lx_command_is("/ban"));
	assert_true(lx_command_is("/Xyz"));
	assert_false(lx_command_is("//ban"));
	assert_false(lx_command_is(" /ban"));
	assert_false(lx_command_is("/ ban"));
	assert_false(lx_command_is("/"));
	assert_false(lx_command_is(""));
	assert_false(lx_command_is("1/2"));
}

static void assert_nearest(const char *typed, const char *name)
{
	const struct lx_command_row *row = lx_command_nearest(typed, strlen(typed));
	if (name) {
		assert_non_null(row);
		assert_string_equal(row->name, name);
	} else {
		assert_null(row);
	}
}

static void the_nearest_name(void **state)
{
	(void)state;
	assert_nearest("tiemout", "timeout");
	assert_nearest("TIME", "timeout");
	assert_nearest("shoutot", "shoutout");
	assert_nearest("bann", "ban");
	assert_nearest("anounce", "announce");
	assert_nearest("goodbye", NULL);
	assert_nearest("", NULL);
	assert_nearest("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", NULL);
}

static void every_row_is_whole(void **state)
{
	(void)state;
	struct lx_text *text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	struct dstr usage = {0};

	for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
		const struct lx_command_row *row = lx_command_row(i);
		assert_int_equal(row->id, i);
		assert_ptr_equal(lx_command_find(row->name, strlen(row->name)), row);
		assert_string_not_equal(lx_text_get(text, row->help_key), row->help_key);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(row->name, lx_command_row(other)->name);
	}
	lx_command_usage(lx_command_row(LX_COMMAND_TIMEOUT), text, &usage);
	assert_string_equal(usage.array, "/timeout <name> [duration] [reason]");
	dstr_free(&usage);
	lx_text_destroy(text);
}

/* What is offered, and to whom, is the same for a command and for the button that does it. */
static void commands_and_orders_agree(void **state)
{
	(void)state;
	size_t orders = 0, modes = 0;
	for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
		const struct lx_command_row *row = lx_command_row(i);
		const enum lx_order_kind kind = lx_command_order(row->id);
		const struct lx_command typed = {.row = row};
		struct lx_chat_mode_wish wish = {0};
		modes += lx_command_mode(&typed, &wish);
		if (kind == LX_ORDER_COUNT)
			continue;
		orders++;
		assert_int_equal(row->endpoint, lx_order_endpoint(kind));
		assert_int_equal(row->need == LX_COMMAND_BROADCASTER, lx_order_is_owners(kind));
	}
	assert_int_equal(orders, 13);
	assert_int_equal(modes, 2 * LX_CHAT_MODE_COUNT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_timeout_in_all_its_forms, lx_leak_setup, finish),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told, lx_leak_setup, finish),
		cmocka_unit_test_setup_teardown(durations, lx_leak_setup, finish),
		cmocka_unit_test_setup_teardown(polls, lx_leak_setup, finish),
		lx_unit_test(what_is_a_command),
		lx_unit_test(the_nearest_name),
		lx_unit_test(every_row_is_whole),
		lx_unit_test(commands_and_orders_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
