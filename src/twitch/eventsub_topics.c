#include "twitch/eventsub_topics.h"

#include <string.h>

#include <util/bmem.h>

#include "twitch/eventsub_reader.h"

#define READ_OR_MANAGE(kind, what) kind ":read:" what "|" kind ":manage:" what

#define CHAT_SCOPE "user:read:chat"
#define AUTOMOD_SCOPE "moderator:manage:automod"
#define UNBAN_REQUEST_SCOPE READ_OR_MANAGE("moderator", "unban_requests")
#define WARNING_SCOPE READ_OR_MANAGE("moderator", "warnings")
#define SUSPICIOUS_SCOPE "moderator:read:suspicious_users"
#define SHIELD_SCOPE READ_OR_MANAGE("moderator", "shield_mode")
#define SHOUTOUT_SCOPE READ_OR_MANAGE("moderator", "shoutouts")
#define VIP_SCOPE READ_OR_MANAGE("channel", "vips")
#define SUBSCRIPTION_SCOPE "channel:read:subscriptions"
#define POLL_SCOPE READ_OR_MANAGE("channel", "polls")
#define PREDICTION_SCOPE READ_OR_MANAGE("channel", "predictions")
#define REWARD_SCOPE READ_OR_MANAGE("channel", "redemptions")
#define HYPE_TRAIN_SCOPE "channel:read:hype_train"
#define GOAL_SCOPE "channel:read:goals"
#define CHARITY_SCOPE "channel:read:charity"
#define WHISPER_SCOPE "user:read:whispers|user:manage:whispers"

/* channel.moderate wants them all. */
#define MODERATE_SCOPES                                                                                             \
	READ_OR_MANAGE("moderator", "blocked_terms")                                                                \
	" " READ_OR_MANAGE("moderator", "chat_settings") " " UNBAN_REQUEST_SCOPE                                    \
	" " READ_OR_MANAGE("moderator", "banned_users") " " READ_OR_MANAGE("moderator", "chat_messages")            \
	" " WARNING_SCOPE " moderator:read:moderators moderator:read:vips"

#define OWN LX_TOPIC_OWN_CHANNEL
#define CHAT LX_TOPIC_CHAT

