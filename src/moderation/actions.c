#include "moderation/actions_internal.h"

#include <string.h>

#include "locale/utf8.h"

#define MAX_HISTORY 200   /* finished actions that are kept for undo */
#define MAX_UNFINISHED 5000
#define MAX_TIMEOUT_S 1209600
#define MAX_REASON 500 /* characters */

/* --- memory ------------------------------------------------------------------------------------------------------- */

static char *copy(const char *text)
{
	return bstrdup(text ? text : "");
}

void lx_action_set(char **to, const char *text)
{
	bfree(*to);
	*to = copy(text);
}

static void free_strings(struct lx_action_record *record)
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

struct lx_action_record *lx_actions_find(struct lx_actions *actions, uint64_t id)
{
	for (size_t i = actions->records.num; i-- > 0;)
		if (actions->records.array[i]->id == id)
			return actions->records.array[i];
	return NULL;
}

bool lx_action_is_unfinished(const struct lx_action_record *record)
{
	return record->state == LX_ACTION_QUEUED;
}

void lx_actions_trim(struct lx_actions *actions)
{
	size_t finished = actions->records.num - actions->unfinished;

	for (size_t i = 0; finished > MAX_HISTORY && i < actions->records.num;) {
		struct lx_action_record *record = actions->records.array[i];
		if (lx_action_is_unfinished(record)) {
			i++;
			continue;
		}
		da_erase(actions->records, i);
		free_strings(record);
		bfree(record);
		finished--;
	}
}

int64_t lx_actions_now_ms(const struct lx_actions *actions)
{
	return lx_clock_unix_ms(lx_loop_clock(actions->loop));
}

int64_t lx_actions_until_ms(const struct lx_actions *actions, int64_t duration_s)
{
	return duration_s ? lx_actions_now_ms(actions) + duration_s * 1000 : 0;
}

/* --- events: noted under the lock, emitted in that order on the loop, without it ----------------------------------- */

static void emit(struct lx_actions *actions, const struct lx_action_announcement *announcement)
{
	const struct lx_action_record *record = &announcement->copy;
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

void lx_actions_emit(struct lx_actions *actions)
{
	for (;;) {
		struct lx_action_announcement *next = NULL;

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
	lx_actions_emit(data);
}

void lx_actions_announce(struct lx_actions *actions, const struct lx_action_record *record, const char *detail,
			 const char *error)
{
	struct lx_action_announcement *announcement = bzalloc(sizeof(*announcement));
	struct lx_action_record *to = &announcement->copy;

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
	announcement->time_ms = lx_actions_now_ms(actions);
	da_push_back(actions->announcements, &announcement);
}

/* Not under the lock: a loop that has stopped drops the task here and now. */
static void emit_later(struct lx_actions *actions)
{
	lx_mailbox_post(actions->mailbox, on_posted, NULL, actions);
}

/* --- bans that are known ------------------------------------------------------------------------------------------ */

static void on_banned(const struct lx_event *event, void *data)
{
	struct lx_actions *actions = data;
	const struct lx_moderation *moderation = &event->moderation;

	if (moderation->duration_s < 0)
		return; /* not told whether it was for good */
	pthread_mutex_lock(&actions->mutex);
	lx_known_bans_add(actions->bans, event->room_id, moderation->user_id,
			  lx_actions_until_ms(actions, moderation->duration_s), moderation->reason);
	pthread_mutex_unlock(&actions->mutex);
}

static void on_unbanned(const struct lx_event *event, void *data)
{
	struct lx_actions *actions = data;

	pthread_mutex_lock(&actions->mutex);
	lx_known_bans_forget(actions->bans, event->room_id, event->moderation.user_id);
	pthread_mutex_unlock(&actions->mutex);
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

static bool same_target(const struct lx_action_record *record, const struct lx_wish *wish)
{
	if (*record->user_id && *wish->user_id)
		return strcmp(record->user_id, wish->user_id) == 0;
	return *wish->user_login && astrcmpi(record->user_login, wish->user_login) == 0;
}

/* The same wish that is under way already, unless something else was wished for that user since. */
static struct lx_action_record *find_same(struct lx_actions *actions, const struct lx_wish *wish)
{
	for (size_t i = actions->records.num; i-- > 0;) {
		struct lx_action_record *record = actions->records.array[i];
		if (!lx_action_is_unfinished(record) || strcmp(record->room_id, actions->room_id) != 0)
			continue;
		if (wish->kind == LX_ACTION_CLEAR && record->kind == LX_ACTION_CLEAR)
			return record;
		if (wish->kind == LX_ACTION_DELETE) {
			if (record->kind == LX_ACTION_DELETE && strcmp(record->message_id, wish->message_id) == 0)
				return record;
			continue;
		}
		if (lx_action_concerns_ban(record) && same_target(record, wish)) {
			bool same = record->kind == wish->kind && record->duration_s == wish->duration_s;
			return same ? record : NULL;
		}
	}
	return NULL;
}

static uint64_t add(struct lx_actions *actions, const struct lx_wish *wish, uint64_t undoes)
{
	struct lx_action_record *record = bzalloc(sizeof(*record));

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
	lx_actions_announce(actions, record, "", "");
	lx_actions_advance(actions, record);
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
		const struct lx_action_record *same = find_same(actions, &wish);
		id = same ? same->id : add(actions, &wish, 0);
	}
	pthread_mutex_unlock(&actions->mutex);
	dstr_free(&login);
	if (!key)
		emit_later(actions);
	return id;
}

/* --- undo --------------------------------------------------------------------------------------------------------- */

static struct lx_action_record *last_action(struct lx_actions *actions)
{
	for (size_t i = actions->records.num; i-- > 0;) {
		struct lx_action_record *record = actions->records.array[i];
		bool possible = record->state == LX_ACTION_DONE || lx_action_is_unfinished(record);
		if (possible && !record->undoes && !record->told)
			return record;
	}
	return NULL;
}

static bool is_being_undone(const struct lx_actions *actions, uint64_t id)
{
	for (size_t i = 0; i < actions->records.num; i++)
		if (lx_action_is_unfinished(actions->records.array[i]) && actions->records.array[i]->undoes == id)
			return true;
	return false;
}

/* The wish that takes `record` back; NULL or the key of the sentence that says why there is none. */
static const char *inverse_of(const struct lx_actions *actions, struct lx_action_record *record, struct lx_wish *wish)
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
		wish->duration_s =
			record->had_until_ms ? (record->had_until_ms - lx_actions_now_ms(actions) + 999) / 1000 : 0;
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
	struct lx_action_record *record = action ? lx_actions_find(actions, action) : last_action(actions);
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
	lx_action_set(&actions->room_id, room_id);
	lx_action_set(&actions->channel, login);
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
	actions->mailbox = lx_mailbox_create(config->loop);
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
	lx_mailbox_close(actions->mailbox);

	for (size_t i = 0; i < actions->records.num; i++) {
		struct lx_action_record *record = actions->records.array[i];
		if (lx_action_is_unfinished(record)) {
			record->state = LX_ACTION_FAILED;
			lx_actions_announce(actions, record, lx_text_get(actions->text, "Action.Error.Stopped"), "");
		}
	}
	lx_actions_emit(actions);
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
