#include "world.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "area.h"
#include "events.h"
#include "irc.h"
#include "moderation.h"
#include "videos.h"

/* --- users ------------------------------------------------------------------------------------------------------- */

static const char *const colors[] = {"#FF0000", "#0000FF", "#008000", "#B22222", "#FF7F50", "#9ACD32", "#FF4500",
				     "#2E8B57", "#DAA520", "#D2691E", "#5F9EA0", "#1E90FF", "#FF69B4", "#8A2BE2",
				     "#00FF7F", "#EBA2C0", "#19E6E6", "#CC44FF", "#000000", "#FFFFFF", "#123456"};

struct sim_user *sim_user_add(struct lx_sim *sim, const char *id, const char *login, const char *name)
{
	struct sim_user *user = bzalloc(sizeof(*user));
	if (id)
		snprintf(user->id, sizeof(user->id), "%s", id);
	else
		snprintf(user->id, sizeof(user->id), "%" PRIu64, sim->next_user_id++);
	snprintf(user->login, sizeof(user->login), "%s", login);
	snprintf(user->name, sizeof(user->name), "%s", name && *name ? name : login);
	user->created_ms = sim_now_ms(sim) - (int64_t)(1 + sim_rng_below(&sim->world_rng, 3000)) * 86400000;
	if (sim->user_count == sim->user_capacity) {
		sim->user_capacity = sim->user_capacity ? sim->user_capacity * 2 : 1024;
		sim->users = brealloc(sim->users, sim->user_capacity * sizeof(*sim->users));
	}
	user->index = sim->user_count;
	sim->users[sim->user_count++] = user;
	sim_map_put(&sim->users_by_id, user->id, user);
	sim_map_put(&sim->users_by_login, user->login, user);
	return user;
}

struct sim_user *sim_user_by_id(struct lx_sim *sim, const char *id)
{
	struct sim_user *user = id ? sim_map_get(&sim->users_by_id, id) : NULL;
	return user && !user->left ? user : NULL;
}

struct sim_user *sim_user_by_login(struct lx_sim *sim, const char *login)
{
	struct sim_user *user = login ? sim_map_get(&sim->users_by_login, login) : NULL;
	return user && !user->left ? user : NULL;
}

void sim_user_withdraw(struct lx_sim *sim, struct sim_user *user)
{
	user->left = true;
}

static uint8_t pick_language(struct sim_rng *rng)
{
	static const struct {
		enum sim_language language;
		int share;
	} shares[] = {{SIM_EN, 52}, {SIM_DE, 13}, {SIM_CS, 6}, {SIM_ES, 5}, {SIM_PT, 4}, {SIM_FR, 4}, {SIM_RU, 4},
		      {SIM_JA, 4},  {SIM_KO, 2},  {SIM_PL, 2}, {SIM_TR, 1}, {SIM_AR, 1}, {SIM_HE, 1}, {SIM_ZH, 1}};
	int roll = (int)sim_rng_below(rng, 100);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		roll -= shares[i].share;
		if (roll < 0)
			return (uint8_t)shares[i].language;
	}
	return SIM_EN;
}

