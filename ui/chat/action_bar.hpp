/*
 * Says what the last action did, with the way back beside it. Lies over the chat, so that no line moves when it comes, and
 * never over the place where the pointer is, so that no click meets it by mistake. Goes by itself.
 */
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/session.hpp"
#include "ui/theme.hpp"

class QLabel;
class QPushButton;

namespace lx::ui {

class ActionBar : public QWidget {
	Q_OBJECT

public:
	static constexpr int shownMs = 10000;

	/* Shown over `area`, a sibling. */
	ActionBar(const Text &text, QWidget *area, QWidget *parent);

	void showAction(const ActionInfo &action);
	/* A sentence that is no action's outcome: why something did not go. */
	void showNote(const QString &sentence, Tone tone = Tone::Warning);
	/* The same where a permission would help. */
	void showPermission(const QString &sentence, const QString &scopes);
	QString sentence() const;
	void stop() { timer_.stop(); }

Q_SIGNALS:
	void undoRequested();
	/* `scopes` of showPermission(), empty where an action lacks one. */
	void permissionRequested(const QString &scopes);

protected:
	void paintEvent(QPaintEvent *event) override;
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	enum class Offer { None, Undo, Permission };
	void present(const QString &sentence, Tone tone, Offer offer);
	void place();

	QWidget *area_;
	QLabel *label_;
	QPushButton *undo_;
	QPushButton *allow_;
	QString scopes_;
	QTimer timer_;
	bool atBottom_ = false;
};

} // namespace lx::ui
