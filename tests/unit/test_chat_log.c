#include "support.h"

#include <signal.h>
#include <sys/resource.h>

#include <util/threading.h>

#include "bus/event_json.h"
#include "chat/log.h"
#include "chat/reader.h"
#include "chat/rows.h"
#include "folder.h"

#define NOW 1790000000000

struct fixture {
	struct folder folder;
	struct lx_test_clock clock;
	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_text *text;
	struct lx_log *log;
	volatile long notices;
	char notice_id[64], notice_text[400];
};

static void on_notice(const struct lx_event *event, void *data)
{
	struct fixture *f = data;
	snprintf(f->notice_id, sizeof(f->notice_id), "%s", event->notice.id);
	snprintf(f->notice_text, sizeof(f->notice_text), "%s", event->notice.text);
	os_atomic_inc_long(&f->notices);
}

static void create(struct fixture *f, int days, size_t capacity)
{
	f->log = lx_log_create(&(struct lx_log_config){.path = f->folder.file,
						       .bus = f->bus,
						       .text = f->text,
						       .clock = &f->clock.clock,
						       .retention_days = days,
						       .capacity = capacity});
}

static void start_with(struct fixture *f, int days, size_t capacity)
{
	create(f, days, capacity);
	assert_true(lx_log_start(f->log, true));
}

static void setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	folder_make(&f->folder);
	lx_test_clock_init(&f->clock);
	f->signals = signal_handler_create();
	f->procs = proc_handler_create();
	f->bus = lx_bus_create(f->signals, f->procs);
	f->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	lx_bus_connect(f->bus, LX_EVENT_NOTICE, on_notice, f);
}

static void stop(struct fixture *f)
{
	assert_int_equal(lx_log_stop(f->log), 0);
	lx_log_destroy(f->log);
	f->log = NULL;
}

static void teardown(struct fixture *f)
{
	if (f->log)
		stop(f);
	lx_bus_disconnect(f->bus, LX_EVENT_NOTICE, on_notice, f);
	lx_bus_destroy(f->bus);
	proc_handler_destroy(f->procs);
	signal_handler_destroy(f->signals);
	lx_text_destroy(f->text);
	folder_remove(&f->folder);
}

static void flush(struct fixture *f)
{
	assert_true(lx_log_flush(f->log, 10000));
}

static struct lx_log_reader *reader_of(struct fixture *f)
{
	enum lx_database_trouble trouble;
	struct lx_log_reader *reader = lx_log_reader_open(f->folder.file, &trouble);
	assert_non_null(reader);
	return reader;
}

static int64_t number(struct fixture *f, const char *sql)
{
	struct lx_log_reader *reader = reader_of(f);
	const int64_t value = lx_database_number(lx_log_reader_db(reader), sql, -999);
	lx_log_reader_close(reader);
	return value;
}

/* Waits for a number that work on another thread leads to. */
static void wait_for(struct fixture *f, const char *sql, int64_t value)
{
	for (int i = 0; i < 500 && number(f, sql) != value; i++)
		os_sleep_ms(10);
	assert_int_equal(number(f, sql), value);
}

static struct lx_event message(const char *id, const char *user_id, const char *login, const char *text,
			       int64_t time_ms)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = time_ms;
	event.channel = "ilse";
	event.room_id = "42";
	event.chat.id = id;
	event.chat.user.id = user_id;
	event.chat.user.login = event.chat.user.name = login;
	event.chat.text = text;
	return event;
}

static void say(struct fixture *f, const char *id, const char *user_id, const char *login, const char *text,
		int64_t time_ms)
{
	struct lx_event event = message(id, user_id, login, text, time_ms);
	lx_bus_emit(f->bus, &event);
}

#define UUID(n) "00000000-0000-4000-8000-00000000000" #n

/* --- what goes in comes out -------------------------------------------------------------------------------------- */

static bool collect(const struct lx_log_row *row, void *data)
{
	struct dstr *out = data;
	char *json = lx_event_to_json_text(&row->event);
	dstr_catf(out, "%s%s\n", row->deleted ? "deleted " : "", json);
	cJSON_free(json);
	return true;
}

