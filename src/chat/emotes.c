#include "chat/emotes.h"

#include <ctype.h>
#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>
#include <util/dstr.h>
#include <util/threading.h>

#define MAX_ID 64
#define MAX_NAME 100
#define MAX_PATH_LENGTH 256
#define MAX_TITLE 200

struct lx_emote_list {
	volatile long references;
	DARRAY(struct lx_named_emote) emotes;
	DARRAY(struct lx_badge_picture) badges;
	DARRAY(struct lx_cheer_tier) tiers;
	DARRAY(char *) texts; /* everything the above point to */
};

struct lx_emote_set {
	volatile long references;
	struct lx_emote_list *lists[LX_EMOTES_SOURCE_COUNT]; /* NULL where there is none */
	DARRAY(const struct lx_named_emote *) emotes;        /* the first of each name */
	uint32_t *table; /* place in `emotes` plus one, 0 = free; a power of two, at most half full */
	size_t table_size;
};

struct lx_emotes {
	char *twitch, *cheer, *bttv, *ffz, *seventv; /* bases without a slash at the end; NULL = none */

	pthread_mutex_t mutex; /* guards what follows */
	struct lx_emote_set *set;

	pthread_mutex_t watch_mutex; /* held while `changed` runs */
	void (*changed)(void *data);
	void *changed_data;
};

static const struct {
	enum lx_emote_provider provider;
	bool of_channel;
} sources[LX_EMOTES_SOURCE_COUNT] = {
	[LX_EMOTES_FFZ_CHANNEL] = {LX_EMOTES_FFZ, true},       [LX_EMOTES_BTTV_CHANNEL] = {LX_EMOTES_BTTV, true},
	[LX_EMOTES_7TV_CHANNEL] = {LX_EMOTES_7TV, true},       [LX_EMOTES_FFZ_GLOBAL] = {LX_EMOTES_FFZ, false},
	[LX_EMOTES_BTTV_GLOBAL] = {LX_EMOTES_BTTV, false},     [LX_EMOTES_7TV_GLOBAL] = {LX_EMOTES_7TV, false},
	[LX_EMOTES_CHANNEL_BADGES] = {LX_EMOTES_TWITCH, true}, [LX_EMOTES_GLOBAL_BADGES] = {LX_EMOTES_TWITCH, false},
	[LX_EMOTES_CHEERMOTES] = {LX_EMOTES_TWITCH, true},     [LX_EMOTES_OWN] = {LX_EMOTES_TWITCH, true},
};

enum lx_emote_provider lx_emote_source_provider(enum lx_emote_source source)
{
	return sources[source].provider;
}

bool lx_emote_source_of_channel(enum lx_emote_source source)
{
	return sources[source].of_channel;
}

const char *lx_emote_provider_name(enum lx_emote_provider provider)
{
	static const char *const names[LX_EMOTES_PROVIDER_COUNT] = {"Twitch", "BTTV", "FFZ", "7TV"};
	return names[provider];
}

/* --- what may come in -------------------------------------------------------------------------------------------- */

static bool is_id_character(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool lx_emote_id_valid(const char *id)
{
	size_t length = 0;
	for (; id[length]; length++)
		if (!is_id_character(id[length]) || length == MAX_ID)
			return false;
	return length > 0;
}

/* One word, nothing invisible below the space. */
static bool is_name(const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] <= ' ' || name[i] == 0x7F)
			return false;
	return length > 0 && length <= MAX_NAME;
}

/* "" or "/badges/v1/…/1": nothing that a server could take for anything but a plain path. */
static bool is_path(const char *path)
{
	if (!*path)
		return true;
	size_t length = strlen(path);
	if (*path != '/' || length > MAX_PATH_LENGTH || strstr(path, "..") || strstr(path, "//"))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_id_character(path[i]) && path[i] != '/' && path[i] != '.')
			return false;
	return true;
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

