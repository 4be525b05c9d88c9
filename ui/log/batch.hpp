/*
 * One thing done to several people (or to several messages): asked about once, then carried out a few at a time, so that
 * an error in the middle is seen before the rest is sent.
 */
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include <QDialog>
#include <QObject>

#include "ui/chat/action_strip.hpp"
#include "ui/intents.hpp"

namespace lx::ui {

struct BatchItem {
	Target target;
	QString name;
	bool isProtected = false; /* moderators and the broadcaster are left out */
};

/* Whom or what the lines come from, each once, in order. `messages`: each line for itself. */
std::vector<BatchItem> batchOf(const std::vector<ChatRow> &rows, RowAction action, const ActionRules &rules);

class BatchDialog : public QDialog {
	Q_OBJECT

public:
	/* `label`: what is to be done, in words. */
	BatchDialog(const std::vector<BatchItem> &items, const QString &label, bool messages, const Text &text,
		    QWidget *parent);
};

class Batch : public QObject {
	Q_OBJECT

public:
	using Do = std::function<Intents::Answer(const Target &target)>;

	explicit Batch(const Text &text, QObject *parent = nullptr) : QObject(parent), text_(text) {}

	bool isRunning() const { return total_ > 0; }
	/* Protected ones are left out. What still ran before goes on without being reported. */
	void start(const std::vector<BatchItem> &items, const QString &label, Do act);
	/* What became of an action, this one's or another's. */
	void outcome(const RowChange &change);
	void stop();

Q_SIGNALS:
	void progress(const QString &sentence, bool failed);

private:
	void sendMore();
	void report();

	const Text &text_;
	QString label_;
	Do act_;
	std::deque<Target> waiting_;
	std::vector<Target> sent_;
	int total_ = 0;
	int done_ = 0;
	int failed_ = 0;
	QString error_; /* the last */
};

} // namespace lx::ui
