#include "ui/chat/view.hpp"

#include <algorithm>

#include <QDateTime>
#include <QPushButton>
#include <QScrollBar>

#include "ui/chat/colors.hpp"
#include "ui/chat/mark_strip.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/origins.hpp"
#include "ui/chat/view_accessible.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr int confirmMs = 4000;
constexpr int ageMs = 20000; /* how old a time told as "5m" may be */

} // namespace

ChatView::ChatView(ChatModel &model, const Text &text, QWidget *parent)
	: QAbstractItemView(parent), model_(model), text_(text), heights_(model.capacity()),
	  strip_(new MarkStrip(marks_, heights_, this)), pill_(new QPushButton(this))
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
	/* Not WA_OpaquePaintEvent: inside OBS's native docks Qt then draws the chat over what lies on top of it. */

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

	ageing_.setInterval(ageMs);
	ageing_.setTimerType(Qt::VeryCoarseTimer);
	connect(&ageing_, &QTimer::timeout, this, &ChatView::age);

	setUpMarks();
	restyle();
	setModel(&model_);
	takeMarks(model_.firstSeq(), model_.endSeq());
	connect(&model_, &ChatModel::waitingChanged, this, &ChatView::updatePill);
}

ChatView::~ChatView() = default;

/* --- style ------------------------------------------------------------------------------------------------------- */

void ChatView::setLook(const Look &look)
{
	look_ = look;
	placeMarks();
	restyle();
	watchKeys(pointerInside_ && look_.hold > Look::Hold::Hover);
	updateFollowing();
}

void ChatView::setOrigins(const Origins *origins)
{
	origins_ = origins;
	style_->origins = origins;
	connect(origins, &Origins::changed, this, [this] { forgetLayouts(nullptr); });
	forgetLayouts(nullptr);
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
	style_->showBadges = look_.showBadges;
	style_->origins = origins_;
	style_->deleted = look_.deleted;
	style_->density = look_.density;
	style_->shading = look_.shading;
	style_->discreet = look_.discreet;
	style_->nowMs = QDateTime::currentMSecsSinceEpoch();
	style_->setTime(look_.time, look_.showSeconds, text_);
	age();
	layouts_.clear();
	strip_->setTheme(style_->theme);
	setPictureOptions();
	forgetHeights();
	verticalScrollBar()->setSingleStep(style_->lineHeight);
	const QColor fill = style_->theme.highlight;
	pill_->setStyleSheet(
		QStringLiteral("QPushButton { border: none; border-radius: 13px; padding: 0 14px; min-height: 26px; "
			       "background: %1; color: %2; font-weight: bold; }")
			.arg(fill.name(), readable(Qt::white, fill).name()));
	invalidate();
}

/* Times that count from now are set anew while somebody looks. */
void ChatView::age()
{
	if (look_.time != RowStyle::Time::Relative || !isVisible()) {
		ageing_.stop();
		return;
	}
	style_->nowMs = QDateTime::currentMSecsSinceEpoch();
	layouts_.clear();
	if (!ageing_.isActive()) {
		ageing_.start();
	}
	invalidate();
}

void ChatView::changeEvent(QEvent *event)
{
	QAbstractItemView::changeEvent(event);
	if (style_ && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) {
		restyle();
	}
}

/* Several things may ask for it before anything is laid out: it is done once, then. */
void ChatView::forgetHeights()
{
	unestimated_ = true;
	dirty_ = true;
}

void ChatView::estimateAll()
{
	unestimated_ = false;
	const int width = viewport()->width();
	for (quint64 seq = model_.firstSeq(); seq < model_.endSeq(); seq++) {
		heights_.set(seq, style_->estimate(model_.row(seq), width));
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
	const ChatRow &row = model_.row(seq);
	QString said = plainLine(row, text_, false);
	if (!row.note.isEmpty() && row.note != row.caption) {
		said = row.note + QStringLiteral(" · ") + said;
	}
	const QString line = readTo() == seq ? text_("Chat.NewFromHere", {said}) : said;
	return row.highlight == LX_COLOR_NONE ? line : text_("Chat.HighlightedLine", {row.highlightName, line});
}

QString ChatView::toggleLabel(quint64 seq) const
{
	return text_(model_.row(seq).open ? "Chat.Fold.CloseTip" : "Chat.Fold.OpenTip");
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

/* Of a line on screen, and where that is; NULL elsewhere. */
const RowLayout *ChatView::shownLayout(quint64 seq, QPoint &top) const
{
	ensureLayout();
	const Visible *row = visible(seq);
	const auto layout = layouts_.find(seq);
	if (!row || layout == layouts_.end()) {
		return nullptr;
	}
	top = QPoint(0, row->top);
	return layout->second.get();
}

QRect ChatView::nameRect(quint64 seq) const
{
	QPoint top;
	const RowLayout *layout = shownLayout(seq, top);
	return layout ? layout->nameRect().translated(top) : QRect();
}

QRect ChatView::replyRect(quint64 seq) const
{
	QPoint top;
	const RowLayout *layout = shownLayout(seq, top);
	return layout ? layout->replyRect().translated(top) : QRect();
}

QRect ChatView::foldRect(quint64 seq) const
{
	QPoint top;
	const RowLayout *layout = shownLayout(seq, top);
	return layout ? layout->foldRect().translated(top) : QRect();
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

QRect ChatView::linkRect(quint64 seq, size_t n) const
{
	ensureLayout();
	const auto layout = layouts_.find(seq);
	const QRect rect = layout == layouts_.end() ? QRect() : layout->second->linkRect(n);
	return rect.isEmpty() ? rect : rect.translated(rectOf(seq).topLeft());
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
	if (nameRect(*spot.seq).contains(position)) {
		spot.part = Spot::Part::Name;
	} else if (replyRect(*spot.seq).contains(position)) {
		spot.part = Spot::Part::Reply;
	} else if (foldRect(*spot.seq).contains(position)) {
		spot.part = Spot::Part::Fold;
	} else if (const auto layout = layouts_.find(*spot.seq); layout != layouts_.end()) {
		spot.link = layout->second->linkAt(position - rectOf(*spot.seq).topLeft());
		spot.part = spot.link.isEmpty() ? Spot::Part::Line : Spot::Part::Link;
	}
	return spot;
}

} // namespace lx::ui
