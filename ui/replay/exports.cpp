#include "ui/replay/exports.hpp"

#include <QClipboard>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QMenu>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUrl>

#include "chat/chapters.h"
#include "chat/log.h"
#include "ui/chat/sanitize.hpp"
#include "ui/replay/marker_list.hpp"
#include "ui/replay/message_bar.hpp"

namespace lx::ui {

ReplayExports::ReplayExports(const Context &context, MessageBar &messages, QWidget *page)
	: QObject(page), context_(context), text_(context.text), messages_(messages), page_(page)
{
}

ReplayExports::~ReplayExports()
{
	stop();
}

void ReplayExports::stop()
{
	jobNumber_++;
	lx_export_job_destroy(job_);
	job_ = nullptr;
}

void ReplayExports::addTo(QMenu &menu, qint64 positionMs)
{
	connect(menu.addAction(text_("Replay.CopyChapters")), &QAction::triggered, this,
		[this, positionMs] { copyChapters(positionMs); });
	connect(menu.addAction(text_("Replay.SaveChapters")), &QAction::triggered, this, [this, positionMs] {
		askPath(QStringLiteral("chapters.txt"), positionMs,
			[this, positionMs](const QString &path) { saveChapters(path, positionMs); });
	});
	menu.addSeparator();
	QMenu *chat = menu.addMenu(text_("Replay.Export"));
	static constexpr struct {
		enum lx_export_format format;
		const char *key;
	} formats[] = {
		{LX_EXPORT_TEXT, "Replay.Format.Text"},
		{LX_EXPORT_CSV, "Replay.Format.Csv"},
		{LX_EXPORT_SRT, "Replay.Format.Srt"},
		{LX_EXPORT_ASS, "Replay.Format.Ass"},
		{LX_EXPORT_JSONL, "Replay.Format.Jsonl"},
		{LX_EXPORT_TWITCHDOWNLOADER, "Replay.Format.TwitchDownloader"},
	};
	for (const auto &row : formats) {
		const enum lx_export_format format = row.format;
		connect(chat->addAction(text_(row.key)), &QAction::triggered, this, [this, format] {
			askPath(QString::fromUtf8(lx_export_suffix(format)), 0,
				[this, format](const QString &path) { exportChat(format, path); });
		});
	}
}

/* --- chapters ---------------------------------------------------------------------------------------------------- */

QString ReplayExports::chapters(qint64 positionMs, bool &enough) const
{
	const struct lx_replay_axis *axis = lx_replay_own(replay_.get());
	const struct lx_replay_stretch *here = lx_replay_find(axis, lx_replay_moment(axis, positionMs));
	const size_t file = here ? here->file : 0;
	std::vector<QByteArray> names;
	std::vector<struct lx_chapter> list;
	qint64 length = 0;
	for (size_t i = 0; i < axis->count; i++) {
		const struct lx_replay_stretch &stretch = axis->stretches[i];
		if (stretch.file == file) {
			length = std::max<qint64>(length, stretch.file_ms + stretch.to_ms - stretch.from_ms);
		}
	}
	names.reserve(replay_->marker_count);
	for (size_t i = 0; i < replay_->marker_count; i++) {
		const struct lx_marker &marker = replay_->markers[i].marker;
		const struct lx_replay_stretch *stretch = lx_replay_find(axis, marker.at_ms);
		if (!stretch || stretch->file != file) {
			continue;
		}
		names.push_back(markerLabel(marker, text_).toUtf8());
		list.push_back({stretch->file_ms + marker.at_ms - stretch->from_ms, names.back().constData(),
				marker.kind != LX_MARKER_MANUAL});
	}
	struct dstr out = {};
	const size_t lines =
		lx_chapters_write(list.data(), list.size(), length, text_("Replay.Opening").toUtf8().constData(), &out);
	enough = lines >= LX_CHAPTERS_LEAST;
	const QString text = QString::fromUtf8(out.array);
	dstr_free(&out);
	return text;
}

void ReplayExports::copyChapters(qint64 positionMs)
{
	bool enough = false;
	QGuiApplication::clipboard()->setText(chapters(positionMs, enough));
	messages_.tell(text_(enough ? "Replay.ChaptersCopied" : "Replay.ChaptersFew"));
}

void ReplayExports::saveChapters(const QString &path, qint64 positionMs)
{
	bool enough = false;
	const QByteArray text = chapters(positionMs, enough).toUtf8();
	QSaveFile file(path);
	if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
		messages_.tellError(text_("Replay.NotWritten", {withoutHome(path)}));
		return;
	}
	tellSaved(text_(enough ? "Replay.ChaptersSaved" : "Replay.ChaptersSavedFew", {QFileInfo(path).fileName()}),
		  path);
}

/* --- files ------------------------------------------------------------------------------------------------------- */

