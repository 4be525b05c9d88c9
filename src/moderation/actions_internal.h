/*
 * The actions' inside, for its own files only:
 *
 *	actions.c       what is wished and undone, what is remembered, the events
 *	actions_run.c   carrying out: look-ups, requests, answers, whose turn it is
 *	actions_bind.c  the procedures
 *
 * Threads: all functions below with the mutex held, but lx_actions_emit().
 */
#pragma once

#include <util/bmem.h>
#include <util/darray.h>
#include <util/threading.h>

#include "moderation/actions.h"
#include "moderation/known_bans.h"
#include "net/mailbox.h"

struct lx_action_record {
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

struct lx_action_announcement {
	struct lx_action_record copy; /* owns its strings */
	char *detail;
	const char *error; /* stable word */
	int64_t time_ms;
};

struct lx_actions {
	struct lx_helix *helix;
	struct lx_loop *loop;
	struct lx_bus *bus;
	const struct lx_text *text;
	struct lx_mailbox *mailbox;

	pthread_mutex_t mutex; /* guards everything below */
	char *room_id, *channel;
	uint64_t last_id;
	size_t unfinished;
	DARRAY(struct lx_action_record *) records; /* in the order they were wished */
	struct lx_known_bans *bans;
	DARRAY(struct lx_action_announcement *) announcements;
};

/* --- actions.c ---------------------------------------------------------------------------------------------------- */

void lx_action_set(char **to, const char *text);
/* NULL when it is forgotten. */
struct lx_action_record *lx_actions_find(struct lx_actions *actions, uint64_t id);
bool lx_action_is_unfinished(const struct lx_action_record *record);
int64_t lx_actions_now_ms(const struct lx_actions *actions);
/* When a ban of this length, in seconds, ends: Unix milliseconds; 0 = never. */
int64_t lx_actions_until_ms(const struct lx_actions *actions, int64_t duration_s);
/* Notes an event; `error` is a stable word and lives for ever. */
void lx_actions_announce(struct lx_actions *actions, const struct lx_action_record *record, const char *detail,
			 const char *error);
/* Emits what was noted, in that order; on the loop's thread, without the mutex. */
void lx_actions_emit(struct lx_actions *actions);
/* Forgets the oldest finished ones. */
void lx_actions_trim(struct lx_actions *actions);

/* --- actions_run.c ------------------------------------------------------------------------------------------------ */

/* Ban, timeout, unban: one after the other for each user. */
bool lx_action_concerns_ban(const struct lx_action_record *record);
/* Does the next step: learn the channel's id, learn the user's, wait for earlier wishes, send. */
void lx_actions_advance(struct lx_actions *actions, struct lx_action_record *record);
