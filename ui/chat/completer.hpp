/*
 * Offers what the word at the cursor may become, in a list above the line; by keyboard and mouse. The line keeps the focus.
 *
 * Tab takes the marked one. Enter takes it only after an arrow key moved the mark: who writes and presses Enter wants to send. Escape closes
 * the list until another word begins.
 */
#pragma once

#include <QListView>
#include <QPointer>

#include "ui/chat/completion.hpp"

class QPlainTextEdit;

namespace lx::ui {

class SuggestionModel;

class Completer : public QObject {
	Q_OBJECT

public:
	/* `area`: an ancestor of the line that the list may lie over. */
	Completer(const Context &context, Pictures &pictures, QPlainTextEdit *edit, QWidget *area);

	bool isOpen() const;
	QListView *list() const { return list_; }
	QString usage() const;
	void close();
	void stop();

Q_SIGNALS:
	/* usage() may have changed. */
	void lineChanged();

protected:
	bool eventFilter(QObject *object, QEvent *event) override;

private:
	bool keyPressed(int key, Qt::KeyboardModifiers modifiers);
	void update(bool asked);
	void open(Suggestions &&suggestions);
	void place();
	void move(int step);
	void take(int row);
	void announce();

	Completion completion_;
	QPlainTextEdit *edit_;
	QWidget *area_;
	SuggestionModel *model_;
	QListView *list_;
	int start_ = 0;
	int dismissedAt_ = -1; /* start of the word for which the list was closed */
	bool typing_ = false;
	bool moved_ = false;
	bool stopped_ = false;
};

} // namespace lx::ui
