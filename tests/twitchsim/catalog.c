#include "catalog.h"

#include <ctype.h>
#include <stdio.h>

#include "json.h"

const struct sim_game sim_games[] = {
	{"509658", "Just Chatting", "", false},
	{"27471", "Minecraft", "121", false},
	{"21779", "League of Legends", "115", false},
	{"32982", "Grand Theft Auto V", "1020", true},
	{"516575", "VALORANT", "126459", true},
	{"33214", "Fortnite", "1905", false},
	{"512953", "Elden Ring", "119133", true},
	{"490100", "Lost Ark", "28852", false},
	{"26936", "Music", "", false},
	{"509660", "Art", "", false},
	{"1469308723", "Software and Game Development", "", false},
	{"490292", "Dead by Daylight", "18866", true},
	{"460630", "Tom Clancy's Rainbow Six Siege", "7360", true},
	{"18122", "World of Warcraft", "123", false},
	{"29595", "Dota 2", "2963", false},
	{"32399", "Counter-Strike", "", true},
	{"511224", "Apex Legends", "114795", true},
	{"509659", "ASMR", "", false},
	{"498566", "Slots", "", true},
	{"743", "Chess", "", false},
	{"7193", "Chess Ultra", "24354", false},
	{"417752", "Talk Shows & Podcasts", "", false},
	{"66082", "Games + Demos", "", false},
	{"1264310518", "Marvel Rivals", "294041", true},
	{NULL, NULL, NULL, false},
};

const struct sim_game *sim_game_find(const char *id)
{
	for (const struct sim_game *game = sim_games; id && game->id; game++) {
		if (strcmp(game->id, id) == 0)
			return game;
	}
	return NULL;
}

const char *sim_game_name(const char *id)
{
	const struct sim_game *game = sim_game_find(id);
	return game ? game->name : "";
}

const struct sim_label sim_labels[] = {
	{"DebatedSocialIssuesAndPolitics", "Politics and Sensitive Social Issues",
	 "Discussions or debates about politics or sensitive social issues.", true},
	{"DrugsIntoxication", "Drugs, Intoxication, or Excessive Tobacco Use",
	 "Excessive tobacco glorification or promotion, marijuana, intoxication.", true},
	{"SexualThemes", "Sexual Themes", "Content that focuses on sexualized activities or themes.", true},
	{"ViolentGraphic", "Violent and Graphic Depictions", "Realistic violence, gore, extreme injury or death.",
	 true},
	{"Gambling", "Gambling", "Participating in online or in-person gambling, poker or fantasy sports.", true},
	{"ProfanityVulgarity", "Significant Profanity or Vulgarity",
	 "Prolonged, and repeated use of obscenities, profanities and vulgarities.", true},
	{"MatureGame", "Mature-rated game", "Games that are rated Mature or less suitable for a younger audience.",
	 false},
	{NULL, NULL, NULL, false},
};

cJSON *sim_channel_labels(const struct sim_channel *channel)
{
	cJSON *list = cJSON_CreateArray();
	const struct sim_game *game = sim_game_find(channel->game_id);
	for (int i = 0; sim_labels[i].id; i++) {
		if (sim_labels[i].settable ? channel->ccl >> i & 1 : game && game->mature)
			cJSON_AddItemToArray(list, cJSON_CreateString(sim_labels[i].id));
	}
	return list;
}

cJSON *sim_channel_tags(const struct sim_channel *channel)
{
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < channel->tag_count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(channel->tags[i]));
	return list;
}

static void add_version(cJSON *versions, const char *set, int id, const char *title)
{
	cJSON *version = cJSON_CreateObject();
	char text[128];
	snprintf(text, sizeof(text), "%d", id);
	sim_json_put(version, "id", text);
	for (int scale = 1; scale <= 4; scale *= 2) {
		char name[24];
		snprintf(name, sizeof(name), "image_url_%dx", scale);
		snprintf(text, sizeof(text), "https://static-cdn.jtvnw.net/badges/v1/%s-%d/%d", set, id,
			 scale == 4 ? 3 : scale);
		sim_json_put(version, name, text);
	}
	sim_json_put(version, "title", title);
	sim_json_put(version, "description", title);
	sim_json_put_null(version, "click_action");
	sim_json_put_null(version, "click_url");
	cJSON_AddItemToArray(versions, version);
}

