#include "ui/chat/row_layout.hpp"

#include <algorithm>

#include <QDateTime>
#include <QLocale>
#include <QPainter>

#include "ui/chat/colors.hpp"
#include "ui/chat/emoji.hpp"
#include "ui/chat/origins.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int paddingX = 8;
constexpr int paddingsY[] = {1, 3, 7};
constexpr int barWidth = 3;
constexpr int badgeGap = 3;
constexpr int timeGap = 6;
constexpr int namesIndent = 12;
constexpr int originPadding = 6;
constexpr qreal noteRadius = 2;
constexpr int minimumRow = 26; /* room for a button of 24 */

/* Twitch's steps of cheers: grey, purple, green, blue, red. */
QColor bitsColor(quint32 bits)
{
	if (bits >= 10000) {
		return QColor(0xf4, 0x3c, 0x3c);
	}
	if (bits >= 5000) {
		return QColor(0x3c, 0x8c, 0xf0);
	}
	if (bits >= 1000) {
		return QColor(0x1d, 0xb2, 0xa5);
	}
	return bits >= 100 ? QColor(0xa2, 0x6a, 0xf5) : QColor(0x97, 0x97, 0x97);
}

/* Message effects stand still here, but in their own colours. */
std::pair<QColor, QColor> effectColors(const QByteArray &effect)
{
	if (effect == "simmer") {
		return {QColor(0xe8, 0x98, 0x1c), QColor(0xe0, 0x45, 0x4c)};
	}
	if (effect == "rainbow-eclipse") {
		return {QColor(0xe8, 0x3c, 0x9c), QColor(0x2e, 0xb8, 0x6e)};
	}
	return {QColor(0x94, 0x5c, 0xf5), QColor(0x2f, 0x8c, 0xe8)};
}

QTextLayout::FormatRange range(int start, qsizetype length, const QTextCharFormat &format)
{
	QTextLayout::FormatRange result;
	result.start = start;
	result.length = int(length);
	result.format = format;
	return result;
}

QTextCharFormat colored(const QColor &color)
{
	QTextCharFormat format;
	format.setForeground(color);
	return format;
}

/* At its own size in the middle; a larger one (an overlay on a smaller emote) is cut by nobody. */
void drawCentred(QPainter &painter, const QRect &rect, const QImage &image)
{
	const QSizeF size = image.deviceIndependentSize();
	painter.drawImage(QPointF(rect.x() + (rect.width() - size.width()) / 2,
				  rect.y() + (rect.height() - size.height()) / 2),
			  image);
}

QTextOption wrapping()
{
	QTextOption option;
	option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
	option.setTextDirection(Qt::LeftToRight);
	return option;
}

