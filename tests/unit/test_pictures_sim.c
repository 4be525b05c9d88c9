/* Lists and pictures over real sockets from the simulator: every emote that is listed has a picture, in every form. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <util/bmem.h>
#include <util/dstr.h>
#include <util/platform.h>

#include "chat/emote_lists.h"
#include "chat/emote_loader.h"
#include "net/picture_cache.h"
#include "net/websocket.h"
#include "platform/memory.h"
#include "twitchsim.h"

#define PATIENCE_NS 20000000000u

static struct lx_sim *sim;
static cJSON *urls;
static struct lx_loop *loop;
static struct lx_http *http;
static struct lx_emotes *emotes;
static struct lx_emote_loader *loader;
static struct lx_picture_cache *cache;

static const char *address(const char *name)
{
	const cJSON *item = cJSON_GetObjectItem(cJSON_GetObjectItem(urls, "environment"), name);
	assert_true(cJSON_IsString(item));
	return item->valuestring;
}

static int setup(void **state)
{
	lx_leak_setup(state);
	lx_memory_init();
	sim = lx_sim_start(&(struct lx_sim_config){.seed = 1});
	assert_non_null(sim);
	char *answer = lx_sim_control(sim, "urls", NULL);
	urls = cJSON_Parse(answer);
	bfree(answer);
	loop = lx_loop_create("livextrem: pictures", lx_clock_system());
	http = lx_http_create(
		&(struct lx_http_config){.loop = loop, .user_agent = "test", .ca_file = address("LIVEXTREM_CA_FILE")});
	emotes = lx_emotes_create(&(struct lx_emotes_config){
		.twitch_pictures = address("LIVEXTREM_TWITCH_PICTURES_URL"),
		.cheer_pictures = address("LIVEXTREM_CHEER_PICTURES_URL"),
		.bttv_pictures = address("LIVEXTREM_BTTV_PICTURES_URL"),
		.ffz_pictures = address("LIVEXTREM_FFZ_PICTURES_URL"),
		.seventv_pictures = address("LIVEXTREM_7TV_PICTURES_URL"),
	});
	loader = lx_emote_loader_create(&(struct lx_emote_loader_config){
		.loop = loop,
		.http = http,
		.emotes = emotes,
		.random = &lx_test_random,
		.bttv = address("LIVEXTREM_BTTV_URL"),
		.ffz = address("LIVEXTREM_FFZ_URL"),
		.seventv = address("LIVEXTREM_7TV_URL"),
		.seventv_events = address("LIVEXTREM_7TV_EVENTS_URL"),
		.user_agent = "test",
		.ca_file = address("LIVEXTREM_CA_FILE"),
		.providers = 0xF,
	});
	cache = lx_picture_cache_create(&(struct lx_picture_cache_config){.loop = loop, .http = http});
	return 0;
}

static int teardown(void **state)
{
	lx_emote_loader_destroy(loader);
	lx_http_destroy(http);
	lx_picture_cache_destroy(cache);
	lx_emotes_destroy(emotes);
	lx_loop_destroy(loop);
	cJSON_Delete(urls);
	lx_sim_stop(sim);
	return lx_leak_teardown(state);
}

struct answer {
	int count;
	struct lx_picture picture;
};

static void on_picture(const struct lx_picture *picture, void *data)
{
	struct answer *answer = data;
	answer->count++;
	answer->picture = *picture;
}

static struct lx_picture_info fetch(const char *url)
{
	struct answer answer = {0};
	const uint64_t end = os_gettime_ns() + PATIENCE_NS;
	lx_picture_cache_get(cache, url, on_picture, &answer);
	while (!answer.count && os_gettime_ns() < end)
		lx_loop_run_once(loop, 100);
	assert_int_equal(answer.count, 1);
	assert_int_equal(answer.picture.error, LX_PICTURE_OK);
	return answer.picture.info;
}

static void every_emote_has_its_picture(void **state)
{
	(void)state;
	const struct lx_emote_set *set = NULL;
	const uint64_t end = os_gettime_ns() + PATIENCE_NS;
	lx_emote_loader_set_channel(loader, "100000002");
	do {
		lx_emote_set_release(set);
		lx_loop_run_once(loop, 100);
		set = lx_emotes_acquire(emotes);
	} while (lx_emote_set_size(set) < 13 && os_gettime_ns() < end);
	assert_int_equal(lx_emote_set_size(set), 13);

	struct dstr url = {0};
	int moving = 0;
	for (size_t i = 0; i < lx_emote_set_size(set); i++) {
		const struct lx_named_emote *emote = lx_emote_set_at(set, i);
		/* Made to be broken. */
		if (strcmp(emote->name, "CutShort") == 0 || strcmp(emote->name, "FarTooLarge") == 0)
			continue;
		for (int forms = 0; forms < 8; forms++) {
			const int scale = forms & 4 ? 2 : 1;
			struct lx_picture_wish wish = {.scale = scale, .animated = forms & 1, .webp = forms & 2};
			assert_true(lx_emotes_named_url(emotes, emote, &wish, &url));
			struct lx_picture_info info = fetch(url.array);
			if (emote->width)
				assert_int_equal(info.width, emote->width * scale);
			moving += info.format == LX_PICTURE_GIF;
		}
	}
	assert_true(moving > 0);
	dstr_free(&url);
	lx_emote_set_release(set);
}

