#include "eventsub.h"

#include <stdio.h>
#include <stdlib.h>

#include "faults.h"
#include "generator.h"
#include "journal.h"
#include "json.h"
#include "server.h"
#include "world.h"

#define UNUSED_MS 10000
#define RECONNECT_MS 30000
#define PONG_MS 10000
#define PING_MS 30000
#define QUEUE_LIMIT 20000
#define STORM_TICK_US 10000
#define GONE_AFTER_MS 3600000

struct frame {
	unsigned char *data; /* LWS_PRE bytes of room, then the text */
	size_t size;
};

struct sim_session {
	struct lx_sim *sim;
	struct lws *wsi;
	struct sim_session *next, **link;
	uint64_t number;
	char id[32];
	int keepalive_s;
	int64_t connected_ms, unused_since_ms, last_sent_ms, ping_due_ms, pong_due_ms, reconnect_due_ms;
	char reconnect_token[33]; /* "" = none asked for */
	struct sim_session *replaces;
	bool keepalive_off, silent, handed_over;
	int close_code;
	DARRAY(struct frame) queue;
	lws_sorted_usec_list_t timer;
};

struct sim_eventsub {
	struct lx_sim *sim;
	struct sim_session *first;
	uint64_t next_number, sent;
	DARRAY(struct sim_subscription *) subscriptions;
	int ping_ms, unused_ms;
	int keepalive_s;         /* offered instead of what is asked for, 0 = not */
	char *last_notification; /* for sending it twice */
	struct {
		double rate, debt;
		char type[80];
		int64_t last_us;
		uint64_t left;
		lws_sorted_usec_list_t timer;
	} storm;
};

/* --- sending ----------------------------------------------------------------------------------------------------- */

static void drop_frames(struct sim_session *session)
{
	for (size_t i = 0; i < session->queue.num; i++)
		bfree(session->queue.array[i].data);
	da_free(session->queue);
}

static void close_session(struct sim_session *session, int code)
{
	if (session->close_code)
		return;
	session->close_code = code;
	lws_callback_on_writable(session->wsi);
}

static void send_text(struct sim_session *session, const char *text)
{
	if (session->silent || session->close_code)
		return;
	if (session->queue.num >= QUEUE_LIMIT) {
		close_session(session, 4005);
		return;
	}
	struct frame *frame = da_push_back_new(session->queue);
	frame->size = strlen(text);
	frame->data = bmalloc(LWS_PRE + frame->size);
	memcpy(frame->data + LWS_PRE, text, frame->size);
	session->last_sent_ms = sim_now_ms(session->sim);
	lws_callback_on_writable(session->wsi);
}

static cJSON *envelope(struct lx_sim *sim, const char *message_type, cJSON **payload)
{
	cJSON *json = cJSON_CreateObject(), *metadata = cJSON_AddObjectToObject(json, "metadata");
	char id[SIM_ID_SIZE];
	sim_new_id(sim, id);
	sim_json_put(metadata, "message_id", id);
	sim_json_put(metadata, "message_type", message_type);
	sim_json_put_time(metadata, "message_timestamp", sim_now_ms(sim), 9);
	*payload = cJSON_AddObjectToObject(json, "payload");
	return json;
}

static void send_json(struct sim_session *session, cJSON *json)
{
	char *text = sim_json_print(json);
	send_text(session, text);
	bfree(text);
}

static void put_session(cJSON *payload, const struct sim_session *session, const char *status, const char *url)
{
	cJSON *json = cJSON_AddObjectToObject(payload, "session");
	sim_json_put(json, "id", session->id);
	sim_json_put(json, "status", status);
	sim_json_put_time(json, "connected_at", session->connected_ms, 9);
	if (url)
		sim_json_put_null(json, "keepalive_timeout_seconds");
	else
		sim_json_put_int(json, "keepalive_timeout_seconds", session->keepalive_s);
	sim_json_put(json, "reconnect_url", url);
}

