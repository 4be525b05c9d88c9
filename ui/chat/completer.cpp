#include "ui/chat/completer.hpp"

#include <QAccessible>
#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyledItemDelegate>

#include "ui/chat/colors.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

class SuggestionModel : public QAbstractListModel {
public:
	using QAbstractListModel::QAbstractListModel;

	void set(std::vector<Suggestion> &&list)
	{
		beginResetModel();
		list_ = std::move(list);
		endResetModel();
	}
	int rowCount(const QModelIndex & = {}) const override { return int(list_.size()); }
	QVariant data(const QModelIndex &index, int role) const override
	{
		const Suggestion &s = list_[size_t(index.row())];
		switch (role) {
		case Qt::DisplayRole:
			return s.label;
		case Qt::AccessibleTextRole:
			return s.detail.isEmpty() ? s.label : s.label + QStringLiteral(", ") + s.detail;
		case Qt::ToolTipRole:
			return Qt::convertFromPlainText(s.detail, Qt::WhiteSpaceNormal);
		default:
			return {};
		}
	}
	const std::vector<Suggestion> &list() const { return list_; }

private:
	std::vector<Suggestion> list_;
};

namespace {

constexpr int maxRows = 8;
constexpr int maxWidth = 460;
constexpr int padding = 6;

class SuggestionDelegate : public QStyledItemDelegate {
public:
	SuggestionDelegate(const SuggestionModel &model, QObject *parent) : QStyledItemDelegate(parent), model_(model)
	{
	}

	QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
	{
		return QSize(60, std::max(option.fontMetrics.height() + 6, Completion::pictureHeight + 4));
	}

	void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
	{
		const Suggestion &s = model_.list()[size_t(index.row())];
		const Theme theme = Theme::from(option.palette);
		const bool marked = option.state & QStyle::State_Selected;
		const QColor back = marked ? theme.selected(theme.base) : theme.base;
		painter->fillRect(option.rect, back);
		QRect room = option.rect.adjusted(padding, 0, -padding, 0);
		if (s.kind == Suggestion::Kind::Emote) {
			drawPicture(*painter, room, s.picture);
			room.setLeft(room.left() + Completion::pictureHeight * 2 + padding);
		}
		const QFontMetrics &metrics = option.fontMetrics;
		const QString label = metrics.elidedText(s.label, Qt::ElideRight, room.width());
		painter->setPen(theme.text);
		painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, label);
		room.setLeft(room.left() + metrics.horizontalAdvance(label) + 2 * padding);
		if (room.width() > 40) {
			painter->setPen(theme.mutedOn(back));
			painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
					  metrics.elidedText(s.detail, Qt::ElideRight, room.width()));
		}
	}

private:
	static void drawPicture(QPainter &painter, const QRect &room, const PictureRef &picture)
	{
		if (!picture || !picture->isReady()) {
			return;
		}
		const QImage &image = picture->frame();
		QSizeF size = image.deviceIndependentSize();
		size.scale(Completion::pictureHeight * 2, Completion::pictureHeight, Qt::KeepAspectRatio);
		const QRectF target(QPointF(room.left() + (Completion::pictureHeight * 2 - size.width()) / 2,
					    room.center().y() + 0.5 - size.height() / 2),
				    size);
		painter.setRenderHint(QPainter::SmoothPixmapTransform);
		painter.drawImage(target, image);
	}

	const SuggestionModel &model_;
};

} // namespace

Completer::Completer(const Context &context, Pictures &pictures, QPlainTextEdit *edit, QWidget *area)
	: QObject(edit), completion_(context, pictures), edit_(edit), area_(area), model_(new SuggestionModel(this)),
	  list_(new QListView(area))
{
	list_->setObjectName(QStringLiteral("livextremCompletion"));
	list_->setAccessibleName(context.text("Chat.Completion"));
	list_->setModel(model_);
	list_->setItemDelegate(new SuggestionDelegate(*model_, list_));
	list_->setFocusPolicy(Qt::NoFocus);
	list_->setUniformItemSizes(true);
	list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	list_->setFrameShape(QFrame::StyledPanel);
	list_->hide();
	edit_->installEventFilter(this);
	area_->installEventFilter(this);
	connect(list_, &QListView::clicked, this, [this](const QModelIndex &index) { take(index.row()); });
	connect(edit_, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT lineChanged(); });
	connect(edit_, &QPlainTextEdit::cursorPositionChanged, this, [this] {
		if (typing_) {
			update(false);
		} else {
			close();
		}
	});
	connect(&pictures, &Pictures::arrived, list_->viewport(), qOverload<>(&QWidget::update));
}

bool Completer::isOpen() const
{
	return list_->isVisibleTo(area_);
}

QString Completer::usage() const
{
	return stopped_ ? QString() : completion_.usage(edit_->toPlainText());
}

void Completer::close()
{
	list_->hide();
	model_->set({});
}

void Completer::stop()
{
	stopped_ = true;
	close();
}

