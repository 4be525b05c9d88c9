#include "ui/ui.h"

#include <QApplication>
#include <QDockWidget>
#include <QMetaObject>
#include <QPointer>
#include <QThread>

#include "ui/dock.hpp"
#include "ui/settings/dialog.hpp"

using lx::ui::Dock;

namespace {

Dock *dockOf(void *widget)
{
	return static_cast<Dock *>(static_cast<QWidget *>(widget));
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
