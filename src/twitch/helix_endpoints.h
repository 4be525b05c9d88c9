/*
 * The endpoints of Helix, as a table: method, path, permissions, parameters and their limits, how to page and whether a call
 * may be repeated. Source: Twitch's API reference.
 *
 * A new endpoint is one name in the enumeration, one row in helix_endpoints_rows.h and, where its answer holds something new, one
 * table in helix_decode.c.
 *
 * Threads: constant data; every function from any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Named as in Twitch's reference. */
enum lx_helix_endpoint {
	/* Not in the table: method and path come with the call; no limits are checked. */
	LX_HELIX_OTHER,

	/* users, channels, streams */
	LX_HELIX_GET_USERS,
	LX_HELIX_UPDATE_USER,
	LX_HELIX_GET_USER_BLOCK_LIST,
	LX_HELIX_BLOCK_USER,
	LX_HELIX_UNBLOCK_USER,
	LX_HELIX_GET_CHANNELS,
	LX_HELIX_MODIFY_CHANNEL,
	LX_HELIX_GET_CONTENT_CLASSIFICATION_LABELS,
	LX_HELIX_GET_CHANNEL_EDITORS,
	LX_HELIX_GET_CHANNEL_FOLLOWERS,
	LX_HELIX_GET_FOLLOWED_CHANNELS,
	LX_HELIX_GET_STREAMS,
	LX_HELIX_GET_FOLLOWED_STREAMS,
	LX_HELIX_GET_STREAM_KEY,
	LX_HELIX_GET_CHANNEL_TEAMS,
	LX_HELIX_GET_TEAMS,
	LX_HELIX_SEARCH_CATEGORIES,
	LX_HELIX_SEARCH_CHANNELS,
	LX_HELIX_GET_GAMES,
	LX_HELIX_GET_TOP_GAMES,
	LX_HELIX_GET_SHARED_CHAT_SESSION,
	LX_HELIX_GET_AUTHORIZATION_BY_USER,

	/* followers, subscriptions, bits, goals, charity, hype train */
	LX_HELIX_GET_SUBSCRIPTIONS,
	LX_HELIX_CHECK_USER_SUBSCRIPTION,
	LX_HELIX_GET_BITS_LEADERBOARD,
	LX_HELIX_GET_CHEERMOTES,
	LX_HELIX_GET_CUSTOM_POWER_UPS,
	LX_HELIX_GET_GOALS,
	LX_HELIX_GET_HYPE_TRAIN_STATUS,
	LX_HELIX_GET_CHARITY_CAMPAIGN,
	LX_HELIX_GET_CHARITY_DONATIONS,

	/* ads */
	LX_HELIX_START_COMMERCIAL,
	LX_HELIX_GET_AD_SCHEDULE,
	LX_HELIX_SNOOZE_NEXT_AD,

	/* chat */
	LX_HELIX_GET_CHATTERS,
	LX_HELIX_SEND_CHAT_MESSAGE,
	LX_HELIX_SEND_ANNOUNCEMENT,
	LX_HELIX_SEND_SHOUTOUT,
	LX_HELIX_GET_CHAT_SETTINGS,
	LX_HELIX_UPDATE_CHAT_SETTINGS,
	LX_HELIX_GET_PINNED_MESSAGE,
	LX_HELIX_PIN_MESSAGE,
	LX_HELIX_UPDATE_PIN,
	LX_HELIX_UNPIN_MESSAGE,
	LX_HELIX_GET_USER_CHAT_COLOR,
	LX_HELIX_UPDATE_USER_CHAT_COLOR,
	LX_HELIX_GET_CHANNEL_EMOTES,
	LX_HELIX_GET_GLOBAL_EMOTES,
	LX_HELIX_GET_EMOTE_SETS,
	LX_HELIX_GET_USER_EMOTES,
	LX_HELIX_GET_CHANNEL_BADGES,
	LX_HELIX_GET_GLOBAL_BADGES,
	LX_HELIX_SEND_WHISPER,

