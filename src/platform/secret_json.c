#include "platform/secret_json.h"

#include <string.h>

#include "platform/secret_store.h"

/* Depth is bounded by cJSON's own parser. */
static void wipe(cJSON *json)
{
	for (; json; json = json->next) {
		if (json->valuestring)
			lx_secret_wipe(json->valuestring, strlen(json->valuestring));
		wipe(json->child);
	}
}

void lx_secret_json_delete(cJSON *json)
{
	wipe(json);
	cJSON_Delete(json);
}
