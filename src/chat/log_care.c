/* What keeps the chat log in shape: forgetting people and what is old, compaction, backup, numbers. */
#include "chat/log_internal.h"
#include "chat/person.h"

#include <util/base.h>
#include <util/platform.h>

#define EXPIRE_ROWS 2000 /* in one transaction */
#define DAY_MS ((int64_t)86400 * 1000)

/* --- care -------------------------------------------------------------------------------------------------------- */

struct care {
	struct lx_log *log;
	char *user_id, *login, *path, *note;
	int64_t before_ms, now_ms, removed;
	lx_log_progress progress;
	lx_log_finished finished;
	void *data;
};

static struct care *make_care(struct lx_log *log, lx_log_finished finished, void *data)
{
	struct care *care = bzalloc(sizeof(*care));
	care->log = log;
	care->finished = finished;
	care->data = data;
	return care;
}

static void care_finished(enum lx_database_trouble trouble, bool done, void *data)
{
	struct care *care = data;
	if (care->finished)
		care->finished(trouble, done, care->removed, care->data);
	bfree(care->user_id);
	bfree(care->login);
	bfree(care->path);
	bfree(care->note);
	bfree(care);
}

static void start_care(struct care *care, int (*run)(sqlite3 *db, void *data))
{
	lx_writer_do(care->log->writer, &(struct lx_writer_job){run, care_finished, care});
}

static int run_forget(sqlite3 *db, void *data)
{
	struct care *care = data;
	return lx_rows_forget_user(db, care->user_id, care->login, &care->removed);
}

void lx_log_forget_user(struct lx_log *log, const char *user_id, const char *login, lx_log_finished finished,
			void *data)
{
	struct care *care = make_care(log, finished, data);
	care->user_id = bstrdup(user_id);
	care->login = bstrdup(login);
	start_care(care, run_forget);
}

static int run_note(sqlite3 *db, void *data)
{
	struct care *care = data;
	return lx_person_write_note(db, care->user_id, care->note, care->now_ms);
}

void lx_log_set_note(struct lx_log *log, const char *user_id, const char *note, lx_log_finished finished, void *data)
{
	struct care *care = make_care(log, finished, data);
	care->user_id = bstrdup(user_id);
	care->note = bstrdup(note);
	care->now_ms = lx_log_now(log);
	start_care(care, run_note);
}

static int run_expire(sqlite3 *db, void *data)
{
	struct care *care = data;
	int64_t removed = 0;
	int result = lx_rows_expire(db, care->before_ms, EXPIRE_ROWS, &removed);
	care->removed += removed;
	return result == SQLITE_OK && removed == EXPIRE_ROWS ? SQLITE_ROW : result;
}

static void expired(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	struct lx_log *log = data;
	(void)trouble;
	(void)done;
	pthread_mutex_lock(&log->mutex);
	log->expiring = false;
	pthread_mutex_unlock(&log->mutex);
	if (removed)
		blog(LOG_INFO, "[liveXtrem] %lld messages were older than is to be kept", (long long)removed);
}

/* Now, when a day has passed since the last time. */
void log_expire(struct lx_log *log)
{
	const int64_t now_ms = lx_clock_unix_ms(log->config.clock);
	pthread_mutex_lock(&log->mutex);
	const int days = log->retention_days;
	const bool due = days && !log->expiring && now_ms - log->expired_at_ms >= DAY_MS;
	if (due) {
		log->expiring = true;
		log->expired_at_ms = now_ms;
	}
	pthread_mutex_unlock(&log->mutex);
	if (!due)
		return;
	struct care *care = make_care(log, expired, log);
	care->before_ms = now_ms - days * DAY_MS;
	start_care(care, run_expire);
}

void lx_log_set_retention(struct lx_log *log, int days)
{
	pthread_mutex_lock(&log->mutex);
	if (days != log->retention_days)
		log->expired_at_ms = 0;
	log->retention_days = days;
	pthread_mutex_unlock(&log->mutex);
	log_expire(log);
}

static int run_compact(sqlite3 *db, void *data)
{
	(void)data;
	int result = lx_database_run(db, "INSERT INTO words(words) VALUES('optimize')");
	if (result == SQLITE_OK)
		result = lx_database_run(db, "VACUUM");
	if (result == SQLITE_OK)
		result = lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	return result;
}

void lx_log_compact(struct lx_log *log, lx_log_finished finished, void *data)
{
	start_care(make_care(log, finished, data), run_compact);
}

static bool backup_step(int percent, void *data)
{
	struct care *care = data;
	if (care->progress)
		care->progress(percent, care->data);
	return !os_atomic_load_bool(&care->log->backup_cancelled);
}

static void *run_backup(void *data)
{
	struct care *care = data;
	struct lx_log *log = care->log;
	enum lx_database_trouble trouble;
	os_set_thread_name("livextrem: backup");
	sqlite3 *db = lx_database_open_reader(log->path, &lx_log_schema, 1000, &trouble);
	if (db)
		trouble = lx_database_backup(db, care->path, backup_step, care);
	lx_database_close(db);
	care_finished(trouble, trouble == LX_DATABASE_OK, care);
	os_atomic_set_bool(&log->backup_running, false);
	return NULL;
}

void log_end_backup(struct lx_log *log)
{
	os_atomic_set_bool(&log->backup_cancelled, true);
	pthread_mutex_lock(&log->mutex);
	const bool joinable = log->backup_joinable;
	const pthread_t thread = log->backup_thread;
	log->backup_joinable = false;
	pthread_mutex_unlock(&log->mutex);
	if (joinable)
		pthread_join(thread, NULL);
}

void lx_log_backup(struct lx_log *log, const char *path, lx_log_progress progress, lx_log_finished finished, void *data)
{
	struct care *care = make_care(log, finished, data);
	care->path = bstrdup(path);
	care->progress = progress;
	bool started = false;
	pthread_mutex_lock(&log->mutex);
	if (log->started && !os_atomic_load_bool(&log->backup_running)) {
		/* The one before has nothing to do any more. */
		if (log->backup_joinable)
			pthread_join(log->backup_thread, NULL);
		os_atomic_set_bool(&log->backup_cancelled, false);
		os_atomic_set_bool(&log->backup_running, true);
		started = pthread_create(&log->backup_thread, NULL, run_backup, care) == 0;
		log->backup_joinable = started;
		os_atomic_set_bool(&log->backup_running, started);
	}
	pthread_mutex_unlock(&log->mutex);
	if (!started)
		care_finished(LX_DATABASE_UNUSABLE, false, care);
}

void lx_log_try_again(struct lx_log *log)
{
	lx_writer_try_again(log->writer);
}

void lx_log_get_stats(struct lx_log *log, struct lx_log_stats *stats)
{
	struct lx_writer_stats writer;
	lx_writer_get_stats(log->writer, &writer);
	memset(stats, 0, sizeof(*stats));
	stats->written = writer.written;
	stats->waiting = writer.waiting;
	stats->late = writer.late;
	stats->longest_ms = writer.longest_ms;
	stats->tending = writer.tending;
	stats->trouble = writer.trouble;
	stats->bytes = lx_database_size(log->path);
	pthread_mutex_lock(&log->mutex);
	stats->lost = log->lost;
	stats->doubles = log->doubles;
	pthread_mutex_unlock(&log->mutex);
}
