/* The time line of the chat log: streams, recordings, scenes, markers. */
#include "chat/log_internal.h"

#include <stdio.h>

#include "chat/marker.h"

#define SKEW_MESSAGES 200

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
	struct log_item *item = log_make_item(ITEM_ONLINE, lx_clock_unix_ms(log->config.clock), channel);
	item->text[1] = bstrdup(room_id);
	item->text[2] = bstrdup(stream_id);
	item->number = started_ms;
	return log_post(log, item, sizeof(*item) + 100);
}

void lx_log_stream_offline(struct lx_log *log, const char *channel)
{
	pthread_mutex_lock(&log->mutex);
	const bool same = strcmp(log->live_channel, channel) == 0;
	const bool news = log->live || !same, seen = log->live && same;
	log->live = false;
	snprintf(log->live_channel, sizeof(log->live_channel), "%s", channel);
	pthread_mutex_unlock(&log->mutex);
	if (news && *channel)
		log_post_simple(log, ITEM_OFFLINE, channel, seen ? 0 : log->created_ms);
}

void lx_log_stream_info(struct lx_log *log, const char *channel, const char *title, const char *category)
{
	struct log_item *item = log_make_item(ITEM_INFO, lx_clock_unix_ms(log->config.clock), channel);
	item->text[1] = bstrdup(title);
	item->text[2] = bstrdup(category);
	log_post(log, item, sizeof(*item) + strlen(title) + 100);
}

/*
 * What a recording's time is told in: the wall clock at its start, and the steady one from then on, as OBS itself counts. So a wall
 * clock that is put right in the middle of it moves nothing. The mutex is held.
 */
static int64_t recording_now_ms(const struct lx_log *log)
{
	return log->recording.running
		       ? log->recording.unix_ms + (int64_t)(lx_clock_ms(log->config.clock) - log->recording.steady_ms)
		       : lx_clock_unix_ms(log->config.clock);
}

static void post_at(struct lx_log *log, enum log_item_kind kind, const char *text, int64_t time_ms, int64_t number)
{
	struct log_item *item = log_make_item(kind, time_ms, text);
	item->number = number;
	log_post(log, item, sizeof(*item) + strlen(text));
}

static int64_t begin_span(struct lx_log *log, int64_t begin_ms)
{
	log->recording.span_begin_ms = begin_ms;
	return begin_ms;
}

void lx_log_recording_started(struct lx_log *log, const char *path)
{
	pthread_mutex_lock(&log->mutex);
	log->recording = (struct log_recording){
		.running = true,
		.unix_ms = lx_clock_unix_ms(log->config.clock),
		.steady_ms = lx_clock_ms(log->config.clock),
		.skew_known = log->skew_messages != 0,
		.skew_ms = log->skew_ms,
	};
	struct log_item *item = log_make_item(ITEM_RECORDING, begin_span(log, log->recording.unix_ms), path);
	item->end_ms = log->skew_ms;
	pthread_mutex_unlock(&log->mutex);
	log_post(log, item, sizeof(*item) + strlen(path));
}

void lx_log_recording_moved(struct lx_log *log, int64_t position_ms)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t at_begin_ms = position_ms - (recording_now_ms(log) - log->recording.span_begin_ms);
	/* What was before the file began is in none. */
	const int64_t begin_ms = at_begin_ms < 0 ? begin_span(log, log->recording.span_begin_ms - at_begin_ms)
						 : log->recording.span_begin_ms;
	const bool running = log->recording.running;
	pthread_mutex_unlock(&log->mutex);
	if (running)
		post_at(log, ITEM_SPAN_MOVE, "", begin_ms, at_begin_ms < 0 ? 0 : at_begin_ms);
}

void lx_log_recording_paused(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t now_ms = recording_now_ms(log);
	pthread_mutex_unlock(&log->mutex);
	post_at(log, ITEM_PAUSE, "", now_ms, 0);
}

void lx_log_recording_resumed(struct lx_log *log, int64_t position_ms)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t now_ms = begin_span(log, recording_now_ms(log));
	pthread_mutex_unlock(&log->mutex);
	post_at(log, ITEM_SPAN, "", now_ms, position_ms);
}

void lx_log_recording_split(struct lx_log *log, const char *next_path, int64_t position_ms)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t begin_ms = begin_span(log, recording_now_ms(log) - position_ms);
	pthread_mutex_unlock(&log->mutex);
	post_at(log, ITEM_SPAN, next_path, begin_ms, 0);
}

void lx_log_recording_stopped(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	const int64_t now_ms = recording_now_ms(log);
	log->recording = (struct log_recording){0};
	pthread_mutex_unlock(&log->mutex);
	post_at(log, ITEM_RECORDING_STOP, "", now_ms, 0);
}

void lx_log_scene(struct lx_log *log, const char *name)
{
	log_post_simple(log, ITEM_SCENE, name, 0);
}

int64_t lx_log_now(struct lx_log *log)
{
	pthread_mutex_lock(&log->mutex);
	const struct log_recording *recording = &log->recording;
	const int64_t skew_ms = recording->running ? recording->skew_ms : log->skew_ms;
	const int64_t now_ms = recording_now_ms(log) - skew_ms;
	pthread_mutex_unlock(&log->mutex);
	return now_ms;
}

bool lx_log_change_marker(struct lx_log *log, const struct lx_marker_change *change)
{
	struct log_item *item = log_make_item(ITEM_MARKER, change->marker.at_ms, "");
	item->marker = bmemdup(change, sizeof(*change));
	return log_post(log, item, sizeof(*item) + sizeof(*change));
}

void log_note_arrival(struct lx_log *log, int64_t sent_ms)
{
	struct log_recording *recording = &log->recording;
	pthread_mutex_lock(&log->mutex);
	const int64_t skew_ms = lx_clock_unix_ms(log->config.clock) - sent_ms;
	/* The least of many: what remains is the way from Twitch, some tens of milliseconds. */
	if (!log->skew_messages || skew_ms < log->skew_ms || log->skew_messages > SKEW_MESSAGES) {
		log->skew_ms = skew_ms;
		log->skew_messages = 0;
	}
	log->skew_messages++;

	const int64_t in_recording_ms = recording_now_ms(log) - sent_ms;
	const bool news = recording->running && (!recording->skew_known || in_recording_ms < recording->skew_ms);
	if (news) {
		recording->skew_known = true;
		recording->skew_ms = in_recording_ms;
	}
	pthread_mutex_unlock(&log->mutex);
	if (news)
		post_at(log, ITEM_SKEW, "", sent_ms, in_recording_ms);
}
