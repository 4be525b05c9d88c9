#include "chat/emote_updates.h"

#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/dstr.h>

#include "chat/emotes.h"
#include "net/backoff.h"
#include "net/websocket.h"

#define HEARTBEAT_MS 45000 /* until the service says otherwise */
#define HEARTBEAT_MIN_MS 1000
#define HEARTBEAT_MAX_MS 600000
#define MISSED_HEARTBEATS 3
#define MAX_MESSAGE (2u * 1024 * 1024) /* a whole set may be put in at once */

/* EventAPI: operation codes. */
enum {
	OP_DISPATCH = 0,
	OP_HELLO = 1,
	OP_HEARTBEAT = 2,
	OP_RECONNECT = 4,
	OP_END_OF_STREAM = 7,
	OP_SUBSCRIBE = 35,
};

struct lx_emote_updates {
	struct lx_emote_updates_config config;
	char *url, *user_agent, *ca_file;
	char *set_id, *user_id;
	struct lx_websocket *socket;
	uint64_t retry, silence; /* timers */
	uint32_t heartbeat_ms;
	bool was_connected; /* something may have been missed */
	struct lx_backoff backoff;
};

static void connect_now(void *data);

static void disconnect(struct lx_emote_updates *updates)
{
	lx_loop_cancel(updates->config.loop, updates->retry);
	lx_loop_cancel(updates->config.loop, updates->silence);
	updates->retry = updates->silence = 0;
	lx_websocket_destroy(updates->socket);
	updates->socket = NULL;
}

static void connect_later(struct lx_emote_updates *updates)
{
	disconnect(updates);
	updates->retry = lx_loop_after(updates->config.loop, lx_backoff_next(&updates->backoff, updates->config.random),
				       connect_now, updates);
}

static void on_silence(void *data)
{
	struct lx_emote_updates *updates = data;
	updates->silence = 0;
	connect_later(updates);
}

static void heard(struct lx_emote_updates *updates)
{
	lx_loop_cancel(updates->config.loop, updates->silence);
	updates->silence = lx_loop_after(updates->config.loop, (uint64_t)updates->heartbeat_ms * MISSED_HEARTBEATS,
					 on_silence, updates);
}

/* --- what is sent ------------------------------------------------------------------------------------------------ */

static void subscribe(struct lx_emote_updates *updates, const char *type, const char *object_id)
{
	struct dstr text = {0};
	/* Ids are letters and digits: nothing to escape. */
	dstr_printf(&text, "{\"op\":%d,\"d\":{\"type\":\"%s\",\"condition\":{\"object_id\":\"%s\"}}}", OP_SUBSCRIBE,
		    type, object_id);
	lx_websocket_send(updates->socket, text.array, text.len);
	dstr_free(&text);
}