static void every_detail_of_a_message_comes_back(void **state)
{
	struct fixture f;
	struct dstr in = {0}, out = {0};
	setup(&f);
	start_with(&f, 0, 0);

	const struct lx_emote emotes[] = {{"25", 6, 10, 7, 12}, {"emotesv2_0123", 12, 13, 13, 15}};
	struct lx_event full = message(UUID(1), "7", "anna", "h\xC3\xA4llo Kappa :)", NOW);
	full.chat.user.name = "Anna";
	full.chat.user.badges = "subscriber/12,bits/100";
	full.chat.user.badge_info = "subscriber/14";
	full.chat.user.color = 0x12AB34;
	full.chat.user.roles = LX_ROLE_SUBSCRIBER | LX_ROLE_VIP;
	full.chat.flags = LX_CHAT_ACTION | LX_CHAT_FIRST;
	full.chat.emotes = emotes;
	full.chat.emote_count = 2;
	full.chat.bits = 100;
	full.chat.reply_id = UUID(2);
	full.chat.reply_user_id = "9";
	full.chat.reply_login = "bob";
	full.chat.reply_name = "Bob";
	full.chat.reply_text = "was?";
	full.chat.thread_id = "not-a-uuid";
	full.chat.reward_id = UUID(3);
	full.chat.source_room_id = "55";
	full.chat.source_id = UUID(4);
	struct lx_event notice = message("id-of-a-notice", "9", "bob", "", NOW + 1);
	notice.type = LX_EVENT_CHAT_NOTICE;
	notice.chat.notice = "subgift";
	notice.chat.notice_text = "Bob gifted a sub to Carl!";
	notice.chat.notice_count = 6;
	notice.chat.sub_plan = "1000";
	notice.chat.gift_id = "12345";
	notice.chat.recipient_name = "Carl";
	notice.chat.announcement_color = "BLUE";
	const struct lx_event *events[] = {&full, &notice};
	for (int i = 0; i < 2; i++) {
		char *json = lx_event_to_json_text(events[i]);
		dstr_catf(&in, "%s\n", json);
		cJSON_free(json);
		lx_bus_emit(f.bus, events[i]);
	}
	flush(&f);
	struct lx_log_reader *reader = reader_of(&f);
	assert_int_equal(lx_log_reader_span(reader, "ilse", NOW, NOW + 10, collect, &out), SQLITE_OK);
	assert_string_equal(out.array, in.array);
	lx_log_reader_close(reader);
	dstr_free(&in);
	dstr_free(&out);
	teardown(&f);
}

static void rows_of_one_millisecond_and_of_no_order_are_all_kept_once(void **state)
{
	struct fixture f;
	char id[40], text[40];
	setup(&f);
	start_with(&f, 0, 0);
	/* More than a millisecond has numbers for, with neighbours, backwards; then all of them again. */
	for (int round = 0; round < 2; round++) {
		for (int i = 299; i >= 0; i--) {
			snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", i);
			snprintf(text, sizeof(text), "text %d", i);
			say(&f, id, "7", "anna", text, NOW + i / 150);
		}
		flush(&f);
	}
	assert_int_equal(number(&f, "SELECT count(DISTINCT uuid) FROM message"), 300);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 300);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH '\"299\"'"), 1);
	teardown(&f);
}

static void names_change_and_are_remembered(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	say(&f, UUID(2), "7", "anna_new", "two", NOW + 1000);
	say(&f, UUID(3), "7", "anna_old", "from an import", NOW - 100000);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM user"), 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM user WHERE login = 'anna_new'"), 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM user_name WHERE user = 1"), 3);
	teardown(&f);
}

/* --- moderation -------------------------------------------------------------------------------------------------- */

static void what_moderators_remove_is_marked(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	say(&f, UUID(2), "7", "anna", "two", NOW + 1);
	say(&f, UUID(3), "8", "bob", "three", NOW + 2);
	flush(&f);
	stop(&f);
	/* Not remembered from writing it. */
	start_with(&f, 0, 0);

	struct lx_event event;
	lx_event_init(&event, LX_EVENT_MESSAGE_DELETED);
	event.time_ms = NOW + 3600000;
	event.channel = "ilse";
	event.room_id = "42";
	event.moderation.message_id = UUID(1);
	event.moderation.user_login = "anna";
	event.moderation.text = "one";
	lx_bus_emit(f.bus, &event);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message WHERE flags & 512"), 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM message WHERE flags & 512 AND text = 'one'"), 1);

	lx_event_init(&event, LX_EVENT_USER_BANNED);
	event.time_ms = NOW + 3600001;
	event.channel = "ilse";
	event.room_id = "42";
	event.moderation.user_id = "8";
	event.moderation.user_login = "bob";
	event.moderation.duration_s = 600;
	lx_bus_emit(f.bus, &event);
	event.update = true;
	event.moderation.moderator_id = "1";
	event.moderation.moderator_login = "mod";
	event.moderation.reason = "spam";
	lx_bus_emit(f.bus, &event);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message WHERE flags & 512"), 2);
	assert_int_equal(number(&f, "SELECT count(*) FROM moderation"), 2);
	assert_int_equal(
		number(&f,
		       "SELECT count(*) FROM moderation m JOIN user u ON u.id = m.moderator WHERE m.kind = 'timeout'"
		       " AND m.reason = 'spam' AND m.duration_s = 600 AND u.login = 'mod'"),
		1);
	teardown(&f);
}

