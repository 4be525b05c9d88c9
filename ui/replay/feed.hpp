/*
 * The lines of a replay that are due: reads ahead of the position, and hands lines over when their moment has come. After a leap it begins
 * anew with what was said just before.
 */
#pragma once

#include <deque>
#include <vector>

#include <QObject>

#include "ui/replay/source.hpp"

namespace lx::ui {

class ReplayFeed : public QObject {
	Q_OBJECT

public:
	ReplayFeed(ReplaySource &source, const Text &text, QObject *parent = nullptr);

	/* The same thing read anew keeps its lines. */
	void setReplay(const ReplayRef &replay);
	/* Everything anew around this moment (Unix milliseconds); restarted() brings it. */
	void leap(qint64 unixMs);
	/* Lines whose moment has come since the last call. */
	std::vector<RowEntry> take(qint64 unixMs);
	bool isReading() const { return reading_; }

Q_SIGNALS:
	/* What was there must go; take() has the new lines. */
	void restarted();

private:
	void readOn();
	void add(std::vector<ReplayLine> &&lines, bool end);

	ReplaySource &source_;
	const Text &text_;
	ReplayRef replay_;
	std::deque<ReplayLine> waiting_;
	qint64 lastRow_ = 0;
	size_t gap_ = 0; /* the next one to come by */
	bool reading_ = false;
	bool end_ = true;
};

} // namespace lx::ui
