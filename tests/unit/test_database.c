#include "support.h"

#include "folder.h"
#include "store/database.h"

static const char *const steps[] = {
	"CREATE TABLE a(x INTEGER) STRICT;",
	"CREATE TABLE b(y TEXT) STRICT; INSERT INTO b VALUES('moved');",
	"CREATE TABLE broken(; ",
};
static const struct lx_database_schema first = {0x11223344, steps, 1};
static const struct lx_database_schema second = {0x11223344, steps, 2};
static const struct lx_database_schema third = {0x11223344, steps, 3};
static const struct lx_database_schema other = {0x55667788, steps, 1};

static sqlite3 *open_ok(const struct folder *folder, const struct lx_database_schema *schema)
{
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(folder->file, schema, 100, &trouble);
	assert_int_equal(trouble, LX_DATABASE_OK);
	assert_non_null(db);
	return db;
}

static enum lx_database_trouble trouble_of(const struct folder *folder, const struct lx_database_schema *schema)
{
	enum lx_database_trouble trouble = LX_DATABASE_OK;
	assert_null(lx_database_open(folder->file, schema, 10, &trouble));
	return trouble;
}

static void a_new_file_has_all_steps_and_an_old_one_gets_the_missing(void **state)
{
	struct folder folder;
	folder_make(&folder);
	sqlite3 *db = open_ok(&folder, &first);
	assert_int_equal(lx_database_number(db, "PRAGMA user_version", -1), 1);
	assert_int_equal(lx_database_number(db, "PRAGMA foreign_keys", -1), 1);
	assert_int_equal(lx_database_run(db, "INSERT INTO a VALUES(7)"), SQLITE_OK);
	/* STRICT */
	assert_int_not_equal(lx_database_run(db, "INSERT INTO a VALUES('seven')"), SQLITE_OK);
	lx_database_close(db);

	db = open_ok(&folder, &second);
	assert_int_equal(lx_database_number(db, "PRAGMA user_version", -1), 2);
	assert_int_equal(lx_database_number(db, "SELECT x FROM a", -1), 7);
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM b WHERE y = 'moved'", -1), 1);
	lx_database_close(db);
	folder_remove(&folder);
}

static void a_step_that_fails_leaves_the_file_as_it_was(void **state)
{
	struct folder folder;
	folder_make(&folder);
	lx_database_close(open_ok(&folder, &first));
	assert_int_not_equal(trouble_of(&folder, &third), LX_DATABASE_OK);
	/* Steps before it stay: each is whole. */
	sqlite3 *db = open_ok(&folder, &second);
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM b", -1), 1);
	lx_database_close(db);
	folder_remove(&folder);
}

static void what_is_not_ours_is_not_touched(void **state)
{
	struct folder folder;
	folder_make(&folder);
	lx_database_close(open_ok(&folder, &second));
	assert_int_equal(trouble_of(&folder, &first), LX_DATABASE_NEWER);
	assert_int_equal(trouble_of(&folder, &other), LX_DATABASE_FOREIGN);
	lx_database_close(open_ok(&folder, &second));

	char wal[320];
	snprintf(wal, sizeof(wal), "%s-wal", folder.file);
	os_unlink(wal);
	folder_write(folder.file, "This is a letter to my aunt, and no data base at all.", 53);
	assert_int_equal(trouble_of(&folder, &second), LX_DATABASE_DAMAGED);
	assert_int_equal(os_get_file_size(folder.file), 53);
	folder_remove(&folder);
}

