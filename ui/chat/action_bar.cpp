#include "ui/chat/action_bar.hpp"

#include <QHBoxLayout>
#include <QPushButton>

#include "ui/widgets.hpp"

namespace lx::ui {

ActionBar::ActionBar(const Text &text, QWidget *parent)
	: QWidget(parent), label_(new ElidedLabel(this)), undo_(new QPushButton(text("Chat.Undo"), this))
{
	auto *row = new QHBoxLayout(this);
	row->setContentsMargins(10, 3, 6, 3);
	row->setSpacing(4);
	auto *close = new IconButton(Icon::Close, text("Dock.Close"), this);
	close->setFixedSize(24, 24);
	row->addWidget(label_, 1);
	row->addWidget(undo_);
	row->addWidget(close);
	timer_.setSingleShot(true);
	timer_.setInterval(shownMs);
	connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
	connect(close, &QToolButton::clicked, this, &QWidget::hide);
	connect(undo_, &QPushButton::clicked, this, &ActionBar::undoRequested);
	hide();
}

void ActionBar::showAction(const ActionInfo &action)
{
	const bool undoable =
		action.state == LX_ACTION_DONE &&
		(action.kind == LX_ACTION_BAN || action.kind == LX_ACTION_TIMEOUT || action.kind == LX_ACTION_UNBAN);
	const Tone tone = action.state == LX_ACTION_FAILED ? Tone::Bad : Tone::Plain;
	present(action.sentence, tone, undoable);
}

void ActionBar::showNote(const QString &sentence, Tone tone)
{
	present(sentence, tone, false);
}

void ActionBar::present(const QString &sentence, Tone tone, bool undoable)
{
	label_->setText(sentence);
	label_->setTone(tone);
	undo_->setVisible(undoable);
	setVisible(!sentence.isEmpty());
	timer_.start();
}

QString ActionBar::sentence() const
{
	return isVisibleTo(parentWidget()) ? label_->text() : QString();
}

} // namespace lx::ui
