#include "oauth.h"

#include <stdio.h>
#include <stdlib.h>

#include "eventsub.h"
#include "irc.h"
#include "json.h"
#include "server.h"
#include "world.h"

#define USER_SECONDS 14124
#define APP_SECONDS 5184000
#define DEVICE_SECONDS 1800
#define DEVICE_INTERVAL 5
#define REFRESH_DAYS 30

enum grant_state { PENDING, APPROVED, DENIED, SPENT };

struct device {
	char device_code[41], user_code[9];
	const struct sim_client *client;
	char *scopes;
	int64_t expires_ms, approve_at_ms;
	enum grant_state state;
	struct sim_user *user;
};

struct code {
	char text[31];
	const struct sim_client *client;
	char *scopes, *redirect;
	struct sim_user *user;
	int64_t expires_ms;
};

struct sim_oauth {
	DARRAY(struct sim_client *) clients;
	DARRAY(struct sim_token *) tokens;
	DARRAY(struct device) devices;
	DARRAY(struct code) codes;
	int expires_in;
	int interval;        /* seconds between two questions of the device grant */
	int auto_approve_ms; /* -1 = never */
	bool deny;           /* the person at the authorize page says no */
	char account[26];    /* who sits at the authorize page */
};

static const char *const all_scopes[] = {"analytics:read:extensions",
					 "analytics:read:games",
					 "bits:read",
					 "channel:bot",
					 "channel:edit:commercial",
					 "channel:manage:ads",
					 "channel:manage:broadcast",
					 "channel:manage:clips",
					 "channel:manage:extensions",
					 "channel:manage:guest_star",
					 "channel:manage:moderators",
					 "channel:manage:polls",
					 "channel:manage:predictions",
					 "channel:manage:raids",
					 "channel:manage:redemptions",
					 "channel:manage:schedule",
					 "channel:manage:videos",
					 "channel:manage:vips",
					 "channel:moderate",
					 "channel:read:ads",
					 "channel:read:charity",
					 "channel:read:editors",
					 "channel:read:goals",
					 "channel:read:guest_star",
					 "channel:read:hype_train",
					 "channel:read:polls",
					 "channel:read:predictions",
					 "channel:read:redemptions",
					 "channel:read:stream_key",
					 "channel:read:subscriptions",
					 "channel:read:vips",
					 "chat:edit",
					 "chat:read",
					 "clips:edit",
					 "editor:manage:clips",
					 "moderation:read",
					 "moderator:manage:announcements",
					 "moderator:manage:automod",
					 "moderator:manage:automod_settings",
					 "moderator:manage:banned_users",
					 "moderator:manage:blocked_terms",
					 "moderator:manage:chat_messages",
					 "moderator:manage:chat_settings",
					 "moderator:manage:shield_mode",
					 "moderator:manage:shoutouts",
					 "moderator:manage:suspicious_users",
					 "moderator:manage:unban_requests",
					 "moderator:manage:warnings",
					 "moderator:read:automod_settings",
					 "moderator:read:banned_users",
					 "moderator:read:blocked_terms",
					 "moderator:read:chat_messages",
					 "moderator:read:chat_settings",
					 "moderator:read:chatters",
					 "moderator:read:followers",
					 "moderator:read:moderators",
					 "moderator:read:shield_mode",
					 "moderator:read:shoutouts",
					 "moderator:read:suspicious_users",
					 "moderator:read:unban_requests",
					 "moderator:read:vips",
					 "moderator:read:warnings",
					 "user:bot",
					 "user:edit",
					 "user:manage:blocked_users",
					 "user:manage:chat_color",
					 "user:manage:whispers",
					 "user:read:blocked_users",
					 "user:read:broadcast",
					 "user:read:chat",
					 "user:read:email",
					 "user:read:emotes",
					 "user:read:follows",
					 "user:read:moderated_channels",
					 "user:read:subscriptions",
					 "user:read:whispers",
					 "user:write:chat",
					 "whispers:read"};

static bool known_scope(const char *scope, size_t size)
{
	for (size_t i = 0; i < sizeof(all_scopes) / sizeof(all_scopes[0]); i++) {
		if (strlen(all_scopes[i]) == size && strncmp(all_scopes[i], scope, size) == 0)
			return true;
	}
	return false;
}

