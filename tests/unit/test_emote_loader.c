/* Lists of emotes asked for at the right moments, of the right places. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "chat/emote_loader.h"
#include "chat/emote_updates.h"
#include "fake_http.h"
#include "platform/memory.h"

#define ALL 0xFu

static struct lx_test_clock test_clock;

/* --- instead of emote_updates.c, which needs the network ---------------------------------------------------------- */

static struct {
	struct lx_emote_updates_config config;
	char set_id[LX_EMOTE_ID_SIZE];
	int watched;
} updates;

struct lx_emote_updates *lx_emote_updates_create(const struct lx_emote_updates_config *config)
{
	memset(&updates, 0, sizeof(updates));
	updates.config = *config;
	return NULL;
}

void lx_emote_updates_destroy(struct lx_emote_updates *unused)
{
	(void)unused;
}

void lx_emote_updates_watch(struct lx_emote_updates *unused, const char *set_id, const char *user_id)
{
	(void)unused;
	(void)user_id;
	snprintf(updates.set_id, sizeof(updates.set_id), "%s", set_id);
	updates.watched++;
}

static struct lx_loop *loop;
static struct lx_emotes *emotes;
static struct lx_emote_loader *loader;

static int setup(void **state)
{
	lx_leak_setup(state);
	lx_memory_init();
	da_init(fake_http.requests);
	lx_test_clock_init(&test_clock);
	loop = lx_loop_create("livextrem: pictures", &test_clock.clock);
	emotes = lx_emotes_create(&(struct lx_emotes_config){0});
	loader = lx_emote_loader_create(&(struct lx_emote_loader_config){
		.loop = loop,
		.emotes = emotes,
		.random = &lx_test_random,
		.bttv = "https://bttv/3/",
		.ffz = "https://ffz/v1",
		.seventv = "https://7tv/v3",
		.providers = ALL,
	});
	return 0;
}

static int teardown(void **state)
{
	lx_emote_loader_destroy(loader);
	fake_http_finish();
	lx_emotes_destroy(emotes);
	lx_loop_destroy(loop);
	return lx_leak_teardown(state);
}

static void turn(void)
{
	lx_loop_run_once(loop, 0);
	lx_loop_run_once(loop, 0);
}

static void advance(uint64_t ms)
{
	lx_test_clock_advance(&test_clock, ms);
	turn();
}

static void set_channel(const char *room_id)
{
	lx_emote_loader_set_channel(loader, room_id);
	turn();
}

/* The place of the newest question to `url`, that is not answered yet; -1 = nobody asks. */
static int asked(const char *url)
{
	for (size_t i = fake_http.requests.num; i-- > 0;)
		if (fake_http.requests.array[i].done && strcmp(fake_http.requests.array[i].url, url) == 0)
			return (int)i;
	return -1;
}

static bool known(const char *word)
{
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	bool found = lx_emote_set_find(set, word, strlen(word)) != NULL;
	lx_emote_set_release(set);
	return found;
}

static void a_channel_is_asked_about_everywhere(void **state)
{
	(void)state;
	turn();
	assert_int_equal(fake_http.requests.num, 0);
	set_channel("123");
	assert_int_equal(fake_http.requests.num, 6);
	assert_true(asked("https://bttv/3/cached/emotes/global") >= 0);
	assert_true(asked("https://bttv/3/cached/users/twitch/123") >= 0);
	assert_true(asked("https://ffz/v1/set/global") >= 0);
	assert_true(asked("https://ffz/v1/room/id/123") >= 0);
	assert_true(asked("https://7tv/v3/emote-sets/global") >= 0);
	assert_true(asked("https://7tv/v3/users/twitch/123") >= 0);
	fake_answer((size_t)asked("https://bttv/3/cached/users/twitch/123"), 200,
		    "{\"channelEmotes\":[{\"id\":\"1\",\"code\":\"here\"}]}");
	fake_answer((size_t)asked("https://bttv/3/cached/emotes/global"), 200,
		    "[{\"id\":\"2\",\"code\":\"everywhere\"}]");
	assert_true(known("here"));
	assert_true(known("everywhere"));

	set_channel("123");
	assert_int_equal(fake_http.requests.num, 6);
	set_channel("456");
	assert_int_equal(fake_http.requests.num, 9);
	assert_false(known("here"));
	assert_true(known("everywhere"));
	/* An answer about the channel before. */
	fake_answer((size_t)asked("https://7tv/v3/users/twitch/123"), 200,
		    "{\"emote_set\":{\"emotes\":[{\"id\":\"3\",\"name\":\"late\"}]}}");
	assert_false(known("late"));

	set_channel("");
	assert_int_equal(fake_http.requests.num, 9);
	advance(3600 * 1000);
	assert_int_equal(fake_http.requests.num, 9);
}

static void ids_that_are_none_are_not_asked_about(void **state)
{
	(void)state;
	set_channel("../../x");
	assert_int_equal(fake_http.requests.num, 0);
}

