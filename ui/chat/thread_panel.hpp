/*
 * A conversation: all lines of one thread that are there, those that come, and a line to answer in. Stands below the chat, or
 * beside it where there is room. Its lines can do what those of the chat can.
 *
 * UI thread.
 */
#pragma once

#include <QWidget>

#include "ui/chat/row.hpp"
#include "ui/context.hpp"

class QToolButton;

namespace lx::ui {

class ChatInput;
class ChatModel;
class ChatView;
class ElidedLabel;

class ThreadPanel : public QWidget {
	Q_OBJECT

public:
	explicit ThreadPanel(Context &context, QWidget *parent = nullptr);

	/* Shows the thread that began with `root`; `rows` are its lines so far, oldest first. */
	void open(const QByteArray &root, std::vector<RowEntry> &&rows, bool followed);
	void close();
	const QByteArray &root() const { return root_; }
	/* Takes from what comes to chat what belongs here. */
	void apply(const std::vector<RowEntry> &entries);
	/* The answer was taken. */
	void accepted();
	void reply(const ChatRow &row);
	void setFollowed(bool followed);

	ChatModel &model() { return *model_; }
	ChatView &view() { return *view_; }
	ChatInput &input() { return *input_; }

Q_SIGNALS:
	void closed();
	void followToggled(const QByteArray &root, bool followed);
	void sendRequested(const QString &text, const QByteArray &replyTo);

protected:
	void keyPressEvent(QKeyEvent *event) override;
	void paintEvent(QPaintEvent *event) override;

private:
	Context &context_;
	ChatModel *model_;
	ChatView *view_;
	ElidedLabel *title_;
	QToolButton *follow_;
	ChatInput *input_;
	QByteArray root_;
};

} // namespace lx::ui
