#include "ui/settings/dialog.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include "chat/emotes.h"
#include "ui/chat/welcome.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int maxTimeoutS = 1209600; /* Twitch's longest, two weeks */
constexpr int unitSeconds[] = {1, 60, 3600, 86400};

QFormLayout *formIn(QWidget *page)
{
	auto *form = new QFormLayout(page);
	form->setContentsMargins(12, 12, 12, 12);
	form->setVerticalSpacing(10);
	form->setRowWrapPolicy(QFormLayout::WrapLongRows);
	form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
	return form;
}

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
	: QDialog(parent), context_(context), text_(context.text)
{
	setWindowTitle(text_("Settings.Title"));
	setObjectName(QStringLiteral("livextremSettings"));
	auto *column = new QVBoxLayout(this);
	auto *tabs = new QTabWidget(this);
	tabs->addTab(scrolling(buildAccount()), text_("Settings.Account"));
	tabs->addTab(scrolling(buildChat()), text_("Settings.Chat"));
	tabs->addTab(scrolling(buildConnection()), text_("Settings.Connection"));
	column->addWidget(tabs);
	auto *box = new QDialogButtonBox(this);
	okButton_ = box->addButton(text_("Dialog.Ok"), QDialogButtonBox::AcceptRole);
	box->addButton(text_("Dialog.Cancel"), QDialogButtonBox::RejectRole);
	applyButton_ = box->addButton(text_("Dialog.Apply"), QDialogButtonBox::ApplyRole);
	okButton_->setDefault(true);
	column->addWidget(box);
	connect(box, &QDialogButtonBox::accepted, this, [this] {
		apply();
		accept();
	});
	connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
	connect(applyButton_, &QPushButton::clicked, this, &SettingsDialog::apply);
	connect(&context_.session, &Session::accountChanged, this, &SettingsDialog::updateAccounts);
	resize(460, 480);
	load();
	updateAccounts();
}

QWidget *SettingsDialog::buildAccount()
{
	static constexpr const char *names[] = {"Settings.MainAccount", "Settings.BotAccount"};
	auto *page = new QWidget;
	auto *form = formIn(page);
	for (const enum lx_account_role role : {LX_ACCOUNT_MAIN, LX_ACCOUNT_BOT}) {
		auto *row = new QHBoxLayout;
		accounts_[role] = plainLabel({});
		accountButtons_[role] = new QPushButton;
		row->addWidget(accounts_[role], 1);
		row->addWidget(accountButtons_[role]);
		form->addRow(text_(names[role]), row);
		connect(accountButtons_[role], &QPushButton::clicked, this, [this, role] {
			if (context_.session.account(role).state == LX_ACCOUNT_SIGNED_OUT) {
				Q_EMIT signInWanted(role);
			} else {
				context_.core.account.logout(role, context_.core.account.data);
			}
		});
	}
	form->addRow(mutedLabel(text_("Settings.BotHint")));
	channel_ = new QLineEdit;
	channel_->setPlaceholderText(text_("Settings.ChannelHint"));
	channel_->setMaxLength(60);
	form->addRow(text_("Settings.Channel"), channel_);
	channelHint_ = plainLabel(text_("Settings.ChannelWrong"));
	channelHint_->hide();
	form->addRow(channelHint_);
	autoConnect_ = new QCheckBox(text_("Settings.AutoConnect"));
	form->addRow(autoConnect_);
	connect(channel_, &QLineEdit::textChanged, this, &SettingsDialog::updateButtons);
	return page;
}

SettingsDialog::DurationField SettingsDialog::buildDuration(const QString &name, QHBoxLayout &row)
{
	DurationField field;
	field.number = new QSpinBox;
	field.number->setRange(1, maxTimeoutS);
	field.number->setAccessibleName(name);
	field.unit = new QComboBox;
	field.unit->setAccessibleName(name);
	for (const char *key :
	     {"Settings.Unit.Seconds", "Settings.Unit.Minutes", "Settings.Unit.Hours", "Settings.Unit.Days"}) {
		field.unit->addItem(text_(key));
	}
	row.setSpacing(6);
	row.addWidget(field.number, 1);
	row.addWidget(field.unit, 1);
	return field;
}

int SettingsDialog::secondsOf(const DurationField &field)
{
	const qint64 seconds = qint64(field.number->value()) * unitSeconds[field.unit->currentIndex()];
	return int(std::min<qint64>(seconds, maxTimeoutS));
}

