/*
 * Roles: what the signed-in account may do in the channel that is read, as Twitch says it, never guessed from badges.
 *
 * Broadcaster: the channel is the account's own. Moderator: the channel is among those that the account moderates
 * (GET /moderation/channels, which needs user:read:moderated_channels). Unknown while it is not asked, and where it cannot be
 * asked: then everything may be tried, and Twitch's refusal is told.
 *
 * Asked anew when the account or the channel changes, when Twitch tells that the account's role changed, when it refuses an
 * action, when the badges that chat shows us differ from what is known, and every hour; at most every few seconds. Until the answer what was known before holds. Told as LX_EVENT_PERMISSION.
 *
 * Threads: lx_roles_create(), lx_roles_set_channel() and lx_roles_refresh() from any thread, lx_roles_destroy() on the loop's
 * thread or after it stopped. Events happen on the loop's thread. Nothing waits.
 * Ownership: everything in the configuration is borrowed and outlives the roles.
 */
#pragma once

#include "bus/bus.h"
#include "net/loop.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_roles;

struct lx_roles_config {
	struct lx_loop *loop; /* of helix */
	struct lx_helix *helix;
	struct lx_bus *bus;
};

struct lx_roles *lx_roles_create(const struct lx_roles_config *config);
void lx_roles_destroy(struct lx_roles *roles); /* NULL is accepted */

/* The channel that is read from now on; `room_id` "" while it is not known, `login` "" = none. */
void lx_roles_set_channel(struct lx_roles *roles, const char *login, const char *room_id);

/* Asks anew. */
void lx_roles_refresh(struct lx_roles *roles);

#ifdef __cplusplus
}
#endif
