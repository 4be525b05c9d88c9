/* What the first bytes of a picture's file say. */
#include "support.h"

#include <string.h>

#include <util/bmem.h>

#include "net/picture_format.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t size;
	enum lx_picture_format format;
	uint32_t width, height;
	bool fits;
} rows[] = {
	{BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x1c\0\0\0\x20"), LX_PICTURE_PNG, 28, 32, true},
	{BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20"), LX_PICTURE_PNG, 20000, 20000, false},
	{BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\0\1"), LX_PICTURE_PNG, 0xFFFFFFFF, 1, false},
	{BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x20"), LX_PICTURE_PNG, 0, 32, false},
	{BYTES("GIF89a\x70\0\x1c\0"), LX_PICTURE_GIF, 112, 28, true},
	{BYTES("GIF87a\x01\x04\x1c\0"), LX_PICTURE_GIF, 1025, 28, false},
	{BYTES("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x12\0\0\0\x5f\0\0\x1f\0\0"), LX_PICTURE_WEBP, 96, 32, true},
	{BYTES("RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\x30\1\0\x9d\1\x2a\x1c\xc0\x20\x40"), LX_PICTURE_WEBP, 28, 32, true},
	{BYTES("RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x1b\xc0\x07\0\0\0\0\0\0"), LX_PICTURE_WEBP, 28, 32, true},
	{BYTES("\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\0\x20\0\x1c\3"), LX_PICTURE_JPEG, 28, 32, true},
};

static void sizes_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lx_picture_info info;
		assert_true(lx_picture_probe(rows[i].bytes, rows[i].size, &info));
		assert_int_equal(info.format, rows[i].format);
		assert_int_equal(info.width, rows[i].width);
		assert_int_equal(info.height, rows[i].height);
		assert_int_equal(lx_picture_size_fits(&info), rows[i].fits);
	}
}

/* Copies of just that size, so that a read behind them is noticed by the sanitizer. */
static void cut_files_are_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t size = 0; size < rows[i].size; size++) {
			char *part = bmemdup(rows[i].bytes, size ? size : 1);
			struct lx_picture_info info;
			if (lx_picture_probe(part, size, &info))
				assert_int_equal(rows[i].format, LX_PICTURE_JPEG); /* its header ends earlier */
			else
				assert_int_equal(info.width, 0);
			bfree(part);
		}
	}
}

static void other_files_are_none(void **state)
{
	(void)state;
	static const char *const texts[] = {"<html><body>not found", "<svg xmlns='http://www.w3.org/2000/svg'/>",
					    "BM and what follows in a bitmap of Windows", "MZ\x90 a program of Windows",
					    "\x7f"
					    "ELF a program of others, long enough to be read"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct lx_picture_info info;
		assert_false(lx_picture_probe(texts[i], strlen(texts[i]), &info));
		assert_false(lx_picture_size_fits(&info));
		assert_string_equal(lx_picture_format_name(info.format), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(sizes_are_read),
		lx_unit_test(cut_files_are_none),
		lx_unit_test(other_files_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
