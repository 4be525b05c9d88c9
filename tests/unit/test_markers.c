#include "support.h"

#include <string.h>

#include <cjson/cJSON.h>
#include <util/dstr.h>

#include "chat/log.h"
#include "chat/markers.h"
#include "chat/reader.h"
#include "fake_http.h"
#include "folder.h"
#include "stats/live_stats.h"
#include "twitch/helix.h"

#define STREAM_BEGIN(w) ((w)->clock.unix_ms - 3600000)

static struct world {
	struct folder folder;
	struct lx_test_clock clock;
	struct lx_text *text;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_loop *loop;
	struct lx_helix *helix;
	struct lx_live_stats *stats;
	struct lx_log *log;
	struct lx_markers *markers;
	bool may;
	struct dstr events, notices, chapters;
	enum lx_chapter_result chapter;
	int64_t last_id;
	int said;
} *w;

static bool get_credentials(struct lx_credentials *out, void *data)
{
	*out = (struct lx_credentials){bstrdup("client"), bstrdup("token"), bstrdup("42"), bstrdup("ilse")};
	return true;
}

static bool has_scope(const char *scope, void *data)
{
	return w->may && strcmp(scope, "channel:manage:broadcast") == 0;
}

static void on_marker(const struct lx_event *event, void *data)
{
	const struct lx_marked *m = &event->marker;
	dstr_catf(&w->events, "%s %s <%s> %s;", lx_phase_word(m->phase), m->kind, m->label, m->twitch_id);
	w->last_id = m->id;
}

static void on_notice(const struct lx_event *event, void *data)
{
	dstr_catf(&w->notices, "%s;", event->notice.id);
}

static enum lx_chapter_result write_chapter(const char *name, void *data)
{
	dstr_catf(&w->chapters, "%s;", name);
	return w->chapter;
}

static struct lx_markers_options options(void)
{
	return (struct lx_markers_options){.peaks = true,
					   .sensitivity = LX_PEAKS_NORMAL,
					   .words = "clip, clip it",
					   .people = 3,
					   .twitch = true,
					   .chapters = true};
}

static int setup(void **state)
{
	lx_leak_setup(state);
	w = bzalloc(sizeof(*w));
	w->may = true;
	folder_make(&w->folder);
	lx_test_clock_init(&w->clock);
	da_init(fake_http.requests);
	w->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	w->signals = signal_handler_create();
	w->procs = proc_handler_create();
	w->bus = lx_bus_create(w->signals, w->procs);
	w->loop = lx_loop_create("livextrem: helix", &w->clock.clock);
	w->helix = lx_helix_create(&(const struct lx_helix_config){
		.loop = w->loop,
		.text = w->text,
		.random = &lx_test_random,
		.base_url = "https://t",
		.credentials = {get_credentials, NULL, has_scope, NULL},
	});
	w->stats = lx_live_stats_create(w->bus, &w->clock.clock);
	lx_live_stats_set_channel(w->stats, "ilse");
	w->log = lx_log_create(&(
		struct lx_log_config){.path = w->folder.file, .bus = w->bus, .text = w->text, .clock = &w->clock.clock});
	assert_true(lx_log_start(w->log, true));
	w->markers = lx_markers_create(&(struct lx_markers_config){
		.loop = w->loop,
		.bus = w->bus,
		.text = w->text,
		.clock = &w->clock.clock,
		.log = w->log,
		.helix = w->helix,
		.stats = w->stats,
	});
	struct lx_markers_options chosen = options();
	lx_markers_set_options(w->markers, &chosen);
	lx_markers_set_channel(w->markers, "42", "ilse");
	lx_markers_set_role(w->markers, LX_CHANNEL_ROLE_BROADCASTER);
	lx_markers_set_chapter_writer(w->markers, write_chapter, NULL);
	lx_markers_bind(w->markers);
	lx_bus_connect(w->bus, LX_EVENT_MARKER, on_marker, NULL);
	lx_bus_connect(w->bus, LX_EVENT_NOTICE, on_notice, NULL);
	return 0;
}

