#include "stats/live_stats.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>
#include <util/threading.h>

#include "stats/chatters.h"

enum {
	RATE_WINDOW_S = 60,
	CHATTERS_WINDOW_S = 10 * 60,
	CHATTERS_LIMIT = 65536,
	ANNOUNCE_MS = 500,
	VIEWERS_AGE_MS = 3 * 60 * 1000,
	FOLLOWERS_AGE_MS = 5 * 60 * 1000,
	SUBS_AGE_MS = 15 * 60 * 1000, /* asked every five minutes */
	ASKED_MS = 2 * 60 * 1000,
	DEMANDS = 4,
};

struct lx_live_stats {
	struct lx_bus *bus;
	const struct lx_clock *clock;

	pthread_mutex_t mutex; /* held for copying and counting only */
	struct lx_live_snapshot now;
	uint64_t viewers_ms, followers_ms, subs_ms; /* when they were set */
	char latest_id[64];
	struct lx_chatters *chatters;
	uint32_t rate[RATE_WINDOW_S]; /* messages by second */
	uint64_t rate_s;              /* the second counted last */
	bool pending;                 /* a change is not announced yet */
	bool announced;
	uint64_t announced_ms;

	pthread_mutex_t demand_mutex;
	uint32_t demand[DEMANDS];
	uint64_t asked_until_ms[DEMANDS]; /* by those who call livextrem_get_stats */
	lx_live_stats_demand listener;
	void *listener_data;
};

static uint64_t now_ms(const struct lx_live_stats *stats)
{
	return lx_clock_ms(stats->clock);
}

static void changed(struct lx_live_stats *stats)
{
	stats->now.counter++;
	stats->pending = true;
}

/* Copies at most size - 1 bytes and no half character; returns whether `to` is different now. */
static bool set_text(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size) {
		length = size - 1;
		while (length && ((unsigned char)from[length] & 0xC0) == 0x80)
			length--;
	}
	if (strncmp(to, from, length) == 0 && !to[length])
		return false;
	memcpy(to, from, length);
	to[length] = 0;
	return true;
}

static bool set_number(int64_t *to, int64_t from)
{
	const bool different = *to != from;
	*to = from;
	return different;
}

/* Tells the bus what has changed, if the last time is long enough ago. Call without the lock. */
static void announce(struct lx_live_stats *stats)
{
	struct lx_event event;
	char channel[sizeof(stats->now.channel)];
	const uint64_t ms = now_ms(stats);

	pthread_mutex_lock(&stats->mutex);
	const bool due = stats->pending && (!stats->announced || ms >= stats->announced_ms + ANNOUNCE_MS);
	if (due) {
		stats->pending = false;
		stats->announced = true;
		stats->announced_ms = ms;
		strcpy(channel, stats->now.channel);
	}
	pthread_mutex_unlock(&stats->mutex);
	if (!due)
		return;
	lx_event_init(&event, LX_EVENT_STATS);
	event.time_ms = lx_clock_unix_ms(stats->clock);
	event.channel = channel;
	lx_bus_emit(stats->bus, &event);
}

/* --- chat --------------------------------------------------------------------------------------------------------- */

static void forget_chat(struct lx_live_stats *stats, int64_t number)
{
	memset(stats->rate, 0, sizeof(stats->rate));
	lx_chatters_clear(stats->chatters);
	stats->latest_id[0] = 0;
	stats->now.latest_chatter[0] = 0;
	stats->now.chat_rate = stats->now.chatters = stats->now.messages = number;
}

static bool count_messages(struct lx_live_stats *stats, uint64_t now_s, uint32_t more)
{
	int64_t sum = 0;

	/* Who looked at the clock first may get the lock last. */
	if (now_s < stats->rate_s)
		now_s = stats->rate_s;
	if (now_s >= stats->rate_s + RATE_WINDOW_S) {
		memset(stats->rate, 0, sizeof(stats->rate));
	} else {
		for (uint64_t second = stats->rate_s + 1; second <= now_s; second++)
			stats->rate[second % RATE_WINDOW_S] = 0;
	}
	stats->rate_s = now_s;
	stats->rate[now_s % RATE_WINDOW_S] += more;
	for (int i = 0; i < RATE_WINDOW_S; i++)
		sum += stats->rate[i];
	return set_number(&stats->now.chat_rate, sum);
}

/* Shared chat: a message typed elsewhere counts where it is read, and only there, should both channels be read. */
static bool concerns_us(const struct lx_live_stats *stats, const struct lx_event *event)
{
	if (!stats->now.channel[0])
		return !(event->chat.flags & LX_CHAT_SHARED);
	return !*event->channel || astrcmpi(event->channel, stats->now.channel) == 0;
}

