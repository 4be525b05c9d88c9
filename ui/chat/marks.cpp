#include "ui/chat/marks.hpp"

#include <algorithm>

namespace lx::ui {

std::optional<Marks::Mark> Marks::of(quint64 seq, const ChatRow &row)
{
	if (row.highlight != LX_COLOR_NONE) {
		return Mark{seq, Kind::Rule, row.highlight};
	}
	if (row.mention) {
		return Mark{seq, Kind::Mention, 0};
	}
	if (row.kind == RowKind::Message && row.flags & LX_CHAT_FIRST) {
		return Mark{seq, Kind::First, 0};
	}
	return {};
}

size_t Marks::from(quint64 seq) const
{
	if (marks_.empty() || marks_.back().seq < seq) {
		return marks_.size();
	}
	const auto found = std::lower_bound(marks_.begin(), marks_.end(), seq,
					    [](const Mark &mark, quint64 wanted) { return mark.seq < wanted; });
	return size_t(found - marks_.begin());
}

bool Marks::take(quint64 seq, const ChatRow &row)
{
	const std::optional<Mark> now = of(seq, row);
	const size_t at = from(seq);
	const bool had = at < marks_.size() && marks_[at].seq == seq;
	if (!now) {
		if (had) {
			marks_.erase(marks_.begin() + qptrdiff(at));
		}
		return had;
	}
	if (!had) {
		marks_.insert(marks_.begin() + qptrdiff(at), *now);
		return true;
	}
	const bool changed = marks_[at].kind != now->kind || marks_[at].color != now->color;
	marks_[at] = *now;
	return changed;
}

bool Marks::dropBefore(quint64 seq)
{
	const bool any = !marks_.empty() && marks_.front().seq < seq;
	while (!marks_.empty() && marks_.front().seq < seq) {
		marks_.pop_front();
	}
	return any;
}

} // namespace lx::ui
