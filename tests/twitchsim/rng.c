#include "rng.h"

static uint64_t rotate(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

void sim_rng_seed(struct sim_rng *rng, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = (seed += 0x9e3779b97f4a7c15u);
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		rng->s[i] = z ^ (z >> 31);
	}
}

uint64_t sim_rng_next(struct sim_rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint32_t sim_rng_below(struct sim_rng *rng, uint32_t below)
{
	return (uint32_t)(((sim_rng_next(rng) >> 32) * below) >> 32);
}

double sim_rng_real(struct sim_rng *rng)
{
	return (double)(sim_rng_next(rng) >> 11) / 9007199254740992.0;
}

void sim_rng_uuid(struct sim_rng *rng, char id[37])
{
	static const char hex[] = "0123456789abcdef";
	uint64_t word = 0;
	int left = 0;
	for (int i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			id[i] = '-';
			continue;
		}
		if (!left--) {
			word = sim_rng_next(rng);
			left = 15;
		}
		id[i] = hex[word & 15];
		word >>= 4;
	}
	id[14] = '4';
	id[19] = hex[8 + (id[19] & 3)];
	id[36] = '\0';
}

void sim_rng_token(struct sim_rng *rng, char *text, unsigned length)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	for (unsigned i = 0; i < length; i++)
		text[i] = alphabet[sim_rng_below(rng, sizeof(alphabet) - 1)];
	text[length] = '\0';
}
