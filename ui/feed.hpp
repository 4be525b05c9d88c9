/*
 * From the bus to the widgets. Listeners run on whatever thread emits: they copy what they need and leave. Chat lines are
 * gathered and handed over in batches, at most ten times a second; while nothing comes, or nobody looks, no timer runs.
 *
 * The queue is bounded: what does not fit pushes out the oldest, which the chat's ring would have pushed out as well.
 */
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include <QObject>
#include <QTimer>

#include "bus/bus.h"
#include "platform/clock.h"
#include "ui/chat/joiner.hpp"
#include "ui/chat/row.hpp"
#include "ui/rules/rules.hpp"
#include "ui/session.hpp"
#include "ui/text.hpp"

namespace lx::ui {

class Feed : public QObject {
	Q_OBJECT

public:
	static constexpr int flushMs = 100;
	static constexpr size_t maxPending = 20000;

	using Sink = std::function<void(std::vector<RowEntry> &&)>;

	Feed(struct lx_bus *bus, const Text &text, const struct lx_clock *clock, Session &session, Rules &rules,
	     Sink sink, QObject *parent = nullptr);
	~Feed() override;

	/* Hands over everything that waits. */
	void flush();
	/* While nobody looks, lines are only handed over when many have gathered. */
	void setVisible(bool visible);
	/* After it returns no listener runs and none will. */
	void stop();

Q_SIGNALS:
	void actionChanged(const lx::ui::ActionInfo &action);
	void commandEnded(const lx::ui::CommandInfo &command);
	void statsAnnounced();
	/* Went live, or offline. */
	void streamChanged();
	/* A rule of the user's asks for it; at most one a second. */
	void soundWanted(const QString &sound);
	/* A channel whose chat is shared with this one. */
	void channelNamed(const QByteArray &roomId, const QString &name);

private:
	static void listen(const struct lx_event *event, void *data);
	template<typename Work> void post(Work work);
	void take(const struct lx_event &event);
	void judge(const struct lx_event &event, ChatRow &row);
	void queue(RowEntry &&entry);
	void takeChannel(const struct lx_event &event);
	void takeConnection(const struct lx_event &event);
	void arm();

	struct lx_bus *bus_;
	const Text &text_;
	const struct lx_clock *clock_;
	Session &session_;
	Rules &rules_;
	Sink sink_;
	RowJoiner joiner_;
	QTimer timer_;
	bool visible_ = false;
	std::atomic<bool> visibleForEmitters_{false};
	std::atomic<bool> statsPosted_{false};

	std::mutex mutex_; /* guards what follows */
	std::shared_ptr<Judge> judge_;
	qint64 soundAtMs_ = 0; /* when one was asked for last */
	std::deque<RowEntry> pending_;
	bool posted_ = false; /* the UI thread knows that something waits */
	QByteArray channel_, roomId_;
};

} // namespace lx::ui
