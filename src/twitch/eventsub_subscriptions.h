/*
 * Subscriptions: which topics are wanted, which of them Twitch lets us have, and asking for them on the present session.
 * The lower half of EventSub, which owns the sockets; used by it only.
 *
 * Threads: everything on the loop's thread, but lx_subscriptions_visit() from any.
 */
#pragma once

#include "net/mailbox.h"
#include "twitch/eventsub.h"

struct lx_subscriptions;

enum lx_subscriptions_trouble {
	LX_TROUBLE_SESSION,    /* Twitch does not know the session any more */
	LX_TROUBLE_TRANSPORTS, /* too many sockets of this account are open */
	LX_TROUBLE_SIGNED_OUT, /* the login is not accepted */
};

struct lx_subscriptions_config {
	struct lx_loop *loop;
	struct lx_mailbox *mailbox; /* of the owner */
	const struct lx_text *text;
	const struct lx_random *random;
	struct lx_credentials_provider credentials;
	struct lx_eventsub_api api;
	const char *const *types; /* NULL = all */
	size_t type_count;
	/* The state of a topic changed. */
	void (*changed)(void *data);
	/* This session is of no use any more. */
	void (*trouble)(enum lx_subscriptions_trouble trouble, void *data);
	void *data;
};

struct lx_subscriptions *lx_subscriptions_create(const struct lx_subscriptions_config *config);
void lx_subscriptions_destroy(struct lx_subscriptions *subscriptions);

/* Decides what to ask for. Returns how many topics that are. What is enabled on the present session stays so. */
size_t lx_subscriptions_plan(struct lx_subscriptions *subscriptions, const char *broadcaster_id, const char *user_id,
			     bool read_chat);
/* Asks for what is planned on this session from now on. What is enabled stays so: a session may go on under another id. */
void lx_subscriptions_attach(struct lx_subscriptions *subscriptions, const char *session_id);
/* Goes on asking, after another plan. */
void lx_subscriptions_resume(struct lx_subscriptions *subscriptions);
/* The session is gone, and with it everything that was enabled. */
void lx_subscriptions_end(struct lx_subscriptions *subscriptions);
/* Twitch took one back; `status` is its word for why. */
void lx_subscriptions_revoke(struct lx_subscriptions *subscriptions, const struct lx_eventsub_topic *topic,
			     const char *status);

size_t lx_subscriptions_enabled(const struct lx_subscriptions *subscriptions);
size_t lx_subscriptions_waiting(const struct lx_subscriptions *subscriptions);

void lx_subscriptions_visit(struct lx_subscriptions *subscriptions, lx_topic_visitor visit, void *data);
