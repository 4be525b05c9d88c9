#include "chat/search.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>

#include "bus/event_copy.h"
#include "chat/log.h"

struct request {
	uint64_t id; /* 0 = none */
	char *query;
	int64_t before;
	size_t limit;
	bool count;
};

struct lx_search {
	struct lx_search_config config;
	char *path;
	pthread_t thread;
	os_event_t *wake;
	struct lx_log_reader *reader; /* the thread's; others only cancel it, with the mutex held */

	pthread_mutex_t mutex; /* guards what follows */
	struct request next;
	uint64_t last_id;
	bool stopping, cancelled; /* what is under way is not wanted any more */
};

/* --- one search -------------------------------------------------------------------------------------------------- */

typedef DARRAY(struct lx_search_hit) hits_t;

static bool collect(const struct lx_log_row *row, void *data)
{
	hits_t *hits = data;
	struct lx_search_hit hit = {row->id, row->deleted, lx_event_copy(&row->event, NULL)};
	da_push_back(*hits, &hit);
	return true;
}

static bool is_current(struct lx_search *search)
{
	pthread_mutex_lock(&search->mutex);
	const bool current = !search->next.id && !search->stopping && !search->cancelled;
	pthread_mutex_unlock(&search->mutex);
	return current;
}

static void tell(struct lx_search *search, const struct lx_search_answer *answer)
{
	if (is_current(search))
		search->config.answer(answer, search->config.data);
}

static void tell_trouble(struct lx_search *search, uint64_t id, enum lx_database_trouble trouble)
{
	struct lx_query_error error = {0};
	struct dstr sentence = {0};
	lx_log_trouble_text(search->config.text, trouble == LX_DATABASE_OK ? LX_DATABASE_UNUSABLE : trouble,
			    search->path, "", &sentence);
	snprintf(error.sentence, sizeof(error.sentence), "%s", sentence.array);
	dstr_free(&sentence);
	tell(search, &(struct lx_search_answer){.id = id, .state = LX_SEARCH_ERROR, .error = &error});
}

static void carry_out(struct lx_search *search, const struct request *request, const struct lx_query *query)
{
	hits_t hits = {0};
	int result;
	int64_t total = 0;
	struct lx_find *find = lx_find_create(search->reader, query, &result);
	if (find)
		result = lx_find_newest(find, request->before, request->limit, collect, &hits);
	if (result == SQLITE_OK)
		tell(search, &(struct lx_search_answer){.id = request->id,
							.state = LX_SEARCH_HITS,
							.hits = hits.array,
							.hit_count = hits.num});
	if (result == SQLITE_OK && request->count && is_current(search)) {
		result = lx_find_count(find, &total);
		if (result == SQLITE_OK)
			tell(search,
			     &(struct lx_search_answer){.id = request->id, .state = LX_SEARCH_COUNT, .total = total});
	}
	if (result != SQLITE_OK && (result & 0xFF) != SQLITE_INTERRUPT)
		tell_trouble(search, request->id, lx_database_trouble_of(result));
	lx_find_destroy(find);
	for (size_t i = 0; i < hits.num; i++)
		bfree((void *)hits.array[i].event);
	da_free(hits);
}

static void set_reader(struct lx_search *search, struct lx_log_reader *reader)
{
	pthread_mutex_lock(&search->mutex);
	search->reader = reader;
	pthread_mutex_unlock(&search->mutex);
}

static void serve(struct lx_search *search, const struct request *request)
{
	struct lx_query_error error;
	enum lx_database_trouble trouble = LX_DATABASE_OK;
	struct lx_query *query =
		lx_query_parse(request->query, search->config.text, lx_clock_unix_ms(search->config.clock), &error);
	if (!query) {
		tell(search, &(struct lx_search_answer){.id = request->id, .state = LX_SEARCH_ERROR, .error = &error});
		return;
	}
	/* For each search: the file may be another one by now, and an idle program keeps none open. */
	struct lx_log_reader *reader = lx_log_reader_open(search->path, &trouble);
	if (reader) {
		set_reader(search, reader);
		if (is_current(search))
			carry_out(search, request, query);
		set_reader(search, NULL);
		lx_log_reader_close(reader);
	} else {
		tell_trouble(search, request->id, trouble);
	}
	lx_query_destroy(query);
}

static void *run(void *data)
{
	struct lx_search *search = data;
	os_set_thread_name("livextrem: search");
	for (;;) {
		pthread_mutex_lock(&search->mutex);
		struct request request = search->next;
		memset(&search->next, 0, sizeof(search->next));
		if (request.id)
			search->cancelled = false;
		const bool stopping = search->stopping;
		pthread_mutex_unlock(&search->mutex);
		if (request.id && !stopping)
			serve(search, &request);
		bfree(request.query);
		if (stopping)
			return NULL;
		if (!request.id)
			os_event_wait(search->wake);
	}
}

/* --- from outside ------------------------------------------------------------------------------------------------ */

struct lx_search *lx_search_create(const struct lx_search_config *config)
{
	struct lx_search *search = bzalloc(sizeof(*search));
	search->config = *config;
	search->path = bstrdup(config->path);
	pthread_mutex_init(&search->mutex, NULL);
	os_event_init(&search->wake, OS_EVENT_TYPE_AUTO);
	if (pthread_create(&search->thread, NULL, run, search) == 0)
		return search;
	os_event_destroy(search->wake);
	pthread_mutex_destroy(&search->mutex);
	bfree(search->path);
	bfree(search);
	return NULL;
}

/* The mutex is held. */
static void replace(struct lx_search *search, const struct request *request)
{
	bfree(search->next.query);
	search->next = *request;
	if (search->reader)
		lx_log_reader_cancel(search->reader);
}

uint64_t lx_search_start(struct lx_search *search, const char *query, int64_t before, size_t limit, bool count)
{
	struct request request = {0, bstrdup(query), before, limit, count};
	pthread_mutex_lock(&search->mutex);
	request.id = ++search->last_id;
	replace(search, &request);
	pthread_mutex_unlock(&search->mutex);
	os_event_signal(search->wake);
	return request.id;
}

void lx_search_cancel(struct lx_search *search)
{
	pthread_mutex_lock(&search->mutex);
	search->cancelled = true;
	replace(search, &(struct request){0});
	pthread_mutex_unlock(&search->mutex);
}

void lx_search_destroy(struct lx_search *search)
{
	if (!search)
		return;
	pthread_mutex_lock(&search->mutex);
	search->stopping = true;
	replace(search, &(struct request){0});
	pthread_mutex_unlock(&search->mutex);
	os_event_signal(search->wake);
	pthread_join(search->thread, NULL);
	os_event_destroy(search->wake);
	pthread_mutex_destroy(&search->mutex);
	bfree(search->path);
	bfree(search);
}
