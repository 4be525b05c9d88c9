/*
 * Heights of the rows of a ring, with sums: where a row stands and which row stands at a place, in O(log n), for rows whose
 * heights are found out one by one. A Fenwick tree over the ring's slots; empty slots have height 0.
 */
#pragma once

#include <vector>

#include <QtGlobal>

namespace lx::ui {

class Heights {
public:
	explicit Heights(int capacity);

	int capacity() const { return capacity_; }
	void set(quint64 seq, int height);
	int at(quint64 seq) const { return heights_[slot(seq)]; }
	/* Sum of the rows from `first` up to, not including, `seq`; both in the ring at this moment. */
	qint64 between(quint64 first, quint64 seq) const;
	qint64 total() const { return total_; }
	/* The row that covers `y`, counted from the top of row `first`, with 0 <= y < total(); its top goes to `top`. */
	quint64 find(quint64 first, qint64 y, qint64 &top) const;

private:
	size_t slot(quint64 seq) const { return size_t(seq % quint64(capacity_)); }
	qint64 prefix(size_t slots) const;

	int capacity_;
	size_t highestBit_ = 1;
	qint64 total_ = 0;
	std::vector<int> heights_;
	std::vector<qint64> tree_; /* from 1 */
};

} // namespace lx::ui
