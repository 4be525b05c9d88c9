#include "ui/chat/by_name_dialog.hpp"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/chat/welcome.hpp"
#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxReason = 500; /* Twitch's limit */

} // namespace

ByNameDialog::ByNameDialog(const Text &text, const ActionRules &rules, QWidget *parent)
	: QDialog(parent), name_(new QLineEdit(this)), what_(new QComboBox(this)), reason_(new QLineEdit(this)),
	  allowed_(rules.canModerate)
{
	setWindowTitle(text("ByName.Title"));
	setMinimumWidth(320);
	auto *column = new QVBoxLayout(this);
	auto *form = new QFormLayout;
	form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
	form->addRow(text("ByName.Name"), name_);
	what_->addItem(text("Chat.Button.Ban"), 0);
	for (const int seconds : rules.timeoutsS) {
		what_->addItem(text("Chat.Button.Timeout", {text.duration(seconds)}), seconds);
	}
	what_->addItem(text("Chat.Button.Unban"), -1);
	form->addRow(text("ByName.What"), what_);
	reason_->setMaxLength(maxReason);
	reason_->setPlaceholderText(text("ByName.ReasonHint"));
	form->addRow(text("ByName.Reason"), reason_);
	column->addLayout(form);
	if (!allowed_) {
		column->addWidget(plainLabel(rules.whyNotModerate, this));
	}
	auto *box = new QDialogButtonBox(this);
	go_ = box->addButton(text("ByName.Go"), QDialogButtonBox::AcceptRole);
	box->addButton(text("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	column->addWidget(box);
	connect(box, &QDialogButtonBox::accepted, this, &ByNameDialog::choose);
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	connect(name_, &QLineEdit::textChanged, this, &ByNameDialog::update);
	connect(what_, &QComboBox::currentIndexChanged, this, &ByNameDialog::update);
	update();
}

void ByNameDialog::update()
{
	go_->setEnabled(allowed_ && !channelLogin(name_->text()).isEmpty());
	reason_->setEnabled(what_->currentData().toInt() >= 0);
}

void ByNameDialog::choose()
{
	const int value = what_->currentData().toInt();
	Choice choice;
	choice.kind = value < 0 ? LX_ACTION_UNBAN : value ? LX_ACTION_TIMEOUT : LX_ACTION_BAN;
	choice.seconds = value;
	choice.login = channelLogin(name_->text());
	choice.reason = reason_->text().trimmed();
	Q_EMIT chosen(choice);
	accept();
}

} // namespace lx::ui
