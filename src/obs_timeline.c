#include "obs_timeline.h"

#include <obs.h>
#include <util/threading.h>

#include "chat/log.h"

struct lx_obs_timeline {
	struct lx_log *log;
	obs_output_t *output;        /* that records, ours while it does */
	volatile long file_begin_ms; /* of the present file in the output's own time */
};

/* Frames that were written, pauses left out: the wall clock knows neither the encoder's start nor what it skipped. */
static int64_t output_ms(obs_output_t *output)
{
	const video_t *video = obs_output_video(output);
	return video ? obs_output_get_total_frames(output) * (int64_t)video_output_get_frame_time(video) / 1000000 : -1;
}

static int64_t file_position(void *data)
{
	struct lx_obs_timeline *timeline = data;
	const int64_t at_ms = output_ms(timeline->output);
	return at_ms < 0 ? at_ms : at_ms - os_atomic_load_long(&timeline->file_begin_ms);
}

static void on_file_changed(void *data, calldata_t *call)
{
	struct lx_obs_timeline *timeline = data;
	const char *next = calldata_string(call, "next_file");
	const int64_t at_ms = output_ms(timeline->output);
	if (!next || !*next)
		return;
	os_atomic_set_long(&timeline->file_begin_ms, (long)(at_ms > 0 ? at_ms : 0));
	lx_log_recording_split(timeline->log, next);
}

static void let_go(struct lx_obs_timeline *timeline)
{
	if (!timeline->output)
		return;
	lx_log_set_position(timeline->log, NULL, NULL);
	/* Waits for a call under way. */
	signal_handler_disconnect(obs_output_get_signal_handler(timeline->output), "file_changed", on_file_changed,
				  timeline);
	obs_output_release(timeline->output);
	timeline->output = NULL;
}

static void recording_started(struct lx_obs_timeline *timeline)
{
	/* The file being written; the "current record output path" is only its folder. */
	char *path = obs_frontend_get_last_recording();
	let_go(timeline);
	timeline->output = obs_frontend_get_recording_output();
	os_atomic_set_long(&timeline->file_begin_ms, 0);
	const int64_t at_ms = timeline->output ? output_ms(timeline->output) : 0;
	lx_log_recording_started(timeline->log, path ? path : "", at_ms > 0 ? at_ms : 0);
	bfree(path);
	if (!timeline->output)
		return;
	signal_handler_connect(obs_output_get_signal_handler(timeline->output), "file_changed", on_file_changed,
			       timeline);
	lx_log_set_position(timeline->log, file_position, timeline);
}

static void scene_changed(struct lx_obs_timeline *timeline)
{
	obs_source_t *scene = obs_frontend_get_current_scene();
	const char *name = scene ? obs_source_get_name(scene) : NULL;
	lx_log_scene(timeline->log, name ? name : "");
	obs_source_release(scene);
}

struct lx_obs_timeline *lx_obs_timeline_create(struct lx_log *log)
{
	struct lx_obs_timeline *timeline = bzalloc(sizeof(*timeline));
	timeline->log = log;
	return timeline;
}

void lx_obs_timeline_destroy(struct lx_obs_timeline *timeline)
{
	if (!timeline)
		return;
	if (timeline->output)
		lx_log_recording_stopped(timeline->log);
	let_go(timeline);
	lx_log_scene(timeline->log, "");
	bfree(timeline);
}

void lx_obs_timeline_event(struct lx_obs_timeline *timeline, enum obs_frontend_event event)
{
	switch (event) {
	case OBS_FRONTEND_EVENT_RECORDING_STARTED:
		recording_started(timeline);
		break;
	case OBS_FRONTEND_EVENT_RECORDING_PAUSED:
		lx_log_recording_paused(timeline->log);
		break;
	case OBS_FRONTEND_EVENT_RECORDING_UNPAUSED: {
		const int64_t at_ms = timeline->output ? file_position(timeline) : 0;
		lx_log_recording_resumed(timeline->log, at_ms > 0 ? at_ms : 0);
		break;
	}
	case OBS_FRONTEND_EVENT_RECORDING_STOPPED:
		let_go(timeline);
		lx_log_recording_stopped(timeline->log);
		break;
	case OBS_FRONTEND_EVENT_FINISHED_LOADING:
	case OBS_FRONTEND_EVENT_SCENE_CHANGED:
	case OBS_FRONTEND_EVENT_SCENE_COLLECTION_CHANGED:
		scene_changed(timeline);
		break;
	default:
		break;
	}
}
