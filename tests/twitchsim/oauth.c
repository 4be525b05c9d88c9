#include "oauth_store.h"

#include <stdio.h>

#include "eventsub.h"
#include "irc.h"
#include "json.h"
#include "world.h"

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
const char *sim_oauth_unknown_scope(const char *scopes)
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

struct sim_token *sim_oauth_add_token(struct lx_sim *sim, const char *access, struct sim_user *user,
				      const struct sim_client *client, const char *scopes, int64_t seconds,
				      bool refresh)
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
		sim_oauth_add_token(sim, ready_made[i].access, sim_user_by_login(sim, ready_made[i].login), client,
				    ready_made[i].scopes ? sim_buf_text(&scopes) : "",
				    ready_made[i].expired ? -1 : APP_SECONDS, false);
	sim_oauth_add_token(sim, "apptoken0000000000000000000001", NULL, other, "", APP_SECONDS, false);
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

const struct sim_client *sim_oauth_client(struct lx_sim *sim, const char *id)
{
	for (size_t i = 0; id && i < sim->oauth->clients.num; i++) {
		if (strcmp(sim->oauth->clients.array[i]->id, id) == 0)
			return sim->oauth->clients.array[i];
	}
	return NULL;
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
	const struct sim_client *client = client_id ? sim_oauth_client(sim, client_id) : sim->oauth->clients.array[0];
	if ((*login && !user) || !client)
		return sim_json_error("no such user or client");
	struct sim_buf everything = {0};
	all_scopes_text(&everything);
	struct sim_token *token = sim_oauth_add_token(sim, sim_json_text(json, "access_token", NULL), user, client,
						      scopes ? scopes : sim_buf_text(&everything),
						      sim_json_int(json, "expires_in", sim->oauth->expires_in),
						      user != NULL);
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
		struct sim_device *device = sim_oauth_device(sim, sim_json_text(json, "user_code", NULL));
		if (!device)
			return sim_json_error("no such code");
		if (*action == 'e')
			device->expires_ms = 0;
		else
			sim_oauth_decide(sim, device, *action == 'a', login);
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
		struct sim_client *client = (struct sim_client *)sim_oauth_client(sim, id);
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
			sim_json_put(item, "device_code", oauth->devices.array[i].device_code);
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
