#include "chat/replay.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#define MARKERS 2000 /* of one replay */
#define SCENES 5000
#define GAPS 5000

static const char *text_of(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return text ? text : "";
}

static sqlite3_stmt *prepare(struct lx_log_reader *reader, const char *sql, int *result)
{
	sqlite3_stmt *statement = NULL;
	*result = sqlite3_prepare_v2(lx_log_reader_db(reader), sql, -1, &statement, NULL);
	return statement;
}

/* --- what there is ----------------------------------------------------------------------------------------------- */

/*
 * Streams and recordings as rows of the same columns. The time of a recording is that of this computer, which the skew turns into
 * the chat's. ?1 is now.
 */
#define ITEMS                                                                                                          \
	"SELECT 0 AS kind, s.id AS id, s.begin_ms AS begin_ms, coalesce(s.end_ms, max(?1, s.begin_ms)) AS end_ms,"      \
	" s.end_ms IS NULL AS running, coalesce(s.end_ms, max(?1, s.begin_ms)) - s.begin_ms AS length_ms, 0 AS files,"  \
	" c.login AS channel, s.title AS title FROM stream s JOIN channel c ON c.id = s.channel UNION ALL "             \
	"SELECT 1, r.id, r.begin_ms - r.skew_ms, coalesce(r.end_ms, max(?1 + r.skew_ms, r.begin_ms)) - r.skew_ms,"      \
	" r.end_ms IS NULL, coalesce((SELECT sum(coalesce(p.end_ms, max(?1 + r.skew_ms, p.begin_ms)) - p.begin_ms)"     \
	" FROM recording_span p WHERE p.recording = r.id), 0),"                                                         \
	" (SELECT count(DISTINCT path) FROM recording_span p WHERE p.recording = r.id), '',"                            \
	" coalesce((SELECT path FROM recording_span p WHERE p.recording = r.id ORDER BY p.begin_ms, p.id LIMIT 1), '')" \
	" FROM recording r"

static void read_item(sqlite3_stmt *statement, struct lx_replay_item *item)
{
	item->kind = (enum lx_replay_kind)sqlite3_column_int(statement, 0);
	item->id = sqlite3_column_int64(statement, 1);
	item->begin_ms = sqlite3_column_int64(statement, 2);
	item->end_ms = sqlite3_column_int64(statement, 3);
	item->running = sqlite3_column_int(statement, 4) != 0;
	item->length_ms = sqlite3_column_int64(statement, 5);
	item->files = sqlite3_column_int(statement, 6);
	snprintf(item->channel, sizeof(item->channel), "%s", text_of(statement, 7));
	snprintf(item->title, sizeof(item->title), "%s", text_of(statement, 8));
}

size_t lx_replay_list(struct lx_log_reader *reader, int64_t now_ms, struct lx_replay_item *out, size_t capacity)
{
	int result;
	size_t count = 0;
	sqlite3_stmt *statement =
		prepare(reader, "SELECT * FROM (" ITEMS ") ORDER BY begin_ms DESC, kind LIMIT ?2", &result);
	if (result == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, now_ms);
		sqlite3_bind_int64(statement, 2, (int64_t)capacity);
		while (count < capacity && sqlite3_step(statement) == SQLITE_ROW)
			read_item(statement, &out[count++]);
	}
	sqlite3_finalize(statement);
	return count;
}

int lx_replay_count(struct lx_log_reader *reader, const struct lx_replay_item *item, int64_t *messages, int64_t *gaps)
{
	int result;
	sqlite3_stmt *statement =
		prepare(reader,
			"SELECT (SELECT count(*) FROM message WHERE id >= ?1 AND id < ?2 AND"
			" (?5 = '' OR channel = (SELECT id FROM channel WHERE login = ?5))),"
			" (SELECT count(*) FROM gap WHERE begin_ms < ?4 AND coalesce(end_ms, ?4) > ?3 AND"
			" (?5 = '' OR channel IS NULL OR channel = (SELECT id FROM channel WHERE login = ?5)))",
			&result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, lx_log_row_of_ms(item->begin_ms));
	sqlite3_bind_int64(statement, 2, lx_log_row_of_ms(item->end_ms));
	sqlite3_bind_int64(statement, 3, item->begin_ms);
	sqlite3_bind_int64(statement, 4, item->end_ms);
	sqlite3_bind_text(statement, 5, item->channel, -1, SQLITE_STATIC);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		*messages = sqlite3_column_int64(statement, 0);
		*gaps = sqlite3_column_int64(statement, 1);
	}
	return sqlite3_finalize(statement);
}