static void on_chat(const struct lx_event *event, void *data)
{
	struct lx_live_stats *const stats = data;
	const struct lx_user *const user = &event->chat.user;
	const char *const id = *user->id ? user->id : user->login;

	/* Raids and gifts are no messages; a resub with a message is one. */
	if (event->type == LX_EVENT_CHAT_NOTICE && !*event->chat.text)
		return;
	const uint64_t now_s = now_ms(stats) / 1000;
	pthread_mutex_lock(&stats->mutex);
	const bool ours = concerns_us(stats, event);
	if (ours) {
		if (stats->now.messages == LX_STAT_UNKNOWN)
			forget_chat(stats, 0);
		stats->now.messages++;
		count_messages(stats, now_s, 1);
		if (*id) {
			lx_chatters_add(stats->chatters, id, now_s);
			set_text(stats->latest_id, sizeof(stats->latest_id), id);
			set_text(stats->now.latest_chatter, sizeof(stats->now.latest_chatter),
				 *user->name ? user->name : user->login);
		}
		stats->now.chatters = (int64_t)lx_chatters_count(stats->chatters, now_s);
		changed(stats);
	}
	pthread_mutex_unlock(&stats->mutex);
	if (ours)
		announce(stats);
}

/* Who was just thrown out need not stay on screen. */
static void on_banned(const struct lx_event *event, void *data)
{
	struct lx_live_stats *const stats = data;
	const struct lx_moderation *const moderation = &event->moderation;

	pthread_mutex_lock(&stats->mutex);
	const bool latest = stats->latest_id[0] && (strcmp(stats->latest_id, moderation->user_id) == 0 ||
						    strcmp(stats->latest_id, moderation->user_login) == 0);
	if (latest) {
		stats->latest_id[0] = 0;
		stats->now.latest_chatter[0] = 0;
		changed(stats);
	}
	pthread_mutex_unlock(&stats->mutex);
	if (latest)
		announce(stats);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void forget_all(struct lx_live_stats *stats)
{
	struct lx_live_snapshot *const now = &stats->now;

	now->live = false;
	now->viewers = now->followers = now->subs = now->sub_points = LX_STAT_UNKNOWN;
	now->started_ms = now->ended_ms = LX_STAT_UNKNOWN;
	now->title[0] = now->category[0] = 0;
	forget_chat(stats, now->channel[0] ? 0 : LX_STAT_UNKNOWN);
}

struct lx_live_stats *lx_live_stats_create(struct lx_bus *bus, const struct lx_clock *clock)
{
	struct lx_live_stats *stats = bzalloc(sizeof(*stats));

	stats->bus = bus;
	stats->clock = clock;
	pthread_mutex_init(&stats->mutex, NULL);
	pthread_mutex_init(&stats->demand_mutex, NULL);
	stats->chatters = lx_chatters_create(CHATTERS_WINDOW_S, CHATTERS_LIMIT);
	forget_all(stats);
	stats->now.counter = 1;
	lx_bus_connect(bus, LX_EVENT_CHAT_MESSAGE, on_chat, stats);
	lx_bus_connect(bus, LX_EVENT_CHAT_NOTICE, on_chat, stats);
	lx_bus_connect(bus, LX_EVENT_USER_BANNED, on_banned, stats);
	return stats;
}

void lx_live_stats_destroy(struct lx_live_stats *stats)
{
	if (!stats)
		return;
	lx_bus_disconnect(stats->bus, LX_EVENT_CHAT_MESSAGE, on_chat, stats);
	lx_bus_disconnect(stats->bus, LX_EVENT_CHAT_NOTICE, on_chat, stats);
	lx_bus_disconnect(stats->bus, LX_EVENT_USER_BANNED, on_banned, stats);
	lx_chatters_destroy(stats->chatters);
	pthread_mutex_destroy(&stats->demand_mutex);
	pthread_mutex_destroy(&stats->mutex);
	bfree(stats);
}

const struct lx_clock *lx_live_stats_clock(const struct lx_live_stats *stats)
{
	return stats->clock;
}

bool lx_live_stats_read(struct lx_live_stats *stats, uint64_t seen, struct lx_live_snapshot *out)
{
	pthread_mutex_lock(&stats->mutex);
	const bool different = stats->now.counter != seen;
	if (different)
		*out = stats->now;
	pthread_mutex_unlock(&stats->mutex);
	return different;
}

/* --- setters ------------------------------------------------------------------------------------------------------ */

static void finish_set(struct lx_live_stats *stats, bool different)
{
	if (different)
		changed(stats);
	pthread_mutex_unlock(&stats->mutex);
	if (different)
		announce(stats);
}

void lx_live_stats_set_channel(struct lx_live_stats *stats, const char *channel)
{
	pthread_mutex_lock(&stats->mutex);
	const bool different = set_text(stats->now.channel, sizeof(stats->now.channel), channel);
	if (different)
		forget_all(stats);
	finish_set(stats, different);
}

void lx_live_stats_set_stream(struct lx_live_stats *stats, bool live, int64_t viewers, int64_t started_ms)
{
	struct lx_live_snapshot *const now = &stats->now;

	pthread_mutex_lock(&stats->mutex);
	bool different = now->live != live;
	if (now->live && !live)
		now->ended_ms = lx_clock_unix_ms(stats->clock);
	now->live = live;
	different |= set_number(&now->viewers, live ? viewers : LX_STAT_UNKNOWN);
	different |= set_number(&now->started_ms, live ? started_ms : LX_STAT_UNKNOWN);
	stats->viewers_ms = now_ms(stats);
	finish_set(stats, different);
}

void lx_live_stats_set_info(struct lx_live_stats *stats, const char *title, const char *category)
{
	pthread_mutex_lock(&stats->mutex);
	bool different = set_text(stats->now.title, sizeof(stats->now.title), title);
	different |= set_text(stats->now.category, sizeof(stats->now.category), category);
	finish_set(stats, different);
}

void lx_live_stats_set_followers(struct lx_live_stats *stats, int64_t followers)
{
	pthread_mutex_lock(&stats->mutex);
	stats->followers_ms = now_ms(stats);
	finish_set(stats, set_number(&stats->now.followers, followers));
}

void lx_live_stats_set_subs(struct lx_live_stats *stats, int64_t subs, int64_t points)
{
	pthread_mutex_lock(&stats->mutex);
	bool different = set_number(&stats->now.subs, subs);
	different |= set_number(&stats->now.sub_points, points);
	stats->subs_ms = now_ms(stats);
	finish_set(stats, different);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

/* Makes a number unknown once it is too old; returns whether it did, and lowers `next` to when it will be. */
static bool expire(int64_t *number, uint64_t set_ms, uint64_t age_ms, uint64_t ms, uint64_t *next)
{
	if (*number == LX_STAT_UNKNOWN)
		return false;
	if (ms >= set_ms + age_ms) {
		*number = LX_STAT_UNKNOWN;
		return true;
	}
	if (set_ms + age_ms < *next)
		*next = set_ms + age_ms;
	return false;
}

/* Brings everything that depends on time up to `ms`; returns when that is due again. Call with the lock. */
static uint64_t fade(struct lx_live_stats *stats, uint64_t ms)
{
	struct lx_live_snapshot *const now = &stats->now;
	const uint64_t now_s = ms / 1000;
	uint64_t next = UINT64_MAX;

	bool different = expire(&now->viewers, stats->viewers_ms, VIEWERS_AGE_MS, ms, &next);
	different |= expire(&now->followers, stats->followers_ms, FOLLOWERS_AGE_MS, ms, &next);
	different |= expire(&now->subs, stats->subs_ms, SUBS_AGE_MS, ms, &next);
	different |= expire(&now->sub_points, stats->subs_ms, SUBS_AGE_MS, ms, &next);
	if (now->messages != LX_STAT_UNKNOWN) {
		different |= count_messages(stats, now_s, 0);
		different |= set_number(&now->chatters, (int64_t)lx_chatters_count(stats->chatters, now_s));
		const uint64_t leave_s = lx_chatters_next_leave_s(stats->chatters);
		if (leave_s != UINT64_MAX && leave_s * 1000 < next)
			next = leave_s * 1000;
		if (now->chat_rate && (now_s + 1) * 1000 < next)
			next = (now_s + 1) * 1000;
	}
	if (different)
		changed(stats);
	return next;
}

uint64_t lx_live_stats_age(struct lx_live_stats *stats)
{
	const uint64_t ms = now_ms(stats);

	pthread_mutex_lock(&stats->mutex);
	uint64_t next = fade(stats, ms);
	pthread_mutex_unlock(&stats->mutex);
	announce(stats);
	/* Until the pause is over a change may come that is not announced at once. */
	pthread_mutex_lock(&stats->mutex);
	const uint64_t pause_ends = stats->announced ? stats->announced_ms + ANNOUNCE_MS : 0;
	pthread_mutex_unlock(&stats->mutex);
	if (pause_ends > ms && pause_ends < next)
		next = pause_ends;
	if (next == UINT64_MAX)
		return next;
	return next > ms ? next - ms : 0;
}

/* --- demand ------------------------------------------------------------------------------------------------------- */

static uint32_t wanted_locked(const struct lx_live_stats *stats)
{
	uint32_t wanted = 0;

	const uint64_t ms = now_ms(stats);
	for (int i = 0; i < DEMANDS; i++)
		if (stats->demand[i] || ms < stats->asked_until_ms[i])
			wanted |= 1u << i;
	return wanted;
}

static void demand_changed(struct lx_live_stats *stats, uint32_t before)
{
	if (wanted_locked(stats) & ~before && stats->listener)
		stats->listener(stats->listener_data);
}

void lx_live_stats_want(struct lx_live_stats *stats, uint32_t demand, bool wanted)
{
	pthread_mutex_lock(&stats->demand_mutex);
	const uint32_t before = wanted_locked(stats);
	for (int i = 0; i < DEMANDS; i++) {
		if (!(demand & 1u << i))
			continue;
		if (wanted)
			stats->demand[i]++;
		else if (stats->demand[i])
			stats->demand[i]--;
	}
	demand_changed(stats, before);
	pthread_mutex_unlock(&stats->demand_mutex);
}

uint32_t lx_live_stats_wanted(struct lx_live_stats *stats)
{
	pthread_mutex_lock(&stats->demand_mutex);
	const uint32_t wanted = wanted_locked(stats);
	pthread_mutex_unlock(&stats->demand_mutex);
	return wanted;
}

void lx_live_stats_listen(struct lx_live_stats *stats, lx_live_stats_demand listener, void *data)
{
	pthread_mutex_lock(&stats->demand_mutex);
	stats->listener = listener;
	stats->listener_data = data;
	pthread_mutex_unlock(&stats->demand_mutex);
}

/* --- procedure ---------------------------------------------------------------------------------------------------- */

static long long known(int64_t number)
{
	return number == LX_STAT_UNKNOWN ? -1 : number;
}

/* What a caller wants to be kept fresh: words, nothing said = everything. */
static uint32_t demand_of(const char *words)
{
	static const char *const names[DEMANDS] = {"stream", "info", "followers", "subs"};
	uint32_t demand = 0;

	if (!words || !*words)
		return LX_DEMAND_ALL;
	for (size_t size; *(words += strspn(words, " ")); words += size) {
		size = strcspn(words, " ");
		for (int i = 0; i < DEMANDS; i++)
			if (strlen(names[i]) == size && memcmp(names[i], words, size) == 0)
				demand |= 1u << i;
	}
	return demand;
}

static void get_stats(void *data, calldata_t *call)
{
	struct lx_live_stats *const stats = data;
	struct lx_live_snapshot now;

	const uint32_t demand = demand_of(calldata_string(call, "demand"));

	pthread_mutex_lock(&stats->demand_mutex);
	const uint32_t before = wanted_locked(stats);
	for (int i = 0; i < DEMANDS; i++)
		if (demand & 1u << i)
			stats->asked_until_ms[i] = now_ms(stats) + ASKED_MS;
	demand_changed(stats, before);
	pthread_mutex_unlock(&stats->demand_mutex);

	/* Announces nothing: the caller may be a listener of that very event. */
	pthread_mutex_lock(&stats->mutex);
	fade(stats, now_ms(stats));
	now = stats->now;
	pthread_mutex_unlock(&stats->mutex);

	int64_t uptime_s = LX_STAT_UNKNOWN;
	if (now.started_ms != LX_STAT_UNKNOWN) {
		uptime_s = (lx_clock_unix_ms(stats->clock) - now.started_ms) / 1000;
		if (uptime_s < 0)
			uptime_s = 0;
	}
	calldata_set_bool(call, "ok", true);
	calldata_set_string(call, "error", "");
	calldata_set_string(call, "channel", now.channel);
	calldata_set_bool(call, "live", now.live);
	calldata_set_int(call, "viewers", known(now.viewers));
	calldata_set_int(call, "followers", known(now.followers));
	calldata_set_int(call, "subs", known(now.subs));
	calldata_set_int(call, "sub_points", known(now.sub_points));
	calldata_set_int(call, "uptime_s", known(uptime_s));
	calldata_set_int(call, "chat_rate", known(now.chat_rate));
	calldata_set_int(call, "chatters", known(now.chatters));
	calldata_set_int(call, "messages", known(now.messages));
	calldata_set_string(call, "title", now.title);
	calldata_set_string(call, "category", now.category);
	calldata_set_string(call, "latest_chatter", now.latest_chatter);
}

void lx_live_stats_bind(struct lx_live_stats *stats, struct lx_bus *bus)
{
	lx_bus_bind(bus, LX_PROC_GET_STATS, get_stats, stats);
}
