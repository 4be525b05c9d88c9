/*
 * Signs on buttons, drawn in the colour of the text they stand beside.
 */
#pragma once

#include <QColor>
#include <QIcon>
#include <QRectF>

class QPainter;

namespace lx::ui {

enum class Icon : quint8 {
	Reply,
	Delete,
	Ban,
	Undo,
	Send,
	Menu,
	Close,
	Chat,
	Copy,
	Check,
	Person,
	Link,
	Smile,
	Eye,
	EyeOff,
	Search,
	Replay,
	Unpin,
	Help,
	Save,
	Play,
	Pause,
	Back,
	Add,
	Highlight,
};

void drawIcon(QPainter &painter, Icon icon, const QRectF &square, const QColor &color);
QIcon makeIcon(Icon icon, const QColor &color, const QColor &disabled);

} // namespace lx::ui
