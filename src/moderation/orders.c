#include "moderation/orders.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "locale/utf8.h"
#include "net/mailbox.h"
#include "twitch/helix_message.h"

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

/* An order under way. */
struct pending {
	struct lx_orders *orders; /* valid while the mailbox is open */
	struct lx_mailbox *mailbox;
	enum lx_order_kind kind;
	char *room_id, *channel, *user_id, *name, *message_id, *text;
	int64_t duration_s;
	lx_outcome_told told;
	void *data;
};

struct lx_orders {
	struct lx_orders_config config;
	struct lx_mailbox *mailbox;
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

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = bstrdup(text);
}

static void free_pending(struct pending *pending)
{
	lx_mailbox_release(pending->mailbox);
	bfree(pending->room_id);
	bfree(pending->channel);
	bfree(pending->user_id);
	bfree(pending->name);
	bfree(pending->message_id);
	bfree(pending->text);
	bfree(pending);
}

/* Of an order to pin: no message that is there. */
static bool is_new_message(const struct pending *pending)
{
	return pending->kind == LX_ORDER_PIN && !*pending->message_id;
}

/* --- outcomes ----------------------------------------------------------------------------------------------------- */

static void notify(struct lx_orders *orders, const struct pending *pending, const char *id, const char *sentence)
{
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(orders->config.loop));
	event.channel = pending->channel;
	event.room_id = pending->room_id;
	event.notice.id = id;
	event.notice.text = sentence;
	lx_bus_emit(orders->config.bus, &event);
}

static void notify_failure(struct lx_orders *orders, const struct pending *pending, const char *reason)
{
	struct dstr sentence = {0}, wanted = {0};
	const char *name = pending->name;
	lx_text_format(orders->config.text, &wanted, rows[pending->kind].wanted, &name, 1);
	const char *both[] = {wanted.array, reason};
	lx_text_format(orders->config.text, &sentence, "Order.Failed", both, 2);
	notify(orders, pending, "livextrem_order_failed", sentence.array);
	dstr_free(&sentence);
	dstr_free(&wanted);
}

/* `reason`: the sentence of an error. */
static void finish(struct pending *pending, enum lx_helix_error error, const char *reason)
{
	struct lx_orders *orders = lx_mailbox_is_open(pending->mailbox) ? pending->orders : NULL;
	const enum lx_order_kind kind = pending->kind;
	const char *name = pending->name;
	struct dstr sentence = {0};

	if (error != LX_HELIX_OK)
		dstr_copy(&sentence, reason);
	else if (orders && rows[kind].done)
		lx_text_format(orders->config.text, &sentence, rows[kind].done, &name, 1);
	const char *said = sentence.array ? sentence.array : "";

	if (orders && error == LX_HELIX_OK && (kind == LX_ORDER_PIN || kind == LX_ORDER_UNPIN) &&
	    orders->config.pin_changed)
		orders->config.pin_changed(orders->config.data);
	if (pending->told)
		pending->told(&(struct lx_outcome){error, said}, pending->data);
	else if (orders && error == LX_HELIX_OK && *said)
		notify(orders, pending, "livextrem_order_done", said);
	else if (orders && error != LX_HELIX_OK && error != LX_HELIX_CANCELLED)
		notify_failure(orders, pending, said);
	dstr_free(&sentence);
	free_pending(pending);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	const bool sent = lx_mailbox_is_open(pending->mailbox) && is_new_message(pending) &&
			  result->error == LX_HELIX_OK;
	struct lx_decoded memory = {0};
	struct dstr reason = {0};
	size_t count;
	if (sent && lx_helix_explain_drop(lx_helix_decode_sent_message(&memory, result->data, &count),
					  pending->orders->config.text, &reason))
		finish(pending, LX_HELIX_INVALID, reason.array);
	else
		finish(pending, result->error, result->message);
	dstr_free(&reason);
	lx_decoded_finish(&memory);
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
	case LX_ORDER_PIN:
		if (is_new_message(pending)) {
			cJSON_AddStringToObject(root, "broadcaster_id", pending->room_id);
			cJSON_AddStringToObject(root, "message", pending->text);
			cJSON_AddBoolToObject(root, "pin", true);
		}
		break;
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
		break;
	}
	char *body = root->child ? cJSON_PrintUnformatted(root) : NULL;
	cJSON_Delete(root);
	return body;
}

/* Fills the query with what the endpoint takes of what the order says. */
static void send_to(struct lx_orders *orders, struct pending *pending, enum lx_helix_endpoint endpoint, char *body,
		    lx_helix_done done)
{
	char seconds[24] = "";
	if (pending->duration_s)
		snprintf(seconds, sizeof(seconds), "%lld", (long long)pending->duration_s);
	const struct lx_helix_param said[] = {
		{"broadcaster_id", pending->room_id}, {"user_id", pending->user_id},
		{"target_user_id", pending->user_id}, {"message_id", pending->message_id},
		{"duration_seconds", seconds},
	};
	struct lx_helix_param query[sizeof(said) / sizeof(*said)];
	struct lx_helix_call call = {
		.endpoint = endpoint,
		.query = query,
		.body = body,
		.priority = LX_HELIX_MODERATION,
		.done = done,
		.data = pending,
	};
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		if (*said[i].value && lx_helix_field(lx_helix_row(endpoint)->query, said[i].name))
			query[call.query_count++] = said[i];
	lx_helix_send(orders->config.helix, &call);
	cJSON_free(body);
}

