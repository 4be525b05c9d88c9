/* What removes rows: a person who wants to be forgotten, and messages older than is to be kept. */
#include "chat/person.h"
#include "chat/rows.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "chat/extra.h"
#include "chat/words.h"
#include "store/id_map.h"
#include "twitch/irc_text.h"

#define MASK "\xC2\xB7" /* a dot for each character, so that what is counted in characters stays true */

typedef DARRAY(int64_t) ids_t;
typedef DARRAY(char *) names_t;

/* --- small helpers ----------------------------------------------------------------------------------------------- */

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql, int *result)
{
	sqlite3_stmt *statement = NULL;
	if (*result == SQLITE_OK)
		*result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	return statement;
}

/* Runs a statement that was bound; keeps it. */
static void run(sqlite3_stmt *statement, int *result)
{
	if (*result != SQLITE_OK)
		return;
	sqlite3_step(statement);
	*result = sqlite3_reset(statement);
}

static void run_with_id(sqlite3 *db, const char *sql, int64_t id, int *result)
{
	sqlite3_stmt *statement = prepare(db, sql, result);
	sqlite3_bind_int64(statement, 1, id);
	run(statement, result);
	sqlite3_finalize(statement);
}

static void collect_ids(sqlite3_stmt *statement, ids_t *ids, int *result)
{
	if (*result != SQLITE_OK)
		return;
	while (sqlite3_step(statement) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(statement, 0);
		da_push_back(*ids, &id);
	}
	*result = sqlite3_reset(statement);
}

static const char *text_of(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return text ? text : "";
}

/* Emotes are carried through as what they are in the table. */
static const char *keep_emote(int64_t number, void *data)
{
	(void)data;
	return (const char *)(intptr_t)number;
}

static int64_t kept_emote(const char *id, void *data)
{
	(void)data;
	return (int64_t)(intptr_t)id;
}

/* --- one message after the other --------------------------------------------------------------------------------- */

struct cleaner {
	sqlite3 *db;
	sqlite3_stmt *get, *erase, *unindex, *index, *change;
	struct lx_id_map seen; /* words that were noted */
	names_t words;         /* that may be in no message any more */
	struct dstr text;
	struct lx_extra_arena arena;
	lx_bytes_t extra;
	int result;
};

static void cleaner_open(struct cleaner *cleaner, sqlite3 *db)
{
	memset(cleaner, 0, sizeof(*cleaner));
	cleaner->db = db;
	cleaner->seen.limit = SIZE_MAX;
	cleaner->get = prepare(db, "SELECT channel, user, flags, text, extra, uuid FROM message WHERE id = ?",
			       &cleaner->result);
	cleaner->erase = prepare(db, "DELETE FROM message WHERE id = ?", &cleaner->result);
	cleaner->unindex =
		prepare(db, "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)", &cleaner->result);
	cleaner->index = prepare(db, "INSERT INTO words(rowid, text) VALUES(?, ?)", &cleaner->result);
	cleaner->change = prepare(db, "UPDATE message SET text = ?2, extra = ?3 WHERE id = ?1", &cleaner->result);
}

static void cleaner_close(struct cleaner *cleaner)
{
	sqlite3_finalize(cleaner->get);
	sqlite3_finalize(cleaner->erase);
	sqlite3_finalize(cleaner->unindex);
	sqlite3_finalize(cleaner->index);
	sqlite3_finalize(cleaner->change);
	for (size_t i = 0; i < cleaner->words.num; i++)
		bfree(cleaner->words.array[i]);
	da_free(cleaner->words);
	lx_id_map_free(&cleaner->seen);
	lx_extra_arena_free(&cleaner->arena);
	da_free(cleaner->extra);
	dstr_free(&cleaner->text);
}

static void note_words(struct cleaner *cleaner)
{
	char *copy = bstrdup_n(cleaner->text.array, cleaner->text.len);
	for (char *word = copy, *end; *word; word = end) {
		int64_t known;
		const size_t size = strcspn(word, " ");
		end = word + size + (word[size] == ' ');
		const uint64_t key = lx_id_map_key(1, word, size);
		if (!size || *word == '=' || lx_id_map_get(&cleaner->seen, key, &known))
			continue;
		lx_id_map_put(&cleaner->seen, key, 1);
		char *noted = bstrdup_n(word, size);
		da_push_back(cleaner->words, &noted);
	}
	bfree(copy);
}