static void put_subscription(cJSON *payload, const struct sim_subscription *subscription)
{
	cJSON *json = cJSON_AddObjectToObject(payload, "subscription");
	sim_json_put(json, "id", subscription->id);
	sim_json_put(json, "status", subscription->status);
	sim_json_put(json, "type", subscription->type);
	sim_json_put(json, "version", subscription->version);
	sim_json_put_int(json, "cost", subscription->cost);
	cJSON_AddItemToObject(json, "condition", cJSON_Duplicate(subscription->condition, true));
	cJSON *transport = cJSON_AddObjectToObject(json, "transport");
	sim_json_put(transport, "method", "websocket");
	sim_json_put(transport, "session_id", subscription->session_id);
	sim_json_put_time(json, "created_at", subscription->created_ms, 9);
}

static void about_subscription(cJSON *json, const struct sim_subscription *subscription)
{
	cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");
	sim_json_put(metadata, "subscription_type", subscription->type);
	sim_json_put(metadata, "subscription_version", subscription->version);
}

static void revoke(struct lx_sim *sim, struct sim_subscription *subscription, const char *status)
{
	cJSON *payload, *json = envelope(sim, "revocation", &payload);
	subscription->status = status;
	about_subscription(json, subscription);
	put_subscription(payload, subscription);
	struct sim_session *session = subscription->session;
	if (session)
		send_json(session, json);
	else
		cJSON_Delete(json);
	subscription->session = NULL;
	subscription->disconnected_ms = sim_now_ms(sim);
}

void sim_eventsub_revoke_user(struct lx_sim *sim, const struct sim_user *user, const char *status)
{
	for (size_t i = 0; i < sim->eventsub->subscriptions.num; i++) {
		struct sim_subscription *subscription = sim->eventsub->subscriptions.array[i];
		if (subscription->user == user && subscription->session)
			revoke(sim, subscription, status);
	}
}

/* --- who gets what ----------------------------------------------------------------------------------------------- */

static bool fits(const cJSON *condition, const char *name, const char *value)
{
	const char *wanted = sim_json_text(condition, name, NULL);
	return !wanted || !*wanted || (value && strcmp(wanted, value) == 0);
}

static bool matches(const struct sim_subscription *subscription, const char *type, const struct sim_about *about)
{
	const cJSON *condition = subscription->condition;
	if (!subscription->session || strcmp(subscription->type, type) != 0)
		return false;
	const char *broadcaster = about->broadcaster ? about->broadcaster->id : NULL;
	if (!fits(condition, "broadcaster_user_id", broadcaster) || !fits(condition, "broadcaster_id", broadcaster) ||
	    !fits(condition, "from_broadcaster_user_id", about->from ? about->from->id : NULL) ||
	    !fits(condition, "to_broadcaster_user_id", about->to ? about->to->id : NULL) ||
	    !fits(condition, "reward_id", about->reward_id))
		return false;
	return !about->user || fits(condition, "user_id", about->user->id);
}

bool sim_eventsub_wants_about(struct lx_sim *sim, const char *type, const struct sim_about *about)
{
	for (size_t i = 0; sim->eventsub && i < sim->eventsub->subscriptions.num; i++) {
		if (matches(sim->eventsub->subscriptions.array[i], type, about))
			return true;
	}
	return false;
}

bool sim_eventsub_wants(struct lx_sim *sim, const char *type, const struct sim_channel *channel)
{
	return sim_eventsub_wants_about(sim, type, &(struct sim_about){.broadcaster = channel->user});
}

