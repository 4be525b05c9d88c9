/*
 * The core put together: every part of the plugin but the user interface, created in order and torn down in reverse. The
 * OBS module and livextrem-cli stand on it.
 *
 * Life: create (no thread, no network), start (threads, stored login, connection), stop (everything joined within
 * milliseconds, whatever the network does), destroy. The live numbers exist from create to destroy, so a source may read them at any time.
 *
 * Threads: create, start, stop and destroy on one thread (OBS's UI thread); the rest from any thread.
 * Ownership: what the config points to must outlive the core; what the core hands out is borrowed and lives as long as it does.
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
struct lx_live_stats;

struct lx_core_config {
	struct lx_bus *bus;
	const struct lx_text *text;
	const struct lx_clock *clock;
	const struct lx_random *random;
	struct lx_settings *settings;
	struct lx_addresses addresses;
	const char *config_dir; /* where a token file may lie when the user wants one */
};

struct lx_core *lx_core_create(const struct lx_core_config *config);
void lx_core_start(struct lx_core *core);
void lx_core_stop(struct lx_core *core); /* may be called twice */
void lx_core_destroy(struct lx_core *core);

/* Takes over settings that were changed: client id, redirect port. */
void lx_core_settings_changed(struct lx_core *core);

struct lx_account *lx_core_account(struct lx_core *core);
struct lx_helix *lx_core_helix(struct lx_core *core);
struct lx_live_stats *lx_core_live_stats(struct lx_core *core);

#ifdef __cplusplus
}
#endif
