#include "twitch/oauth.h"

#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "platform/browser.h"
#include "platform/secret_json.h"
#include "platform/secret_store.h"

#define MAX_TOKEN 2048
#define MAX_LIFETIME_S (10LL * 365 * 24 * 3600)

/* --- requests ------------------------------------------------------------------------------------------------------- */

struct field {
	const char *name, *value;
};

static char *encode(char *out, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
			     strchr("-._~", *at);
		if (plain) {
			*out++ = (char)*at;
		} else {
			*out++ = '%';
			*out++ = hex[*at >> 4];
			*out++ = hex[*at & 15];
		}
	}
	return out;
}

/* One allocation of the final size, so that no copy of a secret is left behind by growing. Fields without value are left out. */
static char *encode_form(const char *prefix, const struct field *fields, size_t count)
{
	size_t size = strlen(prefix) + 1;
	for (size_t i = 0; i < count; i++)
		size += strlen(fields[i].name) + 2 + 3 * strlen(fields[i].value ? fields[i].value : "");
	char *form = bmalloc(size);
	size_t prefix_size = strlen(prefix);
	memcpy(form, prefix, prefix_size);
	char *end = form + prefix_size;
	bool first = true;
	for (size_t i = 0; i < count; i++) {
		if (!fields[i].value || !*fields[i].value)
			continue;
		if (!first)
			*end++ = '&';
		first = false;
		end = encode(end, fields[i].name);
		*end++ = '=';
		end = encode(end, fields[i].value);
	}
	*end = 0;
	return form;
}

#define FORM(...) \
	encode_form("", (const struct field[]){__VA_ARGS__}, \
		    sizeof((const struct field[]){__VA_ARGS__}) / sizeof(struct field))

char *lx_oauth_device_form(const char *client_id, const char *scopes)
{
	return FORM({"client_id", client_id}, {"scopes", scopes});
}

char *lx_oauth_device_token_form(const char *client_id, const char *scopes, const char *device_code)
{
	return FORM({"client_id", client_id}, {"scopes", scopes}, {"device_code", device_code},
		    {"grant_type", "urn:ietf:params:oauth:grant-type:device_code"});
}

char *lx_oauth_code_form(const char *client_id, const char *client_secret, const char *code, const char *redirect_uri)
{
	return FORM({"client_id", client_id}, {"client_secret", client_secret}, {"code", code},
		    {"grant_type", "authorization_code"}, {"redirect_uri", redirect_uri});
}

char *lx_oauth_refresh_form(const char *client_id, const char *client_secret, const char *refresh_token)
{
	return FORM({"client_id", client_id}, {"client_secret", client_secret}, {"grant_type", "refresh_token"},
		    {"refresh_token", refresh_token});
}

char *lx_oauth_revoke_form(const char *client_id, const char *token)
{
	return FORM({"client_id", client_id}, {"token", token});
}

char *lx_oauth_authorize_url(const char *id_url, const char *client_id, const char *redirect_uri, const char *scopes,
			     const char *state)
{
	const struct field fields[] = {
		{"client_id", client_id}, {"redirect_uri", redirect_uri}, {"response_type", "code"}, {"scope", scopes},
		{"state", state},         {"force_verify", "true"},
	};
	struct dstr page = {0};
	dstr_printf(&page, "%s/authorize?", id_url);
	char *url = encode_form(page.array, fields, sizeof(fields) / sizeof(fields[0]));
	dstr_free(&page);
	return url;
}

/* What a token consists of by RFC 6750, which is more than Twitch's letters and digits. */
static bool is_token(const char *text, size_t size)
{
	if (!size || size > MAX_TOKEN)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!alphanumeric && (!c || !strchr("-._~+/=", c)))
			return false;
	}
	return true;
}

char *lx_oauth_clean_token(const char *pasted)
{
	static const char blanks[] = " \t\r\n";
	pasted += strspn(pasted, blanks);
	if (astrcmpi_n(pasted, "oauth:", 6) == 0)
		pasted += 6;
	size_t size = strlen(pasted);
	while (size && strchr(blanks, pasted[size - 1]))
		size--;
	return is_token(pasted, size) ? bstrdup_n(pasted, size) : NULL;
}

