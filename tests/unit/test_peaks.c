#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chat/peaks.h"

#define NOW 1790000000000

/* A chat made by dice: the same one in each run. */
struct chat {
	struct lx_peaks *peaks;
	uint64_t dice;
	int64_t now_ms;
	int began, ended;
	struct lx_peak first, last;
	int64_t told_ms; /* when the last peak was told */
};

static double roll(struct chat *chat)
{
	chat->dice = chat->dice * 6364136223846793005u + 1442695040888963407u;
	return (double)(chat->dice >> 11) / (double)(1ull << 53);
}

static void open_chat(struct chat *chat, uint64_t seed)
{
	memset(chat, 0, sizeof(*chat));
	chat->peaks = lx_peaks_create();
	chat->dice = seed * 7919 + 1;
	chat->now_ms = NOW;
}

static void write_as(struct chat *chat, int person, int64_t at_ms)
{
	char id[24];
	struct lx_peak peak;
	snprintf(id, sizeof(id), "%d", 100000 + person);
	switch (lx_peaks_add(chat->peaks, id, at_ms, &peak)) {
	case LX_PEAK_BEGAN:
		if (!chat->began++)
			chat->first = peak;
		chat->told_ms = at_ms;
		break;
	case LX_PEAK_ENDED:
		chat->ended++;
		chat->last = peak;
		break;
	case LX_PEAK_NONE:
		break;
	}
}

/* `rate` messages a second for so long, by `people` in turn of chance; bursts as in real chats when `wild`. */
static void talk(struct chat *chat, double rate, int seconds, int people, bool wild)
{
	const int64_t end_ms = chat->now_ms + seconds * 1000;
	double now = (double)chat->now_ms;
	double mood = 1;
	int64_t mood_until_ms = 0;
	while (true) {
		if (wild && now > (double)mood_until_ms) {
			/* As the simulator's chat: now and then somewhat excited. */
			mood = roll(chat) < 0.15 ? 1.6 : 0.9;
			mood_until_ms = (int64_t)now + 3000 + (int64_t)(roll(chat) * 9000);
		}
		now += -log(1 - roll(chat)) * 1000 / (rate * mood);
		if (now >= (double)end_ms)
			break;
		write_as(chat, (int)(roll(chat) * people), (int64_t)now);
	}
	chat->now_ms = end_ms;
}

static void close_chat(struct chat *chat)
{
	lx_peaks_destroy(chat->peaks);
}

static void an_ordinary_evening_has_no_peaks(void **state)
{
	static const struct {
		double rate;
		int people;
	} channels[] = {{0.02, 10}, {0.2, 30}, {1, 100}, {10, 600}, {100, 5000}, {1000, 20000}};
	for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++) {
		int began = 0;
		for (uint64_t seed = 1; seed <= 3; seed++) {
			struct chat chat;
			open_chat(&chat, seed);
			talk(&chat, channels[i].rate, channels[i].rate > 500 ? 900 : 7200, channels[i].people, true);
			began += chat.began;
			close_chat(&chat);
		}
		/* Six hours of chance may hold one surprise. */
		if (began > 1)
			fail_msg("%d peaks at %g messages a second", began, channels[i].rate);
	}
	(void)state;
}

static void every_size_of_channel_has_its_peak_where_it_began(void **state)
{
	static const struct {
		double rate, excited;
		int people;
	} channels[] = {{0.02, 3, 60}, {0.5, 6, 100}, {5, 25, 500}, {60, 200, 4000}, {1000, 3500, 60000}};
	for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++) {
		struct chat chat;
		open_chat(&chat, 5 + i);
		talk(&chat, channels[i].rate, 600, channels[i].people, true);
		assert_int_equal(chat.began, 0);
		const int64_t begin_ms = chat.now_ms;
		talk(&chat, channels[i].excited, 20, channels[i].people, false);
		talk(&chat, channels[i].rate, 300, channels[i].people, true);
		if (chat.began != 1)
			fail_msg("%d peaks at %g messages a second", chat.began, channels[i].rate);
		assert_in_range(chat.first.begin_ms, begin_ms - 3000, begin_ms + 3000);
		assert_in_range(chat.told_ms, begin_ms, begin_ms + 15000);
		assert_true(chat.first.people >= 5);
		close_chat(&chat);
	}
	(void)state;
}

