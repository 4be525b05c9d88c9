#include "chat/commands.h"

#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "chat/command.h"
#include "chat/command_request.h"
#include "chat/command_sentence.h"
#include "net/mailbox.h"
#include "twitch/helix_message.h"

/* Joins nothing to nothing and is not seen: Twitch takes what begins with '/' or '.' for a command of its own. */
#define WORD_JOINER "\xE2\x81\xA0"

struct lx_commands {
	struct lx_commands_config config;
	struct lx_mailbox *mailbox;

	pthread_mutex_t mutex; /* guards what follows */
	char *room_id, *channel;
	char *user_id; /* of the main account, "" = nobody is signed in */
	uint64_t last_id;
};

/* A command under way. */
struct job {
	struct lx_commands *commands; /* valid while the mailbox is open */
	struct lx_mailbox *mailbox;
	struct lx_command_wish wish;
	uint64_t id;
	char *channel, *origin;
};

/* --- memory ------------------------------------------------------------------------------------------------------- */

static struct job *new_job(struct lx_commands *commands, struct lx_command *command, const char *origin)
{
	struct job *job = bzalloc(sizeof(*job));

	job->commands = commands;
	job->mailbox = lx_mailbox_ref(commands->mailbox);
	job->wish.command = *command;
	memset(command, 0, sizeof(*command));
	pthread_mutex_lock(&commands->mutex);
	job->id = ++commands->last_id;
	job->channel = bstrdup(commands->channel);
	job->wish.room_id = bstrdup(commands->room_id);
	job->wish.own_id = bstrdup(commands->user_id);
	pthread_mutex_unlock(&commands->mutex);
	job->wish.user_id = bstrdup("");
	job->wish.user_name = bstrdup(job->wish.command.user);
	job->wish.found_id = bstrdup("");
	job->origin = bstrdup(origin);
	return job;
}

static void free_job(struct job *job)
{
	lx_mailbox_release(job->mailbox);
	lx_command_free(&job->wish.command);
	bfree(job->wish.room_id);
	bfree(job->wish.own_id);
	bfree(job->wish.user_id);
	bfree(job->wish.user_name);
	bfree(job->wish.found_id);
	bfree(job->channel);
	bfree(job->origin);
	bfree(job);
}

static void drop_job(void *data)
{
	free_job(data);
}

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = bstrdup(text ? text : "");
}

/* --- outcomes ----------------------------------------------------------------------------------------------------- */

/* Tells how the job ended, and frees both. */
static void end(struct job *job, const char *state, struct dstr *sentence, const char *error, const char *missing)
{
	struct lx_commands *commands = job->commands;
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_COMMAND);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(commands->config.loop));
	event.channel = job->channel;
	event.room_id = job->wish.room_id;
	event.command = (struct lx_command_info){
		.id = (int64_t)job->id,
		.name = job->wish.command.row->name,
		.state = state,
		.detail = sentence->array,
		.error = error,
		.missing_scopes = missing,
		.origin = job->origin,
	};
	lx_bus_emit(commands->config.bus, &event);
	dstr_free(sentence);
	free_job(job);
}

static void end_done(struct job *job, struct dstr *sentence)
{
	end(job, "done", sentence, "", "");
}

static void end_failed(struct job *job, enum lx_helix_error error, const char *reason)
{
	struct lx_commands *commands = job->commands;
	struct dstr sentence = {0}, missing = {0};

	lx_command_say_failed(&job->wish, reason, commands->config.text, &sentence);
	if (error == LX_HELIX_SCOPE)
		lx_helix_may(commands->config.helix, job->wish.command.row->endpoint, &missing);
	end(job, "failed", &sentence, lx_helix_error_word(error), missing.array ? missing.array : "");
	dstr_free(&missing);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static void advance(struct job *job);

/* The job, or NULL where the commands are gone; then it is freed. */
static struct job *claim(void *data)
{
	struct job *job = data;

	if (lx_mailbox_is_open(job->mailbox))
		return job;
	free_job(job);
	return NULL;
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct job *job = claim(data);
	struct dstr sentence = {0};

	if (!job)
		return;
	if (result->error != LX_HELIX_OK) {
		end_failed(job, result->error, result->message);
	} else {
		lx_command_say_answer(&job->wish, result, job->commands->config.text, &sentence);
		end_done(job, &sentence);
	}
}

/* What became of an order or a mode. */
static void on_outcome(const struct lx_outcome *outcome, void *data)
{
	struct job *job = claim(data);
	struct dstr sentence = {0};

	if (!job)
		return;
	if (outcome->error != LX_HELIX_OK) {
		end_failed(job, outcome->error, outcome->sentence);
	} else {
		dstr_copy(&sentence, outcome->sentence);
		if (dstr_is_empty(&sentence))
			lx_command_say_done(&job->wish, job->commands->config.text, &sentence);
		end_done(job, &sentence);
	}
}

static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct job *job = claim(data);
	struct dstr sentence = {0};

	if (!job)
		return;
	if (!user) {
		end_failed(job, result->error, result->message);
	} else if (job->wish.command.row->id == LX_COMMAND_USER) {
		lx_command_say_user(user, result->data, job->commands->config.text, &sentence);
		end_done(job, &sentence);
	} else {
		set(&job->wish.user_id, user->id);
		set(&job->wish.user_name, user->name);
		advance(job);
	}
}