/* Words that no message holds any more do not stay in the list of words either. */
static void forget_words(struct cleaner *cleaner)
{
	sqlite3_stmt *used = prepare(cleaner->db, "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", &cleaner->result);
	sqlite3_stmt *unpart = prepare(cleaner->db,
				       "INSERT INTO word_part(word_part, rowid, text)"
				       " SELECT 'delete', id, text FROM word WHERE text = ?",
				       &cleaner->result);
	sqlite3_stmt *erase = prepare(cleaner->db, "DELETE FROM word WHERE text = ?", &cleaner->result);
	for (size_t i = 0; cleaner->result == SQLITE_OK && i < cleaner->words.num; i++) {
		struct dstr match = {0};
		dstr_printf(&match, "\"%s\"", cleaner->words.array[i]);
		sqlite3_bind_text(used, 1, match.array, -1, SQLITE_STATIC);
		const bool found = sqlite3_step(used) == SQLITE_ROW;
		cleaner->result = sqlite3_reset(used);
		dstr_free(&match);
		if (found)
			continue;
		sqlite3_bind_text(unpart, 1, cleaner->words.array[i], -1, SQLITE_STATIC);
		run(unpart, &cleaner->result);
		sqlite3_bind_text(erase, 1, cleaner->words.array[i], -1, SQLITE_STATIC);
		run(erase, &cleaner->result);
	}
	sqlite3_finalize(used);
	sqlite3_finalize(unpart);
	sqlite3_finalize(erase);
}

struct stored {
	int64_t channel, user, flags;
	struct lx_chat chat; /* text and what extra holds */
};

static bool read_stored(struct cleaner *cleaner, int64_t id, struct stored *stored)
{
	struct lx_event event;
	if (cleaner->result != SQLITE_OK)
		return false;
	sqlite3_bind_int64(cleaner->get, 1, id);
	if (sqlite3_step(cleaner->get) != SQLITE_ROW) {
		cleaner->result = sqlite3_reset(cleaner->get);
		return false;
	}
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	stored->chat = event.chat;
	stored->channel = sqlite3_column_int64(cleaner->get, 0);
	stored->user = sqlite3_column_int64(cleaner->get, 1);
	stored->flags = sqlite3_column_int64(cleaner->get, 2);
	stored->chat.text = text_of(cleaner->get, 3);
	/* Else the encoder would store it again: it is in a column of its own. */
	if (sqlite3_column_type(cleaner->get, 5) == SQLITE_BLOB)
		stored->chat.id = "";
	lx_extra_decode(sqlite3_column_blob(cleaner->get, 4), (size_t)sqlite3_column_bytes(cleaner->get, 4), keep_emote,
			NULL, &cleaner->arena, &stored->chat);
	return true;
}

static void write_index(struct cleaner *cleaner, sqlite3_stmt *statement, int64_t id, const struct stored *stored)
{
	lx_rows_index_text(&cleaner->text, stored->chat.text, stored->chat.notice, stored->chat.notice_text,
			   stored->flags, stored->user, stored->channel);
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_text(statement, 2, cleaner->text.array, (int)cleaner->text.len, SQLITE_STATIC);
	run(statement, &cleaner->result);
}

static void erase_message(struct cleaner *cleaner, int64_t id)
{
	struct stored stored;
	if (!read_stored(cleaner, id, &stored))
		return;
	write_index(cleaner, cleaner->unindex, id, &stored);
	note_words(cleaner);
	sqlite3_reset(cleaner->get);
	sqlite3_bind_int64(cleaner->erase, 1, id);
	run(cleaner->erase, &cleaner->result);
}

/* --- names in what others wrote ---------------------------------------------------------------------------------- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

static size_t name_at(const names_t *names, const char *text, const char *at)
{
	if (at > text && is_name_char(at[-1]))
		return 0;
	for (size_t i = 0; i < names->num; i++) {
		const size_t size = strlen(names->array[i]);
		if (size && astrcmpi_n(at, names->array[i], size) == 0 && !is_name_char(at[size]))
			return size;
	}
	return 0;
}

/* The text with every name in it made unreadable, in `out`; false when there is none. */
static bool mask(const names_t *names, const char *text, struct dstr *out)
{
	bool found = false;
	dstr_resize(out, 0);
	for (const char *at = text; *at;) {
		size_t size = name_at(names, text, at);
		found = found || size;
		if (!size)
			dstr_cat_ch(out, *at++);
		while (size) {
			uint32_t c;
			const size_t step = lx_irc_text_next(at, size, &c);
			dstr_cat(out, MASK);
			at += step;
			size -= step;
		}
	}
	return found;
}

