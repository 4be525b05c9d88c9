/*
 * The line to write in: Enter sends, the arrows bring back what was sent, the length is counted as Twitch counts it, an
 * answer names the line it answers.
 */
#pragma once

#include <QHash>
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
	static constexpr int maxChannels = 20;

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
	/* How the command that is being written is used; empty: nothing. */
	void setUsage(const QString &usage);
	/* At the cursor, parted by blanks from what stands there. */
	void insertWord(const QString &word);
	QWidget *emoteButton() const;
	/* What is written and was sent belongs to a channel; the other channel's comes back with it. */
	void setChannel(const QString &channel);

Q_SIGNALS:
	void emotesWanted();
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
	ElidedLabel *usage_;
	IconButton *emotes_;
	IconButton *send_;
	QByteArray replyTo_;
	QString whyNot_;
	/* Of one channel. In memory only: what people write is nobody's business after OBS has ended. */
	struct Written {
		QStringList history;
		int at = 0; /* history.size() = the line being written */
		QString draft;
	};
	Written &written() { return written_[channel_]; }
	QHash<QString, Written> written_;
	QString channel_;
};

} // namespace lx::ui
