/*
 * Short sounds, played by OBS's own media source on the device that the user listens on (Settings, Audio, Monitoring). They never
 * reach the stream or a recording. Any format OBS can play; a file that is missing or broken is silent.
 *
 * Threads: OBS's UI thread. Opening and decoding happen on threads of OBS's.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_obs_sound;

struct lx_obs_sound *lx_obs_sound_create(void);
/* While OBS still works. NULL is accepted. */
void lx_obs_sound_destroy(struct lx_obs_sound *sound);

/* From the beginning, whatever still plays. `volume` 1 … 100. False where OBS cannot play to its user. */
bool lx_obs_sound_play(struct lx_obs_sound *sound, const char *path, int volume);

#ifdef __cplusplus
}
#endif
