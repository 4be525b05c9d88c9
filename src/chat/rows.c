#include "chat/rows.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "chat/extra.h"
#include "chat/marker.h"
#include "chat/words.h"
#include "store/id_map.h"

#define MODERATED_MS ((int64_t)6 * 3600 * 1000) /* how far back Twitch lets moderators delete (Helix, Delete Chat Messages) */
#define TWIN_MS 31000                           /* an update comes at most this much later (twins.h) */

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
	SQL_SPAN_END,
	SQL_SPAN_ADD,
	SQL_SCENE_END,
	SQL_SCENE_ADD,
	SQL_COUNT
};

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
	[SQL_SPAN_ADD] =
		"INSERT INTO recording_span(recording, path, begin_ms, position_ms) SELECT " OPEN_RECORDING ","
		" CASE WHEN ?1 <> '' THEN ?1 ELSE (SELECT path FROM recording_span WHERE recording = " OPEN_RECORDING
		" ORDER BY begin_ms DESC, id DESC LIMIT 1) END, ?2, ?3 WHERE " OPEN_RECORDING " IS NOT NULL",
	[SQL_SCENE_END] = "UPDATE scene_span SET end_ms = max(begin_ms, ?1) WHERE end_ms IS NULL",
	[SQL_SCENE_ADD] = "INSERT INTO scene_span(name, begin_ms) VALUES(?,?)",
};

typedef DARRAY(char) chars_t;

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
	chars_t new_words; /* of this message, each NUL-terminated */
};

/* --- statements -------------------------------------------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void bind_id(sqlite3_stmt *statement, int at, int64_t id)
{
	if (id)
		sqlite3_bind_int64(statement, at, id);
	else
		sqlite3_bind_null(statement, at);
}

/* Steps once and resets. SQLITE_OK for what gives no row, SQLITE_ROW with the first column in `*number`. */
static int step(sqlite3_stmt *statement, int64_t *number)
{
	int result = sqlite3_step(statement);
	if (result == SQLITE_ROW && number)
		*number = sqlite3_column_int64(statement, 0);
	int reset = sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return result == SQLITE_ROW ? result : reset;
}

