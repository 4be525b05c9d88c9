#include "chat/marker.h"

#include <stdio.h>
#include <string.h>

#include <unicode/utf8.h>

#include "twitch/irc_text.h"

static const char *const words[LX_MARKER_KINDS] = {"manual", "peak", "words"};

const char *lx_marker_kind_word(enum lx_marker_kind kind)
{
	return kind < LX_MARKER_KINDS ? words[kind] : "";
}

static enum lx_marker_kind kind_of(const char *word)
{
	int kind = 0;
	while (kind < LX_MARKER_KINDS - 1 && strcmp(words[kind], word) != 0)
		kind++;
	return (enum lx_marker_kind)kind;
}

void lx_marker_label(const struct lx_text *text, const struct lx_marker *marker, struct dstr *out)
{
	static const char *const keys[LX_MARKER_KINDS] = {"Marker.Manual", "Marker.Peak", "Marker.Words"};
	char count[24];
	if (*marker->text) {
		dstr_cat(out, marker->text);
		return;
	}
	snprintf(count, sizeof(count), "%lld", (long long)marker->count);
	const char *args[] = {count, marker->word};
	lx_text_format(text, out, keys[marker->kind], args, 2);
}

void lx_marker_clean(const char *text, char *out, size_t size)
{
	const size_t length = strlen(text);
	size_t to = 0;
	for (size_t at = 0; at < length;) {
		uint32_t c;
		char bytes[4];
		size_t count = 0;
		at += lx_irc_text_next(text + at, length - at, &c);
		const bool blank = c <= ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
		if (blank && (to == 0 || out[to - 1] == ' '))
			continue;
		U8_APPEND_UNSAFE((uint8_t *)bytes, count, (UChar32)(blank ? ' ' : c));
		if (to + count >= size)
			break;
		memcpy(out + to, bytes, count);
		to += count;
	}
	while (to > 0 && out[to - 1] == ' ')
		to--;
	out[to] = 0;
}

/* --- in the data base -------------------------------------------------------------------------------------------- */

static int put(sqlite3 *db, const struct lx_marker *marker)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(
		db,
		"INSERT INTO marker(id, channel, at_ms, kind, count, text, word, twitch_id, removed)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT(id) DO UPDATE SET channel = excluded.channel,"
		" at_ms = excluded.at_ms, kind = excluded.kind, count = excluded.count, word = excluded.word,"
		" text = CASE WHEN excluded.text <> '' THEN excluded.text ELSE text END,"
		" twitch_id = CASE WHEN excluded.twitch_id <> '' THEN excluded.twitch_id ELSE twitch_id END",
		-1, &statement, NULL);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, marker->id);
	sqlite3_bind_text(statement, 2, marker->channel, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, marker->at_ms);
	sqlite3_bind_text(statement, 4, lx_marker_kind_word(marker->kind), -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, marker->count);
	sqlite3_bind_text(statement, 6, marker->text, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 7, marker->word, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 8, marker->twitch_id, -1, SQLITE_STATIC);
	sqlite3_step(statement);
	return sqlite3_finalize(statement);
}

static int change_one(sqlite3 *db, const char *sql, const struct lx_marker *marker)
{
	sqlite3_stmt *statement = NULL;
	const int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, marker->id);
	if (sqlite3_bind_parameter_count(statement) > 1)
		sqlite3_bind_text(statement, 2, marker->text, -1, SQLITE_STATIC);
	sqlite3_step(statement);
	return sqlite3_finalize(statement);
}

int lx_marker_apply(sqlite3 *db, const struct lx_marker_change *change)
{
	switch (change->kind) {
	case LX_MARKER_PUT:
		return put(db, &change->marker);
	case LX_MARKER_RENAME:
		return change_one(db, "UPDATE marker SET text = ?2 WHERE id = ?1", &change->marker);
	case LX_MARKER_REMOVE:
		return change_one(db, "UPDATE marker SET removed = 1 WHERE id = ?1", &change->marker);
	case LX_MARKER_RESTORE:
		return change_one(db, "UPDATE marker SET removed = 0 WHERE id = ?1", &change->marker);
	}
	return SQLITE_OK;
}

int lx_marker_purge(sqlite3 *db)
{
	return sqlite3_exec(db, "DELETE FROM marker WHERE removed", NULL, NULL, NULL);
}

static int64_t number_or(sqlite3_stmt *statement, int column, int64_t fallback)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL ? fallback
								     : sqlite3_column_int64(statement, column);
}

#define COPY(to, column) \
	snprintf(to, sizeof(to), "%s", \
		 sqlite3_column_text(statement, column) ? (const char *)sqlite3_column_text(statement, column) : "")

size_t lx_marker_list(sqlite3 *db, const char *channel, int64_t from_ms, int64_t to_ms, struct lx_marker_place *out,
		      size_t capacity)
{
	sqlite3_stmt *statement = NULL;
	size_t count = 0;
	if (sqlite3_prepare_v2(db,
			       "SELECT id, at_ms, kind, count, channel, text, word, twitch_id, stream, stream_ms,"
			       " recording, file_ms, path FROM marker_place WHERE at_ms >= ?1 AND at_ms < ?2"
			       " AND (?3 = '' OR channel = ?3 OR channel = '') ORDER BY at_ms, id LIMIT ?4",
			       -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, from_ms);
		sqlite3_bind_int64(statement, 2, to_ms);
		sqlite3_bind_text(statement, 3, channel, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 4, (int64_t)capacity);
		for (; count < capacity && sqlite3_step(statement) == SQLITE_ROW; count++) {
			struct lx_marker_place *place = &out[count];
			struct lx_marker *marker = &place->marker;
			char kind[16];
			COPY(kind, 2);
			marker->id = sqlite3_column_int64(statement, 0);
			marker->at_ms = sqlite3_column_int64(statement, 1);
			marker->kind = kind_of(kind);
			marker->count = sqlite3_column_int64(statement, 3);
			COPY(marker->channel, 4);
			COPY(marker->text, 5);
			COPY(marker->word, 6);
			COPY(marker->twitch_id, 7);
			place->stream = number_or(statement, 8, -1);
			place->stream_ms = number_or(statement, 9, -1);
			place->recording = number_or(statement, 10, -1);
			place->file_ms = number_or(statement, 11, -1);
			COPY(place->path, 12);
		}
	}
	sqlite3_finalize(statement);
	return count;
}
