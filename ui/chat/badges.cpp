#include "ui/chat/badges.hpp"

#include <cctype>
#include <string_view>

#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>

#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr size_t maxBadges = 8;

struct BadgeRow {
	std::string_view set;
	BadgeKind kind;
};

constexpr BadgeRow badgeTable[] = {
	{"broadcaster", BadgeKind::Broadcaster},
	{"lead_moderator", BadgeKind::LeadModerator},
	{"moderator", BadgeKind::Moderator},
	{"vip", BadgeKind::Vip},
	{"subscriber", BadgeKind::Subscriber},
	{"founder", BadgeKind::Founder},
	{"staff", BadgeKind::Staff},
	{"admin", BadgeKind::Staff},
	{"global_mod", BadgeKind::Staff},
	{"partner", BadgeKind::Partner},
	{"ambassador", BadgeKind::Partner},
	{"bits", BadgeKind::Bits},
	{"bits-leader", BadgeKind::Bits},
	{"sub-gifter", BadgeKind::Gifter},
	{"sub-gift-leader", BadgeKind::Gifter},
	{"premium", BadgeKind::Prime},
	{"turbo", BadgeKind::Turbo},
	{"bot-badge", BadgeKind::Bot},
};

/* Calls take(set, version) for each "set/version" of a list. */
template<typename Take> void eachBadge(const char *list, Take take)
{
	std::string_view rest(list);
	while (!rest.empty()) {
		const size_t comma = rest.find(',');
		const std::string_view item = rest.substr(0, comma);
		rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
		const size_t slash = item.find('/');
		if (slash == std::string_view::npos || slash == 0) {
			continue;
		}
		take(item.substr(0, slash), item.substr(slash + 1));
	}
}

quint32 numberOf(std::string_view digits)
{
	quint32 value = 0;
	for (const char c : digits) {
		if (c < '0' || c > '9' || value > 99999999) {
			return 0;
		}
		value = value * 10 + quint32(c - '0');
	}
	return value;
}

struct Look {
	QColor color;
	const char *key;
};

Look lookOf(BadgeKind kind)
{
	switch (kind) {
	case BadgeKind::Broadcaster:
		return {QColor(0xe0, 0x2f, 0x3a), "Badge.Broadcaster"};
	case BadgeKind::LeadModerator:
		return {QColor(0x0b, 0x8a, 0x3e), "Badge.LeadModerator"};
	case BadgeKind::Moderator:
		return {QColor(0x0b, 0x9e, 0x48), "Badge.Moderator"};
	case BadgeKind::Vip:
		return {QColor(0xd6, 0x0f, 0xa8), "Badge.Vip"};
	case BadgeKind::Subscriber:
		return {QColor(0x7c, 0x4d, 0xe8), "Badge.Subscriber"};
	case BadgeKind::Founder:
		return {QColor(0xb4, 0x46, 0xd8), "Badge.Founder"};
	case BadgeKind::Staff:
		return {QColor(0x2b, 0x2b, 0x33), "Badge.Staff"};
	case BadgeKind::Partner:
		return {QColor(0x8a, 0x3f, 0xfc), "Badge.Partner"};
	case BadgeKind::Bits:
		return {QColor(0x5a, 0x5f, 0xd8), "Badge.Bits"};
	case BadgeKind::Gifter:
		return {QColor(0xc0, 0x5a, 0x1e), "Badge.Gifter"};
	case BadgeKind::Prime:
		return {QColor(0x00, 0x7f, 0xb8), "Badge.Prime"};
	case BadgeKind::Turbo:
		return {QColor(0x5a, 0x3a, 0xa8), "Badge.Turbo"};
	case BadgeKind::Bot:
		return {QColor(0x44, 0x66, 0x77), "Badge.Bot"};
	case BadgeKind::Other:
		break;
	}
	return {QColor(0x66, 0x66, 0x70), "Badge.Other"};
}

/* The signs are drawn in a square of 16 units. */

QPainterPath polygon(std::initializer_list<QPointF> points)
{
	QPainterPath path;
	bool first = true;
	for (const QPointF &point : points) {
		first ? path.moveTo(point) : path.lineTo(point);
		first = false;
	}
	path.closeSubpath();
	return path;
}

