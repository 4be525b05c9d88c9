/*
 * What was seen lately, so that nothing is shown twice: Twitch may repeat a message, and two links overlap while one takes
 * over from the other. Remembers at least the last 4096 keys in 128 KiB, without allocating.
 *
 * One thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_seen;

struct lx_seen *lx_seen_create(void);
void lx_seen_destroy(struct lx_seen *seen); /* NULL is accepted */

/* Remembers `key`. False when it was known already. */
bool lx_seen_add(struct lx_seen *seen, uint64_t key);

/* A key of bytes; chain calls with the last result to make one of several parts. Begin with LX_SEEN_KEY. */
#define LX_SEEN_KEY 0xCBF29CE484222325u
uint64_t lx_seen_key(uint64_t key, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif
