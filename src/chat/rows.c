#include "chat/rows_internal.h"

#include <stdio.h>

#define MODERATED_MS ((int64_t)6 * 3600 * 1000) /* how far back Twitch lets moderators delete (Helix, Delete Chat Messages) */
#define TWIN_MS 31000                           /* an update comes at most this much later (twins.h) */

#define OPEN_RECORDING "(SELECT max(id) FROM recording WHERE end_ms IS NULL)"

static const char *const sql[SQL_COUNT] = {
	[SQL_MESSAGE] =
		"INSERT INTO message(id, channel, user, look, flags, text, uuid, extra) VALUES(?,?,?,?,?,?,?,?)",
	[SQL_WORDS] = "INSERT INTO words(rowid, text) VALUES(?,?)",
	[SQL_TAKEN] = "SELECT max(id) FROM message WHERE id BETWEEN ?1 AND ?1 + 63",
	[SQL_SAME_MS] = "SELECT 1 FROM message WHERE id BETWEEN ?1 AND ?1 + 4095 AND channel = ?2 AND user = ?3 AND"
			" (uuid = ?4 OR (uuid IS NULL AND text = ?5))",
	[SQL_CHANNEL_GET] = "SELECT id, twitch_id FROM channel WHERE login = ?",
	[SQL_CHANNEL_ADD] = "INSERT INTO channel(login, twitch_id) VALUES(?,?)",
	[SQL_CHANNEL_ID] = "UPDATE channel SET twitch_id = ?2 WHERE id = ?1",
	[SQL_USER_BY_ID] = "SELECT id, login, name FROM user WHERE twitch_id = ? AND twitch_id <> ''",
	[SQL_USER_BY_LOGIN] = "SELECT id, twitch_id FROM user WHERE login = ?1 ORDER BY twitch_id = '', id DESC",
	[SQL_USER_ADD] = "INSERT INTO user(twitch_id, login, name) VALUES(?,?,?)",
	[SQL_USER_CHANGE] = "UPDATE user SET twitch_id = ?2, login = ?3, name = ?4 WHERE id = ?1",
	[SQL_USER_NAME] = "INSERT OR IGNORE INTO user_name(user, since_ms, login, name) VALUES(?,?,?,?)",
	[SQL_USER_SINCE] = "SELECT max(since_ms) FROM user_name WHERE user = ?",
	[SQL_LOOK_ADD] = "INSERT OR IGNORE INTO look(badges, badge_info, color) VALUES(?,?,?)",
	[SQL_LOOK_GET] = "SELECT id FROM look WHERE badges = ? AND badge_info = ? AND color = ?",
	[SQL_EMOTE_ADD] = "INSERT OR IGNORE INTO emote(twitch_id) VALUES(?)",
	[SQL_EMOTE_GET] = "SELECT id FROM emote WHERE twitch_id = ?",
	[SQL_WORD_ADD] = "INSERT OR IGNORE INTO word(text) VALUES(?)",
	[SQL_WORD_PART] = "INSERT INTO word_part(rowid, text) VALUES(?,?)",
	[SQL_FIND_MESSAGE] = "SELECT id FROM message WHERE id BETWEEN ?1 AND ?2 AND uuid = ?3 ORDER BY id DESC LIMIT 1",
	[SQL_MARK_MESSAGE] = "UPDATE message SET flags = flags | 512 WHERE id = ? AND NOT flags & 512",
	[SQL_MARK_USER] = "UPDATE message SET flags = flags | 512 WHERE NOT flags & 512 AND id IN"
			  " (SELECT rowid FROM words WHERE words MATCH ?1 AND rowid BETWEEN ?2 AND ?3)",
	[SQL_MODERATION] =
		"INSERT INTO moderation(id, channel, kind, user, moderator, message_id, duration_s, reason, text)"
		" SELECT (SELECT coalesce(max(id), ?1 - 1) + 1 FROM moderation WHERE id BETWEEN ?1 AND ?1 + 63),"
		" ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (SELECT 1 FROM moderation WHERE id BETWEEN ?1 AND ?1 + 63"
		" AND channel = ?2 AND kind = ?3 AND user IS ?4 AND message_id = ?6 AND duration_s = ?7 AND reason = ?8)",
	[SQL_MODERATION_UPDATE] =
		"UPDATE moderation SET moderator = coalesce(?5, moderator),"
		" duration_s = CASE WHEN duration_s = -1 THEN ?7 ELSE duration_s END,"
		" reason = CASE WHEN ?8 <> '' THEN ?8 ELSE reason END, text = CASE WHEN text = '' THEN ?9 ELSE text END"
		" WHERE id = (SELECT max(id) FROM moderation WHERE id BETWEEN ?1 AND ?10 AND channel = ?2 AND kind = ?3"
		" AND user IS ?4 AND (?6 = '' OR message_id = ?6))",
	[SQL_NOTICE] =
		"INSERT INTO notice(id, channel, kind, text)"
		" SELECT (SELECT coalesce(max(id), ?1 - 1) + 1 FROM notice WHERE id BETWEEN ?1 AND ?1 + 63), ?2, ?3, ?4"
		" WHERE NOT EXISTS (SELECT 1 FROM notice WHERE id BETWEEN ?1 AND ?1 + 63"
		" AND channel = ?2 AND kind = ?3 AND text = ?4)",
	[SQL_GAP] = "INSERT INTO gap(channel, begin_ms, end_ms, cause, lost) VALUES(?,?,?,?,?)",
	[SQL_GAP_END] = "UPDATE gap SET end_ms = ?2 WHERE end_ms IS NULL AND channel IS ?1",
	[SQL_STREAM_LAST] =
		"SELECT id, twitch_id, end_ms, begin_ms FROM stream WHERE channel = ? ORDER BY begin_ms DESC LIMIT 1",
	[SQL_STREAM_ADD] = "INSERT INTO stream(channel, twitch_id, begin_ms, title, category) VALUES(?,?,?,'','')",
	[SQL_STREAM_RESUME] = "UPDATE stream SET end_ms = NULL, twitch_id = ?2 WHERE id = ?1",
	[SQL_STREAM_END] = "UPDATE stream SET end_ms = max(begin_ms, ?2) WHERE channel = ?1 AND end_ms IS NULL",
	[SQL_STREAM_INFO] = "UPDATE stream SET title = ?2, category = ?3 WHERE channel = ?1 AND end_ms IS NULL",
	[SQL_RECORDING_ADD] = "INSERT INTO recording(begin_ms, skew_ms) VALUES(?,?)",
	[SQL_RECORDING_END] = "UPDATE recording SET end_ms = max(begin_ms, ?1) WHERE end_ms IS NULL",
	[SQL_SPAN_END] = "UPDATE recording_span SET end_ms = max(begin_ms, ?1) WHERE end_ms IS NULL",
	[SQL_RECORDING_SKEW] = "UPDATE recording SET skew_ms = ? WHERE id = " OPEN_RECORDING,
	[SQL_SPAN_MOVE] = "UPDATE recording_span SET begin_ms = ?1, position_ms = ?2 WHERE end_ms IS NULL",
	[SQL_SPAN_ADD] =
		"INSERT INTO recording_span(recording, path, begin_ms, position_ms) SELECT " OPEN_RECORDING ","
		" CASE WHEN ?1 <> '' THEN ?1 ELSE (SELECT path FROM recording_span WHERE recording = " OPEN_RECORDING
		" ORDER BY begin_ms DESC, id DESC LIMIT 1) END, ?2, ?3 WHERE " OPEN_RECORDING " IS NOT NULL",
	[SQL_SCENE_END] = "UPDATE scene_span SET end_ms = max(begin_ms, ?1) WHERE end_ms IS NULL",
	[SQL_SCENE_ADD] = "INSERT INTO scene_span(name, begin_ms) VALUES(?,?)",
};

