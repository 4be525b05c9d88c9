#include "chat/commands.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "chat/command.h"
#include "chat/command_request.h"
#include "twitch/helix_message.h"

#define MAX_NAMES_TOLD 30
/* Joins nothing to nothing and is not seen: Twitch takes what begins with '/' or '.' for a command of its own. */
#define WORD_JOINER "\xE2\x81\xA0"

/* Handed to the helix and the loop; outlives the commands. */
struct link {
	struct lx_commands *commands;
	long references;
};

struct lx_commands {
	struct lx_commands_config config;
	struct link *link;

	pthread_mutex_t mutex; /* guards what follows */
	char *room_id, *channel;
	char *user_id; /* of the main account, "" = nobody is signed in */
	uint64_t last_id;
};

/* A command under way. */
struct job {
	struct link *link;
	struct lx_command_wish wish;
	uint64_t id;
	char *channel, *origin;
};

/* --- memory ------------------------------------------------------------------------------------------------------- */

static void release(struct link *link)
{
	if (os_atomic_dec_long(&link->references) == 0)
		bfree(link);
}

static struct job *new_job(struct lx_commands *commands, struct lx_command *command, const char *origin)
{
	struct job *job = bzalloc(sizeof(*job));

	job->link = commands->link;
	os_atomic_inc_long(&job->link->references);
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
	job->wish.message_id = bstrdup("");
	job->wish.found_id = bstrdup("");
	job->origin = bstrdup(origin);
	return job;
}

static void free_job(struct job *job)
{
	release(job->link);
	lx_command_free(&job->wish.command);
	bfree(job->wish.room_id);
	bfree(job->wish.own_id);
	bfree(job->wish.user_id);
	bfree(job->wish.user_name);
	bfree(job->wish.message_id);
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

static void tell(const struct job *job, const char *state, const char *detail, const char *error, const char *missing)
{
	struct lx_commands *commands = job->link->commands;
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_COMMAND);
	event.time_ms = lx_clock_unix_ms(lx_loop_clock(commands->config.loop));
	event.channel = job->channel;
	event.room_id = job->wish.room_id;
	event.command = (struct lx_command_info){
		.id = (int64_t)job->id,
		.name = job->wish.command.row->name,
		.state = state,
		.detail = detail,
		.error = error,
		.missing_scopes = missing,
		.origin = job->origin,
	};
	lx_bus_emit(commands->config.bus, &event);
}

static void tell_done(const struct job *job, const char *sentence)
{
	tell(job, "done", sentence, "", "");
}

static void tell_key(const struct job *job, const char *state, const char *key, const char *argument)
{
	struct dstr sentence = {0};

	lx_text_format(job->link->commands->config.text, &sentence, key, &argument, 1);
	tell(job, state, sentence.array, "", "");
	dstr_free(&sentence);
}

static void tell_refused(const struct job *job, const struct lx_helix_result *result)
{
	struct lx_commands *commands = job->link->commands;
	struct dstr sentence = {0}, missing = {0}, command = {0};

	dstr_printf(&command, "/%s", job->wish.command.row->name);
	const char *args[] = {command.array, result->message};
	lx_text_format(commands->config.text, &sentence, "Command.Failed", args, 2);
	if (result->error == LX_HELIX_SCOPE)
		lx_helix_may(commands->config.helix, job->wish.command.row->endpoint, &missing);
	tell(job, "failed", sentence.array, lx_helix_error_word(result->error), missing.array ? missing.array : "");
	dstr_free(&sentence);
	dstr_free(&missing);
	dstr_free(&command);
}