/* The first unknown scope of a list separated by spaces, or NULL. */
static const char *unknown_scope(const char *scopes)
{
	for (const char *at = scopes; *at;) {
		size_t size = strcspn(at, " ");
		if (size && !known_scope(at, size))
			return at;
		at += size;
		at += strspn(at, " ");
	}
	return NULL;
}

static void set_scopes(struct sim_token *token, const char *scopes)
{
	for (const char *at = scopes; *at;) {
		size_t size = strcspn(at, " ");
		char *scope = bstrdup_n(at, size);
		at += size;
		at += strspn(at, " ");
		if (!size || sim_token_has(token, scope)) {
			bfree(scope);
			continue;
		}
		token->scopes = brealloc(token->scopes, (token->scope_count + 1) * sizeof(*token->scopes));
		token->scopes[token->scope_count++] = scope;
	}
}

static struct sim_token *add_token(struct lx_sim *sim, const char *access, struct sim_user *user,
				   const struct sim_client *client, const char *scopes, int64_t seconds, bool refresh)
{
	struct sim_token *token = bzalloc(sizeof(*token));
	if (access)
		snprintf(token->access, sizeof(token->access), "%s", access);
	else
		sim_rng_token(&sim->world_rng, token->access, 30);
	if (refresh)
		sim_rng_token(&sim->world_rng, token->refresh, 50);
	token->user = user;
	token->client = client;
	token->expires_ms = sim_now_ms(sim) + seconds * 1000;
	token->refresh_expires_ms = client && !*client->secret ? sim_now_ms(sim) + REFRESH_DAYS * 86400000LL
							       : INT64_MAX;
	set_scopes(token, scopes);
	da_push_back(sim->oauth->tokens, &token);
	return token;
}

static void all_scopes_text(struct sim_buf *text)
{
	for (size_t i = 0; i < sizeof(all_scopes) / sizeof(all_scopes[0]); i++)
		sim_buf_printf(text, "%s%s", i ? " " : "", all_scopes[i]);
}

static struct sim_client *add_client(struct sim_oauth *oauth, const char *id, const char *secret, const char *name)
{
	struct sim_client *client = bzalloc(sizeof(*client));
	snprintf(client->id, sizeof(client->id), "%s", id);
	snprintf(client->secret, sizeof(client->secret), "%s", secret);
	snprintf(client->name, sizeof(client->name), "%s", name);
	snprintf(client->redirects[0], sizeof(client->redirects[0]), "http://localhost:8080");
	snprintf(client->redirects[1], sizeof(client->redirects[1]), "http://localhost:8080/");
	snprintf(client->redirects[2], sizeof(client->redirects[2]), "http://localhost:8080/callback");
	da_push_back(oauth->clients, &client);
	return client;
}

static const struct {
	const char *name, *access, *login;
	bool scopes, expired;
} ready_made[] = {
	{"broadcaster", "broadcastertoken00000000000001", "streamer", true, false},
	{"moderator", "moderatortoken0000000000000001", "modi", true, false},
	{"viewer", "viewertoken0000000000000000001", "viewer", true, false},
	{"bot", "bottoken0000000000000000000001", "mybot", true, false},
	{"neighbour", "neighbourtoken0000000000000001", "neighbour", true, false},
	{"smallfry", "smallfrytoken00000000000000001", "smallfry", true, false},
	{"no_scopes", "noscopestoken00000000000000001", "streamer", false, false},
	{"expired", "expiredtoken000000000000000001", "streamer", true, true},
};

struct sim_oauth *sim_oauth_create(struct lx_sim *sim)
{
	struct sim_oauth *oauth = bzalloc(sizeof(*oauth));
	sim->oauth = oauth;
	oauth->expires_in = USER_SECONDS;
	oauth->interval = DEVICE_INTERVAL;
	oauth->auto_approve_ms = -1;
	snprintf(oauth->account, sizeof(oauth->account), "streamer");
	struct sim_client *client = add_client(oauth, "simpublicclient000000000000001", "", "Simulator, public");
	struct sim_client *other = add_client(oauth, "simsecretclient000000000000001", "simclientsecret000000000000001",
					      "Simulator, confidential");
	struct sim_buf scopes = {0};
	all_scopes_text(&scopes);
	for (size_t i = 0; i < sizeof(ready_made) / sizeof(ready_made[0]); i++)
		add_token(sim, ready_made[i].access, sim_user_by_login(sim, ready_made[i].login), client,
			  ready_made[i].scopes ? sim_buf_text(&scopes) : "", ready_made[i].expired ? -1 : APP_SECONDS,
			  false);
	add_token(sim, "apptoken0000000000000000000001", NULL, other, "", APP_SECONDS, false);
	sim_buf_finish(&scopes);
	return oauth;
}

static void token_destroy(struct sim_token *token)
{
	for (size_t i = 0; i < token->scope_count; i++)
		bfree(token->scopes[i]);
	bfree(token->scopes);
	bfree(token);
}

void sim_oauth_destroy(struct sim_oauth *oauth)
{
	if (!oauth)
		return;
	for (size_t i = 0; i < oauth->tokens.num; i++)
		token_destroy(oauth->tokens.array[i]);
	for (size_t i = 0; i < oauth->clients.num; i++)
		bfree(oauth->clients.array[i]);
	for (size_t i = 0; i < oauth->devices.num; i++)
		bfree(oauth->devices.array[i].scopes);
	for (size_t i = 0; i < oauth->codes.num; i++) {
		bfree(oauth->codes.array[i].scopes);
		bfree(oauth->codes.array[i].redirect);
	}
	da_free(oauth->tokens);
	da_free(oauth->clients);
	da_free(oauth->devices);
	da_free(oauth->codes);
	bfree(oauth);
}

const struct sim_token *sim_token_find(struct lx_sim *sim, const char *access)
{
	for (size_t i = sim->oauth->tokens.num; i--;) {
		const struct sim_token *token = sim->oauth->tokens.array[i];
		if (strcmp(token->access, access) == 0)
			return token->revoked || token->expires_ms <= sim_now_ms(sim) ? NULL : token;
	}
	return NULL;
}

bool sim_token_has(const struct sim_token *token, const char *scope)
{
	for (size_t i = 0; i < token->scope_count; i++) {
		if (strcmp(token->scopes[i], scope) == 0)
			return true;
	}
	return false;
}

cJSON *sim_oauth_scopes_of(struct lx_sim *sim, const struct sim_user *user, const struct sim_client *client)
{
	for (size_t i = sim->oauth->tokens.num; i--;) {
		const struct sim_token *token = sim->oauth->tokens.array[i];
		if (token->user != user || (client && token->client != client) ||
		    sim_token_find(sim, token->access) != token)
			continue;
		cJSON *scopes = cJSON_CreateArray();
		for (size_t k = 0; k < token->scope_count; k++)
			cJSON_AddItemToArray(scopes, cJSON_CreateString(token->scopes[k]));
		return scopes;
	}
	return NULL;
}

static const struct sim_client *find_client(struct lx_sim *sim, const char *id)
{
	for (size_t i = 0; id && i < sim->oauth->clients.num; i++) {
		if (strcmp(sim->oauth->clients.array[i]->id, id) == 0)
			return sim->oauth->clients.array[i];
	}
	return NULL;
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void answer_json(struct sim_answer *answer, int status, cJSON *json)
{
	answer->status = status;
	answer->body = sim_json_print(json);
	answer->body_size = strlen(answer->body);
}

static void refuse(struct sim_answer *answer, int status, const char *message)
{
	cJSON *json = cJSON_CreateObject();
	if (status != 401)
		sim_json_put(json, "error", sim_http_reason(status));
	sim_json_put_int(json, "status", status);
	sim_json_put(json, "message", message);
	answer_json(answer, status, json);
}

/* The shorter form that the device grant uses. */
static void refuse_short(struct sim_answer *answer, const char *message)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put_int(json, "status", 400);
	sim_json_put(json, "message", message);
	answer_json(answer, 400, json);
}

static void grant(struct lx_sim *sim, struct sim_answer *answer, const struct sim_token *token)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "access_token", token->access);
	sim_json_put_int(json, "expires_in", (token->expires_ms - sim_now_ms(sim)) / 1000);
	if (*token->refresh)
		sim_json_put(json, "refresh_token", token->refresh);
	if (token->user) {
		cJSON *scopes = cJSON_AddArrayToObject(json, "scope");
		for (size_t i = 0; i < token->scope_count; i++)
			cJSON_AddItemToArray(scopes, cJSON_CreateString(token->scopes[i]));
	}
	sim_json_put(json, "token_type", "bearer");
	answer_json(answer, 200, json);
}

/* --- form bodies ------------------------------------------------------------------------------------------------- */

static const char *field(const struct sim_request *form, const char *name)
{
	const char *value = sim_request_param(form, name);
	return value && *value ? value : NULL;
}