struct sim_user *sim_user_invent(struct lx_sim *sim, struct sim_rng *rng)
{
	static const char *const first[] = {
		"anna",   "bert",  "carla", "dora",  "emil",   "fan",    "greta",  "hugo",   "iva",    "jan",
		"klara",  "lukas", "mia",   "nils",  "olga",   "petr",   "quinn",  "rosa",   "sven",   "tereza",
		"uwe",    "vera",  "wolf",  "xenia", "yuki",   "zdenek", "pixel",  "night",  "lazy",   "turbo",
		"cozy",   "salty", "tiny",  "mega",  "frosty", "sneaky", "happy",  "grumpy", "cosmic", "retro",
		"shadow", "solar", "lucky", "spicy", "quiet",  "rapid",  "silver", "stormy", "toasty", "wild"};
	static const char *const last[] = {"bean",   "fox",     "gamer",  "cat",    "owl",   "wizard",
					   "panda",  "knight",  "raven",  "potato", "bear",  "dragon",
					   "otter",  "ninja",   "moth",   "badger", "frog",  "wolf",
					   "noodle", "ghost",   "pirate", "robot",  "snail", "comet",
					   "mango",  "penguin", "pixel",  "rider",  "sloth", "taco"};
	static const char *const glue[] = {"", "", "_", "_", "x", "the"};
	static const char *const japanese[] = {"さくら", "ゆうき",   "たぬき",        "猫カフェ",
					       "みかん", "夜更かし", "ラーメン大好き"};
	static const char *const korean[] = {"하늘이", "김치찌개", "밤토끼", "구름빵", "치즈냥"};
	static const char *const chinese[] = {"小熊貓", "夜貓子", "珍珠奶茶", "阿明"};
	char login[26], name[64];
	do {
		const char *a = first[sim_rng_below(rng, sizeof(first) / sizeof(first[0]))];
		const char *b = last[sim_rng_below(rng, sizeof(last) / sizeof(last[0]))];
		const char *g = glue[sim_rng_below(rng, sizeof(glue) / sizeof(glue[0]))];
		if (sim_rng_chance(rng, 0.45))
			snprintf(login, sizeof(login), "%s%s%s", a, g, b);
		else
			snprintf(login, sizeof(login), "%s%s%s%u", a, g, b, (unsigned)sim_rng_below(rng, 10000));
	} while (sim_user_by_login(sim, login));
	snprintf(name, sizeof(name), "%s", login);
	if (sim_rng_chance(rng, 0.6)) { /* most people give their name capitals */
		bool up = true;
		for (char *c = name; *c; c++) {
			if (up)
				*c = (char)toupper((unsigned char)*c);
			up = *c == '_';
		}
	}
	struct sim_user *user = sim_user_add(sim, NULL, login, name);
	user->language = pick_language(rng);
	if (sim_rng_chance(rng, 0.5)) { /* names in their own script are offered in these three */
		const char *own = NULL;
		if (user->language == SIM_JA)
			own = japanese[sim_rng_below(rng, sizeof(japanese) / sizeof(japanese[0]))];
		else if (user->language == SIM_KO)
			own = korean[sim_rng_below(rng, sizeof(korean) / sizeof(korean[0]))];
		else if (user->language == SIM_ZH)
			own = chinese[sim_rng_below(rng, sizeof(chinese) / sizeof(chinese[0]))];
		if (own)
			snprintf(user->name, sizeof(user->name), "%s", own);
	}
	if (sim_rng_chance(rng, 0.8))
		snprintf(user->color, sizeof(user->color), "%s",
			 colors[sim_rng_below(rng, sizeof(colors) / sizeof(colors[0]))]);
	double roll = sim_rng_real(rng);
	user->temper = roll < 0.60   ? SIM_CHATTER
		       : roll < 0.95 ? SIM_LURKER
		       : roll < 0.98 ? SIM_TROLL
		       : roll < 0.99 ? SIM_SPAMMER
				     : SIM_SCAMMER;
	user->turbo = sim_rng_chance(rng, 0.01);
	user->prime = sim_rng_chance(rng, 0.15);
	return user;
}

/* --- channels and members ---------------------------------------------------------------------------------------- */

struct sim_channel *sim_channel_add(struct lx_sim *sim, struct sim_user *user)
{
	struct sim_channel *channel = bzalloc(sizeof(*channel));
	channel->user = user;
	channel->settings.followers = -1;
	channel->history_capacity = user->index ? 256 : sim->config.history; /* the first is `streamer` */
	channel->history = bzalloc(channel->history_capacity * sizeof(*channel->history));
	channel->sent_capacity = channel->history_capacity;
	channel->sent = bzalloc(channel->sent_capacity * sizeof(*channel->sent));
	snprintf(channel->language, sizeof(channel->language), "en");
	snprintf(channel->title, sizeof(channel->title), "%s plays games", user->name);
	snprintf(channel->game_id, sizeof(channel->game_id), "509658");
	channel->area = sim_area_create();
	da_push_back(sim->channels, &channel);
	return channel;
}

