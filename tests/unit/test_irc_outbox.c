#include "support.h"

#include <stdio.h>

#include "twitch/irc_outbox.h"

static void check(struct lx_irc_outgoing *message, const char *text)
{
	assert_non_null(message);
	assert_string_equal(message->text, text);
	lx_irc_outgoing_free(message);
}

static void keeps_order_and_finds_the_answered_one(void **state)
{
	struct lx_irc_outbox *outbox = lx_irc_outbox_create();
	assert_null(lx_irc_outbox_front(outbox));
	assert_int_equal(lx_irc_outbox_due_ms(outbox), 0);
	assert_true(lx_irc_outbox_push(outbox, "a", "one", ""));
	assert_true(lx_irc_outbox_push(outbox, "b", "two", "id"));
	assert_true(lx_irc_outbox_push(outbox, "a", "three", ""));
	for (int i = 0; i < 3; i++)
		lx_irc_outbox_sent(outbox, 1000 + (uint64_t)i);
	assert_null(lx_irc_outbox_front(outbox));
	check(lx_irc_outbox_answered(outbox, "b"), "two");
	assert_null(lx_irc_outbox_answered(outbox, "b"));
	check(lx_irc_outbox_answered(outbox, "a"), "one");
	assert_int_equal(lx_irc_outbox_due_ms(outbox), 11002);
	assert_null(lx_irc_outbox_overdue(outbox, 11001));
	check(lx_irc_outbox_overdue(outbox, 11002), "three");
	lx_irc_outbox_destroy(outbox);
}

static void is_bounded(void **state)
{
	struct lx_irc_outbox *outbox = lx_irc_outbox_create();
	for (int i = 0; i < 10; i++)
		assert_true(lx_irc_outbox_push(outbox, "a", "x", ""));
	assert_false(lx_irc_outbox_push(outbox, "a", "x", ""));
	lx_irc_outbox_sent(outbox, 1);
	assert_true(lx_irc_outbox_push(outbox, "a", "x", ""));
	check(lx_irc_outbox_take(outbox, true), "x");
	assert_null(lx_irc_outbox_take(outbox, true));
	check(lx_irc_outbox_take(outbox, false), "x");
	lx_irc_outbox_destroy(outbox);
}

/* Sends as fast as it may for five minutes and returns how many went out in the fullest 30 seconds. */
static size_t fullest_window(bool privileged)
{
	struct lx_irc_outbox *outbox = lx_irc_outbox_create();
	uint64_t at[3000];
	size_t count = 0, most = 0, begin = 0;

	for (uint64_t now = 1; now < 300000; now += 10) {
		lx_irc_outbox_push(outbox, "a", "x", "");
		if (lx_irc_outbox_wait(outbox, privileged, now) == 0) {
			lx_irc_outbox_sent(outbox, now);
			lx_irc_outgoing_free(lx_irc_outbox_answered(outbox, "a"));
			at[count++] = now;
		}
	}
	for (size_t i = 0; i < count; i++) {
		while (at[i] - at[begin] >= 30000)
			begin++;
		if (i - begin + 1 > most)
			most = i - begin + 1;
		assert_true(privileged || i == 0 || at[i] - at[i - 1] >= 1000);
	}
	lx_irc_outbox_destroy(outbox);
	return most;
}

static void keeps_twitchs_budget(void **state)
{
	assert_in_range(fullest_window(false), 15, 20);
	assert_in_range(fullest_window(true), 90, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(keeps_order_and_finds_the_answered_one),
		lx_unit_test(is_bounded),
		lx_unit_test(keeps_twitchs_budget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
