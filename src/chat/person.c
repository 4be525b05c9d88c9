#include "chat/person.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "chat/find.h"

/* --- log ----------------------------------------------------------------------------------------------------------- */

static const char *text_at(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	return text ? text : "";
}

/* A statement with the user's id bound first; NULL with a result code. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql, const char *user_id, int *result)
{
	sqlite3_stmt *statement = NULL;
	*result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (*result == SQLITE_OK)
		*result = sqlite3_bind_text(statement, 1, user_id, -1, SQLITE_TRANSIENT);
	if (*result == SQLITE_OK)
		return statement;
	sqlite3_finalize(statement);
	return NULL;
}

static int done_is_ok(int result)
{
	return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

static int read_names(sqlite3 *db, const char *user_id, struct lx_person_facts *out)
{
	int result;
	sqlite3_stmt *statement =
		prepare(db,
			"SELECT n.since_ms, n.login, n.name FROM user_name n JOIN user u ON u.id = n.user"
			" WHERE u.twitch_id = ?1 ORDER BY n.since_ms DESC",
			user_id, &result);
	while (statement && out->name_count < LX_PERSON_NAMES_MAX && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *login = text_at(statement, 1), *shown = text_at(statement, 2);
		struct lx_person_name *name = &out->names[out->name_count];
		/* The same name noted twice in a row is one that lasted. */
		if (out->name_count && strcmp(name[-1].login, login) == 0 && strcmp(name[-1].name, shown) == 0) {
			name[-1].since_ms = sqlite3_column_int64(statement, 0);
			continue;
		}
		out->name_count++;
		name->since_ms = sqlite3_column_int64(statement, 0);
		snprintf(name->login, sizeof(name->login), "%s", login);
		snprintf(name->name, sizeof(name->name), "%s", shown);
	}
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

