#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "twitch/irc_parser.h"

/* A line with the room the parser asks for, filled with what would be misread if it looked further. */
static char *padded(const char *line, size_t size)
{
	char *copy = bmalloc(size + LX_IRC_PADDING);
	memcpy(copy, line, size);
	memset(copy + size, ';', LX_IRC_PADDING);
	return copy;
}

static void append_part(struct dstr *out, const struct lx_irc_part *part)
{
	assert_int_equal(part->text[part->size], '\0');
	dstr_cat_ch(out, '<');
	dstr_ncat(out, part->text, part->size);
	dstr_cat_ch(out, '>');
}

/* All parts in one text: "@<key>=<value> :<source> COMMAND <param> <param>". */
static void check_split(const char *line, const char *expected)
{
	size_t size = strlen(line);
	char *copy = padded(line, size);
	struct lx_irc_message message;
	struct dstr out = {0};

	lx_irc_message_init(&message);
	enum lx_irc_result result = lx_irc_parse(&message, copy, size);
	if (result != LX_IRC_OK) {
		dstr_copy(&out, lx_irc_result_word(result));
	} else {
		if (message.has_tags)
			dstr_cat_ch(&out, '@');
		for (size_t i = 0; i < message.tag_count; i++) {
			append_part(&out, &message.tags[i].key);
			dstr_cat_ch(&out, '=');
			append_part(&out, &message.tags[i].value);
		}
		if (message.has_tags)
			dstr_cat_ch(&out, ' ');
		if (message.source.text) {
			dstr_cat_ch(&out, ':');
			append_part(&out, &message.source);
			dstr_cat_ch(&out, ' ');
		}
		dstr_cat(&out, message.command.text);
		for (size_t i = 0; i < message.param_count; i++) {
			dstr_cat_ch(&out, ' ');
			append_part(&out, &message.params[i]);
		}
	}
	assert_string_equal(out.array, expected);
	dstr_free(&out);
	lx_irc_message_finish(&message);
	bfree(copy);
}

/* The rules of the public msg-split vectors of ircdocs, in lines of our own. */
static void splits_parameters(void **state)
{
	check_split("PING", "PING");
	check_split("MODE one two three", "MODE <one> <two> <three>");
	check_split(":host MODE one two three", ":<host> MODE <one> <two> <three>");
	check_split("SAY one two :three four", "SAY <one> <two> <three four>");
	check_split("SAY one two :", "SAY <one> <two> <>");
	check_split("SAY one two ::three", "SAY <one> <two> <:three>");
	check_split(":host SAY one two :  three four ", ":<host> SAY <one> <two> <  three four >");
	check_split(":host SAY one :four :) ", ":<host> SAY <one> <four :) >");
	check_split(":host SAY one two :  ", ":<host> SAY <one> <two> <  >");
	check_split(":host SAY one two   three", ":<host> SAY <one> <two> <three>");
	check_split(":host  SAY   one    :two  three", ":<host> SAY <one> <two  three>");
	check_split(":host AWAY", ":<host> AWAY");
	check_split(":host AWAY ", ":<host> AWAY");
	check_split(":host MODE #room +o baduser  ", ":<host> MODE <#room> <+o> <baduser>");
	check_split(":host 432  #room :Erroneous Nickname", ":<host> 432 <#room> <Erroneous Nickname>");
	check_split(":host MODE #room :+i", ":<host> MODE <#room> <+i>");
	check_split(":host MODE #room +oo one :two", ":<host> MODE <#room> <+oo> <one> <two>");
	/* The last parameter is the same with and without a colon; a colon inside a word is part of it. */
	check_split(":host JOIN #room", ":<host> JOIN <#room>");
	check_split(":host JOIN :#room", ":<host> JOIN <#room>");
	check_split("SAY a:b c:", "SAY <a:b> <c:>");
	check_split("   SAY one", "SAY <one>");
}