/* --- gaps, streams, recordings ----------------------------------------------------------------------------------- */

static void link_state(struct fixture *f, enum lx_link_state state, const char *channel, int64_t missed_from_ms)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CONNECTION);
	event.channel = channel;
	event.connection.link = LX_LINK_CHAT;
	event.connection.state = state;
	event.connection.missed_from_ms = missed_from_ms;
	lx_bus_emit(f->bus, &event);
}

static void a_lost_connection_is_a_gap(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	link_state(&f, LX_LINK_CONNECTING, "ilse", 0);
	link_state(&f, LX_LINK_ONLINE, "ilse", 0);
	lx_test_clock_advance(&f.clock, 5000);
	/* It was dead for two seconds when that was noticed. */
	link_state(&f, LX_LINK_WAITING, "ilse", NOW + 3000);
	link_state(&f, LX_LINK_CONNECTING, "ilse", NOW + 3000);
	lx_test_clock_advance(&f.clock, 7000);
	link_state(&f, LX_LINK_ONLINE, "ilse", NOW + 3000);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM gap"), 1);
	assert_int_equal(number(&f, "SELECT end_ms - begin_ms FROM gap WHERE cause = 'link' AND lost = -1"), 9000);
	assert_int_equal(number(&f, "SELECT begin_ms FROM gap"), NOW + 3000);
	teardown(&f);
}

static void the_gap_of_a_channel_lasts_until_that_channel_is_read(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	link_state(&f, LX_LINK_ONLINE, "ilse", 0);
	link_state(&f, LX_LINK_OFFLINE, "", 0);
	lx_test_clock_advance(&f.clock, 1000);
	link_state(&f, LX_LINK_ONLINE, "otto", 0);
	lx_test_clock_advance(&f.clock, 1000);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM gap WHERE end_ms IS NULL AND cause = 'off'"), 1);
	link_state(&f, LX_LINK_OFFLINE, "", 0);
	link_state(&f, LX_LINK_ONLINE, "ilse", 0);
	flush(&f);
	assert_int_equal(number(&f, "SELECT end_ms - begin_ms FROM gap g JOIN channel c ON c.id = g.channel"
				    " WHERE login = 'ilse'"),
			 2000);
	assert_int_equal(number(&f, "SELECT count(*) FROM gap g JOIN channel c ON c.id = g.channel"
				    " WHERE login = 'otto' AND end_ms IS NULL"),
			 1);
	teardown(&f);
}

static void a_stream_survives_a_drop_out(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW - 1000);
	lx_log_stream_info(f.log, "ilse", "Title", "Chess");
	lx_test_clock_advance(&f.clock, 60000);
	lx_log_stream_offline(f.log, "ilse");
	flush(&f);
	assert_int_equal(number(&f, "SELECT end_ms FROM stream WHERE title = 'Title'"), NOW + 60000);
	/* The same id, much later than any grace: still the same stream. */
	lx_test_clock_advance(&f.clock, 3600000);
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW - 1000);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream WHERE end_ms IS NULL"), 1);
	lx_log_stream_offline(f.log, "ilse");
	/* Nobody knows an id: within the grace it is the same, after it another. */
	lx_test_clock_advance(&f.clock, 9 * 60000);
	lx_log_stream_online(f.log, "ilse", "42", "", 0);
	lx_log_stream_offline(f.log, "ilse");
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream"), 1);
	lx_test_clock_advance(&f.clock, 11 * 60000);
	lx_log_stream_online(f.log, "ilse", "42", "", 0);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream"), 2);
	/* Another id while the old one never ended: a crash. */
	lx_log_stream_online(f.log, "ilse", "42", "s3", 0);
	lx_log_stream_online(f.log, "ilse", "42", "s4", 0);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream WHERE end_ms IS NULL"), 1);
	teardown(&f);
}

/* The program was gone when it ended: the last words tell how long it lasted. */
static void a_stream_that_ended_while_nobody_looked(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW);
	say(&f, UUID(1), "7", "anna", "bye", NOW + 5000);
	flush(&f);
	stop(&f);
	lx_test_clock_advance(&f.clock, 3600000);
	start_with(&f, 0, 0);
	say(&f, UUID(2), "7", "anna", "is it over?", NOW + 3600000);
	lx_log_stream_offline(f.log, "ilse");
	flush(&f);
	assert_int_equal(number(&f, "SELECT end_ms FROM stream"), NOW + 5000);
	/* It was not: the same id comes back. */
	lx_log_stream_online(f.log, "ilse", "42", "s1", NOW);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream WHERE end_ms IS NULL"), 1);
	lx_log_stream_offline(f.log, "ilse");
	flush(&f);
	assert_int_equal(number(&f, "SELECT end_ms FROM stream"), NOW + 3600000);
	assert_int_equal(number(&f, "SELECT count(*) FROM stream"), 1);
	teardown(&f);
}

