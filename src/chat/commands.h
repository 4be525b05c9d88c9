/*
 * Slash commands carried out: what Twitch took over chat once and takes over the web API today. Bans, timeouts and deletions are
 * moderation's actions (LX_EVENT_ACTION, with undo); everything else is answered by one LX_EVENT_COMMAND, done or failed, in words.
 * What moderation's parts can do (actions.h, orders.h, chat_modes.h) is theirs here too: a command only says in text what a button says.
 *
 * Whom a command is about is known from the chat, or looked up.
 *
 * Threads: every function from any thread, none waits. Events come on the helix loop's thread.
 * Ownership: what the config points to must outlive the commands.
 */
#pragma once

#include "chat/markers.h"
#include "chat/names.h"
#include "chat/send.h"
#include "moderation/actions.h"
#include "moderation/chat_modes.h"
#include "moderation/orders.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_commands;

struct lx_commands_config {
	struct lx_helix *helix;
	struct lx_loop *loop; /* the helix's */
	struct lx_bus *bus;
	const struct lx_text *text;
	struct lx_actions *actions;
	struct lx_orders *orders;
	struct lx_chat_mode_switch *modes;
	struct lx_send *send;
	struct lx_names *names;
	struct lx_markers *markers; /* of /marker; NULL = on Twitch only */
};

struct lx_commands *lx_commands_create(const struct lx_commands_config *config);
/* On the loop's thread or after it stopped, before what the config points to. What is under way is told no more. NULL is accepted. */
void lx_commands_destroy(struct lx_commands *commands);

/* Gives the procedure "command" its meaning. */
void lx_commands_bind(struct lx_commands *commands, struct lx_bus *bus);

/* As lx_actions_set_channel(). */
void lx_commands_set_channel(struct lx_commands *commands, const char *room_id, const char *login);

/* What became of a line at once. */
struct lx_command_answer {
	uint64_t command_id; /* of the event that will follow, 0 = none */
	uint64_t action_id;  /* of the action, 0 = it is none */
	struct dstr error;   /* sentence for the user when it was refused */
	struct dstr missing; /* permissions that it takes and the login lacks, separated by spaces */
};
void lx_command_answer_free(struct lx_command_answer *answer);

/*
 * Carries out a line that begins with '/'. `message_id`: the message that the user is answering, for /delete and /pin; "" = none.
 * "//text" and what does not begin with '/' is sent as it stands. False when it was refused; see `answer`, which begins zeroed.
 */
bool lx_commands_run(struct lx_commands *commands, const char *line, const char *message_id, const char *origin,
		     struct lx_command_answer *answer);

#ifdef __cplusplus
}
#endif
