#include "obs_sound.h"

#include <string.h>

#include <obs-module.h>
#include <util/platform.h>
#include <util/threading.h>

#define END_MS 100

struct lx_obs_sound {
	pthread_t thread;
	bool started; /* with the first sound; the owner's */
	os_event_t *wake, *ended;

	pthread_mutex_t mutex; /* guards what follows */
	char *wanted;          /* to be played next; NULL: nothing */
	int volume;
	bool stopping;

	/* the thread's */
	obs_source_t *source; /* NULL until something is played */
	char *path;           /* it has open */
};

/* --- the thread -------------------------------------------------------------------------------------------------- */

static void open_file(struct lx_obs_sound *sound, const char *path)
{
	obs_data_t *settings = obs_data_create();
	obs_data_set_bool(settings, "is_local_file", true);
	obs_data_set_string(settings, "local_file", path);
	obs_data_set_bool(settings, "looping", false);
	obs_data_set_bool(settings, "restart_on_activate", false);
	obs_source_update(sound->source, settings);
	obs_data_release(settings);
	bfree(sound->path);
	sound->path = bstrdup(path);
}

/* Listens before anything is played: a sound of a tenth of a second would be over before the sound server has answered. */
static bool make_source(struct lx_obs_sound *sound)
{
	sound->source = obs_source_create_private("ffmpeg_source", "liveXtrem sound", NULL);
	if (!sound->source)
		return false;
	obs_source_set_monitoring_type(sound->source, OBS_MONITORING_TYPE_MONITOR_ONLY);
	/* It is in no scene, and is heard only while it counts as active. */
	obs_source_inc_active(sound->source);
	return true;
}

static void play(struct lx_obs_sound *sound, const char *path, int volume)
{
	if (!sound->source && !make_source(sound))
		return;
	obs_source_set_volume(sound->source, (float)volume / 100.0f);
	if (!sound->path || strcmp(sound->path, path) != 0)
		open_file(sound, path);
	else
		obs_source_media_restart(sound->source);
}

static void *run(void *data)
{
	struct lx_obs_sound *sound = data;
	bool stopping = false;
	os_set_thread_name("livextrem: sound");
	while (!stopping) {
		os_event_wait(sound->wake);
		pthread_mutex_lock(&sound->mutex);
		char *path = sound->wanted;
		const int volume = sound->volume;
		sound->wanted = NULL;
		stopping = sound->stopping;
		pthread_mutex_unlock(&sound->mutex);
		if (path && !stopping)
			play(sound, path, volume);
		bfree(path);
	}
	if (sound->source) {
		obs_source_dec_active(sound->source);
		obs_source_release(sound->source);
	}
	bfree(sound->path);
	os_event_signal(sound->ended);
	return NULL;
}

/* --- from outside ------------------------------------------------------------------------------------------------ */

struct lx_obs_sound *lx_obs_sound_create(void)
{
	struct lx_obs_sound *sound = bzalloc(sizeof(*sound));
	pthread_mutex_init(&sound->mutex, NULL);
	os_event_init(&sound->wake, OS_EVENT_TYPE_AUTO);
	os_event_init(&sound->ended, OS_EVENT_TYPE_MANUAL);
	return sound;
}

void lx_obs_sound_destroy(struct lx_obs_sound *sound)
{
	if (!sound)
		return;
	if (sound->started) {
		pthread_mutex_lock(&sound->mutex);
		sound->stopping = true;
		pthread_mutex_unlock(&sound->mutex);
		os_event_signal(sound->wake);
		if (os_event_timedwait(sound->ended, END_MS) != 0) {
			/* It hangs in the sound server, for ever perhaps, with all that it holds. */
			blog(LOG_WARNING, "[liveXtrem] the sound server does not answer; OBS ends without it");
			pthread_detach(sound->thread);
			return;
		}
		pthread_join(sound->thread, NULL);
	}
	bfree(sound->wanted);
	os_event_destroy(sound->wake);
	os_event_destroy(sound->ended);
	pthread_mutex_destroy(&sound->mutex);
	bfree(sound);
}

bool lx_obs_sound_play(struct lx_obs_sound *sound, const char *path, int volume)
{
	if (!sound || !obs_audio_monitoring_available())
		return false;
	if (!sound->started)
		sound->started = pthread_create(&sound->thread, NULL, run, sound) == 0;
	if (!sound->started)
		return false;
	pthread_mutex_lock(&sound->mutex);
	bfree(sound->wanted);
	sound->wanted = bstrdup(path);
	sound->volume = volume;
	pthread_mutex_unlock(&sound->mutex);
	os_event_signal(sound->wake);
	return true;
}
