/*
 * The program: starts a simulator, says where it is in one line of JSON, and runs until it is told to end.
 */
#include "twitchsim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/base.h>
#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static const char help[] =
	"Usage: twitchsim [OPTION]…\n"
	"Plays Twitch on this machine: IRC, Helix, OAuth, EventSub. Prints one line of JSON with all addresses, then runs until\n"
	"it gets SIGINT or SIGTERM.\n"
	"\n"
	"  --rate N          chat messages a second in the channel `streamer`, 0 to 5000 (default 5)\n"
	"  --seed N          the same seed gives the same people and the same chat (default 1)\n"
	"  --steady          even rate, no bursts, viewers stay\n"
	"  --offline         the channel is not live at start\n"
	"  --people N        size of the crowd (default 600)\n"
	"  --history N       messages remembered for deleting (default 131072)\n"
	"  --ca-file PATH    where to write the CA certificate (default: a temporary file)\n"
	"  --ipv6            listen on ::1 instead of 127.0.0.1\n"
	"  --irc-port N, --ircs-port N, --http-port N, --https-port N, --ws-port N, --wss-port N, --control-port N\n"
	"                    ports; default: any free one\n"
	"  --exit-with-stdin end when standard input is closed, so that no simulator outlives its test\n"
	"  --print-ports     the default: print the line of JSON\n"
	"  --help\n"
	"\n"
	"Ready-made accounts (client id simpublicclient000000000000001):\n"
	"  broadcastertoken00000000000001   streamer, all scopes\n"
	"  moderatortoken0000000000000001   modi, moderator of streamer, all scopes\n"
	"  viewertoken0000000000000000001   viewer, nobody special, all scopes\n"
	"  bottoken0000000000000000000001   mybot, moderator of streamer, all scopes\n"
	"  neighbourtoken0000000000000001   neighbour, an affiliate with a channel of their own\n"
	"  smallfrytoken00000000000000001   smallfry, neither affiliate nor partner\n"
	"  noscopestoken00000000000000001   streamer, no scope at all\n"
	"  expiredtoken000000000000000001   streamer, expired\n"
	"Control: POST http://…/COMMAND with JSON at the control address; see tests/twitchsim/README.md.\n";

static void *wait_for_stdin(void *data)
{
	(void)data;
	char buffer[64];
	while (fread(buffer, 1, sizeof(buffer), stdin) > 0)
		;
	ended = 1;
	return NULL;
}

static bool number(const char *text, double max, double *value)
{
	char *end;
	*value = strtod(text, &end);
	return *text && !*end && *value >= 0 && *value <= max;
}

int main(int argc, char **argv)
{
	cJSON_InitHooks(&(cJSON_Hooks){bmalloc, bfree});
	struct lx_sim_config config = {.seed = 1, .rate = 5, .drift = true};
	bool exit_with_stdin = false;
	struct {
		const char *name;
		uint16_t *port;
	} ports[] = {{"--irc-port", &config.irc_port},        {"--ircs-port", &config.ircs_port},
		     {"--http-port", &config.http_port},      {"--https-port", &config.https_port},
		     {"--ws-port", &config.ws_port},          {"--wss-port", &config.wss_port},
		     {"--control-port", &config.control_port}};
	for (int i = 1; i < argc; i++) {
		const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
		double parsed = 0;
		bool ok = true, used = true;
		if (strcmp(option, "--help") == 0) {
			fputs(help, stdout);
			return 0;
		} else if (strcmp(option, "--steady") == 0) {
			config.steady = true;
			config.drift = false;
			used = false;
		} else if (strcmp(option, "--offline") == 0) {
			config.offline = true;
			used = false;
		} else if (strcmp(option, "--ipv6") == 0) {
			config.ipv6 = true;
			used = false;
		} else if (strcmp(option, "--exit-with-stdin") == 0) {
			exit_with_stdin = true;
			used = false;
		} else if (strcmp(option, "--print-ports") == 0) {
			used = false;
		} else if (strcmp(option, "--ca-file") == 0) {
			config.ca_file = value;
			ok = *value != '\0';
		} else if (strcmp(option, "--rate") == 0) {
			ok = number(value, 5000, &config.rate);
		} else if (strcmp(option, "--seed") == 0) {
			ok = number(value, 9e15, &parsed);
			config.seed = (uint64_t)parsed;
		} else if (strcmp(option, "--people") == 0) {
			ok = number(value, 20000, &parsed);
			config.people = (uint32_t)parsed;
		} else if (strcmp(option, "--history") == 0) {
			ok = number(value, 4194304, &parsed);
			config.history = (uint32_t)parsed;
		} else {
			ok = false;
			for (size_t k = 0; k < sizeof(ports) / sizeof(ports[0]); k++) {
				if (strcmp(option, ports[k].name) == 0) {
					ok = number(value, 65535, &parsed);
					*ports[k].port = (uint16_t)parsed;
				}
			}
		}
		if (!ok) {
			fprintf(stderr, "twitchsim: what is \"%s %s\"? See twitchsim --help.\n", option,
				used ? value : "");
			return 2;
		}
		i += used;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
#ifdef SIGPIPE
	signal(SIGPIPE, SIG_IGN);
#endif
	struct lx_sim *sim = lx_sim_start(&config);
	if (!sim) {
		fputs("twitchsim: cannot start; is a port taken, or the CA file's folder not writable?\n", stderr);
		return 1;
	}
	char *urls = lx_sim_control(sim, "urls", NULL);
	printf("%s\n", urls);
	fflush(stdout);
	bfree(urls);
	pthread_t reader;
	if (exit_with_stdin && pthread_create(&reader, NULL, wait_for_stdin, NULL) == 0)
		pthread_detach(reader);
	while (!ended)
		os_sleep_ms(50);
	lx_sim_stop(sim);
	return 0;
}
