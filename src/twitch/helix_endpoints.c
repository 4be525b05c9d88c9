#include "twitch/helix_endpoints.h"

#include <string.h>

#include <util/dstr.h>

/* clang-format off: one row reads as one sentence */

/* Kinds of fields. The arguments behind the name are flags and limits. */
#define TEXT(field, flags, ...)   {.name = field, LX_HELIX_TEXT, flags, __VA_ARGS__}
#define ID(field, flags, ...)     {.name = field, LX_HELIX_ID, flags, __VA_ARGS__}
#define INT(field, flags, ...)    {.name = field, LX_HELIX_INT, flags, __VA_ARGS__}
#define NUMBER(field, flags, ...) {.name = field, LX_HELIX_NUMBER, flags, __VA_ARGS__}
#define BOOL(field, flags, ...)   {.name = field, LX_HELIX_BOOL, flags, __VA_ARGS__}
#define TIME(field, flags, ...)   {.name = field, LX_HELIX_TIME, flags, __VA_ARGS__}
#define WORD(field, flags, ...)   {.name = field, LX_HELIX_WORD, flags, .words = __VA_ARGS__}
#define OBJECT(field, flags, ...) {.name = field, LX_HELIX_OBJECT, flags, __VA_ARGS__}

#define REQUIRED LX_HELIX_REQUIRED
#define LIST LX_HELIX_LIST
#define GROUP LX_HELIX_GROUP
#define SELF (LX_HELIX_REQUIRED | LX_HELIX_TOKEN_USER)

#define FIELDS(...) {__VA_ARGS__, {.name = NULL}}
#define nothing {{.name = NULL}}
#define IDS(field, flags, count) ID(field, (flags) | LIST, .max_count = count)

#define BROADCASTER ID("broadcaster_id", REQUIRED, 0)
#define OWN_CHANNEL ID("broadcaster_id", SELF, 0)
#define MODERATOR ID("moderator_id", SELF, 0)
#define AFTER TEXT("after", 0, 0)
#define BEFORE TEXT("before", 0, 0)
#define PAGE(most) INT("first", 0, 1, most), AFTER
#define CLIP_SECONDS NUMBER("duration", 0, 5, 60)

#define READ_FLAGS .flags = LX_HELIX_REPEATABLE
#define TWICE_IS_ONCE .flags = LX_HELIX_REPEATABLE
#define ONCE .flags = 0 /* what may have been done is not tried again */

#define REWARD_FIELDS(need) \
	TEXT("title", need, 1, 45), INT("cost", need, 1, 1000000000), TEXT("prompt", 0, 0), BOOL("is_enabled", 0, 0), \
	{.name = "background_color", LX_HELIX_COLOR, 0}, BOOL("is_user_input_required", 0, 0), \
	BOOL("is_max_per_stream_enabled", 0, 0), \
	INT("max_per_stream", 0, 1, 1e9, .required_when = "is_max_per_stream_enabled=true"), \
	BOOL("is_max_per_user_per_stream_enabled", 0, 0), \
	INT("max_per_user_per_stream", 0, 1, 1e9, .required_when = "is_max_per_user_per_stream_enabled=true"), \
	BOOL("is_global_cooldown_enabled", 0, 0), \
	INT("global_cooldown_seconds", 0, 1, 1e9, .required_when = "is_global_cooldown_enabled=true"), \
	BOOL("should_redemptions_skip_request_queue", 0, 0)

#define AUTOMOD_LEVEL(field) INT(field, 0, 0, 4, .required_when = "!overall_level")

#define CHAT_COLORS \
	"blue blue_violet cadet_blue chocolate coral dodger_blue firebrick golden_rod green hot_pink orange_red red " \
	"sea_green spring_green yellow_green"

#define SEGMENT_MINUTES(need) {.name = "duration", LX_HELIX_DIGITS, need, 30, 1380}

/* First the lists, */
#define READ(id, where, scope, query_fields, body_fields, ...) \
	static const struct lx_helix_field id##_query[] = query_fields, id##_body[] = body_fields;
#define WRITE(id, verb, where, scope, query_fields, body_fields, ...) \
	static const struct lx_helix_field id##_query[] = query_fields, id##_body[] = body_fields;
#include "twitch/helix_endpoints_rows.h"
#undef READ
#undef WRITE

/* then what points to them. What a row says behind its lists goes on behind `body`. */
#define ROW(id, verb, where, scope) \
	.endpoint = LX_HELIX_##id, .cost = 1, .method = verb, .path = where, .scopes = scope, .query = id##_query, \
	.body = id##_body
#define READ(id, where, scope, query_fields, body_fields, ...) \
	[LX_HELIX_##id] = {ROW(id, "GET", where, scope), __VA_ARGS__},
#define WRITE(id, verb, where, scope, query_fields, body_fields, ...) \
	[LX_HELIX_##id] = {ROW(id, verb, where, scope), __VA_ARGS__},

static const struct lx_helix_row rows[LX_HELIX_ENDPOINT_COUNT] = {
#include "twitch/helix_endpoints_rows.h"
};

/* clang-format on */

const struct lx_helix_row *lx_helix_row(enum lx_helix_endpoint endpoint)
{
	return endpoint > LX_HELIX_OTHER && endpoint < LX_HELIX_ENDPOINT_COUNT ? &rows[endpoint] : NULL;
}

enum lx_helix_endpoint lx_helix_endpoint_find(const char *method, const char *path)
{
	size_t slash = *path == '/';

	for (size_t i = LX_HELIX_OTHER + 1; i < LX_HELIX_ENDPOINT_COUNT; i++)
		if (astrcmpi(rows[i].method, method) == 0 && strcmp(rows[i].path + 1, path + slash) == 0)
			return (enum lx_helix_endpoint)i;
	return LX_HELIX_OTHER;
}

const struct lx_helix_field *lx_helix_field(const struct lx_helix_field *fields, const char *name)
{
	for (const struct lx_helix_field *field = fields; field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

uint32_t lx_helix_page_max(enum lx_helix_endpoint endpoint)
{
	const struct lx_helix_row *row = lx_helix_row(endpoint);
	const struct lx_helix_field *first = row ? lx_helix_field(row->query, "first") : NULL;

	return first ? (uint32_t)first->max : 0;
}
