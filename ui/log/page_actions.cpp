/* What is done with lines of the log: moderation, copying, cards, menus, files. */
#include <algorithm>

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QSet>
#include <QStackedWidget>
#include <QStandardPaths>

#include "ui/chat/action_bar.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/log/batch.hpp"
#include "ui/log/help.hpp"
#include "ui/log/page.hpp"
#include "ui/log/search_line.hpp"
#include "ui/log/selection_bar.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr enum lx_export_format formats[] = {LX_EXPORT_TEXT, LX_EXPORT_JSONL, LX_EXPORT_CSV};
constexpr int mostOfPerson = 200;

enum lx_export_format formatOf(const QString &path)
{
	const QString suffix = QFileInfo(path).suffix().toLower();
	for (const enum lx_export_format format : formats) {
		if (suffix == QLatin1StringView(lx_export_suffix(format))) {
			return format;
		}
	}
	return LX_EXPORT_TEXT;
}

} // namespace

LogList *LogPage::listInUse() const
{
	const bool context = contextOf_ && (!results_->isVisible() || near_->hasFocus() ||
					    near_->selectedLines().size() > hits_->selectedLines().size());
	return context ? near_ : hits_;
}

void LogPage::report(const Intents::Answer &answer)
{
	if (!answer.ok) {
		actions_->showNote(answer.error.isEmpty() ? text_("Chat.NotReady") : discreet(answer.error, true),
				   Tone::Bad);
	}
}

/* As in the chat: neither whom it was about, nor why it went wrong. */
QString LogPage::discreet(const QString &sentence, bool failed) const
{
	return !veil_->hides() ? sentence : text_(failed ? "Streamer.ActionFailed" : "Streamer.Action");
}

void LogPage::refuse(const QString &why)
{
	const Session &session = context_.session;
	session.permissionHelps() && why == session.whyNotModerate() ? actions_->showPermission(why, {})
								     : actions_->showNote(why);
}

void LogPage::showAction(const ActionInfo &action)
{
	if (isVisible() && !batch_->isRunning()) {
		ActionInfo shown = action;
		shown.sentence = discreet(shown.sentence, action.state == LX_ACTION_FAILED);
		actions_->showAction(shown);
	}
}

void LogPage::undo()
{
	report(context_.intents.undo("dock"));
}

void LogPage::act(LogList *list, RowAction action, int row)
{
	const LogLine &line = list->lines().line(row);
	const Target target = Target::of(list->actable(line));
	const ActionRules rules = list->rulesOf(line);
	switch (action) {
	case RowAction::Reply:
		Q_EMIT replyWanted(line.row);
		break;
	case RowAction::Delete:
		report(context_.intents.remove(target, "dock"));
		break;
	case RowAction::Timeout1:
	case RowAction::Timeout2:
	case RowAction::Timeout3:
		report(context_.intents.timeout(target, rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)],
						{}, "dock"));
		break;
	case RowAction::Ban:
		report(context_.intents.ban(target, {}, "dock"));
		break;
	case RowAction::Unban:
		report(context_.intents.unban(target, "dock"));
		break;
	case RowAction::Allow: /* of messages that were never in chat */
	case RowAction::Deny:
	case RowAction::None:
		break;
	}
}

/* --- several ----------------------------------------------------------------------------------------------------- */

void LogPage::updateSelection()
{
	LogList *list = listInUse();
	const std::vector<int> rows = list->selectedLines();
	QSet<QString> people;
	for (const int row : rows) {
		people.insert(list->lines().line(row).row.login);
	}
	if (rows.size() > 1) {
		LogLine here;
		here.channel = context_.session.channel();
		selection_->update(int(rows.size()), int(people.size()), list->rulesOf(here));
	}
	selection_->setVisible(rows.size() > 1);
}

