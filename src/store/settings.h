/*
 * Settings: what the user chose, in one JSON file. No secrets in here: those are in platform/secret_store.
 *
 * Each setting is one row of a table in settings.c (key, type, default, range). A missing, broken or foreign file gives
 * defaults; the broken one is kept beside the new one as "<name>.broken".
 *
 * Threads: any; reads and writes take a short lock, only lx_settings_save() touches the disk.
 * Ownership: strings handed out are copies, freed with bfree().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_settings;

enum lx_setting {
	LX_SETTING_CHANNEL,           /* string: login of the channel to read, "" = the signed-in account's own */
	LX_SETTING_CLIENT_ID,         /* string: own registered application, "" = the build's */
	LX_SETTING_AUTO_CONNECT,      /* bool: connect when OBS starts */
	LX_SETTING_TOKEN_FILE,        /* bool: keep tokens in a file when the system has no secret store */
	LX_SETTING_REDIRECT_PORT,     /* int */
	LX_SETTING_REDIRECT_ANY_PORT, /* bool */
	LX_SETTING_TIMEOUT_1,         /* int: seconds of the three timeout buttons */
	LX_SETTING_TIMEOUT_2,
	LX_SETTING_TIMEOUT_3,
	LX_SETTING_TIME_STYLE,    /* int: time before each line: 0 none, 1 of 24 hours, 2 of 12, 3 how long ago */
	LX_SETTING_SHOW_BADGES,   /* bool */
	LX_SETTING_SHOW_SECONDS,  /* bool */
	LX_SETTING_FONT_DELTA,    /* int: points added to OBS's own font size, -4 … 12 */
	LX_SETTING_DELETED_STYLE, /* int: deleted messages: 0 struck out, 1 without their text, 2 not shown */
	LX_SETTING_FIRST_RUN,     /* bool: the dock was not shown yet */
	LX_SETTING_LOGIN_WAY,     /* string: device code token */
	LX_SETTING_EMOTES_TWITCH, /* bool: pictures of emotes, badges and cheers; off: nobody is asked for any */
	LX_SETTING_EMOTES_BTTV,   /* bool, like the next two */
	LX_SETTING_EMOTES_FFZ,
	LX_SETTING_EMOTES_7TV,
	LX_SETTING_EMOTES_ANIMATED,    /* bool: let pictures move */
	LX_SETTING_PICTURE_CACHE_MB,   /* int: most that pictures may take on the disk, 0 = none are kept */
	LX_SETTING_CHAT_LOG,           /* bool: keep the chat in a data base */
	LX_SETTING_CHAT_LOG_DAYS,      /* int: how long, 0 = for ever */
	LX_SETTING_MARKER_PEAKS,       /* bool: markers where unusually many write at once */
	LX_SETTING_MARKER_SENSITIVITY, /* int: enum lx_peak_sensitivity */
	LX_SETTING_MARKER_WORDS,       /* string: words people call for a clip with, separated by commas; "" = none */
	LX_SETTING_MARKER_PEOPLE,      /* int: how many different people have to */
	LX_SETTING_MARKER_LEAD,        /* int: seconds from what happens to what chat says about it */
	LX_SETTING_MARKER_TWITCH,      /* bool: markers on Twitch too, while live */
	LX_SETTING_MARKER_CHAPTERS,    /* bool: as chapters of the recording too, where its format has them */
	LX_SETTING_MARKER_AUTOMATIC,   /* bool: those made by chat as well */
	LX_SETTING_SUBTITLES,          /* bool: chat as subtitles beside every recording */
	LX_SETTING_TOKENS_IN_FILE, /* int: where the tokens are, as opposed to LX_SETTING_TOKEN_FILE: 0 1, -1 = as that says */
	LX_SETTING_LOG_SEARCHES, /* string: what was searched for in the log, one a line, newest first */
	LX_SETTING_DENSITY,      /* int: 0 compact, 1 normal, 2 roomy */
	LX_SETTING_ROW_SHADING,  /* bool: every other line shaded */
	LX_SETTING_HOLD_ON_HOVER, /* int: chat stands still under the pointer: 0 no, 1 yes, 2 … 4 with Alt, Ctrl, Shift */
	LX_SETTING_EMOTES_ON_HOVER, /* bool: pictures move only in the line under the pointer */
	LX_SETTING_STREAMER_MODE,   /* int: 0 off, 1 on, 2 while streaming or recording */
	LX_SETTING_CHAT_MARKS,      /* bool: marks beside the scroll bar, and a line where reading stopped */
	LX_SETTING_CHATTER_NOTES,   /* bool: who writes for the first time in a stream, or is back after long */
	LX_SETTING_COUNT
};

/* `path` is read if it exists; NULL keeps everything in memory. */
struct lx_settings *lx_settings_create(const char *path);
/* The one of this folder, which has the same name for the plugin and the command line tool; NULL keeps everything in memory. */
struct lx_settings *lx_settings_open(const char *folder);
void lx_settings_destroy(struct lx_settings *settings);

char *lx_settings_string(struct lx_settings *settings, enum lx_setting setting);
int64_t lx_settings_int(struct lx_settings *settings, enum lx_setting setting);
bool lx_settings_bool(struct lx_settings *settings, enum lx_setting setting);

/* Whether tokens are in the file now; they follow LX_SETTING_TOKEN_FILE, but moving them takes time, or fails. */
bool lx_settings_tokens_in_file(struct lx_settings *settings);

/* Values out of range are clamped. */
void lx_settings_set_string(struct lx_settings *settings, enum lx_setting setting, const char *value);
void lx_settings_set_int(struct lx_settings *settings, enum lx_setting setting, int64_t value);
void lx_settings_set_bool(struct lx_settings *settings, enum lx_setting setting, bool value);

/*
 * Writes the file if something changed here (new file, then rename). False with the old file intact when that fails.
 *
 * Only what changed here since the last save is written over what the file says now; everything else is taken from the file, so
 * that OBS and livextrem-cli, or two of OBS, do not undo each other's changes. Waits for another's save, at most a tenth of a second:
 * then it is false too, and the next save tries again.
 */
bool lx_settings_save(struct lx_settings *settings);

#ifdef __cplusplus
}
#endif
