/* Scrolling, and whether the list goes along with the newest line. */
#include "ui/chat/view.hpp"

#include <algorithm>

#include <QPushButton>
#include <QScrollBar>

#include "ui/chat/model.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int walkViewports = 3; /* steps up to this many screens are walked line by line */

} // namespace

bool ChatView::isFollowing() const
{
	return following_;
}

void ChatView::updateFollowing()
{
	const bool holds = (pointerInside_ && holdsStill()) || scrolledUp_ || paused_ || selectedSeq().has_value();
	if (holds) {
		ensureLayout();
		pickAnchor();
		if (!visible_.empty()) {
			quint64 first = visible_.front().seq;
			if (selectedSeq()) {
				first = std::min(first, *selectedSeq());
			}
			model_.protect(first);
		}
	}
	if (holds == !following_) {
		return;
	}
	following_ = !holds;
	if (following_) {
		model_.unprotect();
		seenEnd_ = model_.endSeq();
		invalidate();
	} else {
		seenEnd_ = model_.endSeq();
	}
	updatePill();
	Q_EMIT followingChanged(following_);
}

void ChatView::setPaused(bool paused)
{
	paused_ = paused;
	updateFollowing();
	updatePill();
}

void ChatView::resume()
{
	if (scrolledUp_ || paused_) {
		noteReadTo();
	}
	pointerParked_ = pointer_;
	pointerInside_ = false;
	hovered_ = {};
	scrolledUp_ = false;
	paused_ = false;
	select({});
	stopAsking();
	updateFollowing();
	updatePill();
}

quint64 ChatView::newLines() const
{
	if (following_) {
		return 0;
	}
	return model_.waiting() + (model_.endSeq() > seenEnd_ ? model_.endSeq() - seenEnd_ : 0);
}

void ChatView::updatePill()
{
	const quint64 count = newLines();
	if (following_ || (!count && !paused_)) {
		pill_->hide();
		return;
	}
	const QString lines = count ? text_("Chat.NewLines", {QString::number(count)}) : QString();
	const QString shown = !paused_ ? lines : count ? text_("Chat.PausedWith", {lines}) : text_("Chat.Paused");
	if (pill_->text() != shown) {
		pill_->setText(shown);
		pill_->setToolTip(text_("Chat.Resume"));
		pill_->adjustSize();
	}
	placePill();
	pill_->setVisible(true);
	pill_->raise();
}

/* At the bottom, or above the buttons of a line that are there: a click that is meant for them must find them. */
void ChatView::placePill()
{
	const QRect area = viewport()->geometry();
	QRect place(QPoint(), pill_->size());
	place.moveCenter(area.center());
	place.moveBottom(area.bottom() - 8);
	for (const std::optional<quint64> &seq : {selectedSeq(), hovered_.seq}) {
		if (!seq || !visible(*seq)) {
			continue;
		}
		const std::optional<ActionStrip> strip = stripOf(*seq);
		const QRect buttons = strip ? strip->rect().translated(area.topLeft()) : QRect();
		if (buttons.intersects(place)) {
			place.moveBottom(buttons.top() - 5);
		}
	}
	pill_->move(place.topLeft());
}

int ChatView::verticalOffset() const
{
	return verticalScrollBar()->value();
}

void ChatView::scrollContentsBy(int dx, int dy)
{
	(void)dx;
	(void)dy;
	if (syncing_) {
		return;
	}
	ensureLayout();
	const QScrollBar *bar = verticalScrollBar();
	const int value = bar->value();
	const int delta = value - scrollValue_;
	const int height = viewport()->height();
	if (visible_.empty() || !delta) {
		return;
	}
	const bool toEnd = value >= bar->maximum();
	if (toEnd) {
		anchorAt(model_.endSeq(), height);
	} else if (value <= 0) {
		anchorAt(model_.firstSeq(), 0);
	} else if (std::abs(delta) <= walkViewports * height) {
		anchorAt(visible_.front().seq, visible_.front().top - delta);
	} else {
		qint64 top = 0;
		const quint64 seq = heights_.find(model_.firstSeq(), value, top);
		anchorAt(seq, int(top - value));
	}
	const bool wasFollowing = following_;
	following_ = false;
	const bool inside = pointerInside_;
	pointerInside_ = false; /* the user moves the lines himself: no empty room is left at the ends */
	hovered_ = {};
	layOut();
	pointerInside_ = inside;
	following_ = wasFollowing;
	const bool atEnd = !visible_.empty() && visible_.back().seq + 1 == model_.endSeq() &&
			   visible_.back().top + visible_.back().height <= height;
	scrolledUp_ = !atEnd;
	stopAsking();
	if (inside) {
		hovered_ = spotAt(pointer_);
	}
	updateFollowing();
	pickAnchor();
	invalidate();
}

void ChatView::scrollTo(const QModelIndex &index, ScrollHint hint)
{
	(void)hint;
	if (!index.isValid()) {
		return;
	}
	ensureLayout();
	const quint64 seq = model_.firstSeq() + quint64(index.row());
	const int height = viewport()->height();
	const Visible *row = visible(seq);
	if (row && row->top >= 0 && row->top + row->height <= height) {
		return;
	}
	const int own = layoutOf(seq).height();
	const bool above = row ? row->top < 0 : visible_.empty() || seq < visible_.front().seq;
	hovered_ = {};
	anchorAt(seq, above ? 0 : height - own);
	if (!following_) {
		invalidate();
		ensureLayout();
	}
}

} // namespace lx::ui
