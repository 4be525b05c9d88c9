/*
 * What a slash command asks for: of moderation's parts where they can do it, else of Helix: the parts of its request, and which
 * running poll, prediction or category it is about.
 *
 * Threads: no shared state.
 */
#pragma once

#include "chat/command.h"
#include "moderation/chat_modes.h"
#include "moderation/orders.h"
#include "twitch/helix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A command with everything that was learnt for it. Owned by whoever fills it in; no string is NULL. */
struct lx_command_wish {
	struct lx_command command;
	char *room_id, *own_id;
	char *user_id, *user_name; /* of command.user, "" while it is not known */
	char *found_id;            /* what the search found, "" = nothing yet; of /endprediction "id outcome" */
};

/* The order that a command is; LX_ORDER_COUNT where it is none. */
enum lx_order_kind lx_command_order(enum lx_command_id id);
/* The mode that a command switches, and how; false where it switches none. */
bool lx_command_mode(const struct lx_command *command, struct lx_chat_mode_wish *wish);

/* The read that must come before it, LX_HELIX_OTHER for none. */
enum lx_helix_endpoint lx_command_search(const struct lx_command_wish *wish);
/* Appends what the answer of that read gives; NULL, or the locale key of why there is nothing. */
const char *lx_command_find_in_answer(const struct lx_command_wish *wish, const struct lx_helix_result *result,
				      struct dstr *id);

/* Sends the request to `endpoint`: the search's, or the command's own. */
void lx_command_send(struct lx_helix *helix, const struct lx_command_wish *wish, enum lx_helix_endpoint endpoint,
		     lx_helix_done done, void *data);

#ifdef __cplusplus
}
#endif
