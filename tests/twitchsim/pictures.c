#include "pictures.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "picture_maker.h"
#include "seventv.h"
#include "world.h"

enum service { BTTV, FFZ, SEVENTV };

/* What is wrong with a picture; or (nothing, but) it is there only once the channel has added it: control command "7tv". */
enum flaw { GOOD, CUT, HUGE_SIDE, LATER };

/* Some words that the generator's chatters use, some that nobody writes but in tests. */
static const struct emote {
	enum service service;
	bool of_channel, animated, overlay;
	const char *name, *id;
	int width, height; /* at the smallest scale */
	enum flaw flaw;
} emotes[] = {
	{BTTV, false, false, false, "monkaS", "56e9f494fff3cc5c35e5287e", 28, 28, GOOD},
	{BTTV, false, true, false, "Clap", "55b6f480e66682f576dd94f5", 28, 28, GOOD},
	{BTTV, false, false, true, "SoSnowy", "567b00c61ddbe1786688a633", 28, 28, GOOD},
	{BTTV, true, true, false, "catJAM", "5f1b0186cf6d2144653d2970", 28, 28, GOOD},
	{FFZ, false, false, false, "LaterSooner", "149346", 25, 28, GOOD},
	{FFZ, true, false, false, "KEKW", "381875", 28, 28, GOOD},
	{FFZ, true, true, false, "streamDance", "720507", 32, 32, GOOD},
	{SEVENTV, false, true, true, "RainTime", "01F6MZGCNG000255K4X1K5HN9B", 32, 32, GOOD},
	{SEVENTV, false, false, false, "EZ", "01GB2S5PA0000C9GK2J5ZT3YJD", 32, 32, GOOD},
	{SEVENTV, true, false, false, "peepoWide", "01FE3XYN5R0008NJNY3WVKWPEM", 96, 32, GOOD},
	{SEVENTV, true, true, false, "gg", "01FE3XYN5R0008NJNY3WVKWPEN", 32, 32, GOOD},
	{SEVENTV, true, true, false, "peepoNew", "01FE3XYN5R0008NJNY3WVKWPEP", 32, 32, LATER},
	{BTTV, true, false, false, "CutShort", "5f1b0186cf6d2144653d2971", 28, 28, CUT},
	{BTTV, true, false, false, "FarTooLarge", "5f1b0186cf6d2144653d2972", 28, 28, HUGE_SIDE},
};

#define EMOTES (sizeof(emotes) / sizeof(emotes[0]))
#define FRAMES 8
#define FRAME_MS 80

static bool starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static void answer_json(struct sim_answer *answer, cJSON *json)
{
	answer->status = 200;
	answer->body = sim_json_print(json);
	answer->body_size = strlen(answer->body);
}

static void answer_none(struct sim_answer *answer)
{
	answer->status = 404;
	answer->body = bstrdup("{\"message\":\"Not Found\"}");
	answer->body_size = strlen(answer->body);
}

static void answer_picture(struct sim_answer *answer, const struct sim_picture *picture)
{
	static const char *const types[] = {"image/png", "image/gif", "image/webp"};
	answer->status = 200;
	answer->body = (char *)sim_picture_make(picture, &answer->body_size);
	answer->content_type = types[picture->format];
	snprintf(answer->headers, sizeof(answer->headers), "Cache-Control: max-age=86400\r\n");
}

/* The same picture has the same colour at all times. */
static uint32_t color_of(const char *name)
{
	static const uint32_t colors[] = {0xE0A030, 0x40B060, 0x4080E0, 0xC050C0,
					  0xD05040, 0x30A0A0, 0x9070E0, 0xB0A040};
	uint32_t hash = 2166136261u;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return colors[(hash >> 8) % (sizeof(colors) / sizeof(colors[0]))];
}

/* --- Twitch ------------------------------------------------------------------------------------------------------ */

static void twitch_emote(const char *path, struct sim_answer *answer)
{
	char id[64], form[16], theme[8];
	int scale;
	size_t count;
	const struct sim_emote *table = sim_emote_table(&count);
	if (sscanf(path, "%63[^/]/%15[^/]/%7[^/]/%d.0", id, form, theme, &scale) == 4 && scale >= 1 && scale <= 3 &&
	    (strcmp(theme, "light") == 0 || strcmp(theme, "dark") == 0)) {
		for (size_t i = 0; i < count; i++) {
			if (strcmp(table[i].id, id) != 0)
				continue;
			const bool moves = table[i].animated && strcmp(form, "static") != 0;
			answer_picture(answer, &(struct sim_picture){moves ? SIM_PICTURE_GIF : SIM_PICTURE_PNG,
								     SIM_SHAPE_FACE, 28 * scale, 28 * scale,
								     moves ? FRAMES : 1, FRAME_MS, color_of(id)});
			return;
		}
	}
	answer_none(answer);
}

