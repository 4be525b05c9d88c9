/*
 * The line to write in: Enter sends, the arrows bring back what was sent, the length is counted as Twitch counts it, an
 * answer names the line it answers.
 */
#pragma once

#include <QLabel>
#include <QPlainTextEdit>
#include <QStringList>
#include <QWidget>

#include "ui/text.hpp"

namespace lx::ui {

class ElidedLabel;
class IconButton;

class ChatEdit : public QPlainTextEdit {
	Q_OBJECT

public:
	explicit ChatEdit(QWidget *parent = nullptr);

	QSize sizeHint() const override;
	QSize minimumSizeHint() const override;

Q_SIGNALS:
	void submitted();
	void historyWanted(int step);
	void cancelled();

protected:
	void keyPressEvent(QKeyEvent *event) override;
	void insertFromMimeData(const QMimeData *source) override;
	void resizeEvent(QResizeEvent *event) override;

private:
	void adjustHeight();
};

class ChatInput : public QWidget {
	Q_OBJECT

public:
	static constexpr int maxCodePoints = 500;
	static constexpr int maxHistory = 50;

	explicit ChatInput(const Text &text, QWidget *parent = nullptr);

	/* Empty: one may write. Else why not; shown in place of the text. */
	void setWhyNot(const QString &whyNot);
	void setReply(const QByteArray &messageId, const QString &name, const QString &line);
	void cancelReply();
	const QByteArray &replyTo() const { return replyTo_; }
	/* After it was taken: into the history, away from the line. */
	void accepted();
	QString text() const;
	void focus();
	ChatEdit *edit() { return edit_; }

Q_SIGNALS:
	void sendRequested(const QString &text, const QByteArray &replyTo);

private:
	void submit();
	void recall(int step);
	void updateCounter();

	const Text &text_;
	QWidget *replyBar_;
	ElidedLabel *replyLabel_;
	ChatEdit *edit_;
	QLabel *counter_;
	IconButton *send_;
	QByteArray replyTo_;
	QString whyNot_;
	QStringList history_;
	int historyAt_ = 0; /* history_.size() = the line being written */
	QString draft_;
};

} // namespace lx::ui
