#include "ui/log/selection_bar.hpp"

#include <QHBoxLayout>

#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

SelectionBar::SelectionBar(const Text &text, QWidget *parent)
	: QWidget(parent), text_(text), label_(new ElidedLabel(this))
{
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(8, 2, 4, 2);
	row->setSpacing(0);
	label_->setMinimumWidth(40);
	row->addWidget(label_, 1);
	auto *copy = new IconButton(Icon::Copy, text_("LogPage.Copy"), this);
	connect(copy, &QToolButton::clicked, this, &SelectionBar::copyWanted);
	row->addWidget(copy);
	for (const RowAction action : {RowAction::Delete, RowAction::Timeout1, RowAction::Timeout2, RowAction::Timeout3,
				       RowAction::Unban, RowAction::Ban}) {
		QToolButton *button;
		if (isTimeout(action)) {
			button = new QToolButton(this);
			button->setAutoRaise(true);
			button->setCursor(Qt::PointingHandCursor);
			button->setFixedHeight(28);
		} else {
			const Icon icon = action == RowAction::Delete  ? Icon::Delete
					  : action == RowAction::Unban ? Icon::Undo
								       : Icon::Ban;
			button = new IconButton(icon, QString(), this);
		}
		connect(button, &QToolButton::clicked, this, [this, action] { Q_EMIT actionWanted(action); });
		buttons_[action] = button;
		row->addWidget(button);
	}
	auto *clear = new IconButton(Icon::Close, text_("LogPage.ClearSelection"), this);
	connect(clear, &QToolButton::clicked, this, &SelectionBar::clearWanted);
	row->addWidget(clear);
}

void SelectionBar::update(int messages, int people, const ActionRules &rules)
{
	label_->setText(text_("LogPage.Selected", {QString::number(messages), QString::number(people)}));
	for (const auto &[action, button] : buttons_) {
		const QString label = actionLabel(action, rules, text_);
		if (isTimeout(action)) {
			button->setText(
				text_.shortDuration(rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)]));
		}
		button->setAccessibleName(label);
		button->setToolTip(rules.allows(action) ? label : label + u'\n' + rules.whyNot(action));
		button->setEnabled(rules.allows(action));
	}
}

} // namespace lx::ui
