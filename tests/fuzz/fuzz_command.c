/*
 * Any bytes as a slash command. It is understood or says what is wrong with it; what is understood keeps to the limits of its row.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>

#include "chat/command.h"
#include "locale/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define CHECK(condition)         \
	do {                     \
		if (!(condition)) \
			abort(); \
	} while (0)

static void check_args(const struct lx_command *command)
{
	for (const struct lx_command_arg *arg = command->row->args; arg->kind != LX_COMMAND_ARG_END; arg++) {
		switch (arg->kind) {
		case LX_COMMAND_ARG_USER:
			CHECK(*command->user && strlen(command->user) <= 25);
			CHECK(strspn(command->user, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(command->user));
			break;
		case LX_COMMAND_ARG_DURATION:
			CHECK(command->duration_s == arg->preset ||
			      (command->duration_s >= arg->least && command->duration_s <= arg->most));
			break;
		case LX_COMMAND_ARG_WORD:
			CHECK(arg->optional || *command->word);
			break;
		case LX_COMMAND_ARG_TEXT:
			CHECK(arg->optional || *command->text);
			CHECK(lx_utf8_length(command->text) <= (size_t)arg->most);
			break;
		case LX_COMMAND_ARG_CHOICES:
			CHECK(*command->text);
			CHECK(command->choices.num >= (size_t)arg->least && command->choices.num <= (size_t)arg->most);
			break;
		case LX_COMMAND_ARG_END:
			break;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct lx_command command;
	char *line = bzalloc(size + 1);

	memcpy(line, bytes, size);
	bool ok = lx_command_parse(line, &command);
	CHECK(ok == (command.problem == LX_COMMAND_OK));
	CHECK(command.word && command.user && command.text);
	CHECK(command.row || command.problem == LX_COMMAND_UNKNOWN);
	if (ok)
		check_args(&command);
	else
		lx_command_nearest(command.word, strlen(command.word));
	int64_t seconds = lx_command_duration(line, 1);
	CHECK(seconds >= -1 && seconds <= 1000 * 86400LL);
	lx_command_free(&command);
	bfree(line);
	return 0;
}