static void recordings_know_where_each_moment_is(void **state)
{
	struct fixture f;
	struct lx_log_place place;
	setup(&f);
	start_with(&f, 0, 0);
	lx_log_recording_started(f.log, "/a.mkv"); /* NOW */
	lx_log_scene(f.log, "Game");
	lx_test_clock_advance(&f.clock, 10000);
	lx_log_recording_paused(f.log); /* at 10 s */
	lx_test_clock_advance(&f.clock, 5000);
	lx_log_recording_resumed(f.log, 9900); /* at 15 s */
	lx_test_clock_advance(&f.clock, 5000);
	/* At 20 s; what is told now began a while ago. */
	lx_test_clock_advance(&f.clock, 600);
	lx_log_recording_split(f.log, "/b.mkv", 600);
	lx_test_clock_advance(&f.clock, 4400);
	lx_log_scene(f.log, "Break");
	/* The clock on the wall is put right: no moment of the recording moves. */
	f.clock.unix_ms -= 3600000;
	lx_test_clock_advance(&f.clock, 5000);
	lx_log_recording_stopped(f.log);
	f.clock.unix_ms += 3600000;
	lx_log_scene(f.log, "");
	flush(&f);

	struct lx_log_reader *reader = reader_of(&f);
	static const struct {
		int64_t at_ms, position_ms; /* -1: nowhere */
		const char *path;
	} places[] = {{-1, -1, ""},         {0, 0, "/a.mkv"},        {9999, 9999, "/a.mkv"},
		      {12000, -1, ""},      {15000, 9900, "/a.mkv"}, {19999, 14899, "/a.mkv"},
		      {20000, 0, "/b.mkv"}, {24000, 4000, "/b.mkv"}, {29999, 9999, "/b.mkv"},
		      {30000, -1, ""}};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const bool found = lx_log_reader_place(reader, NOW + places[i].at_ms, &place);
		assert_int_equal(found, places[i].position_ms >= 0);
		if (found) {
			assert_string_equal(place.path, places[i].path);
			assert_int_equal(place.position_ms, places[i].position_ms);
		}
	}
	lx_log_reader_close(reader);
	assert_int_equal(number(&f, "SELECT end_ms - begin_ms FROM scene_span WHERE name = 'Game'"), 25000);
	assert_int_equal(number(&f, "SELECT end_ms - begin_ms FROM scene_span WHERE name = 'Break'"), 5000);
	teardown(&f);
}

static int64_t position_at(struct lx_log_reader *reader, int64_t unix_ms)
{
	struct lx_log_place place;
	return lx_log_reader_place(reader, unix_ms, &place) ? place.position_ms : -1;
}

/* In an encoder that runs already the file begins with the next keyframe; how far it is, is known a while later. */
static void a_recording_may_begin_later_than_it_was_started(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	lx_log_recording_moved(f.log, 1000); /* of none */
	lx_log_recording_started(f.log, "/a.mkv");
	lx_test_clock_advance(&f.clock, 2000);
	lx_log_recording_moved(f.log, -500);
	lx_test_clock_advance(&f.clock, 1000);
	flush(&f);
	struct lx_log_reader *reader = reader_of(&f);
	assert_int_equal(position_at(reader, NOW + 2400), -1);
	assert_int_equal(position_at(reader, NOW + 2500), 0);
	assert_int_equal(position_at(reader, NOW + 3000), 500);
	lx_log_reader_close(reader);
	/* The other way round: it began before the log heard of it. */
	lx_log_recording_moved(f.log, 4000);
	flush(&f);
	reader = reader_of(&f);
	assert_int_equal(position_at(reader, NOW + 3000), 4000);
	lx_log_reader_close(reader);
	teardown(&f);
}

/* Twitch's clock is another one than ours: a place is that of the moment at which the message was here. */
static void places_know_how_much_the_clocks_differ(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	lx_log_recording_started(f.log, "/a.mkv");
	lx_test_clock_advance(&f.clock, 5000);
	say(&f, UUID(1), "7", "anna", "late", NOW + 5000 - 90000 - 300); /* took 0.3 s */
	say(&f, UUID(2), "7", "anna", "fast", NOW + 5000 - 90000 - 40);
	lx_test_clock_advance(&f.clock, 5000);
	say(&f, UUID(3), "7", "anna", "later", NOW + 10000 - 90000 - 70);
	lx_log_recording_stopped(f.log);
	flush(&f);
	assert_int_equal(number(&f, "SELECT skew_ms FROM recording"), 90040);
	struct lx_log_reader *reader = reader_of(&f);
	assert_int_equal(position_at(reader, NOW + 5000 - 90000 - 40), 5000);
	lx_log_reader_close(reader);
	teardown(&f);
}

