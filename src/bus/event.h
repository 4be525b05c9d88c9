/*
 * Events: what happened on Twitch or inside the plugin, as typed structs.
 *
 * One struct lx_event describes one happening, whatever brought it (IRC, EventSub, Helix, a user's click). Events from
 * IRC and from EventSub that tell of the same thing have the same shape.
 *
 * Ownership: an event only borrows. Every string is UTF-8, NUL-terminated, never NULL ("" when there is nothing to say)
 * and valid for the duration of the call that passes the event. A listener that wants to keep something copies it.
 * lx_event_init() gives an event all of whose strings are "" so that a producer sets only what it knows.
 *
 * Threads: plain data; no call here blocks or allocates.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bus/event_channel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of events. Each one is announced as one signal; the table is in bus.c. */
enum lx_event_type {
	LX_EVENT_CHAT_MESSAGE,    /* somebody wrote; .chat */
	LX_EVENT_CHAT_NOTICE,     /* sub, raid, announcement … with or without a message; .chat with .chat.notice set */
	LX_EVENT_MESSAGE_DELETED, /* one message removed by a moderator; .moderation */
	LX_EVENT_USER_BANNED,     /* ban (duration 0) or timeout; .moderation */
	LX_EVENT_USER_UNBANNED,   /* ban or timeout lifted; .moderation */
	LX_EVENT_CHAT_CLEARED,    /* all messages of the channel removed; .moderation */
	LX_EVENT_ROOM_STATE,      /* slow mode and the like; .room */
	LX_EVENT_USER_STATE,      /* our own badges, colour and roles in the channel; .user */
	LX_EVENT_NOTICE,          /* sentence of Twitch's server to us; .notice */
	LX_EVENT_MEMBERSHIP,      /* somebody joined or left; .membership */
	LX_EVENT_WHISPER,         /* whisper to us; .chat */
	LX_EVENT_CONNECTION,      /* state of one of our links; .connection */
	LX_EVENT_STATS,           /* a live number changed; no payload, ask livextrem_get_stats */
	LX_EVENT_ACTION,          /* progress of a moderation action of ours; .action */
	LX_EVENT_ACCOUNT,         /* who is signed in changed, or what they may do; .account */
	LX_EVENT_LOGIN,           /* progress of a sign-in; .login */
	LX_EVENT_PERMISSION,      /* what the signed-in account may do in the channel that is read; .permission */
	LX_EVENT_FOLLOW,          /* .follow; this one and all below come from EventSub, payloads in event_channel.h */
	LX_EVENT_SUBSCRIPTION,    /* .subscription */
	LX_EVENT_BITS,            /* .bits */
	LX_EVENT_RAID,            /* .raid */
	LX_EVENT_SHOUTOUT,        /* .shoutout */
	LX_EVENT_CHANNEL_UPDATE,  /* title, category …; .channel_update */
	LX_EVENT_STREAM,          /* went live or offline; .stream */
	LX_EVENT_AD_BREAK,        /* .ad_break */
	LX_EVENT_POLL,            /* .poll */
	LX_EVENT_PREDICTION,      /* .prediction */
	LX_EVENT_HYPE_TRAIN,      /* .hype_train */
	LX_EVENT_GOAL,            /* .goal */
	LX_EVENT_CHARITY,         /* .charity */
	LX_EVENT_REWARD,          /* .reward */
	LX_EVENT_REDEMPTION,      /* .redemption */
	LX_EVENT_AUTOMOD_MESSAGE, /* held, decided; .automod_message */
	LX_EVENT_AUTOMOD_SETTINGS, /* .automod_settings */
	LX_EVENT_AUTOMOD_TERMS,    /* .automod_terms */
	LX_EVENT_UNBAN_REQUEST,    /* .unban_request */
	LX_EVENT_WARNING,          /* .warning */
	LX_EVENT_SUSPICIOUS_USER,  /* .suspicious_user */
	LX_EVENT_SHIELD_MODE,      /* .shield_mode */
	LX_EVENT_ROLE_CHANGE,      /* .role_change */
	LX_EVENT_SHARED_CHAT,      /* .shared_chat */
	LX_EVENT_USER_UPDATE,      /* .user_update */
	LX_EVENT_MARKER,           /* a moment to find again, set by chat or by people; ours, .marker */
	LX_EVENT_PIN,              /* .pin; from the web API, which is asked while somebody looks */
	LX_EVENT_COMMAND,          /* what became of a slash command of ours; .command */
	LX_EVENT_CHAT_MODES,       /* .chat_modes; put together from what the others tell */
	LX_EVENT_TYPE_COUNT
};

