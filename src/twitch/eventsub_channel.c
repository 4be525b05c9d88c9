/* Decoders of everything on a channel that is neither chat nor moderation: the stream, money, rewards, polls. */
#include <string.h>

#include "twitch/eventsub_reader.h"

void lx_decode_follow(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_FOLLOW, event, "broadcaster_");
	int64_t followed_ms = lx_read_time(event, "followed_at");
	if (followed_ms)
		out.time_ms = followed_ms;
	out.follow.user = lx_read_person(r, event, "");
	lx_reader_emit(r, &out);
}

/* --- money ------------------------------------------------------------------------------------------------------- */

void lx_decode_subscription(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_SUBSCRIPTION, event, "broadcaster_");
	struct lx_subscription *sub = &out.subscription;
	sub->kind = r->topic->word;
	sub->user = lx_read_person(r, event, "");
	sub->tier = lx_read_text(r, event, "tier");
	if (!*sub->tier)
		sub->tier = lx_read_text(r, event, "sub_plan");
	sub->is_gift = lx_read_bool(event, "is_gift") || strcmp(sub->kind, "gift") == 0;
	sub->anonymous = lx_read_bool(event, "is_anonymous");
	sub->total = lx_read_int(event, "total");
	sub->cumulative_total = lx_read_int(event, "cumulative_total");
	sub->months = lx_read_int(event, "cumulative_months");
	sub->streak_months = lx_read_int(event, "streak_months");
	sub->duration_months = lx_read_int(event, "duration_months");
	sub->text = lx_read_text(r, lx_read(event, "message"), "text");
	lx_reader_emit(r, &out);
}

/* What of a power-up people would call it: its title, or its type. */
static const char *read_power_up(struct lx_eventsub_reader *r, const cJSON *event)
{
	const char *title = lx_read_text(r, lx_read(event, "custom_power_up"), "title");
	return *title ? title : lx_read_text(r, lx_read(event, "power_up"), "type");
}

void lx_decode_bits(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	const cJSON *message = lx_read(event, "message"); /* channel.cheer: the text itself */
	lx_reader_begin(r, &out, LX_EVENT_BITS, event, "broadcaster_");
	out.bits.kind = *r->topic->word ? r->topic->word : lx_read_word(r, event, "type");
	out.bits.user = lx_read_person(r, event, "");
	out.bits.bits = lx_read_int(event, "bits");
	out.bits.text = cJSON_IsObject(message) ? lx_read_text(r, message, "text") : lx_read_item_text(r, message);
	out.bits.power_up = read_power_up(r, event);
	lx_reader_emit(r, &out);
}

static struct lx_money read_money(struct lx_eventsub_reader *r, const cJSON *event, const char *key)
{
	const cJSON *amount = lx_read(event, key);
	bool plural = lx_read(amount, "decimal_places") != NULL;
	return (struct lx_money){
		.value = lx_read_int(amount, "value"),
		.decimals = lx_read_int(amount, plural ? "decimal_places" : "decimal_place"),
		.currency = lx_read_text(r, amount, "currency"),
	};
}

void lx_decode_charity(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_CHARITY, event, "broadcaster_");
	struct lx_charity *charity = &out.charity;
	bool donation = strcmp(r->topic->word, "donate") == 0;
	charity->kind = r->topic->word;
	charity->id = lx_read_text(r, event, donation ? "campaign_id" : "id");
	if (donation) {
		charity->donation_id = lx_read_text(r, event, "id");
		charity->user = lx_read_person(r, event, "");
	}
	charity->name = lx_read_text(r, event, "charity_name");
	charity->description = lx_read_text(r, event, "charity_description");
	charity->logo_url = lx_read_text(r, event, "charity_logo");
	charity->website = lx_read_text(r, event, "charity_website");
	charity->amount = read_money(r, event, "amount");
	charity->current = read_money(r, event, "current_amount");
	charity->target = read_money(r, event, "target_amount");
	charity->started_ms = lx_read_time(event, "started_at");
	charity->ended_ms = lx_read_time(event, "stopped_at");
	lx_reader_emit(r, &out);
}

static void read_contribution(struct lx_eventsub_reader *r, const cJSON *element, void *item)
{
	struct lx_hype_train_contribution *contribution = item;
	contribution->user = lx_read_person(r, element, "");
	contribution->kind = lx_read_word(r, element, "type");
	contribution->total = lx_read_int(element, "total");
}

void lx_decode_hype_train(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_HYPE_TRAIN, event, "broadcaster_");
	struct lx_hype_train *train = &out.hype_train;
	train->phase = r->topic->phase;
	train->id = lx_read_text(r, event, "id");
	train->kind = lx_read_word(r, event, "type");
	train->level = lx_read_int(event, "level");
	train->total = lx_read_int(event, "total");
	train->progress = lx_read_int(event, "progress");
	train->goal = lx_read_int(event, "goal");
	train->all_time_high_level = lx_read_int(event, "all_time_high_level");
	train->all_time_high_total = lx_read_int(event, "all_time_high_total");
	train->shared = lx_read_bool(event, "is_shared_train");
	train->started_ms = lx_read_time(event, "started_at");
	train->expires_ms = lx_read_time(event, lx_read(event, "expires_at") ? "expires_at" : "ends_at");
	train->ended_ms = lx_read_time(event, "ended_at");
	train->cooldown_ends_ms = lx_read_time(event, "cooldown_ends_at");
	train->contributions = lx_read_list(r, event, "top_contributions", sizeof(*train->contributions),
					    &train->contribution_count, read_contribution);
	lx_reader_emit(r, &out);
}

