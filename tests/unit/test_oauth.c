/* What is said to the login server and how its answers are read. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <util/bmem.h>
#include <util/platform.h>

#include "platform/browser.h"
#include "platform/memory.h"
#include "platform/secret_store.h"
#include "twitch/oauth.h"
#include "twitch/scopes.h"

static void assert_form(char *form, const char *expected)
{
	assert_string_equal(form, expected);
	lx_secret_free(form);
}

static void forms_are_encoded(void **state)
{
	(void)state;
	assert_form(lx_oauth_device_form("id", "chat:read chat:edit"), "client_id=id&scopes=chat%3Aread%20chat%3Aedit");
	assert_form(lx_oauth_device_token_form("id", "chat:read", "DEV+/="),
		    "client_id=id&scopes=chat%3Aread&device_code=DEV%2B%2F%3D&"
		    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code");
	assert_form(lx_oauth_code_form("id", "s&t", "c", "http://localhost:8080/livextrem"),
		    "client_id=id&client_secret=s%26t&code=c&grant_type=authorization_code&"
		    "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Flivextrem");
	assert_form(lx_oauth_refresh_form("id", "", "r%\xc3\xa9"),
		    "client_id=id&grant_type=refresh_token&refresh_token=r%25%C3%A9");
	assert_form(lx_oauth_refresh_form("id", NULL, "r"), "client_id=id&grant_type=refresh_token&refresh_token=r");
	assert_form(lx_oauth_refresh_form("id", "secret", "r"),
		    "client_id=id&client_secret=secret&grant_type=refresh_token&refresh_token=r");
	assert_form(lx_oauth_revoke_form("id", "t-._~"), "client_id=id&token=t-._~");
	assert_form(lx_oauth_authorize_url("https://id.twitch.tv/oauth2", "id", "http://localhost:1/x", "a b", "st"),
		    "https://id.twitch.tv/oauth2/authorize?client_id=id&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fx&"
		    "response_type=code&scope=a%20b&state=st&force_verify=true");
}

static void pasted_tokens_are_cleaned(void **state)
{
	(void)state;
	assert_form(lx_oauth_clean_token("abc123"), "abc123");
	assert_form(lx_oauth_clean_token(" \toauth:abc123\r\n"), "abc123");
	assert_form(lx_oauth_clean_token("OAuth:abc123"), "abc123");
	const char *wrong[] = {"", "  ", "oauth:", "two words", "a\r\nX-Header: b", "tok\xc3\xa9n", "a\x7f", "<b>"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_null(lx_oauth_clean_token(wrong[i]));
	char *huge = bmalloc(10001);
	memset(huge, 'a', 10000);
	huge[10000] = 0;
	assert_null(lx_oauth_clean_token(huge));
	bfree(huge);
}

static void device_answers(void **state)
{
	(void)state;
	struct lx_oauth_device device;
	assert_int_equal(lx_oauth_decode_device(200,
						"{\"device_code\":\"dev\",\"expires_in\":1800,\"interval\":5,"
						"\"user_code\":\"ABCDEFGH\",\"verification_uri\":"
						"\"https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH\"}",
						&device),
			 LX_OAUTH_OK);
	assert_string_equal(device.device_code, "dev");
	assert_string_equal(device.user_code, "ABCDEFGH");
	assert_string_equal(device.url, "https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH");
	assert_string_equal(device.short_url, "https://www.twitch.tv/activate");
	assert_int_equal(device.expires_s, 1800);
	assert_int_equal(device.interval_s, 5);
	lx_oauth_device_finish(&device);

	/* Numbers as text, missing, out of range. */
	assert_int_equal(lx_oauth_decode_device(200,
						"{\"device_code\":\"d\",\"user_code\":\"u\",\"interval\":\"7\","
						"\"expires_in\":1e99,\"verification_uri\":\"http://127.0.0.1:1/a\"}",
						&device),
			 LX_OAUTH_OK);
	assert_int_equal(device.interval_s, 7);
	assert_int_equal(device.expires_s, 3600);
	lx_oauth_device_finish(&device);
	assert_int_equal(lx_oauth_decode_device(200,
						"{\"device_code\":\"d\",\"user_code\":\"u\",\"interval\":0,"
						"\"verification_uri\":\"https://a/\"}",
						&device),
			 LX_OAUTH_OK);
	assert_int_equal(device.interval_s, 1);
	assert_int_equal(device.expires_s, 1800);
	lx_oauth_device_finish(&device);

	/* A page that no browser of ours opens. */
	const char *pages[] = {"http://evil.example/", "file:///etc/passwd", "javascript:alert(1)", "https://a/ b", ""};
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		char body[256];
		snprintf(body, sizeof(body), "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"%s\"}",
			 pages[i]);
		assert_int_equal(lx_oauth_decode_device(200, body, &device), LX_OAUTH_SERVER);
	}
	assert_int_equal(lx_oauth_decode_device(400, "{\"status\":400,\"message\":\"invalid client\"}", &device),
			 LX_OAUTH_INVALID_CLIENT);
}

