#include "ui/replay/marker_list.hpp"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/chat/sanitize.hpp"
#include "ui/replay/picker.hpp"
#include "ui/replay/time_text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

QString markerLabel(const struct lx_marker &marker, const Text &text)
{
	struct dstr label = {};
	lx_marker_label(text.catalogue(), &marker, &label);
	const QString clean = sanitizeText(label.array ? label.array : "");
	dstr_free(&label);
	return clean;
}

MarkerList::MarkerList(const Text &text, QWidget *parent)
	: QWidget(parent), text_(text), list_(new QListWidget(this)),
	  empty_(mutedLabel(text("Replay.NoMarkers"), this)), add_(new QToolButton(this)),
	  menu_(new IconButton(Icon::Menu, text("Replay.Menu"), this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	auto *head = new QHBoxLayout;
	head->setContentsMargins(8, 2, 4, 2);
	auto *title = titleLabel(text("Replay.Markers"), this);
	title->setWordWrap(false);
	head->addWidget(title, 1);
	add_->setText(text("Replay.AddMarker"));
	add_->setAutoRaise(true);
	add_->setCursor(Qt::PointingHandCursor);
	add_->setToolTip(text("Replay.AddMarkerTip"));
	head->addWidget(add_);
	head->addWidget(menu_);
	column->addLayout(head);
	column->addWidget(list_, 1);
	column->addWidget(empty_, 1);
	empty_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
	empty_->setMargin(8);
	empty_->setMinimumHeight(3 * fontMetrics().lineSpacing() + 16);
	list_->setAccessibleName(text("Replay.Markers"));
	list_->setItemDelegate(new TwoLineDelegate(list_));
	list_->setUniformItemSizes(true);
	list_->setMouseTracking(true);
	list_->setFrameShape(QFrame::NoFrame);
	list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
	list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	list_->setEditTriggers(QAbstractItemView::EditKeyPressed);
	list_->installEventFilter(this);
	list_->setContextMenuPolicy(Qt::CustomContextMenu);
	connect(add_, &QToolButton::clicked, this, &MarkerList::addWanted);
	connect(menu_, &QToolButton::clicked, this,
		[this] { Q_EMIT menuWanted(menu_->mapToGlobal(QPoint(0, menu_->height()))); });
	const auto jump = [this](QListWidgetItem *entry) {
		Q_EMIT jumpWanted(list_->row(entry));
	};
	connect(list_, &QListWidget::itemClicked, this, jump);
	connect(list_, &QListWidget::itemActivated, this, jump);
	connect(list_, &QListWidget::itemChanged, this, [this](QListWidgetItem *entry) {
		const int row = list_->row(entry);
		if (!filling_ && replay_ && size_t(row) < replay_->marker_count) {
			Q_EMIT renamed(replay_->markers[row].marker.id, entry->text());
		}
	});
	connect(list_, &QListWidget::customContextMenuRequested, this, [this](const QPoint &at) {
		if (!list_->itemAt(at)) {
			return;
		}
		auto *menu = new QMenu(this);
		menu->setAttribute(Qt::WA_DeleteOnClose);
		connect(menu->addAction(text_("Replay.Rename") + QStringLiteral("\tF2")), &QAction::triggered, this,
			&MarkerList::rename);
		connect(menu->addAction(text_("Replay.Remove") + u'\t' +
					QKeySequence(Qt::Key_Delete).toString(QKeySequence::NativeText)),
			&QAction::triggered, this, &MarkerList::remove);
		menu->popup(list_->viewport()->mapToGlobal(at));
	});
}

void MarkerList::setReplay(const ReplayRef &replay)
{
	const QString current = list_->currentItem() ? list_->currentItem()->data(Qt::UserRole).toString() : QString();
	replay_ = replay;
	filling_ = true;
	list_->clear();
	for (size_t i = 0; replay && i < replay->marker_count; i++) {
		const struct lx_marker_place &place = replay->markers[i];
		const struct lx_marker &marker = place.marker;
		QStringList times;
		if (place.stream_ms >= 0) {
			times << text_("Replay.InStream", {timeText(place.stream_ms)});
		}
		if (place.file_ms >= 0) {
			times << text_("Replay.InRecording", {timeText(place.file_ms)});
		}
		if (*marker.twitch_id) {
			times << text_("Replay.OnTwitch");
		}
		auto *entry = new QListWidgetItem(markerLabel(marker, text_));
		entry->setFlags(entry->flags() | Qt::ItemIsEditable);
		entry->setData(Qt::UserRole, QString::number(marker.id));
		entry->setData(TwoLineDelegate::SecondLine, times.join(QStringLiteral(" · ")));
		entry->setData(TwoLineDelegate::DotTone, int(marker.kind == LX_MARKER_MANUAL  ? Tone::Good
							     : marker.kind == LX_MARKER_WORDS ? Tone::Purple
											      : Tone::Orange));
		entry->setData(Qt::AccessibleTextRole,
			       QStringList{entry->text(), times.join(QStringLiteral(", "))}.join(QStringLiteral(", ")));
		list_->addItem(entry);
		if (!current.isEmpty() && current == QString::number(marker.id)) {
			list_->setCurrentItem(entry);
		}
	}
	filling_ = false;
	current_ = -1;
	const bool any = list_->count() > 0;
	list_->setVisible(any);
	empty_->setVisible(!any);
}

int MarkerList::setMoment(qint64 unixMs)
{
	int last = -1;
	for (size_t i = 0; replay_ && i < replay_->marker_count && replay_->markers[i].marker.at_ms <= unixMs; i++) {
		last = int(i);
	}
	if (last != current_) {
		current_ = last;
		/* Who is choosing there is not disturbed. */
		if (last >= 0 && !list_->hasFocus()) {
			list_->setCurrentRow(last);
			list_->scrollToItem(list_->item(last));
		}
	}
	return last;
}

void MarkerList::rename()
{
	if (QListWidgetItem *entry = list_->currentItem()) {
		list_->editItem(entry);
	}
}

void MarkerList::remove()
{
	const int row = list_->currentRow();
	if (replay_ && row >= 0 && size_t(row) < replay_->marker_count) {
		Q_EMIT removed(replay_->markers[row].marker.id, list_->item(row)->text());
	}
}

bool MarkerList::eventFilter(QObject *object, QEvent *event)
{
	if (object == list_ && event->type() == QEvent::KeyPress) {
		const int key = static_cast<QKeyEvent *>(event)->key();
		if (key == Qt::Key_Delete || key == Qt::Key_Backspace) {
			remove();
			return true;
		}
	}
	return QWidget::eventFilter(object, event);
}

} // namespace lx::ui
