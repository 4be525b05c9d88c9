/*
 * The program dies in the middle of writing, again and again, in no moment that it chose (SIGKILL). The file is never damaged,
 * nothing has holes, what was said to be committed is there, and what is not there came less than LX_WRITER_BOUND_MS before.
 *
 * This test is its own helper: with the argument "write" it writes to the log until it is killed. It tells in memory shared with
 * the test what it gave the writer and when, and how much of it the writer called safe. Time in which the writer's thread was
 * ready to run and got no processor, because others had it, is no time of its own: Linux counts it for each thread, and the
 * test leaves it out. That is why each death is asked for the same bound, on a busy machine, too.
 *
 * Ten deaths each day, in a second or two; LIVEXTREM_KILLS=100 makes it a hundred, and says in numbers what was lost.
 */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chat/log.h"
#include "chat/reader.h"
#include "folder.h"
#include "platform/memory.h"

#define NOW 1790000000000
#define GIVEN_MAX 100000
#define LIVES_A_FILE 10 /* so that looking through it stays quick */
#define LIFE_MS 160     /* at the most, beginning with the first row: a batch and a half */

/* By what the helper and the test see at once, whoever dies. */
struct ledger {
	volatile long given, safe; /* numbers of rows, from those of the helper's first on */
	struct {
		uint64_t at_ns,
			delay_ns; /* when the writer had it; what its thread had waited for a processor by then */
	} rows[GIVEN_MAX];
};

static const char *program;

/* What a thread waited for a processor since it began; 0 where the system does not say. */
static uint64_t delay_of(const char *process, const char *thread)
{
	char path[80];
	unsigned long long ran = 0, waited = 0;
	snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/schedstat", process, thread);
	FILE *file = fopen(path, "r");
	if (file && fscanf(file, "%llu %llu", &ran, &waited) != 2)
		waited = 0;
	if (file)
		fclose(file);
	return waited;
}

/* The thread that writes. False while there is none. */
static bool find_writer(const char *process, char thread[32])
{
	char path[80], name[32];
	bool found = false;
	snprintf(path, sizeof(path), "/proc/%.20s/task", process);
	DIR *tasks = opendir(path);
	for (struct dirent *task; tasks && !found && (task = readdir(tasks));) {
		snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/comm", process, task->d_name);
		FILE *file = fopen(path, "r");
		found = file && fgets(name, sizeof(name), file) && strncmp(name, "livextrem: stor", 15) == 0;
		if (found)
			snprintf(thread, 32, "%.20s", task->d_name);
		if (file)
			fclose(file);
	}
	if (tasks)
		closedir(tasks);
	return found;
}