static int teardown(void **state)
{
	lx_bus_disconnect(w->bus, LX_EVENT_MARKER, on_marker, NULL);
	lx_bus_disconnect(w->bus, LX_EVENT_NOTICE, on_notice, NULL);
	lx_markers_unbind(w->markers);
	lx_log_destroy(w->log);
	lx_helix_destroy(w->helix);
	fake_http_finish();
	lx_loop_destroy(w->loop);
	lx_markers_destroy(w->markers);
	lx_bus_unbind_all(w->bus);
	lx_live_stats_destroy(w->stats);
	lx_bus_destroy(w->bus);
	proc_handler_destroy(w->procs);
	signal_handler_destroy(w->signals);
	lx_text_destroy(w->text);
	dstr_free(&w->events);
	dstr_free(&w->notices);
	dstr_free(&w->chapters);
	folder_remove(&w->folder);
	bfree(w);
	return lx_leak_teardown(state);
}

static void turn(void)
{
	for (int i = 0; i < 4; i++)
		lx_loop_run_once(w->loop, 0);
}

static void go_live(void)
{
	lx_live_stats_set_stream(w->stats, true, 10, STREAM_BEGIN(w));
	lx_log_stream_online(w->log, "ilse", "42", "s1", STREAM_BEGIN(w));
}

static void say(int person, const char *text)
{
	struct lx_event event;
	char user[16], id[40];
	snprintf(user, sizeof(user), "%d", 1000 + person);
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", ++w->said);
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = w->clock.unix_ms;
	event.channel = "ilse";
	event.room_id = "42";
	event.chat.id = id;
	event.chat.user.id = event.chat.user.login = event.chat.user.name = user;
	event.chat.text = text;
	lx_bus_emit(w->bus, &event);
}

static int64_t add(const char *text)
{
	struct dstr error = {0};
	const int64_t id = lx_markers_add(w->markers, text, 0, "hotkey", &error);
	dstr_free(&error);
	turn();
	return id;
}

static size_t list(struct lx_marker_place *out, size_t capacity)
{
	enum lx_database_trouble trouble;
	assert_true(lx_log_flush(w->log, 10000));
	struct lx_log_reader *reader = lx_log_reader_open(w->folder.file, &trouble);
	assert_non_null(reader);
	const size_t count = lx_marker_list(lx_log_reader_db(reader), "", 0, INT64_MAX, out, capacity);
	lx_log_reader_close(reader);
	return count;
}

static const char *texts(struct dstr *seen)
{
	return seen->array ? seen->array : "";
}

static bool call(enum lx_proc proc, int64_t id, const char *text, bool undo)
{
	calldata_t data = {0};
	calldata_set_int(&data, "marker_id", id);
	calldata_set_string(&data, "text", text);
	calldata_set_bool(&data, "undo", undo);
	assert_true(proc_handler_call(w->procs, lx_bus_proc_name(proc), &data));
	const bool ok = calldata_bool(&data, "ok");
	calldata_free(&data);
	turn();
	return ok;
}

/* --- by people --------------------------------------------------------------------------------------------------- */

static void a_key_sets_one_in_stream_and_recording(void **state)
{
	struct lx_marker_place places[4];
	go_live();
	lx_log_recording_started(w->log, "/v/one.mkv");
	lx_test_clock_advance(&w->clock, 5000);
	lx_log_recording_paused(w->log);
	lx_test_clock_advance(&w->clock, 60000);
	assert_true(add("while it is paused") > 0);
	lx_test_clock_advance(&w->clock, 1);
	lx_log_recording_resumed(w->log, 5000);
	lx_test_clock_advance(&w->clock, 4000);
	assert_true(add("  a\nnote\t with \x01 blanks  ") > 0);
	lx_test_clock_advance(&w->clock, 1);
	lx_log_recording_split(w->log, "/v/two.mkv", 0);
	lx_test_clock_advance(&w->clock, 2500);
	assert_true(add("") > 0);

	assert_int_equal(list(places, 4), 3);
	assert_string_equal(places[0].marker.text, "while it is paused");
	assert_int_equal(places[0].file_ms, -1);
	assert_int_equal(places[0].stream_ms, 3600000 + 65000);
	assert_string_equal(places[1].marker.text, "a note with blanks");
	assert_int_equal(places[1].file_ms, 9000);
	assert_string_equal(places[1].path, "/v/one.mkv");
	assert_int_equal(places[2].file_ms, 2500);
	assert_string_equal(places[2].path, "/v/two.mkv");
	assert_true(places[2].marker.id > places[1].marker.id);
	assert_string_equal(texts(&w->events), "add manual <while it is paused> ;add manual <a note with blanks> ;"
					       "add manual <Marker> ;");
	assert_string_equal(texts(&w->chapters), "while it is paused;a note with blanks;Marker;");
	(void)state;
}