/* --- statements -------------------------------------------------------------------------------------------------- */

void rows_bind_id(sqlite3_stmt *statement, int at, int64_t id)
{
	if (id)
		sqlite3_bind_int64(statement, at, id);
	else
		sqlite3_bind_null(statement, at);
}

int rows_step(sqlite3_stmt *statement, int64_t *number)
{
	int result = sqlite3_step(statement);
	if (result == SQLITE_ROW && number)
		*number = sqlite3_column_int64(statement, 0);
	int reset = sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return result == SQLITE_ROW ? result : reset;
}

int rows_done(sqlite3_stmt *statement)
{
	int result = rows_step(statement, NULL);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

struct lx_rows *lx_rows_create(sqlite3 *db)
{
	struct lx_rows *rows = bzalloc(sizeof(*rows));
	rows->db = db;
	rows->channels.limit = 1024;
	rows->users.limit = rows->names.limit = 65536;
	rows->looks.limit = rows->emotes.limit = 16384;
	rows->words.limit = 131072;
	rows->recent.limit = 32768;
	for (int i = 0; i < SQL_COUNT; i++) {
		if (sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &rows->statements[i], NULL) !=
		    SQLITE_OK) {
			lx_rows_destroy(rows);
			return NULL;
		}
	}
	return rows;
}

