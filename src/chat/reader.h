/*
 * Reader: rows of the chat log back as events, on a connection of its own that never writes.
 *
 * Threads: one at a time; calls wait for the disk, so not the UI thread. lx_log_reader_cancel() from any thread ends what is under way.
 * Ownership: an event handed out borrows the reader until the next row is read.
 */
#pragma once

#include "bus/event.h"
#include "chat/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_log_reader;

/* NULL with `*trouble` set where the file is missing, damaged or of another version. */
struct lx_log_reader *lx_log_reader_open(const char *path, enum lx_database_trouble *trouble);
void lx_log_reader_close(struct lx_log_reader *reader); /* NULL is accepted */
sqlite3 *lx_log_reader_db(struct lx_log_reader *reader);

/* Whatever runs, ends with SQLITE_INTERRUPT; so does whatever begins, until lx_log_reader_resume(). */
void lx_log_reader_cancel(struct lx_log_reader *reader);
void lx_log_reader_resume(struct lx_log_reader *reader);
/* For what takes long between two calls of SQLite; on the reader's thread, as is the next one. */
bool lx_log_reader_is_cancelled(struct lx_log_reader *reader);
/* Whether anything that ran since the last resume was told so. */
bool lx_log_reader_saw_cancel(const struct lx_log_reader *reader);
/* False when the file is another one by now, or the last statement met trouble: close it and open it anew. */
bool lx_log_reader_is_sound(struct lx_log_reader *reader);

struct lx_log_row {
	int64_t id;
	bool deleted;
	struct lx_event event; /* CHAT_MESSAGE or CHAT_NOTICE; channel, room_id and time_ms are set */
};

/* The columns that lx_log_reader_row() reads, and the tables they come from; the message's alias is m. */
#define LX_LOG_ROW_COLUMNS                                                                                              \
	"m.id, m.flags, m.text, m.uuid, m.extra, c.login, c.twitch_id, u.twitch_id, u.login, u.name, l.badges, "        \
	"l.badge_info, l.color"
#define LX_LOG_ROW_JOINS                                                                                            \
	" JOIN channel c ON c.id = m.channel JOIN user u ON u.id = m.user JOIN look l ON l.id = m.look "

/* Reads the row that a statement with these columns first stands on. */
void lx_log_reader_row(struct lx_log_reader *reader, sqlite3_stmt *statement, struct lx_log_row *row);

/* Messages of [from_ms, to_ms) in order of time, of one channel or ("") of all. `each` returns false to end. A result code. */
typedef bool (*lx_log_row_found)(const struct lx_log_row *row, void *data);
int lx_log_reader_span(struct lx_log_reader *reader, const char *channel, int64_t from_ms, int64_t to_ms,
		       lx_log_row_found each, void *data);

/* Up to `before` messages before and `after` after a row of the same channel, the row itself among them, in order of time. */
int lx_log_reader_context(struct lx_log_reader *reader, int64_t row_id, int before, int after, lx_log_row_found each,
			  void *data);

struct lx_log_stream {
	int64_t id, begin_ms, end_ms; /* end 0: still live */
	char channel[32], room_id[24], twitch_id[32];
	char title[640], category[256];
};
/* The newest streams first, of one channel or ("") of all. Returns how many were read. */
size_t lx_log_reader_streams(struct lx_log_reader *reader, const char *channel, struct lx_log_stream *out,
			     size_t capacity);

/* Where a moment is in a recording. False where nothing was recorded then. */
struct lx_log_place {
	int64_t recording;
	char path[1024];
	int64_t position_ms; /* in that file */
};
bool lx_log_reader_place(struct lx_log_reader *reader, int64_t unix_ms, struct lx_log_place *out);

#ifdef __cplusplus
}
#endif
