/*
 * Lists of emotes as BTTV, FFZ and 7TV send them, and of badges and cheermotes as Helix does, read into an lx_emote_list.
 *
 * Tolerant: what is missing, of another type or not proper is left out, one entry at a time; the rest counts. The
 * services describe their answers nowhere fully; shapes are those their own extensions read:
 * BTTV  /cached/emotes/global: [emote]; /cached/users/twitch/<id>: {channelEmotes: [emote], sharedEmotes: [emote]}
 * FFZ   /set/global: {default_sets: [n], sets: {n: {emoticons: [emote]}}}; /room/id/<id>: {room: {set: n}, sets: {…}}
 * 7TV   /emote-sets/global: {emotes: [emote]}; /users/twitch/<id>: {emote_set: {emotes: [emote]}}
 *
 * Threads: no shared state.
 */
#pragma once

#include <cjson/cJSON.h>

#include "chat/emotes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of one of the six sources with emotes. NULL when `json` is no list of this kind at all. The caller owns the list. */
struct lx_emote_list *lx_emote_list_read(enum lx_emote_source source, const char *json, size_t size);

/* Of an answer of 7TV about a channel: the id of its set and of its user, as 7TV calls them; "" where it tells none. */
void lx_emote_list_read_7tv_ids(const char *json, size_t size, char set_id[LX_EMOTE_ID_SIZE],
				char user_id[LX_EMOTE_ID_SIZE]);
/* The channel's 7TV emotes in `set` with what an "emote_set.update" of the EventAPI says of them done. The caller owns the list. */
struct lx_emote_list *lx_emote_list_change_7tv(const struct lx_emote_set *set, const cJSON *body);

/* The "data" of an answer of Helix. Addresses that do not lie where Twitch keeps these pictures are left out. */
struct lx_emote_list *lx_emote_list_read_badges(const cJSON *data, const char *pictures_base);
struct lx_emote_list *lx_emote_list_read_own(const cJSON *data);
struct lx_emote_list *lx_emote_list_read_cheermotes(const cJSON *data, const char *pictures_base);

#ifdef __cplusplus
}
#endif