QPainterPath star()
{
	return polygon({{8, 2.6},
			{9.65, 6.1},
			{13.4, 6.5},
			{10.6, 9.1},
			{11.4, 12.9},
			{8, 10.95},
			{4.6, 12.9},
			{5.4, 9.1},
			{2.6, 6.5},
			{6.35, 6.1}});
}

QPainterPath sign(BadgeKind kind)
{
	QPainterPath path;
	path.setFillRule(Qt::WindingFill);
	switch (kind) {
	case BadgeKind::Broadcaster: /* a camera */
		path.addRoundedRect(QRectF(2.5, 5, 7.4, 6), 1.2, 1.2);
		path.addPath(polygon({{10.4, 7.4}, {13.5, 5.3}, {13.5, 10.7}, {10.4, 8.6}}));
		break;
	case BadgeKind::LeadModerator: /* a shield with a star cut out */
		path.setFillRule(Qt::OddEvenFill);
		path.moveTo(8, 2);
		path.lineTo(13, 3.8);
		path.cubicTo(13, 9, 11.6, 12, 8, 14);
		path.cubicTo(4.4, 12, 3, 9, 3, 3.8);
		path.closeSubpath();
		path.addPath(QTransform().translate(3.6, 3.3).scale(0.55, 0.55).map(star()));
		break;
	case BadgeKind::Moderator: /* a sword */
		path.addPath(polygon({{13.4, 2.6}, {13.2, 5.2}, {7.6, 10.6}, {5.4, 8.4}, {10.8, 2.8}}));
		path.addPath(polygon({{3.9, 7.6},
				      {8.4, 12.1},
				      {7.4, 13.1},
				      {5.9, 11.6},
				      {4, 13.5},
				      {2.5, 12},
				      {4.4, 10.1},
				      {2.9, 8.6}}));
		break;
	case BadgeKind::Vip: /* a cut stone */
		path.addPath(polygon({{4.6, 3.4}, {11.4, 3.4}, {13.8, 6.6}, {8, 13.4}, {2.2, 6.6}}));
		break;
	case BadgeKind::Subscriber:
		return star();
	case BadgeKind::Founder: /* a 1 */
		path.addPath(polygon({{8, 3},
				      {9.6, 3},
				      {9.6, 11.2},
				      {11.4, 11.2},
				      {11.4, 13},
				      {5.6, 13},
				      {5.6, 11.2},
				      {7.4, 11.2},
				      {7.4, 5.6},
				      {5.6, 6.6},
				      {5.6, 4.6}}));
		break;
	case BadgeKind::Staff: /* a wrench */
		path.addPath(polygon({{9.4, 2.6},
				      {9.4, 5.2},
				      {10.8, 6.6},
				      {13.4, 6.6},
				      {12.2, 9.2},
				      {9.8, 9.6},
				      {5, 14},
				      {2.2, 11.2},
				      {6.6, 6.2},
				      {7, 3.8}}));
		break;
	case BadgeKind::Partner: /* a tick */
		path.addPath(polygon({{3.2, 8.4}, {4.8, 6.8}, {7, 9}, {11.6, 4.2}, {13.2, 5.8}, {7, 12.2}}));
		break;
	case BadgeKind::Bits: /* a tall stone */
		path.addPath(polygon({{8, 2}, {12.6, 9.4}, {8, 14}, {3.4, 9.4}}));
		break;
	case BadgeKind::Gifter: /* a parcel */
		path.addRect(QRectF(3.2, 7.6, 4.2, 5.6));
		path.addRect(QRectF(8.6, 7.6, 4.2, 5.6));
		path.addRect(QRectF(2.6, 4.8, 4.8, 2));
		path.addRect(QRectF(8.6, 4.8, 4.8, 2));
		path.addPath(polygon({{8, 4.6}, {5, 3.6}, {5.8, 2}, {8, 3.4}, {10.2, 2}, {11, 3.6}}));
		break;
	case BadgeKind::Prime: /* a crown */
		path.addPath(
			polygon({{2.6, 5}, {5.4, 7.6}, {8, 3.4}, {10.6, 7.6}, {13.4, 5}, {12.4, 12.2}, {3.6, 12.2}}));
		break;
	case BadgeKind::Turbo: /* a bolt */
		path.addPath(polygon({{9.6, 2.2}, {3.8, 9}, {7.4, 9}, {6.4, 13.8}, {12.2, 7}, {8.6, 7}}));
		break;
	case BadgeKind::Bot:
		path.setFillRule(Qt::OddEvenFill);
		path.addRoundedRect(QRectF(3, 5.4, 10, 7.4), 1.6, 1.6);
		path.addEllipse(QPointF(6, 9), 1.1, 1.1);
		path.addEllipse(QPointF(10, 9), 1.1, 1.1);
		path.addRect(QRectF(7.4, 2.6, 1.2, 2.8));
		break;
	case BadgeKind::Other:
		break;
	}
	return path;
}

} // namespace