static struct sim_channel *channel_of(struct lx_sim *sim, struct sim_user *user)
{
	for (size_t i = 0; user && i < sim->channels.num; i++) {
		if (sim->channels.array[i]->user == user)
			return sim->channels.array[i];
	}
	return user ? sim_channel_add(sim, user) : NULL;
}

struct sim_channel *sim_channel_by_login(struct lx_sim *sim, const char *login)
{
	return channel_of(sim, sim_user_by_login(sim, login));
}

struct sim_channel *sim_channel_by_id(struct lx_sim *sim, const char *id)
{
	return channel_of(sim, sim_user_by_id(sim, id));
}

struct sim_member *sim_member_find(const struct sim_channel *channel, const struct sim_user *user)
{
	return user && user->index < channel->member_capacity ? channel->members[user->index] : NULL;
}

struct sim_member *sim_member(struct sim_channel *channel, const struct sim_user *user)
{
	if (user->index >= channel->member_capacity) {
		size_t capacity = channel->member_capacity ? channel->member_capacity : 256;
		while (capacity <= user->index)
			capacity *= 2;
		channel->members = brealloc(channel->members, capacity * sizeof(*channel->members));
		memset(channel->members + channel->member_capacity, 0,
		       (capacity - channel->member_capacity) * sizeof(*channel->members));
		channel->member_capacity = capacity;
	}
	if (!channel->members[user->index])
		channel->members[user->index] = bzalloc(sizeof(struct sim_member));
	return channel->members[user->index];
}

bool sim_is_broadcaster(const struct sim_channel *channel, const struct sim_user *user)
{
	return channel->user == user;
}

bool sim_can_moderate(const struct sim_channel *channel, const struct sim_user *user)
{
	const struct sim_member *member = sim_member_find(channel, user);
	return user && (channel->user == user || (member && (member->mod || member->lead_mod)));
}

enum sim_ban sim_ban_state(struct lx_sim *sim, struct sim_member *member)
{
	if (!member)
		return SIM_NOT_BANNED;
	if (member->ban == SIM_TIMED_OUT && member->ban_until_ms <= sim_now_ms(sim))
		member->ban = SIM_NOT_BANNED;
	return (enum sim_ban)member->ban;
}

uint64_t sim_follower_total(const struct sim_channel *channel, const struct lx_sim *sim)
{
	uint64_t total = channel->follower_base;
	for (size_t i = 0; i < channel->member_capacity; i++)
		total += channel->members[i] && channel->members[i]->followed_ms;
	return total;
}

uint64_t sim_subscriber_total(const struct sim_channel *channel, const struct lx_sim *sim, uint64_t *points)
{
	uint64_t total = channel->subscriber_base, sum = channel->subscriber_base;
	for (size_t i = 0; i < channel->member_capacity; i++) {
		int tier = channel->members[i] ? channel->members[i]->tier : 0;
		total += tier != 0;
		sum += tier == 3000 ? 6 : (uint64_t)tier / 1000;
	}
	if (points)
		*points = sum;
	return total;
}

static int badge_step(const int *steps, int count, int value)
{
	int best = 0;
	for (int i = 0; i < count; i++) {
		if (value >= steps[i])
			best = steps[i];
	}
	return best;
}

