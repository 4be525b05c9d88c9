/*
 * Text source: the OBS source "livextrem_stats", a text of the streamer's with live numbers in it (template.h), drawn by a
 * private copy of OBS's own text source, so that every font option people know is there.
 *
 * It works without account, network and stream: what is unknown is empty or its fallback.
 *
 * Threads: as OBS calls sources. Numbers are read, text is formatted and the text source is updated on the graphics thread
 * only, and only when the text is another one: the first change at once, further ones twice a second.
 *
 * Ownership: nothing is global; each source reaches the numbers through what was given at registration.
 */
#pragma once

#include "locale/text.h"
#include "stats/live_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_TEXT_SOURCE_ID "livextrem_stats"

/* Once, while the module loads. Both must outlive every source, so until the module is unloaded. */
void lx_text_source_register(struct lx_live_stats *stats, const struct lx_text *text);

#ifdef __cplusplus
}
#endif
