/*
 * Twins: one happening that is told twice (by IRC and by EventSub, or by two topics of EventSub) becomes one event on the
 * bus. Stands between those who read Twitch and the bus: all of them offer their events here.
 *
 * What counts as the same:
 *  - chat messages and notices: same message id (or id in the channel of origin) in the same room, whoever told it
 *    first wins;
 *  - deleted messages: same message id;
 *  - bans, timeouts, unbans, cleared chats, room states, changes of role, warnings, resolved unban requests, blocked terms, spent bits,
 *    whispers: same room, same person, same details, within half a minute, and told by a source that has not told of it yet (one
 *    source that tells twice means it twice). Durations of timeouts may differ by some seconds, for they are worked out
 *    from times;
 * Everything else passes.
 *
 * The first of two is emitted at once. The second one is dropped, unless it knows something that was missing (who did it, why, for how
 * long): then it is emitted with `update` set, to enrich without counting again.
 *
 * Threads: lx_twins_offer() from any thread; listeners run inside the call and must not offer anything themselves. An update
 * never overtakes what it enriches.
 * Memory is bounded: some thousand message ids, some hundred happenings.
 */
#pragma once

#include "bus/bus.h"
#include "platform/clock.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Who tells. Each tells of one happening once. */
enum lx_twin_source {
	LX_TWIN_IRC,
	LX_TWIN_CHAT,     /* EventSub: channel.chat.* */
	LX_TWIN_MODERATE, /* EventSub: channel.moderate */
	LX_TWIN_TOPIC,    /* EventSub: a topic of its own */
	LX_TWIN_COVERED,  /* EventSub: a topic that another one covers */
};

struct lx_twins;

/* Both must outlive it. */
struct lx_twins *lx_twins_create(struct lx_bus *bus, const struct lx_clock *clock);
void lx_twins_destroy(struct lx_twins *twins);

void lx_twins_offer(struct lx_twins *twins, enum lx_twin_source source, const struct lx_event *event);

#ifdef __cplusplus
}
#endif
