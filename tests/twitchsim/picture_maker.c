#include "picture_maker.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

typedef DARRAY(uint8_t) bytes_t;

static void put(bytes_t *out, const void *bytes, size_t size)
{
	da_push_back_array(*out, (const uint8_t *)bytes, size);
}

static void put_byte(bytes_t *out, uint32_t byte)
{
	uint8_t one = (uint8_t)byte;
	da_push_back(*out, &one);
}

static void put_little(bytes_t *out, uint32_t number, int count)
{
	for (int i = 0; i < count; i++)
		put_byte(out, number >> 8 * i);
}

static void put_big32(bytes_t *out, uint32_t number)
{
	for (int i = 24; i >= 0; i -= 8)
		put_byte(out, number >> i);
}

/* --- shapes ------------------------------------------------------------------------------------------------------ */

/* Whether the point is painted, with the shape moved down by `shift` of 16 parts. */
static bool painted(const struct sim_picture *picture, int px, int py, int shift)
{
	/* In a square of 32 units in the middle of each 32 of width. */
	const double unit = picture->height / 32.0;
	double x = (px + 0.5) / unit, y = (py + 0.5) / unit - shift;
	x -= 32.0 * (int)(x / 32);
	const double dx = x - 16, dy = y - 16, r2 = dx * dx + dy * dy;
	switch (picture->shape) {
	case SIM_SHAPE_FACE: {
		const double left = (x - 11) * (x - 11) + (y - 12) * (y - 12);
		const double right = (x - 21) * (x - 21) + (y - 12) * (y - 12);
		const bool mouth = r2 < 81 && r2 > 40 && y > 18;
		return r2 < 196 && left > 6 && right > 6 && !mouth;
	}
	case SIM_SHAPE_SQUARE:
		return x > 2 && x < 30 && y > 2 && y < 30 && r2 > 36;
	case SIM_SHAPE_STONE:
		return (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy) < 14;
	case SIM_SHAPE_SNOW:
		return ((int)(x + 64) / 3 + (int)(y + 64) / 3 * 2) % 5 == 0;
	default:
		return true;
	}
}

static int shift_of(const struct sim_picture *picture, int frame)
{
	const int half = picture->frames / 2;
	return picture->frames < 2 ? 0 : (frame <= half ? frame : picture->frames - frame) * 6 / (half ? half : 1) - 3;
}

/* --- PNG: third edition of its specification; deflate without compression ----------------------------------------- */

