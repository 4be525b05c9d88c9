/* Sets of emotes, badges and cheermotes: what is taken in, what is found, where pictures lie. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "chat/emotes.h"

static const struct lx_emotes_config config = {
	.twitch_pictures = "https://twitch.test/",
	.cheer_pictures = "https://cheer.test",
	.bttv_pictures = "https://bttv.test",
	.ffz_pictures = "https://ffz.test",
	.seventv_pictures = "https://7tv.test",
};

static struct lx_emote_list *list_of(enum lx_emote_provider provider, const char *name, const char *id)
{
	struct lx_emote_list *list = lx_emote_list_create();
	assert_true(lx_emote_list_add(list, &(struct lx_named_emote){.name = name, .id = id, .provider = provider}));
	return list;
}

static const char *found_id(struct lx_emotes *emotes, const char *word)
{
	static char id[80];
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	const struct lx_named_emote *emote = lx_emote_set_find(set, word, strlen(word));
	strcpy(id, emote ? emote->id : "");
	lx_emote_set_release(set);
	return id;
}

static void the_channels_come_before_everywheres(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	assert_string_equal(found_id(emotes, "Pog"), "");
	lx_emotes_put(emotes, LX_EMOTES_7TV_GLOBAL, list_of(LX_EMOTES_7TV, "Pog", "g7"));
	assert_string_equal(found_id(emotes, "Pog"), "g7");
	lx_emotes_put(emotes, LX_EMOTES_FFZ_GLOBAL, list_of(LX_EMOTES_FFZ, "Pog", "gf"));
	assert_string_equal(found_id(emotes, "Pog"), "gf");
	lx_emotes_put(emotes, LX_EMOTES_7TV_CHANNEL, list_of(LX_EMOTES_7TV, "Pog", "c7"));
	assert_string_equal(found_id(emotes, "Pog"), "c7");
	lx_emotes_put(emotes, LX_EMOTES_BTTV_CHANNEL, list_of(LX_EMOTES_BTTV, "Pog", "cb"));
	assert_string_equal(found_id(emotes, "Pog"), "cb");
	lx_emotes_put(emotes, LX_EMOTES_BTTV_CHANNEL, NULL);
	assert_string_equal(found_id(emotes, "Pog"), "c7");
	assert_string_equal(found_id(emotes, "pog"), "");
	assert_string_equal(found_id(emotes, "Pogs"), "");
	assert_string_equal(found_id(emotes, "Po"), "");
	assert_string_equal(found_id(emotes, ""), "");
	lx_emotes_destroy(emotes);
}

static void a_held_set_stays_as_it_was(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	lx_emotes_put(emotes, LX_EMOTES_FFZ_CHANNEL, list_of(LX_EMOTES_FFZ, "Pog", "1"));
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	lx_emotes_put(emotes, LX_EMOTES_FFZ_CHANNEL, NULL);
	assert_string_equal(found_id(emotes, "Pog"), "");
	lx_emotes_destroy(emotes);
	assert_string_equal(lx_emote_set_find(set, "Pog", 3)->id, "1");
	assert_int_equal(lx_emote_set_size(set), 1);
	assert_string_equal(lx_emote_set_at(set, 0)->name, "Pog");
	lx_emote_set_release(set);
}

static void thousands_are_found(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	struct lx_emote_list *list = lx_emote_list_create();
	char name[32], id[32];
	for (int i = 0; i < LX_EMOTES_MAX; i++) {
		snprintf(name, sizeof(name), "emote%d", i);
		snprintf(id, sizeof(id), "id-%d", i);
		assert_true(lx_emote_list_add(list, &(struct lx_named_emote){.name = name, .id = id}));
	}
	assert_false(lx_emote_list_add(list, &(struct lx_named_emote){.name = "more", .id = "more"}));
	lx_emotes_put(emotes, LX_EMOTES_7TV_CHANNEL, list);
	for (int i = 0; i < LX_EMOTES_MAX; i++) {
		snprintf(name, sizeof(name), "emote%d", i);
		snprintf(id, sizeof(id), "id-%d", i);
		assert_string_equal(found_id(emotes, name), id);
	}
	assert_string_equal(found_id(emotes, "emote5000"), "");
	lx_emotes_destroy(emotes);
}

static void improper_names_and_ids_are_refused(void **state)
{
	(void)state;
	struct lx_emote_list *list = lx_emote_list_create();
	static const char *const ids[] = {"", "a/b", "..", "a b", "ä", "x%2e", "1;2"};
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_false(lx_emote_list_add(list, &(struct lx_named_emote){.name = "x", .id = ids[i]}));
	static const char *const names[] = {"", "a b", "a\nb", "\x7f"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(lx_emote_list_add(list, &(struct lx_named_emote){.name = names[i], .id = "1"}));
	char longest[130];
	memset(longest, 'a', sizeof(longest));
	longest[65] = 0;
	assert_false(lx_emote_list_add(list, &(struct lx_named_emote){.name = "x", .id = longest}));
	longest[65] = 'a';
	longest[101] = 0;
	assert_false(lx_emote_list_add(list, &(struct lx_named_emote){.name = longest, .id = "1"}));
	assert_true(lx_emote_list_add(list, &(struct lx_named_emote){.name = "ä:)", .id = "emotesv2_a-B"}));
	assert_int_equal(lx_emote_list_size(list), 1);
	lx_emote_list_destroy(list);
}

static void addresses_are_made_of_base_and_id(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	struct dstr url = {0};
	const struct lx_picture_wish wish = {.scale = 1, .animated = true, .dark = true, .webp = true};
	const struct lx_picture_wish plain = {.scale = 3};

	assert_true(lx_emotes_twitch_url(emotes, "25", &wish, &url));
	assert_string_equal(url.array, "https://twitch.test/emoticons/v2/25/default/dark/1.0");
	assert_true(lx_emotes_twitch_url(emotes, "emotesv2_x", &plain, &url));
	assert_string_equal(url.array, "https://twitch.test/emoticons/v2/emotesv2_x/static/light/3.0");
	assert_false(lx_emotes_twitch_url(emotes, "../x", &wish, &url));
	assert_true(dstr_is_empty(&url));

	struct lx_named_emote emote = {.name = "x", .id = "abc", .provider = LX_EMOTES_BTTV, .forms = LX_EMOTE_ANIMATED};
	assert_true(lx_emotes_named_url(emotes, &emote, &wish, &url));
	assert_string_equal(url.array, "https://bttv.test/emote/abc/1x.webp");
	assert_true(lx_emotes_named_url(emotes, &emote, &plain, &url));
	assert_string_equal(url.array, "https://bttv.test/emote/abc/static/3x");

	emote.provider = LX_EMOTES_FFZ;
	assert_true(lx_emotes_named_url(emotes, &emote, &plain, &url));
	assert_string_equal(url.array, "https://ffz.test/emote/abc/1");
	emote.forms |= LX_EMOTE_2X | LX_EMOTE_4X;
	assert_true(lx_emotes_named_url(emotes, &emote, &plain, &url));
	assert_string_equal(url.array, "https://ffz.test/emote/abc/4");
	assert_true(lx_emotes_named_url(emotes, &emote, &(struct lx_picture_wish){.scale = 2, .animated = true}, &url));
	assert_string_equal(url.array, "https://ffz.test/emote/abc/animated/2.gif");

	emote.provider = LX_EMOTES_7TV;
	assert_true(lx_emotes_named_url(emotes, &emote, &wish, &url));
	assert_string_equal(url.array, "https://7tv.test/emote/abc/1x.webp");
	assert_false(lx_emotes_named_url(emotes, &emote, &plain, &url));
	emote.forms |= LX_EMOTE_GIF;
	assert_true(lx_emotes_named_url(emotes, &emote, &plain, &url));
	assert_string_equal(url.array, "https://7tv.test/emote/abc/3x_static.png");
	assert_true(lx_emotes_named_url(emotes, &emote, &(struct lx_picture_wish){.scale = 9, .animated = true}, &url));
	assert_string_equal(url.array, "https://7tv.test/emote/abc/4x.gif");
	lx_emotes_destroy(emotes);

	/* A service without an address is off. */
	emotes = lx_emotes_create(&(struct lx_emotes_config){.twitch_pictures = ""});
	assert_false(lx_emotes_named_url(emotes, &emote, &wish, &url));
	assert_false(lx_emotes_twitch_url(emotes, "25", &wish, &url));
	lx_emotes_destroy(emotes);
	dstr_free(&url);
}

