#include "ui/chat/row.hpp"

#include <algorithm>
#include <cstring>

#include <QDateTime>
#include <QLocale>

#include "chat/emotes.h"
#include "ui/chat/notice_text.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

void setAuthor(ChatRow &row, const struct lx_user &user)
{
	row.userId = user.id;
	row.login = sanitizeName(user.login);
	row.name = sanitizeName(user.name);
	if (row.name.isEmpty()) {
		row.name = row.login.isEmpty() ? QStringLiteral("?") : row.login;
	}
	/* Names in other scripts carry the login too: it is what commands and buttons act on. */
	if (!row.login.isEmpty() && row.name.compare(row.login, Qt::CaseInsensitive) != 0) {
		row.name += QStringLiteral(" (%1)").arg(row.login);
	}
	row.color = user.color;
	row.roles = user.roles;
	row.badges = badgesOf(user.badges, user.badge_info);
}

/* Badges that look different in each channel: the pictures we have are this channel's. */
bool isOfOneChannel(const QByteArray &key)
{
	return key.startsWith("subscriber/") || key.startsWith("founder/") || key.startsWith("bits/");
}

/* From another channel of a shared chat: what its author is there. */
void setOrigin(ChatRow &row, const struct lx_chat &chat)
{
	if (!(chat.flags & LX_CHAT_SHARED)) {
		return;
	}
	row.originRoom = chat.source_room_id;
	if (*chat.source_badges) {
		row.badges = badgesOf(chat.source_badges, "");
		for (Badge &badge : row.badges) {
			if (isOfOneChannel(badge.key)) {
				badge.key.clear();
			}
		}
	}
}

/* Twitch puts "@name " in front of an answer; the line above says it already. How long that is. */
qsizetype mentionLength(const QString &text, const QString &name)
{
	const qsizetype length = name.size() + 1;
	const bool mentions = text.size() > length && text.startsWith(u'@') && text[length].isSpace() &&
			      QStringView(text).mid(1, name.size()).compare(name, Qt::CaseInsensitive) == 0;
	return mentions ? length + 1 : 0;
}

/* The text, and where Twitch's emotes have come to lie in it. */
void setText(ChatRow &row, const struct lx_chat &chat)
{
	if (!chat.emote_count) {
		row.text = sanitizeText(chat.text);
		return;
	}
	std::vector<int> places;
	places.reserve(2 * chat.emote_count);
	for (size_t i = 0; i < chat.emote_count; i++) {
		places.push_back(int(chat.emotes[i].byte_begin));
		places.push_back(int(chat.emotes[i].byte_end));
	}
	row.text = sanitizeText(chat.text, places);
	row.emotes.reserve(chat.emote_count);
	for (size_t i = 0; i < chat.emote_count; i++) {
		const int length = places[2 * i + 1] - places[2 * i];
		if (length > 0 && lx_emote_id_valid(chat.emotes[i].id)) {
			row.emotes.push_back({places[2 * i], length, chat.emotes[i].id});
		}
	}
}

/* Takes away what stands before the text proper. */
void cutStart(ChatRow &row, qsizetype length)
{
	row.text.remove(0, length);
	for (RowEmote &emote : row.emotes) {
		emote.start -= int(length);
	}
	row.emotes.erase(std::remove_if(row.emotes.begin(), row.emotes.end(),
					[](const RowEmote &emote) { return emote.start < 0; }),
			 row.emotes.end());
}

/* "cosmic-abyss" is told as Twitch's own menu tells it: Cosmic Abyss. */
QString effectCaption(const char *effect, const Text &text)
{
	if (strcmp(effect, LX_EFFECT_UNNAMED) == 0) {
		return text("Chat.Effect");
	}
	QStringList words = sanitizeName(effect).split(u'-', Qt::SkipEmptyParts);
	for (QString &word : words) {
		word[0] = word[0].toUpper();
	}
	return text("Chat.EffectNamed", {isolated(words.join(u' '))});
}