/* --- axes -------------------------------------------------------------------------------------------------------- */

typedef DARRAY(struct lx_replay_stretch) stretches_t;
typedef DARRAY(char *) files_t;

static size_t file_of(files_t *files, const char *path)
{
	for (size_t i = 0; i < files->num; i++)
		if (strcmp(files->array[i], path) == 0)
			return i;
	char *copy = bstrdup(path);
	da_push_back(*files, &copy);
	return files->num - 1;
}

/* Rows of: from, to, position in the file, file. `whole`: the files follow each other; else each is for itself. */
static void read_axis(sqlite3_stmt *statement, bool whole, struct lx_replay_axis *axis)
{
	stretches_t stretches = {0};
	files_t files = {0};
	int64_t base = 0, end = 0;
	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct lx_replay_stretch stretch = {
			.from_ms = sqlite3_column_int64(statement, 0),
			.to_ms = sqlite3_column_int64(statement, 1),
			.file_ms = sqlite3_column_int64(statement, 2),
		};
		const size_t before = files.num;
		stretch.file = file_of(&files, text_of(statement, 3));
		if (whole && files.num > before && before)
			base = end;
		stretch.at_ms = base + stretch.file_ms;
		if (stretch.to_ms <= stretch.from_ms)
			continue;
		const int64_t stretch_end = stretch.at_ms + stretch.to_ms - stretch.from_ms;
		end = stretch_end > end ? stretch_end : end;
		da_push_back(stretches, &stretch);
	}
	axis->stretches = stretches.array;
	axis->count = stretches.num;
	axis->files = files.array;
	axis->file_count = files.num;
	axis->length_ms = end;
}

/* Those of the item itself, or all that meet it in time: ?1 its number, ?2 the present, ?3 and ?4 its begin and end. */
static int read_stretches(struct lx_log_reader *reader, const char *sql, const struct lx_replay_item *item,
			  int64_t now_ms, bool whole, struct lx_replay_axis *axis)
{
	int result;
	sqlite3_stmt *statement = prepare(reader, sql, &result);
	if (result != SQLITE_OK)
		return result;
	const int64_t values[] = {item->id, now_ms, item->begin_ms, item->end_ms};
	for (int i = 0; i < sqlite3_bind_parameter_count(statement); i++)
		sqlite3_bind_int64(statement, i + 1, values[i]);
	read_axis(statement, whole, axis);
	return sqlite3_finalize(statement);
}

static int read_recordings(struct lx_log_reader *reader, const struct lx_replay_item *item, int64_t now_ms,
			   struct lx_replay_axis *axis)
{
#define SPANS                                                                                                        \
	"SELECT s.begin_ms - r.skew_ms, coalesce(s.end_ms, max(?2 + r.skew_ms, s.begin_ms)) - r.skew_ms,"            \
	" s.position_ms, s.path FROM recording_span s JOIN recording r ON r.id = s.recording WHERE "
	const bool own = item->kind == LX_REPLAY_RECORDING;
	return read_stretches(reader,
			      own ? SPANS "r.id = ?1 ORDER BY s.begin_ms, s.id"
				  : SPANS "s.begin_ms - r.skew_ms < ?4"
					  " AND coalesce(s.end_ms, max(?2 + r.skew_ms, s.begin_ms)) - r.skew_ms > ?3"
					  " ORDER BY s.begin_ms, s.id",
			      item, now_ms, own, axis);
#undef SPANS
}

