#include "ui/chat/pictures.hpp"

#include <algorithm>
#include <cmath>

#include <QImageReader>

#include <util/dstr.h>

#include "net/picture_cache.h"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

constexpr qint64 maxBytes = 12 * 1024 * 1024; /* of all frames */
constexpr int maxPictures = 4000;
constexpr qint64 retryMs = 5 * 60 * 1000;
constexpr int smallestEmote = 28; /* pixels at scale 1 */
constexpr int smallestBadge = 18;

bool canReadWebp()
{
	static const bool can = QImageReader::supportedImageFormats().contains("webp");
	return can;
}

} // namespace

/* Between the cache's thread and ours; outlives both. */
struct Pictures::Bridge {
	struct Result {
		std::shared_ptr<Picture> picture;
		enum lx_picture_error error;
		DecodedPicture decoded;
	};

	std::mutex mutex; /* guards what follows */
	Pictures *owner;  /* NULL once it has stopped */
	bool posted = false;
	bool listsPosted = false;
	std::vector<Result> results;
};

struct Pictures::Request {
	std::shared_ptr<Bridge> bridge;
	std::shared_ptr<Picture> picture;
	struct lx_picture_cache *cache;
	QByteArray url;
	QSize box;
	bool animated;
};

Pictures::Pictures(struct lx_emotes *emotes, struct lx_picture_cache *cache, QObject *parent)
	: QObject(parent), emotes_(cache ? emotes : nullptr), cache_(cache), bridge_(std::make_shared<Bridge>())
{
	bridge_->owner = this;
	clock_.start();
	if (emotes_) {
		set_ = lx_emotes_acquire(emotes_);
		lx_emotes_watch(emotes_, onListsChanged, bridge_.get());
	}
}

Pictures::~Pictures()
{
	stop();
}

void Pictures::stop()
{
	if (emotes_) {
		lx_emotes_watch(emotes_, nullptr, nullptr);
		emotes_ = nullptr;
		lx_emote_set_release(set_);
		set_ = nullptr;
	}
	const std::lock_guard lock(bridge_->mutex);
	bridge_->owner = nullptr;
	bridge_->results.clear();
}

void Pictures::setOptions(const Options &options)
{
	if (!(options == options_)) {
		options_ = options;
		/* What lines still show lives on with them. */
		pictures_.clear();
		countBytes();
	}
}

/* --- lists ------------------------------------------------------------------------------------------------------- */

void Pictures::onListsChanged(void *data)
{
	auto *bridge = static_cast<Bridge *>(data);
	const std::lock_guard lock(bridge->mutex);
	if (bridge->owner && !bridge->listsPosted) {
		bridge->listsPosted = true;
		QMetaObject::invokeMethod(bridge->owner, &Pictures::takeLists, Qt::QueuedConnection);
	}
}

void Pictures::takeLists()
{
	{
		const std::lock_guard lock(bridge_->mutex);
		bridge_->listsPosted = false;
	}
	if (!emotes_) {
		return;
	}
	lx_emote_set_release(set_);
	set_ = lx_emotes_acquire(emotes_);
	/* A badge of the same name is another picture in another channel. */
	pictures_.removeIf([](const QHash<QByteArray, std::shared_ptr<Picture>>::iterator &it) {
		return it.key().startsWith("badge/") || it.key().startsWith("cheer/");
	});
	countBytes();
	Q_EMIT wordsChanged();
}

/* --- asking ------------------------------------------------------------------------------------------------------ */

