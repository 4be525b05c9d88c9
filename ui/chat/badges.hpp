/*
 * Badges: small drawn signs before a name, for as long as Twitch's pictures of them are not there.
 */
#pragma once

#include <vector>

#include <QByteArray>
#include <QHash>
#include <QPixmap>
#include <QString>

namespace lx::ui {

class Text;

enum class BadgeKind : quint8 {
	Broadcaster,
	LeadModerator,
	Moderator,
	Vip,
	Subscriber,
	Founder,
	Staff,
	Partner,
	Bits,
	Gifter,
	Prime,
	Turbo,
	Bot,
	Other,
};

struct Badge {
	BadgeKind kind = BadgeKind::Other;
	char16_t letter = 0; /* of Other: the first of its name */
	quint32 number = 0;  /* months, bits, gifts; 0 = none */
	QByteArray key;      /* as Twitch calls it: "subscriber/12" */
};

/* Twitch's lists: "broadcaster/1,subscriber/12" and "subscriber/27" with the exact months. At most eight are kept. */
std::vector<Badge> badgesOf(const char *badges, const char *badgeInfo);

QString badgeLabel(const Badge &badge, const Text &text);

/* The drawn signs, each drawn once for its size and scale. UI thread. */
class BadgeArt {
public:
	/* A square of `size` device-independent pixels. */
	const QPixmap &pixmap(const Badge &badge, int size, qreal devicePixelRatio);

private:
	QHash<quint64, QPixmap> pixmaps_;
};

} // namespace lx::ui