QString ReplayExports::defaultPath(const QString &suffix, qint64 positionMs) const
{
	const struct lx_replay_item &item = replay_->item;
	const struct lx_replay_axis *recording = &replay_->axes[LX_REPLAY_RECORDING];
	if (item.kind == LX_REPLAY_RECORDING && recording->file_count) {
		const struct lx_replay_stretch *here =
			lx_replay_find(recording, lx_replay_moment(recording, positionMs));
		struct dstr path = {};
		lx_export_beside(recording->files[here ? here->file : 0], suffix.toUtf8().constData(), &path);
		const QString beside = QString::fromUtf8(path.array);
		dstr_free(&path);
		return beside;
	}
	QString folder = recording->file_count ? QFileInfo(QString::fromUtf8(recording->files[0])).path() : QString();
	if (folder.isEmpty() || !QFileInfo(folder).isDir()) {
		folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
	}
	QString name = QStringLiteral("%1 %2").arg(
		QString::fromUtf8(item.channel),
		QDateTime::fromMSecsSinceEpoch(item.begin_ms).toString(QStringLiteral("yyyy-MM-dd HH-mm")));
	name.replace(QRegularExpression(QStringLiteral("[\\\\/:*?\"<>|\\x00-\\x1f]")), QStringLiteral("_"));
	return QDir(folder).filePath(name + u'.' + suffix);
}

void ReplayExports::askPath(const QString &suffix, qint64 positionMs, std::function<void(const QString &)> then)
{
	const QString path = defaultPath(suffix, positionMs);
	auto *dialog = new QFileDialog(page_, text_("Replay.SaveTitle"), QFileInfo(path).path());
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	dialog->setAcceptMode(QFileDialog::AcceptSave);
	dialog->setNameFilter(QStringLiteral("*.") + suffix.section(u'.', -1));
	dialog->setDefaultSuffix(suffix);
	dialog->selectFile(path);
	connect(dialog, &QFileDialog::fileSelected, this, then);
	dialog->open();
}

void ReplayExports::tellSaved(const QString &sentence, const QString &path)
{
	messages_.tell(sentence, text_("Replay.ShowFolder"), [folder = QFileInfo(path).absolutePath()] {
		QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
	});
}

void ReplayExports::exportChat(enum lx_export_format format, const QString &path)
{
	stop();
	if (!replay_ || !context_.core.archive) {
		return;
	}
	struct Receiver {
		ReplayExports *exports;
		quint64 number;
	};
	const QByteArray to = path.toUtf8();
	/* Freed by the last callback, which always comes. */
	auto *receiver = new Receiver{this, jobNumber_};
	struct lx_export_job_config config = {};
	config.log_path = lx_archive_path(context_.core.archive);
	config.kind = replay_->item.kind;
	config.id = replay_->item.id;
	config.format = format;
	config.path = to.constData();
	config.clock = context_.core.clock;
	config.data = receiver;
	config.progress = [](double part, void *data) {
		const auto *who = static_cast<Receiver *>(data);
		QMetaObject::invokeMethod(
			who->exports,
			[self = who->exports, number = who->number, part] {
				if (number == self->jobNumber_ && self->job_) {
					self->messages_.showProgress(self->text_("Replay.Exporting"), part,
								     self->text_("Replay.Cancel"),
								     [self] { self->stop(); });
				}
			},
			Qt::QueuedConnection);
	};
	config.finished = [](const struct lx_export_result *result, void *data) {
		const auto *who = static_cast<Receiver *>(data);
		ReplayExports *self = who->exports;
		const enum lx_export_outcome outcome = result->outcome;
		const QString where = QString::fromUtf8(result->path);
		const qint64 messages = qint64(result->messages);
		const int files = result->files;
		QString why;
		if (outcome == LX_EXPORT_LOG) {
			struct dstr sentence = {};
			lx_log_trouble_text(self->text_.catalogue(), result->trouble, result->path, "", &sentence);
			why = withoutHome(QString::fromUtf8(sentence.array));
			dstr_free(&sentence);
		}
		QMetaObject::invokeMethod(
			self,
			[self, number = who->number, outcome, why, where, messages, files] {
				if (number == self->jobNumber_) {
					self->finished(outcome, why, where, messages, files);
				}
			},
			Qt::QueuedConnection);
		delete who;
	};
	messages_.showProgress(text_("Replay.Exporting"), 0, text_("Replay.Cancel"), [this] { stop(); });
	job_ = lx_export_job_start(&config);
}

void ReplayExports::finished(enum lx_export_outcome outcome, const QString &why, const QString &path, qint64 messages,
			     int files)
{
	lx_export_job_destroy(job_);
	job_ = nullptr;
	switch (outcome) {
	case LX_EXPORT_DONE:
		tellSaved(files > 1 ? text_("Replay.SavedFiles",
					    {QString::number(files), QLocale(context_.language).toString(messages)})
				    : text_("Replay.Saved", {QFileInfo(path).fileName(),
							     QLocale(context_.language).toString(messages)}),
			  path);
		break;
	case LX_EXPORT_CANCELLED:
		messages_.hide();
		break;
	case LX_EXPORT_LOG:
		messages_.tellError(why);
		break;
	case LX_EXPORT_GONE:
		messages_.tellError(text_("Replay.Gone"));
		break;
	case LX_EXPORT_WRITE:
		messages_.tellError(text_("Replay.NotWritten", {withoutHome(path)}));
		break;
	}
}

} // namespace lx::ui
