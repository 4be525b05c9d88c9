#include "chat/search.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>

#include "bus/event_copy.h"
#include "chat/log.h"

#define PIECE_MS 60

struct lx_search {
	struct lx_search_config config;
	char *me;
	uint64_t last_id;
	char slots[LX_SEARCH_KINDS]; /* their addresses count */
};

struct request {
	struct lx_search *search; /* ends its questions before it goes */
	uint64_t id;
	enum lx_search_kind kind;
	char *text; /* query, or beginning of a name */
	char *me;
	struct lx_find_progress progress; /* what was told already */
	int64_t row;
	size_t limit;
	int before, after;
	bool people;
	enum lx_export_format format;
	char *path;
};

static void free_request(void *data)
{
	struct request *request = data;
	bfree(request->text);
	bfree(request->me);
	bfree(request->path);
	bfree(request);
}

/* --- answers, on the archive's thread ---------------------------------------------------------------------------- */

static void tell(const struct request *request, struct lx_search_answer answer)
{
	const struct lx_search_config *config = &request->search->config;
	answer.id = request->id;
	answer.kind = request->kind;
	config->answer(&answer, config->data);
}

static void tell_trouble(const struct request *request, enum lx_database_trouble trouble)
{
	const struct lx_search_config *config = &request->search->config;
	const char *path = lx_archive_path(config->archive);
	struct lx_query_error error = {0};
	struct dstr sentence = {0};
	if (!os_file_exists(path)) {
		tell(request, (struct lx_search_answer){.state = LX_SEARCH_NONE});
		return;
	}
	lx_log_trouble_text(config->text, trouble == LX_DATABASE_OK ? LX_DATABASE_UNUSABLE : trouble, path, "",
			    &sentence);
	snprintf(error.sentence, sizeof(error.sentence), "%s", sentence.array);
	dstr_free(&sentence);
	tell(request, (struct lx_search_answer){.state = LX_SEARCH_ERROR, .error = &error});
}

/* What came out of SQLite; nothing is said of what somebody cancelled. */
static void finish(struct lx_log_reader *reader, const struct request *request, int result,
		   struct lx_search_answer answer)
{
	if (result == SQLITE_OK && !lx_log_reader_is_cancelled(reader))
		tell(request, answer);
	else if (result != SQLITE_OK && (result & 0xFF) != SQLITE_INTERRUPT)
		tell_trouble(request, lx_database_trouble_of(result));
}

typedef DARRAY(struct lx_search_hit) hits_t;

static bool collect(const struct lx_log_row *row, void *data)
{
	hits_t *hits = data;
	struct lx_search_hit hit = {row->id, row->deleted, lx_event_copy(&row->event, NULL)};
	da_push_back(*hits, &hit);
	return true;
}

static void free_hits(hits_t *hits)
{
	for (size_t i = 0; i < hits->num; i++)
		bfree((void *)hits->array[i].event);
	da_free(*hits);
}

/* --- export ------------------------------------------------------------------------------------------------------ */

static bool write_part(const char *bytes, size_t size, void *data)
{
	return fwrite(bytes, 1, size, data) == size;
}

static void tell_no_file(const struct request *request)
{
	struct lx_query_error error = {0};
	struct dstr sentence = {0};
	lx_text_format(request->search->config.text, &sentence, "LogPage.NoFile",
		       (const char *[]){request->path, strerror(errno)}, 2);
	snprintf(error.sentence, sizeof(error.sentence), "%s", sentence.array);
	dstr_free(&sentence);
	tell(request, (struct lx_search_answer){.state = LX_SEARCH_ERROR, .error = &error});
}

static void export(struct lx_log_reader *reader, struct lx_find *find, const struct request *request)
{
	const struct lx_export what =
		{.format = request->format, .channel = "", .room_id = "", .title = "", .id = "", .deleted = true};
	struct dstr part = {0};
	size_t rows = 0;
	dstr_printf(&part, "%s.part", request->path);
	FILE *file = os_fopen(part.array, "wb");
	int result = SQLITE_ABORT;
	if (file) {
		result = lx_export_found(find, &what, write_part, file, &rows);
		if (fclose(file) != 0 && result == SQLITE_OK)
			result = SQLITE_ABORT;
	}
	if (result == SQLITE_OK && !lx_log_reader_is_cancelled(reader)) {
		os_unlink(request->path);
		if (os_rename(part.array, request->path) != 0)
			result = SQLITE_ABORT;
	} else if (result == SQLITE_OK) {
		result = SQLITE_INTERRUPT;
	}
	if (result == SQLITE_ABORT)
		tell_no_file(request);
	if (result != SQLITE_OK)
		os_unlink(part.array);
	if (result != SQLITE_ABORT)
		finish(reader, request, result, (struct lx_search_answer){.total = (int64_t)rows});
	dstr_free(&part);
}

