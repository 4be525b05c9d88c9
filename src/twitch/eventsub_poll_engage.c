/* What polling finds out about what viewers take part in: polls, predictions, hype trains, goals, charity, rewards. */
#include <inttypes.h>

#include "twitch/eventsub_poll_internal.h"

/* --- polls and predictions ---------------------------------------------------------------------------------------- */

static void tell_poll(struct lx_eventsub_poll *poll, enum lx_phase phase, const struct lx_helix_poll *of)
{
	struct lx_event event;
	char status[32];
	struct lx_poll_choice *choices = bzalloc((of->choice_count + 1) * sizeof(*choices));
	for (size_t i = 0; i < of->choice_count; i++) {
		choices[i] = (struct lx_poll_choice){
			.id = of->choices[i].id,
			.title = of->choices[i].title,
			.votes = lx_poll_number(of->choices[i].votes),
			.points_votes = lx_poll_number(of->choices[i].channel_points_votes),
		};
	}
	lx_poll_begin(poll, &event, LX_EVENT_POLL);
	event.poll.phase = phase;
	event.poll.id = of->id;
	event.poll.title = of->title;
	event.poll.status = lx_poll_word(of->status, status, sizeof(status));
	event.poll.points_per_vote = of->channel_points_voting ? lx_poll_number(of->channel_points_per_vote) : 0;
	event.poll.started_ms = lx_poll_number(of->started_ms);
	event.poll.ends_ms = of->ended_ms != LX_HELIX_UNKNOWN
				     ? of->ended_ms
				     : event.poll.started_ms + lx_poll_number(of->duration_s) * 1000;
	event.poll.choices = choices;
	event.poll.choice_count = of->choice_count;
	lx_poll_tell(poll, &event);
	bfree(choices);
}

/* Where something is that may be open, locked or over; `value` of what is known of it. */
enum stage { STAGE_NEW, STAGE_OPEN, STAGE_LOCKED, STAGE_OVER };

/* What to tell of a thing that was there in one stage and now is in another. False: nothing. */
static bool phase_between(enum stage before, enum stage now, bool moved, enum lx_phase *phase)
{
	if (now == STAGE_OVER)
		*phase = LX_PHASE_END;
	else if (before == STAGE_NEW)
		*phase = LX_PHASE_BEGIN;
	else if (now == STAGE_LOCKED)
		*phase = LX_PHASE_LOCK;
	else
		*phase = LX_PHASE_PROGRESS;
	return before != now || (now == STAGE_OPEN && moved);
}

LX_POLL_TAKE(polls)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_poll *list = lx_helix_decode_poll(&memory, result->data, &count);
	turn->busy = false;
	for (size_t i = count; i-- > 0;) { /* newest first over the wire */
		struct dstr votes = {0};
		struct lx_poll_known *known = lx_poll_note(turn, list[i].id, NULL);
		enum stage now = strcmp(list[i].status, "ACTIVE") == 0 ? STAGE_OPEN : STAGE_OVER;
		enum lx_phase phase;
		for (size_t c = 0; c < list[i].choice_count; c++)
			dstr_catf(&votes, "%" PRId64 " ", list[i].choices[c].votes);
		bool moved = lx_poll_differs(known, votes.array ? votes.array : "");
		if (phase_between((enum stage)known->value, now, moved, &phase) && turn->compared)
			tell_poll(poll, phase, &list[i]);
		known->value = now;
		turn->busy = turn->busy || now == STAGE_OPEN;
		dstr_free(&votes);
	}
	lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
}

static void tell_prediction(struct lx_eventsub_poll *poll, enum lx_phase phase, const struct lx_helix_prediction *of)
{
	struct lx_event event;
	char status[32];
	struct lx_prediction_outcome *outcomes = bzalloc((of->outcome_count + 1) * sizeof(*outcomes));
	for (size_t i = 0; i < of->outcome_count; i++) {
		outcomes[i] = (struct lx_prediction_outcome){
			.id = of->outcomes[i].id,
			.title = of->outcomes[i].title,
			.color = of->outcomes[i].color,
			.users = lx_poll_number(of->outcomes[i].users),
			.points = lx_poll_number(of->outcomes[i].channel_points),
		};
	}
	lx_poll_begin(poll, &event, LX_EVENT_PREDICTION);
	event.prediction.phase = phase;
	event.prediction.id = of->id;
	event.prediction.title = of->title;
	event.prediction.status = lx_poll_word(of->status, status, sizeof(status));
	event.prediction.winning_id = of->winning_outcome_id;
	event.prediction.started_ms = lx_poll_number(of->created_ms);
	event.prediction.locks_ms = of->locked_ms != LX_HELIX_UNKNOWN
					    ? of->locked_ms
					    : event.prediction.started_ms + lx_poll_number(of->window_s) * 1000;
	event.prediction.ended_ms = lx_poll_number(of->ended_ms);
	event.prediction.outcomes = outcomes;
	event.prediction.outcome_count = of->outcome_count;
	lx_poll_tell(poll, &event);
	bfree(outcomes);
}

