#include "bus/event_fields.h"

#include <stdio.h>

#define FIELD(kind, member, name) {LX_FIELD_##kind, name, offsetof(struct lx_event, member), NULL, 0, 0}
#define ITEM(kind, type, member) {LX_FIELD_##kind, #member, offsetof(struct type, member), NULL, 0, 0}
#define LIST(member, count, type, items, name) \
	{LX_FIELD_LIST, name, offsetof(struct lx_event, member), items, sizeof(struct type), offsetof(struct lx_event, count)}
#define END {LX_FIELD_END, NULL, 0, NULL, 0, 0}

static const struct lx_field follow[] = {FIELD(PERSON, follow.user, "user"), END};

static const struct lx_field subscription[] = {
	FIELD(TEXT, subscription.kind, "kind"),
	FIELD(PERSON, subscription.user, "user"),
	FIELD(TEXT, subscription.tier, "tier"),
	FIELD(BOOL, subscription.is_gift, "is_gift"),
	FIELD(BOOL, subscription.anonymous, "anonymous"),
	FIELD(INT, subscription.total, "total"),
	FIELD(INT, subscription.cumulative_total, "cumulative_total"),
	FIELD(INT, subscription.months, "months"),
	FIELD(INT, subscription.streak_months, "streak_months"),
	FIELD(INT, subscription.duration_months, "duration_months"),
	FIELD(TEXT, subscription.text, "text"),
	END,
};

static const struct lx_field bits[] = {
	FIELD(TEXT, bits.kind, "kind"), FIELD(PERSON, bits.user, "user"),       FIELD(INT, bits.bits, "bits"),
	FIELD(TEXT, bits.text, "text"), FIELD(TEXT, bits.power_up, "power_up"), END,
};

static const struct lx_field raid[] = {
	FIELD(TEXT, raid.kind, "kind"),
	FIELD(PERSON, raid.other, "other"),
	FIELD(PERSON, raid.moderator, "moderator"),
	FIELD(INT, raid.viewers, "viewers"),
	END,
};

static const struct lx_field shoutout[] = {
	FIELD(BOOL, shoutout.received, "received"),
	FIELD(PERSON, shoutout.other, "other"),
	FIELD(PERSON, shoutout.moderator, "moderator"),
	FIELD(INT, shoutout.viewers, "viewers"),
	FIELD(INT, shoutout.cooldown_ends_ms, "cooldown_ends_ms"),
	FIELD(INT, shoutout.target_cooldown_ends_ms, "target_cooldown_ends_ms"),
	END,
};

static const struct lx_field channel_update[] = {
	FIELD(TEXT, channel_update.title, "title"),
	FIELD(TEXT, channel_update.language, "language"),
	FIELD(TEXT, channel_update.category_id, "category_id"),
	FIELD(TEXT, channel_update.category, "category"),
	FIELD(TEXT, channel_update.labels, "labels"),
	END,
};

static const struct lx_field stream[] = {
	FIELD(BOOL, stream.online, "online"),
	FIELD(TEXT, stream.id, "id"),
	FIELD(TEXT, stream.kind, "kind"),
	FIELD(INT, stream.started_ms, "started_ms"),
	END,
};

static const struct lx_field ad_break[] = {
	FIELD(INT, ad_break.duration_s, "duration_s"),
	FIELD(BOOL, ad_break.automatic, "automatic"),
	FIELD(PERSON, ad_break.requester, "requester"),
	FIELD(INT, ad_break.started_ms, "started_ms"),
	END,
};

static const struct lx_field poll_choice[] = {
	ITEM(TEXT, lx_poll_choice, id),        ITEM(TEXT, lx_poll_choice, title),
	ITEM(INT, lx_poll_choice, votes),      ITEM(INT, lx_poll_choice, points_votes),
	ITEM(INT, lx_poll_choice, bits_votes), END,
};

static const struct lx_field poll[] = {
	FIELD(PHASE, poll.phase, "phase"),
	FIELD(TEXT, poll.id, "id"),
	FIELD(TEXT, poll.title, "title"),
	FIELD(TEXT, poll.status, "status"),
	FIELD(INT, poll.points_per_vote, "points_per_vote"),
	FIELD(INT, poll.started_ms, "started_ms"),
	FIELD(INT, poll.ends_ms, "ends_ms"),
	LIST(poll.choices, poll.choice_count, lx_poll_choice, poll_choice, "choices"),
	END,
};

