/*
 * Limits of an endpoint, checked before anything is sent, with a sentence that names the field.
 *
 * Threads: no shared state.
 */
#pragma once

#include <util/darray.h>

#include "locale/text.h"
#include "twitch/helix_endpoints.h"

#include <cjson/cJSON.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Parameters of a query in their order; a list repeats the name. Owns its strings. */
struct lx_helix_pair {
	char *name, *value;
};

struct lx_helix_query {
	DARRAY(struct lx_helix_pair) pairs;
};

void lx_helix_query_add(struct lx_helix_query *query, const char *name, const char *value);
void lx_helix_query_finish(struct lx_helix_query *query);
/* Appends "?name=value&…", encoded; nothing for an empty query. */
void lx_helix_query_print(const struct lx_helix_query *query, struct dstr *out);

/*
 * Fills in what must be the token's user and is required but missing (`user_id`, "" = not known), then compares everything with
 * the row. `body` is NULL or an object that may grow. Returns false with a sentence for the user appended to `sentence`.
 */
bool lx_helix_check(const struct lx_helix_row *row, struct lx_helix_query *query, cJSON *body, const char *user_id,
		    const struct lx_text *text, struct dstr *sentence);

/* The name of a list parameter that is given more often than one request may carry; NULL when there is none. */
const char *lx_helix_oversized_list(const struct lx_helix_row *row, const struct lx_helix_query *query, uint32_t *most);

#ifdef __cplusplus
}
#endif
