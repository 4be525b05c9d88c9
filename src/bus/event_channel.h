/*
 * Payloads of what happens on a channel beside its chat: money, polls, rewards, the stream itself, the moderators' queue.
 * Part of the event contract (event.h); families of Twitch's topics that share a shape share one event.
 *
 * The same rules hold: everything is borrowed, strings are never NULL. Times are Unix milliseconds, 0 = not told.
 * Words (kind, status …) are Twitch's own, in lower case; treat unknown ones as "something else".
 *
 * Threads: plain data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_person {
	const char *id, *login, *name; /* all "" = nobody, or anonymous */
};

/* Where in its life a thing is. Words: begin progress lock end add update remove. */
enum lx_phase {
	LX_PHASE_BEGIN,
	LX_PHASE_PROGRESS,
	LX_PHASE_LOCK, /* predictions: no more bets */
	LX_PHASE_END,
	LX_PHASE_ADD,
	LX_PHASE_UPDATE,
	LX_PHASE_REMOVE,
};

struct lx_follow {
	struct lx_person user;
};

/*
 * kind: new (never a resub), resub (shared in chat), gift (one purchase of `total` gifts), end. A gift bomb is one gift and
 * `total` times new with is_gift: count the gift, not its parts. The chat tells of the same in LX_EVENT_CHAT_NOTICE.
 */
struct lx_subscription {
	const char *kind;
	struct lx_person user; /* who subscribed or gave; nobody = anonymous */
	const char *tier;      /* 1000 2000 3000; a Prime sub comes as 1000 here, only the chat notice tells */
	bool is_gift, anonymous;
	int64_t total;            /* gifts in this purchase */
	int64_t cumulative_total; /* the giver's gifts ever; 0 unknown */
	int64_t months, streak_months, duration_months;
	const char *text; /* what the subscriber wrote, kind resub */
};

/* Bits spent on the channel. kind: cheer power_up custom_power_up combo. One spending is one event. */
struct lx_bits {
	const char *kind;
	struct lx_person user; /* nobody = anonymous */
	int64_t bits;
	const char *text;
	const char *power_up; /* which one, "" for cheers */
};

/* kind: in (it arrived), out (ours was carried out), prepared (a moderator started ours), cancelled */
struct lx_raid {
	const char *kind;
	struct lx_person other; /* the channel at the other end */
	struct lx_person moderator;
	int64_t viewers;
};

struct lx_shoutout {
	bool received; /* false: given by us */
	struct lx_person other, moderator;
	int64_t viewers;
	int64_t cooldown_ends_ms, target_cooldown_ends_ms;
};

struct lx_channel_update {
	const char *title, *language, *category_id, *category;
	const char *labels; /* content classification, separated by commas */
};

struct lx_stream {
	bool online;
	const char *id;
	const char *kind; /* live playlist watch_party premiere rerun */
	int64_t started_ms;
};

struct lx_ad_break {
	int64_t duration_s;
	bool automatic;
	struct lx_person requester;
	int64_t started_ms;
};

struct lx_poll_choice {
	const char *id, *title;
	int64_t votes, points_votes, bits_votes; /* votes include the others */
};

struct lx_poll {
	enum lx_phase phase; /* begin progress end */
	const char *id, *title;
	const char *status;          /* at the end: completed archived terminated */
	int64_t points_per_vote;     /* 0 = none can be bought */
	int64_t started_ms, ends_ms; /* ends_ms: when it ended, or will */
	const struct lx_poll_choice *choices;
	size_t choice_count;
};

struct lx_prediction_outcome {
	const char *id, *title, *color;
	int64_t users, points;
};

struct lx_prediction {
	enum lx_phase phase; /* begin progress lock end */
	const char *id, *title;
	const char *status;     /* at the end: resolved canceled */
	const char *winning_id; /* of an outcome */
	int64_t started_ms, locks_ms, ended_ms;
	const struct lx_prediction_outcome *outcomes;
	size_t outcome_count;
};

struct lx_hype_train_contribution {
	struct lx_person user;
	const char *kind; /* bits subscription other */
	int64_t total;
};

struct lx_hype_train {
	enum lx_phase phase; /* begin progress end */
	const char *id;
	const char *kind; /* regular treasure golden_kappa */
	int64_t level, total, progress, goal;
	int64_t all_time_high_level, all_time_high_total;
	bool shared;
	int64_t started_ms, expires_ms, ended_ms, cooldown_ends_ms;
	const struct lx_hype_train_contribution *contributions; /* the greatest ones */
	size_t contribution_count;
};

struct lx_goal {
	enum lx_phase phase; /* begin progress end */
	const char *id, *kind, *description;
	int64_t current, target;
	bool achieved;
	int64_t started_ms, ended_ms;
};

struct lx_money {
	int64_t value; /* in the smallest unit: 550 with 2 decimals is 5.50 */
	int64_t decimals;
	const char *currency; /* ISO 4217 */
};

/* kind: donate start progress stop. The money goes to the charity, it is never income. */
struct lx_charity {
	const char *kind;
	const char *id; /* of the campaign */
	const char *donation_id;
	struct lx_person user; /* who gave */
	const char *name, *description, *logo_url, *website;
	struct lx_money amount;          /* donate */
	struct lx_money current, target; /* the others */
	int64_t started_ms, ended_ms;
};

