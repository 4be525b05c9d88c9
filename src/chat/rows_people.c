/* Who wrote, where, and what it looked like: each known by a number. */
#include "chat/rows_internal.h"

int rows_find_channel(struct lx_rows *rows, const char *login, const char *twitch_id, int64_t *id)
{
	const uint64_t key = lx_id_map_key(*twitch_id ? 1 : 2, login, strlen(login));
	if (lx_id_map_get(&rows->channels, key, id))
		return SQLITE_OK;

	sqlite3_stmt *get = rows->statements[SQL_CHANNEL_GET];
	rows_bind_text(get, 1, login);
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
		rows_bind_text(add, 1, login);
		rows_bind_text(add, 2, twitch_id);
		if ((result = rows_done(add)) != SQLITE_OK)
			return result;
		*id = sqlite3_last_insert_rowid(rows->db);
	} else if (learnt) {
		sqlite3_stmt *change = rows->statements[SQL_CHANNEL_ID];
		sqlite3_bind_int64(change, 1, *id);
		rows_bind_text(change, 2, twitch_id);
		if ((result = rows_done(change)) != SQLITE_OK)
			return result;
	}
	lx_id_map_put(&rows->channels, key, *id);
	return SQLITE_OK;
}

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
	rows_bind_text(add, 3, person->login);
	rows_bind_text(add, 4, person->name);
	return rows_done(add);
}

static int add_user(struct lx_rows *rows, const struct person *person, int64_t time_ms, int64_t *id)
{
	sqlite3_stmt *add = rows->statements[SQL_USER_ADD];
	rows_bind_text(add, 1, person->id);
	rows_bind_text(add, 2, person->login);
	rows_bind_text(add, 3, person->name);
	int result = rows_done(add);
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
	int result = rows_step(since, &since_ms);
	if (result != SQLITE_ROW && result != SQLITE_OK)
		return result;
	if (since_ms <= time_ms) {
		sqlite3_stmt *change = rows->statements[SQL_USER_CHANGE];
		sqlite3_bind_int64(change, 1, id);
		rows_bind_text(change, 2, person->id);
		rows_bind_text(change, 3, person->login);
		rows_bind_text(change, 4, person->name);
		if ((result = rows_done(change)) != SQLITE_OK)
			return result;
	}
	return add_name(rows, id, person, time_ms);
}

/* By name: who has that name now, whatever the id. 0 where nobody has. */
static int find_user_by_login(struct lx_rows *rows, const char *login, bool without_id, int64_t *id)
{
	sqlite3_stmt *get = rows->statements[SQL_USER_BY_LOGIN];
	rows_bind_text(get, 1, login);
	int result;
	*id = 0;
	while (!*id && (result = sqlite3_step(get)) == SQLITE_ROW) {
		if (!without_id || !*(const char *)sqlite3_column_text(get, 1))
			*id = sqlite3_column_int64(get, 0);
	}
	return sqlite3_reset(get);
}

int rows_find_user(struct lx_rows *rows, const struct person *who, int64_t time_ms, int64_t *id)
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
	rows_bind_text(get, 1, person.id);
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

int rows_find_look(struct lx_rows *rows, const struct lx_user *user, int64_t *id)
{
	const int64_t color = user->color == LX_COLOR_NONE ? -1 : (int64_t)user->color;
	uint64_t key = lx_id_map_key((uint64_t)color + 2, user->badges, strlen(user->badges));
	key = lx_id_map_key(key, user->badge_info, strlen(user->badge_info));
	if (lx_id_map_get(&rows->looks, key, id))
		return SQLITE_OK;

	int result = SQLITE_OK;
	for (int i = SQL_LOOK_ADD; result == SQLITE_OK && i <= SQL_LOOK_GET; i++) {
		sqlite3_stmt *statement = rows->statements[i];
		rows_bind_text(statement, 1, user->badges);
		rows_bind_text(statement, 2, user->badge_info);
		sqlite3_bind_int64(statement, 3, color);
		result = rows_step(statement, id);
	}
	if (result != SQLITE_ROW)
		return result == SQLITE_OK ? SQLITE_CORRUPT : result;
	lx_id_map_put(&rows->looks, key, *id);
	return SQLITE_OK;
}

int64_t rows_find_emote(const char *twitch_id, void *data)
{
	struct lx_rows *rows = data;
	const uint64_t key = lx_id_map_key(1, twitch_id, strlen(twitch_id));
	int64_t id;
	if (lx_id_map_get(&rows->emotes, key, &id))
		return id;

	int result = SQLITE_OK;
	for (int i = SQL_EMOTE_ADD; result == SQLITE_OK && i <= SQL_EMOTE_GET; i++) {
		rows_bind_text(rows->statements[i], 1, twitch_id);
		result = rows_step(rows->statements[i], &id);
	}
	if (result != SQLITE_ROW)
		return -1;
	lx_id_map_put(&rows->emotes, key, id);
	return id;
}
