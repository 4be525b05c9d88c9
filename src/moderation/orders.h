/*
 * Orders: what a streamer or moderator wants of Twitch beside bans and deleted messages (actions.h), each one request to the
 * web API: a warning, a role, a block, a pinned message, the decision about a message that AutoMod holds. Buttons, the user card,
 * slash commands, scripts and decks all come this way.
 *
 * What is refused at once is said to the caller. What becomes of the others is told to who gave the order, or, where that one
 * does not want to know, as LX_EVENT_NOTICE, id "livextrem_order_done" or "livextrem_order_failed", unless an event of its own shows it
 * (a pin, AutoMod's message).
 *
 * Threads: every function from any thread, none waits; notices come on the helix loop's thread.
 * Ownership: what the config points to must outlive the orders; strings are copied.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "moderation/outcome.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_order_kind {
	LX_ORDER_WARN,     /* user, text: the reason, 1 … 500 characters; they cannot write until they agree to it */
	LX_ORDER_BLOCK,    /* user; blocks them for the account itself */
	LX_ORDER_UNBLOCK,  /* user */
	LX_ORDER_MOD,      /* user; the broadcaster only, as the next three */
	LX_ORDER_UNMOD,    /* user */
	LX_ORDER_VIP,      /* user */
	LX_ORDER_UNVIP,    /* user */
	LX_ORDER_PIN,      /* message, duration_s: 30 … 1800, 0 = until the stream ends; or text: a new message */
	LX_ORDER_UNPIN,    /* message; none: whatever is pinned */
	LX_ORDER_ALLOW,    /* message that AutoMod holds */
	LX_ORDER_DENY,     /* message that AutoMod holds */
	LX_ORDER_MONITOR,  /* user: their messages are marked for moderators */
	LX_ORDER_RESTRICT, /* user: only moderators see their messages */
	LX_ORDER_UNTREAT,  /* user: neither of both any more */
	LX_ORDER_COUNT
};

/* "warn" "block" …; LX_ORDER_COUNT for a word that is none. */
enum lx_order_kind lx_order_of_word(const char *word);
const char *lx_order_word(enum lx_order_kind kind);
/* The request behind it: what permission it needs is asked with lx_helix_may() and scopes.h. */
enum lx_helix_endpoint lx_order_endpoint(enum lx_order_kind kind);
/* Whether only the channel's owner may give it. */
bool lx_order_is_owners(enum lx_order_kind kind);

/* What somebody wants. NULL strings are "". */
struct lx_order {
	enum lx_order_kind kind;
	const char *user_id, *user_login; /* one of both is enough; a login is looked up first */
	const char *user_name;            /* for the sentence only */
	const char *message_id;
	const char *text;
	int64_t duration_s;
	lx_outcome_told told; /* NULL: a notice tells */
	void *data;           /* of told */
};

struct lx_orders;

struct lx_orders_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus;
	const struct lx_text *text;
	/* A message was pinned or taken down; may be NULL. On the helix loop's thread. */
	void (*pin_changed)(void *data);
	void *data;
};

struct lx_orders *lx_orders_create(const struct lx_orders_config *config);
/* On the loop's thread or after it stopped, before the helix. NULL is accepted. */
void lx_orders_destroy(struct lx_orders *orders);
/* Gives the procedure "order" its meaning. */
void lx_orders_bind(struct lx_orders *orders, struct lx_bus *bus);

/* The channel they are for from now on; "" = none. */
void lx_orders_set_channel(struct lx_orders *orders, const char *room_id, const char *login);

/* False, with a sentence for the user appended to `error`, when it is refused at once: `told` is not called then. */
bool lx_orders_give(struct lx_orders *orders, const struct lx_order *order, struct dstr *error);

#ifdef __cplusplus
}
#endif
