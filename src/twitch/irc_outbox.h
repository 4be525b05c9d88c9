/*
 * Outbox: chat messages on their way to Twitch over IRC, kept within Twitch's budget. Who exceeds that is silently ignored
 * for an hour, so messages wait here, a few at most, and further ones are refused.
 *
 * Budget (per account): 20 in 30 s and one a second; 100 in 30 s for who is broadcaster, moderator or VIP there. A little
 * less is used, as Twitch's clock is not ours.
 *
 * IRC tells of success by a USERSTATE with the message's id, of refusal by a notice, so what was sent waits for either.
 *
 * One thread at a time. Times are of the monotonic clock in milliseconds.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No answer within this time: the message is lost. */
#define LX_IRC_CONFIRM_MS 10000

struct lx_irc_outgoing {
	char *channel, *text, *reply_id;
	uint64_t sent_ms; /* 0 = waiting */
};
void lx_irc_outgoing_free(struct lx_irc_outgoing *message); /* NULL is accepted */

struct lx_irc_outbox;

struct lx_irc_outbox *lx_irc_outbox_create(void);
void lx_irc_outbox_destroy(struct lx_irc_outbox *outbox); /* NULL is accepted */

/* Copies. False when too many wait already. */
bool lx_irc_outbox_push(struct lx_irc_outbox *outbox, const char *channel, const char *text, const char *reply_id);

/* The one to be sent next, NULL when none waits. */
const struct lx_irc_outgoing *lx_irc_outbox_front(const struct lx_irc_outbox *outbox);
/* Milliseconds until that one may be sent. */
uint64_t lx_irc_outbox_wait(const struct lx_irc_outbox *outbox, bool privileged, uint64_t now_ms);
/* It was sent, and waits for its answer from now on. */
void lx_irc_outbox_sent(struct lx_irc_outbox *outbox, uint64_t now_ms);

/* Takes out the one that an answer from `channel` belongs to: the oldest sent there. NULL when none was. The caller frees it. */
struct lx_irc_outgoing *lx_irc_outbox_answered(struct lx_irc_outbox *outbox, const char *channel);
/* Takes out one that got no answer in time. The caller frees it. */
struct lx_irc_outgoing *lx_irc_outbox_overdue(struct lx_irc_outbox *outbox, uint64_t now_ms);
/* Takes out any message: those that were sent (`sent`), or those that wait. For a link that is lost, a channel that is left. */
struct lx_irc_outgoing *lx_irc_outbox_take(struct lx_irc_outbox *outbox, bool sent);
/* When the next one is overdue, 0 = none was sent. */
uint64_t lx_irc_outbox_due_ms(const struct lx_irc_outbox *outbox);

#ifdef __cplusplus
}
#endif