/* What is running at the moment, which the command is to end. */
static void on_found(const struct lx_helix_result *result, void *data)
{
	struct job *job = claim(data);
	struct dstr id = {0}, sentence = {0};

	if (!job)
		return;
	if (result->error != LX_HELIX_OK && result->error != LX_HELIX_NOT_FOUND) {
		end_failed(job, result->error, result->message);
		return;
	}
	const char *missing = lx_command_find_in_answer(&job->wish, result, &id);
	if (missing) {
		const char *wanted = job->wish.command.text;
		lx_text_format(job->commands->config.text, &sentence, missing, &wanted, 1);
		end(job, "failed", &sentence, "", "");
	} else {
		set(&job->wish.found_id, id.array);
		advance(job);
	}
	dstr_free(&id);
}

/* Learns whom it is about, learns what is running, sends. */
static void advance(struct job *job)
{
	struct lx_helix *helix = job->commands->config.helix;
	const struct lx_command_wish *wish = &job->wish;
	enum lx_helix_endpoint search = lx_command_search(wish);

	if (*wish->command.user && !*wish->user_id) {
		lx_helix_find_user(helix, wish->command.user, LX_HELIX_USER, on_user, job);
	} else {
		bool searches = search != LX_HELIX_OTHER && !*wish->found_id;
		lx_command_send(helix, wish, searches ? search : wish->command.row->endpoint,
				searches ? on_found : on_answer, job);
	}
}

/* --- lines -------------------------------------------------------------------------------------------------------- */

static bool refuse_key(struct lx_commands *commands, struct lx_command_answer *answer, const char *key,
		       const char *const *args, size_t count)
{
	lx_text_format(commands->config.text, &answer->error, key, args, count);
	return false;
}

static bool act(struct lx_commands *commands, enum lx_action_kind kind, const struct lx_command *command,
		const char *message_id, const char *origin, struct lx_command_answer *answer)
{
	struct lx_name name = {0};
	bool known = *command->user && lx_names_find(commands->config.names, command->user, &name);
	const struct lx_wish wish = {
		.kind = kind,
		.user_id = known ? name.id : "",
		.user_login = command->user,
		.user_name = known ? name.name : "",
		.message_id = message_id,
		.duration_s = command->duration_s,
		.reason = command->text,
		.origin = origin,
	};
	answer->action_id = lx_actions_do(commands->config.actions, &wish, &answer->error);
	lx_name_free(&name);
	return answer->action_id != 0;
}

/* The message that is meant: by its id, by who wrote it last, or the one that is being answered. */
static char *message_of(struct lx_commands *commands, const char *word, const char *answered)
{
	struct lx_name name = {0};
	char *id = NULL;

	if (!*word)
		return bstrdup(answered);
	if (lx_names_find(commands->config.names, word + (*word == '@'), &name))
		id = bstrdup(name.last_message);
	else if (*word != '@' && strlen(word) == 36) /* a UUID */
		id = bstrdup(word);
	lx_name_free(&name);
	return id ? id : bstrdup("");
}

static bool refuse_no_message(struct lx_commands *commands, struct lx_command_answer *answer, const char *word)
{
	return refuse_key(commands, answer, *word ? "Command.Error.NoMessageOf" : "Command.Error.NoMessage", &word, 1);
}

static bool delete_message(struct lx_commands *commands, const struct lx_command *command, const char *answered,
			   const char *origin, struct lx_command_answer *answer)
{
	char *id = message_of(commands, command->word, answered);
	bool ok = *id ? act(commands, LX_ACTION_DELETE, command, id, origin, answer)
		      : refuse_no_message(commands, answer, command->word);
	bfree(id);
	return ok;
}

static bool send_text(struct lx_commands *commands, const char *text, const char *reply_to,
		      struct lx_command_answer *answer)
{
	return lx_send_message(commands->config.send, text, reply_to, &answer->error);
}