QString clockText(const RowStyle &style, const QTime &time)
{
	if (style.time == RowStyle::Time::Hours12) {
		return QLocale::c().toString(time, style.showSeconds ? QStringLiteral("h:mm:ss AP")
								     : QStringLiteral("h:mm AP"));
	}
	return time.toString(style.showSeconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

} // namespace

RowStyle::RowStyle(const QFont &font, const Theme &theme)
	: font(font), bold(font), small(font), metrics(font), smallMetrics(font), theme(theme)
{
	bold.setWeight(QFont::DemiBold);
	if (small.pointSizeF() > 0) {
		small.setPointSizeF(std::max(6.0, small.pointSizeF() * 0.88));
	} else {
		small.setPixelSize(std::max(8, int(small.pixelSize() * 0.88)));
	}
	smallMetrics = QFontMetrics(small);
	lineHeight = metrics.height() + 2;
	smallHeight = smallMetrics.height() + 1;
	badgeSize = std::max(12, metrics.ascent() + 2);
	pictureHeight = lineHeight + lineHeight / 3;
	signWidth = QFontMetricsF(font).horizontalAdvance(QChar(pictureSign));
}

void RowStyle::setTime(Time style, bool seconds, const Text &text)
{
	time = style;
	showSeconds = seconds;
	/* the widest there is */
	const QString widest = style == Time::Relative ? text("Duration.Short.Minutes", {QStringLiteral("00")})
						       : clockText(*this, QTime(22, 58, 58));
	timeWidth = style == Time::Off ? 0 : smallMetrics.horizontalAdvance(widest) + timeGap;
}

QString RowStyle::timeText(qint64 timeMs, const Text &text) const
{
	if (time == Time::Relative) {
		const qint64 seconds = std::max<qint64>(0, (nowMs - timeMs) / 1000);
		const auto in = [&](const char *key, qint64 number) {
			return text(key, {QString::number(number)});
		};
		return seconds < 60      ? in("Duration.Short.Seconds", seconds / 10 * 10)
		       : seconds < 3600  ? in("Duration.Short.Minutes", seconds / 60)
		       : seconds < 86400 ? in("Duration.Short.Hours", seconds / 3600)
					 : in("Duration.Short.Days", seconds / 86400);
	}
	return clockText(*this, QDateTime::fromMSecsSinceEpoch(timeMs).time());
}

int RowStyle::paddingY() const
{
	return paddingsY[size_t(density)];
}

int RowStyle::minimumHeight() const
{
	return std::max(density == Density::Compact ? 0 : minimumRow, lineHeight + 2 * paddingY());
}

int RowStyle::estimate(const ChatRow &row, int width) const
{
	const int usable = std::max(40, width - 2 * paddingX);
	const qint64 characters = row.text.size() + row.name.size() + 2 + row.status().size();
	const qint64 pixels = characters * metrics.averageCharWidth() + timeWidth +
			      qint64(row.badges.size()) * (badgeSize + badgeGap);
	if (isGone(row)) {
		return 0;
	}
	int height = 2 * paddingY();
	if (row.hasAuthor()) {
		height += int(pixels / usable + 1) * lineHeight;
		height += row.emotes.empty() ? 0 : pictureHeight + 2 - lineHeight;
	}
	if (!row.caption.isEmpty()) {
		height += int(row.caption.size() * smallMetrics.averageCharWidth() / usable + 1) * smallHeight;
	}
	if (!row.replyName.isEmpty()) {
		height += smallHeight;
	}
	if (row.open) {
		height += int(row.names.size() * 12 * smallMetrics.averageCharWidth() / usable + 1) * smallHeight;
	}
	if (row.flags & LX_CHAT_GIGANTIC && !row.emotes.empty()) {
		height += giganticHeight();
	}
	return std::max(height, minimumHeight());
}

QColor RowLayout::backgroundOf(const ChatRow &row, const Theme &theme, RowLook look)
{
	QColor background = row.highlight != LX_COLOR_NONE ? theme.tint(QColor::fromRgb(row.highlight))
			    : row.kind == RowKind::Message && row.caption.isEmpty() ? theme.base
										    : theme.tint(row.tone);
	if (look == RowLook::Selected) {
		background = theme.selected(background);
	} else if (look == RowLook::Hovered) {
		background = theme.hovered(background);
	}
	return background;
}

QColor RowLayout::nameColor(const ChatRow &row, const QColor &background)
{
	const QColor chosen = row.color == LX_COLOR_NONE
				      ? fallbackColor(row.userId.isEmpty() ? row.login.toUtf8() : row.userId)
				      : QColor::fromRgb(row.color);
	return readable(chosen, background);
}

RowLayout::RowLayout(const ChatRow &row, const RowStyle &style, const Text &text, int width, RowLook look,
		     Pictures *pictures, bool shaded)
	: width_(width), look_(look), revision_(row.revision), background_(backgroundOf(row, style.theme, look))
{
	if (style.isGone(row)) {
		return;
	}
	/* That somebody is watched, or why, is the moderators' business. */
	const bool veiled = style.discreet && row.isPrivate;
	unmarked_ = veiled || (style.discreet && row.kind == RowKind::Message && row.tone == Tone::Warning);
	if (unmarked_) {
		background_ = look == RowLook::Selected  ? style.theme.selected(style.theme.base)
			      : look == RowLook::Hovered ? style.theme.hovered(style.theme.base)
							 : style.theme.base;
	}
	if (!row.effect.isEmpty() && row.highlight == LX_COLOR_NONE && look == RowLook::Resting) {
		const auto [left, right] = effectColors(row.effect);
		background_ = style.theme.tint(left);
		fades_ = style.theme.tint(right);
	}
	if (shaded && background_ == style.theme.base) {
		background_ = blend(style.theme.base, style.theme.text, 0.05);
	}
	contentLeft_ = paddingX;
	height_ = style.paddingY();
	if (veiled) {
		/* Not even whom it is from, or why it is held. */
		layoutCaption(infoRow(text("Streamer.Hidden"), row.timeMs), style, text);
	} else if (!row.caption.isEmpty() && !unmarked_) {
		layoutCaption(row, style, text);
	}
	if (row.open && row.canOpen()) {
		layoutNames(row, style, text);
	}
	if (!row.replyName.isEmpty()) {
		replyTop_ = height_;
		const QString whole =
			text("Chat.ReplyLine",
			     {isolated(row.replyName),
			      style.discreet && row.replyGone ? text("Chat.Removed") : isolated(row.replyText)});
		reply_ = style.smallMetrics.elidedText(whole, Qt::ElideRight, width - 2 * paddingX);
		replyRect_ = QRect(paddingX, height_, style.smallMetrics.horizontalAdvance(reply_), style.smallHeight);
		height_ += style.smallHeight;
	}
	if (row.hasAuthor() && !veiled &&
	    !(row.kind == RowKind::Event && row.text.isEmpty() && row.status().isEmpty())) {
		layoutMessage(row, style, text, pictures);
	}
	height_ += style.paddingY();
	if (height_ < style.minimumHeight()) {
		/* One line in the middle of the least height. */
		const int shift = (style.minimumHeight() - height_) / 2;
		messageTop_ += shift;
		replyTop_ += shift;
		timeBaseline_ += shift;
		for (QRect *rect : {&nameRect_, &replyRect_, &foldRect_, &originRect_}) {
			rect->translate(0, shift);
		}
		for (std::optional<QTextLayout> *layout : {&caption_, &names_, &message_}) {
			if (*layout) {
				(*layout)->setPosition((*layout)->position() + QPointF(0, shift));
			}
		}
		height_ = style.minimumHeight();
	}
	if (message_ && !row.note.isEmpty() && row.note != row.caption) {
		noteRect_ = QRect(0, messageLine(), contentLeft_, style.lineHeight);
	}
	placePictures();
}

int RowLayout::setLines(QTextLayout &layout, int firstIndent, int left, int right, int lineHeight, int ascent, int y,
			int tallHeight)
{
	int indent = firstIndent;
	/* So narrow that the first word would not fit beside what stands before it. */
	const int usable = std::max(20, right - left);
	indent = std::min(indent, usable - 20);
	layout.beginLayout();
	for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
		line.setLineWidth(usable - indent);
		const int end = line.textStart() + line.textLength();
		const bool tall = std::any_of(pictures_.begin(), pictures_.end(), [&](const InlinePicture &picture) {
			return tallHeight > lineHeight && picture.at >= line.textStart() && picture.at < end;
		});
		const int shift = tall ? (tallHeight - lineHeight) / 2 : 0;
		if (tallHeight && line.textStart() == 0) {
			firstShift_ = shift;
		}
		line.setPosition(QPointF(left + indent, y + shift + ascent - line.ascent()));
		y += tall ? tallHeight : lineHeight;
		indent = 0;
	}
	layout.endLayout();
	return y;
}