/* --- trouble ----------------------------------------------------------------------------------------------------- */

static void a_damaged_file_is_kept_and_a_new_one_begun(void **state)
{
	struct fixture f;
	char kept[600];
	setup(&f);
	folder_write(f.folder.file, "This is not the file you are looking for, nor any other data base.", 66);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 1);
	assert_int_equal(folder_count(&f.folder, ".broken-", kept), 1);
	assert_int_equal(os_get_file_size(kept), 66);
	assert_string_equal(f.notice_id, "livextrem_log_set_aside");
	assert_non_null(strstr(f.notice_text, ".broken-"));
	assert_int_equal(os_atomic_load_long(&f.notices), 1);
	/* It is no part of the chat. */
	assert_int_equal(number(&f, "SELECT count(*) FROM notice"), 0);
	teardown(&f);
}

static void pages_that_break_later_lose_nothing_of_what_follows(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	for (int i = 0; i < 2000; i++)
		say(&f, UUID(1), "7", "anna", "filling the pages of this file", NOW + i);
	flush(&f);
	stop(&f);
	/* All but the first page becomes noise, and the log that could mend it goes. */
	struct lx_log_reader *reader = reader_of(&f);
	lx_log_reader_close(reader);
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(f.folder.file, &lx_log_schema, 100, &trouble);
	assert_int_equal(lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
	lx_database_close(db);
	char wal[320];
	snprintf(wal, sizeof(wal), "%s-wal", f.folder.file);
	os_unlink(wal);
	const int64_t size = os_get_file_size(f.folder.file);
	FILE *file = os_fopen(f.folder.file, "r+b");
	fseek(file, 4096, SEEK_SET);
	for (int64_t i = 4096; i < size; i++)
		fputc((int)(i * 7919 % 251), file);
	fclose(file);

	start_with(&f, 0, 0);
	say(&f, UUID(2), "7", "anna", "and on it goes", NOW + 5000);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message WHERE text = 'and on it goes'"), 1);
	assert_true(folder_count(&f.folder, ".broken-", NULL) >= 1);
	assert_string_equal(f.notice_id, "livextrem_log_set_aside");
	teardown(&f);
}

static void a_folder_that_refuses_is_told_once_and_the_log_goes_on_by_itself(void **state)
{
	struct fixture f;
	setup(&f);
	char there[320];
	snprintf(there, sizeof(there), "%s/sub", f.folder.path);
	snprintf(f.folder.file, sizeof(f.folder.file), "%s/sub/log.sqlite", f.folder.path);
	start_with(&f, 0, 20000);
	for (int i = 0; i < 100; i++) {
		char id[40];
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", i);
		say(&f, id, "7", "anna", "more than the queue has room for", NOW + i);
	}
	for (int i = 0; i < 500 && !os_atomic_load_long(&f.notices); i++)
		os_sleep_ms(10);
	assert_string_equal(f.notice_id, "livextrem_log_read_only");
	struct lx_log_stats stats;
	lx_log_get_stats(f.log, &stats);
	assert_int_equal(stats.trouble, LX_DATABASE_READ_ONLY);
	const uint64_t lost = stats.lost;
	assert_true(lost > 0 && lost < 100);

	os_mkdir(there);
	for (int i = 0; i < 500 && os_atomic_load_long(&f.notices) < 2; i++)
		os_sleep_ms(10);
	assert_string_equal(f.notice_id, "livextrem_log_resumed");
	assert_int_equal(os_atomic_load_long(&f.notices), 2);
	say(&f, "", "7", "anna", "after", NOW + 1000);
	flush(&f);
	/* Every message is there, or counted in a gap. */
	assert_int_equal(number(&f, "SELECT (SELECT count(*) FROM message) + (SELECT sum(lost) FROM gap)"), 101);
	stop(&f);
	struct folder sub;
	memcpy(sub.path, there, sizeof(sub.path));
	folder_remove(&sub);
	teardown(&f);
}

static void a_disk_that_fails_in_the_middle_loses_nothing(void **state)
{
	struct fixture f;
	struct rlimit all, little;
	char id[40];
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	flush(&f);
	/* Files of this program can grow no further, as on a disk without room. */
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &all);
	little = all;
	little.rlim_cur = (rlim_t)lx_database_size(f.folder.file);
	setrlimit(RLIMIT_FSIZE, &little);
	for (int i = 10; i < 3000; i++) {
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", i);
		say(&f, id, "7", "anna", "what finds no room at first", NOW + i);
	}
	for (int i = 0; i < 1000 && !os_atomic_load_long(&f.notices); i++)
		os_sleep_ms(10);
	setrlimit(RLIMIT_FSIZE, &all);
	assert_int_equal(os_atomic_load_long(&f.notices), 1);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 2991);
	assert_int_equal(number(&f, "SELECT count(*) FROM gap"), 0);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'room'"), 2990);
	for (int i = 0; i < 500 && os_atomic_load_long(&f.notices) < 2; i++)
		os_sleep_ms(10);
	assert_string_equal(f.notice_id, "livextrem_log_resumed");
	assert_int_equal(folder_count(&f.folder, ".broken-", NULL), 0);
	teardown(&f);
}

