/*
 * The views of the chat: everything first, then one for each view that the user opened, with tabs above them as soon as there are two.
 * Each has its own list of lines, and with it its own place and pause; lines themselves are shared.
 *
 * A line goes into its views as it comes. When rules or views change, the lines that are there are judged again in small slices, and
 * what came of it is shown at once at the end. UI thread.
 */
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <QTimer>
#include <QWidget>

#include "ui/chat/view.hpp"
#include "ui/context.hpp"

class QMenu;
class QPushButton;
class QStackedWidget;

namespace lx::ui {

class ChatModel;
class FindBar;
class Pictures;
class ViewTabs;

class ChatPanes : public QWidget {
	Q_OBJECT

public:
	ChatPanes(Context &context, Pictures *pictures, QWidget *parent = nullptr);
	~ChatPanes() override;

	static constexpr int everythingId = 0;
	static constexpr int hiddenId = -1; /* what rules took away */

	/* Of the view on screen. */
	ChatModel &model() const;
	ChatView &view() const;
	int currentId() const;
	ChatModel &everything() const;
	ViewTabs &tabs() { return *tabs_; }
	quint64 hiddenLines() const { return hiddenLines_; }
	/* Lines are being judged anew. */
	bool isJudging() const { return judging_.isActive(); }

	void apply(std::vector<RowEntry> &&entries);
	void show(int id);
	void step(int by);
	void setLook(const ChatView::Look &look);
	void setRules(const ActionRules &rules);
	void restyle();
	void stop();

	/* Asks for a new view; the fields begin with these. */
	void askForView(const QString &name, const QString &query);
	/* Fills in what can be opened, and what makes a new one. */
	void fillMenu(QMenu &menu);
	/* A line to search in above the lines; what is found is a view that goes when the line is closed, or is kept. */
	void openFind();
	FindBar &find() { return *find_; }

Q_SIGNALS:
	void viewMade(lx::ui::ChatView *view, lx::ui::ChatModel *lines);
	void currentChanged();

private:
	struct Pane {
		int id = 0;
		int bit = -1; /* in what a line says of its views */
		QString query;
		ChatModel *model = nullptr;
		ChatView *view = nullptr;
		bool filling = false; /* lines come when all are judged */
		quint64 unread = 0;
		bool highlighted = false;
	};

	Pane &addPane(int id);
	Pane *pane(int id) const;
	ChatView *viewOf(Pane &pane);
	void closePane(int id);
	static bool belongs(const ChatRow &row, const Pane &pane);
	void takeRules();
	void syncTabs();
	void updateNews();
	void takeOrder();
	void editView(int id);
	void openView(const ViewDef &view);
	void search(const QString &query);
	void endFind();
	void judgeSome();
	void finishJudging();
	void showHidden();

	Context &context_;
	Pictures *pictures_;
	ViewTabs *tabs_;
	QWidget *row_;
	QPushButton *hidden_;
	FindBar *find_;
	int foundId_ = 0; /* the view that shows what was searched for */
	QStackedWidget *stack_;
	ChatView::Look look_;
	ActionRules actionRules_;
	std::vector<std::unique_ptr<Pane>> panes_; /* the first is everything */
	int current_ = everythingId;
	bool syncing_ = false;

	std::deque<RowPtr> kept_; /* all lines there are, whatever view they are in */
	quint64 firstKept_ = 0;   /* running number of its first */
	quint64 hiddenLines_ = 0;
	quint64 changes_ = 0;
	std::shared_ptr<Judge> judge_;
	QTimer judging_;
	quint64 judgedTo_ = 0;
	bool movedBetween_ = false; /* lines were hidden, or came back */
	bool recolored_ = false;
};

} // namespace lx::ui
