#include "support.h"

#include <string.h>

#include "twitch/irc_text.h"

static void reads_every_code_point_and_no_other(void **state)
{
	char bytes[4];
	uint32_t back;

	for (uint32_t code_point = 0x80; code_point <= 0x10FFFF; code_point++) {
		size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
		static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
		uint32_t rest = code_point;
		for (size_t i = size; i-- > 1; rest >>= 6)
			bytes[i] = (char)(0x80 | (rest & 0x3F));
		bytes[0] = (char)(leads[size] | rest);
		bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
		size_t taken = lx_irc_text_next(bytes, size, &back);
		if (taken != (surrogate ? 1 : size) || back != (surrogate ? 0xFFFD : code_point))
			fail_msg("U+%04X", (unsigned)code_point);
	}
}

static void stops_at_the_end(void **state)
{
	uint32_t code_point;
	for (size_t size = 1; size < 4; size++) {
		assert_int_equal(lx_irc_text_next("\xF0\x9F\x98\x82", size, &code_point), size);
		assert_int_equal(code_point, 0xFFFD);
	}
}

static void unwraps_actions(void **state)
{
	static const struct {
		const char *text, *inside;
	} cases[] = {
		{"\001ACTION waves\001", "waves"},
		{"\001ACTION waves", "waves"},
		{"\001ACTION \001", ""},
		{"\001ACTION", NULL},
		{"ACTION waves", NULL},
		{"", NULL},
		{"\001action waves\001", NULL},
		{"\001ACTION a\001b\001", "a\001b"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *text = cases[i].text;
		size_t size = strlen(text);
		bool action = lx_irc_text_unwrap_action(&text, &size);
		const char *expected = cases[i].inside ? cases[i].inside : cases[i].text;
		assert_int_equal(action, cases[i].inside != NULL);
		assert_int_equal(size, strlen(expected));
		assert_memory_equal(text, expected, size);
	}
}

static void emotes_come_in_the_order_of_the_wire(void **state)
{
	struct lx_irc_emotes emotes = {0};
	const char *value = "b:4-5,0-1/a:2-9", *text = "012345";

	lx_irc_emotes_read(&emotes, value, strlen(value), text, strlen(text));
	assert_int_equal(emotes.count, 3);
	assert_string_equal(emotes.array[0].id, "b");
	assert_int_equal(emotes.array[0].first, 4);
	assert_int_equal(emotes.array[1].first, 0);
	assert_string_equal(emotes.array[2].id, "a");
	assert_int_equal(emotes.array[2].last, 5);
	/* The value is left whole. */
	assert_string_equal(value, "b:4-5,0-1/a:2-9");

	lx_irc_emotes_tidy(&emotes);
	assert_int_equal(emotes.count, 2);
	assert_int_equal(emotes.array[0].first, 0);
	assert_int_equal(emotes.array[1].first, 2);
	lx_irc_emotes_finish(&emotes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(reads_every_code_point_and_no_other),
		lx_unit_test(stops_at_the_end),
		lx_unit_test(unwraps_actions),
		lx_unit_test(emotes_come_in_the_order_of_the_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
