#include "ui/settings/account_page.hpp"

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

#include "ui/chat/welcome.hpp"
#include "ui/veil.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

AccountPage::AccountPage(Context &context)
	: SettingsPage(context, "Settings.Account", Icon::Person), veil_(new Veil(context.streamerMode, text_, this)),
	  channel_(new QLineEdit), channelHint_(plainLabel(text_("Settings.ChannelWrong"))),
	  autoConnect_(new QCheckBox(text_("Settings.AutoConnect")))
{
	static constexpr const char *names[] = {"Settings.MainAccount", "Settings.BotAccount"};
	form().addRow(veil_);
	connect(veil_, &Veil::changed, this, &AccountPage::updateAccounts);
	for (const enum lx_account_role role : {LX_ACCOUNT_MAIN, LX_ACCOUNT_BOT}) {
		auto *row = new QHBoxLayout;
		accounts_[role] = plainLabel({});
		accountButtons_[role] = new QPushButton;
		row->addWidget(accounts_[role], 1);
		row->addWidget(accountButtons_[role]);
		form().addRow(text_(names[role]), row);
		connect(accountButtons_[role], &QPushButton::clicked, this, [this, role] {
			if (context_.session.account(role).state == LX_ACCOUNT_SIGNED_OUT) {
				Q_EMIT signInWanted(role);
			} else {
				context_.core.account.logout(role, context_.core.account.data);
			}
		});
	}
	form().addRow(mutedLabel(text_("Settings.BotHint")));
	channel_->setPlaceholderText(text_("Settings.ChannelHint"));
	channel_->setMaxLength(60);
	form().addRow(text_("Settings.Channel"), channel_);
	channelHint_->hide();
	form().addRow(channelHint_);
	form().addRow(autoConnect_);
	connect(channel_, &QLineEdit::textChanged, this, [this] {
		channelHint_->setVisible(!whyNot().isEmpty());
		Q_EMIT changed();
	});
	connect(&context_.session, &Session::accountChanged, this, &AccountPage::updateAccounts);
	updateAccounts();
}

void AccountPage::load()
{
	channel_->setText(context_.setting(LX_SETTING_CHANNEL));
	autoConnect_->setChecked(context_.flag(LX_SETTING_AUTO_CONNECT));
}

QString AccountPage::whyNot() const
{
	const QString typed = channel_->text().trimmed();
	return typed.isEmpty() || !channelLogin(typed).isEmpty() ? QString() : channelHint_->text();
}

void AccountPage::apply()
{
	const QString channel = channelLogin(channel_->text());
	otherChannel_ = channel != context_.setting(LX_SETTING_CHANNEL);
	lx_settings_set_string(context_.core.settings, LX_SETTING_CHANNEL, channel.toUtf8().constData());
	lx_settings_set_bool(context_.core.settings, LX_SETTING_AUTO_CONNECT, autoConnect_->isChecked());
}

void AccountPage::applied()
{
	if (otherChannel_) {
		context_.intents.connectTo(channelLogin(channel_->text()));
	}
}

void AccountPage::updateAccounts()
{
	static constexpr const char *states[] = {"Connection.SignedOut", "Connection.Checking", nullptr,
						 "Connection.Expired"};
	for (const enum lx_account_role role : {LX_ACCOUNT_MAIN, LX_ACCOUNT_BOT}) {
		const AccountInfo &info = context_.session.account(role);
		accounts_[role]->setText(info.signedIn() && veil_->hides() ? text_("Settings.SignedIn")
					 : info.signedIn() ? (info.name.isEmpty() ? info.login : info.name)
							   : text_(states[info.state]));
		accountButtons_[role]->setText(
			text_(info.state == LX_ACCOUNT_SIGNED_OUT ? "Settings.SignIn" : "Connection.SignOut"));
	}
}

void AccountPage::stop()
{
	disconnect(&context_.session, nullptr, this, nullptr);
}

} // namespace lx::ui
