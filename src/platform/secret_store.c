#include "platform/secret_store.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/threading.h>

#include "platform/secret_backend.h"

/* A locked store asks the user for a password; that takes a person some time. */
#define BACKEND_DEADLINE_MS 60000
#define SYNC_DEADLINE_MS 5000
#define DRAIN_MS 150
#define ABANDON_MS 50
#define MAX_JOBS 64

enum job_kind { JOB_GET, JOB_SET, JOB_REMOVE, JOB_MOVE };

struct job {
	struct job *next;
	uint64_t id;
	enum job_kind kind;
	char *key;
	char *value;            /* of JOB_SET */
	uint64_t generation;    /* of the entry in memory that this job writes */
	enum lx_secret_kind to; /* of JOB_MOVE, as the next three */
	char *path;
	char **keys;
	size_t key_count;
	lx_secret_done done; /* NULL once called or cancelled */
	void *data;
};

/* A secret that is not (yet) where it belongs. */
struct entry {
	struct entry *next;
	char *key;
	char *value; /* NULL: to be removed */
	uint64_t generation;
	bool failed; /* the store did not take it: write it again when it answers */
};

struct lx_secret_store {
	pthread_mutex_t mutex;
	enum lx_secret_kind kind;
	struct lx_secret_backend *backend; /* NULL: memory only */
	struct lx_secret_backend *next;    /* while secrets move: where to */
	struct entry *entries;
	struct job *first, **last, *current;
	size_t job_count;
	uint64_t last_id, last_generation;
	bool unreachable; /* the last call of the backend failed */
	bool stopping;
	bool through;   /* the thread touches nothing any more */
	bool abandoned; /* the store was destroyed without waiting for the thread, which frees it then */

	pthread_t thread;
	bool thread_started;
	os_sem_t *work;
	os_event_t *idle;     /* signalled while no job is queued or under way */
	os_event_t *finished; /* the thread is through */
};

void lx_secret_wipe(void *bytes, size_t size)
{
	volatile unsigned char *byte = bytes;
	while (size--)
		*byte++ = 0;
}

void lx_secret_free(char *value)
{
	if (value)
		lx_secret_wipe(value, strlen(value));
	bfree(value);
}

/* --- memory; all with the mutex held ------------------------------------------------------------------------------- */

static struct entry **find_entry(struct lx_secret_store *store, const char *key)
{
	struct entry **at = &store->entries;
	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	return at;
}

static uint64_t put_entry(struct lx_secret_store *store, const char *key, const char *value)
{
	struct entry **at = find_entry(store, key);
	struct entry *entry = *at;
	if (!entry) {
		entry = *at = bzalloc(sizeof(*entry));
		entry->key = bstrdup(key);
	}
	/* The new value may be the old one's own string. */
	char *copy = bstrdup(value);
	lx_secret_free(entry->value);
	entry->value = copy;
	entry->failed = false;
	entry->generation = ++store->last_generation;
	return entry->generation;
}

static void drop_entry(struct entry **at)
{
	struct entry *entry = *at;
	*at = entry->next;
	bfree(entry->key);
	lx_secret_free(entry->value);
	bfree(entry);
}

/* --- jobs ----------------------------------------------------------------------------------------------------------- */

static void answer(struct job *job, enum lx_secret_result result, const char *value)
{
	lx_secret_done done = job->done;
	job->done = NULL;
	if (done)
		done(result, value, job->data);
}

static void free_job(struct job *job)
{
	bfree(job->key);
	lx_secret_free(job->value);
	bfree(job->path);
	for (size_t i = 0; i < job->key_count; i++)
		bfree(job->keys[i]);
	bfree(job->keys);
	bfree(job);
}

static void push_job(struct lx_secret_store *store, struct job *job)
{
	*store->last = job;
	store->last = &job->next;
	store->job_count++;
	os_event_reset(store->idle);
	os_sem_post(store->work);
}

static struct job *pop_job(struct lx_secret_store *store)
{
	struct job *job = store->first;
	if (job) {
		store->first = job->next;
		if (!store->first)
			store->last = &store->first;
		job->next = NULL;
		store->job_count--;
	}
	return job;
}

/* The backend answers again: what waits in memory is written now. */
static void write_failed_entries(struct lx_secret_store *store)
{
	for (struct entry *entry = store->entries; entry; entry = entry->next) {
		if (!entry->failed || store->job_count >= MAX_JOBS)
			continue;
		entry->failed = false;
		struct job *job = bzalloc(sizeof(*job));
		job->id = ++store->last_id;
		job->kind = entry->value ? JOB_SET : JOB_REMOVE;
		job->key = bstrdup(entry->key);
		job->value = bstrdup(entry->value);
		job->generation = entry->generation;
		push_job(store, job);
	}
}

