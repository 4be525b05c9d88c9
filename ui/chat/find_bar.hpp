/*
 * A line to search the chat in, in the words of the log's search. What it asks becomes a view while one types; a button keeps it.
 * UI thread.
 */
#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/context.hpp"

class QLabel;
class QLineEdit;

namespace lx::ui {

class IconButton;

class FindBar : public QWidget {
	Q_OBJECT

public:
	FindBar(Context &context, QWidget *parent);

	/* Shows it, with the focus in the line. */
	void open();
	QLineEdit *line() { return line_; }
	QWidget *saveButton();

Q_SIGNALS:
	/* Empty: nothing is searched for any more. Only what can be understood. */
	void queryChanged(const QString &query);
	void saveWanted(const QString &query);
	/* Down to what was found. */
	void linesWanted();
	void closed();

protected:
	void keyPressEvent(QKeyEvent *event) override;

private:
	void check();

	Context &context_;
	QLineEdit *line_;
	QLabel *why_;
	IconButton *save_;
	QTimer typing_;
};

} // namespace lx::ui
