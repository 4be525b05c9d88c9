/* What the user does to the list: pointer, keys, actions. */
#include "ui/chat/view.hpp"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QToolTip>

#include "ui/chat/model.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int doubleClickGuardMs = 350; /* a hasty double click is no answer to "sure?" */
constexpr int parkedSlack = 6;          /* pixels the pointer may tremble */

/* A key's own event does not count it on every system. */
Qt::KeyboardModifiers modifiersAfter(const QKeyEvent &event)
{
	const Qt::KeyboardModifier own = event.key() == Qt::Key_Alt       ? Qt::AltModifier
					 : event.key() == Qt::Key_Control ? Qt::ControlModifier
					 : event.key() == Qt::Key_Shift   ? Qt::ShiftModifier
									  : Qt::NoModifier;
	return event.modifiers().setFlag(own, own && event.type() == QEvent::KeyPress);
}

qint64 nowMs()
{
	static const QElapsedTimer timer = [] {
		QElapsedTimer t;
		t.start();
		return t;
	}();
	return timer.elapsed();
}

} // namespace

/* --- pointer ----------------------------------------------------------------------------------------------------- */

void ChatView::updateRow(std::optional<quint64> seq)
{
	if (seq && visible(*seq)) {
		viewport()->update(rectOf(*seq).adjusted(0, -2, 0, 2));
	}
}

void ChatView::pointerMoved(const QPoint &position)
{
	pointer_ = position;
	if (pointerParked_) {
		if ((position - *pointerParked_).manhattanLength() <= parkedSlack) {
			return;
		}
		pointerParked_.reset();
	}
	const Spot spot = spotAt(position);
	/* Over the empty room above the first lines there is nothing to hold still. */
	const bool changed = pointerInside_ != spot.seq.has_value();
	pointerInside_ = spot.seq.has_value();
	watchKeys(pointerInside_ && look_.hold > Look::Hold::Hover);
	if (!(spot == hovered_)) {
		const std::optional<quint64> before = hovered_.seq;
		hovered_ = spot;
		if (before != spot.seq) {
			dirty_ = true; /* colours depend on the background */
			pickAnchor();
			placePill();
		}
		updateRow(before);
		updateRow(spot.seq);
		viewport()->setCursor(spot.action != RowAction::None || spot.part != Spot::Part::Line
					      ? Qt::PointingHandCursor
					      : Qt::ArrowCursor);
	}
	if (changed) {
		updateFollowing();
	}
}

void ChatView::pointerLeft()
{
	watchKeys(false);
	if (!pointerInside_ && !hovered_.seq) {
		pointerParked_.reset();
		return;
	}
	const std::optional<quint64> before = hovered_.seq;
	pointerInside_ = false;
	hovered_ = {};
	pressed_ = {};
	dirty_ = true;
	placePill();
	updateRow(before);
	updateFollowing();
}

/* Whether the pointer over the lines holds them. */
bool ChatView::holdsStill() const
{
	return look_.hold == Look::Hold::Hover || (look_.hold > Look::Hold::Hover && keyHeld_);
}

/* Keys go to whoever has the focus: while the pointer is over the lines, they are looked at on their way. */
void ChatView::watchKeys(bool watch)
{
	if (watch == watchesKeys_) {
		return;
	}
	watchesKeys_ = watch;
	if (watch) {
		qApp->installEventFilter(this);
		takeModifiers(QGuiApplication::queryKeyboardModifiers());
	} else {
		qApp->removeEventFilter(this);
		keyHeld_ = false;
	}
}

void ChatView::takeModifiers(Qt::KeyboardModifiers modifiers)
{
	const Qt::KeyboardModifier wanted = look_.hold == Look::Hold::Alt       ? Qt::AltModifier
					    : look_.hold == Look::Hold::Control ? Qt::ControlModifier
										: Qt::ShiftModifier;
	const bool held = modifiers & wanted;
	if (held != keyHeld_) {
		keyHeld_ = held;
		updateFollowing();
	}
}

bool ChatView::eventFilter(QObject *object, QEvent *event)
{
	if (watchesKeys_) {
		switch (event->type()) {
		case QEvent::KeyPress:
		case QEvent::KeyRelease:
		case QEvent::ApplicationStateChange: /* whoever leaves OBS with Alt+Tab lets the key go elsewhere */
			takeModifiers(event->type() == QEvent::ApplicationStateChange
					      ? Qt::NoModifier
					      : modifiersAfter(*static_cast<QKeyEvent *>(event)));
			break;
		default:
			break;
		}
	}
	if (object == pill_ && event->type() == QEvent::Leave) {
		QTimer::singleShot(0, this, [this] {
			if (!viewport()->underMouse() && !pill_->underMouse()) {
				pointerLeft();
			}
		});
	}
	return QAbstractItemView::eventFilter(object, event);
}