/* The same where a row or none is as good. */
static int done(sqlite3_stmt *statement)
{
	int result = step(statement, NULL);
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
	da_free(rows->new_words);
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

/* --- who, where, what it looked like ----------------------------------------------------------------------------- */

static int find_channel(struct lx_rows *rows, const char *login, const char *twitch_id, int64_t *id)
{
	const uint64_t key = lx_id_map_key(*twitch_id ? 1 : 2, login, strlen(login));
	if (lx_id_map_get(&rows->channels, key, id))
		return SQLITE_OK;

	sqlite3_stmt *get = rows->statements[SQL_CHANNEL_GET];
	bind_text(get, 1, login);
	int result = sqlite3_step(get);
	bool learnt = false;
	if (result == SQLITE_ROW) {
		*id = sqlite3_column_int64(get, 0);
		learnt = *twitch_id && strcmp((const char *)sqlite3_column_text(get, 1), twitch_id) != 0;
	}
	int reset = sqlite3_reset(get);
	if (result != SQLITE_ROW) {
		if (reset != SQLITE_OK)
			return reset;
		sqlite3_stmt *add = rows->statements[SQL_CHANNEL_ADD];
		bind_text(add, 1, login);
		bind_text(add, 2, twitch_id);
		if ((result = done(add)) != SQLITE_OK)
			return result;
		*id = sqlite3_last_insert_rowid(rows->db);
	} else if (learnt) {
		sqlite3_stmt *change = rows->statements[SQL_CHANNEL_ID];
		sqlite3_bind_int64(change, 1, *id);
		bind_text(change, 2, twitch_id);
		if ((result = done(change)) != SQLITE_OK)
			return result;
	}
	lx_id_map_put(&rows->channels, key, *id);
	return SQLITE_OK;
}

struct person {
	const char *id, *login, *name;
};

static uint64_t name_key(const struct person *person)
{
	return lx_id_map_key(lx_id_map_key(1, person->login, strlen(person->login)), person->name,
			     strlen(person->name));
}

static int add_name(struct lx_rows *rows, int64_t user, const struct person *person, int64_t since_ms)
{
	sqlite3_stmt *add = rows->statements[SQL_USER_NAME];
	sqlite3_bind_int64(add, 1, user);
	sqlite3_bind_int64(add, 2, since_ms);
	bind_text(add, 3, person->login);
	bind_text(add, 4, person->name);
	return done(add);
}

static int add_user(struct lx_rows *rows, const struct person *person, int64_t time_ms, int64_t *id)
{
	sqlite3_stmt *add = rows->statements[SQL_USER_ADD];
	bind_text(add, 1, person->id);
	bind_text(add, 2, person->login);
	bind_text(add, 3, person->name);
	int result = done(add);
	if (result != SQLITE_OK)
		return result;
	*id = sqlite3_last_insert_rowid(rows->db);
	return add_name(rows, *id, person, time_ms);
}

/* Another name, or the id of somebody known by name only. What an import tells of the past does not change the present. */
static int change_user(struct lx_rows *rows, const struct person *person, int64_t time_ms, int64_t id)
{
	int64_t since_ms = 0;
	sqlite3_stmt *since = rows->statements[SQL_USER_SINCE];
	sqlite3_bind_int64(since, 1, id);
	int result = step(since, &since_ms);
	if (result != SQLITE_ROW && result != SQLITE_OK)
		return result;
	if (since_ms <= time_ms) {
		sqlite3_stmt *change = rows->statements[SQL_USER_CHANGE];
		sqlite3_bind_int64(change, 1, id);
		bind_text(change, 2, person->id);
		bind_text(change, 3, person->login);
		bind_text(change, 4, person->name);
		if ((result = done(change)) != SQLITE_OK)
			return result;
	}
	return add_name(rows, id, person, time_ms);
}

/* By name: who has that name now, whatever the id. 0 where nobody has. */
static int find_user_by_login(struct lx_rows *rows, const char *login, bool without_id, int64_t *id)
{
	sqlite3_stmt *get = rows->statements[SQL_USER_BY_LOGIN];
	bind_text(get, 1, login);
	int result;
	*id = 0;
	while (!*id && (result = sqlite3_step(get)) == SQLITE_ROW) {
		if (!without_id || !*(const char *)sqlite3_column_text(get, 1))
			*id = sqlite3_column_int64(get, 0);
	}
	return sqlite3_reset(get);
}

/* 0 for nobody. */
static int find_user(struct lx_rows *rows, const struct person *who, int64_t time_ms, int64_t *id)
{
	struct person person = *who;
	*id = 0;
	if (!*person.id && !*person.login)
		return SQLITE_OK;
	if (!*person.name)
		person.name = person.login;

	const uint64_t key = *person.id ? lx_id_map_key(1, person.id, strlen(person.id))
					: lx_id_map_key(2, person.login, strlen(person.login));
	const uint64_t name = name_key(&person);
	int64_t known_name = 0;
	if (lx_id_map_get(&rows->users, key, id)) {
		if (!*person.id || !*person.login ||
		    (lx_id_map_get(&rows->names, (uint64_t)*id, &known_name) && known_name == (int64_t)name))
			return SQLITE_OK;
	}

	int result;
	if (!*person.id) {
		result = find_user_by_login(rows, person.login, false, id);
		if (result == SQLITE_OK && !*id)
			result = add_user(rows, &person, time_ms, id);
		if (result == SQLITE_OK)
			lx_id_map_put(&rows->users, key, *id);
		return result;
	}

	sqlite3_stmt *get = rows->statements[SQL_USER_BY_ID];
	bool changed = false;
	bind_text(get, 1, person.id);
	result = sqlite3_step(get);
	if (result == SQLITE_ROW) {
		const char *login = (const char *)sqlite3_column_text(get, 1);
		const char *old_name = (const char *)sqlite3_column_text(get, 2);
		*id = sqlite3_column_int64(get, 0);
		changed = *person.login && (strcmp(login, person.login) != 0 || strcmp(old_name, person.name) != 0);
		/* Moderation tells no display names: a bare login that is known is no news. */
		if (changed && strcmp(person.name, person.login) == 0 && strcmp(login, person.login) == 0)
			changed = false;
	}
	int reset = sqlite3_reset(get);
	if (result != SQLITE_ROW) {
		if (reset != SQLITE_OK)
			return reset;
		result = *person.login ? find_user_by_login(rows, person.login, true, id) : SQLITE_OK;
		if (result != SQLITE_OK)
			return result;
		result = *id ? change_user(rows, &person, time_ms, *id) : add_user(rows, &person, time_ms, id);
	} else {
		result = changed ? change_user(rows, &person, time_ms, *id) : SQLITE_OK;
	}
	if (result == SQLITE_OK) {
		lx_id_map_put(&rows->users, key, *id);
		lx_id_map_put(&rows->names, (uint64_t)*id, (int64_t)name);
	}
	return result;
}

static int find_look(struct lx_rows *rows, const struct lx_user *user, int64_t *id)
{
	const int64_t color = user->color == LX_COLOR_NONE ? -1 : (int64_t)user->color;
	uint64_t key = lx_id_map_key((uint64_t)color + 2, user->badges, strlen(user->badges));
	key = lx_id_map_key(key, user->badge_info, strlen(user->badge_info));
	if (lx_id_map_get(&rows->looks, key, id))
		return SQLITE_OK;

	int result = SQLITE_OK;
	for (int i = SQL_LOOK_ADD; result == SQLITE_OK && i <= SQL_LOOK_GET; i++) {
		sqlite3_stmt *statement = rows->statements[i];
		bind_text(statement, 1, user->badges);
		bind_text(statement, 2, user->badge_info);
		sqlite3_bind_int64(statement, 3, color);
		result = step(statement, id);
	}
	if (result != SQLITE_ROW)
		return result == SQLITE_OK ? SQLITE_CORRUPT : result;
	lx_id_map_put(&rows->looks, key, *id);
	return SQLITE_OK;
}

static int64_t find_emote(const char *twitch_id, void *data)
{
	struct lx_rows *rows = data;
	const uint64_t key = lx_id_map_key(1, twitch_id, strlen(twitch_id));
	int64_t id;
	if (lx_id_map_get(&rows->emotes, key, &id))
		return id;

	int result = SQLITE_OK;
	for (int i = SQL_EMOTE_ADD; result == SQLITE_OK && i <= SQL_EMOTE_GET; i++) {
		bind_text(rows->statements[i], 1, twitch_id);
		result = step(rows->statements[i], &id);
	}
	if (result != SQLITE_ROW)
		return -1;
	lx_id_map_put(&rows->emotes, key, id);
	return id;
}

/* --- the index --------------------------------------------------------------------------------------------------- */

static bool is_ending(const char *at, size_t size)
{
	static const char *const endings[] = {"com", "net",  "org",  "tv",   "gg",   "io",   "me",   "de",  "cz",
					      "sk",  "at",   "ch",   "uk",   "eu",   "ru",   "fr",   "es",  "it",
					      "pl",  "nl",   "be",   "to",   "ly",   "co",   "info", "app", "dev",
					      "xyz", "live", "link", "shop", "site", "top",  "biz",  "us",  "ca",
					      "jp",  "kr",   "cn",   "br",   "ws",   "store"};
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		if (strlen(endings[i]) == size && astrcmpi_n(at, endings[i], size) == 0)
			return true;
	}
	return false;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool lx_rows_has_link(const char *text)
{
	for (const char *dot = strpbrk(text, ".:"); dot; dot = strpbrk(dot + 1, ".:")) {
		if (*dot == ':') {
			if (dot > text && is_letter(dot[-1]) && dot[1] == '/' && dot[2] == '/' && dot[3] > ' ')
				return true;
			continue;
		}
		if (dot == text || dot[-1] <= ' ' || dot[-1] == '.')
			continue;
		size_t size = 0;
		while (is_letter(dot[1 + size]))
			size++;
		const char after = dot[1 + size];
		if (size >= 2 && (!after || strchr(" /?#:,!)", after)) && is_ending(dot + 1, size))
			return true;
		if (dot - text >= 3 && astrcmpi_n(dot - 3, "www", 3) == 0 && (dot == text + 3 || dot[-4] == ' ') &&
		    size >= 2)
			return true;
	}
	return false;
}

static void add_word(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	struct dstr *out = data;
	(void)kind;
	if (out->len)
		dstr_cat_ch(out, ' ');
	dstr_ncat(out, word, size);
}

void lx_rows_index_text(struct dstr *out, const char *text, const char *notice, const char *notice_text, int64_t flags,
			int64_t user, int64_t channel)
{
	static const struct {
		int64_t flag;
		const char *mark;
	} marks[] = {
		{LX_CHAT_FIRST, " =f"},
		{LX_LOG_LINK, " =l"},
		{LX_LOG_NOTICE, " =n"},
		{LX_LOG_REPLY, " =r"},
		{LX_LOG_CHEER, " =x"},
		{(int64_t)LX_ROLE_BROADCASTER << LX_LOG_ROLE_SHIFT, " =b"},
		{(int64_t)LX_ROLE_MODERATOR << LX_LOG_ROLE_SHIFT, " =m"},
		{(int64_t)LX_ROLE_VIP << LX_LOG_ROLE_SHIFT, " =v"},
		{(int64_t)LX_ROLE_SUBSCRIBER << LX_LOG_ROLE_SHIFT, " =s"},
	};
	char number[48];
	dstr_resize(out, 0);
	lx_words_cut(text, strlen(text), true, add_word, out);
	if (*notice_text)
		lx_words_cut(notice_text, strlen(notice_text), true, add_word, out);
	snprintf(number, sizeof(number), " =u%lld =c%lld", (long long)user, (long long)channel);
	dstr_cat(out, number);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (flags & marks[i].flag)
			dstr_cat(out, marks[i].mark);
	}
	if (*notice) {
		dstr_cat(out, " =k");
		dstr_cat(out, notice);
	}
}

