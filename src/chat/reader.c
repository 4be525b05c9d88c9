#include "chat/reader.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

#include "chat/extra.h"
#include "twitch/irc_text.h"

#define OPEN_MS 100  /* at another program's lock, which nobody holds for long */
#define BUSY_MS 2000 /* the same later on, when it can be cancelled */
#define BUSY_STEP_MS 5
#define CHECK_OPS 2000 /* of SQLite's machine, between two looks at whether somebody cancelled */

struct lx_log_reader {
	sqlite3 *db;
	volatile bool cancelled;
	bool saw_cancel;
	sqlite3_stmt *emote, *place;
	DARRAY(char *) emotes; /* by number; NULL: not asked yet */
	struct lx_extra_arena arena;
	char uuid[37];
	struct dstr safe_text;
};

static int is_cancelled(void *data)
{
	return lx_log_reader_is_cancelled(data);
}

static int wait_for_lock(void *data, int tries)
{
	if (lx_log_reader_is_cancelled(data) || tries * BUSY_STEP_MS >= BUSY_MS)
		return 0;
	os_sleep_ms(BUSY_STEP_MS);
	return 1;
}

struct lx_log_reader *lx_log_reader_open(const char *path, enum lx_database_trouble *trouble)
{
	sqlite3 *db = lx_database_open_reader(path, &lx_log_schema, OPEN_MS, trouble);
	if (!db)
		return NULL;
	struct lx_log_reader *reader = bzalloc(sizeof(*reader));
	reader->db = db;
	int result = sqlite3_prepare_v2(db, "SELECT twitch_id FROM emote WHERE id = ?", -1, &reader->emote, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(
			db,
			"SELECT s.recording, s.path, s.position_ms + (?1 + r.skew_ms) - s.begin_ms"
			" FROM recording_span s JOIN recording r ON r.id = s.recording"
			" WHERE s.begin_ms <= ?1 + r.skew_ms AND (s.end_ms IS NULL OR s.end_ms > ?1 + r.skew_ms)"
			" ORDER BY s.begin_ms DESC LIMIT 1",
			-1, &reader->place, NULL);
	if (result != SQLITE_OK) {
		*trouble = lx_database_trouble_of(result);
		lx_log_reader_close(reader);
		return NULL;
	}
	sqlite3_progress_handler(db, CHECK_OPS, is_cancelled, reader);
	sqlite3_busy_handler(db, wait_for_lock, reader);
	return reader;
}

void lx_log_reader_close(struct lx_log_reader *reader)
{
	if (!reader)
		return;
	sqlite3_finalize(reader->emote);
	sqlite3_finalize(reader->place);
	lx_database_close(reader->db);
	for (size_t i = 0; i < reader->emotes.num; i++)
		bfree(reader->emotes.array[i]);
	da_free(reader->emotes);
	lx_extra_arena_free(&reader->arena);
	dstr_free(&reader->safe_text);
	bfree(reader);
}

sqlite3 *lx_log_reader_db(struct lx_log_reader *reader)
{
	return reader->db;
}

void lx_log_reader_cancel(struct lx_log_reader *reader)
{
	os_atomic_set_bool(&reader->cancelled, true);
}

void lx_log_reader_resume(struct lx_log_reader *reader)
{
	os_atomic_set_bool(&reader->cancelled, false);
	reader->saw_cancel = false;
}

bool lx_log_reader_is_cancelled(struct lx_log_reader *reader)
{
	const bool cancelled = os_atomic_load_bool(&reader->cancelled);
	reader->saw_cancel |= cancelled;
	return cancelled;
}

bool lx_log_reader_saw_cancel(const struct lx_log_reader *reader)
{
	return reader->saw_cancel;
}

bool lx_log_reader_is_sound(struct lx_log_reader *reader)
{
	int moved = 0;
	switch (sqlite3_errcode(reader->db) & 0xFF) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_SCHEMA:
		return false;
	}
	/* Where the system cannot tell, it does not let an open file be moved either. */
	return sqlite3_file_control(reader->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static const char *emote_id(int64_t number, void *data)
{
	struct lx_log_reader *reader = data;
	if (number < 0 || number > 1000000)
		return "";
	if ((size_t)number >= reader->emotes.num) {
		const size_t old = reader->emotes.num;
		da_resize(reader->emotes, (size_t)number + 1);
		memset(reader->emotes.array + old, 0, (reader->emotes.num - old) * sizeof(char *));
	}
	char **id = &reader->emotes.array[number];
	if (!*id) {
		sqlite3_bind_int64(reader->emote, 1, number);
		const bool found = sqlite3_step(reader->emote) == SQLITE_ROW;
		const char *text = found ? (const char *)sqlite3_column_text(reader->emote, 0) : "";
		*id = bstrdup(text ? text : "");
		sqlite3_reset(reader->emote);
	}
	return *id;
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return text ? text : "";
}

/* Files can come from elsewhere: what leaves here is safe to show like everything else. */
static const char *make_safe(struct lx_log_reader *reader, const char *text)
{
	const size_t size = strlen(text);
	bool ascii;
	if (lx_irc_text_is_safe(text, size, &ascii))
		return text;
	dstr_resize(&reader->safe_text, size * 3 + 1);
	lx_irc_text_make_safe(reader->safe_text.array, text, size);
	return reader->safe_text.array;
}

void lx_log_reader_row(struct lx_log_reader *reader, sqlite3_stmt *statement, struct lx_log_row *row)
{
	const int64_t flags = sqlite3_column_int64(statement, 1);
	struct lx_event *event = &row->event;
	struct lx_chat *chat = &event->chat;
	lx_event_init(event, flags & LX_LOG_NOTICE ? LX_EVENT_CHAT_NOTICE : LX_EVENT_CHAT_MESSAGE);
	row->id = sqlite3_column_int64(statement, 0);
	row->deleted = (flags & LX_LOG_DELETED) != 0;
	event->time_ms = lx_log_ms_of_row(row->id);
	event->channel = text_of(statement, 5);
	event->room_id = text_of(statement, 6);
	chat->flags = (uint32_t)(flags & 0xFF);
	chat->text = make_safe(reader, text_of(statement, 2));
	chat->user.id = text_of(statement, 7);
	chat->user.login = text_of(statement, 8);
	chat->user.name = text_of(statement, 9);
	chat->user.badges = text_of(statement, 10);
	chat->user.badge_info = text_of(statement, 11);
	chat->user.color = sqlite3_column_int64(statement, 12) < 0 ? LX_COLOR_NONE
								   : (uint32_t)sqlite3_column_int64(statement, 12);
	chat->user.roles = (uint32_t)(flags >> LX_LOG_ROLE_SHIFT) & 0xFF;
	const uint8_t *uuid = sqlite3_column_blob(statement, 3);
	if (uuid && sqlite3_column_bytes(statement, 3) == 16) {
		lx_uuid_unpack(uuid, reader->uuid);
		chat->id = reader->uuid;
	}
	const uint8_t *extra = sqlite3_column_blob(statement, 4);
	if (extra)
		lx_extra_decode(extra, (size_t)sqlite3_column_bytes(statement, 4), emote_id, reader, &reader->arena,
				chat);
}

static int each_row(struct lx_log_reader *reader, sqlite3_stmt *statement, lx_log_row_found each, void *data)
{
	struct lx_log_row row;
	int result;
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		lx_log_reader_row(reader, statement, &row);
		if (!each(&row, data))
			break;
	}
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

int lx_log_reader_span(struct lx_log_reader *reader, const char *channel, int64_t from_ms, int64_t to_ms,
		       lx_log_row_found each, void *data)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(reader->db,
					"SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
					"WHERE m.id >= ?1 AND m.id < ?2 AND (?3 = '' OR c.login = ?3) ORDER BY m.id",
					-1, &statement, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, lx_log_row_of_ms(from_ms));
		sqlite3_bind_int64(statement, 2, lx_log_row_of_ms(to_ms));
		sqlite3_bind_text(statement, 3, channel, -1, SQLITE_STATIC);
		result = each_row(reader, statement, each, data);
	}
	sqlite3_finalize(statement);
	return result;
}

