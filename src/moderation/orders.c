#include "moderation/orders.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "locale/utf8.h"

#define MAX_REASON 500 /* characters */
#define SHORTEST_PIN_S 30
#define LONGEST_PIN_S 1800

enum about { ABOUT_USER, ABOUT_MESSAGE };

static const struct row {
	const char *word;
	enum lx_helix_endpoint endpoint;
	enum about about;
	bool owners;
	const char *wanted, *done; /* keys of sentences, %1 the person; done NULL: an event of its own shows it */
} rows[LX_ORDER_COUNT] = {
	[LX_ORDER_WARN] = {"warn", LX_HELIX_WARN_CHAT_USER, ABOUT_USER, false, "Order.Warn", "Order.Warn.Done"},
	[LX_ORDER_BLOCK] = {"block", LX_HELIX_BLOCK_USER, ABOUT_USER, false, "Order.Block", "Order.Block.Done"},
	[LX_ORDER_UNBLOCK] = {"unblock", LX_HELIX_UNBLOCK_USER, ABOUT_USER, false, "Order.Unblock",
			      "Order.Unblock.Done"},
	[LX_ORDER_MOD] = {"mod", LX_HELIX_ADD_MODERATOR, ABOUT_USER, true, "Order.Mod", "Order.Mod.Done"},
	[LX_ORDER_UNMOD] = {"unmod", LX_HELIX_REMOVE_MODERATOR, ABOUT_USER, true, "Order.Unmod", "Order.Unmod.Done"},
	[LX_ORDER_VIP] = {"vip", LX_HELIX_ADD_VIP, ABOUT_USER, true, "Order.Vip", "Order.Vip.Done"},
	[LX_ORDER_UNVIP] = {"unvip", LX_HELIX_REMOVE_VIP, ABOUT_USER, true, "Order.Unvip", "Order.Unvip.Done"},
	[LX_ORDER_PIN] = {"pin", LX_HELIX_PIN_MESSAGE, ABOUT_MESSAGE, false, "Order.Pin", NULL},
	[LX_ORDER_UNPIN] = {"unpin", LX_HELIX_UNPIN_MESSAGE, ABOUT_MESSAGE, false, "Order.Unpin", NULL},
	[LX_ORDER_ALLOW] = {"allow", LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE, ABOUT_MESSAGE, false, "Order.Allow", NULL},
	[LX_ORDER_DENY] = {"deny", LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE, ABOUT_MESSAGE, false, "Order.Deny", NULL},
	[LX_ORDER_MONITOR] = {"monitor", LX_HELIX_ADD_SUSPICIOUS_USER, ABOUT_USER, false, "Order.Monitor",
			      "Order.Monitor.Done"},
	[LX_ORDER_RESTRICT] = {"restrict", LX_HELIX_ADD_SUSPICIOUS_USER, ABOUT_USER, false, "Order.Restrict",
			       "Order.Restrict.Done"},
	[LX_ORDER_UNTREAT] = {"untreat", LX_HELIX_REMOVE_SUSPICIOUS_USER, ABOUT_USER, false, "Order.Untreat",
			      "Order.Untreat.Done"},
};

/* Handed to the helix; outlives the orders. */
struct link {
	struct lx_orders *orders; /* NULL: gone; on the loop's thread only */
	long references;
};

/* An order under way. */
struct pending {
	struct link *link;
	enum lx_order_kind kind;
	char *room_id, *channel, *user_id, *name, *message_id, *text;
	int64_t duration_s;
};

struct lx_orders {
	struct lx_orders_config config;
	struct link *link;
	pthread_mutex_t mutex; /* guards the channel */
	char *room_id, *channel;
};

enum lx_order_kind lx_order_of_word(const char *word)
{
	enum lx_order_kind kind = 0;
	while (kind < LX_ORDER_COUNT && strcmp(rows[kind].word, word) != 0)
		kind++;
	return kind;
}

const char *lx_order_word(enum lx_order_kind kind)
{
	return rows[kind].word;
}

enum lx_helix_endpoint lx_order_endpoint(enum lx_order_kind kind)
{
	return rows[kind].endpoint;
}

bool lx_order_is_owners(enum lx_order_kind kind)
{
	return rows[kind].owners;
}

