/*
 * Moderation actions: ban, timeout, unban, delete a message, clear the chat; by user id straight from a message, with no
 * look-up before it; by name for people who are not on screen. Each action is announced as LX_EVENT_ACTION: QUEUED, then DONE
 * or FAILED (with the reason in words), later perhaps UNDONE. None is lost without a word.
 *
 * Order: what is wished for one user is carried out in the order it was wished, one after the other, so that an unban is not
 * overtaken by the ban before it. The same wish a second time, while the first is under way, is the first.
 *
 * Threads: every function from any thread, none waits. Events come on the helix loop's thread.
 * Ownership: what the config points to must outlive the actions; strings are copied.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_actions;

struct lx_actions_config {
	struct lx_helix *helix;
	struct lx_loop *loop; /* the helix's */
	struct lx_bus *bus;
	const struct lx_text *text;
};

struct lx_actions *lx_actions_create(const struct lx_actions_config *config);
/* On the loop's thread or after it stopped, before the helix. What is under way ends as FAILED. NULL is accepted. */
void lx_actions_destroy(struct lx_actions *actions);

/* Gives the procedures ban, timeout, unban, delete, clear chat and undo their meaning. */
void lx_actions_bind(struct lx_actions *actions, struct lx_bus *bus);

/*
 * The channel that actions are for from now on: its user id (from ROOMSTATE; "" while it is not known: it is looked up when
 * an action needs it) and login. Both "" = none. Opens the connection to Twitch, so that the first click is fast.
 */
void lx_actions_set_channel(struct lx_actions *actions, const char *room_id, const char *login);

/* What somebody wants. NULL strings are "". */
struct lx_wish {
	enum lx_action_kind kind;
	const char *user_id, *user_login; /* one of them for ban, timeout, unban; the id where it is known */
	const char *user_name;            /* for display only */
	const char *message_id;           /* of DELETE; for display otherwise */
	int64_t duration_s;               /* of TIMEOUT: 1 … 1209600 */
	const char *reason;               /* at most 500 characters */
	const char *origin;               /* dock hotkey vendor script rule */
};

/* Returns the action's id, or 0 and a sentence for the user appended to `error` when it is refused at once. */
uint64_t lx_actions_do(struct lx_actions *actions, const struct lx_wish *wish, struct dstr *error);

/*
 * Takes an action back: 0 = the last one that was not an undo itself and not undone yet. What cannot be taken back (a deleted
 * message, a cleared chat) is said so, once; asked again, the one before it is taken back.
 * Returns the id of the action that does it, or 0 and a sentence.
 */
uint64_t lx_actions_undo(struct lx_actions *actions, uint64_t action, const char *origin, struct dstr *error);

#ifdef __cplusplus
}
#endif