static void finish_job(struct lx_secret_store *store, struct job *job, enum lx_secret_result result, const char *value)
{
	if (job->kind == JOB_MOVE) {
		if (result == LX_SECRET_OK) {
			store->unreachable = false;
			write_failed_entries(store);
		}
		answer(job, result, NULL);
		return;
	}
	if (job->kind != JOB_GET) {
		struct entry **at = find_entry(store, job->key);
		if (*at && (*at)->generation == job->generation) {
			if (result == LX_SECRET_UNREACHABLE)
				(*at)->failed = true;
			else
				drop_entry(at);
		}
	}
	bool was_unreachable = store->unreachable;
	store->unreachable = result == LX_SECRET_UNREACHABLE;
	if (store->unreachable && !was_unreachable && !store->stopping)
		blog(LOG_WARNING, "[liveXtrem] The secret store cannot be reached; secrets are kept in memory");
	else if (!store->unreachable)
		write_failed_entries(store);
	answer(job, result, value);
}

static struct lx_secret_backend *create_backend(enum lx_secret_kind kind, const char *path)
{
	if (kind == LX_SECRET_SYSTEM)
		return lx_secret_backend_create_system();
	return kind == LX_SECRET_FILE && path && *path ? lx_secret_backend_create_file(path) : NULL;
}

/* --- moving; on the store's thread, which is the only one that uses the backends ------------------------------------ */

/* The newest value of a secret: what waits in memory is newer than what is stored. NULL: none, or it cannot be told. */
static char *newest_value(struct lx_secret_store *store, const char *key)
{
	char *value = NULL;
	pthread_mutex_lock(&store->mutex);
	struct entry *entry = *find_entry(store, key);
	if (entry)
		value = bstrdup(entry->value);
	pthread_mutex_unlock(&store->mutex);
	if (!entry)
		store->backend->get(store->backend, key, &value, BACKEND_DEADLINE_MS);
	return value;
}

static bool copy_secret(struct lx_secret_store *store, const char *key)
{
	char *value = newest_value(store, key);
	bool copied = !value || store->next->set(store->next, key, value, BACKEND_DEADLINE_MS) == LX_SECRET_OK;
	lx_secret_free(value);
	return copied;
}

static enum lx_secret_result move_secrets(struct lx_secret_store *store, const struct job *job)
{
	struct lx_secret_backend *next = create_backend(job->to, job->path);
	if (!next)
		return LX_SECRET_UNREACHABLE;
	pthread_mutex_lock(&store->mutex);
	store->next = next;
	pthread_mutex_unlock(&store->mutex);

	size_t copied = 0;
	while (copied < job->key_count && copy_secret(store, job->keys[copied]))
		copied++;
	bool all = copied == job->key_count;
	/* Where it is not to be any more. */
	struct lx_secret_backend *left = all ? store->backend : next;
	for (size_t i = 0; i < copied; i++)
		left->remove(left, job->keys[i], BACKEND_DEADLINE_MS);

	pthread_mutex_lock(&store->mutex);
	store->next = NULL;
	if (all) {
		store->backend = next;
		store->kind = job->to;
	}
	pthread_mutex_unlock(&store->mutex);
	left->destroy(left);
	return all ? LX_SECRET_OK : LX_SECRET_UNREACHABLE;
}

/* --- the thread ------------------------------------------------------------------------------------------------------ */

static enum lx_secret_result run_backend(struct lx_secret_backend *backend, const struct job *job, char **value)
{
	switch (job->kind) {
	case JOB_GET:
		return backend->get(backend, job->key, value, BACKEND_DEADLINE_MS);
	case JOB_SET:
		return backend->set(backend, job->key, job->value, BACKEND_DEADLINE_MS);
	default:
		return backend->remove(backend, job->key, BACKEND_DEADLINE_MS);
	}
}

static void free_store(struct lx_secret_store *store)
{
	while (store->entries)
		drop_entry(&store->entries);
	os_event_destroy(store->finished);
	os_event_destroy(store->idle);
	os_sem_destroy(store->work);
	pthread_mutex_destroy(&store->mutex);
	bfree(store);
}

static void *worker(void *data)
{
	struct lx_secret_store *store = data;
	os_set_thread_name("livextrem: keys");

	for (;;) {
		os_sem_wait(store->work);
		pthread_mutex_lock(&store->mutex);
		struct job *job = store->current = pop_job(store);
		bool stop = !job && store->stopping;
		pthread_mutex_unlock(&store->mutex);
		if (stop)
			break;
		if (!job)
			continue;

		char *value = NULL;
		enum lx_secret_result result = job->kind == JOB_MOVE ? move_secrets(store, job)
								     : run_backend(store->backend, job, &value);

		pthread_mutex_lock(&store->mutex);
		finish_job(store, job, result, value);
		store->current = NULL;
		free_job(job);
		if (!store->first)
			os_event_signal(store->idle);
		pthread_mutex_unlock(&store->mutex);
		lx_secret_free(value);
	}

	store->backend->destroy(store->backend);
	pthread_mutex_lock(&store->mutex);
	store->through = true;
	bool abandoned = store->abandoned;
	os_event_signal(store->finished);
	pthread_mutex_unlock(&store->mutex);
	if (abandoned)
		free_store(store);
	return NULL;
}