LX_POLL_TAKE(predictions)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_prediction *list = lx_helix_decode_prediction(&memory, result->data, &count);
	turn->busy = false;
	for (size_t i = count; i-- > 0;) {
		struct dstr points = {0};
		struct lx_poll_known *known = lx_poll_note(turn, list[i].id, NULL);
		enum stage now = strcmp(list[i].status, "ACTIVE") == 0   ? STAGE_OPEN
				 : strcmp(list[i].status, "LOCKED") == 0 ? STAGE_LOCKED
									 : STAGE_OVER;
		enum lx_phase phase;
		for (size_t o = 0; o < list[i].outcome_count; o++)
			dstr_catf(&points, "%" PRId64 " ", list[i].outcomes[o].channel_points);
		bool moved = lx_poll_differs(known, points.array ? points.array : "");
		if (phase_between((enum stage)known->value, now, moved, &phase) && turn->compared)
			tell_prediction(poll, phase, &list[i]);
		known->value = now;
		turn->busy = turn->busy || now == STAGE_OPEN || now == STAGE_LOCKED;
		dstr_free(&points);
	}
	lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
}

/* --- hype train, goals, charity ----------------------------------------------------------------------------------- */

static bool train_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_HYPE_TRAIN);
	event.hype_train.phase = LX_PHASE_END;
	event.hype_train.id = known->id;
	event.hype_train.kind = known->text;
	event.hype_train.level = known->value;
	event.hype_train.total = known->limit;
	event.hype_train.ended_ms = event.time_ms;
	lx_poll_tell(poll, &event);
	return false;
}

static void tell_train(struct lx_eventsub_poll *poll, enum lx_phase phase, const char *kind,
		       const struct lx_helix_hype_train *of)
{
	struct lx_event event;
	const struct lx_helix_train *now = of->current;
	struct lx_hype_train_contribution *top = bzalloc((now->top_count + 1) * sizeof(*top));
	char(*kinds)[32] = bzalloc((now->top_count + 1) * sizeof(*kinds));
	for (size_t i = 0; i < now->top_count; i++) {
		top[i].user = lx_poll_person(now->top[i].user_id, now->top[i].user_login, now->top[i].user_name);
		top[i].kind = lx_poll_word(now->top[i].type, kinds[i], sizeof(kinds[i]));
		top[i].total = lx_poll_number(now->top[i].total);
	}
	lx_poll_begin(poll, &event, LX_EVENT_HYPE_TRAIN);
	struct lx_hype_train *train = &event.hype_train;
	train->phase = phase;
	train->id = now->id;
	train->kind = kind;
	train->level = lx_poll_number(now->level);
	train->total = lx_poll_number(now->total);
	train->progress = lx_poll_number(now->progress);
	train->goal = lx_poll_number(now->goal);
	train->all_time_high_level = of->record ? lx_poll_number(of->record->level) : 0;
	train->all_time_high_total = of->record ? lx_poll_number(of->record->total) : 0;
	train->shared = now->is_shared;
	train->started_ms = lx_poll_number(now->started_ms);
	train->expires_ms = lx_poll_number(now->expires_ms);
	train->contributions = top;
	train->contribution_count = now->top_count;
	lx_poll_tell(poll, &event);
	bfree(kinds);
	bfree(top);
}

LX_POLL_TAKE(hype_train)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_hype_train *status = lx_helix_decode_hype_train(&memory, result->data, &count);
	const struct lx_helix_train *now = status ? status->current : NULL;
	turn->busy = now != NULL;
	if (now) {
		bool is_new;
		char kind[32];
		struct lx_poll_known *known = lx_poll_note(turn, now->id, &is_new);
		int64_t total = lx_poll_number(now->total), level = lx_poll_number(now->level);
		bool moved = known->limit != total || known->value != level;
		lx_poll_differs(known, lx_poll_word(now->type, kind, sizeof(kind)));
		known->value = level;
		known->limit = total;
		if (turn->compared && (is_new || moved))
			tell_train(poll, is_new ? LX_PHASE_BEGIN : LX_PHASE_PROGRESS, known->text, status);
	}
	lx_poll_sweep(poll, turn, train_is_gone);
	lx_decoded_finish(&memory);
}

static void tell_goal(struct lx_eventsub_poll *poll, enum lx_phase phase, const struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_GOAL);
	event.goal.phase = phase;
	event.goal.id = known->id;
	event.goal.kind = known->text;
	event.goal.description = known->name;
	event.goal.current = known->value;
	event.goal.target = known->limit;
	if (phase == LX_PHASE_END) {
		event.goal.achieved = known->value >= known->limit;
		event.goal.ended_ms = event.time_ms;
	}
	lx_poll_tell(poll, &event);
}

