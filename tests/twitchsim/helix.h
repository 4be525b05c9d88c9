/*
 * Helix: token, Client-Id, scopes, roles, rate limit and paging are checked here by table; the handlers only do the work.
 * One table per area, in helix_<area>.c.
 */
#pragma once

#include "http.h"
#include "json.h"
#include "oauth.h"
#include "world.h"

struct sim_call {
	struct lx_sim *sim;
	struct sim_request *request;
	struct sim_answer *answer;
	const struct sim_token *token;
	struct sim_user *user;       /* of the token, NULL with an app token */
	struct sim_channel *channel; /* of broadcaster_id, where the table asks for it */
	cJSON *body;                 /* NULL when none */
};

enum sim_endpoint_rule {
	SIM_ANY_TOKEN = 0,
	SIM_USER_TOKEN = 1,         /* app tokens are refused */
	SIM_APP_TOKEN = 2,          /* user tokens are refused */
	SIM_BROADCASTER = 4,        /* query broadcaster_id is needed and exists */
	SIM_BROADCASTER_SELF = 8,   /* … and is the token's user */
	SIM_MODERATOR = 16,         /* query moderator_id is needed, is the token's user, and moderates there */
	SIM_BODY = 32,              /* a JSON object is needed */
	SIM_NO_HEADERS = 64,        /* not even a token */
	SIM_BODY_BROADCASTER = 128, /* broadcaster_id comes in the body and is the token's user */
	SIM_MONETIZED = 256,        /* affiliates and partners only, else 403 */
};

struct sim_endpoint {
	const char *method, *path; /* path behind /helix */
	const char *scopes;        /* any of these, separated by '|'; NULL = none needed */
	unsigned rules;
	void (*handler)(struct sim_call *call);
};

/* Each ends with a row of NULL. */
extern const struct sim_endpoint sim_helix_users[], sim_helix_channels[], sim_helix_chat[], sim_helix_moderation[],
	sim_helix_money[], sim_helix_schedule[], sim_helix_videos[], sim_helix_engage[], sim_helix_points[],
	sim_helix_eventsub[], sim_helix_gone[];

struct sim_helix *sim_helix_create(struct lx_sim *sim);
void sim_helix_destroy(struct sim_helix *helix);
void sim_helix_request(struct sim_request *request, struct sim_answer *answer);
/* Control "helix": {"remaining":n} sets what is left in every bucket, {"limit":n} the size. */
cJSON *sim_helix_control(struct lx_sim *sim, const cJSON *json);

/* --- for handlers ------------------------------------------------------------------------------------------------- */

void sim_fail(struct sim_call *call, int status, const char *format, ...);
bool sim_failed(const struct sim_call *call);
void sim_no_content(struct sim_call *call);
/* Takes `json` over. */
void sim_reply(struct sim_call *call, int status, cJSON *json);
/* {"data":[…]}; takes `array` over. */
void sim_reply_data(struct sim_call *call, cJSON *array);
/* An array with one object in it. */
cJSON *sim_array_of(cJSON *object);

const char *sim_param(const struct sim_call *call, const char *name); /* NULL when missing or empty */
/* As sim_param, but its absence is answered with 400. */
const char *sim_need_param(struct sim_call *call, const char *name);
/* Values of a repeated parameter; more than `max` is answered with 400 and counts 0. */
size_t sim_params(struct sim_call *call, const char *name, const char **values, size_t max);
const char *sim_need_text(struct sim_call *call, const char *name); /* of the body */
/* Person named by a query parameter; unknown ones are answered with 400. */
struct sim_user *sim_need_user(struct sim_call *call, const char *param);
/* The parameter must be the token's user, else 401. */
bool sim_need_self(struct sim_call *call, const char *param);
bool sim_has_scope(const struct sim_call *call, const char *scopes);

/*
 * Paging: takes `all` (array, taken over) and leaves the wanted page in an answer {"data":…,"pagination":…} which the handler
 * may extend before sim_reply(). NULL after an error.
 */
cJSON *sim_page(struct sim_call *call, cJSON *all, int fallback, int max);

void sim_put_b3(cJSON *json, const struct sim_user *user); /* broadcaster_id, _login, _name */
void sim_put_u3(cJSON *json, const struct sim_user *user); /* user_id, user_login, user_name */
/* <prefix>id, <prefix>login, <prefix>name */
void sim_put_3(cJSON *json, const char *prefix, const struct sim_user *user);
bool sim_monetized(const struct sim_user *user);
