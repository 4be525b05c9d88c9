/*
 * Settings: how long the chat is kept, what the log holds, and what can be done with it: a backup, compaction, forgetting a
 * person. All of it beside the user interface, one at a time.
 */
#pragma once

#include <memory>

#include "chat/log.h"
#include "ui/settings/page.hpp"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace lx::ui {

class LogSettingsPage : public SettingsPage {
	Q_OBJECT

public:
	explicit LogSettingsPage(Context &context);
	~LogSettingsPage() override;

	void load() override;
	void apply() override;
	void applied() override;
	void stop() override;

	/* As the buttons do once the user has answered what they ask. */
	void backUp(const QString &path);
	void compact();
	void forget(const QString &who);

Q_SIGNALS:
	/* It is done; either may be empty. */
	void personForgotten(const QByteArray &userId, const QString &login);

protected:
	/* Enter in the name asks to forget it: it is not the dialog's OK. */
	bool eventFilter(QObject *watched, QEvent *event) override;

private:
	/* What threads of the log tell goes through here; it outlives the page when work is under way. */
	struct Line;
	struct Job;
	struct Outcome {
		enum lx_database_trouble trouble;
		bool done;
		qint64 removed;
	};
	using Ending = void (LogSettingsPage::*)(const Outcome &outcome);

	void buildKeeping();
	void buildCare();
	void showKeeping();
	int days() const;
	void askNumbers();
	void showNumbers(qint64 messages, qint64 firstMs, qint64 bytes);
	void begin(const QString &sentence, bool withPercent);
	void say(const QString &sentence);
	void sayTrouble(enum lx_database_trouble trouble, const QString &path);
	Job *job(Ending ending);
	static void finished(enum lx_database_trouble trouble, bool done, int64_t removed, void *data);
	static void progressed(int percent, void *data);
	void backedUp(const Outcome &outcome);
	void compacted(const Outcome &outcome);
	void forgotten(const Outcome &outcome);
	void forgetSearches();
	void chooseBackup();
	void askForget();
	QString size(qint64 bytes) const;
	QString path() const;

	std::shared_ptr<Line> line_;
	bool working_ = false;
	QString subject_; /* file or person of the work under way */
	bool byId_ = false;
	qint64 bytesBefore_ = 0;

	QCheckBox *keep_;
	QSpinBox *number_;
	QComboBox *unit_;
	QLabel *older_;
	QLabel *holds_;
	QPushButton *folder_;
	QPushButton *backup_;
	QPushButton *compact_;
	QLineEdit *who_;
	QPushButton *forget_;
	QProgressBar *progress_;
	QLabel *status_;
};

} // namespace lx::ui