static void cheers_find_their_tier(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	struct lx_emote_list *list = lx_emote_list_create();
	static const uint32_t least[] = {1, 100, 1000};
	for (int i = 0; i < 3; i++) {
		struct lx_cheer_tier tier = {.prefix = "Cheer", .min_bits = least[i], .color = (uint32_t)i};
		const char **paths = &tier.paths[0][0][0];
		for (int k = 0; k < 4 * LX_CHEER_SCALES; k++)
			paths[k] = "";
		tier.paths[1][1][0] = "/actions/a.gif";
		assert_true(lx_emote_list_add_cheer(list, &tier));
	}
	lx_emotes_put(emotes, LX_EMOTES_CHEERMOTES, list);
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	uint32_t bits = 0;
	assert_int_equal(lx_emote_set_find_cheer(set, "cheer250", 8, &bits)->color, 1);
	assert_int_equal(bits, 250);
	assert_int_equal(lx_emote_set_find_cheer(set, "CHEER99999999", 13, &bits)->color, 2);
	static const char *const none[] = {"cheer",          "100", "cheer0", "cheer01", "cheers1", "chee1",
					   "cheer999999999", "",    "cheer1x"};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(lx_emote_set_find_cheer(set, none[i], strlen(none[i]), &bits));

	struct dstr url = {0};
	const struct lx_cheer_tier *tier = lx_emote_set_find_cheer(set, "cheer1", 6, &bits);
	assert_true(lx_emotes_cheer_url(emotes, tier, &(struct lx_picture_wish){.scale = 4, .dark = true}, &url));
	assert_string_equal(url.array, "https://cheer.test/actions/a.gif");
	assert_false(lx_emotes_cheer_url(emotes, tier, &(struct lx_picture_wish){.scale = 4}, &url));
	dstr_free(&url);
	lx_emote_set_release(set);
	lx_emotes_destroy(emotes);
}

