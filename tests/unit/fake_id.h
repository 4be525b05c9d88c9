/*
 * A login server as obedient as a test needs it: device codes, codes, refresh, validate, revoke, with one pair of tokens at a
 * time and faults on demand. Everything secret that it hands out contains FAKE_SECRET, so that a test can look for it where
 * no secret belongs.
 *
 * Threads: serves on a thread of its own; every function from any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FAKE_SECRET "zq7xsecret"
#define FAKE_CLIENT_SECRET FAKE_SECRET "client"
#define FAKE_CODE FAKE_SECRET "code"

struct fake_id;

struct fake_id *fake_id_start(void);
void fake_id_stop(struct fake_id *fake);
/* The time by which tokens expire, Unix milliseconds. */
void fake_id_set_now(struct fake_id *fake, int64_t now_ms);
const char *fake_id_url(const struct fake_id *fake);
/* Nobody listens any more; and again at the same address. */
void fake_id_down(struct fake_id *fake);
void fake_id_up(struct fake_id *fake);

enum fake_fault {
	FAKE_ANSWER,      /* `status` and `body` instead of doing anything */
	FAKE_DROP,        /* the connection breaks before anything is done */
	FAKE_LOSE_ANSWER, /* everything is done, but the connection breaks before the answer */
};
/* For the next `times` requests to `path` ("/token"). One fault at a time. */
void fake_id_fault(struct fake_id *fake, const char *path, enum fake_fault fault, int times, int status,
		   const char *body);

/* What is answered while the user has not agreed: "authorization_pending" at first, NULL = agreed. */
void fake_id_device_says(struct fake_id *fake, const char *message);
void fake_id_device_expires(struct fake_id *fake, int seconds);
void fake_id_token_lives(struct fake_id *fake, int seconds); /* of tokens from now on */
void fake_id_scopes(struct fake_id *fake, const char *json); /* as `scope(s)` appear in answers: "[\"a\"]" */
void fake_id_user(struct fake_id *fake, const char *user_id, const char *login);

/* Hands out a pair as if somebody had signed in elsewhere. Valid until the next call. */
const char *fake_id_issue(struct fake_id *fake);
const char *fake_id_token(struct fake_id *fake);   /* the newest, "" when withdrawn */
const char *fake_id_refresh(struct fake_id *fake); /* the only good one */
/* The tokens are no longer good; with `all` the refresh token neither. */
void fake_id_withdraw(struct fake_id *fake, bool all);

/* Requests to a path so far; with `grant` only those whose body contains it. */
int fake_id_count(struct fake_id *fake, const char *path, const char *grant);
/* The last body sent to a path, for looking into; valid until the next request. */
const char *fake_id_last(struct fake_id *fake, const char *path);
