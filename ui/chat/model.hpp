/*
 * The lines of the chat: a ring that takes whole batches, each with at most one removal at the front and one insertion at the
 * end. UI thread.
 *
 * Rows are known by a running number (`seq`) that never changes, so a click or a cached height keeps pointing at the same
 * line while others go. Lines from protect() on are never removed: while somebody reads them, new lines that find no room
 * wait aside (the newest `capacity` of them) and come in when the protection ends.
 */
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <QAbstractListModel>

#include "ui/chat/row.hpp"

namespace lx::ui {

class Text;

class ChatModel : public QAbstractListModel {
	Q_OBJECT

public:
	enum Role { SeqRole = Qt::UserRole, IdRole, UserIdRole };

	static constexpr int defaultCapacity = 10000;

	explicit ChatModel(const Text &text, int capacity = defaultCapacity, QObject *parent = nullptr);

	int rowCount(const QModelIndex &parent = {}) const override;
	QVariant data(const QModelIndex &index, int role) const override;

	int capacity() const { return capacity_; }
	quint64 firstSeq() const { return first_; }
	quint64 endSeq() const { return first_ + quint64(count_); }
	bool contains(quint64 seq) const { return seq >= first_ && seq < endSeq(); }
	const ChatRow &row(quint64 seq) const { return *ring_[size_t(seq % quint64(capacity_))]; }
	/* Lines that wait aside, those that had to be skipped included. */
	quint64 waiting() const { return held_.size() + skipped_; }

	void apply(std::vector<RowEntry> &&entries);
	/* The same with lines that other models have as well. */
	void take(std::vector<SharedEntry> &&entries);
	void append(ChatRow &&row);
	void clear();
	/* These lines, the newest of them where there are too many, instead of all that were there. */
	void replace(std::vector<RowPtr> &&rows);
	/* Lines were changed from outside; their revisions tell which. */
	void touch();

	/* Shows or folds away the names of a line that has some. */
	void setOpen(quint64 seq, bool open);

	void protect(quint64 seq);
	void unprotect();

	/* Lines of one person, oldest first. */
	std::vector<quint64> rowsOf(const QByteArray &userId, const QString &login) const;
	std::optional<quint64> find(const QByteArray &messageId) const;

Q_SIGNALS:
	/* Lines wait aside, or no longer do. */
	void waitingChanged();

private:
	struct Key {
		quint64 message = 0;
		quint64 user = 0;
		bool answers = false; /* it quotes another message */
	};

	using Rows = std::vector<RowPtr>;

	void change(const RowChange &change, Rows &fresh);
	void insert(Rows &&fresh);
	void hold(Rows::iterator begin, Rows::iterator end);
	void place(RowPtr &&row);
	void release();
	void announceChanges();
	ChatRow &slot(quint64 seq) { return *ring_[size_t(seq % quint64(capacity_))]; }

	const Text &text_;
	const int capacity_;
	quint64 first_ = 0;
	int count_ = 0;
	std::vector<RowPtr> ring_;
	std::vector<Key> keys_; /* beside the ring, to look lines up at the speed of memory */
	std::deque<RowPtr> held_;
	quint64 skipped_ = 0;
	std::optional<quint64> protected_;
	std::vector<quint64> changed_;
};

} // namespace lx::ui
