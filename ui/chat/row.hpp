/*
 * One line of the chat as the view shows it, and the things that may happen to lines afterwards. Built from events on the
 * thread that emits them, so that the UI thread only stores and draws.
 */
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include <QByteArray>
#include <QString>

#include "bus/event.h"
#include "ui/chat/badges.hpp"
#include "ui/theme.hpp"

namespace lx::ui {

class Text;

enum class RowKind : quint8 {
	Message, /* somebody wrote */
	Event,   /* sub, raid, announcement …: a caption, with or without a message */
	Info,    /* a sentence of Twitch's server or of ours */
	Gap,     /* a line across: connection lost, chat cleared */
	Held,    /* AutoMod holds it back until a moderator decides */
};

/* What moderators did to the line or to its author. */
enum class Fate : quint8 { None, Deleted, TimedOut, Banned, Cleared };

/* How our own last action on the line went. */
enum class Outcome : quint8 { None, Queued, Done, Failed, Undone };

/* An emote of Twitch in the text. */
struct RowEmote {
	int start;
	int length;
	QByteArray id;
};

struct ChatRow {
	RowKind kind = RowKind::Message;
	Tone tone = Tone::Plain; /* of the bar at the left and of the tint */
	Fate fate = Fate::None;
	Outcome outcome = Outcome::None;
	bool hidden = false;  /* a rule of the user's took it away */
	bool mention = false; /* it names the user */
	bool rewarded = false;
	bool followed = false;             /* of a thread that the user follows */
	bool open = false;                 /* its names are shown */
	bool isPrivate = false;            /* not for viewers: a whisper, or what moderators alone see */
	quint16 revision = 0;              /* moves when something visible changes */
	quint32 highlight = LX_COLOR_NONE; /* 0xRRGGBB that a rule of the user's gave it */
	quint32 views = 0;                 /* bit n: belongs in the n-th view */
	quint32 judgedBy = 0;              /* number of the judge; 0: rules do not concern it */
	quint64 changes = 0;               /* number of the last change that was looked at */
	quint32 color = LX_COLOR_NONE;
	quint32 roles = 0;
	quint32 flags = 0;
	quint32 bits = 0;
	qint64 timeMs = 0;
	QByteArray id;
	QByteArray userId;
	QByteArray notice; /* Twitch's word for the kind of an event */
	QString login;
	QString name;
	QString text;
	QString highlightName; /* of the rule */
	QString caption;       /* above the message; the sentence itself for Info and Gap */
	QString note;          /* what the log knows of its author */
	QString replyName;     /* whom it answers */
	QString replyText;
	QString fateText;    /* "deleted by Anna" */
	QString outcomeText; /* "banned", "refused: …" */
	QByteArray threadId; /* id of the message that the conversation began with; empty: none, or it is this one */
	QByteArray giftId;   /* the gifts of one bomb have it in common */
	QByteArray rewardId;
	QByteArray effect;     /* paid with bits: Twitch's word for what moves around the message */
	QByteArray originRoom; /* shared chat: where it was typed, empty = here */
	QByteArray replyId;    /* the message that it answers, and its author */
	QByteArray replyUserId;
	bool replyGone = false;     /* that was taken away: its words are no longer for viewers */
	bool giftPart = false;      /* one gift of a bomb, to be folded into its line */
	std::vector<QString> names; /* who got the gifts; shown when it is open */
	std::vector<Badge> badges;
	std::vector<RowEmote> emotes; /* in order, within `text` */

	bool hasAuthor() const { return !userId.isEmpty() || !login.isEmpty(); }
	bool canOpen() const { return !names.empty(); }
	/* Of the conversation it belongs to, or would begin. */
	const QByteArray &threadRoot() const { return threadId.isEmpty() ? id : threadId; }
	bool isProtected() const { return roles & (LX_ROLE_BROADCASTER | LX_ROLE_MODERATOR | LX_ROLE_STAFF); }
	/* What is said about the line at its end; a refusal of Twitch comes before everything else. */
	const QString &status() const
	{
		return outcome == Outcome::Failed || outcome == Outcome::Queued || fateText.isEmpty() ? outcomeText
												      : fateText;
	}
};

/* A line may stand in several views. */
using RowPtr = std::shared_ptr<ChatRow>;

/* Something that changes lines which are already there. */
struct RowChange {
	enum class Kind : quint8 {
		Delete,
		Ban,
		Unban,
		Clear,
		Action,
		Caption, /* something more is known: `text`, in `tone` */
		Gift,    /* another name, `text`, for the line of a gift bomb */
		Chatter, /* what the log knows of its author: `text`; a line above it where `tone` is not plain */
		Decided, /* AutoMod's message was allowed (Fate::None), or not */
		Forget,  /* nothing of a person may stay: their lines say `text` instead */
	} kind;
	Fate fate = Fate::None;
	Outcome outcome = Outcome::None;
	Tone tone = Tone::Plain;
	QByteArray messageId; /* Delete, Action, Caption, Gift, Chatter, Decided */
	QByteArray userId;    /* Ban, Unban, Forget; Action where no message is named */
	QString login;
	QString text;       /* "timed out for 10 min by Anna" */
	quint64 number = 0; /* counted up; a line that several views share takes each change once. 0: not shared */
};

/* From here on another channel is read: what was there before must not be acted on any more. */
struct ChannelStart {
	QString channel;
};

using RowEntry = std::variant<ChatRow, RowChange, ChannelStart>;
/* The same on its way into views. */
using SharedEntry = std::variant<RowPtr, RowChange, ChannelStart>;
SharedEntry share(RowEntry &&entry);

/* Whether a listener of `type` should build an entry. */
bool isRowEvent(enum lx_event_type type);
/* Fills `entry`; false when the event has nothing to show. Any thread. */
bool buildEntry(const struct lx_event &event, const Text &text, RowEntry &entry);
/* A line of ours. */
ChatRow infoRow(const QString &sentence, qint64 timeMs, Tone tone = Tone::Plain);
ChatRow gapRow(const QString &sentence, qint64 timeMs);

/* Who got the gifts, or how many. */
QString namesText(const ChatRow &row, const Text &text);

/* The line as plain text, for copying and for screen readers. */
QString plainLine(const ChatRow &row, const Text &text, bool withTime);

} // namespace lx::ui