/* --- device code ------------------------------------------------------------------------------------------------- */

static void device_request(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	const char *scopes = field(form, "scopes");
	if (!field(form, "client_id")) {
		refuse_short(answer, "missing client id");
		return;
	}
	if (!client) {
		refuse_short(answer, "invalid client");
		return;
	}
	const char *bad = scopes ? unknown_scope(scopes) : NULL;
	if (bad) {
		char message[128];
		snprintf(message, sizeof(message), "invalid scope requested: '%.*s'", (int)strcspn(bad, " "), bad);
		refuse_short(answer, message);
		return;
	}
	struct device device = {.client = client, .expires_ms = sim_now_ms(sim) + DEVICE_SECONDS * 1000};
	sim_rng_token(&sim->world_rng, device.device_code, 40);
	for (int i = 0; i < 8; i++)
		device.user_code[i] = (char)('A' + sim_rng_below(&sim->world_rng, 26));
	device.scopes = bstrdup(scopes ? scopes : "");
	if (sim->oauth->auto_approve_ms >= 0)
		device.approve_at_ms = sim_now_ms(sim) + sim->oauth->auto_approve_ms;
	da_push_back(sim->oauth->devices, &device);

	char uri[200];
	const char *base = sim_server_url(sim->server, "id");
	snprintf(uri, sizeof(uri), "%.*s/activate?public=true&device-code=%s", (int)(strlen(base) - strlen("/oauth2")),
		 base, device.user_code);
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "device_code", device.device_code);
	sim_json_put_int(json, "expires_in", DEVICE_SECONDS);
	sim_json_put_int(json, "interval", sim->oauth->interval);
	sim_json_put(json, "user_code", device.user_code);
	sim_json_put(json, "verification_uri", uri);
	answer_json(answer, 200, json);
}

static void device_token(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const char *code = field(form, "device_code");
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	if (!client) {
		refuse_short(answer, "invalid client");
		return;
	}
	if (!code) {
		refuse_short(answer, "missing device_code");
		return;
	}
	int64_t now = sim_now_ms(sim);
	for (size_t i = 0; i < sim->oauth->devices.num; i++) {
		struct device *device = &sim->oauth->devices.array[i];
		if (strcmp(device->device_code, code) != 0 || device->client != client)
			continue;
		if (device->expires_ms <= now || device->state == DENIED || device->state == SPENT)
			break;
		if (device->state == PENDING && device->approve_at_ms && device->approve_at_ms <= now) {
			device->state = APPROVED;
			device->user = sim_user_by_login(sim, sim->oauth->account);
		}
		if (device->state == PENDING) {
			refuse_short(answer, "authorization_pending");
			return;
		}
		device->state = SPENT;
		grant(sim, answer,
		      add_token(sim, NULL, device->user, client, device->scopes, sim->oauth->expires_in, true));
		return;
	}
	refuse_short(answer, "invalid device code");
}

static struct device *find_device(struct lx_sim *sim, const char *user_code)
{
	struct sim_oauth *oauth = sim->oauth;
	for (size_t i = oauth->devices.num; i--;) {
		struct device *device = &oauth->devices.array[i];
		if (user_code ? strcmp(device->user_code, user_code) == 0 : device->state == PENDING)
			return device;
	}
	return NULL;
}

static void decide(struct lx_sim *sim, struct device *device, bool approve, const char *login)
{
	struct sim_user *user = sim_user_by_login(sim, login ? login : sim->oauth->account);
	device->state = approve && user ? APPROVED : DENIED;
	device->user = user;
}

/* The page that verification_uri leads to. */
static void activate_page(struct sim_request *request, struct sim_answer *answer)
{
	const char *code = sim_request_param(request, "device-code"), *choice = sim_request_param(request, "answer");
	struct device *device = code ? find_device(request->sim, code) : NULL;
	struct sim_buf page = {0};
	sim_buf_str(&page, "<!doctype html><title>Twitch simulator</title><body><h1>Twitch simulator</h1>");
	if (!device || device->state == SPENT || device->expires_ms <= sim_now_ms(request->sim)) {
		sim_buf_str(&page, "<p>This code is not valid.</p>");
	} else if (choice) {
		decide(request->sim, device, strcmp(choice, "allow") == 0, sim_request_param(request, "login"));
		sim_buf_str(&page,
			    device->state == APPROVED ? "<p>Done. You can close this page.</p>" : "<p>Refused.</p>");
	} else {
		sim_buf_printf(&page,
			       "<p>%s asks for access to the account <b>%s</b>: %s</p>"
			       "<p><a href=\"?device-code=%s&answer=allow\">Allow</a> "
			       "<a href=\"?device-code=%s&answer=deny\">Deny</a></p>",
			       device->client->name, request->sim->oauth->account, device->scopes, device->user_code,
			       device->user_code);
	}
	answer->status = 200;
	answer->content_type = "text/html; charset=utf-8";
	answer->body = bstrdup(sim_buf_text(&page));
	answer->body_size = page.size;
	sim_buf_finish(&page);
}

