#include "stage.h"

#include <stdio.h>
#include <string.h>

#include <graphics/graphics.h>
#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "stats/text_source.h"

enum { WIDTH = 640, HEIGHT = 128, FRAMES_PER_SECOND = 60 };

static void log_problems(int level, const char *format, va_list arguments, void *data)
{
	UNUSED_PARAMETER(data);
	if (level > LOG_WARNING)
		return;
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

bool stage_open(struct stage *stage, const struct lx_clock *clock)
{
	memset(stage, 0, sizeof(*stage));
	lx_test_clock_init(&stage->clock);
	struct obs_video_info video = {
		.graphics_module = "libobs-opengl",
		.fps_num = FRAMES_PER_SECOND,
		.fps_den = 1,
		.base_width = WIDTH,
		.base_height = HEIGHT,
		.output_width = WIDTH,
		.output_height = HEIGHT,
		.output_format = VIDEO_FORMAT_RGBA,
	};
	/* Nobody listens, but OBS ends its sources in order only when there is sound. */
	const struct obs_audio_info audio = {.samples_per_sec = 48000, .speakers = SPEAKERS_STEREO};

	base_set_log_handler(log_problems, NULL);
	if (!obs_startup("en-US", NULL, NULL) || obs_reset_video(&video) != OBS_VIDEO_SUCCESS ||
	    !obs_reset_audio(&audio))
		return false;
	stage->signals = signal_handler_create();
	stage->procs = proc_handler_create();
	stage->bus = lx_bus_create(stage->signals, stage->procs);
	stage->stats = lx_live_stats_create(stage->bus, clock ? clock : &stage->clock.clock);
	stage->text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	stage->text_source = lx_text_source_register(stage->stats, stage->text);
	return stage->text_source != NULL;
}

bool stage_load_text_module(void)
{
	obs_module_t *module;

	return obs_open_module(&module, OBS_TEXT_MODULE, OBS_TEXT_MODULE_DATA) == MODULE_SUCCESS &&
	       obs_init_module(module);
}

void stage_unload(struct stage *stage)
{
	lx_text_source_close(stage->text_source);
	lx_live_stats_destroy(stage->stats);
	lx_bus_destroy(stage->bus);
	lx_text_destroy(stage->text);
	stage->text_source = NULL;
	stage->stats = NULL;
	stage->bus = NULL;
	stage->text = NULL;
}

long stage_close(struct stage *stage)
{
	obs_wait_for_destroy_queue();
	obs_shutdown();
	stage_unload(stage);
	proc_handler_destroy(stage->procs);
	signal_handler_destroy(stage->signals);
	return bnum_allocs();
}

struct frames {
	volatile long left;
	os_event_t *done;
};

static void on_frame(void *data, float seconds)
{
	struct frames *const frames = data;

	UNUSED_PARAMETER(seconds);
	if (os_atomic_dec_long(&frames->left) == 0)
		os_event_signal(frames->done);
}

bool stage_wait_frames(int count)
{
	/* The callback comes at the beginning of a frame: one more, and `count` are complete. */
	struct frames frames = {.left = count + 1};

	os_event_init(&frames.done, OS_EVENT_TYPE_MANUAL);
	obs_add_tick_callback(on_frame, &frames);
	const bool done = os_event_timedwait(frames.done, 10000) == 0;
	obs_remove_tick_callback(on_frame, &frames);
	os_event_destroy(frames.done);
	return done;
}

size_t stage_count_drawn(obs_source_t *source)
{
	size_t drawn = 0;

	obs_enter_graphics();
	gs_texrender_t *picture = gs_texrender_create(GS_RGBA, GS_ZS_NONE);
	gs_stagesurf_t *copy = gs_stagesurface_create(WIDTH, HEIGHT, GS_RGBA);
	if (gs_texrender_begin(picture, WIDTH, HEIGHT)) {
		struct vec4 transparent;
		vec4_zero(&transparent);
		gs_clear(GS_CLEAR_COLOR, &transparent, 0.0f, 0);
		gs_ortho(0.0f, WIDTH, 0.0f, HEIGHT, -100.0f, 100.0f);
		obs_source_video_render(source);
		gs_texrender_end(picture);

		uint8_t *pixels;
		uint32_t line;
		gs_stage_texture(copy, gs_texrender_get_texture(picture));
		if (gs_stagesurface_map(copy, &pixels, &line)) {
			for (uint32_t y = 0; y < HEIGHT; y++)
				for (uint32_t x = 0; x < WIDTH; x++)
					drawn += pixels[y * line + x * 4 + 3] > 127;
			gs_stagesurface_unmap(copy);
		}
	}
	gs_stagesurface_destroy(copy);
	gs_texrender_destroy(picture);
	obs_leave_graphics();
	return drawn;
}

static void take_inner(obs_source_t *parent, obs_source_t *child, void *data)
{
	UNUSED_PARAMETER(parent);
	*(obs_source_t **)data = child;
}

obs_source_t *stage_inner(obs_source_t *source)
{
	obs_source_t *inner = NULL;

	obs_source_enum_active_sources(source, take_inner, &inner);
	return inner;
}
