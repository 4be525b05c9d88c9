#include "chat/export_job.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

#include "chat/log.h"

#define STEPS 200     /* of progress */
#define FLUSH_MS 100  /* one wait for the log … */
#define FLUSHES 100   /* … and how many, at most */

struct lx_export_job {
	struct lx_export_job_config config;
	char *log_path, *path;
	pthread_t thread;
	volatile bool cancelled;
	pthread_mutex_t mutex; /* guards the reader's pointer */
	struct lx_log_reader *reader;

	/* of the thread */
	struct lx_export_result result;
	struct dstr result_path;
	int64_t total;      /* messages expected */
	size_t before, now; /* of files that are finished, of the present one */
	int told;
	FILE *file;
};

void lx_export_beside(const char *recording, const char *suffix, struct dstr *out)
{
	const char *slash = strrchr(recording, '/'), *other = strrchr(recording, '\\');
	const char *name = slash > other ? slash : other;
	const char *dot = strrchr(name ? name : recording, '.');
	/* ".hidden" has no ending. */
	const bool ends = dot && dot != recording && (!name || dot > name + 1);
	dstr_ncat(out, recording, ends ? (size_t)(dot - recording) : strlen(recording));
	dstr_catf(out, ".%s", suffix);
}

static void fail(struct lx_export_job *job, enum lx_export_outcome outcome, const char *path)
{
	if (job->result.outcome != LX_EXPORT_DONE)
		return;
	job->result.outcome = os_atomic_load_bool(&job->cancelled) ? LX_EXPORT_CANCELLED : outcome;
	dstr_copy(&job->result_path, path);
}

static bool write_bytes(const char *bytes, size_t size, void *data)
{
	struct lx_export_job *job = data;
	const int64_t done = (int64_t)(job->before + job->now);
	const int step = job->total > 0 ? (int)(done * STEPS / job->total) : 0;
	if (step > job->told && step <= STEPS && job->config.progress) {
		job->told = step;
		job->config.progress((double)step / STEPS, job->config.data);
	}
	return !os_atomic_load_bool(&job->cancelled) && fwrite(bytes, 1, size, job->file) == size;
}

static void write_file(struct lx_export_job *job, struct lx_log_reader *reader, const struct lx_export *what,
		       const char *path)
{
	struct dstr part = {0};
	dstr_printf(&part, "%s.part", path);
	job->file = os_fopen(part.array, "wb");
	int result = SQLITE_IOERR;
	job->now = 0;
	if (job->file) {
		result = lx_export_write(reader, what, write_bytes, job);
		if (fclose(job->file) != 0 && result == SQLITE_OK)
			result = SQLITE_IOERR;
		job->file = NULL;
	}
	if (result == SQLITE_OK && os_safe_replace(path, part.array, NULL) == 0) {
		if (!job->result.files++)
			dstr_copy(&job->result_path, path);
		job->before += job->now;
		job->result.messages = job->before;
	} else {
		os_unlink(part.array);
		const bool log = result != SQLITE_OK && result != SQLITE_ABORT && result != SQLITE_IOERR;
		job->result.trouble = log ? lx_database_trouble_of(result) : LX_DATABASE_OK;
		fail(job, log ? LX_EXPORT_LOG : LX_EXPORT_WRITE, path);
	}
	dstr_free(&part);
}

/* The stretches of one file of the axis, as the export wants them. */
static struct lx_export_span *spans_of(const struct lx_replay_axis *axis, size_t file, size_t *count)
{
	DARRAY(struct lx_export_span) spans = {0};
	for (size_t i = 0; i < axis->count; i++) {
		const struct lx_replay_stretch *stretch = &axis->stretches[i];
		const struct lx_export_span span = {stretch->from_ms, stretch->to_ms, stretch->file_ms};
		if (stretch->file == file)
			da_push_back(spans, &span);
	}
	*count = spans.num;
	return spans.array;
}

static void stream_of(struct lx_log_reader *reader, const struct lx_replay_item *item, struct lx_log_stream *out)
{
	struct lx_log_stream *streams = bmalloc(64 * sizeof(*streams));
	const size_t count = lx_log_reader_streams(reader, item->channel, streams, 64);
	for (size_t i = 0; i < count; i++)
		if (item->kind == LX_REPLAY_STREAM
			    ? streams[i].id == item->id
			    : streams[i].begin_ms <= item->end_ms &&
				      (!streams[i].end_ms || streams[i].end_ms >= item->begin_ms))
			*out = streams[i];
	bfree(streams);
}

