#include "ui/log/list.hpp"

#include <algorithm>

#include <QContextMenuEvent>
#include <QDateTime>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QToolTip>

#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int confirmMs = 4000;
constexpr int doubleClickGuardMs = 350; /* a hasty double click is no answer to "sure?" */
constexpr int shortestFrameMs = 40;
constexpr int nearLines = 20;
constexpr qint64 freshMs = 6 * 3600 * 1000; /* Twitch deletes no messages that are older */
constexpr size_t keptLayouts = 400;

} // namespace

/* Where Qt's list asks for heights and has lines drawn. */
class LogList::Painter : public QStyledItemDelegate {
public:
	explicit Painter(LogList *list) : QStyledItemDelegate(list), list_(list) {}

	QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
	{
		return QSize(list_->viewport()->width(), list_->heightOf(index.row()));
	}
	void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
	{
		const LogLine &line = list_->model_.line(index.row());
		const RowLayout &layout = list_->layoutOf(index.row());
		painter->save();
		layout.paint(*painter, option.rect.topLeft(), line.row, *list_->style_, list_->art_);
		painter->setClipping(false);
		if (line.id && line.id == list_->marked_) {
			painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
					  list_->style_->theme.highlight);
		}
		painter->restore();
	}

private:
	LogList *list_;
};

LogList::LogList(LogModel &model, const Text &text, QWidget *parent) : QListView(parent), model_(model), text_(text)
{
	setFrameShape(QFrame::NoFrame);
	setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
	setVerticalScrollMode(ScrollPerPixel);
	setSelectionMode(ExtendedSelection);
	setEditTriggers(NoEditTriggers);
	setItemDelegate(new Painter(this));
	viewport()->setMouseTracking(true);

	confirmTimer_.setSingleShot(true);
	confirmTimer_.setInterval(confirmMs);
	connect(&confirmTimer_, &QTimer::timeout, this, &LogList::stopAsking);
	animation_.setSingleShot(true);
	connect(&animation_, &QTimer::timeout, this, &LogList::animate);
	restyle();
	setModel(&model_);
	connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
		hovered_ = {};
		pressed_ = {};
		pressedRow_ = -1;
		anchor_ = 0;
		heights_.clear();
		forgetLayouts();
	});
}

LogList::~LogList() = default;

/* --- style ------------------------------------------------------------------------------------------------------- */

void LogList::setLook(const Look &look)
{
	look_ = look;
	restyle();
}

void LogList::setRules(const LogRules &rules)
{
	rules_ = rules;
	viewport()->update();
}

void LogList::restyle()
{
	QFont font = this->font();
	if (font.pointSizeF() > 0) {
		font.setPointSizeF(std::max(6.0, font.pointSizeF() + look_.fontDelta));
	} else {
		font.setPixelSize(std::max(8, font.pixelSize() + look_.fontDelta * 4 / 3));
	}
	style_ = std::make_unique<RowStyle>(font, Theme::from(palette()));
	style_->setTime(RowStyle::Time::Hours24, look_.showSeconds, text_);
	style_->showBadges = look_.showBadges;
	style_->discreet = look_.discreet;
	heights_.clear();
	verticalScrollBar()->setSingleStep(style_->lineHeight);
	forgetLayouts();
}

void LogList::changeEvent(QEvent *event)
{
	QListView::changeEvent(event);
	if (style_ && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) {
		restyle();
	}
}

void LogList::mark(qint64 id)
{
	marked_ = id;
	viewport()->update();
}

/* --- layout ------------------------------------------------------------------------------------------------------ */

void LogList::forgetLayouts()
{
	layouts_.clear();
	scheduleDelayedItemsLayout();
}

RowLook LogList::lookOf(int row) const
{
	if (selectionModel() && selectionModel()->isSelected(model_.index(row))) {
		return RowLook::Selected;
	}
	return hovered_.row == row ? RowLook::Hovered : RowLook::Resting;
}

RowLayout &LogList::layoutOf(int row) const
{
	const LogLine &line = model_.line(row);
	const RowLook look = lookOf(row);
	const int width = viewport()->width();
	std::unique_ptr<RowLayout> &layout = layouts_[line.key];
	if (!layout || layout->width() != width || layout->look() != look || layout->revision() != line.row.revision) {
		layout = std::make_unique<RowLayout>(line.row, *style_, text_, width, look, pictures_);
	}
	return *layout;
}

int LogList::heightOf(int row) const
{
	const LogLine &line = model_.line(row);
	const auto measured = heights_.find(line.key);
	return measured != heights_.end() ? measured->second : style_->estimate(line.row, viewport()->width());
}

