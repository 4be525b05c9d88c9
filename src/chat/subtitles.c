#include "chat/subtitles.h"

#include <stdio.h>

#include <util/bmem.h>

#include "chat/export_job.h"
#include "chat/log.h"

struct lx_subtitles {
	struct lx_subtitles_config config;
	char *log_path;
	struct lx_export_job *job; /* the last one; NULL: none yet */
};

struct lx_subtitles *lx_subtitles_create(const struct lx_subtitles_config *config)
{
	struct lx_subtitles *subtitles = bzalloc(sizeof(*subtitles));
	subtitles->config = *config;
	subtitles->log_path = bstrdup(config->log_path);
	return subtitles;
}

void lx_subtitles_destroy(struct lx_subtitles *subtitles)
{
	if (!subtitles)
		return;
	lx_export_job_destroy(subtitles->job);
	bfree(subtitles->log_path);
	bfree(subtitles);
}

static void on_finished(const struct lx_export_result *result, void *data)
{
	const struct lx_subtitles *subtitles = data;
	const struct lx_subtitles_config *config = &subtitles->config;
	struct dstr sentence = {0};
	struct lx_event event;

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

void lx_subtitles_write(struct lx_subtitles *subtitles)
{
	const struct lx_subtitles_config *config = &subtitles->config;
	lx_export_job_destroy(subtitles->job);
	subtitles->job = lx_export_job_start(&(struct lx_export_job_config){
		.log_path = subtitles->log_path,
		.log = config->log,
		.kind = LX_REPLAY_RECORDING,
		.format = LX_EXPORT_SRT,
		.more_formats = 1u << LX_EXPORT_ASS,
		.clock = config->clock,
		.finished = on_finished,
		.data = subtitles,
	});
}
