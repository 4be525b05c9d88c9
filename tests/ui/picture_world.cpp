#include "picture_world.hpp"

#include <algorithm>
#include <cstring>

#include <QByteArray>
#include <QFile>

#include <cjson/cJSON.h>
#include <util/bmem.h>

#include "chat/emote_lists.h"
#include "platform/memory.h"
#include "platform/random.h"
#include "twitchsim.h"

namespace lx::test {

PictureWorld::PictureWorld()
{
	lx_memory_init();
	struct lx_sim_config config = {};
	config.seed = 1;
	sim_ = lx_sim_start(&config);
	char *answer = lx_sim_control(sim_, "urls", nullptr);
	urls_ = cJSON_Parse(answer);
	bfree(answer);
	loop_ = lx_loop_create("livextrem: pictures", lx_clock_system());
	const struct lx_http_config web = {loop_, "test", address("LIVEXTREM_CA_FILE")};
	http_ = lx_http_create(&web);
	struct lx_emotes_config where = {};
	where.twitch_pictures = address("LIVEXTREM_TWITCH_PICTURES_URL");
	where.cheer_pictures = address("LIVEXTREM_CHEER_PICTURES_URL");
	where.bttv_pictures = address("LIVEXTREM_BTTV_PICTURES_URL");
	where.ffz_pictures = address("LIVEXTREM_FFZ_PICTURES_URL");
	where.seventv_pictures = address("LIVEXTREM_7TV_PICTURES_URL");
	emotes = lx_emotes_create(&where);
	struct lx_emote_loader_config lists = {};
	lists.loop = loop_;
	lists.http = http_;
	lists.emotes = emotes;
	lists.random = lx_random_system();
	lists.bttv = address("LIVEXTREM_BTTV_URL");
	lists.ffz = address("LIVEXTREM_FFZ_URL");
	lists.seventv = address("LIVEXTREM_7TV_URL");
	lists.providers = 0xF;
	loader = lx_emote_loader_create(&lists);
	const QByteArray folder = QFile::encodeName(folder_.path());
	const struct lx_picture_cache_config kept = {loop_, http_, folder.constData(), 1 << 20};
	pictures = lx_picture_cache_create(&kept);
	lx_loop_start(loop_);
	lx_emote_loader_set_channel(loader, "100000002");
}

PictureWorld::~PictureWorld()
{
	lx_loop_stop(loop_);
	lx_emote_loader_destroy(loader);
	lx_http_destroy(http_);
	lx_picture_cache_destroy(pictures);
	lx_emotes_destroy(emotes);
	lx_loop_destroy(loop_);
	cJSON_Delete(urls_);
	lx_sim_stop(sim_);
}

bool PictureWorld::hasAllLists() const
{
	static constexpr const char *words[] = {"monkaS", "catJAM", "LaterSooner", "KEKW", "EZ", "gg"};
	const struct lx_emote_set *set = lx_emotes_acquire(emotes);
	const bool all = std::all_of(std::begin(words), std::end(words), [set](const char *word) {
		return lx_emote_set_find(set, word, strlen(word)) != nullptr;
	});
	lx_emote_set_release(set);
	return all;
}

void PictureWorld::putTwitchLists()
{
	put(LX_EMOTES_GLOBAL_BADGES, lx_emote_list_read_badges,
	    "[{'set_id':'moderator','versions':[{'id':'1','title':'Moderator',"
	    "'image_url_1x':'https://static-cdn.jtvnw.net/badges/v1/moderator-1/1'}]},"
	    "{'set_id':'odd','versions':[{'id':'3','title':'Very odd badge',"
	    "'image_url_1x':'https://static-cdn.jtvnw.net/badges/v1/odd-3/1'}]}]");
	put(LX_EMOTES_CHEERMOTES, lx_emote_list_read_cheermotes,
	    "[{'prefix':'Cheer','tiers':[{'min_bits':1,'color':'#979797','images':{'dark':{'animated':"
	    "{'1':'https://d3aqoihi2n8ty8.cloudfront.net/actions/Cheer/dark/animated/1/1.gif'}}}}]}]");
}

const char *PictureWorld::address(const char *name) const
{
	return cJSON_GetObjectItem(cJSON_GetObjectItem(urls_, "environment"), name)->valuestring;
}

void PictureWorld::put(enum lx_emote_source source,
		       struct lx_emote_list *(*read)(const struct cJSON *data, const char *base), const char *json)
{
	cJSON *data = cJSON_Parse(QByteArray(json).replace('\'', '"').constData());
	lx_emotes_put(emotes, source, read(data, nullptr));
	cJSON_Delete(data);
}

} // namespace lx::test
