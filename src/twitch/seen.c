#include "twitch/seen.h"

#include <string.h>

#include <util/bmem.h>

#define KEYS 4096
#define SLOTS (2 * KEYS)

/* Two generations: the older one is forgotten as a whole when the younger is full, so nothing is ever taken out singly. */
struct lx_seen {
	uint64_t slots[2][SLOTS]; /* 0 = free */
	unsigned young;
	size_t count;
};

struct lx_seen *lx_seen_create(void)
{
	return bzalloc(sizeof(struct lx_seen));
}

void lx_seen_destroy(struct lx_seen *seen)
{
	bfree(seen);
}

/* Where the key is, or the free place where it belongs. Half of the places are always free. */
static size_t find(const uint64_t *slots, uint64_t key)
{
	size_t at = (size_t)(key % SLOTS);
	while (slots[at] && slots[at] != key)
		at = (at + 1) % SLOTS;
	return at;
}

bool lx_seen_add(struct lx_seen *seen, uint64_t key)
{
	uint64_t *young = seen->slots[seen->young], *old = seen->slots[!seen->young];

	key = key ? key : 1;
	size_t at = find(young, key);
	if (young[at] || old[find(old, key)])
		return false;
	young[at] = key;
	if (++seen->count == KEYS) {
		memset(old, 0, sizeof(seen->slots[0]));
		seen->young = !seen->young;
		seen->count = 0;
	}
	return true;
}

uint64_t lx_seen_key(uint64_t key, const void *bytes, size_t size)
{
	/* FNV-1a. The ids are Twitch's own: nobody else can make two of them collide. */
	const unsigned char *at = bytes;
	for (size_t i = 0; i < size; i++)
		key = (key ^ at[i]) * 0x100000001B3u;
	return key;
}
