/*
 * OAuth: what is said to id.twitch.tv and what its answers mean. Pure functions: nothing here sends, waits or remembers.
 *
 * Facts: dev.twitch.tv/docs/authentication (getting-tokens-oauth, refresh-tokens, validate-tokens, revoke-tokens). Answers
 * are read with tolerance: numbers may be text, `scope` may be an array, a text, null or absent.
 *
 * Threads: any.
 * Secrets: every form and every string of an answer is freed with lx_secret_free() (or the finish functions), which wipes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum lx_oauth_error {
	LX_OAUTH_OK,
	LX_OAUTH_PENDING,        /* device code: the user has not decided yet */
	LX_OAUTH_SLOW_DOWN,      /* device code: asked too often */
	LX_OAUTH_DENIED,         /* the user said no */
	LX_OAUTH_INVALID_GRANT,  /* the code or refresh token is used up, expired, withdrawn or wrong */
	LX_OAUTH_INVALID_TOKEN,  /* the access token is */
	LX_OAUTH_INVALID_CLIENT, /* unknown client id, or its secret is wrong or missing */
	LX_OAUTH_REFUSED,        /* refused for a reason we do not know */
	LX_OAUTH_SERVER,         /* 429, 5xx or an answer that makes no sense: try again later */
	LX_OAUTH_NETWORK,        /* no answer at all (set by whoever sends) */
};

/* --- requests: bodies of type application/x-www-form-urlencoded ----------------------------------------------------- */

char *lx_oauth_device_form(const char *client_id, const char *scopes);
char *lx_oauth_device_token_form(const char *client_id, const char *scopes, const char *device_code);
char *lx_oauth_code_form(const char *client_id, const char *client_secret, const char *code, const char *redirect_uri);
/* `client_secret` "" or NULL for public clients. */
char *lx_oauth_refresh_form(const char *client_id, const char *client_secret, const char *refresh_token);
char *lx_oauth_revoke_form(const char *client_id, const char *token);
/* The page where the user says yes or no; the account is always asked for, as people sign in with a second one. */
char *lx_oauth_authorize_url(const char *id_url, const char *client_id, const char *redirect_uri, const char *scopes,
			     const char *state);

/*
 * What people paste: "oauth:" and white space around are taken off. NULL when the rest cannot be a token (which also keeps
 * line breaks out of headers).
 */
char *lx_oauth_clean_token(const char *pasted);

/* --- answers -------------------------------------------------------------------------------------------------------- */

struct lx_oauth_device {
	char *device_code;
	char *user_code;
	char *url;          /* page with the code filled in; https, or loopback */
	char *short_url;    /* the same page for typing the code */
	int64_t expires_s;  /* 1 … 3600 */
	int64_t interval_s; /* 1 … 60 */
};

struct lx_oauth_token {
	char *token;
	char *refresh_token; /* "" when there is none */
	char *scopes;        /* separated by spaces; NULL when the answer does not tell */
	int64_t expires_s;   /* 0 when the answer does not tell */
};

struct lx_oauth_identity {
	char *client_id;
	char *user_id;
	char *login;
	char *scopes;
	int64_t expires_s;
};

/* Each fills `out` only with LX_OAUTH_OK; the finish functions accept zeroed structs. */
enum lx_oauth_error lx_oauth_decode_device(long status, const char *body, struct lx_oauth_device *out);
enum lx_oauth_error lx_oauth_decode_token(long status, const char *body, struct lx_oauth_token *out);
enum lx_oauth_error lx_oauth_decode_validate(long status, const char *body, struct lx_oauth_identity *out);
/* A token that is invalid already counts as revoked. */
enum lx_oauth_error lx_oauth_decode_revoke(long status, const char *body);

void lx_oauth_device_finish(struct lx_oauth_device *device);
void lx_oauth_token_finish(struct lx_oauth_token *token);
void lx_oauth_identity_finish(struct lx_oauth_identity *identity);

#ifdef __cplusplus
}
#endif
