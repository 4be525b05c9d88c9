#include "ui/chat/heights.hpp"

namespace lx::ui {

Heights::Heights(int capacity) : capacity_(capacity), heights_(size_t(capacity), 0), tree_(size_t(capacity) + 1, 0)
{
	while (highestBit_ * 2 <= size_t(capacity)) {
		highestBit_ *= 2;
	}
}

void Heights::set(quint64 seq, int height)
{
	const size_t at = slot(seq);
	const qint64 change = height - heights_[at];
	if (!change) {
		return;
	}
	heights_[at] = height;
	total_ += change;
	for (size_t i = at + 1; i < tree_.size(); i += i & (~i + 1)) {
		tree_[i] += change;
	}
}

qint64 Heights::prefix(size_t slots) const
{
	qint64 sum = 0;
	for (size_t i = slots; i > 0; i &= i - 1) {
		sum += tree_[i];
	}
	return sum;
}

qint64 Heights::between(quint64 first, quint64 seq) const
{
	if (seq == first) {
		return 0;
	}
	if (seq - first >= quint64(capacity_)) {
		return total_;
	}
	const qint64 sum = prefix(slot(seq)) - prefix(slot(first));
	return slot(seq) > slot(first) ? sum : sum + total_;
}

quint64 Heights::find(quint64 first, qint64 y, qint64 &top) const
{
	const qint64 before = prefix(slot(first));
	qint64 goal = before + y;
	const bool wrapped = goal >= total_;
	if (wrapped) {
		goal -= total_;
	}
	size_t at = 0;
	qint64 sum = 0;
	for (size_t bit = highestBit_; bit; bit >>= 1) {
		if (at + bit < tree_.size() && sum + tree_[at + bit] <= goal) {
			at += bit;
			sum += tree_[at];
		}
	}
	top = sum - before + (wrapped ? total_ : 0);
	const size_t steps = (at + size_t(capacity_) - slot(first)) % size_t(capacity_);
	return first + steps;
}

} // namespace lx::ui
