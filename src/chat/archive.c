#include "chat/archive.h"

#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

#define IDLE_MS 3000  /* that the file stays open */
#define MOST_YIELDS 4 /* of a patient question, so that it is answered at all */

enum patience { IMPATIENT, PATIENT, IDLE };

struct question {
	const void *slot;
	lx_archive_work work;
	void *data;
	void (*free_data)(void *data);
	enum patience patience;
	int yields;
};

struct lx_archive {
	char *path;
	pthread_t thread;
	os_event_t *wake;
	struct lx_log_reader *reader; /* the thread's; others only cancel it, with the mutex held */

	pthread_mutex_t mutex; /* guards what follows */
	pthread_cond_t ended;  /* a question */
	DARRAY(struct question) waiting;
	struct question current;
	bool running, dropped; /* the current one is not wanted any more */
	bool stopping;
};

static void free_question(const struct question *question)
{
	if (question->free_data)
		question->free_data(question->data);
}

/* --- the thread -------------------------------------------------------------------------------------------------- */

static void close_reader(struct lx_archive *archive)
{
	pthread_mutex_lock(&archive->mutex);
	struct lx_log_reader *reader = archive->reader;
	archive->reader = NULL;
	pthread_mutex_unlock(&archive->mutex);
	lx_log_reader_close(reader);
}

static enum lx_database_trouble open_reader(struct lx_archive *archive)
{
	enum lx_database_trouble trouble = LX_DATABASE_OK;
	if (archive->reader && !lx_log_reader_is_sound(archive->reader))
		close_reader(archive);
	if (archive->reader)
		return trouble;
	/* No file is nothing to warn of: nobody has written anything yet. */
	struct lx_log_reader *reader = NULL;
	if (os_file_exists(archive->path))
		reader = lx_log_reader_open(archive->path, &trouble);
	if (!reader && trouble == LX_DATABASE_OK)
		trouble = LX_DATABASE_UNUSABLE;
	pthread_mutex_lock(&archive->mutex);
	archive->reader = reader;
	pthread_mutex_unlock(&archive->mutex);
	return trouble;
}

/* The mutex is held. The first of those with the least patience. */
static bool take_next(struct lx_archive *archive)
{
	size_t at = 0;
	if (!archive->waiting.num || archive->stopping)
		return false;
	for (size_t i = 1; i < archive->waiting.num; i++) {
		if (archive->waiting.array[i].patience < archive->waiting.array[at].patience)
			at = i;
	}
	archive->current = archive->waiting.array[at];
	da_erase(archive->waiting, at);
	archive->running = true;
	archive->dropped = false;
	return true;
}

static void answer_current(struct lx_archive *archive)
{
	const struct question question = archive->current; /* only this thread changes it */
	const enum lx_database_trouble trouble = open_reader(archive);
	bool again = false;

	pthread_mutex_lock(&archive->mutex);
	const bool wanted = !archive->dropped && !archive->stopping;
	pthread_mutex_unlock(&archive->mutex);
	if (wanted)
		question.work(archive->reader, trouble, question.data);

	pthread_mutex_lock(&archive->mutex);
	archive->running = false;
	if (wanted && !archive->dropped && !archive->stopping && archive->reader &&
	    lx_log_reader_saw_cancel(archive->reader)) {
		archive->current.yields++;
		da_insert(archive->waiting, 0, &archive->current);
		again = true;
	}
	if (archive->reader)
		lx_log_reader_resume(archive->reader);
	pthread_cond_broadcast(&archive->ended);
	pthread_mutex_unlock(&archive->mutex);
	if (!again)
		free_question(&question);
}

static void *run(void *data)
{
	struct lx_archive *archive = data;
	os_set_thread_name("livextrem: archive");
	for (;;) {
		pthread_mutex_lock(&archive->mutex);
		const bool next = take_next(archive);
		const bool stopping = archive->stopping;
		pthread_mutex_unlock(&archive->mutex);
		if (stopping)
			break;
		if (next)
			answer_current(archive);
		else if (!archive->reader)
			os_event_wait(archive->wake);
		else if (os_event_timedwait(archive->wake, IDLE_MS) != 0)
			close_reader(archive);
	}
	close_reader(archive);
	return NULL;
}

