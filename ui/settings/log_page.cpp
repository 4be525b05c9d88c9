#include "ui/settings/log_page.hpp"

#include <mutex>

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>

#include "chat/archive.h"
#include "ui/chat/sanitize.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

enum Unit { ForEver, Days, Months };
constexpr int daysOfMonth = 30;
constexpr int mostDays = 36500;

} // namespace

struct LogSettingsPage::Line {
	std::mutex mutex;
	LogSettingsPage *page; /* null: it is gone */

	/* Has the UI thread do something with the page, if that is still there. */
	template<typename Work> void post(Work work)
	{
		const std::lock_guard<std::mutex> lock(mutex);
		if (page) {
			QMetaObject::invokeMethod(page, [page = page, work] { work(*page); }, Qt::QueuedConnection);
		}
	}
};

/* One piece of work, until it has ended. */
struct LogSettingsPage::Job {
	std::shared_ptr<Line> line;
	Ending ending;
};

LogSettingsPage::LogSettingsPage(Context &context)
	: SettingsPage(context, "Settings.Log", Icon::Search), line_(std::make_shared<Line>()),
	  keep_(new QCheckBox(text_("Settings.Log.Keep"))), number_(new QSpinBox), unit_(new QComboBox),
	  older_(mutedLabel(text_("Settings.Log.Older"))), holds_(plainLabel(text_("Settings.Log.Counting"))),
	  folder_(new QPushButton(text_("Settings.Log.Folder"))),
	  backup_(new QPushButton(text_("Settings.Log.Backup"))),
	  compact_(new QPushButton(text_("Settings.Log.Compact"))), who_(new QLineEdit),
	  forget_(new QPushButton(text_("Settings.Log.Forget"))), progress_(new QProgressBar),
	  status_(plainLabel(QString()))
{
	line_->page = this;
	buildKeeping();
	buildCare();
	showKeeping();
	begin(QString(), false);
	say(QString());
}

LogSettingsPage::~LogSettingsPage()
{
	const std::lock_guard<std::mutex> lock(line_->mutex);
	line_->page = nullptr;
}

void LogSettingsPage::buildKeeping()
{
	unit_->addItems({text_("Settings.Log.ForEver"), text_("Settings.Unit.Days"), text_("Settings.Log.Months")});
	number_->setRange(1, mostDays);
	number_->setAccessibleName(text_("Settings.Log.For"));
	unit_->setAccessibleName(text_("Settings.Log.For"));
	auto *row = new QHBoxLayout;
	row->setSpacing(6);
	row->addWidget(number_, 1);
	row->addWidget(unit_, 1);
	form().addRow(keep_);
	form().addRow(text_("Settings.Log.For"), row);
	form().addRow(older_);
	connect(keep_, &QCheckBox::toggled, this, &LogSettingsPage::showKeeping);
	connect(unit_, &QComboBox::currentIndexChanged, this, &LogSettingsPage::showKeeping);
}

void LogSettingsPage::buildCare()
{
	auto *buttons = new QHBoxLayout;
	buttons->setSpacing(6);
	for (QPushButton *button : {folder_, backup_, compact_}) {
		button->setAutoDefault(false);
		buttons->addWidget(button);
	}
	buttons->addStretch(1);
	compact_->setToolTip(text_("Settings.Log.CompactTip"));
	form().addRow(holds_);
	form().addRow(buttons);

	who_->setPlaceholderText(text_("Settings.Log.ForgetWho"));
	who_->setMaxLength(64);
	forget_->setAutoDefault(false);
	auto *row = new QHBoxLayout;
	row->setSpacing(6);
	row->addWidget(who_, 1);
	row->addWidget(forget_);
	auto *label = new QLabel(text_("Settings.Log.ForgetLabel"));
	label->setBuddy(who_);
	form().addRow(label, row);
	form().addRow(mutedLabel(text_("Settings.Log.ForgetHint")));

	progress_->setAccessibleName(text_("Settings.Log.Progress"));
	progress_->setTextVisible(false);
	form().addRow(status_);
	form().addRow(progress_);

	connect(folder_, &QPushButton::clicked, this, [this] {
		const QUrl url = QUrl::fromLocalFile(QFileInfo(path()).absolutePath());
		if (!QDesktopServices::openUrl(url)) {
			say(text_("Settings.Log.NoFolder", {withoutHome(QDir::toNativeSeparators(path()))}));
		}
	});
	connect(backup_, &QPushButton::clicked, this, &LogSettingsPage::chooseBackup);
	connect(compact_, &QPushButton::clicked, this, &LogSettingsPage::compact);
	connect(forget_, &QPushButton::clicked, this, &LogSettingsPage::askForget);
	who_->installEventFilter(this);
	connect(who_, &QLineEdit::textChanged, this,
		[this] { forget_->setEnabled(!working_ && !who_->text().trimmed().isEmpty()); });
}