/* --- what comes -------------------------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *json, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
	return cJSON_IsString(member) ? member->valuestring : "";
}

static void take_hello(struct lx_emote_updates *updates, const cJSON *d)
{
	const cJSON *interval = cJSON_GetObjectItemCaseSensitive(d, "heartbeat_interval");
	const double ms = cJSON_IsNumber(interval) ? interval->valuedouble : HEARTBEAT_MS;
	updates->heartbeat_ms = ms < HEARTBEAT_MIN_MS   ? HEARTBEAT_MIN_MS
				: ms > HEARTBEAT_MAX_MS ? HEARTBEAT_MAX_MS
							: (uint32_t)ms;
	subscribe(updates, "emote_set.update", updates->set_id);
	if (*updates->user_id)
		subscribe(updates, "user.update", updates->user_id);
	lx_backoff_reset(&updates->backoff);
	if (updates->was_connected)
		updates->config.stale(updates->config.data);
	updates->was_connected = true;
}

static void take_dispatch(struct lx_emote_updates *updates, const cJSON *d)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(d, "body");
	const char *type = text_of(d, "type");
	if (strcmp(type, "emote_set.update") == 0 && strcmp(text_of(body, "id"), updates->set_id) == 0)
		updates->config.changed(body, updates->config.data);
	else if (strcmp(type, "user.update") == 0)
		updates->config.stale(updates->config.data);
}

static void on_message(const char *text, size_t size, void *data)
{
	struct lx_emote_updates *updates = data;
	cJSON *json = cJSON_ParseWithLength(text, size);
	const cJSON *op = cJSON_GetObjectItemCaseSensitive(json, "op");
	const cJSON *d = cJSON_GetObjectItemCaseSensitive(json, "d");
	const int code = cJSON_IsNumber(op) ? op->valueint : -1;
	if (code == OP_HELLO)
		take_hello(updates, d);
	else if (code == OP_DISPATCH)
		take_dispatch(updates, d);
	cJSON_Delete(json);
	if (code == OP_RECONNECT || code == OP_END_OF_STREAM)
		connect_later(updates);
	else
		heard(updates);
}

/* Close codes after which the README asks not to come back: what we said was wrong, and would be again. */
static bool is_final(uint16_t code)
{
	switch (code) {
	case 4001: /* unknown operation */
	case 4002: /* invalid payload */
	case 4003: /* authentication failed */
	case 4004: /* already identified */
	case 4009: /* already subscribed */
	case 4010: /* not subscribed */
	case 4011: /* insufficient privilege */
		return true;
	default:
		return false;
	}
}

static void on_end(const struct lx_websocket_end *end, void *data)
{
	struct lx_emote_updates *updates = data;
	if (is_final(end->code) || end->error == LX_HTTP_REFUSED) {
		blog(LOG_INFO, "[liveXtrem] 7TV tells of no changes (%u): its emotes are asked for every half hour",
		     (unsigned)end->code);
		disconnect(updates);
	} else {
		connect_later(updates);
	}
}

static void on_open(void *data)
{
	heard(data);
}

static void connect_now(void *data)
{
	struct lx_emote_updates *updates = data;
	updates->retry = 0;
	updates->heartbeat_ms = HEARTBEAT_MS;
	updates->socket = lx_websocket_open(&(struct lx_websocket_config){
		.loop = updates->config.loop,
		.url = updates->url,
		.user_agent = updates->user_agent,
		.ca_file = updates->ca_file,
		.max_message = MAX_MESSAGE,
		.handler = {on_open, on_message, on_end, updates},
	});
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct lx_emote_updates *lx_emote_updates_create(const struct lx_emote_updates_config *config)
{
	struct lx_emote_updates *updates = bzalloc(sizeof(*updates));
	updates->config = *config;
	updates->url = bstrdup(config->url ? config->url : "");
	updates->user_agent = config->user_agent ? bstrdup(config->user_agent) : NULL;
	updates->ca_file = config->ca_file ? bstrdup(config->ca_file) : NULL;
	updates->set_id = bstrdup("");
	updates->user_id = bstrdup("");
	return updates;
}

void lx_emote_updates_destroy(struct lx_emote_updates *updates)
{
	if (!updates)
		return;
	disconnect(updates);
	bfree(updates->url);
	bfree(updates->user_agent);
	bfree(updates->ca_file);
	bfree(updates->set_id);
	bfree(updates->user_id);
	bfree(updates);
}

void lx_emote_updates_watch(struct lx_emote_updates *updates, const char *set_id, const char *user_id)
{
	const char *set = lx_emote_id_valid(set_id) ? set_id : "";
	const char *user = lx_emote_id_valid(user_id) ? user_id : "";
	if (strcmp(updates->set_id, set) == 0 && strcmp(updates->user_id, user) == 0)
		return;
	disconnect(updates);
	bfree(updates->set_id);
	bfree(updates->user_id);
	updates->set_id = bstrdup(set);
	updates->user_id = bstrdup(user);
	updates->was_connected = false;
	lx_backoff_reset(&updates->backoff);
	if (*set && *updates->url && lx_websocket_available())
		updates->retry = lx_loop_after(updates->config.loop, 0, connect_now, updates);
}
