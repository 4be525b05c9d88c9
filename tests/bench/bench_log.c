/*
 * Chat log: how many rows a second are written with their full-text index, how many bytes each takes, and how long the newest
 * fifty hits and the exact count of searches of every kind take in a log of a million messages (or as many as are asked for), the
 * last of which came as slowly as in a real chat. Beside the time on the clock stands the processor's for the same, which other programs
 * change less.
 *
 * Usage: bench_log [MESSAGES [FILE]]. LIVEXTREM_BENCH_MESSAGES says how many, too; a million unless told. With a file the log stays
 * there, and is only searched the next time: five million take minutes to write, and 1.5 GB.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "chat/find.h"
#include "chat/log.h"
#include "platform/memory.h"
#include "report.h"

enum { PEOPLE = 20000, WORDS = 60000, EMOTES = 400, SLOW_BATCHES = 100, SLOW_BATCH = 20 };

static uint32_t seed = 1;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 4) * sides) >> 28);
}

/* Few words often, many seldom, as people talk. */
static uint32_t zipf(uint32_t count)
{
	const double x = (double)(dice(1 << 20) + 1) / (1 << 20);
	double rank = 1;
	for (int i = 0; i < 3; i++)
		rank *= x;
	return (uint32_t)(rank * (count - 1));
}

/* The commonest words have one syllable, the others two or three of a hundred. */
static void make_word(uint32_t rank, char out[24])
{
	static const char consonants[] = "bcdfghjklmnprstvwxyz", vowels[] = "aeiou";
	char *at = out;
	for (uint32_t left = rank + 1; left; left /= 100) {
		*at++ = consonants[left % 100 / 5];
		*at++ = vowels[left % 5];
	}
	*at = 0;
}

static const char *word(uint32_t rank)
{
	static char text[4][24];
	static int next;
	next = (next + 1) % 4;
	make_word(rank, text[next]);
	return text[next];
}

static void make_text(char *out, size_t size)
{
	const uint32_t words = 1 + dice(4) + dice(8);
	size_t at = 0;
	for (uint32_t i = 0; i < words && at + 30 < size; i++) {
		if (dice(40) == 0) {
			at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " " : "",
					       dice(2) ? "\xE4\xBD\xA0\xE5\xA5\xBD\xE5\x90\x97" : "\xF0\x9F\x98\x82");
			continue;
		}
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " " : "", word(zipf(WORDS)));
	}
}

static void fill(struct lx_log *log, size_t first, size_t messages)
{
	struct lx_event event;
	char text[500], user_id[16], login[24], name[24], uuid[40], badges[40], emote_id[50];
	struct lx_emote emote = {emote_id, 0, 0, 0, 0};
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.channel = "ilse";
	event.room_id = "12345678";
	event.chat.text = text;
	event.chat.id = uuid;
	event.chat.user.id = user_id;
	event.chat.user.login = login;
	event.chat.user.name = name;
	event.chat.user.badges = badges;
	for (size_t i = first; i < first + messages; i++) {
		const uint32_t who = zipf(PEOPLE);
		event.time_ms = 1700000000000 + (int64_t)i * 40 + dice(35);
		make_text(text, sizeof(text));
		snprintf(user_id, sizeof(user_id), "%u", 10000000 + who * 7919);
		snprintf(login, sizeof(login), "viewer_%u", who);
		snprintf(name, sizeof(name), "Viewer_%u", who);
		snprintf(badges, sizeof(badges), who % 3 ? "subscriber/%u" : "", who % 50);
		snprintf(uuid, sizeof(uuid), "%08x-%04x-4%03x-8%03x-%04x%08x", dice(1u << 28), dice(1 << 16),
			 dice(1 << 12), dice(1 << 12), dice(1 << 16), (uint32_t)i);
		event.chat.user.color = who * 37 % 0xFFFFFF;
		event.chat.user.roles = who % 3 ? LX_ROLE_SUBSCRIBER : 0;
		event.chat.emote_count = dice(5) == 0;
		snprintf(emote_id, sizeof(emote_id), "emotesv2_%032x", dice(EMOTES));
		event.chat.emotes = &emote;
		emote.last = (uint32_t)strcspn(text, " ") - 1;
		while (!lx_log_add(log, &event))
			os_sleep_ms(1);
	}
}