cJSON *sim_badge_sets(bool of_channel)
{
	static const struct {
		const char *set, *title;
		bool of_channel;
		int ids[16]; /* ends with -1 */
	} sets[] = {
		{"broadcaster", "Broadcaster", false, {1, -1}},
		{"moderator", "Moderator", false, {1, -1}},
		{"lead_moderator", "Lead Moderator", false, {1, -1}},
		{"vip", "VIP", false, {1, -1}},
		{"staff", "Staff", false, {1, -1}},
		{"partner", "Verified", false, {1, -1}},
		{"premium", "Prime Gaming", false, {1, -1}},
		{"turbo", "Turbo", false, {1, -1}},
		{"bot-badge", "Chat Bot", false, {1, -1}},
		{"founder", "Founder", false, {0, -1}},
		{"sub-gifter", "Sub Gifter", false, {1, 5, 10, 25, 50, 100, 150, 200, 250, 500, 1000, -1}},
		{"bits", "cheer", false, {1, 100, 1000, 5000, 10000, 25000, 50000, 100000, -1}},
		{"subscriber", "Subscriber", true, {0, 2, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48, 54, 60, 3060, -1}},
		{"bits", "cheer", true, {1, 100, 1000, -1}},
	};
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		if (sets[i].of_channel != of_channel)
			continue;
		cJSON *set = cJSON_CreateObject();
		sim_json_put(set, "set_id", sets[i].set);
		cJSON *versions = cJSON_AddArrayToObject(set, "versions");
		for (int k = 0; sets[i].ids[k] >= 0; k++)
			add_version(versions, sets[i].set, sets[i].ids[k], sets[i].title);
		cJSON_AddItemToArray(list, set);
	}
	return list;
}

cJSON *sim_cheermotes(void)
{
	static const char *const prefixes[] = {"Cheer", "Pride", "Party", "Kappa", "uni"};
	static const struct {
		int bits;
		const char *color;
	} tiers[] = {{1, "#979797"}, {100, "#9c3ee8"}, {1000, "#1db2a5"}, {5000, "#0099fe"}, {10000, "#f43021"}};
	static const char *const themes[] = {"dark", "light"}, *const formats[] = {"animated", "static"},
				 *const scales[] = {"1", "1.5", "2", "3", "4"};
	cJSON *list = cJSON_CreateArray();
	for (int p = 0; p < 5; p++) {
		cJSON *mote = cJSON_CreateObject();
		sim_json_put(mote, "prefix", prefixes[p]);
		cJSON *tier_list = cJSON_AddArrayToObject(mote, "tiers");
		for (size_t t = 0; t < sizeof(tiers) / sizeof(tiers[0]); t++) {
			char text[160];
			cJSON *tier = cJSON_CreateObject();
			sim_json_put_int(tier, "min_bits", tiers[t].bits);
			snprintf(text, sizeof(text), "%d", tiers[t].bits);
			sim_json_put(tier, "id", text);
			sim_json_put(tier, "color", tiers[t].color);
			cJSON *images = cJSON_AddObjectToObject(tier, "images");
			for (int i = 0; i < 2; i++) {
				cJSON *theme = cJSON_AddObjectToObject(images, themes[i]);
				for (int k = 0; k < 2; k++) {
					cJSON *format = cJSON_AddObjectToObject(theme, formats[k]);
					for (int s = 0; s < 5; s++) {
						snprintf(
							text, sizeof(text),
							"https://d3aqoihi2n8ty8.cloudfront.net/actions/%s/%s/%s/%d/%s.%s",
							prefixes[p], themes[i], formats[k], tiers[t].bits, scales[s],
							k ? "png" : "gif");
						sim_json_put(format, scales[s], text);
					}
				}
			}
			sim_json_put_bool(tier, "can_cheer", true);
			sim_json_put_bool(tier, "show_in_bits_card", true);
			cJSON_AddItemToArray(tier_list, tier);
		}
		sim_json_put(mote, "type", "global_first_party");
		sim_json_put_int(mote, "order", p + 1);
		sim_json_put(mote, "last_updated", "2025-05-22T00:06:04Z");
		sim_json_put_bool(mote, "is_charitable", false);
		cJSON_AddItemToArray(list, mote);
	}
	return list;
}

bool sim_contains_folded(const char *text, const char *part)
{
	size_t size = strlen(part);
	for (; *text; text++) {
		size_t i = 0;
		while (i < size && text[i] && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
			i++;
		if (i == size)
			return true;
	}
	return size == 0;
}

bool sim_known_language(const char *code)
{
	static const char *const codes[] = {"ar", "asl", "bg", "ca",    "cs", "da", "de", "el", "en",
					    "es", "fi",  "fr", "hi",    "hu", "id", "it", "ja", "ko",
					    "ms", "nl",  "no", "other", "pl", "pt", "ro", "ru", "sk",
					    "sv", "th",  "tl", "tr",    "uk", "vi", "zh", "he", "zh-hk"};
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strcmp(codes[i], code) == 0)
			return true;
	}
	return false;
}
