/*
 * Rules: what the user wants highlighted or hidden in the chat, and the views of the chat that he saved; in one JSON file beside the
 * settings. Conditions are written in the words of the search (query.h).
 *
 * A missing file gives defaults. A broken one gives defaults and a sentence, and is kept as "<name>.broken". Single values that make
 * no sense are left out or put right; a rule whose condition cannot be understood stays (the filter says what is wrong with it).
 *
 * Threads: plain functions on plain data. Ownership: strings belong to the rules; the caller destroys those.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <util/dstr.h>

#include "locale/text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LX_RULES_MAX 200
#define LX_VIEWS_MAX 24
#define LX_RULE_NAME_MAX 80   /* bytes */
#define LX_RULE_QUERY_MAX 1000 /* bytes */
#define LX_RULE_SOUND_MAX 1000 /* bytes */
#define LX_RULES_FILE_MAX (1024 * 1024)

struct lx_rule {
	char *name;
	char *query;
	char *sound;    /* "" = none, a name out of lx_rules_sounds(), or the path of a file */
	uint32_t color; /* 0xRRGGBB, LX_COLOR_NONE = no highlight */
	bool enabled;
	bool hide; /* the message is not shown */
};

struct lx_saved_view {
	char *name;
	char *query;
	bool open; /* has a tab */
};

struct lx_rules {
	struct lx_rule *rules; /* the first that fits gives the colour, and the first with a sound the sound */
	size_t rule_count;
	struct lx_saved_view *views; /* in the order of their tabs */
	size_t view_count;
	bool never_hide_moderators;
	bool hide_shared; /* what was typed in other channels of a shared chat */
	int volume;       /* of sounds, 0 … 100; 0 = silent */
};

/* Without any rule or view. */
struct lx_rules *lx_rules_create(void);
struct lx_rules *lx_rules_create_default(const struct lx_text *texts);
/* Adds the views that most people want, closed; those of which one with the same condition is there are left out. */
void lx_rules_add_ready_views(struct lx_rules *rules, const struct lx_text *texts);
/* Never NULL. `trouble` gets a sentence for the user when the file could not be used. */
struct lx_rules *lx_rules_load(const char *path, const struct lx_text *texts, struct dstr *trouble);
/* A text like that of the file. NULL with a sentence when it is none. */
struct lx_rules *lx_rules_parse(const char *json, const struct lx_text *texts, struct dstr *trouble);
void lx_rules_destroy(struct lx_rules *rules); /* NULL is accepted */

/* To be freed with bfree(). */
char *lx_rules_to_json(const struct lx_rules *rules);
/* New file, then rename; false with the old one intact when that fails. */
bool lx_rules_save(const struct lx_rules *rules, const char *path);

/* Copy at the end; false when there are as many as there may be. */
bool lx_rules_add(struct lx_rules *rules, const struct lx_rule *rule);
bool lx_rules_add_view(struct lx_rules *rules, const struct lx_saved_view *view);

/* Names of the sounds that come with the plugin (data/sounds/<name>.wav), NULL at the end. */
const char *const *lx_rules_sounds(void);

#ifdef __cplusplus
}
#endif
