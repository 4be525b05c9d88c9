/*
 * Extra: what a message's tags hold beyond the columns of its row, in as few bytes as possible.
 *
 * A sequence of fields, each a byte that says which one, its length and its bytes. Numbers are variable-length integers; ids
 * that are UUIDs take 16 bytes; emotes are numbers of a table. Unknown fields are passed over, so older programs read newer rows.
 *
 * Threads: any; plain functions.
 */
#pragma once

#include "bus/event.h"

#include <util/darray.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef DARRAY(uint8_t) lx_bytes_t;

/* Number of an emote's id in the table of emotes; below 0 ends the encoding with failure. */
typedef int64_t (*lx_extra_emote_number)(const char *id, void *data);
/* The id behind a number, "" where there is none; valid until the decoded message is no longer used. */
typedef const char *(*lx_extra_emote_id)(int64_t number, void *data);

/* Appends to `out`; nothing at all for a message with nothing beyond its columns. */
bool lx_extra_encode(const struct lx_chat *chat, lx_extra_emote_number emote, void *data, lx_bytes_t *out);

/* Where a decoded message's strings and emotes live; reused from message to message. Zero-initialise. */
struct lx_extra_arena {
	char *text;
	size_t text_capacity;
	struct lx_emote *emotes;
	size_t emote_capacity;
};
void lx_extra_arena_free(struct lx_extra_arena *arena);

/* Adds what the bytes hold to `chat`, whose text is set. Broken bytes give less, never an error. */
void lx_extra_decode(const uint8_t *bytes, size_t size, lx_extra_emote_id emote, void *data,
		     struct lx_extra_arena *arena, struct lx_chat *chat);

/* "xxxxxxxx-xxxx-…" in lower case to 16 bytes and back (37 characters with the NUL). */
bool lx_uuid_pack(const char *text, uint8_t out[16]);
void lx_uuid_unpack(const uint8_t bytes[16], char out[37]);

#ifdef __cplusplus
}
#endif