/* --- answers -------------------------------------------------------------------------------------------------------- */

static const char *get_string(const cJSON *json, const char *name)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
	return value ? value : "";
}

/* A number, or a number as text; `missing` when it is neither. */
static int64_t get_seconds(const cJSON *json, const char *name, int64_t missing, int64_t min, int64_t max)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	double value;
	if (cJSON_IsNumber(item))
		value = item->valuedouble;
	else if (cJSON_IsString(item) && *item->valuestring >= '0' && *item->valuestring <= '9')
		value = (double)strtoll(item->valuestring, NULL, 10);
	else
		return missing;
	return value<(double)min ? min : value>(double) max ? max : (int64_t)value;
}

/* A list of scopes in any of the shapes Twitch sends; NULL when the member is not there at all. */
static char *get_scopes(const cJSON *json, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);
	if (!item)
		return NULL;
	if (cJSON_IsString(item))
		return bstrdup(item->valuestring);
	struct dstr scopes = {0};
	const cJSON *scope;
	cJSON_ArrayForEach (scope, item) {
		if (!cJSON_IsString(scope))
			continue;
		if (scopes.len)
			dstr_cat_ch(&scopes, ' ');
		dstr_cat(&scopes, scope->valuestring);
	}
	return scopes.array ? scopes.array : bstrdup("");
}

/* Twitch's words are in `message`; `error` is where RFC 6749 puts them. */
static enum lx_oauth_error read_refusal(long status, const cJSON *json)
{
	static const struct {
		const char *words;
		enum lx_oauth_error meaning;
	} refusals[] = {
		{"authorization_pending", LX_OAUTH_PENDING},
		{"slow_down", LX_OAUTH_SLOW_DOWN},
		{"access_denied", LX_OAUTH_DENIED},
		{"invalid device code", LX_OAUTH_INVALID_GRANT},
		{"expired_token", LX_OAUTH_INVALID_GRANT},
		{"invalid_grant", LX_OAUTH_INVALID_GRANT},
		{"invalid refresh token", LX_OAUTH_INVALID_GRANT},
		{"invalid authorization code", LX_OAUTH_INVALID_GRANT},
		{"client", LX_OAUTH_INVALID_CLIENT}, /* invalid client, missing client secret, client does not exist */
		{"invalid access token", LX_OAUTH_INVALID_TOKEN},
		{"invalid token", LX_OAUTH_INVALID_TOKEN},
	};
	const char *members[] = {get_string(json, "message"), get_string(json, "error")};
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		for (size_t m = 0; m < 2; m++) {
			if (astrstri(members[m], refusals[i].words))
				return refusals[i].meaning;
		}
	}
	return status == 401 ? LX_OAUTH_INVALID_TOKEN : LX_OAUTH_REFUSED;
}

/* LX_OAUTH_OK when there is an object to read, which the caller deletes. */
static enum lx_oauth_error parse(long status, const char *body, cJSON **out)
{
	*out = NULL;
	if (status == 408 || status == 429 || status >= 500)
		return LX_OAUTH_SERVER;
	cJSON *json = cJSON_Parse(body ? body : "");
	enum lx_oauth_error error = LX_OAUTH_OK;
	if (!cJSON_IsObject(json)) /* some proxy's page, say, whatever its status */
		error = LX_OAUTH_SERVER;
	else if (status != 200)
		error = status >= 400 ? read_refusal(status, json) : LX_OAUTH_SERVER;
	if (error == LX_OAUTH_OK)
		*out = json;
	else
		lx_secret_json_delete(json);
	return error;
}

