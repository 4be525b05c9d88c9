/*
 * Rows: writes events into the tables of the chat log (schema.h), on the writer's thread and inside its transactions.
 *
 * People, looks, channels, emotes and words that were seen before are remembered, so that an ordinary message is two inserts.
 * The memory is bounded, and forgotten whenever another program wrote or a transaction was taken back.
 *
 * Threads: one, the connection's. All functions return result codes of SQLite unless said otherwise.
 */
#pragma once

#include "bus/event.h"
#include "chat/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_rows;

/* NULL when a statement cannot be prepared. The connection outlives it. */
struct lx_rows *lx_rows_create(sqlite3 *db);
void lx_rows_destroy(struct lx_rows *rows); /* NULL is accepted */

/* At the beginning of each transaction. */
int lx_rows_begin(struct lx_rows *rows);
/* What was remembered may not be true any more. */
void lx_rows_forget(struct lx_rows *rows);

/*
 * Writes a chat message, notice, deletion, ban, unban, cleared chat or sentence of the server; other events are ignored. A
 * message that is there already (same time, same id) is not written again.
 */
int lx_rows_write_event(struct lx_rows *rows, const struct lx_event *event);
/* Number of messages that were there already. */
uint64_t lx_rows_doubles(const struct lx_rows *rows);

/* A gap; with `end_ms` 0 one that is not over. `lost` -1: unknown. `channel` may be "". */
int lx_rows_write_gap(struct lx_rows *rows, const char *channel, int64_t begin_ms, int64_t end_ms, const char *cause,
		      int64_t lost);
int lx_rows_end_gap(struct lx_rows *rows, const char *channel, int64_t end_ms);

/*
 * The channel is live since `begin_ms` (0: now, `now_ms`). Goes on with the last stream when that has the same id, or ended less than
 * `grace_ms` ago and there is no id to tell them apart.
 */
int lx_rows_stream_online(struct lx_rows *rows, const char *channel, const char *room_id, const char *stream_id,
			  int64_t begin_ms, int64_t now_ms, int64_t grace_ms);
int lx_rows_stream_offline(struct lx_rows *rows, const char *channel, int64_t end_ms);
/* It was over already when the log began at that time: it lasted as long as messages of before tell. */
int lx_rows_stream_ended_before(struct lx_rows *rows, const char *channel, int64_t log_began_ms);
int lx_rows_stream_info(struct lx_rows *rows, const char *channel, const char *title, const char *category);

/* A recording: spans of one file after the other. Position: milliseconds of the file. */
int lx_rows_recording_start(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t skew_ms);
/* How much the clock that times are told in is ahead of Twitch's. */
int lx_rows_recording_skew(struct lx_rows *rows, int64_t skew_ms);
/* Where the present span really begins. */
int lx_rows_recording_move(struct lx_rows *rows, int64_t begin_ms, int64_t position_ms);
/* From now on `path` ("" = the same file) runs at this position. Ends the span before. */
int lx_rows_recording_span(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t position_ms);
int lx_rows_recording_pause(struct lx_rows *rows, int64_t now_ms);
int lx_rows_recording_stop(struct lx_rows *rows, int64_t now_ms);

/* The scene on program from now on; "" = none any more. */
int lx_rows_scene(struct lx_rows *rows, const char *name, int64_t now_ms);

/* What a crash left open is closed at the last thing that was seen before, a recording with its file. Called once after opening. */
int lx_rows_close_open_ends(struct lx_rows *rows);

/*
 * Removes a person: their messages, what was done to and by them, their names, and where others name them: answers
 * to them lose the quotation, mentions of their names become dots. Several transactions would leave half a person behind,
 * so the caller wraps it in one. `*removed` gets the number of messages. SQLITE_NOTFOUND where the log does not know them.
 */
int lx_rows_forget_user(sqlite3 *db, const char *user_id, const char *login, int64_t *removed);
/* Removes everything before a time. Call until `*removed` is below `limit`. */
int lx_rows_expire(sqlite3 *db, int64_t before_ms, int limit, int64_t *removed);

/*
 * The index grows in pieces, and each look-up asks all of them: this makes few of many, some milliseconds at a time, outside any
 * transaction. Begin with zeros, also after more was written. SQLITE_ROW: call it again; SQLITE_DONE: there is nothing to do.
 */
struct lx_rows_tidying {
	int index; /* of two */
	bool begun;
};
int lx_rows_tidy(sqlite3 *db, struct lx_rows_tidying *tidying);

/* The text that stands in the index for a message: its words and its marks. `out` is replaced. */
void lx_rows_index_text(struct dstr *out, const char *text, const char *notice, const char *notice_text, int64_t flags,
			int64_t user, int64_t channel);

/* Whether a text holds a link: an address with a scheme or www, or a name that ends like one. */
bool lx_rows_has_link(const char *text);

#ifdef __cplusplus
}
#endif
