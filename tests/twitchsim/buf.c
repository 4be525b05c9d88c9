#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

void sim_buf_finish(struct sim_buf *buf)
{
	bfree(buf->data);
	memset(buf, 0, sizeof(*buf));
}

void sim_buf_clear(struct sim_buf *buf)
{
	buf->start = buf->size = 0;
}

static char *reserve(struct sim_buf *buf, size_t more)
{
	if (buf->start + buf->size + more > buf->capacity) {
		if (buf->start && buf->size + more <= buf->capacity / 2) {
			memmove(buf->data, buf->data + buf->start, buf->size);
			buf->start = 0;
		} else {
			size_t capacity = buf->capacity ? buf->capacity : 256;
			while (capacity < buf->start + buf->size + more)
				capacity *= 2;
			buf->data = brealloc(buf->data, capacity);
			buf->capacity = capacity;
		}
	}
	return buf->data + buf->start + buf->size;
}

void sim_buf_add(struct sim_buf *buf, const void *data, size_t size)
{
	if (!size)
		return;
	memcpy(reserve(buf, size), data, size);
	buf->size += size;
}

void sim_buf_str(struct sim_buf *buf, const char *text)
{
	sim_buf_add(buf, text, strlen(text));
}

void sim_buf_char(struct sim_buf *buf, char c)
{
	*reserve(buf, 1) = c;
	buf->size++;
}

void sim_buf_int(struct sim_buf *buf, int64_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--at = '-';
	sim_buf_add(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void sim_buf_printf(struct sim_buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *to = reserve(buf, (size_t)size + 1);
	va_start(args, format);
	vsnprintf(to, (size_t)size + 1, format, args);
	va_end(args);
	buf->size += (size_t)size;
}

void sim_buf_tag(struct sim_buf *buf, const char *value)
{
	for (;;) {
		size_t plain = strcspn(value, "; \\\r\n");
		sim_buf_add(buf, value, plain);
		value += plain;
		switch (*value++) {
		case '\0':
			return;
		case ';':
			sim_buf_add(buf, "\\:", 2);
			break;
		case ' ':
			sim_buf_add(buf, "\\s", 2);
			break;
		case '\\':
			sim_buf_add(buf, "\\\\", 2);
			break;
		case '\r':
			sim_buf_add(buf, "\\r", 2);
			break;
		case '\n':
			sim_buf_add(buf, "\\n", 2);
			break;
		}
	}
}

void sim_buf_take(struct sim_buf *buf, size_t size)
{
	buf->start += size;
	buf->size -= size;
	if (!buf->size)
		buf->start = 0;
}

const char *sim_buf_text(struct sim_buf *buf)
{
	*reserve(buf, 1) = '\0';
	return buf->data + buf->start;
}
