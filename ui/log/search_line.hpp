/*
 * The line in which the log's query is typed: marks what is not understood where it stands, completes names and words of
 * the language, and offers what was searched for before.
 */
#pragma once

#include <QLineEdit>
#include <QStringList>

class QAction;
class QCompleter;
class QStringListModel;

namespace lx::ui {

class Text;

class SearchLine : public QLineEdit {
	Q_OBJECT

public:
	static constexpr int recentMost = 12;

	explicit SearchLine(const Text &text, QWidget *parent = nullptr);

	/* Bytes of the text as UTF-8; size 0: all is understood. */
	void setWrong(size_t position, size_t size);
	/* Newest first. */
	const QStringList &recent() const { return recent_; }
	void setRecent(const QStringList &recent) { recent_ = recent; }
	/* Streamer mode: earlier searches tell whom somebody looked for; they are not offered. */
	void setDiscreet(bool discreet) { discreet_ = discreet; }
	/* The text as it is now was of use. */
	void remember();
	/* Names that were asked for. */
	void offer(bool people, const QString &beginning, const QStringList &names);
	/* Puts a piece of the language in: where a text stands already, behind it. */
	void insertPiece(const QString &piece);

Q_SIGNALS:
	/* People or else channels that begin so are wanted. */
	void namesWanted(bool people, const QString &beginning);
	void recentChanged();
	/* To the list below. */
	void downPressed();

protected:
	void paintEvent(QPaintEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;
	void changeEvent(QEvent *event) override;

private:
	struct Piece {
		int start;
		int length;
		QString words;
	};
	Piece pieceAtCursor() const;
	void drawSign();
	void suggest();
	void show(const QStringList &completions, bool whole);
	void complete(const QString &completion);

	const Text &text_;
	QAction *sign_;
	QStringListModel *words_;
	QCompleter *completer_;
	QStringList recent_;
	bool discreet_ = false;
	bool whole_ = false; /* what is offered takes the place of all */
	int wrongAt_ = 0;
	int wrongSize_ = 0;
};

} // namespace lx::ui
