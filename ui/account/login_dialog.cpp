#include "ui/account/login_dialog.hpp"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/account/qr_code.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr const char *wayWords[] = {"device", "code", "token"};

enum lx_login_way wayOf(const QString &word)
{
	return word == QLatin1StringView("code")    ? LX_LOGIN_CODE
	       : word == QLatin1StringView("token") ? LX_LOGIN_TOKEN
						    : LX_LOGIN_DEVICE;
}

QString minutesSeconds(qint64 ms)
{
	const qint64 s = std::max<qint64>(0, (ms + 999) / 1000);
	return QStringLiteral("%1:%2").arg(s / 60).arg(s % 60, 2, 10, QLatin1Char('0'));
}

/* A page: rows from the top, buttons at the bottom. */
struct PageFrame {
	QWidget *widget = new QWidget;
	QVBoxLayout *rows = new QVBoxLayout(widget);
	PageFrame()
	{
		rows->setContentsMargins(4, 4, 4, 4);
		rows->setSpacing(10);
	}
};

} // namespace

LoginDialog::LoginDialog(Context &context, enum lx_account_role role, QWidget *parent)
	: QDialog(parent), context_(context), text_(context.text), role_(role), pages_(new QStackedWidget(this))
{
	setWindowTitle(text_(role == LX_ACCOUNT_BOT ? "Login.TitleBot" : "Login.Title"));
	setObjectName(QStringLiteral("livextremLogin"));
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(16, 16, 16, 16);
	column->addWidget(pages_);
	/* In the order of enum Page. */
	pages_->addWidget(buildChoose());
	pages_->addWidget(buildToken());
	pages_->addWidget(buildBusy());
	pages_->addWidget(buildDevice());
	pages_->addWidget(buildBrowser());
	pages_->addWidget(buildFailed());
	pages_->addWidget(buildDone());
	resize(380, 440);
	second_.setInterval(1000);
	connect(&second_, &QTimer::timeout, this, &LoginDialog::tick);
	connect(&context_.session, &Session::loginChanged, this, &LoginDialog::follow);
	connect(veil_, &Veil::changed, this, &LoginDialog::follow);
	turnTo(ChoosePage);
}

/* --- pages ------------------------------------------------------------------------------------------------------- */

QWidget *LoginDialog::buildChoose()
{
	PageFrame page;
	page.rows->addWidget(titleLabel(text_("Login.Choose")));
	noClient_ = plainLabel(text_("Login.NoClient"));
	page.rows->addWidget(noClient_);
	deviceWay_ = new QPushButton(text_("Login.Way.Device"));
	deviceWay_->setMinimumHeight(36);
	page.rows->addWidget(deviceWay_);
	page.rows->addWidget(mutedLabel(text_("Login.Way.DeviceHint")));
	codeWay_ = new QPushButton(text_("Login.Way.Code"));
	codeWay_->setMinimumHeight(32);
	page.rows->addWidget(codeWay_);
	page.rows->addWidget(mutedLabel(text_("Login.Way.CodeHint")));
	auto *token = new QPushButton(text_("Login.Way.Token"));
	token->setMinimumHeight(32);
	page.rows->addWidget(token);
	page.rows->addWidget(mutedLabel(text_("Login.Way.TokenHint")));
	page.rows->addStretch();
	auto *settings = new QPushButton(text_("Login.OpenSettings"));
	page.rows->addWidget(settings, 0, Qt::AlignLeft);
	connect(deviceWay_, &QPushButton::clicked, this, [this] { start(LX_LOGIN_DEVICE); });
	connect(codeWay_, &QPushButton::clicked, this, [this] { start(LX_LOGIN_CODE); });
	connect(token, &QPushButton::clicked, this, [this] { turnTo(TokenPage); });
	connect(settings, &QPushButton::clicked, this, &LoginDialog::settingsWanted);
	return page.widget;
}

