/* What all of Twitch shares: games, content labels, emote pictures, badges. */
#pragma once

#include <stdbool.h>

#include <cjson/cJSON.h>

#include "sim.h"

struct sim_game {
	const char *id, *name, *igdb;
	bool mature;
};
extern const struct sim_game sim_games[]; /* ends with a row of NULL */
const struct sim_game *sim_game_find(const char *id);
const char *sim_game_name(const char *id); /* "" when unknown */

struct sim_label { /* content classification */
	const char *id, *name, *description;
	bool settable;
};
extern const struct sim_label sim_labels[]; /* ends with a row of NULL; the place is the bit in sim_channel.ccl */
cJSON *sim_channel_labels(const struct sim_channel *channel);
cJSON *sim_channel_tags(const struct sim_channel *channel);

cJSON *sim_badge_sets(bool of_channel);
cJSON *sim_cheermotes(void);
/* Letters of ASCII without regard to case. */
bool sim_contains_folded(const char *text, const char *part);
/* ISO 639-1 or "other". */
bool sim_known_language(const char *code);