void sim_eventsub_emit(struct lx_sim *sim, const char *type, const struct sim_about *about, cJSON *event)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	char *printed = NULL;
	for (size_t i = 0; eventsub && i < eventsub->subscriptions.num; i++) {
		struct sim_subscription *subscription = eventsub->subscriptions.array[i];
		if (!matches(subscription, type, about))
			continue;
		if (!printed)
			printed = sim_json_print(cJSON_Duplicate(event, true));
		cJSON *payload, *json = envelope(sim, "notification", &payload);
		about_subscription(json, subscription);
		put_subscription(payload, subscription);
		cJSON_AddItemToObject(payload, "event", cJSON_CreateRaw(printed));
		char *text = sim_json_print(json);
		send_text(subscription->session, text);
		eventsub->sent++;
		bfree(eventsub->last_notification);
		eventsub->last_notification = text;
	}
	bfree(printed);
	cJSON_Delete(event);
}

/* --- subscriptions ----------------------------------------------------------------------------------------------- */

struct sim_session *sim_session_find(struct lx_sim *sim, const char *id)
{
	for (struct sim_session *session = sim->eventsub->first; session; session = session->next) {
		if (!session->close_code && !session->handed_over && strcmp(session->id, id) == 0)
			return session;
	}
	return NULL;
}

struct sim_user *sim_session_user(const struct sim_session *session)
{
	const struct sim_eventsub *eventsub = session->sim->eventsub;
	for (size_t i = 0; i < eventsub->subscriptions.num; i++) {
		if (eventsub->subscriptions.array[i]->session == session)
			return eventsub->subscriptions.array[i]->user;
	}
	return NULL;
}

size_t sim_subscription_count(struct lx_sim *sim)
{
	return sim->eventsub->subscriptions.num;
}

struct sim_subscription *sim_subscription_at(struct lx_sim *sim, size_t index)
{
	return sim->eventsub->subscriptions.array[index];
}

struct sim_subscription *sim_subscription_add(struct lx_sim *sim, struct sim_session *session, const char *type,
					      const char *version, const cJSON *condition, struct sim_user *user,
					      const struct sim_client *client, int cost)
{
	struct sim_subscription *subscription = bzalloc(sizeof(*subscription));
	sim_new_id(sim, subscription->id);
	subscription->type = type;
	subscription->version = version;
	subscription->status = "enabled";
	subscription->condition = cJSON_Duplicate(condition, true);
	snprintf(subscription->session_id, sizeof(subscription->session_id), "%s", session->id);
	subscription->session = session;
	subscription->user = user;
	subscription->client = client;
	subscription->created_ms = sim_now_ms(sim);
	subscription->connected_ms = session->connected_ms;
	subscription->cost = cost;
	session->unused_since_ms = 0;
	da_push_back(sim->eventsub->subscriptions, &subscription);
	sim_generator_wake(sim);
	return subscription;
}

static void subscription_destroy(struct sim_subscription *subscription)
{
	cJSON_Delete(subscription->condition);
	bfree(subscription);
}

void sim_subscription_remove(struct lx_sim *sim, struct sim_subscription *subscription)
{
	struct sim_session *session = subscription->session;
	da_erase_item(sim->eventsub->subscriptions, &subscription);
	subscription_destroy(subscription);
	if (session && !sim_session_user(session))
		session->unused_since_ms = sim_now_ms(sim);
}

cJSON *sim_subscription_json(const struct sim_subscription *subscription)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "id", subscription->id);
	sim_json_put(json, "status", subscription->status);
	sim_json_put(json, "type", subscription->type);
	sim_json_put(json, "version", subscription->version);
	cJSON_AddItemToObject(json, "condition", cJSON_Duplicate(subscription->condition, true));
	sim_json_put_time(json, "created_at", subscription->created_ms, 9);
	cJSON *transport = cJSON_AddObjectToObject(json, "transport");
	sim_json_put(transport, "method", "websocket");
	sim_json_put(transport, "session_id", subscription->session_id);
	sim_json_put_time(transport, "connected_at", subscription->connected_ms, 9);
	if (subscription->disconnected_ms)
		sim_json_put_time(transport, "disconnected_at", subscription->disconnected_ms, 9);
	sim_json_put_int(json, "cost", subscription->cost);
	return json;
}

