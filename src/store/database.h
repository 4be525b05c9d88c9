/*
 * Data base: opens a SQLite file the way the plugin uses all of them (WAL, foreign keys, bounded waits) and brings it to the
 * newest version of its schema, one transaction for each step. Knows nothing of what is in the tables.
 *
 * The version is SQLite's user_version; application_id tells our files from other people's. A file that is newer than this
 * program, or that is no file of ours, is never touched.
 *
 * Threads: plain functions; they wait for the disk, so never call them on the UI thread. A connection belongs to one thread at
 * a time.
 * Ownership: the caller closes a connection with lx_database_close().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>
#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What can be wrong with a data base, as far as people must be told different things. */
enum lx_database_trouble {
	LX_DATABASE_OK,
	LX_DATABASE_FULL,      /* no room on the disk, or the file has reached its largest size */
	LX_DATABASE_READ_ONLY, /* folder or file may not be written */
	LX_DATABASE_LOCKED,    /* another program holds it and does not let go */
	LX_DATABASE_DAMAGED,   /* no data base, or one with broken pages */
	LX_DATABASE_NEWER,     /* made by a newer version of this program */
	LX_DATABASE_FOREIGN,   /* a sound data base of something else */
	LX_DATABASE_UNUSABLE,  /* cannot be opened, input and output errors, no memory */
};

/* "full", "read_only" … : for logs and programs. */
const char *lx_database_trouble_word(enum lx_database_trouble trouble);
/* What a result code of SQLite (extended or not) means. */
enum lx_database_trouble lx_database_trouble_of(int result);

struct lx_database_schema {
	int32_t application_id;
	const char *const *steps; /* SQL that leads from version i to i + 1 */
	size_t step_count;
};

/*
 * Opens for writing; makes the file where there is none. NULL with `*trouble` set otherwise. `busy_ms`: how long a statement
 * waits for another program's lock.
 */
sqlite3 *lx_database_open(const char *path, const struct lx_database_schema *schema, int busy_ms,
			  enum lx_database_trouble *trouble);
/* Opens an existing file of the newest version for reading. */
sqlite3 *lx_database_open_reader(const char *path, const struct lx_database_schema *schema, int busy_ms,
				 enum lx_database_trouble *trouble);
/*
 * Finalizes nothing: all statements must be gone. Leaves the work of folding the write-ahead log in to whoever opens it next, because
 * that can take longer than anybody wants to wait at exit.
 */
void lx_database_close(sqlite3 *db); /* NULL is accepted */

/* Runs SQL without results; the result code. */
int lx_database_run(sqlite3 *db, const char *sql);
/* The number in the first column of the first row, `fallback` where there is none. */
int64_t lx_database_number(sqlite3 *db, const char *sql, int64_t fallback);

/*
 * Puts a damaged data base (and what SQLite keeps beside it) aside as "<path>.broken-<year><month><day>-<time>", in UTC. No connection may be
 * open. `kept` gets the new name. False when the file could not be renamed.
 */
bool lx_database_set_aside(const char *path, int64_t unix_ms, struct dstr *kept);

/*
 * Copies the data base behind `db` to a file of its own while others go on writing. The copy appears as a whole or not at
 * all, as of the moment that it begins, whatever other connections write meanwhile. `step` (may be NULL) is told between steps of
 * some milliseconds how much of it is done, and returns false to end it.
 */
enum lx_database_trouble lx_database_backup(sqlite3 *db, const char *path, bool (*step)(int percent, void *data),
					    void *data);

/* Gives room back to the disk. Takes seconds for large files and as much room again while it works. */
enum lx_database_trouble lx_database_compact(sqlite3 *db);

/* Bytes on the disk, with the write-ahead log. */
int64_t lx_database_size(const char *path);

#ifdef __cplusplus
}
#endif
