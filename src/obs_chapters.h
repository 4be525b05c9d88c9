/*
 * Chapters in the file that OBS records: the one place that knows how OBS is asked for them.
 *
 * Only OBS's own MP4 and MOV writer ("Hybrid MP4", OBS 30.2 and newer) can take chapters while it records. It offers that as
 * a procedure of the recording output, which is what the frontend's call for it (missing in the headers of OBS 30) uses, too.
 *
 * Threads: any, while the frontend is there.
 */
#pragma once

#include "chat/markers.h"

/* For lx_markers_set_chapter_writer(). */
enum lx_chapter_result lx_obs_write_chapter(const char *name, void *data);
