/*
 * The query language on one popup: what can be written, what it finds; a press on an example writes it.
 */
#pragma once

#include <QFrame>

namespace lx::ui {

class Text;

class QueryHelp : public QFrame {
	Q_OBJECT

public:
	QueryHelp(const Text &text, QWidget *parent);

	/* Below `anchor`, as far as the screen allows. */
	void showBelow(const QWidget *anchor);

Q_SIGNALS:
	void chosen(const QString &example);
};

} // namespace lx::ui
