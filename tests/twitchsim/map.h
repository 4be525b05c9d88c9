/*
 * A hash map from text to a pointer: linear probing, removal by shifting back. Keys are borrowed: they live in what they
 * point to. Zero-initialised is empty.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sim_map {
	struct sim_map_slot {
		const char *key;
		void *value;
		uint64_t hash;
	} *slots;
	size_t size, capacity;
};

void sim_map_put(struct sim_map *map, const char *key, void *value);
/* NULL when missing. */
void *sim_map_get(const struct sim_map *map, const char *key);
void sim_map_remove(struct sim_map *map, const char *key);
void sim_map_finish(struct sim_map *map);