bool ChatView::viewportEvent(QEvent *event)
{
	switch (event->type()) {
	case QEvent::Leave:
		/* The button that leads on lies over the lines: going to it is not leaving them. */
		QTimer::singleShot(0, this, [this] {
			if (!pill_->underMouse() && !viewport()->underMouse()) {
				pointerLeft();
			}
		});
		return true;
	case QEvent::HoverEnter:
	case QEvent::HoverMove:
	case QEvent::HoverLeave:
		return true; /* the base class would repaint whole rows for these */
	case QEvent::ToolTip: {
		const auto *help = static_cast<QHelpEvent *>(event);
		return tooltip(help->pos(), help->globalPos());
	}
	default:
		return QAbstractItemView::viewportEvent(event);
	}
}

bool ChatView::tooltip(const QPoint &position, const QPoint &global)
{
	const Spot spot = spotAt(position);
	QString tip;
	if (spot.action != RowAction::None) {
		tip = actionLabel(spot.action, rules_, text_);
		if (const Qt::Key key = actionKey(spot.action)) {
			tip += QStringLiteral(" (%1)").arg(QKeySequence(key).toString(QKeySequence::NativeText));
		}
		if (!rules_.allows(spot.action)) {
			tip += u'\n' + rules_.whyNot(spot.action);
		}
	} else if (spot.part == Spot::Part::Reply) {
		const ChatRow &line = model_.row(*spot.seq);
		tip = text_("Chat.ReplyTip", {line.replyName, look_.discreet && line.replyGone ? text_("Chat.Removed")
											       : line.replyText});
	} else if (spot.part == Spot::Part::Fold) {
		tip = text_(model_.row(*spot.seq).open ? "Chat.Fold.CloseTip" : "Chat.Fold.OpenTip");
	} else if (spot.part == Spot::Part::Name) {
		tip = text_("Chat.NameTip", {model_.row(*spot.seq).name});
	} else if (spot.seq) {
		const auto layout = layouts_.find(*spot.seq);
		const Visible *row = visible(*spot.seq);
		if (layout != layouts_.end() && row) {
			const ChatRow &line = model_.row(*spot.seq);
			const QPoint inRow = position - QPoint(0, row->top);
			if (layout->second->noteRect().contains(inRow)) {
				tip = line.note;
			} else if (const Badge *badge = layout->second->badgeAt(inRow, line, *style_)) {
				const QString title = pictures_ && badge->kind == BadgeKind::Other
							      ? pictures_->badgeTitle(badge->key)
							      : QString();
				tip = title.isEmpty() ? badgeLabel(*badge, text_) : title;
			} else if (const InlinePicture *picture = layout->second->pictureAt(inRow)) {
				tip = text_("Chat.EmoteTip", {picture->name, picture->provider});
			}
		}
	}
	/* Plain text, whatever somebody calls himself. */
	tip.isEmpty() ? QToolTip::hideText()
		      : QToolTip::showText(global, Qt::convertFromPlainText(tip, Qt::WhiteSpaceNormal), viewport());
	return true;
}

void ChatView::mousePressEvent(QMouseEvent *event)
{
	const QPoint position = event->position().toPoint();
	pointerParked_.reset();
	pointerMoved(position);
	if (event->button() != Qt::LeftButton) {
		return;
	}
	pressed_ = spotAt(position);
	updateRow(pressed_.seq);
	event->accept();
}

void ChatView::mouseMoveEvent(QMouseEvent *event)
{
	pointerMoved(event->position().toPoint());
	if (watchesKeys_) { /* where OBS has no focus, keys are seen this way only */
		takeModifiers(event->modifiers());
	}
}

void ChatView::mouseDoubleClickEvent(QMouseEvent *event)
{
	mousePressEvent(event);
}

