/*
 * Markers: moments of a stream or recording that somebody, or the whole chat, found worth finding again. This is what the
 * chat log keeps of them, and what people read; how they come about is in markers.h.
 *
 * A marker is stored with its time on the clock of the chat's messages. Which stream that was, where in it, and which place of
 * which recorded file, follows from the log's time line: the view `marker_place` of the data base tells it, so that what the log
 * learns later of pauses, splits and drift holds for markers too.
 *
 * Threads: plain functions; those with a data base wait for the disk and belong to the connection's thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>
#include <util/dstr.h>

#include "locale/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_marker_kind {
	LX_MARKER_MANUAL, /* a hotkey, the dock, a script */
	LX_MARKER_PEAK,   /* unusually many people wrote at once; count: how many */
	LX_MARKER_WORDS,  /* several people called for a clip; count: how many, word: what they said */
	LX_MARKER_KINDS
};

#define LX_MARKER_TEXT_MAX 256 /* bytes, the 0 included */

struct lx_marker {
	int64_t id; /* unique, chosen by whoever makes it */
	int64_t at_ms;
	enum lx_marker_kind kind;
	int64_t count;
	char channel[32];
	char text[LX_MARKER_TEXT_MAX]; /* a note or a name given by people, "" = none */
	char word[64];
	char twitch_id[40]; /* of the marker on Twitch, "" = none */
};

/* What is read back: where it is. Positions are -1 where there was no stream or recording. */
struct lx_marker_place {
	struct lx_marker marker;
	int64_t stream, stream_ms;
	int64_t recording, file_ms; /* within `path` */
	char path[1024];
};

const char *lx_marker_kind_word(enum lx_marker_kind kind); /* "manual", "peak", "words" */

/* What a marker is called in lists, chapters and on Twitch: its text, or else what happened. Appended to `out`. */
void lx_marker_label(const struct lx_text *text, const struct lx_marker *marker, struct dstr *out);

/* Copies what people wrote into a field of `size`: sound UTF-8, one line, no control characters, cut between characters. */
void lx_marker_clean(const char *text, char *out, size_t size);

/* --- in the data base -------------------------------------------------------------------------------------------- */

enum lx_marker_change_kind {
	LX_MARKER_PUT,     /* new, or all of it anew */
	LX_MARKER_RENAME,  /* id, text */
	LX_MARKER_REMOVE,  /* id; it is hidden until the log is opened the next time, so that this can be undone */
	LX_MARKER_RESTORE, /* id */
};

struct lx_marker_change {
	enum lx_marker_change_kind kind;
	struct lx_marker marker;
};

/* Result codes of SQLite. */
int lx_marker_apply(sqlite3 *db, const struct lx_marker_change *change);
/* Those that were removed go for good. */
int lx_marker_purge(sqlite3 *db);

/* Those of [from_ms, to_ms) in order of time, of one channel or ("") of all. Returns how many were read. */
size_t lx_marker_list(sqlite3 *db, const char *channel, int64_t from_ms, int64_t to_ms, struct lx_marker_place *out,
		      size_t capacity);

#ifdef __cplusplus
}
#endif