/* Turns the loop until the channel has an emote of this name, or none. */
static void wait_for(const char *name, bool there)
{
	const uint64_t end = os_gettime_ns() + PATIENCE_NS;
	bool is = !there;
	while (is != there && os_gettime_ns() < end) {
		lx_loop_run_once(loop, 50);
		const struct lx_emote_set *set = lx_emotes_acquire(emotes);
		is = lx_emote_set_find(set, name, strlen(name)) != NULL;
		lx_emote_set_release(set);
	}
	assert_int_equal(is, there);
}

static cJSON *control(const char *command, const char *json)
{
	char *answer = lx_sim_control(sim, command, json);
	cJSON *parsed = cJSON_Parse(answer);
	bfree(answer);
	assert_null(cJSON_GetObjectItem(parsed, "error"));
	return parsed;
}

static int heard(const char *part)
{
	cJSON *answer = control("received", "{\"kind\":\"7tv\"}");
	const cJSON *entry;
	int count = 0;
	cJSON_ArrayForEach (entry, cJSON_GetObjectItem(answer, "entries")) {
		const cJSON *line = cJSON_GetObjectItem(entry, "line");
		count += cJSON_IsString(line) && strstr(line->valuestring, part);
	}
	cJSON_Delete(answer);
	return count;
}

static void wait_heard(const char *part, int count)
{
	const uint64_t end = os_gettime_ns() + PATIENCE_NS;
	while (heard(part) < count && os_gettime_ns() < end)
		lx_loop_run_once(loop, 50);
	assert_true(heard(part) >= count);
}

static void what_7tv_changes_is_known_at_once(void **state)
{
	(void)state;
	if (!lx_websocket_available())
		skip();
	lx_emote_loader_set_channel(loader, "100000002");
	wait_for("peepoWide", true);
	wait_heard("emote_set.update", 1);
	cJSON_Delete(control("7tv", "{\"action\":\"add\",\"name\":\"peepoNew\"}"));
	wait_for("peepoNew", true);
	wait_for("peepoWide", true); /* the others stay */
	wait_for("gg", true);
	cJSON_Delete(control("7tv", "{\"action\":\"rename\",\"name\":\"peepoNew\",\"to\":\"peepoOther\"}"));
	wait_for("peepoOther", true);
	wait_for("peepoNew", false);
	cJSON_Delete(control("7tv", "{\"action\":\"remove\",\"name\":\"peepoNew\"}"));
	wait_for("peepoOther", false);
	wait_for("peepoWide", true);

	/* The service wants another connection: the list is asked for anew, for something may have been missed. */
	cJSON_Delete(control("7tv", "{\"action\":\"reconnect\"}"));
	wait_heard("emote_set.update", 2);
	cJSON_Delete(control("7tv", "{\"action\":\"add\",\"name\":\"peepoNew\"}"));
	wait_for("peepoNew", true);
	/* It closes: we come back. */
	cJSON_Delete(control("7tv", "{\"action\":\"close\",\"code\":4006}"));
	wait_heard("emote_set.update", 3);

	/* Nobody reads the channel any more: nobody listens. */
	lx_emote_loader_set_channel(loader, "");
	wait_for("peepoNew", false);
}

static void twitch_has_its_pictures(void **state)
{
	(void)state;
	struct dstr url = {0};
	struct lx_picture_wish wish = {.scale = 2, .animated = true, .dark = true};
	assert_true(lx_emotes_twitch_url(emotes, "25", &wish, &url));
	assert_int_equal(fetch(url.array).width, 56);
	assert_true(lx_emotes_twitch_url(emotes, "emotesv2_1f5e0b7b3c6a4a8f9e2d4c6b8a0f1e2d", &wish, &url));
	assert_int_equal(fetch(url.array).format, LX_PICTURE_GIF);

	/* What Helix says of badges lies below the configured address. */
	cJSON *data = cJSON_Parse("[{\"set_id\":\"vip\",\"versions\":[{\"id\":\"1\",\"title\":\"VIP\",\"image_url_1x\":"
				  "\"https://static-cdn.jtvnw.net/badges/v1/vip-1/1\"}]}]");
	lx_emotes_put(emotes, LX_EMOTES_GLOBAL_BADGES, lx_emote_list_read_badges(data, NULL));
	cJSON_Delete(data);
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	assert_true(lx_emotes_badge_url(emotes, lx_emote_set_find_badge(set, "vip", "1"), &wish, &url));
	assert_int_equal(fetch(url.array).width, 18);
	lx_emote_set_release(set);
	dstr_free(&url);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_emote_has_its_picture),
		TEST(what_7tv_changes_is_known_at_once),
		TEST(twitch_has_its_pictures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
