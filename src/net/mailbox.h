/*
 * Mailbox: tasks for an object that lives on a loop, from threads that do not know whether it still lives. Once the owner
 * closed it, tasks are dropped instead of run, also those that were on their way. An answer of somebody else's that may come when the
 * owner has gone holds the mailbox instead of the owner, and asks it.
 *
 * Threads: any; lx_mailbox_close() on the loop's thread or after the loop stopped.
 * Ownership: counted. The owner holds one reference until lx_mailbox_close(), whoever will post holds one of their own.
 */
#pragma once

#include "net/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_mailbox;

struct lx_mailbox *lx_mailbox_create(struct lx_loop *loop);
/* The owner goes: nothing is run any more. Gives up the owner's reference. NULL is accepted. */
void lx_mailbox_close(struct lx_mailbox *mailbox);

/* Whether the owner is still there: what somebody else's callback holds with a reference of its own asks this before it touches the
 * owner. On the loop's thread. */
bool lx_mailbox_is_open(struct lx_mailbox *mailbox);

struct lx_mailbox *lx_mailbox_ref(struct lx_mailbox *mailbox);
void lx_mailbox_release(struct lx_mailbox *mailbox);

/* Exactly one of both is called: run(data) on the loop, or drop(data) on any thread, also inside this call, which may be NULL and
 * posts nothing. */
void lx_mailbox_post(struct lx_mailbox *mailbox, lx_loop_task run, lx_loop_task drop, void *data);

/* What a part tells itself on its loop: up to two texts and a number. NULL texts are "". */
struct lx_note {
	int64_t number;
	const char *first, *second;
};
typedef void (*lx_mailbox_work)(void *owner, const struct lx_note *note);

/* Runs work(owner, note) on the loop while the mailbox is open; texts are copied. */
void lx_mailbox_tell(struct lx_mailbox *mailbox, lx_mailbox_work work, void *owner, const struct lx_note *note);

#ifdef __cplusplus
}
#endif
