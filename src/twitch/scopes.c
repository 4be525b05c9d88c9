#include "twitch/scopes.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

const char *lx_scopes_basic(enum lx_account_role role)
{
	if (role == LX_ACCOUNT_BOT)
		return "chat:read chat:edit user:read:chat user:write:chat";
	return "chat:read chat:edit user:read:chat user:write:chat "
	       "moderator:manage:banned_users moderator:manage:chat_messages moderator:manage:chat_settings "
	       "moderator:read:chatters moderator:read:followers channel:read:subscriptions "
	       "user:read:moderated_channels";
}

/* The next part of a list that `separators` divide, at *at, which moves behind it; its length, 0 at the end. */
static size_t next_part(const char **at, const char **part, const char *separators)
{
	const char *begin = *at + strspn(*at, separators);
	size_t size = strcspn(begin, separators);
	*part = begin;
	*at = begin + size;
	return size;
}

static size_t next_word(const char **at, const char **word)
{
	return next_part(at, word, " ");
}

/* Among alternatives too. */
static bool contains(const char *list, const char *scope, size_t scope_size)
{
	const char *part;
	for (size_t size = next_part(&list, &part, " |"); size; size = next_part(&list, &part, " |")) {
		if (size == scope_size && memcmp(part, scope, size) == 0)
			return true;
	}
	return false;
}

bool lx_scopes_contain(const char *list, const char *scope)
{
	return list && contains(list, scope, strlen(scope));
}

/* Appends the words of `list` that neither `out` nor `known` has. */
static void append_unknown(struct dstr *out, const char *list, const char *known)
{
	const char *word;
	for (size_t size = next_word(&list, &word); size; size = next_word(&list, &word)) {
		if (contains(known, word, size) || contains(out->array, word, size))
			continue;
		if (out->len)
			dstr_cat_ch(out, ' ');
		dstr_ncat(out, word, size);
	}
}

/* An empty dstr that is a string all the same. */
static struct dstr empty_string(void)
{
	struct dstr out = {0};
	dstr_reserve(&out, 1);
	out.array[0] = 0;
	return out;
}

char *lx_scopes_merge(const char *one, const char *other)
{
	struct dstr out = empty_string();
	append_unknown(&out, one ? one : "", "");
	append_unknown(&out, other ? other : "", "");
	return out.array;
}

/* Whether `list` has one of the alternatives "a|b|c". */
static bool contains_any(const char *list, const char *alternatives, size_t size)
{
	for (const char *end = alternatives + size; alternatives < end;) {
		const char *bar = memchr(alternatives, '|', (size_t)(end - alternatives));
		const char *next = bar ? bar : end;
		if (contains(list, alternatives, (size_t)(next - alternatives)))
			return true;
		alternatives = next + 1;
	}
	return false;
}

char *lx_scopes_missing(const char *granted, const char *wanted)
{
	struct dstr out = empty_string();
	const char *word, *at = wanted ? wanted : "";
	for (size_t size = next_word(&at, &word); size; size = next_word(&at, &word)) {
		const char *bar = memchr(word, '|', size);
		size_t first = bar ? (size_t)(bar - word) : size;
		if (contains_any(granted ? granted : "", word, size) || contains(out.array, word, first))
			continue;
		if (out.len)
			dstr_cat_ch(&out, ' ');
		dstr_ncat(&out, word, first);
	}
	return out.array;
}

/* --- features ----------------------------------------------------------------------------------------------------- */

#define READ_OR_MANAGE(kind, what) kind ":read:" what "|" kind ":manage:" what

