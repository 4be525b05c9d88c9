#include "chat/needles.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

/* A table this large still lies in the cache nearest but one: 16 384 rows of 16 bit and of as many columns as there are different bytes. */
#define STATES_MAX 16384
#define NONE UINT32_MAX

struct node {
	uint32_t child, sibling; /* NONE = none; only while it is being filled */
	uint32_t fail;
	uint32_t needle; /* that ends here */
	uint32_t other;  /* next state on the way of failures at which one ends, 0 = none */
	uint8_t byte;
};

struct lx_needles {
	DARRAY(struct node) nodes; /* the first is the root */
	size_t count;
	uint8_t class_of[256]; /* 0: in no needle */
	size_t classes;
	uint16_t *table; /* [state * classes + class] */
	bool *ends;      /* a needle ends at the state, or at one it falls back to */
};

static uint32_t add_node(struct lx_needles *needles, uint8_t byte)
{
	const struct node node = {.child = NONE, .sibling = NONE, .needle = NONE, .byte = byte};
	da_push_back(needles->nodes, &node);
	return (uint32_t)needles->nodes.num - 1;
}

struct lx_needles *lx_needles_create(void)
{
	struct lx_needles *needles = bzalloc(sizeof(*needles));
	needles->classes = 1;
	add_node(needles, 0);
	return needles;
}

void lx_needles_destroy(struct lx_needles *needles)
{
	if (!needles)
		return;
	da_free(needles->nodes);
	bfree(needles->table);
	bfree(needles->ends);
	bfree(needles);
}

static uint32_t child_of(const struct lx_needles *needles, uint32_t state, uint8_t byte)
{
	uint32_t child = needles->nodes.array[state].child;
	while (child != NONE && needles->nodes.array[child].byte != byte)
		child = needles->nodes.array[child].sibling;
	return child;
}

uint32_t lx_needles_add(struct lx_needles *needles, const char *bytes, size_t size)
{
	uint32_t state = 0;
	if (!size || size > STATES_MAX - needles->nodes.num)
		return LX_NEEDLE_NONE;
	for (size_t i = 0; i < size; i++) {
		const uint8_t byte = (uint8_t)bytes[i];
		uint32_t child = child_of(needles, state, byte);
		if (child == NONE) {
			child = add_node(needles, byte);
			needles->nodes.array[child].sibling = needles->nodes.array[state].child;
			needles->nodes.array[state].child = child;
		}
		if (!needles->class_of[byte])
			needles->class_of[byte] = (uint8_t)needles->classes++;
		state = child;
	}
	struct node *end = &needles->nodes.array[state];
	if (end->needle == NONE)
		end->needle = (uint32_t)needles->count++;
	return end->needle;
}

size_t lx_needles_count(const struct lx_needles *needles)
{
	return needles->count;
}

/* A row of the table: where the state goes, and where it falls back to for all other bytes. */
static void build_row(struct lx_needles *needles, uint32_t state)
{
	struct node *nodes = needles->nodes.array;
	uint16_t *row = needles->table + state * needles->classes;
	if (state)
		memcpy(row, needles->table + nodes[state].fail * needles->classes, needles->classes * sizeof(*row));
	for (uint32_t child = nodes[state].child; child != NONE; child = nodes[child].sibling) {
		uint16_t *to = &row[needles->class_of[nodes[child].byte]];
		const uint32_t fail = state ? *to : 0;
		nodes[child].fail = fail;
		nodes[child].other = nodes[fail].needle != NONE ? fail : nodes[fail].other;
		needles->ends[child] = nodes[child].needle != NONE || nodes[child].other;
		*to = (uint16_t)child;
	}
}

void lx_needles_build(struct lx_needles *needles)
{
	const size_t count = needles->nodes.num;
	uint32_t *queue = bmalloc(count * sizeof(*queue));
	size_t end = 0;
	needles->table = bzalloc(count * needles->classes * sizeof(*needles->table));
	needles->ends = bzalloc(count * sizeof(*needles->ends));
	/* Shorter ones first: each falls back to a shorter one. */
	queue[end++] = 0;
	for (size_t at = 0; at < end; at++) {
		build_row(needles, queue[at]);
		for (uint32_t child = needles->nodes.array[queue[at]].child; child != NONE;
		     child = needles->nodes.array[child].sibling)
			queue[end++] = child;
	}
	bfree(queue);
}

void lx_needles_search(const struct lx_needles *needles, const char *text, size_t size, uint64_t *hits)
{
	const struct node *nodes = needles->nodes.array;
	uint32_t state = 0;
	for (size_t i = 0; i < size; i++) {
		state = needles->table[state * needles->classes + needles->class_of[(uint8_t)text[i]]];
		if (!needles->ends[state])
			continue;
		for (uint32_t at = state; at; at = nodes[at].other) {
			if (nodes[at].needle != NONE)
				hits[nodes[at].needle / 64] |= (uint64_t)1 << nodes[at].needle % 64;
		}
	}
}
