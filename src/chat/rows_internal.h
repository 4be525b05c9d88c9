/*
 * What the files that write rows share.
 *
 *	rows.c           messages, moderation, notices; statements and life
 *	rows_people.c    people and their names, channels, looks, emotes
 *	rows_index.c     what stands in the index for a message
 *	rows_timeline.c  gaps, streams, recordings, scenes
 *	rows_care.c      removes rows
 */
#pragma once

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "chat/extra.h"
#include "chat/rows.h"
#include "store/id_map.h"

enum {
	SQL_MESSAGE,
	SQL_WORDS,
	SQL_TAKEN,
	SQL_SAME_MS,
	SQL_CHANNEL_GET,
	SQL_CHANNEL_ADD,
	SQL_CHANNEL_ID,
	SQL_USER_BY_ID,
	SQL_USER_BY_LOGIN,
	SQL_USER_ADD,
	SQL_USER_CHANGE,
	SQL_USER_NAME,
	SQL_USER_SINCE,
	SQL_LOOK_ADD,
	SQL_LOOK_GET,
	SQL_EMOTE_ADD,
	SQL_EMOTE_GET,
	SQL_WORD_ADD,
	SQL_WORD_PART,
	SQL_FIND_MESSAGE,
	SQL_MARK_MESSAGE,
	SQL_MARK_USER,
	SQL_MODERATION,
	SQL_MODERATION_UPDATE,
	SQL_NOTICE,
	SQL_GAP,
	SQL_GAP_END,
	SQL_STREAM_LAST,
	SQL_STREAM_ADD,
	SQL_STREAM_RESUME,
	SQL_STREAM_END,
	SQL_STREAM_INFO,
	SQL_RECORDING_ADD,
	SQL_RECORDING_END,
	SQL_RECORDING_SKEW,
	SQL_SPAN_END,
	SQL_SPAN_MOVE,
	SQL_SPAN_ADD,
	SQL_SCENE_END,
	SQL_SCENE_ADD,
	SQL_COUNT
};

struct lx_rows {
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_COUNT];
	int64_t data_version;
	uint64_t doubles;

	/* by key of what they are; users: number of the row, and in `names` a key of login and name for each row */
	struct lx_id_map channels, users, names, looks, emotes, words, recent;

	int64_t last_ms, last_id; /* of the message written last */
	bool shared_ms;           /* somebody else's rows are in that millisecond */

	struct dstr index;
	lx_bytes_t extra;
};

struct person {
	const char *id, *login, *name;
};

static inline void rows_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

/* NULL for 0. */
void rows_bind_id(sqlite3_stmt *statement, int at, int64_t id);
/* Steps once and resets. SQLITE_OK for what gives no row, SQLITE_ROW with the first column in `*number`. */
int rows_step(sqlite3_stmt *statement, int64_t *number);
/* The same where a row or none is as good. */
int rows_done(sqlite3_stmt *statement);

/* Numbers of what is named, added where it is new. A user's is 0 for nobody. */
int rows_find_channel(struct lx_rows *rows, const char *login, const char *twitch_id, int64_t *id);
int rows_find_user(struct lx_rows *rows, const struct person *who, int64_t time_ms, int64_t *id);
int rows_find_look(struct lx_rows *rows, const struct lx_user *user, int64_t *id);
/* For lx_extra_encode(); `data` are the rows. */
int64_t rows_find_emote(const char *twitch_id, void *data);

/* Adds those words of rows->index that the data base has not seen. */
int rows_learn_words(struct lx_rows *rows);
