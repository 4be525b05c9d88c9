#include "ui/chat/view_tabs.hpp"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

#include "ui/chat/colors.hpp"
#include "ui/text.hpp"
#include "ui/theme.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int padding = 9;
constexpr int gap = 5;
constexpr int dotRadius = 3;
constexpr int longestName = 150;
constexpr quint64 mostCounted = 99;

struct TabData {
	int id = 0;
	QString name;
	quint64 unread = 0;
	bool highlighted = false;
};

} // namespace

} // namespace lx::ui

Q_DECLARE_METATYPE(lx::ui::TabData)

namespace lx::ui {

namespace {

TabData dataOf(const QTabBar &bar, int index)
{
	return bar.tabData(index).value<TabData>();
}

} // namespace

ViewTabs::ViewTabs(const Text &text, QWidget *parent) : QTabBar(parent), text_(text)
{
	setObjectName(QStringLiteral("livextremViews"));
	setAccessibleName(text_("Views.Tabs"));
	setDocumentMode(true);
	setDrawBase(false);
	setExpanding(false);
	setMovable(true);
	setUsesScrollButtons(true);
	setElideMode(Qt::ElideRight);
	/* While it is being dragged, so that the first one never leaves its place. */
	connect(this, &QTabBar::tabMoved, this, [this] {
		const int first = indexOfId(0);
		if (first > 0) {
			moveTab(first, 0);
		}
	});
}

void ViewTabs::setView(int index, int id, const QString &name)
{
	TabData data = dataOf(*this, index);
	data.id = id;
	data.name = name;
	setTabData(index, QVariant::fromValue(data));
	describe(index);
}

int ViewTabs::idOf(int index) const
{
	return dataOf(*this, index).id;
}

int ViewTabs::indexOfId(int id) const
{
	for (int i = 0; i < count(); i++) {
		if (idOf(i) == id) {
			return i;
		}
	}
	return -1;
}

void ViewTabs::setNews(int index, quint64 unread, bool highlighted)
{
	TabData data = dataOf(*this, index);
	if (data.unread == unread && data.highlighted == highlighted) {
		return;
	}
	const QString before = badge(index);
	const bool dotted = data.highlighted;
	data.unread = unread;
	data.highlighted = highlighted;
	setTabData(index, QVariant::fromValue(data));
	/* From 100 on nothing is seen of it. */
	if (before != badge(index) || dotted != highlighted) {
		describe(index);
	}
}

quint64 ViewTabs::unread(int index) const
{
	return dataOf(*this, index).unread;
}

bool ViewTabs::isHighlighted(int index) const
{
	return dataOf(*this, index).highlighted;
}

QString ViewTabs::badge(int index) const
{
	const quint64 unread = dataOf(*this, index).unread;
	return !unread ? QString() : unread > mostCounted ? QStringLiteral("99+") : QString::number(unread);
}

/* The words of a tab are what screen readers read; it is drawn here. */
void ViewTabs::describe(int index)
{
	const TabData data = dataOf(*this, index);
	QString words = data.name;
	if (data.unread) {
		words = text_(data.highlighted ? "Views.TabHighlighted" : "Views.TabNews", {data.name, badge(index)});
	}
	words.replace(u'&', QStringLiteral("&&"));
	if (tabText(index) != words) {
		setTabText(index, words);
	}
	setTabToolTip(index, data.name);
	update();
}

QSize ViewTabs::tabSizeHint(int index) const
{
	const TabData data = dataOf(*this, index);
	const QFontMetrics metrics(font());
	int width = 2 * padding + std::min(metrics.horizontalAdvance(data.name), longestName);
	if (data.unread) {
		width += gap + metrics.horizontalAdvance(badge(index));
	}
	if (data.highlighted) {
		width += gap + 2 * dotRadius;
	}
	return QSize(width, metrics.height() + 10);
}

QSize ViewTabs::minimumTabSizeHint(int index) const
{
	return tabSizeHint(index);
}

void ViewTabs::paintEvent(QPaintEvent *)
{
	const Theme theme = Theme::from(palette());
	const QColor back = palette().color(QPalette::Window);
	const QColor strong = readable(palette().color(QPalette::WindowText), back);
	const QColor quiet = readable(blend(back, strong, 0.65), back);
	QPainter painter(this);
	painter.setRenderHint(QPainter::Antialiasing);
	for (int i = 0; i < count(); i++) {
		const TabData data = dataOf(*this, i);
		const bool current = i == currentIndex();
		const QRect area = tabRect(i);
		const QFontMetrics metrics(font());
		const int baseline = area.top() + (area.height() - metrics.height()) / 2 + metrics.ascent();
		int x = area.left() + padding;
		painter.setPen(current ? strong : quiet);
		const QString name = metrics.elidedText(data.name, Qt::ElideRight, longestName);
		painter.drawText(x, baseline, name);
		x += std::min(metrics.horizontalAdvance(data.name), longestName) + gap;
		if (data.unread) {
			painter.setPen(readable(theme.highlight, back));
			painter.drawText(x, baseline, badge(i));
			x += metrics.horizontalAdvance(badge(i)) + gap;
		}
		if (data.highlighted) {
			drawDot(painter, QPointF(x + dotRadius, area.center().y() + 0.5), dotRadius,
				theme.tone(Tone::Bad, back));
		}
		if (current) {
			painter.fillRect(area.left() + 4, area.bottom() - 1, area.width() - 8, 2,
					 readable(theme.highlight, back));
		}
		if (current && hasFocus()) {
			painter.setPen(quiet);
			painter.setBrush(Qt::NoBrush);
			painter.drawRoundedRect(QRectF(area).adjusted(2.5, 2.5, -2.5, -3.5), 3, 3);
		}
	}
}

void ViewTabs::mouseReleaseEvent(QMouseEvent *event)
{
	const int index = tabAt(event->position().toPoint());
	if (event->button() == Qt::MiddleButton && index > 0) {
		Q_EMIT closeWanted(idOf(index));
		return;
	}
	QTabBar::mouseReleaseEvent(event);
	if (event->button() == Qt::LeftButton) {
		Q_EMIT ordered();
	}
}

void ViewTabs::mouseDoubleClickEvent(QMouseEvent *event)
{
	const int index = tabAt(event->position().toPoint());
	if (event->button() == Qt::LeftButton && index > 0) {
		Q_EMIT editWanted(idOf(index));
	}
}

void ViewTabs::keyPressEvent(QKeyEvent *event)
{
	const int id = currentIndex() > 0 ? idOf(currentIndex()) : 0;
	if (id && event->key() == Qt::Key_Delete) {
		Q_EMIT closeWanted(id);
	} else if (id && event->key() == Qt::Key_F2) {
		Q_EMIT editWanted(id);
	} else if (id && event->modifiers() & Qt::AltModifier &&
		   (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)) {
		move(currentIndex(), event->key() == Qt::Key_Left ? -1 : 1);
	} else {
		QTabBar::keyPressEvent(event);
	}
}

/* What one looks at moves along. */
void ViewTabs::move(int index, int by)
{
	if (index > 0 && index + by > 0 && index + by < count()) {
		moveTab(index, index + by);
		Q_EMIT ordered();
	}
}

void ViewTabs::contextMenuEvent(QContextMenuEvent *event)
{
	const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
	const int index = byKey ? currentIndex() : tabAt(event->pos());
	const int id = index > 0 ? idOf(index) : 0;
	if (id <= 0) {
		return;
	}
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	menu->addAction(text_("Views.Edit"), this, [this, id] { Q_EMIT editWanted(id); });
	const auto addMove = [&](const char *key, int by) {
		QAction *action = menu->addAction(text_(key), this, [this, id, by] { move(indexOfId(id), by); });
		action->setEnabled(index + by > 0 && index + by < count());
	};
	addMove("Views.MoveLeft", -1);
	addMove("Views.MoveRight", 1);
	menu->addSeparator();
	menu->addAction(text_("Views.Close"), this, [this, id] { Q_EMIT closeWanted(id); });
	menu->addAction(text_("Views.Remove"), this, [this, id] { Q_EMIT removeWanted(id); });
	menu->popup(byKey ? mapToGlobal(tabRect(index).bottomLeft()) : event->globalPos());
}

} // namespace lx::ui