void sim_badges(struct sim_channel *channel, const struct sim_user *user, char badges[192], char info[64])
{
	static const int months[] = {0, 2, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48, 54, 60};
	static const int bits[] = {1, 100, 1000, 5000, 10000, 25000, 50000, 100000};
	static const int gifts[] = {1, 5, 10, 25, 50, 100, 150, 200, 250, 500, 1000};
	const struct sim_member *member = sim_member_find(channel, user);
	size_t size = 0;
	badges[0] = info[0] = '\0';
#define BADGE(...) size += (size_t)snprintf(badges + size, 192 - size, __VA_ARGS__)
	if (strcmp(user->type, "staff") == 0)
		BADGE(",staff/1");
	if (channel->user == user)
		BADGE(",broadcaster/1");
	if (member && member->lead_mod)
		BADGE(",lead_moderator/1");
	else if (member && member->mod)
		BADGE(",moderator/1");
	else if (member && member->vip)
		BADGE(",vip/1");
	if (member && member->tier) {
		int step = badge_step(months, (int)(sizeof(months) / sizeof(months[0])), member->months);
		if (member->tier > 1000)
			step += member->tier;
		const char *set = member->founder ? "founder" : "subscriber";
		BADGE(",%s/%d", set, member->founder ? 0 : step);
		snprintf(info, 64, "%s/%d", set, member->months);
	}
	int third = 0;
	if (member && member->bits_total)
		third = badge_step(bits, (int)(sizeof(bits) / sizeof(bits[0])), member->bits_total);
	if (third)
		BADGE(",bits/%d", third);
	else if (member && member->gifts_total)
		BADGE(",sub-gifter/%d",
		      badge_step(gifts, (int)(sizeof(gifts) / sizeof(gifts[0])), member->gifts_total));
	else if (strcmp(user->broadcaster_type, "partner") == 0)
		BADGE(",partner/1");
	else if (user->turbo)
		BADGE(",turbo/1");
	else if (user->prime)
		BADGE(",premium/1");
	if (user->bot)
		BADGE(",bot-badge/1");
#undef BADGE
	if (size)
		memmove(badges, badges + 1, size); /* without the first comma */
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

struct sim_stored *sim_message_find(struct sim_channel *channel, const char *id)
{
	return id ? sim_map_get(&channel->history_by_id, id) : NULL;
}

struct sim_stored *sim_message_store(struct sim_channel *channel, const struct sim_message *message)
{
	char thread[SIM_ID_SIZE];
	snprintf(thread, sizeof(thread), "%s", message->reply_to ? message->reply_to->thread : message->id);
	struct sim_stored *stored = &channel->history[channel->history_next];
	channel->history_next = (channel->history_next + 1) % channel->history_capacity;
	if (stored->text) {
		if (sim_map_get(&channel->history_by_id, stored->id) == stored)
			sim_map_remove(&channel->history_by_id, stored->id);
		bfree(stored->text);
	}
	memset(stored, 0, sizeof(*stored));
	memcpy(stored->id, message->id, sizeof(stored->id));
	memcpy(stored->thread, thread, sizeof(stored->thread));
	stored->user = message->user->index;
	stored->sent_ms = message->sent_ms;
	stored->text = bstrdup(message->text);
	stored->action = message->action;
	sim_map_put(&channel->history_by_id, stored->id, stored);
	return stored;
}

void sim_sent_add(struct lx_sim *sim, struct sim_channel *channel, const char *kind, const char *id, const char *user)
{
	struct sim_sent *sent = &channel->sent[channel->sent_count % channel->sent_capacity];
	memset(sent, 0, sizeof(*sent));
	sent->sequence = ++channel->sent_count;
	sent->ms = sim_now_ms(sim);
	snprintf(sent->kind, sizeof(sent->kind), "%s", kind);
	if (id)
		snprintf(sent->id, sizeof(sent->id), "%s", id);
	if (user)
		snprintf(sent->user, sizeof(sent->user), "%s", user);
}

/* --- emotes ------------------------------------------------------------------------------------------------------ */

static const struct sim_emote emotes[] = {
	{"Kappa", "25", false, false},
	{"Keepo", "1902", false, false},
	{"PogChamp", "305954156", false, false},
	{"LUL", "425618", false, false},
	{"BibleThump", "86", false, false},
	{"Kreygasm", "41", false, false},
	{"HeyGuys", "30259", false, false},
	{"NotLikeThis", "58765", false, false},
	{"SeemsGood", "64138", false, false},
	{"4Head", "354", false, false},
	{"ResidentSleeper", "245", false, false},
	{"DansGame", "33", false, false},
	{"FailFish", "360", false, false},
	{"VoHiYo", "81274", false, false},
	{"WutFace", "28087", false, false},
	{"PJSalt", "36", false, false},
	{"SwiftRage", "34", false, false},
	{"CoolStoryBob", "123171", false, false},
	{"GivePLZ", "112291", false, false},
	{"TakeNRG", "112292", false, false},
	{"BloodTrail", "69", false, false},
	{"<3", "9", false, false},
	{":)", "1", false, false},
	{":D", "3", false, false},
	{"streamHype", "emotesv2_1f5e0b7b3c6a4a8f9e2d4c6b8a0f1e2d", true, true},
	{"streamLove", "emotesv2_2a6d9c8e7f5b4d3c2b1a0f9e8d7c6b5a", false, true},
	{"streamGG", "emotesv2_3b7e8d9c0a1f4e5d6c7b8a9f0e1d2c3b", false, true},
	{"streamRIP", "emotesv2_4c8f7e6d5b2a4f3e2d1c0b9a8f7e6d5c", true, true},
	{"streamLurk", "emotesv2_5d9a6b7c8e3f4a2b1c0d9e8f7a6b5c4d", false, true},
	{"streamCat", "emotesv2_6eab5c4d3f2e4b1a0c9d8e7f6a5b4c3d", true, true},
};

const struct sim_emote *sim_emote_table(size_t *count)
{
	*count = sizeof(emotes) / sizeof(emotes[0]);
	return emotes;
}

static const struct sim_emote *emote_of(const char *word, size_t size)
{
	for (size_t i = 0; i < sizeof(emotes) / sizeof(emotes[0]); i++) {
		if (emotes[i].name[0] == word[0] && strncmp(emotes[i].name, word, size) == 0 && !emotes[i].name[size])
			return &emotes[i];
	}
	return NULL;
}

void sim_find_emotes(const char *text, sim_emote_found found, void *data)
{
	size_t point = 0;
	const char *at = text;
	while (*at) {
		const char *start = at;
		size_t first = point;
		while (*at && *at != ' ') {
			point += ((unsigned char)*at & 0xc0) != 0x80;
			at++;
		}
		size_t size = (size_t)(at - start);
		const struct sim_emote *emote = size ? emote_of(start, size) : NULL;
		if (emote)
			found(emote, first, point - 1, (size_t)(start - text), size, data);
		while (*at == ' ') {
			point++;
			at++;
		}
	}
}

bool sim_cheermote(const char *word, size_t size, size_t *prefix, int *bits)
{
	static const char *const prefixes[] = {"cheer", "pride", "party", "kappa", "uni"};
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i]);
		if (size <= length || size > length + 6)
			continue;
		size_t k = 0;
		while (k < length && tolower((unsigned char)word[k]) == prefixes[i][k])
			k++;
		if (k < length)
			continue;
		int amount = 0;
		for (; k < size && isdigit((unsigned char)word[k]); k++)
			amount = amount * 10 + word[k] - '0';
		if (k == size && amount > 0) {
			*prefix = length;
			*bits = amount;
			return true;
		}
	}
	return false;
}

