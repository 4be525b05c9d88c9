#include "ui/settings/dialog.hpp"

#include <QDialogButtonBox>
#include <QEvent>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/settings/account_page.hpp"
#include "ui/settings/chat_page.hpp"
#include "ui/settings/connection_page.hpp"
#include "ui/settings/log_page.hpp"
#include "ui/settings/markers_page.hpp"
#include "ui/settings/reading_page.hpp"
#include "ui/settings/rules_page.hpp"

namespace lx::ui {

namespace {

/* Small screens and long languages: every page scrolls. */
QWidget *scrolling(QWidget *page)
{
	auto *area = new QScrollArea;
	area->setWidgetResizable(true);
	area->setFrameShape(QFrame::NoFrame);
	area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	area->setWidget(page);
	area->setMinimumWidth(page->minimumSizeHint().width() + area->verticalScrollBar()->sizeHint().width());
	return area;
}

} // namespace

SettingsDialog::SettingsDialog(Context &context, QWidget *parent)
	: QDialog(parent), context_(context), list_(new QListWidget(this)), stack_(new QStackedWidget(this))
{
	const Text &text = context.text;
	setWindowTitle(text("Settings.Title"));
	setObjectName(QStringLiteral("livextremSettings"));
	auto *box = new QDialogButtonBox(this);
	okButton_ = box->addButton(text("Dialog.Ok"), QDialogButtonBox::AcceptRole);
	box->addButton(text("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	applyButton_ = box->addButton(text("Dialog.Apply"), QDialogButtonBox::ApplyRole);
	okButton_->setDefault(true);
	list_->setAccessibleName(text("Settings.Pages"));
	list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	list_->setIconSize(QSize(16, 16));
	list_->setSpacing(2);

	add(new AccountPage(context));
	add(new ReadingPage(context));
	add(new ChatSettingsPage(context));
	auto *log = new LogSettingsPage(context);
	add(log);
	logPage_ = int(pages_.size()) - 1;
	connect(log, &LogSettingsPage::personForgotten, this, &SettingsDialog::forgotten);
	add(new MarkersSettingsPage(context));
	add(new RulesSettingsPage(context));
	add(new ConnectionSettingsPage(context));

	drawIcons();
	auto *row = new QHBoxLayout;
	row->addWidget(list_);
	row->addWidget(stack_, 1);
	auto *column = new QVBoxLayout(this);
	column->addLayout(row, 1);
	column->addWidget(box);
	connect(list_, &QListWidget::currentRowChanged, stack_, &QStackedWidget::setCurrentIndex);
	connect(box, &QDialogButtonBox::accepted, this, [this] {
		if (apply()) {
			accept();
		}
	});
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	connect(applyButton_, &QPushButton::clicked, this, &SettingsDialog::apply);
	resize(560, 500);
	showPage(0);
}

void SettingsDialog::add(SettingsPage *page)
{
	list_->addItem(page->title());
	stack_->addWidget(scrolling(page));
	pages_.push_back(page);
	connect(page, &SettingsPage::changed, this, &SettingsDialog::updateButtons);
	connect(page, &SettingsPage::signInWanted, this, &SettingsDialog::signInWanted);
	page->load();
}

/* As wide as the longest title asks for: the pages need the rest. */
void SettingsDialog::drawIcons()
{
	const QPalette &colors = list_->palette();
	const QColor text = colors.color(QPalette::Text);
	for (int i = 0; i < list_->count(); i++) {
		list_->item(i)->setIcon(makeIcon(pages_[size_t(i)]->icon(), text, text));
	}
	list_->setFixedWidth(list_->sizeHintForColumn(0) + 2 * (list_->frameWidth() + list_->spacing()) + 12);
}

void SettingsDialog::changeEvent(QEvent *event)
{
	QDialog::changeEvent(event);
	if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
		drawIcons();
	}
}

void SettingsDialog::showPage(int page)
{
	list_->setCurrentRow(page);
}

void SettingsDialog::showLog()
{
	showPage(logPage_);
}

void SettingsDialog::updateButtons()
{
	QString why;
	for (const SettingsPage *page : pages_) {
		if (why.isEmpty()) {
			why = page->whyNot();
		}
	}
	for (QPushButton *button : {okButton_, applyButton_}) {
		button->setEnabled(why.isEmpty());
		button->setToolTip(why);
	}
}

bool SettingsDialog::apply()
{
	for (const SettingsPage *page : pages_) {
		if (!page->whyNot().isEmpty()) {
			return false;
		}
	}
	for (SettingsPage *page : pages_) {
		page->apply();
	}
	context_.settingsChanged();
	for (SettingsPage *page : pages_) {
		page->applied();
	}
	Q_EMIT applied();
	return true;
}

void SettingsDialog::stop()
{
	for (SettingsPage *page : pages_) {
		page->stop();
	}
	reject();
}

} // namespace lx::ui