ChatRow chatRow(const struct lx_event &event, const Text &text)
{
	const struct lx_chat &chat = event.chat;
	ChatRow row;
	row.timeMs = event.time_ms;
	row.id = chat.id;
	row.flags = chat.flags;
	row.bits = chat.bits;
	row.notice = chat.notice;
	row.giftId = chat.gift_id;
	row.rewardId = chat.reward_id;
	row.rewarded = *chat.reward_id;
	setAuthor(row, chat.user);
	setOrigin(row, chat);
	setText(row, chat);
	if (*chat.reply_id) {
		row.threadId = *chat.thread_id ? chat.thread_id : chat.reply_id;
		row.replyName = sanitizeName(*chat.reply_name ? chat.reply_name : chat.reply_login);
		row.replyText = sanitizeText(chat.reply_text);
		row.replyId = chat.reply_id;
		row.replyUserId = chat.reply_user_id;
		cutStart(row, mentionLength(row.text, row.replyName));
	}
	if (chat.flags & LX_CHAT_GIGANTIC) {
		row.caption = text("Chat.Gigantic");
		row.tone = Tone::Purple;
	} else if (*chat.effect) {
		row.effect = chat.effect;
		row.caption = effectCaption(chat.effect, text);
		row.tone = Tone::Purple;
	} else if (strcmp(chat.reward_id, "CELEBRATION") == 0) {
		row.caption = text("Chat.Celebration");
		row.tone = Tone::Purple;
	} else if (chat.flags & LX_CHAT_HIGHLIGHTED) {
		row.caption = text("Chat.Highlighted");
		row.tone = Tone::Accent;
	} else if (chat.flags & LX_CHAT_FIRST) {
		row.caption = text("Chat.FirstMessage");
		row.tone = Tone::Green;
	} else if (chat.flags & LX_CHAT_RETURNING) {
		row.caption = text("Chat.Returning");
		row.tone = Tone::Blue;
	}
	return row;
}

bool isGiftBomb(const char *notice)
{
	return strcmp(notice, "submysterygift") == 0 || strcmp(notice, "anonsubmysterygift") == 0;
}

ChatRow noticeRow(const struct lx_event &event, const Text &text)
{
	const struct lx_chat &chat = event.chat;
	ChatRow row = chatRow(event, text);
	row.kind = RowKind::Event;
	row.caption = noticeSentence(chat, text);
	row.tone = noticeTone(chat);
	if (!row.giftId.isEmpty() && !isGiftBomb(chat.notice)) {
		row.giftPart = true;
		row.names.push_back(sanitizeName(chat.recipient_name));
	}
	return row;
}

void setPerson(ChatRow &row, const struct lx_person &person)
{
	struct lx_user user = {};
	user.id = person.id;
	user.login = person.login;
	user.name = person.name;
	user.badges = user.badge_info = "";
	user.color = LX_COLOR_NONE;
	setAuthor(row, user);
}

/* "swearing" has a word of ours in each language; what is new at Twitch keeps its own. */
QString heldBecause(const struct lx_automod_message &held, const Text &text)
{
	if (strcmp(held.reason, "blocked_term") == 0) {
		return text("Automod.BlockedTerm");
	}
	const QByteArray key = QByteArray("Automod.Category.") + held.category;
	const QString category = *held.category && text.has(key.constData()) ? text(key.constData())
									     : sanitizeText(held.category);
	return category.isEmpty() ? text("Automod.Held")
				  : text("Automod.HeldFor", {category, QString::number(held.level)});
}

