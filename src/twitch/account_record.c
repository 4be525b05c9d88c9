#include "twitch/account_record.h"

#include <string.h>

#include <util/bmem.h>

#include "platform/secret_json.h"
#include "platform/secret_store.h"

#define MAX_RECORD 32768

static const struct {
	const char *name;
	size_t offset;
} strings[] = {
	{"client_id", offsetof(struct lx_account_record, client_id)},
	{"user_id", offsetof(struct lx_account_record, user_id)},
	{"login", offsetof(struct lx_account_record, login)},
	{"token", offsetof(struct lx_account_record, token)},
	{"refresh_token", offsetof(struct lx_account_record, refresh_token)},
	{"scopes", offsetof(struct lx_account_record, scopes)},
};

#define STRING_COUNT (sizeof(strings) / sizeof(strings[0]))

static char **string_at(const struct lx_account_record *record, size_t index)
{
	return (char **)((char *)record + strings[index].offset);
}

void lx_account_record_init(struct lx_account_record *record)
{
	memset(record, 0, sizeof(*record));
	for (size_t i = 0; i < STRING_COUNT; i++)
		*string_at(record, i) = bstrdup("");
}

void lx_account_record_finish(struct lx_account_record *record)
{
	for (size_t i = 0; i < STRING_COUNT; i++)
		lx_secret_free(*string_at(record, i));
	memset(record, 0, sizeof(*record));
}

void lx_account_record_copy(struct lx_account_record *out, const struct lx_account_record *record)
{
	*out = *record;
	for (size_t i = 0; i < STRING_COUNT; i++)
		*string_at(out, i) = bstrdup(*string_at(record, i));
}

char *lx_account_record_encode(const struct lx_account_record *record)
{
	cJSON *json = cJSON_CreateObject();
	for (size_t i = 0; i < STRING_COUNT; i++)
		cJSON_AddStringToObject(json, strings[i].name, *string_at(record, i));
	cJSON_AddNumberToObject(json, "obtained_ms", (double)record->obtained_ms);
	cJSON_AddNumberToObject(json, "expires_ms", (double)record->expires_ms);

	char *text = bzalloc(MAX_RECORD);
	/* Printing into memory of our own leaves no copies behind. */
	if (!cJSON_PrintPreallocated(json, text, MAX_RECORD, false))
		*text = 0;
	lx_secret_json_delete(json);
	char *copy = bstrdup(text);
	lx_secret_wipe(text, MAX_RECORD);
	bfree(text);
	return copy;
}

static int64_t get_ms(const cJSON *json, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	double value = cJSON_IsNumber(item) ? item->valuedouble : 0;
	return value > 0 && value < 9e15 ? (int64_t)value : 0;
}

bool lx_account_record_decode(struct lx_account_record *out, const char *text)
{
	lx_account_record_init(out);
	cJSON *json = cJSON_Parse(text);
	for (size_t i = 0; i < STRING_COUNT; i++) {
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, strings[i].name));
		if (!value)
			continue;
		lx_secret_free(*string_at(out, i));
		*string_at(out, i) = bstrdup(value);
	}
	out->obtained_ms = get_ms(json, "obtained_ms");
	out->expires_ms = get_ms(json, "expires_ms");
	lx_secret_json_delete(json);
	return *out->token && *out->client_id;
}
