#include "ui/chat/notice_text.hpp"

#include <cstring>

#include "ui/chat/sanitize.hpp"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

/* What a sentence needs to be true; without it Twitch's own is taken. */
enum Need : quint8 { NeedNothing = 0, NeedCount = 1, NeedRecipient = 2 };

struct NoticeRow {
	const char *kind;
	quint8 needs;
	const char *key; /* %1 name, %2 count, %3 tier, %4 recipient */
	Tone tone;
};

constexpr NoticeRow noticeTable[] = {
	{"sub", NeedNothing, "Event.Sub", Tone::Purple},
	{"resub", NeedCount, "Event.Resub", Tone::Purple},
	{"subgift", NeedRecipient, "Event.SubGift", Tone::Purple},
	{"anonsubgift", NeedRecipient, "Event.SubGift.Anonymous", Tone::Purple},
	{"submysterygift", NeedCount, "Event.GiftBomb", Tone::Purple},
	{"anonsubmysterygift", NeedCount, "Event.GiftBomb.Anonymous", Tone::Purple},
	{"giftpaidupgrade", NeedNothing, "Event.GiftUpgrade", Tone::Purple},
	{"anongiftpaidupgrade", NeedNothing, "Event.GiftUpgrade", Tone::Purple},
	{"primepaidupgrade", NeedNothing, "Event.PrimeUpgrade", Tone::Purple},
	{"extendsub", NeedNothing, "Event.Extend", Tone::Purple},
	{"standardpayforward", NeedRecipient, "Event.PayForward.To", Tone::Purple},
	{"communitypayforward", NeedNothing, "Event.PayForward", Tone::Purple},
	{"raid", NeedCount, "Event.Raid", Tone::Orange},
	{"unraid", NeedNothing, "Event.Unraid", Tone::Orange},
	{"announcement", NeedNothing, "Event.Announcement", Tone::Accent},
	{"bitsbadgetier", NeedCount, "Event.BitsBadge", Tone::Blue},
	{"viewermilestone", NeedCount, "Event.WatchStreak", Tone::Blue},
};

const NoticeRow *find(const char *kind)
{
	for (const NoticeRow &row : noticeTable) {
		if (strcmp(row.kind, kind) == 0) {
			return &row;
		}
	}
	return nullptr;
}

QString tier(const char *plan, const Text &text)
{
	if (strcmp(plan, "Prime") == 0) {
		return QStringLiteral("Prime");
	}
	if (strcmp(plan, "2000") == 0 || strcmp(plan, "3000") == 0) {
		return text("Event.Tier", {QString(QChar(char16_t(plan[0])))});
	}
	return text("Event.Tier", {QStringLiteral("1")});
}

} // namespace

QString noticeSentence(const struct lx_chat &chat, const Text &text)
{
	const NoticeRow *row = find(chat.notice);
	const bool enough = row && (!(row->needs & NeedCount) || chat.notice_count > 0) &&
			    (!(row->needs & NeedRecipient) || *chat.recipient_name);
	if (!enough) {
		const QString own = sanitizeText(chat.notice_text);
		return own.isEmpty() ? sanitizeText(chat.notice) : own;
	}
	return text(row->key, {isolated(sanitizeName(chat.user.name)), QString::number(chat.notice_count),
			       tier(chat.sub_plan, text), isolated(sanitizeName(chat.recipient_name))});
}

Tone noticeTone(const struct lx_chat &chat)
{
	static constexpr struct {
		const char *color;
		Tone tone;
	} announcements[] = {{"BLUE", Tone::Blue},
			     {"GREEN", Tone::Green},
			     {"ORANGE", Tone::Orange},
			     {"PURPLE", Tone::Purple}};
	for (const auto &row : announcements) {
		if (strcmp(chat.announcement_color, row.color) == 0) {
			return row.tone;
		}
	}
	const NoticeRow *row = find(chat.notice);
	return row ? row->tone : Tone::Accent;
}

QString actionDone(const struct lx_action &action, const Text &text)
{
	switch (action.kind) {
	case LX_ACTION_BAN:
		return text("Fate.Banned");
	case LX_ACTION_TIMEOUT:
		return text("Fate.TimedOut", {text.duration(action.duration_s)});
	case LX_ACTION_UNBAN:
		return text("Fate.Unbanned");
	case LX_ACTION_DELETE:
		return text("Fate.Deleted");
	case LX_ACTION_CLEAR:
		return text("Fate.Cleared");
	}
	return {};
}

QString actionSentence(const struct lx_action &action, const Text &text)
{
	const char *known = *action.user_name ? action.user_name : action.user_login;
	const QString name = isolated(sanitizeName(*known ? known : action.user_id));
	static constexpr const char *keys[][3] = {
		/* queued, done, refused */
		{"Action.Ban.Queued", "Action.Ban.Done", "Action.Ban.Failed"},
		{"Action.Timeout.Queued", "Action.Timeout.Done", "Action.Timeout.Failed"},
		{"Action.Unban.Queued", "Action.Unban.Done", "Action.Unban.Failed"},
		{"Action.Delete.Queued", "Action.Delete.Done", "Action.Delete.Failed"},
		{"Action.Clear.Queued", "Action.Clear.Done", "Action.Clear.Failed"},
	};
	const QString detail = sanitizeText(action.detail);
	const QString duration = text.duration(action.duration_s);
	switch (action.state) {
	case LX_ACTION_QUEUED:
		return text(keys[action.kind][0], {name, duration});
	case LX_ACTION_DONE:
		return text(keys[action.kind][1], {name, duration});
	case LX_ACTION_FAILED:
		return text(keys[action.kind][2], {name, detail});
	case LX_ACTION_UNDONE:
		return text("Action.Undone", {name});
	}
	return {};
}

} // namespace lx::ui