static bool is_name(const names_t *names, const char *name)
{
	for (size_t i = 0; i < names->num; i++) {
		if (*name && astrcmpi(names->array[i], name) == 0)
			return true;
	}
	return false;
}

static void mask_message(struct cleaner *cleaner, int64_t id, const names_t *names, const names_t *user_ids)
{
	struct stored old, now;
	if (!read_stored(cleaner, id, &old))
		return;
	struct dstr text = {0}, notice_text = {0}, reply_text = {0};
	bool changed = false;
	now = old;
	if (mask(names, old.chat.text, &text)) {
		now.chat.text = text.array;
		changed = true;
	}
	if (mask(names, old.chat.notice_text, &notice_text)) {
		now.chat.notice_text = notice_text.array;
		changed = true;
	}
	if (is_name(names, old.chat.recipient_name)) {
		now.chat.recipient_name = "";
		changed = true;
	}
	if (is_name(names, old.chat.reply_login) || is_name(user_ids, old.chat.reply_user_id)) {
		now.chat.reply_user_id = now.chat.reply_login = now.chat.reply_name = now.chat.reply_text = "";
		changed = true;
	} else if (mask(names, old.chat.reply_text, &reply_text)) {
		now.chat.reply_text = reply_text.array;
		changed = true;
	}
	if (changed) {
		write_index(cleaner, cleaner->unindex, id, &old);
		note_words(cleaner);
		da_resize(cleaner->extra, 0);
		lx_extra_encode(&now.chat, kept_emote, NULL, &cleaner->extra);
		sqlite3_bind_int64(cleaner->change, 1, id);
		sqlite3_bind_text(cleaner->change, 2, now.chat.text, -1, SQLITE_TRANSIENT);
		if (cleaner->extra.num)
			sqlite3_bind_blob(cleaner->change, 3, cleaner->extra.array, (int)cleaner->extra.num,
					  SQLITE_STATIC);
		else
			sqlite3_bind_null(cleaner->change, 3);
		write_index(cleaner, cleaner->index, id, &now);
		sqlite3_reset(cleaner->get);
		run(cleaner->change, &cleaner->result);
	} else {
		sqlite3_reset(cleaner->get);
	}
	dstr_free(&text);
	dstr_free(&notice_text);
	dstr_free(&reply_text);
}

/* Of a table that has few rows. */
static void mask_column(sqlite3 *db, const char *table, const char *column, const names_t *names, int *result)
{
	char *read_sql = sqlite3_mprintf("SELECT id, %s FROM %s WHERE %s <> ''", column, table, column);
	char *write_sql = sqlite3_mprintf("UPDATE %s SET %s = ?2 WHERE id = ?1", table, column);
	sqlite3_stmt *read = prepare(db, read_sql, result), *write = prepare(db, write_sql, result);
	struct dstr masked = {0};
	while (*result == SQLITE_OK && sqlite3_step(read) == SQLITE_ROW) {
		if (!mask(names, text_of(read, 1), &masked))
			continue;
		sqlite3_bind_int64(write, 1, sqlite3_column_int64(read, 0));
		sqlite3_bind_text(write, 2, masked.array, -1, SQLITE_STATIC);
		run(write, result);
	}
	if (*result == SQLITE_OK)
		*result = sqlite3_reset(read);
	dstr_free(&masked);
	sqlite3_finalize(read);
	sqlite3_finalize(write);
	sqlite3_free(read_sql);
	sqlite3_free(write_sql);
}

/* --- a person ---------------------------------------------------------------------------------------------------- */

struct person {
	ids_t rows;
	names_t names;    /* logins and display names, of all times */
	names_t user_ids; /* Twitch's */
};

static void add_name(names_t *names, const char *name)
{
	if (*name && !is_name(names, name)) {
		char *copy = bstrdup(name);
		da_push_back(*names, &copy);
	}
}

static void free_names(names_t *names)
{
	for (size_t i = 0; i < names->num; i++)
		bfree(names->array[i]);
	da_free(*names);
}