struct lx_emote_list *lx_emote_list_create(void)
{
	struct lx_emote_list *list = bzalloc(sizeof(*list));
	list->references = 1;
	return list;
}

void lx_emote_list_destroy(struct lx_emote_list *list)
{
	if (!list || os_atomic_dec_long(&list->references) > 0)
		return;
	for (size_t i = 0; i < list->texts.num; i++)
		bfree(list->texts.array[i]);
	da_free(list->texts);
	da_free(list->emotes);
	da_free(list->badges);
	da_free(list->tiers);
	bfree(list);
}

static const char *keep(struct lx_emote_list *list, const char *text)
{
	if (!*text)
		return "";
	char *copy = bstrdup(text);
	da_push_back(list->texts, &copy);
	return copy;
}

bool lx_emote_list_add(struct lx_emote_list *list, const struct lx_named_emote *emote)
{
	if (list->emotes.num == LX_EMOTES_MAX || !is_name(emote->name) || !lx_emote_id_valid(emote->id))
		return false;
	struct lx_named_emote *copy = da_push_back_new(list->emotes);
	*copy = *emote;
	copy->name = keep(list, emote->name);
	copy->id = keep(list, emote->id);
	return true;
}

bool lx_emote_list_add_badge(struct lx_emote_list *list, const struct lx_badge_picture *badge)
{
	bool any = false;
	for (int i = 0; i < 3; i++) {
		if (!is_path(badge->paths[i]))
			return false;
		any = any || *badge->paths[i];
	}
	if (!any || list->badges.num == LX_EMOTES_MAX || !is_name(badge->set) || !is_name(badge->version) ||
	    strlen(badge->title) > MAX_TITLE)
		return false;
	struct lx_badge_picture *copy = da_push_back_new(list->badges);
	copy->set = keep(list, badge->set);
	copy->version = keep(list, badge->version);
	copy->title = keep(list, badge->title);
	for (int i = 0; i < 3; i++)
		copy->paths[i] = keep(list, badge->paths[i]);
	return true;
}

bool lx_emote_list_add_cheer(struct lx_emote_list *list, const struct lx_cheer_tier *tier)
{
	const char *const *paths = &tier->paths[0][0][0];
	for (int i = 0; i < 4 * LX_CHEER_SCALES; i++)
		if (!is_path(paths[i]))
			return false;
	if (list->tiers.num == LX_EMOTES_MAX || !lx_emote_id_valid(tier->prefix) || !tier->min_bits)
		return false;
	struct lx_cheer_tier *copy = da_push_back_new(list->tiers);
	*copy = *tier;
	copy->prefix = keep(list, tier->prefix);
	const char **kept = &copy->paths[0][0][0];
	for (int i = 0; i < 4 * LX_CHEER_SCALES; i++)
		kept[i] = keep(list, paths[i]);
	return true;
}

size_t lx_emote_list_size(const struct lx_emote_list *list)
{
	return list->emotes.num + list->badges.num + list->tiers.num;
}

/* --- sets -------------------------------------------------------------------------------------------------------- */

/* FNV-1a */
static uint32_t hash_of(const char *word, size_t length)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * 16777619u;
	return hash;
}

/* The place of the word in the table, or the free one where it would go. */
static size_t place_of(const struct lx_emote_set *set, const char *word, size_t length)
{
	size_t place = hash_of(word, length) & (set->table_size - 1);
	while (set->table[place]) {
		const char *name = set->emotes.array[set->table[place] - 1]->name;
		if (strncmp(name, word, length) == 0 && !name[length])
			break;
		place = (place + 1) & (set->table_size - 1);
	}
	return place;
}

