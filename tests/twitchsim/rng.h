/* Random numbers that are the same for the same seed (xoshiro256**, seeded by splitmix64). Not for secrets. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sim_rng {
	uint64_t s[4];
};

void sim_rng_seed(struct sim_rng *rng, uint64_t seed);
uint64_t sim_rng_next(struct sim_rng *rng);
/* 0 … below - 1; `below` is at least 1. */
uint32_t sim_rng_below(struct sim_rng *rng, uint32_t below);
double sim_rng_real(struct sim_rng *rng); /* 0 ≤ x < 1 */
static inline bool sim_rng_chance(struct sim_rng *rng, double probability)
{
	return sim_rng_real(rng) < probability;
}
/* Version 4 UUID and NUL. */
void sim_rng_uuid(struct sim_rng *rng, char id[37]);
/* `length` letters and digits in lower case and NUL. */
void sim_rng_token(struct sim_rng *rng, char *text, unsigned length);
