#include "chat/emote_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "twitch/helix_decode.h"

#define MAX_SIDE 1024

/* Where Helix says that the pictures are, whatever base is configured. */
#define TWITCH_PICTURES "https://static-cdn.jtvnw.net"
#define CHEER_PICTURES "https://d3aqoihi2n8ty8.cloudfront.net"

/* --- values of unsure type --------------------------------------------------------------------------------------- */

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

static const char *text(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);
	return cJSON_IsString(item) ? item->valuestring : "";
}

static bool is_true(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(member(object, name));
}

static double number(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);
	return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static uint32_t bits(const cJSON *object, const char *name)
{
	double value = number(object, name);
	return value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
}

static uint16_t side(const cJSON *object, const char *name)
{
	double value = number(object, name);
	return value >= 1 && value <= MAX_SIDE ? (uint16_t)value : 0;
}

/* An id that may be a number: FFZ's are. */
static const char *id_text(const cJSON *object, char buffer[24])
{
	double value = number(object, "id");
	if (!(value >= 1 && value < 1e15))
		return text(object, "id");
	snprintf(buffer, 24, "%.0f", value);
	return buffer;
}

/* --- BTTV -------------------------------------------------------------------------------------------------------- */

/* Its lists do not say which ones are laid over others. */
static bool bttv_overlay(const char *name)
{
	static const char *const names[] = {"SoSnowy",  "IceCold",   "SantaHat", "TopHat",
					    "ReinDeer", "CandyCane", "cvMask",   "cvHazmat"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void read_bttv_emotes(struct lx_emote_list *list, const cJSON *emotes, bool of_channel)
{
	const cJSON *item;
	cJSON_ArrayForEach (item, emotes) {
		/* "w!" and its like change the emote behind them: no pictures of their own. */
		if (is_true(item, "modifier"))
			continue;
		const char *name = text(item, "code");
		bool animated = is_true(item, "animated") || strcmp(text(item, "imageType"), "gif") == 0;
		lx_emote_list_add(list, &(struct lx_named_emote){
						.name = name,
						.id = text(item, "id"),
						.provider = LX_EMOTES_BTTV,
						.of_channel = of_channel,
						.forms = (animated ? LX_EMOTE_ANIMATED : 0u) |
							 (!of_channel && bttv_overlay(name) ? LX_EMOTE_ZERO_WIDTH : 0u),
						.width = side(item, "width"),
						.height = side(item, "height"),
					});
	}
}

static bool read_bttv(struct lx_emote_list *list, const cJSON *json, bool of_channel)
{
	if (!of_channel) {
		if (!cJSON_IsArray(json))
			return false;
		read_bttv_emotes(list, json, false);
		return true;
	}
	if (!cJSON_IsObject(json))
		return false;
	read_bttv_emotes(list, member(json, "channelEmotes"), true);
	read_bttv_emotes(list, member(json, "sharedEmotes"), true);
	return true;
}

/* --- FFZ --------------------------------------------------------------------------------------------------------- */

#define FFZ_MODIFIER_HIDDEN 1 /* of modifier_flags: an effect without a picture */

static void read_ffz_set(struct lx_emote_list *list, const cJSON *set, bool of_channel)
{
	const cJSON *item;
	cJSON_ArrayForEach (item, member(set, "emoticons")) {
		char buffer[24];
		bool modifier = is_true(item, "modifier");
		if (modifier && (bits(item, "modifier_flags") & FFZ_MODIFIER_HIDDEN))
			continue;
		const cJSON *moving = member(item, "animated");
		bool animated = cJSON_IsObject(moving) && moving->child;
		const cJSON *sizes = animated ? moving : member(item, "urls");
		lx_emote_list_add(list, &(struct lx_named_emote){
						.name = text(item, "name"),
						.id = id_text(item, buffer),
						.provider = LX_EMOTES_FFZ,
						.of_channel = of_channel,
						.forms = (animated ? LX_EMOTE_ANIMATED : 0u) |
							 (modifier ? LX_EMOTE_ZERO_WIDTH : 0u) |
							 (cJSON_IsString(member(sizes, "2")) ? LX_EMOTE_2X : 0u) |
							 (cJSON_IsString(member(sizes, "4")) ? LX_EMOTE_4X : 0u),
						.width = side(item, "width"),
						.height = side(item, "height"),
					});
	}
}

static bool read_ffz(struct lx_emote_list *list, const cJSON *json, bool of_channel)
{
	const cJSON *sets = member(json, "sets");
	if (!cJSON_IsObject(sets))
		return false;
	const cJSON *wanted = member(json, "default_sets");
	const cJSON *set;
	cJSON_ArrayForEach (set, sets) {
		/* Sets that are only for some people come along with the global ones. */
		bool for_all = of_channel || !cJSON_IsArray(wanted);
		const cJSON *id;
		cJSON_ArrayForEach (id, wanted)
			for_all = for_all ||
				  (cJSON_IsNumber(id) && set->string && strtod(set->string, NULL) == id->valuedouble);
		if (for_all)
			read_ffz_set(list, set, of_channel);
	}
	return true;
}

/* --- 7TV --------------------------------------------------------------------------------------------------------- */

#define SEVENTV_ACTIVE_ZERO_WIDTH 1u       /* of the flags of an emote in a set */
#define SEVENTV_EMOTE_ZERO_WIDTH (1u << 8) /* of the flags of the emote itself */

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);
	return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static void read_7tv_emote(struct lx_emote_list *list, const cJSON *item, bool of_channel)
{
	const cJSON *data = member(item, "data"), *file;
	struct lx_named_emote emote = {
		.name = text(item, "name"), /* a set may call it otherwise than its maker */
		.id = text(item, "id"),
		.provider = LX_EMOTES_7TV,
		.of_channel = of_channel,
		.forms = is_true(data, "animated") ? LX_EMOTE_ANIMATED : 0u,
	};
	if ((bits(item, "flags") & SEVENTV_ACTIVE_ZERO_WIDTH) || (bits(data, "flags") & SEVENTV_EMOTE_ZERO_WIDTH))
		emote.forms |= LX_EMOTE_ZERO_WIDTH;
	cJSON_ArrayForEach (file, member(member(data, "host"), "files")) {
		const char *name = text(file, "name");
		if (strncmp(name, "1x", 2) == 0 && !emote.width) {
			emote.width = side(file, "width");
			emote.height = side(file, "height");
		}
		if (ends_with(name, emote.forms & LX_EMOTE_ANIMATED ? ".gif" : ".png"))
			emote.forms |= LX_EMOTE_GIF;
	}
	lx_emote_list_add(list, &emote);
}

static bool read_7tv(struct lx_emote_list *list, const cJSON *json, bool of_channel)
{
	if (!cJSON_IsObject(json))
		return false;
	const cJSON *item;
	cJSON_ArrayForEach (item, member(of_channel ? member(json, "emote_set") : json, "emotes"))
		read_7tv_emote(list, item, of_channel);
	return true;
}

static void copy_id(char to[LX_EMOTE_ID_SIZE], const char *id)
{
	snprintf(to, LX_EMOTE_ID_SIZE, "%s", lx_emote_id_valid(id) ? id : "");
}

void lx_emote_list_read_7tv_ids(const char *json, size_t size, char set_id[LX_EMOTE_ID_SIZE],
				char user_id[LX_EMOTE_ID_SIZE])
{
	cJSON *parsed = cJSON_ParseWithLength(json, size);
	copy_id(set_id, text(member(parsed, "emote_set"), "id"));
	copy_id(user_id, text(member(parsed, "user"), "id"));
	cJSON_Delete(parsed);
}

/* Whether the change takes away or replaces the emote with this id. "pulled" has only what was, "updated" both. */
static bool concerns_7tv(const cJSON *body, const char *id)
{
	static const char *const kinds[] = {"pulled", "updated", "pushed"};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const cJSON *change;
		cJSON_ArrayForEach (change, member(body, kinds[i])) {
			const cJSON *emote = member(change, i == 2 ? "value" : "old_value");
			if (strcmp(text(change, "key"), "emotes") == 0 && strcmp(text(emote, "id"), id) == 0)
				return true;
		}
	}
	return false;
}