/* --- life ----------------------------------------------------------------------------------------------------------- */

static void start_worker(struct lx_secret_store *store, struct lx_secret_backend *backend)
{
	os_sem_init(&store->work, 0);
	os_event_init(&store->idle, OS_EVENT_TYPE_MANUAL);
	os_event_init(&store->finished, OS_EVENT_TYPE_MANUAL);
	os_event_signal(store->idle);
	store->backend = backend;
	store->thread_started = pthread_create(&store->thread, NULL, worker, store) == 0;
	if (!store->thread_started) {
		backend->destroy(backend);
		store->backend = NULL;
	}
}

struct lx_secret_store *lx_secret_store_create_on(struct lx_secret_backend *backend)
{
	struct lx_secret_store *store = bzalloc(sizeof(*store));
	store->last = &store->first;
	pthread_mutex_init(&store->mutex, NULL);
	store->kind = LX_SECRET_MEMORY;
	if (backend)
		start_worker(store, backend);
	return store;
}

struct lx_secret_store *lx_secret_store_create(enum lx_secret_kind kind, const char *path)
{
	struct lx_secret_store *store = lx_secret_store_create_on(create_backend(kind, path));
	store->kind = kind;
	return store;
}

/* False when the thread is left behind, and with it the store. */
static bool stop_worker(struct lx_secret_store *store)
{
	os_event_timedwait(store->idle, DRAIN_MS);

	pthread_mutex_lock(&store->mutex);
	store->stopping = true;
	if (store->current)
		answer(store->current, LX_SECRET_UNREACHABLE, NULL);
	for (struct job *job = pop_job(store); job; job = pop_job(store)) {
		answer(job, LX_SECRET_UNREACHABLE, NULL);
		free_job(job);
	}
	store->backend->cancel(store->backend);
	if (store->next)
		store->next->cancel(store->next);
	pthread_mutex_unlock(&store->mutex);
	os_sem_post(store->work);
	os_event_timedwait(store->finished, ABANDON_MS);

	pthread_t thread = store->thread;
	pthread_mutex_lock(&store->mutex);
	bool through = store->through;
	store->abandoned = !through;
	pthread_mutex_unlock(&store->mutex);
	if (through)
		pthread_join(thread, NULL);
	else
		pthread_detach(thread);
	return through;
}

void lx_secret_store_destroy(struct lx_secret_store *store)
{
	if (!store)
		return;
	if (!store->thread_started || stop_worker(store))
		free_store(store);
	else
		blog(LOG_WARNING, "[liveXtrem] The secret store hangs inside the system and is left behind");
}

bool lx_secret_store_failing(struct lx_secret_store *store)
{
	pthread_mutex_lock(&store->mutex);
	bool failing = store->backend && store->unreachable;
	for (const struct entry *entry = store->entries; entry && !failing; entry = entry->next)
		failing = entry->failed;
	pthread_mutex_unlock(&store->mutex);
	return failing;
}

const char *lx_secret_store_where(struct lx_secret_store *store)
{
	bool failing = lx_secret_store_failing(store);
	pthread_mutex_lock(&store->mutex);
	const char *where = store->backend && !failing ? store->backend->where : "memory";
	pthread_mutex_unlock(&store->mutex);
	return where;
}

enum lx_secret_kind lx_secret_store_kind(struct lx_secret_store *store)
{
	pthread_mutex_lock(&store->mutex);
	enum lx_secret_kind kind = store->kind;
	pthread_mutex_unlock(&store->mutex);
	return kind;
}

/* --- asking --------------------------------------------------------------------------------------------------------- */

static uint64_t submit(struct lx_secret_store *store, enum job_kind kind, const char *key, const char *value,
		       lx_secret_done done, void *data)
{
	struct job *job = bzalloc(sizeof(*job));
	job->kind = kind;
	job->key = bstrdup(key);
	job->value = bstrdup(value);
	job->done = done;
	job->data = data;

	pthread_mutex_lock(&store->mutex);
	uint64_t id = job->id = ++store->last_id;
	struct entry *entry = *find_entry(store, key);
	if (kind != JOB_GET)
		job->generation = put_entry(store, key, value);

	if (kind == JOB_GET && (entry || !store->backend)) {
		bool found = entry && entry->value;
		answer(job, found ? LX_SECRET_OK : LX_SECRET_NONE, found ? entry->value : NULL);
		free_job(job);
	} else if (!store->backend || store->stopping || store->job_count >= MAX_JOBS) {
		struct entry **kept = find_entry(store, key);
		if (*kept && !store->backend && !value)
			drop_entry(kept);
		else if (*kept)
			(*kept)->failed = store->backend != NULL;
		answer(job, LX_SECRET_UNREACHABLE, NULL);
		free_job(job);
	} else {
		push_job(store, job);
	}
	pthread_mutex_unlock(&store->mutex);
	return id;
}

