#include "ui/chat/view_dialog.hpp"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

#include "ui/widgets.hpp"

namespace lx::ui {

ViewDialog::ViewDialog(const Rules &rules, const Text &text, const ViewDef &view, QWidget *parent)
	: QDialog(parent), rules_(rules), name_(new QLineEdit(view.name)), query_(new QLineEdit(view.query)),
	  why_(plainLabel({}))
{
	setObjectName(QStringLiteral("livextremView"));
	setWindowTitle(text(view.query.isEmpty() ? "Views.NewTitle" : "Views.EditTitle"));
	auto *form = new QFormLayout(this);
	form->setRowWrapPolicy(QFormLayout::WrapLongRows);
	name_->setMaxLength(LX_RULE_NAME_MAX / 2);
	query_->setPlaceholderText(text("Views.QueryHint"));
	form->addRow(text("Views.Name"), name_);
	form->addRow(text("Views.Query"), query_);
	form->addRow(why_);
	form->addRow(mutedLabel(text("Rules.Language")));
	auto *box = new QDialogButtonBox;
	ok_ = box->addButton(text("Dialog.Ok"), QDialogButtonBox::AcceptRole);
	box->addButton(text("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	ok_->setDefault(true);
	form->addRow(box);
	connect(box, &QDialogButtonBox::accepted, this, &QDialog::accept);
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	connect(query_, &QLineEdit::textChanged, this, &ViewDialog::check);
	(view.query.isEmpty() ? query_ : name_)->setFocus();
	resize(380, sizeHint().height());
	check();
}

QString ViewDialog::name() const
{
	const QString name = name_->text().simplified();
	return name.isEmpty() ? query().left(24) : name;
}

QString ViewDialog::query() const
{
	return query_->text().trimmed();
}

void ViewDialog::check()
{
	const QString why = rules_.whyNot(query_->text());
	why_->setText(query().isEmpty() ? QString() : why);
	ok_->setEnabled(why.isEmpty());
}

} // namespace lx::ui
