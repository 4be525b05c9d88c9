/*
 * Clip words: notices when several different people call for a clip within a few seconds, in words from a list that the
 * user may change ("clip it", "klipni", …). Upper and lower case, accents and width make no difference; a word counts only whole,
 * but in scripts without spaces, where a part of the text suffices.
 *
 * Threads: one at a time. The time is that of the messages.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct lx_clip_words;

#define LX_CLIP_WORD_MAX 64  /* bytes */
#define LX_CLIP_WORDS_MAX 64 /* words of a list; those after them do not count */

struct lx_clip_call {
	int64_t begin_ms; /* when the first of them said it */
	int64_t people;
	char word[LX_CLIP_WORD_MAX]; /* as it stands in the list, of the one who said it last */
};

struct lx_clip_words *lx_clip_words_create(void);
void lx_clip_words_destroy(struct lx_clip_words *words); /* NULL is accepted */

/* Words or phrases, with commas or line ends between them; `people` (2 … 20) who have to say one within `window_ms`. */
void lx_clip_words_set(struct lx_clip_words *words, const char *list, int people, int64_t window_ms);
/* Another channel. */
void lx_clip_words_reset(struct lx_clip_words *words);

/* True when this message is the one that makes it a call; for a minute after that, and while people go on, it is the same call. */
bool lx_clip_words_add(struct lx_clip_words *words, const char *user_id, const char *text, int64_t time_ms,
		       struct lx_clip_call *call);

#ifdef __cplusplus
}
#endif