/* "90" as "90 s", "600" as "10 min". */
static void format_duration(const struct lx_text *text, int64_t seconds, struct dstr *out)
{
	static const struct {
		int64_t seconds;
		const char *key;
	} units[] = {
		{86400, "Duration.Days"},
		{3600, "Duration.Hours"},
		{60, "Duration.Minutes"},
		{1, "Duration.Seconds"},
	};
	size_t i = 0;
	while (seconds % units[i].seconds || (!seconds && units[i].seconds > 1))
		i++;
	char number[24];
	const char *arg = number;
	snprintf(number, sizeof(number), "%lld", (long long)(seconds / units[i].seconds));
	lx_text_format(text, out, units[i].key, &arg, 1);
}

static void cat_item(struct dstr *list, const char *item)
{
	if (list->len)
		dstr_cat(list, ", ");
	dstr_cat(list, item);
}

/* "/mods", "/vips" */
static void tell_people(const struct job *job, const struct lx_helix_result *result)
{
	struct lx_decoded memory = {0};
	struct dstr list = {0};
	size_t count;
	const struct lx_helix_person *people = lx_helix_decode_person(&memory, result->data, &count);
	bool mods = job->wish.command.row->id == LX_COMMAND_MODS;

	for (size_t i = 0; i < count && i < MAX_NAMES_TOLD; i++)
		cat_item(&list, *people[i].user_name ? people[i].user_name : people[i].user_login);
	if (count > MAX_NAMES_TOLD || *result->cursor)
		cat_item(&list, "…");
	if (count)
		tell_key(job, "done", mods ? "Command.Mods.Done" : "Command.Vips.Done", list.array);
	else
		tell_key(job, "done", mods ? "Command.Mods.None" : "Command.Vips.None", "");
	dstr_free(&list);
	lx_decoded_finish(&memory);
}

static void tell_user(const struct job *job, const struct lx_helix_user *user, const cJSON *data)
{
	const char *created =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(data, 0), "created_at"));
	struct dstr sentence = {0}, day = {0};

	dstr_ncopy(&day, created ? created : "?", 10); /* RFC 3339 begins with the day */
	const char *args[] = {user->name, user->login, user->id, day.array};
	lx_text_format(job->link->commands->config.text, &sentence, "Command.User.Done", args, 4);
	tell_done(job, sentence.array);
	dstr_free(&sentence);
	dstr_free(&day);
}

static void tell_clip(const struct job *job, const struct lx_helix_result *result)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_created_clip *clip = lx_helix_decode_created_clip(&memory, result->data, &count);

	tell_key(job, "done", "Command.Clip.Done", count ? clip->edit_url : "");
	lx_decoded_finish(&memory);
}

static void tell_plain(const struct job *job)
{
	const struct lx_text *text = job->link->commands->config.text;
	const struct lx_command *command = &job->wish.command;
	const char *what = *job->wish.user_name ? job->wish.user_name : *command->text ? command->text : command->word;
	struct dstr sentence = {0}, length = {0};

	format_duration(text, command->duration_s, &length);
	const char *args[] = {what, length.array};
	bool all = command->row->id == LX_COMMAND_FOLLOWERS && !command->duration_s;
	lx_text_format(text, &sentence, all ? "Command.Followers.DoneAll" : command->row->done_key, args, 2);
	tell_done(job, sentence.array);
	dstr_free(&sentence);
	dstr_free(&length);
}

/* "/pin text": 200 does not mean that anybody saw it. */
static void tell_pinned(const struct job *job, const struct lx_helix_result *result)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_sent_message *sent = lx_helix_decode_sent_message(&memory, result->data, &count);

	if (count && !sent->is_sent)
		tell_key(job, "failed", "Send.Error.Dropped", sent->drop_reason ? sent->drop_reason->message : "");
	else
		tell_plain(job);
	lx_decoded_finish(&memory);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static void advance(struct job *job);

/* The job, or NULL where the commands are gone; then it is freed. */
static struct job *claim(void *data)
{
	struct job *job = data;

	if (job->link->commands)
		return job;
	free_job(job);
	return NULL;
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct job *job = claim(data);

