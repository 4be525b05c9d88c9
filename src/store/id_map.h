/*
 * Id map: remembers numbers of rows by a 64-bit key, so that what comes again and again needs no question to the data base. A
 * cache: when it has grown to its limit it forgets everything.
 *
 * Threads: one at a time. Ownership: lx_id_map_free() gives the memory back; a zeroed map with a limit is ready for use.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_id_map {
	size_t limit; /* entries */
	struct lx_id_map_entry {
		uint64_t key; /* 0 = free */
		int64_t value;
	} *entries;
	size_t capacity, count;
};

/* A key for bytes. `seed` keeps kinds of things apart; never 0. */
uint64_t lx_id_map_key(uint64_t seed, const void *bytes, size_t size);

bool lx_id_map_get(const struct lx_id_map *map, uint64_t key, int64_t *value);
void lx_id_map_put(struct lx_id_map *map, uint64_t key, int64_t value);
void lx_id_map_clear(struct lx_id_map *map);
void lx_id_map_free(struct lx_id_map *map);

#ifdef __cplusplus
}
#endif
