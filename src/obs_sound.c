#include "obs_sound.h"

#include <string.h>

#include <obs-module.h>

struct lx_obs_sound {
	obs_source_t *source; /* NULL until something is played */
	char *path;           /* it has open */
};

struct lx_obs_sound *lx_obs_sound_create(void)
{
	return bzalloc(sizeof(struct lx_obs_sound));
}

void lx_obs_sound_destroy(struct lx_obs_sound *sound)
{
	if (!sound)
		return;
	if (sound->source) {
		obs_source_dec_active(sound->source);
		obs_source_release(sound->source);
	}
	bfree(sound->path);
	bfree(sound);
}

static obs_data_t *settings_for(const char *path)
{
	obs_data_t *settings = obs_data_create();
	obs_data_set_bool(settings, "is_local_file", true);
	obs_data_set_string(settings, "local_file", path);
	obs_data_set_bool(settings, "looping", false);
	obs_data_set_bool(settings, "restart_on_activate", false);
	return settings;
}

static void open_file(struct lx_obs_sound *sound, const char *path)
{
	obs_data_t *settings = settings_for(path);
	if (sound->source) {
		obs_source_update(sound->source, settings);
	} else {
		sound->source = obs_source_create_private("ffmpeg_source", "liveXtrem sound", settings);
		if (sound->source) {
			obs_source_set_monitoring_type(sound->source, OBS_MONITORING_TYPE_MONITOR_ONLY);
			/* It is in no scene, and is heard only while it counts as active. */
			obs_source_inc_active(sound->source);
		}
	}
	obs_data_release(settings);
	bfree(sound->path);
	sound->path = bstrdup(path);
}

bool lx_obs_sound_play(struct lx_obs_sound *sound, const char *path, int volume)
{
	if (!sound || !obs_audio_monitoring_available())
		return false;
	if (!sound->source || strcmp(sound->path, path) != 0)
		open_file(sound, path);
	else
		obs_source_media_restart(sound->source);
	if (!sound->source)
		return false;
	obs_source_set_volume(sound->source, (float)volume / 100.0f);
	return true;
}