static void index_names(struct lx_emote_set *set)
{
	size_t count = 0;
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++)
		count += set->lists[i] ? set->lists[i]->emotes.num : 0;
	set->table_size = 16;
	while (set->table_size < 2 * count)
		set->table_size *= 2;
	set->table = bzalloc(set->table_size * sizeof(*set->table));
	/* Those of the account are only for writing: in chat, Twitch tells which of its words are pictures. */
	for (int i = 0; i < LX_EMOTES_OWN; i++) {
		for (size_t k = 0; set->lists[i] && k < set->lists[i]->emotes.num; k++) {
			const struct lx_named_emote *emote = &set->lists[i]->emotes.array[k];
			size_t place = place_of(set, emote->name, strlen(emote->name));
			if (!set->table[place]) {
				da_push_back(set->emotes, &emote);
				set->table[place] = (uint32_t)set->emotes.num;
			}
		}
	}
}

/* Like `from`, but with another list in one slot; takes `list` over. */
static struct lx_emote_set *make_set(const struct lx_emote_set *from, enum lx_emote_source source,
				     struct lx_emote_list *list)
{
	struct lx_emote_set *set = bzalloc(sizeof(*set));
	set->references = 1;
	for (int i = 0; from && i < LX_EMOTES_SOURCE_COUNT; i++) {
		set->lists[i] = i == (int)source ? NULL : from->lists[i];
		if (set->lists[i])
			os_atomic_inc_long(&set->lists[i]->references);
	}
	set->lists[source] = list;
	index_names(set);
	return set;
}

void lx_emote_set_release(const struct lx_emote_set *held)
{
	struct lx_emote_set *set = (struct lx_emote_set *)held;
	if (!set || os_atomic_dec_long(&set->references) > 0)
		return;
	for (int i = 0; i < LX_EMOTES_SOURCE_COUNT; i++)
		lx_emote_list_destroy(set->lists[i]);
	da_free(set->emotes);
	bfree(set->table);
	bfree(set);
}

const struct lx_named_emote *lx_emote_set_find(const struct lx_emote_set *set, const char *word, size_t length)
{
	if (!length || length > MAX_NAME)
		return NULL;
	uint32_t found = set->table[place_of(set, word, length)];
	return found ? set->emotes.array[found - 1] : NULL;
}

static bool equals_folded(const char *word, const char *prefix, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)word[i]) != tolower((unsigned char)prefix[i]))
			return false;
	return true;
}

const struct lx_cheer_tier *lx_emote_set_find_cheer(const struct lx_emote_set *set, const char *word, size_t length,
						    uint32_t *bits)
{
	const struct lx_emote_list *list = set->lists[LX_EMOTES_CHEERMOTES];
	size_t letters = length;
	while (letters && word[letters - 1] >= '0' && word[letters - 1] <= '9')
		letters--;
	if (!list || !letters || letters == length || length - letters > 8 || word[letters] == '0')
		return NULL;
	*bits = 0;
	for (size_t i = letters; i < length; i++)
		*bits = *bits * 10 + (uint32_t)(word[i] - '0');

	const struct lx_cheer_tier *best = NULL;
	for (size_t i = 0; i < list->tiers.num; i++) {
		const struct lx_cheer_tier *tier = &list->tiers.array[i];
		if (strlen(tier->prefix) == letters && tier->min_bits <= *bits &&
		    (!best || tier->min_bits > best->min_bits) && equals_folded(word, tier->prefix, letters))
			best = tier;
	}
	return best;
}

const struct lx_badge_picture *lx_emote_set_find_badge(const struct lx_emote_set *set, const char *badge,
						       const char *version)
{
	static const enum lx_emote_source places[] = {LX_EMOTES_CHANNEL_BADGES, LX_EMOTES_GLOBAL_BADGES};
	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		const struct lx_emote_list *list = set->lists[places[p]];
		for (size_t i = 0; list && i < list->badges.num; i++) {
			const struct lx_badge_picture *picture = &list->badges.array[i];
			if (strcmp(picture->set, badge) == 0 && strcmp(picture->version, version) == 0)
				return picture;
		}
	}
	return NULL;
}

size_t lx_emote_set_size(const struct lx_emote_set *set)
{
	return set->emotes.num;
}