struct lx_reward {
	enum lx_phase phase; /* add update remove */
	const char *id, *title, *prompt, *color;
	int64_t cost;
	bool enabled, paused, in_stock, input_required, skips_queue;
	int64_t max_per_stream, max_per_user_per_stream, cooldown_s; /* 0 = no limit */
	int64_t redeemed_this_stream;
	int64_t cooldown_ends_ms;
};

/*
 * Somebody redeemed something. kind: custom (a reward of the channel), automatic (one of Twitch's own, reward_title is its
 * type), power_up (paid with bits: the bits themselves are told by LX_EVENT_BITS).
 */
struct lx_redemption {
	enum lx_phase phase; /* add update */
	const char *kind;
	const char *id;
	struct lx_person user;
	const char *reward_id, *reward_title, *reward_prompt;
	int64_t points, bits;
	const char *text;   /* what the user wrote */
	const char *status; /* unfulfilled fulfilled canceled; "" where there is none */
	int64_t redeemed_ms;
};

struct lx_range {
	uint32_t first, last; /* code points, inclusive, as Twitch sent them */
};

/* A message that AutoMod holds back, and what became of it. */
struct lx_automod_message {
	enum lx_phase phase; /* begin: held; end: status tells */
	bool own;            /* ours is held, not one that we may decide on */
	const char *message_id;
	struct lx_person user, moderator;
	const char *text;
	const char *reason;   /* automod blocked_term */
	const char *category; /* swearing … */
	int64_t level;
	const char *status; /* approved denied expired invalid */
	int64_t held_ms;
	const struct lx_range *ranges; /* what was found in the text */
	size_t range_count;
};

struct lx_automod_settings {
	struct lx_person moderator;
	int64_t overall; /* -1 = each on its own */
	int64_t disability, aggression, sexuality, misogyny, bullying, swearing, racism, sex_based_terms; /* 0 … 4 */
};

struct lx_automod_terms {
	struct lx_person moderator;
	bool added;     /* false: removed */
	bool permitted; /* false: blocked */
	bool from_automod;
	const char *terms; /* one a line */
};

struct lx_unban_request {
	enum lx_phase phase; /* add: created; end: resolved */
	const char *id;      /* "" where only the moderator's action told */
	struct lx_person user, moderator;
	const char *text;   /* of the user, or of the moderator's answer */
	const char *status; /* approved denied canceled */
};

struct lx_warning {
	bool acknowledged; /* false: sent */
	struct lx_person user, moderator;
	const char *reason;
	const char *rules; /* cited chat rules, one a line */
};

struct lx_suspicious_user {
	bool message; /* true: wrote something; false: a moderator changed the status */
	struct lx_person user, moderator;
	const char *status;  /* none active_monitoring restricted */
	const char *types;   /* why, separated by commas: manually_added ban_evader … */
	const char *evasion; /* unknown possible likely */
	int64_t shared_bans; /* channels that banned this user and share their bans */
	const char *message_id, *text;
};

struct lx_shield_mode {
	bool active;
	struct lx_person moderator;
};

struct lx_role_change {
	const char *role; /* moderator vip */
	bool added;       /* false: taken away */
	struct lx_person user;
	struct lx_person moderator; /* who did it, nobody = not told */
};

struct lx_shared_chat {
	enum lx_phase phase; /* begin update end */
	const char *session_id;
	struct lx_person host;
	const struct lx_person *participants;
	size_t participant_count;
};

struct lx_user_update {
	struct lx_person user;
	const char *description;
};

/*
 * A moment to find again (add), or what became of it: with its whole size, or its id on Twitch (update), named anew (update; only id
 * and text are told then), removed (only id).
 */
struct lx_marked {
	enum lx_phase phase; /* add update remove */
	int64_t id;
	int64_t at_ms;         /* on the clock of the chat's messages */
	int64_t stream_ms;     /* in the stream, -1 = not live */
	const char *kind;      /* manual peak words */
	const char *label;     /* what to call it, in the user's language */
	const char *text;      /* note or name given by people */
	const char *word;      /* that people said */
	int64_t count;         /* people who wrote, or said the word */
	const char *origin;    /* who asked: hotkey dock vendor script, or chat */
	const char *twitch_id; /* of the marker on Twitch, once there is one */
};

/* What is pinned above the chat at this moment. */
struct lx_pin {
	const char *message_id;           /* "" = nothing is */
	struct lx_person user, moderator; /* who wrote it, who pinned it */
	const char *text;
	int64_t started_ms, ends_ms; /* ends_ms 0: when the stream ends */
};

/*
 * The modes of the chat as they are now, all of them, whenever one changes or becomes known. 1 = on, 0 = off, -1 = not known.
 * since: when it was switched on, 0 = it is off, or was on before we came.
 */
struct lx_chat_modes {
	int64_t slow, slow_s, slow_since_ms;                  /* seconds between two messages of one person */
	int64_t followers, followers_min, followers_since_ms; /* minutes that somebody must have followed */
	int64_t subscribers, subscribers_since_ms;
	int64_t emotes, emotes_since_ms;
	int64_t unique, unique_since_ms;
	int64_t shield, shield_since_ms;
};

const char *lx_phase_word(enum lx_phase phase);

#ifdef __cplusplus
}
#endif
