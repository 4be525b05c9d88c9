/*
 * Poller: asks Helix for the live numbers that no event brings, and only for those that somebody looks at (lx_live_stats_want),
 * each once when a channel is chosen. Keeps the numbers' age too (lx_live_stats_age).
 *
 *   live, viewers, uptime  /streams              45 s      title, category   /channels        60 s
 *   followers              /channels/followers   60 s      subscribers       /subscriptions  300 s, own channel only
 *
 * All with a tenth of jitter. Errors double the pause up to ten minutes; without a permission a number is not asked for again
 * until the login changes; without a login nothing is.
 *
 * Threads: lx_poller_create(), lx_poller_set_channel() and lx_poller_refresh() from any thread, lx_poller_destroy() on the
 * loop's thread or after it stopped; the work is done on the loop's thread. Nothing waits.
 * Ownership: everything in the configuration is borrowed and outlives the poller.
 */
#pragma once

#include "net/loop.h"
#include "platform/random.h"
#include "stats/live_stats.h"
#include "twitch/helix.h"
#include "twitch/helix_decode.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_poller;

struct lx_poller_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus;
	struct lx_live_stats *stats;
	const struct lx_random *random;
	struct lx_credentials_provider credentials; /* of the main account */
	/* Each answer about the channel's stream that can be believed, on the loop's thread; NULL: it is not live. May be NULL. */
	void (*stream)(const char *channel, const struct lx_helix_stream *stream, void *data);
	void *stream_data;
};

struct lx_poller *lx_poller_create(const struct lx_poller_config *config);
void lx_poller_destroy(struct lx_poller *poller); /* NULL is accepted */

/*
 * The channel to ask about from now on; also tells the live numbers. `channel_id` "" = found out from the room's state or by
 * asking for the user. `login` "" = none: nothing is asked.
 */
void lx_poller_set_channel(struct lx_poller *poller, const char *login, const char *channel_id);

/*
 * Something happened (the stream began, somebody subscribed): asks for these numbers now, if somebody looks at them; but each
 * at most every five seconds, however much happens.
 */
void lx_poller_refresh(struct lx_poller *poller, uint32_t demand);

#ifdef __cplusplus
}
#endif