#define TOPIC(type, version, condition, scopes, flags, decode) \
	{type, version, LX_CONDITION_##condition, scopes, flags, NULL, lx_decode_##decode, LX_PHASE_BEGIN, ""}
#define PHASE(type, version, condition, scopes, flags, decode, phase) \
	{type, version, LX_CONDITION_##condition, scopes, flags, NULL, lx_decode_##decode, LX_PHASE_##phase, ""}
#define WORD(type, version, condition, scopes, flags, decode, word) \
	{type, version, LX_CONDITION_##condition, scopes, flags, NULL, lx_decode_##decode, LX_PHASE_BEGIN, word}
#define COVERED(type, version, condition, scopes, flags, decode, word, by) \
	{type, version, LX_CONDITION_##condition, scopes, flags, by, lx_decode_##decode, LX_PHASE_BEGIN, word}

/* clang-format off */
static const struct lx_eventsub_topic topics[] = {
	TOPIC("channel.chat.message", "1", READER, CHAT_SCOPE, CHAT, chat_message),
	TOPIC("channel.chat.notification", "1", READER, CHAT_SCOPE, CHAT, chat_notification),
	TOPIC("channel.chat.message_delete", "1", READER, CHAT_SCOPE, CHAT, message_delete),
	TOPIC("channel.chat.clear_user_messages", "1", READER, CHAT_SCOPE, CHAT, clear_user),
	TOPIC("channel.chat.clear", "1", READER, CHAT_SCOPE, CHAT, chat_clear),
	TOPIC("channel.chat_settings.update", "1", READER, CHAT_SCOPE, CHAT, chat_settings),

	TOPIC("channel.moderate", "2", MODERATOR, MODERATE_SCOPES, 0, moderate),
	PHASE("automod.message.hold", "2", MODERATOR, AUTOMOD_SCOPE, 0, automod_message, BEGIN),
	PHASE("automod.message.update", "2", MODERATOR, AUTOMOD_SCOPE, 0, automod_message, END),
	TOPIC("stream.online", "1", CHANNEL, "", 0, stream),
	TOPIC("stream.offline", "1", CHANNEL, "", 0, stream),
	TOPIC("channel.update", "2", CHANNEL, "", 0, channel_update),
	TOPIC("channel.follow", "2", MODERATOR, "moderator:read:followers", 0, follow),
	WORD("channel.subscribe", "1", CHANNEL, SUBSCRIPTION_SCOPE, OWN, subscription, "new"),
	WORD("channel.subscription.message", "1", CHANNEL, SUBSCRIPTION_SCOPE, OWN, subscription, "resub"),
	WORD("channel.subscription.gift", "1", CHANNEL, SUBSCRIPTION_SCOPE, OWN, subscription, "gift"),
	WORD("channel.subscription.end", "1", CHANNEL, SUBSCRIPTION_SCOPE, OWN, subscription, "end"),
	WORD("channel.bits.use", "1", CHANNEL, "bits:read", OWN, bits, ""),
	COVERED("channel.cheer", "1", CHANNEL, "bits:read", OWN, bits, "cheer", "channel.bits.use"),
	WORD("channel.custom_power_up_redemption.add", "1", CHANNEL, "bits:read", OWN, redemption, "power_up"),
	WORD("channel.raid", "1", RAID_TO, "", 0, raid, "in"),
	WORD("channel.raid", "1", RAID_FROM, "", 0, raid, "out"),
	COVERED("channel.ban", "1", CHANNEL, "channel:moderate", OWN, ban, "", "channel.moderate"),
	COVERED("channel.unban", "1", CHANNEL, "channel:moderate", OWN, unban, "", "channel.moderate"),
	PHASE("channel.unban_request.create", "1", MODERATOR, UNBAN_REQUEST_SCOPE, 0, unban_request, ADD),
	PHASE("channel.unban_request.resolve", "1", MODERATOR, UNBAN_REQUEST_SCOPE, 0, unban_request, END),
	TOPIC("channel.suspicious_user.message", "1", MODERATOR, SUSPICIOUS_SCOPE, 0, suspicious_user),
	TOPIC("channel.suspicious_user.update", "1", MODERATOR, SUSPICIOUS_SCOPE, 0, suspicious_user),
	PHASE("channel.shield_mode.begin", "1", MODERATOR, SHIELD_SCOPE, 0, shield_mode, BEGIN),
	PHASE("channel.shield_mode.end", "1", MODERATOR, SHIELD_SCOPE, 0, shield_mode, END),
	COVERED("channel.warning.send", "1", MODERATOR, WARNING_SCOPE, 0, warning, "", "channel.moderate"),
	WORD("channel.warning.acknowledge", "1", MODERATOR, WARNING_SCOPE, 0, warning, "acknowledge"),
	PHASE("channel.ad_break.begin", "1", CHANNEL, "channel:read:ads", OWN, ad_break, BEGIN),
	PHASE("channel.channel_points_custom_reward_redemption.add", "1", CHANNEL, REWARD_SCOPE, OWN, redemption, ADD),
	PHASE("channel.channel_points_custom_reward_redemption.update", "1", CHANNEL, REWARD_SCOPE, OWN, redemption, UPDATE),
	WORD("channel.channel_points_automatic_reward_redemption.add", "2", CHANNEL, REWARD_SCOPE, OWN, redemption, "automatic"),
	PHASE("channel.channel_points_custom_reward.add", "1", CHANNEL, REWARD_SCOPE, OWN, reward, ADD),
	PHASE("channel.channel_points_custom_reward.update", "1", CHANNEL, REWARD_SCOPE, OWN, reward, UPDATE),
	PHASE("channel.channel_points_custom_reward.remove", "1", CHANNEL, REWARD_SCOPE, OWN, reward, REMOVE),
	PHASE("channel.poll.begin", "1", CHANNEL, POLL_SCOPE, OWN, poll, BEGIN),
	PHASE("channel.poll.progress", "1", CHANNEL, POLL_SCOPE, OWN, poll, PROGRESS),
	PHASE("channel.poll.end", "1", CHANNEL, POLL_SCOPE, OWN, poll, END),
	PHASE("channel.prediction.begin", "1", CHANNEL, PREDICTION_SCOPE, OWN, prediction, BEGIN),
	PHASE("channel.prediction.progress", "1", CHANNEL, PREDICTION_SCOPE, OWN, prediction, PROGRESS),
	PHASE("channel.prediction.lock", "1", CHANNEL, PREDICTION_SCOPE, OWN, prediction, LOCK),
	PHASE("channel.prediction.end", "1", CHANNEL, PREDICTION_SCOPE, OWN, prediction, END),
	PHASE("channel.hype_train.begin", "2", CHANNEL, HYPE_TRAIN_SCOPE, OWN, hype_train, BEGIN),
	PHASE("channel.hype_train.progress", "2", CHANNEL, HYPE_TRAIN_SCOPE, OWN, hype_train, PROGRESS),
	PHASE("channel.hype_train.end", "2", CHANNEL, HYPE_TRAIN_SCOPE, OWN, hype_train, END),
	PHASE("channel.goal.begin", "1", CHANNEL, GOAL_SCOPE, OWN, goal, BEGIN),
	PHASE("channel.goal.progress", "1", CHANNEL, GOAL_SCOPE, OWN, goal, PROGRESS),
	PHASE("channel.goal.end", "1", CHANNEL, GOAL_SCOPE, OWN, goal, END),
	WORD("channel.charity_campaign.donate", "1", CHANNEL, CHARITY_SCOPE, OWN, charity, "donate"),
	WORD("channel.charity_campaign.start", "1", CHANNEL, CHARITY_SCOPE, OWN, charity, "start"),
	WORD("channel.charity_campaign.progress", "1", CHANNEL, CHARITY_SCOPE, OWN, charity, "progress"),
	WORD("channel.charity_campaign.stop", "1", CHANNEL, CHARITY_SCOPE, OWN, charity, "stop"),
	TOPIC("channel.shoutout.create", "1", MODERATOR, SHOUTOUT_SCOPE, 0, shoutout),
	TOPIC("channel.shoutout.receive", "1", MODERATOR, SHOUTOUT_SCOPE, 0, shoutout),
	PHASE("channel.moderator.add", "1", CHANNEL, "moderation:read", OWN, role, ADD),
	PHASE("channel.moderator.remove", "1", CHANNEL, "moderation:read", OWN, role, REMOVE),
	PHASE("channel.vip.add", "1", CHANNEL, VIP_SCOPE, OWN, role, ADD),
	PHASE("channel.vip.remove", "1", CHANNEL, VIP_SCOPE, OWN, role, REMOVE),
	TOPIC("automod.settings.update", "1", MODERATOR, "moderator:read:automod_settings", 0, automod_settings),
	TOPIC("automod.terms.update", "1", MODERATOR, AUTOMOD_SCOPE, 0, automod_terms),
	PHASE("channel.chat.user_message_hold", "1", READER, CHAT_SCOPE, 0, own_message, BEGIN),
	PHASE("channel.chat.user_message_update", "1", READER, CHAT_SCOPE, 0, own_message, END),
	PHASE("channel.shared_chat.begin", "1", CHANNEL, "", 0, shared_chat, BEGIN),
	PHASE("channel.shared_chat.update", "1", CHANNEL, "", 0, shared_chat, UPDATE),
	PHASE("channel.shared_chat.end", "1", CHANNEL, "", 0, shared_chat, END),
	TOPIC("user.update", "1", USER, "", 0, user_update),
	TOPIC("user.whisper.message", "1", USER, WHISPER_SCOPE, 0, whisper),
};
/* clang-format on */

const struct lx_eventsub_topic *lx_eventsub_topics(size_t *count)
{
	*count = sizeof(topics) / sizeof(*topics);
	return topics;
}

static bool is_set(const cJSON *condition, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(condition, key);
	return cJSON_IsString(item) && *item->valuestring;
}

const struct lx_eventsub_topic *lx_eventsub_topic_find(const char *type, const char *version, const cJSON *condition)
{
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		const struct lx_eventsub_topic *topic = &topics[i];
		if (strcmp(topic->type, type) != 0 || strcmp(topic->version, version) != 0)
			continue;
		if (topic->condition == LX_CONDITION_RAID_TO && is_set(condition, "from_broadcaster_user_id") &&
		    !is_set(condition, "to_broadcaster_user_id"))
			continue;
		return topic;
	}
	return NULL;
}

/* Whether one of "a|b|c" is granted. */
static bool any_granted(const char *alternatives, size_t size, bool (*has_scope)(const char *scope, void *data),
			void *data)
{
	char scope[64];
	for (const char *at = alternatives, *end = at + size; at < end;) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		size_t length = (size_t)((bar ? bar : end) - at);
		if (length < sizeof(scope)) {
			memcpy(scope, at, length);
			scope[length] = '\0';
			if (has_scope(scope, data))
				return true;
		}
		at += length + 1;
	}
	return false;
}

bool lx_eventsub_topic_allowed(const struct lx_eventsub_topic *topic, bool (*has_scope)(const char *scope, void *data),
			       void *data, struct dstr *missing)
{
	bool allowed = true;
	for (const char *at = topic->scopes; *at;) {
		size_t size = strcspn(at, " ");
		if (!any_granted(at, size, has_scope, data)) {
			allowed = false;
			if (missing->len)
				dstr_cat_ch(missing, ' ');
			dstr_ncat(missing, at, strcspn(at, "| "));
		}
		at += size;
		at += strspn(at, " ");
	}
	return allowed;
}

cJSON *lx_eventsub_topic_condition(const struct lx_eventsub_topic *topic, const char *broadcaster_id,
				   const char *user_id)
{
	cJSON *condition = cJSON_CreateObject();
	const char *channel = "broadcaster_user_id", *user = NULL;
	switch (topic->condition) {
	case LX_CONDITION_CHANNEL:
		break;
	case LX_CONDITION_MODERATOR:
		user = "moderator_user_id";
		break;
	case LX_CONDITION_READER:
		user = "user_id";
		break;
	case LX_CONDITION_RAID_FROM:
		channel = "from_broadcaster_user_id";
		break;
	case LX_CONDITION_RAID_TO:
		channel = "to_broadcaster_user_id";
		break;
	case LX_CONDITION_USER:
		channel = NULL;
		user = "user_id";
		break;
	}
	if (channel)
		cJSON_AddStringToObject(condition, channel, broadcaster_id);
	if (user)
		cJSON_AddStringToObject(condition, user, user_id);
	return condition;
}
