#include "chat/clip_words.h"

#include <stdio.h>
#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

#include "chat/words.h"

#define CALLERS 32
#define SAME_CALL_MS 60000  /* after it was told */
#define STILL_CALLING_MS 20000 /* after the last one who joined in */
#define ID_MAX 32

struct word {
	char *folded;
	size_t size; /* of that */
	char shown[LX_CLIP_WORD_MAX];
};

struct lx_clip_words {
	struct word words[LX_CLIP_WORDS_MAX];
	size_t count;
	int people;
	int64_t window_ms;
	struct dstr text; /* of the message, folded; kept for the next one */

	struct {
		char id[ID_MAX];
		int64_t at_ms;
	} callers[CALLERS];
	size_t caller_count;
	int64_t quiet_until_ms;
};

struct lx_clip_words *lx_clip_words_create(void)
{
	struct lx_clip_words *words = bzalloc(sizeof(*words));
	words->people = 3;
	words->window_ms = 10000;
	return words;
}

static void forget_words(struct lx_clip_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		bfree(words->words[i].folded);
	words->count = 0;
}

void lx_clip_words_destroy(struct lx_clip_words *words)
{
	if (!words)
		return;
	forget_words(words);
	dstr_free(&words->text);
	bfree(words);
}

void lx_clip_words_reset(struct lx_clip_words *words)
{
	words->caller_count = 0;
	words->quiet_until_ms = 0;
}

static void put_word(const char *word, size_t size, enum lx_word_kind kind, void *data)
{
	(void)kind;
	dstr_ncat(data, word, size);
	dstr_cat_ch(data, ' ');
}

/* Folded, every word between spaces. So a phrase is found as a part of a text, and only whole words are. */
static void cut(const char *text, size_t size, struct dstr *out)
{
	dstr_copy(out, " ");
	lx_words_cut(text, size, false, put_word, out);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void add_word(struct lx_clip_words *words, const char *text, size_t size)
{
	struct dstr folded = {0};
	while (size && is_blank(*text)) {
		text++;
		size--;
	}
	while (size && is_blank(text[size - 1]))
		size--;
	cut(text, size, &folded);
	if (folded.len < 2 || size >= LX_CLIP_WORD_MAX || words->count == LX_CLIP_WORDS_MAX) {
		dstr_free(&folded);
		return;
	}
	struct word *word = &words->words[words->count++];
	memset(word, 0, sizeof(*word));
	word->folded = folded.array;
	word->size = folded.len;
	memcpy(word->shown, text, size);
}

void lx_clip_words_set(struct lx_clip_words *words, const char *list, int people, int64_t window_ms)
{
	forget_words(words);
	words->people = people < 2 ? 2 : people > 20 ? 20 : people;
	words->window_ms = window_ms;
	while (*list) {
		const size_t size = strcspn(list, ",;\n");
		add_word(words, list, size);
		list += size + (list[size] != 0);
	}
}

/* The longest that is in the text: "clip it" says more than "clip". */
static const struct word *find_word(const struct lx_clip_words *words, const char *text)
{
	const struct word *found = NULL;
	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->words[i];
		if ((!found || word->size > found->size) && strstr(text, word->folded))
			found = word;
	}
	return found;
}

static void drop_late(struct lx_clip_words *words, int64_t time_ms)
{
	size_t kept = 0;
	for (size_t i = 0; i < words->caller_count; i++)
		if (words->callers[i].at_ms > time_ms - words->window_ms)
			words->callers[kept++] = words->callers[i];
	words->caller_count = kept;
}

/* False when this person is among them already. */
static bool add_caller(struct lx_clip_words *words, const char *user_id, int64_t time_ms)
{
	for (size_t i = 0; i < words->caller_count; i++)
		if (strncmp(words->callers[i].id, user_id, ID_MAX - 1) == 0)
			return false;
	if (words->caller_count == CALLERS)
		return false;
	snprintf(words->callers[words->caller_count].id, ID_MAX, "%s", user_id);
	words->callers[words->caller_count++].at_ms = time_ms;
	return true;
}

bool lx_clip_words_add(struct lx_clip_words *words, const char *user_id, const char *text, int64_t time_ms,
		       struct lx_clip_call *call)
{
	if (!words->count)
		return false;
	cut(text, strlen(text), &words->text);
	const struct word *word = find_word(words, words->text.array);
	if (!word)
		return false;
	drop_late(words, time_ms);
	if (!add_caller(words, user_id, time_ms))
		return false;
	if (time_ms < words->quiet_until_ms) {
		if (words->quiet_until_ms < time_ms + STILL_CALLING_MS)
			words->quiet_until_ms = time_ms + STILL_CALLING_MS;
		return false;
	}
	if (words->caller_count < (size_t)words->people)
		return false;

	words->quiet_until_ms = time_ms + SAME_CALL_MS;
	call->people = (int64_t)words->caller_count;
	call->begin_ms = time_ms;
	for (size_t i = 0; i < words->caller_count; i++)
		if (words->callers[i].at_ms < call->begin_ms)
			call->begin_ms = words->callers[i].at_ms;
	memcpy(call->word, word->shown, sizeof(call->word));
	return true;
}
