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

struct lx_irc_recent;

struct lx_irc_recent *lx_irc_recent_create(void);
void lx_irc_recent_destroy(struct lx_irc_recent *recent); /* NULL is accepted */

/* Remembers `key`. False when it was known already. */
bool lx_irc_recent_add(struct lx_irc_recent *recent, uint64_t key);

/* A key of bytes; chain calls with the last result to make one of several parts. Begin with LX_IRC_KEY. */
#define LX_IRC_KEY 0xCBF29CE484222325u
uint64_t lx_irc_key(uint64_t key, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif
