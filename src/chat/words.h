/*
 * Words: cuts a text of any script into what the log's index holds, and folds it so that case, accents and width make no
 * difference (Unicode's NFKC_Casefold, then without combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic).
 *
 *  - Scripts that put spaces between words give words: "Straße, café!" is strasse, cafe.
 *  - Scripts that do not (Han, kana, Hangul for its endings, Thai, Lao, Khmer, Burmese) give each two neighbours as a pair,
 *    so any part of a text is found as the row of its pairs; a character that stands alone gives itself.
 *  - A symbol (emoji) is a word of its own; joiners, variants and skin tones do not count.
 *
 * Threads: any; plain functions.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <util/dstr.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longer words are cut into pieces of this many bytes. */
#define LX_WORD_MAX 96

enum lx_word_kind {
	LX_WORD_SPACED, /* a word, or a symbol */
	LX_WORD_PAIR,   /* two neighbours of a script without spaces, or a character that has none */
	LX_WORD_SINGLE, /* one character of a pair; these come after everything else, and only where asked for */
};

typedef void (*lx_word_found)(const char *word, size_t size, enum lx_word_kind kind, void *data);

/* Calls `found` for each word of a UTF-8 text, in order. */
void lx_words_cut(const char *text, size_t size, bool singles, lx_word_found found, void *data);

/* Appends the folded text: what a part of a text is compared in. */
void lx_words_fold(const char *text, size_t size, struct dstr *out);

#ifdef __cplusplus
}
#endif