static void troubles_are_told_apart(void **state)
{
	struct folder folder;
	folder_make(&folder);
	enum lx_database_trouble trouble;
	assert_null(lx_database_open("/nowhere/at/all/log.sqlite", &first, 10, &trouble));
	assert_int_equal(trouble, LX_DATABASE_READ_ONLY);
	assert_null(lx_database_open_reader(folder.file, &first, 10, &trouble));
	assert_int_not_equal(trouble, LX_DATABASE_OK);

	sqlite3 *holder = open_ok(&folder, &first);
	assert_int_equal(lx_database_run(holder, "BEGIN IMMEDIATE"), SQLITE_OK);
	assert_int_equal(trouble_of(&folder, &second), LX_DATABASE_LOCKED);
	lx_database_run(holder, "ROLLBACK; PRAGMA max_page_count=3");
	int result = SQLITE_OK;
	for (int i = 0; result == SQLITE_OK && i < 10000; i++)
		result = lx_database_run(holder, "INSERT INTO a SELECT 1 FROM sqlite_schema");
	assert_int_equal(lx_database_trouble_of(result), LX_DATABASE_FULL);
	lx_database_close(holder);
	for (int i = LX_DATABASE_OK; i <= LX_DATABASE_UNUSABLE; i++)
		assert_true(*lx_database_trouble_word((enum lx_database_trouble)i));
	folder_remove(&folder);
}

static void a_broken_file_is_kept_under_another_name(void **state)
{
	struct folder folder;
	struct dstr kept = {0};
	folder_make(&folder);
	char wal[320];
	snprintf(wal, sizeof(wal), "%s-wal", folder.file);
	for (int i = 0; i < 2; i++) {
		folder_write(folder.file, "broken", 6);
		folder_write(wal, "rest", 4);
		assert_true(lx_database_set_aside(folder.file, 1790000000000, &kept));
		assert_false(os_file_exists(folder.file));
		assert_false(os_file_exists(wal));
		assert_int_equal(os_get_file_size(kept.array), 6);
		assert_non_null(strstr(kept.array, i ? ".broken-20260921-141320-2" : ".broken-20260921-141320"));
	}
	assert_int_equal(folder_count(&folder, ".broken-", NULL), 4);
	dstr_free(&kept);
	folder_remove(&folder);
}

static bool never(int percent, void *data)
{
	return false;
}

static bool note_percent(int percent, void *data)
{
	int *last = data;
	assert_in_range(percent, *last, 100);
	*last = percent;
	return true;
}

static void a_backup_is_whole_or_not_there(void **state)
{
	struct folder folder;
	char path[320];
	folder_make(&folder);
	sqlite3 *db = open_ok(&folder, &first);
	lx_database_run(
		db,
		"WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO a SELECT i FROM n");
	snprintf(path, sizeof(path), "%s/copy.sqlite", folder.path);
	assert_int_not_equal(lx_database_backup(db, path, never, NULL), LX_DATABASE_OK);
	assert_int_equal(folder_count(&folder, "copy", NULL), 0);
	int percent = 0;
	assert_int_equal(lx_database_backup(db, path, note_percent, &percent), LX_DATABASE_OK);
	assert_int_equal(folder_count(&folder, "copy", NULL), 1);
	assert_int_equal(lx_database_backup(db, "/nowhere/at/all", NULL, NULL), LX_DATABASE_READ_ONLY);

	lx_database_run(db, "DELETE FROM a");
	const int64_t before = lx_database_size(folder.file);
	assert_int_equal(lx_database_compact(db), LX_DATABASE_OK);
	assert_true(lx_database_size(folder.file) < before);
	lx_database_close(db);

	enum lx_database_trouble trouble;
	db = lx_database_open_reader(path, &first, 10, &trouble);
	assert_non_null(db);
	assert_int_equal(lx_database_number(db, "SELECT sum(x) FROM a", 0), 5000 * 5001 / 2);
	assert_int_not_equal(lx_database_run(db, "DELETE FROM a"), SQLITE_OK);
	lx_database_close(db);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(a_new_file_has_all_steps_and_an_old_one_gets_the_missing),
		lx_unit_test(a_step_that_fails_leaves_the_file_as_it_was),
		lx_unit_test(what_is_not_ours_is_not_touched),
		lx_unit_test(troubles_are_told_apart),
		lx_unit_test(a_broken_file_is_kept_under_another_name),
		lx_unit_test(a_backup_is_whole_or_not_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
