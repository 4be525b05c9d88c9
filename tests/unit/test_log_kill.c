/*
 * The program dies in the middle of writing, again and again, in no moment that it chose (SIGKILL). The file is never damaged,
 * what was committed is there, and nothing has holes.
 *
 * This test is its own helper: with the argument "write" it writes to the log until it is killed, and tells on standard output,
 * after each commit, how many messages are safe. LIVEXTREM_KILLS=100 makes it die more often.
 */
#include "support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chat/log.h"
#include "chat/reader.h"
#include "folder.h"
#include "platform/memory.h"

#define NOW 1790000000000

static const char *program;

/* --- the helper -------------------------------------------------------------------------------------------------- */

static void post(struct lx_log *log, int number)
{
	struct lx_event event;
	char id[40], text[100], login[16], user[8];
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", number);
	snprintf(text, sizeof(text), "message number%d of a long evening, word%d", number, number % 997);
	snprintf(login, sizeof(login), "viewer%d", number % 300);
	snprintf(user, sizeof(user), "%d", 1000 + number % 300);
	event.time_ms = NOW + number;
	event.channel = "ilse";
	event.chat.id = id;
	event.chat.text = text;
	event.chat.user.id = user;
	event.chat.user.login = event.chat.user.name = login;
	while (!lx_log_add(log, &event))
		os_sleep_ms(1);
}

static int write_until_killed(const char *path, int number)
{
	lx_memory_init();
	struct lx_log *log = lx_log_create(&(struct lx_log_config){.path = path, .clock = lx_clock_system()});
	lx_log_start(log, true);
	for (;;) {
		const int bunch = 1 + number * 7919 % 500;
		for (int i = 0; i < bunch; i++)
			post(log, number++);
		if (number % 3 && lx_log_flush(log, 10000) && write(STDOUT_FILENO, &number, sizeof(number)) < 0)
			return 1;
	}
}

/* --- the test ---------------------------------------------------------------------------------------------------- */

static pid_t start(const char *path, int from, int *out)
{
	int ends[2];
	char number[16];
	snprintf(number, sizeof(number), "%d", from);
	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(program, program, "write", path, number, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	*out = ends[0];
	return child;
}

/* Number of messages; fails on whatever is not as it should be. */
static int64_t check(const char *path)
{
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(path, &lx_log_schema, 5000, &trouble);
	assert_non_null(db);
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
	assert_int_equal(lx_database_number(db, "PRAGMA user_version", -1), (int)lx_log_schema.step_count);

	const int64_t count = lx_database_number(db, "SELECT count(*) FROM message", -1);
	const int64_t last = lx_database_number(db, "SELECT coalesce(max(id) / 64, 0) FROM message", -1);
	/* One each millisecond, from the first to the last. */
	assert_int_equal(count, count ? last - NOW + 1 : 0);
	/* The index holds the same, and so does the list of words. */
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM words WHERE words MATCH 'evening'", -1), count);
	assert_int_equal(lx_database_number(db, "SELECT count(*) FROM word WHERE text GLOB 'number*'", -1), count);
	lx_database_close(db);
	return count;
}

static void killed_at_any_moment_it_keeps_what_was_committed(void **state)
{
	struct folder folder;
	const char *wanted = getenv("LIVEXTREM_KILLS");
	const int kills = wanted ? atoi(wanted) : 10;
	unsigned dice = 12345;
	int64_t kept = 0;
	folder_make(&folder);
	for (int i = 0; i < kills; i++) {
		int out, number, safe = (int)kept;
		const pid_t child = start(folder.file, (int)kept, &out);
		/* After some commits, and then somewhere in the next one. */
		dice = dice * 1664525u + 1013904223u;
		for (unsigned commits = dice >> 28; commits && read(out, &number, sizeof(number)) == sizeof(number);
		     commits--)
			safe = number;
		os_sleep_ms((dice >> 12) % 60);
		kill(child, SIGKILL);
		while (read(out, &number, sizeof(number)) == sizeof(number))
			safe = number;
		int status;
		waitpid(child, &status, 0);
		close(out);
		assert_true(WIFSIGNALED(status));

		const int64_t count = os_file_exists(folder.file) ? check(folder.file) : 0;
		if (count < safe)
			fail_msg("kill %d: %d were safe, %d are there", i, safe, (int)count);
		kept = count;
	}
	assert_true(kept > 0);
	assert_int_equal(folder_count(&folder, ".broken-", NULL), 0);
	folder_remove(&folder);
}

int main(int argc, char **argv)
{
	program = argv[0];
	if (argc == 4 && strcmp(argv[1], "write") == 0)
		return write_until_killed(argv[2], atoi(argv[3]));
	const struct CMUnitTest tests[] = {lx_unit_test(killed_at_any_moment_it_keeps_what_was_committed)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
