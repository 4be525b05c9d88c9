#include "chat/log_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include <util/base.h>

#include "bus/event_copy.h"
#include "chat/marker.h"

#define CAPACITY ((size_t)64 << 20)
#define STOP_MS 150
#define GRACE_MS (10 * 60 * 1000)

/* --- items ------------------------------------------------------------------------------------------------------- */

static void free_item(void *data)
{
	struct log_item *item = data;
	bfree(item->event);
	bfree(item->marker);
	for (size_t i = 0; i < 3; i++)
		bfree(item->text[i]);
	bfree(item);
}

struct log_item *log_make_item(enum log_item_kind kind, int64_t time_ms, const char *text)
{
	struct log_item *item = bzalloc(sizeof(*item));
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
	struct log_item *gap = log_make_item(ITEM_GAP, log->lost_first_ms, log->channel);
	gap->text[1] = bstrdup(log->trouble == LX_DATABASE_OK ? "queue" : "disk");
	gap->end_ms = log->lost_last_ms;
	gap->number = (int64_t)log->lost_untold;
	if (lx_writer_post(log->writer, gap, sizeof(*gap)))
		log->lost_untold = 0;
	else
		free_item(gap);
}

bool log_post(struct lx_log *log, struct log_item *item, size_t size)
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

bool log_post_simple(struct lx_log *log, enum log_item_kind kind, const char *text, int64_t number)
{
	struct log_item *item = log_make_item(kind, lx_clock_unix_ms(log->config.clock), text);
	item->number = number;
	return log_post(log, item, sizeof(*item) + strlen(text));
}

static struct log_item *event_item(const struct lx_event *event, size_t *size)
{
	struct log_item *item = bzalloc(sizeof(*item));
	item->kind = ITEM_EVENT;
	item->time_ms = event->time_ms;
	item->event = lx_event_copy(event, size);
	*size += sizeof(*item);
	return item;
}

bool lx_log_add(struct lx_log *log, const struct lx_event *event)
{
	size_t size;
	struct log_item *item = event_item(event, &size);
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

static bool is_message(const struct log_item *item)
{
	return item->event && (item->event->type == LX_EVENT_CHAT_MESSAGE || item->event->type == LX_EVENT_CHAT_NOTICE);
}

/* Messages first, in order of time: the index takes rows fast only in the order of their numbers. */
static int compare(const void *a, const void *b)
{
	const struct log_item *left = *(struct log_item *const *)a, *right = *(struct log_item *const *)b;
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
	memset(&log->tidying, 0, sizeof(log->tidying));
	pthread_mutex_lock(&log->mutex);
	log->doubles += log->batch_doubles;
	pthread_mutex_unlock(&log->mutex);
}

static int tend(sqlite3 *db, void *data)
{
	struct lx_log *log = data;
	return lx_rows_tidy(db, &log->tidying);
}

static int begin(void **items, size_t count, void *data)
{
	struct lx_log *log = data;
	log->batch_doubles = 0;
	for (size_t i = 0; i < count; i++)
		((struct log_item *)items[i])->order = i;
	qsort(items, count, sizeof(*items), compare);
	return lx_rows_begin(log->rows);
}

static int write_item(void *data, void *log_data)
{
	struct lx_log *log = log_data;
	struct lx_rows *rows = log->rows;
	const struct log_item *item = data;
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
		return item->number ? lx_rows_stream_ended_before(rows, item->text[0], item->number)
				    : lx_rows_stream_offline(rows, item->text[0], item->time_ms);
	case ITEM_INFO:
		return lx_rows_stream_info(rows, item->text[0], item->text[1], item->text[2]);
	case ITEM_RECORDING:
		return lx_rows_recording_start(rows, item->text[0], item->time_ms, item->end_ms);
	case ITEM_SPAN:
		return lx_rows_recording_span(rows, item->text[0], item->time_ms, item->number);
	case ITEM_SPAN_MOVE:
		return lx_rows_recording_move(rows, item->time_ms, item->number);
	case ITEM_SKEW:
		return lx_rows_recording_skew(rows, item->number);
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
	const struct log_item *item = data;
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
	dstr_printf(&id, LX_LOG_NOTICE_ID "%s",
		    trouble == LX_DATABASE_OK ? "resumed"
		    : *kept                   ? "set_aside"
					      : lx_database_trouble_word(trouble));
	lx_event_init(&event, LX_EVENT_NOTICE);
	event.time_ms = lx_clock_unix_ms(log->config.clock);
	event.channel = channel;
	event.notice.id = id.array;
	event.notice.text = sentence.array;
	lx_bus_emit(log->config.bus, &event);
	dstr_free(&sentence);
	dstr_free(&id);
}

/* --- the bus ----------------------------------------------------------------------------------------------------- */

static void on_event(const struct lx_event *event, void *data)
{
	struct lx_log *log = data;
	size_t size;
	struct log_item *item = event_item(event, &size);
	if (is_message(item)) {
		pthread_mutex_lock(&log->mutex);
		if (*event->channel && strcmp(log->channel, event->channel) != 0)
			snprintf(log->channel, sizeof(log->channel), "%s", event->channel);
		pthread_mutex_unlock(&log->mutex);
		log_note_arrival(log, event->time_ms);
	}
	log_post(log, item, size);
}

static void on_notice(const struct lx_event *event, void *data)
{
	/* Sentences of our own, that of this log not being writable among them, are no part of the chat. */
	if (strncmp(event->notice.id, "livextrem_", 10) != 0)
		on_event(event, data);
}

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
		log_post_simple(log, ITEM_GAP_END, channel, 0);
		/* Now and then, for programs that run for weeks. */
		log_expire(log);
	} else if (begins) {
		const int64_t from_ms = event->connection.missed_from_ms;
		struct log_item *item =
			log_make_item(ITEM_GAP, from_ms ? from_ms : lx_clock_unix_ms(log->config.clock), channel);
		item->text[1] = bstrdup(event->connection.state == LX_LINK_OFFLINE ? "off" : "link");
		item->number = -1;
		log_post(log, item, sizeof(*item) + sizeof(channel));
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

/* --- life -------------------------------------------------------------------------------------------------------- */

struct lx_log *lx_log_create(const struct lx_log_config *config)
{
	struct lx_log *log = bzalloc(sizeof(*log));
	log->config = *config;
	log->path = bstrdup(config->path);
	log->retention_days = config->retention_days;
	log->created_ms = lx_clock_unix_ms(config->clock);
	pthread_mutex_init(&log->mutex, NULL);
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
		.idle = tend,
		.state = on_state,
		.data = log,
	});
	return log;
}