/* --- authorization code and implicit ----------------------------------------------------------------------------- */

static void add_encoded(struct sim_buf *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c))
			sim_buf_char(to, *text);
		else if (c == ' ')
			sim_buf_char(to, '+');
		else
			sim_buf_printf(to, "%%%02X", c);
	}
}

static void authorize(struct sim_request *request, struct sim_answer *answer)
{
	struct lx_sim *sim = request->sim;
	const char *redirect = field(request, "redirect_uri"), *state = field(request, "state");
	const char *type = field(request, "response_type"), *scopes = field(request, "scope");
	const struct sim_client *client = find_client(sim, field(request, "client_id"));
	if (!client) {
		refuse_short(answer, field(request, "client_id") ? "invalid client" : "missing client id");
		return;
	}
	bool registered = false;
	for (int i = 0; redirect && i < 4; i++)
		registered = registered || (*client->redirects[i] && strcmp(client->redirects[i], redirect) == 0);
	if (!registered) {
		refuse_short(answer, "Parameter redirect_uri does not match registered URI");
		return;
	}
	bool implicit = type && strcmp(type, "token") == 0;
	if (!type || (!implicit && strcmp(type, "code") != 0)) {
		refuse_short(answer, "Invalid response_type");
		return;
	}
	struct sim_buf location = {0};
	sim_buf_str(&location, redirect);
	const char *bad = scopes ? unknown_scope(scopes) : NULL;
	if (sim->oauth->deny || bad) {
		sim_buf_str(&location, bad ? "?error=invalid_scope&error_description=invalid+scope"
					   : "?error=access_denied&error_description=The+user+denied+you+access");
	} else if (implicit) {
		const struct sim_token *token = add_token(sim, NULL, sim_user_by_login(sim, sim->oauth->account),
							  client, scopes ? scopes : "", APP_SECONDS, false);
		sim_buf_printf(&location, "#access_token=%s&token_type=bearer&scope=", token->access);
		add_encoded(&location, scopes ? scopes : "");
	} else {
		struct code code = {.client = client, .expires_ms = sim_now_ms(sim) + 600000};
		sim_rng_token(&sim->world_rng, code.text, 30);
		code.scopes = bstrdup(scopes ? scopes : "");
		code.redirect = bstrdup(redirect);
		code.user = sim_user_by_login(sim, sim->oauth->account);
		da_push_back(sim->oauth->codes, &code);
		sim_buf_printf(&location, "?code=%s&scope=", code.text);
		add_encoded(&location, code.scopes);
	}
	if (state) {
		sim_buf_str(&location, "&state=");
		add_encoded(&location, state);
	}
	answer->status = 302;
	answer->body = bstrdup("");
	/* Scope lists are long, so this header does not fit the usual room. */
	answer->location = bstrdup(sim_buf_text(&location));
	sim_buf_finish(&location);
}

static void code_token(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	const char *secret = field(form, "client_secret"), *text = field(form, "code");
	const char *redirect = field(form, "redirect_uri");
	if (!client) {
		refuse_short(answer, "invalid client");
	} else if (!secret) {
		refuse_short(answer, "missing client secret");
	} else if (!*client->secret) {
		refuse_short(answer, "Invalid client credentials"); /* a public client has none */
	} else if (strcmp(client->secret, secret) != 0) {
		refuse(answer, 403, "invalid client secret");
	} else if (!text) {
		refuse_short(answer, "missing code");
	} else if (!redirect) {
		refuse_short(answer, "missing redirect_uri");
	} else {
		for (size_t i = 0; i < sim->oauth->codes.num; i++) {
			struct code *code = &sim->oauth->codes.array[i];
			if (strcmp(code->text, text) != 0 || code->client != client)
				continue;
			bool good = code->expires_ms > sim_now_ms(sim) && strcmp(code->redirect, redirect) == 0;
			if (good)
				grant(sim, answer,
				      add_token(sim, NULL, code->user, client, code->scopes, sim->oauth->expires_in,
						true));
			else
				refuse_short(answer, code->expires_ms > sim_now_ms(sim)
							     ? "Parameter redirect_uri does not match registered URI"
							     : "Invalid authorization code");
			bfree(code->scopes); /* works once */
			bfree(code->redirect);
			da_erase(sim->oauth->codes, i);
			return;
		}
		refuse_short(answer, "Invalid authorization code");
	}
}

