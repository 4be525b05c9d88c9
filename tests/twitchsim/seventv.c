#include "seventv.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "journal.h"
#include "json.h"

#define HEARTBEAT_MS 45000

enum { OP_DISPATCH = 0, OP_HELLO = 1, OP_HEARTBEAT = 2, OP_RECONNECT = 4, OP_ACK = 5, OP_SUBSCRIBE = 35 };

static char mark; /* its address tells our connections from others */

struct listener {
	struct lx_sim *sim;
	struct lws *wsi;
	uint64_t number;
	bool wants_set;
	uint16_t close_code;
	DARRAY(char *) out;
};

struct sim_seventv {
	DARRAY(struct listener *) listeners;
	DARRAY(char *) added; /* names */
	uint64_t connections;
};

static void put(struct listener *listener, int op, cJSON *d)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "op", op);
	sim_json_put_int(json, "t", sim_now_ms(listener->sim));
	cJSON_AddItemToObject(json, "d", d);
	char *text = sim_json_print(json);
	da_push_back(listener->out, &text);
	lws_callback_on_writable(listener->wsi);
}

static void greet(struct listener *listener)
{
	cJSON *d = cJSON_CreateObject();
	sim_json_put_int(d, "heartbeat_interval", HEARTBEAT_MS);
	sim_json_put(d, "session_id", "d9f7a5b1c3e2");
	sim_json_put_int(d, "subscription_limit", 500);
	put(listener, OP_HELLO, d);
}

static void received(struct listener *listener, const char *text, size_t size)
{
	char line[300];
	snprintf(line, sizeof(line), "%.*s", (int)(size < 280 ? size : 280), text);
	sim_journal_line(listener->sim, "7tv", listener->number, NULL, line);
	cJSON *json = cJSON_ParseWithLength(text, size);
	const cJSON *d = cJSON_GetObjectItemCaseSensitive(json, "d");
	if (!json) {
		listener->close_code = 4002;
	} else if (sim_json_int(json, "op", -1) != OP_SUBSCRIBE) {
		listener->close_code = 4001;
	} else {
		const cJSON *condition = cJSON_GetObjectItemCaseSensitive(d, "condition");
		if (strcmp(sim_json_text(d, "type", ""), "emote_set.update") == 0 &&
		    strcmp(sim_json_text(condition, "object_id", ""), SIM_7TV_SET) == 0)
			listener->wants_set = true;
		cJSON *ack = cJSON_CreateObject();
		sim_json_put(ack, "command", "SUBSCRIBE");
		cJSON_AddItemToObject(ack, "data", cJSON_Duplicate(d, true));
		put(listener, OP_ACK, ack);
	}
	cJSON_Delete(json);
	lws_callback_on_writable(listener->wsi);
}

static int writable(struct listener *listener)
{
	if (listener->out.num) {
		char *text = listener->out.array[0];
		const size_t size = strlen(text);
		unsigned char *buffer = bmalloc(LWS_PRE + size);
		memcpy(buffer + LWS_PRE, text, size);
		const int written = lws_write(listener->wsi, buffer + LWS_PRE, size, LWS_WRITE_TEXT);
		bfree(buffer);
		bfree(text);
		da_erase(listener->out, 0);
		if (written < 0)
			return -1;
		lws_callback_on_writable(listener->wsi);
	} else if (listener->close_code) {
		lws_close_reason(listener->wsi, (enum lws_close_status)listener->close_code, NULL, 0);
		return -1;
	}
	return 0;
}

static void forget(struct listener *listener)
{
	struct sim_seventv *seventv = listener->sim->seventv;
	if (seventv)
		da_erase_item(seventv->listeners, &listener);
	for (size_t i = 0; i < listener->out.num; i++)
		bfree(listener->out.array[i]);
	da_free(listener->out);
	bfree(listener);
}

bool sim_seventv_owns(struct lws *wsi, enum lws_callback_reasons reason)
{
	char path[64];
	if (reason != LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION)
		return lws_get_opaque_user_data(wsi) == &mark;
	if (lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI) < 0 || strcmp(path, "/7tv/v3") != 0)
		return false;
	lws_set_opaque_user_data(wsi, &mark);
	return true;
}

