#include "ui/button_flow.hpp"

#include <algorithm>

#include <QEvent>
#include <QPushButton>

namespace lx::ui {

namespace {

constexpr int gap = 4;

} // namespace

ButtonFlow::ButtonFlow(QWidget *parent) : QWidget(parent)
{
	QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
	policy.setHeightForWidth(true);
	setSizePolicy(policy);
}

void ButtonFlow::add(QPushButton *button)
{
	button->setParent(this);
	buttons_.push_back(button);
	updateGeometry();
}

/* Places the buttons in rows, or only tells what height they take. */
int ButtonFlow::arrange(int width, bool move) const
{
	int x = 0, y = 0, high = 0;
	for (QPushButton *button : buttons_) {
		const QSize size = button->sizeHint();
		if (x > 0 && x + size.width() > width) {
			x = 0;
			y += high + gap;
			high = 0;
		}
		if (move) {
			button->setGeometry(QRect(QPoint(x, y), size.boundedTo(QSize(width, size.height()))));
		}
		x += size.width() + gap;
		high = std::max(high, size.height());
	}
	return y + high;
}

int ButtonFlow::heightForWidth(int width) const
{
	return arrange(width, false);
}

QSize ButtonFlow::sizeHint() const
{
	int width = 0;
	for (const QPushButton *button : buttons_) {
		width += button->sizeHint().width() + gap;
	}
	return {width, arrange(std::max(this->width(), 100), false)};
}

QSize ButtonFlow::minimumSizeHint() const
{
	return {60, sizeHint().height()};
}

bool ButtonFlow::event(QEvent *event)
{
	if (event->type() == QEvent::LayoutRequest) { /* a button has other words */
		arrange(width(), true);
		updateGeometry();
	}
	return QWidget::event(event);
}

void ButtonFlow::resizeEvent(QResizeEvent *event)
{
	QWidget::resizeEvent(event);
	arrange(width(), true);
	updateGeometry();
}

} // namespace lx::ui