std::pair<int, int> LogList::onScreen() const
{
	const int count = model_.rowCount();
	const QModelIndex top = indexAt(QPoint(2, 1));
	int first = top.isValid() ? top.row() : 0;
	int end = first;
	while (end < count && visualRect(model_.index(end)).top() < viewport()->height()) {
		end++;
	}
	return {first, end};
}

/* Lays out what is on screen, until everything there has its true height. */
void LogList::measure()
{
	if (measuring_ || !isVisible() || model_.isEmpty()) {
		return;
	}
	measuring_ = true;
	for (int turn = 0; turn < 8; turn++) {
		bool changed = false;
		const auto [first, end] = onScreen();
		if (layouts_.size() > keptLayouts) {
			layouts_.clear();
		}
		for (int row = first; row < end; row++) {
			const int height = layoutOf(row).height();
			int &known = heights_[model_.line(row).key];
			changed = changed || height != visualRect(model_.index(row)).height();
			known = height;
		}
		if (!changed) {
			break;
		}
		QListView::doItemsLayout();
		restoreAnchor();
	}
	measuring_ = false;
}

void LogList::doItemsLayout()
{
	if (laidWidth_ != viewport()->width()) {
		laidWidth_ = viewport()->width();
		heights_.clear();
		layouts_.clear();
	}
	const bool outer = !measuring_;
	QListView::doItemsLayout();
	if (outer) {
		restoreAnchor();
		measure();
		tellEnds();
	}
}

/* The line at the top stays where it is, whatever happens above; at the very beginning new lines may come in. */
void LogList::keepAnchor()
{
	const QModelIndex top = indexAt(QPoint(2, 1));
	anchor_ = isAtTop() || !top.isValid() ? 0 : model_.line(top.row()).key;
	anchorTop_ = anchor_ ? visualRect(top).top() : 0;
}

void LogList::restoreAnchor()
{
	if (!anchor_) {
		return;
	}
	for (int row = 0; row < model_.rowCount(); row++) {
		if (model_.line(row).key == anchor_) {
			const bool before = measuring_;
			measuring_ = true; /* this is no scrolling of the user's */
			QScrollBar *bar = verticalScrollBar();
			bar->setValue(bar->value() + visualRect(model_.index(row)).top() - anchorTop_);
			measuring_ = before;
			return;
		}
	}
}

void LogList::scrollContentsBy(int dx, int dy)
{
	QListView::scrollContentsBy(dx, dy);
	if (!measuring_) {
		keepAnchor();
		measure();
		if (hovered_.row >= 0) {
			pointerMoved(viewport()->mapFromGlobal(QCursor::pos()));
		}
		tellEnds();
	}
}

void LogList::tellEnds()
{
	if (model_.isEmpty()) {
		return;
	}
	const auto [first, end] = onScreen();
	if (end + nearLines >= model_.rowCount()) {
		Q_EMIT endNear();
	}
	if (first < nearLines) {
		Q_EMIT beginningNear();
	}
}

void LogList::resizeEvent(QResizeEvent *event)
{
	QListView::resizeEvent(event);
	if (viewport()->width() != laidWidth_) {
		scheduleDelayedItemsLayout();
	} else {
		measure();
	}
}

void LogList::rowsInserted(const QModelIndex &parent, int start, int end)
{
	QListView::rowsInserted(parent, start, end);
	hovered_ = {};
	stopAsking();
}

void LogList::showLine(int row)
{
	const QModelIndex index = model_.index(row);
	/* What lies between is only estimated: the second time it is right. */
	for (int turn = 0; turn < 2; turn++) {
		scrollTo(index, PositionAtCenter);
		measure();
	}
	setCurrentIndex(index);
}

bool LogList::isAtTop() const
{
	return verticalScrollBar()->value() == verticalScrollBar()->minimum();
}

bool LogList::isBusy() const
{
	return hovered_.row >= 0 || selectionModel()->hasSelection();
}

/* --- pictures ---------------------------------------------------------------------------------------------------- */

void LogList::setPictures(Pictures *pictures)
{
	if (pictures_) {
		pictures_->disconnect(this);
	}
	pictures_ = pictures;
	animation_.stop();
	if (pictures_) {
		connect(pictures_, &Pictures::arrived, this, [this](const PictureRef &picture) {
			for (const auto &[key, layout] : layouts_) {
				if (layout->shows(picture)) {
					viewport()->update();
					return;
				}
			}
		});
		connect(pictures_, &Pictures::failed, this, &LogList::forgetLayouts);
		connect(pictures_, &Pictures::wordsChanged, this, &LogList::forgetLayouts);
	}
	forgetLayouts();
}

