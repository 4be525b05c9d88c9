/*
 * The line that stands where streamer mode hides something, with the button that shows it in this place alone. It is hidden
 * again when the place is left, and when streamer mode changes.
 *
 * Whoever hides more than whole widgets follows changed() and asks hides(). UI thread.
 */
#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/streamer_mode.hpp"

class QLabel;
class QPushButton;

namespace lx::ui {

class Text;

class Veil : public QWidget {
	Q_OBJECT

public:
	/* `place`: what is left when nobody looks any more. */
	Veil(const StreamerMode &mode, const Text &text, QWidget *place);

	/* Other words than that something is hidden here. */
	void setSentence(const QString &sentence);
	/* Is only seen while this is hidden. */
	void cover(QWidget *content);
	/* Something is hidden here now. */
	bool hides() const { return mode_.isOn() && !shown_; }
	/* What the button does. */
	void reveal();

Q_SIGNALS:
	void changed();

protected:
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	void update();

	const StreamerMode &mode_;
	const QWidget *place_;
	QLabel *sentence_;
	QPushButton *show_;
	QList<QPointer<QWidget>> contents_;
	bool shown_ = false;
};

} // namespace lx::ui
