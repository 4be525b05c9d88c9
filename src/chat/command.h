/*
 * Slash commands as people type them: which there are, what they take, and what a line says. Nothing is carried out here; that is
 * commands.h.
 *
 * A line is a command when it begins with '/' and a letter. "//text" and " /text" are ordinary messages. Names are told without
 * regard to case; "@Anna" is anna; a text may stand in quotes; a duration is "90", "90s", "10m", "1h30m", "1 week".
 *
 * Threads: immutable tables and pure functions, from any thread.
 * Ownership: what lx_command_parse() fills in is freed with lx_command_free().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <util/darray.h>
#include <util/dstr.h>

#include "locale/text.h"
#include "twitch/helix_endpoints.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_command_id {
	LX_COMMAND_BAN,
	LX_COMMAND_TIMEOUT,
	LX_COMMAND_UNBAN,
	LX_COMMAND_WARN,
	LX_COMMAND_DELETE,
	LX_COMMAND_CLEAR,
	LX_COMMAND_SLOW,
	LX_COMMAND_SLOWOFF,
	LX_COMMAND_FOLLOWERS,
	LX_COMMAND_FOLLOWERSOFF,
	LX_COMMAND_SUBSCRIBERS,
	LX_COMMAND_SUBSCRIBERSOFF,
	LX_COMMAND_EMOTEONLY,
	LX_COMMAND_EMOTEONLYOFF,
	LX_COMMAND_UNIQUECHAT,
	LX_COMMAND_UNIQUECHATOFF,
	LX_COMMAND_SHIELD,
	LX_COMMAND_SHIELDOFF,
	LX_COMMAND_MONITOR,
	LX_COMMAND_UNMONITOR,
	LX_COMMAND_RESTRICT,
	LX_COMMAND_UNRESTRICT,
	LX_COMMAND_PIN,
	LX_COMMAND_UNPIN,
	LX_COMMAND_ANNOUNCE,
	LX_COMMAND_ANNOUNCEBLUE,
	LX_COMMAND_ANNOUNCEGREEN,
	LX_COMMAND_ANNOUNCEORANGE,
	LX_COMMAND_ANNOUNCEPURPLE,
	LX_COMMAND_SHOUTOUT,
	LX_COMMAND_MOD,
	LX_COMMAND_UNMOD,
	LX_COMMAND_MODS,
	LX_COMMAND_VIP,
	LX_COMMAND_UNVIP,
	LX_COMMAND_VIPS,
	LX_COMMAND_RAID,
	LX_COMMAND_UNRAID,
	LX_COMMAND_COMMERCIAL,
	LX_COMMAND_SNOOZE,
	LX_COMMAND_MARKER,
	LX_COMMAND_CLIP,
	LX_COMMAND_TITLE,
	LX_COMMAND_GAME,
	LX_COMMAND_POLL,
	LX_COMMAND_ENDPOLL,
	LX_COMMAND_DELETEPOLL,
	LX_COMMAND_PREDICTION,
	LX_COMMAND_LOCKPREDICTION,
	LX_COMMAND_ENDPREDICTION,
	LX_COMMAND_CANCELPREDICTION,
	LX_COMMAND_ME,
	LX_COMMAND_WHISPER,
	LX_COMMAND_COLOR,
	LX_COMMAND_BLOCK,
	LX_COMMAND_UNBLOCK,
	LX_COMMAND_USER,
	LX_COMMAND_HELP,
	LX_COMMAND_COUNT
};

/* Whom Twitch lets do it. */
enum lx_command_need {
	LX_COMMAND_EVERYONE,
	LX_COMMAND_MODERATORS,
	LX_COMMAND_BROADCASTER, /* in the own channel only */
};

enum lx_command_arg_kind {
	LX_COMMAND_ARG_END,
	LX_COMMAND_ARG_USER,     /* one login */
	LX_COMMAND_ARG_DURATION, /* least … most seconds */
	LX_COMMAND_ARG_WORD,     /* one of `words`; any one word where there are none */
	LX_COMMAND_ARG_TEXT,     /* the rest, at most `most` characters */
	LX_COMMAND_ARG_CHOICES, /* the rest: a title, least … most choices, perhaps a duration; parted by '|', or in quotes */
};

struct lx_command_arg {
	enum lx_command_arg_kind kind;
	bool optional;
	const char *name_key; /* locale key of what it is called: "reason" */
	int64_t least, most;
	int64_t preset; /* a duration that is not given */
	int64_t unit_s; /* what a bare number counts: 1 or 60 seconds */
	const char *words;
};

#define LX_COMMAND_MAX_ARGS 3

struct lx_command_row {
	enum lx_command_id id;
	const char *name;    /* without '/' */
	const char *aliases; /* separated by spaces */
	enum lx_command_need need;
	enum lx_helix_endpoint endpoint; /* whose permission it needs; LX_HELIX_OTHER where no permission is asked for */
	const char *help_key;
	/* Sentence once it is done: %1 whom or what, %2 how long; NULL where who carries it out has one, or the answer says more. */
	const char *done_key;
	struct lx_command_arg args[LX_COMMAND_MAX_ARGS + 1];
};

/* 0 … LX_COMMAND_COUNT - 1, in the order of the enumeration. */
const struct lx_command_row *lx_command_row(size_t index);
/* By name or alias, `length` bytes of it, without '/'; NULL when there is none. */
const struct lx_command_row *lx_command_find(const char *name, size_t length);
/* The one whose name is most like it; NULL when none is. */
const struct lx_command_row *lx_command_nearest(const char *name, size_t length);
/* Appends "/timeout <name> [duration] [reason]" with the arguments' names in the user's language. */
void lx_command_usage(const struct lx_command_row *row, const struct lx_text *text, struct dstr *out);

bool lx_command_is(const char *line);

enum lx_command_problem {
	LX_COMMAND_OK,
	LX_COMMAND_UNKNOWN,       /* no such command; `word` is what was typed */
	LX_COMMAND_MISSING,       /* `arg` is not there */
	LX_COMMAND_NO_NAME,       /* `word` cannot be a login */
	LX_COMMAND_NO_DURATION,   /* `word` is no duration */
	LX_COMMAND_OUT_OF_RANGE,  /* the duration is shorter than `arg` allows, or longer */
	LX_COMMAND_WRONG_WORD,    /* `word` is none of `arg`'s */
	LX_COMMAND_TOO_LONG,      /* the text has more characters than `arg` allows */
	LX_COMMAND_CHOICES_COUNT, /* fewer choices than `arg` needs, or more */
	LX_COMMAND_TOO_MUCH,      /* `word` stands behind the last argument */
};

struct lx_command {
	enum lx_command_problem problem;
	const struct lx_command_row *row; /* NULL with UNKNOWN */
	const struct lx_command_arg *arg; /* that the problem is about, or NULL */
	char *word;                       /* with a problem: what was typed there; else the WORD argument. Never NULL */
	char *user;                       /* login, lower case, or "" */
	char *text;                       /* or "" */
	int64_t duration_s;               /* preset where none was given */
	DARRAY(char *) choices;           /* the title is in `text` */
};

/* `line` as typed, any bytes. Fills `out` in any case and returns whether the line can be carried out. */
bool lx_command_parse(const char *line, struct lx_command *out);
void lx_command_free(struct lx_command *command);

/* Seconds of "90", "90s", "10m", "1h30m", "1 day 12 hours"; a bare number counts `unit_s`. -1 for what is no duration, or longer
 * than a thousand days. */
int64_t lx_command_duration(const char *text, int64_t unit_s);

#ifdef __cplusplus
}
#endif