PictureRef Pictures::get(const QByteArray &key, const QSize &box, int smallest, Address address, const void *what)
{
	if (!emotes_) {
		return nullptr;
	}
	auto found = pictures_.find(key);
	if (found == pictures_.end()) {
		const int scale = int(std::ceil(box.height() * options_.devicePixelRatio / smallest - 0.2));
		const struct lx_picture_wish wish = {std::max(1, scale), options_.animated, options_.dark,
						     canReadWebp()};
		struct dstr url = {};
		std::shared_ptr<Picture> picture;
		if (address(emotes_, what, wish, &url)) {
			picture = std::make_shared<Picture>();
			picture->url_ = url.array;
			picture->devicePixelRatio_ = options_.devicePixelRatio;
			picture->box_ = (QSizeF(box) * options_.devicePixelRatio).toSize();
		}
		dstr_free(&url);
		makeRoom();
		found = pictures_.insert(key, picture);
	}
	const std::shared_ptr<Picture> &picture = found.value();
	if (!picture) {
		return nullptr;
	}
	picture->used_ = ++uses_;
	if (picture->state_ == Picture::State::Failed) {
		if (clock_.elapsed() - picture->failedMs_ < retryMs) {
			return nullptr;
		}
		picture->state_ = Picture::State::Wanted;
	}
	if (picture->state_ == Picture::State::Wanted) {
		request(picture);
	}
	return picture;
}

PictureRef Pictures::largeEmote(const QByteArray &id, const QSize &box)
{
	return twitchEmote("large/", id, box);
}

PictureRef Pictures::twitchEmote(const QByteArray &id, const QSize &box)
{
	return twitchEmote("twitch/", id, box);
}

PictureRef Pictures::byAddress(const QByteArray &address, const QSize &box)
{
	return get(
		"user/" + QByteArray::number(box.height()) + '/' + address, box, smallestEmote,
		[](const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &, struct dstr *url) {
			return lx_emotes_user_url(emotes, static_cast<const char *>(what), url);
		},
		address.constData());
}

PictureRef Pictures::twitchEmote(const char *size, const QByteArray &id, const QSize &box)
{
	if (!options_.twitch) {
		return nullptr;
	}
	return get(
		size + id, box, smallestEmote,
		[](const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &wish,
		   struct dstr *url) {
			return lx_emotes_twitch_url(emotes, static_cast<const char *>(what), &wish, url);
		},
		id.constData());
}

PictureRef Pictures::emote(const struct lx_named_emote &emote, const QSize &box)
{
	return get(
		QByteArray(lx_emote_provider_name(emote.provider)) + '/' + emote.id, box, smallestEmote,
		[](const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &wish,
		   struct dstr *url) {
			return lx_emotes_named_url(emotes, static_cast<const struct lx_named_emote *>(what), &wish,
						   url);
		},
		&emote);
}

PictureRef Pictures::cheer(const struct lx_cheer_tier &tier, const QSize &box)
{
	return get(
		QByteArray("cheer/") + tier.prefix + '/' + QByteArray::number(tier.min_bits), box, smallestEmote,
		[](const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &wish,
		   struct dstr *url) {
			return lx_emotes_cheer_url(emotes, static_cast<const struct lx_cheer_tier *>(what), &wish, url);
		},
		&tier);
}

namespace {

const struct lx_badge_picture *findBadge(const struct lx_emote_set *set, const QByteArray &badge)
{
	const qsizetype slash = badge.indexOf('/');
	return set ? lx_emote_set_find_badge(set, badge.left(slash).constData(), badge.mid(slash + 1).constData())
		   : nullptr;
}

} // namespace

PictureRef Pictures::badge(const QByteArray &badge, const QSize &box)
{
	const QByteArray key = "badge/" + badge;
	/* Found once for each list: there are thousands. */
	const struct lx_badge_picture *picture = pictures_.contains(key) ? nullptr : findBadge(set_, badge);
	return get(
		key, box, smallestBadge,
		[](const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &wish,
		   struct dstr *url) {
			return what && lx_emotes_badge_url(emotes, static_cast<const struct lx_badge_picture *>(what),
							   &wish, url);
		},
		picture);
}

QString Pictures::badgeTitle(const QByteArray &badge) const
{
	const struct lx_badge_picture *picture = findBadge(set_, badge);
	return picture ? sanitizeText(picture->title) : QString();
}

