/*
 * Sends OAuth requests and hands over decoded answers. Does not try again: whoever asks knows whether that is safe.
 *
 * Threads: everything on the loop's thread, or after it stopped.
 * Ownership: `http` must outlive the client; answers are borrowed, see below.
 */
#pragma once

#include "net/http.h"
#include "twitch/oauth.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_oauth_client;

/* `id_url`: "https://id.twitch.tv/oauth2", copied. */
struct lx_oauth_client *lx_oauth_client_create(struct lx_http *http, const char *id_url);
/* No callback follows. `http` must still be there. */
void lx_oauth_client_destroy(struct lx_oauth_client *client);

enum lx_oauth_request {
	LX_OAUTH_DEVICE,   /* secret: form */
	LX_OAUTH_TOKEN,    /* secret: form */
	LX_OAUTH_VALIDATE, /* secret: access token */
	LX_OAUTH_REVOKE,   /* secret: form */
};

/*
 * Only the struct that belongs to the request is filled, and only with LX_OAUTH_OK. Valid during the call; a struct may be
 * moved out by copying and zeroing it.
 */
struct lx_oauth_answer {
	enum lx_oauth_error error;
	bool sent; /* with LX_OAUTH_NETWORK: the request may have reached Twitch */
	struct lx_oauth_device device;
	struct lx_oauth_token token;
	struct lx_oauth_identity identity;
};

typedef void (*lx_oauth_done)(struct lx_oauth_answer *answer, void *data);

/* Takes `secret` over (wipes it). Returns an id; `done` is called once, later. 0 and no callback
 * when HTTP is being torn down. */
uint64_t lx_oauth_send(struct lx_oauth_client *client, enum lx_oauth_request request, char *secret, lx_oauth_done done,
		       void *data);
/* `done` is not called any more. Accepts 0 and ids that are gone. */
void lx_oauth_cancel(struct lx_oauth_client *client, uint64_t id);
/* Whether any request is under way. */
bool lx_oauth_client_busy(const struct lx_oauth_client *client);

#ifdef __cplusplus
}
#endif
