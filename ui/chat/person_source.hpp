/*
 * What is known of one person, from the chat log and from Twitch, asked off the UI thread and told here as it comes. UI thread.
 */
#pragma once

#include <memory>
#include <vector>

#include <QObject>
#include <QString>

#include "chat/person.h"
#include "ui/context.hpp"

namespace lx::ui {

struct PersonProfile {
	enum lx_profile_part part = LX_PROFILE_USER;
	enum lx_helix_error error = LX_HELIX_OK;
	QString message, name, kind, tier, gifter;
	QByteArray picture;
	qint64 createdMs = 0, followedMs = 0;
	bool subscribed = false, gift = false;
};

struct PersonFacts {
	qint64 messages = 0, firstMs = 0, deleted = 0, timeouts = 0, bans = 0;
	QStringList names; /* earlier ones, newest first, with the day each began */
	QString note;
};

/* One thing they wrote, or that was done about them. */
struct HistoryItem {
	qint64 row = 0, timeMs = 0;
	QString channel;
	QString text;
	bool deed = false;
	bool deleted = false;
};

class PersonSource : public QObject {
	Q_OBJECT

public:
	PersonSource(Context &context, const QByteArray &userId, QObject *parent = nullptr);
	~PersonSource() override;

	bool hasLog() const { return context_.core.archive && !userId_.isEmpty(); }
	/* False: it cannot be asked, nothing will come. */
	bool askProfile(enum lx_profile_part part);
	void askFacts();
	/* Newest first; a new question for other words ends the one before it. */
	void askHistory(const QString &words);
	void askMore();
	bool hasMore() const { return more_; }
	/* Kept in the log's data base, nowhere else. noteSaved() tells how it went. */
	void saveNote(const QString &note);

Q_SIGNALS:
	void profileArrived(const lx::ui::PersonProfile &profile);
	void factsArrived(const lx::ui::PersonFacts &facts);
	/* `first`: it begins the list anew. */
	void historyArrived(const std::vector<lx::ui::HistoryItem> &items, bool first);
	void noteSaved(bool saved);

private:
	struct Bridge;
	struct Question;

	void ask(bool first);
	template<typename Work> static void post(const std::shared_ptr<Bridge> &bridge, Work work);
	static void readFacts(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data);
	static void readHistory(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data);
	static void freeQuestion(void *data);

	Context &context_;
	const QByteArray userId_;
	std::shared_ptr<Bridge> bridge_;
	QString words_;
	qint64 beforeMessage_ = 0, beforeDeed_ = 0;
	quint64 asked_ = 0; /* number of the list's last beginning */
	bool more_ = false;
	bool waiting_ = false;
	char factsSlot_ = 0, historySlot_ = 0;
};

} // namespace lx::ui
