/*
 * The core's inside, for its own files only:
 *
 *	core.c          life: create, start, stop, settings, and what is handed out
 *	core_parts.c    the parts: created in order, destroyed in reverse, and what they need of each other and of the settings
 *	core_channel.c  whose chat is read, and how all parts come to read the same
 *	core_events.c   events that make one part do something for another
 *	core_procs.c    the procedures that are about the core itself: connect, sign in, state
 *
 * A new part gets a member here, is created, bound and destroyed in core_parts.c, and is told its channel in core_channel.c.
 *
 * Threads and ownership: see core.h.
 */
#pragma once

#include <util/threading.h>

#include "chat/archive.h"
#include "chat/commands.h"
#include "chat/emote_loader.h"
#include "chat/emotes.h"
#include "chat/log.h"
#include "chat/markers.h"
#include "chat/pins.h"
#include "chat/send.h"
#include "chat/subtitles.h"
#include "moderation/actions.h"
#include "moderation/chat_modes.h"
#include "moderation/orders.h"
#include "net/http.h"
#include "net/picture_cache.h"
#include "platform/secret_store.h"
#include "stats/live_stats.h"
#include "stats/poller.h"
#include "twitch/account.h"
#include "twitch/eventsub.h"
#include "twitch/eventsub_poll.h"
#include "twitch/helix.h"
#include "twitch/irc_client.h"
#include "twitch/roles.h"
#include "twitch/scopes.h"
#include "twitch/twins.h"
#include "core.h"

#define LX_CORE_MAX_LOGIN 25 /* Twitch's longest login */

/* Whose chat is read: "" = nobody's. */
struct lx_core_reading {
	char channel[LX_CORE_MAX_LOGIN + 1];
	char room_id[32]; /* "" while it is not known */
};

struct lx_core {
	struct lx_core_config config;
	struct lx_loop *web_loop, *chat_loop, *events_loop;
	struct lx_loop *picture_loop; /* reads long lists and files, and decodes: nothing urgent runs on it */
	struct lx_http *http, *picture_http;
	struct lx_secret_store *secrets;
	struct lx_account *account;
	struct lx_helix *helix, *bot_helix; /* of the main account, and of the one that sends */
	struct lx_twins *twins;
	struct lx_irc_client *irc;
	struct lx_eventsub *eventsub;
	struct lx_eventsub_poll *eventsub_poll;
	struct lx_roles *roles;
	struct lx_actions *actions;
	struct lx_orders *orders;
	struct lx_chat_mode_switch *modes;
	struct lx_pins *pins;
	struct lx_send *send;
	struct lx_markers *markers;
	struct lx_subtitles *subtitles; /* NULL: nothing is logged */
	struct lx_names *names;
	struct lx_commands *commands;
	struct lx_emotes *emotes;
	struct lx_emote_loader *emote_loader;
	struct lx_picture_cache *pictures;
	struct lx_live_stats *stats;
	struct lx_log *log; /* NULL: nowhere to keep it */
	struct lx_archive *archive;
	struct lx_poller *poller;
	char *token_path, *client_id;
	enum lx_secret_kind secrets_in; /* or on their way there */
	bool running, stopped;

	char read_channel[LX_CORE_MAX_LOGIN + 1]; /* what the parts were told last; only of the thread that carries out */

	pthread_mutex_t mutex; /* guards what follows; nothing is called with it held */
	struct lx_core_reading wanted;
	bool again;          /* and its chat anew, if it is read already */
	bool follow_account; /* no channel was named: read the signed-in account's own */
	uint64_t wishes, carried_out;
	bool carrying_out;
	enum lx_link_state links[LX_LINK_COUNT];
	enum lx_account_state account_state;
	bool own_emotes; /* the account may list its own */
	enum lx_channel_role channel_role;
	char login[LX_CORE_MAX_LOGIN + 1], user_id[32];
};

/* --- core_parts.c ------------------------------------------------------------------------------------------------- */

/* False when the system gives too little; what was created then is destroyed as usual. */
bool lx_core_create_parts(struct lx_core *core);
/* Gives the procedures of the parts their meaning. */
void lx_core_bind_parts(struct lx_core *core);
/* In reverse; every part is on a loop that has stopped. */
void lx_core_destroy_parts(struct lx_core *core);
/* The parts' share of what was changed in the settings. */
void lx_core_apply_settings(struct lx_core *core);

/* Where the tokens are to be kept: in the file only where there is a folder for it. */
enum lx_secret_kind lx_core_place_of_secrets(const struct lx_core *core, bool file);
/* Begins to move the tokens where the user wants them, if they are elsewhere. */
void lx_core_move_secrets(struct lx_core *core);

/* --- core_channel.c ----------------------------------------------------------------------------------------------- */

/* Reads the chat of `named`, as people type it; "" or NULL: that of the settings, or of the account. NULL when all is well, else the
 * key of a sentence that says what is wrong. `again`: anew, if it is read already. */
const char *lx_core_connect(struct lx_core *core, const char *named, bool again);
/* Reads nobody's chat. */
void lx_core_disconnect(struct lx_core *core);
/* The id of a channel was told; taken where it is the one that is read. */
void lx_core_learn_room(struct lx_core *core, const char *channel, const char *room_id);

/* --- core_events.c, core_procs.c ---------------------------------------------------------------------------------- */

/* Nothing of these is under way any more once lx_core_stop_listening() has returned. */
void lx_core_listen(struct lx_core *core);
void lx_core_stop_listening(struct lx_core *core);
/* Gives the core's own procedures their meaning. */
void lx_core_bind(struct lx_core *core);
