/*
 * Needles: finds many byte strings in one pass over a text, however many there are (Aho and Corasick, as one table).
 *
 * Threads: filled by one; afterwards searched by any number, each with its own set of hits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_needles;

/* What could not be kept: the table has its limit. */
#define LX_NEEDLE_NONE UINT32_MAX

struct lx_needles *lx_needles_create(void);
void lx_needles_destroy(struct lx_needles *needles); /* NULL is accepted */

/* Its number, from 0; the same for the same bytes. LX_NEEDLE_NONE where it is empty or there are too many. */
uint32_t lx_needles_add(struct lx_needles *needles, const char *bytes, size_t size);
size_t lx_needles_count(const struct lx_needles *needles);
/* To be called once, after the last one. */
void lx_needles_build(struct lx_needles *needles);

/* Sets the bits of those that are in the text; `hits` has a bit for each, and is not cleared before. */
void lx_needles_search(const struct lx_needles *needles, const char *text, size_t size, uint64_t *hits);

#ifdef __cplusplus
}
#endif
