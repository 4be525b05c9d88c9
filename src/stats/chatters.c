#include "stats/chatters.h"

#include <stdbool.h>

#include <util/bmem.h>

enum { FIRST_CAPACITY = 16 };

#define NONE UINT32_MAX

/* In one chain of the hash table, and in the list of all from the longest silent to the latest. */
struct person {
	uint64_t key, wrote_s;
	uint32_t chained;
	uint32_t before, behind;
};

struct lx_chatters {
	uint64_t window_s;
	size_t limit, capacity, count;
	struct person
		*people;  /* [capacity]; the first `used` have been taken at some time, some of them are free again */
	uint32_t *chains; /* [capacity]: heads */
	uint32_t free;    /* chain of those given back */
	size_t used;
	uint32_t silent, latest;
};

/* Ids are numbers that fit; anything else is hashed (FNV-1a) into the upper half of the range. */
static uint64_t key_of(const char *user_id)
{
	uint64_t number = 0, hash = UINT64_C(0xcbf29ce484222325);
	bool digits = *user_id != 0;
	size_t length = 0;

	for (const char *c = user_id; *c; c++, length++) {
		digits = digits && *c >= '0' && *c <= '9';
		number = number * 10 + (uint64_t)(*c - '0');
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	}
	return digits && length < 19 ? number : hash | UINT64_C(1) << 63;
}

static uint32_t *chain_of(struct lx_chatters *chatters, uint64_t key)
{
	/* Fibonacci hashing: ids of one age differ in their lower digits only. */
	const uint64_t mixed = key * UINT64_C(0x9e3779b97f4a7c15);
	return chatters->chains + ((mixed >> 32) & (chatters->capacity - 1));
}

static void chain_all(struct lx_chatters *chatters)
{
	for (size_t i = 0; i < chatters->capacity; i++)
		chatters->chains[i] = NONE;
	for (uint32_t i = chatters->silent; i != NONE; i = chatters->people[i].behind) {
		uint32_t *const chain = chain_of(chatters, chatters->people[i].key);
		chatters->people[i].chained = *chain;
		*chain = i;
	}
}

struct lx_chatters *lx_chatters_create(uint64_t window_s, size_t limit)
{
	struct lx_chatters *chatters = bzalloc(sizeof(*chatters));

	chatters->window_s = window_s;
	chatters->limit = limit;
	chatters->capacity = FIRST_CAPACITY;
	chatters->people = bmalloc(sizeof(*chatters->people) * chatters->capacity);
	chatters->chains = bmalloc(sizeof(*chatters->chains) * chatters->capacity);
	lx_chatters_clear(chatters);
	return chatters;
}

void lx_chatters_destroy(struct lx_chatters *chatters)
{
	if (!chatters)
		return;
	bfree(chatters->people);
	bfree(chatters->chains);
	bfree(chatters);
}

void lx_chatters_clear(struct lx_chatters *chatters)
{
	chatters->count = chatters->used = 0;
	chatters->free = chatters->silent = chatters->latest = NONE;
	chain_all(chatters);
}

static void unlink_person(struct lx_chatters *chatters, uint32_t index)
{
	const struct person *const person = chatters->people + index;

	if (person->before == NONE)
		chatters->silent = person->behind;
	else
		chatters->people[person->before].behind = person->behind;
	if (person->behind == NONE)
		chatters->latest = person->before;
	else
		chatters->people[person->behind].before = person->before;
}

static void append_person(struct lx_chatters *chatters, uint32_t index, uint64_t now_s)
{
	struct person *const person = chatters->people + index;

	person->wrote_s = now_s;
	person->before = chatters->latest;
	person->behind = NONE;
	if (chatters->latest == NONE)
		chatters->silent = index;
	else
		chatters->people[chatters->latest].behind = index;
	chatters->latest = index;
}

static void forget_silent(struct lx_chatters *chatters)
{
	const uint32_t index = chatters->silent;
	struct person *const person = chatters->people + index;

	uint32_t *link = chain_of(chatters, person->key);
	while (*link != index)
		link = &chatters->people[*link].chained;
	*link = person->chained;
	unlink_person(chatters, index);
	person->chained = chatters->free;
	chatters->free = index;
	chatters->count--;
}

static uint32_t take_free(struct lx_chatters *chatters)
{
	if (chatters->count == chatters->limit)
		forget_silent(chatters);
	if (chatters->count == chatters->capacity) {
		chatters->capacity *= 2;
		chatters->people = brealloc(chatters->people, sizeof(*chatters->people) * chatters->capacity);
		chatters->chains = brealloc(chatters->chains, sizeof(*chatters->chains) * chatters->capacity);
		chain_all(chatters);
	}
	uint32_t index = chatters->free;
	if (index == NONE)
		index = (uint32_t)chatters->used++;
	else
		chatters->free = chatters->people[index].chained;
	return index;
}

void lx_chatters_add(struct lx_chatters *chatters, const char *user_id, uint64_t now_s)
{
	const uint64_t key = key_of(user_id);
	uint32_t index = *chain_of(chatters, key);

	while (index != NONE && chatters->people[index].key != key)
		index = chatters->people[index].chained;
	if (index != NONE) {
		unlink_person(chatters, index);
	} else {
		index = take_free(chatters);
		uint32_t *const chain = chain_of(chatters, key);
		chatters->people[index].key = key;
		chatters->people[index].chained = *chain;
		*chain = index;
		chatters->count++;
	}
	append_person(chatters, index, now_s);
}

size_t lx_chatters_count(struct lx_chatters *chatters, uint64_t now_s)
{
	while (lx_chatters_next_leave_s(chatters) <= now_s)
		forget_silent(chatters);
	return chatters->count;
}

uint64_t lx_chatters_next_leave_s(const struct lx_chatters *chatters)
{
	return chatters->silent == NONE ? UINT64_MAX : chatters->people[chatters->silent].wrote_s + chatters->window_s;
}
