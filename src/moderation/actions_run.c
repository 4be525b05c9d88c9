#include "moderation/actions_internal.h"

#include <string.h>

#include "twitch/helix_message.h"

/* What an answer belongs to. */
struct pending {
	struct lx_actions *actions; /* valid while the mailbox is open */
	struct lx_mailbox *mailbox;
	uint64_t id;
};

/* Somebody else's turn: the next action on that user, if one waits. */
static void start_next(struct lx_actions *actions, const struct lx_action_record *after)
{
	for (size_t i = 0; i < actions->records.num; i++) {
		struct lx_action_record *record = actions->records.array[i];
		if (record != after && lx_action_is_unfinished(record) && !record->under_way && *record->user_id &&
		    strcmp(record->user_id, after->user_id) == 0) {
			lx_actions_advance(actions, record);
			return;
		}
	}
}

static void mark_undone(struct lx_actions *actions, uint64_t id)
{
	struct lx_action_record *undone = lx_actions_find(actions, id);

	if (undone && undone->state == LX_ACTION_DONE) {
		undone->state = LX_ACTION_UNDONE;
		lx_actions_announce(actions, undone, "", "");
	}
}

static void finish(struct lx_actions *actions, struct lx_action_record *record, enum lx_action_state state,
		   const char *detail, const char *error)
{
	record->under_way = false;
	record->state = state;
	actions->unfinished--;
	lx_actions_announce(actions, record, detail, error);
	if (state == LX_ACTION_DONE) {
		if (record->kind == LX_ACTION_BAN || record->kind == LX_ACTION_TIMEOUT)
			lx_known_bans_add(actions->bans, record->room_id, record->user_id,
					  lx_actions_until_ms(actions, record->duration_s), record->reason);
		else if (record->kind == LX_ACTION_UNBAN)
			lx_known_bans_forget(actions->bans, record->room_id, record->user_id);
		if (record->undoes)
			mark_undone(actions, record->undoes);
	}
	if (*record->user_id)
		start_next(actions, record);
	lx_actions_trim(actions);
}

static void finish_failed(struct lx_actions *actions, struct lx_action_record *record, const char *key)
{
	finish(actions, record, LX_ACTION_FAILED, lx_text_get(actions->text, key), "");
}

static void finish_refused(struct lx_actions *actions, struct lx_action_record *record,
			   const struct lx_helix_result *result)
{
	finish(actions, record, LX_ACTION_FAILED, result->message, lx_helix_error_word(result->error));
}

static struct pending *pending_of(struct lx_actions *actions, struct lx_action_record *record)
{
	struct pending *pending = bzalloc(sizeof(*pending));

	pending->actions = actions;
	pending->mailbox = lx_mailbox_ref(actions->mailbox);
	pending->id = record->id;
	record->under_way = true;
	return pending;
}

/* The record that an answer belongs to, with the lock held; NULL (and no lock) when there is none any more. */
static struct lx_action_record *claim(struct pending *pending)
{
	struct lx_actions *actions = pending->actions;
	struct lx_action_record *record = NULL;

	if (lx_mailbox_is_open(pending->mailbox)) {
		pthread_mutex_lock(&actions->mutex);
		record = lx_actions_find(actions, pending->id);
		if (record && !lx_action_is_unfinished(record))
			record = NULL;
		if (!record)
			pthread_mutex_unlock(&actions->mutex);
	}
	return record;
}

static void unclaim(struct pending *pending, struct lx_action_record *record)
{
	struct lx_actions *actions = pending->actions;

	if (record) {
		pthread_mutex_unlock(&actions->mutex);
		lx_actions_emit(actions);
	}
	lx_mailbox_release(pending->mailbox);
	bfree(pending);
}

static bool is_fulfilled(const struct lx_action_record *record, const struct lx_helix_result *result)
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
	struct lx_action_record *record = claim(pending);

	if (record) {
		struct lx_actions *actions = pending->actions;
		if (is_fulfilled(record, result))
			finish(actions, record, LX_ACTION_DONE, "", "");
		else
			finish_refused(actions, record, result);
	}
	unclaim(pending, record);
}

/* The channel's id, where that was not known; else the user's. */
static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct pending *pending = data;
	struct lx_action_record *record = claim(pending);

	if (record) {
		struct lx_actions *actions = pending->actions;
		record->under_way = false;
		if (!user) {
			finish_refused(actions, record, result);
		} else if (!*record->room_id) {
			lx_action_set(&record->room_id, user->id);
			if (!*actions->room_id && strcmp(actions->channel, record->channel) == 0)
				lx_action_set(&actions->room_id, user->id);
			lx_actions_advance(actions, record);
		} else {
			lx_action_set(&record->user_id, user->id);
			lx_action_set(&record->user_login, user->login);
			lx_action_set(&record->user_name, user->name);
			lx_actions_advance(actions, record);
		}
	}
	unclaim(pending, record);
}

static void remember_what_is_lifted(struct lx_actions *actions, struct lx_action_record *record)
{
	struct lx_known_ban ban;

	record->had_ban = lx_known_bans_find(actions->bans, record->room_id, record->user_id, &ban);
	if (record->had_ban) {
		record->had_until_ms = ban.until_ms;
		lx_action_set(&record->had_reason, ban.reason);
	}
}

static void send_request(struct lx_actions *actions, struct lx_action_record *record)
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

bool lx_action_concerns_ban(const struct lx_action_record *record)
{
	return record->kind != LX_ACTION_DELETE && record->kind != LX_ACTION_CLEAR;
}

/* An earlier wish for the same user that is not finished. */
static bool must_wait(const struct lx_actions *actions, const struct lx_action_record *record)
{
	for (size_t i = 0; i < actions->records.num && actions->records.array[i] != record; i++) {
		const struct lx_action_record *earlier = actions->records.array[i];
		if (lx_action_is_unfinished(earlier) && lx_action_concerns_ban(earlier) &&
		    strcmp(earlier->user_id, record->user_id) == 0)
			return true;
	}
	return false;
}

void lx_actions_advance(struct lx_actions *actions, struct lx_action_record *record)
{
	const struct lx_action_record *undone = record->undoes ? lx_actions_find(actions, record->undoes) : NULL;

	if (!*record->room_id) {
		lx_helix_find_user(actions->helix, record->channel, LX_HELIX_MODERATION, on_user,
				   pending_of(actions, record));
	} else if (lx_action_concerns_ban(record) && !*record->user_id) {
		lx_helix_find_user(actions->helix, record->user_login, LX_HELIX_MODERATION, on_user,
				   pending_of(actions, record));
	} else if (lx_action_concerns_ban(record) && strcmp(record->user_id, record->room_id) == 0) {
		finish_failed(actions, record, "Action.Error.Broadcaster");
	} else if (lx_action_concerns_ban(record) && must_wait(actions, record)) {
		record->under_way = false;
	} else if (undone && undone->state == LX_ACTION_FAILED) {
		finish_failed(actions, record, "Action.Error.UndoFailed");
	} else {
		send_request(actions, record);
	}
}
