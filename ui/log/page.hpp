/*
 * The page "Log": everything that was ever written, found while one types; what was said around it; and the moderator's
 * buttons, on one line or on many.
 *
 * Answers come when they come: one that is not the newest question's is thrown away. New messages that match come in at the
 * top while nobody reads further down, and are offered otherwise.
 */
#pragma once

#include <QTimer>

#include "ui/context.hpp"
#include "ui/log/list.hpp"
#include "ui/log/source.hpp"
#include "ui/page.hpp"

class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace lx::ui {

class ActionBar;
class Batch;
class ElidedLabel;
class EmptyState;
class IconButton;
class SearchLine;
class SelectionBar;
class Veil;

class LogPage : public Page {
	Q_OBJECT

public:
	/* `pictures` belong to the chat. */
	LogPage(Context &context, Pictures *pictures, QWidget *parent = nullptr);

	SearchLine &line() { return *line_; }
	LogList &hits() { return *hits_; }
	LogList &near() { return *near_; }
	ActionBar &actions() { return *actions_; }
	bool showsContext() const { return contextOf_ != 0; }
	/* As if it were typed. */
	void search(const QString &query);
	void showContext(qint64 id);
	void closeContext();
	void showAction(const ActionInfo &action);
	void exportTo(const QString &path);

	void applySettings() override;
	void restyle() override;
	void forget(const QByteArray &userId, const QString &login) override;
	void chatWentOn(const std::vector<RowEntry> &entries) override;
	void stop() override;

Q_SIGNALS:
	void replyWanted(const lx::ui::ChatRow &row);
	void permissionWanted(const QString &scopes);
	/* A view of the chat that shows what a search shows, as it comes. */
	void viewWanted(const QString &query);
	/* To where chat is read. */
	void chatWanted();

protected:
	void showEvent(QShowEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;

private:
	QWidget *buildTop();
	QWidget *buildContext();
	void prepare(LogList *list);
	void take(LogAnswer &&answer);
	void takeHits(LogAnswer &&answer);
	void takeNewer(LogAnswer &&answer);
	void takeNear(LogAnswer &&answer);
	void takeWrong(const LogAnswer &answer);
	void takeNone();
	void askMore();
	void askNewer();
	void askAround(bool before);
	void showNewer();
	void updateStatus();
	void updateSides();
	void updateRules();
	void updateSelection();
	void placePill();
	bool mayMove() const;
	/* Those that fit best come first: there is no newer and no older then. */
	bool isRanked() const { return ranked_; }
	void switchOrder();
	void tellMe();
	LogList *listInUse() const;
	LogModel &modelOf(const LogList *list) const;

	void act(LogList *list, RowAction action, int row);
	void actOnMany(RowAction action);
	void report(const Intents::Answer &answer);
	QString discreet(const QString &sentence, bool failed) const;
	void updateVeil();
	void refuse(const QString &why);
	void undo();
	void copy(LogList *list);
	void showMenu(LogList *list, int row, const QPoint &global);
	void showCard(LogList *list, int row, const QPoint &global);
	void closeCards();
	void showHelp();
	void askExport();
	void switchLogOn();

	Context &context_;
	Pictures *pictures_;
	const Text &text_;
	LogSource *source_;
	LogModel *hitLines_;
	LogModel *nearLines_;
	LogList *hits_;
	LogList *near_;
	SearchLine *line_ = nullptr;
	QLabel *wrong_ = nullptr;
	ElidedLabel *status_ = nullptr;
	IconButton *help_ = nullptr;
	QToolButton *order_ = nullptr;
	IconButton *export_ = nullptr;
	Veil *veil_ = nullptr; /* over what was taken away, and who did it */
	IconButton *view_ = nullptr;
	QWidget *off_ = nullptr; /* the log is off, but there is one */
	QWidget *body_;          /* both sides */
	QStackedWidget *results_;
	EmptyState *empty_;
	QWidget *contextSide_ = nullptr;
	ElidedLabel *contextTitle_ = nullptr;
	SelectionBar *selection_;
	QPushButton *pill_;
	ActionBar *actions_;
	Batch *batch_;

	QString query_;
	bool ranked_ = false;
	QByteArray me_;         /* whom is:mention means */
	quint64 hitsAsked_ = 0; /* ids of the questions that count */
	quint64 moreAsked_ = 0;
	quint64 newerAsked_ = 0;
	quint64 nearAsked_ = 0;
	quint64 exportAsked_ = 0;
	quint64 namesAsked_ = 0;
	bool nearBefore_ = false;
	bool nearBegin_ = false; /* there is nothing before, behind */
	bool nearEnd_ = false;
	bool allHere_ = false;   /* nothing older is to be had */
	bool searching_ = false; /* more hits may come */
	size_t pageGot_ = 0;
	qint64 total_ = -1;     /* -1: not known */
	bool counting_ = false; /* there are at least so many */
	bool stale_ = true;     /* something came while nobody looked */
	std::vector<LogLine> newer_;
	QTimer newerTimer_;
	QTimer wrongTimer_; /* somebody in the middle of a word needs no advice */
	qint64 contextOf_ = 0;
	QString exportPath_;
	QString namesFor_;
	bool namesOfPeople_ = true;
	bool stopped_ = false;
};

} // namespace lx::ui