void RowLayout::layoutCaption(const ChatRow &row, const RowStyle &style, const Text &text)
{
	QString shown = row.kind == RowKind::Gap ? QStringLiteral("— %1 —").arg(row.caption) : row.caption;
	if (row.canOpen()) {
		shown = (row.open ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + shown;
	}
	caption_.emplace(shown, style.small);
	QTextOption option = wrapping();
	if (row.kind == RowKind::Gap) {
		option.setAlignment(Qt::AlignHCenter);
	}
	caption_->setTextOption(option);
	int indent = 0;
	if (row.kind == RowKind::Event || row.kind == RowKind::Info) {
		indent = setTime(row, style, text, height_ + style.smallMetrics.ascent());
	}
	const int top = height_;
	height_ = setLines(*caption_, indent, contentLeft_, width_ - paddingX, style.smallHeight,
			   style.smallMetrics.ascent(), height_);
	if (row.canOpen()) {
		foldRect_ = QRect(contentLeft_, top, width_ - contentLeft_ - paddingX, height_ - top);
	}
}

/* Who got the gifts of a bomb, below its caption. */
void RowLayout::layoutNames(const ChatRow &row, const RowStyle &style, const Text &text)
{
	names_.emplace(namesText(row, text), style.small);
	names_->setTextOption(wrapping());
	height_ = setLines(*names_, 0, contentLeft_ + namesIndent, width_ - paddingX, style.smallHeight,
			   style.smallMetrics.ascent(), height_);
}

/* Shared chat: which channel it was typed in, as a sign of its own before the badges. Returns the room it takes. */
int RowLayout::layoutOrigin(const ChatRow &row, const RowStyle &style, Pictures *pictures)
{
	if (row.originRoom.isEmpty() || !style.origins) {
		return 0;
	}
	const Origins::Channel channel = style.origins->channel(row.originRoom);
	const int widest = std::min(120, (width_ - 2 * paddingX) / 3);
	const QSize box(style.badgeSize, style.badgeSize);
	originPicture_ = pictures && !channel.picture.isEmpty() ? pictures->byAddress(channel.picture, box) : nullptr;
	if (originPicture_) {
		shown_.push_back(originPicture_);
	}
	origin_ = style.smallMetrics.elidedText(channel.name, Qt::ElideRight, widest);
	originColor_ = fallbackColor(row.originRoom);
	const int width = (originPicture_ ? style.badgeSize + badgeGap : 0) +
			  style.smallMetrics.horizontalAdvance(origin_) + 2 * originPadding;
	originRect_ = QRect(badgesLeft_, 0, width, style.smallHeight + 1);
	return width + badgeGap + 1;
}

/* Returns the room the time takes. */
int RowLayout::setTime(const ChatRow &row, const RowStyle &style, const Text &text, int baseline)
{
	if (!style.timeWidth) {
		return 0;
	}
	time_ = style.timeText(row.timeMs, text);
	timeBaseline_ = baseline;
	return style.timeWidth;
}

void RowLayout::layoutMessage(const ChatRow &row, const RowStyle &style, const Text &text, Pictures *pictures)
{
	const QColor nameColor = RowLayout::nameColor(row, background_);
	const QColor muted = style.theme.mutedOn(background_);
	const bool gone = row.fate != Fate::None;
	const bool action = row.flags & LX_CHAT_ACTION;

	messageTop_ = height_;
	const bool timeBeside = time_.isEmpty();
	int indent = timeBeside ? setTime(row, style, text, messageTop_ + style.metrics.ascent() + 1) : 0;
	badgesLeft_ = contentLeft_ + indent;
	if (const int room = layoutOrigin(row, style, pictures)) {
		indent += room;
		badgesLeft_ += room;
	}
	if (style.showBadges && !row.badges.empty()) {
		indent += int(row.badges.size()) * (style.badgeSize + badgeGap) + 1;
		findBadges(row, style, pictures);
	}

	QString line = isolated(row.name);
	const int nameEnd = int(line.size());
	QList<QTextLayout::FormatRange> formats;
	QTextCharFormat nameFormat = colored(gone ? muted : nameColor);
	nameFormat.setFontWeight(QFont::DemiBold);
	formats << range(0, nameEnd, nameFormat);
	line += action ? QStringLiteral(" ") : QStringLiteral(": ");

	if (row.bits) {
		const QString cheer = u'◆' + QString::number(row.bits) + u' ';
		QTextCharFormat format = colored(readable(bitsColor(row.bits), background_));
		format.setFontWeight(QFont::Bold);
		formats << range(int(line.size()), cheer.size(), format);
		line += cheer;
	}

	const int textStart = int(line.size());
	EmoteText words;
	QTextCharFormat textFormat = colored(gone     ? muted
					     : action ? nameColor
						      : readable(style.theme.text, background_));
	textFormat.setFontItalic(action);
	const bool removed = gone && (style.discreet || style.deleted != RowStyle::Deleted::Struck);
	if (removed) {
		line += text("Chat.Removed");
		textFormat.setFontItalic(true);
	} else {
		words = emoteText(row, pictures, style.pictureHeight, style.giganticHeight());
		line += isolated(words.text);
		textFormat.setFontStrikeOut(gone);
	}
	formats << range(textStart, line.size() - textStart, textFormat);
	const int wordsStart = textStart + 1; /* behind the isolate */
	for (const EmojiRange &piece : words.emoji) {
		QTextCharFormat format = textFormat;
		format.setFontFamilies(emojiFamilies() + style.font.families());
		format.setFontItalic(false);
		formats << range(wordsStart + piece.start, piece.length, format);
	}
	for (const EmoteText::Cheer &cheer : words.cheers) {
		QTextCharFormat format = colored(gone ? muted : readable(cheer.color, background_));
		format.setFontWeight(QFont::Bold);
		formats << range(wordsStart + cheer.start, cheer.length, format);
	}
	for (const Link &link : findLinks(words.text)) {
		QTextCharFormat format = textFormat;
		format.setFontUnderline(true);
		formats << range(wordsStart + link.start, link.length, format);
		links_.push_back({wordsStart + link.start, link.length, link.url});
	}
	pictures_ = std::move(words.pictures);
	for (InlinePicture &picture : pictures_) {
		picture.at += wordsStart;
		/* The sign is not seen; it is only as wide as the picture. */
		QTextCharFormat format = colored(Qt::transparent);
		format.setFontItalic(false);
		format.setFontStrikeOut(false);
		format.setFontLetterSpacingType(QFont::AbsoluteSpacing);
		format.setFontLetterSpacing(picture.box.width() - style.signWidth);
		formats << range(picture.at, 1, format);
	}

	if (!row.status().isEmpty() && !style.discreet) {
		const QString status = QStringLiteral("  ") + isolated(row.status());
		const bool failed = row.outcome == Outcome::Failed;
		QTextCharFormat format = colored(failed ? style.theme.tone(Tone::Bad, background_) : muted);
		format.setFontItalic(true);
		formats << range(int(line.size()), status.size(), format);
		line += status;
	}

	message_.emplace(line, style.font);
	message_->setTextOption(wrapping());
	message_->setFormats(formats);
	message_->setCacheEnabled(true);
	height_ = setLines(*message_, indent, contentLeft_, width_ - paddingX, style.lineHeight,
			   style.metrics.ascent() + 1, height_, style.pictureHeight + 2);
	if (words.gigantic) {
		const int side = style.giganticHeight();
		pictures_.push_back(
			{-1, QSize(side, side), words.gigantic, {}, words.giganticName, QStringLiteral("Twitch")});
		giganticTop_ = height_;
		height_ += side;
	}
	if (timeBeside) {
		timeBaseline_ += firstShift_;
	}
	originRect_.moveTop(messageLine() + (style.lineHeight - originRect_.height()) / 2);
	if (message_->lineCount()) {
		const QTextLine first = message_->lineAt(0);
		const int end = std::min(nameEnd, first.textStart() + first.textLength());
		const int left = int(first.cursorToX(0));
		nameRect_ = QRect(left, messageLine(), int(first.cursorToX(end)) - left, style.lineHeight);
	}
}

void RowLayout::paint(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
		      BadgeArt &art) const
{
	const QRect area(top, QSize(width_, height_));
	/* Marks stacked on letters may not reach into other people's lines. */
	painter.setClipRect(area);
	if (background_ != style.theme.base) {
		fill(painter, area, area);
	}
	const Tone bar = unmarked_ ? Tone::Plain : row.followed && row.tone == Tone::Plain ? Tone::Accent : row.tone;
	if (row.highlight != LX_COLOR_NONE) {
		painter.fillRect(QRect(area.topLeft(), QSize(barWidth, height_)),
				 style.theme.edge(QColor::fromRgb(row.highlight)));
	} else if (bar != Tone::Plain) {
		painter.fillRect(QRect(area.topLeft(), QSize(barWidth, height_)), style.theme.tone(bar));
	}
	const QColor muted = style.theme.mutedOn(background_);
	if (caption_) {
		painter.setPen(bar == Tone::Plain ? muted : style.theme.tone(bar, background_));
		caption_->draw(&painter, top);
	}
	if (names_) {
		painter.setPen(readable(style.theme.text, background_));
		names_->draw(&painter, top);
	}
	if (!reply_.isEmpty()) {
		painter.setPen(row.followed ? style.theme.tone(Tone::Accent, background_) : muted);
		painter.setFont(style.small);
		painter.drawText(top + QPoint(contentLeft_, replyTop_ + style.smallMetrics.ascent()), reply_);
	}
	if (!time_.isEmpty()) {
		painter.setPen(muted);
		painter.setFont(style.small);
		painter.drawText(top + QPoint(contentLeft_, timeBaseline_), time_);
	}
	if (!message_) {
		return;
	}
	if (!originRect_.isEmpty()) {
		paintOrigin(painter, top, style);
	}
	if (!noteRect_.isEmpty()) {
		painter.setRenderHint(QPainter::Antialiasing);
		painter.setPen(Qt::NoPen);
		painter.setBrush(style.theme.tone(Tone::Blue, background_));
		painter.drawEllipse(QRectF(noteRect_.translated(top)).center() + QPointF(1, 0), noteRadius, noteRadius);
		painter.setRenderHint(QPainter::Antialiasing, false);
	}
	if (style.showBadges) {
		const int y = top.y() + messageLine() + (style.lineHeight - style.badgeSize) / 2;
		int x = top.x() + badgesLeft_;
		for (size_t i = 0; i < row.badges.size(); i++) {
			const PictureRef &picture = badgePictures_[i];
			if (picture && picture->isReady()) {
				drawCentred(painter, QRect(x, y, style.badgeSize, style.badgeSize), picture->frame());
			} else {
				painter.drawPixmap(x, y,
						   art.pixmap(row.badges[i], style.badgeSize,
							      painter.device()->devicePixelRatioF()));
			}
			x += style.badgeSize + badgeGap;
		}
	}
	painter.setPen(style.theme.text);
	message_->draw(&painter, top);
	drawPictures(painter, top, row, style, nullptr);
}

/* A part of the row's area. */
void RowLayout::fill(QPainter &painter, const QRect &area, const QRect &part) const
{
	if (!fades_.isValid()) {
		painter.fillRect(part, background_);
		return;
	}
	QLinearGradient gradient(area.left(), 0, area.right(), 0);
	gradient.setColorAt(0, background_);
	gradient.setColorAt(1, fades_);
	painter.fillRect(part, gradient);
}

void RowLayout::paintOrigin(QPainter &painter, const QPoint &top, const RowStyle &style) const
{
	const QRect rect = originRect_.translated(top);
	const QColor fill = blend(background_, originColor_, 0.28);
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(Qt::NoPen);
	painter.setBrush(fill);
	painter.drawRoundedRect(rect, rect.height() / 2.0, rect.height() / 2.0);
	painter.setRenderHint(QPainter::Antialiasing, false);
	int x = rect.left() + originPadding;
	if (originPicture_) {
		if (originPicture_->isReady()) {
			drawCentred(painter, QRect(x - 3, rect.top(), style.badgeSize, rect.height()),
				    originPicture_->frame());
		}
		x += style.badgeSize;
	}
	painter.setPen(readable(style.theme.text, fill));
	painter.setFont(style.small);
	painter.drawText(x,
			 rect.top() + (rect.height() - style.smallMetrics.height()) / 2 + style.smallMetrics.ascent(),
			 origin_);
}

/* --- pictures ---------------------------------------------------------------------------------------------------- */

void RowLayout::findBadges(const ChatRow &row, const RowStyle &style, Pictures *pictures)
{
	badgePictures_.assign(row.badges.size(), nullptr);
	for (size_t i = 0; pictures && i < row.badges.size(); i++) {
		badgePictures_[i] = pictures->badge(row.badges[i].key, QSize(style.badgeSize, style.badgeSize));
		if (badgePictures_[i]) {
			shown_.push_back(badgePictures_[i]);
		}
	}
}

/* Where the lines have put the signs. */
void RowLayout::placePictures()
{
	for (const InlinePicture &picture : pictures_) {
		QRect rect;
		const QTextLine line = picture.at < 0 ? QTextLine() : message_->lineForTextPosition(picture.at);
		if (picture.at < 0) {
			rect = QRect(QPoint(contentLeft_, giganticTop_), picture.box);
		} else if (line.isValid()) {
			const qreal left = std::min(line.cursorToX(picture.at), line.cursorToX(picture.at + 1));
			const qreal middle = line.y() + line.height() / 2;
			rect = QRect(QPoint(qRound(left), qRound(middle) - picture.box.height() / 2), picture.box)
				       .translated(message_->position().toPoint());
		}
		pictureRects_.push_back(rect);
		shown_.push_back(picture.picture);
		shown_.insert(shown_.end(), picture.overlays.begin(), picture.overlays.end());
	}
}

void RowLayout::drawPictures(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
			     const QRegion *region) const
{
	const bool gone = row.fate != Fate::None;
	for (size_t i = 0; i < pictures_.size(); i++) {
		const InlinePicture &picture = pictures_[i];
		const QRect rect = pictureRects_[i].translated(top);
		if (region && !region->intersects(rect)) {
			continue;
		}
		if (region) {
			fill(painter, QRect(top, QSize(width_, height_)), rect);
		}
		painter.setOpacity(gone ? 0.5 : 1);
		if (picture.picture->isReady()) {
			drawCentred(painter, rect, picture.picture->frame());
		} else {
			QColor place = style.theme.mutedOn(background_);
			place.setAlpha(48);
			painter.setPen(Qt::NoPen);
			painter.setBrush(place);
			painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 4, 4);
		}
		for (const PictureRef &overlay : picture.overlays) {
			if (overlay->isReady()) {
				drawCentred(painter, rect, overlay->frame());
			}
		}
		painter.setOpacity(1);
	}
}

