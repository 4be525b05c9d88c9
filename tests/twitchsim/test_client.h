/* Small clients for testing the simulator, on libcurl: HTTP requests, an IRC line stream, a WebSocket. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "twitchsim.h"

#define BROADCASTER "broadcastertoken00000000000001"
#define MODERATOR "moderatortoken0000000000000001"
#define VIEWER "viewertoken0000000000000000001"
#define SMALLFRY "smallfrytoken00000000000000001"
#define NO_SCOPES "noscopestoken00000000000000001"
#define EXPIRED "expiredtoken000000000000000001"
#define APP "apptoken0000000000000000000001"
#define PUBLIC_CLIENT "simpublicclient000000000000001"
#define SECRET_CLIENT "simsecretclient000000000000001"
#define CLIENT_SECRET "simclientsecret000000000000001"

/* Runs a control command; fails the test when it fails. The answer is the caller's. */
cJSON *control(struct lx_sim *sim, const char *command, const char *json);
/* The same without an answer. */
void tell(struct lx_sim *sim, const char *command, const char *json);

struct answer {
	long status; /* 0 = none */
	int version; /* 11 or 20 */
	cJSON *json; /* NULL when the body is no JSON */
	char *body, *headers;
};
/* `base` is a name of lx_sim_url(); `token` NULL = no headers; `body` NULL = none; form bodies when `form`. */
struct answer request(struct lx_sim *sim, const char *base, const char *method, const char *path, const char *token,
		      const char *body, bool form);
void answer_finish(struct answer *answer);
const char *message_of(const struct answer *answer);

struct stream;
/* Connects to a URL of the simulator: irc, ircs (certificate checked), ws, wss. NULL when that fails. */
struct stream *stream_open(struct lx_sim *sim, const char *url);
void stream_close(struct stream *stream);
void stream_send(struct stream *stream, const char *text);
/* The next line or message, valid until the next call; NULL when closed or after `ms`. */
const char *stream_next(struct stream *stream, int ms);
bool stream_closed(const struct stream *stream);
/* Close code of a WebSocket, 0 = none seen. */
int stream_close_code(const struct stream *stream);
/* Skips to the first line that contains `part`; fails the test after two seconds. */
const char *stream_expect(struct stream *stream, const char *part);
/* Nothing with `part` comes before the answer to a PING sent now. */
void stream_expect_none(struct stream *stream, const char *part);
/* IRC: logs in (token NULL = anonymously) and joins #streamer. */
struct stream *join(struct lx_sim *sim, const char *token);
