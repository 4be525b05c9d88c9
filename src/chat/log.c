#include "chat/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <util/base.h>
#include <util/bmem.h>
#include <util/threading.h>

#include "bus/event_copy.h"
#include "chat/marker.h"
#include "chat/rows.h"

#define CAPACITY ((size_t)64 << 20)
#define STOP_MS 150
#define GRACE_MS (10 * 60 * 1000)
#define DRIFT_MS 100
#define EXPIRE_ROWS 2000 /* in one transaction */
#define DAY_MS ((int64_t)86400 * 1000)
#define SKEW_MESSAGES 200

enum item_kind {
	ITEM_EVENT,
	ITEM_GAP, /* an open one, or with an end */
	ITEM_GAP_END,
	ITEM_ONLINE,
	ITEM_OFFLINE,
	ITEM_INFO,
	ITEM_RECORDING,
	ITEM_SPAN,
	ITEM_PAUSE,
	ITEM_RECORDING_STOP,
	ITEM_SCENE,
	ITEM_MARKER,
};

struct item {
	enum item_kind kind;
	size_t order; /* in the batch */
	struct lx_event *event;
	char *text[3];
	int64_t time_ms, number, end_ms;
	struct lx_marker_change *marker;
};

struct recording {
	bool running, paused;
	int64_t begin_ms, position_ms; /* of the present span */
	int64_t skew_ms;               /* that the log has of it */
};

struct lx_log {
	struct lx_log_config config;
	char *path;
	struct lx_writer *writer;
	bool started, writing; /* the writer runs, the bus is listened to; the owner's thread */
	volatile bool enabled;

	/* the writer's thread */
	struct lx_rows *rows;
	sqlite3 *db;
	bool ends_closed;
	uint64_t batch_doubles;

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
	char live_channel[64]; /* that `live` is about */
	char stream_id[32];
	struct recording recording;
	int64_t skew_ms;
	int skew_messages;

	pthread_mutex_t position_mutex; /* held while the source is asked */
	lx_log_position position;
	void *position_data;
};

/* --- items ------------------------------------------------------------------------------------------------------- */

static void free_item(void *data)
{
	struct item *item = data;
	bfree(item->event);
	bfree(item->marker);
	for (size_t i = 0; i < 3; i++)
		bfree(item->text[i]);
	bfree(item);
}

static struct item *make_item(enum item_kind kind, int64_t time_ms, const char *text)
{
	struct item *item = bzalloc(sizeof(*item));
	item->kind = kind;
	item->time_ms = time_ms;
	item->text[0] = bstrdup(text);
	return item;
}

/* What was lost since the last row that found room, as a row. The mutex is held. */
static void post_losses(struct lx_log *log)
{
	if (!log->lost_untold)
		return;
	struct item *gap = make_item(ITEM_GAP, log->lost_first_ms, log->channel);
	gap->text[1] = bstrdup(log->trouble == LX_DATABASE_OK ? "queue" : "disk");
	gap->end_ms = log->lost_last_ms;
	gap->number = (int64_t)log->lost_untold;
	if (lx_writer_post(log->writer, gap, sizeof(*gap)))
		log->lost_untold = 0;
	else
		free_item(gap);
}

static bool post(struct lx_log *log, struct item *item, size_t size)
{
	if (!os_atomic_load_bool(&log->enabled)) {
		free_item(item);
		return false;
	}
	pthread_mutex_lock(&log->mutex);
	post_losses(log);
	const bool taken = lx_writer_post(log->writer, item, size);
	if (!taken) {
		log->lost_first_ms = log->lost_untold ? log->lost_first_ms : item->time_ms;
		log->lost_last_ms = item->time_ms;
		log->lost++;
		log->lost_untold++;
	}
	pthread_mutex_unlock(&log->mutex);
	if (!taken)
		free_item(item);
	return taken;
}

static bool post_simple(struct lx_log *log, enum item_kind kind, const char *text, int64_t number)
{
	struct item *item = make_item(kind, lx_clock_unix_ms(log->config.clock), text);
	item->number = number;
	return post(log, item, sizeof(*item) + strlen(text));
}

static struct item *event_item(const struct lx_event *event, size_t *size)
{
	struct item *item = bzalloc(sizeof(*item));
	item->kind = ITEM_EVENT;
	item->time_ms = event->time_ms;
	item->event = lx_event_copy(event, size);
	*size += sizeof(*item);
	return item;
}

bool lx_log_add(struct lx_log *log, const struct lx_event *event)
{
	size_t size;
	struct item *item = event_item(event, &size);
	if (lx_writer_post(log->writer, item, size))
		return true;
	free_item(item);
	return false;
}

bool lx_log_flush(struct lx_log *log, uint32_t timeout_ms)
{
	return lx_writer_flush(log->writer, timeout_ms);
}

/* --- on the writer's thread -------------------------------------------------------------------------------------- */

static int attach(sqlite3 *db, void *data)
{
	struct lx_log *log = data;
	log->db = db;
	log->rows = lx_rows_create(db);
	if (!log->rows)
		return sqlite3_extended_errcode(db);
	/* Only who hears the channel knows that nothing of it is open. */
	int result = log->config.bus && !log->ends_closed ? lx_rows_close_open_ends(log->rows) : SQLITE_OK;
	log->ends_closed = log->ends_closed || result == SQLITE_OK;
	return result;
}

static void detach(void *data)
{
	struct lx_log *log = data;
	lx_rows_destroy(log->rows);
	log->rows = NULL;
	log->db = NULL;
}

static bool is_message(const struct item *item)
{
	return item->event && (item->event->type == LX_EVENT_CHAT_MESSAGE || item->event->type == LX_EVENT_CHAT_NOTICE);
}

/* Messages first, in order of time: the index takes rows fast only in the order of their numbers. */
static int compare(const void *a, const void *b)
{
	const struct item *left = *(struct item *const *)a, *right = *(struct item *const *)b;
	const bool left_message = is_message(left), right_message = is_message(right);
	if (left_message != right_message)
		return right_message - left_message;
	if (left_message && left->time_ms != right->time_ms)
		return left->time_ms < right->time_ms ? -1 : 1;
	return left->order < right->order ? -1 : left->order > right->order;
}

static void committed(void *data)
{
	struct lx_log *log = data;
	pthread_mutex_lock(&log->mutex);
	log->doubles += log->batch_doubles;
	pthread_mutex_unlock(&log->mutex);
}

static int begin(void **items, size_t count, void *data)
{
	struct lx_log *log = data;
	log->batch_doubles = 0;
	for (size_t i = 0; i < count; i++)
		((struct item *)items[i])->order = i;
	qsort(items, count, sizeof(*items), compare);
	return lx_rows_begin(log->rows);
}

static int write_item(void *data, void *log_data)
{
	struct lx_log *log = log_data;
	struct lx_rows *rows = log->rows;
	const struct item *item = data;
	switch (item->kind) {
	case ITEM_EVENT: {
		const uint64_t before = lx_rows_doubles(rows);
		const int result = lx_rows_write_event(rows, item->event);
		log->batch_doubles += lx_rows_doubles(rows) - before;
		return result;
	}
	case ITEM_GAP:
		return lx_rows_write_gap(rows, item->text[0], item->time_ms, item->end_ms, item->text[1], item->number);
	case ITEM_GAP_END:
		return lx_rows_end_gap(rows, item->text[0], item->time_ms);
	case ITEM_ONLINE:
		return lx_rows_stream_online(rows, item->text[0], item->text[1], item->text[2], item->number,
					     item->time_ms, GRACE_MS);
	case ITEM_OFFLINE:
		return lx_rows_stream_offline(rows, item->text[0], item->time_ms);
	case ITEM_INFO:
		return lx_rows_stream_info(rows, item->text[0], item->text[1], item->text[2]);
	case ITEM_RECORDING:
		return lx_rows_recording_start(rows, item->text[0], item->time_ms, item->number, item->end_ms);
	case ITEM_SPAN:
		return lx_rows_recording_span(rows, item->text[0], item->time_ms, item->number);
	case ITEM_PAUSE:
		return lx_rows_recording_pause(rows, item->time_ms);
	case ITEM_RECORDING_STOP:
		return lx_rows_recording_stop(rows, item->time_ms);
	case ITEM_SCENE:
		return lx_rows_scene(rows, item->text[0], item->time_ms);
	case ITEM_MARKER:
		return lx_marker_apply(log->db, item->marker);
	}
	return SQLITE_OK;
}