/* From one frame to the next, and only while something that moves was drawn. */
void LogList::animate()
{
	if (!pictures_ || !isVisible()) {
		return;
	}
	const auto [first, end] = onScreen();
	std::vector<PictureRef> shown;
	for (int row = first; row < end; row++) {
		const std::vector<PictureRef> &pictures = layoutOf(row).shownPictures();
		shown.insert(shown.end(), pictures.begin(), pictures.end());
	}
	const int next = pictures_->turn(shown);
	for (int row = first; row < end; row++) {
		const QPoint top = visualRect(model_.index(row)).topLeft();
		layoutOf(row).eachPictureRect([&](const InlinePicture &picture, const QRect &rect) {
			const bool moved =
				pictures_->hasMoved(picture.picture) ||
				std::any_of(picture.overlays.begin(), picture.overlays.end(),
					    [this](const PictureRef &overlay) { return pictures_->hasMoved(overlay); });
			if (moved) {
				viewport()->update(rect.translated(top));
			}
		});
	}
	if (next >= 0) {
		animation_.start(std::max(next, shortestFrameMs));
	}
}

/* --- drawing ----------------------------------------------------------------------------------------------------- */

void LogList::paintEvent(QPaintEvent *event)
{
	QListView::paintEvent(event);
	QPainter painter(viewport());
	const int current = hasFocus() && currentIndex().isValid() && selectionModel()->selectedIndexes().size() <= 1
				    ? currentIndex().row()
				    : -1;
	for (const int row : {current, current == hovered_.row ? -1 : hovered_.row}) {
		if (const std::optional<ActionStrip> strip = row < 0 ? std::nullopt : stripOf(row)) {
			const bool asked = confirmingKey_ == model_.line(row).key;
			strip->paint(painter, style_->theme, style_->small, rulesOf(model_.line(row)),
				     hovered_.row == row ? hovered_.action : RowAction::None,
				     pressed_.row == row ? pressed_.action : RowAction::None,
				     asked ? confirming_ : RowAction::None);
		}
	}
	if (hasFocus() && currentIndex().isValid()) {
		painter.setPen(style_->theme.highlight);
		painter.setBrush(Qt::NoBrush);
		painter.drawRect(visualRect(currentIndex()).adjusted(0, 0, -1, -1));
	}
	if (!animation_.isActive()) {
		const auto [first, end] = onScreen();
		for (int row = first; row < end; row++) {
			for (const PictureRef &picture : layoutOf(row).shownPictures()) {
				if (picture->isReady() && picture->isAnimated()) {
					animation_.start(shortestFrameMs);
					return;
				}
			}
		}
	}
}

/* --- what may be done -------------------------------------------------------------------------------------------- */

ActionRules LogList::rulesOf(const LogLine &line) const
{
	ActionRules rules = rules_.chat;
	if (line.channel != rules_.channel) {
		rules.canModerate = rules.canReply = false;
		rules.whyNotModerate = rules.whyNotReply = text_("LogPage.Elsewhere", {line.channel});
	}
	return rules;
}

ChatRow LogList::actable(const LogLine &line) const
{
	ChatRow row = line.row;
	if (rules_.nowMs - row.timeMs > freshMs || line.channel != rules_.channel) {
		row.id.clear();
	}
	return row;
}

std::optional<ActionStrip> LogList::stripOf(int row) const
{
	if (row >= model_.rowCount() || model_.line(row).isHeading()) {
		return {};
	}
	const LogLine &line = model_.line(row);
	const QRect area = visualRect(model_.index(row)).intersected(viewport()->rect());
	if (area.height() < ActionStrip::buttonHeight / 2 || line.channel != rules_.channel) {
		return {};
	}
	return ActionStrip(actable(line), area, rulesOf(line),
			   confirmingKey_ == line.key ? confirming_ : RowAction::None, style_->smallMetrics, text_);
}

std::vector<int> LogList::selectedLines() const
{
	std::vector<int> rows;
	for (const QModelIndex &index : selectionModel()->selectedIndexes()) {
		rows.push_back(index.row());
	}
	std::sort(rows.begin(), rows.end());
	return rows;
}

QRect LogList::buttonRect(int row, RowAction action) const
{
	if (hovered_.row == row || currentIndex().row() == row) {
		if (const std::optional<ActionStrip> strip = stripOf(row)) {
			for (const ActionStrip::Button &button : strip->buttons()) {
				if (button.action == action) {
					return button.rect;
				}
			}
		}
	}
	return {};
}

