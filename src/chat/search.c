#include "chat/search.h"

#include <stdio.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/platform.h>

#include "bus/event_copy.h"
#include "chat/log.h"

struct lx_search {
	struct lx_search_config config;
	uint64_t last_id;
	char hits_slot, count_slot; /* their addresses count */
};

struct request {
	struct lx_search *search; /* ends its questions before it goes */
	uint64_t id;
	char *query;
	int64_t before;
	size_t limit;
	bool counting;
};

static void free_request(void *data)
{
	struct request *request = data;
	bfree(request->query);
	bfree(request);
}

/* --- one question, on the archive's thread ----------------------------------------------------------------------- */

typedef DARRAY(struct lx_search_hit) hits_t;

static bool collect(const struct lx_log_row *row, void *data)
{
	hits_t *hits = data;
	struct lx_search_hit hit = {row->id, row->deleted, lx_event_copy(&row->event, NULL)};
	da_push_back(*hits, &hit);
	return true;
}

static void tell(const struct request *request, struct lx_search_answer answer)
{
	const struct lx_search_config *config = &request->search->config;
	answer.id = request->id;
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

static void carry_out(struct lx_log_reader *reader, const struct request *request, const struct lx_query *query)
{
	struct lx_search_answer answer = {.state = request->counting ? LX_SEARCH_COUNT : LX_SEARCH_HITS};
	hits_t hits = {0};
	int result;
	struct lx_find *find = lx_find_create(reader, query, &result);
	if (find && request->counting)
		result = lx_find_count(find, &answer.total);
	else if (find)
		result = lx_find_newest(find, request->before, request->limit, collect, &hits);
	answer.hits = hits.array;
	answer.hit_count = hits.num;
	if (result == SQLITE_OK && !lx_log_reader_is_cancelled(reader))
		tell(request, answer);
	else if (result != SQLITE_OK && (result & 0xFF) != SQLITE_INTERRUPT)
		tell_trouble(request, lx_database_trouble_of(result));
	lx_find_destroy(find);
	for (size_t i = 0; i < hits.num; i++)
		bfree((void *)hits.array[i].event);
	da_free(hits);
}

static void serve(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	const struct request *request = data;
	const struct lx_search_config *config = &request->search->config;
	struct lx_query_error error;
	struct lx_query *query = lx_query_parse(request->query, config->text, lx_clock_unix_ms(config->clock), &error);
	if (!query)
		tell(request, (struct lx_search_answer){.state = LX_SEARCH_WRONG, .error = &error});
	else if (!reader)
		tell_trouble(request, trouble);
	else
		carry_out(reader, request, query);
	lx_query_destroy(query);
}

/* --- from outside ------------------------------------------------------------------------------------------------ */

struct lx_search *lx_search_create(const struct lx_search_config *config)
{
	struct lx_search *search = bzalloc(sizeof(*search));
	search->config = *config;
	return search;
}

static void ask(struct lx_search *search, const char *query, int64_t before, size_t limit, bool counting)
{
	struct request *request = bzalloc(sizeof(*request));
	*request = (struct request){search, search->last_id, bstrdup(query), before, limit, counting};
	lx_archive_ask_patiently(search->config.archive, counting ? &search->count_slot : &search->hits_slot, serve,
				 request, free_request);
}

uint64_t lx_search_start(struct lx_search *search, const char *query, int64_t before, size_t limit, bool count)
{
	lx_archive_cancel(search->config.archive, &search->count_slot);
	search->last_id++;
	ask(search, query, before, limit, false);
	if (count)
		ask(search, query, before, limit, true);
	return search->last_id;
}

void lx_search_cancel(struct lx_search *search)
{
	lx_archive_cancel(search->config.archive, &search->hits_slot);
	lx_archive_cancel(search->config.archive, &search->count_slot);
}

void lx_search_destroy(struct lx_search *search)
{
	if (!search)
		return;
	lx_archive_end(search->config.archive, &search->hits_slot);
	lx_archive_end(search->config.archive, &search->count_slot);
	bfree(search);
}