bool heldEntry(const struct lx_event &event, const Text &text, RowEntry &entry)
{
	const struct lx_automod_message &held = event.automod_message;
	if (held.phase == LX_PHASE_BEGIN) {
		ChatRow row;
		row.kind = RowKind::Held;
		row.isPrivate = true;
		row.tone = Tone::Warning;
		row.timeMs = event.time_ms;
		row.id = held.message_id;
		setPerson(row, held.user);
		row.text = sanitizeText(held.text);
		row.caption = held.own ? text("Automod.Own") : heldBecause(held, text);
		entry = std::move(row);
		return true;
	}
	RowChange change{};
	change.kind = RowChange::Kind::Decided;
	change.messageId = held.message_id;
	const QString who = sanitizeName(held.moderator.name);
	if (strcmp(held.status, "approved") == 0) {
		change.text = who.isEmpty() ? text("Automod.Allowed") : text("Automod.AllowedBy", {isolated(who)});
	} else if (strcmp(held.status, "denied") == 0) {
		change.fate = Fate::Deleted;
		change.text = who.isEmpty() ? text("Automod.Denied") : text("Automod.DeniedBy", {isolated(who)});
	} else {
		change.fate = Fate::Deleted;
		change.text = text("Automod.Expired");
	}
	entry = std::move(change);
	return true;
}

/* What Twitch knows about somebody whom it, or a moderator, suspects. */
QString suspicion(const struct lx_suspicious_user &user, const Text &text)
{
	const bool restricted = strcmp(user.status, "restricted") == 0;
	QString sentence = text(restricted ? "Suspicious.Restricted" : "Suspicious.Monitored");
	if (strcmp(user.evasion, "likely") == 0 || strcmp(user.evasion, "possible") == 0) {
		sentence += QStringLiteral(" · ") +
			    text(*user.evasion == 'l' ? "Suspicious.Likely" : "Suspicious.Possible");
	}
	if (user.shared_bans > 0) {
		sentence += QStringLiteral(" · ") + text("Suspicious.Shared", {QString::number(user.shared_bans)});
	}
	return sentence;
}

/* Messages of restricted people come to moderators in this way only; those of monitored ones come in chat as well. */
bool suspiciousEntry(const struct lx_event &event, const Text &text, RowEntry &entry)
{
	const struct lx_suspicious_user &user = event.suspicious_user;
	if (!user.message || strcmp(user.status, "none") == 0) {
		return false;
	}
	if (strcmp(user.status, "restricted") == 0) {
		ChatRow row;
		row.isPrivate = true;
		row.tone = Tone::Warning;
		row.timeMs = event.time_ms;
		row.id = user.message_id;
		setPerson(row, user.user);
		row.text = sanitizeText(user.text);
		row.caption = suspicion(user, text);
		entry = std::move(row);
		return true;
	}
	RowChange change{};
	change.kind = RowChange::Kind::Caption;
	change.messageId = user.message_id;
	change.tone = Tone::Warning;
	change.text = suspicion(user, text);
	entry = std::move(change);
	return true;
}

QString redeemed(const struct lx_redemption &redemption, const Text &text)
{
	const QString title = isolated(sanitizeText(redemption.reward_title));
	return redemption.points > 0 ? text("Reward.For", {title, QLocale().toString(redemption.points)})
				     : text("Reward.Free", {title});
}

/* With words it is a message of the chat, too, and that line is told what it was for. */
bool redemptionEntry(const struct lx_event &event, const Text &text, RowEntry &entry)
{
	const struct lx_redemption &redemption = event.redemption;
	if (redemption.phase != LX_PHASE_ADD || strcmp(redemption.kind, "custom") != 0) {
		return false;
	}
	ChatRow row;
	row.kind = RowKind::Event;
	row.tone = Tone::Accent;
	row.timeMs = event.time_ms;
	row.rewardId = redemption.reward_id;
	setPerson(row, redemption.user);
	row.text = sanitizeText(redemption.text);
	row.caption = row.text.isEmpty() ? text("Reward.By", {isolated(row.name), redeemed(redemption, text)})
					 : redeemed(redemption, text);
	entry = std::move(row);
	return true;
}

QString by(const Text &text, const struct lx_moderation &m, const char *plain, const char *named,
	   std::initializer_list<QString> args = {})
{
	const QString moderator = sanitizeName(*m.moderator_name ? m.moderator_name : m.moderator_login);
	if (moderator.isEmpty()) {
		return args.size() ? text(plain, {*args.begin()}) : text(plain);
	}
	return args.size() ? text(named, {*args.begin(), isolated(moderator)}) : text(named, {isolated(moderator)});
}