static int read_streams(struct lx_log_reader *reader, const struct lx_replay_item *item, int64_t now_ms,
			struct lx_replay_axis *axis)
{
#define STREAMS "SELECT begin_ms, coalesce(end_ms, max(?2, begin_ms)), 0, title FROM stream WHERE "
	const bool own = item->kind == LX_REPLAY_STREAM;
	return read_stretches(reader,
			      own ? STREAMS "id = ?1"
				  : STREAMS
				      "begin_ms < ?4 AND coalesce(end_ms, max(?2, begin_ms)) > ?3 ORDER BY begin_ms",
			      item, now_ms, false, axis);
#undef STREAMS
}

/* The last stretch that begins at or before the moment. */
static const struct lx_replay_stretch *last_before(const struct lx_replay_axis *axis, int64_t unix_ms)
{
	size_t low = 0, high = axis->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (axis->stretches[middle].from_ms <= unix_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &axis->stretches[low - 1] : NULL;
}

const struct lx_replay_stretch *lx_replay_find(const struct lx_replay_axis *axis, int64_t unix_ms)
{
	const struct lx_replay_stretch *stretch = last_before(axis, unix_ms);
	return stretch && unix_ms < stretch->to_ms ? stretch : NULL;
}

int64_t lx_replay_position(const struct lx_replay_axis *axis, int64_t unix_ms)
{
	const struct lx_replay_stretch *stretch = lx_replay_find(axis, unix_ms);
	return stretch ? stretch->at_ms + unix_ms - stretch->from_ms : -1;
}

int64_t lx_replay_nearest(const struct lx_replay_axis *axis, int64_t unix_ms)
{
	const struct lx_replay_stretch *stretch = last_before(axis, unix_ms);
	if (!stretch)
		return 0;
	return stretch->at_ms + (unix_ms < stretch->to_ms ? unix_ms : stretch->to_ms) - stretch->from_ms;
}

int64_t lx_replay_moment(const struct lx_replay_axis *axis, int64_t position_ms)
{
	/* Where the log corrected itself two stretches may overlap: the later one knows better. */
	for (size_t i = axis->count; i-- > 0;) {
		const struct lx_replay_stretch *stretch = &axis->stretches[i];
		if (stretch->at_ms > position_ms && i > 0)
			continue;
		const int64_t moment = stretch->from_ms + position_ms - stretch->at_ms;
		return moment > stretch->to_ms ? stretch->to_ms : moment < stretch->from_ms ? stretch->from_ms : moment;
	}
	return 0;
}

int64_t lx_replay_in_file(const struct lx_replay_axis *axis, size_t file, int64_t file_ms)
{
	for (size_t i = axis->count; i-- > 0;) {
		const struct lx_replay_stretch *stretch = &axis->stretches[i];
		if (stretch->file != file || stretch->file_ms > file_ms)
			continue;
		if (file_ms - stretch->file_ms <= stretch->to_ms - stretch->from_ms)
			return stretch->at_ms + file_ms - stretch->file_ms;
	}
	return -1;
}

const struct lx_replay_axis *lx_replay_own(const struct lx_replay *replay)
{
	return &replay->axes[replay->item.kind];
}

/* --- all of one -------------------------------------------------------------------------------------------------- */

static int find_item(struct lx_log_reader *reader, enum lx_replay_kind kind, int64_t id, int64_t now_ms,
		     struct lx_replay_item *item)
{
	int result;
	sqlite3_stmt *statement = prepare(reader, "SELECT * FROM (" ITEMS ") WHERE kind = ?2 AND id = ?3", &result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, now_ms);
	sqlite3_bind_int(statement, 2, (int)kind);
	sqlite3_bind_int64(statement, 3, id);
	const bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found)
		read_item(statement, item);
	result = sqlite3_finalize(statement);
	return result == SQLITE_OK && !found ? SQLITE_NOTFOUND : result;
}