enum lx_oauth_error lx_oauth_decode_device(long status, const char *body, struct lx_oauth_device *out)
{
	memset(out, 0, sizeof(*out));
	cJSON *json;
	enum lx_oauth_error error = parse(status, body, &json);
	if (error != LX_OAUTH_OK)
		return error;
	const char *url = get_string(json, "verification_uri");
	const char *device_code = get_string(json, "device_code"), *user_code = get_string(json, "user_code");
	if (*device_code && *user_code && lx_browser_accepts(url)) {
		out->device_code = bstrdup(device_code);
		out->user_code = bstrdup(user_code);
		out->url = bstrdup(url);
		out->short_url = bstrdup_n(url, strcspn(url, "?#"));
		out->expires_s = get_seconds(json, "expires_in", 1800, 1, 3600);
		out->interval_s = get_seconds(json, "interval", 5, 1, 60);
	} else {
		error = LX_OAUTH_SERVER;
	}
	lx_secret_json_delete(json);
	return error;
}

enum lx_oauth_error lx_oauth_decode_token(long status, const char *body, struct lx_oauth_token *out)
{
	memset(out, 0, sizeof(*out));
	cJSON *json;
	enum lx_oauth_error error = parse(status, body, &json);
	if (error == LX_OAUTH_INVALID_TOKEN)
		return LX_OAUTH_INVALID_GRANT; /* here the only tokens there are */
	if (error != LX_OAUTH_OK)
		return error;
	const char *token = get_string(json, "access_token");
	if (is_token(token, strlen(token))) {
		out->token = bstrdup(token);
		out->refresh_token = bstrdup(get_string(json, "refresh_token"));
		out->scopes = get_scopes(json, "scope");
		out->expires_s = get_seconds(json, "expires_in", 0, 0, MAX_LIFETIME_S);
	} else {
		error = LX_OAUTH_SERVER;
	}
	lx_secret_json_delete(json);
	return error;
}

enum lx_oauth_error lx_oauth_decode_validate(long status, const char *body, struct lx_oauth_identity *out)
{
	memset(out, 0, sizeof(*out));
	if (status == 401)
		return LX_OAUTH_INVALID_TOKEN;
	cJSON *json;
	enum lx_oauth_error error = parse(status, body, &json);
	if (error != LX_OAUTH_OK)
		return error;
	const char *client_id = get_string(json, "client_id"), *user_id = get_string(json, "user_id");
	const char *login = get_string(json, "login");
	if (*client_id && *user_id && *login) {
		out->client_id = bstrdup(client_id);
		out->user_id = bstrdup(user_id);
		out->login = bstrdup(login);
		out->scopes = get_scopes(json, "scopes");
		if (!out->scopes)
			out->scopes = bstrdup("");
		out->expires_s = get_seconds(json, "expires_in", 0, 0, MAX_LIFETIME_S);
	} else if (*client_id) {
		/* An app's token, without a person behind it. */
		error = LX_OAUTH_REFUSED;
	} else {
		error = LX_OAUTH_SERVER;
	}
	lx_secret_json_delete(json);
	return error;
}

enum lx_oauth_error lx_oauth_decode_revoke(long status, const char *body)
{
	if (status >= 200 && status < 300)
		return LX_OAUTH_OK;
	cJSON *json;
	enum lx_oauth_error error = parse(status, body, &json);
	return error == LX_OAUTH_INVALID_TOKEN ? LX_OAUTH_OK : error;
}

void lx_oauth_device_finish(struct lx_oauth_device *device)
{
	lx_secret_free(device->device_code);
	lx_secret_free(device->user_code);
	lx_secret_free(device->url);
	lx_secret_free(device->short_url);
	memset(device, 0, sizeof(*device));
}

void lx_oauth_token_finish(struct lx_oauth_token *token)
{
	lx_secret_free(token->token);
	lx_secret_free(token->refresh_token);
	bfree(token->scopes);
	memset(token, 0, sizeof(*token));
}

void lx_oauth_identity_finish(struct lx_oauth_identity *identity)
{
	bfree(identity->client_id);
	bfree(identity->user_id);
	bfree(identity->login);
	bfree(identity->scopes);
	memset(identity, 0, sizeof(*identity));
}
