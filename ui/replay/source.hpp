/*
 * What the replay asks of the chat log (chat/replay.h), on the archive's thread; answers come on the UI thread, messages already
 * made into lines. A newer question of a kind takes the place of the one before.
 */
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QObject>

#include "chat/archive.h"
#include "chat/replay.h"
#include "ui/chat/row.hpp"
#include "ui/context.hpp"

namespace lx::ui {

using ReplayRef = std::shared_ptr<const struct lx_replay>;

struct ReplayLine {
	qint64 id = 0; /* row of the log */
	qint64 timeMs = 0;
	ChatRow row;
};

struct ReplayCount {
	qint64 messages = -1;
	qint64 gaps = 0;
};

class ReplaySource : public QObject {
	Q_OBJECT

public:
	explicit ReplaySource(const Context &context, QObject *parent = nullptr);
	~ReplaySource() override;

	bool isThere() const { return archive_; }
	/* `why` is a sentence where the log cannot be read, and there is nothing then. */
	void list(std::function<void(std::vector<struct lx_replay_item> &&items, const QString &why)> done);
	void count(const struct lx_replay_item &item, std::function<void(const ReplayCount &count)> done);
	/* NULL: it is not there any more. */
	void open(enum lx_replay_kind kind, qint64 id, std::function<void(ReplayRef replay)> done);
	void read(const ReplayRef &replay, const struct lx_replay_window &window,
		  std::function<void(std::vector<ReplayLine> &&lines, bool end)> done);
	void cancelRead();
	/* No answer comes afterwards. */
	void stop();

private:
	enum Slot { List, Count, Open, Read, SlotCount };
	/* Runs on the archive's thread and gives what is to be done with the answer. */
	using Work =
		std::function<std::function<void()>(struct lx_log_reader *reader, enum lx_database_trouble trouble)>;
	struct Question;

	void ask(Slot slot, bool patient, Work work);
	static void run(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data);

	const Context &context_;
	struct lx_archive *archive_;
	char slots_[SlotCount] = {};
	quint64 asked_[SlotCount] = {};
};

} // namespace lx::ui