struct lx_emote_list *lx_emote_list_change_7tv(const struct lx_emote_set *set, const cJSON *body)
{
	static const char *const kinds[] = {"updated", "pushed"};
	struct lx_emote_list *list = lx_emote_list_create();
	for (size_t i = 0; i < lx_emote_set_size(set); i++) {
		const struct lx_named_emote *emote = lx_emote_set_at(set, i);
		if (emote->provider == LX_EMOTES_7TV && emote->of_channel && !concerns_7tv(body, emote->id))
			lx_emote_list_add(list, emote);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const cJSON *change;
		cJSON_ArrayForEach (change, member(body, kinds[i]))
			if (strcmp(text(change, "key"), "emotes") == 0)
				read_7tv_emote(list, member(change, "value"), true);
	}
	return list;
}

struct lx_emote_list *lx_emote_list_read(enum lx_emote_source source, const char *json, size_t size)
{
	cJSON *parsed = cJSON_ParseWithLength(json, size);
	struct lx_emote_list *list = lx_emote_list_create();
	bool of_channel = lx_emote_source_of_channel(source);
	bool ok = false;
	switch (lx_emote_source_provider(source)) {
	case LX_EMOTES_BTTV:
		ok = read_bttv(list, parsed, of_channel);
		break;
	case LX_EMOTES_FFZ:
		ok = read_ffz(list, parsed, of_channel);
		break;
	case LX_EMOTES_7TV:
		ok = read_7tv(list, parsed, of_channel);
		break;
	default:
		break;
	}
	cJSON_Delete(parsed);
	if (ok)
		return list;
	lx_emote_list_destroy(list);
	return NULL;
}

