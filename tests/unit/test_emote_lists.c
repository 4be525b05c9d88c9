/* Lists of emotes as the services send them, and with everything that may be wrong in them. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>

#include "chat/emote_lists.h"
#include "platform/memory.h"

static struct lx_emotes *emotes;
static const struct lx_emote_set *set;

static char *file_text(const char *name)
{
	char path[512];
	snprintf(path, sizeof(path), TEST_DATA_DIR "/emotes/%s.json", name);
	char *text = os_quick_read_utf8_file(path);
	assert_non_null(text);
	return text;
}

static size_t load(enum lx_emote_source source, const char *name)
{
	char *text = file_text(name);
	struct lx_emote_list *list = lx_emote_list_read(source, text, strlen(text));
	bfree(text);
	assert_non_null(list);
	size_t size = lx_emote_list_size(list);
	lx_emotes_put(emotes, source, list);
	lx_emote_set_release(set);
	set = lx_emotes_acquire(emotes);
	return size;
}

static const struct lx_named_emote *find(const char *word)
{
	return lx_emote_set_find(set, word, strlen(word));
}

static int setup(void **state)
{
	lx_leak_setup(state);
	lx_memory_init();
	emotes = lx_emotes_create(&(struct lx_emotes_config){0});
	set = NULL;
	return 0;
}

static int teardown(void **state)
{
	lx_emote_set_release(set);
	lx_emotes_destroy(emotes);
	return lx_leak_teardown(state);
}

static void bttv(void **state)
{
	(void)state;
	assert_int_equal(load(LX_EMOTES_BTTV_GLOBAL, "bttv-global"), 4);
	assert_string_equal(find(":tf:")->id, "54fa903b01e468494f85806d");
	assert_false(find(":tf:")->of_channel);
	assert_int_equal(find("Clap")->forms, LX_EMOTE_ANIMATED);
	assert_int_equal(find("Clap")->width, 112);
	assert_int_equal(find("SoSnowy")->forms, LX_EMOTE_ZERO_WIDTH);
	assert_int_equal(find("Odd")->forms, 0);
	assert_int_equal(find("Odd")->width, 0);
	assert_int_equal(find("Odd")->height, 0);
	assert_null(find("c!"));
	assert_null(find("Escape"));
	assert_null(find("NumberId"));

	assert_int_equal(load(LX_EMOTES_BTTV_CHANNEL, "bttv-user"), 3);
	assert_true(find("catJAM")->of_channel);
	assert_int_equal(find("catJAM")->forms, LX_EMOTE_ANIMATED);
	assert_non_null(find("monkaW"));
	/* The channel may call an ordinary emote like one that is laid over others. */
	assert_int_equal(find("SoSnowy")->forms, 0);
}

static void ffz(void **state)
{
	(void)state;
	assert_int_equal(load(LX_EMOTES_FFZ_GLOBAL, "ffz-global"), 3);
	assert_string_equal(find("ZrehplaR")->id, "9");
	assert_int_equal(find("ZrehplaR")->width, 33);
	assert_int_equal(find("ZrehplaR")->height, 30);
	assert_int_equal(find("ZrehplaR")->forms, 0);
	assert_string_equal(find("LaterSooner")->id, "720507");
	assert_int_equal(find("LaterSooner")->forms, LX_EMOTE_ANIMATED | LX_EMOTE_2X | LX_EMOTE_4X);
	assert_int_equal(find("ffzHat")->forms, LX_EMOTE_ZERO_WIDTH);
	assert_null(find("ffzX"));
	assert_null(find("Private"));

	assert_int_equal(load(LX_EMOTES_FFZ_CHANNEL, "ffz-room"), 2);
	assert_int_equal(find("KEKW")->provider, LX_EMOTES_FFZ);
	assert_int_equal(find("KEKW")->forms, LX_EMOTE_2X | LX_EMOTE_4X);
}

