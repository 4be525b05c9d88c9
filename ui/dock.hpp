/*
 * The dock's content: header, pages, dialogs. Owns everything the interface consists of.
 */
#pragma once

#include <array>
#include <memory>

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "ui/context.hpp"
#include "ui/icons.hpp"

class QMenu;
class QStackedWidget;

namespace lx::ui {

class ChatPage;
class ConnectionPage;
class Header;
class LogBanner;
class LogPage;
class LoginDialog;
class Page;
class ReplayPage;
struct PageTitle;
class SettingsDialog;

class Dock : public QWidget {
	Q_OBJECT

public:
	explicit Dock(const struct lx_ui_context &context);
	~Dock() override;

	/* In the order of their buttons. */
	enum PageIndex { ChatPageIndex, LogPageIndex, ReplayPageIndex, ConnectionPageIndex, PageCount };

	Context &context() { return *context_; }
	Feed &feed() { return *feed_; }
	ChatPage &chat() { return *chat_; }

	/* Makes it, when it is shown for the first time. */
	Page *showPage(int index);
	LoginDialog *showLogin(enum lx_account_role role);
	/* Signs the main account in again with these permissions besides those it has. */
	void widen(const QString &scopes);
	SettingsDialog *showSettings();
	void hotkey(enum lx_ui_hotkey hotkey);
	/* At this moment; a note may follow in a small window. */
	void setMarker(bool withNote, const char *origin);
	void themeChanged();
	void stop();

	QSize sizeHint() const override { return QSize(340, 560); }

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;

private:
	struct PageRow {
		Icon sign;
		const char *word; /* key of its name; "": the state of the connection stands there */
		Page *(*make)(Dock &dock);
	};
	static const PageRow table[PageCount];

	Page *page(int index);
	ChatPage *makeChat();
	LogPage *makeLog();
	ReplayPage *makeReplay();
	ConnectionPage *makeConnection();
	std::vector<PageTitle> titles() const;
	void addKeys();
	void take(std::vector<RowEntry> &&entries);
	template<typename Work> void eachPage(Work work);
	QMenu *buildMenu();
	void readNumbers();
	void readLogTrouble();
	void forget(const QByteArray &userId, const QString &name);
	LoginDialog *openLogin(enum lx_account_role role);

	std::unique_ptr<Context> context_;
	Header *header_;
	LogBanner *logBanner_;
	QStackedWidget *pages_;
	std::array<Page *, PageCount> made_{}; /* nullptr: not yet */
	ChatPage *chat_;
	Feed *feed_;
	QPointer<LoginDialog> login_;
	QPointer<SettingsDialog> settings_;
	QTimer numbers_{this}; /* while somebody looks: keeps the numbers of the header asked for */
	bool stopped_ = false;
};

} // namespace lx::ui
