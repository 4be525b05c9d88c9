#include "twitch/eventsub_subscriptions.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "net/backoff.h"

/* Twitch closes a session after 10 s without a subscription; four at a time are through in two seconds on a bad line. */
#define AT_ONCE 4

struct entry {
	const struct lx_eventsub_topic *topic;
	enum lx_topic_state state;
	char *missing, *detail; /* bstrdup */
	bool wanted;            /* by the user's choice, whatever stands against it */
	bool asked;             /* an answer is awaited */
	struct lx_backoff backoff;
	uint64_t due_ms;
	uint64_t call;
};

struct lx_subscriptions {
	struct lx_subscriptions_config config;
	bool chosen; /* the user named the types */

	pthread_mutex_t mutex; /* guards the entries' state and texts against lx_subscriptions_visit() */
	struct entry *entries;
	size_t count;

	char *broadcaster_id, *user_id, *session_id; /* session_id NULL = none */
	uint32_t generation;                         /* grows with every session that ends, to know late answers */
	uint32_t session_number;                     /* grows with every session id */
	size_t in_flight;
	uint64_t timer;
	int64_t total_cost, max_total_cost; /* -1 = not told */
};

/* One call under way. Lives until its answer came, however long the owner does. */
struct ask {
	struct lx_mailbox *mailbox;
	struct lx_subscriptions *subscriptions; /* valid while the mailbox is open */
	size_t index;
	uint32_t generation, session_number;

	/* the answer */
	enum lx_helix_error error;
	long status;
	char *message, *twitch_message;
	int64_t total_cost, max_total_cost;
};

/* --- life -------------------------------------------------------------------------------------------------------- */

static bool is_named(const struct lx_subscriptions_config *config, const char *type)
{
	for (size_t i = 0; i < config->type_count; i++) {
		if (strcmp(config->types[i], type) == 0)
			return true;
	}
	return false;
}

struct lx_subscriptions *lx_subscriptions_create(const struct lx_subscriptions_config *config)
{
	struct lx_subscriptions *s = bzalloc(sizeof(*s));
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&s->count);
	s->config = *config;
	s->chosen = config->types != NULL;
	s->total_cost = s->max_total_cost = -1;
	pthread_mutex_init(&s->mutex, NULL);
	s->entries = bzalloc(s->count * sizeof(*s->entries));
	for (size_t i = 0; i < s->count; i++) {
		s->entries[i].topic = &topics[i];
		s->entries[i].wanted = !s->chosen || is_named(config, topics[i].type);
		s->entries[i].missing = bstrdup("");
		s->entries[i].detail = bstrdup("");
	}
	s->config.types = NULL; /* the caller's */
	return s;
}

void lx_subscriptions_destroy(struct lx_subscriptions *s)
{
	if (!s)
		return;
	lx_subscriptions_end(s);
	for (size_t i = 0; i < s->count; i++) {
		bfree(s->entries[i].missing);
		bfree(s->entries[i].detail);
	}
	bfree(s->entries);
	bfree(s->broadcaster_id);
	bfree(s->user_id);
	pthread_mutex_destroy(&s->mutex);
	bfree(s);
}

/* --- states ------------------------------------------------------------------------------------------------------ */

static void set_state(struct lx_subscriptions *s, struct entry *entry, enum lx_topic_state state, const char *missing,
		      const char *detail)
{
	pthread_mutex_lock(&s->mutex);
	entry->state = state;
	bfree(entry->missing);
	bfree(entry->detail);
	entry->missing = bstrdup(missing);
	entry->detail = bstrdup(detail);
	pthread_mutex_unlock(&s->mutex);
}

static void set_state_text(struct lx_subscriptions *s, struct entry *entry, enum lx_topic_state state, const char *key,
			   const char *argument)
{
	struct dstr detail = {0};
	lx_text_format(s->config.text, &detail, key, &argument, 1);
	set_state(s, entry, state, state == LX_TOPIC_NEEDS_SCOPE ? argument : "", detail.array ? detail.array : "");
	dstr_free(&detail);
}

static size_t count_state(const struct lx_subscriptions *s, enum lx_topic_state state)
{
	size_t count = 0;
	for (size_t i = 0; i < s->count; i++)
		count += s->entries[i].state == state;
	return count;
}