/* --- from outside ------------------------------------------------------------------------------------------------ */

struct lx_archive *lx_archive_create(const char *path)
{
	struct lx_archive *archive = bzalloc(sizeof(*archive));
	archive->path = bstrdup(path);
	pthread_mutex_init(&archive->mutex, NULL);
	pthread_cond_init(&archive->ended, NULL);
	os_event_init(&archive->wake, OS_EVENT_TYPE_AUTO);
	if (pthread_create(&archive->thread, NULL, run, archive) == 0)
		return archive;
	os_event_destroy(archive->wake);
	pthread_cond_destroy(&archive->ended);
	pthread_mutex_destroy(&archive->mutex);
	bfree(archive->path);
	bfree(archive);
	return NULL;
}

void lx_archive_destroy(struct lx_archive *archive)
{
	if (!archive)
		return;
	pthread_mutex_lock(&archive->mutex);
	archive->stopping = true;
	if (archive->running && archive->reader)
		lx_log_reader_cancel(archive->reader);
	pthread_mutex_unlock(&archive->mutex);
	os_event_signal(archive->wake);
	pthread_join(archive->thread, NULL);
	for (size_t i = 0; i < archive->waiting.num; i++)
		free_question(&archive->waiting.array[i]);
	da_free(archive->waiting);
	os_event_destroy(archive->wake);
	pthread_cond_destroy(&archive->ended);
	pthread_mutex_destroy(&archive->mutex);
	bfree(archive->path);
	bfree(archive);
}

/* The mutex is held. Gives back what waited, to be freed without it: {0} where nothing did. */
static struct question take_back(struct lx_archive *archive, const void *slot)
{
	struct question found = {0};
	if (archive->running && archive->current.slot == slot) {
		archive->dropped = true;
		if (archive->reader)
			lx_log_reader_cancel(archive->reader);
	}
	for (size_t i = 0; i < archive->waiting.num; i++) {
		if (archive->waiting.array[i].slot == slot) {
			found = archive->waiting.array[i];
			da_erase(archive->waiting, i);
			break;
		}
	}
	return found;
}

static bool ask(struct lx_archive *archive, const struct question *question)
{
	if (!archive) {
		free_question(question);
		return false;
	}
	pthread_mutex_lock(&archive->mutex);
	const struct question old = take_back(archive, question->slot);
	const bool taken = archive->waiting.num < LX_ARCHIVE_MAX;
	if (taken)
		da_push_back(archive->waiting, question);
	const struct question *current = &archive->current;
	if (taken && archive->running && question->patience < current->patience &&
	    (current->patience == IDLE || current->yields < MOST_YIELDS) && archive->reader)
		lx_log_reader_cancel(archive->reader);
	pthread_mutex_unlock(&archive->mutex);
	os_event_signal(archive->wake);
	free_question(&old);
	if (!taken)
		free_question(question);
	return taken;
}

bool lx_archive_ask(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
		    void (*free_data)(void *data))
{
	return ask(archive, &(struct question){slot, work, data, free_data, IMPATIENT, 0});
}

bool lx_archive_ask_patiently(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
			      void (*free_data)(void *data))
{
	return ask(archive, &(struct question){slot, work, data, free_data, PATIENT, 0});
}

bool lx_archive_ask_idly(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
			 void (*free_data)(void *data))
{
	return ask(archive, &(struct question){slot, work, data, free_data, IDLE, 0});
}

void lx_archive_cancel(struct lx_archive *archive, const void *slot)
{
	if (!archive)
		return;
	pthread_mutex_lock(&archive->mutex);
	const struct question old = take_back(archive, slot);
	pthread_mutex_unlock(&archive->mutex);
	free_question(&old);
}

void lx_archive_end(struct lx_archive *archive, const void *slot)
{
	if (!archive)
		return;
	pthread_mutex_lock(&archive->mutex);
	const struct question old = take_back(archive, slot);
	while (archive->running && archive->current.slot == slot)
		pthread_cond_wait(&archive->ended, &archive->mutex);
	pthread_mutex_unlock(&archive->mutex);
	free_question(&old);
}

const char *lx_archive_path(const struct lx_archive *archive)
{
	return archive->path;
}
