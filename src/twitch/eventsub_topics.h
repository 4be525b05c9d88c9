/*
 * Topics: every kind of EventSub notification that liveXtrem reads, one row each: what to ask for, what that takes, and
 * who turns its events into ours. Source: dev.twitch.tv/docs/eventsub/eventsub-subscription-types/.
 *
 * Threads: an immutable table and pure functions.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>
#include <util/dstr.h>

#include "bus/event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lx_eventsub_reader;

enum lx_eventsub_condition {
	LX_CONDITION_CHANNEL,   /* broadcaster_user_id */
	LX_CONDITION_MODERATOR, /* and moderator_user_id, ours */
	LX_CONDITION_READER,    /* and user_id, ours */
	LX_CONDITION_RAID_FROM, /* from_broadcaster_user_id: raids of this channel */
	LX_CONDITION_RAID_TO,   /* to_broadcaster_user_id: raids that arrive here */
	LX_CONDITION_USER,      /* user_id, ours */
};

enum lx_eventsub_topic_flag {
	LX_TOPIC_OWN_CHANNEL = 1 << 0, /* only for the account's own channel, whatever the scopes */
	LX_TOPIC_CHAT = 1 << 1,        /* what IRC tells as well: asked for only where chat is read from EventSub */
};

struct lx_eventsub_topic {
	const char *type, *version;
	enum lx_eventsub_condition condition;
	/* Needed at once, separated by spaces; each an alternative "a|b", the one to ask for first. "" = none. */
	const char *scopes;
	unsigned int flags;
	const char *covered_by; /* a type that tells the same and more: asked for only where that one cannot be had */
	void (*decode)(struct lx_eventsub_reader *reader, const cJSON *event);
	/* for decoders of several topics */
	enum lx_phase phase;
	const char *word;
};

/* In the order in which they are asked for, the most important first. */
const struct lx_eventsub_topic *lx_eventsub_topics(size_t *count);

/* The topic of a subscription, or NULL; `condition` tells the two of channel.raid apart and may be NULL. */
const struct lx_eventsub_topic *lx_eventsub_topic_find(const char *type, const char *version, const cJSON *condition);

/* Appends to `missing` the scopes that `has_scope` denies, separated by spaces. True when none is missing. */
bool lx_eventsub_topic_allowed(const struct lx_eventsub_topic *topic, bool (*has_scope)(const char *scope, void *data),
			       void *data, struct dstr *missing);

/* "condition" of a subscription. The caller deletes it. */
cJSON *lx_eventsub_topic_condition(const struct lx_eventsub_topic *topic, const char *broadcaster_id,
				   const char *user_id);

#ifdef __cplusplus
}
#endif