static void it_goes_to_twitch_while_live(void **state)
{
	struct lx_marker_place place;
	add("not live");
	assert_int_equal(fake_http.requests.num, 0);
	go_live();
	add("a \"note\"");
	assert_int_equal(fake_http.requests.num, 1);
	assert_string_equal(fake_http.requests.array[0].url, "https://t/streams/markers");
	assert_string_equal(fake_http.requests.array[0].body,
			    "{\"user_id\":\"42\",\"description\":\"a \\\"note\\\"\"}");
	fake_answer(0, 200,
		    "{\"data\":[{\"id\":\"m-1\",\"created_at\":\"2026-01-01T00:00:00Z\",\"position_seconds\":3600,"
		    "\"description\":\"a\"}]}");
	turn();
	struct lx_marker_place places[2];
	assert_int_equal(list(places, 2), 2);
	place = places[1];
	assert_string_equal(place.marker.twitch_id, "m-1");
	assert_string_equal(texts(&w->events),
			    "add manual <not live> ;add manual <a \"note\"> ;update manual <a \"note\"> m-1;");

	/* A second one at once is kept here only. */
	add("too soon");
	assert_int_equal(fake_http.requests.num, 1);
	assert_string_equal(texts(&w->notices), "livextrem_marker_twitch;");
	lx_test_clock_advance(&w->clock, 4000);
	add("later");
	assert_int_equal(fake_http.requests.num, 2);
	(void)state;
}

static void refusals_are_told_politely_and_not_asked_for_again(void **state)
{
	go_live();
	w->may = false;
	add("no permission");
	add("no permission still");
	assert_int_equal(fake_http.requests.num, 0);
	assert_string_equal(texts(&w->notices), "livextrem_marker_twitch;");
	w->may = true;
	lx_markers_set_role(w->markers, LX_CHANNEL_ROLE_MODERATOR);
	add("no editor");
	assert_int_equal(fake_http.requests.num, 1);
	fake_answer(0, 403, "{\"error\":\"Forbidden\",\"status\":403,\"message\":\"not an editor\"}");
	turn();
	assert_string_equal(texts(&w->notices), "livextrem_marker_twitch;livextrem_marker_twitch;");
	lx_test_clock_advance(&w->clock, 10000);
	add("again");
	assert_int_equal(fake_http.requests.num, 1);
	struct lx_marker_place places[5];
	assert_int_equal(list(places, 5), 4);
	(void)state;
}

static void why_a_file_has_no_chapters_is_said_once(void **state)
{
	w->chapter = LX_CHAPTER_FORMAT;
	add("one");
	add("two");
	assert_string_equal(texts(&w->notices), "livextrem_marker_chapter;");
	w->chapter = LX_CHAPTER_WRITTEN;
	add("three");
	w->chapter = LX_CHAPTER_OLD_OBS;
	add("four");
	assert_string_equal(texts(&w->notices), "livextrem_marker_chapter;livextrem_marker_chapter;");
	(void)state;
}

static void names_and_removals_can_be_changed(void **state)
{
	struct lx_marker_place places[2];
	const int64_t id = add("first name");
	assert_true(call(LX_PROC_EDIT_MARKER, id, "second name", false));
	assert_int_equal(list(places, 2), 1);
	assert_string_equal(places[0].marker.text, "second name");
	assert_true(call(LX_PROC_REMOVE_MARKER, id, "", false));
	assert_int_equal(list(places, 2), 0);
	assert_true(call(LX_PROC_REMOVE_MARKER, id, "", true));
	assert_int_equal(list(places, 2), 1);
	assert_string_equal(texts(&w->events), "add manual <first name> ;update  <> ;remove  <> ;update  <> ;");
	assert_false(call(LX_PROC_EDIT_MARKER, 0, "nothing", false));

	/* What was removed is gone when the log is opened again. */
	assert_true(call(LX_PROC_REMOVE_MARKER, id, "", false));
	assert_int_equal(list(places, 2), 0);
	lx_log_stop(w->log);
	lx_log_destroy(w->log);
	w->log = lx_log_create(&(
		struct lx_log_config){.path = w->folder.file, .bus = w->bus, .text = w->text, .clock = &w->clock.clock});
	assert_true(lx_log_start(w->log, true));
	say(1, "the log is open again");
	assert_true(lx_log_flush(w->log, 10000));
	enum lx_database_trouble trouble;
	struct lx_log_reader *reader = lx_log_reader_open(w->folder.file, &trouble);
	assert_int_equal(lx_database_number(lx_log_reader_db(reader), "SELECT count(*) FROM marker", -1), 0);
	lx_log_reader_close(reader);
	(void)state;
}

