/*
 * Text from chat: hostile bytes made safe, and the emotes in it.
 *
 * Safe means: valid UTF-8, no NUL, no control characters. What is wrong is replaced one for one, never dropped, so that
 * positions counted in code points stay true: a broken sequence (each maximal part of one, as Unicode 3.9 recommends and
 * everybody does) and a control character by U+FFFD; tab, CR, LF and the Unicode line separators by a space.
 *
 * Threads: any; plain functions, and lists that belong to one thread at a time.
 */
#pragma once

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads one code point of bytes[0, size), size > 0. Returns the bytes it takes; U+FFFD stands for a broken sequence. */
size_t lx_irc_text_next(const char *bytes, size_t size, uint32_t *code_point);

/* Whether the bytes are safe as they are. `ascii` tells whether all of them are below 0x80. */
bool lx_irc_text_is_safe(const char *bytes, size_t size, bool *ascii);

/* Writes the safe form and a NUL to `out`, which has room for 3 * size + 1 bytes. Returns its size without the NUL. */
size_t lx_irc_text_make_safe(char *out, const char *bytes, size_t size);

/* The text inside the wrapping of /me (0x01 "ACTION " text 0x01, the last 0x01 may be missing). False and unchanged for other texts. */
bool lx_irc_text_unwrap_action(const char **text, size_t *size);

/* Emotes of one text. Zero-initialise; the memory grows to the longest value seen and is reused. */
struct lx_irc_emotes {
	struct lx_emote *array;
	size_t count, capacity;
	char *ids;
	size_t ids_capacity;
	uint32_t *marks; /* where every 32nd code point of the text begins */
	size_t marks_capacity;
};
void lx_irc_emotes_finish(struct lx_irc_emotes *emotes);

/*
 * Reads "25:0-4,12-16/1902:6-10" (value of the tag) for `text`, in the order of the wire. Ranges that reach beyond the
 * text are clamped; those that lie behind it, run backwards or are no numbers are left out, as are ids that could not be
 * part of an address (Twitch's are letters, digits, '_' and '-'). Linear in both sizes.
 */
void lx_irc_emotes_read(struct lx_irc_emotes *emotes, const char *value, size_t value_size, const char *text,
			size_t text_size);

/* Sorts by position and drops what overlaps an earlier one, so that a text can be cut along them from left to right. */
void lx_irc_emotes_tidy(struct lx_irc_emotes *emotes);

#ifdef __cplusplus
}
#endif