static void write_format(struct lx_export_job *job, struct lx_log_reader *reader, const struct lx_replay *replay,
			 const struct lx_log_stream *stream, enum lx_export_format format)
{
	const struct lx_replay_axis *axis = lx_replay_own(replay);
	for (size_t file = 0; file < axis->file_count && job->result.outcome == LX_EXPORT_DONE; file++) {
		struct lx_export what = {
			.format = format,
			.positions = true,
			.channel = replay->item.channel,
			.room_id = stream->room_id,
			.title = *stream->title ? stream->title : axis->files[file],
			.id = stream->twitch_id,
			.deleted = job->config.deleted,
			.progress = &job->now,
		};
		struct lx_export_span *spans = spans_of(axis, file, &what.span_count);
		struct dstr path = {0};
		what.spans = spans;
		if (file == 0 && job->path)
			dstr_copy(&path, job->path);
		else
			lx_export_beside(axis->files[file], lx_export_suffix(format), &path);
		if (what.span_count)
			write_file(job, reader, &what, path.array);
		dstr_free(&path);
		bfree(spans);
	}
}

static void write_all(struct lx_export_job *job, struct lx_log_reader *reader, const struct lx_replay *replay)
{
	const uint32_t formats = (1u << job->config.format) | job->config.more_formats;
	struct lx_log_stream stream = {0};
	stream_of(reader, &replay->item, &stream);
	for (int format = 0; format < LX_EXPORT_COUNT; format++)
		job->total += formats & 1u << format ? replay->messages : 0;
	for (int format = 0; format < LX_EXPORT_COUNT; format++)
		if (formats & 1u << format)
			write_format(job, reader, replay, &stream, (enum lx_export_format)format);
}

static void wait_for_log(struct lx_export_job *job)
{
	for (int i = 0; i < FLUSHES && !os_atomic_load_bool(&job->cancelled); i++)
		if (lx_log_flush(job->config.log, FLUSH_MS))
			return;
}

static void set_reader(struct lx_export_job *job, struct lx_log_reader *reader)
{
	pthread_mutex_lock(&job->mutex);
	job->reader = reader;
	if (reader && os_atomic_load_bool(&job->cancelled))
		lx_log_reader_cancel(reader);
	pthread_mutex_unlock(&job->mutex);
}

static int64_t newest(struct lx_log_reader *reader, enum lx_replay_kind kind)
{
	return lx_database_number(
		lx_log_reader_db(reader),
		kind == LX_REPLAY_STREAM ? "SELECT max(id) FROM stream" : "SELECT max(id) FROM recording", 0);
}

static void *job_main(void *data)
{
	struct lx_export_job *job = data;
	const struct lx_export_job_config *config = &job->config;
	os_set_thread_name("livextrem: export");
	if (config->log)
		wait_for_log(job);
	struct lx_log_reader *reader = lx_log_reader_open(job->log_path, &job->result.trouble);
	set_reader(job, reader);
	if (reader) {
		struct lx_replay *replay = lx_replay_open(reader, config->kind,
							  config->id ? config->id : newest(reader, config->kind),
							  lx_clock_unix_ms(config->clock));
		if (replay)
			write_all(job, reader, replay);
		else
			fail(job, LX_EXPORT_GONE, "");
		lx_replay_free(replay);
	} else {
		fail(job, LX_EXPORT_LOG, job->log_path);
	}
	set_reader(job, NULL);
	lx_log_reader_close(reader);
	job->result.path = job->result_path.array ? job->result_path.array : "";
	config->finished(&job->result, config->data);
	return NULL;
}

static void free_job(struct lx_export_job *job)
{
	pthread_mutex_destroy(&job->mutex);
	dstr_free(&job->result_path);
	bfree(job->log_path);
	bfree(job->path);
	bfree(job);
}

struct lx_export_job *lx_export_job_start(const struct lx_export_job_config *config)
{
	struct lx_export_job *job = bzalloc(sizeof(*job));
	job->config = *config;
	job->log_path = bstrdup(config->log_path);
	job->path = config->path ? bstrdup(config->path) : NULL;
	pthread_mutex_init(&job->mutex, NULL);
	if (pthread_create(&job->thread, NULL, job_main, job) == 0)
		return job;
	const struct lx_export_result result = {.outcome = LX_EXPORT_CANCELLED, .path = ""};
	config->finished(&result, config->data);
	free_job(job);
	return NULL;
}

void lx_export_job_destroy(struct lx_export_job *job)
{
	if (!job)
		return;
	os_atomic_set_bool(&job->cancelled, true);
	pthread_mutex_lock(&job->mutex);
	if (job->reader)
		lx_log_reader_cancel(job->reader);
	pthread_mutex_unlock(&job->mutex);
	pthread_join(job->thread, NULL);
	free_job(job);
}
