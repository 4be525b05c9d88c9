/*
 * The user's rules and views: kept in a file, changed from the settings, from tabs and from menus, and compiled for whoever judges lines.
 * UI thread, but for judge().
 */
#pragma once

#include <memory>

#include <QObject>

#include "ui/rules/judge.hpp"
#include "ui/rules/rule_set.hpp"
#include "ui/text.hpp"

struct lx_clock;

namespace lx::ui {

class Session;

class Rules : public QObject {
	Q_OBJECT

public:
	/* `path` of the file, empty: nothing is kept. All must outlive it. */
	Rules(const struct lx_text *texts, const struct lx_clock *clock, const Session &session, const QString &path,
	      QObject *parent = nullptr);
	~Rules() override;

	const RuleSet &set() const { return set_; }
	/* Saves and compiles. Views that are new get an id. */
	void change(RuleSet &&set);
	std::shared_ptr<Judge> judge() const { return judge_; }
	/* What was wrong with the file; told once. */
	QString takeTrouble();

	/* The index of the view with this id, -1 = none. */
	int indexOf(int viewId) const;
	/* Gives the view a tab; returns its id, 0 when there are too many. One that asks the same is shown instead. */
	int openView(const QString &name, const QString &query, bool temporary);
	void closeView(int id);
	/* Asks something else in a view; its name stays, or is the question where it is a temporary one. */
	void setQuery(int id, const QString &query);
	void addRule(RuleDef &&rule);
	/* Messages that were typed in other channels of a shared chat. */
	void hideShared(bool hide);
	/* For good; closeView() keeps it in the list. */
	void removeView(int id);
	/* Views that most people want and that are not among the user's. */
	std::vector<ViewDef> readyViews() const { return set_.readyViews(texts_); }
	/* A rule of this judge, which may be gone, took too long. */
	void switchOff(const Judge *judge, int rule);
	/* At exit, when nobody judges any more: gives back what the core made. */
	void stop();

	/* What is wrong with a condition, empty = nothing. */
	QString whyNot(const QString &query) const;

Q_SIGNALS:
	void changed();
	/* Something for the user to know. */
	void told(const QString &sentence);

private:
	void compile();
	void save();

	const struct lx_text *texts_;
	const Text text_;
	const struct lx_clock *clock_;
	const Session &session_;
	const QString path_;
	RuleSet set_;
	QString trouble_;
	QString me_;
	QByteArray saved_; /* what the file says */
	int lastId_ = 0;
	std::shared_ptr<Judge> judge_;
};

/* `value` in quotes where a condition needs them. */
QString quotedForQuery(const QString &value);
/* What of a search of the log can be asked of lines as they come: without times, streams, channels, order and deletions. */
QString liveQuery(const QString &query);

} // namespace lx::ui