/* Roles as bits; only what the tags of a message say. Never decide from badges what we ourselves may do: ask Helix. */
enum lx_role {
	LX_ROLE_BROADCASTER = 1 << 0,
	LX_ROLE_MODERATOR = 1 << 1, /* lead moderators included */
	LX_ROLE_VIP = 1 << 2,
	LX_ROLE_SUBSCRIBER = 1 << 3, /* founders included */
	LX_ROLE_STAFF = 1 << 4,      /* staff, admin, global_mod */
};

#define LX_COLOR_NONE UINT32_MAX /* the user chose no colour */

struct lx_user {
	const char *id;         /* Twitch's numeric id, as text */
	const char *login;      /* lower case */
	const char *name;       /* display name; the login where Twitch sent none */
	const char *badges;     /* "set/version,set/version" */
	const char *badge_info; /* "subscriber/27" = exact months */
	uint32_t color;         /* 0xRRGGBB or LX_COLOR_NONE */
	uint32_t roles;         /* bits of enum lx_role */
};

/* One emote in a text. Code points as on the wire, bytes for those who slice the text: text[byte_begin, byte_end). */
struct lx_emote {
	const char *id;
	uint32_t first, last; /* code points, inclusive, clamped to the text */
	uint32_t byte_begin, byte_end;
};

enum lx_chat_flag {
	LX_CHAT_ACTION = 1 << 0,      /* /me */
	LX_CHAT_FIRST = 1 << 1,       /* first message of this user in this channel, ever */
	LX_CHAT_RETURNING = 1 << 2,   /* came back after a long pause */
	LX_CHAT_HIGHLIGHTED = 1 << 3, /* paid with channel points */
	LX_CHAT_EMOTE_ONLY = 1 << 4,
	LX_CHAT_SHARED = 1 << 5,   /* typed in another channel of a shared chat: never our money */
	LX_CHAT_OWN = 1 << 6,      /* sent by this plugin */
	LX_CHAT_GIGANTIC = 1 << 7, /* paid with bits: the last emote is to be drawn very large */
};

struct lx_chat {
	const char *id; /* message id (UUID) */
	struct lx_user user;
	const char *text;              /* without the wrapping of /me; "" where a notice carries no message */
	const struct lx_emote *emotes; /* in order of position, never overlapping */
	size_t emote_count;
	uint32_t flags;     /* bits of enum lx_chat_flag */
	uint32_t bits;      /* amount cheered, 0 = none */
	const char *notice; /* "" for plain messages; else Twitch's kind: sub, resub, subgift, raid, announcement … */
	const char *notice_text;        /* ready-made English sentence of Twitch ("system-msg"), may be "" */
	const char *announcement_color; /* PRIMARY BLUE GREEN ORANGE PURPLE or "" */
	int64_t notice_count; /* months of a (re)sub or of one gift, gifts of a bomb, viewers of a raid, streams of a streak; 0 unknown */
	const char *sub_plan; /* Prime 1000 2000 3000 or "" */
	const char *gift_id;  /* same for all parts of one gift bomb, else "" */
	const char *recipient_name;
	const char *reward_id;
	const char *reply_id, *reply_user_id, *reply_login, *reply_name, *reply_text, *thread_id;
	const char *source_room_id, *source_id; /* shared chat: where it was typed */
	const char *source_badges; /* and what its author wears there, as lx_user.badges; not kept in the log */
	const char *effect;        /* paid with bits: the animation around the message, in Twitch's word, else "" */
};

#define LX_EFFECT_UNNAMED "animated" /* lx_chat.effect where Twitch does not tell which */

#define LX_DURATION_UNKNOWN (-1)

struct lx_moderation {
	const char *user_id, *user_login, *user_name;
	const char *message_id, *text; /* of a deleted message */
	int64_t duration_s;            /* timeout; 0 = permanent; LX_DURATION_UNKNOWN = not told which of both */
	const char *moderator_id, *moderator_login, *moderator_name; /* "" over IRC, which never tells */
	const char *reason;
};