static void a_lock_of_somebody_else_is_waited_for(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	flush(&f);
	enum lx_database_trouble trouble;
	sqlite3 *holder = lx_database_open(f.folder.file, &lx_log_schema, 1000, &trouble);
	assert_int_equal(lx_database_run(holder, "BEGIN IMMEDIATE"), SQLITE_OK);
	say(&f, UUID(2), "7", "anna", "two", NOW + 1);
	assert_false(lx_log_flush(f.log, 300));
	lx_database_run(holder, "COMMIT");
	lx_database_close(holder);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 2);
	assert_int_equal(os_atomic_load_long(&f.notices), 0);
	teardown(&f);
}

static void the_end_commits_what_is_queued_in_time(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	flush(&f);
	char id[40];
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", i);
		say(&f, id, "7", "anna", "the last words of a thousand", NOW + i);
	}
	stop(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 1000);
	teardown(&f);
}

static void switched_off_it_writes_nothing_and_says_so(void **state)
{
	struct fixture f;
	setup(&f);
	f.log = lx_log_create(
		&(struct lx_log_config){.path = f.folder.file, .bus = f.bus, .text = f.text, .clock = &f.clock.clock});
	assert_true(lx_log_start(f.log, false));
	say(&f, UUID(1), "7", "anna", "not to be kept", NOW);
	/* When its thread has ended, it has done all that it would. */
	assert_int_equal(lx_log_stop(f.log), 0);
	assert_false(os_file_exists(f.folder.file));
	lx_log_destroy(f.log);
	f.log = lx_log_create(
		&(struct lx_log_config){.path = f.folder.file, .bus = f.bus, .text = f.text, .clock = &f.clock.clock});
	assert_true(lx_log_start(f.log, false));
	lx_log_set_enabled(f.log, true);
	say(&f, UUID(2), "7", "anna", "one", NOW);
	flush(&f);
	lx_log_set_enabled(f.log, false);
	lx_log_set_enabled(f.log, false);
	say(&f, UUID(3), "7", "anna", "not this one either", NOW);
	lx_log_scene(f.log, "nor this");
	lx_test_clock_advance(&f.clock, 3000);
	lx_log_set_enabled(f.log, true);
	say(&f, UUID(4), "7", "anna", "two", NOW);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 2);
	assert_int_equal(number(&f, "SELECT count(*) FROM scene_span"), 0);
	assert_int_equal(number(&f, "SELECT end_ms - begin_ms FROM gap WHERE cause = 'off'"), 3000);
	assert_int_equal(number(&f, "SELECT count(*) FROM gap"), 1);
	teardown(&f);
}

/* Pieces of an index; each look-up asks all of them. */
#define PIECES(index) "SELECT count(DISTINCT segid) FROM " index "_idx"

static void the_index_is_tidied_up_when_nothing_comes(void **state)
{
	struct fixture f;
	char text[60];
	setup(&f);
	start_with(&f, 0, 0);
	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "another word%d", i);
		say(&f, "", "7", "anna", text, NOW + i);
		flush(&f);
	}
	/* By hand what its thread begins a second later: no test waits for that. */
	stop(&f);
	enum lx_database_trouble trouble;
	struct lx_rows_tidying tidying = {0};
	sqlite3 *db = lx_database_open(f.folder.file, &lx_log_schema, 5000, &trouble);
	assert_true(lx_database_number(db, PIECES("words"), 0) > 2);
	int steps = 0, result;
	while ((result = lx_rows_tidy(db, &tidying)) == SQLITE_ROW)
		assert_true(++steps < 100);
	assert_int_equal(result, SQLITE_DONE);
	assert_int_equal(lx_database_number(db, PIECES("words"), 0), 1);
	assert_int_equal(lx_database_number(db, PIECES("word_part"), 0), 1);
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM words WHERE words MATCH 'another'", 0), 60);
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM words WHERE words MATCH 'word59'", 0), 1);
	assert_int_equal(lx_rows_tidy(db, &tidying), SQLITE_DONE);

	/* Once tidy, it is not written anew for nothing. */
	memset(&tidying, 0, sizeof(tidying));
	const int before = sqlite3_total_changes(db);
	while (lx_rows_tidy(db, &tidying) == SQLITE_ROW)
		;
	assert_true(sqlite3_total_changes(db) - before <= 2);
	lx_database_close(db);
	teardown(&f);
}