void lx_decode_goal(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_GOAL, event, "broadcaster_");
	out.goal.phase = r->topic->phase;
	out.goal.id = lx_read_text(r, event, "id");
	out.goal.kind = lx_read_word(r, event, "type");
	out.goal.description = lx_read_text(r, event, "description");
	out.goal.current = lx_read_int(event, "current_amount");
	out.goal.target = lx_read_int(event, "target_amount");
	out.goal.achieved = lx_read_bool(event, "is_achieved");
	out.goal.started_ms = lx_read_time(event, "started_at");
	out.goal.ended_ms = lx_read_time(event, "ended_at");
	lx_reader_emit(r, &out);
}

/* --- channel points ---------------------------------------------------------------------------------------------- */

/* {is_enabled, value}; 0 = no limit */
static int64_t read_limit(const cJSON *event, const char *key, const char *value)
{
	const cJSON *limit = lx_read(event, key);
	return lx_read_bool(limit, "is_enabled") ? lx_read_int(limit, value) : 0;
}

void lx_decode_reward(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_REWARD, event, "broadcaster_");
	struct lx_reward *reward = &out.reward;
	reward->phase = r->topic->phase;
	reward->id = lx_read_text(r, event, "id");
	reward->title = lx_read_text(r, event, "title");
	reward->prompt = lx_read_text(r, event, "prompt");
	reward->color = lx_read_text(r, event, "background_color");
	reward->cost = lx_read_int(event, "cost");
	reward->enabled = lx_read_bool(event, "is_enabled");
	reward->paused = lx_read_bool(event, "is_paused");
	reward->in_stock = lx_read_bool(event, "is_in_stock");
	reward->input_required = lx_read_bool(event, "is_user_input_required");
	reward->skips_queue = lx_read_bool(event, "should_redemptions_skip_request_queue");
	reward->max_per_stream = read_limit(event, "max_per_stream", "value");
	reward->max_per_user_per_stream = read_limit(event, "max_per_user_per_stream", "value");
	reward->cooldown_s = read_limit(event, "global_cooldown", "seconds");
	reward->redeemed_this_stream = lx_read_int(event, "redemptions_redeemed_current_stream");
	reward->cooldown_ends_ms = lx_read_time(event, "cooldown_expires_at");
	lx_reader_emit(r, &out);
}

void lx_decode_redemption(struct lx_eventsub_reader *r, const cJSON *event)
{
	const cJSON *reward = lx_read(event, "reward"), *power_up = lx_read(event, "custom_power_up");
	bool automatic = strcmp(r->topic->word, "automatic") == 0;
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_REDEMPTION, event, "broadcaster_");
	struct lx_redemption *redemption = &out.redemption;
	redemption->phase = r->topic->phase == LX_PHASE_UPDATE ? LX_PHASE_UPDATE : LX_PHASE_ADD;
	redemption->kind = *r->topic->word ? r->topic->word : "custom";
	redemption->id = lx_read_text(r, event, "id");
	redemption->user = lx_read_person(r, event, "");
	redemption->reward_id = lx_read_text(r, power_up ? power_up : reward, "id");
	redemption->reward_title = lx_read_text(r, power_up ? power_up : reward, automatic ? "type" : "title");
	redemption->reward_prompt = lx_read_text(r, power_up ? power_up : reward, "prompt");
	redemption->points = lx_read_int(reward, lx_read(reward, "channel_points") ? "channel_points" : "cost");
	redemption->bits = lx_read_int(power_up, "bits");
	redemption->text = automatic ? lx_read_text(r, lx_read(event, "message"), "text")
				     : lx_read_text(r, event, "user_input");
	redemption->status = lx_read_word(r, event, "status");
	if (strcmp(redemption->status, "cancelled") == 0) /* Twitch spells it both ways */
		redemption->status = "canceled";
	redemption->redeemed_ms = lx_read_time(event, "redeemed_at");
	lx_reader_emit(r, &out);
}

/* --- polls and predictions --------------------------------------------------------------------------------------- */

static void read_choice(struct lx_eventsub_reader *r, const cJSON *element, void *item)
{
	struct lx_poll_choice *choice = item;
	choice->id = lx_read_text(r, element, "id");
	choice->title = lx_read_text(r, element, "title");
	choice->votes = lx_read_int(element, "votes");
	choice->points_votes = lx_read_int(element, "channel_points_votes");
	choice->bits_votes = lx_read_int(element, "bits_votes");
}