uint64_t lx_secret_store_get_async(struct lx_secret_store *store, const char *key, lx_secret_done done, void *data)
{
	return submit(store, JOB_GET, key, NULL, done, data);
}

uint64_t lx_secret_store_set_async(struct lx_secret_store *store, const char *key, const char *value,
				   lx_secret_done done, void *data)
{
	return submit(store, JOB_SET, key, value, done, data);
}

uint64_t lx_secret_store_remove_async(struct lx_secret_store *store, const char *key, lx_secret_done done, void *data)
{
	return submit(store, JOB_REMOVE, key, NULL, done, data);
}

/* Until now there was memory only; all that is in it goes to the new place. With the mutex held. */
static enum lx_secret_result begin_storing(struct lx_secret_store *store, const struct job *job)
{
	struct lx_secret_backend *backend = create_backend(job->to, job->path);
	if (!backend)
		return LX_SECRET_UNREACHABLE;
	start_worker(store, backend);
	if (!store->backend)
		return LX_SECRET_UNREACHABLE;
	store->kind = job->to;
	for (struct entry *entry = store->entries; entry; entry = entry->next)
		entry->failed = true;
	write_failed_entries(store);
	return LX_SECRET_OK;
}

uint64_t lx_secret_store_move_async(struct lx_secret_store *store, enum lx_secret_kind kind, const char *path,
				    const char *const *keys, size_t key_count, lx_secret_done done, void *data)
{
	struct job *job = bzalloc(sizeof(*job));
	*job = (struct job){.kind = JOB_MOVE, .to = kind, .path = bstrdup(path), .done = done, .data = data};
	job->keys = bzalloc((key_count + 1) * sizeof(*job->keys));
	for (; job->key_count < key_count; job->key_count++)
		job->keys[job->key_count] = bstrdup(keys[job->key_count]);

	pthread_mutex_lock(&store->mutex);
	uint64_t id = job->id = ++store->last_id;
	if (store->backend && !store->stopping && store->job_count < MAX_JOBS) {
		push_job(store, job);
	} else {
		answer(job, store->backend ? LX_SECRET_UNREACHABLE : begin_storing(store, job), NULL);
		free_job(job);
	}
	pthread_mutex_unlock(&store->mutex);
	return id;
}

bool lx_secret_store_cancel(struct lx_secret_store *store, uint64_t id)
{
	bool cancelled = false;
	pthread_mutex_lock(&store->mutex);
	struct job *job = store->current;
	if (!job || job->id != id) {
		job = store->first;
		while (job && job->id != id)
			job = job->next;
	}
	if (job && job->done) {
		job->done = NULL;
		cancelled = true;
	}
	pthread_mutex_unlock(&store->mutex);
	return cancelled;
}

struct waiter {
	os_event_t *answered;
	enum lx_secret_result result;
	char *value;
};

static void wake_waiter(enum lx_secret_result result, const char *value, void *data)
{
	struct waiter *waiter = data;
	waiter->result = result;
	waiter->value = bstrdup(value);
	os_event_signal(waiter->answered);
}

static enum lx_secret_result submit_and_wait(struct lx_secret_store *store, enum job_kind kind, const char *key,
					     const char *value, char **out)
{
	struct waiter waiter = {.result = LX_SECRET_UNREACHABLE};
	os_event_init(&waiter.answered, OS_EVENT_TYPE_MANUAL);
	uint64_t id = submit(store, kind, key, value, wake_waiter, &waiter);
	if (os_event_timedwait(waiter.answered, SYNC_DEADLINE_MS) != 0)
		lx_secret_store_cancel(store, id);
	os_event_destroy(waiter.answered);
	if (out)
		*out = waiter.value;
	else
		lx_secret_free(waiter.value);
	return waiter.result;
}

bool lx_secret_store_set(struct lx_secret_store *store, const char *key, const char *value)
{
	return submit_and_wait(store, JOB_SET, key, value, NULL) == LX_SECRET_OK;
}

char *lx_secret_store_get(struct lx_secret_store *store, const char *key)
{
	char *value = NULL;
	submit_and_wait(store, JOB_GET, key, NULL, &value);
	return value;
}

void lx_secret_store_remove(struct lx_secret_store *store, const char *key)
{
	submit_and_wait(store, JOB_REMOVE, key, NULL, NULL);
}