static void twitch_badge(const char *path, struct sim_answer *answer)
{
	char name[64];
	int size;
	if (sscanf(path, "%63[^/]/%d", name, &size) != 2 || size < 1 || size > 3) {
		answer_none(answer);
		return;
	}
	answer_picture(answer, &(struct sim_picture){SIM_PICTURE_PNG, SIM_SHAPE_SQUARE, 18 << (size - 1),
						     18 << (size - 1), 1, 0, color_of(name)});
}

static void cheermote(const char *path, struct sim_answer *answer)
{
	char prefix[32], theme[8], form[16], end[8];
	int bits, scale;
	if (sscanf(path, "%31[^/]/%7[^/]/%15[^/]/%d/%d.%7s", prefix, theme, form, &bits, &scale, end) != 6 ||
	    scale < 1 || scale > 4) {
		answer_none(answer);
		return;
	}
	static const struct {
		int least;
		uint32_t color;
	} tiers[] = {{10000, 0xf43021}, {5000, 0x0099fe}, {1000, 0x1db2a5}, {100, 0x9c3ee8}, {0, 0x979797}};
	int tier = 0;
	while (bits < tiers[tier].least)
		tier++;
	const bool moves = strcmp(form, "animated") == 0;
	answer_picture(answer,
		       &(struct sim_picture){moves ? SIM_PICTURE_GIF : SIM_PICTURE_PNG, SIM_SHAPE_STONE, 28 * scale,
					     28 * scale, moves ? FRAMES : 1, FRAME_MS, tiers[tier].color});
}

/* --- lists of the others ----------------------------------------------------------------------------------------- */

static cJSON *bttv_list(bool of_channel)
{
	cJSON *list = cJSON_CreateArray();
	for (size_t i = 0; i < EMOTES; i++) {
		if (emotes[i].service != BTTV || emotes[i].of_channel != of_channel)
			continue;
		cJSON *json = cJSON_CreateObject();
		sim_json_put(json, "id", emotes[i].id);
		sim_json_put(json, "code", emotes[i].name);
		sim_json_put(json, "imageType", emotes[i].animated ? "gif" : "png");
		sim_json_put_bool(json, "animated", emotes[i].animated);
		sim_json_put(json, "userId", "5561169bd6b9d206222a8c19");
		if (!of_channel)
			sim_json_put_bool(json, "modifier", false);
		cJSON_AddItemToArray(list, json);
	}
	return list;
}

static cJSON *bttv_channel(void)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "id", "5561169bd6b9d206222a8c19");
	cJSON_AddArrayToObject(json, "bots");
	cJSON_AddItemToObject(json, "channelEmotes", bttv_list(true));
	cJSON_AddArrayToObject(json, "sharedEmotes");
	return json;
}

static void put_ffz_sizes(cJSON *json, const char *name, const char *id, const char *folder)
{
	cJSON *sizes = cJSON_AddObjectToObject(json, name);
	for (int scale = 1; scale <= 4; scale *= 2) {
		char key[16], url[160];
		snprintf(key, sizeof(key), "%d", scale);
		snprintf(url, sizeof(url), "https://cdn.frankerfacez.com/emote/%s/%s%d", id, folder, scale);
		sim_json_put(sizes, key, url);
	}
}

static cJSON *ffz_answer(bool of_channel)
{
	cJSON *json = cJSON_CreateObject();
	if (of_channel) {
		sim_json_put_int(cJSON_AddObjectToObject(json, "room"), "set", 900);
	} else {
		cJSON *wanted = cJSON_AddArrayToObject(json, "default_sets");
		cJSON_AddItemToArray(wanted, cJSON_CreateNumber(3));
	}
	cJSON *set = cJSON_AddObjectToObject(cJSON_AddObjectToObject(json, "sets"), of_channel ? "900" : "3");
	sim_json_put_int(set, "id", of_channel ? 900 : 3);
	cJSON *list = cJSON_AddArrayToObject(set, "emoticons");
	for (size_t i = 0; i < EMOTES; i++) {
		if (emotes[i].service != FFZ || emotes[i].of_channel != of_channel)
			continue;
		cJSON *emote = cJSON_CreateObject();
		sim_json_put_int(emote, "id", atoi(emotes[i].id));
		sim_json_put(emote, "name", emotes[i].name);
		sim_json_put_int(emote, "width", emotes[i].width);
		sim_json_put_int(emote, "height", emotes[i].height);
		sim_json_put_bool(emote, "hidden", false);
		sim_json_put_bool(emote, "modifier", false);
		sim_json_put_int(emote, "modifier_flags", 0);
		put_ffz_sizes(emote, "urls", emotes[i].id, "");
		if (emotes[i].animated)
			put_ffz_sizes(emote, "animated", emotes[i].id, "animated/");
		cJSON_AddItemToArray(list, emote);
	}
	return json;
}

