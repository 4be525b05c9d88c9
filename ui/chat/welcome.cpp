#include "ui/chat/welcome.hpp"

#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxColumn = 360;

class BigSign : public QWidget {
public:
	explicit BigSign(QWidget *parent) : QWidget(parent) { setFixedSize(56, 56); }

protected:
	void paintEvent(QPaintEvent *) override
	{
		QPainter painter(this);
		drawIcon(painter, Icon::Chat, QRectF(rect()), Theme::from(palette()).muted);
	}
};

} // namespace

QString channelLogin(const QString &typed)
{
	static const QRegularExpression form(QStringLiteral(
		"^(?:https?://)?(?:(?:www|m)\\.)?(?:twitch\\.tv/)?[#@]?([A-Za-z0-9_]{2,25})(?:[/?#].*)?$"));
	const QRegularExpressionMatch match = form.match(typed.trimmed());
	return match.hasMatch() ? match.captured(1).toLower() : QString();
}

WelcomePage::WelcomePage(const Text &text, QWidget *parent)
	: QWidget(parent), signIn_(new QPushButton(text("Welcome.SignIn"), this)), channel_(new QLineEdit(this))
{
	auto *outer = new QVBoxLayout(this);
	outer->setContentsMargins(16, 16, 16, 16);
	auto *column = new QWidget(this);
	column->setMaximumWidth(maxColumn);
	auto *rows = new QVBoxLayout(column);
	rows->setContentsMargins(0, 0, 0, 0);
	rows->setSpacing(8);

	rows->addWidget(new BigSign(column), 0, Qt::AlignHCenter);
	QLabel *title = titleLabel(text("Welcome.Title"), column);
	title->setAlignment(Qt::AlignHCenter);
	rows->addWidget(title);
	QLabel *lead = plainLabel(text("Welcome.Lead"), column);
	lead->setAlignment(Qt::AlignHCenter);
	rows->addWidget(lead);
	rows->addSpacing(6);
	signIn_->setDefault(true);
	signIn_->setMinimumHeight(34);
	rows->addWidget(signIn_);
	rows->addSpacing(14);
	QLabel *or_ = mutedLabel(text("Welcome.Or"), column);
	or_->setAlignment(Qt::AlignHCenter);
	rows->addWidget(or_);
	auto *row = new QHBoxLayout;
	row->setSpacing(6);
	channel_->setPlaceholderText(text("Welcome.Channel"));
	channel_->setAccessibleName(text("Welcome.Channel"));
	channel_->setMaxLength(60);
	channel_->setMinimumHeight(30);
	auto *readButton = new QPushButton(text("Welcome.Read"), column);
	readButton->setMinimumHeight(30);
	readButton->setEnabled(false);
	row->addWidget(channel_, 1);
	row->addWidget(readButton);
	rows->addLayout(row);

	outer->addStretch(2);
	auto *centred = new QHBoxLayout;
	centred->addStretch();
	centred->addWidget(column, 100);
	centred->addStretch();
	outer->addLayout(centred);
	outer->addStretch(3);

	connect(signIn_, &QPushButton::clicked, this, &WelcomePage::signInWanted);
	connect(channel_, &QLineEdit::returnPressed, this, &WelcomePage::read);
	connect(readButton, &QPushButton::clicked, this, &WelcomePage::read);
	connect(channel_, &QLineEdit::textChanged, readButton,
		[readButton](const QString &typed) { readButton->setEnabled(!channelLogin(typed).isEmpty()); });
}

void WelcomePage::setChannel(const QString &channel)
{
	channel_->setText(channel);
}

void WelcomePage::read()
{
	const QString login = channelLogin(channel_->text());
	if (!login.isEmpty()) {
		Q_EMIT readWanted(login);
	}
}

} // namespace lx::ui
