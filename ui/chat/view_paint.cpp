/* Drawing the lines, and the pictures in them that move. */
#include "ui/chat/view.hpp"

#include <algorithm>

#include <QPainter>
#include <QPaintEvent>
#include <QWindow>

#include "ui/chat/model.hpp"

namespace lx::ui {

namespace {

constexpr int shortestFrameMs = 40; /* no picture moves faster */

} // namespace

/* --- pictures ---------------------------------------------------------------------------------------------------- */

void ChatView::setPictureOptions()
{
	if (pictures_) {
		Pictures::Options options;
		options.twitch = look_.twitchPictures;
		options.animated = look_.animated;
		options.dark = style_->theme.dark;
		options.devicePixelRatio = devicePixelRatioF();
		options.height = style_->pictureHeight;
		pictures_->setOptions(options);
	}
}

void ChatView::setPictures(Pictures *pictures)
{
	if (pictures_) {
		pictures_->disconnect(this);
	}
	pictures_ = pictures;
	animation_.stop();
	if (pictures_) {
		connect(pictures_, &Pictures::arrived, this, &ChatView::updatePictures);
		connect(pictures_, &Pictures::failed, this, &ChatView::forgetLayouts);
		connect(pictures_, &Pictures::wordsChanged, this, [this] { forgetLayouts(nullptr); });
		setPictureOptions();
	}
	forgetLayouts(nullptr);
}

/* A word is a picture now, or no longer one. NULL: any word. */
void ChatView::forgetLayouts(const PictureRef &picture)
{
	bool any = !picture;
	for (auto it = layouts_.begin(); it != layouts_.end();) {
		const bool gone = !picture || it->second->shows(picture);
		any = any || gone;
		it = gone ? layouts_.erase(it) : std::next(it);
	}
	if (any) {
		if (!following_) {
			pickAnchor();
		}
		invalidate();
	}
}

QRect ChatView::pictureRect(quint64 seq, size_t n) const
{
	ensureLayout();
	const Visible *row = visible(seq);
	const auto layout = layouts_.find(seq);
	QRect found;
	if (row && layout != layouts_.end()) {
		layout->second->eachPictureRect([&](const InlinePicture &, const QRect &rect) {
			if (n-- == 0) {
				found = rect.translated(0, row->top);
			}
		});
	}
	return found;
}

void ChatView::updatePictures(const PictureRef &picture)
{
	for (const Visible &row : visible_) {
		const auto layout = layouts_.find(row.seq);
		if (layout != layouts_.end() && layout->second->shows(picture)) {
			viewport()->update(QRect(0, row.top, viewport()->width(), row.height));
		}
	}
}

std::vector<PictureRef> ChatView::picturesOnScreen() const
{
	std::vector<PictureRef> pictures;
	for (const Visible &row : visible_) {
		const auto layout = layouts_.find(row.seq);
		const bool moves = !look_.animatedOnHover || hovered_.seq == row.seq;
		if (layout != layouts_.end() && moves) {
			const std::vector<PictureRef> &shown = layout->second->shownPictures();
			pictures.insert(pictures.end(), shown.begin(), shown.end());
		}
	}
	return pictures;
}

/* Runs only from one frame to the next, and only while something that moves was drawn. */
void ChatView::animate()
{
	if (!pictures_ || !isVisible() || dirty_) {
		return; /* drawing starts it again */
	}
	const QWindow *handle = window()->windowHandle();
	if (handle && !handle->isExposed()) {
		return;
	}
	const int next = pictures_->turn(picturesOnScreen());
	for (const Visible &row : visible_) {
		const auto layout = layouts_.find(row.seq);
		if (layout == layouts_.end()) {
			continue;
		}
		layout->second->eachPictureRect([&](const InlinePicture &picture, const QRect &rect) {
			const bool moved =
				pictures_->hasMoved(picture.picture) ||
				std::any_of(picture.overlays.begin(), picture.overlays.end(),
					    [this](const PictureRef &overlay) { return pictures_->hasMoved(overlay); });
			const QRect area = rect.translated(0, row.top).intersected(viewport()->rect());
			if (moved && !area.isEmpty()) {
				moved_ += area;
				viewport()->update(area);
			}
		});
	}
	if (next >= 0) {
		animation_.start(std::max(next, shortestFrameMs));
	}
}

/* When nothing but frames of pictures has changed; false when more is to be drawn. */
bool ChatView::paintMoved(QPainter &painter, const QRegion &region)
{
	if (dirty_ || !region.subtracted(moved_).isEmpty()) {
		return false;
	}
	for (const Visible &row : visible_) {
		const QRect area(0, row.top, viewport()->width(), row.height);
		const auto layout = layouts_.find(row.seq);
		if (layout == layouts_.end() || !region.intersects(area)) {
			continue;
		}
		/* Buttons and marks lie over these. */
		if (hovered_.seq == row.seq || selectedSeq() == row.seq) {
			return false;
		}
		layout->second->paintPictures(painter, area.topLeft(), model_.row(row.seq), *style_, region);
	}
	return true;
}

/* --- drawing ----------------------------------------------------------------------------------------------------- */

void ChatView::paintEvent(QPaintEvent *event)
{
	QPainter painter(viewport());
	const bool onlyMoved = paintMoved(painter, event->region());
	moved_ = QRegion();
	if (onlyMoved) {
		return;
	}
	ensureLayout();
	painter.fillRect(event->rect(), style_->theme.base);
	bool moves = false;
	for (const Visible &row : visible_) {
		const QRect area(0, row.top, viewport()->width(), row.height);
		if (!event->region().intersects(area)) {
			continue;
		}
		RowLayout &layout = layoutOf(row.seq);
		layout.paint(painter, area.topLeft(), model_.row(row.seq), *style_, art_);
		for (const PictureRef &picture : layout.shownPictures()) {
			moves = moves || (picture->isReady() && picture->isAnimated());
		}
	}
	painter.setClipping(false);
	paintReadLine(painter);
	paintStrips(painter);
	if (moves && !animation_.isActive()) {
		animation_.start(shortestFrameMs);
	}
}

void ChatView::paintStrips(QPainter &painter)
{
	const std::optional<quint64> selected = selectedSeq();
	for (const std::optional<quint64> &seq : {selected, selected == hovered_.seq ? std::nullopt : hovered_.seq}) {
		if (!seq || !visible(*seq)) {
			continue;
		}
		const std::optional<ActionStrip> strip = stripOf(*seq);
		if (!strip) {
			continue;
		}
		const auto pick = [&](const Spot &spot) {
			return spot.seq == seq ? spot.action : RowAction::None;
		};
		const RowAction asked = confirmingSeq_ == *seq ? confirming_ : RowAction::None;
		strip->paint(painter, style_->theme, style_->small, rules_, pick(hovered_), pick(pressed_), asked);
	}
	if (selected && visible(*selected) && hasFocus()) {
		painter.setPen(style_->theme.highlight);
		painter.setBrush(Qt::NoBrush);
		painter.drawRect(rectOf(*selected).adjusted(0, 0, -1, -1));
	}
}

} // namespace lx::ui