/* Words that the data base has not seen. The marks begin with '='. */
static int learn_words(struct lx_rows *rows)
{
	const char *at = rows->index.array, *end = at + rows->index.len;
	int result = SQLITE_OK;
	while (result == SQLITE_OK && at < end) {
		const char *space = memchr(at, ' ', (size_t)(end - at));
		const size_t size = (size_t)((space ? space : end) - at);
		const uint64_t key = lx_id_map_key(1, at, size);
		int64_t seen;
		if (size && *at != '=' && !lx_id_map_get(&rows->words, key, &seen)) {
			sqlite3_stmt *add = rows->statements[SQL_WORD_ADD];
			sqlite3_bind_text(add, 1, at, (int)size, SQLITE_STATIC);
			result = done(add);
			if (result == SQLITE_OK && sqlite3_changes(rows->db)) {
				sqlite3_stmt *part = rows->statements[SQL_WORD_PART];
				sqlite3_bind_int64(part, 1, sqlite3_last_insert_rowid(rows->db));
				sqlite3_bind_text(part, 2, at, (int)size, SQLITE_STATIC);
				result = done(part);
			}
			lx_id_map_put(&rows->words, key, 1);
		}
		at += size + 1;
	}
	return result;
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
		result = step(taken, &highest);
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
		bind_text(same, 5, text);
		result = step(same, &one);
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
	if (!lx_extra_encode(chat, find_emote, rows, &rows->extra))
		return sqlite3_extended_errcode(rows->db);
	for (int tries = 0;; tries++, id++) {
		sqlite3_bind_int64(add, 1, id);
		sqlite3_bind_int64(add, 2, channel);
		sqlite3_bind_int64(add, 3, user);
		sqlite3_bind_int64(add, 4, look);
		sqlite3_bind_int64(add, 5, flags);
		bind_text(add, 6, chat->text);
		if (has_uuid)
			sqlite3_bind_blob(add, 7, uuid, 16, SQLITE_STATIC);
		if (rows->extra.num)
			sqlite3_bind_blob(add, 8, rows->extra.array, (int)rows->extra.num, SQLITE_STATIC);
		result = done(add);
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
	result = done(words);
	if (result == SQLITE_OK)
		result = learn_words(rows);
	if (result == SQLITE_OK && has_uuid)
		lx_id_map_put(&rows->recent, lx_id_map_key(1, uuid, 16), id);
	return result;
}

static int write_message(struct lx_rows *rows, const struct lx_event *event, int64_t channel)
{
	const struct lx_user *user = &event->chat.user;
	const struct person person = {user->id, user->login, user->name};
	int64_t user_id, look;
	int result = find_user(rows, &person, event->time_ms, &user_id);
	if (result == SQLITE_OK && !user_id) {
		/* Gifts and the like of nobody in particular. */
		const struct person nobody = {"", "ananonymousgifter", ""};
		result = find_user(rows, &nobody, event->time_ms, &user_id);
	}
	if (result == SQLITE_OK)
		result = find_look(rows, user, &look);
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
		int result = step(find, &id);
		if (result != SQLITE_ROW)
			return result;
	}
	sqlite3_bind_int64(rows->statements[SQL_MARK_MESSAGE], 1, id);
	return done(rows->statements[SQL_MARK_MESSAGE]);
}

