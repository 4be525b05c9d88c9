/*
 * Bans and timeouts that are known, whoever set them, so that lifting one can be taken back. The latest few hundred.
 *
 * Threads: the owner's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_known_bans;

struct lx_known_ban {
	int64_t until_ms;   /* Unix milliseconds; 0 = for good */
	const char *reason; /* borrowed until the next change */
};

struct lx_known_bans *lx_known_bans_create(void);
void lx_known_bans_destroy(struct lx_known_bans *bans);

/* Takes the place of an earlier one of the same user in the same channel. Does nothing without both ids. */
void lx_known_bans_add(struct lx_known_bans *bans, const char *room_id, const char *user_id, int64_t until_ms,
		       const char *reason);
void lx_known_bans_forget(struct lx_known_bans *bans, const char *room_id, const char *user_id);
bool lx_known_bans_find(const struct lx_known_bans *bans, const char *room_id, const char *user_id,
			struct lx_known_ban *out);

#ifdef __cplusplus
}
#endif