static const struct lx_field prediction_outcome[] = {
	ITEM(TEXT, lx_prediction_outcome, id),    ITEM(TEXT, lx_prediction_outcome, title),
	ITEM(TEXT, lx_prediction_outcome, color), ITEM(INT, lx_prediction_outcome, users),
	ITEM(INT, lx_prediction_outcome, points), END,
};

static const struct lx_field prediction[] = {
	FIELD(PHASE, prediction.phase, "phase"),
	FIELD(TEXT, prediction.id, "id"),
	FIELD(TEXT, prediction.title, "title"),
	FIELD(TEXT, prediction.status, "status"),
	FIELD(TEXT, prediction.winning_id, "winning_id"),
	FIELD(INT, prediction.started_ms, "started_ms"),
	FIELD(INT, prediction.locks_ms, "locks_ms"),
	FIELD(INT, prediction.ended_ms, "ended_ms"),
	LIST(prediction.outcomes, prediction.outcome_count, lx_prediction_outcome, prediction_outcome, "outcomes"),
	END,
};

static const struct lx_field contribution[] = {
	ITEM(PERSON, lx_hype_train_contribution, user),
	ITEM(TEXT, lx_hype_train_contribution, kind),
	ITEM(INT, lx_hype_train_contribution, total),
	END,
};

static const struct lx_field hype_train[] = {
	FIELD(PHASE, hype_train.phase, "phase"),
	FIELD(TEXT, hype_train.id, "id"),
	FIELD(TEXT, hype_train.kind, "kind"),
	FIELD(INT, hype_train.level, "level"),
	FIELD(INT, hype_train.total, "total"),
	FIELD(INT, hype_train.progress, "progress"),
	FIELD(INT, hype_train.goal, "goal"),
	FIELD(INT, hype_train.all_time_high_level, "all_time_high_level"),
	FIELD(INT, hype_train.all_time_high_total, "all_time_high_total"),
	FIELD(BOOL, hype_train.shared, "shared"),
	FIELD(INT, hype_train.started_ms, "started_ms"),
	FIELD(INT, hype_train.expires_ms, "expires_ms"),
	FIELD(INT, hype_train.ended_ms, "ended_ms"),
	FIELD(INT, hype_train.cooldown_ends_ms, "cooldown_ends_ms"),
	LIST(hype_train.contributions, hype_train.contribution_count, lx_hype_train_contribution, contribution,
	     "contributions"),
	END,
};

static const struct lx_field goal[] = {
	FIELD(PHASE, goal.phase, "phase"),      FIELD(TEXT, goal.id, "id"),
	FIELD(TEXT, goal.kind, "kind"),         FIELD(TEXT, goal.description, "description"),
	FIELD(INT, goal.current, "current"),    FIELD(INT, goal.target, "target"),
	FIELD(BOOL, goal.achieved, "achieved"), FIELD(INT, goal.started_ms, "started_ms"),
	FIELD(INT, goal.ended_ms, "ended_ms"),  END,
};

static const struct lx_field charity[] = {
	FIELD(TEXT, charity.kind, "kind"),
	FIELD(TEXT, charity.id, "id"),
	FIELD(TEXT, charity.donation_id, "donation_id"),
	FIELD(PERSON, charity.user, "user"),
	FIELD(TEXT, charity.name, "name"),
	FIELD(TEXT, charity.description, "description"),
	FIELD(TEXT, charity.logo_url, "logo_url"),
	FIELD(TEXT, charity.website, "website"),
	FIELD(MONEY, charity.amount, "amount"),
	FIELD(MONEY, charity.current, "current"),
	FIELD(MONEY, charity.target, "target"),
	FIELD(INT, charity.started_ms, "started_ms"),
	FIELD(INT, charity.ended_ms, "ended_ms"),
	END,
};

static const struct lx_field reward[] = {
	FIELD(PHASE, reward.phase, "phase"),
	FIELD(TEXT, reward.id, "id"),
	FIELD(TEXT, reward.title, "title"),
	FIELD(TEXT, reward.prompt, "prompt"),
	FIELD(TEXT, reward.color, "color"),
	FIELD(INT, reward.cost, "cost"),
	FIELD(BOOL, reward.enabled, "enabled"),
	FIELD(BOOL, reward.paused, "paused"),
	FIELD(BOOL, reward.in_stock, "in_stock"),
	FIELD(BOOL, reward.input_required, "input_required"),
	FIELD(BOOL, reward.skips_queue, "skips_queue"),
	FIELD(INT, reward.max_per_stream, "max_per_stream"),
	FIELD(INT, reward.max_per_user_per_stream, "max_per_user_per_stream"),
	FIELD(INT, reward.cooldown_s, "cooldown_s"),
	FIELD(INT, reward.redeemed_this_stream, "redeemed_this_stream"),
	FIELD(INT, reward.cooldown_ends_ms, "cooldown_ends_ms"),
	END,
};