	if (!job)
		return;
	if (result->error != LX_HELIX_OK) {
		tell_refused(job, result);
	} else {
		switch (job->wish.command.row->id) {
		case LX_COMMAND_MODS:
		case LX_COMMAND_VIPS:
			tell_people(job, result);
			break;
		case LX_COMMAND_CLIP:
			tell_clip(job, result);
			break;
		case LX_COMMAND_PIN:
			tell_pinned(job, result);
			break;
		default:
			tell_plain(job);
		}
	}
	free_job(job);
}

static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct job *job = claim(data);

	if (!job)
		return;
	if (!user) {
		tell_refused(job, result);
		free_job(job);
	} else if (job->wish.command.row->id == LX_COMMAND_USER) {
		tell_user(job, user, result->data);
		free_job(job);
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
	struct dstr id = {0};

	if (!job)
		return;
	if (result->error != LX_HELIX_OK && result->error != LX_HELIX_NOT_FOUND) {
		tell_refused(job, result);
		free_job(job);
	} else {
		const char *missing = lx_command_find_in_answer(&job->wish, result, &id);
		if (missing) {
			tell_key(job, "failed", missing, job->wish.command.text);
			free_job(job);
		} else {
			set(&job->wish.found_id, id.array);
			advance(job);
		}
	}
	dstr_free(&id);
}