static void without_a_log_there_is_a_sentence(void **state)
{
	struct dstr error = {0};
	lx_log_set_enabled(w->log, false);
	assert_int_equal(lx_markers_add(w->markers, "", 0, "hotkey", &error), 0);
	assert_non_null(strstr(error.array, "chat log"));
	dstr_free(&error);
	turn();
	assert_string_equal(texts(&w->events), "");
	(void)state;
}

/* --- by chat ----------------------------------------------------------------------------------------------------- */

static void chat_calls_for_a_clip(void **state)
{
	struct lx_marker_place places[2];
	go_live();
	const int64_t begin_ms = w->clock.unix_ms;
	for (int i = 0; i < 4; i++) {
		say(i, "omg clip it!!");
		lx_test_clock_advance(&w->clock, 1500);
	}
	turn();
	assert_int_equal(list(places, 2), 1);
	assert_int_equal(places[0].marker.kind, LX_MARKER_WORDS);
	assert_int_equal(places[0].marker.at_ms, begin_ms);
	assert_int_equal(places[0].marker.count, 3);
	assert_string_equal(places[0].marker.word, "clip it");
	/* What nobody asked for stays here. */
	assert_int_equal(fake_http.requests.num, 0);
	assert_string_equal(texts(&w->chapters), "");
	(void)state;
}

static void raise_a_storm(void)
{
	for (int i = 0; i < 240; i++) {
		say(i % 60, "hello");
		lx_test_clock_advance(&w->clock, 1000);
	}
	for (int i = 0; i < 100; i++) {
		say(100 + i, "POG");
		lx_test_clock_advance(&w->clock, 100);
	}
	turn();
}

static void chat_rises_and_falls(void **state)
{
	struct lx_marker_place places[2];
	go_live();
	raise_a_storm();
	assert_int_equal(list(places, 2), 1);
	const int64_t first = places[0].marker.count;
	assert_int_equal(places[0].marker.kind, LX_MARKER_PEAK);
	assert_in_range(places[0].marker.at_ms, w->clock.unix_ms - 12000, w->clock.unix_ms - 8000);
	for (int i = 0; i < 60; i++) {
		lx_test_clock_advance(&w->clock, 1000);
		say(i, "hello");
	}
	turn();
	assert_int_equal(list(places, 2), 1);
	assert_true(places[0].marker.count > first);
	assert_non_null(strstr(texts(&w->events), ";update peak <Chat peak ("));
	(void)state;
}

/* What people write about has happened before: the list has that moment, and who can only mark the present is told how far back. */
static void chat_marks_what_it_talks_about(void **state)
{
	struct lx_marker_place places[2];
	struct lx_markers_options chosen = options();
	chosen.automatic = true;
	chosen.lead_s = 10;
	lx_markers_set_options(w->markers, &chosen);
	go_live();
	lx_log_recording_started(w->log, "/v/one.mkv");
	lx_test_clock_advance(&w->clock, 60000);
	const int64_t begin_ms = w->clock.unix_ms;
	for (int i = 0; i < 3; i++) {
		lx_test_clock_advance(&w->clock, i ? 2000 : 0);
		say(i, "clip it");
	}
	turn();
	assert_int_equal(list(places, 2), 1);
	assert_int_equal(places[0].marker.at_ms, begin_ms - 10000);
	assert_int_equal(places[0].stream_ms, 3600000 + 50000);
	assert_int_equal(places[0].file_ms, 50000);
	assert_string_equal(texts(&w->chapters), "“clip it” (3 people), 14 s earlier;");
	assert_int_equal(fake_http.requests.num, 1);
	assert_string_equal(fake_http.requests.array[0].body,
			    "{\"user_id\":\"42\",\"description\":\"“clip it” (3 people), 14 s earlier\"}");
	(void)state;
}

