/*
 * Tokens, applications, and the OAuth endpoints (twitch.md 2).
 */
#pragma once

#include "http.h"

struct sim_client { /* a registered application */
	char id[40];
	char secret[40]; /* "" = public */
	char redirects[4][128];
	char name[40];
};

struct sim_token {
	char access[64], refresh[64]; /* refresh "" = none */
	struct sim_user *user;        /* NULL = app token */
	const struct sim_client *client;
	char **scopes;
	size_t scope_count;
	int64_t expires_ms, refresh_expires_ms;
	bool revoked, refresh_used;
};

struct sim_oauth *sim_oauth_create(struct lx_sim *sim);
void sim_oauth_destroy(struct sim_oauth *oauth);

/* A token that is valid now, or NULL. */
const struct sim_token *sim_token_find(struct lx_sim *sim, const char *access);
bool sim_token_has(const struct sim_token *token, const char *scope);

/* Scopes this person granted to the application, or NULL when there is no valid token. */
cJSON *sim_oauth_scopes_of(struct lx_sim *sim, const struct sim_user *user, const struct sim_client *client);

/* Requests below /oauth2. */
void sim_oauth_request(struct sim_request *request, struct sim_answer *answer);
/* Control commands "token" and "oauth". */
cJSON *sim_oauth_token_control(struct lx_sim *sim, const cJSON *json);
cJSON *sim_oauth_control(struct lx_sim *sim, const cJSON *json);
/* The ready-made tokens, for the ready line and for people. */
cJSON *sim_oauth_list(struct lx_sim *sim);
