#include "ui/replay/message_bar.hpp"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/text.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int awayMs = 15000;

} // namespace

MessageBar::MessageBar(const Text &text, QWidget *parent)
	: QFrame(parent), label_(new ElidedLabel(this)), progress_(new QProgressBar(this)),
	  button_(new QPushButton(this)), close_(new IconButton(Icon::Close, text("Dock.Close"), this))
{
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(8, 2, 4, 2);
	column->setSpacing(2);
	auto *row = new QHBoxLayout;
	row->setSpacing(4);
	column->addLayout(row);
	row->addWidget(label_, 1);
	row->addWidget(button_);
	row->addWidget(close_);
	column->addWidget(progress_);
	progress_->setRange(0, 1000);
	progress_->setTextVisible(false);
	progress_->setFixedHeight(4);
	away_.setSingleShot(true);
	away_.setInterval(awayMs);
	connect(&away_, &QTimer::timeout, this, &QWidget::hide);
	connect(close_, &QToolButton::clicked, this, &QWidget::hide);
	connect(button_, &QPushButton::clicked, this, [this] {
		const std::function<void()> act = act_;
		hide();
		if (act) {
			act();
		}
	});
	hide();
}

QString MessageBar::sentence() const
{
	return label_->text();
}

void MessageBar::show(const QString &sentence, const QString &action, std::function<void()> act)
{
	act_ = std::move(act);
	label_->setText(sentence);
	button_->setText(action);
	button_->setVisible(!action.isEmpty());
	setVisible(true);
}

void MessageBar::tell(const QString &sentence, const QString &action, std::function<void()> act)
{
	progress_->hide();
	show(sentence, action, std::move(act));
	away_.start();
}

void MessageBar::tellError(const QString &sentence)
{
	progress_->hide();
	show(sentence, QString(), nullptr);
	away_.stop();
}

void MessageBar::showProgress(const QString &sentence, double part, const QString &action, std::function<void()> act)
{
	away_.stop();
	progress_->setValue(int(part * 1000));
	progress_->show();
	show(sentence, action, std::move(act));
}

} // namespace lx::ui