/* --- one question ------------------------------------------------------------------------------------------------ */

/* A piece of an answer. What is not told because somebody cancelled is found again. */
static void finish_piece(struct lx_log_reader *reader, struct request *request, int result,
			 const struct lx_find_progress *progress, struct lx_search_answer answer)
{
	if (result != SQLITE_OK) {
		finish(reader, request, result, answer);
	} else if (!lx_log_reader_is_cancelled(reader)) {
		answer.going_on = !progress->done;
		tell(request, answer);
		request->progress = *progress;
	}
}

/* A number that grows until it is all of them. */
static int count(struct lx_log_reader *reader, struct lx_find *find, struct request *request)
{
	struct lx_find_progress progress = request->progress;
	const int result = lx_find_count_for(find, request->search->config.piece_ms, &progress);
	finish_piece(reader, request, result, &progress, (struct lx_search_answer){.total = progress.found});
	return result;
}

/* What was found since the last time. */
static int list(struct lx_log_reader *reader, struct lx_find *find, struct request *request)
{
	struct lx_find_progress progress = request->progress;
	hits_t hits = {0};
	const int result = lx_find_newest_for(find, request->search->config.piece_ms,
					      request->limit - (size_t)progress.found, collect, &hits, &progress);
	finish_piece(reader, request, result, &progress,
		     (struct lx_search_answer){.hits = hits.array,
					       .hit_count = hits.num,
					       .continued = request->progress.found > 0});
	free_hits(&hits);
	return result;
}

static void answer_in_pieces(struct lx_log_reader *reader, struct lx_find *find, struct request *request)
{
	int result = SQLITE_OK;
	while (result == SQLITE_OK && !request->progress.done && !lx_log_reader_is_cancelled(reader))
		result = request->kind == LX_SEARCH_COUNT ? count(reader, find, request) : list(reader, find, request);
}

static void list_newer(struct lx_log_reader *reader, struct lx_find *find, const struct request *request)
{
	hits_t hits = {0};
	lx_find_newer_than(find, request->row);
	const int result = lx_find_newest(find, 0, request->limit, collect, &hits);
	finish(reader, request, result, (struct lx_search_answer){.hits = hits.array, .hit_count = hits.num});
	free_hits(&hits);
}

static void carry_out(struct lx_log_reader *reader, struct request *request, const struct lx_query *query)
{
	int result;
	struct lx_find *find = lx_find_create(reader, query, &result);
	if (!find)
		finish(reader, request, result, (struct lx_search_answer){0});
	else if (request->kind == LX_SEARCH_EXPORT)
		export(reader, find, request);
	else if (request->kind == LX_SEARCH_NEWER)
		list_newer(reader, find, request);
	else
		answer_in_pieces(reader, find, request);
	lx_find_destroy(find);
}

static void look_around(struct lx_log_reader *reader, const struct request *request)
{
	hits_t hits = {0};
	const int result = lx_log_reader_context(reader, request->row, request->before, request->after, collect, &hits);
	finish(reader, request, result, (struct lx_search_answer){.hits = hits.array, .hit_count = hits.num});
	free_hits(&hits);
}

static void list_names(struct lx_log_reader *reader, const struct request *request)
{
	DARRAY(char *) names = {0};
	struct dstr end = {0};
	sqlite3_stmt *statement = NULL;
	/* People get their numbers when they first write: the newest faces come first. */
	int result = sqlite3_prepare_v2(
		lx_log_reader_db(reader),
		request->people
			? "SELECT DISTINCT login FROM user WHERE login >= lower(?1) AND login < lower(?2) ORDER BY id DESC LIMIT ?3"
			: "SELECT login FROM channel WHERE login >= lower(?1) AND login < lower(?2) ORDER BY id DESC LIMIT ?3",
		-1, &statement, NULL);
	dstr_printf(&end, "%s\xF4\x8F\xBF\xBF", request->text);
	if (result == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, request->text, -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, end.array, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, (int64_t)request->limit);
		while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
			char *name = bstrdup((const char *)sqlite3_column_text(statement, 0));
			da_push_back(names, &name);
		}
	}
	sqlite3_finalize(statement);
	finish(reader, request, result == SQLITE_DONE ? SQLITE_OK : result,
	       (struct lx_search_answer){.names = (const char *const *)names.array, .name_count = names.num});
	for (size_t i = 0; i < names.num; i++)
		bfree(names.array[i]);
	da_free(names);
	dstr_free(&end);
}

