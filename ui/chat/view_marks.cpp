/* Marks beside the scroll bar, and the line that shows where reading stopped. */
#include "ui/chat/view.hpp"

#include <algorithm>

#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include "ui/chat/mark_strip.hpp"
#include "ui/chat/model.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int readLineHeight = 2;

} // namespace

void ChatView::setUpMarks()
{
	strip_->setAccessibleName(text_("Chat.Marks"));
	connect(strip_, &MarkStrip::markClicked, this, [this](quint64 seq) {
		if (readTo_ != seq || Marks::of(seq, model_.row(seq))) {
			goTo(seq);
			return;
		}
		/* Where reading stopped: to go on from there. */
		scrolledUp_ = true;
		updateFollowing();
		anchorAt(seq, viewport()->height() / 4);
		hovered_ = {};
		invalidate();
	});
	connect(strip_, &MarkStrip::placeClicked, this, [this](double part) {
		verticalScrollBar()->setValue(int(part * heights_.total()) - viewport()->height() / 2);
	});
	connect(strip_, &MarkStrip::tipWanted, this, &ChatView::tellMark);
	placeMarks();
}

void ChatView::placeMarks()
{
	const bool shown = look_.marks && verticalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
	const QMargins room(0, 0, shown ? MarkStrip::stripWidth : 0, 0);
	if (viewportMargins() != room) {
		setViewportMargins(room);
	}
	const QRect lines = viewport()->geometry();
	strip_->setGeometry(lines.right() + 1, lines.top(), MarkStrip::stripWidth, lines.height());
	strip_->setVisible(shown);
}

/* Lines came or changed. */
void ChatView::takeMarks(quint64 first, quint64 end)
{
	bool changed = false;
	for (quint64 seq = first; seq < end; seq++) {
		changed = marks_.take(seq, model_.row(seq)) || changed;
	}
	if (changed) {
		strip_->refresh();
	}
}

/* With the scroll bar: where everything is has changed. */
void ChatView::syncMarks()
{
	strip_->setLines(model_.firstSeq(), readTo());
	strip_->refresh();
}

/* What is between lines that are both there. */
bool ChatView::marked(std::optional<quint64> readTo) const
{
	return look_.marks && readTo && *readTo > model_.firstSeq() && *readTo < model_.endSeq();
}

/* The user turns away, or jumps over lines that he has not seen. */
void ChatView::noteReadTo()
{
	readTo_ = following_ ? model_.endSeq() : std::min(seenEnd_, model_.endSeq());
}

void ChatView::paintReadLine(QPainter &painter)
{
	const Visible *row = marked(readTo_) ? visible(*readTo_) : nullptr;
	if (row) {
		painter.fillRect(QRect(0, row->top, viewport()->width(), readLineHeight), style_->theme.highlight);
	}
}

void ChatView::goTo(quint64 seq)
{
	if (!model_.contains(seq)) {
		return;
	}
	ensureLayout();
	hovered_ = {};
	anchorAt(seq, (viewport()->height() - layoutOf(seq).height()) / 2);
	following_ = false;
	layOut();
	select(seq);
}

bool ChatView::stepToMark(int step)
{
	const quint64 from = selectedSeq().value_or(linesOnScreen().second);
	const size_t n = marks_.from(step > 0 ? from + 1 : from);
	if (step > 0 ? n == marks_.size() : n == 0) {
		return false;
	}
	goTo(marks_[step > 0 ? n : n - 1].seq);
	return true;
}

/* Nothing of it is told where viewers look on. */
void ChatView::tellMark(quint64 seq, const QPoint &global)
{
	QString tip;
	if (readTo() == seq) {
		tip = text_("Chat.ReadTo");
	} else if (model_.contains(seq) && !look_.discreet) {
		tip = lineText(seq);
	}
	tip.isEmpty() ? QToolTip::hideText()
		      : QToolTip::showText(global, Qt::convertFromPlainText(tip, Qt::WhiteSpaceNormal), strip_);
}

} // namespace lx::ui