	/* moderation */
	LX_HELIX_BAN_USER,
	LX_HELIX_UNBAN_USER,
	LX_HELIX_GET_BANNED_USERS,
	LX_HELIX_DELETE_CHAT_MESSAGES,
	LX_HELIX_WARN_CHAT_USER,
	LX_HELIX_GET_MODERATORS,
	LX_HELIX_ADD_MODERATOR,
	LX_HELIX_REMOVE_MODERATOR,
	LX_HELIX_GET_VIPS,
	LX_HELIX_ADD_VIP,
	LX_HELIX_REMOVE_VIP,
	LX_HELIX_GET_MODERATED_CHANNELS,
	LX_HELIX_GET_BLOCKED_TERMS,
	LX_HELIX_ADD_BLOCKED_TERM,
	LX_HELIX_REMOVE_BLOCKED_TERM,
	LX_HELIX_GET_AUTOMOD_SETTINGS,
	LX_HELIX_UPDATE_AUTOMOD_SETTINGS,
	LX_HELIX_MANAGE_HELD_AUTOMOD_MESSAGE,
	LX_HELIX_CHECK_AUTOMOD_STATUS,
	LX_HELIX_GET_UNBAN_REQUESTS,
	LX_HELIX_RESOLVE_UNBAN_REQUEST,
	LX_HELIX_GET_SHIELD_MODE,
	LX_HELIX_UPDATE_SHIELD_MODE,
	LX_HELIX_ADD_SUSPICIOUS_USER,
	LX_HELIX_REMOVE_SUSPICIOUS_USER,

	/* schedule */
	LX_HELIX_GET_SCHEDULE,
	LX_HELIX_GET_SCHEDULE_ICALENDAR,
	LX_HELIX_UPDATE_SCHEDULE_SETTINGS,
	LX_HELIX_CREATE_SCHEDULE_SEGMENT,
	LX_HELIX_UPDATE_SCHEDULE_SEGMENT,
	LX_HELIX_DELETE_SCHEDULE_SEGMENT,

	/* videos, clips, markers */
	LX_HELIX_GET_VIDEOS,
	LX_HELIX_DELETE_VIDEOS,
	LX_HELIX_CREATE_CLIP,
	LX_HELIX_CREATE_CLIP_FROM_VOD,
	LX_HELIX_GET_CLIPS,
	LX_HELIX_GET_CLIP_DOWNLOADS,
	LX_HELIX_CREATE_STREAM_MARKER,
	LX_HELIX_GET_STREAM_MARKERS,

	/* polls, predictions, raids, channel points */
	LX_HELIX_GET_POLLS,
	LX_HELIX_CREATE_POLL,
	LX_HELIX_END_POLL,
	LX_HELIX_GET_PREDICTIONS,
	LX_HELIX_CREATE_PREDICTION,
	LX_HELIX_END_PREDICTION,
	LX_HELIX_START_RAID,
	LX_HELIX_CANCEL_RAID,
	LX_HELIX_GET_CUSTOM_REWARDS,
	LX_HELIX_CREATE_CUSTOM_REWARD,
	LX_HELIX_UPDATE_CUSTOM_REWARD,
	LX_HELIX_DELETE_CUSTOM_REWARD,
	LX_HELIX_GET_REDEMPTIONS,
	LX_HELIX_UPDATE_REDEMPTIONS,

	/* EventSub management */
	LX_HELIX_CREATE_EVENTSUB_SUBSCRIPTION,
	LX_HELIX_GET_EVENTSUB_SUBSCRIPTIONS,
	LX_HELIX_DELETE_EVENTSUB_SUBSCRIPTION,

	LX_HELIX_ENDPOINT_COUNT
};

enum lx_helix_type {
	LX_HELIX_TEXT,   /* min … max code points */
	LX_HELIX_ID,     /* an identifier of Twitch: not empty, no white space */
	LX_HELIX_INT,    /* min … max */
	LX_HELIX_NUMBER, /* min … max, fractions allowed */
	LX_HELIX_BOOL,
	LX_HELIX_TIME,   /* RFC 3339 */
	LX_HELIX_WORD,   /* one of `words` */
	LX_HELIX_COLOR,  /* #RRGGBB, or one of `words` */
	LX_HELIX_DIGITS, /* a whole number that travels as text: min … max */
	LX_HELIX_OBJECT,
};

