#include "ui/chat/view.hpp"

#include <algorithm>

#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QWindow>

#include "ui/chat/colors.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/view_accessible.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int confirmMs = 4000;
constexpr int shortestFrameMs = 40; /* no picture moves faster */
constexpr int walkViewports = 3;    /* scroll steps up to this many screens are walked line by line */

} // namespace

ChatView::ChatView(ChatModel &model, const Text &text, QWidget *parent)
	: QAbstractItemView(parent), model_(model), text_(text), heights_(model.capacity()),
	  pill_(new QPushButton(this))
{
	setObjectName(QStringLiteral("livextremChat"));
	installChatAccessibility();
	setAccessibleName(text_("Chat.List"));
	setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	/* Always there: lines do not break anew when it comes. */
	setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
	setVerticalScrollMode(ScrollPerPixel);
	setSelectionMode(SingleSelection);
	setEditTriggers(NoEditTriggers);
	setFocusPolicy(Qt::StrongFocus);
	setFrameShape(QFrame::NoFrame);
	viewport()->setMouseTracking(true);
	viewport()->setAutoFillBackground(false);
	viewport()->setAttribute(Qt::WA_OpaquePaintEvent);

	pill_->setObjectName(QStringLiteral("livextremNewLines"));
	pill_->setFocusPolicy(Qt::NoFocus);
	pill_->setCursor(Qt::PointingHandCursor);
	pill_->installEventFilter(this);
	pill_->hide();
	connect(pill_, &QPushButton::clicked, this, &ChatView::resume);

	confirmTimer_.setSingleShot(true);
	confirmTimer_.setInterval(confirmMs);
	connect(&confirmTimer_, &QTimer::timeout, this, &ChatView::stopAsking);

	animation_.setSingleShot(true);
	animation_.setTimerType(Qt::CoarseTimer);
	connect(&animation_, &QTimer::timeout, this, &ChatView::animate);

	restyle();
	setModel(&model_);
	connect(&model_, &ChatModel::waitingChanged, this, &ChatView::updatePill);
}

ChatView::~ChatView() = default;

/* --- style ------------------------------------------------------------------------------------------------------- */

void ChatView::setLook(const Look &look)
{
	look_ = look;
	restyle();
}

void ChatView::setRules(const ActionRules &rules)
{
	rules_ = rules;
	viewport()->update();
}

void ChatView::restyle()
{
	QFont font = this->font();
	if (font.pointSizeF() > 0) {
		font.setPointSizeF(std::max(6.0, font.pointSizeF() + look_.fontDelta));
	} else {
		font.setPixelSize(std::max(8, font.pixelSize() + look_.fontDelta * 4 / 3));
	}
	style_ = std::make_unique<RowStyle>(font, Theme::from(palette()));
	style_->setTime(look_.showTime, look_.showSeconds);
	style_->showBadges = look_.showBadges;
	style_->showDeleted = look_.showDeleted;
	layouts_.clear();
	setPictureOptions();
	estimateAll();
	verticalScrollBar()->setSingleStep(style_->lineHeight);
	const QColor fill = style_->theme.highlight;
	pill_->setStyleSheet(
		QStringLiteral("QPushButton { border: none; border-radius: 13px; padding: 0 14px; min-height: 26px; "
			       "background: %1; color: %2; font-weight: bold; }")
			.arg(fill.name(), readable(Qt::white, fill).name()));
	invalidate();
}

void ChatView::changeEvent(QEvent *event)
{
	QAbstractItemView::changeEvent(event);
	if (style_ && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) {
		restyle();
	}
}

void ChatView::estimateAll()
{
	const int width = viewport()->width();
	for (quint64 seq = model_.firstSeq(); seq < model_.endSeq(); seq++) {
		heights_.set(seq, style_->estimate(model_.row(seq), width));
	}
}

/* --- layout ------------------------------------------------------------------------------------------------------ */

void ChatView::invalidate()
{
	dirty_ = true;
	viewport()->update();
}

