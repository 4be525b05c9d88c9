/*
 * The chat page: the list, the line below that tells what was done, the line to write in; and what stands there before
 * anybody is signed in.
 */
#pragma once

#include <QSet>

#include "ui/chat/action_strip.hpp"
#include "ui/chat/panes.hpp"
#include "ui/chat/view.hpp"
#include "ui/context.hpp"
#include "ui/page.hpp"

class QMenu;
class QSplitter;
class QStackedWidget;

namespace lx::ui {

class ActionBar;
class Chatters;
class ChatInput;
class ChatModel;
class Completer;
class Origins;
class ModeStrip;
class Pictures;
class PinBanner;
class ThreadPanel;
class WelcomePage;

class ChatPage : public Page {
	Q_OBJECT

public:
	explicit ChatPage(Context &context, QWidget *parent = nullptr);

	/* Of the view on screen. */
	ChatModel &model() { return panes_->model(); }
	ChatView &view() { return panes_->view(); }
	ChatPanes &panes() { return *panes_; }
	ChatInput &input() { return *input_; }
	ActionBar &actions() { return *actions_; }
	Completer &completer() { return *completer_; }
	Completer &threadCompleter() { return *threadCompleter_; }
	Pictures &pictures() { return *pictures_; }
	Origins &origins() { return *origins_; }
	ThreadPanel &thread() { return *thread_; }
	PinBanner &pin() { return *pin_; }
	ModeStrip &modes() { return *modes_; }
	Chatters &chatters() { return *chatters_; }

	void apply(std::vector<RowEntry> &&entries);
	/* Went live, or offline. */
	void streamChanged();
	/* What became of an action; who was named by id alone is shown by the name that their last line has. */
	void showAction(const ActionInfo &action);
	/* What became of a slash command. */
	void showCommand(const CommandInfo &command);
	void applySettings() override;
	/* What the chat looks like, as the settings have it. */
	static ChatView::Look lookOf(const Context &context);
	/* What an action on the target line does; `origin` as in lx_action. */
	void hotkey(enum lx_ui_hotkey hotkey);
	void undo(const char *origin);
	void showByName();
	void showKeys();
	void restyle() override;
	void forget(const QByteArray &userId, const QString &login) override;
	void stop() override;

Q_SIGNALS:
	void signInWanted();
	void permissionWanted(const QString &scopes);
	/* A line of the log, among those around it. */
	void contextWanted(qint64 row);

protected:
	void resizeEvent(QResizeEvent *event) override;

private:
	void updateRules();
	void updateWelcome();
	void act(RowAction action, const ChatRow &row, const char *origin, const QString &reason = {});
	void actFromMenu(RowAction action, const ChatRow &row);
	void report(const Intents::Answer &answer);
	bool send(const QString &text, const QByteArray &replyTo);
	Completer *addCompleter(ChatInput &input);
	QString discreet(const QString &sentence, bool failed) const;
	void showEmotes(ChatInput &input);
	void wire(ChatView &view, ChatModel &model);
	void showMenu(const ChatModel &model, quint64 seq, const QPoint &global);
	void showCard(const ChatModel &model, quint64 seq, const QPoint &global);
	void copyLine(const ChatModel &model, quint64 seq);
	void addRuleActions(QMenu &menu, const ChatRow &row);
	void addPinning(QMenu &menu, const ChatRow &row);
	void askOrigin(const QByteArray &roomId);
	void showThread(const ChatRow &row);
	void follow(const QByteArray &root, bool followed);
	void mark(std::vector<RowEntry> &entries) const;

	Context &context_;
	Pictures *pictures_;
	Origins *origins_;
	ChatPanes *panes_;
	QSplitter *splitter_;
	QStackedWidget *stack_;
	PinBanner *pin_;
	ThreadPanel *thread_;
	ActionBar *actions_;
	ChatInput *input_;
	Completer *completer_ = nullptr;
	Completer *threadCompleter_ = nullptr;
	WelcomePage *welcome_;
	QSet<QByteArray> followed_; /* roots of threads */
	ModeStrip *modes_;
	Chatters *chatters_;
	bool anyLine_ = false;
	const char *origin_ = "dock";
};

} // namespace lx::ui