static void its_end_tells_how_large_it_was(void **state)
{
	struct chat chat;
	open_chat(&chat, 3);
	talk(&chat, 5, 600, 400, false);
	talk(&chat, 40, 15, 400, false);
	talk(&chat, 5, 60, 400, false);
	assert_int_equal(chat.began, 1);
	assert_int_equal(chat.ended, 1);
	assert_int_equal(chat.last.begin_ms, chat.first.begin_ms);
	assert_true(chat.last.people > chat.first.people);
	assert_true(chat.last.times > 2 && chat.last.times < 10);
	close_chat(&chat);
	(void)state;
}

static void a_quiet_channel_makes_none_out_of_three_messages(void **state)
{
	struct chat chat;
	open_chat(&chat, 1);
	for (int minute = 0; minute < 120; minute++) {
		write_as(&chat, minute % 5, chat.now_ms);
		chat.now_ms += 60000;
	}
	for (int i = 0; i < 3; i++)
		write_as(&chat, 10 + i, chat.now_ms + i * 300);
	assert_int_equal(chat.began, 0);
	close_chat(&chat);
	(void)state;
}

static void one_spammer_is_no_peak(void **state)
{
	struct chat chat;
	open_chat(&chat, 2);
	talk(&chat, 0.5, 600, 50, false);
	for (int i = 0; i < 200; i++)
		write_as(&chat, 7, chat.now_ms += 50);
	assert_int_equal(chat.began, 0);
	close_chat(&chat);
	(void)state;
}

static void nothing_is_unusual_before_anything_is_usual(void **state)
{
	struct chat chat;
	open_chat(&chat, 4);
	talk(&chat, 50, 50, 500, false);
	assert_int_equal(chat.began, 0);
	close_chat(&chat);
	(void)state;
}

static void what_stays_is_the_new_normal(void **state)
{
	struct chat chat;
	open_chat(&chat, 6);
	talk(&chat, 2, 600, 200, false);
	talk(&chat, 30, 1800, 3000, false); /* a raid that stays */
	assert_int_equal(chat.began, 1);
	assert_int_equal(chat.ended, 1);
	talk(&chat, 120, 20, 3000, false);
	assert_int_equal(chat.began, 2);
	close_chat(&chat);
	(void)state;
}

static void clocks_may_jump(void **state)
{
	struct chat chat;
	open_chat(&chat, 8);
	talk(&chat, 5, 600, 300, false);
	chat.now_ms += (int64_t)86400 * 1000 * 30;
	talk(&chat, 5, 30, 300, false);
	chat.now_ms -= (int64_t)86400 * 1000 * 365;
	talk(&chat, 5, 120, 300, false);
	write_as(&chat, 1, INT64_MAX / 2);
	write_as(&chat, 1, 0);
	assert_in_range(chat.began, 0, 1);
	close_chat(&chat);
	(void)state;
}

static void sensitivity_decides(void **state)
{
	int began[LX_PEAKS_SENSITIVITIES];
	for (int i = 0; i < LX_PEAKS_SENSITIVITIES; i++) {
		struct chat chat;
		open_chat(&chat, 9);
		lx_peaks_set_sensitivity(chat.peaks, (enum lx_peak_sensitivity)i);
		talk(&chat, 4, 600, 300, false);
		/* From hardly more than usual to four times that. */
		for (int n = 0; n < 24; n++) {
			talk(&chat, 4 + n * 0.5, 10, 300, false);
			talk(&chat, 4, 120, 300, false);
		}
		began[i] = chat.began;
		close_chat(&chat);
	}
	assert_true(began[LX_PEAKS_RARE] < began[LX_PEAKS_NORMAL]);
	assert_true(began[LX_PEAKS_NORMAL] < began[LX_PEAKS_OFTEN]);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(an_ordinary_evening_has_no_peaks),
		lx_unit_test(every_size_of_channel_has_its_peak_where_it_began),
		lx_unit_test(its_end_tells_how_large_it_was),
		lx_unit_test(a_quiet_channel_makes_none_out_of_three_messages),
		lx_unit_test(one_spammer_is_no_peak),
		lx_unit_test(nothing_is_unusual_before_anything_is_usual),
		lx_unit_test(what_stays_is_the_new_normal),
		lx_unit_test(clocks_may_jump),
		lx_unit_test(sensitivity_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
