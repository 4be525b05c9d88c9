#include "twitch/scopes.h"

#include <string.h>

#include <util/bmem.h>
#include <util/dstr.h>

const char *lx_scopes_basic(enum lx_account_role role)
{
	if (role == LX_ACCOUNT_BOT)
		return "chat:read chat:edit user:read:chat user:write:chat";
	return "chat:read chat:edit user:read:chat user:write:chat "
	       "moderator:manage:banned_users moderator:manage:chat_messages moderator:manage:chat_settings "
	       "moderator:read:chatters moderator:read:followers channel:read:subscriptions "
	       "user:read:moderated_channels";
}

/* The word at *at, which moves behind it; its length, 0 at the end. */
static size_t next_word(const char **at, const char **word)
{
	const char *begin = *at + strspn(*at, " ");
	size_t size = strcspn(begin, " ");
	*word = begin;
	*at = begin + size;
	return size;
}

static bool contains(const char *list, const char *scope, size_t scope_size)
{
	const char *word;
	for (size_t size = next_word(&list, &word); size; size = next_word(&list, &word)) {
		if (size == scope_size && memcmp(word, scope, size) == 0)
			return true;
	}
	return false;
}

bool lx_scopes_contain(const char *list, const char *scope)
{
	return list && contains(list, scope, strlen(scope));
}

/* Appends the words of `list` that neither `out` nor `known` has. */
static void append_unknown(struct dstr *out, const char *list, const char *known)
{
	const char *word;
	for (size_t size = next_word(&list, &word); size; size = next_word(&list, &word)) {
		if (contains(known, word, size) || contains(out->array, word, size))
			continue;
		if (out->len)
			dstr_cat_ch(out, ' ');
		dstr_ncat(out, word, size);
	}
}

/* An empty dstr that is a string all the same. */
static struct dstr empty_string(void)
{
	struct dstr out = {0};
	dstr_reserve(&out, 1);
	out.array[0] = 0;
	return out;
}

char *lx_scopes_merge(const char *one, const char *other)
{
	struct dstr out = empty_string();
	append_unknown(&out, one ? one : "", "");
	append_unknown(&out, other ? other : "", "");
	return out.array;
}

char *lx_scopes_missing(const char *granted, const char *wanted)
{
	struct dstr out = empty_string();
	append_unknown(&out, wanted ? wanted : "", granted ? granted : "");
	return out.array;
}