int sim_cheer_bits(const char *text)
{
	int total = 0;
	while (*text) {
		size_t size = strcspn(text, " "), prefix;
		int bits;
		if (sim_cheermote(text, size, &prefix, &bits))
			total += bits;
		text += size;
		text += strspn(text, " ");
	}
	return total;
}

size_t sim_code_points(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static void place(struct lx_sim *sim, struct sim_user *user, struct sim_rng *rng, int64_t now)
{
	struct sim_member *member = sim_member(sim->home, user);
	double roll = sim_rng_real(rng);
	if (roll < 0.8)
		member->followed_ms = now - (int64_t)sim_rng_below(rng, 3 * 365 * 24 * 60) * 60000 - 60000;
	if (roll < 0.35) {
		double tier = sim_rng_real(rng);
		member->tier = tier < 0.9 ? 1000 : tier < 0.97 ? 2000 : 3000;
		member->prime = member->tier == 1000 && user->prime;
		member->months = 1 + (int)sim_rng_below(rng, 1 + sim_rng_below(rng, 60));
		member->streak = 1 + (int)sim_rng_below(rng, (uint32_t)member->months);
		member->is_gift = !member->prime && sim_rng_chance(rng, 0.2);
		if (member->is_gift)
			snprintf(member->gifter, sizeof(member->gifter), "%s",
				 sim->users[sim_rng_below(rng, (uint32_t)user->index)]->id);
	}
	if (sim_rng_chance(rng, 0.06))
		member->bits_total = (int)(1u << sim_rng_below(rng, 16));
	if (sim_rng_chance(rng, 0.04))
		member->gifts_total = 1 + (int)sim_rng_below(rng, 200);
	member->vip = sim_rng_chance(rng, 0.02);
	member->seen = sim_rng_chance(rng, 0.9);
	member->present = sim_rng_chance(rng, 0.7);
	member->watch_streak = (int)sim_rng_below(rng, 40);
	if (user->temper != SIM_CHATTER && user->temper != SIM_LURKER) { /* nobody keeps trouble-makers */
		member->vip = false;
		member->tier = 0;
		member->months = 0;
	}
}

void sim_world_create(struct lx_sim *sim)
{
	static const struct {
		const char *id, *login, *name, *color, *broadcaster_type;
		bool channel;
	} known[] = {
		{"100000002", "streamer", "Streamer", "#CC44FF", "partner", true},
		{"100000003", "neighbour", "Neighbour", "#1E90FF", "affiliate", true},
		{"100000006", "smallfry", "SmallFry", "", "", true},
		{"100000007", "suspended_one", "Suspended_One", "", "", true},
		{"100000001", "mybot", "MyBot", "#1E90FF", "", false},
		{"100000004", "modi", "Modi", "#DAA520", "", false},
		{"100000005", "viewer", "Viewer", "", "", false},
		{"100000008", "leadmod", "LeadMod", "#2E8B57", "", false},
		{"100000009", "vippy", "Vippy", "#FF69B4", "", false},
		{"274598607", "ananonymousgifter", "AnAnonymousGifter", "", "", false},
		{"200000001", "anna_b", "Anna_B", "#EBA2C0", "", false},
		{"200000002", "cheerio", "cheerio", "", "", false},
		{"200000003", "bert", "Bert", "#FF0000", "", false},
		{"200000005", "carla", "Carla", "#FF0000", "", false},
		{"200000006", "dora", "Dora", "", "", false},
		{"200000007", "emil", "Emil", "#00FFF5", "", false},
		{"200000008", "raider", "Raider", "#FF0000", "affiliate", true},
		{"200000012", "baduser", "baduser", "", "", false},
	};
	struct sim_rng *rng = &sim->world_rng;
	int64_t now = sim_now_ms(sim);
	sim->next_user_id = 210000000 + sim_rng_below(rng, 1000000);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct sim_user *user = sim_user_add(sim, known[i].id, known[i].login, known[i].name);
		snprintf(user->color, sizeof(user->color), "%s", known[i].color);
		snprintf(user->broadcaster_type, sizeof(user->broadcaster_type), "%s", known[i].broadcaster_type);
		if (known[i].channel)
			sim_channel_add(sim, user);
		if (i == 0)
			sim->home = sim->channels.array[0];
	}
	struct sim_channel *home = sim->home;
	snprintf(home->title, sizeof(home->title), "Playing with viewers | !discord");
	snprintf(home->tags[0], sizeof(home->tags[0]), "English");
	snprintf(home->tags[1], sizeof(home->tags[1]), "Cozy");
	home->tag_count = 2;
	home->follower_base = 12000;
	home->subscriber_base = 0;
	sim_channel_by_login(sim, "suspended_one")->suspended = true;

	struct sim_member *member = sim_member(home, home->user);
	member->tier = 3000;
	member->months = 80;
	member->seen = member->present = true;
	member = sim_member(home, sim_user_by_login(sim, "modi"));
	member->mod = member->seen = true;
	member->tier = 1000;
	member->months = 20;
	member->followed_ms = now - 700LL * 86400000;
	member = sim_member(home, sim_user_by_login(sim, "mybot"));
	member->mod = member->seen = true;
	sim_user_by_login(sim, "mybot")->bot = true;
	member = sim_member(home, sim_user_by_login(sim, "leadmod"));
	member->mod = member->lead_mod = member->seen = true;
	member = sim_member(home, sim_user_by_login(sim, "vippy"));
	member->vip = member->seen = true;
	member->vip_since_ms = now - 100LL * 86400000;
	member = sim_member(home, sim_user_by_login(sim, "viewer"));
	member->seen = true;
	member->followed_ms = now - 30LL * 86400000;
	sim_member(sim_channel_by_login(sim, "neighbour"), sim_user_by_login(sim, "streamer"))->mod = true;
	sim_member(sim_channel_by_login(sim, "smallfry"), sim_user_by_login(sim, "modi"))->mod = true;

	for (uint32_t i = 0; i < sim->config.people; i++)
		place(sim, sim_user_invent(sim, rng), rng, now);
}

