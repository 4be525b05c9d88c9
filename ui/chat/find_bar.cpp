#include "ui/chat/find_bar.hpp"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int typingMs = 250;

} // namespace

FindBar::FindBar(Context &context, QWidget *parent)
	: QWidget(parent), context_(context), line_(new QLineEdit(this)), why_(plainLabel({}, this)),
	  save_(new IconButton(Icon::Save, context.text("Views.Save"), this))
{
	setObjectName(QStringLiteral("livextremFind"));
	const Text &text = context.text;
	line_->setPlaceholderText(text("Views.FindHint"));
	line_->setAccessibleName(text("Views.Find"));
	line_->setToolTip(text("Rules.Language"));
	line_->setClearButtonEnabled(true);
	line_->setMaxLength(LX_RULE_QUERY_MAX / 2);
	auto *close = new IconButton(Icon::Close, text("Views.FindClose"), this);
	auto *row = new QHBoxLayout;
	row->setSpacing(2);
	row->addWidget(line_, 1);
	row->addWidget(save_);
	row->addWidget(close);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(6, 3, 4, 3);
	column->setSpacing(2);
	column->addLayout(row);
	column->addWidget(why_);
	typing_.setSingleShot(true);
	typing_.setInterval(typingMs);
	connect(line_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
	connect(&typing_, &QTimer::timeout, this, &FindBar::check);
	connect(save_, &QToolButton::clicked, this, [this] {
		check();
		Q_EMIT saveWanted(line_->text().trimmed());
	});
	connect(close, &QToolButton::clicked, this, [this] {
		line_->clear();
		Q_EMIT closed();
	});
	check();
	hide();
}

void FindBar::open()
{
	show();
	line_->setFocus();
	line_->selectAll();
}

QWidget *FindBar::saveButton()
{
	return save_;
}

/* What cannot be understood yet is told, and what was found before stays. */
void FindBar::check()
{
	typing_.stop();
	const QString query = line_->text().trimmed();
	const QString why = query.isEmpty() ? QString() : context_.rules.whyNot(query);
	why_->setText(why);
	why_->setVisible(!why.isEmpty());
	save_->setEnabled(!query.isEmpty() && why.isEmpty());
	if (why.isEmpty()) {
		Q_EMIT queryChanged(query);
	}
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
	switch (event->key()) {
	case Qt::Key_Escape:
		line_->clear();
		Q_EMIT closed();
		break;
	case Qt::Key_Return:
	case Qt::Key_Enter:
		check();
		break;
	case Qt::Key_Down:
		check();
		Q_EMIT linesWanted();
		break;
	default:
		QWidget::keyPressEvent(event);
	}
}

} // namespace lx::ui
