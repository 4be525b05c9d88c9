/*
 * The pictures a channel's chat knows by name: emotes of BTTV, FFZ and 7TV, cheermotes, badges; and where each picture lies.
 *
 * Lists come from several places at different times. Each one is put into its slot; all together make a set: an
 * immutable snapshot in which a word is looked up by hash. Whoever looks up many words takes the set once.
 *
 * Emotes are asked by name in this order: of the channel before those of everywhere, FFZ before BTTV before 7TV.
 *
 * Threads: any. Ownership: lists belong to whoever made them until lx_emotes_put() takes them; a set lives until each of its
 * users has released it, its strings with it.
 *
 * Names, ids and addresses are other people's: ids are letters, digits, '_' and '-' only, addresses are always made of the
 * configured base and such ids or a checked path. What does not fit is not taken into a list.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_emotes;
struct lx_emote_list;
struct lx_emote_set;
struct dstr;

enum lx_emote_provider {
	LX_EMOTES_TWITCH,
	LX_EMOTES_BTTV,
	LX_EMOTES_FFZ,
	LX_EMOTES_7TV,
	LX_EMOTES_PROVIDER_COUNT,
};

/* Where a list comes from. Of two emotes with one name the one of the earlier slot counts. */
enum lx_emote_source {
	LX_EMOTES_FFZ_CHANNEL,
	LX_EMOTES_BTTV_CHANNEL,
	LX_EMOTES_7TV_CHANNEL,
	LX_EMOTES_FFZ_GLOBAL,
	LX_EMOTES_BTTV_GLOBAL,
	LX_EMOTES_7TV_GLOBAL,
	LX_EMOTES_CHANNEL_BADGES,
	LX_EMOTES_GLOBAL_BADGES,
	LX_EMOTES_CHEERMOTES,
	LX_EMOTES_OWN, /* Twitch's that the account may write; not looked up in chat, where Twitch says what is one */
	LX_EMOTES_SOURCE_COUNT,
};

enum lx_emote_provider lx_emote_source_provider(enum lx_emote_source source);
bool lx_emote_source_of_channel(enum lx_emote_source source);        /* changes with the channel */
const char *lx_emote_provider_name(enum lx_emote_provider provider); /* "BTTV": a name, the same in all languages */

/* In which forms a picture exists at its provider. */
enum lx_emote_form {
	LX_EMOTE_ANIMATED = 1 << 0,
	LX_EMOTE_ZERO_WIDTH = 1 << 1, /* laid over the emote before it */
	LX_EMOTE_GIF = 1 << 2,        /* 7TV: also as GIF or PNG, for those who cannot read WebP */
	LX_EMOTE_2X = 1 << 3,         /* FFZ: not every size exists */
	LX_EMOTE_4X = 1 << 4,
};

struct lx_named_emote {
	const char *name, *id;
	enum lx_emote_provider provider;
	bool of_channel;
	uint32_t forms;         /* bits of enum lx_emote_form */
	uint16_t width, height; /* pixels at the smallest scale, 0 = not told */
};

struct lx_badge_picture {
	const char *set, *version, *title; /* title in Twitch's words */
	const char *paths[3];              /* below the base of Twitch's pictures, at scales 1, 2, 4; "" = none */
};

#define LX_CHEER_SCALES 3 /* 1, 2, 4 */

struct lx_cheer_tier {
	const char *prefix;
	uint32_t min_bits;
	uint32_t color;                           /* 0xRRGGBB */
	const char *paths[2][2][LX_CHEER_SCALES]; /* [dark][animated][scale], below the base of cheermotes; "" = none */
};

/* --- lists ------------------------------------------------------------------------------------------------------- */

#define LX_EMOTES_MAX 5000 /* of each kind in one list; more are left out */

struct lx_emote_list *lx_emote_list_create(void);
void lx_emote_list_destroy(struct lx_emote_list *list); /* NULL is accepted */

/* Copied. False when the name or the id is no proper one, or the list is full. */
bool lx_emote_list_add(struct lx_emote_list *list, const struct lx_named_emote *emote);
bool lx_emote_list_add_badge(struct lx_emote_list *list, const struct lx_badge_picture *badge);
bool lx_emote_list_add_cheer(struct lx_emote_list *list, const struct lx_cheer_tier *tier);
size_t lx_emote_list_size(const struct lx_emote_list *list); /* of all kinds together */