static void send_request(struct lx_orders *orders, struct pending *pending)
{
	send_to(orders, pending, is_new_message(pending) ? LX_HELIX_SEND_CHAT_MESSAGE : rows[pending->kind].endpoint,
		body_of(pending), on_answer);
}

static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	if (!user || !lx_mailbox_is_open(pending->mailbox)) {
		finish(pending, user ? LX_HELIX_CANCELLED : result->error, result->message);
		return;
	}
	set(&pending->user_id, user->id);
	set(&pending->name, user->name);
	send_request(pending->orders, pending);
}

static void on_pinned(const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	const bool open = lx_mailbox_is_open(pending->mailbox);
	if (!open || (result->error != LX_HELIX_OK && result->error != LX_HELIX_NOT_FOUND)) {
		finish(pending, open ? result->error : LX_HELIX_CANCELLED, result->message);
		return;
	}
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_pin *pin = lx_helix_decode_pin(&memory, result->data, &count);
	if (pin) {
		set(&pending->message_id, pin->message_id);
		send_request(pending->orders, pending);
	} else {
		finish(pending, LX_HELIX_NOT_FOUND, lx_text_get(pending->orders->config.text, "Order.Error.NoPin"));
	}
	lx_decoded_finish(&memory);
}

/* Learns first what the order leaves open. */
static void begin(struct lx_orders *orders, struct pending *pending, const char *login)
{
	if (rows[pending->kind].about == ABOUT_USER && !*pending->user_id)
		lx_helix_find_user(orders->config.helix, login, LX_HELIX_MODERATION, on_user, pending);
	else if (pending->kind == LX_ORDER_UNPIN && !*pending->message_id)
		send_to(orders, pending, LX_HELIX_GET_PINNED_MESSAGE, NULL, on_pinned);
	else
		send_request(orders, pending);
}

/* The key of a sentence that says what is wrong with it; NULL: nothing. */
static const char *fault_of(const struct lx_order *order, const char *room_id)
{
	const size_t length = lx_utf8_length(order->text);
	const bool told_whom = *order->user_id || *order->user_login;
	const bool told_what = *order->message_id || order->kind == LX_ORDER_UNPIN ||
			       (order->kind == LX_ORDER_PIN && length);
	if ((unsigned)order->kind >= LX_ORDER_COUNT)
		return "Order.Error.Unknown";
	if (!*room_id)
		return "Order.Error.NoChannel";
	if (rows[order->kind].about == ABOUT_USER && !told_whom)
		return "Order.Error.NoUser";
	if (rows[order->kind].about == ABOUT_MESSAGE && !told_what)
		return "Order.Error.NoMessage";
	if (order->kind == LX_ORDER_WARN && (!length || length > MAX_REASON))
		return "Order.Error.Reason";
	if (order->kind == LX_ORDER_PIN && order->duration_s &&
	    (order->duration_s < SHORTEST_PIN_S || order->duration_s > LONGEST_PIN_S))
		return "Order.Error.PinTime";
	return NULL;
}

static struct lx_order with_strings(const struct lx_order *order)
{
	struct lx_order whole = *order;
	const char **strings[] = {&whole.user_id, &whole.user_login, &whole.user_name, &whole.message_id, &whole.text};
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++)
		if (!*strings[i])
			*strings[i] = "";
	return whole;
}

bool lx_orders_give(struct lx_orders *orders, const struct lx_order *given, struct dstr *error)
{
	const struct lx_order order = with_strings(given);
	const char *name = *order.user_name ? order.user_name : *order.user_login ? order.user_login : order.user_id;
	struct pending *pending = bzalloc(sizeof(*pending));
	*pending = (struct pending){
		.orders = orders,
		.mailbox = lx_mailbox_ref(orders->mailbox),
		.kind = order.kind,
		.user_id = bstrdup(order.user_id),
		.name = bstrdup(name),
		.message_id = bstrdup(order.message_id),
		.text = bstrdup(order.text),
		.duration_s = order.duration_s,
		.told = order.told,
		.data = order.data,
	};
	pthread_mutex_lock(&orders->mutex);
	pending->room_id = bstrdup(orders->room_id);
	pending->channel = bstrdup(orders->channel);
	pthread_mutex_unlock(&orders->mutex);

	const char *fault = fault_of(&order, pending->room_id);
	if (fault) {
		dstr_cat(error, lx_text_get(orders->config.text, fault));
		free_pending(pending);
	} else {
		begin(orders, pending, order.user_login);
	}
	return !fault;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

void lx_orders_set_channel(struct lx_orders *orders, const char *room_id, const char *login)
{
	pthread_mutex_lock(&orders->mutex);
	set(&orders->room_id, room_id);
	set(&orders->channel, login);
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
	orders->mailbox = lx_mailbox_create(config->loop);
	pthread_mutex_init(&orders->mutex, NULL);
	orders->room_id = bstrdup("");
	orders->channel = bstrdup("");
	return orders;
}

void lx_orders_destroy(struct lx_orders *orders)
{
	if (!orders)
		return;
	lx_mailbox_close(orders->mailbox);
	pthread_mutex_destroy(&orders->mutex);
	bfree(orders->room_id);
	bfree(orders->channel);
	bfree(orders);
}
