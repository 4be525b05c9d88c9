/*
 * Scopes: the permissions of a sign-in, as lists separated by spaces; and what each is needed for, so that nobody is asked
 * for one without being told why.
 *
 * In lists of what is wanted, "a|b" means that either will do; a is the one to ask for.
 *
 * Threads: any. Ownership: lists handed out are freed with bfree().
 */
#pragma once

#include <stdbool.h>

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What every sign-in of a role asks for: chat, one-click moderation, the live numbers. */
const char *lx_scopes_basic(enum lx_account_role role);

bool lx_scopes_contain(const char *list, const char *scope);
/* All of both, each once, in order of appearance. NULL counts as empty. */
char *lx_scopes_merge(const char *one, const char *other);
/* Those of `wanted` that `granted` lacks, the first of alternatives. "" when there are none. */
char *lx_scopes_missing(const char *granted, const char *wanted);

/* What people want to do or to see, by the permissions that Twitch asks for it. */
enum lx_feature {
	LX_FEATURE_CHAT,
	LX_FEATURE_SEND,
	LX_FEATURE_MODERATE, /* ban, time out, unban, delete, clear */
	LX_FEATURE_ROOM_MODES,
	LX_FEATURE_ROLE, /* which channels the account moderates */
	LX_FEATURE_CHATTERS,
	LX_FEATURE_FOLLOWERS,
	LX_FEATURE_SUBS,
	LX_FEATURE_BANS,
	LX_FEATURE_AUTOMOD,
	LX_FEATURE_AUTOMOD_SETTINGS,
	LX_FEATURE_UNBAN_REQUESTS,
	LX_FEATURE_WARNINGS,
	LX_FEATURE_SUSPICIOUS_USERS,
	LX_FEATURE_SHIELD_MODE,
	LX_FEATURE_SHOUTOUTS,
	LX_FEATURE_MODERATORS,
	LX_FEATURE_VIPS,
	LX_FEATURE_BITS,
	LX_FEATURE_REWARDS,
	LX_FEATURE_POLLS,
	LX_FEATURE_PREDICTIONS,
	LX_FEATURE_HYPE_TRAIN,
	LX_FEATURE_GOALS,
	LX_FEATURE_CHARITY,
	LX_FEATURE_ADS,
	LX_FEATURE_WHISPERS,
	LX_FEATURE_OWN_MESSAGES, /* what becomes of those that AutoMod holds */
	LX_FEATURE_MARKERS,
	LX_FEATURE_MODERATION_LOG, /* who moderated, and why; last, for it needs what others need, too */
	LX_FEATURE_COUNT
};

/* What it needs, with alternatives. Never "". */
const char *lx_scopes_for_feature(enum lx_feature feature);
/* Locale key of what a person gets by granting it: "Write in the chat". */
const char *lx_feature_text_key(enum lx_feature feature);
/* What `granted` lacks for it. "" when nothing. */
char *lx_scopes_missing_for(enum lx_feature feature, const char *granted);
/* The first feature that all of `scopes` (without alternatives) serve, LX_FEATURE_COUNT when there is none. */
enum lx_feature lx_feature_of_scopes(const char *scopes);

#ifdef __cplusplus
}
#endif
