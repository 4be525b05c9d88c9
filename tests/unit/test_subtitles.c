#include "support.h"

#include <sys/stat.h>
#include <utime.h>

#include <cmocka.h>
#include <util/threading.h>

#include "chat/log.h"
#include "chat/reader.h"
#include "chat/subtitles.h"
#include "folder.h"
#include "stage.h"

#define NOW 1790000000000 /* 2026-09-21 14:13:20 UTC */

/* OBS with a log that hears the bus, through several starts. */
struct world {
	struct folder folder;
	struct stage stage;
	struct lx_log *log;
	struct lx_subtitles *subtitles;
	os_event_t *told;
	char notice[400], film[300];
	int said;
};

static void on_notice(const struct lx_event *event, void *data)
{
	struct world *w = data;
	if (strcmp(event->notice.id, "livextrem_subtitles") != 0)
		return;
	snprintf(w->notice, sizeof(w->notice), "%s", event->notice.text);
	os_event_signal(w->told);
}

static void start(struct world *w)
{
	w->log = lx_log_create(&(struct lx_log_config){.path = w->folder.file,
						       .bus = w->stage.bus,
						       .text = w->stage.text,
						       .clock = &w->stage.clock.clock});
	assert_true(lx_log_start(w->log, true));
	w->subtitles = lx_subtitles_create(&(struct lx_subtitles_config){.log_path = w->folder.file,
									 .log = w->log,
									 .bus = w->stage.bus,
									 .text = w->stage.text,
									 .clock = &w->stage.clock.clock});
}

static void end(struct world *w)
{
	lx_subtitles_destroy(w->subtitles);
	assert_int_equal(lx_log_stop(w->log), 0);
	lx_log_destroy(w->log);
}

static void open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	folder_make(&w->folder);
	snprintf(w->film, sizeof(w->film), "%s/film.mkv", w->folder.path);
	stage_open(&w->stage);
	w->stage.clock.unix_ms = NOW;
	os_event_init(&w->told, OS_EVENT_TYPE_AUTO);
	lx_bus_connect(w->stage.bus, LX_EVENT_NOTICE, on_notice, w);
	start(w);
}

static void close_world(struct world *w)
{
	end(w);
	lx_bus_disconnect(w->stage.bus, LX_EVENT_NOTICE, on_notice, w);
	os_event_destroy(w->told);
	stage_close(&w->stage);
	folder_remove(&w->folder);
}

static void say(struct world *w, const char *text)
{
	struct lx_event event;
	char id[40];
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", ++w->said);
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = w->stage.clock.unix_ms;
	event.channel = "ilse";
	event.room_id = "42";
	event.chat.id = id;
	event.chat.user.id = "7";
	event.chat.user.login = event.chat.user.name = "anna";
	event.chat.text = text;
	assert_true(lx_log_add(w->log, &event));
}

/* Ten seconds of a film; its file was last written `seconds` after its beginning. */
static void record(struct world *w, int seconds)
{
	const int64_t begin_ms = w->stage.clock.unix_ms;
	lx_log_recording_started(w->log, w->film);
	lx_subtitles_expect(w->subtitles);
	for (int i = 0; i < 10; i++) {
		lx_test_clock_advance(&w->stage.clock, 1000);
		say(w, i == 4 ? "what a shot" : "hello");
	}
	assert_true(lx_log_flush(w->log, 10000));
	folder_write(w->film, "film", 4);
	const struct utimbuf times = {begin_ms / 1000 + seconds, begin_ms / 1000 + seconds};
	assert_int_equal(utime(w->film, &times), 0);
}

static int64_t number(struct world *w, const char *query)
{
	enum lx_database_trouble trouble;
	struct lx_log_reader *reader = lx_log_reader_open(w->folder.file, &trouble);
	assert_non_null(reader);
	const int64_t found = lx_database_number(lx_log_reader_db(reader), query, -1);
	lx_log_reader_close(reader);
	return found;
}

static bool subtitles_say(struct world *w, const char *words)
{
	char path[320];
	snprintf(path, sizeof(path), "%s/film.srt", w->folder.path);
	char *text = os_quick_read_utf8_file(path);
	const bool found = text && strstr(text, words);
	bfree(text);
	return found;
}