static void token_answers(void **state)
{
	(void)state;
	struct lx_oauth_token token;
	assert_int_equal(
		lx_oauth_decode_token(200,
				      "{\"access_token\":\"acc\",\"expires_in\":14124,\"refresh_token\":\"ref\","
				      "\"scope\":[\"chat:read\",\"chat:edit\"],\"token_type\":\"bearer\"}",
				      &token),
		LX_OAUTH_OK);
	assert_string_equal(token.token, "acc");
	assert_string_equal(token.refresh_token, "ref");
	assert_string_equal(token.scopes, "chat:read chat:edit");
	assert_int_equal(token.expires_s, 14124);
	lx_oauth_token_finish(&token);

	static const struct {
		const char *scope, *expected;
	} shapes[] = {
		{"\"scope\":\"a b\"", "a b"}, {"\"scope\":null", ""},   {"\"scope\":[]", ""},
		{"\"scope\":[1,\"a\"]", "a"}, {"\"other\":true", NULL},
	};
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		char body[256];
		snprintf(body, sizeof(body), "{\"access_token\":\"acc\",\"expires_in\":\"60\",%s}", shapes[i].scope);
		assert_int_equal(lx_oauth_decode_token(200, body, &token), LX_OAUTH_OK);
		assert_string_equal(token.refresh_token, "");
		assert_int_equal(token.expires_s, 60);
		if (shapes[i].expected)
			assert_string_equal(token.scopes, shapes[i].expected);
		else
			assert_null(token.scopes);
		lx_oauth_token_finish(&token);
	}
}

static void refusals_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		long status;
		const char *body;
		enum lx_oauth_error expected;
	} cases[] = {
		{400, "{\"status\":400,\"message\":\"authorization_pending\"}", LX_OAUTH_PENDING},
		{400, "{\"error\":\"slow_down\"}", LX_OAUTH_SLOW_DOWN},
		{400, "{\"status\":400,\"message\":\"access_denied\"}", LX_OAUTH_DENIED},
		{400, "{\"status\":400,\"message\":\"invalid device code\"}", LX_OAUTH_INVALID_GRANT},
		{400, "{\"error\":\"Bad Request\",\"status\":400,\"message\":\"Invalid refresh token\"}",
		 LX_OAUTH_INVALID_GRANT},
		{401, "{\"status\":401,\"message\":\"something else\"}", LX_OAUTH_INVALID_GRANT},
		{400, "{\"status\":400,\"message\":\"Invalid authorization code\"}", LX_OAUTH_INVALID_GRANT},
		{400, "{\"status\":400,\"message\":\"invalid client\"}", LX_OAUTH_INVALID_CLIENT},
		{400, "{\"status\":400,\"message\":\"missing client secret\"}", LX_OAUTH_INVALID_CLIENT},
		{403, "{\"status\":403,\"message\":\"invalid client secret\"}", LX_OAUTH_INVALID_CLIENT},
		{404, "{\"status\":404,\"message\":\"client does not exist\"}", LX_OAUTH_INVALID_CLIENT},
		{400, "{\"status\":400,\"message\":\"something new\"}", LX_OAUTH_REFUSED},
		{400, "<html>proxy</html>", LX_OAUTH_SERVER},
		{200, "<html>hotel</html>", LX_OAUTH_SERVER},
		{200, "", LX_OAUTH_SERVER},
		{200, "[]", LX_OAUTH_SERVER},
		{200, "{}", LX_OAUTH_SERVER},
		{200, "{\"access_token\":7}", LX_OAUTH_SERVER},
		{200, "{\"access_token\":\"a b\"}", LX_OAUTH_SERVER},
		{302, "{}", LX_OAUTH_SERVER},
		{429, "{\"status\":429,\"message\":\"invalid refresh token\"}", LX_OAUTH_SERVER},
		{503, "{\"message\":\"invalid client\"}", LX_OAUTH_SERVER},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lx_oauth_token token;
		assert_int_equal(lx_oauth_decode_token(cases[i].status, cases[i].body, &token), cases[i].expected);
		assert_null(token.token);
	}
}

