#include "ui/replay/feed.hpp"

#include <QDateTime>

namespace lx::ui {

namespace {

constexpr int before = 150; /* lines shown after a leap */
constexpr int chunk = 2000; /* lines read at once */
constexpr size_t fewWaiting = 1000;

QString clock(qint64 ms)
{
	return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm:ss"));
}

} // namespace

ReplayFeed::ReplayFeed(ReplaySource &source, const Text &text, QObject *parent)
	: QObject(parent), source_(source), text_(text)
{
}

void ReplayFeed::setReplay(const ReplayRef &replay)
{
	const bool same = replay && replay_ && replay->item.kind == replay_->item.kind &&
			  replay->item.id == replay_->item.id;
	replay_ = replay;
	if (same) {
		/* It may have grown. */
		end_ = false;
		return;
	}
	waiting_.clear();
	lastRow_ = 0;
	end_ = true;
	reading_ = false;
}

void ReplayFeed::leap(qint64 unixMs)
{
	if (!replay_) {
		return;
	}
	reading_ = true;
	struct lx_replay_window window = {};
	window.unix_ms = unixMs;
	window.before = before;
	window.limit = chunk;
	source_.read(replay_, window, [this](std::vector<ReplayLine> &&lines, bool end) {
		waiting_.clear();
		lastRow_ = 0;
		const qint64 first = lines.empty() ? 0 : lines.front().timeMs;
		for (gap_ = 0; gap_ < replay_->gap_count && replay_->gaps[gap_].from_ms < first; gap_++) {
		}
		add(std::move(lines), end);
		Q_EMIT restarted();
	});
}

void ReplayFeed::add(std::vector<ReplayLine> &&lines, bool end)
{
	reading_ = false;
	end_ = end;
	if (!lines.empty()) {
		lastRow_ = lines.back().id;
	}
	waiting_.insert(waiting_.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
}

void ReplayFeed::readOn()
{
	if (reading_ || end_ || !replay_ || !lastRow_) {
		return;
	}
	reading_ = true;
	struct lx_replay_window window = {};
	window.after_row = lastRow_;
	window.limit = chunk;
	source_.read(replay_, window,
		     [this](std::vector<ReplayLine> &&lines, bool end) { add(std::move(lines), end); });
}

std::vector<RowEntry> ReplayFeed::take(qint64 unixMs)
{
	std::vector<RowEntry> due;
	if (!replay_) {
		return due;
	}
	const auto addGaps = [&](qint64 until) {
		for (; gap_ < replay_->gap_count && replay_->gaps[gap_].from_ms <= until; gap_++) {
			const struct lx_replay_gap &gap = replay_->gaps[gap_];
			due.emplace_back(
				gapRow(text_("Chat.Gap", {clock(gap.from_ms), clock(gap.to_ms)}), gap.from_ms));
		}
	};
	while (!waiting_.empty() && waiting_.front().timeMs <= unixMs) {
		addGaps(waiting_.front().timeMs);
		due.emplace_back(std::move(waiting_.front().row));
		waiting_.pop_front();
	}
	addGaps(unixMs);
	if (waiting_.size() < fewWaiting) {
		readOn();
	}
	return due;
}

} // namespace lx::ui