bool Completer::eventFilter(QObject *object, QEvent *event)
{
	if (stopped_) {
		return false;
	}
	if (object == area_) {
		if (event->type() == QEvent::Resize && isOpen()) {
			place();
		}
		return false;
	}
	switch (event->type()) {
	case QEvent::KeyPress: {
		const auto *key = static_cast<QKeyEvent *>(event);
		/* Moving the cursor asks for nothing; writing and deleting does. */
		typing_ = (!key->text().isEmpty() && key->text()[0].isPrint()) || key->key() == Qt::Key_Backspace;
		return keyPressed(key->key(), key->modifiers());
	}
	case QEvent::InputMethod:
		typing_ = true;
		return false;
	case QEvent::FocusOut:
		close();
		return false;
	default:
		return false;
	}
}

bool Completer::keyPressed(int key, Qt::KeyboardModifiers modifiers)
{
	const bool plain =
		!(modifiers & (Qt::ShiftModifier | Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
	if (key == Qt::Key_Tab && plain) {
		if (isOpen()) {
			take(list_->currentIndex().row());
			return true;
		}
		const int cursor = edit_->textCursor().position();
		const bool word = cursor > 0 && !edit_->toPlainText()[cursor - 1].isSpace();
		if (word) {
			update(true);
			if (model_->rowCount() == 1) {
				take(0);
			}
		}
		/* Behind a blank, Tab leaves the line as everywhere. */
		return word;
	}
	if (!isOpen()) {
		return false;
	}
	switch (key) {
	case Qt::Key_Escape:
		dismissedAt_ = start_;
		close();
		return true;
	case Qt::Key_Up:
		move(-1);
		return true;
	case Qt::Key_Down:
		move(1);
		return true;
	case Qt::Key_PageUp:
		move(-maxRows);
		return true;
	case Qt::Key_PageDown:
		move(maxRows);
		return true;
	case Qt::Key_Return:
	case Qt::Key_Enter:
		if (moved_ && plain) {
			take(list_->currentIndex().row());
			return true;
		}
		close();
		return false;
	default:
		return false;
	}
}

void Completer::update(bool asked)
{
	if (stopped_ || edit_->isReadOnly()) {
		return;
	}
	const QTextCursor cursor = edit_->textCursor();
	Suggestions found = completion_.at(edit_->toPlainText(), cursor.position(), asked);
	if (found.start != dismissedAt_) {
		dismissedAt_ = -1;
	}
	if (cursor.hasSelection() || found.list.empty() || (!asked && dismissedAt_ >= 0)) {
		close();
		return;
	}
	open(std::move(found));
}

void Completer::open(Suggestions &&suggestions)
{
	start_ = suggestions.start;
	moved_ = false;
	model_->set(std::move(suggestions.list));
	list_->setCurrentIndex(model_->index(0));
	place();
	list_->show();
	list_->raise();
	list_->scrollToTop();
	announce();
}

void Completer::place()
{
	const int rowHeight = std::max(1, list_->sizeHintForRow(0));
	const int rows = std::min(model_->rowCount(), maxRows);
	/* above everything that belongs to the line: whom it answers, how the command is used */
	const QPoint line = edit_->parentWidget()->mapTo(area_, QPoint(0, 0));
	const int width = std::min(area_->width() - 2 * padding, maxWidth);
	const int height = std::min(rows * rowHeight + 2 * list_->frameWidth(), line.y() - padding);
	const int x = edit_->isRightToLeft() ? area_->width() - padding - width : padding;
	list_->setGeometry(x, line.y() - height - 2, width, height);
}

void Completer::move(int step)
{
	const int count = model_->rowCount();
	int row = list_->currentIndex().row() + step;
	if (step == 1 || step == -1) {
		row = (row + count) % count;
	}
	list_->setCurrentIndex(model_->index(std::clamp(row, 0, count - 1)));
	moved_ = true;
	announce();
}

/* The list has no focus, so a screen reader is told. */
void Completer::announce()
{
	if (!QAccessible::isActive()) {
		return;
	}
	const QString said = model_->data(list_->currentIndex(), Qt::AccessibleTextRole).toString();
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
	QAccessibleAnnouncementEvent event(edit_, said);
#else
	edit_->setAccessibleDescription(said);
	QAccessibleEvent event(edit_, QAccessible::DescriptionChanged);
#endif
	QAccessible::updateAccessibility(&event);
}

void Completer::take(int row)
{
	if (row < 0 || row >= model_->rowCount()) {
		return;
	}
	const QString insert = model_->list()[size_t(row)].insert;
	QTextCursor cursor = edit_->textCursor();
	const int end = cursor.position();
	/* what stands behind the cursor stays; one blank parts it */
	const QString text = edit_->toPlainText();
	const bool blank = end < text.size() && text[end] == u' ';
	typing_ = false;
	cursor.setPosition(start_);
	cursor.setPosition(end, QTextCursor::KeepAnchor);
	cursor.insertText(blank ? insert : insert + u' ');
	edit_->setTextCursor(cursor);
	close();
	edit_->setFocus(Qt::OtherFocusReason);
}

} // namespace lx::ui
