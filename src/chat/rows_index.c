/* What stands in the index for a message, and how the index is kept quick. */
#include "chat/rows_internal.h"

#include <stdio.h>

#include "chat/words.h"

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

/* The marks begin with '='. */
int rows_learn_words(struct lx_rows *rows)
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
			result = rows_done(add);
			if (result == SQLITE_OK && sqlite3_changes(rows->db)) {
				sqlite3_stmt *part = rows->statements[SQL_WORD_PART];
				sqlite3_bind_int64(part, 1, sqlite3_last_insert_rowid(rows->db));
				sqlite3_bind_text(part, 2, at, (int)size, SQLITE_STATIC);
				result = rows_done(part);
			}
			lx_id_map_put(&rows->words, key, 1);
		}
		at += size + 1;
	}
	return result;
}

/* --- few pieces --------------------------------------------------------------------------------------------------- */

#define MERGE_PAGES 64  /* at once: some milliseconds */
#define MERGE_ALL_AT 16 /* all of it is written anew when this part of it is not in the largest piece */

static const char *const indexes[] = {"words", "word_part"};

static int tell_index(sqlite3 *db, const char *index, const char *command, int number)
{
	char sql[128];
	snprintf(sql, sizeof(sql), "INSERT INTO %s(%s, rank) VALUES('%s', %d)", index, index, command, number);
	return lx_database_run(db, sql);
}

/* Whether so much is in small pieces that it is worth writing all of it anew. */
static bool is_scattered(sqlite3 *db, const char *index)
{
	sqlite3_stmt *pieces = NULL;
	char sql[128];
	int64_t all = 0, largest = 0, count = 0;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s_idx GROUP BY segid", index);
	if (sqlite3_prepare_v2(db, sql, -1, &pieces, NULL) == SQLITE_OK) {
		while (sqlite3_step(pieces) == SQLITE_ROW) {
			const int64_t pages = sqlite3_column_int64(pieces, 0);
			all += pages;
			largest = pages > largest ? pages : largest;
			count++;
		}
	}
	sqlite3_finalize(pieces);
	return count > 1 && (all - largest) * MERGE_ALL_AT > all;
}

/* Two pieces of a size become one, and not only four. */
static int begin_tidying(sqlite3 *db, const char *index)
{
	char sql[128];
	snprintf(sql, sizeof(sql), "SELECT v FROM %s_config WHERE k = 'usermerge'", index);
	return lx_database_number(db, sql, 0) == 2 ? SQLITE_OK : tell_index(db, index, "usermerge", 2);
}

int lx_rows_tidy(sqlite3 *db, struct lx_rows_tidying *tidying)
{
	if (tidying->index >= (int)(sizeof(indexes) / sizeof(*indexes)))
		return SQLITE_DONE;
	const char *index = indexes[tidying->index];
	int result = tidying->begun ? SQLITE_OK : begin_tidying(db, index);
	const bool all = !tidying->begun && is_scattered(db, index);
	const int before = sqlite3_total_changes(db);
	/* As FTS5 has it: below zero begins with all of it, above goes on. */
	if (result == SQLITE_OK)
		result = tell_index(db, index, "merge", all ? -MERGE_PAGES : MERGE_PAGES);
	tidying->begun = true;
	if (result != SQLITE_OK)
		return result;
	/* One change is the command itself. */
	if (sqlite3_total_changes(db) - before < 2) {
		tidying->index++;
		tidying->begun = false;
	}
	return SQLITE_ROW;
}
