/*
 * Chatters: how many different people wrote within the last minutes, in bounded memory.
 *
 * Exact up to a limit of people; beyond it whoever has been silent longest is forgotten first. Adding and counting take
 * constant time; memory grows with the number of people and is kept.
 *
 * Threads: belongs to one thread at a time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_chatters;

/* Counts who wrote within the last `window_s` seconds, at most `limit` (a power of two ≥ 16) people. */
struct lx_chatters *lx_chatters_create(uint64_t window_s, size_t limit);
void lx_chatters_destroy(struct lx_chatters *chatters);
void lx_chatters_clear(struct lx_chatters *chatters);

/* `user_id` wrote at second `now_s` of a clock that never goes back. */
void lx_chatters_add(struct lx_chatters *chatters, const char *user_id, uint64_t now_s);
/* Forgets whose time is over and returns how many are left. */
size_t lx_chatters_count(struct lx_chatters *chatters, uint64_t now_s);
/* The second at which the count goes down if nobody writes; UINT64_MAX when nobody is there. */
uint64_t lx_chatters_next_leave_s(const struct lx_chatters *chatters);

#ifdef __cplusplus
}
#endif