/* The next start: the scene is the first thing that the log is told. */
static void start_again(struct world *w)
{
	lx_test_clock_advance(&w->stage.clock, 3600000);
	start(w);
	lx_log_scene(w->log, "Scene");
	lx_subtitles_make_up(w->subtitles);
}

static void they_are_written_when_a_recording_ends(void **state)
{
	struct world w;
	open_world(&w);
	record(&w, 10);
	assert_int_equal(folder_count(&w.folder, "due", NULL), 1);
	lx_log_recording_stopped(w.log);
	lx_subtitles_write(w.subtitles);
	assert_int_equal(os_event_timedwait(w.told, 30000), 0);
	assert_true(subtitles_say(&w, "00:00:05,000"));
	assert_true(subtitles_say(&w, "what a shot"));
	assert_int_equal(folder_count(&w.folder, "film.ass", NULL), 1);
	assert_int_equal(folder_count(&w.folder, "due", NULL), 0);
	/* Nothing is left to do: the next start does nothing. */
	end(&w);
	os_unlink(w.film);
	start_again(&w);
	end(&w);
	assert_int_not_equal(os_event_try(w.told), 0);
	start(&w);
	close_world(&w);
	(void)state;
}

/* OBS is gone from one moment to the next; nobody tells the log that anything ended. */
static void a_crash_leaves_them_to_the_next_start(void **state)
{
	struct world w;
	open_world(&w);
	record(&w, 14);
	end(&w);
	assert_false(subtitles_say(&w, "hello"));
	start_again(&w);
	assert_int_equal(os_event_timedwait(w.told, 30000), 0);
	assert_non_null(strstr(w.notice, "film.srt"));
	assert_true(subtitles_say(&w, "what a shot"));
	assert_int_equal(folder_count(&w.folder, "due", NULL), 0);
	/* Chat fell silent after ten seconds, the film went on. */
	assert_int_equal(number(&w, "SELECT end_ms - begin_ms FROM recording_span"), 14000);
	assert_int_equal(number(&w, "SELECT end_ms - begin_ms FROM recording"), 14000);
	/* What is said now is in no film. */
	say(&w, "back again");
	assert_true(lx_log_flush(w.log, 10000));
	assert_int_equal(number(&w, "SELECT end_ms - begin_ms FROM recording_span"), 14000);
	close_world(&w);
	(void)state;
}

static void a_film_that_is_gone_ends_with_the_chat(void **state)
{
	struct world w;
	open_world(&w);
	record(&w, 14);
	end(&w);
	os_unlink(w.film);
	start_again(&w);
	assert_int_equal(os_event_timedwait(w.told, 30000), 0);
	assert_int_equal(number(&w, "SELECT end_ms - begin_ms FROM recording_span"), 10000);
	close_world(&w);
	(void)state;
}

/* The recording ended in order, but OBS with it. */
static void an_end_in_a_hurry_leaves_them_too(void **state)
{
	struct world w;
	open_world(&w);
	record(&w, 10);
	lx_log_recording_stopped(w.log);
	end(&w);
	start_again(&w);
	assert_int_equal(os_event_timedwait(w.told, 30000), 0);
	assert_true(subtitles_say(&w, "what a shot"));
	close_world(&w);
	(void)state;
}

/* A recording that begins with OBS is not taken for the one that was left. */
static void the_next_recording_may_run_already(void **state)
{
	struct world w;
	char next[320];
	open_world(&w);
	record(&w, 10);
	end(&w);
	start_again(&w);
	snprintf(next, sizeof(next), "%s/next.mkv", w.folder.path);
	lx_log_recording_started(w.log, next);
	lx_subtitles_expect(w.subtitles);
	assert_int_equal(os_event_timedwait(w.told, 30000), 0);
	assert_true(subtitles_say(&w, "what a shot"));
	assert_int_equal(folder_count(&w.folder, "next.srt", NULL), 0);
	assert_int_equal(folder_count(&w.folder, "due", NULL), 1);
	close_world(&w);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(they_are_written_when_a_recording_ends),
		lx_unit_test(a_crash_leaves_them_to_the_next_start),
		lx_unit_test(a_film_that_is_gone_ends_with_the_chat),
		lx_unit_test(an_end_in_a_hurry_leaves_them_too),
		lx_unit_test(the_next_recording_may_run_already),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