QString withReason(const Text &text, const QString &sentence, const char *reason)
{
	const QString why = sanitizeText(reason);
	return why.isEmpty() ? sentence : text("Fate.WithReason", {sentence, isolated(why)});
}

RowChange moderationChange(const struct lx_event &event, const Text &text)
{
	const struct lx_moderation &m = event.moderation;
	RowChange change{};
	change.messageId = m.message_id;
	change.userId = m.user_id;
	change.login = QString::fromUtf8(m.user_login);
	switch (event.type) {
	case LX_EVENT_MESSAGE_DELETED:
		change.kind = RowChange::Kind::Delete;
		change.fate = Fate::Deleted;
		change.text = by(text, m, "Fate.Deleted", "Fate.DeletedBy");
		break;
	case LX_EVENT_USER_BANNED:
		change.kind = RowChange::Kind::Ban;
		if (m.duration_s == LX_DURATION_UNKNOWN) { /* everything of theirs went, banned or not */
			change.fate = Fate::Deleted;
			change.text = by(text, m, "Fate.Removed", "Fate.RemovedBy");
		} else if (m.duration_s > 0) {
			change.fate = Fate::TimedOut;
			change.text = by(text, m, "Fate.TimedOut", "Fate.TimedOutBy", {text.duration(m.duration_s)});
		} else {
			change.fate = Fate::Banned;
			change.text = by(text, m, "Fate.Banned", "Fate.BannedBy");
		}
		change.text = withReason(text, change.text, m.reason);
		break;
	case LX_EVENT_USER_UNBANNED:
		change.kind = RowChange::Kind::Unban;
		change.text = by(text, m, "Fate.Unbanned", "Fate.UnbannedBy");
		break;
	default:
		change.kind = RowChange::Kind::Clear;
		change.fate = Fate::Cleared;
		change.text = by(text, m, "Fate.Cleared", "Fate.ClearedBy");
	}
	return change;
}

RowChange actionChange(const struct lx_action &action, const Text &text)
{
	RowChange change{};
	change.kind = RowChange::Kind::Action;
	change.messageId = action.message_id;
	change.userId = action.user_id;
	change.login = QString::fromUtf8(action.user_login);
	switch (action.state) {
	case LX_ACTION_QUEUED:
		change.outcome = Outcome::Queued;
		change.text = QStringLiteral("…");
		break;
	case LX_ACTION_DONE:
		change.outcome = Outcome::Done;
		change.text = actionDone(action, text);
		break;
	case LX_ACTION_FAILED:
		change.outcome = Outcome::Failed;
		change.text = text("Outcome.Refused", {sanitizeText(action.detail)});
		break;
	case LX_ACTION_UNDONE:
		change.outcome = Outcome::Undone;
		change.text = text("Outcome.Undone");
		break;
	}
	return change;
}

} // namespace

SharedEntry share(RowEntry &&entry)
{
	if (ChatRow *row = std::get_if<ChatRow>(&entry)) {
		return std::make_shared<ChatRow>(std::move(*row));
	}
	if (RowChange *change = std::get_if<RowChange>(&entry)) {
		return std::move(*change);
	}
	return std::get<ChannelStart>(std::move(entry));
}

bool isRowEvent(enum lx_event_type type)
{
	switch (type) {
	case LX_EVENT_CHAT_MESSAGE:
	case LX_EVENT_CHAT_NOTICE:
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
	case LX_EVENT_NOTICE:
	case LX_EVENT_WHISPER:
	case LX_EVENT_ACTION:
	case LX_EVENT_MARKER:
	case LX_EVENT_AUTOMOD_MESSAGE:
	case LX_EVENT_SUSPICIOUS_USER:
	case LX_EVENT_REDEMPTION:
		return true;
	default:
		return false;
	}
}

