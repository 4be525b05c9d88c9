/*
 * livextrem-cli: the core without OBS, for scripts and checks. One file for each family of commands; the table of all of
 * them is in main.c.
 *
 * A command writes its result to standard output (JSON, one value a line) and what is meant for a person to standard
 * error, and returns the exit status of the program: 0 done, 1 failed, 2 called the wrong way.
 */
#pragma once

#include <stdbool.h>

#include "locale/text.h"

struct lx_cli {
	const struct lx_text *text;
};

/* `argv` holds what follows the command's words; `argc` was checked against the table. */
typedef int (*lx_cli_run)(const struct lx_cli *cli, int argc, char **argv);

int lx_cli_chat_export(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_chat_import(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_chat_log(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_chat_markers(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_chat_search(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_chat_watch(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_eventsub(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_helix(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_irc_parse(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_login(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_logout(const struct lx_cli *cli, int argc, char **argv);
int lx_cli_whoami(const struct lx_cli *cli, int argc, char **argv);

/* Prints the text of `key` with its arguments and a line end to standard error. */
void lx_cli_say(const struct lx_cli *cli, const char *key, const char *const *args, size_t arg_count);

/* Value of an environment variable, or `fallback` where it is unset or empty. */
const char *lx_cli_environment(const char *name, const char *fallback);
