#include "twitch/twins.h"

#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "twitch/seen.h"

#define HAPPENINGS 512
#define WINDOW_MS 30000
/* Twitch works a timeout's end out to the second, we its length from that. */
#define DURATION_SLACK_S 3

/* What a source may know of a happening beyond that it happened. */
enum detail {
	KNOWS_MODERATOR = 1 << 0,
	KNOWS_REASON = 1 << 1,
	KNOWS_DURATION = 1 << 2,
	KNOWS_TEXT = 1 << 3,
	KNOWS_ID = 1 << 4,
};

struct happening {
	uint64_t key; /* 0 = free */
	uint64_t at_ms;
	int64_t duration_s;
	unsigned int sources, details;
};

struct lx_twins {
	struct lx_bus *bus;
	const struct lx_clock *clock;

	pthread_mutex_t message_mutex; /* guards messages */
	struct lx_seen *messages;

	pthread_mutex_t mutex; /* guards the rest; held while listeners run, so that updates stay behind */
	struct happening happenings[HAPPENINGS];
	size_t next_happening;
};

struct lx_twins *lx_twins_create(struct lx_bus *bus, const struct lx_clock *clock)
{
	struct lx_twins *twins = bzalloc(sizeof(*twins));
	twins->bus = bus;
	twins->clock = clock;
	pthread_mutex_init(&twins->message_mutex, NULL);
	pthread_mutex_init(&twins->mutex, NULL);
	twins->messages = lx_seen_create();
	return twins;
}

void lx_twins_destroy(struct lx_twins *twins)
{
	if (!twins)
		return;
	lx_seen_destroy(twins->messages);
	pthread_mutex_destroy(&twins->mutex);
	pthread_mutex_destroy(&twins->message_mutex);
	bfree(twins);
}

enum verdict { NEWS, ENRICHES, REPEAT };

static uint64_t hash_text(uint64_t hash, const char *text)
{
	return lx_seen_key(hash, text, strlen(text) + 1); /* with its end, so that "a" "bc" is not "ab" "c" */
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	return lx_seen_key(hash, &number, sizeof(number));
}

/* --- messages ---------------------------------------------------------------------------------------------------- */

/* CLEARMSG comes without a room id now and then; the name is always there. */
static uint64_t hash_event(const struct lx_event *event, enum lx_event_type type)
{
	return hash_text(hash_number(LX_SEEN_KEY, type), event->channel);
}

static bool is_new_message(struct lx_twins *twins, const struct lx_event *event)
{
	if (!*event->chat.id)
		return true;
	/* Notices and messages share one space of ids. */
	uint64_t room = hash_event(event, LX_EVENT_CHAT_MESSAGE);
	pthread_mutex_lock(&twins->message_mutex);
	bool is_new = lx_seen_add(twins->messages, hash_text(room, event->chat.id));
	if (*event->chat.source_id)
		is_new = lx_seen_add(twins->messages, hash_text(room + 1, event->chat.source_id)) && is_new;
	pthread_mutex_unlock(&twins->message_mutex);
	return is_new;
}

/* --- happenings -------------------------------------------------------------------------------------------------- */

static unsigned int knows(unsigned int detail, const char *text)
{
	return *text ? detail : 0;
}

