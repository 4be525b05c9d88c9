#include "moderation/actions.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>

#include "locale/utf8.h"
#include "moderation/known_bans.h"
#include "twitch/helix_message.h"

#define MAX_HISTORY 200   /* finished actions that are kept for undo */
#define MAX_UNFINISHED 5000
#define MAX_TIMEOUT_S 1209600
#define MAX_REASON 500 /* characters */

struct record {
	uint64_t id;
	enum lx_action_kind kind;
	enum lx_action_state state;
	char *room_id, *channel;
	char *user_id, *user_login, *user_name, *message_id, *reason, *origin;
	int64_t duration_s;
	uint64_t undoes;
	bool under_way; /* a look-up or the request itself */
	bool told;      /* that it cannot be undone */

	/* UNBAN: what it takes away, if that is known */
	bool had_ban;
	int64_t had_until_ms; /* 0 = permanent */
	char *had_reason;
};

struct announcement {
	struct record copy; /* owns its strings */
	char *detail;
	const char *error; /* stable word */
	int64_t time_ms;
};

/* Handed to the helix and the loop; outlives the actions. */
struct link {
	struct lx_actions *actions;
	long references;
};

/* What an answer belongs to. */
struct pending {
	struct link *link;
	uint64_t id;
};

struct lx_actions {
	struct lx_helix *helix;
	struct lx_loop *loop;
	struct lx_bus *bus;
	const struct lx_text *text;
	struct link *link;

	pthread_mutex_t mutex; /* guards everything below */
	char *room_id, *channel;
	uint64_t last_id;
	size_t unfinished;
	DARRAY(struct record *) records; /* in the order they were wished */
	struct lx_known_bans *bans;
	DARRAY(struct announcement *) announcements;
};

/* --- memory ------------------------------------------------------------------------------------------------------- */

static struct link *hold(struct link *link)
{
	os_atomic_inc_long(&link->references);
	return link;
}

static void release(void *data)
{
	struct link *link = data;
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

static char *copy(const char *text)
{
	return bstrdup(text ? text : "");
}

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = copy(text);
}

static void free_strings(struct record *record)
{
	bfree(record->room_id);
	bfree(record->channel);
	bfree(record->user_id);
	bfree(record->user_login);
	bfree(record->user_name);
	bfree(record->message_id);
	bfree(record->reason);
	bfree(record->origin);
	bfree(record->had_reason);
}

static struct record *find(struct lx_actions *actions, uint64_t id)
{
	for (size_t i = actions->records.num; i-- > 0;)
		if (actions->records.array[i]->id == id)
			return actions->records.array[i];
	return NULL;
}

static bool is_unfinished(const struct record *record)
{
	return record->state == LX_ACTION_QUEUED;
}

/* Forgets the oldest finished ones. */
static void trim_history(struct lx_actions *actions)
{
	size_t finished = actions->records.num - actions->unfinished;

	for (size_t i = 0; finished > MAX_HISTORY && i < actions->records.num;) {
		struct record *record = actions->records.array[i];
		if (is_unfinished(record)) {
			i++;
			continue;
		}
		da_erase(actions->records, i);
		free_strings(record);
		bfree(record);
		finished--;
	}
}

static int64_t now_ms(const struct lx_actions *actions)
{
	return lx_clock_unix_ms(lx_loop_clock(actions->loop));
}

/* When a ban of this length ends; 0 = never. */
static int64_t until_ms(const struct lx_actions *actions, int64_t duration_s)
{
	return duration_s ? now_ms(actions) + duration_s * 1000 : 0;
}

/* --- events: noted under the lock, emitted in that order on the loop, without it ----------------------------------- */

static void emit(struct lx_actions *actions, const struct announcement *announcement)
{
	const struct record *record = &announcement->copy;
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_ACTION);
	event.time_ms = announcement->time_ms;
	event.channel = record->channel;
	event.room_id = record->room_id;
	event.action = (struct lx_action){
		.id = record->id,
		.kind = record->kind,
		.state = record->state,
		.user_id = record->user_id,
		.user_login = record->user_login,
		.user_name = record->user_name,
		.message_id = record->message_id,
		.duration_s = record->duration_s,
		.reason = record->reason,
		.origin = record->origin,
		.detail = announcement->detail,
		.error = announcement->error,
		.undoes = record->undoes,
	};
	lx_bus_emit(actions->bus, &event);
}

