#include "ui/chat/row_layout.hpp"

#include <algorithm>

#include <QDateTime>
#include <QPainter>

#include "ui/chat/colors.hpp"
#include "ui/chat/emoji.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int paddingX = 8;
constexpr int paddingY = 3;
constexpr int barWidth = 3;
constexpr int badgeGap = 3;
constexpr int timeGap = 6;
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

QTextOption wrapping()
{
	QTextOption option;
	option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
	option.setTextDirection(Qt::LeftToRight);
	return option;
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
}

void RowStyle::setTime(bool shown, bool seconds)
{
	showSeconds = seconds;
	timeWidth =
		shown ? smallMetrics.horizontalAdvance(seconds ? QStringLiteral("00:00:00") : QStringLiteral("00:00")) +
				timeGap
		      : 0;
}

int RowStyle::minimumHeight() const
{
	return std::max(minimumRow, lineHeight + 2 * paddingY);
}

int RowStyle::estimate(const ChatRow &row, int width) const
{
	const int usable = std::max(40, width - 2 * paddingX);
	const qint64 characters = row.text.size() + row.name.size() + 2 + row.status().size();
	const qint64 pixels = characters * metrics.averageCharWidth() + timeWidth +
			      qint64(row.badges.size()) * (badgeSize + badgeGap);
	int height = 2 * paddingY;
	if (row.hasAuthor()) {
		height += int(pixels / usable + 1) * lineHeight;
	}
	if (!row.caption.isEmpty()) {
		height += int(row.caption.size() * smallMetrics.averageCharWidth() / usable + 1) * smallHeight;
	}
	if (!row.replyName.isEmpty()) {
		height += smallHeight;
	}
	return std::max(height, minimumHeight());
}

QColor RowLayout::backgroundOf(const ChatRow &row, const Theme &theme, RowLook look)
{
	QColor background = row.mentionsUs                                          ? theme.tint(Tone::Bad)
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

RowLayout::RowLayout(const ChatRow &row, const RowStyle &style, const Text &text, int width, RowLook look)
	: width_(width), look_(look), revision_(row.revision), background_(backgroundOf(row, style.theme, look))
{
	contentLeft_ = paddingX;
	height_ = paddingY;
	if (!row.caption.isEmpty()) {
		layoutCaption(row, style);
	}
	if (!row.replyName.isEmpty()) {
		replyTop_ = height_;
		const QString whole = text("Chat.ReplyLine", {isolated(row.replyName), isolated(row.replyText)});
		reply_ = style.smallMetrics.elidedText(whole, Qt::ElideRight, width - 2 * paddingX);
		height_ += style.smallHeight;
	}
	if (row.hasAuthor() && !(row.kind == RowKind::Event && row.text.isEmpty() && row.status().isEmpty())) {
		layoutMessage(row, style, text);
	}
	height_ += paddingY;
	if (height_ < style.minimumHeight()) {
		/* One line in the middle of the least height. */
		const int shift = (style.minimumHeight() - height_) / 2;
		messageTop_ += shift;
		replyTop_ += shift;
		timeBaseline_ += shift;
		nameRect_.translate(0, shift);
		for (std::optional<QTextLayout> *layout : {&caption_, &message_}) {
			if (*layout) {
				(*layout)->setPosition((*layout)->position() + QPointF(0, shift));
			}
		}
		height_ = style.minimumHeight();
	}
}

int RowLayout::setLines(QTextLayout &layout, int firstIndent, int left, int right, int lineHeight, int ascent, int y)
{
	int indent = firstIndent;
	/* So narrow that the first word would not fit beside what stands before it. */
	const int usable = std::max(20, right - left);
	indent = std::min(indent, usable - 20);
	layout.beginLayout();
	for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
		line.setLineWidth(usable - indent);
		line.setPosition(QPointF(left + indent, y + ascent - line.ascent()));
		y += lineHeight;
		indent = 0;
	}
	layout.endLayout();
	return y;
}

void RowLayout::layoutCaption(const ChatRow &row, const RowStyle &style)
{
	const QString shown = row.kind == RowKind::Gap ? QStringLiteral("— %1 —").arg(row.caption) : row.caption;
	caption_.emplace(shown, style.small);
	QTextOption option = wrapping();
	if (row.kind == RowKind::Gap) {
		option.setAlignment(Qt::AlignHCenter);
	}
	caption_->setTextOption(option);
	int indent = 0;
	if (row.kind == RowKind::Event || row.kind == RowKind::Info) {
		indent = setTime(row, style, height_ + style.smallMetrics.ascent());
	}
	height_ = setLines(*caption_, indent, contentLeft_, width_ - paddingX, style.smallHeight,
			   style.smallMetrics.ascent(), height_);
}