std::vector<Badge> badgesOf(const char *badges, const char *badgeInfo)
{
	std::vector<Badge> result;
	eachBadge(badges, [&result](std::string_view set, std::string_view version) {
		if (result.size() == maxBadges) {
			return;
		}
		Badge badge;
		const unsigned char first = (unsigned char)set.front();
		badge.letter = first < 0x80 && isalnum(first) ? char16_t(toupper(first)) : u'?';
		for (const BadgeRow &row : badgeTable) {
			if (row.set == set) {
				badge.kind = row.kind;
				badge.letter = 0;
			}
		}
		if (badge.kind == BadgeKind::Bits || badge.kind == BadgeKind::Gifter) {
			badge.number = numberOf(version);
		}
		badge.key.append(set.data(), qsizetype(set.size()));
		badge.key.append('/');
		badge.key.append(version.data(), qsizetype(version.size()));
		result.push_back(badge);
	});
	eachBadge(badgeInfo, [&result](std::string_view set, std::string_view months) {
		if (set != "subscriber" && set != "founder") {
			return;
		}
		for (Badge &badge : result) {
			if (badge.kind == BadgeKind::Subscriber || badge.kind == BadgeKind::Founder) {
				badge.number = numberOf(months);
			}
		}
	});
	return result;
}

QString badgeLabel(const Badge &badge, const Text &text)
{
	const QString label = text(lookOf(badge.kind).key);
	if (!badge.number) {
		return label;
	}
	const QString number = QString::number(badge.number);
	const bool months = badge.kind == BadgeKind::Subscriber || badge.kind == BadgeKind::Founder;
	return text(months ? "Badge.Months" : "Badge.Count", {label, number});
}

const QPixmap &BadgeArt::pixmap(const Badge &badge, int size, qreal devicePixelRatio)
{
	const quint64 key = quint64(badge.kind) | quint64(badge.letter) << 8 | quint64(size) << 24 |
			    quint64(devicePixelRatio * 100) << 40;
	QPixmap &pixmap = pixmaps_[key];
	if (!pixmap.isNull()) {
		return pixmap;
	}
	pixmap = QPixmap(QSize(size, size) * devicePixelRatio);
	pixmap.setDevicePixelRatio(devicePixelRatio);
	pixmap.fill(Qt::transparent);
	QPainter painter(&pixmap);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.scale(size / 16.0, size / 16.0);
	painter.setPen(Qt::NoPen);
	painter.setBrush(lookOf(badge.kind).color);
	painter.drawRoundedRect(QRectF(0, 0, 16, 16), 3.5, 3.5);
	painter.setBrush(Qt::white);
	if (badge.kind == BadgeKind::Other) {
		QFont font = QGuiApplication::font();
		font.setPixelSize(11);
		font.setBold(true);
		painter.setFont(font);
		painter.setPen(Qt::white);
		painter.drawText(QRectF(0, 0, 16, 16), Qt::AlignCenter, QString(QChar(badge.letter)));
	} else {
		painter.drawPath(sign(badge.kind));
	}
	painter.end();
	return pixmap;
}

} // namespace lx::ui