static void emit_all(struct lx_actions *actions)
{
	for (;;) {
		struct announcement *next = NULL;

		pthread_mutex_lock(&actions->mutex);
		if (actions->announcements.num) {
			next = actions->announcements.array[0];
			da_erase(actions->announcements, 0);
		}
		pthread_mutex_unlock(&actions->mutex);
		if (!next)
			return;
		emit(actions, next);
		free_strings(&next->copy);
		bfree(next->detail);
		bfree(next);
	}
}

static void on_posted(void *data)
{
	struct link *link = data;

	if (link->actions)
		emit_all(link->actions);
	release(link);
}

static void announce(struct lx_actions *actions, const struct record *record, const char *detail, const char *error)
{
	struct announcement *announcement = bzalloc(sizeof(*announcement));
	struct record *to = &announcement->copy;

	*to = *record;
	to->room_id = copy(record->room_id);
	to->channel = copy(record->channel);
	to->user_id = copy(record->user_id);
	to->user_login = copy(record->user_login);
	to->user_name = copy(record->user_name);
	to->message_id = copy(record->message_id);
	to->reason = copy(record->reason);
	to->origin = copy(record->origin);
	to->had_reason = NULL;
	announcement->detail = copy(detail);
	announcement->error = error;
	announcement->time_ms = now_ms(actions);
	da_push_back(actions->announcements, &announcement);
}

/* Not under the lock: a loop that has stopped drops the task here and now. */
static void emit_later(struct lx_actions *actions)
{
	lx_loop_post(actions->loop, on_posted, release, hold(actions->link));
}

/* --- bans that are known ------------------------------------------------------------------------------------------ */

static void remember_what_is_lifted(struct lx_actions *actions, struct record *record)
{
	struct lx_known_ban ban;

	record->had_ban = lx_known_bans_find(actions->bans, record->room_id, record->user_id, &ban);
	if (record->had_ban) {
		record->had_until_ms = ban.until_ms;
		set(&record->had_reason, ban.reason);
	}
}

static void on_banned(const struct lx_event *event, void *data)
{
	struct lx_actions *actions = data;
	const struct lx_moderation *moderation = &event->moderation;

	if (moderation->duration_s < 0)
		return; /* not told whether it was for good */
	pthread_mutex_lock(&actions->mutex);
	lx_known_bans_add(actions->bans, event->room_id, moderation->user_id, until_ms(actions, moderation->duration_s),
			  moderation->reason);
	pthread_mutex_unlock(&actions->mutex);
}

static void on_unbanned(const struct lx_event *event, void *data)
{
	struct lx_actions *actions = data;

	pthread_mutex_lock(&actions->mutex);
	lx_known_bans_forget(actions->bans, event->room_id, event->moderation.user_id);
	pthread_mutex_unlock(&actions->mutex);
}

/* --- carrying out ------------------------------------------------------------------------------------------------- */

static void advance(struct lx_actions *actions, struct record *record);

/* Somebody else's turn: the next action on that user, if one waits. */
static void start_next(struct lx_actions *actions, const struct record *after)
{
	for (size_t i = 0; i < actions->records.num; i++) {
		struct record *record = actions->records.array[i];
		if (record != after && is_unfinished(record) && !record->under_way && *record->user_id &&
		    strcmp(record->user_id, after->user_id) == 0) {
			advance(actions, record);
			return;
		}
	}
}

static void mark_undone(struct lx_actions *actions, uint64_t id)
{
	struct record *undone = find(actions, id);

	if (undone && undone->state == LX_ACTION_DONE) {
		undone->state = LX_ACTION_UNDONE;
		announce(actions, undone, "", "");
	}
}

static void finish(struct lx_actions *actions, struct record *record, enum lx_action_state state, const char *detail,
		   const char *error)
{
	record->under_way = false;
	record->state = state;
	actions->unfinished--;
	announce(actions, record, detail, error);
	if (state == LX_ACTION_DONE) {
		if (record->kind == LX_ACTION_BAN || record->kind == LX_ACTION_TIMEOUT)
			lx_known_bans_add(actions->bans, record->room_id, record->user_id,
					  until_ms(actions, record->duration_s), record->reason);
		else if (record->kind == LX_ACTION_UNBAN)
			lx_known_bans_forget(actions->bans, record->room_id, record->user_id);
		if (record->undoes)
			mark_undone(actions, record->undoes);
	}
	if (*record->user_id)
		start_next(actions, record);
	trim_history(actions);
}