const struct lx_named_emote *lx_emote_set_at(const struct lx_emote_set *set, size_t index)
{
	return set->emotes.array[index];
}

size_t lx_emote_set_own_size(const struct lx_emote_set *set)
{
	const struct lx_emote_list *list = set->lists[LX_EMOTES_OWN];
	return list ? list->emotes.num : 0;
}

const struct lx_named_emote *lx_emote_set_own_at(const struct lx_emote_set *set, size_t index)
{
	return &set->lists[LX_EMOTES_OWN]->emotes.array[index];
}

/* --- all lists together ------------------------------------------------------------------------------------------ */

static char *base_of(const char *address)
{
	if (!address || !*address)
		return NULL;
	size_t length = strlen(address);
	while (length && address[length - 1] == '/')
		length--;
	return bstrdup_n(address, length);
}

struct lx_emotes *lx_emotes_create(const struct lx_emotes_config *config)
{
	struct lx_emotes *emotes = bzalloc(sizeof(*emotes));
	emotes->twitch = base_of(config->twitch_pictures);
	emotes->cheer = base_of(config->cheer_pictures);
	emotes->bttv = base_of(config->bttv_pictures);
	emotes->ffz = base_of(config->ffz_pictures);
	emotes->seventv = base_of(config->seventv_pictures);
	emotes->set = make_set(NULL, LX_EMOTES_CHEERMOTES, NULL);
	pthread_mutex_init(&emotes->mutex, NULL);
	pthread_mutex_init(&emotes->watch_mutex, NULL);
	return emotes;
}

void lx_emotes_destroy(struct lx_emotes *emotes)
{
	if (!emotes)
		return;
	lx_emote_set_release(emotes->set);
	pthread_mutex_destroy(&emotes->mutex);
	pthread_mutex_destroy(&emotes->watch_mutex);
	bfree(emotes->twitch);
	bfree(emotes->cheer);
	bfree(emotes->bttv);
	bfree(emotes->ffz);
	bfree(emotes->seventv);
	bfree(emotes);
}

void lx_emotes_put(struct lx_emotes *emotes, enum lx_emote_source source, struct lx_emote_list *list)
{
	pthread_mutex_lock(&emotes->mutex);
	struct lx_emote_set *old = emotes->set;
	bool news = list || old->lists[source];
	if (news)
		emotes->set = make_set(old, source, list);
	pthread_mutex_unlock(&emotes->mutex);
	if (!news)
		return;
	lx_emote_set_release(old);

	pthread_mutex_lock(&emotes->watch_mutex);
	if (emotes->changed)
		emotes->changed(emotes->changed_data);
	pthread_mutex_unlock(&emotes->watch_mutex);
}

void lx_emotes_watch(struct lx_emotes *emotes, void (*changed)(void *data), void *data)
{
	pthread_mutex_lock(&emotes->watch_mutex);
	emotes->changed = changed;
	emotes->changed_data = data;
	pthread_mutex_unlock(&emotes->watch_mutex);
}

const struct lx_emote_set *lx_emotes_acquire(struct lx_emotes *emotes)
{
	pthread_mutex_lock(&emotes->mutex);
	struct lx_emote_set *set = emotes->set;
	os_atomic_inc_long(&set->references);
	pthread_mutex_unlock(&emotes->mutex);
	return set;
}

/* --- addresses of pictures --------------------------------------------------------------------------------------- */

static bool none(struct dstr *url)
{
	dstr_copy(url, "");
	return false;
}

static int at_most(int scale, int most)
{
	return scale < 1 ? 1 : scale > most ? most : scale;
}

bool lx_emotes_twitch_url(const struct lx_emotes *emotes, const char *id, const struct lx_picture_wish *wish,
			  struct dstr *url)
{
	if (!emotes->twitch || !lx_emote_id_valid(id))
		return none(url);
	dstr_printf(url, "%s/emoticons/v2/%s/%s/%s/%d.0", emotes->twitch, id, wish->animated ? "default" : "static",
		    wish->dark ? "dark" : "light", at_most(wish->scale, 3));
	return true;
}