static void rolled_back(void *data)
{
	struct lx_log *log = data;
	if (log->rows)
		lx_rows_forget(log->rows);
}

static void refused(void *data, void *log_data)
{
	struct lx_log *log = log_data;
	const struct item *item = data;
	pthread_mutex_lock(&log->mutex);
	log->lost_first_ms = log->lost_untold ? log->lost_first_ms : item->time_ms;
	log->lost_last_ms = item->time_ms;
	log->lost++;
	log->lost_untold++;
	pthread_mutex_unlock(&log->mutex);
}

void lx_log_trouble_text(const struct lx_text *text, enum lx_database_trouble trouble, const char *path,
			 const char *kept, struct dstr *out)
{
	static const char *const keys[] = {"Log.Resumed", "Log.Full",  "Log.ReadOnly", "Log.Locked",
					   "Log.Damaged", "Log.Newer", "Log.Foreign",  "Log.Unusable"};
	const char *args[] = {path, kept};
	const char *key = trouble == LX_DATABASE_DAMAGED && *kept ? "Log.SetAside" : keys[trouble];
	lx_text_format(text, out, key, args, 2);
}

static void on_state(enum lx_database_trouble trouble, const char *kept, void *data)
{
	struct lx_log *log = data;
	struct dstr sentence = {0}, id = {0};
	struct lx_event event;
	char channel[sizeof(log->channel)];

	pthread_mutex_lock(&log->mutex);
	const bool was_told = log->trouble != LX_DATABASE_OK;
	/* A new file was begun: that is no lasting trouble, and needs no word of its own when it works. */
	log->trouble = *kept ? LX_DATABASE_OK : trouble;
	memcpy(channel, log->channel, sizeof(channel));
	pthread_mutex_unlock(&log->mutex);
	if (!log->config.bus || (trouble == LX_DATABASE_OK && !was_told))
		return;

	lx_log_trouble_text(log->config.text, trouble, log->path, kept, &sentence);
	dstr_printf(&id, "livextrem_log_%s", trouble == LX_DATABASE_OK ? "resumed" : lx_database_trouble_word(trouble));
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(log->config.clock);
	event.channel = channel;
	event.notice.id = id.array;
	event.notice.text = sentence.array;
	lx_bus_emit(log->config.bus, &event);
	dstr_free(&sentence);
	dstr_free(&id);
}

/* --- the time line ----------------------------------------------------------------------------------------------- */

bool lx_log_stream_online(struct lx_log *log, const char *channel, const char *room_id, const char *stream_id,
			  int64_t started_ms)
{
	pthread_mutex_lock(&log->mutex);
	const bool same = log->live && strcmp(log->live_channel, channel) == 0;
	const bool news = !same || (*stream_id && strcmp(log->stream_id, stream_id) != 0);
	if (news && *channel && os_atomic_load_bool(&log->enabled)) {
		log->live = true;
		snprintf(log->live_channel, sizeof(log->live_channel), "%s", channel);
		snprintf(log->stream_id, sizeof(log->stream_id), "%s", stream_id);
	}
	pthread_mutex_unlock(&log->mutex);
	if (!news || !*channel)
		return false;
	struct item *item = make_item(ITEM_ONLINE, lx_clock_unix_ms(log->config.clock), channel);
	item->text[1] = bstrdup(room_id);
	item->text[2] = bstrdup(stream_id);
	item->number = started_ms;
	return post(log, item, sizeof(*item) + 100);
}

void lx_log_stream_offline(struct lx_log *log, const char *channel)
{
	pthread_mutex_lock(&log->mutex);
	const bool same = strcmp(log->live_channel, channel) == 0;
	const bool news = log->live || !same;
	log->live = false;
	snprintf(log->live_channel, sizeof(log->live_channel), "%s", channel);
	pthread_mutex_unlock(&log->mutex);
	if (news && *channel)
		post_simple(log, ITEM_OFFLINE, channel, 0);
}

