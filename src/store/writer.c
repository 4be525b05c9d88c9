#include "store/writer.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

/* Oldest item to commit: this, and the time a batch takes. */
#define BATCH_MS 100
#define BATCH_ITEMS 4096
#define JOBS 16
#define JOB_CHECK_OPS 20000 /* of SQLite's machine: a millisecond or two */
#define BUSY_MS 100 /* a statement's wait for a lock; the batch comes again anyway */
#define RETRY_FIRST_MS 250
#define RETRY_LAST_MS 30000

struct entry {
	void *item;
	size_t size;
};

typedef DARRAY(struct entry) entries_t;
typedef DARRAY(void *) items_t;
typedef DARRAY(struct lx_writer_job) jobs_t;

struct lx_writer {
	struct lx_writer_config config;
	char *path;
	pthread_t thread;
	bool running;
	os_event_t *wake, *moved; /* something to do; something was done */

	pthread_mutex_t mutex; /* guards what follows */
	entries_t queue;
	size_t queued_size;
	uint64_t oldest_ns; /* when the first of the queue came */
	jobs_t jobs;
	bool stopping, hurry;
	uint64_t stop_at_ns;
	uint64_t posted, settled; /* items ever */
	struct lx_writer_stats stats;

	/* the thread's own */
	sqlite3 *db;
	bool attached;
	items_t batch;
	size_t batch_size;
	uint32_t retry_ms;
	enum lx_database_trouble trouble;
	bool set_aside_failed;
};

struct lx_writer *lx_writer_create(const struct lx_writer_config *config)
{
	struct lx_writer *writer = bzalloc(sizeof(*writer));
	writer->config = *config;
	writer->path = bstrdup(config->path);
	pthread_mutex_init(&writer->mutex, NULL);
	os_event_init(&writer->wake, OS_EVENT_TYPE_AUTO);
	os_event_init(&writer->moved, OS_EVENT_TYPE_AUTO);
	return writer;
}

void lx_writer_destroy(struct lx_writer *writer)
{
	if (!writer)
		return;
	lx_writer_stop(writer, 0);
	for (size_t i = 0; i < writer->queue.num; i++)
		writer->config.free_item(writer->queue.array[i].item);
	da_free(writer->queue);
	da_free(writer->batch);
	da_free(writer->jobs);
	os_event_destroy(writer->wake);
	os_event_destroy(writer->moved);
	pthread_mutex_destroy(&writer->mutex);
	bfree(writer->path);
	bfree(writer);
}

bool lx_writer_post(struct lx_writer *writer, void *item, size_t size)
{
	pthread_mutex_lock(&writer->mutex);
	bool fits = !writer->stopping && writer->queued_size + size <= writer->config.capacity;
	bool first = false;
	if (fits) {
		struct entry entry = {item, size};
		first = !writer->queue.num;
		if (first)
			writer->oldest_ns = os_gettime_ns();
		da_push_back(writer->queue, &entry);
		writer->queued_size += size;
		writer->posted++;
	}
	bool many = writer->queue.num == BATCH_ITEMS;
	pthread_mutex_unlock(&writer->mutex);
	if (first || many)
		os_event_signal(writer->wake);
	return fits;
}

/* --- the connection ---------------------------------------------------------------------------------------------- */

static void disconnect(struct lx_writer *writer)
{
	if (writer->attached)
		writer->config.detach(writer->config.data);
	writer->attached = false;
	lx_database_close(writer->db);
	writer->db = NULL;
}

static void tell(struct lx_writer *writer, enum lx_database_trouble trouble, const char *kept)
{
	if (trouble == writer->trouble && !*kept)
		return;
	writer->trouble = trouble;
	pthread_mutex_lock(&writer->mutex);
	writer->stats.trouble = trouble;
	pthread_mutex_unlock(&writer->mutex);
	writer->config.state(trouble, kept, writer->config.data);
}