static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
	uint32_t crc = 0xFFFFFFFF;
	for (size_t i = 0; i < size; i++) {
		crc ^= bytes[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static void put_chunk(bytes_t *out, const char *name, const bytes_t *data)
{
	put_big32(out, (uint32_t)data->num);
	const size_t begin = out->num;
	put(out, name, 4);
	put(out, data->array, data->num);
	put_big32(out, crc32_of(out->array + begin, out->num - begin));
}

static void make_png(const struct sim_picture *picture, bytes_t *out)
{
	bytes_t header = {0}, rows = {0}, packed = {0}, none = {0};
	put_big32(&header, (uint32_t)picture->width);
	put_big32(&header, (uint32_t)picture->height);
	put(&header, "\x08\x06\0\0\0", 5); /* eight bits of red, green, blue, alpha */
	for (int y = 0; y < picture->height; y++) {
		put_byte(&rows, 0);
		for (int x = 0; x < picture->width; x++)
			put_big32(&rows, painted(picture, x, y, 0) ? picture->color << 8 | 0xFF : 0);
	}
	uint32_t a = 1, b = 0;
	put(&packed, "\x78\x01", 2);
	for (size_t at = 0; at < rows.num; at += 65535) {
		const size_t size = rows.num - at < 65535 ? rows.num - at : 65535;
		put_byte(&packed, at + size == rows.num);
		put_little(&packed, (uint32_t)size, 2);
		put_little(&packed, ~(uint32_t)size, 2);
		put(&packed, rows.array + at, size);
	}
	for (size_t i = 0; i < rows.num; i++) {
		a = (a + rows.array[i]) % 65521;
		b = (b + a) % 65521;
	}
	put_big32(&packed, b << 16 | a);
	put(out, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(out, "IHDR", &header);
	put_chunk(out, "IDAT", &packed);
	put_chunk(out, "IEND", &none);
	da_free(header);
	da_free(rows);
	da_free(packed);
}

/* --- GIF89a; LZW whose table is cleared before its codes grow ----------------------------------------------------- */

struct bit_writer {
	bytes_t bytes;
	uint32_t bits;
	int count;
};

static void put_bits(struct bit_writer *writer, uint32_t value, int count)
{
	for (int i = 0; i < count; i++) {
		writer->bits |= (value >> i & 1) << writer->count;
		if (++writer->count == 8) {
			put_byte(&writer->bytes, writer->bits);
			writer->bits = 0;
			writer->count = 0;
		}
	}
}

static void end_bits(struct bit_writer *writer)
{
	if (writer->count)
		put_byte(&writer->bytes, writer->bits);
	writer->bits = 0;
	writer->count = 0;
}

static void put_gif_frame(const struct sim_picture *picture, int frame, bytes_t *out)
{
	put(out, "\x21\xf9\x04\x09", 4); /* cleared afterwards; colour 0 is transparent */
	put_little(out, (uint32_t)(picture->frame_ms / 10), 2);
	put(out, "\0\0\x2c\0\0\0\0", 7);
	put_little(out, (uint32_t)picture->width, 2);
	put_little(out, (uint32_t)picture->height, 2);
	put(out, "\0\x07", 2); /* codes of eight bits: 128 colours, clear = 128, end = 129 */
	struct bit_writer writer = {0};
	int since_clear = 0;
	put_bits(&writer, 128, 8);
	for (int y = 0; y < picture->height; y++) {
		for (int x = 0; x < picture->width; x++) {
			if (++since_clear == 100) {
				put_bits(&writer, 128, 8);
				since_clear = 1;
			}
			put_bits(&writer, painted(picture, x, y, shift_of(picture, frame)), 8);
		}
	}
	put_bits(&writer, 129, 8);
	end_bits(&writer);
	for (size_t at = 0; at < writer.bytes.num; at += 255) {
		const size_t size = writer.bytes.num - at < 255 ? writer.bytes.num - at : 255;
		put_byte(out, (uint32_t)size);
		put(out, writer.bytes.array + at, size);
	}
	put_byte(out, 0);
	da_free(writer.bytes);
}

static void make_gif(const struct sim_picture *picture, bytes_t *out)
{
	put(out, "GIF89a", 6);
	put_little(out, (uint32_t)picture->width, 2);
	put_little(out, (uint32_t)picture->height, 2);
	put(out, "\xf6\0\0", 3); /* a table of 128 colours */
	for (int i = 0; i < 128; i++) {
		const uint32_t color = i == 1 ? picture->color : 0;
		put_byte(out, color >> 16);
		put_byte(out, color >> 8);
		put_byte(out, color);
	}
	if (picture->frames > 1)
		put(out, "\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", 19);
	for (int frame = 0; frame < picture->frames || !frame; frame++)
		put_gif_frame(picture, frame, out);
	put_byte(out, 0x3b);
}

/* --- WebP, RFC 9649: lossless, two colours ------------------------------------------------------------------------ */

/* A prefix code for 0 and `value`, or for 0 alone. */
static void put_code(struct bit_writer *writer, uint32_t value)
{
	put_bits(writer, 1, 1);
	put_bits(writer, value != 0, 1);
	put_bits(writer, 1, 1);
	put_bits(writer, 0, 8);
	if (value)
		put_bits(writer, value, 8);
}

static void put_webp_image(const struct sim_picture *picture, int frame, bytes_t *out)
{
	const uint32_t channels[4] = {picture->color >> 8 & 0xFF, picture->color >> 16, picture->color & 0xFF, 0xFF};
	struct bit_writer writer = {0};
	put_bits(&writer, 0x2F, 8);
	put_bits(&writer, (uint32_t)picture->width - 1, 14);
	put_bits(&writer, (uint32_t)picture->height - 1, 14);
	put_bits(&writer, 1, 1); /* has alpha */
	put_bits(&writer, 0, 3); /* version */
	put_bits(&writer, 0, 3); /* no transform, no colour cache, one group of codes */
	for (int i = 0; i < 4; i++)
		put_code(&writer, channels[i]);
	put_code(&writer, 0); /* distances: not used */
	for (int y = 0; y < picture->height; y++) {
		for (int x = 0; x < picture->width; x++) {
			const bool on = painted(picture, x, y, shift_of(picture, frame));
			for (int i = 0; i < 4; i++)
				if (channels[i])
					put_bits(&writer, on, 1);
		}
	}
	end_bits(&writer);
	put(out, "VP8L", 4);
	put_little(out, (uint32_t)writer.bytes.num, 4);
	put(out, writer.bytes.array, writer.bytes.num);
	if (writer.bytes.num & 1)
		put_byte(out, 0);
	da_free(writer.bytes);
}

static void make_webp(const struct sim_picture *picture, bytes_t *out)
{
	bytes_t body = {0}, image = {0};
	put(&body, "WEBP", 4);
	if (picture->frames < 2) {
		put_webp_image(picture, 0, &body);
	} else {
		put(&body, "VP8X\x0a\0\0\0\x12\0\0\0", 12); /* animation, alpha */
		put_little(&body, (uint32_t)picture->width - 1, 3);
		put_little(&body, (uint32_t)picture->height - 1, 3);
		put(&body, "ANIM\x06\0\0\0\0\0\0\0\0\0", 14);
		for (int frame = 0; frame < picture->frames; frame++) {
			da_resize(image, 0);
			put_webp_image(picture, frame, &image);
			put(&body, "ANMF", 4);
			put_little(&body, (uint32_t)image.num + 16, 4);
			put_little(&body, 0, 3);
			put_little(&body, 0, 3);
			put_little(&body, (uint32_t)picture->width - 1, 3);
			put_little(&body, (uint32_t)picture->height - 1, 3);
			put_little(&body, (uint32_t)picture->frame_ms, 3);
			put_byte(&body, 3); /* in place of what was there, cleared afterwards */
			put(&body, image.array, image.num);
		}
	}
	put(out, "RIFF", 4);
	put_little(out, (uint32_t)body.num, 4);
	put(out, body.array, body.num);
	da_free(body);
	da_free(image);
}

uint8_t *sim_picture_make(const struct sim_picture *picture, size_t *size)
{
	bytes_t out = {0};
	switch (picture->format) {
	case SIM_PICTURE_PNG:
		make_png(picture, &out);
		break;
	case SIM_PICTURE_GIF:
		make_gif(picture, &out);
		break;
	case SIM_PICTURE_WEBP:
		make_webp(picture, &out);
		break;
	}
	*size = out.num;
	return out.array;
}