QWidget *LoginDialog::buildToken()
{
	PageFrame page;
	page.rows->addWidget(titleLabel(text_("Login.Way.Token")));
	page.rows->addWidget(plainLabel(text_("Login.Token.Lead")));
	auto *form = new QFormLayout;
	form->setRowWrapPolicy(QFormLayout::WrapAllRows);
	token_ = new QLineEdit;
	token_->setEchoMode(QLineEdit::Password);
	token_->setAccessibleName(text_("Login.Token.Token"));
	form->addRow(text_("Login.Token.Token"), token_);
	tokenClient_ = new QLineEdit;
	tokenClient_->setPlaceholderText(text_("Login.Token.ClientHint"));
	tokenClient_->setAccessibleName(text_("Login.Token.Client"));
	auto *veil = new Veil(context_.streamerMode, text_, this);
	auto *client = new QVBoxLayout;
	client->addWidget(tokenClient_);
	client->addWidget(veil);
	form->addRow(text_("Login.Token.Client"), client);
	veil->cover(tokenClient_);
	page.rows->addLayout(form);
	tokenNeedsLead_ = plainLabel({});
	page.rows->addWidget(tokenNeedsLead_);
	auto *needs = new QHBoxLayout;
	tokenNeeds_ = new QPlainTextEdit;
	tokenNeeds_->setReadOnly(true);
	tokenNeeds_->setTabChangesFocus(true);
	tokenNeeds_->setAccessibleName(text_("Login.Token.Needs"));
	needs->addWidget(tokenNeeds_, 1);
	auto *copy = new IconButton(Icon::Copy, text_("Login.Token.CopyNeeds"));
	needs->addWidget(copy, 0, Qt::AlignTop);
	page.rows->addLayout(needs, 1);
	connect(copy, &QToolButton::clicked, this,
		[this] { QGuiApplication::clipboard()->setText(tokenNeeds_->toPlainText().replace(u'\n', u' ')); });
	auto *box = new QDialogButtonBox;
	auto *go = box->addButton(text_("Login.SignIn"), QDialogButtonBox::AcceptRole);
	auto *back = box->addButton(text_("Login.Back"), QDialogButtonBox::RejectRole);
	go->setEnabled(false);
	page.rows->addWidget(box);
	connect(token_, &QLineEdit::textChanged, go,
		[go](const QString &typed) { go->setEnabled(!typed.trimmed().isEmpty()); });
	connect(token_, &QLineEdit::returnPressed, this, &LoginDialog::submitToken);
	connect(go, &QPushButton::clicked, this, &LoginDialog::submitToken);
	connect(back, &QPushButton::clicked, this, [this] { turnTo(ChoosePage); });
	return page.widget;
}

QWidget *LoginDialog::buildBusy()
{
	PageFrame page;
	page.rows->addStretch(2);
	busy_ = plainLabel({});
	busy_->setAlignment(Qt::AlignCenter);
	page.rows->addWidget(busy_);
	auto *bar = new QProgressBar;
	bar->setRange(0, 0);
	bar->setTextVisible(false);
	page.rows->addWidget(bar);
	page.rows->addStretch(3);
	auto *stop = new QPushButton(text_("Dialog.Cancel"));
	page.rows->addWidget(stop, 0, Qt::AlignRight);
	connect(stop, &QPushButton::clicked, this, &LoginDialog::cancel);
	return page.widget;
}

QWidget *LoginDialog::buildDevice()
{
	PageFrame page;
	page.rows->addWidget(plainLabel(text_("Login.Device.Lead")));
	auto *open = new QPushButton(text_("Login.OpenPage"));
	open->setObjectName(QStringLiteral("livextremOpenPage"));
	open->setMinimumHeight(36);
	open->setDefault(true);
	page.rows->addWidget(open);
	noBrowser_ = plainLabel(text_("Login.NoBrowser"));
	noBrowser_->hide();
	page.rows->addWidget(noBrowser_);

	veil_ = new Veil(context_.streamerMode, text_, this);
	page.rows->addWidget(veil_);
	auto *codeRow = new QHBoxLayout;
	code_ = new QLineEdit;
	code_->setReadOnly(true);
	code_->setAlignment(Qt::AlignCenter);
	code_->setAccessibleName(text_("Login.Device.Code"));
	code_->setMinimumHeight(44);
	QFont font = code_->font();
	font.setPointSizeF(font.pointSizeF() * 1.7);
	font.setWeight(QFont::DemiBold);
	font.setLetterSpacing(QFont::AbsoluteSpacing, 3);
	code_->setFont(font);
	codeRow->addWidget(code_, 1);
	auto *copy = new IconButton(Icon::Copy, text_("Login.Device.Copy"));
	codeRow->addWidget(copy);
	page.rows->addLayout(codeRow);

	address_ = mutedLabel({});
	address_->setAlignment(Qt::AlignHCenter);
	address_->setTextInteractionFlags(Qt::TextSelectableByMouse);
	page.rows->addWidget(address_);
	qr_ = new QrCode;
	qr_->setAccessibleName(text_("Login.Device.Qr"));
	page.rows->addWidget(qr_, 0, Qt::AlignHCenter);
	page.rows->addStretch();
	auto *bottom = new QHBoxLayout;
	timeLeft_ = mutedLabel({});
	bottom->addWidget(timeLeft_, 1);
	auto *stop = new QPushButton(text_("Dialog.Cancel"));
	bottom->addWidget(stop);
	page.rows->addLayout(bottom);
	connect(open, &QPushButton::clicked, this, &LoginDialog::openPage);
	connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(code_->text()); });
	connect(stop, &QPushButton::clicked, this, &LoginDialog::cancel);
	return page.widget;
}