static struct ledger *map_ledger(const char *path)
{
	const int file = open(path, O_RDWR | O_CREAT, 0600);
	if (file < 0 || ftruncate(file, sizeof(struct ledger)) != 0)
		return NULL;
	void *memory = mmap(NULL, sizeof(struct ledger), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	return memory == MAP_FAILED ? NULL : memory;
}

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

/* In a chat that flows, with a flood and a flush now and then. */
static int write_until_killed(const char *path, int first, const char *ledger_path)
{
	lx_memory_init();
	struct ledger *ledger = map_ledger(ledger_path);
	struct lx_log *log = lx_log_create(&(struct lx_log_config){.path = path, .clock = lx_clock_system()});
	char thread[32];
	int given = 0;
	lx_log_start(log, true);
	while (!ledger || !find_writer("self", thread))
		os_sleep_ms(1);
	for (int bunch = first; given < GIVEN_MAX - 200; bunch++) {
		const uint64_t delay_ns = delay_of("self", thread);
		const int rows = bunch % 11 == 0 ? 100 : 5;
		for (int i = 0; i < rows; i++) {
			post(log, first + given);
			/* Written down when the writer has it: what it never got, it cannot lose. */
			ledger->rows[given].at_ns = os_gettime_ns();
			ledger->rows[given].delay_ns = delay_ns;
			os_atomic_set_long(&ledger->given, ++given);
		}
		if (bunch % 17 == 0 && lx_log_flush(log, 10000))
			os_atomic_set_long(&ledger->safe, given);
		os_sleep_ms(10);
	}
	os_sleep_ms(60000);
	return 1;
}

/* --- the test ---------------------------------------------------------------------------------------------------- */

static pid_t start(const char *path, int from, const char *ledger_path)
{
	char number[16];
	snprintf(number, sizeof(number), "%d", from);
	const pid_t child = fork();
	if (child == 0) {
		execl(program, program, "write", path, number, ledger_path, (char *)NULL);
		_exit(127);
	}
	return child;
}

/* Dead at once; before the threads are gone, what the writer's had waited for a processor. */
static void stop_and_kill(pid_t child, uint64_t *killed_ns, uint64_t *delay_ns)
{
	char process[16], thread[32];
	int status;
	snprintf(process, sizeof(process), "%d", (int)child);
	assert_true(find_writer(process, thread));
	*killed_ns = os_gettime_ns();
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	*delay_ns = delay_of(process, thread);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
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

struct toll {
	int64_t given, kept;
	double lost_ms[1000]; /* age of the oldest row that each death took with it */
};

/* One life, from `kept` rows on. Returns how many there are after it. */
static int64_t live_and_die(const struct folder *folder, int64_t kept, unsigned dice, double *lost_ms, int64_t *given)
{
	char ledger_path[320];
	uint64_t killed_ns, delay_ns;
	snprintf(ledger_path, sizeof(ledger_path), "%s/ledger", folder->path);
	os_unlink(ledger_path);
	struct ledger *ledger = map_ledger(ledger_path);
	assert_non_null(ledger);
	const pid_t child = start(folder->file, (int)kept, ledger_path);
	const uint64_t deadline = os_gettime_ns() + 30000000000ull;
	while (!os_atomic_load_long(&ledger->given) && os_gettime_ns() < deadline)
		os_sleep_ms(1);
	os_sleep_ms((dice >> 12) % LIFE_MS);
	stop_and_kill(child, &killed_ns, &delay_ns);

	const int64_t count = check(folder->file);
	const long written = (long)(count - kept);
	*given = os_atomic_load_long(&ledger->given);
	assert_true(*given > 0);
	assert_true(written >= os_atomic_load_long(&ledger->safe));
	*lost_ms = 0;
	if (written < *given && ledger->rows[written].at_ns < killed_ns) {
		const uint64_t age_ns = killed_ns - ledger->rows[written].at_ns;
		const uint64_t idle_ns = delay_ns - ledger->rows[written].delay_ns;
		*lost_ms = age_ns > idle_ns ? (double)(age_ns - idle_ns) / 1e6 : 0;
	}
	munmap(ledger, sizeof(*ledger));
	return count;
}

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void killed_at_any_moment_it_loses_no_more_than_it_says(void **state)
{
	static struct toll toll;
	struct folder folder;
	const char *wanted = getenv("LIVEXTREM_KILLS");
	const int kills = wanted ? atoi(wanted) : 10;
	unsigned dice = 12345;
	int64_t kept = 0;
	assert_true(kills > 0 && kills <= 1000);
	for (int i = 0; i < kills; i++) {
		int64_t given;
		if (i % LIVES_A_FILE == 0) {
			folder_make(&folder);
			kept = 0;
		}
		dice = dice * 1664525u + 1013904223u;
		const int64_t count = live_and_die(&folder, kept, dice, &toll.lost_ms[i], &given);
		if (toll.lost_ms[i] > LX_WRITER_BOUND_MS)
			fail_msg("death %d: the writer had lost rows for %.0f ms", i, toll.lost_ms[i]);
		toll.given += given;
		toll.kept += count - kept;
		kept = count;
		if ((i + 1) % LIVES_A_FILE == 0 || i + 1 == kills) {
			assert_int_equal(folder_count(&folder, ".broken-", NULL), 0);
			folder_remove(&folder);
		}
	}
	assert_true(toll.kept > 0);
	qsort(toll.lost_ms, (size_t)kills, sizeof(*toll.lost_ms), compare);
	print_message("%d deaths: %lld of %lld rows kept; oldest lost row %.0f ms in the middle, %.0f ms at the most\n",
		      kills, (long long)toll.kept, (long long)toll.given, toll.lost_ms[kills / 2],
		      toll.lost_ms[kills - 1]);
}

int main(int argc, char **argv)
{
	program = argv[0];
	if (argc == 5 && strcmp(argv[1], "write") == 0)
		return write_until_killed(argv[2], atoi(argv[3]), argv[4]);
	const struct CMUnitTest tests[] = {lx_unit_test(killed_at_any_moment_it_loses_no_more_than_it_says)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
