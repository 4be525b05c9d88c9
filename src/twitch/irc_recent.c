#include "twitch/irc_recent.h"

#include <string.h>

#include <util/bmem.h>

#define KEYS 4096
#define SLOTS (2 * KEYS)

/* Two generations: the older one is forgotten as a whole when the younger is full, so nothing is ever taken out singly. */
struct lx_irc_recent {
	uint64_t slots[2][SLOTS]; /* 0 = free */
	unsigned young;
	size_t count;
};

struct lx_irc_recent *lx_irc_recent_create(void)
{
	return bzalloc(sizeof(struct lx_irc_recent));
}

void lx_irc_recent_destroy(struct lx_irc_recent *recent)
{
	bfree(recent);
}

/* Where the key is, or the free place where it belongs. Half of the places are always free. */
static size_t find(const uint64_t *slots, uint64_t key)
{
	size_t at = (size_t)(key % SLOTS);
	while (slots[at] && slots[at] != key)
		at = (at + 1) % SLOTS;
	return at;
}

bool lx_irc_recent_add(struct lx_irc_recent *recent, uint64_t key)
{
	uint64_t *young = recent->slots[recent->young], *old = recent->slots[!recent->young];

	key = key ? key : 1;
	size_t at = find(young, key);
	if (young[at] || old[find(old, key)])
		return false;
	young[at] = key;
	if (++recent->count == KEYS) {
		memset(old, 0, sizeof(recent->slots[0]));
		recent->young = !recent->young;
		recent->count = 0;
	}
	return true;
}

uint64_t lx_irc_key(uint64_t key, const void *bytes, size_t size)
{
	/* FNV-1a. The ids are Twitch's own: nobody else can make two of them collide. */
	const unsigned char *at = bytes;
	for (size_t i = 0; i < size; i++)
		key = (key ^ at[i]) * 0x100000001B3u;
	return key;
}
