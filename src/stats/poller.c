#include "stats/poller.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "net/mailbox.h"
#include "twitch/helix_decode.h"

enum {
	LONGEST_PAUSE_MS = 10 * 60 * 1000,
	LEAST_PAUSE_MS = 5000,         /* a storm of follows does not become a storm of questions */
	STREAM_LAG_MS = 3 * 60 * 1000, /* how far /streams may be behind the event that tells of begin or end */
};

static void take_stream(struct lx_poller *poller, const struct lx_helix_result *result);
static void take_info(struct lx_poller *poller, const struct lx_helix_result *result);
static void take_followers(struct lx_poller *poller, const struct lx_helix_result *result);
static void take_subs(struct lx_poller *poller, const struct lx_helix_result *result);

static const struct question {
	enum lx_demand demand;
	enum lx_helix_endpoint endpoint;
	const char *who; /* parameter that names the channel */
	bool own;        /* only the broadcaster may ask */
	uint32_t period_ms;
	void (*take)(struct lx_poller *poller, const struct lx_helix_result *result);
} questions[] = {
	{LX_DEMAND_STREAM, LX_HELIX_GET_STREAMS, "user_id", false, 45000, take_stream},
	{LX_DEMAND_INFO, LX_HELIX_GET_CHANNELS, "broadcaster_id", false, 60000, take_info},
	{LX_DEMAND_FOLLOWERS, LX_HELIX_GET_CHANNEL_FOLLOWERS, "broadcaster_id", false, 60000, take_followers},
	{LX_DEMAND_SUBS, LX_HELIX_GET_SUBSCRIPTIONS, "broadcaster_id", true, 300000, take_subs},
};

enum { QUESTIONS = sizeof(questions) / sizeof(*questions) };

/* When to ask, and how it went. */
struct turn {
	uint64_t due_ms, asked_ms;
	uint64_t call; /* under way, 0 = none */
	bool again;    /* something happened since it was sent */
	uint32_t failures;
	bool refused; /* not again before the login or the channel changes */
};

struct lx_poller {
	struct lx_poller_config config;
	struct lx_mailbox *mailbox;

	/* Loop's thread: */
	char *login, *id;
	uint32_t epoch; /* moves with the channel: answers for another one are late */
	uint32_t once;  /* still to be asked though nobody looks */
	struct turn lookup;
	struct turn turns[QUESTIONS];
	bool signed_out;
	uint64_t timer, age_timer;
	int64_t unlisted_ms; /* end of a stream of which only an answer without it told, LX_STAT_UNKNOWN = none */
};

static void run(struct lx_poller *poller);

static uint64_t now_ms(const struct lx_poller *poller)
{
	return lx_loop_now_ms(poller->config.loop);
}

/* NULL texts are "". */
static void post(struct lx_poller *poller, lx_mailbox_work work, uint32_t demand, const char *login, const char *id)
{
	lx_mailbox_tell(poller->mailbox, work, poller, &(struct lx_note){demand, login, id});
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

/*
 * Twitch's list of streams runs up to minutes behind its events, so it may not know yet of a stream that just began, and
 * still know one that is over.
 */
static bool is_behind(const struct lx_poller *poller, const struct lx_helix_stream *stream)
{
	struct lx_live_snapshot now;
	const int64_t unix_ms = lx_clock_unix_ms(lx_loop_clock(poller->config.loop));

	lx_live_stats_read(poller->config.stats, 0, &now);
	if (!stream)
		return now.live && now.started_ms != LX_STAT_UNKNOWN && unix_ms - now.started_ms < STREAM_LAG_MS;
	return !now.live && now.ended_ms != LX_STAT_UNKNOWN && now.ended_ms != poller->unlisted_ms &&
	       stream->started_ms <= now.ended_ms && unix_ms - now.ended_ms < STREAM_LAG_MS;
}

static void take_stream(struct lx_poller *poller, const struct lx_helix_result *result)
{
	struct lx_decoded memory = {0};
	struct lx_live_snapshot before, after;
	size_t count;
	const struct lx_helix_stream *stream = lx_helix_decode_stream(&memory, result->data, &count);

	if (!is_behind(poller, stream)) {
		lx_live_stats_read(poller->config.stats, 0, &before);
		lx_live_stats_set_stream(poller->config.stats, stream != NULL,
					 stream ? stream->viewer_count : LX_STAT_UNKNOWN,
					 stream ? stream->started_ms : LX_STAT_UNKNOWN);
		lx_live_stats_read(poller->config.stats, 0, &after);
		if (before.live && !after.live)
			poller->unlisted_ms = after.ended_ms;
		if (poller->config.stream)
			poller->config.stream(poller->login, stream, poller->config.stream_data);
	}
	lx_decoded_finish(&memory);
}

static void take_info(struct lx_poller *poller, const struct lx_helix_result *result)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_channel *channel = lx_helix_decode_channel(&memory, result->data, &count);

	if (channel)
		lx_live_stats_set_info(poller->config.stats, channel->title, channel->game_name);
	lx_decoded_finish(&memory);
}

