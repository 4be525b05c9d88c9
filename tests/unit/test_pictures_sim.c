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
		TEST(twitch_has_its_pictures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