#define LX_ROOM_UNCHANGED INT32_MIN /* this event says nothing about the value */

struct lx_room {
	int32_t emote_only, subs_only, unique_chat; /* 0 1 */
	int32_t slow_s;                             /* seconds between messages, 0 = off */
	int32_t followers_min;                      /* -1 off, 0 all followers, n minutes */
};

struct lx_notice {
	const char *id; /* Twitch's msg-id or "" */
	const char *text;
};

struct lx_membership {
	const char *login;
	bool joined;
};

enum lx_link {
	LX_LINK_CHAT,     /* IRC */
	LX_LINK_EVENTSUB, /* EventSub WebSocket */
	LX_LINK_HELIX,    /* web API */
	LX_LINK_COUNT
};

enum lx_link_state {
	LX_LINK_OFFLINE, /* not wanted */
	LX_LINK_CONNECTING,
	LX_LINK_ONLINE,
	LX_LINK_WAITING, /* lost, next try at retry_ms */
	LX_LINK_REFUSED, /* will not try again by itself: the user must do something (detail says what) */
};

struct lx_connection {
	enum lx_link link;
	enum lx_link_state state;
	bool anonymous;      /* reading without an account */
	const char *detail;  /* sentence for the user in the user's language, "" when all is well */
	int64_t retry_in_ms; /* with WAITING */
	const char *reason;  /* stable word for programs: auth, network, tls, timeout, suspended, server, … or "" */
	/*
	 * Chat only: what was said in the channel since then (Unix ms) was not heard. With ONLINE the gap is over and ends at the event's
	 * time_ms; with any other state it is open. 0 = nothing is missing. A dead link's begins at its last byte.
	 */
	int64_t missed_from_ms;
};

enum lx_action_kind {
	LX_ACTION_BAN,
	LX_ACTION_TIMEOUT,
	LX_ACTION_UNBAN,
	LX_ACTION_DELETE,
	LX_ACTION_CLEAR,
};

enum lx_action_state {
	LX_ACTION_QUEUED, /* accepted, on its way */
	LX_ACTION_DONE,   /* Twitch carried it out */
	LX_ACTION_FAILED, /* refused or gave up; detail tells why */
	LX_ACTION_UNDONE, /* carried out, and taken back by a later action */
};

struct lx_action {
	uint64_t id; /* unique in this run, never 0 */
	enum lx_action_kind kind;
	enum lx_action_state state;
	const char *user_id, *user_login, *user_name;
	const char *message_id;
	int64_t duration_s;
	const char *reason;
	const char *origin; /* who asked: dock hotkey vendor script rule */
	const char *detail; /* sentence for the user when FAILED, in the user's language */
	const char *error;  /* stable word when Twitch refused: scope forbidden signed_out rate …, else "" */
	uint64_t undoes;    /* id of the action this one takes back, 0 = none */
};

enum lx_account_role {
	LX_ACCOUNT_MAIN, /* the streamer, or a moderator */
	LX_ACCOUNT_BOT,  /* optional second account that sends */
	LX_ACCOUNT_COUNT
};

enum lx_account_state {
	LX_ACCOUNT_SIGNED_OUT,
	LX_ACCOUNT_CHECKING, /* stored login found, asking Twitch */
	LX_ACCOUNT_SIGNED_IN,
	LX_ACCOUNT_EXPIRED, /* Twitch refuses the stored login: sign in again */
};

struct lx_account_info {
	enum lx_account_role role;
	enum lx_account_state state;
	const char *client_id, *user_id, *login, *name;
	const char *scopes;  /* granted, separated by spaces */
	int64_t expires_ms;  /* Unix milliseconds, 0 unknown */
	int64_t refresh_ms;  /* when the next refresh is due, 0 = never (no refresh token) */
	const char *storage; /* stable word: store file memory */
	const char *detail;  /* sentence for the user, "" when all is well */
};

enum lx_login_way { LX_LOGIN_DEVICE, LX_LOGIN_CODE, LX_LOGIN_TOKEN };

enum lx_login_state {
	LX_LOGIN_STARTING,  /* asking Twitch for a code, or opening the local page */
	LX_LOGIN_WAITING,   /* for the user, in the browser; url (and user_code) are set */
	LX_LOGIN_FINISHING, /* exchanging and checking the token */
	LX_LOGIN_DONE,
	LX_LOGIN_FAILED, /* detail says why and what to do */
	LX_LOGIN_CANCELLED,
};

