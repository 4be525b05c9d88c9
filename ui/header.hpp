/*
 * The top of the dock: which channel, live or not, how many watch, since when; the menu; and the row of pages, the last of
 * which always says in words how the connection is.
 */
#pragma once

#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

#include "ui/context.hpp"

class QMenu;

namespace lx::ui {

class ElidedLabel;
class IconButton;

/* A page's button; may carry a coloured dot before its words. */
class PageButton : public QToolButton {
	Q_OBJECT

public:
	explicit PageButton(QWidget *parent = nullptr);
	void setMood(Session::Mood mood);
	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

protected:
	void paintEvent(QPaintEvent *event) override;

private:
	bool dotted_ = false;
	Session::Mood mood_ = Session::Mood::Off;
};

class Header : public QWidget {
	Q_OBJECT

public:
	explicit Header(const Context &context, QWidget *parent = nullptr);

	void setMenu(QMenu *menu);
	void setPage(int page);
	void stop();

Q_SIGNALS:
	void pageWanted(int page);

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;

private:
	void update();
	void updateState();
	void runTimer();

	const Context &context_;
	const Session &session_;
	const Text &text_;
	class LiveDot *dot_;
	ElidedLabel *channel_;
	QLabel *numbers_;
	IconButton *menu_;
	PageButton *chat_;
	PageButton *connection_;
	QTimer minute_; /* moves the uptime while live and on screen */
	qint64 uptimeAtMs_ = 0;
};

} // namespace lx::ui