static const struct feature {
	const char *text_key;
	const char *scopes;
} features[LX_FEATURE_COUNT] = {
	[LX_FEATURE_CHAT] = {"Feature.Chat", "chat:read"},
	[LX_FEATURE_SEND] = {"Feature.Send", "user:write:chat|chat:edit"},
	[LX_FEATURE_MODERATE] = {"Feature.Moderate", "moderator:manage:banned_users moderator:manage:chat_messages"},
	[LX_FEATURE_ROOM_MODES] = {"Feature.RoomModes", "moderator:manage:chat_settings"},
	[LX_FEATURE_ROLE] = {"Feature.Role", "user:read:moderated_channels"},
	[LX_FEATURE_CHATTERS] = {"Feature.Chatters", "moderator:read:chatters"},
	[LX_FEATURE_FOLLOWERS] = {"Feature.Followers", "moderator:read:followers"},
	[LX_FEATURE_SUBS] = {"Feature.Subs", "channel:read:subscriptions"},
	[LX_FEATURE_BANS] = {"Feature.Bans", "channel:moderate"},
	[LX_FEATURE_AUTOMOD] = {"Feature.Automod", "moderator:manage:automod"},
	[LX_FEATURE_AUTOMOD_SETTINGS] = {"Feature.AutomodSettings", READ_OR_MANAGE("moderator", "automod_settings")},
	[LX_FEATURE_UNBAN_REQUESTS] = {"Feature.UnbanRequests", READ_OR_MANAGE("moderator", "unban_requests")},
	[LX_FEATURE_WARNINGS] = {"Feature.Warnings", READ_OR_MANAGE("moderator", "warnings")},
	[LX_FEATURE_SUSPICIOUS_USERS] = {"Feature.SuspiciousUsers", "moderator:read:suspicious_users"},
	[LX_FEATURE_SHIELD_MODE] = {"Feature.ShieldMode", READ_OR_MANAGE("moderator", "shield_mode")},
	[LX_FEATURE_SHOUTOUTS] = {"Feature.Shoutouts", READ_OR_MANAGE("moderator", "shoutouts")},
	[LX_FEATURE_MODERATORS] = {"Feature.Moderators", "moderation:read"},
	[LX_FEATURE_VIPS] = {"Feature.Vips", READ_OR_MANAGE("channel", "vips")},
	[LX_FEATURE_BITS] = {"Feature.Bits", "bits:read"},
	[LX_FEATURE_REWARDS] = {"Feature.Rewards", READ_OR_MANAGE("channel", "redemptions")},
	[LX_FEATURE_POLLS] = {"Feature.Polls", READ_OR_MANAGE("channel", "polls")},
	[LX_FEATURE_PREDICTIONS] = {"Feature.Predictions", READ_OR_MANAGE("channel", "predictions")},
	[LX_FEATURE_HYPE_TRAIN] = {"Feature.HypeTrain", "channel:read:hype_train"},
	[LX_FEATURE_GOALS] = {"Feature.Goals", "channel:read:goals"},
	[LX_FEATURE_CHARITY] = {"Feature.Charity", "channel:read:charity"},
	[LX_FEATURE_ADS] = {"Feature.Ads", "channel:read:ads"},
	[LX_FEATURE_WHISPERS] = {"Feature.Whispers", "user:read:whispers|user:manage:whispers"},
	[LX_FEATURE_OWN_MESSAGES] = {"Feature.OwnMessages", "user:read:chat"},
	/* channel.moderate wants all of these */
	[LX_FEATURE_MARKERS] = {"Feature.Markers", "channel:manage:broadcast"},
	[LX_FEATURE_MODERATION_LOG] =
		{"Feature.ModerationLog",
		 READ_OR_MANAGE("moderator", "blocked_terms") " " READ_OR_MANAGE("moderator", "chat_settings") " " READ_OR_MANAGE(
			 "moderator",
			 "unban_requests") " " READ_OR_MANAGE("moderator",
							      "banned_users") " " READ_OR_MANAGE("moderator",
												 "chat_messages") " " READ_OR_MANAGE("moderator",
																     "warnings") " moderator:read:moderators moderator:read:vips"},
};

const char *lx_scopes_for_feature(enum lx_feature feature)
{
	return features[feature].scopes;
}

const char *lx_feature_text_key(enum lx_feature feature)
{
	return features[feature].text_key;
}

char *lx_scopes_missing_for(enum lx_feature feature, const char *granted)
{
	return lx_scopes_missing(granted, features[feature].scopes);
}

enum lx_feature lx_feature_of_scopes(const char *scopes)
{
	for (int i = 0; i < LX_FEATURE_COUNT; i++) {
		const char *word, *at = scopes;
		bool all = false;
		for (size_t size = next_word(&at, &word); size; size = next_word(&at, &word)) {
			all = contains(features[i].scopes, word, size);
			if (!all)
				break;
		}
		if (all)
			return (enum lx_feature)i;
	}
	return LX_FEATURE_COUNT;
}
