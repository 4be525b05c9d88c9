/*
 * What a file of a picture says about itself in its first bytes: format and size, read without decoding anything. Decides what
 * may be kept and handed to a decoder at all.
 *
 * Threads: no shared state. Any bytes are accepted; nothing beyond `size` is read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Larger pictures are refused: the largest that chats show are 512 pixels wide. */
#define LX_PICTURE_MAX_SIDE 1024

enum lx_picture_format {
	LX_PICTURE_UNKNOWN,
	LX_PICTURE_PNG,
	LX_PICTURE_GIF,
	LX_PICTURE_WEBP,
	LX_PICTURE_JPEG,
};

struct lx_picture_info {
	enum lx_picture_format format;
	uint32_t width, height; /* pixels */
};

/* False when it is none of the formats or too short to tell; the size is not judged. */
bool lx_picture_probe(const void *bytes, size_t size, struct lx_picture_info *info);

/* Whether it is small enough to be decoded, and not empty. */
bool lx_picture_size_fits(const struct lx_picture_info *info);

/* "png", as decoders call it; "" for LX_PICTURE_UNKNOWN. */
const char *lx_picture_format_name(enum lx_picture_format format);

#ifdef __cplusplus
}
#endif
