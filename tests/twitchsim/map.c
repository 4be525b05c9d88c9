#include "map.h"

#include <string.h>

#include <util/bmem.h>

static uint64_t hash_of(const char *key)
{
	uint64_t hash = 1469598103934665603u;
	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 1099511628211u;
	return hash ^ (hash >> 29);
}

/* The slot that holds the key, or the free one where it would go. */
static size_t find(const struct sim_map *map, const char *key, uint64_t hash)
{
	size_t at = hash & (map->capacity - 1);
	while (map->slots[at].key && (map->slots[at].hash != hash || strcmp(map->slots[at].key, key) != 0))
		at = (at + 1) & (map->capacity - 1);
	return at;
}

static void grow(struct sim_map *map)
{
	struct sim_map old = *map;
	map->capacity = old.capacity ? old.capacity * 2 : 64;
	map->slots = bzalloc(map->capacity * sizeof(*map->slots));
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.slots[i].key)
			map->slots[find(map, old.slots[i].key, old.slots[i].hash)] = old.slots[i];
	}
	bfree(old.slots);
}

void sim_map_put(struct sim_map *map, const char *key, void *value)
{
	if (map->size * 4 >= map->capacity * 3)
		grow(map);
	uint64_t hash = hash_of(key);
	struct sim_map_slot *slot = &map->slots[find(map, key, hash)];
	map->size += slot->key == NULL;
	*slot = (struct sim_map_slot){key, value, hash};
}

void *sim_map_get(const struct sim_map *map, const char *key)
{
	return map->size ? map->slots[find(map, key, hash_of(key))].value : NULL;
}

void sim_map_remove(struct sim_map *map, const char *key)
{
	if (!map->size)
		return;
	size_t mask = map->capacity - 1, hole = find(map, key, hash_of(key));
	if (!map->slots[hole].key)
		return;
	map->size--;
	for (size_t at = (hole + 1) & mask; map->slots[at].key; at = (at + 1) & mask) {
		size_t home = map->slots[at].hash & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			map->slots[hole] = map->slots[at];
			hole = at;
		}
	}
	memset(&map->slots[hole], 0, sizeof(map->slots[hole]));
}

void sim_map_finish(struct sim_map *map)
{
	bfree(map->slots);
	memset(map, 0, sizeof(*map));
}