size_t lx_subscriptions_enabled(const struct lx_subscriptions *s)
{
	return count_state(s, LX_TOPIC_ENABLED);
}

size_t lx_subscriptions_waiting(const struct lx_subscriptions *s)
{
	return count_state(s, LX_TOPIC_WAITING);
}

void lx_subscriptions_visit(struct lx_subscriptions *s, lx_topic_visitor visit, void *data)
{
	pthread_mutex_lock(&s->mutex);
	for (size_t i = 0; i < s->count; i++) {
		const struct entry *entry = &s->entries[i];
		const struct lx_topic_status status = {entry->topic, entry->state, entry->missing, entry->detail};
		visit(&status, data);
	}
	pthread_mutex_unlock(&s->mutex);
}

const char *lx_topic_state_word(enum lx_topic_state state)
{
	static const char *const words[] = {"off",     "covered", "needs_scope", "foreign",
					    "waiting", "enabled", "refused",     "revoked"};
	return (size_t)state < sizeof(words) / sizeof(*words) ? words[state] : "";
}

/* --- what to ask for --------------------------------------------------------------------------------------------- */

/* Whether a topic of that type tells, or may still come to tell. */
static bool is_served(const struct lx_subscriptions *s, const char *type)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct entry *entry = &s->entries[i];
		if (strcmp(entry->topic->type, type) == 0 &&
		    (entry->state == LX_TOPIC_WAITING || entry->state == LX_TOPIC_ENABLED))
			return true;
	}
	return false;
}

static void plan_entry(struct lx_subscriptions *s, struct entry *entry, bool read_chat)
{
	const struct lx_eventsub_topic *topic = entry->topic;
	bool foreign = strcmp(s->broadcaster_id, s->user_id) != 0;
	struct dstr missing = {0};

	if (!entry->wanted || ((topic->flags & LX_TOPIC_CHAT) && !read_chat && !s->chosen))
		set_state(s, entry, LX_TOPIC_OFF, "", "");
	else if (foreign && (topic->flags & LX_TOPIC_OWN_CHANNEL))
		set_state_text(s, entry, LX_TOPIC_FOREIGN, "EventSub.Topic.Foreign", "");
	else if (!lx_eventsub_topic_allowed(topic, s->config.credentials.has_scope, s->config.credentials.data,
					    &missing))
		set_state_text(s, entry, LX_TOPIC_NEEDS_SCOPE, "EventSub.Topic.NeedsScope", missing.array);
	else if (topic->covered_by && !s->chosen && is_served(s, topic->covered_by))
		set_state(s, entry, LX_TOPIC_COVERED, "", "");
	else if (entry->state != LX_TOPIC_ENABLED)
		set_state(s, entry, LX_TOPIC_WAITING, "", "");
	dstr_free(&missing);
}

size_t lx_subscriptions_plan(struct lx_subscriptions *s, const char *broadcaster_id, const char *user_id,
			     bool read_chat)
{
	char *broadcaster = bstrdup(broadcaster_id), *user = bstrdup(user_id);
	bfree(s->broadcaster_id);
	bfree(s->user_id);
	s->broadcaster_id = broadcaster;
	s->user_id = user;
	for (size_t i = 0; i < s->count; i++) {
		lx_backoff_reset(&s->entries[i].backoff);
		s->entries[i].due_ms = 0;
		plan_entry(s, &s->entries[i], read_chat);
	}
	return lx_subscriptions_waiting(s) + lx_subscriptions_enabled(s);
}