static const struct lx_field redemption[] = {
	FIELD(PHASE, redemption.phase, "phase"),
	FIELD(TEXT, redemption.kind, "kind"),
	FIELD(TEXT, redemption.id, "id"),
	FIELD(PERSON, redemption.user, "user"),
	FIELD(TEXT, redemption.reward_id, "reward_id"),
	FIELD(TEXT, redemption.reward_title, "reward_title"),
	FIELD(TEXT, redemption.reward_prompt, "reward_prompt"),
	FIELD(INT, redemption.points, "points"),
	FIELD(INT, redemption.bits, "bits"),
	FIELD(TEXT, redemption.text, "text"),
	FIELD(TEXT, redemption.status, "status"),
	FIELD(INT, redemption.redeemed_ms, "redeemed_ms"),
	END,
};

static const struct lx_field range[] = {
	ITEM(INDEX, lx_range, first),
	ITEM(INDEX, lx_range, last),
	END,
};

static const struct lx_field automod_message[] = {
	FIELD(PHASE, automod_message.phase, "phase"),
	FIELD(BOOL, automod_message.own, "own"),
	FIELD(TEXT, automod_message.message_id, "message_id"),
	FIELD(PERSON, automod_message.user, "user"),
	FIELD(PERSON, automod_message.moderator, "moderator"),
	FIELD(TEXT, automod_message.text, "text"),
	FIELD(TEXT, automod_message.reason, "reason"),
	FIELD(TEXT, automod_message.category, "category"),
	FIELD(INT, automod_message.level, "level"),
	FIELD(TEXT, automod_message.status, "status"),
	FIELD(INT, automod_message.held_ms, "held_ms"),
	LIST(automod_message.ranges, automod_message.range_count, lx_range, range, "ranges"),
	END,
};

static const struct lx_field automod_settings[] = {
	FIELD(PERSON, automod_settings.moderator, "moderator"),
	FIELD(INT, automod_settings.overall, "overall"),
	FIELD(INT, automod_settings.disability, "disability"),
	FIELD(INT, automod_settings.aggression, "aggression"),
	FIELD(INT, automod_settings.sexuality, "sexuality"),
	FIELD(INT, automod_settings.misogyny, "misogyny"),
	FIELD(INT, automod_settings.bullying, "bullying"),
	FIELD(INT, automod_settings.swearing, "swearing"),
	FIELD(INT, automod_settings.racism, "racism"),
	FIELD(INT, automod_settings.sex_based_terms, "sex_based_terms"),
	END,
};

static const struct lx_field automod_terms[] = {
	FIELD(PERSON, automod_terms.moderator, "moderator"), FIELD(BOOL, automod_terms.added, "added"),
	FIELD(BOOL, automod_terms.permitted, "permitted"),   FIELD(BOOL, automod_terms.from_automod, "from_automod"),
	FIELD(TEXT, automod_terms.terms, "terms"),           END,
};

static const struct lx_field unban_request[] = {
	FIELD(PHASE, unban_request.phase, "phase"),
	FIELD(TEXT, unban_request.id, "id"),
	FIELD(PERSON, unban_request.user, "user"),
	FIELD(PERSON, unban_request.moderator, "moderator"),
	FIELD(TEXT, unban_request.text, "text"),
	FIELD(TEXT, unban_request.status, "status"),
	END,
};

static const struct lx_field warning[] = {
	FIELD(BOOL, warning.acknowledged, "acknowledged"),
	FIELD(PERSON, warning.user, "user"),
	FIELD(PERSON, warning.moderator, "moderator"),
	FIELD(TEXT, warning.reason, "reason"),
	FIELD(TEXT, warning.rules, "rules"),
	END,
};

static const struct lx_field suspicious_user[] = {
	FIELD(BOOL, suspicious_user.message, "message"),
	FIELD(PERSON, suspicious_user.user, "user"),
	FIELD(PERSON, suspicious_user.moderator, "moderator"),
	FIELD(TEXT, suspicious_user.status, "status"),
	FIELD(TEXT, suspicious_user.types, "types"),
	FIELD(TEXT, suspicious_user.evasion, "evasion"),
	FIELD(INT, suspicious_user.shared_bans, "shared_bans"),
	FIELD(TEXT, suspicious_user.message_id, "message_id"),
	FIELD(TEXT, suspicious_user.text, "text"),
	END,
};