int lx_log_reader_context(struct lx_log_reader *reader, int64_t row_id, int before, int after, lx_log_row_found each,
			  void *data)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(
		reader->db,
		"WITH of(channel) AS (SELECT channel FROM message WHERE id = ?1), near(id) AS ("
		"SELECT id FROM (SELECT id FROM message WHERE id <= ?1 AND channel = (SELECT channel FROM of)"
		" ORDER BY id DESC LIMIT ?2 + 1) UNION ALL "
		"SELECT id FROM (SELECT id FROM message WHERE id > ?1 AND channel = (SELECT channel FROM of)"
		" ORDER BY id LIMIT ?3)) "
		"SELECT " LX_LOG_ROW_COLUMNS " FROM near JOIN message m ON m.id = near.id" LX_LOG_ROW_JOINS
		"ORDER BY m.id",
		-1, &statement, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, row_id);
		sqlite3_bind_int(statement, 2, before);
		sqlite3_bind_int(statement, 3, after);
		result = each_row(reader, statement, each, data);
	}
	sqlite3_finalize(statement);
	return result;
}

/* --- time line --------------------------------------------------------------------------------------------------- */

#define COPY(to, column) snprintf(to, sizeof(to), "%s", text_of(statement, column))

size_t lx_log_reader_streams(struct lx_log_reader *reader, const char *channel, struct lx_log_stream *out,
			     size_t capacity)
{
	sqlite3_stmt *statement = NULL;
	size_t count = 0;
	if (sqlite3_prepare_v2(
		    reader->db,
		    "SELECT s.id, s.begin_ms, s.end_ms, c.login, c.twitch_id, s.twitch_id, s.title, s.category"
		    " FROM stream s JOIN channel c ON c.id = s.channel WHERE ?1 = '' OR c.login = ?1"
		    " ORDER BY s.begin_ms DESC LIMIT ?2",
		    -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, channel, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, (int64_t)capacity);
		for (; count < capacity && sqlite3_step(statement) == SQLITE_ROW; count++) {
			struct lx_log_stream *stream = &out[count];
			stream->id = sqlite3_column_int64(statement, 0);
			stream->begin_ms = sqlite3_column_int64(statement, 1);
			stream->end_ms = sqlite3_column_int64(statement, 2);
			COPY(stream->channel, 3);
			COPY(stream->room_id, 4);
			COPY(stream->twitch_id, 5);
			COPY(stream->title, 6);
			COPY(stream->category, 7);
		}
	}
	sqlite3_finalize(statement);
	return count;
}

bool lx_log_reader_place(struct lx_log_reader *reader, int64_t unix_ms, struct lx_log_place *out)
{
	sqlite3_stmt *statement = reader->place;
	sqlite3_bind_int64(statement, 1, unix_ms);
	const bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found) {
		out->recording = sqlite3_column_int64(statement, 0);
		out->position_ms = sqlite3_column_int64(statement, 2);
		COPY(out->path, 1);
	}
	sqlite3_reset(statement);
	return found;
}