static void peaks_lie_where_chat_began_to_rise(void **state)
{
	struct lx_marker_place places[2];
	struct lx_markers_options chosen = options();
	chosen.lead_s = 10;
	lx_markers_set_options(w->markers, &chosen);
	go_live();
	raise_a_storm();
	assert_int_equal(list(places, 2), 1);
	/* The storm blew for ten seconds. */
	assert_in_range(places[0].marker.at_ms, w->clock.unix_ms - 22000, w->clock.unix_ms - 18000);
	const int64_t at_ms = places[0].marker.at_ms;
	/* Its size is told later, its place stays. */
	for (int i = 0; i < 60; i++) {
		lx_test_clock_advance(&w->clock, 1000);
		say(i, "hello");
	}
	turn();
	assert_non_null(strstr(texts(&w->events), ";update peak <Chat peak ("));
	assert_int_equal(list(places, 2), 1);
	assert_int_equal(places[0].marker.at_ms, at_ms);
	(void)state;
}

static void no_marker_lies_before_the_stream(void **state)
{
	struct lx_marker_place places[2];
	struct lx_markers_options chosen = options();
	chosen.lead_s = 60;
	lx_markers_set_options(w->markers, &chosen);
	const int64_t started_ms = w->clock.unix_ms;
	lx_live_stats_set_stream(w->stats, true, 10, started_ms);
	lx_log_stream_online(w->log, "ilse", "42", "s1", started_ms);
	lx_test_clock_advance(&w->clock, 5000);
	for (int i = 0; i < 3; i++)
		say(i, "clip it");
	turn();
	assert_int_equal(list(places, 2), 1);
	assert_int_equal(places[0].marker.at_ms, started_ms);
	assert_int_equal(places[0].stream_ms, 0);
	(void)state;
}

static void what_chat_makes_goes_out_only_where_wanted(void **state)
{
	struct lx_markers_options chosen = options();
	chosen.automatic = true;
	lx_markers_set_options(w->markers, &chosen);
	go_live();
	raise_a_storm();
	assert_int_equal(fake_http.requests.num, 1);
	assert_non_null(strstr(fake_http.requests.array[0].body, "Chat peak ("));
	assert_non_null(strstr(texts(&w->chapters), "Chat peak ("));
	/* In somebody else's channel it never does. */
	lx_markers_set_role(w->markers, LX_CHANNEL_ROLE_MODERATOR);
	lx_test_clock_advance(&w->clock, 100000);
	for (int i = 0; i < 3; i++)
		say(i, "clip");
	turn();
	assert_int_equal(fake_http.requests.num, 1);
	(void)state;
}

static void others_viewers_and_other_channels_do_not_count(void **state)
{
	struct lx_marker_place place;
	lx_markers_set_channel(w->markers, "43", "other");
	for (int i = 0; i < 5; i++)
		say(i, "clip");
	turn();
	assert_int_equal(list(&place, 1), 0);
	(void)state;
}

static void a_person_who_is_forgotten_is_in_no_note(void **state)
{
	struct lx_marker_place place;
	say(7, "hello");
	add("1007 was funny");
	assert_true(lx_log_flush(w->log, 10000));
	lx_log_forget_user(w->log, "1007", "1007", NULL, NULL);
	for (int i = 0; i < 500; i++) {
		assert_int_equal(list(&place, 1), 1);
		if (!strstr(place.marker.text, "1007"))
			break;
		os_sleep_ms(10);
	}
	assert_null(strstr(place.marker.text, "1007"));
	assert_non_null(strstr(place.marker.text, "was funny"));
	(void)state;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_key_sets_one_in_stream_and_recording),
		TEST(it_goes_to_twitch_while_live),
		TEST(refusals_are_told_politely_and_not_asked_for_again),
		TEST(why_a_file_has_no_chapters_is_said_once),
		TEST(names_and_removals_can_be_changed),
		TEST(without_a_log_there_is_a_sentence),
		TEST(chat_calls_for_a_clip),
		TEST(chat_rises_and_falls),
		TEST(chat_marks_what_it_talks_about),
		TEST(peaks_lie_where_chat_began_to_rise),
		TEST(no_marker_lies_before_the_stream),
		TEST(what_chat_makes_goes_out_only_where_wanted),
		TEST(others_viewers_and_other_channels_do_not_count),
		TEST(a_person_who_is_forgotten_is_in_no_note),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
