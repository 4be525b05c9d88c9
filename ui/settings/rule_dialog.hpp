/*
 * Asks for one rule: what it looks for, and what then happens.
 */
#pragma once

#include <QDialog>

#include "ui/context.hpp"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace lx::ui {

/* A square of the colour, empty for none. */
QPixmap colorSwatch(quint32 color, int size, const QColor &frame);

class RuleDialog : public QDialog {
	Q_OBJECT

public:
	RuleDialog(Context &context, const RuleDef &rule, QWidget *parent);

	RuleDef rule() const;

private:
	void check();
	void addColors();
	void addSounds();
	void chooseColor(int index);
	void chooseSound(int index);
	void selectColor(quint32 color);
	void selectSound(const QString &sound);

	Context &context_;
	const Text &text_;
	RuleDef rule_;
	QLineEdit *name_;
	QLineEdit *query_;
	QLabel *why_;
	QComboBox *color_;
	QComboBox *sound_;
	QCheckBox *hide_;
	QPushButton *ok_;
};

} // namespace lx::ui