/* What was covered by a topic that cannot be had has to be asked for after all. */
static void uncover(struct lx_subscriptions *s, const char *type)
{
	for (size_t i = 0; i < s->count; i++) {
		struct entry *entry = &s->entries[i];
		if (entry->state == LX_TOPIC_COVERED && strcmp(entry->topic->covered_by, type) == 0)
			plan_entry(s, entry, true);
	}
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

static void ask_more(struct lx_subscriptions *s);

static void free_ask(void *data)
{
	struct ask *ask = data;
	bfree(ask->message);
	bfree(ask->twitch_message);
	lx_mailbox_release(ask->mailbox);
	bfree(ask);
}

static void on_due(void *data)
{
	struct lx_subscriptions *s = data;
	s->timer = 0;
	ask_more(s);
}

/* 429 has two meanings, and Twitch has been seen to say 400 for one of them: its words decide. */
static bool says(const struct ask *ask, const char *words)
{
	return strstr(ask->twitch_message, words) != NULL;
}

static void refuse(struct lx_subscriptions *s, struct entry *entry, const char *detail)
{
	set_state(s, entry, LX_TOPIC_REFUSED, "", detail);
	uncover(s, entry->topic->type);
}

/* Returns false when the session is of no use any more; the owner was told then. */
static bool take_answer(struct lx_subscriptions *s, struct entry *entry, const struct ask *ask)
{
	if (ask->total_cost >= 0)
		s->total_cost = ask->total_cost;
	if (ask->max_total_cost >= 0)
		s->max_total_cost = ask->max_total_cost;

	switch (ask->error) {
	case LX_HELIX_OK:
	case LX_HELIX_CONFLICT: /* there already */
		if (entry->state == LX_TOPIC_WAITING)
			set_state(s, entry, LX_TOPIC_ENABLED, "", "");
		return true;
	case LX_HELIX_SIGNED_OUT:
		s->config.trouble(LX_TROUBLE_SIGNED_OUT, s->config.data);
		return false;
	case LX_HELIX_RATE:
	case LX_HELIX_INVALID:
		if (says(ask, "transports limit")) {
			s->config.trouble(LX_TROUBLE_TRANSPORTS, s->config.data);
			return false;
		}
		if (says(ask, "session does not exist") || says(ask, "different users")) {
			if (ask->session_number != s->session_number)
				return true; /* it was about the id before; asked again under the new one */
			s->config.trouble(LX_TROUBLE_SESSION, s->config.data);
			return false;
		}
		if (ask->error == LX_HELIX_INVALID)
			break;
		/* fall through */
	case LX_HELIX_SERVER:
	case LX_HELIX_NETWORK:
	case LX_HELIX_FULL:
	case LX_HELIX_CANCELLED:
		entry->due_ms = lx_loop_now_ms(s->config.loop) + lx_backoff_next(&entry->backoff, s->config.random);
		return true;
	default:
		break;
	}
	refuse(s, entry, ask->message);
	return true;
}

static void on_answer(void *data)
{
	struct ask *ask = data;
	struct lx_subscriptions *s = ask->subscriptions;
	/* Answers to what an earlier session asked come late; that session's count of them is gone with it. */
	if (ask->generation == s->generation && s->session_id) {
		struct entry *entry = &s->entries[ask->index];
		s->in_flight--;
		entry->asked = false;
		if (take_answer(s, entry, ask)) {
			ask_more(s);
			s->config.changed(s->config.data);
		}
	}
	free_ask(ask);
}

static int64_t read_number(const cJSON *json, const char *key)
{
	int64_t value = lx_json_int(cJSON_GetObjectItemCaseSensitive(json, key));
	return value == LX_HELIX_UNKNOWN ? -1 : value;
}

/* On Helix's thread. */
static void on_helix_done(const struct lx_helix_result *result, void *data)
{
	struct ask *ask = data;
	ask->error = result->error;
	ask->status = result->status;
	ask->message = bstrdup(result->message);
	ask->twitch_message = bstrdup(result->twitch_message);
	ask->total_cost = read_number(result->json, "total_cost");
	ask->max_total_cost = read_number(result->json, "max_total_cost");
	lx_mailbox_post(ask->mailbox, on_answer, free_ask, ask);
}

/* {"type","version","condition","transport"}; freed with cJSON_free(). */
static char *write_body(const struct lx_subscriptions *s, const struct lx_eventsub_topic *topic)
{
	cJSON *body = cJSON_CreateObject();
	cJSON_AddStringToObject(body, "type", topic->type);
	cJSON_AddStringToObject(body, "version", topic->version);
	cJSON_AddItemToObject(body, "condition", lx_eventsub_topic_condition(topic, s->broadcaster_id, s->user_id));
	cJSON *transport = cJSON_AddObjectToObject(body, "transport");
	cJSON_AddStringToObject(transport, "method", "websocket");
	cJSON_AddStringToObject(transport, "session_id", s->session_id);
	char *text = cJSON_PrintUnformatted(body);
	cJSON_Delete(body);
	return text;
}

static void ask_for(struct lx_subscriptions *s, struct entry *entry)
{
	struct ask *ask = bzalloc(sizeof(*ask));
	ask->mailbox = lx_mailbox_ref(s->config.mailbox);
	ask->subscriptions = s;
	ask->index = (size_t)(entry - s->entries);
	ask->generation = s->generation;
	ask->session_number = s->session_number;

	char *body = write_body(s, entry->topic);
	const struct lx_helix_call call = {
		.endpoint = LX_HELIX_CREATE_EVENTSUB_SUBSCRIPTION,
		.body = body,
		.priority = LX_HELIX_USER, /* the session has ten seconds */
		.done = on_helix_done,
		.data = ask,
	};
	entry->asked = true;
	s->in_flight++;
	entry->call = s->config.api.send(&call, s->config.api.data);
	cJSON_free(body);
}

/* Only what concerns nobody who signed in costs anything: foreign channels. */
static bool exceeds_cost(const struct lx_subscriptions *s, const struct lx_eventsub_topic *topic)
{
	bool costs = strcmp(s->broadcaster_id, s->user_id) != 0 && topic->condition != LX_CONDITION_MODERATOR &&
		     topic->condition != LX_CONDITION_READER && topic->condition != LX_CONDITION_USER;
	return costs && s->max_total_cost >= 0 && s->total_cost >= s->max_total_cost;
}

static void ask_more(struct lx_subscriptions *s)
{
	uint64_t now = lx_loop_now_ms(s->config.loop), next = UINT64_MAX;
	lx_loop_cancel(s->config.loop, s->timer);
	s->timer = 0;
	if (!s->session_id)
		return;
	for (size_t i = 0; i < s->count && s->in_flight < AT_ONCE; i++) {
		struct entry *entry = &s->entries[i];
		if (entry->state != LX_TOPIC_WAITING || entry->asked)
			continue;
		if (entry->due_ms > now)
			next = entry->due_ms < next ? entry->due_ms : next;
		else if (exceeds_cost(s, entry->topic))
			refuse(s, entry, lx_text_get(s->config.text, "EventSub.Topic.Cost"));
		else
			ask_for(s, entry);
	}
	if (next != UINT64_MAX)
		s->timer = lx_loop_after(s->config.loop, next - now, on_due, s);
}

/* --- the session ------------------------------------------------------------------------------------------------- */

void lx_subscriptions_attach(struct lx_subscriptions *s, const char *session_id)
{
	char *copy = bstrdup(session_id);
	bfree(s->session_id);
	s->session_id = copy;
	s->session_number++;
	ask_more(s);
}

void lx_subscriptions_resume(struct lx_subscriptions *s)
{
	ask_more(s);
}

void lx_subscriptions_end(struct lx_subscriptions *s)
{
	lx_loop_cancel(s->config.loop, s->timer);
	s->timer = 0;
	s->generation++;
	s->in_flight = 0;
	s->total_cost = s->max_total_cost = -1;
	bfree(s->session_id);
	s->session_id = NULL;
	for (size_t i = 0; i < s->count; i++) {
		struct entry *entry = &s->entries[i];
		if (entry->asked)
			s->config.api.cancel(entry->call, s->config.api.data);
		entry->asked = false;
		if (entry->state == LX_TOPIC_ENABLED)
			set_state(s, entry, LX_TOPIC_WAITING, "", "");
	}
}

void lx_subscriptions_revoke(struct lx_subscriptions *s, const struct lx_eventsub_topic *topic, const char *status)
{
	static const struct {
		const char *status, *key;
	} reasons[] = {
		{"authorization_revoked", "EventSub.Revoked.Authorization"},
		{"user_removed", "EventSub.Revoked.User"},
		{"version_removed", "EventSub.Revoked.Version"},
		{"moderator_removed", "EventSub.Revoked.Moderator"},
		{"chat_user_banned", "EventSub.Revoked.Banned"},
	};
	const char *key = "EventSub.Revoked.Other";
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		if (strcmp(status, reasons[i].status) == 0)
			key = reasons[i].key;
	}
	size_t count;
	struct entry *entry = &s->entries[topic - lx_eventsub_topics(&count)];
	set_state_text(s, entry, LX_TOPIC_REVOKED, key, status);
	uncover(s, topic->type);
	ask_more(s);
	s->config.changed(s->config.data);
}
