/*
 * Twitch simulator: IRC (TLS and plain), Helix, OAuth and EventSub of one imaginary Twitch with one consistent state, on
 * loopback, with a control interface that makes things happen, injects faults and tells what was received.
 *
 * The program `twitchsim` is a thin shell around this; tests start it inside their own process:
 *
 *	struct lx_sim *sim = lx_sim_start(&(struct lx_sim_config){.seed = 1});
 *	setenv("LIVEXTREM_IRC_URL", lx_sim_url(sim, "irc"), 1);
 *	char *answer = lx_sim_control(sim, "chat.message", "{\"user\":\"anna_b\",\"text\":\"hello\"}");
 *	bfree(answer);
 *	lx_sim_stop(sim);
 *
 * Threads: a simulator runs on a thread of its own. Every function here may be called from any thread.
 * Ownership: strings returned as `const char *` live as long as the simulator; the answer of lx_sim_control() is the caller's (bfree).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_sim;

/* Zero is a good value for everything. */
struct lx_sim_config {
	uint64_t seed; /* of people and chat; the same seed gives the same chat */
	double rate;   /* chat messages a second in `streamer`, 0 = silent (set later with "chat.rate"), at most 5000 */
	bool steady;   /* even rate, no bursts (for measuring) */
	bool drift;    /* viewers come and go by themselves */
	bool ipv6;     /* listen on ::1 instead of 127.0.0.1 */
	bool offline;  /* the channel is not live at start */
	uint32_t people;  /* size of the crowd, 0 = 600 */
	uint32_t history; /* messages remembered for deleting, 0 = 131072 */
	const char *
		ca_file; /* where to write the certificate of the simulator's CA, NULL = a temporary file, removed on stop */
	/* Ports; 0 = any free one. */
	uint16_t irc_port, ircs_port, http_port, https_port, ws_port, wss_port, control_port;
};

/* NULL when a port or the CA file cannot be had; the reason is logged. */
struct lx_sim *lx_sim_start(const struct lx_sim_config *config);
/* Closes everything and joins the thread. NULL is accepted. */
void lx_sim_stop(struct lx_sim *sim);

/*
 * Address by name: "irc", "ircs", "helix", "helix_tls", "id", "id_tls", "eventsub", "eventsub_tls", "control", and "ca_file" (a
 * path). NULL for another name.
 */
const char *lx_sim_url(const struct lx_sim *sim, const char *name);

/*
 * Runs a control command (see README.md) and waits for its answer, JSON. `json` holds its parameters, NULL = none. Not on
 * the simulator's own thread.
 */
char *lx_sim_control(struct lx_sim *sim, const char *command, const char *json);

#ifdef __cplusplus
}
#endif
