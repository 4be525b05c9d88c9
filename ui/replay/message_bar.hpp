/*
 * A line at the bottom of the page: what was done and where it is, or what went wrong, with one thing that can be done about it; and how
 * far something is that takes its time.
 */
#pragma once

#include <functional>

#include <QFrame>
#include <QTimer>

class QProgressBar;
class QPushButton;

namespace lx::ui {

class ElidedLabel;
class IconButton;
class Text;

class MessageBar : public QFrame {
	Q_OBJECT

public:
	explicit MessageBar(const Text &text, QWidget *parent = nullptr);

	/* Goes by itself after some seconds, unless it is an error. */
	void tell(const QString &sentence, const QString &action = QString(), std::function<void()> act = nullptr);
	void tellError(const QString &sentence);
	/* From 0 to 1; stays until something else is told. */
	void showProgress(const QString &sentence, double part, const QString &action, std::function<void()> act);
	QString sentence() const;
	QPushButton &button() { return *button_; }

private:
	void show(const QString &sentence, const QString &action, std::function<void()> act);

	ElidedLabel *label_;
	QProgressBar *progress_;
	QPushButton *button_;
	IconButton *close_;
	std::function<void()> act_;
	QTimer away_;
};

} // namespace lx::ui
