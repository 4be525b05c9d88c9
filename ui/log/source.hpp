/*
 * The search of the core (chat/search.h) for widgets: asks without waiting, and hands answers over on the UI thread, their
 * messages already made into lines where they were read.
 */
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QObject>
#include <QStringList>

#include "chat/search.h"
#include "ui/context.hpp"
#include "ui/log/model.hpp"

namespace lx::ui {

struct LogAnswer {
	quint64 id = 0;
	enum lx_search_kind kind = LX_SEARCH_HITS;
	enum lx_search_state state = LX_SEARCH_DONE;
	bool goingOn = false; /* more of it follows */
	bool continued = false;
	std::vector<LogLine> lines;
	qint64 total = 0;
	QStringList names;
	QString sentence;                  /* what is wrong */
	size_t wrongAt = 0, wrongSize = 0; /* bytes of the query */
};

class LogSource : public QObject {
	Q_OBJECT

public:
	using Sink = std::function<void(LogAnswer &&)>;

	LogSource(const Context &context, Sink sink, QObject *parent = nullptr);
	~LogSource() override;

	/* False: there is no log in this program at all; nothing may be asked. */
	bool isThere() const { return search_ != nullptr; }
	struct lx_search *search() { return search_; }
	/* No answer comes afterwards. */
	void stop();

private:
	static void onAnswer(const struct lx_search_answer *answer, void *data);
	LogLine lineOf(const struct lx_search_hit &hit) const;

	const Text &text_;
	Sink sink_;
	struct lx_search *search_ = nullptr;
};

} // namespace lx::ui
