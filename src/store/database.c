#include "store/database.h"

#include <string.h>
#include <time.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/platform.h>

#define BACKUP_PAGES 256 /* a step: a megabyte */
#define BACKUP_PAUSE_MS 10
#define BACKUP_TRIES 500 /* at a lock */

static const char *const side_files[] = {"-wal", "-shm", "-journal"};
#define SIDE_FILES (sizeof(side_files) / sizeof(*side_files))

const char *lx_database_trouble_word(enum lx_database_trouble trouble)
{
	static const char *const words[] = {"ok",      "full",  "read_only", "locked",
					    "damaged", "newer", "foreign",   "unusable"};
	return words[trouble];
}

enum lx_database_trouble lx_database_trouble_of(int result)
{
	switch (result & 0xFF) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return LX_DATABASE_OK;
	case SQLITE_FULL:
		return LX_DATABASE_FULL;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return LX_DATABASE_READ_ONLY;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return LX_DATABASE_LOCKED;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return LX_DATABASE_DAMAGED;
	default:
		return LX_DATABASE_UNUSABLE;
	}
}

int lx_database_run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int64_t lx_database_number(sqlite3 *db, const char *sql, int64_t fallback)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = fallback;
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

void lx_database_close(sqlite3 *db)
{
	if (!db)
		return;
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (sqlite3_close(db) != SQLITE_OK) {
		blog(LOG_ERROR, "[liveXtrem] a data base was closed with statements still open");
		sqlite3_close_v2(db);
	}
}

static int open_file(const char *path, int flags, int busy_ms, sqlite3 **db)
{
	int result = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK)
		return result;
	sqlite3_extended_result_codes(*db, 1);
	sqlite3_busy_timeout(*db, busy_ms);
	/* Against files made to harm whoever opens them. */
	sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	result = lx_database_run(*db, "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
				      "PRAGMA cache_size=-4096;");
	return result;
}

static int read_number(sqlite3 *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (result == SQLITE_OK) {
		result = sqlite3_step(statement);
		if (result == SQLITE_ROW) {
			*number = sqlite3_column_int64(statement, 0);
			result = SQLITE_OK;
		}
	}
	sqlite3_finalize(statement);
	return result;
}

struct identity {
	int64_t tables, application_id, version;
};

static int identify(sqlite3 *db, struct identity *identity)
{
	int result = read_number(db, "SELECT count(*) FROM sqlite_schema", &identity->tables);
	if (result == SQLITE_OK)
		result = read_number(db, "PRAGMA application_id", &identity->application_id);
	if (result == SQLITE_OK)
		result = read_number(db, "PRAGMA user_version", &identity->version);
	return result;
}

static enum lx_database_trouble judge(const struct identity *identity, const struct lx_database_schema *schema)
{
	if (!identity->tables && !identity->version)
		return LX_DATABASE_OK;
	if (identity->application_id != schema->application_id || identity->version < 0)
		return LX_DATABASE_FOREIGN;
	return identity->version > (int64_t)schema->step_count ? LX_DATABASE_NEWER : LX_DATABASE_OK;
}

/* One step, unless another program took it while we waited for the lock. */
static int take_step(sqlite3 *db, const struct lx_database_schema *schema, int64_t version)
{
	int64_t now = version;
	char *finish = sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=%lld; COMMIT",
				       schema->application_id, (long long)version + 1);
	int result = lx_database_run(db, "BEGIN IMMEDIATE");
	if (result == SQLITE_OK)
		result = read_number(db, "PRAGMA user_version", &now);
	if (result == SQLITE_OK && now == version) {
		result = lx_database_run(db, schema->steps[version]);
		if (result == SQLITE_OK)
			result = lx_database_run(db, finish);
	}
	if (!sqlite3_get_autocommit(db))
		lx_database_run(db, "ROLLBACK");
	sqlite3_free(finish);
	return result;
}

static int migrate(sqlite3 *db, const struct lx_database_schema *schema, int64_t version)
{
	int result = SQLITE_OK;
	for (; result == SQLITE_OK && version < (int64_t)schema->step_count; version++)
		result = take_step(db, schema, version);
	return result;
}

static sqlite3 *give_up(sqlite3 *db, const char *path, enum lx_database_trouble trouble, enum lx_database_trouble *out)
{
	blog(LOG_WARNING, "[liveXtrem] %s cannot be used: %s (%s)", path, lx_database_trouble_word(trouble),
	     db ? sqlite3_errmsg(db) : "no memory");
	lx_database_close(db);
	*out = trouble;
	return NULL;
}

sqlite3 *lx_database_open(const char *path, const struct lx_database_schema *schema, int busy_ms,
			  enum lx_database_trouble *trouble)
{
	sqlite3 *db = NULL;
	struct identity identity = {0};
	int result = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, busy_ms, &db);
	if (result == SQLITE_OK)
		result = identify(db, &identity);
	if (result != SQLITE_OK) {
		/* SQLite calls every failure to open the same; that of writing has a remedy of its own. */
		enum lx_database_trouble what = lx_database_trouble_of(result);
		if ((result & 0xFF) == SQLITE_CANTOPEN && !os_file_exists(path))
			what = LX_DATABASE_READ_ONLY;
		return give_up(db, path, what, trouble);
	}
	*trouble = judge(&identity, schema);
	if (*trouble != LX_DATABASE_OK)
		return give_up(db, path, *trouble, trouble);
	if (sqlite3_db_readonly(db, "main") == 1)
		return give_up(db, path, LX_DATABASE_READ_ONLY, trouble);

	/* NORMAL: a lost power supply may take the last moments with it, but never harms the file. */
	result = lx_database_run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
				     "PRAGMA journal_size_limit=16777216; PRAGMA wal_autocheckpoint=8192;");
	if (result == SQLITE_OK)
		result = migrate(db, schema, identity.version);
	if (result != SQLITE_OK)
		return give_up(db, path, lx_database_trouble_of(result), trouble);
	return db;
}