QRect LogList::nameRect(int row) const
{
	return layoutOf(row).nameRect().translated(visualRect(model_.index(row)).topLeft());
}

void LogList::request(RowAction action, int row)
{
	const LogLine &line = model_.line(row);
	const ActionRules rules = rulesOf(line);
	const ChatRow target = actable(line);
	if (!rules.allows(action)) {
		Q_EMIT actionRefused(rules.whyNot(action));
		return;
	}
	if (!actionFits(action, target, rules)) {
		return;
	}
	const bool harmless = action == RowAction::Reply || action == RowAction::Unban;
	const bool own = !rules.ownUserId.isEmpty() && target.userId == rules.ownUserId;
	if (harmless || own || !target.isProtected()) {
		stopAsking();
		Q_EMIT actionRequested(action, row);
		return;
	}
	if (confirming_ == action && confirmingKey_ == line.key) {
		if (asked_.elapsed() >= doubleClickGuardMs) {
			stopAsking();
			Q_EMIT actionRequested(action, row);
		}
		return;
	}
	stopAsking();
	confirming_ = action;
	confirmingKey_ = line.key;
	asked_.start();
	confirmTimer_.start();
	updateLine(row);
	Q_EMIT actionRefused(text_("Chat.Button.SureAbout", {labelOf(action), target.name}));
}

void LogList::stopAsking()
{
	confirmTimer_.stop();
	confirming_ = RowAction::None;
	confirmingKey_ = 0;
	viewport()->update();
}

/* --- pointer ----------------------------------------------------------------------------------------------------- */

void LogList::updateLine(int row)
{
	if (row >= 0 && row < model_.rowCount()) {
		viewport()->update(visualRect(model_.index(row)).adjusted(0, -2, 0, 2));
	}
}

LogList::Spot LogList::spotAt(const QPoint &position) const
{
	Spot spot;
	const QModelIndex index = indexAt(position);
	if (!viewport()->rect().contains(position) || !index.isValid() || model_.line(index.row()).isHeading()) {
		return spot;
	}
	spot.row = index.row();
	if (const std::optional<ActionStrip> strip = stripOf(spot.row)) {
		spot.action = strip->at(position);
		if (strip->rect().contains(position)) {
			return spot;
		}
	}
	spot.name = nameRect(spot.row).contains(position);
	return spot;
}