void lx_log_stream_info(struct lx_log *log, const char *channel, const char *title, const char *category)
{
	struct item *item = make_item(ITEM_INFO, lx_clock_unix_ms(log->config.clock), channel);
	item->text[1] = bstrdup(title);
	item->text[2] = bstrdup(category);
	post(log, item, sizeof(*item) + strlen(title) + 100);
}

/* The mutex is held. */
static void begin_span(struct lx_log *log, int64_t position_ms)
{
	log->recording.paused = false;
	log->recording.begin_ms = lx_clock_unix_ms(log->config.clock);
	log->recording.position_ms = position_ms;
}

void lx_log_recording_started(struct lx_log *log, const char *path, int64_t position_ms)
{
	struct item *item = make_item(ITEM_RECORDING, lx_clock_unix_ms(log->config.clock), path);
	pthread_mutex_lock(&log->mutex);
	log->recording.running = true;
	begin_span(log, position_ms);
	item->number = position_ms;
	item->end_ms = log->recording.skew_ms = log->skew_messages ? log->skew_ms : 0;
	pthread_mutex_unlock(&log->mutex);
	post(log, item, sizeof(*item) + strlen(path));
}

void lx_log_recording_paused(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	log->recording.paused = true;
	pthread_mutex_unlock(&log->mutex);
	post_simple(log, ITEM_PAUSE, "", 0);
}

void lx_log_recording_resumed(struct lx_log *log, int64_t position_ms)
{
	pthread_mutex_lock(&log->mutex);
	begin_span(log, position_ms);
	pthread_mutex_unlock(&log->mutex);
	post_simple(log, ITEM_SPAN, "", position_ms);
}

void lx_log_recording_split(struct lx_log *log, const char *next_path)
{
	pthread_mutex_lock(&log->mutex);
	begin_span(log, 0);
	pthread_mutex_unlock(&log->mutex);
	post_simple(log, ITEM_SPAN, next_path, 0);
}

void lx_log_recording_stopped(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	memset(&log->recording, 0, sizeof(log->recording));
	pthread_mutex_unlock(&log->mutex);
	post_simple(log, ITEM_RECORDING_STOP, "", 0);
}

void lx_log_set_position(struct lx_log *log, lx_log_position position, void *data)
{
	pthread_mutex_lock(&log->position_mutex);
	log->position = position;
	log->position_data = data;
	pthread_mutex_unlock(&log->position_mutex);
}

void lx_log_scene(struct lx_log *log, const char *name)
{
	post_simple(log, ITEM_SCENE, name, 0);
}

int64_t lx_log_now(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t skew_ms = log->recording.running ? log->recording.skew_ms : log->skew_messages ? log->skew_ms : 0;
	pthread_mutex_unlock(&log->mutex);
	return lx_clock_unix_ms(log->config.clock) - skew_ms;
}

bool lx_log_change_marker(struct lx_log *log, const struct lx_marker_change *change)
{
	struct item *item = make_item(ITEM_MARKER, change->marker.at_ms, "");
	item->marker = bmemdup(change, sizeof(*change));
	return post(log, item, sizeof(*item) + sizeof(*change));
}

/* The start-up of encoders and what they lost make the file's time another one than the clock's. */
static void check_position(struct lx_log *log, int64_t now_ms)
{
	pthread_mutex_lock(&log->mutex);
	const struct recording recording = log->recording;
	pthread_mutex_unlock(&log->mutex);
	if (!recording.running || recording.paused)
		return;

	pthread_mutex_lock(&log->position_mutex);
	const int64_t position_ms = log->position ? log->position(log->position_data) : -1;
	pthread_mutex_unlock(&log->position_mutex);
	const int64_t expected_ms = recording.position_ms + now_ms - recording.begin_ms;
	if (position_ms < 0 || llabs(expected_ms - position_ms) <= DRIFT_MS)
		return;
	pthread_mutex_lock(&log->mutex);
	const bool same = log->recording.begin_ms == recording.begin_ms && !log->recording.paused;
	if (same)
		begin_span(log, position_ms);
	pthread_mutex_unlock(&log->mutex);
	if (same)
		post_simple(log, ITEM_SPAN, "", position_ms);
}