/* --- refresh, client credentials, validate, revoke --------------------------------------------------------------- */

static void refresh(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	const char *secret = field(form, "client_secret"), *text = field(form, "refresh_token");
	if (!client) {
		refuse(answer, 400, field(form, "client_id") ? "invalid client" : "missing client id");
		return;
	}
	if (*client->secret && !secret) {
		refuse(answer, 400, "missing client secret");
		return;
	}
	if (*client->secret && strcmp(client->secret, secret) != 0) {
		refuse(answer, 403, "invalid client secret");
		return;
	}
	if (!text) {
		refuse(answer, 400, "missing refresh token");
		return;
	}
	for (size_t i = 0; i < sim->oauth->tokens.num; i++) {
		struct sim_token *old = sim->oauth->tokens.array[i];
		if (!*old->refresh || strcmp(old->refresh, text) != 0 || old->client != client)
			continue;
		if (old->revoked || old->refresh_used || old->refresh_expires_ms <= sim_now_ms(sim))
			break;
		struct sim_buf scopes = {0};
		for (size_t k = 0; k < old->scope_count; k++)
			sim_buf_printf(&scopes, "%s%s", k ? " " : "", old->scopes[k]);
		struct sim_token *token =
			add_token(sim, NULL, old->user, client, sim_buf_text(&scopes), sim->oauth->expires_in, true);
		sim_buf_finish(&scopes);
		old->refresh_used = true;
		if (*client->secret) { /* a confidential client keeps its refresh token */
			snprintf(token->refresh, sizeof(token->refresh), "%s", text);
			*old->refresh = '\0';
		}
		grant(sim, answer, token);
		return;
	}
	refuse(answer, 400, "Invalid refresh token");
}

static void client_credentials(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	const char *secret = field(form, "client_secret");
	if (!client)
		refuse_short(answer, "invalid client");
	else if (!secret)
		refuse_short(answer, "missing client secret");
	else if (!*client->secret || strcmp(client->secret, secret) != 0)
		refuse(answer, 403, "invalid client secret");
	else
		grant(sim, answer, add_token(sim, NULL, NULL, client, "", APP_SECONDS, false));
}

static void token_request(struct sim_request *form, struct sim_answer *answer)
{
	const char *type = field(form, "grant_type");
	if (!type)
		refuse_short(answer, "missing grant type");
	else if (strcmp(type, "urn:ietf:params:oauth:grant-type:device_code") == 0)
		device_token(form, answer);
	else if (strcmp(type, "authorization_code") == 0)
		code_token(form, answer);
	else if (strcmp(type, "refresh_token") == 0)
		refresh(form, answer);
	else if (strcmp(type, "client_credentials") == 0)
		client_credentials(form, answer);
	else
		refuse_short(answer, "Invalid grant type");
}

static void validate(struct sim_request *request, struct sim_answer *answer)
{
	struct lx_sim *sim = request->sim;
	const char *text = request->authorization;
	if (text && (strncmp(text, "OAuth ", 6) == 0))
		text += 6;
	else if (text && strncmp(text, "Bearer ", 7) == 0)
		text += 7;
	else
		text = NULL;
	const struct sim_token *token = text ? sim_token_find(sim, text) : NULL;
	if (!token) {
		refuse(answer, 401, text ? "invalid access token" : "missing authorization token");
		return;
	}
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "client_id", token->client->id);
	if (token->user)
		sim_json_put(json, "login", token->user->login);
	if (token->scope_count) {
		cJSON *scopes = cJSON_AddArrayToObject(json, "scopes");
		for (size_t i = 0; i < token->scope_count; i++)
			cJSON_AddItemToArray(scopes, cJSON_CreateString(token->scopes[i]));
	} else {
		sim_json_put_null(json, "scopes");
	}
	if (token->user)
		sim_json_put(json, "user_id", token->user->id);
	sim_json_put_int(json, "expires_in", (token->expires_ms - sim_now_ms(sim)) / 1000);
	if (token->user)
		answer->user = token->user->login;
	answer_json(answer, 200, json);
}