void ChatView::ensureLayout() const
{
	if (dirty_) {
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
		layout = std::make_unique<RowLayout>(row, *style_, text_, width, look, pictures_);
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
		if (visible_.back().seq + 1 == model_.endSeq() &&
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
	visible_.clear();
	dirty_ = true;
	QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
}

void ChatView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles)
{
	(void)roles;
	const quint64 first = model_.firstSeq() + quint64(topLeft.row());
	const quint64 last = model_.firstSeq() + quint64(bottomRight.row());
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
	QAbstractItemView::reset();
	estimateAll();
	updateFollowing();
	invalidate();
}

void ChatView::resizeEvent(QResizeEvent *event)
{
	if (event->size().width() != event->oldSize().width()) {
		layouts_.clear();
		estimateAll();
	}
	if (!following_) {
		pickAnchor();
	}
	visible_.clear();
	placePill();
	invalidate();
}

void ChatView::showEvent(QShowEvent *event)
{
	QAbstractItemView::showEvent(event);
	setPictureOptions(); /* it may be shown on another screen */
	invalidate();
}

void ChatView::hideEvent(QHideEvent *event)
{
	QAbstractItemView::hideEvent(event);
	pointerLeft();
	animation_.stop();
	layouts_.clear();
	visible_.clear();
	dirty_ = true;
}

/* --- scrolling and following ------------------------------------------------------------------------------------- */

bool ChatView::isFollowing() const
{
	return following_;
}

void ChatView::updateFollowing()
{
	const bool holds = pointerInside_ || scrolledUp_ || paused_ || selectedSeq().has_value();
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
		placePill();
	}
	pill_->setVisible(true);
	pill_->raise();
}

void ChatView::placePill()
{
	const QRect area = viewport()->geometry();
	pill_->move(area.left() + (area.width() - pill_->width()) / 2, area.bottom() - pill_->height() - 7);
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

/* --- places ------------------------------------------------------------------------------------------------------ */

std::optional<quint64> ChatView::seqAt(const QPoint &position) const
{
	ensureLayout();
	for (const Visible &row : visible_) {
		if (position.y() >= row.top && position.y() < row.top + row.height) {
			return row.seq;
		}
	}
	return {};
}

QRect ChatView::rectOf(quint64 seq) const
{
	ensureLayout();
	const Visible *row = visible(seq);
	return row ? QRect(0, row->top, viewport()->width(), row->height) : QRect();
}

std::pair<quint64, quint64> ChatView::linesOnScreen() const
{
	ensureLayout();
	return visible_.empty() ? std::pair(model_.endSeq(), model_.endSeq())
				: std::pair(visible_.front().seq, visible_.back().seq + 1);
}

QString ChatView::lineText(quint64 seq) const
{
	return plainLine(model_.row(seq), text_, false);
}

QRect ChatView::visualRect(const QModelIndex &index) const
{
	return index.isValid() ? rectOf(model_.firstSeq() + quint64(index.row())) : QRect();
}

QModelIndex ChatView::indexAt(const QPoint &point) const
{
	const std::optional<quint64> seq = seqAt(point);
	return seq ? model_.index(int(*seq - model_.firstSeq())) : QModelIndex();
}

QRegion ChatView::visualRegionForSelection(const QItemSelection &selection) const
{
	QRegion region;
	for (const QModelIndex &index : selection.indexes()) {
		region += visualRect(index);
	}
	return region;
}

void ChatView::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
	selectionModel()->select(indexAt(rect.center()), command);
}

QRect ChatView::nameRect(quint64 seq) const
{
	ensureLayout();
	const Visible *row = visible(seq);
	const auto layout = layouts_.find(seq);
	return row && layout != layouts_.end() ? layout->second->nameRect().translated(0, row->top) : QRect();
}

std::optional<ActionStrip> ChatView::stripOf(quint64 seq) const
{
	const QRect area = rectOf(seq).intersected(viewport()->rect());
	if (area.height() < ActionStrip::buttonHeight / 2) {
		return {};
	}
	const RowAction asked = confirming_ != RowAction::None && confirmingSeq_ == seq ? confirming_ : RowAction::None;
	return ActionStrip(model_.row(seq), area, rules_, asked, style_->smallMetrics, text_);
}

QRect ChatView::buttonRect(quint64 seq, RowAction action) const
{
	if (hovered_.seq != seq && selectedSeq() != seq) {
		return {};
	}
	const std::optional<ActionStrip> strip = stripOf(seq);
	if (strip) {
		for (const ActionStrip::Button &button : strip->buttons()) {
			if (button.action == action) {
				return button.rect;
			}
		}
	}
	return {};
}

ChatView::Spot ChatView::spotAt(const QPoint &position) const
{
	Spot spot;
	spot.seq = seqAt(position);
	if (!spot.seq) {
		return spot;
	}
	/* The strip counts as there even before the row is drawn with it: the pointer is on the row now. */
	if (const std::optional<ActionStrip> strip = stripOf(*spot.seq)) {
		spot.action = strip->at(position);
		if (strip->rect().contains(position)) {
			return spot;
		}
	}
	spot.name = nameRect(*spot.seq).contains(position);
	return spot;
}

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
		if (layout != layouts_.end()) {
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