/* --- removing ---------------------------------------------------------------------------------------------------- */

static bool file_contains(const char *path, const char *text)
{
	FILE *file = os_fopen(path, "rb");
	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	const size_t size = (size_t)ftell(file), length = strlen(text);
	char *bytes = bmalloc(size + 1);
	rewind(file);
	const size_t got = fread(bytes, 1, size, file);
	fclose(file);
	bool found = false;
	for (size_t i = 0; !found && i + length <= got; i++)
		found = astrcmpi_n(bytes + i, text, length) == 0;
	bfree(bytes);
	return found;
}

static void note_done(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	assert_int_equal(trouble, LX_DATABASE_OK);
	assert_true(done);
	os_atomic_set_long(data, (long)removed + 1);
}

static void a_person_is_forgotten_everywhere(void **state)
{
	struct fixture f;
	volatile long done = 0;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "zorblax", "quixotic secret of mine", NOW);
	say(&f, UUID(2), "7", "zorblax_neu", "another name", NOW + 1);
	struct lx_event reply = message(UUID(3), "8", "bob", "@Zorblax yes \xC3\xA4nd no", NOW + 2);
	const struct lx_emote emote = {"25", 13, 15, 14, 17};
	reply.chat.reply_id = UUID(1);
	reply.chat.reply_user_id = "7";
	reply.chat.reply_login = reply.chat.reply_name = "zorblax";
	reply.chat.reply_text = "quixotic secret of mine";
	reply.chat.emotes = &emote;
	reply.chat.emote_count = 1;
	lx_bus_emit(f.bus, &reply);
	struct lx_event ban;
	lx_event_init(&ban, LX_EVENT_USER_BANNED);
	ban.time_ms = NOW + 3;
	ban.channel = "ilse";
	ban.room_id = "42";
	ban.moderation.user_id = "7";
	ban.moderation.user_login = "zorblax_neu";
	lx_bus_emit(f.bus, &ban);
	say(&f, UUID(4), "8", "bob", "zorblaxian is another word", NOW + 4);
	flush(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'quixotic'"), 1);

	lx_log_forget_user(f.log, "7", "", note_done, (void *)&done);
	for (int i = 0; i < 500 && !os_atomic_load_long(&done); i++)
		os_sleep_ms(10);
	assert_int_equal(os_atomic_load_long(&done), 3);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 2);
	assert_int_equal(number(&f, "SELECT count(*) FROM moderation"), 0);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'quixotic OR secret'"), 0);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'zorblaxian'"), 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM word WHERE text IN ('quixotic', 'zorblax')"), 0);

	/* The emote of the answer is where it was. */
	struct dstr out = {0};
	struct lx_log_reader *reader = reader_of(&f);
	lx_log_reader_span(reader, "", NOW, NOW + 10, collect, &out);
	lx_log_reader_close(reader);
	assert_non_null(strstr(out.array, "\"first\":13,\"last\":15"));
	assert_null(strstr(out.array, "orblax yes"));
	dstr_free(&out);
	stop(&f);

	/* Not even as a trace in the file, but for the word that only looks like the name. */
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(f.folder.file, &lx_log_schema, 100, &trouble);
	lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	lx_database_close(db);
	assert_false(file_contains(f.folder.file, "quixotic"));
	assert_false(file_contains(f.folder.file, "zorblax_neu"));
	assert_false(file_contains(f.folder.file, "@zorblax"));
	teardown(&f);
}

static void what_is_too_old_goes(void **state)
{
	struct fixture f;
	setup(&f);
	start_with(&f, 0, 0);
	char id[40];
	for (int i = 0; i < 2500; i++) {
		snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", i);
		say(&f, id, i < 2400 ? "7" : "8", i < 2400 ? "anna" : "bob", i < 2400 ? "ancient words" : "new words",
		    i < 2400 ? NOW - 40 * 86400000ll + i : NOW + i);
	}
	flush(&f);
	lx_log_set_retention(f.log, 30);
	wait_for(&f, "SELECT count(*) FROM message", 100);
	wait_for(&f, "SELECT count(*) FROM user", 1);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'ancient'"), 0);
	assert_int_equal(number(&f, "SELECT count(*) FROM words WHERE words MATCH 'words'"), 100);
	assert_int_equal(number(&f, "SELECT count(*) FROM word WHERE text = 'ancient'"), 0);
	/* The person's number may be given again; what is written next must not go to somebody else. */
	say(&f, UUID(1), "7", "anna", "back again", NOW + 9999);
	flush(&f);
	assert_int_equal(
		number(&f, "SELECT count(*) FROM message m JOIN user u ON u.id = m.user WHERE u.login = 'anna'"), 1);
	teardown(&f);
}

