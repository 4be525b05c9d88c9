/*
 * EventSub messages as typed events: the envelope that the socket brings, and the events of all topics in the table. Tolerant
 * where Twitch's documents and its wire differ; chat text in it is hostile.
 *
 * Threads: a decoder belongs to one thread at a time.
 * Ownership: what is decoded is borrowed: the message from its JSON until lx_eventsub_message_finish(), the event from
 * the decoder and the JSON during the call of the sink.
 */
#pragma once

#include "twitch/eventsub_topics.h"

#ifdef __cplusplus
extern "C" {
#endif

enum lx_eventsub_message_type {
	LX_EVENTSUB_UNKNOWN, /* a kind that came after us: to be ignored */
	LX_EVENTSUB_WELCOME,
	LX_EVENTSUB_KEEPALIVE,
	LX_EVENTSUB_NOTIFICATION,
	LX_EVENTSUB_RECONNECT,
	LX_EVENTSUB_REVOCATION,
};

struct lx_eventsub_message {
	enum lx_eventsub_message_type type;
	const char *id;  /* of this message, for dropping repeats */
	int64_t time_ms; /* when Twitch sent it, 0 unknown */

	/* welcome, reconnect */
	const char *session_id, *reconnect_url;
	int64_t keepalive_s; /* 0 = not told */

	/* notification, revocation */
	const char *subscription_id, *subscription_type, *subscription_version, *status;
	const cJSON *condition;
	const cJSON *event; /* notification */

	cJSON *json; /* owns all of the above */
};

/* False for what is no such message; nothing needs finishing then. */
bool lx_eventsub_message_parse(struct lx_eventsub_message *message, const char *text, size_t size);
void lx_eventsub_message_finish(struct lx_eventsub_message *message);

typedef void (*lx_eventsub_sink)(const struct lx_eventsub_topic *topic, const struct lx_event *event, void *data);

struct lx_eventsub_reader *lx_eventsub_reader_create(void);
void lx_eventsub_reader_destroy(struct lx_eventsub_reader *reader);

/* Hands what a notification tells to `sink`: mostly one event, none where it says nothing that we know. */
void lx_eventsub_decode(struct lx_eventsub_reader *reader, const struct lx_eventsub_topic *topic,
			const struct lx_eventsub_message *message, lx_eventsub_sink sink, void *data);

#ifdef __cplusplus
}
#endif
