/*
 * The whole core as the plugin runs it (threads, sockets, curl, the secret file) in a world of its own: private signals and
 * procedures, a simulated Twitch in the same process, a folder for settings and secrets, every event noted.
 *
 *	struct core_world world;
 *	core_world_start(&world, &(struct core_world_config){.user = "streamer"});
 *	wait_until(&world, core_link_is(&world, "chat", "online"));
 *	core_world_control(&world, "chat.message", "{\"text\":\"hello\"}");
 *	wait_until(&world, core_seen(&world, "chat_message", "\"text\":\"hello\"", NULL) == 1);
 *	core_world_stop(&world);
 *
 * Nothing here sleeps for a fixed time: wait_until() looks again at each event, and at least fifty times a second.
 */
#pragma once

#include "support.h"

#include <cjson/cJSON.h>
#include <util/darray.h>
#include <util/platform.h>
#include <util/threading.h>

#include "bus/bus.h"
#include "core.h"
#include "twitch/account.h"
#include "twitch/helix.h"
#include "twitchsim.h"

struct core_world_config {
	struct lx_sim_config sim;
	const char *user;      /* whose sign-in is in the secret file at start; NULL = nobody's */
	const char *scopes;    /* of it; NULL = all */
	const char *client_id; /* NULL = the simulator's public one */
	const char *channel;   /* setting; NULL = the account's own, or none */
	int expires_in;        /* seconds the sign-in is good for, 0 = hours */
	int redirect_port;     /* setting; 0 = the usual one */
	bool plain;            /* irc:, http:, ws: instead of TLS */
	bool system_store;     /* secrets in the system's store instead of a file: in memory where tests run */
	bool no_websocket;     /* as if libcurl knew none */
	const char *path;      /* put before /helix and /oauth2, as a server behind a prefix has it; NULL = none */
};

struct core_seen {
	enum lx_event_type type;
	char *json;
};

struct core_world {
	struct core_world_config config;
	struct lx_sim *sim;
	struct core_clock {
		struct lx_clock clock;
		volatile long offset_s;
		uint64_t moved_ns; /* when it was last */
	} clock;
	char folder[128], token_path[160];
	char *urls[4]; /* irc, helix, id, eventsub */

	signal_handler_t *signals;
	proc_handler_t *procs;
	struct lx_bus *bus;
	struct lx_text *text;
	struct lx_settings *settings;
	struct lx_core *core;

	os_event_t *news;
	pthread_mutex_t mutex; /* guards `seen` */
	DARRAY(struct core_seen) seen;
};

/* Simulator, stored sign-in, core; the core is started. */
void core_world_start(struct core_world *world, const struct core_world_config *config);
/* Ends everything. The core has to be gone within two seconds, and to leave nothing behind. */
void core_world_stop(struct core_world *world);
/* The same in two halves: OBS ends and starts again while Twitch, the folder and what was seen stay. */
void core_world_open(struct core_world *world);
void core_world_close(struct core_world *world);

/* A command to the simulator; fails the test when it is refused. The answer of _ask is the caller's (cJSON_Delete). */
void core_world_control(struct core_world *world, const char *command, const char *json);
cJSON *core_world_ask(struct core_world *world, const char *command, const char *json);
/* How many requests the simulator received since its start (or "received.clear"); `method` NULL, `status` 0 = any. A path
 * that goes on with "?" names the whole query too. */
int core_world_requests(struct core_world *world, const char *method, const char *path, int status);
/* The same for lines of its journal of this kind ("connect", "irc", "eventsub") that begin so. */
int core_world_received(struct core_world *world, const char *kind, const char *begin);
/* Asks the web API as the core does, waits, and fails the test when that is refused. The answer (NULL for none) is the caller's. */
cJSON *core_world_helix(struct core_world *world, const char *method, const char *path, const char *body);
/* The same by somebody else, who has this token. */
cJSON *core_world_helix_as(struct core_world *world, const char *token, const char *method, const char *path,
			   const char *body);

/* Id of the person with this login; bfree(). */
char *core_world_user(struct core_world *world, const char *login);
/* How many subscriptions to this EventSub type (NULL = any) Twitch serves. */
int core_world_subscribed(struct core_world *world, const char *type);

/* Calls a procedure with pairs of name and text, ended by NULL; whole numbers are passed as numbers. False when it was refused. */
bool core_world_call(struct core_world *world, enum lx_proc proc, ...);

/* How many events of this type ("chat_message"; NULL = any) hold each of the texts (ended by NULL) in their JSON. */
int core_seen(struct core_world *world, const char *type, ...);
/* The JSON of the last one, "" without one; bfree(). */
char *core_seen_last(struct core_world *world, const char *type, ...);
/* Forgets what was seen. */
void core_seen_clear(struct core_world *world);
/* Whether "chat", "eventsub" or "helix" is in this state now. */
bool core_link_is(struct core_world *world, const char *link, const char *state);
/* How often it was told that "chat", "eventsub" or "helix" came into this state. */
int core_link_seen(struct core_world *world, const char *link, const char *state);
/* Ids of all chat messages and notices, in order, each with a line end behind it; bfree(). */
char *core_seen_chat(struct core_world *world);

/* Moves time ahead, here and at Twitch, and wakes everybody who waits for a moment. */
void core_world_advance(struct core_world *world, long seconds);
/* The same for conditions of wait_until(), which are asked more often than anybody can act: fifty times a second at most. True. */
bool core_world_pass(struct core_world *world, long seconds);

/* What the core logged since core_log_start(), "" = nothing; bfree(). One world at a time. */
void core_log_start(void);
char *core_log_stop(void);

/* Prints what was seen last, for a failed test. */
void core_world_tell(struct core_world *world);

#define CORE_PATIENCE_NS 30000000000u

#define wait_until(world, condition)                                             \
	do {                                                                     \
		uint64_t wait_begin = os_gettime_ns();                           \
		while (!(condition)) {                                           \
			if (os_gettime_ns() - wait_begin > CORE_PATIENCE_NS) {   \
				core_world_tell(world);                          \
				fail_msg("never: %s", #condition);               \
			}                                                        \
			os_event_timedwait((world)->news, 20);                   \
		}                                                                \
	} while (0)
