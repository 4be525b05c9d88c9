#include "net/lines.h"

#include <string.h>

#include <util/bmem.h>

#define START_SIZE 16384

struct lx_lines {
	size_t max_size;
	char *bytes;
	size_t capacity;
	size_t begin;   /* of the line that is being collected */
	size_t scanned; /* there is no LF in [begin, scanned) */
	size_t end;
	bool skipping; /* inside a line that is too long */
};

struct lx_lines *lx_lines_create(size_t max_size)
{
	struct lx_lines *lines = bzalloc(sizeof(*lines));
	lines->max_size = max_size;
	lines->capacity = START_SIZE;
	lines->bytes = bzalloc(lines->capacity + LX_LINE_PADDING);
	return lines;
}

void lx_lines_destroy(struct lx_lines *lines)
{
	if (!lines)
		return;
	bfree(lines->bytes);
	bfree(lines);
}

void lx_lines_reset(struct lx_lines *lines)
{
	lines->begin = lines->scanned = lines->end = 0;
	lines->skipping = false;
}

void lx_lines_add(struct lx_lines *lines, const void *bytes, size_t size)
{
	if (lines->begin && lines->capacity - lines->end < size) {
		memmove(lines->bytes, lines->bytes + lines->begin, lines->end - lines->begin);
		lines->scanned -= lines->begin;
		lines->end -= lines->begin;
		lines->begin = 0;
	}
	if (lines->capacity - lines->end < size) {
		while (lines->capacity - lines->end < size)
			lines->capacity *= 2;
		lines->bytes = brealloc(lines->bytes, lines->capacity + LX_LINE_PADDING);
		memset(lines->bytes + lines->end, 0, lines->capacity + LX_LINE_PADDING - lines->end);
	}
	memcpy(lines->bytes + lines->end, bytes, size);
	lines->end += size;
}

/* The line [begin, stop), and what follows it begins at `next`. */
static enum lx_line take(struct lx_lines *lines, size_t stop, size_t next, char **line, size_t *size)
{
	size_t begin = lines->begin;
	bool skipped = lines->skipping;

	lines->begin = lines->scanned = next;
	lines->skipping = false;
	while (stop > begin && lines->bytes[stop - 1] == '\r')
		stop--;
	if (skipped || stop - begin > lines->max_size)
		return LX_LINE_TOO_LONG;
	*line = lines->bytes + begin;
	*size = stop - begin;
	return LX_LINE_OK;
}

enum lx_line lx_lines_next(struct lx_lines *lines, char **line, size_t *size)
{
	const char *feed = memchr(lines->bytes + lines->scanned, '\n', lines->end - lines->scanned);
	if (feed) {
		size_t stop = (size_t)(feed - lines->bytes);
		return take(lines, stop, stop + 1, line, size);
	}

	lines->scanned = lines->end;
	/* One more for the CR that may be its last byte. */
	if (lines->end - lines->begin > lines->max_size + 1)
		lines->skipping = true;
	if (lines->skipping || lines->begin == lines->end) {
		bool skipping = lines->skipping;
		lx_lines_reset(lines);
		lines->skipping = skipping;
	}
	return LX_LINE_NONE;
}

enum lx_line lx_lines_rest(struct lx_lines *lines, char **line, size_t *size)
{
	if (lines->begin == lines->end && !lines->skipping)
		return LX_LINE_NONE;
	return take(lines, lines->end, lines->end, line, size);
}
