/* Gaps, streams, recordings and scenes. */
#include "chat/rows_internal.h"

#include <stdio.h>
#include <sys/stat.h>

#include <util/platform.h>

#include "chat/marker.h"

/* --- gaps and streams -------------------------------------------------------------------------------------------- */

static int find_channel_or_none(struct lx_rows *rows, const char *channel, int64_t *id)
{
	*id = 0;
	return *channel ? rows_find_channel(rows, channel, "", id) : SQLITE_OK;
}

int lx_rows_write_gap(struct lx_rows *rows, const char *channel, int64_t begin_ms, int64_t end_ms, const char *cause,
		      int64_t lost)
{
	int64_t channel_id;
	int result = find_channel_or_none(rows, channel, &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *add = rows->statements[SQL_GAP];
	rows_bind_id(add, 1, channel_id);
	sqlite3_bind_int64(add, 2, begin_ms);
	rows_bind_id(add, 3, end_ms);
	rows_bind_text(add, 4, cause);
	sqlite3_bind_int64(add, 5, lost);
	return rows_done(add);
}

int lx_rows_end_gap(struct lx_rows *rows, const char *channel, int64_t end_ms)
{
	int64_t channel_id;
	int result = find_channel_or_none(rows, channel, &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *end = rows->statements[SQL_GAP_END];
	rows_bind_id(end, 1, channel_id);
	sqlite3_bind_int64(end, 2, end_ms);
	return rows_done(end);
}

int lx_rows_stream_online(struct lx_rows *rows, const char *channel, const char *room_id, const char *stream_id,
			  int64_t begin_ms, int64_t now_ms, int64_t grace_ms)
{
	int64_t channel_id;
	int result = rows_find_channel(rows, channel, room_id, &channel_id);
	if (result != SQLITE_OK)
		return result;
	if (!begin_ms)
		begin_ms = now_ms;

	sqlite3_stmt *last = rows->statements[SQL_STREAM_LAST];
	int64_t last_id = 0;
	bool same = false, open = false;
	struct dstr last_stream = {0};
	sqlite3_bind_int64(last, 1, channel_id);
	if ((result = sqlite3_step(last)) == SQLITE_ROW) {
		last_id = sqlite3_column_int64(last, 0);
		dstr_copy(&last_stream, (const char *)sqlite3_column_text(last, 1));
		open = sqlite3_column_type(last, 2) == SQLITE_NULL;
		const int64_t end_ms = sqlite3_column_int64(last, 2);
		const bool both_known = *stream_id && last_stream.len;
		same = both_known ? strcmp(last_stream.array, stream_id) == 0
				  : open || begin_ms <= end_ms + grace_ms || begin_ms == sqlite3_column_int64(last, 3);
	}
	result = sqlite3_reset(last);
	if (result == SQLITE_OK && same) {
		sqlite3_stmt *resume = rows->statements[SQL_STREAM_RESUME];
		sqlite3_bind_int64(resume, 1, last_id);
		rows_bind_text(resume, 2, *stream_id ? stream_id : last_stream.len ? last_stream.array : "");
		result = rows_done(resume);
	} else if (result == SQLITE_OK) {
		if (open)
			result = lx_rows_stream_offline(rows, channel, begin_ms);
		sqlite3_stmt *add = rows->statements[SQL_STREAM_ADD];
		sqlite3_bind_int64(add, 1, channel_id);
		rows_bind_text(add, 2, stream_id);
		sqlite3_bind_int64(add, 3, begin_ms);
		if (result == SQLITE_OK)
			result = rows_done(add);
	}
	dstr_free(&last_stream);
	return result;
}

int lx_rows_stream_offline(struct lx_rows *rows, const char *channel, int64_t end_ms)
{
	int64_t channel_id;
	int result = rows_find_channel(rows, channel, "", &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(rows->statements[SQL_STREAM_END], 1, channel_id);
	sqlite3_bind_int64(rows->statements[SQL_STREAM_END], 2, end_ms);
	return rows_done(rows->statements[SQL_STREAM_END]);
}

int lx_rows_stream_ended_before(struct lx_rows *rows, const char *channel, int64_t log_began_ms)
{
	char query[96];
	snprintf(query, sizeof(query), "SELECT coalesce(max(id), 0) / 64 FROM message WHERE id < %lld",
		 (long long)lx_log_row_of_ms(log_began_ms));
	return lx_rows_stream_offline(rows, channel, lx_database_number(rows->db, query, 0));
}

int lx_rows_stream_info(struct lx_rows *rows, const char *channel, const char *title, const char *category)
{
	int64_t channel_id;
	int result = rows_find_channel(rows, channel, "", &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *info = rows->statements[SQL_STREAM_INFO];
	sqlite3_bind_int64(info, 1, channel_id);
	rows_bind_text(info, 2, title);
	rows_bind_text(info, 3, category);
	return rows_done(info);
}

/* --- recordings and scenes --------------------------------------------------------------------------------------- */

static int end_at(struct lx_rows *rows, int which, int64_t now_ms)
{
	sqlite3_bind_int64(rows->statements[which], 1, now_ms);
	return rows_done(rows->statements[which]);
}

int lx_rows_recording_span(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t position_ms)
{
	int result = end_at(rows, SQL_SPAN_END, now_ms);
	sqlite3_stmt *add = rows->statements[SQL_SPAN_ADD];
	if (result != SQLITE_OK)
		return result;
	rows_bind_text(add, 1, path);
	sqlite3_bind_int64(add, 2, now_ms);
	sqlite3_bind_int64(add, 3, position_ms);
	return rows_done(add);
}

int lx_rows_recording_start(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t skew_ms)
{
	int result = lx_rows_recording_stop(rows, now_ms);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(rows->statements[SQL_RECORDING_ADD], 1, now_ms);
	sqlite3_bind_int64(rows->statements[SQL_RECORDING_ADD], 2, skew_ms);
	result = rows_done(rows->statements[SQL_RECORDING_ADD]);
	return result == SQLITE_OK ? lx_rows_recording_span(rows, path, now_ms, 0) : result;
}

int lx_rows_recording_skew(struct lx_rows *rows, int64_t skew_ms)
{
	sqlite3_bind_int64(rows->statements[SQL_RECORDING_SKEW], 1, skew_ms);
	return rows_done(rows->statements[SQL_RECORDING_SKEW]);
}

int lx_rows_recording_move(struct lx_rows *rows, int64_t begin_ms, int64_t position_ms)
{
	sqlite3_bind_int64(rows->statements[SQL_SPAN_MOVE], 1, begin_ms);
	sqlite3_bind_int64(rows->statements[SQL_SPAN_MOVE], 2, position_ms);
	return rows_done(rows->statements[SQL_SPAN_MOVE]);
}

int lx_rows_recording_pause(struct lx_rows *rows, int64_t now_ms)
{
	return end_at(rows, SQL_SPAN_END, now_ms);
}

int lx_rows_recording_stop(struct lx_rows *rows, int64_t now_ms)
{
	int result = end_at(rows, SQL_SPAN_END, now_ms);
	return result == SQLITE_OK ? end_at(rows, SQL_RECORDING_END, now_ms) : result;
}

int lx_rows_scene(struct lx_rows *rows, const char *name, int64_t now_ms)
{
	int result = end_at(rows, SQL_SCENE_END, now_ms);
	if (result != SQLITE_OK || !*name)
		return result;
	rows_bind_text(rows->statements[SQL_SCENE_ADD], 1, name);
	sqlite3_bind_int64(rows->statements[SQL_SCENE_ADD], 2, now_ms);
	return rows_done(rows->statements[SQL_SCENE_ADD]);
}

/*
 * A recording that nobody saw end lasted as long as its file was written; where that is gone, as long as anybody wrote in chat,
 * whose times are Twitch's.
 */
static int close_recordings(sqlite3 *db)
{
	sqlite3_stmt *open = NULL;
	int result =
		sqlite3_prepare_v2(db, "SELECT id, path FROM recording_span WHERE end_ms IS NULL", -1, &open, NULL);
	while (result == SQLITE_OK && sqlite3_step(open) == SQLITE_ROW) {
		struct stat file;
		char end[96];
		const char *path = (const char *)sqlite3_column_text(open, 1);
		if (os_stat(path, &file) == 0)
			snprintf(end, sizeof(end), "%lld", (long long)file.st_mtime * 1000);
		else
			snprintf(end, sizeof(end), "(SELECT coalesce(max(id), 0) FROM message) / 64 + r.skew_ms");
		struct dstr update = {0};
		dstr_printf(&update,
			    "UPDATE recording_span SET end_ms = max(begin_ms, (SELECT %s FROM recording r"
			    " WHERE r.id = recording)) WHERE id = %lld;",
			    end, (long long)sqlite3_column_int64(open, 0));
		result = lx_database_run(db, update.array);
		dstr_free(&update);
	}
	const int finished = sqlite3_finalize(open);
	return result == SQLITE_OK ? finished : result;
}

int lx_rows_close_open_ends(struct lx_rows *rows)
{
	const int purged = lx_marker_purge(rows->db);
	if (purged != SQLITE_OK)
		return purged;
	const int closed = close_recordings(rows->db);
	if (closed != SQLITE_OK)
		return closed;
	/* A stream stays open: it may still run, and is closed by what is heard of it. */
	return lx_database_run(
		rows->db,
		"UPDATE gap SET end_ms = max(begin_ms, (SELECT coalesce(max(id), 0) FROM message) / 64)"
		" WHERE end_ms IS NULL;"
		"UPDATE recording SET end_ms = max(begin_ms, (SELECT coalesce(max(end_ms), 0) FROM recording_span"
		" WHERE recording = recording.id)) WHERE end_ms IS NULL;"
		"UPDATE scene_span SET end_ms = max(begin_ms, (SELECT coalesce(max(id), 0) FROM message) / 64)"
		" WHERE end_ms IS NULL;");
}
