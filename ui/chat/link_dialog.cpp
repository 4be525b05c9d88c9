#include "ui/chat/link_dialog.hpp"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/chat/colors.hpp"
#include "ui/chat/links.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int shownLines = 4;

} // namespace

LinkDialog::LinkDialog(Context &context, const QString &url, QWidget *parent) : QDialog(parent)
{
	const Text &text = context.text;
	const LinkFacts facts = linkFacts(url, text);
	setWindowTitle(text("Chat.Link.Title"));
	setObjectName(QStringLiteral("livextremLink"));
	setAttribute(Qt::WA_DeleteOnClose);
	auto *column = new QVBoxLayout(this);
	column->setSpacing(8);
	column->addWidget(plainLabel(text("Chat.Link.Leads"), this));
	QLabel *host = titleLabel(facts.host, this);
	host->setAccessibleName(facts.host);
	column->addWidget(host);
	auto *address = new QPlainTextEdit(facts.address, this);
	address->setReadOnly(true);
	address->setTabChangesFocus(true);
	address->setAccessibleName(text("Chat.Link.Address"));
	address->setWordWrapMode(QTextOption::WrapAnywhere);
	address->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	address->setFixedHeight(address->fontMetrics().lineSpacing() * shownLines + 12);
	column->addWidget(address);
	for (const QString &warning : facts.warnings) {
		QLabel *label = plainLabel(warning, this);
		QPalette colors = label->palette();
		colors.setColor(QPalette::WindowText,
				Theme::from(colors).tone(Tone::Warning, colors.color(QPalette::Window)));
		label->setPalette(colors);
		column->addWidget(label);
	}
	auto *box = new QDialogButtonBox(this);
	QPushButton *open = box->addButton(text("Chat.Link.Open"), QDialogButtonBox::AcceptRole);
	QPushButton *copy = box->addButton(text("Chat.Link.Copy"), QDialogButtonBox::ActionRole);
	QPushButton *cancel = box->addButton(text("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	/* Enter pressed in passing opens nothing. */
	cancel->setDefault(true);
	cancel->setFocus();
	column->addWidget(box);
	connect(open, &QPushButton::clicked, this, [this, &context, url = facts.address] {
		context.openUrl(url);
		accept();
	});
	connect(copy, &QPushButton::clicked, this, [this, url = facts.address] {
		QGuiApplication::clipboard()->setText(url);
		accept();
	});
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	setMinimumWidth(280);
	resize(std::max(320, std::min(460, parent->width())), sizeHint().height());
}

} // namespace lx::ui
