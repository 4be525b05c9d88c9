/*
 * Any bytes as a search. It is either understood or explained, with a place inside the text; and whatever is understood can be
 * asked of a log without an error of the data base, and gives as many hits as it counts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "chat/find.h"
#include "chat/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(condition)         \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

static struct lx_log_reader *reader;

static void fill(const char *path)
{
	static const char *const texts[] = {"hello world", "two words https://x.com", "\xE5\xA4\xA9\xE6\xB0\x94",
					    ":-) 10%", "Caf\xC3\xA9 Kappa"};
	enum lx_database_trouble trouble;
	sqlite3 *db = lx_database_open(path, &lx_log_schema, 100, &trouble);
	struct lx_rows *rows = lx_rows_create(db);
	struct lx_event event;
	CHECK(db && rows);
	for (int i = 0; i < 50; i++) {
		lx_event_init(&event, i % 9 ? LX_EVENT_CHAT_MESSAGE : LX_EVENT_CHAT_NOTICE);
		event.time_ms = 1790000000000 + i;
		event.channel = i % 3 ? "x" : "y";
		event.chat.user.id = i % 2 ? "7" : "8";
		event.chat.user.login = event.chat.user.name = i % 2 ? "anna" : "bob";
		event.chat.text = texts[i % 5];
		event.chat.notice = i % 9 ? "" : "raid";
		CHECK(lx_rows_write_event(rows, &event) == SQLITE_OK);
	}
	lx_rows_destroy(rows);
	lx_database_close(db);
}

static void open_log(void)
{
	char path[] = "/tmp/livextrem-fuzz-XXXXXX";
	enum lx_database_trouble trouble;
	CHECK(mkdtemp(path));
	char file[64], wal[80], shm[80];
	snprintf(file, sizeof(file), "%s/log", path);
	snprintf(wal, sizeof(wal), "%s-wal", file);
	snprintf(shm, sizeof(shm), "%s-shm", file);
	fill(file);
	reader = lx_log_reader_open(file, &trouble);
	CHECK(reader && lx_database_number(lx_log_reader_db(reader), "SELECT count(*) FROM message", 0) == 50);
	/* It stays open; nothing stays behind. */
	remove(file);
	remove(wal);
	remove(shm);
	remove(path);
}

static bool count(const struct lx_log_row *row, void *data)
{
	CHECK(row->event.time_ms >= 1790000000000);
	++*(int64_t *)data;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lx_query_error error = {0};
	const size_t length = size < 400 ? size : 400;
	char *text = bzalloc(length + 1);
	memcpy(text, bytes, length);
	if (!reader)
		open_log();
	struct lx_query *query = lx_query_parse(text, NULL, 1790000000000, &error);
	if (!query) {
		CHECK(*error.sentence && error.position + error.size <= strlen(text));
	} else {
		int result;
		int64_t listed = 0, counted = 0;
		struct lx_find *find = lx_find_create(reader, query, &result);
		CHECK(find);
		CHECK(lx_find_newest(find, 0, 1000, count, &listed) == SQLITE_OK);
		CHECK(lx_find_count(find, &counted) == SQLITE_OK);
		CHECK(listed == counted);
		lx_find_destroy(find);
	}
	lx_query_destroy(query);
	bfree(text);
	return 0;
}
