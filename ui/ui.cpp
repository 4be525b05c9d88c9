#include "ui/ui.h"

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QMetaObject>
#include <QPointer>
#include <QThread>
#include <QTimer>

#include "ui/dock.hpp"
#include "ui/settings/dialog.hpp"

using lx::ui::Dock;

namespace {

constexpr int PREFERRED_WIDTH = 360; /* pixels: a chat line of forty letters */

Dock *dockOf(void *widget)
{
	return static_cast<Dock *>(static_cast<QWidget *>(widget));
}

/*
 * Gives a dock that joins the main window a width that suits a chat, and has everything drawn once more when the new layout
 * stands: Qt leaves what the dock covered for a moment during that change to whoever is drawn next, which may be nobody.
 */
void settle(QDockWidget *dock)
{
	auto *window = qobject_cast<QMainWindow *>(dock->window());
	if (!window)
		return;
	if (dock->width() < PREFERRED_WIDTH)
		window->resizeDocks({dock}, {PREFERRED_WIDTH}, Qt::Horizontal);
	QTimer::singleShot(0, window, [window] {
		window->update();
		const auto children = window->findChildren<QWidget *>();
		for (QWidget *child : children)
			child->update();
	});
}

} // namespace

void *lx_ui_create(const struct lx_ui_context *context)
{
	if (!qobject_cast<QApplication *>(QCoreApplication::instance())) {
		return nullptr;
	}
	return static_cast<QWidget *>(new Dock(*context));
}

void lx_ui_stop(void *widget)
{
	if (widget) {
		dockOf(widget)->stop();
	}
}

void lx_ui_theme_changed(void *widget)
{
	dockOf(widget)->themeChanged();
}

void lx_ui_set_on_air(void *widget, bool on_air)
{
	dockOf(widget)->context().streamerMode.setOnAir(on_air);
}

void lx_ui_show_settings(void *widget)
{
	dockOf(widget)->showSettings();
}

void lx_ui_show_dock(void *widget)
{
	QWidget *content = static_cast<QWidget *>(widget);
	/* OBS wraps the widget; how deep is its own business. */
	for (QWidget *parent = content->parentWidget(); parent; parent = parent->parentWidget()) {
		if (auto *dock = qobject_cast<QDockWidget *>(parent)) {
			dock->setFloating(false);
			dock->show();
			dock->raise();
			settle(dock);
			return;
		}
	}
	content->show();
}

void lx_ui_hotkey(void *widget, enum lx_ui_hotkey hotkey)
{
	Dock *dock = dockOf(widget);
	if (QThread::currentThread() == dock->thread()) {
		dock->hotkey(hotkey);
		return;
	}
	/* Queued to the widget itself: if it dies first, so does the call. */
	QMetaObject::invokeMethod(dock, [dock, hotkey] { dock->hotkey(hotkey); }, Qt::QueuedConnection);
}