void RowLayout::paintPictures(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
			      const QRegion &region) const
{
	drawPictures(painter, top, row, style, &region);
}

bool RowLayout::shows(const PictureRef &picture) const
{
	return std::find(shown_.begin(), shown_.end(), picture) != shown_.end();
}

QString RowLayout::linkAt(const QPoint &position) const
{
	for (size_t n = 0; n < links_.size(); n++) {
		const Link &link = links_[n];
		for (int i = 0; message_ && i < message_->lineCount(); i++) {
			if (linkPart(link, i).contains(position)) {
				return link.url;
			}
		}
	}
	return {};
}

/* What of it lies in the i-th line. */
QRect RowLayout::linkPart(const Link &link, int i) const
{
	const QTextLine line = message_->lineAt(i);
	const int from = std::max(link.start, line.textStart());
	const int to = std::min(link.start + link.length, line.textStart() + line.textLength());
	if (from >= to) {
		return {};
	}
	const qreal a = line.cursorToX(from);
	const qreal b = line.cursorToX(to);
	return QRectF(std::min(a, b), line.y(), std::abs(b - a), line.height())
		.translated(message_->position())
		.toAlignedRect();
}

/* The first line of the n-th link, in the row's own coordinates. */
QRect RowLayout::linkRect(size_t n) const
{
	for (int i = 0; n < links_.size() && message_ && i < message_->lineCount(); i++) {
		const QRect part = linkPart(links_[n], i);
		if (!part.isEmpty()) {
			return part;
		}
	}
	return {};
}

const InlinePicture *RowLayout::pictureAt(const QPoint &position) const
{
	for (size_t i = 0; i < pictures_.size(); i++) {
		if (pictureRects_[i].contains(position)) {
			return &pictures_[i];
		}
	}
	return nullptr;
}

const Badge *RowLayout::badgeAt(const QPoint &position, const ChatRow &row, const RowStyle &style) const
{
	if (!style.showBadges || !message_ || position.y() < messageLine() ||
	    position.y() >= messageLine() + style.lineHeight || position.x() < badgesLeft_) {
		return nullptr;
	}
	const size_t at = size_t(position.x() - badgesLeft_) / size_t(style.badgeSize + badgeGap);
	return at < row.badges.size() ? &row.badges[at] : nullptr;
}

} // namespace lx::ui
