#include "log_fixture.h"

#include <util/threading.h>

#include "chat/person.h"

/* --- Helix as the person sees it: stands in for helix.c, which the linker then leaves out --------------------------- */

static struct {
	struct lx_helix_call call;
	char query[128];
	lx_helix_done done;
	void *data;
} asked;

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	(void)helix;
	asked.call = *call;
	asked.query[0] = 0;
	for (size_t i = 0; i < call->query_count; i++) {
		const size_t used = strlen(asked.query);
		snprintf(asked.query + used, sizeof(asked.query) - used, "%s=%s;", call->query[i].name,
			 call->query[i].value);
	}
	asked.done = call->done;
	asked.data = call->data;
	return 1;
}

bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing)
{
	(void)helix;
	(void)endpoint;
	(void)missing;
	return true;
}

static void answer(enum lx_helix_error error, const char *json)
{
	cJSON *body = cJSON_Parse(json);
	const struct lx_helix_result result = {.error = error,
					       .message = error == LX_HELIX_OK ? "" : "not today",
					       .twitch_message = "",
					       .json = body,
					       .data = cJSON_GetObjectItem(body, "data"),
					       .cursor = ""};
	asked.done(&result, asked.data);
	cJSON_Delete(body);
}

/* --- log ----------------------------------------------------------------------------------------------------------- */

static void moderate(struct log_fixture *f, enum lx_event_type type, const char *login, int64_t duration_s,
		     const char *reason, int64_t time_ms)
{
	struct lx_event event;
	lx_event_init(&event, type);
	event.time_ms = time_ms;
	event.channel = "ilse";
	event.room_id = "42";
	event.moderation.user_id = strcmp(login, "anna") == 0 ? "7" : "8";
	event.moderation.user_login = event.moderation.user_name = login;
	event.moderation.duration_s = duration_s;
	event.moderation.moderator_id = "99";
	event.moderation.moderator_login = "modi";
	event.moderation.moderator_name = "Modi";
	event.moderation.reason = reason;
	assert_true(lx_log_add(f->log, &event));
}

struct lines {
	char text[512];
	int64_t last_row;
};

static bool take_message(const struct lx_log_row *row, void *data)
{
	struct lines *lines = data;
	const size_t used = strlen(lines->text);
	snprintf(lines->text + used, sizeof(lines->text) - used, "%s;", row->event.chat.text);
	lines->last_row = row->id;
	return true;
}

static bool take_deed(const struct lx_person_event *event, void *data)
{
	struct lines *lines = data;
	const size_t used = strlen(lines->text);
	snprintf(lines->text + used, sizeof(lines->text) - used, "%s %lld %s '%s' at %lld;", event->kind,
		 (long long)event->duration_s, event->moderator, event->reason, (long long)(event->time_ms - NOW));
	lines->last_row = event->row;
	return true;
}

