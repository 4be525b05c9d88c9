#include "json.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "sim.h"

const char *sim_json_text(const cJSON *json, const char *name, const char *fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	return cJSON_IsString(item) ? item->valuestring : fallback;
}

int64_t sim_json_int(const cJSON *json, const char *name, int64_t fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	if (cJSON_IsNumber(item))
		return (int64_t)item->valuedouble;
	if (cJSON_IsString(item) && *item->valuestring)
		return strtoll(item->valuestring, NULL, 10);
	return fallback;
}

double sim_json_real(const cJSON *json, const char *name, double fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	if (cJSON_IsNumber(item))
		return item->valuedouble;
	if (cJSON_IsString(item) && *item->valuestring)
		return strtod(item->valuestring, NULL);
	return fallback;
}

bool sim_json_bool(const cJSON *json, const char *name, bool fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item);
	if (cJSON_IsNumber(item))
		return item->valuedouble != 0;
	if (cJSON_IsString(item))
		return strcmp(item->valuestring, "true") == 0 || strcmp(item->valuestring, "1") == 0;
	return fallback;
}

bool sim_json_has(const cJSON *json, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(json, name) != NULL;
}

void sim_json_put(cJSON *json, const char *name, const char *value)
{
	cJSON_AddItemToObject(json, name, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void sim_json_put_int(cJSON *json, const char *name, int64_t value)
{
	cJSON_AddNumberToObject(json, name, (double)value);
}

void sim_json_put_bool(cJSON *json, const char *name, bool value)
{
	cJSON_AddBoolToObject(json, name, value);
}

void sim_json_put_null(cJSON *json, const char *name)
{
	cJSON_AddNullToObject(json, name);
}

void sim_json_set(cJSON *json, const char *name, cJSON *value)
{
	if (cJSON_HasObjectItem(json, name))
		cJSON_ReplaceItemInObjectCaseSensitive(json, name, value);
	else
		cJSON_AddItemToObject(json, name, value);
}

void sim_json_put_time(cJSON *json, const char *name, int64_t ms, int digits)
{
	char text[40];
	sim_json_put(json, name, ms > 0 ? sim_time_text(ms, digits, text) : NULL);
}

cJSON *sim_json_ok(void)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddTrueToObject(json, "ok");
	return json;
}

cJSON *sim_json_error(const char *message)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "error", message);
	return json;
}

char *sim_json_print(cJSON *json)
{
	char *printed = cJSON_PrintUnformatted(json);
	char *text = bstrdup(printed ? printed : "null");
	cJSON_free(printed);
	cJSON_Delete(json);
	return text;
}