static void the_channels_badges_come_first(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	static const char *const titles[] = {"here", "everywhere"};
	for (int i = 0; i < 2; i++) {
		struct lx_emote_list *list = lx_emote_list_create();
		struct lx_badge_picture badge = {"bits", "100", titles[i], {"/badges/v1/a/1", "", "/badges/v1/a/3"}};
		assert_true(lx_emote_list_add_badge(list, &badge));
		badge.version = "1";
		if (i)
			assert_true(lx_emote_list_add_badge(list, &badge));
		badge.paths[0] = "/badges//x";
		assert_false(lx_emote_list_add_badge(list, &badge));
		badge.paths[0] = badge.paths[2] = "";
		assert_false(lx_emote_list_add_badge(list, &badge));
		lx_emotes_put(emotes, i ? LX_EMOTES_GLOBAL_BADGES : LX_EMOTES_CHANNEL_BADGES, list);
	}
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	assert_string_equal(lx_emote_set_find_badge(set, "bits", "100")->title, "here");
	assert_string_equal(lx_emote_set_find_badge(set, "bits", "1")->title, "everywhere");
	assert_null(lx_emote_set_find_badge(set, "bits", "2"));
	struct dstr url = {0};
	assert_true(lx_emotes_badge_url(emotes, lx_emote_set_find_badge(set, "bits", "1"),
					&(struct lx_picture_wish){.scale = 2}, &url));
	assert_string_equal(url.array, "https://twitch.test/badges/v1/a/3");
	dstr_free(&url);
	lx_emote_set_release(set);
	lx_emotes_destroy(emotes);
}

static void count_changes(void *data)
{
	++*(int *)data;
}

static void watchers_are_told(void **state)
{
	(void)state;
	struct lx_emotes *emotes = lx_emotes_create(&config);
	int changes = 0;
	lx_emotes_watch(emotes, count_changes, &changes);
	lx_emotes_put(emotes, LX_EMOTES_FFZ_CHANNEL, NULL);
	assert_int_equal(changes, 0);
	lx_emotes_put(emotes, LX_EMOTES_FFZ_CHANNEL, lx_emote_list_create());
	assert_int_equal(changes, 1);
	lx_emotes_watch(emotes, NULL, NULL);
	lx_emotes_put(emotes, LX_EMOTES_FFZ_CHANNEL, NULL);
	assert_int_equal(changes, 1);
	lx_emotes_destroy(emotes);
}

struct reader {
	struct lx_emotes *emotes;
	volatile bool stop;
	volatile long found;
};

static void *read_sets(void *data)
{
	struct reader *reader = data;
	while (!os_atomic_load_bool(&reader->stop)) {
		const struct lx_emote_set *set = lx_emotes_acquire(reader->emotes);
		const struct lx_named_emote *emote = lx_emote_set_find(set, "Pog", 3);
		if (emote && strcmp(emote->id, "1") == 0)
			os_atomic_inc_long(&reader->found);
		lx_emote_set_release(set);
	}
	return NULL;
}

static void sets_are_read_while_lists_change(void **state)
{
	(void)state;
	struct reader reader = {.emotes = lx_emotes_create(&config)};
	pthread_t thread;
	pthread_create(&thread, NULL, read_sets, &reader);
	for (int i = 0; i < 2000 || !os_atomic_load_long(&reader.found); i++)
		lx_emotes_put(reader.emotes, LX_EMOTES_FFZ_CHANNEL, i % 3 ? list_of(LX_EMOTES_FFZ, "Pog", "1") : NULL);
	os_atomic_set_bool(&reader.stop, true);
	pthread_join(thread, NULL);
	lx_emotes_destroy(reader.emotes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lx_unit_test(the_channels_come_before_everywheres),
		lx_unit_test(a_held_set_stays_as_it_was),
		lx_unit_test(thousands_are_found),
		lx_unit_test(improper_names_and_ids_are_refused),
		lx_unit_test(addresses_are_made_of_base_and_id),
		lx_unit_test(cheers_find_their_tier),
		lx_unit_test(the_channels_badges_come_first),
		lx_unit_test(watchers_are_told),
		lx_unit_test(sets_are_read_while_lists_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