static void take_followers(struct lx_poller *poller, const struct lx_helix_result *result)
{
	lx_live_stats_set_followers(poller->config.stats, lx_json_int(cJSON_GetObjectItem(result->json, "total")));
}

static void take_subs(struct lx_poller *poller, const struct lx_helix_result *result)
{
	lx_live_stats_set_subs(poller->config.stats, lx_json_int(cJSON_GetObjectItem(result->json, "total")),
			       lx_json_int(cJSON_GetObjectItem(result->json, "points")));
}

/* A tenth more or less, so that not all who went live together ask together. */
static uint64_t jittered(struct lx_poller *poller, uint64_t ms)
{
	return ms - ms / 10 + lx_random_below(poller->config.random, (uint32_t)(ms / 5) + 1);
}

/* When it may be asked at the earliest. */
static uint64_t soonest(const struct turn *turn)
{
	return turn->asked_ms ? turn->asked_ms + LEAST_PAUSE_MS : 0;
}

/* Decides from the outcome when it is this one's turn again. */
static void end_turn(struct lx_poller *poller, struct turn *turn, enum lx_helix_error error, uint32_t period_ms)
{
	uint64_t pause = period_ms;

	turn->call = 0;
	switch (error) {
	case LX_HELIX_OK:
		turn->failures = 0;
		break;
	case LX_HELIX_SIGNED_OUT:
		poller->signed_out = true;
		break;
	case LX_HELIX_SCOPE:
	case LX_HELIX_FORBIDDEN:
	case LX_HELIX_NOT_FOUND:
	case LX_HELIX_INVALID:
		turn->refused = true;
		break;
	default:
		turn->failures++;
		for (uint32_t i = 0; i < turn->failures && pause < LONGEST_PAUSE_MS; i++)
			pause *= 2;
		if (pause > LONGEST_PAUSE_MS)
			pause = LONGEST_PAUSE_MS;
	}
	turn->due_ms = turn->again && !turn->failures ? soonest(turn) : now_ms(poller) + jittered(poller, pause);
	turn->again = false;
}

/* A call under way. */
struct asked {
	struct lx_poller *poller; /* valid while the mailbox is open */
	struct lx_mailbox *mailbox;
	uint32_t epoch;
	int question; /* -1: the look-up of the user */
};

static struct asked *new_asked(struct lx_poller *poller, int question)
{
	struct asked *asked = bzalloc(sizeof(*asked));

	*asked = (struct asked){poller, lx_mailbox_ref(poller->mailbox), poller->epoch, question};
	return asked;
}

static void free_asked(struct asked *asked)
{
	lx_mailbox_release(asked->mailbox);
	bfree(asked);
}

static bool is_late(const struct asked *asked)
{
	return !lx_mailbox_is_open(asked->mailbox) || asked->epoch != asked->poller->epoch;
}

static void on_answer(const struct lx_helix_result *result, void *data)
{
	struct asked *asked = data;
	struct lx_poller *const poller = asked->poller;

	if (!is_late(asked)) {
		const struct question *const question = questions + asked->question;
		poller->once &= ~(uint32_t)question->demand;
		if (result->error == LX_HELIX_OK)
			question->take(poller, result);
		end_turn(poller, poller->turns + asked->question, result->error, question->period_ms);
		run(poller);
	}
	free_asked(asked);
}