static void finish_failed(struct lx_actions *actions, struct record *record, const char *key)
{
	finish(actions, record, LX_ACTION_FAILED, lx_text_get(actions->text, key), "");
}

static void finish_refused(struct lx_actions *actions, struct record *record, const struct lx_helix_result *result)
{
	finish(actions, record, LX_ACTION_FAILED, result->message, lx_helix_error_word(result->error));
}

static struct pending *pending_of(struct lx_actions *actions, struct record *record)
{
	struct pending *pending = bzalloc(sizeof(*pending));

	pending->link = hold(actions->link);
	pending->id = record->id;
	record->under_way = true;
	return pending;
}

/* The record that an answer belongs to, with the lock held; NULL (and no lock) when there is none any more. */
static struct record *claim(struct pending *pending)
{
	struct lx_actions *actions = pending->link->actions;
	struct record *record = NULL;

	if (actions) {
		pthread_mutex_lock(&actions->mutex);
		record = find(actions, pending->id);
		if (record && !is_unfinished(record))
			record = NULL;
		if (!record)
			pthread_mutex_unlock(&actions->mutex);
	}
	return record;
}

static void unclaim(struct pending *pending, struct record *record)
{
	struct lx_actions *actions = pending->link->actions;

	if (record) {
		pthread_mutex_unlock(&actions->mutex);
		emit_all(actions);
	}
	release(pending->link);
	bfree(pending);
}

static bool is_fulfilled(const struct record *record, const struct lx_helix_result *result)
{
	enum lx_helix_endpoint endpoint = record->kind == LX_ACTION_UNBAN ? LX_HELIX_UNBAN_USER : LX_HELIX_BAN_USER;

	if (result->error == LX_HELIX_OK)
		return true;
	/* a timeout of somebody who is banned for good was not set */
	if (record->kind == LX_ACTION_BAN || record->kind == LX_ACTION_UNBAN)
		return lx_helix_is_done_already(endpoint, result->status, result->twitch_message);
	/* the first try removed it, its answer was lost */
	return record->kind == LX_ACTION_DELETE && result->status == 404 && result->repeated;
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct record *record = claim(pending);

	if (record) {
		struct lx_actions *actions = pending->link->actions;
		if (is_fulfilled(record, result))
			finish(actions, record, LX_ACTION_DONE, "", "");
		else
			finish_refused(actions, record, result);
	}
	unclaim(pending, record);
}

static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct record *record = claim(pending);

	if (record) {
		struct lx_actions *actions = pending->link->actions;
		record->under_way = false;
		if (user) {
			set(&record->user_id, user->id);
			set(&record->user_login, user->login);
			set(&record->user_name, user->name);
			advance(actions, record);
		} else {
			finish_refused(actions, record, result);
		}
	}
	unclaim(pending, record);
}

static void on_room(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct record *record = claim(pending);

	if (record) {
		struct lx_actions *actions = pending->link->actions;
		record->under_way = false;
		if (user) {
			set(&record->room_id, user->id);
			if (!*actions->room_id && strcmp(actions->channel, record->channel) == 0)
				set(&actions->room_id, user->id);
			advance(actions, record);
		} else {
			finish_refused(actions, record, result);
		}
	}
	unclaim(pending, record);
}

static void send_request(struct lx_actions *actions, struct record *record)
{
	struct lx_helix_param params[2] = {{"broadcaster_id", record->room_id}};
	char *body = NULL;
	struct lx_helix_call call = {
		.query = params,
		.query_count = 1,
		.priority = LX_HELIX_MODERATION,
		.done = on_answer,
		.data = pending_of(actions, record),
	};

	switch (record->kind) {
	case LX_ACTION_BAN:
	case LX_ACTION_TIMEOUT: {
		cJSON *root = cJSON_CreateObject(), *fields = cJSON_AddObjectToObject(root, "data");
		cJSON_AddStringToObject(fields, "user_id", record->user_id);
		if (record->kind == LX_ACTION_TIMEOUT)
			cJSON_AddNumberToObject(fields, "duration", (double)record->duration_s);
		if (*record->reason)
			cJSON_AddStringToObject(fields, "reason", record->reason);
		body = cJSON_PrintUnformatted(root);
		cJSON_Delete(root);
		call.endpoint = LX_HELIX_BAN_USER;
		call.body = body;
		break;
	}
	case LX_ACTION_UNBAN:
		remember_what_is_lifted(actions, record);
		call.endpoint = LX_HELIX_UNBAN_USER;
		params[call.query_count++] = (struct lx_helix_param){"user_id", record->user_id};
		break;
	case LX_ACTION_DELETE:
		call.endpoint = LX_HELIX_DELETE_CHAT_MESSAGES;
		params[call.query_count++] = (struct lx_helix_param){"message_id", record->message_id};
		break;
	case LX_ACTION_CLEAR:
		call.endpoint = LX_HELIX_DELETE_CHAT_MESSAGES;
		break;
	}
	lx_helix_send(actions->helix, &call);
	cJSON_free(body);
}