static const struct lx_field shield_mode[] = {
	FIELD(BOOL, shield_mode.active, "active"),
	FIELD(PERSON, shield_mode.moderator, "moderator"),
	END,
};

static const struct lx_field role_change[] = {
	FIELD(TEXT, role_change.role, "role"),
	FIELD(BOOL, role_change.added, "added"),
	FIELD(PERSON, role_change.user, "user"),
	FIELD(PERSON, role_change.moderator, "moderator"),
	END,
};

static const struct lx_field participant[] = {
	ITEM(TEXT, lx_person, id),
	ITEM(TEXT, lx_person, login),
	ITEM(TEXT, lx_person, name),
	END,
};

static const struct lx_field shared_chat[] = {
	FIELD(PHASE, shared_chat.phase, "phase"),
	FIELD(TEXT, shared_chat.session_id, "session_id"),
	FIELD(PERSON, shared_chat.host, "host"),
	LIST(shared_chat.participants, shared_chat.participant_count, lx_person, participant, "participants"),
	END,
};

static const struct lx_field user_update[] = {
	FIELD(PERSON, user_update.user, "user"),
	FIELD(TEXT, user_update.description, "description"),
	END,
};

static const struct lx_field marker[] = {
	FIELD(PHASE, marker.phase, "phase"),        FIELD(INT, marker.id, "marker_id"),
	FIELD(INT, marker.at_ms, "at_ms"),          FIELD(INT, marker.stream_ms, "stream_ms"),
	FIELD(TEXT, marker.kind, "kind"),           FIELD(TEXT, marker.label, "label"),
	FIELD(TEXT, marker.text, "text"),           FIELD(TEXT, marker.word, "word"),
	FIELD(INT, marker.count, "count"),          FIELD(TEXT, marker.origin, "origin"),
	FIELD(TEXT, marker.twitch_id, "twitch_id"), END,
};

static const struct lx_field pin[] = {
	FIELD(TEXT, pin.message_id, "message_id"),
	FIELD(PERSON, pin.user, "user"),
	FIELD(PERSON, pin.moderator, "moderator"),
	FIELD(TEXT, pin.text, "text"),
	FIELD(INT, pin.started_ms, "started_ms"),
	FIELD(INT, pin.ends_ms, "ends_ms"),
	END,
};

static const struct lx_field command[] = {
	FIELD(INT, command.id, "command_id"),  FIELD(TEXT, command.name, "name"),
	FIELD(TEXT, command.state, "state"),   FIELD(TEXT, command.detail, "detail"),
	FIELD(TEXT, command.error, "error"),   FIELD(TEXT, command.missing_scopes, "missing_scopes"),
	FIELD(TEXT, command.origin, "origin"), END,
};

static const struct lx_field chat_modes[] = {
	FIELD(INT, chat_modes.slow, "slow"),
	FIELD(INT, chat_modes.slow_s, "slow_s"),
	FIELD(INT, chat_modes.slow_since_ms, "slow_since_ms"),
	FIELD(INT, chat_modes.followers, "followers"),
	FIELD(INT, chat_modes.followers_min, "followers_min"),
	FIELD(INT, chat_modes.followers_since_ms, "followers_since_ms"),
	FIELD(INT, chat_modes.subscribers, "subscribers"),
	FIELD(INT, chat_modes.subscribers_since_ms, "subscribers_since_ms"),
	FIELD(INT, chat_modes.emotes, "emotes"),
	FIELD(INT, chat_modes.emotes_since_ms, "emotes_since_ms"),
	FIELD(INT, chat_modes.unique, "unique"),
	FIELD(INT, chat_modes.unique_since_ms, "unique_since_ms"),
	FIELD(INT, chat_modes.shield, "shield"),
	FIELD(INT, chat_modes.shield_since_ms, "shield_since_ms"),
	END,
};

