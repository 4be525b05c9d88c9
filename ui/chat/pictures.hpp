/*
 * The pictures that lines show: emotes, cheers, badges. Each is fetched and decoded once in the background, shared by all lines
 * that show it, and forgotten when memory is needed and no line on screen shows it.
 *
 * UI thread, but for what the picture cache calls on its own. A line asks for its pictures while it is laid out; until one
 * has arrived it is a placeholder of the same size, so nothing moves when it comes.
 */
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <QByteArray>
#include <QElapsedTimer>
#include <QHash>
#include <QImage>
#include <QObject>
#include <QSize>

#include "chat/emotes.h"
#include "ui/chat/picture_decoder.hpp"

struct lx_picture_cache;
struct lx_picture;

namespace lx::ui {

class Picture {
public:
	enum class State : quint8 { Wanted, Loading, Ready, Failed };

	State state() const { return state_; }
	bool isReady() const { return state_ == State::Ready; }
	bool isAnimated() const { return !decoded_.endsMs.empty(); }
	/* The one to show now. */
	const QImage &frame() const { return decoded_.frames[frame_]; }

private:
	friend class Pictures;

	State state_ = State::Wanted;
	bool changed_ = false; /* in the last turn of the clock */
	quint64 turn_ = 0;
	size_t frame_ = 0;
	QByteArray url_;
	QSize box_; /* pixels of the screen */
	qreal devicePixelRatio_ = 1;
	DecodedPicture decoded_;
	qint64 failedMs_ = 0;
	qint64 bytes_ = 0;
	quint64 used_ = 0;
};

using PictureRef = std::shared_ptr<const Picture>;

class Pictures : public QObject {
	Q_OBJECT

public:
	/* Both may be NULL: then there are no pictures. They must live until stop(). */
	Pictures(struct lx_emotes *emotes, struct lx_picture_cache *cache, QObject *parent = nullptr);
	~Pictures() override;

	struct Options {
		bool twitch = true; /* Twitch's own emotes; those of others are in the lists or not */
		bool animated = true;
		bool dark = true; /* the background */
		qreal devicePixelRatio = 1;
		int height = 0; /* of emotes: another one, and all are made anew */
		bool operator==(const Options &other) const
		{
			return twitch == other.twitch && animated == other.animated && dark == other.dark &&
			       devicePixelRatio == other.devicePixelRatio && height == other.height;
		}
	};
	void setOptions(const Options &options);
	void stop();

	/* The names that are known now; NULL = none. */
	const struct lx_emote_set *set() const { return set_; }

	/* All sizes in device-independent pixels. NULL when there is none, or when it could not be had: show the word instead. */
	PictureRef twitchEmote(const QByteArray &id, const QSize &box);
	PictureRef emote(const struct lx_named_emote &emote, const QSize &box);
	PictureRef cheer(const struct lx_cheer_tier &tier, const QSize &box);
	/* The same emote in another size than lines have. */
	PictureRef largeEmote(const QByteArray &id, const QSize &box);
	/* Of a person or channel, by the address that Twitch tells. */
	PictureRef byAddress(const QByteArray &address, const QSize &box);
	PictureRef badge(const QByteArray &badge, const QSize &box); /* "subscriber/12" */
	QString badgeTitle(const QByteArray &badge) const;           /* in Twitch's words, "" = not told */

	/*
	 * Turns the clock for the pictures given: afterwards hasMoved() says of each whether another frame is to be shown.
	 * Returns the milliseconds until the next one is due, -1 when none of them moves.
	 */
	int turn(const std::vector<PictureRef> &shown);
	bool hasMoved(const PictureRef &picture) const { return picture->changed_ && picture->turn_ == turns_; }

	qint64 bytes() const { return bytes_; }
	int count() const { return int(pictures_.size()); }

Q_SIGNALS:
	/* Other words are pictures now. */
	void wordsChanged();
	/* One has arrived. */
	void arrived(const lx::ui::PictureRef &picture);
	/* One cannot be had: lines that show it must be laid out anew. */
	void failed(const lx::ui::PictureRef &picture);

private:
	struct Bridge;
	struct Request;

	static void onPicture(const struct lx_picture *picture, void *data);
	static void onListsChanged(void *data);
	void takeLists();
	void takeResults();
	using Address = bool (*)(const struct lx_emotes *emotes, const void *what, const struct lx_picture_wish &wish,
				 struct dstr *url);
	PictureRef get(const QByteArray &key, const QSize &box, int smallest, Address address, const void *what);
	PictureRef twitchEmote(const char *size, const QByteArray &id, const QSize &box);
	void request(const std::shared_ptr<Picture> &picture);
	void makeRoom();
	void countBytes();

	struct lx_emotes *emotes_;
	struct lx_picture_cache *cache_;
	const struct lx_emote_set *set_ = nullptr;
	Options options_;
	std::shared_ptr<Bridge> bridge_;
	QHash<QByteArray, std::shared_ptr<Picture>> pictures_; /* NULL: there is none */
	qint64 bytes_ = 0;
	quint64 uses_ = 0;
	quint64 turns_ = 0;
	QElapsedTimer clock_;
};

} // namespace lx::ui
