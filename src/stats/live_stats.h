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
	int64_t ended_ms;                             /* when it was last told that a stream is over, as above */
	char title[640], category[256];
	char latest_chatter[128];
	/* LX_STAT_UNKNOWN until there is a channel */
	int64_t chat_rate; /* messages in the last minute */
	int64_t chatters;  /* different people who wrote in the last ten minutes */
	int64_t messages;  /* since connecting */
};

/*
 * Listens to chat on `bus`, announces changes as LX_EVENT_STATS, at most twice a second: the first at once, what follows too
 * soon by lx_live_stats_age(). A person who is banned or timed out is no longer the latest chatter.
 */
struct lx_live_stats *lx_live_stats_create(struct lx_bus *bus, const struct lx_clock *clock);
void lx_live_stats_destroy(struct lx_live_stats *stats);

/* Copies the snapshot to `out` when its counter differs from `seen`; returns whether it did. */
bool lx_live_stats_read(struct lx_live_stats *stats, uint64_t seen, struct lx_live_snapshot *out);

/* What Twitch's answers and events tell. LX_STAT_UNKNOWN where they do not. Not from inside a listener of LX_EVENT_STATS. */
void lx_live_stats_set_channel(struct lx_live_stats *stats,
			       const char *channel); /* forgets the numbers of another channel */
void lx_live_stats_set_stream(struct lx_live_stats *stats, bool live, int64_t viewers, int64_t started_ms);
void lx_live_stats_set_info(struct lx_live_stats *stats, const char *title, const char *category);
void lx_live_stats_set_followers(struct lx_live_stats *stats, int64_t followers);
void lx_live_stats_set_subs(struct lx_live_stats *stats, int64_t subs, int64_t points);
/*
 * Lets old values fade (chat rate, chatters, polled values past their age) and announces what had to wait. Returns in how
 * many milliseconds there is something to do again, UINT64_MAX = not before the next LX_EVENT_STATS.
 */
uint64_t lx_live_stats_age(struct lx_live_stats *stats);

/* --- what somebody looks at: only that is asked from Twitch -------------------------------------------------------- */

enum lx_demand {
	LX_DEMAND_STREAM = 1 << 0, /* live, viewers, uptime */
	LX_DEMAND_INFO = 1 << 1,   /* title, category */
	LX_DEMAND_FOLLOWERS = 1 << 2,
	LX_DEMAND_SUBS = 1 << 3,
	LX_DEMAND_ALL = (1 << 4) - 1,
};

/* Whatever shows numbers says so while it is visible: once with `wanted`, once without. `demand`: bits of enum lx_demand. */
void lx_live_stats_want(struct lx_live_stats *stats, uint32_t demand, bool wanted);
/* Bits somebody wants now. Who calls livextrem_get_stats wants what it names, everything if it names nothing,
 * for two minutes. */
uint32_t lx_live_stats_wanted(struct lx_live_stats *stats);

typedef void (*lx_live_stats_demand)(void *data);
/*
 * Tells one listener (the poller) that something new is wanted, on whatever thread that happens, with a lock held: it hands
 * over to its own thread and returns. NULL takes it back; after that no call is under way and none follows.
 */
void lx_live_stats_listen(struct lx_live_stats *stats, lx_live_stats_demand listener, void *data);

/* Answers livextrem_get_stats. Unbind (lx_bus_bind with NULL or lx_bus_unbind_all) before destroying. */
void lx_live_stats_bind(struct lx_live_stats *stats, struct lx_bus *bus);

const struct lx_clock *lx_live_stats_clock(const struct lx_live_stats *stats);

#ifdef __cplusplus
}
#endif
