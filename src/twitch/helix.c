#include "twitch/helix_internal.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

/* What another thread wants. */
struct helix_order {
	bool cancel;
	uint64_t id;
	struct lx_helix_call call; /* points into what follows */
	struct lx_helix_query query;
	struct lx_helix_param *params;
	char *body, *method, *path;
	size_t max_items; /* 0 = one page */
	bool refused;
	enum lx_helix_error error; /* … with this, by the answer */
};

struct helix_link *lx_helix_link_hold(struct helix_link *link)
{
	os_atomic_inc_long(&link->references);
	return link;
}

void lx_helix_link_release(void *data)
{
	struct helix_link *link = data;
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

/* --- from other threads ------------------------------------------------------------------------------------------- */

static void free_order(struct helix_order *order)
{
	lx_helix_query_finish(&order->query);
	bfree(order->params);
	bfree(order->body);
	bfree(order->method);
	bfree(order->path);
	bfree(order);
}

static char *copy_text(const char *text)
{
	return text ? bstrdup(text) : NULL;
}

static struct helix_order *copy_call(const struct lx_helix_call *call)
{
	struct helix_order *order = bzalloc(sizeof(*order));

	order->body = copy_text(call->body);
	order->method = copy_text(call->method);
	order->path = copy_text(call->path);
	if (call->query_count)
		order->params = bzalloc(call->query_count * sizeof(*order->params));
	for (size_t i = 0; i < call->query_count; i++) {
		lx_helix_query_add(&order->query, call->query[i].name, call->query[i].value);
		const struct lx_helix_pair *pair = &order->query.pairs.array[i];
		order->params[i] = (struct lx_helix_param){pair->name, pair->value};
	}
	order->call = *call;
	order->call.query = order->params;
	order->call.body = order->body;
	order->call.method = order->method;
	order->call.path = order->path;
	return order;
}

/* Leaves no more of it than what answers whoever waits: that must not happen inside of lx_helix_send(). */
static void refuse_order(struct helix_order *order, enum lx_helix_error error)
{
	const struct lx_helix_call call = {
		.endpoint = order->call.endpoint,
		.priority = order->call.priority,
		.done = order->call.done,
		.data = order->call.data,
	};
	uint64_t id = order->id;

	lx_helix_query_finish(&order->query);
	bfree(order->params);
	bfree(order->body);
	bfree(order->method);
	bfree(order->path);
	*order = (struct helix_order){.id = id, .call = call, .refused = true, .error = error};
}

static void carry_out(struct lx_helix *helix, struct helix_order *order)
{
	const struct lx_helix_row *row = lx_helix_row(order->call.endpoint);
	bool is_read = row && strcmp(row->method, "GET") == 0;
	uint32_t most;

	if (order->refused)
		lx_helix_refuse(helix, &order->call, helix->closing ? LX_HELIX_CANCELLED : order->error);
	else if (order->cancel)
		lx_helix_drop(helix, order->id);
	else if (!helix->closing && is_read && (order->max_items || lx_helix_oversized_list(row, &order->query, &most)))
		lx_helix_gather(helix, &order->call, order->id, order->max_items);
	else
		lx_helix_enqueue(helix, &order->call, order->id);
	free_order(order);
}

static void drain(struct lx_helix *helix)
{
	DARRAY(struct helix_order *) orders;

	da_init(orders);
	pthread_mutex_lock(&helix->mutex);
	da_move(orders, helix->inbox);
	memset(helix->inbox_counts, 0, sizeof(helix->inbox_counts));
	helix->posted = false;
	pthread_mutex_unlock(&helix->mutex);

	/* queue all of them before the first is sent, so that the important ones are first */
	helix->pumping = true;
	for (size_t i = 0; i < orders.num; i++)
		carry_out(helix, orders.array[i]);
	helix->pumping = false;
	da_free(orders);
	lx_helix_pump(helix);
}

static void on_posted(void *data)
{
	struct helix_link *link = data;

	if (link->helix)
		drain(link->helix);
	lx_helix_link_release(link);
}

/* With the mutex held: no more of a priority may wait here than in its queue behind. */
static void make_room(struct lx_helix *helix, struct helix_order *order)
{
	enum lx_helix_priority priority = order->call.priority;

	if (helix->inbox_counts[priority] >= lx_helix_policies[priority].waiting)
		refuse_order(order, LX_HELIX_FULL);
	else
		helix->inbox_counts[priority]++;
}

static uint64_t post(struct lx_helix *helix, struct helix_order *order)
{
	pthread_mutex_lock(&helix->mutex);
	if (!order->id)
		order->id = ++helix->last_id;
	uint64_t id = order->id;
	if (!order->cancel)
		make_room(helix, order);
	da_push_back(helix->inbox, &order);
	bool wake = !helix->posted;
	helix->posted = true;
	pthread_mutex_unlock(&helix->mutex);

	if (wake && !lx_loop_post(helix->loop, on_posted, lx_helix_link_release, lx_helix_link_hold(helix->link))) {
		/* The loop is too busy: the order waits for the next one that gets through. */
		pthread_mutex_lock(&helix->mutex);
		helix->posted = false;
		pthread_mutex_unlock(&helix->mutex);
	}
	return id;
}

uint64_t lx_helix_send(struct lx_helix *helix, const struct lx_helix_call *call)
{
	return post(helix, copy_call(call));
}

uint64_t lx_helix_send_all(struct lx_helix *helix, const struct lx_helix_call *call, size_t max_items)
{
	struct helix_order *order = copy_call(call);
	order->max_items = max_items;
	return post(helix, order);
}

/* Whether it, or the wish to cancel it, is still in the inbox: that is not another thing to wait there. */
static bool cancel_in_inbox(struct lx_helix *helix, uint64_t id)
{
	bool found = false;

	pthread_mutex_lock(&helix->mutex);
	for (size_t i = 0; i < helix->inbox.num && !found; i++) {
		struct helix_order *order = helix->inbox.array[i];
		found = order->id == id;
		if (found && !order->cancel && !order->refused) {
			helix->inbox_counts[order->call.priority]--;
			refuse_order(order, LX_HELIX_CANCELLED);
		}
	}
	pthread_mutex_unlock(&helix->mutex);
	return found;
}

void lx_helix_cancel(struct lx_helix *helix, uint64_t id)
{
	if (!id || cancel_in_inbox(helix, id))
		return;
	struct helix_order *order = bzalloc(sizeof(*order));
	order->cancel = true;
	order->id = id;
	post(helix, order);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct lx_helix *lx_helix_create(const struct lx_helix_config *config)
{
	struct lx_helix *helix = bzalloc(sizeof(*helix));

	if (pthread_mutex_init(&helix->mutex, NULL) != 0) {
		bfree(helix);
		return NULL;
	}
	helix->loop = config->loop;
	helix->http = config->http;
	helix->bus = config->bus;
	helix->text = config->text;
	helix->random = config->random;
	helix->credentials = config->credentials;
	helix->base_url = bstrdup(config->base_url);
	for (size_t length = strlen(helix->base_url); length && helix->base_url[length - 1] == '/'; length--)
		helix->base_url[length - 1] = 0;
	helix->link = bzalloc(sizeof(*helix->link));
	helix->link->helix = helix;
	helix->link->references = 1;
	helix->reason = "";
	helix->state = LX_LINK_OFFLINE;
	lx_helix_budget_init(&helix->budget);
	lx_helix_publish_health(helix);
	return helix;
}

void lx_helix_destroy(struct lx_helix *helix)
{
	if (!helix)
		return;
	helix->closing = true;
	helix->link->helix = NULL;
	lx_helix_link_release(helix->link);
	lx_loop_cancel(helix->loop, helix->timer);

	for (size_t i = 0; i < helix->flights.num; i++) {
		struct helix_flight *flight = helix->flights.array[i];
		flight->helix = NULL;
		flight->call = NULL;
		lx_http_cancel(helix->http, flight->http_id);
	}
	for (size_t priority = 0; priority < LX_HELIX_PRIORITIES; priority++) {
		while (helix->queues[priority].num) {
			struct helix_call *call = helix->queues[priority].array[0];
			call->flight = NULL;
			lx_helix_fail_with(helix, call, LX_HELIX_CANCELLED);
		}
		da_free(helix->queues[priority]);
	}
	while (helix->inbox.num) {
		struct helix_order *order = helix->inbox.array[0];
		da_erase(helix->inbox, 0);
		carry_out(helix, order);
	}
	da_free(helix->inbox);
	da_free(helix->flights);
	pthread_mutex_destroy(&helix->mutex);
	bfree(helix->base_url);
	bfree(helix);
}

/* --- on top ------------------------------------------------------------------------------------------------------- */

bool lx_helix_may(const struct lx_helix *helix, enum lx_helix_endpoint endpoint, struct dstr *missing)
{
	const struct lx_helix_row *row = lx_helix_row(endpoint);
	char scope[96];

	if (!row || !*row->scopes || !helix->credentials.has_scope)
		return true;
	for (const char *alternative = row->scopes; *alternative;) {
		size_t length = strcspn(alternative, "|");
		bool complete = true;
		for (const char *at = alternative; at < alternative + length;) {
			size_t one = strcspn(at, " |");
			snprintf(scope, sizeof(scope), "%.*s", (int)one, at);
			complete = complete && helix->credentials.has_scope(scope, helix->credentials.data);
			at += one;
			at += *at == ' ';
		}
		if (complete)
			return true;
		alternative += length;
		alternative += *alternative == '|';
	}
	if (missing)
		lx_helix_print_scopes(row->scopes, missing);
	return false;
}

struct user_lookup {
	struct lx_helix *helix;
	lx_helix_user_done done;
	void *data;
};

static void on_user(const struct lx_helix_result *result, void *data)
{
	struct user_lookup *lookup = data;
	struct lx_helix_result missing = *result;
	struct lx_decoded memory = {0};
	struct dstr sentence = {0};
	size_t count;
	const struct lx_helix_user *user = lx_helix_decode_user(&memory, result->data, &count);

	if (result->error == LX_HELIX_OK && !user) {
		missing.error = LX_HELIX_NOT_FOUND;
		lx_text_format(lookup->helix->text, &sentence, "Helix.Error.NoSuchUser", NULL, 0);
		missing.message = sentence.array;
	}
	lookup->done(missing.error == LX_HELIX_OK ? user : NULL, &missing, lookup->data);
	lx_decoded_finish(&memory);
	dstr_free(&sentence);
	bfree(lookup);
}

uint64_t lx_helix_find_user(struct lx_helix *helix, const char *login, enum lx_helix_priority priority,
			    lx_helix_user_done done, void *data)
{
	const struct lx_helix_param param = {"login", login};
	struct user_lookup *lookup = bzalloc(sizeof(*lookup));
	struct lx_helix_call call = {
		.endpoint = LX_HELIX_GET_USERS,
		.query = &param,
		.query_count = *login != 0,
		.priority = priority,
		.done = on_user,
		.data = lookup,
	};

	*lookup = (struct user_lookup){helix, done, data};
	return lx_helix_send(helix, &call);
}

void lx_helix_warm(struct lx_helix *helix)
{
	/* the cheapest read there is: who the token belongs to */
	const struct lx_helix_call call = {.endpoint = LX_HELIX_GET_USERS, .priority = LX_HELIX_BACKGROUND};
	lx_helix_send(helix, &call);
}
