/* What OBS's player is given to play. Whether it is heard is OBS's and the sound server's business. */
#include "stage.h"

#include <stdlib.h>

#include <util/platform.h>

#include "obs_sound.h"

#define PATIENCE 1500 /* times 20 ms */

static struct stage stage;

static bool is_ours(void *data, obs_source_t *source)
{
	obs_source_t **found = data;
	if (strcmp(obs_source_get_name(source), "liveXtrem sound") == 0)
		*found = obs_source_get_ref(source);
	return !*found;
}

static obs_source_t *find(void)
{
	obs_source_t *found = NULL;
	obs_enum_all_sources(is_ours, &found);
	return found;
}

/* Waits until this file is what it plays, this loud. */
static void wait_plays(const char *path, int volume)
{
	bool plays = false;
	for (int i = 0; i < PATIENCE && !plays; i++) {
		obs_source_t *source = find();
		obs_data_t *settings = source ? obs_source_get_settings(source) : NULL;
		plays = settings && strcmp(obs_data_get_string(settings, "local_file"), path) == 0 &&
			(int)(obs_source_get_volume(source) * 100 + 0.5f) == volume;
		if (plays) {
			/* To the user only, once, and not into the mix. */
			assert_int_equal(obs_source_get_monitoring_type(source), OBS_MONITORING_TYPE_MONITOR_ONLY);
			assert_true(obs_source_active(source));
			assert_true(obs_data_get_bool(settings, "is_local_file"));
			assert_false(obs_data_get_bool(settings, "looping"));
		}
		obs_data_release(settings);
		obs_source_release(source);
		if (!plays)
			os_sleep_ms(20);
	}
	assert_true(plays);
}

static void the_player_gets_file_and_volume(void **state)
{
	struct lx_obs_sound *sound = lx_obs_sound_create();
	obs_source_t *source = find();
	assert_null(source);
	assert_true(lx_obs_sound_play(sound, "/sounds/one.wav", 60));
	wait_plays("/sounds/one.wav", 60);
	assert_true(lx_obs_sound_play(sound, "/sounds/two.wav", 100));
	wait_plays("/sounds/two.wav", 100);
	assert_true(lx_obs_sound_play(sound, "/sounds/two.wav", 5));
	wait_plays("/sounds/two.wav", 5);
	lx_obs_sound_destroy(sound);
	obs_wait_for_destroy_queue();
	source = find();
	assert_null(source);
	(void)state;
}

static void what_was_never_played_costs_nothing(void **state)
{
	lx_obs_sound_destroy(lx_obs_sound_create());
	lx_obs_sound_destroy(NULL);
	assert_false(lx_obs_sound_play(NULL, "/sounds/one.wav", 60));
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_player_gets_file_and_volume),
		cmocka_unit_test(what_was_never_played_costs_nothing),
	};
	struct obs_audio_info audio = {.samples_per_sec = 48000, .speakers = SPEAKERS_STEREO};
	/* Nobody listens on this machine. */
	setenv("PULSE_SERVER", "unix:/no/such/server", 1);
	if (!stage_open(&stage, NULL) || !obs_reset_audio(&audio))
		return 1;
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	const long leaks = stage_close(&stage);
	if (leaks)
		print_error("%ld allocations are left\n", leaks);
	return failed || leaks ? 1 : 0;
}