static int read_gaps(struct lx_log_reader *reader, struct lx_replay *replay)
{
	int result;
	DARRAY(struct lx_replay_gap) gaps = {0};
	sqlite3_stmt *statement =
		prepare(reader,
			"SELECT begin_ms, coalesce(end_ms, ?2), lost FROM gap WHERE begin_ms < ?2 AND"
			" coalesce(end_ms, ?2) > ?1 AND (?3 = '' OR channel IS NULL OR"
			" channel = (SELECT id FROM channel WHERE login = ?3)) ORDER BY begin_ms LIMIT ?4",
			&result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, replay->item.begin_ms);
	sqlite3_bind_int64(statement, 2, replay->item.end_ms);
	sqlite3_bind_text(statement, 3, replay->item.channel, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, GAPS);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const struct lx_replay_gap gap = {sqlite3_column_int64(statement, 0),
						  sqlite3_column_int64(statement, 1),
						  sqlite3_column_int64(statement, 2)};
		da_push_back(gaps, &gap);
	}
	replay->gaps = gaps.array;
	replay->gap_count = gaps.num;
	return sqlite3_finalize(statement);
}

static int read_scenes(struct lx_log_reader *reader, struct lx_replay *replay)
{
	int result;
	DARRAY(struct lx_replay_scene) scenes = {0};
	/* On this computer's clock: of a recording the skew is known, else it is too small to be seen. */
	sqlite3_stmt *statement = prepare(reader,
					  "SELECT begin_ms - ?4, coalesce(end_ms, ?2 + ?4) - ?4, name FROM scene_span"
					  " WHERE begin_ms - ?4 < ?2 AND coalesce(end_ms, ?2 + ?4) - ?4 > ?1"
					  " ORDER BY begin_ms LIMIT ?3",
					  &result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, replay->item.begin_ms);
	sqlite3_bind_int64(statement, 2, replay->item.end_ms);
	sqlite3_bind_int(statement, 3, SCENES);
	int64_t skew_ms = 0;
	if (replay->item.kind == LX_REPLAY_RECORDING) {
		char sql[96];
		snprintf(sql, sizeof(sql), "SELECT skew_ms FROM recording WHERE id = %lld", (long long)replay->item.id);
		skew_ms = lx_database_number(lx_log_reader_db(reader), sql, 0);
	}
	sqlite3_bind_int64(statement, 4, skew_ms);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		struct lx_replay_scene *scene = da_push_back_new(scenes);
		scene->from_ms = sqlite3_column_int64(statement, 0);
		scene->to_ms = sqlite3_column_int64(statement, 1);
		snprintf(scene->name, sizeof(scene->name), "%s", text_of(statement, 2));
	}
	replay->scenes = scenes.array;
	replay->scene_count = scenes.num;
	return sqlite3_finalize(statement);
}

static int read_bars(struct lx_log_reader *reader, struct lx_replay *replay)
{
	int result;
	const struct lx_replay_axis *axis = lx_replay_own(replay);
	if (!axis->count || !axis->length_ms)
		return SQLITE_OK;
	sqlite3_stmt *statement = prepare(reader,
					  "SELECT id FROM message WHERE id >= ?1 AND id < ?2 AND"
					  " (?3 = '' OR channel = (SELECT id FROM channel WHERE login = ?3))",
					  &result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, lx_log_row_of_ms(axis->stretches[0].from_ms));
	sqlite3_bind_int64(statement, 2, lx_log_row_of_ms(axis->stretches[axis->count - 1].to_ms));
	sqlite3_bind_text(statement, 3, replay->item.channel, -1, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const int64_t position = lx_replay_position(axis, lx_log_ms_of_row(sqlite3_column_int64(statement, 0)));
		if (position < 0)
			continue;
		const int64_t bar = position * LX_REPLAY_BARS / axis->length_ms;
		replay->bars[bar < LX_REPLAY_BARS ? bar : LX_REPLAY_BARS - 1]++;
		replay->messages++;
	}
	return sqlite3_finalize(statement);
}

