/*
 * Fetches the lists of emotes, badges and cheermotes of the channel that is read and puts them into lx_emotes: when the channel
 * changes, when somebody signs in, when a provider is switched on, and every half hour; changes of 7TV's as it tells of them. A
 * service that does not answer is asked again after growing pauses; what was known before stays.
 *
 * Threads: lx_emote_loader_create() and _destroy() on the loop's thread or while it does not run; the rest from any thread. The
 * work is done on the loop's thread, which reading a long list may hold for some ten milliseconds: give it one of its own.
 * Ownership: strings of the configuration are copied, the rest is borrowed and outlives the loader.
 */
#pragma once

#include "chat/emotes.h"
#include "net/http.h"
#include "platform/random.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_emote_loader;

struct lx_emote_loader_config {
	struct lx_loop *loop;
	struct lx_http *http;
	struct lx_helix *helix; /* badges and cheermotes; NULL = none of them */
	struct lx_emotes *emotes;
	const struct lx_random *random;
	const char *bttv;    /* "https://api.betterttv.net/3"; NULL or "" = not asked, like the next two */
	const char *ffz;     /* "https://api.frankerfacez.com/v1" */
	const char *seventv; /* "https://7tv.io/v3" */
	const char *
		seventv_events; /* "wss://events.7tv.io/v3"; NULL or "" = changes are found when lists are asked for anew */
	const char *user_agent, *ca_file;             /* for that connection; NULL as in lx_websocket_config */
	const char *twitch_pictures, *cheer_pictures; /* as in lx_emotes_config */
	uint32_t providers;                           /* bits 1 << enum lx_emote_provider: those to ask */
};

struct lx_emote_loader *lx_emote_loader_create(const struct lx_emote_loader_config *config);
void lx_emote_loader_destroy(struct lx_emote_loader *loader); /* NULL is accepted */

/* The channel's Twitch user id; "" = none. */
void lx_emote_loader_set_channel(struct lx_emote_loader *loader, const char *room_id);
/* Those that are switched off are asked for nothing, and their lists emptied. */
void lx_emote_loader_set_providers(struct lx_emote_loader *loader, uint32_t providers);
/* Helix answers from now on: somebody signed in. */
void lx_emote_loader_signed_in(struct lx_emote_loader *loader);

#ifdef __cplusplus
}
#endif