/* The damaged file out of the way, told once; false when it cannot be moved. */
static bool set_aside(struct lx_writer *writer)
{
	struct dstr kept = {0};
	disconnect(writer);
	bool ok = lx_database_set_aside(writer->path, lx_clock_unix_ms(writer->config.clock), &kept);
	if (ok) {
		blog(LOG_WARNING, "[liveXtrem] %s is damaged; it is kept as %s and a new one begun", writer->path,
		     kept.array);
		tell(writer, LX_DATABASE_DAMAGED, kept.array);
	}
	dstr_free(&kept);
	return ok;
}

static enum lx_database_trouble connect(struct lx_writer *writer)
{
	enum lx_database_trouble trouble = LX_DATABASE_OK;
	if (writer->db)
		return trouble;
	writer->db = lx_database_open(writer->path, writer->config.schema, BUSY_MS, &trouble);
	if (!writer->db)
		return trouble;
	writer->attached = true;
	int result = writer->config.attach(writer->db, writer->config.data);
	if (result != SQLITE_OK) {
		blog(LOG_WARNING, "[liveXtrem] %s: %s", writer->path, sqlite3_errmsg(writer->db));
		disconnect(writer);
	}
	return lx_database_trouble_of(result);
}

/* --- a batch ----------------------------------------------------------------------------------------------------- */

/* The item's own fault, not the disk's: the same would happen each time. */
static bool is_refusal(int result)
{
	switch (result & 0xFF) {
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE:
	case SQLITE_ERROR:
		return true;
	default:
		return false;
	}
}

static void take_back(struct lx_writer *writer)
{
	/* SQLite has done so by itself after some errors. */
	if (writer->db && !sqlite3_get_autocommit(writer->db))
		lx_database_run(writer->db, "ROLLBACK");
	writer->config.rolled_back(writer->config.data);
}

static void settle(struct lx_writer *writer, size_t written, size_t refused)
{
	pthread_mutex_lock(&writer->mutex);
	writer->stats.written += written;
	writer->stats.refused += refused;
	writer->stats.batches += written ? 1 : 0;
	writer->settled += written + refused;
	pthread_mutex_unlock(&writer->mutex);
	os_event_signal(writer->moved);
}

static void refuse(struct lx_writer *writer, size_t index)
{
	void *item = writer->batch.array[index];
	blog(LOG_WARNING, "[liveXtrem] a row was refused by the data base: %s", sqlite3_errmsg(writer->db));
	da_erase(writer->batch, index);
	take_back(writer);
	writer->config.refused(item, writer->config.data);
	writer->config.free_item(item);
	settle(writer, 0, 1);
}

/* One try at the whole batch. */
static enum lx_database_trouble commit(struct lx_writer *writer)
{
	enum lx_database_trouble trouble = connect(writer);
	if (trouble != LX_DATABASE_OK)
		return trouble;

	while (writer->batch.num) {
		int result = lx_database_run(writer->db, "BEGIN IMMEDIATE");
		size_t done = 0;
		if (result == SQLITE_OK)
			result = writer->config.begin(writer->batch.array, writer->batch.num, writer->config.data);
		const bool began = result == SQLITE_OK;
		while (result == SQLITE_OK && done < writer->batch.num) {
			result = writer->config.write(writer->batch.array[done], writer->config.data);
			if (result == SQLITE_OK)
				done++;
		}
		const bool all = result == SQLITE_OK;
		if (all)
			result = lx_database_run(writer->db, "COMMIT");
		if (result == SQLITE_OK)
			break;
		if (began && !all && is_refusal(result)) {
			refuse(writer, done);
			continue;
		}
		blog(LOG_WARNING, "[liveXtrem] %s: %s", writer->path, sqlite3_errmsg(writer->db));
		take_back(writer);
		return lx_database_trouble_of(result);
	}
	if (writer->batch.num)
		writer->config.committed(writer->config.data);
	for (size_t i = 0; i < writer->batch.num; i++)
		writer->config.free_item(writer->batch.array[i]);
	settle(writer, writer->batch.num, 0);
	da_resize(writer->batch, 0);
	return LX_DATABASE_OK;
}