static cJSON *seventv_emote(const struct emote *from)
{
	cJSON *emote = cJSON_CreateObject();
	sim_json_put(emote, "id", from->id);
	sim_json_put(emote, "name", from->name);
	sim_json_put_int(emote, "flags", from->overlay);
	cJSON *data = cJSON_AddObjectToObject(emote, "data");
	sim_json_put(data, "id", from->id);
	sim_json_put(data, "name", from->name);
	sim_json_put_int(data, "flags", from->overlay ? 256 : 0);
	sim_json_put_bool(data, "animated", from->animated);
	cJSON *host = cJSON_AddObjectToObject(data, "host");
	sim_json_put(host, "url", "//cdn.7tv.app/emote/x");
	cJSON *files = cJSON_AddArrayToObject(host, "files");
	const char *const ends[] = {"webp", from->animated ? "gif" : "png"};
	for (int scale = 1; scale <= 4; scale++) {
		for (int k = 0; k < 2; k++) {
			char name[16];
			cJSON *file = cJSON_CreateObject();
			snprintf(name, sizeof(name), "%dx.%s", scale, ends[k]);
			sim_json_put(file, "name", name);
			sim_json_put_int(file, "width", from->width * scale);
			sim_json_put_int(file, "height", from->height * scale);
			sim_json_put_int(file, "frame_count", from->animated ? FRAMES : 1);
			cJSON_AddItemToArray(files, file);
		}
	}
	return emote;
}

cJSON *sim_picture_7tv_emote(const char *name)
{
	for (size_t i = 0; i < EMOTES; i++) {
		if (emotes[i].service == SEVENTV && emotes[i].flaw == LATER && strcmp(emotes[i].name, name) == 0)
			return seventv_emote(&emotes[i]);
	}
	return NULL;
}

static cJSON *seventv_set(struct lx_sim *sim, bool of_channel)
{
	cJSON *set = cJSON_CreateObject();
	sim_json_put(set, "id", of_channel ? SIM_7TV_SET : "01HKQT8EWR000ESSWF3625XCS4");
	sim_json_put(set, "name", of_channel ? "The channel's" : "Global Emotes");
	cJSON *list = cJSON_AddArrayToObject(set, "emotes");
	for (size_t i = 0; i < EMOTES; i++) {
		if (emotes[i].service == SEVENTV && emotes[i].of_channel == of_channel &&
		    (emotes[i].flaw != LATER || sim_seventv_has(sim, emotes[i].name)))
			cJSON_AddItemToArray(list, seventv_emote(&emotes[i]));
	}
	return set;
}

static cJSON *seventv_user(struct lx_sim *sim)
{
	cJSON *json = cJSON_CreateObject();
	sim_json_put(json, "platform", "TWITCH");
	cJSON_AddItemToObject(json, "emote_set", seventv_set(sim, true));
	sim_json_put(cJSON_AddObjectToObject(json, "user"), "id", SIM_7TV_USER);
	return json;
}

/* --- pictures of the others -------------------------------------------------------------------------------------- */

