/*
 * A page of the dock. One row of the table in dock.cpp makes it known: its sign, its name, and how it is made when somebody
 * first wants to see it.
 */
#pragma once

#include <vector>

#include <QWidget>

#include "ui/chat/row.hpp"

namespace lx::ui {

class Page : public QWidget {
	Q_OBJECT

public:
	using QWidget::QWidget;

	/* The user changed settings. */
	virtual void applySettings() {}
	/* OBS's theme changed. */
	virtual void restyle() {}
	/* Something new came to chat; at most as often as chat is drawn. */
	virtual void chatWentOn(const std::vector<RowEntry> &) {}
	/* Somebody was removed from the log: nothing of them stays here either. One of both may be empty. */
	virtual void forget(const QByteArray &userId, const QString &login)
	{
		(void)userId;
		(void)login;
	}
	/* At exit: nothing of the context may be touched afterwards but its texts. */
	virtual void stop() {}
};

} // namespace lx::ui
