#include "store/writer.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

/* Oldest item to commit: this, the transaction that is under way when it is over, and its own. */
#define BATCH_MS 100
#define TRANSACTION_MS 50
#define BATCH_ITEMS 4096
#define IDLE_MS 1000       /* before upkeep begins */
#define LATE_TOLD_MS 60000 /* between two lines about lateness */
#define JOBS 16
#define JOB_CHECK_OPS 20000 /* of SQLite's machine: a millisecond or two */
#define BUSY_MS 100 /* a statement's wait for a lock; the batch comes again anyway */
#define RETRY_FIRST_MS 250
#define RETRY_LAST_MS 30000

struct entry {
	void *item;
	size_t size;
	uint64_t came_ns;
};

typedef DARRAY(struct entry) entries_t;
typedef DARRAY(void *) items_t;
typedef DARRAY(struct lx_writer_job) jobs_t;

struct lx_writer {
	struct lx_writer_config config;
	char *path;
	pthread_t thread;
	bool running, open_at_once;
	os_event_t *wake, *moved; /* something to do; something was done */

	pthread_mutex_t mutex; /* guards what follows */
	entries_t queue;
	size_t queued_size;
	jobs_t jobs;
	bool stopping, hurry, again;
	uint64_t stop_at_ns;
	uint64_t posted, settled; /* items ever */
	struct lx_writer_stats stats;