/* Disabled ones are listed for an hour. */
static void forget_old(struct lx_sim *sim)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	for (size_t i = eventsub->subscriptions.num; i--;) {
		struct sim_subscription *subscription = eventsub->subscriptions.array[i];
		if (!subscription->disconnected_ms || sim_now_ms(sim) - subscription->disconnected_ms < GONE_AFTER_MS)
			continue;
		da_erase(eventsub->subscriptions, i);
		subscription_destroy(subscription);
	}
}

/* --- sessions ---------------------------------------------------------------------------------------------------- */

static void watch(lws_sorted_usec_list_t *timer)
{
	struct sim_session *session = lws_container_of(timer, struct sim_session, timer);
	struct lx_sim *sim = session->sim;
	int64_t now = sim_now_ms(sim);
	if (session->unused_since_ms && now - session->unused_since_ms >= sim->eventsub->unused_ms)
		close_session(session, 4003);
	else if (session->reconnect_due_ms && now >= session->reconnect_due_ms)
		close_session(session, session->handed_over ? 1000 : 4004);
	else if (session->pong_due_ms && now >= session->pong_due_ms)
		close_session(session, 4002);
	if (!session->close_code && !session->keepalive_off &&
	    now - session->last_sent_ms >= session->keepalive_s * 1000LL) {
		cJSON *payload, *json = envelope(sim, "session_keepalive", &payload);
		send_json(session, json);
	}
	if (!session->silent && now >= session->ping_due_ms)
		lws_callback_on_writable(session->wsi);
	lws_sul_schedule(sim->context, 0, &session->timer, watch, 250000);
}

static void greet(struct sim_session *session)
{
	cJSON *payload, *json = envelope(session->sim, "session_welcome", &payload);
	put_session(payload, session, "connected", NULL);
	send_json(session, json);
}

/* The subscriptions of the old connection go on here; the id stays. */
static void take_over(struct sim_session *session, struct sim_session *old)
{
	struct sim_eventsub *eventsub = session->sim->eventsub;
	memcpy(session->id, old->id, sizeof(session->id));
	session->keepalive_s = old->keepalive_s;
	session->unused_since_ms = old->unused_since_ms;
	for (size_t i = 0; i < eventsub->subscriptions.num; i++) {
		if (eventsub->subscriptions.array[i]->session == old)
			eventsub->subscriptions.array[i]->session = session;
	}
	old->handed_over = true;
	old->unused_since_ms = 0;
	*old->reconnect_token = '\0';
	session->unused_since_ms = sim_session_user(session) ? 0 : sim_now_ms(session->sim);
}

static void open_session(struct sim_session *session)
{
	struct lx_sim *sim = session->sim;
	struct sim_eventsub *eventsub = sim->eventsub;
	char path[64] = "", value[64];
	int64_t now = sim_now_ms(sim);
	sim_rng_token(&sim->world_rng, session->id, 28);
	memcpy(session->id, "AQoQ", 4);
	session->number = ++eventsub->next_number;
	session->connected_ms = session->unused_since_ms = session->last_sent_ms = now;
	session->ping_due_ms = now + eventsub->ping_ms;
	session->keepalive_s = 10;
	lws_hdr_copy(session->wsi, path, sizeof(path), WSI_TOKEN_GET_URI);
	if (lws_get_urlarg_by_name_safe(session->wsi, "keepalive_timeout_seconds", value, sizeof(value)) > 0) {
		int seconds = atoi(value);
		session->keepalive_s = seconds < 10 ? 10 : seconds > 600 ? 600 : seconds;
	}
	if (eventsub->keepalive_s)
		session->keepalive_s = eventsub->keepalive_s;
	session->next = eventsub->first;
	session->link = &eventsub->first;
	if (session->next)
		session->next->link = &session->next;
	eventsub->first = session;
	sim_journal_line(sim, "eventsub", session->number, NULL, "connect");
	lws_sul_schedule(sim->context, 0, &session->timer, watch, 250000);
	if (lws_get_urlarg_by_name_safe(session->wsi, "id", value, sizeof(value)) > 0) {
		struct sim_session *old = eventsub->first;
		while (old && (!*old->reconnect_token || strcmp(old->reconnect_token, value) != 0))
			old = old->next;
		if (!old) {
			close_session(session, 4007);
			return;
		}
		take_over(session, old);
	}
	greet(session);
}

