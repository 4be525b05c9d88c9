/*
 * The dock's content: header, pages, dialogs. Owns everything the interface consists of.
 */
#pragma once

#include <memory>

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "ui/context.hpp"

class QMenu;
class QStackedWidget;

namespace lx::ui {

class ChatPage;
class ConnectionPage;
class Header;
class LoginDialog;
class SettingsDialog;

class Dock : public QWidget {
	Q_OBJECT

public:
	explicit Dock(const struct lx_ui_context &context);
	~Dock() override;

	enum Page { ChatPageIndex, ConnectionPageIndex };

	Context &context() { return *context_; }
	Feed &feed() { return *feed_; }
	ChatPage &chat() { return *chat_; }

	void showPage(int page);
	LoginDialog *showLogin(enum lx_account_role role);
	/* Signs the main account in again with these permissions besides those it has. */
	void widen(const QString &scopes);
	SettingsDialog *showSettings();
	void hotkey(enum lx_ui_hotkey hotkey);
	void themeChanged();
	void stop();

	QSize sizeHint() const override { return QSize(340, 560); }

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;

private:
	QMenu *buildMenu();
	void readNumbers();
	LoginDialog *openLogin(enum lx_account_role role, bool anew);

	std::unique_ptr<Context> context_;
	Header *header_;
	QStackedWidget *pages_;
	ChatPage *chat_;
	ConnectionPage *connection_;
	Feed *feed_;
	QPointer<LoginDialog> login_;
	QPointer<SettingsDialog> settings_;
	QTimer numbers_{this}; /* while somebody looks: keeps the numbers of the header asked for */
	bool stopped_ = false;
};

} // namespace lx::ui