static int ffz_scale(const struct lx_named_emote *emote, int wanted)
{
	if (wanted >= 2 && (emote->forms & LX_EMOTE_4X) && (wanted > 2 || !(emote->forms & LX_EMOTE_2X)))
		return 4;
	return wanted >= 2 && (emote->forms & LX_EMOTE_2X) ? 2 : 1;
}

bool lx_emotes_named_url(const struct lx_emotes *emotes, const struct lx_named_emote *emote,
			 const struct lx_picture_wish *wish, struct dstr *url)
{
	bool animated = (emote->forms & LX_EMOTE_ANIMATED) && wish->animated;
	switch (emote->provider) {
	case LX_EMOTES_TWITCH:
		return lx_emotes_twitch_url(emotes, emote->id, wish, url);
	case LX_EMOTES_BTTV:
		if (!emotes->bttv)
			break;
		dstr_printf(url, "%s/emote/%s/%s%dx%s", emotes->bttv, emote->id,
			    (emote->forms & LX_EMOTE_ANIMATED) && !animated ? "static/" : "", at_most(wish->scale, 3),
			    wish->webp ? ".webp" : "");
		return true;
	case LX_EMOTES_FFZ:
		if (!emotes->ffz)
			break;
		dstr_printf(url, "%s/emote/%s/%s%d%s", emotes->ffz, emote->id, animated ? "animated/" : "",
			    ffz_scale(emote, wish->scale), animated && !wish->webp ? ".gif" : "");
		return true;
	case LX_EMOTES_7TV:
		if (!emotes->seventv || (!wish->webp && !(emote->forms & LX_EMOTE_GIF)))
			break;
		dstr_printf(url, "%s/emote/%s/%dx%s.%s", emotes->seventv, emote->id, at_most(wish->scale, 4),
			    (emote->forms & LX_EMOTE_ANIMATED) && !animated ? "_static" : "",
			    wish->webp ? "webp"
			    : animated ? "gif"
				       : "png");
		return true;
	default:
		break;
	}
	return none(url);
}

/* Of three scales 1, 2, 4 the nearest larger one that exists, else the largest. */
static const char *pick_scale(const char *const paths[3], int scale)
{
	int first = scale <= 1 ? 0 : scale == 2 ? 1 : 2;
	for (int i = first; i < 3; i++)
		if (*paths[i])
			return paths[i];
	for (int i = first - 1; i >= 0; i--)
		if (*paths[i])
			return paths[i];
	return "";
}

static bool join(const char *base, const char *path, struct dstr *url)
{
	if (!base || !*path)
		return none(url);
	dstr_printf(url, "%s%s", base, path);
	return true;
}

bool lx_emotes_cheer_url(const struct lx_emotes *emotes, const struct lx_cheer_tier *tier,
			 const struct lx_picture_wish *wish, struct dstr *url)
{
	const char *path = pick_scale(tier->paths[wish->dark][wish->animated], wish->scale);
	if (!*path)
		path = pick_scale(tier->paths[wish->dark][!wish->animated], wish->scale);
	return join(emotes->cheer, path, url);
}

bool lx_emotes_badge_url(const struct lx_emotes *emotes, const struct lx_badge_picture *badge,
			 const struct lx_picture_wish *wish, struct dstr *url)
{
	return join(emotes->twitch, pick_scale(badge->paths, wish->scale), url);
}

/* Twitch's host for pictures may be another one here, as for everything else of Twitch's. */
bool lx_emotes_user_url(const struct lx_emotes *emotes, const char *address, struct dstr *url)
{
	static const char host[] = "https://static-cdn.jtvnw.net";
	const bool known = strncmp(address, host, sizeof(host) - 1) == 0 && address[sizeof(host) - 1] == '/';
	return known ? join(emotes->twitch, address + sizeof(host) - 1, url) : none(url);
}
