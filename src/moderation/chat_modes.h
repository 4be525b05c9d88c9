/*
 * Chat modes: slow mode, followers, subscribers or emotes only, unique messages, shield mode. Keeps what is known of them for the
 * channel that is read, tells it as LX_EVENT_CHAT_MODES whenever something changes, and switches them through the web API.
 *
 * Known from: chat's room state and EventSub (LX_EVENT_ROOM_STATE, LX_EVENT_SHIELD_MODE). Nobody tells by itself whether the shield is
 * up when we come: that is asked once, where the account may.
 *
 * What is refused at once is said to the caller; what Twitch refuses later is told to who switched, or, where that one does not want
 * to know, as LX_EVENT_NOTICE, id "livextrem_mode_failed".
 *
 * Threads: every function from any thread, but destroy on the loop's thread or after it stopped; none waits. Events come on the
 * loop's thread. Ownership: what the configuration points to must outlive the modes.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "moderation/outcome.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_chat_mode {
	LX_CHAT_MODE_SLOW,      /* value: seconds between two messages of one person, 3 … 120 */
	LX_CHAT_MODE_FOLLOWERS, /* value: minutes that somebody must have followed, 0 … 129600 */
	LX_CHAT_MODE_SUBSCRIBERS,
	LX_CHAT_MODE_EMOTES,
	LX_CHAT_MODE_UNIQUE,
	LX_CHAT_MODE_SHIELD,
	LX_CHAT_MODE_COUNT
};

/* "slow" "followers" "subscribers" "emotes" "unique" "shield"; LX_CHAT_MODE_COUNT for a word that is none. */
enum lx_chat_mode lx_chat_mode_of_word(const char *word);
const char *lx_chat_mode_word(enum lx_chat_mode mode);

struct lx_chat_mode_switch;

struct lx_chat_mode_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus;
	const struct lx_text *text;
};

struct lx_chat_mode_switch *lx_chat_mode_switch_create(const struct lx_chat_mode_config *config);
void lx_chat_mode_switch_destroy(struct lx_chat_mode_switch *modes); /* NULL is accepted */
/* Gives the procedure "set_chat_mode" its meaning. */
void lx_chat_mode_switch_bind(struct lx_chat_mode_switch *modes);

/* The channel they are about from now on; `room_id` "" while it is not known, `login` "" = none. */
void lx_chat_mode_set_channel(struct lx_chat_mode_switch *modes, const char *login, const char *room_id);

/* What somebody wants. */
struct lx_chat_mode_wish {
	enum lx_chat_mode mode;
	bool on;
	int64_t value;        /* looked at where the mode has one and goes on */
	lx_outcome_told told; /* NULL: a notice tells of a failure; LX_EVENT_CHAT_MODES shows what was done in any case */
	void *data;           /* of told */
};

/* False, with a sentence for the user appended to `error`, when it is refused at once: `told` is not called then. */
bool lx_chat_mode_set(struct lx_chat_mode_switch *modes, const struct lx_chat_mode_wish *wish, struct dstr *error);

#ifdef __cplusplus
}
#endif