void SettingsDialog::showSeconds(const DurationField &field, int seconds)
{
	int unit = 0;
	for (int i = 0; i < 4; i++) {
		if (seconds % unitSeconds[i] == 0) {
			unit = i;
		}
	}
	field.unit->setCurrentIndex(unit);
	field.number->setValue(seconds / unitSeconds[unit]);
}

QWidget *SettingsDialog::buildChat()
{
	auto *page = new QWidget;
	auto *form = formIn(page);
	for (int i = 0; i < 3; i++) {
		const QString name = text_("Settings.Timeout", {QString::number(i + 1)});
		auto *row = new QHBoxLayout;
		timeouts_[i] = buildDuration(name, *row);
		form->addRow(name, row);
	}
	time_ = new QCheckBox(text_("Settings.ShowTime"));
	seconds_ = new QCheckBox(text_("Settings.ShowSeconds"));
	badges_ = new QCheckBox(text_("Settings.ShowBadges"));
	deleted_ = new QCheckBox(text_("Settings.ShowDeleted"));
	for (QCheckBox *check : {time_, seconds_, badges_, deleted_}) {
		form->addRow(check);
	}
	connect(time_, &QCheckBox::toggled, seconds_, &QWidget::setEnabled);
	font_ = new QSpinBox;
	font_->setRange(-4, 12);
	font_->setSpecialValueText({});
	font_->setSuffix(text_("Settings.Points"));
	form->addRow(text_("Settings.FontDelta"), font_);
	emotes_[0] = new QCheckBox(text_("Settings.EmotesTwitch"));
	for (int i = 1; i < 4; i++) {
		emotes_[i] = new QCheckBox(text_("Settings.EmotesOf",
						 {QString::fromLatin1(lx_emote_provider_name(lx_emote_provider(i)))}));
	}
	animated_ = new QCheckBox(text_("Settings.EmotesAnimated"));
	for (QCheckBox *check : {emotes_[0], emotes_[1], emotes_[2], emotes_[3], animated_}) {
		form->addRow(check);
	}
	form->addRow(mutedLabel(text_("Settings.EmotesHint")));
	return page;
}

QWidget *SettingsDialog::buildConnection()
{
	auto *page = new QWidget;
	auto *form = formIn(page);
	clientId_ = new QLineEdit;
	clientId_->setMaxLength(64);
	clientId_->setPlaceholderText(
		text_(context_.core.build_has_client ? "Settings.ClientIdBuiltIn" : "Settings.ClientIdNeeded"));
	form->addRow(text_("Settings.ClientId"), clientId_);
	clientSecret_ = new QLineEdit;
	clientSecret_->setEchoMode(QLineEdit::Password);
	clientSecret_->setMaxLength(128);
	clientSecret_->setPlaceholderText(text_("Settings.ClientSecretHint"));
	form->addRow(text_("Settings.ClientSecret"), clientSecret_);
	forgetSecret_ = new QCheckBox(text_("Settings.ForgetSecret"));
	form->addRow(forgetSecret_);
	connect(forgetSecret_, &QCheckBox::toggled, clientSecret_, &QWidget::setDisabled);
	form->addRow(mutedLabel(text_("Settings.ClientHint")));
	port_ = new QSpinBox;
	port_->setRange(1024, 65535);
	form->addRow(text_("Settings.RedirectPort"), port_);
	anyPort_ = new QCheckBox(text_("Settings.RedirectAnyPort"));
	form->addRow(anyPort_);
	tokenFile_ = new QCheckBox(text_("Settings.TokenFile"));
	form->addRow(tokenFile_);
	form->addRow(mutedLabel(text_("Settings.TokenFileHint")));
	return page;
}

void SettingsDialog::load()
{
	channel_->setText(context_.setting(LX_SETTING_CHANNEL));
	autoConnect_->setChecked(context_.flag(LX_SETTING_AUTO_CONNECT));
	for (int i = 0; i < 3; i++) {
		showSeconds(timeouts_[i], context_.number(lx_setting(LX_SETTING_TIMEOUT_1 + i)));
	}
	time_->setChecked(context_.flag(LX_SETTING_SHOW_TIME));
	seconds_->setChecked(context_.flag(LX_SETTING_SHOW_SECONDS));
	seconds_->setEnabled(time_->isChecked());
	badges_->setChecked(context_.flag(LX_SETTING_SHOW_BADGES));
	deleted_->setChecked(context_.flag(LX_SETTING_SHOW_DELETED));
	font_->setValue(context_.number(LX_SETTING_FONT_DELTA));
	for (int i = 0; i < 4; i++) {
		emotes_[i]->setChecked(context_.flag(lx_setting(LX_SETTING_EMOTES_TWITCH + i)));
	}
	animated_->setChecked(context_.flag(LX_SETTING_EMOTES_ANIMATED));
	clientId_->setText(context_.setting(LX_SETTING_CLIENT_ID));
	port_->setValue(context_.number(LX_SETTING_REDIRECT_PORT));
	anyPort_->setChecked(context_.flag(LX_SETTING_REDIRECT_ANY_PORT));
	tokenFile_->setChecked(context_.flag(LX_SETTING_TOKEN_FILE));
}

