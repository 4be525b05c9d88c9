#include "net/picture_format.h"

#include <string.h>

static uint32_t big16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t big32(const uint8_t *at)
{
	return big16(at) << 16 | big16(at + 2);
}

static uint32_t little16(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

static uint32_t little24(const uint8_t *at)
{
	return little16(at) | (uint32_t)at[2] << 16;
}

static bool starts(const uint8_t *bytes, size_t size, size_t at, const char *magic, size_t length)
{
	return size >= at + length && memcmp(bytes + at, magic, length) == 0;
}

/* PNG, third edition, 11.2.2: the header chunk comes first. */
static bool probe_png(const uint8_t *bytes, size_t size, struct lx_picture_info *info)
{
	if (!starts(bytes, size, 0, "\x89PNG\r\n\x1a\n", 8) || !starts(bytes, size, 12, "IHDR", 4) || size < 24)
		return false;
	*info = (struct lx_picture_info){LX_PICTURE_PNG, big32(bytes + 16), big32(bytes + 20)};
	return true;
}

/* GIF89a, 18: the logical screen. */
static bool probe_gif(const uint8_t *bytes, size_t size, struct lx_picture_info *info)
{
	if ((!starts(bytes, size, 0, "GIF87a", 6) && !starts(bytes, size, 0, "GIF89a", 6)) || size < 10)
		return false;
	*info = (struct lx_picture_info){LX_PICTURE_GIF, little16(bytes + 6), little16(bytes + 8)};
	return true;
}

/* RFC 9649: extended, lossy (RFC 6386, 9.1) and lossless bitstreams. */
static bool probe_webp(const uint8_t *bytes, size_t size, struct lx_picture_info *info)
{
	if (!starts(bytes, size, 0, "RIFF", 4) || !starts(bytes, size, 8, "WEBP", 4) || size < 30)
		return false;
	info->format = LX_PICTURE_WEBP;
	if (starts(bytes, size, 12, "VP8X", 4)) {
		info->width = little24(bytes + 24) + 1;
		info->height = little24(bytes + 27) + 1;
		return true;
	}
	if (starts(bytes, size, 12, "VP8 ", 4) && starts(bytes, size, 23, "\x9d\x01\x2a", 3)) {
		info->width = little16(bytes + 26) & 0x3FFF;
		info->height = little16(bytes + 28) & 0x3FFF;
		return true;
	}
	if (starts(bytes, size, 12, "VP8L", 4) && bytes[20] == 0x2F) {
		uint32_t bits = little16(bytes + 21) | little16(bytes + 23) << 16;
		info->width = (bits & 0x3FFF) + 1;
		info->height = (bits >> 14 & 0x3FFF) + 1;
		return true;
	}
	return false;
}

/* ITU T.81, B.2.2: the first frame header. */
static bool probe_jpeg(const uint8_t *bytes, size_t size, struct lx_picture_info *info)
{
	if (!starts(bytes, size, 0, "\xff\xd8\xff", 3))
		return false;
	size_t at = 2;
	while (at + 9 < size && bytes[at] == 0xFF) {
		uint8_t marker = bytes[at + 1];
		bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
		if (frame) {
			*info = (struct lx_picture_info){LX_PICTURE_JPEG, big16(bytes + at + 7), big16(bytes + at + 5)};
			return true;
		}
		size_t length = big16(bytes + at + 2);
		if (length < 2)
			return false;
		at += 2 + length;
	}
	return false;
}

bool lx_picture_probe(const void *bytes, size_t size, struct lx_picture_info *info)
{
	*info = (struct lx_picture_info){LX_PICTURE_UNKNOWN, 0, 0};
	return probe_png(bytes, size, info) || probe_gif(bytes, size, info) || probe_webp(bytes, size, info) ||
	       probe_jpeg(bytes, size, info);
}

bool lx_picture_size_fits(const struct lx_picture_info *info)
{
	return info->width && info->height && info->width <= LX_PICTURE_MAX_SIDE && info->height <= LX_PICTURE_MAX_SIDE;
}

const char *lx_picture_format_name(enum lx_picture_format format)
{
	static const char *const names[] = {"", "png", "gif", "webp", "jpeg"};
	return names[format];
}