void ChatView::mouseReleaseEvent(QMouseEvent *event)
{
	if (event->button() != Qt::LeftButton) {
		return;
	}
	const Spot spot = spotAt(event->position().toPoint());
	const Spot pressed = pressed_;
	pressed_ = {};
	updateRow(pressed.seq);
	/* A press and a release on different things is a change of mind. */
	if (!pressed.seq || !(pressed == spot)) {
		return;
	}
	if (pressed.action != RowAction::None) {
		request(pressed.action, *pressed.seq);
	} else if (pressed.part == Spot::Part::Name) {
		Q_EMIT userClicked(*pressed.seq, event->globalPosition().toPoint());
	} else if (pressed.part == Spot::Part::Reply) {
		Q_EMIT threadWanted(*pressed.seq);
	} else if (pressed.part == Spot::Part::Fold) {
		toggle(*pressed.seq);
	} else if (pressed.part == Spot::Part::Link) {
		Q_EMIT linkClicked(pressed.link);
	} else {
		select(selectedSeq() == pressed.seq ? std::nullopt : pressed.seq);
	}
}

void ChatView::toggle(quint64 seq)
{
	if (!model_.contains(seq)) {
		return;
	}
	if (!following_) {
		pickAnchor();
	}
	model_.setOpen(seq, !model_.row(seq).open);
	if (QAccessible::isActive()) {
		QAccessibleEvent event(this, QAccessible::NameChanged);
		event.setChild(int(seq - linesOnScreen().first));
		QAccessible::updateAccessibility(&event);
	}
}

void ChatView::contextMenuEvent(QContextMenuEvent *event)
{
	std::optional<quint64> seq;
	QPoint global = event->globalPos();
	if (event->reason() == QContextMenuEvent::Keyboard) {
		seq = targetSeq();
		if (seq) {
			global = viewport()->mapToGlobal(rectOf(*seq).center());
		}
	} else {
		seq = seqAt(viewport()->mapFromGlobal(global));
	}
	if (seq) {
		Q_EMIT menuRequested(*seq, global);
	}
}

/* --- selection and keys ------------------------------------------------------------------------------------------ */

std::optional<quint64> ChatView::selectedSeq() const
{
	const QModelIndex index = currentIndex();
	return index.isValid() ? std::optional(model_.firstSeq() + quint64(index.row())) : std::nullopt;
}

std::optional<quint64> ChatView::targetSeq() const
{
	const std::optional<quint64> selected = selectedSeq();
	return selected ? selected : hovered_.seq;
}

void ChatView::select(std::optional<quint64> seq)
{
	const QModelIndex index = seq && model_.contains(*seq) ? model_.index(int(*seq - model_.firstSeq()))
							       : QModelIndex();
	selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
	if (!index.isValid()) {
		selectionModel()->clear();
	}
}

void ChatView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
	(void)previous;
	if (confirming_ != RowAction::None && (!current.isValid() || selectedSeq() != confirmingSeq_)) {
		stopAsking();
	}
	updateFollowing();
	scrollTo(current);
	invalidate();
	if (QAccessible::isActive() && current.isValid()) {
		QAccessibleEvent event(this, QAccessible::Focus);
		event.setChild(int(*selectedSeq() - linesOnScreen().first));
		QAccessible::updateAccessibility(&event);
	}
}

void ChatView::selectStep(int step)
{
	ensureLayout();
	const std::optional<quint64> selected = selectedSeq();
	if (!selected) {
		if (step < 0) {
			for (auto row = visible_.rbegin(); row != visible_.rend(); ++row) {
				if (row->top + row->height <= viewport()->height()) {
					select(row->seq);
					return;
				}
			}
		}
		return;
	}
	if (step > 0 && *selected + quint64(step) >= model_.endSeq()) {
		resume();
		return;
	}
	const qint64 wanted = qint64(*selected) + step;
	select(quint64(std::max(wanted, qint64(model_.firstSeq()))));
}

QModelIndex ChatView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
	(void)modifiers;
	const int row = currentIndex().isValid() ? currentIndex().row() : model_.rowCount();
	switch (action) {
	case MoveUp:
	case MovePrevious:
		return model_.index(row - 1);
	case MoveDown:
	case MoveNext:
		return model_.index(row + 1);
	default:
		return currentIndex();
	}
}

