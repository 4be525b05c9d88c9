/*
 * Person: what the chat log and Twitch know of somebody, and the note that the user keeps about them. Notes stay in the data
 * base of this computer; nothing here sends them anywhere.
 *
 * Threads: what takes a reader belongs to the archive's work (archive.h), what takes a data base to the log's writer; the
 * profile is asked from any thread and answered on the helix loop's.
 * Ownership: what is handed to callbacks is lent for the call.
 */
#pragma once

#include "chat/reader.h"
#include "locale/text.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_PERSON_NAMES_MAX 32
#define LX_PERSON_NOTE_MAX 2000 /* characters */

struct lx_person_name {
	int64_t since_ms;
	char login[32], name[128];
};

struct lx_person_facts {
	int64_t messages, first_ms, last_ms; /* in this log; times 0: no message */
	int64_t deleted, timeouts, bans;
	struct lx_person_name names[LX_PERSON_NAMES_MAX]; /* newest first */
	size_t name_count;
	char *note; /* NULL: none; freed by lx_person_facts_free() */
	int64_t note_ms;
};

/* Numbers, names and note of one user id. A result code of SQLite. */
int lx_person_read_facts(struct lx_log_reader *reader, const char *user_id, struct lx_person_facts *out);
void lx_person_facts_free(struct lx_person_facts *facts);

/* Messages with these words in them (words of query.h, "" = all), newest first, older than the row `before` (0: all). */
int lx_person_read_messages(struct lx_log_reader *reader, const struct lx_text *texts, const char *user_id,
			    const char *words, int64_t now_ms, int64_t before, size_t limit, lx_log_row_found each,
			    void *data);

/* When they wrote last in a channel (its login) before a moment; 0: never, as far as this log goes. A result code of SQLite. */
int lx_person_read_last(struct lx_log_reader *reader, const char *channel, const char *user_id, int64_t before_ms,
			int64_t *last_ms);

struct lx_person_event {
	int64_t row, time_ms;
	const char *kind; /* delete ban timeout unban */
	int64_t duration_s;
	const char *channel, *moderator, *reason, *text;
};
typedef bool (*lx_person_event_found)(const struct lx_person_event *event, void *data);
/* What moderators did about them, newest first. */
int lx_person_read_moderation(struct lx_log_reader *reader, const char *user_id, int64_t before, size_t limit,
			      lx_person_event_found each, void *data);

/* "" removes it. */
int lx_person_write_note(sqlite3 *db, const char *user_id, const char *note, int64_t now_ms);

/* --- Twitch -------------------------------------------------------------------------------------------------------- */

enum lx_profile_part {
	LX_PROFILE_USER,   /* picture, age of the account */
	LX_PROFILE_FOLLOW, /* since when they follow the channel */
	LX_PROFILE_SUB,    /* how they are subscribed to it; the broadcaster's own login only */
	LX_PROFILE_COUNT
};

struct lx_profile {
	enum lx_profile_part part;
	enum lx_helix_error error;
	const char *message;                                          /* sentence for the user when it failed */
	const char *id, *login, *name, *picture, *description, *kind; /* kind: "" affiliate partner */
	int64_t created_ms;
	int64_t followed_ms; /* 0: they do not */
	bool subscribed, gift;
	const char *tier; /* 1000 2000 3000 */
	const char *gifter;
};
typedef void (*lx_profile_done)(const struct lx_profile *profile, void *data);

/* Permissions that a part needs and the login lacks are appended to `missing`; true when there are none. Any thread. */
bool lx_profile_may(const struct lx_helix *helix, enum lx_profile_part part, struct dstr *missing);
/* Asks for one part; `done` is called exactly once. `room_id`: the channel's. */
void lx_profile_ask(struct lx_helix *helix, enum lx_profile_part part, const char *room_id, const char *user_id,
		    lx_profile_done done, void *data);

#ifdef __cplusplus
}
#endif
