#include "obs_chapters.h"

#include <obs-frontend-api.h>
#include <obs.h>

#define FIRST_WITH_CHAPTERS MAKE_SEMANTIC_VERSION(30, 2, 0)

enum lx_chapter_result lx_obs_write_chapter(const char *name, void *data)
{
	enum lx_chapter_result result = LX_CHAPTER_NOT_RECORDING;
	(void)data;
	if (!obs_frontend_recording_active() || obs_frontend_recording_paused())
		return result;
	obs_output_t *output = obs_frontend_get_recording_output();
	if (output) {
		calldata_t call = {0};
		calldata_set_string(&call, "chapter_name", name);
		if (proc_handler_call(obs_output_get_proc_handler(output), "add_chapter", &call))
			result = LX_CHAPTER_WRITTEN;
		else
			result = obs_get_version() < FIRST_WITH_CHAPTERS ? LX_CHAPTER_OLD_OBS : LX_CHAPTER_FORMAT;
		calldata_free(&call);
	}
	obs_output_release(output);
	return result;
}
