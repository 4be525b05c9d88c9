/*
 * Live numbers: what a frame costs while nothing changed, what a new text costs, what a chat message costs; and, in a libobs
 * with a real graphics thread, how long it takes from a new number to the frame that shows it. Needs a screen.
 *
 * Usage: bench_stats
 */
#include "stage.h"

#include <string.h>

#include <util/bmem.h>
#include <util/platform.h>
#include <util/threading.h>

#include "report.h"
#include "stats/template.h"
#include "stats/text_source.h"

enum { ROUNDS = 51, REPEATS = 2000, EVENTS = 21 };

static const char template[] =
	"{viewers:n0|–} viewers · {followers:n0|–} followers[ · {uptime}] {?chat_rate>100:busy|quiet} "
	"{latest_chatter|nobody}";

/* Nanoseconds of one update, with and without a value that changed. */
static double measure_update(struct stage *stage, bool changing)
{
	const struct lx_template_options options = {.language = "en-US", .live_text = "LIVE"};
	struct lx_template *text = lx_template_create(template, &options);
	struct lx_live_snapshot values;
	double rounds[ROUNDS];

	lx_live_stats_read(stage->stats, 0, &values);
	for (int round = 0; round < ROUNDS; round++) {
		const uint64_t begin = os_gettime_ns();
		for (int i = 0; i < REPEATS; i++) {
			values.viewers = changing ? i : 1;
			lx_template_update(text, &values, 1790000000000);
		}
		rounds[round] = (double)(os_gettime_ns() - begin) / REPEATS;
	}
	lx_template_destroy(text);
	return bench_part(rounds, ROUNDS, 0.5);
}

/* Nanoseconds of one message through the bus into the counters, from 5000 people. */
static double measure_message(struct stage *stage)
{
	double rounds[ROUNDS];
	char id[16];
	struct lx_event event;

	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.channel = "ilse";
	event.chat.text = "hello";
	event.chat.user.name = "Somebody";
	event.chat.user.id = id;
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t spent = 0;
		for (int i = 0; i < REPEATS; i++) {
			snprintf(id, sizeof(id), "%d", 100000 + i * 7919 % 5000);
			const uint64_t begin = os_gettime_ns();
			lx_bus_emit(stage->bus, &event);
			spent += os_gettime_ns() - begin;
		}
		rounds[round] = (double)spent / REPEATS;
	}
	return bench_part(rounds, ROUNDS, 0.5);
}

struct watch {
	obs_source_t *source;
	uint32_t width;
	volatile long armed;
	uint64_t seen_ns;
	os_event_t *seen;
};

/* Comes at the beginning of each frame: another width means that the frame before drew another text. */
static void on_frame(void *data, float seconds)
{
	struct watch *const watch = data;

	UNUSED_PARAMETER(seconds);
	if (!os_atomic_load_long(&watch->armed) || obs_source_get_width(watch->source) == watch->width)
		return;
	watch->seen_ns = os_gettime_ns();
	os_atomic_set_long(&watch->armed, 0);
	os_event_signal(watch->seen);
}

/* Milliseconds from numbers set to the end of the frame that shows them, each after a pause. */
static bool measure_event_to_text(struct stage *stage, double *rounds)
{
	obs_data_t *settings = obs_data_create();
	struct watch watch = {0};
	bool ok = true;

	obs_data_set_string(settings, "template", "{viewers|0}");
	watch.source = obs_source_create(LX_TEXT_SOURCE_ID, "stats", settings, NULL);
	obs_data_release(settings);
	obs_source_inc_showing(watch.source);
	os_event_init(&watch.seen, OS_EVENT_TYPE_AUTO);
	obs_add_tick_callback(on_frame, &watch);
	ok = stage_wait_frames(5);
	for (int i = 0; ok && i < EVENTS; i++) {
		/* Longer than the source's own pause, and not in step with the frames. */
		os_sleep_ms(530 + (uint32_t)(i * 37 % 17));
		watch.width = obs_source_get_width(watch.source);
		os_atomic_set_long(&watch.armed, 1);
		const uint64_t begin = os_gettime_ns();
		lx_live_stats_set_stream(stage->stats, true, i % 2 ? 1 : 1000000, 0);
		ok = os_event_timedwait(watch.seen, 5000) == 0;
		rounds[i] = (double)(watch.seen_ns - begin) / 1e6;
	}
	obs_remove_tick_callback(on_frame, &watch);
	os_event_destroy(watch.seen);
	obs_source_dec_showing(watch.source);
	obs_source_release(watch.source);
	return ok;
}

int main(void)
{
	struct stage stage;
	double rounds[EVENTS];

	if (!stage_open(&stage, lx_clock_system()) || !stage_load_text_module()) {
		fprintf(stderr, "libobs does not start: is there a display?\n");
		return 1;
	}
	lx_live_stats_set_channel(stage.stats, "ilse");
	const double same = measure_update(&stage, false), other = measure_update(&stage, true);
	const double message = measure_message(&stage);
	if (!measure_event_to_text(&stage, rounds)) {
		fprintf(stderr, "the source did not follow its numbers\n");
		return 1;
	}
	const double median = bench_part(rounds, EVENTS, 0.5), worst = bench_part(rounds, EVENTS, 1);
	stage_close(&stage);

	printf("look at a text whose values are the same %8.0f ns\n", same);
	printf("format a text with one other value       %8.0f ns\n", other);
	printf("count a chat message                     %8.0f ns\n", message);
	printf("new number -> drawn, 60 frames a second  %8.1f ms, at worst %.1f\n", median, worst);
	bench_report("stats.unchanged", same);
	bench_report("stats.format", other);
	bench_report("stats.message", message);
	bench_report("stats.event_to_program", worst);
	return 0;
}
