#include "store/id_map.h"

#include <string.h>

#include <util/bmem.h>

#define FIRST_CAPACITY 256 /* a power of two */

uint64_t lx_id_map_key(uint64_t seed, const void *bytes, size_t size)
{
	/* FNV-1a, then mixed, since only the low bits choose a place. */
	const unsigned char *byte = bytes;
	uint64_t hash = 14695981039346656037u ^ (seed * 0x9E3779B97F4A7C15u);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ byte[i]) * 1099511628211u;
	hash ^= hash >> 32;
	hash *= 0xD6E8FEB86659FD93u;
	hash ^= hash >> 32;
	return hash ? hash : 1;
}

static struct lx_id_map_entry *find(const struct lx_id_map *map, uint64_t key)
{
	size_t at = (size_t)key & (map->capacity - 1);
	while (map->entries[at].key && map->entries[at].key != key)
		at = (at + 1) & (map->capacity - 1);
	return &map->entries[at];
}

bool lx_id_map_get(const struct lx_id_map *map, uint64_t key, int64_t *value)
{
	if (!map->count)
		return false;
	const struct lx_id_map_entry *entry = find(map, key);
	if (entry->key)
		*value = entry->value;
	return entry->key != 0;
}

static void grow(struct lx_id_map *map)
{
	struct lx_id_map_entry *old = map->entries;
	const size_t old_capacity = map->capacity;
	map->capacity = old_capacity ? old_capacity * 2 : FIRST_CAPACITY;
	map->entries = bzalloc(map->capacity * sizeof(*map->entries));
	for (size_t i = 0; i < old_capacity; i++) {
		if (old[i].key)
			*find(map, old[i].key) = old[i];
	}
	bfree(old);
}

void lx_id_map_put(struct lx_id_map *map, uint64_t key, int64_t value)
{
	if (map->count >= map->limit)
		lx_id_map_clear(map);
	if (map->count * 4 >= map->capacity * 3)
		grow(map);
	struct lx_id_map_entry *entry = find(map, key);
	map->count += !entry->key;
	entry->key = key;
	entry->value = value;
}

void lx_id_map_clear(struct lx_id_map *map)
{
	if (map->count)
		memset(map->entries, 0, map->capacity * sizeof(*map->entries));
	map->count = 0;
}

void lx_id_map_free(struct lx_id_map *map)
{
	bfree(map->entries);
	map->entries = NULL;
	map->capacity = map->count = 0;
}