static void splits_sources(void **state)
{
	/* Only a space ends a source: tabs and formatting codes belong to it. */
	check_split(":some\tbody SAY one", ":<some\tbody> SAY <one>");
	check_split(":nick!user@net\x03"
		    "5w\x03ork.admin SAY one :two three",
		    ":<nick!user@net\x03"
		    "5w\x03ork.admin> SAY <one> <two three>");
	check_split(":nick!~user@n\x02"
		    "et\x03"
		    "05w\x0f"
		    "ork SAY one",
		    ":<nick!~user@n\x02"
		    "et\x03"
		    "05w\x0f"
		    "ork> SAY <one>");
	check_split(": SAY one", ":<> SAY <one>");
}

static void splits_tags(void **state)
{
	check_split("@a=b;c=32;k;rt=ql7 SAY", "@<a>=<b><c>=<32><k>=<><rt>=<ql7> SAY");
	check_split("@c;h=;a=b :quux ab cd", "@<c>=<><h>=<><a>=<b> :<quux> ab <cd>");
	check_split("@tag1=value1;tag2;vendor1/tag3=value2;vendor2/tag4= :host SAY one :two three",
		    "@<tag1>=<value1><tag2>=<><vendor1/tag3>=<value2><vendor2/tag4>=<> :<host> SAY <one> <two three>");
	check_split("@a=1;b=2;a=3 SAY", "@<a>=<1><b>=<2><a>=<3> SAY");
	check_split("@a=b=c==;d==;=e SAY", "@<a>=<b=c==><d>=<=><>=<e> SAY");
	check_split("@ SAY", "@ SAY");
	check_split("@;;a=1;; SAY", "@<a>=<1> SAY");
	check_split("@a=1    :host   SAY", "@<a>=<1> :<host> SAY");
	check_split("@+draft/x=1;\xC3\xA9=\xC3\xA4 SAY", "@<+draft/x>=<1><\xC3\xA9>=<\xC3\xA4> SAY");
}

static void unescapes_values(void **state)
{
	check_split("@a=b\\\\and\\nk;c=72\\s45;d=gh\\:764 SAY", "@<a>=<b\\and\nk><c>=<72 45><d>=<gh;764> SAY");
	check_split("@a=\\\\\\\\\\:\\\\s\\s\\r\\n SAY", "@<a>=<\\\\;\\s \r\n> SAY");
	check_split("@a=value\\\\ntest SAY", "@<a>=<value\\ntest> SAY");
	check_split("@a=value\\1;b=\\x\\y SAY", "@<a>=<value1><b>=<xy> SAY");
	check_split("@a=value\\ SAY", "@<a>=<value> SAY");
	check_split("@a=\\;b=\\\\;c=\\ SAY", "@<a>=<><b>=<\\><c>=<> SAY");
	check_split("@k\\s=v SAY", "@<k\\s>=<v> SAY");
}

static void refuses_what_is_no_message(void **state)
{
	check_split("", "empty line");
	check_split("    ", "empty line");
	check_split("@a=b", "no command");
	check_split("@a=b   ", "no command");
	check_split("@", "no command");
	check_split(":host", "no command");
	check_split(":host  ", "no command");
	check_split(":", "no command");
	check_split("@a=b :host", "no command");
}

static void the_last_of_equal_tags_counts(void **state)
{
	char *line = padded("@tag1=1;tag2=3;tag1=5;x/tag2=8 SAY", 34);
	struct lx_irc_message message;

	lx_irc_message_init(&message);
	assert_int_equal(lx_irc_parse(&message, line, 34), LX_IRC_OK);
	assert_string_equal(lx_irc_tag_value(&message, "tag1")->text, "5");
	assert_string_equal(lx_irc_tag_value(&message, "tag2")->text, "3");
	assert_null(lx_irc_tag_value(&message, "tag3"));
	lx_irc_message_finish(&message);
	bfree(line);
}

static void keeps_nul_bytes(void **state)
{
	static const char bytes[] = "@a=1\0002 :n\0!u SAY x\0y :z\0";
	char *line = padded(bytes, sizeof(bytes) - 1);
	struct lx_irc_message message;

	lx_irc_message_init(&message);
	assert_int_equal(lx_irc_parse(&message, line, sizeof(bytes) - 1), LX_IRC_OK);
	assert_int_equal(message.tags[0].value.size, 3);
	assert_memory_equal(message.tags[0].value.text, "1\0002", 3);
	assert_int_equal(lx_irc_nick_size(&message), 2);
	assert_int_equal(message.params[0].size, 3);
	assert_int_equal(message.params[1].size, 2);
	assert_memory_equal(message.params[1].text, "z\0", 3);
	assert_false(message.plain);
	lx_irc_message_finish(&message);
	bfree(line);
}

