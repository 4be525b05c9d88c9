#include "log_fixture.h"

#include "chat/replay.h"

#define MINUTE 60000

/*
 * An evening: live for an hour from NOW on; recorded from minute 10 to 40 with a pause from 15 to 20 and another file from 30 on;
 * chat each half minute, twice as much in the last quarter.
 */
static void live_through(struct log_fixture *f)
{
	log_fixture_set_time(f, NOW);
	lx_log_stream_online(f->log, "ilse", "42", "s1", NOW);
	lx_log_stream_info(f->log, "ilse", "An evening", "Chess");
	lx_log_scene(f->log, "Start");
	for (int half = 0; half < 120; half++) {
		log_fixture_set_time(f, NOW + half * MINUTE / 2);
		const int minute = half / 2;
		if (half % 2 == 0 && minute == 10)
			lx_log_recording_started(f->log, "/v/one.mkv");
		if (half % 2 == 0 && minute == 15)
			lx_log_recording_paused(f->log);
		if (half % 2 == 0 && minute == 20) {
			lx_log_recording_resumed(f->log, 5 * MINUTE);
			lx_log_scene(f->log, "Game");
		}
		if (half % 2 == 0 && minute == 30)
			lx_log_recording_split(f->log, "/v/two.mkv", 0);
		if (half % 2 == 0 && minute == 40)
			lx_log_recording_stopped(f->log);
		char text[32];
		snprintf(text, sizeof(text), "at %d", half);
		log_fixture_say(f, half % 3 ? "anna" : "bob", text, f->clock.unix_ms);
		if (half >= 90)
			log_fixture_say(f, "carl", "me too", f->clock.unix_ms + 1000);
	}
	log_fixture_set_time(f, NOW + 60 * MINUTE);
	lx_log_scene(f->log, "");
	lx_log_stream_offline(f->log, "ilse");
}

static void streams_and_recordings_are_listed(void **state)
{
	struct log_fixture f;
	struct lx_replay_item items[4];
	int64_t messages = 0, gaps = 0;
	log_fixture_open(&f);
	live_through(&f);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	assert_int_equal(lx_replay_list(reader, f.clock.unix_ms, items, 4), 2);
	assert_int_equal(items[0].kind, LX_REPLAY_RECORDING);
	assert_int_equal(items[0].begin_ms, NOW + 10 * MINUTE);
	assert_int_equal(items[0].length_ms, 25 * MINUTE);
	assert_int_equal(items[0].files, 2);
	assert_string_equal(items[0].title, "/v/one.mkv");
	assert_int_equal(items[1].kind, LX_REPLAY_STREAM);
	assert_int_equal(items[1].length_ms, 60 * MINUTE);
	assert_string_equal(items[1].channel, "ilse");
	assert_string_equal(items[1].title, "An evening");
	assert_false(items[1].running);
	assert_int_equal(lx_replay_count(reader, &items[1], &messages, &gaps), SQLITE_OK);
	assert_int_equal(messages, 150);
	assert_int_equal(gaps, 0);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	(void)state;
}

static void every_moment_has_its_place_in_both(void **state)
{
	struct log_fixture f;
	log_fixture_open(&f);
	live_through(&f);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lx_replay *replay = lx_replay_open(reader, LX_REPLAY_RECORDING, 1, f.clock.unix_ms);
	assert_non_null(replay);
	const struct lx_replay_axis *recording = lx_replay_own(replay), *stream = &replay->axes[LX_REPLAY_STREAM];
	assert_int_equal(recording->length_ms, 25 * MINUTE);
	assert_int_equal(recording->file_count, 2);
	static const struct {
		int minute;   /* of the stream */
		int position; /* minute of the recording, -1 = not in it */
		size_t file;
		int file_minute;
	} places[] = {{5, -1, 0, 0},   {10, 0, 0, 0},  {14, 4, 0, 4},  {17, -1, 0, 0}, {20, 5, 0, 5},
		      {29, 14, 0, 14}, {30, 15, 1, 0}, {39, 24, 1, 9}, {40, -1, 0, 0}};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const int64_t moment = NOW + places[i].minute * MINUTE;
		const int64_t position = lx_replay_position(recording, moment);
		assert_int_equal(position, places[i].position < 0 ? -1 : places[i].position * MINUTE);
		assert_int_equal(lx_replay_position(stream, moment), places[i].minute * MINUTE);
		if (position < 0)
			continue;
		const struct lx_replay_stretch *stretch = lx_replay_find(recording, moment);
		assert_int_equal(stretch->file, places[i].file);
		assert_int_equal(stretch->file_ms + moment - stretch->from_ms, places[i].file_minute * MINUTE);
		assert_int_equal(lx_replay_moment(recording, position), moment);
		assert_int_equal(lx_replay_in_file(recording, places[i].file, places[i].file_minute * MINUTE),
				 position);
	}
	assert_int_equal(lx_replay_nearest(recording, NOW), 0);
	assert_int_equal(lx_replay_nearest(recording, NOW + 17 * MINUTE), 5 * MINUTE);
	assert_int_equal(lx_replay_nearest(recording, NOW + 59 * MINUTE), 25 * MINUTE);
	assert_int_equal(lx_replay_in_file(recording, 1, 11 * MINUTE), -1);
	assert_string_equal(recording->files[1], "/v/two.mkv");
	/* Chat of 25 minutes, what was said in the pause left out. */
	assert_int_equal(replay->messages, 50);
	assert_int_equal(replay->scene_count, 2);
	assert_string_equal(replay->scenes[1].name, "Game");
	lx_replay_free(replay);

	replay = lx_replay_open(reader, LX_REPLAY_STREAM, 1, f.clock.unix_ms);
	assert_int_equal(lx_replay_own(replay)->length_ms, 60 * MINUTE);
	assert_int_equal(replay->axes[LX_REPLAY_RECORDING].count, 3);
	assert_int_equal(replay->messages, 150);
	assert_int_equal(replay->bars[0], 1);
	lx_replay_free(replay);
	assert_null(lx_replay_open(reader, LX_REPLAY_STREAM, 77, f.clock.unix_ms));
	lx_replay_free(NULL);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	(void)state;
}