static void spoil(struct sim_answer *answer, enum flaw flaw)
{
	static const char huge[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x06\0\0\0";
	if (flaw == CUT) {
		answer->body_size /= 2;
	} else if (flaw == HUGE_SIDE) {
		bfree(answer->body);
		answer->body = bmemdup(huge, sizeof(huge) - 1);
		answer->body_size = sizeof(huge) - 1;
		answer->content_type = "image/png";
	}
}

/* `rest` is what follows the id: "/2x.webp", "/static/1x", "/animated/4.gif", "/3x_static.png". */
static void other_picture(enum service service, const char *path, struct sim_answer *answer)
{
	for (size_t i = 0; i < EMOTES; i++) {
		const struct emote *emote = &emotes[i];
		const size_t length = strlen(emote->id);
		if (emote->service != service || strncmp(path, emote->id, length) != 0 || path[length] != '/')
			continue;
		const char *rest = path + length;
		const char *digit = rest + strcspn(rest, "1234");
		const int scale = *digit ? *digit - '0' : 1;
		const bool still = strstr(rest, "static") || (service == FFZ && !strstr(rest, "animated"));
		const bool moves = emote->animated && !still;
		const bool webp = (strstr(rest, ".webp") && emote->flaw != CUT) ||
				  (service == FFZ && moves && !strstr(rest, ".gif"));
		answer_picture(answer,
			       &(struct sim_picture){webp    ? SIM_PICTURE_WEBP
						     : moves ? SIM_PICTURE_GIF
							     : SIM_PICTURE_PNG,
						     emote->overlay ? SIM_SHAPE_SNOW : SIM_SHAPE_FACE,
						     emote->width * scale, emote->height * scale, moves ? FRAMES : 1,
						     FRAME_MS, emote->overlay ? 0xE0F0FF : color_of(emote->id)});
		spoil(answer, emote->flaw);
		return;
	}
	answer_none(answer);
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

bool sim_picture_request(const struct sim_request *request, struct sim_answer *answer)
{
	const char *path = request->path;
	const char *const home = request->sim->home->user->id;
	const char *of_user = strrchr(path, '/') ? strrchr(path, '/') + 1 : "";
	static const struct {
		const char *start;
		enum service service;
	} folders[] = {{"/bttv/cdn/emote/", BTTV}, {"/ffz/cdn/emote/", FFZ}, {"/7tv/cdn/emote/", SEVENTV}};

	if (starts(path, "/pictures/emoticons/v2/")) {
		twitch_emote(path + strlen("/pictures/emoticons/v2/"), answer);
		return true;
	}
	if (starts(path, "/pictures/badges/v1/")) {
		twitch_badge(path + strlen("/pictures/badges/v1/"), answer);
		return true;
	}
	if (starts(path, "/pictures/jtv_user_pictures/")) {
		answer_picture(answer, &(struct sim_picture){SIM_PICTURE_PNG, SIM_SHAPE_FACE, 300, 300, 1, 0,
							     color_of(path + strlen("/pictures/jtv_user_pictures/"))});
		return true;
	}
	if (starts(path, "/pictures/actions/")) {
		cheermote(path + strlen("/pictures/actions/"), answer);
		return true;
	}
	for (int i = 0; i < 3; i++) {
		if (starts(path, folders[i].start)) {
			other_picture(folders[i].service, path + strlen(folders[i].start), answer);
			return true;
		}
	}
	if (strcmp(path, "/bttv/3/cached/emotes/global") == 0)
		answer_json(answer, bttv_list(false));
	else if (starts(path, "/bttv/3/cached/users/twitch/") && strcmp(of_user, home) == 0)
		answer_json(answer, bttv_channel());
	else if (strcmp(path, "/ffz/v1/set/global") == 0)
		answer_json(answer, ffz_answer(false));
	else if (starts(path, "/ffz/v1/room/id/") && strcmp(of_user, home) == 0)
		answer_json(answer, ffz_answer(true));
	else if (strcmp(path, "/7tv/v3/emote-sets/global") == 0)
		answer_json(answer, seventv_set(request->sim, false));
	else if (starts(path, "/7tv/v3/users/twitch/") && strcmp(of_user, home) == 0)
		answer_json(answer, seventv_user(request->sim));
	else if (starts(path, "/bttv/") || starts(path, "/ffz/") || starts(path, "/7tv/") || starts(path, "/pictures/"))
		answer_none(answer);
	else
		return false;
	return true;
}

void sim_picture_environment(struct lx_sim *sim, cJSON *environment)
{
	static const struct {
		const char *name, *path;
	} rows[] = {
		{"LIVEXTREM_TWITCH_PICTURES_URL", "/pictures"},
		{"LIVEXTREM_CHEER_PICTURES_URL", "/pictures"},
		{"LIVEXTREM_BTTV_URL", "/bttv/3"},
		{"LIVEXTREM_BTTV_PICTURES_URL", "/bttv/cdn"},
		{"LIVEXTREM_FFZ_URL", "/ffz/v1"},
		{"LIVEXTREM_FFZ_PICTURES_URL", "/ffz/cdn"},
		{"LIVEXTREM_7TV_URL", "/7tv/v3"},
		{"LIVEXTREM_7TV_PICTURES_URL", "/7tv/cdn"},
	};
	const char *helix = lx_sim_url(sim, "helix_tls");
	const int length = (int)(strlen(helix) - strlen("/helix"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char url[128];
		snprintf(url, sizeof(url), "%.*s%s", length, helix, rows[i].path);
		sim_json_put(environment, rows[i].name, url);
	}
	sim_json_put(environment, "LIVEXTREM_7TV_EVENTS_URL", lx_sim_url(sim, "7tv_events"));
}