void Pictures::request(const std::shared_ptr<Picture> &picture)
{
	picture->state_ = Picture::State::Loading;
	lx_picture_cache_get(cache_, picture->url_.constData(), onPicture,
			     new Request{bridge_, picture, cache_, picture->url_, picture->box_, options_.animated});
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

/* On the cache's thread, which has nothing urgent to do. */
void Pictures::onPicture(const struct lx_picture *picture, void *data)
{
	const std::unique_ptr<Request> request(static_cast<Request *>(data));
	Bridge &bridge = *request->bridge;
	{
		const std::lock_guard lock(bridge.mutex);
		if (!bridge.owner) {
			return;
		}
	}
	Bridge::Result result = {request->picture, picture->error, {}};
	if (picture->error == LX_PICTURE_OK) {
		result.decoded =
			decodePicture(picture->bytes, picture->size, picture->info, request->box, request->animated);
		if (result.decoded.frames.empty()) {
			result.error = LX_PICTURE_REFUSED;
			lx_picture_cache_forget(request->cache, request->url.constData());
		}
	}
	const std::lock_guard lock(bridge.mutex);
	if (!bridge.owner) {
		return;
	}
	bridge.results.push_back(std::move(result));
	if (!bridge.posted) {
		bridge.posted = true;
		QMetaObject::invokeMethod(bridge.owner, &Pictures::takeResults, Qt::QueuedConnection);
	}
}

void Pictures::takeResults()
{
	std::vector<Bridge::Result> results;
	{
		const std::lock_guard lock(bridge_->mutex);
		bridge_->posted = false;
		results.swap(bridge_->results);
	}
	for (Bridge::Result &result : results) {
		Picture &picture = *result.picture;
		if (result.error == LX_PICTURE_DROPPED) {
			/* Pushed out by newer ones: asked again when a line shows it. */
			picture.state_ = Picture::State::Wanted;
			continue;
		}
		if (result.error != LX_PICTURE_OK) {
			picture.state_ = Picture::State::Failed;
			picture.failedMs_ = clock_.elapsed();
			Q_EMIT failed(result.picture);
			continue;
		}
		picture.decoded_ = std::move(result.decoded);
		picture.state_ = Picture::State::Ready;
		for (QImage &frame : picture.decoded_.frames) {
			frame.setDevicePixelRatio(picture.devicePixelRatio_);
			picture.bytes_ += frame.sizeInBytes();
		}
		Q_EMIT arrived(result.picture);
	}
	countBytes();
	makeRoom();
}

void Pictures::countBytes()
{
	bytes_ = 0;
	for (const std::shared_ptr<Picture> &picture : std::as_const(pictures_)) {
		bytes_ += picture ? picture->bytes_ : 0;
	}
}

/* The least recently asked go first, but none that a line on screen shows. */
void Pictures::makeRoom()
{
	if (bytes_ <= maxBytes && pictures_.size() < maxPictures) {
		return;
	}
	std::vector<std::pair<quint64, QByteArray>> idle;
	for (auto it = pictures_.cbegin(); it != pictures_.cend(); ++it) {
		if (it.value().use_count() <= 1) {
			idle.emplace_back(it.value() ? it.value()->used_ : 0, it.key());
		}
	}
	std::sort(idle.begin(), idle.end());
	for (const auto &[used, key] : idle) {
		/* A quarter more than needed, so that this is rare. */
		if (bytes_ <= maxBytes * 3 / 4 && pictures_.size() < maxPictures * 3 / 4) {
			break;
		}
		const std::shared_ptr<Picture> picture = pictures_.take(key);
		bytes_ -= picture ? picture->bytes_ : 0;
	}
}

/* --- clock ------------------------------------------------------------------------------------------------------- */

int Pictures::turn(const std::vector<PictureRef> &shown)
{
	const qint64 now = clock_.elapsed();
	turns_++;
	int next = -1;
	for (const PictureRef &ref : shown) {
		Picture &picture = const_cast<Picture &>(*ref);
		/* Several lines show the same one. */
		if (picture.turn_ == turns_ || !picture.isReady() || !picture.isAnimated()) {
			continue;
		}
		picture.turn_ = turns_;
		const std::vector<int> &ends = picture.decoded_.endsMs;
		const int at = int(now % ends.back());
		const auto end = std::upper_bound(ends.begin(), ends.end(), at);
		const auto frame = size_t(end - ends.begin());
		picture.changed_ = frame != picture.frame_;
		picture.frame_ = frame;
		next = next < 0 ? *end - at : std::min(next, *end - at);
	}
	return next;
}

} // namespace lx::ui
