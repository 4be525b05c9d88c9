#include "ui/log/batch.hpp"

#include <algorithm>

#include <QDialogButtonBox>
#include <QListWidget>
#include <QPushButton>
#include <QSet>
#include <QVBoxLayout>

#include "ui/chat/row.hpp"
#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr size_t atOnce = 8;

bool isAbout(const Target &target, const RowChange &change)
{
	if (!change.messageId.isEmpty() && !target.messageId.isEmpty()) {
		return change.messageId == target.messageId;
	}
	return target.userId.isEmpty() ? target.login == change.login : target.userId == change.userId;
}

} // namespace

std::vector<BatchItem> batchOf(const std::vector<ChatRow> &rows, RowAction action, const ActionRules &rules)
{
	std::vector<BatchItem> items;
	QSet<QByteArray> seen;
	for (const ChatRow &row : rows) {
		if (!actionFits(action, row, rules) && !(action == RowAction::Unban && row.hasAuthor())) {
			continue;
		}
		const QByteArray key = action == RowAction::Delete ? row.id
				       : row.userId.isEmpty()      ? row.login.toUtf8()
								   : row.userId;
		if (seen.contains(key)) {
			continue;
		}
		seen.insert(key);
		const bool spared = row.isProtected() && action != RowAction::Unban;
		items.push_back({Target::of(row),
				 action == RowAction::Delete ? row.name + QStringLiteral(": ") + row.text : row.name,
				 spared});
	}
	return items;
}

BatchDialog::BatchDialog(const std::vector<BatchItem> &items, const QString &label, bool messages, const Text &text,
			 QWidget *parent)
	: QDialog(parent)
{
	setAttribute(Qt::WA_DeleteOnClose);
	setWindowTitle(label);
	const auto count = std::count_if(items.begin(), items.end(), [](const BatchItem &i) { return !i.isProtected; });
	const QString number = QString::number(count);
	auto *column = new QVBoxLayout(this);
	column->addWidget(
		plainLabel(text(messages ? "LogPage.Batch.Messages" : "LogPage.Batch.People", {label, number}), this));
	auto *list = new QListWidget(this);
	list->setSelectionMode(QAbstractItemView::NoSelection);
	list->setTextElideMode(Qt::ElideRight);
	list->setAccessibleName(text("LogPage.Batch.List"));
	QStringList spared;
	for (const BatchItem &item : items) {
		if (item.isProtected) {
			spared << item.name;
		} else {
			list->addItem(item.name);
		}
	}
	column->addWidget(list, 1);
	if (!spared.isEmpty()) {
		spared.removeDuplicates();
		column->addWidget(mutedLabel(text("LogPage.Batch.Spared", {spared.join(QStringLiteral(", "))}), this));
	}
	auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
	QPushButton *go = buttons->addButton(text("LogPage.Batch.Do", {label, number}), QDialogButtonBox::AcceptRole);
	go->setEnabled(count > 0);
	go->setObjectName(QStringLiteral("livextremBatchGo"));
	buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
	connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
	connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
	column->addWidget(buttons);
	resize(320, 320);
}

void Batch::start(const std::vector<BatchItem> &items, const QString &label, Do act)
{
	stop();
	label_ = label;
	act_ = std::move(act);
	for (const BatchItem &item : items) {
		if (!item.isProtected) {
			waiting_.push_back(item.target);
		}
	}
	total_ = int(waiting_.size());
	sendMore();
	report();
}

void Batch::sendMore()
{
	while (!waiting_.empty() && sent_.size() < atOnce) {
		const Target target = waiting_.front();
		waiting_.pop_front();
		const Intents::Answer answer = act_(target);
		if (answer.ok) {
			sent_.push_back(target);
		} else {
			failed_++;
			error_ = answer.error;
		}
	}
}

void Batch::outcome(const RowChange &change)
{
	if (!isRunning() || change.kind != RowChange::Kind::Action || change.outcome == Outcome::Queued) {
		return;
	}
	const auto found =
		std::find_if(sent_.begin(), sent_.end(), [&](const Target &target) { return isAbout(target, change); });
	if (found == sent_.end()) {
		return;
	}
	sent_.erase(found);
	if (change.outcome == Outcome::Failed) {
		failed_++;
		error_ = change.text;
	} else {
		done_++;
	}
	sendMore();
	report();
}

void Batch::report()
{
	const bool over = done_ + failed_ == total_;
	const QString done = QString::number(done_);
	const QString total = QString::number(total_);
	QString sentence = text_(over ? "LogPage.Batch.Done" : "LogPage.Batch.Running", {label_, done, total});
	if (failed_) {
		sentence += u' ' + text_("LogPage.Batch.Failed", {QString::number(failed_), error_});
	}
	const bool failed = failed_ > 0;
	if (over) {
		stop();
	}
	Q_EMIT progress(sentence, failed);
}

void Batch::stop()
{
	waiting_.clear();
	sent_.clear();
	total_ = done_ = failed_ = 0;
	error_.clear();
}

} // namespace lx::ui
