#include "moderation/known_bans.h"

#include <string.h>

#include <util/bmem.h>
#include <util/darray.h>

#define MAX_BANS 500

struct ban {
	char *room_id, *user_id, *reason;
	int64_t until_ms;
};

struct lx_known_bans {
	DARRAY(struct ban) list; /* the newest last */
};

static void erase(struct lx_known_bans *bans, size_t index)
{
	struct ban *ban = &bans->list.array[index];

	bfree(ban->room_id);
	bfree(ban->user_id);
	bfree(ban->reason);
	da_erase(bans->list, index);
}

/* DARRAY_INVALID when it is not known. */
static size_t index_of(const struct lx_known_bans *bans, const char *room_id, const char *user_id)
{
	for (size_t i = bans->list.num; i-- > 0;) {
		const struct ban *ban = &bans->list.array[i];
		if (strcmp(ban->user_id, user_id) == 0 && strcmp(ban->room_id, room_id) == 0)
			return i;
	}
	return DARRAY_INVALID;
}

struct lx_known_bans *lx_known_bans_create(void)
{
	return bzalloc(sizeof(struct lx_known_bans));
}

void lx_known_bans_destroy(struct lx_known_bans *bans)
{
	if (!bans)
		return;
	while (bans->list.num)
		erase(bans, bans->list.num - 1);
	da_free(bans->list);
	bfree(bans);
}

void lx_known_bans_add(struct lx_known_bans *bans, const char *room_id, const char *user_id, int64_t until_ms,
		       const char *reason)
{
	if (!*room_id || !*user_id)
		return;
	lx_known_bans_forget(bans, room_id, user_id);
	if (bans->list.num == MAX_BANS)
		erase(bans, 0);
	const struct ban ban = {bstrdup(room_id), bstrdup(user_id), bstrdup(reason), until_ms};
	da_push_back(bans->list, &ban);
}

void lx_known_bans_forget(struct lx_known_bans *bans, const char *room_id, const char *user_id)
{
	size_t index = index_of(bans, room_id, user_id);

	if (index != DARRAY_INVALID)
		erase(bans, index);
}

bool lx_known_bans_find(const struct lx_known_bans *bans, const char *room_id, const char *user_id,
			struct lx_known_ban *out)
{
	size_t index = index_of(bans, room_id, user_id);

	if (index == DARRAY_INVALID)
		return false;
	*out = (struct lx_known_ban){bans->list.array[index].until_ms, bans->list.array[index].reason};
	return true;
}