struct lx_replay *lx_replay_open(struct lx_log_reader *reader, enum lx_replay_kind kind, int64_t id, int64_t now_ms)
{
	struct lx_replay *replay = bzalloc(sizeof(*replay));
	int result = find_item(reader, kind, id, now_ms, &replay->item);
	if (result == SQLITE_OK)
		result = read_streams(reader, &replay->item, now_ms, &replay->axes[LX_REPLAY_STREAM]);
	if (result == SQLITE_OK)
		result = read_recordings(reader, &replay->item, now_ms, &replay->axes[LX_REPLAY_RECORDING]);
	if (result == SQLITE_OK)
		result = read_gaps(reader, replay);
	if (result == SQLITE_OK)
		result = read_scenes(reader, replay);
	if (result == SQLITE_OK)
		result = read_bars(reader, replay);
	if (result != SQLITE_OK) {
		lx_replay_free(replay);
		return NULL;
	}
	replay->item.length_ms = lx_replay_own(replay)->length_ms;
	replay->markers = bmalloc(MARKERS * sizeof(*replay->markers));
	replay->marker_count = lx_marker_list(lx_log_reader_db(reader), replay->item.channel, replay->item.begin_ms,
					      replay->item.running ? INT64_MAX : replay->item.end_ms, replay->markers,
					      MARKERS);
	replay->markers = brealloc(replay->markers, (replay->marker_count + 1) * sizeof(*replay->markers));
	return replay;
}

void lx_replay_free(struct lx_replay *replay)
{
	if (!replay)
		return;
	for (int kind = 0; kind < LX_REPLAY_KINDS; kind++) {
		struct lx_replay_axis *axis = &replay->axes[kind];
		for (size_t i = 0; i < axis->file_count; i++)
			bfree(axis->files[i]);
		bfree(axis->files);
		bfree(axis->stretches);
	}
	bfree(replay->gaps);
	bfree(replay->scenes);
	bfree(replay->markers);
	bfree(replay);
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

/* The row from which on there are `before` messages before the moment. */
static int64_t row_before(struct lx_log_reader *reader, const struct lx_replay *replay, int64_t unix_ms, int before,
			  int *result)
{
	int64_t row = lx_log_row_of_ms(unix_ms);
	sqlite3_stmt *statement = prepare(reader,
					  "SELECT min(id) FROM (SELECT id FROM message WHERE id < ?1 AND id >= ?2 AND"
					  " (?3 = '' OR channel = (SELECT id FROM channel WHERE login = ?3))"
					  " ORDER BY id DESC LIMIT ?4)",
					  result);
	if (*result != SQLITE_OK)
		return row;
	sqlite3_bind_int64(statement, 1, row);
	sqlite3_bind_int64(statement, 2, lx_log_row_of_ms(replay->item.begin_ms));
	sqlite3_bind_text(statement, 3, replay->item.channel, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, before);
	if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
		row = sqlite3_column_int64(statement, 0);
	*result = sqlite3_finalize(statement);
	return row;
}

int lx_replay_read(struct lx_log_reader *reader, const struct lx_replay *replay, const struct lx_replay_window *window,
		   lx_log_row_found each, void *data)
{
	int result = SQLITE_OK;
	const struct lx_replay_axis *axis = lx_replay_own(replay);
	int64_t first = window->after_row + 1;
	int limit = window->limit;
	if (!window->after_row) {
		first = row_before(reader, replay, window->unix_ms, window->before, &result);
		limit += window->before;
	}
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *statement = prepare(reader,
					  "SELECT " LX_LOG_ROW_COLUMNS " FROM message m" LX_LOG_ROW_JOINS
					  "WHERE m.id >= ?1 AND m.id < ?2 AND (?3 = '' OR c.login = ?3) ORDER BY m.id",
					  &result);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(statement, 1, first);
	sqlite3_bind_int64(statement, 2, replay->item.running ? INT64_MAX : lx_log_row_of_ms(replay->item.end_ms));
	sqlite3_bind_text(statement, 3, replay->item.channel, -1, SQLITE_STATIC);
	struct lx_log_row row;
	while (limit > 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		/* What was said in a pause is not in the recording. */
		if (!lx_replay_find(axis, lx_log_ms_of_row(sqlite3_column_int64(statement, 0))) &&
		    !replay->item.running)
			continue;
		lx_log_reader_row(reader, statement, &row);
		limit--;
		if (!each(&row, data))
			break;
	}
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}