static bool is_plain(const char *line)
{
	char *copy = padded(line, strlen(line));
	struct lx_irc_message message;

	lx_irc_message_init(&message);
	assert_int_equal(lx_irc_parse(&message, copy, strlen(line)), LX_IRC_OK);
	bool plain = message.plain;
	lx_irc_message_finish(&message);
	bfree(copy);
	return plain;
}

static void tells_plain_lines(void **state)
{
	assert_true(is_plain("@a=\\s\\: :host SAY #room :~ !"));
	assert_false(is_plain("@a=\\n :host SAY #room :text"));
	assert_false(is_plain("SAY #room :\001ACTION waves\001"));
	assert_false(is_plain("SAY #room :\x7f"));
	assert_false(
		is_plain("SAY #room :0123456789012345678901234567890123456789012345678901234567890123456789 \xC3\xA4"));
}

/* Every length around the blocks of the scanner, with marks at every place. */
static void splits_at_every_offset(void **state)
{
	struct lx_irc_message message;
	lx_irc_message_init(&message);

	for (size_t key = 1; key < 140; key++) {
		for (size_t value = 0; value < 70; value += 3) {
			struct dstr line = {0};
			dstr_cat_ch(&line, '@');
			for (size_t i = 0; i < key; i++)
				dstr_cat_ch(&line, 'k');
			dstr_cat_ch(&line, '=');
			for (size_t i = 0; i < value; i++)
				dstr_cat(&line, "\\s");
			dstr_cat(&line, ";x SAY");
			char *copy = padded(line.array, line.len);
			assert_int_equal(lx_irc_parse(&message, copy, line.len), LX_IRC_OK);
			assert_int_equal(message.tag_count, 2);
			assert_int_equal(message.tags[0].key.size, key);
			assert_int_equal(message.tags[0].value.size, value);
			assert_int_equal(strspn(message.tags[0].value.text, " "), value);
			assert_string_equal(message.tags[1].key.text, "x");
			assert_string_equal(message.command.text, "SAY");
			bfree(copy);
			dstr_free(&line);
		}
	}
	lx_irc_message_finish(&message);
}

/* Thousands of parts: the arrays grow, and a message can be used again for a shorter line. */
static void takes_many_parts(void **state)
{
	struct dstr line = {0};
	struct lx_irc_message message;

	dstr_cat_ch(&line, '@');
	for (int i = 0; i < 5000; i++)
		dstr_catf(&line, "t%d=%d;", i, i);
	dstr_cat(&line, " SAY");
	for (int i = 0; i < 3000; i++)
		dstr_catf(&line, " p%d", i);

	char *copy = padded(line.array, line.len);
	lx_irc_message_init(&message);
	assert_int_equal(lx_irc_parse(&message, copy, line.len), LX_IRC_OK);
	assert_int_equal(message.tag_count, 5000);
	assert_string_equal(message.tags[4999].key.text, "t4999");
	assert_string_equal(message.tags[4999].value.text, "4999");
	assert_int_equal(message.param_count, 3000);
	assert_string_equal(lx_irc_param(&message, 2999), "p2999");
	assert_string_equal(lx_irc_param(&message, 3000), "");

	long allocations = bnum_allocs();
	memcpy(copy, "SAY one", 7);
	assert_int_equal(lx_irc_parse(&message, copy, 7), LX_IRC_OK);
	assert_int_equal(message.tag_count, 0);
	assert_int_equal(message.param_count, 1);
	assert_int_equal(bnum_allocs(), allocations);

	lx_irc_message_finish(&message);
	bfree(copy);
	dstr_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(splits_parameters),
		lx_unit_test(splits_sources),
		lx_unit_test(splits_tags),
		lx_unit_test(unescapes_values),
		lx_unit_test(refuses_what_is_no_message),
		lx_unit_test(the_last_of_equal_tags_counts),
		lx_unit_test(keeps_nul_bytes),
		lx_unit_test(tells_plain_lines),
		lx_unit_test(splits_at_every_offset),
		lx_unit_test(takes_many_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