static void set_id(struct lx_poller *poller, const char *id)
{
	bfree(poller->id);
	poller->id = bstrdup(id);
}

static void on_user(const struct lx_helix_user *user, const struct lx_helix_result *result, void *data)
{
	struct asked *asked = data;
	struct lx_poller *const poller = asked->poller;

	if (!is_late(asked)) {
		if (user && !*poller->id)
			set_id(poller, user->id);
		end_turn(poller, &poller->lookup, result->error, 30000);
		run(poller);
	}
	free_asked(asked);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void on_timer(void *data)
{
	struct lx_poller *const poller = data;

	poller->timer = 0;
	run(poller);
}

/* Whose login it is: 0 nobody's, 1 somebody's, 2 the channel's own. */
static int signed_in(struct lx_poller *poller)
{
	struct lx_credentials credentials = {0};

	if (poller->signed_out || !poller->config.credentials.get(&credentials, poller->config.credentials.data))
		return 0;
	const bool own = credentials.user_id && strcmp(credentials.user_id, poller->id) == 0;
	lx_credentials_finish(&credentials);
	return own ? 2 : 1;
}

static void ask(struct lx_poller *poller, int which)
{
	const struct question *const question = questions + which;
	const struct lx_helix_param param = {question->who, poller->id};
	const struct lx_helix_call call = {
		.endpoint = question->endpoint,
		.query = &param,
		.query_count = 1,
		.priority = LX_HELIX_BACKGROUND,
		.done = on_answer,
		.data = new_asked(poller, which),
	};

	poller->turns[which].asked_ms = now_ms(poller);
	poller->turns[which].call = lx_helix_send(poller->config.helix, &call);
}

/* Takes this turn if it is time, else notes when it will be. Returns whether to ask now. */
static bool is_turn(struct lx_poller *poller, const struct turn *turn, uint64_t *next_ms)
{
	if (turn->call || turn->refused)
		return false;
	if (turn->due_ms <= now_ms(poller))
		return true;
	if (turn->due_ms < *next_ms)
		*next_ms = turn->due_ms;
	return false;
}

static void run(struct lx_poller *poller)
{
	uint64_t next_ms = UINT64_MAX;

	lx_loop_cancel(poller->config.loop, poller->timer);
	poller->timer = 0;
	const int account = signed_in(poller);
	if (!account || !*poller->login)
		return;
	if (!*poller->id) {
		if (is_turn(poller, &poller->lookup, &next_ms))
			poller->lookup.call = lx_helix_find_user(poller->config.helix, poller->login,
								 LX_HELIX_BACKGROUND, on_user, new_asked(poller, -1));
	} else {
		const uint32_t wanted = lx_live_stats_wanted(poller->config.stats) | poller->once;
		for (int which = 0; which < QUESTIONS; which++) {
			if (!(wanted & (uint32_t)questions[which].demand) || (questions[which].own && account < 2))
				continue;
			if (is_turn(poller, poller->turns + which, &next_ms))
				ask(poller, which);
		}
	}
	if (next_ms != UINT64_MAX)
		poller->timer = lx_loop_after(poller->config.loop, next_ms - now_ms(poller), on_timer, poller);
}

static void work_run(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	run(poller);
}

static void work_channel(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	/* The same channel again, its id known by now: what is under way stays. */
	if (strcmp(poller->login, note->first) == 0 &&
	    (!*poller->id || !*note->second || strcmp(poller->id, note->second) == 0)) {
		if (!*poller->id)
			set_id(poller, note->second);
		run(poller);
		return;
	}
	for (int which = 0; which < QUESTIONS; which++)
		lx_helix_cancel(poller->config.helix, poller->turns[which].call);
	lx_helix_cancel(poller->config.helix, poller->lookup.call);
	poller->epoch++;
	memset(poller->turns, 0, sizeof(poller->turns));
	memset(&poller->lookup, 0, sizeof(poller->lookup));
	poller->once = LX_DEMAND_ALL;
	poller->unlisted_ms = LX_STAT_UNKNOWN;
	bfree(poller->login);
	poller->login = bstrdup(note->first);
	set_id(poller, note->second);
	run(poller);
}

void lx_poller_set_channel(struct lx_poller *poller, const char *login, const char *channel_id)
{

	lx_live_stats_set_channel(poller->config.stats, login);
	post(poller, work_channel, 0, login, channel_id);
}

static void work_refresh(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	for (int which = 0; which < QUESTIONS; which++) {
		struct turn *const turn = poller->turns + which;
		if (!((uint32_t)note->number & (uint32_t)questions[which].demand) || turn->failures)
			continue;
		turn->again = turn->call != 0;
		if (soonest(turn) < turn->due_ms)
			turn->due_ms = soonest(turn);
	}
	run(poller);
}

void lx_poller_refresh(struct lx_poller *poller, uint32_t demand)
{
	post(poller, work_refresh, demand, NULL, NULL);
}

/* --- what others tell --------------------------------------------------------------------------------------------- */

static void on_demand(void *data)
{
	post(data, work_run, 0, NULL, NULL);
}

static void work_room(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	if (*poller->id || astrcmpi(poller->login, note->first) != 0)
		return;
	set_id(poller, note->second);
	run(poller);
}

static void on_room(const struct lx_event *event, void *data)
{
	if (!*event->room_id)
		return;
	post(data, work_room, 0, event->channel, event->room_id);
}

static void work_account(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	struct turn *const turns = poller->turns;
	bool waited = poller->signed_out;

	/* The hourly check of the login is announced too; then everything goes on as it was. */
	for (int which = 0; which < QUESTIONS; which++)
		waited |= turns[which].refused;
	for (int which = 0; waited && which < QUESTIONS; which++) {
		if (!turns[which].call)
			turns[which] = (struct turn){0};
	}
	poller->signed_out = false;
	run(poller);
}

static void on_account(const struct lx_event *event, void *data)
{

	if (event->account.role == LX_ACCOUNT_MAIN && event->account.state == LX_ACCOUNT_SIGNED_IN)
		post(data, work_account, 0, NULL, NULL);
}

/* --- age ---------------------------------------------------------------------------------------------------------- */

static void on_age_timer(void *data);

static void set_age_timer(struct lx_poller *poller)
{
	lx_loop_cancel(poller->config.loop, poller->age_timer);
	poller->age_timer = 0;
	const uint64_t wait = lx_live_stats_age(poller->config.stats);
	if (wait != UINT64_MAX)
		poller->age_timer = lx_loop_after(poller->config.loop, wait ? wait : 1, on_age_timer, poller);
}

static void on_age_timer(void *data)
{
	struct lx_poller *const poller = data;

	poller->age_timer = 0;
	set_age_timer(poller);
}

static void work_age(void *owner, const struct lx_note *note)
{
	struct lx_poller *const poller = owner;
	set_age_timer(poller);
}

static void on_stats(const struct lx_event *event, void *data)
{
	post(data, work_age, 0, NULL, NULL);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static const struct lx_bus_wire wires[] = {
	{LX_EVENT_ROOM_STATE, on_room},
	{LX_EVENT_ACCOUNT, on_account},
	{LX_EVENT_STATS, on_stats},
};

enum { WIRES = sizeof(wires) / sizeof(*wires) };

struct lx_poller *lx_poller_create(const struct lx_poller_config *config)
{
	struct lx_poller *poller = bzalloc(sizeof(*poller));

	poller->config = *config;
	poller->mailbox = lx_mailbox_create(config->loop);
	poller->login = bstrdup("");
	poller->id = bstrdup("");
	poller->unlisted_ms = LX_STAT_UNKNOWN;
	lx_bus_connect_all(config->bus, wires, WIRES, poller);
	lx_live_stats_listen(config->stats, on_demand, poller);
	return poller;
}

void lx_poller_destroy(struct lx_poller *poller)
{
	if (!poller)
		return;
	lx_live_stats_listen(poller->config.stats, NULL, NULL);
	lx_bus_disconnect_all(poller->config.bus, wires, WIRES, poller);
	lx_loop_cancel(poller->config.loop, poller->timer);
	lx_loop_cancel(poller->config.loop, poller->age_timer);
	lx_mailbox_close(poller->mailbox);
	bfree(poller->login);
	bfree(poller->id);
	bfree(poller);
}