/* --- Helix ------------------------------------------------------------------------------------------------------- */

/* What follows Twitch's own base or the configured one; "" when the address lies elsewhere. */
static const char *path_below(const char *url, const char *public_base, const char *base)
{
	const char *const bases[] = {public_base, base ? base : public_base};
	for (int i = 0; i < 2; i++) {
		size_t length = strlen(bases[i]);
		if (length && strncmp(url, bases[i], length) == 0 && url[length] == '/')
			return url + length;
	}
	return "";
}

struct lx_emote_list *lx_emote_list_read_badges(const cJSON *data, const char *base)
{
	struct lx_emote_list *list = lx_emote_list_create();
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_badge_set *sets = lx_helix_decode_badge_set(&memory, data, &count);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < sets[i].version_count; k++) {
			const struct lx_helix_badge_version *version = &sets[i].versions[k];
			lx_emote_list_add_badge(list,
						&(struct lx_badge_picture){
							.set = sets[i].set_id,
							.version = version->id,
							.title = version->title,
							.paths = {path_below(version->url_1x, TWITCH_PICTURES, base),
								  path_below(version->url_2x, TWITCH_PICTURES, base),
								  path_below(version->url_4x, TWITCH_PICTURES, base)},
						});
		}
	}
	lx_decoded_finish(&memory);
	return list;
}

struct lx_emote_list *lx_emote_list_read_own(const cJSON *data)
{
	struct lx_emote_list *list = lx_emote_list_create();
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_emote *emotes = lx_helix_decode_emote(&memory, data, &count);
	for (size_t i = 0; i < count; i++) {
		bool animated = false;
		for (size_t k = 0; k < emotes[i].format_count; k++)
			animated = animated || strcmp(emotes[i].format[k], "animated") == 0;
		lx_emote_list_add(list, &(struct lx_named_emote){
						.name = emotes[i].name,
						.id = emotes[i].id,
						.provider = LX_EMOTES_TWITCH,
						.of_channel = strcmp(emotes[i].emote_type, "globals") != 0,
						.forms = animated ? LX_EMOTE_ANIMATED : 0,
					});
	}
	lx_decoded_finish(&memory);
	return list;
}

static void take_images(const struct lx_helix_cheer_image *image, const char *base, const char *paths[LX_CHEER_SCALES])
{
	paths[0] = image ? path_below(image->url_1x, CHEER_PICTURES, base) : "";
	paths[1] = image ? path_below(image->url_2x, CHEER_PICTURES, base) : "";
	paths[2] = image ? path_below(image->url_4x, CHEER_PICTURES, base) : "";
}

static uint32_t color_of(const char *text)
{
	char *end;
	unsigned long color = *text == '#' ? strtoul(text + 1, &end, 16) : 0;
	return *text == '#' && strlen(text) == 7 && !*end ? (uint32_t)color : 0x979797;
}

struct lx_emote_list *lx_emote_list_read_cheermotes(const cJSON *data, const char *base)
{
	struct lx_emote_list *list = lx_emote_list_create();
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_cheermote *motes = lx_helix_decode_cheermote(&memory, data, &count);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < motes[i].tier_count; k++) {
			const struct lx_helix_cheer_tier *from = &motes[i].tiers[k];
			struct lx_cheer_tier tier = {.prefix = motes[i].prefix, .color = color_of(from->color)};
			if (from->min_bits < 1 || from->min_bits > UINT32_MAX)
				continue;
			tier.min_bits = (uint32_t)from->min_bits;
			const struct lx_helix_cheer_images *themes[2] = {from->images ? from->images->light : NULL,
									 from->images ? from->images->dark : NULL};
			for (int dark = 0; dark < 2; dark++) {
				take_images(themes[dark] ? themes[dark]->still : NULL, base, tier.paths[dark][0]);
				take_images(themes[dark] ? themes[dark]->animated : NULL, base, tier.paths[dark][1]);
			}
			lx_emote_list_add_cheer(list, &tier);
		}
	}
	lx_decoded_finish(&memory);
	return list;
}
