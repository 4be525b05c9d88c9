/*
 * What the files of the chat log share.
 *
 *	log.c           what comes over the bus, what the writer is given, life
 *	log_timeline.c  streams, recordings, scenes, markers
 *	log_care.c      forgetting, retention, compaction, backup, numbers
 */
#pragma once

#include <string.h>

#include <util/bmem.h>
#include <util/threading.h>

#include "bus/event.h"
#include "chat/log.h"
#include "chat/rows.h"

enum log_item_kind {
	ITEM_EVENT,
	ITEM_GAP, /* an open one, or with an end */
	ITEM_GAP_END,
	ITEM_ONLINE,
	ITEM_OFFLINE,
	ITEM_INFO,
	ITEM_RECORDING,
	ITEM_SPAN,
	ITEM_SPAN_MOVE,
	ITEM_SKEW,
	ITEM_PAUSE,
	ITEM_RECORDING_STOP,
	ITEM_SCENE,
	ITEM_MARKER,
};

struct log_item {
	enum log_item_kind kind;
	size_t order; /* in the batch */
	struct lx_event *event;
	char *text[3];
	int64_t time_ms, number, end_ms;
	struct lx_marker_change *marker;
};

struct log_recording {
	bool running, skew_known;
	int64_t unix_ms;       /* wall clock at its start; from then on the steady clock counts */
	uint64_t steady_ms;    /* which showed this at the same moment */
	int64_t span_begin_ms; /* of the present span */
	int64_t skew_ms;
};

struct lx_log {
	struct lx_log_config config;
	char *path;
	struct lx_writer *writer;
	volatile bool enabled;

	/* the writer's thread */
	struct lx_rows *rows;
	sqlite3 *db;
	bool ends_closed;
	uint64_t batch_doubles;
	struct lx_rows_tidying tidying;

	pthread_mutex_t mutex; /* guards what follows; nothing is called with it held but the writer's queue */
	char channel[64];
	bool online; /* chat is connected */
	bool gap;    /* an open gap was written */
	uint64_t lost, lost_untold;
	int64_t lost_first_ms, lost_last_ms;
	enum lx_database_trouble trouble;
	uint64_t doubles;
	int retention_days;
	bool expiring;
	int64_t expired_at_ms;
	bool live;
	int64_t created_ms;
	char live_channel[64]; /* that `live` is about */
	char stream_id[32];
	struct log_recording recording;

	bool started; /* changed by the owner's thread only */

	/* one backup at a time */
	pthread_t backup_thread;
	bool backup_joinable; /* guarded by the mutex */
	volatile bool backup_running, backup_cancelled;
	int64_t skew_ms;
	int skew_messages;
};

struct log_item *log_make_item(enum log_item_kind kind, int64_t time_ms, const char *text);
/* The item is the log's in any case. False when there is no room, or logging is switched off. */
bool log_post(struct lx_log *log, struct log_item *item, size_t size);
bool log_post_simple(struct lx_log *log, enum log_item_kind kind, const char *text, int64_t number);

/* A message arrived that was sent at that time. */
void log_note_arrival(struct lx_log *log, int64_t sent_ms);

/* Ends a backup that is under way. */
void log_end_backup(struct lx_log *log);

/* Starts to remove what is too old, when a day has passed since the last time. */
void log_expire(struct lx_log *log);
