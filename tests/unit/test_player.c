#include "support.h"

#include "chat/player.h"

static struct lx_test_clock test_clock;

static struct lx_player *open_player(int64_t length_ms)
{
	lx_test_clock_init(&test_clock);
	struct lx_player *player = lx_player_create(&test_clock.clock);
	lx_player_load(player, length_ms);
	return player;
}

static void it_goes_with_the_clock(void **state)
{
	struct lx_player *player = open_player(60000);
	lx_test_clock_advance(&test_clock, 5000);
	assert_int_equal(lx_player_position(player), 0);
	lx_player_play(player);
	lx_test_clock_advance(&test_clock, 5000);
	assert_int_equal(lx_player_position(player), 5000);
	lx_player_pause(player);
	lx_test_clock_advance(&test_clock, 5000);
	assert_int_equal(lx_player_position(player), 5000);
	assert_false(lx_player_is_playing(player));
	lx_player_destroy(player);
	lx_player_destroy(NULL);
	(void)state;
}

static void speed_changes_leave_no_jump(void **state)
{
	struct lx_player *player = open_player(600000);
	lx_player_play(player);
	lx_test_clock_advance(&test_clock, 10000);
	lx_player_set_speed(player, 2);
	assert_int_equal(lx_player_position(player), 10000);
	lx_test_clock_advance(&test_clock, 10000);
	assert_int_equal(lx_player_position(player), 30000);
	lx_player_set_speed(player, 0.5);
	lx_test_clock_advance(&test_clock, 10000);
	assert_int_equal(lx_player_position(player), 35000);
	lx_player_set_speed(player, 100);
	assert_true(lx_player_speed(player) == LX_PLAYER_FASTEST);
	lx_player_set_speed(player, -1);
	assert_true(lx_player_speed(player) == LX_PLAYER_SLOWEST);
	/* A thousand looks at it do not add up to an error. */
	lx_player_set_speed(player, 1);
	lx_player_seek(player, 0);
	for (int i = 0; i < 1000; i++) {
		lx_test_clock_advance(&test_clock, 7);
		lx_player_position(player);
		lx_player_set_length(player, 600000);
	}
	assert_int_equal(lx_player_position(player), 7000);
	lx_player_destroy(player);
	(void)state;
}

static void seeking_stays_within_and_goes_on(void **state)
{
	struct lx_player *player = open_player(60000);
	lx_player_play(player);
	lx_player_seek(player, 20000);
	lx_test_clock_advance(&test_clock, 1000);
	assert_int_equal(lx_player_position(player), 21000);
	lx_player_seek(player, -5);
	assert_int_equal(lx_player_position(player), 0);
	lx_player_seek(player, 99999);
	assert_int_equal(lx_player_position(player), 60000);
	assert_false(lx_player_is_playing(player));
	/* From the end it begins anew. */
	lx_player_play(player);
	assert_int_equal(lx_player_position(player), 0);
	lx_test_clock_advance(&test_clock, 61000);
	assert_int_equal(lx_player_position(player), 60000);
	assert_false(lx_player_is_playing(player));
	/* What grows can go on. */
	lx_player_set_length(player, 90000);
	lx_player_play(player);
	lx_test_clock_advance(&test_clock, 1000);
	assert_int_equal(lx_player_position(player), 61000);
	lx_player_destroy(player);
	(void)state;
}

static void it_tells_when_something_is_due(void **state)
{
	struct lx_player *player = open_player(60000);
	assert_true(lx_player_until(player, 10000) == UINT64_MAX);
	assert_true(lx_player_until(player, 0) == 0);
	lx_player_play(player);
	assert_int_equal(lx_player_until(player, 10000), 10000);
	lx_player_set_speed(player, 4);
	assert_int_equal(lx_player_until(player, 10000), 2500);
	lx_test_clock_advance(&test_clock, 2500);
	assert_int_equal(lx_player_until(player, 10000), 0);
	assert_true(lx_player_until(player, 60001) == UINT64_MAX);
	lx_player_destroy(player);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(it_goes_with_the_clock),
		lx_unit_test(speed_changes_leave_no_jump),
		lx_unit_test(seeking_stays_within_and_goes_on),
		lx_unit_test(it_tells_when_something_is_due),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
