/*
 * Chapters as YouTube takes them in the description of a video: one a line, time and title; the first at 0:00, at least three,
 * each at least ten seconds long, in order (YouTube's help, "Add chapters to your videos"). The titles hold no angle brackets,
 * which YouTube refuses in descriptions.
 *
 * Threads: plain functions.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LX_CHAPTERS_LEAST 3 /* fewer are no chapters to YouTube */

struct lx_chapter {
	int64_t at_ms; /* in the video; those before its beginning or behind its end do not count */
	const char *title;
	bool automatic; /* gives way to one that people set, where two are too near */
};

/*
 * Appends the list to `out`. `chapters` is put in order. `opening`: what the beginning is called when no chapter begins there.
 * `length_ms` 0 = not known. Returns the number of lines.
 */
size_t lx_chapters_write(struct lx_chapter *chapters, size_t count, int64_t length_ms, const char *opening,
			 struct dstr *out);

/* "0:00", "1:02:03": as YouTube and people write times. Appended. */
void lx_chapters_time(struct dstr *out, int64_t ms);

#ifdef __cplusplus
}
#endif
