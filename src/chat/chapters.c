#include "chat/chapters.h"

#include <stdlib.h>
#include <string.h>

#include "chat/marker.h"

#define LEAST_MS 10000
#define TITLE_MAX 100 /* bytes; YouTube shows fewer */

void lx_chapters_time(struct dstr *out, int64_t ms)
{
	const int64_t seconds = ms / 1000;
	if (seconds >= 3600)
		dstr_catf(out, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	else
		dstr_catf(out, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

static int compare(const void *a, const void *b)
{
	const struct lx_chapter *left = a, *right = b;
	if (left->at_ms != right->at_ms)
		return left->at_ms < right->at_ms ? -1 : 1;
	return (int)left->automatic - (int)right->automatic;
}

static void put_line(struct dstr *out, int64_t at_ms, const char *title)
{
	char clean[TITLE_MAX + 1];
	lx_marker_clean(title, clean, sizeof(clean));
	for (char *at = clean; *at; at++)
		*at = *at == '<' ? '(' : *at == '>' ? ')' : *at;
	lx_chapters_time(out, at_ms);
	dstr_catf(out, " %s\n", *clean ? clean : "\xE2\x80\x93");
}

size_t lx_chapters_write(struct lx_chapter *chapters, size_t count, int64_t length_ms, const char *opening,
			 struct dstr *out)
{
	size_t kept = 0;
	if (count > 1)
		qsort(chapters, count, sizeof(*chapters), compare);
	/* What stays is moved to the front. */
	for (size_t i = 0; i < count; i++) {
		const struct lx_chapter chapter = chapters[i];
		if (chapter.at_ms < 0 || (length_ms && chapter.at_ms > length_ms - LEAST_MS))
			continue;
		const bool near = kept && chapter.at_ms - chapters[kept - 1].at_ms < LEAST_MS;
		if (near && (chapter.automatic || !chapters[kept - 1].automatic))
			continue;
		chapters[near ? kept - 1 : kept++] = chapter;
	}
	size_t lines = kept;
	if (!kept || chapters[0].at_ms >= LEAST_MS) {
		put_line(out, 0, opening);
		lines++;
	} else {
		chapters[0].at_ms = 0;
	}
	for (size_t i = 0; i < kept; i++)
		put_line(out, chapters[i].at_ms, chapters[i].title);
	return lines;
}