static void note_progress(int percent, void *data)
{
	assert_in_range(percent, 0, 100);
}

static void wait_done(volatile long *done)
{
	for (int i = 0; i < 1000 && !os_atomic_load_long(done); i++)
		os_sleep_ms(5);
	assert_true(os_atomic_load_long(done));
}

static void backup_and_compaction_run_beside_the_chat(void **state)
{
	struct fixture f;
	volatile long saved = 0, compacted = 0;
	char path[320];
	setup(&f);
	start_with(&f, 0, 0);
	for (int i = 0; i < 3000; i++)
		say(&f, UUID(1), "7", "anna", "enough to take some pages", NOW + i);
	snprintf(path, sizeof(path), "%s/copy.sqlite", f.folder.path);
	flush(&f);
	lx_log_backup(f.log, path, note_progress, note_done, (void *)&saved);
	lx_log_compact(f.log, note_done, (void *)&compacted);
	say(&f, UUID(2), "7", "anna", "two", NOW + 5000);
	flush(&f);
	wait_done(&saved);
	wait_done(&compacted);
	/* The copy is a log like any other. */
	enum lx_database_trouble trouble;
	sqlite3 *copy = lx_database_open_reader(path, &lx_log_schema, 100, &trouble);
	assert_non_null(copy);
	assert_in_range(lx_database_number(copy, "SELECT count(*) FROM message", -1), 3000, 3001);
	lx_database_close(copy);
	stop(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 3001);
	teardown(&f);
}

static void note_refusal(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	assert_false(done);
	os_atomic_set_long(data, (long)trouble + 1);
}

static void what_cannot_be_saved_says_why(void **state)
{
	struct fixture f;
	volatile long saved = 0, late = 0;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	flush(&f);
	lx_log_backup(f.log, "/nowhere/at/all", NULL, note_refusal, (void *)&saved);
	wait_done(&saved);
	assert_int_equal(saved, LX_DATABASE_READ_ONLY + 1);
	assert_int_equal(lx_log_stop(f.log), 0);
	lx_log_backup(f.log, "/nowhere/at/all", NULL, note_refusal, (void *)&late);
	assert_true(os_atomic_load_long(&late));
	teardown(&f);
}

/* Somebody asks to be forgotten, and nothing is logged at that time. */
static void care_is_taken_of_a_log_that_is_switched_off(void **state)
{
	struct fixture f;
	volatile long done = 0;
	setup(&f);
	start_with(&f, 0, 0);
	say(&f, UUID(1), "7", "anna", "one", NOW);
	flush(&f);
	stop(&f);
	create(&f, 0, 0);
	assert_true(lx_log_start(f.log, false));
	lx_log_forget_user(f.log, "7", "", note_done, (void *)&done);
	wait_done(&done);
	stop(&f);
	assert_int_equal(number(&f, "SELECT count(*) FROM message"), 0);
	teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(every_detail_of_a_message_comes_back),
		lx_unit_test(rows_of_one_millisecond_and_of_no_order_are_all_kept_once),
		lx_unit_test(names_change_and_are_remembered),
		lx_unit_test(what_moderators_remove_is_marked),
		lx_unit_test(a_lost_connection_is_a_gap),
		lx_unit_test(the_gap_of_a_channel_lasts_until_that_channel_is_read),
		lx_unit_test(a_stream_survives_a_drop_out),
		lx_unit_test(a_stream_that_ended_while_nobody_looked),
		lx_unit_test(recordings_know_where_each_moment_is),
		lx_unit_test(a_recording_may_begin_later_than_it_was_started),
		lx_unit_test(places_know_how_much_the_clocks_differ),
		lx_unit_test(a_damaged_file_is_kept_and_a_new_one_begun),
		lx_unit_test(pages_that_break_later_lose_nothing_of_what_follows),
		lx_unit_test(a_folder_that_refuses_is_told_once_and_the_log_goes_on_by_itself),
		lx_unit_test(a_disk_that_fails_in_the_middle_loses_nothing),
		lx_unit_test(a_lock_of_somebody_else_is_waited_for),
		lx_unit_test(the_end_commits_what_is_queued_in_time),
		lx_unit_test(switched_off_it_writes_nothing_and_says_so),
		lx_unit_test(the_index_is_tidied_up_when_nothing_comes),
		lx_unit_test(a_person_is_forgotten_everywhere),
		lx_unit_test(what_is_too_old_goes),
		lx_unit_test(backup_and_compaction_run_beside_the_chat),
		lx_unit_test(what_cannot_be_saved_says_why),
		lx_unit_test(care_is_taken_of_a_log_that_is_switched_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