static void search(struct lx_log_reader *reader, enum lx_database_trouble trouble, struct request *request)
{
	const struct lx_search_config *config = &request->search->config;
	struct lx_query_error error;
	struct lx_query *query = lx_query_parse(request->text, config->text, lx_clock_unix_ms(config->clock), &error);
	if (query)
		lx_query_set_me(query, request->me);
	if (!query)
		tell(request, (struct lx_search_answer){.state = LX_SEARCH_WRONG, .error = &error});
	else if (!reader)
		tell_trouble(request, trouble);
	else
		carry_out(reader, request, query);
	lx_query_destroy(query);
}

static void serve(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	struct request *request = data;
	if (request->kind != LX_SEARCH_NEAR && request->kind != LX_SEARCH_NAMES)
		search(reader, trouble, request);
	else if (!reader)
		tell_trouble(request, trouble);
	else if (request->kind == LX_SEARCH_NEAR)
		look_around(reader, request);
	else
		list_names(reader, request);
}

/* --- from outside ------------------------------------------------------------------------------------------------ */

struct lx_search *lx_search_create(const struct lx_search_config *config)
{
	struct lx_search *search = bzalloc(sizeof(*search));
	search->config = *config;
	search->config.piece_ms = config->piece_ms ? config->piece_ms : PIECE_MS;
	search->me = bstrdup("");
	return search;
}

void lx_search_set_me(struct lx_search *search, const char *login)
{
	bfree(search->me);
	search->me = bstrdup(login);
}

/* Hands the strings over. Only what may take long gives way to others. */
static uint64_t ask(struct lx_search *search, struct request request)
{
	const enum lx_search_kind kind = request.kind;
	const bool quick = kind == LX_SEARCH_NEAR || kind == LX_SEARCH_NAMES;
	request.search = search;
	request.id = ++search->last_id;
	request.me = bstrdup(search->me);
	(quick                     ? lx_archive_ask
	 : kind == LX_SEARCH_COUNT ? lx_archive_ask_idly
				   : lx_archive_ask_patiently)(search->config.archive, &search->slots[kind], serve,
							       bmemdup(&request, sizeof(request)), free_request);
	return search->last_id;
}

uint64_t lx_search_start(struct lx_search *search, const char *query, int64_t before, size_t limit, bool count)
{
	lx_archive_cancel(search->config.archive, &search->slots[LX_SEARCH_NEWER]);
	const uint64_t id = ask(search, (struct request){.kind = LX_SEARCH_HITS,
							 .text = bstrdup(query),
							 .progress = {.before = before, .done = false},
							 .limit = limit});
	if (count)
		ask(search, (struct request){.kind = LX_SEARCH_COUNT, .text = bstrdup(query)});
	else if (!before)
		lx_archive_cancel(search->config.archive, &search->slots[LX_SEARCH_COUNT]);
	return id;
}

uint64_t lx_search_newer(struct lx_search *search, const char *query, int64_t after, size_t limit)
{
	return ask(search,
		   (struct request){.kind = LX_SEARCH_NEWER, .text = bstrdup(query), .row = after, .limit = limit});
}

uint64_t lx_search_near(struct lx_search *search, int64_t row, int before, int after)
{
	return ask(search, (struct request){.kind = LX_SEARCH_NEAR, .row = row, .before = before, .after = after});
}

uint64_t lx_search_names(struct lx_search *search, bool people, const char *beginning, size_t limit)
{
	return ask(search, (struct request){.kind = LX_SEARCH_NAMES,
					    .text = bstrdup(beginning),
					    .limit = limit,
					    .people = people});
}

uint64_t lx_search_export(struct lx_search *search, const char *query, enum lx_export_format format, const char *path)
{
	return ask(search, (struct request){.kind = LX_SEARCH_EXPORT,
					    .text = bstrdup(query),
					    .format = format,
					    .path = bstrdup(path)});
}

void lx_search_cancel(struct lx_search *search)
{
	for (int kind = 0; kind < LX_SEARCH_KINDS; kind++)
		if (kind != LX_SEARCH_EXPORT)
			lx_archive_cancel(search->config.archive, &search->slots[kind]);
}

void lx_search_destroy(struct lx_search *search)
{
	if (!search)
		return;
	for (int kind = 0; kind < LX_SEARCH_KINDS; kind++)
		lx_archive_end(search->config.archive, &search->slots[kind]);
	bfree(search->me);
	bfree(search);
}
