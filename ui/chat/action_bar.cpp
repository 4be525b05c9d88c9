#include "ui/chat/action_bar.hpp"

#include <QCursor>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

#include "ui/chat/colors.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int margin = 6;
constexpr int pillRoom = 40; /* the button that leads to the newest line stays free */

} // namespace

ActionBar::ActionBar(const Text &text, QWidget *area, QWidget *parent)
	: QWidget(parent), area_(area), label_(plainLabel({}, this)), undo_(new QPushButton(text("Chat.Undo"), this)),
	  allow_(new QPushButton(text("Permission.Allow"), this))
{
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(10, 3, 5, 3);
	row->setSpacing(4);
	auto *close = new IconButton(Icon::Close, text("Dock.Close"), this);
	close->setFixedSize(24, 24);
	row->addWidget(label_, 1);
	row->addWidget(undo_);
	row->addWidget(allow_);
	row->addWidget(close);
	undo_->setFocusPolicy(Qt::TabFocus);
	allow_->setFocusPolicy(Qt::TabFocus);
	allow_->setToolTip(text("Permission.SignIn"));
	timer_.setSingleShot(true);
	timer_.setInterval(shownMs);
	connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
	connect(close, &QToolButton::clicked, this, &QWidget::hide);
	connect(undo_, &QPushButton::clicked, this, &ActionBar::undoRequested);
	connect(allow_, &QPushButton::clicked, this, [this] { Q_EMIT permissionRequested(scopes_); });
	area_->installEventFilter(this);
	hide();
}

void ActionBar::showAction(const ActionInfo &action)
{
	const bool undoable =
		action.state == LX_ACTION_DONE &&
		(action.kind == LX_ACTION_BAN || action.kind == LX_ACTION_TIMEOUT || action.kind == LX_ACTION_UNBAN);
	const Tone tone = action.state == LX_ACTION_FAILED ? Tone::Bad : Tone::Plain;
	present(action.sentence, tone, action.lacksScope ? Offer::Permission : undoable ? Offer::Undo : Offer::None);
}

void ActionBar::showNote(const QString &sentence, Tone tone)
{
	present(sentence, tone, Offer::None);
}

void ActionBar::showPermission(const QString &sentence, const QString &scopes)
{
	present(sentence, Tone::Warning, Offer::Permission);
	scopes_ = scopes;
}

void ActionBar::present(const QString &sentence, Tone tone, Offer offer)
{
	scopes_.clear();
	label_->setText(sentence);
	const QColor window = palette().color(QPalette::Window);
	QPalette colors = palette();
	colors.setColor(QPalette::WindowText, tone == Tone::Plain ? readable(colors.color(QPalette::WindowText), window)
								  : Theme::from(colors).tone(tone, window));
	label_->setPalette(colors);
	undo_->setVisible(offer == Offer::Undo);
	allow_->setVisible(offer == Offer::Permission);
	if (!isVisibleTo(parentWidget())) {
		const QPoint pointer = area_->mapFromGlobal(QCursor::pos());
		atBottom_ = area_->rect().contains(pointer) && pointer.y() < area_->height() / 2;
	}
	place();
	setVisible(!sentence.isEmpty());
	raise();
	timer_.start();
}

void ActionBar::place()
{
	/* It lies over the area, which is deeper inside the same parent. */
	const QRect area(area_->mapTo(parentWidget(), QPoint(0, 0)), area_->size());
	const int width = area.width() - 2 * margin;
	const int height = std::max(layout()->minimumHeightForWidth(width), layout()->heightForWidth(width));
	const int y = atBottom_ ? area.bottom() + 1 - height - pillRoom : area.top() + margin;
	setGeometry(area.left() + margin, y, width, height);
}

bool ActionBar::eventFilter(QObject *object, QEvent *event)
{
	if (object == area_ && (event->type() == QEvent::Resize || event->type() == QEvent::Move)) {
		place();
	}
	return QWidget::eventFilter(object, event);
}

void ActionBar::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	painter.setRenderHint(QPainter::Antialiasing);
	const QColor window = palette().color(QPalette::Window);
	painter.setBrush(window);
	painter.setPen(blend(window, palette().color(QPalette::WindowText), 0.3));
	painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

QString ActionBar::sentence() const
{
	return isVisibleTo(parentWidget()) ? label_->text() : QString();
}

} // namespace lx::ui
