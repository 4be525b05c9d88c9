/*
 * Asks Helix for what EventSub would tell, while EventSub cannot be had: for good where libcurl speaks no WebSocket, and for
 * as long as it takes where the session stays lost for more than a minute. What is new since the last answer becomes the same
 * typed event that EventSub's topic gives, once. The first answer to each question only shows how things stand.
 *
 * What is asked, how often in seconds (a second number: while such a thing runs), and who may:
 *
 *   stream up, down     /streams                  30       everybody
 *   title, category     /channels                 60       everybody
 *   shared chat         /shared_chat/session      60       everybody       while live
 *   own name, text      /users                   600       everybody
 *   follows             /channels/followers       30       moderators
 *   shield mode         /moderation/shield_mode   30       moderators
 *   unban requests      /moderation/unban_reques… 60       moderators      resolved ones: when one is gone
 *   AutoMod settings    /moderation/automod/sett… 120      moderators
 *   blocked terms       /moderation/blocked_terms 120      moderators
 *   polls               /polls                    60, 10   broadcaster
 *   predictions         /predictions              60, 10   broadcaster
 *   hype train          /hypetrain/status         30, 10   broadcaster     while live
 *   goals               /goals                    60       broadcaster
 *   charity             /charity/campaigns        60       broadcaster     donations: when the sum moved
 *   bits                /bits/leaderboard         60       broadcaster     while live
 *   ads                 /channels/ads             60       broadcaster     while live
 *   rewards             /channel_points/custom_r… 120      broadcaster
 *   redemptions         …/redemptions             15       broadcaster     one of the rewards that we made in turn
 *   subscriptions       /subscriptions            300      broadcaster     up to a thousand subscribers
 *   bans, unbans        /moderation/banned        60       broadcaster     enriches the bans that chat tells
 *   moderators, VIPs    /moderation/moderators …  120      broadcaster
 *
 * That is at most 6 requests a minute for everybody, 13 for a moderator and 32 for the broadcaster (of the 800 that Twitch
 * allows), in pages of a hundred; all of the lowest priority, and only what the login's permissions allow. Room modes, deleted
 * messages, raids and resubs are told by chat itself. What Helix cannot say at all stays unknown here: shoutouts, warnings, held
 * messages, whispers, suspicious users, Twitch's own rewards.
 *
 * Threads: create and lx_eventsub_poll_set_channel() from any thread, destroy on the loop's thread or after it stopped. Events are
 * offered on the loop's thread. Nothing waits.
 * Ownership: everything in the configuration is borrowed and outlives the poll.
 */
#pragma once

#include "platform/random.h"
#include "twitch/helix.h"
#include "twitch/twins.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_eventsub_poll;

struct lx_eventsub_poll_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus; /* tells who is signed in, what they may do, and how EventSub is */
	struct lx_twins *twins;
	const struct lx_random *random;
};

struct lx_eventsub_poll *lx_eventsub_poll_create(const struct lx_eventsub_poll_config *config);
void lx_eventsub_poll_destroy(struct lx_eventsub_poll *poll); /* NULL is accepted */

/* The channel that is read from now on; `room_id` "" while it is not known, `login` "" = none. */
void lx_eventsub_poll_set_channel(struct lx_eventsub_poll *poll, const char *login, const char *room_id);

#ifdef __cplusplus
}
#endif
