#include "oauth_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "server.h"
#include "world.h"

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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
	const char *scopes = field(form, "scopes");
	if (!field(form, "client_id")) {
		refuse_short(answer, "missing client id");
		return;
	}
	if (!client) {
		refuse_short(answer, "invalid client");
		return;
	}
	const char *bad = scopes ? sim_oauth_unknown_scope(scopes) : NULL;
	if (bad) {
		char message[128];
		snprintf(message, sizeof(message), "invalid scope requested: '%.*s'", (int)strcspn(bad, " "), bad);
		refuse_short(answer, message);
		return;
	}
	struct sim_device device = {.client = client, .expires_ms = sim_now_ms(sim) + DEVICE_SECONDS * 1000};
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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
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
		struct sim_device *device = &sim->oauth->devices.array[i];
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
		      sim_oauth_add_token(sim, NULL, device->user, client, device->scopes, sim->oauth->expires_in,
					  true));
		return;
	}
	refuse_short(answer, "invalid device code");
}

struct sim_device *sim_oauth_device(struct lx_sim *sim, const char *user_code)
{
	struct sim_oauth *oauth = sim->oauth;
	for (size_t i = oauth->devices.num; i--;) {
		struct sim_device *device = &oauth->devices.array[i];
		if (user_code ? strcmp(device->user_code, user_code) == 0 : device->state == PENDING)
			return device;
	}
	return NULL;
}

void sim_oauth_decide(struct lx_sim *sim, struct sim_device *device, bool approve, const char *login)
{
	struct sim_user *user = sim_user_by_login(sim, login ? login : sim->oauth->account);
	device->state = approve && user ? APPROVED : DENIED;
	device->user = user;
}

/* The page that verification_uri leads to. */
static void activate_page(struct sim_request *request, struct sim_answer *answer)
{
	const char *code = sim_request_param(request, "device-code"), *choice = sim_request_param(request, "answer");
	struct sim_device *device = code ? sim_oauth_device(request->sim, code) : NULL;
	struct sim_buf page = {0};
	sim_buf_str(&page, "<!doctype html><title>Twitch simulator</title><body><h1>Twitch simulator</h1>");
	if (!device || device->state == SPENT || device->expires_ms <= sim_now_ms(request->sim)) {
		sim_buf_str(&page, "<p>This code is not valid.</p>");
	} else if (choice) {
		sim_oauth_decide(request->sim, device, strcmp(choice, "allow") == 0,
				 sim_request_param(request, "login"));
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
	const struct sim_client *client = sim_oauth_client(sim, field(request, "client_id"));
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
	const char *bad = scopes ? sim_oauth_unknown_scope(scopes) : NULL;
	if (sim->oauth->deny || bad) {
		sim_buf_str(&location, bad ? "?error=invalid_scope&error_description=invalid+scope"
					   : "?error=access_denied&error_description=The+user+denied+you+access");
	} else if (implicit) {
		const struct sim_token *token = sim_oauth_add_token(sim, NULL,
								    sim_user_by_login(sim, sim->oauth->account), client,
								    scopes ? scopes : "", APP_SECONDS, false);
		sim_buf_printf(&location, "#access_token=%s&token_type=bearer&scope=", token->access);
		add_encoded(&location, scopes ? scopes : "");
	} else {
		struct sim_code code = {.client = client, .expires_ms = sim_now_ms(sim) + 600000};
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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
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
			struct sim_code *code = &sim->oauth->codes.array[i];
			if (strcmp(code->text, text) != 0 || code->client != client)
				continue;
			bool good = code->expires_ms > sim_now_ms(sim) && strcmp(code->redirect, redirect) == 0;
			if (good)
				grant(sim, answer,
				      sim_oauth_add_token(sim, NULL, code->user, client, code->scopes,
							  sim->oauth->expires_in, true));
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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
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
		struct sim_token *token = sim_oauth_add_token(sim, NULL, old->user, client, sim_buf_text(&scopes),
							      sim->oauth->expires_in, true);
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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
	const char *secret = field(form, "client_secret");
	if (!client)
		refuse_short(answer, "invalid client");
	else if (!secret)
		refuse_short(answer, "missing client secret");
	else if (!*client->secret || strcmp(client->secret, secret) != 0)
		refuse(answer, 403, "invalid client secret");
	else
		grant(sim, answer, sim_oauth_add_token(sim, NULL, NULL, client, "", APP_SECONDS, false));
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
	const struct sim_client *client = sim_oauth_client(sim, field(form, "client_id"));
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
	const char *path = sim_path_behind(request->path, SIM_BASE_ID);
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