void LogPage::actOnMany(RowAction action)
{
	LogList *list = listInUse();
	LogLine here;
	here.channel = context_.session.channel();
	const ActionRules rules = list->rulesOf(here);
	if (!rules.allows(action)) {
		refuse(rules.whyNot(action));
		return;
	}
	std::vector<ChatRow> rows;
	for (const int row : list->selectedLines()) {
		const LogLine &line = list->lines().line(row);
		if (line.channel == here.channel) {
			rows.push_back(list->actable(line));
		}
	}
	if (action == RowAction::Reply) {
		return;
	}
	const std::vector<BatchItem> items = batchOf(rows, action, rules);
	if (items.empty()) {
		actions_->showNote(text_("LogPage.Batch.Nobody"));
		return;
	}
	const QString label = list->labelOf(action);
	auto *dialog = new BatchDialog(items, label, action == RowAction::Delete, text_, this);
	connect(dialog, &QDialog::accepted, this, [this, items, label, action, rules] {
		Intents &intents = context_.intents;
		batch_->start(items, label, [&intents, action, rules](const Target &target) {
			switch (action) {
			case RowAction::Delete:
				return intents.remove(target, "dock");
			case RowAction::Ban:
				return intents.ban(target, {}, "dock");
			case RowAction::Unban:
				return intents.unban(target, "dock");
			default:
				return intents.timeout(target,
						       rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)],
						       {}, "dock");
			}
		});
	});
	dialog->open();
}

void LogPage::copy(LogList *list)
{
	QStringList lines;
	for (const int row : list->selectedLines()) {
		lines << list->lines().copied(row);
	}
	if (!lines.isEmpty()) {
		QGuiApplication::clipboard()->setText(lines.join(u'\n'));
		actions_->showNote(text_("LogPage.Copied", {QString::number(lines.size())}), Tone::Good);
	}
}

/* --- one line ---------------------------------------------------------------------------------------------------- */

void LogPage::showMenu(LogList *list, int row, const QPoint &global)
{
	const LogLine line = list->lines().line(row);
	const ActionRules rules = list->rulesOf(line);
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	menu->setToolTipsVisible(true);
	const auto add = [this, menu](const char *key, auto work) {
		connect(menu->addAction(text_(key)), &QAction::triggered, this, work);
	};
	if (list == hits_) {
		add("LogPage.Menu.Context", [this, id = line.id] { showContext(id); });
		menu->addSeparator();
	}
	const ChatRow target = list->actable(line);
	for (const RowAction action : {RowAction::Reply, RowAction::Delete, RowAction::Timeout1, RowAction::Timeout2,
				       RowAction::Timeout3, RowAction::Ban, RowAction::Unban}) {
		if (!actionFits(action, target, rules)) {
			continue;
		}
		QString label = actionLabel(action, rules, text_).replace(u'&', QStringLiteral("&&"));
		if (const Qt::Key key = actionKey(action)) {
			label += u'\t' + QKeySequence(key).toString(QKeySequence::NativeText);
		}
		QAction *entry = menu->addAction(label);
		entry->setEnabled(rules.allows(action));
		entry->setToolTip(rules.whyNot(action));
		connect(entry, &QAction::triggered, this, [this, list, action, id = line.id] {
			const int now = list->lines().rowOf(id);
			if (now >= 0) {
				list->setCurrentIndex(list->lines().index(now)); /* asks there, when it has to ask */
				list->request(action, now);
			}
		});
	}
	menu->addSeparator();
	if (line.row.hasAuthor()) {
		add("Chat.Menu.Card", [this, list, id = line.id, global] {
			const int now = list->lines().rowOf(id);
			if (now >= 0) {
				showCard(list, now, global);
			}
		});
		add("LogPage.Menu.From", [this, login = line.row.login] { search(QStringLiteral("from:") + login); });
	}
	if (list->selectedLines().size() > 1) {
		add("LogPage.Copy", [this, list] { copy(list); });
	}
	add("Chat.Menu.CopyMessage", [words = line.row.text] { QGuiApplication::clipboard()->setText(words); });
	add("Chat.Menu.CopyLine",
	    [whole = list->lines().copied(row)] { QGuiApplication::clipboard()->setText(whole); });
	menu->popup(global);
}

