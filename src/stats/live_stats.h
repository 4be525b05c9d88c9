/*
 * Live numbers: one small snapshot of everything a scene or a script may show, with a counter that moves when it changes.
 *
 * Threads: setters from any thread; lx_live_stats_read() from any thread, the graphics thread included: it takes a mutex that
 * is only ever held for copying, and returns at once when `seen` is still the present counter.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bus/bus.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_live_stats;

#define LX_STAT_UNKNOWN INT64_MIN

struct lx_live_snapshot {
	uint64_t counter; /* moves with every change */
	char channel[64];
	bool live;
	int64_t viewers, followers, subs, sub_points; /* LX_STAT_UNKNOWN where not known or too old */
	int64_t started_ms;                           /* Unix milliseconds, LX_STAT_UNKNOWN when not live */
	char title[640], category[256];
	char latest_chatter[128];
	int64_t chat_rate; /* messages in the last minute */
	int64_t chatters;  /* different people who wrote in the last ten minutes */
	int64_t messages;  /* since connecting */
};

/* Listens to chat on `bus`, announces changes as LX_EVENT_STATS (at most twice a second). */
struct lx_live_stats *lx_live_stats_create(struct lx_bus *bus, const struct lx_clock *clock);
void lx_live_stats_destroy(struct lx_live_stats *stats);

/* Copies the snapshot to `out` when its counter differs from `seen`; returns whether it did. */
bool lx_live_stats_read(struct lx_live_stats *stats, uint64_t seen, struct lx_live_snapshot *out);

/* What the poller (twitch's answers) tells. */
void lx_live_stats_set_channel(struct lx_live_stats *stats,
			       const char *channel); /* forgets the numbers of another channel */
void lx_live_stats_set_stream(struct lx_live_stats *stats, bool live, int64_t viewers, int64_t started_ms);
void lx_live_stats_set_info(struct lx_live_stats *stats, const char *title, const char *category);
void lx_live_stats_set_followers(struct lx_live_stats *stats, int64_t followers);
void lx_live_stats_set_subs(struct lx_live_stats *stats, int64_t subs, int64_t points);
/* Lets old values fade (chat rate, chatters, polled values past their age). Called about twice a second by the owner's timer
 * while a channel is connected. */
void lx_live_stats_age(struct lx_live_stats *stats);

#ifdef __cplusplus
}
#endif