static void validate_answers(void **state)
{
	(void)state;
	struct lx_oauth_identity identity;
	assert_int_equal(
		lx_oauth_decode_validate(200,
					 "{\"client_id\":\"c\",\"login\":\"streamer\",\"scopes\":[\"a\",\"b\"],"
					 "\"user_id\":\"100000002\",\"expires_in\":5520838}",
					 &identity),
		LX_OAUTH_OK);
	assert_string_equal(identity.client_id, "c");
	assert_string_equal(identity.login, "streamer");
	assert_string_equal(identity.user_id, "100000002");
	assert_string_equal(identity.scopes, "a b");
	assert_int_equal(identity.expires_s, 5520838);
	lx_oauth_identity_finish(&identity);
	assert_int_equal(
		lx_oauth_decode_validate(200, "{\"client_id\":\"c\",\"login\":\"l\",\"scopes\":null,\"user_id\":\"1\"}",
					 &identity),
		LX_OAUTH_OK);
	assert_string_equal(identity.scopes, "");
	assert_int_equal(identity.expires_s, 0);
	lx_oauth_identity_finish(&identity);

	assert_int_equal(lx_oauth_decode_validate(401, "{\"status\":401,\"message\":\"invalid access token\"}",
						  &identity),
			 LX_OAUTH_INVALID_TOKEN);
	assert_int_equal(lx_oauth_decode_validate(401, "", &identity), LX_OAUTH_INVALID_TOKEN);
	assert_int_equal(lx_oauth_decode_validate(200, "{\"client_id\":\"c\",\"scopes\":null}", &identity),
			 LX_OAUTH_REFUSED);
	assert_int_equal(lx_oauth_decode_validate(200, "{}", &identity), LX_OAUTH_SERVER);
	assert_int_equal(lx_oauth_decode_validate(500, "", &identity), LX_OAUTH_SERVER);
}

static void revoke_answers(void **state)
{
	(void)state;
	assert_int_equal(lx_oauth_decode_revoke(200, ""), LX_OAUTH_OK);
	assert_int_equal(lx_oauth_decode_revoke(400, "{\"status\":400,\"message\":\"Invalid token\"}"), LX_OAUTH_OK);
	assert_int_equal(lx_oauth_decode_revoke(404, "{\"status\":404,\"message\":\"client does not exist\"}"),
			 LX_OAUTH_INVALID_CLIENT);
	assert_int_equal(lx_oauth_decode_revoke(502, ""), LX_OAUTH_SERVER);
}