void SettingsDialog::updateButtons()
{
	const QString typed = channel_->text().trimmed();
	const bool right = typed.isEmpty() || !channelLogin(typed).isEmpty();
	channelHint_->setVisible(!right);
	okButton_->setEnabled(right);
	applyButton_->setEnabled(right);
}

void SettingsDialog::apply()
{
	struct lx_settings *settings = context_.core.settings;
	const struct lx_ui_account &account = context_.core.account;
	const QString channel = channelLogin(channel_->text());
	const bool otherChannel = channel != context_.setting(LX_SETTING_CHANNEL);
	const QByteArray client = clientId_->text().trimmed().toUtf8();
	const bool otherClient = QString::fromUtf8(client) != context_.setting(LX_SETTING_CLIENT_ID);
	const bool otherPort = port_->value() != context_.number(LX_SETTING_REDIRECT_PORT) ||
			       anyPort_->isChecked() != context_.flag(LX_SETTING_REDIRECT_ANY_PORT);

	lx_settings_set_string(settings, LX_SETTING_CHANNEL, channel.toUtf8().constData());
	lx_settings_set_bool(settings, LX_SETTING_AUTO_CONNECT, autoConnect_->isChecked());
	for (int i = 0; i < 3; i++) {
		lx_settings_set_int(settings, lx_setting(LX_SETTING_TIMEOUT_1 + i), secondsOf(timeouts_[i]));
	}
	lx_settings_set_bool(settings, LX_SETTING_SHOW_TIME, time_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_SECONDS, seconds_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_BADGES, badges_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_SHOW_DELETED, deleted_->isChecked());
	lx_settings_set_int(settings, LX_SETTING_FONT_DELTA, font_->value());
	for (int i = 0; i < 4; i++) {
		lx_settings_set_bool(settings, lx_setting(LX_SETTING_EMOTES_TWITCH + i), emotes_[i]->isChecked());
	}
	lx_settings_set_bool(settings, LX_SETTING_EMOTES_ANIMATED, animated_->isChecked());
	lx_settings_set_string(settings, LX_SETTING_CLIENT_ID, client.constData());
	lx_settings_set_int(settings, LX_SETTING_REDIRECT_PORT, port_->value());
	lx_settings_set_bool(settings, LX_SETTING_REDIRECT_ANY_PORT, anyPort_->isChecked());
	lx_settings_set_bool(settings, LX_SETTING_TOKEN_FILE, tokenFile_->isChecked());
	context_.settingsChanged();

	/* The plugin has taken the client id from the settings; a secret belongs to one application of the user's own. */
	QByteArray secret = clientSecret_->text().trimmed().toUtf8();
	if (!client.isEmpty() && (otherClient || !secret.isEmpty() || forgetSecret_->isChecked())) {
		account.set_client(client.constData(), secret.constData(), account.data);
	}
	secret.fill('\0');
	clientSecret_->clear();
	forgetSecret_->setChecked(false);
	if (otherPort) {
		account.set_redirect(uint16_t(port_->value()), anyPort_->isChecked(), account.data);
	}
	if (otherChannel) {
		context_.intents.connectTo(channel);
	}
	Q_EMIT applied();
}

void SettingsDialog::updateAccounts()
{
	static constexpr const char *states[] = {"Connection.SignedOut", "Connection.Checking", nullptr,
						 "Connection.Expired"};
	for (const enum lx_account_role role : {LX_ACCOUNT_MAIN, LX_ACCOUNT_BOT}) {
		const AccountInfo &info = context_.session.account(role);
		accounts_[role]->setText(info.signedIn() ? (info.name.isEmpty() ? info.login : info.name)
							 : text_(states[info.state]));
		accountButtons_[role]->setText(
			text_(info.state == LX_ACCOUNT_SIGNED_OUT ? "Settings.SignIn" : "Connection.SignOut"));
	}
}

void SettingsDialog::stop()
{
	disconnect(&context_.session, nullptr, this, nullptr);
	reject();
}

} // namespace lx::ui