void sim_world_go_live(struct lx_sim *sim, struct sim_channel *channel, bool live)
{
	channel->live = live;
	if (live) {
		channel->started_ms = sim_now_ms(sim);
		snprintf(channel->stream_id, sizeof(channel->stream_id), "4%010u",
			 (unsigned)sim_rng_below(&sim->world_rng, 1000000000));
		if (!channel->viewers)
			channel->viewers = 350;
	} else {
		channel->viewers = 0;
	}
	sim_video_of_stream(sim, channel);
	sim_event_live(sim, channel);
}

void sim_world_second(struct lx_sim *sim)
{
	struct sim_channel *home = sim->home;
	struct sim_rng *rng = &sim->world_rng;
	for (size_t i = 0; i < sim->channels.num; i++) {
		sim_engage_second(sim, sim->channels.array[i]);
		sim_moderation_second(sim, sim->channels.array[i]);
	}
	if (!sim_irc_has_readers(sim, home))
		return;
	if (sim->config.drift && home->live && sim_rng_chance(rng, 0.1)) {
		uint32_t step = (uint32_t)home->viewers / 20 + 2;
		home->viewers += (int)sim_rng_below(rng, 2 * step + 1) - (int)step;
		if (home->viewers < 1)
			home->viewers = 1;
	}
	/* A few of the crowd come and go; told in batches, as Twitch does. */
	if (sim->user_count > 1 && sim_rng_chance(rng, 0.1)) {
		for (int i = 0; i < 5; i++) {
			struct sim_user *user = sim->users[1 + sim_rng_below(rng, (uint32_t)sim->user_count - 1)];
			struct sim_member *member = sim_member(home, user);
			if (strlen(user->id) == 9 && user->id[0] == '1')
				continue; /* those who have a token come and go by their own connections */
			member->present = !member->present;
			sim_irc_membership(sim, home, user, member->present);
		}
	}
}

static void channel_destroy(struct sim_channel *channel)
{
	sim_map_finish(&channel->history_by_id);
	for (size_t i = 0; i < channel->history_capacity; i++)
		bfree(channel->history[i].text);
	for (size_t i = 0; i < channel->member_capacity; i++)
		bfree(channel->members[i]);
	bfree(channel->members);
	bfree(channel->history);
	bfree(channel->sent);
	sim_area_destroy(channel->area);
	bfree(channel);
}

void sim_world_destroy(struct lx_sim *sim)
{
	for (size_t i = 0; i < sim->channels.num; i++)
		channel_destroy(sim->channels.array[i]);
	da_free(sim->channels);
	sim_map_finish(&sim->users_by_id);
	sim_map_finish(&sim->users_by_login);
	for (size_t i = 0; i < sim->user_count; i++) {
		da_free(sim->users[i]->blocked);
		bfree(sim->users[i]);
	}
	bfree(sim->users);
}