static void try_batch(struct lx_writer *writer)
{
	enum lx_database_trouble trouble = commit(writer);
	if (trouble == LX_DATABASE_DAMAGED && set_aside(writer))
		trouble = commit(writer);
	if (trouble == LX_DATABASE_OK) {
		writer->retry_ms = 0;
		tell(writer, LX_DATABASE_OK, "");
		return;
	}
	/* A connection that met trouble is opened anew: the folder may be another one by then. */
	disconnect(writer);
	writer->retry_ms = !writer->retry_ms                      ? RETRY_FIRST_MS
			   : writer->retry_ms < RETRY_LAST_MS / 2 ? writer->retry_ms * 2
								  : RETRY_LAST_MS;
	/* Somebody reads, makes a backup, compacts: that passes, and is worth a word only when it lasts. */
	if (trouble != LX_DATABASE_LOCKED || writer->retry_ms > RETRY_FIRST_MS * 8)
		tell(writer, trouble, "");
}

/* --- jobs --------------------------------------------------------------------------------------------------------- */

void lx_writer_do(struct lx_writer *writer, const struct lx_writer_job *job)
{
	pthread_mutex_lock(&writer->mutex);
	const bool taken = !writer->stopping && writer->jobs.num < JOBS;
	if (taken)
		da_push_back(writer->jobs, job);
	pthread_mutex_unlock(&writer->mutex);
	if (taken)
		os_event_signal(writer->wake);
	else
		job->finished(LX_DATABASE_UNUSABLE, false, job->data);
}

static int stop_requested(void *data)
{
	struct lx_writer *writer = data;
	pthread_mutex_lock(&writer->mutex);
	const bool stopping = writer->stopping;
	pthread_mutex_unlock(&writer->mutex);
	return stopping;
}

static void end_job(struct lx_writer *writer, enum lx_database_trouble trouble, bool done)
{
	pthread_mutex_lock(&writer->mutex);
	const struct lx_writer_job job = writer->jobs.array[0];
	da_erase(writer->jobs, 0);
	pthread_mutex_unlock(&writer->mutex);
	job.finished(trouble, done, job.data);
}

/* The first job, once. */
static void run_job(struct lx_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	const struct lx_writer_job job = writer->jobs.array[0];
	pthread_mutex_unlock(&writer->mutex);

	enum lx_database_trouble trouble = connect(writer);
	int result = SQLITE_OK;
	if (trouble == LX_DATABASE_OK) {
		sqlite3_progress_handler(writer->db, JOB_CHECK_OPS, stop_requested, writer);
		result = job.run(writer->db, job.data);
		sqlite3_progress_handler(writer->db, 0, NULL, NULL);
		if (!sqlite3_get_autocommit(writer->db))
			lx_database_run(writer->db, "ROLLBACK");
		/* It may have removed what is remembered. */
		writer->config.rolled_back(writer->config.data);
		if (result == SQLITE_ROW)
			return;
		if (result != SQLITE_OK && result != SQLITE_DONE)
			blog(LOG_WARNING, "[liveXtrem] %s: %s", writer->path, sqlite3_errmsg(writer->db));
		trouble = lx_database_trouble_of(result);
	}
	end_job(writer, trouble, trouble == LX_DATABASE_OK);
}

/* --- the thread -------------------------------------------------------------------------------------------------- */

/* Milliseconds until there is something to do, UINT32_MAX = until somebody wakes us. The mutex is held. */
static uint32_t until_due(const struct lx_writer *writer, uint64_t retry_at_ns)
{
	const uint64_t now = os_gettime_ns();
	uint64_t due;
	if (writer->batch.num)
		due = retry_at_ns;
	else if (writer->jobs.num)
		return 0;
	else if (!writer->queue.num)
		return UINT32_MAX;
	else if (writer->hurry || writer->stopping || writer->queue.num >= BATCH_ITEMS)
		return 0;
	else
		due = writer->oldest_ns + (uint64_t)BATCH_MS * 1000000;
	return due > now ? (uint32_t)((due - now) / 1000000) + 1 : 0;
}

