/*
 * Inside of the poll: what asks (eventsub_poll.c) and what compares answers with what was known
 * (eventsub_poll_channel.c, eventsub_poll_engage.c, eventsub_poll_moderation.c). Loop's thread only.
 */
#pragma once

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "twitch/eventsub_poll.h"
#include "twitch/helix_decode.h"

/* Something that an answer told of: a person, a poll, a goal … */
struct lx_poll_known {
	char *id;
	char *login, *name;   /* of a person */
	char *text;           /* whatever the comparison needs */
	int64_t value, limit; /* the same */
	bool gone;            /* waits for another answer to say what became of it */
	uint32_t round;       /* of the answer that told of it last */
};

struct lx_poll_asked;

/* One question: when it is asked next, and what its answers told so far. */
struct lx_poll_turn {
	uint64_t due_ms;
	uint64_t call;
	struct lx_poll_asked *asked; /* NULL = nothing is under way */
	uint32_t failures;
	bool refused;  /* not again before the login or the channel changes */
	bool compared; /* an answer was there: from now on what is new is news */
	bool busy;     /* something of it runs: asked more often */
	bool cued;     /* for those that are asked on demand */
	uint32_t round;
	int64_t mark;                         /* newest time, number of misses …: whatever the comparison needs */
	DARRAY(struct lx_poll_known *) known; /* by id */
};

enum lx_poll_question {
	LX_POLL_STREAM,
	LX_POLL_CHANNEL,
	LX_POLL_SHARED_CHAT,
	LX_POLL_USER,
	LX_POLL_FOLLOWERS,
	LX_POLL_SHIELD_MODE,
	LX_POLL_UNBAN_REQUESTS,
	LX_POLL_UNBAN_APPROVED,
	LX_POLL_UNBAN_DENIED,
	LX_POLL_UNBAN_CANCELED,
	LX_POLL_AUTOMOD_SETTINGS,
	LX_POLL_BLOCKED_TERMS,
	LX_POLL_POLLS,
	LX_POLL_PREDICTIONS,
	LX_POLL_HYPE_TRAIN,
	LX_POLL_GOALS,
	LX_POLL_CHARITY,
	LX_POLL_DONATIONS,
	LX_POLL_BITS,
	LX_POLL_ADS,
	LX_POLL_REWARDS,
	LX_POLL_OWN_REWARDS,
	LX_POLL_REDEMPTIONS,
	LX_POLL_SUBSCRIPTIONS,
	LX_POLL_BANS,
	LX_POLL_MODERATORS,
	LX_POLL_VIPS,
	LX_POLL_QUESTIONS
};

struct lx_eventsub_poll {
	struct lx_eventsub_poll_config config;
	struct lx_mailbox *mailbox;
	char *login, *room_id; /* the channel */
	char *user_id;         /* the account, "" = nobody is signed in */
	enum lx_channel_role role;
	bool wanted; /* EventSub tells nothing */
	bool running;
	bool live;
	uint64_t patience; /* timer: how long EventSub may take to come back */
	uint64_t timer;
	struct lx_poll_turn turns[LX_POLL_QUESTIONS];
	char *reward_id; /* whose redemptions are asked for, or were */
};

/* Compares an answer with what was known, tells what is new, and remembers. `result->error` is LX_HELIX_OK. */
typedef void (*lx_poll_take)(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn,
			     const struct lx_helix_result *result);

#define LX_POLL_TAKE(name) \
	void lx_poll_take_##name(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn, \
				 const struct lx_helix_result *result)

LX_POLL_TAKE(stream);
LX_POLL_TAKE(channel);
LX_POLL_TAKE(shared_chat);
LX_POLL_TAKE(user);
LX_POLL_TAKE(followers);
LX_POLL_TAKE(shield_mode);
LX_POLL_TAKE(unban_requests);
LX_POLL_TAKE(unban_resolved);
LX_POLL_TAKE(automod_settings);
LX_POLL_TAKE(blocked_terms);
LX_POLL_TAKE(polls);
LX_POLL_TAKE(predictions);
LX_POLL_TAKE(hype_train);
LX_POLL_TAKE(goals);
LX_POLL_TAKE(charity);
LX_POLL_TAKE(donations);
LX_POLL_TAKE(bits);
LX_POLL_TAKE(ads);
LX_POLL_TAKE(rewards);
LX_POLL_TAKE(own_rewards);
LX_POLL_TAKE(redemptions);
LX_POLL_TAKE(subscriptions);
LX_POLL_TAKE(bans);
LX_POLL_TAKE(moderators);
LX_POLL_TAKE(vips);

/* An event of this channel, of now. */
void lx_poll_begin(struct lx_eventsub_poll *poll, struct lx_event *event, enum lx_event_type type);
void lx_poll_tell(struct lx_eventsub_poll *poll, const struct lx_event *event);

/* The stream began or ended. */
void lx_poll_set_live(struct lx_eventsub_poll *poll, bool live);
/* Lets a question be asked that waits for this. */
void lx_poll_cue(struct lx_eventsub_poll *poll, enum lx_poll_question question);

/* Remembers that this answer told of `id`. `is_new` (may be NULL): no answer did before. */
struct lx_poll_known *lx_poll_note(struct lx_poll_turn *turn, const char *id, bool *is_new);
/* The same for a person. */
struct lx_poll_known *lx_poll_note_person(struct lx_poll_turn *turn, const char *id, const char *login,
					  const char *name, bool *is_new);
/* NULL when nothing is known of it. */
struct lx_poll_known *lx_poll_find(const struct lx_poll_turn *turn, const char *id);
void lx_poll_forget(struct lx_poll_turn *turn, struct lx_poll_known *known);
/* Calls `gone` (may be NULL) for each that this answer did not tell of, and forgets it unless `gone` says to keep it. */
void lx_poll_sweep(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn,
		   bool (*gone)(struct lx_eventsub_poll *poll, struct lx_poll_known *known));
/* Whether the text differs from what is remembered, which it then is. */
bool lx_poll_differs(struct lx_poll_known *known, const char *text);

static inline struct lx_person lx_poll_person(const char *id, const char *login, const char *name)
{
	return (struct lx_person){id, login, *name ? name : login};
}

/* Twitch's "not told" is another one than ours. */
static inline int64_t lx_poll_number(int64_t value)
{
	return value == LX_HELIX_UNKNOWN ? 0 : value;
}

/* Twitch shouts some words over Helix: COMPLETED. The caller's buffer. */
const char *lx_poll_word(const char *word, char *out, size_t size);
