#include "chat/subtitles.h"

#include <stdio.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "chat/export_job.h"
#include "chat/log.h"
#include "chat/reader.h"

#define DUE_SUFFIX ".subtitles-due"

struct lx_subtitles {
	struct lx_subtitles_config config;
	char *log_path, *due_path;
	volatile bool recording;
	struct lx_export_job *job; /* the last one; NULL: none yet */
};

struct lx_subtitles *lx_subtitles_create(const struct lx_subtitles_config *config)
{
	struct lx_subtitles *subtitles = bzalloc(sizeof(*subtitles));
	subtitles->config = *config;
	subtitles->log_path = bstrdup(config->log_path);
	struct dstr due = {0};
	dstr_printf(&due, "%s" DUE_SUFFIX, config->log_path);
	subtitles->due_path = due.array;
	return subtitles;
}

void lx_subtitles_destroy(struct lx_subtitles *subtitles)
{
	if (!subtitles)
		return;
	lx_export_job_destroy(subtitles->job);
	bfree(subtitles->log_path);
	bfree(subtitles->due_path);
	bfree(subtitles);
}

static void on_finished(const struct lx_export_result *result, void *data)
{
	const struct lx_subtitles *subtitles = data;
	const struct lx_subtitles_config *config = &subtitles->config;
	struct dstr sentence = {0};
	struct lx_event event;

	/* What could not even be read is tried again; and by now the next recording may run. */
	if (result->outcome != LX_EXPORT_CANCELLED && result->outcome != LX_EXPORT_LOG &&
	    !os_atomic_load_bool(&subtitles->recording))
		os_unlink(subtitles->due_path);
	/* Where nobody wrote anything there is nothing to read along either. */
	if (result->outcome == LX_EXPORT_CANCELLED || result->outcome == LX_EXPORT_GONE)
		return;
	if (result->outcome == LX_EXPORT_LOG)
		lx_log_trouble_text(config->text, result->trouble, subtitles->log_path, "", &sentence);
	else
		lx_text_format(config->text, &sentence,
			       result->outcome == LX_EXPORT_DONE ? "Subtitles.Written" : "Replay.NotWritten",
			       &result->path, 1);
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(config->clock);
	event.notice.id = "livextrem_subtitles";
	event.notice.text = sentence.array;
	lx_bus_emit(config->bus, &event);
	dstr_free(&sentence);
}

static void start_job(struct lx_subtitles *subtitles, int64_t id)
{
	const struct lx_subtitles_config *config = &subtitles->config;
	lx_export_job_destroy(subtitles->job);
	subtitles->job = lx_export_job_start(&(struct lx_export_job_config){
		.log_path = subtitles->log_path,
		.log = config->log,
		.kind = LX_REPLAY_RECORDING,
		.id = id,
		.format = LX_EXPORT_SRT,
		.more_formats = 1u << LX_EXPORT_ASS,
		.clock = config->clock,
		.finished = on_finished,
		.data = subtitles,
	});
}

void lx_subtitles_expect(struct lx_subtitles *subtitles)
{
	os_atomic_set_bool(&subtitles->recording, true);
	os_quick_write_utf8_file(subtitles->due_path, "", 0, false);
}

void lx_subtitles_write(struct lx_subtitles *subtitles)
{
	os_atomic_set_bool(&subtitles->recording, false);
	start_job(subtitles, 0);
}

void lx_subtitles_make_up(struct lx_subtitles *subtitles)
{
	enum lx_database_trouble trouble;
	struct lx_log_reader *reader = NULL;
	if (os_file_exists(subtitles->due_path))
		reader = lx_log_reader_open(subtitles->log_path, &trouble);
	if (!reader)
		return;
	/* By its number: another recording may begin any moment. */
	const int64_t id = lx_database_number(lx_log_reader_db(reader), "SELECT max(id) FROM recording", 0);
	lx_log_reader_close(reader);
	if (id)
		start_job(subtitles, id);
	else
		os_unlink(subtitles->due_path);
}
