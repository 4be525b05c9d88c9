#include "ui/chat/emote_picker.hpp"

#include <algorithm>

#include <QAbstractListModel>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "chat/emotes.h"
#include "ui/chat/completion.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int cell = 40;
constexpr int picture = 28;
constexpr const char *ownEmotesScope = "user:read:emotes";

} // namespace

/* Holds the set of names for as long as it shows them. */
class EmoteGrid : public QAbstractListModel {
public:
	EmoteGrid(struct lx_emotes *emotes, QObject *parent)
		: QAbstractListModel(parent), set_(emotes ? lx_emotes_acquire(emotes) : nullptr)
	{
		for (size_t i = 0; set_ && i < lx_emote_set_own_size(set_); i++) {
			all_.push_back(lx_emote_set_own_at(set_, i));
		}
		for (size_t i = 0; set_ && i < lx_emote_set_size(set_); i++) {
			all_.push_back(lx_emote_set_at(set_, i));
		}
		std::stable_sort(
			all_.begin(), all_.end(), [](const struct lx_named_emote *a, const struct lx_named_emote *b) {
				return std::pair(!a->of_channel, a->provider) < std::pair(!b->of_channel, b->provider);
			});
		filter({});
	}
	~EmoteGrid() override { lx_emote_set_release(set_); }

	void filter(const QString &words)
	{
		beginResetModel();
		shown_.clear();
		for (const struct lx_named_emote *emote : all_) {
			if (words.isEmpty() || QString::fromUtf8(emote->name).contains(words, Qt::CaseInsensitive)) {
				shown_.push_back(emote);
			}
		}
		endResetModel();
	}
	bool isEmpty() const { return all_.empty(); }
	const struct lx_named_emote &emote(const QModelIndex &index) const { return *shown_[size_t(index.row())]; }

	int rowCount(const QModelIndex & = {}) const override { return int(shown_.size()); }
	QVariant data(const QModelIndex &index, int role) const override
	{
		const struct lx_named_emote &e = emote(index);
		switch (role) {
		case Qt::DisplayRole:
		case Qt::AccessibleTextRole:
			return sanitizeName(e.name);
		case Qt::ToolTipRole:
			return Qt::convertFromPlainText(QStringLiteral("%1 (%2)").arg(sanitizeName(e.name),
										      providerName(e)),
							Qt::WhiteSpaceNormal);
		default:
			return {};
		}
	}

private:
	const struct lx_emote_set *set_;
	std::vector<const struct lx_named_emote *> all_, shown_;
};

namespace {

class EmoteDelegate : public QStyledItemDelegate {
public:
	EmoteDelegate(const EmoteGrid &model, Pictures &pictures, QObject *parent)
		: QStyledItemDelegate(parent), model_(model), pictures_(pictures)
	{
	}

	QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return QSize(cell, cell); }

	void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
	{
		const Theme theme = Theme::from(option.palette);
		const bool marked = option.state & QStyle::State_Selected;
		const bool under = option.state & QStyle::State_MouseOver;
		if (marked || under) {
			painter->setPen(Qt::NoPen);
			painter->setBrush(marked ? theme.selected(theme.base) : theme.hovered(theme.base));
			painter->setRenderHint(QPainter::Antialiasing);
			painter->drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 4, 4);
		}
		const PictureRef image = pictures_.emote(model_.emote(index), QSize(picture, picture));
		const QRectF room = QRectF(option.rect).adjusted(4, 4, -4, -4);
		if (image && image->isReady()) {
			QSizeF size = image->frame().deviceIndependentSize();
			size.scale(room.size(), Qt::KeepAspectRatio);
			QRectF target(QPointF(), size);
			target.moveCenter(room.center());
			painter->setRenderHint(QPainter::SmoothPixmapTransform);
			painter->drawImage(target, image->frame());
		} else {
			/* until it has arrived, or where it cannot be had: its name */
			painter->setPen(theme.muted);
			QFont small = option.font;
			small.setPointSizeF(std::max(5.0, small.pointSizeF() * 0.7));
			painter->setFont(small);
			painter->drawText(room, Qt::AlignCenter | Qt::TextWrapAnywhere, index.data().toString());
		}
	}

private:
	const EmoteGrid &model_;
	Pictures &pictures_;
};

} // namespace

