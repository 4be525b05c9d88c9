/* What OAuth remembers: shared by oauth.c (applications and tokens, control) and oauth_grants.c (the endpoints). */
#pragma once

#include "oauth.h"

#define USER_SECONDS 14124
#define APP_SECONDS 5184000
#define DEVICE_SECONDS 1800
#define DEVICE_INTERVAL 5
#define REFRESH_DAYS 30

enum sim_grant_state { PENDING, APPROVED, DENIED, SPENT };

struct sim_device {
	char device_code[41], user_code[9];
	const struct sim_client *client;
	char *scopes;
	int64_t expires_ms, approve_at_ms;
	enum sim_grant_state state;
	struct sim_user *user;
};

struct sim_code {
	char text[31];
	const struct sim_client *client;
	char *scopes, *redirect;
	struct sim_user *user;
	int64_t expires_ms;
};

struct sim_oauth {
	DARRAY(struct sim_client *) clients;
	DARRAY(struct sim_token *) tokens;
	DARRAY(struct sim_device) devices;
	DARRAY(struct sim_code) codes;
	int expires_in;
	int interval;        /* seconds between two questions of the device grant */
	int auto_approve_ms; /* -1 = never */
	bool deny;           /* the person at the authorize page says no */
	char account[26];    /* who sits at the authorize page */
};

/* `access` NULL = a random one. `scopes` separated by spaces. */
struct sim_token *sim_oauth_add_token(struct lx_sim *sim, const char *access, struct sim_user *user,
				      const struct sim_client *client, const char *scopes, int64_t seconds,
				      bool refresh);
/* NULL when unknown; NULL is accepted. */
const struct sim_client *sim_oauth_client(struct lx_sim *sim, const char *id);
/* The first unknown scope of a list separated by spaces, or NULL. */
const char *sim_oauth_unknown_scope(const char *scopes);
/* Newest one with this code; `user_code` NULL = newest that waits. */
struct sim_device *sim_oauth_device(struct lx_sim *sim, const char *user_code);
/* What the person at the activation page says. `login` NULL = the account set for it. */
void sim_oauth_decide(struct lx_sim *sim, struct sim_device *device, bool approve, const char *login);
