#include "ui/chat/joiner.hpp"

#include <algorithm>

namespace lx::ui {

void RowJoiner::clear()
{
	bombs_.clear();
	heads_.clear();
	paid_.clear();
	captions_.clear();
	rewards_.clear();
}

/* The first piece of a bomb becomes its line, all others change that. */
std::optional<RowChange> RowJoiner::joinGift(ChatRow &row)
{
	const QByteArray *line = bombs_.find(row.giftId);
	if (!line) {
		bombs_.put(row.giftId, row.id);
		if (!row.giftPart) {
			heads_.put(row.giftId, true);
		}
		return {};
	}
	RowChange change{};
	change.messageId = *line;
	change.tone = row.tone;
	if (row.giftPart) {
		change.kind = RowChange::Kind::Gift;
		change.text = row.names.empty() ? QString() : row.names.front();
	} else if (!heads_.find(row.giftId)) {
		heads_.put(row.giftId, true);
		change.kind = RowChange::Kind::Caption;
		change.text = row.caption;
	} else {
		return {}; /* the same announcement again is somebody else's matter */
	}
	return change;
}

/* A redemption with words is told by the chat, too; each of both may come first. */
std::optional<RowChange> RowJoiner::joinReward(ChatRow &row)
{
	if (row.kind == RowKind::Event) {
		if (row.text.isEmpty()) {
			return {};
		}
		rewards_.put(row.rewardId, row.caption);
		const Paid *paid = paid_.find(row.rewardId);
		RowChange change{};
		change.kind = RowChange::Kind::Caption;
		change.tone = row.tone;
		change.text = row.caption;
		change.messageId = paid && paid->userId == row.userId ? paid->messageId : QByteArray();
		return change;
	}
	if (const QString *name = rewards_.find(row.rewardId)) {
		row.caption = *name;
		row.tone = Tone::Accent;
	} else {
		paid_.put(row.rewardId, {row.id, row.userId});
	}
	return {};
}

void RowJoiner::joinRow(ChatRow &row)
{
	if (const RowChange *change = row.id.isEmpty() ? nullptr : captions_.find(row.id)) {
		row.caption = change->text;
		row.tone = change->tone;
	}
}

void RowJoiner::join(std::vector<RowEntry> &entries)
{
	for (RowEntry &entry : entries) {
		if (std::holds_alternative<ChannelStart>(entry)) {
			clear();
			continue;
		}
		if (const RowChange *change = std::get_if<RowChange>(&entry)) {
			if (change->kind == RowChange::Kind::Caption) {
				captions_.put(change->messageId, *change);
			}
			continue;
		}
		ChatRow &row = std::get<ChatRow>(entry);
		std::optional<RowChange> change;
		if (!row.giftId.isEmpty()) {
			change = joinGift(row);
		} else if (!row.rewardId.isEmpty()) {
			change = joinReward(row);
		}
		if (change) {
			entry = std::move(*change);
		} else {
			joinRow(row);
		}
	}
}

} // namespace lx::ui
