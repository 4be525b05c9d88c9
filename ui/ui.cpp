#include "ui/ui.h"

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QMetaObject>
#include <QPointer>
#include <QThread>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/dock.hpp"
#include "ui/settings/dialog.hpp"

using lx::ui::Dock;

namespace {

constexpr int PREFERRED_WIDTH = 360; /* pixels: a chat line of forty letters */

/*
 * What OBS gets while it loads: an empty widget, which costs it nothing. The dock is made inside when it is seen first, or when OBS
 * has loaded everything: polishing its widgets under OBS's style sheet takes tens of milliseconds.
 */
class Shell : public QWidget {
public:
	explicit Shell(const struct lx_ui_context &context)
		: context_(context), language_(context.language), rulesPath_(context.rules_path)
	{
		context_.language = language_.constData();
		context_.rules_path = context.rules_path ? rulesPath_.constData() : nullptr;
		auto *column = new QVBoxLayout(this);
		column->setContentsMargins(0, 0, 0, 0);
		setMinimumWidth(220);
	}
	/* The widgets refer to what they were made with. */
	~Shell() override { delete dock_; }

	QSize sizeHint() const override { return QSize(340, 560); }

	/* Made if need be; null once stopped. */
	Dock *dock()
	{
		if (!dock_ && !stopped_) {
			dock_ = new Dock(context_);
			setFocusProxy(dock_);
			layout()->addWidget(dock_);
			dock_->show();
			layout()->activate(); /* at its size before it is seen */
		}
		return stopped_ ? nullptr : dock_;
	}
	/* Null if it was not made. */
	Dock *made() { return stopped_ ? nullptr : dock_; }
	void stop()
	{
		if (Dock *dock = made()) {
			dock->stop();
		}
		stopped_ = true;
	}

protected:
	void showEvent(QShowEvent *event) override
	{
		dock();
		QWidget::showEvent(event);
	}

private:
	struct lx_ui_context context_;
	const QByteArray language_;
	const QByteArray rulesPath_;
	Dock *dock_ = nullptr;
	bool stopped_ = false;
};

Shell *shellOf(void *widget)
{
	return static_cast<Shell *>(static_cast<QWidget *>(widget));
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
	return static_cast<QWidget *>(new Shell(*context));
}

void lx_ui_start(void *widget)
{
	if (widget) {
		shellOf(widget)->dock();
	}
}

void lx_ui_stop(void *widget)
{
	if (widget) {
		shellOf(widget)->stop();
	}
}

void lx_ui_theme_changed(void *widget)
{
	if (Dock *dock = shellOf(widget)->made()) {
		dock->themeChanged();
	}
}

void lx_ui_set_on_air(void *widget, bool on_air)
{
	if (Dock *dock = shellOf(widget)->dock()) {
		dock->context().streamerMode.setOnAir(on_air);
	}
}

void lx_ui_show_settings(void *widget)
{
	if (Dock *dock = shellOf(widget)->dock()) {
		dock->showSettings();
	}
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
	Shell *shell = shellOf(widget);
	const auto act = [shell, hotkey] {
		if (Dock *dock = shell->dock()) {
			dock->hotkey(hotkey);
		}
	};
	if (QThread::currentThread() == shell->thread()) {
		act();
		return;
	}
	/* Queued to the widget itself: if it dies first, so does the call. */
	QMetaObject::invokeMethod(shell, act, Qt::QueuedConnection);
}
