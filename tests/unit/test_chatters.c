#include "support.h"

#include <stdio.h>

#include <util/bmem.h>

#include "stats/chatters.h"

static void add(struct lx_chatters *chatters, unsigned number, uint64_t now_s)
{
	char id[16];
	snprintf(id, sizeof(id), "%u", number);
	lx_chatters_add(chatters, id, now_s);
}

static void people_are_counted_once(void **state)
{
	struct lx_chatters *chatters = lx_chatters_create(600, 65536);
	assert_int_equal(lx_chatters_count(chatters, 0), 0);
	assert_true(lx_chatters_next_leave_s(chatters) == UINT64_MAX);
	for (int i = 0; i < 10; i++)
		lx_chatters_add(chatters, "12345", 5);
	lx_chatters_add(chatters, "12346", 5);
	lx_chatters_add(chatters, "ilse", 5);
	lx_chatters_add(chatters, "ilse", 5);
	lx_chatters_add(chatters, "", 5);
	assert_int_equal(lx_chatters_count(chatters, 5), 4);
	lx_chatters_destroy(chatters);
}

static void the_silent_leave(void **state)
{
	struct lx_chatters *chatters = lx_chatters_create(600, 65536);
	add(chatters, 1, 100);
	add(chatters, 2, 200);
	add(chatters, 3, 200);
	add(chatters, 1, 300);
	assert_int_equal(lx_chatters_next_leave_s(chatters), 800);
	assert_int_equal(lx_chatters_count(chatters, 799), 3);
	assert_int_equal(lx_chatters_count(chatters, 800), 1);
	assert_int_equal(lx_chatters_next_leave_s(chatters), 900);
	assert_int_equal(lx_chatters_count(chatters, 900), 0);
	add(chatters, 2, 1000);
	assert_int_equal(lx_chatters_count(chatters, 1000), 1);
	lx_chatters_clear(chatters);
	assert_int_equal(lx_chatters_count(chatters, 1000), 0);
	lx_chatters_destroy(chatters);
}

static void beyond_the_limit_the_longest_silent_is_forgotten(void **state)
{
	struct lx_chatters *chatters = lx_chatters_create(600, 64);
	for (unsigned i = 0; i < 1000; i++)
		add(chatters, i, i / 100);
	assert_int_equal(lx_chatters_count(chatters, 10), 64);
	const long allocations = bnum_allocs();
	/* The last 64 are known, so nobody is new. */
	for (unsigned i = 936; i < 1000; i++)
		add(chatters, i, 20);
	assert_int_equal(lx_chatters_count(chatters, 609), 64);
	assert_int_equal(lx_chatters_count(chatters, 620), 0);
	for (unsigned i = 0; i < 64; i++)
		add(chatters, i, 700);
	assert_int_equal(lx_chatters_count(chatters, 700), 64);
	assert_int_equal(bnum_allocs(), allocations);
	lx_chatters_destroy(chatters);
}

/* Against the simplest thing that can be right. */
static void many_people_come_and_go(void **state)
{
	enum { PEOPLE = 3000, WINDOW = 50 };
	static uint64_t wrote[PEOPLE];
	struct lx_chatters *chatters = lx_chatters_create(WINDOW, 65536);
	uint32_t seed = 1;

	for (uint64_t now = 1; now < 400; now++) {
		for (int i = 0; i < 40; i++) {
			seed = seed * 1664525u + 1013904223u;
			const unsigned who = (seed >> 8) % PEOPLE;
			wrote[who] = now;
			add(chatters, who, now);
		}
		size_t expected = 0;
		for (int i = 0; i < PEOPLE; i++)
			expected += wrote[i] && wrote[i] + WINDOW > now;
		assert_int_equal(lx_chatters_count(chatters, now), expected);
	}
	lx_chatters_destroy(chatters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(people_are_counted_once),
		lx_unit_test(the_silent_leave),
		lx_unit_test(beyond_the_limit_the_longest_silent_is_forgotten),
		lx_unit_test(many_people_come_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