/* "[A-Za-z0-9_-]+", at most 64 of them. */
#define LX_EMOTE_ID_SIZE 65
bool lx_emote_id_valid(const char *id);

/* --- all lists together ------------------------------------------------------------------------------------------ */

struct lx_emotes_config {
	const char *twitch_pictures;  /* "https://static-cdn.jtvnw.net" */
	const char *cheer_pictures;   /* "https://d3aqoihi2n8ty8.cloudfront.net" */
	const char *bttv_pictures;    /* "https://cdn.betterttv.net" */
	const char *ffz_pictures;     /* "https://cdn.frankerfacez.com" */
	const char *seventv_pictures; /* "https://cdn.7tv.app" */
};

/* Addresses are copied; NULL or "" = no pictures of that kind. */
struct lx_emotes *lx_emotes_create(const struct lx_emotes_config *config);
void lx_emotes_destroy(struct lx_emotes *emotes); /* sets that are still held live on; NULL is accepted */

/* Takes the list over; NULL empties the slot. */
void lx_emotes_put(struct lx_emotes *emotes, enum lx_emote_source source, struct lx_emote_list *list);

/* `changed` is called after each change, on the thread that made it; it must be short and may not call back in here but for
 * lx_emotes_acquire(). Once this has returned, an earlier one is called no more. One at a time; NULL = none. */
void lx_emotes_watch(struct lx_emotes *emotes, void (*changed)(void *data), void *data);

/* Never NULL. */
const struct lx_emote_set *lx_emotes_acquire(struct lx_emotes *emotes);
void lx_emote_set_release(const struct lx_emote_set *set); /* NULL is accepted */

/* --- looking up -------------------------------------------------------------------------------------------------- */

/* Names are compared byte by byte. NULL when no emote is called that. */
const struct lx_named_emote *lx_emote_set_find(const struct lx_emote_set *set, const char *word, size_t length);

/* "Cheer100": the tier for that many bits, which are written to `bits`. NULL when the word is no cheer. */
const struct lx_cheer_tier *lx_emote_set_find_cheer(const struct lx_emote_set *set, const char *word, size_t length,
						    uint32_t *bits);

/* The channel's own picture first. NULL when there is none. */
const struct lx_badge_picture *lx_emote_set_find_badge(const struct lx_emote_set *set, const char *badge,
						       const char *version);

/* All emotes that can be looked up, in no order; for completion. */
size_t lx_emote_set_size(const struct lx_emote_set *set);
const struct lx_named_emote *lx_emote_set_at(const struct lx_emote_set *set, size_t index);
/* Those of Twitch that the account may write besides. */
size_t lx_emote_set_own_size(const struct lx_emote_set *set);
const struct lx_named_emote *lx_emote_set_own_at(const struct lx_emote_set *set, size_t index);

/* --- addresses of pictures --------------------------------------------------------------------------------------- */

struct lx_picture_wish {
	int scale;     /* 1 … 4: how many pixels for one of the smallest size; the nearest larger one that exists */
	bool animated; /* moving pictures are wanted */
	bool dark;     /* for a dark background */
	bool webp;     /* WebP can be read */
};

/* Each replaces the content of `url` and returns false, with `url` empty, when there is no such picture. */
bool lx_emotes_twitch_url(const struct lx_emotes *emotes, const char *id, const struct lx_picture_wish *wish,
			  struct dstr *url);
bool lx_emotes_named_url(const struct lx_emotes *emotes, const struct lx_named_emote *emote,
			 const struct lx_picture_wish *wish, struct dstr *url);
bool lx_emotes_cheer_url(const struct lx_emotes *emotes, const struct lx_cheer_tier *tier,
			 const struct lx_picture_wish *wish, struct dstr *url);
bool lx_emotes_badge_url(const struct lx_emotes *emotes, const struct lx_badge_picture *badge,
			 const struct lx_picture_wish *wish, struct dstr *url);
/* Of a user's own picture, as Helix tells it (profile_image_url): only from Twitch's host for pictures. */
bool lx_emotes_user_url(const struct lx_emotes *emotes, const char *address, struct dstr *url);

#ifdef __cplusplus
}
#endif
