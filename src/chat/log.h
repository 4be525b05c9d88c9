/*
 * Chat log: keeps every message, deletion, ban, notice and stream, and the time line of recordings and scenes, in one SQLite file
 * (schema.h), because Twitch gives no chat of past broadcasts.
 *
 * It listens on the bus and hands copies to the writer (store/writer.h). Whatever happens to the file, chat goes on: the user is
 * told once by an LX_EVENT_NOTICE, and once more when it is over. Its id is LX_LOG_NOTICE_ID with the trouble's word behind it,
 * "set_aside" when a damaged file was replaced by a new one, or "resumed". What is missing from the log is marked in it as a gap,
 * as are the times without a connection.
 *
 * Threads: everything from any thread and without waiting, but create, start, stop and destroy, which belong to one.
 * Ownership: what the configuration points to outlives the log.
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "store/writer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_LOG_FILE "chat.sqlite" /* in the folder of the plugin's settings */
#define LX_LOG_NOTICE_ID "livextrem_log_"

struct lx_log;

struct lx_log_config {
	const char *path;   /* of the data base; copied */
	struct lx_bus *bus; /* NULL: only what is added by hand, and nobody is told of trouble */
	const struct lx_text *text;
	const struct lx_clock *clock;
	int retention_days; /* 0 = keep everything */
	size_t capacity;    /* bytes of what waits to be written; 0 = 64 MiB */
};

struct lx_log *lx_log_create(const struct lx_log_config *config);
void lx_log_destroy(struct lx_log *log); /* NULL is accepted */
/* With `enabled` false nothing is touched until lx_log_set_enabled(). */
bool lx_log_start(struct lx_log *log, bool enabled);
/* Switches writing on or off while it runs; what is missed when off is marked as a gap. On the thread of start and stop. */
void lx_log_set_enabled(struct lx_log *log, bool enabled);
/* Within 200 ms: what is queued is committed. Returns how many rows could not be. */
size_t lx_log_stop(struct lx_log *log);

/* Writes an event that is on no bus. False when there is no room at the moment. */
bool lx_log_add(struct lx_log *log, const struct lx_event *event);
/* Waits until all of it is committed: for the command line tool and tests. */
bool lx_log_flush(struct lx_log *log, uint32_t timeout_ms);

/* --- time line ----------------------------------------------------------------------------------------------------- */

/*
 * The channel is live, or no longer. Times in Unix milliseconds, 0 = now; `stream_id` "" = not told. May be repeated: only changes count.
 * True when it is news. A stream that comes back within ten minutes, or with the same id, is the same stream.
 */
bool lx_log_stream_online(struct lx_log *log, const char *channel, const char *room_id, const char *stream_id,
			  int64_t started_ms);
void lx_log_stream_offline(struct lx_log *log, const char *channel);
void lx_log_stream_info(struct lx_log *log, const char *channel, const char *title, const char *category);

/*
 * Recordings. A position is the place in the file at which somebody who watches it later sees what happens at this moment: not how
 * much of it is written already, which encoders hold back for up to a second.
 */
void lx_log_recording_started(struct lx_log *log, const char *path); /* the file begins at this moment */
void lx_log_recording_paused(struct lx_log *log);
void lx_log_recording_resumed(struct lx_log *log, int64_t position_ms);
/* The file goes on in the next one, which began that long ago. */
void lx_log_recording_split(struct lx_log *log, const char *next_path, int64_t position_ms);
/* Better known now: this is the position in the present file. Below 0: it begins in a while. */
void lx_log_recording_moved(struct lx_log *log, int64_t position_ms);
void lx_log_recording_stopped(struct lx_log *log);

/* The scene on program; "" = none. */
void lx_log_scene(struct lx_log *log, const char *name);

/*
 * Now, on the clock of the chat's messages (Unix milliseconds): what happens on this computer at this moment is found at that
 * time in the log.
 */
int64_t lx_log_now(struct lx_log *log);

/* A marker is made or changed. False when the log is off or has no room. */
struct lx_marker_change;
bool lx_log_change_marker(struct lx_log *log, const struct lx_marker_change *change);

/* --- care ---------------------------------------------------------------------------------------------------------- */

/* Called once, on the writer's thread or (too many wait, or it is stopped) the caller's, when the work ended: LX_DATABASE_OK and done, or not. */
typedef void (*lx_log_finished)(enum lx_database_trouble trouble, bool done, int64_t removed, void *data);

/* Removes a person everywhere. Either of both names may be "". Found nobody: done with 0 removed. */
void lx_log_forget_user(struct lx_log *log, const char *user_id, const char *login, lx_log_finished finished,
			void *data);
/* What the user notes about somebody (person.h); "" removes it. */
void lx_log_set_note(struct lx_log *log, const char *user_id, const char *note, lx_log_finished finished, void *data);
/* Removes what is older, 0 = nothing; takes effect at once and daily from then on. */
void lx_log_set_retention(struct lx_log *log, int days);
void lx_log_compact(struct lx_log *log, lx_log_finished finished, void *data);
/*
 * Copies all of it to a file, as a whole or not at all, while chat goes on being written. One at a time. Both are called on a
 * thread of its own; stop() ends it and waits for that. `progress` may be NULL.
 */
typedef void (*lx_log_progress)(int percent, void *data);
void lx_log_backup(struct lx_log *log, const char *path, lx_log_progress progress, lx_log_finished finished,
		   void *data);

/* Tries to write at once what could not be written: the user has done something about it. */
void lx_log_try_again(struct lx_log *log);

struct lx_log_stats {
	uint64_t written, lost, doubles; /* since the start */
	size_t waiting;
	uint64_t late;       /* batches that came into the file later than LX_WRITER_BOUND_MS */
	uint32_t longest_ms; /* that a row waited */
	bool tending;        /* the index is being tidied up, or will be in a moment */
	int64_t bytes;       /* on the disk; asks the file system */
	enum lx_database_trouble trouble;
};
void lx_log_get_stats(struct lx_log *log, struct lx_log_stats *stats);

/* The sentence that tells of a trouble, appended to `out`. */
void lx_log_trouble_text(const struct lx_text *text, enum lx_database_trouble trouble, const char *path,
			 const char *kept, struct dstr *out);

#ifdef __cplusplus
}
#endif
