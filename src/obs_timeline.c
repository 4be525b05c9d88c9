#include "obs_timeline.h"

#include <obs.h>
#include <util/platform.h>
#include <util/threading.h>

#include "chat/log.h"

/* How long an encoder keeps a picture, when nothing tells: x264's look-ahead at 30 pictures a second. */
#define USUAL_LAG_NS 500000000
#define MOST_LAG_NS 5000000000 /* beyond it was not the encoder */
#define SETTLE_FRAMES 60       /* of a file that began within a running encoder, until its beginning is known */

enum role { ROLE_RECORDING, ROLE_STREAM, ROLE_REPLAY, ROLE_COUNT };

/* One of OBS's own outputs. */
struct output {
	obs_output_t *output;  /* ours from its start to its stop; changed with the mutex held */
	volatile bool started; /* start_ns is set */
	uint64_t start_ns;
	bool alone; /* nobody used its encoder when it started: it begins with the first picture */
};

/*
 * A recording's time is the steady clock's: OBS repeats pictures rather than to lose time. It begins with the first picture that the
 * encoder was given, and stands still in pauses, whose length the encoder knows. The count of frames written tells less: encoders hold
 * back many of them, for lookahead and B-frames (0.6 s with x264 at 30 pictures a second), and what is seen now is not in it yet.
 *
 * An encoder that runs already, for a stream or a replay buffer, gives the file its beginning with its next keyframe, a while
 * after the start. Then the frames written tell when that was, once it is known how long the encoder keeps them: which is seen with
 * the output that started it.
 */
struct lx_obs_timeline {
	struct lx_log *log;
	struct output outputs[ROLE_COUNT];

	pthread_mutex_t mutex; /* guards what follows */
	uint64_t zero_ns;      /* when the recording began, on OBS's clock */
	uint64_t file_ns;      /* where the present file begins in the recording */
	int settling;          /* frames still to be looked at, 0 = its beginning is known */
	int64_t least_begin_ns, least_lag_ns;
};

static obs_output_t *get_output(enum role role)
{
	switch (role) {
	case ROLE_RECORDING:
		return obs_frontend_get_recording_output();
	case ROLE_STREAM:
		return obs_frontend_get_streaming_output();
	default:
		return obs_frontend_get_replay_buffer_output();
	}
}

static uint64_t frame_ns(obs_output_t *output)
{
	const video_t *video = obs_output_video(output);
	return video ? video_output_get_frame_time(video) : 0;
}

static uint64_t written_ns(obs_output_t *output)
{
	const int frames = obs_output_get_total_frames(output);
	return frames > 0 ? (uint64_t)frames * frame_ns(output) : 0;
}

static uint64_t paused_ns(obs_output_t *output)
{
	const obs_encoder_t *encoder = obs_output_get_video_encoder(output);
	return encoder ? obs_encoder_get_pause_offset(encoder) : obs_output_get_pause_offset(output);
}

/* --- outputs start and stop ---------------------------------------------------------------------------------------- */

/* On the output's thread: OBS's window hears of it later, when it has the time. */
static void on_start(void *data, calldata_t *call)
{
	struct output *output = data;
	(void)call;
	output->start_ns = os_gettime_ns();
	os_atomic_set_bool(&output->started, true);
}

/* `now` becomes ours, the one before is let go of. */
static void hold(struct lx_obs_timeline *timeline, enum role role, obs_output_t *now)
{
	struct output *output = &timeline->outputs[role];
	obs_output_t *before = output->output;
	if (before)
		signal_handler_disconnect(obs_output_get_signal_handler(before), "start", on_start, output);
	os_atomic_set_bool(&output->started, false);
	pthread_mutex_lock(&timeline->mutex);
	output->output = now;
	pthread_mutex_unlock(&timeline->mutex);
	obs_output_release(before);
	if (now)
		signal_handler_connect(obs_output_get_signal_handler(now), "start", on_start, output);
}

struct sharing {
	const obs_output_t *output;
	const obs_encoder_t *encoder;
	bool shared;
};

static bool find_sharing(void *data, obs_output_t *output)
{
	struct sharing *sharing = data;
	if (output != sharing->output && obs_output_active(output) &&
	    (obs_output_get_flags(output) & OBS_OUTPUT_ENCODED) &&
	    obs_output_get_video_encoder(output) == sharing->encoder)
		sharing->shared = true;
	return !sharing->shared;
}

