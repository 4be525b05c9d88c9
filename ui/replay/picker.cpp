#include "ui/replay/picker.hpp"

#include <QDateTime>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/chat/colors.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int padding = 6;
constexpr int dotRoom = 20;

} // namespace

QString dateText(qint64 unixMs, const QLocale &locale)
{
	const QDateTime time = QDateTime::fromMSecsSinceEpoch(unixMs);
	return locale.toString(time.date(), QStringLiteral("ddd, ")) +
	       locale.toString(time.date(), QLocale::ShortFormat) + u' ' +
	       locale.toString(time.time(), QLocale::ShortFormat);
}

/* --- two lines --------------------------------------------------------------------------------------------------- */

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
	(void)index;
	return QSize(120, 2 * option.fontMetrics.height() + 2 * padding + 2);
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
	const Theme theme = Theme::from(option.palette);
	const bool selected = option.state & QStyle::State_Selected;
	const bool hovered = option.state & QStyle::State_MouseOver;
	const QColor background = selected  ? theme.selected(theme.base)
				  : hovered ? theme.hovered(theme.base)
					    : theme.base;
	const QRect area = option.rect;
	const int height = option.fontMetrics.height();
	painter->save();
	painter->fillRect(area, background);
	const QVariant tone = index.data(DotTone);
	if (tone.isValid()) {
		painter->setRenderHint(QPainter::Antialiasing);
		drawDot(*painter, QPointF(area.left() + padding + 5, area.top() + padding + height / 2.0), 4,
			theme.tone(Tone(tone.toInt())));
	}
	const QRect words = area.adjusted(padding + dotRoom - 4, padding, -padding, -padding);
	const auto line = [&](const QString &text, int top, const QColor &color, const QFont &font) {
		const QRect place(words.left(), words.top() + top, words.width(), height);
		painter->setFont(font);
		painter->setPen(color);
		painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
				  QFontMetrics(font).elidedText(text, Qt::ElideRight, place.width()));
	};
	QFont first = option.font;
	first.setWeight(QFont::DemiBold);
	line(index.data(Qt::DisplayRole).toString(), 0, readable(theme.text, background), first);
	line(index.data(SecondLine).toString(), height + 2, theme.mutedOn(background), option.font);
	if (option.state & QStyle::State_HasFocus) {
		painter->setPen(theme.tone(Tone::Accent));
		painter->setBrush(Qt::NoBrush);
		painter->drawRect(area.adjusted(0, 0, -1, -1));
	}
	painter->restore();
}

void TwoLineDelegate::updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
					   const QModelIndex &index) const
{
	(void)index;
	const int height = std::max(editor->sizeHint().height(), option.fontMetrics.height() + 6);
	editor->setGeometry(
		option.rect.adjusted(padding + dotRoom - 8, 2, -2, 0).adjusted(0, 0, 0, height - option.rect.height()));
}

/* --- the list ---------------------------------------------------------------------------------------------------- */

ReplayPicker::ReplayPicker(const Context &context, ReplaySource &source, QWidget *parent)
	: QWidget(parent), context_(context), text_(context.text), source_(source), locale_(context.language),
	  search_(new QLineEdit(this)), list_(new QListWidget(this)), empty_(mutedLabel(QString(), this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	auto *top = new QVBoxLayout;
	top->setContentsMargins(6, 6, 6, 6);
	top->addWidget(search_);
	column->addLayout(top);
	column->addWidget(list_, 1);
	column->addWidget(empty_, 1);
	search_->setPlaceholderText(text_("Replay.Search"));
	search_->setAccessibleName(text_("Replay.Search"));
	search_->setClearButtonEnabled(true);
	search_->installEventFilter(this);
	list_->setAccessibleName(text_("Replay.List"));
	list_->setItemDelegate(new TwoLineDelegate(list_));
	list_->setUniformItemSizes(true);
	list_->setMouseTracking(true);
	list_->setFrameShape(QFrame::NoFrame);
	list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
	list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	empty_->setAlignment(Qt::AlignCenter);
	empty_->setMargin(18);
	empty_->hide();
	setFocusProxy(list_);
	connect(search_, &QLineEdit::textChanged, this, &ReplayPicker::filter);
	const auto choose = [this](QListWidgetItem *entry) {
		const struct lx_replay_item &item = items_[entry->data(TwoLineDelegate::Index).toUInt()];
		Q_EMIT chosen(item.kind, item.id);
	};
	/* One click, as in a list of videos; Enter for the keyboard. */
	connect(list_, &QListWidget::itemClicked, this, choose);
	connect(list_, &QListWidget::itemActivated, this, choose);
}

void ReplayPicker::showEvent(QShowEvent *event)
{
	QWidget::showEvent(event);
	refresh();
}

bool ReplayPicker::eventFilter(QObject *object, QEvent *event)
{
	if (object == search_ && event->type() == QEvent::KeyPress) {
		const int key = static_cast<QKeyEvent *>(event)->key();
		if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
			list_->setFocus();
			if (!list_->currentItem() || list_->currentItem()->isHidden()) {
				for (int i = 0; i < list_->count(); i++) {
					if (!list_->item(i)->isHidden()) {
						list_->setCurrentRow(i);
						break;
					}
				}
			}
			return true;
		}
	}
	return QWidget::eventFilter(object, event);
}

