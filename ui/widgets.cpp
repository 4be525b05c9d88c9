#include "ui/widgets.hpp"

#include <QEvent>
#include <QPainter>

#include "ui/chat/colors.hpp"

namespace lx::ui {

ElidedLabel::ElidedLabel(QWidget *parent) : QWidget(parent)
{
	setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString &text)
{
	if (text == text_) {
		return;
	}
	text_ = text;
	setAccessibleName(text);
	updateGeometry();
	update();
}

QSize ElidedLabel::sizeHint() const
{
	return QSize(fontMetrics().horizontalAdvance(text_), fontMetrics().height() + 2);
}

QSize ElidedLabel::minimumSizeHint() const
{
	return QSize(20, fontMetrics().height() + 2);
}

void ElidedLabel::changeEvent(QEvent *event)
{
	QWidget::changeEvent(event);
	update();
}

void ElidedLabel::paintEvent(QPaintEvent *event)
{
	(void)event;
	QPainter painter(this);
	const QString shown = fontMetrics().elidedText(text_, Qt::ElideRight, width());
	const QColor window = palette().color(QPalette::Window);
	painter.setPen(readable(palette().color(QPalette::WindowText), window));
	painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
	setToolTip(shown == text_ ? QString() : Qt::convertFromPlainText(text_, Qt::WhiteSpaceNormal));
}

IconButton::IconButton(Icon icon, const QString &tip, QWidget *parent) : QToolButton(parent), icon_(icon)
{
	setAutoRaise(true);
	setToolTip(tip);
	setAccessibleName(tip);
	setFixedSize(28, 28);
	setIconSize(QSize(16, 16));
	setCursor(Qt::PointingHandCursor);
	draw();
}

void IconButton::draw()
{
	const QColor text = palette().color(QPalette::ButtonText);
	setIcon(makeIcon(icon_, text, blend(palette().color(QPalette::Button), text, 0.35)));
}

void IconButton::changeEvent(QEvent *event)
{
	QToolButton::changeEvent(event);
	/* Themes give a button that may not be used another colour: its sign is drawn anew when it may. */
	if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange ||
	    event->type() == QEvent::EnabledChange) {
		draw();
	}
}

void drawDot(QPainter &painter, const QPointF &center, qreal radius, const QColor &color)
{
	painter.save();
	painter.setRenderHint(QPainter::Antialiasing);
	painter.setPen(Qt::NoPen);
	painter.setBrush(color);
	painter.drawEllipse(center, radius, radius);
	painter.restore();
}

QLabel *plainLabel(const QString &text, QWidget *parent)
{
	auto *label = new QLabel(parent);
	label->setTextFormat(Qt::PlainText);
	label->setWordWrap(true);
	label->setText(text);
	return label;
}

namespace {

/* In the colour of hints, as far as that can be read: in light themes it is made for fields, not for windows. */
class MutedLabel : public QLabel {
public:
	explicit MutedLabel(QWidget *parent) : QLabel(parent)
	{
		setForegroundRole(QPalette::PlaceholderText);
		tint();
	}

protected:
	void changeEvent(QEvent *event) override
	{
		QLabel::changeEvent(event);
		if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange) {
			tint();
		}
	}

private:
	void tint()
	{
		if (tinting_) {
			return;
		}
		tinting_ = true;
		setPalette(QPalette()); /* what the theme says now */
		QPalette colors = palette();
		colors.setColor(QPalette::PlaceholderText,
				readable(colors.color(QPalette::PlaceholderText), colors.color(QPalette::Window)));
		setPalette(colors);
		tinting_ = false;
	}

	bool tinting_ = false;
};

} // namespace

QLabel *mutedLabel(const QString &text, QWidget *parent)
{
	auto *label = new MutedLabel(parent);
	label->setTextFormat(Qt::PlainText);
	label->setWordWrap(true);
	label->setText(text);
	QFont font = label->font();
	font.setPointSizeF(std::max(6.0, font.pointSizeF() * 0.92));
	label->setFont(font);
	return label;
}

QLabel *titleLabel(const QString &text, QWidget *parent)
{
	QLabel *label = plainLabel(text, parent);
	QFont font = label->font();
	font.setPointSizeF(font.pointSizeF() * 1.25);
	font.setWeight(QFont::DemiBold);
	label->setFont(font);
	return label;
}

} // namespace lx::ui