void lx_decode_poll(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_POLL, event, "broadcaster_");
	struct lx_poll *poll = &out.poll;
	poll->phase = r->topic->phase;
	poll->id = lx_read_text(r, event, "id");
	poll->title = lx_read_text(r, event, "title");
	poll->status = lx_read_word(r, event, "status");
	poll->points_per_vote = read_limit(event, "channel_points_voting", "amount_per_vote");
	poll->started_ms = lx_read_time(event, "started_at");
	poll->ends_ms = lx_read_time(event, lx_read(event, "ended_at") ? "ended_at" : "ends_at");
	poll->choices = lx_read_list(r, event, "choices", sizeof(*poll->choices), &poll->choice_count, read_choice);
	lx_reader_emit(r, &out);
}

static void read_outcome(struct lx_eventsub_reader *r, const cJSON *element, void *item)
{
	struct lx_prediction_outcome *outcome = item;
	outcome->id = lx_read_text(r, element, "id");
	outcome->title = lx_read_text(r, element, "title");
	outcome->color = lx_read_word(r, element, "color");
	outcome->users = lx_read_int(element, "users");
	outcome->points = lx_read_int(element, "channel_points");
}

void lx_decode_prediction(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_PREDICTION, event, "broadcaster_");
	struct lx_prediction *prediction = &out.prediction;
	prediction->phase = r->topic->phase;
	prediction->id = lx_read_text(r, event, "id");
	prediction->title = lx_read_text(r, event, "title");
	prediction->status = lx_read_word(r, event, "status");
	prediction->winning_id = lx_read_text(r, event, "winning_outcome_id");
	prediction->started_ms = lx_read_time(event, "started_at");
	prediction->locks_ms = lx_read_time(event, lx_read(event, "locked_at") ? "locked_at" : "locks_at");
	prediction->ended_ms = lx_read_time(event, "ended_at");
	prediction->outcomes = lx_read_list(r, event, "outcomes", sizeof(*prediction->outcomes),
					    &prediction->outcome_count, read_outcome);
	lx_reader_emit(r, &out);
}

/* --- the stream -------------------------------------------------------------------------------------------------- */

void lx_decode_raid(struct lx_eventsub_reader *r, const cJSON *event)
{
	bool arrived = strcmp(r->topic->word, "in") == 0;
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_RAID, event, arrived ? "to_broadcaster_" : "from_broadcaster_");
	out.raid.kind = r->topic->word;
	out.raid.other = lx_read_person(r, event, arrived ? "from_broadcaster_" : "to_broadcaster_");
	out.raid.viewers = lx_read_int(event, "viewers");
	lx_reader_emit(r, &out);
}

void lx_decode_shoutout(struct lx_eventsub_reader *r, const cJSON *event)
{
	bool received = strstr(r->topic->type, ".receive") != NULL;
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_SHOUTOUT, event, "broadcaster_");
	out.shoutout.received = received;
	out.shoutout.other = lx_read_person(r, event, received ? "from_broadcaster_" : "to_broadcaster_");
	out.shoutout.moderator = lx_read_person(r, event, "moderator_");
	out.shoutout.viewers = lx_read_int(event, "viewer_count");
	out.shoutout.cooldown_ends_ms = lx_read_time(event, "cooldown_ends_at");
	out.shoutout.target_cooldown_ends_ms = lx_read_time(event, "target_cooldown_ends_at");
	lx_reader_emit(r, &out);
}

void lx_decode_channel_update(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_CHANNEL_UPDATE, event, "broadcaster_");
	out.channel_update.title = lx_read_text(r, event, "title");
	out.channel_update.language = lx_read_text(r, event, "language");
	out.channel_update.category_id = lx_read_text(r, event, "category_id");
	out.channel_update.category = lx_read_text(r, event, "category_name");
	out.channel_update.labels = lx_read_joined(r, event, "content_classification_labels", ',');
	lx_reader_emit(r, &out);
}

void lx_decode_stream(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_STREAM, event, "broadcaster_");
	out.stream.online = strcmp(r->topic->type, "stream.online") == 0;
	out.stream.id = lx_read_text(r, event, "id");
	out.stream.kind = lx_read_word(r, event, "type");
	out.stream.started_ms = lx_read_time(event, "started_at");
	lx_reader_emit(r, &out);
}

void lx_decode_ad_break(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_reader_begin(r, &out, LX_EVENT_AD_BREAK, event, "broadcaster_");
	out.ad_break.duration_s = lx_read_int(event, "duration_seconds");
	out.ad_break.automatic = lx_read_bool(event, "is_automatic");
	out.ad_break.requester = lx_read_person(r, event, "requester_");
	out.ad_break.started_ms = lx_read_time(event, "started_at");
	lx_reader_emit(r, &out);
}

void lx_decode_user_update(struct lx_eventsub_reader *r, const cJSON *event)
{
	struct lx_event out;
	lx_event_init(&out, LX_EVENT_USER_UPDATE);
	out.time_ms = r->time_ms;
	out.user_update.user = lx_read_person(r, event, "");
	out.user_update.description = lx_read_text(r, event, "description");
	lx_reader_emit(r, &out);
}
