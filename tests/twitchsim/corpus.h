/* What people write: phrases by kind and language. */
#pragma once

#include <stddef.h>

#include "rng.h"

enum sim_phrase_kind {
	SIM_PHRASE_TALK,   /* small talk and questions in a language */
	SIM_PHRASE_HYPE,   /* short cries at great moments, any language */
	SIM_PHRASE_INSULT, /* what moderation is for */
	SIM_PHRASE_SPAM,
	SIM_PHRASE_SCAM,
	SIM_PHRASE_EMOJI,
	SIM_PHRASE_COPYPASTA,
	SIM_PHRASE_GREETING, /* of newcomers */
};

/* A phrase; `language` is an enum sim_language and counts for talk, insults and greetings. */
const char *sim_phrase(struct sim_rng *rng, enum sim_phrase_kind kind, int language);
