/* Which lines are on screen, and where; what the model changes about that. */
#include "ui/chat/view.hpp"

#include <algorithm>

#include <QScrollBar>

#include "ui/chat/model.hpp"

namespace lx::ui {

void ChatView::invalidate()
{
	dirty_ = true;
	viewport()->update();
}

void ChatView::ensureLayout() const
{
	if (dirty_ && style_) { /* the base class asks before the view is made */
		const_cast<ChatView *>(this)->layOut();
	}
}

RowLook ChatView::lookOf(quint64 seq) const
{
	if (selectedSeq() == seq) {
		return RowLook::Selected;
	}
	return hovered_.seq == seq ? RowLook::Hovered : RowLook::Resting;
}

RowLayout &ChatView::layoutOf(quint64 seq)
{
	std::unique_ptr<RowLayout> &layout = layouts_[seq];
	const ChatRow &row = model_.row(seq);
	const int width = viewport()->width();
	const RowLook look = lookOf(seq);
	if (!layout || layout->width() != width || layout->look() != look || layout->revision() != row.revision) {
		layout = std::make_unique<RowLayout>(row, *style_, text_, width, look, pictures_,
						     style_->shading && (seq & 1));
		heights_.set(seq, layout->height());
	}
	return *layout;
}

/* Lays out down and up from one line; false when there is nothing. */
bool ChatView::placeFrom(quint64 seq, int top)
{
	const int bottom = viewport()->height();
	visible_.clear();
	int y = top;
	quint64 up = seq;
	while (y > 0 && up > model_.firstSeq()) {
		up--;
		const int height = layoutOf(up).height();
		y -= height;
		visible_.push_back({up, y, height});
	}
	std::reverse(visible_.begin(), visible_.end());
	y = top;
	for (quint64 down = seq; y < bottom && down < model_.endSeq(); down++) {
		const int height = layoutOf(down).height();
		if (y + height > 0) {
			visible_.push_back({down, y, height});
		}
		y += height;
	}
	return !visible_.empty();
}

void ChatView::layOut()
{
	dirty_ = false;
	visible_.clear();
	if (unestimated_) {
		estimateAll();
	}
	if (model_.firstSeq() == model_.endSeq()) {
		layouts_.clear();
		syncScrollBar();
		updatePill();
		return;
	}
	const int height = viewport()->height();
	if (following_) {
		anchorAt(model_.endSeq(), height);
	}
	anchorSeq_ = std::clamp(anchorSeq_, model_.firstSeq(), model_.endSeq());
	if (!placeFrom(anchorSeq_, anchorTop_) && model_.endSeq() > model_.firstSeq()) {
		anchorAt(model_.endSeq(), height);
		placeFrom(anchorSeq_, anchorTop_);
	}
	if (!pointerInside_ && !visible_.empty()) {
		/* No empty room above the first line, then none below the last one. */
		if (visible_.front().seq == model_.firstSeq() && visible_.front().top > 0) {
			anchorAt(model_.firstSeq(), 0);
			placeFrom(anchorSeq_, anchorTop_);
		}
		/* Hidden rows are without height: what was placed anew may be none. */
		if (!visible_.empty() && visible_.back().seq + 1 == model_.endSeq() &&
		    visible_.back().top + visible_.back().height < height) {
			anchorAt(model_.endSeq(), height);
			placeFrom(anchorSeq_, anchorTop_);
		}
	}
	for (auto it = layouts_.begin(); it != layouts_.end();) {
		it = visible(it->first) ? std::next(it) : layouts_.erase(it);
	}
	for (const Visible &row : visible_) {
		if (row.top + row.height <= height + row.height / 2) {
			seenEnd_ = std::max(seenEnd_, row.seq + 1);
		}
	}
	syncScrollBar();
	updatePill();
}

void ChatView::syncScrollBar()
{
	syncing_ = true;
	QScrollBar *bar = verticalScrollBar();
	const int height = viewport()->height();
	const int most = int(std::min<qint64>(std::max<qint64>(0, heights_.total() - height), INT_MAX));
	bar->setPageStep(height);
	bar->setRange(0, most);
	int value = most;
	if (!visible_.empty() && visible_.back().seq + 1 == model_.endSeq() &&
	    visible_.back().top + visible_.back().height <= height) {
		value = most;
	} else if (!visible_.empty()) {
		const Visible &first = visible_.front();
		value = int(std::clamp<qint64>(heights_.between(model_.firstSeq(), first.seq) - first.top, 0, most));
	}
	bar->setValue(value);
	scrollValue_ = bar->value();
	syncing_ = false;
	syncMarks();
}

void ChatView::anchorAt(quint64 seq, int top)
{
	anchorSeq_ = seq;
	anchorTop_ = top;
}

/* The line that must stay where it is. */
void ChatView::pickAnchor()
{
	if (visible_.empty()) {
		return;
	}
	const Visible *row = hovered_.seq ? visible(*hovered_.seq) : nullptr;
	if (!row && selectedSeq()) {
		row = visible(*selectedSeq());
	}
	if (!row) {
		row = &visible_.front();
	}
	anchorAt(row->seq, row->top);
}

const ChatView::Visible *ChatView::visible(quint64 seq) const
{
	if (visible_.empty() || seq < visible_.front().seq || seq > visible_.back().seq) {
		return nullptr;
	}
	return &visible_[size_t(seq - visible_.front().seq)];
}

void ChatView::rowsInserted(const QModelIndex &parent, int start, int end)
{
	const int width = viewport()->width();
	for (int row = start; row <= end; row++) {
		const quint64 seq = model_.firstSeq() + quint64(row);
		heights_.set(seq, style_->estimate(model_.row(seq), width));
	}
	takeMarks(model_.firstSeq() + quint64(start), model_.firstSeq() + quint64(end) + 1);
	if (pointerInside_ && !holdsStill()) {
		/* Another line lies under the pointer now. */
		QTimer::singleShot(0, this, [this] { pointerMoved(pointer_); });
	}
	(void)parent; /* the base class would only fetch more of a model that has no more */
	dirty_ = true;
	if (following_) {
		viewport()->update();
	} else {
		/* Nothing on screen moves; only the bar and the count do. */
		if (isVisible()) {
			layOut();
		}
		updatePill();
	}
}

void ChatView::rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end)
{
	for (int row = start; row <= end; row++) {
		const quint64 seq = model_.firstSeq() + quint64(row);
		heights_.set(seq, 0);
		layouts_.erase(seq);
	}
	marks_.dropBefore(model_.firstSeq() + quint64(end) + 1);
	visible_.clear();
	dirty_ = true;
	QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
}

