#include "ui/log_banner.hpp"

#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include "chat/archive.h"
#include "chat/log.h"
#include "ui/button_flow.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int barWidth = 3;
constexpr int goodNewsMs = 8000;
constexpr int tryingMs = 2000; /* a try takes less; the button shall be seen to have done something */

} // namespace

LogBanner::LogBanner(Context &context, QWidget *parent)
	: QWidget(parent), context_(context), title_(new ElidedLabel(this)), sentence_(plainLabel({}, this)),
	  buttons_(new ButtonFlow(this)), again_(new QPushButton(context.text("LogBanner.Again"), buttons_)),
	  folder_(new QPushButton(context.text("LogBanner.Folder"), buttons_)),
	  settings_(new QPushButton(context.text("LogBanner.Settings"), buttons_)),
	  close_(new IconButton(Icon::Close, context.text("LogBanner.Fold"), this))
{
	setObjectName(QStringLiteral("livextremLogBanner"));
	auto *outer = new QVBoxLayout(this);
	outer->setContentsMargins(10 + barWidth, 3, 4, 4);
	outer->setSpacing(3);
	auto *top = new QHBoxLayout;
	top->setSpacing(2);
	QFont bold = title_->font();
	bold.setWeight(QFont::DemiBold);
	title_->setFont(bold);
	title_->setAttribute(Qt::WA_TransparentForMouseEvents);
	close_->setFixedSize(24, 24);
	top->addWidget(title_, 1);
	top->addWidget(close_);
	outer->addLayout(top);
	outer->addWidget(sentence_);
	for (QPushButton *button : {again_, folder_, settings_}) {
		button->setAutoDefault(false);
		buttons_->add(button);
	}
	outer->addWidget(buttons_);

	away_.setSingleShot(true);
	away_.setInterval(goodNewsMs);
	connect(&away_, &QTimer::timeout, this, &QWidget::hide);
	trying_.setSingleShot(true);
	trying_.setInterval(tryingMs);
	connect(&trying_, &QTimer::timeout, again_, [this] { again_->setEnabled(true); });
	connect(close_, &QToolButton::clicked, this,
		[this] { context_.session.logTrouble().kind.isEmpty() ? hide() : fold(true); });
	connect(again_, &QPushButton::clicked, this, &LogBanner::tryAgain);
	connect(folder_, &QPushButton::clicked, this, &LogBanner::openFolder);
	connect(settings_, &QPushButton::clicked, this, &LogBanner::settingsWanted);
	connect(&context.session, &Session::logTroubleChanged, this, &LogBanner::update);
	hide();
}

void LogBanner::update()
{
	const LogTrouble &trouble = context_.session.logTrouble();
	const bool over = trouble.kind.isEmpty();
	if (over && isHidden()) {
		return; /* nobody has read of it */
	}
	title_->setText(context_.text(over ? "LogBanner.Resumed" : "LogBanner.Title"));
	sentence_->setText(trouble.sentence);
	setAccessibleName(title_->text());
	setAccessibleDescription(trouble.sentence);
	trying_.stop();
	again_->setEnabled(true);
	fold(over);
	over ? away_.start() : away_.stop();
	show();
}

void LogBanner::fold(bool folded)
{
	folded_ = folded;
	const bool over = context_.session.logTrouble().kind.isEmpty();
	sentence_->setVisible(!folded && !over);
	buttons_->setVisible(!folded && !over);
	close_->setVisible(!folded || over);
	setCursor(folded && !over ? Qt::PointingHandCursor : Qt::ArrowCursor);
	setToolTip(folded && !over ? context_.text("LogBanner.Unfold") : QString());
	QWidget::update();
}

void LogBanner::tryAgain()
{
	if (context_.core.log) {
		again_->setEnabled(false);
		trying_.start();
		lx_log_try_again(context_.core.log);
	}
}

void LogBanner::openFolder()
{
	if (context_.core.archive) {
		const QFileInfo file(QString::fromUtf8(lx_archive_path(context_.core.archive)));
		QDesktopServices::openUrl(QUrl::fromLocalFile(file.absolutePath()));
	}
}

void LogBanner::mouseReleaseEvent(QMouseEvent *event)
{
	if (folded_ && event->button() == Qt::LeftButton && !context_.session.logTrouble().kind.isEmpty()) {
		fold(false);
	}
}

void LogBanner::paintEvent(QPaintEvent *event)
{
	(void)event;
	const Theme theme = Theme::from(palette());
	const Tone tone = context_.session.logTrouble().kind.isEmpty() ? Tone::Good : Tone::Bad;
	QPainter painter(this);
	painter.fillRect(rect(), theme.tint(tone));
	painter.fillRect(QRect(0, 0, barWidth, height()), theme.tone(tone));
	painter.fillRect(QRect(0, height() - 1, width(), 1), theme.line);
}

void LogBanner::stop()
{
	away_.stop();
	trying_.stop();
	disconnect(&context_.session, nullptr, this, nullptr);
	hide();
}

} // namespace lx::ui
