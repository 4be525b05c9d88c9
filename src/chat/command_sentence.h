/*
 * What people are told of a slash command, in their language: what is wrong with it, what was done, what it is for. Each function
 * appends one sentence.
 *
 * Threads: no shared state.
 */
#pragma once

#include "chat/command_request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a line cannot be carried out; `command` has a problem. */
void lx_command_say_problem(const struct lx_command *command, const struct lx_text *text, struct dstr *out);
/* That Twitch refused it, and why: a sentence. */
void lx_command_say_failed(const struct lx_command_wish *wish, const char *reason, const struct lx_text *text,
			   struct dstr *out);
/* That it was done, in the words of its row. */
void lx_command_say_done(const struct lx_command_wish *wish, const struct lx_text *text, struct dstr *out);
/* That it was done, with what Twitch's answer says. */
void lx_command_say_answer(const struct lx_command_wish *wish, const struct lx_helix_result *result,
			   const struct lx_text *text, struct dstr *out);
/* Who somebody is; `data` of the same answer, where the user is the first. */
void lx_command_say_user(const struct lx_helix_user *user, const cJSON *data, const struct lx_text *text,
			 struct dstr *out);
/* What the command called `word` ("timeout", "/timeout") is for; a list of all where there is none. */
void lx_command_say_help(const char *word, const struct lx_text *text, struct dstr *out);

#ifdef __cplusplus
}
#endif
