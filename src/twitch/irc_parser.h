/*
 * IRC parser: splits one line into the parts of IRCv3 message tags and RFC 1459. It knows nothing of Twitch.
 *
 * The line is changed in place: separators become terminators and escapes of tag values are resolved where they stand,
 * so every part is a NUL-terminated string inside the caller's buffer and nothing is allocated for a line. A part may
 * hold any byte but the separators, NUL too; `size` tells its true length.
 *
 * Threads: a message belongs to one thread at a time.
 * Ownership: parts borrow the line; the two arrays belong to the message, grow to the longest line seen and are reused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The scanner reads blocks: this many bytes behind a line must be readable, the first of them writable. */
#define LX_IRC_PADDING 64

struct lx_irc_part {
	char *text; /* NULL: the line has no such part */
	size_t size;
};

struct lx_irc_tag {
	struct lx_irc_part key;
	struct lx_irc_part value; /* unescaped; "" where none was given */
};

struct lx_irc_message {
	size_t size;   /* bytes of the line */
	bool has_tags; /* the line began with '@', even if no tag followed */
	bool plain;    /* printable ASCII throughout, after unescaping as well */
	struct lx_irc_part source;
	struct lx_irc_part command; /* never empty */
	struct lx_irc_tag *tags;    /* as on the wire; of those with the same key the last one counts */
	size_t tag_count;
	struct lx_irc_part *params; /* the trailing one last, without its colon */
	size_t param_count;
	size_t tag_capacity, param_capacity;
};

enum lx_irc_result {
	LX_IRC_OK,
	LX_IRC_EMPTY,      /* nothing but spaces */
	LX_IRC_NO_COMMAND, /* tags or a source, and nothing behind them */
};

void lx_irc_message_init(struct lx_irc_message *message);
/* Frees the arrays. */
void lx_irc_message_finish(struct lx_irc_message *message);

/* Splits line[0, size), which ends before its CR or LF. Time is linear in `size`. The parts are valid with LX_IRC_OK only. */
enum lx_irc_result lx_irc_parse(struct lx_irc_message *message, char *line, size_t size);

/* Words for programs: "empty line", "no command"; "" for LX_IRC_OK. */
const char *lx_irc_result_word(enum lx_irc_result result);

/* Value of the last tag with that key, NULL when there is none. */
const struct lx_irc_part *lx_irc_tag_value(const struct lx_irc_message *message, const char *key);

/* Text of a parameter, "" beyond the last. */
const char *lx_irc_param(const struct lx_irc_message *message, size_t index);

/* The part of the source before '!' ends at the returned length: the sender's login, or a server's name. */
size_t lx_irc_nick_size(const struct lx_irc_message *message);

#ifdef __cplusplus
}
#endif