static void on_help(void *data)
{
	struct job *job = data;
	struct dstr sentence = {0};

	lx_command_say_help(job->wish.command.word, job->commands->config.text, &sentence);
	end_done(job, &sentence);
}

static void on_start(void *data)
{
	advance(data);
}

static void on_marked(void *data)
{
	struct job *job = data;
	struct dstr sentence = {0};

	lx_command_say_done(&job->wish, job->commands->config.text, &sentence);
	end_done(job, &sentence);
}

/* Markers are kept here too, and so found again. */
static bool is_our_marker(const struct lx_commands *commands, const struct lx_command_row *row)
{
	return row->id == LX_COMMAND_MARKER && commands->config.markers;
}

/* What can be known before Twitch is asked. */
static bool may(struct lx_commands *commands, const struct job *job, struct lx_command_answer *answer)
{
	const struct lx_command_row *row = job->wish.command.row;
	const char *name = row->name;

	if (row->id == LX_COMMAND_HELP || is_our_marker(commands, row))
		return true;
	if (!*job->wish.own_id)
		return refuse_key(commands, answer, "Command.Error.SignedOut", NULL, 0);
	if (!*job->wish.room_id)
		return refuse_key(commands, answer, "Command.Error.NoChannel", NULL, 0);
	if (row->need == LX_COMMAND_BROADCASTER && strcmp(job->wish.room_id, job->wish.own_id) != 0)
		return refuse_key(commands, answer, "Command.Error.Broadcaster", &name, 1);
	if (!lx_helix_may(commands->config.helix, row->endpoint, &answer->missing)) {
		const char *args[] = {name, answer->missing.array};
		return refuse_key(commands, answer, "Command.Error.Scope", args, 2);
	}
	return true;
}

static bool give_order(struct lx_commands *commands, struct job *job, enum lx_order_kind kind, const char *answered,
		       struct lx_command_answer *answer)
{
	const struct lx_command *command = &job->wish.command;
	/* "/pin" and "/pin @name" are about a message that is there, anything else is a new one */
	const char *text = command->text;
	bool there = kind == LX_ORDER_PIN && (!*text || (*text == '@' && !strchr(text, ' ')));
	char *message_id = there ? message_of(commands, text, answered) : bstrdup("");
	const struct lx_order order = {
		.kind = kind,
		.user_id = job->wish.user_id,
		.user_login = command->user,
		.user_name = job->wish.user_name,
		.message_id = message_id,
		.text = text,
		.told = on_outcome,
		.data = job,
	};
	bool ok = there && !*message_id ? refuse_no_message(commands, answer, text)
					: lx_orders_give(commands->config.orders, &order, &answer->error);
	bfree(message_id);
	return ok;
}

/* Hands the job over to who carries it out and tells; false, with a sentence, where it is refused and stays the caller's. */
static bool hand_over(struct lx_commands *commands, struct job *job, const char *answered,
		      struct lx_command_answer *answer)
{
	const struct lx_command *command = &job->wish.command;
	const enum lx_order_kind kind = lx_command_order(command->row->id);
	struct lx_chat_mode_wish mode = {.told = on_outcome, .data = job};
	lx_loop_task task = command->row->id == LX_COMMAND_HELP ? on_help : on_start;

	if (kind < LX_ORDER_COUNT)
		return give_order(commands, job, kind, answered, answer);
	if (lx_command_mode(command, &mode))
		return lx_chat_mode_set(commands->config.modes, &mode, &answer->error);
	if (is_our_marker(commands, command->row)) {
		if (!lx_markers_add(commands->config.markers, command->text, 0, job->origin, &answer->error))
			return false;
		task = on_marked;
	}
	lx_mailbox_post(commands->mailbox, task, drop_job, job);
	return true;
}

static bool start(struct lx_commands *commands, struct lx_command *command, const char *answered, const char *origin,
		  struct lx_command_answer *answer)
{
	struct job *job = new_job(commands, command, origin);
	struct lx_command_wish *wish = &job->wish;
	const uint64_t id = job->id;
	struct lx_name name = {0};

	if (*wish->command.user && wish->command.row->id != LX_COMMAND_USER &&
	    lx_names_find(commands->config.names, wish->command.user, &name)) {
		set(&wish->user_id, name.id);
		set(&wish->user_name, name.name);
	}
	lx_name_free(&name);
	if (!may(commands, job, answer) || !hand_over(commands, job, answered, answer)) {
		free_job(job);
		return false;
	}
	answer->command_id = id;
	return true;
}