static int read_deeds(sqlite3 *db, const char *user_id, struct lx_person_facts *out)
{
	int result;
	sqlite3_stmt *statement = prepare(db,
					  "SELECT m.kind, count(*) FROM moderation m JOIN user u ON u.id = m.user"
					  " WHERE u.twitch_id = ?1 GROUP BY m.kind",
					  user_id, &result);
	while (statement && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *kind = text_at(statement, 0);
		const int64_t count = sqlite3_column_int64(statement, 1);
		if (strcmp(kind, "delete") == 0)
			out->deleted = count;
		else if (strcmp(kind, "timeout") == 0)
			out->timeouts = count;
		else if (strcmp(kind, "ban") == 0)
			out->bans = count;
	}
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

static int read_note(sqlite3 *db, const char *user_id, struct lx_person_facts *out)
{
	int result;
	sqlite3_stmt *statement =
		prepare(db, "SELECT text, changed_ms FROM person_note WHERE twitch_id = ?1", user_id, &result);
	if (statement && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		out->note = bstrdup(text_at(statement, 0));
		out->note_ms = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

/* Row number of somebody; 0 when the log does not know them. */
static int read_user(sqlite3 *db, const char *user_id, int64_t *user)
{
	int result;
	sqlite3_stmt *statement = prepare(db, "SELECT id FROM user WHERE twitch_id = ?1", user_id, &result);
	*user = 0;
	if (statement && (result = sqlite3_step(statement)) == SQLITE_ROW)
		*user = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

/* The index over words knows each message's author: neither the number nor the ends need a look at a message. */
static int read_messages(sqlite3 *db, int64_t user, struct lx_person_facts *out)
{
	static const char *const sql[] = {
		"SELECT count(*) FROM words WHERE words MATCH ?1",
		"SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid LIMIT 1",
		"SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT 1",
	};
	int64_t numbers[3] = {0};
	char match[32];
	int result = SQLITE_OK;
	snprintf(match, sizeof(match), "\"=u%lld\"", (long long)user);
	for (size_t i = 0; i < 3 && result == SQLITE_OK; i++) {
		sqlite3_stmt *statement = prepare(db, sql[i], match, &result);
		if (statement && (result = sqlite3_step(statement)) == SQLITE_ROW)
			numbers[i] = sqlite3_column_int64(statement, 0);
		sqlite3_finalize(statement);
		result = done_is_ok(result);
	}
	out->messages = numbers[0];
	out->first_ms = lx_log_ms_of_row(numbers[1]);
	out->last_ms = lx_log_ms_of_row(numbers[2]);
	return result;
}

int lx_person_read_last(struct lx_log_reader *reader, const char *channel, const char *user_id, int64_t before_ms,
			int64_t *last_ms)
{
	sqlite3 *db = lx_log_reader_db(reader);
	int64_t user;
	char match[32];
	*last_ms = 0;
	int result = read_user(db, user_id, &user);
	if (result != SQLITE_OK || !user)
		return result;
	snprintf(match, sizeof(match), "\"=u%lld\"", (long long)user);
	sqlite3_stmt *statement = prepare(db,
					  "SELECT m.id FROM words w JOIN message m ON m.id = w.rowid"
					  " JOIN channel c ON c.id = m.channel WHERE w.words MATCH ?1 AND w.rowid < ?2"
					  " AND c.login = ?3 ORDER BY w.rowid DESC LIMIT 1",
					  match, &result);
	if (!statement)
		return result;
	sqlite3_bind_int64(statement, 2, lx_log_row_of_ms(before_ms));
	sqlite3_bind_text(statement, 3, channel, -1, SQLITE_STATIC);
	if ((result = sqlite3_step(statement)) == SQLITE_ROW)
		*last_ms = lx_log_ms_of_row(sqlite3_column_int64(statement, 0));
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

int lx_person_read_facts(struct lx_log_reader *reader, const char *user_id, struct lx_person_facts *out)
{
	sqlite3 *db = lx_log_reader_db(reader);
	int64_t user;

	memset(out, 0, sizeof(*out));
	int result = read_note(db, user_id, out);
	if (result == SQLITE_OK)
		result = read_user(db, user_id, &user);
	if (result != SQLITE_OK || !user)
		return result;
	result = read_names(db, user_id, out);
	if (result == SQLITE_OK)
		result = read_deeds(db, user_id, out);
	return result == SQLITE_OK ? read_messages(db, user, out) : result;
}

void lx_person_facts_free(struct lx_person_facts *facts)
{
	bfree(facts->note);
	facts->note = NULL;
}

int lx_person_read_messages(struct lx_log_reader *reader, const struct lx_text *texts, const char *user_id,
			    const char *words, int64_t now_ms, int64_t before, size_t limit, lx_log_row_found each,
			    void *data)
{
	struct lx_query_error error;
	struct dstr text = {0};
	int result = SQLITE_MISUSE;

	dstr_printf(&text, "id:%s %s", user_id, words);
	struct lx_query *query = lx_query_parse(text.array, texts, now_ms, &error);
	struct lx_find *find = query ? lx_find_create(reader, query, &result) : NULL;
	if (find)
		result = lx_find_newest(find, before, limit, each, data);
	lx_find_destroy(find);
	lx_query_destroy(query);
	dstr_free(&text);
	return result;
}

int lx_person_read_moderation(struct lx_log_reader *reader, const char *user_id, int64_t before, size_t limit,
			      lx_person_event_found each, void *data)
{
	static const char sql[] =
		"SELECT m.id, m.kind, m.duration_s, c.login, coalesce(o.name, ''), m.reason, m.text FROM moderation m"
		" JOIN user u ON u.id = m.user JOIN channel c ON c.id = m.channel LEFT JOIN user o ON o.id = m.moderator"
		" WHERE u.twitch_id = ?1 AND (?2 = 0 OR m.id < ?2) ORDER BY m.id DESC LIMIT ?3";
	int result;
	sqlite3_stmt *statement = prepare(lx_log_reader_db(reader), sql, user_id, &result);
	if (!statement)
		return result;
	sqlite3_bind_int64(statement, 2, before);
	sqlite3_bind_int64(statement, 3, (int64_t)limit);
	bool go_on = true;
	while (go_on && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		const int64_t row = sqlite3_column_int64(statement, 0);
		const struct lx_person_event event = {
			.row = row,
			.time_ms = lx_log_ms_of_row(row),
			.kind = text_at(statement, 1),
			.duration_s = sqlite3_column_int64(statement, 2),
			.channel = text_at(statement, 3),
			.moderator = text_at(statement, 4),
			.reason = text_at(statement, 5),
			.text = text_at(statement, 6),
		};
		go_on = each(&event, data);
	}
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

int lx_person_write_note(sqlite3 *db, const char *user_id, const char *note, int64_t now_ms)
{
	int result;
	sqlite3_stmt *statement =
		*note ? prepare(db,
				"INSERT INTO person_note(twitch_id, text, changed_ms) VALUES(?1, ?2, ?3) ON CONFLICT(twitch_id)"
				" DO UPDATE SET text = excluded.text, changed_ms = excluded.changed_ms",
				user_id, &result)
		      : prepare(db, "DELETE FROM person_note WHERE twitch_id = ?1", user_id, &result);
	if (!statement)
		return result;
	if (*note) {
		sqlite3_bind_text(statement, 2, note, -1, SQLITE_TRANSIENT);
		sqlite3_bind_int64(statement, 3, now_ms);
	}
	result = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return done_is_ok(result);
}

/* --- Twitch -------------------------------------------------------------------------------------------------------- */

struct asked {
	enum lx_profile_part part;
	lx_profile_done done;
	void *data;
};

static const struct part {
	enum lx_helix_endpoint endpoint;
	bool of_channel;
	const char *user; /* name of the parameter */
} parts[LX_PROFILE_COUNT] = {
	[LX_PROFILE_USER] = {LX_HELIX_GET_USERS, false, "id"},
	[LX_PROFILE_FOLLOW] = {LX_HELIX_GET_CHANNEL_FOLLOWERS, true, "user_id"},
	[LX_PROFILE_SUB] = {LX_HELIX_GET_SUBSCRIPTIONS, true, "user_id"},
};

bool lx_profile_may(const struct lx_helix *helix, enum lx_profile_part part, struct dstr *missing)
{
	return lx_helix_may(helix, parts[part].endpoint, missing);
}

static void read_user_part(struct lx_decoded *memory, const cJSON *data, struct lx_profile *out)
{
	size_t count;
	const struct lx_helix_user *user = lx_helix_decode_user(memory, data, &count);
	if (!count) {
		out->error = LX_HELIX_NOT_FOUND;
		return;
	}
	out->id = user->id;
	out->login = user->login;
	out->name = user->name;
	out->picture = user->profile_image_url;
	out->description = user->description;
	out->kind = user->broadcaster_type;
	out->created_ms = user->created_ms == LX_HELIX_UNKNOWN ? 0 : user->created_ms;
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct asked *asked = data;
	struct lx_decoded memory = {0};
	size_t count = 0;
	struct lx_profile profile = {
		.part = asked->part,
		.error = result->error,
		.message = result->message,
		.id = "",
		.login = "",
		.name = "",
		.picture = "",
		.description = "",
		.kind = "",
		.tier = "",
		.gifter = "",
	};
	if (result->error == LX_HELIX_OK && asked->part == LX_PROFILE_USER) {
		read_user_part(&memory, result->data, &profile);
	} else if (result->error == LX_HELIX_OK && asked->part == LX_PROFILE_FOLLOW) {
		const struct lx_helix_person *person = lx_helix_decode_person(&memory, result->data, &count);
		profile.followed_ms = count && person->since_ms != LX_HELIX_UNKNOWN ? person->since_ms : 0;
	} else if (result->error == LX_HELIX_OK) {
		const struct lx_helix_subscription *sub = lx_helix_decode_subscription(&memory, result->data, &count);
		profile.subscribed = count > 0;
		profile.tier = count ? sub->tier : "";
		profile.gift = count && sub->is_gift;
		profile.gifter = count ? sub->gifter_name : "";
	}
	asked->done(&profile, asked->data);
	lx_decoded_finish(&memory);
	bfree(asked);
}

void lx_profile_ask(struct lx_helix *helix, enum lx_profile_part part, const char *room_id, const char *user_id,
		    lx_profile_done done, void *data)
{
	struct asked *asked = bzalloc(sizeof(*asked));
	*asked = (struct asked){part, done, data};
	const struct lx_helix_param query[] = {{parts[part].user, user_id}, {"broadcaster_id", room_id}};
	const struct lx_helix_call call = {
		.endpoint = parts[part].endpoint,
		.query = query,
		.query_count = parts[part].of_channel ? 2 : 1,
		.priority = LX_HELIX_USER,
		.done = on_answer,
		.data = asked,
	};
	lx_helix_send(helix, &call);
}
