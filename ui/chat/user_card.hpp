/*
 * A person of the chat: who it is, what was written and what was done about it across all streams, a note of the user's own,
 * and what can be done. A small window beside the name that opens at once with what is known and fills in as answers come.
 *
 * It goes with the next click elsewhere unless it is pinned; pinned ones stay, as many as the user likes. UI thread.
 */
#pragma once

#include <QFrame>
#include <QTimer>

#include "ui/chat/action_strip.hpp"
#include "ui/chat/person_source.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/row.hpp"

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QToolButton;
class QVBoxLayout;

namespace lx::ui {

class ChatModel;
class Veil;

class UserCard : public QFrame {
	Q_OBJECT

public:
	UserCard(Context &context, Pictures *pictures, const ChatModel &model, quint64 seq, const ActionRules &rules,
		 QWidget *parent);
	~UserCard() override;

	void showAt(const QPoint &global);
	bool isPinned() const;
	const QByteArray &userId() const { return row_.userId; }

Q_SIGNALS:
	void actionRequested(lx::ui::RowAction action, const QString &reason);
	void orderRequested(const char *word, const QString &text);
	void permissionWanted(const QString &scopes);
	/* A line of the log, to be seen among those around it. */
	void contextWanted(qint64 row);

protected:
	bool event(QEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;
	void mousePressEvent(QMouseEvent *event) override;
	void mouseMoveEvent(QMouseEvent *event) override;
	void closeEvent(QCloseEvent *event) override;

private:
	void addIdentity(QVBoxLayout &column);
	void addFacts(QVBoxLayout &column);
	void addNote(QVBoxLayout &column);
	void addHistory(QVBoxLayout &column, const ChatModel &model);
	void addButtons(QVBoxLayout &column, const ActionRules &rules);
	void addOrders(class QMenu &menu);
	QLabel *factLine(QVBoxLayout &column, const QString &text);
	void needPermission(QLabel &line, const char *key, const QString &scopes);
	void askTwitch();
	void showProfile(const PersonProfile &profile);
	void showFacts(const PersonFacts &facts);
	void showHistory(const std::vector<HistoryItem> &items, bool first);
	void showPicture();
	void updateVeil();
	void saveNote();
	QString day(qint64 ms) const;
	QString age(qint64 ms) const;

	Context &context_;
	const Text &text_;
	Pictures *pictures_;
	const ChatRow row_;
	PersonSource *source_;
	QLabel *picture_ = nullptr, *ids_ = nullptr, *account_ = nullptr, *follow_ = nullptr, *sub_ = nullptr;
	QLabel *status_ = nullptr, *names_ = nullptr, *counts_ = nullptr, *noteState_ = nullptr;
	QToolButton *pin_ = nullptr;
	Veil *veil_; /* over what viewers must not see of a person */
	QPlainTextEdit *note_ = nullptr;
	QWidget *facts_ = nullptr, *private_ = nullptr;
	QLineEdit *search_ = nullptr, *reason_ = nullptr;
	QListWidget *history_ = nullptr;
	QTimer noteTimer_, searchTimer_;
	QByteArray address_; /* of the picture */
	PictureRef shown_;
	QString savedNote_;
	QPoint grip_;
	bool noteKnown_ = false;
};

} // namespace lx::ui
