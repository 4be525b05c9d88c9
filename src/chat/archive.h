/*
 * Archive: everything that is read from the chat log while the program runs is read here, on one thread ("livextrem: archive")
 * with one reader, so that nobody who asks waits for a disk.
 *
 * A question is a function that is called with the reader. Each belongs to a slot, which stands for what the answer is for (a
 * list of hits, a card); a newer question of a slot takes the place of the one before it, whether that waits or runs.
 * A patient question gives way to the others and begins anew after them: for what may take seconds. An idle one gives way to
 * patient ones, too, as often as there are any, and remembers itself how far it came.
 *
 * The file is opened with the first question, anew when it is another one by now or there was trouble, and closed when nobody
 * asked for some seconds: moving or replacing it is nobody's problem.
 *
 * Threads: everything from any thread and without waiting, but create and destroy, which belong to one, and lx_archive_end(),
 * which waits for milliseconds.
 * Ownership: the archive frees a question's data with its `free_data`, exactly once, on any thread.
 */
#pragma once

#include "chat/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_ARCHIVE_MAX 32 /* questions that may wait */

struct lx_archive;

/*
 * `reader` NULL: the log cannot be read, `trouble` tells why. Long work looks at lx_log_reader_is_cancelled(), as SQLite does,
 * which then gives SQLITE_INTERRUPT; what was cancelled tells nobody anything.
 * Runs on the archive's thread; an answer goes to whoever asked by a queue of theirs.
 */
typedef void (*lx_archive_work)(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data);

struct lx_archive *lx_archive_create(const char *path); /* of the log; NULL when there is no thread to be had */
/* Ends what is under way, forgets what waits, and joins within milliseconds. NULL is accepted. */
void lx_archive_destroy(struct lx_archive *archive);

/*
 * `slot`: any address that is the caller's alone. `free_data` may be NULL. False: too many wait, the data is freed already; a NULL archive
 * never has room.
 */
bool lx_archive_ask(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
		    void (*free_data)(void *data));
bool lx_archive_ask_patiently(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
			      void (*free_data)(void *data));
bool lx_archive_ask_idly(struct lx_archive *archive, const void *slot, lx_archive_work work, void *data,
			 void (*free_data)(void *data));
/* Takes back what a slot asked; it may still run for a moment. */
void lx_archive_cancel(struct lx_archive *archive, const void *slot);
/* The same, and no work of the slot runs any more when it returns. Never within work. */
void lx_archive_end(struct lx_archive *archive, const void *slot);

const char *lx_archive_path(const struct lx_archive *archive);

#ifdef __cplusplus
}
#endif