QWidget *LoginDialog::buildBrowser()
{
	PageFrame page;
	page.rows->addStretch(2);
	QLabel *title = titleLabel(text_("Login.Browser.Title"));
	title->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(title);
	QLabel *lead = plainLabel(text_("Login.Browser.Lead"));
	lead->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(lead);
	auto *open = new QPushButton(text_("Login.OpenPage"));
	open->setMinimumHeight(36);
	page.rows->addWidget(open);
	page.rows->addStretch(3);
	auto *bottom = new QHBoxLayout;
	browserTimeLeft_ = mutedLabel({});
	bottom->addWidget(browserTimeLeft_, 1);
	auto *stop = new QPushButton(text_("Dialog.Cancel"));
	bottom->addWidget(stop);
	page.rows->addLayout(bottom);
	connect(open, &QPushButton::clicked, this, &LoginDialog::openPage);
	connect(stop, &QPushButton::clicked, this, &LoginDialog::cancel);
	return page.widget;
}

QWidget *LoginDialog::buildFailed()
{
	PageFrame page;
	page.rows->addStretch(2);
	QLabel *title = titleLabel(text_("Login.Failed"));
	title->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(title);
	failure_ = plainLabel({});
	failure_->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(failure_);
	page.rows->addStretch(3);
	auto *box = new QDialogButtonBox;
	auto *again = box->addButton(text_("Login.TryAgain"), QDialogButtonBox::AcceptRole);
	auto *other = box->addButton(text_("Login.OtherWay"), QDialogButtonBox::ActionRole);
	page.rows->addWidget(box);
	connect(again, &QPushButton::clicked, this,
		[this] { way_ == LX_LOGIN_TOKEN ? turnTo(TokenPage) : start(way_); });
	connect(other, &QPushButton::clicked, this, [this] { turnTo(ChoosePage); });
	return page.widget;
}

QWidget *LoginDialog::buildDone()
{
	PageFrame page;
	page.rows->addStretch(2);
	done_ = titleLabel({});
	done_->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(done_);
	QLabel *lead = plainLabel(text_("Login.Done.Lead"));
	lead->setAlignment(Qt::AlignHCenter);
	page.rows->addWidget(lead);
	page.rows->addStretch(3);
	auto *close = new QPushButton(text_("Dock.Close"));
	page.rows->addWidget(close, 0, Qt::AlignRight);
	connect(close, &QPushButton::clicked, this, &QDialog::accept);
	return page.widget;
}

/* --- course ------------------------------------------------------------------------------------------------------ */

LoginDialog::Page LoginDialog::page() const
{
	return Page(pages_->currentIndex());
}

void LoginDialog::turnTo(Page page)
{
	const bool client = context_.hasClientId();
	noClient_->setVisible(!client);
	deviceWay_->setEnabled(client);
	codeWay_->setEnabled(client);
	if (page != TokenPage) {
		token_->clear(); /* no secret stays in a field */
	}
	pages_->setCurrentIndex(page);
}

void LoginDialog::begin()
{
	const LoginInfo &login = context_.session.login();
	if (login.role == role_ && login.running()) {
		started_ = true;
		follow();
		return;
	}
	listNeeds({});
	const enum lx_login_way way = wayOf(context_.setting(LX_SETTING_LOGIN_WAY));
	if (way == LX_LOGIN_TOKEN || !context_.hasClientId()) {
		turnTo(way == LX_LOGIN_TOKEN ? TokenPage : ChoosePage);
		return;
	}
	start(way);
}

void LoginDialog::widen(const QString &scopes)
{
	listNeeds(scopes);
	if (!context_.hasClientId()) {
		turnTo(TokenPage);
		return;
	}
	const enum lx_login_way way = wayOf(context_.setting(LX_SETTING_LOGIN_WAY));
	start(way == LX_LOGIN_TOKEN ? LX_LOGIN_DEVICE : way);
}

