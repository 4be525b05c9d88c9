/*
 * What the ways to sign in have in common: the reasons for which they fail, and how they tell whoever started them.
 * Used by the account and the ways only.
 *
 * Threads: the callbacks come on the loop's thread; what they are given is borrowed, valid during the call.
 */
#pragma once

#include "twitch/oauth.h"

enum lx_login_failure {
	LX_LOGIN_FAILURE_NONE,
	LX_LOGIN_FAILURE_DENIED,  /* the user said no */
	LX_LOGIN_FAILURE_EXPIRED, /* nobody decided in time */
	LX_LOGIN_FAILURE_CODE,    /* Twitch no longer knows the code: expired, refused or used */
	LX_LOGIN_FAILURE_NETWORK,
	LX_LOGIN_FAILURE_SERVER,
	LX_LOGIN_FAILURE_NO_CLIENT, /* no client id is set */
	LX_LOGIN_FAILURE_CLIENT,    /* Twitch does not accept the client id or its secret */
	LX_LOGIN_FAILURE_NO_SECRET, /* the code way without a client secret */
	LX_LOGIN_FAILURE_PORT,      /* the local port is taken */
	LX_LOGIN_FAILURE_TOKEN,     /* the pasted token is none, or Twitch refuses it */
	LX_LOGIN_FAILURE_CANCELLED,
	LX_LOGIN_FAILURE_COUNT
};

/* Borrowed; strings NULL where they do not apply. */
struct lx_login_prompt {
	const char *url, *short_url, *user_code;
	int64_t expires_in_ms;
};

struct lx_login_way_callbacks {
	/* It is the user's turn, in the browser. */
	void (*waiting)(const struct lx_login_prompt *prompt, void *data);
	/* The user has agreed; `token` may be moved out by copying and zeroing it. After it neither `waiting` nor `failed`. */
	void (*got_token)(struct lx_oauth_token *token, void *data);
	/* After it neither `waiting` nor `got_token`. */
	void (*failed)(enum lx_login_failure failure, void *data);
	/* Code way only, after lx_login_code_answer(): the browser has its page, nothing is left to do. */
	void (*closed)(void *data);
	void *data;
};

enum lx_login_failure lx_login_failure_of(enum lx_oauth_error error);
/* Key of the sentence that tells the user what happened and what to do. */
const char *lx_login_failure_key(enum lx_login_failure failure);
/* The stable word of struct lx_login. */
const char *lx_login_failure_reason(enum lx_login_failure failure);
