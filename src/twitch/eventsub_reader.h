/*
 * What the decoders of EventSub share: memory for one event at a time, and reading JSON of which neither the types nor the
 * presence of anything is certain. Used by the eventsub_* files only.
 *
 * Ownership: what is read lives until the next lx_eventsub_decode() of the same reader.
 * Threads: one thread at a time.
 */
#pragma once

#include "twitch/eventsub_decode.h"

struct lx_eventsub_reader {
	struct chunk *chunks; /* newest first; the oldest stays */

	/* the notification that is being decoded */
	const struct lx_eventsub_topic *topic;
	int64_t time_ms;
	lx_eventsub_sink sink;
	void *sink_data;
};

/* The topics' decoders, by file. */
void lx_decode_chat_message(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_chat_notification(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_message_delete(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_clear_user(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_chat_clear(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_chat_settings(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_own_message(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_whisper(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_shared_chat(struct lx_eventsub_reader *r, const cJSON *event);

void lx_decode_moderate(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_ban(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_unban(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_automod_message(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_automod_settings(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_automod_terms(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_unban_request(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_role(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_warning(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_suspicious_user(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_shield_mode(struct lx_eventsub_reader *r, const cJSON *event);

void lx_decode_follow(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_subscription(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_bits(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_raid(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_shoutout(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_channel_update(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_stream(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_ad_break(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_poll(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_prediction(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_hype_train(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_goal(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_charity(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_reward(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_redemption(struct lx_eventsub_reader *r, const cJSON *event);
void lx_decode_user_update(struct lx_eventsub_reader *r, const cJSON *event);

/* Zeroed memory. */
void *lx_reader_alloc(struct lx_eventsub_reader *r, size_t size);

/* Member of an object, NULL when it is missing, null, or `object` is none. */
const cJSON *lx_read(const cJSON *object, const char *key);
/* Safe text (valid UTF-8, no control characters); "" when missing. Ids that came as numbers are written out. */
const char *lx_read_text(struct lx_eventsub_reader *r, const cJSON *object, const char *key);
const char *lx_read_item_text(struct lx_eventsub_reader *r, const cJSON *item);
/* A word in lower case. */
const char *lx_read_word(struct lx_eventsub_reader *r, const cJSON *object, const char *key);
/* 0 when missing. */
int64_t lx_read_int(const cJSON *object, const char *key);
bool lx_read_bool(const cJSON *object, const char *key);
/* Unix milliseconds, 0 when missing. */
int64_t lx_read_time(const cJSON *object, const char *key);
/* <prefix>user_id, …_login, …_name, or without "user_" where Twitch forgot it. The name falls back to the login. */
struct lx_person lx_read_person(struct lx_eventsub_reader *r, const cJSON *object, const char *prefix);
/* The texts of an array, joined. */
const char *lx_read_joined(struct lx_eventsub_reader *r, const cJSON *object, const char *key, char separator);

/* Elements of an array that are objects: room for `*count` structs of `size`, and each element with its index. */
void *lx_read_list(struct lx_eventsub_reader *r, const cJSON *object, const char *key, size_t size, size_t *count,
		   void (*read)(struct lx_eventsub_reader *r, const cJSON *element, void *item));

/* An event of `type` about the channel that <prefix>user_* names. */
void lx_reader_begin(struct lx_eventsub_reader *r, struct lx_event *event, enum lx_event_type type, const cJSON *json,
		     const char *prefix);
void lx_reader_emit(struct lx_eventsub_reader *r, const struct lx_event *event);

/* Text of chat without the wrapping of /me, safe; `*action` (may be NULL) is set where there was one. */
const char *lx_read_unwrapped(struct lx_eventsub_reader *r, const cJSON *item, bool *action);
/* A message of chat: text without the wrapping of /me, emotes, flags. `message` holds text and fragments. */
void lx_read_message(struct lx_eventsub_reader *r, const cJSON *message, struct lx_chat *chat);
