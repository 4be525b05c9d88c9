#include "ui/chat/mark_strip.hpp"

#include <algorithm>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace lx::ui {

namespace {

constexpr int markHeight = 3;
constexpr int reach = 5; /* pixels a click may miss a mark by */

} // namespace

MarkStrip::MarkStrip(const Marks &marks, const Heights &heights, QWidget *parent)
	: QWidget(parent), marks_(marks), heights_(heights), theme_(Theme::from(parent->palette()))
{
	setObjectName(QStringLiteral("livextremMarks"));
	setMouseTracking(true);
}

void MarkStrip::setTheme(const Theme &theme)
{
	theme_ = theme;
	update();
}

void MarkStrip::setLines(quint64 first, std::optional<quint64> readTo)
{
	const bool changed = first != first_ || readTo != readTo_;
	first_ = first;
	readTo_ = readTo;
	if (changed) {
		refresh();
	}
}

void MarkStrip::refresh()
{
	if (hasAny() || drawn_) {
		update();
	}
}

/* Few lines stand at the bottom, and their marks beside them. */
qint64 MarkStrip::span() const
{
	return std::max<qint64>({heights_.total(), height(), 1});
}

int MarkStrip::placeOf(quint64 seq) const
{
	const qint64 above = span() - heights_.total() + heights_.between(first_, seq);
	return int(above * std::max(1, height() - markHeight) / span());
}

/* Pixels of the list that lie above a place; below 0 where there is no line. */
qint64 MarkStrip::lineAt(int y) const
{
	return qint64(y) * span() / std::max(1, height() - markHeight) - (span() - heights_.total());
}

QColor MarkStrip::colorOf(const Marks::Mark &mark) const
{
	switch (mark.kind) {
	case Marks::Kind::Mention:
		return theme_.tone(Tone::Bad);
	case Marks::Kind::First:
		return theme_.tone(Tone::Green);
	default:
		return theme_.edge(QColor::fromRgb(mark.color));
	}
}

void MarkStrip::paintEvent(QPaintEvent *)
{
	QPainter painter(this);
	painter.fillRect(rect(), theme_.base);
	for (size_t n = 0; n < marks_.size();) {
		const int y = placeOf(marks_[n].seq);
		painter.fillRect(1, y, width() - 2, markHeight, colorOf(marks_[n]));
		/* What lies on the same pixels is not looked at. */
		const qint64 next = std::max<qint64>(0, lineAt(y + markHeight));
		qint64 top;
		const quint64 behind = next < heights_.total() ? heights_.find(first_, next, top)
							       : first_ + quint64(heights_.capacity());
		n = std::max(n + 1, marks_.from(behind));
	}
	if (readTo_) {
		painter.fillRect(0, placeOf(*readTo_), width(), 2, theme_.highlight);
	}
	drawn_ = hasAny();
}

std::optional<quint64> MarkStrip::markAt(int y) const
{
	std::optional<quint64> best;
	int distance = reach + 1;
	const auto consider = [&](quint64 seq) {
		const int away = std::abs(placeOf(seq) + markHeight / 2 - y);
		if (away < distance) {
			distance = away;
			best = seq;
		}
	};
	const qint64 from = std::max<qint64>(0, lineAt(y - reach - markHeight));
	if (from < heights_.total()) {
		qint64 top;
		for (size_t n = marks_.from(heights_.find(first_, from, top)); n < marks_.size(); n++) {
			if (placeOf(marks_[n].seq) > y + reach) {
				break;
			}
			consider(marks_[n].seq);
		}
	}
	if (readTo_) {
		consider(*readTo_);
	}
	return best;
}

void MarkStrip::mousePressEvent(QMouseEvent *event)
{
	if (event->button() != Qt::LeftButton) {
		return;
	}
	const int y = event->position().toPoint().y();
	if (const std::optional<quint64> seq = markAt(y)) {
		Q_EMIT markClicked(*seq);
	} else {
		Q_EMIT placeClicked(std::clamp(double(y) / std::max(1, height() - 1), 0.0, 1.0));
	}
}

void MarkStrip::mouseMoveEvent(QMouseEvent *event)
{
	setCursor(markAt(event->position().toPoint().y()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool MarkStrip::event(QEvent *event)
{
	if (event->type() != QEvent::ToolTip) {
		return QWidget::event(event);
	}
	const auto *help = static_cast<QHelpEvent *>(event);
	if (const std::optional<quint64> seq = markAt(help->pos().y())) {
		Q_EMIT tipWanted(*seq, help->globalPos());
	} else {
		QToolTip::hideText();
	}
	return true;
}

} // namespace lx::ui