static bool goal_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	tell_goal(poll, LX_PHASE_END, known);
	return false;
}

LX_POLL_TAKE(goals)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_goal *goals = lx_helix_decode_goal(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		char kind[64];
		struct lx_poll_known *known = lx_poll_note_person(turn, goals[i].id, "", goals[i].description, &is_new);
		int64_t current = lx_poll_number(goals[i].current_amount),
			target = lx_poll_number(goals[i].target_amount);
		bool moved = known->value != current || known->limit != target;
		lx_poll_differs(known, lx_poll_word(goals[i].type, kind, sizeof(kind)));
		known->value = current;
		known->limit = target;
		if (turn->compared && (is_new || moved))
			tell_goal(poll, is_new ? LX_PHASE_BEGIN : LX_PHASE_PROGRESS, known);
	}
	lx_poll_sweep(poll, turn, goal_is_gone);
	lx_decoded_finish(&memory);
}

static struct lx_money money(const struct lx_helix_amount *amount)
{
	return amount ? (struct lx_money){lx_poll_number(amount->value), lx_poll_number(amount->decimal_places),
					  amount->currency}
		      : (struct lx_money){.currency = ""};
}

static bool campaign_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_CHARITY);
	event.charity.kind = "stop";
	event.charity.id = known->id;
	event.charity.name = known->name;
	event.charity.ended_ms = event.time_ms;
	lx_poll_tell(poll, &event);
	return false;
}

LX_POLL_TAKE(charity)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_campaign *campaign = lx_helix_decode_campaign(&memory, result->data, &count);
	if (campaign) {
		bool is_new;
		struct lx_poll_known *known =
			lx_poll_note_person(turn, campaign->id, "", campaign->charity_name, &is_new);
		struct lx_money current = money(campaign->current_amount);
		bool moved = known->value != current.value;
		known->value = current.value;
		if (is_new || moved)
			lx_poll_cue(poll, LX_POLL_DONATIONS);
		if (is_new && turn->compared) /* no donation for it can be older than it */
			poll->turns[LX_POLL_DONATIONS].compared = true;
		if (turn->compared && (is_new || moved)) {
			struct lx_event event;
			lx_poll_begin(poll, &event, LX_EVENT_CHARITY);
			event.charity.kind = is_new ? "start" : "progress";
			event.charity.id = campaign->id;
			event.charity.name = campaign->charity_name;
			event.charity.description = campaign->charity_description;
			event.charity.logo_url = campaign->charity_logo;
			event.charity.website = campaign->charity_website;
			event.charity.current = current;
			event.charity.target = money(campaign->target_amount);
			lx_poll_tell(poll, &event);
		}
	}
	lx_poll_sweep(poll, turn, campaign_is_gone);
	lx_decoded_finish(&memory);
}

LX_POLL_TAKE(donations)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_donation *donations = lx_helix_decode_donation(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		lx_poll_note(turn, donations[i].id, &is_new);
		if (!is_new || !turn->compared)
			continue;
		struct lx_event event;
		lx_poll_begin(poll, &event, LX_EVENT_CHARITY);
		event.charity.kind = "donate";
		event.charity.id = donations[i].campaign_id;
		event.charity.donation_id = donations[i].id;
		event.charity.user =
			lx_poll_person(donations[i].user_id, donations[i].user_login, donations[i].user_name);
		event.charity.amount = money(donations[i].amount);
		lx_poll_tell(poll, &event);
	}
	if (!*result->cursor)
		lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
}

/* --- channel points ----------------------------------------------------------------------------------------------- */

static int64_t limit_of(const struct lx_helix_setting *setting)
{
	return setting && setting->is_enabled ? lx_poll_number(setting->value) : 0;
}

static bool reward_is_gone(struct lx_eventsub_poll *poll, struct lx_poll_known *known)
{
	struct lx_event event;
	lx_poll_begin(poll, &event, LX_EVENT_REWARD);
	event.reward.phase = LX_PHASE_REMOVE;
	event.reward.id = known->id;
	event.reward.title = known->name;
	lx_poll_tell(poll, &event);
	return false;
}