static bool concerns_ban(const struct record *record)
{
	return record->kind != LX_ACTION_DELETE && record->kind != LX_ACTION_CLEAR;
}

/* An earlier wish for the same user that is not finished. */
static bool must_wait(const struct lx_actions *actions, const struct record *record)
{
	for (size_t i = 0; i < actions->records.num && actions->records.array[i] != record; i++) {
		const struct record *earlier = actions->records.array[i];
		if (is_unfinished(earlier) && concerns_ban(earlier) && strcmp(earlier->user_id, record->user_id) == 0)
			return true;
	}
	return false;
}

/* Does the next step: learn the channel's id, learn the user's, wait for earlier wishes, send. */
static void advance(struct lx_actions *actions, struct record *record)
{
	const struct record *undone = record->undoes ? find(actions, record->undoes) : NULL;

	if (!*record->room_id) {
		lx_helix_find_user(actions->helix, record->channel, LX_HELIX_MODERATION, on_room,
				   pending_of(actions, record));
	} else if (concerns_ban(record) && !*record->user_id) {
		lx_helix_find_user(actions->helix, record->user_login, LX_HELIX_MODERATION, on_user,
				   pending_of(actions, record));
	} else if (concerns_ban(record) && strcmp(record->user_id, record->room_id) == 0) {
		finish_failed(actions, record, "Action.Error.Broadcaster");
	} else if (concerns_ban(record) && must_wait(actions, record)) {
		record->under_way = false;
	} else if (undone && undone->state == LX_ACTION_FAILED) {
		finish_failed(actions, record, "Action.Error.UndoFailed");
	} else {
		send_request(actions, record);
	}
}

/* --- wishes ------------------------------------------------------------------------------------------------------- */

/* Key of the sentence that refuses it, or NULL. */
static const char *refusal(const struct lx_actions *actions, const struct lx_wish *wish)
{
	bool on_user = wish->kind != LX_ACTION_DELETE && wish->kind != LX_ACTION_CLEAR;

	if (!*actions->room_id && !*actions->channel)
		return "Action.Error.NoChannel";
	if (on_user && !*wish->user_id && !*wish->user_login)
		return "Action.Error.NoTarget";
	if (wish->kind == LX_ACTION_DELETE && !*wish->message_id)
		return "Action.Error.NoMessage";
	if (wish->kind == LX_ACTION_TIMEOUT && (wish->duration_s < 1 || wish->duration_s > MAX_TIMEOUT_S))
		return "Action.Error.Duration";
	if (lx_utf8_length(wish->reason) > MAX_REASON)
		return "Action.Error.ReasonLong";
	if (on_user && ((*wish->user_id && strcmp(wish->user_id, actions->room_id) == 0) ||
			(!*wish->user_id && astrcmpi(wish->user_login, actions->channel) == 0)))
		return "Action.Error.Broadcaster";
	if (actions->unfinished >= MAX_UNFINISHED)
		return "Action.Error.Full";
	return NULL;
}

static bool same_target(const struct record *record, const struct lx_wish *wish)
{
	if (*record->user_id && *wish->user_id)
		return strcmp(record->user_id, wish->user_id) == 0;
	return *wish->user_login && astrcmpi(record->user_login, wish->user_login) == 0;
}