static void scope_lists(void **state)
{
	(void)state;
	assert_true(lx_scopes_contain("a b:c d", "b:c"));
	assert_false(lx_scopes_contain("a b:c d", "b"));
	assert_false(lx_scopes_contain("a b:c d", "b:c d"));
	assert_false(lx_scopes_contain(NULL, "a"));
	static const struct {
		const char *one, *other, *merged, *missing;
	} cases[] = {
		{"a b", "b c", "a b c", "c"},      {"", "", "", ""}, {NULL, "x", "x", "x"}, {"x", NULL, "x", ""},
		{" a  b ", "c a c", "a b c", "c"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_form(lx_scopes_merge(cases[i].one, cases[i].other), cases[i].merged);
		assert_form(lx_scopes_missing(cases[i].one, cases[i].other), cases[i].missing);
	}
	assert_true(lx_scopes_contain(lx_scopes_basic(LX_ACCOUNT_MAIN), "moderator:manage:banned_users"));
	assert_false(lx_scopes_contain(lx_scopes_basic(LX_ACCOUNT_BOT), "moderator:manage:banned_users"));
}

static void browser_gets_harmless_addresses_only(void **state)
{
	(void)state;
	assert_true(lx_browser_accepts("https://www.twitch.tv/activate?public=true&device-code=ABCDEFGH"));
	assert_true(lx_browser_accepts("http://localhost:8080/livextrem"));
	assert_true(lx_browser_accepts("http://127.0.0.1:1/"));
	const char *wrong[] = {"http://www.twitch.tv/",
			       "wss://a/",
			       "file:///etc/passwd",
			       "javascript:alert(1)",
			       "-a",
			       "https://a/\"; rm -rf ~",
			       "https://a/\n",
			       "https://\xc3\xa9/",
			       "",
			       "ircs://a",
			       "https://a/`id`",
			       "https://a/|b"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(lx_browser_accepts(wrong[i]));
	assert_false(lx_browser_accepts(NULL));
	assert_false(lx_browser_open("file:///etc/passwd"));
}

/* The address arrives as one argument, whatever a shell would make of it. */
static void browser_is_started_without_a_shell(void **state)
{
	(void)state;
	static const char script[] =
		"#!/bin/sh\nprintf '%s|%s' \"$#\" \"$1\" > \"$0.new\" && mv \"$0.new\" \"$0.got\"\n";
	static const char url[] = "https://www.twitch.tv/activate?a=1&b=$(id);'c'";
	char folder[] = "/tmp/lx-browser-XXXXXX", path[64], got_path[80];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/xdg-open", folder);
	snprintf(got_path, sizeof(got_path), "%s.got", path);
	assert_true(os_quick_write_utf8_file(path, script, sizeof(script) - 1, false));
	assert_int_equal(chmod(path, 0700), 0);

	char *search = bstrdup(getenv("PATH")), *with_ours = bmalloc(strlen(search) + sizeof(folder) + 1);
	sprintf(with_ours, "%s:%s", folder, search);
	setenv("PATH", with_ours, 1);
	assert_true(lx_browser_open(url));
	for (int i = 0; i < 500 && !os_file_exists(got_path); i++)
		os_sleep_ms(10);
	setenv("PATH", search, 1);
	char *got = os_quick_read_utf8_file(got_path), expected[128];
	snprintf(expected, sizeof(expected), "1|%s", url);
	assert_non_null(got);
	assert_string_equal(got, expected);

	/* Nothing there to open it with. */
	setenv("PATH", "/nowhere", 1);
	assert_false(lx_browser_open(url));
	setenv("PATH", search, 1);
	bfree(got);
	bfree(with_ours);
	bfree(search);
	os_unlink(got_path);
	os_unlink(path);
	os_rmdir(folder);
}

int main(void)
{
	lx_memory_init();
	const struct CMUnitTest tests[] = {
		lx_unit_test(forms_are_encoded),
		lx_unit_test(pasted_tokens_are_cleaned),
		lx_unit_test(device_answers),
		lx_unit_test(token_answers),
		lx_unit_test(refusals_are_told_apart),
		lx_unit_test(validate_answers),
		lx_unit_test(revoke_answers),
		lx_unit_test(scope_lists),
		lx_unit_test(browser_gets_harmless_addresses_only),
		lx_unit_test(browser_is_started_without_a_shell),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