bool LogSettingsPage::eventFilter(QObject *watched, QEvent *event)
{
	const auto *key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event) : nullptr;
	if (watched != who_ || !key || (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter)) {
		return SettingsPage::eventFilter(watched, event);
	}
	askForget();
	return true;
}

void LogSettingsPage::showKeeping()
{
	const bool limited = unit_->currentIndex() != ForEver;
	number_->setVisible(limited);
	older_->setVisible(limited);
	number_->setEnabled(keep_->isChecked());
	unit_->setEnabled(keep_->isChecked());
}

int LogSettingsPage::days() const
{
	const int days = number_->value() * (unit_->currentIndex() == Months ? daysOfMonth : 1);
	return unit_->currentIndex() == ForEver ? 0 : std::min(days, mostDays);
}

void LogSettingsPage::load()
{
	const int days = context_.number(LX_SETTING_CHAT_LOG_DAYS);
	const bool months = days && days % daysOfMonth == 0;
	keep_->setChecked(context_.flag(LX_SETTING_CHAT_LOG));
	number_->setValue(!days ? 12 : months ? days / daysOfMonth : days);
	unit_->setCurrentIndex(!days ? ForEver : months ? Months : Days);
	showKeeping();
	askNumbers();
}

void LogSettingsPage::apply()
{
	lx_settings_set_bool(context_.core.settings, LX_SETTING_CHAT_LOG, keep_->isChecked());
	lx_settings_set_int(context_.core.settings, LX_SETTING_CHAT_LOG_DAYS, days());
}

void LogSettingsPage::applied()
{
	askNumbers();
}

void LogSettingsPage::stop()
{
	/* The log is the core's, and goes with it. */
	context_.core.log = nullptr;
	if (context_.core.archive) {
		lx_archive_end(context_.core.archive, line_.get());
	}
}

/* --- what it holds ----------------------------------------------------------------------------------------------- */

QString LogSettingsPage::path() const
{
	return context_.core.archive ? QString::fromUtf8(lx_archive_path(context_.core.archive)) : QString();
}

