#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#include "twitch/helix_internal.h"

/*
 * One after the other: part of the list, its pages, next part. The answers' items are moved into the first answer, so that
 * who asked sees one.
 */
struct gather {
	struct lx_helix *helix;
	uint64_t id; /* each request carries it, so that it can be cancelled */
	enum lx_helix_endpoint endpoint;
	enum lx_helix_priority priority;
	lx_helix_done done;
	void *data;

	struct lx_helix_query fixed; /* what every request carries */
	struct lx_helix_query list;  /* what is cut into parts; empty when nothing is */
	uint32_t part;               /* how many of the list one request carries */
	size_t begin, end;           /* the part that is being asked for */

	size_t max_items; /* 0 = pages are not followed */
	size_t pages;
	char *cursor; /* "after" of the next request or NULL */
	cJSON *root;  /* the first answer, with the items of all */
	cJSON *items; /* inside root */
};

#define MAX_PAGES 1000

static void ask(struct gather *gather);

static void free_gather(struct gather *gather)
{
	lx_helix_query_finish(&gather->fixed);
	lx_helix_query_finish(&gather->list);
	cJSON_Delete(gather->root);
	bfree(gather->cursor);
	bfree(gather);
}

static void finish(struct gather *gather, const struct lx_helix_result *result)
{
	if (gather->done)
		gather->done(result, gather->data);
	free_gather(gather);
}

static cJSON *items_of(const struct gather *gather, cJSON *root)
{
	const struct lx_helix_row *row = lx_helix_row(gather->endpoint);
	cJSON *data = cJSON_GetObjectItemCaseSensitive(root, "data");

	if (cJSON_IsObject(data) && row->items)
		data = cJSON_GetObjectItemCaseSensitive(data, row->items);
	return cJSON_IsArray(data) ? data : NULL;
}

static void take_items(struct gather *gather, const cJSON *json)
{
	cJSON *root = cJSON_Duplicate(json, true);

	if (!gather->root) {
		gather->root = root;
		gather->items = items_of(gather, root);
		return;
	}
	cJSON *items = items_of(gather, root);
	if (items && !gather->items) {
		/* the first answer had none: this one takes its place */
		cJSON_Delete(gather->root);
		gather->root = root;
		gather->items = items;
		return;
	}
	while (items && items->child)
		cJSON_AddItemToArray(gather->items, cJSON_DetachItemViaPointer(items, items->child));
	cJSON_Delete(root);
}

static void finish_whole(struct gather *gather, const struct lx_helix_result *last, const char *cursor)
{
	struct lx_helix_result result = *last;

	result.json = gather->root;
	result.data = cJSON_GetObjectItemCaseSensitive(gather->root, "data");
	result.cursor = cursor;
	finish(gather, &result);
}

static void begin_part(struct gather *gather, size_t begin)
{
	size_t left = gather->list.pairs.num - begin;

	gather->begin = begin;
	gather->end = begin + (left < gather->part ? left : gather->part);
}

static void part_done(const struct lx_helix_result *result, void *data)
{
	struct gather *gather = data;

	if (result->error != LX_HELIX_OK) {
		finish(gather, result);
		return;
	}
	if (result->json)
		take_items(gather, result->json);

	bool more = gather->max_items && *result->cursor;
	/* a server that gives the same cursor again, or ever new ones, would keep us for ever */
	if (more && gather->cursor && strcmp(gather->cursor, result->cursor) == 0)
		more = false;
	bool full = (size_t)cJSON_GetArraySize(gather->items) >= gather->max_items || ++gather->pages >= MAX_PAGES;

	if (more && full) {
		finish_whole(gather, result, result->cursor);
		return;
	}
	bfree(gather->cursor);
	gather->cursor = more ? bstrdup(result->cursor) : NULL;
	if (more) {
		ask(gather);
	} else if (gather->end < gather->list.pairs.num) {
		begin_part(gather, gather->end);
		ask(gather);
	} else {
		finish_whole(gather, result, "");
	}
}

static void ask(struct gather *gather)
{
	DARRAY(struct lx_helix_param) params;

	da_init(params);
	for (size_t i = 0; i < gather->fixed.pairs.num; i++) {
		const struct lx_helix_pair *pair = &gather->fixed.pairs.array[i];
		struct lx_helix_param param = {pair->name, pair->value};
		da_push_back(params, &param);
	}
	for (size_t i = gather->begin; i < gather->end; i++) {
		const struct lx_helix_pair *pair = &gather->list.pairs.array[i];
		struct lx_helix_param param = {pair->name, pair->value};
		da_push_back(params, &param);
	}
	if (gather->cursor) {
		struct lx_helix_param param = {"after", gather->cursor};
		da_push_back(params, &param);
	}
	struct lx_helix_call call = {
		.endpoint = gather->endpoint,
		.query = params.array,
		.query_count = params.num,
		.priority = gather->priority,
		.done = part_done,
		.data = gather,
	};
	lx_helix_enqueue(gather->helix, &call, gather->id);
	da_free(params);
}

/* Lists of a group count together, so they are cut together. */
static bool shares_limit(const struct lx_helix_row *row, const char *name)
{
	const struct lx_helix_field *field = lx_helix_field(row->query, name);

	return row->group_max && field && (field->flags & LX_HELIX_GROUP) && (field->flags & LX_HELIX_LIST);
}

void lx_helix_gather(struct lx_helix *helix, const struct lx_helix_call *call, uint64_t id, size_t max_items)
{
	const struct lx_helix_row *row = lx_helix_row(call->endpoint);
	struct gather *gather = bzalloc(sizeof(*gather));
	struct lx_helix_query all = {0};
	bool has_first = false;

	gather->helix = helix;
	gather->id = id;
	gather->endpoint = call->endpoint;
	gather->priority = call->priority;
	gather->done = call->done;
	gather->data = call->data;
	gather->max_items = max_items;

	for (size_t i = 0; i < call->query_count; i++)
		lx_helix_query_add(&all, call->query[i].name, call->query[i].value);
	const char *list = lx_helix_oversized_list(row, &all, &gather->part);
	for (size_t i = 0; i < all.pairs.num; i++) {
		const struct lx_helix_pair *pair = &all.pairs.array[i];
		bool in_list = list && (strcmp(pair->name, list) == 0 || shares_limit(row, pair->name));
		has_first = has_first || strcmp(pair->name, "first") == 0;
		lx_helix_query_add(in_list ? &gather->list : &gather->fixed, pair->name, pair->value);
	}
	if (list && row->group_max)
		gather->part = row->group_max;
	/* a list must come back whole, however small the pages are */
	if (list && !max_items)
		gather->max_items = SIZE_MAX;
	if (!has_first && lx_helix_page_max(call->endpoint)) {
		char most[16];
		snprintf(most, sizeof(most), "%u", (unsigned)lx_helix_page_max(call->endpoint));
		lx_helix_query_add(&gather->fixed, "first", most);
	}
	lx_helix_query_finish(&all);
	begin_part(gather, 0);
	ask(gather);
}