bool buildEntry(const struct lx_event &event, const Text &text, RowEntry &entry)
{
	switch (event.type) {
	case LX_EVENT_CHAT_MESSAGE:
		entry = chatRow(event, text);
		return true;
	case LX_EVENT_WHISPER: {
		ChatRow row = chatRow(event, text);
		row.id.clear(); /* no line of the channel: nothing to answer or to delete there */
		row.isPrivate = true;
		row.caption = text("Chat.Whisper");
		row.tone = Tone::Purple;
		entry = std::move(row);
		return true;
	}
	case LX_EVENT_CHAT_NOTICE:
		entry = noticeRow(event, text);
		return true;
	case LX_EVENT_AUTOMOD_MESSAGE:
		return heldEntry(event, text, entry);
	case LX_EVENT_SUSPICIOUS_USER:
		return suspiciousEntry(event, text, entry);
	case LX_EVENT_REDEMPTION:
		return redemptionEntry(event, text, entry);
	case LX_EVENT_NOTICE: {
		ChatRow row = infoRow(withoutHome(sanitizeText(event.notice.text)), event.time_ms);
		const bool empty = row.caption.isEmpty();
		entry = std::move(row);
		return !empty;
	}
	case LX_EVENT_MARKER:
		/* What becomes of it later is seen where markers are listed. */
		if (event.marker.phase != LX_PHASE_ADD) {
			return false;
		}
		/* One without a name has nothing to say but that it is there. */
		entry = infoRow(*event.marker.text || strcmp(event.marker.kind, "manual") != 0
					? text("Marker.InChat", {isolated(sanitizeText(event.marker.label))})
					: text("Marker.Set"),
				event.time_ms, Tone::Accent);
		return true;
	case LX_EVENT_ACTION:
		entry = actionChange(event.action, text);
		return true;
	case LX_EVENT_MESSAGE_DELETED:
	case LX_EVENT_USER_BANNED:
	case LX_EVENT_USER_UNBANNED:
	case LX_EVENT_CHAT_CLEARED:
		entry = moderationChange(event, text);
		return true;
	default:
		return false;
	}
}

ChatRow infoRow(const QString &sentence, qint64 timeMs, Tone tone)
{
	ChatRow row;
	row.kind = RowKind::Info;
	row.caption = sentence;
	row.timeMs = timeMs;
	row.tone = tone;
	return row;
}

ChatRow gapRow(const QString &sentence, qint64 timeMs)
{
	ChatRow row = infoRow(sentence, timeMs);
	row.kind = RowKind::Gap;
	return row;
}

QString namesText(const ChatRow &row, const Text &text)
{
	if (!row.open) {
		return text("Chat.Fold.Closed", {QString::number(row.names.size())});
	}
	QStringList names;
	for (const QString &name : row.names) {
		names << isolated(name);
	}
	return text("Chat.Fold.Open", {names.join(QStringLiteral(", "))});
}

QString plainLine(const ChatRow &row, const Text &text, bool withTime)
{
	QString line;
	if (withTime) {
		line = QDateTime::fromMSecsSinceEpoch(row.timeMs).toString(QStringLiteral("[HH:mm] "));
	}
	if (!row.caption.isEmpty()) {
		line += row.caption;
		if (row.canOpen()) {
			line += QStringLiteral(" · ") + namesText(row, text);
		}
		if (row.kind == RowKind::Info || row.kind == RowKind::Gap || row.text.isEmpty()) {
			return line;
		}
		line += QStringLiteral(" · ");
	}
	if (!row.replyName.isEmpty()) {
		line += text("Chat.ReplyTo", {row.replyName}) + u' ';
	}
	line += row.name + (row.flags & LX_CHAT_ACTION ? QStringLiteral(" ") : QStringLiteral(": "));
	if (row.bits) {
		line += text("Chat.Bits", {QString::number(row.bits)}) + u' ';
	}
	line += row.text;
	if (!row.status().isEmpty()) {
		line += QStringLiteral(" (%1)").arg(row.status());
	}
	return line;
}

} // namespace lx::ui