/* The same wish that is under way already, unless something else was wished for that user since. */
static struct record *find_same(struct lx_actions *actions, const struct lx_wish *wish)
{
	for (size_t i = actions->records.num; i-- > 0;) {
		struct record *record = actions->records.array[i];
		if (!is_unfinished(record) || strcmp(record->room_id, actions->room_id) != 0)
			continue;
		if (wish->kind == LX_ACTION_CLEAR && record->kind == LX_ACTION_CLEAR)
			return record;
		if (wish->kind == LX_ACTION_DELETE) {
			if (record->kind == LX_ACTION_DELETE && strcmp(record->message_id, wish->message_id) == 0)
				return record;
			continue;
		}
		if (concerns_ban(record) && same_target(record, wish)) {
			bool same = record->kind == wish->kind && record->duration_s == wish->duration_s;
			return same ? record : NULL;
		}
	}
	return NULL;
}

static uint64_t add(struct lx_actions *actions, const struct lx_wish *wish, uint64_t undoes)
{
	struct record *record = bzalloc(sizeof(*record));

	record->id = ++actions->last_id;
	record->kind = wish->kind;
	record->state = LX_ACTION_QUEUED;
	record->room_id = copy(actions->room_id);
	record->channel = copy(actions->channel);
	record->user_id = copy(wish->user_id);
	record->user_login = copy(wish->user_login);
	record->user_name = copy(wish->user_name);
	record->message_id = copy(wish->message_id);
	record->duration_s = wish->kind == LX_ACTION_TIMEOUT ? wish->duration_s : 0;
	record->reason = copy(wish->reason);
	record->origin = copy(wish->origin);
	record->undoes = undoes;
	da_push_back(actions->records, &record);
	actions->unfinished++;

	uint64_t id = record->id;
	announce(actions, record, "", "");
	advance(actions, record);
	return id;
}

static struct lx_wish with_strings(const struct lx_wish *wish)
{
	struct lx_wish whole = *wish;
	const char **strings[] = {&whole.user_id,    &whole.user_login, &whole.user_name,
				  &whole.message_id, &whole.reason,     &whole.origin};

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (!*strings[i])
			*strings[i] = "";
	if (whole.kind != LX_ACTION_TIMEOUT)
		whole.duration_s = 0;
	return whole;
}

/* As people type it: "@Anna " is anna. */
static void clean_login(struct dstr *login, const char *typed)
{
	dstr_copy(login, typed);
	dstr_depad(login);
	if (login->len && login->array[0] == '@')
		dstr_remove(login, 0, 1);
	if (login->len)
		dstr_to_lower(login);
}

uint64_t lx_actions_do(struct lx_actions *actions, const struct lx_wish *wanted, struct dstr *error)
{
	struct lx_wish wish = with_strings(wanted);
	struct dstr login = {0};
	uint64_t id = 0;

	clean_login(&login, wish.user_login);
	wish.user_login = login.len ? login.array : "";
	pthread_mutex_lock(&actions->mutex);
	const char *key = refusal(actions, &wish);
	if (key) {
		dstr_cat(error, lx_text_get(actions->text, key));
	} else {
		const struct record *same = find_same(actions, &wish);
		id = same ? same->id : add(actions, &wish, 0);
	}
	pthread_mutex_unlock(&actions->mutex);
	dstr_free(&login);
	if (!key)
		emit_later(actions);
	return id;
}

/* --- undo --------------------------------------------------------------------------------------------------------- */

static struct record *last_action(struct lx_actions *actions)
{
	for (size_t i = actions->records.num; i-- > 0;) {
		struct record *record = actions->records.array[i];
		bool possible = record->state == LX_ACTION_DONE || is_unfinished(record);
		if (possible && !record->undoes && !record->told)
			return record;
	}
	return NULL;
}

static bool is_being_undone(const struct lx_actions *actions, uint64_t id)
{
	for (size_t i = 0; i < actions->records.num; i++)
		if (is_unfinished(actions->records.array[i]) && actions->records.array[i]->undoes == id)
			return true;
	return false;
}

