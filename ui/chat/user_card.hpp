/*
 * A person of the chat: who it is, what we have of them in this view, what can be done. A popup beside the name.
 */
#pragma once

#include <QFrame>

#include "ui/chat/action_strip.hpp"

class QVBoxLayout;

namespace lx::ui {

class ChatModel;

class UserCard : public QFrame {
	Q_OBJECT

public:
	/* `discreet`: streamer mode; ids and what moderators did are left out. */
	UserCard(const ChatModel &model, quint64 seq, const ActionRules &rules, const Text &text, bool discreet,
		 QWidget *parent);

	void showAt(const QPoint &global);

Q_SIGNALS:
	void actionRequested(lx::ui::RowAction action);

private:
	void addIdentity(QVBoxLayout &column, const ChatRow &row);
	void addMessages(QVBoxLayout &column, const ChatModel &model, const ChatRow &row);
	void addButtons(QVBoxLayout &column, const ChatRow &row, const ActionRules &rules);

	const Text &text_;
	const bool discreet_;
};

} // namespace lx::ui