/* Some hundred batches as of a chat that goes on slowly, so that the index is as it is found while one reads. */
static void go_on(struct lx_log *log, size_t first)
{
	struct lx_log_stats stats;
	for (size_t i = 0; i < SLOW_BATCHES; i++) {
		fill(log, first + i * SLOW_BATCH, SLOW_BATCH);
		lx_log_flush(log, 60000);
	}
	lx_log_get_stats(log, &stats);
	bench_report("log.longest_wait", stats.longest_ms);
}

/* Until the index is tidied up, as it is a while after whatever was imported. */
static double rest(struct lx_log *log)
{
	const uint64_t begin = os_gettime_ns();
	struct lx_log_stats stats;
	do {
		os_sleep_ms(50);
		lx_log_get_stats(log, &stats);
	} while (stats.tending);
	return (double)(os_gettime_ns() - begin) / 1e9;
}

static bool count_row(const struct lx_log_row *row, void *data)
{
	(void)row;
	++*(int64_t *)data;
	return true;
}

/* Words that many, some and few people write, as words, phrases, parts of words; Chinese, people, all together, and none at all. */
static const struct {
	const char *pattern;
	enum {
		COUNTED,
		LOOKED_AT, /* its count is no matter of the index alone, or of so many hits that it has no limit */
		SELDOM,    /* hardly anything matches: all of the log is read, and hits come as they are found */
	} kind;
} queries[] = {
	{"\"%0\"", COUNTED},
	{"\"%1\"", COUNTED},
	{"\"%2\"", COUNTED},
	{"%1", COUNTED},
	{"%2", COUNTED},
	{"neb", LOOKED_AT},
	{"ne", LOOKED_AT},
	{"n", LOOKED_AT},
	{"/ne.i\\b/", LOOKED_AT},
	{"zuzu", LOOKED_AT},
	{"\"%0\" neb", LOOKED_AT},
	{"is:sub /^ne.i\\b/", SELDOM},
	{"\"%0\" has:emote", LOOKED_AT},
	{"-\"%0\"", LOOKED_AT},
	{"-from:viewer_3 -is:mod", LOOKED_AT},
	{"/^ne.i (ba|de)+$/", SELDOM},
	{"/never \\d+ said/", SELDOM},
	{"in:ilse \"%1\"", COUNTED},
	{"is:sub", LOOKED_AT},
	{"\"%0\" \"%1\"", COUNTED},
	{"\"%0 %3\"", COUNTED},
	{"\xE4\xBD\xA0", COUNTED},
	{"\xE5\xA5\xBD\xE5\x90\x97", COUNTED},
	{"\xF0\x9F\x98\x82", COUNTED},
	{"from:viewer_500", COUNTED},
	{"from:viewer_3 \"%0\"", COUNTED},
	{"is:sub \"%1\" -\"%0\"", COUNTED},
	{"nowhereatall", COUNTED},
	{"\"%0\" after:2023-11-15", COUNTED},
};
#define QUERIES (sizeof(queries) / sizeof(*queries))
enum { REPEATS = 15 };

static void make_query(const char *pattern, struct dstr *out)
{
	static const uint32_t ranks[] = {3, 250, 20000, 40};
	dstr_copy(out, pattern);
	for (size_t i = 0; i < sizeof(ranks) / sizeof(*ranks); i++) {
		char place[] = {'%', (char)('0' + i), 0};
		dstr_replace(out, place, word(ranks[i]));
	}
}

static double cpu_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct times {
	double clock[1000], cpu[1000];
	size_t count;
};

/* One query, from its text to the last hit. Returns hits or their number. */
static int64_t search(struct lx_log_reader *reader, const char *text, bool counting, struct times *times)
{
	struct lx_query_error error;
	int result;
	int64_t number = 0;
	const double cpu = cpu_ms();
	const uint64_t begin = os_gettime_ns();
	struct lx_query *query = lx_query_parse(text, NULL, lx_clock_unix_ms(lx_clock_system()), &error);
	struct lx_find *find = lx_find_create(reader, query, &result);
	if (counting)
		lx_find_count(find, &number);
	else
		lx_find_newest(find, 0, 50, count_row, &number);
	times->clock[times->count] = (double)(os_gettime_ns() - begin) / 1e6;
	times->cpu[times->count++] = cpu_ms() - cpu;
	lx_find_destroy(find);
	lx_query_destroy(query);
	return number;
}

static void append(struct times *to, const struct times *from)
{
	memcpy(to->clock + to->count, from->clock, from->count * sizeof(double));
	memcpy(to->cpu + to->count, from->cpu, from->count * sizeof(double));
	to->count += from->count;
}