void LogList::pointerMoved(const QPoint &position)
{
	const Spot spot = spotAt(position);
	if (spot == hovered_) {
		return;
	}
	updateLine(hovered_.row);
	updateLine(spot.row);
	hovered_ = spot;
	viewport()->setCursor(spot.row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool LogList::tooltip(const QPoint &position, const QPoint &global)
{
	const Spot spot = spotAt(position);
	QString tip;
	if (spot.row >= 0) {
		const LogLine &line = model_.line(spot.row);
		const QPoint inRow = position - visualRect(model_.index(spot.row)).topLeft();
		const RowLayout &layout = layoutOf(spot.row);
		if (spot.action != RowAction::None) {
			const ActionRules rules = rulesOf(line);
			tip = labelOf(spot.action);
			if (const Qt::Key key = actionKey(spot.action)) {
				tip += QStringLiteral(" (%1)").arg(
					QKeySequence(key).toString(QKeySequence::NativeText));
			}
			if (!rules.allows(spot.action)) {
				tip += u'\n' + rules.whyNot(spot.action);
			}
		} else if (spot.name) {
			tip = text_("Chat.NameTip", {line.row.name});
		} else if (const Badge *badge = layout.badgeAt(inRow, line.row, *style_)) {
			tip = badgeLabel(*badge, text_);
		} else if (const InlinePicture *picture = layout.pictureAt(inRow)) {
			tip = text_("Chat.EmoteTip", {picture->name, picture->provider});
		} else {
			const QString time = QDateTime::fromMSecsSinceEpoch(line.row.timeMs)
						     .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
			tip = text_("LogPage.LineTip", {time, line.channel});
			if (line.channel != rules_.channel) {
				tip += u'\n' + text_("LogPage.Elsewhere", {line.channel});
			}
		}
	}
	/* Plain text, whatever somebody calls himself. */
	tip.isEmpty() ? QToolTip::hideText()
		      : QToolTip::showText(global, Qt::convertFromPlainText(tip, Qt::WhiteSpaceNormal), viewport());
	return true;
}

bool LogList::viewportEvent(QEvent *event)
{
	if (event->type() == QEvent::Leave) {
		updateLine(hovered_.row);
		hovered_ = {};
	} else if (event->type() == QEvent::ToolTip) {
		const auto *help = static_cast<QHelpEvent *>(event);
		return tooltip(help->pos(), help->globalPos());
	}
	return QListView::viewportEvent(event);
}

void LogList::mousePressEvent(QMouseEvent *event)
{
	const QPoint position = event->position().toPoint();
	const Spot spot = spotAt(position);
	pressed_ = {};
	pressedRow_ = -1;
	if (event->button() == Qt::LeftButton && (spot.action != RowAction::None || spot.name)) {
		pressed_ = spot;
		updateLine(spot.row);
		return;
	}
	if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier) {
		pressedRow_ = spot.row;
	}
	if (event->button() == Qt::LeftButton || !selectionModel()->isSelected(indexAt(position))) {
		QListView::mousePressEvent(event);
	}
}

void LogList::mouseMoveEvent(QMouseEvent *event)
{
	pointerMoved(event->position().toPoint());
	if (pressed_.row < 0) {
		QListView::mouseMoveEvent(event);
	}
}

void LogList::mouseDoubleClickEvent(QMouseEvent *event)
{
	mousePressEvent(event);
}

void LogList::mouseReleaseEvent(QMouseEvent *event)
{
	const Spot spot = spotAt(event->position().toPoint());
	const Spot pressed = pressed_;
	const int pressedRow = pressedRow_;
	pressed_ = {};
	pressedRow_ = -1;
	if (pressed.row >= 0) {
		updateLine(pressed.row);
		/* A press and a release on different things is a change of mind. */
		if (!(pressed == spot)) {
			return;
		}
		if (pressed.name) {
			Q_EMIT userClicked(pressed.row, event->globalPosition().toPoint());
		} else {
			request(pressed.action, pressed.row);
		}
		return;
	}
	QListView::mouseReleaseEvent(event);
	if (event->button() == Qt::LeftButton && pressedRow >= 0 && spot.row == pressedRow) {
		Q_EMIT opened(pressedRow);
	}
}

void LogList::contextMenuEvent(QContextMenuEvent *event)
{
	QModelIndex index = currentIndex();
	QPoint global = event->globalPos();
	if (event->reason() == QContextMenuEvent::Keyboard) {
		global = viewport()->mapToGlobal(visualRect(index).center());
	} else {
		index = indexAt(viewport()->mapFromGlobal(global));
	}
	if (index.isValid() && !model_.line(index.row()).isHeading()) {
		Q_EMIT menuRequested(index.row(), global);
	}
}

/* --- keys -------------------------------------------------------------------------------------------------------- */

void LogList::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
	QListView::selectionChanged(selected, deselected);
	Q_EMIT selectionMoved();
}

void LogList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
	QListView::currentChanged(current, previous);
	updateLine(previous.row());
	updateLine(current.row());
}

void LogList::keyPressEvent(QKeyEvent *event)
{
	const int current = currentIndex().isValid() ? currentIndex().row() : -1;
	if (event->matches(QKeySequence::Copy)) {
		Q_EMIT copyRequested();
		return;
	}
	if (event->matches(QKeySequence::Undo)) {
		Q_EMIT undoRequested();
		return;
	}
	if (!(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
		const int key = event->key() == Qt::Key_T        ? Qt::Key_2
				: event->key() == Qt::Key_Delete ? Qt::Key_D
								 : event->key();
		for (const RowAction action : {RowAction::Reply, RowAction::Delete, RowAction::Timeout1,
					       RowAction::Timeout2, RowAction::Timeout3, RowAction::Ban}) {
			if (key == actionKey(action)) {
				if (event->isAutoRepeat()) {
					return;
				}
				if (selectionModel()->selectedIndexes().size() > 1) {
					Q_EMIT manyRequested(action);
				} else if (current >= 0) {
					request(action, current);
				}
				return;
			}
		}
		switch (event->key()) {
		case Qt::Key_Return:
		case Qt::Key_Enter:
			if (current >= 0) {
				Q_EMIT opened(current);
			}
			return;
		case Qt::Key_I:
			if (current >= 0) {
				Q_EMIT userClicked(current, viewport()->mapToGlobal(nameRect(current).bottomLeft()));
			}
			return;
		case Qt::Key_U:
			Q_EMIT undoRequested();
			return;
		case Qt::Key_Escape:
		case Qt::Key_Backspace:
			if (selectionModel()->selectedIndexes().size() > 1) {
				clearSelection();
			} else {
				Q_EMIT backRequested();
			}
			return;
		default:
			break;
		}
	}
	QListView::keyPressEvent(event);
}

} // namespace lx::ui
