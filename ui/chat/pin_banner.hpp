/*
 * The message that is pinned above the chat: one line, all of it on a click; who pinned it and until when. Moderators take it
 * down, everybody else puts it away for themselves.
 *
 * UI thread. A timer runs only towards the end of a pin that has one.
 */
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/context.hpp"

class QLabel;

namespace lx::ui {

class ElidedLabel;
class IconButton;

class PinBanner : public QWidget {
	Q_OBJECT

public:
	explicit PinBanner(Context &context, QWidget *parent = nullptr);

	void setMayUnpin(bool may);
	bool isExpanded() const { return expanded_; }
	void stop() { end_.stop(); }

Q_SIGNALS:
	void unpinWanted(const QByteArray &messageId);

protected:
	void paintEvent(QPaintEvent *event) override;
	void mouseReleaseEvent(QMouseEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;

private:
	void update();
	void toggle();

	Context &context_;
	ElidedLabel *line_;
	QLabel *whole_;
	QLabel *detail_;
	IconButton *unpin_;
	IconButton *close_;
	QTimer end_;
	QByteArray closed_; /* put away by the user */
	bool expanded_ = false;
	bool mayUnpin_ = false;
};

} // namespace lx::ui
