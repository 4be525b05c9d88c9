/* Commands about lines of IRC. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#include "cli/json_text.h"
#include "net/lines.h"
#include "platform/stdio.h"
#include "twitch/irc_parser.h"
#include "twitch/irc_text.h"

#define READ_SIZE (256 * 1024)
#define MAX_LINE (64 * 1024 * 1024)
/* Up to here, looking for a later tag of the same key among all others is the quickest way. */
#define FEW_TAGS 48

_Static_assert(LX_LINE_PADDING >= LX_IRC_PADDING, "the parser reads blocks behind a line");

struct output {
	struct lx_json_text json;
	struct lx_irc_message message;
	struct lx_irc_emotes emotes;
	DARRAY(struct lx_irc_tag) sorted;
};

static bool same_key(const struct lx_irc_tag *a, const struct lx_irc_tag *b)
{
	return a->key.size == b->key.size && memcmp(a->key.text, b->key.text, a->key.size) == 0;
}

/* By key, then by place in the line: the values stand behind one another in it. */
static int by_key(const void *left, const void *right)
{
	const struct lx_irc_tag *a = left, *b = right;
	if (a->key.size != b->key.size)
		return a->key.size < b->key.size ? -1 : 1;
	int order = memcmp(a->key.text, b->key.text, a->key.size);
	return order ? order : a->key.text < b->key.text ? -1 : a->key.text > b->key.text;
}

static void write_tag(struct output *out, const struct lx_irc_tag *tag)
{
	if (out->json.bytes[out->json.size - 1] != '{')
		lx_json_text_literal(&out->json, ",");
	lx_json_text_string(&out->json, tag->key.text, tag->key.size);
	lx_json_text_literal(&out->json, ":");
	lx_json_text_string(&out->json, tag->value.text, tag->value.size);
}

static bool comes_again(const struct lx_irc_tag *tags, size_t index, size_t stop)
{
	for (size_t later = index + 1; later < stop; later++) {
		if (same_key(&tags[index], &tags[later]))
			return true;
	}
	return false;
}

/* Each key once, with its last value. */
static void write_tags(struct output *out)
{
	const struct lx_irc_tag *tags = out->message.tags;
	size_t count = out->message.tag_count;

	if (!out->message.has_tags) {
		lx_json_text_literal(&out->json, "null");
		return;
	}

	lx_json_text_literal(&out->json, "{");
	/* Sorted, those of the same key stand side by side: linear but for the sorting, however many there are. */
	bool few = count <= FEW_TAGS;
	if (!few) {
		da_copy_array(out->sorted, tags, count);
		tags = out->sorted.array;
		qsort(out->sorted.array, count, sizeof(*out->sorted.array), by_key);
	}
	for (size_t i = 0; i < count; i++) {
		size_t stop = few || i + 2 > count ? count : i + 2;
		if (!comes_again(tags, i, stop))
			write_tag(out, &tags[i]);
	}
	lx_json_text_literal(&out->json, "}");
}

static void write_emotes(struct output *out)
{
	const struct lx_irc_part *value = lx_irc_tag_value(&out->message, "emotes");
	const char *text = "";
	size_t size = 0;

	if (!value)
		return;
	/* The first parameter is the target; a notice without a message has no other. */
	if (out->message.param_count > 1) {
		const struct lx_irc_part *last = &out->message.params[out->message.param_count - 1];
		text = last->text;
		size = last->size;
		lx_irc_text_unwrap_action(&text, &size);
	}

	lx_irc_emotes_read(&out->emotes, value->text, value->size, text, size);
	lx_json_text_literal(&out->json, ",\"emotes\":[");
	for (size_t i = 0; i < out->emotes.count; i++) {
		const struct lx_emote *emote = &out->emotes.array[i];
		if (i)
			lx_json_text_literal(&out->json, ",");
		lx_json_text_literal(&out->json, "{\"id\":");
		lx_json_text_string(&out->json, emote->id, strlen(emote->id));
		lx_json_text_literal(&out->json, ",\"first\":");
		lx_json_text_number(&out->json, emote->first);
		lx_json_text_literal(&out->json, ",\"last\":");
		lx_json_text_number(&out->json, emote->last);
		lx_json_text_literal(&out->json, ",\"text\":");
		lx_json_text_string(&out->json, text + emote->byte_begin, emote->byte_end - emote->byte_begin);
		lx_json_text_literal(&out->json, "}");
	}
	lx_json_text_literal(&out->json, "]");
}

static void write_error(struct output *out, const char *word)
{
	lx_json_text_literal(&out->json, "{\"error\":");
	lx_json_text_string(&out->json, word, strlen(word));
	lx_json_text_literal(&out->json, "}\n");
}

static void write_message(struct output *out)
{
	const struct lx_irc_message *message = &out->message;

	lx_json_text_literal(&out->json, "{\"tags\":");
	write_tags(out);
	lx_json_text_literal(&out->json, ",\"source\":");
	if (message->source.text)
		lx_json_text_string(&out->json, message->source.text, message->source.size);
	else
		lx_json_text_literal(&out->json, "null");
	lx_json_text_literal(&out->json, ",\"command\":");
	lx_json_text_string(&out->json, message->command.text, message->command.size);
	lx_json_text_literal(&out->json, ",\"params\":[");
	for (size_t i = 0; i < message->param_count; i++) {
		if (i)
			lx_json_text_literal(&out->json, ",");
		lx_json_text_string(&out->json, message->params[i].text, message->params[i].size);
	}
	lx_json_text_literal(&out->json, "]");
	write_emotes(out);
	lx_json_text_literal(&out->json, "}\n");
}

static void write_line(struct output *out, enum lx_line state, char *line, size_t size)
{
	if (state == LX_LINE_TOO_LONG) {
		write_error(out, "line too long");
		return;
	}
	enum lx_irc_result result = lx_irc_parse(&out->message, line, size);
	if (result == LX_IRC_OK)
		write_message(out);
	else
		write_error(out, lx_irc_result_word(result));
}

static bool flush(struct output *out)
{
	/* Without anything to write there are no bytes either, which fwrite() may not be handed. */
	bool written = !out->json.size || fwrite(out->json.bytes, 1, out->json.size, stdout) == out->json.size;
	written = fflush(stdout) == 0 && written;
	out->json.size = 0;
	return written;
}

/* Raw lines on standard input, one JSON object for each on standard output; as they come, so that it can follow a pipe. */
int lx_cli_irc_parse(const struct lx_cli *cli, int argc, char **argv)
{
	struct lx_lines *lines = lx_lines_create(MAX_LINE);
	struct output out = {0};
	char *bytes = bmalloc(READ_SIZE);
	bool written = true;
	enum lx_line state;
	size_t got, size = 0;
	char *line = NULL;

	lx_stdio_set_binary();
	lx_irc_message_init(&out.message);
	while (written && (got = lx_stdio_read(bytes, READ_SIZE)) > 0) {
		lx_lines_add(lines, bytes, got);
		while ((state = lx_lines_next(lines, &line, &size)) != LX_LINE_NONE)
			write_line(&out, state, line, size);
		written = flush(&out);
	}
	if (written && (state = lx_lines_rest(lines, &line, &size)) != LX_LINE_NONE) {
		write_line(&out, state, line, size);
		written = flush(&out);
	}

	bfree(bytes);
	da_free(out.sorted);
	lx_irc_emotes_finish(&out.emotes);
	lx_irc_message_finish(&out.message);
	lx_json_text_finish(&out.json);
	lx_lines_destroy(lines);
	return written ? 0 : 1;
}