static void find_person(sqlite3 *db, const char *user_id, const char *login, struct person *person, int *result)
{
	sqlite3_stmt *find =
		prepare(db,
			"SELECT id FROM user WHERE twitch_id = ?1 AND ?1 <> '' UNION"
			" SELECT id FROM user WHERE login = ?2 AND ?2 <> '' AND (?1 = '' OR twitch_id = '')",
			result);
	sqlite3_bind_text(find, 1, user_id, -1, SQLITE_STATIC);
	sqlite3_bind_text(find, 2, login, -1, SQLITE_STATIC);
	collect_ids(find, &person->rows, result);
	sqlite3_finalize(find);

	sqlite3_stmt *names = prepare(db,
				      "SELECT login, name, twitch_id FROM user WHERE id = ?1 UNION ALL"
				      " SELECT login, name, '' FROM user_name WHERE user = ?1",
				      result);
	for (size_t i = 0; *result == SQLITE_OK && i < person->rows.num; i++) {
		sqlite3_bind_int64(names, 1, person->rows.array[i]);
		while (sqlite3_step(names) == SQLITE_ROW) {
			add_name(&person->names, text_of(names, 0));
			add_name(&person->names, text_of(names, 1));
			add_name(&person->user_ids, text_of(names, 2));
		}
		*result = sqlite3_reset(names);
	}
	sqlite3_finalize(names);
}

/* Messages that may name the person: answers, notices, and those with the words of the names. */
static void find_mentions(sqlite3 *db, const struct person *person, ids_t *ids, int *result)
{
	struct dstr match = {0};
	dstr_copy(&match, "\"=r\" OR \"=n\"");
	for (size_t i = 0; i < person->names.num; i++) {
		struct dstr words = {0};
		lx_rows_index_text(&words, person->names.array[i], "", "", 0, 0, 0);
		/* Without the marks of a message, which come last. */
		char *marks = strchr(words.array, '=');
		while (marks > words.array && marks[-1] == ' ')
			marks--;
		dstr_resize(&words, (size_t)(marks - words.array));
		if (words.len) {
			dstr_replace(&words, " ", "\" AND \"");
			dstr_catf(&match, " OR (\"%s\")", words.array);
		}
		dstr_free(&words);
	}
	sqlite3_stmt *find = prepare(db, "SELECT rowid FROM words WHERE words MATCH ?", result);
	sqlite3_bind_text(find, 1, match.array, -1, SQLITE_STATIC);
	collect_ids(find, ids, result);
	sqlite3_finalize(find);
	dstr_free(&match);
}

static void forget(struct cleaner *cleaner, struct person *person, int64_t *removed)
{
	sqlite3 *db = cleaner->db;
	ids_t ids = {0};
	sqlite3_stmt *find = prepare(db, "SELECT rowid FROM words WHERE words MATCH ?", &cleaner->result);
	for (size_t i = 0; i < person->rows.num; i++) {
		char match[40];
		snprintf(match, sizeof(match), "\"=u%lld\"", (long long)person->rows.array[i]);
		sqlite3_bind_text(find, 1, match, -1, SQLITE_STATIC);
		collect_ids(find, &ids, &cleaner->result);
	}
	sqlite3_finalize(find);
	for (size_t i = 0; i < ids.num; i++)
		erase_message(cleaner, ids.array[i]);
	*removed = (int64_t)ids.num;

	da_resize(ids, 0);
	find_mentions(db, person, &ids, &cleaner->result);
	for (size_t i = 0; i < ids.num; i++)
		mask_message(cleaner, ids.array[i], &person->names, &person->user_ids);
	da_free(ids);

	for (size_t i = 0; i < person->rows.num; i++) {
		const int64_t row = person->rows.array[i];
		run_with_id(db, "DELETE FROM moderation WHERE user = ?", row, &cleaner->result);
		run_with_id(db, "UPDATE moderation SET moderator = NULL WHERE moderator = ?", row, &cleaner->result);
		run_with_id(db, "DELETE FROM user WHERE id = ?", row, &cleaner->result);
	}
	mask_column(db, "moderation", "text", &person->names, &cleaner->result);
	mask_column(db, "moderation", "reason", &person->names, &cleaner->result);
	mask_column(db, "notice", "text", &person->names, &cleaner->result);
	mask_column(db, "marker", "text", &person->names, &cleaner->result);
	forget_words(cleaner);
}