static void revoke(struct sim_request *form, struct sim_answer *answer)
{
	struct lx_sim *sim = form->sim;
	const struct sim_client *client = find_client(sim, field(form, "client_id"));
	const char *text = field(form, "token");
	if (!field(form, "client_id")) {
		refuse(answer, 400, "missing client id");
	} else if (!client) {
		refuse(answer, 404, "client does not exist");
	} else if (!text) {
		refuse(answer, 400, "missing oauth token");
	} else {
		struct sim_token *token = (struct sim_token *)sim_token_find(sim, text);
		if (!token || token->client != client) {
			refuse(answer, 400, "Invalid token");
			return;
		}
		token->revoked = true;
		answer->status = 200;
		answer->body = bstrdup("");
	}
}

void sim_oauth_request(struct sim_request *request, struct sim_answer *answer)
{
	bool post = strcmp(request->method, "POST") == 0, get = strcmp(request->method, "GET") == 0;
	if (strcmp(request->path, "/activate") == 0 && get) {
		activate_page(request, answer);
		return;
	}
	const char *path = request->path + strlen("/oauth2");
	struct sim_request form = {.sim = request->sim};
	if (post) {
		form.query = bstrdup(request->body);
		sim_request_split(&form);
	}
	if (post && strcmp(path, "/device") == 0)
		device_request(&form, answer);
	else if (post && strcmp(path, "/token") == 0)
		token_request(&form, answer);
	else if (post && strcmp(path, "/revoke") == 0)
		revoke(&form, answer);
	else if (get && strcmp(path, "/authorize") == 0)
		authorize(request, answer);
	else if (get && strcmp(path, "/validate") == 0)
		validate(request, answer);
	else
		refuse(answer, 404, "Not Found");
	sim_request_finish(&form);
}

/* --- control ----------------------------------------------------------------------------------------------------- */

static void token_json(const struct sim_token *token, cJSON *json)
{
	sim_json_put(json, "access_token", token->access);
	sim_json_put(json, "refresh_token", *token->refresh ? token->refresh : NULL);
	sim_json_put(json, "client_id", token->client->id);
	if (token->user) {
		sim_json_put(json, "user_id", token->user->id);
		sim_json_put(json, "login", token->user->login);
	}
}

cJSON *sim_oauth_token_control(struct lx_sim *sim, const cJSON *json)
{
	const char *login = sim_json_text(json, "user", "streamer"), *scopes = sim_json_text(json, "scopes", NULL);
	struct sim_user *user = *login ? sim_user_by_login(sim, login) : NULL;
	const char *client_id = sim_json_text(json, "client_id", NULL);
	const struct sim_client *client = client_id ? find_client(sim, client_id) : sim->oauth->clients.array[0];
	if ((*login && !user) || !client)
		return sim_json_error("no such user or client");
	struct sim_buf everything = {0};
	all_scopes_text(&everything);
	struct sim_token *token = add_token(sim, sim_json_text(json, "access_token", NULL), user, client,
					    scopes ? scopes : sim_buf_text(&everything),
					    sim_json_int(json, "expires_in", sim->oauth->expires_in), user != NULL);
	sim_buf_finish(&everything);
	cJSON *answer = cJSON_CreateObject();
	token_json(token, answer);
	return answer;
}

static cJSON *revoke_all(struct lx_sim *sim, const cJSON *json, bool connections)
{
	const char *access = sim_json_text(json, "token", NULL);
	struct sim_user *user = sim_user_by_login(sim, sim_json_text(json, "user", access ? NULL : "streamer"));
	int count = 0;
	for (size_t i = 0; i < sim->oauth->tokens.num; i++) {
		struct sim_token *token = sim->oauth->tokens.array[i];
		if (access ? strcmp(token->access, access) == 0 : token->user == user) {
			user = token->user;
			token->revoked = true;
			count++;
		}
	}
	if (connections && user) {
		sim_irc_logout(sim, user);
		sim_eventsub_revoke_user(sim, user, "authorization_revoked");
	}
	cJSON *answer = sim_json_ok();
	sim_json_put_int(answer, "tokens", count);
	return answer;
}

