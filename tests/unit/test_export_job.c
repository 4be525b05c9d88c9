#include "log_fixture.h"

#include <util/threading.h>

#include "chat/export_job.h"

struct answer {
	os_event_t *event;
	struct lx_export_result result;
	char path[400];
	double last;
	int steps;
};

static void on_progress(double part, void *data)
{
	struct answer *answer = data;
	assert_true(part > answer->last && part <= 1);
	answer->last = part;
	answer->steps++;
}

static void on_finished(const struct lx_export_result *result, void *data)
{
	struct answer *answer = data;
	answer->result = *result;
	snprintf(answer->path, sizeof(answer->path), "%s", result->path);
	os_event_signal(answer->event);
}

static struct lx_export_job *start(struct log_fixture *f, struct answer *answer, enum lx_replay_kind kind,
				   enum lx_export_format format, const char *path)
{
	memset(answer, 0, sizeof(*answer));
	os_event_init(&answer->event, OS_EVENT_TYPE_MANUAL);
	return lx_export_job_start(&(struct lx_export_job_config){.log_path = f->folder.file,
								  .kind = kind,
								  .format = format,
								  .path = path,
								  .clock = &f->clock.clock,
								  .progress = on_progress,
								  .finished = on_finished,
								  .data = answer});
}

static void run(struct log_fixture *f, struct answer *answer, enum lx_replay_kind kind, enum lx_export_format format,
		const char *path)
{
	struct lx_export_job *job = start(f, answer, kind, format, path);
	assert_int_equal(os_event_timedwait(answer->event, 20000), 0);
	lx_export_job_destroy(job);
	os_event_destroy(answer->event);
}

/* Recorded into two files in the test's folder, with a pause. */
static void record(struct log_fixture *f)
{
	char one[400], two[400], text[32];
	snprintf(one, sizeof(one), "%s/one.mkv", f->folder.path);
	snprintf(two, sizeof(two), "%s/two.mkv", f->folder.path);
	log_fixture_set_time(f, NOW);
	lx_log_stream_online(f->log, "ilse", "42", "s1", NOW);
	lx_log_recording_started(f->log, one);
	for (int i = 0; i < 40; i++) {
		log_fixture_set_time(f, NOW + i * 1000);
		if (i == 10)
			lx_log_recording_paused(f->log);
		if (i == 20)
			lx_log_recording_resumed(f->log, 10000);
		if (i == 30)
			lx_log_recording_split(f->log, two, 0);
		snprintf(text, sizeof(text), "message %d", i);
		log_fixture_say(f, "anna", text, f->clock.unix_ms);
	}
	log_fixture_set_time(f, NOW + 40000);
	lx_log_recording_stopped(f->log);
	lx_log_stream_offline(f->log, "ilse");
	assert_true(lx_log_flush(f->log, 10000));
}

static char *read(struct log_fixture *f, const char *name)
{
	char path[400];
	snprintf(path, sizeof(path), "%s/%s", f->folder.path, name);
	char *text = os_quick_read_utf8_file(path);
	assert_non_null(text);
	return text;
}

static void subtitles_lie_beside_each_file(void **state)
{
	struct log_fixture f;
	struct answer answer;
	log_fixture_open(&f);
	record(&f);
	run(&f, &answer, LX_REPLAY_RECORDING, LX_EXPORT_SRT, NULL);
	assert_int_equal(answer.result.outcome, LX_EXPORT_DONE);
	assert_int_equal(answer.result.files, 2);
	assert_int_equal(answer.result.messages, 30);
	assert_true(answer.steps > 5);
	assert_non_null(strstr(answer.path, "/one.srt"));
	char *one = read(&f, "one.srt"), *two = read(&f, "two.srt");
	/* Message 20 is the first after the pause: ten seconds into the file. */
	assert_non_null(strstr(one, "00:00:10,000 --> 00:00:11,000"));
	assert_null(strstr(one, "message 15"));
	assert_non_null(strstr(one, "anna: message 29"));
	assert_non_null(strstr(two, "1\n00:00:00,000 --> 00:00:01,000\nanna: message 30\n"));
	assert_null(strstr(two, "message 29"));
	assert_int_equal(folder_count(&f.folder, ".part", NULL), 0);
	bfree(one);
	bfree(two);
	log_fixture_close(&f);
	(void)state;
}