/* Whoever is banned or timed out loses the messages written before. */
static int mark_user(struct lx_rows *rows, const struct lx_event *event, int64_t user, int64_t channel)
{
	char match[64];
	snprintf(match, sizeof(match), "\"=u%lld\" AND \"=c%lld\"", (long long)user, (long long)channel);
	sqlite3_stmt *mark = rows->statements[SQL_MARK_USER];
	bind_text(mark, 1, match);
	sqlite3_bind_int64(mark, 2, lx_log_row_of_ms(event->time_ms - MODERATED_MS));
	sqlite3_bind_int64(mark, 3, lx_log_row_of_ms(event->time_ms + 1) - 1);
	return done(mark);
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
	int result = find_user(rows, &target, event->time_ms, &user);
	if (result == SQLITE_OK)
		result = find_user(rows, &by, event->time_ms, &moderator);
	if (result != SQLITE_OK)
		return result;

	int64_t from = event->time_ms;
	if (event->update)
		from -= TWIN_MS;
	for (int i = event->update ? SQL_MODERATION_UPDATE : SQL_MODERATION;; i = SQL_MODERATION) {
		sqlite3_stmt *write = rows->statements[i];
		sqlite3_bind_int64(write, 1, lx_log_row_of_ms(from));
		sqlite3_bind_int64(write, 2, channel);
		bind_text(write, 3, kind_of(event));
		bind_id(write, 4, user);
		bind_id(write, 5, moderator);
		bind_text(write, 6, m->message_id);
		sqlite3_bind_int64(write, 7, m->duration_s);
		bind_text(write, 8, m->reason);
		bind_text(write, 9, m->text);
		if (i == SQL_MODERATION_UPDATE)
			sqlite3_bind_int64(write, 10, lx_log_row_of_ms(event->time_ms + TWIN_MS));
		result = done(write);
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
	bind_text(add, 3, event->notice.id);
	bind_text(add, 4, event->notice.text);
	const int result = done(add);
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
		result = find_channel(rows, event->channel, event->room_id, &channel);
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

/* --- gaps and streams -------------------------------------------------------------------------------------------- */

static int find_channel_or_none(struct lx_rows *rows, const char *channel, int64_t *id)
{
	*id = 0;
	return *channel ? find_channel(rows, channel, "", id) : SQLITE_OK;
}

int lx_rows_write_gap(struct lx_rows *rows, const char *channel, int64_t begin_ms, int64_t end_ms, const char *cause,
		      int64_t lost)
{
	int64_t channel_id;
	int result = find_channel_or_none(rows, channel, &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *add = rows->statements[SQL_GAP];
	bind_id(add, 1, channel_id);
	sqlite3_bind_int64(add, 2, begin_ms);
	bind_id(add, 3, end_ms);
	bind_text(add, 4, cause);
	sqlite3_bind_int64(add, 5, lost);
	return done(add);
}

int lx_rows_end_gap(struct lx_rows *rows, const char *channel, int64_t end_ms)
{
	int64_t channel_id;
	int result = find_channel_or_none(rows, channel, &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *end = rows->statements[SQL_GAP_END];
	bind_id(end, 1, channel_id);
	sqlite3_bind_int64(end, 2, end_ms);
	return done(end);
}

int lx_rows_stream_online(struct lx_rows *rows, const char *channel, const char *room_id, const char *stream_id,
			  int64_t begin_ms, int64_t now_ms, int64_t grace_ms)
{
	int64_t channel_id;
	int result = find_channel(rows, channel, room_id, &channel_id);
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
		bind_text(resume, 2, *stream_id ? stream_id : last_stream.len ? last_stream.array : "");
		result = done(resume);
	} else if (result == SQLITE_OK) {
		if (open)
			result = lx_rows_stream_offline(rows, channel, begin_ms);
		sqlite3_stmt *add = rows->statements[SQL_STREAM_ADD];
		sqlite3_bind_int64(add, 1, channel_id);
		bind_text(add, 2, stream_id);
		sqlite3_bind_int64(add, 3, begin_ms);
		if (result == SQLITE_OK)
			result = done(add);
	}
	dstr_free(&last_stream);
	return result;
}

int lx_rows_stream_offline(struct lx_rows *rows, const char *channel, int64_t end_ms)
{
	int64_t channel_id;
	int result = find_channel(rows, channel, "", &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(rows->statements[SQL_STREAM_END], 1, channel_id);
	sqlite3_bind_int64(rows->statements[SQL_STREAM_END], 2, end_ms);
	return done(rows->statements[SQL_STREAM_END]);
}

int lx_rows_stream_info(struct lx_rows *rows, const char *channel, const char *title, const char *category)
{
	int64_t channel_id;
	int result = find_channel(rows, channel, "", &channel_id);
	if (result != SQLITE_OK)
		return result;
	sqlite3_stmt *info = rows->statements[SQL_STREAM_INFO];
	sqlite3_bind_int64(info, 1, channel_id);
	bind_text(info, 2, title);
	bind_text(info, 3, category);
	return done(info);
}

/* --- recordings and scenes --------------------------------------------------------------------------------------- */

static int end_at(struct lx_rows *rows, int which, int64_t now_ms)
{
	sqlite3_bind_int64(rows->statements[which], 1, now_ms);
	return done(rows->statements[which]);
}

int lx_rows_recording_span(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t position_ms)
{
	int result = end_at(rows, SQL_SPAN_END, now_ms);
	sqlite3_stmt *add = rows->statements[SQL_SPAN_ADD];
	if (result != SQLITE_OK)
		return result;
	bind_text(add, 1, path);
	sqlite3_bind_int64(add, 2, now_ms);
	sqlite3_bind_int64(add, 3, position_ms);
	return done(add);
}

int lx_rows_recording_start(struct lx_rows *rows, const char *path, int64_t now_ms, int64_t position_ms,
			    int64_t skew_ms)
{
	int result = lx_rows_recording_stop(rows, now_ms);
	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_int64(rows->statements[SQL_RECORDING_ADD], 1, now_ms);
	sqlite3_bind_int64(rows->statements[SQL_RECORDING_ADD], 2, skew_ms);
	result = done(rows->statements[SQL_RECORDING_ADD]);
	return result == SQLITE_OK ? lx_rows_recording_span(rows, path, now_ms, position_ms) : result;
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
	bind_text(rows->statements[SQL_SCENE_ADD], 1, name);
	sqlite3_bind_int64(rows->statements[SQL_SCENE_ADD], 2, now_ms);
	return done(rows->statements[SQL_SCENE_ADD]);
}

int lx_rows_close_open_ends(struct lx_rows *rows)
{
	const int purged = lx_marker_purge(rows->db);
	if (purged != SQLITE_OK)
		return purged;
	/* A stream stays open: it may still run, and is closed by what is heard of it. */
	return lx_database_run(
		rows->db,
		"UPDATE gap SET end_ms = max(begin_ms, (SELECT coalesce(max(id), 0) FROM message) / 64)"
		" WHERE end_ms IS NULL;"
		"UPDATE recording_span SET end_ms = max(begin_ms, (SELECT coalesce(max(id), 0) FROM message) / 64)"
		" WHERE end_ms IS NULL;"
		"UPDATE recording SET end_ms = max(begin_ms, (SELECT coalesce(max(end_ms), 0) FROM recording_span"
		" WHERE recording = recording.id)) WHERE end_ms IS NULL;"
		"UPDATE scene_span SET end_ms = max(begin_ms, (SELECT coalesce(max(id), 0) FROM message) / 64)"
		" WHERE end_ms IS NULL;");
}