/* The card shows what is in a model of the chat: here, what was found of the person. */
void LogPage::showCard(LogList *list, int row, const QPoint &global)
{
	const LogLine &line = list->lines().line(row);
	if (!line.row.hasAuthor()) {
		return;
	}
	ChatModel theirs(text_, mostOfPerson);
	for (int i = list->lines().rowCount() - 1; i >= 0; i--) {
		const LogLine &other = list->lines().line(i);
		if (!other.isHeading() && i != row && other.row.login == line.row.login &&
		    theirs.rowCount() + 1 < mostOfPerson) {
			theirs.append(ChatRow(other.row));
		}
	}
	theirs.append(ChatRow(line.row));
	auto *card = new UserCard(context_, pictures_, theirs, theirs.endSeq() - 1, list->rulesOf(line), this);
	connect(card, &UserCard::actionRequested, this,
		[this, list, id = line.id, target = Target::of(line.row),
		 times = list->rulesOf(line).timeoutsS](RowAction action, const QString &reason) {
			const int now = list->lines().rowOf(id);
			if (action == RowAction::Ban && !reason.isEmpty()) {
				context_.intents.ban(target, reason, "dock");
			} else if (isTimeout(action) && !reason.isEmpty()) {
				context_.intents.timeout(target, times[size_t(action) - size_t(RowAction::Timeout1)],
							 reason, "dock");
			} else if (now >= 0) {
				act(list, action, now);
			}
		});
	connect(card, &UserCard::orderRequested, this, [this, row = line.row](const char *word, const QString &words) {
		context_.intents.order(word, Target::of(row), words);
	});
	connect(card, &UserCard::permissionWanted, this, &LogPage::permissionWanted);
	connect(card, &UserCard::contextWanted, this, &LogPage::showContext);
	card->showAt(global);
}

/* They ask the log and the web API, which go when OBS does. */
void LogPage::closeCards()
{
	for (UserCard *card : findChildren<UserCard *>()) {
		card->close();
		delete card;
	}
}

void LogPage::showHelp()
{
	auto *help = new QueryHelp(text_, this);
	connect(help, &QueryHelp::chosen, line_, &SearchLine::insertPiece);
	help->showBelow(help_);
}

/* --- files ------------------------------------------------------------------------------------------------------- */

void LogPage::askExport()
{
	QStringList filters;
	for (const enum lx_export_format format : formats) {
		const QString suffix = QString::fromUtf8(lx_export_suffix(format));
		filters << QStringLiteral("%1 (*.%2)")
				   .arg(text_(format == LX_EXPORT_TEXT    ? "LogPage.Format.Text"
					      : format == LX_EXPORT_JSONL ? "LogPage.Format.Jsonl"
									  : "LogPage.Format.Csv"),
					suffix);
	}
	auto *dialog = new QFileDialog(this, text_("LogPage.Export"),
				       QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	dialog->setAcceptMode(QFileDialog::AcceptSave);
	dialog->setNameFilters(filters);
	dialog->selectFile(QStringLiteral("chat.txt"));
	dialog->setDefaultSuffix(QStringLiteral("txt"));
	connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters](const QString &filter) {
		const auto at = size_t(std::max(qsizetype(0), filters.indexOf(filter)));
		dialog->setDefaultSuffix(QString::fromUtf8(lx_export_suffix(formats[at])));
	});
	connect(dialog, &QFileDialog::fileSelected, this, &LogPage::exportTo);
	dialog->open();
}

void LogPage::exportTo(const QString &path)
{
	if (stopped_ || !source_->isThere()) {
		return;
	}
	exportPath_ = path;
	export_->setEnabled(false);
	actions_->showNote(text_("LogPage.Exporting"), Tone::Plain);
	exportAsked_ = lx_search_export(source_->search(), query_.toUtf8().constData(), formatOf(path),
					QDir::toNativeSeparators(path).toUtf8().constData());
}

} // namespace lx::ui