/* Names of people where there is no id: IRC tells deletions by login. */
static bool describe(const struct lx_event *event, struct happening *out)
{
	uint64_t key = hash_event(event, event->type);
	const struct lx_moderation *m = &event->moderation;
	switch (event->type) {
	case LX_EVENT_USER_BANNED:
		out->duration_s = m->duration_s;
		out->details = m->duration_s != LX_DURATION_UNKNOWN ? KNOWS_DURATION : 0;
		key = hash_text(key, m->user_id);
		break;
	case LX_EVENT_USER_UNBANNED:
		key = hash_text(key, m->user_id);
		break;
	case LX_EVENT_MESSAGE_DELETED:
		key = hash_text(key, m->message_id);
		out->details = knows(KNOWS_TEXT, m->text) | knows(KNOWS_ID, m->user_id);
		break;
	case LX_EVENT_CHAT_CLEARED:
		break;
	case LX_EVENT_ROOM_STATE:
		key = hash_number(key, (uint64_t)event->room.emote_only);
		key = hash_number(key, (uint64_t)event->room.subs_only);
		key = hash_number(key, (uint64_t)event->room.unique_chat);
		key = hash_number(key, (uint64_t)event->room.slow_s);
		key = hash_number(key, (uint64_t)event->room.followers_min);
		break;
	case LX_EVENT_ROLE_CHANGE:
		key = hash_text(hash_text(key, event->role_change.role), event->role_change.user.id);
		key = hash_number(key, event->role_change.added);
		out->details = knows(KNOWS_MODERATOR, event->role_change.moderator.id);
		break;
	case LX_EVENT_WARNING:
		if (event->warning.acknowledged)
			return false;
		key = hash_text(hash_text(key, event->warning.user.id), event->warning.reason);
		break;
	case LX_EVENT_UNBAN_REQUEST:
		if (event->unban_request.phase != LX_PHASE_END)
			return false;
		key = hash_text(hash_text(key, event->unban_request.user.id), event->unban_request.status);
		out->details = knows(KNOWS_ID, event->unban_request.id) | knows(KNOWS_TEXT, event->unban_request.text) |
			       knows(KNOWS_MODERATOR, event->unban_request.moderator.id);
		break;
	case LX_EVENT_AUTOMOD_TERMS:
		key = hash_number(key, (uint64_t)event->automod_terms.added * 2 + event->automod_terms.permitted);
		key = hash_text(key, event->automod_terms.terms);
		break;
	case LX_EVENT_WHISPER: /* chat and EventSub number them differently */
		key = hash_text(hash_text(key, event->chat.user.id), event->chat.text);
		break;
	case LX_EVENT_BITS:
		key = hash_text(key, event->bits.user.id);
		key = hash_number(key, (uint64_t)event->bits.bits);
		break;
	default:
		return false;
	}
	if (event->type == LX_EVENT_USER_BANNED || event->type == LX_EVENT_USER_UNBANNED ||
	    event->type == LX_EVENT_MESSAGE_DELETED || event->type == LX_EVENT_CHAT_CLEARED)
		out->details |= knows(KNOWS_MODERATOR, m->moderator_id) | knows(KNOWS_REASON, m->reason);
	out->key = key ? key : 1;
	return true;
}

/* A ban is no timeout, and two timeouts of one person are the same one only when they are equally long. */
static bool same_duration(int64_t one, int64_t other)
{
	if (one == LX_DURATION_UNKNOWN || other == LX_DURATION_UNKNOWN)
		return true;
	if (one == 0 || other == 0)
		return one == other;
	return one - other <= DURATION_SLACK_S && other - one <= DURATION_SLACK_S;
}

static enum verdict judge_happening(struct lx_twins *twins, unsigned int source, struct happening *told)
{
	/* Oldest first: of two equal timeouts in a row the second source's first one belongs to the first. */
	for (size_t i = 0; i < HAPPENINGS; i++) {
		struct happening *known = &twins->happenings[(twins->next_happening + i) % HAPPENINGS];
		if (known->key != told->key || told->at_ms - known->at_ms > WINDOW_MS || (known->sources & source) ||
		    !same_duration(known->duration_s, told->duration_s))
			continue;
		unsigned int more = told->details & ~known->details;
		known->sources |= source;
		known->details |= told->details;
		if (known->duration_s == LX_DURATION_UNKNOWN)
			known->duration_s = told->duration_s;
		return more ? ENRICHES : REPEAT;
	}
	told->sources = source;
	twins->happenings[twins->next_happening] = *told;
	twins->next_happening = (twins->next_happening + 1) % HAPPENINGS;
	return NEWS;
}

/* --- offers ------------------------------------------------------------------------------------------------------ */

static void offer_happening(struct lx_twins *twins, enum lx_twin_source source, const struct lx_event *event,
			    struct happening *told)
{
	struct lx_event update = *event;
	pthread_mutex_lock(&twins->mutex);
	told->at_ms = lx_clock_ms(twins->clock);
	enum verdict verdict = judge_happening(twins, 1u << source, told);
	update.update = verdict == ENRICHES;
	if (verdict != REPEAT)
		lx_bus_emit(twins->bus, &update);
	pthread_mutex_unlock(&twins->mutex);
}

void lx_twins_offer(struct lx_twins *twins, enum lx_twin_source source, const struct lx_event *event)
{
	struct happening told = {0};
	bool message = event->type == LX_EVENT_CHAT_MESSAGE || event->type == LX_EVENT_CHAT_NOTICE;
	if (!message && describe(event, &told))
		offer_happening(twins, source, event, &told);
	else if (!message || is_new_message(twins, event))
		lx_bus_emit(twins->bus, event);
}