static void seventv(void **state)
{
	(void)state;
	assert_int_equal(load(LX_EMOTES_7TV_GLOBAL, "7tv-global"), 3);
	assert_int_equal(find("RainTime")->forms, LX_EMOTE_ANIMATED | LX_EMOTE_ZERO_WIDTH | LX_EMOTE_GIF);
	assert_int_equal(find("peepoWide")->width, 96);
	assert_int_equal(find("peepoWide")->height, 32);
	assert_null(find("Wide"));
	assert_non_null(find("NoData"));
	assert_int_equal(load(LX_EMOTES_7TV_CHANNEL, "7tv-user"), 2);
	assert_int_equal(find("GIGACHAD")->forms, LX_EMOTE_ANIMATED);
	assert_int_equal(find("GIGACHAD")->width, 0);
}

static cJSON *helix_data(const char *name)
{
	char *text = file_text(name);
	cJSON *data = cJSON_Parse(text);
	bfree(text);
	assert_non_null(data);
	return data;
}

static void change(const char *json)
{
	cJSON *body = cJSON_Parse(json);
	lx_emotes_put(emotes, LX_EMOTES_7TV_CHANNEL, lx_emote_list_change_7tv(set, body));
	cJSON_Delete(body);
	lx_emote_set_release(set);
	set = lx_emotes_acquire(emotes);
}

#define KEKW "\"id\":\"01FE3XYN5R0008NJNY3WVKWPEM\",\"name\":\"KEKW\""

static void seventv_changes(void **state)
{
	(void)state;
	char set_id[LX_EMOTE_ID_SIZE], user_id[LX_EMOTE_ID_SIZE];
	char *text = file_text("7tv-user");
	lx_emote_list_read_7tv_ids(text, strlen(text), set_id, user_id);
	bfree(text);
	assert_string_equal(set_id, "01");
	assert_string_equal(user_id, "01");
	lx_emote_list_read_7tv_ids("{\"emote_set\":{\"id\":\"\\\"}\"},\"user\":3}", 33, set_id, user_id);
	assert_string_equal(set_id, "");
	assert_string_equal(user_id, "");

	load(LX_EMOTES_7TV_CHANNEL, "7tv-user");
	load(LX_EMOTES_7TV_GLOBAL, "7tv-global");
	const size_t all = lx_emote_set_size(set);
	change("{\"pushed\":[{\"key\":\"emotes\",\"value\":{\"id\":\"new\",\"name\":\"Fresh\",\"data\":{\"animated\":true}}},"
	       "{\"key\":\"emotes\",\"value\":{\"id\":\"bad id\",\"name\":\"Never\"}},{\"key\":\"origins\",\"value\":{\"id\":\"x\",\"name\":\"Nor\"}},3]}");
	assert_int_equal(lx_emote_set_size(set), all + 1);
	assert_true(find("Fresh")->forms & LX_EMOTE_ANIMATED);
	assert_true(find("Fresh")->of_channel);
	assert_non_null(find("GIGACHAD"));
	change("{\"updated\":[{\"key\":\"emotes\",\"old_value\":{" KEKW
	       "},\"value\":{\"id\":\"01FE3XYN5R0008NJNY3WVKWPEM\",\"name\":\"LUL2\"}}]}");
	assert_null(find("KEKW"));
	assert_non_null(find("LUL2"));
	change("{\"pulled\":[{\"key\":\"emotes\",\"old_value\":{\"id\":\"new\",\"name\":\"Fresh\"}}]}");
	assert_null(find("Fresh"));
	assert_int_equal(lx_emote_set_size(set), all);
	/* Nothing to be done, and nothing that can be done. */
	change("{}");
	change("[]");
	change("null");
	assert_int_equal(lx_emote_set_size(set), all);
}

static void badges(void **state)
{
	(void)state;
	cJSON *data = helix_data("helix-badges");
	struct lx_emote_list *list = lx_emote_list_read_badges(data, "http://127.0.0.1:1");
	cJSON_Delete(data);
	assert_int_equal(lx_emote_list_size(list), 2);
	lx_emotes_put(emotes, LX_EMOTES_GLOBAL_BADGES, list);
	set = lx_emotes_acquire(emotes);
	const struct lx_badge_picture *badge = lx_emote_set_find_badge(set, "subscriber", "0");
	assert_string_equal(badge->title, "Subscriber");
	assert_string_equal(badge->paths[2], "/badges/v1/5d9f2208-5dd8-11e7-8513-2ff4adfae661/3");
	assert_string_equal(lx_emote_set_find_badge(set, "subscriber", "12")->paths[1], "");
}