static bool shares_encoder(const obs_output_t *output)
{
	struct sharing sharing = {output, obs_output_get_video_encoder(output), false};
	if (sharing.encoder)
		obs_enum_outputs(find_sharing, &sharing);
	return sharing.shared;
}

static void note_started(struct lx_obs_timeline *timeline, enum role role)
{
	struct output *output = &timeline->outputs[role];
	obs_output_t *now = get_output(role);
	if (now == output->output)
		obs_output_release(now);
	else
		hold(timeline, role, now);
	if (!now)
		return;
	pthread_mutex_lock(&timeline->mutex);
	if (!os_atomic_load_bool(&output->started))
		output->start_ns = os_gettime_ns();
	output->alone = !shares_encoder(now);
	pthread_mutex_unlock(&timeline->mutex);
}

/* --- the recording ------------------------------------------------------------------------------------------------- */

/* How far it is at this moment. The mutex is held. */
static int64_t recording_ns(const struct lx_obs_timeline *timeline)
{
	obs_output_t *output = timeline->outputs[ROLE_RECORDING].output;
	return output ? (int64_t)(os_gettime_ns() - timeline->zero_ns) - (int64_t)paused_ns(output) : 0;
}

/* The same in the present file. */
static int64_t file_ms(struct lx_obs_timeline *timeline)
{
	pthread_mutex_lock(&timeline->mutex);
	const int64_t at_ns = recording_ns(timeline) - (int64_t)timeline->file_ns;
	pthread_mutex_unlock(&timeline->mutex);
	return at_ns / 1000000;
}

/* How long the encoder keeps a picture, as seen with the output that started it; below 0 where that cannot be seen. */
static int64_t encoder_lag_ns(const struct lx_obs_timeline *timeline, uint64_t now_ns)
{
	obs_output_t *recording = timeline->outputs[ROLE_RECORDING].output;
	for (int i = ROLE_STREAM; i < ROLE_COUNT; i++) {
		const struct output *other = &timeline->outputs[i];
		if (!other->output || !other->alone || !obs_output_active(other->output) ||
		    obs_output_get_active_delay(other->output) ||
		    obs_output_get_video_encoder(other->output) != obs_output_get_video_encoder(recording))
			continue;
		const int64_t lag_ns = (int64_t)(now_ns - other->start_ns) - (int64_t)paused_ns(other->output) -
				       (int64_t)written_ns(other->output);
		/* A stream that was lost counts anew. */
		if (lag_ns >= 0 && lag_ns <= MOST_LAG_NS)
			return lag_ns;
	}
	return -1;
}

/* OBS's graphics thread, each frame. */
static void settle(void *data, float seconds)
{
	struct lx_obs_timeline *timeline = data;
	obs_output_t *output = timeline->outputs[ROLE_RECORDING].output;
	(void)seconds;

	pthread_mutex_lock(&timeline->mutex);
	const uint64_t written = timeline->settling ? written_ns(output) : 0;
	bool known = false;
	if (written && !obs_output_paused(output)) {
		const uint64_t now_ns = os_gettime_ns();
		const int64_t begin_ns = (int64_t)(now_ns - paused_ns(output) - written);
		const int64_t lag_ns = encoder_lag_ns(timeline, now_ns);
		/* Frames come in bunches: right after one the least of both is true. */
		if (timeline->settling == SETTLE_FRAMES || begin_ns < timeline->least_begin_ns)
			timeline->least_begin_ns = begin_ns;
		if (lag_ns >= 0 && (timeline->least_lag_ns < 0 || lag_ns < timeline->least_lag_ns))
			timeline->least_lag_ns = lag_ns;
		known = --timeline->settling == 0;
	}
	if (known)
		timeline->zero_ns = (uint64_t)(timeline->least_begin_ns -
					       (timeline->least_lag_ns >= 0 ? timeline->least_lag_ns : USUAL_LAG_NS));
	pthread_mutex_unlock(&timeline->mutex);
	if (known)
		lx_log_recording_moved(timeline->log, file_ms(timeline));
}

