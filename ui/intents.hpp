/*
 * What the user wants, as calls of the public procedures. Nothing here waits; outcomes come back as events. UI thread.
 */
#pragma once

#include <QString>

#include <callback/proc.h>

#include "bus/bus.h"
#include "ui/session.hpp"

namespace lx::ui {

struct ChatRow;

struct Target {
	QByteArray userId;
	QString login;
	QByteArray messageId;

	static Target of(const ChatRow &row);
};

class Intents {
public:
	/* Whom the answer is about is in the event; here only whether the intent was taken, else why not. */
	struct Answer {
		bool ok = false;
		QString error;
	};

	explicit Intents(proc_handler_t *procs) : procs_(procs) {}
	/* No procedure is called any more; every intent is refused. */
	void stop() { procs_ = nullptr; }

	/* `origin` as in lx_action: "dock" or "hotkey". */
	Answer ban(const Target &target, const QString &reason, const char *origin);
	Answer timeout(const Target &target, int seconds, const QString &reason, const char *origin);
	Answer unban(const Target &target, const char *origin);
	Answer remove(const Target &target, const char *origin);
	Answer clearChat(const char *origin);
	Answer undo(const char *origin);
	/* Words of moderation/orders.h; `text` is the reason of a warning, `seconds` how long a pin stays. */
	Answer order(const char *word, const Target &target, const QString &text = {}, int seconds = 0);
	/* Keeps the pinned message fresh for two minutes. */
	void askPin();
	Answer send(const QString &text, const QByteArray &replyTo);
	/* A slash command. Where a permission is missing, `missingScopes` names it. */
	Answer command(const QString &line, const QByteArray &replyTo, QString &missingScopes);
	Answer connectTo(const QString &channel);
	Answer disconnect();
	/* A moment to find again, `atMs` on the clock of the chat's messages (0 = now); its id is in `id`. */
	Answer addMarker(const QString &text, qint64 atMs, const char *origin, qint64 &id);
	Answer editMarker(qint64 id, const QString &text, const char *origin);
	/* With `undo` it comes back. */
	Answer removeMarker(qint64 id, bool undo, const char *origin);
	/* Every link anew, and the login checked. */
	/* `mode`: a word of moderation/chat_modes.h; `value`: its seconds or minutes. */
	Answer setChatMode(const char *mode, bool on, qint64 value);
	Answer reconnect();
	/* What the header shows; asking keeps it fresh for two minutes. */
	StatsInfo stats();
	QString version();

private:
	proc_handler_t *procs_;
};

} // namespace lx::ui