void ReplayPicker::refresh()
{
	if (source_.isThere()) {
		source_.list([this](std::vector<struct lx_replay_item> &&items, const QString &why) {
			fill(std::move(items), why);
		});
	} else {
		fill({}, QString());
	}
}

void ReplayPicker::describe(QListWidgetItem *entry, size_t index)
{
	const struct lx_replay_item &item = items_[index];
	const ReplayCount &count = counts_[index];
	const bool stream = item.kind == LX_REPLAY_STREAM;
	const QString given = sanitizeText(item.title);
	QString title = stream ? given : QFileInfo(given).fileName();
	if (title.isEmpty()) {
		title = text_(stream ? "Replay.Stream" : "Replay.Recording");
	}
	QStringList parts{dateText(item.begin_ms, locale_), text_.duration(std::max<qint64>(item.length_ms / 1000, 0))};
	if (item.running) {
		parts << text_("Replay.Running");
	}
	if (item.files > 1) {
		parts << text_("Replay.Files", {QString::number(item.files)});
	}
	if (count.messages >= 0) {
		parts << text_("Replay.Messages", {locale_.toString(count.messages)});
	}
	if (count.gaps > 0) {
		parts << text_("Replay.Gaps", {QString::number(count.gaps)});
	}
	const QString second = parts.join(QStringLiteral(" · "));
	const QString kind = text_(stream ? "Replay.Stream" : "Replay.Recording");
	entry->setText(title);
	entry->setData(TwoLineDelegate::SecondLine, second);
	entry->setData(TwoLineDelegate::DotTone, int(stream ? Tone::Purple : Tone::Bad));
	entry->setData(TwoLineDelegate::Index, uint(index));
	entry->setData(Qt::AccessibleTextRole, QStringList{kind, title, second}.join(QStringLiteral(", ")));
	entry->setToolTip(Qt::convertFromPlainText(
		kind + u'\n' + (stream ? title : withoutHome(given)) + u'\n' + second, Qt::WhiteSpaceNormal));
}

void ReplayPicker::fill(std::vector<struct lx_replay_item> &&items, const QString &why)
{
	const int row = list_->currentRow();
	std::vector<ReplayCount> counts(items.size());
	for (size_t i = 0; i < items.size(); i++) {
		for (size_t j = 0; j < items_.size(); j++) {
			if (items_[j].kind == items[i].kind && items_[j].id == items[i].id && !items[i].running) {
				counts[i] = counts_[j];
			}
		}
	}
	items_ = std::move(items);
	counts_ = std::move(counts);
	list_->clear();
	for (size_t i = 0; i < items_.size(); i++) {
		auto *entry = new QListWidgetItem;
		describe(entry, i);
		list_->addItem(entry);
	}
	list_->setCurrentRow(std::clamp(row, 0, std::max(0, list_->count() - 1)));
	empty_->setText(!why.isEmpty() ? why
				       : text_(context_.flag(LX_SETTING_CHAT_LOG) ? "Replay.Empty" : "Replay.Off"));
	empty_->setVisible(items_.empty());
	list_->setVisible(!items_.empty());
	search_->setVisible(!items_.empty());
	filter();
	counting_ = 0;
	countNext();
}

void ReplayPicker::filter()
{
	const QStringList words = search_->text().split(u' ', Qt::SkipEmptyParts);
	for (int i = 0; i < list_->count(); i++) {
		QListWidgetItem *entry = list_->item(i);
		const struct lx_replay_item &item = items_[size_t(i)];
		const QString all = entry->data(Qt::AccessibleTextRole).toString() + u' ' +
				    QString::fromUtf8(item.channel) + u' ' + QString::fromUtf8(item.title) + u' ' +
				    QDateTime::fromMSecsSinceEpoch(item.begin_ms).toString(Qt::ISODate);
		entry->setHidden(!std::all_of(words.begin(), words.end(), [&all](const QString &word) {
			return all.contains(word, Qt::CaseInsensitive);
		}));
	}
}

/* One after the other, so that nobody else waits for the log. */
void ReplayPicker::countNext()
{
	while (counting_ < items_.size() && counts_[counting_].messages >= 0) {
		counting_++;
	}
	if (counting_ == items_.size() || !isVisible() || !source_.isThere()) {
		return;
	}
	const size_t index = counting_++;
	const struct lx_replay_item item = items_[index];
	source_.count(item, [this, index, item](const ReplayCount &count) {
		if (index < items_.size() && items_[index].kind == item.kind && items_[index].id == item.id) {
			counts_[index] = count;
			describe(list_->item(int(index)), index);
		}
		countNext();
	});
}

} // namespace lx::ui
