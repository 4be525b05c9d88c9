#include "ui/chat/pin_banner.hpp"

#include <algorithm>

#include <QDateTime>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/chat/sanitize.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int barWidth = 3;

} // namespace

PinBanner::PinBanner(Context &context, QWidget *parent)
	: QWidget(parent), context_(context), line_(new ElidedLabel(this)), whole_(plainLabel({}, this)),
	  detail_(mutedLabel({}, this)), unpin_(new IconButton(Icon::Unpin, context.text("Pin.Unpin"), this)),
	  close_(new IconButton(Icon::Close, context.text("Pin.Close"), this))
{
	setObjectName(QStringLiteral("livextremPin"));
	setFocusPolicy(Qt::TabFocus);
	setCursor(Qt::PointingHandCursor);
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(10 + barWidth, 4, 4, 4);
	row->setSpacing(2);
	auto *column = new QVBoxLayout;
	column->setSpacing(1);
	column->addWidget(line_);
	column->addWidget(whole_);
	column->addWidget(detail_);
	row->addLayout(column, 1);
	for (IconButton *button : {unpin_, close_}) {
		button->setFixedSize(24, 24);
		button->setCursor(Qt::ArrowCursor);
		row->addWidget(button, 0, Qt::AlignTop);
	}
	end_.setSingleShot(true);
	connect(&end_, &QTimer::timeout, this, &PinBanner::update);
	connect(unpin_, &QToolButton::clicked, this, [this] { Q_EMIT unpinWanted(context_.session.pin().messageId); });
	connect(close_, &QToolButton::clicked, this, [this] {
		closed_ = context_.session.pin().messageId;
		update();
	});
	connect(&context.session, &Session::pinChanged, this, &PinBanner::update);
	update();
}

void PinBanner::setMayUnpin(bool may)
{
	mayUnpin_ = may;
	unpin_->setVisible(may);
}

void PinBanner::toggle()
{
	expanded_ = !expanded_;
	update();
}

void PinBanner::update()
{
	const PinInfo &pin = context_.session.pin();
	const qint64 left = pin.endsMs ? pin.endsMs - context_.nowMs() : 1;
	const bool shown = !pin.messageId.isEmpty() && pin.messageId != closed_ && left > 0;
	end_.stop();
	if (!shown) {
		hide();
		return;
	}
	if (pin.endsMs) {
		end_.start(int(std::min<qint64>(left, 24 * 3600 * 1000)));
	}
	const QString said = context_.text("Pin.Line", {isolated(pin.name), isolated(pin.text)});
	line_->setText(said);
	whole_->setText(said);
	line_->setVisible(!expanded_);
	whole_->setVisible(expanded_);
	QStringList detail;
	if (!pin.by.isEmpty()) {
		detail << context_.text("Pin.By", {isolated(pin.by)});
	}
	detail << (pin.endsMs ? context_.text(
					"Pin.Until",
					{QDateTime::fromMSecsSinceEpoch(pin.endsMs).toString(QStringLiteral("HH:mm"))})
			      : context_.text("Pin.UntilEnd"));
	detail_->setText(detail.join(QStringLiteral(" · ")));
	detail_->setVisible(expanded_);
	setAccessibleName(context_.text("Pin.Name"));
	setAccessibleDescription(said + QStringLiteral(" · ") + detail_->text());
	setToolTip(expanded_ ? QString() : context_.text("Pin.Tip"));
	unpin_->setVisible(mayUnpin_);
	show();
	updateGeometry();
	QWidget::update();
}

void PinBanner::mouseReleaseEvent(QMouseEvent *event)
{
	if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) {
		toggle();
	}
}

void PinBanner::keyPressEvent(QKeyEvent *event)
{
	switch (event->key()) {
	case Qt::Key_Return:
	case Qt::Key_Enter:
	case Qt::Key_Space:
		toggle();
		break;
	default:
		QWidget::keyPressEvent(event);
	}
}

void PinBanner::paintEvent(QPaintEvent *event)
{
	(void)event;
	const Theme theme = Theme::from(palette());
	QPainter painter(this);
	painter.fillRect(rect(), theme.tint(Tone::Accent));
	painter.fillRect(QRect(0, 0, barWidth, height()), theme.tone(Tone::Accent));
	painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
	if (hasFocus()) {
		painter.setPen(theme.highlight);
		painter.drawRect(rect().adjusted(0, 0, -1, -1));
	}
}

} // namespace lx::ui
