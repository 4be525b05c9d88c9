#include "eventsub.h"

#include "json.h"

struct sim_eventsub {
	int unused;
};

int sim_eventsub_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	return lws_callback_http_dummy(wsi, reason, user, in, size);
}

struct sim_eventsub *sim_eventsub_create(struct lx_sim *sim)
{
	return bzalloc(sizeof(struct sim_eventsub));
}

void sim_eventsub_destroy(struct sim_eventsub *eventsub)
{
	bfree(eventsub);
}

void sim_eventsub_revoke_user(struct lx_sim *sim, const struct sim_user *user, const char *status) {}

bool sim_eventsub_wants(struct lx_sim *sim, const char *type, const struct sim_channel *channel)
{
	return false;
}

cJSON *sim_eventsub_control(struct lx_sim *sim, const cJSON *json)
{
	return sim_json_error("not there yet");
}

cJSON *sim_eventsub_list(struct lx_sim *sim)
{
	return cJSON_CreateArray();
}
