#include "support.h"

#include <util/threading.h>

#include "net/loop.h"

static struct lx_test_clock test_clock;
static int order[16], count;

static void note(void *data)
{
	order[count++] = (int)(intptr_t)data;
}

static struct lx_loop *make(void)
{
	lx_test_clock_init(&test_clock);
	count = 0;
	return lx_loop_create("livextrem: test", &test_clock.clock);
}

static void timers_fire_when_due_and_in_order(void **state)
{
	struct lx_loop *loop = make();
	lx_loop_after(loop, 20, note, (void *)2);
	lx_loop_after(loop, 10, note, (void *)1);
	uint64_t gone = lx_loop_after(loop, 15, note, (void *)9);
	lx_loop_after(loop, 20, note, (void *)3);
	lx_loop_cancel(loop, gone);
	lx_loop_cancel(loop, 0);
	lx_loop_run_once(loop, 0);
	assert_int_equal(count, 0);
	lx_test_clock_advance(&test_clock, 10);
	lx_loop_run_once(loop, 0);
	assert_int_equal(count, 1);
	lx_test_clock_advance(&test_clock, 10);
	lx_loop_run_once(loop, 0);
	assert_int_equal(count, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(order[i], i + 1);
	lx_loop_destroy(loop);
}

static struct lx_loop *nested_loop;
static void again(void *data)
{
	note(data);
	lx_loop_after(nested_loop, 0, again, data);
}

static void a_timer_that_renews_itself_does_not_starve_the_loop(void **state)
{
	nested_loop = make();
	lx_loop_after(nested_loop, 0, again, (void *)1);
	lx_loop_run_once(nested_loop, 0);
	assert_int_equal(count, 1);
	lx_loop_run_once(nested_loop, 0);
	assert_int_equal(count, 2);
	lx_loop_destroy(nested_loop);
}

static void set_event(void *data)
{
	os_event_signal(data);
}

static void tasks_wake_a_sleeping_loop(void **state)
{
	struct lx_loop *loop = lx_loop_create("livextrem: test", lx_clock_system());
	os_event_t *done;
	os_event_init(&done, OS_EVENT_TYPE_MANUAL);
	assert_true(lx_loop_start(loop));
	assert_true(lx_loop_post(loop, set_event, NULL, done));
	assert_int_equal(os_event_timedwait(done, 5000), 0);
	lx_loop_stop(loop);
	os_event_destroy(done);
	lx_loop_destroy(loop);
}

static void what_is_posted_too_late_is_dropped_not_leaked(void **state)
{
	struct lx_loop *loop = make();
	lx_loop_post(loop, note, note, (void *)4);
	lx_loop_destroy(loop);
	assert_int_equal(count, 1);

	loop = make();
	lx_loop_start(loop);
	lx_loop_stop(loop);
	assert_false(lx_loop_post(loop, note, note, (void *)5));
	assert_int_equal(order[0], 5);
	lx_loop_destroy(loop);
}

static size_t ran, refused;

static void count_run(void *data)
{
	(void)data;
	ran++;
}

static void count_refused(void *data)
{
	(void)data;
	refused++;
}

static void a_loop_that_hangs_takes_only_so_much(void **state)
{
	struct lx_loop *loop = make();
	size_t taken = 0;
	ran = refused = 0;
	while (taken < 1000000 && lx_loop_post(loop, count_run, count_refused, NULL))
		taken++;
	assert_int_equal(taken, 65536);
	assert_int_equal(refused, 1);
	lx_loop_run_once(loop, 0);
	assert_int_equal(ran, 65536);
	assert_true(lx_loop_post(loop, count_run, count_refused, NULL));
	lx_loop_run_once(loop, 0);
	assert_int_equal(ran, 65537);
	assert_int_equal(refused, 1);
	lx_loop_destroy(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(timers_fire_when_due_and_in_order),
		lx_unit_test(a_timer_that_renews_itself_does_not_starve_the_loop),
		lx_unit_test(tasks_wake_a_sleeping_loop),
		lx_unit_test(what_is_posted_too_late_is_dropped_not_leaked),
		lx_unit_test(a_loop_that_hangs_takes_only_so_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