static void session_closed(struct sim_session *session)
{
	struct sim_eventsub *eventsub = session->sim->eventsub;
	char line[48];
	snprintf(line, sizeof(line), "disconnect %d", session->close_code);
	sim_journal_line(session->sim, "eventsub", session->number, NULL, line);
	for (size_t i = 0; eventsub && i < eventsub->subscriptions.num; i++) {
		struct sim_subscription *subscription = eventsub->subscriptions.array[i];
		if (subscription->session != session)
			continue;
		subscription->session = NULL;
		subscription->status = "websocket_disconnected";
		subscription->disconnected_ms = sim_now_ms(session->sim);
	}
	lws_sul_cancel(&session->timer);
	*session->link = session->next;
	if (session->next)
		session->next->link = session->link;
	drop_frames(session);
	bfree(session);
}

static int writable(struct sim_session *session)
{
	struct sim_eventsub *eventsub = session->sim->eventsub;
	int64_t now = sim_now_ms(session->sim);
	if (session->queue.num) {
		struct frame frame = session->queue.array[0];
		da_erase(session->queue, 0);
		int written = lws_write(session->wsi, frame.data + LWS_PRE, frame.size, LWS_WRITE_TEXT);
		bfree(frame.data);
		if (written < 0)
			return -1;
		lws_callback_on_writable(session->wsi);
		return 0;
	}
	if (session->close_code) {
		lws_close_reason(session->wsi, (enum lws_close_status)session->close_code, NULL, 0);
		return -1;
	}
	if (now >= session->ping_due_ms && !session->silent) {
		unsigned char ping[LWS_PRE + 8];
		memcpy(ping + LWS_PRE, "sim-ping", 8);
		session->ping_due_ms = now + eventsub->ping_ms;
		if (!session->pong_due_ms)
			session->pong_due_ms = now + PONG_MS;
		return lws_write(session->wsi, ping + LWS_PRE, 8, LWS_WRITE_PING) < 0 ? -1 : 0;
	}
	return 0;
}

int sim_eventsub_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct sim_session **place = user, *session = place ? *place : NULL;
	struct lx_sim *sim = lws_context_user(lws_get_context(wsi));
	char path[64];
	switch (reason) {
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		if (lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI) < 0 || strcmp(path, "/ws") != 0)
			return -1;
		return 0;
	case LWS_CALLBACK_ESTABLISHED:
		session = *place = bzalloc(sizeof(*session));
		session->sim = sim;
		session->wsi = wsi;
		open_session(session);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		if (session) {
			char line[200];
			snprintf(line, sizeof(line), "received %.*s", (int)(size < 180 ? size : 180), (const char *)in);
			sim_journal_line(sim, "eventsub", session->number, NULL, line);
			close_session(session, 4001);
		}
		return 0;
	case LWS_CALLBACK_RECEIVE_PONG:
		if (session)
			session->pong_due_ms = 0;
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return session ? writable(session) : 0;
	case LWS_CALLBACK_CLOSED:
		if (session) {
			*place = NULL;
			session_closed(session);
		}
		return 0;
	default:
		return 0;
	}
}

struct sim_eventsub *sim_eventsub_create(struct lx_sim *sim)
{
	struct sim_eventsub *eventsub = bzalloc(sizeof(*eventsub));
	eventsub->sim = sim;
	eventsub->ping_ms = PING_MS;
	eventsub->unused_ms = UNUSED_MS;
	return eventsub;
}

