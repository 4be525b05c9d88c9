/*
 * JSON that holds secrets: cJSON frees without wiping.
 *
 * Threads: plain data.
 */
#pragma once

#include <cjson/cJSON.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Wipes every text of an object or array, however deep, and deletes it. NULL is accepted. */
void lx_secret_json_delete(cJSON *json);

#ifdef __cplusplus
}
#endif
