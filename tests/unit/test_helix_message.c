#include "support.h"

#include <string.h>

#include <util/dstr.h>

#include "platform/memory.h"
#include "twitch/helix_message.h"

static struct lx_text *text;
static struct dstr out;

static const char *explain(enum lx_helix_endpoint endpoint, const struct lx_helix_failure *failure)
{
	dstr_resize(&out, 0);
	lx_helix_explain(lx_helix_row(endpoint), failure, text, &out);
	return out.array;
}

static const char *answer(enum lx_helix_endpoint endpoint, long status, const char *words)
{
	const struct lx_helix_failure failure = lx_helix_classify(status, words);
	return explain(endpoint, &failure);
}

static int setup(void **state)
{
	lx_leak_setup(state);
	text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	dstr_init(&out);
	return 0;
}

static int teardown(void **state)
{
	lx_text_destroy(text);
	dstr_free(&out);
	return lx_leak_teardown(state);
}

static void what_statuses_mean(void **state)
{
	static const struct {
		long status;
		const char *words;
		enum lx_helix_error error;
		bool token;
	} cases[] = {
		{400, "x", LX_HELIX_INVALID, false},
		{401, "Invalid OAuth token", LX_HELIX_SIGNED_OUT, true},
		{401, "OAuth token is missing", LX_HELIX_SIGNED_OUT, true},
		{401, "", LX_HELIX_SIGNED_OUT, true},
		{401, "Missing scope: bits:read", LX_HELIX_SCOPE, false},
		{401, "Client ID and OAuth token do not match", LX_HELIX_SIGNED_OUT, false},
		{401, "The ID in broadcaster_id must match the user ID found in the request's OAuth token.",
		 LX_HELIX_FORBIDDEN, false},
		{403, "", LX_HELIX_FORBIDDEN, false},
		{404, "", LX_HELIX_NOT_FOUND, false},
		{409, "", LX_HELIX_CONFLICT, false},
		{410, "", LX_HELIX_INVALID, false},
		{422, "", LX_HELIX_INVALID, false},
		{425, "", LX_HELIX_INVALID, false},
		{429, "", LX_HELIX_RATE, false},
		{500, "", LX_HELIX_SERVER, false},
		{503, "", LX_HELIX_SERVER, false},
		{301, "", LX_HELIX_SERVER, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lx_helix_failure failure = lx_helix_classify(cases[i].status, cases[i].words);
		if (failure.error != cases[i].error || failure.token_invalid != cases[i].token)
			fail_msg("%ld %s", cases[i].status, cases[i].words);
	}
}

static void sentences_say_what_to_do_and_quote_twitch(void **state)
{
	assert_string_equal(
		answer(LX_HELIX_BAN_USER, 400, "The user specified in the user_id field is already banned."),
		"This user is already banned. (Twitch: The user specified in the user_id field is already banned.)");
	assert_string_equal(answer(LX_HELIX_BAN_USER, 403, ""), "Your account is not a moderator of this channel.");
	assert_string_equal(answer(LX_HELIX_GET_STREAM_KEY, 403, ""), "Your account may not do this in this channel.");
	assert_string_equal(answer(LX_HELIX_DELETE_CHAT_MESSAGES, 404, ""),
			    "This message is already gone, or older than six hours.");
	assert_string_equal(answer(LX_HELIX_CREATE_CLIP, 404, ""), "This is only possible while the channel is live.");
	assert_string_equal(
		answer(LX_HELIX_GET_SUBSCRIPTIONS, 401, "Missing scope: channel:read:subscriptions"),
		"The login lacks a permission for this: channel:read:subscriptions. Sign in again with it on the "
		"connection page. (Twitch: Missing scope: channel:read:subscriptions)");
	/* Twitch names none: the table knows */
	assert_non_null(strstr(answer(LX_HELIX_GET_POLLS, 401, "missing required scope"), ": channel:read:polls."));
	assert_string_equal(answer(LX_HELIX_OTHER, 418, ""), "Twitch did not accept the request.");
	assert_string_equal(answer(LX_HELIX_GET_USERS, 502, ""),
			    "Twitch has trouble at the moment. Try again a little later.");

	struct lx_helix_failure failure = {.error = LX_HELIX_NETWORK, .network = LX_HTTP_TLS, .twitch = ""};
	assert_non_null(strstr(explain(LX_HELIX_GET_USERS, &failure), "secure connection"));
	failure.maybe_done = true;
	assert_non_null(strstr(explain(LX_HELIX_SEND_CHAT_MESSAGE, &failure), "may have been carried out"));
}

static void words_of_a_server_are_hostile(void **state)
{
	struct dstr words = {0};

	for (int i = 0; i < 1000; i++)
		dstr_cat(&words, i % 10 ? "ř" : "%1\n");
	const char *said = answer(LX_HELIX_GET_USERS, 400, words.array);
	assert_true(strlen(said) < 400);
	assert_null(strchr(said, '\n'));
	assert_non_null(strstr(said, "%1 ř"));
	/* cut between characters: what is before the dots is whole */
	const char *dots = strstr(said, "…");
	assert_non_null(dots);
	assert_true(((unsigned char)dots[-1] & 0x80) == 0 || ((unsigned char)dots[-2] & 0xC0) == 0xC0);
	dstr_free(&words);
}

static void each_sentence_exists_in_each_language(void **state)
{
	static const char *const languages[] = {"en-US", "de-DE", "cs-CZ"};

	for (size_t language = 0; language < 3; language++) {
		lx_text_destroy(text);
		text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", languages[language]);
		for (int endpoint = 0; endpoint < LX_HELIX_ENDPOINT_COUNT; endpoint++) {
			for (long status = 400; status <= 503; status++) {
				if (status > 430 && status < 500)
					continue;
				const char *said = answer(endpoint, status, "already not live affiliate automod");
				assert_null(strstr(said, "Helix."));
				said = answer(endpoint, status, "");
				assert_null(strstr(said, "Helix."));
				assert_true(strlen(said) > 10);
			}
		}
		for (int error = LX_HELIX_SIGNED_OUT; error <= LX_HELIX_FULL; error++) {
			for (int network = 0; network <= LX_HTTP_FAILED; network++) {
				for (int flags = 0; flags < 4; flags++) {
					const struct lx_helix_failure failure = {.error = error,
										 .network = network,
										 .maybe_done = flags & 1,
										 .not_json = flags & 2,
										 .twitch = ""};
					assert_null(strstr(explain(LX_HELIX_GET_USERS, &failure), "Helix."));
				}
			}
		}
	}
}

static void some_refusals_are_fulfilled_wishes(void **state)
{
	assert_true(lx_helix_is_done_already(LX_HELIX_BAN_USER, 400, "user is already banned"));
	assert_true(lx_helix_is_done_already(LX_HELIX_UNBAN_USER, 400, "The user is not banned."));
	assert_false(lx_helix_is_done_already(LX_HELIX_UNBAN_USER, 400, "user is already banned"));
	assert_false(lx_helix_is_done_already(LX_HELIX_BAN_USER, 409, "user is already banned"));
	assert_false(lx_helix_is_done_already(LX_HELIX_GET_USERS, 400, "user is already banned"));
}

int main(void)
{
	lx_memory_init();
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_statuses_mean),
		TEST(sentences_say_what_to_do_and_quote_twitch),
		TEST(words_of_a_server_are_hostile),
		TEST(each_sentence_exists_in_each_language),
		TEST(some_refusals_are_fulfilled_wishes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