LX_POLL_TAKE(rewards)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_reward *list = lx_helix_decode_reward(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++) {
		bool is_new;
		struct lx_event event;
		struct dstr all = {0};
		struct lx_poll_known *known = lx_poll_note_person(turn, list[i].id, "", list[i].title, &is_new);
		lx_poll_begin(poll, &event, LX_EVENT_REWARD);
		struct lx_reward *reward = &event.reward;
		reward->phase = is_new ? LX_PHASE_ADD : LX_PHASE_UPDATE;
		reward->id = list[i].id;
		reward->title = list[i].title;
		reward->prompt = list[i].prompt;
		reward->color = list[i].background_color;
		reward->cost = lx_poll_number(list[i].cost);
		reward->enabled = list[i].is_enabled;
		reward->paused = list[i].is_paused;
		reward->in_stock = list[i].is_in_stock;
		reward->input_required = list[i].is_user_input_required;
		reward->skips_queue = list[i].skip_request_queue;
		reward->max_per_stream = limit_of(list[i].max_per_stream);
		reward->max_per_user_per_stream = limit_of(list[i].max_per_user_per_stream);
		reward->cooldown_s = limit_of(list[i].global_cooldown_s);
		reward->redeemed_this_stream = lx_poll_number(list[i].redeemed_current_stream);
		reward->cooldown_ends_ms = lx_poll_number(list[i].cooldown_expires_ms);
		dstr_printf(&all, "%s\n%s\n%s\n%" PRId64 " %d %d %d %d %d %" PRId64 " %" PRId64 " %" PRId64,
			    reward->title, reward->prompt, reward->color, reward->cost, reward->enabled, reward->paused,
			    reward->in_stock, reward->input_required, reward->skips_queue, reward->max_per_stream,
			    reward->max_per_user_per_stream, reward->cooldown_s);
		if (lx_poll_differs(known, all.array) && turn->compared)
			lx_poll_tell(poll, &event);
		dstr_free(&all);
	}
	lx_poll_sweep(poll, turn, reward_is_gone);
	lx_decoded_finish(&memory);
}

/* The reward behind the one that was asked for last, "" = there is none. */
static void choose_next_reward(struct lx_eventsub_poll *poll)
{
	const struct lx_poll_turn *own = &poll->turns[LX_POLL_OWN_REWARDS];
	const struct lx_poll_known *next = own->known.num ? own->known.array[0] : NULL;
	for (size_t i = own->known.num; i-- > 0;)
		if (strcmp(own->known.array[i]->id, poll->reward_id) > 0)
			next = own->known.array[i];
	char *id = bstrdup(next ? next->id : "");
	bfree(poll->reward_id);
	poll->reward_id = id;
	if (*id)
		poll->turns[LX_POLL_REDEMPTIONS].cued = true;
}

/* Redemptions can be asked for only where this client id made the reward. */
LX_POLL_TAKE(own_rewards)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_reward *rewards = lx_helix_decode_reward(&memory, result->data, &count);
	for (size_t i = 0; i < count; i++)
		lx_poll_note(turn, rewards[i].id, NULL);
	lx_poll_sweep(poll, turn, NULL);
	lx_decoded_finish(&memory);
	if (!poll->turns[LX_POLL_REDEMPTIONS].cued && !poll->turns[LX_POLL_REDEMPTIONS].asked)
		choose_next_reward(poll);
}

LX_POLL_TAKE(redemptions)
{
	struct lx_decoded memory = {0};
	size_t count;
	const struct lx_helix_redemption *list = lx_helix_decode_redemption(&memory, result->data, &count);
	struct lx_poll_known *reward = lx_poll_find(&poll->turns[LX_POLL_OWN_REWARDS], poll->reward_id);
	for (size_t i = count; reward && i-- > 0;) { /* newest first over the wire */
		bool is_new, compared = reward->limit != 0;
		int64_t redeemed_ms = lx_poll_number(list[i].redeemed_ms);
		lx_poll_note(turn, list[i].id, &is_new);
		/* When one is dealt with, older ones move up. */
		if (!is_new || !compared || redeemed_ms < reward->value)
			continue;
		struct lx_event event;
		char status[32];
		lx_poll_begin(poll, &event, LX_EVENT_REDEMPTION);
		event.redemption.phase = LX_PHASE_ADD;
		event.redemption.kind = "custom";
		event.redemption.id = list[i].id;
		event.redemption.user = lx_poll_person(list[i].user_id, list[i].user_login, list[i].user_name);
		event.redemption.reward_id = poll->reward_id;
		if (list[i].reward) {
			event.redemption.reward_title = list[i].reward->title;
			event.redemption.reward_prompt = list[i].reward->prompt;
			event.redemption.points = lx_poll_number(list[i].reward->cost);
		}
		event.redemption.text = list[i].user_input;
		event.redemption.status = lx_poll_word(list[i].status, status, sizeof(status));
		event.redemption.redeemed_ms = redeemed_ms;
		lx_poll_tell(poll, &event);
	}
	for (size_t i = 0; reward && i < count; i++)
		if (lx_poll_number(list[i].redeemed_ms) > reward->value)
			reward->value = lx_poll_number(list[i].redeemed_ms);
	if (reward)
		reward->limit = 1; /* compared once: from now on what is new is news */
	lx_decoded_finish(&memory);
	choose_next_reward(poll);
}