/* The wish that takes `record` back; NULL or the key of the sentence that says why there is none. */
static const char *inverse_of(const struct lx_actions *actions, struct record *record, struct lx_wish *wish)
{
	wish->user_id = record->user_id;
	wish->user_login = record->user_login;
	wish->user_name = record->user_name;
	wish->message_id = record->message_id;
	wish->reason = "";

	if (record->state == LX_ACTION_FAILED)
		return "Action.Error.UndoFailed";
	if (record->state == LX_ACTION_UNDONE)
		return "Action.Error.NothingToUndo";
	switch (record->kind) {
	case LX_ACTION_BAN:
	case LX_ACTION_TIMEOUT:
		wish->kind = LX_ACTION_UNBAN;
		return NULL;
	case LX_ACTION_UNBAN:
		if (!record->had_ban)
			return "Action.Error.UndoUnban";
		wish->kind = record->had_until_ms ? LX_ACTION_TIMEOUT : LX_ACTION_BAN;
		wish->reason = record->had_reason;
		wish->duration_s = record->had_until_ms ? (record->had_until_ms - now_ms(actions) + 999) / 1000 : 0;
		return record->had_until_ms && wish->duration_s < 1 ? "Action.Error.UndoOver" : NULL;
	case LX_ACTION_DELETE:
		record->told = true;
		return "Action.Error.UndoDelete";
	case LX_ACTION_CLEAR:
		record->told = true;
		return "Action.Error.UndoClear";
	}
	return "Action.Error.NothingToUndo";
}

uint64_t lx_actions_undo(struct lx_actions *actions, uint64_t action, const char *origin, struct dstr *error)
{
	struct lx_wish wish = {.origin = origin ? origin : ""};
	uint64_t id = 0;

	pthread_mutex_lock(&actions->mutex);
	struct record *record = action ? find(actions, action) : last_action(actions);
	const char *key = !record ? "Action.Error.NothingToUndo" : inverse_of(actions, record, &wish);

	if (record && !key && is_being_undone(actions, record->id))
		key = "Action.Error.NothingToUndo";
	if (key) {
		dstr_cat(error, lx_text_get(actions->text, key));
	} else {
		/* in the channel where it was done, whatever is shown now */
		char *room_id = actions->room_id, *channel = actions->channel;
		actions->room_id = record->room_id;
		actions->channel = record->channel;
		id = add(actions, &wish, record->id);
		actions->room_id = room_id;
		actions->channel = channel;
	}
	pthread_mutex_unlock(&actions->mutex);
	if (id)
		emit_later(actions);
	return id;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

void lx_actions_set_channel(struct lx_actions *actions, const char *room_id, const char *login)
{
	pthread_mutex_lock(&actions->mutex);
	bool changed = strcmp(actions->channel, login) != 0;
	set(&actions->room_id, room_id);
	set(&actions->channel, login);
	pthread_mutex_unlock(&actions->mutex);
	if (changed && *login)
		lx_helix_warm(actions->helix);
}

struct lx_actions *lx_actions_create(const struct lx_actions_config *config)
{
	struct lx_actions *actions = bzalloc(sizeof(*actions));

	if (pthread_mutex_init(&actions->mutex, NULL) != 0) {
		bfree(actions);
		return NULL;
	}
	actions->helix = config->helix;
	actions->loop = config->loop;
	actions->bus = config->bus;
	actions->text = config->text;
	actions->room_id = copy("");
	actions->channel = copy("");
	actions->bans = lx_known_bans_create();
	actions->link = bzalloc(sizeof(*actions->link));
	actions->link->actions = actions;
	actions->link->references = 1;
	lx_bus_connect(actions->bus, LX_EVENT_USER_BANNED, on_banned, actions);
	lx_bus_connect(actions->bus, LX_EVENT_USER_UNBANNED, on_unbanned, actions);
	return actions;
}

void lx_actions_destroy(struct lx_actions *actions)
{
	if (!actions)
		return;
	lx_bus_disconnect(actions->bus, LX_EVENT_USER_BANNED, on_banned, actions);
	lx_bus_disconnect(actions->bus, LX_EVENT_USER_UNBANNED, on_unbanned, actions);
	actions->link->actions = NULL;
	release(actions->link);

	for (size_t i = 0; i < actions->records.num; i++) {
		struct record *record = actions->records.array[i];
		if (is_unfinished(record)) {
			record->state = LX_ACTION_FAILED;
			announce(actions, record, lx_text_get(actions->text, "Action.Error.Stopped"), "");
		}
	}
	emit_all(actions);
	for (size_t i = 0; i < actions->records.num; i++) {
		free_strings(actions->records.array[i]);
		bfree(actions->records.array[i]);
	}
	da_free(actions->records);
	lx_known_bans_destroy(actions->bans);
	da_free(actions->announcements);
	bfree(actions->room_id);
	bfree(actions->channel);
	pthread_mutex_destroy(&actions->mutex);
	bfree(actions);
}