/* The next file begins with the frame that is being written: when it was seen is a while ago. On the output's thread. */
static void on_file_changed(void *data, calldata_t *call)
{
	struct lx_obs_timeline *timeline = data;
	const char *next = calldata_string(call, "next_file");
	if (!next || !*next)
		return;
	pthread_mutex_lock(&timeline->mutex);
	timeline->file_ns = written_ns(timeline->outputs[ROLE_RECORDING].output);
	pthread_mutex_unlock(&timeline->mutex);
	lx_log_recording_split(timeline->log, next, file_ms(timeline));
}

static void recording_started(struct lx_obs_timeline *timeline)
{
	struct output *recording = &timeline->outputs[ROLE_RECORDING];
	/* The file being written; the "current record output path" is only its folder. */
	char *path = obs_frontend_get_last_recording();
	note_started(timeline, ROLE_RECORDING);
	lx_log_recording_started(timeline->log, path ? path : "");
	bfree(path);
	if (!recording->output)
		return;

	pthread_mutex_lock(&timeline->mutex);
	/* The encoder waits for the first sound, which takes about a frame. */
	timeline->zero_ns = recording->start_ns + frame_ns(recording->output);
	timeline->file_ns = 0;
	timeline->settling = recording->alone ? 0 : SETTLE_FRAMES;
	timeline->least_lag_ns = -1;
	pthread_mutex_unlock(&timeline->mutex);
	lx_log_recording_moved(timeline->log, file_ms(timeline));
	signal_handler_connect(obs_output_get_signal_handler(recording->output), "file_changed", on_file_changed,
			       timeline);
	if (!recording->alone)
		obs_add_tick_callback(settle, timeline);
}

static void recording_ended(struct lx_obs_timeline *timeline)
{
	struct output *recording = &timeline->outputs[ROLE_RECORDING];
	if (recording->output) {
		/* Both wait for a call under way. */
		obs_remove_tick_callback(settle, timeline);
		signal_handler_disconnect(obs_output_get_signal_handler(recording->output), "file_changed",
					  on_file_changed, timeline);
	}
	hold(timeline, ROLE_RECORDING, NULL);
	lx_log_recording_stopped(timeline->log);
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
	pthread_mutex_init(&timeline->mutex, NULL);
	return timeline;
}

void lx_obs_timeline_destroy(struct lx_obs_timeline *timeline)
{
	if (!timeline)
		return;
	if (timeline->outputs[ROLE_RECORDING].output)
		recording_ended(timeline);
	for (int i = 0; i < ROLE_COUNT; i++)
		hold(timeline, (enum role)i, NULL);
	lx_log_scene(timeline->log, "");
	pthread_mutex_destroy(&timeline->mutex);
	bfree(timeline);
}

void lx_obs_timeline_event(struct lx_obs_timeline *timeline, enum obs_frontend_event event)
{
	switch (event) {
	case OBS_FRONTEND_EVENT_RECORDING_STARTING:
		hold(timeline, ROLE_RECORDING, get_output(ROLE_RECORDING));
		break;
	case OBS_FRONTEND_EVENT_RECORDING_STARTED:
		recording_started(timeline);
		break;
	case OBS_FRONTEND_EVENT_RECORDING_PAUSED:
		lx_log_recording_paused(timeline->log);
		break;
	case OBS_FRONTEND_EVENT_RECORDING_UNPAUSED:
		lx_log_recording_resumed(timeline->log, file_ms(timeline));
		break;
	case OBS_FRONTEND_EVENT_RECORDING_STOPPED:
		recording_ended(timeline);
		break;
	case OBS_FRONTEND_EVENT_STREAMING_STARTING:
		hold(timeline, ROLE_STREAM, get_output(ROLE_STREAM));
		break;
	case OBS_FRONTEND_EVENT_STREAMING_STARTED:
		note_started(timeline, ROLE_STREAM);
		break;
	case OBS_FRONTEND_EVENT_STREAMING_STOPPED:
		hold(timeline, ROLE_STREAM, NULL);
		break;
	case OBS_FRONTEND_EVENT_REPLAY_BUFFER_STARTING:
		hold(timeline, ROLE_REPLAY, get_output(ROLE_REPLAY));
		break;
	case OBS_FRONTEND_EVENT_REPLAY_BUFFER_STARTED:
		note_started(timeline, ROLE_REPLAY);
		break;
	case OBS_FRONTEND_EVENT_REPLAY_BUFFER_STOPPED:
		hold(timeline, ROLE_REPLAY, NULL);
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
