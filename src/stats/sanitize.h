/*
 * Makes text of strangers (names, titles, categories) fit to stand in one line of somebody else's picture.
 *
 * Threads: any; nothing is shared, nothing blocks.
 */
#pragma once

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Combining marks kept on one base character; no living script needs more, "zalgo" text does. */
#define LX_SANITIZE_MAX_MARKS 4

/*
 * Appends `text` to `out` as one line of visible text: line breaks, tabs and every kind of space become single spaces,
 * outer ones go; control characters, direction overrides and invisible characters are dropped, except what holds an emoji
 * together (joiner, variation selector, flag tags); marks beyond LX_SANITIZE_MAX_MARKS and marks without a base are
 * dropped; bytes that are no UTF-8 become U+FFFD.
 */
void lx_sanitize_line(struct dstr *out, const char *text);

#ifdef __cplusplus
}
#endif