void sim_eventsub_destroy(struct sim_eventsub *eventsub)
{
	if (!eventsub)
		return;
	lws_sul_cancel(&eventsub->storm.timer);
	for (size_t i = 0; i < eventsub->subscriptions.num; i++)
		subscription_destroy(eventsub->subscriptions.array[i]);
	da_free(eventsub->subscriptions);
	bfree(eventsub->last_notification);
	bfree(eventsub);
}

/* --- storm ------------------------------------------------------------------------------------------------------- */

static void storm_one(struct lx_sim *sim, const char *type)
{
	struct sim_rng *rng = &sim->world_rng;
	const struct sim_user *user = sim->users[sim_rng_below(rng, (uint32_t)sim->user_count)];
	cJSON *event = cJSON_CreateObject();
	sim_json_put(event, "user_id", user->id);
	sim_json_put(event, "user_login", user->login);
	sim_json_put(event, "user_name", user->name);
	sim_json_put(event, "broadcaster_user_id", sim->home->user->id);
	sim_json_put(event, "broadcaster_user_login", sim->home->user->login);
	sim_json_put(event, "broadcaster_user_name", sim->home->user->name);
	if (strcmp(type, "channel.follow") == 0) {
		sim_json_put_time(event, "followed_at", sim_now_ms(sim), 9);
	} else if (strcmp(type, "channel.cheer") == 0) {
		sim_json_put_bool(event, "is_anonymous", false);
		sim_json_put(event, "message", "Cheer1");
		sim_json_put_int(event, "bits", 1);
	} else if (strcmp(type, "channel.subscribe") == 0) {
		sim_json_put(event, "tier", "1000");
		sim_json_put_bool(event, "is_gift", true);
	}
	sim_eventsub_emit(sim, type, &(struct sim_about){.broadcaster = sim->home->user}, event);
}

