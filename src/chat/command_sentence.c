#include "chat/command_sentence.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>

#define MAX_NAMES_TOLD 30

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

/* --- it cannot be, or was refused --------------------------------------------------------------------------------- */

void lx_command_say_problem(const struct lx_command *command, const struct lx_text *text, struct dstr *out)
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
	lx_text_format(text, out, key, args, 4);
	dstr_free(&usage);
	dstr_free(&least);
	dstr_free(&most);
}

void lx_command_say_failed(const struct lx_command_wish *wish, const char *reason, const struct lx_text *text,
			   struct dstr *out)
{
	struct dstr command = {0};

	dstr_printf(&command, "/%s", wish->command.row->name);
	const char *args[] = {command.array, reason};
	lx_text_format(text, out, "Command.Failed", args, 2);
	dstr_free(&command);
}

/* --- it was done -------------------------------------------------------------------------------------------------- */

void lx_command_say_done(const struct lx_command_wish *wish, const struct lx_text *text, struct dstr *out)
{
	const struct lx_command *command = &wish->command;
	const char *what = *wish->user_name ? wish->user_name : *command->text ? command->text : command->word;
	struct dstr length = {0};

	format_duration(text, command->duration_s, &length);
	const char *args[] = {what, length.array};
	bool all = command->row->id == LX_COMMAND_FOLLOWERS && !command->duration_s;
	lx_text_format(text, out, all ? "Command.Followers.DoneAll" : command->row->done_key, args, 2);
	dstr_free(&length);
}

static void cat_item(struct dstr *list, const char *item)
{
	if (list->len)
		dstr_cat(list, ", ");
	dstr_cat(list, item);
}

/* "/mods", "/vips" */
static void say_people(bool mods, const struct lx_helix_result *result, const struct lx_text *text, struct dstr *out)
{
	struct lx_decoded memory = {0};
	struct dstr list = {0};
	size_t count;
	const struct lx_helix_person *people = lx_helix_decode_person(&memory, result->data, &count);

	for (size_t i = 0; i < count && i < MAX_NAMES_TOLD; i++)
		cat_item(&list, *people[i].user_name ? people[i].user_name : people[i].user_login);
	if (count > MAX_NAMES_TOLD || *result->cursor)
		cat_item(&list, "…");
	const char *names = list.array ? list.array : "";
	if (count)
		lx_text_format(text, out, mods ? "Command.Mods.Done" : "Command.Vips.Done", &names, 1);
	else
		dstr_cat(out, lx_text_get(text, mods ? "Command.Mods.None" : "Command.Vips.None"));
	dstr_free(&list);
	lx_decoded_finish(&memory);
}

static void say_clip(const struct lx_helix_result *result, const struct lx_text *text, struct dstr *out)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_created_clip *clip = lx_helix_decode_created_clip(&memory, result->data, &count);
	const char *address = clip ? clip->edit_url : "";

	lx_text_format(text, out, "Command.Clip.Done", &address, 1);
	lx_decoded_finish(&memory);
}

void lx_command_say_answer(const struct lx_command_wish *wish, const struct lx_helix_result *result,
			   const struct lx_text *text, struct dstr *out)
{
	switch (wish->command.row->id) {
	case LX_COMMAND_MODS:
	case LX_COMMAND_VIPS:
		say_people(wish->command.row->id == LX_COMMAND_MODS, result, text, out);
		break;
	case LX_COMMAND_CLIP:
		say_clip(result, text, out);
		break;
	default:
		lx_command_say_done(wish, text, out);
	}
}

void lx_command_say_user(const struct lx_helix_user *user, const cJSON *data, const struct lx_text *text,
			 struct dstr *out)
{
	const char *created =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(data, 0), "created_at"));
	struct dstr day = {0};

	dstr_ncopy(&day, created ? created : "?", 10); /* RFC 3339 begins with the day */
	const char *args[] = {user->name, user->login, user->id, day.array};
	lx_text_format(text, out, "Command.User.Done", args, 4);
	dstr_free(&day);
}

void lx_command_say_help(const char *word, const struct lx_text *text, struct dstr *out)
{
	const char *name = word + (*word == '/');
	const struct lx_command_row *row = lx_command_find(name, strlen(name));
	struct dstr list = {0};

	if (row) {
		lx_command_usage(row, text, out);
		dstr_cat(out, ": ");
		dstr_cat(out, lx_text_get(text, row->help_key));
		return;
	}
	for (size_t i = 0; i < LX_COMMAND_COUNT; i++) {
		dstr_cat(&list, i ? " /" : "/");
		dstr_cat(&list, lx_command_row(i)->name);
	}
	const char *all = list.array;
	lx_text_format(text, out, "Command.Help.Done", &all, 1);
	dstr_free(&list);
}