struct lx_login {
	enum lx_account_role role;
	enum lx_login_way way;
	enum lx_login_state state;
	const char *user_code; /* what the user types at short_url; device way only */
	const char *short_url; /* address to type by hand; device way only */
	const char *url;       /* address to open or to show as QR code */
	int64_t expires_ms;    /* Unix milliseconds at which this attempt ends by itself */
	const char *detail;    /* sentence for the user */
	const char *reason;    /* stable word: denied expired network client state port server cancelled or "" */
};

/* What the signed-in account is in a channel, as Twitch tells it. */
enum lx_channel_role {
	LX_CHANNEL_ROLE_UNKNOWN, /* not asked yet, or it cannot be asked: whatever is tried, Twitch decides */
	LX_CHANNEL_ROLE_NONE,
	LX_CHANNEL_ROLE_MODERATOR,
	LX_CHANNEL_ROLE_BROADCASTER,
};

struct lx_permission {
	enum lx_channel_role role;
	const char *missing_scopes; /* that moderating with one click needs, separated by spaces; "" without a login */
};

struct lx_command_info {
	int64_t id;                 /* unique in this run, never 0 */
	const char *name;           /* "shoutout" */
	const char *state;          /* done failed */
	const char *detail;         /* what came of it, as a sentence for the user in the user's language */
	const char *error;          /* stable word when Twitch refused, as in lx_action */
	const char *missing_scopes; /* that it takes and the login lacks, separated by spaces */
	const char *origin;
};

struct lx_event {
	enum lx_event_type type;
	int64_t time_ms;     /* Unix milliseconds: Twitch's time where it sent one, else ours */
	const char *channel; /* login, no '#'; "" where it concerns no channel */
	const char *room_id; /* its user id, "" where unknown */
	bool update; /* told before with less detail (no moderator, no reason …): enrich that, do not count it again */
	union {
		struct lx_chat chat;
		struct lx_moderation moderation;
		struct lx_room room;
		struct lx_user user;
		struct lx_notice notice;
		struct lx_membership membership;
		struct lx_connection connection;
		struct lx_action action;
		struct lx_account_info account;
		struct lx_login login;
		struct lx_permission permission;
		struct lx_follow follow;
		struct lx_subscription subscription;
		struct lx_bits bits;
		struct lx_raid raid;
		struct lx_shoutout shoutout;
		struct lx_channel_update channel_update;
		struct lx_stream stream;
		struct lx_ad_break ad_break;
		struct lx_poll poll;
		struct lx_prediction prediction;
		struct lx_hype_train hype_train;
		struct lx_goal goal;
		struct lx_charity charity;
		struct lx_reward reward;
		struct lx_redemption redemption;
		struct lx_automod_message automod_message;
		struct lx_automod_settings automod_settings;
		struct lx_automod_terms automod_terms;
		struct lx_unban_request unban_request;
		struct lx_warning warning;
		struct lx_suspicious_user suspicious_user;
		struct lx_shield_mode shield_mode;
		struct lx_role_change role_change;
		struct lx_shared_chat shared_chat;
		struct lx_user_update user_update;
		struct lx_marked marker;
		struct lx_pin pin;
		struct lx_command_info command;
		struct lx_chat_modes chat_modes;
	};
};

/* Sets every string of the variant that `type` selects to "" and every number to "unknown" as documented above. */
void lx_event_init(struct lx_event *event, enum lx_event_type type);

/* Words for programs ("chat", "online", "timeout" …): stable, lower case, never translated. */
const char *lx_link_word(enum lx_link link);
const char *lx_link_state_word(enum lx_link_state state);
const char *lx_action_kind_word(enum lx_action_kind kind);
const char *lx_action_state_word(enum lx_action_state state);
const char *lx_account_role_word(enum lx_account_role role);
const char *lx_account_state_word(enum lx_account_state state);
const char *lx_login_way_word(enum lx_login_way way);
const char *lx_login_state_word(enum lx_login_state state);
const char *lx_channel_role_word(enum lx_channel_role role);

#ifdef __cplusplus
}
#endif