/* --- the bus ----------------------------------------------------------------------------------------------------- */

static void note_skew(struct lx_log *log, int64_t skew_ms)
{
	/* The least of many: what remains is the way from Twitch, some tens of milliseconds. */
	if (!log->skew_messages || skew_ms < log->skew_ms || log->skew_messages > SKEW_MESSAGES) {
		log->skew_ms = skew_ms;
		log->skew_messages = 0;
	}
	log->skew_messages++;
}

static void on_event(const struct lx_event *event, void *data)
{
	struct lx_log *log = data;
	size_t size;
	struct item *item = event_item(event, &size);
	if (is_message(item)) {
		const int64_t now_ms = lx_clock_unix_ms(log->config.clock);
		pthread_mutex_lock(&log->mutex);
		if (*event->channel && strcmp(log->channel, event->channel) != 0)
			snprintf(log->channel, sizeof(log->channel), "%s", event->channel);
		note_skew(log, now_ms - event->time_ms);
		pthread_mutex_unlock(&log->mutex);
		check_position(log, now_ms);
	}
	post(log, item, size);
}

static void on_notice(const struct lx_event *event, void *data)
{
	/* Sentences of our own, that of this log not being writable among them, are no part of the chat. */
	if (strncmp(event->notice.id, "livextrem_", 10) != 0)
		on_event(event, data);
}

static void expire(struct lx_log *log);

/* From the loss of a link to the moment that chat comes in again. */
static void on_connection(const struct lx_event *event, void *data)
{
	struct lx_log *log = data;
	if (event->connection.link != LX_LINK_CHAT)
		return;
	const bool online = event->connection.state == LX_LINK_ONLINE;
	pthread_mutex_lock(&log->mutex);
	const bool begins = !online && log->online;
	char channel[sizeof(log->channel)];
	if (online)
		snprintf(log->channel, sizeof(log->channel), "%s", event->channel);
	memcpy(channel, log->channel, sizeof(channel));
	log->online = online;
	log->gap = !online && (begins || log->gap);
	pthread_mutex_unlock(&log->mutex);

	if (online) {
		/* Of whatever was before; another channel may have been read meanwhile. */
		post_simple(log, ITEM_GAP_END, channel, 0);
		/* Now and then, for programs that run for weeks. */
		expire(log);
	} else if (begins) {
		const int64_t from_ms = event->connection.missed_from_ms;
		struct item *item =
			make_item(ITEM_GAP, from_ms ? from_ms : lx_clock_unix_ms(log->config.clock), channel);
		item->text[1] = bstrdup(event->connection.state == LX_LINK_OFFLINE ? "off" : "link");
		item->number = -1;
		post(log, item, sizeof(*item) + sizeof(channel));
	}
}

static void on_stream(const struct lx_event *event, void *data)
{
	if (event->stream.online)
		lx_log_stream_online(data, event->channel, event->room_id, event->stream.id, event->stream.started_ms);
	else
		lx_log_stream_offline(data, event->channel);
}

static void on_channel_update(const struct lx_event *event, void *data)
{
	lx_log_stream_info(data, event->channel, event->channel_update.title, event->channel_update.category);
}

static const struct {
	enum lx_event_type type;
	lx_bus_listener listener;
} wires[] = {
	{LX_EVENT_CHAT_MESSAGE, on_event},    {LX_EVENT_CHAT_NOTICE, on_event},
	{LX_EVENT_MESSAGE_DELETED, on_event}, {LX_EVENT_USER_BANNED, on_event},
	{LX_EVENT_USER_UNBANNED, on_event},   {LX_EVENT_CHAT_CLEARED, on_event},
	{LX_EVENT_NOTICE, on_notice},         {LX_EVENT_CONNECTION, on_connection},
	{LX_EVENT_STREAM, on_stream},         {LX_EVENT_CHANNEL_UPDATE, on_channel_update},
};
#define WIRES (sizeof(wires) / sizeof(*wires))

