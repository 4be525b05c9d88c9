/*
 * A sign-in as it rests in the secret store: one JSON text for each role.
 *
 * Threads: plain data. Secrets: everything is freed with lx_account_record_finish(), which wipes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct lx_account_record {
	char *client_id, *user_id, *login;
	char *token, *refresh_token; /* refresh_token "" where there is none */
	char *scopes;                /* separated by spaces */
	int64_t obtained_ms;         /* Unix milliseconds */
	int64_t expires_ms;          /* the same, 0 unknown or never */
};

/* Every string set, "" where nothing is known. */
void lx_account_record_init(struct lx_account_record *record);
void lx_account_record_finish(struct lx_account_record *record);
void lx_account_record_copy(struct lx_account_record *out, const struct lx_account_record *record);

/* Freed with lx_secret_free(). */
char *lx_account_record_encode(const struct lx_account_record *record);
/* False for what is no sign-in; `out` is empty then. Either way it is finished by the caller. */
bool lx_account_record_decode(struct lx_account_record *out, const char *text);