static void release(struct link *link)
{
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

static void free_pending(struct pending *pending)
{
	release(pending->link);
	bfree(pending->room_id);
	bfree(pending->channel);
	bfree(pending->user_id);
	bfree(pending->name);
	bfree(pending->message_id);
	bfree(pending->text);
	bfree(pending);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static void tell(struct lx_orders *orders, const struct pending *pending, const char *id, const char *sentence)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(orders->config.clock);
	event.channel = pending->channel;
	event.room_id = pending->room_id;
	event.notice.id = id;
	event.notice.text = sentence;
	lx_bus_emit(orders->config.bus, &event);
}

static void finish(struct pending *pending, const struct lx_helix_result *result)
{
	struct lx_orders *orders = pending->link->orders;
	const struct row *row = &rows[pending->kind];
	struct dstr sentence = {0}, wanted = {0};

	if (orders && result->error == LX_HELIX_OK) {
		const char *args[] = {pending->name};
		if (row->done) {
			lx_text_format(orders->config.text, &sentence, row->done, args, 1);
			tell(orders, pending, "livextrem_order_done", sentence.array);
		}
		if ((pending->kind == LX_ORDER_PIN || pending->kind == LX_ORDER_UNPIN) && orders->config.pin_changed)
			orders->config.pin_changed(orders->config.data);
	} else if (orders && result->error != LX_HELIX_CANCELLED) {
		const char *args[] = {pending->name};
		lx_text_format(orders->config.text, &wanted, row->wanted, args, 1);
		const char *both[] = {wanted.array, result->message};
		lx_text_format(orders->config.text, &sentence, "Order.Failed", both, 2);
		tell(orders, pending, "livextrem_order_failed", sentence.array);
	}
	dstr_free(&sentence);
	dstr_free(&wanted);
	free_pending(pending);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	finish(data, result);
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

static char *body_of(const struct pending *pending)
{
	cJSON *root = cJSON_CreateObject();
	switch (pending->kind) {
	case LX_ORDER_WARN: {
		cJSON *fields = cJSON_AddObjectToObject(root, "data");
		cJSON_AddStringToObject(fields, "user_id", pending->user_id);
		cJSON_AddStringToObject(fields, "reason", pending->text);
		break;
	}
	case LX_ORDER_ALLOW:
	case LX_ORDER_DENY:
		cJSON_AddStringToObject(root, "msg_id", pending->message_id);
		cJSON_AddStringToObject(root, "action", pending->kind == LX_ORDER_ALLOW ? "ALLOW" : "DENY");
		break;
	case LX_ORDER_MONITOR:
	case LX_ORDER_RESTRICT:
		cJSON_AddStringToObject(root, "user_id", pending->user_id);
		cJSON_AddStringToObject(root, "status",
					pending->kind == LX_ORDER_RESTRICT ? "RESTRICTED" : "ACTIVE_MONITORING");
		break;
	default:
		cJSON_Delete(root);
		return NULL;
	}
	char *body = cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	return body;
}

static void send_request(struct lx_orders *orders, struct pending *pending)
{
	const struct row *row = &rows[pending->kind];
	struct lx_helix_param query[3];
	char seconds[24];
	char *body = body_of(pending);
	struct lx_helix_call call = {
		.endpoint = row->endpoint,
		.query = query,
		.body = body,
		.priority = LX_HELIX_MODERATION,
		.done = on_answer,
		.data = pending,
	};

	if (pending->kind == LX_ORDER_BLOCK || pending->kind == LX_ORDER_UNBLOCK) {
		query[call.query_count++] = (struct lx_helix_param){"target_user_id", pending->user_id};
	} else if (pending->kind != LX_ORDER_ALLOW && pending->kind != LX_ORDER_DENY) {
		query[call.query_count++] = (struct lx_helix_param){"broadcaster_id", pending->room_id};
		if (row->about == ABOUT_MESSAGE)
			query[call.query_count++] = (struct lx_helix_param){"message_id", pending->message_id};
		else if (!body)
			query[call.query_count++] = (struct lx_helix_param){"user_id", pending->user_id};
	}
	if (pending->kind == LX_ORDER_PIN && pending->duration_s) {
		snprintf(seconds, sizeof(seconds), "%lld", (long long)pending->duration_s);
		query[call.query_count++] = (struct lx_helix_param){"duration_seconds", seconds};
	}
	lx_helix_send(orders->config.helix, &call);
	cJSON_free(body);
}

static void on_found(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	if (!user || !pending->link->orders) {
		finish(pending, result);
		return;
	}
	bfree(pending->user_id);
	pending->user_id = bstrdup(user->id);
	send_request(pending->link->orders, pending);
}

/* The key of a sentence that says what is wrong with it; NULL: nothing. */
static const char *fault_of(const struct lx_order *order, const char *room_id)
{
	if ((unsigned)order->kind >= LX_ORDER_COUNT)
		return "Order.Error.Unknown";
	if (!*room_id)
		return "Order.Error.NoChannel";
	const bool user = (order->user_id && *order->user_id) || (order->user_login && *order->user_login);
	const bool message = order->message_id && *order->message_id;
	if (rows[order->kind].about == ABOUT_USER && !user)
		return "Order.Error.NoUser";
	if (rows[order->kind].about == ABOUT_MESSAGE && !message)
		return "Order.Error.NoMessage";
	const size_t length = lx_utf8_length(order->text ? order->text : "");
	if (order->kind == LX_ORDER_WARN && (!length || length > MAX_REASON))
		return "Order.Error.Reason";
	if (order->kind == LX_ORDER_PIN && order->duration_s &&
	    (order->duration_s < SHORTEST_PIN_S || order->duration_s > LONGEST_PIN_S))
		return "Order.Error.PinTime";
	return NULL;
}

static char *copy(const char *text)
{
	return bstrdup(text ? text : "");
}

bool lx_orders_give(struct lx_orders *orders, const struct lx_order *order, struct dstr *error)
{
	pthread_mutex_lock(&orders->mutex);
	char *room_id = bstrdup(orders->room_id), *channel = bstrdup(orders->channel);
	pthread_mutex_unlock(&orders->mutex);

	const char *fault = fault_of(order, room_id);
	if (fault) {
		dstr_cat(error, lx_text_get(orders->config.text, fault));
		bfree(room_id);
		bfree(channel);
		return false;
	}
	struct pending *pending = bzalloc(sizeof(*pending));
	os_atomic_inc_long(&orders->link->references);
	*pending = (struct pending){
		.link = orders->link,
		.kind = order->kind,
		.room_id = room_id,
		.channel = channel,
		.user_id = copy(order->user_id),
		.name = copy(order->user_login && *order->user_login ? order->user_login : order->user_id),
		.message_id = copy(order->message_id),
		.text = copy(order->text),
		.duration_s = order->duration_s,
	};
	if (rows[order->kind].about == ABOUT_USER && !*pending->user_id)
		lx_helix_find_user(orders->config.helix, order->user_login, LX_HELIX_MODERATION, on_found, pending);
	else
		send_request(orders, pending);
	return true;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

void lx_orders_set_channel(struct lx_orders *orders, const char *room_id, const char *login)
{
	pthread_mutex_lock(&orders->mutex);
	bfree(orders->room_id);
	bfree(orders->channel);
	orders->room_id = bstrdup(room_id);
	orders->channel = bstrdup(login);
	pthread_mutex_unlock(&orders->mutex);
}

static const char *string_of(calldata_t *call, const char *name)
{
	const char *text = calldata_string(call, name);
	return text ? text : "";
}

static void on_proc(void *data, calldata_t *call)
{
	struct dstr error = {0};
	const struct lx_order order = {
		.kind = lx_order_of_word(string_of(call, "order")),
		.user_id = string_of(call, "user_id"),
		.user_login = string_of(call, "user_login"),
		.message_id = string_of(call, "message_id"),
		.text = string_of(call, "text"),
		.duration_s = calldata_int(call, "duration_s"),
	};
	calldata_set_bool(call, "ok", lx_orders_give(data, &order, &error));
	calldata_set_string(call, "error", error.array ? error.array : "");
	dstr_free(&error);
}

void lx_orders_bind(struct lx_orders *orders, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_ORDER, on_proc, orders);
}

struct lx_orders *lx_orders_create(const struct lx_orders_config *config)
{
	struct lx_orders *orders = bzalloc(sizeof(*orders));
	orders->config = *config;
	pthread_mutex_init(&orders->mutex, NULL);
	orders->room_id = bstrdup("");
	orders->channel = bstrdup("");
	orders->link = bzalloc(sizeof(*orders->link));
	orders->link->orders = orders;
	orders->link->references = 1;
	return orders;
}

void lx_orders_destroy(struct lx_orders *orders)
{
	if (!orders)
		return;
	orders->link->orders = NULL;
	release(orders->link);
	pthread_mutex_destroy(&orders->mutex);
	bfree(orders->room_id);
	bfree(orders->channel);
	bfree(orders);
}