static void storm_tick(lws_sorted_usec_list_t *timer)
{
	struct sim_eventsub *eventsub = lws_container_of(timer, struct sim_eventsub, storm.timer);
	int64_t now = lws_now_usecs();
	eventsub->storm.debt += (double)(now - eventsub->storm.last_us) * eventsub->storm.rate / 1e6;
	eventsub->storm.last_us = now;
	for (; eventsub->storm.debt >= 1 && eventsub->storm.left; eventsub->storm.debt--, eventsub->storm.left--)
		storm_one(eventsub->sim, eventsub->storm.type);
	if (eventsub->storm.left)
		lws_sul_schedule(eventsub->sim->context, 0, &eventsub->storm.timer, storm_tick, STORM_TICK_US);
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static void reconnect(struct sim_session *session, bool invalid)
{
	char url[200];
	bool tls = lws_is_ssl(session->wsi);
	sim_rng_token(&session->sim->world_rng, session->reconnect_token, 32);
	snprintf(url, sizeof(url), "%s?id=%s%s",
		 sim_server_url(session->sim->server, tls ? "eventsub_tls" : "eventsub"), session->reconnect_token,
		 invalid ? "x" : "");
	session->reconnect_due_ms = sim_now_ms(session->sim) + RECONNECT_MS;
	cJSON *payload, *json = envelope(session->sim, "session_reconnect", &payload);
	put_session(payload, session, "reconnecting", url);
	send_json(session, json);
}

static void ask_reconnect(struct sim_session *session, const cJSON *json)
{
	reconnect(session, sim_json_bool(json, "invalid_url", false));
}

static void close_with_code(struct sim_session *session, const cJSON *json)
{
	close_session(session, (int)sim_json_int(json, "code", 4000));
}

static void drop(struct sim_session *session, const cJSON *json)
{
	(void)json;
	lws_set_timeout(session->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void keepalive(struct sim_session *session, const cJSON *json)
{
	session->keepalive_off = !sim_json_bool(json, "enabled", true);
}

static void silent(struct sim_session *session, const cJSON *json)
{
	session->silent = session->keepalive_off = sim_json_bool(json, "on", true);
	session->last_sent_ms = sim_now_ms(session->sim);
}

static void ping(struct sim_session *session, const cJSON *json)
{
	(void)json;
	session->ping_due_ms = 0;
	lws_callback_on_writable(session->wsi);
}

/* Any text: bad JSON, unknown types, wrong types. */
static void raw(struct sim_session *session, const cJSON *json)
{
	send_text(session, sim_json_text(json, "text", "{"));
}

static void duplicate(struct sim_session *session, const cJSON *json)
{
	(void)json;
	if (session->sim->eventsub->last_notification)
		send_text(session, session->sim->eventsub->last_notification);
}

/* Any event of any type, for whoever subscribed. */
static cJSON *emit(struct lx_sim *sim, const cJSON *json)
{
	const cJSON *event = cJSON_GetObjectItemCaseSensitive(json, "event");
	const char *type = sim_json_text(json, "type", NULL);
	struct sim_channel *channel = sim_channel_by_login(sim, sim_json_text(json, "channel", "streamer"));
	if (!type || !cJSON_IsObject(event) || !channel)
		return sim_json_error("needs a type, an event and a channel that exists");
	struct sim_about about = {.broadcaster = channel->user, .to = channel->user};
	about.reward_id = sim_json_text(json, "reward_id", NULL);
	uint64_t before = sim->eventsub->sent;
	sim_eventsub_emit(sim, type, &about, cJSON_Duplicate(event, true));
	cJSON *answer = sim_json_ok();
	sim_json_put_int(answer, "sent", (int64_t)(sim->eventsub->sent - before));
	return answer;
}

static cJSON *storm(struct lx_sim *sim, const cJSON *json)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	eventsub->storm.rate = sim_json_real(json, "rate", 0);
	eventsub->storm.left = (uint64_t)sim_json_int(json, "count", 1 << 30);
	eventsub->storm.debt = 0;
	eventsub->storm.last_us = lws_now_usecs();
	snprintf(eventsub->storm.type, sizeof(eventsub->storm.type), "%s",
		 sim_json_text(json, "type", "channel.follow"));
	lws_sul_cancel(&eventsub->storm.timer);
	if (eventsub->storm.rate > 0)
		lws_sul_schedule(sim->context, 0, &eventsub->storm.timer, storm_tick, STORM_TICK_US);
	return sim_json_ok();
}

static cJSON *revoke_some(struct lx_sim *sim, const cJSON *json)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	const char *type = sim_json_text(json, "type", NULL), *which = sim_json_text(json, "id", NULL);
	const char *status = sim_json_text(json, "status", "authorization_revoked");
	static const char *const known[] = {"authorization_revoked", "user_removed", "version_removed",
					    "moderator_removed", "chat_user_banned"};
	int count = 0;
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
		for (size_t i = 0; strcmp(known[k], status) == 0 && i < eventsub->subscriptions.num; i++) {
			struct sim_subscription *subscription = eventsub->subscriptions.array[i];
			if (!subscription->session || (type && strcmp(type, subscription->type) != 0) ||
			    (which && strcmp(which, subscription->id) != 0))
				continue;
			revoke(sim, subscription, known[k]);
			count++;
		}
	}
	cJSON *answer = sim_json_ok();
	sim_json_put_int(answer, "revoked", count);
	return answer;
}

static cJSON *settings(struct lx_sim *sim, const cJSON *json)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	eventsub->ping_ms = (int)sim_json_int(json, "ping_ms", eventsub->ping_ms);
	eventsub->unused_ms = (int)sim_json_int(json, "unused_ms", eventsub->unused_ms);
	eventsub->keepalive_s = (int)sim_json_int(json, "keepalive_s", eventsub->keepalive_s);
	return sim_json_ok();
}