static void start_writing(struct lx_log *log)
{
	os_atomic_set_bool(&log->enabled, true);
	for (size_t i = 0; log->config.bus && i < WIRES; i++)
		lx_bus_connect(log->config.bus, wires[i].type, wires[i].listener, log);
	log_expire(log);
}

static void stop_listening(struct lx_log *log)
{
	for (size_t i = 0; log->config.bus && i < WIRES; i++)
		lx_bus_disconnect(log->config.bus, wires[i].type, wires[i].listener, log);
}

bool lx_log_start(struct lx_log *log, bool enabled)
{
	/* Also when nothing is to be written: forgetting somebody, and the like, is done by it. */
	pthread_mutex_lock(&log->mutex);
	log->started = log->started || lx_writer_start(log->writer, enabled);
	const bool started = log->started;
	pthread_mutex_unlock(&log->mutex);
	if (started && enabled)
		start_writing(log);
	return started;
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
		start_writing(log);
		pthread_mutex_lock(&log->mutex);
		log->gap = false;
		pthread_mutex_unlock(&log->mutex);
		log_post_simple(log, ITEM_GAP_END, channel, 0);
		return;
	}
	stop_listening(log);
	if (!gap) {
		struct log_item *item = log_make_item(ITEM_GAP, lx_clock_unix_ms(log->config.clock), channel);
		item->text[1] = bstrdup("off");
		item->number = -1;
		log_post(log, item, sizeof(*item) + sizeof(channel));
	}
	os_atomic_set_bool(&log->enabled, false);
}

size_t lx_log_stop(struct lx_log *log)
{
	if (os_atomic_load_bool(&log->enabled))
		stop_listening(log);
	os_atomic_set_bool(&log->enabled, false);
	pthread_mutex_lock(&log->mutex);
	log->started = false;
	post_losses(log);
	pthread_mutex_unlock(&log->mutex);
	log_end_backup(log);
	return lx_writer_stop(log->writer, STOP_MS);
}

void lx_log_destroy(struct lx_log *log)
{
	if (!log)
		return;
	lx_log_stop(log);
	lx_writer_destroy(log->writer);
	pthread_mutex_destroy(&log->mutex);
	bfree(log->path);
	bfree(log);
}