void ChatView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles)
{
	(void)roles;
	const quint64 first = model_.firstSeq() + quint64(topLeft.row());
	const quint64 last = model_.firstSeq() + quint64(bottomRight.row());
	takeMarks(first, last + 1);
	if (!visible_.empty() && first <= visible_.back().seq && last >= visible_.front().seq) {
		invalidate();
	}
}

void ChatView::reset()
{
	layouts_.clear();
	visible_.clear();
	heights_ = Heights(model_.capacity());
	hovered_ = {};
	pressed_ = {};
	scrolledUp_ = false;
	seenEnd_ = model_.endSeq();
	stopAsking();
	readTo_.reset();
	marks_.clear();
	QAbstractItemView::reset();
	forgetHeights();
	takeMarks(model_.firstSeq(), model_.endSeq());
	updateFollowing();
	invalidate();
}

void ChatView::resizeEvent(QResizeEvent *event)
{
	if (event->size().width() != event->oldSize().width()) {
		layouts_.clear();
		forgetHeights();
	}
	if (!following_) {
		pickAnchor();
	}
	visible_.clear();
	placePill();
	placeMarks();
	invalidate();
}

void ChatView::showEvent(QShowEvent *event)
{
	QAbstractItemView::showEvent(event);
	setPictureOptions(); /* it may be shown on another screen */
	age();
	invalidate();
}

void ChatView::hideEvent(QHideEvent *event)
{
	QAbstractItemView::hideEvent(event);
	noteReadTo();
	pointerLeft();
	ageing_.stop();
	animation_.stop();
	layouts_.clear();
	visible_.clear();
	dirty_ = true;
}

} // namespace lx::ui
