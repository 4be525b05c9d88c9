/*
 * OBS's time line for the chat log: which file is recorded and how far it is, through pauses and splits, and which scene is on
 * program. So any moment of the chat is found in the recording, and the other way round.
 *
 * Threads: OBS's UI thread; OBS itself tells of splits on an output's thread.
 * Ownership: the log outlives it.
 */
#pragma once

#include <obs-frontend-api.h>

struct lx_log;
struct lx_obs_timeline;

struct lx_obs_timeline *lx_obs_timeline_create(struct lx_log *log);
/* Lets go of OBS's output; while the frontend is still there. NULL is accepted. */
void lx_obs_timeline_destroy(struct lx_obs_timeline *timeline);

/* Every event of the frontend goes through here. */
void lx_obs_timeline_event(struct lx_obs_timeline *timeline, enum obs_frontend_event event);