struct seen {
	struct dstr texts;
	int64_t last_row;
	int count;
};

static bool note(const struct lx_log_row *row, void *data)
{
	struct seen *seen = data;
	dstr_catf(&seen->texts, "%s;", row->event.chat.text);
	seen->last_row = row->id;
	seen->count++;
	return true;
}

static void messages_come_around_a_moment_and_after(void **state)
{
	struct log_fixture f;
	struct seen seen = {0};
	log_fixture_open(&f);
	live_through(&f);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lx_replay *replay = lx_replay_open(reader, LX_REPLAY_RECORDING, 1, f.clock.unix_ms);
	const struct lx_replay_window around = {.unix_ms = NOW + 14 * MINUTE, .before = 3, .limit = 3};
	assert_int_equal(lx_replay_read(reader, replay, &around, note, &seen), SQLITE_OK);
	/* After minute 15 comes minute 20. */
	assert_string_equal(seen.texts.array, "at 25;at 26;at 27;at 28;at 29;at 40;");
	dstr_resize(&seen.texts, 0);
	const struct lx_replay_window after = {.after_row = seen.last_row, .limit = 2};
	assert_int_equal(lx_replay_read(reader, replay, &after, note, &seen), SQLITE_OK);
	assert_string_equal(seen.texts.array, "at 41;at 42;");
	seen.count = 0;
	const struct lx_replay_window all = {.unix_ms = 0, .limit = 1000};
	assert_int_equal(lx_replay_read(reader, replay, &all, note, &seen), SQLITE_OK);
	assert_int_equal(seen.count, 50);
	dstr_free(&seen.texts);
	lx_replay_free(replay);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	(void)state;
}

static void what_goes_on_is_there_up_to_now(void **state)
{
	struct log_fixture f;
	struct lx_replay_item items[4];
	log_fixture_open(&f);
	log_fixture_set_time(&f, NOW);
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW);
	lx_log_recording_started(f.log, "/v/one.mkv");
	log_fixture_say(&f, "anna", "hello", NOW + 1000);
	log_fixture_set_time(&f, NOW + 90000);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	assert_int_equal(lx_replay_list(reader, f.clock.unix_ms, items, 4), 2);
	for (int i = 0; i < 2; i++) {
		assert_true(items[i].running);
		assert_int_equal(items[i].length_ms, 90000);
		struct lx_replay *replay = lx_replay_open(reader, items[i].kind, items[i].id, f.clock.unix_ms);
		assert_int_equal(lx_replay_own(replay)->length_ms, 90000);
		assert_int_equal(replay->messages, 1);
		lx_replay_free(replay);
	}
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	(void)state;
}

static void a_clock_that_differs_from_twitchs_is_worked_in(void **state)
{
	struct log_fixture f;
	log_fixture_open(&f);
	log_fixture_set_time(&f, NOW);
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW);
	lx_log_recording_started(f.log, "/v/one.mkv");
	log_fixture_set_time(&f, NOW + 60000);
	lx_log_recording_stopped(f.log);
	assert_true(lx_log_flush(f.log, 10000));
	sqlite3 *db;
	assert_int_equal(sqlite3_open(f.folder.file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "UPDATE recording SET skew_ms = 2000", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lx_replay *replay = lx_replay_open(reader, LX_REPLAY_RECORDING, 1, f.clock.unix_ms);
	assert_int_equal(lx_replay_position(lx_replay_own(replay), NOW + 3000), 5000);
	assert_int_equal(lx_replay_position(lx_replay_own(replay), NOW - 3000), -1);
	lx_replay_free(replay);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(streams_and_recordings_are_listed),
		lx_unit_test(every_moment_has_its_place_in_both),
		lx_unit_test(messages_come_around_a_moment_and_after),
		lx_unit_test(what_goes_on_is_there_up_to_now),
		lx_unit_test(a_clock_that_differs_from_twitchs_is_worked_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