static bool carry_out(struct lx_commands *commands, struct lx_command *command, const char *answered,
		      const char *origin, struct lx_command_answer *answer)
{
	switch (command->row->id) {
	case LX_COMMAND_BAN:
		return act(commands, LX_ACTION_BAN, command, "", origin, answer);
	case LX_COMMAND_TIMEOUT:
		return act(commands, LX_ACTION_TIMEOUT, command, "", origin, answer);
	case LX_COMMAND_UNBAN:
		return act(commands, LX_ACTION_UNBAN, command, "", origin, answer);
	case LX_COMMAND_CLEAR:
		return act(commands, LX_ACTION_CLEAR, command, "", origin, answer);
	case LX_COMMAND_DELETE:
		return delete_message(commands, command, answered, origin, answer);
	case LX_COMMAND_ME: {
		struct dstr line = {0};
		dstr_printf(&line, "/me %s", command->text);
		bool ok = send_text(commands, line.array, answered, answer);
		dstr_free(&line);
		return ok;
	}
	default:
		return start(commands, command, answered, origin, answer);
	}
}

bool lx_commands_run(struct lx_commands *commands, const char *line, const char *message_id, const char *origin,
		     struct lx_command_answer *answer)
{
	bool spaced = *line == ' ';
	struct lx_command command;
	bool ok;

	while (*line == ' ' || *line == '\t')
		line++;
	if (spaced || !lx_command_is(line)) {
		struct dstr text = {0};
		bool slash = line[0] == '/' && line[1] == '/';
		dstr_printf(&text, "%s%s", *line == '/' ? WORD_JOINER : "", line + slash);
		ok = send_text(commands, text.array, message_id, answer);
		dstr_free(&text);
		return ok;
	}
	ok = lx_command_parse(line, &command);
	if (ok)
		ok = carry_out(commands, &command, message_id, origin, answer);
	else
		lx_command_say_problem(&command, commands->config.text, &answer->error);
	lx_command_free(&command);
	return ok;
}

void lx_command_answer_free(struct lx_command_answer *answer)
{
	dstr_free(&answer->error);
	dstr_free(&answer->missing);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const char *text_of(calldata_t *call, const char *name, const char *otherwise)
{
	const char *text = calldata_string(call, name);
	return text && *text ? text : otherwise;
}

static void on_command(void *data, calldata_t *call)
{
	struct lx_command_answer answer = {0};
	bool ok = lx_commands_run(data, text_of(call, "text", ""), text_of(call, "reply_to", ""),
				  text_of(call, "origin", "script"), &answer);

	calldata_set_bool(call, "ok", ok);
	calldata_set_string(call, "error", answer.error.array ? answer.error.array : "");
	calldata_set_int(call, "command_id", (long long)answer.command_id);
	calldata_set_int(call, "action_id", (long long)answer.action_id);
	calldata_set_string(call, "missing_scopes", answer.missing.array ? answer.missing.array : "");
	lx_command_answer_free(&answer);
}

static void on_account(const struct lx_event *event, void *data)
{
	struct lx_commands *commands = data;
	const struct lx_account_info *account = &event->account;

	if (account->role != LX_ACCOUNT_MAIN)
		return;
	pthread_mutex_lock(&commands->mutex);
	set(&commands->user_id, account->state == LX_ACCOUNT_SIGNED_IN ? account->user_id : "");
	pthread_mutex_unlock(&commands->mutex);
}

void lx_commands_bind(struct lx_commands *commands, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_COMMAND, on_command, commands);
}

void lx_commands_set_channel(struct lx_commands *commands, const char *room_id, const char *login)
{
	pthread_mutex_lock(&commands->mutex);
	set(&commands->room_id, room_id);
	set(&commands->channel, login);
	pthread_mutex_unlock(&commands->mutex);
}

struct lx_commands *lx_commands_create(const struct lx_commands_config *config)
{
	struct lx_commands *commands = bzalloc(sizeof(*commands));

	if (pthread_mutex_init(&commands->mutex, NULL) != 0) {
		bfree(commands);
		return NULL;
	}
	commands->config = *config;
	commands->room_id = bstrdup("");
	commands->channel = bstrdup("");
	commands->user_id = bstrdup("");
	commands->mailbox = lx_mailbox_create(config->loop);
	lx_bus_connect(config->bus, LX_EVENT_ACCOUNT, on_account, commands);
	return commands;
}

void lx_commands_destroy(struct lx_commands *commands)
{
	if (!commands)
		return;
	lx_bus_disconnect(commands->config.bus, LX_EVENT_ACCOUNT, on_account, commands);
	lx_mailbox_close(commands->mailbox);
	pthread_mutex_destroy(&commands->mutex);
	bfree(commands->room_id);
	bfree(commands->channel);
	bfree(commands->user_id);
	bfree(commands);
}