static void cheermotes(void **state)
{
	(void)state;
	cJSON *data = helix_data("helix-cheermotes");
	struct lx_emote_list *list = lx_emote_list_read_cheermotes(data, NULL);
	cJSON_Delete(data);
	assert_int_equal(lx_emote_list_size(list), 3);
	lx_emotes_put(emotes, LX_EMOTES_CHEERMOTES, list);
	set = lx_emotes_acquire(emotes);
	uint32_t bits;
	const struct lx_cheer_tier *tier = lx_emote_set_find_cheer(set, "cheer5", 6, &bits);
	assert_string_equal(tier->paths[1][1][2], "/actions/cheer/dark/animated/1/4.gif");
	assert_string_equal(tier->paths[0][1][0], "");
	assert_string_equal(tier->paths[0][0][0], "/actions/cheer/light/static/1/1.png");
	tier = lx_emote_set_find_cheer(set, "cheer100", 8, &bits);
	assert_int_equal(tier->color, 0x9c3ee8);
	assert_string_equal(tier->paths[1][1][0], "");
	assert_int_equal(lx_emote_set_find_cheer(set, "cheer1000", 9, &bits)->color, 0x979797);
}

static void what_is_no_list_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "null", "3", "\"x\"", "{", "[", "true", "\xff\xfe"};
	for (int source = LX_EMOTES_FFZ_CHANNEL; source <= LX_EMOTES_7TV_GLOBAL; source++)
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			assert_null(lx_emote_list_read((enum lx_emote_source)source, texts[i], strlen(texts[i])));
	assert_null(lx_emote_list_read(LX_EMOTES_BTTV_GLOBAL, "{}", 2));
	assert_null(lx_emote_list_read(LX_EMOTES_BTTV_CHANNEL, "[]", 2));
	assert_null(lx_emote_list_read(LX_EMOTES_FFZ_GLOBAL, "{\"sets\":[]}", 11));
	struct lx_emote_list *list = lx_emote_list_read(LX_EMOTES_7TV_CHANNEL, "{\"emote_set\":null}", 18);
	assert_int_equal(lx_emote_list_size(list), 0);
	lx_emote_list_destroy(list);
	list = lx_emote_list_read_badges(NULL, NULL);
	assert_int_equal(lx_emote_list_size(list), 0);
	lx_emote_list_destroy(list);
}

/* Every prefix of a list, and every list with one byte turned: nothing may be read that is not there. */
static void damaged_lists_do_no_harm(void **state)
{
	(void)state;
	static const struct {
		enum lx_emote_source source;
		const char *name;
	} files[] = {{LX_EMOTES_BTTV_GLOBAL, "bttv-global"},
		     {LX_EMOTES_FFZ_GLOBAL, "ffz-global"},
		     {LX_EMOTES_7TV_GLOBAL, "7tv-global"}};
	for (int f = 0; f < 3; f++) {
		char *text = file_text(files[f].name);
		size_t size = strlen(text);
		for (size_t i = 0; i < size; i += 7) {
			char *part = bmemdup(text, i ? i : 1);
			lx_emote_list_destroy(lx_emote_list_read(files[f].source, part, i));
			bfree(part);
			char kept = text[i];
			text[i] = (char)(kept ^ (1 << i % 8));
			lx_emote_list_destroy(lx_emote_list_read(files[f].source, text, size));
			text[i] = kept;
		}
		bfree(text);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bttv),
		TEST(ffz),
		TEST(seventv),
		TEST(seventv_changes),
		TEST(badges),
		TEST(cheermotes),
		TEST(what_is_no_list_is_none),
		TEST(damaged_lists_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
