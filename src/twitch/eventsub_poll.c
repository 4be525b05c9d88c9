#include "twitch/eventsub_poll_internal.h"

#include <util/base.h>

#include "net/mailbox.h"

enum {
	PATIENCE_MS = 60 * 1000, /* EventSub mostly is back by then */
	STAGGER_MS = 300,        /* between the first questions, so that nothing comes in a burst */
	LONGEST_PAUSE_MS = 10 * 60 * 1000,
};

enum flag {
	MODERATOR = 1 << 0, /* moderators may ask, and the broadcaster */
	OWN = 1 << 1,       /* only the broadcaster may */
	LIVE = 1 << 2,      /* makes sense only while the stream runs */
	ON_CUE = 1 << 3,    /* only when an answer to another question says so */
	ALL = 1 << 4,       /* every page */
};

#define MOST_ITEMS 1000 /* of those that are asked for as a whole */
#define MOST_PARAMS 4

static const struct question {
	enum lx_helix_endpoint endpoint;
	const char *who; /* parameter that names the channel; NULL = asks for the account itself */
	unsigned int flags;
	uint32_t period_s, busy_s;
	struct lx_helix_param more[MOST_PARAMS - 1]; /* up to one without a name */
	lx_poll_take take;
} questions[LX_POLL_QUESTIONS] = {
#define ROW(question, endpoint, flags, period, busy, name, ...)                                                    \
	[LX_POLL_##question] = {LX_HELIX_GET_##endpoint, "broadcaster_id", flags, period, busy, {__VA_ARGS__}, \
				lx_poll_take_##name}
#define PAGE(size) {"first", size}
	[LX_POLL_STREAM] = {LX_HELIX_GET_STREAMS, "user_id", 0, 30, 0, {{NULL, NULL}}, lx_poll_take_stream},
	[LX_POLL_USER] = {LX_HELIX_GET_USERS, NULL, 0, 600, 0, {{NULL, NULL}}, lx_poll_take_user},
	ROW(CHANNEL, CHANNELS, 0, 60, 0, channel, {NULL, NULL}),
	ROW(SHARED_CHAT, SHARED_CHAT_SESSION, LIVE, 60, 0, shared_chat, {NULL, NULL}),
	ROW(FOLLOWERS, CHANNEL_FOLLOWERS, MODERATOR, 30, 0, followers, PAGE("100")),
	ROW(SHIELD_MODE, SHIELD_MODE, MODERATOR, 30, 0, shield_mode, {NULL, NULL}),
	ROW(UNBAN_REQUESTS, UNBAN_REQUESTS, MODERATOR | ALL, 60, 0, unban_requests, {"status", "pending"}),
	ROW(UNBAN_APPROVED, UNBAN_REQUESTS, MODERATOR | ON_CUE | ALL, 60, 0, unban_resolved, {"status", "approved"}),
	ROW(UNBAN_DENIED, UNBAN_REQUESTS, MODERATOR | ON_CUE | ALL, 60, 0, unban_resolved, {"status", "denied"}),
	ROW(UNBAN_CANCELED, UNBAN_REQUESTS, MODERATOR | ON_CUE | ALL, 60, 0, unban_resolved, {"status", "canceled"}),
	ROW(AUTOMOD_SETTINGS, AUTOMOD_SETTINGS, MODERATOR, 120, 0, automod_settings, {NULL, NULL}),
	ROW(BLOCKED_TERMS, BLOCKED_TERMS, MODERATOR | ALL, 120, 0, blocked_terms, {NULL, NULL}),
	ROW(POLLS, POLLS, OWN, 60, 10, polls, PAGE("5")),
	ROW(PREDICTIONS, PREDICTIONS, OWN, 60, 10, predictions, PAGE("5")),
	ROW(HYPE_TRAIN, HYPE_TRAIN_STATUS, OWN | LIVE, 30, 10, hype_train, {NULL, NULL}),
	ROW(GOALS, GOALS, OWN, 60, 0, goals, {NULL, NULL}),
	ROW(CHARITY, CHARITY_CAMPAIGN, OWN, 60, 0, charity, {NULL, NULL}),
	ROW(DONATIONS, CHARITY_DONATIONS, OWN | ON_CUE | ALL, 60, 0, donations, {NULL, NULL}),
	[LX_POLL_BITS] = {LX_HELIX_GET_BITS_LEADERBOARD,
			  NULL,
			  OWN | LIVE,
			  60,
			  0,
			  {{"count", "100"}, {"period", "day"}},
			  lx_poll_take_bits},
	ROW(ADS, AD_SCHEDULE, OWN | LIVE, 60, 0, ads, {NULL, NULL}),
	ROW(REWARDS, CUSTOM_REWARDS, OWN, 120, 0, rewards, {NULL, NULL}),
	ROW(OWN_REWARDS, CUSTOM_REWARDS, OWN, 300, 0, own_rewards, {"only_manageable_rewards", "true"}),
	ROW(REDEMPTIONS, REDEMPTIONS, OWN | ON_CUE, 15, 0, redemptions, {"status", "UNFULFILLED"}, {"sort", "NEWEST"},
	    PAGE("50")),
	ROW(SUBSCRIPTIONS, SUBSCRIPTIONS, OWN | ALL, 300, 0, subscriptions, {NULL, NULL}),
	ROW(BANS, BANNED_USERS, OWN | ALL, 60, 0, bans, {NULL, NULL}),
	ROW(MODERATORS, MODERATORS, OWN | ALL, 120, 0, moderators, {NULL, NULL}),
	ROW(VIPS, VIPS, OWN | ALL, 120, 0, vips, {NULL, NULL}),
#undef ROW
#undef PAGE
};

/* A call under way; whose answer nobody wants any more has lost its poll. */
struct lx_poll_asked {
	struct lx_eventsub_poll *poll;
	struct lx_poll_turn *turn;
};

static uint64_t now_ms(const struct lx_eventsub_poll *poll)
{
	return lx_loop_now_ms(poll->config.loop);
}

/* --- what is known ------------------------------------------------------------------------------------------------ */

/* Where `id` is, or would be. */
static size_t place_of(const struct lx_poll_turn *turn, const char *id)
{
	size_t low = 0, high = turn->known.num;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(turn->known.array[middle]->id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct lx_poll_known *lx_poll_find(const struct lx_poll_turn *turn, const char *id)
{
	size_t place = place_of(turn, id);
	bool found = place < turn->known.num && strcmp(turn->known.array[place]->id, id) == 0;
	return found ? turn->known.array[place] : NULL;
}

struct lx_poll_known *lx_poll_note(struct lx_poll_turn *turn, const char *id, bool *is_new)
{
	struct lx_poll_known *known = lx_poll_find(turn, id);
	if (is_new)
		*is_new = !known;
	if (!known) {
		known = bzalloc(sizeof(*known));
		known->id = bstrdup(id);
		da_insert(turn->known, place_of(turn, id), &known);
	}
	known->round = turn->round;
	return known;
}

struct lx_poll_known *lx_poll_note_person(struct lx_poll_turn *turn, const char *id, const char *login,
					  const char *name, bool *is_new)
{
	struct lx_poll_known *known = lx_poll_note(turn, id, is_new);
	bfree(known->login);
	bfree(known->name);
	known->login = bstrdup(login);
	known->name = bstrdup(name);
	return known;
}

static void free_known(struct lx_poll_known *known)
{
	bfree(known->id);
	bfree(known->login);
	bfree(known->name);
	bfree(known->text);
	bfree(known);
}

void lx_poll_forget(struct lx_poll_turn *turn, struct lx_poll_known *known)
{
	da_erase_item(turn->known, &known);
	free_known(known);
}

void lx_poll_sweep(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn,
		   bool (*gone)(struct lx_eventsub_poll *poll, struct lx_poll_known *known))
{
	size_t kept = 0;
	for (size_t i = 0; i < turn->known.num; i++) {
		struct lx_poll_known *known = turn->known.array[i];
		if (known->round == turn->round || (gone && gone(poll, known)))
			turn->known.array[kept++] = known;
		else
			free_known(known);
	}
	da_resize(turn->known, kept);
}

bool lx_poll_differs(struct lx_poll_known *known, const char *text)
{
	if (known->text && strcmp(known->text, text) == 0)
		return false;
	bfree(known->text);
	known->text = bstrdup(text);
	return true;
}

/* Whatever is under way or known belongs to another channel or another time. */
static void clear_turn(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn)
{
	if (turn->asked) {
		turn->asked->poll = NULL;
		lx_helix_cancel(poll->config.helix, turn->call);
	}
	for (size_t i = 0; i < turn->known.num; i++)
		free_known(turn->known.array[i]);
	da_free(turn->known);
	memset(turn, 0, sizeof(*turn));
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

void lx_poll_begin(struct lx_eventsub_poll *poll, struct lx_event *event, enum lx_event_type type)
{
	lx_event_init(event, type);
	event->time_ms = lx_clock_unix_ms(lx_loop_clock(poll->config.loop));
	event->channel = poll->login;
	event->room_id = poll->room_id;
}

void lx_poll_tell(struct lx_eventsub_poll *poll, const struct lx_event *event)
{
	lx_twins_offer(poll->config.twins, LX_TWIN_TOPIC, event);
}

const char *lx_poll_word(const char *word, char *out, size_t size)
{
	size_t length = 0;
	for (; word[length] && length + 1 < size; length++)
		out[length] = word[length] >= 'A' && word[length] <= 'Z' ? (char)(word[length] - 'A' + 'a')
									 : word[length];
	out[length] = '\0';
	return out;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void run(struct lx_eventsub_poll *poll);

static void end_turn(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn, const struct question *question,
		     enum lx_helix_error error)
{
	uint64_t pause = (uint64_t)(turn->busy && question->busy_s ? question->busy_s : question->period_s) * 1000;
	switch (error) {
	case LX_HELIX_OK:
		turn->failures = 0;
		break;
	case LX_HELIX_SIGNED_OUT: /* the account will tell when somebody is there */
	case LX_HELIX_SCOPE:
	case LX_HELIX_FORBIDDEN:
	case LX_HELIX_NOT_FOUND:
	case LX_HELIX_INVALID:
		turn->refused = true;
		break;
	default:
		turn->cued = (question->flags & ON_CUE) != 0;
		turn->failures++;
		for (uint32_t i = 0; i < turn->failures && pause < LONGEST_PAUSE_MS; i++)
			pause *= 2;
		if (pause > LONGEST_PAUSE_MS)
			pause = LONGEST_PAUSE_MS;
	}
	turn->due_ms = now_ms(poll) + pause + lx_random_below(poll->config.random, (uint32_t)(pause / 10) + 1);
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct lx_poll_asked *asked = data;
	struct lx_eventsub_poll *poll = asked->poll;
	struct lx_poll_turn *turn = asked->turn;
	bfree(asked);
	if (!poll)
		return;
	const struct question *question = &questions[turn - poll->turns];
	turn->asked = NULL;
	if (result->error == LX_HELIX_OK) {
		turn->round++;
		question->take(poll, turn, result);
		turn->compared = true;
	}
	end_turn(poll, turn, question, result->error);
	run(poll);
}

static void ask(struct lx_eventsub_poll *poll, struct lx_poll_turn *turn, const struct question *question)
{
	struct lx_helix_param params[MOST_PARAMS + 1];
	size_t count = 0;
	if (question->who)
		params[count++] = (struct lx_helix_param){question->who, poll->room_id};
	else if (question->endpoint == LX_HELIX_GET_USERS)
		params[count++] = (struct lx_helix_param){"id", poll->user_id};
	if (question->endpoint == LX_HELIX_GET_REDEMPTIONS)
		params[count++] = (struct lx_helix_param){"reward_id", poll->reward_id};
	for (size_t i = 0; i < MOST_PARAMS - 1 && question->more[i].name; i++)
		params[count++] = question->more[i];

	turn->asked = bzalloc(sizeof(*turn->asked));
	*turn->asked = (struct lx_poll_asked){poll, turn};
	turn->cued = false;
	const struct lx_helix_call call = {
		.endpoint = question->endpoint,
		.query = params,
		.query_count = count,
		.priority = LX_HELIX_BACKGROUND,
		.done = on_answer,
		.data = turn->asked,
	};
	turn->call = question->flags & ALL ? lx_helix_send_all(poll->config.helix, &call, MOST_ITEMS)
					   : lx_helix_send(poll->config.helix, &call);
}

static bool may_ask(const struct lx_eventsub_poll *poll, const struct question *question,
		    const struct lx_poll_turn *turn)
{
	if (turn->asked || turn->refused || ((question->flags & ON_CUE) && !turn->cued) ||
	    ((question->flags & LIVE) && !poll->live))
		return false;
	if ((question->flags & OWN) && strcmp(poll->user_id, poll->room_id) != 0)
		return false;
	if ((question->flags & MODERATOR) && poll->role == LX_CHANNEL_ROLE_NONE)
		return false;
	return lx_helix_may(poll->config.helix, question->endpoint, NULL);
}

/* What was known of an earlier stream says nothing about this one. */
void lx_poll_set_live(struct lx_eventsub_poll *poll, bool live)
{
	for (size_t i = 0; live && !poll->live && i < LX_POLL_QUESTIONS; i++)
		if (questions[i].flags & LIVE)
			clear_turn(poll, &poll->turns[i]);
	poll->live = live;
}

void lx_poll_cue(struct lx_eventsub_poll *poll, enum lx_poll_question question)
{
	poll->turns[question].cued = true;
	poll->turns[question].due_ms = now_ms(poll);
}

static void on_timer(void *data)
{
	struct lx_eventsub_poll *poll = data;
	poll->timer = 0;
	run(poll);
}

static void run(struct lx_eventsub_poll *poll)
{
	uint64_t next_ms = UINT64_MAX;
	lx_loop_cancel(poll->config.loop, poll->timer);
	poll->timer = 0;
	if (!poll->running)
		return;
	for (size_t i = 0; i < LX_POLL_QUESTIONS; i++) {
		struct lx_poll_turn *turn = &poll->turns[i];
		if (!may_ask(poll, &questions[i], turn))
			continue;
		if (turn->due_ms <= now_ms(poll))
			ask(poll, turn, &questions[i]);
		else if (turn->due_ms < next_ms)
			next_ms = turn->due_ms;
	}
	if (next_ms != UINT64_MAX)
		poll->timer = lx_loop_after(poll->config.loop, next_ms - now_ms(poll), on_timer, poll);
}

/* Another channel, another account, or EventSub is back: nothing that was known holds. */
static void begin_anew(struct lx_eventsub_poll *poll)
{
	for (size_t i = 0; i < LX_POLL_QUESTIONS; i++) {
		clear_turn(poll, &poll->turns[i]);
		poll->turns[i].due_ms = now_ms(poll) + i * STAGGER_MS;
	}
	poll->live = false;
	poll->running = poll->wanted && *poll->user_id && *poll->room_id;
	run(poll);
}

/* --- what others tell --------------------------------------------------------------------------------------------- */

static void post(struct lx_eventsub_poll *poll, lx_mailbox_work work, int number, const char *first, const char *second)
{
	lx_mailbox_tell(poll->mailbox, work, poll, &(struct lx_note){number, first, second});
}

static void set(char **to, const char *text)
{
	bfree(*to);
	*to = bstrdup(text);
}

static void work_channel(void *owner, const struct lx_note *note)
{
	struct lx_eventsub_poll *poll = owner;
	if (strcmp(poll->login, note->first) == 0 && strcmp(poll->room_id, note->second) == 0)
		return;
	set(&poll->login, note->first);
	set(&poll->room_id, note->second);
	begin_anew(poll);
}

void lx_eventsub_poll_set_channel(struct lx_eventsub_poll *poll, const char *login, const char *room_id)
{
	post(poll, work_channel, 0, login, room_id);
}

static void work_account(void *owner, const struct lx_note *note)
{
	struct lx_eventsub_poll *poll = owner;
	if (strcmp(poll->user_id, note->first) != 0) {
		set(&poll->user_id, note->first);
		begin_anew(poll);
		return;
	}
	/* The same person, perhaps with more permissions; this is told at each hourly check too. */
	for (size_t i = 0; i < LX_POLL_QUESTIONS; i++)
		poll->turns[i].refused = false;
	run(poll);
}

static void on_account(const struct lx_event *event, void *data)
{
	const struct lx_account_info *info = &event->account;
	if (info->role == LX_ACCOUNT_MAIN)
		post(data, work_account, 0, info->state == LX_ACCOUNT_SIGNED_IN ? info->user_id : "", NULL);
}

static void work_permission(void *owner, const struct lx_note *note)
{
	struct lx_eventsub_poll *poll = owner;
	if (strcmp(poll->login, note->first) != 0 || poll->role == (enum lx_channel_role)note->number)
		return;
	poll->role = (enum lx_channel_role)note->number;
	for (size_t i = 0; i < LX_POLL_QUESTIONS; i++)
		poll->turns[i].refused = false;
	run(poll);
}

static void on_permission(const struct lx_event *event, void *data)
{
	post(data, work_permission, (int)event->permission.role, event->channel, NULL);
}

static void want(struct lx_eventsub_poll *poll, bool wanted)
{
	lx_loop_cancel(poll->config.loop, poll->patience);
	poll->patience = 0;
	if (poll->wanted == wanted)
		return;
	poll->wanted = wanted;
	begin_anew(poll);
	if (wanted)
		blog(LOG_INFO, "[liveXtrem] EventSub cannot be had: the web API is asked regularly instead");
}

static void on_patience(void *data)
{
	struct lx_eventsub_poll *poll = data;
	poll->patience = 0;
	want(poll, true);
}

enum { AT_ONCE = LX_LINK_REFUSED + 1 };

static void work_link(void *owner, const struct lx_note *note)
{
	struct lx_eventsub_poll *poll = owner;
	switch (note->number) {
	case AT_ONCE:
		want(poll, true);
		break;
	case LX_LINK_ONLINE:
	case LX_LINK_OFFLINE:
		want(poll, false);
		break;
	case LX_LINK_WAITING:
	case LX_LINK_REFUSED:
		if (!poll->wanted && !poll->patience)
			poll->patience = lx_loop_after(poll->config.loop, PATIENCE_MS, on_patience, poll);
		break;
	case LX_LINK_CONNECTING: /* perhaps, perhaps not */
		break;
	}
}

static void on_connection(const struct lx_event *event, void *data)
{
	const struct lx_connection *connection = &event->connection;
	if (connection->link != LX_LINK_EVENTSUB)
		return;
	bool never = connection->state == LX_LINK_REFUSED && strcmp(connection->reason, "websocket") == 0;
	post(data, work_link, never ? AT_ONCE : (int)connection->state, NULL, NULL);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const struct lx_bus_wire wires[] = {
	{LX_EVENT_ACCOUNT, on_account},
	{LX_EVENT_PERMISSION, on_permission},
	{LX_EVENT_CONNECTION, on_connection},
};

enum { WIRES = sizeof(wires) / sizeof(*wires) };

struct lx_eventsub_poll *lx_eventsub_poll_create(const struct lx_eventsub_poll_config *config)
{
	struct lx_eventsub_poll *poll = bzalloc(sizeof(*poll));
	poll->config = *config;
	poll->mailbox = lx_mailbox_create(config->loop);
	poll->login = bstrdup("");
	poll->room_id = bstrdup("");
	poll->user_id = bstrdup("");
	poll->reward_id = bstrdup("");
	lx_bus_connect_all(config->bus, wires, WIRES, poll);
	return poll;
}

void lx_eventsub_poll_destroy(struct lx_eventsub_poll *poll)
{
	if (!poll)
		return;
	lx_bus_disconnect_all(poll->config.bus, wires, WIRES, poll);
	lx_mailbox_close(poll->mailbox);
	lx_loop_cancel(poll->config.loop, poll->patience);
	lx_loop_cancel(poll->config.loop, poll->timer);
	for (size_t i = 0; i < LX_POLL_QUESTIONS; i++)
		clear_turn(poll, &poll->turns[i]);
	bfree(poll->login);
	bfree(poll->room_id);
	bfree(poll->user_id);
	bfree(poll->reward_id);
	bfree(poll);
}