static void trouble_is_met_with_patience(void **state)
{
	(void)state;
	set_channel("123");
	const char *url = "https://7tv/v3/users/twitch/123";
	fake_fail((size_t)asked(url), LX_HTTP_TIMEOUT, true);
	assert_int_equal(asked(url), -1);
	advance(1000);
	fake_answer((size_t)asked(url), 503, "");
	advance(2000);
	fake_answer((size_t)asked(url), 200, "<html>");
	assert_int_equal(asked(url), -1);
	advance(4000);
	fake_answer((size_t)asked(url), 200, "{\"emote_set\":{\"emotes\":[{\"id\":\"3\",\"name\":\"there\"}]}}");
	assert_true(known("there"));

	/* What was known stays when the service goes away; in the end nobody asks any more until the next half hour. */
	advance(30 * 60 * 1000);
	int tries = 0;
	while (asked(url) >= 0) {
		fake_fail((size_t)asked(url), LX_HTTP_CONNECT, false);
		tries++;
		advance(60000);
		assert_true(tries < 20);
	}
	assert_int_equal(tries, 6);
	assert_true(known("there"));
	advance(30 * 60 * 1000);
	assert_true(asked(url) >= 0);
	/* No account there (any more). */
	fake_answer((size_t)asked(url), 404, "{\"error\":\"Unknown User\"}");
	assert_false(known("there"));
	advance(60000);
	assert_int_equal(asked(url), -1);
}

static void services_are_switched_off_and_on(void **state)
{
	(void)state;
	set_channel("123");
	fake_answer((size_t)asked("https://ffz/v1/room/id/123"), 200,
		    "{\"sets\":{\"1\":{\"emoticons\":[{\"id\":7,\"name\":\"here\"}]}}}");
	assert_true(known("here"));
	lx_emote_loader_set_providers(loader, ALL & ~(1u << LX_EMOTES_FFZ) & ~(1u << LX_EMOTES_7TV));
	turn();
	assert_false(known("here"));
	fake_answer((size_t)asked("https://7tv/v3/users/twitch/123"), 200,
		    "{\"emote_set\":{\"emotes\":[{\"id\":\"3\",\"name\":\"late\"}]}}");
	assert_false(known("late"));
	fake_answer((size_t)asked("https://ffz/v1/set/global"), 200,
		    "{\"sets\":{\"1\":{\"emoticons\":[{\"id\":7,\"name\":\"late\"}]}}}");
	assert_false(known("late"));
	size_t before = fake_http.requests.num;
	set_channel("456");
	assert_int_equal(fake_http.requests.num, before + 1);
	lx_emote_loader_set_providers(loader, ALL);
	turn();
	assert_int_equal(fake_http.requests.num, before + 5);
	assert_true(asked("https://ffz/v1/room/id/456") >= 0);
}

static void the_set_that_is_read_is_watched(void **state)
{
	(void)state;
	const char *url = "https://7tv/v3/users/twitch/123";
	set_channel("123");
	fake_answer(
		(size_t)asked(url), 200,
		"{\"emote_set\":{\"id\":\"set1\",\"emotes\":[{\"id\":\"3\",\"name\":\"there\"}]},\"user\":{\"id\":\"u\"}}");
	assert_string_equal(updates.set_id, "set1");
	cJSON *body = cJSON_Parse("{\"pushed\":[{\"key\":\"emotes\",\"value\":{\"id\":\"4\",\"name\":\"fresh\"}}]}");
	updates.config.changed(body, updates.config.data);
	cJSON_Delete(body);
	assert_true(known("fresh"));
	assert_true(known("there"));
	assert_int_equal(asked(url), -1); /* what is told needs no question */

	/* Several reasons for a question are one question. */
	updates.config.stale(updates.config.data);
	updates.config.stale(updates.config.data);
	advance(2000);
	fake_answer((size_t)asked(url), 200, "{\"emote_set\":{\"id\":\"set2\",\"emotes\":[]}}");
	assert_int_equal(asked(url), -1);
	assert_string_equal(updates.set_id, "set2");
	assert_false(known("there"));
	lx_emote_loader_set_providers(loader, ALL & ~(1u << LX_EMOTES_7TV));
	turn();
	assert_string_equal(updates.set_id, "");
}

static void the_end_comes_with_questions_open(void **state)
{
	(void)state;
	set_channel("123");
	fake_fail((size_t)asked("https://ffz/v1/room/id/123"), LX_HTTP_TIMEOUT, true);
	lx_emote_loader_signed_in(loader);
	lx_emote_loader_destroy(loader);
	loader = NULL;
	fake_answer((size_t)asked("https://bttv/3/cached/emotes/global"), 200, "[{\"id\":\"2\",\"code\":\"late\"}]");
	assert_false(known("late"));
	turn();
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_channel_is_asked_about_everywhere), TEST(ids_that_are_none_are_not_asked_about),
		TEST(trouble_is_met_with_patience),        TEST(services_are_switched_off_and_on),
		TEST(the_set_that_is_read_is_watched),     TEST(the_end_comes_with_questions_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
