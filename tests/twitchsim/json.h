/* Small helpers around cJSON: tolerant reading, short building. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

/* Reading: the member, or the fallback when it is missing or of another kind. Numbers and booleans are also taken from text. */
const char *sim_json_text(const cJSON *json, const char *name, const char *fallback);
int64_t sim_json_int(const cJSON *json, const char *name, int64_t fallback);
double sim_json_real(const cJSON *json, const char *name, double fallback);
bool sim_json_bool(const cJSON *json, const char *name, bool fallback);
bool sim_json_has(const cJSON *json, const char *name);

/* Building. NULL gives null. */
void sim_json_put(cJSON *json, const char *name, const char *value);
void sim_json_put_int(cJSON *json, const char *name, int64_t value);
void sim_json_put_bool(cJSON *json, const char *name, bool value);
void sim_json_put_null(cJSON *json, const char *name);
/* Adds or replaces; takes `value` over. */
void sim_json_set(cJSON *json, const char *name, cJSON *value);
/* RFC 3339; 0 and less give null. */
void sim_json_put_time(cJSON *json, const char *name, int64_t ms, int digits);
cJSON *sim_json_ok(void);                   /* {"ok":true} */
cJSON *sim_json_error(const char *message); /* {"error":…} */
/* Printed without spaces, to be freed with bfree. Takes `json` over. */
char *sim_json_print(cJSON *json);
