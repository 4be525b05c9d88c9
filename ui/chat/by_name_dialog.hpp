/*
 * Ban, time out or let back in somebody who is not on screen, by name.
 */
#pragma once

#include <QDialog>

#include "bus/event.h"
#include "ui/chat/action_strip.hpp"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace lx::ui {

class Text;

class ByNameDialog : public QDialog {
	Q_OBJECT

public:
	struct Choice {
		enum lx_action_kind kind = LX_ACTION_BAN;
		QString login;
		int seconds = 0;
		QString reason;
	};

	ByNameDialog(const Text &text, const ActionRules &rules, QWidget *parent);

Q_SIGNALS:
	void chosen(const lx::ui::ByNameDialog::Choice &choice);

private:
	void update();
	void choose();

	QLineEdit *name_;
	QComboBox *what_;
	QLineEdit *reason_;
	QPushButton *go_;
	bool allowed_;
};

} // namespace lx::ui
