/*
 * Markers made while a channel is watched: by chat (peaks.h, clip_words.h), and by people through livextrem_add_marker (hotkey,
 * dock, decks, scripts). Each is kept in the log, announced as LX_EVENT_MARKER, and, where the user wants it, written as a
 * marker on Twitch and as a chapter into the file being recorded.
 *
 * What chat makes stays in the log until the user says that it may go out too (`automatic`).
 *
 * The log, and every list made from it, has the moment itself. Twitch ("Create Stream Marker" has no time) and OBS's chapters can
 * mark the present only: there the name says how many seconds earlier it was.
 *
 * Threads: everything from any thread and without waiting, but create, destroy, bind and unbind, which belong to one. Events
 * come on the loop's thread, no lock held.
 * Ownership: what the configuration points to outlives the markers, but the Helix client: it goes first, so that every call has its
 * answer before.
 */
#pragma once

#include "bus/bus.h"
#include "chat/marker.h"
#include "chat/peaks.h"
#include "locale/text.h"
#include "net/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_helix;
struct lx_live_stats;
struct lx_log;
struct lx_markers;

struct lx_markers_config {
	struct lx_loop *loop;
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_clock *clock;
	struct lx_log *log;          /* NULL: no marker can be kept, and none is made */
	struct lx_helix *helix;      /* NULL: none goes to Twitch */
	struct lx_live_stats *stats; /* NULL: never live */
};

struct lx_markers_options {
	bool peaks;
	enum lx_peak_sensitivity sensitivity;
	const char *words; /* list of clip_words.h, "" = none; copied */
	int people;        /* who have to say one */
	int lead_s;        /* so long before chat began to rise, or to call for a clip, its markers are set */
	bool twitch;       /* while live */
	bool chapters;     /* while recording */
	bool automatic;    /* those made by chat go to Twitch and into the file as well */
};

struct lx_markers *lx_markers_create(const struct lx_markers_config *config);
/* After the loop has stopped. NULL is accepted. */
void lx_markers_destroy(struct lx_markers *markers);

void lx_markers_set_options(struct lx_markers *markers, const struct lx_markers_options *options);
/* The channel that is read; "" = none. */
void lx_markers_set_channel(struct lx_markers *markers, const char *room_id, const char *channel);
/* What the signed-in account is there. */
void lx_markers_set_role(struct lx_markers *markers, enum lx_channel_role role);

/* Listens to chat and answers livextrem_add_marker, livextrem_edit_marker and livextrem_remove_marker. */
void lx_markers_bind(struct lx_markers *markers);
void lx_markers_unbind(struct lx_markers *markers);

/*
 * A moment to find again: `at_ms` in Unix milliseconds on the chat's clock, 0 = now. Returns its id, or 0 with a sentence in `error`.
 */
int64_t lx_markers_add(struct lx_markers *markers, const char *text, int64_t at_ms, const char *origin,
		       struct dstr *error);

/* Writes a chapter that begins now into the file being recorded. From any thread, never waits long. */
enum lx_chapter_result {
	LX_CHAPTER_WRITTEN,
	LX_CHAPTER_NOT_RECORDING, /* or paused: there is no such moment in the file */
	LX_CHAPTER_FORMAT,        /* files of this kind have no chapters that can be written meanwhile */
	LX_CHAPTER_OLD_OBS,       /* this OBS can write none at all */
};
typedef enum lx_chapter_result (*lx_chapter_writer)(const char *name, void *data);
/* NULL takes it away; no call is under way afterwards. */
void lx_markers_set_chapter_writer(struct lx_markers *markers, lx_chapter_writer writer, void *data);

#ifdef __cplusplus
}
#endif