sqlite3 *lx_database_open_reader(const char *path, const struct lx_database_schema *schema, int busy_ms,
				 enum lx_database_trouble *trouble)
{
	sqlite3 *db = NULL;
	struct identity identity = {0};
	int result = open_file(path, SQLITE_OPEN_READONLY, busy_ms, &db);
	if (result == SQLITE_OK)
		result = identify(db, &identity);
	if (result != SQLITE_OK)
		return give_up(db, path, lx_database_trouble_of(result), trouble);
	*trouble = judge(&identity, schema);
	/* An older file is brought up to date by whoever writes it. */
	if (*trouble == LX_DATABASE_OK && identity.version != (int64_t)schema->step_count)
		*trouble = LX_DATABASE_UNUSABLE;
	if (*trouble != LX_DATABASE_OK)
		return give_up(db, path, *trouble, trouble);
	/* The lists of a hundred words: read once, not each time. Memory is taken only as they are. */
	lx_database_run(db, "PRAGMA cache_size=-32768");
	return db;
}

bool lx_database_set_aside(const char *path, int64_t unix_ms, struct dstr *kept)
{
	char stamp[32];
	time_t seconds = (time_t)(unix_ms / 1000);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime(&seconds));
	dstr_printf(kept, "%s.broken-%s", path, stamp);
	for (int number = 2; os_file_exists(kept->array) && number < 1000; number++)
		dstr_printf(kept, "%s.broken-%s-%d", path, stamp, number);
	if (os_rename(path, kept->array) != 0)
		return false;

	/* What stayed in the write-ahead log belongs to the broken file, and would harm the new one. */
	for (size_t i = 0; i < SIDE_FILES; i++) {
		struct dstr from = {0}, to = {0};
		dstr_printf(&from, "%s%s", path, side_files[i]);
		dstr_printf(&to, "%s%s", kept->array, side_files[i]);
		if (os_file_exists(from.array) && os_rename(from.array, to.array) != 0)
			os_unlink(from.array);
		dstr_free(&from);
		dstr_free(&to);
	}
	return true;
}

static int copy_pages(sqlite3_backup *backup, bool (*step)(int percent, void *data), void *data)
{
	int tries = 0, result;
	do {
		const int64_t pages = sqlite3_backup_pagecount(backup), left = sqlite3_backup_remaining(backup);
		if (step && !step(pages ? (int)(100 * (pages - left) / pages) : 0, data))
			return SQLITE_INTERRUPT;
		result = sqlite3_backup_step(backup, BACKUP_PAGES);
		if (result == SQLITE_BUSY || result == SQLITE_LOCKED) {
			if (++tries == BACKUP_TRIES)
				return result;
			os_sleep_ms(BACKUP_PAUSE_MS);
			result = SQLITE_OK;
		}
	} while (result == SQLITE_OK);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

enum lx_database_trouble lx_database_backup(sqlite3 *db, const char *path, bool (*step)(int percent, void *data),
					    void *data)
{
	/* A copy of what others change would begin anew with each change: this one reads the same from first to last. */
	const bool own = sqlite3_get_autocommit(db) != 0;
	if (own) {
		lx_database_run(db, "BEGIN");
		lx_database_number(db, "SELECT count(*) FROM sqlite_schema", 0);
	}
	struct dstr part = {0};
	sqlite3 *copy = NULL;
	dstr_printf(&part, "%s.part", path);
	os_unlink(part.array);

	int result = sqlite3_open_v2(part.array, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (result == SQLITE_OK) {
		sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db, "main");
		if (backup) {
			result = copy_pages(backup, step, data);
			const int finished = sqlite3_backup_finish(backup);
			if (result == SQLITE_OK)
				result = finished;
		} else {
			result = sqlite3_errcode(copy);
		}
	} else if ((result & 0xFF) == SQLITE_CANTOPEN) {
		result = SQLITE_READONLY;
	}
	sqlite3_close(copy);
	if (result == SQLITE_OK && os_rename(part.array, path) != 0)
		result = SQLITE_READONLY;
	if (result != SQLITE_OK)
		os_unlink(part.array);
	if (own)
		lx_database_run(db, "ROLLBACK");
	dstr_free(&part);
	return lx_database_trouble_of(result);
}

enum lx_database_trouble lx_database_compact(sqlite3 *db)
{
	int result = lx_database_run(db, "VACUUM");
	if (result == SQLITE_OK)
		result = lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	return lx_database_trouble_of(result);
}

int64_t lx_database_size(const char *path)
{
	struct dstr wal = {0};
	int64_t size = os_file_exists(path) ? os_get_file_size(path) : 0;
	dstr_printf(&wal, "%s-wal", path);
	if (os_file_exists(wal.array))
		size += os_get_file_size(wal.array);
	dstr_free(&wal);
	return size;
}
