#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "chat/archive.h"
#include "log_fixture.h"

#define WAIT_MS 20000

/* A question that reports, and on demand stays until it is cancelled. */
struct asked {
	os_event_t *begun, *done;
	volatile long runs, cancelled, freed;
	bool stays; /* of a patient question: in its first run only */
	enum lx_database_trouble trouble;
	int64_t messages;
};

static void asked_open(struct asked *asked)
{
	memset(asked, 0, sizeof(*asked));
	os_event_init(&asked->begun, OS_EVENT_TYPE_MANUAL);
	os_event_init(&asked->done, OS_EVENT_TYPE_MANUAL);
}

static void asked_close(struct asked *asked)
{
	os_event_destroy(asked->begun);
	os_event_destroy(asked->done);
}

static bool came(os_event_t *event)
{
	return os_event_timedwait(event, WAIT_MS) == 0;
}

/* Looks at nothing for as long as SQLite lets it. */
static bool stay(struct lx_log_reader *reader)
{
	const int64_t n = lx_database_number(
		lx_log_reader_db(reader),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", -1);
	return n < 0 && lx_log_reader_is_cancelled(reader);
}

static void work(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	struct asked *asked = data;
	asked->trouble = trouble;
	const bool first = os_atomic_inc_long(&asked->runs) == 1;
	os_event_signal(asked->begun);
	if (first && asked->stays) {
		if (stay(reader))
			os_atomic_inc_long(&asked->cancelled);
		return;
	}
	if (reader)
		asked->messages = lx_database_number(lx_log_reader_db(reader), "SELECT count(*) FROM message", -1);
	os_event_signal(asked->done);
}

static void freed(void *data)
{
	os_atomic_inc_long(&((struct asked *)data)->freed);
}

static bool ask(struct lx_archive *archive, struct asked *asked)
{
	return lx_archive_ask(archive, asked, work, asked, freed);
}

static void a_question_is_answered_on_another_thread(void **state)
{
	struct log_fixture f;
	struct asked asked;
	log_fixture_open(&f);
	asked_open(&asked);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	assert_string_equal(lx_archive_path(archive), f.folder.file);
	assert_true(ask(archive, &asked));
	assert_true(came(asked.done));
	assert_int_equal(asked.trouble, LX_DATABASE_OK);
	assert_int_equal(asked.messages, 1);
	lx_archive_destroy(archive);
	assert_int_equal(asked.freed, 1);
	assert_false(ask(NULL, &asked));
	assert_int_equal(asked.freed, 2);
	asked_close(&asked);
	log_fixture_close(&f);
}

static void a_newer_question_of_a_slot_ends_those_before_it(void **state)
{
	struct log_fixture f;
	struct asked running, waiting, newest, other;
	const char slot = 0;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	asked_open(&running);
	asked_open(&waiting);
	asked_open(&newest);
	asked_open(&other);
	running.stays = true;
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	assert_true(lx_archive_ask(archive, &slot, work, &running, freed));
	assert_true(came(running.begun));
	assert_true(ask(archive, &other));
	assert_int_equal(other.runs, 0);
	assert_true(lx_archive_ask(archive, &slot, work, &waiting, freed));
	assert_true(lx_archive_ask(archive, &slot, work, &newest, freed));
	assert_true(came(newest.done));
	assert_int_equal(running.cancelled, 1);
	assert_int_equal(other.runs, 1);
	/* It may have begun before the newest one was asked, but not end after it. */
	assert_int_equal(waiting.freed, 1);
	lx_archive_destroy(archive);
	assert_int_equal(running.freed + newest.freed + other.freed, 3);
	asked_close(&running);
	asked_close(&waiting);
	asked_close(&newest);
	asked_close(&other);
	log_fixture_close(&f);
}

static void a_patient_question_gives_way_and_is_answered_after_all(void **state)
{
	struct log_fixture f;
	struct asked patient, urgent;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	asked_open(&patient);
	asked_open(&urgent);
	patient.stays = true;
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	assert_true(lx_archive_ask_patiently(archive, &patient, work, &patient, freed));
	assert_true(came(patient.begun));
	assert_true(ask(archive, &urgent));
	assert_true(came(urgent.done));
	assert_int_equal(patient.cancelled, 1);
	assert_true(came(patient.done));
	assert_int_equal(patient.runs, 2);
	lx_archive_destroy(archive);
	assert_int_equal(patient.freed, 1);
	asked_close(&patient);
	asked_close(&urgent);
	log_fixture_close(&f);
}

static void whoever_goes_takes_their_questions_along(void **state)
{
	struct log_fixture f;
	struct asked running, waiting;
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	asked_open(&running);
	asked_open(&waiting);
	running.stays = true;
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	assert_true(ask(archive, &running));
	assert_true(came(running.begun));
	assert_true(ask(archive, &waiting));
	lx_archive_cancel(archive, &waiting);
	assert_int_equal(waiting.freed, 1);
	lx_archive_end(archive, &running);
	assert_int_equal(running.cancelled, 1);
	assert_int_equal(waiting.runs, 0);

	/* And destroy ends what runs. */
	running.runs = 0;
	os_event_reset(running.begun);
	assert_true(ask(archive, &running));
	assert_true(came(running.begun));
	assert_true(ask(archive, &waiting));
	lx_archive_destroy(archive);
	assert_int_equal(running.cancelled, 2);
	assert_int_equal(running.freed, 2);
	assert_int_equal(waiting.freed, 2);
	asked_close(&running);
	asked_close(&waiting);
	log_fixture_close(&f);
}

static void only_so_many_wait(void **state)
{
	struct log_fixture f;
	struct asked running, many;
	char slots[LX_ARCHIVE_MAX + 1];
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "hello", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	asked_open(&running);
	asked_open(&many);
	running.stays = true;
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	assert_true(ask(archive, &running));
	assert_true(came(running.begun));
	for (int i = 0; i < LX_ARCHIVE_MAX; i++)
		assert_true(lx_archive_ask(archive, &slots[i], work, &many, freed));
	assert_false(lx_archive_ask(archive, &slots[LX_ARCHIVE_MAX], work, &many, freed));
	assert_int_equal(many.freed, 1);
	lx_archive_destroy(archive);
	assert_int_equal(many.freed, LX_ARCHIVE_MAX + 1);
	asked_close(&running);
	asked_close(&many);
	log_fixture_close(&f);
}

static void another_file_in_its_place_is_read(void **state)
{
	struct folder folder;
	struct log_fixture f;
	struct asked asked;
	struct dstr aside = {0};
	log_fixture_open(&f);
	folder_make(&folder);
	asked_open(&asked);
	struct lx_archive *none = lx_archive_create(folder.file);
	assert_true(ask(none, &asked));
	assert_true(came(asked.done));
	assert_int_not_equal(asked.trouble, LX_DATABASE_OK);
	lx_archive_destroy(none);
	folder_remove(&folder);

	log_fixture_say(&f, "anna", "one", NOW);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	struct lx_archive *archive = lx_archive_create(f.folder.file);
	os_event_reset(asked.done);
	assert_true(ask(archive, &asked));
	assert_true(came(asked.done));
	assert_int_equal(asked.messages, 1);

	/* As when it was damaged: the old one is kept beside a new one. */
	assert_int_equal(lx_log_stop(f.log), 0);
	lx_log_destroy(f.log);
	assert_true(lx_database_set_aside(f.folder.file, NOW, &aside));
	f.log = lx_log_create(&(struct lx_log_config){.path = f.folder.file, .text = f.text, .clock = &f.clock.clock});
	assert_true(lx_log_start(f.log, true));
	log_fixture_say(&f, "anna", "two", NOW + 1);
	log_fixture_say(&f, "anna", "three", NOW + 2);
	assert_true(lx_log_flush(f.log, WAIT_MS));
	os_event_reset(asked.done);
	assert_true(ask(archive, &asked));
	assert_true(came(asked.done));
	assert_int_equal(asked.messages, 2);

	lx_archive_destroy(archive);
	asked_close(&asked);
	dstr_free(&aside);
	log_fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_question_is_answered_on_another_thread),
		lx_unit_test(a_newer_question_of_a_slot_ends_those_before_it),
		lx_unit_test(a_patient_question_gives_way_and_is_answered_after_all),
		lx_unit_test(whoever_goes_takes_their_questions_along),
		lx_unit_test(only_so_many_wait),
		lx_unit_test(another_file_in_its_place_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
