#include "support.h"

#include <util/threading.h>

#include "net/mailbox.h"

static volatile long ran, dropped;

static void run(void *data)
{
	(void)data;
	os_atomic_inc_long(&ran);
}

static void drop(void *data)
{
	(void)data;
	os_atomic_inc_long(&dropped);
}

static void reset(void)
{
	ran = dropped = 0;
}

static void letters_are_delivered_until_it_closes(void **state)
{
	(void)state;
	struct lx_test_clock clock;
	lx_test_clock_init(&clock);
	reset();
	struct lx_loop *loop = lx_loop_create("livextrem: test", &clock.clock);
	struct lx_mailbox *mailbox = lx_mailbox_create(loop);
	struct lx_mailbox *sender = lx_mailbox_ref(mailbox);
	lx_mailbox_post(sender, run, drop, NULL);
	lx_loop_run_once(loop, 0);
	assert_int_equal(ran, 1);

	lx_mailbox_post(sender, run, drop, NULL); /* on its way */
	lx_mailbox_close(mailbox);
	lx_mailbox_post(sender, run, drop, NULL); /* too late */
	lx_mailbox_post(sender, run, NULL, NULL);
	assert_int_equal(dropped, 1);
	lx_loop_run_once(loop, 0);
	assert_int_equal(ran, 1);
	assert_int_equal(dropped, 2);
	lx_loop_destroy(loop);
	lx_mailbox_post(sender, run, drop, NULL); /* the loop is no more */
	assert_int_equal(dropped, 3);
	lx_mailbox_release(sender);
}

static void take_note(void *owner, const struct lx_note *note)
{
	assert_string_equal(note->second, "");
	*(int64_t *)owner += note->number + (note->first[0] - '0');
}

static void notes_are_copied_and_heard_by_who_is_there(void **state)
{
	(void)state;
	struct lx_test_clock clock;
	lx_test_clock_init(&clock);
	struct lx_loop *loop = lx_loop_create("livextrem: test", &clock.clock);
	struct lx_mailbox *mailbox = lx_mailbox_create(loop), *other = lx_mailbox_ref(mailbox);
	int64_t sum = 0;
	char text[] = "2";
	lx_mailbox_tell(mailbox, take_note, &sum, &(struct lx_note){.number = 40, .first = text});
	text[0] = '9';
	lx_loop_run_once(loop, 0);
	assert_int_equal(sum, 42);

	assert_true(lx_mailbox_is_open(other));
	lx_mailbox_tell(mailbox, take_note, &sum, &(struct lx_note){.first = text}); /* on its way */
	lx_mailbox_close(mailbox);
	assert_false(lx_mailbox_is_open(other));
	lx_mailbox_tell(other, take_note, &sum, &(struct lx_note){.first = text});
	lx_loop_run_once(loop, 0);
	assert_int_equal(sum, 42);
	lx_mailbox_release(other);
	lx_loop_destroy(loop);
}

static void a_loop_that_goes_first_drops_them(void **state)
{
	(void)state;
	struct lx_test_clock clock;
	lx_test_clock_init(&clock);
	reset();
	struct lx_loop *loop = lx_loop_create("livextrem: test", &clock.clock);
	struct lx_mailbox *mailbox = lx_mailbox_create(loop);
	lx_mailbox_post(mailbox, run, drop, NULL);
	lx_mailbox_close(mailbox);
	lx_loop_destroy(loop);
	assert_int_equal(ran, 0);
	assert_int_equal(dropped, 1);
	lx_mailbox_close(NULL);
}

static void *post_many(void *data)
{
	for (int i = 0; i < 2000; i++)
		lx_mailbox_post(data, run, drop, NULL);
	lx_mailbox_release(data);
	return NULL;
}

static void every_letter_of_every_thread_has_one_fate(void **state)
{
	(void)state;
	reset();
	struct lx_loop *loop = lx_loop_create("livextrem: test", lx_clock_system());
	struct lx_mailbox *mailbox = lx_mailbox_create(loop);
	pthread_t threads[3];
	lx_loop_start(loop);
	for (size_t i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, post_many, lx_mailbox_ref(mailbox));
	lx_loop_stop(loop); /* in the middle of it */
	lx_mailbox_close(mailbox);
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	lx_loop_destroy(loop);
	assert_int_equal(ran + dropped, 6000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(letters_are_delivered_until_it_closes),
		lx_unit_test(notes_are_copied_and_heard_by_who_is_there),
		lx_unit_test(a_loop_that_goes_first_drops_them),
		lx_unit_test(every_letter_of_every_thread_has_one_fate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
