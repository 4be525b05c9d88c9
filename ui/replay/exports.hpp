/*
 * What of a replay goes to other programs: its markers as chapters for YouTube, its chat in files.
 */
#pragma once

#include <QObject>

#include "chat/export_job.h"
#include "ui/replay/source.hpp"

class QMenu;
class QWidget;

namespace lx::ui {

class MessageBar;

class ReplayExports : public QObject {
	Q_OBJECT

public:
	/* `page`: parent of dialogs. */
	ReplayExports(const Context &context, MessageBar &messages, QWidget *page);
	~ReplayExports() override;

	void setReplay(const ReplayRef &replay) { replay_ = replay; }
	/* Of the file that this position is in, or of the stream. */
	void addTo(QMenu &menu, qint64 positionMs);

	/* The list, and whether YouTube will take it. */
	QString chapters(qint64 positionMs, bool &enough) const;
	void copyChapters(qint64 positionMs);
	void saveChapters(const QString &path, qint64 positionMs);
	/* Where a file for this replay belongs: beside the recording, else in the folder of documents. */
	QString defaultPath(const QString &suffix, qint64 positionMs) const;
	void exportChat(enum lx_export_format format, const QString &path);
	/* No callback comes afterwards. */
	void stop();

private:
	void askPath(const QString &suffix, qint64 positionMs, std::function<void(const QString &path)> then);
	void finished(enum lx_export_outcome outcome, const QString &why, const QString &path, qint64 messages,
		      int files);
	void tellSaved(const QString &sentence, const QString &path);

	const Context &context_;
	const Text &text_;
	MessageBar &messages_;
	QWidget *page_;
	ReplayRef replay_;
	struct lx_export_job *job_ = nullptr;
	quint64 jobNumber_ = 0;
};

} // namespace lx::ui
