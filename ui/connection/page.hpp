/*
 * How the plugin stands with Twitch: account, permissions, links, the web API's budget; what can be done about it.
 */
#pragma once

#include <vector>

#include <QTimer>

#include "ui/context.hpp"
#include "ui/page.hpp"

class QGridLayout;
class QLabel;
class QPushButton;

namespace lx::ui {

class ConnectionPage : public Page {
	Q_OBJECT

public:
	explicit ConnectionPage(Context &context, QWidget *parent = nullptr);

	/* For people who help: everything on the page in English words, no secrets. */
	QString diagnosis() const;
	/* False when it was refused; the page says why. */
	bool reconnect();
	void stop() override;

Q_SIGNALS:
	void signInWanted(enum lx_account_role role);
	/* Separated by spaces. */
	void permissionWanted(const QString &scopes);

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;

private:
	struct LinkRow {
		class LinkDot *dot;
		QLabel *words;
		QLabel *detail;
	};

	QWidget *buildAccount();
	QWidget *buildLinks();
	QWidget *buildEvents();
	QWidget *buildButtons();
	void update();
	void updateAccount();
	void updateLinks();
	void updateHealth();
	void updateEvents();
	QString linkWords(const LinkInfo &info) const;
	QString timeUntil(qint64 unixMs) const;
	std::vector<struct lx_ui_topic> topics() const;

	Context &context_;
	const Text &text_;
	QTimer timer_{this}; /* counts down and reads the health; only while the page is on screen */
	QLabel *who_ = nullptr;
	QLabel *accountDetail_ = nullptr;
	QLabel *storage_ = nullptr;
	QLabel *refresh_ = nullptr;
	class Veil *veil_ = nullptr; /* over the account, its permissions, and what errors tell */
	QPushButton *grantedMore_ = nullptr;
	QLabel *granted_ = nullptr;
	QLabel *role_ = nullptr;
	class NeedList *needs_ = nullptr; /* of the basic set */
	QLabel *bot_ = nullptr;
	QPushButton *signIn_ = nullptr;
	QPushButton *signOut_ = nullptr;
	QLabel *health_ = nullptr;
	QLabel *lastError_ = nullptr;
	LinkRow links_[LX_LINK_COUNT] = {};
	QWidget *events_ = nullptr;
	QLabel *eventsOn_ = nullptr;
	QPushButton *eventsMore_ = nullptr;
	class NeedList *eventNeeds_ = nullptr;
	QLabel *eventProblems_ = nullptr;
	QLabel *eventsForeign_ = nullptr;
	QLabel *refused_ = nullptr; /* why reconnecting was */
};

} // namespace lx::ui