static void take_queue(struct lx_writer *writer)
{
	size_t count = writer->queue.num < BATCH_ITEMS ? writer->queue.num : BATCH_ITEMS;
	for (size_t i = 0; i < count; i++) {
		da_push_back(writer->batch, &writer->queue.array[i].item);
		writer->queued_size -= writer->queue.array[i].size;
	}
	da_erase_range(writer->queue, 0, count);
	writer->oldest_ns = os_gettime_ns();
}

static void *run(void *data)
{
	struct lx_writer *writer = data;
	uint64_t retry_at_ns = 0;
	os_set_thread_name("livextrem: store");

	/* At once: so that the user learns of a bad file before there is chat, and readers find tables. */
	try_batch(writer);
	for (;;) {
		pthread_mutex_lock(&writer->mutex);
		const bool stopping = writer->stopping;
		const bool late = stopping && os_gettime_ns() >= writer->stop_at_ns;
		const bool empty = !writer->queue.num && !writer->batch.num;
		const bool job = writer->jobs.num && !writer->batch.num && !stopping;
		uint32_t wait_ms = until_due(writer, retry_at_ns);
		if (!wait_ms && !writer->batch.num && !late)
			take_queue(writer);
		if (empty)
			writer->hurry = false;
		pthread_mutex_unlock(&writer->mutex);

		if (stopping && (empty || late))
			break;
		if (wait_ms == UINT32_MAX) {
			os_event_wait(writer->wake);
		} else if (wait_ms) {
			os_event_timedwait(writer->wake, stopping && wait_ms > 20 ? 20 : wait_ms);
		} else {
			if (writer->batch.num)
				try_batch(writer);
			if (job && !writer->batch.num)
				run_job(writer);
			retry_at_ns = os_gettime_ns() + (uint64_t)(stopping ? 20 : writer->retry_ms) * 1000000;
		}
	}
	while (writer->jobs.num)
		end_job(writer, LX_DATABASE_OK, false);
	disconnect(writer);
	return NULL;
}

bool lx_writer_start(struct lx_writer *writer)
{
	writer->running = pthread_create(&writer->thread, NULL, run, writer) == 0;
	return writer->running;
}

size_t lx_writer_stop(struct lx_writer *writer, uint32_t deadline_ms)
{
	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	writer->stop_at_ns = os_gettime_ns() + (uint64_t)deadline_ms * 1000000;
	pthread_mutex_unlock(&writer->mutex);
	os_event_signal(writer->wake);
	if (writer->running) {
		pthread_join(writer->thread, NULL);
		writer->running = false;
	}
	size_t left = writer->batch.num + writer->queue.num;
	if (left)
		blog(LOG_WARNING, "[liveXtrem] %zu rows could not be written to %s before the end", left, writer->path);
	for (size_t i = 0; i < writer->batch.num; i++)
		writer->config.free_item(writer->batch.array[i]);
	da_resize(writer->batch, 0);
	return left;
}

bool lx_writer_flush(struct lx_writer *writer, uint32_t timeout_ms)
{
	const uint64_t end = os_gettime_ns() + (uint64_t)timeout_ms * 1000000;
	pthread_mutex_lock(&writer->mutex);
	const uint64_t wanted = writer->posted;
	bool done = writer->settled >= wanted;
	while (!done && os_gettime_ns() < end) {
		writer->hurry = true;
		pthread_mutex_unlock(&writer->mutex);
		os_event_signal(writer->wake);
		os_event_timedwait(writer->moved, 10);
		pthread_mutex_lock(&writer->mutex);
		done = writer->settled >= wanted;
	}
	pthread_mutex_unlock(&writer->mutex);
	return done;
}

void lx_writer_get_stats(struct lx_writer *writer, struct lx_writer_stats *stats)
{
	pthread_mutex_lock(&writer->mutex);
	*stats = writer->stats;
	stats->waiting = (size_t)(writer->posted - writer->settled);
	pthread_mutex_unlock(&writer->mutex);
}