QString LogSettingsPage::size(qint64 bytes) const
{
	return QLocale(context_.language).formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

void LogSettingsPage::askNumbers()
{
	if (!context_.core.archive) {
		holds_->setText(text_("Settings.Log.None"));
		return;
	}
	struct Question {
		std::shared_ptr<Line> line;
		QByteArray path;
	};
	/* Counting millions takes a while, and whoever searches meanwhile goes first. */
	lx_archive_ask_patiently(
		context_.core.archive, line_.get(),
		[](struct lx_log_reader *reader, enum lx_database_trouble, void *data) {
			const auto *question = static_cast<const Question *>(data);
			qint64 messages = 0, firstMs = 0;
			if (reader) {
				sqlite3 *db = lx_log_reader_db(reader);
				messages = lx_database_number(db, "SELECT count(*) FROM message", 0);
				firstMs = lx_database_number(db, "SELECT min(id) / 64 FROM message", 0);
				if (lx_log_reader_is_cancelled(reader)) {
					return;
				}
			}
			const qint64 bytes = lx_database_size(question->path.constData());
			question->line->post([messages, firstMs, bytes](LogSettingsPage &page) {
				page.showNumbers(messages, firstMs, bytes);
			});
		},
		new Question{line_, path().toUtf8()}, [](void *data) { delete static_cast<Question *>(data); });
}

void LogSettingsPage::showNumbers(qint64 messages, qint64 firstMs, qint64 bytes)
{
	const QLocale locale(context_.language);
	if (!messages) {
		holds_->setText(text_("Settings.Log.Empty"));
		return;
	}
	const QDate first = QDateTime::fromMSecsSinceEpoch(firstMs).date();
	holds_->setText(text_("Settings.Log.Numbers",
			      {locale.toString(messages), locale.toString(first, QLocale::ShortFormat), size(bytes)}));
}

/* --- work -------------------------------------------------------------------------------------------------------- */

void LogSettingsPage::begin(const QString &sentence, bool withPercent)
{
	working_ = true;
	status_->setText(sentence);
	status_->setVisible(!sentence.isEmpty());
	progress_->setRange(0, withPercent ? 100 : 0);
	progress_->setValue(0);
	progress_->show();
	for (QPushButton *button : {backup_, compact_, forget_}) {
		button->setEnabled(false);
	}
}

/* It has ended. */
void LogSettingsPage::say(const QString &sentence)
{
	const bool there = context_.core.log && context_.core.archive;
	working_ = false;
	status_->setText(sentence);
	status_->setVisible(!sentence.isEmpty());
	progress_->hide();
	folder_->setEnabled(there);
	backup_->setEnabled(there);
	compact_->setEnabled(there);
	who_->setEnabled(there);
	forget_->setEnabled(there && !who_->text().trimmed().isEmpty());
}

void LogSettingsPage::sayTrouble(enum lx_database_trouble trouble, const QString &path)
{
	switch (trouble) {
	case LX_DATABASE_FULL:
		say(text_("Settings.Log.Failed.Full"));
		break;
	case LX_DATABASE_READ_ONLY:
		say(text_("Settings.Log.Failed.ReadOnly", {withoutHome(QDir::toNativeSeparators(path))}));
		break;
	case LX_DATABASE_LOCKED:
		say(text_("Settings.Log.Failed.Locked"));
		break;
	case LX_DATABASE_DAMAGED:
		say(text_("Settings.Log.Failed.Damaged"));
		break;
	default:
		say(text_("Settings.Log.Failed"));
		break;
	}
}

LogSettingsPage::Job *LogSettingsPage::job(Ending ending)
{
	return new Job{line_, ending};
}

void LogSettingsPage::finished(enum lx_database_trouble trouble, bool done, int64_t removed, void *data)
{
	const std::unique_ptr<Job> job(static_cast<Job *>(data));
	job->line->post([ending = job->ending, outcome = Outcome{trouble, done, removed}](LogSettingsPage &page) {
		(page.*ending)(outcome);
	});
}

void LogSettingsPage::progressed(int percent, void *data)
{
	const auto *job = static_cast<const Job *>(data);
	job->line->post([percent](LogSettingsPage &page) { page.progress_->setValue(percent); });
}

void LogSettingsPage::chooseBackup()
{
	const QString name = QStringLiteral("/chat-%1.sqlite").arg(QDate::currentDate().toString(Qt::ISODate));
	const QString path = QFileDialog::getSaveFileName(this, text_("Settings.Log.BackupTitle"),
							  QDir::homePath() + name, text_("Settings.Log.BackupFilter"));
	if (!path.isEmpty()) {
		backUp(path);
	}
}

void LogSettingsPage::backUp(const QString &path)
{
	if (working_ || !context_.core.log) {
		return;
	}
	/* It would take the place of the very file that is being written. */
	if (QFileInfo(path) == QFileInfo(this->path())) {
		say(text_("Settings.Log.BackupItself"));
		return;
	}
	subject_ = path;
	begin(text_("Settings.Log.BackupRunning"), true);
	lx_log_backup(context_.core.log, path.toUtf8().constData(), progressed, finished,
		      job(&LogSettingsPage::backedUp));
}

void LogSettingsPage::backedUp(const Outcome &outcome)
{
	if (outcome.done) {
		say(text_("Settings.Log.BackupDone",
			  {withoutHome(QDir::toNativeSeparators(subject_)), size(QFileInfo(subject_).size())}));
	} else {
		sayTrouble(outcome.trouble, subject_);
	}
}

void LogSettingsPage::compact()
{
	if (working_ || !context_.core.log) {
		return;
	}
	bytesBefore_ = lx_database_size(path().toUtf8().constData());
	begin(text_("Settings.Log.CompactRunning"), false);
	lx_log_compact(context_.core.log, finished, job(&LogSettingsPage::compacted));
}

void LogSettingsPage::compacted(const Outcome &outcome)
{
	if (!outcome.done) {
		sayTrouble(outcome.trouble, path());
		return;
	}
	const qint64 bytes = lx_database_size(path().toUtf8().constData());
	say(text_("Settings.Log.CompactDone", {size(bytesBefore_), size(bytes)}));
	askNumbers();
}

void LogSettingsPage::askForget()
{
	const QString who = who_->text().trimmed();
	if (working_ || who.isEmpty()) {
		return;
	}
	QMessageBox box(QMessageBox::Warning, text_("Settings.Log.ForgetTitle"), text_("Settings.Log.ForgetAsk", {who}),
			QMessageBox::NoButton, this);
	box.setTextFormat(Qt::PlainText);
	box.setInformativeText(text_("Settings.Log.ForgetHint"));
	QPushButton *yes = box.addButton(text_("Settings.Log.ForgetYes"), QMessageBox::DestructiveRole);
	box.setDefaultButton(box.addButton(text_("Dialog.Cancel"), QMessageBox::RejectRole));
	box.exec();
	if (box.clickedButton() == yes) {
		forget(who);
	}
}

void LogSettingsPage::forget(const QString &who)
{
	if (working_ || !context_.core.log) {
		return;
	}
	subject_ = who.startsWith(QLatin1Char('@')) ? who.mid(1) : who;
	/* Digits are an id first; there are people with such names too. */
	byId_ = std::all_of(subject_.cbegin(), subject_.cend(), [](QChar c) { return c >= u'0' && c <= u'9'; });
	begin(text_("Settings.Log.ForgetRunning", {subject_}), false);
	const QByteArray name = subject_.toLower().toUtf8();
	lx_log_forget_user(context_.core.log, byId_ ? name.constData() : "", byId_ ? "" : name.constData(), finished,
			   job(&LogSettingsPage::forgotten));
}

/* Earlier searches of the log may have been about them. */
void LogSettingsPage::forgetSearches()
{
	QStringList kept;
	for (const QString &search : context_.setting(LX_SETTING_LOG_SEARCHES).split(u'\n', Qt::SkipEmptyParts)) {
		if (!search.contains(subject_, Qt::CaseInsensitive)) {
			kept << search;
		}
	}
	lx_settings_set_string(context_.core.settings, LX_SETTING_LOG_SEARCHES, kept.join(u'\n').toUtf8().constData());
	context_.settingsChanged();
}

void LogSettingsPage::forgotten(const Outcome &outcome)
{
	if (!outcome.done) {
		sayTrouble(outcome.trouble, path());
	} else if (!outcome.removed && byId_ && context_.core.log) {
		byId_ = false;
		lx_log_forget_user(context_.core.log, "", subject_.toUtf8().constData(), finished,
				   job(&LogSettingsPage::forgotten));
	} else if (!outcome.removed) {
		say(text_("Settings.Log.ForgetNobody", {subject_}));
	} else {
		who_->clear();
		forgetSearches();
		Q_EMIT personForgotten(byId_ ? subject_.toUtf8() : QByteArray(),
				       byId_ ? QString() : subject_.toLower());
		say(text_("Settings.Log.ForgetDone", {subject_, QLocale(context_.language).toString(outcome.removed)}));
		askNumbers();
	}
}

} // namespace lx::ui
