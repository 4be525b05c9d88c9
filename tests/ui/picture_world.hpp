/*
 * The core's part in pictures of chat: lists and pictures of a simulated Twitch and its neighbours, fetched over real sockets on
 * a thread of their own, kept in a folder of their own.
 */
#pragma once

#include <QTemporaryDir>

#include "chat/emote_loader.h"
#include "chat/emotes.h"
#include "net/picture_cache.h"

struct cJSON;
struct lx_sim;

namespace lx::test {

class PictureWorld {
public:
	PictureWorld();
	~PictureWorld();

	/* What BTTV, FFZ and 7TV have for the channel is there. */
	bool hasAllLists() const;
	/* Some badges and a cheermote, as Helix would tell of them. */
	void putTwitchLists();

	struct lx_emotes *emotes;
	struct lx_emote_loader *loader;
	struct lx_picture_cache *pictures;

private:
	const char *address(const char *name) const;
	void put(enum lx_emote_source source, struct lx_emote_list *(*read)(const struct cJSON *data, const char *base),
		 const char *json);

	QTemporaryDir folder_;
	struct lx_sim *sim_;
	struct cJSON *urls_;
	struct lx_loop *loop_;
	struct lx_http *http_;
};

} // namespace lx::test