void lx_rows_destroy(struct lx_rows *rows)
{
	if (!rows)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(rows->statements[i]);
	struct lx_id_map *maps[] = {&rows->channels, &rows->users, &rows->names, &rows->looks,
				    &rows->emotes,   &rows->words, &rows->recent};
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
		lx_id_map_free(maps[i]);
	dstr_free(&rows->index);
	da_free(rows->extra);
	bfree(rows);
}

void lx_rows_forget(struct lx_rows *rows)
{
	lx_id_map_clear(&rows->channels);
	lx_id_map_clear(&rows->users);
	lx_id_map_clear(&rows->names);
	lx_id_map_clear(&rows->looks);
	lx_id_map_clear(&rows->emotes);
	lx_id_map_clear(&rows->words);
	lx_id_map_clear(&rows->recent);
	rows->last_ms = 0;
}

int lx_rows_begin(struct lx_rows *rows)
{
	/* Moves when another connection wrote. */
	const int64_t version = lx_database_number(rows->db, "PRAGMA data_version", 0);
	if (version != rows->data_version)
		lx_rows_forget(rows);
	rows->data_version = version;
	rows->last_ms = 0;
	return SQLITE_OK;
}

uint64_t lx_rows_doubles(const struct lx_rows *rows)
{
	return rows->doubles;
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

/* The number for a message of that time; 0 when the message is there already. */
static int choose_id(struct lx_rows *rows, int64_t time_ms, int64_t channel, int64_t user, const uint8_t *uuid,
		     const char *text, int64_t *id)
{
	int64_t base = lx_log_row_of_ms(time_ms), highest = 0;
	int result;
	if (rows->last_ms != time_ms) {
		sqlite3_stmt *taken = rows->statements[SQL_TAKEN];
		sqlite3_bind_int64(taken, 1, base);
		result = rows_step(taken, &highest);
		if (result != SQLITE_ROW)
			return result == SQLITE_OK ? SQLITE_CORRUPT : result;
		rows->shared_ms = highest != 0;
		/* The last one may have run over into this millisecond. */
		if (highest)
			base = highest + 1;
		rows->last_ms = time_ms;
		rows->last_id = base - 1;
	}
	if (rows->shared_ms) {
		/* Beyond the millisecond too, into which a very full one runs over. */
		int64_t one;
		sqlite3_stmt *same = rows->statements[SQL_SAME_MS];
		sqlite3_bind_int64(same, 1, lx_log_row_of_ms(time_ms));
		sqlite3_bind_int64(same, 2, channel);
		sqlite3_bind_int64(same, 3, user);
		if (uuid)
			sqlite3_bind_blob(same, 4, uuid, 16, SQLITE_STATIC);
		else
			sqlite3_bind_null(same, 4);
		rows_bind_text(same, 5, text);
		result = rows_step(same, &one);
		if (result == SQLITE_ROW) {
			*id = 0;
			return SQLITE_OK;
		}
		if (result != SQLITE_OK)
			return result;
	}
	*id = rows->last_id + 1;
	return SQLITE_OK;
}

static int64_t flags_of(const struct lx_event *event)
{
	const struct lx_chat *chat = &event->chat;
	int64_t flags = chat->flags & 0xFF;
	if (lx_rows_has_link(chat->text))
		flags |= LX_LOG_LINK;
	if (event->type == LX_EVENT_CHAT_NOTICE)
		flags |= LX_LOG_NOTICE;
	if (*chat->reply_id)
		flags |= LX_LOG_REPLY;
	if (chat->bits)
		flags |= LX_LOG_CHEER;
	return flags | (int64_t)(chat->user.roles & 0xFF) << LX_LOG_ROLE_SHIFT;
}

static int insert_message(struct lx_rows *rows, const struct lx_event *event, int64_t channel, int64_t user,
			  int64_t look, int64_t time_ms)
{
	const struct lx_chat *chat = &event->chat;
	const int64_t flags = flags_of(event);
	uint8_t uuid[16];
	const bool has_uuid = lx_uuid_pack(chat->id, uuid);
	int64_t id;
	int result = choose_id(rows, time_ms, channel, user, has_uuid ? uuid : NULL, chat->text, &id);
	if (result != SQLITE_OK)
		return result;
	if (!id) {
		rows->doubles++;
		return SQLITE_OK;
	}

	sqlite3_stmt *add = rows->statements[SQL_MESSAGE];
	da_resize(rows->extra, 0);
	if (!lx_extra_encode(chat, rows_find_emote, rows, &rows->extra))
		return sqlite3_extended_errcode(rows->db);
	for (int tries = 0;; tries++, id++) {
		sqlite3_bind_int64(add, 1, id);
		sqlite3_bind_int64(add, 2, channel);
		sqlite3_bind_int64(add, 3, user);
		sqlite3_bind_int64(add, 4, look);
		sqlite3_bind_int64(add, 5, flags);
		rows_bind_text(add, 6, chat->text);
		if (has_uuid)
			sqlite3_bind_blob(add, 7, uuid, 16, SQLITE_STATIC);
		if (rows->extra.num)
			sqlite3_bind_blob(add, 8, rows->extra.array, (int)rows->extra.num, SQLITE_STATIC);
		result = rows_done(add);
		/* A millisecond that ran over met the next one. */
		if (result != SQLITE_CONSTRAINT_PRIMARYKEY && result != SQLITE_CONSTRAINT_ROWID)
			break;
		if (tries == 4096)
			return result;
	}
	rows->last_id = id;
	if (result != SQLITE_OK)
		return result;

	lx_rows_index_text(&rows->index, chat->text, chat->notice, chat->notice_text, flags, user, channel);
	sqlite3_stmt *words = rows->statements[SQL_WORDS];
	sqlite3_bind_int64(words, 1, id);
	sqlite3_bind_text(words, 2, rows->index.array, (int)rows->index.len, SQLITE_STATIC);
	result = rows_done(words);
	if (result == SQLITE_OK)
		result = rows_learn_words(rows);
	if (result == SQLITE_OK && has_uuid)
		lx_id_map_put(&rows->recent, lx_id_map_key(1, uuid, 16), id);
	return result;
}

static int write_message(struct lx_rows *rows, const struct lx_event *event, int64_t channel)
{
	const struct lx_user *user = &event->chat.user;
	const struct person person = {user->id, user->login, user->name};
	int64_t user_id, look;
	int result = rows_find_user(rows, &person, event->time_ms, &user_id);
	if (result == SQLITE_OK && !user_id) {
		/* Gifts and the like of nobody in particular. */
		const struct person nobody = {"", "ananonymousgifter", ""};
		result = rows_find_user(rows, &nobody, event->time_ms, &user_id);
	}
	if (result == SQLITE_OK)
		result = rows_find_look(rows, user, &look);
	return result == SQLITE_OK ? insert_message(rows, event, channel, user_id, look, event->time_ms) : result;
}

/* --- moderation -------------------------------------------------------------------------------------------------- */

static int mark_message(struct lx_rows *rows, const struct lx_event *event)
{
	uint8_t uuid[16];
	int64_t id = 0;
	if (!lx_uuid_pack(event->moderation.message_id, uuid))
		return SQLITE_OK;
	if (!lx_id_map_get(&rows->recent, lx_id_map_key(1, uuid, 16), &id)) {
		sqlite3_stmt *find = rows->statements[SQL_FIND_MESSAGE];
		sqlite3_bind_int64(find, 1, lx_log_row_of_ms(event->time_ms - MODERATED_MS));
		sqlite3_bind_int64(find, 2, lx_log_row_of_ms(event->time_ms + 60000));
		sqlite3_bind_blob(find, 3, uuid, 16, SQLITE_STATIC);
		int result = rows_step(find, &id);
		if (result != SQLITE_ROW)
			return result;
	}
	sqlite3_bind_int64(rows->statements[SQL_MARK_MESSAGE], 1, id);
	return rows_done(rows->statements[SQL_MARK_MESSAGE]);
}

/* Whoever is banned or timed out loses the messages written before. */
static int mark_user(struct lx_rows *rows, const struct lx_event *event, int64_t user, int64_t channel)
{
	char match[64];
	snprintf(match, sizeof(match), "\"=u%lld\" AND \"=c%lld\"", (long long)user, (long long)channel);
	sqlite3_stmt *mark = rows->statements[SQL_MARK_USER];
	rows_bind_text(mark, 1, match);
	sqlite3_bind_int64(mark, 2, lx_log_row_of_ms(event->time_ms - MODERATED_MS));
	sqlite3_bind_int64(mark, 3, lx_log_row_of_ms(event->time_ms + 1) - 1);
	return rows_done(mark);
}

static const char *kind_of(const struct lx_event *event)
{
	switch (event->type) {
	case LX_EVENT_MESSAGE_DELETED:
		return "delete";
	case LX_EVENT_USER_UNBANNED:
		return "unban";
	case LX_EVENT_CHAT_CLEARED:
		return "clear";
	default:
		return event->moderation.duration_s > 0 ? "timeout" : "ban";
	}
}

static int write_moderation(struct lx_rows *rows, const struct lx_event *event, int64_t channel)
{
	const struct lx_moderation *m = &event->moderation;
	const struct person target = {m->user_id, m->user_login, m->user_name};
	const struct person by = {m->moderator_id, m->moderator_login, m->moderator_name};
	int64_t user, moderator;
	int result = rows_find_user(rows, &target, event->time_ms, &user);
	if (result == SQLITE_OK)
		result = rows_find_user(rows, &by, event->time_ms, &moderator);
	if (result != SQLITE_OK)
		return result;

	int64_t from = event->time_ms;
	if (event->update)
		from -= TWIN_MS;
	for (int i = event->update ? SQL_MODERATION_UPDATE : SQL_MODERATION;; i = SQL_MODERATION) {
		sqlite3_stmt *write = rows->statements[i];
		sqlite3_bind_int64(write, 1, lx_log_row_of_ms(from));
		sqlite3_bind_int64(write, 2, channel);
		rows_bind_text(write, 3, kind_of(event));
		rows_bind_id(write, 4, user);
		rows_bind_id(write, 5, moderator);
		rows_bind_text(write, 6, m->message_id);
		sqlite3_bind_int64(write, 7, m->duration_s);
		rows_bind_text(write, 8, m->reason);
		rows_bind_text(write, 9, m->text);
		if (i == SQL_MODERATION_UPDATE)
			sqlite3_bind_int64(write, 10, lx_log_row_of_ms(event->time_ms + TWIN_MS));
		result = rows_done(write);
		/* What it tells more of was before the log began. */
		if (result != SQLITE_OK || i == SQL_MODERATION || sqlite3_changes(rows->db))
			break;
		from = event->time_ms;
	}
	rows->doubles += result == SQLITE_OK && !sqlite3_changes(rows->db);
	if (result == SQLITE_OK && event->type == LX_EVENT_MESSAGE_DELETED)
		result = mark_message(rows, event);
	else if (result == SQLITE_OK && event->type == LX_EVENT_USER_BANNED && !event->update && user)
		result = mark_user(rows, event, user, channel);
	return result;
}

static int write_notice(struct lx_rows *rows, const struct lx_event *event, int64_t channel)
{
	sqlite3_stmt *add = rows->statements[SQL_NOTICE];
	sqlite3_bind_int64(add, 1, lx_log_row_of_ms(event->time_ms));
	sqlite3_bind_int64(add, 2, channel);
	rows_bind_text(add, 3, event->notice.id);
	rows_bind_text(add, 4, event->notice.text);
	const int result = rows_done(add);
	rows->doubles += result == SQLITE_OK && !sqlite3_changes(rows->db);
	return result;
}

int lx_rows_write_event(struct lx_rows *rows, const struct lx_event *event)
{
	int64_t channel;
	int result;
	switch (event->type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
	case LX_EVENT_NOTICE:
		result = rows_find_channel(rows, event->channel, event->room_id, &channel);
		break;
	default:
		return SQLITE_OK;
	}
	if (result != SQLITE_OK)
		return result;
	if (event->type == LX_EVENT_NOTICE)
		return write_notice(rows, event, channel);
	if (event->type == LX_EVENT_CHAT_MESSAGE || event->type == LX_EVENT_CHAT_NOTICE)
		return write_message(rows, event, channel);
	return write_moderation(rows, event, channel);
}
