/*
 * Writer: the one thread that writes to a data base. Others hand it items and go on at once; it writes them in batches of transactions.
 * Whatever comes is in the file LX_WRITER_BOUND_MS later at the most: a batch begins 100 ms after its oldest item came, or as soon as
 * the one before it is written, and a transaction that has taken 50 ms is committed with what it holds. A disk or a processor
 * that cannot keep up with that is told of in the log file and in the numbers (`late`).
 *
 * Nothing is lost silently. While the disk refuses (full, locked, read-only), the batch is tried again with growing pauses
 * and items wait in a queue of bounded size; what finds it full is turned away and counted by the caller. A damaged file is
 * set aside and a new one begun. An item that the data base refuses for what it holds is left out, and the owner told.
 *
 * Threads: lx_writer_post() from any thread, never waits for the disk. All callbacks run on the writer's thread
 * ("livextrem: store"), none while a lock is held. create, start, stop and destroy on one thread.
 * Ownership: items belong to the writer once they are accepted; it frees them with `free_item`.
 */
#pragma once

#include "platform/clock.h"
#include "store/database.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_WRITER_BOUND_MS 250

struct lx_writer;

struct lx_writer_config {
	const char *path; /* copied */
	const struct lx_database_schema *schema;
	const struct lx_clock *clock; /* for the names of files that are set aside */
	size_t capacity;              /* of the queue, in the bytes that lx_writer_post() is told */

	/* A connection was opened: prepare statements. A result code of SQLite. */
	int (*attach)(sqlite3 *db, void *data);
	/* The connection is about to be closed. Also called after an attach that failed. */
	void (*detach)(void *data);
	/* A transaction begins for these items, which may be put in another order. */
	int (*begin)(void **items, size_t count, void *data);
	/* Writes one. A result code of SQLite. */
	int (*write)(void *item, void *data);
	/* The transaction is in the file. */
	void (*committed)(void *data);
	/* The transaction was taken back: forget what was remembered from it. */
	void (*rolled_back)(void *data);
	/* The data base refused this item for what it holds. */
	void (*refused)(void *item, void *data);
	void (*free_item)(void *item);
	/*
	 * Nothing came for a second after something was written, or after the file was opened: upkeep, outside any
	 * transaction, in steps of some milliseconds. SQLITE_ROW asks for the next step; after anything else there is none until
	 * something was written. May be NULL.
	 */
	int (*idle)(sqlite3 *db, void *data);
	/* Writing stopped for this reason, or (LX_DATABASE_OK) goes on again. `kept`: where a damaged file was put, or "". */
	void (*state)(enum lx_database_trouble trouble, const char *kept, void *data);
	void *data;
};

struct lx_writer *lx_writer_create(const struct lx_writer_config *config);
void lx_writer_destroy(struct lx_writer *writer); /* stops first; NULL is accepted */

/* `open`: at once, so that the user learns of a bad file before there is anything to write; or else with the first item or job. */
bool lx_writer_start(struct lx_writer *writer, bool open);
/*
 * Writes what is queued and joins the thread. After `deadline_ms` what is left is given up. Returns the number of items that
 * were not written.
 */
size_t lx_writer_stop(struct lx_writer *writer, uint32_t deadline_ms);

/* False when the queue is full or the writer stopped: the item stays the caller's. `size`: bytes it takes. */
bool lx_writer_post(struct lx_writer *writer, void *item, size_t size);

/* Waits until everything posted before is committed. False after `timeout_ms`. For tests and the command line tool. */
bool lx_writer_flush(struct lx_writer *writer, uint32_t timeout_ms);

/*
 * Work of another kind, done between batches: run(db) outside any transaction. SQLITE_ROW asks to be called again after the
 * queue was served, SQLITE_DONE or SQLITE_OK ends it, anything else is a failure. `finished` is called once in any case, on the writer's
 * thread, or on the caller's when the job is not taken (too many, stopped). A job that runs when the writer stops is interrupted.
 */
struct lx_writer_job {
	int (*run)(sqlite3 *db, void *data);
	void (*finished)(enum lx_database_trouble trouble, bool done, void *data);
	void *data;
};
void lx_writer_do(struct lx_writer *writer, const struct lx_writer_job *job);

/* The user has done something about the trouble: tries at once, not when the pause is over. Nothing where there is none. */
void lx_writer_try_again(struct lx_writer *writer);

struct lx_writer_stats {
	uint64_t written, refused; /* items */
	uint64_t batches;
	uint64_t late; /* batches that were in the file later than they should have been, */
	uint32_t longest_ms; /* and how long the one waited that waited longest; both without what the disk refused at first */
	size_t waiting; /* items */
	bool tending;   /* there is upkeep left */
	enum lx_database_trouble trouble;
};
void lx_writer_get_stats(struct lx_writer *writer, struct lx_writer_stats *stats);

#ifdef __cplusplus
}
#endif
