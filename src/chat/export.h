/*
 * Export: messages of the chat log in the forms that other programs read.
 *
 *	text              [0:12:34] Name: text
 *	jsonl             one event a line, as livextrem-cli prints them, with "deleted":true where it holds
 *	csv               RFC 4180 with a heading; what a spreadsheet would take for a formula gets an apostrophe in front
 *	srt, ass          subtitles: the last lines, as long as they are fresh
 *	twitchdownloader  chat file of TwitchDownloader, which renderers draw and importers read
 *
 * Threads: those of the reader. Nothing is kept: each row is handed on as text.
 */
#pragma once

#include "chat/find.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_export_format {
	LX_EXPORT_TEXT,
	LX_EXPORT_JSONL,
	LX_EXPORT_CSV,
	LX_EXPORT_SRT,
	LX_EXPORT_ASS,
	LX_EXPORT_TWITCHDOWNLOADER,
	LX_EXPORT_COUNT
};

/* "txt", "jsonl" …; LX_EXPORT_COUNT for other words. Also what files of the format are called at the end ("json" for the last). */
enum lx_export_format lx_export_format_of(const char *word);
const char *lx_export_suffix(enum lx_export_format format);

/* A stretch of time, and where it lies in what the export is for: a stream, or a recorded file with its pauses. */
struct lx_export_span {
	int64_t from_ms, to_ms; /* Unix milliseconds, [from, to) */
	int64_t position_ms;    /* of from_ms */
};

struct lx_export {
	enum lx_export_format format;
	const struct lx_export_span *spans; /* in order */
	size_t span_count;
	bool positions;                   /* times are positions in the spans, not dates */
	const char *channel;              /* "" = all */
	const char *room_id, *title, *id; /* of the stream, "" = not known */
	int64_t shift_ms;                 /* added to each position: viewers write some seconds late */
	bool deleted;                     /* also what moderators removed */
	size_t *progress;                 /* messages written so far, or NULL; for the sink */
};

/* False ends the export. */
typedef bool (*lx_export_sink)(const char *bytes, size_t size, void *data);
/* A result code of SQLite; SQLITE_ABORT when the sink wanted no more. */
int lx_export_write(struct lx_log_reader *reader, const struct lx_export *what, lx_export_sink sink, void *data);

/*
 * What was found instead of a stretch of time, oldest first, in a form that has no need of positions: text, jsonl, csv. `deleted` of `what` counts,
 * its spans do not. `rows` (may be NULL) gets their number.
 */
int lx_export_found(struct lx_find *find, const struct lx_export *what, lx_export_sink sink, void *data, size_t *rows);

/*
 * The spans of a recorded file, for subtitles beside it: at most `capacity`. `shift` (Twitch's clock against this computer's) is worked in.
 * `path` is compared whole, or else by the name of the file alone. Returns their number.
 */
size_t lx_export_recording(struct lx_log_reader *reader, const char *path, struct lx_export_span *out, size_t capacity);

#ifdef __cplusplus
}
#endif