/* Returns the room the time takes. */
int RowLayout::setTime(const ChatRow &row, const RowStyle &style, int baseline)
{
	if (!style.timeWidth) {
		return 0;
	}
	time_ = QDateTime::fromMSecsSinceEpoch(row.timeMs)
			.toString(style.showSeconds ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
	timeBaseline_ = baseline;
	return style.timeWidth;
}

void RowLayout::layoutMessage(const ChatRow &row, const RowStyle &style, const Text &text)
{
	const QColor nameColor = RowLayout::nameColor(row, background_);
	const QColor muted = style.theme.mutedOn(background_);
	const bool gone = row.fate != Fate::None;
	const bool action = row.flags & LX_CHAT_ACTION;

	messageTop_ = height_;
	int indent = time_.isEmpty() ? setTime(row, style, messageTop_ + style.metrics.ascent() + 1) : 0;
	badgesLeft_ = contentLeft_ + indent;
	if (style.showBadges && !row.badges.empty()) {
		indent += int(row.badges.size()) * (style.badgeSize + badgeGap) + 1;
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
	std::vector<EmojiRange> emoji;
	QTextCharFormat textFormat = colored(gone     ? muted
					     : action ? nameColor
						      : readable(style.theme.text, background_));
	textFormat.setFontItalic(action);
	if (gone && !style.showDeleted) {
		line += text("Chat.Removed");
		textFormat.setFontItalic(true);
	} else {
		QString shown = row.text;
		emoji = prepareEmoji(shown);
		line += isolated(shown);
		textFormat.setFontStrikeOut(gone);
	}
	formats << range(textStart, line.size() - textStart, textFormat);
	for (const EmojiRange &piece : emoji) {
		QTextCharFormat format = textFormat;
		format.setFontFamilies(emojiFamilies() + style.font.families());
		format.setFontItalic(false);
		/* One further: the text begins with an isolate. */
		formats << range(textStart + 1 + piece.start, piece.length, format);
	}

	if (!row.status().isEmpty()) {
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
			   style.metrics.ascent() + 1, height_);
	if (message_->lineCount()) {
		const QTextLine first = message_->lineAt(0);
		const int end = std::min(nameEnd, first.textStart() + first.textLength());
		const int left = int(first.cursorToX(0));
		nameRect_ = QRect(left, messageTop_, int(first.cursorToX(end)) - left, style.lineHeight);
	}
}

void RowLayout::paint(QPainter &painter, const QPoint &top, const ChatRow &row, const RowStyle &style,
		      BadgeArt &art) const
{
	const QRect area(top, QSize(width_, height_));
	/* Marks stacked on letters may not reach into other people's lines. */
	painter.setClipRect(area);
	if (background_ != style.theme.base) {
		painter.fillRect(area, background_);
	}
	const Tone bar = row.mentionsUs ? Tone::Bad : row.tone;
	if (bar != Tone::Plain) {
		painter.fillRect(QRect(area.topLeft(), QSize(barWidth, height_)), style.theme.tone(bar));
	}
	const QColor muted = style.theme.mutedOn(background_);
	if (caption_) {
		painter.setPen(bar == Tone::Plain ? muted : style.theme.tone(bar, background_));
		caption_->draw(&painter, top);
	}
	if (!reply_.isEmpty()) {
		painter.setPen(muted);
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
	if (style.showBadges) {
		const int y = top.y() + messageTop_ + (style.lineHeight - style.badgeSize) / 2;
		int x = top.x() + badgesLeft_;
		for (const Badge &badge : row.badges) {
			painter.drawPixmap(x, y,
					   art.pixmap(badge, style.badgeSize, painter.device()->devicePixelRatioF()));
			x += style.badgeSize + badgeGap;
		}
	}
	painter.setPen(style.theme.text);
	message_->draw(&painter, top);
}

const Badge *RowLayout::badgeAt(const QPoint &position, const ChatRow &row, const RowStyle &style) const
{
	if (!style.showBadges || !message_ || position.y() < messageTop_ ||
	    position.y() >= messageTop_ + style.lineHeight || position.x() < badgesLeft_) {
		return nullptr;
	}
	const size_t at = size_t(position.x() - badgesLeft_) / size_t(style.badgeSize + badgeGap);
	return at < row.badges.size() ? &row.badges[at] : nullptr;
}

} // namespace lx::ui
