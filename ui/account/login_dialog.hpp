/*
 * Signing in. Shows how the sign-in goes that the account runs; closing the dialog leaves it running, opening it again shows
 * where it stands.
 */
#pragma once

#include <QDialog>
#include <QLabel>
#include <QTimer>

#include "ui/context.hpp"

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace lx::ui {

class QrCode;
class Veil;

class LoginDialog : public QDialog {
	Q_OBJECT

public:
	LoginDialog(Context &context, enum lx_account_role role, QWidget *parent);

	enum Page { ChoosePage, TokenPage, BusyPage, DevicePage, BrowserPage, FailedPage, DonePage };
	Page page() const;
	enum lx_account_role role() const { return role_; }

	/* Begins the way the user took last time. A sign-in that runs already is followed. */
	void begin();
	/*
	 * Begins anew, for permissions that the sign-in lacks (separated by spaces). A pasted token cannot be given more: the browser
	 * gives a new sign-in that takes its place, and where there is no application for that, the page says what a new token needs.
	 */
	void widen(const QString &scopes);
	void stop();

Q_SIGNALS:
	void settingsWanted();

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;

private:
	QWidget *buildChoose();
	QWidget *buildToken();
	QWidget *buildBusy();
	QWidget *buildDevice();
	QWidget *buildBrowser();
	QWidget *buildFailed();
	QWidget *buildDone();
	void start(enum lx_login_way way);
	void listNeeds(const QString &scopes);
	void submitToken();
	void cancel();
	void turnTo(Page page);
	void follow();
	void tick();
	void openPage();

	Context &context_;
	const Text &text_;
	const enum lx_account_role role_;
	enum lx_login_way way_ = LX_LOGIN_DEVICE;
	bool started_ = false; /* what the session says of sign-ins is about ours */
	QTimer second_;
	QStackedWidget *pages_;
	QPushButton *deviceWay_ = nullptr;
	QPushButton *codeWay_ = nullptr;
	QLabel *noClient_ = nullptr;
	Veil *veil_ = nullptr; /* over the code */
	QLineEdit *tokenClient_ = nullptr;
	QLineEdit *token_ = nullptr;
	QLabel *tokenNeedsLead_ = nullptr;
	QPlainTextEdit *tokenNeeds_ = nullptr;
	QLabel *busy_ = nullptr;
	QLineEdit *code_ = nullptr;
	QLabel *address_ = nullptr;
	QrCode *qr_ = nullptr;
	QLabel *timeLeft_ = nullptr;
	QLabel *browserTimeLeft_ = nullptr;
	QLabel *noBrowser_ = nullptr;
	QLabel *failure_ = nullptr;
	QLabel *done_ = nullptr;
};

} // namespace lx::ui
