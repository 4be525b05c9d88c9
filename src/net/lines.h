/*
 * Lines out of a stream of bytes: however the bytes arrive, a caller gets whole lines without their CR and LF.
 *
 * Threads: one at a time.
 * Ownership: a line points into the buffer, may be changed in place, and is valid until the buffer is used again.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_lines;

/* Behind a line, this many bytes are readable and the first one is writable: for parsers that read blocks. */
#define LX_LINE_PADDING 64

/* `max_size`: bytes of the longest line that is kept; longer ones are skipped and counted. */
struct lx_lines *lx_lines_create(size_t max_size);
void lx_lines_destroy(struct lx_lines *lines); /* NULL is accepted */

void lx_lines_add(struct lx_lines *lines, const void *bytes, size_t size);

enum lx_line {
	LX_LINE_NONE,     /* no whole line yet */
	LX_LINE_OK,       /* *line and *size are set */
	LX_LINE_TOO_LONG, /* a line came to its end that was longer than allowed */
};
enum lx_line lx_lines_next(struct lx_lines *lines, char **line, size_t *size);

/* At the end of input: what follows the last LF is a line too, if there is anything. */
enum lx_line lx_lines_rest(struct lx_lines *lines, char **line, size_t *size);

/* Forgets what is buffered, for a new connection. */
void lx_lines_reset(struct lx_lines *lines);

#ifdef __cplusplus
}
#endif