static void report(const char *name, struct times *times)
{
	char key[64];
	bench_report(name, bench_part(times->clock, times->count, 0.5));
	snprintf(key, sizeof(key), "%s_p99", name);
	bench_report(key, bench_part(times->clock, times->count, 0.99));
	snprintf(key, sizeof(key), "%s_p99_cpu", name);
	bench_report(key, bench_part(times->cpu, times->count, 0.99));
}

static void measure_search(const char *path)
{
	static struct times newest, seldom, counts, looked;
	enum lx_database_trouble trouble;
	struct lx_log_reader *reader = lx_log_reader_open(path, &trouble);
	printf("%-22s %22s %24s\n", "", "newest 50, ms", "all counted, ms");
	printf("%-22s %10s %11s %10s %13s %10s\n", "query", "clock", "processor", "clock", "processor", "hits");
	for (size_t i = 0; i < QUERIES; i++) {
		int64_t hits = 0;
		struct dstr text = {0};
		struct times list = {0}, count = {0}, warm = {0};
		make_query(queries[i].pattern, &text);
		hits = search(reader, text.array, true, &warm);
		/* What takes long is tried less often. */
		const size_t repeats = warm.cpu[0] > 100 ? 0 : REPEATS;
		for (size_t round = 0; round < (queries[i].kind == SELDOM ? 1 : REPEATS); round++)
			search(reader, text.array, false, &list);
		for (size_t round = 0; round < repeats; round++)
			search(reader, text.array, true, &count);
		if (!repeats)
			append(&count, &warm);
		append(queries[i].kind == SELDOM ? &seldom : &newest, &list);
		append(queries[i].kind != COUNTED ? &looked : &counts, &count);
		printf("%-22s %10.2f %11.2f %10.2f %13.2f %10lld\n", text.array,
		       bench_part(list.clock, list.count, 0.5), bench_part(list.cpu, list.count, 0.5),
		       bench_part(count.clock, count.count, 0.5), bench_part(count.cpu, count.count, 0.5),
		       (long long)hits);
		dstr_free(&text);
	}
	report("log.newest", &newest);
	report("log.count", &counts);
	bench_report("log.count_looked_at", bench_part(looked.clock, looked.count, 0.5));
	bench_report("log.newest_seldom", bench_part(seldom.clock, seldom.count, 1));
	lx_log_reader_close(reader);
}

static struct lx_log *open_log(const char *path)
{
	struct lx_log *log = lx_log_create(&(struct lx_log_config){.path = path, .clock = lx_clock_system()});
	lx_log_start(log, true);
	return log;
}

static void close_log(struct lx_log *log)
{
	lx_log_stop(log);
	lx_log_destroy(log);
}

static void measure_writing(const char *path, size_t messages)
{
	struct lx_log *log = open_log(path);
	const uint64_t begin = os_gettime_ns();
	fill(log, 0, messages);
	lx_log_flush(log, 600000);
	const double seconds = (double)(os_gettime_ns() - begin) / 1e9;
	printf("%.1f s until the index was tidied up\n", rest(log));
	close_log(log);
	log = open_log(path);
	go_on(log, messages);
	close_log(log);

	/* Without what lies in the write-ahead log only. */
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(path, &lx_log_schema, 5000, &trouble);
	lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	lx_database_close(db);
	printf("%zu messages: %.0f rows a second, %.0f bytes a row\n", messages, (double)messages / seconds,
	       (double)os_get_file_size(path) / (double)messages);
	bench_report("log.write", seconds * 1e6 / (double)messages);
	bench_report("log.bytes_a_row", (double)os_get_file_size(path) / (double)messages);
}

int main(int argc, char **argv)
{
	const char *wanted = argc > 1 ? argv[1] : getenv("LIVEXTREM_BENCH_MESSAGES");
	const size_t messages = wanted ? (size_t)strtoull(wanted, NULL, 10) : 1000000;
	char own[] = "bench_log.XXXXXX";
	const char *path = argc > 2 ? argv[2] : own;
	const int file = argc > 2 ? -1 : mkstemp(own);
	if (!messages || (argc <= 2 && file < 0)) {
		fprintf(stderr, "usage: bench_log [MESSAGES [FILE]], in a folder that can be written\n");
		return 2;
	}
	if (file >= 0)
		close(file);
	lx_memory_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc <= 2 || !os_file_exists(path))
		measure_writing(path, messages);
	measure_search(path);

	static const char *const endings[] = {"", "-wal", "-shm"};
	for (size_t i = 0; argc <= 2 && i < sizeof(endings) / sizeof(*endings); i++) {
		char name[40];
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		os_unlink(name);
	}
	return 0;
}