int sim_seventv_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct listener **place = user, *listener = place ? *place : NULL;
	struct lx_sim *sim = lws_context_user(lws_get_context(wsi));
	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		listener = *place = bzalloc(sizeof(*listener));
		listener->sim = sim;
		listener->wsi = wsi;
		listener->number = ++sim->seventv->connections;
		da_push_back(sim->seventv->listeners, &listener);
		greet(listener);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		if (listener)
			received(listener, in, size);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return listener ? writable(listener) : 0;
	case LWS_CALLBACK_CLOSED:
		if (listener) {
			*place = NULL;
			forget(listener);
		}
		return 0;
	default:
		return 0;
	}
}

struct sim_seventv *sim_seventv_create(struct lx_sim *sim)
{
	(void)sim;
	return bzalloc(sizeof(struct sim_seventv));
}

void sim_seventv_destroy(struct sim_seventv *seventv)
{
	if (!seventv)
		return;
	da_free(seventv->listeners);
	for (size_t i = 0; i < seventv->added.num; i++)
		bfree(seventv->added.array[i]);
	da_free(seventv->added);
	bfree(seventv);
}

static size_t find(const struct sim_seventv *seventv, const char *name)
{
	for (size_t i = 0; seventv && i < seventv->added.num; i++) {
		if (strcmp(seventv->added.array[i], name) == 0)
			return i;
	}
	return DARRAY_INVALID;
}

bool sim_seventv_has(const struct lx_sim *sim, const char *name)
{
	return find(sim->seventv, name) != DARRAY_INVALID;
}

static void announce(struct lx_sim *sim, const char *kind, const cJSON *old_value, const cJSON *value)
{
	for (size_t i = 0; i < sim->seventv->listeners.num; i++) {
		struct listener *listener = sim->seventv->listeners.array[i];
		if (!listener->wants_set)
			continue;
		cJSON *d = cJSON_CreateObject();
		sim_json_put(d, "type", "emote_set.update");
		cJSON *body = cJSON_AddObjectToObject(d, "body");
		sim_json_put(body, "id", SIM_7TV_SET);
		sim_json_put_int(body, "kind", 3);
		cJSON *change = cJSON_CreateObject();
		sim_json_put(change, "key", "emotes");
		sim_json_put_int(change, "index", 2);
		sim_json_put(change, "type", "object");
		cJSON_AddItemToObject(change, "old_value",
				      old_value ? cJSON_Duplicate(old_value, true) : cJSON_CreateNull());
		cJSON_AddItemToObject(change, "value", value ? cJSON_Duplicate(value, true) : cJSON_CreateNull());
		cJSON_AddItemToArray(cJSON_AddArrayToObject(body, kind), change);
		put(listener, OP_DISPATCH, d);
	}
}

cJSON *sim_seventv_control(struct lx_sim *sim, const cJSON *json)
{
	struct sim_seventv *seventv = sim->seventv;
	const char *action = sim_json_text(json, "action", ""), *name = sim_json_text(json, "name", "peepoNew");
	if (strcmp(action, "reconnect") == 0) {
		for (size_t i = 0; i < seventv->listeners.num; i++)
			put(seventv->listeners.array[i], OP_RECONNECT, cJSON_CreateObject());
		return sim_json_ok();
	}
	if (strcmp(action, "close") == 0) {
		for (size_t i = 0; i < seventv->listeners.num; i++) {
			seventv->listeners.array[i]->close_code = (uint16_t)sim_json_int(json, "code", 4000);
			lws_callback_on_writable(seventv->listeners.array[i]->wsi);
		}
		return sim_json_ok();
	}
	cJSON *emote = sim_picture_7tv_emote(name);
	const size_t at = find(seventv, name);
	if (!emote)
		return sim_json_error("no such emote");
	if (strcmp(action, "add") == 0 && at == DARRAY_INVALID) {
		char *copy = bstrdup(name);
		da_push_back(seventv->added, &copy);
		announce(sim, "pushed", NULL, emote);
	} else if (strcmp(action, "remove") == 0 && at != DARRAY_INVALID) {
		bfree(seventv->added.array[at]);
		da_erase(seventv->added, at);
		announce(sim, "pulled", emote, NULL);
	} else if (strcmp(action, "rename") == 0 && at != DARRAY_INVALID) {
		cJSON *renamed = cJSON_Duplicate(emote, true);
		cJSON_ReplaceItemInObjectCaseSensitive(renamed, "name",
						       cJSON_CreateString(sim_json_text(json, "to", "peepoOther")));
		announce(sim, "updated", emote, renamed);
		cJSON_Delete(renamed);
	} else {
		cJSON_Delete(emote);
		return sim_json_error("add, remove or rename what is there, reconnect, or close");
	}
	cJSON_Delete(emote);
	return sim_json_ok();
}