enum lx_helix_field_flag {
	LX_HELIX_REQUIRED = 1 << 0,
	LX_HELIX_TOKEN_USER = 1
			      << 1, /* must be the id of the token's user; filled in where it is required and missing */
	LX_HELIX_LIST = 1 << 2,     /* may be given min_count … max_count times; an array in a body */
	LX_HELIX_GROUP = 1 << 3,    /* member of the endpoint's group, see `group` */
};

/* A parameter of the query or a member of the body; `name` of the latter is a path: "data.user_id", "choices[].title". */
struct lx_helix_field {
	const char *name;
	enum lx_helix_type type;
	uint32_t flags;     /* bits of enum lx_helix_field_flag */
	double min, max;    /* unlimited when both are 0 */
	uint32_t max_count; /* of a list */
	uint32_t min_count;
	const char *words; /* separated by spaces */
	/* Conditions: "name=value" (that one has this value), "name" (is given) or "!name" (is not given). */
	const char *only_with;     /* refused unless the condition holds */
	const char *required_when; /* required when the condition holds */
	const char *not_below;     /* name of another number that this one must reach */
};

enum lx_helix_group {
	LX_HELIX_GROUP_NONE,
	LX_HELIX_GROUP_ANY,          /* any of them, together at most group_max values */
	LX_HELIX_GROUP_AT_LEAST_ONE, /* not all missing; together at most group_max values */
	LX_HELIX_GROUP_EXACTLY_ONE,  /* exactly one name */
	LX_HELIX_GROUP_AT_MOST_ONE,  /* at most one name */
};

enum lx_helix_endpoint_flag {
	LX_HELIX_REPEATABLE = 1 << 0, /* doing it twice is the same as doing it once */
	LX_HELIX_COOLDOWN = 1 << 1, /* a 429 with points left means "not yet", for minutes: tell the user, don't wait */
	LX_HELIX_RETRY_409 = 1 << 2, /* 409 = somebody else is changing it at this moment: try again */
	LX_HELIX_NO_TOKEN = 1 << 3,  /* needs no login, not even headers */
	LX_HELIX_NOT_JSON = 1 << 4,  /* answers text that is not JSON */
	LX_HELIX_APP_TOKEN = 1 << 5, /* Twitch wants an app token, which a plugin on a user's machine never has */
	LX_HELIX_NOT_FOUND_IS_EMPTY = 1 << 6, /* 404 is the normal answer for "there is none" */
	LX_HELIX_QUERY_AND_BODY =
		1 << 7, /* the query's parameters are sent in the body as well (Twitch's documents leave it open) */
};

struct lx_helix_row {
	enum lx_helix_endpoint endpoint;
	const char *method; /* GET POST PUT PATCH DELETE */
	const char *path;   /* behind the base address: "/users" */
	/*
	 * Permissions: "" = any user token. Alternatives are separated by '|', permissions needed together by a space.
	 */
	const char *scopes;
	const struct lx_helix_field *query; /* each list ends with a row without name */
	const struct lx_helix_field *body;
	enum lx_helix_group group;
	uint32_t group_max;
	uint32_t flags;    /* bits of enum lx_helix_endpoint_flag */
	uint32_t cost;     /* points of the rate budget */
	const char *items; /* name of the array inside "data" where that is an object, else NULL */
};

/* NULL for LX_HELIX_OTHER. */
const struct lx_helix_row *lx_helix_row(enum lx_helix_endpoint endpoint);

/* LX_HELIX_OTHER when the table has none. The method's case and a missing first '/' don't matter. */
enum lx_helix_endpoint lx_helix_endpoint_find(const char *method, const char *path);

/* The parameter or member called `name` or NULL. */
const struct lx_helix_field *lx_helix_field(const struct lx_helix_field *fields, const char *name);

/* Largest page ("first") an endpoint gives, 0 where it does not page by size. */
uint32_t lx_helix_page_max(enum lx_helix_endpoint endpoint);

#ifdef __cplusplus
}
#endif