/* Learns whom it is about, learns what is running, sends. */
static void advance(struct job *job)
{
	struct lx_helix *helix = job->link->commands->config.helix;
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

static bool refuse_parse(struct lx_commands *commands, const struct lx_command *command,
			 struct lx_command_answer *answer)
{
	static const char *const keys[] = {
		[LX_COMMAND_UNKNOWN] = "Command.Error.Unknown",
		[LX_COMMAND_MISSING] = "Command.Error.Missing",
		[LX_COMMAND_NO_NAME] = "Command.Error.NoName",
		[LX_COMMAND_NO_DURATION] = "Command.Error.NoDuration",
		[LX_COMMAND_OUT_OF_RANGE] = "Command.Error.OutOfRange",
		[LX_COMMAND_WRONG_WORD] = "Command.Error.WrongWord",
		[LX_COMMAND_TOO_LONG] = "Command.Error.TooLong",
		[LX_COMMAND_CHOICES_COUNT] = "Command.Error.ChoicesCount",
		[LX_COMMAND_TOO_MUCH] = "Command.Error.TooMuch",
	};
	const struct lx_text *text = commands->config.text;
	const struct lx_command_arg *arg = command->arg;
	struct dstr usage = {0}, least = {0}, most = {0};
	const char *key = keys[command->problem];

	if (command->problem == LX_COMMAND_UNKNOWN) {
		const struct lx_command_row *near = lx_command_nearest(command->word, strlen(command->word));
		if (near) {
			key = "Command.Error.UnknownNear";
			dstr_printf(&usage, "/%s", near->name);
		}
	} else {
		lx_command_usage(command->row, text, &usage);
	}
	if (command->problem == LX_COMMAND_OUT_OF_RANGE) {
		format_duration(text, arg->least, &least);
		format_duration(text, arg->most, &most);
	} else if (arg) {
		dstr_printf(&least, "%lld", (long long)arg->least);
		dstr_printf(&most, "%lld", (long long)arg->most);
	}
	const char *args[] = {
		usage.array ? usage.array : "",
		command->problem == LX_COMMAND_MISSING ? lx_text_get(text, arg->name_key) : command->word,
		least.array ? least.array : "",
		most.array ? most.array : "",
	};
	refuse_key(commands, answer, key, args, 4);
	dstr_free(&usage);
	dstr_free(&least);
	dstr_free(&most);
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

static bool delete_message(struct lx_commands *commands, const struct lx_command *command, const char *answered,
			   const char *origin, struct lx_command_answer *answer)
{
	char *id = message_of(commands, command->word, answered);
	const char *word = command->word;
	bool ok = *id ? act(commands, LX_ACTION_DELETE, command, id, origin, answer)
		      : refuse_key(commands, answer, *word ? "Command.Error.NoMessageOf" : "Command.Error.NoMessage",
				   &word, 1);
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
	struct job *job = claim(data);

	if (!job)
		return;
	const struct lx_text *text = job->link->commands->config.text;
	const char *word = job->wish.command.word + (*job->wish.command.word == '/');
	const struct lx_command_row *row = lx_command_find(word, strlen(word));
	struct dstr sentence = {0};

	if (row) {
		lx_command_usage(row, text, &sentence);
		dstr_cat(&sentence, ": ");
		dstr_cat(&sentence, lx_text_get(text, row->help_key));
	} else {
		struct dstr list = {0};
		for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
			dstr_cat(&list, i ? " /" : "/");
			dstr_cat(&list, lx_command_row(i)->name);
		}
		const char *arg = list.array;
		lx_text_format(text, &sentence, "Command.Help.Done", &arg, 1);
		dstr_free(&list);
	}
	tell_done(job, sentence.array);
	dstr_free(&sentence);
	free_job(job);
}

static void on_start(void *data)
{
	struct job *job = claim(data);

	if (job)
		advance(job);
}

static void on_marked(void *data)
{
	struct job *job = claim(data);

	if (!job)
		return;
	tell_plain(job);
	free_job(job);
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

static bool start(struct lx_commands *commands, struct lx_command *command, const char *answered, const char *origin,
		  struct lx_command_answer *answer)
{
	struct job *job = new_job(commands, command, origin);
	struct lx_command_wish *wish = &job->wish;
	struct lx_name name = {0};

	if (!may(commands, job, answer)) {
		free_job(job);
		return false;
	}
	if (*wish->command.user && wish->command.row->id != LX_COMMAND_USER &&
	    lx_names_find(commands->config.names, wish->command.user, &name)) {
		set(&wish->user_id, name.id);
		set(&wish->user_name, name.name);
	}
	lx_name_free(&name);
	if (wish->command.row->id == LX_COMMAND_PIN) {
		/* "/pin" and "/pin @name" are about a message that is there, anything else is a new one */
		const char *text = wish->command.text;
		bool there = !*text || (*text == '@' && !strchr(text, ' '));
		bfree(wish->message_id);
		wish->message_id = there ? message_of(commands, text, answered) : bstrdup("");
		if (there && !*wish->message_id) {
			refuse_key(commands, answer, *text ? "Command.Error.NoMessageOf" : "Command.Error.NoMessage",
				   &text, 1);
			free_job(job);
			return false;
		}
	}
	lx_loop_task task = wish->command.row->id == LX_COMMAND_HELP ? on_help : on_start;
	if (is_our_marker(commands, wish->command.row)) {
		task = on_marked;
		if (!lx_markers_add(commands->config.markers, wish->command.text, 0, origin, &answer->error)) {
			free_job(job);
			return false;
		}
	}
	answer->command_id = job->id;
	lx_loop_post(commands->config.loop, task, drop_job, job);
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
	ok = ok ? carry_out(commands, &command, message_id, origin, answer) : refuse_parse(commands, &command, answer);
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
	commands->link = bzalloc(sizeof(*commands->link));
	commands->link->commands = commands;
	commands->link->references = 1;
	lx_bus_connect(config->bus, LX_EVENT_ACCOUNT, on_account, commands);
	return commands;
}

void lx_commands_destroy(struct lx_commands *commands)
{
	if (!commands)
		return;
	lx_bus_disconnect(commands->config.bus, LX_EVENT_ACCOUNT, on_account, commands);
	commands->link->commands = NULL;
	release(commands->link);
	pthread_mutex_destroy(&commands->mutex);
	bfree(commands->room_id);
	bfree(commands->channel);
	bfree(commands->user_id);
	bfree(commands);
}