/* --- care -------------------------------------------------------------------------------------------------------- */

struct care {
	struct lx_log *log;
	char *user_id, *login, *path;
	int64_t before_ms, removed;
	lx_log_finished finished;
	void *data;
};

static struct care *make_care(struct lx_log *log, lx_log_finished finished, void *data)
{
	struct care *care = bzalloc(sizeof(*care));
	care->log = log;
	care->finished = finished;
	care->data = data;
	return care;
}

static void care_finished(enum lx_database_trouble trouble, bool done, void *data)
{
	struct care *care = data;
	if (care->finished)
		care->finished(trouble, done, care->removed, care->data);
	bfree(care->user_id);
	bfree(care->login);
	bfree(care->path);
	bfree(care);
}

static void start_care(struct care *care, int (*run)(sqlite3 *db, void *data))
{
	lx_writer_do(care->log->writer, &(struct lx_writer_job){run, care_finished, care});
}

static int run_forget(sqlite3 *db, void *data)
{
	struct care *care = data;
	return lx_rows_forget_user(db, care->user_id, care->login, &care->removed);
}

void lx_log_forget_user(struct lx_log *log, const char *user_id, const char *login, lx_log_finished finished,
			void *data)
{
	struct care *care = make_care(log, finished, data);
	care->user_id = bstrdup(user_id);
	care->login = bstrdup(login);
	start_care(care, run_forget);
}

static int run_expire(sqlite3 *db, void *data)
{
	struct care *care = data;
	int64_t removed = 0;
	int result = lx_rows_expire(db, care->before_ms, EXPIRE_ROWS, &removed);
	care->removed += removed;
	return result == SQLITE_OK && removed == EXPIRE_ROWS ? SQLITE_ROW : result;
}

static void expired(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	struct lx_log *log = data;
	(void)trouble;
	(void)done;
	pthread_mutex_lock(&log->mutex);
	log->expiring = false;
	pthread_mutex_unlock(&log->mutex);
	if (removed)
		blog(LOG_INFO, "[liveXtrem] %lld messages were older than is to be kept", (long long)removed);
}

/* Now, when a day has passed since the last time. */
static void expire(struct lx_log *log)
{
	const int64_t now_ms = lx_clock_unix_ms(log->config.clock);
	pthread_mutex_lock(&log->mutex);
	const int days = log->retention_days;
	const bool due = days && !log->expiring && now_ms - log->expired_at_ms >= DAY_MS;
	if (due) {
		log->expiring = true;
		log->expired_at_ms = now_ms;
	}
	pthread_mutex_unlock(&log->mutex);
	if (!due)
		return;
	struct care *care = make_care(log, expired, log);
	care->before_ms = now_ms - days * DAY_MS;
	start_care(care, run_expire);
}

void lx_log_set_retention(struct lx_log *log, int days)
{
	pthread_mutex_lock(&log->mutex);
	if (days != log->retention_days)
		log->expired_at_ms = 0;
	log->retention_days = days;
	pthread_mutex_unlock(&log->mutex);
	expire(log);
}

static int run_compact(sqlite3 *db, void *data)
{
	(void)data;
	int result = lx_database_run(db, "INSERT INTO words(words) VALUES('optimize')");
	if (result == SQLITE_OK)
		result = lx_database_run(db, "VACUUM");
	if (result == SQLITE_OK)
		result = lx_database_run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
	return result;
}

void lx_log_compact(struct lx_log *log, lx_log_finished finished, void *data)
{
	start_care(make_care(log, finished, data), run_compact);
}

static int run_backup(sqlite3 *db, void *data)
{
	static const int results[] = {SQLITE_OK,      SQLITE_FULL,   SQLITE_READONLY, SQLITE_BUSY,
				      SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_NOTADB,   SQLITE_IOERR};
	const struct care *care = data;
	return results[lx_database_backup(db, care->path, NULL, NULL)];
}

void lx_log_backup(struct lx_log *log, const char *path, lx_log_finished finished, void *data)
{
	struct care *care = make_care(log, finished, data);
	care->path = bstrdup(path);
	start_care(care, run_backup);
}