static void facts_are_of_one_person(void **state)
{
	(void)state;
	struct log_fixture f;
	struct lx_person_facts facts;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	log_fixture_say(&f, "bob", "hello anna", NOW + 1000);
	log_fixture_say(&f, "anna", "good bye", NOW + 5000);
	moderate(&f, LX_EVENT_USER_BANNED, "anna", 600, "spoilers", NOW + 6000);
	moderate(&f, LX_EVENT_USER_BANNED, "anna", 0, "", NOW + 7000);
	moderate(&f, LX_EVENT_USER_BANNED, "bob", 0, "", NOW + 8000);
	struct lx_event renamed = log_fixture_message("ilse", "anna", "new name", NOW + 90000);
	renamed.chat.user.name = "Anna_B";
	renamed.chat.user.login = "anna_b";
	log_fixture_add(&f, &renamed);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	assert_int_equal(lx_person_read_facts(reader, "7", &facts), SQLITE_OK);
	assert_int_equal(facts.messages, 3);
	assert_int_equal(facts.first_ms, NOW);
	assert_int_equal(facts.last_ms, NOW + 90000);
	assert_int_equal(facts.timeouts, 1);
	assert_int_equal(facts.bans, 1);
	assert_int_equal(facts.name_count, 2);
	assert_string_equal(facts.names[0].login, "anna_b");
	assert_string_equal(facts.names[1].login, "anna");
	assert_null(facts.note);
	lx_person_facts_free(&facts);
	assert_int_equal(lx_person_read_facts(reader, "4711", &facts), SQLITE_OK);
	assert_int_equal(facts.messages, 0);
	assert_int_equal(facts.name_count, 0);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static int64_t last_of(struct lx_log_reader *reader, const char *channel, const char *user_id, int64_t before_ms)
{
	int64_t last = -1;
	assert_int_equal(lx_person_read_last(reader, channel, user_id, before_ms, &last), SQLITE_OK);
	return last;
}

static void who_wrote_last_is_known_for_each_channel(void **state)
{
	(void)state;
	struct log_fixture f;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	log_fixture_say(&f, "anna", "again", NOW + 5000);
	log_fixture_say(&f, "bob", "hello", NOW + 6000);
	struct lx_event elsewhere = log_fixture_message("other", "anna", "somewhere else", NOW + 8000);
	log_fixture_add(&f, &elsewhere);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	assert_int_equal(last_of(reader, "ilse", "7", NOW + 90000), NOW + 5000);
	assert_int_equal(last_of(reader, "ilse", "7", NOW + 5000), NOW); /* what is asked about does not count */
	assert_int_equal(last_of(reader, "ilse", "7", NOW), 0);
	assert_int_equal(last_of(reader, "other", "7", NOW + 90000), NOW + 8000);
	assert_int_equal(last_of(reader, "nowhere", "7", NOW + 90000), 0);
	assert_int_equal(last_of(reader, "ilse", "4711", NOW + 90000), 0);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static void messages_come_newest_first_in_pages_and_by_words(void **state)
{
	(void)state;
	struct log_fixture f;
	log_fixture_open(&f);
	for (int i = 0; i < 5; i++) {
		char text[32];
		snprintf(text, sizeof(text), i == 2 ? "needle %d" : "hay %d", i);
		log_fixture_say(&f, "anna", text, NOW + i * 1000);
		log_fixture_say(&f, "bob", "needle", NOW + i * 1000 + 1);
	}
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lines lines = {0};
	assert_int_equal(lx_person_read_messages(reader, f.text, "7", "", NOW, 0, 3, take_message, &lines), SQLITE_OK);
	assert_string_equal(lines.text, "hay 4;hay 3;needle 2;");
	const int64_t before = lines.last_row;
	lines.text[0] = 0;
	assert_int_equal(lx_person_read_messages(reader, f.text, "7", "", NOW, before, 3, take_message, &lines),
			 SQLITE_OK);
	assert_string_equal(lines.text, "hay 1;hay 0;");
	lines.text[0] = 0;
	assert_int_equal(lx_person_read_messages(reader, f.text, "7", "need", NOW, 0, 3, take_message, &lines),
			 SQLITE_OK);
	assert_string_equal(lines.text, "needle 2;");
	/* What is no query is no fault of the data base's. */
	assert_int_not_equal(lx_person_read_messages(reader, f.text, "7", "/(/", NOW, 0, 3, take_message, &lines),
			     SQLITE_OK);
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static void deeds_come_newest_first_in_pages(void **state)
{
	(void)state;
	struct log_fixture f;
	log_fixture_open(&f);
	moderate(&f, LX_EVENT_USER_BANNED, "anna", 600, "spoilers", NOW);
	moderate(&f, LX_EVENT_USER_UNBANNED, "anna", 0, "", NOW + 20000);
	moderate(&f, LX_EVENT_USER_BANNED, "anna", 0, "again", NOW + 40000);
	moderate(&f, LX_EVENT_USER_BANNED, "bob", 0, "", NOW + 60000);
	struct lx_log_reader *reader = log_fixture_reader(&f);
	struct lines lines = {0};
	assert_int_equal(lx_person_read_moderation(reader, "7", 0, 2, take_deed, &lines), SQLITE_OK);
	assert_string_equal(lines.text, "ban 0 Modi 'again' at 40000;unban 0 Modi '' at 20000;");
	const int64_t before = lines.last_row;
	lines.text[0] = 0;
	assert_int_equal(lx_person_read_moderation(reader, "7", before, 2, take_deed, &lines), SQLITE_OK);
	assert_string_equal(lines.text, "timeout 600 Modi 'spoilers' at 0;");
	lx_log_reader_close(reader);
	log_fixture_close(&f);
}

static void on_saved(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	(void)removed;
	assert_int_equal(trouble, LX_DATABASE_OK);
	assert_true(done);
	os_event_signal(data);
}

/* Waits for the writer, which does such work when it has time. */
static void note(struct log_fixture *f, const char *user_id, const char *text)
{
	os_event_t *saved;
	os_event_init(&saved, OS_EVENT_TYPE_AUTO);
	lx_log_set_note(f->log, user_id, text, on_saved, saved);
	assert_int_equal(os_event_timedwait(saved, 20000), 0);
	os_event_destroy(saved);
}

static void forget(struct log_fixture *f, const char *user_id)
{
	os_event_t *done;
	os_event_init(&done, OS_EVENT_TYPE_AUTO);
	lx_log_forget_user(f->log, user_id, "", on_saved, done);
	assert_int_equal(os_event_timedwait(done, 20000), 0);
	os_event_destroy(done);
}

static void note_is(struct log_fixture *f, const char *wanted)
{
	struct lx_person_facts facts;
	struct lx_log_reader *reader = log_fixture_reader(f);
	assert_int_equal(lx_person_read_facts(reader, "7", &facts), SQLITE_OK);
	if (wanted)
		assert_string_equal(facts.note, wanted);
	else
		assert_null(facts.note);
	lx_person_facts_free(&facts);
	lx_log_reader_close(reader);
}

static void notes_are_kept_changed_and_forgotten(void **state)
{
	(void)state;
	struct log_fixture f;
	log_fixture_open(&f);
	note(&f, "7", "knows \"the\" boss's name");
	note_is(&f, "knows \"the\" boss's name"); /* of somebody who never wrote */
	note(&f, "8", "another");
	note(&f, "7", "plays chess");
	note_is(&f, "plays chess");
	/* It outlives the program. */
	assert_int_equal(lx_log_stop(f.log), 0);
	lx_log_destroy(f.log);
	f.log = lx_log_create(&(struct lx_log_config){.path = f.folder.file, .text = f.text, .clock = &f.clock.clock});
	assert_true(lx_log_start(f.log, true));
	note_is(&f, "plays chess");
	forget(&f, "7");
	note_is(&f, NULL);
	note(&f, "7", "once more");
	note(&f, "7", "");
	note_is(&f, NULL);
	log_fixture_close(&f);
}

/* --- Twitch -------------------------------------------------------------------------------------------------------- */

static char told[256];

static void take_profile(const struct lx_profile *p, void *data)
{
	assert_ptr_equal(data, told);
	snprintf(told, sizeof(told), "%d %d %s %s %s %lld %lld %d %s %d %s", p->part, p->error, p->login, p->picture,
		 p->kind, (long long)p->created_ms, (long long)p->followed_ms, p->subscribed, p->tier, p->gift,
		 p->gifter);
}

static void each_part_is_one_question(void **state)
{
	(void)state;
	lx_profile_ask(NULL, LX_PROFILE_USER, "42", "7", take_profile, told);
	assert_int_equal(asked.call.endpoint, LX_HELIX_GET_USERS);
	assert_string_equal(asked.query, "id=7;");
	answer(LX_HELIX_OK, "{\"data\":[{\"id\":\"7\",\"login\":\"anna\",\"profile_image_url\":\"https://x/y.png\","
			    "\"broadcaster_type\":\"affiliate\",\"created_at\":\"2020-01-01T00:00:00Z\"}]}");
	assert_string_equal(told, "0 0 anna https://x/y.png affiliate 1577836800000 0 0  0 ");
	lx_profile_ask(NULL, LX_PROFILE_FOLLOW, "42", "7", take_profile, told);
	assert_string_equal(asked.query, "user_id=7;broadcaster_id=42;");
	answer(LX_HELIX_OK, "{\"total\":9,\"data\":[{\"user_id\":\"7\",\"followed_at\":\"2020-01-01T00:00:01Z\"}]}");
	assert_string_equal(told, "1 0    0 1577836801000 0  0 ");
	lx_profile_ask(NULL, LX_PROFILE_SUB, "42", "7", take_profile, told);
	answer(LX_HELIX_OK, "{\"data\":[{\"tier\":\"2000\",\"is_gift\":true,\"gifter_name\":\"Dora\"}]}");
	assert_string_equal(told, "2 0    0 0 1 2000 1 Dora");
}

static void what_is_not_there_is_said_so(void **state)
{
	(void)state;
	char text[64];
	lx_profile_ask(NULL, LX_PROFILE_USER, "42", "7", take_profile, told);
	answer(LX_HELIX_OK, "{\"data\":[]}");
	snprintf(text, sizeof(text), "0 %d    0 0 0  0 ", LX_HELIX_NOT_FOUND);
	assert_string_equal(told, text);
	lx_profile_ask(NULL, LX_PROFILE_SUB, "42", "7", take_profile, told);
	answer(LX_HELIX_OK, "{\"data\":[]}");
	assert_string_equal(told, "2 0    0 0 0  0 ");
	lx_profile_ask(NULL, LX_PROFILE_SUB, "42", "7", take_profile, told);
	answer(LX_HELIX_SCOPE, "{}");
	snprintf(text, sizeof(text), "2 %d    0 0 0  0 ", LX_HELIX_SCOPE);
	assert_string_equal(told, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(facts_are_of_one_person),
		lx_unit_test(who_wrote_last_is_known_for_each_channel),
		lx_unit_test(messages_come_newest_first_in_pages_and_by_words),
		lx_unit_test(deeds_come_newest_first_in_pages),
		lx_unit_test(notes_are_kept_changed_and_forgotten),
		lx_unit_test(each_part_is_one_question),
		lx_unit_test(what_is_not_there_is_said_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
