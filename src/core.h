/*
 * The core put together: every part of the plugin but the user interface, created in order and torn down in reverse. The
 * OBS module stands on it. Where is what: core_internal.h.
 *
 * Life: create (nobody is asked anything yet), start (threads, stored login, connection), stop (everything joined within
 * milliseconds, whatever the network does), destroy. The live numbers exist from create to destroy, so a source may read them at any time.
 *
 * Threads: create, start, settings_changed, stop and destroy on one thread (OBS's UI thread); the rest from any thread.
 * Ownership: what the config points to must outlive the core; what the core hands out is borrowed. The live numbers live as long as
 * the core, account and Helix until it is stopped (NULL from then on).
 */
#pragma once

#include "bus/bus.h"
#include "locale/text.h"
#include "platform/clock.h"
#include "platform/random.h"
#include "store/settings.h"
#include "twitch/addresses.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_core;
struct lx_account;
struct lx_helix;
struct lx_eventsub;
struct lx_live_stats;
struct lx_archive;
struct lx_log;
struct lx_markers;
struct lx_names;
struct lx_emotes;
struct lx_picture_cache;

struct lx_core_config {
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_clock *clock;
	const struct lx_random *random;
	struct lx_settings *settings;
	struct lx_addresses addresses;
	bool no_websocket;      /* as if libcurl knew none: EventSub is replaced by polling */
	const char *config_dir; /* for pictures that were fetched, and a token file when the user wants one */
};

/* NULL when the system gives too little to work with. */
struct lx_core *lx_core_create(const struct lx_core_config *config);
/* The others accept NULL. Stopping twice, or without having started, is fine; starting again is not possible. */
void lx_core_start(struct lx_core *core);
void lx_core_stop(struct lx_core *core);
void lx_core_destroy(struct lx_core *core);

/* Takes over settings that were changed: client id, redirect port, providers of emotes. Does nothing once the core is
 * stopped. */
void lx_core_settings_changed(struct lx_core *core);

/*
 * This computer began to stream to Twitch, or ended it. Chat log and live numbers take it for the channel that is read, where that is
 * the signed-in account's own: nobody else streams to it from here. From any thread.
 */
void lx_core_streaming(struct lx_core *core, bool live);

/*
 * A recording begins; it ended, and the log knows; or neither was seen, because the program ended before: this once after the start,
 * when the log was told of a scene. What is to be done with a recording is done. On the thread of start and stop.
 */
enum lx_core_recording { LX_CORE_RECORDING_STARTED, LX_CORE_RECORDING_STOPPED, LX_CORE_RECORDING_LEFT };
void lx_core_recording(struct lx_core *core, enum lx_core_recording what);

struct lx_account *lx_core_account(struct lx_core *core);
struct lx_helix *lx_core_helix(struct lx_core *core);
struct lx_eventsub *lx_core_eventsub(struct lx_core *core);
struct lx_live_stats *lx_core_live_stats(struct lx_core *core);
/* NULL without a folder to keep it in, and after stop. */
struct lx_log *lx_core_log(struct lx_core *core);
struct lx_archive *lx_core_archive(struct lx_core *core);
struct lx_markers *lx_core_markers(struct lx_core *core);
struct lx_emotes *lx_core_emotes(struct lx_core *core);
struct lx_names *lx_core_names(struct lx_core *core);
struct lx_picture_cache *lx_core_pictures(struct lx_core *core);

#ifdef __cplusplus
}
#endif
