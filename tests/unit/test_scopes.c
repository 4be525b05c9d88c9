#include "support.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "twitch/eventsub_topics.h"
#include "twitch/scopes.h"

#define assert_list(call, expected)                 \
	{                                           \
		char *list = call;                  \
		assert_string_equal(list, expected); \
		bfree(list);                        \
	}

static void lists_are_compared_word_by_word(void **state)
{
	assert_true(lx_scopes_contain("a:b c:d", "c:d"));
	assert_false(lx_scopes_contain("a:b c:d", "c:"));
	assert_false(lx_scopes_contain(NULL, "a:b"));
	assert_list(lx_scopes_merge("a:b  c:d", "c:d e:f"), "a:b c:d e:f");
	assert_list(lx_scopes_merge(NULL, NULL), "");
	assert_list(lx_scopes_missing("a:b", "a:b c:d e:f"), "c:d e:f");
	assert_list(lx_scopes_missing(NULL, "a:b"), "a:b");
	assert_list(lx_scopes_missing("a:b", NULL), "");
}

static void either_of_two_alternatives_will_do(void **state)
{
	assert_list(lx_scopes_missing("x:manage", "x:read|x:manage y"), "y");
	assert_list(lx_scopes_missing("x:read", "x:read|x:manage y"), "y");
	assert_list(lx_scopes_missing("z", "x:read|x:manage y"), "x:read y");
	/* asked for once, though two things need it */
	assert_list(lx_scopes_missing("", "x:read|x:manage x:read"), "x:read");
}

static void features_say_what_is_missing(void **state)
{
	assert_list(lx_scopes_missing_for(LX_FEATURE_MODERATE, "chat:read moderator:manage:banned_users"),
		    "moderator:manage:chat_messages");
	assert_list(lx_scopes_missing_for(LX_FEATURE_SEND, "chat:edit"), "");
	assert_list(lx_scopes_missing_for(LX_FEATURE_SEND, "chat:read"), "user:write:chat");
	assert_int_equal(lx_feature_of_scopes("bits:read"), LX_FEATURE_BITS);
	assert_int_equal(lx_feature_of_scopes("moderator:manage:warnings"), LX_FEATURE_WARNINGS);
	assert_int_equal(lx_feature_of_scopes("moderator:read:warnings moderator:read:vips"),
			 LX_FEATURE_MODERATION_LOG);
	assert_int_equal(lx_feature_of_scopes("user:read:email"), LX_FEATURE_COUNT);
	assert_int_equal(lx_feature_of_scopes(""), LX_FEATURE_COUNT);
}

static void basic_sign_in_serves_the_basic_features(void **state)
{
	for (int feature = 0; feature <= LX_FEATURE_SUBS; feature++)
		assert_list(lx_scopes_missing_for((enum lx_feature)feature, lx_scopes_basic(LX_ACCOUNT_MAIN)), "");
	assert_list(lx_scopes_missing_for(LX_FEATURE_SEND, lx_scopes_basic(LX_ACCOUNT_BOT)), "");
}

/* Nobody is asked for a permission without being told why. */
static void every_scope_that_is_asked_for_has_a_reason(void **state)
{
	struct dstr word = {0};
	for (const char *at = lx_scopes_basic(LX_ACCOUNT_MAIN); *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");
		dstr_ncopy(&word, at, size);
		if (lx_feature_of_scopes(word.array) == LX_FEATURE_COUNT)
			fail_msg("%s is in the basic set and serves nothing", word.array);
		at += size;
	}
	dstr_free(&word);

	size_t count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&count);
	for (size_t i = 0; i < count; i++) {
		char *missing = lx_scopes_missing("", topics[i].scopes);
		if (*missing && lx_feature_of_scopes(missing) == LX_FEATURE_COUNT)
			fail_msg("no feature says why %s needs %s", topics[i].type, missing);
		bfree(missing);
	}
}

/* Granting what a feature misses must let its topics through, or signing in again would be in vain. */
static void what_is_asked_for_suffices(void **state)
{
	size_t count;
	const struct lx_eventsub_topic *topics = lx_eventsub_topics(&count);
	for (size_t i = 0; i < count; i++) {
		char *missing = lx_scopes_missing("", topics[i].scopes);
		if (*missing) {
			enum lx_feature feature = lx_feature_of_scopes(missing);
			char *asked = lx_scopes_missing_for(feature, "");
			assert_list(lx_scopes_missing(asked, topics[i].scopes), "");
			bfree(asked);
		}
		bfree(missing);
	}
}

static void every_feature_has_words_in_each_language(void **state)
{
	static const char *const languages[] = {"en-US", "de-DE", "cs-CZ"};
	struct dstr line = {0};
	for (size_t language = 0; language < 3; language++) {
		dstr_printf(&line, PLUGIN_DATA_DIR "/locale/%s.ini", languages[language]);
		char *file = os_quick_read_utf8_file(line.array);
		assert_non_null(file);
		for (int feature = 0; feature < LX_FEATURE_COUNT; feature++) {
			dstr_printf(&line, "\n%s=\"", lx_feature_text_key((enum lx_feature)feature));
			const char *found = strstr(file, line.array);
			if (!found || found[line.len] == '"')
				fail_msg("%s has no words for feature %d", languages[language], feature);
			assert_true(*lx_scopes_for_feature((enum lx_feature)feature));
		}
		bfree(file);
	}
	dstr_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(lists_are_compared_word_by_word),
		lx_unit_test(either_of_two_alternatives_will_do),
		lx_unit_test(features_say_what_is_missing),
		lx_unit_test(basic_sign_in_serves_the_basic_features),
		lx_unit_test(every_scope_that_is_asked_for_has_a_reason),
		lx_unit_test(what_is_asked_for_suffices),
		lx_unit_test(every_feature_has_words_in_each_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
