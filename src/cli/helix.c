/* One request to Twitch's web API: helix METHOD PATH [--query NAME=VALUE]… [--body JSON]. */
#include "cli/cli.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>

#include "cli/session.h"
#include "platform/random.h"
#include "platform/stdio.h"
#include "twitch/helix.h"
#include "twitch/oauth.h"

struct question {
	char *method, *path;
	const char *body;
	DARRAY(struct lx_helix_param) query;
	DARRAY(char *) names; /* what the query's names point to */
};

struct answer {
	bool done, good;
};

static bool add_query(struct question *question, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return false;
	char *name = bstrdup_n(text, (size_t)(equals - text));
	const struct lx_helix_param param = {name, equals + 1};
	da_push_back(question->names, &name);
	da_push_back(question->query, &param);
	return true;
}

/* "--name value" or "--name=value" at argv[*at]; NULL when it is another option. */
static const char *option(const char *name, int argc, char **argv, int *at)
{
	size_t length = strlen(name);

	if (strncmp(argv[*at], name, length) != 0)
		return NULL;
	if (argv[*at][length] == '=')
		return argv[*at] + length + 1;
	return argv[*at][length] == 0 && *at + 1 < argc ? argv[++*at] : NULL;
}

static bool read_arguments(struct question *question, int argc, char **argv)
{
	question->method = bstrdup(argv[0]);
	for (char *c = question->method; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	if (!*question->method || strspn(question->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(question->method))
		return false;
	/* parameters have their own option: they are encoded there */
	size_t path_length = strcspn(argv[1], "?");
	question->path = bstrdup_n(argv[1], path_length);
	if (argv[1][path_length])
		return false;

	for (int i = 2; i < argc; i++) {
		const char *value = option("--query", argc, argv, &i);
		if (value) {
			if (!add_query(question, value))
				return false;
		} else if ((value = option("--body", argc, argv, &i)) != NULL) {
			question->body = value;
		} else {
			return false;
		}
	}
	return true;
}

static void free_question(struct question *question)
{
	for (size_t i = 0; i < question->names.num; i++)
		bfree(question->names.array[i]);
	da_free(question->names);
	da_free(question->query);
	bfree(question->method);
	bfree(question->path);
}

static void on_done(const struct lx_helix_result *result, void *data)
{
	struct answer *answer = data;

	if (result->json) {
		char *json = cJSON_PrintUnformatted(result->json);
		puts(json);
		cJSON_free(json);
	} else if (*result->body && result->error == LX_HELIX_OK) {
		puts(result->body);
	}
	if (result->error != LX_HELIX_OK)
		fprintf(stderr, "%s\n", result->message);
	answer->done = true;
	/* "there is none" is an answer for the plugin; a script wants to see 404 in the exit status */
	answer->good = result->error == LX_HELIX_OK && result->status < 400 && fflush(stdout) == 0;
}

/* --- a token of the environment: whatever server it was made by ------------------------------------------------------ */

struct given {
	const char *client_id;
	char *token; /* NULL = none that can be one */
};

static bool get_credentials(struct lx_credentials *out, void *data)
{
	const struct given *given = data;

	*out = (struct lx_credentials){bstrdup(given->client_id), bstrdup(given->token), bstrdup(""), bstrdup("")};
	return true;
}

/* Whose token it is only matters to who asks: no login server is needed, and each command is one request. */
static struct lx_helix *create_for_token(struct lx_cli_session *session, struct given *given)
{
	return lx_helix_create(&(const struct lx_helix_config){
		.loop = session->loop,
		.http = session->http,
		.bus = session->bus,
		.text = session->cli->text,
		.random = lx_random_system(),
		.base_url = session->addresses.helix,
		.credentials = {.get = get_credentials, .data = given}, /* nothing to refresh it with */
	});
}

static bool ask(struct lx_cli_session *session, struct lx_helix *helix, const struct question *question)
{
	struct answer answer = {0};
	const struct lx_helix_call call = {
		.endpoint = lx_helix_endpoint_find(question->method, question->path),
		.method = question->method,
		.path = question->path,
		.query = question->query.array,
		.query_count = question->query.num,
		.body = question->body,
		.priority = LX_HELIX_USER,
		.done = on_done,
		.data = &answer,
	};

	uint64_t id = lx_helix_send(helix, &call);
	while (!answer.done)
		if (!lx_cli_session_turn(session))
			lx_helix_cancel(helix, id);
	return answer.good;
}

static bool ask_as_somebody(const struct lx_cli *cli, const struct question *question)
{
	struct lx_cli_session session;
	bool good;

	lx_cli_session_open(&session, cli);
	struct given given = {session.client_id, lx_oauth_clean_token(lx_cli_environment("LIVEXTREM_TOKEN", ""))};
	if (given.token && *given.client_id) {
		struct lx_helix *helix = create_for_token(&session, &given);
		good = ask(&session, helix, question);
		lx_helix_destroy(helix);
	} else {
		good = lx_cli_session_sign_in(&session) && ask(&session, session.helix, question);
	}
	lx_secret_free(given.token);
	lx_cli_session_close(&session);
	return good;
}

int lx_cli_helix(const struct lx_cli *cli, int argc, char **argv)
{
	struct question question = {0};
	int status = 2;

	lx_stdio_set_binary();
	if (read_arguments(&question, argc, argv))
		status = ask_as_somebody(cli, &question) ? 0 : 1;
	else
		lx_cli_say(cli, "Cli.Error.HelixUsage", NULL, 0);
	free_question(&question);
	return status;
}
