#include "ui/chat/model.hpp"

#include <algorithm>

#include <QDateTime>

#include "ui/text.hpp"

namespace lx::ui {

namespace {

/* FNV-1a; 0 stands for "nothing". */
quint64 hashOf(const QByteArray &bytes)
{
	if (bytes.isEmpty()) {
		return 0;
	}
	quint64 hash = 14695981039346656037ULL;
	for (const char c : bytes) {
		hash = (hash ^ quint8(c)) * 1099511628211ULL;
	}
	return hash;
}

bool isBy(const ChatRow &row, const QByteArray &userId, const QString &login)
{
	return userId.isEmpty() ? !login.isEmpty() && row.login == login : row.userId == userId;
}

/* Their lines stand for themselves no more; in those of others their name is not to be read. */
bool forgetIn(ChatRow &row, const RowChange &change)
{
	if (isBy(row, change.userId, change.login)) {
		ChatRow empty;
		empty.kind = RowKind::Info;
		empty.caption = change.text;
		empty.timeMs = row.timeMs;
		empty.revision = row.revision;
		empty.hidden = row.hidden;
		empty.views = row.views;
		empty.changes = row.changes;
		row = std::move(empty);
		return true;
	}
	bool changed = false;
	if (!row.replyName.isEmpty() &&
	    (change.userId.isEmpty() ? row.replyName.compare(change.login, Qt::CaseInsensitive) == 0
				     : row.replyUserId == change.userId)) {
		row.replyName = QStringLiteral("…");
		row.replyText.clear();
		row.replyUserId.clear();
		changed = true;
	}
	const auto mask = [&](QString &words) {
		if (!change.login.isEmpty() && words.contains(change.login, Qt::CaseInsensitive)) {
			words.replace(change.login, QStringLiteral("…"), Qt::CaseInsensitive);
			changed = true;
		}
	};
	for (QString *words : {&row.caption, &row.fateText, &row.outcomeText}) {
		mask(*words);
	}
	for (QString &name : row.names) {
		mask(name);
	}
	if (row.emotes.empty()) { /* their places would not fit the words any more */
		mask(row.text);
	}
	return changed;
}

bool alter(ChatRow &row, const RowChange &change)
{
	switch (change.kind) {
	case RowChange::Kind::Delete:
	case RowChange::Kind::Ban:
	case RowChange::Kind::Clear:
		/* What is known of a line tells more than that everything, or everything of its author, went after it. */
		if ((change.kind == RowChange::Kind::Clear ||
		     (change.kind == RowChange::Kind::Ban && change.fate == Fate::Deleted)) &&
		    row.fate != Fate::None) {
			return false;
		}
		if (row.fate == change.fate && row.fateText == change.text) {
			return false;
		}
		row.fate = change.fate;
		row.fateText = change.text;
		break;
	case RowChange::Kind::Unban:
		if (row.fate != Fate::TimedOut && row.fate != Fate::Banned) {
			return false;
		}
		row.fate = Fate::None;
		row.fateText = change.text;
		row.outcome = Outcome::None;
		row.outcomeText.clear();
		break;
	case RowChange::Kind::Action:
		row.outcome = change.outcome;
		row.outcomeText = change.text;
		break;
	case RowChange::Kind::Caption:
		if (row.caption == change.text) {
			return false;
		}
		row.caption = change.text;
		row.tone = change.tone;
		break;
	case RowChange::Kind::Gift:
		row.names.push_back(change.text);
		break;
	case RowChange::Kind::Chatter:
		row.note = change.text;
		/* More exact than Twitch's own word for it. */
		if (change.tone != Tone::Plain && (row.caption.isEmpty() || row.flags & LX_CHAT_RETURNING)) {
			row.caption = change.text;
			row.tone = change.tone;
		}
		break;
	case RowChange::Kind::Decided:
		row.fate = change.fate;
		row.fateText = change.text;
		break;
	case RowChange::Kind::Forget:
		if (!forgetIn(row, change)) {
			return false;
		}
		break;
	}
	row.revision++;
	return true;
}

/* Does to one line what `change` says; false when nothing visible changed. */
bool applyTo(ChatRow &row, const RowChange &change)
{
	if (change.number && change.number <= row.changes) {
		return true; /* another view that has it did it: here it is still to be drawn */
	}
	row.changes = change.number;
	return alter(row, change);
}

bool isAboutAuthor(const RowChange &change)
{
	return change.kind == RowChange::Kind::Ban || change.kind == RowChange::Kind::Unban;
}

bool concerns(const ChatRow &row, const RowChange &change)
{
	switch (change.kind) {
	case RowChange::Kind::Delete:
		return row.id == change.messageId;
	case RowChange::Kind::Action:
	case RowChange::Kind::Caption:
	case RowChange::Kind::Gift:
	case RowChange::Kind::Chatter:
		return !change.messageId.isEmpty() && row.id == change.messageId;
	case RowChange::Kind::Decided:
		return row.kind == RowKind::Held && row.id == change.messageId;
	case RowChange::Kind::Ban:
	case RowChange::Kind::Unban:
		return row.kind != RowKind::Info && isBy(row, change.userId, change.login);
	case RowChange::Kind::Clear:
		return row.kind == RowKind::Message;
	case RowChange::Kind::Forget:
		return true;
	}
	return false;
}

/* An answer repeats the words that were taken away: its quotation goes with them. */
bool takesQuotation(const ChatRow &row, const RowChange &change)
{
	switch (change.kind) {
	case RowChange::Kind::Delete:
		return row.replyId == change.messageId;
	case RowChange::Kind::Ban:
		return !change.userId.isEmpty() && row.replyUserId == change.userId;
	case RowChange::Kind::Clear:
		return true;
	default:
		return false;
	}
}

bool takeQuotation(ChatRow &row, const RowChange &change)
{
	if (row.replyId.isEmpty() || !takesQuotation(row, change)) {
		return false;
	}
	row.revision += !row.replyGone;
	row.replyGone = true;
	return true;
}

} // namespace

ChatModel::ChatModel(const Text &text, int capacity, QObject *parent)
	: QAbstractListModel(parent), text_(text), capacity_(capacity), ring_(size_t(capacity)), keys_(size_t(capacity))
{
}

int ChatModel::rowCount(const QModelIndex &parent) const
{
	return parent.isValid() ? 0 : count_;
}

QVariant ChatModel::data(const QModelIndex &index, int role) const
{
	if (!index.isValid() || index.row() >= count_) {
		return {};
	}
	const quint64 seq = first_ + quint64(index.row());
	switch (role) {
	case Qt::DisplayRole:
	case Qt::AccessibleTextRole:
		return plainLine(row(seq), text_, role == Qt::DisplayRole);
	case SeqRole:
		return seq;
	case IdRole:
		return row(seq).id;
	case UserIdRole:
		return row(seq).userId;
	default:
		return {};
	}
}

void ChatModel::apply(std::vector<RowEntry> &&entries)
{
	std::vector<SharedEntry> shared;
	shared.reserve(entries.size());
	for (RowEntry &entry : entries) {
		shared.push_back(share(std::move(entry)));
	}
	take(std::move(shared));
}

void ChatModel::take(std::vector<SharedEntry> &&entries)
{
	Rows fresh;
	fresh.reserve(entries.size());
	for (SharedEntry &entry : entries) {
		if (RowPtr *row = std::get_if<RowPtr>(&entry)) {
			fresh.push_back(std::move(*row));
		} else if (const RowChange *what = std::get_if<RowChange>(&entry)) {
			change(*what, fresh);
		} else {
			changed_.clear();
			fresh.clear();
			clear();
		}
	}
	announceChanges();
	insert(std::move(fresh));
}

void ChatModel::append(ChatRow &&row)
{
	Rows fresh;
	fresh.push_back(std::make_shared<ChatRow>(std::move(row)));
	insert(std::move(fresh));
}

void ChatModel::clear()
{
	replace({});
}

void ChatModel::replace(std::vector<RowPtr> &&rows)
{
	const size_t skip = rows.size() > size_t(capacity_) ? rows.size() - size_t(capacity_) : 0;
	beginResetModel();
	first_ += quint64(count_);
	count_ = 0;
	std::fill(ring_.begin(), ring_.end(), nullptr);
	std::fill(keys_.begin(), keys_.end(), Key());
	held_.clear();
	skipped_ = 0;
	protected_.reset();
	for (auto row = rows.begin() + qptrdiff(skip); row != rows.end(); ++row) {
		place(std::move(*row));
	}
	endResetModel();
}

void ChatModel::touch()
{
	if (count_) {
		Q_EMIT dataChanged(index(0), index(count_ - 1));
	}
}

void ChatModel::change(const RowChange &change, Rows &fresh)
{
	const auto toWaiting = [&change](const auto &rows) {
		for (const RowPtr &row : rows) {
			takeQuotation(*row, change);
			if (concerns(*row, change)) {
				applyTo(*row, change);
			}
		}
	};
	toWaiting(fresh);
	toWaiting(held_);
	const bool ofAll = change.kind == RowChange::Kind::Clear || change.kind == RowChange::Kind::Forget;
	const bool byMessage = !isAboutAuthor(change) && !ofAll;
	const quint64 message = byMessage ? hashOf(change.messageId) : 0;
	const quint64 user = hashOf(change.userId);
	if (byMessage && !message) {
		return;
	}
	for (quint64 seq = first_; seq < endSeq(); seq++) {
		const Key &key = keys_[size_t(seq % quint64(capacity_))];
		if (key.answers && takeQuotation(slot(seq), change)) {
			changed_.push_back(seq);
		}
		if ((byMessage && key.message != message) || (!byMessage && !ofAll && user && key.user != user)) {
			continue;
		}
		if (concerns(row(seq), change) && applyTo(slot(seq), change)) {
			changed_.push_back(seq);
		}
	}
}

void ChatModel::announceChanges()
{
	std::sort(changed_.begin(), changed_.end());
	for (size_t i = 0; i < changed_.size();) {
		size_t last = i;
		while (last + 1 < changed_.size() && changed_[last + 1] <= changed_[last] + 1) {
			last++;
		}
		Q_EMIT dataChanged(index(int(changed_[i] - first_)), index(int(changed_[last] - first_)));
		i = last + 1;
	}
	changed_.clear();
}

void ChatModel::place(RowPtr &&row)
{
	const size_t at = size_t(endSeq() % quint64(capacity_));
	keys_[at] = {hashOf(row->id), hashOf(row->userId), !row->replyId.isEmpty()};
	if (keys_[at].answers) {
		const std::optional<quint64> quoted = find(row->replyId);
		row->replyGone = row->replyGone || (quoted && this->row(*quoted).fate != Fate::None);
	}
	ring_[at] = std::move(row);
	count_++;
}

void ChatModel::insert(Rows &&fresh)
{
	if (fresh.empty()) {
		return;
	}
	if (!held_.empty()) {
		hold(fresh.begin(), fresh.end());
		return;
	}
	/* What would be pushed out again at once is not let in. */
	auto begin = fresh.begin();
	if (!protected_ && fresh.size() > size_t(capacity_)) {
		begin = fresh.end() - capacity_;
	}
	const quint64 wanted = quint64(fresh.end() - begin);
	const quint64 room = quint64(capacity_ - count_);
	const quint64 removable = protected_ ? *protected_ - first_ : quint64(count_);
	const quint64 remove = wanted > room ? std::min(wanted - room, removable) : 0;
	const quint64 take = std::min(wanted, room + remove);

	if (remove) {
		beginRemoveRows({}, 0, int(remove) - 1);
		first_ += remove;
		count_ -= int(remove);
		endRemoveRows();
	}
	const auto end = begin + qptrdiff(take);
	if (take) {
		beginInsertRows({}, count_, count_ + int(take) - 1);
		for (auto it = begin; it != end; ++it) {
			place(std::move(*it));
		}
		endInsertRows();
	}
	hold(end, fresh.end());
}

void ChatModel::hold(Rows::iterator begin, Rows::iterator end)
{
	if (begin == end) {
		return;
	}
	for (auto it = begin; it != end; ++it) {
		if (held_.size() == size_t(capacity_)) {
			held_.pop_front();
			skipped_++;
		}
		held_.push_back(std::move(*it));
	}
	Q_EMIT waitingChanged();
}

void ChatModel::setOpen(quint64 seq, bool open)
{
	if (contains(seq) && row(seq).canOpen() && row(seq).open != open) {
		slot(seq).open = open;
		slot(seq).revision++;
		const QModelIndex changed = index(int(seq - first_));
		Q_EMIT dataChanged(changed, changed);
	}
}

void ChatModel::protect(quint64 seq)
{
	protected_ = std::clamp(seq, first_, endSeq());
	release();
}

void ChatModel::unprotect()
{
	protected_.reset();
	release();
}

void ChatModel::release()
{
	if (held_.empty() || (protected_ && *protected_ == first_)) {
		return;
	}
	Rows fresh;
	fresh.reserve(held_.size() + 1);
	if (skipped_) {
		fresh.push_back(std::make_shared<ChatRow>(
			gapRow(text_("Chat.Skipped", {QString::number(skipped_)}), held_.front()->timeMs)));
		skipped_ = 0;
	}
	std::move(held_.begin(), held_.end(), std::back_inserter(fresh));
	held_.clear();
	insert(std::move(fresh));
}

std::vector<quint64> ChatModel::rowsOf(const QByteArray &userId, const QString &login) const
{
	std::vector<quint64> found;
	for (quint64 seq = first_; seq < endSeq(); seq++) {
		if (row(seq).hasAuthor() && isBy(row(seq), userId, login)) {
			found.push_back(seq);
		}
	}
	return found;
}

std::optional<quint64> ChatModel::find(const QByteArray &messageId) const
{
	const quint64 hash = hashOf(messageId);
	for (quint64 seq = endSeq(); hash && seq-- > first_;) {
		if (keys_[size_t(seq % quint64(capacity_))].message == hash && row(seq).id == messageId) {
			return seq;
		}
	}
	return {};
}

} // namespace lx::ui
