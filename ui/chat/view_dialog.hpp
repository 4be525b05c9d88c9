/*
 * Asks for the name and the condition of a view. Says at once what is wrong with the condition.
 */
#pragma once

#include <QDialog>

#include "ui/rules/rules.hpp"

class QLabel;
class QLineEdit;
class QPushButton;

namespace lx::ui {

class ViewDialog : public QDialog {
	Q_OBJECT

public:
	ViewDialog(const Rules &rules, const Text &text, const ViewDef &view, QWidget *parent);

	QString name() const;
	QString query() const;

private:
	void check();

	const Rules &rules_;
	QLineEdit *name_;
	QLineEdit *query_;
	QLabel *why_;
	QPushButton *ok_;
};

} // namespace lx::ui
