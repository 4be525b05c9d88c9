/*
 * IRC events: what a line of Twitch's chat server means, as the typed struct that everything else works with.
 *
 * Every string of an event is safe to show (see irc_text.h) whatever the line held. Missing tags, tags of the wrong type
 * and unknown kinds give an event with less in it, never an error.
 *
 * Threads: a decoder belongs to one thread at a time.
 * Ownership: events borrow the message, its line and the decoder; they are valid until either is used again. Nothing is
 * allocated for a line once the decoder has seen the longest one.
 */
#pragma once

#include "bus/event.h"
#include "twitch/irc_parser.h"
#include "twitch/irc_text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_irc_command {
	LX_IRC_OTHER,
	LX_IRC_PRIVMSG,
	LX_IRC_USERNOTICE,
	LX_IRC_CLEARCHAT,
	LX_IRC_CLEARMSG,
	LX_IRC_ROOMSTATE,
	LX_IRC_GLOBALUSERSTATE,
	LX_IRC_USERSTATE,
	LX_IRC_NOTICE,
	LX_IRC_WHISPER,
	LX_IRC_JOIN,
	LX_IRC_PART,
	LX_IRC_RECONNECT,
	LX_IRC_PING,
	LX_IRC_PONG,
	LX_IRC_CAP,
	LX_IRC_NUMERIC,
};

/* `numeric` gets 0 … 999 with LX_IRC_NUMERIC, else 0; may be NULL. */
enum lx_irc_command lx_irc_command(const struct lx_irc_message *message, unsigned *numeric);

struct lx_irc_decoder;

struct lx_irc_decoder *lx_irc_decoder_create(void);
void lx_irc_decoder_destroy(struct lx_irc_decoder *decoder); /* NULL is accepted */

/*
 * Fills `event` from a line. False where the line is no event of the bus: PING, PONG, RECONNECT, CAP, numerics, unknown
 * commands. `now_ms` (Unix) is used where Twitch sent no time.
 *
 * GLOBALUSERSTATE is LX_EVENT_USER_STATE without a channel. Emotes are in order of position and do not overlap.
 */
bool lx_irc_decode(struct lx_irc_decoder *decoder, const struct lx_irc_message *message, int64_t now_ms,
		   struct lx_event *event);

/* What a badge says of its wearer, bits of enum lx_role; `size` bytes of its set's name ("broadcaster"). IRC and the web API have the
 * same sets. */
uint32_t lx_irc_badge_role(const char *set, size_t size);

#ifdef __cplusplus
}
#endif
