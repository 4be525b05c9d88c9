#include "twitch/irc_outbox.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "net/rate.h"

#define MAX_WAITING 10
#define WINDOW_MS 31000
#define LIMIT 19
#define LIMIT_PRIVILEGED 99
#define APART_MS 1100

struct lx_irc_outbox {
	DARRAY(struct lx_irc_outgoing *) sent;    /* oldest first */
	DARRAY(struct lx_irc_outgoing *) waiting; /* oldest first */
	struct lx_rate rate;
};

void lx_irc_outgoing_free(struct lx_irc_outgoing *message)
{
	if (!message)
		return;
	bfree(message->channel);
	bfree(message->text);
	bfree(message->reply_id);
	bfree(message);
}

struct lx_irc_outbox *lx_irc_outbox_create(void)
{
	return bzalloc(sizeof(struct lx_irc_outbox));
}

void lx_irc_outbox_destroy(struct lx_irc_outbox *outbox)
{
	if (!outbox)
		return;
	for (size_t i = 0; i < outbox->sent.num; i++)
		lx_irc_outgoing_free(outbox->sent.array[i]);
	for (size_t i = 0; i < outbox->waiting.num; i++)
		lx_irc_outgoing_free(outbox->waiting.array[i]);
	da_free(outbox->sent);
	da_free(outbox->waiting);
	bfree(outbox);
}

bool lx_irc_outbox_push(struct lx_irc_outbox *outbox, const char *channel, const char *text, const char *reply_id)
{
	if (outbox->waiting.num == MAX_WAITING)
		return false;
	struct lx_irc_outgoing *message = bzalloc(sizeof(*message));
	message->channel = bstrdup(channel);
	message->text = bstrdup(text);
	message->reply_id = bstrdup(reply_id);
	da_push_back(outbox->waiting, &message);
	return true;
}

const struct lx_irc_outgoing *lx_irc_outbox_front(const struct lx_irc_outbox *outbox)
{
	return outbox->waiting.num ? outbox->waiting.array[0] : NULL;
}

uint64_t lx_irc_outbox_wait(const struct lx_irc_outbox *outbox, bool privileged, uint64_t now_ms)
{
	if (privileged)
		return lx_rate_wait(&outbox->rate, LIMIT_PRIVILEGED, WINDOW_MS, now_ms);
	uint64_t window = lx_rate_wait(&outbox->rate, LIMIT, WINDOW_MS, now_ms);
	uint64_t apart = lx_rate_wait(&outbox->rate, 1, APART_MS, now_ms);
	return window > apart ? window : apart;
}

void lx_irc_outbox_sent(struct lx_irc_outbox *outbox, uint64_t now_ms)
{
	struct lx_irc_outgoing *message = outbox->waiting.array[0];
	da_erase(outbox->waiting, 0);
	message->sent_ms = now_ms;
	da_push_back(outbox->sent, &message);
	lx_rate_note(&outbox->rate, now_ms);
}

struct lx_irc_outgoing *lx_irc_outbox_answered(struct lx_irc_outbox *outbox, const char *channel)
{
	for (size_t i = 0; i < outbox->sent.num; i++) {
		struct lx_irc_outgoing *message = outbox->sent.array[i];
		if (strcmp(message->channel, channel) == 0) {
			da_erase(outbox->sent, i);
			return message;
		}
	}
	return NULL;
}

struct lx_irc_outgoing *lx_irc_outbox_overdue(struct lx_irc_outbox *outbox, uint64_t now_ms)
{
	uint64_t due_ms = lx_irc_outbox_due_ms(outbox);
	return due_ms && due_ms <= now_ms ? lx_irc_outbox_take(outbox, true) : NULL;
}

struct lx_irc_outgoing *lx_irc_outbox_take(struct lx_irc_outbox *outbox, bool sent)
{
	struct lx_irc_outgoing *message = NULL;
	if (sent && outbox->sent.num) {
		message = outbox->sent.array[0];
		da_erase(outbox->sent, 0);
	} else if (!sent && outbox->waiting.num) {
		message = outbox->waiting.array[0];
		da_erase(outbox->waiting, 0);
	}
	return message;
}

uint64_t lx_irc_outbox_due_ms(const struct lx_irc_outbox *outbox)
{
	return outbox->sent.num ? outbox->sent.array[0]->sent_ms + LX_IRC_CONFIRM_MS : 0;
}