void lx_log_get_stats(struct lx_log *log, struct lx_log_stats *stats)
{
	struct lx_writer_stats writer;
	lx_writer_get_stats(log->writer, &writer);
	memset(stats, 0, sizeof(*stats));
	stats->written = writer.written;
	stats->waiting = writer.waiting;
	stats->trouble = writer.trouble;
	stats->bytes = lx_database_size(log->path);
	pthread_mutex_lock(&log->mutex);
	stats->lost = log->lost;
	stats->doubles = log->doubles;
	pthread_mutex_unlock(&log->mutex);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

struct lx_log *lx_log_create(const struct lx_log_config *config)
{
	struct lx_log *log = bzalloc(sizeof(*log));
	log->config = *config;
	log->path = bstrdup(config->path);
	log->retention_days = config->retention_days;
	pthread_mutex_init(&log->mutex, NULL);
	pthread_mutex_init(&log->position_mutex, NULL);
	log->writer = lx_writer_create(&(struct lx_writer_config){
		.path = config->path,
		.schema = &lx_log_schema,
		.clock = config->clock,
		.capacity = config->capacity ? config->capacity : CAPACITY,
		.attach = attach,
		.detach = detach,
		.begin = begin,
		.write = write_item,
		.committed = committed,
		.rolled_back = rolled_back,
		.refused = refused,
		.free_item = free_item,
		.state = on_state,
		.data = log,
	});
	return log;
}

static bool start_writing(struct lx_log *log)
{
	if (!log->writing && !lx_writer_start(log->writer))
		return false;
	log->writing = true;
	os_atomic_set_bool(&log->enabled, true);
	for (size_t i = 0; log->config.bus && i < WIRES; i++)
		lx_bus_connect(log->config.bus, wires[i].type, wires[i].listener, log);
	expire(log);
	return true;
}

static void stop_listening(struct lx_log *log)
{
	for (size_t i = 0; log->config.bus && i < WIRES; i++)
		lx_bus_disconnect(log->config.bus, wires[i].type, wires[i].listener, log);
}

bool lx_log_start(struct lx_log *log, bool enabled)
{
	log->started = true;
	return !enabled || start_writing(log);
}

void lx_log_set_enabled(struct lx_log *log, bool enabled)
{
	char channel[sizeof(log->channel)];
	if (!log->started || enabled == os_atomic_load_bool(&log->enabled))
		return;
	pthread_mutex_lock(&log->mutex);
	memcpy(channel, log->channel, sizeof(channel));
	const bool gap = log->gap;
	/* It may be over before it is looked at again. */
	log->live = false;
	log->gap = !enabled || log->gap;
	pthread_mutex_unlock(&log->mutex);
	if (enabled) {
		if (!start_writing(log))
			return;
		pthread_mutex_lock(&log->mutex);
		log->gap = false;
		pthread_mutex_unlock(&log->mutex);
		post_simple(log, ITEM_GAP_END, channel, 0);
		return;
	}
	stop_listening(log);
	if (!gap) {
		struct item *item = make_item(ITEM_GAP, lx_clock_unix_ms(log->config.clock), channel);
		item->text[1] = bstrdup("off");
		item->number = -1;
		post(log, item, sizeof(*item) + sizeof(channel));
	}
	os_atomic_set_bool(&log->enabled, false);
}

size_t lx_log_stop(struct lx_log *log)
{
	if (os_atomic_load_bool(&log->enabled))
		stop_listening(log);
	os_atomic_set_bool(&log->enabled, false);
	log->started = log->writing = false;
	pthread_mutex_lock(&log->mutex);
	post_losses(log);
	pthread_mutex_unlock(&log->mutex);
	return lx_writer_stop(log->writer, STOP_MS);
}

void lx_log_destroy(struct lx_log *log)
{
	if (!log)
		return;
	lx_log_stop(log);
	lx_writer_destroy(log->writer);
	pthread_mutex_destroy(&log->position_mutex);
	pthread_mutex_destroy(&log->mutex);
	bfree(log->path);
	bfree(log);
}