static const struct lx_field *const fields_of[LX_EVENT_TYPE_COUNT] = {
	[LX_EVENT_FOLLOW] = follow,
	[LX_EVENT_SUBSCRIPTION] = subscription,
	[LX_EVENT_BITS] = bits,
	[LX_EVENT_RAID] = raid,
	[LX_EVENT_SHOUTOUT] = shoutout,
	[LX_EVENT_CHANNEL_UPDATE] = channel_update,
	[LX_EVENT_STREAM] = stream,
	[LX_EVENT_AD_BREAK] = ad_break,
	[LX_EVENT_POLL] = poll,
	[LX_EVENT_PREDICTION] = prediction,
	[LX_EVENT_HYPE_TRAIN] = hype_train,
	[LX_EVENT_GOAL] = goal,
	[LX_EVENT_CHARITY] = charity,
	[LX_EVENT_REWARD] = reward,
	[LX_EVENT_REDEMPTION] = redemption,
	[LX_EVENT_AUTOMOD_MESSAGE] = automod_message,
	[LX_EVENT_AUTOMOD_SETTINGS] = automod_settings,
	[LX_EVENT_AUTOMOD_TERMS] = automod_terms,
	[LX_EVENT_UNBAN_REQUEST] = unban_request,
	[LX_EVENT_WARNING] = warning,
	[LX_EVENT_SUSPICIOUS_USER] = suspicious_user,
	[LX_EVENT_SHIELD_MODE] = shield_mode,
	[LX_EVENT_ROLE_CHANGE] = role_change,
	[LX_EVENT_SHARED_CHAT] = shared_chat,
	[LX_EVENT_USER_UPDATE] = user_update,
	[LX_EVENT_MARKER] = marker,
	[LX_EVENT_PIN] = pin,
	[LX_EVENT_COMMAND] = command,
	[LX_EVENT_CHAT_MODES] = chat_modes,
};

const struct lx_field *lx_event_fields(enum lx_event_type type)
{
	return (size_t)type < LX_EVENT_TYPE_COUNT ? fields_of[type] : NULL;
}

void lx_fields_init(const struct lx_field *fields, void *base)
{
	for (; fields->kind != LX_FIELD_END; fields++) {
		void *member = (char *)base + fields->offset;
		if (fields->kind == LX_FIELD_TEXT)
			*(const char **)member = "";
		else if (fields->kind == LX_FIELD_PERSON)
			*(struct lx_person *)member = (struct lx_person){"", "", ""};
		else if (fields->kind == LX_FIELD_MONEY)
			((struct lx_money *)member)->currency = "";
	}
}

struct visit {
	lx_scalar_visitor visitor;
	void *data;
	const char *prefix;
};

static void visit_scalar(const struct visit *visit, const char *suffix, struct lx_scalar scalar)
{
	char name[64];
	snprintf(name, sizeof(name), "%s%s%s", visit->prefix, *suffix ? "_" : "", suffix);
	scalar.name = name;
	visit->visitor(&scalar, visit->data);
}

#define TEXT_SCALAR(value) ((struct lx_scalar){.kind = LX_FIELD_TEXT, .text = (value)})
#define INT_SCALAR(value) ((struct lx_scalar){.kind = LX_FIELD_INT, .number = (int64_t)(value)})

void lx_fields_visit(const struct lx_field *fields, const void *base, lx_scalar_visitor visitor, void *data)
{
	for (; fields->kind != LX_FIELD_END; fields++) {
		const void *member = (const char *)base + fields->offset;
		const struct visit visit = {visitor, data, fields->name};
		switch (fields->kind) {
		case LX_FIELD_TEXT:
			visit_scalar(&visit, "", TEXT_SCALAR(*(const char *const *)member));
			break;
		case LX_FIELD_INT:
			visit_scalar(&visit, "", INT_SCALAR(*(const int64_t *)member));
			break;
		case LX_FIELD_INDEX:
			visit_scalar(&visit, "", INT_SCALAR(*(const uint32_t *)member));
			break;
		case LX_FIELD_BOOL:
			visit_scalar(&visit, "",
				     (struct lx_scalar){.kind = LX_FIELD_BOOL, .truth = *(const bool *)member});
			break;
		case LX_FIELD_PHASE:
			visit_scalar(&visit, "", TEXT_SCALAR(lx_phase_word(*(const enum lx_phase *)member)));
			break;
		case LX_FIELD_PERSON: {
			const struct lx_person *person = member;
			visit_scalar(&visit, "id", TEXT_SCALAR(person->id));
			visit_scalar(&visit, "login", TEXT_SCALAR(person->login));
			visit_scalar(&visit, "name", TEXT_SCALAR(person->name));
			break;
		}
		case LX_FIELD_MONEY: {
			const struct lx_money *money = member;
			visit_scalar(&visit, "value", INT_SCALAR(money->value));
			visit_scalar(&visit, "decimals", INT_SCALAR(money->decimals));
			visit_scalar(&visit, "currency", TEXT_SCALAR(money->currency));
			break;
		}
		case LX_FIELD_LIST:
			visit_scalar(&visit, "count",
				     INT_SCALAR(*(const size_t *)((const char *)base + fields->count_offset)));
			break;
		case LX_FIELD_END:
			break;
		}
	}
}