static void a_stream_goes_where_it_is_told_to(void **state)
{
	struct log_fixture f;
	struct answer answer;
	char path[400];
	log_fixture_open(&f);
	record(&f);
	snprintf(path, sizeof(path), "%s/chat of ilse.json", f.folder.path);
	run(&f, &answer, LX_REPLAY_STREAM, LX_EXPORT_TWITCHDOWNLOADER, path);
	assert_int_equal(answer.result.outcome, LX_EXPORT_DONE);
	assert_string_equal(answer.path, path);
	assert_int_equal(answer.result.messages, 40);
	char *text = read(&f, "chat of ilse.json");
	assert_non_null(strstr(text, "\"content_offset_seconds\":39"));
	bfree(text);
	log_fixture_close(&f);
	(void)state;
}

static void what_cannot_be_is_told(void **state)
{
	struct log_fixture f;
	struct answer answer;
	char path[400];
	log_fixture_open(&f);
	log_fixture_say(&f, "anna", "no stream, no recording", NOW - 5000);
	assert_true(lx_log_flush(f.log, 10000));
	run(&f, &answer, LX_REPLAY_STREAM, LX_EXPORT_TEXT, "/tmp/nothing");
	assert_int_equal(answer.result.outcome, LX_EXPORT_GONE);
	record(&f);
	snprintf(path, sizeof(path), "%s/no such folder/chat.txt", f.folder.path);
	run(&f, &answer, LX_REPLAY_STREAM, LX_EXPORT_TEXT, path);
	assert_int_equal(answer.result.outcome, LX_EXPORT_WRITE);
	assert_string_equal(answer.path, path);
	strcpy(f.folder.file + strlen(f.folder.path), "/other.sqlite");
	run(&f, &answer, LX_REPLAY_STREAM, LX_EXPORT_TEXT, "/tmp/nothing");
	assert_int_equal(answer.result.outcome, LX_EXPORT_LOG);
	log_fixture_close(&f);
	(void)state;
}

static void it_can_be_cancelled_at_any_moment(void **state)
{
	struct log_fixture f;
	struct answer answer;
	log_fixture_open(&f);
	record(&f);
	for (int i = 0; i < 20; i++) {
		struct lx_export_job *job = start(&f, &answer, LX_REPLAY_RECORDING, LX_EXPORT_ASS, NULL);
		lx_export_job_destroy(job);
		assert_int_equal(os_event_try(answer.event), 0);
		os_event_destroy(answer.event);
		assert_int_equal(folder_count(&f.folder, ".part", NULL), 0);
	}
	lx_export_job_destroy(NULL);
	log_fixture_close(&f);
	(void)state;
}

static void names_beside_recordings(void **state)
{
	static const char *const names[][2] = {{"/v/a.b/2026-01-01 20-15-00.mkv", "/v/a.b/2026-01-01 20-15-00.srt"},
					       {"/v.x/no ending", "/v.x/no ending.srt"},
					       {"C:\\Videos\\a.mp4", "C:\\Videos\\a.srt"},
					       {"/v/.hidden", "/v/.hidden.srt"}};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct dstr out = {0};
		lx_export_beside(names[i][0], "srt", &out);
		assert_string_equal(out.array, names[i][1]);
		dstr_free(&out);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(subtitles_lie_beside_each_file), lx_unit_test(a_stream_goes_where_it_is_told_to),
		lx_unit_test(what_cannot_be_is_told),         lx_unit_test(it_can_be_cancelled_at_any_moment),
		lx_unit_test(names_beside_recordings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