void ChatView::keyPressEvent(QKeyEvent *event)
{
	if (event->matches(QKeySequence::Copy)) {
		if (targetSeq()) {
			Q_EMIT copyRequested(*targetSeq());
		}
		return;
	}
	if (event->matches(QKeySequence::Undo)) {
		Q_EMIT undoRequested();
		return;
	}
	if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
		event->ignore();
		return;
	}
	const int key = event->key() == Qt::Key_Delete ? Qt::Key_D : event->key();
	for (const RowAction action : {RowAction::Reply, RowAction::Delete, RowAction::Timeout1, RowAction::Timeout2,
				       RowAction::Timeout3, RowAction::Ban, RowAction::Allow, RowAction::Deny}) {
		if (key == actionKey(action)) {
			if (targetSeq() && !event->isAutoRepeat()) {
				request(action, *targetSeq());
			}
			return;
		}
	}
	QScrollBar *bar = verticalScrollBar();
	switch (event->key()) {
	case Qt::Key_Up:
		selectStep(-1);
		break;
	case Qt::Key_Down:
		selectStep(1);
		break;
	case Qt::Key_PageUp:
		bar->triggerAction(QAbstractSlider::SliderPageStepSub);
		break;
	case Qt::Key_PageDown:
		bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
		break;
	case Qt::Key_Home:
		bar->triggerAction(QAbstractSlider::SliderToMinimum);
		break;
	case Qt::Key_End:
	case Qt::Key_Escape:
		resume();
		break;
	case Qt::Key_Space:
		if (!event->isAutoRepeat()) {
			paused_ ? resume() : setPaused(true);
		}
		break;
	case Qt::Key_O:
		if (targetSeq() && !event->isAutoRepeat()) {
			const std::vector<Link> links = findLinks(model_.row(*targetSeq()).text);
			if (!links.empty()) {
				Q_EMIT linkClicked(links.front().url);
			}
		}
		break;
	case Qt::Key_M:
		stepToMark(event->modifiers() & Qt::ShiftModifier ? 1 : -1);
		break;
	case Qt::Key_U:
		if (!event->isAutoRepeat()) {
			Q_EMIT undoRequested();
		}
		break;
	case Qt::Key_T:
		if (targetSeq() && !event->isAutoRepeat()) {
			Q_EMIT threadWanted(*targetSeq());
		}
		break;
	case Qt::Key_Left:
	case Qt::Key_Right:
		if (targetSeq() && model_.row(*targetSeq()).open == (event->key() == Qt::Key_Left)) {
			toggle(*targetSeq());
		}
		break;
	case Qt::Key_Return:
	case Qt::Key_Enter:
		if (targetSeq() && model_.row(*targetSeq()).canOpen()) {
			toggle(*targetSeq());
		} else if (targetSeq() && model_.row(*targetSeq()).hasAuthor()) {
			Q_EMIT userClicked(*targetSeq(), viewport()->mapToGlobal(nameRect(*targetSeq()).bottomLeft()));
		}
		break;
	default:
		event->ignore(); /* not the base class: it would search for lines that begin with the letter */
	}
}

/* --- actions ----------------------------------------------------------------------------------------------------- */

void ChatView::request(RowAction action, quint64 seq)
{
	if (!model_.contains(seq) || !actionFits(action, model_.row(seq), rules_)) {
		return;
	}
	if (!rules_.allows(action)) {
		Q_EMIT actionRefused(rules_.whyNot(action));
		return;
	}
	const bool harmless = action == RowAction::Reply || action == RowAction::Unban || action == RowAction::Allow ||
			      action == RowAction::Deny;
	const bool own = !rules_.ownUserId.isEmpty() && model_.row(seq).userId == rules_.ownUserId;
	if (harmless || own || !model_.row(seq).isProtected()) {
		stopAsking();
		Q_EMIT actionRequested(action, seq);
		return;
	}
	if (confirming_ == action && confirmingSeq_ == seq) {
		if (nowMs() - askedAtMs_ >= doubleClickGuardMs) {
			stopAsking();
			Q_EMIT actionRequested(action, seq);
		}
		return;
	}
	ask(action, seq);
}

void ChatView::ask(RowAction action, quint64 seq)
{
	stopAsking();
	confirming_ = action;
	confirmingSeq_ = seq;
	askedAtMs_ = nowMs();
	confirmTimer_.start();
	updateRow(seq);
	const QString question =
		text_("Chat.Button.SureAbout", {actionLabel(action, rules_, text_), model_.row(seq).name});
	Q_EMIT actionRefused(question);
}

void ChatView::stopAsking()
{
	confirmTimer_.stop();
	if (confirming_ == RowAction::None) {
		return;
	}
	confirming_ = RowAction::None;
	updateRow(confirmingSeq_);
}

} // namespace lx::ui
