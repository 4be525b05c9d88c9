/*
 * Lines of the chat log as a list shows them: messages, and between them headings that say which day and which channel
 * they are of. UI thread.
 */
#pragma once

#include <vector>

#include <QAbstractListModel>

#include "ui/chat/row.hpp"

namespace lx::ui {

class Text;

struct LogLine {
	qint64 id = 0;   /* the log's number of it; 0: a heading */
	quint64 key = 0; /* the model's own, never used again */
	QString channel;
	ChatRow row;

	bool isHeading() const { return id == 0; }
};

class LogModel : public QAbstractListModel {
	Q_OBJECT

public:
	LogModel(const Text &text, const QString &language, QObject *parent = nullptr);

	int rowCount(const QModelIndex &parent = {}) const override;
	QVariant data(const QModelIndex &index, int role) const override;
	/* Headings can be neither selected nor reached by keys. */
	Qt::ItemFlags flags(const QModelIndex &index) const override;

	const LogLine &line(int row) const { return lines_[size_t(row)]; }
	bool isEmpty() const { return lines_.empty(); }
	int messages() const { return messages_; }
	int rowOf(qint64 id) const; /* -1: not here */
	/* Numbers of the message at either end, 0 where there is none. */
	qint64 firstId() const;
	qint64 lastId() const;

	void replace(std::vector<LogLine> &&lines);
	void append(std::vector<LogLine> &&lines);
	void prepend(std::vector<LogLine> &&lines);
	/* What moderators did meanwhile in a channel. */
	void change(const RowChange &change, const QString &channel);

	/* "[2026-05-12 20:15:03] Anna: hello" */
	QString copied(int row) const;

private:
	LogLine heading(const LogLine &line);
	bool sameGroup(const LogLine &a, const LogLine &b) const;
	std::vector<LogLine> withHeadings(std::vector<LogLine> &&lines, const LogLine *before);

	const Text &text_;
	const QString language_;
	std::vector<LogLine> lines_;
	int messages_ = 0;
	quint64 keys_ = 0;
};

} // namespace lx::ui
