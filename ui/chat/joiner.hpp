/*
 * Joins what Twitch tells in several pieces into one line: the gifts of a bomb, the reward that a message was paid with,
 * what is known about the author of a message. Pieces come in any order, over two connections.
 *
 * Remembers the newest of what may still get a piece, not more. UI thread.
 */
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include <QHash>

#include "ui/chat/row.hpp"

namespace lx::ui {

class RowJoiner {
public:
	/* In place: lines become changes of earlier lines, changes are applied to lines that come with or after them. */
	void join(std::vector<RowEntry> &entries);
	void clear();

private:
	/* A map that forgets what was put in first. */
	template<typename Value> class Newest {
	public:
		explicit Newest(size_t most) : most_(most) {}
		void put(const QByteArray &key, const Value &value)
		{
			if (!map_.contains(key)) {
				order_.push_back(key);
			}
			map_.insert(key, value);
			if (order_.size() > most_) {
				map_.remove(order_.front());
				order_.pop_front();
			}
		}
		const Value *find(const QByteArray &key) const
		{
			const auto found = map_.constFind(key);
			return found == map_.constEnd() ? nullptr : &*found;
		}
		void clear()
		{
			map_.clear();
			order_.clear();
		}

	private:
		const size_t most_;
		QHash<QByteArray, Value> map_;
		std::deque<QByteArray> order_;
	};

	struct Paid {
		QByteArray messageId, userId;
	};

	std::optional<RowChange> joinGift(ChatRow &row);
	std::optional<RowChange> joinReward(ChatRow &row);
	void joinRow(ChatRow &row);

	Newest<QByteArray> bombs_{64}; /* gift id → id of the line */
	Newest<bool> heads_{64};       /* gift ids whose own announcement has come */
	Newest<QString> rewards_{256}; /* reward id → what it is called */
	Newest<Paid> paid_{64};        /* reward id → the last message that was paid with it, still without its name */
	Newest<RowChange> captions_{128}; /* message id → what is to be said of it */
};

} // namespace lx::ui