#define CODE(number) "{\"code\":" #number "}"

static const struct action {
	const char *name;
	void (*on_session)(struct sim_session *session, const cJSON *json); /* of these two, */
	cJSON *(*on_all)(struct lx_sim *sim, const cJSON *json);            /* one */
	const char *faults;                                                 /* see sim_faults_offer() */
} actions[] = {
	{"reconnect", ask_reconnect, NULL, "[{},{\"invalid_url\":true}]"},
	{"close", close_with_code, NULL,
	 "[" CODE(4000) "," CODE(4001) "," CODE(4002) "," CODE(4003) "," CODE(4004) "," CODE(4005) "," CODE(
		 4006) "," CODE(4007) "]"},
	{"drop", drop, NULL, NULL},
	{"keepalive", keepalive, NULL, "[{\"enabled\":false}]"},
	{"silent", silent, NULL, NULL},
	{"ping", ping, NULL, NULL},
	{"raw", raw, NULL,
	 "[{},{\"text\":\"[]\"},{\"text\":\"{\\\"metadata\\\":{\\\"message_type\\\":\\\"session_dance\\\"},"
	 "\\\"payload\\\":7}\"}]"},
	{"duplicate", duplicate, NULL, NULL},
	{"emit", NULL, emit, "[]"},
	{"storm", NULL, storm, "[{\"rate\":2000,\"count\":1000}]"},
	{"revoke", NULL, revoke_some, "[{\"type\":\"channel.update\",\"status\":\"version_removed\"}]"},
	{"settings", NULL, settings, "[]"},
};

void sim_eventsub_offer_faults(cJSON *list)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		sim_faults_offer(list, "eventsub", "action", actions[i].name, actions[i].faults);
}

cJSON *sim_eventsub_control(struct lx_sim *sim, const cJSON *json)
{
	struct sim_eventsub *eventsub = sim->eventsub;
	const char *name = sim_json_text(json, "action", ""), *id = sim_json_text(json, "session", NULL);
	const struct action *action = NULL;
	forget_old(sim);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]) && !action; i++)
		action = strcmp(actions[i].name, name) == 0 ? &actions[i] : NULL;
	if (!action)
		return sim_json_error("no such action");
	if (action->on_all)
		return action->on_all(sim, json);
	int count = 0;
	struct sim_session *next;
	for (struct sim_session *session = eventsub->first; session; session = next) {
		next = session->next;
		if (id && strcmp(session->id, id) != 0)
			continue;
		action->on_session(session, json);
		count++;
	}
	cJSON *answer = sim_json_ok();
	sim_json_put_int(answer, "sessions", count);
	return answer;
}

cJSON *sim_eventsub_list(struct lx_sim *sim)
{
	cJSON *json = cJSON_CreateObject(), *sessions = cJSON_AddArrayToObject(json, "sessions");
	for (const struct sim_session *session = sim->eventsub->first; session; session = session->next) {
		cJSON *item = cJSON_CreateObject();
		sim_json_put(item, "id", session->id);
		sim_json_put_int(item, "connection", (int64_t)session->number);
		sim_json_put_int(item, "keepalive_timeout_seconds", session->keepalive_s);
		sim_json_put_int(item, "waiting", (int64_t)session->queue.num);
		sim_json_put_bool(item, "handed_over", session->handed_over);
		cJSON_AddItemToArray(sessions, item);
	}
	cJSON *subscriptions = cJSON_AddArrayToObject(json, "subscriptions");
	for (size_t i = 0; i < sim->eventsub->subscriptions.num; i++)
		cJSON_AddItemToArray(subscriptions, sim_subscription_json(sim->eventsub->subscriptions.array[i]));
	sim_json_put_int(json, "sent", (int64_t)sim->eventsub->sent);
	return json;
}
