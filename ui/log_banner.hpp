/*
 * Says above the pages that the chat is not being written into the log, why, and what to do, for as long as that is so; then
 * for some seconds that it is again. Closed it stays as one line: nobody shall find out only when it is too late. UI thread.
 */
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/context.hpp"

class QLabel;
class QPushButton;

namespace lx::ui {

class ButtonFlow;
class ElidedLabel;
class IconButton;

class LogBanner : public QWidget {
	Q_OBJECT

public:
	explicit LogBanner(Context &context, QWidget *parent = nullptr);

	/* The log is the core's, and goes with it. */
	void stop();

Q_SIGNALS:
	void settingsWanted();

protected:
	void paintEvent(QPaintEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;

private:
	void update();
	void fold(bool folded);
	void tryAgain();
	void openFolder();

	Context &context_;
	ElidedLabel *title_;
	QLabel *sentence_;
	ButtonFlow *buttons_;
	QPushButton *again_;
	QPushButton *folder_;
	QPushButton *settings_;
	IconButton *close_;
	QTimer away_;
	QTimer trying_;
	bool folded_ = false;
};

} // namespace lx::ui
