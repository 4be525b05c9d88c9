#include "ui/icons.hpp"

#include <QPainter>
#include <QPainterPath>

namespace lx::ui {

namespace {

/* In a square of 16 units, to be stroked. */
QPainterPath outline(Icon icon)
{
	QPainterPath path;
	switch (icon) {
	case Icon::Reply:
		path.moveTo(6.5, 3.5);
		path.lineTo(2.5, 7.5);
		path.lineTo(6.5, 11.5);
		path.moveTo(2.5, 7.5);
		path.lineTo(9, 7.5);
		path.cubicTo(12.5, 7.5, 13.5, 9.5, 13.5, 12.5);
		break;
	case Icon::Delete:
		path.moveTo(2.5, 4.5);
		path.lineTo(13.5, 4.5);
		path.moveTo(6, 4.5);
		path.lineTo(6.4, 2.5);
		path.lineTo(9.6, 2.5);
		path.lineTo(10, 4.5);
		path.moveTo(4, 4.5);
		path.lineTo(4.7, 13.5);
		path.lineTo(11.3, 13.5);
		path.lineTo(12, 4.5);
		path.moveTo(6.7, 7);
		path.lineTo(6.9, 11);
		path.moveTo(9.3, 7);
		path.lineTo(9.1, 11);
		break;
	case Icon::Ban:
		path.addEllipse(QPointF(8, 8), 5.6, 5.6);
		path.moveTo(4.1, 4.1);
		path.lineTo(11.9, 11.9);
		break;
	case Icon::Undo:
		path.moveTo(5.5, 3);
		path.lineTo(2.5, 6);
		path.lineTo(5.5, 9);
		path.moveTo(2.5, 6);
		path.lineTo(9.5, 6);
		path.cubicTo(14.5, 6, 14.5, 13, 9.5, 13);
		path.lineTo(6, 13);
		break;
	case Icon::Send:
		path.moveTo(2.5, 3);
		path.lineTo(13.5, 8);
		path.lineTo(2.5, 13);
		path.lineTo(4.5, 8);
		path.closeSubpath();
		path.moveTo(4.5, 8);
		path.lineTo(8.5, 8);
		break;
	case Icon::Menu:
		for (const double y : {4.5, 8.0, 11.5}) {
			path.moveTo(3, y);
			path.lineTo(13, y);
		}
		break;
	case Icon::Close:
		path.moveTo(4, 4);
		path.lineTo(12, 12);
		path.moveTo(12, 4);
		path.lineTo(4, 12);
		break;
	case Icon::Chat:
		path.moveTo(3.5, 3);
		path.lineTo(12.5, 3);
		path.lineTo(12.5, 10.5);
		path.lineTo(7.5, 10.5);
		path.lineTo(4.5, 13.2);
		path.lineTo(4.5, 10.5);
		path.lineTo(3.5, 10.5);
		path.closeSubpath();
		break;
	case Icon::Copy:
		path.addRoundedRect(QRectF(5.5, 2.5, 8, 8.5), 1, 1);
		path.moveTo(3.5, 5.5);
		path.lineTo(2.5, 5.5);
		path.lineTo(2.5, 13.5);
		path.lineTo(10.5, 13.5);
		path.lineTo(10.5, 12.5);
		break;
	case Icon::Search:
		path.addEllipse(QPointF(7, 7), 4.2, 4.2);
		path.moveTo(10.2, 10.2);
		path.lineTo(13.6, 13.6);
		break;
	case Icon::Replay:
		path.moveTo(3.2, 5.2);
		path.arcTo(QRectF(2.4, 2.4, 11.2, 11.2), 150, -300);
		path.moveTo(3, 2.2);
		path.lineTo(3, 5.4);
		path.lineTo(6.2, 5.4);
		path.moveTo(6.9, 6);
		path.lineTo(10.2, 8);
		path.lineTo(6.9, 10);
		path.closeSubpath();
		break;
	case Icon::Unpin:
		path.moveTo(6, 2.5);
		path.lineTo(10, 2.5);
		path.moveTo(6.6, 2.5);
		path.lineTo(6.6, 7);
		path.lineTo(4.5, 9.5);
		path.lineTo(11.5, 9.5);
		path.lineTo(9.4, 7);
		path.lineTo(9.4, 2.5);
		path.moveTo(8, 9.5);
		path.lineTo(8, 13.5);
		path.moveTo(2.5, 13.5);
		path.lineTo(13.5, 2.5);
		break;
	case Icon::Help:
		path.moveTo(5.4, 5.8);
		path.cubicTo(5.4, 2, 10.8, 2, 10.8, 5.6);
		path.cubicTo(10.8, 7.9, 8.1, 7.7, 8.1, 10.2);
		path.addEllipse(QPointF(8.1, 13), 0.5, 0.5);
		break;
	case Icon::Save:
		path.moveTo(8, 2.5);
		path.lineTo(8, 10);
		path.moveTo(4.8, 7);
		path.lineTo(8, 10.2);
		path.lineTo(11.2, 7);
		path.moveTo(2.8, 10.5);
		path.lineTo(2.8, 13.3);
		path.lineTo(13.2, 13.3);
		path.lineTo(13.2, 10.5);
		break;
	case Icon::Back:
		path.moveTo(7.5, 3.5);
		path.lineTo(3, 8);
		path.lineTo(7.5, 12.5);
		path.moveTo(3, 8);
		path.lineTo(13, 8);
		break;
	case Icon::Play:
		path.moveTo(5, 3);
		path.lineTo(13, 8);
		path.lineTo(5, 13);
		path.closeSubpath();
		break;
	case Icon::Pause:
		path.moveTo(5.5, 3.5);
		path.lineTo(5.5, 12.5);
		path.moveTo(10.5, 3.5);
		path.lineTo(10.5, 12.5);
		break;
	case Icon::Add:
		path.moveTo(8, 3.5);
		path.lineTo(8, 12.5);
		path.moveTo(3.5, 8);
		path.lineTo(12.5, 8);
		break;
	case Icon::Highlight: /* a marker pen over a line */
		path.moveTo(5.2, 8.2);
		path.lineTo(10.6, 2.8);
		path.lineTo(13.2, 5.4);
		path.lineTo(7.8, 10.8);
		path.lineTo(4.6, 11.4);
		path.closeSubpath();
		path.moveTo(3, 14);
		path.lineTo(13, 14);
		break;
	case Icon::Check:
		path.moveTo(3, 8.5);
		path.lineTo(6.5, 12);
		path.lineTo(13, 4.5);
		break;
	case Icon::EyeOff:
		path.moveTo(3, 13);
		path.lineTo(13, 3);
		[[fallthrough]];
	case Icon::Eye:
		path.moveTo(1.8, 8);
		path.cubicTo(4.6, 2.9, 11.4, 2.9, 14.2, 8);
		path.cubicTo(11.4, 13.1, 4.6, 13.1, 1.8, 8);
		path.addEllipse(QPointF(8, 8), 2, 2);
		break;
	case Icon::Smile:
		path.addEllipse(QPointF(8, 8), 5.8, 5.8);
		path.addEllipse(QPointF(5.9, 6.6), 0.35, 0.35);
		path.addEllipse(QPointF(10.1, 6.6), 0.35, 0.35);
		path.moveTo(5.2, 9.6);
		path.cubicTo(6.4, 11.7, 9.6, 11.7, 10.8, 9.6);
		break;
	case Icon::Person:
		path.addEllipse(QPointF(8, 5.2), 2.7, 2.7);
		path.moveTo(2.8, 13.5);
		path.cubicTo(3.2, 8.9, 12.8, 8.9, 13.2, 13.5);
		break;
	case Icon::Link:
		path.moveTo(6.7, 9.3);
		path.lineTo(9.3, 6.7);
		path.moveTo(7.3, 4.9);
		path.lineTo(9, 3.2);
		path.cubicTo(11.2, 1, 15, 4.8, 12.8, 7);
		path.lineTo(11.1, 8.7);
		path.moveTo(8.7, 11.1);
		path.lineTo(7, 12.8);
		path.cubicTo(4.8, 15, 1, 11.2, 3.2, 9);
		path.lineTo(4.9, 7.3);
		break;
	}
	return path;
}

} // namespace

void drawIcon(QPainter &painter, Icon icon, const QRectF &square, const QColor &color)
{
	painter.save();
	painter.setRenderHint(QPainter::Antialiasing);
	painter.translate(square.topLeft());
	painter.scale(square.width() / 16.0, square.height() / 16.0);
	painter.setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
	painter.setBrush(Qt::NoBrush);
	painter.drawPath(outline(icon));
	painter.restore();
}

QIcon makeIcon(Icon icon, const QColor &color, const QColor &disabled)
{
	QIcon result;
	for (const int size : {16, 32, 48}) {
		for (const bool enabled : {true, false}) {
			QPixmap pixmap(size, size);
			pixmap.fill(Qt::transparent);
			QPainter painter(&pixmap);
			drawIcon(painter, icon, QRectF(0, 0, size, size), enabled ? color : disabled);
			painter.end();
			result.addPixmap(pixmap, enabled ? QIcon::Normal : QIcon::Disabled);
		}
	}
	return result;
}

} // namespace lx::ui
