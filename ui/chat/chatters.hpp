/*
 * Tells of people who write for the first time in a stream, or again after long, what the chat log knows: when they wrote last. Each
 * person is asked about once a stream, many at a time, on the archive's thread; more than it can answer is not asked. UI thread.
 */
#pragma once

#include <memory>
#include <vector>

#include <QObject>
#include <QSet>

#include "chat/reader.h"
#include "ui/chat/row.hpp"
#include "ui/context.hpp"

namespace lx::ui {

class Chatters : public QObject {
	Q_OBJECT

public:
	explicit Chatters(Context &context, QObject *parent = nullptr);
	~Chatters() override;

	/* Looks at what comes to chat. */
	void take(const std::vector<RowEntry> &entries);
	void setOn(bool on);
	/* A stream began or ended: everybody is new again. */
	void startAnew();
	void stop();

	/* "Back after 3 months"; empty while it was not long. */
	static QString backAfter(qint64 awayMs, const Text &text);

Q_SIGNALS:
	void told(std::vector<RowEntry> notes);

private:
	struct Bridge;
	struct Asked {
		QByteArray userId, messageId;
		qint64 timeMs;
		qint64 lastMs; /* the answer; 0: never, -1: not known */
	};
	struct Question;

	void ask();
	void answered(const std::vector<Asked> &people, qint64 streamMs);
	static void read(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data);
	static void end(void *data);

	Context &context_;
	std::shared_ptr<Bridge> bridge_;
	bool on_ = false;
	bool asking_ = false;
	QSet<QByteArray> known_; /* ids of those who were asked about */
	std::vector<Asked> waiting_;
	quint64 round_ = 0; /* answers of an earlier one are too late */
	char slot_ = 0;
};

} // namespace lx::ui
