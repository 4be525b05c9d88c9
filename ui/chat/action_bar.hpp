/*
 * One line under the chat that says what the last action did, with the way back beside it. Goes by itself.
 */
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/session.hpp"
#include "ui/theme.hpp"

class QPushButton;

namespace lx::ui {

class ElidedLabel;

class ActionBar : public QWidget {
	Q_OBJECT

public:
	static constexpr int shownMs = 10000;

	explicit ActionBar(const Text &text, QWidget *parent = nullptr);

	void showAction(const ActionInfo &action);
	/* A sentence that is no action's outcome: why something did not go. */
	void showNote(const QString &sentence, Tone tone = Tone::Warning);
	QString sentence() const;
	void stop() { timer_.stop(); }

Q_SIGNALS:
	void undoRequested();

private:
	void present(const QString &sentence, Tone tone, bool undoable);

	ElidedLabel *label_;
	QPushButton *undo_;
	QTimer timer_;
};

} // namespace lx::ui