	/* the thread's own */
	sqlite3 *db;
	bool attached;
	items_t batch;
	uint64_t batch_ns; /* when its oldest item came */
	uint32_t retry_ms;
	uint64_t idle_at_ns; /* when upkeep may begin; UINT64_MAX: there is none */
	uint64_t late_told_ns;
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
		struct entry entry = {item, size, os_gettime_ns()};
		first = !writer->queue.num;
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

static void put_off_upkeep(struct lx_writer *writer)
{
	if (writer->config.idle)
		writer->idle_at_ns = os_gettime_ns() + (uint64_t)IDLE_MS * 1000000;
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

/* The first of the batch are in the file. */
static void drop_written(struct lx_writer *writer, size_t count)
{
	for (size_t i = 0; i < count; i++)
		writer->config.free_item(writer->batch.array[i]);
	da_erase_range(writer->batch, 0, count);
	settle(writer, count, 0);
}

/* One transaction with as much of the batch as there is time for. */
static int write_some(struct lx_writer *writer, size_t *done, bool *refused)
{
	const uint64_t until_ns = os_gettime_ns() + (uint64_t)TRANSACTION_MS * 1000000;
	int result = lx_database_run(writer->db, "BEGIN IMMEDIATE");
	*done = 0;
	*refused = false;
	if (result == SQLITE_OK)
		result = writer->config.begin(writer->batch.array, writer->batch.num, writer->config.data);
	if (result != SQLITE_OK)
		return result;
	while (result == SQLITE_OK && *done < writer->batch.num && (!*done || os_gettime_ns() < until_ns)) {
		result = writer->config.write(writer->batch.array[*done], writer->config.data);
		if (result == SQLITE_OK)
			++*done;
	}
	*refused = result != SQLITE_OK && is_refusal(result);
	return result == SQLITE_OK ? lx_database_run(writer->db, "COMMIT") : result;
}

/* One try at the whole batch. */
static enum lx_database_trouble commit(struct lx_writer *writer)
{
	enum lx_database_trouble trouble = connect(writer);
	if (trouble != LX_DATABASE_OK)
		return trouble;

	while (writer->batch.num) {
		size_t done;
		bool refused;
		const int result = write_some(writer, &done, &refused);
		if (result == SQLITE_OK) {
			writer->config.committed(writer->config.data);
			drop_written(writer, done);
		} else if (refused) {
			refuse(writer, done);
		} else {
			blog(LOG_WARNING, "[liveXtrem] %s: %s", writer->path, sqlite3_errmsg(writer->db));
			take_back(writer);
			return lx_database_trouble_of(result);
		}
	}
	return LX_DATABASE_OK;
}

/* What was refused at first comes late by no fault of ours, and its trouble is told otherwise. */
static void judge_time(struct lx_writer *writer)
{
	const uint64_t now = os_gettime_ns();
	const uint32_t waited_ms = (uint32_t)((now - writer->batch_ns) / 1000000);
	const bool late = waited_ms > LX_WRITER_BOUND_MS;
	pthread_mutex_lock(&writer->mutex);
	writer->stats.late += late;
	if (waited_ms > writer->stats.longest_ms)
		writer->stats.longest_ms = waited_ms;
	pthread_mutex_unlock(&writer->mutex);
	if (!late || (writer->late_told_ns && now - writer->late_told_ns < (uint64_t)LATE_TOLD_MS * 1000000))
		return;
	writer->late_told_ns = now;
	blog(LOG_WARNING, "[liveXtrem] %s: rows waited %u ms to be written; the disk or the processor is too busy",
	     writer->path, waited_ms);
}

static void try_batch(struct lx_writer *writer)
{
	const bool any = writer->batch.num;
	enum lx_database_trouble trouble = commit(writer);
	if (trouble == LX_DATABASE_DAMAGED && set_aside(writer))
		trouble = commit(writer);
	if (trouble == LX_DATABASE_OK) {
		if (any && !writer->retry_ms)
			judge_time(writer);
		put_off_upkeep(writer);
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

/* One step of it. Whatever goes wrong with it is tried again after the next rows, whose own trouble is told. */
static void tend(struct lx_writer *writer)
{
	int result = SQLITE_ERROR;
	if (connect(writer) == LX_DATABASE_OK) {
		sqlite3_progress_handler(writer->db, JOB_CHECK_OPS, stop_requested, writer);
		result = writer->config.idle(writer->db, writer->config.data);
		sqlite3_progress_handler(writer->db, 0, NULL, NULL);
	}
	if (result != SQLITE_ROW)
		writer->idle_at_ns = UINT64_MAX;
}

/* --- the thread -------------------------------------------------------------------------------------------------- */

/* Milliseconds until there is something to do, UINT32_MAX = until somebody wakes us. The mutex is held. */
static uint32_t until_due(const struct lx_writer *writer, uint64_t retry_at_ns)
{
	const uint64_t now = os_gettime_ns();
	uint64_t due;
	if (writer->again)
		return 0;
	if (writer->batch.num)
		due = retry_at_ns;
	else if (writer->jobs.num)
		return 0;
	else if (!writer->queue.num && writer->trouble != LX_DATABASE_OK && !writer->stopping)
		due = retry_at_ns;
	else if (!writer->queue.num && (writer->idle_at_ns == UINT64_MAX || writer->stopping))
		return UINT32_MAX;
	else if (!writer->queue.num)
		due = writer->idle_at_ns;
	else if (writer->hurry || writer->stopping || writer->queue.num >= BATCH_ITEMS)
		return 0;
	else
		due = writer->queue.array[0].came_ns + (uint64_t)BATCH_MS * 1000000;
	return due > now ? (uint32_t)((due - now) / 1000000) + 1 : 0;
}

static void take_queue(struct lx_writer *writer)
{
	size_t count = writer->queue.num < BATCH_ITEMS ? writer->queue.num : BATCH_ITEMS;
	if (count)
		writer->batch_ns = writer->queue.array[0].came_ns;
	for (size_t i = 0; i < count; i++) {
		da_push_back(writer->batch, &writer->queue.array[i].item);
		writer->queued_size -= writer->queue.array[i].size;
	}
	da_erase_range(writer->queue, 0, count);
}

static void *run(void *data)
{
	struct lx_writer *writer = data;
	uint64_t retry_at_ns = 0;
	writer->idle_at_ns = UINT64_MAX;
	os_set_thread_name("livextrem: store");

	if (writer->open_at_once)
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
		const bool idle = empty && !writer->jobs.num;
		if (empty)
			writer->hurry = false;
		if (!wait_ms)
			writer->again = false;
		writer->stats.tending = writer->idle_at_ns != UINT64_MAX;
		pthread_mutex_unlock(&writer->mutex);

		if (stopping && (empty || late))
			break;
		if (wait_ms == UINT32_MAX) {
			os_event_wait(writer->wake);
		} else if (wait_ms) {
			os_event_timedwait(writer->wake, stopping && wait_ms > 20 ? 20 : wait_ms);
		} else {
			/* Also without anything to write, while there is trouble: somebody waits to read that it is over. */
			if (writer->batch.num || writer->trouble != LX_DATABASE_OK)
				try_batch(writer);
			else if (idle)
				tend(writer);
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

bool lx_writer_start(struct lx_writer *writer, bool open)
{
	writer->open_at_once = open;
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

void lx_writer_try_again(struct lx_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	writer->again = writer->stats.trouble != LX_DATABASE_OK;
	pthread_mutex_unlock(&writer->mutex);
	os_event_signal(writer->wake);
}

void lx_writer_get_stats(struct lx_writer *writer, struct lx_writer_stats *stats)
{
	pthread_mutex_lock(&writer->mutex);
	*stats = writer->stats;
	stats->waiting = (size_t)(writer->posted - writer->settled);
	pthread_mutex_unlock(&writer->mutex);
}
