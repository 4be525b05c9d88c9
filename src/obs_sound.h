/*
 * Short sounds, played by OBS's own media source on the device that the user listens on (Settings, Audio, Monitoring). They never
 * reach the stream or a recording. Any format OBS can play; a file that is missing or broken is silent.
 *
 * Threads: create, play and destroy on one thread, which never waits for the sound: OBS asks the system's sound server on the
 * thread that begins to listen, without a deadline, so this has one of its own ("livextrem: sound"). A server that never answers
 * makes it silent, and nothing else.
 */
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_obs_sound;

struct lx_obs_sound *lx_obs_sound_create(void);
/* While OBS still works; takes at most a tenth of a second. NULL is accepted. */
void lx_obs_sound_destroy(struct lx_obs_sound *sound);

/*
 * From the beginning, whatever still plays; of several at once the last is heard. `volume` 1 … 100. False where OBS cannot play to
 * its user.
 */
bool lx_obs_sound_play(struct lx_obs_sound *sound, const char *path, int volume);

#ifdef __cplusplus
}
#endif
