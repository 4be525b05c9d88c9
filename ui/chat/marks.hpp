/*
 * Which lines of a list are worth finding again: what a rule highlighted, what names the user, who writes for the first time. Kept as
 * lines come, change and go, in order; nothing is looked through again. UI thread.
 */
#pragma once

#include <deque>
#include <optional>

#include "ui/chat/row.hpp"

namespace lx::ui {

class Marks {
public:
	enum class Kind : quint8 { Rule, Mention, First };
	struct Mark {
		quint64 seq;
		Kind kind;
		quint32 color; /* 0xRRGGBB, of a rule */
	};

	/* Takes what the line says now; true when that changed anything. Those at the end cost least. */
	bool take(quint64 seq, const ChatRow &row);
	/* Lines before this one are gone; true when there were some among them. */
	bool dropBefore(quint64 seq);
	void clear() { marks_.clear(); }

	bool isEmpty() const { return marks_.empty(); }
	size_t size() const { return marks_.size(); }
	const Mark &operator[](size_t n) const { return marks_[n]; }
	/* The first at or behind a line; size() = none. */
	size_t from(quint64 seq) const;

	static std::optional<Mark> of(quint64 seq, const ChatRow &row);

private:
	std::deque<Mark> marks_; /* in the order of their lines */
};

} // namespace lx::ui