cJSON *sim_oauth_control(struct lx_sim *sim, const cJSON *json)
{
	struct sim_oauth *oauth = sim->oauth;
	const char *action = sim_json_text(json, "action", "");
	const char *login = sim_json_text(json, "user", NULL);
	if (strcmp(action, "approve") == 0 || strcmp(action, "deny") == 0 || strcmp(action, "expire") == 0) {
		struct device *device = find_device(sim, sim_json_text(json, "user_code", NULL));
		if (!device)
			return sim_json_error("no such code");
		if (*action == 'e')
			device->expires_ms = 0;
		else
			decide(sim, device, *action == 'a', login);
		return sim_json_ok();
	}
	if (strcmp(action, "settings") == 0) {
		oauth->expires_in = (int)sim_json_int(json, "expires_in", oauth->expires_in);
		oauth->interval = (int)sim_json_int(json, "interval", oauth->interval);
		oauth->auto_approve_ms = (int)sim_json_int(json, "auto_approve_ms", oauth->auto_approve_ms);
		oauth->deny = sim_json_bool(json, "deny", oauth->deny);
		if (login)
			snprintf(oauth->account, sizeof(oauth->account), "%s", login);
		return sim_json_ok();
	}
	if (strcmp(action, "client") == 0) {
		const char *id = sim_json_text(json, "id", "");
		struct sim_client *client = (struct sim_client *)find_client(sim, id);
		if (!client)
			client = add_client(oauth, id, sim_json_text(json, "secret", ""), "Made by a test");
		const cJSON *redirect = cJSON_GetObjectItemCaseSensitive(json, "redirects");
		for (int i = 0; cJSON_IsArray(redirect) && i < 4; i++) {
			const cJSON *item = cJSON_GetArrayItem(redirect, i);
			snprintf(client->redirects[i], sizeof(client->redirects[i]), "%s",
				 cJSON_IsString(item) ? item->valuestring : "");
		}
		return sim_json_ok();
	}
	if (strcmp(action, "revoke") == 0)
		return revoke_all(sim, json, false);
	if (strcmp(action, "disconnect") == 0)
		return revoke_all(sim, json, true);
	if (strcmp(action, "expire_tokens") == 0) {
		struct sim_user *user = sim_user_by_login(sim, login ? login : "streamer");
		for (size_t i = 0; i < oauth->tokens.num; i++) {
			if (oauth->tokens.array[i]->user == user)
				oauth->tokens.array[i]->expires_ms = 0;
		}
		return sim_json_ok();
	}
	if (strcmp(action, "list") == 0) {
		cJSON *answer = cJSON_CreateObject(), *devices = cJSON_AddArrayToObject(answer, "devices");
		static const char *const states[] = {"pending", "approved", "denied", "spent"};
		for (size_t i = 0; i < oauth->devices.num; i++) {
			cJSON *item = cJSON_CreateObject();
			sim_json_put(item, "user_code", oauth->devices.array[i].user_code);
			sim_json_put(item, "state", states[oauth->devices.array[i].state]);
			sim_json_put(item, "scopes", oauth->devices.array[i].scopes);
			cJSON_AddItemToArray(devices, item);
		}
		cJSON *tokens = cJSON_AddArrayToObject(answer, "tokens");
		for (size_t i = 0; i < oauth->tokens.num; i++) {
			cJSON *item = cJSON_CreateObject();
			token_json(oauth->tokens.array[i], item);
			sim_json_put_bool(item, "revoked", oauth->tokens.array[i]->revoked);
			sim_json_put_bool(item, "refresh_used", oauth->tokens.array[i]->refresh_used);
			cJSON_AddItemToArray(tokens, item);
		}
		return answer;
	}
	return sim_json_error("no such action");
}

cJSON *sim_oauth_list(struct lx_sim *sim)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *clients = cJSON_AddObjectToObject(json, "clients");
	sim_json_put(clients, "public", sim->oauth->clients.array[0]->id);
	sim_json_put(clients, "confidential", sim->oauth->clients.array[1]->id);
	sim_json_put(clients, "confidential_secret", sim->oauth->clients.array[1]->secret);
	cJSON *tokens = cJSON_AddObjectToObject(json, "tokens");
	for (size_t i = 0; i < sizeof(ready_made) / sizeof(ready_made[0]); i++)
		sim_json_put(tokens, ready_made[i].name, ready_made[i].access);
	sim_json_put(tokens, "app", "apptoken0000000000000000000001");
	return json;
}