/* What a token has to carry: what everything here needs, what the present one has, and what is wanted in addition. */
void LoginDialog::listNeeds(const QString &scopes)
{
	const struct lx_ui_account &account = context_.core.account;
	QStringList all;
	if (account.basic_scopes) {
		all = QString::fromUtf8(account.basic_scopes(role_, account.data)).split(u' ', Qt::SkipEmptyParts);
	}
	all << context_.session.account(role_).scopes << scopes.split(u' ', Qt::SkipEmptyParts);
	all.removeDuplicates();
	all.sort();
	tokenNeedsLead_->setText(text_(scopes.isEmpty() ? "Login.Token.Needs" : "Login.Token.Widen"));
	tokenNeeds_->setPlainText(all.join(u'\n'));
}

void LoginDialog::start(enum lx_login_way way)
{
	way_ = way;
	started_ = true;
	lx_settings_set_string(context_.core.settings, LX_SETTING_LOGIN_WAY, wayWords[way]);
	context_.settingsChanged();
	busy_->setText(text_("Login.Starting"));
	turnTo(BusyPage);
	context_.core.account.login(role_, way, context_.core.account.data);
}

void LoginDialog::submitToken()
{
	QByteArray token = token_->text().trimmed().toUtf8();
	if (token.isEmpty()) {
		return;
	}
	if (token.startsWith("oauth:")) {
		token.remove(0, 6);
	}
	way_ = LX_LOGIN_TOKEN;
	started_ = true;
	lx_settings_set_string(context_.core.settings, LX_SETTING_LOGIN_WAY, wayWords[way_]);
	context_.settingsChanged();
	const QByteArray client = tokenClient_->text().trimmed().toUtf8();
	context_.core.account.login_token(role_, client.constData(), token.constData(), context_.core.account.data);
	token.fill('\0');
	busy_->setText(text_("Login.Checking"));
	turnTo(BusyPage);
}

void LoginDialog::cancel()
{
	context_.core.account.login_cancel(role_, context_.core.account.data);
	started_ = false;
	turnTo(ChoosePage);
	reject();
}

void LoginDialog::openPage()
{
	noBrowser_->setVisible(!context_.openUrl(context_.session.login().url));
}

void LoginDialog::follow()
{
	const LoginInfo &login = context_.session.login();
	if (login.role != role_ || !started_) {
		return;
	}
	way_ = login.way;
	switch (login.state) {
	case LX_LOGIN_STARTING:
		busy_->setText(text_("Login.Starting"));
		turnTo(BusyPage);
		break;
	case LX_LOGIN_WAITING:
		if (login.way == LX_LOGIN_DEVICE) {
			const bool hide = veil_->hides();
			code_->setText(login.userCode);
			code_->setEchoMode(hide ? QLineEdit::Password : QLineEdit::Normal);
			address_->setText(hide ? QString() : login.shortUrl.isEmpty() ? login.url : login.shortUrl);
			qr_->setText(hide ? QString() : login.url);
			qr_->setVisible(!hide);
			turnTo(DevicePage);
		} else {
			/* The user chose the browser already: the page opens by itself, once. */
			if (page() != BrowserPage) {
				turnTo(BrowserPage);
				openPage();
			}
		}
		tick();
		break;
	case LX_LOGIN_FINISHING:
		busy_->setText(text_("Login.Checking"));
		turnTo(BusyPage);
		break;
	case LX_LOGIN_DONE: {
		const AccountInfo &account = context_.session.account(role_);
		const QString name = account.name.isEmpty() ? account.login : account.name;
		done_->setText(name.isEmpty() || veil_->hides() ? text_("Login.Done") : text_("Login.DoneAs", {name}));
		turnTo(DonePage);
		break;
	}
	case LX_LOGIN_FAILED:
		failure_->setText(login.detail.isEmpty() ? text_("Login.FailedPlain") : login.detail);
		turnTo(FailedPage);
		break;
	case LX_LOGIN_CANCELLED:
		started_ = false;
		turnTo(ChoosePage);
		break;
	}
	if (isVisible() && login.state == LX_LOGIN_WAITING) {
		second_.start();
	} else {
		second_.stop();
	}
}

void LoginDialog::tick()
{
	const qint64 left = context_.session.login().expiresMs - context_.nowMs();
	const QString words = text_("Login.TimeLeft", {minutesSeconds(left)});
	timeLeft_->setText(words);
	browserTimeLeft_->setText(words);
}

void LoginDialog::showEvent(QShowEvent *event)
{
	QDialog::showEvent(event);
	if (context_.session.login().state == LX_LOGIN_WAITING && started_) {
		tick();
		second_.start();
	}
}

void LoginDialog::hideEvent(QHideEvent *event)
{
	QDialog::hideEvent(event);
	second_.stop();
	token_->clear();
}

void LoginDialog::stop()
{
	second_.stop();
	disconnect(&context_.session, nullptr, this, nullptr);
	hide();
}

} // namespace lx::ui