int lx_rows_forget_user(sqlite3 *db, const char *user_id, const char *login, int64_t *removed)
{
	struct person person = {0};
	struct cleaner cleaner;
	*removed = 0;
	/* What is removed is overwritten, in the tables and in the index (SQLite 3.42 and newer; before, by compaction). */
	lx_database_run(db, "PRAGMA secure_delete=ON");
	lx_database_run(db, "INSERT INTO words(words, rank) VALUES('secure-delete', 1)");
	lx_database_run(db, "INSERT INTO word_part(word_part, rank) VALUES('secure-delete', 1)");
	int result = lx_database_run(db, "BEGIN IMMEDIATE");
	cleaner_open(&cleaner, db);
	if (result == SQLITE_OK)
		result = cleaner.result;
	if (result == SQLITE_OK)
		find_person(db, user_id, login, &person, &result);
	if (result == SQLITE_OK && person.rows.num) {
		forget(&cleaner, &person, removed);
		result = cleaner.result;
	}
	/* Somebody may be noted who never wrote. */
	if (result == SQLITE_OK && *user_id)
		result = lx_person_write_note(db, user_id, "", 0);
	for (size_t i = 0; result == SQLITE_OK && i < person.user_ids.num; i++)
		result = lx_person_write_note(db, person.user_ids.array[i], "", 0);
	cleaner_close(&cleaner);
	result = result == SQLITE_OK ? lx_database_run(db, "COMMIT") : result;
	if (!sqlite3_get_autocommit(db))
		lx_database_run(db, "ROLLBACK");
	lx_database_run(db, "INSERT INTO words(words, rank) VALUES('secure-delete', 0)");
	lx_database_run(db, "INSERT INTO word_part(word_part, rank) VALUES('secure-delete', 0)");
	lx_database_run(db, "PRAGMA secure_delete=OFF");
	/* The write-ahead log still holds the pages as they were. */
	lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	da_free(person.rows);
	free_names(&person.names);
	free_names(&person.user_ids);
	return result;
}

/* --- age --------------------------------------------------------------------------------------------------------- */

/* What has no messages left, once those are gone. */
static void expire_rest(sqlite3 *db, int64_t before_ms, int *result)
{
	static const char *const by_row[] = {"DELETE FROM moderation WHERE id < ?", "DELETE FROM notice WHERE id < ?"};
	static const char *const by_time[] = {
		"DELETE FROM gap WHERE end_ms < ?",
		"DELETE FROM stream WHERE end_ms < ?",
		"DELETE FROM recording WHERE end_ms < ?",
		"DELETE FROM scene_span WHERE end_ms < ?",
		"DELETE FROM marker WHERE at_ms < ?",
		"DELETE FROM user_name WHERE since_ms < ? AND EXISTS (SELECT 1 FROM user_name newer WHERE"
		" newer.user = user_name.user AND newer.since_ms > user_name.since_ms)",
	};
	for (size_t i = 0; i < sizeof(by_row) / sizeof(*by_row); i++)
		run_with_id(db, by_row[i], lx_log_row_of_ms(before_ms), result);
	for (size_t i = 0; i < sizeof(by_time) / sizeof(*by_time); i++)
		run_with_id(db, by_time[i], before_ms, result);
	if (*result == SQLITE_OK)
		*result = lx_database_run(
			db, "DELETE FROM user WHERE id NOT IN (SELECT user FROM message)"
			    " AND id NOT IN (SELECT user FROM moderation WHERE user IS NOT NULL)"
			    " AND id NOT IN (SELECT moderator FROM moderation WHERE moderator IS NOT NULL)");
}

int lx_rows_expire(sqlite3 *db, int64_t before_ms, int limit, int64_t *removed)
{
	struct cleaner cleaner;
	ids_t ids = {0};
	*removed = 0;
	int result = lx_database_run(db, "BEGIN IMMEDIATE");
	cleaner_open(&cleaner, db);
	if (result == SQLITE_OK)
		result = cleaner.result;
	sqlite3_stmt *find = prepare(db, "SELECT id FROM message WHERE id < ? ORDER BY id LIMIT ?", &result);
	sqlite3_bind_int64(find, 1, lx_log_row_of_ms(before_ms));
	sqlite3_bind_int(find, 2, limit);
	collect_ids(find, &ids, &result);
	sqlite3_finalize(find);
	cleaner.result = result;
	for (size_t i = 0; i < ids.num; i++)
		erase_message(&cleaner, ids.array[i]);
	forget_words(&cleaner);
	if (ids.num < (size_t)limit)
		expire_rest(db, before_ms, &cleaner.result);
	result = cleaner.result;
	const size_t count = ids.num;
	cleaner_close(&cleaner);
	da_free(ids);
	if (result == SQLITE_OK)
		result = lx_database_run(db, "COMMIT");
	if (!sqlite3_get_autocommit(db))
		lx_database_run(db, "ROLLBACK");
	if (result == SQLITE_OK)
		*removed = (int64_t)count;
	return result;
}
