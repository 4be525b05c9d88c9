/*
 * A growing byte buffer for lines and packets: appended at the end, taken from the front.
 * Owned by one thread; zero-initialised is empty; sim_buf_finish() frees.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct sim_buf {
	char *data;
	size_t start, size, capacity; /* valid bytes are data[start] … data[start + size) */
};

void sim_buf_finish(struct sim_buf *buf);
void sim_buf_clear(struct sim_buf *buf);
void sim_buf_add(struct sim_buf *buf, const void *data, size_t size);
void sim_buf_str(struct sim_buf *buf, const char *text);
void sim_buf_char(struct sim_buf *buf, char c);
void sim_buf_int(struct sim_buf *buf, int64_t number);
void sim_buf_printf(struct sim_buf *buf, const char *format, ...);
/* Value of an IRCv3 tag, escaped. */
void sim_buf_tag(struct sim_buf *buf, const char *value);
void sim_buf_take(struct sim_buf *buf, size_t size);
static inline const char *sim_buf_bytes(const struct sim_buf *buf)
{
	return buf->data + buf->start;
}
/* NUL-terminated view. */
const char *sim_buf_text(struct sim_buf *buf);
