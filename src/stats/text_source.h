/*
 * Text source: the OBS source "livextrem_stats", a text of the streamer's with live numbers in it (template.h), drawn by a
 * private copy of OBS's own text source, so that every font option people know is there.
 *
 * It works without account, network and stream: what is unknown is empty or its fallback.
 *
 * Threads: as OBS calls sources. Numbers are read, text is formatted and the text source is updated on the graphics thread
 * only, and only when the text is another one: the first change at once, further ones twice a second.
 *
 * Ownership: nothing is global; each source reaches the numbers through what was given at registration. Somebody else may hold a
 * source for longer than the module is there: it keeps what it needs, and goes on showing what it showed last.
 */
#pragma once

#include <callback/calldata.h>

#include "locale/text.h"
#include "stats/live_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_TEXT_SOURCE_ID "livextrem_stats"

struct lx_text_source_type;

/* Once, while the module loads. Both are used until lx_text_source_close(), their clock for longer. NULL when the system is
 * out of mutexes; there is no such source then. */
struct lx_text_source_type *lx_text_source_register(struct lx_live_stats *stats, const struct lx_text *text);
/* Answers livextrem_get_source_text; `type` is one of the above. Any thread. */
void lx_text_source_get_text(void *type, calldata_t *call);
/* The numbers and texts go: no source uses them any more when this returns. Gives `type` up. NULL is accepted. */
void lx_text_source_close(struct lx_text_source_type *type);

#ifdef __cplusplus
}
#endif
