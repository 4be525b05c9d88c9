/*
 * Text style: the options of OBS's own text sources under names of ours, so that a scene collection made on one system
 * keeps its look on another. FreeType 2 (Linux, macOS) and GDI+ (Windows) name and offer them differently.
 *
 * Threads: functions on settings need that nobody else uses those settings meanwhile.
 */
#pragma once

#include <obs.h>

#include "locale/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The text source of this OBS: "text_gdiplus_v3", "text_ft2_source_v2" …, NULL when its plugin is missing. */
const char *lx_text_style_drawer(void);

void lx_text_style_defaults(obs_data_t *settings);
/* Adds what `drawer` (may be NULL) offers. */
void lx_text_style_properties(obs_properties_t *properties, const char *drawer, const struct lx_text *text);
/* Writes our options from `settings` into `drawn`, as `drawer` names them. */
void lx_text_style_apply(const char *drawer, obs_data_t *settings, obs_data_t *drawn);

#ifdef __cplusplus
}
#endif