EmotePicker::EmotePicker(const Context &context, Pictures &pictures, QWidget *parent)
	: QFrame(parent, Qt::Popup), model_(new EmoteGrid(context.core.emotes, this)), search_(new QLineEdit(this)),
	  grid_(new QListView(this)), empty_(mutedLabel(context.text("Chat.Emotes.None"), this))
{
	const Text &text = context.text;
	setAttribute(Qt::WA_DeleteOnClose);
	setFrameShape(QFrame::StyledPanel);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(6, 6, 6, 6);
	column->setSpacing(6);
	search_->setPlaceholderText(text("Chat.Emotes.Search"));
	search_->setAccessibleName(text("Chat.Emotes.Search"));
	search_->setClearButtonEnabled(true);
	column->addWidget(search_);
	grid_->setModel(model_);
	grid_->setItemDelegate(new EmoteDelegate(*model_, pictures, grid_));
	grid_->setAccessibleName(text("Chat.Emotes"));
	grid_->setViewMode(QListView::IconMode);
	grid_->setMovement(QListView::Static);
	grid_->setResizeMode(QListView::Adjust);
	grid_->setUniformItemSizes(true);
	grid_->setMouseTracking(true);
	grid_->setFrameShape(QFrame::NoFrame);
	column->addWidget(grid_, 1);
	column->addWidget(empty_);
	empty_->setVisible(model_->isEmpty());
	grid_->setVisible(!model_->isEmpty());
	const AccountInfo &account = context.session.account(LX_ACCOUNT_MAIN);
	if (account.signedIn() && !account.may(ownEmotesScope)) {
		auto *more = new QPushButton(text("Chat.Emotes.Own"), this);
		more->setToolTip(text("Permission.SignIn"));
		connect(more, &QPushButton::clicked, this, [this] {
			Q_EMIT permissionWanted(QString::fromLatin1(ownEmotesScope));
			close();
		});
		column->addWidget(more);
	}
	search_->installEventFilter(this);
	connect(search_, &QLineEdit::textChanged, this, [this](const QString &words) {
		model_->filter(words.trimmed());
		grid_->setCurrentIndex(model_->index(0));
	});
	connect(grid_, &QListView::clicked, this, &EmotePicker::choose);
	connect(grid_, &QListView::activated, this, &EmotePicker::choose);
	connect(&pictures, &Pictures::arrived, grid_->viewport(), qOverload<>(&QWidget::update));
	resize(std::min(330, std::max(260, parent->width() - 12)), 300);
}

void EmotePicker::choose(const QModelIndex &index)
{
	if (!index.isValid()) {
		return;
	}
	Q_EMIT chosen(QString::fromUtf8(model_->emote(index).name));
	/* With Shift, several are chosen one after the other. */
	if (!(QGuiApplication::keyboardModifiers() & Qt::ShiftModifier)) {
		close();
	}
}

/* From the search line, arrows lead into the pictures and Enter takes the marked one. */
bool EmotePicker::eventFilter(QObject *object, QEvent *event)
{
	if (event->type() == QEvent::KeyPress) {
		const int key = static_cast<QKeyEvent *>(event)->key();
		if (key == Qt::Key_Down) {
			grid_->setFocus(Qt::TabFocusReason);
			if (!grid_->currentIndex().isValid()) {
				grid_->setCurrentIndex(model_->index(0));
			}
			return true;
		}
		if (key == Qt::Key_Return || key == Qt::Key_Enter) {
			choose(grid_->currentIndex().isValid() ? grid_->currentIndex() : model_->index(0));
			return true;
		}
	}
	return QFrame::eventFilter(object, event);
}

void EmotePicker::showAbove(const QWidget *button)
{
	const QPoint corner = button->mapToGlobal(QPoint(button->width(), 0));
	const QScreen *screen = button->screen();
	const QRect room = screen ? screen->availableGeometry() : QRect(corner, size());
	const int x = std::clamp(corner.x() - width(), room.left(), std::max(room.left(), room.right() - width()));
	const int above = corner.y() - height() - 4;
	move(x, above >= room.top() ? above : corner.y() + button->height() + 4);
	show();
	search_->setFocus(Qt::PopupFocusReason);
}

} // namespace lx::ui
