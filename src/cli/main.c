#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/platform.h>

#include "platform/memory.h"

struct command {
	const char *family, *verb; /* verb NULL: the command is one word */
	int min_args, max_args;    /* max -1: any number */
	const char *help;          /* key of the line that tells how it is called and what it does */
	lx_cli_run run;
};

static const struct command commands[] = {
	{"chat", "export", 0, -1, "Cli.Help.ChatExport", lx_cli_chat_export},
	{"chat", "import", 1, -1, "Cli.Help.ChatImport", lx_cli_chat_import},
	{"chat", "log", 0, -1, "Cli.Help.ChatLog", lx_cli_chat_log},
	{"chat", "markers", 0, -1, "Cli.Help.ChatMarkers", lx_cli_chat_markers},
	{"chat", "search", 0, -1, "Cli.Help.ChatSearch", lx_cli_chat_search},
	{"chat", "watch", 1, 3, "Cli.Help.ChatWatch", lx_cli_chat_watch},
	{"eventsub", NULL, 1, -1, "Cli.Help.EventSub", lx_cli_eventsub},
	{"helix", NULL, 2, -1, "Cli.Help.Helix", lx_cli_helix},
	{"irc", "parse", 0, 0, "Cli.Help.IrcParse", lx_cli_irc_parse},
	{"login", NULL, 0, 3, "Cli.Help.Login", lx_cli_login},
	{"logout", NULL, 0, 1, "Cli.Help.Logout", lx_cli_logout},
	{"whoami", NULL, 0, 1, "Cli.Help.Whoami", lx_cli_whoami},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(*commands))

void lx_cli_say(const struct lx_cli *cli, const char *key, const char *const *args, size_t arg_count)
{
	struct dstr line = {0};
	lx_text_format(cli->text, &line, key, args, arg_count);
	fprintf(stderr, "%s\n", line.array);
	dstr_free(&line);
}

const char *lx_cli_environment(const char *name, const char *fallback)
{
	const char *value = getenv(name);
	return value && *value ? value : fallback;
}

static void print_help(const struct lx_cli *cli, FILE *out)
{
	fprintf(out, "%s\n\n", lx_text_get(cli->text, "Cli.Help.Head"));
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %s\n", lx_text_get(cli->text, commands[i].help));
}

/* Standard output belongs to the results: libobs would write its notes there. */
static void log_to_stderr(int level, const char *format, va_list args, void *data)
{
	struct dstr line = {0};

	if (level > LOG_WARNING)
		return;
	dstr_vprintf(&line, format, args);
	fprintf(stderr, "%s\n", line.array);
	dstr_free(&line);
}

static struct lx_text *load_texts(void)
{
	const char *wanted =
		lx_cli_environment("LC_ALL", lx_cli_environment("LC_MESSAGES", lx_cli_environment("LANG", "")));
	const char *language = strncmp(wanted, "de", 2) == 0   ? "de-DE"
			       : strncmp(wanted, "cs", 2) == 0 ? "cs-CZ"
							       : "en-US";

	/* Beside the program where it was installed, else where it was built. */
	char *folder = os_get_executable_path_ptr("../share/obs/obs-plugins/" LIVEXTREM_NAME "/locale");
	if (!folder || !os_file_exists(folder)) {
		bfree(folder);
		folder = bstrdup(LIVEXTREM_SOURCE_DATA "/locale");
	}
	struct lx_text *text = lx_text_create_from_folder(folder, language);
	bfree(folder);
	return text;
}

static int run(const struct lx_cli *cli, int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(cli, argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("livextrem-cli %s\n", LIVEXTREM_VERSION);
		return 0;
	}

	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &commands[i];
		int words = command->verb ? 2 : 1;
		if (strcmp(argv[1], command->family) != 0 ||
		    (command->verb && (argc < 3 || strcmp(argv[2], command->verb) != 0)))
			continue;
		int args = argc - 1 - words;
		if (args < command->min_args || (command->max_args >= 0 && args > command->max_args)) {
			lx_cli_say(cli, command->help, NULL, 0);
			return 2;
		}
		return command->run(cli, args, argv + 1 + words);
	}
	/* All of it where the first word is one of ours. */
	struct dstr words = {0};
	dstr_copy(&words, argv[1]);
	for (size_t i = 0; i < COMMAND_COUNT && argc > 2; i++) {
		if (strcmp(argv[1], commands[i].family) == 0) {
			dstr_catf(&words, " %s", argv[2]);
			break;
		}
	}
	const char *args[] = {words.array};
	lx_cli_say(cli, "Cli.Error.UnknownCommand", args, 1);
	dstr_free(&words);
	return 2;
}

int main(int argc, char **argv)
{
	lx_memory_init();
	base_set_log_handler(log_to_stderr, NULL);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	struct lx_text *text = load_texts();
	const struct lx_cli cli = {text};

	int status = run(&cli, argc, argv);

	lx_text_destroy(text);
	curl_global_cleanup();
	return status;
}
